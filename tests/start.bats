#!/usr/bin/env bats
# start.bats -- training that begins with a part of another model, and parameters that move at rates of their own or not at all

load helper

model() {
    tiny_network 'epochs: 3'
    gg-train -q -o one m.yaml "$DATA/tiny.ggs"
}
other_head='heads=[{target: displacement, in: h, layer: gated_vector}]'
same() { gg-cmp --ignore meta.model.yaml --fields "$1" "$2" "$3"; } # FIELDS FILE FILE
mean() { gg-dump "$1" | grep -A 1 model.mean_neighbours; }
differ() { run -1 gg-cmp -q --ignore meta.model.yaml --fields "$1" "$2" "$3"; }

@test "the layers of one model under the heads of another" {
    model
    gg-train --epochs 0 --from one/model.ggm --set "$other_head" --set 'train.take=layers.*' --set train.seed=8 -o two m.yaml \
        "$DATA/tiny.ggs" 2>said
    same 'layers.*,input.*' one/model.ggm two/model.ggm
    grep -q 'train.from: 12 of 16 parameter tensors of one/model.ggm taken, and the standardisation of the inputs' said
    grep -q 'left there: heads.propensity' said
    grep -q 'new here: heads.displacement' said
    grep '"event":"from"' two/metrics.jsonl | grep -q '"taken":\["layers.0.embed.weight.0.0",.*"left":\["heads.propensity.*"new":\["heads.displacement'
    # it is told once, not when the run goes on
    for again in 1 2; do
        gg-train --epochs 1 --from one/model.ggm --set "$other_head" --set 'train.take=layers.*' -o run m.yaml "$DATA/tiny.ggs" 2>said.$again
    done
    grep -q train.from said.1
    run -1 grep -q train.from said.2
    grep -q 'nothing is left to do' said.2
    [ "$(grep -c '"event":"from"' run/metrics.jsonl)" -eq 1 ]
}

@test "standardisation goes with the head that lends its parameters" {
    tiny_network 'epochs: 1'
    sed -i -e 's/cutoff: 1.6/cutoff: 1.6, edges: frame/' -e 's/hidden: \[16\]}/hidden: [4], species: joint}/' \
        -e '/^heads/i\  - {layer: linear, in: h, out_irreps: 16x0e, out: n}' -e 's/propensity, in: h/propensity, in: n/' \
        -e '/^heads/i\  - {layer: edge_mlp, in: n, at: sender, outputs: 16, out: e}' \
        -e '/^train/i\  - {target: distance_change, in: e, layer: mlp, hidden: [4], share: propensity}' m.yaml
    for cutoff in 1.6 1.3; do
        gg-neighbors --cutoff $cutoff "$DATA/tiny_replicas.ggs" | gg-targets --add propensity,distance_change -o $cutoff.ggs
        gg-train -q -o $cutoff m.yaml $cutoff.ggs
    done
    differ 'target.distance_change.mean' 1.6/model.ggm 1.3/model.ggm
    gg-train -q --epochs 0 --from 1.6/model.ggm --set 'train.take=heads.*' -o both m.yaml 1.3.ggs
    same 'heads.*,target.*.mean,target.*.scale' 1.6/model.ggm both/model.ggm
}

@test "standardisation goes with the layers that read it" {
    model
    gg-select --limit 3 "$DATA/tiny.ggs" -o less.ggs
    gg-train -q --epochs 0 --from one/model.ggm --set 'train.take=heads.*' -o heads m.yaml less.ggs
    same 'heads.*,target.*.mean,target.*.scale' one/model.ggm heads/model.ggm
    differ 'layers.*' one/model.ggm heads/model.ggm
    [ "$(mean heads/model.ggm)" != "$(mean one/model.ggm)" ]
    gg-train -q --epochs 0 --from one/model.ggm --set 'train.take=layers.*' -o layers m.yaml less.ggs
    [ "$(mean layers/model.ggm)" = "$(mean one/model.ggm)" ]
    differ 'target.*.mean' one/model.ggm layers/model.ggm
}

