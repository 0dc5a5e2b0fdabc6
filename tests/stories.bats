#!/usr/bin/env bats
# stories.bats -- the stories of examples/ on the shipped data, and the statistics of their panel

load helper

story() { # NAME
    run -0 make -C "$BATS_TEST_DIRNAME/../examples/$1" SMALL=1 SIZES="1 2" SEEDS="0 1" STEPS=2 OUT="$PWD/out" DATA="$PWD/data" RESULTS="$PWD/results"
    local arm
    for arm in results/*.tsv; do
        [ "$(grep -c "^$(basename "$arm" .tsv)" results/"$(basename "$arm")")" -ge 12 ] # sizes x seeds x times
        grep -q "^$(basename "$arm" .tsv).* propensity " <<<"$output"
    done
    ls results/*.tsv >was
    run -0 make -C "$BATS_TEST_DIRNAME/../examples/$1" SMALL=1 SIZES="1 2" SEEDS="0 1" STEPS=2 OUT="$PWD/nothing" DATA="$PWD/nothing" RESULTS="$PWD/results"
    ls results/*.tsv | cmp - was
    [ ! -e nothing ] # what has results is not made again
}

@test "story vector-target" {
    story vector-target
    grep -q 'vector .*displacement  *displacement_pred' <<<"$output"
    grep -q 'shuffled@' <<<"$output"
    grep -q 'Learning curve, t = 10' <<<"$output"
}

@test "story nonlocal-loss" {
    story nonlocal-loss
    cmp <(cut -f 2,3,6-15 results/mse.tsv) <(cut -f 2,3,6-15 results/zero.tsv) # a term of weight 0 changes nothing
    [ "$(cut -f 1 results/search/pearson.tsv | sort | tr '\n' ' ')" = "pearson@0.1 pearson@0.3 pearson@1 " ]
}

# Two bins of q, three times as many waves in the second: a = 2.75/2.5, f = 2 and 0.5, noise 4.5/4 a wave.
@test "smoothing: what scaling, filtering and noise do to a prediction, by hand" {
    for set in fit try; do
        printf 'net\t%s\t10\t1\t1\t4\t1\t2\nnet\t%s\t10\t3\t3\t1\t0.5\t0.25\n' $set $set
    done >net.tsv
    printf 'net\thidden\tlayers.1.gate\t1o\t35.5\t2.25\n' >>net.tsv
    run -0 "$BATS_TEST_DIRNAME/../examples/nonlocal-loss/smoothing.sh" table net.tsv
    grep -qE '^net +10 as it is +0\.657 +0\.357 +2\.00 +0\.50$' <<<"$output"
    grep -qE '^ +scaled +0\.657 +0\.432 +1\.82 +0\.45$' <<<"$output"
    grep -qE '^ +filtered +0\.791 +0\.625 +1\.00 +1\.00$' <<<"$output"
    grep -qE '^ +noise +0\.393 +1\.000 +0\.94 +0\.15$' <<<"$output"
    grep -qE '^net +layers\.1\.gate +1o +35\.500 +2\.25$' <<<"$output"
}

@test "smoothing: networks of the story" {
    run -0 make -C "$BATS_TEST_DIRNAME/../examples/nonlocal-loss" smoothing SMALL=1 DEPTHS=1 STEPS=2 OUT="$PWD/out" DATA="$PWD/data" RESULTS="$PWD/results"
    for net in sum-1 mean-1 attention-1; do
        [ "$(grep -c "^$net.*as it is" <<<"$output")" -eq 3 ] # times
        grep -q "^$net .*layers.*gate .* 2e " <<<"$output"
    done
}

@test "story time-decoder" {
    story time-decoder
    grep -q 'T=0.64 t=5 ' <<<"$output" # held out, and predicted
}

# Numbers in the unit of the target, from sums in the columns: R2 and slope are those of gg-corr, at the times of each temperature.
@test "story temperature" {
    run -0 make -C "$BATS_TEST_DIRNAME/../examples/temperature" SMALL=1 SIZES="3 6" SEEDS=0 STEPS=4 OUT="$PWD/out" DATA="$PWD/data" RESULTS="$PWD/results"
    for arm in one time tau; do
        [ "$(grep -c "^$arm" results/$arm.tsv)" -eq 12 ] # sizes, sets, times
        grep -q "^$arm .*propensity .* [-+][0-9.]*% " <<<"$output"
    done
    [ "$(grep -c 'T=0.9 t=0.9 .*T=1 t=0.6 .*T=0.8 t=1.2' <<<"$output")" -eq 2 ]
    # other inputs of the decoder, other predictions
    run -1 cmp <(cut -f 13,16- results/time.tsv) <(cut -f 13,16- results/tau.tsv)
    gg-select --frames :6 data/several.ggs | gg-select --id '*/T0.56/*' -o one.ggs
    gg-train -q --threads 1 --config "$BATS_TEST_DIRNAME/../examples/panel/panel.yaml" --seed 0 --epochs 2 --set 'heads.times=each' --set 'layers.11.in=[c]' \
        -o m "$BATS_TEST_DIRNAME/../examples/temperature/decoder.yaml" one.ggs
    gg-select --times 0.2,1.2 data/cold.ggs | gg-predict --threads 1 --times 0.2,1.2 m/model.ggm | gg-corr -q --species A --tsv |
        awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next } { print $at["r2_pooled"], $at["slope_pooled"] }' >want
    awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
        $at["size"] == 6 && $at["set"] == "cold" { xx = $at["xx"]; yy = $at["yy"]; xy = $at["xy"]; d = $at["mean_pred"] - $at["mean"]
            print 1 - (xx + yy - 2 * xy + $at["n"] * d * d) / xx, xy / yy }' results/one.tsv >got
    [ "$(wc -l <got)" -eq 2 ]
    paste want got | awk '{ for (k = 1; k <= 2; k++) if (($k - $(k + 2)) ^ 2 > 1e-6 * (1 + $k ^ 2)) { print; exit 1 } }'
}

# planted STORY OPTION...: on a target whose truth is known
planted() {
    local story=$1
    shift
    make -s -C "$ROOT/examples/$story" SMALL=1 TASK=planted SIZES=1 SEEDS=0 STEPS=1 OUT="$PWD/$story" DATA="$PWD/data" RESULTS="$PWD/$story/results" "$@"
    awk -F '\t' 'FNR == 1 { next } { n++; if ($7 !~ /^planted(_vector)?$/ || $8 !~ /^planted(_vector|_var)?_pred$/ || !($14 > 0.85 && $14 < 0.97)) { print; exit 1 } }
        END { exit !n }' "$story"/results/*.tsv # the ceiling is known: 0.94
}

@test "stories where the truth is known: every arm learns the planted field, all ceilings are those of its noise" {
    for story in vector-target nonlocal-loss time-decoder pretraining ensembles; do planted $story; done
    [ "$(cut -f 7 vector-target/results/vector.tsv | sort -u | tr '\n' ' ')" = "planted_vector target " ]
    planted temperature SIZES=3 DATA="$PWD/own"
    run -0 make -s -C "$ROOT/examples/nonlocal-loss" smoothing SMALL=1 TASK=planted DEPTHS=1 STEPS=1 OUT="$PWD/out" DATA="$PWD/data" RESULTS="$PWD/smooth"
    [ "$(grep -c "as it is" <<<"$output")" -eq 9 ]
    gg-targets --add planted --planted-length 0.6,1.5 --positions pos_inherent data/prepared.ggs | gg-select --frames 4: |
        gg-cmp --fields planted - data/planted/test.ggs
    run -2 make -s -C "$ROOT/examples/ensembles" TASK=plant panel
    grep -q 'TASK=plant: glass planted second are there' <<<"$output"
}

@test "stories of a salt: own columns of an extended XYZ, no times; arms that need them are left out" {
    for story in vector-target nonlocal-loss pretraining ensembles; do
        run -0 make -s -C "$ROOT/examples/$story" SMALL=1 TASK=second SIZES=1 SEEDS=0 STEPS=1 OUT="$PWD/$story" DATA="$PWD/data" RESULTS="$PWD/$story/results"
        grep -q '^t = -$' <<<"$output"
        awk -F '\t' 'FNR == 1 { next } { n++; if ($7 !~ /^(potential|field)$/ || $8 !~ /^(potential|field)_pred$/ || $11 != "-" || !($13 >= -1 && $13 <= 1)) { print; exit 1 } }
            END { exit !n }' "$story"/results/*.tsv
        make -s -C "$ROOT/examples/$story" pictures SMALL=1 TASK=second OUT="$PWD/$story" RESULTS="$PWD/$story/results" 2>/dev/null
        [ -s "$story/results/curves.-.svg" ]
    done
    [ "$(find pretraining/results -name '*.tsv' -printf '%f\n' | sort | tr '\n' ' ')" = "noisy@0.05.tsv permuted.tsv scratch.tsv " ]
    run -0 make -s -C "$ROOT/examples/nonlocal-loss" TASK=second --eval 'show:;@echo $(ARMS)' show
    [ "$output" = "g_r local_variance mse pearson ranking variance zero" ]
    run -0 make -s -C "$ROOT/examples/vector-target" data SMALL=1 TASK=second SETS="test hot cold" DATA="$PWD/data"
    [ "$(for set in test hot cold; do gg-dump -d temperature data/second/$set.ggs | sort -u; done | tr '\n' ' ')" = "3 4 2 " ]
    run -2 make -s -C "$ROOT/examples/temperature" TASK=second panel
    grep -q 'a salt has no times' <<<"$output"
}

# Two ions, across the border of the cell, at distance 1: v = exp(-1) (8/9)^2 = 0.290670, and exp(-1/2) (8/9)^2 = 0.479234; the field by moving the first.
@test "charges.awk: potentials of two ions by hand, the field as its derivative" {
    salt() { printf '2\nLattice="6.5 0 0 0 6.5 0 0 0 6.5" Properties=species:S:1:pos:R:3 pbc="T T T"\nA %s 0.1 6.4\nB 0.2 0.1 6.4\n' "$1" | awk -f "$ROOT/examples/panel/charges.awk"; }
    salt 5.7 | awk 'NR == 3 { a = $5; b = $6; fx = $7; fy = $8 } NR == 4 { c = $5; gx = $7 }
        function off(x, y) { return x > y ? x - y : y - x }
        END { exit off(a, -4 * 0.290670) > 1e-5 || off(b, -4 * 0.479234) > 1e-5 || off(c, 0.290670) > 1e-5 || fy != 0 || off(gx * -4, -fx) > 1e-6 }'
    awk '{ if (FNR == 3) x[++n] = n == 2 ? $7 : $5 } END { d = -(x[3] - x[1]) / 2e-4 - x[2]; exit !(n == 3 && d < 1e-4 && d > -1e-4 && x[2] > 0.5) }' \
        <(salt 5.6999) <(salt 5.7) <(salt 5.7001)
    refuses 1 'charges.awk: a cell of 5, at least 6 is wanted' awk -f "$ROOT/examples/panel/charges.awk" <(printf '1\nLattice="5 0 0 0 5 0 0 0 5" Properties=species:S:1:pos:R:3\nA 0 0 0\n')
}

# What SMALL replaces: every story in full has times, which are numbers, for each of its sets.
@test "stories in full: the times of each set are numbers" {
    local story n=0
    for story in "$ROOT"/examples/*/arms; do
        story=${story%/arms}
        grep -q 'panel.mk' "$story/Makefile" || continue
        run -0 make -s --no-print-directory -C "$story" --eval 'show:;@echo $(foreach s,$(SETS),$s=$(TIMES_OF_$s))' show
        [[ "$output" =~ ^([a-z]+=[0-9.]+(,[0-9.]+)*\ ?)+$ ]] || { echo "$story: $output"; return 1; }
        n=$((n + 1))
    done
    [ "$n" -ge 5 ]
}

