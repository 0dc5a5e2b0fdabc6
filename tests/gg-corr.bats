#!/usr/bin/env bats
# gg-corr.bats -- the two averages, baselines, ceilings of real data, two streams, formats, refusals

load helper

# value ROW COLUMN: a number of the table; rows from 1
value() { awk -F '\t' -v r="$1" -v c="$2" 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } NR == r + 1 { print $at[c] }'; }

# near A B TOLERANCE
near() { awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; if (d < 0) d = -d; if (!(d <= t)) { print a " is not " b; exit 1 } }'; }

@test "the truth predicts itself" {
    gg-select --keep type,propensity --rename propensity=propensity_pred -o p.ggs "$DATA/tiny.ggs"
    gg-corr --truth "$DATA/tiny.ggs" --tsv -o t.tsv p.ggs
    [ "$(wc -l <t.tsv)" -eq 13 ] # four times, A B all, and a header
    for column in rho_config rho_config_lo rho_pooled rho_pooled_hi spearman_config spearman_pooled r2_pooled variance_ratio; do
        [ "$(value 1 $column <t.tsv)" = 1 ]
    done
    [ "$(value 1 rmse_pooled <t.tsv)" = 0 ]
    [ "$(value 1 n <t.tsv)" = 1600 ]
    [ "$(cut -f 6 t.tsv | sort | uniq -c | tr -d ' \n')" = 4A4B4all1species ]
}

@test "BOTAN: ceilings of the 13 configurations by variance and by halves, scalar and vector" {
    need_shared data/botan-T0.44
    while read -r id a split b vector; do
        gg-import -o r.ggs "$SHARED"/data/botan-T0.44/*/isoconfig_N4096T0.44_"$id"_tc07.npz
        gg-targets --keep-replicas -o "$id.ggs" r.ggs
        gg-corr --target propensity --predictor propensity --bootstrap 0 --no-spearman --tsv -o t.tsv "$id.ggs"
        near "$(value 1 ceiling_config <t.tsv)" "$a" 6e-5
        near "$(value 1 ceiling_split <t.tsv)" "$(awk -v r="$split" 'BEGIN { print sqrt(2 * r / (1 + r)) }')" 6e-5
        near "$(value 2 ceiling_config <t.tsv)" "$b" 6e-5
        gg-corr --target displacement --predictor displacement --species A --bootstrap 0 --tsv -o t.tsv "$id.ggs"
        near "$(value 1 ceiling_config <t.tsv)" "$vector" 6e-5
        gg-select --drop pos_replicas "$id.ggs" >>all.ggs
    done <<<"1 0.8190 0.5243 0.8436 0.7501
2 0.9473 0.8319 0.9568 0.8341
3 0.8835 0.6607 0.9063 0.7664
4 0.9418 0.8057 0.9475 0.8502
5 0.9134 0.7260 0.9258 0.8074
6 0.9273 0.7554 0.9372 0.8143
7 0.9062 0.7116 0.9147 0.7660
8 0.9319 0.7620 0.9391 0.8206
9 0.9298 0.7695 0.9400 0.8397
10 0.9228 0.7559 0.9366 0.8535
401 0.9235 0.7322 0.9450 0.8886
402 0.9435 0.8120 0.9491 0.8455
403 0.9184 0.7352 0.9257 0.8033"
    gg-corr --target propensity --predictor displacement --tsv -o t.tsv all.ggs
    near "$(value 1 ceiling_config <t.tsv)" 0.916 6e-4
    near "$(value 1 ceiling_pooled <t.tsv)" 0.937 6e-4
    [ "$(value 1 configs <t.tsv)" = 13 ]
    near "$(value 1 rho_config <t.tsv)" 0.5139 6e-5 # mean of rho(m, |u|) over the configurations
}

# moments FILE FIELD: mean over A, deviation over A, mean over B
moments() {
    paste <(gg-dump -d type "$1") <(gg-dump -d "$2" "$1") |
        awk '{ n[$1]++; x[$1] += $2; y[$1] += $2 * $2 } END { m = x[0] / n[0]; printf "%.9f %.9f %.9f\n", m, sqrt(y[0] / n[0] - m * m), x[1] / n[1] }'
}

# scattering FILE WAVENUMBER LENGTH: F_s of A along the axes of the box, mean over runs
scattering() {
    { gg-dump -d type "$1"; gg-dump -d pos "$1"; gg-dump -d pos_replicas "$1"; } | awk -v q="$2" -v L="$3" '
        NF == 1 { type[n++] = $1 }
        NF == 3 { for (d = 1; d <= 3; d++) pos[m++] = $d }
        NF > 3 { for (k = 0; k < m; k++) if (!type[int(k / 3)]) { d = $(k + 1) - pos[k]; if (d > L / 2) d -= L; if (d < -L / 2) d += L; sum += cos(q * d); N++ } }
        END { printf "%.9f\n", sum / N }'
}

@test "BOTAN: propensities, overlap, scattering and displacements of the 13 configurations" {
    need_shared data/botan-T0.44
    while read -r id mean sd mean_b fs overlap rho; do
        gg-import "$SHARED"/data/botan-T0.44/*/isoconfig_N4096T0.44_"$id"_tc07.npz | gg-targets --keep-replicas --add propensity,displacement,overlap -o c.ggs
        read -r a b c <<<"$(moments c.ggs propensity)"
        near "$a" "$mean" 6e-5
        near "$b" "$sd" 6e-5
        near "$c" "$mean_b" 6e-5
        read -r a _ <<<"$(moments c.ggs overlap)"
        near "$a" "$overlap" 6e-5
        near "$(scattering c.ggs 7.25 "$(gg-dump c.ggs | sed -n 's/.* cell \([0-9.]*\).*/\1/p')")" "$fs" 6e-5
        near "$(gg-corr --target propensity --predictor displacement --species A --bootstrap 0 --no-spearman --tsv c.ggs | value 1 rho_config)" "$rho" 6e-5
        echo "$fs"
    done >seen <<<"1 0.6986 0.1393 1.2613 0.1174 0.1926 0.3927
2 0.4962 0.2056 0.8982 0.3154 0.4365 0.5039
3 0.6166 0.1615 1.1146 0.1825 0.2769 0.4482
4 0.4277 0.1790 0.7950 0.3839 0.5218 0.5860
5 0.5549 0.1750 1.0305 0.2437 0.3505 0.5022
6 0.5080 0.1785 0.9439 0.2860 0.4052 0.4909
7 0.6124 0.1810 1.1157 0.2014 0.2976 0.4819
8 0.4800 0.1800 0.8973 0.3225 0.4475 0.5386
9 0.4626 0.1688 0.8590 0.3306 0.4572 0.5103
10 0.4534 0.1602 0.8496 0.3375 0.4669 0.6066
401 0.3746 0.1370 0.7082 0.4217 0.5720 0.5364
402 0.4311 0.1801 0.7930 0.3734 0.5094 0.5549
403 0.5346 0.1764 1.0014 0.2636 0.3767 0.5281"
    [ "$(wc -l <seen)" -eq 13 ]
}

