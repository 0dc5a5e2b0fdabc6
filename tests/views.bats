#!/usr/bin/env bats
# views.bats -- targets that views make: learned without any label, validated by one draw, left out of predictions, a start for others

load helper

NOISE='train.views=[{view: noise, sigma: 0.08, target: noise}]'

# A network in miniature that learns $1 as a vector, and with a second word the propensity, too.
denoiser() {
    tiny_network 'epochs: 6, validation: 0.25'
    awk -v vector="  - {target: $1, in: h, layer: gated, weight: 0.5}" -v both="${2:-}" '
        /target: propensity/ { if (both) print; print vector; next } { print }' m.yaml >den.yaml
}
unlabelled() { gg-select --drop propensity,propensity_var,displacement,time "$DATA/tiny.ggs" -o bare.ggs; }
last() { grep '"event":"eval"' "$1/metrics.jsonl" | grep "\"target\":\"$2\"" | tail -n 1 | grep -o '"rho_config":[^,}]*' | cut -d: -f2; }

@test "denoising: frames without any target are learned from, and their backbone is a start" {
    unlabelled
    denoiser noise
    gg-train -q -o pre --epochs 25 --set "$NOISE" den.yaml bare.ggs
    rho="$(last pre noise)"
    awk -v r="$rho" 'BEGIN { exit !(r > 0.3) }'
    # what was a frame's target before is none now; a model of nothing else predicts nothing
    refuses 3 "predicts nothing of a frame: .*'noise'.*train.from" gg-predict pre/model.ggm bare.ggs
    gg-dump pre/model.ggm | grep -q 'view 1x1o row once'
    tiny_network 'epochs: 1, validation: 0.25'
    gg-train -o tuned --set train.from=pre/model.ggm --set 'train.take=[layers.*]' m.yaml "$DATA/tiny.ggs" 2>log
    grep -q 'left there: heads.noise' log
    gg-predict tuned/model.ggm "$DATA/tiny.ggs" | gg-dump | grep -q propensity_pred
}

@test "noisy nodes: beside the propensity, which is judged on frames as they are; prediction leaves it out; the same bytes after a kill" {
    denoiser noise both
    set -- -q --epochs 6 --batch 2 --set "$NOISE" den.yaml "$DATA/tiny.ggs"
    gg-train -o whole --threads 1 "$@"
    [ "$(grep '"event":"eval"' whole/metrics.jsonl | grep -c '"target":"noise"')" -eq 6 ]
    gg-train -o cut --threads 2 "$@" &
    sleep 0.1
    kill -KILL $! 2>/dev/null || true
    wait $! || true
    gg-train -o cut --threads 3 "$@"
    gg-cmp whole/model.ggm cut/model.ggm
    gg-train -o little --memory 0 "$@"
    gg-cmp whole/model.ggm little/model.ggm
    gg-predict whole/model.ggm "$DATA/tiny.ggs" -o p.ggs
    gg-dump p.ggs | grep -q propensity_pred
    run grep -c noise_pred <(gg-dump p.ggs)
    [ "$output" -eq 0 ]
    # with weight 0 and no noise the propensity is that of a training without the head
    gg-train -q -o zero --epochs 2 --set train.ema=0 --set heads.1.weight=0 --set 'train.views=[{view: noise, sigma: 0, target: noise}]' \
        den.yaml "$DATA/tiny.ggs"
    tiny_network 'epochs: 2, validation: 0.25'
    gg-train -q -o none --set train.ema=0 m.yaml "$DATA/tiny.ggs"
    gg-predict zero/model.ggm "$DATA/tiny.ggs" -o zero.ggs
    gg-predict none/model.ggm "$DATA/tiny.ggs" -o none.ggs
    gg-cmp --fields propensity_pred --rel 1e-3 zero.ggs none.ggs
}

