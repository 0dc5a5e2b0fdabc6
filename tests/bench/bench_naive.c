/* bench_naive.c -- layers as one would write them first: the definition in plain loops, one row after the other */
#include "bench_layer.h"
#include "o3/product_basis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- linear: y_d += sum_c x_c w_cd / sqrt(fan-in), every link of equal degree and parity ---- */

static double fan_in(const struct gg_layer *l, int out)
{
    double sum = 0;
    for (int b = 0; b < l->in[0].irreps.n; b++)
        if (l->in[0].irreps.b[b].l == l->out.irreps.b[out].l &&
            l->in[0].irreps.b[b].p == l->out.irreps.b[out].p)
            sum += l->in[0].irreps.b[b].mul;
    return sum;
}

static void linear(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g, const gg_real *x,
                   gg_real *y)
{
    struct gg_weight piece;
    int in, out;
    memset(y, 0, sizeof *y * (size_t)(g->n_node * l->out.stride));
    for (int64_t i = 0; i < g->n_node; i++)
        for (int k = 0; l->type->weight(l, k, &piece); k++) {
            if (sscanf(piece.name, "weight.%d.%d", &in, &out) != 2)
                continue;
            int first = piece.species_axis, n_in = (int)piece.shape[first],
                n_out = (int)piece.shape[first + 1];
            const gg_real *v = w + piece.offset + (first ? (int64_t)g->type[i] * n_in * n_out : 0);
            double factor = 1 / sqrt(fan_in(l, out));
            for (int m = 0; m <= 2 * l->in[0].irreps.b[in].l; m++)
                for (int d = 0; d < n_out; d++) {
                    double sum = 0;
                    for (int c = 0; c < n_in; c++)
                        sum +=
                            (double)v[c * n_out + d] *
                            (double)x[i * l->in[0].stride + l->in[0].offset[in] + m * l->in[0].pad[in] + c];
                    y[i * l->out.stride + l->out.offset[out] + m * l->out.pad[out] + d] +=
                        (gg_real)(factor * sum);
                }
        }
}

/* ---- gate: silu on the scalars that are put out, the sigmoid of the others times their channel ---- */

static double sigmoid(double z)
{
    return 1 / (1 + exp(-z));
}

static void gate(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g, const gg_real *x,
                 gg_real *y)
{
    const double k_silu = 1.67653247, k_sigmoid = 1.84622855;
    (void)w;
    memset(y, 0, sizeof *y * (size_t)(g->n_node * l->out.stride));
    for (int64_t i = 0; i < g->n_node; i++) {
        const gg_real *from = x + i * l->in[0].stride;
        gg_real *to = y + i * l->out.stride;
        int next = l->out.irreps.b[0].mul;
        for (int c = 0; c < next; c++)
            to[c] = (gg_real)(k_silu * (double)from[c] * sigmoid((double)from[c]));
        for (int b = 1; b < l->out.irreps.n; next += l->out.irreps.b[b++].mul)
            for (int m = 0; m <= 2 * l->out.irreps.b[b].l; m++)
                for (int c = 0; c < l->out.irreps.b[b].mul; c++)
                    to[l->out.offset[b] + m * l->out.pad[b] + c] =
                        (gg_real)(k_sigmoid * sigmoid((double)from[next + c]) *
                                  (double)from[l->in[0].offset[b] + m * l->in[0].pad[b] + c]);
    }
}

/* ---- norm ---- */

static void norm_block(const struct gg_layer *l, const gg_real *w, const gg_real *b, int block,
                       const gg_real *x, gg_real *y)
{
    int mul = l->in[0].irreps.b[block].mul, pad = l->in[0].pad[block],
        n_m = 2 * l->in[0].irreps.b[block].l + 1;
    double mean = 0, square = 0;
    for (int c = 0; n_m == 1 && c < mul; c++)
        mean += (double)x[c] / mul;
    for (int m = 0; m < n_m; m++)
        for (int c = 0; c < mul; c++)
            square += ((double)x[m * pad + c] - mean) * ((double)x[m * pad + c] - mean) / (mul * n_m);
    for (int m = 0; m < n_m; m++)
        for (int c = 0; c < mul; c++)
            y[m * pad + c] = (gg_real)((double)w[c] * ((double)x[m * pad + c] - mean) / sqrt(square + 1e-5) +
                                       (b ? (double)b[c] : 0));
}

static void norm(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g, const gg_real *x,
                 gg_real *y)
{
    struct gg_weight weight[GG_IRREPS_MAX], bias;
    int n = l->in[0].irreps.n;
    memset(y, 0, sizeof *y * (size_t)(g->n_node * l->out.stride));
    for (int b = 0; b < n; b++)
        l->type->weight(l, b, &weight[b]);
    l->type->weight(l, n, &bias); /* of the one scalar block */
    for (int64_t i = 0; i < g->n_node; i++)
        for (int b = 0; b < n; b++) {
            int64_t at = i * l->in[0].stride + l->in[0].offset[b];
            norm_block(l, w + weight[b].offset, b == 0 ? w + bias.offset : NULL, b, x + at, y + at);
        }
}

