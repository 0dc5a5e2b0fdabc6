/* contract_plan.c -- products of features as the kernels of contract want them: a tree of monomials, and what stands in it */
#include "nn/contract_plan.h"
#include "kernel/conv_kernel.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A monomial of nu <= nu_max factors with zeros behind: ascending order is then the pre-order of the tree, whose inner nodes are the
 * beginnings of monomials. */
static gg_monomial key_of(gg_monomial x, int nu, int nu_max)
{
    return x << 8 * (nu_max - nu);
}

static int length_of(gg_monomial key, int nu_max)
{
    int n = nu_max;
    while (n > 0 && !(key >> 8 * (nu_max - n) & 255))
        n--;
    return n;
}

static int compare_keys(const void *a, const void *b)
{
    gg_monomial x = *(const gg_monomial *)a, y = *(const gg_monomial *)b;
    return (x > y) - (x < y);
}

/* ---- the tree ---- */

struct job {
    struct gg_contract_plan *p;
    struct gg_arena *a;
    const struct gg_shape *in, *out;
    int nu_max;
    const struct gg_product_basis *basis; /* [block of out][nu - 1] */
    gg_monomial *key;                     /* of every node, those of an output in ascending order */
    int *first;                           /* [n_out + 1] its nodes */
};

/* The keys of output block b, component m, and of all their beginnings, from `key` on: how many. */
static int keys_of(const struct job *j, int b, int m, gg_monomial *key)
{
    int n = 0, kept = 0;
    for (int nu = 1; nu <= j->nu_max; nu++) {
        const struct gg_product_basis *x = &j->basis[b * j->nu_max + nu - 1];
        for (const struct gg_product_term *t = x->term; t < x->term + x->n_term; t++)
            for (int k = 1; t->m == m && k <= nu; k++)
                key[n++] = key_of(t->monomial >> 8 * (nu - k), k, j->nu_max);
    }
    qsort(key, (size_t)n, sizeof *key, compare_keys);
    for (int k = 0; k < n; k++)
        if (k == 0 || key[k] != key[kept - 1])
            key[kept++] = key[k];
    return kept;
}

static void list_keys(struct job *j)
{
    struct gg_contract_tree *t = &j->p->tree;
    size_t room = 0;
    for (int k = 0; k < j->out->irreps.n * j->nu_max; k++)
        room += (size_t)j->basis[k].n_term * (size_t)j->basis[k].nu;
    j->key = GG_NEW(j->a, gg_monomial, room + 1);
    for (int b = 0; b < j->out->irreps.n; b++)
        t->n_out += 2 * j->out->irreps.b[b].l + 1;
    j->first = GG_NEW(j->a, int, (size_t)t->n_out + 1);
    j->p->out_at = GG_NEW(j->a, int, (size_t)t->n_out);
    t->n_out = 0;
    for (int b = 0; b < j->out->irreps.n; b++)
        for (int m = 0; m <= 2 * j->out->irreps.b[b].l; m++, t->n_out++) {
            j->p->out_at[t->n_out] = j->out->offset[b] + m * j->out->pad[b];
            t->n_node += keys_of(j, b, m, j->key + t->n_node);
            j->first[t->n_out + 1] = t->n_node;
        }
}

static void make_tree(struct job *j)
{
    struct gg_contract_tree *t = &j->p->tree;
    int *n_root = GG_NEW(j->a, int, (size_t)t->n_out), *n_child = GG_NEW(j->a, int, (size_t)t->n_node + 1);
    uint8_t *factor = GG_NEW(j->a, uint8_t, (size_t)t->n_node + 1);
    int open[GG_PRODUCT_FACTORS + 1] = {0}; /* the last node of each length */
    for (int q = 0; q < t->n_out; q++)
        for (int k = j->first[q]; k < j->first[q + 1]; k++) {
            int n = length_of(j->key[k], j->nu_max);
            factor[k] = (uint8_t)gg_monomial_index(j->key[k] >> 8 * (j->nu_max - n), n, n - 1);
            open[n] = k;
            ++*(n == 1 ? &n_root[q] : &n_child[open[n - 1]]);
        }
    t->depth = j->nu_max;
    t->n_root = n_root;
    t->n_child = n_child;
    t->factor = factor;
}

/* ---- what stands in it ---- */

static void add_piece(struct job *j, const struct gg_product_basis *x, int out, int first_row, double factor)
{
    struct gg_contract_plan *p = j->p;
    if (x->n_path == 0)
        return;
    p->piece[p->n_piece++] =
        (struct gg_contract_piece){.out = out, .nu = x->nu, .n_path = x->n_path, .offset = p->n_weight};
    for (const struct gg_product_term *t = x->term; t < x->term + x->n_term; t++) {
        gg_monomial key = key_of(t->monomial, x->nu, j->nu_max), *begin = j->key + j->first[first_row + t->m];
        const gg_monomial *at =
            bsearch(&key, begin, (size_t)(j->key + j->first[first_row + t->m + 1] - begin), sizeof key,
                    compare_keys);
        assert(at);
        p->term[p->n_term++] =
            (struct gg_contract_term){.node = (int)(at - j->key),
                                      .weight = p->n_weight + (int64_t)t->path * p->channels,
                                      .set_stride = (int64_t)x->n_path * p->channels,
                                      .value = factor * t->value};
    }
    p->n_weight += (int64_t)p->n_set * x->n_path * p->channels;
}

