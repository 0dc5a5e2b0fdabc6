#!/usr/bin/env bats
# gg-corr.bats -- the two averages, baselines, ceilings of real data, two streams, formats, refusals

load helper

# value ROW COLUMN: a number of the table; rows from 1
value() { awk -F '\t' -v r="$1" -v c="$2" 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } NR == r + 1 { print $at[c] }'; }

# near A B TOLERANCE
near() { awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; if (d < 0) d = -d; if (!(d <= t)) { print a " is not " b; exit 1 } }'; }

@test "the truth predicts itself" {
    gg-select --keep type,propensity --rename propensity=propensity_pred -o p.ggs "$DATA/tiny.ggs"
    gg-corr --truth "$DATA/tiny.ggs" --tsv -o t.tsv p.ggs
    [ "$(wc -l <t.tsv)" -eq 13 ] # four times, A B all, and a header
    for column in rho_config rho_config_lo rho_pooled rho_pooled_hi spearman_config spearman_pooled r2_pooled variance_ratio; do
        [ "$(value 1 $column <t.tsv)" = 1 ]
    done
    [ "$(value 1 rmse_pooled <t.tsv)" = 0 ]
    [ "$(value 1 n <t.tsv)" = 1600 ]
    [ "$(cut -f 6 t.tsv | sort | uniq -c | tr -d ' \n')" = 4A4B4all1species ]
}

