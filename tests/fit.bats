#!/usr/bin/env bats
# fit.bats -- models that are fitted: ridge regression and softness by gg-train, gg-predict and gg-corr

load helper

M="$ROOT/examples/models"

# f.ggs: a dozen descriptors of the eight small configurations
features() { gg-features --add density,coordination -o f.ggs "$DATA/tiny.ggs"; }

# corr COLUMN SPECIES [OPTION...]: of gg-corr's table at the last time
corr() {
    local column=$1 species=$2
    shift 2
    gg-corr --bootstrap 0 --no-spearman --tsv --species "$species" "$@" |
        awk -F '\t' -v name="$column" 'NR == 1 { while ($++c != name); } END { print $c }'
}
# event NAME KEY FILE: numbers of that key in the lines of that event
event() { grep "\"event\":\"$1\"" "$3" | grep -o "\"$2\":[^,}]*" | cut -d: -f2; }
near() { awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; exit !(d <= t && -d <= t) }' || { echo "$1 is not $2"; return 1; }; }

@test "ridge: a fit predicts unseen configurations, and its file is a stream like others" {
    features
    gg-train -o run "$M/ridge.yaml" f.ggs 2>said
    grep -q "left out in 8 parts" said
    [ "$(grep -c "penalty" said)" -eq 8 ] # four times, two species
    gg-dump run/model.ggm | grep -q "fit.coefficients *f64 *\[2, 4, "
    gg-select --limit 6 -o six.ggs f.ggs
    gg-select --frames 6: -o two.ggs f.ggs
    gg-train -q -o part "$M/ridge.yaml" six.ggs
    gg-predict part/model.ggm two.ggs -o p.ggs
    awk -v r="$(corr rho_config A p.ggs)" 'BEGIN { exit !(r > 0.15) }'
    gg-dump -d propensity_pred p.ggs | awk '$1 != $1 + 0 { exit 1 }'
}

@test "a species without targets is NaN in the prediction of a fit" {
    gg-dump --text "$DATA/tiny.ggs" | awk '/^field type/ { getline t; split(t, type, " "); print; print t; next }
        /^field/ { row = 0; here = /^field propensity / } here && /^field/ { sub(/unit/, "nan unit") }
        here && /^\t/ && type[++row] == 1 { gsub(/[0-9.e-]+/, "nan") } { print }' >b.txt
    gg-dump -r -o b.ggs b.txt
    gg-features --add density,coordination -o f.ggs b.ggs
    gg-train -q -o run "$M/ridge.yaml" f.ggs
    gg-predict run/model.ggm f.ggs -o p.ggs
    gg-dump -d type p.ggs >types
    gg-dump -d propensity_pred p.ggs | paste types - | awk '$1 == 1 { wrong += $2 != "nan"; n++ } $1 == 0 { wrong += $2 == "nan" } END { exit !(n > 100 && !wrong) }'
}

@test "what the path says of a penalty is what refits without each configuration say" {
    features
    gg-train -q -o path --set fit.penalty='{path: [1, 100], points: 3}' --set loss.species='[A]' "$M/ridge.yaml" f.ggs
    wanted=$(grep '"event":"path"' path/metrics.jsonl | grep '"t":10,' | grep '"penalty":10,' | grep -o '"rho_config":[^,}]*' | cut -d: -f2)
    sum=0
    for k in 0 1 2 3 4 5 6 7; do
        gg-select --frames $k -o out.ggs f.ggs
        { [ $k = 0 ] || gg-select --frames :$k f.ggs; [ $k = 7 ] || gg-select --frames $((k + 1)): f.ggs; } >in.ggs
        gg-train -q --resume never -o refit --set 'fit.penalty={path: 10, choose: none}' --set loss.species='[A]' "$M/ridge.yaml" in.ggs
        r=$(gg-predict refit/model.ggm out.ggs | corr rho_config A)
        sum=$(awk -v s="$sum" -v r="$r" 'BEGIN { print s + r / 8 }')
    done
    near "$wanted" "$sum" 2e-5
}

