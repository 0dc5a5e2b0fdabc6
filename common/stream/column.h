/* column.h -- one number, or one tensor, a row out of any field: "energy", "node_features:psi6" */
#ifndef GG_COLUMN_H
#define GG_COLUMN_H

#include "stream/meta.h"
#include "stream/own_times.h"

/* Rows x times x width: a row is a particle, an edge, or the whole configuration. */
struct gg_column {
    const struct gg_field *field;
    int over;      /* the axis of the rows: GG_NODE, GG_EDGE; GG_FREE: one row, the configuration */
    int64_t n_row; /* 1 for the configuration */
    struct gg_field_times time; /* axis -1: none */
    int width;                  /* components, where irreps above degree 0 describe the last axis; else 1 */
    int64_t row, step;          /* numbers from one row, one time to the next */
    int64_t at;                 /* the chosen one of them */
};

/* The META key with the names of a field's columns: "columns.FIELD" in lower case, as META keys are.  `length` letters of
 * `field` count. */
void gg_columns_key(char key[GG_NAME + 16], const char *field, size_t length);

/* `spec` is FIELD or FIELD:COLUMN, the column by its name in META "columns.FIELD" or by its number from 0.  `meta` may be
 * NULL.  GG_INPUT if the frame has no such field, or it is not one number or tensor a row. */
int gg_column_find(struct gg_column *c, const struct gg_frame *f, const struct gg_meta *meta,
                   const char *spec, struct gg_err *err);

/* Fills x [n_row, width] with the values at the t-th time, below c->time.n (ignored without a time axis). */
void gg_column_read(const struct gg_column *c, int t, double *x);

/* x [n_row, width] -> [n_row]: the length of each tensor, in place. */
void gg_column_lengths(const struct gg_column *c, double *x);

/* Numbers of several kinds of irreps a row, 1x0e+1x2e: neither one number nor one tensor. */
bool gg_column_mixed(const struct gg_field *x);

const char *gg_column_row(const struct gg_column *c); /* "particle", "edge", "configuration" */

#endif
