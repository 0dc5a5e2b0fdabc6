#!/usr/bin/env bats
# gg-md.bats -- configurations from nothing, isoconfigurational runs, interruptions, more runs, refusals, other people's dynamics

load helper

export GG_THREADS=1 # small systems; side by side with other tests
small="--start KA3D --n 300 --temperature 0.64 --wait 2"
quick="--runs 3 --times 0.2,1"
value() { gg-dump --data "$1" "$2" | head -n 1; }
holds() { awk "BEGIN { exit !($1) }"; }
one_frame() { gg-select --frames 0:1 -o one.ggs "$DATA/tiny.ggs"; }
# mean FIELD FILE [COLUMN]: over the particles of type 0 of the first frame
mean() {
    paste <(gg-dump --data type "$2") <(gg-dump --data "$1" "$2") |
        awk -v c="${3:-1}" '$1 == 0 { s += $(c + 1); n++ } END { print s / n }'
}

@test "a mixture from nothing: composition, density, fields, META" {
    # shellcheck disable=SC2086
    gg-md $small $quick --seed 3 -o a.ggs
    gg-dump --check a.ggs
    run gg-dump a.ggs
    [[ "$output" =~ system\ +KA3D ]]
    [[ "$output" =~ md\ +nve\ dt=0.005\ potential=fshift ]]
    [[ "$output" =~ md.equilibration\ +canonical\ dt=0.005\ potential=fshift\ relaxation=1\ melt=10\ wait=2\ apart=0 ]]
    [[ "$output" =~ replicas\ +3 ]]
    [[ "$output" =~ KA3D/T0.64/s3/1\ +300\ nodes ]]
    [[ "$output" =~ cell\ 6.2996 ]]
    [ "$(gg-dump --data type a.ggs | sort | uniq -c | tr -s ' \n' ' ')" = " 240 0 60 1 " ]
    [ "$(value md_wait a.ggs)" = 2 ]
    holds "$(value md_fs_first a.ggs) < 0.9 && $(value md_fs_second a.ggs) < 0.9"
    gg-quench --energy-only a.ggs | gg-dump --data energy /dev/stdin | awk '{ s += $1 } END { exit !(s / NR > -5.8 && s / NR < -5) }'
    [ ! -e a.ggs.checkpoint ]
}

@test "one process at a time works on a state; a lock that a kill left holds nobody up" {
    # shellcheck disable=SC2086
    gg-md -q $small --runs 3 --times 0.2,1000 --seed 3 -o a.ggs &
    pid=$!
    waits a.ggs.checkpoint.lock
    while [ ! -s a.ggs.checkpoint.lock ]; do sleep 0.1; done
    # shellcheck disable=SC2086
    refuses 5 "a.ggs.checkpoint: process $pid is at work on this file: wait for it, or use another -o" \
        gg-md $small --runs 3 --times 0.2,1000 --seed 3 -o a.ggs
    kill -KILL "$pid"
    wait "$pid" || true
    [ -e a.ggs.checkpoint.lock ]
    # shellcheck disable=SC2086
    gg-md $small $quick --seed 3 --resume never -o a.ggs
    [ ! -e a.ggs.checkpoint.lock ]
    # told to stop, it leaves the state and no lock
    # shellcheck disable=SC2086
    gg-md -q $small --runs 3 --times 0.2,1000 --seed 3 -o b.ggs &
    pid=$!
    waits b.ggs.checkpoint.lock
    kill -TERM "$pid"
    local status=0
    wait "$pid" || status=$?
    [ "$status" -eq 75 ]
    [ -e b.ggs.checkpoint ]
    [ ! -e b.ggs.checkpoint.lock ]
}

@test "the same bytes for any number of threads; another seed, other numbers" {
    # shellcheck disable=SC2086
    {
        gg-md --start KA3D --n 1200 --temperature 1 --wait 0.5 --runs 20 --times 0.1,0.3 --threads 1 -o a.ggs
        gg-md --start KA3D --n 1200 --temperature 1 --wait 0.5 --runs 20 --times 0.1,0.3 --threads 3 >b.ggs
        cmp a.ggs b.ggs
        gg-md --start KA3D --n 1200 --temperature 1 --wait 0.5 --runs 20 --times 0.1,0.3 --seed 1 --sample-id KA3D/T1/s0 -o b.ggs
        run -1 gg-cmp --fields pos a.ggs b.ggs
    }
}

