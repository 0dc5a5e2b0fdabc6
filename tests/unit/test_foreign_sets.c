/* test_foreign_sets.c -- the public sets' conventions, one configuration written in each of them
 *
 * A small configuration with known positions, types, runs and targets is written as DeepMind, BOTAN,
 * GlassBench (3D, 2D) and ka-md would; whatever the convention, the frame must be the same. */
#include "foreign_sets.h"

/* ---- the same frame from all ---- */

static void check_structure(const struct imported *y, const struct truth *x, const char *id, double tolerance)
{
    const struct gg_frame *f = &y->frame;
    assert_string_equal(f->id, id);
    assert_int_equal(f->dim, x->dim);
    assert_int_equal(f->pbc, x->dim == 3 ? 7 : 3);
    for (int c = 0; c < 3; c++)
        assert_near(f->cell[c][c], c < x->dim ? x->L : 0, 1e-9);
    check_vectors(f, "pos", x, x->pos, tolerance);
    for (uint64_t i = 0; i < N; i++)
        assert_int_equal((int)gg_field_get(gg_frame_find(f, "type"), i), (int)x->type[i]);
}

static void check_times(const struct gg_frame *f, int n, const double *time)
{
    const struct gg_field *field = gg_frame_find(f, "time");
    assert_non_null(field);
    assert_int_equal(field->shape[0], n);
    for (int t = 0; t < n; t++)
        assert_near(gg_field_get(field, (uint64_t)t), time[t], 1e-12 * time[t]);
}

static void check_runs(const struct gg_frame *f, const struct truth *x, int first, int n_time,
                       double tolerance)
{
    const struct gg_field *r = gg_frame_find(f, "pos_replicas");
    assert_non_null(r);
    assert_int_equal(r->ndim, n_time == 1 ? 3 : 4);
    assert_int_equal(gg_field_count(r), (uint64_t)n_time * K * N * 3);
    for (uint64_t k = 0; k < gg_field_count(r); k++)
        assert_near(gg_field_get(r, k), (int)(k % 3) < x->dim ? ((const double *)x->run[first])[k] : 0,
                    tolerance);
}

static void check_propensity(const struct gg_frame *f, const char *name, const struct truth *x)
{
    const struct gg_field *p = gg_frame_find(f, name);
    assert_non_null(p);
    assert_int_equal(p->axis[0], GG_NODE);
    assert_int_equal(p->axis[1], GG_TIME);
    for (uint64_t i = 0; i < N; i++)
        for (uint64_t t = 0; t < T; t++)
            assert_near(gg_field_get(p, i * T + t), x->prop[t][i], 1e-6 * x->prop[t][i]);
}

static void check_temperature(const struct gg_frame *f, double temperature)
{
    assert_near(gg_field_get(gg_frame_find(f, "temperature"), 0), temperature, 1e-12);
}

static void botan_conventions(void **state)
{
    (void)state;
    struct truth x = truth(3, cbrt(N / 1.2));
    struct bytes b = botan(&x);
    struct imported y;
    assert_int_equal(import_bytes(&y, "botan-T0.44/train/isoconfig_N10T0.44_012_tc07.npz", b,
                                  (struct gg_foreign_options){.format = 0}, -1),
                     0);
    check_structure(&y, &x, "KA/T0.44/train/12", 1e-12);
    check_temperature(&y.frame, 0.44);
    check_times(&y.frame, 1, times_044 + 6);
    check_runs(&y.frame, &x, 6, 1, 1e-12);
    assert_string_equal(gg_meta_get(&y.meta, "replicas"), "3");
    forget(&y);
    free(b.p);
}

static void glassbench_conventions(void **state)
{
    (void)state;
    struct truth x = truth(3, cbrt(N / 1.2));
    struct bytes b = glassbench(&x);
    struct imported y;
    assert_int_equal(import_bytes(&y, "KA_models/T0.44/test/N10T0.44_401.npz", b,
                                  (struct gg_foreign_options){.format = 0}, -1),
                     0);
    check_structure(&y, &x, "KA/T0.44/test/401", 1e-12);
    check_temperature(&y.frame, 0.44);
    check_times(&y.frame, T, times_044);
    check_vectors(&y.frame, "pos_inherent", &x, x.inherent, 1e-12);
    check_vectors(&y.frame, "pos_cage", &x, x.inherent, 1e-12);
    check_propensity(&y.frame, "propensity", &x);
    check_propensity(&y.frame, "propensity_pred.SE3", &x);
    assert_int_equal(gg_frame_find(&y.frame, "propensity_pred.SE3")->role, GG_PREDICTION);
    const struct gg_field *lost = gg_frame_find(&y.frame, "bond_breaking");
    for (uint64_t i = 0; i < N; i++)
        for (uint64_t t = 0; t < T; t++)
            assert_near(gg_field_get(lost, i * T + t), 0.001 * (double)(t * N + i), 1e-7);
    assert_null(gg_frame_find(&y.frame, "pos_replicas"));
    forget(&y);
    free(b.p);
}

