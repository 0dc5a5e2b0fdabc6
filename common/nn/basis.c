/* basis.c -- see basis.h */
#include "nn/basis.h"

#include <math.h>
#include <string.h>

/* ---- functions of y, and their derivatives with respect to it ---- */

/* (k+1) L_{k+1} = (2k+1+a-x) L_k - (k+a) L_{k-1}; the derivative by the same recurrence. */
static void laguerre(const struct gg_basis *b, double y, double *f, double *df)
{
    double inside = b->x_0 + b->x_1 * y, x = fmax(inside, 0), a = b->alpha;
    double weight = pow(x, a / 2) * exp(-x / 2),
           slope = (a > 0 && x > 0 ? a / 2 * pow(x, a / 2 - 1) * exp(-x / 2) : 0) - weight / 2;
    double before = 0, here = 1, d_before = 0, d_here = 0;
    for (int k = 0; k < b->n; k++) {
        f[k] = b->norm[k] * weight * here;
        df[k] = inside > 0 ? b->norm[k] * b->x_1 * (slope * here + weight * d_here) : 0;
        double next = ((2 * k + 1 + a - x) * here - (k + a) * before) / (k + 1),
               d_next = ((2 * k + 1 + a - x) * d_here - here - (k + a) * d_before) / (k + 1);
        before = here;
        here = next;
        d_before = d_here;
        d_here = d_next;
    }
}

static void chebyshev(int n, double y, double *f, double *df)
{
    double x = 2 * y - 1;
    for (int k = 0; k < n; k++) {
        f[k] = k == 0 ? 1 : k == 1 ? x : 2 * x * f[k - 1] - f[k - 2];
        df[k] = k == 0 ? 0 : k == 1 ? 2 : 4 * f[k - 1] + 2 * x * df[k - 1] - df[k - 2];
    }
}

static void fourier(int n, double y, double *f, double *df)
{
    for (int k = 0; k < n / 2; k++) {
        double w = 100 * pow(1e4, -2.0 * k / n);
        f[k] = cos(w * y);
        df[k] = -w * sin(w * y);
        f[n / 2 + k] = sin(w * y);
        df[n / 2 + k] = w * cos(w * y);
    }
}

static void gaussian(int n, double y, double *f, double *df)
{
    double width = n > 1 ? 1.0 / (n - 1) : 1;
    for (int k = 0; k < n; k++) {
        double d = (y - (n > 1 ? k * width : 0.5)) / width;
        f[k] = exp(-d * d / 2);
        df[k] = -d / width * f[k];
    }
}

static void one_hot(const struct gg_basis *b, double s, double *f, double *df)
{
    int nearest = 0;
    for (int k = 1; k < b->n_point; k++)
        if (fabs(s - b->point[k]) < fabs(s - b->point[nearest]))
            nearest = k;
    for (int k = 0; k < b->n; k++) {
        f[k] = k == nearest;
        df[k] = 0;
    }
}

static void functions(const struct gg_basis *b, double s, double *f, double *df)
{
    double span = b->high - b->low, y = (s - b->low) / span;
    switch (b->kind) {
    case GG_BASIS_LAGUERRE:
        laguerre(b, y, f, df);
        break;
    case GG_BASIS_CHEBYSHEV:
        chebyshev(b->n, y, f, df);
        break;
    case GG_BASIS_FOURIER:
        fourier(b->n, y, f, df);
        break;
    case GG_BASIS_GAUSSIAN:
        gaussian(b->n, y, f, df);
        break;
    case GG_BASIS_ONE_HOT:
        one_hot(b, s, f, df);
        return;
    }
    for (int k = 0; k < b->n; k++)
        df[k] /= span;
}

/* ---- orthonormal on the points ---- */

/* q R = f, column by column. */
static void divide(const struct gg_basis *b, double *f)
{
    for (int k = 0; k < b->n; k++) {
        for (int j = 0; j < k; j++)
            f[k] -= f[j] * b->factor[j * b->n + k];
        f[k] /= b->factor[k * b->n + k];
    }
}

void gg_basis_at(const struct gg_basis *b, double s, double *f, double *df)
{
    functions(b, s, f, df);
    if (b->factor) {
        divide(b, f);
        divide(b, df);
    }
}

