#!/usr/bin/env bats
# readme.bats -- the README's words on data of one's own lead to a trained model: its commands are run as they stand

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    mkdir examples
    ln -s "$ROOT/examples/models" examples/models
    gg-targets --list-options | grep -q '^trajectory' || skip "gg-targets has no --trajectory"
}

# first WORDS: the command of this row of the table
first() { grep -F "| $1" "$ROOT/README.md" | sed -E 's/^[^`]*`(.*)` \|$/\1/; s/\\\|/|/g'; }

# The four lines behind the table; a pass is enough, and a shallow network.
rest() {
    awk '/^## / { on = $0 == "## Your own data" } on && /^    gg-/ { sub(/^ +/, ""); print }' "$ROOT/README.md" |
        sed 's/^gg-train /gg-train -q --epochs 1 --set let.rounds=1 /; s/--split 8:1:1/--split 1:1:1/'
}

leads() { # COMMAND
    echo "$1"
    [[ "$1" == gg-import* ]]
    [ "$(rest | wc -l)" -eq 3 ]
    { echo "$1"; rest; } >commands
    bash -e -o pipefail commands >out 2>&1 || { cat out; return 1; }
    grep -q '^propensity by propensity_pred' out
}

@test "a LAMMPS dump in two dimensions" {
    awk 'BEGIN { for (f = 0; f < 14; f++) {
        print "ITEM: TIMESTEP"; print 200 * f; print "ITEM: NUMBER OF ATOMS"; print 64
        print "ITEM: BOX BOUNDS pp pp pp"; print "0 8"; print "0 8"; print "-0.5 0.5"; print "ITEM: ATOMS id type xu yu"
        for (i = 0; i < 64; i++)
            printf "%d %d %.9g %.9g\n", i + 1, 1 + i % 2, i % 8 + 0.2 * sin(i + f * (1 + i % 3)), int(i / 8) + 0.2 * cos(2 * i + f) } }' >run.lammpstrj
    leads "$(first 'a LAMMPS dump')"
}

@test "several runs from one start: of LAMMPS, in three dimensions" {
    for k in 1 2 3; do
        awk -v k=$k 'BEGIN { for (f = 0; f < 2; f++) {
            print "ITEM: TIMESTEP"; print 200 * f; print "ITEM: NUMBER OF ATOMS"; print 64
            print "ITEM: BOX BOUNDS pp pp pp"; print "0 5"; print "0 5"; print "0 5"; print "ITEM: ATOMS id type xu yu zu"
            for (i = 0; i < 64; i++)
                printf "%d %d %.9g %.9g %.9g\n", i + 1, 1 + i % 2, i % 4 * 1.25 + 0.1 * sin(i) + f * 0.1 * sin(i * k),
                    int(i / 4) % 4 * 1.25 + 0.1 * cos(i), int(i / 16) * 1.25 } }' >run$k.dump
    done
    bash -e -o pipefail -c "$(first 'several runs')" 2>/dev/null
    gg-dump labelled.ggs | grep -qE '^  propensity_var '
}

@test "an extended XYZ with columns of its own" {
    awk 'BEGIN { for (n = 0; n < 3; n++) {
        print 64; print "Lattice=\"5 0 0 0 5 0 0 0 5\" Properties=species:S:1:pos:R:3:charge:R:1:forces:R:3"
        for (i = 0; i < 64; i++)
            printf "%s %.8f %.8f %.8f %.6f %.6f %.6f %.6f\n", i % 3 ? "A" : "B", i % 4 * 1.25 + 0.1 * sin(i + n), int(i / 4) % 4 * 1.25 + 0.1 * cos(i * n),
                int(i / 16) * 1.25, sin(i * (n + 2)), cos(i), sin(2 * i), cos(3 * i + n) } }' >own.xyz
    leads "$(first 'an extended XYZ')"
    gg-dump labelled.ggs | grep -qE '^  displacement .* 1x1o'
}

@test "a trajectory of HOOMD, and one of RUMD, at times that they have" {
    need_shared data/foreign
    cp "$SHARED/data/foreign/atooms/trajectory3d.gsd" run.gsd
    leads "$(first 'a GSD' | sed 's/--times 1,10/--times 0.005/')"
    cp "$SHARED/data/foreign/partycls/trajectory0000.xyz.gz" .
    bash -e -o pipefail -c "$(first 'a run of RUMD')" 2>/dev/null
    [ "$(gg-dump --json labelled.ggs | wc -l)" -ge 1 ]
}

# What stands between two marks of the README's tour
tour() { awk '/^## / { on = $0 == "## A tour in pictures" } on' "$ROOT/README.md"; }

@test "the tour: its lines run as they stand, with a small network; outputs have the columns shown, pictures are those shown" {
    need_program gnuplot
    SMALL=1 run -0 "$ROOT/examples/tour/run.sh" "$PWD/tour" || { echo "$output"; return 1; }
    [ "$(tour | grep -c '^    gg-plot\|| gg-plot')" -eq 5 ]
    tour | sed -n 's#^!\[.*](examples/tour/\(.*\))#\1#p' >pictures
    [ "$(wc -l <pictures)" -eq 5 ]
    while read -r picture; do
        [ -s "tour/$picture" ]
        [ "$(head -c 5 "tour/$picture")" = "$(head -c 5 "$ROOT/examples/tour/$picture")" ]
        tour | grep -q -- "-o $picture\b"
    done <pictures
    # lines of letters only, such as headers, as they are shown
    tour | awk '/^```/ { on = !on; next } on && !/[0-9]/ { gsub(/ +/, " "); print }' >shown
    [ "$(wc -l <shown)" -ge 3 ]
    while read -r line; do tr -s ' ' <<<"$output" | grep -qF -- "$line"; done <shown
    grep -q '^propensity propensity_pred scalar .* 100 A ' <(tr -s ' ' <<<"$output")
    [ "$(ls -d tour/T0.*/model.ggm | wc -l)" -eq 3 ]
}
