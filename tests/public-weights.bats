#!/usr/bin/env bats
# public-weights.bats -- round trips of parameters between networks of ours and the public codes' arrays: gg-import --weights, gg-dump --map

load helper

SMALL_EQNET=(--set let.C=4 --set conv.radial.n=6 --set 'conv.radial.hidden=[8]' --set let.rounds=1)
SMALL_MACE=(--set 'inputs.node=[type]' --set let.C=3 --set let.lmax=2 --set 'conv.radial.hidden=[8, 8]' --set layers.15.outputs=4
    --set layers.4.out_irreps=3x0e+3x1o+3x2e --set layers.6.out_irreps=3x0e+3x1o+3x2e)
# What MACE lacks: calibrated scales, biases.
PUBLIC_MACE=(--set layers.3.layer=dropout --set layers.3.rate=0 --set layers.10.layer=dropout --set layers.10.rate=0
    --set 'train.freeze=["*.bias.0"]' --set conv.radial.constants=e3nn --set mlp.constants=e3nn --set heads.0.species=joint)
MODELS=$ROOT/examples/models

# eqnet.npz, mace.npz: the arrays of the reference networks, with read-outs for the four times of the shipped data
public_arrays() {
    need_program /usr/bin/python3
    /usr/bin/python3 -c 'import numpy' || skip 'needs numpy'
    need_shared reference/mace_contraction_l2.json
    need_shared reference/mace_network.json
    need_shared reference/eqnet_network.json
    /usr/bin/python3 - "$SHARED/reference" <<'PY'
import json, sys
import numpy as np
def read(name, members):
    file, out = json.load(open(f"{sys.argv[1]}/{name}.json")), {}
    for member in members:
        for key, x in file[member].items():
            flat = np.array(x["value"] if isinstance(x, dict) else x, dtype=np.float32)
            out[key] = flat.reshape(x["shape"]) if isinstance(x, dict) else flat
    return out
random = np.random.default_rng(1)
x = read("eqnet_network", ["params", "running_before"])
for z in "01":
    x[f"readout_per_type.{z}.weight"] = random.normal(size=(4, 16)).astype("f4")
    x[f"readout_per_type.{z}.bias"] = random.normal(size=4).astype("f4")
x["layer_0.edge_mlp.network.1.num_batches_tracked"] = np.array(7)
np.savez("eqnet.npz", **x)
x = read("mace_network", ["params"])
x["readouts.0.linear.weight"] = random.normal(size=12).astype("f4")
x["readouts.1.linear_2.weight"] = random.normal(size=16).astype("f4")
for r in json.load(open(f"{sys.argv[1]}/mace_contraction_l2.json"))["couplings"]:
    l, nu = r["L"], r["nu"]
    if nu > 3:
        continue
    U = np.zeros([2 * l + 1] + [9] * nu + [r["n_eta"]])
    monomial = np.array(r["monomials"]).reshape(-1, nu)
    for eta, m, mono, value in zip(r["eta"], r["M"], r["mono"], r["value_index"]):
        U[(m, *monomial[mono], eta)] += r["values"][value]
    for layer in range(2 if l == 0 else 1):
        x[f"products.{layer}.symmetric_contractions.contractions.{l}.U_matrix_{nu}"] = U if l else U[0]
x["interactions.0.linear_up.output_mask"] = np.ones(3)
x["avg_num_neighbors"] = np.array(30.0)
np.savez("mace.npz", **x)
PY
}

# same A.npz B.npz TOLERANCE PATTERN: names, order, types and shapes; numbers of all arrays but those with PATTERN in their name
same() {
    /usr/bin/python3 - "$@" <<'PY'
import sys
import numpy as np
a, b = np.load(sys.argv[1]), np.load(sys.argv[2])
assert list(a) == list(b)
for key in a:
    assert a[key].dtype == b[key].dtype and a[key].shape == b[key].shape, key
    if sys.argv[4] not in key:
        assert np.abs(a[key] - b[key]).max() <= float(sys.argv[3]) * np.abs(a[key]).max(), key
PY
}

predict() { gg-predict "$1" q.ggs | gg-dump -d propensity_pred; }

# near A B: columns of numbers, to 1e-4 of the largest
near() { paste "$1" "$2" | awk '{ n = NF/2; for (k = 1; k <= n; k++) { x = $k - $(n+k); if (x < 0) x = -x; if (!(x <= worst)) worst = x; y = $k < 0 ? -$k : $k; if (y > size) size = y } } END { exit !(NR > 100 && size > 0 && worst <= 1e-4 * size) }'; }

