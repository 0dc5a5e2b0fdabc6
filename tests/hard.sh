#!/bin/bash
# hard.sh [ROW...] -- the hardening campaign at length (gg_hardening(7)): every row, or those named; ends with one table
#   HOURS   of fuzzing, shared by the readers (1; 0.1 is enough to see that all of them run)
#   make check-hard has built what it needs.  The table goes to build/hard/table.tsv, too; inputs that a fuzzer finds interesting stay in
#   build/hard/corpus for the next night, inputs that fail in build/hard/found, counts of all nights in build/hard/executions.tsv.
# Each row runs tests that `make check` runs in their short form: here every call of the system, all kills, all seeds.
set -u
cd "$(dirname "$0")/.." || exit 1
export GG_BIN="${GG_BIN:-$PWD/build/release}" OMP_WAIT_POLICY=passive
HOURS=${HOURS:-1}
hard=$PWD/build/hard
mkdir -p "$hard"
log=$(mktemp -d) || exit 1
trap 'rm -rf "$log"' EXIT
commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
failed=0

# line WHAT EXECUTIONS FINDINGS SECONDS COMMAND: of the table; EXECUTIONS is "skipped" where nothing could be tried here
line() {
    printf '%s\t%s\t%s\t%s\t%s\n' "$@" | tee -a "$log/table" | cut -f 1-4
    [ "$3" -eq 0 ] || failed=1
}

# ---- rows that are tests ----

# Name, file, which of its tests; what of them is counted (GG_COUNTS), or the tests themselves.
tests() {
    cat <<'LIST'
truncation and bit flips of a stream|unit|test_stream_damage
truncation and bit flips of foreign files|unit|test_foreign_damage
round trips of random streams|unit|test_round_trips
corpora of the fuzzers|hostile.bats|what fuzzers found
the two readers, C and numpy|ggs-py.bats|accepted by fuzzers
lying sizes|gg-dump.bats|lying size
announced sizes of models|hostile.bats|announces more
little address space|hostile.bats|little address space
no memory, every allocation|faults.bats|no memory at any one point
every call of the system fails|faults.bats|every call of the system
every call of a training fails|faults.bats|every call of a training
full from any write on|faults.bats|full from any write
small full disk|faults.bats|small disk
interrupted and short calls|faults.bats|interrupted
killed in training|faults.bats|killed at any call
order of fsync|faults.bats|order of what
outputs that fail|common.bats|outputs that fail
closed pipes|.|closed pipe
NaN, infinities, denormals|numbers.bats|.
same bytes for threads and ranks|.|(number of|[0-9] and [24]) threads|ranks
many frames, large frames|faults.bats|resident
files of earlier releases|golden.bats|.
LIST
}

# SLOW=1 and the counts belong to the tests that know of them.
row() { # NAME FILE WHICH
    local began=$SECONDS status=0 ok bad n command
    : >"$log/counts"
    if [ "$2" = unit ]; then
        command="GG_ROUNDS=1000 $GG_BIN/unit/$3"
        GG_ROUNDS=1000 GG_COUNTS="$log/counts" "$GG_BIN/unit/$3" >"$log/said" 2>&1 || status=$?
        ok=$(grep -c '^\[       OK \]' "$log/said") bad=$(grep -c '^\[  FAILED  \] [a-z]' "$log/said")
    else
        command="SLOW=1 GG_KILLS=200 bats -f '$3' tests/${2#.}"
        SLOW=1 GG_KILLS=200 GG_COUNTS="$log/counts" bats --formatter tap -f "$3" tests/"${2#.}" </dev/null >"$log/said" 2>&1 || status=$?
        bad=$(grep -c '^not ok' "$log/said") ok=$(grep '^ok' "$log/said" | grep -vc '# skip')
    fi
    n=$(awk '{ n += $1 } END { print n + 0 }' "$log/counts")
    [ "$n" -gt 0 ] || n=$((ok + bad))
    if [ "$n" -eq 0 ] && grep -q '^ok.*# skip' "$log/said"; then n=skipped; fi
    # aborted, or killed, or nothing at all: no test says so
    [ "$status" -eq 0 ] && [ "$n" != 0 ] || [ "$bad" -gt 0 ] || bad=1
    [ "$bad" -eq 0 ] || { echo "$command: status $status" && grep -vE '^ok|OK' "$log/said" | tail -n 40; }
    line "$1" "$n" "$bad" $((SECONDS - began)) "$command"
}

# ---- threads ----

threads() {
    local began=$SECONDS status=0 command='make check-tsan'
    command -v clang >/dev/null || { line "streams and threads under TSan" skipped 0 0 "$command" && return; }
    make --no-print-directory check-tsan >"$log/said" 2>&1 || status=1
    [ $status -eq 0 ] || tail -n 40 "$log/said"
    line "streams and threads under TSan" "$(grep -c '^ok' "$log/said")" $status $((SECONDS - began)) "$command"
}

# ---- fuzzing ----

# Shares of the time: the stream most, what is behind a packer's library least.
share() {
    case $1 in
    stream) echo 12 ;;
    unpack | npz | gsd) echo 1 ;;
    *) echo 2 ;;
    esac
}

fuzz_one() { # TARGET SECONDS
    local began=$SECONDS status=0 n target="build/fuzz/fuzz/fuzz_$1"
    mkdir -p "$hard/corpus/$1" "$hard/found/$1"
    set -- "$1" "$target" -max_total_time="$2" -max_len=4096 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="build/hard/found/$1/" "build/hard/corpus/$1" "tests/fuzz/corpus/$1"
    "${@:2}" >"$log/said" 2>&1 || status=1
    [ $status -eq 0 ] || tail -n 40 "$log/said"
    n=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log/said")
    printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$commit" "${n:-0}" $status $((SECONDS - began)) >>"$hard/executions.tsv"
    line "fuzz $1" "${n:-0}" $status $((SECONDS - began)) "${*:2}"
}

fuzz() {
    local targets all=0 t
    command -v clang >/dev/null || { line fuzz skipped 0 0 'make fuzz' && return; }
    make --no-print-directory fuzz >"$log/said" 2>&1 || { tail -n 20 "$log/said" && line fuzz 0 1 0 'make fuzz' && return; }
    mapfile -t targets < <(find build/fuzz/fuzz -name 'fuzz_*' -type f | sed 's/.*fuzz_//' | sort)
    for t in "${targets[@]}"; do all=$((all + $(share "$t"))); done
    for t in "${targets[@]}"; do
        fuzz_one "$t" "$(awk -v h="$HOURS" -v s="$(share "$t")" -v all=$all 'BEGIN { n = int(3600 * h * s / all); print n < 1 ? 1 : n }')"
    done
}

# ---- all of them ----

wanted() { # NAME: it is named, or nothing is
    local w
    [ ${#rows[@]} -eq 0 ] && return
    for w in "${rows[@]}"; do [[ "$1" == *"$w"* ]] && return; done
    return 1
}
rows=("$@")
while IFS='|' read -r name file which; do
    ! wanted "$name" || row "$name" "$file" "$which"
done < <(tests)
! wanted threads || threads
! wanted fuzz || fuzz
[ -s "$log/table" ] || { echo "hard.sh: no such row: $*"; exit 2; }
{ printf 'what\texecutions\tfindings\tseconds\tcommand\n' && cat "$log/table"; } | tee "$hard/table.tsv"
exit $failed
