/* conv_kernel.h -- the inner loops of conv: one path l1 l2 -> l3 over a block of receivers
 *
 * Three levels (AVX-512, AVX2, plain C) are compiled from one text, conv_kernel.inc, and chosen at run time.  Lanes are
 * channels, so a result does not depend on the width of a register. */
#ifndef GG_CONV_KERNEL_H
#define GG_CONV_KERNEL_H

#include "kernel/conv_list.h"
#include "util/real.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    GG_CONV_L_MAX = 6,
    GG_KNOT_ROWS = 4,
    GG_CONV_CHUNK = 64 /* edges whose M is made at a time */
};

/* Edges of a block are counted from its first: e = 0 .. ptr[last] - ptr[first] - 1. */
struct gg_conv_block {
    int64_t first, last;        /* receivers */
    const int64_t *ptr;         /* of the graph */
    int n_edge, lane;           /* edges of the block; lane: n_edge rounded up to 16, plus 16 */
    gg_real *Y;                 /* [(l_max+1)^2][lane] harmonics of every edge */
    const int32_t *sender;      /* [n_edge] row of x */
    const int32_t *local;       /* [n_edge] row of dx (backward) */
    int32_t *knot;              /* [n_edge] first of the four rows of the radial table */
    gg_real (*b)[GG_KNOT_ROWS]; /* [n_edge] their weights */
    const gg_real *r;           /* [n_edge] lengths and vectors */
    const gg_real (*vec)[3];
};

/* One path.  Channels go in groups of `width` = 8 or 16 numbers: group g of a row begins at g * width. */
struct gg_conv_path {
    int l1, l2, l3;
    int n_group, width;
    const struct gg_conv_list *list; /* of degrees above l_fast of the level */
    const gg_real *x; /* [node][x_stride]: the input block begins here; rows m1 are x_pad apart */
    gg_real *dx;      /* as x */
    int64_t x_stride, dx_stride;
    int x_pad;
    const gg_real *table; /* [group][n_knot][width] radial function at the knots, factors folded in */
    gg_real *dtable;
    int64_t n_knot;
    gg_real *mid; /* [receiver - first][mid_stride]: rows m3 are mid_row apart.  Backward: d mid */
    int64_t mid_stride, mid_row;
    /* [edge][alpha_stride]: what R is multiplied by, a factor for every channel; NULL: 1.  Backward: adds into dalpha */
    const gg_real *alpha;
    gg_real *dalpha;
    int64_t alpha_stride;
};

typedef void gg_conv_fn(const struct gg_conv_block *k, const struct gg_conv_path *p);

/* M[m2] = sum_{m1 m3} w_{m1 m2 m3} x_m1 d_m3 of eight channels: rows of x and d are x_pad and d_row apart, M has GG_LIST_M rows. */
typedef void gg_conv_outer_fn(const struct gg_conv_list *list, const gg_real *x, int64_t x_pad,
                              const gg_real *d, int64_t d_row, gg_real (*M)[8]);

/* c[r][n] (+)= sum_k a[r * a_row + k * a_col] b[k * ldb + n]: the dense products around a convolution. n_col is a
 * multiple of 8. */
typedef void gg_rows_fn(int64_t n_row, int n_k, int n_col, const gg_real *a, int64_t a_row, int64_t a_col,
                        const gg_real *b, int64_t ldb, gg_real *c, int64_t ldc, bool add);

/* Fully connected mixing (conv_full.h): some edges of one receiver, at most GG_CONV_CHUNK, of one path, 8 or 16 channels. */
struct gg_conv_piece {
    int l1, l2, l3, width;
    const struct gg_conv_list *list; /* of degrees above l_fast of the level */
    int n;                           /* edges */
    int lane;                        /* of Y */
    const gg_real *Y;                /* [2 l2 + 1][lane]: harmonics of degree l2, from the first edge on */
    const int32_t *sender, *local;
    const gg_real *x; /* [node][x_stride]: the channels begin here; rows m1 are x_pad apart */
    gg_real *dx;
    int64_t x_stride;
    int x_pad;
    gg_real *t; /* [edge][2 l3 + 1][width] */
};
typedef void gg_conv_piece_fn(const struct gg_conv_piece *p);

/* c[r][v] (+)= sum_k a[r][k] b[k][v] for runs v of 8 or 16 lanes. */
struct gg_conv_product {
    int n_row, n_k, n_v;
    bool add;
    const gg_real *a;
    int64_t a_row, a_col;
    const gg_real *b;
    int64_t b_k, b_v;
    gg_real *c;
    int64_t c_row, c_v;
};

struct gg_conv_level {
    const char *name; /* "avx512", "avx2", "plain" */
    int l_fast;       /* paths of degrees up to this are generated; above: by lists */
    /* mid = sum over the receiver's edges; written completely */
    gg_conv_fn *(*forward)(int l1, int l2, int l3, int width);
    /* from d mid: adds into dx (rows `local`) and dtable */
    gg_conv_fn *(*backward)(int l1, int l2, int l3, int width);
    /* what the harmonics of an edge have of the gradient, but for the radial function */
    gg_conv_outer_fn *(*outer)(int l1, int l2, int l3);
    gg_rows_fn *rows;
    /* Y of the block's edges from their vectors; zero vectors have Y_0 = 1 and the rest 0 */
    void (*harmonics)(int l_max, int n_edge, int lane, const gg_real (*vec)[3], const gg_real *r, gg_real *Y);
    /* t from x; and dx (rows `local`) += from t, which then is dt */
    gg_conv_piece_fn *(*terms)(int l1, int l2, int l3, int width);
    gg_conv_piece_fn *(*back)(int l1, int l2, int l3, int width);
    void (*product8)(const struct gg_conv_product *p);
    void (*product16)(const struct gg_conv_product *p);
    /* a[edge][8 n_v] from a table [knot][8 n_v] by four knots an edge; and its gradient, added into dtable */
    void (*read_knots)(int n_edge, int n_v, const int32_t *knot, const gg_real (*b)[GG_KNOT_ROWS],
                       const gg_real *table, gg_real *a);
    void (*write_knots)(int n_edge, int n_v, const int32_t *knot, const gg_real (*b)[GG_KNOT_ROWS],
                        const gg_real *da, gg_real *dtable);
    /* to[c][r] = from[r][c]; n_col a multiple of 8, rows of `to` filled up with zeros to one */
    void (*turn)(int n_row, int n_col, const gg_real *from, int64_t from_row, gg_real *to, int64_t to_row);
};
extern const struct gg_conv_level gg_conv_plain, gg_conv_avx2, gg_conv_avx512;

static inline bool gg_conv_generated(const struct gg_conv_level *v, int l1, int l2, int l3)
{
    return l1 <= v->l_fast && l2 <= v->l_fast && l3 <= v->l_fast;
}

/* The best level of this CPU; GG_KERNEL=plain|avx2|avx512 in the environment chooses a lower one (for tests). */
const struct gg_conv_level *gg_conv_best(void);
const char *gg_conv_best_name(void); /* "avx512" */

#endif
