#!/usr/bin/env bats
# limits.bats -- settings that: would do nothing, and requests that cannot be: refused in one line, before work begins

load helper

model() { tiny_network 'epochs: 1, validation: 0.25'; }
export GG_THREADS=1

# tried SETTING...: refused with status 2 and the pattern that precedes; the same with the last setting taken
idle() {
    local pattern=$1 setting=()
    shift
    for s in "$@"; do setting+=(--set "$s"); done
    refuses 2 "$pattern" gg-train -q -o no "${setting[@]}" m.yaml "$DATA/tiny.ggs"
    [ ! -e no ]
}

@test "a key that others make idle is refused, in every table; at its default it is let through" {
    model
    idle "train.wait: would do nothing: schedule is cosine, not plateau" train.wait=3
    idle "train.factor: would do nothing: schedule is constant, not step|plateau" train.schedule=constant train.factor=0.1
    idle "train.every: would do nothing: schedule is plateau, not step" train.schedule=plateau train.every=5
    idle "train.lr_final: would do nothing: schedule is constant, not cosine|step|plateau" train.schedule=constant train.lr_final=1e-4
    idle "loss.threshold: would do nothing: correlation is not set" loss.threshold=0.2
    idle "loss.radii: would do nothing: correlation is not set" 'loss.radii=[1, 2]'
    idle "conv.channels: would do nothing: out_irreps is set" layers.1.channels=3
    idle "conv.radial.power: would do nothing: radial.envelope is cosine, not poly" conv.radial.envelope=cosine conv.radial.power=4
    idle "radial.outer: 3, but the edges end at 1.6: a larger inputs.cutoff, or up to 1.6 here" conv.radial.outer=3
    idle "radial.inner: the shell from 1.6 to 1.6 is empty" conv.radial.inner=1.6
    idle "radial.inner: the shell from 1.5 to 1.2 is empty" conv.radial.inner=1.5 conv.radial.outer=1.2
    for s in train.wait=10 train.schedule=step train.schedule=plateau; do
        gg-train -q -o "yes.$s" --set "$s" m.yaml "$DATA/tiny.ggs"
    done
    gg-train -q -o both --set train.schedule=plateau --set train.wait=3 --set train.factor=0.1 --set train.lr_final=1e-5 m.yaml "$DATA/tiny.ggs"
    gg-train -q -o old --set loss.correlation=1 --set loss.threshold=0.2 m.yaml "$DATA/tiny.ggs"
    # what is printed can be read again
    gg-train --print-config m.yaml "$DATA/tiny.ggs" >full.yaml
    gg-train -q -o full full.yaml "$DATA/tiny.ggs"
}

@test "a key of a fit that others make idle is refused" {
    gg-features --add density -o f.ggs "$DATA/tiny.ggs"
    printf '%s\n' 'fit: {kind: ridge, inputs: [node_features]}' 'heads: [{target: propensity}]' >r.yaml
    refuses 2 "fit.quantile: would do nothing: kind is ridge, not logistic" gg-train -q -o no --set fit.quantile=0.2 r.yaml f.ggs
    refuses 2 "fit.penalty.folds: would do nothing: penalty.choose is validation" gg-train -q -o no --set fit.penalty.folds=3 \
        --set fit.penalty.choose=validation r.yaml f.ggs
    refuses 2 "fit.penalty.points: would do nothing: penalty.path has one value" gg-train -q -o no --set fit.penalty.points=5 \
        --set fit.penalty.path=3 r.yaml f.ggs
    gg-train -q -o yes --set fit.penalty.folds=3 --set fit.penalty.points=5 r.yaml f.ggs
}

@test "what waits for validation frames wants some" {
    model
    idle "train.schedule: plateau follows the validation loss, and there is no validation frame" train.validation=0 train.schedule=plateau
    idle "train.patience: 2 waits for a better validation loss" train.validation=0 train.patience=2
    gg-train -q -o yes --set train.schedule=plateau --set train.patience=2 m.yaml "$DATA/tiny.ggs"
    # the part that nobody takes is told
    gg-select --split 3:1:0 "$DATA/tiny.ggs" -o split.ggs
    gg-train -o split m.yaml split.ggs 2>said
    grep -q 'train.validation: 0.25 is not used: 2 frames are for validation as it is' said
    gg-select --limit 1 "$DATA/tiny.ggs" -o one.ggs
    gg-train -o one m.yaml one.ggs 2>said
    grep -q 'train.validation: 0.25 of one frame: none is left for validation' said
}

