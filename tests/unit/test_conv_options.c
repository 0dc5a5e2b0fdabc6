/* test_conv_options.c -- conv against sums written down edge by edge, in double: parities, radial functions by pair of species,
 * division by a learned density */
#include "layers/layers.h"
#include "laws/check.h"
#include "laws/liquid.h"
#include "o3/o3.h"
#include "util/threads.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const double tolerance = sizeof(gg_real) == 8 ? 1e-10 : 1e-4;

enum { TYPES = 3, BASIS = 5, HIDDEN = 6, PATHS = 128, CHANNELS = 4, COLUMNS = PATHS * CHANNELS };
#define COMMON "radial.n=5 radial.hidden=6 radial.table=0 radial.power=5 "

/* One layer, its parameters, a random periodic graph and input. */
static const double CUTOFF = 1.6;

struct bench {
    struct gg_arena a;
    struct gg_liquid sample;
    struct gg_layer l;
    gg_real *w, *x, *y;
    struct gg_path path[PATHS];
    int n_path, n_column;
};

static void setup(struct bench *b, const char *in, const char *hypers, int lmax, enum gg_parity parity)
{
    struct gg_rng r = gg_rng_at(11, 0, 0, 0);
    struct gg_layer_case k = {"test", {in}, hypers};
    struct gg_err err;
    *b = (struct bench){.l = {.n_type = TYPES, .cutoff = CUTOFF, .mean_neighbours = 17}};
    gg_liquid_random(&b->sample, &b->a, 30, TYPES, CUTOFF, &r);
    if (gg_layer_from_case(&b->l, gg_layer_find("conv"), &k, &b->a, &err) < 0)
        fail_msg("%s", err.text);
    int64_t n = b->sample.n;
    b->w = GG_NEW(&b->a, gg_real, (size_t)b->l.n_weight);
    b->x = GG_NEW(&b->a, gg_real, (size_t)(n * b->l.in[0].stride));
    b->y = GG_NEW(&b->a, gg_real, (size_t)(n * b->l.out.stride));
    b->l.type->init_weights(&b->l, b->w, &r);
    double row[256];
    for (int64_t i = 0; i < n; i++) {
        for (int q = 0; q < gg_irreps_dim(&b->l.in[0].irreps); q++)
            row[q] = gg_rng_normal(&r);
        gg_row_from_e3nn(&b->l.in[0], row, b->x + i * b->l.in[0].stride);
    }
    if (strstr(hypers, "density")) {
        assert_true(b->w[b->l.n_weight - 2] == 17 && b->w[b->l.n_weight - 1] == 0);
        b->w[b->l.n_weight - 2] = (gg_real)1.5;
        b->w[b->l.n_weight - 1] = (gg_real)0.7;
    }
    const gg_real *inputs[1] = {b->x};
    void *scratch = gg_arena_alloc(&b->a, b->l.scratch_bytes(&b->l, &b->sample.graph, gg_threads()));
    b->l.type->forward(&(struct gg_call){
        .l = &b->l, .w = b->w, .g = &b->sample.graph, .x = inputs, .y = b->y, .scratch = scratch});
    b->n_path = gg_paths(&b->l.in[0].irreps, lmax, parity, &b->l.out.irreps, b->path, PATHS);
    for (int p = 0; p < b->n_path; p++)
        b->n_column += b->l.in[0].irreps.b[b->path[p].in].mul;
}

/* Basis, one hidden layer, `columns` outputs: weights [set][BASIS][HIDDEN], then [set][HIDDEN][columns]. */
static void naive_net(const gg_real *w, int n_set, int set, int columns, double cutoff, double r, double *out)
{
    double hidden[HIDDEN] = {0}, x = r / cutoff;
    double envelope = 1 - 21 * pow(x, 5) + 35 * pow(x, 6) - 15 * pow(x, 7);
    const gg_real *first = w + (int64_t)set * BASIS * HIDDEN,
                  *last = w + (int64_t)n_set * BASIS * HIDDEN + (int64_t)set * HIDDEN * columns;
    for (int h = 0; h < HIDDEN; h++) {
        for (int n = 0; n < BASIS; n++)
            hidden[h] +=
                envelope * sqrt(2 / cutoff) * sin((n + 1) * M_PI * x) / r * (double)first[n * HIDDEN + h];
        hidden[h] /= sqrt(BASIS);
        hidden[h] *= 1.676532470363 / (1 + exp(-hidden[h]));
    }
    for (int c = 0; c < columns; c++) {
        out[c] = 0;
        for (int h = 0; h < HIDDEN; h++)
            out[c] += hidden[h] * (double)last[h * columns + c] / sqrt(HIDDEN);
    }
}