@test "every kind of processor agrees over short times" {
    one_frame
    for kernel in plain avx2 avx512; do
        GG_KERNEL=$kernel gg-md --runs 3 --times 0.1,0.3 -o $kernel.ggs one.ggs
        gg-cmp --fields displacement,propensity --tol 2e-4 plain.ggs $kernel.ggs
    done
}

@test "targets are those of gg-targets" {
    one_frame
    gg-md --runs 5 --times 0.2,1 -o a.ggs one.ggs
    gg-md --runs 5 --times 0.2,1 --keep-replicas one.ggs | gg-select --drop propensity,propensity_var,displacement,displacement_var |
        gg-targets -o b.ggs
    gg-cmp --ignore meta.drift a.ggs b.ggs
    gg-select --keep pos,type a.ggs | gg-cmp --fields pos,type - one.ggs # the start is the start
}

@test "short runs fly freely: the variance of a component is T t^2" {
    one_frame
    gg-md --runs 16 --times 0.005 -o a.ggs one.ggs
    t=$(value temperature one.ggs)
    v=$(gg-dump --data displacement_var a.ggs | awk '{ s += $1 } END { print s / NR / 3 / 0.005 ^ 2 }')
    holds "$v > 0.95 * $t && $v < 1.05 * $t"
}

@test "a command that was stopped goes on to the same bytes" {
    command=(gg-md --start KA3D --n 1000 --temperature 0.64 --wait 3 --configurations 2 --apart 1 --runs 18 --times "0.2,1")
    "${command[@]}" -o whole.ggs
    for after in 0.3 1 1.6; do
        "${command[@]}" -o part.ggs 2>said &
        sleep $after
        kill -TERM $! 2>/dev/null || true
        wait $! && status=0 || status=$?
        if [ "$status" -ne 0 ]; then # a fast machine may have ended before
            [ "$status" -eq 75 ]
            grep -q 'the state is in part.ggs.checkpoint, the same command goes on' said
            [ ! -e part.ggs ]
            refuses 2 "the state of another command" "${command[@]}" --seed 5 -o part.ggs
            "${command[@]}" -o part.ggs
        fi
        cmp whole.ggs part.ggs
        [ ! -e part.ggs.checkpoint ]
        rm part.ggs
    done
}

@test "a state that is none is refused, or ignored on demand" {
    one_frame
    gg-md --runs 2 --times 0.2 -o want.ggs one.ggs
    cp one.ggs a.ggs.checkpoint
    refuses 3 "a.ggs.checkpoint: no state of molecular dynamics" gg-md --runs 2 --times 0.2 -o a.ggs one.ggs
    head -c 1000 one.ggs >a.ggs.checkpoint
    refuses 4 "a.ggs.checkpoint: " gg-md --runs 2 --times 0.2 -o a.ggs one.ggs
    gg-md --runs 2 --times 0.2 --resume never -o a.ggs one.ggs
    gg-cmp want.ggs a.ggs
}

@test "what a state says is inside its bounds" {
    command=(gg-md --start KA3D --n 300 --temperature 0.64 --wait 20 --runs 2 --times 0.2 -o a.ggs)
    "${command[@]}" 2>said &
    sleep 0.2
    kill -TERM $!
    status=0
    wait $! || status=$?
    [ "$status" -ne 0 ] || skip "faster than a signal"
    [ "$status" -eq 75 ]
    gg-dump --text a.ggs.checkpoint >whole.txt
    while read -r name value; do
        awk -v name="$name" -v value="$value" 'edit { sub(/^\t[^ ]*/, "\t" value); edit = 0 } { print } $1 == "field" && $2 == name { edit = 1 }' whole.txt |
            gg-dump -r -o a.ggs.checkpoint
        refuses 3 "a.ggs.checkpoint: '$name'(: number 0 is .*, not in .* .. .*: no run writes such| is .*, this part of the run has .*).* --resume never" "${command[@]}"
    done <<'EOF'
configuration -1
configuration 2
phase -1
phase 77
step -1
step 1000000
chain.step -1
chain.v 1e30
chain.at 9223372036854775807
chain.temperature -1
waited 1e300
EOF
    gg-dump -r -o a.ggs.checkpoint whole.txt
    "${command[@]}"
    [ ! -e a.ggs.checkpoint ]
}

