#!/bin/bash
# terms.sh OUT.tsv MODEL.ggm TEST MODEL.yaml ARM SEED TAU -- what each term of an additive network has of its prediction, against time
#
# The prediction m is the sum of the terms f, so that inside each configuration, over the particles A,
#
#     var m = sum_f cov(f, m)                     share: the part of a term
#     rho   = sum_f cov(f, y) / (sd m  sd y)      of_rho: what it has of the correlation with the truth y
#     alone = var f / var m                       more than its share where other terms take back what it says
#
# Means over the configurations.  A term is a perceptron with out: own or sSlL in the file: shell S, degree L.  TAU: the relaxation time.
set -eu -o pipefail
out=$1 model=$2 test=$3 yaml=$4 arm=$5 seed=$6 tau=$7
work=$(mktemp -d "$(dirname "$out")/terms.XXXXXX")
trap 'rm -rf "$work"' EXIT

# The items of the list of layers, counted as gg-predict --hidden names them: number and name of each term.
awk '/^layers:/ { on = 1; next } /^[a-z]/ { on = 0 } on && /^  - / { if (/layer: mlp/) { sub(/.*out: /, ""); sub(/[,}].*/, ""); print n + 0, $0 } n++ }' "$yaml" >"$work/terms"
gg-predict --threads 1 --hidden 'layers.*.mlp' "$model" "$test" | gg-select --species A -o "$work/A.ggs"
n_frame=$(gg-dump "$work/A.ggs" | sed -n '1s/.*, \([0-9]*\) frames\{0,1\}, .*/\1/p')
times=$(gg-dump -n 0 -d time "$work/A.ggs" | tr '\n' ' ')
temperature=$(gg-dump -n 0 -d temperature "$work/A.ggs")
for ((k = 0; k < n_frame; k++)); do
    while read -r number _; do
        gg-dump -n "$k" -d "hidden.layers.$number.mlp.l0" "$work/A.ggs" >"$work/$number.term"
    done <"$work/terms"
    # a line a particle: the truth at all times, then the terms, each with a column for every species and time
    # shellcheck disable=SC2046
    paste -d ' ' <(gg-dump -n "$k" -d propensity "$work/A.ggs") $(sed "s|^\([0-9]*\) .*|$work/\1.term|" "$work/terms") |
        awk -v OFS='\t' -v names="$(cut -d ' ' -f 2 "$work/terms" | tr '\n' ' ')" -v times="$times" '
            BEGIN { n_term = split(names, name, " "); T = split(times, time, " ") }
            NR == 1 { wide = (NF - T) / n_term; for (q = 1; q <= NF; q++) first[q] = $q }
            { n++; for (t = 1; t <= T; t++) {
                y = $t - first[t]; m = 0
                for (q = 1; q <= n_term; q++) { at = T + (q - 1) * wide + t; f[q] = $at - first[at]; m += f[q] }
                sy[t] += y; syy[t] += y * y; sm[t] += m; smm[t] += m * m
                for (q = 1; q <= n_term; q++) { s[q, t] += f[q]; ff[q, t] += f[q] * f[q]; fm[q, t] += f[q] * m; fy[q, t] += f[q] * y } } }
            END { for (t = 1; t <= T; t++) {
                vm = smm[t] - sm[t] ^ 2 / n; vy = syy[t] - sy[t] ^ 2 / n
                for (q = 1; q <= n_term; q++) print time[t], name[q], (fm[q, t] - s[q, t] * sm[t] / n) / vm, \
                    (fy[q, t] - s[q, t] * sy[t] / n) / sqrt(vm * vy), (ff[q, t] - s[q, t] ^ 2 / n) / vm } }'
done >"$work/configurations"
awk -F '\t' -v OFS='\t' -v lead="$arm	$seed	$temperature" -v tau="$tau" '
    BEGIN { print "arm", "seed", "temperature", "time", "tau", "term", "share", "of_rho", "alone" }
    { key = $1 FS $2; if (!(key in n)) order[++rows] = key; n[key]++; share[key] += $3; rho[key] += $4; alone[key] += $5 }
    END { for (r = 1; r <= rows; r++) { key = order[r]; split(key, k, FS)
        printf "%s\t%s\t%.4g\t%s\t%.6f\t%.6f\t%.6f\n", lead, k[1], k[1] / tau, k[2], share[key] / n[key], rho[key] / n[key], alone[key] / n[key] } }' "$work/configurations" >"$work/table"
mv "$work/table" "$out"
