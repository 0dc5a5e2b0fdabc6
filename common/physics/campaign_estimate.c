/* campaign_estimate.c -- what a campaign would take: a few steps here and now, and multiplication */
#include "physics/campaign.h"
#include "util/progress.h"
#include "util/threads.h"

enum { STEPS = 60 };

static double seconds_a_step(struct gg_md *m)
{
    gg_md_advance(m, STEPS / 3); /* warm caches, thermal motion */
    double began = gg_seconds();
    gg_md_advance(m, STEPS);
    return (gg_seconds() - began) / STEPS;
}

int gg_campaign_estimate(struct gg_campaign *c, double *seconds, double *bytes, struct gg_err *err)
{
    const struct gg_campaign_rule *r = &c->rule;
    const double n = (double)c->n, shares = (double)((c->n_group + gg_threads() - 1) / gg_threads());
    double chain_steps = 0, run_steps = 0;
    for (int64_t k = 0; k < r->n_configuration; k++) {
        chain_steps +=
            gg_campaign_phase_steps(r, k, GG_CAMPAIGN_MELT) + gg_campaign_phase_steps(r, k, GG_CAMPAIGN_WAIT);
        run_steps += gg_campaign_phase_steps(r, k, GG_CAMPAIGN_RUNS);
    }
    *seconds += chain_steps > 0 ? chain_steps * seconds_a_step(&c->chain) : 0;
    if (run_steps > 0) {
        if (gg_campaign_enter(c, GG_CAMPAIGN_RUNS, err) < 0)
            return -1;
        *seconds += run_steps * shares * seconds_a_step(&c->group[0]);
    }
    /* pos, type; propensity, displacement and their variances; pos_replicas */
    double one = n * 28 + (r->n_run > 0 ? n * r->times.n * 24 : 0);
    if (r->keep_replicas)
        one += n * r->times.n * (double)r->n_run * 24;
    *bytes += (double)r->n_configuration * one;
    return 0;
}
