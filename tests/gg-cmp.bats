#!/usr/bin/env bats
# gg-cmp.bats -- equal or not, where, and by how much
# bats file_tags=reader
# shellcheck disable=SC2154

load helper

# edited SED: tiny.ggs with its text form changed
edited() { gg-dump --text "$DATA/tiny.ggs" | sed "$1" | gg-dump -r -o "${2:-b.ggs}"; }

differs() { # PATTERN OPTION...
    local pattern=$1
    shift
    run --separate-stderr gg-cmp "$@"
    [ "$status" -eq 1 ] || { echo "status $status: $stderr"; return 1; }
    [[ "$output" =~ $pattern ]] || { echo "'$output' does not match '$pattern'"; return 1; }
}

agrees() {
    run gg-cmp "$@"
    [ "$status" -eq 0 ] && [ -z "$output" ] || { echo "status $status: $output"; return 1; }
}

@test "a stream equals itself, from files and pipes, however it is cut into members" {
    agrees "$DATA/tiny.ggs" "$DATA/tiny.ggs"
    gg-select --join "$DATA/tiny.ggs" | agrees --ignore 'meta.*' "$DATA/tiny.ggs" -
    refuses 2 'both' gg-cmp - -
}

@test "a field that is in neither stream is not equal" {
    refuses 3 "--fields: 'propensty' is neither a field nor a key of META \(meta.KEY\) of either stream" gg-cmp --fields propensty "$DATA/tiny.ggs" "$DATA/tiny.ggs"
    refuses 3 "'nosuch' is neither a field" gg-cmp --fields pos,nosuch "$DATA/tiny.ggs" "$DATA/tiny.ggs"
    refuses 3 "'x\*' is neither a field" gg-cmp --fields 'x*' "$DATA/tiny.ggs" "$DATA/tiny.ggs"
    agrees --fields 'pos,cell,prop*' "$DATA/tiny.ggs" "$DATA/tiny.ggs"
    gg-select --drop propensity "$DATA/tiny.ggs" -o less.ggs
    differs '^propensity: frame 0: only in the first' --fields propensity "$DATA/tiny.ggs" less.ggs
}

@test "fields of other axes, edges of another number" {
    local more=$'field more f32 [12 node] other\n\t0 1 2 3 4 5 6 7 8 9 10 11'
    with() { { sed '/^end/d' "$ROOT/tests/cases/small.txt" && printf '%s\nend indexed\n' "$1"; } | gg-dump -r -o "$2"; }
    with "$more" a.ggs
    with "${more/\[12 node\]/[12 node, 1 free]}" b.ggs
    with "${more/\[12 node\]/[12 free]}" c.ggs
    differs '^more: frame 0: 1 axes \| 2 axes$' a.ggs b.ggs
    differs '^more: frame 0: axis 0 node \| free$' a.ggs c.ggs
    gg-neighbors -q --cutoff 1 a.ggs -o near.ggs
    gg-neighbors -q --cutoff 1.2 a.ggs -o far.ggs
    differs 'edges: frame 0: [0-9]+ \| [0-9]+' near.ggs far.ggs
    # a missing number counts for nothing in the mean that --rel goes by
    sed '0,/^\t0.2180754393339157/s//\tnan/' "$ROOT/tests/cases/small.txt" | gg-dump -r -o missing.ggs
    agrees --rel 1e-9 missing.ggs missing.ggs
    sed -e '0,/^\t0.2180754393339157/s//\tnan/' -e 's/^\t0.23384372889995575/\t0.2338/' "$ROOT/tests/cases/small.txt" | gg-dump -r -o other.ggs
    differs '^propensity: 1 of 24 differ' --rel 1e-9 missing.ggs other.ggs
}

@test "first and worst difference" {
    edited '0,/^\t2.5319065924834394/s//\t2.5/; s/^\t0.2 1 5 10$/\t0.2 1 6 10/'
    differs '^pos: 1 of 6000 differ; first frame 0 \[0, 0\] 2\.5319065924834394 \| 2\.5; worst frame 0 \[0, 0\] .*, off by 0\.0319' \
        "$DATA/tiny.ggs" b.ggs
    [[ "$output" == *"time: 8 of 32 differ; first frame 0 [2] 5 | 6;"* ]]
    [ "${#lines[@]}" -eq 2 ]
    agrees --fields 'propensity*,displacement' "$DATA/tiny.ggs" b.ggs
    differs '^time' --ignore pos "$DATA/tiny.ggs" b.ggs
    run gg-cmp -q "$DATA/tiny.ggs" b.ggs
    [ "$status" -eq 1 ]
    [ -z "$output" ]
}

