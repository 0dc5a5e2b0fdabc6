#!/usr/bin/env bats
# weights.bats -- parameters of other codes: gg-import --weights, and the published networks

load helper

small() {
    cat >t.yaml <<'YAML'
inputs: {node: [type], cutoff: 1.5, self: true}
layers:
  - {layer: embed, channels: 4, out: h}
  - {layer: edge_vector, as: numbers, out: v}
  - {layer: edge_mlp, in: [v, h], at: [edge, sender], outputs: 5, act: relu, act_last: true, out: e}
  - {layer: sum, in: e, out: s}
heads:
  - {target: propensity, in: s, layer: mlp, hidden: [6], species: joint}
loss: {standardise: none}
train: {epochs: 1}
YAML
    gg-train -q -o run t.yaml "$DATA/tiny.ggs"
    gg-dump --npz w run/model.ggm
    mean=$(gg-dump run/model.ggm | awk '$1 == "model.mean_neighbours" { print $2 }')
    times=$(gg-dump -d target.propensity.times run/model.ggm | paste -sd, -)
    cat >t.map <<MAP
species: 2
times: [$times]
mean_neighbours: $mean
parameters:
  layers.0.embed.weight.0.0: layers.0.embed.weight.0.0
  layers.0.embed.bias.0: layers.0.embed.bias.0
  layers.2.edge_mlp.0.weight.0: layers.2.edge_mlp.0.weight.0
  layers.2.edge_mlp.0.weight.1: layers.2.edge_mlp.0.weight.1
  layers.2.edge_mlp.0.bias: layers.2.edge_mlp.0.bias
  heads.propensity.0.weight.0.0: heads.propensity.0.weight.0.0
  heads.propensity.0.bias.0: heads.propensity.0.bias.0
  heads.propensity.1.weight.0.0: heads.propensity.1.weight.0.0
  heads.propensity.1.bias.0: heads.propensity.1.bias.0
ignored: [cell, pbc, id, input.mean, input.scale, loss.normaliser, target.propensity.mean, target.propensity.scale, target.propensity.count, target.propensity.times]
MAP
}
import() { gg-import --weights "${1:-w/frame-000000.npz}" --model t.yaml -o "${2:-i.ggm}"; }

@test "out and in again: the same predictions, byte for byte" {
    small
    import
    gg-predict run/model.ggm "$DATA/tiny.ggs" | gg-dump -d propensity_pred >one
    gg-predict i.ggm "$DATA/tiny.ggs" | gg-dump -d propensity_pred >two
    [ -s one ]
    cmp one two
    # To a pipe, too.
    gg-import --weights w/frame-000000.npz --model t.yaml | gg-predict - "$DATA/tiny.ggs" | gg-dump -d propensity_pred | cmp one -
}

# bats test_tags=reader
@test "rows and axes: one array for two parameters, the other way round" {
    need_program /usr/bin/python3
    small
    /usr/bin/python3 -c 'import numpy' || skip 'needs numpy'
    /usr/bin/python3 - <<'PY'
import numpy as np
z = dict(np.load("w/frame-000000.npz"))
first = "layers.2.edge_mlp.0.weight."
z["first"] = np.vstack([z.pop(first + "1"), z.pop(first + "0")])
np.savez("first.npz", **z)
z = {k: np.asfortranarray(v.T.astype(">f8")) if v.ndim == 2 else v for k, v in z.items()}
np.savez("turned.npz", **z)
np.savez("short.npz", **{**z, "first": z["first"][:, :-1]})
np.savez("more.npz", **{**z, "extra.1": np.zeros(3), "extra.2": np.zeros(3)})
np.savez("nan.npz", **{**z, "first": z["first"] * np.nan})
np.savez("large.npz", **{k: v * 1e36 if v.ndim == 2 else v for k, v in z.items()})
PY
    sed -i -e 's/weight.0: layers.2.*/weight.0: {array: first, rows: [4, 7]}/' -e 's/weight.1: layers.2.*/weight.1: {array: first, rows: [0, 4]}/' t.map
    import first.npz
    gg-predict run/model.ggm "$DATA/tiny.ggs" | gg-dump -d propensity_pred >one
    gg-predict i.ggm "$DATA/tiny.ggs" | gg-dump -d propensity_pred | cmp one -
    sed -i 's/^parameters/transpose: true\n&/' t.map
    import turned.npz
    gg-predict i.ggm "$DATA/tiny.ggs" | gg-dump -d propensity_pred | cmp one -
    refuses 2 "rows: \[first, behind the last\] of the 6 rows of 'first' are wanted" import short.npz
    refuses 3 'more.npz: arrays neither used nor ignored: extra.1, extra.2' import more.npz
    refuses 3 "nan.npz: .*array 'first': number 0 is not finite" import nan.npz
    import large.npz large.ggm
    refuses 6 "frame 0 .*: the prediction is not finite: layers.[0-9].[a-z_]+ is the first layer whose output is not finite, at (particle|edge) [0-9]+" \
        gg-predict large.ggm "$DATA/tiny.ggs" -o p.ggs
    sed -i 's/\[4, 7\]/[3, 6]/' t.map
    refuses 3 "turned.npz: array 'first': only 30 of its 35 numbers have a place" import turned.npz
}

