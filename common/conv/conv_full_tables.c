/* conv_full_tables.c -- V in the orders of the products, and the functions a_u = c silu(z_u), z: the net without its last layer */
#include "conv/conv_full_tables.h"
#include "conv/conv_so2.h"

#include <math.h>
#include <string.h>

/* The raw weight V_{u,c,c'} of a slice: the last layer of the net is [set][function][outputs], the bias, of the function 1, behind it. */
static int64_t raw(const struct gg_conv_plan *p, const struct gg_conv_slice *s, int set, int u, int c, int d)
{
    int64_t outputs = p->net.width[p->net.n_layer], last = p->net.n_layer - 1,
            row = u < p->full->n_hidden ? set * p->full->n_hidden + u : set;
    return gg_radial_net_at(&p->net, (int)last, u < p->full->n_hidden ? GG_RADIAL_WEIGHT : GG_RADIAL_BIAS) +
           row * outputs + s->column + (int64_t)c * s->n_column + d;
}

/* Of the raw weight in V. */
static double factor_of(const struct gg_conv_plan *p, const struct gg_conv_slice *s, int u)
{
    return p->net.plain || u == p->full->n_hidden ? s->factor : s->factor / sqrt(p->full->n_hidden);
}

static void pack_slice(const struct gg_conv_plan *p, const struct gg_conv_slice *s, int set, const gg_real *w,
                       struct gg_conv_full_tables *t)
{
    const struct gg_conv_full *f = p->full;
    int H = f->n_function;
    gg_real *forward = t->forward + (set * f->n_packed + s->packed) * H,
            *turned = t->turned + (set * f->n_turned + s->turned) * H;
    for (int u = 0; u < H; u++)
        for (int c = 0; c < s->mul; c++)
            for (int d = 0; d < s->mul_out; d++) {
                gg_real v = (gg_real)(factor_of(p, s, u) * (double)w[raw(p, s, set, u, c, d)]);
                forward[((int64_t)u * s->width + c) * s->pad_out + s->first_out + d] = v;
                turned[((int64_t)d * H + u) * s->width + c] = v;
            }
}

void gg_conv_full_pack(const struct gg_conv_plan *p, const gg_real *w, struct gg_conv_full_tables *t)
{
    const struct gg_conv_full *f = p->full;
    memset(t->forward, 0, (size_t)f->n_forward * sizeof(gg_real));
    memset(t->turned, 0, (size_t)p->n_packed * sizeof(gg_real));
    if (p->so2)
        gg_conv_so2_pack(p, w, t->forward, t->turned);
    for (int set = 0; set < p->net.n_set; set++)
        for (int k = 0; k < f->n_slice; k++)
            pack_slice(p, &f->slice[k], set, w, t);
}

static void unpack_slice(const struct gg_conv_plan *p, const struct gg_conv_slice *s, int set,
                         const double *dv, gg_real *dw)
{
    const struct gg_conv_full *f = p->full;
    int H = f->n_function;
    const double *from = dv + (set * f->n_turned + s->turned) * H;
    for (int u = 0; u < H; u++)
        for (int c = 0; c < s->mul; c++)
            for (int d = 0; d < s->mul_out; d++)
                dw[raw(p, s, set, u, c, d)] +=
                    (gg_real)(factor_of(p, s, u) * from[((int64_t)d * H + u) * s->width + c]);
}

void gg_conv_full_unpack(const struct gg_conv_plan *p, const double *dv, gg_real *dw)
{
    if (p->so2)
        gg_conv_so2_unpack(p, dv, dw);
    for (int set = 0; set < p->net.n_set; set++)
        for (int k = 0; k < p->full->n_slice; k++)
            unpack_slice(p, &p->full->slice[k], set, dv, dw);
}

/* work: what the hidden layers put out, and theirs. */
size_t gg_conv_full_net_work(const struct gg_conv_full *f, int64_t n)
{
    return f->hidden.n_layer ? (size_t)(n * f->n_hidden) + gg_radial_net_work(&f->hidden, n) : 0;
}

/* Rows of the hidden layer into rows of all functions, the last of which is `constant`. */
static void spread(const struct gg_conv_full *f, int64_t n, const double *hidden, double constant,
                   double *out)
{
    for (int64_t k = 0; k < n; k++, out += f->n_function, hidden += f->n_hidden) {
        memcpy(out, hidden, sizeof *out * (size_t)f->n_hidden);
        if (f->n_function > f->n_hidden)
            out[f->n_hidden] = constant;
    }
}

void gg_conv_full_net(const struct gg_conv_full *f, const gg_real *w, const struct gg_conv_points *at)
{
    int64_t n = at->first[f->hidden.n_set];
    for (int64_t k = 0; k < n && f->hidden.n_layer == 0; k++) {
        gg_radial_basis_eval(&f->hidden.basis, at->r[k], at->values + k * f->n_function);
        if (f->n_function > f->n_hidden)
            at->values[k * f->n_function + f->n_hidden] = 1;
    }
    if (f->hidden.n_layer == 0)
        return;
    gg_radial_net_forward(&f->hidden, w, at->first, at->r, at->work, at->work + n * f->n_hidden);
    spread(f, n, at->work, 1, at->values);
}

void gg_conv_full_net_slope(const struct gg_conv_full *f, const struct gg_conv_points *at, double *basis,
                            double *out)
{
    int64_t n = at->first[f->hidden.n_set];
    for (int64_t k = 0; k < n && f->hidden.n_layer == 0; k++) {
        gg_radial_basis_slope(&f->hidden.basis, at->r[k], out + k * f->n_function);
        if (f->n_function > f->n_hidden)
            out[k * f->n_function + f->n_hidden] = 0;
    }
    if (f->hidden.n_layer == 0)
        return;
    gg_radial_net_slope(&f->hidden, at->first, at->r, at->work, basis, at->work + n * f->n_hidden);
    spread(f, n, at->work, 0, out);
}

void gg_conv_full_net_backward(const struct gg_conv_full *f, const struct gg_conv_points *at, double *dw)
{
    int64_t n = at->first[f->hidden.n_set];
    if (f->hidden.n_layer == 0)
        return;
    for (int64_t k = 0; k < n; k++)
        memcpy(at->work + k * f->n_hidden, at->values + k * f->n_function,
               sizeof *at->work * (size_t)f->n_hidden);
    gg_radial_net_backward(&f->hidden, at->first, at->work, dw, at->work + n * f->n_hidden);
}