# Two sets of two particles each, truth 1 3 and 5 7, prediction 2 2 and 6 8: squares about 4 are 20, errors 1 1 1 1, so R2 = 0.8.
@test "panel: scales over all temperatures" {
    local columns="arm	size	seed	tflop	seconds	set	target	predictor	kind	temperature	time	species	rho_config	ceiling_config	by_config	n	mean	mean_pred	xx	yy	xy"
    row() { printf 'new\t4\t0\t1\t1\t%s\tpropensity\tpropensity_pred\tscalar\t%s\t1\tA\t0.5\t0.8\t0.5\t2\t%s\n' "$1" "$2" "$3"; }
    { echo "$columns"; row test 0.5 '2	2	2	0	0'; row hot 0.6 '6	7	2	2	2'; } >new.tsv
    run -0 bash "$BATS_TEST_DIRNAME/../examples/panel/panel.sh" scales new.tsv
    grep -qE '^new +propensity +0\.800 +\+0\.0% +0\.00 +0\.500 +\+16\.7% +1\.00 +0\.500$' <<<"$output"
}

@test "panel: nothing to read is said, files of before too, and means of 0 have no error" {
    panel=$ROOT/examples/panel/panel.sh
    for what in search best curves scales join 'panel old'; do
        # shellcheck disable=SC2086
        run -1 timeout 3 bash "$panel" $what < <(sleep 5)
        [ "$output" = "panel.sh: no results yet" ]
    done
    local columns="arm	size	seed	tflop	seconds	set	target	predictor	kind	temperature	time	species	rho_config	ceiling_config	by_config"
    printf '%s\nold\t4\t0\t1\t1\ttest\tx\tx_pred\tscalar\t0.5\t1\tA\t0.5\tnan\t0.5,0.6\n' "$columns" >old.tsv
    printf '%s\tn\tmean\tmean_pred\txx\tyy\txy\nnew\t4\t0\t1\t1\ttest\tx\tx_pred\tscalar\t0.5\t1\tA\t0.5\tnan\t0.5,0.6\t2\t0\t1\t2\t2\t1\n' "$columns" >new.tsv
    run -0 bash "$panel" scales old.tsv new.tsv
    grep -q '^old.tsv: without means' <<<"$output"
    grep -qE '^new +x +-1\.000 +n/a +0\.50 +0\.500$' <<<"$output"
    run -0 bash "$panel" panel old old.tsv new.tsv
    grep -q '^The first 4 training configurations' <<<"$output"
    grep -qE '^new .* 0\.550\(000\) +n/a ' <<<"$output" # no ceiling
    run ! grep -q 'training configurations at T' <<<"$output" # an arm may have others
}

