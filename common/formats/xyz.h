/* xyz.h -- what the relatives of XYZ have in common: a count, a line that says what follows, a particle a line */
#ifndef GG_XYZ_H
#define GG_XYZ_H

#include "formats/columns.h"
#include "formats/keys.h"

/* The second line of a text that begins with a whole number; NULL if there is none.  malloc'd. */
char *gg_xyz_second_line(const char *head);
/* Whether KEY `mark` (any case, at the start of a word, blanks allowed before the mark) is in the line. */
bool gg_xyz_has_key(const char *line, const char *key, char mark);

/* The number of particles, `least` or more, and a copy of the line behind it.  1; 0 at the end (blank lines before it are
 * legal); -1. */
int gg_xyz_begin(struct gg_input *in, struct gg_arena *a, int64_t least, int64_t *count, char **line,
                 struct gg_err *err);
/* So many rows into the table. */
int gg_xyz_rows(struct gg_input *in, struct gg_table *t, int64_t count, struct gg_err *err);

/* Positions [node, dim] from the property, which must have `dim` or 3 finite columns; marks it used. */
int gg_xyz_positions(struct gg_table *t, int property, struct gg_arena *a, struct gg_draft *d,
                     struct gg_err *err);

bool gg_extxyz_looks(const struct gg_foreign *f, const char *head);
int gg_extxyz_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);
bool gg_xyz_looks(const struct gg_foreign *f, const char *head);
int gg_xyz_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);
bool gg_atooms_looks(const struct gg_foreign *f, const char *head);
int gg_atooms_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);
bool gg_rumd_looks(const struct gg_foreign *f, const char *head);
int gg_rumd_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);

bool gg_csv_looks(const struct gg_foreign *f, const char *head);
int gg_csv_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);

/* extxyz_own.c: a frame that gg-dump wrote, its fields described under the key gg_fields. */
int gg_extxyz_own(const struct gg_keys *keys, const struct gg_table *t, struct gg_arena *a,
                  struct gg_draft *d, struct gg_err *err);

#endif
