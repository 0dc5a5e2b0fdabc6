/* row_norm.c -- see row_norm.h */
#include "nn/row_norm.h"
#include "nn/lanes.h"

#include <math.h>

#define AT(x) (*(const gg_lanes *)(x))

GG_INLINE gg_real sum_of(const gg_lanes *v)
{
    return (((*v)[0] + (*v)[4]) + ((*v)[2] + (*v)[6])) + (((*v)[1] + (*v)[5]) + ((*v)[3] + (*v)[7]));
}

/* mean (0 unless centred) and 1/sqrt(mean square + eps) */
GG_INLINE void statistics(const struct gg_row_norm *k, const gg_real *x, gg_real *mean, gg_real *inverse)
{
    gg_lanes sum = {0}, square = {0};
    for (int c = 0; k->centred && c < k->pad; c += 8)
        sum += AT(x + c);
    *mean = k->centred ? sum_of(&sum) * k->each : 0;
    for (int m = 0; m < k->n_m; m++)
        for (int c = 0; c < k->pad; c += 8) {
            gg_lanes d = (AT(x + m * k->pad + c) - *mean) * AT(k->inside + c);
            square += d * d;
        }
    *inverse = 1 / (gg_real)sqrt((double)(sum_of(&square) * k->all + k->eps));
}

GG_CLONES static void forward_block(const struct gg_row_norm *k, const gg_real *x, gg_real *y)
{
    gg_real mean, inverse;
    statistics(k, x, &mean, &inverse);
    for (int m = 0; m < k->n_m; m++)
        for (int c = 0; c < k->pad; c += 8) {
            gg_lanes v = AT(k->w + c) * (AT(x + m * k->pad + c) - mean) * inverse;
            if (k->centred)
                v += AT(k->b + c);
            *(gg_lanes *)(y + m * k->pad + c) = v;
        }
}

/* With h = (x - mean) inverse, g = w dy and n numbers: dx = inverse (g - <g> - h <g h>), <g> only if centred. */
GG_CLONES static void backward_block(const struct gg_row_norm *k, const gg_real *x, const gg_real *dy,
                                     gg_real *dx, gg_real *dweight, gg_real *dbias)
{
    gg_real mean, inverse;
    gg_lanes sums = {0}, alongs = {0};
    statistics(k, x, &mean, &inverse);
    for (int m = 0; m < k->n_m; m++)
        for (int c = 0; c < k->pad; c += 8) {
            gg_lanes d = AT(dy + m * k->pad + c), h = (AT(x + m * k->pad + c) - mean) * inverse;
            if (dweight)
                *(gg_lanes *)(dweight + c) += d * h;
            sums += AT(k->w + c) * d;
            alongs += AT(k->w + c) * d * h;
            if (dweight && k->centred)
                *(gg_lanes *)(dbias + c) += d;
        }
    gg_real sum = k->centred ? sum_of(&sums) * k->all : 0, along = sum_of(&alongs) * k->all;
    for (int m = 0; dx && m < k->n_m; m++)
        for (int c = 0; c < k->pad; c += 8) {
            gg_lanes h = (AT(x + m * k->pad + c) - mean) * inverse;
            *(gg_lanes *)(dx + m * k->pad + c) +=
                inverse * (AT(k->w + c) * AT(dy + m * k->pad + c) - (sum + h * along) * AT(k->inside + c));
        }
}

void gg_row_norm_forward(const struct gg_row_norm *k, const gg_real *x, gg_real *y)
{
    forward_block(k, x, y);
}

void gg_row_norm_backward(const struct gg_row_norm *k, const gg_real *x, const gg_real *dy, gg_real *dx,
                          gg_real *dweight, gg_real *dbias)
{
    backward_block(k, x, dy, dx, dweight, dbias);
}
