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

/* The k-th piece of a net, NAME.K and NAME.K.bias and so on: [in][out], [out], by species [receiver][sender][...]; false: it has k or fewer, and *n of
 * them. */
static bool net_weight(const struct gg_layer *l, const struct gg_radial_net *net, const char *name, int k,
                       int *n, struct gg_weight *out)
{
    static const char *const part[] = {"", ".bias", ".gain", ".shift", ".mean", ".var"};
    bool species = net->n_set > 1;
    *n = 0;
    for (int q = 0; q < net->n_layer; q++)
        for (int p = 0; p < GG_RADIAL_PARTS; p++) {
            if (gg_radial_net_size(net, q, (enum gg_radial_part)p) == 0 || (*n)++ != k)
                continue;
            *out = (struct gg_weight){.ndim = (species ? 2 : 0) + (p == GG_RADIAL_WEIGHT ? 2 : 1),
                                      .species_axis = species,
                                      .shape = {l->n_type, l->n_type},
                                      .offset = gg_radial_net_at(net, q, (enum gg_radial_part)p),
                                      .statistic = p >= GG_RADIAL_MEAN};
            snprintf(out->name, sizeof out->name, "%s.%d%s", name, q, part[p]);
            if (p == GG_RADIAL_WEIGHT)
                out->shape[out->ndim - 2] = net->width[q];
            out->shape[out->ndim - 1] = net->width[q + 1];
            return true;
        }
    return false;
}

bool gg_conv_weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    const struct gg_conv_plan *p = l->plan;
    int n, n_density = 0;
    if (net_weight(l, &p->net, "radial", k, &n, out))
        return true;
    k -= n;
    if (p->n_mix_weight > 0 && k-- == 0)
        *out = (struct gg_weight){.name = "mix", .ndim = 1, .offset = p->n_net, .shape = {p->n_mix_weight}};
    else if (p->density.n_layer == 0)
        return false;
    else if (net_weight(l, &p->density, "density", k, &n_density, out))
        out->offset += p->density_at;
    else if (k == n_density)
        *out = (struct gg_weight){.name = "alpha_beta", .ndim = 1, .offset = l->n_weight - 2, .shape = {2}};
    else
        return false;
    return true;
}

/* Normal numbers of the size that a layer's scale leaves to its weights; biases and shifts 0, gains and variances 1. */
static void init_net(const struct gg_radial_net *net, gg_real *w, struct gg_rng *r)
{
    static const gg_real start[] = {0, 0, 1, 0, 0, 1};
    for (int k = 0; k < net->n_layer; k++)
        for (int p = 0; p < GG_RADIAL_PARTS; p++) {
            int64_t n = net->n_set * gg_radial_net_size(net, k, (enum gg_radial_part)p);
            double size = net->plain ? (k ? gg_act_constant(net->act, false) : 1) / sqrt(net->width[k]) : 1;
            for (int64_t q = 0; q < n; q++)
                *w++ = p == GG_RADIAL_WEIGHT ? (gg_real)(size * gg_rng_normal(r)) : start[p];
        }
}

/* The mean square of the outputs of each set at its points. */
static void mean_squares(const struct gg_radial_net *net, const gg_real *w, int n, const double *distance,
                         double *square)
{
    int outputs = net->width[net->n_layer];
    int64_t first[GG_RADIAL_SETS + 1], numbers = (int64_t)n * outputs;
    double *out = gg_xmalloc(sizeof *out * (size_t)(numbers * net->n_set));
    double *work = gg_xmalloc(sizeof *work * gg_radial_net_work(net, (int64_t)n * net->n_set));
    for (int s = 0; s <= net->n_set; s++)
        first[s] = (int64_t)s * n;
    gg_radial_net_forward(net, w, first, distance, out, work);
    for (int s = 0; s < net->n_set; s++) {
        square[s] = 0;
        for (int64_t q = 0; q < numbers; q++)
            square[s] += pow(out[s * numbers + q], 2) / (double)numbers;
    }
    free(work);
    free(out);
}

/* Distances as they occur in a liquid, uniform in volume, none below a third of the outer end; returns how many neighbours are there, in
 * a shell its part of the volume. */
static double place_neighbours(const struct gg_layer *l, int points, int n, double *distance)
{
    const struct gg_radial_basis *b = &((const struct gg_conv_plan *)l->plan)->net.basis;
    double k = l->mean_neighbours > 0 ? l->mean_neighbours : 1,
           hollow = fmax(pow(b->inner / b->cutoff, 3), 1. / 27);
    for (int q = 0; q < n; q++)
        distance[q] = b->cutoff * cbrt((q % points + 0.5) / points * (1 - hollow) + hollow);
    return k * (pow(b->cutoff / l->cutoff, 3) * (1 - hollow) / (1 - 1. / 27));
}

/* Standard normal; then the last layer of every radial net is scaled so that y starts with the variance of x: the mean
 * square of its outputs over distances as they occur in a liquid, times the number of neighbours over z^2, becomes 1. */
void gg_conv_init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    enum { POINTS = 64 };
    const struct gg_conv_plan *p = l->plan;
    const struct gg_radial_net *net = &p->net;
    double square[GG_RADIAL_SETS],
        z = p->density.n_layer && l->mean_neighbours > 0 ? l->mean_neighbours : gg_conv_normaliser(l);
    int64_t last = gg_radial_net_at(net, net->n_layer - 1, GG_RADIAL_WEIGHT),
            n_last = gg_radial_net_size(net, net->n_layer - 1, GG_RADIAL_WEIGHT);
    double *distance = gg_xmalloc(sizeof *distance * (size_t)(POINTS * net->n_set));
    init_net(net, w, r);
    for (int64_t q = p->n_net; q < p->density_at; q++)
        w[q] = (gg_real)gg_rng_normal(r);
    double k = place_neighbours(l, POINTS, POINTS * net->n_set, distance);
    if (net->norm == GG_RADIAL_BATCH) {
        struct gg_radial_moments moments;
        gg_radial_net_measure(net, POINTS, distance, NULL, &moments);
        gg_radial_net_normalise(net, &moments, false, w);
    }
    mean_squares(net, w, POINTS, distance, square);
    for (int s = 0; s < net->n_set; s++)
        for (int64_t q = 0; q < n_last; q++)
            w[last + s * n_last + q] *= (gg_real)(z / sqrt(k * (square[s] > 0 ? square[s] : 1)));
    free(distance);
    if (p->density.n_layer) {
        init_net(&p->density, w + p->density_at, r);
        w[l->n_weight - 2] = (gg_real)z; /* alpha */
        w[l->n_weight - 1] = 0;          /* beta */
    }
}
