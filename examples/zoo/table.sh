#!/bin/bash
# table.sh -- what run.sh has written, put together
#
#   table.sh search CELL...    a line for each rate and length: epochs, rate, C, mean of rho over the times on the split
#   table.sh best SEARCH.tsv   of these the epochs and rate with the highest mean
#   table.sh same MODEL C EPOCHS RATE SEED FINAL.tsv
#                              the lines of this training, if another budget has come to the same; fails if none has
#   table.sh table RESULTS     for people: a line for each network, setting and budget
#
# The table has rho of A inside configurations at each time, the mean of the seeds, and in brackets their standard deviation in thousandths;
# at the last time the 95 % interval over configurations (its ends averaged over the seeds) and rho as a part of the ceiling; and the mean
# over the times.  A network that has died in training says the same of every particle: its rho is undefined, and counts as 0.
set -eu -o pipefail
what=$1
shift

times() { awk -F '\t' '!($10 in seen) { seen[$10]; printf " %11s", "t=" $10 }' "$1"; }

row() { # FILE
    local model setting budget
    IFS=. read -r model setting budget _ <<<"$(basename "$1")"
    printf '%-7s %-8s %-15s ' "$setting" "$budget" "$model"
    awk -F '\t' '
        { c = $2; epochs = $3; lr = $4; weights = $6; tflop = $7; memory = $8; seconds[$5] = $9; ceiling = $14 }
        { rho[$5, $10] = $11 == "nan" ? 0 : $11; lo[$5] = $12 == "nan" ? 0 : $12; hi[$5] = $13 == "nan" ? 0 : $13 }
        !($10 in seen) { seen[$10]; time[++times] = $10 }
        END {
            for (k in seconds) { n++; s += seconds[k]; low += lo[k]; high += hi[k] }
            printf "%4s %6s %6s %8d %6.3g %6d %7.0f ", c, epochs, lr, weights, tflop, memory, s / n
            for (q = 1; q <= times; q++) {
                m = v = 0
                for (k in seconds) m += rho[k, time[q]] / n
                for (k in seconds) v += (rho[k, time[q]] - m) ^ 2
                printf " %6.3f(%03.0f)", m, (n > 1 ? 1000 * sqrt(v / (n - 1)) : 0)
                all += m / times
            }
            printf "  [%.3f, %.3f] %7.3f %6.3f\n", low / n, high / n, m / ceiling, all
        }' "$1"
}

case $what in
search)
    awk -F '\t' -v OFS='\t' '
        FNR == 1 && NR > 1 { print epochs, lr, c, sum / n; sum = n = 0 }
        { c = $2; epochs = $3; lr = $4; sum += $11 == "nan" ? 0 : $11; n++ }
        END { print epochs, lr, c, sum / n }' "$@"
    ;;
best) sort -t "$(printf '\t')" -k 4,4gr "$1" | head -n 1 ;;
same)
    [ -e "$6" ] && awk -F '\t' -v wanted="$1 $2 $3 $4 $5" '$1 " " $2 " " $3 " " $4 " " $5 == wanted { print; n++ } END { exit !n }' "$6"
    ;;
table)
    shopt -s nullglob
    files=("$1"/final/*.tsv)
    [ ${#files[@]} -gt 0 ] || { echo "table.sh: no results in $1 yet" >&2; exit 1; }
    printf '%-7s %-8s %-15s %4s %6s %6s %8s %6s %6s %7s %s  %14s %7s %6s\n' setting budget network C epochs rate weights Tflop MB seconds \
        "$(times "${files[0]}")" 'last, 95 %' ceiling mean
    for f in "${files[@]}"; do row "$f"; done | sort -k 1,1 -k 2,2 -k 3,3
    ;;
esac
