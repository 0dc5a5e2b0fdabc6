/* test_score_fluctuations.c -- chi4, S4, xi4, R, R4 of planted fields and runs, to their standard errors; how often the ratio's interval holds */
#include "near.h"
#include "score/fluctuation_table.h"
#include "stats/ornstein.h"
#include "stream/frame.h"
#include "util/rng.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double normal(uint64_t seed, int64_t k, uint32_t of)
{
    struct gg_rng r = gg_rng_at(seed, (uint32_t)k, of, 0);
    return gg_rng_normal(&r);
}

static double edges[] = {0.5, 1.2, 2};

/* ---- whole configurations through the table of scores ---- */

enum { M = 10, SITES = M * M * M };
struct world {
    struct gg_scores scores;
    struct gg_fluctuations f;
    struct gg_cell cell;
    double pos[SITES][3];
    struct gg_score_key key;
    struct gg_fluct_table table;
};

static struct world *begin(double q_max)
{
    struct world *w = calloc(1, sizeof *w);
    const double h[3][3] = {{M, 0, 0}, {0, M, 0}, {0, 0, M}};
    struct gg_err err = {0};
    assert_int_equal(gg_cell_init(&w->cell, 3, 7, h, &err), 0);
    for (int i = 0; i < SITES; i++) {
        const int at[3] = {i % M, i / M % M, i / M / M};
        for (int k = 0; k < 3; k++)
            w->pos[i][k] = at[k];
    }
    w->f = (struct gg_fluctuations){.hard = 0.3, .smooth = -1};
    assert_int_equal(gg_fluctuations_init(&w->f, q_max, 3, edges, &err), 0);
    assert_int_equal(gg_scores_select(&w->scores, "A", &err), 0);
    w->scores.fluctuations = &w->f;
    w->key = (struct gg_score_key){.target = gg_scores_name(&w->scores, "x"),
                                   .predictor = gg_scores_name(&w->scores, "x_pred"),
                                   .temperature = 1,
                                   .time = 1,
                                   .predicted_time = NAN,
                                   .over = GG_NODE,
                                   .alike = true};
    return w;
}

static void add(struct world *w, struct gg_score_data d)
{
    struct gg_err err = {0};
    d.n = SITES;
    d.width = 1;
    d.cell = &w->cell;
    d.pos = (const double(*)[3])w->pos;
    assert_int_equal(gg_scores_add(&w->scores, w->key, &d, &err), 0);
    w->scores.n_config++;
}

static void finish(struct world *w)
{
    assert_int_equal(w->scores.n, 1);
    gg_fluct_table_fill(&w->table, &w->scores, &w->scores.cell[0]);
}

static void end(struct world *w)
{
    gg_scores_free(&w->scores);
    free(w);
}

/* The n-th line of a quantity, from 0; NULL: there is none. */
static const struct gg_fluct_line *line(const struct gg_fluct_table *t, const char *name, int n)
{
    for (int k = 0; k < t->n; k++)
        if (strcmp(t->line[k].name, name) == 0 && n-- == 0)
            return &t->line[k];
    return NULL;
}

static void within_errors(const struct gg_fluct_line *l, int which, double want)
{
    assert_non_null(l);
    assert_true(l->of[which].error > 0);
    close_to(l->of[which].value, want, 4 * l->of[which].error);
}

