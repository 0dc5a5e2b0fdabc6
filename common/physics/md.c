/* md.c -- molecular dynamics: one run, or many runs of one start side by side
 *
 * Numbers stand in the order of the particles between two calls, and in the order of cells within one, where
 * neighbours in space are neighbours in memory. */
#include "physics/md.h"
#include "graph/graph.h"
#include "physics/md_list.h"
#include "physics/md_thermostat.h"
#include "util/rng.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    TYPES = GG_MD_TYPES,
    THERMOSTAT_EVERY = 10, /* steps; its time is much longer */
    BLOCK = 64,            /* particles that a thread takes at a time */
    SMALL = 1000           /* for fewer, waking threads costs more than it saves */
};
static const double UNITS = 0x1p32; /* of the box */
/* Margins of the two shells of pairs, sigma: the fastest on one core of the processors that were tried. */
static const double INNER = 0.25, OUTER = 1.0;
static const double OVERLAP = 100; /* eps a particle: no liquid has that much */
static const double CELL = 2;      /* sigma: particles of one cell stand together */

/* The particles in the order of cells, while steps are made. */
struct work {
    struct gg_md *m;
    struct gg_md_sites s;
    struct gg_md_list list;
    int32_t *order; /* [n] the particle at place k */
    int64_t *way;   /* [n_number] units travelled up to list.built_wide */
};

/* ---- start ---- */

static int check_cell(struct gg_md *m, const struct gg_cell *cell, struct gg_err *err)
{
    for (int a = 0; a < cell->dim; a++) {
        for (int b = 0; b < 3; b++)
            if ((a == b) != (cell->h[a][b] != 0))
                return gg_fail(err, GG_INPUT,
                               "the cell is not a box along the axes: molecular dynamics needs one");
        if (!(cell->pbc >> a & 1))
            return gg_fail(err, GG_INPUT,
                           "the cell is not periodic along axis %d: molecular dynamics needs it", a);
        m->extent[a] = fabs(cell->h[a][a]);
        if (!(m->potential.cutoff <= m->extent[a] / 2))
            return gg_fail(err, GG_INPUT,
                           "the potential reaches %g, beyond half of the box of %.4g: take more particles",
                           m->potential.cutoff, m->extent[a]);
    }
    return 0;
}

static int check_particles(const struct gg_md *m, const struct gg_cell *cell, const double (*pos)[3],
                           struct gg_err *err)
{
    if (m->n < 4)
        return gg_fail(err, GG_INPUT, "%lld particles, wanted 4 at least", (long long)m->n);
    double *energy = gg_xmalloc((size_t)m->n * sizeof *energy), sum = 0;
    int status = gg_energies(&m->potential, cell, m->n, pos, m->type, energy, NULL, err);
    for (int64_t i = 0; i < m->n && status == 0; i++)
        sum += energy[i];
    free(energy);
    if (status == 0 && !(sum < OVERLAP * (double)m->n))
        return gg_fail(
            err, GG_INPUT,
            "%.3g eps of potential energy a particle: particles overlap, this potential cannot hold them",
            sum / (double)m->n);
    return status;
}

int gg_md_init(struct gg_md *m, const struct gg_md_rule *rule, const struct gg_potential *p,
               const struct gg_cell *cell, int64_t n, const double (*pos)[3], const int32_t *type, int n_run,
               int64_t first_run, struct gg_err *err)
{
    assert(n_run >= 1 && n_run <= GG_MD_RUNS && rule->dt > 0 && rule->temperature > 0);
    *m = (struct gg_md){.rule = *rule,
                        .potential = *p,
                        .dim = cell->dim,
                        .n = n,
                        .n_run = n_run,
                        .n_lane = n_run > 1 ? GG_MD_RUNS : 1,
                        .first_run = first_run,
                        .level = gg_md_best()};
    m->type = gg_xmalloc((size_t)n * sizeof *m->type);
    memcpy(m->type, type, (size_t)n * sizeof *m->type);
    m->at = gg_xalloc((size_t)(3 * n * m->n_lane), sizeof *m->at);
    m->v = gg_xalloc((size_t)(3 * n * m->n_lane), sizeof *m->v);
    if (check_cell(m, cell, err) < 0 || check_particles(m, cell, pos, err) < 0) {
        gg_md_free(m);
        return -1;
    }
    for (int64_t i = 0; i < n; i++)
        for (int a = 0; a < m->dim; a++)
            for (int k = 0; k < m->n_lane; k++)
                m->at[(3 * i + a) * m->n_lane + k] = llrint(pos[i][a] / m->extent[a] * UNITS);
    return 0;
}

