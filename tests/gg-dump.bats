#!/usr/bin/env bats
# gg-dump.bats -- the head, values, the text form bit for bit, exports, checks, refusals
# bats file_tags=reader,golden

load helper

TYPES="$BATS_TEST_DIRNAME/golden/types.txt"

@test "the head fits on a page and tells what is there" {
    gg-neighbors --cutoff 1.5 -o a.ggs "$DATA/tiny.ggs"
    gg-dump a.ggs >head.txt
    head -n 1 head.txt | grep -qE '^gg stream 1\.0, schema gg\.graph/1, 8 members, 8 frames, [0-9.]+ [kM]B, complete, id [0-9a-f]{8}$'
    grep -qE '^  3  gg-neighbors [0-9.]+ +gg-neighbors --cutoff 1\.5 .*\(from 2\)$' head.txt
    grep -qE '^frame 0 .*250 nodes, [0-9]+ edges, 3D periodic, cell 5\.928' head.txt
    grep -qE '^  pos +f64 +\[node, 3\] +structure +1x1o +sigma +min .* max ' head.txt
    grep -qx 'frames 1-7 alike' head.txt
    [ "$(wc -l <head.txt)" -lt 40 ]
    gg-dump -a a.ggs | grep -c '^frame ' | grep -qx 8
    gg-dump -n 2:4 a.ggs | grep -qx 'frame 3 alike'
}

@test "equal streams have equal ids, others do not" {
    id() { gg-dump "$1" | sed -n '1s/.*id //p'; }
    gg-select --join -o a.ggs "$DATA/tiny.ggs"
    gg-select --join -o b.ggs "$DATA/tiny.ggs"
    gg-dump --text a.ggs | sed '0,/^\t0 /s//\t1 /' | gg-dump -r -o c.ggs
    [ "$(id a.ggs)" = "$(id b.ggs)" ]
    [ "$(id a.ggs)" != "$(id c.ggs)" ]
}

@test "values: one row a line, shortest decimals" {
    [ "$(gg-dump -d time -n 0 "$DATA/tiny.ggs" | paste -sd ' ')" = "0.2 1 5 10" ]
    [ "$(gg-dump -d pos "$DATA/tiny.ggs" | wc -l)" -eq 2000 ]
    gg-dump -d pos -n 1 "$DATA/tiny.ggs" >pos.txt
    gg-dump -d pos -n 1 --rows 7:9 "$DATA/tiny.ggs" | cmp - <(sed -n 8,9p pos.txt)
    gg-dump -r "$TYPES" | gg-dump -d a.u64 -n 0 | tail -n 1 | grep -qx 18446744073709551615
    [ -z "$(gg-dump -r "$TYPES" | gg-dump -d empty -n 0)" ]
    refuses 3 "no field 'nix'; there are pos, type" gg-dump -d nix "$DATA/tiny.ggs"
    refuses 2 "range" gg-dump -n 3-4 "$DATA/tiny.ggs"
    refuses 2 "goes with --data" gg-dump --rows 1 "$DATA/tiny.ggs"
    # An option that would do nothing.
    refuses 2 '--all goes with the summary alone' gg-dump --json --all "$DATA/tiny.ggs"
    refuses 2 '--frames goes with what shows or writes frames' gg-dump --check -n 0 "$DATA/tiny.ggs"
    refuses 2 '--output goes with what is printed' gg-dump --npz w -o x "$DATA/tiny.ggs"
    [ ! -e w ]
    [ ! -e x ]
}

@test "numbers of frames or rows that nothing has are told" {
    for o in '-n 100' '-n 100 -d pos' '--csv -n 100' '--json -n 8:'; do
        # shellcheck disable=SC2086
        gg-dump $o "$DATA/tiny.ggs" 2>said >shown
        grep -qx 'gg-dump: warning: --frames: nothing has these numbers' said || { echo "$o"; cat said; false; }
    done
    gg-dump -d pos --rows 250: "$DATA/tiny.ggs" 2>said >shown
    grep -qx 'gg-dump: warning: --rows: nothing has these numbers' said
    gg-dump -d pos --rows 249: "$DATA/tiny.ggs" 2>said | wc -l | grep -qx 8
    [ ! -s said ]
}

