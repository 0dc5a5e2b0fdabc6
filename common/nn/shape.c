/* shape.c -- where the numbers of a value lie: rows of padded channels, and e3nn's order at the border */
#include "nn/layer.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

int gg_pad(int mul)
{
    return mul <= 8 ? 8 : (mul + 15) / 16 * 16;
}

void gg_shape_init(struct gg_shape *s, int axis, const struct gg_irreps *irreps)
{
    *s = (struct gg_shape){.axis = axis, .irreps = *irreps};
    for (int b = 0; b < irreps->n; b++) {
        s->offset[b] = s->stride;
        s->pad[b] = gg_pad(irreps->b[b].mul);
        s->stride += s->pad[b] * (2 * irreps->b[b].l + 1);
    }
}

void gg_shape_clear_padding(const struct gg_shape *s, int64_t n, gg_real *rows)
{
    if (gg_irreps_dim(&s->irreps) == s->stride)
        return;
    for (int64_t i = 0; i < n; i++, rows += s->stride)
        for (int b = 0; b < s->irreps.n; b++) {
            int mul = s->irreps.b[b].mul, n_m = 2 * s->irreps.b[b].l + 1;
            gg_real *run = rows + s->offset[b];
            if (mul < 8) /* shorter to do than to find */
                memset(run, 0, sizeof *run * (size_t)(n_m * s->pad[b]));
            else
                for (int m = 0; mul < s->pad[b] && m < n_m; m++, run += s->pad[b])
                    memset(run + mul, 0, sizeof *run * (size_t)(s->pad[b] - mul));
        }
}

uint32_t gg_shape_zero(const struct gg_shape *out, int n_in, const struct gg_shape *in)
{
    uint32_t zero = 0;
    for (int b = 0; b < out->irreps.n; b++) {
        struct gg_irrep want = out->irreps.b[b];
        int like = 0, live = 0;
        for (int k = 0; k < n_in; k++)
            for (int q = 0; q < in[k].irreps.n; q++)
                if (in[k].irreps.b[q].l == want.l && in[k].irreps.b[q].p == want.p) {
                    like++;
                    live += !(in[k].zero >> q & 1);
                }
        if (like && !live && !(want.l == 0 && want.p == 1))
            zero |= UINT32_C(1) << b;
    }
    return zero;
}

int gg_axis_base(int axis)
{
    return axis & GG_BASE_BITS;
}

int gg_axis_lifts(int axis)
{
    return axis >> GG_LIFT_SHIFT ? axis >> GG_LIFT_SHIFT : 1;
}

int gg_axis_lifted(int axis, int n_lift)
{
    assert(n_lift >= 1 && n_lift <= GG_MOST_LIFTS);
    return (axis & (GG_BASE_BITS | GG_PER_TIME)) | n_lift << GG_LIFT_SHIFT;
}

void gg_axis_print(int axis, char text[64])
{
    static const char *const base[] = {"node", "edge", "graph"};
    char lifts[32] = "";
    if (axis >> GG_LIFT_SHIFT)
        snprintf(lifts, sizeof lifts, " x %d lifts", gg_axis_lifts(axis));
    snprintf(text, 64, "%s%s%s", base[gg_axis_base(axis)], axis & GG_PER_TIME ? " x time" : "", lifts);
}

int64_t gg_shape_rows(const struct gg_shape *s, const struct gg_graph *g)
{
    int base = gg_axis_base(s->axis);
    int64_t n = base == GG_ON_NODE ? g->n_node : base == GG_ON_EDGE ? g->n_edge : 1;
    return n * (s->axis & GG_PER_TIME ? g->n_time : 1) * gg_axis_lifts(s->axis);
}

struct gg_cost gg_cost_of_numbers(const struct gg_shape *x, const struct gg_graph *g, double forward,
                                  double backward, double often)
{
    double rows = (double)gg_shape_rows(x, g), n = rows * gg_irreps_dim(&x->irreps);
    return (struct gg_cost){forward * n, backward * n, often * sizeof(gg_real) * rows * x->stride};
}

void gg_row_from_e3nn(const struct gg_shape *s, const double *e3nn, gg_real *row)
{
    memset(row, 0, sizeof *row * (size_t)s->stride);
    for (int b = 0; b < s->irreps.n; b++)
        for (int c = 0; c < s->irreps.b[b].mul; c++)
            for (int m = 0; m < 2 * s->irreps.b[b].l + 1; m++)
                row[s->offset[b] + m * s->pad[b] + c] = (gg_real)*e3nn++;
}

void gg_row_to_e3nn(const struct gg_shape *s, const gg_real *row, double *e3nn)
{
    for (int b = 0; b < s->irreps.n; b++)
        for (int c = 0; c < s->irreps.b[b].mul; c++)
            for (int m = 0; m < 2 * s->irreps.b[b].l + 1; m++)
                *e3nn++ = (double)row[s->offset[b] + m * s->pad[b] + c];
}

bool gg_layer_follows(const struct gg_layer *l)
{
    return l->type->observe && l->momentum > 0 && l->momentum < 1;
}