@test "training on nothing: no particle, no time" {
    model
    printf '%s\n' '#gg-text 1' 'member gg.graph/1' 'frame x' '	nodes 0, edges 0, dim 3, pbc 7' '	cell 4 0 0 0 4 0 0 0 4' \
        'field type i32 [0 node] structure' 'field pos f64 [0 node, 3 free] structure irreps=1x1o unit=sigma' \
        'field propensity f32 [0 node] target irreps=0e unit=sigma' end | gg-dump -r -o none.ggs
    refuses 3 "none of the 1 frames to train on has a particle" gg-train -q -o no m.yaml none.ggs
    idle "times: no time; leave the key out for all of them" 'heads.0.times=[]'
    idle "loss: mse: times: no time; leave the key out" 'loss=[{term: mse, times: []}]'
}

@test "a species that training never sees is told, and predicted as missing" {
    model
    gg-select --species A --frames :6 "$DATA/tiny.ggs" -o a.ggs
    gg-select --frames 6: "$DATA/tiny.ggs" -o b.ggs
    gg-train -o run m.yaml a.ggs b.ggs 2>said
    grep -qx 'gg-train: propensity: species B has no target in training at 4 of 4 times: predicts NaN there' said
    gg-predict run/model.ggm "$DATA/tiny.ggs" -o p.ggs
    paste <(gg-dump -d type p.ggs) <(gg-dump -d propensity_pred p.ggs) | awk '
        { n += $1; wrong += ($1 == 1) != ($2 == "nan") } END { exit !(n && !wrong) }'
    gg-corr --bootstrap 0 --no-spearman p.ggs >table
    grep -q 'left out: 4 columns of propensity .*where every propensity_pred is missing: B at 0.2, 1, 5, 10' table
    run -1 grep -E '^ +[0-9.]+ +[0-9.]+ +B ' table
}

@test "what stands twice in a list is refused" {
    model
    idle "times: time 1 comes twice" 'heads.0.times=[1, 1]'
    idle "times: time 1 comes twice" 'heads.0.times=[1, 0.2, 1.0000001]'
    idle "loss: mse: times: time 1 comes twice" 'loss=[{term: mse, times: [1, 1]}]'
    idle "species: 'A' comes twice" 'heads.0.species=[A, A]'
    idle "species: 'B' comes twice" 'loss.species=[B, A, B]'
    idle "inputs: 'type' stands twice in one list" 'inputs.node=[type, type]'
    gg-train -q -o yes --set 'heads.0.times=[1, 0.2]' --set 'heads.0.species=[B, A]' m.yaml "$DATA/tiny.ggs"
}

