/* noise.c -- particles moved by independent normal displacements
 *
 * x_i + sigma n_i, each component by itself, the same in all geometries; in two dimensions z stays (Godwin et al. 2022; Sanchez-Gonzalez et al. 2020). */
#include "views/view.h"

struct hyper {
    double sigma;
};

static int check(const void *hyper, const struct gg_model *m, struct gg_err *err)
{
    (void)hyper;
    return m->n_geometry > 0 ? 0 : gg_fail(err, GG_USAGE, "the model has no positions");
}

static int see(const struct gg_view_call *c, struct gg_err *err)
{
    const struct hyper *h = c->hyper;
    struct gg_sample *s = c->s;
    (void)err;
    for (int k = 0; k < c->m->n_geometry; k++) {
        double(*pos)[3] = gg_arena_alloc(c->a, (size_t)(s->n_node + 1) * sizeof *pos);
        for (int64_t i = 0; i < s->n_node; i++) {
            struct gg_rng r = gg_rng_fork(c->random, (uint64_t)i);
            for (int z = 0; z < 3; z++)
                pos[i][z] = s->pos[k][i][z] + (z < s->dim ? h->sigma * gg_rng_normal(&r) : 0);
        }
        s->pos[k] = (const double(*)[3])pos;
    }
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
                                           .source = "Godwin et al., ICLR 2022",
                                           .hypers = hypers,
                                           .hyper_size = sizeof(struct hyper),
                                           .hyper_defaults = &defaults,
                                           .moves = true,
                                           .check = check,
                                           .see = see,
                                           .cases = cases};
