/* test_score_spatial.c -- forms in space against plain sums over all pairs and images; planted fields whose ratios are known; the jackknife */
#include "near.h"
#include "score/spatial.h"
#include "stats/jackknife.h"
#include "util/rng.h"

#include <stdlib.h>
#include <string.h>

static const double edges[] = {0.5, 1.2, 2, 3.1};

static void box(struct gg_cell *c, double a, double skew)
{
    const double h[3][3] = {{a, 0, 0}, {skew, 1.1 * a, 0}, {-skew, 0.5 * skew, 0.9 * a}};
    struct gg_err err = {0};
    assert_int_equal(gg_cell_init(c, 3, 7, h, &err), 0);
}

static double normal(uint64_t seed, int64_t k, uint32_t of)
{
    struct gg_rng r = gg_rng_at(seed, (uint32_t)k, of, 0);
    return gg_rng_normal(&r);
}

/* ---- the oracle: a form of two fields of one number by loops over everything ---- */

enum { N = 150 };
struct world {
    struct gg_cell cell;
    double pos[N][3], r[N][N]; /* r: of the nearest images */
};

static double nearest(const struct world *w, int i, int j)
{
    double best = INFINITY;
    for (int x = -4; x <= 4; x++)
        for (int y = -4; y <= 4; y++)
            for (int z = -4; z <= 4; z++) {
                double square = 0;
                for (int k = 0; k < 3; k++) {
                    double d = w->pos[j][k] - w->pos[i][k] + x * w->cell.h[0][k] + y * w->cell.h[1][k] +
                               z * w->cell.h[2][k];
                    square += d * d;
                }
                best = fmin(best, square);
            }
    return sqrt(best);
}

/* Re sum_q A B* / N over one of each pair of waves in lo <= |q| < hi, and how many they are. */
static double plain_spectrum(const struct world *w, double lo, double hi, const double *a, const double *b,
                             double *count)
{
    double sum = 0;
    *count = 0;
    for (int x = -20; x <= 20; x++)
        for (int y = -20; y <= 20; y++)
            for (int z = -20; z <= 20; z++) {
                const double(*v)[3] = w->cell.inverse;
                double q[3], re_a = 0, im_a = 0, re_b = 0, im_b = 0;
                for (int k = 0; k < 3; k++)
                    q[k] = 2 * M_PI * (v[k][0] * x + v[k][1] * y + v[k][2] * z);
                double length = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2]);
                if (!(length >= lo && length < hi))
                    continue;
                for (int i = 0; i < N; i++) {
                    double phase = q[0] * w->pos[i][0] + q[1] * w->pos[i][1] + q[2] * w->pos[i][2];
                    re_a += a[i] * cos(phase);
                    im_a += a[i] * sin(phase);
                    re_b += b[i] * cos(phase);
                    im_b += b[i] * sin(phase);
                }
                sum += 0.5 * (re_a * re_b + im_a * im_b) / N; /* q and -q */
                *count += 0.5;
            }
    return sum;
}

static double plain_pairs(const struct world *w, double lo, double hi, const double *a, const double *b,
                          double *count)
{
    double sum = 0;
    *count = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double r = w->r[i][j];
            if (i == j || !(r >= lo && r < hi))
                continue;
            sum += a[i] * b[j];
            ++*count;
        }
    return sum;
}

/* sum_ij (w_ij / W_i + w_ij / W_j) a_i b_j / 2: both ways */
static double plain_gaussian(const struct world *w, double R, const double *a, const double *b)
{
    double sum = 0, whole[N] = {0};
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                double r = w->r[i][j], weight = exp(-(r - R) * (r - R) / 2);
                if (i == j)
                    weight = exp(-R * R / 2);
                if (pass)
                    sum += 0.5 * weight * a[i] * b[j] * (1 / whole[i] + 1 / whole[j]);
                else
                    whole[i] += weight;
            }
    return sum;
}

