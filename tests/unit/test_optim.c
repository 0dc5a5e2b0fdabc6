/* test_optim.c -- laws of Adam, schedules, averaging and clipping, and naive references in double */
#include "optim_fixture.h"
#include "optim/adam.h"
#include "optim/clip.h"
#include "optim/ema.h"
#include "optim/sparse.h"
#include "optim/schedule.h"
#include "util/arena.h"
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* ---- Adam ---- */

/* The paper's algorithm, letter by letter. */
static void reference_step(const struct gg_adam *a, double lr, int t, double *w, const gg_real *g, double *m,
                           double *v, double *v_max)
{
    for (int k = 0; k < N; k++) {
        m[k] = a->beta1 * m[k] + (1 - a->beta1) * (double)g[k];
        v[k] = a->beta2 * v[k] + (1 - a->beta2) * (double)g[k] * (double)g[k];
        v_max[k] = a->amsgrad ? fmax(v_max[k], v[k]) : v[k];
        double m_hat = m[k] / (1 - pow(a->beta1, t)), v_hat = v_max[k] / (1 - pow(a->beta2, t));
        w[k] -= lr * (m_hat / (sqrt(v_hat) + a->eps) + a->weight_decay * w[k]);
    }
}

static void against_reference(struct gg_adam a)
{
    gg_real w[N], g[N];
    double want[N], m[N] = {0}, v[N] = {0}, v_max[N] = {0};
    gg_adam_init(&a, N);
    fill_normal(w, N, 1, 0);
    for (int k = 0; k < N; k++)
        want[k] = (double)w[k];
    for (int t = 1; t <= 300; t++) {
        double size = t < 100 ? 1 : 1e-3, lr = 1e-2 / t;
        fill_normal(g, N, 2, (uint32_t)t);
        for (int k = 0; k < N; k++)
            g[k] *= (gg_real)size;
        gg_adam_step(&a, lr, w, g);
        reference_step(&a, lr, t, want, g, m, v, v_max);
        for (int k = 0; k < N; k++)
            close_to((double)w[k], want[k], tight);
    }
    assert_int_equal(a.step, 300);
    gg_adam_free(&a);
}

static void test_adam_reference(void **state)
{
    (void)state;
    struct gg_adam a = gg_adam_defaults();
    against_reference(a);
    a.weight_decay = 0.1;
    against_reference(a);
    a.amsgrad = true;
    against_reference(a);
    a.beta1 = 0.5, a.beta2 = 0.9, a.eps = 1e-3;
    against_reference(a);
}

/* Without eps, gradients times a power of two change nothing, to the last bit. */
static void test_adam_scale(void **state)
{
    (void)state;
    gg_real w[2][N], g[N];
    for (int run = 0; run < 2; run++) {
        struct gg_adam a = gg_adam_defaults();
        a.eps = 0;
        gg_adam_init(&a, N);
        fill_normal(w[run], N, 1, 0);
        for (uint32_t t = 0; t < 50; t++) {
            fill_normal(g, N, 2, t);
            for (int k = 0; k < N && run; k++)
                g[k] *= 1024;
            gg_adam_step(&a, 0.1, w[run], g);
        }
        gg_adam_free(&a);
    }
    assert_memory_equal(w[0], w[1], sizeof w[0]);
}

static void test_adam_first_step(void **state)
{
    (void)state;
    struct gg_adam a = gg_adam_defaults();
    gg_real w[4] = {1, 1, 1, 1};
    const gg_real g[4] = {(gg_real)1e-3, -5, 1000, 0};
    gg_adam_init(&a, 4);
    gg_adam_step(&a, 0.25, w, g);
    close_to((double)w[0], 0.75, 1e-5); /* eps / |g| = 1e-5 */
    close_to((double)w[1], 1.25, tight + 1e-9);
    close_to((double)w[2], 0.75, tight + 1e-9);
    assert_true(w[3] == 1);
    gg_adam_free(&a);
}

/* A badly scaled bowl, half sum h w^2 with h from 1e-3 to 1e3, comes down with a cosine to nothing. */
static void test_adam_quadratic(void **state)
{
    (void)state;
    struct gg_adam a = gg_adam_defaults();
    struct gg_schedule s = gg_schedule_defaults(0.05);
    gg_real w[7], g[7];
    const double h[7] = {1e-3, 1e-2, 0.1, 1, 10, 100, 1000};
    s.kind = GG_SCHEDULE_COSINE;
    s.n_step = 2000;
    gg_adam_init(&a, 7);
    fill_normal(w, 7, 3, 0);
    for (int64_t t = 0; t < s.n_step; t++) {
        for (int k = 0; k < 7; k++)
            g[k] = (gg_real)(h[k] * (double)w[k]);
        gg_adam_step(&a, gg_schedule_rate(&s, t), w, g);
    }
    for (int k = 0; k < 7; k++)
        close_to((double)w[k], 0, 1e-3);
    gg_adam_free(&a);
}

