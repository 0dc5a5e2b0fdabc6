/* test_packing.c -- tetrahedral order and two-body entropy: packings with known numbers, and the definitions pair by pair */
#include "descriptor_fixture.h"

static const double SIGMA[2][2] = {{1, 0.8}, {0.8, 0.88}};

static struct gg_descriptor_options usual(void)
{
    return (struct gg_descriptor_options){
        .n_species = 2, .species = {"A", "B"}, .positions = "pos", .reference = "pos", .smearing = 0.1};
}

/* One number a particle, in the second of two columns. */
static const double *compute(const struct gg_descriptor_options *o, const char *name, struct gg_frame *f)
{
    int n;
    return columns_of(o, name, f, &n);
}

/* ---- tetrahedral ---- */

/* Touching spheres have none; all edges 10 % too long have 0.1. */
static void one_tetrahedron(void **state)
{
    (void)state;
    static const double corner[4][3] = {{1, 1, 1}, {1, -1, -1}, {-1, 1, -1}, {-1, -1, 1}};
    for (int percent = 0; percent <= 10; percent += 10) {
        struct gg_descriptor_options o = usual();
        struct gg_frame f;
        double(*pos)[3];
        int32_t *type;
        make_frame(&f, 6, 3, NULL, &pos, &type);
        for (int k = 0; k < 12; k++)
            pos[k / 3][k % 3] = (1 + percent / 100.) * corner[k / 3][k % 3] / sqrt(8);
        pos[4][0] = 40; /* a pair, too few for a tetrahedron */
        pos[5][0] = 41;
        const double *x = compute(&o, "tetrahedral", &f);
        for (int i = 0; i < 6; i++)
            close_to(x[2 * i + 1], i < 4 ? percent / 100. : 0, 1e-14);
        gg_frame_free(&f);
    }
}

/* Twenty tetrahedra around the centre of an icosahedron: edges 1 inside, 1/sin(2 pi/5) on the shell. */
static void icosahedron(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    struct gg_frame f;
    double(*pos)[3];
    int32_t *type;
    const double g = (1 + sqrt(5)) / 2, edge = 1 / sin(2 * M_PI / 5);
    make_frame(&f, 13, 3, NULL, &pos, &type);
    for (int k = 0; k < 12; k++) {
        pos[k + 1][k % 3] = (k / 3 % 2 ? -1 : 1) / sqrt(1 + g * g);
        pos[k + 1][(k + 1) % 3] = (k / 6 ? -g : g) / sqrt(1 + g * g);
    }
    const double *x = compute(&o, "tetrahedral", &f);
    for (int i = 0; i < 13; i++) /* a tetrahedron has the centre and three of the shell */
        close_to(x[2 * i + 1], 3 * (edge - 1) / 6, 1e-12);
    gg_frame_free(&f);
}

/* The close-packed lattices are made of touching spheres; so is a triangle of three unlike discs. */
static void perfect(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    struct gg_frame f;
    double(*pos)[3];
    int32_t *type;
    const double a = M_SQRT1_2, t = sqrt(3) / 2;
    make_frame(&f, 1, 3, (const double[3][3]){{0, a, a}, {a, 0, a}, {a, a, 0}}, &pos, &type);
    close_to(compute(&o, "tetrahedral", &f)[1], 0, 1e-12);
    gg_frame_free(&f);
    make_frame(&f, 1, 2, (const double[3][3]){{1, 0, 0}, {0.5, t, 0}}, &pos, &type);
    close_to(compute(&o, "tetrahedral", &f)[1], 0, 1e-12);
    gg_frame_free(&f);
    make_frame(&f, 3, 2, NULL, &pos, &type);
    type[2] = 1; /* A-A 1, A-B 0.8 */
    pos[1][0] = 1;
    pos[2][0] = 0.5;
    pos[2][1] = sqrt(0.64 - 0.25);
    const double *x = compute(&o, "tetrahedral", &f);
    for (int i = 0; i < 3; i++)
        close_to(x[2 * i + 1], 0, 1e-12);
    pos[2][1] = sqrt(0.64 - 0.25) + 0.1;
    x = compute(&o, "tetrahedral", &f);
    close_to(x[1], atan2(pos[2][1], 0.5) - acos(0.5 / 0.8), 1e-12);
    gg_frame_free(&f);
}

static double between(const double a[3], const double b[3])
{
    double rr = 0;
    for (int k = 0; k < 3; k++)
        rr += (a[k] - b[k]) * (a[k] - b[k]);
    return sqrt(rr);
}

