#!/bin/sh
# table.sh FOLDER -- one line for each method, training size and time, from the files METHOD.SIZE.SEED.tsv that gg-corr wrote
#
# Pearson correlation of A, inside configurations and averaged, and pooled; averaged over seeds.  In brackets the 95 % interval
# of gg-corr over the test configurations, its ends averaged over seeds as well.
set -eu
for f in "$1"/*.*.*.tsv; do
    name=$(basename "$f" .tsv)
    seed=${name##*.} name=${name%.*}
    awk -F '\t' -v name="${name%.*}" -v size="${name##*.}" -v seed="$seed" '
        NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
        $at["species"] == "A" { print name, size, $at["time"], seed, $at["rho_config"], $at["rho_config_lo"], $at["rho_config_hi"], $at["rho_pooled"] }' "$f"
done | sort -k1,1 -k3,3g -k2,2n -k4,4n | awk '
    function flush() {
        if (n) printf "%-42s %5s %8s %5d   %6.3f [%.3f, %.3f]   %6.3f\n", name, size, time, n, c / n, lo / n, hi / n, p / n
        n = c = lo = hi = p = 0
    }
    BEGIN { printf "%-42s %5s %8s %5s   %-23s   %6s\n", "method", "size", "time", "seeds", "inside configurations", "pooled" }
    $1 != name || $2 != size || $3 != time { flush(); name = $1; size = $2; time = $3 }
    { n++; c += $5; lo += $6; hi += $7; p += $8 }
    END { flush() }'
