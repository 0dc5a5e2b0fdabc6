#!/usr/bin/env bats
# samples.bats -- several inherent structures of one configuration: how they are made, and how every program passes them

load helper

first_frame() { gg-select --frames 0:1 -o "$2" "$1"; }
three() { gg-select --frames 0:3 "$DATA/tiny.ggs" | gg-quench --samples 3 --sweeps 100 --force-tolerance 1e-2 -o three.ggs; }
# way FIELD A.ggs B.ggs: rms distance of A particles
way() {
    paste <(gg-dump --data type "$2") <(gg-dump --data "$1" "$2") <(gg-dump --data "$1" "$3") |
        awk '$1 == 0 { s += ($2 - $5) ^ 2 + ($3 - $6) ^ 2 + ($4 - $7) ^ 2; n++ } END { print sqrt(s / n) }'
}
holds() { awk "BEGIN { exit !($1) }"; }

@test "K frames of one id: the first is the frame's own, the others are near it, and each another" {
    first_frame "$DATA/tiny.ggs" one.ggs
    gg-quench -o plain.ggs one.ggs
    gg-quench -v --samples 3 --sweeps 200 -o s.ggs one.ggs 2>said
    gg-dump --check s.ggs
    [ "$(gg-dump --json s.ggs | grep -o '"id":"KA/N250/T0.64/1"' | wc -l)" -eq 3 ]
    [ "$(gg-dump --data sample s.ggs | tr '\n' ' ')" = "0 1 2 " ]
    gg-dump s.ggs | grep -q 'samples  *3, metropolis cage=0.4 sweeps=200 seed=0'
    for k in 0 1 2; do gg-select --frames $k s.ggs -o $k.ggs; done
    gg-select --drop sample 0.ggs | gg-cmp --ignore meta.samples - plain.ggs
    gg-cmp --fields pos,energy,propensity 0.ggs 2.ggs # what was measured is that of the frame
    holds "$(way pos_inherent 0.ggs 1.ggs) > 0.05 && $(way pos_inherent 0.ggs 1.ggs) < 0.4"
    holds "$(way pos_inherent 1.ggs 2.ggs) > 0.05 && $(way pos_inherent 1.ggs 2.ggs) < 0.4"
    [ "$(grep -c 'sample [12]: A is 0.[0-9]* away, [0-9.]* % of it farther than 0.3; in inherent structures 0.[0-9]*, [0-9.]* %' said)" -eq 2 ]
    # each is a minimum
    gg-select --drop sample s.ggs | gg-select --rename pos=thermal,pos_inherent=pos,energy_inherent=was | gg-quench --energy-only --forces -o f.ggs
    gg-dump --data force f.ggs | awk '{ for (k = 1; k <= 3; k++) if (!($k * $k < 1e-8)) bad++; n++ } END { exit bad || n != 750 }'
}

# bats test_tags=law
@test "a sample is the same however many are asked for, on any number of threads; another seed, other samples" {
    first_frame "$DATA/test.ggs" one.ggs # large enough for threads
    set -- --sweeps 3 --force-tolerance 1
    for n in 1 2 4; do GG_THREADS=$n gg-quench --samples 3 "$@" one.ggs >$n.ggs; done
    cmp 1.ggs 2.ggs
    cmp 1.ggs 4.ggs
    first_frame "$DATA/tiny.ggs" one.ggs
    gg-quench --samples 19 "$@" -o many.ggs one.ggs # more than there are lanes
    gg-quench --samples 2 "$@" one.ggs | gg-cmp --ignore meta.samples <(gg-select --frames 0:2 many.ggs) -
    [ "$(gg-dump --data energy_inherent many.ggs | awk '{ e += $1 } NR % 250 == 0 { print e; e = 0 }' | sort -u | wc -l)" -eq 19 ]
    gg-quench --samples 2 --seed 1 "$@" -o other.ggs one.ggs
    run -1 gg-cmp --fields pos_inherent <(gg-select --frames 1 many.ggs) <(gg-select --frames 1 other.ggs)
    gg-cmp --fields pos_inherent <(gg-select --frames 0 many.ggs) <(gg-select --frames 0 other.ggs)
}

# bats test_tags=law
@test "samples move with the configuration; noise instead of Monte Carlo has the spread that was asked for" {
    first_frame "$DATA/tiny.ggs" one.ggs
    set -- --samples 2 --sweeps 20
    gg-rotate --shift 0.3,1,-2 --wrap one.ggs | gg-quench "$@" -o a.ggs
    gg-quench "$@" one.ggs | gg-rotate --shift 0.3,1,-2 --wrap -o b.ggs
    gg-cmp --tol 1e-3 --fields pos_inherent,energy_inherent a.ggs b.ggs
    gg-quench -v --samples 9 --noise 0.1 --force-tolerance 1 -o n.ggs one.ggs 2>said
    gg-dump n.ggs | grep -q 'samples  *9, noise=0.1 seed=0'
    # sqrt(3) 0.1, over 8 x 200 particles
    sed -n 's/.*sample [1-8]: A is \([0-9.]*\) away.*/\1/p' said | awk '{ s += $1 * $1; n++ } END { d = sqrt(s / n) / 0.1732; exit !(n == 8 && d > 0.96 && d < 1.04) }'
}

