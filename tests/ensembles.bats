#!/usr/bin/env bats
# ensembles.bats -- several models, and several samples of one configuration, predict together: mean and spread

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    cat >m.yaml <<'YAML'
inputs: {node: [type], cutoff: 1.6}
layers:
  - {layer: embed, channels: 4, out: h}
  - {layer: conv, in: h, lmax: 2, out_irreps: gate(4x0e+4x1o+4x2e), radial: {n: 6, hidden: [8]}, out: m}
  - {layer: gate, in: m, out: h}
heads:
  - {target: propensity, in: h, layer: mlp, hidden: [8]}
  - {target: displacement, in: h, layer: gated}
train: {lr: 0.02, epochs: 1}
YAML
    likelihood='loss=[{term: gaussian, head: propensity}, {term: gaussian, head: displacement}]'
}
models() { # OPTION...: a.ggm b.ggm c.ggm of three seeds
    for s in a b c; do
        gg-train -q -o run.$s --seed "$(printf %d "'$s")" "$@" m.yaml "$DATA/tiny.ggs"
        cp run.$s/model.ggm $s.ggm
    done
}
numbers() { gg-dump -d "$1" "$2" | grep -v '^#'; } # FIELD FILE
# one_id FILE: the same frames, all of one id
one_id() { gg-dump --text "$1" | sed 's/^frame .*/frame one/' | gg-dump -r; }

# bats test_tags=law
@test "mean and spread are those of the predictions of the models, however these are given" {
    models
    cat a.ggm b.ggm c.ggm >all.ggm
    gg-predict all.ggm "$DATA/tiny.ggs" -o all.ggs
    gg-predict a.ggm --with b.ggm --with c.ggm "$DATA/tiny.ggs" | gg-cmp - all.ggs
    for s in a b c; do
        gg-predict $s.ggm "$DATA/tiny.ggs" -o $s.ggs
        numbers propensity_pred $s.ggs | tr ' ' '\n' >$s.txt
        numbers displacement_pred $s.ggs | tr ' ' '\n' >$s.vec
    done
    paste a.txt b.txt c.txt <(numbers propensity_pred all.ggs | tr ' ' '\n') <(numbers propensity_std all.ggs | tr ' ' '\n') | awk '
        { m = ($1 + $2 + $3) / 3; v = (($1 - m)^2 + ($2 - m)^2 + ($3 - m)^2) / 3; n++
          if (!((m - $4)^2 < 1e-12 && (sqrt(v) - $5)^2 < 1e-10)) bad++ }
        END { exit n < 1000 || bad }'
    # the trace of the covariance, sqrt3 times its first number, is the sum of the variances of the components
    paste a.vec b.vec c.vec | awk '
        { m = ($1 + $2 + $3) / 3; v += (($1 - m)^2 + ($2 - m)^2 + ($3 - m)^2) / 3 } NR % 3 == 0 { printf "%.9g\n", v; v = 0 }' >trace
    paste trace <(numbers displacement_cov all.ggs | tr ' ' '\n' | awk 'NR % 6 == 1') | awk '
        { n++; if (!(($1 - sqrt(3) * $2)^2 < 1e-14 + 1e-8 * $1^2)) bad++; if ($1 > 0) some++ } END { exit n < 1000 || some < 1000 || bad }'
}

