#!/bin/bash
# rates.sh OUT.tsv TRAIN EPOCHS MODEL.yaml "RATE..." "SEED..." [OPTION...] -- the rate of a network, on the training liquid alone: its last two
# configurations judge what is learned from the others.  A line a training, the best validation loss
set -eu -o pipefail
out=$1 train=$2 epochs=$3 yaml=$4 rates=$5 seeds=$6
shift 6
run=$(mktemp -d "$(dirname "$out")/rates.XXXXXX")
trap 'rm -rf "$run"' EXIT
{
    printf 'rate\tseed\tloss\n'
    for rate in $rates; do
        for seed in $seeds; do
            # 0.29 of seven is two
            gg-train -q --threads 1 --config ../zoo/protocol.yaml --set train.validation=0.29 --seed "$seed" --epochs "$epochs" --lr "$rate" "$@" -o "$run/$rate.$seed" "$yaml" "$train"
            sed -n 's/.*"loss_validation":\([-+0-9.e]*\).*/\1/p' "$run/$rate.$seed/metrics.jsonl" | sort -g | head -n 1 | sed "s/^/$rate\t$seed\t/"
        done
    done
} >"$run/table"
[ "$(wc -l <"$run/table")" -gt 1 ] || { echo "rates.sh: $yaml: nothing was validated" >&2; exit 1; }
mv "$run/table" "$out"
