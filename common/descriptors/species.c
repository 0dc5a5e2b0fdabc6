/* species.c -- which species a particle is, as numbers a network can take */
#include "descriptors/descriptor.h"

static int columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                   struct gg_err *err)
{
    (void)err;
    for (int s = 0; s < o->n_species; s++)
        gg_column_add(c, 0, 1, "%s.%s", name, o->species[s]);
    return 0;
}

static int compute(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err)
{
    (void)err;
    for (int64_t i = 0; i < p->n; i++)
        for (int s = 0; s < o->n_species; s++)
            x[i * stride + s] = p->type[i] == s;
    return 0;
}

const struct gg_descriptor gg_descriptor_species = {
    .name = "species",
    .about = "one-hot species: 1 in the column of its own species, 0 in the others",
    .source = "Bapst et al., Nature Physics 16, 448 (2020)",
    .unit = "1",
    .reads = "type",
    .options = "species",
    .columns = columns,
    .compute = compute,
};
