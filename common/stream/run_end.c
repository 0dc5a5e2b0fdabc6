/* run_end.c -- where a run came to, as a configuration */
#include "stream/run_end.h"
#include "util/cell.h"

#include <stdio.h>
#include <string.h>

static bool stays(const char *name)
{
    static const char *const kept[] = {"type", "mass", "temperature"};
    for (int k = 0; k < 3; k++)
        if (strcmp(name, kept[k]) == 0)
            return true;
    return false;
}

/* [(time,) replica, node, 3] */
static int take(const struct gg_frame *f, const struct gg_field *runs, int64_t run, double *pos,
                struct gg_err *err)
{
    bool fits = (runs->ndim == 3 || runs->ndim == 4) && runs->axis[runs->ndim - 2] == GG_NODE &&
                runs->shape[runs->ndim - 2] == f->n_node && runs->shape[runs->ndim - 1] == 3;
    if (!fits)
        return gg_fail(err, GG_INPUT, "field 'pos_replicas' is not [time,] replica, node, 3");
    uint64_t n_time = runs->ndim == 4 ? runs->shape[0] : 1, n_run = runs->shape[runs->ndim - 3];
    struct gg_cell cell;
    int64_t shift[3];
    if ((uint64_t)run >= n_run || n_time == 0)
        return gg_fail(err, GG_INPUT, "field 'pos_replicas': run %lld is wanted, the runs are 0 to %lld",
                       (long long)run, (long long)n_run - 1);
    if (gg_cell_init(&cell, f->dim, f->pbc, f->cell, err))
        return -1;
    uint64_t from = ((n_time - 1) * n_run + (uint64_t)run) * f->n_node * 3;
    for (uint64_t k = 0; k < 3 * f->n_node; k++)
        pos[k] = gg_field_get(runs, from + k);
    for (uint64_t i = 0; i < f->n_node; i++)
        gg_cell_wrap(&cell, pos + 3 * i, shift);
    return 0;
}

static int rename_frame(struct gg_frame *f, int64_t run, struct gg_err *err)
{
    char id[GG_ID + 32];
    snprintf(id, sizeof id, "%s/run%lld", f->id, (long long)run);
    if (strlen(id) >= GG_ID)
        return gg_fail(err, GG_INPUT, "sample id: '%s' is longer than %d characters", id, GG_ID - 1);
    strcpy(f->id, id);
    return 0;
}

int gg_frame_run_end(struct gg_frame *f, int64_t run, struct gg_arena *a, struct gg_err *err)
{
    const struct gg_field *runs = gg_frame_find(f, "pos_replicas");
    double *pos = GG_NEW(a, double, 3 * f->n_node);
    if (!runs)
        return gg_fail(err, GG_INPUT,
                       "no field 'pos_replicas': positions of runs come from gg-import --replicas, or from "
                       "gg-md --keep-replicas");
    if (take(f, runs, run, pos, err) || rename_frame(f, run, err))
        return -1;
    for (int k = f->n_field - 1; k >= 0; k--)
        if (!stays(f->field[k].name))
            gg_frame_remove(f, f->field[k].name);
    f->n_edge = 0;
    struct gg_field *to = gg_frame_add(f, a, "pos", NULL);
    memcpy(to->data, pos, 3 * f->n_node * sizeof *pos);
    return 0;
}
