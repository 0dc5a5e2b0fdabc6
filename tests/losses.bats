#!/usr/bin/env bats
# losses.bats -- every term of gg_losses(7) in a training: it falls alone and beside a squared error, and what it cannot be asked is refused
# before the first step

load helper

# losses LOSS [OPTION...]: trains the network in miniature on four frames; the loss of every epoch, one a line, into `losses`
losses() {
    local loss=$1
    shift
    [ -e few.ggs ] || gg-select --limit 4 "$DATA/tiny.ggs" -o few.ggs
    tiny_network 'epochs: 15'
    rm -rf run
    gg-train -q --set "loss=$loss" "$@" -o run m.yaml few.ggs
    grep '"event":"epoch"' run/metrics.jsonl | grep -o '"loss":[^,}]*' | cut -d: -f2 >losses
}

# falls PART: the last loss is below that part of the first
falls() { awk -v part="$1" 'NR == 1 { first = $1 } END { if (!(NR == 15 && $1 < part * first)) { print first, $1; exit 1 } }' losses; }

# learns TERM [OPTION...]: alone, and with mse
learns() {
    local term=$1
    shift
    losses "[{$term}]" "$@"
    falls 0.9
    losses "[{term: mse}, {$term}]" "$@"
    falls 0.9
}

@test "local_variance falls" { learns 'term: local_variance, r_v: 1.5'; }
@test "g_r falls" { learns 'term: g_r, r_max: 2.5, width: 0.25, times: [10]'; }
@test "s4 falls" { learns 'term: s4, threshold: 0.4, times: [10]' --lr 0.005; }
@test "histogram falls" { learns 'term: histogram'; }
@test "quantile falls" { learns 'term: quantile, quantile: 0.8'; }
@test "ranking falls" { learns 'term: ranking'; }

# Species by species.
@test "a prediction without information becomes the quantile" {
    gg-select --limit 4 "$DATA/tiny.ggs" -o few.ggs
    cat >m.yaml <<'YAML'
inputs: {node: [type]}
layers: [{layer: embed, channels: 1, out: h}]
heads: [{target: propensity, in: h, layer: linear, bias: true, times: [10]}]
loss: [{term: quantile, quantile: 0.9}]
train: {epochs: 400, lr: 0.03, ema: 0, seed: 1}
YAML
    gg-train -q -o run m.yaml few.ggs
    gg-predict run/model.ggm few.ggs | gg-dump --csv >rows.csv
    awk -F, 'NR == 1 { for (k = 1; k <= NF; k++) c[$k] = k; next }
        { n[$c["type"]]++; below[$c["type"]] += $c["propensity.3"] < $c["propensity_pred.3"] }
        END { for (s in n) { print s, below[s] / n[s]; bad += below[s] / n[s] < 0.88 || below[s] / n[s] > 0.92 }; exit bad > 0 }' rows.csv
}

# blind TARGET LAYER LOSS: a network without inputs, so that all that is learned is one distribution a species; predicted.ggs
blind() {
    gg-select --limit 4 "$DATA/tiny.ggs" -o few.ggs
    cat >blind.yaml <<YAML
inputs: {node: [type]}
layers: [{layer: embed, channels: 2, out: h}]
heads: [{target: $1, in: h, layer: $2, times: [1, 10]}]
loss: $3
train: {epochs: 300, lr: 0.03, ema: 0, seed: 1}
YAML
    gg-train -q -o blind blind.yaml few.ggs
    gg-predict blind/model.ggm few.ggs -o predicted.ggs
}