# bats test_tags=law
@test "what was learned of the spread is added: the mean of the variances and the variance of the means" {
    models --set "$likelihood"
    gg-predict a.ggm --with b.ggm --with c.ggm "$DATA/tiny.ggs" -o all.ggs
    for s in a b c; do
        gg-predict $s.ggm "$DATA/tiny.ggs" -o $s.ggs
        paste <(numbers propensity_pred $s.ggs | tr ' ' '\n') <(numbers propensity_std $s.ggs | tr ' ' '\n') >$s.txt
        numbers displacement_cov $s.ggs | tr ' ' '\n' >$s.cov
        numbers displacement_pred $s.ggs | tr ' ' '\n' >$s.vec
    done
    paste a.txt b.txt c.txt <(numbers propensity_std all.ggs | tr ' ' '\n') | awk '
        { m = ($1 + $3 + $5) / 3; v = (($1 - m)^2 + ($3 - m)^2 + ($5 - m)^2 + $2^2 + $4^2 + $6^2) / 3; n++
          if (!((sqrt(v) - $7)^2 < 1e-10)) bad++ }
        END { exit n < 1000 || bad }'
    paste a.vec b.vec c.vec | awk '
        { m = ($1 + $2 + $3) / 3; v += (($1 - m)^2 + ($2 - m)^2 + ($3 - m)^2) / 3 } NR % 3 == 0 { printf "%.9g\n", v; v = 0 }' >trace
    paste trace <(paste a.cov b.cov c.cov <(numbers displacement_cov all.ggs | tr ' ' '\n') | awk 'NR % 6 == 1') | awk '
        { n++; if (!(($1 / sqrt(3) + ($2 + $3 + $4) / 3 - $5)^2 < 1e-14 + 1e-8 * $5^2)) bad++ } END { exit n < 1000 || bad }'
}

# bats test_tags=law
@test "the spread turns with the configuration, and is the same for any number of threads" {
    models --set "$likelihood"
    cat a.ggm b.ggm >two.ggm
    gg-predict --threads 1 two.ggm "$DATA/tiny.ggs" -o p.ggs
    gg-predict --threads 3 two.ggm "$DATA/tiny.ggs" | gg-cmp - p.ggs
    gg-rotate --seed 5 --reflect p.ggs -o turned.ggs
    gg-rotate --seed 5 --reflect "$DATA/tiny.ggs" | gg-predict two.ggm -o of_turned.ggs
    gg-cmp --fields propensity_std,displacement_cov --rel 1e-4 turned.ggs of_turned.ggs
}

# bats test_tags=law
@test "samples of one configuration become one frame: mean and spread over samples and models" {
    models
    gg-select --frames 0:3 "$DATA/tiny.ggs" -o three.ggs
    one_id three.ggs >one.ggs
    gg-predict --average a.ggm one.ggs -o av.ggs
    [ "$(gg-dump av.ggs | grep -c '^frame')" -eq 1 ]
    gg-dump --check av.ggs
    gg-predict a.ggm three.ggs -o each.ggs
    for k in 0 1 2; do gg-select --frames $k each.ggs | gg-dump -d propensity_pred | grep -v '^#' | tr ' ' '\n' >$k.txt; done
    paste 0.txt 1.txt 2.txt <(numbers propensity_pred av.ggs | tr ' ' '\n') <(numbers propensity_std av.ggs | tr ' ' '\n') | awk '
        { m = ($1 + $2 + $3) / 3; v = (($1 - m)^2 + ($2 - m)^2 + ($3 - m)^2) / 3; n++
          if (!((m - $4)^2 < 1e-12 && (sqrt(v) - $5)^2 < 1e-10)) bad++ }
        END { exit n < 1000 || bad }'
    # all else is that of the first sample
    gg-select --drop '*_pred,*_std,*_cov' av.ggs | gg-dump -d pos >rest
    gg-select --frames 0 one.ggs | gg-dump -d pos | cmp - rest
    # samples need not stand together, and their order matters to rounding alone
    cat "$DATA/tiny.ggs" "$DATA/tiny.ggs" | gg-predict --average a.ggm --with b.ggm -o twice.ggs
    gg-predict a.ggm --with b.ggm "$DATA/tiny.ggs" -o once.ggs
    gg-cmp --rel 1e-5 --fields '*_pred,propensity_std' once.ggs twice.ggs
    gg-select --frames 2 one.ggs -o last.ggs
    gg-select --frames 0:2 one.ggs | cat last.ggs - | gg-predict --average a.ggm -o other.ggs
    gg-cmp --rel 1e-5 --fields 'propensity_pred,propensity_std' av.ggs other.ggs
    # a frame that is alone has no spread
    gg-predict --average a.ggm "$DATA/tiny.ggs" -o alone.ggs
    gg-predict a.ggm "$DATA/tiny.ggs" | gg-cmp --fields '*_pred' - alone.ggs
    [ -z "$(gg-dump alone.ggs | grep -E '_std|_cov')" ]
}

