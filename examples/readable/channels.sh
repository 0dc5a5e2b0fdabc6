#!/bin/bash
# channels.sh OUT.tsv MODEL.ggm ARM SEED -- what is left of a network whose channels can be switched off: of each layer with a scale per
# channel, and of each kind of channel in it, how many there are and how many are not 0
#
# Rows of a gated layer of C channels up to degree 2: C scalars, 2C gates, C vectors, C tensors of degree 2.
set -eu -o pipefail
out=$1 model=$2 arm=$3 seed=$4
scales=$(gg-dump "$model" | awk '$1 ~ /^layers\..*\.scale$/ { print $1 }')
[ -n "$scales" ] || { echo "channels.sh: $model: no layer has a scale per channel" >&2; exit 1; }
{
    printf 'arm\tseed\tlayer\tkind\tchannels\tleft\n'
    for name in $scales; do
        gg-dump -d "$name" "$model" | awk -v OFS='\t' -v lead="$arm	$seed	${name%.*.scale}" '
            { on[NR] = $1 != 0 }
            function tell(kind, first, n,   k, left) { for (k = first; k < first + n; k++) left += on[k]; print lead, kind, n, left }
            END { C = NR / 5; tell("scalars", 1, C); tell("gates", 1 + C, 2 * C); tell("degree 1", 1 + 3 * C, C); tell("degree 2", 1 + 4 * C, C) }'
    done
} >"$out.part"
mv "$out.part" "$out"
