#!/usr/bin/env bats
# check.bats -- what tests/check.sh says at its end: the names of what failed, where, and the sum

load helper

# Every unit test passes but one; they are scripts that print what cmocka prints.
@test "check.sh ends with the names of the tests that failed, and their number" {
    mkdir -p bin/unit
    for t in "$ROOT"/tests/unit/test_*.c; do
        printf '#!/bin/sh\necho "[  PASSED  ] 2 test(s)."\n' >"bin/unit/$(basename "$t" .c)"
    done
    cat >bin/unit/test_util_opt <<'SH'
#!/bin/sh
printf '[  PASSED  ] 1 test(s).\n[  FAILED  ] tests: 1 test(s), listed below:\n[  FAILED  ] wrapped\n'
exit 1
SH
    chmod +x bin/unit/*
    GG_BIN=$PWD/bin run -1 bash "$ROOT/tests/check.sh" units
    [[ "${lines[-1]}" =~ ^[0-9]+\ passed,\ 1\ failed$ ]]
    [ "${lines[-2]}" = 'not ok test_util_opt (status 1): wrapped' ]
    [ "${lines[-3]}" = '# failed:' ]
    printf '#!/bin/sh\necho "[  PASSED  ] 2 test(s)."\n' >bin/unit/test_util_opt
    GG_BIN=$PWD/bin run -0 bash "$ROOT/tests/check.sh" units
    [[ "${lines[-1]}" =~ ^[0-9]+\ passed,\ 0\ failed$ ]]
}

@test "the place that bats tells stands behind the name" {
    printf '%s\n' 'ok 1 one' 'not ok 2 two' '# (from function `f'"'"' in file a, line 3,' '#  in test file tests/x.bats, line 7)' 'ok 3 three' \
        'not ok 4 four' >log
    bash -c "$(sed -n '/^names() {/,/^}/p' "$ROOT/tests/check.sh"); names log" >said
    printf '%s\n' 'not ok 2 two  (tests/x.bats:7)' 'not ok 4 four' | diff - said
}

# Units and bats are scripts here, in a tree of its own, so that the tables of nights stay.
@test "hard.sh: what is aborted or says nothing is a finding, what is skipped is called so" {
    mkdir -p tests bin/unit
    cp "$ROOT/tests/hard.sh" tests
    export GG_BIN="$PWD/bin" PATH="$PWD/bin:$PATH"
    hard() { run "$1" bash tests/hard.sh "$2" && awk -F '\t' 'NR == 2 { print $2, $3 }' build/hard/table.tsv >row; }
    while IFS='|' read -r script status row; do
        printf '#!/bin/sh\n%s\n' "$script" | tee bin/bats >bin/unit/test_stream_damage
        chmod +x bin/bats bin/unit/test_stream_damage
        hard "-$status" "$(grep -q '^echo .\[' <<<"$script" && echo 'flips of a stream' || echo 'lying')"
        [ "$(cat row)" = "$row" ] || { echo "$script: $(cat row), wanted $row" && false; }
    done <<'CASES'
echo '[       OK ] a'|0|1 0
echo '[       OK ] a'; kill -ABRT $$|1|1 1
echo '[       OK ] a'; exit 1|1|1 1
echo '[  PASSED  ] 0 test(s).'|1|0 1
echo '[       OK ] a'; echo '[  FAILED  ] b'; exit 1|1|2 1
echo 'ok 1 a'|0|1 0
echo 'ok 1 a'; kill -KILL $$|1|1 1
echo 'ok 1 a # skip needs SLOW'|0|skipped 0
echo 'ok 1 a # skip needs SLOW'; echo 'ok 2 b'|0|1 0
echo 'ok 1 a'; echo 'not ok 2 b'; exit 1|1|2 1
echo '1..0'|1|0 1
CASES
}
