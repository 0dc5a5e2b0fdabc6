#!/usr/bin/env bats
# predictions.bats -- predictions of other codes beside ours: npz files, published tables; what does not match is refused

load helper

PYTHON=/usr/bin/python3
setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    "$PYTHON" -c 'import numpy' 2>/dev/null || skip "needs python3-numpy"
    export PYTHONPATH="$ROOT/examples/python" PYTHONDONTWRITEBYTECODE=1
    tiny=$DATA/tiny.ggs
}

# write FILE.npz CODE: python that fills the dictionary `d` from the frames f of the shipped stream; u [config, time, node]: lengths of
# the mean displacements, m: propensities, n: independent noise
write() {
    "$PYTHON" - "$1" "$tiny" <<EOF
import sys
import numpy as np
import ggs
f = list(ggs.read(sys.argv[2]))
m = np.array([x["propensity"].T for x in f], float)
u = np.array([np.linalg.norm(x["displacement"].astype(float), axis=-1).T for x in f])
n = np.random.default_rng(1).normal(size=m.shape)
ids = [x.id for x in f]
d = {}
$2
np.savez(sys.argv[1], **d)
EOF
}

value() { awk -F '\t' -v r="$1" -v c="$2" 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } NR == r + 1 { print $at[c] }'; }
near() { awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; if (d < 0) d = -d; if (!(d <= t)) { print a " is not " b; exit 1 } }'; }

@test "arrays and ids: the same rows as those of the stream's own field" {
    write p.npz 'd = dict(id=ids, theirs=u.astype("f4"), times=f[0]["time"])'
    gg-corr --target propensity --predictor displacement --tsv "$tiny" | cut -f 3-16 >own.tsv
    gg-corr --pred p.npz --tsv -o t.tsv "$tiny"
    [ "$(cut -f 2 t.tsv | sort -u | tr '\n' ' ')" = "predictor theirs " ]
    # Pearson, ceilings and intervals; rank correlations see the rounding of single precision
    paste own.tsv <(cut -f 3-16 t.tsv) | awk -F '\t' 'NR > 1 { for (k = 1; k <= 14; k++) if (k < 13) { d = $k - $(k + 14); if (d * d > 1e-10 || ($k ~ /[a-z]/ && $k != $(k + 14))) { print NR, k, $k, $(k + 14); exit 1 } } n++ } END { exit n != 12 }'
    gg-corr --pred p.npz --tsv --target propensity "$tiny" | cmp - t.tsv
    [ "$(value 1 r2_pooled <t.tsv)" != nan ] # one quantity, whatever the npz leaves unsaid
    # numpy's own correlation
    write q.npz 'd = dict(id=ids, x=m + n, times=f[0]["time"]); t = f[0]["type"] == 0
print("%.9f" % np.mean([np.corrcoef(m[k, 2, t], (m + n)[k, 2, t])[0, 1] for k in range(8)]))' >want
    gg-corr --pred q.npz --species A --tsv "$tiny" >t.tsv
    near "$(value 3 rho_config <t.tsv)" "$(cat want)" 1e-6
}

