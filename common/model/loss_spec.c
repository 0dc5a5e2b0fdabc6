/* loss_spec.c -- the keys of `loss:` (gg_model(5)) */
#include "model/loss.h"

#include <string.h>

struct keys {
    struct gg_loss_keys loss;
    struct gg_texts standardise, species;
};

#define AT(field) offsetof(struct keys, field)
static const struct gg_opt table[] = {
    {"kind", GG_OPT_CHOICE, AT(loss.kind), "error of every particle: squared, or absolute", NULL, NULL, 0, 0,
     "mse|l1", 0, false},
    {"standardise", GG_OPT_TEXTS, AT(standardise), "each time and species by itself; none", "AXIS", NULL, 0,
     0, NULL, 0, false},
    {"species", GG_OPT_TEXTS, AT(species), "letters of the species that count", "LETTER", NULL, 0, 0, NULL, 0,
     false},
    {"variance", GG_OPT_REAL, AT(loss.variance), "weight of the error of the variance in a configuration",
     "X", NULL, 0, 1e6, NULL, 0, false},
    {"correlation", GG_OPT_REAL, AT(loss.correlation),
     "weight of the error of the spatial correlations in a configuration", "X", NULL, 0, 1e6, NULL, 0, false},
    {"radii", GG_OPT_REALS, AT(loss.radii), "distances of those correlations", "R,R", "sigma", 0, 1e6, NULL,
     0, false},
    {"threshold", GG_OPT_REAL, AT(loss.threshold), "they are those of who moved farther than this", "LENGTH",
     "sigma", 0, 1e6, NULL, 0, false},
    {0}};
#undef AT

static bool is_in(const struct gg_texts *list, const char *word)
{
    for (int k = 0; k < list->n; k++)
        if (!strcmp(list->v[k], word))
            return true;
    return false;
}

static int read_standardise(struct gg_model *m, const struct gg_texts *axes, const struct gg_yaml *map,
                            struct gg_err *err)
{
    m->standardise = !(axes->n == 1 && is_in(axes, "none"));
    if (axes->n && m->standardise && !(axes->n == 2 && is_in(axes, "time") && is_in(axes, "species")))
        return gg_yaml_fail(gg_yaml_get(map, "standardise"), err,
                            "loss.standardise: [time, species] or none are the choices");
    return 0;
}

static int read_species(struct gg_model *m, const struct gg_texts *letters, const struct gg_yaml *list,
                        struct gg_err *err)
{
    memset(m->loss_species, list == NULL, sizeof m->loss_species);
    for (int k = 0; k < letters->n; k++) {
        const char *name = letters->v[k];
        int s = name[0] - 'A';
        if (!name[0] || name[1] || s < 0 || s >= m->n_species)
            return gg_yaml_fail(list, err,
                                "species: '%s' is none of the %d species of the data (A is 0, B is 1, ...)",
                                name, m->n_species);
        m->loss_species[s] = 1;
    }
    if (list && letters->n == 0)
        return gg_yaml_fail(list, err, "loss.species: no species; leave the key out for all of them");
    return 0;
}

int gg_loss_build(struct gg_model *m, struct gg_err *err)
{
    static double radii[] = {2, 4, 6}; /* and 0.44: for three dimensions, arXiv 2210.16623 */
    struct keys keys = {.loss = {.threshold = 0.44, .radii = {3, radii}}};
    const struct gg_yaml *map = gg_yaml_get(m->config.root, "loss");
    if (map && gg_yaml_fill(map, &m->arena, table, &keys, NULL, "loss", err))
        return -1;
    if (keys.loss.radii.n < 2 || keys.loss.radii.n > GG_LOSS_RADII)
        return gg_yaml_fail(gg_yaml_get(map, "radii"), err, "loss.radii: 2 to %d distances are wanted",
                            GG_LOSS_RADII);
    for (int k = 1; k < keys.loss.radii.n; k++)
        if (!(keys.loss.radii.v[k] > keys.loss.radii.v[k - 1]))
            return gg_yaml_fail(gg_yaml_get(map, "radii"), err,
                                "loss.radii: each larger than the one before");
    m->loss = keys.loss;
    return read_standardise(m, &keys.standardise, map, err) ||
                   read_species(m, &keys.species, map ? gg_yaml_get(map, "species") : NULL, err)
               ? -1
               : 0;
}
