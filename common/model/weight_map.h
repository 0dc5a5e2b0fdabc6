/* weight_map.h -- where every parameter of a network stands in the named arrays of another code
 *
 * The map (gg_model(5), MAP OF WEIGHTS) is resolved once into parts: tables of numbers, each in one array.  Parts are read to take
 * parameters in, and walked the other way round to write parameters, or their gradients, in the other code's order. */
#ifndef GG_WEIGHT_MAP_H
#define GG_WEIGHT_MAP_H

#include "config/yaml.h"
#include "model/model.h"

/* An array of the other code.  Two axes are rows and columns, more are the first and all others; one is a single row. */
struct gg_named_array {
    const char *name;
    int ndim;
    int64_t shape[GG_MAX_DIM];
};
int64_t gg_named_array_count(const struct gg_named_array *x);

/* rows x columns numbers of a parameter: parameter[to + i to_row + k] = factor array[from + i from_row + k from_column]. */
struct gg_weight_part {
    int array; /* -1: all are `factor`, which no array holds */
    double factor;
    int64_t rows, columns;
    int64_t from, from_row, from_column;
    int64_t to, to_row; /* among all parameters of the model */
};

struct gg_weight_map {
    int n_array, n_part;
    const struct gg_named_array *array; /* the caller's */
    bool *ignored;                      /* [n_array] */
    struct gg_weight_part *part;        /* in the order of the model's parameters */
};

/* Resolves `parameters` and `ignored` of a map for a model that is built; what x holds lives in `a`.  GG_USAGE: no place for a parameter, one that the
 * model has not, an array that is not there, another shape.  GG_INPUT: an array neither used nor ignored, or not in full. */
int gg_weight_map_read(struct gg_weight_map *x, const struct gg_model *m, const struct gg_yaml *map,
                       int n_array, const struct gg_named_array *array, struct gg_arena *a,
                       struct gg_err *err);

/* Parameters w from the arrays' numbers, [n_array][count]. */
void gg_weight_map_take(const struct gg_weight_map *x, const double *const *array, gg_real *w);
/* The gradient by the arrays' numbers, added to `array`, from that by the parameters. */
void gg_weight_map_gradient(const struct gg_weight_map *x, const gg_real *dw, double *const *array);
/* The arrays' numbers from the parameters: what gg_weight_map_take would read. */
void gg_weight_map_give(const struct gg_weight_map *x, const gg_real *w, double *const *array);

#endif
