/* test_losses.c -- every law on every case of every term of a loss; values against sums written down and published numbers */
#include "losses_fixture.h"

static void obeys_the_laws(void **state)
{
    const struct gg_loss_type *t = *state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        int n_checked, n_failed = gg_check_loss(t, seed, stderr, &n_checked);
        assert_int_equal(n_failed, 0);
        assert_true(n_checked > 20);
    }
}

/* ---- the same from the definitions, p or y in physical units ---- */

static double mean(const struct gg_loss_column *c, const double *x)
{
    double sum = 0;
    for (int64_t k = 0; k < c->n; k++)
        sum += c->there[k] ? x[k] / (double)c->count : 0;
    return sum;
}

static double covariance(const struct gg_loss_column *c, const double *x, const double *y)
{
    double sum = 0;
    for (int64_t k = 0; k < c->n; k++)
        sum += c->there[k] ? (x[k] - mean(c, x)) * (y[k] - mean(c, y)) / (double)c->count : 0;
    return sum;
}

static double spatial(const struct gg_loss_column *c, const double *z, double R)
{
    double d[64], above = 0, below = 0;
    for (int64_t k = 0; k < c->n; k++)
        d[k] = (tanh(20 * (c->mean + c->scale * z[k] - 0.44)) + 1) / 2;
    double middle = mean(c, d);
    for (int64_t k = 0; k < c->n; k++)
        d[k] = c->there[k] ? d[k] - middle : 0;
    for (int64_t i = 0; i < c->n; i++) {
        double sum = 0, weight = 0;
        for (int64_t j = 0; j < c->n; j++) {
            double v[3] = {c->pos[j][0] - c->pos[i][0], c->pos[j][1] - c->pos[i][1],
                           c->pos[j][2] - c->pos[i][2]};
            gg_cell_nearest(c->cell, v);
            double r = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]), w = exp(-(r - R) * (r - R) / 2);
            sum += w * d[j];
            weight += w;
        }
        above += d[i] * sum / weight;
        below += d[i] * d[i];
    }
    return above / below;
}

static void values_are_the_sums_written_down(void **state)
{
    (void)state;
    struct gg_rng r = gg_rng_at(5, 0, 0, 0);
    const struct gg_loss_column *c = &gg_loss_sample_random(&arena, 50, 1, true, true, NULL, &r)->c;
    double square = 0, absolute = 0, huber = 0, vp = covariance(c, c->p, c->p),
           vy = covariance(c, c->y, c->y);
    for (int64_t k = 0; k < c->n; k++) {
        double e = fabs(c->p[k] - c->y[k]), each = c->there[k] ? 1 / (double)c->count : 0;
        square += each * e * e;
        absolute += each * e;
        huber += each * (e < 0.5 ? e * e / 2 : 0.5 * (e - 0.25));
    }
    double C[6], distance = 0;
    for (int k = 0; k < 6; k++)
        C[k] = spatial(c, k < 3 ? c->p : c->y, 2 + 2 * (k % 3));
    for (int k = 0; k < 3; k++)
        distance += fabs(C[k] - C[3 + k]) / fabs(C[3] - C[5]);
    assert_float_equal(value_of("mse", NULL, c, NULL), square, 1e-13);
    assert_float_equal(value_of("mae", NULL, c, NULL), absolute, 1e-13);
    assert_float_equal(value_of("huber", &(double){0.5}, c, NULL), huber, 1e-13);
    assert_float_equal(value_of("pearson", NULL, c, NULL), 1 - covariance(c, c->p, c->y) / sqrt(vp * vy),
                       1e-13);
    assert_float_equal(value_of("variance", NULL, c, NULL), fabs(vp - vy) / vy, 1e-13);
    assert_float_equal(value_of("correlation", NULL, c, NULL), distance, 1e-11);
}

/* sum over ordered pairs of the divergence of (P, 1 - P) of y from that of p, over n (n - 1) */
static double pair_divergence(const struct gg_loss_column *c, double width)
{
    double sum = 0, n = (double)c->count;
    for (int64_t i = 0; i < c->n; i++)
        for (int64_t j = 0; j < c->n; j++) {
            if (i == j || !c->there[i] || !c->there[j])
                continue;
            double q = 1 / (1 + exp((c->p[j] - c->p[i]) / width)),
                   P = 1 / (1 + exp((c->y[j] - c->y[i]) / width));
            sum += P * log(P / q) + (1 - P) * log((1 - P) / (1 - q));
        }
    return sum / (n * (n - 1));
}

