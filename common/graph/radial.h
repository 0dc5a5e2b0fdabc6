/* radial.h -- functions of the distance: bases, envelopes, and the knots of a radial table */
#ifndef GG_RADIAL_H
#define GG_RADIAL_H

#include "util/choice.h"
#include "util/real.h"
#include <stdint.h>

#define GG_RADIAL_LIST(X)  \
    X(GG_BESSEL, "bessel") \
    X(GG_GAUSSIAN, "gaussian") X(GG_SMOOTH_FINITE, "smooth_finite") X(GG_MONOMIAL, "monomial")
enum gg_radial_kind { GG_RADIAL_LIST(GG_CHOICE_ENUM) };
#define GG_ENVELOPE_LIST(X) \
    X(GG_ENVELOPE_NONE, "none") X(GG_ENVELOPE_POLY, "poly") X(GG_ENVELOPE_COSINE, "cosine")
enum gg_envelope { GG_ENVELOPE_LIST(GG_CHOICE_ENUM) };
#define GG_RADIAL_KINDS GG_CHOICE_WORDS(GG_RADIAL_LIST)
#define GG_ENVELOPES GG_CHOICE_WORDS(GG_ENVELOPE_LIST)

/* Every number that conventions disagree on is a member, so that a model file can state it. */
struct gg_radial_basis {
    enum gg_radial_kind kind;
    int n;              /* functions, 1 .. */
    double cutoff;      /* sigma */
    double inner;       /* sigma; above 0: functions of a shell, from here to the cutoff */
    double prefactor;   /* bessel: q, sqrt(2/(cutoff - inner)), as in e3nn and MACE; others: a plain factor */
    double gamma;       /* gaussian: exp(-gamma (r - mu)^2), 1/sigma^2 */
    double first, last; /* gaussian: centres evenly from first to last, sigma */
    double exponent;    /* monomial: r^exponent, r^(exponent + 1) ... */
    enum gg_envelope envelope;
    int p; /* of the polynomial envelope, >= 2: 6 NequIP, 5 MACE */
};

/* The usual choice: bessel with sqrt(2/cutoff); gaussian with centres from 0 to the cutoff that overlap at one standard
 * deviation; monomial from the length on; factor 1.  Envelope poly with p = 6. */
struct gg_radial_basis gg_radial_basis_default(enum gg_radial_kind kind, int n, double cutoff);
/* The same of the shell from inner to outer: bessel, gaussian and smooth_finite begin at inner, and the envelope falls to 0 at both ends. */
struct gg_radial_basis gg_radial_basis_shell(enum gg_radial_kind kind, int n, double inner, double outer);

/* out[0..n-1]: basis times envelope at r >= 0, with the limit at r = 0.  In double: it is evaluated at knots, not on
 * edges. */
void gg_radial_basis_eval(const struct gg_radial_basis *b, double r, double *out);

/* d/dr of the same. */
void gg_radial_basis_slope(const struct gg_radial_basis *b, double r, double *out);

/* u of the basis: of r / cutoff, or in a shell of the distance from its middle over half its width; d/dr of the same. */
double gg_radial_envelope(const struct gg_radial_basis *b, double r);
double gg_radial_envelope_slope(const struct gg_radial_basis *b, double r);

/* u(r / cutoff): 1 at 0, 0 from the cutoff on (none: 1 everywhere). */
double gg_envelope_eval(enum gg_envelope kind, int p, double x);
double gg_envelope_slope(enum gg_envelope kind, int p, double x); /* du/dx */
/* u of an edge in weights of attention: 0 beyond the cutoff of whatever kind, where another geometry, which sees farther, has brought it
 * into the list; and d log u/dr there, 0 where u is. */
double gg_envelope_of_edge(enum gg_envelope kind, int p, double cutoff, double r);
double gg_envelope_log_slope(enum gg_envelope kind, int p, double cutoff, double r);

/* Knots at distances from, from + h, ... from + (n - 1) h, n >= 4. */
struct gg_knots {
    double from, h;
    int n;
};
/* Cubic interpolation between them: the value at r[e] is sum_a b[e][a] T[first[e] + a], a = 0..3, e = 0..n-1.  Stencils stay
 * inside the table, since the envelope's third derivative jumps at its ends.  In double, rounded once. */
void gg_knots(int n, const gg_real *r, struct gg_knots at, int32_t *first, gg_real (*b)[4]);
/* The derivative of the cubic: sum_a db[e][a] T[first[e] + a]. */
void gg_knots_slope(int n, const gg_real *r, struct gg_knots at, gg_real (*db)[4]);

#endif
