#!/bin/bash
# table.sh -- the results, for people
#
#   table.sh paid FREE.tsv ARM.tsv...   correlation at each time, and the difference to the first, by ../panel/panel.sh: paired by
#                                       configuration and seed
#   table.sh terms TERMS.tsv            what shells and degrees have of the prediction, at each time
#   table.sh channels FILE.tsv...       what is left of the channels, by layer and kind, and of how many
#   table.sh invariants FILE.tsv        the known quantities that the numbers behind a bottleneck say most of
set -eu -o pipefail
what=$1
shift
[ $# -gt 0 ] || { echo "table.sh: no results yet" >&2; exit 1; }
case $what in
paid) ../panel/panel.sh panel "$(basename "$1" .tsv)" "$@" | sed '/^All temperatures/,$d' ;;
terms)
    # Terms summed over degrees, and over shells; the mean over seeds, in brackets their standard deviation in thousandths.
    awk -F '\t' '
        FNR == 1 { next }
        { if (!($4 in seen)) { seen[$4]; time[++T] = $4; tau[T] = $5 } if (!($2 in seeds)) { seeds[$2]; n++ }
          term = $6; add(term); if (match(term, /^s[0-9]+/)) { add("shell " substr(term, 2, RLENGTH - 1)); add("degree " substr(term, RLENGTH + 2)) } }
        function add(row) { if (!(row in rows)) { rows[row]; name[++R] = row } share[row, $4, $2] += $7; rho[row, $4, $2] += $8; arm = $1; temperature = $3 }
        function number(x, row, t,   s, m, v) { for (s in seeds) m += x[row, t, s] / n; for (s in seeds) v += (x[row, t, s] - m) ^ 2; return sprintf("%7.3f(%03.0f)", m, n > 1 ? 1000 * sqrt(v / (n - 1)) : 0) }
        function block(title, x, wanted,   k, q, p, want) {
            printf "%s\n%-12s", title, "t"; for (k = 1; k <= T; k++) printf " %11s", time[k]; printf "\n%-12s", "t/tau"; for (k = 1; k <= T; k++) printf " %11s", tau[k]; print ""
            split(wanted, want, " ")
            for (p = 1; p in want; p++) for (q = 1; q <= R; q++) if (name[q] ~ want[p]) { printf "%-12s", name[q] == "own" ? "own energy" : name[q]; for (k = 1; k <= T; k++) printf " %s", number(x, name[q], time[k]); print "" }
        }
        END {
            printf "%s, T = %s, %d seeds, particles A\n", arm, temperature, n
            block("part of the variance of the prediction, cov(f, m) / var m", share, "^own ^shell ^degree")
            block("part of the correlation with the truth, cov(f, y) / (sd m sd y)", rho, "^own ^shell ^degree")
            block("the same, shell by shell and degree by degree (s1l0: first shell, degree 0)", rho, "^own ^s[0-9]")
        }' "$1"
    ;;
channels)
    awk -F '\t' '
        FNR == 1 { next }
        { if (!(($1, $3) in seen)) { seen[$1, $3]; arm[++rows] = $1; layer[rows] = $3 } if (!($4 in kinds)) { kinds[$4]; kind[++K] = $4; of[K] = $5 }
          n[$1, $3, $4]++; sum[$1, $3, $4] += $6; square[$1, $3, $4] += $6 * $6; seeds[$2] }
        END {
            for (s in seeds) count++
            printf "channels that are left, mean over %d seed%s (standard deviation)\n%-12s %-10s", count, (count > 1 ? "s" : ""), "arm", "layer"
            for (k = 1; k <= K; k++) printf " %16s", kind[k] " of " of[k]
            print ""
            for (r = 1; r <= rows; r++) {
                printf "%-12s %-10s", arm[r], layer[r]
                for (k = 1; k <= K; k++) { c = arm[r] SUBSEP layer[r] SUBSEP kind[k]; m = sum[c] / n[c]; v = square[c] / n[c] - m * m
                    printf " %16s", sprintf("%.1f (%.1f)", m, n[c] > 1 && v > 0 ? sqrt(v * n[c] / (n[c] - 1)) : 0) }
                print ""
            }
        }' "$@"
    ;;
invariants)
    awk -F '\t' '
        FNR == 1 { K = NF - 4; next }
        { r2[$3] += $4; square[$3] += $4 * $4; arm = $1; seeds[$2] }
        END {
            for (s in seeds) n++
            printf "%s, %d seed%s: part r2 of the variance of known quantities that the %d number%s say%s, inside configurations, particles A\n", arm, n, (n > 1 ? "s" : ""), K, (K > 1 ? "s" : ""), (K > 1 ? "" : "s")
            for (q in r2) printf "%.4f\t%-45s %6.3f (%.3f)\n", r2[q] / n, q, r2[q] / n, (n > 1 ? sqrt(((v = square[q] - r2[q] ^ 2 / n) > 0 ? v : 0) / (n - 1)) : 0) | "sort -t \"\t\" -k 1,1gr"
        }' "$1" | awk -F '\t' 'NF == 1 { print; next } { q = $2 ~ /^propensity/; if (q || k++ < 12) print "    " $2 }'
    ;;
esac
