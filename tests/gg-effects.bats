#!/usr/bin/env bats
# gg-effects.bats -- planted effects are found and others are not, what is mixed up is told, refusals
# shellcheck disable=SC2154

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
}

# planted SEED: three widths, two acts, two norms, three seeds; scored on five configurations.  What is in it: width 0.05 a step, act 0.1 and
# 0.1 more at the last width, norm nothing; runs scatter by 0.02, what configurations say of act by 0.01.
planted() {
    awk -v seed="$1" 'function normal() { return sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand()) }
        BEGIN {
            srand(seed); OFS = "\t"
            for (c = 0; c < 5; c++) { level[c] = 0.05 * normal(); slope[c] = 0.01 * normal() }
            print "width", "act", "norm", "seed", "tflop", "score"
            for (w = 1; w <= 3; w++) for (a = 0; a < 2; a++) for (n = 0; n < 2; n++) for (s = 0; s < 3; s++) {
                run = 0.02 * normal(); list = ""
                for (c = 0; c < 5; c++)
                    list = list (c ? "," : "") 0.5 + level[c] + 0.05 * w + a * (0.1 + slope[c] + 0.1 * (w == 3)) + run
                print 2 ^ w, a ? "silu" : "relu", n ? "batch" : "none", s, w, list
            }
        }'
}

# of SETTING LEVEL COLUMN FILE
of() { awk -F '\t' -v s="$1" -v l="$2" -v c="$3" 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } $1 == s && $2 == l { print $at[c] }' "$4"; }
within() { awk -v x="$1" -v lo="$2" -v hi="$3" 'BEGIN { exit !(x >= lo && x <= hi) }' || { echo "$1 is not in [$2, $3]"; return 1; }; }

@test "planted effects are found with their size, what is not there is not resolved" {
    planted 1 >runs.tsv
    gg-effects --response score --tsv --pairs -o effects.tsv runs.tsv
    [ "$(head -n 1 effects.tsv | tr '\t' ' ')" = "setting level against runs mean difference lo hi verdict" ]
    [ "$(of width 4 verdict effects.tsv)" = better ]
    [ "$(of act silu verdict effects.tsv)" = better ]
    [ "$(of norm batch verdict effects.tsv)" = "not resolved" ]
    [ "$(of 'width x act' '8, silu' verdict effects.tsv)" = better ]
    [ "$(of 'width x norm' '8, batch' verdict effects.tsv)" = "not resolved" ]
    [ "$(of 'act x norm' 'silu, batch' verdict effects.tsv)" = "not resolved" ]
    within "$(of width 4 difference effects.tsv)" 0.02 0.08
    within "$(of act silu difference effects.tsv)" 0.11 0.16 # 0.1 + 0.1/3
    within "$(of 'width x act' '8, silu' difference effects.tsv)" 0.06 0.14
    [ "$(of act relu difference effects.tsv) $(of act relu against effects.tsv)" = "nan -" ]
    [ "$(of width 8 runs effects.tsv) $(of width 8 against effects.tsv)" = "12 2" ]
    # a full plan: the difference is that of the means
    awk -v d="$(of act silu difference effects.tsv)" -v a="$(of act relu mean effects.tsv)" -v b="$(of act silu mean effects.tsv)" \
        'BEGIN { exit !(d - (b - a) < 2e-6 && b - a - d < 2e-6) }'
}

@test "a lower response is better where it is said; --where fixes another setting" {
    planted 2 >runs.tsv
    gg-effects --response score --better lower --tsv runs.tsv >effects.tsv
    [ "$(of act silu verdict effects.tsv)" = worse ]
    gg-effects --response score --where width=2 --where width=4 --tsv runs.tsv >narrow.tsv
    gg-effects --response score --where width=8 --tsv runs.tsv >wide.tsv
    within "$(of act silu difference narrow.tsv)" 0.06 0.14
    within "$(of act silu difference wide.tsv)" 0.15 0.25
    [ "$(of act silu runs narrow.tsv) $(of act silu runs wide.tsv)" = "12 6" ]
    [ "$(grep -c width wide.tsv)" = 0 ]
}

