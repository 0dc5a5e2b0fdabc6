/* meta.h -- what a stream says about its data (META) and where they came from (PROV) */
#ifndef GG_META_H
#define GG_META_H

#include "util/err.h"
#include "util/set.h"
#include <stdbool.h>
#include <stddef.h>

/* An ordered list of key/value lines; a key may be repeated.  Strings are malloc'd and owned. Zeroed = empty. */
struct gg_meta {
    int n, room;
    struct gg_pair {
        char *key, *value;
    } * pair;
    struct gg_set lines; /* the first n_known of them, where they are many (meta.c) */
    int n_known;
};
void gg_meta_add(struct gg_meta *m, const char *key,
                 const char *value); /* appends unless the very line is there */
void gg_meta_set(struct gg_meta *m, const char *key, const char *value); /* replaces every line of that key */
void gg_meta_printf(struct gg_meta *m, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));               /* set */
void gg_meta_remove(struct gg_meta *m, const char *key); /* every line of that key */
void gg_meta_rename(struct gg_meta *m, int line, const char *key);
const char *gg_meta_get(const struct gg_meta *m, const char *key); /* first value, or NULL */
void gg_meta_merge(struct gg_meta *into,
                   const struct gg_meta *from); /* adds the lines that are not there yet */
void gg_meta_clear(struct gg_meta *m);

/* The lines as text, "key TAB value LF" with \t \n \\ escaped in values: the body of META and PROV. */
char *gg_meta_text(const struct gg_meta *m, size_t *bytes); /* malloc'd, with a NUL behind */
/* And back, appended to m.  The text ends at the first NUL; behind it only NULs, fewer than 64.  GG_INPUT. */
int gg_meta_parse(struct gg_meta *m, const char *text, size_t bytes, struct gg_err *err);

/* The history: one entry for each program run, oldest first; each entry is a META-like list with keys id, parents,
 * program, version, argv, output, config, seed, blas, build. */
struct gg_prov {
    int n, room;
    struct gg_meta *entry;
    struct gg_set known; /* ids and texts of the first n_known (prov.c) */
    int n_known;
};
int gg_prov_merge(struct gg_prov *into, const struct gg_prov *from, struct gg_err *err); /* equal ids merge */
/* Appends this program's entry: parents are the entries of `p` that no other entry names as a parent; computes the id. */
void gg_prov_append(struct gg_prov *p, const struct gg_meta *mine);
void gg_prov_clear(struct gg_prov *p);

/* The entries as one text, each as META and beginning with its id: what a picture carries.  malloc'd. */
char *gg_prov_text(const struct gg_prov *p);
/* And back, merged into `into`.  GG_INPUT. */
int gg_prov_parse(struct gg_prov *into, const char *text, struct gg_err *err);
/* The same as comments, for the end of a table: "# gg-prov: key TAB value", characters that a terminal acts on as '?'.  malloc'd. */
#define GG_PROV_MARK "# gg-prov: "
char *gg_prov_comment(const struct gg_prov *p);
/* And back from text that holds such lines, merged into `into`; other lines are left out.  GG_INPUT. */
int gg_prov_parse_comments(struct gg_prov *into, const char *text, struct gg_err *err);

#endif
