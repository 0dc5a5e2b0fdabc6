#!/usr/bin/env bats
# gg-import.bats -- real files against their published numbers, and small ones for everything else
# bats file_tags=reader

load helper

ids() { gg-dump -a "$1" | awk '/^frame/ { print $3 }'; }

# near A B TOLERANCE
near() { awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; if (d < 0) d = -d; if (!(d <= t)) { print a " is not " b; exit 1 } }'; }

# mean FIELD FILE COLUMN TYPE: of the particles of a type in the first frame
mean() {
    paste <(gg-dump -d type "$2") <(gg-dump -d "$1" "$2") | awk -v t="$4" -v c="$3" '$1 == t { s += $(c + 1); n++ } END { printf "%.6f", s / n }'
}

# A dump of two particles: dump STEP COLUMNS LINE LINE
dump() {
    printf '%s\n' 'ITEM: TIMESTEP' "$1" 'ITEM: NUMBER OF ATOMS' 2 'ITEM: BOX BOUNDS pp pp pp' '0 4' '0 4' '-1 3' \
        "ITEM: ATOMS $2" "$3" "$4"
}
xyz() {
    printf '%s\n' 2 "Lattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3 $1" "${2:-A} 0.1 0.2 0.3" "${3:-B} 3.5 -0.5 2"
}

# ---- real files ----

@test "BOTAN: 4096 particles, no two nearer than 0.76, edges as published" {
    need_shared data/botan-T0.44
    gg-import "$SHARED"/data/botan-T0.44/test/*_40[123]_tc07.npz -o b.ggs
    ids b.ggs | diff - <(printf 'KA/T0.44/test/%s\n' 401 402 403)
    [ "$(gg-dump -d type b.ggs | awk '$1 == 0' | wc -l)" -eq $((3 * 3277)) ]
    [ "$(gg-dump -d time b.ggs | uniq)" = 4120 ]
    # A Fortran order overlooked would give edges shorter than 0.05.
    gg-neighbors --cutoff 0.76 b.ggs | gg-dump | grep -q '4096 nodes, 0 edges'
    gg-neighbors --cutoff 2 b.ggs -o e.ggs
    for n in 166240 166706 166154; do gg-dump -a e.ggs | grep -q "4096 nodes, $n edges"; done
}

@test "BOTAN: the names of all thirteen files" {
    need_shared data/botan-T0.44
    gg-import --drop pos_replicas "$SHARED"/data/botan-T0.44/*/*.npz -o b.ggs
    ids b.ggs | sort -V | diff - <(printf 'KA/T0.44/test/%s\n' 401 402 403; printf 'KA/T0.44/train/%s\n' {1..10})
}

@test "DeepMind: times in order with their levels, propensity as published" {
    need_shared data/deepmind
    gg-import "$SHARED/data/deepmind/test_large.pickle" -o l.ggs
    [ "$(gg-dump -d time l.ggs | tr '\n' ' ')" = "0.132 0.435 288.426 1364.301 2834.64 5375.112 5889.603 8489.457 12236.973 19327.089 " ]
    [ "$(gg-dump -d fs_level l.ggs | cut -c 1-4 | tr '\n' ' ')" = "0.9 0.8 0.7 0.6 0.5 0.4 0.36 0.3 0.2 0.1 " ]
    column=1
    for wanted in 0.10432 0.14543 0.18617 0.24821 0.31580 0.41815 0.43782 0.53484 0.67064 0.89424; do
        near "$(mean propensity l.ggs $column 0)" $wanted 6e-6
        column=$((column + 1))
    done
    run -0 gg-dump l.ggs
    [[ "$output" != *pos_replicas* && "$output" == *"cell 15.0433"* ]]
}

@test "DeepMind: runs at one index give the target of that index" {
    need_shared data/deepmind
    gg-import --time-index 0 "$SHARED/data/deepmind/test_large.pickle" -o l.ggs
    gg-targets --add propensity l.ggs -o p.ggs
    gg-import --time-index 0 --drop pos_replicas "$SHARED/data/deepmind/test_large.pickle" | gg-cmp --tol 1e-6 --fields "pos,propensity,time,fs_level,cell" p.ggs -
    gg-import "$SHARED/data/deepmind/test_small.pickle" | gg-targets --add propensity -o s.ggs
    column=1
    for wanted in 0.091591 0.136743 0.169771 0.202798 0.208472 0.240332 0.297379 0.351951 0.473785 0.814813; do
        near "$(gg-dump -d propensity --rows 0:1 s.ggs | cut -d ' ' -f $column)" $wanted 6e-7
        column=$((column + 1))
    done
}

