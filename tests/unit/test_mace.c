/* test_mace.c -- MACE's own numbers: the symmetric contraction alone, and a network of two layers with forces
 *
 * mace v0.3.6 on e3nn 0.5.1 in double, in the shared folder; skipped without it.  Its couplings are over-complete: product_map.h takes
 * its weights to ours, and gradients back. */
#include "layer_net_gradient.h"
#include "o3/o3.h"
#include "o3/product_map.h"

#include <stdio.h>

/* ---- its couplings ---- */

/* The record of (L, nu) as terms. */
static struct gg_product_term *read_couplings(struct net *n, json_t *file, int l, int nu, int *n_eta,
                                              int *n_term)
{
    json_t *record;
    size_t k;
    json_array_foreach(json_object_get(file, "couplings"), k, record)
    {
        if (json_integer_value(json_object_get(record, "L")) != l ||
            json_integer_value(json_object_get(record, "nu")) != nu)
            continue;
        int count;
        double *monomials = reference_list(&n->f, json_object_get(record, "monomials"), &count),
               *eta = reference_list(&n->f, json_object_get(record, "eta"), n_term),
               *m = reference_list(&n->f, json_object_get(record, "M"), n_term),
               *mono = reference_list(&n->f, json_object_get(record, "mono"), n_term),
               *at = reference_list(&n->f, json_object_get(record, "value_index"), n_term),
               *values = reference_list(&n->f, json_object_get(record, "values"), &count);
        struct gg_product_term *t = GG_NEW(&n->f.a, struct gg_product_term, (size_t)*n_term);
        for (int q = 0; q < *n_term; q++) {
            int index[GG_PRODUCT_FACTORS];
            for (int f = 0; f < nu; f++)
                index[f] = (int)monomials[(int)mono[q] * nu + f];
            t[q] = (struct gg_product_term){(int)eta[q], (int)m[q], gg_monomial_of(nu, index),
                                            values[(int)at[q]]};
        }
        *n_eta = (int)json_integer_value(json_object_get(record, "n_eta"));
        return t;
    }
    fail_msg("no couplings to L = %d with %d factors", l, nu);
    return NULL;
}

static const struct gg_weight *piece_of(struct net *n, const struct gg_layer *l, const char *name)
{
    struct gg_weight *w = GG_NEW(&n->f.a, struct gg_weight, 1);
    for (int k = 0; l->type->weight(l, k, w); k++)
        if (!strcmp(w->name, name))
            return w;
    return NULL;
}

/* Back to its weights and here again is where one began. */
static void check_back(struct net *n, int n_ours, int n_theirs, const double *P)
{
    struct gg_err err;
    double *back = gg_product_map_back(n_ours, n_theirs, P, &n->f.a, &err);
    assert_non_null(back);
    for (int i = 0; i < n_ours; i++)
        for (int j = 0; j < n_ours; j++) {
            double sum = 0;
            for (int k = 0; k < n_theirs; k++)
                sum += P[i * n_theirs + k] * back[k * n_ours + j];
            assert_true(fabs(sum - (i == j)) < 1e-10);
        }
}

/* Links from its [species][eta'][channel] to ours for one (L, nu) of basis b. */
static void link_contraction(struct net *n, struct net_op *o, json_t *file, const char *param,
                             const struct gg_product_basis *b, const struct gg_weight *w, double factor)
{
    struct gg_err err = {0};
    int n_theirs = 0, n_term = 0, n_species = (int)w->shape[0], channels = (int)w->shape[2];
    struct gg_product_term *theirs = read_couplings(n, file, b->l, b->nu, &n_theirs, &n_term);
    double *P = gg_product_map(b, n_theirs, theirs, n_term, &n->f.a, &err);
    if (!P)
        fail_msg("%s: %s", param, err.text);
    check_back(n, b->n_path, n_theirs, P);
    for (int z = 0; z < n_species; z++)
        for (int eta = 0; eta < b->n_path; eta++)
            for (int q = 0; q < n_theirs; q++)
                for (int c = 0; c < channels; c++)
                    net_link(n, o, param, (z * n_theirs + q) * channels + c,
                             w->offset + (z * b->n_path + eta) * channels + c,
                             factor * P[eta * n_theirs + q]);
}

