/* product_sums.c -- rows of one path of a tensor product, forward and backward, by its sums (product.h)
 *
 * Channels go 32, 16 or 8 at a time through all sums of a path, their partial results in registers, and the last few one by one. */
#include "nn/product.h"
#include "nn/lanes.h"

enum { COMPONENTS = 2 * GG_L_MAX + 1, LANES_AT_ONCE = GG_PRODUCT_RUN / 8 };

#define LANES(x) (*(gg_lanes *)(x))
#define READ(x) (*(const gg_lanes *)(x))

/* A row, forward or backward; the gradients that are not wanted are NULL. */
struct row {
    const gg_real *a, *b, *w, *dy;
    gg_real *y, *da, *db, *dw;
};

/* What sums multiply: u, a number for each channel, by v, which has one for each as well, or by one for all, which `single` has for every
 * entry, its factor included. */
struct factors {
    const gg_real *u, *v;
    gg_real single[GG_PRODUCT_ENTRIES];
};

GG_INLINE void take_factors(const struct gg_product_sums *s, int n_m, const gg_real *u, const gg_real *v,
                            bool v_many, struct factors *f)
{
    f->u = u;
    f->v = v;
    for (int q = 0; !v_many && q < s->begin[n_m]; q++)
        f->single[q] = s->factor[q] * v[s->v[q]];
}

/* Component m of a sum for n times 8 channels. */
GG_INLINE void sum_lanes(int n, const struct gg_product_sums *s, int m, const struct factors *f, bool v_many,
                         gg_lanes *sum)
{
    for (int k = 0; k < n; k++)
        sum[k] = (gg_lanes){0};
    for (int q = s->begin[m]; q < s->begin[m + 1]; q++) {
        const gg_real *u = f->u + s->u[q], *v = f->v + s->v[q];
#pragma GCC unroll 4
        for (int k = 0; k < n; k++)
            sum[k] +=
                v_many ? s->factor[q] * READ(v + 8 * k) * READ(u + 8 * k) : f->single[q] * READ(u + 8 * k);
    }
}

