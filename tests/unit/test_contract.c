/* test_contract.c -- products of features: the definition in plain loops, the levels of the kernel, what is refused */
#include "layers/layers.h"
#include "kernel/conv_kernel.h"
#include "laws/check.h"
#include "laws/check_laws.h"
#include "o3/product_basis.h"
#include "util/threads.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const double tolerance = sizeof(gg_real) == 8 ? 1e-12 : 1e-5;

enum { NODES = 150, SPECIES = 3 };

struct trial {
    struct gg_arena a;
    struct gg_check c;
    struct gg_layer_case k;
    struct gg_liquid liquid;
    struct gg_point p;
};

static int open_trial(struct trial *t, const char *in, const char *hypers, struct gg_err *err)
{
    *t = (struct trial){.k = {.name = "trial", .in = {in}, .hypers = hypers}};
    t->c = (struct gg_check){.k = &t->k, .a = &t->a, .r = gg_rng_at(3, 0, 0, 0), .to = stderr};
    gg_liquid_random(&t->liquid, &t->a, NODES, SPECIES, 1.2, &t->c.r);
    t->c.l = (struct gg_layer){.n_type = SPECIES, .cutoff = 1.2, .mean_neighbours = 5};
    if (gg_layer_from_case(&t->c.l, gg_layer_find("contract"), &t->k, &t->a, err) < 0)
        return -1;
    t->p = gg_point_random(&t->c, &t->liquid.graph);
    return 0;
}

static void open_or_fail(struct trial *t, const char *in, const char *hypers)
{
    struct gg_err err;
    if (open_trial(t, in, hypers, &err))
        fail_msg("%s, %s: %s", in, hypers, err.text);
}

/* ---- the definition ---- */

static int correlation_of(const struct gg_layer *l)
{
    struct gg_weight w;
    int out, nu, most = 0;
    for (int k = 0; l->type->weight(l, k, &w); k++) {
        assert_int_equal(sscanf(w.name, "weight.%d.%d", &out, &nu), 2);
        most = nu > most ? nu : most;
    }
    return most;
}

static const gg_real *weights_of(const struct gg_layer *l, const gg_real *w, int out, int nu, int species,
                                 struct gg_weight *piece)
{
    char name[32];
    snprintf(name, sizeof name, "weight.%d.%d", out, nu);
    for (int k = 0; l->type->weight(l, k, piece); k++)
        if (!strcmp(piece->name, name))
            return w + piece->offset +
                   (piece->species_axis ? species * piece->shape[1] * piece->shape[2] : 0);
    return NULL;
}

/* y[m] of one block, node and channel. */
static void define(const struct trial *t, const struct gg_product_basis *basis, int nu_max, int b, int64_t i,
                   int c, double *y)
{
    const struct gg_layer *l = &t->c.l;
    double A[GG_PRODUCT_NUMBERS], f[2 * GG_L_MAX + 1], paths = 0;
    int n = 0;
    for (int k = 0; k < l->in[0].irreps.n; k++)
        for (int m = 0; m <= 2 * l->in[0].irreps.b[k].l; m++)
            A[n++] = (double)t->p.x[0][i * l->in[0].stride + l->in[0].offset[k] + m * l->in[0].pad[k] + c];
    memset(y, 0, sizeof f);
    for (int nu = 1; nu <= nu_max; nu++) {
        struct gg_weight piece;
        const struct gg_product_basis *x = &basis[b * nu_max + nu - 1];
        const gg_real *w = weights_of(l, t->p.w, b, nu, t->liquid.graph.type[i], &piece);
        assert_int_equal(w == NULL, x->n_path == 0);
        paths += x->n_path;
        for (int eta = 0; eta < x->n_path; eta++) {
            gg_product_evaluate(x, eta, A, f);
            for (int m = 0; m <= 2 * x->l; m++)
                y[m] += (double)w[eta * l->in[0].irreps.b[0].mul + c] * f[m];
        }
    }
    for (int m = 0; m <= 2 * basis[b * nu_max].l; m++)
        y[m] /= sqrt(paths);
}

