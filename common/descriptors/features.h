/* features.h -- descriptors of one's choice as the columns of node_features */
#ifndef GG_FEATURES_H
#define GG_FEATURES_H

#include "descriptors/descriptor.h"
#include "stream/meta.h"

enum { GG_DESCRIPTORS_MAX = 64 };

/* A choice of descriptors.  Begin with options and replace set and the rest 0. */
struct gg_features {
    const struct gg_descriptor_options *options;
    bool replace; /* drop the columns that a frame has already */
    int n;
    const struct gg_descriptor *descriptor[GG_DESCRIPTORS_MAX];
    int n_column[GG_DESCRIPTORS_MAX];
    struct gg_columns columns; /* those of the descriptors */
    int n_before;              /* columns that the present member has already, from its META */
};

/* Adds a descriptor by name; its columns follow.  Names are kept in `a`.  GG_USAGE: no such descriptor, named twice, options
 * that it refuses. */
int gg_features_add(struct gg_features *x, const char *name, struct gg_arena *a, struct gg_err *err);

/* At the start of a member: META columns.node_features becomes the names there (none if `replace`), then ours.
 * GG_INPUT if one of ours is there already. */
int gg_features_meta(struct gg_features *x, struct gg_meta *meta, struct gg_err *err);

/* Computes the columns of one frame and puts them behind those that node_features has (f32, or f64 if they are).
 * GG_INPUT: a field is missing or of another shape, a species without a name, columns that META does not name. */
int gg_features_compute(const struct gg_features *x, struct gg_frame *f, struct gg_arena *a,
                        struct gg_err *err);

#endif
