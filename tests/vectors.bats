#!/usr/bin/env bats
# vectors.bats -- vectors as targets and as inputs: ridge regression that turns along, forces, displacements, gradients

load helper

# Three frames of 40 particles with vectors a, b and u = 2 a - 3 b + noise + a drift.
own_vectors() {
    awk 'function g() { return sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand()) }
        BEGIN { srand(3); for (f = 0; f < 3; f++) { print 40
            print "Lattice=\"8 0 0 0 8 0 0 0 8\" pbc=\"T T T\" Properties=species:S:1:pos:R:3:a:R:3:b:R:3:u:R:3 Time=0"
            for (i = 0; i < 40; i++) {
                printf "%s %.6f %.6f %.6f", (i % 4 ? "A" : "B"), 8 * rand(), 8 * rand(), 8 * rand()
                for (z = 0; z < 3; z++) { a[z] = g(); b[z] = 0.5 * a[z] + g() }
                printf " %.6f %.6f %.6f %.6f %.6f %.6f", a[0], a[1], a[2], b[0], b[1], b[2]
                for (z = 0; z < 3; z++) printf " %.6f", 2 * a[z] - 3 * b[z] + 0.3 * g() + 0.2
                print "" } } }' >own.xyz
    gg-import -q own.xyz -o own.ggs
    cat >v.yaml <<YAML
fit: {kind: ridge, inputs: [a, b], standardise: joint, drift: true, penalty: {path: [10], choose: none}}
heads: [{target: u}]
YAML
}

@test "vector ridge: the normal equations of components by hand" {
    own_vectors
    gg-train -q -o run v.yaml own.ggs
    gg-predict run/model.ggm own.ggs -o p.ggs
    for x in a b u u_pred; do gg-dump -d $x p.ggs >$x; done
    # w = (Z Z + 10)^-1 Z u for Z the vectors over their root mean squares: one w for x, y and z, and no intercept
    paste -d' ' a b u u_pred | awk '{ for (z = 1; z <= 3; z++) { n++; x[n] = $z; y[n] = $(3 + z); t[n] = $(6 + z); p[n] = $(9 + z)
            sx += x[n] ^ 2; sy += y[n] ^ 2; sxy += x[n] * y[n]; xt += x[n] * t[n]; yt += y[n] * t[n] } }
        END { q = sqrt(sx / n); r = sqrt(sy / n); A = n + 10; B = sxy / (q * r); c = xt / q; d = yt / r; det = A * A - B * B
            u = (A * c - B * d) / det; v = (A * d - B * c) / det
            for (k = 1; k <= n; k++) { e = p[k] - u * x[k] / q - v * y[k] / r; if (e < 0) e = -e; if (e > worst) worst = e }
            exit !(n == 360 && u > 1 && v < -2 && worst < 1e-5) }'
}

@test "vector ridge: turned and mirrored frames give the same coefficients and turned predictions; a mean is taken off unless it is kept" {
    own_vectors
    sed 's/drift: true, //; s/joint/species/' v.yaml >centred.yaml
    gg-train -q -o run centred.yaml own.ggs
    gg-rotate --seed 4 own.ggs -o turned.ggs
    gg-train -q -o again centred.yaml turned.ggs
    gg-cmp --fields fit.coefficients,fit.scale --rel 1e-5 run/model.ggm again/model.ggm
    gg-predict run/model.ggm own.ggs | gg-rotate --seed 4 -o behind.ggs
    gg-predict run/model.ggm turned.ggs -o before.ggs
    gg-cmp --fields u_pred --rel 1e-4 before.ggs behind.ggs
    gg-predict run/model.ggm own.ggs | gg-select --limit 1 | gg-dump -d u_pred |
        awk '{ for (z = 1; z <= 3; z++) s[z] += $z } END { for (z = 1; z <= 3; z++) if (s[z] > 1e-4 || s[z] < -1e-4) exit 1; exit NR != 40 }'
    gg-train -q -o kept --set fit.drift=true centred.yaml own.ggs
    gg-predict kept/model.ggm own.ggs | gg-select --limit 1 | gg-dump -d u_pred |
        awk '{ s += $1 } END { exit !(s > 0.1 || s < -0.1) }'
    refuses 3 "nothing of the target's kind, 1o" gg-train -q -o no --set 'fit.inputs=[energy]' v.yaml <(gg-quench -q --energy-only own.ggs 2>/dev/null)
    refuses 2 "this fit predicts one scalar .1x0e. a particle" gg-train -q -o no --set fit.kind=logistic --set fit.penalty=10 v.yaml own.ggs
}