@test "a cutoff with too many neighbours is refused before they are searched, from YAML, option and model file; and one with none" {
    model
    refuses 3 "sample '.*': cutoff 100: at this density a particle would have 5.03e.06 neighbours, at most 1000 can be; 1.8 would give 30" \
        gg-train -q -o no --set inputs.cutoff=100 m.yaml "$DATA/tiny.ggs"
    refuses 3 "frame 0 .*: cutoff 100: at this density" gg-neighbors --cutoff 100 -o no.ggs "$DATA/tiny.ggs"
    [ ! -e no.ggs ]
    # a stranger's model
    gg-train -q -o run m.yaml "$DATA/tiny.ggs"
    gg-dump --text run/model.ggm | sed 's/cutoff: 1.6/cutoff: 160/' | gg-dump -r -o far.ggm
    refuses 3 "frame 0 .*: cutoff 160: at this density" gg-predict far.ggm "$DATA/tiny.ggs" -o no.ggs
    # the advice: about 30
    n=$(gg-select --limit 1 "$DATA/tiny.ggs" | gg-neighbors --cutoff 1.8 | gg-dump --text | sed -nE 's/^\tnodes 250, edges ([0-9]+),.*/\1/p')
    [ "$((n / 250))" -ge 20 ]
    [ "$((n / 250))" -le 40 ]
    refuses 2 "inputs.cutoff: 0.1: no particle of the 6 frames to train on has a neighbour within it .1.8 would give about 30" \
        gg-train -q -o no --set inputs.cutoff=0.1 m.yaml "$DATA/tiny.ggs"
    # in two dimensions, and where there is no density to go by
    printf '%s\n' '#gg-text 1' 'member gg.graph/1' 'frame x' '	nodes 2, edges 0, dim 2, pbc 3' '	cell 2 0 0 0 2 0 0 0 0' \
        'field type i32 [2 node] structure' '	0 0' 'field pos f64 [2 node, 3 free] structure irreps=1x1o unit=sigma' '	1 1 0' '	0 0 0' end >flat.txt
    gg-dump -r -o flat.ggs flat.txt
    refuses 3 "cutoff 30: at this density a particle would have 1.41e.03 neighbours, at most 1000 can be; 4.4 would give 30" \
        gg-neighbors --cutoff 30 -o no.ggs flat.ggs
    gg-neighbors --cutoff 4.4 flat.ggs | gg-dump --check
    sed 's/pbc 3/pbc 0/' flat.txt | gg-dump -r -o open.ggs
    gg-neighbors --cutoff 30 open.ggs | gg-dump --check
}

@test "networks too large are refused with file, line and layer" {
    model
    refuses 2 "m.yaml:[0-9]+:[0-9]+: conv: more than 200 million parameters up to here" gg-train -q --estimate \
        --set 'conv.radial.hidden=[4096, 4096, 4096, 4096, 4096]' --set layers.0.channels=4096 \
        --set 'layers.1.out_irreps=gate(4096x0e+4096x1o)' --set conv.lmax=4 m.yaml "$DATA/tiny.ggs"
    [ ! -e no ]
}

@test "a block that is zero in every layer is refused; in one only, it is told with -v" {
    model
    refuses 2 "layers.1.conv: the block 4x2e is zero whatever the parameters, here and in every layer" gg-train -q -o no \
        --set 'layers.1.out_irreps=gate(8x0e+8x1o+4x2e)' m.yaml "$DATA/tiny.ggs"
    sed 's/out_irreps: 16x0e+8x1o/out_irreps: 16x0e+8x1o+4x3o/' m.yaml >odd.yaml
    refuses 2 "odd.yaml:7:[0-9]+: layers.4.conv: the block 4x3o is zero" gg-train -q -o no odd.yaml "$DATA/tiny.ggs"
    set -- --set 'layers.1.out_irreps=gate(8x0e+8x1o+4x2e)' --set layers.4.lmax=2 --set 'layers.4.out_irreps=16x0e+8x1o+4x2e' m.yaml "$DATA/tiny.ggs"
    gg-train -v -o yes "$@" 2>said
    grep -q 'layers.1.conv: the block 4x2e is zero here, and not in other layers' said
    gg-train --resume never -o yes "$@" 2>said
    run -1 grep -q 'is zero here' said
}

@test "layers that no head reads are told with -v; a name too long for its prediction's is refused" {
    model
    sed 's/^heads:/  - {layer: linear, in: h, out: idle}\n  - {layer: linear, in: idle, out: idle}\n  - {repeat: 2, layers: [{layer: linear, in: h, out: last}, {layer: linear, in: h, out: h}]}\n&/' m.yaml >idle.yaml
    gg-train -v -o idle idle.yaml "$DATA/tiny.ggs" 2>said
    grep -o 'layers.* no head reads.*' said >told
    n=$(grep -c '^  - {layer: ' m.yaml)
    printf 'layers.%d.linear: no head reads what comes of it\n' "$n" "$((n + 1))" >wanted
    printf 'layers.%d.0.0.linear: no head reads what comes of it\n' "$((n + 2))" >>wanted
    cmp told wanted
    gg-train -v -o run m.yaml "$DATA/tiny.ggs" 2>said
    run -1 grep -q 'no head reads' said
    long=$(printf 'x%.0s' $(seq 49))
    refuses 2 "target 'x{49}': a name of 49 characters, its prediction's name has room for 48" \
        gg-train -q -o no --set "heads.0.target=$long" m.yaml "$DATA/tiny.ggs"
    long=${long%x}
    gg-select --rename "propensity=$long" "$DATA/tiny.ggs" -o long.ggs
    gg-train -q -o long --set "heads.0.target=$long" m.yaml long.ggs
    gg-predict long/model.ggm long.ggs | gg-dump | grep -q " ${long}_pred "
}

