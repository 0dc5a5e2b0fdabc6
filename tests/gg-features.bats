#!/usr/bin/env bats
# gg-features.bats -- descriptors as columns: real numbers, appending, invariance, refusals

load helper

near() { awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; if (d < 0) d = -d; if (!(d <= t)) { print a " is not " b; exit 1 } }'; }

@test "BOTAN 401-403: the coarse-grained inherent energy predicts the propensity of A" {
    need_shared data/botan-T0.44
    need_program gg-quench
    while read -r id rho; do
        gg-import "$SHARED/data/botan-T0.44/test/isoconfig_N4096T0.44_${id}_tc07.npz" | gg-targets | gg-quench |
            gg-features --add mean --classes all --lengths 2 --positions pos_inherent |
            gg-corr --target propensity --predictor node_features:mean_inherent.energy_inherent.all.L2 \
                --species A --tsv --bootstrap 0 >"$id.tsv"
        near "$(awk -F '\t' 'NR == 1 { for (k = 1; k <= NF; k++) if ($k == "rho_config") c = k } NR == 2 { print $c }' "$id.tsv")" \
            "$rho" 0.005
    done <<<"401 0.168
402 0.636
403 0.643"
}

@test "--list is what gg_descriptors(7) says" {
    mandoc -T ascii -O width=400 "$ROOT/man/gg_descriptors.7" | sed 's/.\x08//g' | tr -s ' \n' ' ' >page
    gg-features --list >list
    [ "$(wc -l <list)" -eq "$(cat "$ROOT/common/descriptors/descriptors.def" "$ROOT/common/descriptors/presets.c" |
        grep -cE '^DESCRIPTOR|^    \{"')" ]
    while read -r name about; do
        grep -qF -- " $name $about" page || { echo "not in the page: $name $about"; return 1; }
    done <list
}

@test "columns of two runs are those of one" {
    gg-features --add species,density --lengths 1,2 -o one.ggs "$DATA/tiny.ggs"
    gg-features --add species "$DATA/tiny.ggs" | gg-features --add density --lengths 1,2 -o two.ggs
    need_program gg-cmp
    gg-cmp one.ggs two.ggs
    gg-features --add coordination two.ggs | gg-features --replace --add species,density --lengths 1,2 -o two.ggs
    gg-cmp one.ggs two.ggs
}

@test "META names the columns; positions other than pos stand in the names" {
    need_program gg-dump
    gg-features --add species,coordination --classes each -o f.ggs "$DATA/tiny.ggs"
    run gg-dump f.ggs
    [[ "$output" =~ columns.node_features\ +species.A\ species.B\ coordination.A\ coordination.B ]]
    [[ "$output" =~ node_features\ .*4x0e ]]
}

@test "columns keep their names when the field gets another one" {
    gg-features --add species,density --lengths 2 --classes all "$DATA/tiny.ggs" |
        gg-select --rename node_features=My_Columns -o f.ggs
    gg-corr --target propensity --predictor My_Columns:density.all.L2 --bootstrap 0 f.ggs >one
    gg-features --add density --lengths 2 --classes all "$DATA/tiny.ggs" |
        gg-corr --target propensity --predictor node_features --bootstrap 0 >two # a single column needs no name
    [ "$(grep -c '^ *0.64 ' one)" -eq 12 ] # three groups of particles at four times
    diff <(grep '^ *0.64 ' one) <(grep '^ *0.64 ' two)
}

@test "rotations, reflections, translations, images and labels change nothing" {
    need_program gg-rotate
    need_program gg-cmp
    for how in "--seed 5" "--reflect --seed 6" "--shift 1.7,-40,0.3" "--shift 1.7,-40,0.3 --wrap" "--permute 7"; do
        # shellcheck disable=SC2086
        gg-rotate $how "$DATA/tiny.ggs" | gg-features --add species,density,coordination -o a.ggs
        # shellcheck disable=SC2086
        gg-features --add species,density,coordination "$DATA/tiny.ggs" | gg-rotate $how -o b.ggs
        gg-cmp --rtol 1e-5 --fields node_features a.ggs b.ggs
    done
}

