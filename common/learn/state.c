/* state.c -- what a training has come to: everything that a checkpoint holds beside the parameters themselves */
#include "learn/state.h"
#include "stream/frame.h"
#include "util/arena.h"

#include <math.h>
#include <stdlib.h>

#ifdef GG_REAL_DOUBLE
enum { REAL_DTYPE = GG_F64 };
#else
enum { REAL_DTYPE = GG_F32 };
#endif

void gg_state_init(struct gg_train_state *s, const struct gg_train_keys *k, int64_t n, int64_t n_step)
{
    *s = (struct gg_train_state){.adam = gg_adam_defaults(), .schedule = gg_schedule_defaults(k->lr)};
    s->adam.beta1 = k->beta1;
    s->adam.beta2 = k->beta2;
    s->adam.weight_decay = k->weight_decay;
    s->adam.amsgrad = k->amsgrad;
    gg_adam_init(&s->adam, n);
    gg_ema_init(&s->ema, k->ema, n);
    s->schedule.kind = (enum gg_schedule_kind)k->schedule;
    s->schedule.lr_final = k->lr_final;
    s->schedule.n_step = n_step;
    s->schedule.n_warmup = k->warmup;
    s->schedule.every = k->every;
    s->schedule.stretch = k->stretch;
    s->schedule.factor = k->factor;
    s->schedule.patience = k->wait;
    s->best = gg_xalloc((size_t)n, sizeof *s->best);
    s->best_loss = INFINITY;
}

void gg_state_free(struct gg_train_state *s)
{
    gg_adam_free(&s->adam);
    gg_ema_free(&s->ema);
    free(s->best);
    s->best = NULL;
}

/* Bounds: what no training leaves.  1e300 stands for "none yet" (checkpoint.c); steps and epochs are far from where products of them
 * would overflow. */
int gg_state_entries(struct gg_train_state *s, gg_real *w, int n_train,
                     struct gg_state_entry e[GG_STATE_ENTRIES])
{
    const double any = 1e300, steps = 1e12, epochs = 1e6;
    const struct gg_state_entry all[] = {{"w", w, s->adam.n, REAL_DTYPE, -any, any},
                                         {"best", s->best, s->adam.n, REAL_DTYPE, -any, any},
                                         {"adam.m", s->adam.m, s->adam.n, REAL_DTYPE, -any, any},
                                         {"adam.v", s->adam.v, s->adam.n, REAL_DTYPE, 0, any},
                                         {"adam.v_max", s->adam.v_max, s->adam.n, REAL_DTYPE, 0, any},
                                         {"adam.step", &s->adam.step, 1, GG_I64, 0, steps},
                                         {"ema.mean", s->ema.mean, s->adam.n, REAL_DTYPE, -any, any},
                                         {"ema.step", &s->ema.step, 1, GG_I64, 0, steps},
                                         {"schedule.scale", &s->schedule.scale, 1, GG_F64, 0, 1},
                                         {"schedule.best", &s->schedule.best, 1, GG_F64, -any, any},
                                         {"schedule.n_bad", &s->schedule.n_bad, 1, GG_I64, 0, epochs},
                                         {"epoch", &s->epoch, 1, GG_I64, 0, epochs},
                                         {"position", &s->position, 1, GG_I64, 0, n_train},
                                         {"sum_loss", &s->sum_loss, 1, GG_F64, -any, any},
                                         {"best_loss", &s->best_loss, 1, GG_F64, -any, any},
                                         {"best_epoch", &s->best_epoch, 1, GG_I64, 0, epochs},
                                         {"n_bad", &s->n_bad, 1, GG_I64, 0, epochs}};
    int n = 0;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (all[k].data) /* adam.v_max is there with amsgrad */
            e[n++] = all[k];
    return n;
}
