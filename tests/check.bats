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
