#!/usr/bin/env bats
# numbers.bats -- NaN, infinities, denormals and numbers out of all bounds, wherever numbers come in: refused with their place, or a model
# and predictions without them

load helper

export GG_THREADS=1

# row WHERE EDIT STATUS PATTERN: one case.  A refusal is one line that matches and leaves no file; a status of 0 leaves only finite numbers.
row() {
    rm -rf out x.* run
    case $1 in
    text) sed "$2" "$ROOT/tests/cases/small.txt" >x.txt && judged "$3" "$4" gg-dump -r -o out x.txt ;;
    xyz) sed "$2" p.xyz >x.xyz && judged "$3" "$4" gg-import -q -o out x.xyz ;;
    dump) sed "$2" "$ROOT/tests/cases/r1.dump" >x.dump && judged "$3" "$4" gg-import -q -o out x.dump ;;
    csv) sed "$2" p.csv >x.csv && judged "$3" "$4" gg-import -q -o out x.csv ;;
    key) judged "$3" "$4" gg-train -q -o run --set "$2" m.yaml small.ggs ;;
    option) judged "$3" "$4" $2 -o out small.ggs ;;
    train) sed "$2" "$ROOT/tests/cases/small.txt" | gg-dump -r -o x.ggs && judged "$3" "$4" gg-train -q -o run m.yaml x.ggs ;;
    input) sed "s/^end/$2\nend/" "$ROOT/tests/cases/small.txt" | gg-dump -r -o x.ggs && judged "$3" "$4" gg-train -q --set 'inputs.node=[type, q]' -o run m.yaml x.ggs ;;
    weight) sed "$2" model.txt >x.txt && ! cmp -s x.txt model.txt && judged "$3" "$4" gg-dump -r -o out x.txt ;;
    model) sed "$2" model.txt | gg-dump -r -o x.ggm && judged "$3" "$4" gg-predict -o out x.ggm small.ggs ;;
    *) false ;;
    esac
}
judged() {
    local status_wanted=$1
    if [ "$status_wanted" -ne 0 ]; then
        refuses "$@" && [ ! -e out ] && [ ! -e run/model.ggm ]
        return
    fi
    "${@:3}" && { [ ! -e out ] || finite out; } || return 1
    [ ! -e run/model.ggm ] || { finite run/model.ggm && gg-predict -o out run/model.ggm "${@: -1}" && finite out; }
}
# What may be missing is marked so.
finite() { gg-dump --text "$1" >text && run -1 grep -qiE "^	(.* )?-?(nan|inf)( |$)" text; }

