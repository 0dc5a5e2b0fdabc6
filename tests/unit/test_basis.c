/* test_basis.c -- functions of log time: published values, condition numbers, a reference file, what is refused */
#include "layers/layers.h"
#include "laws/check.h"
#include "near.h"
#include "nn/basis.h"
#include "reference.h"
#include "util/same.h"

static struct gg_arena arena;
static struct gg_err err;

static const double ten[] = {0.13, 1.3, 13, 130, 412, 1300, 4120, 13000, 41200, 130000};

static double *logarithms(int n, const double *time)
{
    double *s = GG_NEW(&arena, double, (size_t)n + 1);
    for (int k = 0; k < n; k++)
        s[k] = log(time[k]);
    return s;
}

/* Laguerre functions with y = s, so that x = x_0 + s, as they are. */
static struct gg_basis bare(double alpha, int n)
{
    struct gg_basis b = {.n = n, .alpha = alpha, .x_1 = 1, .high = 1};
    assert_int_equal(gg_basis_init(&b, &arena, &err), 0);
    return b;
}

/* The functions over their weight are L_n^(a): Abramowitz, Stegun 22.4, 22.7. */
static void laguerre_values(void **state)
{
    static const double a0[] = {1, 0, -0.5, -0.6666667, -0.625, -0.4666667},
                        a2[] = {1, 2, 2.5, 2.3333333, 1.5416667, 0.2833333},
                        at_1[] = {0.42888194, 0.49523021, 0.43772580, 0.31645688, 0.17071930, 0.02651709},
                        at_10[] = {0.04764448, -0.19255287, 0.31121244, -0.10044338, -0.22553212, 0.04505314};
    double f[6], df[6];
    struct gg_basis b = bare(0, 6);
    (void)state;
    gg_basis_at(&b, 1, f, df);
    for (int k = 0; k < 6; k++)
        close_to(f[k] / exp(-0.5), a0[k], 1e-7);
    b = bare(2, 6);
    gg_basis_at(&b, 1, f, df);
    for (int k = 0; k < 6; k++) {
        close_to(f[k] / (exp(-0.5) / sqrt((k + 1) * (k + 2))), a2[k], 1e-7);
        close_to(f[k], at_1[k], 1e-8);
    }
    gg_basis_at(&b, 10, f, df);
    for (int k = 0; k < 6; k++)
        close_to(f[k], at_10[k], 1e-8);
}

/* Orthonormal on [0, inf), by Simpson's rule. */
static void laguerre_functions_are_orthonormal(void **state)
{
    enum { STEPS = 60000, N = 6 };
    double sum[N][N] = {{0}}, f[N], df[N], h = 120. / STEPS;
    struct gg_basis b = bare(2, N);
    (void)state;
    for (int i = 0; i <= STEPS; i++) {
        gg_basis_at(&b, i * h, f, df);
        for (int j = 0; j < N; j++)
            for (int k = 0; k < N; k++)
                sum[j][k] += f[j] * f[k] * h / 3 * (i == 0 || i == STEPS ? 1 : i % 2 ? 4 : 2);
    }
    for (int j = 0; j < N; j++)
        for (int k = 0; k < N; k++)
            close_to(sum[j][k], j == k, 1e-9);
}

static struct gg_basis on_times(enum gg_basis_kind kind, double alpha, double x_0, int n, int n_time,
                                const double *time)
{
    const double *s = logarithms(n_time, time);
    return (struct gg_basis){.kind = kind,
                             .n = n,
                             .alpha = alpha,
                             .x_0 = x_0,
                             .x_1 = 12,
                             .low = s[0],
                             .high = s[n_time - 1],
                             .orthonormal = true,
                             .n_point = n_time,
                             .point = s};
}

