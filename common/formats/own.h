/* own.h -- what the exports of gg-dump say of their fields, so that gg-import finds them again
 *
 * One text, in extended XYZ under the key gg_fields, in CSV in the last column, in npz as an array: a word a field,
 * NAME:TYPE:AXES:ROLE:IRREPS:UNIT, the axes as in "node/time*10/3"; other letters than those of names as %XX. */
#ifndef GG_OWN_H
#define GG_OWN_H

#include "formats/draft.h"
#include <stdio.h>

/* The word of one field into `to`; behind the first a blank in front. */
void gg_own_write(FILE *to, const struct gg_field *x, bool first);

/* What a stream says of its data beside where they are from: lines of META as words KEY=VALUE, escaped alike. */
void gg_own_write_meta(FILE *to, const struct gg_meta *meta);
void gg_own_parse_meta(struct gg_arena *a, const char *text, struct gg_meta *meta);

/* The words of a text as fields without data; GG_INPUT if one is malformed.  Lengths of axes that the frame knows (node)
 * are 0.  Arena memory. */
int gg_own_parse(struct gg_arena *a, const char *text, struct gg_field **fields, int *n, struct gg_err *err);

/* Adds a field that is complete, as it is.  `pos` and `type` go where the draft has them.  GG_INPUT if there are two of
 * a name, or the type is none that can be. */
int gg_own_add(struct gg_draft *d, struct gg_arena *a, const struct gg_field *x, struct gg_err *err);

/* Numbers, as double, into memory of the field's own type; GG_INPUT for one that does not fit. */
int gg_own_fill(struct gg_field *x, struct gg_arena *a, const double *value, uint64_t n, struct gg_err *err);

#endif
