#!/usr/bin/env bats
# zoo-refusals.bats -- what no architecture can be made of or read is refused by file, line and key; odd liquids give finite numbers

load helper

# Two layers and a head; LAYERS stand between.
network() {
    printf 'inputs: {node: [type], cutoff: 1.6}\nlayers:\n  - {layer: embed, channels: 4, out: h}\n%s\nheads: [{target: propensity, in: m, layer: mlp}]\n' "$1" >m.yaml
}
train() { gg-train -q --epochs 1 -o none "$@"; }

@test "blocks that stay zero in every layer, orders and degrees beyond what there is" {
    network '  - {layer: conv, in: h, lmax: 2, out_irreps: 4x0e+4x1e, out: m}'
    refuses 2 'm.yaml:4:35: .*the block 4x1e is zero whatever the parameters' train m.yaml "$DATA/tiny.ggs"
    network '  - {layer: conv, in: h, lmax: 2, out_irreps: 4x1e, out: m}'
    refuses 2 'm.yaml:4:5: conv: out_irreps: no path from the input leads to them' train m.yaml "$DATA/tiny.ggs"
    network '  - {layer: conv, in: h, lmax: 7, out: m}'
    refuses 2 'm.yaml:4:26: conv.lmax: 7 is out of range \(0 to 6\)' train m.yaml "$DATA/tiny.ggs"
    network '  - {layer: conv, in: h, lmax: 2, out: A}
  - {layer: contract, in: A, correlation: 5, out_irreps: 4x0e, out: m}'
    refuses 2 'm.yaml:5:30: contract.correlation: 5 is out of range \(1 to 4\)' train m.yaml "$DATA/tiny.ggs"
    network '  - {layer: conv, in: h, lmax: 5, out: A}
  - {layer: contract, in: A, correlation: 2, out_irreps: 4x0e, out: m}'
    refuses 2 'm.yaml:5:5: contract: in: degree 5, products are made of degrees up to 3' train m.yaml "$DATA/tiny.ggs"
}

@test "zero in one layer only is legal, and told with -v" {
    gg-quench "$DATA/tiny.ggs" -o q.ggs
    gg-train -v --epochs 1 -o run "$ROOT/examples/models/eqnet.yaml" q.ggs 2>said
    grep -q '8x1e' said
    [ -s run/model.ggm ]
}

@test "heads that do not divide the channels; the number that is advised works" {
    gg-quench "$DATA/tiny.ggs" -o q.ggs
    small=(--set let.C=4 --set let.rounds=1)
    refuses 2 'se3transformer.yaml:[0-9]+:[0-9]+: conv_logits: in: 3 heads do not divide the 4 channels of degree 0 of the output; 2 would' \
        train "${small[@]}" --set conv_logits.heads=3 "$ROOT/examples/models/se3transformer.yaml" q.ggs
    gg-train -q --epochs 1 -o run "${small[@]}" --set conv_logits.heads=2 "$ROOT/examples/models/se3transformer.yaml" q.ggs
    refuses 2 'equiformer.yaml:[0-9]+:[0-9]+: sum: in: 4 heads do not divide the 2 channels of degree 2 of the input; 2 would' \
        train --set let.C=2 "$ROOT/examples/models/equiformer.yaml" q.ggs
    gg-train -q --epochs 1 -o two --set let.C=2 --set let.H=2 --set let.rounds=1 "$ROOT/examples/models/equiformer.yaml" q.ggs
}

@test "a second geometry that the frames lack; attention where no edges are" {
    gg-quench "$DATA/tiny.ggs" -o q.ggs
    gg-select --drop pos_inherent q.ggs -o bare.ggs
    refuses 3 "bare.ggs: frame 0 .*field 'pos_inherent' is missing" train "$ROOT/examples/models/se3_both.yaml" bare.ggs
    for model in se3transformer equiformer; do
        refuses 2 'inputs.cutoff: 0.3: no particle of the 8 frames to train on has a neighbour within it' \
            train --set inputs.cutoff=0.3 "$ROOT/examples/models/$model.yaml" q.ggs
    done
}

# One particle far from all others, then a frame of one species only: every file learns and predicts finite numbers.
@test "an isolated particle, and a species that is missing" {
    gg-import --cell 30,30,30 --temperature 0.64 --sample-id odd - -o odd.ggs <<'XYZ'
6

A 0 0 0
A 1 0.1 0
B 0.2 1 0
A 0 0.3 1.1
B 1 1 0.2
A 15 15 15
XYZ
    gg-quench odd.ggs | gg-features --add displacement --positions pos_inherent --into to_inherent | gg-neighbors --cutoff 2 -o odd.q.ggs
    gg-quench "$DATA/tiny.ggs" | gg-features --add displacement --positions pos_inherent --into to_inherent | gg-select --limit 2 -o q.ggs
    gg-select --species A q.ggs -o A.ggs
    for model in se3 se3_both tfn nequip mace eqnet painn egnn eignn equiformer se3transformer lietransformer escn allegro; do
        depth=(--set let.rounds=1)
        grep -q 'rounds' "$ROOT/examples/models/$model.yaml" || depth=()
        gg-train -q --epochs 1 -o "run.$model" "${depth[@]}" --set let.C=4 "$ROOT/examples/models/$model.yaml" q.ggs
        for frames in odd.q.ggs A.ggs; do
            gg-predict "run.$model/model.ggm" "$frames" -o p.ggs
            gg-dump -d propensity_pred p.ggs >numbers
            run ! grep -qi 'nan\|inf' numbers
            [ "$(wc -l <numbers)" -gt 5 ]
        done
    done
}
