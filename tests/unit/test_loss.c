/* test_loss.c -- every term of the loss against sums written down particle by particle, and its gradient */
#include "laws/laws.h"
#include "util/cell.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { N = 70, TIMES = 2, RADII = 3 };
static const char head[] =
    "inputs: {node: [type, a], cutoff: 1.5}\n"
    "layers:\n"
    "  - {layer: linear, out_irreps: 4x0e, bias: true, out: h}\n"
    "heads:\n"
    "  - {target: propensity, in: h, layer: mlp, hidden: [6], act: elu, weight: 0.7}\n";
static const double times[TIMES] = {0.5, 1};
static const double radius[RADII] = {1, 1.5, 2.5}, threshold = 0.75;

static struct gg_arena arena;
static struct gg_err err;
static struct gg_sample sample;
static struct gg_model model;
static struct gg_batch batch;
static struct gg_pass pass;
static float target[N * TIMES];

static void make_sample(void)
{
    struct gg_rng r = gg_rng_at(3, 0, 0, 0);
    double(*pos)[3] = gg_arena_calloc(&arena, N, sizeof *pos);
    int32_t *type = GG_NEW(&arena, int32_t, N);
    float *a = GG_NEW(&arena, float, N);
    sample = (struct gg_sample){.n_node = N, .dim = 3, .pbc = 7, .cell = {{4, 0, 0}, {0.7, 4, 0}, {0, 0, 4}}};
    for (int i = 0; i < N; i++) {
        type[i] = i % 3 == 0;
        for (int z = 0; z < 3; z++)
            pos[i][z] = 4 * gg_rng_uniform(&r);
        a[i] = (float)gg_rng_normal(&r);
        for (int t = 0; t < TIMES; t++)
            target[i * TIMES + t] = (float)(0.7 + 0.1 * t + 0.1 * gg_rng_normal(&r) + 0.05 * (double)a[i]);
    }
    target[5 * TIMES + 1] = NAN;
    sample.pos[0] = (const double(*)[3])pos;
    sample.type = type;
    sample.input[GG_ON_NODE] = a;
    sample.target[0] =
        (struct gg_truth){.value = target, .n_row = N, .n_time = TIMES, .dim = 1, .time = times};
}

static void make_model(const char *loss)
{
    const struct gg_data_facts facts = {.n_species = 2, .mean_neighbours = {12}};
    char yaml[1024];
    snprintf(yaml, sizeof yaml, "%sloss: {%s}\n", head, loss);
    gg_pass_free(&pass);
    gg_model_free(&model);
    pass = (struct gg_pass){0};
    model = (struct gg_model){0};
    if (gg_config_from_text(&model.config, yaml, strlen(yaml), "m.yaml", &err) || gg_model_open(&model, &err))
        fail_msg("%s", err.text);
    model.input[1].irreps = (struct gg_irreps){1, {{1, 0, 1}}};
    if (gg_target_known(&model.head[0].target, &model.arena, TIMES, times, &err) ||
        gg_model_build(&model, &facts, &err))
        fail_msg("%s", err.text);
    gg_sample_bind(&sample, &model, &arena);
    gg_model_init_weights(&model, 1);
    for (int q = 0; q < 2 * TIMES; q++) {
        model.head[0].target.mean[q] = 0.7 + 0.02 * q;
        model.head[0].target.scale[q] = 0.1 + 0.01 * q;
    }
    if (gg_batch_init(&batch, &model, &sample, false, &arena, &err) ||
        gg_loss_prepare(&batch, &model, &sample, &arena, &err))
        fail_msg("%s", err.text);
}

static double loss(float *predicted)
{
    gg_pass_forward(&pass, &model, model.w, &batch, true);
    gg_head_predict(&pass, &model, 0, &sample, &batch, predicted);
    return gg_loss(&pass, &model, &batch, &sample, false, 1);
}

/* ---- the same, from the definitions ---- */

static bool is_in(int i, int species, int t)
{
    return sample.type[i] == species && !isnan(target[i * TIMES + t]);
}

static double mean(int species, int t, const double *x)
{
    double sum = 0, n = 0;
    for (int i = 0; i < N; i++)
        if (is_in(i, species, t))
            sum += x[i], n++;
    return sum / n;
}

