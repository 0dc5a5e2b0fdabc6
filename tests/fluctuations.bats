#!/usr/bin/env bats
# fluctuations.bats -- gg-corr --fluctuations: chi4 in three definitions, S4, xi4, G4, R, R4, against numpy and the values of real data

load helper

# at QUANTITY DEFINITION COLUMN [N]: of the N-th such row of f.tsv
at() {
    awk -F '\t' -v q="$1" -v d="$2" -v c="$3" -v n="${4:-1}" 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k }
        NR > 1 && $at["quantity"] == q && $at["definition"] == d && ++seen == n { print $at[c] }' f.tsv
}

# near A B TOLERANCE
near() { awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; if (d < 0) d = -d; if (!(a != "" && d <= t)) { print a " is not " b; exit 1 } }'; }

fluctuations() { gg-corr --fluctuations --tsv -o f.tsv "$@"; }

# warns REGEX COMMAND...: a line of warning; quiet COMMAND...: none
warns() { "${@:2}" 2>said; grep -qE "^gg-corr: warning: .*$1" said || { cat said; return 1; }; }
quiet() { "$@" 2>said; run ! grep overlap-length said; }

@test "BOTAN: chi4 in its definitions, R4, S4, C4 and mean overlaps of the 13 configurations" {
    need_shared data/botan-T0.44
    for file in "$SHARED"/data/botan-T0.44/*/*_tc07.npz; do
        gg-import "$file" | gg-targets --keep-replicas --add propensity,propensity_var,overlap
    done >runs.ggs
    gg-select --drop pos_replicas -o means.ggs runs.ggs
    while read -r theta chi4; do
        fluctuations --hard-step "$theta" --target propensity --predictor propensity means.ggs
        near "$(at chi4 hard truth)" "$chi4" 6e-3
    done <<<"0.25 14.50
0.26 18.06
0.28 26.00
0.30 34.97"
    fluctuations --hard-step 0.44 --target propensity --predictor propensity means.ggs
    near "$(at chi4 hard truth)" 112.2 0.06
    near "$(at chi4 smooth truth)" 105.9 0.06
    near "$(at chi4_normalised smooth truth)" 547 0.6
    near "$(at chi4 smooth truth_error)" "$(awk -v x="$(at chi4 smooth truth)" 'BEGIN { print x * sqrt(2 / 12) }')" 1e-3
    [ "$(at chi4 smooth truth_from)" = mean ]
    [ "$(at chi4 smooth fixed)" = N,V ]
    near "$(at chi4 smooth ratio)" 1 0
    # S4 falls from 19.7 to 0.15 where q grows fourfold, which no Ornstein-Zernike form does: its length is beyond the box, and it is told
    [ "$(at xi4 smooth truth)" = nan ]
    why='xi4 is not defined: over the four smallest wave vectors S4 falls 130-fold, S4_zero / \(1 \+ \(q xi4\)\^2\) at most 16-fold: the length is beyond what the box shows'
    warns "$why" fluctuations --target propensity --predictor propensity means.ggs
    gg-corr --fluctuations --target propensity --predictor propensity means.ggs 2>said >f.txt
    [ "$(grep -cE "^  $why$" f.txt)" -eq 1 ]
    run ! grep xi4 said # once is enough
    fluctuations --target propensity --predictor propensity runs.ggs
    near "$(at chi4 smooth truth)" 105.9 0.06 # the runs beside it change nothing
    [ "$(at chi4 smooth truth_from) $(at chi4 smooth_halves truth_from)" = "mean halves" ]
    awk -v a="$(at variance smooth_halves truth)" -v b="$(at variance smooth_halves prediction)" 'BEGIN { exit !(a < 0.75 * b) }' # without the noise
    for target in propensity overlap; do
        fluctuations --target $target --predictor $target runs.ggs
        near "$(at chi4_tot runs truth)" 47.65 6e-3
        near "$(at chi4_iso runs truth)" 34.90 6e-3
        near "$(at chi4_within runs truth)" 12.75 6e-3
        near "$(at R4 runs truth)" 0.73 6e-3
        near "$(at Q runs truth)" 0.4085 6e-5 # the mean of the 13 overlaps
    done
    near "$(at chi4_iso runs prediction)" 34.90 6e-3
    [ "$(at chi4_within runs prediction)" = nan ] # a prediction has no runs
    run ! grep 'xi4 is not' <(gg-corr --fluctuations --target type --predictor type --species all means.ggs)
    while read -r id s1 s2 s3 c2 c4 c6 smooth hard; do
        gg-select --id "*_$id" means.ggs >one.ggs || true
        gg-select --id "*/$id" means.ggs >>one.ggs || true
        run --separate-stderr gg-corr --fluctuations --tsv -o f.tsv --target propensity --predictor propensity one.ggs
        [[ "$stderr" == *"chi4 over 1 configurations is refused"*"have 10 or more"* ]]
        near "$(at S4 smooth truth 1)" "$s1" 6e-4
        near "$(at S4 smooth truth 2)" "$s2" 6e-4
        near "$(at S4 smooth truth 3)" "$s3" 6e-4
        near "$(at C4 smooth truth 1)" "$c2" 6e-6
        near "$(at C4 smooth truth 2)" "$c4" 6e-6
        near "$(at C4 smooth truth 3)" "$c6" 6e-6
        near "$(at Q smooth truth)" "$smooth" 6e-6
        near "$(at Q hard truth)" "$hard" 6e-5
        [ "$(at chi4 hard truth)" = nan ]
    done <<<"401 10.481 1.173 0.217 0.23007 0.06394 -0.00667 0.31004 0.6671
402 20.208 0.658 0.407 0.38106 0.14829 -0.00971 0.43420 0.7278
403 22.536 0.730 1.051 0.35030 0.14148 0.01485 0.65505 0.9155"
}

