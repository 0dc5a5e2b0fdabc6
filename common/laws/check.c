/* check.c -- the laws that every layer obeys, applied to its cases */
#include "laws/check.h"
#include "laws/check_laws.h"

#include <math.h>
#include <string.h>

enum { N_TYPE = 3 };

void gg_law(struct gg_check *c, const char *law, double err, double allowed)
{
    c->n_checked++;
    if (err <= allowed)
        return;
    c->n_failed++;
    fprintf(c->to, "layer %s, case '%s'%s: %s: %.3g, allowed %.3g\n", c->l.type->name, c->k->name,
            c->train ? " in training" : "", law, err, allowed);
}

int gg_hypers_set(const struct gg_opt *table, void *hyper, const char *owner, const char *text,
                  struct gg_err *err)
{
    static struct gg_arena kept; /* texts of options live as long as the program */
    char *rest = gg_arena_strdup(&kept, text), *word;
    while ((word = strsep(&rest, " ")) != NULL) {
        char *key = strsep(&word, "=");
        if (*key == '\0')
            continue;
        const struct gg_opt *o = gg_opt_find(table, key);
        if (o == NULL || word == NULL)
            return gg_fail(err, GG_USAGE, "%s: '%s' is not a key of %s with a value", owner, key, owner);
        if (gg_opt_set(o, hyper, word, key, err) < 0)
            return -1;
    }
    return 0;
}

int gg_layer_set(struct gg_layer *l, const char *text, struct gg_err *err)
{
    return gg_hypers_set(l->type->hypers, l->hyper, l->type->name, text, err);
}

/* "8x0e", "edge:8x0e", "graph*time:1x0e", "node*lift:8x0e" (LIFTS lifts) */
static int parse_input(struct gg_shape *s, const char *text, struct gg_err *err)
{
    enum { LIFTS = 3 };
    int axis = GG_ON_NODE;
    struct gg_irreps irreps;
    const char *colon = strchr(text, ':'), *star = strchr(text, '*');
    if (colon != NULL)
        axis = text[0] == 'e' ? GG_ON_EDGE : text[0] == 'g' ? GG_ON_GRAPH : GG_ON_NODE;
    for (; star != NULL; star = strchr(star + 1, '*'))
        axis = star[1] == 't' ? axis | GG_PER_TIME : gg_axis_lifted(axis, LIFTS);
    if (gg_irreps_parse(&irreps, colon ? colon + 1 : text, err) < 0)
        return -1;
    gg_shape_init(s, axis, &irreps);
    return 0;
}

int gg_layer_from_case(struct gg_layer *l, const struct gg_layer_type *t, const struct gg_layer_case *k,
                       struct gg_arena *a, struct gg_err *err)
{
    l->type = t;
    l->hyper = gg_arena_calloc(a, 1, t->hyper_size);
    if (t->hyper_size > 0)
        memcpy(l->hyper, t->hyper_defaults, t->hyper_size);
    if (gg_layer_set(l, k->hypers, err) < 0)
        return -1;
    for (l->n_in = 0; l->n_in < GG_LAYER_INPUTS && k->in[l->n_in]; l->n_in++)
        if (parse_input(&l->in[l->n_in], k->in[l->n_in], err) < 0)
            return -1;
    return t->init(l, a, err);
}

static void mark_statistics(struct gg_check *c)
{
    struct gg_weight piece;
    c->statistic = GG_NEW(c->a, bool, (size_t)c->l.n_weight);
    for (int k = 0; c->l.type->weight && c->l.type->weight(&c->l, k, &piece); k++) {
        int64_t n = piece.statistic;
        for (int q = 0; q < piece.ndim; q++)
            n *= piece.shape[q];
        for (int64_t q = 0; q < n && piece.offset + q < c->l.n_weight; q++)
            c->statistic[piece.offset + q] = true;
    }
}

/* What holds for prediction and, where that is another function, for training. */
static void check_function(struct gg_check *c, const struct gg_liquid *small, const struct gg_liquid *large)
{
    gg_law_lanes(c, small);
    gg_law_gradient(c, small);
    gg_law_vectors(c, small);
    gg_law_symmetry(c, small);
    gg_law_adds(c, small);
    gg_law_repeatable(c, large);
}

static void check_odd_graphs(struct gg_check *c, struct gg_liquid *small)
{
    struct gg_liquid other;
    gg_liquid_isolated(&other, c->a, small);
    gg_law_finite(c, &other, "no edges");
    gg_liquid_random(&other, c->a, 0, N_TYPE, small->cutoff, &c->r);
    gg_law_finite(c, &other, "no nodes");
    gg_liquid_random(&other, c->a, 1, N_TYPE, 0.1, &c->r);
    gg_law_finite(c, &other, "one isolated node");
    memset(small->type, 0, sizeof *small->type * (size_t)small->n);
    gg_law_finite(c, small, "one species only");
}

static void check_case(struct gg_check *c, uint32_t number, uint64_t seed)
{
    struct gg_liquid small, large, other;
    struct gg_err err;
    double cutoff = 1.6;
    c->r = gg_rng_at(seed, number, 0, 0);
    c->random = gg_rng_at(seed, number, 1, 0);
    gg_liquid_random(&small, c->a, 24, N_TYPE, cutoff, &c->r);
    gg_liquid_random(&large, c->a, 96, N_TYPE, cutoff, &c->r);
    c->l.n_type = N_TYPE;
    c->l.cutoff = cutoff;
    c->l.mean_neighbours = (double)large.graph.n_edge / (double)large.graph.n_node;
    c->l.n_time = small.graph.n_time;
    c->l.time = small.graph.time;
    if (gg_layer_from_case(&c->l, c->l.type, c->k, c->a, &err) < 0) {
        fprintf(c->to, "layer %s, case '%s': init: %s\n", c->l.type->name, c->k->name, err.text);
        c->n_failed++;
        return;
    }
    mark_statistics(c);
    gg_law_pieces(c);
    check_function(c, &small, &large);
    gg_law_scale(c, &large);
    gg_law_local(c, &large);
    gg_liquid_selfish(&other, c->a, &small);
    gg_law_gradient(c, &other);
    gg_law_vectors(c, &other);
    gg_law_modes(c, &large);
    for (int mode = 0; mode <= gg_trains_otherwise(&c->l); mode++) {
        c->train = mode == 1;
        if (c->train)
            check_function(c, &small, &large);
        check_odd_graphs(c, &small);
    }
}

int gg_check_layer(const struct gg_layer_type *t, uint64_t seed, FILE *to, int *n_checked)
{
    int n_failed = 0;
    uint32_t number = 0;
    *n_checked = 0;
    for (const struct gg_layer_case *k = t->cases; k->name != NULL; k++) {
        struct gg_arena a = {0};
        struct gg_check c = {.k = k, .l.type = t, .a = &a, .to = to};
        check_case(&c, number++, seed);
        *n_checked += c.n_checked;
        n_failed += c.n_failed;
        gg_arena_free(&a);
    }
    return n_failed;
}
