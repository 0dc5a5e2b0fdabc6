#!/usr/bin/env bats
# zoo.bats -- the comparison of examples/zoo: widths at equal cost, its small variant to the table

load helper

@test "width: the widest network within the operations; a neighbour costs more" {
    gg-quench "$DATA/tiny.ggs" -o q.ggs
    model="$ROOT/examples/models/se3.yaml"
    gflop() { "$ROOT/examples/zoo/width.sh" flops "$@" q.ggs "$model" --set let.rounds=1 --set let.lmax=1; }
    read -r C cost _ <<<"$(gflop 0.1)"
    [ "$C" -gt 1 ]
    awk -v c="$cost" 'BEGIN { exit !(c <= 0.1 && c > 0.04) }'
    read -r wider _ <<<"$(gflop 0.2)"
    [ "$wider" -gt "$C" ]
    read -r least _ <<<"$(gflop 1e-9)"
    [ "$least" -eq 1 ]
}

@test "the small comparison makes its table; a second call has nothing to do" {
    again() { make --no-print-directory -C "$ROOT/examples/zoo" SMALL=1 OUT="$PWD/zoo" MODELS='se3 painn' SETTINGS=fields "$@"; }
    again >said 2>&1 || { cat said; false; }
    again table >shown
    for name in se3 painn; do
        for budget in flops seconds; do
            awk -v name=$name -v budget=$budget '$1 == "fields" && $2 == budget && $3 == name { n++ } END { exit n != 1 }' shown
        done
    done
    grep -q '^fields  -        ridge' shown
    # two rates, two lengths, all equally dear within a channel more or less
    [ "$(wc -l <zoo/results/search/se3.fields.tsv)" -eq 4 ]
    # the best of the split is what was trained: its rate and length
    best=$(sort -t "$(printf '\t')" -k 4,4gr zoo/results/search/se3.fields.tsv | head -1 | cut -f 1,2)
    [ "$(cut -f 3,4 zoo/results/final/se3.fields.flops.tsv | sort -u)" = "$best" ]
    # two seeds, four times, which differ by seed
    [ "$(wc -l <zoo/results/final/se3.fields.flops.tsv)" -eq 8 ]
    [ "$(cut -f 5 zoo/results/final/se3.fields.flops.tsv | sort -u | wc -l)" -eq 2 ]
    [ "$(cut -f 11 zoo/results/final/se3.fields.flops.tsv | sort -u | wc -l)" -eq 8 ]
    again -n >left
    run ! grep -E 'gg-|run.sh' left
}

# The mean predictor's loss is 1: targets are standardised, or the loss is divided by it.
@test "every network learns at its own rate from five seeds, to less than the mean predictor's loss" {
    need_slow
    gg-quench "$DATA/tiny.ggs" | gg-features --preset inherent | gg-features --add displacement --positions pos_inherent --into to_inherent -o all.ggs
    for file in "$ROOT"/examples/models/*.yaml; do
        name=$(basename "$file" .yaml)
        also=() frames=all.ggs epochs=20
        case $name in
        ridge | softness | glassmlp) continue ;; # fits; its rates are for the large set
        deepmind) also=(--set 'loss=[{term: mse}]' --set 'heads.0.species=[A]') epochs=200 ;;
        botan)
            gg-neighbors --cutoff 2 "$DATA/tiny_replicas.ggs" | gg-targets --add propensity,distance_change -o botan.ggs
            also=(--set 'loss=[{term: mse}]') frames=botan.ggs epochs=800
            ;;
        mace_glass) also=(--set train.validation=0.25) ;;
        esac
        for seed in 0 1 2 3 4; do
            gg-train -q --epochs $epochs --seed $seed "${also[@]}" -o "run.$name.$seed" "$file" $frames
            sed -n 's/.*"event":"epoch".*"loss":\([^,]*\).*/\1/p' "run.$name.$seed/metrics.jsonl" >losses
            awk -v n=$epochs '!($1 < 1e30) { bad = 1 } { last = $1 } END { exit bad || NR != n || !(last < 1) }' losses ||
                { echo "$name, seed $seed:"; cat losses; false; }
            rm -r "run.$name.$seed"
        done
    done
}
