/* noise.c -- particles moved by independent normal displacements; which ones, can be learned
 *
 * x_i + sigma n_i, each component by itself, the same in all geometries; in two dimensions z stays.  What it makes for a head is n_i, a vector
 * of variance 1 a component.  Alone that is denoising (Zaidi et al. 2022), beside other heads noisy nodes (Godwin et al. 2022;
 * Sanchez-Gonzalez et al. 2020). */
#include "views/view.h"

#include <math.h>
#include <string.h>

struct hyper {
    double sigma;
};

static void target(int n_species, struct gg_irreps *out)
{
    (void)n_species;
    *out = (struct gg_irreps){1, {{.mul = 1, .l = 1, .p = -1}}};
}

static int check(const void *hyper, const struct gg_model *m, struct gg_err *err)
{
    (void)hyper;
    return m->n_geometry ? 0 : gg_fail(err, GG_USAGE, "the model has no positions");
}

/* The shortest edge; no edge: none is nearer than the cutoff. */
static int fits(const void *hyper, const struct gg_model *m, const struct gg_sample *s,
                const struct gg_batch *b, struct gg_err *err)
{
    const struct hyper *h = hyper;
    for (int k = 0; k < m->n_geometry; k++) {
        const struct gg_graph *g = &b->graph[k];
        double nearest = INFINITY;
        for (int64_t i = 0; i < s->n_node; i++)
            for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
                if (g->nbr[e] != i && (double)g->r[e] < nearest)
                    nearest = (double)g->r[e];
        if (h->sigma > nearest / 2)
            return gg_fail(
                err, GG_INPUT,
                "sigma: %g is more than half the distance of the nearest two particles in '%s', %.3g: "
                "at most %.3g",
                h->sigma, m->geometry[k].positions, nearest, floor(500 * nearest) / 1000);
    }
    return 0;
}

/* n_i, one draw for all geometries. */
static double (*draw(const struct gg_view_call *c))[3]
{
    const struct gg_sample *s = c->s;
    double(*n)[3] = gg_arena_alloc(c->a, ((size_t)s->n_node + 1) * sizeof *n);
    for (int64_t i = 0; i < s->n_node; i++) {
        struct gg_rng r = gg_rng_fork(c->random, (uint64_t)i);
        for (int z = 0; z < 3; z++)
            n[i][z] = z < s->dim ? gg_rng_normal(&r) : 0;
    }
    return n;
}

static int see(const struct gg_view_call *c, struct gg_err *err)
{
    const struct hyper *h = c->hyper;
    struct gg_sample *s = c->s;
    double(*n)[3] = draw(c);
    (void)err;
    for (int k = 0; k < c->m->n_geometry; k++) {
        double(*pos)[3] = gg_arena_alloc(c->a, (size_t)(s->n_node + 1) * sizeof *pos);
        for (int64_t i = 0; i < s->n_node; i++)
            for (int z = 0; z < 3; z++)
                pos[i][z] = s->pos[k][i][z] + h->sigma * n[i][z];
        s->pos[k] = (const double(*)[3])pos;
    }
    for (int64_t i = 0; c->made && i < s->n_node; i++)
        for (int z = 0; z < 3; z++)
            c->made[3 * i + z] = (float)n[i][z];
    return 0;
}

static const struct hyper defaults = {.sigma = 0.05};
static const struct gg_opt hypers[] = {{"sigma", GG_OPT_REAL, offsetof(struct hyper, sigma),
                                        "standard deviation of each component", .arg = "LENGTH",
                                        .unit = "sigma", .min = 0, .max = 1e3},
                                       {0}};
static const struct gg_view_case cases[] = {{"small", "sigma=0.01"},
                                            {"large", "sigma=0.3"},
                                            {"none", "sigma=0"},
                                            {0}};

const struct gg_view_type gg_view_noise = {.name = "noise",
                                           .about = "particles moved by normal displacements",
                                           .source = "Godwin et al., ICLR 2022; Zaidi et al., ICLR 2023",
                                           .hypers = hypers,
                                           .hyper_size = sizeof(struct hyper),
                                           .hyper_defaults = &defaults,
                                           .moves = true,
                                           .target = target,
                                           .check = check,
                                           .fits = fits,
                                           .see = see,
                                           .cases = cases};
