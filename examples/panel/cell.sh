#!/bin/bash
# cell.sh OUT.tsv TRAIN.ggs SIZE SEED ARM.yaml SET.ggs@TIME,... ... -- one training of one arm, scored on each set at these times
#
# From the environment: MODEL, the YAML that the arm is folded into; OPTIONS of gg-train; STEPS, PRE_STEPS; TIMES, those trained at; PREDICT, options of
# gg-predict; TARGETS, "TARGET=PREDICTOR ..."; FILTER, a command that the training configurations go through (cat: none); POOL, what an arm is
# pre-trained on, and PRE_FILTER, what that goes through; PANEL, what all arms have in common (default panel.yaml); NAMED, a script of sed that calls targets in YAML by other
# names.  TIMES may be each, or nothing where targets have none; the word SET in PREDICT stands for the times of the set.
#
# Trained on the first SIZE configurations by STEPS steps.  The times of a set are those that correspond, in their order, to those of the model
# (of another temperature, say).  A line for each set, target, time: columns below, species A.  by_config has the
# correlation inside each configuration, in the order of the set; the last columns the number of particles, means of truth and prediction, and sums
# over all of them of squares and products about these.  A target without =PREDICTOR is predicted by TARGET_pred.
set -eu -o pipefail
out=$1 train=$2 size=$3 seed=$4 arm=$5
shift 5
run=$(mktemp -d "$(dirname "$out")/run.XXXXXX")
trap 'rm -rf "$run"' EXIT
here=$(dirname "${BASH_SOURCE[0]}")

# Under its own name, since rows are called by that of the arm.
named() { # FILE.yaml FOLDER
    mkdir -p "$2"
    sed "${NAMED:-}" "$1" >"$2/$(basename "$1")"
    echo "$2/$(basename "$1")"
}
network=$(named "$MODEL" "$run/model")
count() { gg-dump "$1" | sed -n '1s/.*, \([0-9]*\) frames\{0,1\}, .*/\1/p'; }
options() { # ARM.yaml STREAM STEPS FOLDER
    local frames
    frames=$(count "$2")
    printf '%s\n' --threads 1 --config "${PANEL:-$here/panel.yaml}" --config "$(named "$1" "$4")" --seed $((100 * seed)) --epochs $((($3 + frames - 1) / frames))
}
timed_heads() { # ARM.yaml: the numbers of its heads, or of the model's, but for those of targets that views make: these have no times
    local file=$1
    grep -q '^heads:' "$file" || file=$network
    awk -v made=" $(sed -n 's/.*view: .*target: \([a-z_]*\).*/\1/p' "$1" | tr '\n' ' ')" '
        /^ *- \{target: / { name = $3; sub(/,.*/, "", name); if (!index(made, " " name " ")) print n + 0; n++ }' "$file"
}
cost() { # OPTION... MODEL STREAM: Tflop of that training
    gg-train --estimate --tsv "$@" | awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next } { print 1e-3 * $at["gflop"] }'
}

gg-select --frames ":$size" "$train" | $FILTER >"$run/train.ggs"
mapfile -t opt < <(options "$arm" "$run/train.ggs" "$STEPS" "$run/arm")
# shellcheck disable=SC2206
opt+=($OPTIONS)
[ -z "$TIMES" ] || while read -r k; do
    opt+=(--set "heads.$k.times=$([ "$TIMES" = each ] && echo each || echo "[$TIMES]")")
done < <(timed_heads "$run/arm/$(basename "$arm")")
before=0
# pre/ARM.yaml beside arms/ARM.yaml: first trained by that on all of POOL (default TRAIN), PRE_STEPS steps, once for all sizes
pre=$(dirname "$arm")/../pre/$(basename "$arm")
if [ -e "$pre" ]; then
    pool=${POOL:-$train}
    first=$(dirname "$out")/$(basename "$arm" .yaml).$(basename "$pool" .ggs).$seed.pre
    exec 9>"$first.lock"
    flock 9
    [ -e "$first.ggs" ] || { $PRE_FILTER <"$pool" >"$first.part" && mv "$first.part" "$first.ggs"; }
    mapfile -t pre_opt < <(options "$pre" "$first.ggs" "$PRE_STEPS" "$run/pre")
    [ -e "$first/done" ] || { gg-train -q "${pre_opt[@]}" -o "$first" "$network" "$first.ggs" && touch "$first/done"; }
    flock -u 9
    before=$(cost "${pre_opt[@]}" "$network" "$first.ggs")
    opt+=(--from "$first/model.ggm")
