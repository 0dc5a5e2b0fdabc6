/* quench.c -- FIRE: molecular dynamics that steers downhill (E. Bitzek et al., Phys. Rev. Lett. 97, 170201, 2006)
 * P = F.v > 0:   v <- (1-a) v + a |v| F/|F|;  after `patience` such steps in a row  dt <- min(1.1 dt, dt_max), a <- 0.99 a
 * P <= 0:        v <- 0, dt <- dt/2, a <- start
 * then v <- v + dt F, x <- x + dt v.  Norms are over all particles.  Steps are cut at a length that liquids never reach
 * (0.025 sigma at T = 0.44), so that starts with overlapping particles do not explode.
 * Sums run over fixed blocks of particles and then over the blocks, so threads do not change them. */
#include "physics/quench.h"
#include "graph/graph.h"
#include "physics/forces.h"

#include <math.h>
#include <string.h>

enum {
    BLOCK = 64,  /* particles */
    SMALL = 1000 /* for fewer, waking threads costs more than it saves */
};

struct gg_fire gg_fire_default(void)
{
    return (struct gg_fire){.force_tolerance = 1e-5,
                            .max_steps = 100000,
                            .dt = 0.002,
                            .dt_max = 0.02,
                            .mixing = 0.1,
                            .patience = 5,
                            .grow = 1.1,
                            .shrink = 0.5,
                            .mixing_decay = 0.99,
                            .longest_step = 0.1,
                            .skin = 0.35};
}

/* What FIRE wants to know of all particles. */
struct sums {
    double fv, ff, vv, largest; /* F.v, F.F, v.v, largest |component| of F */
};

struct state {
    const struct gg_fire *fire;
    int64_t n, n_block;
    struct gg_forces forces;
    double (*x)[3], (*v)[3], (*f)[3]; /* positions, velocities, forces */
    struct sums *block;               /* [n_block] */
    double dt, mixing;
    int64_t downhill; /* steps in a row */
};

/* NaN wins, so that it is seen. */
static double larger(double a, double b)
{
    return b <= a ? a : b;
}

static struct sums block_sums(const struct state *s, int64_t first, int64_t last)
{
    struct sums b = {0};
    for (int64_t i = first; i < last; i++)
        for (int k = 0; k < 3; k++) {
            double f = s->f[i][k], v = s->v[i][k];
            b.fv += f * v;
            b.ff += f * f;
            b.vv += v * v;
            b.largest = larger(b.largest, fabs(f));
        }
    return b;
}

/* Forces, and the sums over all particles. */
static struct sums evaluate(struct state *s)
{
#pragma omp parallel for schedule(static) if (s->n >= SMALL)
    for (int64_t b = 0; b < s->n_block; b++) {
        int64_t first = b * BLOCK, last = first + BLOCK < s->n ? first + BLOCK : s->n;
        gg_forces_eval(&s->forces, first, last, s->f);
        s->block[b] = block_sums(s, first, last);
    }
    struct sums all = {0};
    for (int64_t b = 0; b < s->n_block; b++) {
        all.fv += s->block[b].fv;
        all.ff += s->block[b].ff;
        all.vv += s->block[b].vv;
        all.largest = larger(all.largest, s->block[b].largest);
    }
    return all;
}

/* One step: v <- keep v + turn F, where the old velocity is dropped uphill, then x <- x + dt v. */
static void step(struct state *s, const struct sums *a)
{
    double keep = 0.0, turn = s->dt;
    if (a->fv > 0) {
        keep = 1.0 - s->mixing;
        turn = s->mixing * sqrt(a->vv / a->ff);
        if (++s->downhill > s->fire->patience) {
            s->dt = fmin(s->fire->grow * s->dt, s->fire->dt_max);
            s->mixing *= s->fire->mixing_decay;
        }
        turn += s->dt;
    } else if (a->vv > 0) {
        s->downhill = 0;
        s->dt *= s->fire->shrink;
        s->mixing = s->fire->mixing;
        turn = s->dt;
    }
    double dt = s->dt, longest = s->fire->longest_step, *x = s->x[0], *v = s->v[0];
    const double *f = s->f[0];
#pragma omp parallel for simd schedule(static) if (parallel : s->n >= SMALL)
    for (int64_t k = 0; k < 3 * s->n; k++) {
        v[k] = keep * v[k] + turn * f[k];
        double d = dt * v[k];
        d = d > longest ? longest : d;
        x[k] += d < -longest ? -longest : d;
    }
}

static int descend(struct state *s, struct gg_quench_report *r, struct gg_err *err)
{
    for (r->n_step = 0;; r->n_step++) {
        if (gg_forces_move(&s->forces, (const double(*)[3])s->x, err) < 0) {
            err->status = r->n_step > 0 ? GG_NUMERICS : err->status;
            return r->n_step > 0
                       ? gg_err_prefix(err, "particles fly apart after %lld steps: ", (long long)r->n_step)
                       : -1;
        }
        struct sums all = evaluate(s);
        r->largest_force = all.largest;
        r->n_list = s->forces.n_built;
        if (all.largest < s->fire->force_tolerance)
            return 0;
        if (!isfinite(all.ff))
            return gg_fail(err, GG_NUMERICS, "forces are not finite after %lld steps", (long long)r->n_step);
        if (r->n_step >= s->fire->max_steps)
            return gg_fail(
                err, GG_NUMERICS,
                "no minimum after %lld steps: largest force %.3g, wanted below %g: raise --max-steps "
                "or --force-tolerance",
                (long long)r->n_step, all.largest, s->fire->force_tolerance);
        step(s, &all);
    }
}

/* Particles in the order of cells, so that neighbours lie together in memory. */
static void take(const int32_t *order, int64_t n, int dim, const double (*pos)[3], const int32_t *type,
                 double (*x)[3], int32_t *type_in_order)
{
    for (int64_t k = 0; k < n; k++) {
        memcpy(x[k], pos[order[k]], (size_t)dim * sizeof(double));
        type_in_order[k] = type[order[k]];
    }
}

int gg_quench(const struct gg_fire *fire, const struct gg_potential *p, const struct gg_cell *cell, int64_t n,
              double (*pos)[3], const int32_t *type, struct gg_quench_report *report, struct gg_err *err)
{
    struct gg_arena a = {0};
    struct gg_quench_report ignored, *r = report ? report : &ignored;
    struct state s = {
        .fire = fire, .n = n, .n_block = (n + BLOCK - 1) / BLOCK, .dt = fire->dt, .mixing = fire->mixing};
    size_t size = (size_t)n;
    int32_t *order = gg_arena_alloc(&a, size * sizeof *order), *t = gg_arena_alloc(&a, size * sizeof *t);
    s.x = gg_arena_calloc(&a, size, sizeof *s.x);
    s.v = gg_arena_calloc(&a, size, sizeof *s.v);
    s.f = gg_arena_alloc(&a, size * sizeof *s.f);
    s.block = GG_NEW(&a, struct sums, (size_t)s.n_block);
    gg_cell_order(&a, cell, n, (const double(*)[3])pos, p->cutoff, order);
    take(order, n, cell->dim, (const double(*)[3])pos, type, s.x, t);
    int status = gg_forces_init(&s.forces, p, cell, n, t, fire->skin, err);
    if (status == 0)
        status = descend(&s, r, err);
    for (int64_t k = 0; k < n && status == 0; k++)
        memcpy(pos[order[k]], s.x[k], (size_t)cell->dim * sizeof(double));
    gg_forces_free(&s.forces);
    gg_arena_free(&a);
    return status;
}
