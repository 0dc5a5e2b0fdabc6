#!/usr/bin/env bats
# config.bats -- YAML, --config, options and --set become one configuration; what is wrong is told with file and line
# bats file_tags=reader

load helper

small() {
    cat >m.yaml <<'YAML'
# a network in miniature
inputs: {node: [type], cutoff: 1.6}
layers:
  - {layer: embed, channels: 4, out: h}
  - repeat: 2
    layers:
      - {layer: conv, in: h, lmax: 1, out_irreps: gate(4x0e+4x1o), radial: {n: 4, hidden: [8]}, out: m}
      - {layer: gate, in: m, out: h}
heads:
  - {target: propensity, in: h, layer: mlp, hidden: [8, 8]}
train: {lr: 2e-3, epochs: 3}
YAML
}

shows() { # LINE: --print-config has it
    grep -qxF -- "$1" shown || { echo "no line '$1' in:"; cat shown; return 1; }
}

@test "--print-config names the origin of every value; later wins" {
    small
    printf 'train: {lr: 5e-3, clip: 2}\n' >more.yaml
    printf 'train: {clip: 3}\nheads:\n  - {target: overlap, in: h, layer: mlp}\n' >last.yaml
    gg-train --print-config --config more.yaml --config last.yaml --epochs 7 --set conv.radial.n=6 \
        --set layers.1.repeat=3 --set train.ema=0.9 m.yaml >shown
    shows '  node: [type]  # m.yaml:2'
    shows '  - repeat: 3  # --set'
    shows '          n: 6  # --set'
    shows '          hidden: [8]  # m.yaml:7'
    shows '  - target: overlap  # last.yaml:3'
    shows '  lr: 5e-3  # more.yaml:1'
    shows '  clip: 3  # last.yaml:1'
    shows '  epochs: 7  # command line'
    shows '  ema: 0.9  # --set'
    shows '  positions: [pos]  # default'
    run -1 grep propensity shown
}

@test "what is printed is a configuration, and says the same again" {
    small
    gg-train --print-config --set conv.lmax=1 m.yaml "$DATA/tiny.ggs" >shown
    gg-train --print-config shown "$DATA/tiny.ggs" >again
    diff <(sed 's/ *#.*//' shown) <(sed 's/ *#.*//' again)
    grep -q '# default$' shown
    run -1 grep '# default$' again
}

@test "the same configuration in other words trains the same model" {
    small
    gg-train -q -o one --epochs 1 m.yaml "$DATA/tiny.ggs"
    sed -e 's/lr: 2e-3, epochs: 3/lr: 5/' -e 's/cutoff: 1.6/cutoff: 1/' m.yaml >other.yaml
    gg-train -q -o two --set inputs.cutoff=1.6 --set 'train={lr: 2e-3}' --epochs 1 other.yaml "$DATA/tiny.ggs"
    digest() { sed -nE '1s/.*"config":"([0-9a-f]{8})".*/\1/p' "$1/metrics.jsonl"; }
    [ -n "$(digest one)" ]
    need_program gg-cmp
    gg-cmp one/model.ggm two/model.ggm
}

@test "a model file carries its YAML, which trains it again" {
    small
    gg-train -q -o one --epochs 1 m.yaml "$DATA/tiny.ggs"
    need_program gg-cmp
    printf '%b' "$(gg-dump --text one/model.ggm | sed -n 's/^\tmodel.yaml\t//p')" >again.yaml
    gg-train -q -o two again.yaml "$DATA/tiny.ggs"
    gg-cmp one/model.ggm two/model.ggm
}