# bats test_tags=reader
@test "what cannot be joined is refused, with model, frame and field" {
    models
    gg-select --frames 0 "$DATA/tiny.ggs" -o first.ggs
    gg-select --species A first.ggs | cat first.ggs - | refuses 3 "frame 0 .KA/N250/T0.64/1.: --average: [0-9]+ particles, and the first frame of this id has 250" \
        gg-predict -o out.ggs --average a.ggm
    gg-rotate --permute 3 first.ggs | cat first.ggs - |
        refuses 3 "frame 0 .KA/N250/T0.64/1.: --average: field 'type': other species, or another order" gg-predict -o out.ggs --average a.ggm
    gg-dump --text first.ggs | sed 's/^frame .*/frame/' | gg-dump -r | refuses 3 "frame 0: --average: the frame has no id, .* gg-import --sample-id" \
        gg-predict -o out.ggs --average a.ggm
    [ ! -e out.ggs ]
    gg-train -q -o other --set 'heads=[{target: propensity, in: h, layer: mlp, hidden: [8]}]' m.yaml "$DATA/tiny.ggs"
    refuses 3 "other/model.ggm: model 1: it has 1 heads and the first model 2: models that predict together" \
        gg-predict a.ggm --with other/model.ggm first.ggs
    gg-train -q -o spread --set "$likelihood" m.yaml "$DATA/tiny.ggs"
    refuses 3 "spread/model.ggm: model 1: head 0, 'propensity', has another spread than that of the first model" \
        gg-predict a.ggm --with spread/model.ggm first.ggs
    gg-select --drop displacement,propensity_var --rename propensity=mobility "$DATA/tiny.ggs" -o mobility.ggs
    gg-train -q -o named --set 'heads=[{target: mobility, in: h, layer: mlp, hidden: [8]}]' m.yaml mobility.ggs
    refuses 3 "named/model.ggm: model 1: head 0, 'mobility', has another target than that of the first model, 'propensity'" \
        gg-predict other/model.ggm --with named/model.ggm first.ggs
    cat a.ggm first.ggs >mixed.ggm
    refuses 3 "mixed.ggm: schema gg.graph/1: a model .gg.model/1. is wanted" gg-predict mixed.ggm first.ggs
    # what wants one model says so
    cat a.ggm b.ggm >two.ggm
    refuses 3 "two.ggm: more than one model in the file, one is wanted: gg-train leaves each member .* seed.K/model.ggm" gg-dump --layers two.ggm
    refuses 3 "train.from: two.ggm: more than one model" gg-train -q -o no --from two.ggm m.yaml first.ggs
    refuses 5 "nothing.ggm" gg-predict a.ggm --with nothing.ggm first.ggs
}

@test "--seeds: members are what each seed alone would be, and one file" {
    set -- --set train.validation=0.25 --epochs 2 m.yaml "$DATA/tiny.ggs"
    gg-train --seed 4 --seeds 3 -o all "$@" 2>said
    for k in 4 5 6; do
        gg-train -q --seed $k -o alone.$k "$@"
        gg-cmp alone.$k/model.ggm all/seed.$k/model.ggm
        grep -q "^gg-train: seed $k, in all/seed.$k$" said
    done
    [ "$(grep -c 'next: gg-predict all/model.ggm FRAMES.ggs' said)" -eq 1 ]
    [ "$(grep -c 'next: ' said)" -eq 1 ]
    cat all/seed.{4,5,6}/model.ggm | cmp - all/model.ggm
    gg-dump all/model.ggm | grep -q 'gg.model/1, 3 members'
    # more of them, on other threads: those that are there are kept
    before=$(stat -c %Y all/seed.4/checkpoint.*)
    gg-train -q --threads 3 --seed 4 --seeds 4 -o all "$@"
    [ "$(stat -c %Y all/seed.4/checkpoint.*)" = "$before" ]
    gg-train -q --threads 1 --seed 7 -o alone.7 "$@"
    cat all/seed.{4,5,6}/model.ggm | cmp -n "$(cat all/seed.{4,5,6}/model.ggm | wc -c)" - all/model.ggm
    gg-cmp alone.7/model.ggm all/seed.7/model.ggm
    gg-predict all/model.ggm "$DATA/tiny.ggs" | gg-dump | grep -q propensity_std
}

