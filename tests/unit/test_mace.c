/* test_mace.c -- MACE's own numbers: the symmetric contraction alone, and a network of two layers with forces
 *
 * mace v0.3.6 on e3nn 0.5.1 in double, in the shared folder; skipped without it.  Its couplings are over-complete: product_map.h takes
 * its weights to ours, and gradients back. */
#include "network_fixture.h"
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
        double *monomials = list_numbers(n, json_object_get(record, "monomials"), &count),
               *eta = list_numbers(n, json_object_get(record, "eta"), n_term),
               *m = list_numbers(n, json_object_get(record, "M"), n_term),
               *mono = list_numbers(n, json_object_get(record, "mono"), n_term),
               *at = list_numbers(n, json_object_get(record, "value_index"), n_term),
               *values = list_numbers(n, json_object_get(record, "values"), &count);
        struct gg_product_term *t = GG_NEW(&n->a, struct gg_product_term, (size_t)*n_term);
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
    struct gg_weight *w = GG_NEW(&n->a, struct gg_weight, 1);
    for (int k = 0; l->type->weight(l, k, w); k++)
        if (!strcmp(w->name, name))
            return w;
    return NULL;
}

/* Back to its weights and here again is where one began. */
static void check_back(struct net *n, int n_ours, int n_theirs, const double *P)
{
    struct gg_err err;
    double *back = gg_product_map_back(n_ours, n_theirs, P, &n->a, &err);
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
static void link_contraction(struct net *n, struct op *o, json_t *file, const char *param,
                             const struct gg_product_basis *b, const struct gg_weight *w, double factor)
{
    struct gg_err err = {0};
    int n_theirs = 0, n_term = 0, n_species = (int)w->shape[0], channels = (int)w->shape[2];
    struct gg_product_term *theirs = read_couplings(n, file, b->l, b->nu, &n_theirs, &n_term);
    double *P = gg_product_map(b, n_theirs, theirs, n_term, &n->a, &err);
    if (!P)
        fail_msg("%s: %s", param, err.text);
    check_back(n, b->n_path, n_theirs, P);
    for (int z = 0; z < n_species; z++)
        for (int eta = 0; eta < b->n_path; eta++)
            for (int q = 0; q < n_theirs; q++)
                for (int c = 0; c < channels; c++)
                    add_link(n, o, param, (z * n_theirs + q) * channels + c,
                             w->offset + (z * b->n_path + eta) * channels + c,
                             factor * P[eta * n_theirs + q]);
}

/* contract with MACE's weights PREFIXcontractions.L.weights_max (most factors), .weights.0 (one less) ... */
static int contraction(struct net *n, json_t *file, const char *prefix, int correlation, const char *out,
                       int in)
{
    char text[128];
    struct gg_err err = {0};
    struct gg_product_basis basis[GG_IRREPS_MAX * GG_PRODUCT_FACTORS];
    snprintf(text, sizeof text, "correlation=%d out_irreps=%s", correlation, out);
    struct op *o = open_layer(n, "contract", text, in, -1);
    assert_int_equal(gg_product_basis_new(&o->l.in[0].irreps, correlation, &o->l.out.irreps, basis, &n->a,
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
            const char *param =
                nu == correlation
                    ? gg_arena_printf(&n->a, "%scontractions.%d.weights_max", prefix, o->l.out.irreps.b[b].l)
                    : gg_arena_printf(&n->a, "%scontractions.%d.weights.%d", prefix, o->l.out.irreps.b[b].l,
                                      correlation - 1 - nu);
            link_contraction(n, o, file, param, &basis[b * correlation + nu - 1], w, sqrt(paths));
        }
    }
    return run_layer(n, o);
}

/* ---- the contraction alone: out = Linear(B) + sc ---- */

/* [node][channel][lm]: every channel has its degrees side by side. */
static void read_by_channel(struct net *n, int value, const double *x)
{
    const struct gg_shape *s = &n->shape[value];
    for (int64_t i = 0; i < n->g.n_node; i++)
        for (int c = 0; c < s->irreps.b[0].mul; c++)
            for (int b = 0; b < s->irreps.n; b++)
                for (int m = 0; m <= 2 * s->irreps.b[b].l; m++)
                    n->value[value][i * s->stride + s->offset[b] + m * s->pad[b] + c] = (gg_real)*x++;
}

static double *write_by_channel(struct net *n, int value, gg_real *const *of)
{
    const struct gg_shape *s = &n->shape[value];
    double *out = GG_NEW(&n->a, double, (size_t)(n->g.n_node * gg_irreps_dim(&s->irreps))), *at = out;
    for (int64_t i = 0; i < n->g.n_node; i++)
        for (int c = 0; c < s->irreps.b[0].mul; c++)
            for (int b = 0; b < s->irreps.n; b++)
                for (int m = 0; m <= 2 * s->irreps.b[b].l; m++)
                    *at++ = (double)of[value][i * s->stride + s->offset[b] + m * s->pad[b] + c];
    return out;
}

static void check_by_channel(struct net *n, int value, gg_real *const *of, const char *group,
                             const char *name)
{
    int count, dim = gg_irreps_dim(&n->shape[value].irreps);
    double *want = numbers(n, group, name, &count);
    assert_int_equal(count, n->g.n_node * dim);
    close_to(write_by_channel(n, value, of), want, count, 1, name);
}

static void check_contraction(const char *file, const char *irreps, int correlation)
{
    struct net *n = open_net(file, 2);
    int count, A = new_input(n, irreps), sc = new_input(n, irreps), dim = gg_irreps_dim(&n->shape[A].irreps);
    read_by_channel(n, A, numbers(n, NULL, "A", &count));
    double *rows = numbers(n, NULL, "sc", &count);
    for (int64_t i = 0; i < n->g.n_node; i++)
        gg_row_from_e3nn(&n->shape[sc], rows + i * dim, n->value[sc] + i * n->shape[sc].stride);
    int B = contraction(n, n->root, "symmetric_contractions.", correlation, irreps, A);
    check_value(n, B, "B");
    int y = apply(n, "linear", "", B, -1, "linear.weight", NULL, NULL),
        out = apply(n, "add", "", y, sc, NULL, NULL, NULL);
    check_value(n, out, "out");
    double want = json_number_value(json_object_get(json_object_get(n->root, "values"), "loss"));
    assert_true(fabs(loss(n, out) - want) <= tolerance * (1 + want));
    run_backward(n);
    check_gradients(n);
    check_by_channel(n, A, n->gradient, "gradients", "A");
    close_net(n);
}

static void contraction_degree_2(void **state)
{
    (void)state;
    check_contraction("mace_contraction_l2.json", "3x0e+3x1o+3x2e", 4);
}

static void contraction_degree_3(void **state)
{
    (void)state;
    check_contraction("mace_contraction_l3.json", "3x0e+3x1o+3x2e+3x3o", 3);
}

/* ---- the network ---- */

enum { C = 3, S = 2 };

/* skip_tp: [in][species][out] for every degree, with 1/sqrt(2) beside that of a linear map. */
static int self_connection(struct net *n, const char *param, const char *hypers, int in)
{
    struct op *o = open_layer(n, "linear", hypers, in, -1);
    int64_t blocks = o->l.n_weight / (S * C * C);
    for (int b = 0; b < blocks; b++)
        for (int c = 0; c < C; c++)
            for (int z = 0; z < S; z++)
                for (int d = 0; d < C; d++)
                    add_link(n, o, param, ((b * C + c) * S + z) * C + d, ((b * S + z) * C + c) * C + d,
                             M_SQRT1_2);
    return run_layer(n, o);
}

/* MACE orders paths by their output, ours by input and harmonic; its harmonics take the opposite vector: (-1)^l2, put on the mixing
 * behind.  `paths`: l1, l2, l3 in its order. */
static int interaction(struct net *n, int layer, int n_path, const int (*paths)[3], int in)
{
    enum { N = 8, H = 8 };
    struct op *o = open_layer(n, "conv",
                              "lmax=2 out_irreps=3x0e+3x1o+3x2e normalise=mean radial.n=8 radial.power=5 "
                              "radial.hidden=8,8 radial.table=0 radial.constants=e3nn",
                              in, -1);
    int64_t at = 0;
    const char *param[4];
    for (int k = 0; k < 3; k++)
        param[k] = gg_arena_printf(&n->a, "interactions.%d.conv_tp_weights.layer%d.weight", layer, k);
    param[3] = gg_arena_printf(&n->a, "interactions.%d.linear.weight", layer);
    at = add_links(n, o, param[1], add_links(n, o, param[0], 0));
    struct gg_path ours[32];
    assert_int_equal(gg_paths(&o->l.in[0].irreps, 2, GG_PARITY_NATURAL, &o->l.out.irreps, ours, 32), n_path);
    for (int q = 0; q < n_path; q++) {
        int k = 0;
        while (ours[k].l1 != paths[q][0] || ours[k].l2 != paths[q][1] || ours[k].l3 != paths[q][2])
            k++;
        for (int h = 0; h < H; h++)
            for (int c = 0; c < C; c++)
                add_link(n, o, param[2], (h * n_path + q) * C + c, at + (h * n_path + k) * C + c, 1);
        for (int d = 0; d < C * C;
             d++) /* blocks of [paths into it][C][C] follow each other: its order throughout */
            add_link(n, o, param[3], q * C * C + d, at + H * n_path * C + k * C * C + d,
                     paths[q][1] % 2 ? -1 : 1);
    }
    return run_layer(n, o);
}

/* Minus the gradient of the sum of all outputs, by the edge vectors v = r_j - r_i. */
static void check_forces(struct net *n, int out)
{
    int count;
    double *want = numbers(n, "values", "forces", &count), *have = GG_NEW(&n->a, double, (size_t)count);
    clear_gradients(n);
    for (int64_t i = 0; i < n->g.n_node; i++)
        n->gradient[out][i * n->shape[out].stride] = 1;
    run_backward(n);
    for (int64_t i = 0; i < n->g.n_node; i++)
        for (int64_t e = n->g.ptr[i]; e < n->g.ptr[i + 1]; e++)
            for (int k = 0; k < 3; k++) {
                have[3 * i + k] += (double)n->dvec[e][k];
                have[3 * n->g.nbr[e] + k] -= (double)n->dvec[e][k];
            }
    close_to(have, want, count, 1, "forces");
}

static void network(void **state)
{
    static const int first[][3] = {{0, 0, 0}, {0, 1, 1}, {0, 2, 2}};
    static const int second[][3] = {{0, 0, 0}, {1, 1, 0}, {2, 2, 0}, {0, 1, 1}, {1, 0, 1}, {1, 2, 1},
                                    {2, 1, 1}, {0, 2, 2}, {1, 1, 2}, {2, 0, 2}, {2, 2, 2}};
    (void)state;
    struct net *n = open_net("mace_network.json", S);
    json_t *file = reference("mace_contraction_l2.json");
    n->mean_neighbours =
        json_number_value(json_object_get(json_object_get(n->root, "conventions"), "avg_num_neighbors"));
    int h0 =
        apply(n, "linear", "out_irreps=3x0e", one_hot(n, S), -1, "node_embedding.linear.weight", NULL, NULL);
    check_value(n, h0, "h0");
    int sc0 =
        self_connection(n, "interactions.0.skip_tp.weight", "species=true out_irreps=3x0e+3x1o+3x2e", h0);
    check_value(n, sc0, "sc0");
    int up0 = apply(n, "linear", "", h0, -1, "interactions.0.linear_up.weight", NULL, NULL);
    check_value(n, up0, "up0");
    int A0 = interaction(n, 0, 3, first, up0);
    check_by_channel(n, A0, n->value, "values", "A0");
    int B0 = contraction(n, file, "products.0.symmetric_contractions.", 3, "3x0e+3x1o+3x2e", A0);
    check_value(n, B0, "B0");
    int y0 = apply(n, "linear", "", B0, -1, "products.0.linear.weight", NULL, NULL);
    int h1 = apply(n, "add", "", y0, sc0, NULL, NULL, NULL);
    check_value(n, h1, "h1");
    int r1 = apply(n, "linear", "out_irreps=1x0e", h1, -1, "readouts.0.linear.weight", NULL, NULL);
    check_value(n, r1, "readout1");

    int sc1 = self_connection(n, "interactions.1.skip_tp.weight", "species=true out_irreps=3x0e", h1);
    check_value(n, sc1, "sc1");
    int up1 = apply(n, "linear", "", h1, -1, "interactions.1.linear_up.weight", NULL, NULL);
    int A1 = interaction(n, 1, 11, second, up1);
    check_by_channel(n, A1, n->value, "values", "A1");
    int B1 = contraction(n, file, "products.1.symmetric_contractions.", 3, "3x0e", A1);
    check_value(n, B1, "B1");
    int y1 = apply(n, "linear", "", B1, -1, "products.1.linear.weight", NULL, NULL);
    int h2 = apply(n, "add", "", y1, sc1, NULL, NULL, NULL);
    check_value(n, h2, "h2");
    int z = apply(n, "linear", "out_irreps=4x0e", h2, -1, "readouts.1.linear_1.weight", NULL, NULL);
    int act = apply(n, "gate", "constants=e3nn", z, -1, NULL, NULL, NULL);
    int r2 = apply(n, "linear", "out_irreps=1x0e", act, -1, "readouts.1.linear_2.weight", NULL, NULL);
    check_value(n, r2, "readout2");
    int out = apply(n, "add", "", r1, r2, NULL, NULL, NULL);
    check_value(n, out, "out");

    double want = json_number_value(json_object_get(json_object_get(n->root, "values"), "loss"));
    assert_true(fabs(loss(n, out) - want) <= tolerance * (1 + want));
    run_backward(n);
    check_gradients(n);
    check_forces(n, out);
    json_decref(file);
    close_net(n);
}

int main(void)
{
    struct gg_err err = {0};
    const struct CMUnitTest tests[] = {cmocka_unit_test(contraction_degree_2),
                                       cmocka_unit_test(contraction_degree_3), cmocka_unit_test(network)};
    gg_threads_init(2, &err);
    return cmocka_run_group_tests_name("numbers of MACE", tests, NULL, NULL);
}
