/* noise.c -- how well the targets of each frame are known */
#include "learn/noise.h"

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
