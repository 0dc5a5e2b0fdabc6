/* test_foreign_sets.c -- the public sets' conventions, one configuration written in each of them
 *
 * A small configuration with known positions, types, runs and targets is written as DeepMind, BOTAN,
 * GlassBench (3D, 2D) and ka-md would; whatever the convention, the frame must be the same. */
#include "foreign_fixture.h"

enum { N = 10, K = 3, T = 10 };

static const double times_044[T] = {0.13, 1.3, 13, 130, 412, 1300, 4120, 13000, 41200, 130000};

struct truth {
    int dim;
    double L, pos[N][3], type[N], inherent[N][3], run[T][K][N][3], prop[T][N];
};

/* Pairwise different, irregular numbers; some runs leave the box. */
static struct truth truth(int dim, double L)
{
    struct truth x = {.dim = dim, .L = L};
    for (int i = 0; i < N; i++) {
        x.type[i] = i % 5 == 0;
        for (int c = 0; c < dim; c++) {
            x.pos[i][c] = L * fmod(0.37 * i + 0.21 * c + 0.011 * i * i + 0.05, 1);
            x.inherent[i][c] = x.pos[i][c] + 0.1 * sin(i + 2 * c);
        }
    }
    for (int t = 0; t < T; t++)
        for (int i = 0; i < N; i++) {
            x.prop[t][i] = 0;
            for (int k = 0; k < K; k++) {
                double d2 = 0;
                for (int c = 0; c < dim; c++) {
                    double d = 0.3 * (t + 1) * sin(7 * i + 3 * k + c + t);
                    x.run[t][k][i][c] = x.pos[i][c] + d;
                    d2 += d * d;
                }
                x.prop[t][i] += sqrt(d2) / K;
            }
        }
    return x;
}

/* The first n vectors without the unused components, moved by `shift` and, if `centred`, wrapped into [-L/2,
 * L/2). */
static double *packed(const struct truth *x, const double (*r)[3], int n, bool centred)
{
    double *out = malloc((size_t)(n * x->dim) * sizeof *out);
    for (int i = 0; i < n; i++)
        for (int c = 0; c < x->dim; c++)
            out[i * x->dim + c] = r[i][c] - (centred ? x->L * floor(r[i][c] / x->L + 0.5) : 0);
    return out;
}

static struct bytes npy_vectors(const struct truth *x, const char *descr, bool fortran, int ndim,
                                const uint64_t *shape, const double *r, int n, bool centred)
{
    double *flat = packed(x, (const double(*)[3])r, n, centred);
    struct bytes b = npy(descr, fortran, ndim, shape, flat);
    free(flat);
    return b;
}

static struct bytes npy_types(const struct truth *x, int first)
{
    double code[N];
    for (int i = 0; i < N; i++)
        code[i] = x->type[i] + first;
    return npy("|i1", false, 1, (const uint64_t[]){N}, code);
}

/* ---- the sets ---- */

static struct bytes botan(const struct truth *x)
{
    const uint64_t runs[] = {K, N, 3};
    struct member m[] = {{"types", npy_types(x, 0)},
                         {"initial_positions", npy_vectors(x, "<f8", true, 2, runs + 1, x->pos[0], N, false)},
                         {"positions", npy_vectors(x, "<f8", false, 3, runs, x->run[6][0][0], K * N, false)}};
    return zip_of(m, 3, ZIP_CM_STORE);
}

static struct bytes glassbench(const struct truth *x)
{
    const uint64_t vectors[] = {N, (uint64_t)x->dim}, series[] = {T, N};
    double kept[T * N];
    for (int k = 0; k < T * N; k++)
        kept[k] = 1 - 0.001 * k;
    struct member m[] = {{"types", npy_types(x, 1)},
                         {"initial_positions", npy_vectors(x, "<f8", false, 2, vectors, x->pos[0], N, true)},
                         {"initial_positions_inherent",
                          npy_vectors(x, "<f8", true, 2, vectors, x->inherent[0], N, true)},
                         {"initial_positions_cage",
                          npy_vectors(x, ">f8", false, 2, vectors, x->inherent[0], N, true)},
                         {"md_prop", npy("<f8", false, 2, series, x->prop[0])},
                         {"bb_prop", npy("<f8", true, 2, series, kept)},
                         {"SE3", npy("<f4", false, 2, series, x->prop[0])}};
    return zip_of(m, 7, ZIP_CM_DEFLATE);
}