/* Independent particles: S4 is flat at their variance, chi4 is it, and one particle's is all there is. */
static void independent(void **state)
{
    enum { CONFIGS = 40 };
    static double x[SITES], p[SITES];
    (void)state;
    struct world *w = begin(3);
    for (int c = 0; c < CONFIGS; c++) {
        for (int i = 0; i < SITES; i++) {
            x[i] = 5 + 2 * normal(1, i, (uint32_t)c);
            p[i] = 5 + normal(2, i, (uint32_t)c);
        }
        add(w, (struct gg_score_data){.truth = x, .prediction = p});
    }
    finish(w);
    const struct gg_fluct_table *t = &w->table;
    within_errors(line(t, "chi4", 0), GG_FLUCT_TRUTH, 4);
    within_errors(line(t, "chi4", 0), GG_FLUCT_PREDICTION, 1);
    close_to(line(t, "chi4", 0)->of[GG_FLUCT_TRUTH].error,
             line(t, "chi4", 0)->of[GG_FLUCT_TRUTH].value * sqrt(2. / (CONFIGS - 1)), 1e-12);
    within_errors(line(t, "chi4_normalised", 0), GG_FLUCT_TRUTH, 1);
    for (int n = 0; n < 4; n++) {
        within_errors(line(t, "S4", n), GG_FLUCT_TRUTH, 4);
        within_errors(line(t, "S4", n), GG_FLUCT_PREDICTION, 1);
        close_to(line(t, "S4", n)->at, (n + 1) * 2 * M_PI / M, 1e-12);
        assert_int_equal((int)line(t, "S4", n)->n, 3 * CONFIGS); /* the three axes */
    }
    within_errors(line(t, "G4", 0), GG_FLUCT_TRUTH, -1. / (SITES - 1)); /* the mean was taken off */
    close_to(exp(line(t, "variance", 0)->of[GG_FLUCT_RATIO].value), 0.25, 0.01);
    assert_null(line(t, "R", 0)); /* nothing is known of runs */
    assert_null(line(t, "chi4_tot", 0));
    end(w);
}

/* Waves along the axes whose amplitudes have an Ornstein-Zernike spectrum: S(0) = 3, xi = 1.5; the prediction 2 and 0.8. */
static void known_length(void **state)
{
    enum { CONFIGS = 60 };
    static double x[2][SITES];
    static const double zero[2] = {3, 2}, xi[2] = {1.5, 0.8};
    (void)state;
    struct world *w = begin(4.4 * 2 * M_PI / M);
    for (int c = 0; c < CONFIGS; c++) {
        memset(x, 0, sizeof x);
        for (int of = 0; of < 2; of++)
            for (int wave = 0; wave < 12; wave++) {
                double q = 2 * M_PI * (wave / 3 + 1) / M, s = zero[of] / (1 + pow(q * xi[of], 2)),
                       a = sqrt(2 * s / SITES) * normal(3, 2 * wave, (uint32_t)c),
                       b = sqrt(2 * s / SITES) * normal(3, 2 * wave + 1, (uint32_t)c);
                for (int i = 0; i < SITES; i++)
                    x[of][i] += a * cos(q * w->pos[i][wave % 3]) + b * sin(q * w->pos[i][wave % 3]);
            }
        add(w, (struct gg_score_data){.truth = x[0], .prediction = x[1]});
    }
    finish(w);
    for (int of = 0; of < 2; of++) {
        within_errors(line(&w->table, "xi4", 0), of, xi[of]);
        within_errors(line(&w->table, "S4_zero", 0), of, zero[of]);
        assert_true(line(&w->table, "xi4", 0)->of[of].error < 0.2);
    }
    end(w);
}

static void fits(void **state)
{
    static const double q[4] = {0.4, 0.8, 1.2, 1.6}, waves[4] = {3, 3, 3, 3};
    double s[4];
    (void)state;
    for (int k = 0; k < 4; k++)
        s[k] = 7 / (1 + pow(2.3 * q[k], 2));
    struct gg_ornstein f = gg_ornstein_fit(4, q, s, waves); /* exact */
    close_to(f.at_zero, 7, 1e-6);
    close_to(f.xi, 2.3, 1e-6);
    for (int k = 0; k < 4; k++)
        s[k] = 2;
    f = gg_ornstein_fit(4, q, s, waves); /* flat */
    close_to(f.at_zero, 2, 1e-9);
    close_to(f.xi, 0, 1e-4);
    for (int k = 0; k < 4; k++)
        s[k] = pow(q[k], -3); /* steeper than the form can be */
    assert_true(isnan(gg_ornstein_fit(4, q, s, waves).xi));
    s[0] = -5;
    s[1] = s[2] = s[3] = -1;
    assert_true(isnan(gg_ornstein_fit(4, q, s, waves).at_zero));
    s[2] = NAN;
    assert_true(isnan(gg_ornstein_fit(4, q, s, waves).xi));
}

