/* test_losses_gaussian.c -- the likelihood against another program, and for vectors against matrices written out */
#include "losses_fixture.h"
#include "o3/tensor.h"

/* gaussian_nll: log variances beside the predictions. */
static void a_likelihood_of_another_program(void **state)
{
    (void)state;
    json_t *root = reference();
    struct gg_loss_column c;
    struct gg_cell cell;
    read_column(root, &c, &cell);
    const json_t *one = json_object_get(json_object_get(root, "losses"), "gaussian_nll");
    double *dp = GG_NEW(&arena, double, (size_t)c.n), *ds = GG_NEW(&arena, double, (size_t)c.n);
    const struct gg_loss_type *t = gg_loss_find("gaussian");
    c.spread = numbers(json_object_get(one, "log_variance"));
    c.n_spread = 1;
    double value = t->value(&(struct gg_loss_call){
        .hyper = hyper_of(t, "floor=0"), .c = &c, .dp = dp, .dspread = ds, .factor = 1, .a = &arena});
    assert_float_equal(value, json_number_value(json_object_get(one, "value")), 1e-10);
    expect_gradient("gaussian_nll", numbers(json_object_get(one, "gradient")), dp, c.n);
    expect_gradient("gaussian_nll, log variance", numbers(json_object_get(one, "gradient_log_variance")), ds,
                    c.n);
    json_decref(root);
}

/* ---- vectors: the matrix exponential as a series, determinant and inverse by cofactors ---- */

static void matrix_product(const double a[9], const double b[9], double out[9])
{
    for (int k = 0; k < 9; k++)
        out[k] = a[k / 3 * 3] * b[k % 3] + a[k / 3 * 3 + 1] * b[3 + k % 3] + a[k / 3 * 3 + 2] * b[6 + k % 3];
}

static void matrix_exponential(const double t[9], double out[9])
{
    double power[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1}, next[9];
    memset(out, 0, 9 * sizeof *out);
    for (int n = 1; n < 60; n++) {
        for (int k = 0; k < 9; k++)
            out[k] += power[k];
        matrix_product(power, t, next);
        for (int k = 0; k < 9; k++)
            power[k] = next[k] / n;
    }
}

static double cofactor(const double a[9], int i, int j)
{
    int p = (i + 1) % 3, q = (i + 2) % 3, r = (j + 1) % 3, s = (j + 2) % 3;
    return a[3 * p + r] * a[3 * q + s] - a[3 * p + s] * a[3 * q + r];
}

static double normal(const double e[3], const double V[9])
{
    double det = V[0] * cofactor(V, 0, 0) + V[1] * cofactor(V, 0, 1) + V[2] * cofactor(V, 0, 2),
           sum = log(det);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            sum += e[i] * e[j] * cofactor(V, j, i) / det;
    return sum / 2;
}

static void likelihood_of_vectors(void **state)
{
    (void)state;
    const struct gg_loss_type *t = gg_loss_find("gaussian");
    struct gg_rng r = gg_rng_at(8, 0, 0, 0);
    const struct gg_loss_spread *spread = gg_loss_spread_of(t, 1);
    const struct gg_loss_sample *s = gg_loss_sample_random(&arena, 12, 3, true, false, spread, &r);
    for (int known = 0; known < 2; known++) {
        const void *hyper = hyper_of(t, known ? "noise=known floor=0.3" : "floor=0.3");
        double sum = 0;
        for (int64_t k = 0; k < 12; k++) {
            double S[9], V[9], e[3], written[6], back[9];
            gg_tensor_cartesian(s->spread + 6 * k, 1, S);
            matrix_exponential(S, V);
            spread->physical(hyper, 0.5, s->spread + 6 * k, written); /* a quarter of it, as 1x0e+1x2e */
            gg_tensor_cartesian(written, 1, back);
            for (int z = 0; z < 9; z++) {
                V[z] += z % 4 == 0 ? 0.09 : 0;
                assert_float_equal(back[z], V[z] / 4, 1e-12);
                V[z] += known && z % 4 == 0 ? s->noise[k] : 0;
            }
            for (int z = 0; z < 3; z++)
                e[z] = s->p[3 * k + z] - s->y[3 * k + z];
            sum += s->there[k] ? normal(e, V) / (3 * (double)s->c.count) : 0;
        }
        assert_float_equal(value_of("gaussian", hyper, &s->c, NULL), sum, 1e-12);
    }
    double deviation;
    gg_loss_spread_of(t, 0)->physical(hyper_of(t, "floor=0"), 0.2, &(double){log(9.)}, &deviation);
    assert_float_equal(deviation, 0.6, 1e-14);
    gg_loss_spread_of(t, 0)->physical(hyper_of(t, "floor=0.5"), 0.2, &(double){-INFINITY}, &deviation);
    assert_float_equal(deviation, 0.1, 1e-14);
    assert_null(gg_loss_spread_of(t, 2));
    assert_null(gg_loss_spread_of(gg_loss_find("mse"), 0));
}

