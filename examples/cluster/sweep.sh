#!/bin/bash
# sweep.sh slurm|parallel|make OPTION... -- a learning curve, or a scan (--vary), of gg-learncurve by an array of jobs, by GNU parallel, by make
#
# OPTION...: those of gg-learncurve.  Given again, it does what is not done yet, if only the tables.
set -eu -o pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH=${GG_BIN:-$root/build/release}:$PATH
how=${1:-} list=$(mktemp)
trap 'rm -f "$list"' EXIT
shift || true
case $how in
slurm) # SBATCH_TIMELIMIT, SBATCH_PARTITION ... are read by sbatch
    gg-learncurve --print-jobs slurm "$@" >"$list"
    if [ -s "$list" ]; then
        job=$(sbatch --parsable "$list")
        sbatch --parsable --job-name=gg-collect --dependency="afterany:$job" --kill-on-invalid-dep=yes \
            --wrap "$(printf '%q ' "$(command -v gg-learncurve)" --collect "$@")"
    else # all pieces are done, perhaps not the tables
        gg-learncurve --collect "$@"
    fi
    ;;
parallel) # PARALLEL='--sshloginfile hosts --workdir .' takes more machines
    gg-learncurve --print-jobs parallel "$@" >"$list"
    parallel --retries 3 <"$list"
    gg-learncurve --collect "$@"
    ;;
make)
    gg-learncurve --print-make "$@" >"$list"
    make -j "${JOBS:-1}" -f "$list"
    ;;
*)
    echo "sweep.sh: slurm, parallel or make comes first, then the options of gg-learncurve" >&2
    exit 2
    ;;
esac
