/* product.h -- the tensor product of two values, channel by channel: what the layer product is made of
 *
 *     y_{p,m3,c} = s w_{p,c} sqrt(2 l3 + 1) sum_{m1 m2} C^{l1 l2 l3}_{m1 m2 m3} a_{m1,c} b_{m2,c}
 *
 * for every path p = (channels of a of degree l1, as many of b of degree l2, l3); C of unit norm, o3/o3.h.  One channel of a or of b
 * serves all channels of the other. */
#ifndef GG_PRODUCT_H
#define GG_PRODUCT_H

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

struct gg_product_term {
    int m1, m2, m3;
    gg_real factor;
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
    int n_term;
    const struct gg_product_term *term;
};

struct gg_product {
    int n_path, n_weight; /* n_weight: channels of all paths */
    int widest;           /* numbers of one path's output, (2 l3 + 1) mul, at most */
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

/* One row.  w: [n_weight], or NULL for 1.  y: zeroed by the caller.  work: gg_product_work numbers. */
int64_t gg_product_work(const struct gg_product *p);
void gg_product_row(const struct gg_product *p, const gg_real *a, const gg_real *b, const gg_real *w,
                    gg_real *y, gg_real *work);
/* Adds into da, db and dw where they are not NULL. */
void gg_product_row_backward(const struct gg_product *p, const gg_real *a, const gg_real *b, const gg_real *w,
                             const gg_real *dy, gg_real *da, gg_real *db, gg_real *dw, gg_real *work);

#endif
