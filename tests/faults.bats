#!/usr/bin/env bats
# faults.bats -- calls of the system that fail, are short, or are the last: a line and status 5, the bytes of before, a run that goes on
#
# cases/failing_calls.c, preloaded, counts the calls of a program and lets the n-th fail; n = 1, 2, ... goes through all of them.  SLOW=1
# takes every n, without it steps of a few: each is tried from time to time, all programs and all kinds of calls always.

load helper

setup_file() {
    # sanitizers have a malloc of their own
    [[ $GG_BIN == *san ]] || ! command -v "${CC:-cc}" >/dev/null ||
        "${CC:-cc}" -O1 -shared -fPIC -o "$BATS_FILE_TMPDIR/calls.so" "$ROOT/tests/cases/failing_calls.c" -ldl
}
setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    CALLS_SO="$BATS_FILE_TMPDIR/calls.so"
    [ -e "$CALLS_SO" ] || skip "needs cc, and programs without sanitizers"
    export GG_THREADS=1
}

# with SETTINGS... -- COMMAND...: runs it with calls as the settings say; timeout is no program of ours and has them not
with() {
    local settings=()
    while [ "$1" != -- ]; do settings+=("$1") && shift; done
    shift
    timeout -s KILL 60 env "${settings[@]}" LD_PRELOAD="$CALLS_SO" "$@"
}

# calls NAMES COMMAND...: how many there are in a run that nothing happens to; its output is in said
calls() {
    with CALLS="$1" CALLS_COUNT="$PWD/count" -- "${@:2}" >said 2>/dev/null
    cat count
}

# whole OUTPUT: it is what wanted is; of a folder, all but what tells times, or how far it came
whole() { diff -rq -x lock -x metrics.jsonl -x 'checkpoint*' "$1" wanted >/dev/null; }

# ended STATUS OUTPUT: as it should: with a line and no file or the whole file, or with the bytes of before.  libgomp and libgfortran speak
# for themselves.
ended() {
    case $1 in
    5) { { [ "$(grep -vc ': warning: ' why)" -eq 1 ] && ! grep -qiE 'no error|success' why; } || grep -qE '^libgomp|^Operating system error' why; } &&
        { [ ! -f "$2" ] || whole "$2"; } ;;
    0) cmp -s said now && { [ ! -e wanted ] || whole "$2"; } ;;
    *) false ;;
    esac
}

# failing NAMES DO STEP OUTPUT COMMAND...: every STEP-th of these calls fails (alone, or full: all behind it, too), one in each run;
# OUTPUT is what the command makes here, or - if nothing
failing() {
    local names=$1 way=$2 step=$3 output=made/$4 n count status tried=0
    shift 4
    rm -rf made wanted && mkdir made
    count=$(calls "$names" "$@")
    [ "$count" -gt 3 ]
    [ ! -e "$output" ] || mv "$output" wanted
    for ((n = 1 + RANDOM % step; n <= count; n += step)); do
        rm -rf made log && mkdir made
        status=0
        with CALLS="$names" CALLS_AT=$n CALLS_DO="$way" CALLS_LOG="$PWD/log" -- "$@" >now 2>why || status=$?
        ended $status "$output" || { echo "$*: $names $n of $count, $way: status $status: $(cat why)" && return 1; }
        left_none "$names" || { echo "$*: $names $n of $count leaves $(find made -name '*.tmp.*')" && return 1; }
        tried=$((tried + 1))
    done
    counted $tried
}

# Half a file has no name, or none for long.  What cannot be removed stays, and where there is no memory there is none to tidy up with.
left_none() {
    [[ "$1" = *:malloc:* ]] || [ -z "$(find made -name '*.tmp.*')" ] || grep -q '^unlink .* fails$' log
}

# ---- what is tried ----

# outputs: OUTPUT COMMAND of one use of each program that writes a file, on what trained makes
trained() {
    twelve
    gg-train -q -o run m.yaml small.ggs
    gg-predict run/model.ggm small.ggs -o predicted.ggs
    gg-dump --extxyz small.ggs >small.xyz
    gg-select --limit 1 -o one.ggs "$DATA/tiny.ggs"
}
outputs() {
    cat <<'LIST'
loss.svg gg-plot loss -o made/loss.svg run/metrics.jsonl
out.ggs gg-features --add voronoi --cutoff 1.1 -o made/out.ggs small.ggs
out.ggs gg-import -o made/out.ggs small.xyz
out.tsv gg-corr --tsv -o made/out.tsv predicted.ggs
out.ggs gg-predict -o made/out.ggs run/model.ggm small.ggs
out.ggs gg-select -o made/out.ggs small.ggs
out.ggs gg-neighbors --cutoff 1.2 -o made/out.ggs small.ggs
out.ggs gg-quench -o made/out.ggs small.ggs
out.ggs gg-md --runs 2 --times 0.01 -o made/out.ggs one.ggs
out.ggs gg-rotate --seed 1 -o made/out.ggs small.ggs
frames gg-dump --npz made/frames small.ggs
LIST
    echo "out.ggs gg-import -o made/out.ggs $ROOT/tests/cases/mixed.npz"
    echo "out.ggs gg-import -o made/out.ggs $ROOT/tests/cases/r1.dump"
    echo "out.ggs gg-targets -o made/out.ggs $DATA/tiny_replicas.ggs"
}