@test "combinations: means of their runs, what the model says of them, the best first" {
    planted 3 >runs.tsv
    gg-effects --response score --pairs --combinations --tsv runs.tsv >list.tsv
    [ "$(head -n 1 list.tsv | tr '\t' ' ')" = "width act norm runs mean fitted" ]
    [ "$(wc -l <list.tsv)" = 13 ]
    [ "$(sed -n 2p list.tsv | cut -f 1,2)" = "8	silu" ]
    [ "$(tail -n 1 list.tsv | cut -f 1,2)" = "2	relu" ]
    sed 1d list.tsv | cut -f 6 | sort -gr | cmp - <(sed 1d list.tsv | cut -f 6)
    gg-effects --response score --better lower --pairs --combinations --tsv runs.tsv | sed -n 2p | cmp - <(tail -n 1 list.tsv)
    # with as many terms as combinations the model says the means
    gg-effects --response score --where norm=none --pairs --combinations --tsv runs.tsv | sed 1d | awk -F '\t' '{ d = $4 - $5; exit d > 2e-6 || d < -2e-6 }'
}

@test "half of a plan: settings are told, pairs are mixed up with them; settings that change together are told of" {
    printf 'a\tb\tc\tseed\ty\n' >half.tsv
    for seed in 0 1; do
        printf '%s\t%s\t%s\t%s\t%s\n' 0 0 0 $seed 1.$seed 1 0 1 $seed 2.$seed 0 1 1 $seed 3.$seed 1 1 0 $seed 4.$seed >>half.tsv
    done
    run --separate-stderr gg-effects --response y --tsv half.tsv
    [ "$status ${#lines[@]}" = "0 7" ]
    run --separate-stderr gg-effects --response y --pairs half.tsv
    [ "$status" = 3 ]
    [[ "$stderr" =~ "nothing can be said of it alone" ]]
    [[ "$stderr" =~ "3 pairs of settings are left out" ]]
    # the same levels by other names are one setting
    printf 'a\tb\tseed\ty\n0\tx\t0\t1\n0\tx\t1\t2\n1\ty\t0\t3\n1\ty\t1\t4\n' >alike.tsv
    gg-effects --response y --tsv alike.tsv >told 2>said
    grep -q 'a: b changes with it, and is not told apart' said
    [ "$(wc -l <told)" -eq 3 ]
    [ "$(of a 1 difference told)" = 2.000000 ]
}

@test "the table of a learning curve: words of setting, one target and time, and from a pipe" {
    {
        printf 'setting\tsize\tseed\ttarget\tpredictor\ttemperature\ttime\tspecies\trho_config\trho_pooled\n'
        for c in 4 8; do for n in 2 6; do for s in 0 1; do for t in 1 10; do
            printf 'let.C=%s\t%s\t%s\tpropensity\tpropensity_pred\t0.64\t%s\tA\t0.%s%s%s\t0.5\n' $c $n $s $t $((c + n)) $s $t
        done; done; done; done
    } >learncurve.tsv
    gg-effects learncurve.tsv >people
    grep -q '^rho_config, propensity of A, t = 10: 8 runs' people
    grep -q '^one number a run' people
    grep -q '^let.C *8 *4 *4 ' people
    gg-effects --tsv <learncurve.tsv | cmp - <(gg-effects --tsv learncurve.tsv)
    gg-effects --time 1 learncurve.tsv | grep -q 't = 1: 8 runs'
    gg-effects --where let.C=8 learncurve.tsv | grep -q ': 4 runs'
    gg-effects --rho pooled learncurve.tsv | grep -q '^rho_pooled'
}

