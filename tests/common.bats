#!/usr/bin/env bats
# common.bats -- what every program does in the same way (gg(1)): help, version, wrong usage, inputs that are none, outputs
# that fail, pipes that close

load helper

# Programs from stream to stream, with the options they need.
filters() {
    printf '%s\n' 'gg-select' 'gg-neighbors --cutoff 1.2' 'gg-targets' 'gg-features --add species' 'gg-quench' 'gg-rotate --seed 1' |
        while read -r p options; do [ ! -e "$ROOT/cmd/$p.c" ] || echo "$p $options"; done
}
# An input that it can work on.
input_of() {
    case $1 in
    gg-targets) echo "$DATA/tiny_replicas.ggs" ;;
    *) echo one.ggs ;;
    esac
}

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    gg-select --limit 1 -o one.ggs "$DATA/tiny.ggs"
}

# Runs COMMAND with the words of each line of standard input behind it; -e would not reach into it.
each() {
    local words n=0
    while read -r -a words; do
        n=$((n + 1))
        "$1" "${words[@]}" </dev/null || { echo "failed for ${words[*]}"; return 1; }
    done
    [ $n -gt 0 ]
}

# status WANTED COMMAND...: this exit status; on standard error one line that begins with the program, or none for 0, 141
status() {
    local wanted=$1
    shift
    run --separate-stderr "$@"
    [[ "$status" =~ ^($wanted)$ ]] || { echo "status $status, wanted $wanted: $stderr"; return 1; }
    if [ "$status" -eq 0 ] || [ "$status" -eq 141 ]; then
        [ -z "$stderr" ] || { echo "said: $stderr"; return 1; }
    else
        [ "${#stderr_lines[@]}" -eq 1 ] && [[ "$stderr" =~ ^gg-[a-z]+:\  ]] || { echo "said: $stderr"; return 1; }
    fi
}

@test "--help and --version on standard output, status 0" {
    one() {
        "$1" --help >out 2>err && grep -q "^usage: $1 " out && [ ! -s err ] && "$1" -h | cmp - out &&
            "$1" -V | head -n 1 | grep -qE "^$1 [0-9]+\.[0-9]+\.[0-9]+ \(commit "
    }
    each one < <(programs)
}

@test "an unknown option: one line, status 2, with the nearest" {
    one() { refuses 2 "^$1: unknown option '--outputt' \(did you mean --output\?\)" "$1" --outputt x; }
    each one < <(programs)
}

@test "a value out of range or of the wrong type: status 2" {
    one() {
        refuses 2 "^$1: --threads: -1 is out of range" "$1" --threads -1 &&
            refuses 2 "^$1: --max-frame: 'much' is not a number" "$1" --max-frame much
    }
    each one < <(programs)
}

@test "GG_THREADS must be a number" {
    one() { GG_THREADS=two status 2 "$@" one.ggs; }
    each one < <(filters)
}

@test "completion: bash, zsh and fish get every option, the choices, and the first word" {
    one() {
        local shell option
        for shell in bash zsh fish; do "$1" --completion $shell >"$1.$shell" || return 1; done
        bash -n "$1.bash"
        while read -r option _; do
            grep -q -- " --${option}[ ']" "$1.bash" && grep -q -- "'[*]*--${option}[=[]" "$1.zsh" && grep -q -- " -l $option " "$1.fish" ||
                { echo "$1: no $option"; return 1; }
        done < <("$1" --list-options; echo output; echo threads)
    }
    each one < <(programs)
}

# offers LINE: what bash offers for the last word
offers() {
    read -ra COMP_WORDS <<<"$1"
    [[ $1 != *' ' ]] || COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
    "_${COMP_WORDS[0]//-/_}"
    echo "${COMPREPLY[*]}"
}

@test "completion: what bash offers" {
    for p in gg-plot gg-explain gg-corr; do
        # shellcheck disable=SC1090
        source <($p --completion bash)
    done
    [ "$(offers 'gg-plot --ti')" = "--title --time" ]
    [ "$(offers 'gg-plot --key top-')" = "top-left top-right" ]
    [[ "$(offers 'gg-plot ')" == "loss corr-time "* ]]
    [ "$(offers 'gg-plot slice ')" = "" ]
    [ "$(offers 'gg-plot --output s')" = "" ]
    [ "$(offers 'gg-plot -o s')" = "" ]
    [ "$(offers 'gg-explain sal')" = saliency ]
    [ "$(offers 'gg-corr --no-s')" = --no-spearman ]
    [ "$(offers 'gg-corr x')" = "" ]
}

