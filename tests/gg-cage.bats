#!/usr/bin/env bats
# gg-cage.bats -- cage states of the shipped liquid: near the start, symmetric, repeatable; refusals

load helper

quick="--equilibrate 20 --sweeps 20 --tolerance 1"
first_frame() { gg-select --frames 0:1 -o "$2" "$1"; }
# value FIELD FILE: of a scalar field of the first frame
value() { gg-dump --data "$1" "$2" | head -n 1; }
differ() { run -1 gg-cmp --fields "$@"; }
holds() { awk "BEGIN { exit !($1) }"; }
# moved FILE: mean of |pos_cage - pos|, largest, and length of the mean vector
moved() {
    paste <(gg-dump --data pos_cage "$1") <(gg-dump --data pos "$1") |
        awk '{ x = $1 - $4; y = $2 - $5; z = $3 - $6; d = sqrt(x * x + y * y + z * z); s += d; if (d > m) m = d; X += x; Y += y; Z += z }
             END { print s / NR, m, sqrt(X * X + Y * Y + Z * Z) / NR }'
}

@test "fields, META and figures of a run" {
    first_frame "$DATA/tiny.ggs" one.ggs
    gg-cage --equilibrate 300 --sweeps 400 --tolerance 0.2 -o cage.ggs one.ggs
    gg-dump --check cage.ggs
    run gg-dump cage.ggs
    [[ "$output" =~ cage\ +metropolis\ potential=fshift\ cage=0.4\ runs=16\ equilibrate=300\ sweeps=400\ seed=0 ]]
    [[ "$output" =~ cage.tolerance\ +0.2\ within\ 19200\ sweeps ]]
    [[ "$output" =~ pos_cage\ +f64\ +\[node,\ 3\]\ +structure\ +1x1o\ +sigma ]]
    holds "$(value cage_acceptance cage.ggs) > 0.37 && $(value cage_acceptance cage.ggs) < 0.43"
    holds "$(value cage_difference cage.ggs) > 0.01 && $(value cage_difference cage.ggs) <= 0.2"
    holds "$(value cage_error cage.ggs) > 0.01 && $(value cage_error cage.ggs) <= 0.1"
    read -r mean most centre <<<"$(moved cage.ggs)"
    holds "$mean > 0.1 && $mean < 0.25 && $most < 0.5 && $centre < 1e-9"
    gg-dump --data cage_size cage.ggs | awk '{ if (!($1 > 0.03 && $1 < 0.4)) exit 1; n++ } END { if (n != 250) exit 1 }'
    gg-quench -o quenched.ggs cage.ggs # the average is less excited than the liquid
    paste <(gg-dump --data energy_cage quenched.ggs) <(gg-dump --data energy quenched.ggs) |
        awk '{ s += $1 - $2 } END { exit !(s / NR < -0.2) }'
}

@test "energy_cage is the energy of pos_cage" {
    first_frame "$DATA/tiny.ggs" one.ggs
    # shellcheck disable=SC2086
    gg-cage $quick one.ggs | gg-select --drop pos | gg-select --rename pos_cage=pos,energy_cage=before -o a.ggs
    gg-quench --energy-only -o b.ggs a.ggs
    paste <(gg-dump --data before b.ggs) <(gg-dump --data energy b.ggs) |
        awk '{ d = $1 - $2; if (!(d * d < 1e-10)) bad++; n++ } END { exit bad > 0 || n != 250 }'
}

@test "a moved origin and other images change nothing; --seed, the id and --temperature do" {
    first_frame "$DATA/tiny.ggs" one.ggs
    # shellcheck disable=SC2086
    {
        gg-rotate --shift 0.3,1,-2 --wrap one.ggs | gg-cage $quick -o a.ggs
        gg-cage $quick one.ggs | gg-rotate --shift 0.3,1,-2 --wrap -o b.ggs
        gg-cmp --tol 1e-6 a.ggs b.ggs
        gg-cage $quick -o want.ggs one.ggs
        gg-cage $quick --temperature 0.64 -o same.ggs one.ggs
        gg-cmp --ignore meta.cage.temperature want.ggs same.ggs
        gg-cage $quick --temperature 0.5 -o a.ggs one.ggs
        differ pos_cage want.ggs a.ggs
        gg-cage $quick --seed 1 -o a.ggs one.ggs
        differ pos_cage want.ggs a.ggs
    }
}

