#!/usr/bin/env bats
# tiles.bats -- large frames in tiles, the bytes of whole ones; copies of frames side by side
# bats file_tags=law

load helper

# network KEYS: two convolutions on thermal positions, which hear 2 x 1.5
network() {
    cat >m.yaml <<YAML
inputs: {node: [type], cutoff: 1.5}
layers:
  - {layer: embed, channels: 8, out: h}
  - {layer: conv, in: h, lmax: 2, out_irreps: gate(8x0e+8x1o+8x2e), radial: {n: 6, hidden: [8]}, out: m}
  - {layer: gate, in: m, out: h}
  - {layer: conv, in: h, lmax: 1, out_irreps: 16x0e+8x1o, radial: {n: 6, hidden: [8]}, out: h}
$1
heads:
  - {target: propensity, in: h, layer: mlp, hidden: [8]}
  - {target: displacement, in: h, layer: gated_vector}
train: {epochs: 0}
YAML
    gg-select -q --limit 1 "$DATA/tiny.ggs" -o one.ggs
    gg-train -q -o run --resume never m.yaml one.ggs 2>said || { cat said; return 1; }
}

@test "--replicate: as many times the edges, the same neighbours; what has no copies is refused" {
    gg-select --limit 1 "$DATA/tiny.ggs" -o one.ggs
    gg-rotate --replicate 2,1,3 one.ggs -o six.ggs
    edges() { gg-neighbors -q --cutoff 1.5 "$1" | gg-dump | sed -nE 's/^frame 0 .* ([0-9]+) nodes, ([0-9]+) edges.*/\1 \2/p'; }
    [ "$(edges six.ggs)" = "$(edges one.ggs | awk '{ print 6 * $1, 6 * $2 }')" ]
    gg-dump six.ggs | grep -q 'cell 11.8563 5.92816 17.7845'
    paste -d ' ' <(gg-dump -d propensity one.ggs) <(gg-dump -d propensity --rows 250:500 six.ggs) |
        awk '{ for (k = 1; k <= NF / 2; k++) if ($k != $(k + NF / 2)) exit 1 }'
    refuses 2 "2.5 copies, wanted a whole number" gg-rotate --replicate 2.5,1,1 one.ggs -o none
    refuses 2 "no --inverse" gg-rotate --replicate 2,1,1 --inverse one.ggs -o none
    gg-neighbors -q --cutoff 1.5 one.ggs -o edges.ggs
    refuses 3 "frame 0 .*field 'edge_.*: edges lead to particles of the cell.*gg-select --drop 'edge\*'" gg-rotate --replicate 2,1,1 edges.ggs -o none
    gg-select --drop 'edge*' edges.ggs | gg-rotate --replicate 2,1,1 -o two.ggs
}

@test "tiles of any width, turned and moved cells, threads: the bytes of the whole frame" {
    network
    gg-rotate --replicate 3,3,3 --seed 5 --shift 1,2,3 one.ggs -o big.ggs
    gg-predict run/model.ggm big.ggs -o whole.ggs
    for tiles in "4 --threads 1" "5.5 --threads 2" "8 --threads 2"; do
        # shellcheck disable=SC2086
        gg-predict --tiles $tiles run/model.ggm big.ggs -o tiled.ggs
        cmp whole.ggs tiled.ggs
    done
}

@test "tiles of networks of the zoo: attention, edges, blocks of receivers" {
    gg-select --limit 1 "$DATA/tiny.ggs" -o one.ggs
    gg-rotate --replicate 3,2,2 one.ggs -o big.ggs
    for rounds in egnn=2 se3transformer=2 allegro mace; do
        model=${rounds%=*}
        args=()
        [ "$model" = "$rounds" ] || args=(--set "let.rounds=${rounds#*=}")
        gg-train -q --epochs 0 -o "$model" --set inputs.cutoff=1.2 --set inputs.positions=pos --set 'inputs.node=[type]' \
            "${args[@]}" "$ROOT/examples/models/$model.yaml" one.ggs
        gg-predict "$model/model.ggm" big.ggs -o whole.ggs
        gg-predict --tiles 5 "$model/model.ggm" big.ggs -o tiled.ggs
        cmp whole.ggs tiled.ggs
    done
}

@test "what tiles cannot be is refused, with numbers, and the advice holds" {
    network
    gg-rotate --replicate 3,3,3 one.ggs -o big.ggs
    refuses 2 'tiles of 2.223 along vector 1 of the cell, thinner than their halo of 3 .*: --tiles 4 or more' \
        gg-predict --tiles 2 run/model.ggm big.ggs -o none
    gg-predict --tiles 4 run/model.ggm big.ggs -o some
    network '  - {layer: graph_norm, in: h, out: h}'
    refuses 2 '^gg-predict: --tiles: layer layers.4.graph_norm is over all particles of a frame.*without --tiles' \
        gg-predict --tiles 4 run/model.ggm big.ggs -o none
    gg-features -q --add density "$DATA/tiny.ggs" -o features.ggs
    gg-train -q -o fit "$ROOT/examples/models/ridge.yaml" features.ggs
    refuses 2 'tiles: a fit \(ridge\) is predicted particle by particle' gg-predict --tiles 4 fit/model.ggm features.ggs -o none
}
