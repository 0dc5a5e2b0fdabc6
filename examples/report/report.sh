#!/bin/bash
# report.sh MODEL.ggm TEST.ggs OUT -- OUT/report.md and OUT/report.html, with the pictures beside them
set -eu -o pipefail
model=$1 test=$2 out=$3
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

gg-predict "$model" "$test" -o "$work/predicted.ggs"
gg-corr -q --tsv "$work/predicted.ggs" >"$work/all.tsv"
# A, as far as it is scored; else what is
awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) if ($k == "species") s = k } $s == "A" { found = 1 } END { exit !found }' "$work/all.tsv" &&
    wanted=A || wanted=
awk -F '\t' -v wanted="$wanted" 'NR == 1 { for (k = 1; k <= NF; k++) if ($k == "species") s = k; print; next } wanted == "" || $s == wanted' \
    "$work/all.tsv" >"$out/scores.tsv"
timed() { awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) if ($k == "time") t = k; next } $t + 0 > 0 { found = 1 } END { exit !found }' "$out/scores.tsv"; }
metrics=$(dirname "$model")/metrics.jsonl
[ ! -e "$metrics" ] || ! grep -q '"event":"epoch"' "$metrics" || gg-plot loss -o "$out/loss.svg" "$metrics"
! timed || gg-plot corr-time -o "$out/corr-time.svg" "$out/scores.tsv"
species=$(awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) if ($k == "species") s = k } NR == 2 { print $s }' "$out/scores.tsv")
gg-plot scatter --species "$species" -o "$out/scatter.svg" "$work/predicted.ggs"
gg-plot slice -o "$out/slice.svg" "$work/predicted.ggs"

code() { echo; sed 's/^/    /'; echo; } # a block as it is
picture() { [ ! -e "$out/$1.svg" ] || printf '![%s](%s.svg)\n\n' "$2" "$1"; }
# Columns of a table by name, its header in words.
table() { # FILE NAME=WORDS...
    local file=$1
    shift
    awk -F '\t' -v wanted="$(printf '%s\n' "$@")" '
        NR == 1 {
            for (k = 1; k <= NF; k++) at[$k] = k
            n = split(wanted, pair, "\n")
            for (k = 1; k <= n; k++) { split(pair[k], half, "="); name[k] = half[1]; line = line "| " half[2] " "; rule = rule "|---" }
            print line "|"; print rule "|"; next }
        { line = ""; for (k = 1; k <= n; k++) {
                value = name[k] in at ? $at[name[k]] : "-"
                line = line "| " (value ~ /[.][0-9][0-9][0-9]/ ? sprintf("%.3f", value) : value) " " }
            print line "|" }' "$file"
}

{
    echo "# $(basename "$(dirname "$(realpath "$model")")"), on $(basename "$test")"
    echo
    echo "## Scores"
    echo
    echo "Correlations inside configurations, with intervals of 95 % over them; the ceiling is that of the noise of finitely many runs."
    echo
    table "$out/scores.tsv" target=target temperature=T time=t species=species configs=configurations rho_config=rho rho_config_lo=from rho_config_hi=to \
        ceiling_config=ceiling reached_config="rho / ceiling" r2_config=R2 rmse_config=RMSE
    echo
    picture corr-time "correlation against time"
    picture scatter "prediction against truth"
    picture slice "truth, prediction and difference in a slice"
    echo "## Model"
    if gg-dump --layers "$model" >"$work/layers" 2>/dev/null; then code <"$work/layers"; else gg-dump "$model" | code; fi
    if [ -e "$out/loss.svg" ]; then
        echo "## Training"
        echo
        picture loss "loss during training"
    fi
    echo "## Data"
    gg-dump "$test" | grep -v '^frame [1-9]' | code
    echo "## Commands"
    echo
    if gg-prov "$model" >"$work/commands" 2>"$work/why"; then
        echo "What made the model, from the folder $(basename "$PWD"); \`gg-prov\` writes it for every stream and model."
        code <"$work/commands"
    else
        echo "What made the model is not all here: $(sed 's/^gg-prov: //' "$work/why")"
        gg-dump --prov "$model" | code
    fi
} >"$work/report.md"
awk -f "$here/html.awk" "$work/report.md" >"$work/report.html"
mv "$work/report.md" "$work/report.html" "$out"