# foreign: a small file of every format that gg-import reads, in files/
foreign() {
    local cases="$ROOT/tests/cases" corpus="$ROOT/tests/fuzz/corpus" k
    mkdir files
    cp "$cases"/{r1.dump,labels.data,nep.xyz,mixed.npz,numpy1.pickle,numpy2.pickle} files
    for k in rumd atooms csv; do tail -c +2 "$corpus/xyz/$k" >files/$k; done
    { printf '\xdf\x65\xdf\x65\xdf\x65\xdf\x65' && cat "$corpus/gsd/one"; } >files/one.gsd
    printf '%s\n' 2 '' 'A 0 0 0.12345678' 'B 1 1 1' >files/plain.xyz
    gzip -c files/r1.dump >files/r2.dump.gz
    command -v xz >/dev/null && xz -c files/r1.dump >files/r3.dump.xz
    command -v zstd >/dev/null && zstd -q -c files/r1.dump >files/r4.dump.zst
    gg-dump -r "$cases/small.txt" | gg-dump --npz own
    cp own/frame-000000.npz files/own.npz
    /usr/bin/python3 "$cases/small_archives.py" files 2>/dev/null || echo "# no python3: no .pt, no binary dump"
}

# ---- memory ----

@test "no memory at any one point: a line and status 5, or nothing changed" {
    trained
    failing :malloc: fail 7 loss.svg gg-plot loss -o made/loss.svg run/metrics.jsonl
    failing :malloc: fail 7 out.ggs gg-features --add voronoi --cutoff 1.1 -o made/out.ggs small.ggs
    failing :malloc: fail 31 out.ggs gg-import -o made/out.ggs "$ROOT/tests/cases/mixed.npz"
}

