#!/usr/bin/env bats
# decoder.bats -- a decoder for any time and temperature: predictions at times never trained at, frames with other grids, conditions, refusals

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    cat >m.yaml <<'YAML'
inputs: {node: [type], cutoff: 1.4}
layers:
  - {layer: embed, channels: 4, out: h}
  - {layer: conv, in: h, lmax: 1, out_irreps: gate(8x0e+4x1o), radial: {n: 6, hidden: [8]}, out: m}
  - {layer: gate, in: m, out: h}
  - {layer: basis, in: time, n: 2, out: c}
  - {layer: film, in: [h, c], hidden: [8], out: d}
heads:
  - {target: propensity, in: d, layer: mlp, hidden: [8]}
  - {target: displacement, in: d, layer: gated_vector}
train: {lr: 0.02, epochs: 3}
YAML
}

PRED=propensity_pred,displacement_pred

# numbers FIELD COLUMN FILE: one time of a field without components, a line a particle
numbers() { gg-dump -d "$1" "$3" | awk -v c="$2" '{ print $c }'; }

@test "at the times of training --times changes nothing; in between predictions are between, or near" {
    gg-train -q -o run m.yaml "$DATA/tiny.ggs"
    gg-predict run/model.ggm "$DATA/tiny.ggs" -o all.ggs
    gg-predict --times 0.2,1,5,10 run/model.ggm "$DATA/tiny.ggs" -o same.ggs
    gg-cmp --fields "$PRED" all.ggs same.ggs
    gg-predict --times 0.2,1,2.2360679774997898,5 run/model.ggm "$DATA/tiny.ggs" -o new.ggs
    gg-dump -d propensity_pred.time new.ggs | grep -q 2.236
    for k in 1 2; do cmp <(numbers propensity_pred $k all.ggs) <(numbers propensity_pred $k new.ggs); done
    cmp <(numbers propensity_pred 3 all.ggs) <(numbers propensity_pred 4 new.ggs)
    # the mean and the scale halfway in ln t are halfway; what the network says there is of its own
    gg-dump -d propensity_pred new.ggs | awk '{ low += $2; mid += $3; high += $4 } END { exit !(low < mid && mid < high) }'
}

# With nothing to learn of the particles the prediction is the mean itself, so the interpolation can be checked to the digit: halfway in ln t between 1
# and 5, and that of the last time beyond.
# bats test_tags=golden
@test "mean and scale at new times: linear in ln t, constant outside" {
    sed -i 's/lr: 0.02, epochs: 3/lr: 0, epochs: 1/; s/layer: mlp, hidden: \[8\]/layer: linear/' m.yaml
    gg-train -q -o run m.yaml "$DATA/tiny.ggs"
    gg-predict run/model.ggm "$DATA/tiny.ggs" -o all.ggs
    gg-predict --times 2.2360679774997898,20 run/model.ggm "$DATA/tiny.ggs" -o new.ggs
    # at start film is the identity: y does not depend on time, and p = mean + scale y is linear in both
    paste <(gg-dump -d propensity_pred all.ggs) <(gg-dump -d propensity_pred new.ggs) |
        awk '{ want = ($2 + $3) / 2; if (($5 - want) ^ 2 > 1e-10 * want ^ 2 || $6 != $4) bad++ } END { print NR, bad + 0; exit !(NR == 2000 && !bad) }'
}

@test "times left out of training are predicted, those of training as without them" {
    gg-train -q --set 'heads.0.times=[0.2,5,10]' --set 'heads.1.times=[0.2,10]' -o run m.yaml "$DATA/tiny.ggs"
    gg-predict run/model.ggm "$DATA/tiny.ggs" -o some.ggs
    [ "$(numbers propensity_pred 2 some.ggs | sort -u)" = nan ]
    gg-predict --times 0.2,1,5,10 run/model.ggm "$DATA/tiny.ggs" -o all.ggs
    run ! grep -q nan <(gg-dump -d propensity_pred all.ggs)
    run ! grep -q nan <(gg-dump -d displacement_pred all.ggs)
    for k in 1 3 4; do cmp <(numbers propensity_pred $k some.ggs) <(numbers propensity_pred $k all.ggs); done
    gg-corr --bootstrap 0 --tsv all.ggs | awk -F '\t' 'NR > 1 { n++ } END { exit !(n >= 4) }'
}