static void is_what_it_says(const char *in, const char *hypers)
{
    struct trial t;
    struct gg_err err;
    open_or_fail(&t, in, hypers);
    const struct gg_layer *l = &t.c.l;
    int nu_max = correlation_of(l);
    struct gg_product_basis *basis =
        GG_NEW(&t.a, struct gg_product_basis, GG_IRREPS_MAX * GG_PRODUCT_FACTORS);
    assert_int_equal(gg_product_basis_new(&l->in[0].irreps, nu_max, &l->out.irreps, basis, &t.a, &err), 0);
    const gg_real *y = gg_run_forward(&t.c, &t.liquid.graph, &t.p, NULL);
    for (int64_t i = 0; i < NODES; i++)
        for (int b = 0; b < l->out.irreps.n; b++)
            for (int c = 0; c < l->out.irreps.b[b].mul; c++) {
                double want[2 * GG_L_MAX + 1], size = 1;
                define(&t, basis, nu_max, b, i, c, want);
                for (int m = 0; m <= 2 * l->out.irreps.b[b].l; m++)
                    size += fabs(want[m]);
                for (int m = 0; m <= 2 * l->out.irreps.b[b].l; m++) {
                    double have = (double)y[i * l->out.stride + l->out.offset[b] + m * l->out.pad[b] + c];
                    if (!(fabs(have - want[m]) <= tolerance * size))
                        fail_msg("%s, %s: node %d, block %d, channel %d: %.9g, by the definition %.9g", in,
                                 hypers, (int)i, b, c, have, want[m]);
                }
            }
    gg_arena_free(&t.a);
}

static void definition(void **state)
{
    (void)state;
    is_what_it_says("8x0e+8x1o+8x2e", "");
    is_what_it_says("17x0e+17x1o", "species=false");
    is_what_it_says("3x1e+3x0e+3x1o", "correlation=2 out_irreps=3x1o+3x0o+3x1e+3x2e");
    is_what_it_says("4x0e+4x1o+4x2e+4x3o", "out_irreps=4x0e+4x1e");
    is_what_it_says("2x0e+2x1o+2x2e", "correlation=4 out_irreps=2x0e+2x1o");
    is_what_it_says("5x1o", "correlation=1");
}

/* ---- levels ---- */

struct result {
    gg_real *y;
    struct gg_point d;
};

static struct result run_level(struct trial *t, const char *level, const char *in, const char *hypers)
{
    struct result r;
    void *saved;
    setenv("GG_KERNEL", level, 1);
    open_or_fail(t, in, hypers);
    unsetenv("GG_KERNEL");
    r.d = gg_point_zero(&t->c, &t->liquid.graph);
    r.y = gg_run_forward(&t->c, &t->liquid.graph, &t->p, &saved);
    gg_run_backward(&t->c, &t->liquid.graph, &t->p, r.y, saved, gg_value_random(&t->c, &t->c.l.out, NODES),
                    &r.d);
    return r;
}

static void compare(const char *what, const gg_real *x, const gg_real *y, int64_t n, double allowed)
{
    double size = 0;
    for (int64_t k = 0; k < n; k++)
        size = fmax(size, fabs((double)y[k]));
    for (int64_t k = 0; k < n; k++)
        if (!(fabs((double)x[k] - (double)y[k]) <= allowed * size))
            fail_msg("%s: number %d: %.9g and %.9g", what, (int)k, (double)x[k], (double)y[k]);
}

static bool has_level(const char *level)
{
    setenv("GG_KERNEL", level, 1);
    bool has = !strcmp(gg_conv_best_name(), level);
    unsetenv("GG_KERNEL");
    return has;
}

