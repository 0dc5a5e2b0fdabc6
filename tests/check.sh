#!/bin/bash
# check.sh PART... -- runs parts of the tests and ends with one line: N passed, N failed[, N skipped]
#   units programs tree pages shell; slurm;  GG_BIN: where the programs are, build/VARIANT
# The release variant runs all of programs.  double runs what numbers decide, the sanitizers what reads bytes and one tiny training:
# the files in tests/ say which those are, by bats tags (law, golden, reader, tiny).  SLOW=1 runs all in every variant, and long tests.
set -u
cd "$(dirname "$0")/.." || exit 1
export GG_BIN="${GG_BIN:-$PWD/build/release}"
# Sanitizers end a program with a status that no test expects; idle threads do not spin beside each other's tests.
export ASAN_OPTIONS="exitcode=99:${ASAN_OPTIONS:-}" LSAN_OPTIONS="exitcode=99:${LSAN_OPTIONS:-}"
export UBSAN_OPTIONS="exitcode=99:print_stacktrace=1:${UBSAN_OPTIONS:-}"
export OMP_WAIT_POLICY=passive
unset MAKEFLAGS MFLAGS MAKELEVEL # a make that a test starts is its own
source tests/built.bash
passed=0 failed=0 skipped=0
tags=()
case "${SLOW:+slow}$(basename "$GG_BIN")" in
double) tags=(--filter-tags law --filter-tags golden) ;;
san | double-san) tags=(--filter-tags reader --filter-tags tiny) ;;
esac
log=$(mktemp -d) || exit 1
trap 'rm -rf "$log"' EXIT

# Adds the "ok", "not ok" and "ok ... # skip" lines of a file.
count() {
    local s n f
    s=$(grep -cE '^ok .*# skip' "$1")
    n=$(grep -cE '^ok ' "$1")
    f=$(grep -cE '^not ok ' "$1")
    passed=$((passed + n - s)) failed=$((failed + f)) skipped=$((skipped + s))
}

# A part that fails without saying what failed counts once.
ended() { # PART STATUS FAILED_BEFORE
    [ "$2" -eq 0 ] || [ "$failed" -gt "$3" ] || { echo "not ok $1 ended with status $2"; failed=$((failed + 1)); }
}

# One line a suite; all that it printed if it failed.
units() {
    local t n f s status
    for t in tests/unit/test_*.c; do
        t=$(basename "$t" .c)
        ! left_out "$t" || continue
        "$GG_BIN/unit/$t" >"$log/unit" 2>&1
        status=$?
        n=$(grep -aoE '\[  PASSED  \] [0-9]+ test' "$log/unit" | grep -oE '[0-9]+')
        f=$(grep -aoE '\[  FAILED  \] [0-9]+ test' "$log/unit" | grep -oE '[0-9]+')
        s=$(grep -aoE '\[  SKIPPED \] [0-9]+ test' "$log/unit" | grep -oE '[0-9]+')
        if [ $status -eq 0 ] && [ "${f:-0}" -eq 0 ] && [ $((${n:-0} + ${s:-0})) -gt 0 ]; then
            echo "ok $t ($n tests${s:+, $s skipped})"
        else
            [ "${f:-0}" -gt 0 ] || f=1
            cat "$log/unit"
            echo "not ok $t (status $status)$(sed -nE 's/^\[  FAILED  \] ([a-zA-Z_][^:(]*)$/: \1/p' "$log/unit" | sort -u | tr -d '\n')"
        fi
        passed=$((passed + ${n:-0})) failed=$((failed + ${f:-0})) skipped=$((skipped + ${s:-0}))
    done
}

programs() {
    local before=$failed status jobs=()
    command -v parallel >/dev/null && jobs=(--jobs "$(nproc)")
    bats --formatter tap "${jobs[@]}" "${tags[@]}" tests/*.bats </dev/null 2>&1 | tee "$log/programs"
    status=${PIPESTATUS[0]}
    count "$log/programs"
    ended bats "$status" "$before"
}

tree() {
    local before=$failed status
    tests/tree.sh | tee "$log/tree"
    status=${PIPESTATUS[0]}
    count "$log/tree"
    ended tree.sh "$status" "$before"
}

# On a Slurm of its own, where its packages are (Debian: slurm-wlm).
slurm() {
    local before=$failed status
    SLURM=1 bats --formatter tap tests/slurm.bats </dev/null 2>&1 | tee "$log/slurm"
    status=${PIPESTATUS[0]}
    count "$log/slurm"
    ended slurm "$status" "$before"
}

pages() {
    local before=$failed status
    find man -name '*.[157]' | sort | xargs -r -n 1 -P "$(nproc)" tests/page.sh | tee "$log/pages"
    status=${PIPESTATUS[2]}
    count "$log/pages"
    ended page.sh "$status" "$before"
}

shell() {
    local f
    for f in $(git ls-files '*.sh' '*.bash' '*.bats' .ci/run 2>/dev/null || find tests examples -name '*.sh' -o -name '*.ba*'); do
        if shellcheck -S warning -e SC2154 -x -P SCRIPTDIR "$f"; then echo "ok shellcheck $f"; else echo "not ok shellcheck $f"; fi
    done | tee "$log/shell"
    count "$log/shell"
}

# The tests of a log that failed, each with the place that bats tells.
names() {
    awk '
    function tell() { if (name != "") print name; name = "" }
    /^(not )?ok / { tell() }
    /^not ok / { name = $0 }
    name != "" && /^#.* in test file / { sub(/.* in test file /, ""); sub(/, line /, ":"); sub(/\)$/, ""); name = name "  (" $0 ")"; tell() }
    END { tell() }' "$1"
}

for part in "$@"; do
    echo "# $part"
    began=$SECONDS
    "$part" > >(tee -a "$log/all") 2>&1
    wait $! # for the last lines of tee
    echo "# $part took $((SECONDS - began)) s"
done
[ $failed -eq 0 ] || { echo "# failed:"; names "$log/all"; }
line="$passed passed, $failed failed"
[ $skipped -eq 0 ] || line="$line, $skipped skipped"
echo "$line"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
