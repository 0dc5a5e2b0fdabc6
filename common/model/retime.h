/* retime.h -- a trained model at other times than those it was trained at */
#ifndef GG_RETIME_H
#define GG_RETIME_H

#include "model/model.h"

/* From here on the model predicts at these n times (tau, above 0, increasing).  Mean and scale of a target at a time between two that its head was
 * trained at are linear in ln t, outside they are those of the nearest.  GG_USAGE: a head has a column for each time instead of a row,
 * a layer knows its training times alone, no head has times, times that do not increase. */
int gg_model_retime(struct gg_model *m, int n, const double *time, struct gg_err *err);

#endif
