/* view.h -- a view: a sample as one step of a training sees it; the interface, and the table views.def
 *
 * A view makes a sample from a sample.  It is named by seed, epoch, sample and its place in the list, so that a run that goes on, or
 * another number of threads, sees the same.  What it changes:
 *
 *     the frame as a whole     an element of O(3): edge vectors, inputs and targets are turned by it, positions stay
 *     particles                positions, by `moves`; the graph is then searched anew
 *     inputs, targets          copies in their place
 *
 * A view may make what a head learns, too: rows that it draws (targets.def: view).  The list then says `target: NAME` beside the view, and a
 * head has that target. */
#ifndef GG_VIEW_H
#define GG_VIEW_H

#include "model/sample.h"

enum { GG_MAX_VIEWS = 16 };

/* One sample, one view. */
struct gg_view_call {
    const void *hyper; /* the struct described by type->hypers */
    const struct gg_model *m;
    struct gg_sample
        *s; /* in and out.  Its arrays belong to others: what a view changes it copies first, into `a` */
    double (*R)
        [3]; /* [3][3] what the frame is turned by when all views have been; a view puts its own in front */
    struct gg_rng *random;
    float *
        made; /* [n_node][dim of type->target] room for what it makes, NaN = none there; NULL if no head asks for it */
    struct gg_arena *a; /* lives until the step has been taken */
};

/* A small instance to test. */
struct gg_view_case {
    const char *name, *hypers; /* "sigma=0.05": KEY=VALUE separated by spaces */
};

struct gg_view_type {
    const char *name, *about, *source; /* YAML name; one line; paper */
    const struct gg_opt *hypers;       /* YAML keys beside `view`; last row NULL name */
    size_t hyper_size;
    const void *hyper_defaults;
    bool moves; /* particles relative to each other */
    bool turns; /* writes R */
    /* Irreps of what it makes, a row for each particle: mean 0, or near it, and variance of the order of 1; NULL: nothing. */
    void (*target)(int n_species, struct gg_irreps *out);
    /* GG_USAGE: a model this view is not for; NULL: it is for all. */
    int (*check)(const void *hyper, const struct gg_model *m, struct gg_err *err);
    /* GG_INPUT: a sample, with its graph, that it is not for: asked of each before the first step.  NULL: none. */
    int (*fits)(const void *hyper, const struct gg_model *m, const struct gg_sample *s,
                const struct gg_batch *b, struct gg_err *err);
    /* GG_INPUT: a sample it is not for. */
    int (*see)(const struct gg_view_call *c, struct gg_err *err);
    const struct gg_view_case *cases; /* last: name NULL */
};

/* views.def in order; ends with NULL (views.c). */
extern const struct gg_view_type *const gg_view_types[];
const struct gg_view_type *gg_view_find(const char *name);

/* Those of a training, in the order of the file. */
struct gg_views {
    int n;
    struct gg_view {
        const struct gg_view_type *type;
        void *hyper;
        const char *target; /* of the head that learns what it makes; NULL: none */
        int head;           /* its place, from gg_views_claim on */
    } view[GG_MAX_VIEWS];
    bool moves, turns; /* any of them */
};

/* Adds one with keys as text, "KEY=VALUE ...", or NULL; hypers live in `a`.  GG_USAGE. */
int gg_views_add(struct gg_views *v, const char *name, const char *hypers, struct gg_arena *a,
                 struct gg_err *err);
/* The list `views:` [{view: NAME, KEY: VALUE ...}, ...]; defaults are added to it in config_arena. */
int gg_views_read(struct gg_views *v, struct gg_yaml *list, struct gg_arena *a, struct gg_arena *config_arena,
                  struct gg_err *err);
/* Marks the heads whose targets views make, before frames are read: of a model that was opened.  GG_USAGE: there is no such head. */
int gg_views_claim(struct gg_views *v, struct gg_model *m, struct gg_err *err);
/* What these targets are, once the species are counted and before the model is built. */
void gg_views_describe(const struct gg_views *v, struct gg_model *m, int n_species);
/* Those that make targets, alone. */
struct gg_views gg_views_making(const struct gg_views *v);
/* All of them are for this model, which was built. */
int gg_views_check(const struct gg_views *v, const struct gg_model *m, struct gg_err *err);

/* A sample, with its graph as it is, is for all of them. */
int gg_views_fit(const struct gg_views *v, const struct gg_model *m, const struct gg_sample *s,
                 const struct gg_batch *b, struct gg_err *err);

/* Which sample of which epoch. */
struct gg_view_key {
    uint64_t seed;
    uint32_t epoch, sample;
};
/* The sample, and its graph, as the views have it.  `kept`: its graph as it is, whose arrays are shared where they do not change, and
 * which is not read if a view moves particles; all else is in `a` (see.c). */
int gg_views_see(const struct gg_views *v, const struct gg_model *m, const struct gg_sample *s,
                 const struct gg_batch *kept, struct gg_view_key key, struct gg_sample *seen,
                 struct gg_batch *b, struct gg_arena *a, struct gg_err *err);

#endif
