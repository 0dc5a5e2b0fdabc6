#!/usr/bin/env bats
# advice.bats -- what a refusal advises is done, and works: refusal, the advised command, success

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    cp "$DATA/tiny_replicas.ggs" "$ROOT"/examples/models/*.yaml .
    gg-select --limit 2 "$DATA/tiny.ggs" -o two.ggs
}

# advice REGEX REFUSED ADVISED: the first command is refused in one line with these words, the second is what they say
advice() {
    run --separate-stderr bash -o pipefail -c "$2"
    { [ "$status" -ge 2 ] && [ "$status" -le 6 ] && [ "${#stderr_lines[@]}" -eq 1 ] && [[ "$stderr" =~ $1 ]]; } ||
        { echo "status $status: '$stderr' does not match '$1'"; return 1; }
    bash -e -o pipefail -c "$3" >said 2>&1 </dev/null || { cat said; echo "the advice fails: $3"; return 1; }
}

dumps() { # COLUMNS: r1.dump r2.dump, two runs from one start
    for k in 1 2; do
        for step in 0 10; do
            printf '%s\n' 'ITEM: TIMESTEP' $step 'ITEM: NUMBER OF ATOMS' 2 'ITEM: BOX BOUNDS pp pp pp' '0 4' '0 4' '0 4' \
                "ITEM: ATOMS id type $1" "1 1 1.0000$((k * step)) 1.1234567 1.1234567" '2 2 2.1234567 2.1234567 2.1234567'
        done >r$k.dump
    done
}

@test "fields that are missing: the program that makes them, with its option" {
    dumps 'xu yu zu'
    advice "'pos_replicas' is missing: run gg-import --replicas first" 'gg-import -q r1.dump | gg-targets -o x' \
        'gg-targets -o x tiny_replicas.ggs'
    gg-import -q --replicas --timestep 0.01 r1.dump r2.dump | gg-targets -o x
    advice "'split' is missing: run gg-select --split first" 'gg-select --only test -o x two.ggs' \
        'gg-select --split 1:0:1 two.ggs | gg-select --only test -o x'
    advice "'energy_inherent' is missing: run gg-quench first" 'gg-features --add energy_inherent -o x two.ggs' \
        'gg-quench two.ggs | gg-features --add energy_inherent -o x'
    advice "'pos_inherent' is missing: run gg-quench first" 'gg-features --preset inherent -o x two.ggs' \
        'gg-quench two.ggs | gg-features --preset inherent -o x'
    advice "'energy_inherent' is missing, the model takes it as input: run gg-quench" 'gg-train -o r se3.yaml two.ggs' \
        'gg-quench two.ggs | gg-train --estimate se3.yaml'
    advice "no Kob-Andersen liquid, --set inputs.positions=pos --set 'inputs.node=.type.'$" 'gg-train -o r se3.yaml two.ggs' \
        "gg-train --estimate --set inputs.positions=pos --set 'inputs.node=[type]' se3.yaml two.ggs"
    advice "'node_features' is missing, the model takes it as input: run gg-features" 'gg-train -o r ridge.yaml two.ggs' \
        'gg-features --add density two.ggs | gg-train -o r ridge.yaml'
}

@test "temperatures and times that are nowhere: the option that gives them" {
    gg-select --drop temperature two.ggs -o cold.ggs
    advice "no field 'temperature': give --temperature" 'gg-cage -o x cold.ggs' \
        'gg-cage --temperature 0.64 --equilibrate 5 --sweeps 10 --tolerance 2 -o x cold.ggs'
    advice "no field 'temperature': give --temperature" 'gg-md --runs 2 --times 0.05 -o x cold.ggs' \
        'gg-md --temperature 0.64 --runs 2 --times 0.05 -o x cold.ggs'
    dumps 'xu yu zu'
    advice 'the file does not say times; give --timestep' 'gg-import --replicas -o x r1.dump r2.dump' \
        'gg-import --replicas --timestep 0.01 -o x r1.dump r2.dump'
    advice 'without --times: wanted the times of the targets' 'gg-md --runs 2 -o x two.ggs' 'gg-md --runs 2 --times 0.05 -o y two.ggs'
}

@test "gg-import: files that leave something open" {
    dumps 'x y z'
    advice 'wrapped coordinates without image flags; dump xu yu zu' 'gg-import --replicas --timestep 1 -o x r1.dump r2.dump' \
        'sed -i "s/type x y z/type xu yu zu/" r1.dump r2.dump; gg-import --replicas --timestep 1 -o x r1.dump r2.dump'
    printf '%s\n' 2 'Lattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3' 'Cu 0.12345678 0.2 0.3' 'Zr 1.5 1.5 1.5' >q.xyz
    advice "species 'Cu'; --species Cu,Zr names them, type 0 first" 'gg-import -o x q.xyz' 'gg-import --species Cu,Zr -o x q.xyz'
    gg-import -q --species Cu,Zr -o q.ggs q.xyz
    advice "comes twice; --sample-id gives others: '\{stem\}/\{count\}' numbers them" 'gg-import --species Cu,Zr -o x q.xyz q.xyz' \
        "gg-import --species Cu,Zr --sample-id '{stem}/{count}' -o x q.xyz q.xyz"
    printf '%s\n' 'LAMMPS' '' '2 atoms' '1 atom types' '' '0 4 xlo xhi' '0 4 ylo yhi' '0 4 zlo zhi' '' 'Atoms' '' \
        '1 1 0 0.51234567 0.5 0.5' '2 1 0 1.51234567 1.5 1.5' >d.data
    advice "write 'Atoms # STYLE' or give --atom-style STYLE; .*charge" 'gg-import -o x d.data' 'gg-import --atom-style charge -o x d.data'
    sed 's/^Atoms$/Atoms # charge/' d.data >e.data
    gg-import -q -o x e.data
    advice 'is a gg stream already' 'gg-import -o x two.ggs' 'gg-select -o x two.ggs'
    advice "unknown option '--spcies' .did you mean --species" 'gg-import --spcies Cu,Zr -o x q.xyz' 'gg-import --species Cu,Zr -o x q.xyz'
}

@test "files that are no streams: what reads them" {
    gg-dump --npz arrays two.ggs
    advice 'zip or npz: use gg-import' 'gg-dump arrays/*1.npz' 'gg-import arrays/*1.npz -o x'
    gg-dump --text two.ggs >two.txt
    advice 'gg-dump -r for the text form of a stream' 'gg-select -o x two.txt' 'gg-dump -r two.txt | gg-select -o x'
    gg-dump --extxyz two.ggs -o two.xyz
    advice 'plain text: use gg-import' 'gg-quench two.xyz -o x' 'gg-import two.xyz | gg-quench -o x'
    advice 'a gg stream, and no YAML: .* before the streams' 'gg-features --add density two.ggs | gg-train two.ggs -o r' \
        'gg-features --add density two.ggs | gg-train ridge.yaml -o r'
}

@test "gg-predict and gg-corr: models, predictions, columns" {
    tiny_network 'epochs: 1'
    advice 'm.yaml: is the description of a model: gg-train makes a model of it, FOLDER/model.ggm' 'gg-predict m.yaml two.ggs -o x' \
        'gg-train -q -o run m.yaml two.ggs && gg-predict run/model.ggm two.ggs -o predicted.ggs'
    advice 'run gg-predict first, or name fields with --target and --predictor' 'gg-corr two.ggs' 'gg-corr predicted.ggs'
    gg-corr --target propensity --predictor displacement two.ggs
    advice "no field 'propensity_pred': gg-predict adds it; --predictor names another" 'gg-corr --target propensity two.ggs' \
        'gg-corr --target propensity predicted.ggs'
    gg-features --add density two.ggs -o f.ggs
    advice "choose one with 'node_features:COLUMN'" 'gg-corr --target propensity --predictor node_features f.ggs' \
        'gg-corr --target propensity --predictor node_features:density.all.L1 f.ggs'
    advice "no column '9' among its 9: density.A.L0.5" 'gg-corr --target propensity --predictor node_features:9 f.ggs' \
        'gg-corr --target propensity --predictor node_features:density.A.L0.5 f.ggs'
}

@test "gg-train: a folder of another training has three ways out" {
    tiny_network 'epochs: 1'
    gg-train -q -o run m.yaml two.ggs
    other='gg-train -q --set heads.0.hidden=[4] m.yaml two.ggs'
    advice 'another configuration .* use another -o, --resume never, or --resume-anyway' "$other -o run" "$other -o another"
    bash -c "$other -o run --resume never"
    gg-select --limit 1 two.ggs -o one.ggs
    advice 'other data .* use another -o, --resume never, or --resume-anyway' 'gg-train -q --set heads.0.hidden=[4] m.yaml one.ggs -o run' \
        'gg-train -q --resume-anyway --epochs 2 --set heads.0.hidden=[4] m.yaml one.ggs -o run'
    gg-features --add density two.ggs -o f.ggs
    gg-train -q -o ridge ridge.yaml f.ggs
    advice 'use another -o, or' 'gg-train -q --set loss.species=[A] ridge.yaml f.ggs -o ridge' \
        'gg-train -q --set loss.species=[A] --resume never ridge.yaml f.ggs -o ridge'
}

@test "gg-train: a head that does not fit its target" {
    tiny_network 'epochs: 1'
    t='gg-train -q m.yaml two.ggs'
    advice "m.yaml:10:33: target 'displacement' is 1x1o, mlp puts out scalars: layer: gated_vector .or gated., without the keys of mlp" \
        "$t -o a --set heads.0.target=displacement" \
        "for l in gated_vector gated; do $t -o a_\$l --set heads='[{target: displacement, in: h, layer: '\$l'}]'; done"
    advice "target 'propensity' is 1x0e, gated_vector puts out vectors: layer: mlp .or gated." \
        "$t -o b --set heads='[{target: propensity, in: h, layer: gated_vector}]'" \
        "for l in mlp gated; do $t -o b_\$l --set heads='[{target: propensity, in: h, layer: '\$l'}]'; done"
}

@test "gg-train: one id twice" {
    tiny_network 'epochs: 1'
    dumps 'xu yu zu'
    gg-select --limit 1 two.ggs -o one.ggs
    advice "'KA/N250/T0.64/1' stands twice in the data: .* gg-import --sample-id; .* gg-targets --join" \
        'gg-train -q -o r m.yaml one.ggs one.ggs' \
        'gg-dump --extxyz one.ggs >one.xyz; gg-import -q --sample-id another one.xyz -o another.ggs; gg-train -q -o r m.yaml one.ggs another.ggs'
    for t in 0.01 0.02; do
        gg-import -q --replicas --timestep $t r1.dump r2.dump | gg-targets -o $t.ggs
    done
    advice "stands twice in the data: .* gg-targets --join" 'gg-train -q -o twice --set inputs.cutoff=1.9 m.yaml 0.01.ggs 0.02.ggs' \
        'gg-targets --join 0.01.ggs 0.02.ggs | gg-train -q -o joined --set inputs.cutoff=1.9 m.yaml'
    gg-features --add density one.ggs -o f.ggs
    refuses 3 "stands twice in the data: .* gg-import --sample-id" gg-train -q -o ridge ridge.yaml f.ggs f.ggs
}

@test "gg-predict: a run that is not finished" {
    tiny_network 'epochs: 1, validation: 0.5'
    gg-train -q -o run m.yaml two.ggs
    rm run/model.ggm
    advice 'run/model.ggm: training is not finished: go on with the same command, or use run/best.ggm$' \
        'gg-predict run/model.ggm two.ggs' 'gg-predict run/best.ggm two.ggs >p.ggs'
    rm run/best.ggm
    advice 'run/model.ggm: training is not finished: go on with the same command$' 'gg-predict run/model.ggm two.ggs' \
        'gg-train -q -o run m.yaml two.ggs; gg-predict run/model.ggm two.ggs >p.ggs'
    refuses 5 'none/model.ggm: cannot open' gg-predict none/model.ggm two.ggs
}

@test "gg-train: keys of a model" {
    tiny_network 'epochs: 1'
    t='gg-train -q m.yaml two.ggs'
    advice "no layer is called 'embd' .did you mean embed" "$t -o a --set layers.0.layer=embd" "$t -o a --set layers.0.layer=embed"
    advice "unknown key 'cutof' .did you mean cutoff" "$t -o b --set inputs.cutof=1.5" "$t -o b --set inputs.cutoff=1.5"
    advice "has no such field .did you mean propensity" "$t -o c --set heads.0.target=propensty" "$t -o c --set heads.0.target=propensity"
    advice 'no species; leave the key out for all of them' "$t -o d --set loss.species=[]" "$t -o d"
    printf '%s\n' 'a: &x 1' >anchor.yaml
    advice 'anchors .* are not allowed; write the value out' 'gg-train -q -o e --config anchor.yaml m.yaml two.ggs' \
        'echo "train: {epochs: 1}" >anchor.yaml; gg-train -q -o e --config anchor.yaml m.yaml two.ggs'
    gg-features --add density two.ggs | gg-select --limit 1 -o f.ggs
    advice 'none can be left out to choose a penalty; fit.penalty gives one' 'gg-train -q -o f ridge.yaml f.ggs' \
        'gg-train -q -o f --set fit.penalty=10 ridge.yaml f.ggs'
    gg-train -q -o start m.yaml two.ggs
    advice 'a fit starts from nothing: leave it out' 'gg-train -q -o g --from start/model.ggm --set fit.penalty=10 ridge.yaml f.ggs' \
        'gg-train -q -o g --set fit.penalty=10 ridge.yaml f.ggs'
    advice 'FOLDER is missing: where model and checkpoints go' "$t" "$t -o h"
}

@test "names that are nearly right" {
    advice "no descriptor 'densty' .did you mean 'density'" 'gg-features --add densty -o x two.ggs' 'gg-features --add density -o x two.ggs'
    advice "which descriptors\? .--list shows them" 'gg-features -o x two.ggs' 'gg-features --list | grep -q density'
    advice "no preset 'inhrent' .did you mean 'inherent'" 'gg-quench two.ggs | gg-features --preset inhrent -o x' \
        'gg-quench two.ggs | gg-features --preset inherent -o x'
    advice "no target 'propensty' .did you mean 'propensity'" 'gg-targets --add propensty -o x tiny_replicas.ggs' \
        'gg-targets --add propensity -o x tiny_replicas.ggs'
    advice "no field 'propensty' .did you mean propensity" 'gg-select --keep propensty -o x two.ggs' 'gg-select --keep propensity -o x two.ggs'
    advice "is not three shares such as 8:1:1" 'gg-select --split 8:1 -o x two.ggs' 'gg-select --split 1:1:0 -o x two.ggs'
    advice "no field 'propensty'; there are pos, type, temperature" 'gg-dump -d propensty two.ggs' 'gg-dump -d temperature two.ggs'
    advice "no mixture 'KA4D': there are KA3D and KA2D" 'gg-md --start KA4D --n 250 --temperature 1 --wait 0.1 -o x' \
        'gg-md --start KA3D --n 250 --temperature 1 --wait 0.1 -o x'
    advice '--cutoff is required' 'gg-neighbors two.ggs -o x' 'gg-neighbors --cutoff 2 two.ggs -o x'
    advice 'wanted --seed, --angle' 'gg-rotate two.ggs -o x' 'gg-rotate --angle 90 two.ggs -o x'
    advice '--equal steps needs --epochs' 'gg-learncurve m.yaml --train two.ggs --test two.ggs --sizes 2 --equal steps -o c' \
        'gg-learncurve se3.yaml --train two.ggs --test two.ggs --sizes 2 --equal steps --epochs 4 --print-make -o c'
    advice '--rows goes with --data' 'gg-dump --rows 0:2 two.ggs' 'gg-dump --rows 0:2 --data pos two.ggs'
}

@test "numbers: what to raise, what to leave" {
    advice 'no minimum after 5 steps: .* raise --max-steps or --force-tolerance' 'gg-quench --max-steps 5 -o x two.ggs' \
        'gg-quench --max-steps 100000 -o x two.ggs'
    gg-quench --max-steps 200 --force-tolerance 1 -o x two.ggs
    advice 'raise --max-sweeps or --tolerance' 'gg-cage --equilibrate 0 --sweeps 4 --max-sweeps 4 --tolerance 1e-4 -o x two.ggs' \
        'gg-cage --equilibrate 0 --sweeps 4 --max-sweeps 4 --tolerance 0.4 -o x two.ggs'
    for density in 1.2 1.15; do
        md="gg-md --start KA3D --density $density --temperature 1 --wait 0.1 -o x --n"
        refuses 2 'wanted [0-9]+ particles at least' $md 50
        n=$(sed -E 's/.*wanted ([0-9]+) .*/\1/' <<<"$stderr")
        advice "wanted $n particles at least" "$md $((n - 1))" "$md $n"
    done
    advice "'displacement_var' is missing: .* without --continue there are new ones" 'gg-md --continue --runs 2 --times 0.05 -o x two.ggs' \
        'gg-md --runs 2 --times 0.05 -o y two.ggs'
}

@test "gg-plot: names of pictures, of kinds, and what would be written over" {
    need_program gnuplot
    advice "did you mean slice" 'gg-plot slices --target propensity --predictor displacement -o a.svg two.ggs' \
        'gg-plot slice --target propensity --predictor displacement -o a.svg two.ggs'
    advice 'must end in .svg, .png or .pdf' 'gg-plot slice --target propensity --predictor displacement -o a.jpg two.ggs' \
        'gg-plot slice --target propensity --predictor displacement -o a.png two.ggs'
    gg-corr -q --target propensity --predictor displacement --bootstrap 0 --tsv -o corr.tsv two.ggs
    advice 'would write over the input corr.tsv: choose another --output' 'gg-plot corr-time --script -o corr.svg corr.tsv' \
        'gg-plot corr-time --script -o other.svg corr.tsv'
}

@test "binary data on a terminal: -o FILE, a pipe, or gg-dump" {
    need_terminal
    script -qec "gg-select two.ggs" /dev/null </dev/null | grep -q 'use -o FILE, a pipe, or gg-dump'
    gg-select two.ggs -o x
    gg-select two.ggs | gg-dump
}