@test "predicting at new times commutes with turning" {
    gg-train -q -o run m.yaml "$DATA/tiny.ggs"
    gg-rotate --seed 5 --reflect "$DATA/tiny.ggs" | gg-predict --times 0.5,7 run/model.ggm -o a.ggs
    gg-predict --times 0.5,7 run/model.ggm "$DATA/tiny.ggs" | gg-rotate --seed 5 --reflect -o b.ggs
    gg-cmp --fields "$PRED" --rel 1e-4 a.ggs b.ggs
}

# film before the last messages, so that layers that see one time run once for each: conv, species, and edges with a perceptron and a sum.
deep() {
    sed -e '/layer: basis/d' -e '/layer: film/d' -e 's/^  - {layer: embed.*/  - {layer: basis, in: time, n: 2, out: c}\n  - {layer: embed, in: x, channels: 4, out: h}/' \
        -e 's/^heads:/  - {layer: film, in: [h, c], hidden: [8], out: h}\n  - {layer: linear, in: h, species: true, out_irreps: gate(4x0e+4x1o), out: s}\n  - {layer: conv, in: h, lmax: 1, out_irreps: gate(4x0e+4x1o), radial: {n: 6, hidden: [8]}, out: m}\n  - {layer: add, in: [s, m], out: m}\n  - {layer: actnorm, in: m, out: m}\n  - {layer: gate, in: m, out: d}\n&/' m.yaml
}

@test "film in every layer: new times change nothing at those of training, and all laws hold" {
    deep >deep.yaml
    gg-train -q --set 'heads.times=[0.2,1,10]' -o run deep.yaml "$DATA/tiny.ggs"
    gg-predict run/model.ggm "$DATA/tiny.ggs" -o some.ggs
    gg-predict --times 0.2,1,2.2360679774997898,5,10 run/model.ggm "$DATA/tiny.ggs" -o all.ggs
    run ! grep -q nan <(gg-dump -d propensity_pred all.ggs)
    # columns of some.ggs: 0.2 1 5 (not trained: nan) 10
    for k in '1 1' '2 2' '4 5'; do cmp <(numbers propensity_pred "${k% *}" some.ggs) <(numbers propensity_pred "${k#* }" all.ggs); done
    gg-predict --times 5 run/model.ggm "$DATA/tiny.ggs" -o one.ggs
    cmp <(numbers propensity_pred 1 one.ggs) <(numbers propensity_pred 4 all.ggs)
    # the time is no factor of the mean alone: particles are in another order
    gg-dump -d propensity_pred all.ggs | awk '{ n++; a += $1; b += $5; aa += $1 ^ 2; bb += $5 ^ 2; ab += $1 * $5 }
        END { r = (n * ab - a * b) / sqrt((n * aa - a ^ 2) * (n * bb - b ^ 2)); print r; exit !(r < 0.9999) }'
    gg-rotate --seed 5 --reflect "$DATA/tiny.ggs" | gg-predict --times 0.5,7 run/model.ggm -o a.ggs
    gg-predict --times 0.5,7 run/model.ggm "$DATA/tiny.ggs" | gg-rotate --seed 5 --reflect -o b.ggs
    gg-cmp --fields "$PRED" --rel 1e-4 a.ggs b.ggs
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-gradcheck --trials 2 deep.yaml
    # the same bytes for other threads
    gg-train -q --threads 1 --set 'heads.times=[0.2,1,10]' -o again deep.yaml "$DATA/tiny.ggs"
    gg-predict again/model.ggm "$DATA/tiny.ggs" -o again.ggs
    gg-cmp --fields "$PRED" some.ggs again.ggs
}

