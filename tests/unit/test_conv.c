/* test_conv.c -- the kernels of conv: known vectors, every level against the dense sums, tables against the net on every edge */
#include "layers/layers.h"
#include "conv_fixture.h"
#include "laws/check.h"
#include "conv/conv.h"
#include "kernel/conv_any.h"
#include "util/threads.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { NODES = 5, EDGES = 230, L = 4, WIDTH = 32, MID = 13 * WIDTH, KNOTS = 9 };

/* A block of receivers with rows of 0, 3, 150 (more than a chunk), 1 and 76 edges, random harmonics, features and table. */
struct fixture {
    int64_t ptr[NODES + 1];
    int32_t sender[EDGES], local[EDGES], knot[EDGES];
    gg_real b[EDGES][GG_KNOT_ROWS];
    gg_real Y[49 * (EDGES + 32)], x[NODES * MID], dx[NODES * MID], table[KNOTS * WIDTH],
        dtable[KNOTS * WIDTH], mid[NODES * MID], alpha[EDGES * WIDTH], dalpha[EDGES * WIDTH];
    struct gg_conv_block block;
};

static void setup(struct fixture *f)
{
    static const int64_t rows[NODES] = {0, 3, 150, 1, 76};
    struct gg_rng r = gg_rng_at(7, 0, 0, 0);
    memset(f, 0, sizeof *f);
    for (int i = 0; i < NODES; i++)
        f->ptr[i + 1] = f->ptr[i] + rows[i];
    for (int e = 0; e < EDGES; e++) {
        f->sender[e] = (int32_t)gg_rng_below(&r, NODES);
        f->local[e] = (int32_t)gg_rng_below(&r, NODES);
        f->knot[e] = (int32_t)gg_rng_below(&r, KNOTS - GG_KNOT_ROWS + 1);
        fill(f->b[e], GG_KNOT_ROWS, &r);
    }
    fill(f->Y, sizeof f->Y / sizeof *f->Y, &r);
    fill(f->x, sizeof f->x / sizeof *f->x, &r);
    fill(f->table, sizeof f->table / sizeof *f->table, &r);
    fill(f->alpha, sizeof f->alpha / sizeof *f->alpha, &r);
    f->block = (struct gg_conv_block){.first = 0,
                                      .last = NODES,
                                      .ptr = f->ptr,
                                      .n_edge = EDGES,
                                      .lane = EDGES + 32,
                                      .Y = f->Y,
                                      .sender = f->sender,
                                      .local = f->local,
                                      .knot = f->knot,
                                      .b = f->b};
}

static struct gg_conv_path path_of(struct fixture *f, int l1, int l2, int l3, int width)
{
    return (struct gg_conv_path){.l1 = l1,
                                 .l2 = l2,
                                 .l3 = l3,
                                 .n_group = WIDTH / width,
                                 .width = width,
                                 .x = f->x,
                                 .dx = f->dx,
                                 .x_stride = MID,
                                 .dx_stride = MID,
                                 .x_pad = WIDTH,
                                 .table = f->table,
                                 .dtable = f->dtable,
                                 .n_knot = KNOTS,
                                 .mid = f->mid,
                                 .mid_stride = MID,
                                 .mid_row = WIDTH};
}

static void weigh(struct fixture *f, struct gg_conv_path *p)
{
    p->alpha = f->alpha;
    p->dalpha = f->dalpha;
    p->alpha_stride = WIDTH;
}

/* weighed: with a factor for every channel of an edge */
static void same_as_dense(const struct gg_conv_level *level, int l1, int l2, int l3, int width, bool weighed)
{
    struct fixture *f = malloc(sizeof *f), *g = malloc(sizeof *g);
    setup(f);
    setup(g);
    struct gg_conv_path p = path_of(f, l1, l2, l3, width), q = path_of(g, l1, l2, l3, width);
    struct gg_arena a = {0};
    if (weighed) {
        weigh(f, &p);
        weigh(g, &q);
    }
    p.list = gg_conv_generated(level, l1, l2, l3) ? NULL : gg_conv_list_new(&a, l1, l2, l3);
    level->forward(l1, l2, l3, width)(&f->block, &p);
    gg_conv_any_forward(&g->block, &q);
    assert_true(worst(f->mid, g->mid, NODES * MID) <= tolerance);
    level->backward(l1, l2, l3, width)(&f->block, &p);
    gg_conv_any_backward(&g->block, &q);
    assert_true(worst(f->dx, g->dx, sizeof f->dx / sizeof *f->dx) <= tolerance);
    assert_true(worst(f->dtable, g->dtable, sizeof f->dtable / sizeof *f->dtable) <= tolerance);
    assert_true(worst(f->dalpha, g->dalpha, sizeof f->dalpha / sizeof *f->dalpha) <= tolerance);
    gg_real M[GG_LIST_M][8] = {{0}}, dense[GG_LIST_M][8] = {{0}};
    level->outer(l1, l2, l3)(p.list, f->x, WIDTH, g->mid, WIDTH, M);
    gg_conv_any_outer(l1, l2, l3, f->x, WIDTH, g->mid, WIDTH, dense);
    assert_true(worst(M[0], dense[0], (size_t)(8 * (2 * l2 + 1))) <= tolerance);
    gg_arena_free(&a);
    free(f);
    free(g);
}