static double plain_local(const struct world *w, double reach, const double *a, const double *b)
{
    double sum = 0;
    for (int i = 0; i < N; i++) {
        double n = 0, mean_a = 0, mean_b = 0, product = 0;
        for (int pass = 0; pass < 2; pass++)
            for (int j = 0; j < N; j++) {
                if (j == i || !(w->r[i][j] < reach))
                    continue;
                n += pass == 0;
                mean_a += pass ? 0 : a[j];
                mean_b += pass ? 0 : b[j];
                product += pass ? (a[j] - mean_a / n) * (b[j] - mean_b / n) : 0;
            }
        sum += n > 1 ? product / n : 0;
    }
    return sum;
}

static double plain(const struct world *w, const struct gg_spatial *s, int row, const double *a,
                    const double *b, double *count)
{
    *count = N;
    switch (s->kind[row]) {
    case GG_SPATIAL_S:
        return plain_spectrum(w, s->lo[row], s->hi[row], a, b, count);
    case GG_SPATIAL_G:
        return plain_pairs(w, s->lo[row], s->hi[row], a, b, count);
    case GG_SPATIAL_C:
        return plain_gaussian(w, s->lo[row], a, b);
    case GG_SPATIAL_LOCAL:
        return plain_local(w, s->lo[row], a, b);
    default: {
        double sum = 0;
        for (int i = 0; i < N; i++)
            sum += a[i] * b[i];
        return sum;
    }
    }
}

/* Less the mean. */
static void centred(const double *x, double *to)
{
    double mean = 0;
    for (int i = 0; i < N; i++)
        mean += x[i] / N;
    for (int i = 0; i < N; i++)
        to[i] = x[i] - mean;
}

static void against_plain_sums(void **state)
{
    (void)state;
    static struct world w;
    static double x[4][N], c[4][N]; /* p, y, two halves */
    struct gg_spatial s;
    struct gg_err err = {0};
    struct gg_form out[GG_SPATIAL_ROWS];
    int of_kind[5] = {0};
    box(&w.cell, 7, 1.3);
    for (int i = 0; i < N; i++) {
        const double f[3] = {0.4 * normal(1, i, 0), 0.4 * normal(1, i, 1), 0.4 * normal(1, i, 2)};
        gg_cell_cartesian(&w.cell, f, w.pos[i]); /* in and out of the cell */
        for (int k = 0; k < 4; k++)
            x[k][i] = 3 * k + normal(2, i, (uint32_t)k) + (k ? 0.5 * x[0][i] : 0);
    }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            w.r[i][j] = nearest(&w, i, j);
    for (int k = 0; k < 4; k++)
        centred(x[k], c[k]);
    assert_int_equal(gg_spatial_init(&s, 3, 4, edges, &err), 0);
    struct gg_spatial_fields f = {N, 1, (const double(*)[3])w.pos, x[0], x[1], {x[2], x[3]}};
    assert_int_equal(gg_spatial_measure(&s, &w.cell, &f, out, &err), 0);
    for (int row = 0; row < s.n; row++) {
        double count;
        close_to(out[row].pp, plain(&w, &s, row, c[0], c[0], &count), 1e-9 * N);
        close_to(out[row].py, plain(&w, &s, row, c[0], c[1], &count), 1e-9 * N);
        close_to(out[row].yy, plain(&w, &s, row, c[2], c[3], &count), 1e-9 * N);
        close_to(out[row].weight, count, 1e-9);
        of_kind[s.kind[row]]++;
    }
    assert_int_equal(of_kind[GG_SPATIAL_VARIANCE], 1);
    assert_true(of_kind[GG_SPATIAL_S] >= 3);
    assert_int_equal(of_kind[GG_SPATIAL_G], 3);
    assert_int_equal(of_kind[GG_SPATIAL_C], 1); /* R = 4 is beyond half of the box */
    assert_int_equal(of_kind[GG_SPATIAL_LOCAL], 1);
    f.half[0] = f.half[1] = NULL; /* then the truth with itself */
    assert_int_equal(gg_spatial_measure(&s, &w.cell, &f, out, &err), 0);
    double count;
    close_to(out[1].yy, plain(&w, &s, 1, c[1], c[1], &count), 1e-9 * N);
}

