/* yaml.h -- a YAML document as a tree that remembers where every value came from */
#ifndef GG_YAML_H
#define GG_YAML_H

#include "util/arena.h"
#include "util/err.h"
#include "util/opt.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gg_yaml_kind { GG_YAML_SCALAR, GG_YAML_MAP, GG_YAML_LIST };

enum { GG_YAML_BYTES = 1 << 20, GG_YAML_DEPTH = 16, GG_YAML_KEYS = 256 /* in one map */ };

/* A node.  Scalars stay text, quoted or not: `no` is a word, and types come from the option table that reads them.
 * Every node has a value (`lr:` with nothing behind it is refused), text is one line without control characters. */
struct gg_yaml {
    enum gg_yaml_kind kind;
    const char *key;           /* in the map that holds it; NULL in lists and at the root */
    const char *text;          /* of a scalar */
    const char *origin;        /* file name, or "--set", "command line", "default" */
    const char *via;           /* names of `let:` that stood in it, and their origins; NULL = none */
    const struct gg_yaml *let; /* names that could have stood in it; NULL = none */
    int line, column;          /* from 1: of the key in a map, else of the value; 0 = not from a file */
    int n;                     /* children of a map or a list, in order */
    struct gg_yaml *first, *last, *next;
};

/* One document of `bytes` bytes; the tree lives in the arena, `origin` is copied.  Refuses with GG_USAGE and
 * "ORIGIN:LINE:COLUMN: reason": syntax, anchors, aliases, tags, duplicate keys, keys that are not text, several
 * documents, an empty one, values without text, the limits above. */
struct gg_yaml *gg_yaml_parse(struct gg_arena *a, const char *text, size_t bytes, const char *origin,
                              struct gg_err *err);

/* "se3.yaml:12:5", or the origin alone when there is no line. */
void gg_yaml_where(const struct gg_yaml *y, char text[256]);
/* Refuses with GG_USAGE: "se3.yaml:12:5: ...". */
int gg_yaml_fail(const struct gg_yaml *y, struct gg_err *err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The member called `key` ('-' and '_' are the same in keys), or NULL; the k-th child, or NULL. */
struct gg_yaml *gg_yaml_get(const struct gg_yaml *map, const char *key);
struct gg_yaml *gg_yaml_at(const struct gg_yaml *y, int k);
/* As gg_yaml_get, refusing a missing key: "se3.yaml:12:5: conv: key 'lmax' is missing". */
struct gg_yaml *gg_yaml_need(const struct gg_yaml *map, const char *key, struct gg_err *err);
/* 0 if y is of that kind; otherwise "...: layers: a list is wanted, not a map". `what` names y when it has no key. */
int gg_yaml_expect(const struct gg_yaml *y, enum gg_yaml_kind kind, const char *what, struct gg_err *err);

enum { GG_YAML_NEAR = 160 };
/* " (did you mean 'C'?)": the key of the map nearest to the word, the word itself aside; " (there is C, lmax)" where none is near; "". */
const char *gg_yaml_near(const struct gg_yaml *map, const char *word, char text[GG_YAML_NEAR]);
/* Behind the refusal of a scalar that is no number: that it is no name of `let:`, and the nearest one.  Returns -1. */
int gg_yaml_no_name(const struct gg_yaml *y, struct gg_err *err);

/* Values without a table; min = max = 0 is any whole number.  A single scalar reads as a list of one.  Text points into the tree, lists into `a`. */
int gg_yaml_text(const struct gg_yaml *y, const char **out, struct gg_err *err);
int gg_yaml_int(const struct gg_yaml *y, int64_t min, int64_t max, int64_t *out, struct gg_err *err);
int gg_yaml_real(const struct gg_yaml *y, double *out, struct gg_err *err); /* finite */
int gg_yaml_bool(const struct gg_yaml *y, bool *out, struct gg_err *err);   /* true | false */
int gg_yaml_texts(const struct gg_yaml *y, struct gg_arena *a, struct gg_texts *out, struct gg_err *err);
int gg_yaml_reals(const struct gg_yaml *y, struct gg_arena *a, struct gg_reals *out, struct gg_err *err);

/* Refuses the first key of the map that is neither in the NULL-terminated list `known` nor a row of `table` (NULL =
 * none), with the nearest that is. */
int gg_yaml_check_keys(const struct gg_yaml *map, const struct gg_opt *table, const char *const *known,
                       struct gg_err *err);

/* Fills `options` from a map through its table.  Keys in `others` (NULL-terminated; NULL = none) are read elsewhere and
 * only count for "did you mean"; every other key must be a row ('-' and '_' are the same).  A row called "radial.n" is
 * also reached as `radial: {n: 10}`.  `what` names the map in messages: "conv".  Texts point into the tree, lists live in
 * `a`: both must outlive `options`.  Refuses: unknown key, wrong type, range, a row set twice, a required row missing, a row that is
 * given other than its default and not read (gg_opt.when). */
int gg_yaml_fill(const struct gg_yaml *map, struct gg_arena *a, const struct gg_opt *table, void *options,
                 const char *const *others, const char *what, struct gg_err *err);
/* Adds, with origin "default", the rows of the table that the map lacks, as `options` has them: the map then shows
 * everything that is in effect.  Absent texts, empty lists of texts and keys in `others` (as gg_yaml_fill) are left out. */
void gg_yaml_add_defaults(struct gg_yaml *map, struct gg_arena *a, const struct gg_opt *table,
                          const void *options, const char *const *others);

/* Adds a child at the end (key NULL in a list). */
struct gg_yaml *gg_yaml_add(struct gg_yaml *parent, struct gg_arena *a, enum gg_yaml_kind kind,
                            const char *key);

#endif