/* AVX2 and AVX-512 give the same bytes; plain C has no fused multiply-add. */
static void levels_agree(void **state)
{
    static const char *const in[] = {"8x0e+8x1o+8x2e+8x3o", "20x0e+20x1o+20x2e"};
    static const struct {
        const char *a, *b;
        double allowed;
    } pair[] = {{"avx512", "avx2", 0}, {"avx2", "plain", 1e-5}};
    (void)state;
    for (size_t k = 0; k < 2; k++)
        for (size_t q = 0; q < 2; q++) {
            if (!has_level(pair[q].a) || !has_level(pair[q].b))
                continue;
            struct trial t, s;
            struct result x = run_level(&t, pair[q].a, in[k], ""), y = run_level(&s, pair[q].b, in[k], "");
            compare("y", x.y, y.y, gg_value_size(&t.c.l.out, &t.liquid.graph), pair[q].allowed);
            compare("dx", x.d.x[0], y.d.x[0], gg_value_size(&t.c.l.in[0], &t.liquid.graph), pair[q].allowed);
            compare("dw", x.d.w, y.d.w, t.c.l.n_weight, pair[q].allowed);
            gg_arena_free(&t.a);
            gg_arena_free(&s.a);
        }
}

/* Explaining a prediction wants no gradient of the parameters. */
static void without_weights(void **state)
{
    struct trial t;
    (void)state;
    struct result r = run_level(&t, gg_conv_best_name(), "8x0e+8x1o", "");
    gg_real *w = r.d.w, *dx = r.d.x[0];
    struct gg_point d = gg_point_zero(&t.c, &t.liquid.graph);
    t.c.r = gg_rng_at(9, 0, 0, 0);
    gg_real *dy = gg_value_random(&t.c, &t.c.l.out, NODES);
    d.w = NULL;
    gg_run_backward(&t.c, &t.liquid.graph, &t.p, r.y, NULL, dy, &d);
    memset(dx, 0, sizeof *dx * (size_t)gg_value_size(&t.c.l.in[0], &t.liquid.graph));
    r.d.w = w;
    gg_run_backward(&t.c, &t.liquid.graph, &t.p, r.y, NULL, dy, &r.d);
    compare("dx", d.x[0], dx, gg_value_size(&t.c.l.in[0], &t.liquid.graph), 0);
    gg_arena_free(&t.a);
}

/* ---- refusals ---- */

static void refusals(void **state)
{
    static const struct {
        const char *in, *hypers, *says;
    } table[] = {{"8x0e+4x1o", "", "in: 8x0e+4x1o: a block of 4 channels where another has 8"},
                 {"8x0e+8x1o", "out_irreps=4x0e",
                  "out_irreps: 4x0e: a block of 4 channels where another has 8"},
                 {"8x0e+8x1o", "out_irreps=8x1e",
                  "out_irreps: no product of up to 3 of 8x0e+8x1o makes 8x1e"},
                 {"8x0e", "out_irreps=8x1o", "makes 8x1o"},
                 {"2x0e+2x4e", "", "in: degree 4, products are made of degrees up to 3"},
                 {"graph:4x0e", "", "species: the value lives on graph"},
                 {"8x0e", "out_irreps=8x0q", "out_irreps: irreps '8x0q'"}};
    (void)state;
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        struct trial t;
        struct gg_err err = {0};
        assert_int_equal(open_trial(&t, table[k].in, table[k].hypers, &err), -1);
        assert_int_equal(err.status, GG_USAGE);
        if (!strstr(err.text, table[k].says))
            fail_msg("'%s' does not say '%s'", err.text, table[k].says);
        gg_arena_free(&t.a);
    }
}

int main(void)
{
    struct gg_err err;
    const struct CMUnitTest tests[] = {cmocka_unit_test(definition), cmocka_unit_test(levels_agree),
                                       cmocka_unit_test(without_weights), cmocka_unit_test(refusals)};
    gg_threads_init(2, &err);
    return cmocka_run_group_tests_name("contract", tests, NULL, NULL);
}
