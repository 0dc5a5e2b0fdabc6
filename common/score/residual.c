/* residual.c -- where a model fails: prediction less truth as fields of the frames */
#include "score/residual.h"
#include "util/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct gg_residual {
    const char *name;
    char irreps[sizeof((struct gg_field *)NULL)->irreps], unit[GG_UNIT];
    struct gg_column column;
    bool own_times; /* not those of the frame */
    float *x;       /* [row, time, width] */
};

int gg_residuals_open(struct gg_residuals *r, const char *path, struct gg_err *err)
{
    *r = (struct gg_residuals){0};
    return gg_writer_open(&r->out, path, err) ? gg_err_prefix(err, "--residual: ") : 0;
}

static int64_t times_of(const struct gg_column *c)
{
    return c->time.axis < 0 ? 1 : c->time.n;
}

/* The residual of this pair, NaN at first. */
static struct gg_residual *find(struct gg_residuals *r, const struct gg_score_pair *p, struct gg_arena *a)
{
    const struct gg_column *c = &p->x;
    const char *tag = p->y.field->name + strlen(c->field->name) + strlen("_pred"), /* "", ".NAME" */
        *name = gg_arena_printf(a, "%s_residual%s", c->field->name, tag);
    for (int k = 0; k < r->n; k++)
        if (strcmp(r->of[k].name, name) == 0)
            return &r->of[k];
    if (r->n == r->room) {
        r->room = r->room ? 2 * r->room : 4;
        r->of = gg_xrealloc(r->of, (size_t)r->room * sizeof *r->of);
    }
    struct gg_residual *x = &r->of[r->n++];
    int64_t n = c->n_row * times_of(c) * c->width;
    *x = (struct gg_residual){.name = name,
                              .column = *c,
                              .own_times = c->time.axis >= 0 &&
                                           (p->of_x != 0 || c->field->axis[c->time.axis] != GG_TIME),
                              .x = GG_NEW(a, float, (size_t)n + 1)};
    memcpy(x->irreps, c->field->irreps, sizeof x->irreps);
    memcpy(x->unit, c->field->unit, sizeof x->unit);
    for (int64_t i = 0; i < n; i++)
        x->x[i] = NAN;
    return x;
}

void gg_residuals_add(struct gg_residuals *r, const struct gg_score_pair *p, int k, const double *truth,
                      const double *prediction, struct gg_arena *a)
{
    if (!gg_score_pair_predicts(p) || !gg_score_pair_alike(p) || !gg_score_pair_nearest(p, k))
        return;
    const struct gg_residual *x = find(r, p, a);
    int64_t w = p->x.width, n_time = times_of(&p->x);
    for (int64_t i = 0; i < p->x.n_row * w; i++)
        x->x[(i / w * n_time + p->time[k].x) * w + i % w] = (float)(prediction[i] - truth[i]);
}

int gg_residuals_begin(struct gg_residuals *r, const struct gg_reader *in, struct gg_cli *c,
                       struct gg_err *err)
{
    struct gg_meta meta = {0};
    struct gg_prov prov = {0};
    gg_meta_merge(&meta, &in->meta);
    int status = gg_prov_merge(&prov, &in->prov, err);
    c->stream = "residual";
    gg_cli_append_prov(c, &prov);
    status = status ? status : gg_writer_begin(&r->out, "gg.graph/1", &meta, &prov, err);
    gg_meta_clear(&meta);
    gg_prov_clear(&prov);
    return status;
}

/* Axes of rows, times and components, as far as they are there. */
static int axes_of(const struct gg_residual *x, uint64_t shape[3], int axis[3])
{
    const struct gg_column *c = &x->column;
    int n = 0;
    if (c->over != GG_FREE) {
        shape[n] = (uint64_t)c->n_row;
        axis[n++] = c->over;
    }
    if (c->time.axis >= 0) {
        shape[n] = (uint64_t)c->time.n;
        axis[n++] = x->own_times ? GG_FREE : GG_TIME;
    }
    if (c->width > 1) {
        shape[n] = (uint64_t)c->width;
        axis[n++] = GG_FREE;
    }
    return n;
}

static int add_times(const struct gg_residual *x, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    uint64_t shape[1] = {(uint64_t)x->column.time.n};
    int axis[1] = {GG_FREE};
    const char *name = gg_arena_printf(a, "%s.time", x->name);
    struct gg_field *t = gg_frame_add_as(f, a, name, GG_F64, 1, shape, axis, GG_OTHER, "", "tau", err);
    if (!t)
        return -1;
    memcpy(t->data, x->column.time.value, shape[0] * sizeof(double));
    return 0;
}

static int add_field(const struct gg_residual *x, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    uint64_t shape[3];
    int axis[3], n = axes_of(x, shape, axis);
    struct gg_field *to =
        gg_frame_add_as(f, a, x->name, GG_F32, n, shape, axis, GG_OTHER, x->irreps, x->unit, err);
    if (!to)
        return -1;
    to->flags |= GG_NAN_ALLOWED;
    memcpy(to->data, x->x, to->nbytes);
    return x->own_times && x->column.time.value ? add_times(x, f, a, err) : 0;
}

int gg_residuals_frame(struct gg_residuals *r, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    for (int k = 0; k < r->n; k++)
        if (add_field(&r->of[k], f, a, err))
            return -1;
    r->written += r->n;
    r->n = 0;
    return gg_writer_frame(&r->out, f, err);
}

int gg_residuals_end(struct gg_residuals *r, struct gg_err *err)
{
    return gg_writer_end(&r->out, NULL, err);
}

int gg_residuals_close(struct gg_residuals *r, int status, const char *program, struct gg_err *err)
{
    if (status == 0 && r->written == 0)
        status =
            gg_fail(err, GG_INPUT,
                    "--residual: no X beside its prediction X_pred in one unit: there is nothing to take "
                    "the difference of");
    if (status == 0)
        status = gg_writer_commit(&r->out, err);
    else
        gg_writer_abort(&r->out, program, err);
    free(r->of);
    r->of = NULL;
    return status;
}
