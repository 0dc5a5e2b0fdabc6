/* keys.h -- KEY=VALUE pairs: the second line of extended XYZ, of RUMD and, with ':', of atooms
 *
 * The grammar is that of https://github.com/libAtoms/extxyz (README, Extended XYZ specification) with what
 * older writers produce: single quotes, braces, a key alone as a flag, keys in any case. */
#ifndef GG_KEYS_H
#define GG_KEYS_H

#include "util/arena.h"
#include "util/err.h"
#include <stdbool.h>

enum { GG_MAX_KEYS = 256 };

struct gg_key {
    const char *key;
    const char *value; /* without quotes; of an array its items separated by blanks */
    int rows;          /* of an array of arrays; 1: [a, b] or {a b}; 0: a word, or text in quotes */
    bool quoted, flag; /* flag: a key alone, whose value is T */
};
struct gg_keys {
    int n;
    struct gg_key key[GG_MAX_KEYS];
};

/* Cuts up a copy of `line`.  `equals` is '=' or ':'.  GG_INPUT with the column where the line is not of this form. */
int gg_keys_parse(struct gg_keys *k, struct gg_arena *a, const char *line, char equals, struct gg_err *err);

/* Value of a key, in any case of letters; NULL if it is absent. */
const char *gg_keys_get(const struct gg_keys *k, const char *key);

/* One finite number under `key` (left alone if the key is absent); GG_INPUT if it is something else. */
int gg_keys_number(const struct gg_keys *k, const char *key, double *x, struct gg_err *err);

#endif
