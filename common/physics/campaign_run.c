/* campaign_run.c -- from one start to labelled configurations, slice by slice */
#include "physics/campaign.h"
#include "physics/campaign_frame.h"
#include "physics/mixture.h"
#include "stream/crc32c.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SLICE = 200, /* steps between two looks; where slices end decides the rounding: part of the result */
    WEIGHT = 4,  /* steps of the chain that one of GG_MD_RUNS runs costs */
    CHAIN = 0x40000000 /* runs from here on name the random numbers of chains */
};
static const double HOT = 2;      /* eps: forgets the lattice */
static const double EXPLODES = 5; /* times the temperature */
static const double HEATS = 0.05; /* of the temperature: change of the conserved energy a particle */

static int64_t steps_of(const struct gg_campaign_rule *r, double time)
{
    return llround(time / r->dt);
}

/* ---- the plan ---- */

int64_t gg_campaign_phase_steps(const struct gg_campaign_rule *r, int64_t configuration, int64_t phase)
{
    switch (phase) {
    case GG_CAMPAIGN_MELT:
        return r->melt && configuration == 0 ? steps_of(r, GG_CAMPAIGN_MELTING) : 0;
    case GG_CAMPAIGN_WAIT:
        return steps_of(r, configuration == 0 ? r->wait : r->apart);
    case GG_CAMPAIGN_RUNS:
        return r->n_run > 0 ? steps_of(r, r->times.v[r->times.n - 1]) : 0;
    default:
        return 0;
    }
}

static int64_t groups_of(const struct gg_campaign_rule *r)
{
    return r->n_run > 0 ? (r->n_run + GG_MD_RUNS - 1) / GG_MD_RUNS : 0;
}

int64_t gg_campaign_steps(const struct gg_campaign_rule *r, int64_t *done, const struct gg_campaign *c)
{
    int64_t total = 0;
    *done = 0;
    for (int64_t k = 0; k < r->n_configuration; k++)
        for (int64_t p = GG_CAMPAIGN_MELT; p < GG_CAMPAIGN_READY; p++) {
            int64_t weight = p == GG_CAMPAIGN_RUNS ? WEIGHT * groups_of(r) : 1;
            total += weight * gg_campaign_phase_steps(r, k, p);
            if (c && (k < c->configuration || (k == c->configuration && p < c->phase)))
                *done += weight * gg_campaign_phase_steps(r, k, p);
            else if (c && k == c->configuration && p == c->phase)
                *done += weight * c->step;
        }
    return total;
}

/* ---- start ---- */

static void name_of(const struct gg_campaign *c, char id[GG_ID])
{
    if (gg_campaign_moves(&c->rule) && !(c->rule.name && c->rule.n_configuration == 1))
        snprintf(id, GG_ID, "%.70s/%lld", c->name, (long long)c->configuration + 1);
    else
        snprintf(id, GG_ID, "%s", c->name);
}

static struct gg_md_rule chain_rule(const struct gg_campaign *c)
{
    const struct gg_campaign_rule *r = &c->rule;
    return (struct gg_md_rule){.dt = r->dt,
                               .temperature = r->melt ? fmax(HOT, c->temperature) : c->temperature,
                               .ensemble = GG_CANONICAL,
                               .relaxation = r->relaxation,
                               .seed = (uint64_t)r->seed,
                               .name = gg_crc32c(0, c->name, strlen(c->name))};
}

static int begin_chain(struct gg_campaign *c, const double (*pos)[3], struct gg_err *err)
{
    struct gg_md_rule rule = chain_rule(c);
    if (gg_md_init(&c->chain, &rule, &c->potential, &c->cell, c->n, pos, c->type, 1, CHAIN, err) < 0)
        return -1;
    gg_md_draw(&c->chain);
    c->from = gg_xalloc((size_t)c->n, sizeof *c->from);
    c->at_half = gg_xalloc((size_t)c->n, sizeof *c->at_half);
    if (c->rule.n_run > 0)
        c->end = gg_xalloc((size_t)(c->n * c->rule.n_run * c->rule.times.n), sizeof *c->end);
    c->n_group = (int)groups_of(&c->rule);
    c->group = gg_xalloc((size_t)c->n_group + 1, sizeof *c->group);
    return 0;
}

/* Runs from where the chain is; positions go over to the last bit. */
static int begin_runs(struct gg_campaign *c, struct gg_err *err)
{
    const struct gg_campaign_rule *r = &c->rule;
    char id[GG_ID];
    name_of(c, id);
    struct gg_md_rule rule = c->chain.rule;
    rule.ensemble = (enum gg_ensemble)r->ensemble;
    rule.temperature = c->temperature;
    rule.name = gg_crc32c(0, id, strlen(id));
    gg_md_positions(&c->chain, 0, c->from);
    for (int g = 0; g < c->n_group; g++) {
        int64_t left = r->n_run - (int64_t)g * GG_MD_RUNS;
        if (gg_md_init(&c->group[g], &rule, &c->potential, &c->cell, c->n, (const double(*)[3])c->from,
                       c->type, left < GG_MD_RUNS ? (int)left : GG_MD_RUNS,
                       c->old_runs + (int64_t)g * GG_MD_RUNS, err) < 0)
            return -1;
        gg_md_draw(&c->group[g]);
    }
    return 0;
}

