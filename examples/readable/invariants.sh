#!/bin/bash
# invariants.sh OUT.tsv MODEL.ggm ORDER.ggs MODEL.yaml ARM SEED -- which known quantities the numbers behind a bottleneck are
#
# ORDER.ggs: the test set with known order parameters as columns of the field order.  What K numbers say is the same in any coordinates, so
# beside the correlation r of each with a quantity stands r2, the part of the quantity's variance that a linear function of all of them has.
# Both inside each configuration, over the particles A, then averaged.  The truth at each time stands among the quantities.
set -eu -o pipefail
out=$1 model=$2 order=$3 yaml=$4 arm=$5 seed=$6
work=$(mktemp -d "$(dirname "$out")/invariants.XXXXXX")
trap 'rm -rf "$work"' EXIT
number=$(awk '/^layers:/ { on = 1; next } /^[a-z]/ { on = 0 } on && /^  - / { if (/out: z}/) print n + 0; n++ }' "$yaml")
names=$(gg-select --limit 1 "$order" | gg-dump --text | awk -F '\t' '$2 == "columns.order" && !seen++ { print $3 }')
gg-predict --threads 1 --hidden "layers.$number.mlp" "$model" "$order" | gg-select --species A -o "$work/A.ggs"
n_frame=$(gg-dump "$work/A.ggs" | sed -n '1s/.*, \([0-9]*\) frames\{0,1\}, .*/\1/p')
times=$(gg-dump -n 0 -d time "$work/A.ggs" | sed 's/^/propensity.t=/' | tr '\n' ' ')
for ((k = 0; k < n_frame; k++)); do
    numbers() { gg-dump -n "$k" -d "$1" "$work/A.ggs"; }
    numbers "hidden.layers.$number.mlp.l0" >"$work/z"
    paste -d ' ' "$work/z" <(numbers order) <(numbers propensity) |
        awk -v OFS='\t' -v K="$(head -n 1 "$work/z" | wc -w)" -v names="$names $times" '
            function solve(q,   a, b, c, f, M, x, sum) { # c C^-1 c of quantity q, by elimination
                for (a = 1; a <= K; a++) { for (b = 1; b <= K; b++) M[a, b] = zz[a, b]; x[a] = zd[a, q] }
                for (a = 1; a <= K; a++) {
                    if (M[a, a] <= 1e-12 * zz[a, a]) continue # it says what those before it say
                    sum += x[a] ^ 2 / M[a, a]
                    for (b = a + 1; b <= K; b++) {
                        f = M[b, a] / M[a, a]; x[b] -= f * x[a]
                        for (c = a; c <= K; c++) M[b, c] -= f * M[a, c]
                    }
                }
                return sum
            }
            BEGIN { N = split(names, name, " ") }
            NR == 1 && N != NF - K { print "invariants.sh: " N " names for " NF - K " quantities" >"/dev/stderr"; exit 1 }
            { # Welford: no cancellation
                n++
                for (q = 1; q <= NF; q++) { d[q] = $q - mean[q]; mean[q] += d[q] / n; e[q] = $q - mean[q] }
                for (q = K + 1; q <= NF; q++) { dd[q] += d[q] * e[q]; for (a = 1; a <= K; a++) zd[a, q] += d[a] * e[q] }
                for (a = 1; a <= K; a++) for (c = 1; c <= K; c++) zz[a, c] += d[a] * e[c]
            }
            END { if (n) for (q = K + 1; q <= NF; q++) if (dd[q] > 1e-12 * mean[q] ^ 2 * n) {
                printf "%s\t%.6f", name[q - K], solve(q) / dd[q]
                for (a = 1; a <= K; a++) printf "\t%.6f", zd[a, q] / sqrt(zz[a, a] * dd[q])
                print "" } }'
done | awk -F '\t' -v OFS='\t' -v lead="$arm	$seed" '
    { if (!($1 in n)) order[++rows] = $1; n[$1]++; K = NF - 1; for (q = 2; q <= NF; q++) s[$1, q] += $q }
    END {
        printf "arm\tseed\tquantity\tr2"; for (a = 1; a < K; a++) printf "\tr_%d", a; print ""
        for (r = 1; r <= rows; r++) { printf "%s\t%s", lead, order[r]; for (q = 2; q <= K + 1; q++) printf "\t%.4f", s[order[r], q] / n[order[r]]; print "" }
    }' >"$work/table"
mv "$work/table" "$out"