@test "--continue: four runs and four more are eight" {
    one_frame
    gg-md --runs 4 --times 0.2,0.5 -o four.ggs one.ggs
    gg-md --continue --runs 4 --times 0.2,0.5 -o more.ggs four.ggs
    gg-md --runs 8 --times 0.2,0.5 -o eight.ggs one.ggs
    gg-cmp --fields propensity,propensity_var,displacement,displacement_var,meta.replicas,meta.md --tol 1e-4 more.ggs eight.ggs
    run -1 gg-cmp --fields propensity --tol 1e-2 four.ggs eight.ggs
    refuses 3 "META md: the runs that are there are 'nve dt=0.005.*canonical" gg-md --continue --ensemble canonical --runs 2 --times 0.2,0.5 -o x.ggs four.ggs
    refuses 3 "field 'time': 0.5, --times says 1" gg-md --continue --runs 2 --times 0.2,1 -o x.ggs four.ggs
    refuses 3 "field 'time': 2 times, --times has 1" gg-md --continue --runs 2 --times 0.2 -o x.ggs four.ggs
    gg-md --runs 2 --times 0.2 --keep-replicas -o kept.ggs one.ggs
    refuses 3 "field 'pos_replicas' would not have the new runs: gg-select --drop pos_replicas" gg-md --continue --runs 2 --times 0.2 -o x.ggs kept.ggs
    gg-select --drop pos_replicas kept.ggs | gg-md --continue --runs 2 --times 0.2 -o x.ggs
    gg-select --keep pos,type,temperature one.ggs -o bare.ggs
    refuses 3 "field 'propensity' is missing: these runs cannot be gone on with; without --continue" gg-md --continue --runs 2 --times 0.2 -o x.ggs bare.ggs
}

@test "configurations follow each other; what belonged to the start is gone" {
    one_frame
    gg-md --wait 0.5 --configurations 3 --apart 0.25 -o a.ggs one.ggs
    [ "$(gg-dump --json a.ggs | grep -c '"id"')" -eq 3 ]
    gg-dump --json a.ggs | grep -q '"id":"[^"]*/3"'
    [ "$(gg-select --frames 2:3 a.ggs | gg-dump --data md_wait /dev/stdin)" = 1 ]
    run ! gg-dump --data propensity a.ggs
    run -1 gg-cmp --fields pos <(gg-select --frames 0:1 a.ggs) <(gg-select --frames 1:2 a.ggs)
    gg-select --limit 0 one.ggs | gg-md --wait 1 -o empty.ggs
    gg-dump --check empty.ggs
}

@test "two dimensions: the ternary liquid stays in its plane" {
    gg-md --start KA2D --n 400 --temperature 0.4 --wait 2 --runs 2 --times 0.2,1 --ensemble canonical -o a.ggs
    gg-dump a.ggs | grep -q 'canonical dt=0.005 potential=poly'
    gg-dump --data pos a.ggs | awk '$3 != 0 { exit 1 }'
    gg-dump --data displacement a.ggs | awk '$3 != 0 { exit 1 }'
    [ "$(gg-dump --data type a.ggs | sort | uniq -c | tr -s ' \n' ' ')" = " 186 0 102 1 112 2 " ]
}

@test "--estimate prints hours and megabytes and runs nothing" {
    # shellcheck disable=SC2086
    gg-md $small $quick --estimate >out
    grep -qE '^[0-9.e-]+ hours on [0-9]+ threads$' out
    grep -qE '^[0-9.]+ MB$' out
}

