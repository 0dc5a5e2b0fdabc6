/* product.c -- the paths of a tensor product of two values: which channels meet, and where the result goes (product.h) */
#include "nn/product.h"
#include "nn/irreps_key.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Channels c1 .. c1 + mul - 1 of block b1 meet c2 .. of b2; a side with one channel in all is read again and again. */
struct meeting {
    int b1, c1, b2, c2, mul;
    bool one1, one2;
};

/* What the walk over all paths fills; path NULL: it only counts. */
struct builder {
    struct gg_product *p;
    const struct gg_shape *a, *b;
    const struct gg_product_wish *wish;
    int l_max;
    struct gg_irreps *out;
    int filled[GG_IRREPS_MAX]; /* channels of each block of out */
    struct gg_arena *arena;
    struct gg_product_path *path;
};

static int sign_of(int l)
{
    return l % 2 ? -1 : 1;
}

static bool is_natural(struct gg_irrep b)
{
    return b.p == sign_of(b.l);
}

/* ---- blocks of the output ---- */

/* Degrees upwards, natural parity first. */
static bool comes_before(struct gg_irrep x, struct gg_irrep y)
{
    return x.l != y.l ? x.l < y.l : is_natural(x) && !is_natural(y);
}

static int find_block(const struct builder *k, int l, int p)
{
    for (int q = 0; q < k->out->n; q++)
        if (k->out->b[q].l == l && (k->out->b[q].p == p || k->wish->parity == GG_PARITY_NONE))
            return q;
    return -1;
}

static int insert_block(struct builder *k, struct gg_irrep new, struct gg_err *err)
{
    int at = k->out->n;
    if (at == GG_IRREPS_MAX)
        return gg_fail(err, GG_USAGE, "in: the product has more than %d blocks of irreps", GG_IRREPS_MAX);
    for (; at > 0 && comes_before(new, k->out->b[at - 1]); at--) {
        k->out->b[at] = k->out->b[at - 1];
        k->filled[at] = k->filled[at - 1];
    }
    k->out->b[at] = new;
    k->filled[at] = 0;
    k->out->n++;
    return 0;
}

/* The block of the output that takes (l3, p3): index; -1: none wants it; -2: refused. */
static int block_for(struct builder *k, int l3, int p3, struct gg_err *err)
{
    if (k->wish->parity == GG_PARITY_NONE)
        p3 = sign_of(l3);
    int q = find_block(k, l3, p3);
    if (q >= 0 || k->wish->out_irreps || k->path)
        return q;
    return insert_block(k, (struct gg_irrep){0, l3, p3}, err) < 0 ? -2 : find_block(k, l3, p3);
}

/* ---- paths ---- */

/* Which of the three components m1, m2, m3 of a coupling a sum runs for, and which it multiplies. */
struct roles {
    int of, u, v;
};

/* The sums of a path, from its coupling [2 l1 + 1][2 l2 + 1][2 l3 + 1]; components of side k are pad[k] apart. */
static struct gg_product_sums sums_of(const struct builder *k, const int *l, const int *pad,
                                      struct roles role)
{
    const double *coupling = gg_coupling(l[0], l[1], l[2]);
    int n_m = 2 * l[role.of] + 1, n2 = 2 * l[1] + 1, n3 = 2 * l[2] + 1, all = (2 * l[0] + 1) * n2 * n3, n = 0;
    double scale = k->wish->scale * sqrt(n3);
    for (int q = 0; q < all; q++)
        n += coupling[q] != 0;
    assert(n <= GG_PRODUCT_ENTRIES);
    int *begin = GG_NEW(k->arena, int, (size_t)n_m + 1), *u = GG_NEW(k->arena, int, (size_t)n),
        *v = GG_NEW(k->arena, int, (size_t)n);
    gg_real *factor = GG_NEW(k->arena, gg_real, (size_t)n);
    n = 0;
    for (int m = 0; m < n_m; m++) {
        begin[m] = n;
        for (int q = 0; q < all; q++) {
            const int at[3] = {q / n3 / n2, q / n3 % n2, q % n3};
            if (coupling[q] == 0 || at[role.of] != m)
                continue;
            u[n] = at[role.u] * pad[role.u];
            v[n] = at[role.v] * pad[role.v];
            factor[n++] = (gg_real)(scale * coupling[q]);
        }
    }
    begin[n_m] = n;
    return (struct gg_product_sums){begin, u, v, factor};
}