static void add_pieces(struct job *j)
{
    int n = 0, row = 0;
    for (int k = 0; k < j->out->irreps.n * j->nu_max; k++)
        n += j->basis[k].n_term;
    j->p->term = GG_NEW(j->a, struct gg_contract_term, (size_t)n + 1);
    for (int b = 0; b < j->out->irreps.n; row += 2 * j->out->irreps.b[b++].l + 1) {
        const struct gg_product_basis *x = j->basis + b * j->nu_max;
        int paths = 0;
        for (int nu = 0; nu < j->nu_max; nu++)
            paths += x[nu].n_path;
        for (int nu = 0; nu < j->nu_max; nu++)
            add_piece(j, &x[nu], b, row, 1 / sqrt(paths));
    }
}

/* ---- init ---- */

static int check_channels(const struct gg_irreps *irreps, int channels, const char *key, struct gg_err *err)
{
    char text[GG_IRREPS_TEXT];
    gg_irreps_print(irreps, text);
    for (int b = 0; b < irreps->n; b++)
        if (irreps->b[b].mul != channels)
            return gg_fail(
                err, GG_USAGE,
                "%s: %s: a block of %d channels where another has %d: contract multiplies channel by "
                "channel and wants as many in every block of input and output",
                key, text, irreps->b[b].mul, channels);
    return 0;
}

static int check_paths(const struct job *j, struct gg_err *err)
{
    char in[GG_IRREPS_TEXT], out[GG_IRREPS_TEXT];
    gg_irreps_print(&j->in->irreps, in);
    for (int b = 0; b < j->out->irreps.n; b++) {
        int paths = 0;
        for (int nu = 0; nu < j->nu_max; nu++)
            paths += j->basis[b * j->nu_max + nu].n_path;
        struct gg_irreps one = {1, {j->out->irreps.b[b]}};
        gg_irreps_print(&one, out);
        if (paths == 0)
            return gg_fail(err, GG_USAGE, "out_irreps: no product of up to %d of %s makes %s", j->nu_max, in,
                           out);
    }
    return 0;
}

static void list_inputs(struct job *j)
{
    struct gg_contract_plan *p = j->p;
    p->in_at = GG_NEW(j->a, int, GG_PRODUCT_NUMBERS);
    for (int b = 0; b < j->in->irreps.n; b++)
        for (int m = 0; m <= 2 * j->in->irreps.b[b].l; m++)
            p->in_at[p->n_in++] = j->in->offset[b] + m * j->in->pad[b];
}

int gg_contract_plan_init(struct gg_contract_plan *p, struct gg_arena *a, const struct gg_shape *in,
                          const struct gg_shape *out, int correlation, int n_set, struct gg_err *err)
{
    struct gg_product_basis *basis =
        GG_NEW(a, struct gg_product_basis, (size_t)(out->irreps.n * correlation));
    struct job j = {.p = p, .a = a, .in = in, .out = out, .nu_max = correlation, .basis = basis};
    int channels = in->irreps.b[0].mul;
    *p = (struct gg_contract_plan){.channels = channels,
                                   .n_set = n_set,
                                   .width = channels <= 8 ? 8 : 16,
                                   .level = gg_contract_best()};
    p->n_group = gg_pad(channels) / p->width;
    if (check_channels(&in->irreps, channels, "in", err) < 0 ||
        check_channels(&out->irreps, channels, "out_irreps", err) < 0)
        return -1;
    if (gg_product_basis_new(&in->irreps, correlation, &out->irreps, basis, a, err) < 0)
        return gg_err_prefix(err, "in: ");
    if (check_paths(&j, err) < 0)
        return -1;
    list_inputs(&j);
    list_keys(&j);
    make_tree(&j);
    add_pieces(&j);
    return 0;
}

/* ---- weights ---- */

int64_t gg_contract_packed(const struct gg_contract_plan *p)
{
    return (int64_t)p->n_set * p->n_group * p->tree.n_node * GG_CONTRACT_SLOT;
}

/* Channels of a group: fewer than lanes where the last is not full. */
static int channels_of(const struct gg_contract_plan *p, int group)
{
    int left = p->channels - group * p->width;
    return left < p->width ? left : p->width;
}

void gg_contract_pack(const struct gg_contract_plan *p, int set, int group, const gg_real *w, gg_real *C)
{
    int n = channels_of(p, group);
    memset(C, 0, sizeof *C * (size_t)p->tree.n_node * GG_CONTRACT_SLOT);
    for (const struct gg_contract_term *t = p->term; t < p->term + p->n_term; t++) {
        const gg_real *from = w + t->weight + set * t->set_stride + group * p->width;
        gg_real *to = C + (int64_t)t->node * GG_CONTRACT_SLOT, value = (gg_real)t->value;
        for (int c = 0; c < n; c++)
            to[c] += value * from[c];
    }
    for (int k = 0; p->width < GG_CONTRACT_SLOT && k < p->tree.n_node; k++)
        memcpy(C + k * GG_CONTRACT_SLOT + p->width, C + k * GG_CONTRACT_SLOT,
               sizeof *C * (size_t)(GG_CONTRACT_SLOT - p->width));
}

void gg_contract_unpack(const struct gg_contract_plan *p, int set, int group, const gg_real *dC, gg_real *dw)
{
    int n = channels_of(p, group);
    for (const struct gg_contract_term *t = p->term; t < p->term + p->n_term; t++) {
        gg_real *to = dw + t->weight + set * t->set_stride + group * p->width, value = (gg_real)t->value;
        const gg_real *from = dC + (int64_t)t->node * GG_CONTRACT_SLOT;
        for (int c = 0; c < n; c++)
            to[c] += value * (p->width < GG_CONTRACT_SLOT ? from[c] + from[c + p->width] : from[c]);
    }
}
