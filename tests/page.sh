#!/bin/bash
# page.sh PAGE -- a manual page: mandoc finds nothing wrong, every option of the program is explained and no other, and
# the EXAMPLES run, one after the other with sh -e, beside the shipped streams and models
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
page=$(realpath "$1") name=$(basename "$1")
program=${name%.1}
PATH="${GG_BIN:-$root/build/release}:$PATH"
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

text() { mandoc -T ascii -O width=400 "$page" | sed 's/.\x08//g'; }
section() { text | awk -v s="$1" '/^[A-Z]/ { on = $0 == s } on && !/^[A-Z]/'; }

lint() { mandoc -T lint -W warning "$page"; }

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
    [ ! -e "$root/cmd/$program.c" ] || verdict "options" options
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
