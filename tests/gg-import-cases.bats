#!/usr/bin/env bats
# gg-import-cases.bats -- situations from public bug reports of neighbouring codes: each once got wrong, here or there

load helper

setup() { cd "$BATS_TEST_TMPDIR" && cp "$ROOT"/tests/cases/* .; }
types() { gg-dump -d type "$1" | tr '\n' ' '; }
# like FILE TEXT: the first frame's line
like() { gg-dump "$1" | grep '^frame 0 ' | grep -qF "$2" || { gg-dump "$1"; return 1; }; }

@test "LAMMPS data: an atom style that is not named is not guessed" {
    refuses 3 "line 11: 8 columns, and the section does not name its atom style" gg-import line.data
    gg-import -q --atom-style line line.data -o l.ggs
    [ "$(types l.ggs)" = '0 1 ' ]
    gg-dump -d pos l.ggs | diff - <(printf '%s\n' '1 1.5 2' '2.5 1.5 2')
    refuses 3 "write 'Atoms # STYLE'.* charge" gg-import charge.data
    sed 's/^Atoms$/Atoms # charge/' charge.data >named.data
    gg-import -q named.data -o c.ggs
    [ "$(types c.ggs)$(gg-dump -d q c.ggs | tr '\n' ' ')" = '0 1 0 0 ' ]
    refuses 3 'contradicts Atoms # charge' gg-import --atom-style full named.data
}

@test "image flags are whole numbers along periodic directions" {
    refuses 3 "half.dump: line 10: column 6: '0.5' is no whole number" gg-import half.dump
    sed 's/0.5 0 0$/1 0 0/' half.dump >whole.dump
    gg-import -q whole.dump -o w.ggs
    [ "$(gg-dump -d image w.ggs | head -n 1)" = '1 0 0' ]
    sed 's/pp pp pp/fs pp pp/' whole.dump >open.dump
    refuses 3 'particle 0: image flag 1 along an open direction' gg-import open.dump
}

@test "LAMMPS data: sections in any order, labels of types" {
    gg-import -q melt.data -o m.ggs
    gg-import -q --sample-id melt masses_first.data | gg-cmp m.ggs -
    like m.ggs '4 nodes, 0 edges, 3D periodic, cell 6 6 6'
    gg-import melt.data 2>&1 >m.ggs | grep -q 'left out: section Bond Coeffs (not of particles)'
    gg-import -q labels.data -o l.ggs
    [ "$(types l.ggs)" = '0 1 ' ]
    gg-dump -d pos l.ggs | diff - <(printf '%s\n' '1 1 1' '2.5 1 1')
    gg-import -q --species small,big labels.data -o s.ggs
    [ "$(types s.ggs)" = '1 0 ' ]
}

@test "LAMMPS data: velocities become a field, by id" {
    { cat charge.data; printf '\nVelocities\n\n2 0.5 0.25 0\n1 -1 0 2\n'; } | sed 's/^Atoms$/Atoms # charge/' >v.data
    gg-import -q v.data -o v.ggs
    gg-dump -d velocity v.ggs | diff - <(printf '%s\n' '-1 0 2' '0.5 0.25 0')
    sed 's/^2 0.5 0.25/3 0.5 0.25/' v.data >other.data
    refuses 3 'Velocities: other ids than Atoms' gg-import other.data
}

@test "species codes: one convention for a command" {
    gg-import --sample-id '{stem}' mixed.npz onlyB.npz -o s.ggs
    [ "$(types s.ggs)" = '0 1 0 1 1 1 1 1 ' ]
    refuses 3 '1 was the smallest; --first-type 0 reads all from 0' gg-import --sample-id '{stem}' onlyB.npz mixed.npz
    gg-import --first-type 0 --sample-id '{stem}' onlyB.npz mixed.npz -o t.ggs
    [ "$(types t.ggs)" = '1 1 1 1 0 1 0 1 ' ]
}

@test "species by element, typelabel, or another column" {
    gg-import -q --species Ni,P element.dump -o e.ggs
    gg-import -q --map type=element --species Ni,P element.dump | gg-cmp e.ggs -
    [ "$(types e.ggs)" = '0 1 ' ]
    gg-import -q --species A,B typelabel.dump -o t.ggs
    [ "$(types t.ggs)" = '0 1 ' ]
    refuses 3 "species 'Ni'; --species Ni,P names them" gg-import element.dump
    refuses 2 "--map type=colour: there is no column 'colour'; there are id, element, x" gg-import --map type=colour element.dump
}

@test "times that are equal are equal wherever the run starts" {
    gg-import -q --sample-id a --replicas --timestep 0.01 a1.dump a2.dump -o a.ggs
    gg-import -q --sample-id b --replicas --timestep 0.01 b1.dump b2.dump -o b.ggs
    gg-dump -d time a.ggs b.ggs | diff - <(printf '%s\n' 0.1 0.2 0.1 0.2)
}

@test "a time that the file says otherwise than --timestep" {
    refuses 3 'step 10 is at time 0.5 by the file, but at 0.1 by --timestep 0.01; leave it out' \
        gg-import -q --replicas --timestep 0.01 r1.dump r2.dump
    gg-import -q --replicas r1.dump r2.dump -o r.ggs
    gg-dump -d time r.ggs | diff - <(printf '%s\n' 0.5 1)
}

@test "a run that was restarted: frames that came again, the same, are taken once and told; others are refused" {
    gg-import restart.dump -o r.ggs 2>said
    grep -qx 'gg-import: left out: 1 frame that came again, the same (restart/10)' said
    gg-dump -d step r.ggs | diff - <(printf '%s\n' 0 10 20)
    gg-import -q --sample-id '{stem}-{step}' restart.dump | gg-dump -d step | diff - <(printf '%s\n' 0 10 20)
    gg-import -q --sample-id '{stem}/{count}' restart.dump | gg-dump -d step | diff - <(printf '%s\n' 0 10 10 20)
    gg-import -q --timestep 0.1 restart.dump | gg-targets -q --trajectory --times 1 | gg-dump -d run_time | diff - <(printf '%s\n' 0 1)
    # stopped later than its last restart file: two frames again
    { cat restart.dump; sed -n '12,$p' restart.dump; } >later.dump
    gg-import later.dump -o l.ggs 2>said
    grep -q 'left out: 4 frames that came again, the same (first later/10)' said
    gg-dump -d step l.ggs | diff - <(printf '%s\n' 0 10 20)
    awk '/TIMESTEP/ { n++ } n == 3 && /^1 1 / { $3 = 0.5 } { print }' restart.dump >other.dump
    refuses 3 "sample id 'other/10' comes twice in the file, with other contents; --sample-id gives others: '\{stem\}/\{count\}' numbers them" \
        gg-import other.dump
    gg-import -q --sample-id '{stem}/{count}' other.dump | gg-dump --check
    refuses 3 "'restart/0' comes twice; --sample-id" gg-import restart.dump restart.dump
    gg-import --replicas --timestep 0.1 restart.dump later.dump -o j.ggs 2>said
    grep -q 'left out: frames of restarted runs (they came again, the same)' said
    gg-dump -d time j.ggs | diff - <(printf '%s\n' 1 2)
    refuses 3 'other.dump: time 1 comes twice, with other positions' gg-import --replicas --timestep 0.1 restart.dump other.dump
}

@test "blank lines between frames and behind them" {
    gg-import -q end.dump -o e.ggs
    gg-import -q between.dump -o b.ggs
    [ "$(gg-dump --json e.ggs | wc -l) $(gg-dump --json b.ggs | wc -l)" = '1 2' ]
}

@test "extended XYZ: quotes, keys and columns as others write them" {
    for f in single short nep; do
        gg-import -q "$f.xyz" -o a.ggs
        like a.ggs '2 nodes, 0 edges, 3D periodic, cell 4 4 4'
    done
    gg-import -q --box 4 lammps.xyz -o l.ggs
    like l.ggs '2 nodes, 0 edges, 3D periodic, cell 4 4 4'
    [ "$(types l.ggs)$(gg-dump -d step l.ggs)" = '0 1 1000000' ]
    gg-import -q --format extxyz --box 4 lammps.xyz -o x.ggs
    gg-dump -o shown x.ggs
    run -1 grep -iE '^  (atoms|timestep)' shown
    gg-import -q lammps.xyz -o o.ggs
    like o.ggs '3D open, cell 0 0 0'
    gg-import -q --cell 4,0,0,1,4,0,0,0,4 lammps.xyz -o t.ggs
    gg-dump --json t.ggs | grep -qF '"cell":[[4,0,0],[1,4,0],[0,0,4]]'
}

@test "bonds lost are what the array of that name says" {
    gg-import late.npz | gg-dump -d bond_breaking | head -n 1 | grep -qx 0.8
}

@test "pickles of numpy 1 and 2, protocols 2 to 5, numbers of numpy" {
    gg-import -q --sample-id x numpy1.pickle -o one.ggs
    like one.ggs '4 nodes, 0 edges, 3D periodic, cell 4 4 4'
    for f in numpy2 numpy2_p3 protocol5 py3_protocol2 np_float; do
        gg-import -q --sample-id x "$f.pickle" | gg-cmp --ignore meta.pressure one.ggs -
    done
}

@test "several trajectories in folders, whatever their suffix" {
    mkdir run1 run2
    for k in 1 2; do
        cp end.dump "run$k/dump.melt"
        cp r1.dump "run$k/traj.100"
        touch "run$k/.hidden"
    done
    refuses 3 "'dump.melt/0' comes twice; --sample-id gives others: '\{folder\}/\{stem\}/\{step\}' has the folders" gg-import -q run1 run2
    gg-import -q --sample-id '{folder}/{stem}/{step}' run1 run2 -o all.ggs
    gg-dump -a all.ggs | awk '/^frame/ { print $3 }' | diff - <(printf '%s\n' run{1,2}/{dump.melt/0,traj.100/{0,10,20}})
}

@test "a scalar and a vector column of an extended XYZ are learned" {
    awk 'BEGIN {
        srand(3)
        for (f = 0; f < 5; f++) {
            print 40; print "Lattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3:charge:R:1:forces:R:3"
            for (i = 0; i < 40; i++) { x = 4 * rand(); y = 4 * rand(); z = 4 * rand(); print i % 3 ? "A" : "B", x, y, z, x * y, y, z, x }
        } }' >own.xyz
    gg-import -q --time 1 --map propensity=charge --map displacement=forces own.xyz | gg-select --split 3:1:1 -o own.ggs
    cat >own.yaml <<'YAML'
inputs: {node: [type], positions: pos, cutoff: 1.5}
layers:
  - {layer: embed, channels: 4, out: h}
  - {layer: conv, in: h, lmax: 1, out_irreps: gate(4x0e+4x1o), radial: {n: 6, hidden: [8]}, out: m}
  - {layer: actnorm, in: m, out: m}
  - {layer: gate, in: m, out: h}
heads:
  - {target: propensity, in: h, layer: mlp, hidden: [8]}
  - {target: displacement, in: h, layer: gated_vector}
train: {epochs: 1}
YAML
    gg-train -q own.yaml own.ggs -o run
    gg-predict run/model.ggm own.ggs -o p.ggs
    gg-dump p.ggs | grep -q displacement_pred
}

@test "columns under their own names: the heads name them, as the refusal says" {
    printf '%s\n' 4 'Lattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3:charge:R:1' 'A 0 0 0 1' 'B 1 0 0 2' 'A 0 1 0 3' 'A 1 1 0.12345678 1.5' >own.xyz
    gg-import -q own.xyz -o own.ggs
    tiny_network 'epochs: 1'
    refuses 3 "none of the model's targets \('propensity'\): run .*, or let a head name a field that is there \(--set heads.0.target=FIELD\)" \
        gg-train -q -o run m.yaml own.ggs
    gg-train -q -o run --set heads.0.target=charge m.yaml own.ggs
    gg-predict run/model.ggm own.ggs | gg-dump -d charge_pred | wc -l | grep -qx 4
}

@test "the example with columns of its own, in small" {
    N=6 EPOCHS=12 sh "$ROOT/examples/own-columns/run.sh" made >table 2>&1 || { cat table; return 1; }
    [ "$(gg-dump --json made/salt.ggs | wc -l)$(gg-dump --json made/test.ggs | wc -l)" = 61 ]
    gg-dump made/salt.ggs | grep -qE '^  field +f64  \[node, 3\] +other +1x1o'
    gg-dump made/salt.ggs | grep -qE '^  potential +f64  \[node\] +other +0e'
    # a sum over neighbours is learned in a few steps; by hand: the first ion's potential from the file
    for column in potential field; do
        gg-corr -q --target $column --tsv --bootstrap 0 made/test.ggs | awk -F '\t' '
            NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } $at["species"] == "all" { exit !($at["rho_pooled"] > 0.8) }'
    done
    awk 'NR == 3 { t = $1; x = $2; y = $3; z = $4; want = $5 } NR > 3 && NR < 67 {
        dx = $2 - x; dy = $3 - y; dz = $4 - z
        dx -= 4 * int(dx / 2); dy -= 4 * int(dy / 2); dz -= 4 * int(dz / 2)
        r = sqrt(dx * dx + dy * dy + dz * dz)
        if (r < 1.9) s += ($1 == "Na" ? 1 : -1) * exp(-2 * r) * (1 - r * r / 3.61) ^ 2 }
        END { d = s - want; exit !(d * d < 1e-12) }' made/salt.xyz
}

@test "own columns in every kind of file: a number, a vector, a flag of each particle; numbers of the frame; words are told" {
    local python=/usr/bin/python3
    $python -c 'import numpy' 2>/dev/null || skip "needs python3-numpy"
    $python - <<'EOF'
import pickle, numpy as np
d = pickle.load(open('numpy1.pickle', 'rb'))
n = len(d['types'])
q, dip = np.arange(n) / 8.0, np.arange(3 * n).reshape(n, 3) / 4.0
d.update(charge=q, dip=dip, up=np.arange(n) % 2 == 0, work=2.5, few=np.arange(3.0), note='words')
pickle.dump(d, open('own.pickle', 'wb'), protocol=2)
np.savez('own.npz', pos=d['positions'], type=d['types'], box=np.array([4.0, 4, 4]), charge=q, dip=dip, up=d['up'], work=2.5, few=d['few'], note='words')
with open('own.xyz', 'w') as f:
    print(n, file=f)
    print('Lattice="4 0 0 0 4 0 0 0 4" Properties=species:I:1:pos:R:3:charge:R:1:dip:R:3:up:L:1 work=2.5 few=[0,1,2] note=words', file=f)
    for i in range(n):
        print(d['types'][i], *d['positions'][i], q[i], *dip[i], 'TF'[i % 2], file=f)
EOF
    for kind in pickle npz xyz; do
        gg-import --sample-id x own.$kind -o own.ggs 2>said || { cat said; return 1; }
        grep -q 'left out: .*note (text)' said || { echo "$kind"; cat said; return 1; }
        gg-dump -d charge own.ggs | diff - <(printf '%s\n' 0 0.125 0.25 0.375)
        gg-dump -d dip --rows 1:2 own.ggs | diff - <(echo 0.75 1 1.25)
        gg-dump -d few own.ggs | tr '\n' ' ' | grep -qE '^0 1 2 ?$'
        [ "$(gg-dump -d work own.ggs)" = 2.5 ]
        gg-dump own.ggs >shown
        grep -qE '^  dip +f64  \[node, 3\] +other +1x1o' shown
        grep -qE '^  charge +f64  \[node\] +other +0e' shown
        grep -qE '^  up +bool +\[node\]' shown || { echo "$kind"; cat shown; return 1; }
        gg-import -q --sample-id x --drop dip --drop work own.$kind | gg-dump -o shown
        run -1 grep -E '^  (dip|work) ' shown
    done
}

@test "an option that says nothing for the source is refused by name" {
    local xyz=plain.xyz option
    printf '2\n\n1 0 0 0\n2 1 0 0\n' >plain.xyz
    printf '2\nLattice="9 0 0 0 9 0 0 0 9" Properties=species:S:1:pos:R:3:q:R:1\nA 0 0 0 1\nB 1 0 0 2\n' >q.xyz
    refuses 2 "--atom-style says nothing for format xyz" gg-import --atom-style full $xyz
    refuses 2 "--map says nothing for format xyz" gg-import --map nosuch=foo $xyz
    refuses 2 "--irreps says nothing for format xyz" gg-import --irreps q=0e $xyz
    refuses 2 "--time says nothing for format xyz" gg-import --time 1 $xyz
    gg-dump --extxyz "$DATA/tiny.ggs" >own.xyz
    refuses 2 "--species: the file has numbers for its types" gg-import --species A,B,C own.xyz
    refuses 2 "--time: nothing in the file is over time; --map" gg-import --time 1 q.xyz
    refuses 2 "--irreps q: irreps '7q'" gg-import --irreps q=7q q.xyz
    refuses 2 "--irreps p=7q: irreps '7q'" gg-import --irreps p=7q q.xyz
    for option in '--time 1' '--timestep 1' '--temperature 0.5' '--box 3' '--cell 3,3,3' '--irreps propensity=0o' '--first-type 1'; do
        # shellcheck disable=SC2086
        refuses 2 "${option%% *}: what gg-dump wrote is read as it was; leave it out" gg-import $option own.xyz
    done
    refuses 2 "has no column 'p' of its own" gg-import --irreps p=0e q.xyz
    refuses 2 "--irreps q: FIELD=IRREPS is wanted" gg-import --irreps q q.xyz
    refuses 2 "there is no column 'foo'; there are species, pos, q" gg-import --map nosuch=foo q.xyz
    refuses 2 "timestep" gg-import --timestep 0 q.xyz
    gg-import -q --irreps q=0e q.xyz | gg-dump --check
    gg-dump --csv "$DATA/tiny.ggs" >own.csv
    refuses 2 "--dim says nothing for format csv" gg-import --dim 2 own.csv
    need_shared data/foreign
    local gsd
    gsd=$(find "$SHARED/data/foreign" -name '*.gsd' | head -n 1)
    refuses 2 "--dim says nothing for format gsd" gg-import --dim 2 "$gsd"
    refuses 2 "--species says nothing for format gsd" gg-import --species A,B "$gsd"
}

@test "a last line without its line feed: the refusal says what helps" {
    printf '2\n\n1 0 0 0\n2 1 0 0' >cut.xyz
    refuses 4 "line 4: .*no line feed.*echo >>FILE" gg-import cut.xyz
    echo >>cut.xyz
    gg-import -q cut.xyz | gg-dump --check
}