# What runs once a time costs so much more; the first conv does not.
@test "film in every layer: --estimate tells what the times cost" {
    deep >deep.yaml
    times=
    for n in 0.2 1 5 10; do
        times=$times${times:+,}$n
        gg-select --times "$times" "$DATA/tiny.ggs" -o some.ggs
        gg-train --estimate --set basis.n=1 --set basis.range=[0.1,20] deep.yaml some.ggs | awk '/^operations/ { flop = $4 } /^memory/ { mb = $5 } END { print flop, mb }'
    done >cost
    awk '{ flop[NR] = $1; mb[NR] = $2 } END { step = flop[2] - flop[1]
        exit !(step > 0.2 * flop[1] && step < flop[1] && (flop[4] - flop[1] - 3 * step) ^ 2 < (0.02 * step * 3) ^ 2 + 1e-12 && mb[4] > mb[1]) }' cost
}

# Half of the frames have the first two times, half the last three.
@test "frames with other grids of times train together, each at its own" {
    gg-select --frames 0:4 "$DATA/tiny.ggs" -o a.ggs
    gg-select --frames 4:8 "$DATA/tiny.ggs" -o b.ggs
    for f in a b; do
        gg-dump --text $f.ggs | awk -v f=$f '
            # the times of a field that stay: 1 2 or 2 3 4; displacements have a line for each time
            function stays(k) { return f == "a" ? k <= 2 : k >= 2 }
            function keep(  k, out) { for (k = 1; k <= NF; k++) if (stays(k)) out = out " " $k; return "\t" substr(out, 2) }
            /^(field|trailer)/ { kind = $2; row = 0 }
            /^field/ { timed = sub(/4 time/, (f == "a" ? 2 : 3) " time") }
            !/^(field|trailer)/ && timed && kind == "displacement" && !stays(row++ % 4 + 1) { next }
            !/^(field|trailer)/ && timed && kind != "displacement" { $0 = keep() }
            /^trailer/ { timed = 0 }
            { print }' | gg-dump -r -o $f.part.ggs
    done
    [ "$(gg-dump -d time a.part.ggs | head -2 | tr '\n' ' ')" = "0.2 1 " ]
    [ "$(gg-dump -d time b.part.ggs | head -3 | tr '\n' ' ')" = "1 5 10 " ]
    gg-select a.part.ggs b.part.ggs -o both.ggs
    gg-train -q --epochs 20 -o run m.yaml both.ggs
    gg-predict run/model.ggm "$DATA/tiny.ggs" | gg-dump -d propensity_pred >p
    awk '/nan/ { bad++ } { for (k = 1; k <= 4; k++) sum[k] += $k } END { exit !(!bad && sum[1] < sum[2] && sum[2] < sum[3] && sum[3] < sum[4]) }' p
    # the mean of a time is that of the frames that have it
    mapfile -t count < <(gg-dump -d target.propensity.count run/model.ggm)
    [ $((count[0] + count[4])) -eq 1000 ]
    [ $((count[1] + count[5])) -eq 2000 ]
    [ $((count[3] + count[7])) -eq 1000 ]
}

@test "temperature and time: functions side by side, their products, of their ratio" {
    sed -e 's/node: \[type\]/node: [type], graph: [temperature]/' -e 's/^  - {layer: basis.*/&\n  - {layer: basis, in: temperature, kind: chebyshev, n: 2, map: inverse, range: [0.64, 0.44], out: w}/' m.yaml >t.yaml
    sed 's/^  - {layer: film/  - {layer: concat, in: [c, w], out: c}\n&/' t.yaml >side.yaml
    sed 's/^  - {layer: film/  - {layer: outer, in: [c, w], out: c}\n&/' t.yaml >product.yaml
    sed -e 's/in: time, n: 2/in: [time, temperature], range: [0.2, 30], n: 2/' -e '/in: temperature,/d' t.yaml >ratio.yaml
    for m in side product ratio; do
        gg-train -q --epochs 2 -o $m $m.yaml "$DATA/tiny.ggs"
        gg-predict $m/model.ggm "$DATA/tiny.ggs" -o p.ggs
        # another temperature is another prediction
        gg-dump --text "$DATA/tiny.ggs" | awk 'on { $0 = "\t0.5"; on = 0 } /^field temperature/ { on = 1 } { print }' |
            gg-dump -r | gg-predict $m/model.ggm -o q.ggs
        run gg-cmp --fields propensity_pred --rel 1e-4 p.ggs q.ggs
        [ "$status" -eq 1 ]
        gg-select --limit 1 "$DATA/tiny.ggs" | gg-gradcheck --trials 1 --no-pieces $m.yaml
    done
    gg-dump -d input.mean side/model.ggm | tail -1 | grep -qx 0
    gg-dump -d input.scale side/model.ggm | tail -1 | grep -qx 1
}

