/* test_descriptor_shells.c -- radial, angular and averages against plain loops over pairs; shells against exp */
#include "arena_fixture.h"
#include "descriptors/features.h"
#include "descriptors/shells.h"
#include "o3/o3.h"
#include "util/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 70, L_MAX = 12 };

static double radial_grid[] = {0.7, 1.9, 0.05, 0.05, 2, 3, 0.25, 0.1}, angular_grid[] = {0.9, 1.7, 0.2, 0.1};

static struct gg_descriptor_options usual(void)
{
    return (struct gg_descriptor_options){.n_species = 3,
                                          .species = {"A", "B", "C"},
                                          .positions = "pos",
                                          .radial_shells = {8, radial_grid},
                                          .angular_shells = {4, angular_grid},
                                          .lmax = L_MAX,
                                          .levels = 3,
                                          .average_length = 1.3,
                                          .average_cutoff = -1};
}

/* Two species, none of the third.  In a cell so large that shells and averages see one image of each pair. */
static void make_frame(struct gg_frame *f, struct gg_cell *cell)
{
    static const double h[3][3] = {{9, 0, 0}, {1, 8.9, 0}, {-1, 0.5, 9.2}};
    struct gg_rng r = gg_rng_at(3, 0, 0, 0);
    *f = (struct gg_frame){.n_node = N, .dim = 3, .pbc = 7};
    memcpy(f->cell, h, sizeof h);
    assert_int_equal(gg_cell_init(cell, 3, 7, h, &err), 0);
    double *pos = gg_frame_add(f, &arena, "pos", NULL)->data;
    int32_t *type = gg_frame_add(f, &arena, "type", NULL)->data;
    for (int i = 0; i < N; i++) {
        double s[3] = {0.6 * gg_rng_uniform(&r), 0.6 * gg_rng_uniform(&r), 0.6 * gg_rng_uniform(&r)};
        gg_cell_cartesian(cell, s, pos + (ptrdiff_t)3 * i);
        type[i] = gg_rng_uniform(&r) < 0.3;
    }
    for (int a = 0; a < 3; a++)
        pos[a] += 5 * h[1][a]; /* another image */
}