@test "the text form comes back bit for bit, both ways" {
    gg-dump -r -o types.ggs "$TYPES"
    gg-dump --text types.ggs | cmp - "$TYPES"
    for file in tiny train; do
        gg-neighbors --cutoff 1.2 "$DATA/$file.ggs" | gg-select -o a.ggs --frames :1
        gg-dump --text a.ggs | gg-dump -r | cmp - a.ggs
    done
}

@test "several inputs" {
    gg-dump "$DATA/tiny.ggs" "$DATA/test.ggs" >head.txt
    grep -qE '^.*/tiny.ggs: gg stream 1.0, .* 8 frames' head.txt
    grep -qE '^.*/test.ggs: gg stream 1.0, .* 2 frames' head.txt
    grep -qE '^frame 8 ' head.txt
    gg-dump --text "$DATA/tiny.ggs" "$DATA/test.ggs" | gg-dump -r | cmp - <(cat "$DATA/tiny.ggs" "$DATA/test.ggs")
    gg-dump --npz out -n 7:9 "$DATA/tiny.ggs" "$DATA/test.ggs"
    [ "$(ls out | wc -l)" -eq 2 ]
    gg-dump --csv -n 7:8 "$DATA/tiny.ggs" "$DATA/tiny.ggs" | grep -c ^frame | grep -qx 1
    gg-dump --json "$DATA/tiny.ggs" "$DATA/tiny.ggs" | grep -c '"frame":15,' | grep -qx 1
}

@test "text that is none is refused with its line" {
    bad() { # SED PATTERN [STATUS]
        sed "$1" "$TYPES" >bad.txt
        refuses "${3:-3}" "bad.txt:[0-9]*: .*$2" gg-dump -r -o bad.ggs bad.txt
    }
    bad '1s/1/2/' 'wanted #gg-text 1'
    bad '2s/member/number/' 'wanted member'
    bad '/^.note/s/\\n/\\x/' 'line 2: a backslash'
    bad '/^.id/d' 'prov without id'
    bad '/^.nodes 3/s/3/x/' 'wanted nodes N'
    bad '/^.cell/s/ 6$//' 'cell of 9 numbers'
    bad '/^.0.1 4.94/s/1.797/y/' "'y.*' is no f64"
    bad '/^field pos/s/f64/f99/' 'wanted NAME TYPE'
    bad '/^.0.1 4.94/d' '6 numbers do not fill its shape'
    bad '/^.0 2147483647/s/7 1/8 1/' "'2147483648' is no i32"
    bad '/^.1 0 1/s/1/2/' "'2' is no bool"
    bad '/^field time/s/time/pos/' 'there twice'
    bad '/^field deep/s/1 free/1 sea/' 'the axes of field .deep'
    bad '/^field a.i8/s/other/owner/' 'unknown role'
    bad '/^field a.i8/s/other/other extra/' "'extra' is not irreps=, nan or unit="
    bad '/^field pos/s/1x1o/1x2o/' 'have 5 numbers, the last axis has 3'
    bad '/^end indexed/,$d' 'wanted field, frame, trailer or end|ends early' 4
    refuses 4 'empty input' gg-dump -r /dev/null
}

@test "JSON is JSON, and numbers survive" {
    gg-dump -r "$TYPES" | gg-dump --json >a.json
    [ "$(wc -l <a.json)" -eq 3 ]
    grep -qF '"a.i64":{"type":"i64","shape":[3],"axes":["node"],"role":"other","irreps":"","unit":"","data":[-9223372036854775808,9007199254740993,9223372036854775807]}' a.json
    grep -qF '"data":[[0.1,-0],[3.4028235e+38,1.4013e-45],[null,null]]' a.json
    grep -qF '"empty":{"type":"f32","shape":[3,0],"axes":["node","free"],"role":"parameter","irreps":"","unit":"","data":[]}' a.json
}