# bats test_tags=reader
@test "places side by side, below each other, in a flat array, the other way round, with factors and without an array" {
    need_program /usr/bin/python3
    small
    /usr/bin/python3 -c 'import numpy' || skip 'needs numpy'
    gg-predict run/model.ggm "$DATA/tiny.ggs" | gg-dump -d propensity_pred >one
    /usr/bin/python3 - <<'PY'
import numpy as np
z = dict(np.load("w/frame-000000.npz"))
first = "layers.2.edge_mlp.0.weight."
a, b, head, bias = z.pop(first + "0"), z.pop(first + "1"), z.pop("heads.propensity.0.weight.0.0"), z.pop("heads.propensity.0.bias.0")
z["flat"] = np.concatenate([b.ravel(), a.ravel() / -2])
z["left"], z["right"] = head[:, :2].T.copy(), head[:, 2:]
z["ends"] = np.concatenate([bias[4:], bias[:4]])
np.savez("cut.npz", **z)
z["layers.0.embed.bias.0"] *= 0
np.savez("zero.npz", **z)
PY
    sed -i -e "s/edge_mlp.0.weight.0: .*/edge_mlp.0.weight.0: {array: flat, numbers: [20, 35], factor: -2}/" \
        -e "s/edge_mlp.0.weight.1: .*/edge_mlp.0.weight.1: {stack: [{array: flat, numbers: [0, 10]}, {array: flat, numbers: [10, 20]}]}/" \
        -e "s/propensity.0.weight.0.0: .*/propensity.0.weight.0.0: {join: [{array: left, transpose: true}, {array: right, columns: [0, 1]}, {array: right, columns: [1, 4]}]}/" \
        -e "s/propensity.0.bias.0: .*/propensity.0.bias.0: {join: [{array: ends, rows: [2, 6]}, {array: ends, rows: [0, 2]}]}/" t.map
    import cut.npz
    gg-predict i.ggm "$DATA/tiny.ggs" | gg-dump -d propensity_pred | cmp one -
    cp t.map cut.map
    sed -i -e '/^  layers.0.embed.bias.0/s/: .*/: {value: 0}/' -e 's/ignored: \[/&layers.0.embed.bias.0, /' t.map
    import zero.npz
    import cut.npz other.ggm
    cmp i.ggm other.ggm || [ "$(gg-dump -d layers.0.embed.bias.0 other.ggm | sort -u)" = 0 ]
    sed 's/numbers: \[10, 20\]/numbers: [10, 19]/' cut.map >t.map
    refuses 2 'numbers: 9 of them, a multiple of 5 is wanted' import cut.npz
    sed 's/columns: \[1, 4\]/columns: [1, 3]/' cut.map >t.map
    refuses 2 "heads.propensity.0.weight.0.0': .* the place gives \[5, 5\], the parameter wants \[5, 6\]" import cut.npz
    sed 's/factor: -2/factor: 0/' cut.map >t.map
    refuses 2 "factor: 0 leaves nothing of 'flat'" import cut.npz
    sed 's/numbers: \[10, 20\]/numbers: [10, 20], width: 1e300/' cut.map >t.map
    refuses 2 'width: 1e.300 does not divide 10 numbers' import cut.npz
    sed 's/factor: -2/rows: [0, 1]/' cut.map >t.map
    refuses 2 'numbers: rows, columns and transpose do not go with it' import cut.npz
}

