/* test_descriptors.c -- what holds for every descriptor of the table: symmetries, threads, few particles, its manual page */
#include "arena_fixture.h"
#include "descriptors/features.h"
#include "graph/motion.h"
#include "o3/o3.h"
#include "util/rng.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

enum { N = 60 };

static double lengths[] = {0.7, 2}, degrees[] = {1, 4, 6}, radii[] = {0.5, 0.44};

static struct gg_descriptor_options usual(void)
{
    return (struct gg_descriptor_options){.n_species = 2,
                                          .species = {"A", "B"},
                                          .positions = "pos_inherent",
                                          .reference = "pos",
                                          .lengths = {2, lengths},
                                          .degrees = {3, degrees},
                                          .radii = {2, radii},
                                          .smearing = 0.1,
                                          .field = "energy_inherent"};
}

/* n particles of two species in a skewed cell, none close to another; no numbers yet in a column of double precision. */
static void make_frame(struct gg_frame *f, int n, int dim, uint64_t seed)
{
    static const double h[2][3][3] = {{{7, 0, 0}, {1, 7.5, 0}}, {{5, 0, 0}, {1, 4, 0}, {-1, 0.5, 4.5}}};
    struct gg_rng r = gg_rng_at(seed, 0, 0, 0);
    struct gg_cell cell;
    *f = (struct gg_frame){.n_node = (uint64_t)n, .dim = dim, .pbc = dim == 3 ? 7 : 3};
    memcpy(f->cell, h[dim - 2], sizeof f->cell);
    assert_int_equal(gg_cell_init(&cell, dim, f->pbc, f->cell, &err), 0);
    double *pos = gg_frame_add(f, &arena, "pos", NULL)->data;
    double *inherent = gg_frame_add(f, &arena, "pos_inherent", NULL)->data;
    int32_t *type = gg_frame_add(f, &arena, "type", NULL)->data;
    float *energy = gg_frame_add(f, &arena, "energy", NULL)->data;
    float *energy_inherent = gg_frame_add(f, &arena, "energy_inherent", NULL)->data;
    for (int i = 0; i < n; i++) {
        double nearest = 0, d[3];
        for (int attempt = 0; attempt < 1000 && nearest < 0.8; attempt++) {
            double s[3] = {gg_rng_uniform(&r), gg_rng_uniform(&r), dim == 3 ? gg_rng_uniform(&r) : 0};
            gg_cell_cartesian(&cell, s, inherent + 3 * i);
            nearest = 9;
            for (int j = 0; j < i; j++) {
                for (int a = 0; a < 3; a++)
                    d[a] = inherent[3 * i + a] - inherent[3 * j + a];
                gg_cell_nearest(&cell, d);
                nearest = fmin(nearest, sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]));
            }
        }
        for (int a = 0; a < 3; a++)
            pos[3 * i + a] = inherent[3 * i + a] + (a < dim ? 0.1 * gg_rng_normal(&r) : 0);
        type[i] = gg_rng_uniform(&r) < 0.3;
        energy[i] = (float)(-5 + gg_rng_normal(&r));
        energy_inherent[i] = (float)(-6 + gg_rng_normal(&r));
    }
    uint64_t shape[2] = {(uint64_t)n, 1};
    assert_non_null(gg_frame_add_as(f, &arena, "node_features", GG_F64, 2, shape, (int[]){GG_NODE, GG_FREE},
                                    GG_FEATURE, "1x0e", "", &err));
}

/* Not every descriptor exists in both dimensions. */
static bool is_for(const struct gg_descriptor *d, int dim)
{
    return !d->dim || d->dim == dim;
}

