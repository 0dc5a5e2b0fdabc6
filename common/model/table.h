/* table.h -- a network as a table, a layer a line */
#ifndef GG_MODEL_TABLE_H
#define GG_MODEL_TABLE_H

#include "util/err.h"

/* Of a model file, to `output` (NULL: standard output): inputs and targets, then layers and heads in order: name, inputs, output
 * ("edge:8x0e" is on edges), parameters, thousands of operations a particle forward and backward, numbers read and written a particle in kB
 * (gg_layer_type.cost), with as many edges as the training set had; below, their sums.  GG_USAGE: a model that is fitted has no layers. */
int gg_model_table(const char *model, const char *output, struct gg_err *err);

#endif