static void every_path(const struct gg_conv_level *level)
{
    int n = 0;
    for (int l1 = 0; l1 <= L; l1++)
        for (int l2 = 0; l2 <= L; l2++)
            for (int l3 = abs(l1 - l2); l3 <= L && l3 <= l1 + l2; l3++, n++)
                for (int weighed = 0; weighed < 2; weighed++) {
                    same_as_dense(level, l1, l2, l3, 8, weighed);
                    same_as_dense(level, l1, l2, l3, 16, weighed);
                }
    assert_int_equal(n, 65);
}

/* Degrees above those that any level has generated, by lists. */
static void high_paths(const struct gg_conv_level *level)
{
    static const int l[][3] = {{5, 0, 5}, {0, 5, 5}, {5, 5, 0}, {5, 3, 2}, {1, 5, 4}, {6, 6, 6}, {6, 5, 3}};
    for (size_t k = 0; k < sizeof l / sizeof *l; k++) {
        same_as_dense(level, l[k][0], l[k][1], l[k][2], 8, k % 2);
        same_as_dense(level, l[k][0], l[k][1], l[k][2], 16, k % 2);
    }
}

static void test_levels(void **state)
{
    const struct gg_conv_level *level[3];
    (void)state;
    for (int n = levels(level), k = 0; k < n; k++) {
        every_path(level[k]);
        high_paths(level[k]);
    }
}

/* gg_o3(7): x = 1x0e+1x1o = (2; .1 .2 .3), r = (1,2,3), weights 1, each path in a block of its own */
static void test_known_product(void **state)
{
    static const struct {
        int l1, l2, l3;
        double y[5];
    } known[] = {{0, 0, 0, {2}},
                 {1, 1, 0, {.374165739}},
                 {0, 1, 1, {.9258201, 1.8516402, 2.777460299}},
                 {1, 0, 1, {.1, .2, .3}},
                 {1, 2, 1, {.141421356, .282842712, .424264069}},
                 {0, 2, 2, {1.659850006, 1.10656667, -.319438282, 3.319700011, 2.213133341}},
                 {1, 1, 2, {.196396101, .130930734, -.037796447, .392792202, .261861468}}};
    static const double scalar[1] = {2}, vector[3] = {.1, .2, .3}, r[3] = {1, 2, 3};
    double Y[9];
    (void)state;
    gg_sh(2, r, Y);
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        int l1 = known[k].l1, l2 = known[k].l2, l3 = known[k].l3;
        gg_real lanes[9 * 32] = {0}, x[3 * 8] = {0}, table[4 * 8] = {0}, mid[5 * 8];
        int64_t ptr[2] = {0, 1};
        int32_t zero[1] = {0};
        gg_real b[1][GG_KNOT_ROWS] = {{1, 0, 0, 0}};
        for (int lm = 0; lm < 9; lm++)
            lanes[lm * 32] = (gg_real)Y[lm];
        for (int m = 0; m <= 2 * l1; m++)
            x[m * 8] = (gg_real)(l1 ? vector[m] : scalar[m]);
        table[0] = (gg_real)sqrt(2 * l3 + 1);
        struct gg_conv_block block = {0, 1, ptr, 1, 32, lanes, zero, zero, zero, b};
        struct gg_conv_path p = {.l1 = l1,
                                 .l2 = l2,
                                 .l3 = l3,
                                 .n_group = 1,
                                 .width = 8,
                                 .x = x,
                                 .x_stride = 24,
                                 .x_pad = 8,
                                 .table = table,
                                 .n_knot = 4,
                                 .mid = mid,
                                 .mid_stride = 40,
                                 .mid_row = 8};
        gg_conv_best()->forward(l1, l2, l3, 8)(&block, &p);
        for (int m = 0; m <= 2 * l3; m++)
            assert_true(fabs((double)mid[m * 8] - known[k].y[m]) <= (sizeof(gg_real) == 8 ? 1e-9 : 1e-6));
    }
}

/* ---- whole layers ---- */

