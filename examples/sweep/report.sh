#!/bin/bash
# report.sh TABLE.tsv CELLS FOLDER -- a page of a sweep: FOLDER/report.md and its pictures
#
# What each setting does to what is unexplained, to seconds and to memory; what a run costs that is as good as the middle one; the best
# combination, and the commands that made its predictions, as their stream tells them.
set -eu -o pipefail
table=$1 cells=$2 folder=$3
list() { sed 's/^/    /'; }
effects() { gg-effects "$@" 2>&1 | list; }
column() { head -n 1 "$table" | tr '\t' '\n' | grep -nx -e "$1" | cut -d : -f 1; }
times=$(awk -F '\t' -v c="$(column time)" 'NR > 1 && !($c in seen) { seen[$c]; print $c }' "$table")
last=$(tail -n 1 <<<"$times")

# What is varied, and how the model orders it
ordered=$(gg-effects -q --response each --better lower --combinations --tsv "$table")
settings=$(head -n 1 <<<"$ordered" | sed 's/\truns\tmean\tfitted$//')
# Tflop that the mean of each combination needs for the quality of the middle run, between its two nearest budgets
to_quality() {
    awk -F '\t' -v last="$last" -v settings="$settings" -v OFS='\t' '
        BEGIN { n_setting = split(settings, setting) }
        NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
        $at["time"] != last && $at["time"] "" != last { next }
        {
            name = ""
            for (k = 1; k <= n_setting; k++) if (setting[k] != "flops") name = name (name == "" ? "" : OFS) $at[setting[k]]
            n[name, $at["flops"]]++; y[name, $at["flops"]] += $at["unexplained"]; x[name, $at["flops"]] += log($at["tflop"])
            if (!(name in names)) order[++combinations] = name
            names[name]; if (!($at["flops"] in budgets)) { budgets[$at["flops"]]; budget[++b] = $at["flops"] }
            all[++rows] = $at["unexplained"]
        }
        END {
            if (b < 2) exit
            for (i = 2; i <= rows; i++) { v = all[i]; for (j = i - 1; j && all[j] > v; j--) all[j + 1] = all[j]; all[j + 1] = v }
            want = all[int((rows + 1) / 2)]
            for (i = 2; i <= b; i++) { v = budget[i]; for (j = i - 1; j && budget[j] + 0 > v + 0; j--) budget[j + 1] = budget[j]; budget[j + 1] = v }
            print want
            for (c = 1; c <= combinations; c++) {
                name = order[c]
                for (i = 1; i < b; i++) {
                    if (!n[name, budget[i]] || !n[name, budget[i + 1]]) continue
                    y1 = y[name, budget[i]] / n[name, budget[i]]; y2 = y[name, budget[i + 1]] / n[name, budget[i + 1]]
                    x1 = x[name, budget[i]] / n[name, budget[i]]; x2 = x[name, budget[i + 1]] / n[name, budget[i + 1]]
                    if (y1 > want && y2 <= want) printf "%.4g\t%s\n", exp(x1 + (x2 - x1) * (y1 - want) / (y1 - y2)), name
                }
            }
        }' "$table"
}
gg-plot sweep --response unexplained --better lower --cost tflop -o "$folder/report.svg" "$table" 2>"$folder/said" || { cat "$folder/said" >&2; exit 1; }
rm "$folder/said"
cell=$(awk -F '\t' -v settings="$settings" -v best="$(sed -n 2p <<<"$ordered")" '
    BEGIN { n = split(settings, name); split(best, value) }
    FNR == 1 { delete at }
    /^#/ { next }
    !("seed" in at) { for (k = 1; k <= NF; k++) at[$k] = k; next }
    { same = 1; for (k = 1; k <= n; k++) same = same && (name[k] in at) && $at[name[k]] == value[k]; if (same) { print FILENAME; exit } }' "$cells"/*.tsv)
{
    echo "# A sweep of $((($(wc -l <"$table") - 1) / $(wc -l <<<"$times"))) runs"
    echo
    echo "What is unexplained, 1 - rho |rho| / ceiling^2, at t = $last; less is better."
    echo
    effects --response each --better lower "$table"
    echo
    echo '![effects, and the front of quality and cost](report.svg)'
    for t in $times; do
        [ "$t" != "$last" ] || continue
        printf '\n## t = %s\n\n' "$t"
        effects --response each --better lower --time "$t" "$table"
    done
    printf '\n## What it costs\n\nSeconds of the processor for a training, then megabytes.\n\n'
    effects --response seconds --better lower "$table"
    echo
    effects --response mb --better lower "$table"
    to_quality >"$folder/quality"
    if [ "$(wc -l <"$folder/quality")" -gt 1 ]; then
        printf '\nTflop to come down to %s unexplained, by interpolation between budgets (combinations that cross it):\n\n' "$(head -n 1 "$folder/quality")"
        { printf 'Tflop\t'; tr '\t' '\n' <<<"$settings" | grep -vx flops | paste -s; sed 1d "$folder/quality" | sort -g; } | list
    fi
    rm "$folder/quality"
    printf '\n## The best combination\n\n'
    effects -q --response each --better lower --combinations "$table" | sed -n '2,3p'
    printf '\nThe commands that made its predictions, as their stream tells them:\n\n'
    sed -n 's/^# //p' "$cell" | list
} >"$folder/report.part"
mv "$folder/report.part" "$folder/report.md"