/* Measured on the ten times of T = 0.44. */
static void condition_numbers(void **state)
{
    static const int n[] = {3, 4, 5, 6, 7, 8};
    static const double a2[] = {1.31, 1.43, 2.65, 8.63, 49.4, 406},
                        a0[] = {2.76, 4.01, 7.12, 19.7, 92.6, 614};
    static const struct {
        int n;
        double condition;
    } chebyshev[] = {{4, 1.79}, {6, 2.29}, {8, 7.08}, {10, 255}};
    (void)state;
    for (int k = 0; k < 6; k++) {
        struct gg_basis b = on_times(GG_BASIS_LAGUERRE, 2, 1, n[k], 10, ten),
                        c = on_times(GG_BASIS_LAGUERRE, 0, 0, n[k], 10, ten);
        assert_int_equal(gg_basis_init(&b, &arena, &err), 0);
        assert_int_equal(gg_basis_init(&c, &arena, &err), 0);
        close_to(b.condition, a2[k], 0.005 * a2[k]);
        close_to(c.condition, a0[k], 0.005 * a0[k]);
    }
    for (int k = 0; k < 4; k++) {
        struct gg_basis b = on_times(GG_BASIS_CHEBYSHEV, 0, 0, chebyshev[k].n, 10, ten);
        assert_int_equal(gg_basis_init(&b, &arena, &err), 0);
        close_to(b.condition, chebyshev[k].condition, 0.005 * chebyshev[k].condition);
    }
}

/* Mean over the points of q_j q_k, and the derivatives, for every kind. */
static void orthonormal_on_the_points(void **state)
{
    static const struct {
        enum gg_basis_kind kind;
        int n;
    } all[] = {{GG_BASIS_LAGUERRE, 5},
               {GG_BASIS_CHEBYSHEV, 5},
               {GG_BASIS_FOURIER, 4},
               {GG_BASIS_GAUSSIAN, 5},
               {GG_BASIS_ONE_HOT, 10}};
    (void)state;
    for (size_t q = 0; q < sizeof all / sizeof *all; q++) {
        struct gg_basis b = on_times(all[q].kind, 2, 1, all[q].n, 10, ten);
        double sum[10][10] = {{0}}, f[10], df[10], up[10], down[10], ignored[10], step = 1e-5;
        assert_int_equal(gg_basis_init(&b, &arena, &err), 0);
        for (int i = 0; i < 10; i++) {
            gg_basis_at(&b, b.point[i], f, df);
            gg_basis_at(&b, b.point[i] + step, up, ignored);
            gg_basis_at(&b, b.point[i] - step, down, ignored);
            for (int j = 0; j < b.n; j++) {
                close_to(df[j], (up[j] - down[j]) / (2 * step), 1e-6 * (1 + fabs(df[j])));
                for (int k = 0; k < b.n; k++)
                    sum[j][k] += f[j] * f[k] / 10;
            }
        }
        for (int j = 0; j < b.n; j++)
            for (int k = 0; k < b.n; k++)
                close_to(sum[j][k], j == k, 1e-12);
    }
}

/* ---- the reference ---- */

/* Functions at times, [time][n], over sqrt of the number of training times, which is the file's scale. */
static void same_functions(struct reference *r, const struct gg_basis *b, double scale, int n_time,
                           const double *time, const char *path)
{
    int n;
    const double *want = reference_numbers(r, path, &n);
    assert_int_equal(n, n_time * b->n);
    for (int i = 0; i < n_time; i++) {
        double f[GG_BASIS_MAX], df[GG_BASIS_MAX];
        gg_basis_at(b, log(time[i]), f, df);
        for (int k = 0; k < b->n; k++)
            close_to(f[k] * scale, want[i * b->n + k], 1e-10);
    }
}

