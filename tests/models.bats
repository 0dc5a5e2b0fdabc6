#!/usr/bin/env bats
# models.bats -- the zoo of examples/models: sizes counted by hand, learning, the laws on the shipped data

load helper

# The model of the zoo without energies of inherent structures, so that it runs on thermal frames; heads in comments come alive.
thermal() {
    sed -e 's/^  # \(- {target:\)/  \1/' -e 's/node: \[type, energy_inherent\]/node: [type]/' -e 's/positions: pos_inherent/positions: pos/' \
        "$ROOT/examples/models/$1.yaml" >"$1.yaml"
}

# With a quarter of the channels, for tests that run it.
narrow() {
    thermal "$1"
    sed -i 's/\b32/8/g' "$1.yaml"
}

parameters() { gg-train --estimate "$@" | awk '$1 == "parameters" { print $2 }'; }

# learns MODEL FRACTION: three epochs on the shipped frames leave less than FRACTION of the first loss
learns() {
    gg-train -q --epochs 3 -o run "$1" "$DATA/tiny.ggs"
    grep '"event":"epoch"' run/metrics.jsonl | grep -o '"loss":[^,]*' | cut -d: -f2 >losses
    awk -v f="$2" 'NR == 1 { first = $1 } END { exit !(NR == 3 && $1 < f * first) }' losses
}

# commutes [FIELDS]: turned and then predicted is predicted and then turned
commutes() {
    for how in '--seed 5 --reflect' '--shift 0.3,-1.7,2.9 --wrap' '--permute 2'; do
        # shellcheck disable=SC2086
        gg-rotate $how "$DATA/tiny.ggs" | gg-predict run/model.ggm -o a.ggs
        # shellcheck disable=SC2086
        gg-predict run/model.ggm "$DATA/tiny.ggs" | gg-rotate $how -o b.ggs
        gg-cmp --fields "${1:-propensity_pred,displacement_pred}" --rel 1e-4 a.ggs b.ggs
    done
}

# C channels, n basis functions, hidden 64 and 64, S species.  Per layer: self-interaction C^2 for every block that enters; radial net
# 64 n + 64^2 + 64 C P for P paths; mixing C mul for every path into a block of mul channels; self-connection S C mul for every block in
# both.  A gate adds C scalars for each block of degree 1 and 2.
# bats test_tags=golden
@test "nequip: as many parameters as the paper's layers have" {
    thermal nequip
    C=32 S=2 net=$((64 * 8 + 64 * 64)) K=$((32 * 32))
    embed=$((2 * C + C))
    # 0e -> 0e 1o 2e
    one=$((K + net + 64 * C * 3 + C * 3 * C + 2 * K + S * C * 3 * C))
    # 0e 1o 2e -> 0e 1e 1o 2e 2o: 3 2 4 4 2 paths
    two=$((3 * K + net + 64 * C * 15 + 3 * C * 5 * C + 12 * K + S * (C * 5 * C + 2 * K)))
    # 0e 1e 1o 2e 2o -> 0e 0o 1e 1o 2e 2o: 3 2 5 6 6 5 paths
    three=$((5 * K + net + 64 * C * 27 + 3 * C * 5 * C + 24 * K + S * (C * 5 * C + 4 * K)))
    # 0e 0o 1e 1o 2e 2o -> 0e 1o: 3 6 paths
    four=$((6 * K + net + 64 * C * 9 + 3 * C * 2 * C + 6 * K + S * (C * 2 * C + K)))
    times=4
    readout=$((C * 16 + 16 * S * times + S * times))
    vectors=$(((C + 1) * C * times))
    [ "$(parameters nequip.yaml "$DATA/tiny.ggs")" -eq $((embed + one + two + three + four + readout + vectors)) ]
}

@test "nequip learns, and turns with its frames" {
    narrow nequip
    learns nequip.yaml 0.5
    commutes
}

@test "nequip obeys the laws" {
    narrow nequip
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-gradcheck --trials 1 --no-pieces nequip.yaml
}

