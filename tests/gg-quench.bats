#!/usr/bin/env bats
# gg-quench.bats -- published and independent energies, inherent structures, refusals

load helper

near() { awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; if (d < 0) d = -d; if (!(d <= t)) { print a " is not " b; exit 1 } }'; }
mean() { gg-dump --data "$2" "$1" | awk '{ s += $1 } END { printf "%.8f", s / NR }'; }
first_frame() { gg-select --frames 0:1 -o "$2" "$1"; }

# distance FILE: mean of |pos_inherent - pos|
distance() {
    paste <(gg-dump --data pos_inherent "$1") <(gg-dump --data pos "$1") |
        awk '{ s += sqrt(($1 - $4) ^ 2 + ($2 - $5) ^ 2 + ($3 - $6) ^ 2) } END { print s / NR }'
}

@test "BOTAN 401-403: energies of liquid and inherent structure, distance between them" {
    need_shared data/botan-T0.44
    need_program gg-dump
    while read -r id thermal inherent moved; do
        gg-import "$SHARED/data/botan-T0.44/test/isoconfig_N4096T0.44_${id}_tc07.npz" | gg-quench -o "$id.ggs"
        near "$(mean "$id.ggs" energy)" "$thermal" 1e-6
        near "$(mean "$id.ggs" energy_inherent)" "$inherent" 1.2e-3
        near "$(distance "$id.ggs")" "$moved" 0.002
    done <<<"401 -6.2330706516 -6.8563 0.122
402 -6.2236234361 -6.8554 0.116
403 -6.2052473983 -6.8509 0.115"
    near "$(gg-dump --data energy --rows 0:1 401.ggs)" -5.10196317 1e-6
}

@test "BOTAN 401 in the other variants" {
    need_shared data/botan-T0.44
    need_program gg-dump
    gg-import "$SHARED/data/botan-T0.44/test/isoconfig_N4096T0.44_401_tc07.npz" -o 401.ggs
    for case in cut=-7.6929067032 cut-ab=-7.6254856308; do
        gg-quench --energy-only --potential "${case%=*}" -o e.ggs 401.ggs
        near "$(mean e.ggs energy)" "${case#*=}" 1e-6
    done
}

@test "DeepMind's test_large" {
    need_shared data/deepmind
    need_program gg-dump
    gg-import "$SHARED/data/deepmind/test_large.pickle" -o d.ggs
    for case in fshift=-6.2179397798 cut=-7.6813064235 cut-ab=-7.6140898838; do
        gg-quench --energy-only --potential "${case%=*}" -o e.ggs d.ggs
        near "$(mean e.ggs energy)" "${case#*=}" 1e-6
    done
}

# fshift is LAMMPS' lj/smooth/linear, cut-ab its lj/cut.
@test "LAMMPS gives the same energy to every particle" {
    need_program lmp
    need_program gg-dump
    need_program gg-select
    first_frame "$DATA/tiny.ggs" one.ggs
    cell=$(gg-dump one.ggs | sed -nE 's/^frame 0.*cell ([0-9.]+) .*/\1/p')
    box=$(gg-dump --json one.ggs | grep -oE '"cell":\[\[[0-9.e-]+' | grep -oE '[0-9.e-]+$' || echo "$cell")
    {
        echo "from gg"
        echo
        echo "$(gg-dump --data type one.ggs | wc -l) atoms"
        echo "2 atom types"
        echo "0 $box xlo xhi"
        echo "0 $box ylo yhi"
        echo "0 $box zlo zhi"
        echo
        echo "Atoms # atomic"
        echo
        paste <(gg-dump --data type one.ggs) <(gg-dump --data pos one.ggs) | awk '{ print NR, $1 + 1, $2, $3, $4 }'
    } >data
    for case in "fshift lj/smooth/linear" "cut-ab lj/cut"; do
        read -r variant style <<<"$case"
        {
            echo "units lj"
            echo "atom_style atomic"
            echo "read_data data"
            echo "mass * 1"
            echo "pair_style $style 2.5"
            echo "pair_coeff 1 1 1.0 1.0 2.5"
            echo "pair_coeff 1 2 1.5 0.8 2.0"
            echo "pair_coeff 2 2 0.5 0.88 2.2"
            echo "compute e all pe/atom"
            echo "dump d all custom 1 dump id c_e"
            echo "dump_modify d sort id format float %.12g"
            echo "run 0"
        } >in
        lmp -in in -log none >out || { tail -n 5 out; return 1; }
        gg-quench --energy-only --potential "$variant" -o e.ggs one.ggs
        paste <(tail -n +10 dump) <(gg-dump --data energy e.ggs) |
            awk '{ d = $2 - $3; if (d < 0) d = -d; if (!(d <= 2e-6)) bad++; n++ } END { exit bad > 0 || n < 100 }'
    done
}

