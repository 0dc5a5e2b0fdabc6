/* test_conv_full.c -- fully connected mixing against dense loops over edges, paths and pairs of channels; its kernels against plain sums */
#include "layers/check.h"
#include "layers/check_sample.h"
#include "layers/conv_any.h"
#include "layers/conv_full.h"
#include "util/threads.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const double tolerance = sizeof(gg_real) == 8 ? 1e-12 : 2e-5;

static void fill(gg_real *x, size_t n, struct gg_rng *r)
{
    for (size_t k = 0; k < n; k++)
        x[k] = (gg_real)gg_rng_normal(r);
}

static double worst(const gg_real *a, const gg_real *b, size_t n)
{
    double most = 0, norm = 0;
    for (size_t k = 0; k < n; k++)
        norm += (double)b[k] * (double)b[k] / (double)n;
    for (size_t k = 0; k < n; k++) {
        double d = fabs((double)a[k] - (double)b[k]) / sqrt(norm + 1e-300);
        most = d <= most ? most : d; /* keeps NaN */
    }
    return most;
}

/* ---- kernels ---- */

enum { NODES = 6, EDGES = 37, LANE = 48, STRIDE = 9 * 32, TERMS = EDGES * 9 * 16 };

struct fixture {
    int32_t sender[EDGES], local[EDGES];
    gg_real Y[9 * LANE], x[NODES * STRIDE], dx[NODES * STRIDE], t[TERMS];
};

static struct gg_conv_piece piece_of(struct fixture *f, int l1, int l2, int l3, int width)
{
    struct gg_rng r = gg_rng_at(11, 0, 0, 0);
    memset(f, 0, sizeof *f);
    for (int e = 0; e < EDGES; e++) {
        f->sender[e] = (int32_t)gg_rng_below(&r, NODES);
        f->local[e] = (int32_t)gg_rng_below(&r, NODES);
    }
    fill(f->Y, 9 * LANE, &r);
    fill(f->x, NODES * STRIDE, &r);
    fill(f->dx, NODES * STRIDE, &r);
    return (struct gg_conv_piece){.l1 = l1,
                                  .l2 = l2,
                                  .l3 = l3,
                                  .width = width,
                                  .n = EDGES,
                                  .lane = LANE,
                                  .Y = f->Y,
                                  .sender = f->sender,
                                  .local = f->local,
                                  .x = f->x,
                                  .dx = f->dx,
                                  .x_stride = STRIDE,
                                  .x_pad = 32,
                                  .t = f->t};
}

static void same_as_dense(const struct gg_conv_level *level, int l1, int l2, int l3, int width)
{
    struct fixture f, g;
    struct gg_conv_piece p = piece_of(&f, l1, l2, l3, width), q = piece_of(&g, l1, l2, l3, width);
    level->terms(l1, l2, l3, width)(&p);
    gg_conv_any_terms(&q);
    assert_true(worst(f.t, g.t, TERMS) <= tolerance);
    level->back(l1, l2, l3, width)(&p);
    gg_conv_any_back(&q);
    assert_true(worst(f.dx, g.dx, NODES * STRIDE) <= tolerance);
}

/* Any shape, in particular those that leave remainders of tiles; c_v apart from the rows. */
static void same_product(const struct gg_conv_level *level, int n_row, int n_k, int n_v, int lanes, bool add)
{
    gg_real a[23 * 5], b[5 * 11 * 16], c[23 * 11 * 16], wanted[23 * 11 * 16];
    struct gg_rng r = gg_rng_at(13, 0, 0, 0);
    fill(a, sizeof a / sizeof *a, &r);
    fill(b, sizeof b / sizeof *b, &r);
    fill(c, sizeof c / sizeof *c, &r);
    memcpy(wanted, c, sizeof c);
    struct gg_conv_product p = {.n_row = n_row,
                                .n_k = n_k,
                                .n_v = n_v,
                                .add = add,
                                .a = a,
                                .a_row = 1,
                                .a_col = 23,
                                .b = b,
                                .b_k = n_v * lanes,
                                .b_v = lanes,
                                .c = c,
                                .c_row = lanes,
                                .c_v = 23 * lanes};
    (lanes == 8 ? level->product8 : level->product16)(&p);
    for (int row = 0; row < n_row; row++)
        for (int v = 0; v < n_v; v++)
            for (int q = 0; q < lanes; q++) {
                gg_real *to = &wanted[v * 23 * lanes + row * lanes + q];
                double sum = add ? (double)*to : 0;
                for (int k = 0; k < n_k; k++)
                    sum += (double)a[row + k * 23] * (double)b[(k * n_v + v) * lanes + q];
                *to = (gg_real)sum;
            }
    assert_true(worst(c, wanted, sizeof c / sizeof *c) <= tolerance);
}

