/* ridge.c -- ridge regression from Gram matrices
 *
 * Shapes: q features are kept; S = X'X of the standardised ones [q][q]; B = X'(y - mean) [n_target][q]; V [q][q], a row an eigenvector;
 * w [n_target][n_path][q]. */
#include "fit/ridge.h"
#include "fit/gram.h"
#include "util/arena.h"
#include "util/linalg.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void gg_linear_init(struct gg_linear *l, const struct gg_ridge *r)
{
    size_t models = (size_t)r->n_target * (size_t)r->n_path, n = (size_t)r->n_feature;
    *l = (struct gg_linear){gg_xalloc(n + 1, sizeof(double)), gg_xalloc(n + 1, sizeof(double)),
                            gg_xalloc(models * n + 1, sizeof(double)), gg_xalloc(models + 1, sizeof(double))};
}

void gg_linear_free(struct gg_linear *l)
{
    free(l->mean);
    free(l->scale);
    free(l->w);
    free(l->b);
    *l = (struct gg_linear){0};
}

/* A Gram matrix less another, as its moments. */
struct sums {
    int n_column;
    const double *gram, *less;
    bool about_zero;
    double n; /* rows */
};

static double sum_at(const struct sums *s, int i, int j)
{
    size_t at = gg_packed_at(s->n_column, i < j ? i : j, i < j ? j : i);
    return s->gram[at] - (s->less ? s->less[at] : 0);
}

static struct sums sums_of(const struct gg_ridge *r, const double *gram, const double *less)
{
    struct sums s = {.n_column = r->n_feature + r->n_target + 1,
                     .gram = gram,
                     .less = less,
                     .about_zero = r->about_zero};
    s.n = sum_at(&s, s.n_column - 1, s.n_column - 1);
    return s;
}

static double mean_at(const struct sums *s, int i)
{
    return s->about_zero ? 0 : sum_at(s, i, s->n_column - 1) / s->n;
}

/* sum (z_i - mean)(z_j - mean) */
static double centred(const struct sums *s, int i, int j, double mean_i, double mean_j)
{
    return sum_at(s, i, j) - s->n * mean_i * mean_j;
}

/* Means and scales; returns how many features are kept, their places in `kept`.  What is left of a variance of 1e-12 of the squares
 * is rounding: a feature that is constant but for the rows taken away. */
static int standardise(const struct gg_ridge *r, const struct sums *s, struct gg_linear *out, int *kept,
                       struct gg_err *err)
{
    int q = 0;
    if (!(s->n >= 1))
        return gg_fail(err, GG_INPUT, "no particles to fit to");
    for (int f = 0; f < r->n_feature; f++) {
        double m = mean_at(s, f), square = centred(s, f, f, m, m), sd = sqrt(fmax(square, 0) / s->n);
        bool keep = !(sd < r->drop) && !(square <= 1e-12 * s->gram[gg_packed_at(s->n_column, f, f)]);
        if (!isfinite(square))
            return gg_fail(err, GG_NUMERICS, "the squares of feature %d are too large for a number", f);
        out->mean[f] = m;
        out->scale[f] = keep ? sd : 1;
        if (keep)
            kept[q++] = f;
    }
    return q;
}

/* Upper triangle. */
static double *make_s(const struct sums *s, const struct gg_linear *l, int q, const int *kept)
{
    double *out = gg_xalloc((size_t)q * (size_t)q + 1, sizeof *out);
    for (int a = 0; a < q; a++)
        for (int b = a; b < q; b++) {
            int i = kept[a], j = kept[b];
            out[(size_t)a * (size_t)q + (size_t)b] =
                centred(s, i, j, l->mean[i], l->mean[j]) / (l->scale[i] * l->scale[j]);
        }
    return out;
}

static double *make_b(const struct gg_ridge *r, const struct sums *s, const struct gg_linear *l, int q,
                      const int *kept)
{
    double *out = gg_xalloc((size_t)q * (size_t)r->n_target + 1, sizeof *out);
    for (int t = 0; t < r->n_target; t++) {
        int y = r->n_feature + t;
        for (int a = 0; a < q; a++)
            out[t * q + a] = centred(s, kept[a], y, l->mean[kept[a]], mean_at(s, y)) / l->scale[kept[a]];
    }
    return out;
}

static double alpha_at(const struct gg_ridge *r, const struct sums *s, int k)
{
    return r->path[k] * (r->per_particle > 0 ? s->n / r->per_particle : 1);
}

/* ---- by the tridiagonal form ---- */

