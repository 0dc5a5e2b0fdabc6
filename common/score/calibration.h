/* calibration.h -- is a predicted uncertainty that of the errors?  Sums over the particles of one configuration
 *
 * The error e = |prediction - truth| of a particle is expected to have the variance  V = (scale std)^2 + s^2/K:  what the model is unsure
 * of, and what the truth, the mean of K runs, is off by itself.  For vectors V is the sum over components. */
#ifndef GG_CALIBRATION_H
#define GG_CALIBRATION_H

#include <stdint.h>

/* Particles whose V is above 0 and known. */
struct gg_calibration {
    double n;
    double error2, spread2, noise; /* sums of e^2, of std^2 before the scale, of s^2/K */
    double z2;                     /* of e^2 / V: n where V is right */
    double within[2];              /* scalars: how many have e < sqrt(V), e < 2 sqrt(V) */
};
enum { GG_CALIBRATION_WIDTH = sizeof(struct gg_calibration) / sizeof(double) };

/* What is predicted and what comes of it, by bins of sqrt(V): bin b holds 2^(b/8) <= sqrt(V) < 2^((b+1)/8). */
struct gg_reliability {
    int config, bin;
    double n, predicted2, actual2; /* sums of V, of e^2 */
};
double gg_reliability_end(int bin); /* the lower end of a bin, in the unit of the target */

/* truth, prediction: [n, width]; spread: std^2 [n]; noise [n] or NULL.  z [2][n] gets e and sqrt(V) of the first `n` of the result. */
struct gg_calibration gg_calibrate(int64_t n, int width, const double *truth, const double *prediction,
                                   const double *spread, const double *noise, double scale, double *z);

/* The bins of m particles with e, sqrt(V) in z [2][n]; returns how many of out[GG_RELIABILITY_BINS] are filled, by rising bin. */
enum { GG_RELIABILITY_BINS = 320 };
int gg_reliability(int64_t n, int64_t m, const double *z, int config, struct gg_reliability *out);

/* The scale by which all errors together are as large as predicted: sqrt((sum e^2 - sum s^2/K) / sum std^2); 0 where noise alone is larger. */
double gg_calibration_scale(const struct gg_calibration *c);

#endif
