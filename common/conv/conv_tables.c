/* conv_tables.c -- radial functions and mixing matrices in the order of the kernels */
#include "conv/conv_tables.h"

#include <string.h>

void gg_conv_spread(const struct gg_conv_plan *p, int64_t n, int64_t n_knot, const double *values,
                    gg_real *radial)
{
    int outputs = p->net.width[p->net.n_layer];
    for (int k = 0; k < p->n_path; k++) {
        const struct gg_conv_route *r = &p->path[k];
        gg_real *t = radial + r->table_offset * n_knot;
        for (int g = 0; g < r->n_group; g++)
            for (int64_t q = 0; q < n; q++)
                for (int c = 0; c < r->width; c++) {
                    int channel = g * r->width + c;
                    double v = channel < r->mul ? r->factor * values[q * outputs + r->column + channel] : 0;
                    t[(g * n_knot + q) * r->width + c] = (gg_real)v;
                }
    }
}

void gg_conv_gather(const struct gg_conv_plan *p, int64_t n, int64_t n_knot, const double *dradial,
                    double *dvalues)
{
    int outputs = p->net.width[p->net.n_layer];
    for (int k = 0; k < p->n_path; k++) {
        const struct gg_conv_route *r = &p->path[k];
        const double *t = dradial + r->table_offset * n_knot;
        for (int64_t q = 0; q < n; q++)
            for (int c = 0; c < r->mul; c++)
                dvalues[q * outputs + r->column + c] =
                    r->factor * t[((c / r->width) * n_knot + q) * r->width + c % r->width];
    }
}

void gg_conv_pack(const struct gg_conv_plan *p, const gg_real *w, struct gg_conv_tables *t)
{
    memset(t->mix, 0, (size_t)p->n_packed * sizeof *t->mix);
    memset(t->mix_transposed, 0, (size_t)p->n_packed * sizeof *t->mix);
    for (int b = 0; b < p->n_mix; b++) {
        const struct gg_conv_mix *m = &p->mix[b];
        for (int k = 0; m->group >= 0 && k < p->n_path; k++) {
            const struct gg_conv_route *r = &p->path[k];
            for (int c = 0; r->group == m->group && c < r->mul; c++)
                for (int d = 0; d < m->mul; d++) {
                    gg_real v = (gg_real)(m->factor * (double)w[m->weight[k] + (int64_t)c * m->mul + d]);
                    t->mix[m->packed + (int64_t)(r->first_k + c) * m->pad + d] = v;
                    t->mix_transposed[m->packed + (int64_t)d * p->group[m->group].row + r->first_k + c] = v;
                }
        }
    }
}

void gg_conv_unpack(const struct gg_conv_plan *p, const double *dmix, gg_real *dw)
{
    for (int b = 0; b < p->n_mix; b++) {
        const struct gg_conv_mix *m = &p->mix[b];
        for (int k = 0; m->group >= 0 && k < p->n_path; k++) {
            const struct gg_conv_route *r = &p->path[k];
            for (int c = 0; r->group == m->group && c < r->mul; c++)
                for (int d = 0; d < m->mul; d++)
                    dw[m->weight[k] + (int64_t)c * m->mul + d] +=
                        (gg_real)(m->factor * dmix[m->packed + (int64_t)(r->first_k + c) * m->pad + d]);
        }
    }
}
