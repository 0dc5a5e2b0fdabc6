/* columns.h -- from a table of particles to a draft: species, positions, and all other columns as fields */
#ifndef GG_COLUMNS_H
#define GG_COLUMNS_H

#include "formats/foreign.h"
#include "formats/table.h"

/* The name of the column that --map gives to a field, else `own`. */
const char *gg_columns_mapped(const struct gg_foreign *f, const char *field, const char *own);
/* Every --map must name a column.  GG_USAGE, with the names of those that are there. */
int gg_columns_check_map(const struct gg_foreign *f, const struct gg_table *t, struct gg_err *err);

/* Codes of the species from a property of words (gg_property.words) or of numbers.  Words are names of --species, or
 * all numbers, or all single letters A, B, ...; letters count from A.  Numbers count from `first` (0 or 1), or if it
 * is negative from 0 if there is a 0, else from 1, which gg_drafts_next holds against other files. */
int gg_columns_types(const struct gg_foreign *f, struct gg_table *t, int property, int first,
                     struct gg_arena *a, struct gg_draft *d, struct gg_err *err);

/* Columns PREFIXxSUFFIX, y, z of one number each; false if one of `dim` is missing.  They are used then, and so is a
 * third one in two dimensions. */
bool gg_columns_three(struct gg_table *t, const char *prefix, const char *suffix, int dim, int column[3]);
/* n columns side by side: [node, n] f64. */
struct gg_field gg_columns_gather(const struct gg_table *t, const int *column, int n, struct gg_arena *a);

/* Sorts by the property, if there is one (>= 0), and keeps ids that are not 1, 2, ... or 0, 1, ... as particle_id. */
int gg_columns_sort(struct gg_table *t, int property, struct gg_arena *a, struct gg_draft *d,
                    struct gg_err *err);

/* Whole cell vectors that three columns of images name: r += image . cell for `pos` [node, dim] f64.  Refuses
 * images that are no whole numbers or run along open directions (d->pbc, d->cell are set). */
int gg_columns_unwrap(const struct gg_table *t, const int image[3], struct gg_draft *d, struct gg_err *err);

/* Every property that is not used: a field.  vx vy vz, fx fy fz and so on become one vector, NAME[1] NAME[2] ... one
 * field of several numbers; text is left out. */
int gg_columns_rest(const struct gg_foreign *f, struct gg_table *t, struct gg_arena *a, struct gg_draft *d,
                    struct gg_err *err);

#endif
