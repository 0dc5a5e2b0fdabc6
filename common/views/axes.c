/* axes.c -- the frame with its axes permuted and mirrored
 *
 * A permutation of the axes and a sign for each: the 48 elements of the cube's group, all alike (Bapst et al. 2020).  In two dimensions z
 * stays: the 8 of the square. */
#include "views/view.h"

#include <string.h>

static int see(const struct gg_view_call *c, struct gg_err *err)
{
    static const int orders[6][3] = {{0, 1, 2}, {1, 0, 2}, {0, 2, 1}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    bool flat = c->s->dim == 2;
    const int *from = orders[gg_rng_below(c->random, flat ? 2 : 6)];
    double before[3][3];
    (void)err;
    memcpy(before, c->R, sizeof before);
    for (int i = 0; i < 3; i++) {
        double sign = (!flat || i < 2) && gg_rng_below(c->random, 2) ? -1 : 1;
        for (int j = 0; j < 3; j++)
            c->R[i][j] = sign * before[from[i]][j];
    }
    return 0;
}

static const struct gg_opt hypers[] = {{0}};
static const struct gg_view_case cases[] = {{"plain", ""}, {0}};

const struct gg_view_type gg_view_axes = {.name = "axes",
                                          .about = "axes permuted and mirrored, one of 48",
                                          .source = "Bapst et al., Nature Physics 16, 448 (2020)",
                                          .hypers = hypers,
                                          .turns = true,
                                          .see = see,
                                          .cases = cases};
