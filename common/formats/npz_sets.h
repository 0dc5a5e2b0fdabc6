/* npz_sets.h -- configurations from named arrays: the public sets, and any by a key map */
#ifndef GG_NPZ_SETS_H
#define GG_NPZ_SETS_H

#include "formats/foreign.h"

/* d->type from the array `key` of whole numbers or words, by --species if it is given; `any`: of no public set. */
int gg_npz_types(const struct gg_foreign *f, const char *key, bool any, struct gg_arena *a,
                 struct gg_draft *d, struct gg_err *err);

/* The configuration in the arrays of f->npz. */
int gg_npz_arrays(const struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);

int gg_npz_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);
bool gg_npz_looks_ka_md(const struct gg_foreign *f, const char *head);
bool gg_npz_looks_botan(const struct gg_foreign *f, const char *head);
bool gg_npz_looks_glassbench(const struct gg_foreign *f, const char *head);

#endif
