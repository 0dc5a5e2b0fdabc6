/* summary.c -- the last lines of a training
 *
 * Correlations are Pearson's r inside each frame, averaged over frames (rho_config of gg-corr(1)); the ceiling is what an exact
 * prediction would reach, averaged in the same way over frames whose noise is known (noise.h). */
#include "learn/network.h"
#include "stats/ceiling.h"
#include "util/escape.h"
#include "util/text_stream.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A command that a shell runs as it stands. */
void gg_summary_next(struct gg_trainer *t, double seconds)
{
    char *model = gg_xprintf("%s/model.ggm", t->how.folder), *word;
    size_t bytes;
    FILE *to = gg_text_open(&word, &bytes);
    gg_escape_shell(to, model);
    fclose(to);
    gg_train_say(t, "%.3g s; %s; next: gg-predict %s FRAMES.ggs | gg-corr", seconds, model, word);
    free(word);
    free(model);
}

static double ceiling_of(const struct gg_trainer *t, const struct gg_sample_set *set,
                         const struct gg_judged *c)
{
    double sum = 0;
    int n = 0;
    for (int k = 0; k < set->n; k++) {
        int frame = set->sample[k];
        double noise = gg_noise_at(&t->data.noise, frame, &t->data.spool.sample[frame], c->head, c->group,
                                   c->time),
               r = gg_ceiling(&c->moments[k], noise, gg_target_dim(&t->model->head[c->head].target) > 1);
        if (isfinite(r)) {
            sum += r;
            n++;
        }
    }
    return n ? sum / n : NAN;
}

static void say_column(struct gg_trainer *t, const struct gg_sample_set *set, const struct gg_judged *c)
{
    const struct gg_target *target = &t->model->head[c->head].target;
    char time[32] = "", species[16] = "", ceiling[32] = "";
    double rho = gg_pearson_config(set->n, c->moments), most = ceiling_of(t, set, c);
    if (target->timed)
        snprintf(time, sizeof time, "  time %-8g", target->time[c->time]);
    if (target->kind->species)
        snprintf(species, sizeof species, "  species %c", 'A' + c->group);
    if (isfinite(most))
        snprintf(ceiling, sizeof ceiling, "  noise allows %.3f", most);
    if (isfinite(rho))
        gg_train_say(t, "%-12s%s%s  correlation %6.3f%s", target->name, time, species, rho, ceiling);
    else
        gg_train_say(t, "%-12s%s%s  no correlation: no truth here, or nothing that varies", target->name,
                     time, species);
}

static int say_validation(struct gg_trainer *t, struct gg_err *err)
{
    const struct gg_sample_set *set = &t->data.validation;
    struct gg_arena a = {0};
    struct gg_judged *column;
    double loss = NAN;
    int n = gg_validate_columns(t, t->state.best, set, &column, &loss, &a, err);
    if (n >= 0)
        gg_train_say(t,
                     "epoch %lld is the best of %lld: validation loss %.4f over %d frames; correlations "
                     "inside a frame:",
                     (long long)t->state.best_epoch, (long long)t->state.epoch, loss, set->n);
    for (int k = 0; k < n; k++)
        say_column(t, set, &column[k]);
    gg_arena_free(&a);
    return n < 0 ? -1 : 0;
}

int gg_summary_test(struct gg_trainer *t, struct gg_err *err)
{
    const struct gg_sample_set *set = &t->data.test;
    struct gg_arena a = {0};
    struct gg_judged *column;
    double loss = NAN;
    if (!set->n)
        return 0;
    int n = gg_validate_columns(t, t->state.best, set, &column, &loss, &a, err), status = n < 0 ? -1 : 0;
    if (n >= 0 && !t->how.quiet)
        gg_train_say(t, "test loss %.4f over %d frames; correlations inside a frame:", loss, set->n);
    for (int k = 0; k < n && !status; k++) {
        status = gg_validate_report(t, "test", t->state.best_epoch, set->n, &column[k], err);
        if (t->fold.n)
            gg_fold_scores_add(&t->scores, set->n, &column[k]);
        if (!t->how.quiet)
            say_column(t, set, &column[k]);
    }
    gg_arena_free(&a);
    return status;
}

int gg_summary(struct gg_trainer *t, bool complete, struct gg_err *err)
{
    if (!t->how.note || t->how.quiet)
        return 0;
    if (complete)
        gg_train_say(t, "nothing is left to do: %lld epochs are done%s; a larger --epochs goes on",
                     (long long)t->state.epoch,
                     t->state.epoch < t->keys.epochs ? ", train.patience ended it" : "");
    if (t->data.validation.n && t->state.epoch && say_validation(t, err))
        return -1;
    if (t->state.epoch == 0)
        gg_train_say(t, "no epochs: the model is as it began");
    else if (!t->data.validation.n)
        gg_train_say(t, "no validation frames: the model is that of the last epoch, %lld",
                     (long long)t->state.epoch);
    return 0;
}