# One round and a quarter of the channels, learning fast.
small() {
    thermal "$1"
    sed -i -e 's/C: 16/C: 4/' -e 's/C: 8/C: 4/' \
        -e 's/rounds: [34]/rounds: 1/' -e 's/lr: .*/lr: 1e-2/' -e 's/warmup: .*/warmup: 0/' "$1.yaml"
}

@test "se3transformer learns, turns with its frames and obeys the laws" {
    small se3transformer
    learns se3transformer.yaml 0.8
    commutes
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-gradcheck --trials 1 --no-pieces se3transformer.yaml
}

# A closed group of lifts: half turns change nothing, quarter turns do.
@test "lietransformer learns, keeps the symmetry of its lifts and obeys the laws" {
    thermal lietransformer
    sed -i -e 's/C: 32/C: 8/' -e 's/rounds: 3/rounds: 1/' -e 's/samples: 2/group: klein/' -e 's/lr: .*/lr: 1e-2/' lietransformer.yaml
    learns lietransformer.yaml 0.9
    for how in '--about 1,0,0 --angle 180' '--shift 0.3,-1.7,2.9 --wrap' '--permute 2'; do
        # shellcheck disable=SC2086
        gg-rotate $how "$DATA/tiny.ggs" | gg-predict run/model.ggm -o a.ggs
        # shellcheck disable=SC2086
        gg-predict run/model.ggm "$DATA/tiny.ggs" | gg-rotate $how -o b.ggs
        gg-cmp --fields propensity_pred --rel 1e-4 a.ggs b.ggs
    done
    gg-rotate --about 1,0,0 --angle 90 "$DATA/tiny.ggs" | gg-predict run/model.ggm -o a.ggs
    run gg-cmp --fields propensity_pred --rel 1e-4 a.ggs b.ggs
    [ "$status" -eq 1 ]
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-gradcheck --trials 1 --no-pieces lietransformer.yaml
}

@test "a lift without samples is refused by line and key" {
    thermal lietransformer
    sed -i 's/, samples: 2//' lietransformer.yaml
    run ! gg-train -q -o run lietransformer.yaml "$DATA/tiny.ggs"
    [[ $output == *"lietransformer.yaml:"*"samples is missing: the number of rotations at every particle"* ]]
}

@test "equiformer learns, turns with its frames and obeys the laws" {
    small equiformer
    learns equiformer.yaml 0.9
    commutes
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-gradcheck --trials 1 --no-pieces equiformer.yaml
}

# C channels of degrees 0 to 4, |m| to 2: 5, 4, 3 blocks in, as many out, and in |m| = 0 a gate scalar for each of 4 more; functions for each
# of them.  The first layer reads scalars alone, the last one makes degrees 0 and 1.
# bats test_tags=golden
@test "escn: as many parameters as its |m| have" {
    thermal escn
    C=16 S=2 K=$((16 * 16))
    embed=$((2 * C + C))
    one=$((8 * 32 + 32 * C + K * 9 + S * K * 5 + (9 + 5) * C))
    more=$((8 * 32 + 32 * C * 12 + K * (5 * 9 + 4 * 4 + 3 * 3) + S * K * 9 + (9 + 5) * C))
    last=$((8 * 32 + 32 * C * (5 + 4) + K * (5 * 3 + 4) + S * K * 3 + (3 + 2) * C))
    times=4
    readout=$((C * 32 + 32 + 32 * S * times + S * times))
    vectors=$(((C + 1) * C * times))
    [ "$(parameters escn.yaml "$DATA/tiny.ggs")" -eq $((embed + one + 2 * more + last + readout + vectors)) ]
}

@test "escn learns, turns with its frames and obeys the laws" {
    small escn
    sed -i 's/rounds: 2/rounds: 1/; s/lmax: 4/lmax: 3/' escn.yaml
    learns escn.yaml 0.9
    commutes
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-gradcheck --trials 1 --no-pieces escn.yaml
}

