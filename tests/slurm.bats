#!/usr/bin/env bats
# slurm.bats -- examples/cluster on a Slurm of its own (slurm.bash), which make check-slurm runs: jobs are stopped, go back to the queue and end at
# the bytes of one that was never stopped

load helper
source "$BATS_TEST_DIRNAME/slurm.bash"

# why_not: nothing where the tests can run
why_not() {
    local missing
    [ -n "${SLURM:-}" ] || { echo "make check-slurm runs it"; return; }
    missing=$(slurm_missing)
    [ -z "$missing" ] || echo "needs $missing"
}

setup_file() {
    export OMP_WAIT_POLICY=passive
    [ -n "$(why_not)" ] || slurm_start "$BATS_FILE_TMPDIR"
}

teardown_file() {
    [ ! -e "$BATS_FILE_TMPDIR/slurm.conf" ] || slurm_stop "$BATS_FILE_TMPDIR"
}

setup() {
    local why
    why=$(why_not)
    [ -z "$why" ] || skip "$why"
    cd "$BATS_TEST_TMPDIR" || exit 1
    cluster=$ROOT/examples/cluster
}

# log of what failed, for whoever reads the test
logs() { tail -n 20 ./*.out ./*/*.log 2>/dev/null; }

long() { tiny_network 'epochs: 60, batch: 4, validation: 0.2'; }

# pending JOB: it went back to the queue
pending() {
    local k
    for ((k = 0; k < 150; k++)); do
        [[ "$(state "$1")" != PENDING* ]] || return 0
        sleep 0.2
    done
    logs
    return 1
}

exit_status() { scontrol show job "$1" | grep -oE 'ExitCode=[0-9]+' | head -n 1; }

@test "job.sh: stopped two minutes before its time is up it goes back to the queue, and on to the same bytes; other statuses are the job's" {
    long
    gg-train -q --threads 1 m.yaml "$DATA/train.ggs" -o alone
    job=$(sbatch --parsable -o job.out "$cluster/job.sh" gg-train --threads 1 m.yaml "$DATA/train.ggs" -o run)
    waits run/best.ggm
    scancel --batch --signal=USR1 "$job" # as --signal=B:USR1@120
    pending "$job"
    grep -q 'stopped behind frame' job.out
    [ ! -e run/model.ggm ]
    ended "$job"
    grep -q 'goes on behind' job.out || { logs; false; }
    cmp alone/model.ggm run/model.ggm
    job=$(sbatch --parsable -o no.out "$cluster/job.sh" gg-train -q m.yaml no.ggs -o no)
    ended "$job"
    [ "$(exit_status "$job")" = ExitCode=5 ]
}

@test "job.sh: what Slurm itself takes back (preemption) goes on; what was cancelled does not" {
    long
    gg-train -q --threads 1 m.yaml "$DATA/train.ggs" -o alone
    job=$(sbatch --parsable -o job.out "$cluster/job.sh" gg-train --threads 1 m.yaml "$DATA/train.ggs" -o run)
    waits run/best.ggm
    scontrol requeue "$job"
    pending "$job"
    ended "$job"
    grep -q 'goes on behind' job.out || { logs; false; }
    cmp alone/model.ggm run/model.ggm
    rm run/best.ggm
    job=$(sbatch --parsable -o no.out "$cluster/job.sh" gg-train --threads 1 --seed 8 m.yaml "$DATA/train.ggs" -o no)
    waits no/best.ggm
    scancel "$job"
    ended "$job"
    [[ "$(scontrol show job "$job")" = *JobState=CANCELLED* ]]
    grep -q 'stopped behind frame' no.out # there is a checkpoint all the same
}

