/* nearby.c -- the neighbours of one particle, as directions and distances */
#include "descriptors/nearby.h"

#include <math.h>
#include <stdlib.h>

int64_t gg_most_neighbours(const struct gg_edges *g)
{
    int64_t most = 1;
    for (int64_t i = 0; i < g->n_node; i++)
        most = g->ptr[i + 1] - g->ptr[i] > most ? g->ptr[i + 1] - g->ptr[i] : most;
    return most;
}

void gg_nearby_new(struct gg_nearby *k, const struct gg_edges *g)
{
    size_t room = (size_t)gg_most_neighbours(g);
    *k = (struct gg_nearby){.room = (int64_t)room};
    k->x = gg_xalloc(room, sizeof *k->x);
    k->y = gg_xalloc(room, sizeof *k->y);
    k->z = gg_xalloc(room, sizeof *k->z);
    k->r = gg_xalloc(room, sizeof *k->r);
    k->species = gg_xalloc(room, sizeof *k->species);
}

void gg_nearby_free(struct gg_nearby *k)
{
    free(k->x);
    free(k->y);
    free(k->z);
    free(k->r);
    free(k->species);
}

void gg_nearby_find(struct gg_nearby *k, const struct gg_particles *p, double cutoff, int64_t i)
{
    k->n = 0;
    for (int64_t e = p->edges->ptr[i]; e < p->edges->ptr[i + 1]; e++) {
        const double *v = p->edge_vec[e], r = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
        if (!(r < cutoff))
            continue;
        k->x[k->n] = r > 0 ? v[0] / r : 0;
        k->y[k->n] = r > 0 ? v[1] / r : 0;
        k->z[k->n] = r > 0 ? v[2] / r : 0;
        k->r[k->n] = r;
        k->species[k->n++] = p->type[p->edges->nbr[e]];
    }
}
