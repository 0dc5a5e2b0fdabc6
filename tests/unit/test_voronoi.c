/* test_voronoi.c -- radical Voronoi cells: lattices, cells by brute force, volumes that fill the box, psi6 */
#include "descriptor_fixture.h"
#include "voronoi_walls.h"

static double radii[] = {0.5, 0.44, 0.47};

static struct gg_descriptor_options usual(void)
{
    return (struct gg_descriptor_options){
        .n_species = 2, .species = {"A", "B"}, .positions = "pos", .reference = "pos", .radii = {3, radii}};
}

static int compute_with(const struct gg_descriptor_options *o, const char *name, struct gg_frame *f)
{
    int n;
    return add_columns(o, name, f, &n);
}

/* A 0, then the columns: rows of 4 numbers (surface, volume, faces) or 2 (psi6). */
static const double *compute(const char *name, struct gg_frame *f)
{
    struct gg_descriptor_options o = usual();
    if (compute_with(&o, name, f) < 0)
        fail_msg("%s", err.text);
    return gg_frame_find(f, "node_features")->data;
}

/* ---- lattices ---- */

static void lattices(void **state)
{
    (void)state;
    const double a = M_SQRT1_2, b = 1 / sqrt(3), t = sqrt(3) / 2;
    const struct {
        int dim;
        double cell[3][3], surface, volume;
        int faces;
        double psi6;
    } set[] = {
        {3, {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, 6, 1, 6, 0},
        {3, {{0, a, a}, {a, 0, a}, {a, a, 0}}, 6 * a, a, 12, 0}, /* rhombic dodecahedron */
        {3,
         {{-b, b, b}, {b, -b, b}, {b, b, -b}},
         (1 + 2 * sqrt(3)),
         4 * b * b * b,
         14,
         0}, /* truncated octahedron */
        {2, {{1, 0, 0}, {0.5, t, 0}}, 2 * sqrt(3), t, 6, 1},
        {2, {{1, 0, 0}, {3, 1, 0}}, 4, 1, 4, 0},                  /* the square lattice by other vectors */
        {2, {{5, 0, 0}, {0.5, 0.5, 0}}, 6 * M_SQRT2, 2.5, 4, -1}, /* a rectangle */
    };
    for (size_t k = 0; k < sizeof set / sizeof *set; k++) {
        struct gg_frame f;
        double(*pos)[3];
        int32_t *type;
        make_frame(&f, 1, set[k].dim, set[k].cell, &pos, &type);
        const double *x = compute("voronoi", &f);
        close_to(x[1], set[k].surface, 1e-10);
        close_to(x[2], set[k].volume, 1e-10);
        close_to(x[3], set[k].faces, 0);
        if (set[k].dim == 2 && set[k].psi6 >= 0)
            close_to(compute("psi6", &f)[1], set[k].psi6, 1e-12);
        gg_frame_free(&f);
    }
}

/* A and B in turn along x: the wall between spheres of unequal radii. */
static void unequal_radii(void **state)
{
    (void)state;
    struct gg_frame f;
    double(*pos)[3];
    int32_t *type;
    make_frame(&f, 2, 3, (const double[3][3]){{2, 0, 0}, {0, 1, 0}, {0, 0, 1}}, &pos, &type);
    pos[1][0] = 1;
    type[1] = 1;
    const double *x = compute("voronoi", &f), wide = 1 + 0.5 * 0.5 - 0.44 * 0.44;
    close_to(x[2], wide, 1e-10);
    close_to(x[1], 2 + 4 * wide, 1e-10);
    close_to(x[6], 2 - wide, 1e-10);
    gg_frame_free(&f);
}

/* ---- by brute force ---- */

/* Random particles of two species; skewed cells.  In the last world most of the box is empty: cells reach far. */
static void brute_force(void **state)
{
    (void)state;
    const struct {
        int n, dim;
        double crowd, reach;
        double cell[3][3];
    } world[] = {{12, 3, 1, 3.3, {{2.6, 0, 0}, {1.1, 2.3, 0}, {-0.8, 0.9, 2.4}}},
                 {30, 2, 1, 6, {{5.2, 0.4, 0}, {2.5, 4.9, 0}}},
                 {9, 2, 0.3, 16, {{6, 0, 0}, {-2, 7, 0}}},
                 {5, 3, 0.4, 6.2, {{3, 0, 0}, {0, 3.2, 0}, {0.4, 0.2, 3.4}}}};
    for (int k = 0; k < 4; k++) {
        struct gg_frame f;
        double(*pos)[3];
        int32_t *type;
        struct gg_rng r = gg_rng_at((uint64_t)k, 0, 0, 9);
        make_frame(&f, world[k].n, world[k].dim, world[k].cell, &pos, &type);
        for (int i = 0; i < world[k].n; i++) {
            for (int a = 0; a < world[k].dim; a++) {
                double s = world[k].crowd * gg_rng_uniform(&r);
                for (int c = 0; c < 3; c++)
                    pos[i][c] += s * world[k].cell[a][c];
            }
            type[i] = i % 3 == 0;
        }
        const double *x = compute("voronoi", &f), *psi6 = x;
        if (f.dim == 2)
            psi6 = compute("psi6", &f);
        for (int i = 0; i < world[k].n; i++) {
            double y[4];
            brute_voronoi(&f, radii, i, world[k].reach, y);
            for (int c = 0; c < 3; c++)
                close_to(x[4 * i + 1 + c], y[c], 1e-8);
            if (f.dim == 2)
                close_to(psi6[2 * i + 1], y[3], 1e-10);
        }
        gg_frame_free(&f);
    }
}

/* Nothing is left out and nothing counted twice, also where a small sphere is swallowed by a large one and has no cell. */
static void volumes_fill_the_box(void **state)
{
    (void)state;
    static double unlike[] = {1, 0.1};
    static const double cell[4][3][3] = {{{8, 0, 0}, {0, 8, 0}, {0, 0, 8}},
                                         {{8, 0, 0}, {5, 7, 0}, {-3, 4, 9}},
                                         {{30, 1, 2}, {3, 3, 0}, {0, -1, 4}},
                                         {{20, 3, 0}, {9, 18, 0}, {0, 0, 0}}};
    for (int k = 0; k < 9; k++) { /* the last one: a crowd in a corner */
        enum { N = 300 };
        struct gg_frame f;
        struct gg_cell box;
        double(*pos)[3], sum = 0;
        int32_t *type, empty = 0;
        struct gg_descriptor_options o = usual();
        struct gg_rng r = gg_rng_at((uint64_t)k, 0, 0, 10);
        make_frame(&f, N, k % 4 == 3 ? 2 : 3, cell[k % 4], &pos, &type);
        assert_int_equal(gg_cell_init(&box, f.dim, f.pbc, f.cell, &err), 0);
        for (int i = 0; i < N; i++) {
            double s[3] = {gg_rng_uniform(&r), gg_rng_uniform(&r), f.dim == 3 ? gg_rng_uniform(&r) : 0};
            for (int a = 0; a < 3; a++)
                s[a] *= k == 8 ? 0.1 : 1;
            gg_cell_cartesian(&box, s, pos[i]);
            type[i] = gg_rng_uniform(&r) < 0.2;
        }
        if (k >= 4 && k < 8)
            o.radii.v = unlike;
        assert_int_equal(compute_with(&o, "voronoi", &f), 0);
        const double *x = gg_frame_find(&f, "node_features")->data;
        for (int i = 0; i < N; i++) {
            sum += x[4 * i + 2];
            empty += x[4 * i + 3] == 0;
            assert_true(x[4 * i + 3] > 0 || (x[4 * i + 1] == 0 && x[4 * i + 2] == 0));
        }
        assert_true(k < 4 || k == 8 || empty > 0);
        if (!(fabs(sum / fabs(box.volume) - 1) <= 1e-9))
            fail_msg("world %d: volumes %.12g, box %.12g", k, sum, box.volume);
        gg_frame_free(&f);
    }
}

/* Surface and volume change as little as a particle moves; faces come with area 0 and go so. */
static void smooth(void **state)
{
    (void)state;
    double before[20] = {0};
    int changes = 0;
    for (int step = 0; step <= 300; step++) {
        struct gg_frame f;
        double(*pos)[3];
        int32_t *type;
        struct gg_rng r = gg_rng_at(3, 0, 0, 11);
        make_frame(&f, 5, 3, (const double[3][3]){{2, 0, 0}, {0.3, 2, 0}, {0, 0.1, 2}}, &pos, &type);
        for (int k = 0; k < 15; k++)
            pos[k / 3][k % 3] = 2 * gg_rng_uniform(&r);
        pos[0][0] += 1e-3 * step;
        const double *x = compute("voronoi", &f);
        for (int k = 0; k < 20; k++) {
            if (step && k % 4 < 3 && !(fabs(x[k] - before[k]) < 0.03))
                fail_msg("step %d: column %d jumps from %g to %g", step, k % 4, before[k], x[k]);
            changes += step && k % 4 == 3 && x[k] != before[k];
            before[k] = x[k];
        }
        gg_frame_free(&f);
    }
    assert_true(changes > 0);
}

static void refused(const struct gg_descriptor_options *o, struct gg_frame *f, const char *what)
{
    assert_int_equal(compute_with(o, "voronoi", f), -1);
    assert_int_equal(err.status, GG_INPUT);
    if (!strstr(err.text, what))
        fail_msg("'%s' does not say '%s'", err.text, what);
}

static void refusals(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    struct gg_features x = {.options = &o};
    struct gg_frame f;
    double(*pos)[3];
    int32_t *type;
    make_frame(&f, 2, 3, (const double[3][3]){{2, 0, 0}, {0, 2, 0}, {0, 0, 2}}, &pos, &type);
    refused(&o, &f, "in one place");
    pos[1][2] = 2; /* an image in one place */
    refused(&o, &f, "in one place");
    pos[1][2] = 1;
    f.pbc = 3;
    refused(&o, &f, "periodic");
    o.radii.n = 1;
    assert_int_equal(gg_features_add(&x, "voronoi", &arena, &err), -1);
    assert_int_equal(err.status, GG_USAGE);
    assert_non_null(strstr(err.text, "--radii"));
    o = usual();
    f.pbc = 7;
    assert_int_equal(compute_with(&o, "psi6", &f), -1);
    assert_non_null(strstr(err.text, "2 dimensions"));
    gg_frame_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(lattices, empty_arena),
        cmocka_unit_test_setup(unequal_radii, empty_arena),
        cmocka_unit_test_setup(brute_force, empty_arena),
        cmocka_unit_test_setup(volumes_fill_the_box, empty_arena),
        cmocka_unit_test_setup(smooth, empty_arena),
        cmocka_unit_test_setup(refusals, empty_arena),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
