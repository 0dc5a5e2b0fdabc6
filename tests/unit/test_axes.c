/* test_axes.c -- values on products of axes: which row is read and summed by concat, add and pool, and a layer with lifts through
 * all laws */
#include "layers/layers.h"
#include "laws/check.h"
#include "util/threads.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double close_enough = sizeof(gg_real) == 8 ? 1e-13 : 1e-5;
#define assert_near(a, b) \
    assert_true(fabs((double)(a) - (double)(b)) <= close_enough * (1 + fabs((double)(b))))

static struct gg_arena arena;
static struct gg_err err;

/* ---- a layer with lifts: y_{i,u} = w_u x_i ---- */

enum { LIFTS = 4 };

static int lift_init(struct gg_layer *l, struct gg_arena *a, struct gg_err *e)
{
    (void)a;
    (void)e;
    gg_shape_init(&l->out, gg_axis_lifted(l->in[0].axis, LIFTS), &l->in[0].irreps);
    l->n_weight = LIFTS;
    l->spares_y = true;
    return 0;
}

static bool lift_weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    (void)l;
    *out = (struct gg_weight){.name = "lift", .ndim = 1, .shape = {LIFTS}};
    return k == 0;
}

static void lift_forward(const struct gg_call *call)
{
    int64_t stride = call->l->out.stride, n_row = gg_shape_rows(&call->l->out, call->g);
    for (int64_t i = 0; i < n_row; i++)
        for (int64_t k = 0; k < stride; k++)
            call->y[i * stride + k] = call->w[i % LIFTS] * call->x[0][i / LIFTS * stride + k];
}

static void lift_backward(const struct gg_call *call)
{
    int64_t stride = call->l->out.stride, n_row = gg_shape_rows(&call->l->out, call->g);
    double dw[LIFTS] = {0};
    for (int64_t i = 0; i < n_row; i++)
        for (int64_t k = 0; k < stride; k++) {
            dw[i % LIFTS] += (double)(call->dy[i * stride + k] * call->x[0][i / LIFTS * stride + k]);
            if (call->dx[0])
                call->dx[0][i / LIFTS * stride + k] += call->w[i % LIFTS] * call->dy[i * stride + k];
        }
    for (int u = 0; call->dw && u < LIFTS; u++)
        call->dw[u] += (gg_real)dw[u];
}

static const struct gg_opt no_keys[] = {{0}};
static const struct gg_layer_case lift_cases[] = {{"nodes", {"3x0e+5x1o"}, ""},
                                                  {"times", {"node*time:4x0e+1x2e"}, ""},
                                                  {0}};
static const struct gg_layer_type lift = {.name = "lift",
                                          .hypers = no_keys,
                                          .hyper_defaults = "",
                                          .init = lift_init,
                                          .weight = lift_weight,
                                          .forward = lift_forward,
                                          .backward = lift_backward,
                                          .cases = lift_cases};

static void a_layer_with_lifts_obeys_the_laws(void **state)
{
    (void)state;
    int n_checked;
    assert_int_equal(gg_check_layer(&lift, 1, stderr, &n_checked), 0);
    assert_true(n_checked > 40);
}

/* ---- coordinates as numbers: a row (i, t, u) holds 100 i + 10 t + u ---- */

static int make(struct gg_layer *l, const struct gg_layer_type *t, const char *const in[4],
                const char *hypers)
{
    struct gg_layer_case k = {"test", {in[0], in[1], in[2], in[3]}, hypers};
    *l = (struct gg_layer){.n_type = 1, .cutoff = 2, .mean_neighbours = 40};
    return gg_layer_from_case(l, t, &k, &arena, &err);
}

static void coordinates(const struct gg_shape *s, const struct gg_graph *g, int64_t row, int at[3])
{
    int64_t lifts = gg_axis_lifts(s->axis), times = s->axis & GG_PER_TIME ? g->n_time : 1;
    at[2] = (int)(row % lifts);
    at[1] = (int)(row / lifts % times);
    at[0] = (int)(row / lifts / times);
}

static double number(const int at[3])
{
    return 100 * at[0] + 10 * at[1] + at[2];
}

static gg_real *numbered(const struct gg_shape *s, const struct gg_graph *g)
{
    int64_t n = gg_shape_rows(s, g);
    gg_real *x = GG_NEW(&arena, gg_real, (size_t)(n * s->stride));
    for (int64_t i = 0; i < n; i++) {
        int at[3];
        coordinates(s, g, i, at);
        x[i * s->stride] = (gg_real)number(at);
    }
    return x;
}

static const struct gg_graph graph = {.n_node = 5, .n_time = 3, .n_edge = 7};

