#!/usr/bin/env bats
# golden.bats -- what gg 0.1.0 wrote is read for good: a stream, models with their predictions, a checkpoint
#
# golden/0.1/*.hex are bytes of its files, 32 a line; they are never written anew.  liquid: 3 frames of 36 particles, from `gg-dump -r |
# gg-neighbors --cutoff 1.2`; every: a network with each layer kind and both kinds of head, trained for 3 epochs; ridge, softness: fits;
# tiny: tiny.yaml trained to its end, checkpoint: the one before its last epoch, with metrics.jsonl.  NAME.predicted.txt is
# `gg-predict NAME.ggm liquid.ggs | gg-select --keep '*_pred' | gg-dump --text` of that version.

load helper

G="$BATS_TEST_DIRNAME/golden/0.1"

bytes() { printf '%b' "$(sed 's/../\\x&/g' "$1" | tr -d '\n')"; } # of lines of hex

# The checkpoint in its folder, as the training left it when it was killed in the last epoch.
killed() {
    mkdir "$1"
    bytes "$G/checkpoint.hex" >"$1/checkpoint.000000009.ggs"
    cp "$G/metrics.jsonl" "$1"
    cp "$G/tiny.yaml" .
    bytes "$G/liquid.hex" >liquid.ggs
}

# predicts MODEL.ggm LIKE TOLERANCE: as gg 0.1.0 did, within a share of the field's root mean square
predicts() {
    gg-predict "$1" liquid.ggs -o p.ggs
    gg-dump -r "$G/$2.predicted.txt" | gg-cmp --fields '*_pred' --rel "$3" - p.ggs
}

@test "gg 0.1.0: its stream is whole, is read, and is written with the same bytes" {
    bytes "$G/liquid.hex" >liquid.ggs
    gg-dump --check liquid.ggs
    gg-dump liquid.ggs | grep -q ' 3 frames, .* complete, id a3e04158$'
    gg-dump --text liquid.ggs | gg-dump -r | cmp - liquid.ggs
    gg-neighbors --cutoff 1.2 liquid.ggs | gg-cmp - liquid.ggs
}

@test "gg 0.1.0: its models predict what they predicted, on every kernel" {
    bytes "$G/liquid.hex" >liquid.ggs
    for name in every tiny ridge softness; do
        bytes "$G/$name.hex" >$name.ggm
        gg-dump --check $name.ggm
        for kernel in plain avx2 avx512; do # one that the processor lacks is the plain one
            GG_KERNEL=$kernel predicts $name.ggm $name 2e-5 # 1e-5 is what doubles differ from floats
        done
    done
}

@test "gg 0.1.0: its checkpoint is read, and training goes on from it, or says in one line why not" {
    killed run
    gg-dump --check run/checkpoint.000000009.ggs
    [ "$(gg-dump -d epoch run/checkpoint.000000009.ggs)" = 3 ]
    run --separate-stderr gg-train -q -o run tiny.yaml liquid.ggs
    if [ "$status" -eq 0 ]; then
        [ "$(grep -c '"event":"epoch"' run/metrics.jsonl)" -eq 4 ]
        tail -n 1 run/metrics.jsonl | grep -q '"gflop":[0-9.]*,.*"processor":null' # what its first part took is not known
    else # as the double build does, whose parameters are longer
        [ "$status" -eq 2 ] || [ "$status" -eq 3 ]
        [ "${#stderr_lines[@]}" -eq 1 ]
        [[ "$stderr" =~ ^gg-train:\ run/checkpoint.000000009.ggs:.*--resume\ never ]]
        [ ! -e run/model.ggm ]
        gg-train -q --resume never -o run tiny.yaml liquid.ggs # which is advice that works
    fi
    predicts run/model.ggm tiny 1e-3
}