@test "standardisation goes with layers that read it through others without parameters" {
    tiny_network 'epochs: 0'
    sed -i 's/^layers:.*/&\n  - {layer: concat, in: [type, density], out: both}/; s/node: \[type\]/node: [type, density]/; s/{layer: embed,/{layer: embed, in: both,/' m.yaml
    gg-features --add density "$DATA/tiny.ggs" | gg-select --rename node_features=density -o dense.ggs
    gg-select --limit 3 dense.ggs -o less.ggs
    gg-train -q --epochs 0 -o whole m.yaml dense.ggs
    gg-train -q --epochs 0 -o some m.yaml less.ggs
    differ 'input.mean' whole/model.ggm some/model.ggm
    gg-train -q --epochs 0 --from whole/model.ggm --set 'train.take=layers.*' -o layers m.yaml less.ggs
    same 'layers.*,input.mean,input.scale' whole/model.ggm layers/model.ggm
}

@test "standardisation goes with a head whose target has a long name" {
    model
    long=propensity_of_a_name_that_is_longer_than_it_was
    gg-select --rename "propensity=$long" "$DATA/tiny.ggs" -o long.ggs
    gg-select --limit 3 long.ggs -o less.ggs
    gg-train -q --epochs 0 --set "heads.0.target=$long" -o whole m.yaml long.ggs
    gg-train -q --epochs 0 --set "heads.0.target=$long" --from whole/model.ggm --set 'train.take=heads.*' -o heads m.yaml less.ggs
    same 'heads.*,target.*.mean,target.*.scale' whole/model.ggm heads/model.ggm
}

@test "frozen parameters do not move, by gradient, by decay or by averaging" {
    model
    gg-train -q --from one/model.ggm --set 'train.freeze=[layers.0-2.*, "*.radial.0"]' --set train.weight_decay=0.1 -o two m.yaml \
        "$DATA/tiny.ggs"
    same 'layers.[012].*,*.radial.0' one/model.ggm two/model.ggm
    for moved in 'layers.4.conv.mix' 'layers.5.*' 'heads.*'; do differ "$moved" one/model.ggm two/model.ggm; done
    # a rate of 0 is the same
    gg-train -q --from one/model.ggm --set 'train.rates={layers.0-2.*: 0, "*.radial.0": 0}' --set train.weight_decay=0.1 -o three m.yaml \
        "$DATA/tiny.ggs"
    same 'layers.*,heads.*' two/model.ggm three/model.ggm
}

@test "rates by pattern: the later wins, and one for all is the learning rate itself" {
    model
    gg-train -q --set train.ema=0 --epochs 1 --set 'train.rates={"*": 0, heads.*: 1}' -o heads m.yaml "$DATA/tiny.ggs"
    gg-train -q --epochs 0 -o zero m.yaml "$DATA/tiny.ggs"
    same 'layers.*' zero/model.ggm heads/model.ggm
    differ 'heads.*' zero/model.ggm heads/model.ggm
    gg-train -q --set train.rates='{"*": 10}' --lr 0.002 -o ten m.yaml "$DATA/tiny.ggs"
    gg-cmp --ignore meta.model.yaml --fields 'layers.*,heads.*' --rel 1e-3 one/model.ggm ten/model.ggm
}

@test "stopped and gone on with: the same bytes, with frozen parameters and rates" {
    model
    set -- -q --from one/model.ggm --set 'train.take=layers.*' --set 'train.freeze=layers.0.*' --set 'train.rates={heads.*: 3}' --epochs 12 \
        --batch 3 m.yaml "$DATA/tiny.ggs"
    gg-train -o whole "$@"
    for pause in 0.05 0.1 0.2; do
        gg-train -o cut "$@" &
        sleep $pause
        kill -KILL $! 2>/dev/null || true
        wait $! || true
    done
    gg-train -o cut --threads 1 "$@"
    gg-cmp whole/model.ggm cut/model.ggm
}

