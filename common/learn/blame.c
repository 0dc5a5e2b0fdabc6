/* blame.c -- which sample, layer and particle made a loss or a gradient that is not finite */
#include "learn/train.h"
#include "model/trace.h"
#include "optim/clip.h"

#include <math.h>
#include <stdlib.h>

int gg_train_not_finite(struct gg_trainer *t, const char *what, int sample, const struct gg_batch *b,
                        struct gg_err *err)
{
    const struct gg_sample *s = &t->spool.sample[sample];
    char text[GG_TRACE_TEXT];
    gg_trace_blame(&t->pass, t->model, t->model->w, b, s, text);
    return gg_fail(
        err, GG_NUMERICS,
        "sample '%s', epoch %lld: the %s is not finite: %s; a smaller train.lr or train.clip may help", s->id,
        (long long)t->epoch + 1, what, text);
}

/* The sum does not say whose it is: each sample again, by itself. */
int gg_train_gradient_not_finite(struct gg_trainer *t, const int64_t *order, int64_t n, struct gg_err *err)
{
    int64_t n_weight = t->model->n_weight, k = 0;
    gg_real *dw = NULL;
    struct gg_batch b = {0};
    for (bool found = false; k < n && !found; k += !found) {
        int sample = (int)order[k];
        const struct gg_batch *kept = gg_train_batch(t, sample, err);
        if (!kept)
            return -1;
        free(dw);
        dw = gg_xalloc((size_t)n_weight + 1, sizeof *dw);
        b = gg_augment(t, kept, sample, k);
        gg_pass_forward(&t->pass, t->model, t->model->w, &b, true);
        gg_loss(&t->pass, t->model, &b, &t->spool.sample[sample], true, 1.0 / (double)n);
        gg_pass_backward(&t->pass, t->model, t->model->w, &b, dw);
        found = !isfinite(gg_clip_norm(dw, n_weight, 0));
    }
    free(dw);
    if (k < n)
        return gg_train_not_finite(t, "gradient", (int)order[k], &b, err);
    return gg_fail(
        err, GG_NUMERICS,
        "epoch %lld: the sum of %lld gradients is not finite; a smaller train.lr or train.clip may help",
        (long long)t->epoch + 1, (long long)n);
}