@test "refusals: options" {
    refuses 2 "no mixture 'KA4D': there are KA3D and KA2D .did you mean 'KA[23]D'" gg-md --start KA4D --temperature 1 --wait 1 -o x
    refuses 2 "--start without --wait" gg-md --start KA3D --temperature 1 -o x
    refuses 2 "--start without --temperature" gg-md --start KA3D --wait 1 -o x
    refuses 2 "--n 100 at density 1.2: the potential reaches 2.5, beyond half of the box of 4.368: wanted 151 particles" gg-md --start KA3D --n 100 --temperature 1 --wait 1 -o x
    refuses 2 "--temperature: 0 is out of range" gg-md --start KA3D --temperature 0 --wait 1 -o x
    refuses 2 "--temperature: -1 is out of range" gg-md --start KA3D --temperature -1 --wait 1 -o x
    refuses 2 "--times 0.112 is no multiple of --dt 0.005: wanted 0.11 or 0.115" gg-md --runs 2 --times 0.112 -o x "$DATA/tiny.ggs"
    refuses 2 "--wait 0.001 is no multiple" gg-md --wait 0.001 -o x "$DATA/tiny.ggs"
    refuses 2 "--times: 1 behind 2: wanted increasing times" gg-md --runs 2 --times 2,1 -o x "$DATA/tiny.ggs"
    refuses 2 "--runs without --times" gg-md --runs 2 -o x "$DATA/tiny.ggs"
    refuses 2 "--times without --runs" gg-md --times 2 -o x "$DATA/tiny.ggs"
    refuses 2 "--configurations 2 without --apart" gg-md --configurations 2 --wait 1 -o x "$DATA/tiny.ggs"
    refuses 2 "--keep-replicas without --runs" gg-md --keep-replicas --wait 1 -o x "$DATA/tiny.ggs"
    refuses 2 "--continue adds --runs" gg-md --continue --wait 1 -o x "$DATA/tiny.ggs"
    refuses 2 "--sample-id names one start" gg-md --wait 0.005 --sample-id a -o x "$DATA/tiny.ggs"
    refuses 2 "--resume: 'maybe'" gg-md --wait 0.005 --resume maybe -o x "$DATA/tiny.ggs"
}

@test "refusals: starts" {
    one_frame
    gg-md --start KA3D --n 300 --temperature 1 --wait 0.1 | gg-select --species A -o a.ggs
    refuses 3 "1 : 0 : 0 particles of A, B, C, but META system says KA3D, which is 0.8 : 0.2 : 0: the start of another mixture" gg-md --wait 1 -o x a.ggs
    gg-rotate --angle 20 --about 0,0,1 -o turned.ggs one.ggs
    refuses 3 "the cell is not a box along the axes" gg-md --wait 1 -o x turned.ggs
    gg-select --drop temperature -o cold.ggs one.ggs
    refuses 3 "no field 'temperature': give --temperature" gg-md --wait 1 -o x cold.ggs
    gg-md --wait 0.1 --temperature 0.5 -o warm.ggs cold.ggs
    [ "$(value temperature warm.ggs)" = 0.5 ]
}

@test "a density that the potential cannot hold, and a time step that heats" {
    refuses 3 "eps of potential energy a particle: particles overlap, this potential cannot hold them" gg-md --start KA3D --n 1001 --density 8 --temperature 1 --wait 1 -o x
    one_frame
    refuses 6 "frame 0 .*: step [0-9]+: temperature .*, wanted 0.64: the energy explodes: take a smaller --dt .now 0.06" gg-md --wait 6 --dt 0.06 -o x one.ggs
    refuses 6 "step [0-9]+: the conserved energy has changed by .*: the time step heats: take a smaller --dt .now 0.02" gg-md --wait 40 --dt 0.02 -o x one.ggs
}

