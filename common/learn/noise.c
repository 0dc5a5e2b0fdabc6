/* noise.c -- how well the targets of each frame are known */
#include "learn/noise.h"
#include "model/loss.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gg_noise_member(struct gg_noise *x, const struct gg_meta *meta)
{
    x->replicas = 0;
    for (int k = 0; k < meta->n; k++)
        if (!strcmp(meta->pair[k].key, "replicas"))
            x->replicas = x->replicas > 0 ? NAN : strtod(meta->pair[k].value, NULL);
}

/* The variances beside a head's target: rows and times as the target has them, or none. */
static bool find_variance(struct gg_truth *v, const struct gg_target *t, const struct gg_truth *y,
                          const struct gg_frame *f, struct gg_arena *a)
{
    char name[GG_NAME + 8];
    struct gg_target variance = {0};
    struct gg_err ignored;
    snprintf(name, sizeof name, "%s_var", t->name);
    const struct gg_field *x = strlen(name) < GG_NAME ? gg_frame_find(f, name) : NULL;
    if (!y->value || !x || gg_target_see(&variance, f, x, &ignored))
        return false;
    memcpy(variance.name, name, strlen(name) + 1);
    return gg_truth_read(v, &variance, f, a, &ignored) == 0 && v->value && v->dim == 1 &&
           v->n_row == y->n_row && v->n_time == y->n_time;
}

/* Where a head's numbers begin; for head n_head their number. */
static size_t offset_of(const struct gg_sample *s, int head)
{
    size_t n = 0;
    for (int h = 0; h < head; h++)
        n += (size_t)GG_MAX_SPECIES * (size_t)s->target[h].n_time;
    return n;
}

static void add_rows(double *sum, double replicas, const struct gg_target *t, const struct gg_sample *s,
                     const struct gg_truth *y, const struct gg_truth *v)
{
    for (int64_t i = 0; i < y->n_row; i++)
        for (int time = 0; time < y->n_time; time++)
            if (!isnan(y->value[(i * y->n_time + time) * y->dim]))
                sum[t->kind->group(s, i) * y->n_time + time] +=
                    (double)v->value[i * y->n_time + time] / replicas;
}

void gg_noise_add(struct gg_noise *x, const struct gg_model *m, const struct gg_frame *f,
                  const struct gg_sample *s, struct gg_arena *a)
{
    if (x->n == x->room) {
        x->room = x->room ? 2 * x->room : 64;
        x->sum = gg_xrealloc(x->sum, (size_t)x->room * sizeof *x->sum);
    }
    double *sum = x->sum[x->n++] =
        x->replicas >= 2 ? gg_xalloc(offset_of(s, m->n_head) + 1, sizeof *sum) : NULL;
    for (int h = 0; sum && h < m->n_head; h++) {
        const struct gg_target *t = &m->head[h].target;
        struct gg_truth v;
        if (find_variance(&v, t, &s->target[h], f, a))
            add_rows(sum + offset_of(s, h), x->replicas, t, s, &s->target[h], &v);
        else
            for (size_t k = offset_of(s, h); k < offset_of(s, h + 1); k++)
                sum[k] = NAN;
    }
}

/* The variance of the mean of K runs, of each component: s^2 is summed over them. */
static float of_mean(const struct gg_noise *x, const struct gg_target *t, float variance)
{
    return (float)((double)variance / (x->replicas * (2 * t->irreps.b[0].l + 1)));
}

static int rows_of(const struct gg_noise *x, const struct gg_target *t, const struct gg_truth *y,
                   const struct gg_truth *v, float *out, struct gg_err *err)
{
    for (int64_t k = 0; k < y->n_row * y->n_time; k++) {
        out[k] = of_mean(x, t, v->value[k]);
        if (!isnan(y->value[k * y->dim]) && !(out[k] >= 0 && isfinite(out[k])))
            return gg_fail(err, GG_INPUT,
                           "field '%s_var': %g in row %lld is no variance, and '%s' has a number there",
                           t->name, (double)v->value[k], (long long)(k / y->n_time), t->name);
        out[k] = isfinite(out[k]) ? out[k] : 0;
    }
    return 0;
}

int gg_noise_rows(const struct gg_noise *x, const struct gg_model *m, const struct gg_frame *f,
                  struct gg_sample *s, struct gg_arena *a, struct gg_err *err)
{
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_target *t = &m->head[h].target;
        const struct gg_truth *y = &s->target[h];
        struct gg_truth v;
        if (!y->value || !gg_loss_wants_noise(m, h))
            continue;
        if (!(x->replicas >= 2))
            return gg_fail(
                err, GG_INPUT,
                "the loss wants the noise of '%s', and META 'replicas' does not say of how many runs it "
                "is the mean (gg-targets does)",
                t->name);
        if (!find_variance(&v, t, y, f, a))
            return gg_fail(
                err, GG_INPUT,
                "the loss wants the noise of '%s', and there is no field '%s_var' with its rows and times "
                "(gg-targets --add %s_var)",
                t->name, t->name, t->name);
        float *out = GG_NEW(a, float, (size_t)(y->n_row * y->n_time) + 1);
        s->noise[h] = out;
        if (rows_of(x, t, y, &v, out, err))
            return -1;
    }
    return 0;
}

double gg_noise_at(const struct gg_noise *x, int frame, const struct gg_sample *s, int head, int group,
                   int time)
{
    const struct gg_truth *y = &s->target[head];
    return x->sum[frame] && y->value && y->at[time] >= 0
               ? x->sum[frame][offset_of(s, head) + (size_t)(group * y->n_time + y->at[time])]
               : NAN;
}

void gg_noise_free(struct gg_noise *x)
{
    for (int k = 0; k < x->n; k++)
        free(x->sum[k]);
    free(x->sum);
    *x = (struct gg_noise){0};
}