@test "the same bytes for any number of threads, from a pipe, and the order of frames is rounding" {
    features
    for model in ridge softness; do
        gg-train -q --threads 1 -o one "$M/$model.yaml" f.ggs
        gg-train -q --threads 4 -o four "$M/$model.yaml" <f.ggs
        gg-cmp one/model.ggm four/model.ggm
        for k in 7 2 5 0 1 6 3 4; do gg-select --frames $k f.ggs; done >other.ggs
        gg-train -q -o other "$M/$model.yaml" other.ggs
        gg-predict one/model.ggm -o a.ggs f.ggs
        gg-predict other/model.ggm -o b.ggs f.ggs
        gg-cmp --tol 1e-5 a.ggs b.ggs
        gg-predict --threads 1 one/model.ggm -o c.ggs f.ggs
        gg-cmp a.ggs c.ggs
        rm -r one four other
    done
}

@test "the same bytes for any number of threads, for frames that several threads add up" {
    gg-features --add density,coordination -o large.ggs "$DATA/train.ggs"
    for n in 1 2 3; do
        gg-train -q --threads $n -o $n --set fit.standardise=joint --set 'fit.penalty={path: 10, choose: none}' "$M/ridge.yaml" large.ggs
        gg-cmp 1/model.ggm $n/model.ggm
    done
}

@test "what is there already is kept, something else is not written over" {
    features
    gg-train -q -o run "$M/ridge.yaml" f.ggs
    cp run/model.ggm before
    gg-train -o run "$M/ridge.yaml" f.ggs 2>said
    grep -q "is there already" said
    cmp before run/model.ggm
    refuses 2 "another configuration" gg-train -q -o run --set fit.penalty=3 "$M/ridge.yaml" f.ggs
    gg-select --limit 5 -o less.ggs f.ggs
    refuses 2 "other data" gg-train -q -o run "$M/ridge.yaml" less.ggs
    gg-train -q --resume never -o run "$M/ridge.yaml" less.ggs
}

@test "what a fit was made from does not depend on the kernels of BLAS" {
    features
    core() { OPENBLAS_CORETYPE=$1 gg-train -V | grep OpenBLAS; }
    [ "$(core Prescott)" != "$(core Nehalem)" ] || skip "this OpenBLAS has one kind of kernels"
    for model in ridge softness; do
        OPENBLAS_CORETYPE=Prescott gg-train -q -o run "$M/$model.yaml" f.ggs
        OPENBLAS_CORETYPE=Nehalem gg-train -o run "$M/$model.yaml" f.ggs 2>said
        grep -q "is there already" said
        OPENBLAS_CORETYPE=Nehalem gg-train -q --threads 1 -o other "$M/$model.yaml" f.ggs
        gg-cmp --rel 1e-6 run/model.ggm other/model.ggm # META digest.data with it
        rm -r run other
    done
}

@test "softness tells the fast from the slow, and principal components do" {
    features
    gg-train -q -o soft "$M/softness.yaml" f.ggs
    gg-predict soft/model.ggm f.ggs -o p.ggs
    awk -v r="$(corr rho_config A p.ggs)" 'BEGIN { exit !(r > 0.2) }'
    [ "$(corr r2_pooled A p.ggs)" = nan ] # a distance is no propensity
    for model in ridge softness; do
        gg-train -q -o "$model.3" --set fit.reduce.pca=3 "$M/$model.yaml" f.ggs
        awk -v r="$(gg-predict "$model.3/model.ggm" f.ggs | corr rho_config A)" 'BEGIN { exit !(r > 0.1) }'
    done
}

@test "validation frames choose, and are not fitted to" {
    features
    gg-select --limit 6 -o six.ggs f.ggs
    gg-select --frames 6: -o two.ggs f.ggs
    gg-train -q -o run --validation two.ggs --set fit.penalty.choose=validation --set loss.species='[A]' "$M/ridge.yaml" six.ggs
    gg-predict run/model.ggm two.ggs -o p.ggs
    rho=$(grep '"event":"eval"' run/metrics.jsonl | grep '"t":10,' | grep -o '"rho_config":[^,}]*' | cut -d: -f2)
    near "$(corr rho_pooled A p.ggs)" "$rho" 1e-5 # the validation frames are one part
    alpha=$(grep '"event":"eval"' run/metrics.jsonl | grep '"t":10,' | grep -o '"penalty":[^,}]*' | cut -d: -f2)
    gg-train -q -o fixed --set "fit.penalty={path: $alpha, choose: none}" --set loss.species='[A]' "$M/ridge.yaml" six.ggs
    near "$(gg-predict fixed/model.ggm two.ggs | corr rho_pooled A)" "$rho" 1e-5
}