int gg_campaign_enter(struct gg_campaign *c, int64_t phase, struct gg_err *err)
{
    c->phase = phase;
    c->step = 0;
    if (phase == GG_CAMPAIGN_RUNS && c->rule.n_run > 0)
        return begin_runs(c, err);
    if (phase == GG_CAMPAIGN_WAIT) {
        if (c->rule.melt && c->configuration == 0) {
            c->chain.rule.temperature = c->temperature;
            c->chain.first_run = CHAIN + 1;
            gg_md_draw(&c->chain);
        }
        gg_md_positions(&c->chain, 0, c->from);
        memcpy(c->at_half, c->from, (size_t)c->n * sizeof *c->from);
        c->fs[0] = c->fs[1] = 1;
    }
    return 0;
}

static int read_start(struct gg_campaign *c, const struct gg_frame *f, const struct gg_meta *meta,
                      struct gg_err *err)
{
    const struct gg_field *type = gg_frame_need(f, "type", err);
    double own = gg_frame_number(f, "temperature"), waited = gg_frame_number(f, "md_wait");
    if (!type || gg_cell_init(&c->cell, f->dim, f->pbc, f->cell, err) < 0)
        return -1;
    c->type = type->data;
    c->waited = isnan(waited) ? 0 : waited;
    c->temperature = c->rule.temperature > 0 || isnan(own) ? c->rule.temperature : own;
    if (!(c->temperature > 0 && c->temperature <= 1e6))
        return gg_fail(err, GG_INPUT,
                       !isnan(own) ? "field 'temperature': %g, wanted more than 0: give --temperature"
                                   : "no field 'temperature': give --temperature",
                       c->temperature);
    return gg_mixture_check(gg_meta_get(meta, "system"), f->dim, c->n, c->type, err);
}

int gg_campaign_begin(struct gg_campaign *c, const struct gg_campaign_rule *rule, const struct gg_frame *f,
                      const struct gg_meta *meta, struct gg_arena *a, struct gg_err *err)
{
    *c = (struct gg_campaign){.rule = *rule, .start = *f, .n = (int64_t)f->n_node};
    snprintf(c->name, sizeof c->name, "%s", rule->name ? rule->name : f->id);
    c->potential = gg_potential_of(gg_campaign_potential(rule, f->dim), f->dim);
    const double *pos = gg_frame_need_double(f, "pos", a, err);
    if (!pos || read_start(c, f, meta, err) < 0 ||
        (rule->add_runs && gg_campaign_old_runs(c, meta, &c->old_runs, err) < 0))
        return -1;
    if (begin_chain(c, (const double(*)[3])pos, err) < 0 || gg_campaign_enter(c, GG_CAMPAIGN_MELT, err) < 0) {
        gg_campaign_free(c);
        return -1;
    }
    return 0;
}

void gg_campaign_free(struct gg_campaign *c)
{
    gg_md_free(&c->chain);
    for (int g = 0; g < c->n_group; g++)
        gg_md_free(&c->group[g]);
    free(c->group);
    free(c->from);
    free(c->at_half);
    free(c->end);
    *c = (struct gg_campaign){0};
}

/* ---- a slice ---- */

/* The step at which something is looked at: the end of the phase, the middle of waiting, a time of the targets. */
static int64_t next_event(const struct gg_campaign *c)
{
    int64_t end = gg_campaign_phase_steps(&c->rule, c->configuration, c->phase);
    if (c->phase == GG_CAMPAIGN_WAIT && c->step < end / 2)
        return end / 2;
    for (int t = 0; c->phase == GG_CAMPAIGN_RUNS && t < c->rule.times.n; t++)
        if (steps_of(&c->rule, c->rule.times.v[t]) > c->step)
            return steps_of(&c->rule, c->rule.times.v[t]);
    return end;
}

static void advance(struct gg_campaign *c, int64_t n)
{
    if (c->phase != GG_CAMPAIGN_RUNS)
        gg_md_advance(&c->chain, n);
    else {
#pragma omp parallel for schedule(dynamic, 1)
        for (int g = 0; g < c->n_group; g++)
            gg_md_advance(&c->group[g], n);
    }
    c->step += n;
}

