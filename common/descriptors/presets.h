/* presets.h -- sets of descriptors that papers use, each by one name */
#ifndef GG_PRESETS_H
#define GG_PRESETS_H

#include "descriptors/features.h"

struct gg_preset {
    const char *name;      /* "glassmlp": what --preset says */
    const char *about;     /* one line for --list and gg_descriptors(7) */
    const char *positions; /* those it is for, unless others are asked for */
    /* Adds its descriptors with options of its own; `o` may be changed and lives as long as the names. */
    int (*add)(struct gg_features *x, struct gg_descriptor_options *o, struct gg_arena *a,
               struct gg_err *err);
};
/* Ends with name NULL. */
extern const struct gg_preset gg_preset_table[];

/* Adds a preset by name, with x->options where it has no choice of its own.  positions: field, NULL = the preset's.
 * GG_USAGE: no such preset, or as gg_features_add. */
int gg_features_add_preset(struct gg_features *x, const char *name, const char *positions, struct gg_arena *a,
                           struct gg_err *err);

#endif