@test "vector ridge: of some species alone the mean is not known to be 0, and stays" {
    gg-quench --forces "$DATA/tiny.ggs" | gg-select --frames :4 >g.ggs
    gg-train -q -o run --set 'fit.inputs=[force]' "$ROOT/examples/models/ridge_vector.yaml" g.ggs
    gg-predict run/model.ggm g.ggs | gg-select --species A >whole.ggs
    gg-select --species A g.ggs | gg-predict run/model.ggm >alone.ggs
    moved=$(paste <(gg-select --frames 0 whole.ggs | gg-dump --data displacement_pred) <(gg-select --frames 0 alone.ggs | gg-dump --data displacement_pred) |
        awk '{ h = NF / 2; for (k = 1; k <= h; k++) { d = $k - $(k + h); d *= d; if (d > most) most = d } } END { print sqrt(most) }')
    mean=$(gg-select --frames 0 alone.ggs | gg-dump --data displacement_pred | awk '{ s += $1 } END { print s / NR }')
    awk -v m="$mean" -v d="$moved" 'BEGIN { exit !(m * m > 1e-14 && d * d > 0 && d < 0.05) }'
}

@test "forces: minus the slope of the energy; with what the inherent structure says they are inputs, and targets" {
    awk -v h=0.002 'BEGIN { srand(5); n = 64; for (i = 0; i < n; i++) for (z = 0; z < 3; z++) { k = z == 0 ? i % 4 : z == 1 ? int(i / 4) % 4 : int(i / 16)
            x[i, z] = 1.1 * k + 0.15 * (rand() - 0.5) }
        for (f = 0; f < 3; f++) { print n; print "Lattice=\"4.4 0 0 0 4.4 0 0 0 4.4\" pbc=\"T T T\""
            for (i = 0; i < n; i++) printf "A %.9f %.9f %.9f\n", x[i, 0] + (i == 21 ? (f - 1) * h : 0), x[i, 1], x[i, 2] } }' >f.xyz
    gg-import -q f.xyz | gg-quench -q --energy-only --forces -o f.ggs
    gg-dump f.ggs | grep -qE '^  force +f64  \[node, 3\] +structure +1x1o +eps/sigma'
    for k in 0 2; do gg-select --frames $k:$((k + 1)) f.ggs | gg-dump -d energy | awk '{ s += $1 } END { printf "%.9g\n", s }'; done >total
    gg-select --frames 1:2 f.ggs | gg-dump -d force | awk -v low="$(sed -n 1p total)" -v high="$(sed -n 2p total)" '
        NR == 22 { f = $1 } { for (z = 1; z <= 3; z++) s[z] += $z }
        END { want = -(high - low) / 0.004; e = f - want; exit !(e * e < 4e-4 * want * want && want * want > 0.01 && s[1] ^ 2 + s[2] ^ 2 + s[3] ^ 2 < 1e-6) }'
    # every quantity that needs no dynamics is a head's target, and an input
    gg-quench -q --forces "$DATA/tiny.ggs" | gg-features --positions pos_inherent --add displacement --into to_inherent |
        gg-cage -q --sweeps 20 --equilibrate 20 | gg-features --positions pos_cage --add displacement --into to_cage -o all.ggs
    tiny_network 'epochs: 1'
    for target in energy energy_inherent force to_inherent cage_size to_cage; do
        gg-train -q -o "t_$target" --set "heads=[{target: $target, in: h, layer: gated}]" m.yaml all.ggs
        gg-predict "t_$target/model.ggm" all.ggs | gg-dump | grep -q "${target}_pred"
        sed 's/layer: embed, channels: 8/layer: linear, out_irreps: 8x0e+2x1o/' m.yaml >in.yaml
        gg-train -q -o "i_$target" --set "inputs.node=[type, $target]" in.yaml all.ggs
    done
    # from the inherent structure to the thermal positions is the same vector back
    gg-features --positions pos --reference pos_inherent --add displacement --into to_thermal all.ggs -o back.ggs
    paste -d' ' <(gg-dump -d to_inherent back.ggs) <(gg-dump -d to_thermal back.ggs) |
        awk '{ for (z = 1; z <= 3; z++) { e = $z + $(4 + z); if (e * e > 1e-12) exit 1 } n++ } END { exit !(n > 0) }'
}