/* ---- mlp: silu between dense maps of one scalar block ---- */

static void mlp(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g, const gg_real *x,
                gg_real *y)
{
    enum { WIDTH = 128 };
    struct gg_weight weight, bias;
    memset(y, 0, sizeof *y * (size_t)(g->n_node * l->out.stride));
    for (int64_t i = 0; i < g->n_node; i++) {
        double a[WIDTH], z[WIDTH];
        int n_out = 0;
        for (int c = 0; c < l->in[0].irreps.b[0].mul; c++)
            a[c] = (double)x[i * l->in[0].stride + c];
        for (int k = 0; l->type->weight(l, k, &weight) && l->type->weight(l, k + 1, &bias); k += 2) {
            int n_in = (int)weight.shape[0];
            n_out = (int)weight.shape[1];
            for (int d = 0; d < n_out; d++) {
                z[d] = 0;
                for (int c = 0; c < n_in; c++)
                    z[d] += (double)w[weight.offset + c * n_out + d] * a[c] / sqrt(n_in);
                z[d] += (double)w[bias.offset + d];
            }
            for (int d = 0; d < n_out; d++)
                a[d] = 1.67653247 * z[d] * sigmoid(z[d]);
        }
        for (int d = 0; d < n_out; d++)
            y[i * l->out.stride + d] = (gg_real)z[d];
    }
}

/* ---- contract: every term of every polynomial, for each channel ---- */

static void contract_row(const struct gg_layer *l, const struct gg_product_basis *b, const gg_real *w,
                         int out, double factor, const double *A, int c, gg_real *y)
{
    int mul = l->in[0].irreps.b[0].mul;
    for (const struct gg_product_term *t = b->term; t < b->term + b->n_term; t++) {
        double product = factor * t->value * (double)w[t->path * mul + c];
        for (int k = 0; k < b->nu; k++)
            product *= A[gg_monomial_index(t->monomial, b->nu, k)];
        y[l->out.offset[out] + t->m * l->out.pad[out] + c] += (gg_real)product;
    }
}

static void contract_node(const struct gg_layer *l, const struct gg_product_basis *basis, int nu_max,
                          const double *factor, const gg_real *w, int species, const gg_real *x, gg_real *y)
{
    struct gg_weight piece;
    int out, nu;
    for (int c = 0; c < l->in[0].irreps.b[0].mul; c++) {
        double A[GG_PRODUCT_NUMBERS];
        int n = 0;
        for (int b = 0; b < l->in[0].irreps.n; b++)
            for (int m = 0; m <= 2 * l->in[0].irreps.b[b].l; m++)
                A[n++] = (double)x[l->in[0].offset[b] + m * l->in[0].pad[b] + c];
        for (int k = 0; l->type->weight(l, k, &piece); k++)
            if (sscanf(piece.name, "weight.%d.%d", &out, &nu) == 2)
                contract_row(l, &basis[out * nu_max + nu - 1],
                             w + piece.offset + species * piece.shape[1] * piece.shape[2], out, factor[out],
                             A, c, y);
    }
}

static void contract(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g, const gg_real *x,
                     gg_real *y)
{
    enum { NU = 3 };
    struct gg_arena a = {0};
    struct gg_err err;
    struct gg_product_basis *basis = GG_NEW(&a, struct gg_product_basis, GG_IRREPS_MAX * NU);
    double factor[GG_IRREPS_MAX];
    memset(y, 0, sizeof *y * (size_t)(g->n_node * l->out.stride));
    if (gg_product_basis_new(&l->in[0].irreps, NU, &l->out.irreps, basis, &a, &err) == 0) {
        for (int b = 0; b < l->out.irreps.n; b++)
            factor[b] = 1 / sqrt(basis[b * NU].n_path + basis[b * NU + 1].n_path + basis[b * NU + 2].n_path);
        for (int64_t i = 0; i < g->n_node; i++)
            contract_node(l, basis, NU, factor, w, g->type[i], x + i * l->in[0].stride,
                          y + i * l->out.stride);
    }
    gg_arena_free(&a);
}

bench_naive *bench_find_naive(const char *layer)
{
    static const struct {
        const char *name;
        bench_naive *run;
    } table[] = {{"linear", linear}, {"gate", gate}, {"norm", norm}, {"mlp", mlp}, {"contract", contract}};
    for (size_t k = 0; k < sizeof table / sizeof *table; k++)
        if (!strcmp(table[k].name, layer))
            return table[k].run;
    return NULL;
}