static void same_turned(const struct gg_conv_level *level, int n_row)
{
    enum { COLS = 16, WIDE = 24 };
    gg_real from[WIDE * COLS], to[COLS * WIDE];
    struct gg_rng r = gg_rng_at(29, 0, 0, 0);
    fill(from, sizeof from / sizeof *from, &r);
    memset(to, 0xff, sizeof to);
    level->turn(n_row, COLS, from, COLS, to, WIDE);
    for (int c = 0; c < COLS; c++)
        for (int row = 0; row < (n_row + 7) / 8 * 8; row++)
            assert_true(to[c * WIDE + row] == (row < n_row ? from[row * COLS + c] : 0));
}

static void every_kernel(const struct gg_conv_level *level)
{
    for (int l1 = 0; l1 <= level->l_fast; l1++)
        for (int l2 = 0; l2 <= level->l_fast; l2++)
            for (int l3 = abs(l1 - l2); l3 <= level->l_fast && l3 <= l1 + l2; l3++) {
                same_as_dense(level, l1, l2, l3, 8);
                same_as_dense(level, l1, l2, l3, 16);
            }
    for (int n_row = 1; n_row <= 23; n_row++)
        for (int n_v = 1; n_v <= 11; n_v++) {
            same_product(level, n_row, 5, n_v, 8, n_row % 2);
            same_product(level, n_row, 5, n_v, 16, n_v % 2);
        }
    for (int n_row = 1; n_row <= 24; n_row++)
        same_turned(level, n_row);
    same_product(level, 4, 0, 3, 8, false); /* a node without neighbours */
}

static void test_plain(void **state)
{
    (void)state;
    every_kernel(&gg_conv_plain);
}

static void test_best(void **state)
{
    (void)state;
    every_kernel(gg_conv_best());
}

/* ---- whole layers ---- */

struct run {
    struct gg_layer l;
    gg_real *w, *x, *y, *dx, *dw;
};

static struct run run_layer(struct gg_arena *a, const struct gg_sample *s, const char *in, const char *hypers)
{
    struct gg_err err = {0};
    struct gg_rng r = gg_rng_at(5, 0, 0, 0);
    struct gg_layer_case k = {"", {in}, hypers};
    struct run q = {.l = {.n_type = s->n_type, .cutoff = s->cutoff, .mean_neighbours = 20}};
    const struct gg_graph *g = &s->graph;
    assert_int_equal(gg_layer_from_case(&q.l, gg_layer_find("conv"), &k, a, &err), 0);
    size_t n_x = (size_t)(g->n_node * q.l.in[0].stride), n_y = (size_t)(g->n_node * q.l.out.stride),
           n_w = (size_t)q.l.n_weight;
    q.w = GG_NEW(a, gg_real, n_w), q.dw = GG_NEW(a, gg_real, n_w);
    q.x = GG_NEW(a, gg_real, n_x), q.dx = GG_NEW(a, gg_real, n_x), q.y = GG_NEW(a, gg_real, n_y);
    gg_real *dy = GG_NEW(a, gg_real, n_y);
    fill(q.w, n_w, &r);
    fill(q.x, n_x, &r);
    fill(dy, n_y, &r);
    void *scratch = gg_arena_alloc(a, q.l.scratch_bytes(&q.l, g, gg_threads()));
    const gg_real *inputs[1] = {q.x};
    gg_real *dx[1] = {q.dx};
    q.l.type->forward(&q.l, q.w, g, inputs, q.y, NULL, scratch);
    q.l.type->backward(&q.l, q.w, g, inputs, q.y, NULL, dy, dx, q.dw, scratch);
    return q;
}