static double variance(int species, int t, const double *x)
{
    double square[N], m = mean(species, t, x);
    for (int i = 0; i < N; i++)
        square[i] = pow(x[i] - m, 2);
    return mean(species, t, square);
}

static double correlation(int species, int t, const double *x, double R)
{
    struct gg_cell cell;
    double m[N], d[N], above = 0, below = 0;
    gg_cell_init(&cell, 3, 7, (const double(*)[3])sample.cell, &err);
    for (int i = 0; i < N; i++)
        m[i] = (tanh(20 * (x[i] - threshold)) + 1) / 2;
    for (int i = 0; i < N; i++)
        d[i] = is_in(i, species, t) ? m[i] - mean(species, t, m) : 0;
    for (int i = 0; i < N; i++) {
        double around = 0, weight = 0;
        for (int j = 0; j < N; j++) {
            double v[3] = {sample.pos[0][j][0] - sample.pos[0][i][0],
                           sample.pos[0][j][1] - sample.pos[0][i][1],
                           sample.pos[0][j][2] - sample.pos[0][i][2]};
            gg_cell_nearest(&cell, v);
            double r = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]), w = exp(-(r - R) * (r - R) / 2);
            around += sample.type[j] == species ? w * d[j] : 0;
            weight += sample.type[j] == species ? w : 0;
        }
        above += d[i] * around / weight;
        below += d[i] * d[i];
    }
    return above / below;
}

static void column(const float *from, int t, double *to)
{
    for (int i = 0; i < N; i++)
        to[i] = (double)from[i * TIMES + t];
}

static double expected(const float *predicted, bool l1, double of_variance, double of_correlation)
{
    double sum = 0, n = 0, terms = 0, p[N], y[N];
    for (int t = 0; t < TIMES; t++)
        for (int s = 0; s < 2; s++) {
            column(predicted, t, p);
            column(target, t, y);
            for (int i = 0; i < N; i++) {
                double z = (p[i] - y[i]) / model.head[0].target.scale[s * TIMES + t];
                if (is_in(i, s, t))
                    sum += l1 ? fabs(z) : z * z, n++;
            }
            terms += of_variance * fabs(variance(s, t, p) / variance(s, t, y) - 1);
            double c[RADII], difference = 0;
            for (int k = 0; k < RADII; k++) {
                c[k] = correlation(s, t, y, radius[k]);
                difference += fabs(correlation(s, t, p, radius[k]) - c[k]);
            }
            terms += of_correlation * difference / fabs(c[0] - c[RADII - 1]);
        }
    return 0.7 * (sum / n + terms / (2 * TIMES));
}

static void value_is(const char *keys, bool l1, double of_variance, double of_correlation)
{
    float predicted[N * TIMES];
    make_model(keys);
    double got = loss(predicted), want = expected(predicted, l1, of_variance, of_correlation);
    if (!(fabs(got - want) <= 2e-5 * want)) /* predictions are rounded to float */
        fail_msg("%s: %.9g, %.9g is right", keys, got, want);
}

static void values(void **state)
{
    (void)state;
    value_is("kind: mse", false, 0, 0);
    value_is("kind: l1", true, 0, 0);
    value_is("kind: mse, variance: 0.3", false, 0.3, 0);
    value_is("kind: l1, correlation: 0.5, radii: [1, 1.5, 2.5], threshold: 0.75", true, 0, 0.5);
    value_is("kind: l1, variance: 2, correlation: 0.5, radii: [1, 1.5, 2.5], threshold: 0.75", true, 2, 0.5);
}

/* Where nobody moves as far as the threshold there is nothing to correlate: no value, no gradient of rounding noise. */
static void nobody_moved(void **state)
{
    (void)state;
    float predicted[N * TIMES];
    make_model("kind: mse, correlation: 5, threshold: 3");
    double with = loss(predicted);
    make_model("kind: mse");
    assert_true(with == loss(predicted));
}

/* A term that is undefined is left out; a prediction that is not finite must not be. */
static void not_finite(void **state)
{
    (void)state;
    static const gg_real worst[] = {(gg_real)NAN, (gg_real)INFINITY};
    float predicted[N * TIMES];
    for (int k = 0; k < 2; k++) {
        make_model(k ? "kind: l1" : "kind: mse, variance: 1");
        gg_real *last = &model.w[model.n_weight - 1], kept = *last;
        assert_true(isfinite(loss(predicted)));
        *last = worst[k];
        assert_false(isfinite(loss(predicted)));
        *last = kept;
    }
}

