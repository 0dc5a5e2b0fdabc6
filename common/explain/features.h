/* features.h -- features of layers on particles, taken while a pass runs */
#ifndef GG_FEATURES_H
#define GG_FEATURES_H

#include "model/pass.h"

struct gg_layer_features {
    const struct gg_model *m;
    int n, op[GG_MAX_VALUES];
    gg_real *row
        [GG_MAX_VALUES]; /* [n] of the last pass, as the value has them: rows of particles in the batch's order */
    int32_t *order;      /* the frame's particle at each of them */
    struct gg_arena a;
};
/* Layers by their names ("layers.2.0.conv") or by patterns, in their order; none given: all that put out features on particles, but for
 * the heads.  GG_USAGE with the names there are, or why one is not to be had.  gg_layer_features_free. */
int gg_layer_features_choose(struct gg_layer_features *h, const struct gg_model *m,
                             const struct gg_texts *names, struct gg_err *err);
void gg_layer_features_free(struct gg_layer_features *h);
/* From now on passes leave their features in `h`. */
void gg_layer_features_watch(struct gg_layer_features *h, struct gg_pass *p);
/* A field hidden.LAYER.lL of the frame for each chosen layer and degree, [node][numbers] with irreps; of values with several rows a
 * particle (times, lifts) [node][rows][numbers].  After a pass over the frame. */
int gg_layer_features_write(const struct gg_layer_features *h, struct gg_frame *f, struct gg_arena *a,
                            struct gg_err *err);
/* Channels of degree l, in all blocks; rows of a value for one particle. */
int gg_layer_features_channels(const struct gg_shape *s, int l);
int gg_layer_features_rows(const struct gg_model *m, const struct gg_shape *s);

#endif
