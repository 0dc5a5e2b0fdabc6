/* test_score_planted.c -- fields of known spectrum: a low-pass of the truth, white noise, the best linear estimate; their ratios in closed form */
#include "near.h"
#include "score/spatial.h"
#include "stats/jackknife.h"
#include "util/rng.h"

#include <string.h>

static const double edges[] = {0.5, 1.2, 2, 3.1};

static double normal(uint64_t seed, int64_t k, uint32_t of)
{
    struct gg_rng r = gg_rng_at(seed, (uint32_t)k, of, 0);
    return gg_rng_normal(&r);
}

/* ---- planted fields on a lattice of M^3 sites, where waves are orthogonal: sum_i cos^2 = N / 2 ---- */

enum { M = 12, SITES = M * M * M, CONFIGS = 24 };

struct lattice {
    struct gg_cell cell;
    double pos[SITES][3], y[SITES], p[SITES];
};

static void make_lattice(struct lattice *l)
{
    const double h[3][3] = {{M, 0, 0}, {0, M, 0}, {0, 0, M}};
    struct gg_err err = {0};
    assert_int_equal(gg_cell_init(&l->cell, 3, 7, h, &err), 0);
    for (int i = 0; i < SITES; i++) {
        const int at[3] = {i % M, i / M % M, i / M / M};
        for (int k = 0; k < 3; k++)
            l->pos[i][k] = at[k];
    }
}

/* Adds waves along the axes with n = 1 .. 4 periods: each carries amplitude a_n; S of their shell is N a_n^2 / 4 times the share of
 * the shell's waves that lie on an axis. */
static void add_waves(const struct lattice *l, double *x, const double amplitude[4], uint32_t config)
{
    for (int n = 1; n <= 4; n++)
        for (int k = 0; k < 3; k++) {
            struct gg_rng r = gg_rng_at(6, config, (uint32_t)n, (uint32_t)k);
            double phase = 2 * M_PI * gg_rng_uniform(&r);
            for (int i = 0; i < SITES; i++)
                x[i] += amplitude[n - 1] * cos(2 * M_PI * n * l->pos[i][k] / M + phase);
        }
}

static struct lattice l;
static struct gg_form forms[CONFIGS][GG_SPATIAL_ROWS];

static void start(struct gg_spatial *s)
{
    struct gg_err err = {0};
    make_lattice(&l);
    assert_int_equal(gg_spatial_init(s, 4.4 * 2 * M_PI / M, 4, edges, &err), 0);
}

static void measure(struct gg_spatial *s, int config)
{
    struct gg_err err = {0};
    struct gg_spatial_fields f = {SITES, 1, (const double(*)[3])l.pos, l.p, l.y, {NULL, NULL}};
    assert_int_equal(gg_spatial_measure(s, &l.cell, &f, forms[config], &err), 0);
}

static double ratio(const double *sum, int which, const void *context)
{
    (void)which;
    (void)context;
    const struct gg_form *f = (const void *)sum;
    return f->pp / f->py;
}

static struct gg_estimate ratio_of(int row)
{
    struct gg_form f[CONFIGS];
    for (int k = 0; k < CONFIGS; k++)
        f[k] = forms[k][row];
    return gg_jackknife(CONFIGS, GG_FORM_WIDTH, (const double *)f, NULL, ratio, 0, NULL);
}