@test "story ensembles" { story ensembles; }

@test "story pretraining" { story pretraining; }

# Two arms, two seeds, three configurations: differences 0.1 0.2 0.3 and 0.3 0.4 0.5, so a mean of 0.3, means over configurations 0.2 and 0.4, over
# seeds 0.2 0.3 0.4; var = 0.02/2 + 0.01/3; t of one degree of freedom 12.706.
@test "panel: paired difference, its interval over seeds and configurations, the verdict" {
    local columns="arm	size	seed	tflop	seconds	set	target	predictor	kind	temperature	time	species	rho_config	ceiling_config	by_config"
    row() { printf '%s\t4\t%d\t1\t1\ttest\tpropensity\tpropensity_pred\tscalar\t0.5\t1\tA\t0.5\t0.8\t%s\n' "$1" "$2" "$3"; }
    { echo "$columns"; row old 0 0.1,0.1,0.1; row old 1 0.2,0.2,0.2; } >old.tsv
    { echo "$columns"; row new 0 0.2,0.3,0.4; row new 1 0.5,0.6,0.7; } >new.tsv
    panel=$BATS_TEST_DIRNAME/../examples/panel/panel.sh
    run -0 bash "$panel" panel old old.tsv new.tsv
    half=$(awk 'BEGIN { printf "%.3f", 12.706 * sqrt(0.02 / 2 + 0.01 / 3) }')
    grep -q "^new .* 0.450(212)    0.562 .* +0.300 \[-$(awk "BEGIN { printf \"%.3f\", $half - 0.3 }"), +$(awk "BEGIN { printf \"%.3f\", $half + 0.3 }")\]  not resolved above" <<<"$output"
    { echo "$columns"; row new 0 0.41,0.40,0.41; row new 1 0.51,0.50,0.51; } >new.tsv
    run -0 bash "$panel" panel old old.tsv new.tsv
    grep -q "^new .* +0.307 \[+0.2.*\]  helps" <<<"$output"
    run -0 bash "$panel" panel new old.tsv new.tsv
    grep -q "^old .* -0.307 \[.*\]  harms" <<<"$output"
}

