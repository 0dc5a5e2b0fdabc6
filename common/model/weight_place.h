/* weight_place.h -- one place of a map of weights: an array, or some of it */
#ifndef GG_WEIGHT_PLACE_H
#define GG_WEIGHT_PLACE_H

#include "model/weight_part.h"

struct gg_weight_part *gg_weight_new_part(struct gg_weight_reading *r);

/* Number of the array that is called so, a text in y; -1 with its neighbour in the message. */
int gg_weight_array(const struct gg_weight_reading *r, const struct gg_yaml *y, struct gg_err *err);

/* want: rows and columns of the parameter, 0 where the parts together decide.  Fills all of the part but `to` and marks its numbers
 * as used. */
int gg_weight_place(struct gg_weight_reading *r, const struct gg_yaml *y, struct gg_weight_table want,
                    struct gg_weight_part *part, struct gg_err *err);

#endif
