/* system.c -- a frame as the physics of pairs sees it, and energies back into the frame */
#include "physics/system.h"

#include <math.h>
#include <string.h>

int gg_system_read(struct gg_system *s, const struct gg_frame *f, enum gg_potential_kind kind,
                   struct gg_arena *a, struct gg_err *err)
{
    const struct gg_field *type;
    if (!(s->pos = (const double(*)[3])gg_frame_need_double(f, "pos", a, err)) ||
        !(type = gg_frame_need(f, "type", err)) || gg_cell_init(&s->cell, f->dim, f->pbc, f->cell, err) < 0)
        return -1;
    s->potential = gg_potential_of(kind, f->dim);
    s->n = (int64_t)f->n_node;
    s->type = type->data;
    return 0;
}

int gg_system_add_energy(const struct gg_system *s, struct gg_frame *f, struct gg_arena *a, const char *name,
                         const char *forces, const double (*x)[3], struct gg_system_most *most,
                         struct gg_err *err)
{
    double *energy = gg_arena_alloc(a, (size_t)s->n * sizeof *energy);
    double(*force)[3] = forces ? gg_arena_alloc(a, (size_t)s->n * sizeof *force) : NULL;
    struct gg_system_most largest = {0, -INFINITY};
    if (gg_energies(&s->potential, &s->cell, s->n, x, s->type, energy, force, err) < 0)
        return -1;
    float *out = gg_frame_add(f, a, name, NULL)->data;
    for (int64_t i = 0; i < s->n; i++) {
        out[i] = (float)energy[i];
        if (energy[i] > largest.energy)
            largest = (struct gg_system_most){i, energy[i]};
    }
    if (forces)
        memcpy(gg_frame_add(f, a, forces, NULL)->data, force, (size_t)s->n * sizeof *force);
    if (most)
        *most = largest;
    return 0;
}

void gg_system_nearest(const struct gg_system *s, const double (*x)[3], double (*to)[3])
{
    for (int64_t i = 0; i < s->n; i++) {
        double d[3];
        for (int k = 0; k < 3; k++)
            d[k] = x[i][k] - s->pos[i][k];
        gg_cell_nearest(&s->cell, d);
        for (int k = 0; k < 3; k++)
            to[i][k] = s->pos[i][k] + d[k];
    }
}
