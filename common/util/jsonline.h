/* jsonline.h -- values out of a line of metrics.jsonl: one flat object, as our own writer makes them */
#ifndef GG_JSONLINE_H
#define GG_JSONLINE_H

#include <stdbool.h>
#include <stddef.h>

/* The value of a key of the outermost object: false if the line is no whole object, or has no such key of that kind.
 * Nested values are stepped over.  No program takes JSON as input: this is to read what gg-train logged. */
bool gg_jsonline_number(const char *line, const char *key, double *x); /* null is NaN */
bool gg_jsonline_text(const char *line, const char *key, char *text, size_t room);

/* The keys in turn, from the first on: NULL behind the last, and for a line that is no whole object. */
const char *gg_jsonline_first(const char *line);
const char *gg_jsonline_next(const char *at);
void gg_jsonline_key(const char *at, char *key, size_t room);

#endif