fi
tflop=$(echo "$before $(cost "${opt[@]}" "$network" "$run/train.ggs")" | awk '{ print $1 + $2 }')
gg-train -q "${opt[@]}" -o "$run/m" "$network" "$run/train.ggs"
seconds=$(find "$run/m" -name metrics.jsonl -exec sed -n 's/.*"event":"end".*"seconds":\([^,}]*\).*/\1/p' {} + | awk '{ s += $1 } END { print s }')

moments() { # SET-NAME TARGET PREDICTOR: of scalars, a line a time
    gg-select --species A "$run/$1.ggs" -o "$run/A.ggs"
    paste <(gg-dump -d "$2" "$run/A.ggs") <(gg-dump -d "$3" "$run/A.ggs" 2>/dev/null) | awk -v OFS='\t' '
        NR == 1 { T = NF / 2 }
        NF == 2 * T { n++; for (k = 1; k <= T; k++) {
            # Welford: no cancellation
            dx = $k - x[k]; dy = $(T + k) - y[k]; x[k] += dx / n; y[k] += dy / n
            xx[k] += dx * ($k - x[k]); yy[k] += dy * ($(T + k) - y[k]); xy[k] += dx * ($(T + k) - y[k]) } }
        END { for (k = 1; k <= T && T == int(T); k++) print n, x[k], y[k], xx[k], yy[k], xy[k] }'
}
with_times() { # TIMES STREAM
    if [ -n "$1" ]; then gg-select --times "$1" "$2"; else cat "$2"; fi
}
score() { # SET-NAME TIMES TARGET PREDICTOR: the whole set, then each configuration
    local k
    moments "$1" "$3" "$4" >"$run/moments"
    for k in : $(seq 0 $(($(count "$run/$1.ggs") - 1))); do
        gg-select --frames "$k" "$run/$1.ggs" |
            gg-corr -q --by index --bootstrap 0 --no-spearman --species A --target "$3" --predictor "$4" --tsv | sed "s/^/$k\t/"
    done | awk -F '\t' -v OFS='\t' -v lead="$(basename "$arm" .yaml)	$size	$seed	$tflop	$seconds	$1" -v times="$2" -v moments="$run/moments" '
        BEGIN { if (times == "") split("- -", time, " "); else split(times, time, ","); while ((getline m[++q] <moments) > 0); none = "nan\tnan\tnan\tnan\tnan\tnan" }
        $2 == "target" { for (c = 2; c <= NF; c++) at[$c] = c; next }
        times == "" { $at["time"] = 0 }
        $1 == ":" { n++; row[$at["time"]] = n; line[n] = $at["target"] OFS $at["predictor"] OFS $at["kind"] OFS $at["temperature"] \
            OFS time[$at["time"] + 1] OFS $at["species"] OFS $at["rho_config"] OFS $at["ceiling_config"]; next }
        { r = row[$at["time"]]; list[r] = list[r] (list[r] == "" ? "" : ",") sprintf("%.4f", $at["rho_config"]) }
        END { for (r = 1; r <= n; r++) print lead, line[r], list[r], (r in m && m[r] != "" && q - 1 == n ? m[r] : none) }'
}
{
    printf 'arm\tsize\tseed\ttflop\tseconds\tset\ttarget\tpredictor\tkind\ttemperature\ttime\tspecies\trho_config\tceiling_config\tby_config\tn\tmean\tmean_pred\txx\tyy\txy\n'
    for set; do
        name=$(basename "${set%@*}" .ggs)
        # shellcheck disable=SC2086
        with_times "${set#*@}" "${set%@*}" | gg-predict --threads 1 ${PREDICT//SET/${set#*@}} "$run/m/model.ggm" >"$run/$name.ggs"
        for pair in $TARGETS; do
            target=${pair%%=*} predictor=${pair#*=}
            [ "$predictor" != "$target" ] || predictor=${target}_pred
            score "$name" "${set#*@}" "$target" "$predictor"
        done
    done
} >"$run/scored"
mv "$run/scored" "$out"
