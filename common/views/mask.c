/* mask.c -- the species of a part of the particles is not shown; what it was can be learned
 *
 * round(part n) of the n particles, and one at least, have no species among the inputs: zeros in the place of the one-hot.  Their target is
 * the one-hot itself, its mean taken off: where the squared error is smallest, prediction plus 1/n_species is the probability of each species
 * (Brier 1950).  Other particles have none (masked atoms: Hu et al. 2020). */
#include "views/view.h"
#include "views/choose.h"

#include <math.h>
#include <string.h>

struct hyper {
    double part;
};

static void target(int n_species, struct gg_irreps *out)
{
    *out = (struct gg_irreps){1, {{.mul = n_species, .l = 0, .p = 1}}};
}

static bool says_yes(const struct gg_yaml *map)
{
    const struct gg_yaml *species = map ? gg_yaml_get(map, "species") : NULL;
    return species && species->text && !strcmp(species->text, "true");
}

/* Weights of their own for every species would tell it. */
static int check(const void *hyper, const struct gg_model *m, struct gg_err *err)
{
    bool shown = false;
    (void)hyper;
    for (int k = 0; k < m->n_input; k++)
        shown |= !strcmp(m->input[k].field, "type");
    if (!shown)
        return gg_fail(err, GG_USAGE, "the model does not read the species: inputs.node has no type");
    if (m->n_species < 2)
        return gg_fail(err, GG_USAGE, "the data have one species: nothing is hidden");
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_yaml *map = m->op[k].from, *radial = gg_yaml_get(map, "radial");
        bool net = radial && radial->kind == GG_YAML_MAP && says_yes(radial);
        if (net || says_yes(map))
            return gg_fail(err, GG_USAGE, "%s has weights for every species, which tell it: %sspecies: false",
                           m->op[k].name, net ? "radial." : "");
    }
    return 0;
}

static int see(const struct gg_view_call *c, struct gg_err *err)
{
    const struct hyper *h = c->hyper;
    struct gg_sample *s = c->s;
    bool *hidden = gg_choose(s->n_node, h->part, c->random, c->a);
    const int n = c->m->n_species;
    (void)err;
    for (int64_t i = 0; c->made && i < s->n_node; i++)
        for (int t = 0; t < n; t++)
            c->made[i * n + t] = hidden[i] ? (float)((s->type[i] == t) - 1.0 / n) : NAN;
    for (int64_t i = 0; s->hidden && i < s->n_node; i++)
        hidden[i] |= s->hidden[i]; /* by a mask before this */
    s->hidden = hidden;
    return 0;
}

static const struct hyper defaults = {.part = 0.15};
static const struct gg_opt hypers[] = {{"part", GG_OPT_REAL, offsetof(struct hyper, part),
                                        "of the particles, drawn anew each time", .arg = "PART", .min = 1e-6,
                                        .max = 1},
                                       {0}};
static const struct gg_view_case cases[] = {{"some", ""}, {"half", "part=0.5"}, {"one", "part=0.001"}, {0}};

const struct gg_view_type gg_view_mask = {.name = "mask",
                                          .about = "the species of a part of the particles hidden",
                                          .source = "Hu et al., ICLR 2020",
                                          .hypers = hypers,
                                          .hyper_size = sizeof(struct hyper),
                                          .hyper_defaults = &defaults,
                                          .target = target,
                                          .check = check,
                                          .see = see,
                                          .cases = cases};