@test "BOTAN: ceilings of the 13 configurations by variance and by halves, scalar and vector" {
    need_shared data/botan-T0.44
    while read -r id a split b vector; do
        gg-import -o r.ggs "$SHARED"/data/botan-T0.44/*/isoconfig_N4096T0.44_"$id"_tc07.npz
        gg-targets --keep-replicas -o "$id.ggs" r.ggs
        gg-corr --target propensity --predictor propensity --bootstrap 0 --no-spearman --tsv -o t.tsv "$id.ggs"
        near "$(value 1 ceiling_config <t.tsv)" "$a" 6e-5
        near "$(value 1 ceiling_split <t.tsv)" "$(awk -v r="$split" 'BEGIN { print sqrt(2 * r / (1 + r)) }')" 6e-5
        near "$(value 2 ceiling_config <t.tsv)" "$b" 6e-5
        gg-corr --target displacement --predictor displacement --species A --bootstrap 0 --tsv -o t.tsv "$id.ggs"
        near "$(value 1 ceiling_config <t.tsv)" "$vector" 6e-5
        gg-select --drop pos_replicas "$id.ggs" >>all.ggs
    done <<<"1 0.8190 0.5243 0.8436 0.7501
2 0.9473 0.8319 0.9568 0.8341
3 0.8835 0.6607 0.9063 0.7664
4 0.9418 0.8057 0.9475 0.8502
5 0.9134 0.7260 0.9258 0.8074
6 0.9273 0.7554 0.9372 0.8143
7 0.9062 0.7116 0.9147 0.7660
8 0.9319 0.7620 0.9391 0.8206
9 0.9298 0.7695 0.9400 0.8397
10 0.9228 0.7559 0.9366 0.8535
401 0.9235 0.7322 0.9450 0.8886
402 0.9435 0.8120 0.9491 0.8455
403 0.9184 0.7352 0.9257 0.8033"
    gg-corr --target propensity --predictor displacement --tsv -o t.tsv all.ggs
    near "$(value 1 ceiling_config <t.tsv)" 0.916 6e-4
    near "$(value 1 ceiling_pooled <t.tsv)" 0.937 6e-4
    [ "$(value 1 configs <t.tsv)" = 13 ]
    near "$(value 1 rho_config <t.tsv)" 0.5139 6e-5 # mean of rho(m, |u|) over the configurations
}

@test "a baseline from a descriptor, by name and by number" {
    gg-features --add coordination,density -o f.ggs "$DATA/tiny.ggs"
    name=$(gg-corr --target propensity --predictor node_features:nothing f.ggs 2>&1 | sed 's/.*: //' | cut -d ' ' -f 3)
    gg-corr --target propensity --predictor node_features:2 --tsv f.ggs | cut -f 9- >number.tsv
    gg-corr --target propensity --predictor "node_features:$name" --tsv f.ggs | cut -f 9- >name.tsv
    cmp number.tsv name.tsv
    [ "$(gg-corr --target propensity --predictor node_features:2 --tsv f.ggs | value 1 r2_pooled)" = nan ] # other units
}

@test "a baseline alone is paired with every target of one number, at every time" {
    gg-targets --add propensity,overlap -o t.ggs "$DATA/tiny_replicas.ggs"
    gg-quench -o q.ggs t.ggs
    gg-corr --predictor energy_inherent --bootstrap 0 --tsv q.ggs >all.tsv
    [ "$(cut -f 1 all.tsv | sort -u | tr '\n' ' ')" = "overlap propensity target " ] # no variances, no vectors
    gg-corr --target propensity --predictor energy_inherent --bootstrap 0 --tsv q.ggs >one.tsv
    grep -e ^target -e ^propensity all.tsv | cmp - one.tsv
    refuses 3 "no field is a target" gg-corr --predictor type <(gg-select --keep pos,type "$DATA/tiny.ggs")
}

@test "a baseline alone leaves out vectors that nobody named" {
    cat >m.yaml <<'YAML'
inputs: {node: [type], cutoff: 1.6}
layers:
  - {layer: embed, channels: 2, out: h}
  - {layer: conv, in: h, lmax: 1, out_irreps: 2x0e+2x1o, out: v}
heads: [{target: displacement, in: v, layer: gated_vector}]
YAML
    gg-train -q -o run --epochs 0 m.yaml "$DATA/tiny.ggs"
    gg-predict run/model.ggm -o p.ggs "$DATA/tiny.ggs" # displacement is the only X with an X_pred
    gg-corr --predictor propensity_var --bootstrap 0 --tsv -o all.tsv p.ggs
    gg-corr --target propensity --predictor propensity_var --bootstrap 0 --tsv p.ggs | cmp - all.tsv
    refuses 3 "'propensity_var': is no vector, as 'displacement' is" gg-corr --target displacement --predictor propensity_var p.ggs
    gg-corr --predictor displacement_pred --bootstrap 0 --tsv p.ggs | cut -f 1 | grep -q displacement
}

@test "the difference of two predictors is paired" {
    gg-corr --target propensity --predictor displacement --against propensity_var --species A,all --tsv -o t.tsv "$DATA/tiny.ggs"
    [ "$(wc -l <t.tsv)" -eq 17 ]
    near "$(value 1 diff_config <t.tsv)" "$(awk -v a="$(value 1 rho_config <t.tsv)" -v b="$(value 9 rho_config <t.tsv)" 'BEGIN { print a - b }')" 2e-6
    [ "$(value 1 against <t.tsv)" = propensity_var ]
    [ "$(value 9 diff_config <t.tsv)" = nan ]
    awk -v x="$(value 1 diff_pooled <t.tsv)" -v lo="$(value 1 diff_pooled_lo <t.tsv)" -v hi="$(value 1 diff_pooled_hi <t.tsv)" \
        'BEGIN { exit !(lo < x && x < hi) }'
}

@test "text names both averages; TSV and JSON hold the same numbers" {
    run -0 gg-corr --target propensity --predictor displacement "$DATA/tiny.ggs"
    [[ "$output" == *"propensity by displacement, 8 configurations"* ]]
    [[ "$output" == *"Pearson config"*"Pearson pooled"* ]]
    [[ "$output" == *"config: inside each configuration, then averaged; pooled: over all particles"* ]]
    need_program python3
    gg-corr --target propensity --predictor displacement --tsv "$DATA/tiny.ggs" >t.tsv
    gg-corr --target propensity --predictor displacement --json "$DATA/tiny.ggs" >t.json
    python3 - <<'PY'
import json
rows = [line.rstrip("\n").split("\t") for line in open("t.tsv")]
objects = [json.loads(line) for line in open("t.json")]
assert len(objects) == len(rows) - 1 == 12
for row, o in zip(rows[1:], objects):
    assert list(o) == rows[0]
    for key, text in zip(rows[0], row):
        if isinstance(o[key], str): assert o[key] == text
        elif o[key] is None: assert text == "nan", (key, text)
        else: assert abs(o[key] - float(text)) <= 1e-5 * abs(o[key]) + 1e-12, (key, text)
PY
}

@test "times by value or by place; the same bytes for any number of threads" {
    gg-corr --target propensity --predictor displacement --by index --species A --tsv --threads 1 -o 1.tsv "$DATA/tiny.ggs"
    gg-corr --target propensity --predictor displacement --by index --species A --tsv --threads 2 "$DATA/tiny.ggs" >2.tsv
    cmp 1.tsv 2.tsv
    [ "$(cut -f 5 1.tsv | tr '\n' ' ')" = "time 0 1 2 3 " ]
    gg-corr --target propensity --predictor displacement --species A --tsv <"$DATA/tiny.ggs" | cut -f 6- | cmp - <(cut -f 6- 1.tsv)
}

@test "one configuration has no interval, one particle no correlation" {
    gg-select --frames 0:1 -o one.ggs "$DATA/tiny.ggs"
    gg-corr --target propensity --predictor displacement --tsv -o t.tsv one.ggs
    [ "$(value 1 rho_config_lo <t.tsv)" = nan ]
    [ "$(value 1 rho_config <t.tsv)" != nan ]
    [ "$(value 1 configs <t.tsv)" = 1 ]
    run -0 gg-corr --target propensity --predictor displacement one.ggs
}

@test "what is refused" {
    tiny=$DATA/tiny.ggs
    refuses 3 "tiny.ggs: frame 0 .*: no field X beside its prediction X_pred: run gg-predict first" gg-corr "$tiny"
    refuses 3 "no field 'nothing'" gg-corr --target nothing --predictor type "$tiny"
    refuses 3 "field 'propensity': is no vector" gg-corr --target displacement --predictor propensity "$tiny"
    refuses 2 "--species: 'A,x' is no list like A,B,all" gg-corr --species A,x "$tiny"
    refuses 2 "exclude each other" gg-corr --tsv --json "$tiny"
    refuses 3 "no particles to score" gg-corr --target propensity --predictor displacement --species C "$tiny"
    gg-select --keep type,propensity --rename propensity=propensity_pred -o p.ggs "$tiny"
    gg-select --frames 1: -o less.ggs "$tiny"
    refuses 3 "p.ggs: frame 0 .*less.ggs: has no frame 'KA/N250/T0.64/1'" gg-corr --truth less.ggs p.ggs
    refuses 3 "sample id 'KA/N250/T0.64/1' occurs twice" gg-corr --truth "$tiny" p.ggs p.ggs
    refuses 3 "tiny.ggs: frame 0 .*sample id 'KA/N250/T0.64/1' occurs twice at its times: a configuration counts once" \
        gg-corr --target propensity --predictor type "$tiny" "$tiny"
    gg-select --species A -o a.ggs "$tiny"
    refuses 3 "has 250 particles, the frame of the same id in the second stream 200" gg-corr --truth a.ggs p.ggs
    head -c 20000 "$tiny" >cut.ggs
    refuses 4 "cut.ggs: .*" gg-corr --target propensity --predictor displacement cut.ggs
    refuses 4 "cut.ggs: .*" gg-corr --truth cut.ggs p.ggs
    refuses 4 "standard input" gg-corr --target propensity --predictor displacement </dev/null
    refuses 3 "'propensity_pred' has no truth beside it: --truth FILE" gg-corr p.ggs
    refuses 3 "no frames to score" gg-corr --target propensity --predictor displacement <(gg-select --id nothing "$tiny")
    refuses 5 "none.ggs: cannot open" gg-corr --truth none.ggs p.ggs
    refuses 5 "cannot (write|close)" bash -c 'gg-corr --target propensity --predictor displacement "$0" >/dev/full' "$tiny"
    refuses 5 "" gg-corr --target propensity --predictor displacement -o a.ggs/where.tsv "$tiny"
}

@test "a closed pipe ends it quietly" {
    run --separate-stderr bash -c 'gg-corr --target propensity --predictor displacement --tsv "$0" | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}' "$DATA/tiny.ggs"
    [[ "$output" =~ ^(0|141)$ ]]
    [ -z "$stderr" ]
}