@test "a learning curve of a fit, as of a network" {
    features
    gg-select --limit 6 -o six.ggs f.ggs
    gg-select --frames 6: -o two.ggs f.ggs
    gg-learncurve -q -o lc --train six.ggs --test two.ggs --sizes 2,6 --seeds 2 "$M/ridge.yaml" >out
    cut -f 3 lc/learncurve.tsv | sort -u >sizes
    [ -s lc/summary.tsv ]
    [ "$(grep -c . lc/summary.tsv)" -gt 2 ]
}

@test "what it would take" {
    features
    gg-train --estimate "$M/ridge.yaml" f.ggs >said
    grep -qx "parameters           104" said
    grep -qx "particles            2000 that are fitted, 12 numbers each" said
    gg-select --limit 2 f.ggs | gg-quench | gg-features --replace --add density,displacement --positions pos_inherent -o v.ggs
    gg-train --estimate "$M/ridge.yaml" v.ggs >said # the vector is left out, its length is not
    grep -qx "particles            500 that are fitted, 10 numbers each" said
    gg-train --print-config "$M/ridge.yaml" f.ggs >said
    grep -q "choose: leave-configuration-out  # .*ridge.yaml:9" said
    grep -q "folds: 10  # default" said
}

@test "refusals" {
    features
    ridge="$M/ridge.yaml"
    # configuration
    sed 's/node_features/nothing/' "$ridge" >m.yaml
    refuses 3 "frame 0 .KA/N250/T0.64/1.: field 'nothing' is missing" gg-train -q -o run m.yaml f.ggs
    sed 's/node_features/pos/' "$ridge" >m.yaml
    refuses 3 "no number that rotations leave alone" gg-train -q -o run m.yaml f.ggs
    sed 's/node_features/type/' "$ridge" >m.yaml
    refuses 2 "m.yaml:3:1: fit.inputs: 'type' is no number" gg-train -q -o run m.yaml f.ggs
    sed 's/target: propensity/target: displacement/' "$ridge" >m.yaml
    refuses 3 "nothing of the target's kind, 1o, among 12 numbers" gg-train -q -o run m.yaml f.ggs
    refuses 2 "did you mean leave-configuration-out" gg-train -q -o run --set fit.penalty.choose=leave-configurations-out "$ridge" f.ggs
    refuses 2 "the smaller first" gg-train -q -o run --set 'fit.penalty.path=[10, 1]' "$ridge" f.ggs
    refuses 2 "above 0" gg-train -q -o run --set 'fit.penalty.path=[0, 1]' "$ridge" f.ggs
    refuses 2 "is for ridge" gg-train -q -o run --set fit.penalty.by=error "$M/softness.yaml" f.ggs
    refuses 2 "wants one penalty" gg-train -q -o run --set fit.penalty.choose=none "$ridge" f.ggs
    refuses 2 "belongs to a network" gg-train -q -o run --set inputs.cutoff=2 "$ridge" f.ggs
    refuses 2 "unknown key" gg-train -q -o run --set heads.0.layer=mlp "$ridge" f.ggs
    refuses 2 "none of the 2 species" gg-train -q -o run --set 'loss.species=[C]' "$ridge" f.ggs
    # a key of training that would do nothing
    refuses 2 "\-\-set: train.validation: the frames of a fit" gg-train -q -o run --set train.validation=0.2 "$ridge" f.ggs
    for option in "--epochs 3" "--lr 1e-3" "--batch 2"; do
        word=${option% *}
        # shellcheck disable=SC2086
        refuses 2 "command line: train.${word#--}: steers the steps of a network" gg-train -q -o run $option "$ridge" f.ggs
    done
    { cat "$ridge" && printf 'train:\n  seed: 3\n  weight_decay: 0\n'; } >m.yaml
    refuses 2 "m.yaml:$(grep -c '' m.yaml):3: train.weight_decay" gg-train -q -o run m.yaml f.ggs
    refuses 2 "did you mean epochs" gg-train -q -o run --set train.epoch=3 "$ridge" f.ggs
    gg-train -q -o seeded --seed 3 "$ridge" f.ggs # names the run
    # data
    gg-select --frames 3 -o one.ggs f.ggs
    refuses 3 "one configuration" gg-train -q -o run "$ridge" one.ggs
    gg-train -q -o one --set fit.penalty=10 "$ridge" one.ggs
    refuses 3 "stands twice" gg-train -q -o run "$ridge" one.ggs one.ggs
    refuses 3 "no frame is for validation" gg-train -q -o run --set fit.penalty.choose=validation "$ridge" f.ggs
    refuses 4 "empty input" gg-train -q -o run --validation one.ggs "$ridge" /dev/null
    gg-features --replace --add density --lengths 0.5,0.7,0.9,1,1.2,1.5,2 -o wide.ggs one.ggs
    gg-features --add coordination -o wider.ggs wide.ggs
    refuses 6 "a penalty above 0" gg-train -q -o run --set fit.penalty=0 "$ridge" wider.ggs # all = A + B
    # the model elsewhere
    refuses 3 "field 'node_features' is missing" gg-predict one/model.ggm "$DATA/tiny.ggs"
    refuses 3 "column 0 is 'density.A.L0.5', the model was made with|column 1 is" gg-predict one/model.ggm wide.ggs
    gg-features --replace --add density,coordination --lengths 0.5,1,3 -o other.ggs f.ggs
    refuses 3 "column 2 is 'density.A.L3', the model was made with 'density.A.L2'" gg-predict one/model.ggm other.ggs
    refuses 3 "column 2 is 'density.A.L3'" gg-train -q -o run "$ridge" f.ggs other.ggs
    refuses 2 "no layers whose laws" gg-gradcheck one/model.ggm f.ggs
    refuses 2 "no layers whose laws" gg-gradcheck "$ridge" f.ggs
}

