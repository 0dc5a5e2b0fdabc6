/* test_golden_mace.c -- examples/models/mace.yaml with its map of weights on the numbers of the public code: values, loss, gradients by its
 * redundant weights, and the way back to weights of the same function.  Forces are test_mace.c's. */
#include "golden_fixture.h"

static const char *const set[] = {"let.C=3",
                                  "let.lmax=2",
                                  "inputs={node: [type], positions: pos, cutoff: 1.5}",
                                  "conv.radial.hidden=[8, 8]",
                                  "conv.radial.table=exact",
                                  "layers.4.out_irreps=3x0e+3x1o+3x2e",
                                  "layers.6.out_irreps=3x0e+3x1o+3x2e",
                                  "layers.15.outputs=4",
                                  NULL};

/* ---- its couplings, dense as it keeps them ---- */

static double *list(struct golden *g, json_t *record, const char *key, int *n)
{
    return reference_list(&g->f, json_object_get(record, key), n);
}

static void add_couplings(struct golden *g, json_t *record, int layer)
{
    int n_eta = (int)json_integer_value(json_object_get(record, "n_eta")),
        l = (int)json_integer_value(json_object_get(record, "L")),
        nu = (int)json_integer_value(json_object_get(record, "nu")), n, n_term;
    struct gg_named_array *x = &g->array[g->n_array];
    *x = (struct gg_named_array){
        .name = gg_arena_printf(&g->f.a, "products.%d.symmetric_contractions.contractions.%d.U_matrix_%d",
                                layer, l, nu)};
    if (l)
        x->shape[x->ndim++] = 2 * l + 1;
    for (int k = 0; k < nu; k++)
        x->shape[x->ndim++] = 9;
    x->shape[x->ndim++] = n_eta;
    double *U = GG_NEW(&g->f.a, double, (size_t)gg_named_array_count(x)),
           *monomials = list(g, record, "monomials", &n), *eta = list(g, record, "eta", &n_term),
           *m = list(g, record, "M", &n_term), *mono = list(g, record, "mono", &n_term),
           *at = list(g, record, "value_index", &n_term), *values = list(g, record, "values", &n);
    for (int k = 0; k < n_term; k++) {
        int64_t to = (int64_t)m[k];
        for (int f = 0; f < nu; f++)
            to = to * 9 + (int64_t)monomials[(int)mono[k] * nu + f];
        U[to * n_eta + (int)eta[k]] += values[(int)at[k]];
    }
    x->number = g->number[g->n_array] = U;
    g->gradient[g->n_array++] = GG_NEW(&g->f.a, double, (size_t)gg_named_array_count(x) + 1);
}

static void read_couplings(struct golden *g)
{
    struct reference other = reference_open("mace_contraction_l2");
    json_t *record;
    size_t k;
    json_array_foreach(reference_at(&other, "couplings"), k, record)
    {
        int l = (int)json_integer_value(json_object_get(record, "L"));
        for (int layer = 0; layer < 2 && json_integer_value(json_object_get(record, "nu")) <= 3; layer++)
            if (layer == 0 || l == 0)
                add_couplings(g, record, layer);
    }
    reference_close(&other);
}

static void open_network(struct golden *g)
{
    golden_open(g, "mace_network");
    golden_frame(g);
    golden_target(g, "propensity", 1);
    golden_arrays(g, "params");
    read_couplings(g);
    golden_network(g, "examples/models/mace.yaml", set, "examples/models/mace.map", NULL);
}

static void network(void **context)
{
    struct golden g;
    (void)context;
    open_network(&g);
    golden_forward(&g, true);
    golden_close(&g, "layers.0.embed", 0, 0, "values/h0");
    golden_close(&g, "layers.4.contract", 0, 0, "values/B0");
    golden_close(&g, "layers.6.linear", 0, 0, "values/sc0");
    golden_close(&g, "layers.7.add", 0, 0, "values/h1");
    golden_close(&g, "layers.11.contract", 0, 0, "values/B1");
    golden_close(&g, "layers.14.add", 0, 0, "values/h2");
    double loss = golden_head(&g, 0, "values/out", "values/target", 1);
    assert_true(fabs(loss - reference_number(&g.f, "values/loss")) < forward_allowed * loss);
    golden_backward(&g, "gradients");
    golden_close_file(&g);
}

static double size_of(const double *x, int64_t n)
{
    double sum = 0;
    for (int64_t k = 0; k < n; k++)
        sum += x[k] * x[k];
    return sum;
}

/* Ours, theirs, ours: the same parameters; theirs are no longer than those that we had from them. */
static void back(void **context)
{
    struct golden g;
    (void)context;
    open_network(&g);
    int64_t n = g.m.n_weight, shorter = 0;
    gg_real *w = GG_NEW(&g.f.a, gg_real, (size_t)n);
    if (gg_weight_map_give(&g.w, g.m.w, g.gradient, &g.err))
        fail_msg("%s", g.err.text);
    gg_weight_map_take(&g.w, (const double *const *)g.gradient, w);
    for (int64_t k = 0; k < n; k++)
        assert_true(fabs((double)(w[k] - g.m.w[k])) <= forward_allowed * (1 + fabs((double)w[k])));
    for (int k = 0; k < g.n_array; k++) {
        int64_t count = gg_named_array_count(&g.array[k]);
        double was = size_of(g.number[k], count), is = size_of(g.gradient[k], count);
        assert_true(is <= was * (1 + 1e-6));
        shorter += is < 0.9 * was && strstr(g.array[k].name, "weights") != NULL;
        if (!strstr(g.array[k].name, "contractions"))
            same_within(g.gradient[k], g.number[k], (int)count, 1e-6, g.array[k].name);
    }
    assert_true(shorter > 0);
    golden_close_file(&g);
}

static void refused(struct golden *g, const char *what)
{
    struct gg_weight_map w;
    struct gg_arena a = {0};
    assert_int_equal(gg_weight_map_read(&w, &g->m, g->map.root, g->n_array, g->array, &a, &g->err), -1);
    if (!strstr(g->err.text, what))
        fail_msg("'%s' is not in '%s'", what, g->err.text);
    gg_arena_free(&a);
}

/* Couplings in another order of components, or too few; constants, paths and counts that are not the map's. */
static void others_are_refused(void **context)
{
    struct golden g;
    int at = 0;
    (void)context;
    open_network(&g);
    while (strcmp(g.array[at].name, "products.0.symmetric_contractions.contractions.1.U_matrix_2"))
        at++;
    struct gg_named_array *U = &g.array[at];
    int64_t n = gg_named_array_count(U) / 3;
    for (int64_t k = 0; k < n; k++) {
        double x = g.number[at][k];
        g.number[at][k] = g.number[at][2 * n + k];
        g.number[at][2 * n + k] = x;
    }
    refused(&g, "contractions.1.U_matrix_2': coupling 1 of 4 is no equivariant polynomial");
    U->shape[1] = 8;
    refused(&g, "2 axes of 9 components and one of the 4 couplings");
    U->shape[1] = 9;
    for (struct gg_yaml *y = gg_yaml_get(g.map.root, "settings")->first; y; y = y->next)
        if (!strcmp(y->key, "conv.radial.constants"))
            y->text = "exact";
    refused(&g, "layers.2.conv: radial.constants is e3nn, the map is for exact");
    golden_close_file(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(network), cmocka_unit_test(back),
                                       cmocka_unit_test(others_are_refused)};
    return cmocka_run_group_tests_name("mace.yaml", tests, NULL, NULL);
}
