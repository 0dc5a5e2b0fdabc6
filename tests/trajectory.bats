#!/usr/bin/env bats
# trajectory.bats -- plain trajectories become training sets: starts, later frames, cages; import to correlation for each kind of file

load helper

F="$SHARED/data/foreign"
near() { awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; if (d < 0) d = -d; if (!(d <= t)) { print a " is not " b; exit 1 } }'; }
frames() { gg-dump --json "$1" | wc -l; }

# plane FRAMES IMAGES: a dump of a plane crystal of 100 that rattles and drifts; rows in no order, a third side of no thickness
plane() {
    awk -v frames="$1" -v images="$2" 'BEGIN {
        for (f = 0; f < frames; f++) {
            print "ITEM: TIMESTEP"; print 100 * f; print "ITEM: NUMBER OF ATOMS"; print 100
            print "ITEM: BOX BOUNDS pp pp pp"; print "0 10"; print "0 10"; print "0 0"
            print "ITEM: ATOMS id type x y" (images ? " ix iy" : "")
            for (k = 0; k < 100; k++) {
                i = (k * 37 + f) % 100
                x = i % 10 + 0.2 * sin(1.3 * i + 0.9 * f * (1 + i % 3)) + 0.3 * f
                y = int(i / 10) + 0.2 * cos(0.7 * i + 1.1 * f)
                ix = int(x / 10 + 10) - 10; iy = int(y / 10 + 10) - 10
                printf "%d %d %.9g %.9g", i + 1, 1 + i % 2, x - 10 * ix, y - 10 * iy
                print images ? " " ix " " iy : ""
            }
        }
    }'
}

# learn FILE: a network in miniature learns it, predicts, and is judged
learn() {
    tiny_network 'epochs: 2'
    gg-select --split "${2:-2:1:1}" "$1" -o split.ggs
    rm -rf run
    gg-train -q m.yaml split.ggs -o run
    gg-predict -q run/model.ggm split.ggs -o p.ggs
    gg-corr -q --target propensity --tsv --bootstrap 0 p.ggs >corr.tsv
    awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
        { n++; r = $at["rho_pooled"]; if (!(r >= -1 && r <= 1) || r == "") bad = 1; c = $at["ceiling_config"]; if (c != "-" && c != "nan" && c != "") bad = 2 }
        END { exit !(n > 0 && !bad) }' corr.tsv || { cat corr.tsv; return 1; }
}

@test "LAMMPS in two dimensions: image flags or none, the same ways; drift and cages" {
    plane 9 1 >flags.dump
    plane 9 '' >none.dump
    gg-import -q --dim 2 --timestep 0.01 --sample-id 'run/{step}' flags.dump -o flags.ggs
    gg-import -q --dim 2 --timestep 0.01 --sample-id 'run/{step}' none.dump -o none.ggs
    t() { gg-targets --trajectory --times 1,2,5 --add propensity,displacement,cage_relative,cage_relative_displacement --cage-cutoff 1.6 "$@"; }
    t flags.ggs -o a.ggs 2>said
    grep -qx 'gg-targets: 9 frames, 4 starts; left out: 1 without a frame 1 later, 1 without a frame 2 later, 3 without a frame 5 later' said
    t -q none.ggs -o b.ggs
    [ "$(frames a.ggs)" -eq 4 ]
    gg-cmp --tol 1e-6 --ignore 'meta.*' --fields propensity,displacement,cage_relative,cage_relative_displacement,time,pos a.ggs b.ggs
    gg-dump a.ggs | grep -qE 'trajectory +later frames of the run, unwrapped'
    gg-dump b.ggs | grep -qE 'trajectory +later frames of the run, nearest images from frame to frame'
    gg-dump a.ggs | grep -qE 'cage_relative +displacement less the mean of the neighbours within 1.6 sigma'
    # particle 0 from frame 0 to 1, by hand; the drift of 1.5 to frame 5 is in the plain displacement alone
    near "$(gg-dump -n 0 -d displacement --rows 0:1 a.ggs | awk '{ print $1 }')" "$(awk 'BEGIN { print 0.3 + 0.2 * sin(0.9) }')" 1e-6
    gg-dump -n 0 -d displacement a.ggs | awk '{ s += $7 } END { exit !(s / NR > 1.3) }'
    gg-dump -n 0 -d cage_relative a.ggs | awk '{ if ($3 > 1) bad = 1; s += $3 } END { exit !(s / NR < 0.5 && !bad) }'
    learn a.ggs
}