# Two species, C channels, latents of K, W = 3 C weights: perceptrons with biases, linear maps without.
# bats test_tags=golden
@test "allegro: as many parameters as its perceptrons have" {
    C=16 K=64 W=48 S=2
    bodies=$(((2 * S + 8) * 32 + 32 + 32 * K + K + K * K + K))
    first=$((3 * C + K * W))
    # the scalars of all paths with the latents; paths into 0e, 1o, 2e: 3, 4, 4
    latent=$(((K + W) * K + K + K * K + K))
    layer=$((K * W + latent + (3 + 4 + 4) * C * C))
    last=$((K * W + latent))
    out=$((K * 32 + 32 * 32 + 2 * 32))
    times=4
    readout=$((32 * S * times + S * times))
    [ "$(parameters "$ROOT/examples/models/allegro.yaml" "$DATA/tiny.ggs")" -eq $((bodies + first + layer + last + out + readout)) ]
}

narrow_allegro() {
    sed -e 's/C: 16/C: 4/; s/K: 64/K: 16/; s/lr: .*/lr: 1e-2/' "$ROOT/examples/models/allegro.yaml" >allegro.yaml
}

@test "allegro learns, turns with its frames and obeys the laws" {
    narrow_allegro
    learns allegro.yaml 0.95
    commutes propensity_pred
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-gradcheck --trials 1 --no-pieces allegro.yaml
}

# Particle 40 moves.  Those that see it neither before nor after are told the same, digit by digit, though the network is three products deep
# and their neighbours see it; those that do see it are not.
@test "allegro: what a particle is told depends on nothing beyond its cutoff" {
    narrow_allegro
    gg-train -q --epochs 1 -o run allegro.yaml "$DATA/tiny.ggs"
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-dump --extxyz -o a.xyz
    awk 'NR == 43 { $2 += 0.11; $3 -= 0.07; $4 += 0.05 } { print }' a.xyz >b.xyz
    for f in a b; do
        gg-import -q $f.xyz | gg-predict run/model.ggm -o $f.ggs
        gg-dump -d propensity_pred $f.ggs >$f.told
        gg-dump -d pos $f.ggs >$f.pos
    done
    paste a.pos b.pos a.told b.told | awk -v L=5.92815550748344 '
        function near(x, y, z) { x -= L * int(x / L + (x < 0 ? -.5 : .5)); y -= L * int(y / L + (y < 0 ? -.5 : .5))
                                 z -= L * int(z / L + (z < 0 ? -.5 : .5)); return x * x + y * y + z * z }
        { for (c = 1; c <= NF; c++) v[NR, c] = $c; n = (NF - 6) / 2 }
        END {
            for (i = 1; i <= NR; i++) {
                a = near(v[i, 1] - v[41, 1], v[i, 2] - v[41, 2], v[i, 3] - v[41, 3])
                b = near(v[i, 4] - v[41, 4], v[i, 5] - v[41, 5], v[i, 6] - v[41, 6])
                same = 1
                for (c = 7; c < 7 + n; c++) same = same && v[i, c] "" == v[i, c + n] ""
                if (a < 4 || b < 4) { seen++; told += !same }
                else { unseen++; if (!same) wrong++ }
            }
            printf "%d see it, %d of them are told something else; %d do not, %d of them are\n", seen, told, unseen, wrong
            exit !(NR == 250 && seen > 30 && told > 0.9 * seen && unseen > 150 && wrong == 0)
        }'
}

