#!/usr/bin/env bats
# gg-import-lammps.bats -- data files of every atom style, hybrid ones, boxes of any three vectors, line ends of other machines
# bats file_tags=reader

load helper

# data STYLE ROW [ROW]: a data file of two atoms with these rows; the style is named behind Atoms
data() {
    printf '%s\n' 'title' '' '2 atoms' '3 atom types' '' '0 4 xlo xhi' '0 5 ylo yhi' '0 6 zlo zhi' '' 'Masses' '' '1 1' '2 1' '3 2' '' \
        "Atoms # $1" '' "$2" "$3"
}
row() { gg-dump -n 0 -d "$1" --rows 0:1 "$2"; }

@test "every atom style of the manual: species and positions where they stand, the rest by name" {
    # The columns of the manual's page read_data; T type, X Y Z the position, numbers what else there is; a name and its value of it
    while IFS='|' read -r style columns name value; do
        a=$(sed 's/ID/1/; s/T/3/; s/X Y Z/1.5 2.5 3.5/' <<<"$columns")
        b=$(sed 's/ID/2/; s/T/1/; s/X Y Z/0.5 4.5 5.5/' <<<"$columns")
        for images in '' ' 0 0 0'; do
            data "$style" "$a$images" "$b$images" >s.data
            gg-import -q s.data -o s.ggs || { echo "$style"; return 1; }
            [ "$(gg-dump -d type s.ggs | tr '\n' ' ')$(gg-dump -d pos s.ggs | tr '\n' ' ')" = '2 0 1.5 2.5 3.5 0.5 4.5 5.5 ' ] || { echo "$style"; gg-dump -d pos s.ggs; return 1; }
            [ -z "$name" ] || [ "$(row "$name" s.ggs)" = "$value" ] || { echo "$style: $name"; gg-dump s.ggs; return 1; }
        done
    done <<'END'
amoeba|ID 7 T -0.5 X Y Z|q|-0.5
angle|ID 7 T X Y Z|mol|7
atomic|ID T X Y Z||
body|ID T 1 2.5 X Y Z|mass|2.5
bond|ID 7 T X Y Z|mol|7
bpm/sphere|ID 7 T 1.25 0.75 X Y Z|diameter|1.25
charge|ID T -0.5 X Y Z|q|-0.5
dielectric|ID T -0.5 X Y Z 1 2 4 0.1 0.2 0.3 0.4 0.6|curvature|0.6
dipole|ID T -0.5 X Y Z 1 2 4|dipole|1 2 4
dpd|ID T 0.25 X Y Z|theta|0.25
edpd|ID T 0.25 0.75 X Y Z|edpd_cv|0.75
electron|ID T -0.5 1 0.75 X Y Z|eradius|0.75
ellipsoid|ID T 1 0.75 X Y Z|density|0.75
full|ID 7 T -0.5 X Y Z|q|-0.5
line|ID 7 T 1 0.75 X Y Z|lineflag|1
mdpd|ID T 0.25 X Y Z|rho|0.25
mesont|ID 7 T 2 0.1 0.2 0.3 0.4 X Y Z|mlength|0.3
molecular|ID 7 T X Y Z|mol|7
peri|ID T 0.25 0.75 X Y Z|volume|0.25
rheo|ID T 0 0.25 X Y Z|rho|0.25
rheo/thermal|ID T 0 0.25 0.75 X Y Z||
smd|ID T 7 0.1 0.2 0.3 0.4 8 9 10 X Y Z|kradius|0.3
sph|ID T 0.25 0.5 0.75 X Y Z|esph|0.5
sphere|ID T 1.25 0.75 X Y Z|diameter|1.25
spin|ID T X Y Z 0 0 1 2.5|sp|2.5
template|ID T 7 1 2 X Y Z|template_index|1
tri|ID 7 T 1 0.75 X Y Z|triangleflag|1
wavepacket|ID T -0.5 1 0.75 3 0.1 0.2 X Y Z|cs_re|0.1
END
}

@test "hybrid and tdpd: what the file cannot say is said by --atom-style" {
    data hybrid '1 3 1.5 2.5 3.5 -0.5 1 2 4 7' '2 1 0.5 4.5 5.5 -0.5 1 2 4 8' >h.data
    refuses 3 "line 18: atom style hybrid: --atom-style 'hybrid STYLE STYLE' says of which" gg-import h.data
    gg-import -q --atom-style 'hybrid dipole full' h.data -o h.ggs # q once, though both have it
    [ "$(row q h.ggs) $(row dipole h.ggs) $(row mol h.ggs)" = '-0.5 1 2 4 7' ]
    refuses 3 '10 columns; atom style hybrid dipole sphere has 11, or 14' gg-import --atom-style 'hybrid dipole sphere' h.data
    refuses 3 "atom style 'colour' is not known" gg-import --atom-style 'hybrid dipole colour' h.data
    refuses 3 '--atom-style full contradicts Atoms # hybrid' gg-import --atom-style full h.data
    data tdpd '1 3 1.5 2.5 3.5 0.25 0.75' '2 1 0.5 4.5 5.5 0.5 0.125' >t.data
    refuses 3 "--atom-style 'tdpd N' says how many species" gg-import t.data
    gg-import -q --atom-style 'tdpd 2' t.data -o t.ggs
    [ "$(row cc t.ggs)" = '0.25 0.75' ]
    data hybrid '1 3 1.5 2.5 3.5 1 2.5 7' '2 1 0.5 4.5 5.5 0 2.5 8' >b.data # arguments of a style are no styles
    gg-import -q --atom-style 'hybrid body nparticle 2 6 bond' b.data -o b.ggs
    [ "$(row bodyflag b.ggs) $(row mass b.ggs) $(row mol b.ggs)" = '1 2.5 7' ]
}

