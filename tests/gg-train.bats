#!/usr/bin/env bats
# gg-train.bats -- training: it learns, it goes on where it stopped to the same bytes, it refuses in one line

load helper

model() { tiny_network 'epochs: 6, validation: 0.25'; }

value() { grep -o "\"$1\":[^,}]*" | cut -d: -f2; } # of the lines of JSON on standard input

@test "the loss falls, and the model predicts what it was trained on" {
    model
    gg-train -q --epochs 60 -o run m.yaml "$DATA/tiny.ggs"
    grep '"event":"epoch"' run/metrics.jsonl | value loss >losses
    awk 'NR == 1 { first = $1 } END { exit !(NR == 60 && $1 < 0.93 * first) }' losses
    gg-predict run/model.ggm "$DATA/tiny.ggs" | gg-corr --tsv >corr.tsv
    awk -F'\t' 'NR == 1 { for (k = 1; k <= NF; k++) c[$k] = k; next }
        $c["species"] == "A" { n++; sum += $c["rho_config"] } END { exit !(n > 0 && sum / n > 0.2) }' corr.tsv
}

@test "the same bytes again, for any number of threads, and from a pipe" {
    model
    gg-train -q --threads 1 -o one m.yaml "$DATA/tiny.ggs"
    gg-train -q --threads 2 -o two m.yaml "$DATA/tiny.ggs"
    gg-train -q --threads 4 -o four m.yaml <"$DATA/tiny.ggs"
    gg-cmp one/model.ggm two/model.ggm
    gg-cmp one/model.ggm four/model.ggm
}

@test "stopped by a signal: status 75, and the same command ends as if nothing had been" {
    model
    gg-train -q -o whole m.yaml "$DATA/tiny.ggs"
    gg-train -q --epochs 6 -o cut m.yaml "$DATA/tiny.ggs" &
    pid=$!
    while [ ! -s cut/metrics.jsonl ]; do kill -0 $pid || break; sleep 0.01; done
    kill -TERM $pid 2>/dev/null || true
    status=0
    wait $pid || status=$?
    [ "$status" -eq 75 ] || [ "$status" -eq 0 ]
    gg-train -q --epochs 6 -o cut m.yaml "$DATA/tiny.ggs"
    gg-cmp whole/model.ggm cut/model.ggm
    grep -v '"event":"start"' whole/metrics.jsonl | sed -E 's/"(seconds|processor)":[^,}]*//g' >a
    grep -v '"event":"start"' cut/metrics.jsonl | sed -E 's/"(seconds|processor)":[^,}]*//g' >b
    cmp a b
}

@test "what a run cost: the operations that were foretold for its epochs, and the processor's seconds of all its parts" {
    model
    cost() { tail -n 1 "$1/metrics.jsonl" | value "$2"; }
    foretold() { gg-train --estimate --tsv "$@" m.yaml "$DATA/tiny.ggs" | awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next } { print $at["gflop"] }'; }
    same() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a > 0 && a - b < 1e-5 * a && b - a < 1e-5 * a) }'; }
    gg-train -q --set train.schedule=constant --epochs 3 -o run m.yaml "$DATA/tiny.ggs"
    same "$(cost run gflop)" "$(foretold --epochs 3)"
    first=$(cost run processor)
    newest() { find run -name 'checkpoint.*' | sort | tail -n 1; }
    gg-dump --text "$(newest)" | sed -E 's/^\tseconds\t.*/\tseconds\t1000/' | gg-dump -r >slow.ggs
    gg-train -q --set train.schedule=constant --epochs 4 --resume slow.ggs -o run m.yaml "$DATA/tiny.ggs"
    same "$(cost run gflop)" "$(foretold --epochs 4)"
    awk -v a="$first" -v both="$(cost run processor)" 'BEGIN { exit !(a > 0 && a < 900 && both > 1000 && both < 1900) }'
    # a checkpoint of before these were counted does not know
    gg-dump --text "$(newest)" | grep -vP '^\tseconds\t' | gg-dump -r >old.ggs
    gg-train -q --set train.schedule=constant --epochs 5 --resume old.ggs -o run m.yaml "$DATA/tiny.ggs"
    same "$(cost run gflop)" "$(foretold --epochs 5)"
    [ "$(cost run processor)" = null ]
    # members of an ensemble: each its own, together no more than the process
    TIMEFORMAT='%U %S'
    { time gg-train -q --seeds 2 --epochs 2 -o both m.yaml "$DATA/tiny.ggs"; } 2>all
    for k in 3 4; do same "$(cost both/seed.$k gflop)" "$(foretold --epochs 2)"; done
    awk -v a="$(cost both/seed.3 processor)" -v b="$(cost both/seed.4 processor)" '{ exit !(a > 0 && b > 0 && a + b < $1 + $2 + 0.01) }' all
    # an early end is not charged for the epochs that were not
    gg-train -q --set train.patience=1 --epochs 500 --lr 1 -o early m.yaml "$DATA/tiny.ggs"
    n=$(grep -c '"event":"epoch"' early/metrics.jsonl)
    [ "$n" -lt 500 ]
    same "$(cost early gflop)" "$(foretold --epochs "$n")"
    # a fit
    gg-features -q --add density -o f.ggs "$DATA/tiny.ggs"
    printf 'fit: {kind: ridge, inputs: [node_features]}\nheads: [{target: propensity}]\n' >m.yaml
    gg-train -q -o fit m.yaml f.ggs
    wanted=$(gg-train --estimate --tsv m.yaml f.ggs | awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next } { print $at["gflop"] }')
    same "$(cost fit gflop)" "$wanted"
    awk -v s="$(cost fit processor)" 'BEGIN { exit !(s > 0) }'
}

