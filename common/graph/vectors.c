/* vectors.c -- edge vectors: pos[j] + shift . cell - pos[i], in double, rounded once
 * The vector of i <- j is that of j <- i with the other sign, bit for bit. */
#include "graph/grid.h"
#include "util/clones.h"

enum { AHEAD = 16 }; /* edges: senders anywhere in memory arrive before they are needed */

static inline void vector(const struct gg_edges *e, const struct gg_cell *cell, const double (*pos)[3],
                          int64_t i, int64_t k, double v[3])
{
    __builtin_prefetch(pos[e->nbr[k + AHEAD < e->n_edge ? k + AHEAD : k]]);
    const double shift[3] = {e->shift[k][0], e->shift[k][1], e->shift[k][2]};
    gg_edge_vector(cell, pos[i], pos[e->nbr[k]], shift, v);
}

GG_CLONES static void row_f32(const struct gg_edges *e, const struct gg_cell *cell, const double (*pos)[3],
                              int64_t i, float (*restrict vec)[3])
{
    for (int64_t k = e->ptr[i]; k < e->ptr[i + 1]; k++) {
        double v[3];
        vector(e, cell, pos, i, k, v);
        for (int a = 0; a < 3; a++)
            vec[k][a] = (float)v[a];
    }
}

GG_CLONES static void row_f64(const struct gg_edges *e, const struct gg_cell *cell, const double (*pos)[3],
                              int64_t i, double (*restrict vec)[3])
{
    for (int64_t k = e->ptr[i]; k < e->ptr[i + 1]; k++)
        vector(e, cell, pos, i, k, vec[k]);
}

void gg_edge_vectors_f32(const struct gg_edges *e, const struct gg_cell *cell, const double (*pos)[3],
                         float (*vec)[3])
{
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < e->n_node; i++)
        row_f32(e, cell, pos, i, vec);
}

void gg_edge_vectors_f64(const struct gg_edges *e, const struct gg_cell *cell, const double (*pos)[3],
                         double (*vec)[3])
{
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < e->n_node; i++)
        row_f64(e, cell, pos, i, vec);
}