@test "one map for all widths and depths; settings are put in, and others refused" {
    cat >t.yaml <<'YAML'
let: {C: 4}
inputs: {node: [type], cutoff: 1.5}
layers:
  - {layer: embed, channels: C, out: h}
  - repeat: 2
    layers:
      - {layer: mlp, in: h, hidden: [], outputs: C, act_last: true, out: h}
heads:
  - {target: propensity, in: h, layer: mlp, hidden: [], species: joint}
loss: {standardise: none}
train: {epochs: 1}
YAML
    cat >t.map <<'MAP'
species: 2
mean_neighbours: 1
settings: {mlp.weights: plain}
sizes: {C: layers.0.embed.bias.0, R: layers.1.<k>.0.mlp.0.bias.0}
parameters:
  layers.0.embed.weight.0.0: {array: layers.0.embed.weight.0.0, factor: 1/sqrt(4*C/C)*2}
  layers.0.embed.bias.0: layers.0.embed.bias.0
  layers.1.<k>.0.mlp.0.weight.0.0: {stack: [{array: layers.1.<k>.0.mlp.0.weight.0.0, rows: [0, C-1]}, {array: layers.1.<k+R-R>.0.mlp.0.weight.0.0, rows: [C-1, C]}]}
  layers.1.<k>.0.mlp.0.bias.0: layers.1.<k>.0.mlp.0.bias.0
  heads.propensity.0.weight.<k>.0: heads.propensity.0.weight.<k>.0
  heads.propensity.0.bias.0: heads.propensity.0.bias.0
ignored: [cell, pbc, id, input.*, loss.*, target.*]
MAP
    for set in let.C=4 let.C=7 layers.1.repeat=3; do
        rm -rf run w && gg-train -q -o run --set mlp.weights=plain --set "$set" t.yaml "$DATA/tiny.ggs"
        gg-dump --npz w run/model.ggm
        gg-import --weights w/frame-000000.npz --model t.yaml --like "$DATA/tiny.ggs" --set "$set" -o i.ggm --force
        gg-predict run/model.ggm "$DATA/tiny.ggs" | gg-dump -d propensity_pred >one
        gg-predict i.ggm "$DATA/tiny.ggs" | gg-dump -d propensity_pred | cmp one -
    done
    import_too() { gg-import --weights w/frame-000000.npz --model t.yaml --like "$DATA/tiny.ggs" --set layers.1.repeat=3 "$@" -o x.ggm; }
    refuses 2 "t.map:3.* layers.1.0.0.mlp: weights is e3nn, the map is for plain: --set 'mlp.weights=plain'" import_too --set mlp.weights=e3nn
    refuses 2 "'layers.0.embed.weight.0.0'.* gives \[2, 4\], the parameter wants \[2, 7\]" import_too --set let.C=7
    sed -i 's/C-1\]/D-1]/' t.map
    refuses 2 "t.map:8.*'D-1': nothing is called 'D'" import_too
    sed -i -e 's/D-1\]/C-1]/' -e 's/<k+R-R>/<k+R>/' t.map
    refuses 2 "no array 'layers.1.3.0.mlp.0.weight.0.0' .did you mean layers.1" import_too
    sed -i -e 's/<k+R>/<k>/' -e 's/mlp.weights: plain/mlp.wieghts: plain/' t.map
    refuses 2 'mlp.*wieghts' import_too
}