/* Runs go on from where the centred start is. */
static struct bytes glassbench_runs(const struct truth *x)
{
    struct truth y = *x;
    for (int k = 0; k < K; k++)
        for (int i = 0; i < N; i++)
            for (int c = 0; c < 2; c++)
                y.run[3][k][i][c] -= x->L * floor(x->pos[i][c] / x->L + 0.5);
    const uint64_t runs[] = {K, N, 2};
    struct member m[] = {{"types", npy_types(x, 1)},
                         {"box", npy("<f8", false, 0, NULL, &x->L)},
                         {"initial_positions", npy_vectors(x, "<f8", false, 2, runs + 1, x->pos[0], N, true)},
                         {"positions", npy_vectors(x, "<f8", false, 3, runs, y.run[3][0][0], K * N, false)}};
    return zip_of(m, 4, ZIP_CM_STORE);
}

static struct bytes ka_md(const struct truth *x)
{
    const uint64_t runs[] = {T, K, N, 3}, series[] = {T, N}, box[] = {3};
    const double L[3] = {x->L, x->L, x->L}, temperature = 0.5;
    struct member m[] = {{"types", npy_types(x, 0)},
                         {"initial_positions",
                          npy_vectors(x, "<f4", false, 2, runs + 2, x->pos[0], N, false)},
                         {"box", npy("<f8", false, 1, box, L)},
                         {"temperature", npy("<f8", false, 0, NULL, &temperature)},
                         {"times", npy("<f8", false, 1, series, times_044)},
                         {"md_prop", npy("<f4", false, 2, series, x->prop[0])},
                         {"positions",
                          npy_vectors(x, "<f4", false, 4, runs, x->run[0][0][0], T * K * N, false)}};
    return zip_of(m, 7, ZIP_CM_STORE);
}

/* The order of levels in the source: the last one lies in time between 5 and 6. */
static int source_index(int t)
{
    return t < 6 ? t : t == 6 ? 9 : t - 1;
}

static struct bytes deepmind(const struct truth *x, int n_run_times)
{
    struct bytes b = {0};
    const int32_t vectors[] = {N, 3}, three[] = {3}, ten[] = {T};
    double level[T];
    int at[T];
    for (int t = 0; t < T; t++)
        at[source_index(t)] = t;
    for (int k = 0; k < T; k++)
        level[k] = k < 9 ? 0.9 - 0.1 * k : exp(-1);
    put(&b, "\x80\3}(", 4);
    put_key(&b, "positions");
    put_array(&b, "f8", 2, vectors, x->pos[0]);
    put_key(&b, "types");
    put_array(&b, "i4", 1, vectors, x->type);
    put_key(&b, "box");
    put_array(&b, "f8", 1, three, (const double[]){x->L, x->L, x->L});
    put_key(&b, "is_values");
    put_array(&b, "f8", 1, ten, level);
    put_key(&b, "time");
    put_text(&b, "](");
    put_float(&b, 0);
    for (int t = 0; t < T; t++)
        put_float(&b, times_044[t]);
    put_text(&b, "e");
    put_key(&b, "time_indices");
    put_text(&b, "](");
    for (int k = 0; k < T; k++)
        put_whole(&b, at[k] + 1);
    put_text(&b, "e");
    put_key(&b, "targets");
    put_text(&b, "](");
    for (int k = 0; k < T; k++)
        put_array(&b, "f8", 1, vectors, x->prop[at[k]]);
    put_text(&b, "e");
    put_key(&b, "trajectory_target_positions");
    put_text(&b, "](");
    for (int k = 0; k < n_run_times; k++) {
        put_text(&b, "](");
        for (int r = 0; r < K; r++)
            put_array(&b, "f8", 2, vectors, x->run[at[k]][r][0]);
        put_text(&b, "e");
    }
    put_text(&b, "e");
    put_key(&b, "metadata");
    put_text(&b, "}");
    put_key(&b, "temperature");
    put_float(&b, 0.44);
    put_text(&b, "su.");
    return b;
}

/* ---- the same frame from all ---- */

static void assert_near(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.9g is not %.9g", a, b);
}

static void check_vectors(const struct gg_frame *f, const char *name, const struct truth *x,
                          const double (*r)[3], double tolerance)
{
    const struct gg_field *field = gg_frame_find(f, name);
    assert_non_null(field);
    for (uint64_t k = 0; k < 3 * N; k++)
        assert_near(gg_field_get(field, k), k % 3 < (uint64_t)x->dim ? r[k / 3][k % 3] : 0, tolerance);
}

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

/* Targets that do not follow from the runs beside them are refused. */
static void deepmind_contradiction(void **state)
{
    (void)state;
    struct truth x = truth(3, 7.5);
    x.prop[0][4] += 1e-3;
    struct bytes b = deepmind(&x, 1);
    struct imported y;
    assert_int_equal(import_bytes(&y, "x.pickle", b, (struct gg_foreign_options){.format = 0}, -1), GG_INPUT);
    assert_non_null(strstr(y.err.text, "targets[0] of particle 4"));
    forget(&y);
    free(b.p);
}

