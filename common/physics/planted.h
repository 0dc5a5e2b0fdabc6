/* planted.h -- targets that are a known function of the structure, with noise of known size: what learning is tried on where the truth is known
 *
 * Each particle's surroundings give it a number, a smooth random function of how many neighbours of each species it has, and where:
 *
 *     x_jks = sum over the l of species s with r_jl < 2 of exp(-(r_jl - mu_k)^2 / (2 0.15^2)) (1 - (r_jl/2)^2)^2,   mu = 0.9, 1.15, 1.4, 1.65
 *     f_j   = sqrt(2/32) sum_m cos(phi_m + sum_ks w_mks x_jks), its mean over the frame taken off;   w normal, phi uniform, by the seed
 *
 * (a random function of x with the correlation exp(-|x - x'|^2 / 2): Rahimi, Recht, NIPS 2007).  Of these numbers a field is made that has a given
 * spectrum, by the waves of the box up to q_max, N particles, d dimensions:
 *
 *     A_q  = sum_j f_j exp(i q r_j),   S(q) = N (1 + q^2 L^2)^(-(d+1)/2) / sum_q (the same),   S_f(q) smooth through |A_q|^2 / N
 *     y(r) = 1/N sum_q sqrt(S(q)/S_f(q)) A_q exp(-i q r),   u(r) = grad y, each component over the root of its mean square
 *
 * So y has variance 1, correlation exp(-r/L) (up to q_max) and no mean over the box; it turns, and moves, with the configuration. */
#ifndef GG_PLANTED_H
#define GG_PLANTED_H

#include "stream/frame.h"
#include "stream/meta.h"
#include "util/opt.h"

enum gg_planted_field {
    GG_PLANTED_MEAN,
    GG_PLANTED_VAR,
    GG_PLANTED_TRUE,
    GG_PLANTED_VECTOR,
    GG_PLANTED_VECTOR_VAR,
    GG_PLANTED_VECTOR_TRUE,
    GG_N_PLANTED
};
extern const char *const gg_planted_names[GG_N_PLANTED];

struct gg_planted {
    bool want[GG_N_PLANTED];
    const char *positions; /* field */
    struct gg_reals
        length;    /* L, sigma: one, one for each time of the frame, or two, of the first and the last */
    double noise;  /* of one run: variance 2 noise^2 / (1 + exp(-y)) */
    double q_max;  /* 1/sigma */
    int64_t n_run; /* whose noise is averaged; 0: not known yet */
    uint64_t seed; /* of the function and of the noise */
};
bool gg_planted_wanted(const struct gg_planted *p);

/* How many runs: those that the frames have already, or --planted-runs.  `there`: of the replicas made here, or 0; meta: of the member.  GG_INPUT: another
 * number than asked for, one where a variance is wanted. */
int gg_planted_runs(struct gg_planted *p, int64_t asked, int64_t there, const struct gg_meta *meta,
                    struct gg_err *err);
void gg_planted_meta(const struct gg_planted *p, struct gg_meta *meta);

/* Adds the wanted fields: [node, time] where the frame has `time`, else [node].  GG_INPUT: no such positions, no species, a box that is not periodic
 * or too small for waves up to q_max, particles that are all alike, lengths that do not fit its times. */
int gg_planted_add(const struct gg_planted *p, struct gg_frame *f, struct gg_arena *a, struct gg_err *err);

#endif
