/* curve.c -- learning curves: the power law behind the points, its band, and the data that a goal asks for */
#include "stats/curve.h"
#include "stats/bootstrap.h"
#include "util/arena.h"
#include "util/rng.h"

#include <math.h>
#include <stdlib.h>

static double law_at(const struct gg_powerlaw *f, double ceiling, double size)
{
    double left = isinf(size) ? f->c : gg_powerlaw_at(f, size);
    return ceiling * sqrt(fabs(1 - left)) * (left > 1 ? -1 : 1);
}

static double law_need(const struct gg_powerlaw *f, double ceiling, double rho)
{
    double left = gg_unexplained(rho / ceiling) - f->c;
    return left > 0 ? pow(left / f->a, -1 / f->b) : INFINITY;
}

double gg_curve_at(const struct gg_curve *c, double size)
{
    return law_at(&c->law, c->ceiling, size);
}

double gg_curve_need(const struct gg_curve *c, double rho)
{
    return law_need(&c->law, c->ceiling, rho);
}

/* Of what `of` makes of the draws. */
static struct gg_interval band(const struct gg_curve *c, double x,
                               double (*of)(const struct gg_powerlaw *, double, double))
{
    double value[GG_CURVE_DRAWS];
    for (int k = 0; k < GG_CURVE_DRAWS; k++)
        value[k] = of(&c->draw[k], c->ceiling, x);
    return gg_percentiles(GG_CURVE_DRAWS, value);
}

struct gg_interval gg_curve_band(const struct gg_curve *c, double size)
{
    return band(c, size, law_at);
}

struct gg_interval gg_curve_need_band(const struct gg_curve *c, double rho)
{
    return band(c, rho, law_need);
}

static const char *distrust(int n, const struct gg_powerlaw *f)
{
    static const struct {
        double at;
        const char *why;
    } bound[] = {{GG_POWERLAW_B_LO, "b at its lower bound: the curve does not fall as a power"},
                 {GG_POWERLAW_B_HI, "b at its upper bound: all is learned from the first size"}};
    if (n < GG_CURVE_SIZES)
        return "fewer than five sizes";
    if (f->a == 0)
        return "a at its bound, 0: the curve does not fall";
    for (int k = 0; k < 2; k++)
        if (fabs(f->b / bound[k].at - 1) < 1e-3)
            return bound[k].why;
    return f->c == 0 ? "c at its bound, 0: the sizes do not tell where the curve ends" : NULL;
}

/* How far y of a point may be off: error of 1 - r|r|, of the scatter of seeds or of the law. */
static double scatter(const struct gg_curve *c, int n, const struct gg_curve_point *p)
{
    double seeds = 2 * fabs(p->rho) / (c->ceiling * c->ceiling) * p->error;
    double law = n > 3 ? c->law.rms * sqrt(n / (n - 3.0)) : 0;
    return isfinite(seeds) ? fmax(law, seeds) : law;
}

void gg_curve_fit(struct gg_curve *c, int n, const struct gg_curve_point *p, double ceiling)
{
    double *size = gg_xmalloc(3 * (size_t)(n + 1) * sizeof *size), *y = size + n, *moved = y + n;
    *c = (struct gg_curve){.ceiling = isnan(ceiling) ? 1 : ceiling};
    for (int k = 0; k < n; k++) {
        size[k] = p[k].size;
        y[k] = gg_unexplained(p[k].rho / c->ceiling);
    }
    if (gg_powerlaw_fit(n, size, y, 0, &c->law))
        c->why = n < GG_CURVE_SIZES ? "fewer than five sizes"
                                    : "a correlation or its ceiling is no number to divide by";
    else
        c->why = distrust(n, &c->law);
    for (int draw = 0; draw < GG_CURVE_DRAWS && !c->why; draw++) {
        struct gg_rng r = gg_rng_at(0, (uint32_t)draw, 0, 0);
        for (int k = 0; k < n; k++)
            moved[k] = y[k] + scatter(c, n, &p[k]) * gg_rng_normal(&r);
        if (gg_powerlaw_fit(n, size, moved, 0, &c->draw[draw]))
            c->draw[draw] = (struct gg_powerlaw){NAN, NAN, NAN, NAN};
    }
    free(size);
}
