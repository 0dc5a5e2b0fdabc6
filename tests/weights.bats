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
    sed 's/factor: -2/rows: [0, 1]/' cut.map >t.map
    refuses 2 'numbers: rows, columns and transpose do not go with it' import cut.npz
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

# bats test_tags=golden
@test "the published network of Shiba et al. on its own file: values of the particles" {
    need_shared weights/botan_edge_pretrained_1.npz
    need_shared data/botan-T0.44
    gg-import -q "$SHARED/data/botan-T0.44/test/isoconfig_N4096T0.44_401_tc07.npz" -o b.ggs
    gg-import --weights "$SHARED/weights/botan_edge_pretrained_1.npz" --model "$ROOT/examples/models/botan.yaml" -o b.ggm
    paste <(gg-predict b.ggm b.ggs | gg-dump -d propensity_pred | head -n 4) <(printf '%s\n' 0.08247073 0.04083438 0.1258487 0.1047301) |
        awk '{ d = $1 / $2 - 1; if (!(d * d <= 2.5e-9)) bad = 1; n++ } END { exit !(n == 4 && !bad) }'
}