/* The columns behind the one of make_frame, in double: [n, *n_column]. */
static const double *compute(const struct gg_descriptor *d, struct gg_frame *f, int *n_column)
{
    struct gg_descriptor_options o = usual();
    struct gg_features x = {.options = &o};
    assert_int_equal(gg_features_add(&x, d->name, &arena, &err), 0);
    x.n_before = 1;
    if (gg_features_compute(&x, f, &arena, &err) < 0)
        fail_msg("%s: %s", d->name, err.text);
    *n_column = x.columns.n + 1;
    return gg_frame_find(f, "node_features")->data;
}

static void agree(const struct gg_descriptor *d, const double *x, const double *y, int n, double tolerance)
{
    for (int k = 0; k < n; k++)
        if (!(fabs(x[k] - y[k]) <= tolerance * (1 + fabs(x[k]))))
            fail_msg("%s: number %d is %.17g and %.17g", d->name, k, x[k], y[k]);
}

#define FOR_EVERY_DESCRIPTOR(d)                                                                    \
    for (const struct gg_descriptor *const *at = gg_descriptor_table, *d; (d = *at) != NULL; at++) \
        for (int dim = 2; dim <= 3; dim++)                                                         \
            if (is_for(d, dim))

/* Turned or reflected, from another origin, other images: the columns turn by their irreps. */
static void rotation(void **state)
{
    (void)state;
    FOR_EVERY_DESCRIPTOR(d)
    {
        for (uint64_t seed = 1; seed <= 4; seed++) {
            struct gg_frame f, g;
            struct gg_rng r = gg_rng_at(seed, 1, 1, 1);
            double R[3][3], angle = 6.28 * gg_rng_uniform(&r), sign = seed % 2 ? 1 : -1;
            const double q[4] = {gg_rng_normal(&r), gg_rng_normal(&r), gg_rng_normal(&r), gg_rng_normal(&r)};
            gg_rotation_from_quaternion(q, R);
            const double plane[3][3] = {{cos(angle), -sin(angle), 0}, {sin(angle), cos(angle), 0}, {0, 0, 1}};
            if (dim == 2)
                memcpy(R, plane, sizeof R);
            for (int a = 0; a < 3; a++)
                R[a][0] *= sign;
            make_frame(&f, N, dim, seed);
            make_frame(&g, N, dim, seed);
            double *pos = gg_frame_find(&g, "pos_inherent")->data;
            for (int k = 0; k < N; k++)
                for (int a = 0; a < dim; a++)
                    pos[3 * k + a] += f.cell[k % dim][a] * (k % 3 - 1);
            gg_frame_shift(&g, (double[3]){0.3, -7.1, 0});
            assert_int_equal(gg_frame_turn(&g, R, &arena, &err), 0);
            int n;
            compute(d, &f, &n);
            const double *y = compute(d, &g, &n);
            assert_int_equal(gg_frame_turn(&f, R, &arena, &err), 0);
            agree(d, gg_frame_find(&f, "node_features")->data, y, N * n, 1e-10);
            gg_frame_free(&f);
            gg_frame_free(&g);
        }
    }
}

static void relabelling(void **state)
{
    (void)state;
    FOR_EVERY_DESCRIPTOR(d)
    {
        struct gg_frame f, g;
        int n;
        make_frame(&f, N, dim, 3);
        make_frame(&g, N, dim, 3);
        for (int k = 0; k < g.n_field; k++) { /* particle i of f is particle N - 1 - i of g */
            size_t row = g.field[k].nbytes / N;
            for (size_t i = 0; i < N; i++)
                memcpy((char *)g.field[k].data + (N - 1 - i) * row, (char *)f.field[k].data + i * row, row);
        }
        const double *x = compute(d, &f, &n), *y = compute(d, &g, &n);
        for (int i = 0; i < N; i++)
            agree(d, x + i * n, y + (N - 1 - i) * n, n, 1e-10);
        gg_frame_free(&f);
        gg_frame_free(&g);
    }
}