@test "refusals: no table, no such column, setting or value, lists that differ" {
    planted 4 >runs.tsv
    refuses 3 "has no column 'rho_config'.*--response|--response.*has no column 'rho_config'" gg-effects runs.tsv
    refuses 3 "has no column 'loss'" gg-effects --response loss runs.tsv
    refuses 3 'width=5: no row has this value' gg-effects --response score --where width=5 runs.tsv
    refuses 3 'depth=5: no row has such a column' gg-effects --response score --where depth=5 runs.tsv
    refuses 2 'KEY=VALUE is wanted' gg-effects --response score --where width runs.tsv
    sed '3s/,[^,]*$//' runs.tsv >short.tsv
    refuses 3 'score has 5 numbers in one row and 4 in another' gg-effects --response score short.tsv
    sed '3s/,[^,]*$/,x/' runs.tsv >word.tsv
    gg-effects --response score word.tsv 2>said | grep -q '35 runs'
    grep -q '1 of 36 runs have no number in score' said
    head -n 1 runs.tsv >empty.tsv
    refuses 3 'no run' gg-effects --response score empty.tsv
    # a level that is no number, equal responses, a run given twice, two configurations
    printf 'a\tseed\ty\nnan\t0\t5\nnan\t1\t5.1\n1\t0\t1\n1\t1\t1.1\n2\t0\t2\n2\t1\t2.1\n' >nan.tsv
    [ "$(gg-effects --response y --tsv nan.tsv | cut -f 2,4,5 | sed 1d | tr '\t\n' '  ')" = "nan 2 5.050000 1 2 1.050000 2 2 2.050000 " ]
    printf 'a\tseed\ty\n0\t0\t0.1\n0\t1\t0.1\n1\t0\t0.1\n1\t1\t0.1\n' >equal.tsv
    [ "$(gg-effects --response y --tsv equal.tsv | tail -n 1 | cut -f 9)" = 'not resolved' ]
    { cat equal.tsv; sed 1d equal.tsv; } >twice.tsv
    gg-effects --response y twice.tsv 2>&1 | grep -q '4 runs have settings and seed of another'
    printf 'a\tseed\ty\n0\t0\t0.1,0.2\n0\t1\t0.1,0.3\n1\t0\t0.4,0.3\n1\t1\t0.1,0.2\n' >two.tsv
    gg-effects --response y two.tsv 2>&1 | grep -q 'two configurations tell little'
    refuses 2 'one, not 2' gg-effects --time 1,2 runs.tsv
    refuses 5 'no-such' gg-effects no-such.tsv
    head -n 2 runs.tsv | sed '2s/,.*//' >one.tsv
    refuses 3 'no setting has two levels' gg-effects --response score one.tsv
}

@test "runs do not vanish in silence: without the species, time or predictor, or a number" {
    {
        printf 'setting\tsize\tseed\ttarget\tpredictor\ttemperature\ttime\tspecies\trho_config\n'
        for c in 4 8; do for s in 0 1 2; do for t in 1 10; do
            printf 'let.C=%s\t5\t%s\tpropensity\tpropensity_pred\t0.64\t%s\tA\t0.%s%s%s\n' $c $s $t $c $s $t
        done; done; done
    } >all.tsv
    gg-effects all.tsv 2>said >told
    [ ! -s said ]
    grep -q ': 6 runs' told
    while IFS='|' read -r change said; do
        sed -E "$change" all.tsv >some.tsv
        refuses_nothing "$said"
    done <<'CASES'
/^let.C=8.*\t2\tprop.*\t10\tA/s/\tA\t/\tB\t/|some.tsv: 1 of 6 runs have no row of propensity by propensity_pred, A, t = 10 and are left out
/^let.C=8.*\t2\tprop.*\t10\tA/d|some.tsv: 1 of 6 runs have no row of propensity by propensity_pred, A, t = 10 and are left out
/^let.C=8.*\t[12]\tprop/s/propensity_pred/propensity_pred.b/|some.tsv: 2 of 6 runs have no row of propensity by propensity_pred, A, t = 10 and are left out
/^let.C=8.*\t2\tprop/s/[0-9.]*$/nan/|some.tsv: 1 of 6 runs have no number in rho_config and are left out
/^let.C=8.*\t2\tprop/s/[0-9.]*$/-inf/|some.tsv: 1 of 6 runs have no number in rho_config and are left out
CASES
}