@test "no memory at any one point: gg-import, every format, every allocation" {
    need_slow
    foreign
    for f in files/*; do failing :malloc: fail 1 out.ggs gg-import -q -o made/out.ggs "$f"; done
}

@test "no memory at any one point: every program, every allocation" {
    need_slow
    trained
    while read -r -a words; do failing :malloc: fail 1 "${words[@]}" </dev/null; done < <(outputs)
    failing :malloc: fail 1 trained gg-train -q --epochs 1 -o made/trained m.yaml small.ggs
    for form in '' --prov --json --text --csv --extxyz --vtk --check; do
        # shellcheck disable=SC2086
        failing :malloc: fail 1 - gg-dump $form small.ggs
    done
}

# ---- files ----

@test "every call of the system fails once: status 5 and no file, or the whole file" {
    trained
    while read -r -a words; do failing :all: fail "$(every 3)" "${words[@]}" </dev/null; done < <(outputs)
    foreign
    for f in files/*; do failing :all: fail "$(every 11)" out.ggs gg-import -q -o made/out.ggs "$f"; done
    for form in '' --prov --json --text --csv --extxyz --vtk; do
        # shellcheck disable=SC2086
        failing :all: fail "$(every 7)" - gg-dump $form small.ggs
    done
}

@test "a disk that is full from any write on: status 5 and no file, or the whole file" {
    trained
    while read -r -a words; do failing :write:fsync:linkat:dprintf:rename:open: full "$(every 2)" "${words[@]}" </dev/null; done < <(outputs)
}

# a real one, of 64 kB: streams of 96 kB, a network whose checkpoints are larger
@test "a small disk that is full: the message names the path, nothing is left under the final name" {
    unshare -m true 2>/dev/null || skip "needs root, for a file system of its own"
    cat >inside.sh <<'SH'
mount -t tmpfs -o size=64k none disk || exit 77
cd disk
gg-train -q --set layers.0.channels=64 -o run ../m.yaml ../small.ggs 2>../train.why; echo $? >../train.status
ls -R . >../train.left
rm -rf run
n=0
for command in 'gg-select' 'gg-neighbors --cutoff 1.4' 'gg-features --add species' 'gg-quench' 'gg-rotate --seed 1' 'gg-import'; do
    input=../large.ggs
    [ "$command" != gg-import ] || input=../large.xyz
    n=$((n + 1))
    $command -o out.ggs $input 2>../$n.why
    echo $? >../$n.status
    ls >../$n.left
done
SH
    twelve
    mkdir disk
    gg-select -o large.ggs "$DATA/tiny.ggs"
    gg-dump --extxyz large.ggs >large.xyz
    unshare -m bash inside.sh || skip "no tmpfs here"
    [ "$(cat train.status)" -eq 5 ]
    grep -q '^gg-train: run/.*: No space left on device$' train.why
    run ! grep -q 'model.ggm' train.left
    for n in 1 2 3 4 5 6; do
        [ "$(cat $n.status)" -eq 5 ]
        grep -v ': warning: ' $n.why | tee said
        [ "$(grep -c . said)" -eq 1 ]
        grep -q ': out.ggs: cannot write: No space left on device$' said
        [ ! -s $n.left ]
    done
}

@test "reads and writes that are interrupted and do less than they might: the same bytes" {
    local seed tried=0 input
    trained
    while read -r -a words; do
        for ((seed = 1; seed <= $([ -n "${SLOW:-}" ] && echo 40 || echo 2); seed++)); do
            rm -rf made wanted && mkdir made
            "${words[@]:1}" >said </dev/null
            mv "made/${words[0]}" wanted
            with CALLS_DO=short CALLS_AT=$seed -- "${words[@]:1}" >now </dev/null
            ended 0 "made/${words[0]}" || { echo "${words[*]:1}: seed $seed" && false; }
            tried=$((tried + 1))
        done
    done < <(outputs)
    # pipes at both ends, and a training with its files, that goes on
    cp -r run two
    gg-train -q --epochs 2 -o two m.yaml small.ggs
    for ((seed = 1; seed <= 8; seed++)); do
        with CALLS_DO=short CALLS_AT=$seed -- gg-select <"$DATA/tiny.ggs" | with CALLS_DO=short CALLS_AT=$((seed + 50)) -- gg-neighbors --cutoff 1.3 >pipe.ggs
        gg-select <"$DATA/tiny.ggs" | gg-neighbors --cutoff 1.3 | cmp - pipe.ggs
        for input in csv text; do
            with CALLS_DO=short CALLS_AT=$seed -- gg-dump --$input predicted.ggs | cmp - <(gg-dump --$input predicted.ggs)
        done
        rm -rf again
        with CALLS_DO=short CALLS_AT=$seed -- gg-train -q -o again m.yaml small.ggs
        gg-cmp run/model.ggm again/model.ggm
        with CALLS_DO=short CALLS_AT=$seed -- gg-train -q --epochs 2 -o again m.yaml small.ggs
        gg-cmp two/model.ggm again/model.ggm
        tried=$((tried + 5))
    done
    counted $tried
}

# ---- training ----

# straight: a run of 4 epochs in `straight`; go: the same in `run`
go() { gg-train -q --epochs 4 --set train.schedule=constant -o run m.yaml small.ggs; }
straight() {
    twelve
    go
    mv run straight
}
measured() { grep -v '"event":"start"' "$1/metrics.jsonl" | sed -E 's/"(seconds|processor)":[^,}]*//g'; }
as_straight() { cmp run/model.ggm straight/model.ggm && diff <(measured run) <(measured straight); }
two_stay() { [ "$(find run -name 'checkpoint.*.ggs' | wc -l)" -eq 2 ]; }

# What stands in metrics.jsonl behind a failure begins with what stood there at the last checkpoint: nothing is begun anew.
@test "every call of a training fails once: status 5, and the same command goes on to the same model" {
    local n status lines tried=0
    straight
    gg-train -q --epochs 2 --set train.schedule=constant -o half m.yaml small.ggs
    grep -v '"event":"end"' half/metrics.jsonl >lines
    cp -r half run
    n=$(calls :all: gg-train -q --epochs 4 --set train.schedule=constant -o run m.yaml small.ggs)
    [ "$n" -gt 80 ]
    for ((k = 1 + RANDOM % $(every 4); k <= n; k += $(every 4))); do
        rm -rf run && cp -r half run
        status=0
        with CALLS=:all: CALLS_AT=$k -- gg-train -q --epochs 4 --set train.schedule=constant -o run m.yaml small.ggs 2>why || status=$?
        [ $status -eq 0 ] || { [ $status -eq 5 ] && [ "$(grep -c . why)" -eq 1 ]; } || { echo "call $k of $n: status $status: $(cat why)" && false; }
        head -n "$(grep -c . lines)" run/metrics.jsonl | cmp - lines || { echo "call $k of $n: begun anew" && false; }
        [ $status -eq 5 ] || as_straight
        go
        { as_straight && two_stay; } || { echo "call $k of $n: status $status: $(cat why)" && false; }
        tried=$((tried + 1))
    done
    counted $tried
}

@test "killed at any call of a training, inside the checkpoint too: the same command goes on to the same bytes" {
    local n k=0 killed=0 kills=${GG_KILLS:-20} status
    straight
    n=$(calls :all: gg-train -q --epochs 4 --set train.schedule=constant -o run m.yaml small.ggs)
    rm -rf run
    while [ $killed -lt "$kills" ]; do
        status=0
        with CALLS=:all: CALLS_AT=$((1 + (k * 37 + RANDOM % 3) % n)) CALLS_DO=kill -- \
            gg-train -q --epochs 4 --set train.schedule=constant -o run m.yaml small.ggs 2>why || status=$?
        # a run that goes on has fewer calls, and may be through before it is killed
        [ $status -eq 137 ] || [ $status -eq 0 ] || { echo "kill $k: status $status: $(cat why)" && false; }
        [ $status -ne 137 ] || killed=$((killed + 1))
        k=$((k + 1))
        if [ $((k % 4)) -eq 0 ]; then # one line each: of a chain only the last would fail the test
            go
            as_straight
            two_stay
            rm -rf run
        fi
    done
    go
    as_straight
    two_stay
    counted "$killed"
}

# ---- order ----

# A kill of the machine leaves a file whole or absent only if its bytes are on the disk before it has its name, and the name is there only
# if the folder is, too.  A checkpoint says how far metrics.jsonl goes, so that is on the disk before it.
@test "order of what is made durable: file, then name, then folder; what a checkpoint tells of, before it" {
    trained
    rm -f log
    with CALLS_LOG="$PWD/log" -- gg-train -q --epochs 3 -o ordered m.yaml small.ggs
    with CALLS_LOG="$PWD/log" -- gg-select -o out.ggs small.ggs
    awk '
        function bad(why) { print "line " NR ": " $0 ": " why; wrong = 1 }
        $1 == "fsync" { synced = $2; if (named != "" && $2 == folder) { named = "" } }
        $1 == "open" { opened = $2 }
        $1 == "write" { if ($2 == synced) synced = ""; if ($2 == measures) dirty = 1 }
        $1 == "fdatasync" { measures = $2; dirty = 0; seen = 1 }
        $1 == "linkat" {
            if (synced == "") bad("its bytes are not durable")
            if ($2 ~ /checkpoint/ && (dirty || !seen)) bad("metrics.jsonl is not durable")
        }
        $1 == "rename" {
            if (named != "") bad("the folder of " named " is not durable")
            named = $2; renamed++; folder = synced
        }
        END {
            if (named != "") bad("the folder of " named " is not durable")
            if (renamed != 5) bad(renamed " files were named, wanted 3 checkpoints, a model, a stream")
            exit wrong
        }' log
}

# ---- size ----

# peak PID: the most that it had in memory, in kB, while it lived
peak() {
    local most=0 now
    while now=$(awk '/^VmHWM/ { print $2 }' "/proc/$1/status" 2>/dev/null) && [ -n "$now" ]; do
        most=$now
        sleep 0.1
    done
    echo "$most"
}

@test "10000 frames of 4000 particles and their edges, 30 GB, in less than 100 MB resident; a frame of a million particles" {
    need_slow
    local n=${GG_FRAMES:-10000} pid
    gg-select --limit 1 -o one.ggs "$DATA/tiny.ggs"
    gg-rotate --replicate 4,2,2 one.ggs | gg-neighbors --cutoff 2 --vectors -o frame.ggs
    [ $((n * $(stat -c %s frame.ggs))) -gt 30000000000 ] || [ "$n" -lt 10000 ]
    gg-select -o /dev/null < <(for ((k = 0; k < n; k++)); do cat frame.ggs; done) &
    pid=$!
    peak $pid >most
    wait $pid
    [ "$(cat most)" -gt 1000 ]
    [ "$(cat most)" -lt 100000 ]
    gg-rotate --replicate 16,16,16 -o million.ggs one.ggs
    gg-select million.ggs | gg-dump | grep -q ' 1024000 nodes,'
    counted "$n"
}