/* contract with MACE's weights PREFIXcontractions.L.weights_max (most factors), .weights.0 (one less) ... */
static void contraction(struct net *n, json_t *file, const char *prefix, int correlation, const char *irreps,
                        const char *in, const char *out)
{
    char text[128];
    struct gg_err err = {0};
    struct gg_product_basis basis[GG_IRREPS_MAX * GG_PRODUCT_FACTORS];
    snprintf(text, sizeof text, "correlation=%d out_irreps=%s", correlation, irreps);
    struct net_op *o = net_open_layer(n, "contract", text, in);
    assert_int_equal(gg_product_basis_new(&o->l.in[0].irreps, correlation, &o->l.out.irreps, basis, &n->f.a,
                                          &err),
                     0);
    for (int b = 0; b < o->l.out.irreps.n; b++) {
        double paths = 0;
        for (int nu = 1; nu <= correlation; nu++)
            paths += basis[b * correlation + nu - 1].n_path;
        for (int nu = 1; nu <= correlation; nu++) {
            snprintf(text, sizeof text, "weight.%d.%d", b, nu);
            const struct gg_weight *w = piece_of(n, &o->l, text);
            assert_non_null(w);
            const char *param = nu == correlation
                                    ? gg_arena_printf(&n->f.a, "%scontractions.%d.weights_max", prefix,
                                                      o->l.out.irreps.b[b].l)
                                    : gg_arena_printf(&n->f.a, "%scontractions.%d.weights.%d", prefix,
                                                      o->l.out.irreps.b[b].l, correlation - 1 - nu);
            link_contraction(n, o, file, param, &basis[b * correlation + nu - 1], w, sqrt(paths));
        }
    }
    net_run(n, o, out);
}

/* ---- the contraction alone: out = Linear(B) + sc ---- */

/* [node][channel][lm], every channel with its degrees side by side, as rows of e3nn; and `of`, a value or its gradient, the other way. */
static int64_t by_channel(const struct gg_shape *s, int c, int b, int m)
{
    return s->offset[b] + m * s->pad[b] + c;
}

static void read_by_channel(struct net *n, const char *name, const char *irreps, const char *path)
{
    int count;
    const double *x = reference_numbers(&n->f, path, &count);
    net_source(n, name, irreps, x); /* the shape; its numbers are */
    struct net_value *v = &n->value[net_find(n, name)];
    for (int64_t i = 0; i < n->g[0].n_node; i++)
        for (int c = 0; c < v->shape.irreps.b[0].mul; c++)
            for (int b = 0; b < v->shape.irreps.n; b++)
                for (int m = 0; m <= 2 * v->shape.irreps.b[b].l; m++)
                    v->x[i * v->shape.stride + by_channel(&v->shape, c, b, m)] = (gg_real)*x++;
}

static double *write_by_channel(struct net *n, const struct net_value *v, const gg_real *of)
{
    const struct gg_shape *s = &v->shape;
    double *out = GG_NEW(&n->f.a, double, (size_t)(n->g[0].n_node * gg_irreps_dim(&s->irreps))), *at = out;
    for (int64_t i = 0; i < n->g[0].n_node; i++)
        for (int c = 0; c < s->irreps.b[0].mul; c++)
            for (int b = 0; b < s->irreps.n; b++)
                for (int m = 0; m <= 2 * s->irreps.b[b].l; m++)
                    *at++ = (double)of[i * s->stride + by_channel(s, c, b, m)];
    return out;
}

static void check_by_channel(struct net *n, const char *name, const char *path)
{
    int count;
    const struct net_value *v = &n->value[net_find(n, name)];
    const double *want = reference_numbers(&n->f, path, &count);
    same_forward(write_by_channel(n, v, v->x), want, count, path);
}

static void check_loss(struct net *n)
{
    double want = reference_number(&n->f, "values/loss");
    assert_true(fabs(net_error(n, "out", "values/target") - want) <= forward_allowed * want);
}

static void check_contraction(const char *file, const char *irreps, int correlation)
{
    static const char *const no_edges[] = {NULL};
    struct net *n = net_open(file, no_edges);
    int count;
    read_by_channel(n, "A", irreps, "A");
    net_source(n, "sc", irreps, reference_numbers(&n->f, "sc", &count));
    contraction(n, n->f.root, "symmetric_contractions.", correlation, irreps, "A", "B");
    net_check(n, "B", "values/B", false);
    net_layer(n, "linear", "", "B", "y", "=linear.weight");
    net_layer(n, "add", "", "y sc", "out", "");
    net_check(n, "out", "values/out", false);
    check_loss(n);
    net_backward(n);
    net_check_gradients(n, "A");
    const struct net_value *A = &n->value[net_find(n, "A")];
    const double *want = reference_numbers(&n->f, "gradients/A", &count);
    same_within(write_by_channel(n, A, A->dx), want, count,
                gradient_allowed * reference_largest(&n->f, "gradients"), "A");
    net_close(n);
}

