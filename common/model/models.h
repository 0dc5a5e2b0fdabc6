/* models.h -- models that predict together: the members of a model file, and of further files */
#ifndef GG_MODELS_H
#define GG_MODELS_H

#include "model/model.h"

struct gg_models {
    int n, room;
    struct gg_model **v; /* [n], its own */
    double tile;         /* predict in tiles of this width, sigma (tiles.h); 0: frames whole */
};

/* All members of the file behind those that are there.  Each sees frames in its own way; what they predict is one and the same: GG_INPUT
 * names what differs between the heads of a member and those of the first.  `trace` may be NULL. */
int gg_models_load(struct gg_models *s, const char *path, struct gg_trace *trace, struct gg_err *err);
void gg_models_free(struct gg_models *s);

#endif
