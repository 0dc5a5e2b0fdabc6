#!/bin/bash
# steps.sh STEP -- one step of the pipeline, data, features, train or corr, alone; job.sh, make and GNU parallel all call it
#
#   TRAIN, TEST   streams of configurations (default: those of ../data)      OUT      where everything goes (default: ../../build/cluster)
#   MODEL         the network (default: ../models/se3_fields.yaml)           OPTIONS  more options of gg-train
set -eu -o pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH=${GG_BIN:-$root/build/release}:$PATH
out=${OUT:-$root/build/cluster}
train=${TRAIN:-$root/examples/data/train.ggs} test=${TEST:-$root/examples/data/test.ggs}
mkdir -p "$out"

trap : INT TERM
trap '' USR1 # of job.sh, to all of a step: gg-train listens and ends with a checkpoint, what does not know the signal is not killed by it
case ${1:-} in
data)
    gg-quench -q -o "$out/train.ggs" "$train"
    gg-quench -q -o "$out/test.ggs" "$test"
    ;;
features)
    for set in train test; do
        gg-features -q --preset inherent --add displacement --positions pos_inherent -o "$out/$set.features.ggs" "$out/$set.ggs"
    done
    ;;
train)
    # shellcheck disable=SC2086
    gg-train -q ${OPTIONS:-} -o "$out/run" "${MODEL:-$root/examples/models/se3_fields.yaml}" "$out/train.features.ggs"
    ;;
corr) gg-predict -q "$out/run/model.ggm" "$out/test.features.ggs" | gg-corr -q --tsv -o "$out/corr.tsv" ;;
*)
    echo "steps.sh: no step '${1:-}': data, features, train or corr" >&2
    exit 2
    ;;
esac