static void order_and_quantiles(void **state)
{
    (void)state;
    struct gg_rng r = gg_rng_at(7, 0, 0, 0);
    const struct gg_loss_column *c = &gg_loss_sample_random(&arena, 50, 1, true, false, NULL, &r)->c;
    double check = 0, far = 0;
    for (int64_t k = 0; k < c->n; k++) {
        double e = c->y[k] - c->p[k];
        check += c->there[k] ? fmax(0.8 * e, -0.2 * e) / (double)c->count : 0;
    }
    assert_float_equal(value_of("quantile", &(double){0.8}, c, NULL), check, 1e-13);
    assert_float_equal(value_of("ranking", &(double){0.7}, c, NULL), pair_divergence(c, 0.7), 1e-12);
    /* differences of 1e5 widths: no overflow, and a pair the wrong way round costs what it is off */
    const bool there[2] = {true, true};
    const double p[2] = {100, 0}, y[2] = {0, 100};
    far = value_of(
        "ranking", &(double){1e-3},
        &(struct gg_loss_column){.n = 2, .dim = 1, .count = 2, .there = there, .p = p, .y = y, .scale = 1},
        NULL);
    assert_float_equal(far, 1e5, 1e-6);
}

/* Who moved: nobody but for less than one, or everybody but for less than one. */
static void no_correlation_where_nobody_or_everybody_moved(void **state)
{
    (void)state;
    struct gg_rng r = gg_rng_at(6, 0, 0, 0);
    struct gg_loss_sample *s = gg_loss_sample_random(&arena, 50, 1, true, true, NULL, &r);
    double *dp = GG_NEW(&arena, double, 50), *of[] = {s->p, s->y};
    s->c.mean = 0.44;
    assert_true(isfinite(value_of("correlation", NULL, &s->c, NULL)));
    for (int which = 0; which < 2; which++)
        for (int sign = -1; sign <= 1; sign += 2) {
            double kept[50];
            memcpy(kept, of[which], sizeof kept);
            for (int k = 0; k < 50; k++)
                of[which][k] = s->there[k] ? sign * (1.2 + 0.05 * k / 50) : 0; /* times 0.2 sigma */
            assert_true(isnan(value_of("correlation", NULL, &s->c, dp)));
            of[which][0] = of[which][2] = -of[which][0]; /* two are enough */
            assert_true(isfinite(value_of("correlation", NULL, &s->c, NULL)));
            memcpy(of[which], kept, sizeof kept);
        }
    for (int k = 0; k < 50; k++)
        assert_true(dp[k] == 0);
}

static void errors_of_vectors(void **state)
{
    (void)state;
    const bool there[2] = {true, false};
    const double p[6] = {3, 0, 4, 7, 7, 7}, y[6] = {0};
    const struct gg_loss_column c = {
        .n = 2, .dim = 3, .count = 1, .there = there, .p = p, .y = y, .scale = 1};
    double dp[6] = {0};
    assert_float_equal(value_of("mse", NULL, &c, NULL), 25. / 3, 1e-14);
    assert_float_equal(value_of("mae", NULL, &c, NULL), 7. / 3, 1e-14);
    assert_float_equal(value_of("huber", NULL, &c, dp), 4.5 / 3, 1e-14); /* length 5: 1 (5 - 1/2) */
    assert_float_equal(dp[0], 0.6 / 3, 1e-14);
    assert_float_equal(dp[2], 0.8 / 3, 1e-14);
}

/* ---- numbers of another program ---- */