@test "a drift, a rotation, an order of particles: cage-relative targets follow or do not see them" {
    plane 3 1 >p.dump
    gg-import -q --dim 2 --timestep 0.01 p.dump -o p.ggs
    t() { gg-targets -q --trajectory --times 1 --add cage_relative,cage_relative_displacement "$@"; }
    t p.ggs | gg-rotate --angle 30 -o a.ggs
    gg-rotate --angle 30 p.ggs | t -o b.ggs
    gg-cmp --tol 1e-5 --ignore 'meta.*' a.ggs b.ggs
    run -1 gg-cmp --fields cage_relative_displacement --ignore 'meta.*' <(t p.ggs) b.ggs
}

@test "GSD of HOOMD: import, targets, training, prediction, correlation" {
    need_shared data/foreign
    for d in 2 3; do
        gg-import -q --timestep 0.005 "$F/atooms/trajectory${d}d.gsd" | gg-targets -q --trajectory --times 0.005 -o g.ggs
        [ "$(frames g.ggs)" -eq 3 ]
        learn g.ggs 1:1:1
    done
    refuses 3 "'run_time' is missing: gg-import --timestep" sh -c "gg-import -q '$F/atooms/trajectory2d.gsd' | gg-targets --trajectory --times 1 -o x.ggs"
}

@test "RUMD: logarithmic times within a file, several files as runs" {
    need_shared data/foreign
    gg-import -q "$F/partycls/trajectory0000.xyz.gz" -o r.ggs
    gg-targets --trajectory --times 0.008 r.ggs -o t.ggs 2>said
    grep -q '10 frames, 2 starts; left out: 8 without a frame 0.008 later' said
    gg-targets -q --trajectory --times 0.008,0.016,2.048 r.ggs -o one.ggs
    [ "$(frames one.ggs)$(gg-dump -d time one.ggs | tr '\n' ' ')" = '10.008 0.016 2.048 ' ]
    # the last frame as the file has it, unwrapped: 1.681297 -2.065115 0.657089, from 2.061139 -2.255527 0.970563
    gg-dump -d displacement --rows 0:1 one.ggs | awk '{ x = $7 + 0.379842; y = $8 - 0.190412; z = $9 + 0.313474; exit !(x * x + y * y + z * z < 1e-10) }'
    learn t.ggs 1:0:1
    gg-import -q "$F/atooms/ka_rumd_N1200.xyz.gz" -o k.ggs
    gg-targets --trajectory --times 0.008 r.ggs k.ggs -o both.ggs 2>said
    grep -q '27 frames, 4 starts; left out: 23 without a frame 0.008 later' said
    gg-targets -q --trajectory --times 131.072 k.ggs -o k1.ggs
    [ "$(frames k1.ggs)" -eq 1 ]
}

@test "extended XYZ with columns of its own: they pass, and are learned beside" {
    awk 'BEGIN { for (r = 1; r <= 2; r++) for (f = 0; f < 4; f++) {
            print 64 > "r" r ".xyz"
            print "Lattice=\"8 0 0 0 8 0 0 0 8\" Properties=species:S:1:pos:R:3:charge:R:1:dip:R:3 Time=" f " pbc=\"T T T\"" > "r" r ".xyz"
            for (i = 0; i < 64; i++) {
                x = 2 * (i % 4) + 0.4 * sin(i + f + r); y = 2 * (int(i / 4) % 4) + 0.4 * cos(2 * i + f); z = 2 * int(i / 16) + 0.3 * sin(3 * i + r * f)
                print i % 3 ? "A" : "B", x, y, z, x - int(x), y - int(y), z, x > "r" r ".xyz"
            } } }'
    gg-import -q r1.xyz r2.xyz | gg-targets --trajectory --times 1 -o t.ggs 2>said
    grep -q '8 frames, 6 starts; left out: 2 without a frame 1 later' said
    gg-dump t.ggs | grep -qE '^  dip +f64  \[node, 3\] +other +1x1o'
    learn t.ggs 4:1:1
    gg-features -q --add density t.ggs -o f.ggs
}