@test "killed at any time: it resumes to the same bytes" {
    model
    gg-train -q --epochs 12 -o whole m.yaml "$DATA/tiny.ggs"
    for pause in 0.05 0.1 0.15 0.2 0.3; do
        gg-train -q --epochs 12 -o cut m.yaml "$DATA/tiny.ggs" &
        sleep $pause
        kill -KILL $! 2>/dev/null || true
        wait $! || true
    done
    gg-train -q --epochs 12 -o cut m.yaml "$DATA/tiny.ggs"
    gg-cmp whole/model.ggm cut/model.ggm
    [ "$(find cut -name 'checkpoint.*.ggs' | wc -l)" -eq 2 ]
    [ -z "$(find cut -name '*.tmp.*' -newer cut/model.ggm)" ]
}

@test "another configuration or other data are not resumed" {
    model
    gg-train -q --epochs 2 -o run m.yaml "$DATA/tiny.ggs"
    refuses 2 "another configuration" gg-train -q --epochs 2 --lr 0.01 -o run m.yaml "$DATA/tiny.ggs"
    gg-select --limit 5 "$DATA/tiny.ggs" -o less.ggs
    refuses 2 "other data" gg-train -q --epochs 2 -o run m.yaml less.ggs
    gg-train -q --epochs 3 --resume never -o run m.yaml "$DATA/tiny.ggs"
    gg-train -q --epochs 4 --resume-anyway -o run m.yaml "$DATA/tiny.ggs"
}

# bats test_tags=golden
@test "the recommended network has the parameters that its description counts" {
    sed '/actnorm/d' "$ROOT/examples/models/se3.yaml" >plain.yaml
    # 23,220 with ten times and an energy: two columns of the head a time
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-quench -o q.ggs
    times=$(gg-dump --json q.ggs | grep -o '"time":' | wc -l)
    [ "$times" -ge 1 ]
    n=$(gg-train --estimate plain.yaml q.ggs | awk '/^parameters/ { print $2 }')
    t=$(gg-dump -d time q.ggs | grep -vc '^#')
    [ "$n" -eq $((23220 - (10 - t) * 2 * 33)) ]
    v=$(gg-train --estimate --set 'heads=[{target: displacement, in: h, layer: gated_vector}]' plain.yaml q.ggs | awk '/^parameters/ { print $2 }')
    [ "$v" -eq $((23220 - 2004 + t * 72)) ]
}

@test "validation frames: by field, by file, by part" {
    model
    gg-select --split 3:1:0 "$DATA/tiny.ggs" -o split.ggs
    gg-train --estimate m.yaml split.ggs | grep -q '^frames .* 6 training, 2 validation$'
    gg-select --frames 0:5 "$DATA/tiny.ggs" -o train.ggs
    gg-select --frames 5:8 "$DATA/tiny.ggs" -o test.ggs
    gg-train --estimate --validation test.ggs m.yaml train.ggs | grep -q '^frames .* 5 training, 3 validation$'
    gg-train --estimate m.yaml "$DATA/tiny.ggs" | grep -q '^frames .* 6 training, 2 validation$'
    refuses 3 "stands twice" gg-train -q -o run --validation test.ggs m.yaml "$DATA/tiny.ggs"
}

