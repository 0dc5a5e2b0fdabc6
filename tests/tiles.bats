#!/usr/bin/env bats
# tiles.bats -- large frames in tiles, or cut into boxes: the numbers of whole ones; copies of frames side by side
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

# of_core FILE.ggs FIELD: the rows of the core, with their positions, in one order
of_core() { paste <(gg-dump -d core "$1") <(gg-dump -d pos "$1") <(gg-dump -d "$2" "$1") | awk '$1 == 1' | cut -f 2- | sort; }

# off A.ggs B.ggs FIELD: how many particles of the core have other numbers
off() {
    paste <(of_core "$1" "$3") <(of_core "$2" "$3") |
        awk '{ bad = 0; for (k = 1; k <= NF / 2; k++) { d = $k - $(k + NF / 2); bad = bad || d * d > 1e-10 } n += bad } END { print n + 0 }'
}

# pooled: two layers of cutoff 1.3, which hear 2.6, and a head on the mean over what counts
pooled() {
    cat >m.yaml <<YAML
inputs: {node: [type], weights: [core], cutoff: 1.3}
layers:
  - {layer: embed, channels: 4, out: h}
  - repeat: 2
    layers:
      - {layer: conv, in: h, lmax: 1, out_irreps: 8x0e+4x1o, radial: {n: 4}, out: h}
  - {layer: pool, in: [h, core], out: g}
heads:
  - {target: propensity, in: h, layer: mlp, hidden: [4]}
  - {target: mean_propensity, in: g, layer: linear}
train: {epochs: 2, weights: {particle: core}}
YAML
}

# The head on g is affine: the mean over the boxes, each with its number of particles, is that of the frame.
@test "boxes: particles of the core are predicted as in the whole frame, and their means are that of it" {
    pooled
    gg-select --boxes 2 --halo 2.6 "$DATA/tiny.ggs" | gg-targets --add mean_propensity -o train.ggs
    gg-train -q -o run m.yaml train.ggs
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-rotate --replicate 2,1,2 -o big.ggs
    gg-select --boxes 1 big.ggs | gg-targets --add mean_propensity | gg-predict run/model.ggm -o whole.ggs
    for halo in 1.2 2.6; do
        gg-select --boxes 2 --halo $halo big.ggs | gg-targets --add mean_propensity | gg-predict run/model.ggm -o pieces$halo.ggs
        [ "$(gg-dump -d core pieces$halo.ggs | grep -c 1)" = 1000 ]
        gg-dump -d core pieces$halo.ggs | grep -q 0
    done
    [ "$(off whole.ggs pieces2.6.ggs propensity_pred)" = 0 ]
    [ "$(off whole.ggs pieces1.2.ggs propensity_pred)" -gt 100 ] # what is too far away for one layer, but not for two
    for k in 0 1 2 3 4 5 6 7; do # particles of the core, of A among them, and two means of the piece
        gg-select --frames $k pieces2.6.ggs >box.ggs
        paste <(gg-dump -d core box.ggs) <(gg-dump -d type box.ggs) | awk '$1 == 1 { n++; a += $2 == 0 } END { printf "%d %d ", n, a }'
        echo "$(gg-dump -d mean_propensity_pred box.ggs | head -n 1) $(gg-dump -d mean_propensity box.ggs | head -n 1)"
    done >boxes
    echo "$(gg-dump -d mean_propensity_pred whole.ggs | head -n 1) $(gg-dump -d mean_propensity whole.ggs | head -n 1)" | cat - boxes |
        awk 'NR == 1 { p = $1; y = $2; next } { n += $1; a += $2; sum_p += $1 * $3; sum_y += $2 * $4 }
            END { dp = sum_p / n - p; dy = sum_y / a - y; exit !(n == 1000 && a == 800 && dp * dp < 1e-12 && dy * dy < 1e-12) }'
    refuses 3 "big.ggs: frame 0 .*'core' is missing.*gg-select --boxes" gg-predict run/model.ggm -o x.ggs big.ggs
}

@test "weights of a pool: which are refused, and where none is above 0" {
    pooled
    sed -e 's/core/worth/' -e 's/, weights: {particle: worth}//' m.yaml >w.yaml
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-targets --add mean_propensity -o one.ggs
    worth() { # VALUE: of the last particle, 0 of all others
        gg-dump --text one.ggs | awk -v w="$1" '/^field type/ { print "field worth f32 [250 node] mask irreps= unit="; printf "\t"; for (i = 0; i < 249; i++) printf "0 "; print w } { print }' |
            gg-dump -r -o worth.ggs
    }
    worth 2
    gg-train -q -o net w.yaml worth.ggs
    gg-predict net/model.ggm worth.ggs | gg-dump -d mean_propensity_pred >two
    worth 7
    gg-predict net/model.ggm worth.ggs | gg-dump -d mean_propensity_pred | cmp - two # the mean of one
    worth 0
    gg-predict net/model.ggm worth.ggs | gg-dump -d mean_propensity_pred >none
    run ! cmp -s two none
    run ! grep -q nan none
    worth -1
    refuses 3 "field 'worth': -1 of particle 249, what a particle counts for is 0 or more" gg-predict net/model.ggm -o x.ggs worth.ggs
    worth 2
    sed 's/in: .h, worth./in: [h, h]/' w.yaml >bad.yaml
    refuses 2 "pool: in: the weights are .*, one number a row" gg-train -q -o bad bad.yaml worth.ggs
    sed -e 's/weights: .worth., //' -e 's/node: .type./node: [type, worth]/' w.yaml >bad.yaml
    refuses 2 "in: pool takes its weights from a field of inputs.weights, by its name" gg-train -q -o bad bad.yaml worth.ggs
    sed 's/node: .type./node: [type, worth]/' w.yaml >bad.yaml
    refuses 2 "inputs.weights: 'worth' is an input on nodes" gg-train -q -o bad bad.yaml worth.ggs
    sed 's/worth/displacement/' w.yaml >bad.yaml
    refuses 3 "field 'displacement': an input of inputs.weights has the axes" gg-train -q -o bad bad.yaml worth.ggs
}