@test "above the ceiling: told once, with the row that is farthest; below it nothing is said" {
    gg-corr --target propensity --predictor propensity "$DATA/tiny.ggs" >text 2>said
    run ! grep ceiling said
    [ "$(grep -c '^above the ceiling: ' text)" -eq 1 ]
    gg-corr --target propensity --predictor propensity --tsv -o t.tsv "$DATA/tiny.ggs" 2>said
    [ "$(grep -c 'warning: above the ceiling: 12 of 12 rows, farthest propensity by propensity, .*: scatter of few configurations, or prediction and truth share runs' said)" -eq 1 ]
    read -r most time species <<<"$(awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
        { r = $at["reached_config"]; if ($at["reached_pooled"] > r) r = $at["reached_pooled"]; if (r > most) { most = r; what = $at["time"] " " $at["species"] } }
        END { printf "%.3f %s\n", most, what }' t.tsv)"
    grep -q ", $species, T = 0.64, t = $time, $most of it" said
    gg-corr --target propensity --predictor propensity --json -o t.json "$DATA/tiny.ggs" 2>said
    grep -q 'warning: above the ceiling: 12 of 12' said
    gg-corr --matrix --target propensity --predictor propensity "$DATA/tiny.ggs" | grep -q '^above the ceiling: 4 of 4'
    gg-corr --target propensity --predictor propensity_var "$DATA/tiny.ggs" >text 2>said
    run ! grep 'above the ceiling' text said
}

@test "a baseline from a descriptor, by name and by number" {
    gg-features --add coordination,density -o f.ggs "$DATA/tiny.ggs"
    name=$(gg-corr --target propensity --predictor node_features:nothing f.ggs 2>&1 | sed 's/.*: //' | cut -d ' ' -f 3)
    gg-corr --target propensity --predictor node_features:2 --tsv f.ggs | cut -f 9- >number.tsv
    gg-corr --target propensity --predictor "node_features:$name" --tsv f.ggs | cut -f 9- >name.tsv
    cmp number.tsv name.tsv
    [ "$(gg-corr --target propensity --predictor node_features:2 --tsv f.ggs | value 1 r2_pooled)" = nan ] # other units
}

@test "a baseline alone is paired with every target of one number, at every time" {
    gg-targets --add propensity,overlap -o t.ggs "$DATA/tiny_replicas.ggs"
    gg-quench -o q.ggs t.ggs
    gg-corr --predictor energy_inherent --bootstrap 0 --tsv q.ggs >all.tsv
    [ "$(cut -f 1 all.tsv | sort -u | tr '\n' ' ')" = "overlap propensity target " ] # no variances, no vectors
    gg-corr --target propensity --predictor energy_inherent --bootstrap 0 --tsv q.ggs >one.tsv
    grep -e ^target -e ^propensity all.tsv | cmp - one.tsv
    refuses 3 "no field is a target" gg-corr --predictor type <(gg-select --keep pos,type "$DATA/tiny.ggs")
}