# bats test_tags=tiny
@test "a vector target, and some of the times" {
    model
    gg-train -q --epochs 2 -o run --set 'heads=[{target: displacement, in: h, layer: gated_vector, weight: 0.5},
        {target: propensity, in: h, layer: mlp, hidden: [8], times: [1]}]' m.yaml "$DATA/tiny.ggs"
    gg-predict run/model.ggm "$DATA/tiny.ggs" -o p.ggs
    gg-dump --check p.ggs
    gg-dump p.ggs | grep -q 'displacement_pred *f32 *\[node, time, 3\] *prediction *1x1o'
    refuses 2 "have no time 77" gg-train -q -o run2 --set heads.0.times=[77] m.yaml "$DATA/tiny.ggs"
}

@test "the effective configuration tells where each value comes from" {
    model
    gg-train --print-config --lr 1e-4 --set conv.lmax=0 m.yaml >config
    grep -q 'lmax: 0.*--set' config
    grep -q 'lr: .*command line' config
    grep -q 'ema: 0.9.*m.yaml:[0-9]' config
    grep -q 'beta1: 0.9.*default' config
    gg-train --list-layers | grep -q '^conv '
}

@test "wrong usage and wrong configurations: status 2, one line" {
    model
    refuses 2 "model file" gg-train -o run
    refuses 2 "FOLDER is missing" gg-train m.yaml "$DATA/tiny.ggs"
    refuses 5 "nothing.yaml" gg-train -o run nothing.yaml "$DATA/tiny.ggs"
    refuses 2 "did you mean conv" gg-train -o run --set layers.1.layer=comv m.yaml "$DATA/tiny.ggs"
    refuses 2 "did you mean lmax" gg-train -o run --set layers.1.lmx=2 m.yaml "$DATA/tiny.ggs"
    refuses 2 "lmax" gg-train -o run --set conv.lmax=two m.yaml "$DATA/tiny.ggs"
    refuses 2 "no value is called 'q'" gg-train -o run --set layers.2.in=q m.yaml "$DATA/tiny.ggs"
    refuses 2 "target 'typo'" gg-train -o run --set heads.0.target=typo m.yaml "$DATA/tiny.ggs"
    refuses 2 "did you mean epochs" gg-train -o run --set train.epocs=2 m.yaml "$DATA/tiny.ggs"
    refuses 2 "none of the 2 species" gg-train -o run --set loss.species=[C] m.yaml "$DATA/tiny.ggs"
    refuses 2 "gated_vector" gg-train -o run --set 'heads.0={target: propensity, in: h, layer: gated_vector}' m.yaml "$DATA/tiny.ggs"
    [ ! -e run/model.ggm ]
}

@test "wrong data: the frame, the field, what would be right" {
    model
    : >empty
    refuses 4 "empty" gg-train -o run m.yaml empty
    head -c 100000 "$DATA/tiny.ggs" >cut.ggs
    refuses 4 "cut.ggs" gg-train -o run m.yaml cut.ggs
    refuses 3 "m.yaml" gg-train -o run m.yaml m.yaml
    gg-select --drop propensity,displacement "$DATA/tiny.ggs" -o none.ggs
    refuses 3 "none of the model's targets" gg-train -o run m.yaml none.ggs
    refuses 3 "pos_inherent.*gg-quench" gg-train -o run --set inputs.positions=pos_inherent m.yaml "$DATA/tiny.ggs"
    refuses 3 "energy_inherent.*gg-quench" gg-train -o run --set 'inputs.node=[type, energy_inherent]' m.yaml "$DATA/tiny.ggs"
    refuses 6 "sample '.*', epoch [0-9]+: the (loss|gradient) is not finite: [a-z0-9.]+ is the first layer whose output is not finite, at particle [0-9]+" \
        gg-train -q -o run --set train.weight_decay=1000 --lr 1000 --epochs 50 m.yaml "$DATA/tiny.ggs"
    [ ! -e run/model.ggm ]
}

# text FILE SED-EDIT...: tiny.ggs into FILE through sed
text() { gg-dump --text "$DATA/tiny.ggs" | sed "${@:2}" >"$1.txt" && gg-dump -r -o "$1" "$1.txt"; }

