/* se3.c -- Gram-Schmidt, and the logarithm of SE(3) with its derivative (Sola et al. 2018, arXiv 1812.01537, sections 10.2 and 10.3) */
#include "o3/se3.h"

#include <math.h>
#include <string.h>

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void cross(const double a[3], const double b[3], double c[3])
{
    c[0] = a[1] * b[2] - a[2] * b[1];
    c[1] = a[2] * b[0] - a[0] * b[2];
    c[2] = a[0] * b[1] - a[1] * b[0];
}

/* c = R v, or R^T v */
static void turn(const double R[3][3], const double v[3], double c[3])
{
    for (int k = 0; k < 3; k++)
        c[k] = dot(R[k], v);
}

static void turn_back(const double R[3][3], const double v[3], double c[3])
{
    for (int k = 0; k < 3; k++)
        c[k] = R[0][k] * v[0] + R[1][k] * v[1] + R[2][k] * v[2];
}

static void column(const double R[3][3], int k, double e[3])
{
    for (int z = 0; z < 3; z++)
        e[z] = R[z][k];
}

/* ---- frames ---- */

bool gg_frame(const double v[2][3], double R[3][3])
{
    double e[3][3], n1 = sqrt(dot(v[0], v[0])), n2;
    for (int z = 0; z < 3; z++)
        e[0][z] = v[0][z] / n1;
    double along = dot(e[0], v[1]);
    for (int z = 0; z < 3; z++)
        e[1][z] = v[1][z] - along * e[0][z];
    n2 = sqrt(dot(e[1], e[1]));
    if (!(n1 > 0 && n2 > 1e-6 * sqrt(dot(v[1], v[1])))) {
        memset(R, 0, 9 * sizeof R[0][0]);
        return false;
    }
    for (int z = 0; z < 3; z++)
        e[1][z] /= n2;
    cross(e[0], e[1], e[2]);
    for (int z = 0; z < 3; z++)
        for (int k = 0; k < 3; k++)
            R[z][k] = e[k][z];
    return true;
}

/* A turn w moves the axes by de_k = w x e_k: w.e1 = de2.e3, w.e2 = -de1.e3, w.e3 = de1.e2. */
void gg_frame_pull(const double v[2][3], const double R[3][3], const double g[3], double dv[2][3])
{
    double e1[3], e2[3], e3[3], n1 = sqrt(dot(v[0], v[0]));
    column(R, 0, e1);
    column(R, 1, e2);
    column(R, 2, e3);
    double along = dot(e1, v[1]), n2 = dot(e2, v[1]);
    for (int z = 0; z < 3; z++) {
        dv[1][z] += g[0] * e3[z] / n2;
        dv[0][z] += (g[2] * e2[z] - (g[1] + g[0] * along / n2) * e3[z]) / n1;
    }
}

/* ---- the logarithm ---- */

/* w of M: through the quaternion q, its largest number first, then 2 atan2(|v|, q0) along v. */
static void rotation_vector(const double M[3][3], double w[3])
{
    double four[4] = {1 + M[0][0] + M[1][1] + M[2][2], 1 + M[0][0] - M[1][1] - M[2][2],
                      1 - M[0][0] + M[1][1] - M[2][2], 1 - M[0][0] - M[1][1] + M[2][2]},
           q[4]; /* four: 4 q_k^2 */
    int most = 0;
    for (int k = 1; k < 4; k++)
        most = four[k] > four[most] ? k : most;
    double root = sqrt(four[most]), quarter = 0.5 / root;
    double minus[3] = {M[2][1] - M[1][2], M[0][2] - M[2][0], M[1][0] - M[0][1]};
    for (int k = 0; k < 4; k++) {
        int x = most - 1, y = k - 1; /* vector parts */
        q[k] = k == most   ? root / 2
               : most == 0 ? quarter * minus[y]
               : k == 0    ? quarter * minus[x]
                           : quarter * (M[x][y] + M[y][x]);
    }
    double size = sqrt(dot(q + 1, q + 1)), sign = q[0] < 0 ? -1 : 1,
           by = size > 0 ? 2 * atan2(size, sign * q[0]) / size : 0;
    for (int k = 0; k < 3; k++)
        w[k] = sign * by * q[k + 1];
}

