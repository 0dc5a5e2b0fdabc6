#!/bin/bash
# job.sh -- sbatch [OPTION...] job.sh COMMAND...: a command as a job that goes on where it was stopped
#
# Two minutes before the time is up (SIGUSR1), and where the queue takes the cores back (SIGTERM), the command gets SIGUSR1.  gg-train then
# writes a checkpoint and ends with 75, "give the same command again": the job goes back to the queue, unless it was cancelled.  Other
# statuses are the job's.  A command that does not know USR1 would be killed by it: job.sh env --ignore-signal=USR1 COMMAND...
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:USR1@120
set -m # the command is a process group of its own, and all of it gets the signal
told=1
"$@" &
pid=$!
trap 'told=1; kill -USR1 -- -"$pid" 2>/dev/null' USR1 TERM
while [ -n "$told" ]; do # a signal ends the wait, not the command
    told=
    wait "$pid"
    status=$?
done
if [ $status -eq 75 ] && [ "$(squeue -h -j "$SLURM_JOB_ID" -o %T)" = RUNNING ]; then
    exec scontrol requeue "$SLURM_JOB_ID"
fi
exit $status
