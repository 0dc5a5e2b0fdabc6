#!/usr/bin/env bats
# planted.bats -- planted fields of gg-targets: what stays the same, the spectrum, the noise and the ceiling that follows from it

load helper

ALL=planted,planted_var,planted_true,planted_vector,planted_vector_var,planted_vector_true

# flat FIELD FILE: its numbers, one a line
flat() { gg-dump -d "$1" "$2" | tr -s ' \t' '\n' | sed '/^$/d'; }

@test "planted: turned, reflected, relabelled configurations; any threads; other seeds" {
    gg-targets --add $ALL --planted-noise 0 "$DATA/tiny.ggs" -o t.ggs
    for how in '--seed 5 --reflect' '--permute 2' '--shift 1,2,3 --wrap'; do
        # shellcheck disable=SC2086
        gg-rotate $how "$DATA/tiny.ggs" | gg-targets --add $ALL --planted-noise 0 -o a.ggs
        # shellcheck disable=SC2086
        gg-rotate $how t.ggs -o b.ggs
        gg-cmp --fields $ALL --tol 2e-6 a.ggs b.ggs
    done
    cmp <(flat planted t.ggs) <(flat planted_true t.ggs) # no noise
    gg-targets --add $ALL --threads 1 "$DATA/tiny.ggs" -o one.ggs
    gg-targets --add $ALL --threads 3 "$DATA/tiny.ggs" -o three.ggs
    gg-cmp one.ggs three.ggs
    gg-targets --add $ALL --seed 1 "$DATA/tiny.ggs" -o other.ggs
    run -0 gg-corr --target planted_true --predictor planted --bootstrap 0 --species all --tsv one.ggs
    paste <(flat planted_true one.ggs) <(flat planted_true other.ggs) |
        awk '{ x += $1 * $1; y += $2 * $2; xy += $1 * $2 } END { r = xy / sqrt(x * y); if (r > 0.3 || r < -0.3) { print r; exit 1 } }'
}

@test "planted: a function of the frame, whatever else is in the stream, and of its time" {
    gg-targets --add $ALL --planted-length 0.6,0.8,1,1.4 "$DATA/tiny.ggs" -o t.ggs
    gg-select --frames 3 "$DATA/tiny.ggs" | gg-targets --add $ALL --planted-length 0.6,0.8,1,1.4 -o a.ggs
    gg-select --frames 3 t.ggs -o b.ggs
    gg-cmp --fields $ALL a.ggs b.ggs
    gg-select --times 5 "$DATA/tiny.ggs" | gg-targets --add $ALL -o a.ggs # the third time
    gg-select --times 5 t.ggs -o b.ggs
    gg-cmp --fields $ALL a.ggs b.ggs
    gg-targets --add planted_true --planted-length 0.6,1.4 "$DATA/tiny.ggs" -o a.ggs # 0.2, 1, 5, 10: a power of the time
    gg-targets --add planted_true --planted-length "$(awk 'BEGIN { for (t = 0.2; k < 4; t = (++k == 3 ? 10 : 5 * t)) printf "%s%.15g", (k ? "," : ""), 0.6 * exp(log(1.4 / 0.6) * log(t / 0.2) / log(50)) }')" "$DATA/tiny.ggs" -o b.ggs
    gg-cmp --fields planted_true --tol 1e-6 a.ggs b.ggs
    run -1 gg-cmp --fields planted_true a.ggs t.ggs
    gg-select --drop time,propensity,propensity_var,displacement "$DATA/tiny.ggs" | gg-targets --add $ALL -o a.ggs
    run -0 gg-dump a.ggs
    grep -qE '^  planted +f32 +\[node\] ' <<<"$output"
    grep -qE '^  planted_vector +f32 +\[node, 3\] +target +1x1o' <<<"$output"
    cmp <(flat planted_true a.ggs) <(gg-select --times 5 t.ggs | gg-dump -d planted_true - | sed '/^$/d')
}