static void contraction_degree_2(void **state)
{
    (void)state;
    check_contraction("mace_contraction_l2", "3x0e+3x1o+3x2e", 4);
}

static void contraction_degree_3(void **state)
{
    (void)state;
    check_contraction("mace_contraction_l3", "3x0e+3x1o+3x2e+3x3o", 3);
}

/* ---- the network ---- */

enum { C = 3, S = 2 };

/* skip_tp: [in][species][out] for every degree, with 1/sqrt(2) beside that of a linear map. */
static void self_connection(struct net *n, const char *param, const char *hypers, const char *in,
                            const char *out)
{
    struct net_op *o = net_open_layer(n, "linear", hypers, in);
    int64_t blocks = o->l.n_weight / (S * C * C);
    for (int b = 0; b < blocks; b++)
        for (int c = 0; c < C; c++)
            for (int z = 0; z < S; z++)
                for (int d = 0; d < C; d++)
                    net_link(n, o, param, ((b * C + c) * S + z) * C + d, ((b * S + z) * C + c) * C + d,
                             M_SQRT1_2);
    net_run(n, o, out);
}

/* MACE orders paths by their output, ours by input and harmonic; its harmonics take the opposite vector: (-1)^l2, put on the mixing
 * behind.  `paths`: l1, l2, l3 in its order. */
static void interaction(struct net *n, int layer, int n_path, const int (*paths)[3], const char *in,
                        const char *out)
{
    enum { N = 8, H = 8 };
    struct net_op *o =
        net_open_layer(n, "conv",
                       "lmax=2 out_irreps=3x0e+3x1o+3x2e normalise=mean radial.n=8 radial.power=5 "
                       "radial.hidden=8,8 radial.table=0 radial.constants=e3nn",
                       in);
    int64_t at = 0;
    const char *param[4];
    for (int k = 0; k < 3; k++)
        param[k] = gg_arena_printf(&n->f.a, "interactions.%d.conv_tp_weights.layer%d.weight", layer, k);
    param[3] = gg_arena_printf(&n->f.a, "interactions.%d.linear.weight", layer);
    at = net_link_all(n, o, param[1], net_link_all(n, o, param[0], 0));
    struct gg_path ours[32];
    assert_int_equal(gg_paths(&o->l.in[0].irreps, 2, GG_PARITY_NATURAL, &o->l.out.irreps, ours, 32), n_path);
    for (int q = 0; q < n_path; q++) {
        int k = 0;
        while (ours[k].l1 != paths[q][0] || ours[k].l2 != paths[q][1] || ours[k].l3 != paths[q][2])
            k++;
        for (int h = 0; h < H; h++)
            for (int c = 0; c < C; c++)
                net_link(n, o, param[2], (h * n_path + q) * C + c, at + (h * n_path + k) * C + c, 1);
        for (int d = 0; d < C * C;
             d++) /* blocks of [paths into it][C][C] follow each other: its order throughout */
            net_link(n, o, param[3], q * C * C + d, at + H * n_path * C + k * C * C + d,
                     paths[q][1] % 2 ? -1 : 1);
    }
    net_run(n, o, out);
}

/* Minus the gradient of the sum of all outputs, by the edge vectors v = r_j - r_i. */
static void check_forces(struct net *n)
{
    int count;
    const double *want = reference_numbers(&n->f, "values/forces", &count);
    for (struct net_value *v = n->value; v < n->value + n->n_value; v++)
        memset(v->dx, 0, sizeof *v->dx * (size_t)(n->g[0].n_node * v->shape.stride));
    memset(n->dvec[0], 0, sizeof *n->dvec[0] * (size_t)n->g[0].n_edge);
    const struct net_value *out = &n->value[net_find(n, "out")];
    for (int64_t i = 0; i < n->g[0].n_node; i++)
        out->dx[i * out->shape.stride] = 1;
    net_backward(n);
    double *have = net_forces(n, 0);
    for (int k = 0; k < count; k++)
        have[k] *= -1;
    same_forward(have, want, count, "forces");
}

