/* weight_arrays.h -- the named arrays of an npz, for a map of weights */
#ifndef GG_WEIGHT_ARRAYS_H
#define GG_WEIGHT_ARRAYS_H

#include "formats/npz.h"
#include "model/weight_part.h"

struct gg_weight_arrays {
    int n;
    struct gg_named_array *array;
    double **number; /* [n][count]; of arrays that are ignored NULL */
};

/* All but those that the map ignores, which may hold anything, with their numbers, in `a`.  GG_INPUT: none, or one that is not finite. */
int gg_weight_arrays_read(struct gg_weight_arrays *x, const struct gg_npz *npz, const struct gg_yaml *map,
                          struct gg_arena *a, struct gg_err *err);

#endif