@test "against: paired with ours, by the name of the array; several arrays, deviations beside them" {
    write p.npz 'd = dict(id=ids, good=m + 0.01 * n, bad=m + n, good_std=0 * n + 0.01)'
    gg-select --rename propensity_var=propensity_pred --keep type,propensity_var "$tiny" -o ours.ggs
    gg-corr --truth "$tiny" --pred p.npz --against bad --species A --tsv -o t.tsv ours.ggs
    [ "$(cut -f 2 t.tsv | uniq | tr '\n' ' ')" = "predictor propensity_pred good bad " ]
    near "$(value 5 diff_config <t.tsv)" "$(awk -v a="$(value 5 rho_config <t.tsv)" -v b="$(value 9 rho_config <t.tsv)" 'BEGIN { print a - b }')" 2e-6
    [ "$(value 9 diff_config <t.tsv)" = nan ]
    awk -v p="$(value 5 diff_p <t.tsv)" 'BEGIN { exit !(p < 0.01) }'
    gg-corr --truth "$tiny" --pred p.npz --against propensity_pred.bad --species A --tsv ours.ggs | cmp - t.tsv
    gg-corr --truth "$tiny" --pred p.npz --predictor good --against propensity_pred --species A --tsv ours.ggs >o.tsv
    [ "$(cut -f 2 o.tsv | uniq | tr '\n' ' ')" = "predictor good propensity_pred " ]
    awk -v z="$(value 1 z2 <o.tsv)" 'BEGIN { exit !(z > 0.1 && z < 0.9) }' # the noise of the runs, too, is expected, and is not there
    gg-corr --truth "$tiny" --pred p.npz --noise-in-spread --predictor good --species A --tsv ours.ggs >o.tsv
    near "$(value 1 z2 <o.tsv)" 1 0.1
}

@test "against, with two targets: each has its own predictor of that name" {
    write p.npz 'd = {"id": ids, "propensity_pred.a": m + 0.1 * n, "propensity_pred.b": m + n, "propensity_var_pred.a": m, "propensity_var_pred.b": n}'
    differences() { gg-corr --pred p.npz --against "$1" --species A --tsv "$tiny" | awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next } $2 == "a" { print $1, $at["against"], $at["diff_config"] != "nan" }' | uniq -c | tr -s ' \n' ' '; }
    [ "$(differences b)" = " 4 propensity b 1 4 propensity_var b 1 " ]
    [ "$(differences propensity_pred.b)" = " 4 propensity b 1 4 propensity_var propensity_pred.b 1 " ]
    gg-corr --pred p.npz --against propensity_pred.b --species A "$tiny" | grep -q '^propensity by a, .*; difference: less that of b$'
}

@test "a held-out stream gets the predictions of the files, too" {
    write p.npz 'd = dict(id=ids, g=m + 0.5 * n, g_std=0 * n + 0.25)'
    gg-select --frames 0:4 -o held.ggs "$tiny"
    gg-select --frames 4:8 -o test.ggs "$tiny"
    gg-corr -q --pred p.npz --species A --tsv -o held.tsv held.ggs
    run -0 --separate-stderr gg-corr --pred p.npz --scale-from held.ggs --species A --tsv test.ggs
    near "$(value 3 scaled_by <<<"$output")" "$(value 3 scale <held.tsv)" 1e-6
    near "$(value 3 scaled_by <<<"$output")" 2 0.3
    [[ "$stderr" != *"of no sample"* ]]
    write q.npz 'd = dict(id=ids[4:], g=m[4:], g_std=0 * n[4:] + 0.01)'
    refuses 3 "scale-from: held.ggs: .*--pred: no prediction of sample 'KA/N250/T0.64/1'" gg-corr --pred q.npz --scale-from held.ggs test.ggs
}

@test "a column of a field is no target of unnamed predictions" {
    write p.npz 'd = dict(id=ids, mlp=m)'
    gg-features --add density -o f.ggs "$tiny"
    refuses 3 "array 'mlp': --target node_features:0 is a column, .*: call it node_features_pred.mlp and add --predictor mlp" gg-corr --target node_features:0 --pred p.npz f.ggs
    write p.npz 'd = {"id": ids, "node_features_pred.mlp": m[:, 0]}'
    [ "$(gg-corr --target node_features:0 --pred p.npz --predictor mlp --species A --tsv f.ggs | cut -f 1,2 | sed 1d)" = "$(printf 'node_features:0\tmlp')" ]
}