@test "--seeds with a loss whose normaliser is drawn, and parameters that are taken" {
    gg-train -q --seed 9 -o from m.yaml "$DATA/tiny.ggs"
    set -- --set 'loss=[{term: mse}, {term: pearson, head: propensity}]' --from from/model.ggm \
        --set 'train.take=layers.*' m.yaml "$DATA/tiny.ggs"
    gg-train -q --seed 1 --seeds 2 -o all "$@"
    gg-train -q --seed 2 -o alone "$@"
    gg-cmp alone/model.ggm all/seed.2/model.ggm
}

@test "--seeds: stopped or killed, the same command goes on to the same bytes" {
    set -- -q --seed 1 --seeds 3 --epochs 4 m.yaml "$DATA/tiny.ggs"
    gg-train -o whole "$@"
    n=0
    for pause in 0.1 0.2 0.3 0.4 0.5; do
        gg-train -o cut "$@" &
        sleep $pause
        kill -KILL $! 2>/dev/null && n=$((n + 1))
        wait $! || true
    done
    gg-train -o cut --threads 1 "$@"
    cmp whole/model.ggm cut/model.ggm
    gg-train -o term "$@" --epochs 4000 &
    sleep 0.5
    kill -TERM $!
    status=0
    wait $! || status=$?
    [ "$status" -eq 75 ]
    [ ! -e term/model.ggm ]
    refuses 5 "term/model.ggm: training is not finished: go on with the same command" gg-predict term/model.ggm "$DATA/tiny.ggs"
}

@test "--seeds: a folder of members is no place for one model, whatever its seed; models of several files at asked times" {
    tiny_network 'epochs: 1'
    gg-train -q -o ens --seed 5 --seeds 2 m.yaml "$DATA/tiny.ggs"
    refuses 2 "holds the members of --seeds" gg-train -q -o ens m.yaml "$DATA/tiny.ggs"
    [ "$(gg-dump ens/model.ggm | grep -c ', 2 members')" -eq 1 ]
    set -- -q --epochs 1 --set inputs.positions=pos --set 'inputs.node=[type]' --set let.C=2 --set let.rounds=0 "$ROOT/examples/models/se3_time.yaml" "$DATA/tiny.ggs"
    gg-train -o a --seed 1 "$@"
    gg-train -o b --seed 2 "$@"
    gg-predict --times 0.5,2 --with b/model.ggm a/model.ggm "$DATA/tiny.ggs" -o two.ggs
    cat a/model.ggm b/model.ggm >both.ggm
    gg-predict --times 0.5,2 both.ggm "$DATA/tiny.ggs" | gg-cmp - two.ggs
}

@test "--seeds: what cannot be is refused, and --estimate counts all models" {
    gg-train -q -o one m.yaml "$DATA/tiny.ggs"
    refuses 2 "one: holds the run of one model: use another -o" gg-train -q --seeds 2 -o one m.yaml "$DATA/tiny.ggs"
    gg-train -q --seeds 2 -o two m.yaml "$DATA/tiny.ggs"
    refuses 2 "two: holds the members of --seeds: use another -o" gg-train -q -o two m.yaml "$DATA/tiny.ggs"
    refuses 2 "--resume x.ggs: is of one model, and --seeds trains several: auto or never" gg-train -q --resume x.ggs --seeds 2 -o two m.yaml \
        "$DATA/tiny.ggs"
    refuses 2 "--seeds: a fit draws nothing" gg-train -q --seeds 2 -o fit "$ROOT/examples/models/ridge.yaml" "$DATA/tiny.ggs"
    refuses 2 "--seeds 2: seeds from 4294967295 on" gg-train -q --seed 4294967295 --seeds 2 -o no m.yaml "$DATA/tiny.ggs"
    gg-train --estimate --seeds 3 m.yaml "$DATA/tiny.ggs" | grep -q '^time of the run .* for 1 epochs of 3 models$'
}