@test "runs that begin alike are replicas: the same as runs joined by gg-import, for several starts at once" {
    for s in 1 2; do
        for k in 1 2 3; do
            plane 4 1 | awk -v s=$s -v k=$k '/^ITEM/ { if (/TIMESTEP/) n++ } NF == 6 && !/^ITEM/ { $3 = $3 + 0.01 * s * ($1 % 5); if (n > 1) $4 = $4 + 0.02 * k * n }
                { print }' >"s$s.r$k.dump"
        done
        gg-import -q --replicas --dim 2 --timestep 0.01 --sample-id "s$s/0" s$s.r?.dump | gg-select -q --drop step,run_time -o "j$s.ggs"
    done
    gg-targets -q j1.ggs j2.ggs | gg-select -q --join -o want.ggs
    gg-import -q --dim 2 --timestep 0.01 --sample-id '{stem}/{step}' s1.r1.dump s2.r1.dump s1.r2.dump s2.r2.dump s2.r3.dump s1.r3.dump -o all.ggs
    gg-targets --trajectory --replicas --times 1,2,3 all.ggs -o got.ggs 2>said
    grep -qx 'gg-targets: 24 frames, 6 starts; left out: 18 by --replicas' said
    grep -qx 'gg-targets: 6 runs from 2 starts' said
    gg-cmp --tol 1e-6 --fields pos,type,time,propensity,propensity_var,displacement,displacement_var want.ggs got.ggs
    gg-dump got.ggs | grep -qE 'replicas +3$'
    gg-corr -q --target propensity --predictor type --bootstrap 0 --tsv got.ggs >c.tsv
    awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } NR == 2 { exit !($at["ceiling_config"] > 0 && $at["ceiling_config"] <= 1) }' c.tsv
    refuses 3 "2 replicas" sh -c "gg-select -q --id 's1*' --id 's2.r[12]*' all.ggs | gg-targets -q --trajectory --replicas --times 1 -o x.ggs"
    refuses 3 'at least 2 are wanted for a variance' sh -c "gg-select -q --id 's?.r1*' all.ggs | gg-targets -q --trajectory --replicas --times 1 -o x.ggs"
    refuses 2 'no --apart, no --every' gg-targets --trajectory --replicas --times 1 --every 2 -o x.ggs all.ggs
    refuses 2 'are for --trajectory' gg-targets --replicas -o x.ggs all.ggs
}

# One particle begins 2e-5 apart, at either side of the cell: the same start, and what it moves by is counted from one place.
@test "replicas of one start whose particles were wrapped apart" {
    step() { printf 'ITEM: TIMESTEP\n%s\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS pp pp pp\n0 10\n0 10\n0 10\nITEM: ATOMS id type x y z\n1 1 %s 5 5\n2 1 3 3 3\n' "$@"; }
    { step 0 0.00001; step 100 0.1; } >r1.dump
    { step 0 9.99999; step 100 0.2; } >r2.dump
    gg-import -q --temperature 0.5 --timestep 0.01 --sample-id '{stem}/{step}' r1.dump r2.dump | gg-targets -q --trajectory --replicas --times 1 -o t.ggs
    gg-dump t.ggs | grep -qE 'replicas +2$'
    [ "$(gg-dump -d propensity t.ggs | head -1)" = 0.14999 ]
}