@test "validation frames at times that are not trained are refused; those of test frames do not shape the network" {
    model
    text other.ggs -e '/^field time/{n;s/.*/\t3 30 300 3000/}' -e 's/^frame /&other/'
    refuses 3 "no target to validate on: the 8 validation frames have no number .* for 'propensity'" \
        gg-train -q -o run --validation other.ggs m.yaml "$DATA/tiny.ggs"
    [ ! -e run/model.ggm ]
    gg-select --limit 2 "$DATA/tiny.ggs" | gg-select --join - other.ggs -o some.ggs
    gg-select --frames 2: -o rest.ggs "$DATA/tiny.ggs"
    gg-train -q --epochs 1 -o two --validation <(gg-select --limit 2 "$DATA/tiny.ggs") m.yaml rest.ggs
    gg-train --epochs 1 -o some --validation some.ggs m.yaml rest.ggs 2>said
    grep -q '8 of 10 validation frames have no target that is trained: left out' said
    validated() { grep '"event":"epoch"' "$1/metrics.jsonl" | grep -o '"loss_validation":[^,}]*'; }
    [ "$(validated some)" = "$(validated two)" ]
    gg-select --split 0:0:1 other.ggs -o test.ggs
    gg-select --join "$DATA/tiny.ggs" test.ggs -o both.ggs
    gg-train -q --epochs 1 -o alone m.yaml "$DATA/tiny.ggs"
    gg-train -q --epochs 1 -o beside m.yaml both.ggs
    gg-cmp alone/model.ggm beside/model.ggm
}

@test "a validation loss that is not finite ends the training and names the sample" {
    model
    text hot.ggs -e '/^field temperature/{n;s/.*/\t3e38/}' -e 's/^frame /&hot/'
    refuses 6 "sample 'hot.*', judged behind epoch 1: the loss is not finite" gg-train -q -o run --validation hot.ggs \
        --set inputs.graph=[temperature] --set 'heads.0.in=both' --set 'layers.3={layer: concat, in: [h, temperature], out: both}' \
        m.yaml "$DATA/tiny.ggs"
    [ ! -e run/model.ggm ]
}

@test "a loss that nothing can be learned from is refused" {
    model
    refuses 2 "no head of the term has the time 99" gg-train -q -o run --set 'loss=[{term: mse, times: [99]}]' m.yaml "$DATA/tiny.ggs"
    refuses 2 "all weights are 0" gg-train -q -o run --set 'loss=[{term: mse, weight: 0}]' m.yaml "$DATA/tiny.ggs"
    [ ! -e run/model.ggm ]
}

# bats test_tags=golden
@test "deepmind.yaml and botan.yaml have the published numbers of parameters" {
    # 62,401 with one time, 65 more for each further one; the shipped data have four.
    n=$(gg-train --estimate "$ROOT/examples/models/deepmind.yaml" "$DATA/tiny.ggs" | awk '/^parameters/ { print $2 }')
    [ "$n" -eq $((62401 + 3 * 65)) ]
    own=$(gg-train --estimate --set layers.4.share=false "$ROOT/examples/models/deepmind.yaml" "$DATA/tiny.ggs" | awk '/^parameters/ { print $2 }')
    [ "$own" -eq $((n + 6 * (28800 - 4096 + 16512))) ]
    # Both heads have the same parameters.
    gg-neighbors --cutoff 2 "$DATA/tiny_replicas.ggs" | gg-targets --add propensity,distance_change -o b.ggs
    n=$(gg-train --estimate "$ROOT/examples/models/botan.yaml" b.ggs | awk '/^parameters/ { print $2 }')
    [ "$n" -eq $((54209 + 65)) ]
    n=$(gg-train --estimate --set heads.1.share=distance_change "$ROOT/examples/models/botan.yaml" b.ggs 2>&1 || true)
    [[ "$n" =~ "share: no head before this one has the target 'distance_change'" ]]
}