@test "hybrid files that LAMMPS wrote itself" {
    need_program lmp
    while IFS='|' read -r style more; do
        printf '%s\n' 'units lj' "atom_style $style" 'region b block 0 4 0 4 0 4' "create_box 2 b $more" 'create_atoms 1 single 1 2 3' \
            'create_atoms 2 single 0.5 1.5 2.5' 'mass * 1' 'velocity all create 1 123' 'write_data h.data' >in
        timeout 60 lmp -in in -log none >log 2>&1 || { grep -qE 'Unrecognized|Unknown' log && continue; cat log; return 1; }
        gg-import -q --atom-style "$style" h.data -o h.ggs
        gg-dump -d pos h.ggs | diff - <(printf '%s\n' '1 2 3' '0.5 1.5 2.5')
        [ "$(gg-dump -d type h.ggs | tr '\n' ' ')" = '0 1 ' ]
    done <<'END'
hybrid sphere charge|
hybrid charge dipole sphere|
hybrid dipole full|bond/types 1 extra/bond/per/atom 1
hybrid ellipsoid bond|bond/types 1 extra/bond/per/atom 1
END
}

@test "Velocities with more columns: of spheres, ellipsoids, electrons; what no style names is told" {
    { data sphere '1 3 1 1 1.5 2.5 3.5' '2 1 1 1 0.5 4.5 5.5'; printf '\nVelocities\n\n2 1 2 3 4 5 6\n1 0 0 1 0 0.5 0\n'; } >s.data
    gg-import -q s.data -o s.ggs
    [ "$(row velocity s.ggs) $(row omega s.ggs)" = '0 0 1 0 0.5 0' ]
    gg-dump s.ggs | grep -qE '^  omega +f64  \[node, 3\] +other +1x1e'
    sed 's/sphere/ellipsoid/' s.data >e.data
    gg-import -q e.data -o e.ggs
    [ "$(row angmom e.ggs)" = '0 0.5 0' ]
    sed 's/# sphere/# peri/' s.data >p.data
    gg-import p.data 2>&1 >p.ggs | grep -q 'left out: .*Velocities (columns that its atom style does not name)'
    [ "$(row velocity p.ggs)" = '0 0 1' ]
}

@test "boxes of any three vectors, in data files and dumps" {
    data atomic '1 3 1.5 2.5 3.5 1 0 0' '2 1 9.5 4.5 5.5 0 0 0' >r.data
    sed '/^0 [456] .lo .hi$/d; s/^3 atom types$/3 atom types\n\n4 0.5 0 avec\n-0.25 5 0.125 bvec\n0 0.5 6 cvec\n1 0 0 abc origin/' r.data >g.data
    gg-import -q g.data -o g.ggs
    gg-dump --json g.ggs | grep -qF '"cell":[[4,0.5,0],[-0.25,5,0.125],[0,0.5,6]]'
    [ "$(row image g.ggs)" != '' ]
    { printf '%s\n' 'ITEM: UNITS' lj 'ITEM: TIMESTEP' 0 'ITEM: NUMBER OF ATOMS' 2 'ITEM: BOX BOUNDS abc origin pp pp pp' '4 0.5 0 1' '-0.25 5 0.125 0' '0 0.5 6 0'
      printf '%s\n' 'ITEM: ATOMS id type x y z ix iy iz' '1 3 1.5 2.5 3.5 1 0 0' '2 1 9.5 4.5 5.5 0 0 0'; } >g.dump
    gg-import -q --sample-id g g.dump | gg-select --drop step | gg-cmp --ignore 'meta.*' --tol 1e-12 g.ggs -
    gg-import -q g.dump | gg-dump | grep -qE 'source.units +lj'
    sed 's/x y z ix iy iz/xs ys zs/; s/^1 3 .*/1 3 0.25 0.5 0.75/; s/^2 1 .*/2 1 0 0 0/' g.dump >s.dump
    gg-import -q s.dump -o s.ggs # origin + s . cell
    row pos s.ggs | awk '{ x = $1 - 1.875; y = $2 - 3; z = $3 - 4.5625; exit !(x * x + y * y + z * z < 1e-20) }'
    sed 's/bvec/dvec/' g.data >b.data
    refuses 3 "'-0.25 5 0.125 dvec' is no line of the header" gg-import b.data
    sed '/bvec/d' g.data >c.data
    refuses 3 'Atoms before their number or the box' gg-import c.data
    sed 's/^4 0.5 0 1$/0 0 0 1/' g.dump >flat.dump
    refuses 3 'flat/0: cell: zero volume' gg-import flat.dump
}

