#!/usr/bin/env bats
# gg-train-mpi.bats -- built with MPI=1: skipped elsewhere, and where there is no mpirun

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    need_program gg-train-mpi
    need_program mpirun
    allow_ranks
    export OMP_WAIT_POLICY=passive
}

# ranks N ARGUMENT...: what a command of N processes does, which never hangs
ranks() {
    local n=$1
    shift
    timeout 100 mpirun -n "$n" gg-train-mpi "$@"
}

# says STATUS REGEX COMMAND...: that status, and one line of ours that matches; mpirun adds its own
says() {
    local status_wanted=$1 pattern=$2
    shift 2
    run "$@" </dev/null
    [ "$status" -eq "$status_wanted" ] || { echo "status $status, wanted $status_wanted: $output"; return 1; }
    [ "$(grep -c '^gg-train-mpi: ' <<<"$output")" -eq 1 ] || { echo "not one line: $output"; return 1; }
    grep -qE "^gg-train-mpi: .*$pattern" <<<"$output" || { echo "'$output' does not match '$pattern'"; return 1; }
}

# measured FOLDER: what metrics.jsonl says, without the command and the time
measured() { grep -vE '"event":"(start|end)"' "$1/metrics.jsonl"; }

# same_run A B: one is the other
same_run() {
    cmp "$1/model.ggm" "$2/model.ggm"
    [ ! -e "$1/best.ggm" ] || cmp "$1/best.ggm" "$2/best.ggm"
    [ -s "$1/metrics.jsonl" ]
    diff <(measured "$1") <(measured "$2")
}

@test "1, 2, 3 and 4 ranks of 1 and 2 threads make the bytes of one process" {
    tiny_network 'epochs: 2, batch: 4, validation: 0.3, shards: 4'
    set -- --set 'train.hidden=["layers.*"]' m.yaml "$DATA/train.ggs" --test "$DATA/tiny.ggs"
    gg-train -q "$@" -o alone
    [ "$(measured alone | grep -c '"split":"test"')" -gt 0 ]
    [ "$(measured alone | grep -c '"event":"hidden"')" -gt 0 ]
    for n in 1 2 3 4; do
        for threads in 1 2; do
            ranks $n -q --threads $threads "$@" -o "r$n.$threads"
            same_run alone "r$n.$threads"
        done
    done
}

@test "statistics, dropout, views and made targets: the order of one process, too" {
    tiny_network 'epochs: 2, batch: 5, augment: axes, shards: 3, validation: 0.2'
    sed -e 's/layer: actnorm, in: m, out: m/layer: batch_norm, in: m, out: m/' \
        -e 's/- {layer: actnorm, in: m, out: h}/- {layer: dropout, rate: 0.2, in: m, out: h}/' m.yaml >n.yaml
    gg-train -q n.yaml "$DATA/train.ggs" -o alone
    gg-dump -d layers.2.batch_norm.running_var alone/model.ggm | grep -qv '^1$'
    ranks 2 -q n.yaml "$DATA/train.ggs" -o two
    ranks 3 -q n.yaml "$DATA/train.ggs" -o three
    same_run alone two
    same_run alone three
}

@test "standard input is that of all ranks; --seeds and --folds are as alone" {
    tiny_network 'epochs: 1, batch: 2'
    gg-train -q m.yaml --seeds 2 -o alone <"$DATA/tiny.ggs"
    ranks 2 -q m.yaml --seeds 2 -o two <"$DATA/tiny.ggs"
    cmp alone/seed.4/model.ggm two/seed.4/model.ggm
    same_run alone/seed.3 two/seed.3
    gg-train -q m.yaml "$DATA/tiny.ggs" --folds 2 -o folds
    ranks 2 -q m.yaml "$DATA/tiny.ggs" --folds 2 -o folds2
    same_run folds/fold.1 folds2/fold.1
    cmp folds/folds.jsonl folds2/folds.jsonl
    same_run folds/fold.0 folds2/fold.0
}

