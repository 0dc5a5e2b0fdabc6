/* test_losses_places.c -- terms over neighbours, pairs and waves against sums written down, in three dimensions and in two, with rows
 * missing; where the positions cannot give them */
#include "laws/loss_column.h"
#include "util/threads.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

enum { N = 60 };
static struct gg_arena arena;

struct local_variance_keys {
    double r_v;
    bool self;
};
struct g_r_keys {
    double r_max, width;
};
struct s4_keys {
    double threshold;
    int64_t waves;
};

static int prepare_of(const char *name, const void *hyper, const struct gg_loss_column *c,
                      const void **prepared, struct gg_err *err)
{
    return gg_loss_find(name)->prepare(hyper, c, prepared, &arena, err);
}

static double value_of(const char *name, const void *hyper, const struct gg_loss_column *c)
{
    struct gg_err err;
    const void *prepared = NULL;
    if (prepare_of(name, hyper, c, &prepared, &err))
        fail_msg("%s: %s", name, err.text);
    return gg_loss_find(name)->value(
        &(struct gg_loss_call){.hyper = hyper, .c = c, .prepared = prepared, .factor = 1, .a = &arena});
}

/* 60 rows, a quarter without target; in two dimensions in the plane of the first two vectors, thinned out less. */
static struct gg_loss_sample *sample(int dim)
{
    struct gg_rng r = gg_rng_at(11, (uint32_t)dim, 0, 0);
    struct gg_err err;
    struct gg_loss_sample *s = gg_loss_sample_random(&arena, N, 1, true, true, NULL, &r);
    const double h[3][3] = {{7, 0, 0}, {1.5, 8, 0}, {0, 0, 1}};
    if (dim == 3)
        return s;
    assert_int_equal(gg_cell_init(&s->cell, 2, 3, h, &err), 0);
    for (int k = 0; k < N; k++)
        gg_cell_cartesian(&s->cell, (const double[3]){gg_rng_uniform(&r), gg_rng_uniform(&r), 0}, s->pos[k]);
    return s;
}

static double distance(const struct gg_loss_column *c, int i, int j)
{
    double v[3];
    for (int z = 0; z < 3; z++)
        v[z] = c->pos[j][z] - c->pos[i][z];
    gg_cell_nearest(c->cell, v);
    return sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

/* ---- the definitions ---- */

static double variance_around(const struct gg_loss_column *c, int i, const struct local_variance_keys *h,
                              const double *x)
{
    double n = 0, sum = 0, square = 0;
    for (int j = 0; j < N; j++)
        if (c->there[j] && distance(c, i, j) < h->r_v && (j != i || h->self))
            n++, sum += x[j], square += x[j] * x[j];
    return n > 1 ? square / n - sum / n * sum / n : 0;
}

static void local_variance_is_its_sum(void **state)
{
    (void)state;
    for (int dim = 2; dim <= 3; dim++)
        for (int self = 0; self < 2; self++) {
            const struct gg_loss_column *c = &sample(dim)->c;
            const struct local_variance_keys h = {1.1, self};
            double sum = 0;
            for (int i = 0; i < N; i++)
                if (c->there[i])
                    sum += pow(variance_around(c, i, &h, c->p) - variance_around(c, i, &h, c->y), 2);
            assert_float_equal(value_of("local_variance", &h, c), sum / (double)c->count, 1e-13);
        }
}

static double standardised(const struct gg_loss_column *c, const double *x, int i)
{
    double n = (double)c->count, sum = 0, square = 0;
    for (int k = 0; k < N; k++)
        sum += c->there[k] ? x[k] / n : 0;
    for (int k = 0; k < N; k++)
        square += c->there[k] ? (x[k] - sum) * (x[k] - sum) / n : 0;
    return (x[i] - sum) / sqrt(square);
}

static double pair_mean(const struct gg_loss_column *c, const double *x, double from, double to)
{
    double n = 0, sum = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < i; j++)
            if (c->there[i] && c->there[j] && distance(c, i, j) >= from && distance(c, i, j) < to)
                n++, sum += standardised(c, x, i) * standardised(c, x, j);
    return n > 0 ? sum / n : 0;
}

/* 1.4 is no multiple of 0.4: the last bin is narrower. */
static void g_r_is_its_sum(void **state)
{
    (void)state;
    for (int dim = 2; dim <= 3; dim++) {
        const struct gg_loss_column *c = &sample(dim)->c;
        const struct g_r_keys h = {1.4, 0.4};
        double sum = 0;
        for (int b = 0; b < 4; b++) {
            double from = 0.4 * b, to = fmin(0.4 * (b + 1), 1.4);
            sum += pow(pair_mean(c, c->p, from, to) - pair_mean(c, c->y, from, to), 2);
        }
        assert_float_equal(value_of("g_r", &h, c), sum, 1e-12);
    }
}