# liquid SEED: twelve configurations of 90 + 30 particles, five runs at two times, how far they move set by waves that the configurations do not share
liquid() {
    /usr/bin/python3 - "$1" <<'EOF' | gg-dump -r
import numpy as np, sys
r = np.random.default_rng(int(sys.argv[1]))
N, K, T, L = 120, 5, 2, 6.
print("#gg-text 1\nmember gg.graph/1\nmeta\n\treplicas\t5\n\tmd\tnve dt=0.004")
def field(name, about, rows):
    print("field " + name + " " + about)
    for row in rows: print("\t" + " ".join("%.9g" % v for v in np.atleast_1d(row)))
for s in range(12):
    print("frame r/%d\n\tnodes %d, edges 0, dim 3, pbc 7\n\tcell %g 0 0 0 %g 0 0 0 %g" % (s, N, L, L, L))
    x = r.uniform(0, L, (N, 3))
    size = 0.25 * np.exp(0.4 * r.normal() + 0.5 * np.sin(2 * np.pi * x[:, 0] / L + 6 * r.uniform()) + 0.2 * r.normal(size=N))
    moved = np.array([x + 0.6 * (t + 1) * size[:, None] * r.normal(size=(K, N, 3)) for t in range(T)])
    m = np.linalg.norm(moved - x, axis=3).mean(1)
    field("pos", "f64 [%d node, 3 free] structure irreps=1x1o unit=sigma" % N, x)
    print("field type i32 [%d node] structure\n\t%s" % (N, " ".join("0" if i < 90 else "1" for i in range(N))))
    print("field temperature f64 [] other unit=eps\n\t0.5\nfield time f64 [2 time] other unit=tau\n\t1 2")
    field("pos_replicas", "f64 [2 time, 5 replica, %d node, 3 free] structure irreps=1x1o unit=sigma" % N, moved.reshape(-1, 3))
    field("propensity_pred", "f32 [%d node, 2 time] prediction irreps=0e unit=sigma" % N, (0.1 + 0.8 * m + 0.05 * r.normal(size=(T, N))).T)
print("end")
EOF
}

need_numpy() { /usr/bin/python3 -c 'import numpy' 2>/dev/null || skip "needs python3-numpy"; }

