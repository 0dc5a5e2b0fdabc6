/* cage.c -- cage states by Monte Carlo (R. M. Alkemade, F. Smallenburg, L. Filion, J. Chem. Phys. 158, 134512, 2023)
 * Single-particle Metropolis moves at the temperature of the liquid; a move that would take a particle farther than the
 * radius of the cage from its start is rejected.  Averages count every particle once a sweep, moved or not.
 *
 * Particles are moved one after the other in a fixed order (sequential updating): each single step keeps the Boltzmann
 * distribution in detailed balance, so the sweep keeps it, too.  Cells of one colour are moved at the same time, which
 * equals any order of them since their particles never interact (tethered.c).  Random numbers are a function of (seed,
 * configuration, sweep, particle). */
#include "physics/cage.h"
#include "util/rng.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { SMALL = 1000 /* for fewer particles, waking threads costs more than it saves */ };

static const double ACCEPTANCE = 0.4; /* what the step is tuned to */
static const double GAIN = 0.1;       /* of log(step) in a sweep, for a difference of 1 in acceptance */
static const double FIRST_STEP = 0.1; /* sigma */

struct gg_cage_cell {
    int64_t n_accepted;
    double change, moved[3]; /* of energy, eps; of the sum of all positions, sigma */
};

int gg_cage_temperature(double *t, const struct gg_frame *f, double given, struct gg_err *err)
{
    *t = given;
    if (given > 0)
        return 0;
    if (!gg_frame_find(f, "temperature"))
        return gg_fail(err, GG_INPUT, "no field 'temperature': give --temperature");
    const struct gg_field *x = gg_frame_need(f, "temperature", err);
    *t = x ? *(const double *)x->data : 0;
    if (x && !(*t > 0 && *t <= 1e6))
        gg_fail(err, GG_INPUT, "field 'temperature': %g, wanted more than 0: give --temperature", *t);
    return *t > 0 && *t <= 1e6 ? 0 : -1;
}

int gg_cage_init(struct gg_cage *c, const struct gg_cage_rule *rule, const struct gg_potential *p,
                 const struct gg_cell *cell, int64_t n, const double (*pos)[3], const int32_t *type,
                 struct gg_err *err)
{
    assert(rule->radius > 0 && rule->temperature > 0);
    *c = (struct gg_cage){.rule = *rule, .step = fmin(FIRST_STEP, rule->radius)};
    double *energy = gg_arena_alloc(&c->arena, (size_t)n * sizeof *energy);
    if (gg_energies(p, cell, n, pos, type, energy, NULL, err) < 0 ||
        gg_tethered_init(&c->particles, p, cell, n, pos, type, rule->radius, err) < 0) {
        gg_cage_free(c);
        return -1;
    }
    for (int64_t i = 0; i < n; i++)
        c->energy += energy[i];
    for (int b = 0; b < 2; b++)
        c->block[b].sum = gg_arena_calloc(&c->arena, (size_t)n, 4 * sizeof(double));
    c->cell = GG_NEW(&c->arena, struct gg_cage_cell, (size_t)c->particles.colour[c->particles.n_colour]);
    return 0;
}

void gg_cage_free(struct gg_cage *c)
{
    gg_tethered_free(&c->particles);
    gg_arena_free(&c->arena);
}

/* Uniform in (0, 1), and symmetric about 1/2 to the last bit, as detailed balance wants of moves. */
static double uniform(struct gg_rng *g)
{
    return (gg_rng_u32(g) + 0.5) * 0x1p-32;
}

/* Accepts or rejects a trial move of slot k. */
static void try_move(struct gg_cage *c, int64_t k, struct gg_cage_cell *report)
{
    struct gg_tethered *t = &c->particles;
    struct gg_rng g = gg_rng_at(c->rule.seed, c->rule.name, (uint32_t)c->n_sweep, (uint32_t)t->order[k]);
    double to[4] = {0}, moved[3] = {0}, u2 = 0;
    for (int a = 0; a < t->dim; a++) {
        to[a] = t->at[k][a] + c->step * (2 * uniform(&g) - 1);
        moved[a] = to[a] - t->at[k][a];
        u2 += (to[a] - t->start[k][a]) * (to[a] - t->start[k][a]);
    }
    if (!(u2 <= t->radius * t->radius))
        return;
    double change = gg_tethered_change(t, k, to);
    if (!(change <= 0 || uniform(&g) < exp(-change / c->rule.temperature)))
        return;
    gg_tethered_move(t, k, to);
    report->n_accepted++;
    report->change += change;
    for (int a = 0; a < 3; a++)
        report->moved[a] += moved[a];
}

