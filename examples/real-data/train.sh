#!/bin/sh
# train.sh -- the network of ../models/se3.yaml on BOTAN's configurations: correlation on 401-403 after training on 2, 5 and 10
#
#   sh train.sh [FOLDER] [SEEDS]      the folder of run.sh (default: build/real-data), trainings of each size (default: 1)
#
# Settings were chosen on training configurations 1-8 against 9-10.  Every size sees each configuration 200 times.  The same command
# goes on where it was interrupted.  About twelve minutes a seed on one core.  README.md has what was measured.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
out=${1:-$root/build/real-data}
PATH=${GG_BIN:-$root/build/release}:$PATH
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}"
for set in train test; do
    [ -e "$out/$set.ggs" ] || { echo "train.sh: no $out/$set.ggs: run.sh makes it" >&2; exit 5; }
done

GG_THREADS=1 gg-learncurve "$root/examples/models/se3.yaml" --train "$out/train.ggs" --test "$out/test.ggs" --sizes 2,5,10 \
    --draw first --seeds "${2:-1}" --epochs 200 --equal epochs --jobs 2 -o "$out/learncurve"
for n in 2 5 10; do
    echo
    echo "trained on $n configurations, seed 0"
    gg-predict "$out/learncurve/n$n.s0/model.ggm" "$out/test.ggs" | gg-corr --species A
done
