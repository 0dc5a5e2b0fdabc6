#!/bin/sh
# run.sh -- Kob-Andersen liquid, isoconfigurational runs and their targets: LAMMPS files in, a gg stream out
#
#   sh run.sh [FOLDER]                          250 particles, 8 configurations of 16 runs: about a minute on two cores
#   N=4096 T=0.50 WAIT=2000 GAP=400 TIMES="0.2 1 5 20 50 100" sh run.sh big
#
# FOLDER (default: runs) receives starts, dumps and ka.ggs.  Settings are taken from the environment.
set -eu
: "${N:=250}" "${T:=0.64}" "${C:=8}" "${R:=16}" "${TIMES:=0.2 1 5 10}" "${HOT:=10}" "${WAIT:=100}" "${GAP:=40}"
: "${SEED:=1}" "${JOBS:=2}" "${KEEP:=}"
here=$(cd "$(dirname "$0")" && pwd)
PATH="$here/../../build/release:$PATH"
export OMP_NUM_THREADS=1

mkdir -p "${1:-runs}"
cd "${1:-runs}"
cp "$here/in.ka" "$here/in.iso" "$here/potential" .

lmp -in in.ka -log none -screen none -var N "$N" -var T "$T" -var C "$C" -var seed "$SEED" \
    -var hot "$HOT" -var wait "$WAIT" -var gap "$GAP"
seq "$C" | xargs -P "$JOBS" -I % \
    lmp -in in.iso -log none -screen none -var c % -var T "$T" -var R "$R" -var times "$TIMES" -var seed "$SEED"

# One configuration after the other: its runs become pos_replicas, these become targets.
for c in $(seq "$C"); do
    files=$(seq -f "iso.$c.%.0f.dump" "$R")
    # shellcheck disable=SC2086
    gg-import --replicas --sample-id "KA/N$N/T$T/$c" --temperature "$T" $files |
        gg-targets --add propensity,propensity_var,displacement ${KEEP:+--keep-replicas}
done > ka.ggs.tmp
mv ka.ggs.tmp ka.ggs
