#!/bin/sh
# run.sh -- the main job on shipped data: quench, train on six configurations, predict two, correlate, draw
#
#   sh run.sh [FOLDER]      everything goes into FOLDER (default: build/demo); `make demo` runs it
#
# One to two minutes on two cores.  README.md says what to expect.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
out=${1:-$root/build/demo}
PATH=${GG_BIN:-$root/build/release}:$PATH
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}" # threads that wait do not take the cores of the next program
mkdir -p "$out"

echo "demo: inherent structures of six configurations, and a network trained on them"
gg-quench "$root/examples/data/train.ggs" | gg-select --split 5:1:0 |
    gg-train -o "$out/model" --resume never --epochs 60 --lr 3e-2 "$root/examples/models/se3.yaml"

echo "demo: prediction of two configurations that follow in time, beside a predictor that needs no training"
gg-quench "$root/examples/data/test.ggs" | gg-predict "$out/model/model.ggm" |
    gg-features --add mean --classes all --lengths 2 --positions pos_inherent |
    gg-select --rename node_features=mean_energy -o "$out/test.ggs"

# Two configurations are too few for an interval.
correlate() {
    gg-corr --target propensity --predictor propensity_pred --predictor mean_energy --species A --bootstrap 0 "$@" \
        "$out/test.ggs"
}
correlate --tsv -o "$out/corr.tsv"
for kind in svg png; do
    gg-plot corr-time -o "$out/corr.$kind" "$out/corr.tsv"
    gg-plot slice --target propensity -o "$out/slice.$kind" "$out/test.ggs"
    gg-plot loss -o "$out/loss.$kind" "$out/model/metrics.jsonl"
done
correlate
echo
echo "demo: pictures: $out/corr.png  $out/slice.png  $out/loss.png  (and .svg)"
