#!/usr/bin/env bats
# matrix.bats -- gg-corr --matrix: models on the frames of several temperatures, who was trained on what; times by value, place, t / tau_alpha

load helper

value() { awk -F '\t' -v r="$1" -v c="$2" 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } NR == r + 1 { print $at[c] }'; }
# at COLUMN MODEL T TIME: one number of the table
at() { awk -F '\t' -v c="$1" -v m="$2" -v t="$3" -v time="$4" 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next } $2 == m && $4 == t && $5 == time { print $at[c] }' m.tsv; }

# predicted FILE FIELD MODEL N TRAINED_T [TAU TRAINED_TAU [TEMPERATURE]]: the shipped frames with FIELD as their prediction, as gg-predict leaves it
predicted() {
    gg-dump --text "$DATA/tiny.ggs" | awk -v from="$2" -v model="$3" -v n="$4" -v trained="$5" -v tau="${6:-}" -v trained_tau="${7:-}" -v T="${8:-0.64}" '
        /^(field|frame|trailer|end)/ { if (copy) print block; copy = 0 }
        /^member/ { fresh = 1 }
        /^frame/ && fresh {
            fresh = 0
            print "prov\n\tid\t0badcafe\n\tprogram\tgg-predict\n\tversion\t0.1.0\n\targv\tgg-predict " model
            printf "\tconfig\tmodel: %s\\ntrained.temperature: %s\\n", model, trained
            if (n) printf "trained.configurations: %s\\n", n
            if (trained_tau) printf "trained.tau_alpha: %s\\n", trained_tau
            print "\n\tbuild\tfloat"
        }
        /^field temperature/ { print; getline; print "\t" T; if (tau) print "field tau_alpha f64 [] other irreps= unit=tau\n\t" tau; next }
        $1 == "field" && $2 == from { copy = 1; block = $0; sub(" " from " ", " propensity_pred ", block); print; next }
        copy { block = block "\n" $0 }
        /^frame/ { sub("T0.64", "T" T) }
        { print }' | gg-dump --reverse -o "$1"
}

@test "models by temperatures: the same numbers as each alone, who was trained on what, the matrix for readers" {
    predicted a64.ggs propensity_var runs/a/model.ggm 8 0.5
    predicted a50.ggs propensity_var runs/a/model.ggm 8 0.5 '' '' 0.5
    predicted b64.ggs propensity zoo/b.ggm 8 0.64
    gg-corr --matrix --tsv -o m.tsv a64.ggs a50.ggs b64.ggs
    [ "$(cut -f 2 m.tsv | sort -u | tr '\n' ' ')" = "a b predictor " ]
    [ "$(cut -f 6 m.tsv | sort -u | tr '\n' ' ')" = "A species " ]
    gg-corr --species A --tsv -o alone.tsv a64.ggs
    [ "$(at rho_config a 0.64 5)" = "$(value 3 rho_config <alone.tsv)" ]
    [ "$(at rho_pooled_hi a 0.5 5)" = "$(value 3 rho_pooled_hi <alone.tsv)" ]
    [ "$(at rho_config b 0.64 5)" = 1 ]
    [ "$(at trained_temperature a 0.64 5)" = 0.5 ]
    [ "$(at trained_configurations b 0.64 5)" = 8 ]
    [ "$(at replicas b 0.64 5)" = 16 ]
    [ "$(at time_over_tau b 0.64 5)" = nan ]
    run -0 gg-corr --matrix a64.ggs a50.ggs b64.ggs
    [ "$(grep -c "^propensity of A" <<<"$output")" -eq 4 ] # one a time
    [[ "$output" == *"model"*"trained at T"*"on"*"T = 0.5"*"T = 0.64"* ]]
    [ "$(grep -cE "^  b +0.64 +8 +- +1.000 / 1.000" <<<"$output")" -eq 4 ]
    [ "$(grep -cE "^  runs each +16 +16" <<<"$output")" -eq 4 ]
    cat b64.ggs a50.ggs a64.ggs | gg-corr --matrix --json >m.json
    [ "$(wc -l <m.json)" -eq 12 ]
    grep -q '"trained_temperature":0.64' m.json
}