# W: 16 functions times [mul][mul] for 3, 15 paths; the paths into 0e end in 24 channels, 8 of them and 16 gates.
# bats test_tags=golden
@test "tfn: as many parameters as its paths have" {
    thermal tfn
    embed=$((2 * 8 + 8))
    net=$((10 * 16))
    one=$((net + 16 * 8 * (24 + 8 + 8) + 8 * 24 + 24 + 40))
    # 3 paths into 0e, 6 into 1o, 6 into 2e; the linear map beside; scales of 3 blocks and shifts of the scalars
    more=$((net + 16 * 8 * (3 * 24 + 6 * 8 + 6 * 8) + 8 * 24 + 2 * 64 + 24 + 40))
    times=4
    readout=$((8 * 32 + 32 + 32 * 32 + 32 + 32 * 2 * times + 2 * times))
    vectors=$(((8 + 1) * 8 * times))
    [ "$(parameters tfn.yaml "$DATA/tiny.ggs")" -eq $((embed + one + 3 * more + readout + vectors)) ]
}

@test "tfn learns, and turns with its frames" {
    thermal tfn
    learns tfn.yaml 0.8
    gg-rotate --seed 5 "$DATA/tiny.ggs" | gg-predict run/model.ggm -o a.ggs
    gg-predict run/model.ggm "$DATA/tiny.ggs" | gg-rotate --seed 5 -o b.ggs
    gg-cmp --fields propensity_pred,displacement_pred --rel 1e-4 a.ggs b.ggs
}

@test "tfn obeys the laws" {
    thermal tfn
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-gradcheck --trials 1 --no-pieces --set let.rounds=1 tfn.yaml
}

# C channels of each of 0e, 1o, 1e, 2e, n functions, hidden H; radial net with biases and batch normalisation (n H + H, 4 H, H P + P for P columns),
# mixing, batch normalisation (three numbers a channel, with statistics, and two more for 0e).  Columns: 3 for each number of the raw input; from 0e 3 C, 1o 5 C, 1e 4 C,
# 2e 5 C.
@test "eqnet: as many parameters as the public code has" {
    thermal eqnet
    C=8 n=10 H=16
    net() { echo $((n * H + H + 4 * H + H * $1 + $1)); }
    norm=$((8 * C + 2 * C))
    raw=2
    first=$(($(net $((3 * raw))) + 3 * raw * C))
    more=$(($(net $((3 * raw + 17 * C))) + (3 * raw + 17 * C) * C))
    readout=$((2 * 4 * (4 * C) + 2 * 4))
    [ "$(parameters eqnet.yaml "$DATA/tiny.ggs")" -eq $((first + 3 * more + 4 * norm + readout)) ]
}

@test "eqnet learns, obeys the laws, and turns with its frames" {
    thermal eqnet
    sed -i 's/rounds: 3/rounds: 1/' eqnet.yaml
    learns eqnet.yaml 0.5
    gg-predict run/model.ggm "$DATA/tiny.ggs" -o p.ggs
    for how in '--seed 5 --reflect' '--permute 2'; do
        # shellcheck disable=SC2086
        gg-rotate $how "$DATA/tiny.ggs" | gg-predict run/model.ggm -o a.ggs
        # shellcheck disable=SC2086
        gg-rotate $how p.ggs -o b.ggs
        gg-cmp --fields propensity_pred --rel 1e-4 a.ggs b.ggs
    done
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-gradcheck --trials 1 --no-pieces eqnet.yaml
}

# C channels.  Products into 0e: 1, 4, 8 with one to three factors of degrees to 3; into 1o: 1, 3, 12 (test_product_basis.c).
# bats test_tags=golden
@test "mace: as many parameters as its paths and products have" {
    thermal mace
    C=16 S=2 net=$((8 * 64 + 2 * 64 * 64)) K=$((16 * 16))
    embed=$((2 * C + C))
    # 0e -> 0e 1o 2e 3o: 4 paths; scales of 4 blocks and shifts of one; products and their mixing; self-connection of 0e
    one=$((K + net + 64 * C * 4 + 4 * K + 5 * C + S * C * (13 + 16) + 2 * K + S * K))
    # 0e 1o -> 0e 1o 2e 3o: 10 paths
    two=$((2 * K + net + 64 * C * 10 + 10 * K + 5 * C + S * C * 13 + K + S * K))
    times=4
    readout=$((C * 16 + 16 + (C + 16) * S * times + S * times))
    [ "$(parameters mace.yaml "$DATA/tiny.ggs")" -eq $((embed + one + two + readout)) ]
}