# Of these runs alone: of the frame's own replicas, tau_alpha between the two times of the stream.
@test "gg-targets records tau_alpha, and a decoder reads time over it" {
    gg-targets --add propensity,tau_alpha "$DATA/tiny_replicas.ggs" -o t.ggs
    gg-dump -d tau_alpha t.ggs | awk '{ exit !($1 > 1 && $1 < 10) }'
    paste <(gg-dump -d tau_alpha t.ggs) <(gg-dump -d tau_alpha_err t.ggs) | awk '{ exit !($2 > 0.01 * $1 && $2 < 0.5 * $1) }'
    gg-rotate --seed 3 "$DATA/tiny_replicas.ggs" | gg-targets --add tau_alpha | gg-dump -d tau_alpha | awk -v t="$(gg-dump -d tau_alpha t.ggs)" '{ exit !(($1 - t) ^ 2 < 0.04 * t ^ 2) }'
    sed -e 's/node: \[type\]/node: [type], graph: [tau_alpha]/' -e 's/in: time, n: 2/in: [time, tau_alpha], n: 2, range: [0.01, 10]/' -e '/displacement/d' m.yaml >tau.yaml
    gg-train -q -o run tau.yaml t.ggs
    gg-predict run/model.ggm t.ggs | gg-dump -d propensity_pred | awk '/nan/ { bad++ } END { exit !(NR && !bad) }'
    gg-select --drop propensity t.ggs | gg-predict --times 2,3 run/model.ggm -o p.ggs
}

# Two temperatures with relaxation times of their own, a field of each frame; the last time is never trained.
@test "time over tau_alpha: the range is that of the training frames, and in the model file; a table in the place of the field" {
    for T in 0.5 0.64; do
        tau=$(awk -v T=$T 'BEGIN { print T == 0.5 ? 40 : 4 }')
        gg-select --frames "$([ $T = 0.5 ] && echo 0:4 || echo 4:8)" "$DATA/tiny.ggs" | gg-dump --text |
            awk -v T=$T -v tau="$tau" 'on { $0 = "\t" T; on = 0 } /^field temperature/ { on = 1; head = $0; sub(/temperature/, "tau_alpha", head) } { print } on == 0 && head && /^\t/ { print head; print "\t" tau; head = "" }' |
            gg-dump -r
    done >two.ggs
    gg-dump two.ggs | grep -q tau_alpha
    sed -e 's/node: \[type\]/node: [type], graph: [tau_alpha, temperature]/' -e 's/in: time, n: 2/in: [time, tau_alpha], n: 2, RANGE/' -e '/displacement/d' m.yaml >tau.yaml
    sed 's/, RANGE//' tau.yaml >own.yaml
    sed 's/RANGE/range: [0.005, 1.25]/' tau.yaml >given.yaml # 0.2 / 40, 5 / 4
    sed 's/tau_alpha\], n: 2, RANGE/temperature], n: 2, table: [0.5, 40, 0.64, 4]/' tau.yaml >table.yaml
    for m in own given table; do
        gg-train -q --set 'heads.times=[0.2,1,5]' -o $m $m.yaml two.ggs
        gg-predict --times 0.2,3,10 $m/model.ggm two.ggs -o $m.ggs
    done
    gg-cmp --fields propensity_pred --rel 1e-5 own.ggs given.ggs
    gg-cmp --fields propensity_pred --rel 1e-3 own.ggs table.ggs # 0.64 is a float in the frame
    gg-dump -d input.reach.1 own/model.ggm | tr '\t' ' ' | grep -qx '4 0.2 5'
    gg-dump -d input.reach.1 own/model.ggm | tr '\t' ' ' | grep -qx '40 0.2 5'
    gg-select --frames 0:4 two.ggs -o one.ggs
    sed 's/in: \[time, tau_alpha\], n: 2, RANGE/in: temperature, n: 2, kind: chebyshev/' tau.yaml >alone.yaml
    refuses 2 'range is missing: the training set has one value' gg-train -q -o no alone.yaml one.ggs
}