/* A vector's forms are the sums of those of its components. */
static void vectors(void **state)
{
    (void)state;
    static struct world w;
    static double p[3 * N], y[3 * N], one[2][N];
    struct gg_spatial s;
    struct gg_err err = {0};
    struct gg_form out[GG_SPATIAL_ROWS], of[GG_SPATIAL_ROWS], sum[GG_SPATIAL_ROWS] = {{0}};
    box(&w.cell, 7, 0);
    for (int i = 0; i < N; i++)
        for (int k = 0; k < 3; k++) {
            w.pos[i][k] = 7 * normal(3, i, (uint32_t)k);
            p[3 * i + k] = normal(4, i, (uint32_t)k);
            y[3 * i + k] = p[3 * i + k] + normal(5, i, (uint32_t)k);
        }
    assert_int_equal(gg_spatial_init(&s, 3, 4, edges, &err), 0);
    struct gg_spatial_fields f = {N, 3, (const double(*)[3])w.pos, p, y, {NULL, NULL}};
    assert_int_equal(gg_spatial_measure(&s, &w.cell, &f, out, &err), 0);
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < N; i++) {
            one[0][i] = p[3 * i + k];
            one[1][i] = y[3 * i + k];
        }
        struct gg_spatial_fields g = {N, 1, f.pos, one[0], one[1], {NULL, NULL}};
        assert_int_equal(gg_spatial_measure(&s, &w.cell, &g, of, &err), 0);
        for (int row = 0; row < s.n; row++) {
            sum[row].pp += of[row].pp;
            sum[row].py += of[row].py;
            sum[row].yy += of[row].yy;
        }
    }
    for (int row = 0; row < s.n; row++) {
        close_to(out[row].pp, sum[row].pp, 1e-8 * N);
        close_to(out[row].py, sum[row].py, 1e-8 * N);
        close_to(out[row].yy, sum[row].yy, 1e-8 * N);
    }
}

/* ---- planted fields on a lattice of M^3 sites, where waves are orthogonal: sum_i cos^2 = N / 2 ---- */

enum { M = 12, SITES = M * M * M, CONFIGS = 24 };

struct lattice {
    struct gg_cell cell;
    double pos[SITES][3], y[SITES], p[SITES];
};

static void make_lattice(struct lattice *l)
{
    const double h[3][3] = {{M, 0, 0}, {0, M, 0}, {0, 0, M}};
    struct gg_err err = {0};
    assert_int_equal(gg_cell_init(&l->cell, 3, 7, h, &err), 0);
    for (int i = 0; i < SITES; i++) {
        const int at[3] = {i % M, i / M % M, i / M / M};
        for (int k = 0; k < 3; k++)
            l->pos[i][k] = at[k];
    }
}

/* Adds waves along the axes with n = 1 .. 4 periods: each carries amplitude a_n; S of their shell is N a_n^2 / 4 times the share of
 * the shell's waves that lie on an axis. */
static void add_waves(const struct lattice *l, double *x, const double amplitude[4], uint32_t config)
{
    for (int n = 1; n <= 4; n++)
        for (int k = 0; k < 3; k++) {
            struct gg_rng r = gg_rng_at(6, config, (uint32_t)n, (uint32_t)k);
            double phase = 2 * M_PI * gg_rng_uniform(&r);
            for (int i = 0; i < SITES; i++)
                x[i] += amplitude[n - 1] * cos(2 * M_PI * n * l->pos[i][k] / M + phase);
        }
}

static struct lattice l;
static struct gg_form forms[CONFIGS][GG_SPATIAL_ROWS];

static void start(struct gg_spatial *s)
{
    struct gg_err err = {0};
    make_lattice(&l);
    assert_int_equal(gg_spatial_init(s, 4.4 * 2 * M_PI / M, 4, edges, &err), 0);
}