@test "a crystal is told" {
    awk 'BEGIN { a = (4 / 1.2) ^ (1 / 3); L = 4 * a; print 256; printf "Lattice=\"%.9f 0 0 0 %.9f 0 0 0 %.9f\" Properties=species:S:1:pos:R:3\n", L, L, L
                 for (i = 0; i < 4; i++) for (j = 0; j < 4; j++) for (k = 0; k < 4; k++) for (s = 0; s < 4; s++)
                     printf "A %.9f %.9f %.9f\n", a * (i + (s == 1 || s == 2) / 2), a * (j + (s == 1 || s == 3) / 2), a * (k + (s == 2 || s == 3) / 2) }' >fcc.xyz
    gg-import --species A fcc.xyz -o fcc.ggs
    run --separate-stderr gg-md --temperature 0.1 --wait 0.5 -o a.ggs fcc.ggs
    [ "$status" -eq 0 ]
    [[ "$stderr" =~ warning:\ .*bond\ order\ of\ the\ whole\ system\ 0\.[45].*crystallises ]]
    one_frame
    run --separate-stderr gg-md --wait 0.5 -o a.ggs one.ggs
    [ -z "$stderr" ]
}

@test "other molecular dynamics: the propensity of ka-md from its own start" {
    need_shared data/ka-md/T0.64
    gg-import "$SHARED/data/ka-md/T0.64/ka_T0.64_003.npz" -o theirs.ggs
    gg-select --keep pos,type,temperature theirs.ggs |
        gg-md --runs 16 --times 0.2,0.5,1,2,5 --ensemble canonical -o ours.ggs
    for t in 1 2 3 4 5; do # 16 runs each: means within 1 %, and the correlation of two noisy means of one truth
        ours=$(mean propensity ours.ggs $t) theirs=$(mean propensity theirs.ggs $t)
        holds "$ours > 0.99 * $theirs && $ours < 1.01 * $theirs"
        paste <(gg-dump --data type theirs.ggs) <(gg-dump --data propensity theirs.ggs) <(gg-dump --data propensity ours.ggs) |
            awk -v t=$t '$1 == 0 { x = $(t + 1); y = $(t + 8); n++; a += x; b += y; aa += x * x; bb += y * y; ab += x * y }
                END { r = (ab - a * b / n) / sqrt((aa - a * a / n) * (bb - b * b / n)); print r; exit !(r > 0.6 && r < 0.97) }'
    done
}

# peak FILE: height and place of the first peak of g_AA(r) of the first frame
peak() {
    gg-select --species A "$1" | gg-neighbors --cutoff 1.5 -o pairs.ggs
    n=$(gg-dump --data type pairs.ggs | wc -l)
    gg-dump --data edge_vectors pairs.ggs | awk -v n="$n" -v V="$(awk 'BEGIN { print 4096 / 1.2 }')" '
        { h[int(sqrt($1 * $1 + $2 * $2 + $3 * $3) / 0.04)]++ }
        END { for (b in h) { r = 0.04 * (b + 0.5); g = h[b] * V / (n * n) / (4 * 3.14159265 * r * r * 0.04); if (g > m) { m = g; at = r } }
              print m, at }'
}

@test "other molecular dynamics: F_s of ka-md-tau, and the pair function after a wait" {
    need_shared data/ka-md-tau
    gg-import "$SHARED/data/ka-md-tau/ka_T0.50_A03.npz" | gg-select --keep pos,type,temperature -o start.ggs
    gg-md --runs 16 --times 0.11,0.435,2.17 --keep-replicas -o a.ggs start.ggs
    paste -d' ' <(gg-dump --data pos start.ggs) <(gg-dump --data type start.ggs) >from.txt
    gg-dump --data pos_replicas a.ggs | tr ' ' '\n' | paste -d' ' - - - | paste -d' ' - <(for _ in $(seq 48); do cat from.txt; done) | awk '
        $7 == 0 { t = int((NR - 1) / (16 * 4096)); for (a = 1; a <= 3; a++) f[t] += cos(7.25 * ($a - $(a + 3))); n[t] += 3 }
        END { print f[0] / n[0], f[1] / n[1], f[2] / n[2]
              exit !(f[0] / n[0] > 0.89 && f[0] / n[0] < 0.91 && f[1] / n[1] > 0.77 && f[1] / n[1] < 0.79 && f[2] / n[2] > 0.69 && f[2] / n[2] < 0.73) }'
    gg-md --wait 3 -o later.ggs start.ggs
    read -r before at <<<"$(peak start.ggs)"
    read -r after there <<<"$(peak later.ggs)"
    holds "$after > 0.95 * $before && $after < 1.05 * $before && $at > 1 && $at < 1.12 && $there > 1 && $there < 1.12"
}