/* sum_e R Y x of one path, one receiver: [2 l3 + 1][CHANNELS] into mid. */
static void naive_path(const struct bench *b, int p, int column, int64_t i, int n_set, double mid[][CHANNELS])
{
    const struct gg_graph *g = &b->sample.graph;
    const struct gg_shape *in = &b->l.in[0];
    const struct gg_path *path = &b->path[p];
    int l1 = path->l1, l2 = path->l2, l3 = path->l3;
    const double *w = gg_coupling(l1, l2, l3);
    memset(mid, 0, sizeof *mid * (size_t)(2 * l3 + 1));
    for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
        double Y[49], R[COLUMNS], v[3] = {(double)g->vec[e][0], (double)g->vec[e][1], (double)g->vec[e][2]};
        int64_t j = g->nbr[e];
        gg_sh(l2, v, Y);
        naive_net(b->w, n_set, n_set > 1 ? g->type[i] * TYPES + g->type[j] : 0, b->n_column, CUTOFF,
                  (double)g->r[e], R);
        for (int m1 = 0; m1 <= 2 * l1; m1++)
            for (int m2 = 0; m2 <= 2 * l2; m2++)
                for (int m3 = 0; m3 <= 2 * l3; m3++)
                    for (int c = 0; c < in->irreps.b[path->in].mul; c++)
                        mid[m3][c] +=
                            w[(m1 * (2 * l2 + 1) + m2) * (2 * l3 + 1) + m3] * sqrt(2 * l3 + 1) *
                            R[column + c] * Y[l2 * l2 + m2] *
                            (double)b->x[j * in->stride + in->offset[path->in] + m1 * in->pad[path->in] + c];
    }
}

static bool feeds(const struct gg_path *p, struct gg_irrep to)
{
    return p->l3 == to.l && (p->p3 == to.p || p->p3 == 0);
}

/* Channels of the paths into a block. */
static int fan_in(const struct bench *b, struct gg_irrep to)
{
    int n = 0;
    for (int k = 0; k < b->n_path; k++)
        if (feeds(&b->path[k], to))
            n += b->l.in[0].irreps.b[b->path[k].in].mul;
    return n;
}

/* y of one receiver times `z`, the number that divides the sums. */
static void naive_row(const struct bench *b, int64_t i, int n_set, double *y)
{
    const struct gg_shape *in = &b->l.in[0], *out = &b->l.out;
    const gg_real *mix = b->w + n_set * (BASIS * HIDDEN + HIDDEN * b->n_column);
    double mid[13][CHANNELS];
    memset(y, 0, sizeof *y * (size_t)out->stride);
    for (int p = 0, column = 0; p < b->n_path; p++) {
        int mul = in->irreps.b[b->path[p].in].mul;
        naive_path(b, p, column, i, n_set, mid);
        column += mul;
        for (int q = 0; q < out->irreps.n; q++) {
            struct gg_irrep to = out->irreps.b[q];
            if (!feeds(&b->path[p], to))
                continue;
            for (int m = 0; m <= 2 * to.l; m++)
                for (int c = 0; c < mul; c++)
                    for (int d = 0; d < to.mul; d++)
                        y[out->offset[q] + m * out->pad[q] + d] +=
                            mid[m][c] * (double)mix[c * to.mul + d] / sqrt(fan_in(b, to));
            mix += mul * to.mul;
        }
    }
}

static double constant(const struct bench *b, int64_t i)
{
    (void)b;
    (void)i;
    return sqrt(17);
}