@test "with one run the noise is not known: no variance, no ceiling" {
    plane 5 1 >p.dump
    gg-import -q --dim 2 --timestep 0.01 p.dump -o p.ggs
    gg-targets -q --trajectory --times 1 p.ggs -o t.ggs
    run -1 grep -E '_var' <(gg-dump -a t.ggs)
    gg-dump t.ggs | grep -qE 'replicas +1$'
    gg-corr --target propensity --predictor type --bootstrap 0 t.ggs | awk '$3 == "all" { n++; bad += $NF != "-" } END { exit !(n == 1 && !bad) }'
    gg-targets -q --add propensity,propensity_var "$DATA/tiny_replicas.ggs" | gg-corr --target propensity --predictor type --bootstrap 0 |
        awk '$3 == "all" { n++; bad += $NF == "-" } END { exit !(n && !bad) }'
    refuses 3 '1 replicas, at least 2 are wanted for a variance or a correlation \(--add propensity,displacement does without\)' \
        gg-targets --trajectory --times 1 --add propensity_var -o x.ggs p.ggs
    gg-targets -q --trajectory --times 1 --keep-replicas p.ggs | gg-dump -o shown
    grep -qE '^  pos_replicas +f64  \[time, replica, node, 3\]' shown
}

@test "what a trajectory may not be, and options that go together" {
    plane 3 1 >p.dump
    gg-import -q --dim 2 --timestep 0.01 p.dump -o p.ggs
    t() { gg-targets --trajectory -o x.ggs "$@"; }
    refuses 2 '--trajectory wants --times T' t p.ggs
    refuses 2 'for --trajectory' gg-targets --times 1 -o x.ggs p.ggs
    refuses 2 'for --trajectory' gg-targets --every 2 -o x.ggs p.ggs
    refuses 2 'not both' t --join --times 1 p.ggs
    refuses 2 'increasing ones are wanted' t --times 2,1 p.ggs
    refuses 2 'increasing ones are wanted' t --times 1,1.0000001 p.ggs
    refuses 2 '--times' t --times 0 p.ggs
    refuses 3 'no start: 3 frames, 0 starts; left out: 3 without a frame 50 later \(gg-dump -d run_time' t --times 50 p.ggs
    refuses 3 "p.ggs: frame 0 \(p/0\): run 'p' comes again: its frames are wanted one after the other" t --times 1 p.ggs p.ggs
    gg-import -q --dim 2 --timestep 0.01 --sample-id 'p/{count}' p.dump p.dump -o twice.ggs
    refuses 3 "frame 3 .*'run_time': 0, 2 in the frame before: later ones are wanted" t --times 1 twice.ggs
    refuses 3 "'time' is there" t --times 1 "$DATA/tiny.ggs"
    refuses 3 "'time' is there|'pos_replicas' is there" t --times 1 "$DATA/tiny_replicas.ggs"
    refuses 4 'empty' t --times 1 /dev/null
    [ ! -e x.ggs ]
    awk '/^ITEM/ { sub(/id /, ""); atoms = /ATOMS type/ } !/^ITEM/ && atoms { sub(/^[0-9]+ /, "") } { print }' p.dump >noid.dump
    gg-import -q --dim 2 --timestep 0.01 noid.dump -o noid.ggs
    refuses 3 "'type' differs from that of the frame before of run 'noid'" t -q --times 1 noid.ggs
    sed 's/type x/one x/; s/^ITEM: ATOMS one/ITEM: ATOMS type/' noid.dump | awk 'NF == 5 && !/^ITEM/ { $1 = 1 } { print }' >one.dump
    gg-import -q --dim 2 --timestep 0.01 one.dump | gg-targets --trajectory --times 1 -o y.ggs 2>said
    grep -q 'warning: the dump had no ids, so rows may be other particles from frame to frame' said
}

@test "steps longer than a quarter of the cell are warned of; the same bytes for any number of threads" {
    plane 3 '' | sed 's/^0 10$/0 10/' >p.dump
    gg-import -q --dim 2 --timestep 0.01 p.dump -o p.ggs
    gg-targets --trajectory --times 1 p.ggs -o x.ggs 2>said
    run -1 grep warning said
    awk 'BEGIN { for (f = 0; f < 3; f++) { print 1; print "Lattice=\"4 0 0 0 4 0 0 0 4\" Time=" f; print "A", 1.5 * f, 0, 0 } }' >far.xyz
    gg-import -q far.xyz | gg-targets --trajectory --times 1 -o x.ggs 2>said
    grep -q "warning: run 'far': a particle moved by 0.38 of the cell between two frames" said
    for n in 1 2 4; do
        GG_THREADS=$n gg-targets -q --trajectory --times 1 --add cage_relative,propensity p.ggs >"$n.ggs"
    done
    cmp 1.ggs 2.ggs
    cmp 1.ggs 4.ggs
}

