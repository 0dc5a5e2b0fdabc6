#!/bin/bash
# arm.sh FOLDER MODEL ARM TIMES -- what is folded into MODEL (se3, mace) for ARM, none-FACTOR-...: FOLDER/arms/ARM.yaml, and FOLDER/pre/ARM.yaml;
# and what it has in common with all: FOLDER/panel/ARM.yaml
#
#   pretraining   first trained on the way from thermal to inherent positions, of all training configurations (../pretraining)
#   vector        a second head, for the mean displacement (../vector-target)
#   loss          the variance among neighbours as a second term of the loss (../nonlocal-loss)
#   noisy         noise on positions, and a second head that finds it (../pretraining)
#
# The scalar head reads the model's last value, the others one that has vectors.
set -eu -o pipefail
folder=$1 model=$2 arm=$3 times="times: [$4]"
case $model in
se3) scalars='in: h, layer: mlp, hidden: [32, 32]' vectors=h common= ;;
mace) scalars='in: r, layer: mlp, hidden: []' vectors=h1 common='s/, rounds: 1//' ;;
*) echo "arm.sh: no model '$model': se3 and mace" >&2; exit 2 ;;
esac
heads="  - {target: propensity, $scalars, $times}" loss='{term: mse}' train=() pre=
for factor in ${arm//-/ }; do
    case $factor in
    none) ;;
    pretraining) train+=('  take: ["layers.*"]') pre="inputs: {positions: pos}"$'\n'"heads: [{target: to_inherent, in: $vectors, layer: gated}]" ;;
    vector) heads+=$'\n'"  - {target: displacement, in: $vectors, layer: gated_vector, $times, weight: 0.3}" ;;
    loss) loss+=', {term: local_variance, weight: 0.1}' ;;
    noisy) heads+=$'\n'"  - {target: noise, in: $vectors, layer: gated, weight: 0.1}" train+=('  views: [{view: noise, sigma: 0.05, target: noise}]') ;;
    *) echo "arm.sh: no factor '$factor': pretraining, vector, loss, noisy" >&2; exit 2 ;;
    esac
done
mkdir -p "$folder/arms" "$folder/pre" "$folder/panel"
sed "$common" "$(dirname "$0")/../panel/panel.yaml" >"$folder/panel/$arm.yaml"
{
    printf 'heads:\n%s\nloss: [%s]\n' "$heads" "$loss"
    [ ${#train[@]} -eq 0 ] || printf '%s\n' train: "${train[@]}"
} >"$folder/arms/$arm.yaml"
rm -f "$folder/pre/$arm.yaml"
[ -z "$pre" ] || printf '%s\n' "$pre" >"$folder/pre/$arm.yaml"
