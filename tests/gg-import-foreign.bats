#!/usr/bin/env bats
# gg-import-foreign.bats -- files of other people's codes: what each must give, when they are beside the checkout

load helper

F="$SHARED/data/foreign"

# frames FILE N TEXT: N frames, the first of them as in TEXT
frames() {
    [ "$(gg-dump --json "$1" | wc -l)" -eq "$2" ] || { echo "not $2 frames"; return 1; }
    gg-dump "$1" | grep '^frame 0 ' | grep -qF "$3" || { gg-dump "$1" | head -n 12; return 1; }
}
# row FIELD FRAME FILE: of the first particle
row() { gg-dump -n "$2" -d "$1" --rows 0:1 "$3"; }
# count TYPE FILE: particles of a type in the first frame
count() { gg-dump -n 0 -d type "$2" | awk -v t="$1" '$1 == t { n++ } END { print n + 0 }'; }
# raw FRAME FILE X Y Z...: pos + image x cell (a cube of edge L) of the first particle is this, for a box from ORIGIN
raw() {
    local frame=$1 file=$2 edge=$3
    shift 3
    paste -d ' ' <(row pos "$frame" "$file") <(row image "$frame" "$file") | awk -v l="$edge" -v x="$1" -v y="$2" -v z="$3" '
        function off(a, b) { a -= b; return a < 0 ? -a : a }
        { if (off($1 + l * $4, x) + off($2 + l * $5, y) + off($3 + l * $6, z) > 2e-5) { print; exit 1 } }'
}
# wrapped FRAME FILE EDGE X Y Z: pos is this but for whole edges
wrapped() {
    row pos "$1" "$2" | awk -v l="$3" -v x="$4" -v y="$5" -v z="$6" '
        function off(a, b) { a = (a - b) / l; a -= int(a + (a < 0 ? -0.5 : 0.5)); return (a < 0 ? -a : a) * l }
        { if (off($1, x) + off($2, y) + off($3, z) > 2e-5) { print; exit 1 } }'
}

@test "atooms xyz: steps, times, names and numbers as species" {
    need_shared data/foreign
    gg-import -q "$F/atooms/ka_N150_rho1.200.xyz" -o a.ggs
    frames a.ggs 80 '150 nodes, 0 edges, 3D periodic, cell 5 5 5'
    [ "$(count 0 a.ggs) $(count 1 a.ggs)" = '120 30' ]
    wrapped 0 a.ggs 5 -0.955249 -2.118605 1.977438
    wrapped 79 a.ggs 5 -0.663549 -2.144137 1.662702
    [ "$(row step 79 a.ggs) $(row run_time 79 a.ggs)" = '79 79' ]
    gg-import -q "$F/atooms/lj_N1000_rho1.0.xyz" -o l.ggs
    frames l.ggs 1 '1000 nodes, 0 edges, 3D periodic, cell 10 10 10'
    [ "$(row vel 0 l.ggs)" = '0.06102 0.016285 -0.01188' ]
    gg-dump l.ggs | grep -E '^  vel +f64  \[node, 3\] +other +1x1o'
}

@test "atooms xyz without steps, with text columns and blanks in front" {
    need_shared data/foreign
    gg-import -q "$F/partycls/kalj_fcc_N1200.xyz" -o k.ggs
    frames k.ggs 1 '1200 nodes, 0 edges, 3D periodic, cell 10.0006 10.0006 10.0006'
    [ "$(count 0 k.ggs) $(count 1 k.ggs)" = '960 240' ]
    wrapped 0 k.ggs 10.0006 0.435486 -2.956270 2.706838
    gg-import "$F/partycls/wahn_N1000.xyz" -o w.ggs 2>said
    grep -q 'left out: signature (text); neighbors (text)' said
    frames w.ggs 1 '1000 nodes, 0 edges, 3D periodic, cell 9.16966 9.16966 9.16966'
    [ "$(count 0 w.ggs) $(count 1 w.ggs) $(row step 0 w.ggs)" = '500 500 1433' ]
    wrapped 0 w.ggs 9.16966228992 3.055935 2.541405 -4.470677
}

@test "RUMD: steps in powers of two, images, both versions, restart files" {
    need_shared data/foreign
    gg-import -q "$F/atooms/ka_rumd_N1200.xyz.gz" -o r.ggs
    frames r.ggs 17 '1212 nodes, 0 edges, 3D periodic, cell 10.03 10.03 10.03'
    [ "$(count 0 r.ggs) $(count 1 r.ggs) $(count 2 r.ggs)" = '960 240 12' ]
    [ "$(gg-dump -d step r.ggs | tr '\n' ' ')" = "0 $(for k in {0..15}; do printf '%d ' $((1 << k)); done)" ]
    gg-dump -n 16 -d run_time r.ggs | awk '{ exit !($1 > 131.0719 && $1 < 131.0721) }'
    [ "$(row temperature 0 r.ggs)" = 0.5032 ]
    raw 0 r.ggs 10.03 4.2019 -0.8430 -0.7399
    raw 16 r.ggs 10.03 3.8556 -0.6855 -1.5069
    [ "$(row pe 0 r.ggs)" = -5.3925 ]
    gg-import -q "$F/partycls/kalj_N256_rho1.185_rumd.xyz.gz" -o v.ggs
    frames v.ggs 1 '256 nodes, 0 edges, 3D periodic, cell 6 6 6'
    [ "$(count 0 v.ggs) $(count 1 v.ggs)" = '205 51' ]
    raw 0 v.ggs 6 2.5451119 -0.15905273 3.4107666
    [ "$(row velocity 0 v.ggs)" = '-0.955896854 -2.176721811 0.771060944' ]
    [ "$(row force 0 v.ggs)" = '14.87599659 -28.476327896 -15.78612042' ] || row force 0 v.ggs | grep -q '^14.87599659 '
    gg-import -q "$F/partycls/trajectory0000.xyz.gz" -o t.ggs
    frames t.ggs 10 '303 nodes, 0 edges, 3D periodic, cell 6.32053 6.32053 6.32053'
    [ "$(row step 9 t.ggs) $(row run_time 9 t.ggs) $(row temperature 9 t.ggs)" = '256 2.048 0.9901' ]
    raw 9 t.ggs 6.32053 1.681297 -2.065115 0.657089
    gg-import -q "$F/gamdpy/restart0000.xyz.gz" -o g.ggs
    frames g.ggs 1 '4000 nodes, 0 edges, 3D periodic, cell 14.938 14.938 14.938'
    raw 0 g.ggs 14.938015938 81.887325 290.43235 40.067266
    [ "$(row temperature 0 g.ggs)" = 2 ]
}