@test "--against a model: differences paired by sample, whatever the order of each" {
    predicted a.ggs propensity_var runs/a/model.ggm 8 0.5
    predicted b.ggs propensity zoo/b.ggm 8 0.64
    gg-select --shuffle --seed 3 -o shuffled.ggs b.ggs
    gg-corr --matrix --against a --tsv -o m.tsv a.ggs shuffled.ggs
    # in one stream, as two fields, the same differences
    gg-select --rename propensity=propensity_pred --keep type,propensity,time -o pred.ggs "$DATA/tiny.ggs"
    gg-corr --truth "$DATA/tiny.ggs" --predictor propensity_pred --target propensity --against propensity_var --species A --tsv -o one.tsv pred.ggs
    for column in diff_config diff_config_lo diff_config_hi diff_pooled diff_pooled_hi diff_p; do
        for time in 0.2 1 5 10; do
            want=$(awk -F '\t' -v c=$column -v t=$time 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next } $2 == "propensity_pred" && $5 == t { print $at[c] }' one.tsv)
            [ "$want" != nan ]
            awk -v a="$(at $column b 0.64 $time)" -v b="$want" 'BEGIN { d = a - b; exit !(a != "" && d * d < 1e-10) }'
        done
    done
    [ "$(at against b 0.64 1)" = a ]
    [ "$(at diff_config a 0.64 1)" = nan ]
    run -0 gg-corr --matrix --against a a.ggs b.ggs
    [ "$(grep -cE '^  b - a +\+0\.[0-9]+ \[\+0\.[0-9]+, \+0\.[0-9]+\]' <<<"$output")" -eq 4 ]
    [[ "$output" == *"a - b: Pearson config of a less that of b"* ]]
    # of samples that one of the two lacks there is no difference
    gg-select --limit 3 -o few.ggs b.ggs
    gg-corr -q --matrix --against a --bootstrap 0 --tsv -o m.tsv a.ggs few.ggs
    [ "$(at configs b 0.64 1)" = 3 ]
    [ "$(at diff_config b 0.64 1)" != nan ]
    refuses 3 "--against c: no model is called so: with --matrix a row is wanted, one of a, b" gg-corr --matrix --against c a.ggs b.ggs
}

@test "rows of unequal size are refused unless told" {
    predicted a.ggs propensity_var a.ggm 8 0.5
    predicted b.ggs propensity b.ggm 40 0.64
    refuses 3 "a was trained on 8 configurations, b on 40: .*--unequal prints them" gg-corr --matrix a.ggs b.ggs
    gg-corr --matrix --unequal --tsv -o m.tsv a.ggs b.ggs
    [ "$(at trained_configurations b 0.64 1)" = 40 ]
    predicted c.ggs propensity c.ggm '' 0.64 # nobody says
    gg-corr --matrix --tsv -o m.tsv a.ggs c.ggs
    [ "$(at trained_configurations c 0.64 1)" = nan ]
    refuses 3 "sample id 'KA/N250/T0.64/1' occurs twice" gg-corr --matrix a.ggs a.ggs
    refuses 2 "matrix and --spatial exclude each other" gg-corr --matrix --spatial a.ggs
    refuses 2 "unequal" gg-corr --unequal a.ggs
}

@test "two models of one name are no row: refused with the paths of both, and so is one that was trained anew" {
    predicted cold.ggs propensity_var T1/run/model.ggm 8 0.5
    predicted warm.ggs propensity T2/run/model.ggm 40 0.64
    # of other frames, so that no sample comes twice
    gg-select --limit 4 -o first.ggs cold.ggs
    gg-select --frames 4: -o second.ggs warm.ggs
    refuses 3 "second.ggs.*'T1/run/model.ggm' and 'T2/run/model.ggm' would both be the row 'run'.*names of their own" gg-corr --matrix first.ggs second.ggs
    refuses 3 "would both be the row 'run'" gg-corr --matrix --unequal first.ggs second.ggs
    predicted again.ggs propensity T1/run/model.ggm 8 0.64
    refuses 3 "'T1/run/model.ggm' was trained anew between its predictions" gg-corr --matrix first.ggs <(gg-select --frames 4: again.ggs)
    predicted other.ggs propensity T2/warm/model.ggm 40 0.64 # what the message advises
    gg-corr --matrix --unequal --tsv -o m.tsv cold.ggs other.ggs
    [ "$(at trained_configurations run 0.64 1)" = 8 ]
    [ "$(at trained_configurations warm 0.64 1)" = 40 ]
}

