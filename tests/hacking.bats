#!/usr/bin/env bats
# hacking.bats -- what gg_hacking(7) tells a newcomer to write does compile and work

load helper

# from_page FILE: the source of FILE as the page shows it
from_page() {
    awk -v first="^/\\\\* $1 -- " '$0 ~ first { on = 1 } /^\.Ed/ { on = 0 } on' "$ROOT/man/gg_hacking.7" | sed 's/\\e/\\/g' >"$1"
    [ -s "$1" ]
}

# compile OUTPUT FLAGS_AND_SOURCES...: a program with the suite's compiler and flags, and the library behind
compile() {
    local out=$1 command
    shift
    [ -e "$GG_BIN/libgg.a" ]
    command=$(head -n 1 "$GG_BIN/flags")
    # shellcheck disable=SC2046
    (cd "$ROOT" && eval "${command/ -Icommon / $1 -Icommon }" -Werror -o "$out" '"${@:2}"' '"$GG_BIN/libgg.a"' \
        $(pkg-config --libs yaml-0.1 libzip zlib openblas lapacke) -lcmocka -ljansson -lm)
}

@test "the program of gg_hacking(7) is a program" {
    need_program pkg-config
    from_page gg-heavy.c
    compile "$PWD/gg-heavy" "" "$PWD/gg-heavy.c"
    gg-quench --help >/dev/null
    ./gg-heavy --help | grep -q -- '--above ENERGY'
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-quench | ./gg-heavy --above -5 -o heavy.ggs
    gg-dump heavy.ggs | grep -qE '^  heavy +bool +\[node\] +mask'
}

@test "a term of a loss is one file and one line: the laws find the one of gg_hacking(7)" {
    need_program pkg-config
    from_page logcosh.c
    mkdir losses
    { cat "$ROOT/common/losses/losses.def" && echo 'LOSS(logcosh)'; } >losses/losses.def
    compile "$PWD/test_losses" "-I$PWD" "$PWD/logcosh.c" common/losses/losses.c tests/unit/test_losses.c
    ./test_losses 2>&1 | tee out
    grep -q 'OK \] logcosh$' out
    grep -q 'OK \] mse$' out

    sed -i 's/= tanh(e/= -tanh(e/' logcosh.c
    compile "$PWD/test_losses" "-I$PWD" "$PWD/logcosh.c" common/losses/losses.c tests/unit/test_losses.c
    run ./test_losses
    [ "$status" -ne 0 ]
    [[ "$output" == *"loss logcosh, case 'some missing': gradient: "* ]]
}