@test "an estimate of a long input looks at a part of it, and comes near the number of frames" {
    model
    gg-dump --text "$DATA/tiny.ggs" >tiny.txt
    for k in $(seq 40); do sed "s/^frame /&$k/" tiny.txt | gg-dump -r -o "$k.ggs"; done
    cat ./*.ggs >long.ggs
    gg-train --estimate m.yaml long.ggs >said
    n=$(sed -nE 's/^frames +(about )?([0-9]+) training.*/\2/p' said)
    [ "$n" -ge 180 ]
    [ "$n" -le 300 ]
    gg-train --estimate m.yaml "$DATA/tiny.ggs" | grep -q '^frames  *6 training, 2 validation$'
    # more folds than what was read may have runs
    gg-train --estimate --folds 300 --set train.validation=0 m.yaml long.ggs >folds
    m=$(sed -nE 's/^frames +(about )?([0-9]+) training.*/\2/p' folds)
    [ "$m" -ge 230 ]
    [ "$m" -le 390 ]
    grep -q 'epochs of 300 models$' folds
    refuses 2 '--folds 9: each leaves one run or configuration out at least, and there are 8' gg-train --estimate --folds 9 --set train.validation=0 m.yaml "$DATA/tiny.ggs"
}

@test "--estimate --tsv: what people read, as columns" {
    model
    gg-train --estimate --seeds 3 --epochs 4 m.yaml "$DATA/tiny.ggs" >said
    gg-train --estimate --tsv --seeds 3 --epochs 4 m.yaml "$DATA/tiny.ggs" >columns
    [ "$(wc -l <columns)" -eq 2 ]
    # names in the first line, numbers in the second
    column() { awk -F '\t' -v name="$1" 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next } { print $at[name] }' columns; }
    [ "$(column parameters)" = "$(awk '/^parameters/ { print $2 }' said)" ]
    [ "$(column training),$(column validation)" = "$(awk '/^frames/ { print $2 "," $4 }' said)" ]
    [ "$(column epochs),$(column models)" = 4,3 ]
    awk -v f="$(column gflop_forward)" -v b="$(column gflop_backward)" -v all="$(column gflop)" -v n="$(column training)" '
        /^operations/ { exit !(($4 - f) ^ 2 < 1e-4 * f * f && ($7 - b) ^ 2 < 1e-4 * b * b && (all - 12 * n * (f + b)) ^ 2 < 1e-8 * all * all) }' said
    gg-features --add density "$DATA/tiny.ggs" | gg-train --estimate --tsv "$ROOT/examples/models/ridge.yaml" >columns
    [ "$(column gflop_forward)" = nan ]
    [ "$(column models)" -eq 1 ]
    awk -v g="$(column gflop)" 'BEGIN { exit !(g > 0 && g < 1) }'
    refuses 2 "--tsv: goes with --estimate" gg-train --tsv m.yaml "$DATA/tiny.ggs" -o run
}

@test "a network without inputs that a layer could read" {
    printf '%s\n' 'inputs: {node: [], positions: pos, cutoff: 1.5}' 'layers: [{layer: embed, channels: 2, out: h}]' \
        'heads: [{target: propensity, in: h, layer: mlp}]' >none.yaml
    refuses 2 'none.yaml:2:[0-9]+: in: nothing is there to be read yet: inputs.node is empty' gg-train -q -o none none.yaml "$DATA/tiny.ggs"
}