/* A term of ours, keys, and what it is called there. */
static const struct published {
    const char *term, *keys, *there;
} published[] = {{"mse", "", "mse"},
                 {"mae", "", "mae"},
                 {"pearson", "", "pearson"},
                 {"variance", "", "variance_abs"},
                 {"variance", "deviation=squared", "variance_square"},
                 {"huber", "delta=1", "huber_delta_1"},
                 {"huber", "delta=0.1", "huber_delta_0p1"},
                 {"correlation", "", "spatial_correlation"},
                 {"local_variance", "", "local_variance"},
                 {"local_variance", "self=true", "local_variance_self_included"},
                 {"g_r", "r_max=4", "G_r"},
                 {"s4", "", "S4"},
                 {"histogram", "", "histogram_abs"},
                 {"histogram", "deviation=squared", "histogram_square"}};

/* The normaliser: the value for the mean predictor, and for permuted targets where that is not defined there. */
static void expect_normaliser(const struct published *k, const void *hyper, const struct gg_loss_column *c,
                              const json_t *one, const double *permutation)
{
    const json_t *mean_there = json_object_get(one, "value_mean_predictor");
    double *p = GG_NEW(&arena, double, (size_t)c->n);
    struct gg_loss_column other = *c;
    other.p = p;
    for (int64_t i = 0; i < c->n; i++)
        p[i] = mean(c, c->y);
    double value = value_of(k->term, hyper, &other, NULL);
    if (json_is_number(mean_there))
        assert_float_equal(value, json_number_value(mean_there), 1e-10);
    else
        assert_true(isnan(value));
    for (int64_t i = 0; i < c->n; i++)
        p[i] = c->y[(int64_t)permutation[i]];
    assert_float_equal(value_of(k->term, hyper, &other, NULL),
                       json_number_value(json_object_get(one, "value_permuted_targets")), 1e-10);
}

static void values_and_gradients_of_another_program(void **state)
{
    (void)state;
    json_t *root = reference();
    struct gg_loss_column c;
    struct gg_cell cell;
    read_column(root, &c, &cell);
    const double *permutation = numbers(json_object_get(root, "permutation"));
    for (const struct published *k = published; k < published + sizeof published / sizeof *published; k++) {
        const json_t *one = json_object_get(json_object_get(root, "losses"), k->there);
        const void *hyper = hyper_of(gg_loss_find(k->term), k->keys);
        double *dp = GG_NEW(&arena, double, (size_t)c.n);
        assert_float_equal(value_of(k->term, hyper, &c, dp), json_number_value(json_object_get(one, "value")),
                           1e-10);
        expect_gradient(k->there, numbers(json_object_get(one, "gradient")), dp, c.n);
        expect_normaliser(k, hyper, &c, one, permutation);
    }
    json_decref(root);
}

/* What stands in `intermediates`: entry k of a list. */
static double between(const json_t *root, const char *list, size_t k)
{
    return json_number_value(
        json_array_get(json_object_get(json_object_get(root, "intermediates"), list), k));
}

/* A sum of squares grows by the square of the k-th difference where the key lets one more in. */
static double grows(const char *term, const char *keys, double less, double more,
                    const struct gg_loss_column *c)
{
    const struct gg_loss_type *t = gg_loss_find(term);
    double value = value_of(term, hyper_of(t, gg_arena_printf(&arena, keys, more)), c, NULL);
    return less > 0 ? value - value_of(term, hyper_of(t, gg_arena_printf(&arena, keys, less)), c, NULL)
                    : value;
}

static void what_lies_between_values_and_positions(void **state)
{
    (void)state;
    json_t *root = reference();
    struct gg_loss_column c, alone;
    struct gg_cell cell;
    double squares = 0, n;
    read_column(root, &c, &cell);
    alone = c;
    double *far = GG_NEW(&arena, double, (size_t)c.n); /* constant, and far from all centres */
    for (int64_t k = 0; k < c.n; k++)
        far[k] = -100;
    alone.y = far;
    n = (double)c.n;
    for (size_t k = 0; k < 9; k++) {
        const char *keys = gg_arena_printf(&arena, "first=%.17g centres=1", 0.1 + 0.1125 * (double)k);
        assert_float_equal(value_of("histogram", hyper_of(gg_loss_find("histogram"), keys), &alone, NULL),
                           between(root, "hist_prediction", k), 1e-10);
    }
    for (size_t k = 0; k < 8; k++)
        assert_float_equal(grows("g_r", "r_max=%g", 0.5 * (double)k, 0.5 * (double)(k + 1), &c),
                           pow(between(root, "G_prediction", k) - between(root, "G_target", k), 2), 1e-10);
    for (size_t k = 0; k < 3; k++)
        assert_float_equal(grows("s4", "waves=%g", (double)k, (double)(k + 1), &c),
                           pow(between(root, "S4_prediction", k) / between(root, "S4_target", k) - 1, 2),
                           1e-10);
    for (size_t k = 0; k < (size_t)c.n; k++)
        squares += pow(between(root, "V_prediction", k), 2) / n;
    assert_float_equal(value_of("local_variance", NULL, &alone, NULL), squares, 1e-14);
    json_decref(root);
}