@test "inputs and targets beyond the species and its times are taken from a stream" {
    sed -e 's/node: \[type\]/node: [type, energy_inherent]/' "$ROOT/examples/models/tfn.yaml" >f.yaml
    gg-quench "$DATA/tiny.ggs" -o q.ggs
    gg-train -q --epochs 1 --set 'inputs.node=[type, energy_inherent]' -o run f.yaml q.ggs
    gg-dump --npz w run/model.ggm
    {
        echo "species: 2"
        echo "mean_neighbours: $(gg-dump run/model.ggm | awk '$1 == "model.mean_neighbours" { print $2 }')"
        echo "parameters:"
        gg-dump run/model.ggm | awk '/^frame/ { on = 1; next } on && $1 ~ /^(layers|heads)[.]/ { print "  " $1 ": " $1 }'
        echo "ignored: [cell, pbc, id, input.mean, input.scale, loss.normaliser, target.propensity.mean, target.propensity.scale, target.propensity.count, target.propensity.times]"
    } >f.map
    gg-import --weights w/frame-000000.npz --model f.yaml --like q.ggs -o i.ggm
    gg-predict i.ggm q.ggs | gg-dump -d propensity_pred >/dev/null
    refuses 2 "'times' is missing in the map, or --like FILE" gg-import --weights w/frame-000000.npz --model f.yaml -o x.ggm
    sed -i '1i times: [0.2, 1, 5, 10]' f.map
    refuses 2 "input 'energy_inherent': its irreps are not known: --like FILE" gg-import --weights w/frame-000000.npz --model f.yaml -o x.ggm
    refuses 5 'absent.ggs' gg-import --weights w/frame-000000.npz --model f.yaml --like absent.ggs -o x.ggm
    refuses 2 'like with them' gg-import --like q.ggs q.ggs
}

@test "what does not fit is named" {
    small
    cp t.map good.map
    sed '/1.bias.0:/d; /0.bias.0: heads/d' good.map >t.map
    refuses 2 'no array for heads.propensity.0.bias.0, heads.propensity.1.bias.0' import
    sed 's/weight.1: layers.2/weight.1: layer.2/' good.map >t.map
    refuses 2 "t.map:[0-9:]+ the weights have no array 'layer.2.*did you mean layers.2" import
    sed 's/weight.1: layers.2.*/weight.1: layers.2.edge_mlp.0.weight.0/' good.map >t.map
    refuses 2 "parameter 'layers.2.edge_mlp.0.weight.1': t.map:.* gives \[3, 5\], the parameter wants \[4, 5\]" import
    sed 's/^ignored.*/  heads.propensity.2.bias: id\n&/' good.map >t.map
    refuses 2 "the model has no parameter 'heads.propensity.2.bias'" import
    sed 's/ignored: \[cell, /ignored: [/' good.map >t.map
    refuses 3 'neither used nor ignored: cell' import
    sed 's/ignored: \[cell/ignored: [cells/' good.map >t.map
    refuses 2 "ignored: the weights have no array 'cells'" import
    sed 's/^species.*/specis: 2/' good.map >t.map
    refuses 2 'specis' import
    sed '/^times/d' good.map >t.map
    refuses 2 "'times' is missing" import
    cp good.map t.map
    refuses 2 'go together' gg-import --weights w/frame-000000.npz -o x.ggm
    refuses 2 'no stream of configurations' gg-import --weights w/frame-000000.npz --model t.yaml -o x.ggm t.yaml
    refuses 4 'standard input: empty' gg-import -o x.ggs </dev/null
    head -c 200 w/frame-000000.npz >cut.npz
    refuses 4 'cut.npz: zip has no end' import cut.npz
    refuses 5 'absent.npz' import absent.npz
    refuses 5 '/dev/full' import w/frame-000000.npz /dev/full
    rm t.map
    refuses 5 't.map' import
    [ ! -e x.ggm ]
}

# rho SPECIES: correlations of a file with predictions, time after time
rho() { gg-corr --bootstrap 0 --no-spearman --tsv --species "$1" --target propensity --predictor propensity_pred:0 "$2" | awk -F '\t' 'NR > 1 { print $9 }'; }

