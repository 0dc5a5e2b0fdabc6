#!/usr/bin/env bats
# gg-import-said.bats -- what the user says by options: it acts, or is refused with what would act

load helper

# xyz COMMENT...: a frame of plain XYZ for each comment line
xyz() { local c; for c; do printf '%s\n' 2 "$c" 'A 0.125 0.25 4.5' 'B 1.5 2.5 3.5'; done; }
# of FIELD FILE: its value in each frame, on one line
of() { gg-dump -d "$1" "$2" | paste -sd ' '; }

@test "plain XYZ: step and time of the comment as writers have them, other keys are told" {
    xyz 'Atoms. Timestep: 0' 'Atoms. Timestep: 100' >lammps.xyz
    gg-import -q --timestep 0.5 lammps.xyz -o x.ggs
    [ "$(of step x.ggs), $(of run_time x.ggs)" = '0 100, 0 50' ]
    xyz 'Timestep=10' 'step = 20' >steps.xyz
    gg-import -q --timestep 0.5 steps.xyz -o x.ggs
    [ "$(of step x.ggs), $(of run_time x.ggs)" = '10 20, 5 10' ]
    xyz ' i =  4, time =    2.500, E =   -17.1' 'Time=3 box: own words' >times.xyz
    gg-import times.xyz -o x.ggs 2>said
    [ "$(of run_time x.ggs)" = '2.5 3' ]
    grep -q 'left out: i (of the comment line); E (of the comment line)' said
    xyz 'a = b = c' '=' 'Time=now' 'Step=1.5' 'x=' >odd.xyz
    gg-import odd.xyz -o x.ggs 2>said
    refuses 3 'run_time' gg-dump -d run_time x.ggs
    grep -q 'Time (no number); Step (no number)' said
}

@test "--timestep and --time without anything to act on are refused, and the advice works" {
    xyz 'no step' 'no step either' >none.xyz
    says='--timestep: the file says no steps; write Timestep=N or Time=T into the second line of each frame'
    refuses 2 "none.xyz: $says" gg-import --timestep 0.5 none.xyz -o x.ggs
    [ ! -e x.ggs ]
    xyz 'Lattice="4 0 0 0 4 0 0 0 4"' 'Lattice="4 0 0 0 4 0 0 0 4"' >ext.xyz
    refuses 2 "ext.xyz: $says" gg-import --timestep 0.5 ext.xyz -o x.ggs
    awk '/Lattice/ { $0 = $0 " Timestep=" 10 * n++ } 1' ext.xyz >stepped.xyz
    gg-import -q --timestep 0.5 stepped.xyz -o x.ggs
    [ "$(of run_time x.ggs)" = '0 5' ]
    awk '/Lattice/ { $0 = $0 " Time=" 10 * n++ } 1' ext.xyz >timed.xyz
    refuses 2 '--timestep: the file says times, but no steps; leave it out' gg-import --timestep 0.5 timed.xyz -o x.ggs
    gg-import -q timed.xyz -o x.ggs
    refuses 2 'ext.xyz: --time: nothing in the file is over time; --map' gg-import --time 1 ext.xyz -o y.ggs
    gg-dump --extxyz x.ggs >own.xyz
    refuses 2 'own.xyz: --timestep: ' gg-import --timestep 1 own.xyz -o y.ggs
}

@test "a column that is mapped to a quantity over time has a time" {
    printf '%s\n' 2 'Lattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3:charge:R:1' 'A 0 0 0 1' 'B 1 1 1 2' >c.xyz
    refuses 2 'c.xyz: .*--map propensity=charge: propensity is a quantity over time; say the time by --time, or map' \
        gg-import --map propensity=charge c.xyz -o x.ggs
    gg-import -q --time 1 --map propensity=charge c.xyz -o x.ggs
    [ "$(of propensity x.ggs)" = '1 2' ]
    refuses 2 'c.xyz: .*--map temperature=charge: temperature has another shape in gg_stream\(5\); map to a name of your own' \
        gg-import --map temperature=charge c.xyz -o x.ggs
    gg-import -q --map q=charge c.xyz -o x.ggs
    [ "$(of q x.ggs)" = '1 2' ]
}

