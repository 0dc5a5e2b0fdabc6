/* test_edge_mlp.c -- the perceptron on edges against its formula, in plain loops over edges */
#include "layers/layers.h"
#include "laws/check.h"
#include "laws/check_laws.h"
#include "util/threads.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#ifdef GG_REAL_DOUBLE
static const double rounding = 1e-13;
#else
static const double rounding = 2e-6;
#endif
enum { WIDEST = 64 };

/* w's piece called `name`, or NULL. */
static const gg_real *piece(const struct gg_layer *l, const gg_real *w, const char *name)
{
    struct gg_weight p;
    for (int k = 0; l->type->weight(l, k, &p); k++)
        if (!strcmp(p.name, name))
            return w + p.offset;
    return NULL;
}

/* y += x W [n_in][n_out] factor */
static void multiply(const gg_real *x, const gg_real *W, int n_in, int n_out, double factor, double *y)
{
    for (int c = 0; c < n_in; c++)
        for (int d = 0; d < n_out; d++)
            y[d] += factor * (double)x[c] * (double)W[c * n_out + d];
}

/* An edge through hidden = 7, 24 and 3 outputs, inputs sender 5, receiver 9, edge 3, added 7; e3nn's scale, silu. */
static void by_formula(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g,
                       const struct gg_point *p, int64_t i, int64_t e, double y[3])
{
    const int width[] = {7, 24, 3};
    const int64_t row[] = {g->nbr[e], i, e};
    static const char *const first[] = {"0.weight.0", "0.weight.1", "0.weight.2"};
    static const char *const name[][2] = {{"", "0.bias"}, {"1.weight", "1.bias"}, {"2.weight", "2.bias"}};
    double z[WIDEST] = {0};
    for (int q = 0; q < 3; q++)
        multiply(p->x[q] + row[q] * l->in[q].stride, piece(l, w, first[q]), l->in[q].irreps.b[0].mul, 7,
                 1 / sqrt(5 + 9 + 3), z);
    for (int c = 0; c < 7; c++)
        z[c] += (double)p->x[3][e * l->in[3].stride + c] + (double)piece(l, w, "0.bias")[c];
    for (int k = 1; k < 3; k++) {
        gg_real a[WIDEST];
        for (int c = 0; c < width[k - 1]; c++)
            a[c] = (gg_real)(1.676532470363 * z[c] / (1 + exp(-z[c])));
        memset(z, 0, sizeof z);
        multiply(a, piece(l, w, name[k][0]), width[k - 1], width[k], 1 / sqrt(width[k - 1]), z);
        for (int c = 0; c < width[k]; c++)
            z[c] += (double)piece(l, w, name[k][1])[c];
    }
    memcpy(y, z, 3 * sizeof *y);
}

static void it_is_the_formula(void **state)
{
    (void)state;
    static const struct gg_layer_case k = {
        .name = "formula",
        .in = {"5x0e", "9x0e", "edge:3x0e", "edge:7x0e"},
        .hypers = "at=sender at=receiver at=edge at=added hidden=7,24 outputs=3"};
    struct gg_arena a = {0};
    struct gg_check c = {.k = &k, .a = &a, .r = gg_rng_at(3, 0, 0, 0), .to = stderr};
    struct gg_liquid first, s;
    struct gg_err err;
    gg_liquid_random(&first, &a, 60, 2, 1.7, &c.r);
    gg_liquid_selfish(&s, &a, &first);
    assert_int_equal(gg_layer_from_case(&c.l, gg_layer_find("edge_mlp"), &k, &a, &err), 0);
    struct gg_point p = gg_point_random(&c, &s.graph);
    const gg_real *y = gg_run_forward(&c, &s.graph, &p, NULL);
    double worst = 0, y2[3];
    for (int64_t i = 0; i < s.graph.n_node; i++)
        for (int64_t e = s.graph.ptr[i]; e < s.graph.ptr[i + 1]; e++) {
            by_formula(&c.l, p.w, &s.graph, &p, i, e, y2);
            for (int d = 0; d < 3; d++)
                worst = fmax(worst, fabs((double)y[e * c.l.out.stride + d] - y2[d]) / (1 + fabs(y2[d])));
        }
    assert_true(s.graph.n_edge > 1000);
    assert_true(worst <= rounding);
    gg_arena_free(&a);
}

/* A product made once and added is the same as one more value on the edge. */
static void added_is_a_value_on_the_edge(void **state)
{
    (void)state;
    static const struct gg_layer_case whole = {.name = "whole",
                                               .in = {"edge:6x0e", "edge:5x0e", "8x0e"},
                                               .hypers =
                                                   "at=edge at=edge at=receiver outputs=8 weights=plain"},
                                      once = {.name = "once",
                                              .in = {"edge:5x0e"},
                                              .hypers = "at=edge outputs=8 weights=plain bias=false"},
                                      rest = {.name = "rest",
                                              .in = {"edge:6x0e", "edge:8x0e", "8x0e"},
                                              .hypers =
                                                  "at=edge at=added at=receiver outputs=8 weights=plain"};
    const struct gg_layer_type *t = gg_layer_find("edge_mlp");
    struct gg_arena a = {0};
    struct gg_check c = {.k = &whole, .a = &a, .r = gg_rng_at(4, 0, 0, 0), .to = stderr};
    struct gg_liquid s;
    struct gg_err err;
    gg_liquid_random(&s, &a, 60, 2, 1.7, &c.r);
    assert_int_equal(gg_layer_from_case(&c.l, t, &whole, &a, &err), 0);
    struct gg_point p = gg_point_random(&c, &s.graph), part = {.w = GG_NEW(&a, gg_real, 40), .x = {p.x[1]}};
    const gg_real *y = gg_run_forward(&c, &s.graph, &p, NULL);
    int64_t n = gg_value_size(&c.l.out, &s.graph);
    memcpy(part.w, p.w + 6 * 8, 40 * sizeof *p.w);
    assert_int_equal(gg_layer_from_case(&c.l, t, &once, &a, &err), 0);
    gg_real *product = gg_run_forward(&c, &s.graph, &part, NULL);
    struct gg_point other = {.w = GG_NEW(&a, gg_real, (6 + 8 + 1) * 8), .x = {p.x[0], product, p.x[2]}};
    memcpy(other.w, p.w, 6 * 8 * sizeof *p.w);
    memcpy(other.w + 6 * 8, p.w + (6 + 5) * 8, (8 + 1) * 8 * sizeof *p.w);
    assert_int_equal(gg_layer_from_case(&c.l, t, &rest, &a, &err), 0);
    const gg_real *z = gg_run_forward(&c, &s.graph, &other, NULL);
    for (int64_t k = 0; k < n; k++)
        assert_true(fabs((double)y[k] - (double)z[k]) <= rounding * (1 + fabs((double)y[k])));
    gg_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(it_is_the_formula),
                                       cmocka_unit_test(added_is_a_value_on_the_edge)};
    struct gg_err err;
    gg_threads_init(1, &err);
    return cmocka_run_group_tests_name("edge_mlp", tests, NULL, NULL);
}
