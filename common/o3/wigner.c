/* wigner.c -- D_l(R): how the harmonics of degree l turn */
/* D_1 = R in the basis (x, y, z).  w^{1,l,l+1} is invariant and its slices in k are orthogonal with norm 1/(2l+3), so
 *     D_{l+1,kk'} = (2l+3) sum w_{ijk} R_{ii'} D_{l,jj'} w_{i'j'k'}. */
#include "o3/o3.h"
#include <assert.h>
#include <math.h>
#include <string.h>

enum { WIDTH = 2 * GG_L_MAX + 1 };

static double determinant(const double R[3][3])
{
    return R[0][0] * (R[1][1] * R[2][2] - R[1][2] * R[2][1]) -
           R[0][1] * (R[1][0] * R[2][2] - R[1][2] * R[2][0]) +
           R[0][2] * (R[1][0] * R[2][1] - R[1][1] * R[2][0]);
}

/* half[i][j][k'] = sum_{i'j'} R_{ii'} D_{jj'} w_{i'j'k'} */
static void turn_factors(int l, const double R[3][3], const double *D, double *half)
{
    int n = 2 * l + 1;
    const double *w = gg_coupling(1, l, l + 1);
    memset(half, 0, sizeof *half * (size_t)(3 * n * (n + 2)));
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < n; j++)
            for (int p = 0; p < 3 * n; p++)
                for (int k = 0; k < n + 2; k++)
                    half[(i * n + j) * (n + 2) + k] += R[i][p / n] * D[j * n + p % n] * w[p * (n + 2) + k];
}

static void raise_degree(int l, const double R[3][3], const double *D, double *next)
{
    int n = 2 * l + 1;
    double half[3 * WIDTH * WIDTH];
    const double *w = gg_coupling(1, l, l + 1);
    turn_factors(l, R, D, half);
    memset(next, 0, sizeof *next * (size_t)((n + 2) * (n + 2)));
    for (int p = 0; p < 3 * n; p++)
        for (int k = 0; k < n + 2; k++)
            for (int q = 0; q < n + 2; q++)
                next[k * (n + 2) + q] += (n + 2) * w[p * (n + 2) + k] * half[p * (n + 2) + q];
}

void gg_wigner_d(int l, const double R[3][3], double *D)
{
    double turn[3][3], last[WIDTH * WIDTH], sign = determinant(R) < 0 ? -1 : 1;
    assert(l >= 0 && l <= GG_L_MAX);
    for (int a = 0; a < 9; a++)
        turn[a / 3][a % 3] = sign * R[a / 3][a % 3];
    D[0] = 1;
    if (l > 0)
        memcpy(D, turn, sizeof turn);
    for (int k = 1; k < l; k++) {
        memcpy(last, D, sizeof *D * (size_t)((2 * k + 1) * (2 * k + 1)));
        raise_degree(k, turn, last, D);
    }
}

/* row <- D row for each channel */
static void turn_block(const struct gg_irrep *b, const double *D, double *row)
{
    int n = 2 * b->l + 1;
    double old[WIDTH];
    for (int c = 0; c < b->mul; c++, row += n) {
        memcpy(old, row, sizeof *row * (size_t)n);
        for (int m = 0; m < n; m++) {
            row[m] = 0;
            for (int k = 0; k < n; k++)
                row[m] += D[m * n + k] * old[k];
        }
    }
}

void gg_rotate_irreps(const struct gg_irreps *irreps, const double R[3][3], double *x, int64_t n)
{
    double D[WIDTH * WIDTH];
    int dim = gg_irreps_dim(irreps), offset = 0;
    bool improper = determinant(R) < 0;
    for (int k = 0; k < irreps->n; k++) {
        const struct gg_irrep *b = &irreps->b[k];
        gg_wigner_d(b->l, R, D);
        for (int a = 0; improper && b->p < 0 && a < (2 * b->l + 1) * (2 * b->l + 1); a++)
            D[a] = -D[a]; /* inversion multiplies by the parity */
        for (int64_t i = 0; i < n; i++)
            turn_block(b, D, x + i * dim + offset);
        offset += b->mul * (2 * b->l + 1);
    }
}
