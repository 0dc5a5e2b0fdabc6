#!/usr/bin/env bats
# runs.bats -- the folder of a training: made, held by one process, gone on from, and what is said of it

load helper

model() { tiny_network 'epochs: 4, validation: 0.25'; }
export GG_THREADS=1

# damage FILE: one byte in its middle
damage() {
    chmod u+w "$1"
    printf '\125' | dd of="$1" bs=1 seek=$(($(stat -c %s "$1") / 2)) conv=notrunc status=none
}
newest() { find "$1" -name 'checkpoint.*.ggs' | sort | tail -n 1; }
measured() { grep -v '"event":"start"' "$1/metrics.jsonl" | sed -E 's/"(seconds|processor)":[^,}]*//g'; }

@test "a folder is held by one process, and free after a kill" {
    model
    gg-train -q --epochs 100000 -o run m.yaml "$DATA/tiny.ggs" &
    pid=$!
    for _ in $(seq 600); do [ -n "$(newest run 2>/dev/null)" ] && break; sleep 0.1; done
    [ "$(cat run/lock)" -eq "$pid" ]
    refuses 5 "run: process $pid is at work in this folder: wait for it, or use another -o" \
        gg-train -q --epochs 100000 -o run m.yaml "$DATA/tiny.ggs"
    # nothing was begun anew
    refuses 5 "process $pid is at work" gg-train -q --resume never --epochs 1 -o run m.yaml "$DATA/tiny.ggs"
    kill -0 "$pid"
    kill -KILL "$pid"
    wait "$pid" || true
    last=$(grep -c '"event":"epoch"' run/metrics.jsonl)
    gg-train --epochs $((last + 1)) -o run m.yaml "$DATA/tiny.ggs" 2>said
    grep -q 'goes on behind' said
    [ "$(grep -c '"event":"epoch"' run/metrics.jsonl)" -eq $((last + 1)) ]
}

@test "two at once: one is refused, the other ends as if alone, for fits as well" {
    model
    gg-train -q -o alone m.yaml "$DATA/tiny.ggs"
    mkdir both
    mkfifo go
    # holds the folder until its input comes
    gg-train -q -o both m.yaml <go &
    pid=$!
    exec 9>go
    for _ in $(seq 300); do [ -s both/lock ] && break; sleep 0.1; done
    refuses 5 "process $pid is at work" gg-train -q -o both m.yaml "$DATA/tiny.ggs"
    refuses 5 "process $pid is at work" gg-train -q -o both --set 'fit={kind: ridge, inputs: [x]}' --set 'heads=[{target: propensity}]' \
        <(printf '{}\n') "$DATA/tiny.ggs"
    cat "$DATA/tiny.ggs" >&9
    exec 9>&-
    wait "$pid"
    gg-cmp alone/model.ggm both/model.ggm
}

@test "a damaged checkpoint gives way to the one before, with a word, to the same bytes" {
    model
    gg-train -q -o whole m.yaml "$DATA/tiny.ggs"
    gg-train -q --epochs 3 --set train.schedule=constant -o run m.yaml "$DATA/tiny.ggs"
    rm run/model.ggm
    gg-train -q --set train.schedule=constant -o straight m.yaml "$DATA/tiny.ggs"
    bad=$(newest run)
    damage "$bad"
    gg-train --set train.schedule=constant -o run m.yaml "$DATA/tiny.ggs" 2>said
    grep -q "$bad: .*: it goes on from run/checkpoint.000000012.ggs, the one before" said
    grep -q 'goes on behind epoch 2 of 4 (run/checkpoint.000000012.ggs)' said
    gg-cmp straight/model.ggm run/model.ggm
    cmp <(measured straight) <(measured run)
    # none that is whole
    for f in run/checkpoint.*.ggs; do damage "$f"; done
    before=$(cksum <run/metrics.jsonl)
    refuses 3 "checkpoint.000000024.ggs: .*; the checkpoint before is no better: --resume never begins anew" \
        gg-train -q --set train.schedule=constant -o run m.yaml "$DATA/tiny.ggs"
    [ "$(cksum <run/metrics.jsonl)" = "$before" ]
    gg-train -q --resume never --set train.schedule=constant -o run m.yaml "$DATA/tiny.ggs"
    gg-cmp straight/model.ggm run/model.ggm
}