static double dot(int n, const double *x, const double *y)
{
    double sum = 0;
    for (int k = 0; k < n; k++)
        sum += x[k] * y[k];
    return sum;
}

/* Largest singular value over the smallest: columns are turned in pairs until all are orthogonal (Hestenes 1958); then their lengths are
 * the singular values.  Leaves x turned. */
static double condition_number(int n, int n_point, double *x)
{
    bool turned = true;
    for (int sweep = 0; turned && sweep < 60; sweep++) {
        turned = false;
        for (int j = 0; j < n; j++)
            for (int k = j + 1; k < n; k++) {
                double *p = x + j * n_point, *q = x + k * n_point, pq = dot(n_point, p, q),
                       pp = dot(n_point, p, p), qq = dot(n_point, q, q);
                if (!(fabs(pq) > 1e-14 * sqrt(pp * qq)))
                    continue;
                double z = (qq - pp) / (2 * pq), t = (z >= 0 ? 1 : -1) / (fabs(z) + sqrt(1 + z * z)),
                       c = 1 / sqrt(1 + t * t);
                for (int i = 0; i < n_point; i++) {
                    double before = p[i];
                    p[i] = c * (before - t * q[i]);
                    q[i] = c * (t * before + q[i]);
                }
                turned = true;
            }
    }
    double least = INFINITY, most = 0;
    for (int k = 0; k < n; k++) {
        double length = sqrt(dot(n_point, x + k * n_point, x + k * n_point));
        least = fmin(least, length);
        most = fmax(most, length);
    }
    return most / least;
}

/* Gram and Schmidt, the column's own parts taken off one after the other; columns [n][n_point]. */
static void orthonormalise(struct gg_basis *b, double *x)
{
    for (int k = 0; k < b->n; k++) {
        double *own = x + k * b->n_point;
        for (int j = 0; j < k; j++) {
            const double *other = x + j * b->n_point;
            double part = dot(b->n_point, other, own);
            b->factor[j * b->n + k] = part;
            for (int i = 0; i < b->n_point; i++)
                own[i] -= part * other[i];
        }
        double length = sqrt(dot(b->n_point, own, own));
        b->factor[k * b->n + k] = length;
        for (int i = 0; i < b->n_point; i++)
            own[i] /= length;
    }
}

static int make_factor(struct gg_basis *b, struct gg_arena *a, struct gg_err *err)
{
    const double most = 1e3;
    size_t n = (size_t)(b->n * b->n_point);
    double *x = GG_NEW(a, double, n), *turned = GG_NEW(a, double, n), f[GG_BASIS_MAX], df[GG_BASIS_MAX];
    if (b->n > b->n_point)
        return gg_fail(err, GG_USAGE, "n: %d functions, and %d points (training times) to tell them apart",
                       b->n, b->n_point);
    for (int i = 0; i < b->n_point; i++) {
        functions(b, b->point[i], f, df);
        for (int k = 0; k < b->n; k++)
            x[k * b->n_point + i] = f[k] / sqrt((double)b->n_point);
    }
    memcpy(turned, x, n * sizeof *x);
    b->condition = condition_number(b->n, b->n_point, turned);
    if (!(b->condition <= most))
        return gg_fail(err, GG_USAGE,
                       "n: %d functions at the %d points (training times) have the condition number %.3g, at "
                       "most %g can be: fewer functions, another kind or range, or orthonormal: false",
                       b->n, b->n_point, b->condition, most);
    b->factor = GG_NEW(a, double, (size_t)(b->n * b->n));
    orthonormalise(b, x);
    return 0;
}

int gg_basis_init(struct gg_basis *b, struct gg_arena *a, struct gg_err *err)
{
    b->factor = NULL;
    b->condition = 1;
    if (b->kind != GG_BASIS_ONE_HOT && !(b->high != b->low && isfinite(b->high - b->low)))
        return gg_fail(err, GG_USAGE, "range: from a number to itself: two that differ are wanted");
    for (int k = 0; k < b->n; k++)
        b->norm[k] = exp((lgamma(k + 1.) - lgamma(k + b->alpha + 1)) / 2);
    return b->orthonormal && b->n_point ? make_factor(b, a, err) : 0;
}
