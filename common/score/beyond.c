/* beyond.c -- correlations above their ceiling, which no prediction of the mean has but by chance */
#include "score/score.h"
#include "stream/frame.h"

#include <math.h>
#include <stdio.h>

/* The larger of both averages; 0: no ceiling is known. */
static double reached(const struct gg_score_row *r)
{
    return fmax(0, fmax(r->reached_config, r->reached_pooled)); /* fmax leaves out NaN */
}

/* ", A, T = 0.5, t = 10": what is known of it */
static void add_key(char *text, size_t room, const struct gg_score_key *k)
{
    int n = k->over == GG_NODE ? snprintf(text, room, ", %s", gg_score_key_species(k)) : 0;
    if (!isnan(k->temperature))
        n += snprintf(text + n, room - (size_t)n, ", T = %g", k->temperature);
    if (!isnan(k->time))
        snprintf(text + n, room - (size_t)n, ", t = %g", k->time);
}

void gg_scores_note_beyond(struct gg_scores *s, const struct gg_score_row *rows)
{
    const double rounding = 1e-6;
    const struct gg_score_row *most = NULL;
    char key[80] = "";
    int beyond = 0;
    for (int k = 0; k < s->n; k++)
        if (reached(&rows[k]) > 1 + rounding) {
            beyond++;
            most = most && reached(most) >= reached(&rows[k]) ? most : &rows[k];
        }
    *s->beyond = 0;
    if (!most)
        return;
    add_key(key, sizeof key, most->key);
    snprintf(s->beyond, sizeof s->beyond,
             "above the ceiling: %d of %d rows, farthest %.60s by %.60s%s, %.3f of it: scatter of few "
             "configurations, or "
             "prediction and truth share runs, and so their noise",
             beyond, s->n, s->name[most->key->target], s->name[most->key->predictor], key, reached(most));
}
