#!/bin/bash
# run.sh [FOLDER] -- runs the tour of the README, its commands as they stand there; FOLDER is build/tour
#
# SMALL=1: a network in miniature, for the tests.  Every command is said before it runs, and how long all took at the end.
set -eu -o pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
out=${1:-$root/build/tour}
PATH=${GG_BIN:-$root/build/release}:$PATH
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}"

# The lines of the tour, but the first one, which makes the folder, and what they print.
commands() {
    awk '/^## / { on = $0 == "## A tour in pictures" } /^```/ { shown = !shown } on && !shown && /^    / { sub(/^ +/, ""); print }' "$root/README.md" | tail -n +2 |
        if [ -n "${SMALL:-}" ]; then
            sed 's/gg-train --epochs 60/gg-train --epochs 1 --set let.rounds=1 --set let.lmax=1 --set let.C=4/; s/--probes [0-9]*/--probes 1/'
        else cat; fi
}

mkdir -p "$out"
cd "$out"
ln -sfn "$root/examples" examples
commands >commands
while IFS= read -r line <&3; do
    echo "\$ $line"
    bash -e -o pipefail -c "$line"
done 3<commands
echo "tour: $SECONDS s; pictures in $out"