@test "targets that are there and no replicas: passed on, and told" {
    gg-targets "$DATA/tiny.ggs" -o t.ggs 2>said
    grep -qE '^gg-targets: [0-9]+ frames have targets and no replicas: passed on as they are$' said
    gg-cmp --ignore 'meta.*' "$DATA/tiny.ggs" t.ggs
    refuses 3 "frame 0 .*no field 'pos_replicas' to make 'overlap' of; without --add the targets that are there pass on" \
        gg-targets --add propensity,overlap -o x.ggs "$DATA/tiny.ggs"
    gg-targets -q --keep-replicas "$DATA/tiny_replicas.ggs" | gg-targets -o u.ggs 2>said
    grep -qE 'targets that were there are made anew' said
    need_shared data/deepmind
    gg-import "$SHARED/data/deepmind/test_large.pickle" -o d.ggs
    gg-targets d.ggs -o e.ggs 2>said
    grep -q 'passed on as they are' said
}

@test "cage-relative targets of replicas: by hand, for runs and their variance" {
    need_program gg-dump
    gg-targets --add cage_relative,cage_relative_var,cage_relative_displacement,cage_relative_displacement_var \
        --cage-cutoff 1.4 "$DATA/tiny_replicas.ggs" -o t.ggs
    gg-dump --check t.ggs
    gg-corr -q --target cage_relative --predictor type --tsv --bootstrap 0 t.ggs >c.tsv
    awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } NR == 2 { exit !($at["ceiling_config"] > 0 && $at["ceiling_config"] <= 1) }' c.tsv
    gg-targets -q --add cage_relative --cage-cutoff 0.1 "$DATA/tiny_replicas.ggs" | gg-dump -d cage_relative --rows 0:1 | grep -qi nan
}

@test "cage states of a trajectory: the mean of the past, without the drift" {
    plane 9 1 >p.dump
    gg-import -q --dim 2 --timestep 0.01 --sample-id 'run/{step}' p.dump -o p.ggs
    gg-cage --past 3 p.ggs -o c.ggs 2>said
    grep -qx 'gg-cage: 9 frames; left out: 3 whose run was too short so far' said
    [ "$(frames c.ggs)" -eq 6 ]
    gg-dump c.ggs | grep -qE "cage +average over the run's frames of the past 3 tau"
    # particle 0 in frame 3: the mean of its rattling over frames 0 to 3, less that of all particles
    want=$(awk 'BEGIN { for (f = 0; f < 4; f++) for (i = 0; i < 100; i++) { x[f, i] = 0.2 * sin(1.3 * i + 0.9 * f * (1 + i % 3)); m[f] += x[f, i] / 100 }
        for (f = 0; f < 4; f++) s += (x[f, 0] - m[f] - x[3, 0] + m[3]) / 4
        printf "%.9f", s }')
    got=$(paste <(gg-dump -n 0 -d pos_cage --rows 0:1 c.ggs) <(gg-dump -n 0 -d pos --rows 0:1 c.ggs) | awk '{ printf "%.9f", $1 - $4 }')
    near "$got" "$want" 1e-6
    gg-dump -n 0 -d cage_size c.ggs | awk '{ if (!($1 > 0.01 && $1 < 0.4)) bad = 1 } END { exit bad }'
    gg-targets -q --trajectory --times 1 c.ggs -o t.ggs
    gg-dump t.ggs | grep -q pos_cage
    refuses 3 'no other frame of the run in the 0.5 tau before: a longer --past is wanted' gg-cage --past 0.5 -o x.ggs p.ggs
}
