/* curved.h -- the layers of a model that have functions of the distance */
#ifndef GG_CURVED_H
#define GG_CURVED_H

#include "explain/explain.h"

/* Those that --hidden names, without it all: their places among the model's, and how many.  GG_USAGE, -1: the model has none, or none of
 * that name. */
int gg_explain_curved(const struct gg_explain *x, int op[GG_MAX_VALUES], struct gg_err *err);

#endif
