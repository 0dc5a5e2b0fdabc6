/* shells.h -- Gaussian functions of the distance on regular grids */
#ifndef GG_SHELLS_H
#define GG_SHELLS_H

#include "descriptors/descriptor.h"

enum { GG_SHELL_GRIDS = 8, GG_SHELLS_MAX = 4096 };

/* Shell k of a grid is exp(-(r - first - k step)^2 / (2 width^2)), taken as 0 beyond GG_SHELL_REACH widths, where it is
 * below 1e-16. */
#define GG_SHELL_REACH 8.6
struct gg_shell_grid {
    int n;
    double first, step, width; /* sigma */
};
struct gg_shells {
    int n, n_grid; /* n: of all grids */
    struct gg_shell_grid grid[GG_SHELL_GRIDS];
};

/* FIRST,LAST,STEP,WIDTH of one or more grids; `usual` where the list is empty.  GG_USAGE, with the option's name. */
int gg_shells_init(struct gg_shells *s, const struct gg_reals *list, const struct gg_reals *usual,
                   const char *option, struct gg_err *err);
/* Columns NAME.SPECIES.rCENTRE of every shell. */
void gg_shells_columns(const struct gg_shells *s, const struct gg_descriptor_options *o, const char *name,
                       struct gg_columns *c);
/* No pair farther away counts. */
double gg_shells_reach(const struct gg_shells *s);
double gg_shells_centre(const struct gg_shells *s, int k);
/* w[k] += c times shell k at distance r, for all shells, within about 1e-13. */
void gg_shells_add(const struct gg_shells *s, double r, double c, double *w);

#endif
