/* table.h -- particles in rows with named columns, as text formats and dumps have them */
#ifndef GG_TABLE_H
#define GG_TABLE_H

#include "stream/frame.h"

enum { GG_MAX_PROPERTY = 256, GG_MAX_COLUMNS = 1024, GG_MAX_WORDS = 64 };

/* One or more columns under one name. */
struct gg_property {
    char name[GG_NAME];
    char kind; /* R real, I whole, L logical, S text, as in extended XYZ; 0: the first row says R or S */
    int width, at;
    bool finite; /* its numbers must be finite: positions, ids, images */
    bool words;  /* text that is kept, as an index into gg_table.word: species */
    bool used;   /* it became a part of the configuration: no field of its own */
};

/* Rows are malloc'd and grow with what comes: gg_table_free. */
struct gg_table {
    int n_property, n_column;
    struct gg_property property[GG_MAX_PROPERTY];
    uint64_t n, room;
    double *value; /* [n][n_column]; text that is not kept is 0 */
    int n_word;
    char *word[GG_MAX_WORDS];
    uint64_t word_row[GG_MAX_WORDS]; /* where each came first */
    int digits; /* most significant digits written in a column that must be finite and is R */
};
void gg_table_free(struct gg_table *t);

/* Adds a property; GG_INPUT for a name that is there already, or too many. */
int gg_table_add(struct gg_table *t, const char *name, char kind, int width, struct gg_err *err);
/* Its index, -1 if absent. */
int gg_table_find(const struct gg_table *t, const char *name);

/* One row from a line, which is cut up.  Exactly n_column words.  GG_INPUT "column 3: 'x' is no number". */
int gg_table_row(struct gg_table *t, char *line, struct gg_err *err);
/* One row of numbers: room for n_column of them, to be filled. */
double *gg_table_new_row(struct gg_table *t);

/* Rows by increasing id.  GG_INPUT "atom id 3 comes twice", or if one is no whole number. */
int gg_table_sort(struct gg_table *t, int property, struct gg_err *err);

/* Copies the numbers of a property: f64, or i64, bool by its kind; [n] or [n, width].  `width` 0: all. */
struct gg_field gg_table_field(const struct gg_table *t, struct gg_arena *a, int property, int width);

#endif
