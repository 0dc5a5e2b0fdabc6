/* gaussian.c -- the likelihood of a normal distribution whose width is learned, too (Nix, Weigend, Proc. IEEE Int. Conf. Neural Networks
 * 1, 55 (1994))
 *
 *     scalars   L = sum_i (ln v_i + e_i^2 / v_i) / (2 n),               v = exp(s) + c,     e = p - y
 *     vectors   L = sum_i (ln det V_i + e_i' V_i^-1 e_i) / (6 n),       V = exp(S) + c 1,   c = floor^2 + noise
 *
 * over the n rows with a target, without the constant ln(2 pi) / 2; noise is 0 or what is known of y beforehand, s^2/K of the mean of K
 * runs.  The floor bounds L from below where a network has learned some rows by heart: their v would go to 0.  s, and the symmetric S as 1x0e+1x2e (o3/tensor.h), are the spread: exp makes any of them a variance, a full covariance that
 * turns along.  With S = U diag(m) U', w = U'e, v_k = exp(m_k) + c and f(m) = 1/(exp(m) + c):
 *
 *     dL/de = U (w / v),   dL/dS = U G U',   G_kl = (delta_kl exp(m_k) / v_k + w_k w_l f[m_k, m_l]) / 2
 *
 * f[a, b] = (f(a) - f(b)) / (a - b) = -exp((a + b)/2) sinhc((a - b)/2) / (v_a v_b) (Daleckii, Krein 1965). */
#include "losses/loss.h"
#include "o3/tensor.h"

#include <math.h>

struct hyper {
    int noise;
    double floor;
};
enum { NONE, KNOWN };

/* sinh(x) / x */
static double sinhc(double x)
{
    return fabs(x) < 1e-3 ? 1 + x * x / 6 * (1 + x * x / 20) : sinh(x) / x;
}

/* One row: the value without 1/(n dim); de, dspread get its derivatives. */
static double scalar(double e, double s, double c, double *de, double *ds)
{
    double v = exp(s) + c;
    *de = e / v;
    *ds = exp(s) / v * (1 - e * e / v) / 2;
    return (log(v) + e * e / v) / 2;
}

/* x <- U' x, or U x */
static void turn(const double U[3][3], bool back, const double x[3], double y[3])
{
    for (int k = 0; k < 3; k++) {
        y[k] = 0;
        for (int z = 0; z < 3; z++)
            y[k] += (back ? U[k][z] : U[z][k]) * x[z];
    }
}

/* U G U' */
static void turn_matrix(const double U[3][3], const double G[3][3], double out[9])
{
    for (int k = 0; k < 9; k++) {
        out[k] = 0;
        for (int p = 0; p < 3; p++)
            for (int q = 0; q < 3; q++)
                out[k] += U[k / 3][p] * G[p][q] * U[k % 3][q];
    }
}

static double vector(const double e[3], const double S[6], double c, double de[3], double dS[6])
{
    double t[9], m[3], v[3], w[3], U[3][3], G[3][3], scaled[3], sum = 0;
    gg_tensor_cartesian(S, 1, t);
    gg_tensor_eigen(t, m, U);
    turn((const double(*)[3])U, false, e, w);
    for (int k = 0; k < 3; k++) {
        v[k] = exp(m[k]) + c;
        scaled[k] = w[k] / v[k];
        sum += (log(v[k]) + w[k] * scaled[k]) / 2;
    }
    for (int k = 0; k < 3; k++)
        for (int l = 0; l < 3; l++)
            G[k][l] = ((k == l ? exp(m[k]) / v[k] : 0) -
                       scaled[k] * scaled[l] * exp((m[k] + m[l]) / 2) * sinhc((m[k] - m[l]) / 2)) /
                      2;
    turn((const double(*)[3])U, true, scaled, de);
    turn_matrix((const double(*)[3])U, (const double(*)[3])G, t);
    gg_tensor_irreps(t, 1, false, dS);
    return sum;
}

