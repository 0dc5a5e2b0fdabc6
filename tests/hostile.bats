#!/usr/bin/env bats
# hostile.bats -- strangers' files and little memory: refused in a line, never a signal, a hang or other bytes

load helper

# model: twelve, run/model.ggm of it, and model.txt, its text form
model() {
    twelve
    gg-train -q -o run m.yaml small.ggs
    gg-dump --text run/model.ggm >model.txt
}

# edited SED: edited.ggm, the model with its text changed
edited() {
    sed "$1" model.txt >edited.txt
    run ! cmp -s model.txt edited.txt
    gg-dump -r -o edited.ggm edited.txt
}

# refused_model STATUS REGEX: of edited.ggm
refused_model() { refuses "$1" "$2" gg-predict -o none.ggs edited.ggm small.ggs && [ ! -e none.ggs ]; }

# bats test_tags=reader
@test "a byte order mark in front of YAML, and UTF-16" {
    twelve
    gg-train --print-config m.yaml | sed 's/ *#.*//' >plain
    { printf '\357\273\277' && cat m.yaml; } >bom.yaml
    gg-train --print-config bom.yaml | sed 's/ *#.*//' | cmp plain -
    { printf '\377\376' && iconv -f UTF-8 -t UTF-16LE m.yaml; } >wide.yaml
    gg-train --print-config wide.yaml | sed 's/ *#.*//' | cmp plain -
}

# bats test_tags=reader
@test "irreps with blanks are the same irreps" {
    twelve
    sed 's/gate(.*1o)/"gate( 4x0e + 4 x 1o )"/' m.yaml >blanks.yaml
    gg-train -q -o plain m.yaml small.ggs
    gg-train -q -o blanks blanks.yaml small.ggs
    gg-dump --json plain/model.ggm >a
    gg-dump --json blanks/model.ggm >b
    for run in plain blanks; do gg-dump --text $run/model.ggm | sed -n '/^field/,$p' >$run.txt; done
    cmp plain.txt blanks.txt
    sed 's/4x1o/4X1o/' m.yaml >capital.yaml
    refuses 2 "'4x0e\+4X1o': character 7:" gg-train -q -o none capital.yaml small.ggs
}

# bats test_tags=reader
@test "a tensor of another shape, numbers that are none, numbers that are none in float" {
    model
    weight=$(sed -n 's/^field \(layers.0.embed[^ ]*\) f32 \[2 free, 4 free\].*/\1/p' model.txt)
    edited "s/^field $weight f32 \[2 free, 4 free\]/field $weight f32 [4 free, 2 free]/"
    refused_model 3 "edited.ggm: tensor '$weight' is \[4, 2\] of f32, the model wants \[2, 4\]"
    edited 's/\(model.species	\)2/\12junk/'
    refused_model 3 "META model.species: '2junk' is no number from 1 to "
    edited 's/\(model.mean_neighbours	\).*/\1/'
    refused_model 3 "META model.mean_neighbours: '' is no number"
    edited "/^field $weight /{s/f32/f64/;n;s/^	[^ ]*/	1e300/}"
    refused_model 3 "tensor '$weight': number 0, 1e\+300, is not finite, or too large"
    edited "/^field $weight /{n;s/^	[^ ]*/	3e38/}"
    refused_model 6 'prediction'
}

# bats test_tags=reader
@test "a model that announces more than it has, or than anybody has, is refused before there is room for it" {
    model
    edited 's/hidden: \[8\]\\n    outputs/hidden: [4096, 4096]\\n    outputs/'
    ([[ $GG_BIN == *san ]] || ulimit -v 4000000; refused_model 3 'model.yaml makes a model of [0-9]+ numbers, the file has [0-9]+')
    sed 's/^  - {layer: gate.*/&\n  - {repeat: 256, layers: [{layer: mlp, hidden: [4096], outputs: 4096}]}/' m.yaml >huge.yaml
    refuses 2 'huge.yaml:6:[0-9]+: mlp: more than 200 million parameters up to here' gg-train -q -o none huge.yaml small.ggs
    sed 's/^  - {layer: gate.*/&\n  - {layer: embed, in: x, channels: 4096, out: e}\n  - {repeat: 256, layers: [{layer: concat, in: [e, e, e, e, e, e, e, e], out: c}]}/' m.yaml >wide.yaml
    refuses 2 'wide.yaml:7:[0-9]+: with this layer the network has [0-9]+ numbers a row, at most 4194304 can be' gg-train -q -o none wide.yaml small.ggs
    cat >deep.yaml <<'YAML'
inputs: {node: [type], positions: pos, cutoff: 1.5}
layers:
  - {repeat: 256, layers: [{repeat: 256, layers: [{repeat: 256, layers: [{repeat: 256, layers: []}]}]}]}
heads:
  - {target: propensity, layer: mlp}
YAML
    refuses 2 'deep.yaml:3:[0-9]+: repeat: more than 4096 rounds in all' gg-train -q -o none deep.yaml small.ggs
}

