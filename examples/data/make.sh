#!/bin/sh
# make.sh -- how the files of this folder were made (see README.md)
#
#   sh make.sh tiny                 needs lmp
#   sh make.sh train KA-MD-FOLDER   needs the project's molecular-dynamics data
set -eu
here=$(cd "$(dirname "$0")" && pwd)
PATH="$here/../../build/release:$PATH"
what=${1:?tiny or train}

if [ "$what" = tiny ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    sh "$here/../lammps/run.sh" "$work"
    cp "$work/ka.ggs" "$here/tiny.ggs"
    cd "$work"
    # shellcheck disable=SC2046
    gg-import --replicas --sample-id KA/N250/T0.64/1 --temperature 0.64 --times 1,10 -o "$here/tiny_replicas.ggs" \
        $(seq -f 'iso.1.%.0f.dump' 8)
else
    cd "${2:?the folder ka-md}"
    times=0.2,1,5,20,50,100
    gg-import --times $times -o "$here/train.ggs" T0.50/ka_T0.50_00[1-6].npz
    gg-import --times $times -o "$here/test.ggs" T0.50/ka_T0.50_00[78].npz
    gg-import --times $times -o "$here/T0.44.ggs" T0.44/ka_T0.44_00[14].npz
    gg-import --times 0.2,1,5,20 -o "$here/T0.64.ggs" T0.64/ka_T0.64_00[18].npz
fi
