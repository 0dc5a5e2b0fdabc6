/* product_piece.c -- rows of one path of a tensor product by the inner loops of conv: channels on one side, a single number for every
 * component on the other, which takes the place of the harmonics (product.h, conv_kernel.h) */
#include "nn/product.h"
#include "nn/lanes.h"

enum { ROWS = 32, COMPONENTS = 2 * GG_CONV_L_MAX + 1, LANE = ROWS + 8 };
_Static_assert((int)ROWS <= (int)GG_CONV_CHUNK, "rows are the edges of one piece");

#define LANES(x) (*(gg_lanes *)(x))
#define READ(x) (*(const gg_lanes *)(x))

/* The single side of some rows, components first. */
struct turned {
    gg_real Y[COMPONENTS][LANE];
};

/* n rows from row i on, `width` channels from channel c on. */
struct part {
    const struct gg_product_path *t;
    const struct gg_product_rows *r;
    int64_t i;
    int n, c, width;
};

static const int32_t in_order[ROWS] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                       16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

static void turn(const struct part *k, struct turned *s)
{
    const struct gg_product_path *t = k->t;
    const struct gg_product_side *side = t->a.step ? &t->b : &t->a;
    int64_t stride = t->a.step ? k->r->b_stride : k->r->a_stride;
    const gg_real *row = (t->a.step ? k->r->b : k->r->a) + k->i * stride + side->at;
    for (int m = 0; m < 2 * t->piece->l_single + 1; m++)
        for (int e = 0; e < LANE; e++)
            s->Y[m][e] = e < k->n ? row[e * stride + m * side->pad] : 0;
}

static struct gg_conv_piece piece_of(const struct part *k, const struct turned *s, gg_real *out)
{
    const struct gg_product_path *t = k->t;
    const struct gg_product_rows *r = k->r;
    const struct gg_product_side *side = t->a.step ? &t->a : &t->b;
    int64_t stride = t->a.step ? r->a_stride : r->b_stride, at = k->i * stride + side->at + k->c;
    gg_real *dx = t->a.step ? r->da : r->db;
    return (struct gg_conv_piece){.l1 = t->piece->l_many,
                                  .l2 = t->piece->l_single,
                                  .l3 = t->l3,
                                  .width = k->width,
                                  .n = k->n,
                                  .lane = LANE,
                                  .Y = s->Y[0],
                                  .sender = in_order,
                                  .local = in_order,
                                  .x = (t->a.step ? r->a : r->b) + at,
                                  .dx = dx ? dx + at : NULL,
                                  .x_stride = stride,
                                  .x_pad = side->pad,
                                  .t = out};
}

/* The parts of all rows, one after the other: `fn` takes each with its single side. */
static void each_part(const struct gg_product_path *t, const struct gg_product_rows *r,
                      void (*fn)(const struct part *, const struct turned *))
{
    struct turned s;
    struct part k = {.t = t, .r = r};
    for (k.i = 0; k.i < r->n; k.i += ROWS) {
        k.n = r->n - k.i < ROWS ? (int)(r->n - k.i) : ROWS;
        turn(&k, &s);
        for (k.c = 0; k.c < t->mul; k.c += k.width) {
            k.width = t->mul - k.c >= 16 ? 16 : 8;
            fn(&k, &s);
        }
    }
}

/* ---- forward ---- */

/* y = factor w t */
GG_CLONES static void weigh(const struct part *k, const gg_real *out)
{
    const struct gg_product_path *t = k->t;
    const struct gg_product_rows *r = k->r;
    for (int e = 0; e < k->n; e++) {
        gg_real *y = r->y + (k->i + e) * r->y_stride + t->at + k->c;
        const gg_real *w = r->w ? r->w + (k->i + e) * r->w_stride + t->weight + k->c : NULL;
        for (int m = 0; m < 2 * t->l3 + 1; m++, out += k->width)
            for (int c = 0; c < k->width; c += 8) {
                gg_lanes here = t->piece->factor * READ(out + c);
                if (w)
                    here *= READ(w + c);
                LANES(y + m * t->pad + c) = here;
            }
    }
}

static void forward(const struct part *k, const struct turned *s)
{
    gg_real out[ROWS * COMPONENTS * 16];
    struct gg_conv_piece p = piece_of(k, s, out);
    k->t->piece->terms[k->width == 16](&p);
    weigh(k, out);
}

void gg_product_piece_forward(const struct gg_product_path *t, const struct gg_product_rows *r)
{
    each_part(t, r, forward);
}

/* ---- backward ---- */

/* d = factor w dy;  dw += factor dy t, where t is not NULL */
GG_CLONES static void unweigh(const struct part *k, const gg_real *out, gg_real *d)
{
    const struct gg_product_path *t = k->t;
    const struct gg_product_rows *r = k->r;
    for (int e = 0; e < k->n; e++) {
        const gg_real *dy = r->dy + (k->i + e) * r->y_stride + t->at + k->c;
        int64_t at = (k->i + e) * r->w_stride + t->weight + k->c;
        for (int c = 0; c < k->width; c += 8) {
            gg_lanes sum = {0}, w = t->piece->factor + (gg_lanes){0};
            if (r->w)
                w *= READ(r->w + at + c);
            for (int m = 0; m < 2 * t->l3 + 1; m++) {
                gg_lanes here = READ(dy + m * t->pad + c);
                if (out)
                    sum += here * READ(out + m * k->width + c);
                LANES(d + m * k->width + c) = w * here;
            }
            if (out)
                LANES(r->dw + at + c) += t->piece->factor * sum;
        }
        d += (2 * t->l3 + 1) * k->width;
        out = out ? out + (2 * t->l3 + 1) * k->width : NULL;
    }
}

static void backward(const struct part *k, const struct turned *s)
{
    gg_real out[ROWS * COMPONENTS * 16], d[ROWS * COMPONENTS * 16];
    struct gg_conv_piece p = piece_of(k, s, out);
    if (k->r->dw)
        k->t->piece->terms[k->width == 16](&p);
    unweigh(k, k->r->dw ? out : NULL, d);
    p.t = d;
    if (p.dx)
        k->t->piece->back[k->width == 16](&p);
}

void gg_product_piece_backward(const struct gg_product_path *t, const struct gg_product_rows *r)
{
    each_part(t, r, backward);
}
