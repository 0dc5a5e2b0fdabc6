/* campaign_start.c -- what is asked of a campaign: options against each other, a start from nothing, META */
#include "physics/campaign_frame.h"
#include "physics/mixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- options ---- */

static int check_time(const struct gg_campaign_rule *r, const char *what, double time, struct gg_err *err)
{
    double steps = time / r->dt;
    if (fabs(steps - round(steps)) <= 1e-6 * fmax(1, steps))
        return 0;
    return gg_fail(err, GG_USAGE, "%s %.10g is no multiple of --dt %g: wanted %.10g or %.10g", what, time,
                   r->dt, floor(steps) * r->dt, ceil(steps) * r->dt);
}

static int check_times(const struct gg_campaign_rule *r, struct gg_err *err)
{
    for (int t = 0; t < r->times.n; t++) {
        if (check_time(r, "--times", r->times.v[t], err) < 0)
            return -1;
        if (t > 0 && !(r->times.v[t] > r->times.v[t - 1]))
            return gg_fail(err, GG_USAGE, "--times: %g behind %g: wanted increasing times", r->times.v[t],
                           r->times.v[t - 1]);
    }
    return check_time(r, "--wait", r->wait, err) < 0 || check_time(r, "--apart", r->apart, err) < 0 ? -1 : 0;
}

int gg_campaign_check(const struct gg_campaign_rule *r, struct gg_err *err)
{
    if ((r->n_run > 0) != (r->times.n > 0))
        return gg_fail(err, GG_USAGE,
                       r->n_run > 0 ? "--runs without --times: wanted the times of the targets"
                                    : "--times without --runs: wanted the number of runs");
    if (r->keep_replicas && r->n_run < 1)
        return gg_fail(err, GG_USAGE, "--keep-replicas without --runs: there are none to keep");
    if (r->n_configuration > 1 && !(r->apart > 0))
        return gg_fail(err, GG_USAGE, "--configurations %lld without --apart: they would be the same",
                       (long long)r->n_configuration);
    if (r->melt && !(r->wait > 0))
        return gg_fail(err, GG_USAGE,
                       "--start without --wait: a melt that was just cooled is in no equilibrium");
    if (r->melt && !(r->temperature > 0))
        return gg_fail(err, GG_USAGE, "--start without --temperature");
    if (r->add_runs && (r->n_run < 1 || r->keep_replicas || gg_campaign_moves(r)))
        return gg_fail(err, GG_USAGE,
                       "--continue adds --runs to the configurations that are there: no --start, --wait, "
                       "--configurations or --keep-replicas beside it");
    return check_times(r, err);
}

bool gg_campaign_moves(const struct gg_campaign_rule *r)
{
    return r->melt || r->wait > 0 || r->n_configuration > 1;
}

enum gg_potential_kind gg_campaign_potential(const struct gg_campaign_rule *r, int dim)
{
    if (r->potential > 0)
        return (enum gg_potential_kind)(r->potential - 1);
    return dim == 2 ? GG_POTENTIAL_POLY : GG_POTENTIAL_FSHIFT;
}

/* ---- a start from nothing ---- */

int gg_campaign_lattice(const struct gg_campaign_rule *rule, const char *mixture, int64_t n, double density,
                        struct gg_frame *f, struct gg_meta *meta, struct gg_arena *a, struct gg_err *err)
{
    const struct gg_mixture *m = gg_mixture_find(mixture, err);
    double h[3][3], (*pos)[3];
    int32_t *type;
    if (!m)
        return -1;
    struct gg_potential p = gg_potential_of(gg_campaign_potential(rule, m->dim), m->dim);
    if (gg_mixture_make(m, &p, n, density > 0 ? density : m->density, (uint64_t)rule->seed, a, h, &pos, &type,
                        err) < 0)
        return gg_err_prefix(err, "%s: ", mixture);
    gg_frame_clear(f);
    f->n_node = (uint64_t)n;
    f->dim = m->dim;
    f->pbc = m->dim == 3 ? 7 : 3;
    memcpy(f->cell, h, sizeof f->cell);
    snprintf(f->id, sizeof f->id, "%s/T%g/s%lld", m->name, rule->temperature, (long long)rule->seed);
    memcpy(gg_frame_add(f, a, "pos", NULL)->data, pos, (size_t)n * sizeof *pos);
    memcpy(gg_frame_add(f, a, "type", NULL)->data, type, (size_t)n * sizeof *type);
    gg_meta_set(meta, "system", m->name);
    return 0;
}

/* ---- META ---- */

void gg_campaign_meta(const struct gg_campaign_rule *r, int dim, const struct gg_meta *starts,
                      struct gg_meta *meta)
{
    static const char *const ensemble[] = {"nve", "canonical"}, *const kind[] = {GG_POTENTIAL_NAMES};
    const char *system = gg_meta_get(starts, "system"), *potential = kind[gg_campaign_potential(r, dim)];
    long long old =
        r->add_runs && gg_meta_get(starts, "replicas") ? atoll(gg_meta_get(starts, "replicas")) : 0;
    if (!gg_campaign_moves(r))
        gg_meta_merge(meta, starts);
    else if (system)
        gg_meta_set(meta, "system", system);
    if (gg_campaign_moves(r))
        gg_meta_printf(meta, "md.equilibration",
                       "canonical dt=%g potential=%s relaxation=%g melt=%g wait=%g apart=%g", r->dt,
                       potential, r->relaxation, r->melt ? GG_CAMPAIGN_MELTING : 0, r->wait, r->apart);
    if (r->n_run < 1)
        return;
    gg_meta_printf(meta, "md", "%s dt=%g potential=%s", ensemble[r->ensemble], r->dt, potential);
    if (r->ensemble == GG_CANONICAL)
        gg_meta_printf(meta, "md.thermostat", "stochastic rescaling, relaxation=%g", r->relaxation);
    gg_meta_printf(meta, "replicas", "%lld", (long long)r->n_run + old);
}