static void visit(struct gg_cage *c, int64_t cell)
{
    const struct gg_tethered *t = &c->particles;
    struct gg_cage_cell report = {0};
    for (int64_t k = t->cell[cell]; k < t->cell[cell + 1]; k++)
        try_move(c, k, &report);
    c->cell[cell] = report;
}

static void move_all(struct gg_cage *c)
{
    const struct gg_tethered *t = &c->particles;
    for (int64_t colour = 0; colour < t->n_colour; colour++) {
#pragma omp parallel for schedule(static) if (t->n >= SMALL)
        for (int64_t cell = t->colour[colour]; cell < t->colour[colour + 1]; cell++)
            visit(c, cell);
    }
}

/* Towards the wanted acceptance; a free particle needs no step beyond the size of its cage. */
static void tune(struct gg_cage *c, int64_t n_accepted)
{
    double acceptance = (double)n_accepted / (double)c->particles.n;
    c->step = fmin(c->step * exp(GAIN * (acceptance - ACCEPTANCE)), 2 * c->rule.radius);
}

static void add_to_block(struct gg_cage *c, struct gg_cage_block *b)
{
    const struct gg_tethered *t = &c->particles;
    b->n_sweep++;
    b->energy += c->energy;
#pragma omp parallel for schedule(static) if (t->n >= SMALL)
    for (int64_t k = 0; k < t->n; k++)
        for (int a = 0; a < 3; a++) {
            double w = t->at[k][a] - t->start[k][a] - c->centre[a];
            b->sum[k][a] += w;
            b->sum[k][3] += w * w;
        }
}

static void sweep(struct gg_cage *c)
{
    const struct gg_tethered *t = &c->particles;
    int64_t n_accepted = 0;
    move_all(c);
    for (int64_t cell = 0; cell < t->colour[t->n_colour]; cell++) {
        const struct gg_cage_cell *r = &c->cell[cell];
        n_accepted += r->n_accepted;
        c->energy += r->change;
        for (int a = 0; a < 3; a++)
            c->centre[a] += r->moved[a] / (double)t->n;
    }
    c->n_sweep++;
    if (c->n_block == 0) {
        tune(c, n_accepted);
        return;
    }
    c->n_accepted += n_accepted;
    c->n_tried += t->n;
    add_to_block(c, &c->block[1]);
}

void gg_cage_sweeps(struct gg_cage *c, int64_t n)
{
    for (int64_t s = 0; s < n && c->particles.n > 0; s++)
        sweep(c);
}

void gg_cage_begin_block(struct gg_cage *c)
{
    struct gg_cage_block *all = &c->block[0], *last = &c->block[1];
    for (int64_t k = 0; k < c->particles.n; k++)
        for (int a = 0; a < 4; a++)
            all->sum[k][a] += last->sum[k][a];
    memset(last->sum, 0, (size_t)c->particles.n * sizeof *last->sum);
    all->n_sweep += last->n_sweep;
    all->energy += last->energy;
    last->n_sweep = 0;
    last->energy = 0;
    c->n_block++;
}

void gg_cage_average(const struct gg_cage *c, double (*displacement)[3], double *size)
{
    double n = (double)(c->block[0].n_sweep + c->block[1].n_sweep);
    for (int64_t k = 0; k < c->particles.n; k++) {
        int32_t i = c->particles.order[k];
        double mean[4];
        for (int a = 0; a < 4; a++)
            mean[a] = (c->block[0].sum[k][a] + c->block[1].sum[k][a]) / n;
        if (displacement)
            memcpy(displacement[i], mean, sizeof displacement[i]);
        if (size)
            size[i] = sqrt(fmax(0, mean[3] - mean[0] * mean[0] - mean[1] * mean[1] - mean[2] * mean[2]));
    }
}

double gg_cage_difference(const struct gg_cage *c)
{
    const struct gg_cage_block *all = &c->block[0], *last = &c->block[1];
    double sum = 0;
    for (int64_t k = 0; k < c->particles.n; k++)
        for (int a = 0; a < 3; a++) {
            double d = all->sum[k][a] / (double)all->n_sweep - last->sum[k][a] / (double)last->n_sweep;
            sum += d * d;
        }
    return c->particles.n > 0 ? sqrt(sum / (double)c->particles.n) : 0;
}

double gg_cage_acceptance(const struct gg_cage *c)
{
    return c->n_tried > 0 ? (double)c->n_accepted / (double)c->n_tried : 0;
}