static void reference(void **state)
{
    static const struct {
        const char *name;
        double alpha, x_0;
    } all[] = {{"a2", 2, 1}, {"a0", 0, 0}};
    (void)state;
    struct reference r = reference_open("film_laguerre");
    int n_held;
    const double *held = reference_numbers(&r, "heldout_times", &n_held);
    double even[5];
    for (int k = 0; k < 5; k++)
        even[k] = ten[2 * k];
    for (int q = 0; q < 2; q++) {
        char path[128];
        int n;
        struct gg_basis as_they_are = on_times(GG_BASIS_LAGUERRE, all[q].alpha, all[q].x_0, 6, 10, ten),
                        b = as_they_are,
                        half = on_times(GG_BASIS_LAGUERRE, all[q].alpha, all[q].x_0, 4, 10, ten);
        as_they_are.n_point = 0;
        half.n_point = 5;
        half.point = logarithms(5, even);
        assert_int_equal(gg_basis_init(&as_they_are, &arena, &err), 0);
        assert_int_equal(gg_basis_init(&b, &arena, &err), 0);
        assert_int_equal(gg_basis_init(&half, &arena, &err), 0);
#define PATH(what) (snprintf(path, sizeof path, "bases/%s/%s", all[q].name, what), path)
        same_functions(&r, &as_they_are, 1, 10, ten, PATH("phi"));
        same_functions(&r, &as_they_are, 1, n_held, held, PATH("phi_heldout"));
        same_functions(&r, &b, 1 / sqrt(10), 10, ten, PATH("Q"));
        same_functions(&r, &b, 1 / sqrt(10), n_held, held, PATH("q_heldout"));
        same_functions(&r, &half, 1 / sqrt(5), 10, ten, PATH("training_on_even_indices/q_all_ten_times"));
        close_to(b.condition, reference_number(&r, PATH("condition_number")), 1e-8);
        const double *R = reference_numbers(&r, PATH("R"), &n);
        for (int k = 0; k < 36; k++)
            close_to(b.factor[k] * sqrt(10), R[k], 1e-10);
#undef PATH
    }
    struct gg_basis c = on_times(GG_BASIS_CHEBYSHEV, 0, 0, 6, 10, ten);
    c.n_point = 0;
    assert_int_equal(gg_basis_init(&c, &arena, &err), 0);
    same_functions(&r, &c, 1, 10, ten, "chebyshev");
    reference_close(&r);
}

/* ---- the layer ---- */

static int make(struct gg_layer *l, int n_time, const char *const in[2], const char *hypers)
{
    struct gg_layer_case k = {"test", {in[0], in[1]}, hypers};
    *l = (struct gg_layer){.n_time = n_time, .time = ten};
    return gg_layer_from_case(l, gg_layer_find("basis"), &k, &arena, &err);
}

static const double *evaluate(const struct gg_layer *l, int n_time, const gg_real *const *x)
{
    const struct gg_graph g = {.n_time = n_time};
    gg_real *y = GG_NEW(&arena, gg_real, (size_t)(n_time * l->out.stride));
    double *out = GG_NEW(&arena, double, (size_t)(n_time * l->out.irreps.b[0].mul));
    l->type->forward(&(struct gg_call){.l = l, .g = &g, .x = x, .y = y});
    for (int64_t i = 0; i < gg_shape_rows(&l->out, &g); i++)
        gg_row_to_e3nn(&l->out, y + i * l->out.stride, out + i * l->out.irreps.b[0].mul);
    return out;
}

static const gg_real *rows(int n, const double *v)
{
    gg_real *x = GG_NEW(&arena, gg_real, (size_t)(8 * n));
    for (int k = 0; k < n; k++)
        x[8 * k] = (gg_real)v[k];
    return x;
}