@test "a baseline alone leaves out vectors that nobody named" {
    cat >m.yaml <<'YAML'
inputs: {node: [type], cutoff: 1.6}
layers:
  - {layer: embed, channels: 2, out: h}
  - {layer: conv, in: h, lmax: 1, out_irreps: 2x0e+2x1o, out: v}
heads: [{target: displacement, in: v, layer: gated_vector}]
YAML
    gg-train -q -o run --epochs 0 m.yaml "$DATA/tiny.ggs"
    gg-predict run/model.ggm -o p.ggs "$DATA/tiny.ggs" # displacement is the only X with an X_pred
    gg-corr --predictor propensity_var --bootstrap 0 --tsv -o all.tsv p.ggs
    gg-corr --target propensity --predictor propensity_var --bootstrap 0 --tsv p.ggs | cmp - all.tsv
    refuses 3 "'propensity_var': is no vector, as 'displacement' is" gg-corr --target displacement --predictor propensity_var p.ggs
    gg-corr --predictor displacement_pred --bootstrap 0 --tsv p.ggs | cut -f 1 | grep -q displacement
}

@test "the difference of two predictors is paired" {
    gg-corr --target propensity --predictor displacement --against propensity_var --species A,all --tsv -o t.tsv "$DATA/tiny.ggs"
    [ "$(wc -l <t.tsv)" -eq 17 ]
    near "$(value 1 diff_config <t.tsv)" "$(awk -v a="$(value 1 rho_config <t.tsv)" -v b="$(value 9 rho_config <t.tsv)" 'BEGIN { print a - b }')" 2e-6
    [ "$(value 1 against <t.tsv)" = propensity_var ]
    [ "$(value 9 diff_config <t.tsv)" = nan ]
    near "$(value 1 diff_p <t.tsv)" 0.0078125 1e-6 # the same sign in all eight: 2 / 2^8
    awk -v x="$(value 1 diff_pooled <t.tsv)" -v lo="$(value 1 diff_pooled_lo <t.tsv)" -v hi="$(value 1 diff_pooled_hi <t.tsv)" \
        'BEGIN { exit !(lo < x && x < hi) }'
}

@test "text names both averages; TSV and JSON hold the same numbers" {
    run -0 gg-corr --target propensity --predictor displacement "$DATA/tiny.ggs"
    [[ "$output" == *"propensity by displacement, 8 configurations"* ]]
    [[ "$output" == *"Pearson config"*"Pearson pooled"* ]]
    [[ "$output" == *"config: inside each configuration, then averaged; pooled: over all particles"* ]]
    need_program python3
    gg-corr --target propensity --predictor displacement --tsv "$DATA/tiny.ggs" >t.tsv
    gg-corr --target propensity --predictor displacement --json "$DATA/tiny.ggs" >t.json
    python3 - <<'PY'
import json
rows = [line.rstrip("\n").split("\t") for line in open("t.tsv")]
objects = [json.loads(line) for line in open("t.json")]
assert len(objects) == len(rows) - 1 == 12
for row, o in zip(rows[1:], objects):
    assert list(o) == rows[0]
    for key, text in zip(rows[0], row):
        if isinstance(o[key], str): assert o[key] == text
        elif o[key] is None: assert text == "nan", (key, text)
        else: assert abs(o[key] - float(text)) <= 1e-5 * abs(o[key]) + 1e-12, (key, text)
PY
}

@test "by index: the times of a prediction and those of the truth that correspond, of another temperature say" {
    gg-train -q --epochs 1 --set inputs.positions=pos --set 'inputs.node=[type]' -o run "$ROOT/examples/models/se3.yaml" "$DATA/tiny.ggs"
    gg-dump --text "$DATA/tiny.ggs" | sed 's/^\t0.2 1 5 10$/\t0.3 2 8 17/' | gg-dump --reverse -o later.ggs
    gg-predict run/model.ggm "$DATA/tiny.ggs" | gg-corr --species A --tsv >same.tsv
    gg-predict run/model.ggm later.ggs -o predicted.ggs
    gg-corr --by index --species A --tsv predicted.ggs | cut -f 6- | cmp - <(cut -f 6- same.tsv)
    refuses 3 "no time in common" gg-corr predicted.ggs
}

@test "times by value or by place; the same bytes for any number of threads" {
    gg-corr --target propensity --predictor displacement --by index --species A --tsv --threads 1 -o 1.tsv "$DATA/tiny.ggs"
    gg-corr --target propensity --predictor displacement --by index --species A --tsv --threads 2 "$DATA/tiny.ggs" >2.tsv
    cmp 1.tsv 2.tsv
    [ "$(cut -f 5 1.tsv | tr '\n' ' ')" = "time 0 1 2 3 " ]
    gg-corr --target propensity --predictor displacement --species A --tsv <"$DATA/tiny.ggs" | cut -f 6- | cmp - <(cut -f 6- 1.tsv)
}

