#!/bin/bash
# guidelines.sh RESULTS -- what the designed experiment says: a guideline is what holds in both tasks and is larger than 0.005; the rest is open
set -eu -o pipefail
results=$1
one() { gg-effects -q --response each --better lower --tsv "$results/$1.tsv"; }
trap 'rm -f "$results/check.part"' EXIT
have() { [ -e "$results/$1.tsv" ]; }

# both TABLE TABLE: guidelines of two screenings
both() {
    paste <(one "$1") <(one "$2") | awk -F '\t' -v a="$1" -v b="$2" '
        NR == 1 { next }
        $3 == "-" { next }
        {
            if ($1 != $10 || $2 != $11) { print "guidelines.sh: " a " and " b " have other settings" >"/dev/stderr"; exit 1 }
            small = ($6 < 0 ? -$6 : $6) < 0.005 || ($15 < 0 ? -$15 : $15) < 0.005
            holds = $9 == $18 && $9 != "not resolved" && !small
            line = sprintf("    %-9s %-8s %-8s %+.3f [%+.3f, %+.3f]  %+.3f [%+.3f, %+.3f]  %s", $1, $2, $3, $6, $7, $8, $15, $16, $17, holds ? $9 : "open")
            if (holds) sure = sure line "\n"; else open = open line "\n"
        }
        END {
            printf "    %-9s %-8s %-8s %-24s %s\n", "setting", "level", "against", a, b
            printf "Guidelines\n%sOpen\n%s", sure == "" ? "    none\n" : sure, open
        }'
}

# bought TABLE FLOPS: what is left unexplained at the last time, and what was bought, by degree and depth
bought() {
    awk -F '\t' -v flops="$2" '
        NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
        $at["flops"] != flops { next }
        { if ($at["time"] > last) last = $at["time"]; row[++n] = $0 }
        END {
            for (k = 1; k <= n; k++) {
                split(row[k], x, "\t")
                if (x[at["time"]] != last) continue
                key = x[at["lmax"]] " " x[at["depth"]]; m[key]++; C[key] += x[at["C"]]; steps[key] += x[at["steps"]]; u[key] += x[at["unexplained"]]
            }
            printf "    lmax"; for (d = 1; d <= 6; d++) if (("0 " d) in m) printf "  depth %-15d", d
            for (l = 0; l <= 3; l++) {
                printf "\n    %-4d", l
                for (d = 1; d <= 6; d++) { key = l " " d; if (key in m) printf "  %4.1f %4.0f %6.3f     ", C[key] / m[key], steps[key] / m[key], u[key] / m[key] }
            }
            print ""
        }' "$results/$1.tsv"
}

if have screening.T0.50 && have screening.salt; then
    echo "Difference of what is unexplained (less is better), simultaneous intervals of 95 %:"
    both screening.T0.50 screening.salt
fi
if have grid; then
    for flops in 0.0375 0.15; do
        printf '\nGrid, %s Tflop a training: the best and the worst as fitted with pairs\n' $flops
        gg-effects -q --response each --better lower --pairs --combinations --where flops=$flops "$results/grid.tsv" | awk 'NR <= 8; { line[NR] = $0 } END { print "..."; for (k = NR - 2; k <= NR; k++) print line[k] }' |
            sed 's/^/    /'
    done
    printf '\nWhat 0.15 Tflop buy: channels and steps, and what is unexplained at the last time (mean of nu and seeds)\n'
    bought grid 0.15
    printf '\n'
    gg-effects -q --response each --better lower --where flops=0.15 "$results/grid.tsv" | sed 's/^/    /'
fi
if have larger; then
    printf '\nWhat 0.6 Tflop buy, without products of features: channels and steps, and what is unexplained at the last time (mean of seeds)\n'
    bought larger 0.6
    gg-effects -q --response each --better lower --pairs "$results/larger.tsv" | sed 's/^/    /'
fi
# Operations to a fixed quality: where the mean over seeds comes below it, linear in the logarithm of the operations between two budgets
if have grid && have larger; then
    printf '\nTflop of a training to what is unexplained at the last time, without products of features\n'
    awk -F '\t' '
        FNR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
        $at["nu"] != 1 { next }
        { if ($at["time"] > last) last = $at["time"]; row[++n] = $at["lmax"] FS $at["depth"] FS $at["flops"] FS $at["time"] FS $at["unexplained"] }
        function reach(cell, level,   k, u, before) {
            for (k = 1; k <= budgets; k++) {
                if (!((cell, budget[k]) in m)) return "-"
                u = sum[cell, budget[k]] / m[cell, budget[k]]
                if (u <= level && k == 1) return "< " budget[1]
                if (u <= level) return sprintf("%.3f", exp(log(budget[k - 1]) + (log(budget[k]) - log(budget[k - 1])) * (before - level) / (before - u)))
                before = u
            }
            return "> " budget[budgets]
        }
        END {
            budgets = split("0.0375 0.15 0.6", budget, " "); levels = split("0.7 0.6 0.5", level, " ")
            for (k = 1; k <= n; k++) { split(row[k], x, FS); if (x[4] == last) { m[x[1], x[2], x[3]]++; sum[x[1], x[2], x[3]] += x[5] } }
            printf "    lmax  depth"; for (q = 1; q <= levels; q++) printf "  to %-6s", level[q]; print ""
            for (l = 0; l <= 3; l++) for (d = 2; d <= 4; d += 2) {
                printf "    %-4d  %-5d", l, d; for (q = 1; q <= levels; q++) printf "  %-9s", reach(l SUBSEP d, level[q]); print ""
            }
        }' "$results/grid.tsv" "$results/larger.tsv"
