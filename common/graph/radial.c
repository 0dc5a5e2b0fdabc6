/* radial.c -- radial bases (Bessel: Gasteiger et al., arXiv 2003.03123; bump: e3nn's soft_one_hot), envelopes, knots */
#include "graph/radial.h"
#include "util/clones.h"

#include <math.h>

struct gg_radial_basis gg_radial_basis_shell(enum gg_radial_kind kind, int n, double inner, double outer)
{
    double width = outer - inner, step = n > 1 ? width / (n - 1) : width;
    struct gg_radial_basis b = {.kind = kind,
                                .n = n,
                                .cutoff = outer,
                                .inner = inner,
                                .prefactor = 1.0,
                                .first = inner,
                                .last = outer,
                                .exponent = 1.0};
    if (kind == GG_BESSEL)
        b.prefactor = sqrt(2.0 / width);
    b.gamma = 0.5 / (step * step);
    b.envelope = GG_ENVELOPE_POLY;
    b.p = 6;
    return b;
}

struct gg_radial_basis gg_radial_basis_default(enum gg_radial_kind kind, int n, double cutoff)
{
    return gg_radial_basis_shell(kind, n, 0, cutoff);
}

/* u(x) = 1 - (p+1)(p+2)/2 x^p + p(p+2) x^(p+1) - p(p+1)/2 x^(p+2): value and two derivatives vanish at x = 1 */
static double polynomial(int p, double x)
{
    double a = 0.5 * (p + 1) * (p + 2), b = (double)p * (p + 2), c = 0.5 * p * (p + 1);
    return 1.0 - pow(x, p) * (a - x * (b - x * c));
}

double gg_envelope_eval(enum gg_envelope kind, int p, double x)
{
    if (kind == GG_ENVELOPE_NONE)
        return 1.0;
    if (x >= 1.0)
        return 0.0;
    return kind == GG_ENVELOPE_POLY ? polynomial(p, x) : 0.5 * (1.0 + cos(M_PI * x));
}

/* Of the envelope's argument, and its sign where that falls with r. */
static double argument(const struct gg_radial_basis *b, double r, double *sign)
{
    double x = b->inner > 0 ? (2 * r - b->inner - b->cutoff) / (b->cutoff - b->inner) : r / b->cutoff;
    *sign = x < 0 ? -1 : 1;
    return fabs(x);
}

double gg_radial_envelope(const struct gg_radial_basis *b, double r)
{
    double sign;
    return gg_envelope_eval(b->envelope, b->p, argument(b, r, &sign));
}

double gg_radial_envelope_slope(const struct gg_radial_basis *b, double r)
{
    double sign, du = gg_envelope_slope(b->envelope, b->p, argument(b, r, &sign));
    return sign * du / (b->inner > 0 ? (b->cutoff - b->inner) / 2 : b->cutoff);
}

/* q sin(n pi t/w)/r, n = 1 .. n_b, with t from the shell's beginning and w its width, or r and the cutoff; sine and cosine of n + 1 by
 * turning those of n */
static void bessel(const struct gg_radial_basis *b, double r, double *out)
{
    double k = M_PI / (b->cutoff - b->inner), first = sin(k * (r - b->inner)), turn = cos(k * (r - b->inner)),
           sine = first, cosine = turn;
    for (int n = 0; n < b->n; n++) {
        out[n] = r > 0 ? b->prefactor * sine / r : b->prefactor * (n + 1) * k;
        double next = sine * turn + cosine * first;
        cosine = cosine * turn - sine * first;
        sine = next;
    }
}

static void gaussian(const struct gg_radial_basis *b, double r, double *out)
{
    double step = b->n > 1 ? (b->last - b->first) / (b->n - 1) : 0.0;
    for (int n = 0; n < b->n; n++) {
        double d = r - (b->first + n * step);
        out[n] = b->prefactor * exp(-b->gamma * d * d);
    }
}

static double bump(double t)
{
    return t > 0 ? exp(-1.0 / t) : 0.0;
}

/* 1.14136 e^2 f(d+1) f(1-d), f(t) = exp(-1/t): infinitely smooth, zero one step away from its centre */
static void smooth_finite(const struct gg_radial_basis *b, double r, double *out)
{
    double step = (b->cutoff - b->inner) / (b->n + 1), scale = b->prefactor * 1.14136 * exp(2.0);
    for (int n = 1; n <= b->n; n++) {
        double d = (r - b->inner) / step - n;
        out[n - 1] = scale * bump(1.0 + d) * bump(1.0 - d);
    }
}

static void monomial(const struct gg_radial_basis *b, double r, double *out)
{
    double power = b->prefactor * pow(r, b->exponent);
    for (int n = 0; n < b->n; n++, power *= r)
        out[n] = power;
}

void gg_radial_basis_eval(const struct gg_radial_basis *b, double r, double *out)
{
    switch (b->kind) {
    case GG_BESSEL:
        bessel(b, r, out);
        break;
    case GG_GAUSSIAN:
        gaussian(b, r, out);
        break;
    case GG_SMOOTH_FINITE:
        smooth_finite(b, r, out);
        break;
    case GG_MONOMIAL:
        monomial(b, r, out);
        break;
    }
    double u = gg_radial_envelope(b, r);
    for (int n = 0; n < b->n; n++)
        out[n] *= u;
}