@test "tolerances: absolute, relative, by root mean square" {
    edited '0,/^\t2.5319065924834394/s//\t2.5320065924834394/'
    differs '^pos' --tol 0.99e-4 "$DATA/tiny.ggs" b.ggs
    agrees --tol 1.01e-4 "$DATA/tiny.ggs" b.ggs
    differs '^pos' --rtol 3.9e-5 "$DATA/tiny.ggs" b.ggs
    agrees --rtol 4e-5 "$DATA/tiny.ggs" b.ggs
    differs '\(2.9e-05 rms\)' --rel 2.8e-5 "$DATA/tiny.ggs" b.ggs
    agrees --rel 3e-5 "$DATA/tiny.ggs" b.ggs
    run gg-cmp -v --tol 1 "$DATA/tiny.ggs" b.ggs
    [ "$status" -eq 0 ]
    [[ "$output" == *"pos: agree; worst frame 0 [0, 0]"* && "$output" == *"type: equal"* ]]
}

@test "whole numbers have no tolerance" {
    edited '/^field type/,/^field/s/^\t0 0/\t0 1/'
    differs '^type: [0-9]* of 2000 differ' --tol 10 "$DATA/tiny.ggs" b.ggs
}

@test "NaN equals NaN and nothing else; 0 equals -0" {
    one() { printf '#gg-text 1\nmember gg.graph/1\nframe x\n\tnodes 0, edges 0, dim 0, pbc 0\n\tcell 0 0 0 0 0 0 0 0 0\nfield v f32 [3 free] other nan\n\t%s\nend\n' "$1" | gg-dump -r; }
    agrees <(one '1 nan 0') <(one '1 nan:7fc00001 -0')
    differs 'v: 1 of 3 differ; first frame 0 \[1\] nan \| 2; worst .* off by inf' --tol 1e9 <(one '1 nan 0') <(one '1 2 0')
    differs '1 of 3 differ; first frame 0 \[1\] 1\.40129[0-9]*e-45 \| 0' <(one '1 1.4013e-45 0') <(one '1 0 0')
}

@test "what else may differ: fields, shapes, types, units, ids, cells, META, number of frames" {
    gg-select --drop propensity -o b.ggs "$DATA/tiny.ggs"
    differs 'propensity: frame 0: only in the first' "$DATA/tiny.ggs" b.ggs
    differs 'propensity: frame 0: only in the second' b.ggs "$DATA/tiny.ggs"
    gg-select --frames :5 -o b.ggs "$DATA/tiny.ggs"
    differs 'frames: 8 \| 5' "$DATA/tiny.ggs" b.ggs
    edited 's/^field propensity f32/field propensity f64/'
    differs 'propensity: frame 0: type f32 \| f64' "$DATA/tiny.ggs" b.ggs
    agrees --rel 1e-6 "$DATA/tiny.ggs" b.ggs
    edited '/^field propensity /s/unit=sigma/unit=tau/; s/ irreps=1x1o/ irreps=3x0e/; /^field propensity_var/s/target/other/'
    differs "pos: frame 0: irreps '1x1o' \| '3x0e'" "$DATA/tiny.ggs" b.ggs
    [[ "$output" == *"propensity: frame 0: unit 'sigma' | 'tau'"* && "$output" == *"role target | other"* ]]
    edited 's/^frame KA/frame my/; s/^\tcell 5.9/\tcell 6.9/; s/^\tdrift\t8/\tdrift\t9/'
    differs "id: frame 0: 'KA/.*' \| 'my/" "$DATA/tiny.ggs" b.ggs
    [[ "$output" == *"cell: 8 of 72 differ"* && "$output" == *"meta.drift: '8.08e-11' | '9.08e-11'"* ]]
    agrees --ignore 'id,cell,meta.drift' "$DATA/tiny.ggs" b.ggs
}

