/* conv_curves.c -- the radial functions of a convolution as they are: conv.h */
#include "conv/conv.h"
#include "conv/conv_columns.h"
#include "conv/conv_full.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void name_path(struct gg_conv_columns *c, int l1, int l2, int l3)
{
    snprintf(c->path, sizeof c->path, "%dx%d>%d", l1, l2, l3);
}

int gg_conv_list_columns(const struct gg_conv_plan *p, struct gg_conv_columns *out)
{
    int n = 0;
    for (int k = 0; !p->full && k < p->n_path; k++, n++) {
        const struct gg_conv_route *r = &p->path[k];
        out[n] = (struct gg_conv_columns){"", r->column, 1, 0, r->mul, r->factor};
        name_path(&out[n], r->l1, r->l2, r->l3);
    }
    for (int k = 0; p->full && k < p->full->n_slice; k++, n++) {
        const struct gg_conv_slice *s = &p->full->slice[k];
        out[n] = (struct gg_conv_columns){"", s->column, s->mul, s->n_column, s->mul_out, s->factor};
        name_path(&out[n], s->l1, s->l2, s->l3);
    }
    return n;
}

static struct gg_curve *curve_of(const struct gg_conv_columns *c, int set, int n_type, bool by_species, int n,
                                 struct gg_curve *all, int *n_curve, struct gg_arena *a)
{
    const char *path = c->path;
    int receiver = by_species ? set / n_type : -1;
    for (int k = 0; k < *n_curve; k++)
        if (!strcmp(all[k].path, path) &&
            (!by_species || (all[k].receiver == receiver && all[k].sender == set % n_type)))
            return &all[k];
    struct gg_curve *new = &all[(*n_curve)++];
    *new = (struct gg_curve){.receiver = receiver, .sender = by_species ? set % n_type : -1};
    memcpy(new->path, path, sizeof c->path);
    new->mean = GG_NEW(a, double, (size_t)n);
    new->rms = GG_NEW(a, double, (size_t)n);
    return new;
}

/* Sums of the numbers and of their squares. */
static void add_columns(struct gg_curve *to, const struct gg_conv_columns *c, int n, int outputs,
                        const double *values)
{
    to->n_channel += (int)(c->rows * c->run);
    for (int q = 0; q < n; q++, values += outputs)
        for (int64_t row = 0; row < c->rows; row++)
            for (int64_t k = 0; k < c->run; k++) {
                double v = c->factor * values[c->first + row * c->step + k];
                to->mean[q] += v;
                to->rms[q] += v * v;
            }
}

static void finish(struct gg_curve *c, int n)
{
    for (int q = 0; q < n; q++) {
        c->mean[q] /= c->n_channel;
        c->rms[q] = sqrt(c->rms[q] / c->n_channel);
    }
}

int gg_conv_curves(const struct gg_layer *l, const gg_real *w, int n, const double *r, struct gg_curve **out,
                   struct gg_arena *a)
{
    const struct gg_conv_plan *p = l->plan;
    const struct gg_radial_net *net = &p->net;
    int64_t first[GG_RADIAL_SETS + 1], outputs = net->width[net->n_layer];
    size_t points = (size_t)n * (size_t)net->n_set,
           n_column = (size_t)(p->full ? p->full->n_slice : p->n_path);
    struct gg_conv_columns *column = GG_NEW(a, struct gg_conv_columns, n_column + 1);
    double *at = GG_NEW(a, double, points + 1), *values = GG_NEW(a, double, points *(size_t)outputs + 1);
    int n_curve = 0, columns = gg_conv_list_columns(p, column);
    *out = GG_NEW(a, struct gg_curve, n_column * (size_t)net->n_set + 1);
    for (int s = 0; s <= net->n_set; s++)
        first[s] = (int64_t)s * n;
    for (size_t q = 0; q < points; q++)
        at[q] = r[q % (size_t)n];
    gg_radial_net_forward(net, w, first, at, values,
                          GG_NEW(a, double, gg_radial_net_work(net, (int64_t)points) + 1));
    for (int s = 0; s < net->n_set; s++)
        for (int k = 0; k < columns; k++)
            add_columns(curve_of(&column[k], s, l->n_type, net->n_set > 1, n, *out, &n_curve, a), &column[k],
                        n, (int)outputs, values + (size_t)s * (size_t)n * (size_t)outputs);
    for (int k = 0; k < n_curve; k++)
        finish(&(*out)[k], n);
    return n_curve;
}