@test "numpy finds the same in the runs of a small liquid, with different runs for the truth" {
    need_numpy
    liquid 1 | gg-targets --keep-replicas --add propensity,propensity_var -o t.ggs
    fluctuations --species A,all --q-max 6 --shells 0.5,1,2 t.ggs
    gg-dump --npz arrays t.ggs
    /usr/bin/python3 - <<'EOF'
import glob, numpy as np
table = [line.rstrip("\n").split("\t") for line in open("f.tsv")]
rows = [dict(zip(table[0], line)) for line in table[1:]]
frames = [np.load(f) for f in sorted(glob.glob("arrays/*.npz"))]
assert len(frames) == 12
smooth = lambda m: 0.5 * (np.tanh(20 * (m - 0.44)) + 1)
hard = lambda m: (m > 0.3) * 1.
cov = lambda a, b: np.mean(a * b) - np.mean(a) * np.mean(b)
done = 0
for t, time in enumerate((1, 2)):
    for species in ("A", "all"):
        W = []
        for z in frames:
            i = z["type"] < (1 if species == "A" else 2)
            x, d = z["pos"][i], np.linalg.norm(z["pos_replicas"][t] - z["pos"], axis=2)[:, i]
            W.append(dict(x=x, d=d, y=d.mean(0), a=d[0::2].mean(0), b=d[1::2].mean(0), p=z["propensity_pred"][i, t].astype(float)))
        n = len(W[0]["x"])
        mine = {}
        for name, f in (("hard", hard), ("smooth", smooth)):
            Q = {k: np.array([f(w[k]).sum() for w in W]) for k in "yabp"}
            mine["Q", name] = Q["y"].mean() / n, Q["p"].mean() / n
            mine["chi4", name] = Q["y"].var() / n, Q["p"].var() / n
            mine["chi4", name + "_halves"] = cov(Q["a"], Q["b"]) / n, Q["p"].var() / n
        one = {k: np.concatenate([smooth(w[k]) for w in W]) for k in "yabp"}
        for name, own in (("smooth", one["y"].var()), ("smooth_halves", cov(one["a"], one["b"]))):
            mine["chi4_normalised", name] = mine["chi4", name][0] / own, mine["chi4", name][1] / one["p"].var()
        Q = np.array([(w["d"] < 0.3).sum(1) for w in W], float)
        iso, within = Q.mean(1).var() / n, Q.var(1).mean() / n
        own, spread = Q.mean(1).var(ddof=1) / n - Q.var(1, ddof=1).mean() / 5 / n, Q.var(1, ddof=1).mean() / n
        mine["Q", "runs"], mine["chi4_tot", "runs"] = (Q.mean() / n,), (Q.var() / n,)
        mine["chi4_iso", "runs"], mine["chi4_within", "runs"], mine["R4", "runs"] = (iso,), (within,), (iso / (iso + within),)
        mine["chi4_structure", "runs"], mine["R4_structure", "runs"] = (own,), (own / (own + spread),)
        mine["R", "field"] = (np.mean([w["y"].var() / w["d"].var() for w in W]),)
        own = [w["y"].var(ddof=1) - w["d"].var(0, ddof=1).mean() / 5 for w in W]
        mine["R_structure", "field"] = (np.mean([o / (o + w["d"].var(0, ddof=1).mean()) for o, w in zip(own, W)]),)
        take = lambda v: v - v.mean()
        F = [{k: take(smooth(w[k])) for k in "abp"} for w in W]
        both = lambda form, F=F: (sum(form(w, f["a"], f["b"]) for w, f in zip(W, F)), sum(form(w, f["p"], f["p"]) for w, f in zip(W, F)))
        variance = mine["variance", "smooth_halves"] = tuple(v / n / 12 for v in both(lambda w, a, b: (a * b).sum()))
        for k in range(1, 6):
            def wave(w, a, b):
                e = np.exp(1j * k * 2 * np.pi / 6 * w["x"])
                return sum((a @ e[:, c] * np.conj(b @ e[:, c])).real for c in range(3))
            mine["S4", "smooth_halves", "%g" % (k - 1)] = tuple(v / n / 36 for v in both(wave, [{k: smooth(w[k]) for k in "abp"} for w in W]))
        def distances(w):
            d = w["x"][:, None] - w["x"][None]
            return np.sqrt(((d - 6 * np.round(d / 6)) ** 2).sum(2))
        R = {id(w): distances(w) for w in W}
        for k, (lo, hi) in enumerate(((0.5, 1), (1, 2))):
            near = lambda w: (R[id(w)] >= lo) & (R[id(w)] < hi) & ~np.eye(n, dtype=bool)
            pairs = sum(near(w).sum() for w in W)
            mine["G4", "smooth_halves", "%g" % k] = tuple(v / pairs / s for v, s in zip(both(lambda w, a, b: a @ near(w) @ b), variance))
        def coarse(w, a, b):
            g = np.exp(-(R[id(w)] - 2) ** 2 / 2)
            g /= g.sum(1)[:, None]
            return 0.5 * (a @ g @ b + b @ g @ a)
        mine["C4", "smooth_halves", "0"] = tuple(v / n / 12 / s for v, s in zip(both(coarse), variance))
        seen = {}
        for row in rows:
            if float(row["time"]) != time or row["species"] != species: continue
            key = row["quantity"], row["definition"]
            k = seen[key] = seen.get(key, -1) + 1
            want = mine.get(key, mine.get(key + ("%g" % k,)))
            if want is None:
                assert key[0] in ("S4_zero", "xi4") or (key[0] in ("C4", "S4") and k >= 1), key
                continue
            for value, column in zip(want, ("truth", "prediction")):
                # steps of f32 numbers that are f64 here: one particle at the step may fall on the other side
                assert abs(float(row[column]) - value) < 2e-4 * abs(value) + 2e-5, (species, key, column, row[column], value)
            if len(want) == 2 and want[0] * want[1] > 0: assert abs(float(row["ratio"]) / (want[1] / want[0]) - 1) < 1e-3, (key, row)
            elif len(want) == 1: assert row["prediction"] == "nan" and row["ratio"] == "nan"
            assert row["truth_from"] == ("mean" if key[1] in ("hard", "smooth") else "halves") and row["fixed"] == "N,V" and row["dynamics"] == "nve" and row["configs"] == "12"
            done += 1
assert done > 80, done
EOF
}