@test "META: what stands there instead, a long text where it begins to differ, or a key that one of them lacks" {
    yaml() { printf '#gg-text 1\nmember gg.graph/1\nmeta\n\tyaml\t%s\n%bend\n' "$1" "${2:-}" | gg-dump -r; }
    long=$(printf 'a: %0100d' 1)
    differs "^meta.yaml: \.\.\.'  b: 2'\.\.\. \| \.\.\.'  b: 13'$" <(yaml "$long\\n  b: 2\\nc: 3") <(yaml "$long\\n  b: 13")
    differs "^meta.yaml: \.\.\.'0{19}1x2' \| \.\.\.'0{19}1y'$" <(yaml "${long}x2") <(yaml "${long}y")
    differs "^meta.extra: 'one' only in the second$" <(yaml same) <(yaml same '\textra\tone\n')
    # lines of META by name: those alone
    agrees --fields meta.yaml <(yaml same) <(yaml same '\textra\tone\n')
    differs "^meta.extra: 'one' only in the second$" --fields meta.extra <(yaml same) <(yaml same '\textra\tone\n')
    refuses 3 "'meta.other' is neither" gg-cmp --fields meta.other <(yaml same) <(yaml same '\textra\tone\n')
    differs "^meta.yaml: 'other' \| 'twice'$" <(yaml same '\tyaml\tother\n') <(yaml same '\tyaml\ttwice\n')
    differs "^meta.yaml: 'other' only in the first$" <(yaml same '\tyaml\tother\n') <(yaml same)
}

@test "histories are compared on request" {
    gg-select -o b.ggs "$DATA/tiny.ggs"
    agrees "$DATA/tiny.ggs" b.ggs
    differs 'only in the second' --prov "$DATA/tiny.ggs" b.ggs
}

@test "damage is no difference: its own status" {
    head -c 100000 "$DATA/tiny.ggs" >cut.ggs
    refuses 4 'cut.ggs: byte 100000' gg-cmp "$DATA/tiny.ggs" cut.ggs
    refuses 4 'cut.ggs: byte 100000' gg-cmp <(gg-select --frames 0 "$DATA/tiny.ggs") cut.ggs
    refuses 5 'nix: cannot open' gg-cmp nix "$DATA/tiny.ggs"
    refuses 2 'operand missing' gg-cmp "$DATA/tiny.ggs"
    refuses 5 'No space left' sh -c "gg-cmp '$DATA/tiny.ggs' '$DATA/test.ggs' >/dev/full"
}

@test "two models: the keys of their layers that differ, layers that one lacks, and weights" {
    tiny_network 'epochs: 1'
    gg-train -q -o one m.yaml "$DATA/tiny.ggs"
    gg-train -q -o same m.yaml "$DATA/tiny.ggs"
    gg-cmp one/model.ggm same/model.ggm
    gg-train -q -o two --set layers.1.radial.n=8 --lr 0.01 m.yaml "$DATA/tiny.ggs"
    run -1 gg-cmp one/model.ggm two/model.ggm
    [[ "$output" == *"layers.1.conv.radial.n: 6 | 8"* ]]
    [[ "$output" == *"train.lr: 0.02 | 0.01"* ]]
    [[ "$output" == *"layers.1.conv.radial.0: frame 0: axis 0 of length 6 | 8"* ]]
    [[ "$output" =~ "layers.0.embed.weight.0.0: "[0-9]+" of 16 differ" ]]
    [[ "$output" != *"model.yaml"* ]]
    # What is longer than the line that tells of it differs, too, at its end.
    gg-dump --text one/model.ggm >text
    for end in y z; do sed "s/node: \[type\]/node: [type, $(seq -s ', ' 100 190), $end]/" text | gg-dump -r -o $end.ggm; done
    run -1 gg-cmp y.ggm z.ggm
    [[ "$output" == *"inputs.node: [type, 100, 101"* ]]
    # Another layer in a place, and one more.
    sed 's/  - {layer: gate, in: m, out: h}/  - {layer: norm, in: m, out: m}\n&/' m.yaml >more.yaml
    gg-train -q -o three more.yaml "$DATA/tiny.ggs"
    run -1 gg-cmp one/model.ggm three/model.ggm
    [[ "$output" =~ "layers.3: {layer: gate, in: m, out: h".*"} | {layer: norm, in: m, out: m" ]]
    [[ "$output" == *"layers.6: absent | {layer: actnorm"* ]]
    # META can be left out as before; a stream of another kind is compared as one.
    run -1 gg-cmp --ignore meta.model.yaml one/model.ggm two/model.ggm
    [[ "$output" != *"radial.n: 6"* ]]
    run -1 gg-cmp one/model.ggm "$DATA/tiny.ggs"
    [[ "$output" == *"meta.model.yaml"* ]]
}