@test "ka-md: targets as in the files, several temperatures in one stream" {
    need_shared data/ka-md
    gg-import "$SHARED"/data/ka-md/T0.*/*_00[12].npz -o k.ggs
    ids k.ggs | diff - <(printf 'KA/T%s\n' 0.{44,50,56,64}/{1,2})
    gg-import --times 0.2,100 "$SHARED/data/ka-md/T0.50/ka_T0.50_001.npz" -o t.ggs
    near "$(mean propensity t.ggs 1 0)" 0.130391 1e-5
    near "$(mean propensity t.ggs 2 0)" 0.334865 1e-5
    refuses 2 "no time 3; the source has 0.2 0.5 1 2 5" gg-import --times 3 "$SHARED/data/ka-md/T0.50/ka_T0.50_001.npz"
}

@test "the shipped streams are what gg-import makes of the larger set" {
    need_shared data/ka-md
    cd "$SHARED/data/ka-md"
    gg-import --times 0.2,1,5,20,50,100 T0.50/ka_T0.50_00[78].npz | gg-cmp - "$DATA/test.ggs"
}

# ---- small files ----

@test "LAMMPS: atoms by id, types from 0, wrapped, origin kept" {
    { dump 0 'id type x y z' '2 2 1.5 0.25 -0.75' '1 1 3 3 2.5'
      dump 10 'id type xs ys zs ix iy iz' '1 1 0.75 0.5 1 0 -1 2' '2 2 0.25 0 0 0 0 0'; } >t.dump
    gg-import --temperature 0.5 t.dump -o t.ggs 2>warned
    grep -qx 'gg-import: warning: t/0: coordinates have at most six digits; where LAMMPS writes them, dump_modify format float %.10g gives more' warned
    [ "$(gg-dump -d type t.ggs | tr '\n' ' ')" = "0 1 0 1 " ]
    gg-dump -d pos t.ggs | diff - <(printf '%s\n' '3 3 2.5' '1.5 0.25 3.25' '3 2 3' '1 0 3')
    ids t.ggs | diff - <(printf 't/%s\n' 0 10)
}

@test "xz and zstd, files and standard input" {
    dump 7 'id type xu yu zu' '2 2 1.5 0.25 -0.75' '1 1 3 3 2.5' >t.dump
    gg-import -q t.dump -o a.ggs
    for p in xz zstd; do
        command -v $p >/dev/null || continue
        $p -c t.dump >t.dump.${p/zstd/zst}
        gg-import -q t.dump.${p/zstd/zst} | gg-cmp a.ggs -
        gg-import -q --sample-id t/7 - <t.dump.${p/zstd/zst} | gg-cmp a.ggs -
        head -c 60 t.dump.${p/zstd/zst} >short
        refuses 4 "short: $p: unexpected end of file" gg-import short
    done
}

@test "LAMMPS: gzip and standard input" {
    dump 7 'id type xu yu zu' '2 2 1.5 0.25 -0.75' '1 1 3 3 2.5' >t.dump
    gzip -k t.dump
    gg-import -q t.dump -o a.ggs
    gg-import -q t.dump.gz | gg-cmp a.ggs -
    gg-import -q --sample-id t/7 - <t.dump | gg-cmp a.ggs -
    head -c 60 t.dump.gz >cut.dump.gz
    refuses 4 'cut.dump.gz: gzip: unexpected end of file' gg-import cut.dump.gz
}

@test "two dimensions" {
    dump 0 'id type xu yu zu' '2 2 1.5 0.25 0' '1 1 3 5 0' | sed 's/^-1 3/-0.5 0.5/' >t.dump
    gg-import -q --dim 2 t.dump -o t.ggs
    gg-dump t.ggs | grep -q '2D periodic, cell 4 4'
    [ "$(gg-dump -d pos t.ggs)" = "$(printf '%s\n' '3 1 0' '1.5 0.25 0')" ]
}

@test "runs from one start" {
    for k in 1 2; do
        dump 0 'id type xu yu zu' '2 2 1.5 0.25 -0.75' '1 1 3 9 2.5'
        dump 20 'id type xu yu zu' "1 1 3.$k 9 2.5" "2 2 1.5 0.25 -0.${k}5"
        dump 40 'id type xu yu zu' "2 2 1.5 0.25 -1.$k" "1 1 4.$k 9 2.5"
    done | awk -v n=0 '/TIMESTEP/ { getline s; if (s == 0) n++; print > "r" n; print s > "r" n; next } { print > "r" n }'
    refuses 2 'r1: the file does not say times; give --timestep' gg-import --replicas r1 r2
    gg-import -q --replicas --timestep 0.005 --sample-id r --temperature 0.5 r1 r2 -o r.ggs
    [ "$(gg-dump -d time r.ggs | tr '\n' ' ')" = "0.1 0.2 " ]
    [ "$(gg-dump -d pos r.ggs | head -n 1)" = '3 1 2.5' ]
    gg-dump r.ggs | grep -E 'pos_replicas +f64 +\[time, replica, node, 3\]'
    gg-targets --add propensity,displacement r.ggs -o p.ggs
    gg-dump -d displacement p.ggs | head -n 1 | awk '{ exit !($1 > 0.1499 && $1 < 0.1501 && $2 == 0) }'
    gg-dump r.ggs | grep -qE 'replicas +2'
    # A start that was wrapped otherwise is the same start, and its run goes on from there.
    sed -e '/^ITEM: ATOMS/,/^ITEM: TIME/ { /^1 1 /s/ 9 / 1 /; /^2 2 /s/ -\([01]\)\.\([0-9]*\)$/ -\1.\2 w/; }' r2 |
        awk '$NF == "w" { $NF = ""; $5 += 4 } { print }' >r3
    grep -q ' 3.25' r3
    gg-import -q --replicas --timestep 0.005 --sample-id r --temperature 0.5 r1 r3 | gg-cmp --tol 1e-12 r.ggs -
}

@test "runs that do not belong together" {
    dump 0 'id type xu yu zu' '2 2 1.5 0.25 -0.75' '1 1 3 9 2.5' >start
    dump 20 'id type xu yu zu' '2 2 1.5 0.25 -0.75' '1 1 3 9 2.5' >later
    cat start later >good
    g() { gg-import -q --replicas --timestep 1 "$@"; }
    g good good -o x.ggs
    sed 's/1 1 3 9/1 1 3.5 9/' start | cat - later >moved
    refuses 3 'moved: particle 0 does not start where the first run has it' g good moved
    { cat start later; sed 's/^20$/40/' later; } >longer
    refuses 3 'longer: frame 2 is at time 40, which the first run does not have there' g good longer
    refuses 3 'start: 0 frames; the first run has 1 behind the start' g good start
    refuses 3 'start: 0 frames' g start good
    sed 's/^20$/21/' good >shifted
    refuses 3 'shifted: frame 1 is at time 21' g good shifted
    sed 's/^2 2/2 1/' good >species
    refuses 3 'species: species are not those of the first start' g good species
    sed 's/^-1 3/-1 4/' good >cell
    refuses 3 'cell: the cell is not that' g good cell
    sed 's/xu yu zu/x y z/' good >wrapped
    refuses 3 'wrapped coordinates without image flags' g wrapped wrapped
    sed -e 's/^2$/3/' -e 's/^1 1 3 9.*/&\n3 1 0 0 0/' good >three
    refuses 3 'three: 3 particles; the first start has 2' g good three
    { xyz 'Time=0'; xyz 'Time=1'; } | sed 's/"4 0 0 0 4/"4 0 0 4 0/' >flat.xyz
    refuses 3 'flat.xyz: .*cell' gg-import -q --replicas flat.xyz flat.xyz -o x.ggs
    gg-dump --npz sets "$DATA/tiny.ggs"
    refuses 2 '--replicas joins trajectories, not sets' gg-import -q --replicas sets/frame-000000.npz sets/frame-000001.npz -o x.ggs
}