@test "completion: what fish offers, what zsh reads" {
    command -v fish >/dev/null && command -v zsh >/dev/null || skip "without fish and zsh"
    export HOME=$PWD
    gg-plot --completion fish >gg-plot.fish
    fish_offers() { fish -c "source gg-plot.fish; complete -C'$1'" | cut -f 1 | sort | tr '\n' ' '; }
    [ "$(fish_offers 'gg-plot --key top-')" = "top-left top-right " ]
    [ "$(fish_offers 'gg-plot --ti')" = "--time --title " ]
    [ "$(fish_offers 'gg-plot rel')" = "reliability " ]
    [ -z "$(fish_offers 'gg-plot loss rel')" ]
    # every specification is one word, its help in brackets
    one() { { echo '_arguments() { print -rl -- "$@" }'; "$1" --completion zsh; } >z.zsh && zsh -f z.zsh >specs && grep -q '^--output=\[' specs && ! grep -v '^-s$\|^[*]*-.*\]\|^1:word:\|^[*]:file' specs; }
    each one < <(programs)
}

@test "empty input is truncated input: status 4" {
    : >empty
    one() { status 4 "$@" -o out empty && status 4 sh -c "$* </dev/null >stdout" && [ ! -e out ]; }
    each one < <(filters)
}

@test "a stream cut short is status 4, what is no stream is 3, no file is 5; no output is left" {
    echo "positions of some particles, as text, in a file that is no stream at all" >text
    head -c 20000 one.ggs >short.ggs
    one() {
        status 4 "$@" -o out short.ggs && status 3 "$@" -o out text &&
            status 5 "$@" -o out nowhere.ggs && [ ! -e out ] && [ -z "$(find . -name '*.tmp.*')" ]
    }
    each one < <(filters)
}

@test "a dead upstream is noticed without pipefail" {
    one() { status 4 sh -c "head -c 20000 one.ggs | $*  >out"; }
    each one < <(filters)
    # a refusal travels: the second program repeats the message of the first
    refuses 4 "gg-select.*no field 'nothing'" sh -c "gg-select --drop nothing one.ggs 2>/dev/null | gg-select -o out"
}

@test "outputs that fail: status 5 and one line" {
    one() {
        local input
        input=$(input_of "$1")
        status 0 "$@" -o out "$input" && status 5 "$@" -o /dev/full "$input" && status 5 sh -c "$* $input >/dev/full" &&
            status 5 sh -c "$* $input >&-" && status 5 "$@" -o one.ggs/such/folder "$input" &&
            cut_off "$@" "$input"
    }
    # a limit on the size of files stands for a full disk
    cut_off() {
        status 5 sh -c "trap '' XFSZ; ulimit -f 4; $* -o limited" && [ ! -e limited ] && [ -z "$(find . -name '*.tmp.*')" ]
    }
    each one < <(filters)
}

@test "a closed pipe ends quietly, also where SIGPIPE is ignored" {
    one() {
        local input
        input=$(input_of "$1")
        status '0|141' bash -c "$* $input | head -c 1 >/dev/null; exit \${PIPESTATUS[0]}" &&
            status '0|141' bash -c "trap '' PIPE; $* $input $input $input | head -c 1 >/dev/null; exit \${PIPESTATUS[0]}"
    }
    each one < <(filters)
}

@test "binary data do not go to a terminal" {
    need_terminal
    one() { script -qec "$* $(input_of "$1")" /dev/null </dev/null | grep -q 'use -o FILE, a pipe, or gg-dump'; }
    each one < <(filters)
}

@test "no file and a terminal as input: usage, status 2" {
    need_terminal
    export NO_COLOR=1
    one() { script -qec "$* -o out" /dev/null </dev/null | grep -q "^$1: no input: usage"; }
    each one < <(filters)
}

@test "the same bytes from a file, a pipe, and for any number of threads" {
    one() {
        local input
        input=$(input_of "$1")
        "$@" --threads 1 <"$input" >a && "$@" --threads 3 -o b <"$input" && cmp a b && cat "$input" | "$@" | cmp - a
    }
    each one < <(filters)
}

@test "history: own entry behind that of the input; who and where only on request" {
    gg-select one.ggs | gg-select --limit 5 >a.ggs
    [ "$(tr '\0' '\n' <a.ggs | grep -ac '^program	gg-select$')" -ge 2 ]
    tr '\0' '\n' <a.ggs | grep -aqx 'argv	gg-select --limit 5'
    run ! grep -qaE '^(host|user|folder|date)	' a.ggs
    gg-select --stamp one.ggs | grep -qaE '^(host|date)	'
}

@test "one file name, several times and between options" {
    gg-select one.ggs --limit 2 one.ggs -o a
    cat one.ggs one.ggs >two.ggs
    gg-select --limit 2 -o b two.ggs
    [ "$(wc -c <a)" -gt "$(wc -c <one.ggs)" ]
    # both hold two members of one frame; only the command line in the history differs
    [ "$(grep -ac 'gg.graph/1' a)" -eq "$(grep -ac 'gg.graph/1' b)" ]
}