/* With the wave vectors of the reciprocal lattice; the cell's first vector lies along x. */
static double structure_factor(const struct gg_loss_column *c, const double *x, int n, int n_axis)
{
    double sum = 0, pi = acos(-1);
    for (int a = 0; a < n_axis; a++) {
        double re = 0, im = 0;
        for (int k = 0; k < N; k++) {
            double m = c->there[k] ? (tanh(20 * (c->mean + c->scale * x[k] - 0.44)) + 1) / 2 : 0, phase = 0;
            for (int z = 0; z < 3; z++)
                phase += 2 * pi * n * c->cell->inverse[z][a] * c->pos[k][z];
            re += m * cos(phase);
            im += m * sin(phase);
        }
        sum += (re * re + im * im) / (n_axis * (double)c->count);
    }
    return sum;
}

static void s4_is_its_sum(void **state)
{
    (void)state;
    for (int dim = 2; dim <= 3; dim++) {
        const struct gg_loss_column *c = &sample(dim)->c;
        const struct s4_keys h = {0.44, 3};
        double sum = 0;
        for (int n = 1; n <= 3; n++)
            sum += pow(structure_factor(c, c->p, n, dim) / structure_factor(c, c->y, n, dim) - 1, 2);
        assert_float_equal(value_of("s4", &h, c), sum, 1e-11 * sum);
    }
}

/* Periodic along one vector: waves along that one. */
static void waves_go_along_what_is_periodic(void **state)
{
    (void)state;
    struct gg_loss_sample *s = sample(2);
    struct gg_err err;
    const void *prepared;
    const struct s4_keys h = {0.44, 1};
    s->cell.pbc = 1;
    double of_y = structure_factor(&s->c, s->y, 1, 1);
    assert_float_equal(value_of("s4", &h, &s->c), pow(structure_factor(&s->c, s->p, 1, 1) / of_y - 1, 2),
                       1e-11);
    s->cell.pbc = 0;
    assert_int_equal(prepare_of("s4", &h, &s->c, &prepared, &err), -1);
    assert_int_equal(err.status, GG_INPUT);
    assert_string_equal(err.text, "the box is not periodic: no wave fits into it");
}

/* ---- what positions cannot give ---- */

static void half_of_the_box_is_the_farthest(void **state)
{
    (void)state;
    struct gg_loss_sample *s = sample(3);
    struct gg_err err;
    const void *prepared;
    const double h[3][3] = {{4, 0, 0}, {0, 5, 0}, {0, 0, 6}};
    assert_int_equal(gg_cell_init(&s->cell, 3, 7, h, &err), 0);
    assert_int_equal(prepare_of("local_variance", &(struct local_variance_keys){2.01, false}, &s->c,
                                &prepared, &err),
                     -1);
    assert_int_equal(err.status, GG_INPUT);
    assert_string_equal(err.text, "r_v: 2.01 sigma is more than half of the box: 2 would do");
    assert_int_equal(prepare_of("local_variance", &(struct local_variance_keys){2, false}, &s->c, &prepared,
                                &err),
                     0);
    assert_int_equal(prepare_of("g_r", &(struct g_r_keys){3, 0.5}, &s->c, &prepared, &err), -1);
    assert_string_equal(err.text, "r_max: 3 sigma is more than half of the box: 2 would do");
    s->cell.pbc = 4;
    assert_int_equal(prepare_of("g_r", &(struct g_r_keys){3, 0.5}, &s->c, &prepared, &err), 0);
    assert_int_equal(prepare_of("g_r", &(struct g_r_keys){3.1, 0.5}, &s->c, &prepared, &err), -1);
}

static void nobody_is_near(void **state)
{
    (void)state;
    const struct gg_loss_column *c = &sample(3)->c;
    assert_true(isnan(value_of("local_variance", &(struct local_variance_keys){0.01, false}, c)));
    assert_true(isnan(value_of("g_r", &(struct g_r_keys){0.01, 0.01}, c)));
}

static void keys_are_refused(void **state)
{
    (void)state;
    struct gg_err err;
    assert_int_equal(gg_loss_find("g_r")->init(&(struct g_r_keys){1, 1.5}, &err), -1);
    assert_string_equal(err.text, "width: 1.5 is more than r_max, 1");
    assert_int_equal(gg_loss_find("g_r")->init(&(struct g_r_keys){6, 0.02}, &err), -1);
    assert_string_equal(err.text, "width: r_max 6 has 300 bins of 0.02, at most 256 can be");
    assert_int_equal(err.status, GG_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(local_variance_is_its_sum),
                                       cmocka_unit_test(g_r_is_its_sum),
                                       cmocka_unit_test(s4_is_its_sum),
                                       cmocka_unit_test(waves_go_along_what_is_periodic),
                                       cmocka_unit_test(half_of_the_box_is_the_farthest),
                                       cmocka_unit_test(nobody_is_near),
                                       cmocka_unit_test(keys_are_refused)};
    struct gg_err err;
    gg_threads_init(1, &err);
    return cmocka_run_group_tests_name("losses over places", tests, NULL, NULL);
}
