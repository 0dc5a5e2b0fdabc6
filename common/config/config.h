/* config.h -- the effective configuration: files, --set and options folded into one tree */
#ifndef GG_CONFIG_H
#define GG_CONFIG_H

#include "config/yaml.h"

/* Zeroed = empty.  The tree and all its text live in `arena` until gg_config_free. */
struct gg_config {
    struct gg_arena arena;
    struct gg_yaml *root; /* a map; NULL before the first load or set */
};

/* Folds in a file ("-" is standard input) or a text: later wins, maps merge key by key, lists and scalars are replaced.
 * `name` is the origin that messages and comments show.  GG_USAGE, or GG_SYSTEM if the file cannot be read. */
int gg_config_load(struct gg_config *c, const char *path, struct gg_err *err);
int gg_config_from_text(struct gg_config *c, const char *text, size_t bytes, const char *name,
                        struct gg_err *err);

/* "PATH=VALUE": keys and indices from 0 joined by '.', a value in YAML ("train.lr=1e-3", "layers.1.repeat=6",
 * "heads.0.hidden=[32, 32]"), merged as a file would be.  Missing maps on the way are made.  A first word that is no
 * key of the root but the kind of some layer reaches every map with that `layer:` ("conv.lmax=2").
 * `origin`: "--set", "command line". */
int gg_config_set(struct gg_config *c, const char *assignment, const char *origin, struct gg_err *err);
/* All that --set was given. */
int gg_config_set_all(struct gg_config *c, const struct gg_texts *set, struct gg_err *err);
/* One value of text, not parsed as YAML: folds an option that was given into the tree ("train.lr", "1e-3"). */
int gg_config_set_text(struct gg_config *c, const char *path, const char *text, const char *origin,
                       struct gg_err *err);

/* The same for a number; below 0 it was not given. */
int gg_config_set_number(struct gg_config *c, const char *path, double value, const char *origin,
                         struct gg_err *err);

/* Puts in what the names of `let:` stand for, works out irreps written with them, and takes `let` out of the tree: once, when all files
 * and --set are in and before anything is typed.  The values of the keys in `words` (NULL-terminated) are never names.
 * GG_USAGE: unknown names, names that nothing uses. */
int gg_config_resolve(struct gg_config *c, const char *const *words, struct gg_err *err);

/* The tree as canonical YAML: block style, short lists in brackets, text quoted where it must be.  Comments give the
 * origin of each value: "# se3.yaml:12", "# --set", "# default", and of each name that stood there: "# se3.yaml:12, C: --set".  malloc'd.  Without comments, parsing it again gives
 * the same text. */
char *gg_config_print(const struct gg_config *c, bool comments);
/* CRC32C of that text without comments, 8 hex digits; the keys `without` (NULL-terminated) of the root's map `map` do not count.  NULL,
 * NULL: all do. */
void gg_config_digest(const struct gg_config *c, const char *map, const char *const *without, char hex[9]);

void gg_config_free(struct gg_config *c);

#endif
