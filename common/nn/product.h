/* product.h -- the tensor product of two values, channel by channel: what the layer product is made of
 *
 *     y_{p,m3,c} = s w_{p,c} sqrt(2 l3 + 1) sum_{m1 m2} C^{l1 l2 l3}_{m1 m2 m3} a_{m1,c} b_{m2,c}
 *
 * for every path p = (channels of a of degree l1, as many of b of degree l2, l3); C of unit norm, o3/o3.h.  One channel of a or of b
 * serves all channels of the other. */
#ifndef GG_PRODUCT_H
#define GG_PRODUCT_H

#include "kernel/conv_kernel.h"
#include "nn/layer.h"
#include "o3/o3.h"

enum { GG_PRODUCT_PATHS = 4096 };

/* every: each block of a with each of b.  elementwise: the k-th channel of a with the k-th of b, over all blocks. */
#define GG_PAIRING_LIST(X) X(GG_PAIR_EVERY, "every") X(GG_PAIR_ELEMENTWISE, "elementwise")
enum gg_pairing { GG_PAIRING_LIST(GG_CHOICE_ENUM) };
#define GG_PAIRINGS GG_CHOICE_WORDS(GG_PAIRING_LIST)

struct gg_product_wish {
    enum gg_pairing pairing;
    enum gg_parity parity;
    int l_max; /* of the output, where out_irreps is NULL; < 0: the highest degree of the factors */
    const char *out_irreps; /* NULL: whatever comes */
    double scale;           /* s */
};

enum {
    GG_PRODUCT_ENTRIES = 2 * (2 * GG_L_MAX + 1) * (2 * GG_L_MAX + 1), /* m1, m2 lead to two m3 at most */
    GG_PRODUCT_RUN = 32 /* between components of dy (product_sums.c) */
};

/* The sums of a path for one of its three sides: component m of the result is the sum over the entries q = begin[m] .. begin[m + 1] - 1 of
 * factor[q] u v, whose components begin at u[q] and v[q] behind the first of the two other sides. */
struct gg_product_sums {
    const int *begin, *u, *v;
    const gg_real *factor;
};

/* A path that weighs channels by one number each of the other side, in whole lanes: the inner loops of conv, whose harmonics the single
 * side is (product_piece.c).  Index 1: of 16 channels; 0: of 8. */
struct gg_product_piece {
    int l_many, l_single; /* degrees of the two sides */
    gg_real factor;       /* what these loops lack: s sqrt(2 l3 + 1), and the sign of l1 and l2 exchanged */
    gg_conv_piece_fn *terms[2], *back[2];
};

/* A factor of a path in its row: run m begins at `at` + m `pad`, its channels are `step` (1; 0: one for all) apart. */
struct gg_product_side {
    int at, pad, step;
};

struct gg_product_path {
    int l1, l2, l3, mul;
    struct gg_product_side a, b;
    int at, pad; /* in a row of y, step 1 */
    int weight;  /* first of its `mul` weights */
    /* y: u of the side that has a number for every channel (a, if both or neither), v of the other.  da, db: u of dy, v of b or a. */
    struct gg_product_sums y, da, db;
    const struct gg_product_piece *piece; /* NULL: none of its kernels fit */
};

struct gg_product {
    int n_path, n_weight; /* n_weight: channels of all paths */
    double n_product;     /* terms times channels: multiply-adds a row */
    bool rotations_only;  /* a path ignores the parities */
    struct gg_product_path *path;
};

/* Paths and irreps of the output, for rows of shapes a and b.  Order of paths and of their weights: blocks of a, then of b (elementwise:
 * the pieces in which blocks of both overlap), then l3.  Channels of all paths into one (l, p) stand side by side.
 * Refuses (GG_USAGE): blocks of different multiplicity neither of which is 1, no path, out_irreps that the paths do not fill. */
int gg_product_init(struct gg_product *p, struct gg_irreps *out, struct gg_arena *arena,
                    const struct gg_shape *a, const struct gg_shape *b, const struct gg_product_wish *wish,
                    struct gg_err *err);
/* Where the paths write, once the output has a shape. */
void gg_product_place(struct gg_product *p, const struct gg_shape *out);

/* Rows one after the other, strides in numbers.  w: [n_weight] for every row, for all (w_stride 0), or NULL for 1. */
struct gg_product_rows {
    int64_t n;
    const gg_real *a, *b, *w, *dy;
    gg_real *y, *da, *db, *dw;
    int64_t a_stride, b_stride, w_stride, y_stride;
};
/* y: every channel of every path is written, padding is not. */
void gg_product_forward(const struct gg_product *p, const struct gg_product_rows *r);
/* Adds into da, db and dw where they are not NULL. */
void gg_product_backward(const struct gg_product *p, const struct gg_product_rows *r);

/* One path of them: by sums, or by its piece, which has no gradient for the single side. */
void gg_product_sums_forward(const struct gg_product_path *t, const struct gg_product_rows *r);
void gg_product_sums_backward(const struct gg_product_path *t, const struct gg_product_rows *r);
void gg_product_piece_forward(const struct gg_product_path *t, const struct gg_product_rows *r);
void gg_product_piece_backward(const struct gg_product_path *t, const struct gg_product_rows *r);

#endif
