/* extxyz.h -- extended XYZ as ASE and OVITO write it */
#ifndef GG_EXTXYZ_H
#define GG_EXTXYZ_H

#include "formats/foreign.h"

/* The comment line: KEY=VALUE pairs, values bare or in double quotes. */
struct gg_extxyz_comment {
    int n;
    struct gg_extxyz_pair {
        const char *key, *value; /* in the line, terminated in place */
    } pair[64];
};
/* Cuts up `line` in place.  GG_INPUT with the column for what those two programs do not write. */
int gg_extxyz_comment_parse(struct gg_extxyz_comment *c, char *line, struct gg_err *err);
const char *gg_extxyz_get(const struct gg_extxyz_comment *c, const char *key); /* NULL if absent */

bool gg_extxyz_looks(const struct gg_foreign *f, const char *head);
int gg_extxyz_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);

#endif