static gg_real *evaluate(const struct gg_layer *l, const gg_real *w, const gg_real *const *x)
{
    gg_real *y = GG_NEW(&arena, gg_real, (size_t)(gg_shape_rows(&l->out, &graph) * l->out.stride));
    void *scratch = gg_arena_alloc(&arena, l->scratch_bytes ? l->scratch_bytes(l, &graph, gg_threads()) : 0);
    l->type->forward(&(struct gg_call){.l = l, .w = w, .g = &graph, .x = x, .y = y, .scratch = scratch});
    return y;
}

static void each_row_reads_its_own(void **state)
{
    (void)state;
    static const char *const in[4] = {"graph*lift:1x0e", "node*time:1x0o", "1x1o", "graph:1x2e"};
    struct gg_layer l;
    const gg_real *x[4];
    assert_int_equal(make(&l, gg_layer_find("concat"), in, ""), 0);
    assert_int_equal(gg_axis_base(l.out.axis), GG_ON_NODE);
    for (int k = 0; k < 4; k++)
        x[k] = numbered(&l.in[k], &graph);
    const gg_real *y = evaluate(&l, NULL, x);
    int64_t n_row = gg_shape_rows(&l.out, &graph);
    assert_int_equal(n_row, 5 * 3 * 3);
    for (int64_t i = 0; i < n_row; i++) {
        int at[3];
        coordinates(&l.out, &graph, i, at);
        const gg_real *row = y + i * l.out.stride;
        assert_near(row[l.out.offset[0]], number((int[3]){0, 0, at[2]}));
        assert_near(row[l.out.offset[1]], number((int[3]){at[0], at[1], 0}));
        assert_near(row[l.out.offset[2]], number((int[3]){at[0], 0, 0}));
        assert_near(row[l.out.offset[3]], 0);
    }
}

static void sums_of_spread_values(void **state)
{
    (void)state;
    static const char *const in[4] = {"graph*time:1x0e", "edge*lift:1x0e", "edge:1x0e"};
    struct gg_layer l;
    const gg_real *x[3];
    assert_int_equal(make(&l, gg_layer_find("add"), in, "scale=2"), 0);
    for (int k = 0; k < 3; k++)
        x[k] = numbered(&l.in[k], &graph);
    const gg_real *y = evaluate(&l, NULL, x);
    int64_t n_row = gg_shape_rows(&l.out, &graph);
    assert_int_equal(n_row, 7 * 3 * 3);
    for (int64_t i = 0; i < n_row; i++) {
        int at[3];
        coordinates(&l.out, &graph, i, at);
        assert_near(y[i * l.out.stride], 2 * (10 * at[1] + 100 * at[0] + at[2] + 100 * at[0]));
    }
}

static void pools(void **state)
{
    (void)state;
    static const struct {
        const char *hypers;
        int rows;
        double first, step;       /* of row 0, and from there to row 1 */
    } table[] = {{"", 9, 200, 1}, /* nodes: time and lift are left, the mean of 100 i is 200 */
                 {"over=node reduce=sum", 9, 1000, 5},
                 {"over=time", 15, 10, 1},
                 {"over=lift", 15, 1, 10},
                 {"over=lift reduce=sum", 15, 3, 30}};
    static const char *const in[4] = {"node*time*lift:1x0e"};
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        struct gg_layer l;
        assert_int_equal(make(&l, gg_layer_find("pool"), in, table[k].hypers), 0);
        const gg_real *x = numbered(&l.in[0], &graph), *y = evaluate(&l, NULL, &x);
        assert_int_equal(gg_shape_rows(&l.out, &graph), table[k].rows);
        assert_near(y[0], table[k].first);
        assert_near(y[l.out.stride] - y[0], table[k].step);
    }
}

/* Weights 100 i on nodes of 10 t + 100 i + u: their mean is 100 sum i^2 / sum i; where none is above 0 it is 0. */
static void weighed_pools(void **state)
{
    (void)state;
    static const struct {
        const char *hypers;
        double first, step;
    } table[] = {{"", 300, 1}, {"over=node reduce=sum", 3e5, 1000}};
    static const char *const in[4] = {"node*time*lift:1x0e", "1x0e"};
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        struct gg_layer l;
        assert_int_equal(make(&l, gg_layer_find("pool"), in, table[k].hypers), 0);
        const gg_real *x[2] = {numbered(&l.in[0], &graph), numbered(&l.in[1], &graph)};
        const gg_real *y = evaluate(&l, NULL, x);
        assert_near(y[0] / table[k].first, 1);
        assert_near((y[l.out.stride] - y[0]) / table[k].step, 1);
        x[1] = GG_NEW(&arena, gg_real, (size_t)(gg_shape_rows(&l.in[1], &graph) * l.in[1].stride));
        y = evaluate(&l, NULL, x);
        for (int64_t q = 0; q < gg_shape_rows(&l.out, &graph) * l.out.stride; q++)
            assert_true(y[q] == 0);
    }
}

