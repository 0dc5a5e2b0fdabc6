/* md_thermostat.c -- canonical sampling by stochastic rescaling of all velocities (G. Bussi, D. Donadio, M. Parrinello,
 * J. Chem. Phys. 126, 014101, 2007, eq. A7)
 *
 * The kinetic energy K relaxes towards its canonical distribution with the thermostat's time; directions of velocities and
 * the centre of mass are left alone.  With N_f degrees of freedom, c = exp(-dt/tau), k = T / (2 K) and Gaussians R_i
 *     alpha^2 = c + (1 - c) k sum_{i=1..N_f} R_i^2 + 2 R_1 sqrt(c (1 - c) k). */
#include "physics/md_thermostat.h"

#include <math.h>

/* Sum of `freedom` squared Gaussians: twice a Gamma variable (G. Marsaglia, W. W. Tsang, ACM TOMS 26, 363, 2000). */
static double sum_of_squares(double freedom, struct gg_rng *random)
{
    double d = freedom / 2 - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double x = gg_rng_normal(random), v = 1 + c * x;
        if (v <= 0)
            continue;
        v = v * v * v;
        if (log(1 - gg_rng_uniform(random)) < 0.5 * x * x + d - d * v + d * log(v))
            return 2 * d * v;
    }
}

double gg_thermostat_factor(double kinetic, double freedom, double temperature, double time,
                            struct gg_rng *random)
{
    double c = exp(-time), k = temperature / (2 * kinetic);
    double first = gg_rng_normal(random), others = sum_of_squares(freedom - 1, random);
    double square = c + (1 - c) * k * (first * first + others) + 2 * first * sqrt(c * (1 - c) * k);
    return sqrt(fmax(square, 0));
}
