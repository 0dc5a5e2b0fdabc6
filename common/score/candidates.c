/* candidates.c -- which fields of the frames are predictions, and of what */
#include "score/candidates.h"

#include <string.h>

/* The frames whose predictions are looked for. */
static int looked_at(const struct gg_score_input *in)
{
    return in->n - in->truth;
}

static bool is_among(int n, const char *const *list, const char *name)
{
    bool found = false;
    for (int k = 0; k < n && !found; k++)
        found = strcmp(list[k], name) == 0;
    return found;
}

int gg_score_predictors(const struct gg_score_request *q, const struct gg_score_input *in, const char *target,
                        const char ***list, struct gg_arena *a)
{
    int n = 0, room = q->n_predictor + 2;
    for (int of = 0; of < looked_at(in); of++)
        room += in->frame[of]->n_field;
    *list = GG_NEW(a, const char *, (size_t)room);
    for (int k = 0; k < q->n_predictor; k++)
        (*list)[n++] = gg_score_predictor(target, q->predictor[k]);
    for (int of = 0; of < looked_at(in) && !q->n_predictor; of++)
        for (int k = 0; k < in->frame[of]->n_field; k++) {
            const char *name = in->frame[of]->field[k].name;
            if (gg_score_predicts(target, name) && !gg_own_times_stem(name) &&
                !is_among(n, *list, gg_score_predictor(target, name)))
                (*list)[n++] = gg_arena_strdup(a, gg_score_predictor(target, name));
        }
    if (n == 0)
        (*list)[n++] = gg_arena_printf(a, "%s_pred", target);
    if (q->against && !in->model && !is_among(n, *list, gg_score_predictor(target, q->against)))
        (*list)[n++] = gg_score_predictor(target, q->against);
    return n;
}

const struct gg_field *gg_score_field(const struct gg_score_input *in, const char *name)
{
    const struct gg_field *x = NULL;
    for (int of = 0; of < in->n && !x; of++)
        x = gg_frame_find(in->frame[of], name);
    return x;
}

int gg_score_predicted(const struct gg_score_input *in, const char ***list, struct gg_arena *a)
{
    int n = 0, room = 1;
    for (int of = 0; of < looked_at(in); of++)
        room += in->frame[of]->n_field;
    *list = GG_NEW(a, const char *, (size_t)room);
    for (int of = 0; of < looked_at(in); of++)
        for (int k = 0; k < in->frame[of]->n_field; k++) {
            const char *name = in->frame[of]->field[k].name, *pred = strstr(name, "_pred");
            if (!pred || pred == name || (pred[5] && pred[5] != '.') || gg_own_times_stem(name) ||
                strcmp(name, "time_pred") == 0)
                continue;
            const char *target = gg_arena_printf(a, "%.*s", (int)(pred - name), name);
            if (!is_among(n, *list, target))
                (*list)[n++] = target;
        }
    return n;
}
