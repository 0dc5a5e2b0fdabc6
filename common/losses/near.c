/* near.c -- rows of a column that are near each other, for terms over neighbours and pairs */
#include "losses/near.h"
#include "graph/graph.h"

#include <math.h>
#include <string.h>

/* Half of the shortest way through the box; infinite where it is not periodic. */
static double half_box(const struct gg_cell *cell)
{
    double least = INFINITY;
    for (int k = 0; k < cell->dim; k++)
        if (cell->pbc >> k & 1)
            least = fmin(least, cell->image_height[k]);
    return least / 2;
}

static void *kept(const void *x, size_t bytes, struct gg_arena *a)
{
    return memcpy(gg_arena_alloc(a, bytes + 1), x, bytes);
}

/* Images are of no use later: they are left behind. */
int gg_loss_near(struct gg_loss_near *out, const struct gg_loss_column *c, double reach, bool self,
                 const char *key, struct gg_arena *a, struct gg_err *err)
{
    double most = half_box(c->cell);
    struct gg_arena search = {0};
    struct gg_edges g;
    if (reach > most * (1 + 1e-9))
        return gg_fail(err, GG_INPUT, "%s: %g sigma is more than half of the box: %g would do", key, reach,
                       floor(most * 1000) / 1000);
    int status = gg_neighbors(&g, &search, c->cell, c->n, c->pos, reach, self, 0, err);
    if (status == 0) {
        out->ptr = kept(g.ptr, (size_t)(c->n + 1) * sizeof *g.ptr, a);
        out->nbr = kept(g.nbr, (size_t)g.n_edge * sizeof *g.nbr, a);
    }
    gg_arena_free(&search);
    return status;
}

double gg_loss_near_bytes(const struct gg_cell *cell, double n, double reach)
{
    double volume = fabs(cell->volume),
           ball = cell->dim == 2 ? 3.2 * reach * reach : 4.2 * reach * reach * reach;
    return n * (8 + 4 * (volume > 0 ? fmin(ball * n / volume, n) : n));
}
