#!/bin/bash
# run.sh OUT.tsv TRAIN TEST MODEL.yaml [OPTION...] -- one training: a line for each time, scored on A inside configurations
#
# Columns: model, C, epochs, rate, seed, parameters, Tflop, MB, seconds, time, rho, the ends of its 95 % interval over configurations, ceiling.
set -eu -o pipefail
out=$1 train=$2 test=$3 model=$4
shift 4
run=$(mktemp -d "$(dirname "$out")/run.XXXXXX")
trap 'rm -rf "$run"' EXIT
option() { # NAME OPTION...: its value
    local name=$1
    shift
    while [ $# -gt 0 ]; do
        case $1 in
        "--$name") echo "$2" ;;
        --set) [ "${2%%=*}" != "$name" ] || echo "${2#*=}" ;;
        esac
        shift
    done
}
TIMEFORMAT=%U # seconds of the processor: those of the clock tell what else the machine does
{ time gg-train -q --threads 1 -o "$run/m" "$@" "$model" "$train" 2>"$run/said"; } 2>"$run/seconds" || { cat "$run/said" >&2; exit 1; }
seconds=$(<"$run/seconds")
# parameters, Tflop of the whole training, MB
cost=$(gg-train --estimate --tsv --threads 1 "$@" "$model" "$train" | awk -F '\t' -v OFS='\t' '
    NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
    { printf "%s\t%s\t%.0f\n", $at["parameters"], 1e-3 * $at["gflop"], $at["megabytes"] }')
gg-predict --threads 1 "$run/m/model.ggm" "$test" | gg-corr -q --species A --predictor propensity_pred --tsv |
    awk -F '\t' -v OFS='\t' -v model="$(basename "$model" .yaml)" -v c="$(option let.C "$@")" -v epochs="$(option epochs "$@")" -v lr="$(option lr "$@")" \
        -v seed="$(option seed "$@")" -v cost="$cost" -v seconds="$seconds" '
        NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
        $at["target"] == "propensity" {
            print model, c == "" ? "-" : c, epochs == "" ? "-" : epochs, lr == "" ? "-" : lr, seed == "" ? 0 : seed, cost, seconds,
                  $at["time"], $at["rho_config"], $at["rho_config_lo"], $at["rho_config_hi"], $at["ceiling_config"] }' >"$run/scored"
[ -s "$run/scored" ] || { echo "run.sh: $model: nothing was scored" >&2; exit 1; }
mv "$run/scored" "$out"