@test "mistakes are found where they stand" {
    small
    wrong() { # PATTERN SED
        sed "$2" m.yaml >w.yaml
        run -1 cmp -s m.yaml w.yaml
        refuses 2 "^gg-train: w.yaml:$1" gg-train -o run w.yaml "$DATA/tiny.ggs"
    }
    wrong "2:24: .*unknown key 'cutof' \(did you mean cutoff\?\)" 's/cutoff/cutof/'
    wrong "9:1: unknown key 'head' \(did you mean heads\?\)" 's/^heads/head/'
    wrong "4:6: no layer is called 'embd' \(did you mean embed\?\)" 's/embed/embd/'
    wrong "7:.*conv.lmax: 99 is out of range" 's/lmax: 1/lmax: 99/'
    wrong "7:.*conv.lmax: 'one' is not a whole number" 's/lmax: 1/lmax: one/'
    wrong "7:.*conv.radial: unknown key 'm'" 's/radial: {n/radial: {m/'
    wrong "7:.*irreps" 's/gate(4x0e/gate(4y0e/'
    wrong "8:.*no value is called 'n'" 's/gate, in: m/gate, in: n/'
    sed 's/propensity/propensty/' m.yaml >w.yaml
    refuses 2 "w.yaml:10:.*target 'propensty'.*did you mean propensity" gg-train -o run w.yaml "$DATA/tiny.ggs"
    wrong "11:9: train.lr: 'fast' is not a number" 's/2e-3/fast/'
    wrong "11:9: train.lr: -1 is out of range" 's/2e-3/-1/'
    wrong "11:19: .*unknown key 'epoch' \(did you mean epochs\?\)" 's/epochs/epoch/'
    wrong "11:13: anchors" 's/2e-3/\&a 2e-3/'
    wrong "11:19: key 'lr' stands here twice" 's/epochs: 3/lr: 3/'
    wrong "12:1: a second document" '$a ---\na: 1'
    printf '\xff\n' >w.yaml
    refuses 2 'w.yaml:1:1: not YAML' gg-train -o run w.yaml "$DATA/tiny.ggs"
    : >w.yaml
    refuses 2 'w.yaml: empty' gg-train -o run w.yaml "$DATA/tiny.ggs"
    refuses 5 'Is a directory' gg-train -o run . "$DATA/tiny.ggs"
    [ ! -e run ]
}

@test "wrong settings" {
    small
    refuses 2 "'train.lr' is not PATH=VALUE" gg-train -o run --set train.lr m.yaml "$DATA/tiny.ggs"
    refuses 2 "train.lr: 'fast' is not a number" gg-train -o run --set train.lr=fast m.yaml "$DATA/tiny.ggs"
    refuses 2 "unknown key 'trian'" gg-train -o run --set trian.lr=1 m.yaml "$DATA/tiny.ggs"
    refuses 2 "layers.9.repeat: .9. is not an item of a list of 2" gg-train -o run --set layers.9.repeat=1 m.yaml "$DATA/tiny.ggs"
    refuses 2 "unknown key 'norm'" gg-train -o run --set norm.eps=1 m.yaml "$DATA/tiny.ggs"
    refuses 2 'loss.kind' gg-train -o run --set loss.kind=huber m.yaml "$DATA/tiny.ggs"
    refuses 2 'loss.standardise' gg-train -o run --set 'loss.standardise=[time]' m.yaml "$DATA/tiny.ggs"
    refuses 2 "'Z' is none of the 2 species" gg-train -o run --set 'loss.species=[Z]' m.yaml "$DATA/tiny.ggs"
    [ ! -e run ]
}

@test "let: a width is one key; unknown and unused names are refused" {
    small
    sed -i -e '1a let: {C: 4, lmax: 1}' -e 's/channels: 4/channels: C/' -e 's/lmax: 1,/lmax: lmax,/' \
        -e 's/gate(4x0e+4x1o)/gate(C*all(lmax))/' m.yaml
    gg-train --print-config --set let.C=6 m.yaml >shown
    shows '    channels: 6  # m.yaml:5, C: --set'
    shows '        out_irreps: gate(6x0e+6x1o)  # m.yaml:8, C: --set, lmax: m.yaml:2'
    run ! grep -q '^let' shown
    gg-train -q --epochs 1 --set let.C=6 -o one m.yaml "$DATA/tiny.ggs"
    sed -e '/^let/d' -e 's/channels: C/channels: 6/; s/lmax: lmax/lmax: 1/; s/C\*all(lmax)/6x0e+6x1o/' m.yaml >plain.yaml
    gg-train -q --epochs 1 -o two plain.yaml "$DATA/tiny.ggs"
    gg-cmp one/model.ggm two/model.ggm
    gg-dump --text one/model.ggm | grep -F 'gate(6x0e+6x1o)' >/dev/null
    refuses 2 "^gg-train: --set: let: nothing is written with the name 'c'" gg-train -o run --set let.c=6 m.yaml "$DATA/tiny.ggs"
    sed 's/channels: C/channels: lmx/' m.yaml >w.yaml
    refuses 2 "w.yaml:5:20: embed.channels: 'lmx' is not a whole number, and no name of let .did you mean 'lmax'" gg-train -o run w.yaml "$DATA/tiny.ggs"
    sed 's/all(lmax)/all(lmx)/' m.yaml >w.yaml
    refuses 2 "w.yaml:8:[0-9]+: out_irreps: 'lmx' is no name of let .did you mean 'lmax'" gg-train -o run w.yaml "$DATA/tiny.ggs"
}

