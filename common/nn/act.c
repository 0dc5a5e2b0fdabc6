/* act.c -- activations on eight numbers at once */
/* All come from one exponential, e^x = 2^n e^f, |f| <= ln2/2, with e^f by its series: the same bits for any register
 * width and any libm.  Error 2e-7 relative in float, 4e-16 in double. */
#include "nn/act.h"
#include "nn/lanes.h"

#include <math.h>

/* 2^23 (2^52): adding 1.5 times it rounds to a whole number; its exponent field begins at that bit. */
#ifdef GG_REAL_DOUBLE
typedef int64_t bits __attribute__((vector_size(8 * sizeof(int64_t))));
enum { TERMS = 13, MANTISSA = 52, BIAS = 1023 };
#define LARGEST 708.0
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW 0x1.a39ef35793c76p-33
#else
typedef int32_t bits __attribute__((vector_size(8 * sizeof(int32_t))));
enum { TERMS = 7, MANTISSA = 23, BIAS = 127 };
#define LARGEST 87.0f
#define LN2_HIGH 0x1.62e4p-1f
#define LN2_LOW 0x1.7f7d1cp-20f
#endif

GG_INLINE void choose(const bits *where, const gg_lanes *yes, gg_lanes *x)
{
    *x = (gg_lanes)((*where & (bits)*yes) | (~*where & (bits)*x));
}

/* x <- e^x, x <= 0; below -LARGEST it is e^-LARGEST. */
GG_INLINE void exponential(gg_lanes *x)
{
    static const gg_real series[] = {
        1,         1,          1. / 2,      1. / 6,       1. / 24,       1. / 120,       1. / 720,
        1. / 5040, 1. / 40320, 1. / 362880, 1. / 3628800, 1. / 39916800, 1. / 479001600, 1. / 6227020800};
    const gg_real magic = (gg_real)(1.5 * (double)((int64_t)1 << MANTISSA));
    gg_lanes least = (gg_lanes){0} - LARGEST, sum = (gg_lanes){0} + series[TERMS];
    bits below = *x < least;
    choose(&below, &least, x);
    gg_lanes n = *x * (gg_real)M_LOG2E + magic - magic;
    gg_lanes f = *x - n * LN2_HIGH - n * LN2_LOW;
#pragma GCC unroll 13
    for (int k = TERMS - 1; k >= 0; k--)
        sum = series[k] + sum * f;
    *x = sum * (gg_lanes)((__builtin_convertvector(n, bits) + BIAS) << MANTISSA);
}

/* q = e^-|z|, negative = z < 0 */
GG_INLINE void decay(const gg_lanes *z, gg_lanes *q, bits *negative)
{
    const bits sign = (bits)((gg_lanes){0} * -1);
    *negative = *z < (gg_lanes){0};
    *q = (gg_lanes)((bits)*z | sign);
    exponential(q);
}

/* 1/(1+q), or q/(1+q) where z < 0: nothing overflows. */
GG_INLINE void sigmoid(const gg_lanes *z, gg_lanes *s)
{
    gg_lanes q, above = (gg_lanes){0} + 1;
    bits negative;
    decay(z, &q, &negative);
    *s = above;
    choose(&negative, &q, s);
    *s /= above + q;
}

/* (1-q)/(1+q) for q = e^-2|z|, with the sign of z: odd to the last bit, as parity wants it */
GG_INLINE void hyperbolic(const gg_lanes *z, gg_lanes *t)
{
    gg_lanes twice = 2 * *z, q, other;
    bits negative;
    decay(&twice, &q, &negative);
    *t = (1 - q) / (1 + q);
    other = -*t;
    choose(&negative, &other, t);
}

double gg_act_constant(enum gg_act kind, bool e3nn)
{
    static const double exact[] = {1.676532470363, 1.592537419753, 1.875596256171, M_SQRT2,
                                   1.245198300701, 1.846228545374, 1.529087143557};
    static const double sampled[] = {1.6791767923989418, 1.5937334472592695, 1.875596256171,   M_SQRT2,
                                     1.245198300701,     1.8467055342154763, 1.531320475574866};
    return e3nn ? sampled[kind] : exact[kind];
}

/* e^z where z < 0, else 1; negative = z < 0 */
GG_INLINE void below_zero(const gg_lanes *z, gg_lanes *e, bits *negative)
{
    *negative = *z < (gg_lanes){0};
    *e = (gg_lanes){0};
    choose(negative, z, e);
    exponential(e);
}

/* e^z - 1 where z < 0, else z */
GG_INLINE void elu(const gg_lanes *z, gg_lanes *s)
{
    gg_lanes e;
    bits negative;
    below_zero(z, &e, &negative);
    e -= 1;
    *s = *z;
    choose(&negative, &e, s);
}