@test "by tau: times of a prediction and of the truth at the same t / tau_alpha" {
    # trained where everything is five times slower: its prediction at 5 is that of t = 1
    predicted a.ggs propensity a.ggm 8 0.5 2 10
    gg-corr --by tau --matrix --tsv -o m.tsv a.ggs
    [ "$(at predicted_time a 0.64 1)" = 5 ]
    [ "$(at predicted_time a 0.64 0.2)" = 1 ]
    [ "$(at time_over_tau a 0.64 1)" = 0.5 ]
    [ -z "$(at rho_config a 0.64 10)" ] # 50 is not there
    awk -v r="$(at rho_config a 0.64 1)" 'BEGIN { exit !(r < 0.99 && r > 0.5) }' # the propensities at 1 and at 5
    run -0 gg-corr --by tau --matrix a.ggs
    [ "$(grep -c "^propensity of A, at the times nearest to tau_alpha" <<<"$output")" -eq 1 ]
    [[ "$output" =~ "t / tau_alpha"\ +0.5 ]]
    refuses 3 "by tau: has no tau_alpha: gg-targets --add tau_alpha" gg-corr --by tau <(gg-select --drop tau_alpha a.ggs)
    predicted b.ggs propensity b.ggm 8 0.5 2 ''
    refuses 3 "the history of 'propensity_pred' does not say the tau_alpha of its training" gg-corr --by tau b.ggs
}

@test "the picture: cold models above, the numbers in the cells, nearest to a time or to tau" {
    predicted a64.ggs propensity_var runs/a/model.ggm 8 0.5
    predicted a50.ggs propensity_var runs/a/model.ggm 8 0.5 '' '' 0.5
    predicted b64.ggs propensity 'zoo/b`c.ggm' 8 0.64 1.1
    gg-corr --matrix --tsv -o m.tsv a64.ggs a50.ggs b64.ggs
    gg-plot matrix --script -o p.svg m.tsv
    grep -q "^set xtics ('0.5' 0, '0.64' 1)" p.gp
    grep -q "'a (T = 0.5)' 1" p.gp
    [ "$(awk -F '\t' '$1 == 0 && $2 == 1 { print $3 }' p.tsv)" = "$(at rho_config a 0.5 10)" ] # the last time
    [ "$(awk -F '\t' '$1 == 1 && $2 == 0 { print $3, $4 }' p.tsv)" = "1 1" ]                   # where tau is known, the nearest to it
    gg-plot matrix --script --time 4 --rho pooled -o p.svg m.tsv
    [ "$(awk -F '\t' '$1 == 1 && $2 == 1 { print $3, $4 }' p.tsv)" = "$(at rho_pooled a 0.64 5) 5" ]
    gg-corr --species A --tsv a64.ggs >plain.tsv
    refuses 3 "output of gg-corr --matrix --tsv is wanted" gg-plot matrix plain.tsv
}

@test "a model says on what it was trained, and its predictions do" {
    tiny_network 'epochs: 1'
    gg-train -q -o run m.yaml "$DATA/tiny.ggs"
    gg-dump --text run/model.ggm | grep -qx "	trained.configurations	8"
    gg-predict run/model.ggm "$DATA/tiny.ggs" -o p.ggs
    gg-dump --text p.ggs | grep -qxF "	config	model: run/model.ggm\ntrained.configurations: 8\ntrained.temperature: 0.64\n"
    gg-corr --matrix --tsv -o m.tsv p.ggs
    [ "$(at trained_configurations run 0.64 1)" = 8 ]
    gg-train -q -o part --set train.validation=0.25 m.yaml "$DATA/tiny.ggs"
    gg-dump --text part/model.ggm | grep -qx "	trained.configurations	6" # two are for validation
}