@test "LAMMPS: the same mean square displacement from the same start" {
    need_program lmp
    one_frame
    cp "$ROOT/examples/lammps/in.iso" "$ROOT/examples/lammps/potential" .
    L=$(gg-dump --json one.ggs | head -n 1 | sed -E 's/.*"cell":\[\[([0-9.]+).*/\1/')
    {
        printf 'start\n\n250 atoms\n2 atom types\n0 %s xlo xhi\n0 %s ylo yhi\n0 %s zlo zhi\n\nMasses\n\n1 1\n2 1\n\nAtoms\n\n' "$L" "$L" "$L"
        paste <(gg-dump --data type one.ggs) <(gg-dump --data pos one.ggs) | awk '{ print NR, $1 + 1, $2, $3, $4 }'
    } >start.1.data
    # forces are held to the definition in test_md.c; the definition to LAMMPS here
    printf 'units lj\natom_style atomic\nread_data start.1.data\ninclude potential\nthermo_modify format float %%.10g\nrun 0\n' >in.energy
    lmp -in in.energy -log none >said
    theirs=$(awk 'on { print $3; exit } $1 == "Step" { on = 1 }' said)
    ours=$(gg-quench --energy-only one.ggs | gg-dump --data energy /dev/stdin | awk '{ s += $1 } END { printf "%.8g", s / NR }')
    holds "$ours - $theirs < 2e-5 && $ours - $theirs > -2e-5"
    lmp -in in.iso -log none -screen none -var c 1 -var T 0.64 -var R 16 -var times "0.2 1 2" -var seed 3
    # shellcheck disable=SC2046
    gg-import --replicas --sample-id x --temperature 0.64 $(seq -f 'iso.1.%.0f.dump' 16) | gg-targets -o theirs.ggs
    gg-md --runs 16 --times 0.2,1,2 -o ours.ggs one.ggs
    for t in 1 2 3; do
        ours=$(mean propensity ours.ggs $t) theirs=$(mean propensity theirs.ggs $t)
        holds "$ours > 0.95 * $theirs && $ours < 1.05 * $theirs"
    done
}

@test "the story: data from nothing, a fit, a table" {
    make -s -C "$ROOT/examples/data-from-nothing" OUT="$PWD/out" TRAIN="1 2" TEST=3 \
        SMALL="--start KA3D --n 200 --temperature 1 --wait 1 --configurations 2 --apart 0.5 --runs 3 --times 0.5,1" >table
    grep -q 'propensity by propensity_pred, 2 configurations' table
    make -n -C "$ROOT/examples/data-from-nothing" OUT="$PWD/out" protocol CHAINS="A B" LENGTH=3 >plan
    [ "$(grep -c 'gg-md --threads 1 --temperature 0.5' plan)" -eq 6 ]
    grep -q -- "--sample-id KA3D/T0.5/B/3 -o $PWD/out/T0.50/B03.ggs $PWD/out/T0.50/B02.ggs" plan
    make -n -C "$ROOT/examples/data-from-nothing" OUT="$PWD/out" between CHAINS=A LENGTH=2 >plan
    grep -q -- "--temperature 0.47 .* --sample-id KA3D/T0.47/A/2 -o $PWD/out/T0.47/A02.ggs $PWD/out/T0.47/A01.ggs" plan
}

@test "cold starts: where runs of published training configurations came to" {
    need_shared data/botan-T0.44
    make -s -C "$ROOT/examples/data-from-nothing" GG_SHARED="$SHARED" OUT="$PWD/out" SOURCES=3 ENDS=16 \
        T0.44="--temperature 0.44 --wait 0.1 --runs 2 --times 0.05" cold
    gg-dump out/T0.44/3.run16.ggs >said
    grep -q "^frame 0  KA/T0.44/train/3/run16/1 " said
    grep -q "propensity " said
    [ "$(ls out/T0.44)" = 3.run16.ggs ]
}
