/* channels.c -- see channels.h */
#include "nn/channels.h"

void gg_channels_init(struct gg_channels *c, struct gg_arena *a, const struct gg_shape *s)
{
    *c = (struct gg_channels){0};
    for (int b = 0; b < s->irreps.n; b++)
        c->n += s->irreps.b[b].mul;
    c->channel = GG_NEW(a, struct gg_channel, (size_t)c->n);
    c->n = 0;
    for (int b = 0; b < s->irreps.n; b++) {
        const struct gg_irrep *i = &s->irreps.b[b];
        for (int k = 0; k < i->mul; k++, c->n++)
            c->channel[c->n] = (struct gg_channel){.at = s->offset[b] + k,
                                                   .step = s->pad[b],
                                                   .n_m = 2 * i->l + 1,
                                                   .number = c->n,
                                                   .scalar = i->l == 0 && i->p > 0 ? c->n_scalar++ : -1};
    }
}