# bats test_tags=reader
@test "eqnet: read, written: the same numbers; trained, written, read: the same predictions" {
    public_arrays
    gg-quench "$DATA/tiny.ggs" -o q.ggs
    gg-import --weights eqnet.npz --model "$MODELS/eqnet.yaml" --like q.ggs "${SMALL_EQNET[@]}" -o e.ggm
    gg-dump --map "$MODELS/eqnet.map" --like eqnet.npz --npz back e.ggm
    same eqnet.npz back/frame-000000.npz 0 nothing
    gg-train -q --from e.ggm --epochs 1 "${SMALL_EQNET[@]}" --set heads.0.standardise=none -o run "$MODELS/eqnet.yaml" q.ggs
    gg-dump --map "$MODELS/eqnet.map" --like eqnet.npz --npz ours run/model.ggm
    run ! same eqnet.npz ours/frame-000000.npz 1e-3 nothing
    gg-import --weights ours/frame-000000.npz --model "$MODELS/eqnet.yaml" --like q.ggs "${SMALL_EQNET[@]}" -o o.ggm
    predict run/model.ggm >one
    [ -s one ]
    predict o.ggm | cmp one -
    # As safetensors: the same names in the same order.
    gg-dump --map "$MODELS/eqnet.map" --like eqnet.npz --safetensors o.st run/model.ggm
    grep -aq '{"__metadata__":{"format":"pt"},"layer_0.lin.weight":{"dtype":"F32","shape":\[36\],"data_offsets":\[0,144\]}' o.st
    # What is ignored may hold anything: an archive takes it as it is, safetensors cannot.
    /usr/bin/python3 -c '
import numpy as np
x = dict(np.load("eqnet.npz"))
x["text.num_batches_tracked"] = np.array(["made", "elsewhere"])
x["object.num_batches_tracked"] = np.array([{"a": 1}], dtype=object)
np.savez("any.npz", **x)'
    gg-import --weights any.npz --model "$MODELS/eqnet.yaml" --like q.ggs "${SMALL_EQNET[@]}" -o a.ggm
    gg-dump --map "$MODELS/eqnet.map" --like any.npz --npz any a.ggm
    /usr/bin/python3 -c '
import zipfile
a, b = zipfile.ZipFile("any.npz"), zipfile.ZipFile("any/frame-000000.npz")
assert a.namelist() == b.namelist()
for name in a.namelist():
    assert "num_batches" not in name or a.read(name) == b.read(name), name'
    run --separate-stderr gg-dump --map "$MODELS/eqnet.map" --like any.npz --safetensors any.st a.ggm
    [ "$status" = 0 ]
    [[ "$stderr" == *"any.st: arrays that are no numbers are left out: text.num_batches_tracked, object.num_batches_tracked"* ]]
    run -1 grep -aq elsewhere any.st
}

# bats test_tags=reader
@test "MACE: redundant weights, read and written: the smallest of the same function; trained, written, read: the same predictions" {
    public_arrays
    gg-quench "$DATA/tiny.ggs" -o q.ggs
    gg-import --weights mace.npz --model "$MODELS/mace.yaml" --like q.ggs "${SMALL_MACE[@]}" -o m.ggm
    gg-dump --map "$MODELS/mace.map" --like mace.npz --npz back m.ggm
    same mace.npz back/frame-000000.npz 1e-6 weights
    gg-import --weights back/frame-000000.npz --model "$MODELS/mace.yaml" --like q.ggs "${SMALL_MACE[@]}" -o b.ggm
    predict m.ggm >one
    predict b.ggm >two
    near one two
    gg-dump --map "$MODELS/mace.map" --like mace.npz --npz again b.ggm
    same back/frame-000000.npz again/frame-000000.npz 1e-6 nothing
    gg-train -q --epochs 1 "${SMALL_MACE[@]}" "${PUBLIC_MACE[@]}" --set loss.standardise=none --lr 1e-4 -o run "$MODELS/mace.yaml" q.ggs
    gg-dump --map "$MODELS/mace.map" --like mace.npz --npz ours run/model.ggm
    gg-import --weights ours/frame-000000.npz --model "$MODELS/mace.yaml" --like q.ggs "${SMALL_MACE[@]}" -o o.ggm
    predict run/model.ggm >one
    predict o.ggm >two
    near one two
}