static void measure(struct gg_spatial *s, int config)
{
    struct gg_err err = {0};
    struct gg_spatial_fields f = {SITES, 1, (const double(*)[3])l.pos, l.p, l.y, {NULL, NULL}};
    assert_int_equal(gg_spatial_measure(s, &l.cell, &f, forms[config], &err), 0);
}

static double ratio(const double *sum, int which, const void *context)
{
    (void)which;
    (void)context;
    const struct gg_form *f = (const void *)sum;
    return f->pp / f->py;
}

static struct gg_estimate ratio_of(int row)
{
    struct gg_form f[CONFIGS];
    for (int k = 0; k < CONFIGS; k++)
        f[k] = forms[k][row];
    return gg_jackknife(CONFIGS, GG_FORM_WIDTH, (const double *)f, ratio, 0, NULL);
}

/* A low-pass of the truth: S_pp / S_py is its gain, whatever the spectrum; S_yy is what was planted. */
static void low_pass(void **state)
{
    (void)state;
    const double truth[4] = {1, 0.7, 0.4, 0.2}, gain[4] = {1, 0.8, 0.5, 0.1};
    double passed[4];
    struct gg_spatial s;
    start(&s);
    memset(l.y, 0, sizeof l.y);
    memset(l.p, 0, sizeof l.p);
    for (int n = 0; n < 4; n++)
        passed[n] = gain[n] * truth[n];
    add_waves(&l, l.y, truth, 0);
    add_waves(&l, l.p, passed, 0);
    measure(&s, 0);
    for (int n = 0; n < 4; n++) {
        const struct gg_form *f = &forms[0][1 + n];
        assert_int_equal(s.kind[1 + n], GG_SPATIAL_S);
        close_to(f->pp / f->py, gain[n], 1e-9);
        close_to(f->yy, 3 * SITES * truth[n] * truth[n] / 4, 1e-6);
        double count = 0;
        for (int x = -5; x <= 5; x++)
            for (int y = -5; y <= 5; y++)
                for (int z = -5; z <= 5; z++) {
                    double m = sqrt(x * x + y * y + z * z);
                    count += m >= n + 0.5 && m < n + 1.5 ? 0.5 : 0;
                }
        close_to(f->weight, count, 0);
    }
}

/* Truth with white noise of its own; the prediction is the noiseless truth with noise of variance `seen`. */
static void noisy(struct gg_spatial *s, double seen)
{
    const double truth[4] = {0.6, 0.4, 0.3, 0.2};
    for (int c = 0; c < CONFIGS; c++) {
        memset(l.p, 0, sizeof l.p);
        add_waves(&l, l.p, truth, (uint32_t)c);
        for (int i = 0; i < SITES; i++) {
            l.y[i] = l.p[i] + 0.5 * normal(7, i, (uint32_t)c);
            l.p[i] += sqrt(seen) * normal(8, i, (uint32_t)c);
        }
        measure(s, c);
    }
}

/* White noise of variance v in a prediction: S_pp/S_py = 1 + v / S, over-confident; the truth's own noise drops out. */
static void white_noise(void **state)
{
    (void)state;
    const double truth[4] = {0.6, 0.4, 0.3, 0.2};
    struct gg_spatial s;
    start(&s);
    noisy(&s, 1);
    for (int n = 0; n < 4; n++) {
        double S = 3 * SITES * truth[n] * truth[n] / 4 / forms[0][1 + n].weight;
        struct gg_estimate e = ratio_of(1 + n);
        close_to(e.value, 1 + 1 / S, 4 * e.error);
        assert_true(e.error < 0.1 * e.value && e.error > 0);
    }
}

