/* range.h -- "5:10", "5:", ":10", "5": which frames, rows, epochs */
#ifndef GG_RANGE_H
#define GG_RANGE_H

#include "util/err.h"
#include <stdbool.h>
#include <stdint.h>

struct gg_range {
    uint64_t from, to; /* from .. to-1 */
};
/* NULL is everything.  GG_USAGE, beginning with `where`, for anything else and for an empty range. */
int gg_range_parse(struct gg_range *r, const char *text, const char *where, struct gg_err *err);
bool gg_range_has(const struct gg_range *r, uint64_t k);

#endif