/* x [n_target][n_path][q] = (T + alpha I)^-1 b.  -1 where rounding leaves no positive definite matrix. */
static int solve_path(const struct gg_ridge *r, const struct sums *s, int q, const double *d, const double *e,
                      const double *b, double *x, struct gg_err *err)
{
    size_t n = (size_t)q, step = n * (size_t)r->n_path;
    double *dk = gg_xalloc(n, sizeof *dk), *ek = gg_xalloc(n, sizeof *ek);
    int status = 0;
    for (int k = 0; k < r->n_path && status == 0; k++) {
        for (int a = 0; a < q; a++)
            dk[a] = d[a] + alpha_at(r, s, k);
        memcpy(ek, e, (n - 1) * sizeof *e);
        double *xk = x + (size_t)k * n;
        for (int t = 0; t < r->n_target; t++)
            memcpy(xk + (size_t)t * step, b + (size_t)t * n, n * sizeof *b);
        status = gg_dptsv(q, r->n_target, dk, ek, xk, (int)step, err);
    }
    free(dk);
    free(ek);
    return status;
}

static int by_tridiagonal(const struct gg_ridge *r, const struct sums *s, int q, double *matrix, double *b,
                          double *w, struct gg_err *err)
{
    double *d = gg_xalloc((size_t)q, sizeof *d), *e = gg_xalloc((size_t)q, sizeof *e),
           *tau = gg_xalloc((size_t)q, sizeof *tau);
    int status = gg_dsytrd(q, matrix, q, d, e, tau, err) ||
                         gg_dormtr(true, r->n_target, q, matrix, q, tau, b, q, err) ||
                         solve_path(r, s, q, d, e, b, w, err) ||
                         gg_dormtr(false, r->n_target * r->n_path, q, matrix, q, tau, w, q, err)
                     ? -1
                     : 0;
    free(d);
    free(e);
    free(tau);
    return status;
}

/* ---- by eigenvectors ---- */

/* Without a penalty every direction that counts must be fixed by the data. */
static int check_rank(const struct gg_ridge *r, const struct sums *s, int q, int first, const double *lambda,
                      struct gg_err *err)
{
    for (int k = 0; k < r->n_path; k++)
        if (r->path[k] == 0 && !(lambda[first] > q * DBL_EPSILON * lambda[q - 1]))
            return gg_fail(err, GG_NUMERICS,
                           "%.0f particles do not fix the coefficients of %d features, some of which follow "
                           "from others: a penalty above 0 is wanted",
                           s->n, q);
    return 0;
}

/* gamma [n_target n_path][q] = B V' / (lambda + alpha), and w = gamma V, with the eigenvectors from `first` on. */
static void filter(const struct gg_ridge *r, const struct sums *s, int q, int first, const double *v,
                   const double *lambda, const double *b, double *w)
{
    size_t n = (size_t)q, models = (size_t)(r->n_target * r->n_path);
    double *beta = gg_xalloc(n * (size_t)r->n_target, sizeof *beta),
           *gamma = gg_xalloc(n * models, sizeof *gamma);
    gg_dgemm(false, true, r->n_target, q, q, 1, b, q, v, q, 0, beta, q);
    for (size_t m = 0; m < models; m++)
        for (int a = first; a < q; a++)
            gamma[m * n + (size_t)a] =
                beta[(int)m / r->n_path * q + a] / (fmax(lambda[a], 0) + alpha_at(r, s, (int)m % r->n_path));
    gg_dgemm(false, false, (int)models, q, q, 1, gamma, q, v, q, 0, w, q);
    free(beta);
    free(gamma);
}

static int by_eigenvectors(const struct gg_ridge *r, const struct sums *s, int q, int first, double *matrix,
                           const double *b, double *w, struct gg_err *err)
{
    double *lambda = gg_xalloc((size_t)q, sizeof *lambda);
    int status = gg_dsyev(q, matrix, q, lambda, err) || check_rank(r, s, q, first, lambda, err) ? -1 : 0;
    if (status == 0)
        filter(r, s, q, first, matrix, lambda, b, w);
    free(lambda);
    return status;
}

/* ---- the whole ---- */

/* w [n_target n_path][q].  Where a penalty vanishes beside the rounding of S, T + alpha I may not be positive definite: eigenvalues, of
 * which the negative ones count as 0, are the second way then. */
static int solve(const struct gg_ridge *r, const struct sums *s, const struct gg_linear *l, int q,
                 const int *kept, double *w, struct gg_err *err)
{
    int first = r->pca && r->pca < q ? q - r->pca : 0, status = -1;
    bool penalised = true;
    for (int k = 0; k < r->n_path; k++)
        penalised = penalised && r->path[k] > 0;
    for (int eigen = first > 0 || !penalised; eigen < 2 && status; eigen++) {
        double *matrix = make_s(s, l, q, kept), *b = make_b(r, s, l, q, kept);
        status = eigen ? by_eigenvectors(r, s, q, first, matrix, b, w, err)
                       : by_tridiagonal(r, s, q, matrix, b, w, err);
        free(matrix);
        free(b);
    }
    return status;
}

