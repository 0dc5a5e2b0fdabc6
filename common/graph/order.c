/* order.c -- nodes numbered along the cells of a grid, so that the senders of neighbouring receivers lie together */
#include "graph/grid.h"

void gg_cell_order(struct gg_arena *a, const struct gg_cell *cell, int64_t n, const double (*pos)[3],
                   double size, int32_t *order)
{
    struct gg_grid grid;
    struct gg_err ignored; /* positions that no grid can hold stay in their order: it only decides speed */
    bool placed = gg_grid_init(&grid, a, cell, n, pos, size, &ignored) == 0;
    for (int64_t k = 0; k < n; k++)
        order[k] = placed ? grid.order[k] : (int32_t)k;
}
