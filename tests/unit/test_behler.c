/* test_behler.c -- Behler-Parrinello functions against plain loops over pairs and triples of neighbours; no jumps */
#include "descriptor_fixture.h"

enum { N = 64, PAIRS = 6, FUNCTIONS = 24, SHELLS = 47 };

static struct gg_descriptor_options usual(double cutoff)
{
    return (struct gg_descriptor_options){.n_species = 3,
                                          .species = {"A", "B", "C"},
                                          .positions = "pos",
                                          .cutoff = cutoff};
}

static double envelope(double r, double cutoff)
{
    return r < cutoff ? (1 + cos(M_PI * r / cutoff)) / 2 : 0;
}

static void near(const char *what, int i, int k, double got, double wanted)
{
    if (!(fabs(got - wanted) <= 1e-11 * (1 + fabs(wanted))))
        fail_msg("%s of particle %d, column %d: %.15g, wanted %.15g", what, i, k, got, wanted);
}

/* A blob of particles of two species without a cell. */
static void make_blob(struct gg_frame *f, double size)
{
    struct gg_rng r = gg_rng_at(8, 0, 0, 0);
    *f = (struct gg_frame){.n_node = N, .dim = 3};
    double *pos = gg_frame_add(f, &arena, "pos", NULL)->data;
    int32_t *type = gg_frame_add(f, &arena, "type", NULL)->data;
    for (int i = 0; i < N; i++) {
        for (int a = 0; a < 3; a++)
            pos[3 * i + a] = size * gg_rng_uniform(&r);
        type[i] = 2 * (gg_rng_uniform(&r) < 0.3); /* A and C */
    }
}

static double vector(const double *pos, int i, int j, double v[3])
{
    for (int a = 0; a < 3; a++)
        v[a] = pos[3 * j + a] - pos[3 * i + a];
    return sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

static void add_triple(const double v[3], double r, const double w[3], double q, double cutoff,
                       double sum[FUNCTIONS])
{
    static const double XI[] = {2.5, 4, 6};
    double d[3] = {w[0] - v[0], w[1] - v[1], w[2] - v[2]}, u = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    double cosine = (v[0] * w[0] + v[1] * w[1] + v[2] * w[2]) / (r * q);
    for (int xi = 0, at = 0; xi < 3; xi++)
        for (int sign = 1; sign >= -1; sign -= 2)
            for (int zeta = 1; zeta <= 8; zeta *= 2)
                sum[at++] += exp(-(r * r + q * q + u * u) / (XI[xi] * XI[xi])) *
                             pow(1 + sign * cosine, zeta) * envelope(r, cutoff) * envelope(q, cutoff) *
                             envelope(u, cutoff);
}

/* Row of species pair (a, b), a <= b, of three species. */
static int pair_of(int a, int b)
{
    static const int row[3][3] = {{0, 1, 2}, {1, 3, 4}, {2, 4, 5}};
    return row[a][b];
}

static void angular(void **state)
{
    (void)state;
    for (int round = 0; round < 2; round++) {
        double cutoff = round ? 2.2 : 5, v[3], w[3];
        struct gg_descriptor_options o = usual(round ? cutoff : 0);
        struct gg_frame f;
        int n;
        make_blob(&f, 5);
        const double *x = columns_of(&o, "bp_angular", &f, &n) + 1, *pos = gg_frame_find(&f, "pos")->data;
        const int32_t *type = gg_frame_find(&f, "type")->data;
        assert_int_equal(n, PAIRS * FUNCTIONS + 1);
        for (int i = 0; i < N; i++, x += n) {
            double sum[PAIRS][FUNCTIONS] = {{0}};
            for (int j = 0; j < N; j++)
                for (int k = j + 1; k < N; k++)
                    if (j != i && k != i) {
                        double r = vector(pos, i, j, v), q = vector(pos, i, k, w);
                        add_triple(v, r, w, q, cutoff, sum[pair_of(type[j], type[k])]);
                    }
            for (int k = 0; k < PAIRS * FUNCTIONS; k++)
                near("bp_angular", i, k, x[k], sum[k / FUNCTIONS][k % FUNCTIONS]);
        }
        gg_frame_free(&f);
    }
}

static void radial(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual(0);
    struct gg_frame f;
    int n;
    double v[3];
    make_blob(&f, 8);
    const double *x = columns_of(&o, "bp_radial", &f, &n) + 1, *pos = gg_frame_find(&f, "pos")->data;
    const int32_t *type = gg_frame_find(&f, "type")->data;
    assert_int_equal(n, 3 * SHELLS + 1);
    for (int i = 0; i < N; i++, x += n) {
        double sum[3][SHELLS] = {{0}};
        for (int j = 0; j < N; j++)
            for (int k = 0; k < SHELLS && j != i; k++) {
                double r = vector(pos, i, j, v), d = (r - (0.4 + 0.1 * k)) / 0.1;
                sum[type[j]][k] += exp(-d * d) * envelope(r, 5);
            }
        for (int k = 0; k < 3 * SHELLS; k++)
            near("bp_radial", i, k, x[k], sum[k / SHELLS][k % SHELLS]);
    }
    gg_frame_free(&f);
}

/* Particle 1 goes out along x, through the cutoff from 0 and from 2: no column jumps, and from then on it counts no more. */
static void no_jump_at_the_cutoff(void **state)
{
    (void)state;
    static const char *const name[] = {"bp_radial", "bp_angular"};
    struct gg_descriptor_options o = usual(1.5);
    for (int k = 0; k < 2; k++) {
        double before[PAIRS * FUNCTIONS] = {0};
        for (int step = 0; step <= 400; step++) {
            struct gg_frame f = {.n_node = 3, .dim = 3, .pbc = 0};
            double *pos = gg_frame_add(&f, &arena, "pos", NULL)->data;
            gg_frame_add(&f, &arena, "type", NULL);
            pos[3] = 1.3 + 1e-3 * step;
            pos[6] = 0.1;
            pos[7] = 1.1;
            int n;
            const double *x = columns_of(&o, name[k], &f, &n) + 1;
            for (int c = 0; c < n - 1; c++) {
                if (step && !(fabs(x[c] - before[c]) < 6e-3))
                    fail_msg("%s: column %d jumps from %g to %g at step %d", name[k], c, before[c], x[c],
                             step);
                before[c] = x[c];
                if (k == 1 && step > 210 && x[c] != 0)
                    fail_msg("%s: column %d is %g without a pair", name[k], c, x[c]);
            }
            gg_frame_free(&f);
            gg_arena_reset(&arena);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(angular, empty_arena),
        cmocka_unit_test_setup(radial, empty_arena),
        cmocka_unit_test_setup(no_jump_at_the_cutoff, empty_arena),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