/* What the user says must agree with what the file and its name say. */
static void contradictions(void **state)
{
    (void)state;
    struct truth x = truth(3, cbrt(N / 1.2)), k = truth(3, 7.5);
    struct bytes b = botan(&x), m = ka_md(&k);
    double wrong = 217, right = 4120, box = 8;
    const struct {
        struct bytes *file;
        const char *path;
        struct gg_foreign_options o;
        int status;
        const char *says;
    } cases[] = {
        {&b, "c_T0.44_1_tc07.npz", {.temperature = 0.44}, 0, ""},
        {&b,
         "c_T0.44_1_tc07.npz",
         {.temperature = 0.5},
         GG_INPUT,
         "temperature is 0.5 from --temperature, but 0.44"},
        {&b, "c_1_tc07.npz", {.temperature = 0}, GG_USAGE, "--temperature"},
        {&b, "c_1_tc07.npz", {.temperature = 0.5}, 0, ""},
        {&b, "c_T0.45_1_tc07.npz", {.temperature = 0}, GG_USAGE, "--time"},
        {&b, "c_T0.44_1_tc11.npz", {.temperature = 0}, GG_USAGE, "--time"},
        {&b, "c_T0.44_1.npz", {.temperature = 0}, GG_USAGE, "--time"},
        {&b, "c_T0.44_1.npz", {.time = {1, &right}}, 0, ""},
        {&b, "c_T0.44_1_tc07.npz", {.time = {1, &wrong}}, GG_INPUT, "time is 217 from --time, but 4120"},
        {&b, "c_T0.44_1_tc07.npz", {.time = {1, &right}}, 0, ""},
        {&b, "c_T0.44_1_tc07.npz", {.format = 3}, GG_INPUT, "codes begin at 0"},
        {&m, "ka_T0.50_1.npz", {.box = {1, &box}}, GG_INPUT, "--box contradicts"},
        {&m,
         "ka_T0.44_1.npz",
         {.format = 0},
         GG_INPUT,
         "temperature is 0.5 from the file, but 0.44 from its name"},
        {&m, "ka.npz", {.time = {1, &right}}, GG_USAGE, "--time gives 1 times, the source has 10"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        struct imported y;
        int status = import_bytes(&y, cases[c].path, *cases[c].file, cases[c].o, -1);
        if (status != cases[c].status || !strstr(y.err.text, cases[c].says))
            fail_msg("case %zu: status %d, '%s'", c, status, y.err.text);
        forget(&y);
    }
    free(b.p);
    free(m.p);
}

/* Any npz, by the names of the fields or by --map. */
static void key_map(void **state)
{
    (void)state;
    struct truth x = truth(3, 7.5);
    const uint64_t vectors[] = {N, 3}, one[] = {1};
    const char *map[] = {"pos_inherent=positions_IS", "pos=positions", "box=L"};
    struct member m[] = {{"type", npy_types(&x, 0)},
                         {"positions", npy_vectors(&x, "<f8", false, 2, vectors, x.pos[0], N, true)},
                         {"positions_IS", npy_vectors(&x, "<f8", false, 2, vectors, x.inherent[0], N, false)},
                         {"L", npy("<f8", false, 1, one, &x.L)}};
    struct bytes b = zip_of(m, 4, ZIP_CM_DEFLATE);
    struct gg_foreign_options o = {.map = {3, map}};
    struct imported y;
    assert_int_equal(import_bytes(&y, "some/where.npz", b, o, -1), 0);
    check_structure(&y, &x, "where", 1e-12);
    check_vectors(&y.frame, "pos_inherent", &x, x.inherent, 1e-12);
    assert_null(gg_frame_find(&y.frame, "time"));
    forget(&y);
    static const struct {
        const char *map;
        int status;
    } bad[] = {{"pos", GG_USAGE},
               {"pos=", GG_USAGE},
               {"=positions", GG_USAGE},
               {"pos=nothing", GG_INPUT},
               {"colour=positions", GG_USAGE}};
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
        map[0] = bad[k].map;
        assert_int_equal(import_bytes(&y, "where.npz", b, o, -1), bad[k].status);
        forget(&y);
    }
    free(b.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(botan_conventions),
        cmocka_unit_test(glassbench_conventions),
        cmocka_unit_test(glassbench_2d_conventions),
        cmocka_unit_test(glassbench_2d_box),
        cmocka_unit_test(ka_md_conventions),
        cmocka_unit_test(deepmind_conventions),
        cmocka_unit_test(deepmind_contradiction),
        cmocka_unit_test(contradictions),
        cmocka_unit_test(key_map),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
