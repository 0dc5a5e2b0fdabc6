#!/usr/bin/env bats
# gg-import-arrays.bats -- named arrays as others save them, species that do not count from 0, and further spellings of files

load helper

python=/usr/bin/python3
types() { gg-dump -d type "$1" | tr '\n' ' '; }
# arrays: six particles, every array under the name of its file as well
arrays() {
    $python -c 'import numpy' 2>/dev/null || skip "needs python3-numpy"
    $python - <<'EOF'
import numpy as np
n = 6
pos, codes = np.arange(3 * n).reshape(n, 3) / 8.0, np.arange(n) % 2
def save(name, type=codes, **more): np.savez(name + '.npz', pos=pos, type=type, box=4.0, **more)
p, u = np.arange(n) / 4.0, np.arange(3 * n).reshape(n, 3) / 16.0
save('flat', propensity=p, displacement=u)
save('time_first', propensity=p[None], displacement=u[None])
save('time_last', propensity=p[:, None], displacement=u)
save('others', charge=p, dip=u)
save('numbers', type=np.where(codes, 36, 18))
save('some', type=np.where(codes, 5, 2))
save('gap', type=codes + 1)
save('only', type=codes * 0 + 2)
save('elements', type=np.where(codes, 'Zr', 'Cu'))
save('letters', type=np.where(codes, 'B', 'A'))
save('bytes', type=np.where(codes, b'2', b'1'))
save('words', note='said', tags=np.array(['x'] * n), pair=np.array(['a', 'b']), big=np.array(['xy'] * n, dtype='>U2'))
EOF
}

@test "what has no axis of time stands at the one time of --time" {
    arrays
    gg-import -q --time 3 --sample-id x time_first.npz -o one.ggs
    for f in flat time_last; do gg-import -q --time 3 --sample-id x $f.npz | gg-cmp one.ggs -; done
    [ "$(gg-dump -d time one.ggs) $(gg-dump -d propensity one.ggs | tr '\n' ' ')" = '3 0 0.25 0.5 0.75 1 1.25 ' ]
    gg-dump -d displacement --rows 1:2 one.ggs | diff - <(echo 0.1875 0.25 0.3125)
    gg-import -q --time 3 --sample-id x --map propensity=charge --map displacement=dip others.npz | gg-cmp one.ggs -
    refuses 2 'the time is nowhere in the file or its name; give --time' gg-import flat.npz -o x.ggs
    refuses 2 '--time gives 2 times, the source has 1' gg-import --time 1,2 flat.npz -o x.ggs
}

@test "species with gaps between them are told, with what numbers them; --species takes whole numbers" {
    arrays
    gg-import numbers.npz -o n.ggs 2>said
    grep -qx 'gg-import: species: types 17, 35 only, codes 18,36 of the source; --species 18,36 numbers them from 0' said
    [ "$(types n.ggs)" = '17 35 17 35 17 35 ' ]
    gg-import --species 18,36 numbers.npz -o n.ggs 2>said
    [ ! -s said ]
    [ "$(types n.ggs)" = '0 1 0 1 0 1 ' ]
    gg-import some.npz 2>&1 >s.ggs | grep -q 'types 1, 4 only, codes 2,5 of the source; --species 2,5 numbers'
    gg-import -q --species 5,2 some.npz -o s.ggs
    [ "$(types s.ggs)" = '1 0 1 0 1 0 ' ]
    refuses 3 "particle 1: species '36'; --species 18,36 names them" gg-import --species 18 numbers.npz -o x.ggs
    # one file of the mixture alone is told, both are not
    gg-import --first-type 1 only.npz 2>&1 >o.ggs | grep -q 'types 1 only, codes 2 of the source'
    gg-import gap.npz only.npz -o b.ggs 2>said
    [ ! -s said ]
    printf '%s\n' 2 '' '18 0.125 0.25 1.5' '36 1.5 2.5 3.5' >z.xyz
    gg-import z.xyz 2>&1 >z.ggs | grep -q 'types 17, 35 only, codes 18,36'
    gg-import -q --species 18,36 z.xyz -o z.ggs
    [ "$(types z.ggs)" = '0 1 ' ]
    printf '%s\n' 'ITEM: TIMESTEP' 0 'ITEM: NUMBER OF ATOMS' 2 'ITEM: BOX BOUNDS pp pp pp' '0 4' '0 4' '0 4' \
        'ITEM: ATOMS id type xu yu zu' '1 2 0.125 0.25 1.5' '2 5 1.5 2.5 3.5' >t.dump
    gg-import t.dump 2>&1 >z.ggs | grep -q 'types 1, 4 only, codes 2,5'
    gg-import -q --species 2,5 t.dump -o z.ggs
    [ "$(types z.ggs)" = '0 1 ' ]
}

@test "species that are words, and other words, in an npz" {
    arrays
    refuses 3 "particle 0: species 'Cu'; --species Cu,Zr names them" gg-import elements.npz -o x.ggs
    gg-import -q --species Cu,Zr elements.npz -o w.ggs
    [ "$(types w.ggs)" = '0 1 0 1 0 1 ' ]
    for f in letters bytes; do
        gg-import -q $f.npz -o w.ggs
        [ "$(types w.ggs)" = '0 1 0 1 0 1 ' ]
    done
    gg-import words.npz -o w.ggs 2>said
    grep -qx 'gg-import: left out: note (text); tags (text); pair (text); big (text)' said
}

