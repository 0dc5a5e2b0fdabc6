/* couplings.c -- prints the nonzero couplings and the harmonics as C macros, for conv_kernel.inc
 *
 * A kernel of conv multiplies, for every edge, a small matrix M[m3][m1] = sum_m2 w[m1][m2][m3] Y[m2] with the sender's
 * features.  Which entries of M are nonzero, and from which harmonics each is made, is known before compilation.  This
 * program, run by the Makefile, writes it down once for every path l1 l2 -> l3:
 *
 *     #define GG_PATH_1_1_2(E) E(0, 0, 0, 1, W(-0.18)*Y(2) + W(-0.31)*Y(4)) ...
 *         E(entry, m1, m3, first of its m1, expression in Y(m2)), ordered by m1
 *     #define GG_ENTRIES_1_1_2 9
 *     #define GG_TERMS_1_1_2(E, T) E(0, 0, 1) T(2, W(-0.18)) T(4, W(-0.31)) ...
 *         the same entries, E(m1, m3, first of its m1), each with its terms behind it, T(m2, coupling)
 *     #define GG_PATHS_2(P)    P(0, 2, 2) P(1, 1, 2) ...        the paths whose highest degree is 2, to L_FAST
 *     #define GG_SH_2(E)       E(4, expression in Y(lm)) ...    harmonics of degree l from those of degree 1 and l-1
 *
 * Y(lm) counts from 0 within the degree in GG_PATH, over all degrees (l^2 + m) in GG_SH. */
#include "o3/o3.h"

#include <math.h>
#include <stdio.h>

enum { L_FAST = 4, L_HARMONICS = 6 };
static const double nothing = 1e-14;

static double w(const double *t, int l2, int l3, int m1, int m2, int m3)
{
    return t[(m1 * (2 * l2 + 1) + m2) * (2 * l3 + 1) + m3];
}

/* The expression of one entry of M; returns how many terms it has. */
static int print_entry(const double *t, int l2, int l3, int m1, int m3)
{
    int terms = 0;
    for (int m2 = 0; m2 <= 2 * l2; m2++) {
        double x = w(t, l2, l3, m1, m2, m3);
        if (fabs(x) > nothing)
            printf("%sW(%.17g)*Y(%d)", terms++ ? " + " : "", x, m2);
    }
    return terms;
}

static int count_terms(const double *t, int l2, int l3, int m1, int m3)
{
    int terms = 0;
    for (int m2 = 0; m2 <= 2 * l2; m2++)
        terms += fabs(w(t, l2, l3, m1, m2, m3)) > nothing;
    return terms;
}

/* The same numbers for the sums over m1 and m3, of each m2. */
static void print_terms(const double *t, int l1, int l2, int l3)
{
    printf("#define GG_TERMS_%d_%d_%d(E, T) \\\n", l1, l2, l3);
    for (int m1 = 0; m1 <= 2 * l1; m1++) {
        int first = 1;
        for (int m3 = 0; m3 <= 2 * l3; m3++) {
            if (!count_terms(t, l2, l3, m1, m3))
                continue;
            printf("    E(%d, %d, %d)", m1, m3, first);
            for (int m2 = 0; m2 <= 2 * l2; m2++)
                if (fabs(w(t, l2, l3, m1, m2, m3)) > nothing)
                    printf(" T(%d, W(%.17g))", m2, w(t, l2, l3, m1, m2, m3));
            printf(" \\\n");
            first = 0;
        }
    }
    printf("\n");
}

static void print_path(int l1, int l2, int l3)
{
    const double *t = gg_coupling(l1, l2, l3);
    int entry = 0;
    printf("#define GG_PATH_%d_%d_%d(E) \\\n", l1, l2, l3);
    for (int m1 = 0; m1 <= 2 * l1; m1++) {
        int first = 1;
        for (int m3 = 0; m3 <= 2 * l3; m3++) {
            if (!count_terms(t, l2, l3, m1, m3))
                continue;
            printf("    E(%d, %d, %d, %d, ", entry++, m1, m3, first);
            print_entry(t, l2, l3, m1, m3);
            printf(") \\\n");
            first = 0;
        }
    }
    printf("\n#define GG_ENTRIES_%d_%d_%d %d\n\n", l1, l2, l3, entry);
    print_terms(t, l1, l2, l3);
}

/* Y_{l,k} = (2l+1)/sqrt(3 l) sum_ij w^{1,l-1,l}_{ijk} Y_{1,i} Y_{l-1,j}   (gg_o3(7), HARMONICS) */
static void print_harmonics(int l)
{
    const double *t = gg_coupling(1, l - 1, l), factor = (2 * l + 1) / sqrt(3.0 * l);
    printf("#define GG_SH_%d(E) \\\n", l);
    for (int k = 0; k <= 2 * l; k++) {
        int terms = 0;
        printf("    E(%d, ", l * l + k);
        for (int i = 0; i < 3; i++)
            for (int j = 0; j <= 2 * (l - 1); j++)
                if (fabs(w(t, l - 1, l, i, j, k)) > nothing)
                    printf("%sW(%.17g)*Y(%d)*Y(%d)", terms++ ? " + " : "", factor * w(t, l - 1, l, i, j, k),
                           1 + i, (l - 1) * (l - 1) + j);
        printf(") \\\n");
    }
    printf("\n");
}

static int is_path(int l1, int l2, int l3)
{
    return l3 >= (l1 > l2 ? l1 - l2 : l2 - l1) && l3 <= l1 + l2;
}

/* The paths whose highest degree is l. */
static void list_paths(int l)
{
    printf("#define GG_PATHS_%d(P) \\\n", l);
    for (int l1 = 0; l1 <= l; l1++)
        for (int l2 = 0; l2 <= l; l2++)
            for (int l3 = 0; l3 <= l; l3++)
                if (is_path(l1, l2, l3) && (l1 == l || l2 == l || l3 == l))
                    printf("    P(%d, %d, %d) \\\n", l1, l2, l3);
    printf("\n");
}

int main(void)
{
    printf("/* written by common/layers/gen/couplings.c */\n");
    for (int l = 2; l <= L_HARMONICS; l++)
        print_harmonics(l);
    for (int l1 = 0; l1 <= L_FAST; l1++)
        for (int l2 = 0; l2 <= L_FAST; l2++)
            for (int l3 = 0; l3 <= L_FAST; l3++)
                if (is_path(l1, l2, l3))
                    print_path(l1, l2, l3);
    for (int l = 0; l <= L_FAST; l++)
        list_paths(l);
    return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