static double separation(const struct gg_frame *f, const struct gg_cell *cell, int i, int j, double v[3])
{
    const double *pos = gg_frame_find(f, "pos")->data;
    for (int a = 0; a < 3; a++)
        v[a] = pos[3 * j + a] - pos[3 * i + a];
    gg_cell_nearest(cell, v);
    return sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

/* The columns of one descriptor, single precision: [N, *n]. */
static const float *compute(const struct gg_descriptor_options *o, const char *name, struct gg_frame *f,
                            int *n)
{
    struct gg_features x = {.options = o, .replace = true};
    assert_int_equal(gg_features_add(&x, name, &arena, &err), 0);
    if (gg_features_compute(&x, f, &arena, &err) < 0)
        fail_msg("%s", err.text);
    *n = x.columns.n;
    return gg_frame_find(f, "node_features")->data;
}

static void near(const char *what, int i, int k, double got, double wanted)
{
    if (!(fabs(got - wanted) <= 2e-6 * (1 + fabs(wanted))))
        fail_msg("%s of particle %d, column %d: %g, wanted %g", what, i, k, got, wanted);
}

static void shells(void **state)
{
    (void)state;
    double grids[] = {0.5, 3, 0.1, 0.1, 0.4, 4, 0.02, 0.3, 1, 5, 1, 0.02, 2, 2, 1, 0.5};
    struct gg_shells s;
    assert_int_equal(gg_shells_init(&s, &(struct gg_reals){16, grids}, NULL, "--x", &err), 0);
    assert_int_equal(s.n, 26 + 181 + 5 + 1);
    double *w = gg_xalloc((size_t)s.n, sizeof *w);
    for (double r = 0; r < 8; r += 0.0173) {
        for (int k = 0; k < s.n; k++)
            w[k] = 1;
        gg_shells_add(&s, r, 0.25, w);
        for (int g = 0, k = 0; g < s.n_grid; g++)
            for (int n = 0; n < s.grid[g].n; n++, k++) {
                double x = (r - gg_shells_centre(&s, k)) / s.grid[g].width;
                if (!(fabs(w[k] - 1 - 0.25 * exp(-x * x / 2)) <= 1e-13))
                    fail_msg("shell %d at %g", k, r);
            }
    }
    free(w);
}

static void shells_refused(void **state)
{
    (void)state;
    struct gg_shells s;
    static double wrong[][4] = {{1, 0.5, 0.1, 0.1}, {0.5, 1, 0, 0.1}, {0.5, 1, 0.1, 0}, {0, 5, 1e-3, 0.1}};
    for (int k = 0; k < 4; k++) {
        assert_int_equal(gg_shells_init(&s, &(struct gg_reals){4, wrong[k]}, NULL, "--x", &err), -1);
        assert_int_equal(err.status, GG_USAGE);
    }
    assert_int_equal(gg_shells_init(&s, &(struct gg_reals){3, wrong[0]}, NULL, "--x", &err), -1);
}

/* Level 0 of `radial` and `angular` by their definitions. */
static void definitions(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    struct gg_frame f;
    struct gg_cell cell;
    struct gg_shells radial, angular;
    int n, n_angular;
    make_frame(&f, &cell);
    const int32_t *type = gg_frame_find(&f, "type")->data;
    gg_shells_init(&radial, &o.radial_shells, NULL, "", &err);
    gg_shells_init(&angular, &o.angular_shells, NULL, "", &err);
    const float *G = compute(&o, "radial", &f, &n), *q = compute(&o, "angular", &f, &n_angular);
    assert_int_equal(n, 3 * 3 * (25 + 5));
    assert_int_equal(n_angular, 3 * L_MAX * 5);
    for (int i = 0; i < N; i++, G += n, q += n_angular) {
        double number[3 * 30] = {0}, Z[5] = {0}, qlm[5][(L_MAX + 1) * (L_MAX + 1)] = {{0}};
        for (int j = 0; j < N; j++) {
            double v[3], Y[(L_MAX + 1) * (L_MAX + 1)], r = separation(&f, &cell, i, j, v);
            if (j == i)
                continue;
            for (int k = 0; k < 30; k++) {
                double x = r - gg_shells_centre(&radial, k), width = k < 25 ? 0.05 : 0.1;
                number[30 * type[j] + k] += exp(-x * x / (2 * width * width));
            }
            gg_sh(L_MAX, v, Y);
            for (int k = 0; k < 5; k++) {
                double x = r - gg_shells_centre(&angular, k), w = exp(-x * x / 0.02);
                Z[k] += w;
                for (int lm = 0; lm < (L_MAX + 1) * (L_MAX + 1); lm++)
                    qlm[k][lm] += w * Y[lm];
            }
        }
        for (int k = 0; k < 3 * 30; k++)
            near("radial", i, k, G[k], number[k]);
        for (int l = 1; l <= L_MAX; l++)
            for (int k = 0; k < 5; k++) {
                double sum = 0;
                for (int m = 0; m < 2 * l + 1; m++)
                    sum += qlm[k][l * l + m] * qlm[k][l * l + m];
                if (Z[k] > 1e-12)
                    near("angular", i, (l - 1) * 5 + k, q[(l - 1) * 5 + k], sqrt(sum / (2 * l + 1)) / Z[k]);
            }
    }
    gg_frame_free(&f);
}

/* Each level is the weighted mean of the one before; cutoff < 0: the average length, 0: no cutoff. */
static void averages(void **state)
{
    (void)state;
    struct gg_frame f;
    struct gg_cell cell;
    make_frame(&f, &cell);
    for (int round = 0; round < 3; round++) {
        struct gg_descriptor_options o = usual();
        o.average_cutoff = (double[]){-1, 2, 0}[round];
        double cutoff = (double[]){1.3, 2, 1e9}[round], v[3];
        int n;
        const float *x = compute(&o, "radial", &f, &n);
        int column = n / 3;
        for (int i = 0; i < N; i++)
            for (int k = 0; k < 2 * column; k++) {
                double sum = 0, total = 0;
                for (int j = 0; j < N; j++) {
                    double r = separation(&f, &cell, i, j, v), w = r < cutoff ? exp(-r / 1.3) : 0;
                    total += w;
                    sum += w * (double)x[j * n + k];
                }
                near("average", i, k, x[i * n + k + column], sum / total);
            }
    }
    gg_frame_free(&f);
}

/* A constant stays what it is, and a vector is averaged as a vector. */
static void averages_of_constants(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    struct gg_frame f;
    struct gg_cell cell;
    int n;
    make_frame(&f, &cell);
    double *moved = gg_frame_add(&f, &arena, "pos_inherent", NULL)->data;
    const double *pos = gg_frame_find(&f, "pos")->data;
    for (int k = 0; k < 3 * N; k++)
        moved[k] = pos[k] + 0.1 * (k % 3);
    o.positions = "pos_inherent";
    o.reference = "pos";
    for (int round = 0; round < 2; round++) {
        o.average_cutoff = round ? 0 : 2;
        const float *x = compute(&o, "displacement", &f, &n);
        assert_int_equal(n, 12);
        assert_string_equal(gg_frame_find(&f, "node_features")->irreps, "1x1o+1x0e+1x1o+1x0e+1x1o+1x0e");
        for (int i = 0; i < N; i++)
            for (int k = 0; k < 12; k++)
                near("displacement", i, k, x[12 * i + k], k % 4 < 3 ? 0.1 * (k % 4) : 0.1 * sqrt(5));
    }
    gg_frame_free(&f);
}

static void names(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    struct gg_features x = {.options = &o};
    o.positions = "pos_cage";
    o.n_species = 2;
    o.levels = 2;
    assert_int_equal(gg_features_add(&x, "radial", &arena, &err), 0);
    assert_string_equal(x.columns.name[1], "radial_cage.A.r0.75");
    assert_string_equal(x.columns.name[119], "radial_cage_avg1.B.r3");
    assert_int_equal(gg_features_add(&x, "radial", &arena, &err), -1);
    assert_non_null(strstr(err.text, "asked for twice"));
}

/* Columns change as little as a particle moves, far beyond the last shell, too. */
static void smooth(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    o.levels = 1;
    float before[90] = {0};
    for (double r = 0.8; r < 4.5; r += 2e-3) {
        struct gg_frame f = {.n_node = 3, .dim = 3, .pbc = 0};
        double *pos = gg_frame_add(&f, &arena, "pos", NULL)->data;
        gg_frame_add(&f, &arena, "type", NULL);
        pos[3] = r;
        pos[7] = 0.9;
        int n;
        const float *x = compute(&o, "radial", &f, &n);
        assert_int_equal(n, 90);
        for (int k = 0; k < n && r > 0.8; k++)
            if (!(fabsf(x[k] - before[k]) < 0.04F))
                fail_msg("column %d jumps from %g to %g at %g", k, (double)before[k], (double)x[k], r);
        memcpy(before, x, sizeof before);
        gg_frame_free(&f);
        gg_arena_reset(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shells),   cmocka_unit_test(shells_refused),        cmocka_unit_test(definitions),
        cmocka_unit_test(averages), cmocka_unit_test(averages_of_constants), cmocka_unit_test(names),
        cmocka_unit_test(smooth),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
