# slurm.bash -- a Slurm of its own for tests: a controller and two nodes on this machine, in a folder, without munge, and gone afterwards
# shellcheck shell=bash

# slurm_missing: what is not here, if anything
slurm_missing() {
    local p
    for p in slurmctld slurmd sbatch srun scontrol; do
        command -v "$p" >/dev/null || { echo "$p (Debian: slurm-wlm)"; return; }
    done
}

slurm_write() { # FOLDER PORT
    local host user n
    host=$(hostname -s) user=$(id -un)
    cat >"$1/slurm.conf" <<CONF
ClusterName=loop
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/none
CredType=cred/none
SlurmctldPort=$2
StateSaveLocation=$1/state
SlurmdSpoolDir=$1/spool.%n
TmpFS=$1/tmp.%n
SlurmctldPidFile=$1/slurmctld.pid
SlurmdPidFile=$1/slurmd.%n.pid
SlurmctldLogFile=$1/slurmctld.log
SlurmdLogFile=$1/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,sched_min_interval=100000,bf_interval=1
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=5
MessageTimeout=60
MinJobAge=3600
PartitionName=all Nodes=n1,n2 Default=YES State=UP
CONF
    for n in 1 2; do
        mkdir -p "$1/spool.n$n" "$1/tmp.n$n"
        echo "NodeName=n$n NodeHostname=$host NodeAddr=127.0.0.1 Port=$(($2 + n)) CPUs=2 RealMemory=500 State=UNKNOWN" >>"$1/slurm.conf"
    done
    mkdir -p "$1/state"
}

# slurm_start FOLDER: until both nodes are idle; SLURM_CONF is set for the commands
slurm_start() {
    local k
    export SLURM_CONF=$1/slurm.conf
    slurm_write "$1" $((20000 + RANDOM % 20000))
    slurmctld >>"$1/said" 2>&1 3>&-
    slurmd -N n1 >>"$1/said" 2>&1 3>&-
    slurmd -N n2 >>"$1/said" 2>&1 3>&-
    for ((k = 0; k < 60; k++)); do
        [ "$(sinfo -h -o %D -t idle 2>/dev/null)" != 2 ] || return 0
        sleep 0.5
    done
    cat "$1/said" "$1"/*.log
    return 1
}

# slurm_stop FOLDER: jobs first, then the daemons, whose numbers the folder has
slurm_stop() {
    local f k
    scancel --full --user "$(id -un)" 2>/dev/null || true
    for ((k = 0; k < 30; k++)); do
        [ -n "$(squeue -h 2>/dev/null)" ] || break
        sleep 0.5
    done
    for f in "$1"/slurmd.*.pid "$1"/slurmctld.pid; do
        [ ! -s "$f" ] || kill "$(cat "$f")" 2>/dev/null || true
    done
    for ((k = 0; k < 30; k++)); do
        [ -n "$(cat "$1"/*.pid 2>/dev/null)" ] || break
        sleep 0.5
    done
}

# state JOB: RUNNING, PENDING, COMPLETED ..., with why it waits behind it
state() { scontrol -o show job "$1" 2>/dev/null | sed -E 's/.*JobState=([A-Z_]+) Reason=([^ ]+).*/\1 \2/'; }

# start_again JOB: what went back to the queue starts now, not in two minutes; the nodes have a while to clear away its first try
start_again() {
    sleep 5
    scontrol update JobId="$1" StartTime=now 2>/dev/null || true
}

# ended JOB...: waits for all
ended() {
    local k job left
    for ((k = 0; k < 400; k++)); do
        left=
        for job in "$@"; do
            case $(state "$job") in
            COMPLETED* | FAILED* | CANCELLED* | TIMEOUT* | NODE_FAIL*) continue ;;
            *BeginTime) start_again "$job" ;;
            esac
            left=1
        done
        [ -n "$left" ] || return 0
        sleep 0.5
    done
    squeue
    return 1
}