/* Time over a number of the frame is time in other units; temperature by its inverse. */
static void what_is_read(void **state)
{
    static const char *const both[2] = {"graph*time:1x0e", "graph:1x0e"}, *const one[2] = {"graph:1x0e"};
    const double tau = 4120, low = 0.13, high = 130000, T = 0.5;
    char keys[128];
    struct gg_layer l;
    struct gg_basis b = on_times(GG_BASIS_LAGUERRE, 2, 1, 5, 10, ten);
    (void)state;
    b.n_point = 0;
    assert_int_equal(gg_basis_init(&b, &arena, &err), 0);
    snprintf(keys, sizeof keys, "range=%.17g,%.17g", low / tau, high / tau);
    if (make(&l, 10, both, keys))
        fail_msg("%s", err.text);
    assert_int_equal(l.reads, GG_ABOVE_0);
    const double *y = evaluate(&l, 10, (const gg_real *[]){rows(10, b.point), rows(1, &tau)});
    for (int i = 0; i < 10; i++) {
        double f[5], df[5];
        gg_basis_at(&b, log(ten[i]), f, df);
        for (int k = 0; k < 5; k++)
            close_to(y[5 * i + k], f[k], sizeof(gg_real) == 8 ? 1e-12 : 1e-5);
    }
    if (make(&l, 10, one, "kind=chebyshev n=3 map=inverse range=1,0.4"))
        fail_msg("%s", err.text);
    y = evaluate(&l, 1, (const gg_real *[]){rows(1, &T)});
    double x = 2 * (2 - 1) / 1.5 - 1; /* 1/T = 2 on [1, 2.5] */
    close_to(y[0], 1, 1e-6);
    close_to(y[1], x, 1e-6);
    close_to(y[2], 2 * x * x - 1, 1e-6);
}

/* In the place of T: 100 at 0.5, 10 at 1, so ln u = ln 10 / T, and the same beyond; 1/u of it, and time over it. */
static void tables(void **state)
{
    static const char *const both[2] = {"graph*time:1x0e", "graph:1x0e"}, *const one[2] = {"graph:1x0e"};
    static const double T[] = {0.5, 1, 0.8, 0.4, 2};
    const double three[] = {-1, 0, 2};
    struct gg_layer l;
    (void)state;
    for (size_t k = 0; k < sizeof T / sizeof *T; k++) {
        double u = pow(10, 1 / T[k]), x = (1 / u - 0.1) / 0.2;
        if (make(&l, 10, one,
                 "kind=chebyshev n=2 map=inverse table=0.5,100,1,10 range=10,3.3333333333333333"))
            fail_msg("%s", err.text);
        close_to(evaluate(&l, 1, (const gg_real *[]){rows(1, &T[k])})[1], 2 * x - 1, 1e-5);
        if (make(&l, 10, both, "kind=chebyshev n=2 table=0.5,100,1,10 range=0.01,100"))
            fail_msg("%s", err.text);
        const double *y = evaluate(&l, 3, (const gg_real *[]){rows(3, three), rows(1, &T[k])});
        for (int t = 0; t < 3; t++)
            close_to(y[2 * t + 1], (three[t] - log(u)) / log(100), 1e-5);
    }
}

/* (value, first and last time) of the training set; without a table, and with one that turns the order round. */
static void range_of_the_training_set(void **state)
{
    static const char *const both[2] = {"graph*time:1x0e", "graph:1x0e"}, *const one[2] = {"graph:1x0e"};
    static const struct {
        const char *const *in, *keys, *same;
    } table[] = {{one, "map=linear", "map=linear range=0.4,1"},
                 {one, "map=inverse", "map=inverse range=1,0.4"},
                 {both, "", "range=0.5,2000"}, /* 0.2/0.4, 2000/1 */
                 {both, "table=0.4,100,1,10", "table=0.4,100,1,10 range=0.002,200"}};
    const double rows_of[2][3] = {{0.4, 0.2, 30}, {1, 2, 2000}}, times[] = {-1, 0, 2}, T = 0.7;
    (void)state;
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        struct gg_layer l = {.n_time = 10, .time = ten}, given;
        char keys[128], same[128];
        snprintf(keys, sizeof keys, "kind=chebyshev n=3 %s", table[k].keys);
        snprintf(same, sizeof same, "kind=chebyshev n=3 %s", table[k].same);
        struct gg_layer_case c = {"test", {table[k].in[0], table[k].in[1]}, keys};
        l.reach[table[k].in == both] = (struct gg_reach){2, rows_of};
        if (gg_layer_from_case(&l, gg_layer_find("basis"), &c, &arena, &err) ||
            make(&given, 10, table[k].in, same))
            fail_msg("%s: %s", table[k].keys, err.text);
        const gg_real *t = rows(3, times), *v = rows(1, &T), *x[2] = {table[k].in == both ? t : v, v};
        const double *got = evaluate(&l, 3, x), *want = evaluate(&given, 3, x);
        for (int q = 0; q < (table[k].in == both ? 9 : 3); q++)
            close_to(got[q], want[q], 1e-12);
    }
}