/* Overlaps of K runs: particles overlap with a chance that differs by configuration and by particle.  The structural parts are those of
 * these chances, whatever K; the variance and the spectra come from different runs. */
static void runs(void **state)
{
    enum { CONFIGS = 60, K = 6 };
    static double truth[SITES], half[2][SITES], noise[SITES];
    static uint8_t overlap[K][SITES];
    double sum = 0, square = 0, share = 0, variance = 0;
    (void)state;
    struct world *w = begin(3);
    for (int c = 0; c < CONFIGS; c++) {
        double common = 0.5 + 0.1 * sin(2.4 * c), chances = 0, own = 0, between = 0;
        memset(truth, 0, sizeof truth);
        memset(half, 0, sizeof half);
        for (int i = 0; i < SITES; i++) {
            struct gg_rng r = gg_rng_at(4, (uint32_t)i, (uint32_t)c, 0);
            double chance = common + 0.3 * (gg_rng_uniform(&r) - 0.5);
            for (int k = 0; k < K; k++) {
                overlap[k][i] = gg_rng_uniform(&r) < chance;
                truth[i] += overlap[k][i] / (double)K;
                half[k % 2][i] += overlap[k][i] / (double)(K / 2);
            }
            noise[i] = truth[i] * (1 - truth[i]) / (K - 1);
            chances += chance;
            own += chance * (1 - chance) / SITES;
            between += pow(chance - common, 2) / SITES;
        }
        add(w, (struct gg_score_data){.truth = truth,
                                      .prediction = truth,
                                      .half = {half[0], half[1]},
                                      .noise = noise,
                                      .runs = K,
                                      .n_run = K,
                                      .overlap = overlap[0]});
        sum += chances;
        square += chances * chances;
        share += between / (between + own) / CONFIGS;
        variance += between / CONFIGS;
    }
    finish(w);
    const struct gg_fluct_table *t = &w->table;
    double iso = (square - sum * sum / CONFIGS) / (CONFIGS - 1) / SITES, within = 0.25 - 0.005 - variance;
    close_to(line(t, "chi4_structure", 0)->of[0].value, iso,
             0.02 * iso); /* given these chances: nearly exact */
    within_errors(line(t, "chi4_within", 0), 0, within);
    within_errors(line(t, "R_structure", 0), 0, share);
    assert_true(line(t, "R", 0)->of[0].value > share + 0.05); /* the noise of six runs looks like structure */
    double r4 = line(t, "R4_structure", 0)->of[0].value;
    close_to(r4, iso / (iso + within),
             0.015); /* four errors of the variance over six runs of 60 configurations */
    within_errors(line(t, "variance", 0), 0, variance);
    assert_true(line(t, "variance", 0)->of[1].value > variance + 0.02); /* the mean of six runs itself */
    for (int n = 0; n < 4; n++)
        within_errors(line(t, "S4", n), 0, variance);
    end(w);
}

/* Without the runs, what is known of their noise is taken off. */
static void less_noise(void **state)
{
    enum { CONFIGS = 40, K = 5 };
    static double x[SITES], p[SITES], noise[SITES];
    double sum = 0, square = 0, own = 0, particles = 0;
    (void)state;
    struct world *w = begin(3);
    for (int i = 0; i < SITES; i++)
        noise[i] = 0.5;
    for (int c = 0; c < CONFIGS; c++) {
        for (int i = 0; i < SITES; i++) {
            p[i] = normal(5, i, (uint32_t)c);
            x[i] = p[i] + sqrt(noise[i]) * normal(6, i, (uint32_t)c);
        }
        double q = 0, qq = 0;
        for (int i = 0; i < SITES; i++) {
            q += x[i];
            qq += x[i] * x[i];
        }
        own +=
            (qq - q * q / SITES - 0.5 * (SITES - 1)) / SITES / CONFIGS; /* the mean holds some of the noise */
        sum += q;
        square += q * q;
        particles += qq;
        add(w, (struct gg_score_data){.truth = x, .prediction = p, .noise = noise, .runs = K});
    }
    finish(w);
    const struct gg_fluct_table *t = &w->table;
    assert_int_equal(w->scores.cell[0].key.truth_from, GG_TRUTH_LESS_NOISE);
    within_errors(line(t, "variance", 0), 0, 1);
    within_errors(line(t, "S4", 0), 0, 1);
    double chi4 = (square - sum * sum / CONFIGS - 0.5 * SITES * (CONFIGS - 1)) / SITES / CONFIGS,
           n = (double)SITES * CONFIGS, one = (particles - sum * sum / n - 0.5 * (n - 1)) / n;
    close_to(line(t, "variance", 0)->of[0].value, own, 1e-9);
    close_to(line(t, "chi4", 0)->of[0].value, chi4, 1e-9);
    close_to(line(t, "chi4_normalised", 0)->of[0].value, chi4 / one, 1e-9);
    within_errors(line(t, "R_structure", 0), 0, 1 / (1 + 0.5 * K));
    end(w);
}

