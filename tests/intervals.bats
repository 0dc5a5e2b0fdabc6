#!/usr/bin/env bats
# intervals.bats -- what gg-corr says where it knows little: constants, few configurations, paired differences, no times, other times

load helper

cases() { cp "$ROOT"/tests/cases/{constant.npz,moving.npz,paired_constant.ggs,close_numbers.ggs,no_times.ggs} .; }

# columns FILE NAME...: these columns of a table, without its header
columns() {
    local file=$1
    shift
    awk -F '\t' -v names="$*" 'BEGIN { n = split(names, name, " ") }
        NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
        { for (k = 1; k <= n; k++) printf "%s%s", $at[name[k]], k < n ? " " : "\n" }' "$file"
}

# near A B TOLERANCE
near() { awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; if (d < 0) d = -d; if (!(d <= t)) { print a " is not " b; exit 1 } }'; }

@test "a constant prediction has no correlation, at no time and in no draw" {
    cases
    gg-import -q --sample-id '{stem}' -o b.ggs moving.npz constant.npz
    corr() { gg-corr -q --tsv --target propensity --predictor propensity_pred.BOTAN --species A "$@" b.ggs; }
    corr --bootstrap 10000 >draws.tsv
    [ "$(columns draws.tsv rho_pooled_lo rho_pooled_hi averaged | tr '\n' ' ')" = "0.603428 0.984291 1 0.470799 0.965398 1 " ]
    corr >t.tsv
    [ "$(columns t.tsv rho_config_lo rho_pooled_lo rho_pooled_hi | sort -u)" = "nan nan nan" ] # nothing is left without the first
    run -0 gg-corr --target propensity --predictor propensity_pred.BOTAN --species A b.ggs
    [[ "$output" == *"1 of 2"* ]]
    [[ "$output" != *"[a, b]"* ]]
    [[ "$output" != *"caution"* ]]
}

@test "a paired difference is over the same configurations on both sides" {
    cases
    for how in -1 1000; do
        gg-corr -q --bootstrap $how --tsv --target propensity --predictor propensity_pred.a --against propensity_pred.b --species A paired_constant.ggs >t.tsv
        [ "$(columns t.tsv diff_config diff_config_lo diff_config_hi | head -n 1)" = "0 0 0" ]
    done
}

@test "ranks are those of the numbers in the file" {
    cases
    gg-corr --tsv --species A close_numbers.ggs >t.tsv
    [ "$(columns t.tsv spearman_config spearman_pooled)" = "0.97619 0.97619" ]
}