/* beta n_i + alpha, n_i = sum_e tanh(net(r_e)^2) u(r_e); the last parameters are the net, alpha, beta */
static double density(const struct bench *b, int64_t i)
{
    const struct gg_graph *g = &b->sample.graph;
    const gg_real *w = b->w + b->l.n_weight - 2 - (BASIS * HIDDEN + HIDDEN), *ends = b->w + b->l.n_weight - 2;
    double n = 0;
    for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
        double z, x = (double)g->r[e] / CUTOFF;
        naive_net(w, 1, 0, 1, CUTOFF, (double)g->r[e], &z);
        n += tanh(z * z) * (1 - 21 * pow(x, 5) + 35 * pow(x, 6) - 15 * pow(x, 7));
    }
    return (double)ends[1] * n + (double)ends[0];
}

static void same_as_naive(struct bench *b, int n_set, double (*divisor)(const struct bench *, int64_t))
{
    double y[512], worst = 0, square = 0;
    assert_true(b->l.out.stride <= 512);
    for (int64_t i = 0; i < b->sample.n; i++) {
        naive_row(b, i, n_set, y);
        for (int q = 0; q < b->l.out.stride; q++) {
            double want = y[q] / divisor(b, i), have = (double)b->y[i * b->l.out.stride + q];
            worst = fmax(worst, fabs(have - want));
            square += want * want / (double)(b->sample.n * b->l.out.stride);
        }
    }
    assert_true(square > 0.01 && worst <= tolerance * sqrt(square));
    gg_arena_free(&b->a);
}

static void test_one_net(void **state)
{
    struct bench b;
    (void)state;
    setup(&b, "2x0e+3x1o", COMMON "lmax=2 out_irreps=4x0e+2x1o+3x2e", 2, GG_PARITY_NATURAL);
    same_as_naive(&b, 1, constant);
}

/* The net of (species of the receiver, species of the sender), receiver first. */
static void test_species(void **state)
{
    struct bench b;
    (void)state;
    setup(&b, "2x0e+3x1o", COMMON "lmax=2 out_irreps=4x0e+2x1o+3x2e radial.species=true", 2,
          GG_PARITY_NATURAL);
    assert_int_equal(b.l.n_weight,
                     9 * (5 * 6 + 6 * b.n_column) + (2 + 3) * 4 + (2 + 3 + 3) * 2 + (2 + 3) * 3);
    same_as_naive(&b, TYPES * TYPES, constant);
}

static void test_density(void **state)
{
    struct bench b;
    (void)state;
    setup(&b, "2x0e+3x1o", COMMON "lmax=1 out_irreps=3x0e+2x1o normalise=density", 1, GG_PARITY_NATURAL);
    same_as_naive(&b, 1, density);
}

static void test_parities(void **state)
{
    struct bench b;
    (void)state;
    setup(&b, "2x0e+1x1o+2x1e+1x2o", COMMON "lmax=2 out_irreps=2x0e+1x0o+1x1e+2x1o+1x2e parity=both", 2,
          GG_PARITY_BOTH);
    assert_true(b.n_path > 14);
    same_as_naive(&b, 1, constant);
    setup(&b, "2x0e+1x1o+2x2e", COMMON "lmax=2 out_irreps=2x0e+2x1o+1x1e+1x2e parity=none", 2,
          GG_PARITY_NONE);
    assert_int_equal(b.n_path, 15);
    same_as_naive(&b, 1, constant);
}

static void test_degree_six(void **state)
{
    struct bench b;
    (void)state;
    setup(&b, "1x0e+1x4e+2x6e", COMMON "lmax=6 out_irreps=2x0e+1x5o+2x6e", 6, GG_PARITY_NATURAL);
    same_as_naive(&b, 1, constant);
}

