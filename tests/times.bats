#!/usr/bin/env bats
# times.bats -- fields at times of their own through the programs; times that are equal up to rounding

load helper

# own TIMES: two configurations at times 1, 10, 100 with a prediction at TIMES, as many as there are words
own() {
    awk -v times="$1" 'BEGIN {
        n = split(times, t, " ")
        srand(1)
        print "#gg-text 1\nmember gg.graph/1"
        for (c = 1; c <= 2; c++) {
            print "frame test/" c "\n\tnodes 8, edges 0, dim 3, pbc 7\n\tcell 4 0 0 0 4 0 0 0 4"
            print "field type i32 [8 node] structure\n\t0 0 0 0 0 1 1 1"
            print "field time f64 [3 time] other unit=tau\n\t1 10 100"
            print "field propensity f32 [8 node, 3 time] target irreps=0e unit=sigma"
            for (i = 0; i < 8; i++) print "\t" int(1000 * rand()) " " int(1000 * rand()) " " int(1000 * rand())
            print "field propensity_pred f32 [8 node, " n " free] prediction irreps=0e unit=sigma"
            for (i = 0; i < 8; i++) { for (k = 1; k <= n; k++) printf("%s%d", k == 1 ? "\t" : " ", 1000 * rand()); print "" }
            print "field propensity_pred.time f64 [" n " free] other unit=tau\n\t" times
        }
        print "end"
    }' >own.txt
    gg-dump -r -o own.ggs own.txt
}

# dump FILE: run steps 0, 10, 20 of six particles from step FIRST on
dump() {
    awk -v first="$1" -v seed="$2" 'BEGIN {
        srand(seed)
        for (s = 0; s < 3; s++) {
            printf "ITEM: TIMESTEP\n%d\nITEM: NUMBER OF ATOMS\n6\nITEM: BOX BOUNDS pp pp pp\n0 4\n0 4\n0 4\nITEM: ATOMS id type xu yu zu\n", first + 10 * s
            for (i = 1; i <= 6; i++) printf "%d 1 %.6f %.6f %.6f\n", i, i * 0.6 + s * rand(), i * 0.5 + s * rand(), i * 0.4 + s * rand()
        }
    }'
}

@test "own times are kept, dropped and renamed with their field, and shown" {
    own "0.5 10 50 100"
    gg-dump own.ggs | grep -q 'propensity_pred.time *f64'
    [ "$(gg-dump -d propensity_pred.time own.ggs | head -4 | tr '\n' ' ')" = "0.5 10 50 100 " ]
    gg-select --keep propensity_pred own.ggs | gg-dump | grep -q 'propensity_pred.time *f64'
    run ! bash -c "gg-select --drop propensity_pred own.ggs | gg-dump | grep -q 'propensity_pred.time *f64'"
    gg-select --rename propensity_pred=mine --species A own.ggs >mine.ggs
    [ "$(gg-dump -d mine.time mine.ggs | head -4 | tr '\n' ' ')" = "0.5 10 50 100 " ]
    gg-rotate --seed 1 own.ggs | gg-select --keep propensity_pred | gg-cmp --fields propensity_pred,propensity_pred.time - own.ggs
    gg-select --join own.ggs | gg-dump --text | gg-dump -r | gg-cmp - own.ggs
    need_program python3
    /usr/bin/python3 -c 'import numpy' 2>/dev/null || skip "needs python3-numpy"
    PYTHONPATH="$ROOT/examples/python" PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -c '
import ggs
for f in ggs.read("own.ggs"):
    assert f["propensity_pred.time"].tolist() == [0.5, 10, 50, 100] and f["propensity_pred"].shape == (8, 4)'
}

@test "own times may stand before their field" {
    own "0.5 10 50 100"
    awk -v times='field propensity_pred.time f64 [4 free] other unit=tau\n\t0.5 10 50 100' '
        /^[a-z]/ { skip = $2 == "propensity_pred.time" }
        $2 == "propensity_pred" { print times }
        !skip { print }' own.txt >before.txt
    gg-dump -r before.txt | gg-cmp own.ggs -
}

@test "own times that do not fit their field are refused, with the names of both" {
    own "0.5 10 50 100"
    sed 's/time f64 \[4 free\]/time f64 [3 free]/; s/0.5 10 50 100/0.5 10 50/' own.txt >short.txt
    refuses 3 "field 'propensity_pred.time' has 3 times, 'propensity_pred' is at 4" gg-dump -r short.txt
    sed 's/0.5 10 50 100/0.5 10 10 100/' own.txt >twice.txt
    refuses 3 "field 'propensity_pred.time': \[2\] is 10 after 10, must increase" gg-dump -r twice.txt
}

@test "a prediction is scored at the times that it shares with the truth" {
    own "0.5 10 50 100"
    gg-corr --tsv --bootstrap 0 -o t.tsv own.ggs
    [ "$(cut -f 5,6 t.tsv | tr '\t\n' ': ')" = "time:species 10:A 10:B 10:all 100:A 100:B 100:all " ]
    gg-corr --target propensity --predictor propensity_pred --against type --species all --tsv own.ggs | cut -f 5 | tr '\n' ' ' | grep -q "time 10 100 1 10 100"
}

