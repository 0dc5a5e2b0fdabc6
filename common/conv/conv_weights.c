/* conv_weights.c -- the parameters of a convolution: their names and their start */
#include "conv/conv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

double gg_conv_normaliser(const struct gg_layer *l)
{
    const struct gg_conv_hypers *h = l->hyper;
    double k = l->mean_neighbours > 0 ? l->mean_neighbours : 1;
    return h->normalise == GG_BY_SQRT ? sqrt(k) : h->normalise == GG_BY_MEAN ? k : 1;
}

/* NAME.K: [in][out], by species [receiver][sender][in][out] */
static void net_weight(const struct gg_layer *l, const struct gg_radial_net *net, const char *name, int k,
                       struct gg_weight *out)
{
    bool species = net->n_set > 1;
    *out =
        (struct gg_weight){.ndim = species ? 4 : 2, .species_axis = species, .shape = {l->n_type, l->n_type}};
    for (int q = 0; q < k; q++)
        out->offset += (int64_t)net->n_set * net->width[q] * net->width[q + 1];
    snprintf(out->name, sizeof out->name, "%s.%d", name, k);
    out->shape[out->ndim - 2] = net->width[k];
    out->shape[out->ndim - 1] = net->width[k + 1];
}

bool gg_conv_weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    const struct gg_conv_plan *p = l->plan;
    int behind = k - p->net.n_layer - (p->n_mix_weight > 0);
    if (k < p->net.n_layer)
        net_weight(l, &p->net, "radial", k, out);
    else if (behind < 0)
        *out = (struct gg_weight){.name = "mix", .ndim = 1, .offset = p->n_net, .shape = {p->n_mix_weight}};
    else if (p->density.n_layer == 0 || behind > p->density.n_layer)
        return false;
    else if (behind < p->density.n_layer) {
        net_weight(l, &p->density, "density", behind, out);
        out->offset += p->density_at;
    } else
        *out = (struct gg_weight){.name = "alpha_beta", .ndim = 1, .offset = l->n_weight - 2, .shape = {2}};
    return true;
}

/* Standard normal; then the last layer of every radial net is scaled so that y starts with the variance of x: the mean
 * square of its outputs over distances as they occur in a liquid (uniform in volume, none below a third of the cutoff), times
 * the number of neighbours over z^2, becomes 1. */
void gg_conv_init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    enum { POINTS = 64 };
    const struct gg_conv_plan *p = l->plan;
    int outputs = p->net.width[p->net.n_layer], n_set = p->net.n_set;
    int64_t last = (int64_t)p->net.width[p->net.n_layer - 1] * outputs, first[GG_RADIAL_SETS + 1];
    double k = l->mean_neighbours > 0 ? l->mean_neighbours : 1;
    double z = p->density.n_layer ? k : gg_conv_normaliser(l);
    double *distance = gg_xmalloc(sizeof *distance * (size_t)(POINTS * n_set));
    double *out = gg_xmalloc(sizeof *out * (size_t)(POINTS * n_set * outputs));
    double *work = gg_xmalloc(sizeof *work * gg_radial_net_work(&p->net, POINTS * n_set));
    for (int64_t q = 0; q < l->n_weight; q++)
        w[q] = (gg_real)gg_rng_normal(r);
    for (int q = 0; q < POINTS * n_set; q++)
        distance[q] = l->cutoff * cbrt((q % POINTS + 0.5) / POINTS * (1 - 1. / 27) + 1. / 27);
    for (int s = 0; s <= n_set; s++)
        first[s] = (int64_t)s * POINTS;
    gg_radial_net_forward(&p->net, w, first, distance, out, work);
    for (int s = 0; s < n_set; s++) {
        double square = 0;
        for (int q = 0; q < POINTS * outputs; q++)
            square += pow(out[(int64_t)s * POINTS * outputs + q], 2) / (POINTS * outputs);
        double factor = z / sqrt(k * (square > 0 ? square : 1));
        gg_real *w_last = w + p->n_net - (n_set - s) * last;
        for (int64_t q = 0; q < last; q++)
            w_last[q] *= (gg_real)factor;
    }
    if (p->density.n_layer) {
        w[l->n_weight - 2] = (gg_real)z; /* alpha */
        w[l->n_weight - 1] = 0;          /* beta */
    }
    free(work);
    free(out);
    free(distance);
}
