/* hidden.c -- see hidden.h */
#include "stats/hidden.h"
#include "util/arena.h"
#include "util/linalg.h"

#include <math.h>

static double square(int64_t width, const double *x)
{
    double sum = 0;
    for (int64_t k = 0; k < width; k++)
        sum += x[k] * x[k];
    return sum;
}

static double square_between(int64_t width, const double *x, const double *y)
{
    double sum = 0;
    for (int64_t k = 0; k < width; k++)
        sum += (x[k] - y[k]) * (x[k] - y[k]);
    return sum;
}

double gg_squares_between(int64_t n, int64_t width, const double *x, const int64_t *ptr, const int32_t *nbr)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        for (int64_t e = ptr[i]; e < ptr[i + 1]; e++)
            sum += square_between(width, x + i * width, x + nbr[e] * width);
    return sum;
}

double gg_dirichlet(int64_t n, int64_t width, const double *x, const int64_t *ptr, const int32_t *nbr)
{
    double size = square(n * width, x);
    return size > 0 ? gg_squares_between(n, width, x, ptr, nbr) / size : NAN;
}

static void subtract_means(int64_t n_row, int mul, const double *x, double *out)
{
    for (int c = 0; c < mul; c++) {
        double mean = 0;
        for (int64_t i = 0; i < n_row; i++)
            mean += x[i * mul + c] / (double)n_row;
        for (int64_t i = 0; i < n_row; i++)
            out[i * mul + c] = x[i * mul + c] - mean;
    }
}

/* c += x'x, upper triangle. */
static void add_squares(int64_t n_row, int mul, const double *x, double *c)
{
    enum { ROWS = 1 << 20 }; /* a number that BLAS can count to */
    for (int64_t at = 0; at < n_row; at += ROWS)
        gg_dsyrk(mul, (int)(n_row - at < ROWS ? n_row - at : ROWS), 1, x + at * mul, mul, 1, c, mul);
}

static double rank_of(int n, const double *value)
{
    double sum = 0, entropy = 0;
    for (int k = 0; k < n; k++)
        sum += value[k] > 0 ? value[k] : 0;
    for (int k = 0; k < n; k++) {
        double p = value[k] / sum;
        entropy -= p > 0 ? p * log(p) : 0;
    }
    return sum > 0 && isfinite(sum) ? exp(entropy) : NAN;
}

double gg_effective_rank_of(int mul, double *c, double noise)
{
    struct gg_arena a = {0};
    struct gg_err err;
    double *value = GG_NEW(&a, double, (size_t)mul + 1), left = 0, rank = NAN;
    for (int k = 0; k < mul; k++)
        left += c[k * mul + k];
    if (isfinite(left) && left > noise && !gg_dsyev(mul, c, mul, value, &err))
        rank = rank_of(mul, value);
    gg_arena_free(&a);
    return rank;
}

double gg_effective_rank(int64_t n_row, int mul, const double *x, bool centred)
{
    struct gg_arena a = {0};
    double *c = GG_NEW(&a, double, (size_t)(mul * mul) + 1), *less = NULL;
    if (centred)
        subtract_means(n_row, mul, x, less = GG_NEW(&a, double, (size_t)(n_row * mul) + 1));
    add_squares(n_row, mul, centred ? less : x, c);
    /* less than the rounding of the means: nothing varies */
    double rank = gg_effective_rank_of(mul, c, 1e-24 * square(n_row * mul, x));
    gg_arena_free(&a);
    return rank;
}
