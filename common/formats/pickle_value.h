/* pickle_value.h -- what a Python pickle holds, as data */
#ifndef GG_PICKLE_VALUE_H
#define GG_PICKLE_VALUE_H

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
    GG_PICKLE_ARRAY,
    GG_PICKLE_STORAGE, /* of PyTorch: numbers in a member of their own */
    GG_PICKLE_RECORD   /* an object of a known class; its state is item[0] */
};

/* A value; those of containers may be shared, and a damaged file may make a container hold itself: never
 * walk down without a depth in mind. */
struct gg_pickle {
    int kind;
    int64_t whole;    /* BOOL, INT; GLOBAL, RECORD: which one; DTYPE, STORAGE: its code */
    double number;    /* FLOAT; INT too */
    const char *text; /* TEXT (NUL-terminated copy), BYTES (in the file's bytes); STORAGE: the member */
    size_t n,
        room; /* bytes of text; items of a container (DICT: keys and values in turn); STORAGE: numbers */
    struct gg_pickle **item;
    bool swap, built;       /* DTYPE: the other byte order; ARRAY: has its data */
    struct gg_field *array; /* ARRAY: unnamed field, C order, native byte order */
};

/* Where the numbers of a PyTorch archive lie: member `key` in full.  GG_INPUT, GG_TRUNCATED. */
struct gg_pickle_storages {
    int (*read)(void *context, const char *key, struct gg_arena *a, const void **bytes, uint64_t *n,
                struct gg_err *err);
    void *context;
    size_t budget; /* bytes that all tensors together may have */
    bool swap;     /* they have the other byte order */
};

/* The value of a key of a dictionary; NULL if it is not there or `dict` is none. */
const struct gg_pickle *gg_pickle_get(const struct gg_pickle *dict, const char *key);
/* TEXT, or BYTES as Python 2 has it, of that content. */
bool gg_pickle_is(const struct gg_pickle *v, const char *text);

#endif
