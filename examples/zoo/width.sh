#!/bin/bash
# width.sh flops|seconds MOST DATA MODEL.yaml [OPTION...] -- the widest C (let) at which a frame costs at most MOST Gflop, or seconds, forward
# and backward on one thread; prints C, Gflop and seconds, separated by tabs
set -eu -o pipefail
what=$1 most=$2 data=$3 model=$4
shift 4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gg-select --limit 1 "$data" -o "$work/one.ggs"

estimate() { # C OPTION...: Gflop; fails where C suits no model (heads that do not divide it)
    local C=$1
    shift
    gg-train --estimate --tsv --threads 1 --set "let.C=$C" "$@" "$model" "$work/one.ggs" 2>"$work/said" >"$work/cost" || return 1
    awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next } { print $at["gflop_forward"] + $at["gflop_backward"] }' "$work/cost"
}
seconds() { # C OPTION...: of the processor for a pass over one frame, from trainings of 2 and of 6 passes
    local C=$1 n TIMEFORMAT=%U
    shift
    for n in 2 6; do
        {
            time gg-train -q --threads 1 --resume never --set "let.C=$C" "$@" --epochs $n --set train.warmup=0 "$model" "$work/one.ggs" \
                -o "$work/run$n" 2>>"$work/said"
        } 2>&1
    done | awk '{ s[NR] = $1 } END { print (s[2] - s[1]) / 4 }'
}

best=
for C in 1 2 3 4 5 6 7 8 9 10 11 12 14 16 18 20 22 24 28 32 36 40 48 56 64 80 96 112 128; do
    gflop=$(estimate "$C" "$@") || continue
    [ "$what" = flops ] && cost=$gflop || cost=$(seconds "$C" "$@")
    if awk -v c="$cost" -v most="$most" 'BEGIN { exit !(c > most) }'; then
        [ -n "$best" ] || best=$C
        break
    fi
    best=$C
done
[ -n "$best" ] || { cat "$work/said" >&2; exit 2; }
printf '%s\t%s\t%s\n' "$best" "$(estimate "$best" "$@")" "$(seconds "$best" "$@")"
