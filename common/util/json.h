/* json.h -- a JSON writer; no program reads JSON */
#ifndef GG_JSON_H
#define GG_JSON_H

#include <stdint.h>
#include <stdio.h>

/* Writes to any FILE (open_memstream for a line in memory).  Commas and nesting are kept here; keys are NULL inside
 * arrays.  NaN and Inf become null; numbers are the shortest that read back the same. */
struct gg_json {
    FILE *to;
    int depth;
    uint64_t has_item; /* bit per depth */
};
void gg_json_begin(struct gg_json *j, const char *key, char bracket); /* '{' or '[' */
void gg_json_end(struct gg_json *j, char bracket);                    /* '}' or ']' */
void gg_json_text(struct gg_json *j, const char *key, const char *value);
void gg_json_double(struct gg_json *j, const char *key, double value);
void gg_json_float(struct gg_json *j, const char *key, float value);
void gg_json_int(struct gg_json *j, const char *key, int64_t value);
void gg_json_number(struct gg_json *j, const char *key, const char *number); /* as it is written */
void gg_json_bool(struct gg_json *j, const char *key, int value);

#endif
