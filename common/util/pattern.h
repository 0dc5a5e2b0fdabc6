/* pattern.h -- names chosen by pattern: `layers.0-2.*` */
#ifndef GG_PATTERN_H
#define GG_PATTERN_H

#include <stdbool.h>

/* `*` is any text, dots included; `?` one character; A-B, two whole numbers, any number from A to B; all else is itself. */
bool gg_pattern_matches(const char *pattern, const char *name);

#endif
