/* reach.c -- which values of a frame's numbers, and which times with them, a model is trained at
 *
 * Layers whose functions have a range (basis) take it from there; the model file has it, in input.reach.K. */
#include "model/reach.h"
#include "model/learner.h"
#include "model/sample.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    double x = ((const double *)a)[0], y = ((const double *)b)[0];
    return (x > y) - (x < y);
}

/* First and last of the times of the sample that some head is trained at; 0, 0 if there are none. */
static void times_of(const struct gg_model *m, const struct gg_sample *s, double row[3])
{
    row[1] = row[2] = 0;
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_target *t = &m->head[h].target;
        const struct gg_truth *y = &s->target[h];
        for (int k = 0; t->timed && y->value && k < t->n_time; k++) {
            if (!m->head[h].on[k] || y->at[k] < 0)
                continue;
            row[1] = row[1] > 0 && row[1] < t->time[k] ? row[1] : t->time[k];
            row[2] = row[2] > t->time[k] ? row[2] : t->time[k];
        }
    }
}

/* Rows of one value become one. */
static int unite(int n, double (*row)[3])
{
    int kept = 0;
    qsort(row, (size_t)n, sizeof *row, by_value);
    for (int k = 0; k < n; k++) {
        double *last = kept ? row[kept - 1] : NULL;
        if (!last || last[0] != row[k][0]) {
            for (int z = 0; z < 3; z++)
                row[kept][z] = row[k][z];
            kept++;
            continue;
        }
        last[1] = last[1] > 0 && !(row[k][1] > 0 && row[k][1] < last[1]) ? last[1] : row[k][1];
        last[2] = fmax(last[2], row[k][2]);
    }
    return kept;
}

void gg_reach_make(struct gg_model *m, const struct gg_data_facts *facts)
{
    int at = 0;
    for (int k = 0; k < m->n_input; k++) {
        struct gg_input *in = &m->input[k];
        int width = gg_irreps_dim(&in->irreps);
        if (in->base != GG_ON_GRAPH || !facts->sample)
            continue;
        double(*row)[3] = gg_arena_alloc(&m->arena, (size_t)(facts->n_train + 1) * sizeof *row);
        for (int q = 0; width == 1 && q < facts->n_train; q++) {
            const struct gg_sample *s = &facts->sample[facts->train[q]];
            row[q][0] = (double)s->input[GG_ON_GRAPH][at];
            times_of(m, s, row[q]);
        }
        in->reach = (struct gg_reach){width == 1 ? unite(facts->n_train, row) : 0, (const double(*)[3])row};
        if (facts->reach[k].n)
            in->reach = facts->reach[k];
        at += width;
    }
}

/* ---- the model file ---- */

int gg_reach_put(const struct gg_model *m, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    char name[32];
    for (int k = 0; k < m->n_input; k++) {
        const struct gg_reach *r = &m->input[k].reach;
        const int64_t shape[2] = {r->n, 3};
        snprintf(name, sizeof name, "input.reach.%d", k);
        if (r->n && gg_model_put(f, a, name, 2, shape, r->row[0], false, err))
            return -1;
    }
    return 0;
}

int gg_reach_take(struct gg_model *m, const struct gg_frame *f, struct gg_err *err)
{
    char name[32];
    for (int k = 0; k < m->n_input; k++) {
        snprintf(name, sizeof name, "input.reach.%d", k);
        const struct gg_field *x = gg_frame_find(f, name);
        if (!x || m->input[k].base != GG_ON_GRAPH)
            continue;
        const int64_t n = (int64_t)gg_field_count(x) / 3, shape[2] = {n, 3};
        double(*row)[3] = gg_arena_alloc(&m->arena, (size_t)(n + 1) * sizeof *row);
        if (gg_model_take(f, name, 2, shape, row[0], false, err))
            return -1;
        m->input[k].reach = (struct gg_reach){(int)n, (const double(*)[3])row};
    }
    return 0;
}
