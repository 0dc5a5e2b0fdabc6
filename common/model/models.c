/* models.c -- models that predict together: the members of a model file, and of further files */
#include "model/models.h"
#include "model/learner.h"
#include "util/same.h"

#include <stdlib.h>
#include <string.h>

static const char *unit_of(const struct gg_model *m, int head)
{
    return m->learner->unit ? m->learner->unit : m->head[head].target.unit;
}

static bool same_times(const struct gg_target *a, const struct gg_target *b)
{
    bool same = a->timed == b->timed && a->n_time == b->n_time;
    for (int k = 0; same && a->timed && k < a->n_time; k++)
        same = gg_same(a->time[k], b->time[k]);
    return same;
}

/* What is different of head h, as a word; NULL: nothing. */
static const char *difference(const struct gg_model *m, const struct gg_model *first, int h)
{
    const struct gg_target *a = &m->head[h].target, *b = &first->head[h].target;
    const struct gg_loss_spread *mine = m->head[h].spread, *its = first->head[h].spread;
    return strcmp(a->name, b->name)                                                               ? "target"
           : a->kind != b->kind || a->bare != b->bare || !gg_irreps_equal(&a->irreps, &b->irreps) ? "shape"
           : !same_times(a, b)                                                                    ? "times"
           : strcmp(unit_of(m, h), unit_of(first, h)) != 0                                        ? "unit"
           : !mine != !its                                                                        ? "spread"
                                                                                                  : NULL;
}

static int check_heads(const struct gg_model *m, const struct gg_model *first, struct gg_err *err)
{
    const char *what = m->n_head != first->n_head ? "number" : NULL;
    int h = 0;
    while (!what && h < m->n_head && !(what = difference(m, first, h)))
        h++;
    if (!what)
        return 0;
    return m->n_head != first->n_head
               ? gg_fail(err, GG_INPUT,
                         "it has %d heads and the first model %d: models that predict together "
                         "have the same heads",
                         m->n_head, first->n_head)
               : gg_fail(err, GG_INPUT,
                         "head %d, '%s', has another %s than that of the first model, '%s': models that "
                         "predict together have the same heads",
                         h, m->head[h].target.name, what, first->head[h].target.name);
}

static int read_member(struct gg_models *s, struct gg_reader *r, const struct gg_frame *f,
                       struct gg_trace *trace, struct gg_err *err)
{
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 8;
        s->v = gg_xrealloc(s->v, (size_t)s->room * sizeof *s->v);
    }
    struct gg_model *m = s->v[s->n++] = gg_xalloc(1, sizeof *m);
    m->trace = trace;
    if (gg_model_read(m, r, f, err) || check_heads(m, s->v[0], err))
        return s->n > 1 ? gg_err_prefix(err, "model %d: ", s->n - 1) : -1;
    return 0;
}

struct wanted {
    struct gg_models *models;
    struct gg_trace *trace;
};

static int take(void *context, struct gg_reader *r, const struct gg_frame *f, struct gg_err *err)
{
    const struct wanted *w = context;
    return read_member(w->models, r, f, w->trace, err);
}

int gg_models_load(struct gg_models *s, const char *path, struct gg_trace *trace, struct gg_err *err)
{
    struct wanted w = {s, trace};
    return gg_model_file(path, take, &w, err);
}

void gg_models_free(struct gg_models *s)
{
    for (int k = 0; k < s->n; k++) {
        gg_model_free(s->v[k]);
        free(s->v[k]);
    }
    free(s->v);
    *s = (struct gg_models){0};
}