void gg_md_free(struct gg_md *m)
{
    free(m->type);
    free(m->at);
    free(m->v);
    *m = (struct gg_md){0};
}

double gg_md_freedom(const struct gg_md *m)
{
    return (double)m->dim * (double)(m->n - 1);
}

/* Lanes without a run of their own repeat run 0. */
static int run_of(const struct gg_md *m, int lane)
{
    return lane < m->n_run ? lane : 0;
}

static void draw_run(struct gg_md *m, int lane)
{
    const double sd = sqrt(m->rule.temperature);
    const uint32_t run = (uint32_t)(m->first_run + run_of(m, lane));
    double *v = gg_xmalloc((size_t)(3 * m->n) * sizeof *v), mean[3] = {0};
    for (int64_t i = 0; i < m->n; i++) {
        struct gg_rng g = gg_rng_at(m->rule.seed, m->rule.name, run, (uint32_t)i);
        for (int a = 0; a < m->dim; a++) {
            v[3 * i + a] = sd * gg_rng_normal(&g);
            mean[a] += v[3 * i + a] / (double)m->n;
        }
    }
    for (int64_t i = 0; i < m->n; i++)
        for (int a = 0; a < m->dim; a++)
            m->v[(3 * i + a) * m->n_lane + lane] = (gg_real)(v[3 * i + a] - mean[a]);
    free(v);
}

void gg_md_draw(struct gg_md *m)
{
    for (int lane = 0; lane < m->n_lane; lane++)
        draw_run(m, lane);
}

/* ---- into the order of cells, and back ---- */

static struct gg_md_pair pair_of(const struct gg_pair_potential *p)
{
    double s2 = p->sigma * p->sigma, e = 4 * p->eps / s2;
    return (struct gg_md_pair){.cutoff2 = (gg_real)(p->cutoff * p->cutoff),
                               .sigma = (gg_real)p->sigma,
                               .c12 = (gg_real)(-12 * e),
                               .c6 = (gg_real)(6 * e),
                               .c1 = (gg_real)(e * p->a1),
                               .c2 = (gg_real)(2 * e * p->a2),
                               .c4 = (gg_real)(4 * e * p->a4 / s2),
                               .e4 = (gg_real)(4 * p->eps),
                               .a0 = (gg_real)p->a0,
                               .a1 = (gg_real)p->a1,
                               .a2 = (gg_real)p->a2,
                               .a4 = (gg_real)p->a4};
}

static void set_constants(struct work *w)
{
    const struct gg_md *m = w->m;
    for (int a = 0; a < TYPES; a++)
        for (int b = 0; b < TYPES; b++) {
            w->s.pair[a][b] = pair_of(&m->potential.pair[a][b]);
            w->s.even |= m->potential.pair[a][b].a2 != 0 || m->potential.pair[a][b].a4 != 0;
        }
    w->s.half_dt = (gg_real)(m->rule.dt / 2);
    for (int a = 0; a < m->dim; a++)
        w->s.scale[a] = (gg_real)(m->extent[a] / UNITS);
    for (int k = 0; k < GG_MD_PATTERN; k++) {
        int a = m->n_lane > 1 ? k / GG_MD_RUNS : k % 4;
        w->s.step[k] = a < m->dim ? (gg_real)(m->rule.dt * UNITS / m->extent[a]) : 0;
    }
}

