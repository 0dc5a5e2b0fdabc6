/* augment.c -- frames with other axes, for networks that do not turn with them
 *
 * A permutation of the axes and a sign for each: the 48 elements of the cube's group, 8 of the square's in two dimensions
 * (Bapst et al. 2020).  Only edge vectors are turned, since scalars do not change; inputs and targets that would turn are
 * refused.  The element follows from seed, step and place in the step, so that a run that goes on sees the same. */
#include "learn/train.h"

static bool turns(const struct gg_irreps *irreps)
{
    bool any = false;
    for (int b = 0; b < irreps->n; b++)
        any |= irreps->b[b].l > 0 || irreps->b[b].p < 0;
    return any;
}

int gg_augment_check(const struct gg_model *m, struct gg_err *err)
{
    for (int k = 0; k < m->n_input; k++)
        if (turns(&m->input[k].irreps))
            return gg_fail(err, GG_USAGE,
                           "train.augment: input '%s' turns with the axes, augmentation is for scalars",
                           m->input[k].field);
    for (int h = 0; h < m->n_head; h++)
        if (m->head[h].kind == GG_HEAD_VECTOR)
            return gg_fail(err, GG_USAGE,
                           "train.augment: target '%s' turns with the axes, augmentation is for scalars",
                           m->head[h].target);
    return 0;
}

void gg_augment_axes(struct gg_rng *r, int dim, int64_t n, const gg_real (*v)[3], gg_real (*out)[3])
{
    static const int orders[6][3] = {{0, 1, 2}, {1, 0, 2}, {0, 2, 1}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    const int *from = orders[gg_rng_below(r, dim == 2 ? 2 : 6)];
    gg_real sign[3];
    for (int a = 0; a < 3; a++)
        sign[a] = gg_rng_below(r, 2) ? -1 : 1;
    for (int64_t e = 0; e < n; e++)
        for (int a = 0; a < 3; a++)
            out[e][a] = sign[a] * v[e][from[a]];
}

struct gg_batch gg_augment(struct gg_trainer *t, const struct gg_batch *b, int sample, int64_t place)
{
    struct gg_batch out = *b;
    struct gg_rng r =
        gg_rng_at((uint64_t)t->keys.seed, 0x61786573 /* "axes" */, (uint32_t)t->adam.step, (uint32_t)place);
    if (!t->keys.augment)
        return out;
    gg_arena_reset(&t->turned);
    gg_real(*vec)[3] = gg_arena_alloc(&t->turned, (size_t)(b->graph.n_edge + 1) * sizeof *vec);
    gg_augment_axes(&r, t->spool.sample[sample].dim, b->graph.n_edge, b->graph.vec, vec);
    out.graph.vec = (const gg_real(*)[3])vec;
    return out;
}
