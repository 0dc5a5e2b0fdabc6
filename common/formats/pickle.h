/* pickle.h -- Python pickles of plain data and numpy arrays; nothing in them is ever executed */
#ifndef GG_PICKLE_H
#define GG_PICKLE_H

#include "stream/frame.h"

enum gg_pickle_kind {
    GG_PICKLE_NONE,
    GG_PICKLE_BOOL,
    GG_PICKLE_INT,
    GG_PICKLE_FLOAT,
    GG_PICKLE_TEXT,
    GG_PICKLE_BYTES,
    GG_PICKLE_TUPLE,
    GG_PICKLE_LIST,
    GG_PICKLE_DICT,
    GG_PICKLE_GLOBAL,
    GG_PICKLE_DTYPE,
    GG_PICKLE_ARRAY
};

/* A value; those of containers may be shared, and a damaged file may make a container hold itself: never
 * walk down without a depth in mind. */
struct gg_pickle {
    int kind;
    int64_t whole;    /* BOOL, INT; GLOBAL: which one; DTYPE: its code */
    double number;    /* FLOAT; INT too */
    const char *text; /* TEXT (NUL-terminated copy), BYTES (in the file's bytes) */
    size_t n, room;   /* bytes of text; items of a container (DICT: keys and values in turn) */
    struct gg_pickle **item;
    bool swap, built;       /* DTYPE: the other byte order; ARRAY: has its data */
    struct gg_field *array; /* ARRAY: unnamed field, C order, native byte order */
};

/* The one value in a pickle of protocol 2 to 4.  Known are the opcodes that plain data and numpy arrays need
 * and three names: numpy.core.multiarray _reconstruct, numpy ndarray, numpy dtype.  GG_INPUT "opcode X not
 * allowed", "global Y not allowed"; GG_TRUNCATED if bytes are missing.  `bytes` must stay as long as the
 * value. */
const struct gg_pickle *gg_pickle_parse(const void *bytes, size_t n_byte, struct gg_arena *a,
                                        struct gg_err *err);

/* The value of a key of a dictionary; NULL if it is not there or `dict` is none. */
const struct gg_pickle *gg_pickle_get(const struct gg_pickle *dict, const char *key);

#endif