static void threads(void **state)
{
    (void)state;
    int usually = omp_get_max_threads();
    FOR_EVERY_DESCRIPTOR(d)
    {
        const double *x[3] = {0};
        int n;
        for (int k = 0; k < 3; k++) {
            struct gg_frame f;
            omp_set_num_threads(1 << k);
            make_frame(&f, N, dim, 4);
            x[k] = compute(d, &f, &n);
            gg_frame_free(&f);
        }
        assert_memory_equal(x[0], x[1], sizeof **x * (size_t)(N * n));
        assert_memory_equal(x[0], x[2], sizeof **x * (size_t)(N * n));
    }
    omp_set_num_threads(usually);
}

/* Nobody, one particle among its images, two: no crash, finite numbers. */
static void few_particles(void **state)
{
    (void)state;
    FOR_EVERY_DESCRIPTOR(d)
    {
        for (int n_node = 0; n_node < 3; n_node++)
            for (double scale = 1; scale <= 30; scale *= 30) { /* in the large cell all are alone */
                struct gg_frame f;
                int n;
                make_frame(&f, n_node, dim, 5);
                for (int k = 0; k < 9; k++)
                    f.cell[k / 3][k % 3] *= scale;
                const double *x = compute(d, &f, &n);
                for (int k = 0; k < n * n_node; k++)
                    if (!isfinite(x[k]))
                        fail_msg("%s: %g for one of %d particles", d->name, x[k], n_node);
                gg_frame_free(&f);
            }
    }
}

/* gg_descriptors(7) has an item for every descriptor, with what --list says, its unit, the fields it reads, its options. */
static void the_manual_has_every_descriptor(void **state)
{
    (void)state;
    static char page[1 << 17];
    FILE *f = fopen("man/gg_descriptors.7", "r");
    assert_non_null(f); /* tests run in the root of the tree */
    page[fread(page, 1, sizeof page - 1, f)] = '\0';
    fclose(f);
    for (const struct gg_descriptor *const *at = gg_descriptor_table, *d; (d = *at) != NULL; at++) {
        char line[128], words[256], *save = NULL;
        snprintf(line, sizeof line, "\n.It Sy %s\n", d->name);
        char *entry = strstr(page, line), *end = entry;
        if (!entry)
            fail_msg("gg_descriptors(7) has no entry %s", d->name);
        do
            end++;
        while (strncmp(end, "\n.It", 4) != 0 && strncmp(end, "\n.El", 4) != 0);
        *end = 0;
        if (d->unit[0] && !strstr(d->unit, "--") && !strstr(entry, d->unit))
            fail_msg("gg_descriptors(7), %s: no unit %s", d->name, d->unit);
        snprintf(words, sizeof words, "%s", d->reads);
        for (char *word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save))
            if (!strstr(entry, word + (word[0] == '-' ? 2 : 0)))
                fail_msg("gg_descriptors(7), %s: nothing about field %s", d->name, word);
        snprintf(words, sizeof words, "%s%s", d->options, d->on_positions ? " positions" : "");
        for (char *word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
            snprintf(line, sizeof line, "Fl Fl %s", word);
            if (!strstr(entry, line))
                fail_msg("gg_descriptors(7), %s: nothing about --%s", d->name, word);
        }
        *end = '\n';
    }
}

/* ---- displacement ---- */

static void displacement(void **state)
{
    (void)state;
    const struct gg_descriptor *d = gg_descriptor_find("displacement", &err);
    struct gg_frame f;
    int n;
    make_frame(&f, N, 3, 6);
    const double *pos = gg_frame_find(&f, "pos")->data;
    double *inherent = gg_frame_find(&f, "pos_inherent")->data;
    for (int i = 0; i < N; i++)
        for (int a = 0; a < 3; a++) /* a known vector, and an image far away */
            inherent[3 * i + a] = pos[3 * i + a] + 0.01 * i * (a + 1) + 3 * f.cell[1][a] - f.cell[2][a];
    const double *x = compute(d, &f, &n);
    assert_int_equal(n, 5);
    for (int i = 0; i < N; i++, x += n) {
        for (int a = 0; a < 3; a++)
            assert_true(fabs(x[1 + a] - 0.01 * i * (a + 1)) < 1e-13);
        assert_true(fabs(x[4] - 0.01 * i * sqrt(14)) < 1e-13);
    }
    gg_frame_free(&f);
}

