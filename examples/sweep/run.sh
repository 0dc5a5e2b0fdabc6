#!/bin/bash
# run.sh FOLDER SETTING-VALUE,... -- one training of a sweep: FOLDER/SETTING-VALUE,....tsv, a line for each time
#
# Besides those of model.sh:
#   data    the name of a training and a test set of data.mk (required)
#   n       of that, the first so many configurations         default 7
#   flops   Tflop of the whole training                       0.3
#   steps   at most; one configuration a step                 280
#   C       absent: as wide as flops allow, 2 at least; if 2 is too wide for all steps, there are fewer
#   rate    of learning                                       1e-2
#   seed                                                      0
#
# DATA, from the environment, is the folder of the sets.  What is there is not done again.
#
# Columns: the settings; seed; C, steps, parameters, tflop, mb, seconds (of the processor; of a training that died as far as it came); target, temperature, time; means over the test
# configurations of rho_config (A alone, inside the configuration), of ceiling_config, and of unexplained, 1 - rho |rho| / ceiling^2: what is missing of
# the variance that could be explained; each, a list: unexplained of each configuration.  Lines above, with a #, are the commands that made the
# predictions, as their stream tells them.
set -eu -o pipefail
folder=$1 name=$2
out=$folder/$name.tsv
[ ! -e "$out" ] || exit 0
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
columns=(data n flops lmax depth nu cutoff norm act parity residual radial rate)
declare -A set=([n]=7 [flops]=0.3 [steps]=280 [rate]=1e-2 [seed]=0
    [lmax]=2 [depth]=2 [nu]=1 [cutoff]=2.0 [norm]=actnorm [act]=gate [parity]=natural [residual]=yes [radial]=16)
IFS=, read -r -a words <<<"$name"
for word in "${words[@]}"; do
    key=${word%%-*}
    [[ -n ${set[$key]:-} || $key = data || $key = C ]] || { echo "run.sh: $word: settings are data, C, ${!set[*]}" >&2; exit 2; }
    set[$key]=${word#*-}
done
train=$DATA/${set[data]}.train.ggs test=$DATA/${set[data]}.test.ggs
target=propensity
[[ ${set[data]} != salt && ${set[data]} != toy ]] || target=potential

mkdir -p "$folder"
run=$(mktemp -d "$folder/run.XXXXXX")
trap 'rm -rf "$run"' EXIT
gg-select --frames ":${set[n]}" "$train" -o "$run/train.ggs"
gg-select --limit 1 "$train" -o "$run/one.ggs"

model() { "$here/model.sh" "$name,target-$target,C-$1" >"$run/model.yaml"; }
cost() { # of the model: Gflop of a step, parameters, MB
    gg-train --estimate --tsv --threads 1 "$run/model.yaml" "$run/one.ggs" | awk -F '\t' '
        NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
        { print $at["gflop_forward"] + $at["gflop_backward"], $at["parameters"], $at["megabytes"] }'
}
below() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a <= b) }'; }
if [ -z "${set[C]:-}" ]; then
    most=$(awk -v f="${set[flops]}" -v s="${set[steps]}" 'BEGIN { print 1e3 * f / s }')
    set[C]=2
    for C in 3 4 5 6 7 8 10 12 14 16 20 24 28 32 40 48 56 64 80 96 112 128; do
        model "$C"
        read -r gflop _ < <(cost)
        below "$gflop" "$most" || break
        set[C]=$C
    done
fi
model "${set[C]}"
read -r gflop parameters mb < <(cost)
epochs=$(awk -v g="$gflop" -v f="${set[flops]}" -v s="${set[steps]}" -v n="${set[n]}" 'BEGIN {
    steps = 1e3 * f / g < s ? 1e3 * f / g : s; e = int(steps / n + 0.5); print e < 1 ? 1 : e }')
steps=$((epochs * set[n]))
TIMEFORMAT=%U
# A training whose numbers are no longer finite has died, and explains nothing: rho 0 at the times of the test set.
# So has one that predicts what is not finite.
died=
not_finite() { grep -q 'is not finite' "$run/said" && died=yes || { cat "$run/said" >&2; exit 1; }; }
{ time gg-train -q --threads 1 --epochs "$epochs" --lr "${set[rate]}" --set "train.warmup=$((steps / 20))" --seed "${set[seed]}" -o "$run/m" "$run/model.yaml" "$run/train.ggs" 2>"$run/said"; } \
    2>"$run/seconds" || not_finite
[ -n "$died" ] || gg-predict --threads 1 "$run/m/model.ggm" "$test" -o "$run/predicted.ggs" 2>"$run/said" || not_finite
frames=$(gg-dump "$test" | sed -n '1s/.*, \([0-9]*\) frames\{0,1\}, .*/\1/p')
scores() {
    local k
    if [ -n "$died" ]; then
        gg-select --limit 1 "$test" -o "$run/one.ggs"
        printf 'target\ttemperature\ttime\trho_config\tceiling_config\n'
        temperature=$(gg-dump -d temperature "$run/one.ggs" 2>/dev/null || echo nan)
        for ((k = 0; k < frames; k++)); do
            { gg-dump -d time "$run/one.ggs" 2>/dev/null || echo nan; } | tr -s ' \t' '\n' | sed "s/.*/$target\t$temperature\t&\t0\tnan/"
        done
        return
    fi
    for ((k = 0; k < frames; k++)); do
        gg-select --frames "$k" "$run/predicted.ggs" |
            gg-corr -q --bootstrap 0 --no-spearman --species A --target "$target" --predictor "${target}_pred" --tsv
    done
}
scores | awk -F '\t' -v OFS='\t' \
    -v lead="$(for c in "${columns[@]}"; do printf '%s\t' "${set[$c]}"; done)${set[seed]}	${set[C]}	$steps	$parameters	$(awk -v g="$gflop" -v s=$steps 'BEGIN { print 1e-3 * g * s }')	$mb	$(<"$run/seconds")" \
    -v header="$(IFS=$'\t'; echo "${columns[*]}")" '
    NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k }
    $1 == "target" { next }
    {
        t = $at["time"]; r = $at["rho_config"] == "nan" ? 0 : $at["rho_config"]; c = $at["ceiling_config"] == "nan" ? 1 : $at["ceiling_config"]
        if (!(t in n)) time[++times] = t
        n[t]++; rho[t] += r; ceiling[t] += c
        u = 1 - r * (r < 0 ? -r : r) / (c * c); sum[t] += u; each[t] = each[t] (n[t] > 1 ? "," : "") sprintf("%.5f", u)
        temperature[t] = $at["temperature"]; target = $at["target"]
    }
    END {
        print header, "seed", "C", "steps", "parameters", "tflop", "mb", "seconds", "target", "temperature", "time", "rho_config", "ceiling_config", "unexplained", "each"
        for (k = 1; k <= times; k++) { t = time[k]; print lead, target, temperature[t], t, rho[t] / n[t], ceiling[t] / n[t], sum[t] / n[t], each[t] }
        exit !times
    }' >"$run/scored"
{ [ -n "$died" ] || gg-prov "$run/predicted.ggs" | sed -n "s#$run#RUN#g; s/^\\[ -e .* || /# /p"; cat "$run/scored"; } >"$run/told"
mv "$run/told" "$out"
