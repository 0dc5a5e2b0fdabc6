/* test_features.c -- descriptors as columns: names, values by their definitions, invariances, what is refused */
#include "arena_fixture.h"
#include "descriptors/features.h"
#include "util/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 90 };

static double lengths[] = {0.7, 2};

static struct gg_descriptor_options usual(void)
{
    return (struct gg_descriptor_options){.n_species = 2,
                                          .species = {"A", "B"},
                                          .positions = "pos",
                                          .reference = "pos",
                                          .lengths = {2, lengths},
                                          .field = "energy_inherent",
                                          .cutoff = 2};
}

/* Particles in a skewed cell with two energies. */
static void make_frame(struct gg_frame *f, uint64_t seed)
{
    static const double h[3][3] = {{5, 0, 0}, {1, 5, 0}, {-1, 0.5, 4.5}};
    struct gg_rng r = gg_rng_at(seed, 0, 0, 0);
    struct gg_cell cell;
    *f = (struct gg_frame){.n_node = N, .dim = 3, .pbc = 7};
    memcpy(f->cell, h, sizeof h);
    assert_int_equal(gg_cell_init(&cell, 3, 7, h, &err), 0);
    double *pos = gg_frame_add(f, &arena, "pos", NULL)->data;
    int32_t *type = gg_frame_add(f, &arena, "type", NULL)->data;
    float *thermal = gg_frame_add(f, &arena, "energy", NULL)->data;
    float *inherent = gg_frame_add(f, &arena, "energy_inherent", NULL)->data;
    for (int i = 0; i < N; i++) {
        double s[3] = {gg_rng_uniform(&r), gg_rng_uniform(&r), gg_rng_uniform(&r)};
        gg_cell_cartesian(&cell, s, pos + 3 * i);
        type[i] = gg_rng_uniform(&r) < 0.3;
        thermal[i] = (float)(-5 + gg_rng_normal(&r));
        inherent[i] = (float)(-6 + gg_rng_normal(&r));
    }
}

static const double *pos_of(const struct gg_frame *f)
{
    return gg_frame_find(f, "pos")->data;
}

static void add_all(struct gg_features *x, const struct gg_descriptor_options *o, const char *const *name)
{
    *x = (struct gg_features){.options = o};
    for (; *name; name++)
        assert_int_equal(gg_features_add(x, *name, &arena, &err), 0);
}

static const char *const ALL[] = {"species", "energy",   "energy_inherent", "density",
                                  "mean",    "variance", "coordination",    NULL};

/* Computes `names` on a frame without columns; returns the values. */
static const float *compute(const struct gg_descriptor_options *o, const char *const *names,
                            struct gg_frame *f, int *n_column)
{
    struct gg_features x;
    add_all(&x, o, names);
    if (gg_features_compute(&x, f, &arena, &err) < 0)
        fail_msg("%s", err.text);
    *n_column = x.columns.n;
    return gg_frame_find(f, "node_features")->data;
}

static void names_of_columns(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    struct gg_features x;
    struct gg_meta meta = {0};
    add_all(&x, &o, (const char *const[]){"species", "energy", "mean", "coordination", NULL});
    assert_int_equal(gg_features_meta(&x, &meta, &err), 0);
    assert_string_equal(gg_meta_get(&meta, "columns.node_features"),
                        "species.A species.B energy mean.energy_inherent.A.L0.7 mean.energy_inherent.A.L2 "
                        "mean.energy_inherent.B.L0.7 mean.energy_inherent.B.L2 mean.energy_inherent.all.L0.7 "
                        "mean.energy_inherent.all.L2 coordination.A coordination.B coordination.all");
    o.positions = "pos_inherent";
    o.classes = GG_CLASSES_ALL;
    add_all(&x, &o, (const char *const[]){"density", NULL});
    assert_int_equal(gg_features_meta(&x, &meta, &err), 0);
    assert_int_equal(x.n_before, 12);
    assert_non_null(strstr(gg_meta_get(&meta, "columns.node_features"),
                           "coordination.all density_inherent.all.L0.7 density_inherent.all.L2"));
    assert_int_equal(gg_features_meta(&x, &meta, &err), -1); /* they are there now */
    assert_int_equal(err.status, GG_INPUT);
    x.replace = true;
    assert_int_equal(gg_features_meta(&x, &meta, &err), 0);
    assert_string_equal(gg_meta_get(&meta, "columns.node_features"),
                        "density_inherent.all.L0.7 density_inherent.all.L2");
    gg_meta_clear(&meta);
}

