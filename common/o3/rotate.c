/* rotate.c -- rotations of space as 3 x 3 matrices */
/* Four independent normal numbers make a uniform random rotation (Shoemake 1992). */
#include "o3/o3.h"
#include <math.h>

void gg_rotation_from_quaternion(const double q[4], double R[3][3])
{
    double n = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    double w = q[0] / n, x = q[1] / n, y = q[2] / n, z = q[3] / n;
    R[0][0] = 1 - 2 * (y * y + z * z);
    R[0][1] = 2 * (x * y - w * z);
    R[0][2] = 2 * (x * z + w * y);
    R[1][0] = 2 * (x * y + w * z);
    R[1][1] = 1 - 2 * (x * x + z * z);
    R[1][2] = 2 * (y * z - w * x);
    R[2][0] = 2 * (x * z - w * y);
    R[2][1] = 2 * (y * z + w * x);
    R[2][2] = 1 - 2 * (x * x + y * y);
}

static void multiply(const double a[3][3], const double b[3][3], double c[3][3])
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            c[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
}

void gg_rotation_euler(double alpha, double beta, double gamma, double R[3][3])
{
    double first[3][3] = {{cos(alpha), 0, sin(alpha)}, {0, 1, 0}, {-sin(alpha), 0, cos(alpha)}};
    double middle[3][3] = {{1, 0, 0}, {0, cos(beta), -sin(beta)}, {0, sin(beta), cos(beta)}};
    double last[3][3] = {{cos(gamma), 0, sin(gamma)}, {0, 1, 0}, {-sin(gamma), 0, cos(gamma)}};
    double half[3][3];
    multiply(first, middle, half);
    multiply(half, last, R);
}
