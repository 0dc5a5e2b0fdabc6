#!/bin/bash
# coverage.sh -- which lines of common/stream and common/formats the tests run (gcovr); `make coverage` has built what it needs
#   The table goes to build/coverage/report.txt.  Lines that are left out say why: a comment GCOVR_EXCL behind them (gg_hardening(7)).
set -u
cd "$(dirname "$0")/.." || exit 1
command -v gcovr >/dev/null || { echo "coverage.sh: gcovr is not here: apt-get install gcovr" >&2; exit 1; }
export GG_BIN="$PWD/build/coverage" OMP_WAIT_POLICY=passive
find "$GG_BIN/obj" -name '*.gcda' -delete
failed=0

# Units that know of frames or files, the corpora of the fuzzers (hostile.bats), and the programs whose work those are.
source tests/built.bash
while read -r unit; do
    unit=$(basename "$unit" .c)
    left_out "$unit" || "$GG_BIN/unit/$unit" >"$GG_BIN/said" 2>&1 || { tail -n 5 "$GG_BIN/said" && echo "not ok $unit" && failed=1; }
done < <(grep -lE '#include "(stream|formats)/|(stream|foreign)_(fixture|sets)|random_frame' tests/unit/*.c)
# Whether these pass make check says: a profile cannot be written where a test allows no files or no memory.
bats --jobs "$(nproc)" --formatter tap tests/{common,decoder,gg-cmp,gg-corr,gg-dump,gg-effects,gg-import*,gg-prov,gg-select,gg-targets,gg-train,golden,hostile,names,numbers,predictions,public-weights,runs,times,tools,trajectory}.bats \
    </dev/null >"$GG_BIN/said" 2>&1
bats -f 'every call of the system|full from any write' tests/faults.bats </dev/null >>"$GG_BIN/said" 2>&1
gcovr -r . --object-directory "$GG_BIN/obj" --filter 'common/(stream|formats)/' --exclude-unreachable-branches --exclude-throw-branches \
    --exclude-lines-by-pattern '.*GCOVR_EXCL.*' --txt "$GG_BIN/report.txt" --print-summary "$GG_BIN/obj" | grep -E '^(lines|branches)'
awk '/^common/ && $4 != "100%"' "$GG_BIN/report.txt"
exit $failed
