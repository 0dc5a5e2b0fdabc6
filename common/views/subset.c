/* subset.c -- a part of the particles in the loss
 *
 * round(part n) of the n particles, and one at least, keep their targets; all sets of that size are alike, so that the mean over
 * those that are left is the mean over all, in the mean. */
#include "views/view.h"

#include <math.h>
#include <string.h>

struct hyper {
    double part;
};

/* The first numbers of a shuffle of 0 .. n-1: who stays. */
static bool *choose(int64_t n, double part, struct gg_rng *r, struct gg_arena *a)
{
    bool *stays = GG_NEW(a, bool, (size_t)n + 1);
    int64_t *order = GG_NEW(a, int64_t, (size_t)n + 1), count = (int64_t)floor(part * (double)n + 0.5);
    for (int64_t i = 0; i < n; i++)
        order[i] = i;
    gg_rng_shuffle(r, order, n);
    for (int64_t k = 0; k < n && (k < count || k == 0); k++)
        stays[order[k]] = true;
    return stays;
}

static int see(const struct gg_view_call *c, struct gg_err *err)
{
    const struct hyper *h = c->hyper;
    struct gg_sample *s = c->s;
    const bool *stays = choose(s->n_node, h->part, c->random, c->a);
    (void)err;
    for (int k = 0; k < c->m->n_head; k++) {
        struct gg_truth *t = &s->target[k];
        if (!t->value || !c->m->head[k].target.kind->species) /* rows are particles */
            continue;
        size_t n = (size_t)(t->n_time * t->dim);
        float *y = gg_arena_alloc(c->a, ((size_t)s->n_node * n + 1) * sizeof *y);
        memcpy(y, t->value, (size_t)s->n_node * n * sizeof *y);
        for (size_t i = 0; i < (size_t)s->n_node; i++)
            for (size_t z = 0; z < n && !stays[i]; z++)
                y[i * n + z] = NAN;
        t->value = y;
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