# A network that sees the axes, and one that does not.
edges() {
    cat >edges.yaml <<'YAML'
inputs: {node: [type], cutoff: 1.5, self: true}
layers:
  - {layer: edge_vector, as: numbers, out: v}
  - {layer: edge_mlp, in: [v, x], at: [edge, sender], hidden: [8], outputs: 8, out: e}
  - {layer: sum, in: e, out: s}
heads:
  - {target: propensity, in: s, layer: mlp, hidden: [8]}
train: {epochs: 8, augment: axes}
YAML
    cat >turns.yaml <<'YAML'
inputs: {node: [type], cutoff: 1.5}
layers:
  - {layer: embed, channels: 4, out: h}
  - {layer: conv, in: h, lmax: 1, out_irreps: gate(4x0e+4x1o), radial: {n: 4, hidden: [8]}, out: m}
  - {layer: gate, in: m, out: h}
  - {layer: conv, in: h, lmax: 1, out_irreps: 4x0e, radial: {n: 4, hidden: [8]}, out: m}
heads:
  - {target: propensity, in: m, layer: mlp, hidden: [8]}
train: {epochs: 4, augment: axes}
YAML
}

@test "augmentation: nothing to a network that turns, something to one that does not" {
    edges
    for m in edges turns; do
        gg-train -q -o "$m" "$m.yaml" "$DATA/tiny.ggs"
        gg-train -q -o "$m.plain" --set train.augment=none "$m.yaml" "$DATA/tiny.ggs"
        for r in "$m" "$m.plain"; do gg-predict "$r/model.ggm" "$DATA/tiny.ggs" -o "$r.ggs"; done
    done
    gg-cmp --fields propensity_pred --rel 1e-4 turns.ggs turns.plain.ggs
    run -1 gg-cmp -q --fields propensity_pred --rel 1e-3 edges.ggs edges.plain.ggs
    # vectors turn along: again nothing to a network that turns
    for r in axes none; do
        gg-train -q -o "vector.$r" --set train.augment=$r --set 'heads=[{target: displacement, in: h, layer: gated_vector}]' turns.yaml \
            "$DATA/tiny.ggs"
        gg-predict "vector.$r/model.ggm" "$DATA/tiny.ggs" -o "vector.$r.ggs"
    done
    gg-cmp --fields displacement_pred --rel 1e-3 vector.axes.ggs vector.none.ggs
}

@test "augmented, stopped and gone on with: the same bytes, for any number of threads" {
    edges
    gg-train -q -o whole --threads 1 edges.yaml "$DATA/tiny.ggs"
    for pause in 0.03 0.06 0.1; do
        gg-train -q -o cut --threads 2 edges.yaml "$DATA/tiny.ggs" &
        sleep $pause
        kill -KILL $! 2>/dev/null || true
        wait $! || true
    done
    gg-train -q -o cut --threads 3 edges.yaml "$DATA/tiny.ggs"
    gg-cmp whole/model.ggm cut/model.ggm
}

@test "views: a list, each with its keys; rotations are nothing to a network that turns; stopped and gone on with" {
    edges
    gg-train -q -o plain --set train.augment=none turns.yaml "$DATA/tiny.ggs"
    gg-train -q -o turned --set train.augment=none --set 'train.views=[{view: rotation}]' turns.yaml "$DATA/tiny.ggs"
    gg-predict plain/model.ggm "$DATA/tiny.ggs" -o a.ggs
    gg-predict turned/model.ggm "$DATA/tiny.ggs" -o b.ggs
    gg-cmp --fields propensity_pred --rel 1e-3 a.ggs b.ggs
    set -- -q --epochs 8 --batch 3 --set 'train.views=[{view: rotation, reflections: false}, {view: noise, sigma: 0.03}, {view: subset, part: 0.5}]' \
        edges.yaml "$DATA/tiny.ggs"
    gg-train -o whole --threads 1 "$@"
    for pause in 0.03 0.06 0.1; do
        gg-train -o cut --threads 2 "$@" &
        sleep $pause
        kill -KILL $! 2>/dev/null || true
        wait $! || true
    done
    gg-train -o cut --threads 3 "$@"
    gg-cmp whole/model.ggm cut/model.ggm
    gg-train -q --memory 0 -o little "${@:2}"
    gg-cmp whole/model.ggm little/model.ggm
    # axes by either name
    gg-train -q -o one edges.yaml "$DATA/tiny.ggs"
    gg-train -q -o two --set train.augment=none --set 'train.views=[{view: axes}]' edges.yaml "$DATA/tiny.ggs"
    gg-cmp --ignore meta.model.yaml one/model.ggm two/model.ggm
    gg-train --print-config --set 'train.views=[{view: noise}]' edges.yaml | grep -q 'sigma: 0.05 *# default'
    refuses 2 "no view is called 'noize' .did you mean noise" gg-train -q -o no --set 'train.views=[{view: noize}]' edges.yaml "$DATA/tiny.ggs"
    refuses 2 "noise: unknown key 'sigm' .did you mean sigma" gg-train -q -o no --set 'train.views=[{view: noise, sigm: 1}]' edges.yaml "$DATA/tiny.ggs"
    refuses 2 "noise.sigma: -1 is" gg-train -q -o no --set 'train.views=[{view: noise, sigma: -1}]' edges.yaml "$DATA/tiny.ggs"
    refuses 2 "subset.part: 2 is" gg-train -q -o no --set 'train.views=[{view: subset, part: 2}]' edges.yaml "$DATA/tiny.ggs"
    refuses 2 "key 'view' is missing" gg-train -q -o no --set 'train.views=[{sigma: 1}]' edges.yaml "$DATA/tiny.ggs"
    refuses 2 "a list is wanted" gg-train -q -o no --set 'train.views=noise' edges.yaml "$DATA/tiny.ggs"
}

