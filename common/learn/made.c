/* made.c -- what views make, where nothing is trained: for normalisers of the loss, and for validation
 *
 * There is one draw for a frame, the same in every epoch.  Views that make nothing are left out, and so are targets of the frame, which
 * are judged on the frame as it is. */
#include "learn/train.h"

int gg_made_see(struct gg_trainer *t, int sample, struct gg_sample *s, struct gg_batch *b, struct gg_arena *a,
                struct gg_err *err)
{
    const struct gg_model *m = t->model;
    const struct gg_sample *whole = &t->data.spool.sample[sample];
    const struct gg_batch *kept = gg_data_batch(&t->data, m, sample, err);
    struct gg_view_key key = {(uint64_t)t->keys.seed, UINT32_MAX, (uint32_t)sample};
    if (!kept)
        return -1;
    if (gg_views_see(&t->making, m, whole, kept, key, s, b, a, err))
        return gg_err_prefix(err, "sample '%s': ", whole->id);
    for (int h = 0; h < m->n_head; h++)
        if (!gg_target_made(&m->head[h].target))
            s->target[h] = (struct gg_truth){0};
    return 0;
}
