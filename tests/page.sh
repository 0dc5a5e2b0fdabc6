#!/bin/bash
# page.sh PAGE -- a manual page: mandoc and man find nothing wrong, options can be copied from the synopsis, every option of the
# program is explained and no other, and the EXAMPLES run, one after the other with sh -e, beside the shipped streams and models; those that
# cannot say why
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
source "$root/tests/built.bash"
page=$(realpath "$1") name=$(basename "$1")
program=${name%.1}
PATH="${GG_BIN:-$root/build/release}:$PATH"
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

text() { mandoc -T ascii -O width=400 "$page" | sed 's/.\x08//g'; }
section() { text | awk -v s="$1" '/^[A-Z]/ { on = $0 == s } on && !/^[A-Z]/'; }

lint() { mandoc -T lint -W warning "$page"; }

# The page as each of the two readers shows it on 80 columns.
by_man() { LC_ALL=C.UTF-8 MANWIDTH=80 MANROFFOPT='' man --warnings -l -E UTF-8 "$page"; }
by_mandoc() { mandoc -T utf8 -O width=78 "$page"; }
plain() { sed 's/.\x08//g; s/\x1b\[[0-9;]*m//g'; }

# The other reader, man-db on groff, has nothing to say, and shows text.
no_warnings() {
    by_man 2>"$scratch/warnings" >"$scratch/shown" && [ -s "$scratch/shown" ] && [ ! -s "$scratch/warnings" ] && return
    sed 's/^/# /' "$scratch/warnings"
    return 1
}

# Options of a synopsis can be copied: with hyphens that are hyphens, none broken over two lines.
synopsis() { plain | awk '/^[A-Z]/ { on = $0 == "SYNOPSIS" } on' | grep -oE -e '--?[a-zA-Z][a-zA-Z-]*' | sort -u; }
intact() {
    mandoc -T ascii -O width=400 "$page" | synopsis >"$scratch/whole"
    [ -s "$scratch/whole" ] && by_mandoc | synopsis | diff "$scratch/whole" - >"$scratch/broken" || { sed 's/^/# /' "$scratch/broken"; return 1; }
    ! command -v man >/dev/null || by_man 2>/dev/null | synopsis | diff "$scratch/whole" - || return 1
}

options() {
    local o status=0 common='output|force|max-frame|threads|progress|color|stamp|quiet|verbose|help|version'
    "$program" --list-options | cut -f 1 >"$scratch/has" || return 1
    text >"$scratch/text"
    while read -r o; do
        grep -qE -e "--(no-)?$o([^a-z-]|\$)" "$scratch/text" || { echo "# option --$o is not explained"; status=1; }
    done <"$scratch/has"
    for o in $(grep -oE '^\.It .*' "$page" | grep -oE 'Fl (Fl |-)(no-)?[a-z][a-z-]+' | sed -E 's/^Fl (Fl |-)(no-)?//' | sort -u); do
        grep -qxE "$o|$common" <(printf '%s\n' "$o" | grep -xE "$common"; cat "$scratch/has") ||
            { echo "# option --$o of the page does not exist"; status=1; }
    done
    return $status
}

# Command lines begin with "$ "; behind \, | or && at the end they go on in the next line.
commands() {
    section EXAMPLES | sed -nE 's/^ +//p' | awk '
        /^\$ / || on { sub(/^\$ /, ""); print; on = /(\\|\||&&)$/ }'
}

# What is not run says why: a comment .\" not run: REASON in front of its .Bd
excused() {
    awk '
        /^\.Sh / { on = $2 == "EXAMPLES" }
        /^\.\\" not run: ./ { why = NR }
        /^\.Bd/ { excuse = why == NR - 1; after = 0; continues = 0 }
        on && /^gg-/ && !continues && !excuse { print "# neither run nor excused: " $0; bad = 1 }
        on && /^\$ / && excuse { print "# run, and excused: " $0; bad = 1 }
        { continues = /(\\e|\||&&)$/ }
        END { exit bad }' "$page"
}

examples() {
    cp "$root"/examples/data/*.ggs "$root"/examples/models/*.yaml "$scratch" || return 1
    commands >"$scratch/commands"
    (cd "$scratch" && sh -e commands >out 2>&1 </dev/null) ||
        { sed 's/^/# /' "$scratch/out" | tail -n 20; return 1; }
}

verdict() { # NAME COMMAND
    if "$2"; then echo "ok $name: $1"; else echo "not ok $name: $1"; fi
}

# One write, because pages are tested side by side.
report=$(
    verdict "mandoc" lint
    if command -v man >/dev/null; then verdict "man" no_warnings; else echo "ok $name: man # skip no man-db here"; fi
    [ ! -e "$root/cmd/$program.c" ] || verdict "synopsis" intact
    if left_out "$program"; then
        echo "ok $name: options # skip not made here"
    elif [ -e "$root/cmd/$program.c" ]; then
        verdict "options" options
    fi
    [ ! -e "$root/cmd/$program.c" ] || verdict "excuses" excused
    if [ -z "$(commands)" ]; then
        [ ! -e "$root/cmd/$program.c" ] || echo "not ok $name: no example"
    elif [ ! -e "$root/examples/data/tiny.ggs" ]; then
        echo "ok $name: examples # skip needs examples/data/tiny.ggs"
    else
        verdict "examples" examples
    fi
)
echo "$report"
! grep -q '^not ok' <<<"$report"
