/* shape.c -- where the numbers of a value lie: rows of padded channels, and e3nn's order at the border */
#include "nn/layer.h"

#include <assert.h>
#include <string.h>

int gg_pad(int mul)
{
    return mul <= 8 ? 8 : (mul + 15) / 16 * 16;
}

void gg_shape_init(struct gg_shape *s, enum gg_value_axis axis, const struct gg_irreps *irreps)
{
    *s = (struct gg_shape){.axis = axis, .irreps = *irreps};
    for (int b = 0; b < irreps->n; b++) {
        s->offset[b] = s->stride;
        s->pad[b] = gg_pad(irreps->b[b].mul);
        s->stride += s->pad[b] * (2 * irreps->b[b].l + 1);
    }
}

int64_t gg_shape_rows(const struct gg_shape *s, const struct gg_graph *g)
{
    switch (s->axis) {
    case GG_ON_NODE:
        return g->n_node;
    case GG_ON_EDGE:
        return g->n_edge;
    case GG_ON_GRAPH:
        return 1;
    }
    assert(!"unknown axis");
    return 0;
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