@test "a sweep as an array: two pieces are stopped, and tables and models are those of GNU parallel and of make" {
    need_program parallel
    tiny_network 'epochs: 60, batch: 4'
    set -- --train "$DATA/train.ggs" --test "$DATA/tiny.ggs" --sizes 2,3 --seeds 2 m.yaml
    job=$("$cluster/sweep.sh" slurm -o curve "$@" | head -n 1)
    array=$(($(squeue -h -t all -n gg-learncurve -o %A | sort -n | head -n 1)))
    waits curve/n2.d0/metrics.jsonl
    sleep 1
    scancel --batch --signal=USR1 "${array}_0"
    scontrol requeue "${array}_1"
    for task in 0 1 2 3; do ended "${array}_$task"; done
    ended "$job"
    grep -q 'goes on behind' curve/n2.d0/log curve/n2.d1/log || { logs; false; }
    PARALLEL='--jobs 2' "$cluster/sweep.sh" parallel -o other "$@"
    JOBS=2 "$cluster/sweep.sh" make -o third "$@"
    cmp <(results curve) <(results other)
    cmp <(results third) <(results other)
    for piece in n2.d0 n2.d1 n3.d0 n3.d1; do cmp {curve,other}/$piece/model.ggm; done
    rm curve/learncurve.tsv
    "$cluster/sweep.sh" slurm -o curve "$@" >again # nothing is left to do but the tables
    cmp <(results curve) <(results other)
    run ! grep -qxE '[0-9]+' again
}

# rank_of FOLDER: a process of gg-train-mpi that works there
rank_of() {
    local pid
    for pid in $(pgrep gg-train-mpi); do
        [ "$(readlink "/proc/$pid/cwd")" != "$1" ] || echo "$pid"
    done | tail -n 1
}

@test "one training on two nodes: stopped, a rank killed, and at the bytes of one process" {
    need_program gg-train-mpi
    long
    gg-train -q --threads 1 m.yaml "$DATA/train.ggs" -o alone
    submit() {
        job=$(sbatch --parsable --nodes 2 --ntasks-per-node 1 --cpus-per-task 1 -o job.out "$cluster/job.sh" "$cluster/ranks.sh" \
            m.yaml "$DATA/train.ggs" -o run)
    }
    submit
    waits run/best.ggm
    scancel --batch --signal=USR1 "$job"
    pending "$job"
    grep -q 'stopped behind frame' job.out
    start_again "$job"
    for ((k = 0; k < 300; k++)); do
        if grep -q 'goes on behind' job.out; then break; fi
        sleep 0.2
    done
    kill -KILL "$(rank_of "$PWD")" || { logs; false; }
    began=$SECONDS
    ended "$job"
    [ $((SECONDS - began)) -le 10 ]
    [ "$(exit_status "$job")" != ExitCode=0 ]
    grep -qE 'Killed|signal 9' job.out
    [ ! -e run/model.ggm ]
    submit
    ended "$job"
    cmp alone/model.ggm run/model.ggm
}

@test "a pipeline: each step behind the one before, a stopped one holds the rest up, one that fails takes them along" {
    tiny_network 'epochs: 60, batch: 4'
    sed -i 's/node: \[type\]/node: [type, energy_inherent], positions: pos_inherent/' m.yaml
    export TRAIN="$DATA/tiny.ggs" TEST="$DATA/tiny.ggs" MODEL="$PWD/m.yaml" OPTIONS='--threads 1' OUT
    OUT=$PWD/out
    run -0 "$cluster/pipeline.sh" --output "$PWD/%x.out"
    [ "${#lines[@]}" -eq 4 ]
    jobs=$(sed 's/.*job //' <<<"$output")
    train=$(sed -n 's/^train: job //p' <<<"$output")
    corr=$(sed -n 's/^corr: job //p' <<<"$output")
    waits out/run/metrics.jsonl
    scontrol requeue "$train"
    pending "$train"
    [[ "$(state "$corr")" = PENDING* ]]
    # shellcheck disable=SC2086
    ended $jobs
    [ -e out/corr.tsv ] || { logs; false; }
    mv out queued
    make -s -C "$cluster"
    cmp queued/run/model.ggm out/run/model.ggm
    cmp queued/corr.tsv out/corr.tsv
    [ "$(make -n -C "$cluster" | grep -c steps.sh)" -eq 0 ]
    run -0 env TRAIN=no.ggs OUT="$PWD/none" "$cluster/pipeline.sh" --output "$PWD/none.%x.out"
    # shellcheck disable=SC2046
    ended $(sed 's/.*job //' <<<"$output")
    grep -q "no.ggs" none.gg-data.out
    [ ! -e none.gg-features.out ]
}
