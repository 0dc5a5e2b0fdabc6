/* conv_so2.h -- messages as linear maps in the frame of their bond (SO(2) convolution): plan, weights, memory
 *
 *     t = D(R_e) x_j,   R_e v_e/r_e = y^,   z_{u,l1,m1,c} = R_{u,|m1|,l1,c}(r_e) t_{l1,m1,c}
 *     s_{l3,m,c'} = sum_{u,l1,c} (Wr_{u,|m|,l1 c,l3 c'} z_{u,l1,m,c}  -+  Wi_{u,|m|,l1 c,l3 c'} z_{u,l1,-m,c}),   - for m > 0, + for m < 0
 *     y_i = (1/z) sum_{e: i<-j} D(R_e)' s
 *
 * In a bond's frame its harmonics are 0 but for m = 0, so that a fully mixing product keeps |m|: Passaro, Zitnick 2023 (arXiv 2302.03655,
 * eq. 5-9).  With u = 1 .. rank functions a_u(r) that do not depend on m, l1, c and all |m| up to the degrees it is every mixing: full
 * product of conv, of harmonics up to degree l1 + l3: Wr are its paths with l1 + l2 + l3 even, Wi the odd ones.
 *
 * Reflections in a plane through the bond: component m of a block of natural parity is even for m >= 0, odd for m < 0, the
 * other way round for unnatural parity.  Even goes to even, odd to odd: Wr between blocks of the same kind, Wi between the two kinds.
 * Where parity does not count (none) both are there: SO(3).
 *
 * A group: components that mix with each other, one product of matrices for the edges of a chunk.  The radial functions are those of
 * conv_full.h, as many as the net has outputs, no slices. */
#ifndef GG_CONV_SO2_H
#define GG_CONV_SO2_H

#include "conv/conv_memory.h"
#include "kernel/frames.h"

struct gg_conv_so2_hypers {
    struct gg_conv_hypers conv;
    int64_t mmax, rank;
};

enum { GG_SO2_GROUPS = 2 * (GG_CONV_L_MAX + 1), GG_SO2_ROWS = 2 * GG_CONV_L_MAX + 1 };

struct gg_so2_slot {
    int block, m, at; /* component m of a block: the group's columns from `at` on */
};
struct gg_so2_side {
    int n, width; /* width: sum of the blocks' pads */
    struct gg_so2_slot slot[2 * GG_IRREPS_MAX];
    int before; /* columns of the groups in front of it */
    int mul;    /* sum of the blocks' channels */
};
struct gg_so2_group {
    int m; /* >= 0 */
    struct gg_so2_side in, out;
    int half;       /* columns of `in` after which its functions come again: -m is multiplied by those of m */
    int lane;       /* of the first function, for u = 0; u + 1: `half` lanes on */
    int64_t packed; /* of its [rank in.width][out.width] */
};
/* Weights between a slot and a slot: raw[c][c'] stands, times factor, at [row + c][column + c'] of a group. */
struct gg_so2_piece {
    int group, row, column, n_in, n_out;
    int64_t raw;
    double factor;
};
/* Where component l + m of a block lies: group -1 if nowhere. */
struct gg_so2_place {
    int group, at;
};

struct gg_conv_so2 {
    int rank, l_max; /* l_max: of what is turned */
    int n_group, n_piece;
    struct gg_so2_group group[GG_SO2_GROUPS];
    struct gg_so2_piece *piece;
    struct gg_so2_place in[GG_IRREPS_MAX][GG_SO2_ROWS], out[GG_IRREPS_MAX][GG_SO2_ROWS];
    int n_in, n_out, most_in; /* columns of all groups; most of one */
    const struct gg_frames *frames;
    const struct gg_frame_level *level;
};

/* Of up to GG_FRAME_CHUNK edges, group after group: [edge][its columns]. */
struct gg_so2_work {
    int32_t *receiver; /* [edge of the block] row of y and dy, from the first of the block on */
    gg_real *D, *in, *z, *out;
    gg_real *din, *dz, *dout; /* backward */
    gg_real *row;             /* and one row of x or y */
};

/* The part of init that differs: fills p->so2 and, for its radial functions, p->full. */
void gg_conv_so2_init(struct gg_layer *l, struct gg_conv_plan *p, double normaliser, struct gg_arena *a);
struct gg_cost gg_conv_so2_cost(const struct gg_layer *l, const struct gg_graph *g);
/* The groups' matrices, factors folded in, and transposed; and back: dmix as the former, adds into dw. */
void gg_conv_so2_pack(const struct gg_conv_plan *p, const gg_real *w, gg_real *forward, gg_real *turned);
void gg_conv_so2_unpack(const struct gg_conv_plan *p, const double *dmix, gg_real *dw);
struct gg_so2_work gg_conv_so2_take_work(struct gg_conv_bump *b, const struct gg_layer *l, int64_t lane,
                                         bool backward);

#endif