/* log(1 + e^z) - log 2, from libm: the only activation with a logarithm */
static gg_real softplus(gg_real z)
{
    double x = (double)z;
    return (gg_real)(fmax(x, 0) + log1p(exp(-fabs(x))) - M_LN2);
}

/* NaN stays NaN. */
GG_INLINE void relu(gg_real scale, int64_t n, const gg_real *z, gg_real *a)
{
    for (int64_t c = 0; c < n; c += 8) {
        gg_lanes zero = {0}, x = *(const gg_lanes *)(z + c), s = scale * x;
        bits below = x < zero;
        choose(&below, &zero, &s);
        *(gg_lanes *)(a + c) = s;
    }
}

GG_INLINE void relu_gradient(gg_real scale, int64_t n, const gg_real *z, const gg_real *da, gg_real *dz)
{
    for (int64_t c = 0; c < n; c += 8) {
        gg_lanes zero = {0}, x = *(const gg_lanes *)(z + c), d = scale * *(const gg_lanes *)(da + c);
        bits off = x <= zero;
        choose(&off, &zero, &d);
        *(gg_lanes *)(dz + c) = d;
    }
}

/* A loop for each kind: `kind` is a constant where this is called. */
GG_INLINE void each(enum gg_act kind, gg_real scale, int64_t n, const gg_real *z, gg_real *a)
{
    for (int64_t c = 0; c < n; c += 8) {
        gg_lanes x = *(const gg_lanes *)(z + c), s = x;
        if (kind == GG_ACT_TANH)
            hyperbolic(&x, &s);
        else if (kind == GG_ACT_ELU)
            elu(&x, &s);
        else if (kind != GG_ACT_SSP)
            sigmoid(&x, &s);
        if (kind == GG_ACT_SILU)
            s *= x;
        if (kind == GG_ACT_LEAKY)
            s = x * ((gg_real)0.2 + (gg_real)0.8 * s);
        for (int q = 0; kind == GG_ACT_SSP && q < 8; q++)
            s[q] = softplus(x[q]);
        *(gg_lanes *)(a + c) = scale * s;
    }
}

GG_INLINE void each_gradient(enum gg_act kind, gg_real scale, int64_t n, const gg_real *z, const gg_real *da,
                             gg_real *dz)
{
    for (int64_t c = 0; c < n; c += 8) {
        gg_lanes x = *(const gg_lanes *)(z + c), s, slope;
        bits negative;
        if (kind == GG_ACT_TANH)
            hyperbolic(&x, &s);
        else if (kind == GG_ACT_ELU)
            below_zero(&x, &s, &negative);
        else
            sigmoid(&x, &s);
        slope = s; /* of ssp and elu */
        if (kind == GG_ACT_SILU)
            slope = s * (1 + x * (1 - s));
        else if (kind == GG_ACT_LEAKY)
            slope = (gg_real)0.2 + (gg_real)0.8 * s * (1 + x * (1 - s));
        else if (kind == GG_ACT_TANH)
            slope = 1 - s * s;
        else if (kind == GG_ACT_SIGMOID)
            slope = s * (1 - s);
        *(gg_lanes *)(dz + c) = *(const gg_lanes *)(da + c) * (scale * slope);
    }
}

#define GG_EACH_SMOOTH_ACT(X) \
    X(GG_ACT_SILU) X(GG_ACT_TANH) X(GG_ACT_SSP) X(GG_ACT_SIGMOID) X(GG_ACT_LEAKY) X(GG_ACT_ELU)

GG_CLONES void gg_act(enum gg_act kind, double k, int64_t n, const gg_real *z, gg_real *a)
{
#define CASE(NAME)                       \
    case NAME:                           \
        each(NAME, (gg_real)k, n, z, a); \
        break;
    switch (kind) {
        GG_EACH_SMOOTH_ACT(CASE)
    case GG_ACT_RELU:
        relu((gg_real)k, n, z, a);
        break;
    }
#undef CASE
}

GG_CLONES void gg_act_gradient(enum gg_act kind, double k, int64_t n, const gg_real *z, const gg_real *da,
                               gg_real *dz)
{
#define CASE(NAME)                                     \
    case NAME:                                         \
        each_gradient(NAME, (gg_real)k, n, z, da, dz); \
        break;
    switch (kind) {
        GG_EACH_SMOOTH_ACT(CASE)
    case GG_ACT_RELU:
        relu_gradient((gg_real)k, n, z, da, dz);
        break;
    }
#undef CASE
}

GG_CLONES void gg_exponential(int64_t n, const gg_real *z, gg_real *a)
{
    for (int64_t c = 0; c < n; c += 8) {
        gg_lanes x = *(const gg_lanes *)(z + c);
        exponential(&x);
        *(gg_lanes *)(a + c) = x;
    }
}
