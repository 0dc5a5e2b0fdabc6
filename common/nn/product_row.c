/* product_row.c -- one row of a tensor product, forward and backward (product.h) */
#include "nn/product.h"
#include "nn/lanes.h"

#include <string.h>

int64_t gg_product_work(const struct gg_product *p)
{
    return ((int64_t)p->widest + 15) / 16 * 16;
}

/* y += f a b over n channels, where one side, or with a single channel both, may be one number. */
GG_INLINE void multiply(int n, gg_real f, const gg_real *a, int step_a, const gg_real *b, int step_b,
                        gg_real *restrict y)
{
    if (step_a && step_b) {
#pragma omp simd
        for (int c = 0; c < n; c++)
            y[c] += f * a[c] * b[c];
        return;
    }
    const gg_real *many = step_a ? a : b;
    gg_real g = f * (step_a ? *b : *a);
#pragma omp simd
    for (int c = 0; c < n; c++)
        y[c] += g * many[c];
}

/* sum of a b over n channels, in eight partial sums: the same whatever the processor */
GG_INLINE gg_real dot(int n, const gg_real *a, const gg_real *b, int step_b)
{
    gg_lanes s = {0};
    gg_real rest = 0;
    int c = 0;
    for (; step_b && c + 8 <= n; c += 8)
        s += *(const gg_lanes *)(a + c) * *(const gg_lanes *)(b + c);
    for (; c < n; c++)
        rest += a[c] * b[step_b ? c : 0];
    return (((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))) + rest;
}

/* y, in runs `pad` apart, += the path without its weights.  Single channels (one vector an edge) are numbers, not runs: a loop over runs
 * costs several times as much for them. */
GG_INLINE void path_forward(const struct gg_product_path *t, const gg_real *a, const gg_real *b, gg_real *y,
                            int pad)
{
    a += t->a.at;
    b += t->b.at;
    for (const struct gg_product_term *q = t->term; t->mul == 1 && q < t->term + t->n_term; q++)
        y[q->m3 * pad] += q->factor * a[q->m1 * t->a.pad] * b[q->m2 * t->b.pad];
    for (const struct gg_product_term *q = t->term; t->mul > 1 && q < t->term + t->n_term; q++)
        multiply(t->mul, q->factor, a + q->m1 * t->a.pad, t->a.step, b + q->m2 * t->b.pad, t->b.step,
                 y + q->m3 * pad);
}

/* The same towards one factor: `to` += sum over terms of factor times the other times dy. */
GG_INLINE void path_backward(const struct gg_product_path *t, const struct gg_product_side *side,
                             const struct gg_product_side *other, bool first, const gg_real *x,
                             const gg_real *dy, int pad, gg_real *to)
{
    to += side->at;
    x += other->at;
    for (const struct gg_product_term *q = t->term; t->mul == 1 && q < t->term + t->n_term; q++)
        to[(first ? q->m1 : q->m2) * side->pad] +=
            q->factor * dy[q->m3 * pad] * x[(first ? q->m2 : q->m1) * other->pad];
    for (const struct gg_product_term *q = t->term; t->mul > 1 && q < t->term + t->n_term; q++) {
        gg_real *d = to + (first ? q->m1 : q->m2) * side->pad;
        const gg_real *o = x + (first ? q->m2 : q->m1) * other->pad;
        if (side->step)
            multiply(t->mul, q->factor, dy + q->m3 * pad, 1, o, other->step, d);
        else
            *d += q->factor * dot(t->mul, dy + q->m3 * pad, o, other->step);
    }
}

GG_CLONES static void row(const struct gg_product *p, const gg_real *a, const gg_real *b, const gg_real *w,
                          gg_real *y, gg_real *work)
{
    for (const struct gg_product_path *t = p->path; t < p->path + p->n_path; t++) {
        gg_real *to = y + t->at;
        if (!w) {
            path_forward(t, a, b, to, t->pad);
            continue;
        }
        memset(work, 0, sizeof *work * (size_t)((2 * t->l3 + 1) * t->mul));
        path_forward(t, a, b, work, t->mul);
        for (int m = 0; m < 2 * t->l3 + 1; m++)
#pragma omp simd
            for (int c = 0; c < t->mul; c++)
                to[m * t->pad + c] = w[t->weight + c] * work[m * t->mul + c];
    }
}

/* dw += sum over components of dy times the path without its weights. */
GG_INLINE void weight_gradient(const struct gg_product_path *t, const gg_real *a, const gg_real *b,
                               const gg_real *dy, gg_real *dw, gg_real *work)
{
    memset(work, 0, sizeof *work * (size_t)((2 * t->l3 + 1) * t->mul));
    path_forward(t, a, b, work, t->mul);
    for (int m = 0; m < 2 * t->l3 + 1; m++)
#pragma omp simd
        for (int c = 0; c < t->mul; c++)
            dw[t->weight + c] += dy[m * t->pad + c] * work[m * t->mul + c];
}

GG_CLONES static void row_backward(const struct gg_product *p, const gg_real *a, const gg_real *b,
                                   const gg_real *w, const gg_real *dy, gg_real *da, gg_real *db, gg_real *dw,
                                   gg_real *work)
{
    for (const struct gg_product_path *t = p->path; t < p->path + p->n_path; t++) {
        const gg_real *d = dy + t->at;
        int pad = t->pad;
        if (dw)
            weight_gradient(t, a, b, d, dw, work);
        if (w) {
            for (int m = 0; m < 2 * t->l3 + 1; m++)
#pragma omp simd
                for (int c = 0; c < t->mul; c++)
                    work[m * t->mul + c] = w[t->weight + c] * d[m * pad + c];
            d = work;
            pad = t->mul;
        }
        if (da)
            path_backward(t, &t->a, &t->b, true, b, d, pad, da);
        if (db)
            path_backward(t, &t->b, &t->a, false, a, d, pad, db);
    }
}

void gg_product_row(const struct gg_product *p, const gg_real *a, const gg_real *b, const gg_real *w,
                    gg_real *y, gg_real *work)
{
    row(p, a, b, w, y, work);
}

void gg_product_row_backward(const struct gg_product *p, const gg_real *a, const gg_real *b, const gg_real *w,
                             const gg_real *dy, gg_real *da, gg_real *db, gg_real *dw, gg_real *work)
{
    row_backward(p, a, b, w, dy, da, db, dw, work);
}