# The same frames twice, the second time as a liquid ten times as slow: ln 10 is between the two offsets, wherever training begins.
@test "a learned table: how much slower a temperature is comes out of training" {
    gg-select --frames 0:4 "$DATA/tiny.ggs" -o both.ggs
    gg-dump --text both.ggs | awk '
        cool { $0 = "\t0.5"; cool = 0 }
        slow { for (k = 1; k <= NF; k++) $k *= 10; $0 = "\t" $0; slow = 0 }
        /^field temperature/ { cool = 1 }
        /^field (propensity[.])?time/ { slow = 1 }
        /^frame/ { $0 = $0 "slow" }
        { print }' | gg-dump -r -o slow.ggs
    [ "$(gg-dump -d time slow.ggs | head -4 | tr '\n' ' ')" = "2 10 50 100 " ]
    cat slow.ggs >>both.ggs
    sed -e 's/node: \[type\]/node: [type], graph: [temperature]/' -e '/displacement/d' -e 's/hidden: \[8\]}$/hidden: [8], times: each, standardise: none}/' \
        -e 's/^train:.*/train: {lr: 0.03, epochs: 60, schedule: cosine}/' \
        -e 's/in: time, n: 2/in: [time, temperature], table: [0.5, 4, 0.64, 4], learned: true, kind: chebyshev, n: 3, range: [0.005, 20]/' m.yaml >learned.yaml
    gg-train -q -o run learned.yaml both.ggs
    gg-dump -d layers.3.basis.offset run/model.ggm | tee offsets | awk '{ x[NR] = $1 } END { d = x[1] - x[2]; exit !(NR == 2 && d > 2.1 && d < 2.5) }' # ln 10 = 2.30
    # As a table that is given, with these numbers, it predicts the same.
    table=$(paste <(printf '%s\n' 0.5 0.64) offsets | awk '{ printf "%s%s, %.9g", (NR > 1 ? ", " : ""), $1, 4 * exp($2) }')
    sed "s/table: [^]]*], learned: true/table: [$table]/" learned.yaml >given.yaml
    gg-train -q --from run/model.ggm --set 'train.take=["layers.0.*", "layers.1.*", "layers.4.*", "heads.*"]' --lr 0 --epochs 1 -o given given.yaml both.ggs
    for m in run given; do gg-predict $m/model.ggm both.ggs -o $m.ggs; done
    gg-cmp --fields propensity_pred --rel 1e-3 run.ggs given.ggs
    sed 's/table: [^]]*], learned/learned/' learned.yaml >none.yaml
    refuses 2 'basis.learned: would do nothing: table is not set' gg-train -q -o no none.yaml both.ggs
}

@test "refused: more functions than times, conditions that are not there, numbers without a logarithm" {
    refuses 2 'basis: n: 5 functions, and 4 points .training times.' gg-train -q -o run --set basis.n=5 m.yaml "$DATA/tiny.ggs"
    refuses 2 'have the condition number 1.' gg-train -q -o run --set basis.n=4 --set basis.x_1=200 m.yaml "$DATA/tiny.ggs"
    sed -e 's/node: \[type\]/node: [type], graph: [tau_alpha]/' -e 's/in: time, n: 2/in: [time, tau_alpha], n: 2, range: [0.01, 10]/' m.yaml >tau.yaml
    refuses 3 "field 'tau_alpha' is missing" gg-train -q -o run tau.yaml "$DATA/tiny.ggs"
    for value in 0 -1; do
        gg-dump --text "$DATA/tiny.ggs" | awk -v v=$value 'on { $0 = "\t" v; on = 0 } /^field temperature/ { on = 1 } { print }' | gg-dump -r -o bad.ggs
        sed 's/tau_alpha/temperature/g' tau.yaml >temperature.yaml
        refuses 3 "KA/N250/T0.64/1': field 'temperature': $value, and a layer .basis. takes its logarithm" gg-train -q -o run temperature.yaml bad.ggs
    done
    sed 's/in: time, n: 2/in: h, n: 2/' m.yaml >h.yaml
    refuses 2 'basis takes time, one number of the frame' gg-train -q -o run h.yaml "$DATA/tiny.ggs"
    sed -e 's/^  - {layer: basis.*/  - {layer: pool, in: h, out: p}\n  - {layer: linear, in: p, out_irreps: 1x0e, out: p}\n&/' -e 's/in: time, n: 2/in: p, n: 2, range: [1, 2]/' m.yaml >made.yaml
    refuses 2 'basis takes time, or a field of inputs.graph by its name, not what a layer made' gg-train -q -o run made.yaml "$DATA/tiny.ggs"
    sed 's/^heads:/  - {layer: conv, in: c, lmax: 1, channels: 4, out: d}\n&/' m.yaml >conv.yaml
    refuses 2 'conv: in: conv takes a value on nodes and, if wanted, a second one on edges, not one on graph' gg-train -q -o run conv.yaml "$DATA/tiny.ggs"
}

