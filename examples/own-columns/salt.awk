# salt.awk -- a salt that is half molten, in extended XYZ: ions of both signs near the sites of a cubic lattice, with the potential and the
# field of the others at every ion.  awk -v n=24 -f salt.awk >salt.xyz
#
# With q = 1 for Na, -1 for Cl and w(r) = exp(-2 r) (1 - (r/R)^2)^2 for r < R = 1.9, both are sums over the other ions j, to which r_ij leads:
#     potential_i = sum q_j w(r_ij)          field_i = - sum q_j w(r_ij) r_ij / |r_ij|
# Random numbers are Park's and Miller's, so every awk makes the same ions.

function uniform() {
    seed = (16807 * seed) % 2147483647
    return seed / 2147483647
}
function nearest(x) {
    return x > L / 2 ? x - L : x < -L / 2 ? x + L : x
}

BEGIN {
    L = 4; N = 64; R = 1.9; seed = 20261130
    for (k = 0; k < (n ? n : 24); k++) {
        for (i = 0; i < N; i++) {
            at[i, 0] = i % 4 + 0.5 * (uniform() - 0.5)
            at[i, 1] = int(i / 4) % 4 + 0.5 * (uniform() - 0.5)
            at[i, 2] = int(i / 16) + 0.5 * (uniform() - 0.5)
            q[i] = (i % 4 + int(i / 4) % 4 + int(i / 16)) % 2 ? 1 : -1
        }
        for (swap = 0; swap < 8; swap++) { # some ions where the other sign belongs
            i = int(N * uniform()); j = int(N * uniform()); held = q[i]; q[i] = q[j]; q[j] = held
        }
        print N
        print "Lattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3:potential:R:1:field:R:3 pbc=\"T T T\""
        for (i = 0; i < N; i++) {
            potential = 0; split("0 0 0", field)
            for (j = 0; j < N; j++) {
                if (j == i)
                    continue
                for (c = 0; c < 3; c++)
                    d[c] = nearest(at[j, c] - at[i, c])
                r = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2])
                if (r >= R)
                    continue
                w = q[j] * exp(-2 * r) * (1 - r * r / (R * R)) ^ 2
                potential += w
                for (c = 0; c < 3; c++)
                    field[c + 1] -= w * d[c] / r
            }
            printf "%s %.9f %.9f %.9f %.9f %.9f %.9f %.9f\n", (q[i] > 0 ? "Na" : "Cl"), at[i, 0], at[i, 1], at[i, 2], potential, field[1], field[2], field[3]
        }
    }
}
