/* campaign_frame.c -- a configuration and what its runs say, as a frame
 *
 * Targets of n1 old and n2 new runs become those of n = n1 + n2 (T. Chan, G. Golub, R. LeVeque, 1979):
 *     m = (n1 m1 + n2 m2) / n      s^2 = [(n1 - 1) s1^2 + (n2 - 1) s2^2 + (n1 n2 / n) |m1 - m2|^2] / (n - 1). */
#include "physics/campaign_frame.h"
#include "physics/targets.h"
#include "util/number.h"
#include "util/same.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- earlier runs ---- */

static int check_times(const struct gg_campaign *c, struct gg_err *err)
{
    const struct gg_field *time = gg_frame_need(&c->start, "time", err);
    if (!time)
        return -1;
    if ((int)time->shape[0] != c->rule.times.n)
        return gg_fail(err, GG_INPUT, "field 'time': %llu times, --times has %d",
                       (unsigned long long)time->shape[0], c->rule.times.n);
    for (int t = 0; t < c->rule.times.n; t++)
        if (!gg_same(gg_field_get(time, (uint64_t)t), c->rule.times.v[t]))
            return gg_fail(err, GG_INPUT, "field 'time': %g, --times says %g",
                           gg_field_get(time, (uint64_t)t), c->rule.times.v[t]);
    return 0;
}

static int check_kind(const struct gg_campaign *c, const struct gg_meta *meta, struct gg_err *err)
{
    struct gg_meta mine = {0};
    int status = 0;
    gg_campaign_meta(&c->rule, c->cell.dim, &(struct gg_meta){0}, &mine);
    for (int k = 0; k < mine.n && status == 0; k++) {
        if (strcmp(mine.pair[k].key, "md") != 0 && strcmp(mine.pair[k].key, "md.thermostat") != 0)
            continue;
        const char *old = gg_meta_get(meta, mine.pair[k].key);
        if (!old || strcmp(old, mine.pair[k].value) != 0)
            status = gg_fail(err, GG_INPUT,
                             "META %s: the runs that are there are '%.200s', new ones would be '%s'",
                             mine.pair[k].key, old ? old : "of another program", mine.pair[k].value);
    }
    gg_meta_clear(&mine);
    return status;
}

int gg_campaign_old_runs(const struct gg_campaign *c, const struct gg_meta *meta, int64_t *n,
                         struct gg_err *err)
{
    static const char *const needed[] = {"propensity", "propensity_var", "displacement", "displacement_var"};
    static const char *const lost[] = {"overlap", "bond_breaking", "pos_replicas"};
    const char *replicas = gg_meta_get(meta, "replicas");
    if (!replicas || !gg_whole(replicas, n) || *n < 2 || *n > 1000000)
        return gg_fail(err, GG_INPUT, "META replicas: '%.40s', wanted the number of runs that are to go on",
                       replicas ? replicas : "missing");
    for (size_t k = 0; k < sizeof needed / sizeof *needed; k++)
        if (!gg_frame_find(&c->start, needed[k]))
            return gg_fail(
                err, GG_INPUT,
                "field '%s' is missing: these runs cannot be gone on with; without --continue there "
                "are new ones",
                needed[k]);
        else if (!gg_frame_need(&c->start, needed[k], err))
            return -1;
    for (size_t k = 0; k < sizeof lost / sizeof *lost; k++)
        if (gg_frame_find(&c->start, lost[k]))
            return gg_fail(err, GG_INPUT, "field '%s' would not have the new runs: gg-select --drop %s first",
                           lost[k], lost[k]);
    return check_kind(c, meta, err) < 0 || check_times(c, err) < 0 ? -1 : 0;
}

/* mean, var: of the new runs; old ones from `was`.  width: numbers of one mean. */
static void merge(struct gg_frame *f, const struct gg_frame *was, const char *mean_name, const char *var_name,
                  int width, double n1, double n2)
{
    struct gg_field *mean = gg_frame_find(f, mean_name), *var = gg_frame_find(f, var_name);
    const struct gg_field *old_mean = gg_frame_find(was, mean_name), *old_var = gg_frame_find(was, var_name);
    float *m = mean->data, *s2 = var->data;
    const double n = n1 + n2;
    for (uint64_t k = 0; k < gg_field_count(var); k++) {
        double apart = 0;
        for (int a = 0; a < width; a++) {
            uint64_t at = k * (uint64_t)width + (uint64_t)a;
            double m1 = gg_field_get(old_mean, at), m2 = m[at];
            apart += (m1 - m2) * (m1 - m2);
            m[at] = (float)((n1 * m1 + n2 * m2) / n);
        }
        s2[k] =
            (float)(((n1 - 1) * gg_field_get(old_var, k) + (n2 - 1) * s2[k] + n1 * n2 / n * apart) / (n - 1));
    }
}

