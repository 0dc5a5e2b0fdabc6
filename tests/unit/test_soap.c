/* test_soap.c -- the power spectrum against plain loops; no jump at the cutoff */
#include "descriptor_fixture.h"
#include "graph/radial.h"
#include "o3/o3.h"

enum { N = 40, N_MAX = 4, L_MAX = 5, CHANNELS = 3 * N_MAX, N_LM = (L_MAX + 1) * (L_MAX + 1) };

static struct gg_descriptor_options usual(void)
{
    return (struct gg_descriptor_options){
        .n_species = 3, .species = {"A", "B", "C"}, .positions = "pos", .lmax = L_MAX, .nmax = N_MAX};
}

/* n particles without a cell, all of species A. */
static double *make_points(struct gg_frame *f, uint64_t n)
{
    *f = (struct gg_frame){.n_node = n, .dim = 3};
    gg_frame_add(f, &arena, "type", NULL);
    return gg_frame_add(f, &arena, "pos", NULL)->data;
}

/* c of particle i, [channel][lm]. */
static void expansion(const double *pos, const int32_t *type, int i, double c[CHANNELS][N_LM])
{
    memset(c, 0, sizeof(double) * CHANNELS * N_LM);
    for (int j = 0; j < N; j++) {
        double v[3], Y[N_LM], r = 0;
        for (int a = 0; a < 3; a++) {
            v[a] = pos[3 * j + a] - pos[3 * i + a];
            r += v[a] * v[a];
        }
        r = sqrt(r);
        if (j == i || r >= 2.5)
            continue;
        gg_sh(L_MAX, v, Y);
        double x = r / 2.5, u = 1 - 28 * pow(x, 6) + 48 * pow(x, 7) - 21 * pow(x, 8);
        for (int n = 0; n < N_MAX; n++)
            for (int lm = 0; lm < N_LM; lm++)
                c[type[j] * N_MAX + n][lm] += sqrt(2 / 2.5) * sin((n + 1) * M_PI * x) / r * u * Y[lm];
    }
}

static void definition(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    struct gg_rng r = gg_rng_at(4, 0, 0, 0);
    struct gg_frame f;
    int n;
    double *pos = make_points(&f, N), c[CHANNELS][N_LM];
    int32_t *type = gg_frame_find(&f, "type")->data;
    for (int i = 0; i < N; i++) {
        type[i] = 2 * (i % 3 == 0);
        for (int a = 0; a < 3; a++)
            pos[3 * i + a] = 3.5 * gg_rng_uniform(&r);
    }
    const double *x = columns_of(&o, "soap", &f, &n) + 1;
    assert_int_equal(n, CHANNELS * (CHANNELS + 1) / 2 * (L_MAX + 1) + 1);
    for (int i = 0; i < N; i++) {
        expansion(pos, type, i, c);
        const double *at = x + (ptrdiff_t)i * n;
        for (int a = 0; a < CHANNELS; a++)
            for (int b = a; b < CHANNELS; b++)
                for (int l = 0; l <= L_MAX; l++, at++) {
                    double sum = 0;
                    for (int m = l * l; m < (l + 1) * (l + 1); m++)
                        sum += c[a][m] * c[b][m] / sqrt(2 * l + 1);
                    if (!(fabs(*at - sum) <= 1e-10 * (1 + fabs(sum))))
                        fail_msg("particle %d, channels %d %d, l %d: %g, wanted %g", i, a, b, l, *at, sum);
                }
    }
    gg_frame_free(&f);
}

/* A neighbour goes out through the cutoff: columns change little, and are those of one neighbour then. */
static void no_jump_at_the_cutoff(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    double before[1024] = {0};
    o.n_species = 1;
    for (int step = 0; step <= 200; step++) {
        struct gg_frame f;
        int n;
        double *pos = make_points(&f, 3);
        pos[3] = 2.4 + 1e-3 * step;
        pos[7] = 1.1;
        const double *x = columns_of(&o, "soap", &f, &n) + 1;
        assert_true(n < 1024);
        for (int k = 0; k < n - 1; k++) {
            if (step && !(fabs(x[k] - before[k]) < 1e-3))
                fail_msg("column %d jumps from %g to %g at step %d", k, before[k], x[k], step);
            before[k] = x[k];
        }
        gg_frame_free(&f);
        gg_arena_reset(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(definition, empty_arena),
        cmocka_unit_test_setup(no_jump_at_the_cutoff, empty_arena),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
