/* weight_part.h -- the parts of a map of weights, and what its files share while they resolve it (weight_map.h) */
#ifndef GG_WEIGHT_PART_H
#define GG_WEIGHT_PART_H

#include "config/yaml.h"
#include "model/import.h"
#include "model/model.h"

/* An array of the other code.  Two axes are rows and columns, more are the first and all others; one is a single row. */
struct gg_named_array {
    const char *name;
    int ndim;
    int64_t shape[GG_MAX_DIM];
    const double *number; /* [count] where they are known: a map reads couplings */
};
int64_t gg_named_array_count(const struct gg_named_array *x);

/* rows x columns numbers of a parameter: parameter[to + i to_row + k] = factor array[from + i from_row + k from_column].  With P,
 * couplings of another basis: parameter[to + (i n_ours + e) columns + k] = factor sum_q P[e n_theirs + q] array[from + (i n_theirs + q) columns + k]. */
struct gg_weight_part {
    int array; /* -1: all are `factor`, which no array holds */
    double factor;
    int64_t rows, columns;
    int64_t from, from_row, from_column;
    int64_t to, to_row; /* among all parameters of the model */
    int n_ours, n_theirs;
    const double *P, *back; /* [n_ours][n_theirs], and its pseudo-inverse [n_theirs][n_ours]; NULL */
    const char *parameter;
};

struct gg_weight_map {
    int n_array, n_part;
    const struct gg_named_array *array; /* the caller's */
    bool *ignored;                      /* [n_array] */
    struct gg_weight_part *part;        /* in the order of the model's parameters */
    char idle[GG_WEIGHT_IDLE]; /* "a, b": keys with <k> that no parameter has: a repeat may have no round */
};

/* A name of `sizes:`. */
struct gg_weight_size {
    const char *name;
    double value;
};

/* What is being resolved. */
struct gg_weight_reading {
    struct gg_weight_map *x;
    const struct gg_model *m;
    struct gg_arena *a;
    const struct gg_yaml *parameters;
    bool transpose; /* of all arrays of two axes, unless a place says otherwise */
    int room;       /* for parts */
    bool **used;    /* [n_array][count] numbers that a parameter has */
    int n_size;
    struct gg_weight_size *size;
    int64_t round;         /* what <k> is now; -1: nothing */
    const char *parameter; /* whose place is read, and its numbers */
    struct gg_weight piece;
};

/* A parameter as rows and columns: the last axis is the columns, one axis is a single row. */
struct gg_weight_table {
    int64_t rows, columns;
};
static inline struct gg_weight_table gg_weight_table(int ndim, const int64_t *shape)
{
    struct gg_weight_table t = {1, ndim ? shape[ndim - 1] : 1};
    for (int d = 0; d + 1 < ndim; d++)
        t.rows *= shape[d];
    return t;
}

#endif
