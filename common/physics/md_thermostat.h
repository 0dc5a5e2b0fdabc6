/* md_thermostat.h -- canonical sampling by stochastic rescaling of all velocities */
#ifndef GG_MD_THERMOSTAT_H
#define GG_MD_THERMOSTAT_H

#include "util/rng.h"

/* The factor for all velocities of a run, from which kinetic energies of the canonical ensemble follow.  kinetic: now, eps,
 * above 0; freedom: degrees of freedom, 3 or more; time: since the last call, in units of the relaxation time. */
double gg_thermostat_factor(double kinetic, double freedom, double temperature, double time,
                            struct gg_rng *random);

#endif
