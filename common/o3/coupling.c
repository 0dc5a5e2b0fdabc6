/* coupling.c -- real coupling tensors w^{l1 l2 l3} of O(3), with e3nn's signs */
/* w = Re sum_{mu1 mu2} Q^{l1}_{mu1 m1} Q^{l2}_{mu2 m2} conj(Q^{l3}_{mu1+mu2, m3}) <l1 mu1 l2 mu2 | l3 mu1+mu2>, divided by
 * its Frobenius norm.  Q takes real harmonics to complex ones; the Clebsch-Gordan coefficients (Condon-Shortley) come
 * from Racah's sum in long double, which keeps 1e-14 up to GG_L_MAX. */
#include "o3/o3.h"
#include "util/arena.h"
#include <complex.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

static long double factorial(int n)
{
    long double f = 1;
    for (int k = 2; k <= n; k++)
        f *= k;
    return f;
}

static int max3(int a, int b, int c)
{
    int m = a > b ? a : b;
    return m > c ? m : c;
}

/* <l1 m1 l2 m2 | l3 m1+m2>; the degrees obey the triangle rule. */
static double clebsch_gordan(int l1, int l2, int l3, int m1, int m2)
{
    int m3 = m1 + m2;
    if (abs(m3) > l3)
        return 0;
    long double triangle = factorial(l3 + l1 - l2) * factorial(l3 - l1 + l2) * factorial(l1 + l2 - l3) /
                           factorial(l1 + l2 + l3 + 1);
    long double orders = factorial(l3 + m3) * factorial(l3 - m3) * factorial(l1 - m1) * factorial(l1 + m1) *
                         factorial(l2 - m2) * factorial(l2 + m2);
    long double sum = 0;
    for (int k = max3(0, l2 - l3 - m1, l1 - l3 + m2); k <= l1 + l2 - l3 && k <= l1 - m1 && k <= l2 + m2;
         k++) {
        long double term =
            1 / (factorial(k) * factorial(l1 + l2 - l3 - k) * factorial(l1 - m1 - k) *
                 factorial(l2 + m2 - k) * factorial(l3 - l2 + m1 + k) * factorial(l3 - l1 - m2 + k));
        sum += k % 2 ? -term : term;
    }
    return (double)(sqrtl((2 * l3 + 1) * triangle * orders) * sum);
}

/* Q^l_{mu m}: non-zero only for |mu| = |m|. */
static double complex real_to_complex(int l, int mu, int m)
{
    static const double complex phase[4] = {1, -I, -1, I}; /* (-i)^l */
    if (abs(mu) != abs(m))
        return 0;
    if (mu == 0)
        return phase[l % 4];
    double sign = mu > 0 && mu % 2 ? -1 : 1; /* (-1)^mu for mu > 0 */
    double complex entry = m > 0 ? 1 : mu > 0 ? I : -I;
    return phase[l % 4] * sign * entry * M_SQRT1_2;
}

/* One entry: at most two mu for each m. */
static double entry_of(int l1, int l2, int l3, const double *cg, int m1, int m2, int m3)
{
    double complex sum = 0;
    int step1 = m1 ? 2 * abs(m1) : 1, step2 = m2 ? 2 * abs(m2) : 1;
    for (int mu1 = -abs(m1); mu1 <= abs(m1); mu1 += step1)
        for (int mu2 = -abs(m2); mu2 <= abs(m2); mu2 += step2)
            if (abs(mu1 + mu2) == abs(m3))
                sum += real_to_complex(l1, mu1, m1) * real_to_complex(l2, mu2, m2) *
                       conj(real_to_complex(l3, mu1 + mu2, m3)) * cg[(mu1 + l1) * (2 * l2 + 1) + mu2 + l2];
    return creal(sum);
}

static void normalise(double *w, int n)
{
    double square = 0;
    for (int k = 0; k < n; k++)
        square += w[k] * w[k];
    for (int k = 0; k < n; k++)
        w[k] = fabs(w[k]) < 1e-14 ? 0 : w[k] / sqrt(square);
}

static void fill_tensor(int l1, int l2, int l3, double *w)
{
    double cg[(2 * GG_L_MAX + 1) * (2 * GG_L_MAX + 1)], *next = w;
    for (int m1 = -l1; m1 <= l1; m1++)
        for (int m2 = -l2; m2 <= l2; m2++)
            cg[(m1 + l1) * (2 * l2 + 1) + m2 + l2] = clebsch_gordan(l1, l2, l3, m1, m2);
    for (int m1 = -l1; m1 <= l1; m1++)
        for (int m2 = -l2; m2 <= l2; m2++)
            for (int m3 = -l3; m3 <= l3; m3++)
                *next++ = entry_of(l1, l2, l3, cg, m1, m2, m3);
    normalise(w, (int)(next - w));
}

/* Tensors are made when first asked for.  Two threads may both make one; the first to store it wins. */
const double *gg_coupling(int l1, int l2, int l3)
{
    static _Atomic(double *) kept[GG_L_MAX + 1][GG_L_MAX + 1][GG_L_MAX + 1];
    double *w = atomic_load(&kept[l1][l2][l3]), *stored = NULL;
    if (w)
        return w;
    w = gg_xalloc((size_t)(2 * l1 + 1) * (2 * l2 + 1) * (2 * l3 + 1), sizeof *w);
    if (abs(l1 - l2) <= l3 && l3 <= l1 + l2)
        fill_tensor(l1, l2, l3, w);
    if (atomic_compare_exchange_strong(&kept[l1][l2][l3], &stored, w))
        return w;
    free(w);
    return stored;
}
