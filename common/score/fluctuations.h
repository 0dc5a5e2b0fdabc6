/* fluctuations.h -- how many particles of a configuration are mobile, and where: chi4, S4, G4, predictability
 *
 * Of a length m (the propensity) two steps say which particles are mobile, of any other number x (overlap, bond breaking) x itself does:
 *
 *     hard     w = 1 where m > theta, else 0
 *     smooth   w = [1 + tanh(20 (m - a))] / 2
 *     field    w = x
 *
 *     chi4 = (<Q^2> - <Q>^2) / N,  Q = sum_i w_i, < > over the configurations
 *
 * and with the overlaps q of each run k, Q^k = sum_i q_i^k: chi4_tot over runs and configurations is chi4_iso, that of <Q^k>_k, plus
 * chi4_within, the mean of the variance over runs, over N.  R4 = chi4_iso / chi4_tot, and R = Var_i(<x>_k) / Var_ik(x) of each particle (Berthier, Jack,
 * Phys. Rev. E 76, 041509 (2007)), are what the structure decides. */
#ifndef GG_FLUCTUATIONS_H
#define GG_FLUCTUATIONS_H

#include "score/spatial.h"

/* _HALVES: steps of the means over half of the runs, whose products have no noise; only where the runs are there. */
enum gg_step {
    GG_STEP_HARD,
    GG_STEP_SMOOTH,
    GG_STEP_FIELD,
    GG_STEP_HARD_HALVES,
    GG_STEP_SMOOTH_HALVES,
    GG_STEPS
};

struct gg_fluctuations {
    double hard, smooth; /* theta, a, sigma; smooth not above 0: 0.44 in three dimensions, 0.40 in two */
    struct gg_spatial
        spatial;       /* of the smooth step, of halves where they are there, or of the field itself */
    char dynamics[32]; /* of the runs, as their META says; "": it does not; "several" */
    bool seen;         /* the META of a frame */
};

/* Sums over the particles of one configuration: of w of truth (y) and prediction (p), of the truth's halves over even and odd runs (a, b: both y
 * of the plain steps, and where there are none), products particle by particle, products of the sums, and the noise of the truth in them, 0 where it is not taken off. */
struct gg_step_sums {
    double y, p, a, b, ab, pp, all_ab, all_pp, noise;
};
/* Of Q^k of the overlap: its mean over the runs, the square, variance over the runs, that of the mean; sum of the prediction, and the square. */
struct gg_run_sums {
    double configs, n, q, qq, within, noise, p, pp;
};
/* All of one configuration; its numbers, all double, add up over configurations. */
struct gg_fluctuation {
    double configs, n; /* 1; particles */
    double of_all, volume;
    double length; /* 1: the truth is one, and the steps are there; 0: the field itself */
    struct gg_step_sums step[GG_STEPS];
    struct gg_run_sums run;                /* 0 of them where the runs are not there */
    double shares, share, share_structure; /* R, and without the noise of its finite number of runs */
};
enum { GG_FLUCTUATION_WIDTH = sizeof(struct gg_fluctuation) / sizeof(double) };

/* The particles of one species, one number each; NULL where not known. */
struct gg_fluctuating {
    int64_t n, of_all; /* of_all: with those of other species */
    const struct gg_cell *cell;
    const double (*pos)[3];
    const double *y, *p, *half[2];
    const double *noise; /* s^2/K of y */
    double runs;         /* K behind y; 0: not known */
    bool length;
    int n_run;
    const double *run; /* [n_run] Q^k */
};

/* As gg_spatial_init, for chi4 with these steps. */
int gg_fluctuations_init(struct gg_fluctuations *f, double q_max, int n_edge, const double *edge,
                         struct gg_err *err);

/* Fills *out, and form[f->spatial.n] as gg_spatial_measure does.  GG_INPUT. */
int gg_fluctuate(struct gg_fluctuations *f, const struct gg_fluctuating *in, struct gg_fluctuation *out,
                 struct gg_form *form, struct gg_err *err);

#endif
