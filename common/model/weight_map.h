/* weight_map.h -- where every parameter of a network stands in the named arrays of another code
 *
 * The map (gg_model(5), MAP OF WEIGHTS) is resolved once into parts (weight_part.h): tables of numbers, each in one array.  Parts are read to take
 * parameters in, and walked the other way round to write parameters, or their gradients, in the other code's order. */
#ifndef GG_WEIGHT_MAP_H
#define GG_WEIGHT_MAP_H

#include "model/weight_part.h"

/* Resolves `parameters` and `ignored` of a map for a model that is built; what x holds lives in `a`.  GG_USAGE: no place for a parameter, one that the
 * model has not, an array that is not there, another shape, a setting that the map is not for.  GG_INPUT: an array neither used nor ignored, or not in full.
 * GG_NUMERICS: couplings that are none. */
int gg_weight_map_read(struct gg_weight_map *x, const struct gg_model *m, const struct gg_yaml *map,
                       int n_array, const struct gg_named_array *array, struct gg_arena *a,
                       struct gg_err *err);

/* "a, b, c" in a message of limited length. */
void gg_weight_add_name(char *list, size_t bytes, const char *name);

/* Parameters w from the arrays' numbers, [n_array][count]. */
void gg_weight_map_take(const struct gg_weight_map *x, const double *const *array, gg_real *w);
/* The gradient by the arrays' numbers, added to `array`, from that by the parameters. */
void gg_weight_map_gradient(const struct gg_weight_map *x, const gg_real *dw, double *const *array);
/* The arrays' numbers from the parameters: what gg_weight_map_take would read; of redundant couplings the smallest that are the same
 * function.  Numbers that no parameter has are left.  GG_INPUT: parameters that the other code has no number for, or one for several that differ. */
int gg_weight_map_give(const struct gg_weight_map *x, const gg_real *w, double *const *array,
                       struct gg_err *err);

#endif
