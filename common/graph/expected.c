/* expected.c -- how many neighbours a cutoff would give, before any is searched
 *
 * The mean density times the sphere (in two dimensions the disc) of the cutoff, particle and images alike. */
#include "graph/graph.h"

#include <math.h>

double gg_neighbors_expected(const struct gg_cell *cell, int64_t n, double cutoff)
{
    int all = cell->dim == 2 ? 3 : 7;
    double reach = cell->dim == 2 ? M_PI * cutoff * cutoff : 4 * M_PI / 3 * cutoff * cutoff * cutoff;
    return (cell->pbc & all) == all ? (double)n * reach / fabs(cell->volume) - 1 : NAN;
}

double gg_neighbors_cutoff(const struct gg_cell *cell, int64_t n, double wanted)
{
    return pow((wanted + 1) / (gg_neighbors_expected(cell, n, 1) + 1), 1.0 / cell->dim);
}

int gg_neighbors_check(const struct gg_cell *cell, int64_t n, double cutoff, double most, struct gg_err *err)
{
    const double usual = 30; /* two shells of a liquid */
    double found = gg_neighbors_expected(cell, n, cutoff);
    if (!(found > most))
        return 0;
    return gg_fail(
        err, GG_INPUT,
        "cutoff %g: at this density a particle would have %.3g neighbours, at most %g can be; %.2g "
        "would give %g",
        cutoff, found, most, gg_neighbors_cutoff(cell, n, usual), usual);
}