# Of the asked spectrum c (1 + q^2)^-2 and the wave vectors of the box, c such that its sum over all is the number of particles.  A shell of n waves in
# 6 configurations is off by 1/sqrt(6 n); at particles, whose places and numbers are not independent, a function by up to a quarter and some by a
# tenth in the mean (in space not at all: tests/unit/test_planted.c).
@test "planted: the spectrum that gg-corr measures is the one asked for" {
    for seed in 0 1 2 3; do
        gg-targets -q --add planted_true --seed $seed "$DATA/train.ggs" | gg-select --times 1 |
            gg-corr -q --target planted_true --predictor planted_true --spatial --species all --tsv >$seed.tsv
    done
    awk -F '\t' -v L=15.0566 '
        BEGIN {
            q1 = 2 * 3.14159265 / L
            for (x = -10; x <= 10; x++) for (y = -10; y <= 10; y++) for (z = -10; z <= 10; z++) {
                q = q1 * sqrt(x * x + y * y + z * z)
                if (q > 4 || q == 0) continue
                s = (1 + q * q) ^ -2; all += s; shell = int(q / q1 + 0.5); sum[shell] += s; n[shell]++
            } }
        FNR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
        $at["quantity"] == "S" && $at["at"] < 2 {
            shell = int($at["at"] / q1 + 0.5); ratio = $at["truth"] * all * n[shell] / 4096 / sum[shell]; seen++
            mean[shell] += ratio / 4
            if (ratio < 0.65 || ratio > 1.35) { print $at["at"], ratio; bad = 1 }
        }
        END {
            for (s in mean) { d = mean[s] - 1; most = 0.1 + 4 / sqrt(12 * n[s]); if (d > most || d < -most) { print s, mean[s]; bad = 1 } }
            exit bad || seen < 16 }' [0-3].tsv
}

# s^2 = 2 noise^2 / (1 + exp(-y)): known for every particle, so is the best correlation that any prediction can have.
@test "planted: noise is that of the law, independent of the field, and the ceiling is the known one" {
    gg-targets --add $ALL --planted-noise 2 --planted-runs 16 "$DATA/train.ggs" | gg-select --times 20 -o t.ggs
    gg-corr -q --target planted --predictor planted_true --bootstrap 0 --species all --tsv t.ggs >t.tsv
    read -r rho ceiling < <(awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next } { print $at["rho_pooled"], $at["ceiling_pooled"] }' t.tsv)
    paste <(flat planted_true t.ggs) <(flat planted t.ggs) <(flat planted_var t.ggs) | awk -v rho="$rho" -v ceiling="$ceiling" '
        function near(what, x, y, most) { if (x - y > most || y - x > most) { print what, x, y; bad = 1 } }
        { y = $1; s = 8 / (1 + exp(-y)); e = ($2 - y) / sqrt(s / 16); n++
          sum_y += y; yy += y * y; sum_e += e; ee += e * e; ey += e * y; v += $3 / s; vv += ($3 / s) ^ 2; noise += s / 16 }
        END { var = yy / n - (sum_y / n) ^ 2
              near("mean", sum_e / n, 0, 4 / sqrt(n)); near("variance", ee / n, 1, 4 * sqrt(2 / n))
              near("with the field", ey / n, 0, 4 * sqrt(var / n))
              near("variance over runs", v / n, 1, 4 * sqrt(2 / 15 / n)); near("its spread", vv / n - 1, 2 / 15, 0.02)
              known = sqrt(var / (var + noise / n)); near("ceiling", ceiling, known, 0.003); near("rho", rho, known, 0.006)
              if (known < 0.85 || known > 0.95) bad = 1; exit bad }'
    # of vectors, each component
    gg-corr -q --target planted_vector --predictor planted_vector_true --bootstrap 0 --species all --tsv t.ggs >v.tsv
    awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
        { d = $at["rho_pooled"] - $at["ceiling_pooled"]; if (d > 0.005 || d < -0.005 || $at["ceiling_pooled"] > 0.93) { print; exit 1 } }' v.tsv
    # runs of one time say nothing about another
    gg-targets --add planted,planted_true "$DATA/train.ggs" -o t.ggs
    paste <(flat planted_true t.ggs) <(flat planted t.ggs) | awk '{ e = $2 - $1; if (NR % 6 == 2) xy += e * last; xx += e * e; n++; last = e }
        END { r = xy / (n / 6) / (xx / n); if (r > 0.03 || r < -0.03) { print r; exit 1 } }'
}