@test "CSV, extended XYZ, VTK" {
    gg-dump --csv -n 0 "$DATA/tiny.ggs" >a.csv
    [ "$(wc -l <a.csv)" -eq 251 ]
    head -n 1 a.csv | grep -q '^frame,id,node,pos.x,pos.y,pos.z,type,temperature,propensity.0,'
    [ "$(awk -F, '{ print NF }' a.csv | sort -u | wc -l)" -eq 1 ]
    paste -d, <(sed 1d a.csv | cut -d, -f 4-6) <(gg-dump -n 0 -d pos "$DATA/tiny.ggs" | tr ' ' ,) |
        awk -F, '$1 != $4 || $2 != $5 || $3 != $6 { exit 1 }'
    gg-dump --extxyz "$DATA/tiny.ggs" >a.xyz
    [ "$(wc -l <a.xyz)" -eq $((8 * 252)) ]
    sed -n 2p a.xyz | grep -q '^Lattice="5.928[0-9]* 0 0 0 5.928[0-9]* 0 0 0 5.928[0-9]*" Properties=species:S:1:pos:R:3:type:I:1:propensity:R:4:'
    sed -n 3p a.xyz | grep -q '^Ar '
    gg-import --format extxyz -o back.ggs a.xyz
    gg-cmp --fields pos,type,cell back.ggs "$DATA/tiny.ggs"
    gg-dump --extxyz --species Ni,P "$DATA/tiny.ggs" | sed -n 3p | grep -q '^Ni '
    refuses 2 '--species Ni: no name for species 1' gg-dump --extxyz --species Ni -o b.xyz "$DATA/tiny.ggs"
    refuses 2 "name 2 has a blank" gg-dump --extxyz --species 'Ni,P Q' -o b.xyz "$DATA/tiny.ggs"
    refuses 2 "name 1 has a blank" gg-dump --extxyz --species $'N\ni,P' -o b.xyz "$DATA/tiny.ggs"
    refuses 2 "'Ni' occurs twice" gg-dump --extxyz --species Ni,Ni -o b.xyz "$DATA/tiny.ggs"
    refuses 2 '--species goes with --extxyz' gg-dump --species Ni,P "$DATA/tiny.ggs"
    gg-dump --vtk -n 3 "$DATA/tiny.ggs" >a.vtp
    grep -q '<Piece NumberOfPoints="250" NumberOfVerts="250"' a.vtp
    [ "$(grep -c '<DataArray' a.vtp)" -eq "$(grep -c '</DataArray>' a.vtp)" ]
    refuses 2 'choose one with -n' gg-dump --vtk -o b.vtp "$DATA/tiny.ggs"
    [ ! -e b.vtp ]
}