# bats test_tags=golden
@test "BOTAN: ridge on 137 inherent fields, 10 training configurations, as the reference has it" {
    need_slow
    need_shared data/botan-T0.44
    botan=$SHARED/data/botan-T0.44
    lengths=0.5,1,1.5,2,2.5,3,3.5,4,4.5,5,5.5,6,6.5,7,7.5
    for set in train test; do
        for file in "$botan/$set"/*.npz; do gg-import "$file"; done | gg-targets | gg-quench |
            gg-features --positions pos_inherent --lengths $lengths --add energy_inherent,density,mean,variance,displacement -o $set.ggs
    done
    gg-train -q -o run --set 'fit.penalty={path: 0.01, per_particle: true}' --set 'loss.species=[A]' "$M/ridge.yaml" train.ggs
    gg-predict run/model.ggm -o p.ggs test.ggs
    near "$(corr rho_config A p.ggs)" 0.767 0.005
    for row in "401 0.670" "402 0.842" "403 0.790"; do
        near "$(gg-select --id "*/${row% *}" p.ggs | corr rho_config A)" "${row#* }" 0.008
    done
}

@test "by error or by correlation: each takes its own best of the same path" {
    features
    for by in correlation error; do
        gg-train -q -o $by --set fit.penalty.by=$by --set loss.species='[A]' "$M/ridge.yaml" f.ggs
        grep '"event":"path"' $by/metrics.jsonl | grep '"t":10,' >$by.path
        grep '"event":"eval"' $by/metrics.jsonl | grep '"t":10,' | grep -o '"penalty":[^,}]*' >$by.taken
    done
    cmp correlation.path error.path
    best=$(sed 's/.*\("penalty":[^,]*\),.*"rho_config":\([^,}]*\).*/\2 \1/' correlation.path | sort -g | tail -1 | cut -d' ' -f2)
    [ "$best" = "$(cat correlation.taken)" ]
    best=$(sed 's/.*\("penalty":[^,]*\),"error":\([^,}]*\).*/\2 \1/' error.path | sort -g | head -1 | cut -d' ' -f2)
    [ "$best" = "$(cat error.taken)" ]
}

@test "a species that only one configuration has asks for its penalty" {
    features
    gg-select --frames 7 -o seven.ggs f.ggs
    gg-train -q -o all "$M/ridge.yaml" f.ggs
    gg-select --species A f.ggs | gg-select --frames :7 -o a.ggs
    gg-select a.ggs seven.ggs -o mixed.ggs # two species in the last one alone
    refuses 3 "no configuration can be left out to choose a penalty" gg-train -q -o no "$M/ridge.yaml" mixed.ggs
    gg-train -q --set 'loss.species=[A]' -o yes "$M/ridge.yaml" mixed.ggs
    gg-train -q --set fit.penalty=10 -o fixed "$M/ridge.yaml" mixed.ggs
    refuses 2 "a fit starts from nothing" gg-train -q --from all/model.ggm -o no "$M/ridge.yaml" f.ggs
}