/* ---- the two steps; too few configurations ---- */

static void steps(void **state)
{
    static double x[SITES];
    (void)state;
    for (int n_config = GG_FLUCT_FEWEST - 1; n_config <= GG_FLUCT_FEWEST; n_config++) {
        struct world *w = begin(3);
        double hard = 0, smooth = 0;
        for (int c = 0; c < n_config; c++) {
            for (int i = 0; i < SITES; i++) {
                x[i] = 0.4 + 0.1 * normal(7, i, (uint32_t)c);
                hard += x[i] > 0.3;
                smooth += 1 / (1 + exp(-40 * (x[i] - 0.44)));
            }
            add(w, (struct gg_score_data){.truth = x, .prediction = x, .length = true});
        }
        finish(w);
        const struct gg_fluct_line *q = line(&w->table, "Q", 0), *chi = line(&w->table, "chi4", 0);
        assert_string_equal(q->definition, "hard");
        assert_string_equal(line(&w->table, "Q", 1)->definition, "smooth");
        close_to(q->of[0].value, hard / (n_config * (double)SITES), 1e-12);
        close_to(line(&w->table, "Q", 1)->of[0].value, smooth / (n_config * (double)SITES), 1e-12);
        assert_int_equal(chi->refused, n_config < GG_FLUCT_FEWEST);
        assert_int_equal(isnan(chi->of[0].value) != 0, n_config < GG_FLUCT_FEWEST);
        end(w);
    }
}

/* 95 % intervals of a ratio of chi4, truth and prediction correlated to 0.9: in how many of 400 sets they hold it. */
static void coverage(void **state)
{
    enum { SETS = 400 };
    static struct gg_fluctuation of[20];
    static struct gg_fluct_table t;
    struct gg_fluctuations f = {.hard = 0.3};
    struct gg_score_cell c = {.key = {.alike = true}, .fluctuation = of};
    struct gg_scores s = {.fluctuations = &f};
    (void)state;
    for (int n = 10; n <= 20; n *= 2) {
        int held = 0;
        for (int set = 0; set < SETS; set++) {
            for (int k = 0; k < n; k++) {
                double x = normal(8, 20 * set + k, (uint32_t)n), e = normal(9, 20 * set + k, (uint32_t)n),
                       y = 100 + 10 * x, p = 100 + 8 * (0.9 * x + sqrt(1 - 0.81) * e);
                of[k] = (struct gg_fluctuation){.configs = 1, .n = 200};
                of[k].step[GG_STEP_FIELD] = (struct gg_step_sums){y, p, y, y, 200, 200, y * y, p * p, 0};
            }
            c.n = n;
            gg_fluct_table_fill(&t, &s, &c);
            struct gg_interval i = line(&t, "chi4", 0)->of[GG_FLUCT_RATIO].interval;
            held += i.lo < log(0.64) && log(0.64) < i.hi;
        }
        print_message("n = %d: %.1f %%\n", n, 100. * held / SETS);
        assert_in_range(held, 0.90 * SETS, 0.985 * SETS);
    }
}

