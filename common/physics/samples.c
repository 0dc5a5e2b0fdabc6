/* samples.c -- other places where the particles of a configuration might as well have been: short Monte Carlo inside the cages
 *
 * Sample k > 0 is run k - 1 of cage.c after so many sweeps: at the temperature of the liquid, with nobody farther from its start
 * than the radius of the cage.  As a control, normal noise on each coordinate. */
#include "physics/samples.h"
#include "util/rng.h"

#include <math.h>
#include <string.h>

void gg_samples_begin(struct gg_samples *s, const struct gg_samples_rule *rule, const struct gg_system *of)
{
    *s = (struct gg_samples){.rule = *rule, .of = of, .batch = -1};
}

void gg_samples_end(struct gg_samples *s)
{
    if (s->batch >= 0)
        gg_cage_free(&s->cage);
    s->batch = -1;
}

/* The numbers of particle i are a function of the seed, the name, k and i. */
static void add_noise(const struct gg_samples *s, int64_t k, double (*pos)[3])
{
    double centre[3] = {0};
    for (int64_t i = 0; i < s->of->n; i++) {
        struct gg_rng r = gg_rng_at(s->rule.cage.seed, s->rule.cage.name, (uint32_t)k, (uint32_t)i);
        for (int a = 0; a < s->of->cell.dim; a++) {
            double u = s->rule.noise * gg_rng_normal(&r);
            pos[i][a] = s->of->pos[i][a] + u;
            centre[a] += u / (double)s->of->n;
        }
    }
    for (int64_t i = 0; i < s->of->n; i++)
        for (int a = 0; a < s->of->cell.dim; a++)
            pos[i][a] -= centre[a];
}

static int run_batch(struct gg_samples *s, int64_t batch, struct gg_err *err)
{
    struct gg_cage_rule rule = s->rule.cage;
    if (s->batch == batch)
        return 0;
    gg_samples_end(s);
    rule.first_run = (uint32_t)(batch * GG_TETHERED_RUNS);
    const struct gg_system *x = s->of;
    if (gg_cage_init(&s->cage, &rule, &x->potential, &x->cell, x->n, x->pos, x->type, err) < 0)
        return -1;
    s->batch = batch;
    gg_cage_sweeps(&s->cage, s->rule.sweeps);
    return 0;
}

int gg_sample_positions(struct gg_samples *s, int64_t k, double (*pos)[3], struct gg_err *err)
{
    memcpy(pos, s->of->pos, (size_t)s->of->n * sizeof *pos);
    if (k == 0)
        return 0;
    if (s->rule.noise > 0) {
        add_noise(s, k, pos);
        return 0;
    }
    if (run_batch(s, (k - 1) / GG_TETHERED_RUNS, err) < 0)
        return -1;
    gg_tethered_positions(&s->cage.particles, (int)((k - 1) % GG_TETHERED_RUNS), pos);
    return 0;
}

struct gg_samples_way gg_samples_way(const struct gg_system *s, const double (*from)[3],
                                     const double (*to)[3])
{
    double sum = 0;
    int64_t n_a = 0, beyond = 0;
    for (int64_t i = 0; i < s->n; i++) {
        double r2 = 0;
        for (int a = 0; a < 3; a++)
            r2 += (to[i][a] - from[i][a]) * (to[i][a] - from[i][a]);
        n_a += s->type[i] == 0;
        sum += s->type[i] == 0 ? r2 : 0;
        beyond += s->type[i] == 0 && r2 > GG_JUMP * GG_JUMP;
    }
    return (struct gg_samples_way){sqrt(sum / (double)n_a), (double)beyond / (double)n_a};
}