static void distance(const struct gg_frame *f, int i, int j, double *r)
{
    struct gg_cell cell;
    double d[3];
    gg_cell_init(&cell, f->dim, f->pbc, f->cell, &err);
    for (int c = 0; c < 3; c++)
        d[c] = pos_of(f)[3 * j + c] - pos_of(f)[3 * i + c];
    gg_cell_nearest(&cell, d);
    *r = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
}

/* Every column by its definition, pair by pair. */
static void definitions(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    struct gg_frame f;
    int n;
    make_frame(&f, 1);
    const float *x = compute(&o, ALL, &f, &n);
    const int32_t *type = gg_frame_find(&f, "type")->data;
    const float *thermal = gg_frame_find(&f, "energy")->data, *e = gg_frame_find(&f, "energy_inherent")->data;
    assert_int_equal(n, 4 + 3 * 6 + 3);
    for (int i = 0; i < N; i++, x += n) {
        assert_true(x[0] == (type[i] == 0) && x[1] == (type[i] == 1) && x[2] == thermal[i] && x[3] == e[i]);
        for (int b = 0; b < 3; b++) {
            double coordination = 0;
            for (int L = 0; L < 2; L++) {
                double D = 0, mean = 0, variance = 0, r;
                for (int pass = 0; pass < 2; pass++)
                    for (int j = 0; j < N; j++) {
                        distance(&f, i, j, &r);
                        double w = b == 2 || b == type[j] ? exp(-r / lengths[L]) : 0;
                        D += pass ? 0 : w;
                        mean += pass ? 0 : w * e[j];
                        variance += pass ? w * (e[j] - mean / D) * (e[j] - mean / D) : 0;
                    }
                assert_float_equal(x[4 + 2 * b + L], D, 1e-5);
                assert_float_equal(x[10 + 2 * b + L], mean / D, 1e-5);
                assert_float_equal(x[16 + 2 * b + L], variance / D, 1e-5);
            }
            for (int j = 0; j < N; j++) { /* the cutoff is below half of every height: one image a pair */
                double r;
                distance(&f, i, j, &r);
                if (j != i && r < 2 && (b == 2 || b == type[j]))
                    coordination += (1 + cos(M_PI * r / 2)) / 2;
            }
            assert_float_equal(x[22 + b], coordination, 1e-5);
        }
    }
    gg_frame_free(&f);
}

/* Rotation with reflection of particles and cell, another origin, other images: the same numbers. */
static void rotation(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    struct gg_frame f, g;
    int n;
    make_frame(&f, 2);
    make_frame(&g, 2);
    double *pos = gg_frame_find(&g, "pos")->data, turn[3][3] = {{0.6, 0.8, 0}, {0.8, -0.6, 0}, {0, 0, 1}};
    for (int i = 0; i < N; i++)
        for (int c = 0; c < 3; c++)
            pos[3 * i + c] += 0.3 + (i % 5 - 2) * f.cell[i % 3][c];
    for (int row = 0; row < N + 3; row++) {
        double *v = row < N ? pos + 3 * row : g.cell[row - N], w[3];
        for (int a = 0; a < 3; a++)
            w[a] = turn[a][0] * v[0] + turn[a][1] * v[1] + turn[a][2] * v[2];
        memcpy(v, w, sizeof w);
    }
    const float *x = compute(&o, ALL, &f, &n), *y = compute(&o, ALL, &g, &n);
    for (int k = 0; k < N * n; k++)
        assert_float_equal(x[k], y[k], 3e-6 * (1 + fabsf(x[k])));
    gg_frame_free(&f);
    gg_frame_free(&g);
}

