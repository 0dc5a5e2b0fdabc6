/* conv_columns.h -- which outputs of the radial net are the functions of which path */
#ifndef GG_CONV_COLUMNS_H
#define GG_CONV_COLUMNS_H

#include "conv/conv.h"

/* Of one path: `run` outputs at each of `rows` places that are `step` apart; times `factor` they are its functions of the distance. */
struct gg_conv_columns {
    char path[24]; /* as in gg_curve */
    int64_t first, rows, step, run;
    double factor;
};
/* How many; out has room for n_path, or of full mixing for its slices. */
int gg_conv_list_columns(const struct gg_conv_plan *p, struct gg_conv_columns *out);

#endif