@test "the same bytes for any number of threads" {
    first_frame "$DATA/test.ggs" one.ggs # large enough for threads
    for n in 1 2 4; do
        GG_THREADS=$n gg-cage --equilibrate 4 --sweeps 6 --tolerance 1 one.ggs >"$n.ggs"
    done
    cmp 1.ggs 2.ggs
    cmp 1.ggs 4.ggs
}

@test "goes on until the halves agree" {
    first_frame "$DATA/tiny.ggs" one.ggs
    run --separate-stderr gg-cage -v --cage 0.1 --equilibrate 100 --sweeps 50 --max-sweeps 800 --tolerance 0.01 -o x.ggs one.ggs
    [ "$status" -eq 0 ]
    # shellcheck disable=SC2154
    [[ "$stderr" =~ KA/N250/T0.64/1:\ 16\ runs\ of\ (100|200|400)\ sweeps,\ acceptance\ 0.(3[89]|4[01]) ]]
    holds "$(value cage_difference x.ggs) > 0.004 && $(value cage_difference x.ggs) <= 0.01"
    holds "$(value cage_error x.ggs) > 0.002 && $(value cage_error x.ggs) < 0.008"
    refuses 6 "frame 0 \(KA/N250/T0.64/1\): .* halves of 50 sweeps differ by 0.[0-9]+, wanted at most 0.01" \
        gg-cage --sweeps 50 --max-sweeps 99 --tolerance 0.01 --equilibrate 10 -o y.ggs one.ggs
    [ ! -e y.ggs ]
}

@test "temperature of the frame, or none" {
    first_frame "$DATA/tiny.ggs" one.ggs
    gg-select --drop temperature -o none.ggs one.ggs
    # shellcheck disable=SC2086
    refuses 3 "frame 0 .*no field 'temperature': give --temperature" gg-cage $quick -o x.ggs none.ggs
    [ ! -e x.ggs ]
    # shellcheck disable=SC2086
    gg-cage $quick --temperature 0.64 -o x.ggs none.ggs
}

@test "wrong usage and input" {
    refuses 2 "--temperature" gg-cage --temperature 0 "$DATA/tiny.ggs"
    refuses 2 "--temperature" gg-cage --temperature -1 "$DATA/tiny.ggs"
    refuses 2 "--temperature" gg-cage --temperature nan "$DATA/tiny.ggs"
    refuses 2 "--cage" gg-cage --cage 0 "$DATA/tiny.ggs"
    refuses 2 "--cage" gg-cage --cage -0.4 "$DATA/tiny.ggs"
    refuses 2 "--sweeps" gg-cage --sweeps 0 "$DATA/tiny.ggs"
    refuses 2 "--potential" gg-cage --potential lj "$DATA/tiny.ggs"
    refuses 4 "" gg-cage -o x.ggs /dev/null
    [ ! -e x.ggs ]
}

# xyz FILE ROWS: a configuration in extended XYZ from lines "species x y z"
xyz() { printf '%s\nLattice="6 0 0 0 6 0 0 0 6" Properties=species:S:1:pos:R:3 pbc="T T T"\n%s\n' "$2" "$3" >"$1"; }

@test "one particle, two in one place" {
    xyz one.xyz 1 'A 1 2 3'
    gg-import one.xyz -o one.ggs
    gg-cage --temperature 1 --equilibrate 10 --sweeps 10 -o cage.ggs one.ggs
    holds "$(value cage_size cage.ggs) < 1e-6" # alone, it is the centre of mass
    xyz twice.xyz 2 $'A 1 2 3\nA 1 2 3'
    gg-import twice.xyz -o twice.ggs
    refuses 3 "energy of particle 0 is not finite" gg-cage --temperature 1 -o x.ggs twice.ggs
}

@test "disk full, closed pipe" {
    first_frame "$DATA/tiny.ggs" one.ggs
    # shellcheck disable=SC2086
    {
        refuses 5 "" gg-cage $quick -o /dev/full one.ggs
        gg-cage $quick one.ggs 2>err | head -c 1 >/dev/null
        [ ! -s err ]
    }
}