@test "mace learns, and turns with its frames" {
    thermal mace
    sed -i 's/C: 16/C: 4/; s/64, 64, 64/16, 16/' mace.yaml
    learns mace.yaml 0.8
    commutes propensity_pred
}

@test "mace obeys the laws" {
    thermal mace
    sed -i 's/C: 16/C: 4/; s/64, 64, 64/16, 16/' mace.yaml
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-gradcheck --trials 1 --no-pieces mace.yaml
}

# Products into 0e 13, 1o 16, 2e 20, 1e 4.
# bats test_tags=golden
@test "mace_glass: as many parameters as its paths and products have" {
    thermal mace_glass
    C=8 S=2 net=$((10 * 16)) K=$((8 * 8))
    embed=$((2 * C + C))
    # batch norm: weight, bias, running mean and variance of 8x0e; 4 paths; actnorm of 4 blocks
    one=$((4 * C + K + net + 16 * C * 4 + 4 * K + 5 * C + S * C * (13 + 16 + 20 + 4) + 4 * K + S * K))
    # of four blocks; 0e 1o 1e 2e -> 0e 1o 2e 3o with harmonics to 3: 4 + 6 + 3 + 7 paths
    more=$(((4 + 1 + 1 + 4) * C + 4 * K + net + 16 * C * 20 + 20 * K + 5 * C + S * C * (13 + 16 + 20 + 4) + 4 * K + S * 4 * K))
    times=4
    readout=$((4 * C * S * times + S * times))
    [ "$(parameters mace_glass.yaml "$DATA/tiny.ggs")" -eq $((embed + one + 3 * more + readout)) ]
}

@test "mace_glass learns, and turns with its frames" {
    thermal mace_glass
    sed -i '/schedule: plateau/,$d; s/validation: 0.1/batch: 1/; 0,/batch: 2/{/batch: 2/d}' mace_glass.yaml
    learns mace_glass.yaml 0.8
    gg-rotate --seed 5 --reflect "$DATA/tiny.ggs" | gg-predict run/model.ggm -o a.ggs
    gg-predict run/model.ggm "$DATA/tiny.ggs" | gg-rotate --seed 5 --reflect -o b.ggs
    gg-cmp --fields propensity_pred --rel 1e-4 a.ggs b.ggs
}

@test "mace_glass obeys the laws" {
    thermal mace_glass
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-gradcheck --trials 1 --no-pieces mace_glass.yaml
}

# 2 M + 2 + 2 10 + 10 + 10 10 + 10 + 10 + 1 for M features, one species, one time
@test "glassmlp: the parameters of the paper's perceptron; two stages" {
    gg-quench "$DATA/tiny.ggs" | gg-features --preset inherent | gg-select --species A -o a.ggs
    tau=$(gg-dump -d time a.ggs | tail -1)
    sed "s/times: each/times: [$tau]/" "$ROOT/examples/models/glassmlp.yaml" >one.yaml
    extra=$((3 * 11)) # columns of the other times
    [ "$(parameters one.yaml a.ggs)" -eq $((2 * 137 + 2 + 30 + 110 + 11 + extra)) ]
    gg-train -q --epochs 40 -o first one.yaml a.ggs
    gg-train -q --epochs 20 --from first/model.ggm --lr 5e-3 --set loss.variance=1 --set loss.correlation=0.5 -o second one.yaml a.ggs
    gg-train -q --epochs 20 --from first/model.ggm --lr 5e-3 -o plain one.yaml a.ggs
    # the terms pull the spread of the prediction towards that of the truth
    spread() { gg-predict "$1/model.ggm" a.ggs | gg-corr --bootstrap 0 --tsv | awk -F '\t' 'NR == 1 { while ($++c != "variance_ratio"); next } $c != "nan" { print $c; exit }'; }
    awk -v with="$(spread second)" -v without="$(spread plain)" 'BEGIN { print with, without; exit !(with > 1.05 * without && with < 1.2) }'
}