@test "order parameters do not depend on orientation, images and labels" {
    gg-select --frames 0:2 -o some.ggs "$DATA/tiny.ggs"
    for how in "--seed 5" "--reflect --seed 6" "--shift 1.7,-40,0.3 --wrap" "--permute 7"; do
        # shellcheck disable=SC2086
        gg-rotate $how some.ggs | gg-features --add steinhardt,voronoi,tetrahedral,s2 -o a.ggs
        # shellcheck disable=SC2086
        gg-features --add steinhardt,voronoi,tetrahedral,s2 some.ggs | gg-rotate $how -o b.ggs
        gg-cmp --rtol 1e-5 --tol 1e-6 --fields node_features a.ggs b.ggs
    done
}

@test "Voronoi volumes fill the box, and order parameters alone predict" {
    gg-select --frames 0:1 "$DATA/tiny.ggs" | gg-features --add voronoi,tetrahedral -o v.ggs
    gg-dump -d node_features --rows 0:100000 v.ggs | awk '{ sum += $2 } END { print sum }' >sum
    gg-dump v.ggs | awk '/^frame 0/ { print $(NF - 2) * $(NF - 1) * $NF }' >box
    near "$(cat sum)" "$(cat box)" 0.01
    gg-corr --target propensity --predictor node_features:tetrahedral --bootstrap 0 v.ggs | grep -q '^ *0.64 .* A '
}

@test "displacement to the inherent structure: the vector turns, its length does not" {
    need_program gg-quench
    gg-quench "$DATA/tiny.ggs" | gg-select --frames 0:2 -o q.ggs
    for how in "--seed 5" "--reflect --seed 6" "--shift 1.7,-40,0.3 --wrap" "--permute 7"; do
        # shellcheck disable=SC2086
        gg-rotate $how q.ggs | gg-features --add displacement --positions pos_inherent -o a.ggs
        # shellcheck disable=SC2086
        gg-features --add displacement --positions pos_inherent q.ggs | gg-rotate $how -o b.ggs
        gg-cmp --rtol 1e-5 --tol 1e-6 --fields node_features a.ggs b.ggs
    done
    gg-dump a.ggs | grep -q 'node_features.*1x1o+1x0e'
    gg-corr --target propensity --predictor node_features:displacement_inherent.norm --bootstrap 0 a.ggs | grep -q '^ *0.64'
    refuses 2 "both 'pos'" gg-features --add displacement -o x.ggs q.ggs
    refuses 3 "pos_cage" gg-features --add displacement --positions pos_inherent --reference pos_cage -o x.ggs q.ggs
}

@test "the same bytes for any number of threads" {
    for n in 1 2 4; do
        gg-features --threads $n --add density,coordination -o $n.ggs "$DATA/tiny.ggs"
        cmp 1.ggs $n.ggs
    done
}

@test "averages, shells and their rotation; columns into a field of one's choice" {
    need_program gg-rotate
    need_program gg-cmp
    cage=(gg-features --add "radial,angular" --levels 3 --lmax 4 --radial-shells "0.8,2,0.1,0.1" --into cage)
    for how in "--seed 5" "--reflect --seed 6" "--shift 1.7,-40,0.3 --wrap" "--permute 7"; do
        # shellcheck disable=SC2086
        gg-rotate $how "$DATA/tiny.ggs" | gg-select --limit 2 | "${cage[@]}" -o a.ggs
        # shellcheck disable=SC2086
        gg-select --limit 2 "$DATA/tiny.ggs" | "${cage[@]}" | gg-rotate $how -o b.ggs
        gg-cmp --rtol 1e-4 --tol 1e-5 --fields cage a.ggs b.ggs
    done
    "${cage[@]}" "$DATA/tiny.ggs" | gg-features --add species | gg-features --add species --into kind -o c.ggs
    run gg-dump c.ggs
    [[ "$output" =~ cage\ .*270x0e ]]
    [[ "$output" =~ kind\ .*2x0e ]]
    [[ "$output" =~ columns.node_features\ +species.A\ species.B ]]
}

@test "presets: the numbers of columns, from the options alone" {
    need_program gg-quench
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-quench -o q.ggs
    gg-select --species A q.ggs -o a.ggs
    columns() { gg-dump "$1" | sed -n 's/^  x .* \([0-9]*\)x0e .*/\1/p'; }
    while read -r wanted f preset; do
        # shellcheck disable=SC2086
        gg-features --preset $preset --into x -o x.ggs $f.ggs
        [ "$(columns x.ggs)" -eq "$wanted" ] || { columns x.ggs; echo "not $wanted for $preset"; return 1; }
    done <<<"182 a inherent --species A,B,C --positions pos_inherent
924 a cage --lmax 12
166 a softness
182 q glassmlp
242 a glassmlp --species A,B,C
917 q cage,inherent"
    refuses 2 "no preset 'cages' \(did you mean 'cage'\?\)" gg-features --preset cages -o x.ggs q.ggs
    refuses 2 "preset 'cage'.*'radial.*' is asked for twice" gg-features --preset cage,cage -o x.ggs q.ggs
}

