#!/usr/bin/env bats
# statistics.bats -- layers that train otherwise than they predict, in a whole training: running statistics and drawn numbers

load helper

# A network with both.
model() {
    cat >m.yaml <<END
inputs: {node: [type], cutoff: 1.6}
layers:
  - {layer: embed, channels: 4, out: h}
  - {layer: conv, in: h, lmax: 1, out_irreps: gate(4x0e+4x1o), radial: {n: 4, hidden: [4]}}
  - {layer: batch_norm, momentum: 0.3}
  - {layer: dropout, rate: 0.2}
  - {layer: gate, out: h}
heads: [{target: propensity, in: h, layer: mlp, hidden: [8]}]
train: {lr: 5e-3, epochs: 6, batch: 2, ema: 0.9, validation: 0.3}
END
}

stats() { gg-dump -d layers.2.batch_norm.running_var "$1" | paste -sd ' '; }

# bats test_tags=law
@test "training moves running statistics, prediction does not; they are saved" {
    model
    gg-train -q -o run m.yaml "$DATA/tiny.ggs"
    gg-train -q -o none --epochs 0 m.yaml "$DATA/tiny.ggs"
    [ "$(stats none/model.ggm | tr ' ' '\n' | sort -u)" = 1 ]
    [ "$(stats run/model.ggm)" != "$(stats none/model.ggm)" ]
    gg-predict run/model.ggm "$DATA/tiny.ggs" -o a.ggs
    gg-select --limit 2 "$DATA/tiny.ggs" | gg-predict run/model.ggm -o b.ggs # no frame depends on others
    gg-select --limit 2 a.ggs | gg-cmp --fields propensity_pred - b.ggs
    gg-rotate --seed 4 --reflect "$DATA/tiny.ggs" | gg-predict run/model.ggm | gg-dump -d propensity_pred >turned
    gg-dump -d propensity_pred a.ggs >straight
    paste straight turned | awk '{ d = $1 - $(NF / 2 + 1); if (!(d * d < 1e-8)) bad = 1 } END { exit bad }'
}

# bats test_tags=law
@test "gg-gradcheck leaves running statistics where they are" {
    model
    gg-gradcheck --trials 1 m.yaml "$DATA/tiny.ggs" >found # prediction reads them, but they have no gradient
    grep -q 'batch_norm.weight' found
    run ! grep -q 'running' found
}

@test "the same model for 1, 2 and 4 threads, and for a training that was killed" {
    model
    for t in 1 2 4; do gg-train -q --threads $t -o t$t m.yaml "$DATA/tiny.ggs"; done
    cmp t1/model.ggm t2/model.ggm
    cmp t1/model.ggm t4/model.ggm
    for k in 1 2 3; do # killed where it stands, three times
        gg-train -q --threads 1 -o killed --epochs 6 m.yaml "$DATA/tiny.ggs" &
        sleep 0.$((k * 2))
        kill -9 $! 2>/dev/null || true
        wait $! || true
    done
    gg-train -q --threads 1 -o killed m.yaml "$DATA/tiny.ggs"
    gg-dump -d heads.propensity.0.weight.0.0 killed/model.ggm >a
    gg-dump -d heads.propensity.0.weight.0.0 t1/model.ggm >b
    cmp a b
    [ "$(stats killed/model.ggm)" = "$(stats t1/model.ggm)" ]
}

@test "the seed decides what is drawn; a rate of 0 draws nothing" {
    model
    gg-train -q -o one m.yaml "$DATA/tiny.ggs"
    gg-train -q -o two --set dropout.rate=0.4 m.yaml "$DATA/tiny.ggs"
    [ "$(gg-dump -d heads.propensity.0.weight.0.0 one/model.ggm)" != "$(gg-dump -d heads.propensity.0.weight.0.0 two/model.ggm)" ]
    gg-train -q -o zero --set dropout.rate=0 m.yaml "$DATA/tiny.ggs"
    sed "s/{layer: dropout, rate: 0.2}/{layer: concat}/" m.yaml >plain.yaml
    gg-train -q -o plain plain.yaml "$DATA/tiny.ggs"
    cmp <(gg-dump -d heads.propensity.0.weight.0.0 zero/model.ggm) <(gg-dump -d heads.propensity.0.weight.0.0 plain/model.ggm)
}

@test "running statistics: a rate of 0 lets them move, freeze holds them" {
    model
    gg-train -q -o none --epochs 0 m.yaml "$DATA/tiny.ggs"
    gg-train -q -o rates --set "train.rates={'*': 0}" m.yaml "$DATA/tiny.ggs"
    gg-train -q -o freeze --set "train.freeze=['layers.*']" m.yaml "$DATA/tiny.ggs"
    [ "$(stats rates/model.ggm)" != "$(stats none/model.ggm)" ]
    [ "$(stats freeze/model.ggm)" = "$(stats none/model.ggm)" ]
}