@test "let: species are letters, although a name is called C" {
    small
    sed -i -e '1a let: {C: 4}' -e 's/channels: 4/channels: C/' m.yaml
    # without an index, every item of the list
    gg-train --print-config --set 'heads=[{target: propensity, layer: mlp}, {target: energy, in: h, layer: mlp}]' --set 'heads.times=[1, 10]' m.yaml >shown
    [ "$(grep -c 'times: \[1, 10\]\|times:' shown)" -eq 2 ]
    gg-train --print-config --set 'loss.species=[A, C]' --set heads.0.species=C m.yaml >shown
    [ "$(grep -cE '^ +(- |species: )[AC]  # --set$|species: \[A, C\]' shown)" -ge 1 ]
    run ! grep -q 'species: 4\|- 4 ' shown
}

# What the networks of the zoo say when C and lmax are written out by hand.
@test "let: the zoo means what it meant before" {
    plain() { gg-train --print-config "$1" | sed 's/  # .*//'; }
    for model in se3:8:3:3 se3_fields:8:3:3 tfn:8:2:3 nequip:32:2:0; do
        IFS=: read -r name C lmax rounds <<<"$model"
        all=$(for l in $(seq 0 "$lmax"); do [ $((l % 2)) -eq 0 ] && echo "${C}x${l}e" || echo "${C}x${l}o"; done | paste -sd+)
        sed -e '/^let:/d' -e "s/repeat: rounds/repeat: $rounds/; s/channels: C/channels: $C/; s/lmax: lmax/lmax: $lmax/; s/C\*all(lmax)/$all/" \
            -e "s/C\*all(1)/${C}x0e+${C}x1o/; s/C\*0e+C\*both(1..lmax)/${C}x0e+${C}x1e+${C}x1o+${C}x2e+${C}x2o/" \
            -e "s/C\*both(lmax)/${C}x0e+${C}x0o+${C}x1e+${C}x1o+${C}x2e+${C}x2o/" "$ROOT/examples/models/$name.yaml" >w.yaml
        run ! grep -q 'C\*' w.yaml
        cmp <(plain "$ROOT/examples/models/$name.yaml") <(plain w.yaml)
    done
}

@test "100 kB of brackets end at once, a megabyte is too much" {
    head -c 100000 /dev/zero | tr '\0' '[' >w.yaml
    refuses 2 'w.yaml:1:17: more than 16 levels' gg-train -o run w.yaml "$DATA/tiny.ggs"
    head -c 1048577 /dev/zero | tr '\0' '#' >w.yaml
    refuses 2 'w.yaml' gg-train -o run w.yaml "$DATA/tiny.ggs"
}

@test "gg_model(5): its example is a model, and every key of train is explained" {
    sed -n '/^inputs: /,/^\.Ed/{/^\.Ed/!p}' "$ROOT/man/gg_model.5" >page.yaml
    gg-train --print-config page.yaml "$DATA/tiny.ggs" >shown
    mandoc -T ascii -O width=400 "$ROOT/man/gg_model.5" | sed 's/.\x08//g' >page
    sed -n '/^train:/,$s/^  \([a-z0-9_]*\):.*/\1/p' shown >keys
    [ "$(wc -l <keys)" -ge 15 ]
    while read -r key; do
        grep -qwF -- "$key" page || { echo "train.$key is not in gg_model(5)"; return 1; }
    done <keys
}