@test "the baseline of the vector: forces, the way to the inherent structure, gradients; better than any of them alone" {
    gg-quench -q --forces "$DATA/tiny.ggs" | gg-features --positions pos_inherent --add displacement --into to_inherent |
        gg-features --positions pos_inherent --field energy_inherent --lengths 0.5,1,2 --add density_gradient,mean_gradient --into gradients -o v.ggs
    gg-dump v.ggs | grep -qE '^  gradients +f32  \[node, 54\] +feature +18x1o'
    gg-train -q -o all "$ROOT/examples/models/ridge_vector.yaml" v.ggs
    gg-train -q -o force --set 'fit.inputs=[force]' "$ROOT/examples/models/ridge_vector.yaml" v.ggs
    for m in all force; do grep '"event":"eval"' $m/metrics.jsonl | grep '"species":"A"' | grep -o '"rho_config":[^,}]*' | cut -d: -f2 >$m.rho; done
    # at 0.2 and at 10 tau, on configurations that were left out
    paste all.rho force.rho | awk '{ n++; worse += $1 < $2 } END { exit !(n == 4 && !worse && $1 > 0.3) }'
    gg-predict all/model.ggm v.ggs | gg-corr --target displacement --bootstrap 0 --tsv | head -n 1 | grep -q rho
}

@test "in two dimensions a vector stays in the plane, learned or fitted" {
    awk 'BEGIN { for (k = 0; k < 12; k++) { print 64; print "Lattice=\"8 0 0 0 8 0 0 0 0\" pbc=\"T T F\" Time=" 0.5 * k
        for (i = 0; i < 64; i++) print "A", i % 8 + 0.1 * sin(i + k), int(i / 8) + 0.1 * cos(2 * i + k), 0 } }' >run.xyz
    gg-import -q --dim 2 run.xyz | gg-targets --trajectory --times 0.5,2 --add displacement | gg-features --add density_gradient --into slope -o flat.ggs
    tiny_network 'epochs: 2'
    gg-train -q -o net --set 'heads=[{target: displacement, in: h, layer: gated_vector}]' m.yaml flat.ggs
    gg-train -q -o fit --set 'fit.inputs=[slope]' "$ROOT/examples/models/ridge_vector.yaml" flat.ggs
    for m in net fit; do
        gg-predict $m/model.ggm flat.ggs | gg-dump -d displacement_pred |
            awk '{ for (k = 1; k <= NF; k++) { if (k % 3 == 0) out += $k * $k; else plane += $k * $k } n++ } END { exit !(n > 0 && out == 0 && plane > 0) }'
    done
}

@test "covariances turn with the frame; numbers of the configuration; both are learned" {
    R="$DATA/tiny_replicas.ggs"
    gg-targets --add propensity,displacement_var,displacement_covariance,overlap,mean_propensity,mean_overlap "$R" -o t.ggs
    gg-dump t.ggs | grep -qE '^  displacement_covariance +f32  \[node, time, 6\] +target +1x0e\+1x2e +sigma\^2'
    gg-rotate --seed 2 "$R" | gg-targets --add displacement_covariance -o a.ggs
    gg-targets --add displacement_covariance "$R" | gg-rotate --seed 2 -o b.ggs
    gg-cmp --fields displacement_covariance --rel 1e-4 a.ggs b.ggs
    for x in propensity overlap; do
        paste -d' ' <(gg-select --limit 1 t.ggs | gg-dump -d type) <(gg-select --limit 1 t.ggs | gg-dump -d $x) |
            awk '$1 == 0 { n++; s += $2 } END { printf "%.6f\n", s / n }' >want
        gg-select --limit 1 t.ggs | gg-dump -d mean_$x | awk -v w="$(cat want)" 'NR == 1 { e = $1 - w; exit !(e * e < 1e-10) }'
    done
    tiny_network 'epochs: 1'
    gg-train -q -o c --set 'heads=[{target: displacement_covariance, in: h, layer: gated}]' \
        --set 'layers.4.out_irreps=16x0e+4x1o+4x2e' --set layers.4.lmax=2 m.yaml t.ggs
    gg-predict c/model.ggm t.ggs | gg-dump | grep -q displacement_covariance_pred
    awk '/^heads/ { print "  - {layer: pool, out: g}" } /target: propensity/ { print "  - {target: mean_propensity, in: g, layer: mlp}"; next } { print }' m.yaml >g.yaml
    gg-train -q -o g g.yaml t.ggs
    gg-predict g/model.ggm t.ggs | gg-dump | grep -qE 'mean_propensity_pred +f32  \[time\]'
}