@test "one configuration has no interval, one particle no correlation" {
    gg-select --frames 0:1 -o one.ggs "$DATA/tiny.ggs"
    gg-corr --target propensity --predictor displacement --tsv -o t.tsv one.ggs
    [ "$(value 1 rho_config_lo <t.tsv)" = nan ]
    [ "$(value 1 rho_config <t.tsv)" != nan ]
    [ "$(value 1 configs <t.tsv)" = 1 ]
    run -0 gg-corr --target propensity --predictor displacement one.ggs
}

@test "what is refused" {
    tiny=$DATA/tiny.ggs
    refuses 3 "tiny.ggs: frame 0 .*: no field X beside its prediction X_pred: run gg-predict first" gg-corr "$tiny"
    refuses 3 "no field 'nothing'" gg-corr --target nothing --predictor type "$tiny"
    refuses 3 "field 'propensity': is no vector" gg-corr --target displacement --predictor propensity "$tiny"
    refuses 2 "--species: 'A,x' is no list like A,B,all" gg-corr --species A,x "$tiny"
    refuses 2 "exclude each other" gg-corr --tsv --json "$tiny"
    refuses 3 "no particles to score" gg-corr --target propensity --predictor displacement --species C "$tiny"
    gg-select --keep type,propensity --rename propensity=propensity_pred -o p.ggs "$tiny"
    gg-select --frames 1: -o less.ggs "$tiny"
    refuses 3 "p.ggs: frame 0 .*less.ggs: has no frame 'KA/N250/T0.64/1'" gg-corr --truth less.ggs p.ggs
    refuses 3 "sample id 'KA/N250/T0.64/1' occurs twice" gg-corr --truth "$tiny" p.ggs p.ggs
    refuses 3 "tiny.ggs: frame 0 .*sample id 'KA/N250/T0.64/1' occurs twice at its times: a configuration counts once" \
        gg-corr --target propensity --predictor type "$tiny" "$tiny"
    gg-select --species A -o a.ggs "$tiny"
    refuses 3 "has 250 particles, the frame of the same id in the second stream 200" gg-corr --truth a.ggs p.ggs
    head -c 20000 "$tiny" >cut.ggs
    refuses 4 "cut.ggs: .*" gg-corr --target propensity --predictor displacement cut.ggs
    refuses 4 "cut.ggs: .*" gg-corr --truth cut.ggs p.ggs
    refuses 4 "standard input" gg-corr --target propensity --predictor displacement </dev/null
    refuses 3 "'propensity_pred' has no truth beside it: --truth FILE" gg-corr p.ggs
    refuses 3 "no frames to score" gg-corr --target propensity --predictor displacement <(gg-select --id nothing "$tiny")
    refuses 5 "none.ggs: cannot open" gg-corr --truth none.ggs p.ggs
    refuses 5 "cannot (write|close)" bash -c 'gg-corr --target propensity --predictor displacement "$0" >/dev/full' "$tiny"
    refuses 5 "" gg-corr --target propensity --predictor displacement -o a.ggs/where.tsv "$tiny"
}

# form QUANTITY COLUMN [N]: of the N-th row of that quantity in the table of --spatial
form() { awk -F '\t' -v q="$1" -v c="$2" -v n="${3:-1}" 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } $7 == q && ++seen == n { print $at[c] }' <s.tsv; }