@test "NaN, infinities, denormals: a table of cases, each with its place" {
    twelve
    gg-train -q -o first m.yaml small.ggs
    gg-dump --text first/model.ggm >model.txt
    gg-dump --csv small.ggs >p.csv
    printf '%s\n' 2 'Lattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3:q:R:1 Time=1' 'A 0 0 0 0.5' 'B 1 1 1 0.25' >p.xyz
    local n=0
    while IFS='|' read -r where edit status pattern; do
        row "$where" "$edit" "$status" "$pattern" || { echo "$where $edit" && false; }
        n=$((n + 1))
    done <<'TABLE'
text|/^field pos/{n;s/^.[^ ]*/	nan/}|6|frame 0: field 'pos': \[0, 0\] is nan
text|/^field pos/{n;s/^.[^ ]*/	-inf/}|6|frame 0: field 'pos': \[0, 0\] is -inf
text|/^field pos/{n;n;s/[^ ]*$/1e999/}|6|frame 0: field 'pos': \[1, 2\] is inf
text|s/cell 2.4/cell nan/|3|frame 0: cell \[0, 0\] is nan
text|s/cell 2.4 0/cell 2.4 inf/|3|frame 0: cell \[0, 1\] is inf
text|s/cell 2.4/cell 1e-310/|3|frame 0: cell: zero volume
text|s/cell 2.4/cell 1e300/|3|frame 0: cell: vector 1 is longer than 1e70
text|/^field time /{n;s/2/nan/}|6|frame 0: field 'time': \[1\] is nan
text|/^field time /{n;s/2/inf/}|6|frame 0: field 'time': \[1\] is inf
text|/^field type /{n;s/0/nan/}|3|:20: 'nan' is no i32
text|/^field propensity/{n;s/^.[^ ]*/	inf/}|6|frame 0: field 'propensity': \[0, 0\] is inf
text|/^field propensity/{n;s/^.[^ ]*/	1e39/}|6|frame 0: field 'propensity': \[0, 0\] is inf
text|/^field propensity/{s/ nan / /;n;s/^.[^ ]*/	nan/}|6|frame 0: field 'propensity': \[0, 0\] is nan
xyz|s/^B 1/B nan/|3|line 4: column 2: 'nan' is no finite number
xyz|s/^B 1/B 1e999/|3|line 4: column 2: '1e999' is no finite number
xyz|s/"4/"inf/|3|frame 0: Lattice="inf
xyz|s/Time=1/Time=nan/|3|frame 0: time="nan"
xyz|s/0.25/-inf/|3|field 'q': number 1 is infinite
xyz|s/^B 1/B 1e300/|3|field 'pos': particle 1 is at 1e.300, far outside the cell
xyz|s/^B 1/B 1e-310/|0|
dump|s/^2 2 0.5234567/2 2 nan/|3|line 13: column 3: 'nan' is no finite number
dump|0,/^0 4/s//0 inf/|3|line 8: 2 numbers are wanted for BOX BOUNDS
dump|2s/0/nan/|3|line 2: one number is wanted for TIME
csv|2s/2.0039559132048215/nan/|3|field 'pos': particle 0 is NaN or infinite
key|train.lr=nan|2|train.lr: 'nan' is not a number
key|train.lr=inf|2|train.lr: 'inf' is not a number
key|train.weight_decay=-inf|2|train.weight_decay: '-inf' is not a number
key|inputs.cutoff=nan|2|inputs.cutoff: 'nan' is not a number
key|inputs.cutoff=1e-320|2|inputs.cutoff: .* is out of range
key|heads.0.times=[nan]|2|'nan' is not a number
key|train.lr=1e-320|0|
key|train.lr=1000|0|
option|gg-neighbors --cutoff nan|2|--cutoff: 'nan' is not a number
option|gg-features --add soap --cutoff inf|2|--cutoff: 'inf' is not a number
option|gg-md --runs 2 --times 1 --temperature nan|2|--temperature: 'nan' is not a number
option|gg-md --runs 2 --times 1 --dt 1e-320|2|--dt: .* is out of range
input|field q f64 [12 node] feature nan\n	0 1 2 nan 4 5 6 7 8 9 10 11|3|frame 0 .c0.: field 'q': .* of row 3 is not finite, a model input must be
input|field q f64 [12 node] feature\n	0 1 2 1e300 4 5 6 7 8 9 10 11|3|frame 0 .c0.: field 'q': .* of row 3 is not finite, a model input must be
input|field q f64 [12 node] feature\n	0 0 0 1e-320 0 0 0 0 0 0 0 0|0|
input|field q f64 [12 node] feature\n	0 1 2 1e38 4 5 6 7 8 9 10 11|0|
train|/^field propensity/{n;s/^.[^ ]*/	3e38/}|0|
train|/^field propensity/{n;s/^.[^ ]*/	1e-42/}|0|
train|/^field pos/{n;s/.*/	0.10308376966610737 2.336770548254914 1.4315320897552521/}|0|
train|/^field pos/{n;s/.*/	1e-310 0 0/}|0|
train|/^field pos/{n;s/.*/	1e18 0 0/}|3|sample 'c0': position of particle 0 is 1e.18
weight|/^field heads/{n;s/^.[^ ]*/	nan/}|6|frame 0: field 'heads[^']*': .* is nan
weight|/^field heads/{n;s/^.[^ ]*/	-inf/}|6|frame 0: field 'heads[^']*': .* is -inf
model|/^field layers.0.embed/{n;s/^.[^ ]*/	3e38/}|6|prediction
model|/^field heads.*mlp/{n;s/^.[^ ]*/	1e-42/}|0|
TABLE
    [ $n -ge 30 ]
    counted $n
}

@test "a training that diverges ends with status 6 and the epoch, and leaves no model" {
    twelve
    refuses 6 'epoch [0-9]+: the gradient has a length of .*: the training diverges; a smaller train.lr or train.clip may help' \
        gg-train -q --epochs 400 --set train.lr=1000 --set train.clip=0 --set train.schedule=constant -o run m.yaml small.ggs
    [ ! -e run/model.ggm ]
    # the advice
    gg-train -q --epochs 4 --set train.lr=1000 --set train.clip=1 --set train.schedule=constant -o clipped m.yaml small.ggs
    gg-train -q --epochs 4 --set train.lr=0.01 --set train.clip=0 --set train.schedule=constant -o slow m.yaml small.ggs
}