/* c of the angle, and c'/angle: closed, and where that cancels the series sum |B_2n| t^(2n-2) / (2n)!. */
static double coefficient(double t, double *slope)
{
    static const double series[] = {1. / 12,      1. / 720,      1. / 30240,
                                    1. / 1209600, 1. / 47900160, 691. / 1307674368000};
    double square = t * t, c = 0, cot = cos(t / 2) / sin(t / 2);
    *slope = 0;
    if (t < 0.5) {
        for (int n = 5; n >= 0; n--) {
            c = c * square + series[n];
            *slope = n > 0 ? *slope * square + 2 * n * series[n] : *slope;
        }
        return c;
    }
    *slope = (-2 / (t * square) + cot / (2 * square) + (1 + cot * cot) / (4 * t)) / t;
    return 1 / square - cot / (2 * t);
}

static double angle_of(const double w[3])
{
    return sqrt(dot(w, w));
}

/* out = (1 + s K/2 + c K^2) v */
static void jacobian(const double w[3], double s, const double v[3], double out[3])
{
    double once[3], twice[3], slope, c = coefficient(angle_of(w), &slope);
    cross(w, v, once);
    cross(w, once, twice);
    for (int k = 0; k < 3; k++)
        out[k] = v[k] + s * once[k] / 2 + c * twice[k];
}

static void product(const double Ra[3][3], const double Rb[3][3], double M[3][3])
{
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            M[i][k] = Rb[0][i] * Ra[0][k] + Rb[1][i] * Ra[1][k] + Rb[2][i] * Ra[2][k];
}

/* Both have three axes of length 1. */
static bool are_frames(const double Ra[3][3], const double Rb[3][3])
{
    double a[3], b[3];
    column(Ra, 0, a);
    column(Rb, 0, b);
    return dot(a, a) > 0 && dot(b, b) > 0;
}

void gg_pair_log(const double Ra[3][3], const double Rb[3][3], const double d[3], double wu[6])
{
    double M[3][3], y[3];
    if (!are_frames(Ra, Rb)) {
        memset(wu, 0, 6 * sizeof *wu);
        wu[3] = sqrt(dot(d, d));
        return;
    }
    product(Ra, Rb, M);
    rotation_vector(M, wu);
    turn_back(Rb, d, y);
    jacobian(wu, -1, y, wu + 3);
}

/* The gradient by w of g . u(w, y). */
static void add_by_w(const double w[3], const double y[3], const double g[3], double dw[3])
{
    double slope, c = coefficient(angle_of(w), &slope), side[3], wy = dot(w, y), gw = dot(g, w),
                  gy = dot(g, y);
    cross(y, g, side);
    for (int k = 0; k < 3; k++)
        dw[k] += -side[k] / 2 + c * (g[k] * wy + y[k] * gw - 2 * gy * w[k]) +
                 slope * w[k] * (gw * wy - dot(w, w) * gy);
}

void gg_pair_log_pull(const double Ra[3][3], const double Rb[3][3], const double d[3], const double wu[6],
                      const double g[6], double turn_a[3], double turn_b[3], double dd[3])
{
    double M[3][3], y[3], dy[3], moved[3], dw[3] = {g[0], g[1], g[2]}, delta[3], far[3], side[3];
    if (!are_frames(Ra, Rb)) {
        for (int k = 0; wu[3] > 0 && k < 3; k++)
            dd[k] += g[3] * d[k] / wu[3];
        return;
    }
    product(Ra, Rb, M);
    turn_back(Rb, d, y);
    add_by_w(wu, y, g + 3, dw);
    jacobian(wu, -1, dw, delta); /* M -> M exp([delta]x) moves w by (1 + K/2 + c K^2) delta */
    turn(M, delta, far);
    jacobian(wu, 1, g + 3, dy);
    cross(dy, y, side);
    turn(Rb, dy, moved);
    for (int k = 0; k < 3; k++) {
        turn_a[k] += delta[k];
        turn_b[k] += side[k] - far[k];
        dd[k] += moved[k];
    }
}