@test "se3_fields learns from descriptors, scalars and vectors, and turns with its frames" {
    gg-quench "$DATA/tiny.ggs" | gg-features --preset inherent --add displacement --positions pos_inherent -o f.ggs
    model="$ROOT/examples/models/se3_fields.yaml"
    gg-train -q --epochs 3 --set conv.lmax=1 -o run "$model" f.ggs
    grep '"event":"epoch"' run/metrics.jsonl | grep -o '"loss":[^,]*' | cut -d: -f2 >losses
    awk 'NR == 1 { first = $1 } END { exit !(NR == 3 && $1 < 0.9 * first) }' losses
    gg-rotate --seed 5 --reflect f.ggs | gg-predict run/model.ggm -o a.ggs
    gg-predict run/model.ggm f.ggs | gg-rotate --seed 5 --reflect -o b.ggs
    gg-cmp --fields propensity_pred --rel 1e-4 a.ggs b.ggs
}

@test "se3_both sees inherent and thermal positions, learns, turns with its frames and obeys the laws" {
    gg-quench "$DATA/tiny.ggs" -o q.ggs
    small=(--set let.rounds=1 --set let.C=4 --set let.lmax=1)
    gg-train -q --epochs 3 "${small[@]}" -o run "$ROOT/examples/models/se3_both.yaml" q.ggs
    grep '"event":"epoch"' run/metrics.jsonl | grep -o '"loss":[^,]*' | cut -d: -f2 | awk 'NR == 1 { first = $1 } END { exit !(NR == 3 && $1 < 0.9 * first) }'
    gg-predict run/model.ggm q.ggs -o p.ggs
    for how in '--seed 5 --reflect' '--shift 0.3,-1.7,2.9 --wrap' '--permute 2'; do
        # shellcheck disable=SC2086
        gg-rotate $how q.ggs | gg-predict run/model.ggm -o a.ggs
        # shellcheck disable=SC2086
        gg-rotate $how p.ggs -o b.ggs
        gg-cmp --fields propensity_pred --rel 1e-4 a.ggs b.ggs
    done
    # a particle that moves in either geometry changes what is predicted
    for field in pos pos_inherent; do
        gg-dump --text q.ggs | awk -v field=$field 'on { $0 = "\t" $1 + 0.05 " " $2 " " $3; on = 0 } $1 == "field" && $2 == field { on = 1 } { print }' |
            gg-dump -r | gg-predict run/model.ggm -o moved.ggs
        run ! gg-cmp --fields propensity_pred --rel 1e-3 p.ggs moved.ggs
    done
    gg-select --limit 1 q.ggs | gg-gradcheck --trials 1 --no-pieces "${small[@]}" "$ROOT/examples/models/se3_both.yaml"
}

# As se3 but for the decoder: functions of log time, a perceptron from them to the gains of every norm and scalar and shifts of these, and
# columns of one time.
# bats test_tags=golden
@test "se3_time: as many parameters as se3 and its decoder have" {
    C=8 S=2 times=4 functions=3 scalars=$((4 * 8))
    readout=$((C * 32 + 32 + 32 * 32 + 32 + 32 * S * times + S * times))
    film=$((functions * 32 + 32 + 32 * 2 * scalars + 2 * scalars))
    decoder=$((film + scalars * 32 + 32 + 32 * S + S))
    thermal=(--set inputs.positions=pos --set 'inputs.node=[type]')
    backbone=$(($(parameters "${thermal[@]}" "$ROOT/examples/models/se3.yaml" "$DATA/tiny.ggs") - readout))
    [ "$(parameters "${thermal[@]}" "$ROOT/examples/models/se3_time.yaml" "$DATA/tiny.ggs")" -eq $((backbone + decoder)) ]
}