@test "BOTAN: spectra, pairs, C_R and local variance in space, with the noise of the runs and without" {
    need_shared data/botan-T0.44
    pairs=()
    while read -r id c2 c4 c6 v g1 g2 g3 g4; do
        gg-import -o r.ggs "$SHARED"/data/botan-T0.44/*/isoconfig_N4096T0.44_"$id"_tc07.npz
        gg-targets --keep-replicas -o "$id.ggs" r.ggs
        gg-select --drop pos_replicas "$id.ggs" | gg-corr --spatial --target propensity --predictor propensity --tsv -o s.tsv
        [ "$(form variance truth_from)" = mean ]
        k=0
        for want in $c2 $c4 $c6; do
            k=$((k + 1))
            near "$(form C truth $k)" "$want" 6e-6
        done
        near "$(form local_variance truth)" "$v" 1e-6
        k=0
        for want in $g1 $g2 $g3 $g4; do
            k=$((k + 1))
            near "$(form G truth $k)" "$want" 6e-5
        done
        near "$(form S ratio 3)" 1 0
        near "$(form G cross 2)" "$(form G truth 2)" 1e-6
        gg-corr --spatial --target propensity --predictor propensity --tsv -o s.tsv "$id.ggs"
        [ "$(form variance truth_from)" = halves ]
        pairs+=("$(form G truth 1) $(form G truth 2) $(form G truth 3) $(form G truth 4)")
    done <<<"401 0.31231 0.10193 -0.00187 0.010469 .6265 .4350 .2600 .0976
402 0.44453 0.17563 -0.01174 0.013713 .7563 .5818 .3954 .1825
403 0.42348 0.18294 0.02258 0.014000 .7185 .5477 .3746 .1858"
    for k in 1 2 3 4; do
        printf '%s\n' "${pairs[@]}" | awk -v k="$k" '{ sum += $k } END { print sum / NR }' >mean
        near "$(cat mean)" "$(echo 0.766 0.577 0.382 0.174 | cut -d ' ' -f "$k")" 6e-4
    done
    gg-corr --spatial --target displacement --predictor displacement --tsv -o s.tsv 402.ggs # vectors, over their components
    [ "$(form variance truth_from)" = halves ]
    gg-corr --target displacement --predictor displacement --species A --tsv -o t.tsv 402.ggs
    near "$(awk -v c="$(value 1 ceiling_split <t.tsv)" 'BEGIN { print c }')" 0.8455 0.02
}

@test "spatial: the same for a turned, shifted, relabelled liquid; rows of A unless told; what is refused" {
    gg-corr --spatial --target propensity --predictor displacement --tsv -o s.tsv "$DATA/tiny.ggs"
    [ "$(cut -f 5 s.tsv | sort -u | tr '\n' ' ')" = "A species " ]
    [ "$(grep -c "	C	2	" s.tsv)" -eq 4 ]
    run ! grep -q "	C	4	" s.tsv # beyond half of this box
    gg-rotate --seed 3 --reflect --shift 1,2,3 --permute 4 "$DATA/tiny.ggs" |
        gg-corr --spatial --target propensity --predictor displacement --tsv -o turned.tsv
    awk -F '\t' 'NR == FNR { for (k = 8; k <= NF; k++) a[FNR, k] = $k; next }
        FNR > 1 { for (k = 8; k <= NF; k++) { d = a[FNR, k] - $k; s = $k < 0 ? -$k : $k; if (d * d > (2e-4 * s + 2e-6) ^ 2) { print FNR, k, a[FNR, k], $k; bad = 1 } } n++ }
        END { exit bad || n < 40 }' s.tsv turned.tsv
    gg-corr --spatial --target propensity --predictor displacement --threads 1 --tsv "$DATA/tiny.ggs" | cmp - s.tsv
    run -0 gg-corr --spatial --target propensity --predictor displacement --species B --shells 0.8,1.5 --q-max 3 "$DATA/tiny.ggs"
    [[ "$output" == *"T = 0.64, t = 10, B, 8 configurations; truth from the mean over runs, with its noise"* ]]
    [[ "$output" == *"ratio: prediction with itself over prediction with truth"* ]]
    refuses 2 "exclude each other" gg-corr --spatial --json "$DATA/tiny.ggs"
    refuses 2 "shells: 1 does not follow 2" gg-corr --spatial --shells 2,1 "$DATA/tiny.ggs"
    refuses 3 "frame 0 .*smaller --q-max would do" gg-corr --spatial --q-max 100 --target propensity --predictor displacement "$DATA/tiny.ggs"
}

# planted FIRST FACTOR: five configurations whose errors have deviations of 0.05 to 0.8, of which propensity_std says FACTOR times too much
planted() {
    awk -v first="$1" -v factor="$2" 'function normal() { return sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand()) }
    function field(name, role, x, i) { print "field " name " f32 [" n " node] " role " irreps=0e unit=sigma"; for (i = 0; i < n; i++) print "\t" x[i] }
    BEGIN {
        srand(first + 1); n = 800; print "#gg-text 1"; print "member gg.graph/1"
        for (s = 0; s < 5; s++) {
            printf "frame t/%d\n\tnodes %d, edges 0, dim 3, pbc 0\n\tcell 9 0 0 0 9 0 0 0 9\n", first + s, n
            for (i = 0; i < n; i++) { y[i] = normal(); sd[i] = 0.05 * 2 ^ (4 * rand()); p[i] = y[i] + sd[i] * normal(); std[i] = factor * sd[i] }
            field("propensity", "target", y); field("propensity_pred", "prediction", p); field("propensity_std", "prediction", std)
        }
        print "end"
    }' | gg-dump -r
}

@test "uncertainties: scores, one scale of a held-out stream, the table of reliability" {
    planted 0 0.5 >held.ggs
    planted 5 0.5 >test.ggs
    gg-corr --tsv --species all -o raw.tsv test.ggs
    near "$(value 1 scale <raw.tsv)" 2 0.12
    near "$(value 1 z2 <raw.tsv)" 4 0.5
    [ "$(value 1 scaled_by <raw.tsv)" = 1 ]
    gg-corr --scale-from held.ggs --tsv --species all -o scaled.tsv test.ggs
    near "$(value 1 scaled_by <scaled.tsv)" "$(gg-corr --tsv --species all held.ggs | value 1 scale)" 1e-5
    near "$(value 1 z2 <scaled.tsv)" 1 0.12
    near "$(value 1 within_1sd <scaled.tsv)" 0.683 0.03
    near "$(value 1 within_2sd <scaled.tsv)" 0.954 0.015
    awk -v r="$(value 1 spread_error_config <scaled.tsv)" 'BEGIN { exit !(r > 0.5) }'
    for column in rho_config rho_pooled r2_pooled n; do [ "$(value 1 $column <scaled.tsv)" = "$(value 1 $column <raw.tsv)" ]; done
    gg-corr --scale-from held.ggs --reliability --species all --tsv -o r.tsv test.ggs
    [ "$(awk 'NR > 1 { n += $9 } END { print n }' r.tsv)" = 4000 ]
    # predicted and actual deviations agree within the error of n normal numbers and that of the scale, in bins that rise and touch
    awk -F '\t' 'NR > 1 { if (NR > 2 && $6 != hi) exit 1; hi = $7; if ($9 > 50) { d = $11 - $10; if (d < 0) d = -d; if (d > (4 / sqrt(2 * $9) + 0.06) * $10) { print; exit 1 } m++ } } END { exit !(m > 20) }' r.tsv
    run -0 gg-corr test.ggs
    [[ "$output" == *"its uncertainties; V: the variance that errors e should have"*"within 1 sd"*"spread-error"* ]]
    run -0 gg-corr --target propensity --predictor displacement "$DATA/tiny.ggs"
    [[ "$output" != *uncertainties* ]]
    refuses 3 "no prediction has an uncertainty: X_std beside X_pred is wanted" gg-corr --reliability --target propensity --predictor displacement "$DATA/tiny.ggs"
    gg-select --drop propensity_std -o none.ggs held.ggs
    refuses 3 "none.ggs: no prediction has an uncertainty" gg-corr --scale-from none.ggs test.ggs
    refuses 5 "nowhere.ggs: cannot open" gg-corr --scale-from nowhere.ggs test.ggs
    head -c 9000 held.ggs >cut.ggs
    refuses 4 "cut.ggs: .*" gg-corr --scale-from cut.ggs test.ggs
}

@test "vectors: the mean over all particles may be taken off a prediction" {
    gg-select --rename displacement=displacement_pred --keep type,displacement -o p.ggs "$DATA/tiny.ggs"
    gg-corr --truth "$DATA/tiny.ggs" --tsv -o t.tsv p.ggs
    near "$(value 1 angle_config <t.tsv)" 0 1e-5
    [ "$(value 1 length_rho_pooled <t.tsv)" = 1 ]
    [ "$(value 1 length_rmse_pooled <t.tsv)" = 0 ]
    [ "$(value 1 slope_pooled <t.tsv)" = 1 ]
    gg-corr --truth "$DATA/tiny.ggs" --centre --tsv -o c.tsv p.ggs
    awk -v r="$(value 1 rho_pooled <c.tsv)" 'BEGIN { exit !(r > 0.999) }' # centred already, up to what rounding and the thermostat leave
    run -0 gg-corr --truth "$DATA/tiny.ggs" p.ggs
    [[ "$output" == *"rho_v config"*"cosine"* ]]
}

@test "truth from different runs only where it is made of them" {
    gg-targets --keep-replicas "$DATA/tiny_replicas.ggs" -o r.ggs
    run -0 gg-corr --spatial --tsv --target propensity --predictor displacement r.ggs
    [ "$(cut -f 6 <<<"$output" | sed -n 2p)" != "" ]
    grep -q halves <<<"$output"
    gg-select --scramble 'propensity,propensity_var' -o s.ggs r.ggs
    run -0 gg-corr --spatial --tsv --target propensity --predictor displacement s.ggs
    run ! grep -q halves <<<"$output"
    refuses 2 "which --spatial does not look at" gg-corr --spatial --scale-from r.ggs r.ggs
    refuses 2 "which --spatial does not look at" gg-corr --spatial --noise-in-spread r.ggs
}

@test "a target of several kinds of irreps is left out and told; its columns can be asked for" {
    gg-targets --add propensity,displacement_covariance "$DATA/tiny_replicas.ggs" | gg-dump --text |
        awk '/^field/ { if (keep) print block; keep = 0 }
             /^field (propensity|displacement_covariance) / { keep = 1; block = $0; sub(/^field [a-z_]*/, "&_pred", block); print; next }
             keep && /^\t/ { block = block "\n" $0 } /^(trailer|end)/ && keep { print block; keep = 0 } { print }' | gg-dump --reverse -o both.ggs
    run -0 --separate-stderr gg-corr --tsv both.ggs
    [[ "$stderr" == *"left out: displacement_covariance, numbers of several kinds of irreps"* ]]
    [ "$(cut -f 1 <<<"$output" | sort -u | tr '\n' ' ')" = "propensity target " ]
    run -0 gg-corr both.ggs
    [[ "$output" == *"left out: displacement_covariance, numbers"* ]]
    gg-corr --target displacement_covariance:0 --predictor displacement_covariance_pred:0 --tsv both.ggs >one.tsv
    [ "$(value 1 rho_pooled <one.tsv)" = 1 ]
}