@test "a report of a model: every number from the programs, its commands make the model again" {
    need_program gnuplot
    run -0 make -C "$BATS_TEST_DIRNAME/../examples/report" EPOCHS=2 WORK="$PWD/w"
    cd w
    for file in report.md report.html loss.svg corr-time.svg scatter.svg slice.svg; do [ -s page/$file ]; done
    rho=$(awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } NR == 2 { printf "%.3f", $at["rho_config"] }' page/scores.tsv)
    grep -q "^| propensity | 0.64 | 0.2 | A | 2 | $rho " page/report.md
    grep -q "<td>$rho</td>" page/report.html
    [ "$(grep -c '<img src=' page/report.html)" -eq 4 ]
    sed -n '/^## Commands/,$p' page/report.md | sed -n 's/^    //p' >again.sh
    mkdir again
    (cd again && bash ../again.sh 2>said)
    cmp run/model.ggm again/run/model.ggm
    # one's own, and a fit, which has no losses and no layers
    gg-train -q -o fit --set loss.species='[A]' "$ROOT/examples/models/ridge.yaml" <(gg-quench train.ggs | gg-features --preset inherent)
    gg-features --preset inherent test.ggs -o fields.ggs
    run -0 make -C "$BATS_TEST_DIRNAME/../examples/report" MODEL="$PWD/fit/model.ggm" TEST="$PWD/fields.ggs" OUT="$PWD/on e" WORK="$PWD"
    [ -s "on e/report.html" ]
    [ ! -e "on e/loss.svg" ]
    grep -q "^What made the model is not all here" "on e/report.md"
    # B alone, and a target without times
    gg-train -q --threads 1 --set let.C=4 --set let.lmax=1 --set let.rounds=1 --set 'loss.species=[B]' --epochs 1 -o b "$ROOT/examples/models/se3.yaml" split.ggs
    run -0 make -C "$BATS_TEST_DIRNAME/../examples/report" MODEL=b/model.ggm TEST=test.ggs OUT=ofb WORK="$PWD"
    grep -q "^| propensity | 0.64 | 0.2 | B " ofb/report.md
    sed 's/target: propensity, \(.*\), times: each/target: energy_inherent, \1/; s/node: .*/node: [type]/' \
        "$ROOT/examples/models/se3.yaml" >e.yaml
    gg-train -q --threads 1 --set let.C=4 --set let.lmax=1 --set let.rounds=1 --epochs 1 -o e e.yaml split.ggs
    run -0 make -C "$BATS_TEST_DIRNAME/../examples/report" MODEL=e/model.ggm TEST=test.ggs OUT=ofe WORK="$PWD"
    [ ! -e ofe/corr-time.svg ]
    grep -q "^| energy_inherent | 0.64 " ofe/report.md
    run -2 make -C "$BATS_TEST_DIRNAME/../examples/report" MODEL=b/model.ggm WORK="$PWD"
}

