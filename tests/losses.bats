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
    refuses 2 'loss: quantile: quantile: 1 does not lie between 0 and 1$' \
        gg-train --set 'loss=[{term: quantile, quantile: 1}]' -o run m.yaml "$DATA/tiny.ggs"
    refuses 2 "loss: ranking: is for scalars, and no head has such a target\$" \
        gg-train --set 'heads=[{target: displacement, in: h, layer: gated_vector}]' --set 'loss=[{term: ranking}]' -o run m.yaml "$DATA/tiny.ggs"
    [ ! -e run/metrics.jsonl ] || ! grep -q '"event":"epoch"' run/metrics.jsonl
}
