#!/bin/bash
# ranks.sh -- sbatch --nodes N --ntasks-per-node 1 --cpus-per-task C job.sh ./ranks.sh OPTION...: one training on all nodes of the job
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH=${GG_BIN:-$root/build/release}:$PATH
cores=${SLURM_CPUS_PER_TASK:-1}
exec srun --mpi=pmix --cpus-per-task="$cores" --kill-on-bad-exit=1 gg-train-mpi --threads "$cores" "$@"