/* Sums of 200 particles in configurations that differ by nothing but noise: its variance V, in two independent halves, in six runs, in a mean
 * that is known to have it. */
static void null_config(struct gg_fluctuation *of, int64_t at, uint32_t n)
{
    enum { V = 200 };
    double y = 100 + sqrt(V) * normal(10, 4 * at, n), p = 100 + sqrt(V) * normal(10, 4 * at + 1, n),
           a = 100 + sqrt(V) * normal(10, 4 * at + 2, n), b = 100 + sqrt(V) * normal(10, 4 * at + 3, n);
    *of = (struct gg_fluctuation){.configs = 1, .n = 200, .length = 1};
    of->step[GG_STEP_SMOOTH] = (struct gg_step_sums){y, p, y, y, V, V, y * y, p * p, 0};
    of->step[GG_STEP_SMOOTH_HALVES] = (struct gg_step_sums){y, p, a, b, 0, V, a * b, p * p, 0};
    of->step[GG_STEP_FIELD] = (struct gg_step_sums){y, p, y, y, 2 * V, V, y * y, p * p, V};
    of->run = (struct gg_run_sums){1, 200, y, y * y, 6 * V, V, p, p * p};
}

/* How much the value of a line scatters, and what it says of that, over sets of configurations. */
struct scatter {
    const char *name, *definition;
    double sum, square, error;
};

static void see(struct scatter *s, const struct gg_fluct_table *t)
{
    for (int k = 0; k < t->n; k++) {
        const struct gg_estimate *e = &t->line[k].of[GG_FLUCT_TRUTH];
        if (strcmp(t->line[k].name, s->name) != 0 || strcmp(t->line[k].definition, s->definition) != 0)
            continue;
        assert_true(e->error >= 0);
        s->sum += e->value;
        s->square += e->value * e->value;
        s->error += e->error * e->error;
    }
}

/* Where the value is 0, or what is left of a difference, its error must be that of what was there before. */
static void errors(void **state)
{
    enum { SETS = 600, N = 24 };
    static struct gg_fluctuation of[N];
    static struct gg_fluct_table t;
    struct gg_fluctuations f = {.hard = 0.3};
    struct gg_scores s = {.fluctuations = &f};
    struct scatter seen[] = {{"chi4", "smooth", 0, 0, 0},
                             {"chi4_iso", "runs", 0, 0, 0},
                             {"chi4_tot", "runs", 0, 0, 0},
                             {"chi4_structure", "runs", 0, 0, 0},
                             {"chi4", "smooth_halves", 0, 0, 0},
                             {"chi4_normalised", "smooth_halves", 0, 0, 0},
                             {"chi4", "field", 0, 0, 0}};
    (void)state;
    for (int set = 0; set < SETS; set++)
        for (int length = 0; length < 2; length++) {
            struct gg_score_cell c = {.n = N, .fluctuation = of, .key = {.alike = true}};
            c.key.truth_from = length ? GG_TRUTH_HALVES : GG_TRUTH_LESS_NOISE;
            for (int k = 0; k < N; k++) {
                null_config(&of[k], N * set + k, N);
                of[k].length = length;
                of[k].run.configs = length;
            }
            gg_fluct_table_fill(&t, &s, &c);
            for (size_t k = 0; k < sizeof seen / sizeof *seen; k++)
                see(&seen[k], &t);
        }
    for (size_t k = 0; k < sizeof seen / sizeof *seen; k++) {
        double mean = seen[k].sum / SETS, scatter = sqrt(seen[k].square / SETS - mean * mean),
               said = sqrt(seen[k].error / SETS);
        print_message("%s %s: %.4f +- %.4f, said: %.4f\n", seen[k].name, seen[k].definition, mean, scatter,
                      said);
        close_to(said / scatter, 1.05, 0.15);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(independent), cmocka_unit_test(known_length),
                                       cmocka_unit_test(fits),        cmocka_unit_test(runs),
                                       cmocka_unit_test(less_noise),  cmocka_unit_test(steps),
                                       cmocka_unit_test(coverage),    cmocka_unit_test(errors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