@test "rank 0 alone writes and speaks" {
    tiny_network 'epochs: 2, batch: 2'
    gg-train m.yaml "$DATA/tiny.ggs" -o alone 2>said
    ranks 2 m.yaml "$DATA/tiny.ggs" -o two 2>said2
    diff <(ls alone) <(ls two)
    diff <(sed 's/^gg-train: //; / s; /d' said) <(sed 's/^gg-train-mpi: //; / s; /d' said2)
    ranks 2 --estimate m.yaml "$DATA/tiny.ggs" >estimate
    [ "$(grep -c '^parameters' estimate)" -eq 1 ]
    gg-select --frames 0:2 "$DATA/tiny.ggs" -o few.ggs
    mpirun -n 1 gg-train-mpi --estimate m.yaml "$DATA/tiny.ggs" : -n 1 gg-train-mpi --estimate m.yaml few.ggs >estimate2
    diff <(grep -E '^(parameters|frames|first)' estimate) <(grep -E '^(parameters|frames|first)' estimate2)
    gg-train-mpi --version | grep -q 'with .*MP'
    for option in --help --version --list-layers; do
        ranks 3 $option >said3
        gg-train-mpi $option | cmp - said3
    done
    says 2 "unknown option '--wrong'" ranks 3 --wrong m.yaml "$DATA/tiny.ggs" -o no
    says 2 "rank 1: unknown option '--wrong'" timeout 60 mpirun \
        -n 1 gg-train-mpi m.yaml "$DATA/tiny.ggs" -o no : -n 1 gg-train-mpi --wrong m.yaml "$DATA/tiny.ggs" -o no
    says 2 'rank 1 of 2 has another task than rank 0 .help, not training.' timeout 60 mpirun \
        -n 1 gg-train-mpi m.yaml "$DATA/tiny.ggs" -o no : -n 1 gg-train-mpi --help
}

@test "stopped with three ranks (75), it goes on with two, and to the bytes of one that was never stopped" {
    tiny_network 'epochs: 60, batch: 3, validation: 0.2'
    gg-train -q m.yaml "$DATA/train.ggs" -o alone
    mpirun -n 3 gg-train-mpi -q m.yaml "$DATA/train.ggs" -o run 2>said &
    job=$!
    waits run/best.ggm
    kill -USR1 $job
    status=0
    wait $job || status=$?
    [ "$status" -eq 75 ]
    [ ! -e run/model.ggm ]
    ranks 2 -q m.yaml "$DATA/train.ggs" -o run
    same_run alone run
}

@test "a killed rank ends the job within 10 s, loudly; the same command goes on" {
    tiny_network 'epochs: 60, batch: 2, validation: 0.2'
    gg-train -q m.yaml "$DATA/train.ggs" -o alone
    mpirun -n 2 gg-train-mpi -q m.yaml "$DATA/train.ggs" -o run 2>said &
    job=$!
    waits run/best.ggm
    victim=$(pgrep -P $job gg-train-mpi | tail -n 1)
    began=$SECONDS
    kill -KILL "$victim"
    status=0
    wait $job || status=$?
    [ "$status" -ne 0 ]
    [ $((SECONDS - began)) -le 10 ]
    grep -q 'signal 9' said
    [ ! -e run/model.ggm ]
    ranks 2 -q m.yaml "$DATA/train.ggs" -o run
    same_run alone run
}

@test "what ranks cannot share is refused, once, and nobody hangs" {
    tiny_network 'epochs: 1, batch: 2'
    says 2 '3 ranks, and a batch of 2: .*--batch 3' ranks 3 m.yaml "$DATA/tiny.ggs" -o run
    gg-select --frames 0:2 "$DATA/tiny.ggs" -o few.ggs
    says 2 '3 ranks, and 2 frames to train on' ranks 3 --batch 3 m.yaml few.ggs -o run
    says 2 '3 ranks, and train.shards is 2' ranks 3 --batch 3 --set train.shards=2 m.yaml "$DATA/tiny.ggs" -o run
    [ ! -e run/model.ggm ]
    says 2 'rank 1 of 2 has another configuration than rank 0' timeout 60 mpirun \
        -n 1 gg-train-mpi m.yaml "$DATA/tiny.ggs" -o run : -n 1 gg-train-mpi --lr 0.1 m.yaml "$DATA/tiny.ggs" -o run
    says 2 'rank 1 of 2 has another training set than rank 0 \(2 frames' timeout 60 mpirun \
        -n 1 gg-train-mpi m.yaml "$DATA/tiny.ggs" -o run : -n 1 gg-train-mpi m.yaml few.ggs -o run
    cp "$(command -v gg-train-mpi)" other
    printf 'x' >>other
    says 2 'rank 1 of 2 has another version than rank 0' timeout 60 mpirun \
        -n 1 gg-train-mpi m.yaml "$DATA/tiny.ggs" -o run : -n 1 ./other m.yaml "$DATA/tiny.ggs" -o run
    says 5 'rank 1: no.ggs: ' timeout 60 mpirun \
        -n 1 gg-train-mpi m.yaml "$DATA/tiny.ggs" -o run : -n 1 gg-train-mpi m.yaml no.ggs -o run
    : >empty
    says 4 'rank 1: empty: empty input' timeout 60 mpirun \
        -n 1 gg-train-mpi m.yaml "$DATA/tiny.ggs" -o run : -n 1 gg-train-mpi m.yaml empty -o run
    says 4 'standard input: empty' ranks 2 m.yaml -o run
    gg-features -q --add density "$DATA/tiny.ggs" -o features.ggs
    says 2 '2 ranks: a fit runs in one process' ranks 2 "$ROOT/examples/models/ridge.yaml" features.ggs -o run
}