/* A round: self-connection, what goes to neighbours, their product; h of the next. */
static void round_of(struct net *n, json_t *file, int k, int n_path, const int (*paths)[3], const char *kept)
{
    const char *in = k ? "h1" : "h0";
    char name[8][64];
    static const char *const form[] = {"sc%d", "up%d", "A%d", "B%d", "y%d", "h%d"};
    for (int q = 0; q < 6; q++)
        snprintf(name[q], sizeof name[q], form[q], q < 5 ? k : k + 1);
    self_connection(n, gg_arena_printf(&n->f.a, "interactions.%d.skip_tp.weight", k),
                    gg_arena_printf(&n->f.a, "species=true out_irreps=%s", kept), in, name[0]);
    net_check(n, name[0], gg_arena_printf(&n->f.a, "values/%s", name[0]), false);
    net_layer(n, "linear", "", in, name[1], gg_arena_printf(&n->f.a, "=interactions.%d.linear_up.weight", k));
    interaction(n, k, n_path, paths, name[1], name[2]);
    check_by_channel(n, name[2], gg_arena_printf(&n->f.a, "values/%s", name[2]));
    contraction(n, file, gg_arena_printf(&n->f.a, "products.%d.symmetric_contractions.", k), 3, kept, name[2],
                name[3]);
    net_check(n, name[3], gg_arena_printf(&n->f.a, "values/%s", name[3]), false);
    net_layer(n, "linear", "", name[3], name[4], gg_arena_printf(&n->f.a, "=products.%d.linear.weight", k));
    net_layer(n, "add", "", gg_arena_printf(&n->f.a, "%s %s", name[4], name[0]), name[5], "");
    net_check(n, name[5], gg_arena_printf(&n->f.a, "values/%s", name[5]), false);
}

static void network(void **state)
{
    static const char *const vectors[] = {"edge_vector", NULL};
    static const int first[][3] = {{0, 0, 0}, {0, 1, 1}, {0, 2, 2}};
    static const int second[][3] = {{0, 0, 0}, {1, 1, 0}, {2, 2, 0}, {0, 1, 1}, {1, 0, 1}, {1, 2, 1},
                                    {2, 1, 1}, {0, 2, 2}, {1, 1, 2}, {2, 0, 2}, {2, 2, 2}};
    (void)state;
    struct net *n = net_open("mace_network", vectors);
    struct reference couplings = reference_open("mace_contraction_l2");
    n->mean_neighbours = reference_number(&n->f, "conventions/avg_num_neighbors");
    net_source(n, "z", "2x0e", net_one_hot(n, S));
    net_layer(n, "linear", "out_irreps=3x0e", "z", "h0", "=node_embedding.linear.weight");
    net_check(n, "h0", "values/h0", false);
    round_of(n, couplings.root, 0, 3, first, "3x0e+3x1o+3x2e");
    net_check(n, "up0", "values/up0", false);
    net_layer(n, "linear", "out_irreps=1x0e", "h1", "r1", "=readouts.0.linear.weight");
    net_check(n, "r1", "values/readout1", false);
    round_of(n, couplings.root, 1, 11, second, "3x0e");
    net_layer(n, "linear", "out_irreps=4x0e", "h2", "z2", "=readouts.1.linear_1.weight");
    net_layer(n, "gate", "constants=e3nn", "z2", "z2", "");
    net_layer(n, "linear", "out_irreps=1x0e", "z2", "r2", "=readouts.1.linear_2.weight");
    net_check(n, "r2", "values/readout2", false);
    net_layer(n, "add", "", "r1 r2", "out", "");
    net_check(n, "out", "values/out", false);
    check_loss(n);
    net_backward(n);
    net_check_gradients(n, NULL);
    check_forces(n);
    reference_close(&couplings);
    net_close(n);
}

int main(void)
{
    struct gg_err err = {0};
    const struct CMUnitTest tests[] = {cmocka_unit_test(contraction_degree_2),
                                       cmocka_unit_test(contraction_degree_3), cmocka_unit_test(network)};
    gg_threads_init(2, &err);
    return cmocka_run_group_tests_name("numbers of MACE", tests, NULL, NULL);
}
