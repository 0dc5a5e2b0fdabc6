/* test_cost.c -- operations of layers against counts made another way: loops over channels, couplings, and monomials */
#include "laws/check.h"
#include "layers/layers.h"
#include "o3/o3.h"
#include "o3/product_basis.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct gg_graph graph = {.n_node = 10, .n_edge = 70, .n_type = 2};

static struct gg_irreps parse(const char *text)
{
    struct gg_irreps x;
    struct gg_err err;
    assert_int_equal(gg_irreps_parse(&x, text, &err), 0);
    return x;
}

static struct gg_cost cost_of(const char *type, const char *hypers, const char *in, struct gg_layer *l,
                              struct gg_arena *a)
{
    struct gg_irreps irreps = parse(in);
    struct gg_err err = {0};
    *l = (struct gg_layer){
        .type = gg_layer_find(type), .n_type = 2, .n_in = 1, .cutoff = 2, .mean_neighbours = 7};
    l->hyper = gg_arena_calloc(a, 1, l->type->hyper_size + 1);
    memcpy(l->hyper, l->type->hyper_defaults, l->type->hyper_size);
    gg_shape_init(&l->in[0], GG_ON_NODE, &irreps);
    if (gg_layer_set(l, hypers, &err) || l->type->init(l, a, &err))
        fail_msg("%s: %s", type, err.text);
    return l->type->cost(l, &graph);
}

static void linear(void **state)
{
    struct gg_arena a = {0};
    struct gg_layer l;
    double count = 0;
    (void)state;
    struct gg_cost c = cost_of("linear", "out_irreps=7x0e+2x1o+4x2e", "3x0e+5x1o", &l, &a);
    for (int i = 0; i < 10; i++)
        count += 2 * (3 * 7) + 2 * (5 * 2) * 3;
    assert_true(c.flops_forward == count);
    assert_true(c.flops_backward == 2 * count);
    gg_arena_free(&a);
}

/* Pairs (m1, m3) that some m2 couples. */
static int pairs(int l1, int l2, int l3)
{
    const int n1 = 2 * l1 + 1, n2 = 2 * l2 + 1, n3 = 2 * l3 + 1;
    const double *w = gg_coupling(l1, l2, l3);
    int count = 0;
    for (int i = 0; i < n1; i++)
        for (int k = 0; k < n3; k++) {
            double most = 0;
            for (int j = 0; j < n2; j++)
                most = fmax(most, fabs(w[(i * n2 + j) * n3 + k]));
            count += most > 1e-12;
        }
    return count;
}

/* An edge: M x for every path and channel, times R, which is read from a table by four numbers; a node: the mixing; the net for every edge. */
static void conv(void **state)
{
    struct gg_arena a = {0};
    struct gg_layer l;
    struct gg_path path[64];
    double edge = 0, node = 0, net, outputs = 0;
    (void)state;
    struct gg_cost c =
        cost_of("conv", "lmax=2 out_irreps=4x0e+6x1o+2x2e radial.n=5 radial.hidden=7 radial.table=0",
                "3x0e+4x1o", &l, &a);
    int n = gg_paths(&l.in[0].irreps, 2, GG_PARITY_NATURAL, &l.out.irreps, path, 64);
    assert_true(n > 4);
    for (int k = 0; k < n; k++) {
        int mul = l.in[0].irreps.b[path[k].in].mul;
        edge += 2.0 * mul * (pairs(path[k].l1, path[k].l2, path[k].l3) + 2 * path[k].l3 + 1 + 4);
        node += 2.0 * mul * l.out.irreps.b[path[k].l3].mul * (2 * path[k].l3 + 1);
        outputs += mul;
    }
    net = 2 * (5 * 7 + 7 * outputs);
    double count = graph.n_edge * (edge + net) + graph.n_node * node;
    if (!(fabs(c.flops_forward - count) <= 1e-9 * count))
        fail_msg("%g operations, counted %g", c.flops_forward, count);
    gg_arena_free(&a);
}

static int by_value(const void *a, const void *b)
{
    return memcmp(a, b, 3 * sizeof(int64_t));
}

/* One multiplication and addition for every beginning of a monomial in each (block, m), each once. */
static void contract(void **state)
{
    struct gg_arena a = {0};
    struct gg_layer l;
    struct gg_err err;
    struct gg_product_basis basis[3 * GG_PRODUCT_FACTORS];
    static int64_t seen[100000][3];
    size_t n = 0, different = 0;
    (void)state;
    struct gg_cost c = cost_of("contract", "correlation=3 out_irreps=8x0e+8x1o", "8x0e+8x1o+8x2e", &l, &a);
    struct gg_irreps out = parse("8x0e+8x1o");
    assert_int_equal(gg_product_basis_new(&l.in[0].irreps, 3, &out, basis, &a, &err), 0);
    for (int b = 0; b < 2; b++)
        for (int nu = 1; nu <= 3; nu++)
            for (int k = 0; k < basis[b * 3 + nu - 1].n_term; k++) {
                const struct gg_product_term *t = &basis[b * 3 + nu - 1].term[k];
                for (int length = 1; length <= nu; length++) {
                    int64_t prefix = 0;
                    for (int f = 0; f < length; f++)
                        prefix = prefix * 64 + gg_monomial_index(t->monomial, nu, f) + 1;
                    assert_true(n < 100000);
                    seen[n][0] = b;
                    seen[n][1] = t->m;
                    seen[n++][2] = prefix;
                }
            }
    qsort(seen, n, sizeof *seen, by_value);
    for (size_t k = 0; k < n; k++)
        different += k == 0 || memcmp(seen[k], seen[k - 1], sizeof *seen) != 0;
    double count = 2.0 * 8 * (double)different * graph.n_node;
    if (!(fabs(c.flops_forward - count) <= 1e-9 * count))
        fail_msg("%g operations, counted %g", c.flops_forward, count);
    gg_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(linear), cmocka_unit_test(conv),
                                       cmocka_unit_test(contract)};
    return cmocka_run_group_tests_name("operations", tests, NULL, NULL);
}