static void test_adam_decay(void **state)
{
    (void)state;
    struct gg_adam a = gg_adam_defaults();
    gg_real w = 2, g = 0;
    a.weight_decay = 0.5;
    gg_adam_init(&a, 1);
    for (int t = 0; t < 20; t++)
        gg_adam_step(&a, 0.1, &w, &g);
    close_to((double)w, 2 * pow(0.95, 20), tight);
    gg_adam_free(&a);
}

/* Decay of its own for each parameter, beside a rate of its own: w_n = w_0 prod (1 - factor lr decay own). */
static void test_adam_decay_each(void **state)
{
    (void)state;
    struct gg_adam a = gg_adam_defaults();
    gg_real w[4] = {2, 2, 2, 2}, g[4] = {0};
    const gg_real own[4] = {0, 1, 3, 3}, factor[4] = {1, 1, 1, (gg_real)0.5};
    a.weight_decay = 0.5;
    a.decay = own;
    a.factor = factor;
    gg_adam_init(&a, 4);
    for (int t = 0; t < 20; t++)
        gg_adam_step(&a, 0.1, w, g);
    assert_true(w[0] == 2);
    close_to((double)w[1], 2 * pow(0.95, 20), tight);
    close_to((double)w[2], 2 * pow(0.85, 20), tight);
    close_to((double)w[3], 2 * pow(0.925, 20), tight);
    gg_adam_free(&a);
}

/* The same bytes for any number of threads, and when the state was saved and put back. */
static void test_adam_threads(void **state)
{
    (void)state;
    enum { MANY = 200001 };
    const int threads[] = {1, 2, 3, 4};
    gg_real *first = gg_xalloc(MANY, sizeof *first), *w = gg_xalloc(MANY, sizeof *w),
            *g = gg_xalloc(MANY, sizeof *g);
    int before = omp_get_max_threads();
    for (int run = 0; run < 4; run++) {
        struct gg_adam a = gg_adam_defaults(), b = gg_adam_defaults();
        omp_set_num_threads(threads[run]);
        gg_adam_init(&a, MANY);
        gg_adam_init(&b, MANY);
        fill_normal(w, MANY, 4, 0);
        for (uint32_t t = 0; t < 4; t++) {
            fill_normal(g, MANY, 5, t);
            gg_adam_step(t < 2 ? &a : &b, 0.01, w, g);
            if (t == 1) {
                memcpy(b.m, a.m, MANY * sizeof *a.m);
                memcpy(b.v, a.v, MANY * sizeof *a.v);
                b.step = a.step;
            }
        }
        if (run == 0)
            memcpy(first, w, MANY * sizeof *w);
        assert_memory_equal(first, w, MANY * sizeof *w);
        gg_adam_free(&a);
        gg_adam_free(&b);
    }
    omp_set_num_threads(before);
    free(first);
    free(w);
    free(g);
}

/* ---- schedules ---- */

static void test_schedule_warmup(void **state)
{
    (void)state;
    struct gg_schedule s = gg_schedule_defaults(0.8);
    assert_true(gg_schedule_rate(&s, 0) == 0.8 && gg_schedule_rate(&s, 1000000) == 0.8);
    s.n_warmup = 8;
    s.n_step = 108;
    s.every = 10;
    for (int kind = 0; kind < 4; kind++) {
        s.kind = (enum gg_schedule_kind)kind;
        close_to(gg_schedule_rate(&s, 0), 0.1, 1e-15);
        close_to(gg_schedule_rate(&s, 7), 0.8, 1e-15);
        close_to(gg_schedule_rate(&s, 8), 0.8, 1e-15);
    }
}

static void test_schedule_cosine(void **state)
{
    (void)state;
    struct gg_schedule s = gg_schedule_defaults(1);
    s.kind = GG_SCHEDULE_COSINE;
    s.n_warmup = 10;
    s.n_step = 110;
    s.lr_final = 0.2;
    close_to(gg_schedule_rate(&s, 10), 1, 0);
    close_to(gg_schedule_rate(&s, 60), 0.6, 1e-15);
    close_to(gg_schedule_rate(&s, 110), 0.2, 1e-15);
    close_to(gg_schedule_rate(&s, 5000), 0.2, 1e-15);
    for (int64_t t = 10; t < 110; t++) {
        assert_true(gg_schedule_rate(&s, t + 1) < gg_schedule_rate(&s, t));
        close_to(gg_schedule_rate(&s, t) + gg_schedule_rate(&s, 120 - t), 1.2, 1e-14);
    }
    s.n_step = s.n_warmup;
    close_to(gg_schedule_rate(&s, 10), 0.2, 1e-15); /* nothing but warm-up */
}