/* One S for all rows is best where V is the mean of e e': there the derivatives by it add up to nothing. */
static void the_best_covariance_is_that_of_the_errors(void **state)
{
    (void)state;
    const struct gg_loss_type *t = gg_loss_find("gaussian");
    struct gg_rng r = gg_rng_at(9, 0, 0, 0);
    struct gg_loss_sample *s =
        gg_loss_sample_random(&arena, 20, 3, false, false, gg_loss_spread_of(t, 1), &r);
    double V[9] = {0}, w[3], U[3][3], S[9] = {0}, *ds = GG_NEW(&arena, double, 120), dp[60] = {0},
           sum[6] = {0};
    for (int k = 0; k < 20; k++)
        for (int z = 0; z < 9; z++)
            V[z] += (s->p[3 * k + z / 3] - s->y[3 * k + z / 3]) *
                    (s->p[3 * k + z % 3] - s->y[3 * k + z % 3]) / 20;
    gg_tensor_eigen(V, w, U);
    for (int z = 0; z < 9; z++)
        for (int k = 0; k < 3; k++)
            S[z] += U[z / 3][k] * log(w[k]) * U[z % 3][k];
    for (int k = 0; k < 20; k++)
        gg_tensor_irreps(S, 1, false, s->spread + 6 * k);
    t->value(&(struct gg_loss_call){
        .hyper = hyper_of(t, "floor=0"), .c = &s->c, .dp = dp, .dspread = ds, .factor = 1, .a = &arena});
    for (int k = 0; k < 120; k++)
        sum[k % 6] += ds[k];
    for (int z = 0; z < 6; z++)
        assert_float_equal(sum[z], 0, 1e-13);
}

/* Rows that are known by heart: without a floor L falls with s for ever, with one it has a bottom, which the default is near. */
static void rows_without_an_error(void **state)
{
    (void)state;
    const struct gg_loss_type *t = gg_loss_find("gaussian");
    const bool there[1] = {true};
    const double y[3] = {0.2, 0.1, -0.3}, at[] = {-20, -60, -400, -1e4};
    for (int dim = 1; dim <= 3; dim += 2)
        for (int k = 0; k < 4; k++) {
            double s[6] = {dim == 1 ? at[k] : sqrt(3) * at[k]}, dp[3] = {0}, ds[6] = {0};
            struct gg_loss_column c = {.n = 1,
                                       .dim = dim,
                                       .count = 1,
                                       .there = there,
                                       .p = y,
                                       .y = y,
                                       .n_spread = dim == 1 ? 1 : 6,
                                       .spread = s,
                                       .scale = 1};
            struct gg_loss_call call = {
                .hyper = t->hyper_defaults, .c = &c, .dp = dp, .dspread = ds, .factor = 1, .a = &arena};
            assert_float_equal(t->value(&call), log(1e-6 + exp(at[k])) / 2, 1e-12);
            assert_float_equal(ds[0] * s[0] / at[k], exp(at[k]) / (1e-6 + exp(at[k])) / 2, 1e-12);
        }
}

/* S with two equal eigenvalues, and with widely different ones. */
static void covariances_at_the_edge(void **state)
{
    (void)state;
    static const double spreads[3][6] = {{0}, {0.3, 0, 0, 1e-9, 0, 0}, {0, 3, -8, 20, 5, 9}};
    const struct gg_loss_type *t = gg_loss_find("gaussian");
    const bool there[1] = {true};
    const double y[3] = {0}, p[3] = {0.3, -0.2, 0.5}, h = 1e-5;
    for (int k = 0; k < 3; k++)
        for (int z = 0; z < 6; z++) {
            double S[6], f[2], dp[3] = {0}, ds[6] = {0};
            struct gg_loss_column c = {.n = 1,
                                       .dim = 3,
                                       .count = 1,
                                       .there = there,
                                       .p = p,
                                       .y = y,
                                       .n_spread = 6,
                                       .spread = S,
                                       .scale = 1};
            struct gg_loss_call call = {
                .hyper = t->hyper_defaults, .c = &c, .dp = dp, .dspread = ds, .factor = 1};
            for (int sign = 0; sign < 2; sign++) {
                memcpy(S, spreads[k], sizeof S);
                S[z] += sign ? h : -h;
                f[sign] = value_of("gaussian", NULL, &c, NULL);
            }
            memcpy(S, spreads[k], sizeof S);
            double value = t->value(&call);
            assert_true(isfinite(value));
            assert_float_equal(ds[z], (f[1] - f[0]) / (2 * h), 1e-5 * (1 + fabs(value)));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_likelihood_of_another_program),
                                       cmocka_unit_test(likelihood_of_vectors),
                                       cmocka_unit_test(the_best_covariance_is_that_of_the_errors),
                                       cmocka_unit_test(covariances_at_the_edge),
                                       cmocka_unit_test(rows_without_an_error)};
    struct gg_err err;
    gg_threads_init(1, &err);
    return cmocka_run_group_tests_name("gaussian", tests, NULL, NULL);
}
