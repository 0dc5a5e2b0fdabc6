/* candidates.h -- what is asked for, and which fields of the frames are predictions of it */
#ifndef GG_SCORE_CANDIDATES_H
#define GG_SCORE_CANDIDATES_H

#include "score/pair.h"

enum gg_score_by {
    GG_BY_TIME,
    GG_BY_INDEX,
    GG_BY_TAU
}; /* value, place; t / tau_alpha of truth and prediction */

/* What to score.  Without targets: every X that has an X_pred, or every target of one number where there is none; pairs whose
 * rows or components do not fit are left out then.  Without predictors: X_pred. */
struct gg_score_request {
    int n_target, n_predictor;
    const char *const *target, *const *predictor; /* FIELD, FIELD:COLUMN */
    const char *against;                          /* one more predictor, or NULL */
    enum gg_score_by by; /* which times of different frames, and of truth and prediction, are one */
    bool nearest_time;   /* pair each time of a prediction with the nearest of the truth */
    bool centre;         /* take off the mean over all particles of a vector that predicts */
};

/* What predicts the target, as tables call it: those that were asked for, or X_pred and every X_pred.NAME, or X_pred that is not there;
 * then the one they are compared with.  Returns how many; the list is the arena's. */
int gg_score_predictors(const struct gg_score_request *q, const struct gg_score_input *in, const char *target,
                        const char ***list, struct gg_arena *a);

/* The X of every X_pred and X_pred.NAME, each once; the truth need not be there. */
int gg_score_predicted(const struct gg_score_input *in, const char ***list, struct gg_arena *a);

/* The field of that name in the first frame that has it; NULL. */
const struct gg_field *gg_score_field(const struct gg_score_input *in, const char *name);

#endif
