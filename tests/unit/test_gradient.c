/* test_gradient.c -- gradients of whole networks in float agree with those of the double build
 *
 * tests/golden/gradients.tsv holds, from the double build (GG_REWRITE=1 writes it anew there), the gradient of the loss of every
 * network of examples/models on one configuration: its norm, and for every piece of the parameters its projections on a few vectors of
 * standard normal numbers.  A projection of the difference of two gradients has the variance of its squared norm, so projections bound
 * the error of all numbers without storing them.  The double build holds its own file to 1e-9. */
#include "first_frame.h"
#include "model/loss.h"
#include "util/threads.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define GOLDEN "tests/golden/gradients.tsv"
enum { PROJECTIONS = 4, PIECES = 512 };

#ifdef GG_REAL_DOUBLE
static const double tolerance = 1e-9;
#else
static const double tolerance = 1e-4;
#endif

static const char *const models[] = {"se3", "se3_time", "nequip", "tfn", "deepmind"};
static const char *const thermal[] = {"inputs.positions=pos", "inputs.node=[type]"};

/* What is compared: piece by piece. */
struct gradient {
    double norm;
    int n;
    struct piece {
        char name[GG_NAME];
        double projection[PROJECTIONS];
    } piece[PIECES];
};

static void project(struct gradient *g, const struct gg_model *m, const gg_real *dw)
{
    struct gg_weight w;
    double square = 0;
    g->n = 0;
    for (char name[GG_NAME]; gg_model_weight(m, g->n, name, &w); g->n++) {
        struct piece *p = &g->piece[g->n];
        int64_t count = 1;
        assert_true(g->n < PIECES);
        snprintf(p->name, sizeof p->name, "%s", name);
        for (int k = 0; k < w.ndim; k++)
            count *= w.shape[k];
        for (int64_t k = 0; k < count; k++)
            square += (double)dw[w.offset + k] * (double)dw[w.offset + k];
        for (int q = 0; q < PROJECTIONS; q++) {
            struct gg_rng r = gg_rng_at(41, (uint32_t)g->n, (uint32_t)q, 0);
            p->projection[q] = 0;
            for (int64_t k = 0; k < count; k++)
                p->projection[q] += gg_rng_normal(&r) * (double)dw[w.offset + k];
        }
    }
    g->norm = sqrt(square);
}

static void gradient_of(struct gradient *g, const char *model)
{
    struct gg_err err = {0};
    struct gg_model m = {0};
    struct gg_trainer t = {.model = &m, .data = {.spool = {.fd = -1}}, .how.memory = 1e9};
    char path[128];
    snprintf(path, sizeof path, "examples/models/%s.yaml", model);
    int status = gg_config_load(&m.config, path, &err);
    for (size_t k = 0; k < 2 && !status; k++)
        status = gg_config_set(&m.config, thermal[k], "test", &err);
    if (status || gg_model_open(&m, &err) || gg_train_open(&t, &err) ||
        train_on_first(&t, "examples/data/tiny.ggs", &err))
        fail_msg("%s", err.text);
    struct gg_batch *b = gg_data_batch(&t.data, &m, 0, &err);
    assert_non_null(b);
    gg_model_init_weights(&m, 5);
    gg_pass_calibrate(&t.pass, &m, b);
    gg_real *dw = gg_xalloc((size_t)m.n_weight, sizeof *dw);
    gg_pass_forward(&t.pass, &m, m.w, b, true);
    gg_loss(&t.pass, &m, b, &t.data.spool.sample[0], true, 1);
    gg_pass_backward(&t.pass, &m, m.w, b, dw);
    project(g, &m, dw);
    free(dw);
    gg_train_free(&t);
    gg_model_free(&m);
}

static void write_golden(void)
{
    static struct gradient g;
    FILE *f = fopen(GOLDEN, "w");
    assert_non_null(f);
    fputs("model\tpiece\tprojections of the gradient; 'norm': its norm\n", f);
    for (size_t k = 0; k < sizeof models / sizeof *models; k++) {
        gradient_of(&g, models[k]);
        fprintf(f, "%s\tnorm\t%.12g\n", models[k], g.norm);
        for (int p = 0; p < g.n; p++) {
            fprintf(f, "%s\t%s", models[k], g.piece[p].name);
            for (int q = 0; q < PROJECTIONS; q++)
                fprintf(f, "\t%.12g", g.piece[p].projection[q]);
            fputc('\n', f);
        }
    }
    assert_int_equal(fclose(f), 0);
}

/* The lines of a model, in order; piece by piece they must be those of `have`. */
static void compare(const char *model, const struct gradient *have)
{
    char line[1024], of[64], name[GG_NAME];
    double norm = 0, square = 0, worst = 0, p[PROJECTIONS];
    int n = 0;
    FILE *f = fopen(GOLDEN, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        int got = sscanf(line, "%63s %63s %lf %lf %lf %lf", of, name, &p[0], &p[1], &p[2], &p[3]);
        if (got < 3 || strcmp(of, model))
            continue;
        if (!strcmp(name, "norm")) {
            norm = p[0];
            continue;
        }
        assert_int_equal(got, 2 + PROJECTIONS);
        assert_true(n < have->n);
        assert_string_equal(name, have->piece[n].name);
        double off = 0, size = 0;
        for (int q = 0; q < PROJECTIONS; q++) {
            off += pow(have->piece[n].projection[q] - p[q], 2) / PROJECTIONS;
            size += p[q] * p[q] / PROJECTIONS;
        }
        square += off;
        worst = fmax(worst, sqrt(off / size));
        n++;
    }
    fclose(f);
    assert_int_equal(n, have->n);
    double error = sqrt(square) / norm, off = fabs(have->norm - norm) / norm;
    printf("%s: norm %.6g, off by %.2g; gradient off by %.2g of it, a piece by %.2g of its own\n", model,
           norm, off, error, worst);
    if (!(norm > 0 && off <= tolerance && error <= tolerance && worst <= tolerance))
        fail_msg("%s: allowed %g", model, tolerance);
}

static void float_and_double(void **state)
{
    static struct gradient g;
    (void)state;
    if (getenv("GG_REWRITE"))
        write_golden();
    for (size_t k = 0; k < sizeof models / sizeof *models; k++) {
        gradient_of(&g, models[k]);
        compare(models[k], &g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(float_and_double)};
    struct gg_err err;
    if (gg_threads_init(0, &err) < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