/* pool over lift takes off what lift has put on, times the mean of its parameters. */
static void pool_undoes_lift(void **state)
{
    (void)state;
    struct gg_layer up, down = {.n_type = 1, .type = gg_layer_find("pool"), .n_in = 1};
    static const char *const in[4] = {"node*time:2x0e+3x1o"};
    const gg_real w[LIFTS] = {1, -2, 3, 6};
    assert_int_equal(make(&up, &lift, in, ""), 0);
    down.hyper = gg_arena_calloc(&arena, 1, down.type->hyper_size);
    assert_int_equal(gg_layer_set(&down, "over=lift", &err), 0);
    down.in[0] = up.out;
    assert_int_equal(down.type->init(&down, &arena, &err), 0);
    assert_int_equal(down.out.axis, up.in[0].axis);
    const gg_real *x = numbered(&up.in[0], &graph), *y = evaluate(&up, w, &x), *z = evaluate(&down, NULL, &y);
    for (int64_t k = 0; k < gg_shape_rows(&down.out, &graph) * down.out.stride; k++)
        assert_near(z[k], 2 * x[k]);
}

static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *layer, *in[4], *hypers, *says;
    } table[] = {
        {"concat", {"edge:1x0e", "node*time:1x0e"}, "", "value 2 lives on node x time, those before on edge"},
        {"add", {"graph:1x0e", "1x0e", "edge:1x0e"}, "", "value 3 lives on edge, those before on node"},
        {"pool", {"graph*time:1x0e"}, "", "lives on graph x time: there are no nodes and no edges"},
        {"pool", {"edge:1x0e"}, "over=node", "lives on edge: there are no nodes"},
        {"pool", {"1x0e"}, "over=time", "lives on node: there are no times"},
        {"pool", {"node*time:1x0e"}, "over=lift", "lives on node x time: there are no lifts"},
        {"pool", {"node*time:1x0e", "1x0e"}, "over=time", "weights are of nodes or edges"},
        {"pool",
         {"node*time:1x0e", "node*time:1x0e"},
         "",
         "weights live on node x time, the value's own on node"},
        {"pool", {"edge:1x0e", "1x0e"}, "", "weights live on node, the value's own on edge"},
        {"pool", {"1x0e", "2x0e"}, "", "the weights are 2x0e, one number a row"},
        {"pool", {"1x0e", "1x0o"}, "", "the weights are 1x0o, one number a row"},
        {"pool", {"1x0e", "1x0e", "1x0e"}, "", "3 values; pool takes one, or one and its weights"},
        {"linear", {"node*lift:2x0e"}, "species=true", "species: the value lives on node x 3 lifts"}};
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        struct gg_layer l;
        assert_int_equal(make(&l, gg_layer_find(table[k].layer), table[k].in, table[k].hypers), -1);
        if (!strstr(err.text, table[k].says))
            print_message("wanted '%s' in '%s'\n", table[k].says, err.text);
        assert_non_null(strstr(err.text, table[k].says));
    }
}

static void other_numbers_of_lifts_are_refused(void **state)
{
    (void)state;
    struct gg_layer l = {.n_type = 1, .type = gg_layer_find("concat"), .n_in = 2};
    struct gg_irreps one = {.n = 1, .b = {{1, 0, 1}}};
    gg_shape_init(&l.in[0], gg_axis_lifted(GG_ON_NODE, 2), &one);
    gg_shape_init(&l.in[1], gg_axis_lifted(GG_ON_NODE, 3), &one);
    assert_int_equal(l.type->init(&l, &arena, &err), -1);
    assert_non_null(strstr(err.text, "node x 3 lifts, those before on node x 2 lifts"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_layer_with_lifts_obeys_the_laws),
        cmocka_unit_test(each_row_reads_its_own),
        cmocka_unit_test(sums_of_spread_values),
        cmocka_unit_test(pools),
        cmocka_unit_test(weighed_pools),
        cmocka_unit_test(pool_undoes_lift),
        cmocka_unit_test(refusals),
        cmocka_unit_test(other_numbers_of_lifts_are_refused),
    };
    gg_threads_init(1, &err);
    int failed = cmocka_run_group_tests_name("axes", tests, NULL, NULL);
    gg_arena_free(&arena);
    return failed;
}