# record MAKE-ARGUMENT...: the recipe on the shipped liquid
record() {
    run -0 make -C "$BATS_TEST_DIRNAME/../examples/record" SMALL=1 OUT="$PWD/out" RESULTS="$PWD/results" "$@"
}

@test "story record: two columns and controls, scored as by hand; every look at the test files is noted, none by folds" {
    record folds
    [ "$(grep -c '"configurations":4,' <<<"$output")" -eq 4 ] # arms x sets, each configuration left out once
    [ ! -e out/looks.md ]
    [ ! -e out/raw.test.ggs ]
    record LOOK='for the test'
    [ "$(grep -c '^| 1 | test | ridge se3 pre | for the test |$' out/looks.md)" -eq 1 ]
    grep -q '^ridge  *0.[0-9]*(000)  +0.000 \[+0.000, +0.000\]' <<<"$output" # ridge beside itself
    [ "$(grep -c '^controls, pre: .* 0.[0-9]*(' <<<"$output")" -eq 4 ]
    hand=$(gg-predict --average out/run.pre.sampling/model.ggm out/inputs.samples.test.ggs | gg-corr -q --species A --tsv | cut -f 9 | sed 1d)
    grep '^pre ' <<<"$output" | grep -qF " $(printf '%.3f' "$hand")("
    [ "$(gg-dump --data sample out/inputs.samples.test.ggs | sort -u | wc -l)" -eq 2 ]
    record LOOK='again' # nothing is missing: no look
    [ "$(wc -l <out/looks.md)" -eq 1 ]
    record everyone LOOK='all in turn'
    grep -q '^| 2 | all files in folds | .* | all in turn |$' out/looks.md
    [ "$(grep -c '"configurations":8,' <<<"$output")" -eq 4 ]
    mv out/everyone.se3.structure/folds.jsonl whole # one that was stopped before its last fold is finished
    rm -r out/everyone.se3.structure/fold.3
    record everyone LOOK='what is missing'
    cmp out/everyone.se3.structure/folds.jsonl whole
    # shellcheck disable=SC2016 # as it stands
    for why in "the liquid's" '$(touch no.sh) "and" `touch no.sh` $x \n'; do
        for dir in record glassbench; do
            (cd "$BATS_TEST_DIRNAME/../examples/$dir" && make -s look LOOK="$why" OUT="$PWD/none" BASE="$PWD/none" LOG="$BATS_TEST_TMPDIR/$dir.md")
            [ "$(tail -n 1 $dir.md | cut -d '|' -f 5)" = " $why " ]
        done
    done
    [ ! -e "$BATS_TEST_DIRNAME/../examples/record/no.sh" ]
    run -2 make -C "$BATS_TEST_DIRNAME/../examples/record" look LOOK= LOG="$PWD/no.md" OUT="$PWD/none"
    [ ! -e no.md ]
}