# A limit on the size of files stands for a full disk, so messages go by sockets, not by files in memory.
@test "a disk that all share is full: one line, what was there stays, and the same command goes on" {
    tiny_network 'epochs: 6, batch: 2'
    gg-select --frames 0:2 "$DATA/tiny.ggs" -o few.ggs
    gg-train -q m.yaml few.ggs -o alone
    mkdir run
    cp alone/checkpoint.000000005.ggs alone/metrics.jsonl run
    small() { OMPI_MCA_btl=self,tcp timeout 100 mpirun -n 2 bash -c "trap '' XFSZ; ulimit -f 40; exec gg-train-mpi -q m.yaml few.ggs -o $1"; }
    says 5 'run/checkpoint.000000006.ggs: cannot write: File too large' small run
    says 5 'new/checkpoint.000000001.ggs: cannot write: File too large' small new
    cmp {alone,run}/checkpoint.000000005.ggs
    [ -z "$(find run new -name '*.tmp.*' -o -name model.ggm)" ]
    for folder in run new; do
        ranks 2 -q m.yaml few.ggs -o $folder
        same_run alone $folder
    done
}

# Each rank looks at its own frames first: the second is rank 1's, the fifth rank 0's.
@test "frames that cannot be prepared: the first of them is told, as by one process" {
    cat >m.yaml <<'YAML'
inputs: {node: [type], graph: [temperature], cutoff: 1.4}
layers:
  - {layer: embed, channels: 4, out: h}
  - {layer: conv, in: h, lmax: 1, out_irreps: 8x0e, radial: {n: 6, hidden: [8]}, out: h}
  - {layer: basis, in: [time, temperature], n: 2, range: [0.01, 10], out: c}
  - {layer: film, in: [h, c], hidden: [8], out: d}
heads:
  - {target: propensity, in: d, layer: mlp, hidden: [8]}
train: {batch: 2, epochs: 1}
YAML
    gg-dump --text "$DATA/tiny.ggs" |
        awk 'on { if (n == 2 || n == 5) $0 = "\t0"; on = 0 } /^field temperature/ { on = 1; n++ } { print }' | gg-dump -r -o bad.ggs
    run -3 --separate-stderr gg-train -q m.yaml bad.ggs -o alone
    grep -q "/2'.*above 0 is wanted" <<<"$stderr"
    says 3 "$(sed 's/^gg-train: //; s/[^a-zA-Z0-9 ]/./g' <<<"$stderr")\$" ranks 2 -q m.yaml bad.ggs -o two
    says 3 "/2'.*above 0 is wanted" ranks 2 -q --set 'train.views=[{view: rotation}]' m.yaml bad.ggs -o two
}

@test "a loss that is not finite, a folder that cannot be: the words and the status of one process" {
    tiny_network 'epochs: 2, batch: 4, clip: 0'
    run -6 --separate-stderr gg-train -q --lr 999 --set train.schedule=constant --epochs 200 m.yaml "$DATA/tiny.ggs" -o alone
    alone=${stderr#gg-train: }
    says 6 "$(sed 's/[^a-zA-Z0-9 ]/./g' <<<"$alone")" ranks 3 -q --lr 999 --set train.schedule=constant --epochs 200 \
        m.yaml "$DATA/tiny.ggs" -o three
    touch file
    says 5 'file' ranks 2 m.yaml "$DATA/tiny.ggs" -o file
    mkdir -p run/model.ggm
    says 5 'run/model.ggm' ranks 2 -q m.yaml "$DATA/tiny.ggs" -o run
}
