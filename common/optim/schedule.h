/* schedule.h -- the learning rate over the steps of a run */
#ifndef GG_SCHEDULE_H
#define GG_SCHEDULE_H

#include "util/choice.h"

#include <stdint.h>

#define GG_SCHEDULE_LIST(X)             \
    X(GG_SCHEDULE_CONSTANT, "constant") \
    X(GG_SCHEDULE_COSINE, "cosine")     \
    X(GG_SCHEDULE_RESTARTS, "restarts") \
    X(GG_SCHEDULE_STEP, "step") X(GG_SCHEDULE_PLATEAU, "plateau")
enum gg_schedule_kind { GG_SCHEDULE_LIST(GG_CHOICE_ENUM) };
#define GG_SCHEDULE_CHOICES GG_CHOICE_WORDS(GG_SCHEDULE_LIST)

struct gg_schedule {
    enum gg_schedule_kind kind;
    double lr;        /* the highest rate */
    double lr_final;  /* cosine and restarts end here, step and plateau stop falling here */
    int64_t n_step;   /* of the whole run (cosine) */
    int64_t n_warmup; /* the rate grows linearly over these first steps, in every kind; 0 = none */
    int64_t
        every; /* step: times `factor` every so many steps after warm-up; restarts: steps of the first course */
    double stretch;   /* restarts: each course is so many times as long as the one before, in whole steps */
    double factor;    /* step, plateau: 0 < factor < 1 */
    int64_t patience; /* plateau: observations without improvement before the rate falls */
    /* state of plateau; save and restore to go on */
    double scale;  /* product of factors so far */
    double best;   /* lowest loss seen */
    int64_t n_bad; /* observations since */
};

/* Constant at `lr`; every 1000 steps and patience 10 with factor 0.5 if the kind is changed; state at its start. */
struct gg_schedule gg_schedule_defaults(double lr);

/* The rate of a step, counted from 0. */
double gg_schedule_rate(const struct gg_schedule *s, int64_t step);

/* Tells plateau a validation loss (lower is better; an improvement is a relative 1e-4).  Others ignore it. */
void gg_schedule_observe(struct gg_schedule *s, double loss);

#endif