# From the printed numbers, each pair of different runs by itself; cubic cell.
@test "correlation of the propensity in space: as computed elsewhere, of different runs; turned, relabelled, learned, refused" {
    R="$DATA/tiny_replicas.ggs"
    at='--add propensity,propensity_correlation --correlation-radii 1,2.5'
    # shellcheck disable=SC2086
    gg-targets $at "$R" -o t.ggs
    gg-dump t.ggs | grep -qE '^  propensity_correlation f32  \[time, 2\] +target +2x0e +1 '
    gg-dump t.ggs | grep -qE '^  correlation_radii +1,2.5$'
    cell=$(gg-dump --json t.ggs | grep -o '"cell":[[][[][0-9.]*' | tr -d -c 0-9.)
    for field in type pos pos_replicas; do gg-dump -d $field "$R" >$field; done
    gg-dump -d propensity_correlation t.ggs | tr -s ' \t' '\n' >made
    awk -v L="$cell" '
        function way(t, k, i, c, d, sum) { sum = 0; for (c = 0; c < 3; c++) { d = end[((t * 8 + k) * n + i) * 3 + c] - pos[i * 3 + c]; sum += d * d }; return sqrt(sum) }
        function apart(i, j, c, d, sum) { sum = 0
            for (c = 0; c < 3; c++) { d = pos[3 * j + c] - pos[3 * i + c]; d -= L * int(d / L + (d > 0 ? 0.5 : -0.5)); sum += d * d }
            return sqrt(sum) }
        FNR == 1 { file++ }
        { for (k = 1; k <= NF; k++) if (file == 1) type[n++] = $k; else if (file == 2) pos[a++] = $k; else if (file == 3) end[b++] = $k; else made[m++] = $k }
        END {
            radius[0] = 1; radius[1] = 2.5
            for (i = 0; i < n; i++) if (type[i] == 0) of[A++] = i
            for (t = 0; t < 2; t++) for (k = 0; k < 8; k++) {
                mean = 0
                for (i = 0; i < A; i++) mean += (x[t, k, i] = way(t, k, of[i])) / A
                for (i = 0; i < A; i++) x[t, k, i] -= mean }
            for (i = 0; i < A; i++) {
                W[0] = W[1] = 0
                for (j = 0; j < A; j++) { r = apart(of[i], of[j]); for (q = 0; q < 2; q++) W[q] += w[j, q] = exp(-(r - radius[q]) ^ 2 / 2) }
                for (t = 0; t < 2; t++) for (k = 0; k < 8; k++) {
                    here[0] = here[1] = 0
                    for (j = 0; j < A; j++) for (q = 0; q < 2; q++) here[q] += w[j, q] * x[t, k, j] / W[q]
                    for (l = 0; l < 8; l++) if (l != k) { for (q = 0; q < 2; q++) sum[t, q] += x[t, l, i] * here[q]; square[t] += x[t, l, i] * x[t, k, i] } } }
            for (t = 0; t < 2; t++) for (q = 0; q < 2; q++) {
                off = made[2 * t + q] - sum[t, q] / square[t]
                if (m != 4 || off > 1e-6 || off < -1e-6) { print m, t, q, made[2 * t + q], sum[t, q] / square[t]; bad = 1 } }
            exit bad }' type pos pos_replicas made
    for how in '--seed 5 --reflect' '--permute 2'; do
        # shellcheck disable=SC2086
        gg-rotate $how "$R" | gg-targets $at -o a.ggs
        gg-cmp --fields propensity_correlation --tol 1e-6 a.ggs t.ggs
    done
    # shellcheck disable=SC2086
    gg-targets --threads 3 $at "$R" | gg-cmp - t.ggs
    tiny_network 'epochs: 1'
    awk '/^heads/ { print "  - {layer: pool, out: g}" } /target: propensity/ { print "  - {target: propensity_correlation, in: g, layer: mlp}"; next } { print }' m.yaml >g.yaml
    gg-train -q -o g g.yaml t.ggs
    gg-predict g/model.ggm t.ggs | gg-dump | grep -qE 'propensity_correlation_pred f32 +\[time, 2\]'
    refuses 3 "tiny_replicas.ggs: frame 0 .*propensity_correlation at a distance of 6, half of the box is 2.964" gg-targets --add propensity_correlation -o x.ggs "$R"
    gg-select --drop type "$R" -o plain.ggs
    # shellcheck disable=SC2086
    refuses 3 "plain.ggs: frame 0 .*'type' is missing" gg-targets $at -o x.ggs plain.ggs
    gg-select --drop propensity_correlation t.ggs -o without.ggs
    refuses 3 "no field 'pos_replicas' to make 'propensity_correlation' of" gg-targets --add propensity_correlation -o x.ggs without.ggs
    refuses 2 '--correlation-radii is for --add propensity_correlation' gg-targets --correlation-radii 1 -o x.ggs "$R"
    refuses 2 '--correlation-radii: 1 behind 2; increasing ones are wanted' gg-targets --add propensity_correlation --correlation-radii 2,1 -o x.ggs "$R"
}