/* Temperature of each run, and the energy that velocity Verlet keeps. */
static int look_at(const struct gg_campaign *c, const struct gg_md *m, double *energy, struct gg_err *err)
{
    double kinetic[GG_MD_RUNS], potential[GG_MD_RUNS], want = m->rule.temperature;
    gg_md_energies(m, kinetic, potential);
    for (int k = 0; k < m->n_run; k++) {
        double t = 2 * kinetic[k] / gg_md_freedom(m);
        if (!(t <= EXPLODES * want) || !isfinite(potential[k]))
            return gg_fail(
                err, GG_NUMERICS,
                "step %lld: temperature %.4g, wanted %g: the energy explodes: take a smaller --dt (now %g)",
                (long long)c->step, t, want, m->rule.dt);
        *energy += (kinetic[k] + potential[k] - m->heat[k]) / (double)m->n;
    }
    return 0;
}

static int look(struct gg_campaign *c, struct gg_err *err)
{
    double energy = 0;
    int64_t n_run = 1;
    if (c->phase != GG_CAMPAIGN_RUNS) {
        if (look_at(c, &c->chain, &energy, err) < 0)
            return -1;
    } else {
        n_run = c->rule.n_run;
        for (int g = 0; g < c->n_group; g++)
            if (look_at(c, &c->group[g], &energy, err) < 0)
                return -1;
    }
    gg_md_drift_add(&c->drift, (double)c->step, energy / (double)n_run);
    double rise = energy / (double)n_run - c->drift.first;
    if (!(fabs(rise) <= HEATS * c->chain.rule.temperature))
        return gg_fail(err, GG_NUMERICS,
                       "step %lld: the conserved energy has changed by %.3g eps a particle since the first "
                       "steps: the time "
                       "step heats: take a smaller --dt (now %g)",
                       (long long)c->step, rise, c->rule.dt);
    return 0;
}

static void record_runs(struct gg_campaign *c)
{
    for (int t = 0; t < c->rule.times.n; t++)
        if (steps_of(&c->rule, c->rule.times.v[t]) == c->step)
            for (int64_t k = 0; k < c->rule.n_run; k++) {
                double(*end)[3] = c->end + ((int64_t)t * c->rule.n_run + k) * c->n;
                gg_md_positions(&c->group[k / GG_MD_RUNS], (int)(k % GG_MD_RUNS), end);
            }
}

static void record_half(struct gg_campaign *c, int64_t end)
{
    if (c->step == end / 2) {
        gg_md_positions(&c->chain, 0, c->at_half);
        c->fs[0] =
            gg_md_fs(c->n, c->type, c->cell.dim, (const double(*)[3])c->from, (const double(*)[3])c->at_half);
    } else if (c->step == end) {
        gg_md_positions(&c->chain, 0, c->from);
        c->fs[1] =
            gg_md_fs(c->n, c->type, c->cell.dim, (const double(*)[3])c->at_half, (const double(*)[3])c->from);
    }
}

static int leave(struct gg_campaign *c, struct gg_err *err)
{
    if (c->drift.n > 0)
        c->drift_slope = gg_md_drift_slope(&c->drift);
    c->drift = (struct gg_md_drift){0};
    if (c->phase == GG_CAMPAIGN_WAIT) {
        c->waited += (double)c->step * c->rule.dt;
        gg_md_positions(&c->chain, 0, c->from);
        if (gg_md_order(&c->cell, c->n, (const double(*)[3])c->from, &c->order, err) < 0)
            return -1;
    }
    return gg_campaign_enter(c, c->phase + 1, err);
}

int gg_campaign_slice(struct gg_campaign *c, struct gg_err *err)
{
    int64_t end = gg_campaign_phase_steps(&c->rule, c->configuration, c->phase),
            left = next_event(c) - c->step;
    if (c->phase == GG_CAMPAIGN_READY)
        return 1;
    if (left > 0) {
        advance(c, left < SLICE ? left : SLICE);
        if (look(c, err) < 0)
            return -1;
        if (c->phase == GG_CAMPAIGN_WAIT)
            record_half(c, end);
        else if (c->phase == GG_CAMPAIGN_RUNS)
            record_runs(c);
    }
    if (c->step < end)
        return 0;
    return leave(c, err) < 0 ? -1 : c->phase == GG_CAMPAIGN_READY;
}

/* ---- a configuration is ready ---- */

int gg_campaign_take(struct gg_campaign *c, struct gg_frame *out, struct gg_arena *a, struct gg_err *err)
{
    char id[GG_ID];
    name_of(c, id);
    if (gg_campaign_frame(c, id, out, a, err) < 0)
        return -1;
    for (int g = 0; g < c->n_group; g++)
        gg_md_free(&c->group[g]);
    c->configuration++;
    c->drift_slope = 0;
    if (c->configuration == c->rule.n_configuration)
        return 1;
    return gg_campaign_enter(c, GG_CAMPAIGN_MELT, err);
}