# of_species NAME EXPRESSION: its mean over the particles of each species in rows.csv, f("column") is a number of the row
of_species() { awk -F, -v "want=$1" 'NR == 1 { for (k = 1; k <= NF; k++) c[$k] = k; next } '"{ n[\$c[\"type\"]]++; sum[\$c[\"type\"]] += $2 } "'
        END { for (s in n) print want, s, sum[s] / n[s] }' rows.csv; }

@test "gaussian falls, and the spread of a prediction without information is that of the data" {
    learns 'term: gaussian'
    gg-gradcheck m.yaml --set 'loss=[{term: gaussian}]' few.ggs
    blind propensity 'linear, bias: true' '[{term: gaussian}]'
    gg-dump predicted.ggs | grep -qE '^  propensity_std +f32 +\[node, time\] +prediction +0e +sigma '
    gg-dump --csv predicted.ggs >rows.csv
    for t in 1 3; do
        of_species truth "(\$c[\"propensity.$t\"] - \$c[\"propensity_pred.$t\"]) ^ 2"
        of_species learned "\$c[\"propensity_std.$t\"] ^ 2"
    done >found
    awk '$1 == "truth" { truth[$2, ++n[$2]] = $3 } $1 == "learned" { print; r = $3 / truth[$2, n[$2]]; bad += r < 0.95 || r > 1.05; k++ }
        END { exit k != 4 || bad > 0 }' found
}

@test "known noise is not learned: what is left is the spread less s^2/K" {
    blind propensity 'linear, bias: true' '[{term: gaussian, noise: known}]'
    gg-dump --csv predicted.ggs >rows.csv
    for t in 1 3; do
        of_species truth "(\$c[\"propensity.$t\"] - \$c[\"propensity_pred.$t\"]) ^ 2"
        of_species known "\$c[\"propensity_var.$t\"] / 16 + \$c[\"propensity_std.$t\"] ^ 2"
        of_species learned "\$c[\"propensity_std.$t\"] ^ 2"
    done >found
    cat found
    awk '$1 == "truth" { truth[$2, ++n[$2]] = $3 } $1 == "known" { r = $3 / truth[$2, n[$2]]; bad += r < 0.8 || r > 1.25; k++ }
        $1 == "learned" { bad += $3 > 0.9 * truth[$2, n[$2]] } END { exit k != 4 || bad > 0 }' found
}

@test "vectors: a covariance that turns with the configuration" {
    tiny_network 'epochs: 4'
    sed -i 's/lmax: 1, out_irreps: 16x0e+8x1o/lmax: 2, out_irreps: 16x0e+8x1o+4x2e/; s/propensity, in: h, layer: mlp.*/displacement, in: h, layer: gated}/' m.yaml
    gg-select --limit 2 "$DATA/tiny.ggs" -o two.ggs
    gg-train -q --set 'loss=[{term: gaussian}, {term: mse}]' -o run m.yaml two.ggs
    gg-gradcheck m.yaml --set 'loss=[{term: gaussian}]' two.ggs
    gg-predict run/model.ggm two.ggs -o a.ggs
    gg-dump a.ggs | grep -qE '^  displacement_cov +f32 +\[node, time, 6\] +prediction +1x0e\+1x2e +sigma\^2 '
    gg-rotate --seed 1 two.ggs | gg-predict run/model.ggm -o turned.ggs
    gg-rotate --seed 1 a.ggs -o b.ggs
    gg-cmp --fields displacement_pred,displacement_cov --rel 1e-4 --rtol 1e-5 turned.ggs b.ggs
    # of a unit of several factors the whole is squared
    gg-dump --text two.ggs | sed 's/^\(field displacement .*unit=sigma\)$/\1\/tau/' | gg-dump -r -o slow.ggs
    gg-train -q --epochs 1 --set 'loss=[{term: gaussian}, {term: mse}]' -o slow m.yaml slow.ggs
    gg-predict slow/model.ggm slow.ggs | gg-dump | grep -qE '^  displacement_cov .* \(sigma/tau\)\^2 '
}

@test "what a likelihood cannot have is refused" {
    tiny_network 'epochs: 2'
    refuses 2 "loss: gaussian: the head of 'propensity' puts out what another term asks for: one likelihood a head\$" \
        gg-train --set 'loss=[{term: gaussian}, {term: gaussian, noise: known}]' -o run m.yaml "$DATA/tiny.ggs"
    refuses 2 "target 'displacement' with the spread that the loss asks for is 1x1o\+1x0e\+1x2e, gated_vector puts out vectors: layer: gated, without the keys of gated_vector\$" \
        gg-train --set 'heads=[{target: displacement, in: h, layer: gated_vector}]' --set 'loss=[{term: gaussian}]' -o run m.yaml "$DATA/tiny.ggs"
    gg-select --drop propensity_var "$DATA/tiny.ggs" -o bare.ggs
    refuses 3 "the loss wants the noise of 'propensity', and there is no field 'propensity_var' with its rows and times \(gg-targets --add propensity_var\)\$" \
        gg-train --set 'loss=[{term: gaussian, noise: known}]' -o run m.yaml bare.ggs
    gg-dump --text "$DATA/tiny.ggs" | grep -v replicas | gg-dump --reverse -o bare.ggs
    refuses 3 "the loss wants the noise of 'propensity', and META 'replicas' does not say of how many runs it is the mean \(gg-targets does\)\$" \
        gg-train --set 'loss=[{term: gaussian, noise: known}]' -o run m.yaml bare.ggs
}

@test "what a term cannot be asked is refused before the first step" {
    tiny_network 'epochs: 2'
    refuses 3 "sample 'KA/N250/T0.64/1': loss: g_r: r_max: 6 sigma is more than half of the box: 2.964 would do\$" \
        gg-train --set 'loss=[{term: g_r}]' -o run m.yaml "$DATA/tiny.ggs"
    refuses 3 "sample '.*': loss: local_variance: r_v: 3 sigma is more than half of the box: 2.964 would do\$" \
        gg-train --set 'loss=[{term: mse}, {term: local_variance, r_v: 3}]' -o run m.yaml "$DATA/tiny.ggs"
    refuses 3 'loss: local_variance: no training frame has targets that it is defined for: it wants particles with two neighbours within r_v: take the term out$' \
        gg-train --set 'loss=[{term: local_variance, r_v: 0.1}]' -o run m.yaml "$DATA/tiny.ggs"
    refuses 3 'loss: s4: no training frame has targets that it is defined for: it wants a particle that moved farther than the threshold: take the term out$' \
        gg-train --set 'loss=[{term: s4, threshold: 50}]' -o run m.yaml "$DATA/tiny.ggs"
    gg-select --frames 0:1 "$DATA/tiny.ggs" | gg-dump --text | sed -E 's/cell 5\.[0-9]+ 0 0 0 5\.[0-9]+ 0 0 0 5\.[0-9]+/cell 5 0 0 0 5 0 0 0 5/; s/^frame .*/frame small/' | gg-dump --reverse -o small.ggs
    refuses 3 "sample '.*': loss: g_r: r_max: 2.9 sigma is more than half of the box: 2.5 would do\$" \
        gg-train --set 'loss=[{term: g_r, r_max: 2.9}]' --validation small.ggs -o run m.yaml "$DATA/tiny.ggs"
    refuses 2 'loss: quantile: quantile: 1 does not lie between 0 and 1$' \
        gg-train --set 'loss=[{term: quantile, quantile: 1}]' -o run m.yaml "$DATA/tiny.ggs"
    refuses 2 "loss: ranking: is for scalars, and no head has such a target\$" \
        gg-train --set 'heads=[{target: displacement, in: h, layer: gated_vector}]' --set 'loss=[{term: ranking}]' -o run m.yaml "$DATA/tiny.ggs"
    [ ! -e run/metrics.jsonl ] || ! grep -q '"event":"epoch"' run/metrics.jsonl
}

# A likelihood has no spread for a target of several degrees or parities: nothing of it is asked.
@test "known noise is asked of those heads alone that the likelihood is for" {
    gg-dump --text "$DATA/tiny.ggs" | sed 's/^\(field displacement .*\)irreps=1x1o/\1irreps=1x0e+2x0o/' | gg-dump -r -o odd.ggs
    cat >m.yaml <<'YAML'
inputs: {node: [type], cutoff: 1.6}
layers:
  - {layer: embed, channels: 4, out: h}
  - {layer: conv, in: h, lmax: 1, out_irreps: 4x0e+4x1o, radial: {n: 6}, out: m}
  - {layer: conv, in: m, lmax: 1, parity: both, out_irreps: 4x0e+4x1o+4x1e, radial: {n: 6}, out: m}
  - {layer: conv, in: m, lmax: 1, parity: both, out_irreps: 4x0e+4x0o, radial: {n: 6}, out: m}
heads:
  - {target: propensity, in: m, layer: mlp, hidden: [8]}
  - {target: displacement, in: m, layer: gated}
loss: [{term: mse}, {term: gaussian, noise: known}]
train: {epochs: 1}
YAML
    gg-train -q -o run m.yaml odd.ggs
    gg-select --drop propensity_var odd.ggs -o bare.ggs
    refuses 3 "the loss wants the noise of 'propensity'" gg-train -q -o none m.yaml bare.ggs
}