static double value(const struct gg_loss_call *call)
{
    const struct gg_loss_column *c = call->c;
    const struct hyper *h = call->hyper;
    bool known = h->noise == KNOWN && c->noise != NULL;
    double sum = 0;
    for (int64_t k = 0; k < c->n; k++) {
        double each = gg_loss_share(c, k) / c->dim;
        const double *spread = c->spread + k * c->n_spread;
        double e[3], de[3], dspread[GG_SPREAD], least = h->floor * h->floor + (known ? c->noise[k] : 0);
        if (!c->there[k])
            continue;
        for (int z = 0; z < c->dim; z++)
            e[z] = c->p[k * c->dim + z] - c->y[k * c->dim + z];
        sum += each * (c->dim == 1 ? scalar(e[0], spread[0], least, de, dspread)
                                   : vector(e, spread, least, de, dspread));
        for (int z = 0; call->dp != NULL && z < c->dim; z++)
            call->dp[k * c->dim + z] += call->factor * each * de[z];
        for (int z = 0; call->dspread != NULL && z < c->n_spread; z++)
            call->dspread[k * c->n_spread + z] += call->factor * each * dspread[z];
    }
    return sum;
}

/* Without the noise, which is none of the particle's. */
static void deviation(const void *hyper, double scale, const double *s, double *out)
{
    *out = scale * hypot(exp(*s / 2), ((const struct hyper *)hyper)->floor);
}

static void covariance(const void *hyper, double scale, const double *S, double *out)
{
    double t[9], m[3], U[3][3], V[3][3] = {{0}}, floor = ((const struct hyper *)hyper)->floor;
    gg_tensor_cartesian(S, 1, t);
    gg_tensor_eigen(t, m, U);
    for (int k = 0; k < 3; k++)
        V[k][k] = scale * scale * (exp(m[k]) + floor * floor);
    turn_matrix((const double(*)[3])U, (const double(*)[3])V, t);
    gg_tensor_irreps(t, 1, false, out);
}

static bool wants_noise(const void *hyper)
{
    return ((const struct hyper *)hyper)->noise == KNOWN;
}

static const struct gg_loss_spread spread[] = {
    {.l = 0, .irreps = {1, {{1, 0, 1}}}, .ending = "_std", .physical = deviation},
    {.l = 1,
     .irreps = {2, {{1, 0, 1}, {1, 2, 1}}},
     .ending = "_cov",
     .squared = true,
     .physical = covariance},
    {0}};
static const struct gg_opt hypers[] = {
    {"noise", GG_OPT_CHOICE, offsetof(struct hyper, noise),
     "of the target: none, or the known one of a mean over runs, which is not learned",
     .choices = "none|known"},
    {"floor", GG_OPT_REAL, offsetof(struct hyper, floor),
     "standard deviation that none is below, in those of the target", .arg = "Z", .max = 1},
    {0}};
static const struct hyper defaults = {.noise = NONE, .floor = 1e-3};
static const struct gg_loss_case cases[] = {{"scalars", "", 30, 1, .missing = true},
                                            {"noise that is known", "noise=known", 30, 1},
                                            {"vectors", "", 12, 3, .missing = true},
                                            {"vectors and noise", "noise=known", 12, 3},
                                            {"a high floor", "floor=0.7", 30, 1},
                                            {"vectors above a high floor", "floor=0.7", 12, 3},
                                            {0}};

const struct gg_loss_type gg_loss_gaussian = {
    .name = "gaussian",
    .about = "likelihood of a normal distribution whose width is learned",
    .source = "Nix, Weigend, Proc. IEEE Int. Conf. Neural Networks 1, 55 (1994)",
    .hypers = hypers,
    .hyper_size = sizeof(struct hyper),
    .hyper_defaults = &defaults,
    .mean = GG_OVER_NUMBERS,
    .likelihood = true,
    .spread = spread,
    .wants_noise = wants_noise,
    .weighs = true,
    .value = value,
    .cases = cases};
