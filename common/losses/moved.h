/* moved.h -- who moved farther than a length, as a step that has a slope */
#ifndef GG_LOSS_MOVED_H
#define GG_LOSS_MOVED_H

#include "losses/loss.h"

/* (tanh(20 (x - a)) + 1) / 2 of the physical x = mean + scale z: Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023).
 * a in sigma. */
double gg_loss_moved(const struct gg_loss_column *c, double a, double z);
/* Its derivative by z, from its value m. */
double gg_loss_moved_slope(const struct gg_loss_column *c, double m);

#endif