@test "the inherent structure is a minimum near the start" {
    need_program gg-dump
    gg-quench --force-tolerance 1e-8 -o is.ggs "$DATA/tiny.ggs"
    gg-dump --check is.ggs
    near "$(distance is.ggs)" 0.14 0.05
    awk -v a="$(mean is.ggs energy)" -v b="$(mean is.ggs energy_inherent)" 'BEGIN { exit !(b < a - 0.3) }'
    run gg-dump is.ggs
    [[ "$output" =~ potential\ +fshift ]]
    [[ "$output" =~ minimiser\ +fire\ dt=0.002\ dt_max=0.02\ force_tolerance=1e-08 ]]
}

@test "--energy-only takes the inherent positions that are there" {
    need_program gg-cmp
    gg-quench -o is.ggs "$DATA/tiny.ggs"
    gg-quench --energy-only -o again.ggs is.ggs
    gg-cmp is.ggs again.ggs
    gg-quench --energy-only -o thermal.ggs "$DATA/tiny.ggs"
    run gg-dump thermal.ggs
    [[ "$output" =~ " energy " ]]
    [[ ! "$output" =~ inherent ]]
}

@test "turned, reflected, relabelled: the energies stay, the minimum goes along" {
    need_program gg-rotate
    need_program gg-cmp
    for how in "--seed 3" --reflect "--permute 3" "--shift 0.3,1,-2 --wrap"; do
        # shellcheck disable=SC2086
        gg-rotate $how "$DATA/tiny.ggs" | gg-quench --energy-only -o a.ggs
        # shellcheck disable=SC2086
        gg-quench --energy-only "$DATA/tiny.ggs" | gg-rotate $how -o b.ggs
        gg-cmp --tol 1e-5 a.ggs b.ggs || { echo "$how"; return 1; }
    done
    gg-rotate --seed 3 "$DATA/tiny.ggs" | gg-quench --force-tolerance 1e-8 -o a.ggs
    gg-quench --force-tolerance 1e-8 "$DATA/tiny.ggs" | gg-rotate --seed 3 -o b.ggs
    gg-cmp --tol 1e-4 a.ggs b.ggs
}

@test "the same bytes for any number of threads" {
    need_program gg-select
    first_frame "$DATA/test.ggs" one.ggs # large enough for threads
    for n in 1 2 4; do
        GG_THREADS=$n gg-quench --force-tolerance 1 one.ggs >"$n.ggs"
    done
    cmp 1.ggs 2.ggs
    cmp 1.ggs 4.ggs
}

@test "no convergence names the frame, status 6" {
    refuses 6 "frame 0 \(KA/N250/T0.64/1\): no minimum after 10 steps" gg-quench --max-steps 10 -o x.ggs "$DATA/tiny.ggs"
    [ ! -e x.ggs ]
}

@test "wrong usage and input" {
    refuses 2 "--potential" gg-quench --potential lj "$DATA/tiny.ggs"
    refuses 2 "--dt 0.05 is above --dt-max 0.02" gg-quench --dt 0.05 "$DATA/tiny.ggs"
    refuses 2 "--force-tolerance" gg-quench --force-tolerance nan "$DATA/tiny.ggs"
    refuses 2 "--max-steps" gg-quench --max-steps 0 "$DATA/tiny.ggs"
    refuses 4 "" gg-quench -o x.ggs /dev/null
    [ ! -e x.ggs ]
}

@test "species and places that no liquid has" {
    need_program gg-dump
    need_program gg-select
    first_frame "$DATA/tiny.ggs" one.ggs
    gg-dump --extxyz one.ggs >one.xyz
    gg-import one.xyz -o back.ggs || skip "needs extended XYZ"
    awk 'NR == 4 { n = NF; split(last, l, " "); for (k = 2; k <= 4; k++) $k = l[k] } { last = $0; print }' one.xyz >twice.xyz
    gg-import twice.xyz | refuses 3 "energy of particle 0 is not finite" gg-quench -o x.ggs
}

@test "disk full, closed pipe" {
    refuses 5 "" gg-quench --energy-only -o /dev/full "$DATA/tiny.ggs"
    gg-quench --energy-only "$DATA/tiny.ggs" 2>err | head -c 1 >/dev/null
    [ ! -s err ]
}

@test "without A no way of A is told" {
    gg-select --limit 1 "$DATA/tiny.ggs" | gg-select --species B -o b.ggs
    run -0 gg-quench -v --samples 2 --temperature 0.64 -o s.ggs b.ggs
    [[ "$output" == *"steps"* ]]
    [[ "$output" != *nan* ]]
    [[ "$output" != *"A is"* ]]
}

@test "energies that no liquid has are told" {
    gg-dump --extxyz "$DATA/tiny.ggs" | awk '/^250$/ { if (n++) exit } NR == 2 { sub(/Lattice="[^"]*"/, "Lattice=\"3 0 0 0 3 0 0 0 3\"") } NR > 2 { for (k = 2; k <= 4; k++) $k /= 2 } 1' >dense.xyz
    gg-import -q dense.xyz | gg-quench --energy-only -o dense.ggs 2>said || true
    grep -q 'has an energy of .* eps: these energies are those of the Kob-Andersen mixtures' said
}
