/* test_views.c -- every law on every case of every view; what one view alone says; a faulty one is caught */
#include "laws/view_laws.h"
#include "util/threads.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct gg_err err;

static void obeys_the_laws(void **state)
{
    const struct gg_view_type *t = *state;
    int n_checked, n_failed = gg_check_view(t, 1, stderr, &n_checked);
    assert_int_equal(n_failed, 0);
    assert_true(n_checked > 12);
}

static void open_view(struct gg_view_stage *x, int dim, int64_t n, const char *name, const char *hypers)
{
    if (gg_view_stage_open(x, gg_view_find(name), hypers, dim, n, 2, &err))
        fail_msg("%s", err.text);
}

/* Places of (1, 2, 4) under many draws: how many, and how often each. */
static int count_axes(int dim, int draws, int *least, int *most)
{
    static int count[1024];
    int n = 0;
    struct gg_sample s = {.dim = dim};
    memset(count, 0, sizeof count);
    for (int k = 0; k < draws; k++) {
        struct gg_rng r = gg_rng_at(7, 1, (uint32_t)k, 0);
        double R[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
        struct gg_view_call call = {.s = &s, .R = R, .random = &r};
        assert_int_equal(gg_view_find("axes")->see(&call, &err), 0);
        int name = 0;
        for (int i = 0; i < 3; i++)
            name = 10 * name + (int)(R[i][0] + 2 * R[i][1] + 4 * R[i][2]) + 5;
        assert_true(dim == 3 || (R[2][2] == 1 && R[2][0] == 0 && R[0][2] == 0));
        count[name]++;
    }
    *least = draws;
    *most = 0;
    for (int k = 0; k < 1024; k++) {
        n += count[k] > 0;
        *least = count[k] > 0 && count[k] < *least ? count[k] : *least;
        *most = count[k] > *most ? count[k] : *most;
    }
    return n;
}

static void axes_are_a_group(void **state)
{
    (void)state;
    int least, most;
    assert_int_equal(count_axes(3, 4800, &least, &most), 48);
    assert_true(least > 60 && most < 145); /* 100, give or take 10 */
    assert_int_equal(count_axes(2, 800, &least, &most), 8);
    assert_true(least > 60 && most < 145);
}

/* Orthogonal; half of them mirrors, or none; every matrix element has mean 0 and variance 1/dim. */
static void rotations_are_uniform(void **state)
{
    (void)state;
    enum { DRAWS = 4000 };
    for (int dim = 2; dim <= 3; dim++)
        for (int proper = 0; proper < 2; proper++) {
            const bool reflections = !proper;
            struct gg_sample s = {.dim = dim};
            double sum[3][3] = {{0}}, square[3][3] = {{0}};
            int mirrors = 0;
            for (int k = 0; k < DRAWS; k++) {
                struct gg_rng r = gg_rng_at(9, (uint32_t)k, 0, 0);
                double R[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
                struct gg_view_call call = {.hyper = &reflections, .s = &s, .R = R, .random = &r};
                gg_view_find("rotation")->see(&call, &err);
                for (int i = 0; i < 3; i++)
                    for (int j = 0; j < 3; j++) {
                        double dot = R[i][0] * R[j][0] + R[i][1] * R[j][1] + R[i][2] * R[j][2];
                        assert_true(fabs(dot - (i == j)) < 1e-12);
                        sum[i][j] += R[i][j] / DRAWS;
                        square[i][j] += R[i][j] * R[i][j] / DRAWS;
                    }
                mirrors += R[0][0] * (R[1][1] * R[2][2] - R[1][2] * R[2][1]) -
                               R[0][1] * (R[1][0] * R[2][2] - R[1][2] * R[2][0]) +
                               R[0][2] * (R[1][0] * R[2][1] - R[1][1] * R[2][0]) <
                           0;
            }
            assert_true(proper ? mirrors == 0 : abs(mirrors - DRAWS / 2) < 4 * sqrt(DRAWS) / 2);
            for (int i = 0; i < dim; i++)
                for (int j = 0; j < dim; j++) {
                    assert_true(fabs(sum[i][j]) < 5 / sqrt(DRAWS));
                    assert_true(fabs(square[i][j] - 1.0 / dim) < 5 * 0.4 / sqrt(DRAWS));
                }
        }
}

static void noise_has_its_sigma(void **state)
{
    (void)state;
    enum { N = 4000 };
    for (int dim = 2; dim <= 3; dim++) {
        struct gg_view_stage x;
        struct gg_sample s;
        struct gg_batch b;
        double sum = 0, square = 0, n = N * dim;
        open_view(&x, dim, N, "noise", "sigma=0.07");
        assert_int_equal(gg_views_see(&x.views, &x.m, &x.s, &x.b, (struct gg_view_key){3, 1, 2}, &s, &b, &x.a,
                                      &err),
                         0);
        for (int i = 0; i < N; i++)
            for (int z = 0; z < dim; z++) {
                double d = (s.pos[0][i][z] - x.s.pos[0][i][z]) / 0.07;
                sum += d / n;
                square += d * d / n;
            }
        assert_true(fabs(sum) < 5 / sqrt(n));
        assert_true(fabs(square - 1) < 5 * sqrt(2 / n));
        gg_view_stage_close(&x);
    }
}

/* The stated number of particles, of those that were there; the loss is that of all, in the mean. */
static void subsets_are_fair(void **state)
{
    (void)state;
    enum { N = 40, DRAWS = 2000 };
    struct gg_view_stage x;
    struct gg_arena a = {0};
    double sum = 0, square = 0;
    open_view(&x, 3, N, "subset", "part=0.3");
    gg_pass_forward(&x.p, &x.m, x.m.w, &x.b, false);
    double whole = gg_loss(&x.p, &x.m, &x.b, &x.s, false, 1);
    for (uint32_t k = 0; k < DRAWS; k++) {
        struct gg_sample s;
        struct gg_batch b;
        int n = 0;
        gg_arena_reset(&a);
        gg_views_see(&x.views, &x.m, &x.s, &x.b, (struct gg_view_key){5, k, 0}, &s, &b, &a, &err);
        for (int64_t i = 0; i < N; i++) {
            n += !isnan(s.target[1].value[i * 6]);
            assert_true(isnan(s.target[0].value[i * 2]) ||
                        !isnan(s.target[1].value[i * 6])); /* one choice for all heads */
        }
        assert_int_equal(n, 12);
        double loss = gg_loss(&x.p, &x.m, &b, &s, false, 1);
        sum += loss / DRAWS;
        square += loss * loss / DRAWS;
    }
    assert_true(fabs(sum - whole) < 4 * sqrt((square - sum * sum) / DRAWS));
    gg_arena_free(&a);
    gg_view_stage_close(&x);
}

/* ---- what views make ---- */

/* Positions moved by sigma times what is to be learned; and with the frame turned, edges less that are as long as they were. */
static void noise_can_be_learned(void **state)
{
    (void)state;
    enum { N = 200 };
    const double sigma = 0.07;
    for (int turned = 0; turned < 2; turned++)
        for (int dim = 2; dim <= 3; dim++) {
            struct gg_view_stage x;
            struct gg_sample s;
            struct gg_batch b;
            struct gg_cell cell;
            double worst = 0, changed = 0;
            open_view(&x, dim, N, "noise", "sigma=0.07");
            assert_int_equal(turned && gg_views_add(&x.views, "rotation", NULL, &x.a, &err), 0);
            assert_int_equal(gg_views_see(&x.views, &x.m, &x.s, &x.b, (struct gg_view_key){3, 1, 2}, &s, &b,
                                          &x.a, &err),
                             0);
            assert_int_equal(gg_cell_init(&cell, dim, s.pbc, (const double(*)[3])s.cell, &err), 0);
            const float *y = s.target[2].value;
            const struct gg_graph *g = &b.graph[0];
            for (int i = 0; i < N && !turned; i++)
                for (int z = 0; z < 3; z++)
                    worst =
                        fmax(worst, fabs(s.pos[0][i][z] - x.s.pos[0][i][z] - sigma * (double)y[3 * i + z]));
            for (int64_t k = 0; k < N; k++)
                for (int64_t e = g->ptr[k]; e < g->ptr[k + 1]; e++) {
                    int64_t i = b.order[k], j = b.order[g->nbr[e]];
                    double d[3], was[3], square = 0, whole = 0;
                    for (int z = 0; z < 3; z++) {
                        d[z] = (double)g->vec[e][z] - sigma * (double)(y[3 * j + z] - y[3 * i + z]);
                        was[z] = x.s.pos[0][j][z] - x.s.pos[0][i][z];
                        square += d[z] * d[z];
                    }
                    gg_cell_nearest(&cell, was);
                    for (int z = 0; z < 3; z++)
                        whole += was[z] * was[z];
                    worst = fmax(worst, fabs(sqrt(square) - sqrt(whole)));
                    changed = fmax(changed, fabs((double)g->r[e] - sqrt(whole)));
                }
            assert_true(changed > 0.1);
            assert_true(worst < 2e-6);
            gg_view_stage_close(&x);
        }
}

/* Who has a target shows no species; its target is the one-hot less its mean; all others show what they did. */
static void species_are_hidden(void **state)
{
    (void)state;
    enum { N = 200 };
    struct gg_view_stage x;
    struct gg_sample s;
    struct gg_batch b;
    int hidden = 0;
    open_view(&x, 3, N, "mask", "part=0.3");
    assert_int_equal(gg_views_see(&x.views, &x.m, &x.s, &x.b, (struct gg_view_key){3, 1, 2}, &s, &b, &x.a,
                                  &err),
                     0);
    for (int64_t k = 0; k < N; k++) {
        int64_t i = b.order[k];
        const float *y = s.target[2].value + 2 * i;
        const struct gg_shape *shape = &x.m.value[0];
        const gg_real *row = b.source[0] + k * shape->stride;
        bool no = !isnan(y[0]);
        assert_int_equal(s.type[i], x.s.type[i]); /* losses go by species */
        hidden += no;
        for (int t = 0; t < 2; t++) {
            assert_true((double)row[shape->offset[0] + t] == (no ? 0 : s.type[i] == t));
            assert_true(no ? (double)y[t] == (s.type[i] == t) - 0.5 : isnan(y[t]));
        }
        for (int z = 2; z < shape->stride; z++)
            assert_true(row[z] == x.b.source[0][k * shape->stride + z]);
    }
    assert_int_equal(hidden, 60);
    gg_view_stage_close(&x);
}

/* ---- faulty views are caught ---- */

static int stretch(const struct gg_view_call *c, struct gg_err *e)
{
    (void)e;
    c->R[0][0] *= 1.01;
    return 0;
}

static int in_place(const struct gg_view_call *c, struct gg_err *e)
{
    (void)e;
    double *x = (double *)(uintptr_t)c->s->pos[0][0];
    x[0] += 0.1;
    return 0;
}

static int forgetful(const struct gg_view_call *c, struct gg_err *e)
{
    (void)e;
    struct gg_rng r = gg_rng_at(1, 1, 1, 1);
    double(*pos)[3] = gg_arena_alloc(c->a, (size_t)c->s->n_node * sizeof *pos);
    memcpy(pos, c->s->pos[0], (size_t)c->s->n_node * sizeof *pos);
    for (int64_t i = 0; i < c->s->n_node; i++)
        pos[i][0] += 0.1 * gg_rng_normal(&r);
    c->s->pos[0] = (const double(*)[3])pos;
    return 0;
}

static void some(int n_species, struct gg_irreps *out)
{
    (void)n_species;
    *out = (struct gg_irreps){1, {{1, 0, 1}}};
}

static int nothing(const struct gg_view_call *c, struct gg_err *e)
{
    (void)e;
    for (int64_t i = 0; c->made && i < c->s->n_node; i++)
        c->made[i] = NAN;
    return 0;
}

static void faults_are_found(void **state)
{
    (void)state;
    static const struct gg_opt none[] = {{0}};
    static const struct gg_view_case cases[] = {{"plain", ""}, {0}};
    static const struct gg_view_type faulty[] = {
        {.name = "axes", .hypers = none, .turns = true, .see = stretch, .cases = cases},
        {.name = "axes", .hypers = none, .moves = true, .see = in_place, .cases = cases},
        {.name = "axes", .hypers = none, .moves = true, .see = forgetful, .cases = cases},
        {.name = "axes", .hypers = none, .see = forgetful, .cases = cases},
        {.name = "axes", .hypers = none, .target = some, .see = nothing, .cases = cases}};
    char text[4096];
    for (size_t k = 0; k < sizeof faulty / sizeof *faulty; k++) {
        int n_checked;
        FILE *to = fmemopen(text, sizeof text, "w");
        assert_true(gg_check_view(&faulty[k], 1, to, &n_checked) > 0);
        assert_true(n_checked > 12);
        fclose(to);
    }
}

static void unknown_views_are_refused(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_views v = {0};
    assert_int_equal(gg_views_add(&v, "noize", NULL, &a, &err), -1);
    assert_non_null(strstr(err.text, "did you mean noise"));
    assert_int_equal(gg_views_add(&v, "noise", "sigma=-1", &a, &err), -1);
    assert_int_equal(gg_views_add(&v, "noise", "sgma=1", &a, &err), -1);
    assert_int_equal(gg_views_add(&v, "subset", "target=x", &a, &err), -1);
    assert_non_null(strstr(err.text, "makes nothing that a head could learn"));
    gg_arena_free(&a);
}

int main(void)
{
    struct CMUnitTest tests[64] = {
        cmocka_unit_test(axes_are_a_group),     cmocka_unit_test(rotations_are_uniform),
        cmocka_unit_test(noise_has_its_sigma),  cmocka_unit_test(subsets_are_fair),
        cmocka_unit_test(noise_can_be_learned), cmocka_unit_test(species_are_hidden),
        cmocka_unit_test(faults_are_found),     cmocka_unit_test(unknown_views_are_refused)};
    size_t n = 8;
    gg_threads_init(1, &err); /* the laws ask for more where threads matter */
    for (int k = 0; gg_view_types[k] && n < 64; k++, n++)
        tests[n] = (struct CMUnitTest){.name = gg_view_types[k]->name,
                                       .test_func = obeys_the_laws,
                                       .initial_state = (void *)(uintptr_t)gg_view_types[k]};
    return _cmocka_run_group_tests("views", tests, n, NULL, NULL);
}