@test "what a checkpoint says is inside its bounds" {
    model
    gg-train -q --epochs 2 -o run m.yaml "$DATA/tiny.ggs"
    whole=$(newest run)
    gg-dump --text "$whole" >whole.txt
    while read -r name value; do
        awk -v name="$name" -v value="$value" 'edit { $1 = "\t" value; edit = 0 } { print } $1 == "field" && $2 == name { edit = 1 }' whole.txt |
            gg-dump -r -o bad.ggs
        refuses 3 "bad.ggs: tensor '$name': number 0 is .*, not in .* .. .*: no training writes such" \
            gg-train -q --epochs 3 --resume bad.ggs -o run m.yaml "$DATA/tiny.ggs"
    done <<'EOF'
position -500000
position 7
epoch -1
epoch 9223372036854775807
adam.step -1
ema.step -3
best_epoch -1
n_bad -1
metrics_bytes -1
schedule.scale 2
schedule.n_bad -1
adam.v -1
EOF
    gg-train -q --epochs 3 --resume "$whole" -o run m.yaml "$DATA/tiny.ggs"
}

@test "going on from an earlier checkpoint: those behind it are of another course" {
    model
    gg-train -q --set train.schedule=constant -o run m.yaml "$DATA/tiny.ggs"
    cp run/model.ggm whole.ggm
    gg-train -q --resume run/checkpoint.000000018.ggs --set train.schedule=constant -o run m.yaml "$DATA/tiny.ggs"
    [ "$(newest run)" = run/checkpoint.000000024.ggs ]
    gg-cmp whole.ggm run/model.ggm
}

@test "more epochs on a finished run: a constant rate ends as one run does, a cosine says what it does" {
    model
    set -- m.yaml "$DATA/tiny.ggs"
    gg-train -q --epochs 4 --set train.schedule=constant -o whole "$@"
    gg-train -q --epochs 2 --set train.schedule=constant -o run "$@"
    gg-train --epochs 4 --set train.schedule=constant -o run "$@" 2>said
    grep -q 'goes on behind epoch 2 of 4' said
    gg-cmp whole/model.ggm run/model.ggm
    gg-train --epochs 4 --set train.schedule=constant -o run "$@" 2>said
    grep -q 'nothing is left to do: 4 epochs are done; a larger --epochs goes on' said
    gg-cmp whole/model.ggm run/model.ggm
    before=$(cksum <run/metrics.jsonl)
    refuses 2 "more than 3 epochs already" gg-train -q --epochs 3 --set train.schedule=constant -o run "$@"
    [ "$(cksum <run/metrics.jsonl)" = "$before" ]
    gg-train -q --epochs 2 -o cosine "$@"
    gg-train --epochs 4 -o cosine "$@" 2>said
    # lr 0.02, half the course: half the rate
    grep -q 'train.schedule: cosine: from here on as in a run of 4 epochs, not of 2: the rate is 0.01 now' said
    # patience ends it; more patience goes on
    set -- --epochs 9 --set train.schedule=constant --lr 0 "$@"
    gg-train --set train.patience=1 -o idle "$@" 2>said
    [ "$(grep -c '"event":"epoch"' idle/metrics.jsonl)" -eq 2 ]
    gg-train --set train.patience=1 -o idle "$@" 2>said
    grep -q '2 epochs are done, train.patience ended it' said
    gg-train -q --set train.patience=3 -o idle "$@"
    [ "$(grep -c '"event":"epoch"' idle/metrics.jsonl)" -eq 4 ]
}