@test "refuses wrong words" {
    refuses 2 "--add is missing" gg-features "$DATA/tiny.ggs"
    refuses 2 "no descriptor 'densty' \(did you mean 'density'\?\)" gg-features --add densty -o x.ggs "$DATA/tiny.ggs"
    refuses 2 "column 'density.A.L1' is asked for twice" gg-features --add density --lengths 1,1 -o x.ggs "$DATA/tiny.ggs"
    refuses 2 "asked for twice" gg-features --add density,species,density -o x.ggs "$DATA/tiny.ggs"
    refuses 2 "species.*'A' occurs twice" gg-features --add species --species A,A -o x.ggs "$DATA/tiny.ggs"
    refuses 2 "lengths" gg-features --add density --lengths 1,0 -o x.ggs "$DATA/tiny.ggs"
    refuses 2 "lengths" gg-features --add density --lengths 1,nan -o x.ggs "$DATA/tiny.ggs"
    refuses 2 "degrees" gg-features --add steinhardt --degrees 4,4.5 -o x.ggs "$DATA/tiny.ggs"
    refuses 2 "degrees.*twice" gg-features --add steinhardt --degrees 4,4 -o x.ggs "$DATA/tiny.ggs"
    refuses 2 "degrees" gg-features --add steinhardt --degrees 13 -o x.ggs "$DATA/tiny.ggs"
    refuses 2 "1 radii for 2 species" gg-features --add voronoi --radii 0.5 -o x.ggs "$DATA/tiny.ggs"
    refuses 3 "psi6.* 2 dimensions" gg-features --add psi6 -o x.ggs "$DATA/tiny.ggs"
    refuses 2 "classes" gg-features --add density --classes none -o x.ggs "$DATA/tiny.ggs"
}

@test "refuses fields that are missing, of another shape, or there already" {
    refuses 3 "frame 0 .*'mean': field 'energy_inherent' is missing.*gg-quench" gg-features --add mean -o x.ggs "$DATA/tiny.ggs"
    refuses 3 "'mean': no field 'energi' to coarse-grain" gg-features --add mean --field energi -o x.ggs "$DATA/tiny.ggs"
    refuses 3 "no scalar column 'voronoi.size'" gg-features --add mean --field voronoi.size -o x.ggs "$DATA/tiny.ggs"
    refuses 3 "'mean': field 'propensity': one number for each particle" gg-features --add mean --field propensity -o x.ggs "$DATA/tiny.ggs"
    refuses 3 "'pos_cage' is missing" gg-features --add density --positions pos_cage -o x.ggs "$DATA/tiny.ggs"
    refuses 3 "'type' is i32, wanted f32" gg-features --add density --positions type -o x.ggs "$DATA/tiny.ggs"
    refuses 3 "species 1, --species names 1" gg-features --add density --species A -o x.ggs "$DATA/tiny.ggs"
    gg-features --add species -o f.ggs "$DATA/tiny.ggs"
    refuses 3 "column 'species.A' is there already" gg-features --add species -o x.ggs f.ggs
    [ ! -e x.ggs ]
}

@test "damaged and empty input, full disks, closed pipes" {
    refuses 4 "empty input" gg-features --add density -o x.ggs /dev/null
    head -c 60000 "$DATA/tiny.ggs" >cut.ggs
    refuses 4 "cut.ggs" gg-features --add density -o x.ggs cut.ggs
    refuses 3 "." gg-features --add density -o x.ggs "$DATA/README.md"
    refuses 5 "no.ggs" gg-features --add density -o x.ggs no.ggs
    refuses 5 "/dev/full" gg-features --add density -o /dev/full "$DATA/tiny.ggs"
    [ ! -e x.ggs ]
    gg-features --add density "$DATA/tiny.ggs" 2>err | head -c 1 >/dev/null
    [ ! -s err ]
}