@test "se3_time learns with every basis, turns with its frames and obeys the laws" {
    thermal se3_time
    sed -i 's/rounds: 3/rounds: 1/; s/lmax: 3/lmax: 1/' se3_time.yaml
    for basis in chebyshev gaussian fourier laguerre; do
        sed "s/kind: laguerre, n: 3/kind: $basis, n: 2/" se3_time.yaml >$basis.yaml
        rm -rf run
        learns $basis.yaml 0.9
    done
    commutes propensity_pred
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-gradcheck --trials 1 --no-pieces se3_time.yaml
}

# As se3 to the last layer, with a film behind each sum of messages: gains for the 40 channels that a gate wants, shifts for the 24 scalars of them.
# bats test_tags=golden
@test "se3_time_deep: as many parameters as se3 and its films have" {
    C=8 S=2 times=4 functions=3 rounds=2 degrees=3
    readout=$((C * 32 + 32 + 32 * 32 + 32 + 32 * S * times + S * times))
    gated=$((C + C * (degrees - 1) + C * (degrees - 1))) scalars=$((C + C * (degrees - 1)))
    film=$((functions * 16 + 16 + 16 * (gated + scalars) + gated + scalars))
    head=$((C * degrees * 32 + 32 + 32 * S + S))
    thermal=(--set inputs.positions=pos --set 'inputs.node=[type]')
    backbone=$(($(parameters "${thermal[@]}" --set let.lmax=2 --set let.rounds=2 "$ROOT/examples/models/se3.yaml" "$DATA/tiny.ggs") - readout))
    [ "$(parameters "${thermal[@]}" "$ROOT/examples/models/se3_time_deep.yaml" "$DATA/tiny.ggs")" -eq $((backbone + (rounds + 1) * film + head)) ]
}

@test "se3_time_deep learns, turns with its frames and obeys the laws" {
    thermal se3_time_deep
    sed -i 's/rounds: 2/rounds: 1/; s/lmax: 2/lmax: 1/; s/n: 3/n: 2/' se3_time_deep.yaml
    learns se3_time_deep.yaml 0.9
    commutes propensity_pred
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-gradcheck --trials 1 --no-pieces se3_time_deep.yaml
}

# ---- painn, egnn, eignn ----

# few MODEL: with eight channels
few() { sed -i '/^let:/s/C: 32/C: 8/' "$1.yaml"; }

# C channels, S species.  Two perceptrons and two maps a round; the first round has no vectors to pass on.
# bats test_tags=golden
@test "painn: as many parameters as its layers have" {
    thermal painn
    C=32 S=2 n=20 times=4
    one=$((n * 2 * C + 2 * C + C * C + C + C * 2 * C + 2 * C)) # filter, net of the senders
    next=$((n * 3 * C + 3 * C + C * C + C + C * 3 * C + 3 * C))
    mixing=$((C * 2 * C + 2 * C * C + C + C * 3 * C + 3 * C))
    readout=$((C * C + C + C * S * times + S * times + (C + 1) * C * times))
    [ "$(parameters painn.yaml "$DATA/tiny.ggs")" -eq $((S * C + C + one + 2 * next + 3 * mixing + readout)) ]
}

@test "painn learns, and turns with its frames" {
    thermal painn
    few painn
    learns painn.yaml 0.9
    commutes
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-gradcheck --trials 1 --no-pieces painn.yaml
}

# bats test_tags=golden
@test "egnn: as many parameters as its layers have" {
    thermal egnn
    C=32 S=2 times=4
    round=$(((2 * C + 1) * C + C + C * C + C + C * C + C + C + 2 * C * C + C + C * C + C))
    readout=$((C * C + C + C * S * times + S * times + (C + 1) * times))
    [ "$(parameters egnn.yaml "$DATA/tiny.ggs")" -eq $((S * C + C + 4 * round + readout)) ]
}

@test "egnn learns, and turns with its frames" {
    thermal egnn
    few egnn
    learns egnn.yaml 0.9
    commutes
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-gradcheck --trials 1 --no-pieces egnn.yaml
}