@test "without a shared time: both grids are named; --nearest-time pairs them and says so" {
    own "0.5 20 2000"
    refuses 3 "own.ggs: frame 0 \(test/1\): no time in common: field 'propensity_pred' is at 0.5, 20, 2000 \(3 times\), 'propensity' at 1, 10, 100 \(3 times\); --nearest-time pairs each with the nearest" \
        gg-corr own.ggs
    gg-corr --nearest-time --tsv --species A --bootstrap 0 -o t.tsv own.ggs
    [ "$(awk -F '\t' '{ print $5 ":" $NF }' t.tsv | tr '\n' ' ')" = "time:predicted_time 1:0.5 10:20 100:2000 " ]
    run -0 gg-corr --nearest-time own.ggs
    [[ "$output" == *"each time of the prediction by the nearest of the truth"*"predicted at"* ]]
}

@test "a picture shows a prediction at the time of its truth, or refuses" {
    own "0.5 10 50 100"
    need_program gnuplot
    gg-plot scatter --time 10 -o s.png own.ggs
    refuses 3 "field 'propensity_pred' is not at time 1, as 'propensity' is" gg-plot scatter --time 1 -o s.png own.ggs
}

@test "columns that have no prediction are named, and a row says over how many it is averaged" {
    own "1 10 100"
    gg-dump --text own.ggs | awk '
        $1 == "frame" { frame++ }
        $1 == "field" { inside = $2 == "propensity_pred"; row = 0
                   if (inside) sub(/unit=/, "nan unit=") }
        /^\t/ && inside { row++; if (row > 5) { $0 = "\tnan nan nan" } else if (frame == 1) { $0 = "\t" $1 " nan " $3 } }
        { print }' >missing.txt
    gg-dump -r -o missing.ggs missing.txt
    run -0 gg-corr missing.ggs
    [[ "$output" == *"left out: 3 columns of propensity, where every propensity_pred is missing: B at 1, 10, 100"* ]]
    [[ "$output" == *"1 of 2"* ]]
    run -0 --separate-stderr gg-corr --tsv missing.ggs
    [[ "$stderr" == *"gg-corr: warning: left out: 3 columns"* ]]
    refuses 3 "no prediction to score; left out: 3 columns" gg-corr --species B missing.ggs
}

@test "one number a configuration is correlated over configurations, edges inside them" {
    awk 'BEGIN {
        print "#gg-text 1\nmember gg.graph/1"
        for (c = 1; c <= 4; c++) {
            print "frame test/" c "\n\tnodes 2, edges 3, dim 3, pbc 7\n\tcell 4 0 0 0 4 0 0 0 4"
            print "field total f32 [] target irreps=0e unit=eps\n\t" c "\nfield total_pred f32 [] prediction irreps=0e unit=eps\n\t" 2 * c
            print "field bond f32 [3 edge] target irreps=0e unit=1\n\t1 2 3\nfield bond_pred f32 [3 edge] prediction irreps=0e unit=1\n\t3 2 " (c < 3)
        }
        print "end"
    }' | gg-dump -r -o rows.ggs
    gg-corr --tsv --bootstrap 0 -o t.tsv rows.ggs
    [ "$(cut -f 1,6-9,12 t.tsv | tr '\t\n' ': ')" = "target:species:configs:n:rho_config:rho_pooled total:all:4:4:nan:1 bond:all:4:12:-0.99099:-0.956365 " ]
    run -0 gg-corr rows.ggs
    [[ "$output" == *"total by total_pred, 4 configurations; one number each: correlated over configurations only"* ]]
    gg-select --limit 2 rows.ggs >two.ggs
    run -0 gg-corr --target total two.ggs
    [[ "$output" == *"one number each: a correlation needs 3"* ]]
}

@test "times that differ by rounding are one" {
    dump 0 1 >a1.dump; dump 0 2 >a2.dump; dump 1000000 3 >b1.dump; dump 1000000 4 >b2.dump
    for id in a b; do
        gg-import -q --sample-id $id --replicas --timestep 0.01 ${id}1.dump ${id}2.dump | gg-targets -q --add propensity,displacement -o $id.ggs
    done
    [ "$(gg-dump -d time a.ggs b.ggs | tr '\n' ' ')" = "0.1 0.2 0.1 0.2 " ]
    gg-dump --text b.ggs | sed 's/^\t0\.1 0\.2$/\t0.1000000000003638 0.2000000000007276/' | gg-dump -r -o c.ggs
    gg-dump -d time c.ggs | grep -q 0.1000000000003638
    gg-corr --target propensity --predictor displacement --no-spearman --tsv -o t.tsv a.ggs c.ggs
    [ "$(cut -f 5-8 t.tsv | tr '\t\n' ': ')" = "time:species:configs:n 0.1:A:2:12 0.1:all:2:12 0.2:A:2:12 0.2:all:2:12 " ]
}
