/* near.c -- rows of a column that are near each other, for terms over neighbours and pairs */
#include "losses/near.h"

#include <math.h>

/* Half of the shortest way through the box; infinite where it is not periodic. */
static double half_box(const struct gg_cell *cell)
{
    double least = INFINITY;
    for (int k = 0; k < cell->dim; k++)
        if (cell->pbc >> k & 1)
            least = fmin(least, cell->image_height[k]);
    return least / 2;
}

int gg_loss_near(struct gg_edges *out, const struct gg_loss_column *c, double reach, bool self,
                 const char *key, struct gg_arena *a, struct gg_err *err)
{
    double most = half_box(c->cell);
    if (reach > most * (1 + 1e-9))
        return gg_fail(err, GG_INPUT, "%s: %g sigma is more than half of the box: %g would do", key, reach,
                       floor(most * 1000) / 1000);
    return gg_neighbors(out, a, c->cell, c->n, c->pos, reach, self, 0, err);
}