/* Weights of the kept features to their places, and the intercepts. */
static void spread(const struct gg_ridge *r, const struct sums *s, int q, const int *kept, const double *w,
                   struct gg_linear *out)
{
    for (int m = 0; m < r->n_target * r->n_path; m++) {
        double *to = out->w + (size_t)m * (size_t)r->n_feature;
        memset(to, 0, (size_t)r->n_feature * sizeof *to);
        for (int a = 0; a < q; a++)
            to[kept[a]] = w[(size_t)m * (size_t)q + (size_t)a];
        out->b[m] = mean_at(s, r->n_feature + m / r->n_path);
    }
}

int gg_ridge_solve(const struct gg_ridge *r, const double *gram, const double *less, struct gg_linear *out,
                   struct gg_err *err)
{
    struct sums s = sums_of(r, gram, less);
    int *kept = gg_xalloc((size_t)r->n_feature + 1, sizeof *kept), q = standardise(r, &s, out, kept, err);
    double *w = gg_xalloc((size_t)(r->n_target * r->n_path) * (size_t)(q > 0 ? q : 0) + 1, sizeof *w);
    int status = q > 0 ? solve(r, &s, out, q, kept, w, err) : q;
    if (status == 0)
        spread(r, &s, q, kept, w, out);
    free(kept);
    free(w);
    return status;
}

int gg_ridge_axes(const struct gg_ridge *r, const double *gram, const double *less, struct gg_linear *out,
                  int *kept, double **axis, struct gg_err *err)
{
    struct sums s = sums_of(r, gram, less);
    int q = standardise(r, &s, out, kept, err), status = 0;
    *axis = NULL;
    if (r->pca && q >= 0) {
        size_t n = (size_t)q, skip = (size_t)(r->pca < q ? q - r->pca : 0);
        double *lambda = gg_xalloc(n + 1, sizeof *lambda);
        *axis = make_s(&s, out, q, kept);
        status = q ? gg_dsyev(q, *axis, q, lambda, err) : 0;
        memmove(*axis, *axis + skip * n, (n - skip) * n * sizeof **axis);
        free(lambda);
    }
    return status ? -1 : q;
}

void gg_ridge_score(const struct gg_ridge *r, const double *gram, const struct gg_linear *l,
                    struct gg_moments *score)
{
    struct sums s = sums_of(r, gram, NULL);
    size_t n = (size_t)r->n_feature, models = (size_t)(r->n_target * r->n_path);
    double *c = gg_xalloc(n * n + 1, sizeof *c), *u = gg_xalloc(n * models + 1, sizeof *u),
           *cu = gg_xalloc(n * models + 1, sizeof *u), *mean = gg_xalloc(n + 1, sizeof *mean);
    for (int f = 0; f < r->n_feature; f++)
        mean[f] = s.n ? mean_at(&s, f) : 0;
    for (int i = 0; i < r->n_feature; i++)
        for (int j = 0; j < r->n_feature; j++)
            c[(size_t)i * n + (size_t)j] = centred(&s, i, j, mean[i], mean[j]);
    for (size_t m = 0; m < models; m++)
        for (size_t f = 0; f < n; f++)
            u[m * n + f] = l->w[m * n + f] / l->scale[f];
    if (n)
        gg_dgemm(false, false, (int)models, (int)n, (int)n, 1, u, (int)n, c, (int)n, 0, cu, (int)n);
    for (size_t m = 0; m < models; m++) {
        int y = r->n_feature + (int)m / r->n_path;
        double my = s.n ? mean_at(&s, y) : 0, mp = l->b[m], spp = 0, syp = 0;
        for (int f = 0; f < r->n_feature; f++) {
            mp += u[m * n + (size_t)f] * (mean[f] - l->mean[f]);
            spp += u[m * n + (size_t)f] * cu[m * n + (size_t)f];
            syp += u[m * n + (size_t)f] * centred(&s, f, y, mean[f], my);
        }
        double syy = centred(&s, y, y, my, my);
        score[m] = gg_moments_of_sums(
            (struct gg_moments){.n = s.n, .mx = my, .my = mp, .sxx = syy, .syy = fmax(spp, 0), .sxy = syp});
        score[m].sdd = fmax(syy - 2 * syp + spp + s.n * (mp - my) * (mp - my), 0);
    }
    free(c);
    free(u);
    free(cu);
    free(mean);
}