/* ---- the frame ---- */

static bool unmoved(const struct gg_campaign *c)
{
    return !c->rule.melt && c->rule.wait == 0 && c->configuration == 0;
}

static void set_number(struct gg_frame *f, struct gg_arena *a, const char *name, double value)
{
    *(double *)gg_frame_add(f, a, name, NULL)->data = value;
}

/* The start with all its fields; or, where particles have moved, only what is still true. */
static void set_structure(const struct gg_campaign *c, const char *id, struct gg_frame *f, struct gg_arena *a)
{
    const struct gg_frame *s = &c->start;
    if (unmoved(c)) {
        gg_frame_copy(f, s, a);
    } else {
        gg_frame_clear(f);
        f->n_node = s->n_node;
        f->dim = s->dim;
        f->pbc = s->pbc;
        memcpy(f->cell, s->cell, sizeof f->cell);
        memcpy(gg_frame_add(f, a, "type", NULL)->data, c->type, (size_t)c->n * sizeof *c->type);
        double(*pos)[3] = gg_frame_add(f, a, "pos", NULL)->data;
        for (int64_t i = 0; i < c->n; i++) {
            int64_t shift[3];
            memcpy(pos[i], c->from[i], sizeof pos[i]);
            gg_cell_wrap(&c->cell, pos[i], shift);
        }
        set_number(f, a, "md_wait", c->waited);
        set_number(f, a, "md_fs_first", c->fs[0]);
        set_number(f, a, "md_fs_second", c->fs[1]);
    }
    snprintf(f->id, sizeof f->id, "%s", id);
    set_number(f, a, "temperature", c->temperature);
    set_number(f, a, "md_drift", 1e6 * c->drift_slope);
}

/* pos_replicas: the way of each run, added to the position that the frame has. */
static int set_replicas(const struct gg_campaign *c, struct gg_frame *f, struct gg_arena *a,
                        struct gg_err *err)
{
    const struct gg_campaign_rule *r = &c->rule;
    const uint64_t shape[4] = {(uint64_t)r->times.n, (uint64_t)r->n_run, f->n_node, 3};
    const int axis[4] = {GG_TIME, GG_REPLICA, GG_NODE, GG_FREE};
    const double(*pos)[3] = (const double(*)[3])gg_frame_need_double(f, "pos", a, err);
    struct gg_field *x = pos ? gg_frame_add_as(f, a, "pos_replicas", GG_F64, 4, shape, axis, GG_STRUCTURE,
                                               "1x1o", "sigma", err)
                             : NULL;
    if (!x)
        return -1;
    double(*to)[3] = x->data;
    for (int64_t k = 0; k < r->times.n * r->n_run; k++)
        for (int64_t i = 0; i < c->n; i++)
            for (int b = 0; b < 3; b++)
                to[k * c->n + i][b] = pos[i][b] + (c->end[k * c->n + i][b] - c->from[i][b]);
    return 0;
}

static int set_targets(const struct gg_campaign *c, struct gg_frame *f, struct gg_arena *a,
                       struct gg_err *err)
{
    static const char *const old[] = {"propensity", "propensity_var", "displacement", "displacement_var"};
    struct gg_targets t = {.want = {[GG_PROPENSITY] = true,
                                    [GG_PROPENSITY_VAR] = true,
                                    [GG_DISPLACEMENT] = true,
                                    [GG_DISPLACEMENT_VAR] = true}};
    uint64_t n_time = (uint64_t)c->rule.times.n;
    for (size_t k = 0; k < sizeof old / sizeof *old; k++)
        gg_frame_remove(f, old[k]);
    memcpy(gg_frame_add(f, a, "time", &n_time)->data, c->rule.times.v, n_time * sizeof *c->rule.times.v);
    if (set_replicas(c, f, a, err) < 0 || gg_targets_add(&t, f, a, err) < 0)
        return -1;
    if (!c->rule.keep_replicas)
        gg_frame_remove(f, "pos_replicas");
    if (c->old_runs > 0) {
        merge(f, &c->start, "propensity", "propensity_var", 1, (double)c->old_runs, (double)c->rule.n_run);
        merge(f, &c->start, "displacement", "displacement_var", 3, (double)c->old_runs,
              (double)c->rule.n_run);
    }
    return 0;
}

int gg_campaign_frame(const struct gg_campaign *c, const char *id, struct gg_frame *out, struct gg_arena *a,
                      struct gg_err *err)
{
    set_structure(c, id, out, a);
    return c->rule.n_run > 0 ? set_targets(c, out, a, err) : 0;
}