static void relabelling(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    struct gg_frame f, g;
    int n;
    make_frame(&f, 3);
    make_frame(&g, 3);
    for (int k = 0; k < g.n_field; k++) { /* particle i of f is particle N - 1 - i of g */
        size_t row = g.field[k].nbytes / N;
        for (size_t i = 0; i < N; i++)
            memcpy((char *)g.field[k].data + (N - 1 - i) * row, (char *)f.field[k].data + i * row, row);
    }
    const float *x = compute(&o, ALL, &f, &n), *y = compute(&o, ALL, &g, &n);
    for (int i = 0; i < N; i++)
        for (int k = 0; k < n; k++)
            assert_float_equal(x[i * n + k], y[(N - 1 - i) * n + k], 2e-6 * (1 + fabsf(x[i * n + k])));
    gg_frame_free(&f);
    gg_frame_free(&g);
}

/* Columns change as little as a particle moves, also where a neighbour passes the cutoff. */
static void smooth(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    o.cutoff = 1.5;
    float before[64] = {0};
    for (int step = 0; step <= 200; step++) {
        struct gg_frame f = {.n_node = 3, .dim = 3, .pbc = 0};
        double *pos = gg_frame_add(&f, &arena, "pos", NULL)->data;
        gg_frame_add(&f, &arena, "type", NULL);
        float *e = gg_frame_add(&f, &arena, "energy_inherent", NULL)->data;
        pos[3] = 1.4 + 1e-3 * step; /* passes the cutoff at step 100 */
        pos[7] = 0.9;
        e[1] = 1;
        int n;
        const float *x =
            compute(&o, (const char *const[]){"density", "mean", "variance", "coordination", NULL}, &f, &n);
        for (int k = 0; k < n; k++) {
            if (step && !(fabsf(x[k] - before[k]) < 2e-3))
                fail_msg("column %d jumps from %g to %g at step %d", k, (double)before[k], (double)x[k],
                         step);
            before[k] = x[k];
        }
        gg_frame_free(&f);
    }
}

/* A constant has itself as mean and no variance; an empty class has 0. */
static void constant_field(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    o.n_species = 3;
    strcpy(o.species[2], "C");
    struct gg_frame f;
    int n;
    make_frame(&f, 4);
    float *e = gg_frame_find(&f, "energy_inherent")->data;
    for (int i = 0; i < N; i++)
        e[i] = -6.25F;
    const float *x = compute(&o, (const char *const[]){"mean", "variance", NULL}, &f, &n);
    for (int i = 0; i < N; i++, x += n)
        for (int b = 0; b < 4; b++)
            for (int L = 0; L < 2; L++) {
                assert_float_equal(x[2 * b + L], b == 2 ? 0 : -6.25, 1e-6);
                assert_float_equal(x[8 + 2 * b + L], 0, 1e-12);
            }
    gg_frame_free(&f);
}

/* New columns stand behind the old ones, whose type and irreps stay. */
static void appended(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    struct gg_features x;
    struct gg_meta meta = {0};
    struct gg_frame f;
    make_frame(&f, 5);
    uint64_t shape[2] = {N, 3};
    double *old = gg_frame_add_as(&f, &arena, "node_features", GG_F64, 2, shape, (int[]){GG_NODE, GG_FREE},
                                  GG_FEATURE, "1x1o", "", &err)
                      ->data;
    for (int k = 0; k < 3 * N; k++)
        old[k] = sqrt(k);
    gg_meta_set(&meta, "columns.node_features", "d.0 d.1 d.2");
    add_all(&x, &o, (const char *const[]){"energy", "species", NULL});
    assert_int_equal(gg_features_meta(&x, &meta, &err), 0);
    assert_int_equal(gg_features_compute(&x, &f, &arena, &err), 0);
    const struct gg_field *new = gg_frame_find(&f, "node_features");
    assert_string_equal(new->irreps, "1x1o+3x0e");
    assert_int_equal(new->dtype, GG_F64);
    assert_int_equal(new->shape[1], 6);
    const float *energy = gg_frame_find(&f, "energy")->data;
    for (int i = 0; i < N; i++) {
        assert_true(gg_field_get(new, (uint64_t)(6 * i + 2)) == sqrt(3 * i + 2));
        assert_true(gg_field_get(new, (uint64_t)(6 * i + 3)) == (double)energy[i]);
    }
    gg_meta_set(&meta, "columns.node_features", "d.0 d.1");
    assert_int_equal(gg_features_meta(&x, &meta, &err), 0);
    assert_int_equal(gg_features_compute(&x, &f, &arena, &err), -1); /* META and field disagree */
    assert_int_equal(err.status, GG_INPUT);
    gg_meta_clear(&meta);
    gg_frame_free(&f);
}