@test "what is exported comes back: extended XYZ, CSV, npz" {
    gg-neighbors --cutoff 1.5 "$DATA/tiny.ggs" | gg-select --limit 3 -o edges.ggs
    gg-select --limit 3 "$DATA/tiny.ggs" -o particles.ggs
    gg-dump --extxyz particles.ggs >a.xyz
    gg-dump --csv particles.ggs >a.csv
    gg-dump --npz arrays edges.ggs
    for f in a.xyz a.csv; do
        gg-import -q "$f" -o back.ggs
        gg-cmp --tol 0 --ignore 'meta.source.*,meta.drift' particles.ggs back.ggs
        gg-dump back.ggs | grep -qE '^  replicas +16'
    done
    gg-import -q arrays/*.npz -o back.ggs
    gg-cmp --tol 0 --ignore 'meta.source.*,meta.drift' edges.ggs back.ggs
}

@test "what is exported comes back: two dimensions, open boundaries, quotes, types, missing numbers" {
    cat >in.xyz <<'XYZ'
2
Properties=species:S:1:pos:R:3:up:L:1:n:I:1:q:R:1:mu:R:3 pbc="F F F" energy=-1.5
A 1 2 3 T 4 nan 1 2 3
B 4 5 6 F 5 0.1 4 5 6
XYZ
    gg-import -q in.xyz -o open.ggs
    { printf '2\nstep:3 columns:id,pos dt:0.5 cell:5,6\n1 -1 2\n2 1.5 -2.5\n'; } >flat.xyz
    gg-import -q --sample-id 'a "b" c, d' flat.xyz -o flat.ggs
    for s in open flat; do
        gg-dump --extxyz $s.ggs >o.xyz
        gg-dump --csv $s.ggs >o.csv
        gg-dump --npz $s $s.ggs
        for f in o.xyz o.csv $s/frame-000000.npz; do
            gg-import -q "$f" -o back.ggs
            gg-cmp --tol 0 --ignore 'meta.source.*' $s.ggs back.ggs
        done
    done
}

@test "ASE reads extended XYZ: positions, cell, every column" {
    /usr/bin/python3 -c 'import ase' 2>/dev/null || skip "needs python3-ase"
    gg-dump --extxyz "$DATA/tiny.ggs" >a.xyz
    /usr/bin/python3 - <<'PY'
import ase.io
a = ase.io.read('a.xyz', index=':')
assert len(a) == 8 and len(a[0]) == 250 and a[0].pbc.all()
assert set(a[0].get_chemical_symbols()) == {'Ar', 'Kr'}
assert a[0].arrays['propensity'].shape == (250, 4) and a[0].arrays['displacement'].shape == (250, 12)
ase.io.write('b.xyz', a[0], format='extxyz')
PY
    # and what ASE writes comes back as a liquid with these types
    gg-import -q b.xyz -o b.ggs
    gg-select --frames 0 "$DATA/tiny.ggs" | gg-cmp --tol 1e-7 --fields pos,type,cell - b.ggs
}

@test "through ASE and back: every field of every frame, to the digits that ASE writes" {
    /usr/bin/python3 -c 'import ase' 2>/dev/null || skip "needs python3-ase"
    gg-select --limit 2 "$DATA/tiny.ggs" | gg-quench | gg-features --add density -o a.ggs
    gg-dump --extxyz a.ggs >a.xyz
    /usr/bin/python3 -c "import ase.io; ase.io.write('b.xyz', ase.io.read('a.xyz', index=':'), format='extxyz')"
    gg-import -q b.xyz -o b.ggs
    gg-cmp --tol 1e-7 --rtol 1e-6 --ignore 'meta.*' a.ggs b.ggs
    run -1 gg-cmp -q --ignore 'meta.*' a.ggs b.ggs # it did go through text
}

@test "npz: what gg-import reads back" {
    gg-select --keep pos,type "$DATA/tiny.ggs" | gg-dump --npz out -n :2
    [ "$(ls out)" = "$(printf 'frame-000000.npz\nframe-000001.npz')" ]
    gg-import --map pos=pos --map type=type --box 5.92815550748344 -o back.ggs out/frame-000000.npz
    gg-select --frames 0 "$DATA/tiny.ggs" | gg-cmp --fields pos,type back.ggs -
}

@test "npz: numpy reads it, edge_index is neighbour over receiver" {
    /usr/bin/python3 -c 'import numpy' 2>/dev/null || skip "needs python3-numpy"
    gg-neighbors --cutoff 1.5 "$DATA/tiny.ggs" | gg-dump --npz out -n 0
    gg-dump -r "$TYPES" | gg-dump --npz types
    /usr/bin/python3 - <<'EOF'
import numpy as np, zipfile
z = np.load("out/frame-000000.npz")
assert zipfile.ZipFile("out/frame-000000.npz").testzip() is None
ptr, nbr, index = z["edge_ptr"], z["edge_nbr"], z["edge_index"]
assert index.shape == (2, len(nbr)) and (index[0] == nbr).all()
assert (index[1] == np.repeat(np.arange(250), np.diff(ptr))).all()
t = np.load("types/frame-000000.npz")
assert t["id"][()] == b"types/1 two words" and t["deep"].shape == (1, 2, 1, 2, 1, 1, 1, 2)
assert t["scalar"].shape == () and np.isnan(t["scalar"]) and t["a.bf16"].dtype == np.float32
assert t["none"].shape == (0, 2**40) and t["pbc"].tolist() == [True, False, True]
EOF
}

@test "safetensors: header of keys in order, then the numbers" {
    gg-dump -r "$TYPES" >types.ggs
    refuses 2 'safetensors hold a gg.model/1' gg-dump --safetensors a.st types.ggs
    gg-dump --safetensors a.st -n 2 types.ggs
    n=$(od -An -tu8 -N 8 a.st | tr -d ' ')
    [ $((n % 8)) -eq 0 ]
    tail -c +9 a.st | head -c "$n" | sed 's/ *$//' >header.json
    [ "$(cat header.json)" = '{"__metadata__":{},"layers.0.w":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},"layers.1.w":{"dtype":"F32","shape":[2,3],"data_offsets":[16,40]}}' ]
    [ "$(tail -c +$((9 + n)) a.st | od -An -tf8 -N 16 | xargs)" = "0.5 -0.25" ]
    [ "$(tail -c 24 a.st | od -An -tf4 | xargs)" = "1 2 3 4 5 6" ]
}

@test "the history as shell: a pipeline where it is one" {
    gg-select --frames 0 "$DATA/tiny.ggs" | gg-neighbors --cutoff 2 | gg-dump --prov >history.sh
    tail -n 2 history.sh | head -n 1 | grep -q '^gg-select --frames 0 .*|$'
    tail -n 1 history.sh | grep -qx 'gg-neighbors --cutoff 2'
    sh -n history.sh
    gg-select --join "$DATA/tiny.ggs" "$DATA/train.ggs" | gg-dump --prov >join.sh
    sh -n join.sh
    grep -qE '^# [0-9a-f]{8}: gg-select .*, from [0-9a-f]{8} [0-9a-f]{8}' join.sh
}

@test "many particles of which nothing is said are no table" {
    printf '%s\n' '#gg-text 1' 'member gg.graph/1' 'frame x' '	nodes 1000000000, edges 0, dim 3, pbc 0' '	cell 0 0 0 0 0 0 0 0 0' \
        'field temperature f64 [] other unit=eps' '	1' end | gg-dump -r -o none.ggs
    refuses 3 'no field has numbers of particles: a table of 1000000000 rows would say nothing' gg-dump --csv none.ggs
    gg-dump --json none.ggs | grep -q '"n_node":1000000000'
}

@test "--check: silent, and the status is the answer" {
    run gg-dump --check "$DATA"/*.ggs
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    head -c 100000 "$DATA/tiny.ggs" >cut.ggs
    refuses 4 'cut.ggs: byte 100000: frame 0: input ends early' gg-dump --check cut.ggs
    cp "$DATA/tiny.ggs" flip.ggs
    printf 'X' | dd of=flip.ggs bs=1 seek=60001 conv=notrunc status=none
    refuses 3 'flip.ggs: byte [0-9]*: frame 0: checksum of its body is wrong' gg-dump --check flip.ggs
    refuses 4 'empty input' gg-dump --check /dev/null
    refuses 3 'too short' gg-dump --check <(head -c 63 "$DATA/tiny.ggs")
    refuses 3 'plain text' gg-dump --check "$BATS_TEST_FILENAME"
    refuses 5 'nix.ggs: cannot open' gg-dump --check nix.ggs
    gzip -c "$DATA/tiny.ggs" >a.gz
    gg-dump --check a.gz
    printf 'no stream' | gzip -c >b.gz
    refuses 3 'b.gz: 9 bytes are too short' gg-dump --check b.gz
    refuses 4 'upstream gave up: gg-neighbors: .*cut.ggs' gg-dump --check <(gg-neighbors --cutoff 1 cut.ggs 2>/dev/null)
}

@test "a lying size costs nothing" {
    gg-select --frames 0 -o a.ggs "$DATA/tiny.ggs"
    head -c 3000 a.ggs >short.ggs
    (ulimit -v 400000 && gg-dump -V) >/dev/null 2>&1 || skip "sanitizers need the address space"
    (ulimit -v 400000 && refuses 4 'ends early' gg-dump --check short.ggs)
}

@test "what was seen before the damage is shown" {
    head -c 200000 "$DATA/tiny.ggs" >cut.ggs
    run --separate-stderr gg-dump cut.ggs
    [ "$status" -eq 4 ]
    [[ "${lines[0]}" == "gg stream 1.0, schema gg.graph/1, 6 members, 6 frames, 200.0 kB, incomplete" ]]
}

@test "full disk, closed pipe, two wishes at once" {
    refuses 2 'at a time' gg-dump --json --csv "$DATA/tiny.ggs"
    refuses 5 'No space left' sh -c "gg-dump --text '$DATA/tiny.ggs' >/dev/full"
    refuses 5 'No space left' sh -c "gg-dump '$DATA/tiny.ggs' >/dev/full"
    run bash -c "gg-dump --text '$DATA/tiny.ggs' | head -c 1; exit \${PIPESTATUS[0]}"
    [ "$status" -eq 141 ] || [ "$status" -eq 0 ]
    [ "$output" = "#" ]
    gg-dump --text "$DATA/tiny.ggs" >tiny.txt
    refuses 3 'is no f64' gg-dump -r -o out.ggs <(sed '0,/^\t0/s//\tx/' tiny.txt)
    [ ! -e out.ggs ]
}

@test "gzip, xz and zstd are unpacked wherever something is read: streams, models, YAML, text" {
    command -v gzip xz zstd >/dev/null || skip "no packers"
    gg-select --frames 0:1 -o a.ggs "$DATA/tiny.ggs"
    gg-dump --text a.ggs >a.txt
    for pack in gzip xz zstd; do
        $pack -c <a.ggs >packed
        gg-dump --text packed | cmp - a.txt
        gg-dump --text <packed | cmp - a.txt
        gg-cmp packed a.ggs
        head -c 2000 packed >part
        run -4 gg-dump --check part
        [[ $output == *"part: "*"unexpected end of file"* ]]
        $pack -c <a.txt | gg-dump -r | gg-dump --text | cmp - a.txt
        $pack -c <a.txt >packed.txt
        head -c 1000 packed.txt >cut.txt
        run -4 gg-dump -r -o never.ggs cut.txt
        [[ $output == *"cut.txt:"*"unexpected end of file"* ]]
        [ ! -e never.ggs ]
    done
}

@test "--reverse takes a byte order mark, CR LF, and a last line without its line feed" {
    gg-select --frames 0:1 -o a.ggs "$DATA/tiny.ggs"
    gg-dump --text a.ggs >a.txt
    { printf '\357\273\277' && sed 's/$/\r/' a.txt; } | gg-dump -r | gg-dump --text | cmp - a.txt
    printf '%s' "$(cat a.txt)" | gg-dump -r | gg-dump --text | cmp - a.txt
    sed '3s/$/\r/' a.txt | { ! gg-dump -r -o never.ggs; }
}

@test "--layers: a model as a table, a layer a line, with sums" {
    tiny_network 'epochs: 1'
    gg-train -q -o run m.yaml "$DATA/tiny.ggs"
    gg-dump --layers run/model.ggm >table
    cat table
    grep -qx 'geometry    pos, cutoff 1.6, [0-9.]* edges a particle' table
    grep -qx 'target      propensity, 4 times' table
    grep -qE '^layers.1.conv +8x0e +16x0e\+8x1o +[0-9]+ ' table
    grep -qE '^heads.propensity.* 8x0e ' table
    # Parameters are those of the file and of --estimate, and the sums are sums.
    n=$(gg-dump run/model.ggm | awk '/^frame/ { on = 1 } on && $1 ~ /^(layers|heads)[.]/ { n = 1; for (k = 3; k <= NF && $k !~ /^parameter/; k++) { gsub(/[][,]/, "", $k); n *= $k } sum += n } END { print sum }')
    [ "$n" = "$(awk '$1 == "total" { print $4 }' table)" ]
    [ "$n" = "$(gg-train --estimate m.yaml "$DATA/tiny.ggs" | awk '/^parameters/ { print $2 }')" ]
    awk '/^layers|^heads/ { for (k = 0; k < 4; k++) sum[k] += $(NF-k) } /^total/ { for (k = 0; k < 4; k++) { d = sum[k] - $(NF-k); if (d < 0) d = -d; if (!(d <= 0.005 * $(NF-k))) exit 1 } seen = 1 } END { exit !seen }' table
    # Operations of a frame are those of --estimate, a particle of them.
    gg-train -q -o large m.yaml "$DATA/T0.50/A01.ggs"
    gg-train --estimate m.yaml "$DATA/T0.50/A01.ggs" | awk '/^first frame/ { n = $3 } /^operations/ { print $4 * 1e6 / n, $7 * 1e6 / n }' >said
    gg-dump --layers large/model.ggm | awk '/^total/ { print $(NF-2), $(NF-1) }' | paste - said | awk '{ for (k = 1; k < 3; k++) { d = $k - $(k+2); if (d < 0) d = -d; if (!(d <= 0.01 * $k)) exit 1 } }'
    # Shared rounds have their parameters once; a fit has no layers; a stream is no model.
    sed -i 's/  - {layer: gate, in: m, out: h}/&\n  - {repeat: 2, share: true, layers: [{layer: linear, in: h, out: h}]}/' m.yaml
    gg-train -q -o shared m.yaml "$DATA/tiny.ggs"
    gg-dump --layers -o file shared/model.ggm
    grep -qE '^layers.4.1.0.linear .* shared ' file
    gg-features --add density "$DATA/tiny.ggs" | gg-train -q -o fit "$ROOT/examples/models/ridge.yaml"
    refuses 2 'fit/model.ggm: a model that is fitted has no layers' gg-dump --layers fit/model.ggm
    refuses 3 'tiny.ggs: .*gg.model/1' gg-dump --layers "$DATA/tiny.ggs"
    refuses 2 '--layers takes one model' gg-dump --layers run/model.ggm run/model.ggm
    refuses 2 'one of --data.*at a time' gg-dump --layers --json run/model.ggm
    refuses 2 '--all goes with the summary alone' gg-dump --layers -a run/model.ggm
    refuses 2 '--frames goes with what shows or writes frames' gg-dump --layers -n 0 run/model.ggm
}

@test "summaries tell missing numbers and frames of other kinds, and cut long texts between letters" {
    local k small="$ROOT/tests/cases/small.txt"
    sed '0,/^\t0.2180754393339157/s//\tnan/' "$small" | gg-dump -r | gg-dump >said
    grep -qE '^  propensity .* 1 missing$' said
    for k in 1 2 3 4 5 6 7 8 9 10; do sed "s/^field propensity /field x$k /" "$small" | gg-dump -r; done >kinds.ggs
    gg-dump kinds.ggs | grep -qx '2 frames of other kinds: see them with -a'
    gg-dump -a kinds.ggs | grep -q '^  x10 '
    for k in '' x xx; do
        cp "$DATA/tiny.ggs" "$k$(printf 'ä%.0s' {1..100}).ggs"
        gg-select ./*ä.ggs -o out.ggs
        gg-dump out.ggs >said
        grep -q 'ä\.\.\.' said
        iconv -f UTF-8 -t UTF-8 said >/dev/null
        rm ./*ä.ggs
    done
}

@test "one table has one heading, safetensors one model" {
    gg-select --drop propensity "$DATA/tiny.ggs" -o less.ggs
    cat "$DATA/tiny.ggs" less.ggs >both.ggs
    refuses 3 'frame 8 .*: other columns than the frame before' gg-dump --csv both.ggs
    tiny_network "epochs: 1"
    gg-train -q -o run m.yaml "$DATA/tiny.ggs"
    gg-dump --safetensors one.st run/model.ggm
    grep -q '__metadata__' one.st
    cat run/model.ggm run/model.ggm >two.ggm
    refuses 2 'a second frame does not fit into one safetensors file' gg-dump --safetensors two.st two.ggm
    refuses 5 'm.yaml' gg-dump --safetensors m.yaml/one.st run/model.ggm
    echo >file
    refuses 5 'file' gg-dump --npz file "$DATA/tiny.ggs"
}