@test "the same for a turned, shifted, relabelled liquid, and for any number of threads" {
    need_numpy
    liquid 2 | gg-targets --keep-replicas --add propensity,propensity_var,overlap -o t.ggs
    fluctuations --target propensity --threads 2 t.ggs
    gg-corr --fluctuations --target propensity --threads 1 --tsv t.ggs | cmp - f.tsv
    # the box is turned, too, and the spectra are along its axes
    gg-rotate --seed 3 --reflect --shift 1,2,3 --permute 4 t.ggs | gg-corr --fluctuations --target propensity --tsv -o turned.tsv
    awk -F '\t' 'NR == FNR { for (k = 11; k <= NF; k++) a[FNR, k] = $k; next }
        FNR > 1 && $16 > 1e-3 { for (k = 11; k <= 19; k++) { d = a[FNR, k] - $k; s = $k < 0 ? -$k : $k; if (d * d > (1e-3 * s + 1e-5) ^ 2) { print FNR, k, a[FNR, k], $k; bad = 1 } } n++ }
        END { exit bad || n < 25 }' f.tsv turned.tsv
}

@test "fields that are no lengths count themselves; without the runs their known noise is taken off" {
    need_numpy
    liquid 3 | gg-targets --keep-replicas --add propensity,overlap -o t.ggs
    gg-select --drop pos_replicas -o means.ggs t.ggs
    fluctuations --target overlap --predictor overlap t.ggs
    [ "$(at chi4 field truth_from)" = halves ]
    own=$(at variance field truth)
    fluctuations --target overlap --predictor overlap means.ggs
    [ "$(at chi4 field truth_from)" = less_noise ]
    near "$(at variance field truth)" "$own" "$(awk -v x="$own" 'BEGIN { print 0.1 * x }')"
    awk -v a="$own" -v b="$(at variance field prediction)" 'BEGIN { exit !(a < 0.7 * b) }'
    awk -v a="$(at chi4 field truth)" -v b="$(at chi4 field prediction)" 'BEGIN { exit !(a < b) }'
    [ -z "$(at chi4 smooth truth)$(at C4 field truth)$(at chi4_tot runs truth)" ]
    # not what the field was made with
    warns 'overlap-length 0.2: the field overlap of these frames was made with 0.3, as META says: rows of runs and halves go by 0.2, or are not there' \
        fluctuations --target overlap --predictor overlap --overlap-length 0.2 t.ggs
    [ "$(at chi4 field truth_from)" = less_noise ]
    [ -z "$(at Q runs truth)" ]
    warns 'overlap-length 0.2: .* made with 0.3' fluctuations --target propensity --predictor propensity --overlap-length 0.2 t.ggs
    awk -v x="$(at Q runs truth)" 'BEGIN { exit !(x > 0) }'
    quiet fluctuations --target propensity --predictor propensity --overlap-length 0.3 t.ggs
    gg-corr -q --fluctuations --target overlap --predictor overlap --overlap-length 0.2 t.ggs 2>said >f.txt
    [ ! -s said ]
    # the length that they were made with is in the stream
    liquid 3 | gg-targets --keep-replicas --overlap-length 0.25 --add propensity,overlap -o quarter.ggs
    fluctuations --target overlap --predictor overlap quarter.ggs
    [ "$(at chi4 field truth_from)" = halves ]
    near "$(at Q runs truth)" "$(at Q field truth)" 1e-6
    quarter=$(at Q runs truth)
    fluctuations --target propensity --predictor propensity quarter.ggs
    near "$(at Q runs truth)" "$quarter" 1e-6
    fluctuations --target overlap --predictor overlap t.ggs
    near "$(at Q runs truth)" "$(at Q field truth)" 1e-6
    awk -v a="$quarter" -v b="$(at Q runs truth)" 'BEGIN { exit !(a < b - 0.01) }'
    gg-corr --target overlap --predictor propensity --species A --tsv quarter.ggs >c.tsv
    awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } NR == 2 { exit !($at["ceiling_split"] > 0.5 && $at["ceiling_split"] < 1) }' c.tsv
    gg-corr --target overlap --predictor propensity --species A --tsv means.ggs >c.tsv # so it has a ceiling
    awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } NR == 2 { exit !($at["ceiling_config"] > 0.5 && $at["ceiling_config"] < 1) }' c.tsv
}