static void refused(const struct gg_descriptor_options *o, const char *name, struct gg_frame *f,
                    const char *message)
{
    struct gg_features x;
    add_all(&x, o, (const char *const[]){name, NULL});
    assert_int_equal(gg_features_compute(&x, f, &arena, &err), -1);
    assert_int_equal(err.status, GG_INPUT);
    if (!strstr(err.text, message))
        fail_msg("'%s' does not say '%s'", err.text, message);
}

static void refusals(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual(), one = usual(), other = usual(), pos = usual();
    struct gg_features x = {.options = &o};
    struct gg_frame f;
    make_frame(&f, 6);
    one.n_species = 1;
    refused(&one, "species", &f, "species 1");
    other.field = "pos";
    refused(&other, "mean", &f, "one number for each particle");
    pos.positions = "energy";
    refused(&pos, "density", &f, "energy");
    gg_frame_remove(&f, "energy_inherent");
    refused(&o, "mean", &f, "gg-quench");
    refused(&o, "energy_inherent", &f, "energy_inherent");
    gg_frame_remove(&f, "type");
    refused(&o, "density", &f, "type");
    assert_int_equal(gg_features_add(&x, "desnity", &arena, &err), -1);
    assert_non_null(strstr(err.text, "did you mean 'density'"));
    assert_int_equal(gg_features_add(&x, "density", &arena, &err), 0);
    assert_int_equal(gg_features_add(&x, "density", &arena, &err), -1);
    assert_int_equal(gg_species_parse(&one, "A,A", &err), -1);
    assert_int_equal(gg_species_parse(&one, "A,,B", &err), -1);
    assert_int_equal(gg_species_parse(&one, "a,b,c,d,e,f,g,h,i", &err), -1);
    assert_int_equal(gg_species_parse(&one, "A,B,C", &err), 0);
    gg_frame_free(&f);
}

static void nobody_and_one(void **state)
{
    (void)state;
    struct gg_descriptor_options o = usual();
    for (uint64_t n_node = 0; n_node < 2; n_node++) {
        struct gg_frame f = {.n_node = n_node, .dim = 2, .pbc = 3, .cell = {{3, 0, 0}, {0, 3, 0}}};
        const char *const fields[] = {"pos", "type", "energy", "energy_inherent"};
        for (int k = 0; k < 4; k++)
            gg_frame_add(&f, &arena, fields[k], NULL);
        int n;
        const float *x = compute(&o, ALL, &f, &n);
        for (int k = 0; k < n * (int)n_node; k++)
            assert_true(isfinite(x[k]));
        gg_frame_free(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(names_of_columns, empty_arena),
        cmocka_unit_test_setup(definitions, empty_arena),
        cmocka_unit_test_setup(rotation, empty_arena),
        cmocka_unit_test_setup(relabelling, empty_arena),
        cmocka_unit_test_setup(smooth, empty_arena),
        cmocka_unit_test_setup(constant_field, empty_arena),
        cmocka_unit_test_setup(appended, empty_arena),
        cmocka_unit_test_setup(refusals, empty_arena),
        cmocka_unit_test_setup(nobody_and_one, empty_arena),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
