# charges.awk -- an extended XYZ of a hot liquid becomes that of a molten salt: two species, charges 1 and -4, which are neutral where there are four
# times as many of the first, and three columns, the potentials and the field that the others make at each ion.
#
#     awk -f charges.awk hot.xyz >salt.xyz
#
# With q the charges, r_ij leading from i to the nearest image of j, and v(r) = exp(-k r)/r (1 - (r/R)^2)^2 for r < R = 3,
#     potential_i = sum_j q_j v(r_ij), k = 1        field_i = -grad_i of it = sum_j q_j v'(r_ij) r_ij / r_ij        softer_i: the potential for k = 1/2
# For cubic cells of at least 2 R.  All ions within R are found by a grid of cells.

function nearest(x) {
    return x - L * int(x / L + (x > 0 ? 0.5 : -0.5))
}
function add(i, j,   d, c, r, q, edge, v) {
    r = 0
    for (c = 0; c < 3; c++) {
        d[c] = nearest(at[j, c] - at[i, c])
        r += d[c] * d[c]
    }
    if (r >= R * R)
        return
    r = sqrt(r); q = charge[j]; edge = 1 - r * r / (R * R)
    v = exp(-r) / r * edge * edge
    potential[i] += q * v
    softer[i] += q * v * exp(r / 2)
    for (c = 0; c < 3; c++)
        field[i, c] += q * (-v * (1 + 1 / r) - 4 * exp(-r) * edge / (R * R)) * d[c] / r
}
function configuration(   side, i, c, x, y, z, a, b, e, n, list, k, cell, other) {
    side = int(L / R)
    split("", members)
    for (i = 1; i <= N; i++) {
        potential[i] = softer[i] = field[i, 0] = field[i, 1] = field[i, 2] = 0
        for (c = 0; c < 3; c++) {
            x = int(at[i, c] / L * side) % side
            in_cell[i, c] = x < 0 ? x + side : x
        }
        cell = in_cell[i, 0] " " in_cell[i, 1] " " in_cell[i, 2]
        members[cell] = members[cell] " " i
    }
    for (i = 1; i <= N; i++) {
        split("", seen) # of two cells a side the same twice
        for (a = -1; a <= 1; a++) for (b = -1; b <= 1; b++) for (e = -1; e <= 1; e++) {
            other = (in_cell[i, 0] + a + side) % side " " (in_cell[i, 1] + b + side) % side " " (in_cell[i, 2] + e + side) % side
            if (other in seen)
                continue
            seen[other]
            n = split(members[other], list, " ")
            for (k = 1; k <= n; k++)
                if (list[k] != i)
                    add(i, list[k])
        }
        printf "%s %.9f %.9f %.9f %.9g %.9g %.9g %.9g %.9g\n", name[i], at[i, 0], at[i, 1], at[i, 2], \
            potential[i], softer[i], field[i, 0], field[i, 1], field[i, 2]
    }
}

BEGIN { R = 3 }
FNR == 1 || row > N + 1 { row = 0 }
{ row++ }
row == 1 { N = $1 + 0; print; next }
row == 2 {
    match($0, /Lattice="[^ ]*/); L = substr($0, RSTART + 9, RLENGTH - 9) + 0
    if (L < 2 * R) { print "charges.awk: a cell of " L ", at least " 2 * R " is wanted" >"/dev/stderr"; exit 1 }
    sub(/Properties=[^ ]*/, "Properties=species:S:1:pos:R:3:potential:R:1:softer:R:1:field:R:3"); sub(/ gg_dim=.*/, "") # what gg says of fields
    print; next
}
{
    i = row - 2; name[i] = $1; charge[i] = $1 == "A" ? 1 : -4
    for (c = 0; c < 3; c++) at[i, c] = $(2 + c)
    if (i == N) configuration()
}
