/* test_shards.c -- sums of gradients that do not know who adds, and rates of single parameters */
#include "optim_fixture.h"
#include "optim/adam.h"
#include "optim/shards.h"
#include <string.h>

/* ---- shards ---- */

enum { SHARDS = 3, SAMPLES = 8 };

static void add_samples(struct gg_shards *s, int n, int first, int step)
{
    gg_real g[N];
    for (int k = first; k < n; k += step) {
        fill_normal(g, N, 11, (uint32_t)k);
        gg_real *sum = gg_shards_add(s, k, 0.1 * k);
        for (int p = 0; p < N; p++)
            sum[p] += g[p];
    }
}

/* Whoever computes a shard, and when: the same bytes, and the sum that its definition says. */
static void shards_do_not_know_who_adds(void **state)
{
    (void)state;
    struct gg_shards s;
    gg_real dw[N], other[N], g[N];
    gg_shards_init(&s, SHARDS, SAMPLES, N, 0, 1);
    for (int n = 1; n <= SAMPLES; n++) {
        double loss = 0;
        gg_shards_begin(&s, n);
        add_samples(&s, n, 0, 1);
        close_to(gg_shards_sum(&s, dw), 0.05 * n * (n - 1), 1e-12);
        gg_shards_begin(&s, n);
        for (int shard = SHARDS - 1; shard >= 0; shard--)
            add_samples(&s, n, shard, SHARDS);
        loss = gg_shards_sum(&s, other);
        close_to(loss, 0.05 * n * (n - 1), 1e-12);
        assert_memory_equal(dw, other, sizeof dw);
        for (int p = 0; p < N; p++) {
            double want = 0;
            for (int shard = 0; shard < SHARDS; shard++) {
                gg_real sum = 0;
                for (int k = shard; k < n; k += SHARDS) {
                    fill_normal(g, N, 11, (uint32_t)k);
                    sum += g[p];
                }
                want += (double)sum;
            }
            assert_true(dw[p] == (gg_real)want);
        }
    }
    gg_shards_free(&s);
}

/* More shards than samples: one sum a sample and no more; one sample comes out as it went in. */
static void empty_shards_cost_nothing(void **state)
{
    (void)state;
    struct gg_shards s;
    gg_real dw[N], g[N];
    gg_shards_init(&s, 1000000, 2, N, 0, 1);
    gg_shards_begin(&s, 1);
    assert_int_equal(s.n_used, 1);
    add_samples(&s, 1, 0, 1);
    close_to(gg_shards_sum(&s, dw), 0, 0);
    fill_normal(g, N, 11, 0);
    assert_memory_equal(dw, g, sizeof g);
    gg_shards_free(&s);
}

/* ---- a rate for every parameter ---- */

static void factors_are_rates(void **state)
{
    (void)state;
    struct gg_adam plain = gg_adam_defaults(), each = plain;
    gg_real w[N], v[N], g[N], before[N], factor[N];
    plain.weight_decay = each.weight_decay = 0.1;
    plain.amsgrad = each.amsgrad = true;
    gg_adam_init(&plain, N);
    gg_adam_init(&each, N);
    fill_normal(w, N, 3, 0);
    memcpy(v, w, sizeof v);
    memcpy(before, w, sizeof w);
    for (int k = 0; k < N; k++)
        factor[k] = (gg_real)(k % 3);
    each.factor = factor;
    for (uint32_t t = 1; t <= 20; t++) {
        fill_normal(g, N, 4, t);
        gg_adam_step(&each, 1e-2, v, g);
        gg_adam_step(&plain, 1e-2, w, g);
        for (int k = 0; k < N; k++) {
            if (k % 3 == 0) /* frozen: to the bit */
                assert_true(v[k] == before[k]);
            if (k % 3 == 1)
                close_to((double)v[k], (double)w[k], tight);
            if (k % 3 == 2 && t == 1)
                close_to((double)(v[k] - before[k]), 2 * (double)(w[k] - before[k]), 10 * tight);
        }
    }
    gg_adam_free(&plain);
    gg_adam_free(&each);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(shards_do_not_know_who_adds),
                                       cmocka_unit_test(empty_shards_cost_nothing),
                                       cmocka_unit_test(factors_are_rates)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