# bats test_tags=reader
@test "what the other code has no place for is refused" {
    public_arrays
    gg-quench "$DATA/tiny.ggs" -o q.ggs
    give() { gg-dump --map "$MODELS/mace.map" --like mace.npz --npz w "$@"; }
    gg-train -q --epochs 1 "${SMALL_MACE[@]}" -o run "$MODELS/mace.yaml" q.ggs
    refuses 2 "mace.map:[0-9]+.* layers.2.conv: radial.constants is exact, the map is for e3nn: --set 'conv.radial.constants=e3nn'" give run/model.ggm
    gg-train -q --epochs 1 "${SMALL_MACE[@]}" --set conv.radial.constants=e3nn --set mlp.constants=e3nn --set heads.0.species=joint -o run2 "$MODELS/mace.yaml" q.ggs
    refuses 3 "parameter 'layers.0.embed.bias.0' is [-0-9.e]+: the other code has 0 there, always" give run2/model.ggm
    [ ! -e w ]
    refuses 2 'one of .* at a time|--map and --like go together' gg-dump --map "$MODELS/mace.map" run2/model.ggm
    refuses 2 '--map and --like go together, with --npz or --safetensors and one model' gg-dump --like mace.npz --npz w run2/model.ggm
    refuses 5 'absent.npz' gg-dump --map "$MODELS/mace.map" --like absent.npz --npz w run2/model.ggm
    refuses 2 '--all goes with the summary alone' give -a run2/model.ggm
    refuses 2 '--frames goes with' give -n 0 run2/model.ggm
    refuses 2 '--output goes with' give -o x run2/model.ggm
    # A map that is not for this model, or says nothing.
    gg-import --weights mace.npz --model "$MODELS/mace.yaml" --like q.ggs "${SMALL_MACE[@]}" -o m.ggm
    by() { sed "$1" "$MODELS/mace.map" >own.map && gg-dump -v --map own.map --like mace.npz --npz w m.ggm; }
    refuses 2 'own.map:[0-9]+.* species: the map is for 3, the model has 2' by 's/^species: 2/species: 3/'
    refuses 2 "own.map:1.*specis" by '1i specis: 2'
    refuses 2 'own.map:[0-9]+.* mean_neighbours: 29 in the map, layers.2.conv divides by 30: write this into the map' by 's/^mean_neighbours: .*/mean_neighbours: 29/'
    refuses 2 "mean_neighbours: 'absent' is no number, nor one of the arrays" by 's/^mean_neighbours: .*/mean_neighbours: absent/'
    refuses 2 'mean_neighbours is missing: layers.2.conv divides sums by it' by '/^mean_neighbours: /d'
    refuses 3 "array 'products.0[a-z_.]*.0.weights[a-z_.0-9]*', number [0-9]+: 'layers.11.contract.weight.0.[123]' wants [-0-9.e]+, a parameter before it [-0-9.e]+: they are one" \
        by 's/products.1.symmetric/products.0.symmetric/g; s/^ignored: \[/&"products.1.symmetric*", /'
    [ ! -e w ]
    run --separate-stderr by 's/^parameters:/&\n  layers.<k>.nothing.scale: {value: 1}/'
    [ "$status" = 0 ]
    [[ "$stderr" == *"parameters of the map that the model has not: layers.<k>.nothing.scale"* ]]
    rm -r w
    cp "$MODELS/mace.yaml" own.yaml
    run --separate-stderr gg-import -v --weights mace.npz --model own.yaml --like q.ggs "${SMALL_MACE[@]}" -o x.ggm
    [ "$status" = 0 ]
    [[ "$stderr" == *"that the model has not: layers.<k>.nothing.scale"* ]]
    rm x.ggm
    # Standardised inputs and targets are told.
    gg-train -q --epochs 1 "${SMALL_EQNET[@]}" -o run3 "$MODELS/eqnet.yaml" q.ggs
    run --separate-stderr gg-dump --map "$MODELS/eqnet.map" --like eqnet.npz --npz w run3/model.ggm
    [ "$status" = 0 ]
    [[ "$stderr" == *"run3/model.ggm standardises inputs or targets"* ]]
    /usr/bin/python3 -c '
import numpy as np
x = dict(np.load("mace.npz"))
del x["avg_num_neighbors"]
np.savez("none.npz", **x)'
    refuses 2 "mean_neighbours: 'avg_num_neighbors' is no number, nor one of the arrays" \
        gg-import --weights none.npz --model "$MODELS/mace.yaml" --like q.ggs "${SMALL_MACE[@]}" -o x.ggm
    grep -v '^mean_neighbours' "$MODELS/mace.map" >mace.map
    cp "$MODELS/mace.yaml" .
    refuses 2 'mean_neighbours is missing: layers.2.conv divides sums by it' \
        gg-import --weights none.npz --model mace.yaml --like q.ggs "${SMALL_MACE[@]}" -o x.ggm
    refuses 3 'arrays neither used nor ignored: readout_per_type' \
        gg-import --weights <(/usr/bin/python3 -c 'import sys, numpy as np; x = dict(np.load("mace.npz")); x["readout_per_type.0"] = np.ones(3); np.savez("more.npz", **x)'; cat more.npz) \
        --model "$MODELS/mace.yaml" --like q.ggs "${SMALL_MACE[@]}" -o x.ggm
}