static struct gg_graph random_graph(struct gg_arena *a, int n, double length, double cutoff)
{
    struct gg_err err = {0};
    struct gg_rng r = gg_rng_at(3, 0, 0, 0);
    struct gg_cell cell;
    const double h[3][3] = {{length, 0, 0}, {0, length, 0}, {0, 0, length}};
    double(*pos)[3] = gg_arena_alloc(a, (size_t)n * sizeof *pos);
    struct gg_edges e;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < 3; k++)
            pos[i][k] = length * gg_rng_uniform(&r);
    assert_int_equal(gg_cell_init(&cell, 3, 7, h, &err), 0);
    assert_int_equal(gg_neighbors(&e, a, &cell, n, (const double(*)[3])pos, cutoff, false, 0, &err), 0);
    double(*vec)[3] = gg_arena_alloc(a, (size_t)e.n_edge * sizeof *vec);
    gg_real(*out)[3] = gg_arena_alloc(a, (size_t)e.n_edge * sizeof *out),
    *length_of = GG_NEW(a, gg_real, (size_t)e.n_edge);
    gg_edge_vectors_f64(&e, &cell, (const double(*)[3])pos, vec);
    for (int64_t k = 0; k < e.n_edge; k++) {
        for (int c = 0; c < 3; c++)
            out[k][c] = (gg_real)vec[k][c];
        length_of[k] = (gg_real)sqrt(vec[k][0] * vec[k][0] + vec[k][1] * vec[k][1] + vec[k][2] * vec[k][2]);
    }
    struct gg_graph g = {.n_node = n,
                         .n_edge = e.n_edge,
                         .ptr = e.ptr,
                         .nbr = e.nbr,
                         .vec = (const gg_real(*)[3])out,
                         .r = length_of,
                         .type = GG_NEW(a, int32_t, (size_t)n),
                         .n_type = 1};
    gg_graph_ranges(&g, a);
    return g;
}

/* y, dx and dw of a conv with the given table; all concatenated. */
static int64_t run_layer(struct gg_arena *a, const struct gg_graph *g, const char *table, gg_real **result)
{
    struct gg_err err = {0};
    struct gg_rng r = gg_rng_at(5, 0, 0, 0);
    struct gg_layer l = {
        .type = gg_layer_find("conv"), .n_type = 1, .cutoff = 2, .mean_neighbours = 20, .n_in = 1};
    struct gg_irreps in;
    l.hyper = gg_arena_alloc(a, l.type->hyper_size);
    memcpy(l.hyper, l.type->hyper_defaults, l.type->hyper_size);
    assert_int_equal(
        gg_layer_set(&l, gg_arena_printf(a, "lmax=3 channels=8 radial.hidden=16 radial.table=%s", table),
                     &err),
        0);
    assert_int_equal(gg_irreps_parse(&in, "8x0e+8x1o+8x2e+8x3o", &err), 0);
    gg_shape_init(&l.in[0], GG_ON_NODE, &in);
    assert_int_equal(l.type->init(&l, a, &err), 0);
    int64_t n_x = g->n_node * l.in[0].stride, n_y = g->n_node * l.out.stride;
    gg_real *out = *result = GG_NEW(a, gg_real, (size_t)(n_x + n_y + l.n_weight)),
            *w = GG_NEW(a, gg_real, (size_t)l.n_weight), *x = GG_NEW(a, gg_real, (size_t)n_x),
            *dy = GG_NEW(a, gg_real, (size_t)n_y);
    fill(w, (size_t)l.n_weight, &r);
    fill(x, (size_t)n_x, &r);
    fill(dy, (size_t)n_y, &r);
    void *saved = gg_arena_alloc(a, l.saved_bytes(&l, g)),
         *scratch = gg_arena_alloc(a, l.scratch_bytes(&l, g, gg_threads()));
    const gg_real *inputs[1] = {x};
    gg_real *dx[1] = {out + n_y};
    struct gg_call call = {.l = &l,
                           .w = w,
                           .g = g,
                           .x = inputs,
                           .y = out,
                           .saved = saved,
                           .scratch = scratch,
                           .dy = dy,
                           .dx = dx,
                           .dw = out + n_y + n_x};
    l.type->forward(&call);
    l.type->backward(&call);
    return n_x + n_y + l.n_weight;
}

/* kernels: 256 knots err by 1e-5 of the radial function, 1024 by 1e-7, on the features and the gradients alike */
static void test_table_converges(void **state)
{
    struct gg_arena a = {0};
    struct gg_graph g = random_graph(&a, 150, 5.0, 2.0);
    gg_real *exact, *coarse, *fine;
    (void)state;
    int64_t n = run_layer(&a, &g, "0", &exact);
    assert_int_equal(run_layer(&a, &g, "256", &coarse), n);
    assert_int_equal(run_layer(&a, &g, "1024", &fine), n);
    double at_256 = worst(coarse, exact, (size_t)n), at_1024 = worst(fine, exact, (size_t)n);
    assert_true(at_256 <= 1e-2 && at_1024 <= (sizeof(gg_real) == 8 ? 1e-4 : 1e-3));
    if (sizeof(gg_real) == 8)
        assert_true(at_1024 <= at_256 / 50);
    gg_arena_free(&a);
}

int main(void)
{
    struct gg_err err = {0};
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_levels), cmocka_unit_test(test_known_product),
                                       cmocka_unit_test(test_table_converges)};
    gg_threads_init(2, &err);
    return cmocka_run_group_tests_name("conv", tests, NULL, NULL);
}
