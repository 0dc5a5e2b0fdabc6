#!/usr/bin/env bats
# gg-learncurve.bats -- nested subsets and seeds, resume, statuses, make, signals: with stand-ins, then with a real model

load helper

# Stand-ins for gg-train and gg-predict beside a copy of gg-learncurve: a "model" is the training set itself.  A file
# fail.N.S holds the statuses that the training of size N and seed S ends with, one line a start.
stand_ins() {
    mkdir -p bin
    cp "$GG_BIN/gg-learncurve" bin
    cat >bin/gg-train <<'SH'
#!/bin/sh
for a; do [ "$last" != -o ] || out=$a; last=$a; done
name=$(basename "$out" | tr -d nds)
echo "$name $*" >>started
mkdir -p "$out"
gg-select -o "$out/model.tmp" || exit
if [ -s "fail.$name" ]; then
    status=$(head -n 1 "fail.$name")
    sed -i 1d "fail.$name"
    echo "gg-train: stand-in ends with $status" >&2
    exit "$status"
fi
if [ -e slow ]; then
    trap 'echo "$name" >>stopped; exit 75' TERM USR1
    touch waiting
    for i in $(seq 200); do sleep 0.1; done
fi
mv "$out/model.tmp" "$out/model.ggm"
SH
    cat >bin/gg-predict <<'SH'
#!/bin/sh
[ -s "$1" ] || exit 3
gg-select --rename propensity_var=propensity_pred "$2"
SH
    printf '#!/bin/sh\nexec "%s/gg-corr" --bootstrap 0 --no-spearman "$@"\n' "$GG_BIN" >bin/gg-corr # quicker
    chmod +x bin/*
    echo "layers: []" >model.yaml
    cp "$DATA/tiny.ggs" train.ggs
    gg-select --frames 0:2 -o test.ggs train.ggs
    PATH="$PWD/bin:$PATH"
}

curve() { bin/gg-learncurve --train train.ggs --test test.ggs --sizes 1,3 --seeds 2 "$@" model.yaml; }

@test "every size and seed, nested, in one table; a second run does nothing" {
    stand_ins
    curve -o out >text 2>said
    [ "$(sort started | cut -d ' ' -f 1 | tr '\n' ' ')" = "1.0 1.1 3.0 3.1 " ]
    [ "$(wc -l <out/learncurve.tsv)" -eq $((1 + 4 * 4 * 3)) ] # pieces, times, A B all
    [ "$(head -n 1 out/learncurve.tsv)" = "$(printf 'setting\tsize\tseed\tdraw\t%s\tgflop\tseconds' "$(head -n 1 out/n1.d0/corr.tsv)")" ]
    cmp <(tail -n +2 out/n3.d1/corr.tsv | sed 's/$/\tnan\tnan/') <(awk -F '\t' '$2 == 3 && $3 == 1' out/learncurve.tsv | cut -f 5-) # stand-ins do not say what they cost
    [ "$(wc -l <out/summary.tsv)" -eq $((1 + 2 * 4 * 3)) ]
    grep -q "size 3, seed 1: done (4 of 4 done)" said
    mv started before
    curve -o out >again
    cmp text again
    [ ! -e started ]
    rm out/n3.d1/corr.tsv
    curve -q -o out >again
    [ "$(cut -d ' ' -f 1 started)" = 3.1 ]
    cmp text again
}

# frames FILE: their ids, in their order
frames() { gg-dump --json "$1" | sed -n 's/.*"id": *"\([^"]*\)".*/\1/p'; }

# drawn N.dS: what draws.tsv says of a piece
drawn() { awk -F '\t' -v n="${1%%.*}" -v s="${1##*d}" '$1 == s && $2 <= n { print $4 }' out/draws.tsv; }

@test "each seed draws an order of its own; a size is its first so many, the same by whatever it is run, and again" {
    stand_ins
    orders() { bin/gg-learncurve --train train.ggs --test test.ggs --sizes 1,3,7 --seeds 3 "$@" model.yaml; }
    orders -q -o out >text
    [ "$(wc -l <out/draws.tsv)" -eq $((1 + 3 * 7)) ]
    [ "$(awk -F '\t' 'NR > 1 { print $1, $3 }' out/draws.tsv | sort -u | wc -l)" -eq 21 ] # no configuration twice
    for seed in 0 1 2; do
        [ "$(frames <(gg-select --shuffle --seed $seed train.ggs) | head -n 7)" = "$(drawn 7.d$seed)" ]
        for n in 1 3 7; do # what was trained on, in this order: so the sets are nested
            [ "$(frames "out/n$n.d$seed/model.ggm")" = "$(drawn $n.d$seed)" ]
        done
    done
    [ "$(for seed in 0 1 2; do drawn 7.d$seed | cksum; done | sort -u | wc -l)" -eq 3 ]
    while IFS=$'\t' read -r _ _ frame id; do # the frames that the numbers name
        [ "$frame" = frame ] || [ "$(frames <(gg-select --frames "$frame" train.ggs))" = "$id" ]
    done <out/draws.tsv
    [[ "$(cut -f 4 out/learncurve.tsv | sort -u | tr '\n' ' ')" =~ ^draw\ seed\.[0-9a-f]{8}\ $ ]]
    gg-prov --json out/n3.d1/model.ggm | grep -q -- '--limit 3 --shuffle --seed 1'
    mv out one
    orders --print-make -o out >curve.mk
    make -s -j2 -f curve.mk >text2
    cmp text text2
    mv out two
    orders --print-jobs parallel -o out >jobs.sh
    sh jobs.sh
    orders --collect -o out >text3
    cmp text text3
    for other in two out; do
        cmp one/draws.tsv $other/draws.tsv
        cmp one/learncurve.tsv $other/learncurve.tsv
        for piece in one/n*; do cmp "$piece/model.ggm" "$other/${piece#one/}/model.ggm"; done
    done
    # validation frames go to every training, and no draw has them
    gg-select --split 5:3:0 -o split.ggs train.ggs
    rm -r out
    bin/gg-learncurve -q --train split.ggs --test test.ggs --sizes 2,5 --seeds 2 -o out model.yaml >text
    [ "$(frames <(gg-select --only train split.ggs) | sort)" = "$(drawn 5.d1 | sort)" ]
    for piece in n2.d0 n2.d1 n5.d1; do
        [ "$(frames <(gg-select --only train out/$piece/model.ggm))" = "$(drawn ${piece#n})" ]
        [ "$(frames <(gg-select --only validation out/$piece/model.ggm))" = "$(frames <(gg-select --only validation split.ggs))" ]
    done
}

@test "--draw first: the first of the stream for every seed, as before it was there; the two do not mix" {
    stand_ins
    curve -q --draw first -o out >text
    for piece in n1.s0 n1.s1 n3.s0 n3.s1; do
        n=${piece%.*}
        cmp <(gg-dump --json "out/$piece/model.ggm") <(gg-select --frames "0:${n#n}" train.ggs | gg-dump --json)
    done
    [ "$(cut -f 4 out/learncurve.tsv | sort -u | tr '\n' ' ')" = "draw first " ]
    [ "$(awk -F '\t' 'NR > 1 { print $2, $3 }' out/draws.tsv | tr '\n' ',')" = "1 0,2 1,3 2,1 0,2 1,3 2," ]
    rm started out/n3.s1/corr.tsv
    curve -q --draw first -o out >again # it goes on
    cmp text again
    [ "$(cut -d ' ' -f 1 started)" = 3.1 ]
    for how in --print-make '--print-jobs=parallel' --collect -q; do
        refuses 2 'out/n1.s0: the first configurations are trained on here.*--draw first goes on with them' curve $how -o out
    done
    curve -q -o drawn >text
    refuses 2 'drawn/n1.d0: configurations drawn by each seed are trained on here: leave --draw first out' curve --draw first -o drawn
    curve --draw first --print-make -o other >curve.mk
    make -s -f curve.mk >text2
    cmp again text2
    by_size
    rm -r out drawn
    curve -q -o drawn >text
    curve -q --draw first -o out >text
    refuses 3 'drawn/learncurve.tsv was trained on other configurations: draw seed.[0-9a-f]*, here first: pairs share them' curve --draw first --collect --against drawn -o out
    cut -f 1-3,5- out/learncurve.tsv >old.tsv # of before there was a column
    mv old.tsv out/learncurve.tsv
    refuses 3 'out/learncurve.tsv was trained on other configurations: draw first, here seed.[0-9a-f]*: pairs share them' curve --collect --against out -o drawn
    curve -q --draw first -o more >text
    curve -q --draw first --collect --against out -o more >text
    # of another stream a seed draws others, though all sizes are the same
    mv train.ggs whole.ggs
    gg-select --limit 5 whole.ggs -o train.ggs
    curve -q -o fewer >text
    refuses 3 'drawn/learncurve.tsv was trained on other configurations: draw seed.[0-9a-f]*, here seed.[0-9a-f]*: pairs share them' curve --collect --against drawn -o fewer
}

@test "several at a time, and by make: the same table" {
    stand_ins
    curve -q -o out >text
    mv out one
    curve -q --jobs 2 -o out >text3
    cmp text text3
    cmp one/learncurve.tsv out/learncurve.tsv
    mv out three
    curve --print-make -o out >curve.mk
    make -s -j2 -f curve.mk >text4
    cmp text text4
    cmp one/learncurve.tsv out/learncurve.tsv
    [ "$(make -f curve.mk)" = "make: Nothing to be done for 'all'." ]
}

@test "statuses: 75 and 5 run again, others are told and the rest goes on, 2 ends it" {
    stand_ins
    printf '75\n5\n' >fail.1.1
    echo 6 >fail.3.0
    run --separate-stderr -6 curve -o out
    # shellcheck disable=SC2154
    [[ "$stderr" == *"size 3, seed 0: failed with status 6: gg-train: stand-in ends with 6"* ]]
    # shellcheck disable=SC2154
    [[ "${stderr_lines[-1]}" == "gg-learncurve: size 3, seed 0: status 6: gg-train: stand-in ends with 6; out/n3.d0/log has the rest" ]]
    [ "$(grep -c '^1\.1' started)" -eq 3 ]
    [ "$(grep -c '^3\.0' started)" -eq 1 ]
    [ "$(cut -f 2,3 out/learncurve.tsv | uniq | tail -n +2 | tr '\t\n' '. ')" = "1.0 1.1 3.1 " ]
    curve -q -o out
    [ "$(wc -l <out/learncurve.tsv)" -eq $((1 + 4 * 4 * 3)) ]
    rm -r out started
    printf '5\n5\n5\n' >fail.3.1
    run -5 curve -q --tries 2 -o out
    [ "$(grep -c '^3\.1' started)" -eq 2 ]
    rm -r out started fail.*
    echo 2 >fail.1.0
    run -2 curve -q -o out
    [ "$(cat started | wc -l)" -eq 1 ]
}

@test "a request to stop reaches the trainings; the same command goes on" {
    stand_ins
    touch slow
    bin/gg-learncurve --train train.ggs --test test.ggs --sizes 1,3 --seeds 2 --jobs 2 -o out model.yaml 2>said &
    pid=$!
    for _ in $(seq 100); do [ "$(cat started 2>/dev/null | wc -l)" -lt 2 ] || [ ! -e waiting ] || break; sleep 0.1; done
    refuses 5 "another gg-learncurve" curve -o out
    sleep 0.3
    kill -TERM $pid
    status=0
    wait $pid || status=$?
    [ "$status" -eq 75 ]
    grep -q "stopped with 0 of 4 done; the same command goes on" said
    [ "$(wc -l <stopped)" -eq 2 ]
    rm slow
    curve -q -o out
    [ -s out/learncurve.tsv ]
}

@test "validation frames go to every training; equal steps" {
    stand_ins
    gg-select --split 6:2:0 -o train.ggs "$DATA/tiny.ggs"
    curve -q --seeds 1 --epochs 10 --equal steps --set 'a="b c"' -o out
    [ "$(gg-dump --json out/n3.d0/model.ggm | wc -l)" -eq 5 ]
    [ "$(gg-select --only train out/n3.d0/model.ggm | gg-dump --json | wc -l)" -eq 3 ]
    [ "$(grep -oE 'epochs [0-9]+' started | tr '\n' ' ')" = "epochs 30 epochs 10 " ]
    grep -q -- '--set a="b c"' started
    refuses 2 "8 configurations, train.ggs has 6 for training" \
        bin/gg-learncurve --train train.ggs --test test.ggs --sizes 8 -o out model.yaml
}

@test "what is refused" {
    stand_ins
    refuses 2 "-o FOLDER is wanted" curve
    refuses 2 "--sizes.*train" bin/gg-learncurve --train train.ggs --test test.ggs --sizes 2,9 -o out model.yaml
    refuses 2 "numbers that increase" bin/gg-learncurve --train train.ggs --test test.ggs --sizes 2,2 -o out model.yaml
    refuses 2 "whole numbers" bin/gg-learncurve --train train.ggs --test test.ggs --sizes 1.5 -o out model.yaml
    refuses 2 "--train|required" bin/gg-learncurve --test test.ggs --sizes 1 -o out model.yaml
    refuses 2 "needs --epochs" curve --equal steps -o out
    refuses 2 "exclude each other" curve --print-make --collect -o out
    refuses 2 "'o ut' has a character that make does not take" curve --print-make -o "o ut"
    refuses 3 "no piece is done" curve --collect -o out
    refuses 5 "cannot open" bin/gg-learncurve --train none.ggs --test test.ggs --sizes 1 -o out model.yaml
    head -c 9000 train.ggs >cut.ggs
    refuses 4 "cut.ggs" bin/gg-learncurve --train train.ggs --test cut.ggs --sizes 1 -o out model.yaml
    [ ! -e out ]
    touch file
    refuses 5 "file: a folder is wanted here, and it is a file" curve -o file
    curve -q -o out >text
    refuses 2 "out/n1.d0/run.sh: made with other settings or data" curve --set a=b -o out
    echo "layers: [ ]" >model.yaml
    refuses 2 "out/n1.d0/run.sh: made with other settings or data" curve -o out
    refuses 5 "standard output" bash -c '"$0" -q --train train.ggs --test test.ggs --sizes 1,3 --seeds 2 --collect -o out model.yaml >/dev/full' bin/gg-learncurve
}

@test "settings: every combination is a curve of its own" {
    stand_ins
    varied() { curve --seeds 1 --vary let.C=4,8 --vary 'inputs.node=[type, energy],[type]' "$@"; }
    varied -o out >text 2>said
    [ "$(cut -f 1 out/learncurve.tsv | uniq | tail -n +2)" = "let.C=4 inputs.node=[type, energy]
let.C=4 inputs.node=[type]
let.C=8 inputs.node=[type, energy]
let.C=8 inputs.node=[type]" ]
    grep -q -- "--set let.C=8 --set inputs.node=\[type, energy\]" started
    [ -s "out/let.C_8,inputs.node__type,_energy_/n3.d0/corr.tsv" ]
    grep -q "let.C=8 inputs.node=\[type\], size 3, seed 0: done (8 of 8 done)" said
    [ "$(wc -l <out/summary.tsv)" -eq $((1 + 4 * 2 * 4 * 3)) ]
    cp out/learncurve.tsv one.tsv
    rm -r out
    varied --print-make -o out >curve.mk
    make -s -f curve.mk >again
    cmp text again
    cmp one.tsv out/learncurve.tsv
    refuses 2 "let.C is in --set and in --vary" varied --set let.C=2 -o out
    refuses 2 "--vary train.seed=1,2: seeds are those of --seeds" curve --vary train.seed=1,2 -o out
    refuses 2 "--set train.seed=7: seeds are those of --seeds" curve --set train.seed=7 -o out
    refuses 2 "--vary train.epochs=1,2: --epochs says it already" curve --epochs 3 --vary train.epochs=1,2 -o out
    varied --print-make --vary 'x=$HOME' --reach 0.8 -o out >curve.mk
    grep -q -- "--vary 'x=\$\$HOME' --reach 0.8 -o out" curve.mk
    refuses 2 "--reach: is told when all is collected" curve --print-jobs slurm --reach 0.8 -o out
    refuses 2 "let.C occurs twice" varied --vary let.C=2 -o out
    refuses 2 "KEY=VALUE,VALUE... is wanted" curve --vary let.C -o out
    refuses 2 "a value between two commas is empty" curve --vary let.C=1,,2 -o out
    refuses 2 "'a=b c' and 'a=b_c' would share the folder a_b_c" curve --vary "a=b c,b_c" -o out
}

# A predictor that is the better the more it was trained on, the width says how much, seeds scatter: 1 - rho is error / size
by_size() {
    cat >bin/gg-corr <<'SH'
#!/bin/sh
for a; do [ "$last" != -o ] || out=$a; last=$a; done
cat >/dev/null
echo "$out" | awk '{ n = $0; sub(/.*\/n/, "", n); s = n; sub(/\..*/, "", n); sub(/.*\.[ds]/, "", s); sub(/\/.*/, "", s)
    bonus = /C_8/ ? 0.05 : 0
    OFS = "\t"
    print "target", "predictor", "kind", "temperature", "time", "species", "n", "rho_config", "rho_pooled", "ceiling_config"
    print "propensity", "propensity_pred", "scalar", 0.5, 1, "A", 400, 0.5 + 0.1 * n + bonus + 0.001 * s * (bonus ? 1 : -1), 0.5 + 0.1 * n, "nan" }' >"$out"
SH
}

@test "two curves are compared, paired by size and seed: a setting, or another sweep" {
    stand_ins
    by_size
    at() { awk -F '\t' -v a="$1" -v s="$2" -v c="$3" 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } $at["average"] == a && $at["size"] == s { print $at[c] }' "$4"; }
    curve --seeds 3 --vary let.C=4,8 --against let.C=4 -q -o out >text
    d=out/differences.tsv
    [ "$(cut -f 7,8 $d | sort -u | grep -v setting)" = "$(printf 'let.C=8\tlet.C=4')" ]
    [ "$(at rho_config all difference $d)" = 0.0520 ] # 0.05 and twice the mean of 0, 0.001, 0.002
    [ "$(at rho_config 3 difference $d)" = 0.0520 ]
    [ "$(at rho_config all pairs $d)" = 6 ]
    [ "$(at rho_config all p $d)" = 0.0312 ] # 2 / 2^6
    [ "$(at rho_config 1 p $d)" = 0.2500 ]
    awk -v lo="$(at rho_config all difference_lo $d)" -v hi="$(at rho_config all difference_hi $d)" 'BEGIN { exit !(lo > 0.045 && lo < 0.0519 && hi > 0.0521 && hi < 0.06) }'
    [ "$(at rho_pooled all difference $d)" = 0.0000 ]
    grep -q "rho_config less that of the other curve" text
    # another folder; make and a second run print the same
    curve --seeds 3 -q -o other >/dev/null
    curve --seeds 3 --vary let.C=4,8 --against other --collect -q -o out >text2
    [ "$(cut -f 7 $d | sort -u | tr '\n' ' ')" = "let.C=4 let.C=8 setting " ]
    [ "$(awk -F '\t' '$7 == "let.C=4" && $10 == "all" { print $12 }' $d | tr '\n' ' ')" = "0.0000 0.0000 " ]
    curve --seeds 3 --vary let.C=4,8 --against other --print-make -o out >curve.mk
    grep -q -- '--against other' curve.mk
    rm out/learncurve.tsv
    make -s -f curve.mk >text3
    cmp text2 text3
    refuses 2 "--against let.C=5: is neither a setting \(such as let.C=4\) nor a folder" curve --vary let.C=4,8 --against let.C=5 -o out
    refuses 2 "--against: is told when all is collected" curve --print-jobs slurm --against other -o other
    refuses 2 "--history: is told when all is collected" curve --print-jobs slurm --history -o other
    curve --print-make --history -o out | grep -q -- '--collect .* --history -o out'
    sed 's/\t400\t/\t300\t/' other/learncurve.tsv >o.tsv
    mv o.tsv other/learncurve.tsv
    refuses 3 "tested on other frames: 300 particles in all, here 400" curve --seeds 3 --vary let.C=4,8 --against other --collect -o out
}

@test "jobs for GNU parallel and for an array of Slurm: what is not done, and the same table" {
    stand_ins
    curve -q -o out >text
    cp out/learncurve.tsv one.tsv
    rm out/n1.d1/corr.tsv out/n3.d0/corr.tsv
    rm started
    curve --print-jobs parallel -o out >jobs.sh
    [ "$(cat jobs.sh)" = "sh out/n1.d1/run.sh >out/n1.d1/log 2>&1
sh out/n3.d0/run.sh >out/n3.d0/log 2>&1" ]
    sh jobs.sh
    curve --collect -o out >again
    cmp text again
    cmp one.tsv out/learncurve.tsv
    curve --print-jobs parallel -o out >jobs.sh
    [ ! -s jobs.sh ]
    rm out/n3.d?/corr.tsv
    echo 75 >fail.3.1
    curve --print-jobs slurm -o out >array.sh
    grep -qx "#SBATCH --array=0-1" array.sh
    shellcheck array.sh
    mkdir slurm # scontrol says what it was asked for
    printf '#!/bin/sh\necho "$@" >>requeued\n' >slurm/scontrol
    chmod +x slurm/*
    for task in 0 1 1; do
        PATH="$PWD/slurm:$PATH" SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=$task bash array.sh
    done
    [ "$(cat requeued)" = "requeue 7_1" ]
    rm out/n1.d0/corr.tsv out/n1.d0/model.ggm requeued
    touch slow # the job's time is up: its script hears of it, and gg-train through it
    curve --print-jobs slurm -o out >array.sh
    PATH="$PWD/slurm:$PATH" SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=0 bash array.sh &
    pid=$!
    for _ in $(seq 100); do [ ! -e waiting ] || break; sleep 0.1; done
    sleep 0.3
    kill -USR1 $pid
    wait $pid
    [ "$(cat requeued)" = "requeue 7_0" ]
    [ "$(cat stopped)" = 1.0 ]
    rm slow
    PATH="$PWD/slurm:$PATH" SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=0 bash array.sh
    curve --collect -o out >again
    cmp text again
    refuses 2 "made with other settings or data" curve --set a=b --print-jobs slurm -o out
    refuses 2 "exclude each other" curve --print-jobs slurm --collect -o out
}

@test "laws: fitted from five sizes on, with bands and what a goal needs; else they say why" {
    stand_ins
    for n in 1 2 3 4 5 6; do # pieces by hand: 1 - (rho / 0.9)^2 = 0.5 n^-0.8 + 0.2
        for seed in 0 1; do
            mkdir -p "out/n$n.d$seed"
            awk -v n=$n -v s=$seed 'BEGIN {
                OFS = "\t"
                print "target", "predictor", "kind", "temperature", "time", "species", "rho_config", "rho_pooled", "ceiling_config"
                r = 0.9 * sqrt(1 - 0.5 * n ^ -0.8 - 0.2) + (s ? 2e-4 : -2e-4)
                print "propensity", "propensity_pred", "prediction", 0.5, 1, "A", r, r, 0.9
                print "propensity", "propensity_pred", "prediction", 0.5, 1, "B", 0.5 - 0.01 * n, r, "nan"
            }' >"out/n$n.d$seed/corr.tsv"
        done
    done
    laws() { bin/gg-learncurve --train train.ggs --test test.ggs --sizes "$1" --seeds 2 --collect "${@:2}" -o out model.yaml; }
    laws 1,2,3,4,5,6 --reach 0.75 >text
    column() { awk -F '\t' -v species="$1" -v name="$2" 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next } $at["species"] == species { print $at[name] }' out/fits.tsv; }
    [ "$(column A fit)" = fitted ]
    near() { awk -v a="$1" -v b="$2" -v d="$3" 'BEGIN { exit !(a - b < d && b - a < d) }'; }
    near "$(column A b)" 0.8 0.05
    near "$(column A rho_twice)" 0.7698 0.003 # at 12
    near "$(column A rho_last)" 0.805 0.01
    near "$(column A need)" 7 0.3 # (0.5 / (0.8 - (0.75 / 0.9)^2))^(1 / 0.8)
    awk -v lo="$(column A rho_twice_lo)" -v hi="$(column A rho_twice_hi)" 'BEGIN { exit !(lo < 0.7698 && 0.7698 < hi && hi - lo < 0.05) }'
    [ "$(column B fit)" = "a at its bound, 0: the curve does not fall" ]
    [ "$(column B b)" = - ]
    grep -qx "1 curve not fitted: a at its bound, 0: the curve does not fall" text
    sed -i 's/\t0.[0-9]*\t\(0.[0-9]*\t0.9\)$/\tnan\t\1/' out/n1.d?/corr.tsv # undefined at the smallest size, pooled is there
    laws 1,2,3,4,5,6 >text
    [ "$(column A fit)" = fitted ]
    [ "$(awk -F '\t' '$6 == "A" && $8 == 1 { print $9 }' out/summary.tsv)" = 0 ] # seeds of what is fitted
    laws 1,2,3,4 >text
    [ "$(column A fit)" = "fewer than five sizes" ]
    run ! grep -q need out/fits.tsv
}

@test "what a training cost: the last end in its metrics.jsonl, and where there is none, nan" {
    stand_ins
    curve -q -o out >text
    end() { echo '{"event":"end","status":0,"gflop":'"$1"',"seconds":9,"processor":'"$2"'}'; }
    { echo '{"event":"start","gflop":7}'; end 1 2; end 12.5 0.25; echo '{"event":"e'; } >out/n1.d0/metrics.jsonl
    end 3 null >out/n1.d1/metrics.jsonl # went on from a checkpoint that did not know
    echo '{"event":"end","status":0,"seconds":0.21}' >out/n3.d0/metrics.jsonl # of version 0.1
    curve -q --collect -o out >again
    cmp text again
    cost() { awk -F '\t' -v n="$1" -v s="$2" '$2 == n && $3 == s { print $(NF - 1), $NF }' out/learncurve.tsv | sort -u; }
    [ "$(cost 1 0)" = "12.5 0.25" ]
    [ "$(cost 1 1)" = "3 nan" ]
    [ "$(cost 3 0)" = "nan nan" ]
    [ "$(cost 3 1)" = "nan nan" ]
    gg-plot sweep --script --time 10 -o sweep.svg out/learncurve.tsv # what knows its cost is in the plane
    grep -qF 'cost (Gflop)' sweep.gp
    gg-plot sweep --script --time 10 --cost seconds -o sweep.svg out/learncurve.tsv
    [ "$(grep -A1 '^# cost' sweep.tsv | grep -c '^0.25')" -eq 2 ] # among the points, and on the front
    [ "$(grep -A2 '^# cost' sweep.tsv | grep -c '^[0-9]')" -eq 2 ]
}

@test "a real model" {
    need_program gg-train
    need_program gg-predict
    cat >model.yaml <<'YAML'
inputs: {node: [type], positions: pos, cutoff: 1.5}
layers:
  - {layer: embed, channels: 2, out: h}
  - {layer: linear, in: h, out: u}
  - {layer: conv, in: u, lmax: 1, out_irreps: gate(2x0e+2x1o), radial: {basis: bessel, n: 4, hidden: [4]}, out: m}
  - {layer: gate, in: m, out: h}
heads:
  - {target: propensity, in: h, layer: mlp, hidden: [4], times: each}
loss: {kind: mse, standardise: [time, species], species: [A, B]}
train: {lr: 1e-2, epochs: 2}
YAML
    gg-learncurve -q --threads 1 --train "$DATA/tiny.ggs" --test "$DATA/tiny.ggs" --sizes 1,2 --seeds 1 -o out model.yaml
    [ "$(wc -l <out/learncurve.tsv)" -eq $((1 + 2 * 4 * 3)) ]
    for n in 1 2; do # as it was foretold
        wanted=$(gg-select --limit $n "$DATA/tiny.ggs" | gg-train --estimate --tsv model.yaml | awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } END { print $at["gflop"] }')
        [ "$(awk -F '\t' -v n=$n '$2 == n { print $(NF - 1) }' out/learncurve.tsv | sort -u)" = "$wanted" ]
    done
    awk -F '\t' 'NR > 1 && !($NF > 0) { print; exit 1 }' out/learncurve.tsv
    gg-plot learncurve --script -o curve.svg out/learncurve.tsv
    gg-plot loss --script -o loss.svg out/n?.d0/metrics.jsonl
}