@test "extended XYZ: what ASE and OVITO write" {
    { xyz 'pbc="T T F" temperature=0.7'; xyz 'Time=3 energy=-1.5 note="a \"b\" c"'; echo; } >t.xyz
    gg-import -q t.xyz -o t.ggs
    ids t.ggs | diff - <(printf 't/%s\n' 1 2)
    [ "$(gg-dump -n 0 -d temperature t.ggs)" = 0.7 ]
    [ "$(gg-dump -d pos t.ggs | tail -n 1)" = '3.5 3.5 2' ]
    xyz '' Ni P >n.xyz
    refuses 3 "frame 0: particle 0: species 'Ni'; --species Ni,P names them, type 0 first" gg-import n.xyz
    gg-import -q --species P,Ni n.xyz -o n.ggs
    [ "$(gg-dump -d type n.ggs | tr '\n' ' ')" = "1 0 " ]
}

@test "what gg-dump writes comes back" {
    gg-select --limit 1 -o one.ggs "$DATA/tiny.ggs"
    gg-dump --extxyz one.ggs >one.xyz
    gg-import -q --sample-id KA/N250/T0.64/1 one.xyz -o back.ggs
    gg-select --keep pos,type,temperature one.ggs | gg-cmp --tol 1e-6 --fields "pos,type,temperature,cell" - back.ggs
}

