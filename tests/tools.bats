#!/usr/bin/env bats
# tools.bats -- keys of training beside the learning rate: decay by pattern, courses of the rate, what epochs are judged by, fine-tuning

load helper

same() { gg-cmp --ignore meta.model.yaml --fields "$1" "$2" "$3"; } # FIELDS FILE FILE
differ() { run -1 gg-cmp -q --ignore meta.model.yaml --fields "$1" "$2" "$3"; }
# goes_on ARGUMENT...: a training that is killed at times ends with the bytes of one that is not
goes_on() {
    gg-train -q -o whole "$@"
    for pause in 0.1 0.2 0.3; do
        gg-train -q -o cut "$@" &
        sleep $pause
        kill -KILL $! 2>/dev/null || true
        wait $! || true
    done
    gg-train -q -o cut --threads 1 "$@"
    gg-cmp whole/model.ggm cut/model.ggm
}

@test "decays: factors of the weight decay by pattern" {
    tiny_network 'epochs: 2, weight_decay: 0.5'
    gg-train -q -o all m.yaml "$DATA/tiny.ggs"
    gg-train -q -o none --set train.weight_decay=0 m.yaml "$DATA/tiny.ggs"
    # one for all is the decay itself, 0 for all is none
    gg-train -q -o one --set 'train.decays={"*": 1}' m.yaml "$DATA/tiny.ggs"
    gg-cmp --ignore meta.model.yaml --rel 1e-4 --fields 'layers.*,heads.*' all/model.ggm one/model.ggm
    gg-train -q -o zero --set 'train.decays={"*": 0}' m.yaml "$DATA/tiny.ggs"
    gg-cmp --ignore meta.model.yaml --rel 1e-4 --fields 'layers.*,heads.*' none/model.ggm zero/model.ggm
    differ 'layers.*' all/model.ggm zero/model.ggm
    # the later pattern wins; without a gradient decay is all there is
    gg-train -q --epochs 0 -o start --set train.ema=0 m.yaml "$DATA/tiny.ggs"
    gg-train -q -o some --set train.ema=0 --set 'train.decays={"*": 4, heads.*: 0}' --set 'heads.0.weight=0' m.yaml "$DATA/tiny.ggs"
    same 'heads.*' start/model.ggm some/model.ggm
    differ 'layers.0.*' start/model.ggm some/model.ggm
    goes_on --set 'train.decays={"*.bias.*": 0, heads.*: 2}' --epochs 6 m.yaml "$DATA/tiny.ggs"
    refuses 2 "train.decays: 'bias' matches no parameter of this model" gg-train -q -o no --set 'train.decays={bias: 0}' m.yaml "$DATA/tiny.ggs"
    refuses 2 "train.decays: factors of train.weight_decay, which is 0" gg-train -q -o no --set train.weight_decay=0 \
        --set 'train.decays={"*": 1}' m.yaml "$DATA/tiny.ggs"
    refuses 2 "train.decays: -2 times the weight decay" gg-train -q -o no --set 'train.decays={"*": -2}' m.yaml "$DATA/tiny.ggs"
}