/* kernels: paths between all degrees up to l_max, one channel each */
static void test_numbers_of_paths(void **state)
{
    static const char *const irreps[2][2] = {{"4x0e+4x1o+4x2e", "4x0e+4x1o+4x2e+4x3o"},
                                             {"4x0e+4x0o+4x1e+4x1o+4x2e+4x2o",
                                              "4x0e+4x0o+4x1e+4x1o+4x2e+4x2o+4x3e+4x3o"}};
    static const int paths[3][2] = {{11, 23}, {30, 68}, {15, 34}};
    (void)state;
    for (int parity = 0; parity < 3; parity++)
        for (int lmax = 2; lmax <= 3; lmax++) {
            struct bench b;
            char hypers[64];
            static const char *const names[] = {"natural", "both", "none"};
            snprintf(hypers, sizeof hypers, "lmax=%d parity=%s radial.n=4", lmax, names[parity]);
            setup(&b, irreps[parity == GG_PARITY_BOTH][lmax - 2], hypers, lmax, (enum gg_parity)parity);
            assert_int_equal(b.n_path, paths[parity][lmax - 2]);
            assert_int_equal(b.l.n_weight, b.n_path * (4 * 4 + 4 * 4)); /* radial.0 and mix */
            gg_arena_free(&b.a);
        }
}

/* Outside of the shell bonds may be anything: turned or, farther or nearer, gone. */
static void nobody_outside_counts(const char *hypers, double inner, double outer)
{
    struct bench b;
    int n_outside = 0, n_inside = 0;
    setup(&b, "4x0e+4x1o", hypers, 2, GG_PARITY_NATURAL);
    struct gg_graph other = b.sample.graph;
    gg_real(*vec)[3] = gg_arena_calloc(&b.a, (size_t)other.n_edge, sizeof *vec),
    *r = GG_NEW(&b.a, gg_real, (size_t)other.n_edge);
    gg_real *y = GG_NEW(&b.a, gg_real, (size_t)(b.sample.n * b.l.out.stride));
    for (int64_t e = 0; e < other.n_edge; e++) {
        bool inside = (double)other.r[e] > inner && (double)other.r[e] < outer;
        gg_real length = inside                        ? other.r[e]
                         : (double)other.r[e] <= inner ? (gg_real)(inner / 2)
                                                       : (gg_real)(outer + 0.01);
        r[e] = length;
        for (int d = 0; d < 3; d++)
            vec[e][d] = inside ? other.vec[e][d] : d == e % 3 ? length : 0;
        inside ? n_inside++ : n_outside++;
    }
    assert_true(n_inside > 50 && n_outside > 50);
    other.vec = (const gg_real(*)[3])vec;
    other.r = r;
    const gg_real *inputs[1] = {b.x};
    void *scratch = gg_arena_alloc(&b.a, b.l.scratch_bytes(&b.l, &other, gg_threads()));
    b.l.type->forward(
        &(struct gg_call){.l = &b.l, .w = b.w, .g = &other, .x = inputs, .y = y, .scratch = scratch});
    for (int64_t q = 0; q < b.sample.n * b.l.out.stride; q++)
        assert_true(y[q] == b.y[q]);
    gg_arena_free(&b.a);
}

static void test_shell(void **state)
{
    (void)state;
    nobody_outside_counts("lmax=2 radial.hidden=6 radial.inner=0.9 radial.outer=1.3", 0.9, 1.3);
    nobody_outside_counts("lmax=2 radial.n=3 radial.inner=0.9 radial.outer=1.3 radial.table=0", 0.9, 1.3);
    nobody_outside_counts("lmax=2 radial.n=3 radial.outer=1.1 radial.envelope=none", 0, 1.1);
    nobody_outside_counts("lmax=2 mixing=full radial.hidden=6 radial.inner=1.2", 1.2, CUTOFF);
}

int main(void)
{
    struct gg_err err = {0};
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_shell),
                                       cmocka_unit_test(test_one_net),
                                       cmocka_unit_test(test_species),
                                       cmocka_unit_test(test_density),
                                       cmocka_unit_test(test_parities),
                                       cmocka_unit_test(test_degree_six),
                                       cmocka_unit_test(test_numbers_of_paths)};
    gg_threads_init(2, &err);
    return cmocka_run_group_tests_name("options of conv", tests, NULL, NULL);
}
