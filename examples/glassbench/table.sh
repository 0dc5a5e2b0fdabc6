#!/bin/sh
# table.sh PUBLISHED.tsv SCORED/CELL/ARM.SET.KIND.tsv... -- our columns beside the published ones: Pearson inside configurations of all seeds
# together, and as a part of the noise ceiling, which is lower where fewer runs made the target.  Published figures stand below, at the same time.
set -eu
published=$1
shift
[ $# -gt 0 ] || { echo "table.sh: no results yet" >&2; exit 1; }
[ -r "$published" ] || { echo "table.sh: no $published: published figures are left out (PUBLISHED says where they are)" >&2; published=/dev/null; }
awk -F '\t' -v published="$published" '
    function cell_of(path,   p, n) { n = split(path, p, "/"); return p[n - 1] }
    FILENAME == published { if ($0 !~ /^#/ && $1 != "temperature" && $3 == "config") line[++n_line] = $0; next }
    $5 == "target" { for (c = 5; c <= NF; c++) at[$c] = c; next }
    $4 ~ /seed\.[0-9]+/ || $at["predictor"] == "ridge" { next }
    {
        cell = cell_of(FILENAME); row = cell SUBSEP $at["time"]
        if (!(row in seen)) { seen[row]; order[++n] = row; temperature[row] = $at["temperature"]; configs[row] = $at["configs"] }
        out[row] = out[row] sprintf("    %-8s %-10s %-10s %6.3f  %6s\n", $1, $2, $3, $at["rho_config"], $at["ceiling_config"] + 0 > 0 ? sprintf("%.3f", $at["rho_config"] / $at["ceiling_config"]) : "-")
    }
    END {
        printf "%-12s %-10s %-10s %6s  %6s\n", "    arm", "inputs", "structures", "rho", "rho/max"
        for (k = 1; k <= n; k++) {
            split(order[k], p, SUBSEP)
            printf "%s, t = %s, %d test configurations\n%s", p[1], p[2], configs[order[k]], out[order[k]]
            if (p[1] !~ /^KA\./) continue
            for (q = 1; q <= n_line; q++) {
                split(line[q], f, "\t")
                d = f[2] / p[2]
                if (f[1] == temperature[order[k]] && d > 0.99 && d < 1.01) printf "    %-30s %6.3f\n", "published " f[4], f[5]
            }
        }
    }' "$published" "$@"