/* Where number a of the particle at place k, lane l, stands in x, v, f. */
static int64_t place(const struct gg_md *m, int64_t k, int a, int l)
{
    return m->n_lane > 1 ? (3 * k + a) * GG_MD_RUNS + l : 4 * k + a;
}

static void find_order(struct work *w)
{
    struct gg_md *m = w->m;
    struct gg_arena a = {0};
    struct gg_cell cell;
    struct gg_err err;
    double h[3][3] = {{m->extent[0], 0, 0}, {0, m->extent[1], 0}, {0, 0, m->dim == 3 ? m->extent[2] : 0}};
    double(*pos)[3] = gg_arena_alloc(&a, (size_t)m->n * sizeof *pos);
    gg_md_positions(m, 0, pos);
    if (gg_cell_init(&cell, m->dim, m->dim == 3 ? 7 : 3, (const double(*)[3])h, &err) == 0)
        gg_cell_order(&a, &cell, m->n, (const double(*)[3])pos, CELL, w->order);
    gg_arena_free(&a);
}

static void load(struct work *w, struct gg_md *m)
{
    int64_t n_number =
        m->n_lane > 1 ? m->n * GG_MD_PATTERN : (m->n * 4 + GG_MD_PATTERN - 1) / GG_MD_PATTERN * GG_MD_PATTERN;
    size_t room = (size_t)n_number;
    *w = (struct work){.m = m, .s = {.n = m->n, .n_lane = m->n_lane, .n_number = n_number}};
    set_constants(w);
    w->order = gg_xalloc((size_t)m->n, sizeof *w->order);
    w->s.type = gg_xalloc((size_t)m->n, sizeof *w->s.type);
    w->s.x = gg_xalloc(room, sizeof *w->s.x);
    w->s.v = gg_xalloc(room, sizeof *w->s.v);
    w->s.f = gg_xalloc(room, sizeof *w->s.f);
    w->way = gg_xalloc(room, sizeof *w->way);
    find_order(w);
    for (int64_t k = 0; k < m->n; k++) {
        int64_t i = w->order[k];
        w->s.type[k] = m->type[i];
        for (int a = 0; a < 3; a++)
            for (int l = 0; l < m->n_lane; l++) {
                w->s.x[place(m, k, a, l)] = (int32_t)(uint32_t)m->at[(3 * i + a) * m->n_lane + l];
                w->s.v[place(m, k, a, l)] = m->v[(3 * i + a) * m->n_lane + l];
            }
    }
    gg_md_list_init(&w->list, &w->s, INNER, OUTER);
}

/* Adds what was travelled since the outer rows were made: much less than half a box. */
static void add_way(struct work *w)
{
    for (int64_t k = 0; k < w->s.n_number; k++)
        w->way[k] += (int32_t)((uint32_t)w->s.x[k] - (uint32_t)w->list.built_wide[k]);
}

static void unload(struct work *w)
{
    struct gg_md *m = w->m;
    m->n_list += w->list.n_built;
    m->n_pair = w->list.rows.n;
    gg_md_list_free(&w->list);
    free(w->order);
    free(w->s.type);
    free(w->s.x);
    free(w->s.v);
    free(w->s.f);
    free(w->way);
}

static void store(struct work *w)
{
    struct gg_md *m = w->m;
    add_way(w);
    for (int64_t k = 0; k < m->n; k++) {
        int64_t i = w->order[k];
        for (int a = 0; a < 3; a++)
            for (int l = 0; l < m->n_lane; l++) {
                m->at[(3 * i + a) * m->n_lane + l] += w->way[place(m, k, a, l)];
                m->v[(3 * i + a) * m->n_lane + l] = w->s.v[place(m, k, a, l)];
            }
    }
}

