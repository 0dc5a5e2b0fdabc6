/* energy.c -- the potential energy of each particle, as gg-quench left it: E_i = 1/2 sum_j V(r_ij) */
#include "descriptors/descriptor.h"

static int columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                   struct gg_err *err)
{
    (void)o, (void)err;
    gg_column_add(c, 0, 1, "%s", name);
    return 0;
}

static int copy(const struct gg_particles *p, const char *field, double *x, int64_t stride,
                struct gg_err *err)
{
    const double *energy = gg_frame_need_double(p->frame, field, p->arena, err);
    if (!energy)
        return -1;
    for (int64_t i = 0; i < p->n; i++)
        x[i * stride] = energy[i];
    return 0;
}

static int thermal(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err)
{
    (void)o;
    return copy(p, "energy", x, stride, err);
}

static int inherent(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                    int64_t stride, struct gg_err *err)
{
    (void)o;
    return copy(p, "energy_inherent", x, stride, err);
}

const struct gg_descriptor gg_descriptor_energy = {
    .name = "energy",
    .about = "potential energy of the particle at the thermal positions",
    .source = "half of each pair: Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023)",
    .unit = "eps",
    .reads = "energy",
    .options = "",
    .columns = columns,
    .compute = thermal,
};

const struct gg_descriptor gg_descriptor_energy_inherent = {
    .name = "energy_inherent",
    .about = "potential energy of the particle in the inherent structure",
    .source = "Pezzicoli, Charpiat, Landes, SciPost Phys. 16, 136 (2024)",
    .unit = "eps",
    .reads = "energy_inherent",
    .options = "",
    .columns = columns,
    .compute = inherent,
};