/* One course behind the other, each the cosine of a run of its length, whatever the run's own. */
static void test_schedule_restarts(void **state)
{
    (void)state;
    struct gg_schedule s = gg_schedule_defaults(1), one = gg_schedule_defaults(1);
    const int64_t first[] = {5, 15, 30, 52, 85}; /* lengths 10, 15, 22, 33 in whole steps */
    s.kind = GG_SCHEDULE_RESTARTS;
    one.kind = GG_SCHEDULE_COSINE;
    s.lr_final = one.lr_final = 0.2;
    s.n_warmup = 5;
    s.every = 10;
    s.stretch = 1.5;
    for (int c = 0; c < 4; c++) {
        one.n_step = first[c + 1] - first[c];
        for (int64_t t = first[c]; t < first[c + 1]; t++)
            close_to(gg_schedule_rate(&s, t), gg_schedule_rate(&one, t - first[c]), 1e-15);
    }
    s.stretch = 1;
    close_to(gg_schedule_rate(&s, 5 + 10 * 123456789LL), 1, 1e-15);
    close_to(gg_schedule_rate(&s, 10 + 10 * 123456789LL), 0.6, 1e-15);
}

static void test_schedule_step(void **state)
{
    (void)state;
    struct gg_schedule s = gg_schedule_defaults(1);
    s.kind = GG_SCHEDULE_STEP;
    s.n_warmup = 5;
    s.every = 10;
    s.factor = 0.1;
    s.lr_final = 1e-3;
    close_to(gg_schedule_rate(&s, 14), 1, 0);
    close_to(gg_schedule_rate(&s, 15), 0.1, 1e-15);
    close_to(gg_schedule_rate(&s, 25), 0.01, 1e-15);
    close_to(gg_schedule_rate(&s, 1000), 1e-3, 1e-15);
}

static void test_schedule_plateau(void **state)
{
    (void)state;
    struct gg_schedule s = gg_schedule_defaults(1);
    gg_schedule_observe(&s, 1);
    assert_true(s.best == INFINITY); /* constant keeps no state */
    s.kind = GG_SCHEDULE_PLATEAU;
    s.patience = 2;
    s.lr_final = 0.2;
    const double loss[] = {NAN, 5, 4, 4, 4, 3.9999, 4, NAN, 4, 3, 2, 2, 2, 2};
    const double rate[] = {1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25, 0.2};
    for (int k = 0; k < 14; k++) {
        gg_schedule_observe(&s, loss[k]);
        close_to(gg_schedule_rate(&s, 0), rate[k], 1e-15);
    }
    struct gg_schedule negative = gg_schedule_defaults(1);
    negative.kind = GG_SCHEDULE_PLATEAU;
    gg_schedule_observe(&negative, -1);
    gg_schedule_observe(&negative, -1.00001);
    assert_int_equal(negative.n_bad, 1);
    gg_schedule_observe(&negative, -1.1);
    assert_int_equal(negative.n_bad, 0);
}

/* ---- averaging ---- */

static void test_ema(void **state)
{
    (void)state;
    const double decay[] = {0, 0.5, 0.99};
    for (int d = 0; d < 3; d++) {
        struct gg_ema e;
        gg_real w[N];
        double sum[N] = {0}, weights = 0;
        gg_ema_init(&e, decay[d], N);
        for (uint32_t t = 0; t < 200; t++) {
            fill_normal(w, N, 6, t);
            gg_ema_update(&e, w);
            weights = decay[d] * weights + 1;
            for (int k = 0; k < N; k++) {
                sum[k] = decay[d] * sum[k] + (double)w[k];
                close_to((double)e.mean[k], sum[k] / weights, tight);
            }
        }
        gg_ema_free(&e);
    }
}

static void test_ema_constant(void **state)
{
    (void)state;
    struct gg_ema e;
    gg_real w[3] = {(gg_real)0.1, -7, (gg_real)1e-30};
    gg_ema_init(&e, 0.999, 3);
    for (int t = 0; t < 1000; t++)
        gg_ema_update(&e, w);
    assert_memory_equal(e.mean, w, sizeof w);
    gg_ema_free(&e);
}

/* ---- sparsity ---- */

/* The step is the minimum of (x - w)^2 / 2 + lr s |x|: away from 0 the slope vanishes, at 0 it changes sign.  Where s is 0 nothing moves,
 * and the mean is 0 where w is, and only there. */