/* y of one path, edge by edge, without any exchange of sums; W: the path's [mul][mul_out] weights of every edge. */
static void add_path(const struct run *q, const struct gg_graph *g, int b, int l2, int o, double factor,
                     const double *W, int outputs, double *y)
{
    struct gg_irrep in = q->l.in[0].irreps.b[b], out = q->l.out.irreps.b[o];
    const double *w = gg_coupling(in.l, l2, out.l);
    int n2 = 2 * l2 + 1, n3 = 2 * out.l + 1;
    for (int64_t i = 0; i < g->n_node; i++)
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
            double v[3] = {(double)g->vec[e][0], (double)g->vec[e][1], (double)g->vec[e][2]}, Y[49];
            gg_sh(l2, v, Y);
            const gg_real *x = q->x + g->nbr[e] * q->l.in[0].stride + q->l.in[0].offset[b];
            double *to = y + i * q->l.out.stride + q->l.out.offset[o];
            for (int m = 0; m < (2 * in.l + 1) * n2 * n3; m++)
                for (int c = 0; c < in.mul; c++)
                    for (int d = 0; d < out.mul; d++)
                        to[m % n3 * q->l.out.pad[o] + d] += factor * w[m] * Y[l2 * l2 + m / n3 % n2] *
                                                            W[e * outputs + c * out.mul + d] *
                                                            (double)x[m / n3 / n2 * q->l.in[0].pad[b] + c];
        }
}

static int sign_of(int l)
{
    return l % 2 ? -1 : 1;
}

static bool is_path(struct gg_irrep in, int l2, struct gg_irrep out, int l_max)
{
    return out.l <= l_max && out.l >= abs(in.l - l2) && out.l <= in.l + l2 && out.p == in.p * sign_of(l2);
}

/* e3nn: FullyConnectedTensorProduct(in, harmonics, out) with the outputs of a FullyConnectedNet as weights: paths in the order
 * in, harmonic, out, coefficient sqrt((2 l3 + 1) / sum of mul over the paths into `out`). */
static void same_as_e3nn(const char *in, const char *hypers, int l_max)
{
    struct gg_arena a = {0};
    struct gg_rng r = gg_rng_at(17, 0, 0, 0);
    struct gg_sample s;
    gg_sample_random(&s, &a, 40, 2, 1.5, &r);
    struct run q = run_layer(&a, &s, in, hypers);
    const struct gg_graph *g = &s.graph;
    const struct gg_radial_net *net = &((struct gg_conv_plan *)q.l.plan)->net;
    int outputs = net->width[net->n_layer], column = 0;
    double *distance = GG_NEW(&a, double, (size_t)g->n_edge),
           *W = GG_NEW(&a, double, (size_t)(g->n_edge * outputs)),
           *work = GG_NEW(&a, double, gg_radial_net_work(net, g->n_edge));
    int64_t first[2] = {0, g->n_edge};
    for (int64_t e = 0; e < g->n_edge; e++)
        distance[e] = (double)g->r[e];
    gg_radial_net_forward(net, q.w, first, distance, W, work);
    size_t n_y = (size_t)(g->n_node * q.l.out.stride);
    double *y = GG_NEW(&a, double, n_y);
    for (int b = 0; b < q.l.in[0].irreps.n; b++)
        for (int l2 = 0; l2 <= l_max; l2++)
            for (int o = 0; o < q.l.out.irreps.n; o++) {
                double fan_in = 0;
                for (int c = 0; c < q.l.in[0].irreps.n; c++)
                    for (int k = 0; k <= l_max; k++)
                        if (is_path(q.l.in[0].irreps.b[c], k, q.l.out.irreps.b[o], l_max))
                            fan_in += q.l.in[0].irreps.b[c].mul;
                if (!is_path(q.l.in[0].irreps.b[b], l2, q.l.out.irreps.b[o], l_max))
                    continue;
                int l3 = q.l.out.irreps.b[o].l;
                add_path(&q, g, b, l2, o, sqrt((2 * l3 + 1) / fan_in / 20), W + column, outputs, y);
                column += q.l.in[0].irreps.b[b].mul * q.l.out.irreps.b[o].mul;
            }
    assert_int_equal(column, outputs);
    gg_real *wanted = GG_NEW(&a, gg_real, n_y);
    for (size_t k = 0; k < n_y; k++)
        wanted[k] = (gg_real)y[k];
    assert_true(worst(q.y, wanted, n_y) <= tolerance);
    gg_arena_free(&a);
}

