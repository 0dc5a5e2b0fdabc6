#!/bin/bash
# run.sh OUT.tsv MODEL.ggm TRAIN TEST SEED MODEL.yaml [OPTION...] -- one training, and its correlations on A inside each configuration
#
# The model stays: what it is made of is read off it (terms.sh, invariants.sh, channels.sh).  Columns are those of ../panel, whose panel.sh
# prints differences that are paired by configuration and seed; the arm is called as OUT, up to the seed.
set -eu -o pipefail
out=$1 model=$2 train=$3 test=$4 seed=$5 yaml=$6
shift 6
run=$(mktemp -d "$(dirname "$out")/run.XXXXXX")
trap 'rm -rf "$run"' EXIT
if [ ! -e "$model" ]; then
    gg-train -q --threads 1 --config ../zoo/protocol.yaml --seed "$seed" "$@" -o "$run/m" "$yaml" "$train"
    mv "$run/m/model.ggm" "$model"
fi
frames() { gg-dump "$1" | sed -n '1s/.*, \([0-9]*\) frames\{0,1\}, .*/\1/p'; }
# On a busy machine --estimate counts some frames only and says how many there may be: here all are counted.
tflop=$(gg-train --estimate --tsv --threads 1 --config ../zoo/protocol.yaml "$@" "$yaml" "$train" | awk -F '\t' -v frames="$(frames "$train")" '
    NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next } { print 1e-3 * frames * $at["epochs"] * ($at["gflop_forward"] + $at["gflop_backward"]) }')
gg-predict --threads 1 "$model" "$test" -o "$run/predicted.ggs"
for k in : $(seq 0 $(($(frames "$run/predicted.ggs") - 1))); do
    gg-select --frames "$k" "$run/predicted.ggs" | gg-corr -q --by index --bootstrap 0 --no-spearman --species A --tsv | sed "s/^/$k\t/"
done | awk -F '\t' -v OFS='\t' -v lead="$(basename "$out" ".$seed.tsv")	$(frames "$train")	$seed	$tflop	test" -v times="$(gg-select --limit 1 "$test" | gg-dump -d time | tr '\n' ' ')" '
    BEGIN { split(times, time, " "); print "arm", "size", "seed", "tflop", "set", "target", "predictor", "temperature", "time", "species", "rho_config", "ceiling_config", "by_config" }
    $2 == "target" { for (c = 2; c <= NF; c++) at[$c] = c; next }
    $at["target"] != "propensity" { next }
    $1 == ":" { n++; row[$at["time"]] = n
        line[n] = $at["target"] OFS $at["predictor"] OFS $at["temperature"] OFS time[$at["time"] + 1] OFS $at["species"] OFS $at["rho_config"] OFS $at["ceiling_config"]; next }
    { r = row[$at["time"]]; rho = $at["rho_config"] == "nan" ? 0 : $at["rho_config"]; list[r] = list[r] (list[r] == "" ? "" : ",") sprintf("%.4f", rho) }
    END { for (r = 1; r <= n; r++) print lead, line[r], list[r] }' >"$run/scored"
[ "$(wc -l <"$run/scored")" -gt 1 ] || { echo "run.sh: $yaml: nothing was scored" >&2; exit 1; }
mv "$run/scored" "$out"
