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
PATH="${GG_BIN:-$here/../../build/release}:$PATH"
export OMP_NUM_THREADS=1
for p in lmp gg-import gg-targets; do
    command -v $p >/dev/null || { echo "run.sh: no program $p: lmp is in Debian's package lammps, the others come with make" >&2; exit 5; }
done
began=$(date +%s)
# say WORDS: what comes next, with the seconds since the start
say() { echo "run.sh: $(($(date +%s) - began)) s: $*" >&2; }

mkdir -p "${1:-runs}"
cd "${1:-runs}"
cp "$here/in.ka" "$here/in.iso" "$here/potential" .

say "1 of 3: lmp melts N = $N at T = 2, waits $WAIT at T = $T, and keeps $C starts, $GAP apart (one process)"
lmp -in in.ka -log none -screen none -var N "$N" -var T "$T" -var C "$C" -var seed "$SEED" \
    -var hot "$HOT" -var wait "$WAIT" -var gap "$GAP"
say "2 of 3: $R runs from each of the $C starts, to t = ${TIMES##* }, $JOBS starts at a time"
export T R TIMES SEED C
seq "$C" | xargs -P "$JOBS" -I % sh -c '
    lmp -in in.iso -log none -screen none -var c % -var T "$T" -var R "$R" -var times "$TIMES" -var seed "$SEED" &&
        echo "run.sh: start % of $C has its runs" >&2'
say "3 of 3: dumps to frames and targets"

# One configuration after the other: its runs become pos_replicas, these become targets.
for c in $(seq "$C"); do
    files=$(seq -f "iso.$c.%.0f.dump" "$R")
    # shellcheck disable=SC2086
    gg-import --replicas --sample-id "KA/N$N/T$T/$c" --temperature "$T" $files |
        gg-targets --add propensity,propensity_var,displacement ${KEEP:+--keep-replicas}
done > ka.ggs.tmp
mv ka.ggs.tmp ka.ggs
say "done: $PWD/ka.ggs; gg-dump shows it, gg-quench and gg-train go on with it"