static void glassbench_2d_conventions(void **state)
{
    (void)state;
    double time = 158.74;
    struct truth x = truth(2, 6.5);
    struct bytes b = glassbench_runs(&x);
    struct gg_foreign_options o = {.time = {1, &time}};
    struct imported y;
    /* The meaning of time codes is published for three dimensions only. */
    assert_int_equal(import_bytes(&y, "T0.30/test/N10T0.30_202_tc05.npz", b,
                                  (struct gg_foreign_options){.format = 0}, -1),
                     GG_USAGE);
    assert_non_null(strstr(y.err.text, "--time"));
    forget(&y);
    assert_int_equal(import_bytes(&y, "T0.30/test/N10T0.30_202_tc05.npz", b, o, -1), 0);
    check_structure(&y, &x, "KA2D/T0.30/test/202", 1e-12);
    check_temperature(&y.frame, 0.30);
    check_times(&y.frame, 1, &time);
    check_runs(&y.frame, &x, 3, 1, 1e-12);
    forget(&y);
    free(b.p);
}

/* The published 2D box belongs to 1290 particles: others are refused without --box. */
static void glassbench_2d_box(void **state)
{
    (void)state;
    enum { MANY = 1290 };
    for (int n = MANY - 1; n <= MANY; n++) {
        const uint64_t vectors[] = {(uint64_t)n, 2}, series[] = {6, (uint64_t)n};
        double *x = calloc(6 * MANY, sizeof *x);
        for (int k = 0; k < 6 * n; k++)
            x[k] = 1 + k % 3;
        struct member m[] = {{"types", npy("|i1", false, 1, vectors, x)},
                             {"initial_positions", npy("<f8", false, 2, vectors, x)},
                             {"md_prop", npy("<f8", false, 2, series, x)}};
        struct bytes b = zip_of(m, 3, ZIP_CM_STORE);
        struct imported y;
        int status =
            import_bytes(&y, "T0.30/train/N1290T0.30_1.npz", b, (struct gg_foreign_options){.format = 0}, -1);
        assert_int_equal(status, n == MANY ? 0 : GG_USAGE);
        if (n == MANY) {
            assert_near(y.frame.cell[0][0], 32.8962, 1e-9);
            assert_int_equal((int)gg_field_get(gg_frame_find(&y.frame, "type"), 2), 2);
            check_times(&y.frame, 6, (const double[]){0.11, 1.25, 14.14, 158.74, 1781.79, 20000});
        }
        forget(&y);
        free(b.p);
        free(x);
    }
}

static void ka_md_conventions(void **state)
{
    (void)state;
    struct truth x = truth(3, 7.5);
    struct bytes b = ka_md(&x);
    struct imported y;
    assert_int_equal(import_bytes(&y, "replicas/ka_T0.50_001_replicas.npz", b,
                                  (struct gg_foreign_options){.format = 0}, -1),
                     0);
    check_structure(&y, &x, "KA/T0.50/1", 1e-6);
    check_temperature(&y.frame, 0.5);
    check_times(&y.frame, T, times_044);
    check_propensity(&y.frame, "propensity", &x);
    check_runs(&y.frame, &x, 0, T, 1e-6);
    assert_int_equal(gg_frame_find(&y.frame, "pos_replicas")->dtype, GG_F32);
    forget(&y);
    free(b.p);
}

static void deepmind_conventions(void **state)
{
    (void)state;
    struct truth x = truth(3, 7.5);
    for (int n_run_times = 1; n_run_times <= T; n_run_times += T - 1)
        for (int index = -1; index < T; index += T) { /* all times, then the 1/e level */
            struct bytes b = deepmind(&x, n_run_times);
            struct imported y;
            int status =
                import_bytes(&y, "a/system 7.pickle", b, (struct gg_foreign_options){.format = 0}, index);
            if (status)
                fail_msg("%s", y.err.text);
            check_structure(&y, &x, "KA/T0.44/system_7", 1e-12);
            check_temperature(&y.frame, 0.44);
            check_times(&y.frame, index < 0 ? T : 1, index < 0 ? times_044 : times_044 + 6);
            assert_near(gg_field_get(gg_frame_find(&y.frame, "fs_level"), index < 0 ? 6 : 0), exp(-1), 1e-12);
            if (index < 0)
                check_propensity(&y.frame, "propensity", &x);
            if (n_run_times == T)
                check_runs(&y.frame, &x, index < 0 ? 0 : 6, index < 0 ? T : 1, 1e-12);
            else
                assert_null(gg_frame_find(&y.frame, "pos_replicas"));
            forget(&y);
            free(b.p);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(botan_conventions),         cmocka_unit_test(glassbench_conventions),
        cmocka_unit_test(glassbench_2d_conventions), cmocka_unit_test(glassbench_2d_box),
        cmocka_unit_test(ka_md_conventions),         cmocka_unit_test(deepmind_conventions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