@test "--map of what is not there: wrong usage, with what is there" {
    arrays
    refuses 2 "flat.npz: --map propensity=mobility: the file has no array 'mobility'; there are pos, type, box, propensity, displacement" \
        gg-import --map propensity=mobility flat.npz -o x.ggs
}

@test "LAMMPS: atom style apip; a binary dump in a box of any three vectors" {
    printf '%s\n' title '' '2 atoms' '1 atom types' '0 4 xlo xhi' '0 4 ylo yhi' '0 4 zlo zhi' '' 'Atoms # apip' '' \
        '1 1 0.125 1.5 2.5 0 0 0' '2 1 1.5 2.5 3.5 1 0 0' >a.data
    gg-import -q a.data -o a.ggs
    gg-dump -d pos a.ggs | diff - <(printf '%s\n' '0.125 1.5 2.5' '1.5 2.5 3.5')
    sed 's/apip/apip conservative/' a.data >c.data
    gg-import -q --sample-id a c.data | gg-cmp --ignore 'meta.*' a.ggs -
    [ -x $python ] || skip "needs $python"
    $python - <<'EOF'
import struct
def dump(name, columns, rows, kind=2, box=(4, 0.5, 0, 0.25, 5, 0, 0, 1, 6, -1, -2, -3)):
    text = columns.encode()
    with open(name, 'wb') as f:
        f.write(struct.pack('<q10s2i2q7i%dd' % len(box), -10, b'DUMPCUSTOM', 1, 2, 100, len(rows), kind, *[0] * 6, *box))
        f.write(struct.pack('<2ibi%ds2i' % len(text), len(rows[0]), 0, 0, len(text), text, 1, len(rows) * len(rows[0])))
        for row in rows: f.write(struct.pack('<%dd' % len(row), *row))
dump('g.bin', 'id type x y z ix iy iz', [(2, 2, 1, 2, 2.5, 0, 0, 0), (1, 1, 0.5, -1, 0.25, 1, 0, -1)])
dump('s.bin', 'id type xsu ysu zsu', [(1, 1, 0.5, 0.25, 0.5), (2, 2, 0, 0, 0)])
dump('k.bin', 'id type x y z', [(1, 1, 0, 0, 0)], 3)
EOF
    gg-import -q g.bin -o g.ggs
    gg-dump --json g.ggs | grep -qF '"cell":[[4,0.5,0],[0.25,5,0],[0,1,6]]'
    # pos + image . cell is where the first particle was: 0.5 -1 0.25 in image 1 0 -1, so + (4, 0.5, 0) - (0, 1, 6)
    was() {
        paste -d ' ' <(gg-dump -d pos "$1") <(gg-dump -d image "$1") | head -n 1 | awk -v at="$2" '
            { split(at, r); x = $1 + 4 * $4 + 0.25 * $5; y = $2 + 0.5 * $4 + 5 * $5 + $6; z = $3 + 6 * $6
              exit !((x - r[1]) ^ 2 + (y - r[2]) ^ 2 + (z - r[3]) ^ 2 < 1e-20) }'
    }
    was g.ggs '4.5 -1.5 -5.75'
    gg-import -q s.bin -o s.ggs
    # the origin -1 -2 -3, and half, a quarter, half of the vectors
    was s.ggs '1.0625 0 0'
    refuses 3 'box of kind 3; 0, 1 and 2 are read' gg-import k.bin -o x.ggs
}

@test "a GSD file of another schema: the word fits what is in it" {
    [ -x $python ] || skip "needs $python"
    $python - <<'EOF'
import struct
def gsd(name, chunk):
    names = chunk.encode().ljust(64, b'\0')
    with open(name, 'wb') as f:
        f.write(struct.pack('<5Q2I64s64s80x', 0x65DF65DF65DF65DF, 320, 1, 256, 1, 0, 2 << 16, b'me', b'none'))
        f.write(names + struct.pack('<2QqIHBB', 0, 1, 352, 1, 0, 9, 0) + struct.pack('<f', 1))
gsd('p.gsd', 'particles/position')
gsd('o.gsd', 'log/value')
EOF
    refuses 3 "p.gsd: GSD file of schema 'none', not hoomd: what its chunks mean is not known; gsd.hoomd writes" gg-import p.gsd -o x.ggs
    refuses 3 "o.gsd: GSD file of schema 'none', not hoomd: no particles in it" gg-import o.gsd -o x.ggs
}

@test "frames without particles come back from what gg-dump writes, and are refused elsewhere" {
    printf '%s\n' 0 'Lattice="4 0 0 0 4 0 0 0 4"' >e.xyz
    refuses 3 'line 2: a number of particles is wanted' gg-import e.xyz -o x.ggs
    need_shared cases
    local none="$SHARED/cases/attack/17-no-particles/N0.ggs"
    gg-dump --extxyz "$none" >n.xyz
    gg-import -q n.xyz | gg-cmp --ignore 'meta.*' "$none" -
    gg-dump --npz n "$none"
    gg-import -q n | gg-cmp --ignore 'meta.*' "$none" -
    refuses 3 'no particles: a table has no row to say that the frame is there' gg-dump --csv "$none"
}