@test "what cannot be is refused" {
    first_frame "$DATA/tiny.ggs" one.ggs
    refuses 2 "--samples: would do nothing: energy-only is set" gg-quench --energy-only --samples 2 one.ggs
    refuses 2 "--sweeps: would do nothing: samples is not set" gg-quench --sweeps 9 one.ggs
    refuses 2 "--noise: would do nothing: samples is not set" gg-quench --noise 0.1 one.ggs
    for option in '--sweeps 9' '--temperature 0.5' '--cage 0.3'; do
        # shellcheck disable=SC2086 # two words
        refuses 2 "${option% *}: would do nothing: noise is set; leave it out, or change that" gg-quench --samples 2 --noise 0.1 $option one.ggs
    done
    refuses 2 "--samples" gg-quench --samples 0 one.ggs
    gg-select --drop temperature -o none.ggs one.ggs
    refuses 3 "frame 0 .*no field 'temperature': give --temperature" gg-quench --samples 2 -o x.ggs none.ggs
    gg-quench --samples 2 --temperature 0.64 --sweeps 2 --force-tolerance 1 -o x.ggs none.ggs
    gg-quench --samples 2 --noise 0.05 --force-tolerance 1 -o y.ggs none.ggs
    refuses 3 "frame 0 .*field 'sample': .*--energy-only leaves them" gg-quench -o z.ggs x.ggs
    [ ! -e z.ggs ]
    gg-quench --energy-only x.ggs | gg-cmp --ignore meta.minimiser - x.ggs # the advice
}

@test "features, selection, dumps and comparison pass samples" {
    three
    gg-features --add displacement --positions pos_inherent --into to_inherent -o f.ggs three.ggs
    gg-select --drop to_inherent f.ggs | gg-cmp --ignore 'meta.*' - three.ggs
    [ "$(gg-dump --data to_inherent f.ggs | sort -u | wc -l)" -gt 2000 ] # 9 frames of 250
    gg-select --split 1:1:1 three.ggs -o split.ggs
    [ "$(paste <(gg-dump --json split.ggs | grep -o '"id":"[^"]*"') <(gg-dump --data split split.ggs) | sort -u | wc -l)" -eq 3 ]
    gg-dump --text three.ggs | gg-dump -r | gg-cmp - three.ggs
    run -1 gg-cmp three.ggs <(gg-select --frames 0:8 three.ggs)
}

@test "training on samples: one configuration stays on one side, counts once, and is not there twice" {
    three
    tiny_network 'epochs: 1, validation: 0.3'
    set -- --set inputs.positions=pos_inherent
    gg-train -o run "$@" m.yaml three.ggs 2>said
    gg-train --estimate "$@" m.yaml three.ggs >estimate
    grep -q '^frames  *6 training, 1 validation' estimate
    gg-train -q -o folds --folds 3 "$@" --set train.validation=0 m.yaml three.ggs
    grep -q '"configurations":3,' folds/folds.jsonl
    refuses 3 "'KA/N250/T0.64/1' stands twice" gg-train -q -o no "$@" m.yaml three.ggs three.ggs
    gg-select --frames 0 three.ggs -o a.ggs
    gg-select --frames 1 three.ggs -o b.ggs
    refuses 3 "'KA/N250/T0.64/1': samples of one configuration are not all for training" gg-train -q -o no "$@" --validation b.ggs m.yaml a.ggs
    # a fit leaves all samples of a configuration out at once: as if the frames stood there in another order
    gg-features --add density --positions pos_inherent three.ggs -o f.ggs
    gg-train -q -o ridge "$ROOT/examples/models/ridge.yaml" f.ggs
    for k in 0 3 6 1 4 7 2 5 8; do gg-select --frames $k f.ggs; done >order.ggs
    gg-train -q -o again "$ROOT/examples/models/ridge.yaml" order.ggs
    gg-predict ridge/model.ggm f.ggs -o p.ggs
    gg-predict again/model.ggm f.ggs | gg-cmp --fields propensity_pred --rel 1e-3 - p.ggs
}

@test "predictions of samples are averaged, and then scored" {
    three
    tiny_network 'epochs: 1'
    gg-train -q -o run --seeds 2 --set inputs.positions=pos_inherent m.yaml <(gg-quench --force-tolerance 1e-2 "$DATA/tiny.ggs")
    gg-predict run/model.ggm three.ggs -o each.ggs
    refuses 3 "each.ggs: frame 1 .*'KA/N250/T0.64/1' occurs twice at its times: a configuration counts once .gg-predict --average" gg-corr each.ggs
    gg-predict --average run/model.ggm three.ggs -o mean.ggs
    gg-corr --tsv mean.ggs >scores
    [ "$(awk -F '\t' 'NR == 1 { for (c = 1; c <= NF; c++) at[$c] = c } NR == 2 { print $at["configs"] }' scores)" -eq 3 ]
    refuses 3 "no field 'sample'" gg-dump --data sample mean.ggs
    gg-dump mean.ggs | grep -q propensity_std
    for k in 0 1 2; do gg-select --frames $k each.ggs | gg-dump --data propensity_pred >$k.txt; done
    # inherent structures by other minimisers, as a control
    for dt in 0.02 0.01; do gg-select --frames 0:3 "$DATA/tiny.ggs" | gg-quench --force-tolerance 1e-2 --dt-max $dt; done |
        gg-predict --average run/model.ggm -o minimisers.ggs
    [ "$(gg-dump minimisers.ggs | sed -n '1s/.*, \([0-9]*\) frames.*/\1/p')" -eq 3 ]
    gg-corr -q minimisers.ggs
    gg-select --frames 0 mean.ggs | gg-dump --data propensity_pred | paste 0.txt 1.txt 2.txt - |
        awk '{ for (t = 1; t <= 4; t++) { m = ($t + $(t + 4) + $(t + 8)) / 3; if (!((m - $(t + 12))^2 < 1e-10)) bad++; n++ } } END { exit bad || n != 1000 }'
}
