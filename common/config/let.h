/* let.h -- names for numbers in a configuration: what let.c and let_irreps.c share */
#ifndef GG_LET_H
#define GG_LET_H

#include "config/config.h"

/* The members of `let:`, while they are put in. */
struct gg_let {
    struct gg_config *config;
    const struct gg_yaml *map; /* NULL: there are none */
    bool *used;                /* of the members */
    const char *const *words;  /* keys whose values are never names */
    int depth;                 /* of lists that names stand for */
    int put_in;                /* names that were put in so far */
};

/* A scalar that is being read, and how far. */
struct gg_let_place {
    struct gg_let *names;
    struct gg_yaml *y;
    struct gg_err *err;
    const char *p; /* what is left of its text */
    int depth;     /* of names that stand for names */
};

/* Length of the name that s begins with; 0: it begins with something else. */
size_t gg_let_name(const char *s);
/* What stands for a single value under that name, noted as an origin of the scalar; or a refusal with the nearest. */
const struct gg_yaml *gg_let_need(struct gg_let_place *at, const char *name);
/* GG_USAGE where too many names have been put in: names of names grow like powers. */
int gg_let_spend(struct gg_let_place *at);
/* 1: text is a product of whole numbers and of names that stand for such, 2*C, with this value; 0: it is none; -1: a name made of
 * itself, or more than 63 bits. */
int gg_let_product(struct gg_let_place *at, const char *text, int64_t *value);
/* Writes the irreps that the scalar is an expression for in its place; leaves plain irreps as they are.  GG_USAGE. */
int gg_let_irreps(struct gg_let_place *at);

#endif
