#!/usr/bin/env bats
# hacking.bats -- what gg_hacking(7) tells a newcomer to write does compile and work

load helper

@test "the program of gg_hacking(7) is a program" {
    need_program pkg-config
    [ -e "$GG_BIN/libgg.a" ]
    awk '/^\/\* gg-heavy.c/ { on = 1 } /^\.Ed/ { on = 0 } on' "$ROOT/man/gg_hacking.7" | sed 's/\\e/\\/g' >gg-heavy.c
    flags=$(sed -E 's/^([^ ]+) [^ ]+/\1/' "$GG_BIN/flags") # it begins with the compilers of C and of C++
    # shellcheck disable=SC2046
    (cd "$ROOT" && eval "$flags" -Werror -o "$BATS_TEST_TMPDIR/gg-heavy" "$BATS_TEST_TMPDIR/gg-heavy.c" "$GG_BIN/libgg.a" \
        $(pkg-config --libs yaml-0.1 libzip zlib) -lm)
    gg-quench --help >/dev/null
    ./gg-heavy --help | grep -q -- '--above ENERGY'
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-quench | ./gg-heavy --above -5 -o heavy.ggs
    gg-dump heavy.ggs | grep -qE '^  heavy +bool +\[node\] +mask'
}