@test "refused: a time of 0, by frame and field" {
    gg-dump --text "$DATA/tiny.ggs" | awk 'on { sub(/0[.]2[0-9]*/, "0"); on = 0 } /^field time/ { on = 1 } { print }' | gg-dump -r -o zero.ggs
    refuses 2 "time 0 .frame 'KA/N250/T0.64/1', field 'propensity.time', or 'time' where a frame has none. has no logarithm" gg-train -q -o run m.yaml zero.ggs
    gg-train -q --epochs 1 --set 'heads.0.times=[1,5,10]' --set 'heads.1.times=[1,5]' -o run m.yaml zero.ggs
}

@test "refused: times of gg-predict that the model cannot have" {
    gg-train -q --epochs 1 -o run m.yaml "$DATA/tiny.ggs"
    refuses 2 '--times: run/model.ggm: time 1 behind 5; increasing ones above 0' gg-predict --times 5,1 run/model.ggm "$DATA/tiny.ggs"
    refuses 2 '--times: 0 ' gg-predict --times 0,1 run/model.ggm "$DATA/tiny.ggs"
    gg-predict --times 20 run/model.ggm "$DATA/tiny.ggs" -o p.ggs 2>said
    [ ! -s said ]
    gg-predict --times 31 run/model.ggm "$DATA/tiny.ggs" -o p.ggs 2>said
    grep -q '31 lies far outside the times trained at, 0.2 to 10' said
    gg-train -q --epochs 1 --set basis.kind=one-hot --set basis.n=0 -o hot m.yaml "$DATA/tiny.ggs"
    gg-predict --times 1,5 hot/model.ggm "$DATA/tiny.ggs" -o p.ggs
    refuses 2 'time 2: layer layers.3.basis of this kind knows the 4 times from 0.2 to 10' gg-predict --times 1,2 hot/model.ggm "$DATA/tiny.ggs"
    sed -e '/basis/d; /film/d; s/in: d/in: h/' m.yaml >plain.yaml
    gg-train -q --epochs 1 -o plain plain.yaml "$DATA/tiny.ggs"
    refuses 2 "the head of 'propensity' has a column for each of its 4 times" gg-predict --times 2 plain/model.ggm "$DATA/tiny.ggs"
}