@test "line ends of other machines, tabs, a mark of byte order, blanks at ends of lines" {
    data charge '1 3 -0.5 1.5 2.5 3.5' '2 1 0.5 0.5 4.5 5.5' >d.data
    printf '%s\n' 'ITEM: TIMESTEP' 5 'ITEM: NUMBER OF ATOMS' 2 'ITEM: BOX BOUNDS pp pp pp' '0 4' '0 5' '0 6' 'ITEM: ATOMS id type xu yu zu' '1 3 1.5 2.5 3.5' '2 1 0.5 4.5 5.5' >d.dump
    printf '%s\n' 2 'Lattice="4 0 0 0 5 0 0 0 6" Properties=species:S:1:pos:R:3 pbc="T T T"' 'C 1.5 2.5 3.5' 'A 0.5 4.5 5.5' >d.xyz
    printf '%s\n' 2 'Atoms. Timestep: 5' 'C 1.5 2.5 3.5' 'A 0.5 4.5 5.5' >p.xyz
    for f in d.data d.dump d.xyz p.xyz; do
        gg-import -q --sample-id x $f -o want.ggs
        sed 's/$/\r/' $f >dos
        gg-import -q --sample-id x dos | gg-cmp want.ggs -
        { printf '\357\273\277'; cat $f; } >bom
        gg-import -q --sample-id x bom | gg-cmp want.ggs -
        awk 'FNR > 2 && !/[A-Za-z"]/ { gsub(/ /, "\t") } { print $0 "  " }' $f >blanks.txt
        gg-import -q --sample-id x blanks.txt | gg-cmp want.ggs - || { cat -A blanks.txt; return 1; }
    done
}

@test "two dimensions with a third side of nothing, in every format that has boxes" {
    data atomic '1 1 1.5 3 0' '2 2 3 2 0' | sed 's/^0 4 xlo/0 4 xlo/; s/^0 6 zlo/0 0 zlo/' >z.data
    printf '%s\n' 2 'cell:4,5,0 columns:id,pos' '1 1.5 -2 0' '2 -1 2 0' >z.atooms
    printf '%s\n' 2 'ioformat=2 timeStepIndex=4 numTypes=2 integrator=IntegratorNVT,0.25,0.5,0.4,0 sim_box=RectangularSimulationBox,4,5,0 mass=1,1 columns=type,x,y,z' \
        '0 1.5 -2 0' '1 -1 2 0' >z.rumd
    printf '%s\n' 2 'Lattice="4 0 0 0 5 0 0 0 0" Properties=species:S:1:pos:R:3 pbc="T T T"' 'A 1.5 -2 0' 'B -1 2 0' >z.xyz
    for f in z.data z.atooms z.rumd z.xyz; do
        gg-import -q --dim 2 $f -o z.ggs
        gg-dump z.ggs | grep -q '2 nodes, 0 edges, 2D periodic, cell 4 5'
        gg-dump -d pos z.ggs | diff - <(printf '%s\n' '1.5 3 0' '3 2 0')
    done
    for f in z.data z.rumd z.xyz; do
        refuses 3 '--dim 2 reads two dimensions' gg-import -q $f -o x.ggs
    done
}

@test "the header of a data file and what follows it: more rows or fewer, types beyond, sections that nobody knows" {
    data atomic '1 3 1.5 2.5 3.5' '2 1 0.5 4.5 5.5' >good.data
    gg-import -q good.data -o good.ggs
    { cat good.data; echo '3 1 1 1 1'; } >more.data
    refuses 3 'more.data: line 20: Atoms has more than the 2 rows that the header says' gg-import -q more.data
    { cat good.data; printf '\n3 1 1 1 1\n'; } >behind.data
    refuses 3 "line 21: '3 1 1 1 1' is neither a section of LAMMPS data files nor a row of one" gg-import -q behind.data
    { cat good.data; printf '\nVelocities\n\n1 0 0 1\n2 0 0 1\n3 0 0 1\n'; } >fast.data
    refuses 3 'line 25: Velocities has more than the 2 rows' gg-import -q fast.data
    sed 's/^3 2$/&\n4 2/' good.data >heavy.data
    refuses 3 'line 15: Masses has more than the 3 rows' gg-import -q heavy.data
    sed '/^3 2$/d' good.data >light.data
    refuses 3 'line 14: Masses ends after 2 of 3 rows' gg-import -q light.data
    sed 's/^1 3 1.5/1 4 1.5/' good.data >type.data
    refuses 3 'line 18: type 4; the header says 3 atom types' gg-import -q type.data
    { cat good.data; printf '\nColours\n\n1 2\n'; } >colours.data
    refuses 3 "line 21: 'Colours' is neither a section" gg-import -q colours.data
    { cat good.data; printf '\nAtom Type Labels\n\n1 A\n2 B\n'; } >labels.data
    refuses 3 '2 Atom Type Labels; the header says 3 atom types' gg-import -q labels.data
}