@test "planted: beside targets of runs, of joined frames, in META; two dimensions" {
    gg-targets --add propensity,propensity_var,planted,planted_var "$DATA/tiny_replicas.ggs" -o t.ggs
    run -0 gg-dump t.ggs
    grep -q '^  replicas  *8$' <<<"$output"
    grep -q '^  planted  *length 1, q up to 4, noise 1.5, seed 0, on pos$' <<<"$output"
    gg-targets --add planted,planted_var "$DATA/tiny_replicas.ggs" -o only.ggs # positions of replicas are not needed, and not kept
    gg-dump only.ggs | grep -q '^  replicas  *8$'
    gg-select --drop pos_replicas "$DATA/tiny_replicas.ggs" | gg-targets --add planted_true -o a.ggs
    gg-cmp --fields planted_true a.ggs <(gg-targets --add planted_true t.ggs)
    for t in 1 10; do gg-select --times $t "$DATA/tiny_replicas.ggs"; done | gg-targets --join --add propensity,planted_true -o joined.ggs
    gg-cmp --fields planted_true a.ggs joined.ggs
    gg-quench -q "$DATA/tiny.ggs" | gg-targets --add planted_true --positions pos_inherent -o inherent.ggs
    run -1 gg-cmp --fields planted_true inherent.ggs <(gg-targets --add planted_true "$DATA/tiny.ggs")
    awk 'BEGIN { srand(2); print 400; print "Lattice=\"20 0 0 0 20 0 0 0 1\" pbc=\"T T F\""
        for (i = 0; i < 400; i++) print (i % 3 ? "A" : "B"), i % 20 + 0.3 * rand(), int(i / 20) + 0.3 * rand(), 0 }' >two.xyz
    gg-import --dim 2 two.xyz | gg-targets --add $ALL -o two.ggs
    flat planted_vector two.ggs | awk 'NR % 3 == 0 && $1 != 0 { exit 1 } { xx += $1 * $1 } END { if (xx / NR < 0.3) exit 1 }'
}

@test "planted: what cannot be is refused" {
    refuses 2 "are for --add planted" gg-targets --seed 1 "$DATA/tiny_replicas.ggs" -o x.ggs
    refuses 2 "no target 'plantd' \(did you mean 'planted'" gg-targets --add plantd "$DATA/tiny.ggs" -o x.ggs
    refuses 3 "tiny.ggs: frame 0 .*--planted-length: 3 lengths, the frame has 4 times" gg-targets --add planted --planted-length 1,2,3 "$DATA/tiny.ggs" -o x.ggs
    refuses 3 "tiny.ggs: frame 0 .*times and lengths above 0 are wanted" gg-targets --add planted --planted-length 0,2 "$DATA/tiny.ggs" -o x.ggs
    refuses 3 "tiny.ggs: frame 0 .*q = 1.06.*below --q-max, now 1.2" gg-targets --add planted --q-max 1.2 "$DATA/tiny.ggs" -o x.ggs
    refuses 3 "tiny.ggs: frame 0 .*'pos_inherent' is missing: run gg-quench" gg-targets --add planted --positions pos_inherent "$DATA/tiny.ggs" -o x.ggs
    refuses 3 "tiny.ggs: frame 0 .*--planted-runs 8: the other targets here are of 16" gg-targets --add planted --planted-runs 8 "$DATA/tiny.ggs" -o x.ggs
    printf '8\nLattice="2 0 0 0 2 0 0 0 2" pbc="T T T"\n' >crystal.xyz
    for i in 0 1 2 3 4 5 6 7; do echo "A $((i & 1)) $((i >> 1 & 1)) $((i >> 2))"; done >>crystal.xyz
    gg-import crystal.xyz -o crystal.ggs
    refuses 3 "crystal.ggs: frame 0 .*the same neighbours" gg-targets --add planted crystal.ggs -o x.ggs
    refuses 3 "a variance of 1 run" gg-targets --add planted,planted_var --planted-runs 1 crystal.ggs -o x.ggs
    refuses 3 "periodic in all" gg-targets --add planted <(awk 'BEGIN { srand(1); print 60; print "Lattice=\"6 0 0 0 6 0 0 0 6\" pbc=\"T T F\""
        for (i = 0; i < 60; i++) print "A", 6 * rand(), 6 * rand(), 6 * rand() }' | gg-import) -o x.ggs
}