/* ---- derivatives ---- */

/* du/dx: -p(p+1)(p+2)/2 x^(p-1) (1 - x)^2; -pi/2 sin(pi x) */
double gg_envelope_slope(enum gg_envelope kind, int p, double x)
{
    if (kind == GG_ENVELOPE_NONE || x >= 1.0)
        return 0.0;
    return kind == GG_ENVELOPE_POLY ? -0.5 * p * (p + 1) * (p + 2) * pow(x, p - 1) * (1 - x) * (1 - x)
                                    : -0.5 * M_PI * sin(M_PI * x);
}

double gg_envelope_of_edge(enum gg_envelope kind, int p, double cutoff, double r)
{
    return r > cutoff * (1 + 1e-6) ? 0 : gg_envelope_eval(kind, p, r / cutoff);
}

double gg_envelope_log_slope(enum gg_envelope kind, int p, double cutoff, double r)
{
    double u = gg_envelope_of_edge(kind, p, cutoff, r);
    return u > 0 ? gg_envelope_slope(kind, p, r / cutoff) / cutoff / u : 0;
}

/* f'(t) of f(t) = exp(-1/t) */
static double bump_slope(double t)
{
    return t > 0 ? exp(-1.0 / t) / (t * t) : 0.0;
}

/* d/dr of the n-th function (from 0) without the envelope. */
static double slope_of(const struct gg_radial_basis *b, int n, double r)
{
    double within = r - b->inner, k = (n + 1) * M_PI / (b->cutoff - b->inner),
           step = b->n > 1 ? (b->last - b->first) / (b->n - 1) : 0.0, d = r - (b->first + n * step),
           width = (b->cutoff - b->inner) / (b->n + 1), t = within / width - (n + 1), p = b->exponent + n;
    switch (b->kind) {
    case GG_BESSEL:
        return r > 0 ? b->prefactor * (k * r * cos(k * within) - sin(k * within)) / (r * r) : 0.0;
    case GG_GAUSSIAN:
        return -2 * b->gamma * d * b->prefactor * exp(-b->gamma * d * d);
    case GG_SMOOTH_FINITE:
        return b->prefactor * 1.14136 * exp(2.0) / width *
               (bump_slope(1.0 + t) * bump(1.0 - t) - bump(1.0 + t) * bump_slope(1.0 - t));
    case GG_MONOMIAL:
        return p != 0 ? b->prefactor * p * pow(r, p - 1) : 0.0;
    }
    return 0.0;
}

void gg_radial_basis_slope(const struct gg_radial_basis *b, double r, double *out)
{
    struct gg_radial_basis bare = *b;
    double u = gg_radial_envelope(b, r), du = gg_radial_envelope_slope(b, r);
    bare.envelope = GG_ENVELOPE_NONE;
    gg_radial_basis_eval(&bare, r, out);
    for (int n = 0; n < b->n; n++)
        out[n] = out[n] * du + slope_of(b, n, r) * u;
}

/* ---- knots ---- */

/* Lagrange's cubic through knots k-1 .. k+2, f = r/h - k */
GG_CLONES static void knots(int n, const gg_real *restrict r, double from, double h, int n_knot,
                            int32_t *restrict first, gg_real (*restrict b)[4])
{
#pragma omp simd
    for (int e = 0; e < n; e++) {
        double x = ((double)r[e] - from) / h;
        int k = x < n_knot - 3 ? (int)x : n_knot - 3;
        k = k > 1 ? k : 1;
        double f = x - k;
        b[e][0] = (gg_real)(-f * (f - 1) * (f - 2) / 6);
        b[e][1] = (gg_real)((f + 1) * (f - 1) * (f - 2) / 2);
        b[e][2] = (gg_real)(-(f + 1) * f * (f - 2) / 2);
        b[e][3] = (gg_real)((f + 1) * f * (f - 1) / 6);
        first[e] = k - 1;
    }
}

void gg_knots(int n, const gg_real *r, struct gg_knots at, int32_t *first, gg_real (*b)[4])
{
    knots(n, r, at.from, at.h, at.n, first, b);
}

void gg_knots_slope(int n, const gg_real *r, struct gg_knots at, gg_real (*db)[4])
{
    double h = at.h;
    for (int e = 0; e < n; e++) {
        double x = ((double)r[e] - at.from) / h;
        int k = x < at.n - 3 ? (int)x : at.n - 3;
        k = k > 1 ? k : 1;
        double f = x - k;
        db[e][0] = (gg_real)(-(3 * f * f - 6 * f + 2) / (6 * h));
        db[e][1] = (gg_real)((3 * f * f - 4 * f - 1) / (2 * h));
        db[e][2] = (gg_real)(-(3 * f * f - 2 * f - 2) / (2 * h));
        db[e][3] = (gg_real)((3 * f * f - 1) / (6 * h));
    }
}