@test "numbers as ids, any order, vectors, one configuration a file by the number in its name" {
    write all.npz 'k = [3, 0, 7, 1, 2, 5, 6, 4]; d = dict(id=[int(ids[i].split("/")[-1]) for i in k], x=(m + n)[k], types=np.array([f[i]["type"] + 1 for i in k]), initial_positions=np.array([f[i]["pos"] for i in k]) - 3 * f[0].cell[0, 0])'
    gg-corr --pred all.npz --tsv -o all.tsv "$tiny"
    for i in 0 1 2 3 4 5 6 7; do
        write "mine_T0.64_$((i + 1)).npz" "i = $i; assert ids[i].endswith('/$((i + 1))'); d = dict(x=(m + n)[i], types=f[i]['type'])"
    done
    # shellcheck disable=SC2046 # words
    gg-corr $(printf -- '--pred mine_T0.64_%d.npz ' 1 2 3 4 5 6 7 8) --tsv "$tiny" | cmp - all.tsv
    write v.npz 'd = dict(id=ids, v=np.array([x["displacement"].transpose(1, 0, 2) for x in f]))'
    gg-corr --target displacement --pred v.npz --species A --tsv "$tiny" >t.tsv
    [ "$(value 1 rho_pooled <t.tsv)" = 1 ]
    [ "$(value 1 kind <t.tsv)" = vector ]
    gg-select --frames 0:5 -o five.ggs "$tiny"
    run -0 --separate-stderr gg-corr --pred all.npz --tsv five.ggs
    [[ "$stderr" == *"3 predictions are of no sample of the input"* ]]
}

@test "GlassBench's layout: species from 1, published methods, no times; also after gg-import" {
    write N250T0.64_2.npz 'i = 1; d = dict(types=f[i]["type"] + 1, initial_positions=(f[i]["pos"] + 2) % f[i].cell[0, 0] - 2, md_prop=m[i], BOTAN=(m + n)[i], SE3=u[i])'
    gg-select --frames 1:2 -o one.ggs "$tiny"
    gg-corr --pred N250T0.64_2.npz --species A --tsv one.ggs >t.tsv
    [ "$(cut -f 2 t.tsv | uniq | tr '\n' ' ')" = "predictor BOTAN SE3 " ]
    near "$(value 6 rho_config <t.tsv)" "$(gg-corr --target propensity --predictor displacement --species A --tsv one.ggs | value 2 rho_config)" 1e-6
    gg-import --box "$("$PYTHON" -c "import ggs; print(next(ggs.read('one.ggs')).cell[0, 0])")" --time 0.2,1,5,10 -o i.ggs N250T0.64_2.npz
    gg-corr --species A --tsv i.ggs >i.tsv
    [ "$(cut -f 2 i.tsv | uniq | tr '\n' ' ')" = "predictor BOTAN SE3 " ]
    near "$(value 6 rho_config <i.tsv)" "$(value 6 rho_config <t.tsv)" 1e-6
}