static void test_layer(void **state)
{
    (void)state;
    same_as_e3nn("3x0e+2x1o+9x2e", "mixing=full lmax=2 channels=5 radial.hidden=6 radial.table=0", 2);
    same_as_e3nn("2x0e+3x1o+20x0e", "mixing=full lmax=1 out_irreps=3x1o+2x0e+17x0e+4x1o radial.table=0", 1);
    same_as_e3nn("4x0e+2x0o+3x1e+3x1o",
                 "mixing=full lmax=1 parity=both channels=2 radial.hidden=4,7 radial.table=0", 1);
    same_as_e3nn("2x0e+3x4e", "mixing=full lmax=4 channels=2 radial.hidden=4 radial.table=0", 4);
}

/* The paths are counted in the weights: 10 x 16 + 16 x (11 paths of 8 x 8). */
static void test_parameters(void **state)
{
    struct gg_arena a = {0};
    struct gg_rng r = gg_rng_at(19, 0, 0, 0);
    struct gg_sample s;
    struct gg_weight piece;
    (void)state;
    gg_sample_random(&s, &a, 5, 2, 1.5, &r);
    struct run q = run_layer(&a, &s, "8x0e+8x1o+8x2e", "mixing=full lmax=2 radial.n=10 radial.hidden=16");
    assert_int_equal(q.l.n_weight, 10 * 16 + 16 * 11 * 64);
    assert_true(q.l.type->weight(&q.l, 1, &piece) && piece.shape[0] == 16 && piece.shape[1] == 11 * 64);
    assert_false(q.l.type->weight(&q.l, 2, &piece));
    gg_arena_free(&a);
}

static void test_table_converges(void **state)
{
    struct gg_arena a = {0};
    struct gg_rng r = gg_rng_at(23, 0, 0, 0);
    struct gg_sample s;
    double error[2];
    (void)state;
    gg_sample_random(&s, &a, 150, 1, 2.0, &r);
    struct run exact =
        run_layer(&a, &s, "8x0e+8x1o", "mixing=full lmax=2 channels=8 radial.hidden=16 radial.table=0");
    for (int k = 0; k < 2; k++) {
        struct run q =
            run_layer(&a, &s, "8x0e+8x1o",
                      gg_arena_printf(&a, "mixing=full lmax=2 channels=8 radial.hidden=16 radial.table=%d",
                                      k ? 1024 : 256));
        error[k] = fmax(worst(q.y, exact.y, (size_t)(s.n * q.l.out.stride)),
                        fmax(worst(q.dx, exact.dx, (size_t)(s.n * q.l.in[0].stride)),
                             worst(q.dw, exact.dw, (size_t)q.l.n_weight)));
    }
    assert_true(error[0] <= 1e-2 && error[1] <= (sizeof(gg_real) == 8 ? 1e-4 : 1e-3));
    if (sizeof(gg_real) == 8)
        assert_true(error[1] <= error[0] / 50);
    gg_arena_free(&a);
}

int main(void)
{
    struct gg_err err = {0};
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_plain), cmocka_unit_test(test_best),
                                       cmocka_unit_test(test_layer), cmocka_unit_test(test_parameters),
                                       cmocka_unit_test(test_table_converges)};
    gg_threads_init(2, &err);
    return cmocka_run_group_tests_name("conv_full", tests, NULL, NULL);
}
