/* npz_rest.h -- named arrays beside the known ones, and those that gg-dump wrote */
#ifndef GG_NPZ_REST_H
#define GG_NPZ_REST_H

#include "formats/foreign.h"

/* Every array that was not read: [node, ...] and few numbers become fields, the others are left out by name. */
int gg_npz_rest(const struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);

/* A frame that gg-dump wrote: its arrays are described under the key gg_fields. */
int gg_npz_own(const struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);

#endif