@test "what does not fit is refused, with the name" {
    model
    refuses 2 "train.take: of what\? train.from is not there" gg-train -q -o no --set 'train.take=layers.*' m.yaml "$DATA/tiny.ggs"
    refuses 2 "train.take: 'layer.\*' matches no parameter that both models have" gg-train -q -o no --from one/model.ggm \
        --set 'train.take=layer.*' m.yaml "$DATA/tiny.ggs"
    refuses 2 "train.take: 'heads.\*' matches no parameter" gg-train -q -o no --from one/model.ggm --set "$other_head" \
        --set 'train.take=["layers.*", "heads.*"]' m.yaml "$DATA/tiny.ggs"
    refuses 3 "'layers.1.conv.radial.0' has another shape in this model: train.take can leave it out" gg-train -q -o no \
        --from one/model.ggm --set 'train.take=layers.*' --set 'conv.radial.hidden=[4]' m.yaml "$DATA/tiny.ggs"
    gg-train -q -o yes --epochs 0 --from one/model.ggm --set 'train.take=["*.embed.*", "*.conv.mix"]' --set 'conv.radial.hidden=[4, 8]' \
        m.yaml "$DATA/tiny.ggs"
    refuses 3 "cutoff are not those" gg-train -q -o no --from one/model.ggm --set 'train.take=layers.*' --set inputs.cutoff=1.5 m.yaml \
        "$DATA/tiny.ggs"
    refuses 2 "train.freeze: 'layers.7-9.\*' matches no parameter of this model .the first is 'layers.0.embed" gg-train -q -o no \
        --set 'train.freeze=layers.7-9.*' m.yaml "$DATA/tiny.ggs"
    refuses 2 "train.freeze: 'x' matches no parameter" gg-train --estimate --set 'train.freeze=x' m.yaml "$DATA/tiny.ggs"
    refuses 2 "train.rates: 'head' matches no parameter" gg-train -q -o no --set 'train.rates={head: 10}' m.yaml "$DATA/tiny.ggs"
    refuses 2 "train.rates: -1 times the learning rate" gg-train -q -o no --set 'train.rates={heads.*: -1}' m.yaml "$DATA/tiny.ggs"
    refuses 2 "rates.*map is wanted" gg-train -q -o no --set 'train.rates=3' m.yaml "$DATA/tiny.ggs"
}

@test "a head on particles is no start for one of the configuration" {
    cat >j.yaml <<'YAML'
inputs: {node: [type], cutoff: 1.6}
layers: [{layer: embed, channels: 4, out: h}, {layer: pool, in: h, out: g}]
heads: [{target: propensity, in: h, layer: mlp, hidden: [8], species: joint}]
train: {epochs: 0}
YAML
    gg-train -q -o joint j.yaml "$DATA/tiny.ggs"
    gg-select --keep type,pos,time,propensity "$DATA/tiny.ggs" | gg-dump --text | awk '
        /^[a-z]/ { all = row = 0 }
        /^field propensity / { all = 1; sub(/\[[0-9]+ node, /, "[") }
        !(all && /^\t/ && row++) { print }' | gg-dump -r -o whole.ggs
    refuses 3 "its target 'propensity' is on nodes with times in 2 groups, that of this model on graphs with times in 1" gg-train -q -o no \
        --from joint/model.ggm --set 'train.take=heads.*' --set heads.0.in=g j.yaml whole.ggs
}

@test "columns without a target in the other training are standardised by this one" {
    model
    # B has no target
    gg-dump --text "$DATA/tiny.ggs" | awk '
        /^[a-z]/ { types = inside = row = 0 }
        /^field type / { type = 1 }
        /^field / { types = $2 == "type"; inside = $2 == "propensity"; if (inside) sub(/ unit=/, " nan unit=") }
        /^frame / { n = 0 }
        /^\t/ && types { for (k = 1; k <= NF; k++) of[++n] = $k }
        /^\t/ && inside && of[++row] == 1 { $0 = "\tnan nan nan nan" }
        { print }' | gg-dump -r -o onlya.ggs
    gg-train -q --epochs 0 -o a m.yaml onlya.ggs
    gg-train -q --epochs 0 --from a/model.ggm -o both m.yaml "$DATA/tiny.ggs"
    gg-train -q --epochs 0 -o fresh m.yaml "$DATA/tiny.ggs"
    same 'target.*.mean,target.*.scale' fresh/model.ggm both/model.ggm
    differ 'target.*.mean' fresh/model.ggm a/model.ggm
}
