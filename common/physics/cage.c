/* cage.c -- cage states by Monte Carlo (R. M. Alkemade, F. Smallenburg, L. Filion, J. Chem. Phys. 158, 134512, 2023)
 * Single-particle Metropolis moves at the temperature of the liquid; a move that would take a particle farther than the
 * radius of the cage from its start is rejected.  Averages count every particle once a sweep, moved or not.
 *
 * Particles are moved one after the other in a fixed order (sequential updating): each single step keeps the Boltzmann
 * distribution in detailed balance, so the sweep keeps it, too.  Cells of one colour are moved at the same time, which
 * equals any order of them since their particles never interact (tethered.c).  Many runs of one start go side by side, a lane
 * each: they share the list of pairs, and how they differ says how far the average can be trusted. */
#include "physics/cage.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum {
    RUNS = GG_TETHERED_RUNS,
    SMALL = 100 /* for fewer particles, waking threads costs more than it saves */
};

static const double ACCEPTANCE = 0.4; /* what the step is tuned to */
static const double GAIN = 0.1;       /* of log(step) in a sweep, for a difference of 1 in acceptance */
static const double FIRST_STEP = 0.1; /* sigma */

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
    *c = (struct gg_cage){.rule = *rule, .level = gg_md_best(), .step = fmin(FIRST_STEP, rule->radius)};
    double *energy = gg_arena_alloc(&c->arena, (size_t)n * sizeof *energy), sum = 0;
    if (gg_energies(p, cell, n, pos, type, energy, NULL, err) < 0 ||
        gg_tethered_init(&c->particles, p, cell, n, pos, type, rule->radius, err) < 0) {
        gg_cage_free(c);
        return -1;
    }
    for (int64_t i = 0; i < n; i++)
        sum += energy[i];
    for (int r = 0; r < RUNS; r++)
        c->energy[r] = sum;
    for (int b = 0; b < 2; b++)
        c->block[b].sum = gg_arena_calloc(&c->arena, (size_t)n, sizeof *c->block[b].sum);
    c->cell =
        GG_NEW(&c->arena, struct gg_tethered_report, (size_t)c->particles.colour[c->particles.n_colour]);
    return 0;
}

void gg_cage_free(struct gg_cage *c)
{
    gg_tethered_free(&c->particles);
    gg_arena_free(&c->arena);
}

static void move_all(struct gg_cage *c)
{
    const struct gg_tethered *t = &c->particles;
    const struct gg_tethered_moves moves = {c->step,      c->rule.temperature,  c->rule.seed,
                                            c->rule.name, (uint32_t)c->n_sweep, c->rule.first_run};
    for (int64_t colour = 0; colour < t->n_colour; colour++) {
#pragma omp parallel for schedule(static) if (t->n >= SMALL)
        for (int64_t cell = t->colour[colour]; cell < t->colour[colour + 1]; cell++)
            c->level->tethered_moves(t, &moves, t->cell[cell], t->cell[cell + 1], &c->cell[cell]);
    }
}

/* Towards the wanted acceptance; a free particle needs no step beyond the size of its cage. */
static void tune(struct gg_cage *c, int64_t n_accepted)
{
    double acceptance = (double)n_accepted / (double)(RUNS * c->particles.n);
    c->step = fmin(c->step * exp(GAIN * (acceptance - ACCEPTANCE)), 2 * c->rule.radius);
}

static void add_to_block(struct gg_cage *c, struct gg_cage_block *b)
{
    b->n_sweep++;
    for (int r = 0; r < RUNS; r++)
        b->energy += c->energy[r];
    c->level->tethered_add(&c->particles, b->sum);
}

static void sweep(struct gg_cage *c)
{
    const struct gg_tethered *t = &c->particles;
    int64_t n_accepted = 0;
    move_all(c);
    for (int64_t cell = 0; cell < t->colour[t->n_colour]; cell++) {
        n_accepted += c->cell[cell].n_accepted;
        for (int r = 0; r < RUNS; r++)
            c->energy[r] += c->cell[cell].change[r];
    }
    c->n_sweep++;
    if (c->n_block == 0) {
        tune(c, n_accepted);
        return;
    }
    c->n_accepted += n_accepted;
    c->n_tried += RUNS * t->n;
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
    double *to = (double *)all->sum, *from = (double *)last->sum;
    for (int64_t k = 0; k < 4 * RUNS * c->particles.n; k++)
        to[k] += from[k];
    memset(last->sum, 0, (size_t)c->particles.n * sizeof *last->sum);
    all->n_sweep += last->n_sweep;
    all->energy += last->energy;
    last->n_sweep = 0;
    last->energy = 0;
    c->n_block++;
}

/* Of column a of slot k, over the sweeps of a block and over all runs; 0 of none. */
static double mean_of(const struct gg_cage_block *b, int64_t k, int a)
{
    double sum = 0;
    for (int r = 0; r < RUNS; r++)
        sum += b->sum[k][a][r];
    return sum / (double)(RUNS * b->n_sweep);
}

void gg_cage_average(const struct gg_cage *c, double (*displacement)[3], double *size)
{
    const struct gg_cage_block *all = &c->block[0], *last = &c->block[1];
    double n = (double)(all->n_sweep + last->n_sweep) * RUNS;
    for (int64_t k = 0; k < c->particles.n; k++) {
        int32_t i = c->particles.order[k];
        double mean[4] = {0};
        for (int a = 0; a < 4; a++)
            for (int r = 0; r < RUNS; r++)
                mean[a] += (all->sum[k][a][r] + last->sum[k][a][r]) / n;
        if (displacement)
            memcpy(displacement[i], mean, sizeof displacement[i]);
        if (size)
            size[i] = sqrt(fmax(0, mean[3] - mean[0] * mean[0] - mean[1] * mean[1] - mean[2] * mean[2]));
    }
}

double gg_cage_difference(const struct gg_cage *c)
{
    double sum = 0;
    for (int64_t k = 0; k < c->particles.n; k++)
        for (int a = 0; a < 3; a++) {
            double d = mean_of(&c->block[0], k, a) - mean_of(&c->block[1], k, a);
            sum += d * d;
        }
    return c->particles.n > 0 ? sqrt(sum / (double)c->particles.n) : 0;
}

/* With m_r the means of R runs: the variance of their mean is sum_r (m_r - m)^2 / R / (R - 1). */
double gg_cage_error(const struct gg_cage *c)
{
    const struct gg_cage_block *all = &c->block[0], *last = &c->block[1];
    double n = (double)(all->n_sweep + last->n_sweep), sum = 0;
    for (int64_t k = 0; k < c->particles.n; k++)
        for (int a = 0; a < 3; a++) {
            double mean = 0, m[RUNS];
            for (int r = 0; r < RUNS; r++)
                mean += (m[r] = (all->sum[k][a][r] + last->sum[k][a][r]) / n) / RUNS;
            for (int r = 0; r < RUNS; r++)
                sum += (m[r] - mean) * (m[r] - mean) / (RUNS * (RUNS - 1));
        }
    return c->particles.n > 0 ? sqrt(sum / (double)c->particles.n) : 0;
}

double gg_cage_acceptance(const struct gg_cage *c)
{
    return c->n_tried > 0 ? (double)c->n_accepted / (double)c->n_tried : 0;
}