# Their shapes follow from the public classes.
# bats test_tags=reader
@test "EGNN, PaiNN, EIGNN at the sizes of their files: read, written: the same numbers, and what nothing reads is left" {
    need_program /usr/bin/python3
    /usr/bin/python3 -c 'import numpy' || skip 'needs numpy'
    /usr/bin/python3 - <<'PY'
import numpy as np
random = np.random.default_rng(3)
C, S, T, N, E = 32, 2, 4, 20, 17
def put(x, name, *shape):
    x[name] = (random.normal(size=shape) / 4).astype("f4")
def linear(x, name, out, into, bias=True):
    put(x, name + ".weight", out, into)
    if bias:
        put(x, name + ".bias", out)
x = {}
linear(x, "embedding_in", C, S)
for k in range(4):
    for net, into in (("edge_mlp", 2 * C + 1), ("node_mlp", 2 * C), ("coord_mlp", C)):
        linear(x, f"gcl_{k}.{net}.0", C, into)
        linear(x, f"gcl_{k}.{net}.2", 1 if net == "coord_mlp" else C, C, net != "coord_mlp")
linear(x, "embedding_out", T, C)
np.savez("egnn.npz", **x)
x = {}
put(x, "painn.embedding.weight", S, C)
linear(x, "painn.filter_net", 9 * C, N)
for k in range(3):
    linear(x, f"painn.interactions.{k}.interatomic_context_net.0", C, C)
    linear(x, f"painn.interactions.{k}.interatomic_context_net.1", 3 * C, C)
    linear(x, f"painn.mixing.{k}.mu_channel_mix", 2 * C, C, False)
    linear(x, f"painn.mixing.{k}.intraatomic_context_net.0", C, 2 * C)
    linear(x, f"painn.mixing.{k}.intraatomic_context_net.1", 3 * C, C)
linear(x, "output_modules.0.outnet.0", C, C)
linear(x, "output_modules.0.outnet.1", T, C)
np.savez("painn.npz", **x)
x = {}
linear(x, "lin_embedding", C, 4)
for k in range(7):
    name = f"interactions.{k}."
    linear(x, name + "I2EConv.lin1", C, 2 * C + E)
    linear(x, name + "I2EConv.lin2", 3, C)
    linear(x, name + "I2EConv.lin3", C, C + 3)
    put(x, name + "I2EConv.o3_lin.weight", 15)
    linear(x, name + "E2IConv.lin_cat", C, E + 6)
    linear(x, name + "E2IConv.lin_r", C, C)
    for piece in ("weight", "bias", "mean_scale"):
        put(x, name + "norm." + piece, C)
    for piece, n in (("weight", 3), ("bias", 1), ("running_mean", 1), ("running_var", 3)):
        put(x, name + "e_norm." + piece, n)
linear(x, "lin_cat", C, 2 * C)
linear(x, "out.lins.0", C, C, False)
linear(x, "out.lins.1", 2 * T, C, False)
for piece in ("weight", "bias", "running_mean", "running_var"):
    put(x, "out.norms.0." + piece, C)
x["out.norms.0.num_batches_tracked"] = np.array(3)
linear(x, "agg_3.nn.lins.0", C, 2 * C)
np.savez("eignn.npz", **x)
PY
    gg-quench "$DATA/tiny.ggs" | gg-features --add displacement --positions pos_inherent --into to_inherent -o q.ggs
    for name in egnn painn eignn; do
        set -- --set 'inputs.node=[type]'
        [ $name != eignn ] || set --
        gg-import --weights $name.npz --model "$MODELS/$name.yaml" --like q.ggs "$@" -o $name.ggm
        gg-dump --map "$MODELS/$name.map" --like $name.npz --npz back-$name $name.ggm
        same $name.npz back-$name/frame-000000.npz 2e-7 nothing
        predict $name.ggm >numbers
        [ "$(wc -l <numbers)" -gt 100 ]
    done
}