/* Directional derivatives along the parameters; the terms have kinks, which steps this small do not meet here. */
static void gradient_of(const char *keys)
{
    make_model(keys);
    gg_real *w = GG_NEW(&arena, gg_real, model.n_weight + 16),
            *dw = GG_NEW(&arena, gg_real, model.n_weight + 16);
    struct gg_rng r = gg_rng_at(9, 0, 0, 0);
    double step = sizeof(gg_real) == 8 ? 1e-6 : 2e-4, along = 0, size = 0;
    gg_pass_forward(&pass, &model, model.w, &batch, true);
    gg_loss(&pass, &model, &batch, &sample, true, 1);
    gg_pass_backward(&pass, &model, model.w, &batch, dw);
    double value[2];
    gg_real *u = GG_NEW(&arena, gg_real, model.n_weight + 16);
    for (int64_t k = 0; k < model.n_weight; k++) {
        u[k] = (gg_real)gg_rng_normal(&r);
        along += (double)dw[k] * (double)u[k];
        size += (double)dw[k] * (double)dw[k] * (double)u[k] * (double)u[k];
    }
    for (int side = 0; side < 2; side++) {
        for (int64_t k = 0; k < model.n_weight; k++)
            w[k] = model.w[k] + (gg_real)((side ? step : -step) * (double)u[k]);
        gg_pass_forward(&pass, &model, w, &batch, true);
        value[side] = gg_loss(&pass, &model, &batch, &sample, false, 1);
    }
    double got = (value[1] - value[0]) / (2 * step),
           allowed = (sizeof(gg_real) == 8 ? 1e-6 : 2e-2) * sqrt(size);
    assert_true(sqrt(size) > 0.01);
    if (!(fabs(got - along) <= allowed))
        fail_msg("%s: derivative %.9g, gradient %.9g", keys, got, along);
}

static void gradients(void **state)
{
    (void)state;
    gradient_of("kind: mse, variance: 3");
    gradient_of("kind: mse, correlation: 2, radii: [1, 1.5, 2.5], threshold: 0.75");
    gradient_of("kind: l1, variance: 1, correlation: 0.5, radii: [1, 1.5, 2.5], threshold: 0.75");
}

static void refused(void **state)
{
    static const struct {
        const char *keys, *says;
    } wrong[] = {{"kind: l2", "l2"},
                 {"correlation: 1, radii: [1]", "2 to 16 distances"},
                 {"correlation: 1, radii: [4, 4]", "larger than the one before"},
                 {"variance: -1", "variance"},
                 {"species: [C]", "none of the 2 species"},
                 {"standardise: [time]", "none are the choices"}};
    (void)state;
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        const struct gg_data_facts facts = {.n_species = 2, .mean_neighbours = {12}};
        struct gg_model m = {0};
        char yaml[1024];
        snprintf(yaml, sizeof yaml, "%sloss: {%s}\n", head, wrong[k].keys);
        assert_int_equal(gg_config_from_text(&m.config, yaml, strlen(yaml), "m.yaml", &err), 0);
        if (gg_model_open(&m, &err) ==
            0) { /* what the loss says is read there, what its heads say when they are built */
            m.input[1].irreps = (struct gg_irreps){1, {{1, 0, 1}}};
            assert_int_equal(gg_target_known(&m.head[0].target, &m.arena, 1, times, &err), 0);
            assert_int_equal(gg_model_build(&m, &facts, &err), -1);
        }
        assert_int_equal(err.status, GG_USAGE);
        assert_non_null(strstr(err.text, wrong[k].says));
        gg_model_free(&m);
    }
}

static int free_all(void **state)
{
    (void)state;
    gg_pass_free(&pass);
    gg_model_free(&model);
    gg_arena_free(&arena);
    return 0;
}

int main(void)
{
    make_sample();
    const struct CMUnitTest tests[] = {cmocka_unit_test(values), cmocka_unit_test(not_finite),
                                       cmocka_unit_test(gradients), cmocka_unit_test(nobody_moved),
                                       cmocka_unit_test(refused)};
    return cmocka_run_group_tests(tests, NULL, free_all);
}