# The published network has 46,742 parameters with a gradient for ten times; running statistics are no parameters of it.
# bats test_tags=golden
@test "eignn: the parameters of the published network" {
    gg-quench "$DATA/tiny.ggs" | gg-select --limit 1 | gg-features --add displacement --positions pos_inherent --into to_inherent -o f.ggs
    statistics=$((6 * (1 + 3) + 2 * 32))
    [ "$(parameters "$ROOT/examples/models/eignn.yaml" f.ggs)" -eq $((46742 - 32 * 2 * (10 - 4) + statistics)) ]
}

@test "eignn learns from both geometries, and turns with its frames, unreflected" {
    cp "$ROOT/examples/models/eignn.yaml" .
    few eignn
    sed -i 's/rounds: 6/rounds: 1/' eignn.yaml
    gg-quench "$DATA/tiny.ggs" | gg-features --add displacement --positions pos_inherent --into to_inherent -o f.ggs
    gg-train -q --epochs 3 -o run eignn.yaml f.ggs
    grep '"event":"epoch"' run/metrics.jsonl | grep -o '"loss":[^,]*' | cut -d: -f2 >losses
    awk 'NR == 1 { first = $1 } END { exit !(NR == 3 && $1 < 0.95 * first) }' losses
    gg-predict run/model.ggm f.ggs -o p.ggs
    for how in '--seed 5' '--shift 0.3,-1.7,2.9 --wrap' '--permute 2'; do
        # shellcheck disable=SC2086
        gg-rotate $how f.ggs | gg-predict run/model.ggm -o a.ggs
        # shellcheck disable=SC2086
        gg-rotate $how p.ggs -o b.ggs
        gg-cmp --fields propensity_pred --rel 1e-4 a.ggs b.ggs
    done
    gg-rotate --seed 5 --reflect f.ggs | gg-predict run/model.ggm -o a.ggs
    gg-rotate --seed 5 --reflect p.ggs -o b.ggs
    run ! gg-cmp --fields propensity_pred --rel 1e-4 a.ggs b.ggs
    gg-select --limit 1 f.ggs | gg-gradcheck --trials 1 --no-pieces eignn.yaml
}

# One decoder for particles and edges: its parameters are stored once.
@test "botan: both targets learn, turn with their frames and obey the laws" {
    gg-neighbors --cutoff 2 "$DATA/tiny_replicas.ggs" | gg-targets --add propensity,distance_change -o b.ggs
    sed -e 's/\b64\b/8/g; s/256/32/; s/repeat: 7/repeat: 2/; s/lr: .*/lr: 1e-3/' "$ROOT/examples/models/botan.yaml" >botan.yaml
    gg-train -q --epochs 20 -o run botan.yaml b.ggs
    grep '"event":"epoch"' run/metrics.jsonl | grep -o '"loss":[^,]*' | cut -d: -f2 | awk 'NR == 1 { first = $1 } END { exit !(NR == 20 && $1 < 0.7 * first) }'
    [ "$(gg-dump run/model.ggm | grep -c '^  heads[.]')" -eq "$(gg-dump run/model.ggm | grep -c '^  heads.propensity')" ]
    for how in '--shift 0.3,-1.7,2.9' '--permute 2'; do
        # shellcheck disable=SC2086
        gg-rotate $how b.ggs | gg-predict run/model.ggm -o a.ggs
        # shellcheck disable=SC2086
        gg-predict run/model.ggm b.ggs | gg-rotate $how -o c.ggs
        gg-cmp --fields propensity_pred,distance_change_pred --rel 1e-4 a.ggs c.ggs
    done
    gg-gradcheck --trials 1 run/model.ggm b.ggs >table
    grep -q '^gradient .*heads.propensity' table
    # Predictions need no targets.
    gg-select --drop propensity,distance_change b.ggs | gg-predict run/model.ggm | gg-dump -d distance_change_pred >bare
    gg-predict run/model.ggm b.ggs | gg-dump -d distance_change_pred | cmp bare -
}
