#!/bin/bash
# tree.sh -- the rules of the house (gg_hacking(7)), as far as a script can see them: one "ok" or "not ok" line a rule
set -u
shopt -s lastpipe # rule stands at the end of pipes, and its status is the script's
cd "$(dirname "$0")/.." || exit 1
PATH="${GG_BIN:-$PWD/build/release}:$PATH"
status=0

# rule NAME: holds if nothing comes in on standard input
rule() {
    local found
    found=$(cat)
    if [ -z "$found" ]; then
        echo "ok $1"
    else
        printf '%s\n' "$found" | head -n 30 | sed 's/^/# /'
        echo "not ok $1"
        status=1
    fi
}

sources() { find cmd common tests -name '*.[ch]' -o -name '*.cc' | sort; }

# C source without comments and string literals, each line with its file and number
code() {
    awk 'FNR == 1 { open = 0 }
    {
        line = $0; out = ""
        gsub(/\\"/, "", line); gsub(/"[^"]*"/, "\"\"", line)
        while (line != "") {
            if (open) { e = index(line, "*/"); if (!e) break; line = substr(line, e + 2); open = 0 }
            else { b = index(line, "/*"); if (!b) { out = out line; break }
                   out = out substr(line, 1, b - 1); line = substr(line, b + 2); open = 1 }
        }
        sub(/\/\/.*/, "", out)
        print FILENAME ":" FNR ": " out
    }' "$@"
}

# ---- floors ----

floors() {
    find common \( -name '*.[ch]' -o -name '*.cc' -o -name '*.inc' \) -print0 | xargs -0 grep -nE '^#include "' | awk -F '[:"]' '
    BEGIN {
        split("util 1 stream 2 o3 2 stats 2 optim 2 graph 3 config 3 formats 3 kernel 3 fit 3 sweep 3 cli 3 nn 4 " \
              "conv 5 descriptors 5 physics 5 plot 5 layers 6 losses 6 score 6 model 7 views 8 learn 9 explain 9 laws 10", w, " ")
        for (k = 1; k in w; k += 2) floor[w[k]] = w[k + 1]
    }
    {
        split($1, at, "/"); here = at[2]; n = split($4, to, "/"); there = to[1]
        if (n == 1 && $4 ~ /\.inc$/) next                       # made by the Makefile
        if (!(here in floor) || !(there in floor)) { print $1 ":" $2 ": no such floor: " $4; next }
        if (here == there || floor[there] < floor[here]) next
        if (here == "descriptors" && $4 ~ /^physics\/potential/) next
        print $1 ":" $2 ": " here " includes " $4
    }'
}

# Inside a room X needs Y if X.c or X.h includes Y.h; a circle of needs is no order to read in.  A header without a .c of
# its own is private to its room and counts for nobody.
circles() {
    for room in common/*/; do
        grep -E "^#include \"$(basename "$room")/" "$room"*.[ch] /dev/null |
            sed -E 's#^.*/([^/.]+)\.[a-z]+:.*"[^/]+/([^.]+)\..*#\1 \2#' |
            while read -r x y; do [ "$x" = "$y" ] || [ ! -e "$room$x.c" ] || [ ! -e "$room$y.c" ] || echo "$x $y"; done |
            tsort 2>&1 >/dev/null | sed -n "s#^tsort: \\([^ ]*\\)\$#$room: \\1 is in a circle of includes#p"
    done
}

# only PATTERN HEADER: no other file includes it
only() {
    find cmd common \( -name '*.[ch]' -o -name '*.cc' \) -print0 | xargs -0 grep -nE "#include [<\"]$2" | grep -vE "^$1"
}

foreign() {
    only 'common/util/blas' '(cblas|lapacke|lapack|dlfcn)'
    only 'common/util/rng' 'Random123'
    only 'common/config/yaml' 'yaml\.h>'
    only 'common/formats/zip' 'zip\.h'
    only 'common/(util/unpack|formats/npz_write)' '(zlib|lzma|zstd)\.h'
    only 'common/learn/ranks_mpi' 'mpi\.h'
    only 'common/formats/hdf5' 'hdf5\.h\>' | grep -v 'formats/hdf5\.h'
    only 'common/descriptors/voronoi' 'voro'
}

# ---- the library neither ends nor prints ----

ends_or_prints() {
    find common \( -name '*.c' -o -name '*.cc' \) -not -path '*/gen/*' -not -path 'common/cli/*' -not -name progress.c -print0 | sort -z |
        while IFS= read -r -d '' f; do code "$f"; done |
        grep -E '[^A-Za-z0-9_](exit|_exit|abort|printf|vprintf|puts|putchar|perror)\(|[^A-Za-z0-9_](stdout|stderr)([^A-Za-z0-9_]|$)' |
        grep -vE '^common/util/err\.c:.*_exit\('
}

random() { find cmd common -name '*.c' -print0 | xargs -0 grep -nE '[^a-z_](rand|srand|random|drand48)\(\)?'; }

# ---- programs, pages, tests ----

incomplete() {
    for f in cmd/*.c; do
        [ -e "$f" ] || continue
        p=$(basename "$f" .c)
        [ -e "man/$p.1" ] || echo "$p: no man/$p.1"
        [ -e "tests/$p.bats" ] || echo "$p: no tests/$p.bats"
    done
    for f in man/gg-*.1; do
        [ ! -e "$f" ] || [ -e "cmd/$(basename "$f" .1).c" ] || echo "$f: no program"
    done
}

# The same word, the same type and unit: NAME TYPE UNIT of every program, one line for each pair that differs.
words() {
    for f in cmd/*.c; do
        p=$(basename "$f" .c)
        [ ! -x "$(command -v "$p")" ] || "$p" --list-options | sed "s/^/$p\t/"
    done | awk -F '\t' '
        { sub(/^texts$/, "text", $3); is = $3 (($4 == "") ? "" : " in " $4) }
        $2 in first && kind[$2] != is { print "--" $2 ": " kind[$2] " in " first[$2] ", " is " in " $1 }
        !($2 in first) { first[$2] = $1; kind[$2] = is }'
}

unexplained_fields() {
    [ ! -e common/stream/fields.def ] || grep -oE '^[A-Z_]+\( *"?[a-z_]+' common/stream/fields.def | sed -E 's/.*[( "]//' |
        while read -r name; do
            grep -qwF -- "$name" man/gg_stream.5 2>/dev/null || echo "field $name is not in gg_stream(5)"
        done
}

# Each line of a table THINGS.def has an entry in gg_THINGS(7).
unexplained_entries() {
    for def in common/*/*.def; do
        thing=$(basename "$def" .def)
        [ "$thing" = fields ] || grep -oE '^[A-Z_]+\([a-z0-9_]+' "$def" | sed 's/.*(//' |
            while read -r name; do
                grep -qwF -- "$name" "man/gg_$thing.7" 2>/dev/null || echo "$name of $def is not in gg_$thing(7)"
            done
    done
}

# ---- form ----

first_lines() {
    sources | while read -r f; do
        head -n 1 "$f" | grep -qE "^/\* $(basename "$f") -- .+" || echo "$f: first line is not /* $(basename "$f") -- ... */"
    done
}

unfinished() {
    git grep -nE '\b(TODO|FIXME|XXX)\b|^#if 0' -- cmd common man examples Makefile 2>/dev/null
}

# bash does not stop at a command that "!" turns round, nor before the last of an && list: such a line of a test says nothing
idle_lines() { grep -nE "^[[:space:]]*(! |\[ [^|]* \] && [^|]*\$)" tests/*.bats; }

# ---- budgets: told, not failed ----

form() {
    sources | xargs clang-format --dry-run -Werror 2>&1 | grep -E ': error: ' | sed 's/ \[-W.*//'
}

budgets() {
    sources | while read -r f; do
        awk -v f="$f" -v most="$([ "${f%%/*}" = cmd ] && echo 200 || echo 400)" '
            /^{/ { start = FNR }
            /^}/ { if (start && FNR - start - 1 > 60) print f ":" start ": function of " FNR - start - 1 " lines"; start = 0 }
            END { if (FNR > most) print f ": " FNR " lines" }' "$f"
    done | sed 's/^/# budget: /'
}

floors | rule "floors: a file includes its own folder and lower floors"
circles | rule "no circle of includes inside a room"
foreign | rule "foreign headers have one place each"
ends_or_prints | rule "the library neither ends the process nor prints"
random | rule "random numbers come from util/rng"
incomplete | rule "a page and a test for each program"
words | rule "option words have one meaning"
unexplained_fields | rule "every field of fields.def is explained in gg_stream(5)"
unexplained_entries | rule "every line of a table has an entry on its page"
first_lines | rule "the first line of a file says what it is"
unfinished | rule "nothing unfinished"
if command -v clang-format >/dev/null; then
    form | rule "sources have the form of .clang-format"
else
    echo "ok sources have the form of .clang-format # skip no clang-format here"
fi
idle_lines | rule "every line of a bats file that asserts can fail: no '! COMMAND', no '[ A ] && [ B ]'"
budgets
exit $status