# Errors of five numbers of standard deviation 1 each, and an X_std of 1: e^2/V is 1.
@test "uncertainties of tensors: X_std is that of one of their numbers" {
    awk 'function normal() { return sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand()) }
        BEGIN {
            srand(1); n = 2000; print "#gg-text 1"; print "member gg.graph/1"
            printf "frame t/0\n\tnodes %d, edges 0, dim 3, pbc 0\n\tcell 9 0 0 0 9 0 0 0 9\n", n
            for (i = 0; i < n; i++) { y[i] = ""; p[i] = ""; for (k = 0; k < 5; k++) { v = 2 * normal(); y[i] = y[i] " " v; p[i] = p[i] " " v + normal() } }
            print "field q f32 [" n " node, 5 free] target irreps=1x2e unit=1"; for (i = 0; i < n; i++) print "\t" substr(y[i], 2)
            print "field q_pred f32 [" n " node, 5 free] prediction irreps=1x2e unit=1"; for (i = 0; i < n; i++) print "\t" substr(p[i], 2)
            print "field q_std f32 [" n " node] prediction irreps=0e unit=1"; for (i = 0; i < n; i++) print "\t1"
            print "end"
        }' | gg-dump -r -o t.ggs
    gg-corr --tsv --species all t.ggs >t.tsv
    near "$(value 1 z2 <t.tsv)" 1 0.05
    near "$(value 1 scale <t.tsv)" 1 0.03
}

