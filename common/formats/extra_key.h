/* extra_key.h -- a key of a header line as a field of the frame: numbers, flags, arrays of them */
#ifndef GG_EXTRA_KEY_H
#define GG_EXTRA_KEY_H

#include "formats/draft.h"
#include "formats/keys.h"

/* A number or flag becomes a field [], several one [k], rows of an array [rows, k]; text is left out, and told so. */
int gg_extra_key(struct gg_draft *d, struct gg_arena *a, const struct gg_key *key, struct gg_err *err);

/* The same for all keys but those of `known` (ends with NULL; capitals do not matter). */
int gg_extra_keys(struct gg_draft *d, struct gg_arena *a, const struct gg_keys *keys,
                  const char *const *known, struct gg_err *err);

#endif
