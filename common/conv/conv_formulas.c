/* conv_formulas.c -- the radial functions of a convolution written down, where the net is linear in its basis */
#include "conv/conv_columns.h"
#include "conv/conv_full.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* u(r), and the sign of the product with what comes behind. */
static void print_envelope(FILE *to, const struct gg_radial_basis *b)
{
    char x[96];
    int p = b->p;
    if (b->inner > 0)
        snprintf(x, sizeof x, "(abs(2*r-%.9g)/%.9g)", b->inner + b->cutoff, b->cutoff - b->inner);
    else
        snprintf(x, sizeof x, "(r/%.9g)", b->cutoff);
    if (b->envelope == GG_ENVELOPE_POLY)
        fprintf(to, "(1-%g*%s**%d+%d*%s**%d-%g*%s**%d)*", 0.5 * (p + 1) * (p + 2), x, p, p * (p + 2), x,
                p + 1, 0.5 * p * (p + 1), x, p + 2);
    else if (b->envelope == GG_ENVELOPE_COSINE)
        fprintf(to, "(1+cos(%.12g*%s))/2*", M_PI, x);
}

/* The k-th function of the basis, without its prefactor. */
static void print_function(FILE *to, const struct gg_radial_basis *b, int k)
{
    double step = b->n > 1 ? (b->last - b->first) / (b->n - 1) : 0,
           wave = (k + 1) * M_PI / (b->cutoff - b->inner);
    if (b->kind == GG_BESSEL && b->inner > 0)
        fprintf(to, "sin(%.12g*(r-%.9g))/r", wave, b->inner);
    else if (b->kind == GG_BESSEL)
        fprintf(to, "sin(%.12g*r)/r", wave);
    else if (b->kind == GG_GAUSSIAN)
        fprintf(to, "exp(-%.9g*(r-%.9g)**2)", b->gamma, b->first + k * step);
    else
        fprintf(to, "r**%g", b->exponent + k);
}

/* Output `column` of one set of the net. */
static const char *text_of(const struct gg_radial_net *net, const gg_real *w, int set, int64_t column,
                           double factor, struct gg_arena *a)
{
    char *text, *kept;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    int64_t outputs = net->width[1];
    const gg_real *weight =
        w + gg_radial_net_at(net, 0, GG_RADIAL_WEIGHT) + set * gg_radial_net_size(net, 0, GG_RADIAL_WEIGHT);
    double scale = factor * net->basis.prefactor * (net->plain ? 1 : 1 / sqrt(net->width[0]));
    if (!to)
        return "";
    print_envelope(to, &net->basis);
    fprintf(to, "(");
    for (int k = 0; k < net->basis.n; k++) {
        fprintf(to, k ? "%+.9g*" : "%.9g*", scale * (double)weight[k * outputs + column]);
        print_function(to, &net->basis, k);
    }
    fprintf(to, ")");
    if (net->bias_last)
        fprintf(to, "%+.9g",
                factor * (double)w[gg_radial_net_at(net, 0, GG_RADIAL_BIAS) + set * outputs + column]);
    fclose(to);
    kept = gg_arena_strdup(a, text);
    free(text);
    return kept;
}

static int check(const struct gg_radial_net *net, struct gg_err *err)
{
    if (net->n_layer > 1)
        return gg_fail(
            err, GG_USAGE,
            "functions of a perceptron have no closed form: radial.hidden: [] leaves sums over the basis");
    if (net->basis.kind == GG_SMOOTH_FINITE)
        return gg_fail(err, GG_USAGE,
                       "radial.basis: smooth_finite is made of pieces: bessel, gaussian or monomial can be "
                       "written down");
    return 0;
}

int gg_conv_formulas(const struct gg_layer *l, const gg_real *w, struct gg_formula **out, struct gg_arena *a,
                     struct gg_err *err)
{
    const struct gg_conv_plan *p = l->plan;
    const struct gg_radial_net *net = &p->net;
    size_t n_column = (size_t)(p->full ? p->full->n_slice : p->n_path);
    struct gg_conv_columns *column = GG_NEW(a, struct gg_conv_columns, n_column + 1);
    int columns = gg_conv_list_columns(p, column), n = 0;
    if (check(net, err))
        return -1;
    *out = GG_NEW(a, struct gg_formula, (size_t)(net->width[1] * net->n_set + 1));
    for (int set = 0; set < net->n_set; set++)
        for (int k = 0; k < columns; k++)
            for (int64_t q = 0; q < column[k].rows * column[k].run; q++) {
                const struct gg_conv_columns *c = &column[k];
                struct gg_formula *f = &(*out)[n++];
                *f = (struct gg_formula){.receiver = net->n_set > 1 ? set / l->n_type : -1,
                                         .sender = net->n_set > 1 ? set % l->n_type : -1,
                                         .channel = (int)q,
                                         .from = net->basis.inner,
                                         .to = net->basis.cutoff};
                memcpy(f->path, c->path, sizeof f->path);
                f->text = text_of(net, w, set, c->first + q / c->run * c->step + q % c->run, c->factor, a);
            }
    return n;
}