/* The linear estimate of the truth from z = truth + noise shrinks every wave by S / (S + v): S_pp = S_py at every q, and in every other form. */
static void best_estimate(void **state)
{
    (void)state;
    enum { WAVES = 4 };
    const double variance = 1;
    struct gg_spatial s;
    start(&s);
    for (int c = 0; c < CONFIGS;
         c++) { /* all waves along the axes with Gaussian amplitudes of variance a_n^2: cos and sin */
        memset(l.p, 0, sizeof l.p);
        memset(l.y, 0, sizeof l.y);
        for (int n = 1; n <= WAVES; n++)
            for (uint32_t k = 0; k < 6; k++) {
                const double a = 0.2 / n, S = SITES * a * a / 2; /* of cos or sin, power in A / sqrt(N / 2) */
                double amplitude = a * normal(9, 10 * n + k, (uint32_t)c),
                       seen = amplitude + sqrt(2 * variance / SITES) * normal(10, 10 * n + k, (uint32_t)c);
                for (int i = 0; i < SITES; i++) {
                    double phase = 2 * M_PI * n * l.pos[i][k / 2] / M, wave = k % 2 ? sin(phase) : cos(phase);
                    l.y[i] += amplitude * wave;
                    l.p[i] += S / (S + variance) * seen * wave;
                }
            }
        measure(&s, c);
    }
    for (int row = 0; row < s.n; row++) {
        struct gg_estimate e = ratio_of(row);
        close_to(e.value, 1, 4 * e.error);
        assert_true(e.error < 0.2);
    }
}

/* The jackknife of a mean is its standard error; t of the interval. */
static double quotient(const double *sum, int which, const void *context)
{
    (void)context;
    return sum[which] / sum[2];
}

static void jackknife(void **state)
{
    (void)state;
    const double sums[4][3] = {{1, 10, 1}, {2, 20, 1}, {4, 40, 1}, {9, 90, 1}};
    struct gg_estimate e = gg_jackknife(4, 3, sums[0], quotient, 1, NULL);
    close_to(e.value, 40, 1e-12);
    double square = 30 * 30 + 20 * 20 + 0 + 50 * 50;
    close_to(e.error, sqrt(square / 3 / 4), 1e-12);
    close_to(e.interval.hi - e.value, gg_student(3) * e.error, 1e-12);
    e = gg_jackknife(1, 3, sums[0], quotient, 0, NULL);
    close_to(e.value, 1, 0);
    assert_true(isnan(e.error) && isnan(e.interval.lo));
}

static void refusals(void **state)
{
    (void)state;
    struct gg_spatial s;
    struct gg_err err = {0};
    const double back[] = {1, 2, 2}, h[3][3] = {{7, 0, 0}, {0, 7, 0}, {0, 0, 7}};
    const double pos[2][3] = {{0}}, x[2] = {1, 2};
    struct gg_form out[GG_SPATIAL_ROWS];
    struct gg_cell cell;
    assert_int_equal(gg_spatial_init(&s, 3, 3, back, &err), -1);
    assert_non_null(strstr(err.text, "--shells: 2 does not follow 2"));
    assert_int_equal(gg_spatial_init(&s, 3, 1, back, &err), -1);
    assert_int_equal(gg_spatial_init(&s, 1000, 3, edges, &err), 0);
    assert_int_equal(gg_cell_init(&cell, 3, 7, h, &err), 0);
    struct gg_spatial_fields f = {2, 1, pos, x, x, {NULL, NULL}};
    assert_int_equal(gg_spatial_measure(&s, &cell, &f, out, &err), -1);
    assert_non_null(strstr(err.text, "a smaller --q-max would do"));
    assert_int_equal(gg_cell_init(&cell, 3, 3, h, &err), 0);
    assert_int_equal(gg_spatial_measure(&s, &cell, &f, out, &err), -1);
    assert_non_null(strstr(err.text, "the box is not periodic along vector 2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(against_plain_sums),
                                       cmocka_unit_test(vectors),
                                       cmocka_unit_test(low_pass),
                                       cmocka_unit_test(white_noise),
                                       cmocka_unit_test(best_estimate),
                                       cmocka_unit_test(jackknife),
                                       cmocka_unit_test(refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