/* Every set of four (three) particles of a random cluster that touch each other. */
static void tetrahedra_by_brute_force(void **state)
{
    (void)state;
    enum { N = 40 };
    for (int dim = 2; dim <= 3; dim++) {
        struct gg_descriptor_options o = usual();
        struct gg_frame f;
        double(*pos)[3], off, all;
        int32_t *type;
        struct gg_rng r = gg_rng_at(1, 2, 3, (uint32_t)dim);
        make_frame(&f, N, dim, NULL, &pos, &type);
        for (int i = 0; i < N; i++) {
            type[i] = i % 3 == 0;
            for (int a = 0; a < dim; a++)
                pos[i][a] = (dim == 3 ? 3 : 5) * gg_rng_uniform(&r);
        }
        const double *x = compute(&o, "tetrahedral", &f);
        for (int i = 0; i < N; i++) {
            double sum = 0;
            int n = 0, at[4] = {i};
            for (int code = 0; code < N * N * (dim == 3 ? N : 1); code++) {
                bool whole = true;
                for (int k = 1, rest = code; k <= dim; k++, rest /= N) {
                    at[k] = rest % N;
                    whole &= at[k] != i && (k == 1 || at[k - 1] < at[k]);
                }
                off = all = 0;
                for (int k = 0; k <= dim && whole; k++)
                    for (int l = 0; l < k; l++) {
                        double s = SIGMA[type[at[k]]][type[at[l]]], d = between(pos[at[k]], pos[at[l]]);
                        whole &= d < 1.4 * s;
                        off += fabs(d - s);
                        all += s;
                    }
                if (!whole)
                    continue;
                if (dim == 2) { /* the angle from the directions, and that of touching discs */
                    const double *c = pos[i], *u = pos[at[1]], *v = pos[at[2]];
                    double phi = atan2(u[1] - c[1], u[0] - c[0]) - atan2(v[1] - c[1], v[0] - c[0]);
                    double b = SIGMA[type[i]][type[at[1]]], a = SIGMA[type[i]][type[at[2]]],
                           across = SIGMA[type[at[1]]][type[at[2]]], s = (a + b + across) / 2;
                    off = fabs(fabs(remainder(phi, 2 * M_PI)) -
                               2 * atan2(sqrt((s - a) * (s - b)), sqrt(s * (s - across))));
                    all = 1;
                }
                sum += off / all;
                n++;
            }
            close_to(x[2 * i + 1], n ? sum / n : 0, 1e-7);
        }
        gg_frame_free(&f);
    }
}

/* ---- s2 ---- */

/* Nobody within R: -2 pi n R^3/3, -pi n R^2/2 in the plane. */
static void entropy_of_one(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    struct gg_frame f;
    double(*pos)[3];
    int32_t *type;
    make_frame(&f, 1, 3, (const double[3][3]){{20, 0, 0}, {0, 30, 0}, {5, 0, 40}}, &pos, &type);
    close_to(compute(&o, "s2", &f)[1] / (-2 * M_PI / 24000 * 125 / 3), 1, 1e-12);
    gg_frame_free(&f);
    make_frame(&f, 1, 2, (const double[3][3]){{20, 0, 0}, {0, 30, 0}}, &pos, &type);
    close_to(compute(&o, "s2", &f)[1] / (-M_PI / 600 * 25 / 2), 1, 1e-12);
    gg_frame_free(&f);
}

/* The integral on a fine grid, Gaussian by Gaussian, image by image. */
static double fine_entropy(const struct gg_frame *f, int i, double R, double w)
{
    const double(*pos)[3] = gg_frame_find(f, "pos")->data;
    const int32_t *type = gg_frame_find(f, "type")->data;
    int n = (int)f->n_node, n_r = 0, of[2] = {0};
    static double distance[20000];
    static int32_t species[20000];
    struct gg_cell cell;
    double total = 0;
    gg_cell_init(&cell, f->dim, f->pbc, f->cell, &err);
    for (int j = 0; j < n; j++) {
        of[type[j]]++;
        for (int code = 0; code < 17 * 17 * (f->dim == 3 ? 17 : 1); code++) {
            double v[3];
            for (int c = 0; c < 3; c++)
                v[c] = pos[j][c] - pos[i][c] + (code % 17 - 8) * f->cell[0][c] +
                       (code / 17 % 17 - 8) * f->cell[1][c] +
                       (f->dim == 3 ? code / 289 - 8 : 0) * f->cell[2][c];
            double r = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
            if (!(r > 0 && r < R + 9 * w))
                continue;
            assert_true(n_r < 20000);
            species[n_r] = type[j];
            distance[n_r++] = r;
        }
    }
    const int fine = 3000;
    for (int s = 0; s < 2; s++)
        for (int k = 0; k < fine; k++) {
            double r = (k + 0.5) * R / fine, ideal = of[s] / fabs(cell.volume), g = 0;
            double shell = f->dim == 3 ? 4 * M_PI * r * r : 2 * M_PI * r;
            for (int e = 0; e < n_r; e++)
                if (species[e] == s)
                    g += exp(-0.5 * pow((r - distance[e]) / w, 2)) / (sqrt(2 * M_PI) * w * ideal * shell);
            total += ideal * (g > 1e-300 ? g * log(g) - g + 1 : 1) * shell * R / fine;
        }
    return -total / 2;
}