@test "a second stage starts from a trained model" {
    model
    gg-train -q --epochs 4 -o one m.yaml "$DATA/tiny.ggs"
    gg-train -q --epochs 0 --from one/model.ggm -o same m.yaml "$DATA/tiny.ggs"
    gg-predict one/model.ggm "$DATA/tiny.ggs" -o a.ggs
    gg-predict same/model.ggm "$DATA/tiny.ggs" -o b.ggs
    gg-cmp a.ggs b.ggs
    # other data: a subset with another number of neighbours, standardised otherwise by itself
    gg-select --species A "$DATA/tiny.ggs" | gg-select --limit 3 -o fewer.ggs
    gg-select --limit 3 "$DATA/tiny.ggs" -o less.ggs
    gg-train -q --epochs 0 --from one/model.ggm -o less m.yaml less.ggs
    gg-predict less/model.ggm "$DATA/tiny.ggs" -o b.ggs
    gg-cmp a.ggs b.ggs
    refuses 3 "inputs, positions or cutoff" gg-train -q --epochs 0 --from one/model.ggm -o no m.yaml fewer.ggs
    refuses 3 "inputs, positions or cutoff" gg-train -q --epochs 0 --from one/model.ggm --set inputs.cutoff=1.5 -o no m.yaml less.ggs
    gg-train -q --epochs 2 --from one/model.ggm --set loss.kind=l1 --set loss.variance=1 --set loss.correlation=0.5 -o two m.yaml "$DATA/tiny.ggs"
    if gg-cmp -q one/model.ggm two/model.ggm; then false; fi
    cp one/model.ggm start.ggm
    gg-train -q --epochs 1 --from start.ggm -o three m.yaml "$DATA/tiny.ggs"
    cp two/model.ggm start.ggm
    refuses 2 "other data" gg-train -q --epochs 1 --from start.ggm -o three m.yaml "$DATA/tiny.ggs"
    refuses 3 "train.from: one/model.ggm: .layers.1.conv.radial.0. has another shape" gg-train -q --from one/model.ggm --set 'conv.radial.hidden=[4, 4]' -o no m.yaml "$DATA/tiny.ggs"
    refuses 5 "train.from: none.ggm: cannot open" gg-train -q --from none.ggm -o no m.yaml "$DATA/tiny.ggs"
}

@test "networks of the zoo: the same file, byte for byte, by 1, 2 and 4 threads" {
    gg-select --limit 1 "$DATA/tiny.ggs" -o one.ggs
    for name in se3 nequip tfn deepmind escn allegro; do
        for n in 1 2 4; do
            mkdir -p "$name/$n"
            (cd "$name/$n" && GG_THREADS=$n gg-train -q --epochs 1 --set inputs.positions=pos --set 'inputs.node=[type]' \
                -o run "$ROOT/examples/models/$name.yaml" ../../one.ggs)
            cmp "$name/1/run/model.ggm" "$name/$n/run/model.ggm"
        done
    done
}