# bats test_tags=golden
@test "the published network of Bapst et al. on its own file" {
    need_shared weights/deepmind_t044_s09.npz
    need_shared data/deepmind/test_large.pickle
    gg-import -q "$SHARED/data/deepmind/test_large.pickle" -o large.ggs
    gg-neighbors --cutoff 2 --self --precision f32 large.ggs | gg-dump | grep -q ' 171066 edges'
    gg-import --weights "$SHARED/weights/deepmind_t044_s09.npz" --model "$ROOT/examples/models/deepmind.yaml" \
        --set 'loss.species=[A, B]' -o d.ggm
    gg-predict d.ggm large.ggs -o p.ggs
    # The file's times in order: the tenth of the published list, 1/e, comes after the sixth.
    paste <(rho A p.ggs) <(printf '%s\n' 0.9346 0.3930 0.1835 0.0865 0.0608 0.0381 0.0389 0.0325 0.0201 0.0192) |
        awk '{ d = $1 - $2; if (!(d * d <= 0.0005 * 0.0005)) bad = 1; n++ } END { exit !(n == 10 && !bad) }'
    paste <(rho B,all p.ggs | sed -n '1p;2p') <(printf '%s\n' 0.2141 0.5670) | awk '{ d = $1 - $2; if (!(d * d <= 2.5e-7)) bad = 1 } END { exit bad }'
    paste <(gg-dump -d propensity_pred p.ggs | head -n 8) \
        <(printf '%s\n' 0.13537955 0.15082651 0.1423592 0.07172379 0.11406863 0.06757021 0.07484868 0.09138727) |
        awk '{ d = $1 / $2 - 1; if (!(d * d <= 2.5e-7)) bad = 1; n++ } END { exit !(n == 8 && !bad) }'
}

# near TOLERANCE 'WANTED...': the numbers on standard input are these
near() {
    paste - <(printf '%s\n' $2) | awk -v t="$1" '{ d = $1 - $2; if (!(d <= t && -d <= t)) { print $1 " is not " $2; bad = 1 } } END { exit !(NR && !bad) }'
}

# botan ID WEIGHTS: p.ggs, the configuration with what the published network predicts for it
botan() {
    [ -e "$1.ggs" ] || gg-import -q "$SHARED/data/botan-T0.44/test/isoconfig_N4096T0.44_$1_tc07.npz" | gg-neighbors --cutoff 2 |
        gg-targets --add propensity,distance_change -o "$1.ggs"
    gg-import --weights "$SHARED/weights/botan_edge_pretrained_$2.npz" --model "$ROOT/examples/models/botan.yaml" -o b.ggm
    gg-predict b.ggm "$1.ggs" -o p.ggs
}
# Receiver, sender, species of both, length, target and prediction of every edge.
edges() {
    paste -d ' ' <(awk 'NR == FNR { type[NR - 1] = $1; next } FNR > 1 { for (; e < $1; e++) print FNR - 2, type[FNR - 2] } { e = $1 }' \
        <(gg-dump -d type p.ggs) <(gg-dump -d edge_ptr p.ggs)) \
        <(awk 'NR == FNR { type[NR - 1] = $1; next } { print $1, type[$1] }' <(gg-dump -d type p.ggs) <(gg-dump -d edge_nbr p.ggs)) \
        <(gg-dump -d edge_vectors p.ggs | awk '{ print sqrt($1 * $1 + $2 * $2 + $3 * $3) }') \
        <(gg-dump -d distance_change p.ggs) <(gg-dump -d distance_change_pred p.ggs)
}
# Of the edges between particles of species 0 that are shorter than 1.35: how many, mean target, mean prediction, correlation.
near_a() {
    awk '$2 == 0 && $4 == 0 && $5 < 1.35 { n++; x += $6; y += $7; xx += $6 * $6; yy += $7 * $7; xy += $6 * $7 }
        END { x /= n; y /= n; printf "%d\n%.6f\n%.6f\n%.6f\n", n, x, y, (xy / n - x * y) / sqrt((xx / n - x * x) * (yy / n - y * y)) }'
}

