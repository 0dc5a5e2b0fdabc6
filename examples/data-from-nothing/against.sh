#!/bin/bash
# against.sh -- two estimates of one propensity field, by independent runs, side by side, at the last time of each
#
#   against.sh PUBLISHED.ggs OURS.ggs [OURS.ggs ...]     several of ours, of equal numbers of runs, are merged
#
# A row a species: mean propensity and variance over runs of both, ceilings sqrt(1 - (variance/K) / Var), the correlation with its
# standard error over particles, and the product of the ceilings, which is what two independent estimates correlate by.
set -eu -o pipefail
for file; do
    gg-dump --csv "$file" | sed "s|^|$(gg-dump "$file" | awk '$1 == "replicas" { print $2 }'),|"
done | awk -F, '
    $2 == "frame" { file++; for (c = 2; c <= NF; c++) { sub(/\.[0-9]+$/, "", $c); at[$c] = c }; next }
    {
        i = $at["node"]; m = $at["propensity"]; v = $at["propensity_var"]; type[i] = $at["type"]; n = i + 1
        if (file == 1) { K = $1; public[i] = m; public_var[i] = v }
        else { k = $1; ours[i] += m; square[i] += m * m; within[i] += v }
    }
    function ceiling(mean_var, runs, var) { return sqrt(1 - mean_var / runs / var) }
    function row(s,   i, N, x, y, X, Y, XX, YY, XY, V, W, rho, groups, runs, m) {
        groups = file - 1; runs = groups * k
        for (i = 0; i < n; i++) {
            if (type[i] != s) continue
            m = ours[i] / groups
            x += m; y += public[i]; X += m * m; Y += public[i] ^ 2; XY += m * public[i]; N++
            V += public_var[i]
            W += (within[i] * (k - 1) + (square[i] - groups * m * m) * k) / (runs - 1)
        }
        XX = X / N - (x / N) ^ 2; YY = Y / N - (y / N) ^ 2; rho = (XY / N - x * y / N / N) / sqrt(XX * YY)
        printf "%s\t%d\t%d\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\n", s ? "B" : "A", runs, K, x / N, y / N, W / N, V / N,
            ceiling(W / N, runs, XX), ceiling(V / N, K, YY), rho, (1 - rho * rho) / sqrt(N - 1),
            ceiling(W / N, runs, XX) * ceiling(V / N, K, YY)
    }
    END {
        if (file < 2 || n == 0) { print "against.sh: two streams with propensity are wanted" >"/dev/stderr"; exit 3 }
        print "species\truns\tpublished_runs\tmean\tpublished_mean\tvar\tpublished_var\tceiling\tpublished_ceiling\trho\trho_se\tproduct"
        row(0); row(1)
    }'