fi
# Cells of equal depth x cutoff: what is seen of the liquid is the same, and the question is in how many steps
if have field; then
    printf '\nDepth and cutoff: channels, steps, and what is unexplained at the last time (mean of seeds)\n'
    awk -F '\t' '
        NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
        { if ($at["time"] > last) last = $at["time"]; row[++n] = $0 }
        END {
            for (k = 1; k <= n; k++) {
                split(row[k], x, "\t")
                if (x[at["time"]] != last) continue
                key = sprintf("%4.1f  %d x %s", x[at["depth"]] * x[at["cutoff"]], x[at["depth"]], x[at["cutoff"]])
                m[key]++; C[key] += x[at["C"]]; steps[key] += x[at["steps"]]; u[key] += x[at["unexplained"]]
            }
            for (key in m) printf "    sees %s  %4.1f %4.0f %6.3f\n", key, C[key] / m[key], steps[key] / m[key], u[key] / m[key] | "sort -k 2,2g -k 3,3g"
        }' "$results/field.tsv"
    for sees in 4.8 9.6; do
        echo "    the same as differences, at $sees:"
        awk -F '\t' -v OFS='\t' -v sees=$sees '
            NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; print "layers", "seed", "time", "each"; next }
            ($at["depth"] * $at["cutoff"] - sees) ^ 2 >= 1e-6 { next }
            { cell = $at["depth"] " of " $at["cutoff"]; n[cell]++; sum[cell] += $at["unexplained"]; rows[cell] = rows[cell] cell OFS $at["seed"] OFS $at["time"] OFS $at["each"] ORS }
            END { # the best first: all others are told against it
                for (cell in n) if (best == "" || sum[cell] / n[cell] < sum[best] / n[best]) best = cell
                printf "%s", rows[best]; for (cell in n) if (cell != best) printf "%s", rows[cell]
            }' "$results/field.tsv" |
            gg-effects -q --response each --better lower - | sed 's/^/        /'
    done
fi
# What was predicted, and what came out: rank correlation over the twelve cells, and best against worst, each by itself
for check in T0.50 T0.64.n5 T0.64.n40 salt; do
    have "check.$check" || continue
    awk -F '\t' -v OFS='\t' '
        FNR == NR { if (FNR > 1) { half[$2, $3, $4] = $1; fitted[$2, $3, $4] = $5 } next }
        FNR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; print "predicted", "seed", "time", "each"; next }
        { print half[$at["lmax"], $at["depth"], $at["nu"]], $at["seed"], $at["time"], $at["each"] }' "$results/predicted.tsv" "$results/check.$check.tsv" >"$results/check.part"
    printf '\nCheck on %s: worst against best as predicted (difference, interval), and rank correlation of predicted and measured\n' "$check"
    for t in $(awk -F '\t' 'NR > 1 && !($3 in seen) { seen[$3]; print $3 }' "$results/check.part"); do
        rank=$(awk -F '\t' -v t="$t" '
            function rank_of(x, n, r,   i, j) { for (i = 1; i <= n; i++) { r[i] = 1; for (j = 1; j <= n; j++) r[i] += (x[j] < x[i]) + (j != i && x[j] == x[i]) / 2 } }
            FNR == NR { if (FNR > 1) { cell[++n] = $2 SUBSEP $3 SUBSEP $4; p[n] = $5 } next }
            FNR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
            $at["time"] == t { c = $at["lmax"] SUBSEP $at["depth"] SUBSEP $at["nu"]; sum[c] += $at["unexplained"]; m[c]++ }
            END {
                for (k = 1; k <= n; k++) y[k] = sum[cell[k]] / m[cell[k]]
                rank_of(p, n, a); rank_of(y, n, b)
                for (k = 1; k <= n; k++) { x1 += a[k] / n; y1 += b[k] / n }
                for (k = 1; k <= n; k++) { xy += (a[k] - x1) * (b[k] - y1); xx += (a[k] - x1) ^ 2; yy += (b[k] - y1) ^ 2 }
                printf "%.2f", xy / sqrt(xx * yy)
            }' "$results/predicted.tsv" "$results/check.$check.tsv")
        at=()
        [ "$t" = nan ] || at=(--time "$t") # the second task has no times
        gg-effects -q --response each --better lower "${at[@]}" --tsv "$results/check.part" |
            awk -F '\t' -v t="$t" -v rank="$rank" '$3 != "-" && NR > 1 { printf "    t = %-6s %+.3f [%+.3f, %+.3f] %-13s rank correlation %s\n", t, $6, $7, $8, $9, rank }'
    done
done