@test "a key map for any npz" {
    local python=/usr/bin/python3
    $python -c 'import numpy' 2>/dev/null || skip "needs python3-numpy"
    $python - <<'EOF'
import numpy as np
x = np.arange(12.0).reshape(4, 3) / 3
np.savez_compressed('s.npz', x=np.asfortranarray(x), s=np.array([0, 1, 0, 0]), L=5.0, inh=x + 5.1,
                    t=np.array([2.0, 1.0]), m=np.array([[1, 2, 3, 4], [.1, .2, .3, .4]]))
np.savez('o.npz', pos=np.array([None]), type=x)
EOF
    gg-import --map pos=x --map type=s --map box=L --map pos_inherent=inh --map time=t --map propensity=m s.npz -o s.ggs
    [ "$(gg-dump -d time s.ggs | tr '\n' ' ')" = "1 2 " ]
    [ "$(gg-dump -d propensity s.ggs | tail -n 1)" = "0.4 4" ]
    gg-dump -d pos_inherent s.ggs | head -n 1 | awk '{ exit !($1 > 0.0999 && $1 < 0.1001) }'
    refuses 3 "o.npz: array 'pos': numpy type '\|O' not allowed" gg-import o.npz
    refuses 2 "FIELD=KEY is wanted" gg-import --map pos s.npz
}

@test "fields left out" {
    xyz '' >t.xyz
    gg-import -q --temperature 0.5 --drop temperature t.xyz | gg-dump -o head
    run -1 grep -E '^  temperature +f64' head
    refuses 2 "--drop pos: every configuration keeps it" gg-import --drop pos t.xyz
    refuses 2 "--drop colour: no field" gg-import --drop colour t.xyz
}

@test "other conventions in later files go behind the frames; another number of replicas is refused" {
    need_shared data/ka-md
    need_shared data/botan-T0.44
    xyz '' >u.xyz
    dump 0 'id type xu yu zu' '2 2 1.5 0.25 -0.75' '1 1 3 3 2.5' >u.dump
    gg-import -q u.xyz u.dump | gg-dump -a -o all
    sed -n '/^trailer/,$p' all | grep -q 'source.format *lammps-dump'
    refuses 3 '32 replicas, the configurations before have 16; import them separately' \
        gg-import "$SHARED/data/ka-md/T0.50/ka_T0.50_001.npz" "$SHARED/data/botan-T0.44/test/isoconfig_N4096T0.44_401_tc07.npz"
}

@test "an id comes once, or at several times" {
    xyz '' >t.xyz
    refuses 3 "sample id 'x' comes twice; --sample-id gives others" gg-import -q --sample-id x t.xyz t.xyz
    need_shared data/ka-md
    f="$SHARED/data/ka-md/T0.50/ka_T0.50_001.npz"
    refuses 3 "sample id 'KA/T0.50/1' comes twice" gg-import "$f" "$f" -o twice.ggs
    [ ! -e twice.ggs ]
}

@test "what is no input" {
    : >empty
    refuses 4 'empty: empty' gg-import empty
    printf 'nothing known\n' >words
    refuses 3 'words: format not recognised' gg-import words
    refuses 3 'is a gg stream already' gg-import "$DATA/tiny.ggs"
    printf '\x93NUMPY\1\0' >one.npy
    refuses 3 'is a single npy array' gg-import one.npy
    printf '\x80\x03cos\nsystem\nX\x04\0\0\0true\x85R.' >bad.pickle
    refuses 3 "bad.pickle: byte [0-9]+: global 'os system' not allowed" gg-import bad.pickle
    head -c 100 /dev/urandom >random
    run ! gg-import random
    refuses 5 'cannot open absent' gg-import absent
    mkdir none
    refuses 3 'reading none: no files in the folder' gg-import none
    refuses 4 'standard input: empty' gg-import </dev/null
    xyz '' >t.xyz
    refuses 3 'content is not of format botan' gg-import --format botan t.xyz
    refuses 2 'no word .\{colour\}' gg-import --sample-id '{colour}' t.xyz
}

@test "outputs that fail" {
    xyz '' >t.xyz
    refuses 5 '/dev/full' gg-import -q -o /dev/full t.xyz
    gg-import -q t.xyz | head -c 1 >/dev/null
    refuses 5 '' gg-import -q -o t.xyz/t.ggs t.xyz
    refuses 3 "species" gg-import -q --species X,Y -o none.ggs t.xyz
    [ ! -e none.ggs ]
    # A reader downstream hears of a refusal that comes after frames were written.
    { xyz ''; echo 3; } >cut.xyz
    run -4 sh -c 'gg-import -q cut.xyz | gg-select -o copy.ggs'
    [ ! -e copy.ggs ]
}

@test "LAMMPS to targets, as the example does it" {
    need_program lmp
    N=100 C=1 R=3 HOT=1 WAIT=1 GAP=0.1 TIMES='0.1 0.5' JOBS=1 sh "$ROOT/examples/lammps/run.sh" made
    [ "$(gg-dump -d time made/ka.ggs | tr '\n' ' ')" = "0.1 0.5 " ]
    gg-dump made/ka.ggs | grep -q 'KA/N100/T0.64/1   100 nodes'
    near "$(mean propensity made/ka.ggs 1 0)" 0.09 0.04
}