# glassbench MAKE-ARGUMENT...: paths and tables, with next to nothing learned
glassbench() {
    run -0 make -C "$BATS_TEST_DIRNAME/../examples/glassbench" ARCHIVE="$PWD/archive" BASE="$PWD/out" SCORED="$PWD/results" LOG="$PWD/looks.md" \
        ARMS=ridge SAMPLES=2 SWEEPS=1 DT_MAX=0.02 SEEDS=1 EPOCHS=1 LENGTHS=1 CAGE='--equilibrate 2 --sweeps 2 --tolerance 1' QUENCH='--force-tolerance 1' "$@"
}

@test "story glassbench: published figures beside ours, on the files that are at hand" {
    need_shared data/botan-T0.44
    printf '# comment\ntemperature\ttime\taverage\tmethod\tpearson\n0.44\t4120\tconfig\tTHEM\t0.123\n0.44\t4120\tpooled\tTHEM\t0.9\n0.50\t4120\tconfig\tOTHERS\t0.5\n' >published.tsv
    glassbench TEMPERATURES=0.44 SIZES=2 PUBLISHED="$PWD/published.tsv" LOOK='for the test'
    grep -q '^KA.T0.44.2, t = 4120, 3 test configurations$' <<<"$output"
    [ "$(gg-dump out/KA.T0.44.2/raw.train.ggs | sed -n '1s/.*, \([0-9]*\) frames.*/\1/p')" -eq 2 ]
    grep -qE '^    ridge +structure +plain +0\.[4-9][0-9]* +0\.[4-9]' <<<"$output"
    [ "$(grep -c 'published' <<<"$output")" -eq 1 ]
    grep -qE '^    published THEM +0.123$' <<<"$output"
    grep -q '^| 1 | KA.T0.44.2 | ridge | for the test |$' looks.md
    run -2 make -C "$BATS_TEST_DIRNAME/../examples/glassbench" ARCHIVE="$PWD/none" BASE="$PWD/none" SCORED="$PWD/none" LOG="$PWD/none.md" TEMPERATURES=0.50 SIZES=2 LOOK=x
    grep -q 'no folder .*KA_models/T0.50/t[a-z]*: ARCHIVE says' <<<"$output"
}

@test "story glassbench: two dimensions, three targets" {
    need_shared data/foreign/glassbench2d
    local here=archive/KA2D_trajectories/T0.23 one="$SHARED/data/foreign/glassbench2d/N1290T0.23_151_tc20_positions.npz"
    mkdir -p $here/train $here/test # one configuration under three names
    for k in train/N1290T0.23_1 train/N1290T0.23_2 test/N1290T0.23_201; do ln -s "$(realpath "$one")" $here/${k}_tc20_positions.npz; done
    glassbench two T2=0.23 SIZES=2 TC=tc20 TIME=100 LOOK='for the test'
    for target in propensity bond_breaking cage_relative; do
        grep -q "^KA2D.T0.23.2.$target.tc20, t = 100, 1 test configurations$" <<<"$output"
    done
    [ "$(grep -cE '^    ridge +sampling +samples +0\.[0-9]+' <<<"$output")" -eq 3 ]
    [ "$(wc -l <looks.md)" -eq 3 ]
    run -2 make -C "$BATS_TEST_DIRNAME/../examples/glassbench" two
    grep -q 'two dimensions want TC' <<<"$output"
}

