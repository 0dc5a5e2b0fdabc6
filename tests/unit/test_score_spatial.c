/* test_score_spatial.c -- forms in space against plain sums over all pairs and images; the jackknife */
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
    struct gg_estimate e = gg_jackknife(4, 3, sums[0], NULL, quotient, 1, NULL);
    close_to(e.value, 40, 1e-12);
    double square = 30 * 30 + 20 * 20 + 0 + 50 * 50;
    close_to(e.error, sqrt(square / 3 / 4), 1e-12);
    close_to(e.interval.hi - e.value, gg_student(3) * e.error, 1e-12);
    e = gg_jackknife(1, 3, sums[0], NULL, quotient, 0, NULL);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(against_plain_sums), cmocka_unit_test(vectors),
                                       cmocka_unit_test(jackknife), cmocka_unit_test(refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