# The block of the shipped file alone, at the sizes of the reference, on its own features; the head passes on what comes of it.
# bats test_tags=reader, golden
@test "Equiformer: the reference block gives its numbers through the map, and its arrays come back" {
    need_program /usr/bin/python3
    /usr/bin/python3 -c 'import numpy' || skip 'needs numpy'
    need_shared reference/equiformer_block.json
    /usr/bin/python3 - "$SHARED/reference/equiformer_block.json" <<'PY'
import json, sys
import numpy as np
ref = json.load(open(sys.argv[1]))
def array(x):
    return np.array(x["value"]).reshape(x["shape"]) if isinstance(x, dict) else np.array(x)
np.savez("block.npz", **{"blocks.0." + key: array(x) for key, x in ref["params"].items()},
         **{f"one.{l}": np.eye(n) for l, n in enumerate((4, 3, 2))})
n = ref["n_node"]
x, out = (np.array(array(v)).reshape(n, 23) for v in (ref["x"], ref["values"]["out"]))
np.savetxt("wanted", out)
pos = np.array(ref["pos"]).reshape(n, 3)
with open("block.xyz", "w") as f:
    L = ref["box"]
    print(n, f'Lattice="{L} 0 0 0 {L} 0 0 0 {L}" Properties=species:S:1:pos:R:3:x:R:23:y:R:23', sep="\n", file=f)
    for z, r, a, b in zip(ref["species"], pos, x, out):
        print("AB"[z], *(repr(float(v)) for v in (*r, *a, *b)), file=f)
PY
    gg-import -q --irreps x=4x0e+3x1o+2x2e --irreps y=4x0e+3x1o+2x2e block.xyz -o block.ggs
    {
        printf 'let: {C: 1, N: 4x0e+3x1o+2x2e, H: 2, rounds: 1}\ninputs: {node: [x], cutoff: 1.5}\nlayers:\n'
        printf '  - {layer: slice, in: x, out_irreps: N, out: h}\n  - {layer: slice, in: h, out_irreps: N, out: h}\n'
        sed -n '/- repeat: rounds/,/^  - {layer: norm/p' "$MODELS/equiformer.yaml" | sed '$d' |
            sed -e 's/radial, n: 16/radial, n: 6/' -e 's/outputs: 4\*C/outputs: 8/' -e 's/outputs: 24\*C/outputs: 32/' -e 's/gate(3\*N)/gate(6x0e+4x1o+3x2e)/' \
                -e '/layer: linear, out_irreps: N, bias: true, out: v/s/: N,/: 4x0e+4x1o+2x2e,/'
        printf 'heads: [{target: y, in: h, layer: linear, species: joint, standardise: none}]\n'
    } >block.yaml
    {
        sed -e '/^  layers.[013][.]/d' -e '/^  heads/d' "$MODELS/equiformer.map"
        for l in 0 1 2; do echo "  heads.y.weight.$l.$l: {array: one.$l, factor: sqrt($((4 - l)))}"; done
    } >block.map
    gg-import --weights block.npz --model block.yaml --like block.ggs -o block.ggm
    gg-predict block.ggm block.ggs | gg-dump -d y_pred >found
    paste found wanted | awk '{ for (k = 1; k <= 23; k++) { d = $k - $(k + 23); if (d < 0) d = -d; if (!(d <= worst)) worst = d } n++ } END { print worst; exit !(n == 20 && worst < 2e-5) }'
    gg-dump --map block.map --like block.npz --npz back block.ggm
    same block.npz back/frame-000000.npz 1e-6 nothing
    # Logits that mix heads have no place there.
    sed 's/^\(  layers[^ ]*12.linear[^ ]*: \).*/\1{value: 0.5}/; s/^settings:/ignored: ["*.alpha_dot"]\n&/' block.map >mixed.map
    cp block.yaml mixed.yaml
    gg-import --weights block.npz --model mixed.yaml --like block.ggs -o mixed.ggm
    refuses 3 "parameter 'layers.2.0.3.12.linear.weight.0.0' is 0.5: the other code has 0 there, always" gg-dump --map block.map --like block.npz --npz no mixed.ggm
}