/* A low-pass of the truth: S_pp / S_py is its gain, whatever the spectrum; S_yy is what was planted. */
static void low_pass(void **state)
{
    (void)state;
    const double truth[4] = {1, 0.7, 0.4, 0.2}, gain[4] = {1, 0.8, 0.5, 0.1};
    double passed[4];
    struct gg_spatial s;
    start(&s);
    memset(l.y, 0, sizeof l.y);
    memset(l.p, 0, sizeof l.p);
    for (int n = 0; n < 4; n++)
        passed[n] = gain[n] * truth[n];
    add_waves(&l, l.y, truth, 0);
    add_waves(&l, l.p, passed, 0);
    measure(&s, 0);
    for (int n = 0; n < 4; n++) {
        const struct gg_form *f = &forms[0][1 + n];
        assert_int_equal(s.kind[1 + n], GG_SPATIAL_S);
        close_to(f->pp / f->py, gain[n], 1e-9);
        close_to(f->yy, 3 * SITES * truth[n] * truth[n] / 4, 1e-6);
        double count = 0;
        for (int x = -5; x <= 5; x++)
            for (int y = -5; y <= 5; y++)
                for (int z = -5; z <= 5; z++) {
                    double m = sqrt(x * x + y * y + z * z);
                    count += m >= n + 0.5 && m < n + 1.5 ? 0.5 : 0;
                }
        close_to(f->weight, count, 0);
    }
}

/* Truth with white noise of its own; the prediction is the noiseless truth with noise of variance `seen`. */
static void noisy(struct gg_spatial *s, double seen)
{
    const double truth[4] = {0.6, 0.4, 0.3, 0.2};
    for (int c = 0; c < CONFIGS; c++) {
        memset(l.p, 0, sizeof l.p);
        add_waves(&l, l.p, truth, (uint32_t)c);
        for (int i = 0; i < SITES; i++) {
            l.y[i] = l.p[i] + 0.5 * normal(7, i, (uint32_t)c);
            l.p[i] += sqrt(seen) * normal(8, i, (uint32_t)c);
        }
        measure(s, c);
    }
}

/* White noise of variance v in a prediction: S_pp/S_py = 1 + v / S, over-confident; the truth's own noise drops out. */
static void white_noise(void **state)
{
    (void)state;
    const double truth[4] = {0.6, 0.4, 0.3, 0.2};
    struct gg_spatial s;
    start(&s);
    noisy(&s, 1);
    for (int n = 0; n < 4; n++) {
        double S = 3 * SITES * truth[n] * truth[n] / 4 / forms[0][1 + n].weight;
        struct gg_estimate e = ratio_of(1 + n);
        close_to(e.value, 1 + 1 / S, 4 * e.error);
        assert_true(e.error < 0.1 * e.value && e.error > 0);
    }
}

/* The linear estimate of the truth from z = truth + noise shrinks every wave by S / (S + v): S_pp = S_py at every q, and in every other form. */
static void best_estimate(void **state)
{
    (void)state;
    enum { WAVES = 4 };
    const double variance = 1;
    struct gg_spatial s;
    start(&s);
    for (int c = 0; c < CONFIGS;
         c++) { /* all waves along the axes with Gaussian amplitudes of variance a_n^2: cos and sin */
        memset(l.p, 0, sizeof l.p);
        memset(l.y, 0, sizeof l.y);
        for (int n = 1; n <= WAVES; n++)
            for (uint32_t k = 0; k < 6; k++) {
                const double a = 0.2 / n, S = SITES * a * a / 2; /* of cos or sin, power in A / sqrt(N / 2) */
                double amplitude = a * normal(9, 10 * n + k, (uint32_t)c),
                       seen = amplitude + sqrt(2 * variance / SITES) * normal(10, 10 * n + k, (uint32_t)c);
                for (int i = 0; i < SITES; i++) {
                    double phase = 2 * M_PI * n * l.pos[i][k / 2] / M, wave = k % 2 ? sin(phase) : cos(phase);
                    l.y[i] += amplitude * wave;
                    l.p[i] += S / (S + variance) * seen * wave;
                }
            }
        measure(&s, c);
    }
    for (int row = 0; row < s.n; row++) {
        struct gg_estimate e = ratio_of(row);
        close_to(e.value, 1, 4 * e.error);
        assert_true(e.error < 0.2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(low_pass), cmocka_unit_test(white_noise),
                                       cmocka_unit_test(best_estimate)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