# what some.tsv leaves out is told in one line, and the rest is counted
refuses_nothing() {
    run --separate-stderr gg-effects some.tsv
    [ "$status" -eq 0 ]
    [ "${#stderr_lines[@]}" -eq 1 ]
    [ "$stderr" = "gg-effects: $1" ] || { echo "$stderr"; return 1; }
    [[ "$output" =~ :\ [45]\ runs ]]
}

@test "columns and settings of one name are refused, and what is asked for and not there; values may have blanks" {
    printf 'a\tseed\ty\ty\n0\t0\t1\t2\n1\t0\t2\t3\n' >two.tsv
    refuses 3 "two.tsv: two columns are called 'y'" gg-effects --response y two.tsv
    refuses 3 "two.tsv: two columns are called 'y'" gg-plot sweep --response y -o p.svg two.tsv
    printf 'setting\ta\tseed\ty\na=1 b=2\t1\t0\t1\na=2 b=1\t2\t0\t2\n' >twice.tsv
    refuses 3 'twice.tsv: a row names the setting a twice, with 1 and 1' gg-effects --response y twice.tsv
    printf 'setting\tseed\ty\na=1 b\t0\t1\na=2\t0\t2\n' >word.tsv
    refuses 3 "word.tsv: setting 'a=1 b': 'b' is no KEY=VALUE" gg-effects --response y word.tsv
    printf 'a\tseed\ty\n0\t0\t1\n1\t0\t2\n0\t1\t1.5\n' >plain.tsv
    refuses 3 "plain.tsv: --species: the table has no column 'species' right of seed" gg-effects --species B --response y plain.tsv
    refuses 3 "plain.tsv: --target: the table has no column 'target'" gg-effects --target m --response y plain.tsv
    refuses 3 "plain.tsv: --time: the table has no column 'time'" gg-effects --time 1 --response y plain.tsv
    # what gg-learncurve writes of --vary 'inputs.node=[type, energy],[type, density]'
    { printf 'setting\tseed\ty\n'; for s in 0 1; do for f in energy density; do printf 'C=4 inputs.node=[type, %s]\t%s\t0.%s%s\n' $f $s ${#f} $s; done; done; } >blanks.tsv
    gg-effects --response y --tsv blanks.tsv >told
    sed "s/C=4 /tag=it's C=4 /" blanks.tsv >open.tsv
    refuses 3 "open.tsv: setting 'tag=it's C=4 .*': a quote or bracket does not close" gg-effects --response y open.tsv
    [ "$(cut -f 1,2 told | tail -n +2 | tr '\t\n' '|,')" = 'inputs.node|[type, energy],inputs.node|[type, density],' ]
    gg-effects --response y --tsv --where 'inputs.node=[type, density]' blanks.tsv 2>said || true
    grep -q 'no setting has two levels' said
}

@test "small responses have their digits: those of the same table times a power of ten" {
    planted 5 >runs.tsv
    scaled() { awk -F '\t' -v OFS='\t' -v by="$1" 'NR > 1 { n = split($6, x, ","); $6 = ""; for (k = 1; k <= n; k++) $6 = $6 (k > 1 ? "," : "") sprintf("%.12g", by * x[k]) } { print }' runs.tsv; }
    gg-effects --response score --tsv runs.tsv >one.tsv
    for by in 1e-4 1e-7 1e-30 1e6; do
        gg-effects --response score --tsv <(scaled $by) >small.tsv
        awk -F '\t' -v by=$by 'FNR == NR { for (k = 5; k <= 8; k++) a[FNR, k] = $k; word[FNR] = $9; next }
            FNR > 1 && $9 != word[FNR] { exit 1 }
            FNR > 1 { for (k = 5; k <= 8; k++) if ($k != "nan") { d = $k / by - a[FNR, k]; if (d > 2e-5 || d < -2e-5) { print $k, by, a[FNR, k]; exit 1 } } }' one.tsv small.tsv
        gg-effects --response score <(scaled $by) >people
        run ! grep -qE ' -?0\.0+ ' people
    done
    gg-effects --response score <(scaled 1e-4) | grep -qE 'scatters by 0\.0000[0-9]+'
}