/* The kernels that fit a path, if any do. */
static const struct gg_product_piece *piece_of(const struct builder *k, const struct meeting *m, int l3)
{
    const struct gg_conv_level *v = gg_conv_best();
    int l1 = k->a->irreps.b[m->b1].l, l2 = k->b->irreps.b[m->b2].l, many = m->one1 ? l2 : l1,
        single = m->one1 ? l1 : l2;
    if (m->one1 == m->one2 || m->mul % 8 != 0 || !gg_conv_generated(v, many, single, l3))
        return NULL;
    struct gg_product_piece *p = GG_NEW(k->arena, struct gg_product_piece, 1);
    *p = (struct gg_product_piece){many,
                                   single,
                                   (gg_real)(k->wish->scale * sqrt(2 * l3 + 1) *
                                             (m->one1 ? sign_of(l1 + l2 + l3) : 1)),
                                   {v->terms(many, single, l3, 8), v->terms(many, single, l3, 16)},
                                   {v->back(many, single, l3, 8), v->back(many, single, l3, 16)}};
    return p;
}

static void write_path(struct builder *k, const struct meeting *m, int l3, int block)
{
    struct gg_product *p = k->p;
    struct gg_product_path *t = &k->path[p->n_path];
    const int l[3] = {k->a->irreps.b[m->b1].l, k->b->irreps.b[m->b2].l, l3};
    const int pad[3] = {k->a->pad[m->b1], k->b->pad[m->b2], GG_PRODUCT_RUN};
    bool b_leads = m->one1 && !m->one2;
    *t = (struct gg_product_path){.l1 = l[0],
                                  .l2 = l[1],
                                  .l3 = l3,
                                  .mul = m->mul,
                                  .a = {k->a->offset[m->b1] + m->c1, pad[0], !m->one1},
                                  .b = {k->b->offset[m->b2] + m->c2, pad[1], !m->one2},
                                  .at = k->filled[block],
                                  .pad = block, /* until gg_product_place */
                                  .weight = p->n_weight,
                                  .y = sums_of(k, l, pad, (struct roles){2, b_leads, !b_leads}),
                                  .da = sums_of(k, l, pad, (struct roles){0, 2, 1}),
                                  .db = sums_of(k, l, pad, (struct roles){1, 2, 0}),
                                  .piece = piece_of(k, m, l3)};
    p->n_product += (double)t->y.begin[2 * l3 + 1] * t->mul;
}

/* All paths of one meeting. */
static int add_paths(struct builder *k, const struct meeting *m, struct gg_err *err)
{
    struct gg_irrep a = k->a->irreps.b[m->b1], b = k->b->irreps.b[m->b2];
    for (int l3 = abs(a.l - b.l); l3 <= a.l + b.l && l3 <= k->l_max; l3++) {
        bool natural = is_natural(a) && is_natural(b) && a.p * b.p == sign_of(l3);
        if (k->wish->parity == GG_PARITY_NATURAL && !natural)
            continue;
        int block = block_for(k, l3, a.p * b.p, err);
        if (block == -2)
            return -1;
        if (block < 0)
            continue;
        if (k->p->n_path == GG_PRODUCT_PATHS)
            return gg_fail(err, GG_USAGE, "in: the product has more than %d paths", GG_PRODUCT_PATHS);
        if (k->path)
            write_path(k, m, l3, block);
        k->p->rotations_only |= k->out->b[block].p != a.p * b.p;
        k->filled[block] += m->mul;
        k->p->n_weight += m->mul;
        k->p->n_path++;
    }
    return 0;
}

/* ---- who meets whom ---- */

static int walk_every(struct builder *k, struct gg_err *err)
{
    const struct gg_irreps *a = &k->a->irreps, *b = &k->b->irreps;
    for (int q = 0; q < a->n * b->n; q++) {
        struct meeting m = {.b1 = q / b->n, .b2 = q % b->n};
        int mul1 = a->b[m.b1].mul, mul2 = b->b[m.b2].mul;
        if (mul1 != mul2 && mul1 != 1 && mul2 != 1)
            return gg_fail(
                err, GG_USAGE,
                "in: block %d of the first value has %d channels, block %d of the second %d: a product "
                "wants as many, or one",
                m.b1 + 1, mul1, m.b2 + 1, mul2);
        m.mul = mul1 > mul2 ? mul1 : mul2;
        m.one1 = mul1 == 1;
        m.one2 = mul2 == 1;
        if (add_paths(k, &m, err) < 0)
            return -1;
    }
    return 0;
}