# bats test_tags=reader
@test "META of a hundred thousand lines" {
    { printf '#gg-text 1\nmember gg.graph/1\nmeta\n' && seq -f '	a	%.0f' 100000 && printf 'end indexed\n'; } >many.txt
    gg-dump -r -o many.ggs many.txt
    gg-select many.ggs many.ggs -o both.ggs
    [ "$(gg-dump --text both.ggs | grep -c '^	a	')" -eq 100000 ]
}

# bats test_tags=reader
@test "a cell so far from square that images cannot be counted" {
    twelve
    sed 's/cell 2.4 0 0 0 2.4/cell 2.4 0 0 1e9 2.4/' "$ROOT/tests/cases/small.txt" | gg-dump -r -o tilted.ggs
    refuses 3 "(outside the periodic cell|cell: zero volume)" gg-neighbors --cutoff 1.5 -o none.ggs tilted.ggs
    sed 's/cell 2.4 0 0 0 2.4/cell 2.4 0 0 1e6 2.4/' "$ROOT/tests/cases/small.txt" | gg-dump -r -o tilted.ggs
    refuses 3 "particle [0-9]+ lies more than 131072 cells outside the periodic cell" gg-neighbors --cutoff 1.5 -o none.ggs tilted.ggs
}

# ---- little memory ----

@test "little address space: five programs, from 40 MB to 400 MB" {
    (ulimit -v 400000 && gg-dump -V) >/dev/null 2>&1 || skip "sanitizers need the address space"
    model
    for ((kilobytes = 40000; kilobytes <= 400000; kilobytes += 60000)); do
        for command in 'gg-select -o out.ggs small.ggs' 'gg-train -q -o out m.yaml small.ggs' 'gg-quench -o out.ggs small.ggs' \
            'gg-predict -o out.ggs run/model.ggm small.ggs' 'gg-features --add soap --cutoff 1.1 --nmax 2 --lmax 2 -o out.ggs small.ggs'; do
            for threads in 1 2; do
                rm -rf out out.ggs
                status=0
                # shellcheck disable=SC2086
                (ulimit -v $kilobytes && GG_THREADS=$threads timeout -s KILL 60 $command 2>why) || status=$?
                [ $status -eq 0 ] || [ $status -eq 5 ] || { echo "$command: $kilobytes kB, $threads threads: status $status" && cat why && false; }
            done
        done
    done
}

# ---- fuzzing ----

# bats test_tags=reader
@test "what fuzzers found, and what they began with" {
    local targets=("$GG_BIN"/fuzz/fuzz_*) corpora=("$ROOT"/tests/fuzz/corpus/*)
    [ ${#targets[@]} -eq ${#corpora[@]} ]
    for target in "${targets[@]}"; do
        corpus="$ROOT/tests/fuzz/corpus/${target##*/fuzz_}"
        timeout -s KILL 120 "$target" "$corpus" >said 2>&1 || { echo "${target##*/}" && tail -n 20 said && false; }
    done
}

@test "a minute of fuzzing each reader" {
    need_slow
    need_program clang
    make -C "$ROOT" --no-print-directory fuzz >/dev/null
    for target in "$ROOT"/build/fuzz/fuzz/fuzz_*; do
        mkdir -p found
        "$target" -max_total_time=60 -max_len=4096 -rss_limit_mb=2048 found "$ROOT/tests/fuzz/corpus/${target##*/fuzz_}" >said 2>&1 || { tail -n 40 said && false; }
        rm -rf found
    done
}