/* ---- steps ---- */

static void find_forces(struct work *w)
{
    const struct gg_md *m = w->m;
    if (m->n_lane > 1) {
        m->level->forces(&w->s, &w->list.rows, 0, m->n);
        return;
    }
#pragma omp parallel for schedule(static) if (m->n >= SMALL)
    for (int64_t b = 0; b < (m->n + BLOCK - 1) / BLOCK; b++)
        m->level->forces(&w->s, &w->list.rows, b * BLOCK, (b + 1) * BLOCK < m->n ? (b + 1) * BLOCK : m->n);
}

static void keep_list(struct work *w)
{
    if (gg_md_list_keep(&w->list, &w->s, w->m->level))
        return;
    add_way(w);
    gg_md_list_build(&w->list, &w->s, w->m->level, w->m->extent);
}

static void rescale(struct work *w)
{
    struct gg_md *m = w->m;
    double sum[GG_MD_RUNS], time = THERMOSTAT_EVERY * m->rule.dt / m->rule.relaxation;
    gg_real factor[GG_MD_RUNS];
    m->level->kinetic(&w->s, sum);
    for (int l = 0; l < m->n_lane; l++) {
        struct gg_rng g = gg_rng_at(m->rule.seed, m->rule.name, (uint32_t)(m->first_run + run_of(m, l)),
                                    0x80000000u + (uint32_t)(m->n_step / THERMOSTAT_EVERY));
        double alpha = gg_thermostat_factor(sum[l] / 2, gg_md_freedom(m), m->rule.temperature, time, &g);
        factor[l] = (gg_real)alpha;
        m->heat[l] += 0.5 * sum[l] * ((double)factor[l] * factor[l] - 1);
    }
    for (int64_t k = 0; k < w->s.n_number; k++)
        w->s.v[k] *= factor[m->n_lane > 1 ? k % GG_MD_RUNS : 0];
}

void gg_md_advance(struct gg_md *m, int64_t n_step)
{
    struct work w;
    if (n_step <= 0)
        return;
    load(&w, m);
    gg_md_list_build(&w.list, &w.s, m->level, m->extent);
    find_forces(&w);
    for (int64_t k = 0; k < n_step; k++) {
        m->level->push(&w.s);
        keep_list(&w);
        find_forces(&w);
        m->level->kick(&w.s);
        m->n_step++;
        if (m->rule.ensemble == GG_CANONICAL && m->n_step % THERMOSTAT_EVERY == 0)
            rescale(&w);
    }
    store(&w);
    unload(&w);
}

/* ---- what it has come to ---- */

void gg_md_energies(const struct gg_md *m, double *kinetic, double *potential)
{
    struct work w;
    double k[GG_MD_RUNS], v[GG_MD_RUNS];
    load(&w, (struct gg_md *)m);
    gg_md_list_build(&w.list, &w.s, m->level, m->extent);
    m->level->energy(&w.s, &w.list.rows, v);
    m->level->kinetic(&w.s, k);
    for (int l = 0; l < m->n_run; l++) {
        kinetic[l] = k[l] / 2;
        potential[l] = v[l];
    }
    unload(&w);
}

void gg_md_forces(const struct gg_md *m, int run, double (*force)[3])
{
    struct work w;
    load(&w, (struct gg_md *)m);
    gg_md_list_build(&w.list, &w.s, m->level, m->extent);
    find_forces(&w);
    for (int64_t k = 0; k < m->n; k++)
        for (int a = 0; a < 3; a++)
            force[w.order[k]][a] = w.s.f[place(m, k, a, run)];
    unload(&w);
}

void gg_md_positions(const struct gg_md *m, int run, double (*pos)[3])
{
    for (int64_t i = 0; i < m->n; i++)
        for (int a = 0; a < 3; a++)
            pos[i][a] = (double)m->at[(3 * i + a) * m->n_lane + run] * (m->extent[a] / UNITS);
}
