/* tsv.h -- tables of text: read as TSV, print as TSV or aligned */
#ifndef GG_TSV_H
#define GG_TSV_H

#include "util/err.h"
#include "util/file.h"

#include <stdbool.h>

/* A header and rows of text.  Zeroed = empty; cells are malloc'd and owned. */
struct gg_tsv {
    int n_col, n_row, room;
    char **head, **cell; /* cell[row * n_col + col] */
    int filled;          /* cells added so far */
    char *comments;      /* of a table that was read: its lines that begin with '#'; else NULL */
};

void gg_tsv_head(struct gg_tsv *t, const char *name); /* all columns before the first cell */
/* The next cell, row by row. */
void gg_tsv_add(struct gg_tsv *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A number with `digits` behind the point, `missing` for NaN. */
void gg_tsv_number(struct gg_tsv *t, double x, int digits, const char *missing);

/* A number of so many digits in all, wherever its point is; `missing` for NaN. */
void gg_tsv_digits(struct gg_tsv *t, double x, int digits, const char *missing);

/* TSV: header first, lines that begin with '#' left out, no quoting.  "-" is standard input.  GG_SYSTEM; GG_INPUT with the
 * line that has another number of cells; GG_TRUNCATED if there is no header. */
int gg_tsv_read(struct gg_tsv *t, const char *path, struct gg_err *err);
int gg_tsv_find(const struct gg_tsv *t, const char *column); /* -1 if it is not there */
int gg_tsv_need(const struct gg_tsv *t, const char *column, const char *path, struct gg_err *err);
const char *gg_tsv_text(const struct gg_tsv *t, int row, int col);
double gg_tsv_value(const struct gg_tsv *t, int row, int col); /* NaN if it is no number */
/* The same text, or one number up to rounding (same.h). */
bool gg_tsv_same(const char *a, const char *b);

int gg_tsv_print(const struct gg_tsv *t, struct gg_sink *to, struct gg_err *err);
/* Columns padded with blanks, numbers to the right, `indent` blanks before each line. */
int gg_tsv_align(const struct gg_tsv *t, int indent, struct gg_sink *to, struct gg_err *err);
void gg_tsv_free(struct gg_tsv *t);

#endif
