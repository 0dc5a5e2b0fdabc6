/* npz_sets.h -- configurations from named arrays: the public sets, and any by a key map */
#ifndef GG_NPZ_SETS_H
#define GG_NPZ_SETS_H

#include "formats/foreign.h"

/* The configuration in the arrays of f->npz. */
int gg_npz_arrays(const struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);

int gg_npz_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);
bool gg_npz_looks_ka_md(const struct gg_foreign *f, const char *head);
bool gg_npz_looks_botan(const struct gg_foreign *f, const char *head);
bool gg_npz_looks_glassbench(const struct gg_foreign *f, const char *head);

#endif
