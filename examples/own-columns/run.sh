#!/bin/sh
# run.sh -- learns two columns of an extended XYZ that is no glass: a salt's potential, a scalar, and its field, a vector
#
#   sh run.sh [FOLDER]      everything goes into FOLDER (default: build/own-columns)
#
# N configurations (default 24) and EPOCHS (default 80) may be set.  README.md says what came out.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
out=${1:-$root/build/own-columns}
PATH=${GG_BIN:-$root/build/release}:$PATH
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}"
mkdir -p "$out"

awk -v n="${N:-24}" -f "$here/salt.awk" >"$out/salt.xyz"
gg-import --species Na,Cl "$out/salt.xyz" | gg-select --split 4:1:1 -o "$out/salt.ggs"
gg-train --resume never --epochs "${EPOCHS:-80}" -o "$out/model" "$here/own.yaml" "$out/salt.ggs"
gg-select --only test "$out/salt.ggs" | gg-predict -o "$out/test.ggs" "$out/model/model.ggm"
for column in potential field; do
    gg-corr --target $column --bootstrap 0 "$out/test.ggs"
done
