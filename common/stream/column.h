/* column.h -- one number, or one vector, for each particle out of any field: "energy", "node_features:psi6" */
#ifndef GG_COLUMN_H
#define GG_COLUMN_H

#include "stream/frame.h"
#include "stream/meta.h"

/* Where the numbers are: a field [node], [node, time], [node, 3], [node, time, 3], or one column of [node, k]. */
struct gg_column {
    const struct gg_field *field;
    int n_time;     /* 0: no time axis */
    int width;      /* 3 for a vector 1x1o, else 1 */
    int64_t stride; /* numbers of one particle in the field */
    int64_t at;     /* the chosen one of them */
};

/* The META key with the names of a field's columns: "columns.FIELD" in lower case, as META keys are.  `length` letters of
 * `field` count. */
void gg_columns_key(char key[GG_NAME + 16], const char *field, size_t length);

/* `spec` is FIELD or FIELD:COLUMN, the column by its name in META "columns.FIELD" or by its number from 0.  `meta` may be
 * NULL.  GG_INPUT if the frame has no such field, or it is not one number or vector a particle. */
int gg_column_find(struct gg_column *c, const struct gg_frame *f, const struct gg_meta *meta,
                   const char *spec, struct gg_err *err);

/* Fills x [n_node, width] with the values at the t-th time (ignored without a time axis). */
void gg_column_read(const struct gg_column *c, const struct gg_frame *f, int t, double *x);

#endif
