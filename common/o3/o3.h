/* o3.h -- harmonics, couplings and rotations in e3nn's conventions (gg_o3(7)); everything here is double */
#ifndef GG_O3_H
#define GG_O3_H

#include "util/choice.h"
#include "util/irreps.h"
#include <stdint.h>

/* Real spherical harmonics, `component` normalisation (sum_m Y_lm^2 = 2l+1), order m = -l..l, polar axis y.
 * Y[(l_max+1)^2] for the direction of v (any length; the zero vector has Y_0 = 1, the rest 0).
 * Straight-line code to l = 3, the recursion Y_{l+1} ~ w^{1,l,l+1} Y_1 Y_l above, to GG_L_MAX. */
void gg_sh(int l_max, const double v[3], double *Y);
/* The same for n unit vectors (x, y, z)[k], of any degree: Y[(l l + l + m) stride + k], stride >= n.  Other vectors give
 * |v|^l Y_lm, so the zero vector is what it is above. */
void gg_sh_many(int l_max, int64_t n, const double *x, const double *y, const double *z, double *Y,
                int64_t stride);
/* What a small turn t does to harmonics, and to all that turns as they do: dY_{l m} = sum_{a n} t_a (G_a)_{m n} Y_{l n}, with
 * (G_a)_{m n} = sqrt(l (l+1) (2l+1)) w^{1 l l}_{a n m}.  Entries that are not 0, of degrees to l_max; rows and columns l l + l + m. */
struct gg_generators {
    int end[3]; /* of the entries of an axis; those of the next follow */
    struct gg_generator {
        int row, column;
        double v;
    } at[6 * (GG_L_MAX + 1) * (GG_L_MAX + 1)];
};
void gg_generators_init(struct gg_generators *g, int l_max);
/* out[a] = sum_lm d[lm] dY_lm/dv[a], through v/|v|: from the torque t_a = <d, G_a Y> of Y = Y(v), it is t x v / |v|^2; zero at v = 0. */
void gg_sh_pull(const struct gg_generators *g, const double v[3], const double *Y, const double *d,
                double out[3]);

/* Coupling tensor w^{l1 l2 l3}, unit Frobenius norm, [2l1+1][2l2+1][2l3+1]; zeros if the triangle rule fails.
 * Made at the first call and kept; any thread may call.  Degrees to GG_L_MAX. */
const double *gg_coupling(int l1, int l2, int l3);

/* D_l(R), (2l+1)^2 row-major, with Y_l(R x) = D_l(R) Y_l(x); for a rotation or a reflection R (det = +-1):
 * an improper R = -R' gives D_l(R') here: the parity sign p is the caller's (gg_rotate_irreps does it). */
void gg_wigner_d(int l, const double R[3][3], double *D);

/* Rotations: uniform random element of SO(3) (or O(3)) from four numbers, Euler Ry(a) Rx(b) Ry(g), inverse = transpose. */
void gg_rotation_from_quaternion(const double q[4], double R[3][3]);
void gg_rotation_euler(double alpha, double beta, double gamma, double R[3][3]);

/* x: n rows of gg_irreps_dim numbers in mul_ir order ([channel][m] in each block); turned in place by R of O(3). */
void gg_rotate_irreps(const struct gg_irreps *irreps, const double R[3][3], double *x, int64_t n);

/* The tensor-product paths of a convolution: input block b1 (l1,p1) times harmonic l2 <= l_max gives (l3,p3), for every
 * l3 <= l_max and p3 = p1 (-1)^l2 for which `wanted` (the irreps that follow, NULL = all) has a block.
 *     natural   only p3 = (-1)^l3 and p1 = (-1)^l1
 *     both      any p1, p3
 *     none      parities do not count: any block of degree l3 will do, and p3 = 0.  Right under rotations only, SO(3)
 * Order: b1, then l2, then l3: e3nn's.  Returns how many there are; the first `room` of them are written. */
#define GG_PARITY_LIST(X) X(GG_PARITY_NATURAL, "natural") X(GG_PARITY_BOTH, "both") X(GG_PARITY_NONE, "none")
enum gg_parity { GG_PARITY_LIST(GG_CHOICE_ENUM) };
#define GG_PARITIES GG_CHOICE_WORDS(GG_PARITY_LIST)
struct gg_path {
    int in; /* block of the input */
    int l1, l2, l3, p3;
};
int gg_paths(const struct gg_irreps *in, int l_max, enum gg_parity parity, const struct gg_irreps *wanted,
             struct gg_path *out, int room);

#endif