@test "at the end: best epoch, correlations beside what noise allows, the next command, which works" {
    model
    gg-train -o run m.yaml "$DATA/tiny.ggs" 2>said
    grep -q 'epoch [1-4] is the best of 4: validation loss [0-9.]* over 2 frames' said
    [ "$(grep -c 'propensity .*time .*species [AB] .*correlation .*noise allows 0' said)" -eq 8 ]
    # the numbers of gg-corr on the same frames
    gg-select --frames 6: -o last.ggs "$DATA/tiny.ggs"
    next=$(grep -o 'gg-predict run/model.ggm FRAMES.ggs | gg-corr' said)
    eval "${next/FRAMES/last} --tsv" >corr.tsv
    awk -F'\t' 'NR == 1 { for (k = 1; k <= NF; k++) c[$k] = k; next }
        $c["species"] != "all" { printf "%s %.3f %.3f\n", $c["species"], $c["rho_config"], $c["ceiling_config"] }' corr.tsv | sort >expected
    sed -nE 's/.*species ([AB]) *correlation *([-0-9.]+) *noise allows ([0-9.]+)/\1 \2 \3/p' said | sort >found
    [ "$(wc -l <found)" -eq 8 ]
    paste -d ' ' expected found | awk '{ d = $2 - $5; e = $3 - $6; if ($1 != $4 || d * d > 1.1e-6 || e * e > 1.1e-6) exit 1 }'
    gg-train -q -o quiet m.yaml "$DATA/tiny.ggs" 2>said
    [ ! -s said ]
    gg-train --set train.validation=0 -o none m.yaml "$DATA/tiny.ggs" 2>said
    grep -q 'no validation frames: the model is that of the last epoch, 4' said
}

@test "a signal: where it stopped, and that the same command goes on" {
    model
    gg-train --epochs 100000 -o run m.yaml "$DATA/tiny.ggs" 2>said &
    pid=$!
    for _ in $(seq 600); do [ -n "$(newest run 2>/dev/null)" ] && break; sleep 0.1; done
    kill -TERM $pid
    status=0
    wait $pid || status=$?
    [ "$status" -eq 75 ]
    grep -qE 'stopped behind frame [0-9]+ of 6 of epoch [0-9]+; the same command goes on from there' said
}

@test "folders of an output are made with their parents; what cannot be is told" {
    gg-select --limit 1 "$DATA/tiny.ggs" -o a/b/one.ggs
    gg-dump --text a/b/one.ggs -o a/c/d/one.txt
    gg-dump --check a/b/one.ggs
    gg-neighbors --cutoff 1.5 a/b/one.ggs -o ./e//f/n.ggs
    gg-corr --target propensity --predictor propensity --tsv a/b/one.ggs -o t/corr.tsv
    gg-dump --npz g/h a/b/one.ggs
    model
    gg-train -q --epochs 1 -o i/j/run m.yaml "$DATA/tiny.ggs"
    [ -s e/f/n.ggs ]
    [ -s t/corr.tsv ]
    [ -s i/j/run/model.ggm ]
    [ -d g/h ]
    : >file
    refuses 5 "file: a folder is wanted here, and it is a file" gg-select --limit 1 "$DATA/tiny.ggs" -o file/b/one.ggs
    refuses 5 "file: a folder is wanted here, and it is a file" gg-train -q -o file m.yaml "$DATA/tiny.ggs"
    refuses 5 "file: a folder is wanted here, and it is a file" gg-train -q -o file/run m.yaml "$DATA/tiny.ggs"
    [ ! -s file ]
    [ "$(id -u)" -ne 0 ] || return 0
    mkdir closed
    chmod a-w closed
    refuses 5 "closed/in: cannot make this folder: Permission denied" gg-select --limit 1 "$DATA/tiny.ggs" -o closed/in/one.ggs
}
