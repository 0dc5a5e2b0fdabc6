/* deviation.h -- how a relative error counts: its size, or its square */
#ifndef GG_LOSS_DEVIATION_H
#define GG_LOSS_DEVIATION_H

/* The key `deviation` of a term. */
enum gg_loss_deviation { GG_DEVIATION_ABSOLUTE, GG_DEVIATION_SQUARED };
#define GG_DEVIATIONS "absolute|squared"

/* |x| or x^2, and in *slope its derivative. */
static inline double gg_loss_deviate(int how, double x, double *slope)
{
    *slope = how == GG_DEVIATION_SQUARED ? 2 * x : (x > 0) - (x < 0);
    return how == GG_DEVIATION_SQUARED ? x * x : x > 0 ? x : -x;
}

#endif
