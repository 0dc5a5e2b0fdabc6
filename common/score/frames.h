/* frames.h -- scores the fields of frames: which truth, which prediction, which noise */
#ifndef GG_SCORE_FRAMES_H
#define GG_SCORE_FRAMES_H

#include "formats/predictions.h"
#include "score/candidates.h"
#include "score/score.h"

/* The number of runs; 0 if META does not say, or two joined streams say different things. */
double gg_score_runs(const struct gg_meta *meta);

/* Adds one configuration to the scores.  Temperature comes from the frame, times are those of the truth; a prediction is
 * paired with it by time.  Rows are particles, edges or the configuration.  Noise from X_var and META "replicas"; halves
 * from pos_replicas (for propensity and displacement).  A vector predicts a scalar by its length.  GG_INPUT. */
int gg_score_frame(struct gg_scores *s, const struct gg_score_request *q, const struct gg_score_input *in,
                   struct gg_arena *a, struct gg_err *err);

/* Fits the scales of uncertainties on another stream, with what the files of `pred`, if there are any, have of its samples, on columns of the same names, temperature, time and species; before the first frame.  Names
 * the file. */
int gg_score_held_out(struct gg_scores *s, const struct gg_score_request *q, struct gg_predictions *pred,
                      const char *path, struct gg_err *err);

#endif