static void refused(void **state)
{
    static const struct {
        int n_time;
        const char *in[2], *keys, *says;
    } wrong[] = {{4, {"graph*time:1x0e"}, "n=5", "n: 5 functions, and 4 points (training times)"},
                 {10, {"graph*time:1x0e"}, "n=9", "condition number 4.69e+03, at most 1000"},
                 {10, {"graph*time:1x0e"}, "kind=fourier n=3", "fourier has pairs"},
                 {10, {"graph*time:1x0e"}, "x_0=0", "x_0: all functions vanish at x = 0 with alpha 2"},
                 {1, {"graph*time:1x0e"}, "n=1", "range is missing: one training time has none"},
                 {10, {"graph*time:1x0e"}, "range=3", "range: 1 numbers"},
                 {10, {"graph*time:1x0e"}, "range=0,3", "range: 0, and numbers above 0 are wanted"},
                 {10, {"graph*time:1x0e"}, "range=3,3", "range: 3 comes twice"},
                 {10, {"graph*time:1x0e"}, "map=inverse", "map: times are read as logarithms"},
                 {10, {"graph*time:1x0e"}, "kind=one-hot n=3", "one-hot has one function for each of 10"},
                 {10,
                  {"graph:1x0e"},
                  "kind=chebyshev",
                  "range is missing: the lowest and the highest value in training"},
                 {10, {"graph:1x0e"}, "kind=one-hot range=1,2", "one-hot is for the training times"},
                 {10, {"graph*time:1x0e", "graph:1x0e"}, "", "of the ratio of the two"},
                 {10, {"graph*time:1x0e"}, "table=1,2,3,4", "table: is of a number of the frame"},
                 {10, {"graph:1x0e"}, "table=1,2,3", "table: 3 numbers"},
                 {10, {"graph:1x0e"}, "table=1,2", "table: 2 numbers"},
                 {10, {"graph:1x0e"}, "table=1,2,0.5,4", "table: 0.5 at place 3"},
                 {10, {"graph:1x0e"}, "table=1,2,3,-4", "table: -4 at place 4"},
                 {10, {"graph:1x0e", "graph:1x0e"}, "", "value 2 is another"},
                 {10, {"graph:2x0e"}, "", "value 1 is another"},
                 {10, {"1x0e"}, "", "value 1 is another"}};
    (void)state;
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        struct gg_layer l;
        if (make(&l, wrong[k].n_time, wrong[k].in, wrong[k].keys) == 0 || !strstr(err.text, wrong[k].says))
            fail_msg("%s: '%s' (wanted '%s')", wrong[k].keys, err.text, wrong[k].says);
    }
}

static int free_all(void **state)
{
    (void)state;
    gg_arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(laguerre_values),
                                       cmocka_unit_test(laguerre_functions_are_orthonormal),
                                       cmocka_unit_test(condition_numbers),
                                       cmocka_unit_test(orthonormal_on_the_points),
                                       cmocka_unit_test(reference),
                                       cmocka_unit_test(what_is_read),
                                       cmocka_unit_test(tables),
                                       cmocka_unit_test(range_of_the_training_set),
                                       cmocka_unit_test(refused)};
    return cmocka_run_group_tests(tests, NULL, free_all);
}
