/* frames.h -- rotations that take a bond to the polar axis, for all degrees: of many bonds at once, lanes = bonds
 *
 *     v/r = Ry(alpha) Rx(beta) y^,   D_l = D_l(Rx(-beta)) D_l(Ry(-alpha))
 *     D_l(Rx(-beta))_{m n} = sum_k a_k cos k beta + b_k sin k beta,   k = 0 .. l: the table made here
 *
 * Rx leaves the harmonics that are even in x (m >= 0) among themselves, and those that are odd (m < 0); Ry turns (-m, m) by m alpha.
 * At the poles alpha is 0: any angle would do, since what is done in a bond's frame must not depend on it.  A bond of no length has no
 * frame: D_0 = 1, the rest 0. */
#ifndef GG_FRAMES_H
#define GG_FRAMES_H

#include "util/arena.h"
#include "util/real.h"
#include <stdbool.h>
#include <stdint.h>

enum { GG_FRAME_CHUNK = 64, GG_FRAME_DEGREE = 6 }; /* bonds worked on at once; highest degree */

struct gg_frame_entry {
    int l, m, n; /* row and column of D_l(Rx(-beta)): both >= 0 or both < 0 */
    int first;   /* its terms: from here to the next entry's */
};
struct gg_frame_term {
    int trig; /* 0: 1;  2k - 1: cos k beta;  2k: sin k beta */
    gg_real w;
};
struct gg_frames {
    int l_max, n_entry;
    struct gg_frame_entry *entry; /* [n_entry + 1] */
    struct gg_frame_term *term;
};

/* Where D_l begins among the numbers of D_0 .. D_lmax; those of degrees below l. */
static inline int gg_frame_at(int l)
{
    return l * (2 * l - 1) * (2 * l + 1) / 3;
}
const struct gg_frames *gg_frames_new(struct gg_arena *a, int l_max);

/* Features of one degree between the rows of an array and the frames of up to GG_FRAME_CHUNK bonds. */
struct gg_frame_turn {
    int l, pad, n_edge;
    const gg_real *D;   /* [(2l+1)^2][GG_FRAME_CHUNK]: of this degree */
    const gg_real *x;   /* rows m are pad apart */
    gg_real *y;         /* as x, where rows are added to */
    int64_t stride;     /* from row to row of x and y */
    const int32_t *row; /* [n_edge] */
    /* Component m of edge e: at slot[m] + e slot_stride[m], pad numbers; NULL: not looked at. */
    gg_real *slot[2 * GG_FRAME_DEGREE + 1];
    int64_t slot_stride[2 * GG_FRAME_DEGREE + 1];
};

struct gg_frame_level {
    const char *name; /* as in conv_kernel.h */
    /* D [gg_frame_at(l_max + 1)][GG_FRAME_CHUNK] of n_edge bonds */
    void (*frames)(const struct gg_frames *f, int n_edge, const gg_real (*vec)[3], gg_real *D);
    /* slots = D x, written; y += D' slots */
    void (*enter)(const struct gg_frame_turn *t);
    void (*leave)(const struct gg_frame_turn *t);
    /* z[edge][n] = R t;  dR += t dz, dt (+)= R dz; n a multiple of 8 */
    void (*weigh)(int n_edge, int n, const gg_real *R, int64_t R_stride, const gg_real *t, int64_t t_stride,
                  gg_real *z, int64_t z_stride);
    void (*unweigh)(int n_edge, int n, const gg_real *R, gg_real *dR, int64_t R_stride, const gg_real *t,
                    gg_real *dt, int64_t t_stride, const gg_real *dz, int64_t z_stride, bool add);
};
extern const struct gg_frame_level gg_frame_plain, gg_frame_avx2, gg_frame_avx512;

/* That of gg_conv_best(). */
const struct gg_frame_level *gg_frame_best(void);

#endif