# What Slurm would do is told to stand-ins; on a real one: slurm.bats.
@test "cluster: pipeline and sweep by make and GNU parallel; a job that is stopped goes back to the queue" {
    local cluster=$BATS_TEST_DIRNAME/../examples/cluster
    need_program parallel
    tiny_network 'epochs: 3, batch: 4'
    sed 's/node: \[type\]/node: [type, energy_inherent], positions: pos_inherent/' m.yaml >inherent.yaml
    export TRAIN="$DATA/tiny.ggs" TEST="$DATA/tiny.ggs" MODEL="$PWD/inherent.yaml" OUT="$PWD/out"
    run -0 make -s -C "$cluster"
    [ "$(wc -l <out/corr.tsv)" -eq $((1 + 3 * 4)) ] # A, B, both; times
    [ "$(make -n -C "$cluster" | grep -c steps.sh)" -eq 0 ]
    run -2 "$cluster/steps.sh" none
    [[ "$output" = *"data, features, train or corr"* ]]
    set -- --train "$DATA/tiny.ggs" --test "$DATA/tiny.ggs" --sizes 2,4 --seeds 1 m.yaml
    run -0 "$cluster/sweep.sh" parallel -o one "$@"
    run -0 "$cluster/sweep.sh" make -o two "$@"
    cmp <(results one) <(results two)
    run -2 "$cluster/sweep.sh" pbs -o one "$@"
    mkdir slurm
    printf '#!/bin/sh\necho "$@" >>told\n' >slurm/scontrol
    printf '#!/bin/sh\ncat state\n' >slurm/squeue
    chmod +x slurm/*
    for state in RUNNING COMPLETING; do
        echo $state >state
        PATH="$PWD/slurm:$PATH" SLURM_JOB_ID=7 bash "$cluster/job.sh" gg-train -q --epochs 1000 m.yaml "$DATA/tiny.ggs" -o run &
        for ((k = 0; k < 200; k++)); do [ ! -e run/metrics.jsonl ] || break; sleep 0.1; done
        sleep 0.5
        kill -USR1 $!
        status=0
        wait $! || status=$?
        [ "$state $status" = "RUNNING 0" ] || [ "$state $status" = "COMPLETING 75" ]
        [ "$(cat told)" = "requeue 7" ]
        rm -r run
    done
    run -5 bash "$cluster/job.sh" gg-train -q m.yaml no.ggs -o run
}

# stand_in NAME: a program of this name, its text from standard input, before all others
stand_in() {
    mkdir -p stand
    { echo '#!/bin/sh' && cat; } >"stand/$1"
    chmod +x "stand/$1"
}

# As Slurm does it: the script is copied away, and the job begins in the folder of sbatch.
@test "cluster: what the README says to sbatch runs ranks.sh, and a command that does not know the signal" {
    local here=$PWD command
    stand_in sbatch <<SH
while [ "\${1%.sh}" = "\$1" ]; do shift; done
cp "\$1" "$here/slurm_script"
shift
exec bash "$here/slurm_script" "\$@"
SH
    stand_in srun <<<"echo \"\$*\" >'$here/told'"
    command=$(sed -nE 's/^\| one training on many machines \| `([^`]*)`.*/\1/p' "$ROOT/examples/cluster/README.md")
    cd "$ROOT/examples/cluster"
    PATH="$here/stand:$PATH" SLURM_CPUS_PER_TASK=64 run -0 bash -c "$command"
    cd "$here"
    [[ "$(cat told)" = *" gg-train-mpi --threads 64 --batch 64 -o run MODEL.yaml train.ggs" ]]
    command=$(sed -nE 's/^\| any other command \| `([^`]*) COMMAND…`.*/\1/p' "$ROOT/examples/cluster/README.md")
    ln -s "$ROOT/examples/cluster/job.sh" .
    PATH="$here/stand:$PATH" run -0 bash -c "exec $command sh -c 'kill -USR1 0; touch outlived'"
    [ -e outlived ]
}