# The range of the functions comes with the parameters: at one temperature alone they are the functions that the layers were trained with.
@test "--from keeps the functions of the temperature: trained further at one of them it begins as it was" {
    for T in 0.9 1.2; do
        gg-select --frames "$([ $T = 0.9 ] && echo 0:2 || echo 2:4)" "$DATA/tiny.ggs" | gg-dump --text | awk -v T=$T 'on { $0 = "\t" T; on = 0 } /^field temperature/ { on = 1 } { print }' | gg-dump -r -o $T.ggs
    done
    sed -e 's/node: \[type\]/node: [type], graph: [temperature]/' -e 's/in: time, n: 2/in: [time, temperature], n: 2/' m.yaml >ratio.yaml
    sed -e 's/node: \[type\]/node: [type], graph: [temperature]/' -e 's/in: time, n: 2/in: temperature, n: 2/' \
        -e '/displacement/d' m.yaml >alone.yaml
    for m in ratio alone; do
        gg-train -q --epochs 8 -o $m $m.yaml 0.9.ggs 1.2.ggs
        gg-train -q --epochs 1 --lr 1e-12 --from $m/model.ggm -o $m.on $m.yaml 1.2.ggs
        gg-train -q --epochs 1 --lr 1e-12 --from $m/model.ggm --set 'train.take=layers.*' -o $m.part $m.yaml 1.2.ggs
        for k in on part; do gg-cmp --fields 'input.reach.*' $m/model.ggm $m.$k/model.ggm; done
        for k in $m $m.on; do gg-predict "$k/model.ggm" 1.2.ggs -o "$k.ggs"; done
        gg-cmp --rel 1e-4 --fields propensity_pred $m.ggs $m.on.ggs
        # layers of their own have the range of their own data
        [ $m = alone ] || gg-train -q --epochs 0 --from $m/model.ggm --set 'train.take=heads.*' -o $m.heads $m.yaml 1.2.ggs
    done
    run -1 gg-cmp -q --fields 'input.reach.*' ratio/model.ggm ratio.heads/model.ggm
    refuses 2 'range is missing: the training set has one value' gg-train -q --epochs 0 --from alone/model.ggm --set 'train.take=heads.*' -o no alone.yaml 1.2.ggs
    refuses 2 'range is missing: the training set has one value' gg-train -q -o no alone.yaml 1.2.ggs
}

@test "--from with layers made on other training times is refused; points with the old ones keep them" {
    gg-train -q -o run m.yaml "$DATA/tiny.ggs"
    gg-select --times 0.2,1,5 "$DATA/tiny.ggs" -o less.ggs
    refuses 3 "train.from: run/model.ggm: 'layers.3.basis' is made on the training times: 4 from 0.2 to 10 there, 3 from 0.2 to 5 in this model" \
        gg-train -q --from run/model.ggm --set 'train.take=layers.*' -o no m.yaml less.ggs
    gg-train -q --epochs 0 --from run/model.ggm --set 'train.take=layers.*' --set 'basis.points=[0.2,1,5,10]' -o on m.yaml less.ggs
    gg-select --limit 1 "$DATA/tiny.ggs" -o two.ggs
    for k in run on; do gg-predict --hidden layers.4.film --times 0.2,5 $k/model.ggm two.ggs -o $k.ggs; done
    gg-cmp --fields 'hidden.*' run.ggs on.ggs
    gg-train -q --epochs 0 --from run/model.ggm --set 'train.take=heads.displacement.*' -o heads m.yaml "$DATA/tiny.ggs" # layers of its own
}

@test "share: two heads whose layer has a row for each time have its parameters in common" {
    local conv='layer: conv, lmax: 1, radial: {n: 4, hidden: [4]}' # runs once a time
    sed -i -e "s/target: displacement, in: d, layer: gated_vector/target: propensity_var, in: d, $conv, share: propensity/" -e "s/layer: mlp, hidden: \[8\]/$conv/" m.yaml
    gg-train -q --epochs 1 -o one m.yaml "$DATA/tiny.ggs"
    gg-dump one/model.ggm | grep -q 'heads.propensity.radial.0'
    run -1 grep -q 'heads.propensity_var' <(gg-dump one/model.ggm)
    gg-train -q --epochs 0 --set 'loss.standardise=none' -o same m.yaml "$DATA/tiny.ggs"
    gg-predict same/model.ggm "$DATA/tiny.ggs" -o p.ggs
    cmp <(gg-dump -d propensity_pred p.ggs) <(gg-dump -d propensity_var_pred p.ggs)
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-gradcheck --trials 1 --no-pieces m.yaml
    refuses 2 'share: the parameters of .propensity. have other shapes .conv, [0-9]+ numbers. than this head wants .conv' \
        gg-train -q -o no --set 'heads.1.radial.hidden=[5]' m.yaml "$DATA/tiny.ggs"
}