@test "--box and --cell: one of them, named as it was typed" {
    xyz one >one.xyz
    refuses 2 '--box and --cell both give the cell: leave one out' gg-import --cell 6 --box 7 one.xyz -o x.ggs
    gg-import -q --cell 6,6,6 one.xyz -o c.ggs
    for c in '6 6 6' '6, 6, 6' ' 6 6,6 ' '6 0 0 0 6 0 0 0 6'; do gg-import -q --cell "$c" one.xyz | gg-cmp c.ggs -; done
    for c in '6 6 x' '6,,6' '6,' ',6' ' '; do refuses 2 "--cell: '.*' is not a number" gg-import --cell "$c" one.xyz -o x.ggs; done
    refuses 2 '--cell has 2 numbers; 1, 3 or 9 are wanted' gg-import --cell 6,6 one.xyz -o x.ggs
    for o in cell box; do
        gg-import -q --$o 6 one.xyz -o $o.ggs
        gg-dump -o shown $o.ggs
        grep -q -e "source.box *--$o\$" shown
        grep -q -e "gg-import --$o 6 one.xyz" shown
        xyz 'Lattice="4 0 0 0 4 0 0 0 4" pbc="T T T"' >own.xyz
        refuses 3 "--$o contradicts the file's own cell" gg-import --$o 5 own.xyz -o x.ggs
    done
}

@test "the page names the arrays of the sets that the reader knows" {
    man -l "$ROOT/man/gg-import.1" >page 2>/dev/null || mandoc -T ascii "$ROOT/man/gg-import.1" >page
    sed 's/.\x08//g' page >plain
    awk '/common_keys|methods\[\] = /, /};/' "$ROOT/common/formats/npz_sets.c" >tables
    sed -n 's/.*{"[a-z_]*", "\([a-z_]*\)"}.*/\1/p' tables >names
    awk '/methods/, 0' tables | grep -o '"[A-Za-z0-9_]*"' | tr -d '"' >>names
    [ "$(wc -l <names)" -gt 20 ]
    while read -r name; do grep -qw -e "$name" plain || { echo "no $name"; return 1; }; done <names
}

@test "without files standard input is read" {
    xyz one >one.xyz
    gg-import -q one.xyz | gg-dump --extxyz >own.xyz
    gg-import -q own.xyz -o named.ggs
    gg-import -q -o back.ggs <own.xyz
    gg-cmp named.ggs back.ggs
    refuses 4 'standard input: empty' gg-import -o x.ggs </dev/null
}

@test "LAMMPS: two dimensions and atom styles that fit are what the refusal names" {
    printf '%s\n' 'ITEM: TIMESTEP' 0 'ITEM: NUMBER OF ATOMS' 1 'ITEM: BOX BOUNDS pp pp pp' '0 4' '0 4' '-0.5 0.5' \
        'ITEM: ATOMS id type xu yu' '1 1 1.25 2.5' >flat.dump
    refuses 3 'no columns x y z \(nor xu, xs, xsu\); --dim 2 for two dimensions' gg-import flat.dump -o x.ggs
    gg-import -q --dim 2 flat.dump -o x.ggs
    sed 's/xu yu/u v/' flat.dump >none.dump
    refuses 3 'nor xu, xs, xsu\)$' gg-import none.dump -o x.ggs
    data() { printf '%s\n' title '' '1 atoms' '0 4 xlo xhi' '0 4 ylo yhi' '0 4 zlo zhi' '' Atoms '' "$1" >bare.data; }
    data '1 1 1 0.5 1 2 3 0 0 0'
    refuses 3 "10 columns, .*; of so many columns are amoeba, .*full" gg-import bare.data -o x.ggs
    [[ "$stderr" != *charge* ]]
    gg-import -q --atom-style full bare.data -o x.ggs
    data '1 1 0.5 1 2 3'
    refuses 3 '6 columns, .* are angle, bond, charge' gg-import bare.data -o x.ggs
}
