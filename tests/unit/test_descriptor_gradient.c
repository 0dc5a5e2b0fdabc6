/* test_descriptor_gradient.c -- slopes of coarse-grained fields against differences of density and mean of a particle that is moved */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "descriptor_fixture.h"

#include <math.h>

enum { N = 40 };
static double lengths[] = {0.5, 1, 2.5};

static const double skewed[3][3] = {{3.1, 0, 0}, {0.4, 2.8, 0}, {-0.3, 0.7, 3.3}};
static const double flat[3][3] = {{6, 0, 0}, {1, 7, 0}, {0, 0, 1}};

static struct gg_descriptor_options options(void)
{
    return (struct gg_descriptor_options){.n_species = 2,
                                          .species = {"A", "B"},
                                          .positions = "pos",
                                          .lengths = {3, lengths},
                                          .field = "energy"};
}

static double (*fill(struct gg_frame *f, int dim))[3]
{
    struct gg_rng r = gg_rng_at(11, (uint32_t)dim, 0, 0);
    double(*pos)[3];
    int32_t *type;
    make_frame(f, N, dim, dim == 3 ? skewed : flat, &pos, &type);
    float *energy = gg_frame_add(f, &arena, "energy", NULL)->data;
    for (int i = 0; i < N; i++) {
        double s[3] = {gg_rng_uniform(&r), gg_rng_uniform(&r), gg_rng_uniform(&r)};
        for (int a = 0; a < dim; a++)
            pos[i][a] = s[0] * f->cell[0][a] + s[1] * f->cell[1][a] + (dim == 3 ? s[2] * f->cell[2][a] : 0);
        type[i] = gg_rng_uniform(&r) < 0.3;
        energy[i] = (float)(-6 + gg_rng_normal(&r));
    }
    return pos;
}

/* The columns of particle i of a scalar descriptor, with it moved along one axis. */
static void moved(const char *scalar, struct gg_frame *f, double (*pos)[3], int i, int axis, double by,
                  double *out)
{
    struct gg_descriptor_options o = options();
    double before = pos[i][axis];
    int n;
    pos[i][axis] += by;
    const double *x = columns_of(&o, scalar, f, &n);
    memcpy(out, x + (size_t)(i * n), (size_t)n * sizeof *out);
    pos[i][axis] = before;
}

static void slopes(const char *vector, const char *scalar, int dim)
{
    struct gg_descriptor_options o = options();
    struct gg_frame f;
    const double h = 1e-5;
    double(*pos)[3] = fill(&f, dim), plus[64], minus[64], largest = 0;
    int n;
    const double *there = columns_of(&o, vector, &f, &n);
    assert_int_equal(n, 1 + 3 * 9);
    double *g = gg_arena_alloc(&arena, (size_t)(N * n) * sizeof *g);
    memcpy(g, there, (size_t)(N * n) * sizeof *g);
    for (int i = 0; i < N; i += 7)
        for (int axis = 0; axis < 3; axis++) {
            moved(scalar, &f, pos, i, axis, axis < dim ? h : 0, plus);
            moved(scalar, &f, pos, i, axis, axis < dim ? -h : 0, minus);
            for (int k = 0; k < 9; k++) {
                double want = (plus[1 + k] - minus[1 + k]) / (2 * h), have = g[i * n + 1 + 3 * k + axis];
                assert_true(fabs(want - have) < 1e-7);
                largest = fmax(largest, fabs(have));
            }
        }
    assert_true(largest > 0.1);
    gg_frame_free(&f);
}

static void of_density(void **state)
{
    (void)state;
    slopes("density_gradient", "density", 3);
    slopes("density_gradient", "density", 2);
}

static void of_mean(void **state)
{
    (void)state;
    slopes("mean_gradient", "mean", 3);
    slopes("mean_gradient", "mean", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(of_density), cmocka_unit_test(of_mean)};
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