@test "GG_TRACE: a line for each layer of each pass, the same model" {
    model
    gg-train -q -o one --epochs 1 --set train.validation=0 m.yaml "$DATA/tiny.ggs"
    GG_TRACE=1 gg-train -q -o two --epochs 1 --set train.validation=0 m.yaml "$DATA/tiny.ggs" 2>lines
    gg-cmp one/model.ggm two/model.ggm
    # the pass that sets the parameters, then one for each of eight frames
    [ "$(grep -c '^gg-train: pass' lines)" -eq 9 ]
    [ "$(grep -c '^gg-train: layers.1.conv ' lines)" -eq 9 ]
    # name, rows, forward, backward, GF/s, rms of y and of dy, nothing that is not finite
    awk '$2 == "layers.1.conv" && ++n > 1 && !($3 == 250 && $4 > 0 && $5 > 0 && $6 > 0 && $7 > 0 && $8 > 0 && $9 == "-") { exit 1 }' lines
    GG_TRACE=1 gg-predict two/model.ggm "$DATA/tiny.ggs" -o p.ggs 2>lines
    [ "$(grep -c '^gg-predict: layers.1.conv ' lines)" -eq 8 ]
    GG_TRACE=0 gg-predict two/model.ggm "$DATA/tiny.ggs" -o p.ggs 2>lines
    [ ! -s lines ]
}

@test "heads that the model file could not tell apart are refused, with both targets" {
    long=a_very_long_name_of_a_field_that_is_more_
    gg-select --rename "propensity=${long}one" "$DATA/tiny.ggs" | gg-select --rename "propensity_var=${long}two" -o both.ggs
    cat >long.yaml <<YAML
inputs: {node: [type], cutoff: 1.6}
layers: [{layer: embed, channels: 4, out: h}]
heads: [{target: ${long}one, in: h, layer: mlp, hidden: [8]}, {target: ${long}two, in: h, layer: mlp, hidden: [8]}]
train: {epochs: 1}
YAML
    refuses 2 "targets '${long}one' and '${long}two' share their first 36 characters.*: rename one" gg-train -q -o no long.yaml both.ggs
}

@test "a target in two units is refused, with both and the frame" {
    gg-select --frames :1 "$DATA/tiny.ggs" | gg-dump --text | sed '/^field propensity /s/unit=sigma/unit=nm/' | gg-dump -r -o nm.ggs
    gg-select --frames 1:3 "$DATA/tiny.ggs" -o sigma.ggs
    printf '%s\n' 'inputs: {node: [type], cutoff: 1.6}' 'layers: [{layer: embed, channels: 4, out: h}]' \
        'heads: [{target: propensity, in: h, layer: mlp, hidden: [8]}]' 'train: {epochs: 0}' >units.yaml
    refuses 3 "nm.ggs: frame 0.*: field 'propensity': its unit is 'nm', that of the target in other frames 'sigma'" gg-train -q -o no \
        units.yaml sigma.ggs nm.ggs
    gg-train -q -o yes units.yaml nm.ggs
    gg-predict yes/model.ggm sigma.ggs | gg-dump --check
}

@test "too many times of all targets together: a target that there is, is named" {
    awk 'BEGIN {
        print "#gg-text 1\nmember gg.graph/1\nframe x\n\tnodes 2, edges 0, dim 3, pbc 7\n\tcell 4 0 0 0 4 0 0 0 4"
        print "field type i32 [2 node] structure\n\t0 0\nfield pos f64 [2 node, 3 free] structure irreps=1x1o unit=sigma\n\t1 1 1\n\t2 2 2"
        for (f = 1; f <= 2; f++) {
            print "field t" f ".time f64 [200 free] other unit=tau"
            for (k = 1; k <= 200; k++) printf "%s%d", k == 1 ? "\t" : " ", 1000 * f + k
            print "\nfield t" f " f32 [2 node, 200 free] target irreps=0e unit=1"
            for (i = 0; i < 2; i++) { for (k = 1; k <= 200; k++) printf "%s%d", k == 1 ? "\t" : " ", k; print "" }
        }
        print "end"
    }' | gg-dump -r -o times.ggs
    printf '%s\n' 'inputs: {node: [type], cutoff: 1.6}' 'layers: [{layer: embed, channels: 4, out: h}]' \
        'heads: [{target: t1, in: h, layer: mlp}, {target: t2, in: h, layer: mlp}]' >times.yaml
    refuses 3 "target 't2': its times and those of the targets before it are more than 256" gg-train -q -o no times.yaml times.ggs
}

