#!/bin/bash
# pipeline.sh [OPTION OF sbatch...] -- the four steps of steps.sh as jobs, each behind the one before; one that fails takes those behind it along
set -eu
here=$(cd "$(dirname "$0")" && pwd)
after=()
for step in data features train corr; do
    job=$(sbatch --parsable --job-name="gg-$step" --kill-on-invalid-dep=yes "${after[@]}" "$@" "$here/job.sh" "$here/steps.sh" "$step")
    after=(--dependency="afterok:$job")
    echo "$step: job $job"
done