# bats test_tags=golden
@test "the published networks of Shiba et al. on their own files: particles and edges" {
    need_shared weights/botan_edge_pretrained_1.npz
    need_shared data/botan-T0.44
    while read -r id weights all mse n target prediction rho; do
        botan "$id" "$weights"
        gg-corr --bootstrap 0 --no-spearman --tsv p.ggs | awk -F '\t' '
            NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k }
            $1 == "distance_change" { print $at["rho_config"]; print $at["rmse_pooled"] ^ 2 }' >scores
        near 5e-5 "$all" < <(head -n 1 scores)
        near 1e-6 "$mse" < <(tail -n 1 scores)
        edges >e.txt
        near_a <e.txt >scores
        [ "$(head -n 1 scores)" -eq "$n" ]
        near 5e-5 "$rho" < <(tail -n 1 scores)
        near 2e-6 "$target" < <(sed -n 2p scores)
        [ "$prediction" = - ] || near 2e-6 "$prediction" < <(sed -n 3p scores)
        [ "$id $weights" != "401 1" ] || mv e.txt first.txt
        [ "$id $weights" != "401 1" ] || gg-dump -d propensity_pred p.ggs | head -n 4 >nodes
    done <<<"401 1 0.3968 0.057065 35936 0.131905 0.011538 0.5405
402 1 0.3457 0.084073 36004 0.176729 0.011568 0.4275
403 1 0.3176 0.135537 35954 0.247754 0.012199 0.4223
401 2 0.3920 0.057864 35936 0.131905 - 0.5292
402 2 0.3448 0.084880 36004 0.176729 - 0.4204
403 2 0.3099 0.137073 35954 0.247754 - 0.4124"
    near 3e-6 '0.08247073 0.04083438 0.1258487 0.1047301' <nodes
    # From particle 0 to 12, 85, 136, 224, 363.
    awk '$3 == 0 { print $1, $6, $7 }' first.txt | head -n 5 >five
    cut -d ' ' -f 1 five | near 0 '12 85 136 224 363'
    cut -d ' ' -f 2 five | near 2e-8 '0.00813393 -0.06871372 0.0434364 0.00049191 0.23073232'
    cut -d ' ' -f 3 five | near 2e-6 '-0.074184 -0.088889 -0.049960 -0.110554 0.043154'
}

# Behind film a layer has a row for each time, and runs once a time: its paths and couplings are those of the layer for one.
@test "paths and couplings of layers that have a row for each time" {
    cat >t.yaml <<'YAML'
inputs: {node: [type], cutoff: 1.4}
layers:
  - {layer: embed, channels: 4, out: h}
  - {layer: basis, in: time, n: 2, out: c}
  - {layer: film, in: [h, c], hidden: [4], out: h}
  - {layer: conv, in: h, lmax: 1, out_irreps: 4x0e+4x1o, radial: {n: 4, hidden: [4]}, out: A}
  - {layer: contract, in: A, correlation: 2, out_irreps: 4x0e, out: B}
heads:
  - {target: propensity, in: B, layer: mlp, hidden: [4]}
YAML
    gg-train -q --epochs 1 -o run t.yaml "$DATA/tiny.ggs"
    gg-dump --npz w run/model.ggm
    {
        gg-dump run/model.ggm | awk '$1 == "model.mean_neighbours" { print "mean_neighbours: " $2 }'
        printf 'species: 2\ntimes: [%s]\nparameters:\n' "$(gg-dump -d target.propensity.times run/model.ggm | paste -sd, -)"
        gg-dump run/model.ggm | sed -n 's/^ *\(\(layers\|heads\)[^ ]*\) .*/\1/p' | sed -e 's/^.*conv.*/&: {array: &, paths: output}/' -e 's/^.*contract.*/&: {value: 0}/' -e '/:/!s/.*/&: &/' -e 's/^/  /'
        echo 'ignored: [cell, pbc, id, "input.*", "loss.*", "target.*", "layers.4.*"]'
    } >t.map
    import
    gg-cmp --fields 'layers.3.*,heads.*' run/model.ggm i.ggm
    sed 's/{value: 0}/{array: layers.3.conv.mix, couplings: layers.3.conv.mix}/' -i t.map
    refuses 2 "array 'layers.3.conv.mix' has 1 axes of [0-9]+ numbers in all; .2 species..couplings..4 channels. is wanted" \
        gg-import --weights w/frame-000000.npz --model t.yaml -o c.ggm
}
