/* shells.c -- Gaussian functions of the distance on regular grids
 *
 * With x = r - mu_c, mu_c the nearest centre, and a = step^2 / (2 width^2), shell c + n is
 *     exp(-(x - n step)^2 / (2 width^2)) = exp(-x^2 / (2 width^2)) t^n exp(-n^2 a),  t = exp(x step / width^2)
 * so two exponentials give all shells of a grid: the ratio of neighbouring shells is t exp(-(2n + 1) a). */
#include "descriptors/shells.h"

#include <math.h>
#include <stddef.h>

static int read_grid(struct gg_shell_grid *g, const double v[4], const char *option, struct gg_err *err)
{
    double first = v[0], last = v[1], step = v[2], n = floor((last - first) / step + 1.5);
    if (!(last >= first) || !(step > 0) || !(v[3] > 0))
        return gg_fail(err, GG_USAGE, "%s: FIRST <= LAST, STEP > 0 and WIDTH > 0 are wanted, not %g,%g,%g,%g",
                       option, first, last, step, v[3]);
    if (!(n <= GG_SHELLS_MAX))
        return gg_fail(err, GG_USAGE, "%s: %g shells, at most %d are possible", option, n, GG_SHELLS_MAX);
    *g = (struct gg_shell_grid){.n = (int)n, .first = first, .step = step, .width = v[3]};
    return 0;
}

int gg_shells_init(struct gg_shells *s, const struct gg_reals *list, const struct gg_reals *usual,
                   const char *option, struct gg_err *err)
{
    *s = (struct gg_shells){0};
    if (list->n == 0)
        list = usual;
    if (list->n % 4 || list->n > 4 * GG_SHELL_GRIDS)
        return gg_fail(err, GG_USAGE, "%s: %d numbers, FIRST,LAST,STEP,WIDTH are wanted (at most %d times)",
                       option, list->n, GG_SHELL_GRIDS);
    s->n_grid = list->n / 4;
    for (int k = 0; k < s->n_grid; k++) {
        if (read_grid(&s->grid[k], list->v + (ptrdiff_t)4 * k, option, err) < 0)
            return -1;
        s->n += s->grid[k].n;
    }
    if (s->n > GG_SHELLS_MAX)
        return gg_fail(err, GG_USAGE, "%s: %d shells, at most %d are possible", option, s->n, GG_SHELLS_MAX);
    return 0;
}

void gg_shells_columns(const struct gg_shells *s, const struct gg_descriptor_options *o, const char *name,
                       struct gg_columns *c)
{
    for (int b = 0; b < o->n_species; b++)
        for (int k = 0; k < s->n; k++)
            gg_column_add(c, 0, 1, "%s.%s.r%.6g", name, o->species[b], gg_shells_centre(s, k));
}

double gg_shells_reach(const struct gg_shells *s)
{
    double reach = 0;
    for (int k = 0; k < s->n_grid; k++) {
        const struct gg_shell_grid *g = &s->grid[k];
        reach = fmax(reach, g->first + (g->n - 1) * g->step + GG_SHELL_REACH * g->width);
    }
    return reach;
}

double gg_shells_centre(const struct gg_shells *s, int k)
{
    const struct gg_shell_grid *g = s->grid;
    for (; k >= g->n; g++)
        k -= g->n;
    return g->first + k * g->step;
}

static void add_grid(const struct gg_shell_grid *g, double r, double c, double *w)
{
    double place = (r - g->first) / g->step, reach = GG_SHELL_REACH * g->width / g->step;
    int first = (int)fmax(0, ceil(place - reach)), last = (int)fmin(g->n - 1, floor(place + reach));
    if (!(first <= last))
        return;
    int centre = (int)fmin(fmax(rint(place), first), last);
    double x = r - g->first - centre * g->step, ww = g->width * g->width, step = g->step;
    double shell = c * exp(-x * x / (2 * ww)), t = exp(x * step / ww), narrower = exp(-step * step / ww);
    double q = sqrt(narrower), up = t * q, down = q / t, value = shell;
    w[centre] += shell;
    for (int k = centre + 1; k <= last; k++, up *= narrower)
        w[k] += value *= up;
    value = shell;
    for (int k = centre - 1; k >= first; k--, down *= narrower)
        w[k] += value *= down;
}

void gg_shells_add(const struct gg_shells *s, double r, double c, double *w)
{
    for (int k = 0; k < s->n_grid; w += s->grid[k++].n)
        add_grid(&s->grid[k], r, c, w);
}