static void entropy_by_brute_force(void **state)
{
    (void)state;
    static const struct {
        int dim;
        double cutoff, smearing, cell[3][3];
    } world[] = {{3, 0, 0.1, {{3, 0, 0}, {0.5, 3, 0}, {0, 1, 2.5}}},
                 {3, 2.5, 0.13, {{3, 0, 0}, {0.5, 3, 0}, {0, 1, 2.5}}},
                 {2, 0, 0.1, {{4, 0, 0}, {1, 5, 0}}}};
    for (int k = 0; k < 3; k++) {
        enum { N = 20 };
        struct gg_descriptor_options o = usual();
        struct gg_frame f;
        struct gg_cell cell;
        double(*pos)[3];
        int32_t *type;
        struct gg_rng r = gg_rng_at(1, 2, 3, 4);
        make_frame(&f, N, world[k].dim, world[k].cell, &pos, &type);
        assert_int_equal(gg_cell_init(&cell, f.dim, f.pbc, f.cell, &err), 0);
        for (int i = 0; i < N; i++) { /* a lattice, shaken */
            int row = f.dim == 3 ? 3 : 5;
            double s[3] = {(i % row + 0.3 * gg_rng_uniform(&r)) / row,
                           (i / row % row + 0.3 * gg_rng_uniform(&r)) / row,
                           f.dim == 3 ? (i / 9 + 0.3 * gg_rng_uniform(&r)) / 3 : 0};
            gg_cell_cartesian(&cell, s, pos[i]);
            type[i] = i % 3 == 0;
        }
        o.cutoff = world[k].cutoff;
        o.smearing = world[k].smearing;
        const double *x = compute(&o, "s2", &f);
        for (int i = 0; i < 4; i++) {
            double y = fine_entropy(&f, i, o.cutoff > 0 ? o.cutoff : 5, o.smearing);
            assert_true(y < -0.3);
            close_to(x[2 * i + 1] / y, 1, 1e-5);
        }
        gg_frame_free(&f);
    }
}

/* No jump where a neighbour passes R, or two bins' wall. */
static void entropy_is_smooth(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    double last = 0, slope = 0;
    o.cutoff = 2;
    for (int step = 0; step <= 700; step++) {
        struct gg_frame f;
        double(*pos)[3];
        int32_t *type;
        make_frame(&f, 2, 3, (const double[3][3]){{9, 0, 0}, {0, 9, 0}, {0, 0, 9}}, &pos, &type);
        pos[1][0] = 1 + 3e-3 * step;
        double x = compute(&o, "s2", &f)[1];
        if (step > 1 && !(fabs(x - last - slope) < 2e-3))
            fail_msg("step %d: the slope jumps from %g to %g", step, slope, x - last);
        slope = step ? x - last : 0;
        last = x;
        gg_frame_free(&f);
    }
}

static void refusals(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    struct gg_features x = {.options = &o}, y = {.options = &o};
    struct gg_frame f;
    double(*pos)[3];
    int32_t *type;
    make_frame(&f, 1, 3, NULL, &pos, &type);
    assert_int_equal(gg_features_add(&x, "s2", &arena, &err), 0);
    assert_int_equal(gg_features_compute(&x, &f, &arena, &err), -1);
    assert_int_equal(err.status, GG_INPUT);
    assert_non_null(strstr(err.text, "periodic"));
    o.n_species = 4;
    type[0] = 3;
    assert_int_equal(gg_features_add(&y, "tetrahedral", &arena, &err), 0);
    assert_int_equal(gg_features_compute(&y, &f, &arena, &err), -1);
    assert_non_null(strstr(err.text, "type 3"));
    gg_frame_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(one_tetrahedron, empty_arena),
        cmocka_unit_test_setup(icosahedron, empty_arena),
        cmocka_unit_test_setup(perfect, empty_arena),
        cmocka_unit_test_setup(tetrahedra_by_brute_force, empty_arena),
        cmocka_unit_test_setup(entropy_of_one, empty_arena),
        cmocka_unit_test_setup(entropy_by_brute_force, empty_arena),
        cmocka_unit_test_setup(entropy_is_smooth, empty_arena),
        cmocka_unit_test_setup(refusals, empty_arena),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
