/* ridge.c -- ridge regression from Gram matrices
 *
 * Shapes: q features are kept; S = X'X of the standardised ones [q][q]; B = X'(y - mean) [q][n_target]; V [q][q], a row an eigenvector. */
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
    double n; /* rows */
};

static double sum_at(const struct sums *s, int i, int j)
{
    size_t at = gg_packed_at(s->n_column, i < j ? i : j, i < j ? j : i);
    return s->gram[at] - (s->less ? s->less[at] : 0);
}

static struct sums sums_of(const struct gg_ridge *r, const double *gram, const double *less)
{
    struct sums s = {.n_column = r->n_feature + r->n_target + 1, .gram = gram, .less = less};
    s.n = sum_at(&s, s.n_column - 1, s.n_column - 1);
    return s;
}

static double mean_at(const struct sums *s, int i)
{
    return sum_at(s, i, s->n_column - 1) / s->n;
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

/* S becomes its eigenvectors, `lambda` [q] ascending. */
static int decompose(const struct sums *s, const struct gg_linear *l, int q, const int *kept, double *v,
                     double *lambda, struct gg_err *err)
{
    for (int a = 0; a < q; a++)
        for (int b = a; b < q; b++) {
            int i = kept[a], j = kept[b];
            v[(size_t)a * (size_t)q + (size_t)b] =
                centred(s, i, j, l->mean[i], l->mean[j]) / (l->scale[i] * l->scale[j]);
        }
    return q ? gg_dsyev(q, v, q, lambda, err) : 0;
}

/* Without a penalty every direction that counts must be fixed by the data. */
static int check_rank(const struct gg_ridge *r, const struct sums *s, int q, int first, const double *lambda,
                      struct gg_err *err)
{
    for (int k = 0; k < r->n_path; k++)
        if (r->path[k] == 0 && q && !(lambda[first] > q * DBL_EPSILON * lambda[q - 1]))
            return gg_fail(err, GG_NUMERICS,
                           "%.0f particles do not fix the coefficients of %d features, some of which follow "
                           "from others: a penalty above 0 is wanted",
                           s->n, q);
    return 0;
}

/* gamma [n_target n_path][q] = V B / (lambda + alpha), and w = gamma V. */
static void filter(const struct gg_ridge *r, const struct sums *s, int q, const int *kept, int first,
                   const double *v, const double *lambda, struct gg_linear *out)
{
    size_t n = (size_t)q, models = (size_t)(r->n_target * r->n_path);
    double *b = gg_xalloc(n * (size_t)r->n_target + 1, sizeof *b),
           *beta = gg_xalloc(n * (size_t)r->n_target + 1, sizeof *b),
           *gamma = gg_xalloc(n * models + 1, sizeof *b), *w = gg_xalloc(n * models + 1, sizeof *b);
    for (int t = 0; t < r->n_target; t++) {
        double mean = mean_at(s, r->n_feature + t);
        for (int a = 0; a < q; a++)
            b[a * r->n_target + t] =
                centred(s, kept[a], r->n_feature + t, out->mean[kept[a]], mean) / out->scale[kept[a]];
        for (int k = 0; k < r->n_path; k++)
            out->b[t * r->n_path + k] = mean;
    }
    if (q)
        gg_dgemm(false, false, q, r->n_target, q, 1, v, q, b, r->n_target, 0, beta, r->n_target);
    for (size_t m = 0; m < models; m++) {
        double alpha = r->path[m % (size_t)r->n_path] * (r->per_particle ? s->n : 1);
        for (int a = first; a < q; a++)
            gamma[m * n + (size_t)a] =
                beta[a * r->n_target + (int)m / r->n_path] / (fmax(lambda[a], 0) + alpha);
    }
    if (q)
        gg_dgemm(false, false, (int)models, q, q, 1, gamma, q, v, q, 0, w, q);
    for (size_t m = 0; m < models; m++)
        for (int f = 0, a = 0; f < r->n_feature; f++) {
            bool keep = a < q && kept[a] == f;
            out->w[m * (size_t)r->n_feature + (size_t)f] = keep ? w[m * n + (size_t)a] : 0;
            a += keep;
        }
    free(b);
    free(beta);
    free(gamma);
    free(w);
}

int gg_ridge_solve(const struct gg_ridge *r, const double *gram, const double *less, struct gg_linear *out,
                   struct gg_err *err)
{
    struct sums s = sums_of(r, gram, less);
    int *kept = gg_xalloc((size_t)r->n_feature + 1, sizeof *kept), q = standardise(r, &s, out, kept, err);
    if (q < 0) {
        free(kept);
        return -1;
    }
    int first = r->pca && r->pca < q ? q - r->pca : 0;
    double *v = gg_xalloc((size_t)q * (size_t)q + 1, sizeof *v),
           *lambda = gg_xalloc((size_t)q + 1, sizeof *v);
    int status =
        decompose(&s, out, q, kept, v, lambda, err) || check_rank(r, &s, q, first, lambda, err) ? -1 : 0;
    if (status == 0)
        filter(r, &s, q, kept, first, v, lambda, out);
    free(kept);
    free(v);
    free(lambda);
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
        *axis = gg_xalloc(n * n + 1, sizeof **axis);
        status = decompose(&s, out, q, kept, *axis, lambda, err);
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
        score[m] =
            (struct gg_moments){.n = s.n, .mx = my, .my = mp, .sxx = syy, .syy = fmax(spp, 0), .sxy = syp};
        score[m].sdd = fmax(syy - 2 * syp + spp + s.n * (mp - my) * (mp - my), 0);
    }
    free(c);
    free(u);
    free(cu);
    free(mean);
}