@test "a head behind the first says what it reads" {
    printf '%s\n' 'inputs: {node: [type], cutoff: 1.6}' 'layers: [{layer: embed, channels: 4, out: h}]' \
        'heads: [{target: propensity, layer: mlp, hidden: [8]}, {target: propensity_var, layer: mlp, hidden: [8]}]' 'train: {epochs: 0}' >in.yaml
    refuses 2 "in.yaml:3:.*the head of 'propensity_var' has no 'in'" gg-train -q -o no in.yaml "$DATA/tiny.ggs"
    gg-train -q -o yes --set heads.1.in=h in.yaml "$DATA/tiny.ggs"
}

# Three species at random, two numbers a particle.
three_species() {
    awk 'BEGIN { srand(5)
        for (f = 0; f < 2; f++) {
            print "60\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3:mobility:R:1:forces:R:3"
            for (i = 0; i < 60; i++)
                print substr("ABC", 1 + i % 3, 1), 4 * rand(), 4 * rand(), 4 * rand(), rand(), rand(), rand(), rand()
        } }' >three.xyz
    gg-import -q --map push=forces three.xyz -o three.ggs
}

@test "a third species is learned; what is left out is said" {
    three_species
    few='--epochs 1 --set let.C=2 --set inputs.positions=pos --set inputs.node=[type] --set heads.0.target=mobility'
    for name in "$ROOT"/examples/models/*.yaml; do
        run ! grep -q 'species: \[A, B\]' "$name"
    done
    gg-train $few -o all "$ROOT/examples/models/se3.yaml" three.ggs 2>said
    run ! grep -q 'not predicted' said
    gg-predict all/model.ggm three.ggs | gg-corr -q --target mobility --species C --tsv | grep -q "$(printf '\tC\t2\t40\t')"
    gg-train -v $few --set 'loss.species=[A, C]' -o some "$ROOT/examples/models/se3.yaml" three.ggs 2>said
    [ "$(grep -c 'mobility: not trained and not predicted: species B (species: \[A, C\])$' said)" -eq 1 ]
    [ "$(grep -c 'fields of the data that no head learns: push$' said)" -eq 1 ]
    model
    gg-train -v --epochs 1 -o tiny m.yaml "$DATA/tiny.ggs" 2>said # the variance is noise, and used
    [ "$(grep -c 'fields of the data that no head learns: displacement$' said)" -eq 1 ]
}

# events FILE...: "step tag value" of each scalar in event files, the lengths and checksums of records not looked at (tests/unit/test_events)
events() {
    local file
    for file in "$@"; do
        perl -e 'undef $/; $_ = <>; while (/\x10((?:[\x80-\xff])*[\x00-\x7f])\x2a.\x0a.\x0a(.)/gs) { my ($v, $n) = ($1, ord $2); my $step = 0; my $s = 0;
            for (unpack "C*", $v) { $step |= ($_ & 127) << $s; $s += 7 } my $tag = substr $_, pos, $n; my $x = unpack "f<", substr $_, pos($_) + $n + 1, 4;
            printf "%d %s %.6g\n", $step, $tag, $x }' "$file"
    done
}

@test "event files for TensorBoard say what metrics.jsonl says, of members and of a run that goes on" {
    tiny_network "epochs: 3"
    gg-select --split 6:2:0 -o s.ggs "$DATA/tiny.ggs"
    gg-train -q --threads 1 --tensorboard tb -o run m.yaml s.ggs
    events tb/events.out.tfevents.* | sort >said
    sed -nE 's/.*"event":"epoch","step":([0-9]+),.*"loss":([^,}]*),.*/\1 \2/p' run/metrics.jsonl | awk '{ printf "%d loss %.6g\n", $1, $2 }' | sort >losses
    [ "$(wc -l <losses)" -eq 3 ]
    cmp <(grep ' loss ' said) losses
    [ "$(grep -c ' rho_config/validation/propensity/A/t=10 ' said)" -eq 3 ]
    gg-train -q --threads 1 --tensorboard tb --epochs 4 -o run m.yaml s.ggs
    [ "$(events tb/events.out.tfevents.* | grep -c ' loss ')" -eq 4 ]
    gg-train -q --threads 1 --seeds 2 --tensorboard both -o two m.yaml s.ggs
    [ "$(ls both)" = "$(cd two && printf '%s\n' seed.*)" ]
    refuses 2 "a fit takes no steps" gg-train --tensorboard tb -o fit "$ROOT/examples/models/ridge.yaml" s.ggs
    refuses 5 "--tensorboard: /dev/null: a folder is wanted here" gg-train -q --tensorboard /dev/null/tb -o other m.yaml s.ggs
}