@test "sparse: parameters that fall to 0 by pattern, and stay there in what is saved" {
    tiny_network 'epochs: 3'
    zeros() { gg-dump -d "$2" "$1/model.ggm" | tr -s ' \t' '\n' | awk '$1 != "" { n++; z += $1 == 0 } END { print z + 0, n }'; } # FOLDER PARAMETER
    names() { gg-dump --text "$1/model.ggm" | grep -o '\(layers\|heads\)\.[a-z0-9._-]*scale' | sort -u; }
    gg-train -q -o none m.yaml "$DATA/tiny.ggs"
    gg-train -q -o off --set 'train.sparse={"*": 0}' m.yaml "$DATA/tiny.ggs"
    same 'layers.*,heads.*' none/model.ggm off/model.ggm
    name=$(names none | head -n 1)
    # some fall, none of the others; all of them where nothing is worth it
    gg-train -q -o some --set "train.sparse={$name: 20}" m.yaml "$DATA/tiny.ggs"
    read -r z n < <(zeros some "$name")
    [ "$z" -gt 0 ]
    [ "$z" -lt "$n" ]
    gg-train -q -o all --set "train.sparse={$name: 1e5}" m.yaml "$DATA/tiny.ggs"
    read -r z n < <(zeros all "$name")
    [ "$z" -eq "$n" ]
    other=$(names none | tail -n 1)
    [ "$other" != "$name" ]
    read -r z n < <(zeros all "$other")
    [ "$z" -eq 0 ]
    # what does not move stays; a later pattern wins
    gg-train -q --epochs 0 -o start --set train.ema=0 m.yaml "$DATA/tiny.ggs"
    gg-train -q -o held --set 'train.sparse={"*": 1}' --set "train.rates={$name: 0}" --set train.ema=0 m.yaml "$DATA/tiny.ggs"
    same "$name" start/model.ggm held/model.ggm
    gg-train -q -o late --set "train.sparse={\"*\": 1e5, $name: 0}" m.yaml "$DATA/tiny.ggs"
    read -r z n < <(zeros late "$name")
    [ "$z" -eq 0 ]
    goes_on --set 'train.sparse={"*.scale": 10}' --epochs 6 m.yaml "$DATA/tiny.ggs"
    refuses 2 "train.sparse: 'scales' matches no parameter of this model" gg-train -q -o no --set 'train.sparse={scales: 1}' m.yaml "$DATA/tiny.ggs"
    refuses 2 "train.sparse: -1 as strength, 0 to 1e6 can be" gg-train -q -o no --set 'train.sparse={"*": -1}' m.yaml "$DATA/tiny.ggs"
}

@test "restarts: the rate goes down one course after the other, and more epochs go on as one run" {
    tiny_network 'epochs: 2, schedule: restarts, every: 8, stretch: 2'
    gg-train -q --epochs 4 -o whole m.yaml "$DATA/tiny.ggs"
    # 8 steps an epoch, courses of 8, 16, 32: steps 8 and 24 begin one
    sed -n 's/.*"event":"epoch".*"lr":\([^,}]*\).*/\1/p' whole/metrics.jsonl | awk '
        { want = NR == 1 || NR == 3 ? 0.02 : NR == 2 ? 0.01 : 0.02 * (1 + cos(3.14159265358979 / 4)) / 2
          if (!(($1 - want)^2 < 1e-14)) bad++ } END { exit NR != 4 || bad }'
    gg-train -q -o run m.yaml "$DATA/tiny.ggs"
    gg-train -q --epochs 4 -o run m.yaml "$DATA/tiny.ggs"
    gg-cmp whole/model.ggm run/model.ggm
    refuses 2 "train.every: would do nothing: schedule is cosine, not step.restarts" gg-train -q -o no --set train.schedule=cosine m.yaml "$DATA/tiny.ggs"
}

