/* mixture.c -- the mixtures of the field from nothing
 *
 * KA3D: Kob, Andersen, PRE 51, 4626 (1995), 80:20 at density 1.2.  KA2D: the ternary liquid of Jung et al., Zenodo
 * 10118191, 600:330:360 in a box of 32.8962 sigma. */
#include "physics/mixture.h"
#include "physics/quench.h"
#include "util/opt.h"
#include "util/rng.h"

#include <math.h>
#include <string.h>

static const struct gg_mixture mixtures[] = {
    {"KA3D", 3, 1.2, {0.8, 0.2, 0}, GG_POTENTIAL_FSHIFT},
    {"KA2D", 2, 1290 / (32.8962 * 32.8962), {600.0 / 1290, 330.0 / 1290, 360.0 / 1290}, GG_POTENTIAL_POLY}};
enum { N_MIXTURE = sizeof mixtures / sizeof *mixtures };

enum { MOST_STEPS = 2000 };
static const double SMALL_FORCE = 1; /* eps/sigma: what molecular dynamics can go on from */
static const double ODD = 0.02;      /* by which a share of a species may differ */

const struct gg_mixture *gg_mixture_find(const char *name, struct gg_err *err)
{
    const char *names[N_MIXTURE];
    for (int k = 0; k < N_MIXTURE; k++) {
        names[k] = mixtures[k].name;
        if (!strcmp(name, names[k]))
            return &mixtures[k];
    }
    const char *near = gg_nearest(name, names, N_MIXTURE);
    gg_fail(err, GG_USAGE, "no mixture '%.40s': there are KA3D and KA2D%s%s%s", name,
            near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
    return NULL;
}

int gg_mixture_check(const char *name, int dim, int64_t n, const int32_t *type, struct gg_err *err)
{
    const struct gg_mixture *m = NULL;
    double part[GG_POTENTIAL_TYPES] = {0};
    for (int k = 0; name && k < N_MIXTURE; k++)
        if (!strcmp(name, mixtures[k].name))
            m = &mixtures[k];
    if (!m)
        return 0;
    for (int64_t i = 0; i < n; i++)
        if (type[i] >= 0 && type[i] < GG_POTENTIAL_TYPES)
            part[type[i]] += 1 / (double)n;
    if (dim != m->dim)
        return gg_fail(err, GG_INPUT, "%d dimensions, but META system says %s: the start of another mixture",
                       dim, name);
    for (int t = 0; t < GG_POTENTIAL_TYPES; t++)
        if (!(fabs(part[t] - m->part[t]) <= ODD + 1 / (double)n))
            return gg_fail(
                err, GG_INPUT,
                "%.3g : %.3g : %.3g particles of A, B, C, but META system says %s, which is %.3g : %.3g : "
                "%.3g: the start of another mixture",
                part[0], part[1], part[2], name, m->part[0], m->part[1], m->part[2]);
    return 0;
}

/* Rounded numbers of B and C; the rest is A. */
static void fill_types(const struct gg_mixture *m, int64_t n, struct gg_rng *r, struct gg_arena *a,
                       int32_t *type)
{
    int64_t *order = gg_arena_alloc(a, (size_t)n * sizeof *order), k = 0;
    for (int64_t i = 0; i < n; i++)
        order[i] = i;
    gg_rng_shuffle(r, order, n);
    for (int32_t t = 1; t < GG_POTENTIAL_TYPES; t++)
        for (int64_t end = k + llround((double)n * m->part[t]); k < end && k < n; k++)
            type[order[k]] = t;
}

static double box_of(int64_t n, double density, int dim)
{
    return pow((double)n / density, 1.0 / dim);
}

/* The smallest number that the check in gg_mixture_make lets pass, rounding and all. */
static int64_t least(double cutoff, double density, int dim)
{
    int64_t n = (int64_t)ceil(density * pow(2 * cutoff, dim));
    while (!(cutoff <= box_of(n, density, dim) / 2))
        n++;
    return n;
}

int gg_mixture_make(const struct gg_mixture *m, const struct gg_potential *p, int64_t n, double density,
                    uint64_t seed, struct gg_arena *a, double h[3][3], double (**pos)[3], int32_t **type,
                    struct gg_err *err)
{
    double box = box_of(n, density, m->dim);
    int64_t side = (int64_t)ceil(pow((double)n, 1.0 / m->dim) - 1e-9);
    struct gg_rng r = gg_rng_at(seed, 0, 0, 0);
    struct gg_fire fire = gg_fire_default();
    struct gg_cell cell;
    if (!(p->cutoff <= box / 2))
        return gg_fail(
            err, GG_USAGE,
            "--n %lld at density %g: the potential reaches %g, beyond half of the box of %.4g: wanted %lld "
            "particles at least",
            (long long)n, density, p->cutoff, box, (long long)least(p->cutoff, density, m->dim));
    memset(h, 0, 9 * sizeof(double));
    for (int k = 0; k < m->dim; k++)
        h[k][k] = box;
    *pos = gg_arena_calloc(a, (size_t)n, sizeof **pos);
    *type = gg_arena_calloc(a, (size_t)n, sizeof **type);
    /* Empty sites are spread as well: a gap would collapse, and heat what is left. */
    const int64_t n_site = m->dim == 3 ? side * side * side : side * side;
    for (int64_t i = 0; i < n; i++) {
        const int64_t s = i * n_site / n, at[3] = {s % side, s / side % side, s / side / side};
        for (int k = 0; k < m->dim; k++)
            (*pos)[i][k] = ((double)at[k] + 0.5) * box / (double)side + 0.02 * (gg_rng_uniform(&r) - 0.5);
    }
    fill_types(m, n, &r, a, *type);
    fire.force_tolerance = SMALL_FORCE;
    fire.max_steps = MOST_STEPS;
    if (gg_cell_init(&cell, m->dim, m->dim == 3 ? 7 : 3, (const double(*)[3])h, err) < 0)
        return -1;
    if (gg_quench(&fire, p, &cell, n, *pos, *type, NULL, err) == 0)
        return 0;
    return err->status == GG_NUMERICS ? 0
                                      : -1; /* not there yet: what is left of overlaps, gg_md_init refuses */
}
