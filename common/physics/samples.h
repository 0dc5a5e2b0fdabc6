/* samples.h -- other places where the particles of a configuration might as well have been, a moment later */
#ifndef GG_SAMPLES_H
#define GG_SAMPLES_H

#include "physics/cage.h"
#include "physics/system.h"

/* How samples are drawn: by Monte Carlo in the cage, or, as a control, by normal noise. */
struct gg_samples_rule {
    struct gg_cage_rule cage; /* radius, temperature (eps), seed; the name of the configuration */
    int64_t sweeps;           /* of each sample, from the configuration itself */
    double noise; /* sigma, standard deviation of each coordinate; above 0: this instead of Monte Carlo */
};

/* Of one configuration, which must live as long. */
struct gg_samples {
    struct gg_samples_rule rule;
    const struct gg_system *of;
    struct gg_cage cage; /* the runs that are at hand: samples 1 + batch RUNS and following */
    int64_t batch;       /* -1: none */
};

void gg_samples_begin(struct gg_samples *s, const struct gg_samples_rule *rule, const struct gg_system *of);
/* Positions of sample k, n x 3: 0 is the configuration itself, others are independent of each other and of how many are asked
 * for.  The mean displacement is taken out.  GG_INPUT: what gg_energies refuses. */
int gg_sample_positions(struct gg_samples *s, int64_t k, double (*pos)[3], struct gg_err *err);
void gg_samples_end(struct gg_samples *s);

/* How far species A of one place is from that of another. */
struct gg_samples_way {
    double rms, beyond; /* sigma; share farther than GG_JUMP; NaN without A */
};
#define GG_JUMP 0.3 /* sigma: beyond what vibrations do */
struct gg_samples_way gg_samples_way(const struct gg_system *s, const double (*from)[3],
                                     const double (*to)[3]);

#endif
