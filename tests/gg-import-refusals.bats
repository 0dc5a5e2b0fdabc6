#!/usr/bin/env bats
# gg-import-refusals.bats -- files that contradict themselves, and what the summary says of files that do not
# bats file_tags=reader

load helper

# rumd KEYS: two particles under these keys
rumd() {
    printf '2\nioformat=2 timeStepIndex=4 integrator=IntegratorNVE,0.25 sim_box=RectangularSimulationBox,4,5,6 %s columns=type,x,y,z,pe,vir\n0 1 1 1 -2 3\n1 2 2 2 -3 4\n' "$1"
}
# xyz KEYS ROW...: extended XYZ
xyz() {
    local keys=$1
    shift
    printf '%s\n' "$#" "$keys" "$@"
}
CELL='Lattice="4 0 0 0 5 0 0 0 6" pbc="T T T"'

@test "RUMD: words that are no keys, types and masses that do not fit, steps that cannot be" {
    rumd 'numTypes=2 mass=1,1' >good.xyz
    gg-import good.xyz 2>said -o good.ggs
    grep -q 'fields: .*pe from pe.*vir from vir' said
    rumd 'numTypes=2 mass=1,1 colour' >word.xyz
    refuses 3 "word.xyz: line 2: 'colour' is no KEY=VALUE" gg-import -q word.xyz
    rumd 'numTypes=1' >few.xyz
    refuses 3 'line 4: type 1; numTypes says 1 types, from 0' gg-import -q few.xyz
    rumd 'mass=1' >light.xyz
    refuses 3 'line 4: type 1; mass says 1 types, from 0' gg-import -q light.xyz
    rumd 'numTypes=2 mass=1' >mass.xyz
    refuses 3 'line 2: mass=1 has 1 numbers, numTypes=2' gg-import -q mass.xyz
    rumd 'numTypes=0' >none.xyz
    refuses 3 'line 2: numTypes=0; a whole number from 1' gg-import -q none.xyz
    sed 's/Index=4/Index=-4/' good.xyz >past.xyz
    refuses 3 'line 2: timeStepIndex=-4; a whole number from 0 is wanted' gg-import -q past.xyz
}

@test "names of elements are species only by --species, which the message gives" {
    xyz "$CELL" 'O 1 1 1' 'H 2 1 1' 'H 1 2 1' >water.xyz
    refuses 3 "particle 0: species 'O'; --species O,H names them, type 0 first" gg-import -q water.xyz
    gg-import -q --species O,H water.xyz -o water.ggs
    [ "$(gg-dump -d type water.ggs | tr '\n' ' ')" = '0 1 1 ' ]
    xyz "$CELL" 'Na 1 1 1' 'Cl 2 1 1' >salt.xyz
    refuses 3 "species 'Na'; --species Na,Cl names them" gg-import -q salt.xyz
    refuses 3 "particle 1: species 'Cl'; --species Na,Cl names them" gg-import -q --species Na salt.xyz
    xyz "$CELL" 'B 1 1 1' 'A 2 1 1' 'C 1 2 1' >letters.xyz
    gg-import -q letters.xyz -o letters.ggs
    [ "$(gg-dump -d type letters.ggs | tr '\n' ' ')" = '1 0 2 ' ]
}

@test "the summary names every column and number that was read, with -q nothing does" {
    xyz "$CELL Properties=species:S:1:pos:R:3:charge:R:1:force:R:3 energy=nan arr=\"_JSON [[1, 2], [3, 4.5]]\"" 'A 1 1 1 0.5 1 2 3' >x.xyz
    gg-import x.xyz -o x.ggs 2>said
    grep -q 'fields: .*charge from charge, 0e' said
    grep -q 'force from force, 1x1o' said
    grep -q 'energy.frame from energy' said
    run ! grep -q 'left out' said
    [ "$(gg-dump -d energy.frame x.ggs) $(gg-dump -d arr x.ggs | tr '\n' ' ')" = 'nan 1 2 3 4.5 ' ]
    [ -z "$(gg-import -q x.xyz -o x.ggs 2>&1)" ]
}

@test "numbers are decimal, lengths positive, positions near the cell; a third side of nothing is a plane" {
    xyz "$CELL" 'A 0x10 1 1' >hex.xyz
    refuses 3 "line 3: column 2: '0x10' is no finite number" gg-import -q hex.xyz
    xyz "$CELL" 'A 1e15 1 1' >far.xyz
    refuses 3 "particle 0 is at 1e\+15, far outside the cell" gg-import -q far.xyz
    xyz "$CELL" 'A 1.5d0 1 1' >fortran.xyz
    gg-import -q fortran.xyz -o f.ggs
    [ "$(gg-dump -d pos f.ggs)" = '1.5 1 1' ]
    xyz 'Lattice="-4 0 0 0 5 0 0 0 6" pbc="T T T"' 'A 1 1 1' >negative.xyz
    refuses 3 'the cell has a side of -4; lengths are positive' gg-import -q negative.xyz
    xyz 'Properties=species:S:1:pos:R:3' 'A 1 1 1' >open.xyz
    refuses 3 'the cell has a side of -4' gg-import -q --cell -4 open.xyz
    xyz 'Lattice="5 0 0 0 5 0 0 0 0" pbc="T T F"' 'A 1 1 0' >flat.xyz
    refuses 3 'the third side of the cell is 0; --dim 2 reads two dimensions' gg-import -q flat.xyz
    gg-import -q --dim 2 flat.xyz -o flat.ggs
    gg-dump flat.ggs | grep -qF '2D periodic, cell 5 5'
}

@test "a table of gg-dump that lost rows is refused" {
    xyz "$CELL" 'A 1 1 1' 'B 2 1 1' 'B 1 2 1' >one.xyz
    cat one.xyz one.xyz | gg-import -q --sample-id '{count}' - -o two.ggs
    gg-dump --csv two.ggs >two.csv
    gg-import -q two.csv -o back.ggs
    gg-cmp --tol 0 --ignore 'meta.source.*' two.ggs back.ggs
    sed 3d two.csv >cut.csv
    refuses 4 'frame 0: 2 rows up to line 4; gg_nodes=3 are wanted' gg-import -q cut.csv
    head -n 6 two.csv >end.csv
    refuses 4 'frame 1: 2 rows up to line 6; gg_nodes=3 are wanted' gg-import -q end.csv
}