static int channels_of(const struct gg_irreps *x)
{
    int n = 0;
    for (int q = 0; q < x->n; q++)
        n += x->b[q].mul;
    return n;
}

static int walk_elementwise(struct builder *k, struct gg_err *err)
{
    const struct gg_irreps *a = &k->a->irreps, *b = &k->b->irreps;
    struct meeting m = {0};
    if (channels_of(a) != channels_of(b))
        return gg_fail(err, GG_USAGE, "in: %d channels and %d: an elementwise product wants as many",
                       channels_of(a), channels_of(b));
    while (m.b1 < a->n) {
        int left1 = a->b[m.b1].mul - m.c1, left2 = b->b[m.b2].mul - m.c2;
        m.mul = left1 < left2 ? left1 : left2;
        if (add_paths(k, &m, err) < 0)
            return -1;
        m.c1 = left1 == m.mul ? 0 : m.c1 + m.mul;
        m.c2 = left2 == m.mul ? 0 : m.c2 + m.mul;
        m.b1 += left1 == m.mul;
        m.b2 += left2 == m.mul;
    }
    return 0;
}

static int walk(struct builder *k, struct gg_err *err)
{
    memset(k->filled, 0, sizeof k->filled);
    k->p->n_path = k->p->n_weight = 0;
    return k->wish->pairing == GG_PAIR_EVERY ? walk_every(k, err) : walk_elementwise(k, err);
}

/* Every block of the output has the channels that the paths bring. */
static int check_output(struct builder *k, struct gg_err *err)
{
    if (k->p->n_path == 0)
        return gg_fail(err, GG_USAGE, "%s: no path from the two values leads there%s",
                       k->wish->out_irreps ? "out_irreps" : "in",
                       k->wish->parity == GG_PARITY_NATURAL ? ", with parity: natural" : "");
    for (int q = 0; q < k->out->n; q++) {
        struct gg_irrep *b = &k->out->b[q];
        if (k->wish->out_irreps && b->mul != k->filled[q])
            return gg_fail(err, GG_USAGE, "out_irreps: %d channels of %d%c, the paths bring %dx%d%c", b->mul,
                           b->l, b->p > 0 ? 'e' : 'o', k->filled[q], b->l, b->p > 0 ? 'e' : 'o');
        b->mul = k->filled[q];
    }
    return 0;
}

int gg_product_init(struct gg_product *p, struct gg_irreps *out, struct gg_arena *arena,
                    const struct gg_shape *a, const struct gg_shape *b, const struct gg_product_wish *wish,
                    struct gg_err *err)
{
    struct builder k = {.p = p, .a = a, .b = b, .wish = wish, .out = out, .arena = arena};
    int l1 = gg_irreps_lmax(&a->irreps), l2 = gg_irreps_lmax(&b->irreps), highest = l1 > l2 ? l1 : l2;
    *p = (struct gg_product){0};
    *out = (struct gg_irreps){0};
    if (wish->out_irreps && gg_irreps_from_key(out, wish->out_irreps, "out_irreps", err) < 0)
        return -1;
    k.l_max = wish->out_irreps ? gg_irreps_lmax(out) : wish->l_max < 0 ? highest : wish->l_max;
    if (walk(&k, err) < 0 || check_output(&k, err) < 0)
        return -1;
    if (gg_irreps_check(out, err) < 0)
        return gg_err_prefix(err, "in: ");
    k.path = p->path = GG_NEW(arena, struct gg_product_path, (size_t)p->n_path);
    return walk(&k, err);
}

void gg_product_place(struct gg_product *p, const struct gg_shape *out)
{
    for (struct gg_product_path *t = p->path; t < p->path + p->n_path; t++) {
        int block = t->pad;
        t->at += out->offset[block];
        t->pad = out->pad[block];
    }
}

/* ---- rows ---- */

void gg_product_forward(const struct gg_product *p, const struct gg_product_rows *r)
{
    for (const struct gg_product_path *t = p->path; t < p->path + p->n_path; t++)
        if (t->piece)
            gg_product_piece_forward(t, r);
        else
            gg_product_sums_forward(t, r);
}

void gg_product_backward(const struct gg_product *p, const struct gg_product_rows *r)
{
    for (const struct gg_product_path *t = p->path; t < p->path + p->n_path; t++)
        if (t->piece && !(t->a.step ? r->db : r->da))
            gg_product_piece_backward(t, r);
        else
            gg_product_sums_backward(t, r);
}
