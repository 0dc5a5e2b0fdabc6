/* act.h -- activations, normalised so that E[(k act(z))^2] = 1 for a standard normal z */
#ifndef GG_ACT_H
#define GG_ACT_H

#include "util/choice.h"
#include "util/real.h"
#include <stdbool.h>
#include <stdint.h>

#define GG_ACT_LIST(X)     \
    X(GG_ACT_SILU, "silu") \
    X(GG_ACT_TANH, "tanh") \
    X(GG_ACT_SSP, "ssp")   \
    X(GG_ACT_RELU, "relu") X(GG_ACT_ELU, "elu") X(GG_ACT_SIGMOID, "sigmoid") X(GG_ACT_LEAKY, "leaky")
enum gg_act { GG_ACT_LIST(GG_CHOICE_ENUM) };
/* What a model may choose for even scalars; ssp = log(e^z/2 + 1/2), elu = z, e^z - 1 below 0;
 * leaky = z (1 + 4 sigmoid(z)) / 5, smooth (Liao, Smidt 2023). */
#define GG_ACTS GG_CHOICE_WORDS(GG_ACT_LIST)
#define GG_ACT_CONSTANTS "exact|e3nn"
/* The key that chooses between them, an int at `at` of a layer's hypers. */
#define GG_ACT_CONSTANTS_KEY(at)                                                                          \
    {                                                                                                     \
        .name = "constants", .type = GG_OPT_CHOICE, .offset = (at),                                       \
        .help = "normalisation: exact integrals, or the values e3nn samples", .choices = GG_ACT_CONSTANTS \
    }

/* k: the exact integral, or the value e3nn samples (for imported weights; up to 1.6e-3 off; ssp, relu and elu have none and
 * get the exact one). */
double gg_act_constant(enum gg_act kind, bool e3nn);

/* a = k act(z); a may be z.  n may be any number, but both arrays have room for n rounded up to 8. */
void gg_act(enum gg_act kind, double k, int64_t n, const gg_real *z, gg_real *a);
/* dz = da k act'(z), 0 where relu has its kink; dz may be da. */
void gg_act_gradient(enum gg_act kind, double k, int64_t n, const gg_real *z, const gg_real *da, gg_real *dz);
/* a = e^z, z <= 0 (at least the smallest normal number); a may be z; n as above. */
void gg_exponential(int64_t n, const gg_real *z, gg_real *a);

#endif
