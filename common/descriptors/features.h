/* features.h -- descriptors of one's choice as the columns of a field */
#ifndef GG_FEATURES_H
#define GG_FEATURES_H

#include "descriptors/descriptor.h"
#include "stream/meta.h"

enum { GG_DESCRIPTORS_MAX = 64 };

/* One descriptor with its options, and its columns: those of level 0 from `first` on, then those of level 1, ... */
struct gg_feature {
    const struct gg_descriptor *descriptor;
    const struct gg_descriptor_options *options;
    int first, n_column; /* of one level */
};

/* A choice of descriptors.  Begin with options and replace set and the rest 0. */
struct gg_features {
    const struct gg_descriptor_options *options; /* of gg_features_add */
    const char *into;                            /* field that gets the columns; NULL = node_features */
    bool replace;                                /* drop the columns that a frame has already */
    int n;
    struct gg_feature feature[GG_DESCRIPTORS_MAX];
    struct gg_columns columns; /* those of the descriptors */
    int n_before;              /* columns that the present member has already, from its META */
};

/* Adds a descriptor by name; its columns follow.  Names are kept in `a`, options stay with the caller.  GG_USAGE: no such
 * descriptor, a column that is there already, options that it refuses. */
int gg_features_add(struct gg_features *x, const char *name, struct gg_arena *a, struct gg_err *err);
int gg_features_add_with(struct gg_features *x, const struct gg_descriptor_options *o, const char *name,
                         struct gg_arena *a, struct gg_err *err);

/* At the start of a member: META columns.FIELD becomes the names there (none if `replace`), then ours.
 * GG_INPUT if one of ours is there already. */
int gg_features_meta(struct gg_features *x, struct gg_meta *meta, struct gg_err *err);

/* Computes the columns of one frame and puts them behind those that the field has (f32, or f64 if they are).
 * GG_INPUT: a field is missing or of another shape, a species without a name, columns that META does not name. */
int gg_features_compute(const struct gg_features *x, struct gg_frame *f, struct gg_arena *a,
                        struct gg_err *err);

#endif