@test "residual: prediction less truth as a field, and what it is in space beside the two" {
    tiny=$DATA/tiny.ggs
    gg-select --scramble propensity,displacement --seed 2 --keep pos,type,time,temperature,propensity,displacement --rename propensity=propensity_pred,displacement=displacement_pred -o p.ggs "$tiny"
    gg-corr --truth "$tiny" --spatial --tsv --residual r.ggs -o s.tsv p.ggs
    gg-dump --check r.ggs
    [ "$(gg-dump --prov r.ggs | grep -c 'gg-corr')" -ge 1 ]
    while read -r x n; do
        paste <(gg-dump -d ${x}_residual r.ggs) <(gg-dump -d ${x}_pred p.ggs) <(gg-dump -d $x "$tiny") |
            awk -v want="$n" '{ n = NF / 3; for (k = 1; k <= n; k++) { d = $k - ($(n + k) - $(2 * n + k)); if (d * d > 1e-12) { bad = 1; exit } s += $k * $k } seen += n }
                END { exit bad || seen != want || s < 1 }'
    done <<<"propensity $((250 * 4 * 8))
displacement $((250 * 4 * 3 * 8))"
    # its times are those of the truth, which is another file's; the spectrum of the field is that of the table
    gg-corr --spatial --target propensity_residual --predictor propensity_residual --tsv -o field.tsv r.ggs
    awk -F '\t' 'NR == FNR { if ($1 == "propensity") a[$4, $7, $8] = $23; next }
        FNR > 1 { x = a[$4, $7, $8]; d = x - $13; if (!(x != "" && d * d < (1e-4 * $13) ^ 2 + 1e-12)) { print; exit 1 } n++ } END { exit !(n > 30) }' s.tsv field.tsv
    planted 0 1 | gg-corr --residual one.ggs >/dev/null # both in one frame
    gg-dump -n 0 one.ggs | grep -q 'propensity_residual f32 *\[node\] '
    gg-select --scramble propensity --seed 2 --keep propensity,type,time --rename propensity=propensity_pred.other -o q.ggs "$tiny"
    gg-corr --truth "$tiny" --residual other.ggs --tsv -o t.tsv q.ggs
    gg-dump other.ggs | grep -q 'propensity_residual.other '
    refuses 2 "--residual s.tsv: the table goes there" gg-corr --residual s.tsv -o s.tsv p.ggs
    ln -s s.tsv link.tsv
    for name in ./s.tsv "$PWD/s.tsv" link.tsv; do
        refuses 2 "the table goes there" gg-corr --truth "$tiny" --residual s.tsv --tsv -o "$name" p.ggs
    done
    refuses 2 "the table goes there" gg-corr --truth "$tiny" --residual new.ggs --tsv -o ./new.ggs p.ggs
    refuses 2 "the table goes there" gg-corr --truth "$tiny" --residual - -o /dev/stdout p.ggs
    refuses 2 "the table goes there" gg-corr --truth "$tiny" --residual /dev/stdout p.ggs
    gg-corr --truth "$tiny" --residual - --tsv -o table.tsv p.ggs | gg-dump -d propensity_residual | cmp - <(gg-dump -d propensity_residual r.ggs)
    cmp <(gg-corr --truth "$tiny" --residual r2.ggs --tsv p.ggs) table.tsv
    refuses 3 "--residual: no X beside its prediction X_pred in one unit" gg-corr --residual none.ggs --target propensity --predictor displacement "$tiny"
    [ ! -e none.ggs ]
    refuses 5 "--residual: /dev/full: a folder is wanted" gg-corr --truth "$tiny" --residual /dev/full/nowhere p.ggs
}

# at_times NAME ROLE TIME...: one particle whose number is its time, at times of its own
at_times() {
    local name=$1 role=$2
    shift 2
    printf '%s\n' "#gg-text 1" "member gg.graph/1" "frame t/1" "	nodes 2, edges 0, dim 3, pbc 7" "	cell 9 0 0 0 9 0 0 0 9" \
        "field type i32 [2 node] structure" "	0 0" "field time f64 [$# time] other unit=tau" "	$*" \
        "field $name f32 [2 node, $# time] $role irreps=0e unit=sigma" "	$*" "	$*" end | gg-dump -r
}

