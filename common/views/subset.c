/* subset.c -- a part of the particles in the loss
 *
 * round(part n) of the n particles, and one at least, keep their targets; all sets of that size are alike, so that the mean over
 * those that are left is the mean over all, in the mean. */
#include "views/choose.h"
#include "views/view.h"

#include <math.h>
#include <string.h>

struct hyper {
    double part;
};

/* Those of edges and of the whole configuration stay. */
static int see(const struct gg_view_call *c, struct gg_err *err)
{
    const struct hyper *h = c->hyper;
    struct gg_sample *s = c->s;
    const bool *stays = gg_choose(s->n_node, h->part, c->random, c->a);
    (void)err;
    for (int k = 0; k < c->m->n_head; k++) {
        struct gg_truth *y = &s->target[k];
        size_t n = (size_t)y->n_time * (size_t)y->dim;
        if (!y->value || c->m->head[k].target.kind->axis != GG_ON_NODE)
            continue;
        float *value = gg_arena_alloc(c->a, ((size_t)y->n_row * n + 1) * sizeof *value);
        memcpy(value, y->value, (size_t)y->n_row * n * sizeof *value);
        for (size_t i = 0; i < (size_t)y->n_row; i++)
            for (size_t z = 0; z < n && !stays[i]; z++)
                value[i * n + z] = NAN;
        y->value = value;
    }
    return 0;
}

static const struct hyper defaults = {.part = 0.5};
static const struct gg_opt hypers[] = {{"part", GG_OPT_REAL, offsetof(struct hyper, part),
                                        "of the particles, drawn anew each time", .arg = "PART", .min = 1e-6,
                                        .max = 1},
                                       {0}};
static const struct gg_view_case cases[] = {{"half", ""}, {"few", "part=0.01"}, {"all", "part=1"}, {0}};

const struct gg_view_type gg_view_subset = {.name = "subset",
                                            .about = "a part of the particles in the loss",
                                            .source = "none: sampling without replacement",
                                            .hypers = hypers,
                                            .hyper_size = sizeof(struct hyper),
                                            .hyper_defaults = &defaults,
                                            .see = see,
                                            .cases = cases};