@test "runs of different dynamics, and of ones that are not told, are several, in any order" {
    need_numpy
    liquid 4 | gg-targets --add propensity -o nve.ggs
    gg-dump -r <(gg-dump --text nve.ggs | sed '/^\tmd\t/d; s|^frame r/|frame s/|') >untold.ggs
    gg-dump -r <(gg-dump --text nve.ggs | sed 's/^\tmd\t.*/\tmd\tcanonical dt=0.004/; s|^frame r/|frame q/|') >canonical.ggs
    dynamics() { cat "$@" | fluctuations --target propensity --predictor propensity && at Q smooth dynamics; }
    [ "$(dynamics nve.ggs)" = nve ]
    [ "$(dynamics untold.ggs)" = - ]
    [ "$(dynamics nve.ggs untold.ggs)" = several ]
    [ "$(dynamics untold.ggs nve.ggs)" = several ]
    [ "$(dynamics nve.ggs canonical.ggs untold.ggs)" = several ]
}

@test "text says what each number is; chi4 over eight configurations is refused; what else is" {
    tiny=$DATA/tiny.ggs
    run -0 --separate-stderr gg-corr --fluctuations --target propensity --predictor propensity "$tiny"
    [[ "$output" == *"propensity by propensity, T = 0.64, t = 10, A, 8 configurations of the same N,V; dynamics: -; truth from the mean over runs, with its noise"* ]]
    [[ "$output" == *"chi4 over 8 configurations is refused: its relative error is sqrt(2/(n - 1)); have 10 or more"* ]]
    [[ "$output" == *"ratio: prediction over truth"* ]]
    grep -q '^ *R_structure *field' <<<"$output"
    run ! grep -q '^ *chi4 *[hs]' <<<"$output"
    [ -z "$stderr" ]
    # of another quantity there is no prediction
    gg-corr --fluctuations --target propensity --predictor displacement --tsv -o f.tsv "$tiny" 2>warned
    grep -q 'chi4 over 8 configurations is refused' warned
    [ "$(at S4 smooth prediction)" = nan ]
    [ "$(at S4 smooth truth)" != nan ]
    fluctuations --target propensity --predictor propensity --smooth-step 0.1 "$tiny"
    low=$(at Q smooth truth 4)
    fluctuations --target propensity --predictor propensity --smooth-step 0.6 "$tiny"
    awk -v a="$low" -v b="$(at Q smooth truth 4)" 'BEGIN { exit !(a > 0.9 && b < a - 0.1) }'
    refuses 2 "exclude each other" gg-corr --fluctuations --spatial "$tiny"
    refuses 2 "exclude each other" gg-corr --fluctuations --json "$tiny"
    refuses 2 "hard-step: would do nothing" gg-corr --spatial --hard-step 0.2 "$tiny"
    refuses 2 "q-max: would do nothing: spatial is not set and fluctuations is not set" gg-corr --q-max 3 "$tiny"
    for report in --spatial --fluctuations --reliability '--power 0.1'; do
        # shellcheck disable=SC2086
        refuses 2 "bootstrap: would do nothing: .* is set" gg-corr $report --bootstrap 100 "$tiny"
    done
    refuses 3 "frame 0 .*--fluctuations: more than 96 rows: a smaller --q-max would do" gg-corr --fluctuations --q-max 100 --target propensity --predictor propensity "$tiny"
    refuses 3 "--fluctuations: no target is one number a particle" gg-corr --fluctuations --target displacement --predictor displacement "$tiny"
}
