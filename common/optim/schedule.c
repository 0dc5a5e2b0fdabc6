/* schedule.c -- the learning rate over the steps of a run */
/*
 * With s the step counted from 0, W the steps of warm-up and S those of the run:
 *
 *     warm-up    lr (s + 1) / W                                                   for s < W
 *     cosine     final + (lr - final) (1 + cos(pi x)) / 2,  x = (s - W) / (S - W) (Loshchilov and Hutter, ICLR 2017)
 *     restarts   the cosine over one course after the other, of every, every stretch, ... steps (the same)
 *     step       lr factor^floor((s - W) / every)
 *     plateau    lr factor^k, k = times that `patience` observations brought no improvement
 */
#include "optim/schedule.h"
#include <math.h>

static const double improvement = 1e-4; /* relative to the best loss */

struct gg_schedule gg_schedule_defaults(double lr)
{
    return (struct gg_schedule){
        .lr = lr, .every = 1000, .stretch = 1, .factor = 0.5, .patience = 10, .scale = 1, .best = INFINITY};
}

/* From lr at x = 0 to lr_final at 1. */
static double cosine(const struct gg_schedule *s, double x)
{
    return s->lr_final + (s->lr - s->lr_final) * (1 + cos(M_PI * fmin(x, 1))) / 2;
}

/* How far a step behind warm-up is in its course, 0 <= x < 1. */
static double in_course(const struct gg_schedule *s, int64_t step)
{
    int64_t length = s->every;
    while (s->stretch > 1 && step >= length) {
        step -= length;
        length = (int64_t)fmin(floor((double)length * s->stretch), 1e15);
    }
    return (double)(step % length) / (double)length;
}

double gg_schedule_rate(const struct gg_schedule *s, int64_t step)
{
    double run = (double)(s->n_step - s->n_warmup);
    if (step < s->n_warmup)
        return s->lr * (double)(step + 1) / (double)s->n_warmup;
    switch (s->kind) {
    case GG_SCHEDULE_COSINE:
        return cosine(s, run > 0 ? (double)(step - s->n_warmup) / run : 1);
    case GG_SCHEDULE_RESTARTS:
        return cosine(s, in_course(s, step - s->n_warmup));
    case GG_SCHEDULE_STEP:
        return fmax(s->lr_final, s->lr * pow(s->factor, (double)((step - s->n_warmup) / s->every)));
    case GG_SCHEDULE_PLATEAU:
        return fmax(s->lr_final, s->lr * s->scale);
    case GG_SCHEDULE_CONSTANT:
        break;
    }
    return s->lr;
}

void gg_schedule_observe(struct gg_schedule *s, double loss)
{
    if (s->kind != GG_SCHEDULE_PLATEAU)
        return;
    if (s->best == INFINITY ? isfinite(loss) : loss < s->best - improvement * fabs(s->best)) {
        s->best = loss;
        s->n_bad = 0;
    } else if (++s->n_bad > s->patience) {
        s->scale *= s->factor;
        s->n_bad = 0;
    }
}