static void displacement_names(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    struct gg_features x = {.options = &o}, y = {.options = &o};
    o.reference = "pos_cage";
    assert_int_equal(gg_features_add(&x, "displacement", &arena, &err), 0);
    assert_string_equal(x.columns.name[2], "displacement_inherent.from_pos_cage.vector.2");
    assert_string_equal(x.columns.name[3], "displacement_inherent.from_pos_cage.norm");
    o.reference = "pos_inherent";
    assert_int_equal(gg_features_add(&y, "displacement", &arena, &err), -1);
    assert_int_equal(err.status, GG_USAGE);
}

/* ---- a column of a descriptor as what mean coarse-grains ---- */

static const double *mean_of(const char *field, struct gg_frame *f, int *n)
{
    struct gg_descriptor_options o = usual();
    struct gg_features x = {.options = &o, .n_before = 1};
    uint64_t shape[2] = {f->n_node, 1};
    gg_frame_add_as(f, &arena, "node_features", GG_F64, 2, shape, (int[]){GG_NODE, GG_FREE}, GG_FEATURE,
                    "1x0e", "", &err);
    o.field = field;
    assert_int_equal(gg_features_add(&x, "mean", &arena, &err), 0);
    *n = x.columns.n + 1;
    return gg_features_compute(&x, f, &arena, &err) < 0 ? NULL : gg_frame_find(f, "node_features")->data;
}

static void mean_of_a_descriptor(void **state)
{
    (void)state;
    static const struct {
        const char *column, *descriptor;
        int k;
    } set[] = {{"voronoi.volume", "voronoi", 1},
               {"tetrahedral", "tetrahedral", 0},
               {"steinhardt.w4", "steinhardt", 2}};
    struct gg_frame f;
    int n, n_mean;
    for (int k = 0; k < 3; k++) {
        make_frame(&f, N, 3, 7);
        uint64_t shape = N;
        const double *x = compute(gg_descriptor_find(set[k].descriptor, &err), &f, &n);
        double *value = gg_frame_add_as(&f, &arena, "value", GG_F64, 1, &shape, (int[]){GG_NODE}, GG_FEATURE,
                                        "0e", "", &err)
                            ->data;
        for (int i = 0; i < N; i++)
            value[i] = x[i * n + 1 + set[k].k];
        const double *y = mean_of("value", &f, &n_mean), *z = mean_of(set[k].column, &f, &n_mean);
        assert_true(y && z);
        assert_memory_equal(y, z, sizeof *y * (size_t)(N * n_mean));
        gg_frame_free(&f);
    }
    make_frame(&f, N, 3, 7);
    static const char *const wrong[] = {"voronoi.surfce", "displacement.vector.0", "mean.voronoi.volume",
                                        "psi6"};
    for (int k = 0; k < 4; k++) {
        assert_null(mean_of(wrong[k], &f, &n));
        assert_int_equal(err.status, GG_INPUT);
        assert_non_null(strstr(err.text, wrong[k]));
    }
    gg_frame_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(rotation, empty_arena),
        cmocka_unit_test_setup(relabelling, empty_arena),
        cmocka_unit_test_setup(threads, empty_arena),
        cmocka_unit_test_setup(few_particles, empty_arena),
        cmocka_unit_test_setup(the_manual_has_every_descriptor, empty_arena),
        cmocka_unit_test_setup(displacement, empty_arena),
        cmocka_unit_test_setup(displacement_names, empty_arena),
        cmocka_unit_test_setup(mean_of_a_descriptor, empty_arena),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