/* Sum of eight, the same whatever the processor. */
GG_INLINE gg_real across(gg_lanes s)
{
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

/* Rows of both sides from channel c on; for y the side with a number for every channel leads. */
GG_INLINE const gg_real *first(const struct gg_product_path *t, const struct row *r, int c)
{
    return r->a + t->a.at + c * t->a.step;
}
GG_INLINE const gg_real *second(const struct gg_product_path *t, const struct row *r, int c)
{
    return r->b + t->b.at + c * t->b.step;
}
GG_INLINE bool second_leads(const struct gg_product_path *t)
{
    return t->b.step && !t->a.step;
}

/* ---- forward ---- */

GG_INLINE void factors_of_y(const struct gg_product_path *t, const struct row *r, bool both, int c,
                            struct factors *f)
{
    const gg_real *a = first(t, r, c), *b = second(t, r, c);
    bool turned = second_leads(t);
    take_factors(&t->y, 2 * t->l3 + 1, turned ? b : a, turned ? a : b, both, f);
}

GG_INLINE void forward_lanes(int n, bool both, const struct gg_product_path *t, const struct row *r, int c)
{
    struct factors f;
    const gg_real *w = r->w ? r->w + t->weight + c : NULL;
    factors_of_y(t, r, both, c, &f);
    for (int m = 0; m < 2 * t->l3 + 1; m++) {
        gg_lanes sum[LANES_AT_ONCE];
        sum_lanes(n, &t->y, m, &f, both, sum);
#pragma GCC unroll 4
        for (int k = 0; k < n; k++) {
            if (w)
                sum[k] *= READ(w + 8 * k);
            LANES(r->y + t->at + m * t->pad + c + 8 * k) = sum[k];
        }
    }
}

/* ---- backward ---- */

/* Adds towards one side, whose runs begin at `to`, from d = w dy and the other side; a single number gets the sum over channels. */
GG_INLINE void side_lanes(int n, const struct gg_product_sums *s, int n_m, const gg_real *d,
                          const gg_real *other, bool other_many, const struct gg_product_side *side,
                          gg_real *to)
{
    struct factors f;
    take_factors(s, n_m, d, other, other_many, &f);
    for (int m = 0; m < n_m; m++) {
        gg_lanes sum[LANES_AT_ONCE];
        sum_lanes(n, s, m, &f, other_many, sum);
        if (side->step)
#pragma GCC unroll 4
            for (int k = 0; k < n; k++)
                LANES(to + m * side->pad + 8 * k) += sum[k];
        else
#pragma GCC unroll 4
            for (int k = 0; k < n; k++)
                to[m * side->pad] += across(sum[k]);
    }
}

/* d = w dy, and dw. */
GG_INLINE void weigh_lanes(int n, bool both, const struct gg_product_path *t, const struct row *r, int c,
                           gg_real *d)
{
    struct factors f;
    gg_lanes sum[LANES_AT_ONCE], dw[LANES_AT_ONCE] = {{0}};
    const gg_real *w = r->w ? r->w + t->weight + c : NULL;
    if (r->dw)
        factors_of_y(t, r, both, c, &f);
    for (int m = 0; m < 2 * t->l3 + 1; m++) {
        const gg_real *dy = r->dy + t->at + m * t->pad + c;
        if (r->dw) {
            sum_lanes(n, &t->y, m, &f, both, sum);
#pragma GCC unroll 4
            for (int k = 0; k < n; k++)
                dw[k] += READ(dy + 8 * k) * sum[k];
        }
#pragma GCC unroll 4
        for (int k = 0; k < n; k++)
            LANES(d + m * GG_PRODUCT_RUN + 8 * k) = READ(dy + 8 * k);
#pragma GCC unroll 4
        for (int k = 0; w && k < n; k++)
            LANES(d + m * GG_PRODUCT_RUN + 8 * k) *= READ(w + 8 * k);
    }
    for (int k = 0; r->dw && k < n; k++)
        LANES(r->dw + t->weight + c + 8 * k) += dw[k];
}

GG_INLINE void backward_lanes(int n, bool both, const struct gg_product_path *t, const struct row *r, int c)
{
    gg_real d[COMPONENTS * GG_PRODUCT_RUN];
    weigh_lanes(n, both, t, r, c, d);
    if (r->da && t->b.step)
        side_lanes(n, &t->da, 2 * t->l1 + 1, d, second(t, r, c), true, &t->a,
                   r->da + t->a.at + c * t->a.step);
    else if (r->da)
        side_lanes(n, &t->da, 2 * t->l1 + 1, d, second(t, r, c), false, &t->a,
                   r->da + t->a.at + c * t->a.step);
    if (r->db && t->a.step)
        side_lanes(n, &t->db, 2 * t->l2 + 1, d, first(t, r, c), true, &t->b, r->db + t->b.at + c * t->b.step);
    else if (r->db)
        side_lanes(n, &t->db, 2 * t->l2 + 1, d, first(t, r, c), false, &t->b,
                   r->db + t->b.at + c * t->b.step);
}

/* ---- rows, whole lanes of channels ---- */

/* All whole lanes of a path: fn(n, both, path, row, c) takes n times 8 channels from c on. */
#define EACH_LANES(t, r, both, fn)          \
    do {                                    \
        int c = 0;                          \
        for (; c + 32 <= (t)->mul; c += 32) \
            fn(4, both, t, r, c);           \
        for (; c + 16 <= (t)->mul; c += 16) \
            fn(2, both, t, r, c);           \
        for (; c + 8 <= (t)->mul; c += 8)   \
            fn(1, both, t, r, c);           \
    } while (0)

/* Row i of many. */
GG_INLINE struct row row_of(const struct gg_product_rows *r, int64_t i)
{
    return (struct row){.a = r->a + i * r->a_stride,
                        .b = r->b + i * r->b_stride,
                        .w = r->w ? r->w + i * r->w_stride : NULL,
                        .dy = r->dy ? r->dy + i * r->y_stride : NULL,
                        .y = r->y ? r->y + i * r->y_stride : NULL,
                        .da = r->da ? r->da + i * r->a_stride : NULL,
                        .db = r->db ? r->db + i * r->b_stride : NULL,
                        .dw = r->dw ? r->dw + i * r->w_stride : NULL};
}

GG_CLONES static void forward(const struct gg_product_path *t, const struct gg_product_rows *r)
{
    for (int64_t i = 0; i < r->n; i++) {
        struct row row = row_of(r, i);
        if (t->a.step && t->b.step)
            EACH_LANES(t, &row, true, forward_lanes);
        else
            EACH_LANES(t, &row, false, forward_lanes);
    }
}

GG_CLONES static void backward(const struct gg_product_path *t, const struct gg_product_rows *r)
{
    for (int64_t i = 0; i < r->n; i++) {
        struct row row = row_of(r, i);
        if (t->a.step && t->b.step)
            EACH_LANES(t, &row, true, backward_lanes);
        else
            EACH_LANES(t, &row, false, backward_lanes);
    }
}

/* ---- rows, one channel ---- */

/* What a sum multiplies for channel c, in rows one stride apart. */
struct column {
    const gg_real *at;
    int64_t stride;
};

/* sum_i (+)= the entries of component m of a sum, for n rows */
GG_INLINE void sum_rows(int64_t n, const struct gg_product_sums *s, int m, struct column u, struct column v,
                        gg_real *sum, int64_t stride, bool add)
{
    for (int q = s->begin[m]; q < s->begin[m + 1]; q++, add = true) {
        const gg_real *first = u.at + s->u[q], *other = v.at + s->v[q], factor = s->factor[q];
        for (int64_t i = 0; i < n; i++) {
            gg_real here = factor * other[i * v.stride] * first[i * u.stride];
            sum[i * stride] = add ? sum[i * stride] + here : here;
        }
    }
    for (int64_t i = 0; !add && i < n; i++)
        sum[i * stride] = 0;
}

/* Rows begin .. begin + n - 1 of channel c of a path. */
struct channel {
    const struct gg_product_path *t;
    const struct gg_product_rows *r;
    int64_t begin;
    int n, c;
};

GG_INLINE struct column column_a(const struct channel *k)
{
    const struct gg_product_side *a = &k->t->a;
    return (struct column){k->r->a + k->begin * k->r->a_stride + a->at + k->c * a->step, k->r->a_stride};
}
GG_INLINE struct column column_b(const struct channel *k)
{
    const struct gg_product_side *b = &k->t->b;
    return (struct column){k->r->b + k->begin * k->r->b_stride + b->at + k->c * b->step, k->r->b_stride};
}
GG_INLINE int64_t at_y(const struct channel *k)
{
    return k->begin * k->r->y_stride + k->t->at + k->c;
}
GG_INLINE int64_t at_w(const struct channel *k)
{
    return k->begin * k->r->w_stride + k->t->weight + k->c;
}

GG_CLONES static void channel_forward(const struct channel *k)
{
    const struct gg_product_path *t = k->t;
    const struct gg_product_rows *r = k->r;
    struct column a = column_a(k), b = column_b(k);
    bool turned = second_leads(t);
    for (int m = 0; m < 2 * t->l3 + 1; m++) {
        gg_real *y = r->y + at_y(k) + m * t->pad;
        sum_rows(k->n, &t->y, m, turned ? b : a, turned ? a : b, y, r->y_stride, false);
        for (int i = 0; r->w && i < k->n; i++)
            y[i * r->y_stride] *= r->w[at_w(k) + i * r->w_stride];
    }
}

enum { AT_ONCE = GG_PRODUCT_RUN }; /* rows of one channel: where sums look for components of dy */

GG_CLONES static void channel_backward(const struct channel *k)
{
    const struct gg_product_path *t = k->t;
    const struct gg_product_rows *r = k->r;
    gg_real d[COMPONENTS][AT_ONCE], sum[AT_ONCE];
    const struct column a = column_a(k), b = column_b(k), dt = {d[0], 1};
    bool turned = second_leads(t);
    for (int m = 0; m < 2 * t->l3 + 1; m++) {
        const gg_real *dy = r->dy + at_y(k) + m * t->pad;
        if (r->dw)
            sum_rows(k->n, &t->y, m, turned ? b : a, turned ? a : b, sum, 1, false);
        for (int i = 0; i < k->n; i++) {
            if (r->dw)
                r->dw[at_w(k) + i * r->w_stride] += dy[i * r->y_stride] * sum[i];
            d[m][i] = r->w ? r->w[at_w(k) + i * r->w_stride] * dy[i * r->y_stride] : dy[i * r->y_stride];
        }
    }
    for (int m = 0; r->da && m < 2 * t->l1 + 1; m++)
        sum_rows(k->n, &t->da, m, dt, b, r->da + (a.at - r->a) + m * t->a.pad, r->a_stride, true);
    for (int m = 0; r->db && m < 2 * t->l2 + 1; m++)
        sum_rows(k->n, &t->db, m, dt, a, r->db + (b.at - r->b) + m * t->b.pad, r->b_stride, true);
}

/* The channels behind the last whole lanes. */
static void each_channel(const struct gg_product_path *t, const struct gg_product_rows *r,
                         void (*fn)(const struct channel *))
{
    struct channel k = {.t = t, .r = r};
    for (k.begin = 0; t->mul % 8 != 0 && k.begin < r->n; k.begin += AT_ONCE) {
        k.n = r->n - k.begin < AT_ONCE ? (int)(r->n - k.begin) : AT_ONCE;
        for (k.c = t->mul / 8 * 8; k.c < t->mul; k.c++)
            fn(&k);
    }
}

/* ---- a path ---- */

void gg_product_sums_forward(const struct gg_product_path *t, const struct gg_product_rows *r)
{
    if (t->mul >= 8)
        forward(t, r);
    each_channel(t, r, channel_forward);
}

void gg_product_sums_backward(const struct gg_product_path *t, const struct gg_product_rows *r)
{
    if (t->mul >= 8)
        backward(t, r);
    each_channel(t, r, channel_backward);
}