@test "residual: of several predicted times that are scored by one of the truth, the nearest" {
    at_times propensity target 10 100 >truth.ggs
    for times in "2 9 12.5 101" "9 12.5 101 120" "2 8 9 101"; do
        # shellcheck disable=SC2086
        at_times propensity_pred prediction $times | gg-corr --truth truth.ggs --nearest-time --residual r.ggs >/dev/null
        [ "$(gg-dump -d propensity_residual r.ggs | tr -s ' \t\n' ' ')" = "-1 1 -1 1 " ]
    done
}

# renamed SED: tiny.ggs with other ids
renamed() { gg-dump --text "$DATA/tiny.ggs" | sed "s#^frame .*/\\([1-8]\\)\$#frame $1#" | gg-dump -r -o "$2"; }

@test "configurations of one run: runs are counted, in every report" {
    corr() { gg-corr -q --species A --target propensity --predictor displacement --tsv "$@"; }
    renamed 'first/\1' first.ggs
    renamed 'second/\1' second.ggs
    corr first.ggs >once
    # each configuration twice: as two that count, the interval is too narrow; as one run each it is what it was
    corr first.ggs second.ggs >alone
    corr --run '*/1' --run '*/2' --run '*/3' --run '*/4' --run '*/5' --run '*/6' --run '*/7' --run '*/8' first.ggs second.ggs >told
    # columns: rho_config, lo, hi
    cut -f 9-11 once | cmp - <(cut -f 9-11 told)
    paste <(cut -f 10,11 once) <(cut -f 10,11 alone) | awk 'NR > 1 && !($4 - $3 < 0.8 * ($2 - $1)) { bad = 1 } END { exit bad }'
    # ids: two runs of eight
    gg-corr --run id --target propensity --predictor displacement --species A first.ggs second.ggs >text
    grep -q 't-interval over the runs' text
    grep -q 'caution: intervals over 2 runs are uncertain' text
    gg-corr --run id --bootstrap 50 --target propensity --predictor displacement --species A first.ggs second.ggs | grep -q '50 draws of the runs'
    # one run: no interval, and why
    run --separate-stderr gg-corr --run id --target propensity --predictor displacement --species A --tsv first.ggs
    [ "$status" -eq 0 ]
    [[ "$stderr" =~ "all configurations are of one run" ]]
    [ "$(sed 1d <<<"$output" | cut -f 10 | sort -u)" = nan ]
    # differences: the smallest p of eight runs is that of eight configurations
    pair() { gg-corr -q --target propensity --predictor displacement --predictor propensity_var --against propensity_var --species A --json "$@" | grep -o '"diff_p":[^,}]*' | head -n 1; }
    [ "$(pair first.ggs)" = "$(pair --run '*/1' --run '*/2' --run '*/3' --run '*/4' --run '*/5' --run '*/6' --run '*/7' --run '*/8' first.ggs second.ggs)" ]
    # other reports: errors over runs
    for report in --spatial --fluctuations '--power 0.01'; do
        # shellcheck disable=SC2086
        gg-corr -q $report --target propensity --predictor displacement --species A --tsv first.ggs second.ggs >plain
        # shellcheck disable=SC2086
        gg-corr -q $report --run '*/1' --run '*/2' --run '*/3' --run '*/4' --run '*/5' --run '*/6' --run '*/7' --run '*/8' --target propensity --predictor displacement --species A --tsv first.ggs second.ggs >runs
        [ "$(cmp -s plain runs; echo $?)" -eq 1 ]
    done
}

@test "configurations of a chain of gg-md: it is told that they are not independent" {
    gg-md -q --start KA3D --n 200 --density 1.2 --temperature 0.8 --wait 0.5 --apart 0.5 --configurations 3 --runs 2 --times 0.1 --seed 1 --sample-id liquid/a -o a.ggs
    gg-md -q --start KA3D --n 200 --density 1.2 --temperature 0.8 --wait 0.5 --configurations 1 --runs 2 --times 0.1 --seed 2 --sample-id liquid/b -o b.ggs
    gg-corr --target propensity --predictor displacement --tsv a.ggs b.ggs 2>said >told
    grep -q '4 configurations are of 2 runs of gg-md, as their ids say, and not independent: --run id counts runs' said
    gg-corr --run id --target propensity --predictor displacement --tsv a.ggs b.ggs 2>said >told
    [ "$(grep -c 'not independent' said)" = 0 ]
    gg-corr --target propensity --predictor displacement --tsv b.ggs 2>said >told
    [ "$(grep -c 'not independent' said)" = 0 ]
}

@test "a closed pipe ends it quietly" {
    run --separate-stderr bash -c 'gg-corr --target propensity --predictor propensity_var --tsv "$0" | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}' "$DATA/tiny.ggs"
    [[ "$output" =~ ^(0|141)$ ]]
    [ -z "$stderr" ]
}