@test "GSD: two and three dimensions, changing boxes, images; another schema is refused" {
    need_shared data/foreign
    gg-import -q "$F/atooms/trajectory2d.gsd" -o d.ggs
    frames d.ggs 4 '100 nodes, 0 edges, 2D periodic, cell 10.7833 10.7833'
    [ "$(count 0 d.ggs) $(count 1 d.ggs)" = '50 50' ]
    [ "$(gg-dump -d step d.ggs | tr '\n' ' ')" = '0 1 2 3 ' ]
    wrapped 0 d.ggs 10.7832775 5.3916388 5.3916388 0
    # the last frame: position 5.3895369 5.3895345 in image -1, -1 of its own box
    edge=$(gg-dump --json -n 3 d.ggs | sed 's/.*"cell":\[\[\([0-9.]*\).*/\1/')
    # shellcheck disable=SC2046
    raw 3 d.ggs "$edge" $(awk -v l="$edge" 'BEGIN { printf "%.7f %.7f 0", 5.3895369 - l, 5.3895345 - l }')
    gg-import -q "$F/atooms/trajectory3d.gsd" -o t.ggs
    frames t.ggs 4 '1000 nodes, 0 edges, 3D periodic, cell 10.6839 10.6839 10.6839'
    [ "$(count 0 t.ggs) $(count 1 t.ggs)" = '500 500' ]
    wrapped 0 t.ggs 10.6838732 5.3419366 5.3419366 5.3419366
    # the last frame: position -5.34 in image -1 of its own box
    edge=$(gg-dump --json -n 3 t.ggs | sed 's/.*"cell":\[\[\([0-9.]*\).*/\1/')
    want=$(awk -v l="$edge" 'BEGIN { printf "%.7f %.7f %.7f", -5.3419337 - l, -5.3291574 - l, -5.3414564 - l }')
    # shellcheck disable=SC2086
    raw 3 t.ggs "$edge" $want
    refuses 3 "schema 'none', not hoomd: no particles in it" gg-import "$F/gsd/test_gsd_v1.gsd"
}

@test "LAMMPS dump with scaled coordinates and rows in no order" {
    need_shared data/foreign
    gg-import -q "$F/partycls/lj_N256_rho1.0.atom" -o l.ggs
    frames l.ggs 6 '256 nodes, 0 edges, 3D periodic, cell 6.3496 6.3496 6.3496'
    [ "$(count 0 l.ggs) $(row step 0 l.ggs) $(row step 5 l.ggs)" = '256 0 50' ]
    wrapped 0 l.ggs 6.3496 1.75043 2.95905 -1.69817
}

@test "GlassBench in two dimensions: runs go on from positions outside of the box" {
    need_shared data/foreign
    local file="$F/glassbench2d/N1290T0.23_151_tc05_positions.npz"
    refuses 2 'give --time' gg-import "$file"
    while read -r name first all; do
        gg-import -q --time 100 "$F/glassbench2d/$name" | gg-targets -q --add propensity -o g.ggs
        frames g.ggs 1 '1290 nodes, 0 edges, 2D periodic, cell 32.8962 32.8962'
        [ "$(count 0 g.ggs) $(count 1 g.ggs) $(count 2 g.ggs)" = '600 330 360' ]
        paste <(gg-dump -d type g.ggs) <(gg-dump -d propensity g.ggs) | awk -v first="$first" -v all="$all" '
            { s += $2; n++ } $1 == 0 { a += $2; m++ }
            END { x = a / m - first; y = s / n - all; exit !(x * x < 1e-14 && y * y < 1e-14) }'
    done <<'END'
N1290T0.23_151_tc05_positions.npz 0.05327657 0.05250947
N1290T0.23_151_tc20_positions.npz 0.13239516 0.13329166
N1290T0.23_151_tc40_positions.npz 0.62603965 0.66984598
N1290T0.30_3_tc01_positions.npz 0.08454630 0.10718138
END
    [ "$(row temperature 0 g.ggs)" = 0.3 ]
    gg-import -q --time 100 "$file" -o p.ggs
    gg-dump p.ggs | grep -q '^  pos_inherent'
    wrapped 0 p.ggs 32.8962 1.8042 -6.86155 0
    gg-import --time 100 "$file" 2>&1 >p.ggs | grep -q 'left out: system_id (text)'
}