/* A centre where y has nobody: the error is in numbers of values. */
static void histogram_where_nobody_is(void **state)
{
    (void)state;
    const bool there[2] = {true, true};
    const double p[2] = {1, 1}, y[2] = {0, 0};
    const struct gg_loss_column c = {
        .n = 2, .dim = 1, .count = 2, .there = there, .p = p, .y = y, .scale = 1};
    const void *hyper = hyper_of(gg_loss_find("histogram"), "first=1 centres=1");
    assert_float_equal(value_of("histogram", hyper, &c, NULL), 2, 1e-12);
}

/* ---- refusals ---- */

struct correlation_keys {
    struct gg_reals radii;
    double threshold;
};

static void radii_are_refused(void **state)
{
    (void)state;
    static double rising[17] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
                  equal[3] = {2, 4, 4};
    static const struct {
        struct gg_reals radii;
        const char *says;
    } table[] = {{{1, rising}, "radii: 2 to 16 distances are wanted"},
                 {{17, rising}, "radii: 2 to 16 distances are wanted"},
                 {{3, equal}, "radii: each larger than the one before"}};
    struct gg_err err;
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        const struct correlation_keys keys = {table[k].radii, 0.44};
        assert_int_equal(gg_loss_find("correlation")->init(&keys, &err), -1);
        assert_int_equal(err.status, GG_USAGE);
        assert_string_equal(err.text, table[k].says);
    }
    assert_int_equal(gg_loss_find("correlation")->init(&(struct correlation_keys){{16, rising}, 0.44}, &err),
                     0);
    assert_null(gg_loss_find("colour"));
}

static void quantiles_are_refused(void **state)
{
    (void)state;
    static const double outside[] = {0, 1, -0.1, 1.5};
    struct gg_err err;
    for (int k = 0; k < 4; k++)
        assert_int_equal(gg_loss_find("quantile")->init(&outside[k], &err), -1);
    assert_int_equal(err.status, GG_USAGE);
    assert_string_equal(err.text, "quantile: 1.5 does not lie between 0 and 1");
    assert_int_equal(gg_loss_find("quantile")->init(&(double){0.99}, &err), 0);
    assert_int_equal(gg_loss_find("histogram")->init(gg_loss_find("histogram")->hyper_defaults, &err), 0);
    assert_int_equal(gg_loss_find("histogram")->init(&(double[8]){1, 1}, &err), -1);
}

int main(void)
{
    struct CMUnitTest tests[64] = {cmocka_unit_test(values_are_the_sums_written_down),
                                   cmocka_unit_test(no_correlation_where_nobody_or_everybody_moved),
                                   cmocka_unit_test(errors_of_vectors),
                                   cmocka_unit_test(values_and_gradients_of_another_program),
                                   cmocka_unit_test(radii_are_refused),
                                   cmocka_unit_test(quantiles_are_refused),
                                   cmocka_unit_test(order_and_quantiles),
                                   cmocka_unit_test(histogram_where_nobody_is),
                                   cmocka_unit_test(what_lies_between_values_and_positions)};
    size_t n = 9;
    struct gg_err err;
    gg_threads_init(1, &err); /* the laws ask for more where threads matter */
    for (const struct gg_loss_type *const *t = gg_loss_types; *t != NULL && n < 64; t++)
        tests[n++] = (struct CMUnitTest){.name = (*t)->name,
                                         .test_func = obeys_the_laws,
                                         .initial_state = (void *)(uintptr_t)*t};
    return _cmocka_run_group_tests("losses", tests, n, NULL, NULL);
}