# told STEP FILE: job.sh with a step, which is told to end once the file is there; its status
told() {
    local status=0 k
    rm -f began
    bash "$ROOT/examples/cluster/job.sh" "$ROOT/examples/cluster/steps.sh" "$1" &
    for ((k = 0; k < 600; k++)); do [ ! -e "$2" ] || break; sleep 0.05; done
    kill -USR1 $!
    wait $! || status=$?
    echo "$status"
}

@test "cluster: the end of the time ends a training with a checkpoint, and kills no other step" {
    local program
    for program in gg-quench gg-features gg-predict gg-corr; do stand_in $program <<<"touch began; sleep 1; echo $program >>through"; done
    stand_in gg-train <<<"exec '$GG_BIN/gg-train' \"\$@\""
    stand_in squeue <<<'echo COMPLETING'
    export GG_BIN="$PWD/stand" PATH="$PWD/stand:$PATH" OUT="$PWD/out"
    for program in data features corr; do [ "$(told $program began)" -eq 0 ]; done
    [ "$(sort through | uniq -c | tr -s ' \n' ' ')" = " 1 gg-corr 2 gg-features 1 gg-predict 2 gg-quench " ]
    tiny_network 'epochs: 1000, batch: 4, validation: 0.2'
    cp "$DATA/tiny.ggs" out/train.features.ggs
    [ "$(MODEL=$PWD/m.yaml told train out/run/best.ggm)" -eq 75 ]
    [ -n "$(find out/run -name 'checkpoint.*')" ]
}

@test "cluster: a sweep whose pieces are done, but whose collecting job was not, is collected" {
    need_program parallel
    tiny_network 'epochs: 1, batch: 4'
    set -- --train "$DATA/tiny.ggs" --test "$DATA/tiny.ggs" --sizes 2 --seeds 1 -o curve m.yaml
    "$ROOT/examples/cluster/sweep.sh" parallel "$@"
    results curve >wanted
    stand_in sbatch <<<'exit 1' # nothing is for the queue
    PATH="$PWD/stand:$PATH" run -0 "$ROOT/examples/cluster/sweep.sh" slurm "$@"
    cmp <(results curve) wanted
}

@test "story factorial: all combinations for both models, effects and pairs; what is there is not made again" {
    small() { make -s -C "$BATS_TEST_DIRNAME/../examples/factorial" SMALL=1 STEPS=1 OUT="$PWD/out" DATA="$PWD/data" RESULTS="$PWD/results" "$@"; }
    run -0 small FACTORS="vector loss"
    [ "$(grep -cE '^(vector|loss) +yes +no +4 ' <<<"$output")" = 4 ] # both models
    [ "$(grep -cE '^vector x loss +yes, yes +no, no +2 ' <<<"$output")" = 2 ]
    [ "$(cut -f 1-4 results/factorial.tsv | sed 1d | sort -u | wc -l)" = 16 ] # models x 2^2 x seeds
    grep -q 'target: displacement.*weight: 0.3' out/mace/arms/none-loss-vector.yaml
    grep -q 'term: local_variance' out/mace/arms/none-loss-vector.yaml
    run ! grep -qE 'displacement|local_variance' out/se3/arms/none.yaml
    run -0 small FACTORS="vector loss" OUT="$PWD/nothing" DATA="$PWD/nothing" effects
    grep -qE '^vector x loss ' <<<"$output"
    [ ! -e nothing ]
    run small FACTORS=weather RESULTS="$PWD/other"
    [ "$status" -ne 0 ]
    grep -q "no factor 'weather': pretraining, vector, loss, noisy" <<<"$output"
}

# Pre-training and noise: what the other arms are given for it, and that each can be trained.
@test "story factorial: pre-trained and noisy arms" {
    run -0 make -s -C "$BATS_TEST_DIRNAME/../examples/factorial" SMALL=1 STEPS=1 SEEDS=0 FACTORS="pretraining noisy" \
        OUT="$PWD/out" DATA="$PWD/data" RESULTS="$PWD/results" "$PWD/results/factorial.tsv"
    [ "$(cut -f 1-3 results/factorial.tsv | sed 1d | sort -u | wc -l)" = 8 ]
    grep -q to_inherent out/mace/pre/none-noisy-pretraining.yaml
    [ ! -e out/mace/pre/none-noisy.yaml ]
}