@test "judge: the best epoch, patience and plateau follow a correlation" {
    tiny_network 'epochs: 6, validation: 0.25, schedule: constant'
    column() { # SPECIES TIME: rho_config of the epochs
        sed -nE "s/.*\"event\":\"eval\".*\"t\":$2,\"species\":\"$1\",\"rho_config\":([^,]*),.*/\1/p" run/metrics.jsonl
    }
    best() { gg-train -q -o "$1" --epochs "$2" --set train.judge.by=loss m.yaml "$DATA/tiny.ggs"; } # FOLDER EPOCHS: the parameters of that epoch
    gg-train -o run --set 'train.judge={by: rho_config, target: propensity, time: 10, species: B}' m.yaml "$DATA/tiny.ggs" 2>said
    [ "$(column B 10 | wc -l)" -eq 6 ]
    n=$(column B 10 | awk '{ if (NR == 1 || $1 > most) { most = $1; n = NR } } END { print n }')
    grep -q "epoch $n is the best of 6" said
    # all columns, pooled
    gg-train -o pooled --set train.judge.by=rho_pooled m.yaml "$DATA/tiny.ggs" 2>said
    n=$(awk -F'[:,}]' '/"event":"eval"/ { for (k = 1; k < NF; k++) { if ($k == "\"epoch\"") e = $(k + 1); if ($k == "\"rho_pooled\"") s[e] += $(k + 1) } }
        END { for (e = 1; e <= 6; e++) if (e == 1 || s[e] > most) { most = s[e]; n = e } print n }' pooled/metrics.jsonl)
    grep -q "epoch $n is the best of 6" said
    # a rate of nothing: nothing gets better
    gg-train -q -o idle --lr 0 --epochs 50 --set 'train.judge={by: rho_config}' --set train.patience=2 m.yaml "$DATA/tiny.ggs"
    [ "$(grep -c '"event":"epoch"' idle/metrics.jsonl)" -eq 3 ]
    goes_on --set 'train.judge={by: rho_pooled, time: 1}' m.yaml "$DATA/tiny.ggs"
    no() { refuses 2 "$1" gg-train -q -o no --set "train.judge=$2" "${@:3}" m.yaml "$DATA/tiny.ggs"; }
    no "train.judge: no head that is trained, and no validation frame, has target 'mobility', time 0 .0: any. and species 'any'" '{by: rho_config, target: mobility}'
    gg-select --times 0.2,1 --limit 2 "$DATA/tiny.ggs" | gg-dump --text | sed 's#^frame KA#frame other#' | gg-dump --reverse -o early.ggs
    no "train.judge: no head .* no validation frame.* time 10 " '{by: rho_config, time: 10}' --set train.validation=0 --validation early.ggs
    no "train.judge: no head .* time 3 " '{by: rho_config, time: 3}'
    no "train.judge: no head .* species 'C'" '{by: rho_pooled, species: C}'
    no "train.judge: a correlation in the validation frames, and there is none" '{by: rho_config}' --set train.validation=0
    no "judge.time.*judge.by" '{time: 10}'
    no "train.judge.by: 'r2'" '{by: r2}'
}

@test "fine-tuning: energies first, then the propensity on a frozen backbone" {
    tiny_network 'epochs: 2'
    gg-quench "$DATA/tiny.ggs" -o q.ggs
    energies='heads=[{target: energy_inherent, in: h, layer: mlp, hidden: [16]}]'
    gg-train -q --set "$energies" -o first m.yaml q.ggs
    gg-train --from first/model.ggm --set 'train.take=layers.*' --set 'train.freeze=layers.*' -o tuned m.yaml q.ggs 2>said
    same 'layers.*' first/model.ggm tuned/model.ggm
    grep -q 'left there: heads.energy_inherent' said
    grep -q 'new here: heads.propensity' said
    gg-train -q --epochs 0 --from first/model.ggm --set 'train.take=layers.*' --set 'train.freeze=layers.*' -o begun m.yaml q.ggs
    differ 'heads.*' begun/model.ggm tuned/model.ggm
    goes_on --from first/model.ggm --set 'train.take=layers.*' --set 'train.freeze=layers.*' --epochs 6 m.yaml q.ggs
    # on another grid of times, and standardised by what there is now
    gg-select --limit 3 q.ggs -o less.ggs
    gg-train -q --set 'inputs.node=[type, energy_inherent]' -o energies m.yaml q.ggs
    set -- --epochs 0 --set 'inputs.node=[type, energy_inherent]' --from energies/model.ggm m.yaml less.ggs
    gg-train -q -o kept "$@"
    same 'input.*,target.*.mean,layers.*,heads.*' energies/model.ggm kept/model.ggm
    gg-train -q --set train.restandardise=true -o anew "$@"
    same 'layers.*,heads.*' energies/model.ggm anew/model.ggm
    gg-train -q --epochs 0 --set 'inputs.node=[type, energy_inherent]' -o fresh m.yaml less.ggs
    same 'input.*,target.*' fresh/model.ggm anew/model.ggm
    differ 'input.mean' kept/model.ggm anew/model.ggm
    gg-train -q --from energies/model.ggm --set 'inputs.node=[type, energy_inherent]' --set 'train.take=layers.*' --set 'heads.0.times=[1]' -o times m.yaml q.ggs
    refuses 2 "train.restandardise: of what is taken, and train.from is not there" gg-train -q -o no --set train.restandardise=true m.yaml q.ggs
}

@test "--test: the final model is scored once, as gg-corr would, and nothing else changes" {
    tiny_network 'epochs: 2, validation: 0.25'
    gg-select --frames 0:5 "$DATA/tiny.ggs" -o train.ggs
    gg-select --frames 5: "$DATA/tiny.ggs" -o test.ggs
    gg-train -q -o plain m.yaml train.ggs
    gg-train --test test.ggs -o run m.yaml train.ggs 2>said
    gg-cmp plain/model.ggm run/model.ggm
    grep -q 'test loss [0-9.]* over 3 frames' said
    [ "$(grep -c '"split":"test"' run/metrics.jsonl)" -eq 8 ]
    gg-predict run/model.ggm test.ggs | gg-corr --tsv >corr.tsv
    awk -F'\t' 'NR == 1 { for (k = 1; k <= NF; k++) c[$k] = k; next }
        $c["species"] != "all" { printf "%s %g %.5f %.5f\n", $c["species"], $c["time"], $c["rho_config"], $c["rho_pooled"] }' corr.tsv | sort >expected
    sed -nE 's/.*"split":"test".*"t":([^,]*),"species":"([AB])","rho_config":([^,]*),"rho_pooled":([^,}]*).*/\2 \1 \3 \4/p' run/metrics.jsonl |
        awk '{ printf "%s %g %.5f %.5f\n", $1, $2, $3, $4 }' | sort >found
    [ "$(wc -l <found)" -eq 8 ]
    paste -d ' ' expected found | awk '{ d = $3 - $7; e = $4 - $8; if ($1 != $5 || $2 != $6 || d * d > 1e-9 || e * e > 1e-9) exit 1 }'
    # a run that is done is scored, too; other frames are no other run
    gg-train --test test.ggs -o plain m.yaml train.ggs 2>said
    grep -q 'nothing is left to do' said
    [ "$(grep -c '"split":"test"' plain/metrics.jsonl)" -eq 8 ]
    gg-train -q --seeds 2 --test test.ggs -o two m.yaml train.ggs
    [ "$(grep -c '"split":"test"' two/seed.3/metrics.jsonl)" -eq 8 ]
    refuses 3 "sample id 'KA/N250/T0.64/6' stands twice" gg-train -q --test test.ggs -o no m.yaml "$DATA/tiny.ggs"
    refuses 5 "nothing.ggs" gg-train -q --test nothing.ggs -o no m.yaml train.ggs
    refuses 2 "--test: a fit is tried by gg-predict FOLDER/model.ggm FILE . gg-corr" gg-train -q --test test.ggs -o no \
        "$ROOT/examples/models/ridge.yaml" train.ggs
    gg-dump --text test.ggs | awk '/^field / { types = $2 == "type" } /^\t/ && types { gsub("1", "2") } { print }' | gg-dump -r -o third.ggs
    refuses 3 "test sample 'KA/N250/T0.64/6': particle [0-9]+ is of species C, and the training data have 2 species" \
        gg-train -q --test third.ggs -o no m.yaml train.ggs
    gg-select --drop propensity test.ggs -o bare.ggs
    refuses 3 "target|propensity" gg-train -q --test bare.ggs -o no m.yaml train.ggs
}

@test "--folds: each model is that of the other parts, and is scored on its own; the same by any order of the frames" {
    tiny_network 'epochs: 2'
    set -- m.yaml "$DATA/tiny.ggs"
    gg-train --folds 3 -o all "$@" 2>said
    # runs in the order of their names, dealt out: 1 4 7, 2 5 8, 3 6
    for k in 0 1 2; do
        for i in 1 2 3 4 5 6 7 8; do
            if [ $(((i - 1) % 3)) -eq $k ]; then echo "--id=*/$i" >>left.$k; else echo "--id=*/$i" >>kept.$k; fi
        done
        # shellcheck disable=SC2046
        gg-select $(cat kept.$k) -o kept.ggs "$DATA/tiny.ggs"
        # shellcheck disable=SC2046
        gg-select $(cat left.$k) -o left.ggs "$DATA/tiny.ggs"
        gg-train -q --test left.ggs -o alone.$k m.yaml kept.ggs
        gg-cmp alone.$k/model.ggm all/fold.$k/model.ggm
        cmp <(grep '"split":"test"' alone.$k/metrics.jsonl) <(grep '"split":"test"' all/fold.$k/metrics.jsonl)
        gg-predict alone.$k/model.ggm left.ggs >>predicted.ggs
    done
    cat all/fold.{0,1,2}/model.ggm | cmp - all/model.ggm
    # over all configurations, as gg-corr has it
    gg-corr --tsv predicted.ggs >corr.tsv
    awk -F'\t' 'NR == 1 { for (k = 1; k <= NF; k++) c[$k] = k; next }
        $c["species"] != "all" { printf "%s %g %.5f\n", $c["species"], $c["time"], $c["rho_config"] }' corr.tsv | sort >expected
    sed -nE 's/.*"event":"folds".*"t":([^,]*),"species":"([AB])","configurations":8,"rho_config":([^,]*),.*/\2 \1 \3/p' all/folds.jsonl |
        awk '{ printf "%s %g %.5f\n", $1, $2, $3 }' | sort >found
    [ "$(wc -l <found)" -eq 8 ]
    paste -d ' ' expected found | awk '{ d = $3 - $6; if ($1 != $4 || $2 != $5 || d * d > 1e-9) exit 1 }'
    grep -q 'over 8 configurations' said
    # which configuration is in which fold follows from the names
    for i in 5 2 8 1 7 3 6 4; do gg-select --id "*/$i" "$DATA/tiny.ggs"; done >mixed.ggs
    gg-train -q --epochs 0 --folds 3 -o mixed m.yaml mixed.ggs
    gg-train -q --epochs 0 --folds 3 -o ordered "$@"
    gg-cmp --rel 1e-9 --fields 'target.*' mixed/fold.1/model.ggm ordered/fold.1/model.ggm
    # frames of one run stay together: three runs of two frames and two that are alone
    gg-dump --text "$DATA/tiny.ggs" | awk '/^frame / { n++; if (n <= 6) $2 = "run" int((n - 1) / 2) "/" n } { print }
        /^field temperature / { getline; print; if (n <= 6) print "field run_time f64 [] other unit=tau\n\t" n }' | gg-dump -r -o runs.ggs
    gg-train --epochs 0 --folds 5 -o runs m.yaml runs.ggs 2>said
    [ "$(grep -c ': 6 frames to train on, 2 left out' said)" -eq 3 ]
    refuses 2 "--folds 6: each leaves one run or configuration out at least, and there are 5 to train on" gg-train -q --folds 6 -o no m.yaml runs.ggs
    # killed, it goes on
    gg-train -q --folds 3 --epochs 4 -o whole "$@"
    for pause in 0.1 0.3 0.5; do
        gg-train -q --folds 3 --epochs 4 -o cut "$@" &
        sleep $pause
        kill -KILL $! 2>/dev/null || true
        wait $! || true
    done
    gg-train -q --folds 3 --epochs 4 --threads 1 -o cut "$@"
    cmp whole/model.ggm cut/model.ggm
    cmp <(sed 's/"seconds":.*//' whole/folds.jsonl) <(sed 's/"seconds":.*//' cut/folds.jsonl)
    refuses 2 "was made with other data" gg-train -q --folds 2 --epochs 4 -o whole "$@"
    refuses 2 "whole: holds the parts of --folds: use another -o" gg-train -q --seeds 2 --epochs 4 -o whole "$@"
    refuses 2 "--folds and --seeds: one of them" gg-train -q --folds 2 --seeds 2 -o no "$@"
    refuses 2 "--test: --folds scores what each fold leaves out" gg-train -q --folds 2 --test runs.ggs -o no "$@"
    refuses 2 "--folds: a fit leaves configurations out by itself" gg-train -q --folds 2 -o no "$ROOT/examples/models/ridge.yaml" "$DATA/tiny.ggs"
    gg-train --estimate --folds 3 "$@" | grep -q 'epochs of 3 models$'
}

@test "weights: of frames, linear in the loss; of particles, a share of the mean, and 0 is no target" {
    tiny_network 'epochs: 1, batch: 8'
    # weighted FRAME PARTICLE: awk's formulas of the number of the frame (from 1) and of the particle (from 0)
    weighted() {
        gg-dump --text "$DATA/tiny.ggs" | awk "/^frame / { f++ } { print }
            /^field temperature / { getline; print; print \"field worth f32 [] other\"; print \"\\t\" $1
                print \"field part f32 [250 node] other\"; for (i = 0; i < 250; i++) print \"\\t\" $2 }" | gg-dump -r
    }
    loss() { sed -nE 's/.*"event":"epoch".*"loss":([^,]*),.*/\1/p' "$1/metrics.jsonl"; }
    weighted f 1 >rising.ggs
    weighted 3 2 >even.ggs
    gg-train -q -o plain m.yaml "$DATA/tiny.ggs"
    gg-train -q -o even --set 'train.weights={frame: worth, particle: part}' m.yaml even.ggs
    gg-cmp --ignore meta.model.yaml plain/model.ggm even/model.ggm
    # loss(w) = sum w L / sum w
    gg-train -q --lr 0 -o rising --set train.weights.frame=worth m.yaml rising.ggs
    for k in 1 2 3 4 5 6 7 8; do
        weighted "(f == $k ? 5 : 0)" 1 >one.ggs
        gg-train -q --lr 0 --resume never -o one --set train.weights.frame=worth m.yaml one.ggs
        loss one
    done | awk -v want="$(loss rising)" '{ s += NR * $1 } END { d = s / 36 - want; exit !(NR == 8 && d * d < 1e-10) }'
    # the gradient of the weighted loss, and particles of weight 0
    weighted 1 "((i % 3) / 2)" >thirds.ggs
    for term in mse huber gaussian; do gg-gradcheck --set train.weights.particle=part --set "loss=[{term: $term}]" m.yaml thirds.ggs; done
    gg-dump --text "$DATA/tiny.ggs" | awk '/^field / { on = $2 == "propensity"; if (on) sub(/ unit=/, " nan unit="); i = 0 }
        /^\t/ && on && i++ % 3 == 0 { $0 = "\tnan nan nan nan" } { print }' | gg-dump -r -o missing.ggs
    weighted 1 "(i % 3 > 0)" >masked.ggs
    set -- --set 'heads.0.standardise=none'
    gg-train -q -o missing "$@" m.yaml missing.ggs
    gg-train -q -o masked "$@" --set train.weights.particle=part m.yaml masked.ggs
    gg-cmp --ignore meta.model.yaml --fields 'layers.*,heads.*' missing/model.ggm masked/model.ggm
    differ 'layers.*' plain/model.ggm masked/model.ggm
    no() { refuses "$1" "$2" gg-train -q -o no "${@:3}"; }
    no 3 "frame 0 .KA/N250/T0.64/1.: field 'w' is missing, train.weights.frame names it" --set train.weights.frame=w m.yaml even.ggs
    no 3 "field 'part': train.weights.frame wants one number a frame" --set train.weights.frame=part m.yaml even.ggs
    no 3 "field 'worth': train.weights.particle wants one number a particle" --set train.weights.particle=worth m.yaml even.ggs
    weighted 0 "(i == 7 ? -1 : 1)" >bad.ggs
    no 3 "field 'part': weight 7 is -1: weights are 0 or more" --set train.weights.particle=part m.yaml bad.ggs
    no 3 "train.weights.frame: all 8 frames to train on have the weight 0" --set train.weights.frame=worth m.yaml bad.ggs
    no 2 "loss: pearson is no mean over particles, and train.weights.particle weighs them" --set train.weights.particle=part \
        --set 'loss=[{term: pearson}]' m.yaml even.ggs
}

# What embed makes of the species is two rows of numbers, so both measures follow from counts of neighbours; the network is that of the one epoch.
@test "hidden: Dirichlet energy and rank of features, layer by layer, in metrics.jsonl" {
    tiny_network 'epochs: 1, validation: 0.25'
    gg-train -q -o run --set 'train.hidden=["*"]' m.yaml "$DATA/tiny.ggs"
    # every layer on particles and the head, each degree; scalars of embed vary along one line
    [ "$(grep -c '"event":"hidden"' run/metrics.jsonl)" -eq 12 ]
    grep -q '"layer":"layers.1.conv","irrep":"1o","channels":8,' run/metrics.jsonl
    value() { sed -n "s/.*\"event\":\"hidden\".*\"layer\":\"layers.0.embed\".*\"$1\":\([^,}]*\).*/\1/p" run/metrics.jsonl; }
    awk -v r="$(value rank)" 'BEGIN { exit !((r - 1) ^ 2 < 1e-10) }'
    cat >energy.awk <<'AWK'
FILENAME == "w" { C = 8; for (c = 1; c <= C; c++) for (s = 0; s < 2; s++) x[s, c] = $(2 * C + c) + $(s * C + c) / sqrt(2); next }
    FILENAME == "types" { type[n++] = $1; next }
    FILENAME == "ptr" { ptr[m++] = $1; next }
    { nbr[e++] = $1 }
    END {
        for (i = 0; i < n; i++) {
            for (c = 1; c <= C; c++) size += x[type[i], c] ^ 2
            for (k = ptr[i]; k < ptr[i + 1]; k++) for (c = 1; c <= C; c++) apart += (x[type[i], c] - x[type[nbr[k]], c]) ^ 2
        }
        print apart / size, size / (n * C)
    }
AWK
    for frame in 6 7; do
        gg-select --frames $frame "$DATA/tiny.ggs" | gg-neighbors --cutoff 1.6 -o n.ggs
        paste <(gg-dump -d layers.0.embed.weight.0.0 run/model.ggm | awk 'NR == 1') <(gg-dump -d layers.0.embed.weight.0.0 run/model.ggm | awk 'NR == 2') \
            <(gg-dump -d layers.0.embed.bias.0 run/model.ggm | tr '\n' '\t') >w
        gg-dump -d type n.ggs >types
        gg-dump -d edge_ptr n.ggs >ptr
        gg-dump -d edge_nbr n.ggs >nbr
        awk -f energy.awk w types ptr nbr
    done >want
    awk -v e="$(value dirichlet)" -v s="$(value square)" '{ E += $1 / 2; S += $2 / 2 } END { print E, e, S, s; exit !((E - e) ^ 2 < 1e-8 * E * E && (S - s) ^ 2 < 1e-8 * S * S && E > 1) }' want
    # what is looked at changes nothing, nor does the way it was come by
    gg-train -q -o plain m.yaml "$DATA/tiny.ggs"
    gg-cmp --ignore meta.model.yaml run/model.ggm plain/model.ggm
    [ "$(grep -v '"hidden"\|"start"\|"end"' run/metrics.jsonl)" = "$(grep -v '"start"\|"end"' plain/metrics.jsonl)" ]
    gg-train -q -o again --threads 1 --set 'train.hidden=["layers.1.*", "heads.*"]' m.yaml "$DATA/tiny.ggs"
    [ "$(grep '"hidden".*\(layers.1\|heads\)' run/metrics.jsonl)" = "$(grep '"hidden"' again/metrics.jsonl | grep -v '"start"')" ]
    # variance of prediction over that of the truth
    gg-select --frames 6:8 "$DATA/tiny.ggs" | gg-predict run/model.ggm | gg-corr -q --bootstrap 0 --species A --tsv |
        awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next } { print $at["variance_ratio"] }' >want
    sed -n 's/.*"species":"A".*"variance_ratio":\([^}]*\).*/\1/p' run/metrics.jsonl | paste want - |
        awk '{ n++; if (($1 - $2) ^ 2 > 1e-2 * $1 * $1) exit 1 } END { exit !(n == 4) }'
    refuses 2 "train.hidden: 'layers.9.*' matches no layer with features on particles .the first is 'layers.0.embed'" \
        gg-train -q -o no --set 'train.hidden=["layers.9.*"]' m.yaml "$DATA/tiny.ggs"
    # of a network that begins on edges, too, the advice is a layer on particles, and can be followed
    set -- --epochs 1 --set let.C=2 --set let.K=8 --set let.rounds=0 --set train.validation=0.25 "$ROOT/examples/models/allegro.yaml" "$DATA/tiny.ggs"
    refuses 2 "train.hidden: 'no' matches no layer with features on particles .the first is 'layers.1.actnorm'" \
        gg-train -q -o no --set 'train.hidden=[no]' "$@"
    gg-train -q -o allegro --set 'train.hidden=[layers.1.actnorm]' "$@"
    grep -q '"event":"hidden".*"layer":"layers.1.actnorm"' allegro/metrics.jsonl
    refuses 2 'train.hidden: looks at the validation frames, and there is none' \
        gg-train -q -o no --set 'train.hidden=["*"]' --set train.validation=0 m.yaml "$DATA/tiny.ggs"
}