@test "files that are used up are no longer held; arrays that are no predictions are not read" {
    write p.npz 'd = dict(id=ids, x=m + n, md_disp=np.array([1 + 2j]), box=np.array([None]))'
    write q.npz 'd = dict(id=ids, x=m + n)'
    gg-corr --pred p.npz --tsv "$tiny" | cmp - <(gg-corr --pred q.npz --tsv "$tiny")
    # eight files of 7 MB, three of which are of no sample
    gg-select --frames 0:5 -o five.ggs "$tiny"
    gg-select --frames 0:1 -o one.ggs "$tiny"
    for i in 1 2 3 4 5 6 7 8; do
        write "big_$i.npz" "i = $i - 1; d = {'p%d' % k: np.repeat(n[i][:, :, None], 3, 2) for k in range(300)}; d['x'] = (m + n)[i]"
    done
    files=$(printf -- '--pred big_%d.npz ' 1 2 3 4 5 6 7 8)
    # a threshold that stays gives every file its own pages, which go back when it is freed
    peak() { MALLOC_MMAP_THRESHOLD_=65536 "$PYTHON" -c 'import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"; }
    one=$(peak gg-corr --pred big_1.npz --predictor x one.ggs)
    all=$(peak gg-corr -q $files --predictor x five.ggs)
    [ "$all" -lt $((one + 10000)) ] || { echo "$one kB, then $all kB"; return 1; }
    # a sample that comes again has its file read again
    gg-select --times 0.2,1 -o a.ggs five.ggs
    gg-select --times 5,10 -o b.ggs five.ggs
    for i in 1 2 3 4 5 6 7 8; do write "big_$i.npz" "i = $i - 1; d = dict(x=(m + n)[i], times=f[0]['time'])"; done
    gg-corr -q $files --tsv a.ggs b.ggs | cmp - <(gg-corr -q --pred q.npz --tsv five.ggs)
}

@test "a sample that comes in frames of its times" {
    write p.npz 'd = dict(id=ids, x=m + n, times=f[0]["time"])'
    gg-select --times 0.2,1 -o a.ggs "$tiny"
    gg-select --times 5,10 -o b.ggs "$tiny"
    run -0 --separate-stderr gg-corr --pred p.npz --tsv a.ggs b.ggs
    cmp <(gg-corr --pred p.npz --tsv "$tiny") - <<<"$output"
    [ -z "$stderr" ]
}

@test "the times of the file hold for arrays without an axis of them, where there is one" {
    write all.npz 'd = dict(id=ids, x=m + n)'
    gg-corr --pred all.npz --tsv "$tiny" | awk -F '\t' 'NR == 1 || $5 == 10' >want.tsv
    write p.npz 'd = dict(id=ids, times=[10.], x=(m + n)[:, 3])'
    gg-corr --pred p.npz --tsv "$tiny" | cmp - want.tsv
    write p.npz 'd = dict(id=ids, time=10., x=(m + n)[:, 3])'
    gg-corr --pred p.npz --tsv "$tiny" | cmp - want.tsv
    write v.npz 'd = dict(id=ids, times=[10.], v=np.array([x["displacement"][:, 3] for x in f]))'
    [ "$(gg-corr --target displacement --pred v.npz --species A --tsv "$tiny" | cut -f 5,12 | tr '\n\t' ' ,')" = "time,rho_pooled 10,1 " ]
    write p.npz 'd = dict(id=ids, times=[5., 10.], x=m[:, 3])'
    refuses 3 "array 'x' of sample .*is \[250\] at the times of the file: \[time, particle\], or that with 3" gg-corr --pred p.npz "$tiny"
}

@test "no array is passed over: a wrong length, a name that ends in _pred, uncertainties in either form" {
    rows() { cut -f 2 | sed 1d | uniq | tr '\n' ' '; }
    write p.npz 'd = dict(id=ids[0], mlp=m[0], short=m[0, 0, :200])'
    gg-select --frames 0:1 -o one.ggs "$tiny"
    refuses 3 "array 'short' of sample .*is \[200\]: .*for 250 particles" gg-corr --pred p.npz one.ggs
    write p.npz 'd = dict(id=ids, mlp=m, short=m[0, 0, :200])'
    refuses 3 "array 'short': is no \[8, ...\], one for each 'id'" gg-corr --pred p.npz "$tiny"
    write p.npz 'd = dict(id=ids, mlp=m, energy=m[:, 0, 0], dt=0.005)' # numbers of samples, and of all
    [ "$(gg-corr --pred p.npz --species A --tsv "$tiny" | rows)" = "mlp " ]
    # X is no truth: it names a predictor
    write p.npz 'd = dict(id=ids, mlp=m + n, gnn_pred=m, gnn_std=0 * n + 0.01)'
    gg-corr --pred p.npz --species A --tsv -o t.tsv "$tiny"
    [ "$(rows <t.tsv)" = "mlp gnn " ]
    [ "$(value 5 rho_config <t.tsv)" = 1 ]
    [ "$(value 5 z2 <t.tsv)" != nan ]
    gg-select --keep type "$tiny" -o bare.ggs
    gg-corr --pred p.npz --truth "$tiny" --species A --tsv bare.ggs | cmp - t.tsv
    write q.npz 'd = dict(id=ids, x=n, propensity_pred=m)' # X is a truth of the other stream
    [ "$(gg-corr --pred q.npz --truth "$tiny" --species A --tsv bare.ggs | rows)" = "x propensity_pred " ]
    # uncertainties
    write p.npz 's = 0 * n + 0.01; d = dict(id=ids, g=m, g_std=s)'
    gg-corr --pred p.npz --species A --tsv "$tiny" | cut -f 3- >want.tsv
    [ "$(value 1 z2 <want.tsv)" != nan ]
    for names in propensity_pred,propensity_std propensity_pred,propensity_pred_std propensity_pred.g,propensity_std.g propensity_pred.g,propensity_pred.g_std; do
        write p.npz "s = 0 * n + 0.01; d = dict(zip('$names'.split(','), [m, s])); d['id'] = ids"
        gg-corr --pred p.npz --species A --tsv "$tiny" | cut -f 3- | cmp - want.tsv
    done
    write p.npz 'd = dict(id=ids, g=m, propensity_std=m)'
    refuses 3 "array 'propensity_std': is the uncertainty of 'propensity_pred', which is not there" gg-corr --pred p.npz "$tiny"
}

@test "a number beside a configuration of one particle is none of it" {
    write one_1.npz 'd = dict(types=[1], initial_positions=[[1., 2., 3.]], md_prop=[[0.5]])'
    gg-import --box 5 --time 1 --temperature 1 -o one.ggs one_1.npz
    write p.npz 'd = dict(id=1, dt=0.005)'
    refuses 3 "no array is a prediction" gg-corr --pred p.npz one.ggs
    write p.npz 'd = dict(id=1, dt=0.005, x=[0.25])'
    [ "$(gg-corr --pred p.npz --tsv --species all one.ggs | cut -f 2,8 | sed 1d)" = "$(printf 'x\t1')" ]
}

@test "what does not match is refused, with what is wrong" {
    write p.npz 'd = dict(id=ids[1:], x=m[1:])'
    refuses 3 "tiny.ggs: frame 0 .KA/N250/T0.64/1.: --pred: no prediction of sample 'KA/N250/T0.64/1' in p.npz, which has 'KA/N250/T0.64/2'" gg-corr --pred p.npz "$tiny"
    write p.npz 'd = dict(id=ids, x=m[:, :, 1:])'
    refuses 3 "p.npz: array 'x' of sample 'KA/N250/T0.64/1': is \[4, 249\]: .*for 250 particles" gg-corr --pred p.npz "$tiny"
    write p.npz 'd = dict(id=ids, x=m[1:])'
    refuses 3 "array 'x': is no \[8, ...\], one for each 'id'" gg-corr --pred p.npz "$tiny"
    write p.npz 'd = dict(id=ids, x=m[:, 1:])'
    refuses 3 "has 3 times, 'propensity' has 4" gg-corr --pred p.npz "$tiny"
    write p.npz 'd = dict(id=ids, x=m, times=[1, 5])'
    refuses 3 "array 'x' .*is \[4, 250\] at the times of the file" gg-corr --pred p.npz "$tiny"
    write p.npz 'd = dict(id=ids, x=m, times=[10, 5, 1, 0.2])'
    refuses 3 "array 'times': increasing numbers are wanted" gg-corr --pred p.npz "$tiny"
    write p.npz 'd = dict(id=ids, x=m, times=[1.5, 2, 3, 4])'
    refuses 3 "no time in common" gg-corr --pred p.npz "$tiny"
    write p.npz 'd = dict(id=ids, x=m, types=np.array([x["type"][::-1] for x in f]))'
    refuses 3 "particle 0 of sample 'KA/N250/T0.64/1' is of another type there" gg-corr --pred p.npz "$tiny"
    write p.npz 'd = dict(id=ids, x=m, initial_positions=np.array([x["pos"][::-1] for x in f]))'
    refuses 3 "particle 0 .* away from where it is there: the particles are others, or in another order" gg-corr --pred p.npz "$tiny"
    write p.npz 'd = dict(id=ids)'
    refuses 3 "no array is a prediction" gg-corr --pred p.npz "$tiny"
    write p.npz 'd = dict(id=1.5, x=m[0])'
    refuses 3 "array 'id': texts or whole numbers" gg-corr --pred p.npz "$tiny"
    write p.npz 'd = dict(x=m[0])'
    refuses 3 "p.npz: an array 'id' is wanted" gg-corr --pred p.npz "$tiny"
    write p.npz 'd = dict(id=[1] * 8, x=m)'
    refuses 3 "no prediction of sample 'KA/N250/T0.64/2'" gg-corr --pred p.npz "$tiny"
    write p.npz 'd = dict(id=[1, 2], x=m[:2])'
    gg-select --frames 0:1 -o 1.ggs "$tiny"
    gg-dump --text 1.ggs | sed 's#^frame KA/N250/T0.64/1#frame other/1#' | gg-dump -r -o 2.ggs
    refuses 3 "its sample '1' would be both 'KA/N250/T0.64/1' and 'other/1'" gg-corr --pred p.npz 1.ggs 2.ggs
    printf 'no zip' >p.npz
    refuses 4 "p.npz: zip has no end" gg-corr --pred p.npz "$tiny"
    refuses 5 "nowhere.npz: " gg-corr --pred nowhere.npz "$tiny"
}

# published ROWS: a table of T, t, average, method, rho
published() { printf 'temperature\ttime\taverage\tmethod\tpearson\n'; printf '%s\t%s\t%s\t%s\t%s\n' "$@"; }

@test "published correlations beside the rows: the nearest time, which is told; text, TSV and JSON" {
    published 0.64 0.25 config X 0.5 0.64 0.25 pooled X 0.6 0.64 0.15 config X 0.1 0.64 9 pooled Y -0.25 0.5 1 config X 0.7 >ref.tsv
    gg-corr --target propensity --predictor displacement --reference ref.tsv --tsv -o t.tsv "$tiny"
    [ "$(head -n 1 t.tsv | tr '\t' '\n' | tail -n 6 | tr '\n' ' ')" = "X_time X_config X_pooled Y_time Y_config Y_pooled " ]
    [ "$(awk -F '\t' 'NR == 2 { for (k = NF - 5; k <= NF; k++) printf "%s ", $k }' t.tsv)" = "0.25 0.5 0.6 nan nan nan " ] # 0.2 is nearer to 0.25 in log time
    [ "$(value 4 X_time <t.tsv)" = nan ] # 1 is not within a factor of two of anything at this temperature
    [ "$(value 10 Y_time <t.tsv)" = 9 ]
    [ "$(value 10 Y_pooled <t.tsv)" = -0.25 ]
    [ "$(awk -F '\t' '$6 == "B" || $6 == "all" { print $(NF - 5), $(NF - 2) }' t.tsv | sort -u)" = "nan nan" ] # published of A
    gg-corr --target propensity --predictor displacement --tsv "$tiny" | cmp - <(awk -F '\t' -v OFS='\t' '{ NF -= 6; print }' t.tsv)
    gg-corr --target propensity --predictor displacement --reference ref.tsv --json "$tiny" | "$PYTHON" -c '
import json, sys
rows = [json.loads(line) for line in sys.stdin]
assert rows[0]["X_time"] == 0.25 and rows[0]["X_pooled"] == 0.6 and rows[0]["Y_config"] is None
assert list(rows[0])[-1] == "Y_pooled"'
    run -0 gg-corr --target propensity --predictor displacement --reference ref.tsv "$tiny"
    [[ "$output" == *"published, config / pooled, each method at its nearest time"*"this"*"X"*"Y"* ]]
    [ "$(grep -c "0.500 / 0.600 at 0.25" <<<"$output")" -eq 1 ]
    [ "$(grep -c -- "- / -0.250 at 9" <<<"$output")" -eq 2 ] # 5 and 10, both nearest to 9
    printf 'target\tspecies\ttemperature\ttime\taverage\tmethod\tpearson\npropensity\tB\t0.64\t1\tconfig\tZ\t0.3\ndisplacement\tA\t0.64\t1\tconfig\tZ\t0.4\n' >b.tsv
    gg-corr --target propensity --predictor displacement --reference ref.tsv --reference b.tsv --tsv -o t.tsv "$tiny"
    [ "$(value 5 Z_config <t.tsv)" = 0.3 ] # of B
    [ "$(value 4 Z_config <t.tsv)" = nan ]
    [ "$(value 1 X_config <t.tsv)" = 0.5 ]
}

@test "published methods at different times: each has its own nearest one" {
    published 0.64 4.9 config X 0.5 0.64 5 config Y 0.4 0.64 5.1 pooled Z 0.3 >ref.tsv
    gg-corr --target propensity --predictor displacement --species A --reference ref.tsv --tsv -o t.tsv "$tiny"
    [ "$(for c in X_time X_config Y_time Y_config Z_time Z_pooled; do value 3 $c <t.tsv; done | tr '\n' ' ')" = "4.9 0.5 5 0.4 5.1 0.3 " ]
}

@test "the GlassBench table beside BOTAN configurations" {
    need_shared data/botan-T0.44
    need_shared reference/glassbench_ka3d_pearson.tsv
    gg-import "$SHARED"/data/botan-T0.44/test/*_401_tc07.npz | gg-targets -o t.ggs
    gg-corr --target propensity --predictor displacement --species A --reference "$SHARED/reference/glassbench_ka3d_pearson.tsv" --tsv -o t.tsv t.ggs
    [ "$(value 1 BOTAN_time <t.tsv)" = 4120 ]
    [ "$(value 1 EIGNN_Cage_config <t.tsv)" = 0.8173 ]
    [ "$(value 1 SE3_pooled <t.tsv)" = 0.8146 ]
    [ "$(value 1 DEN_pooled <t.tsv)" = -0.246 ]
    gg-plot corr-time --script --reference "$SHARED/reference/glassbench_ka3d_pearson.tsv" -o c.svg t.tsv
    grep -q "title 'GlassMLP'" c.gp
}

@test "published correlations have no place in the other reports" {
    published 0.64 0.25 config X 0.5 >ref.tsv
    for report in spatial reliability matrix 'power 0.1'; do
        refuses 2 "reference: goes beside correlations, which --${report% *} does not print" gg-corr --$report --target propensity --predictor displacement --reference ref.tsv "$tiny"
    done
}

@test "published tables that are none" {
    corr() { gg-corr --target propensity --predictor displacement --reference ref.tsv "$tiny"; }
    published 0.64 1 both X 0.5 >ref.tsv
    refuses 3 "ref.tsv: row 1: average 'both' is neither config nor pooled" corr
    published 0.64 1 config X 1.5 >ref.tsv
    refuses 3 "ref.tsv: row 1: .*pearson from -1 to 1" corr
    published 0.64 soon config X 0.5 >ref.tsv
    refuses 3 "ref.tsv: row 1: temperature, time and pearson are numbers" corr
    printf 'a\tb\n1\t2\n' >ref.tsv
    refuses 3 "temperature" corr
    refuses 5 "nowhere.tsv" gg-corr --target propensity --predictor displacement --reference nowhere.tsv "$tiny"
}

@test "power: scatter of configurations and seeds, what they resolve and what a difference needs" {
    write p.npz 'd = dict(id=ids, a=m + 0.3 * n, b=m + 0.3 * n[::-1], c=m + 0.3 * n[:, ::-1], z=u)
A = f[0]["type"] == 0
r = {x: np.array([np.corrcoef(m[k, 2, A], d[x][k, 2, A])[0, 1] for k in range(8)]) for x in "abcz"}
print("%.7f %.7f %.7f" % (np.std(r["a"], ddof=1), np.std(r["a"] - r["z"], ddof=1), np.std([r[x].mean() for x in "abc"], ddof=1)))' >want
    read -r alone paired seeds <want
    gg-corr --pred p.npz --power 0.02 --species A --tsv -o t.tsv "$tiny"
    near "$(value 3 sd <t.tsv)" "$alone" 1e-6
    [ "$(value 3 scatter <t.tsv)" = alone ]
    [ "$(value 3 seeds <t.tsv)" = 4 ]
    gg-corr --pred p.npz --against z --power 0.02 --species A --tsv -o t.tsv "$tiny"
    [ "$(cut -f 2 t.tsv | sort -u | tr '\n' ' ')" = "a b c predictor " ]
    near "$(value 3 sd <t.tsv)" "$paired" 1e-6
    near "$(value 3 sd_seeds <t.tsv)" "$seeds" 1e-6
    [ "$(value 3 scatter <t.tsv)" = paired ]
    # what eight configurations resolve: Student's t of 7 degrees of freedom and 0.84 standard errors
    near "$(value 3 resolves <t.tsv)" "$(awk -v s="$paired" 'BEGIN { print (2.364624 + 0.841621) * s / sqrt(8) }')" 1e-6
    gg-corr --pred p.npz --against z --power "$(value 3 resolves <t.tsv)1" --species A --tsv "$tiny" >n.tsv
    [ "$(value 3 configs_needed <n.tsv)" = 8 ]
    run -0 gg-corr --pred p.npz --power 0.02 "$tiny"
    [[ "$output" == *"5 % two-sided with a power of 80 %"* ]]
    refuses 2 "power and --json exclude" gg-corr --pred p.npz --power 0.02 --json "$tiny"
}

@test "what the arrays of a file are not: numbers, one for each configuration, of these particles, under short names" {
    no() { # CODE PATTERN
        write q.npz "$1"
        refuses 3 "$2" gg-corr --pred q.npz "$tiny"
    }
    no 'd = dict(id=ids, x=m.astype(complex))' "array 'x': numpy type '<c16' not allowed"
    no 'd = dict(id=ids, x=m, types=np.array([x["type"] for x in f])[:3])' "array 'types': is no \[8, ...\], one for each 'id'"
    no 'd = dict(id=ids, x=m, types=f[0]["type"][:5])' "array 'types': has 5 particles, sample '.*' 250"
    no 'd = dict(id=ids, x=m, initial_positions=np.array([x["pos"] for x in f])[:3])' "array 'initial_positions': is no \[8, ...\]"
    no 'd = dict(id=ids, x=m, initial_positions=np.array([x["pos"] for x in f])[..., :2])' "array 'initial_positions': sample '.*' has 250 particles in 3"
    no 'd = {"id": ids, "a b": m}' "array 'a b' of sample '.*': field name"
    no 'd = {"id": ids, "x" * 70: m}' "its name has more than [0-9]+ letters"
    no 'd = {"id": ids, "x" * 70 + "_pred": m}' "its name has more than [0-9]+ letters"
    write q.npz 'd = dict(id=ids, x=m)'
    gg-dump --text "$tiny" | sed 's/^frame .*/frame/' | gg-dump -r -o nameless.ggs
    refuses 3 'has no sample id to join predictions by' gg-corr --pred q.npz nameless.ggs
    # types, one list for all configurations
    write p.npz 'd = dict(id=ids, x=m, types=f[0]["type"])'
    gg-corr --pred q.npz --tsv "$tiny" >t.tsv
    gg-corr --pred p.npz --tsv "$tiny" | cmp - t.tsv
}