static void test_sparse_optimal(void **state)
{
    (void)state;
    gg_real w[N], before[N], strength[N], mean[N];
    fill_normal(w, N, 7, 0);
    fill_normal(strength, N, 8, 0);
    for (int k = 0; k < N; k++) {
        before[k] = w[k];
        strength[k] = k % 3 ? (gg_real)fabs((double)strength[k]) : 0;
        mean[k] = 5;
    }
    gg_sparse_step(strength, 0.5, N, w, mean);
    int zeros = 0, moved = 0;
    for (int k = 0; k < N; k++) {
        double most = 0.5 * (double)strength[k], pull = (double)before[k] - (double)w[k];
        if (strength[k] == 0)
            assert_true(w[k] == before[k]);
        else if (w[k] == 0)
            assert_true(fabs(pull) <= most * (1 + tight));
        else
            close_to(pull, w[k] > 0 ? most : -most, tight);
        assert_true(mean[k] == (strength[k] != 0 && w[k] == 0 ? 0 : 5));
        zeros += w[k] == 0;
        moved += w[k] != before[k];
    }
    assert_in_range(zeros, 1, N - 1);
    assert_in_range(moved - zeros, 1, N - 1);
}

/* Behind plain steps down sum a_k (w_k - b_k)^2 / 2 it ends at the lasso's solution, b_k less s / a_k. */
static void test_sparse_lasso(void **state)
{
    (void)state;
    const gg_real b[] = {2, -3, (gg_real)0.2, (gg_real)-0.1}, a[] = {1, 2, 1, 4}, strength[] = {1, 1, 1, 1};
    gg_real w[4] = {0, 0, 1, 1}, mean[4] = {0};
    for (int t = 0; t < 500; t++) {
        for (int k = 0; k < 4; k++)
            w[k] -= (gg_real)0.1 * a[k] * (w[k] - b[k]);
        gg_sparse_step(strength, 0.1, 4, w, mean);
    }
    close_to((double)w[0], 1, 1e-5);
    close_to((double)w[1], -2.5, 1e-5);
    assert_true(w[2] == 0 && w[3] == 0);
}

/* ---- clipping ---- */

static void test_norm(void **state)
{
    (void)state;
    const int64_t sizes[] = {0, 1, 7, 8, 9, 1023, 1024, 1025, 5000, 100003};
    gg_real *x = gg_xalloc(100003, sizeof *x);
    fill_normal(x, 100003, 8, 0);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        double sum = 0;
        for (int64_t k = 0; k < sizes[s]; k++)
            sum += (double)x[k] * (double)x[k];
        close_to(gg_norm(x, sizes[s]), sqrt(sum), 1e-11 * (1 + sqrt(sum)));
    }
    gg_real huge[2] = {(gg_real)3e30, (gg_real)4e30}; /* squares beyond float */
    close_to(gg_norm(huge, 2) / 5e30, 1, 1e-6);
    free(x);
}

static void test_clip(void **state)
{
    (void)state;
    gg_real x[3] = {2, 3, 6}, same[3] = {2, 3, 6};
    close_to(gg_clip_norm(x, 3, 0), 7, 1e-12);
    close_to(gg_clip_norm(x, 3, 7.5), 7, 1e-12);
    assert_memory_equal(x, same, sizeof x);
    close_to(gg_clip_norm(x, 3, 1), 7, 1e-12);
    close_to(gg_norm(x, 3), 1, tight);
    close_to((double)x[2] / (double)x[0], 3, tight);
    x[1] = (gg_real)NAN;
    memcpy(same, x, sizeof x);
    assert_true(isnan(gg_clip_norm(x, 3, 1e-3)));
    assert_memory_equal(x, same, sizeof x);
    x[1] = (gg_real)INFINITY;
    memcpy(same, x, sizeof x);
    assert_true(isinf(gg_clip_norm(x, 3, 1e-3)));
    assert_memory_equal(x, same, sizeof x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adam_reference),
        cmocka_unit_test(test_adam_scale),
        cmocka_unit_test(test_adam_first_step),
        cmocka_unit_test(test_adam_quadratic),
        cmocka_unit_test(test_adam_decay),
        cmocka_unit_test(test_adam_threads),
        cmocka_unit_test(test_schedule_warmup),
        cmocka_unit_test(test_schedule_cosine),
        cmocka_unit_test(test_schedule_restarts),
        cmocka_unit_test(test_adam_decay_each),
        cmocka_unit_test(test_schedule_step),
        cmocka_unit_test(test_schedule_plateau),
        cmocka_unit_test(test_ema),
        cmocka_unit_test(test_ema_constant),
        cmocka_unit_test(test_sparse_optimal),
        cmocka_unit_test(test_sparse_lasso),
        cmocka_unit_test(test_norm),
        cmocka_unit_test(test_clip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