@test "t-intervals: those of the textbook, and how far to trust them" {
    gg-corr --target propensity --predictor displacement --species A --tsv -o t.tsv "$DATA/tiny.ggs"
    for k in 0 1 2 3 4 5 6 7; do
        gg-select --frames $k "$DATA/tiny.ggs" | gg-corr --target propensity --predictor displacement --species A --tsv >"$k.tsv"
        [ "$(columns "$k.tsv" rho_config_lo rho_pooled_hi | sort -u)" = "nan nan" ]
        columns "$k.tsv" rho_config | head -n 1
    done >each
    read -r rho lo hi < <(columns t.tsv rho_config rho_config_lo rho_config_hi | head -n 1)
    # jackknife of z = artanh(mean) over 8 values, t of 7 degrees of freedom
    read -r want_lo want_hi < <(awk '
        function artanh(r) { return 0.5 * log((1 + r) / (1 - r)) }
        function tanh(z) { return (exp(2 * z) - 1) / (exp(2 * z) + 1) }
        { r[NR] = $1; sum += $1 }
        END { for (k = 1; k <= NR; k++) { z[k] = artanh((sum - r[k]) / (NR - 1)); mean += z[k] / NR }
              for (k = 1; k <= NR; k++) square += (z[k] - mean) ^ 2
              half = 2.364624 * sqrt(square * (NR - 1) / NR); at = artanh(sum / NR)
              print tanh(at - half), tanh(at + half) }' each)
    near "$lo" "$want_lo" 1e-5
    near "$hi" "$want_hi" 1e-5
    near "$rho" "$(awk '{ s += $1 / 8 } END { print s }' each)" 1e-5
}

@test "few configurations: a word of caution; one, or none wanted: no brackets and no word of them" {
    corr() { gg-select --limit "$1" "$DATA/tiny.ggs" | gg-corr --target propensity --predictor displacement "${@:2}"; }
    run -0 corr 3
    [[ "$output" == *"[a, b]: 95 %, t-interval over the configurations"* ]]
    [[ "$output" == *"caution: intervals over 3 configurations are uncertain themselves: have 5 or more"* ]]
    run -0 corr 3 --bootstrap 100
    [[ "$output" == *"[a, b]: 95 % of 100 draws of the configurations"*"caution: intervals over 3"* ]]
    run -0 corr 5
    [[ "$output" == *"[a, b]"* ]]
    [[ "$output" != *caution* ]]
    for few in "1" "3 --bootstrap 0"; do
        # shellcheck disable=SC2086
        run -0 corr $few
        [[ "$output" != *"["* ]]
        [[ "$output" != *caution* ]]
    done
    run -0 --separate-stderr corr 4 --tsv
    caution() { grep -v 'above the ceiling' <<<"$stderr" || true; } # the displacement of the same runs knows their noise
    [ "$(caution)" = "gg-corr: warning: intervals over 4 configurations are uncertain themselves: have 5 or more" ]
    run -0 --separate-stderr corr 5 --json
    [ -z "$(caution)" ]
}

@test "an axis of times of length 0 holds no number: nothing is scored, drawn or learned" {
    cases
    refuses 3 "no particles to score: .*at no time" gg-corr --bootstrap 50 no_times.ggs
    refuses 3 "'propensity': is at 0 times, 'secret' at none" gg-corr --target secret --predictor propensity no_times.ggs
    refuses 3 "is at no time: its axis of times has length 0" gg-plot scatter --script -o s.svg no_times.ggs
    [ ! -e s.tsv ]
    refuses 3 "'propensity': is at no time" gg-plot slice --script -o s.svg no_times.ggs
    tiny_network "epochs: 1"
    refuses 3 "" gg-train -q -o run m.yaml no_times.ggs
    refuses 3 "one number for each particle is wanted" gg-features --add mean --field propensity -o f.ggs no_times.ggs
}

# grid NAME SEED TIMES: three configurations of a liquid with a propensity at TIMES
grid() {
    awk -v seed="$2" -v times="$3" 'BEGIN {
        n = split(times, t, " "); srand(seed)
        print "#gg-text 1\nmember gg.graph/1"
        for (c = 1; c <= 3; c++) {
            print "frame grid" seed "/" c "\n\tnodes 40, edges 0, dim 3, pbc 7\n\tcell 4 0 0 0 4 0 0 0 4"
            print "field type i32 [40 node] structure"
            for (i = 0; i < 40; i++) printf("%s%d", i ? " " : "\t", i % 5 == 4)
            print "\nfield pos f64 [40 node, 3 free] structure irreps=1x1o unit=sigma"
            for (i = 0; i < 40; i++) print "\t" 4 * rand() " " 4 * rand() " " 4 * rand()
            print "field time f64 [" n " time] other unit=tau\n\t" times
            print "field propensity f32 [40 node, " n " time] target irreps=0e unit=sigma"
            for (i = 0; i < 40; i++) { for (k = 1; k <= n; k++) printf("%s%.4f", k > 1 ? " " : "\t", (0.2 + rand()) * log(1 + t[k])); print "" }
        }
        print "end"
    }' | gg-dump -r -o "$1.ggs"
}

@test "a model of one grid of times is scored on frames of another: at shared times, or at the nearest" {
    grid train 1 "0.3 3 30 300"
    grid other 2 "1 2.9999999 40 300.0001 9000" # two are shared, up to rounding
    grid apart 3 "1 10 100"
    tiny_network "epochs: 2"
    gg-train -q -o run m.yaml train.ggs
    for set in other apart; do gg-predict run/model.ggm -o "$set.p.ggs" "$set.ggs"; done
    [ "$(gg-dump -d propensity_pred.time other.p.ggs | head -n 4 | tr '\n' ' ')" = "0.3 3 30 300 " ]
    gg-corr -q --tsv -o t.tsv other.p.ggs
    [ "$(columns t.tsv time species configs | tr '\n' ' ')" = "2.9999999 A 3 2.9999999 B 3 2.9999999 all 3 300.0001 A 3 300.0001 B 3 300.0001 all 3 " ]
    gg-corr -q --tsv --nearest-time --species all -o near.tsv other.p.ggs
    [ "$(columns near.tsv time predicted_time | tr '\n' ' ')" = "1 0.3 2.9999999 3 40 30 300.0001 300 " ]
    # the shared ones are the same numbers either way
    [ "$(columns t.tsv species rho_config rho_pooled | grep all)" = "$(columns near.tsv species rho_config rho_pooled | sed -n '2p;4p')" ]
    refuses 3 "no time in common: field 'propensity_pred' is at 0.3, 3, 30, 300 \(4 times\), 'propensity' at 1, 10, 100 \(3 times\); --nearest-time" gg-corr apart.p.ggs
    gg-corr -q --tsv --nearest-time --species A -o near.tsv apart.p.ggs
    [ "$(columns near.tsv time predicted_time configs | tr '\n' ' ')" = "1 0.3 3 1 3 3 10 30 3 100 300 3 " ] # in log time
    # both kinds of frames in one stream: each at the times that it has
    gg-select --join other.p.ggs <(grid train 1 "0.3 3 30 300"; gg-predict run/model.ggm train.ggs) | gg-corr -q --tsv --species all -o both.tsv
    [ "$(columns both.tsv configs | tr '\n' ' ')" = "3 6 3 6 " ]
}