@test "masked species: learned from the neighbours; refused where weights or one species tell it" {
    unlabelled
    tiny_network 'epochs: 6, validation: 0.25'
    sed 's/target: propensity, in: h/target: species, in: h/' m.yaml >mask.yaml
    MASK='train.views=[{view: mask, part: 0.2, target: species}]'
    gg-train -q -o run --epochs 20 --set "$MASK" mask.yaml bare.ggs
    rho="$(last run species)"
    awk -v r="$rho" 'BEGIN { exit !(r > 0.7) }'
    sed 's/n: 6/n: 6, species: true/' mask.yaml >tells.yaml
    refuses 2 "train.views: mask: layers.1.conv has weights for every species, which tell it: radial.species: false" \
        gg-train -q -o no --set "$MASK" tells.yaml bare.ggs
    sed 's/layer: embed, channels: 8/layer: linear, out_irreps: 8x0e/' mask.yaml >features.yaml
    refuses 2 "mask: the model does not read the species" gg-train -q -o no --set "$MASK" --set 'inputs.node=[node_features]' \
        features.yaml <(gg-features --add density bare.ggs)
}

@test "terms that look at places, and times of terms, beside a head that a view makes" {
    tiny_network 'epochs: 1'
    awk '/target: propensity/ { print; print "  - {target: kind, in: h, layer: mlp, hidden: [4]}"; next } { print }' m.yaml >after.yaml
    awk '/target: propensity/ { print "  - {target: kind, in: h, layer: mlp, hidden: [4]}" } { print }' m.yaml >before.yaml
    sed -i 's/species: true/species: false/' after.yaml before.yaml
    set -- --set 'train.views=[{view: mask, target: kind}]' --set 'loss=[{term: mse}, {term: local_variance, r_v: 1.5, head: propensity}]'
    gg-train -q -o one "$@" after.yaml "$DATA/tiny.ggs"
    gg-train -q -o all "${@:1:2}" --set 'loss=[{term: mse}, {term: local_variance, r_v: 1.5}]' after.yaml "$DATA/tiny.ggs"
    gg-train -q -o first "${@:1:2}" --set 'loss=[{term: mse}, {term: local_variance, r_v: 1.5}]' before.yaml "$DATA/tiny.ggs"
    # the normaliser of the propensity's is the same whichever head comes first
    normaliser() { gg-dump "$1/model.ggm" | grep -o 'local_variance[^;]*' | head -n 1; }
    [ "$(normaliser all)" = "$(normaliser first)" ]
    refuses 2 "77" gg-train -q -o no "${@:1:2}" --set 'loss=[{term: mse, times: [77]}]' before.yaml "$DATA/tiny.ggs"
    gg-train -q -o timed "${@:1:2}" --set 'loss=[{term: mse, times: [1]}, {term: mse, head: kind}]' before.yaml "$DATA/tiny.ggs"
}

@test "a head without times does not read a value with a row for each time" {
    refuses 2 "which has no times, reads a value with a row for each time" gg-train -q -o no --set inputs.positions=pos --set 'inputs.node=[type]' \
        --set 'heads=[{target: propensity, in: d, layer: mlp}, {target: kind, in: d, layer: mlp}]' --set 'train.views=[{view: mask, target: kind}]' \
        "$ROOT/examples/models/se3_time.yaml" "$DATA/tiny.ggs"
}

@test "what cannot be: no such head, two views for one, a field of the name, noise that moves particles past each other" {
    denoiser noise both
    refuses 2 "noise: target: no head learns 'nois'" gg-train -q -o no --set 'train.views=[{view: noise, target: nois}]' den.yaml "$DATA/tiny.ggs"
    refuses 2 "target: 'noise' is made by two views" gg-train -q -o no \
        --set 'train.views=[{view: noise, target: noise}, {view: noise, target: noise}]' den.yaml "$DATA/tiny.ggs"
    refuses 2 "subset: target: this view makes nothing" gg-train -q -o no --set 'train.views=[{view: subset, target: noise}]' den.yaml "$DATA/tiny.ggs"
    refuses 3 "field 'displacement': a view of the training makes the target of this name" gg-train -q -o no \
        --set heads.1.target=displacement --set 'train.views=[{view: noise, target: displacement}]' den.yaml "$DATA/tiny.ggs"
    tiny_network 'epochs: 1'
    refuses 3 "sample '.*': train.views: noise: sigma: 0.5 is more than half the distance of the nearest two particles in 'pos', 0.[67][0-9]*: at most 0.3" \
        gg-train -q -o no --set 'train.views=[{view: noise, sigma: 0.5}]' m.yaml "$DATA/tiny.ggs"
}
