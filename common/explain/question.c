/* question.c -- which prediction is explained, and its way through a pass */
#include "explain/explain.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- the question ---- */

const struct gg_target *gg_explain_target(const struct gg_explain *x)
{
    return &x->m->head[x->head].target;
}

double gg_explain_time(const struct gg_explain *x, int time)
{
    const struct gg_target *t = gg_explain_target(x);
    return t->timed ? t->time[x->time[time]] : NAN;
}

const char *gg_explain_letter(int species)
{
    static const char *const letters[GG_MAX_SPECIES] = {"A", "B", "C", "D", "E", "F", "G", "H"};
    return species < 0 ? "all" : letters[species];
}

/* Named particles have the species that they have: known when a frame was seen. */
enum { SEVERAL = -2, UNSEEN = -3 };

const char *gg_explain_species(const struct gg_explain *x)
{
    return x->group <= SEVERAL ? "-" : gg_explain_letter(x->group);
}

static int find_head(struct gg_explain *x, struct gg_err *err)
{
    const char *names[GG_MAX_HEADS], *wanted = x->o->target.n ? x->o->target.v[0] : NULL;
    int n = 0;
    if (x->o->target.n > 1)
        return gg_fail(err, GG_USAGE, "--target: one is explained at a time, not %d", x->o->target.n);
    for (x->head = 0; x->head < x->m->n_head; x->head++) {
        names[n++] = x->m->head[x->head].target.name;
        if (!wanted || !strcmp(names[n - 1], wanted))
            break;
    }
    if (x->head == x->m->n_head) {
        const char *near = gg_nearest(wanted, names, n);
        return gg_fail(err, GG_USAGE, "--target: the model has no head for '%s'%s%s%s", wanted,
                       near ? " (did you mean " : ": it begins with ", near ? near : names[0],
                       near ? "?)" : "");
    }
    const struct gg_target *t = gg_explain_target(x);
    if (gg_target_made(t) || t->kind->axis != GG_ON_NODE)
        return gg_fail(err, GG_USAGE, "--target: '%s' is no field on particles: only such are explained",
                       t->name);
    gg_target_part(t, 0, &x->l);
    x->dim = 2 * x->l + 1;
    return 0;
}

static int find_species(struct gg_explain *x, struct gg_err *err)
{
    const struct gg_head *h = &x->m->head[x->head];
    const char *s = x->o->species.n ? x->o->species.v[0] : NULL;
    if (x->o->species.n > 1)
        return gg_fail(err, GG_USAGE, "--species: one, or all, is explained at a time, not %d",
                       x->o->species.n);
    x->group = -1;
    if (s && !strcmp(s, "all"))
        return 0;
    x->group = s ? (s[1] == 0 ? s[0] - 'A' : -1) : 0;
    while (!s && x->group + 1 < h->target.n_group && !h->counts[x->group])
        x->group++;
    if (x->group < 0 || x->group >= x->m->n_species)
        return gg_fail(err, GG_USAGE, "--species: '%s' is neither all nor one of the model's, A to %s", s,
                       gg_explain_letter(x->m->n_species - 1));
    if (!h->counts[x->group])
        return gg_fail(err, GG_USAGE,
                       "--species: '%s' of species %s is not predicted: it did not count in training",
                       h->target.name, gg_explain_letter(x->group));
    return 0;
}

int gg_explain_nearest(int n, const double *time, const bool *on, double wanted, struct gg_err *err)
{
    int best = -1;
    if (!(wanted > 0))
        return gg_fail(err, GG_USAGE, "--time: %g: a time is above 0", wanted);
    for (int k = 0; k < n; k++)
        if ((!on || on[k]) && (best < 0 || fabs(log(time[k] / wanted)) < fabs(log(time[best] / wanted))))
            best = k;
    return best < 0 ? gg_fail(err, GG_INPUT, "no time is predicted") : best;
}

static int find_times(struct gg_explain *x, struct gg_err *err)
{
    const struct gg_head *h = &x->m->head[x->head];
    const struct gg_reals *t = &x->o->time;
    x->n_time = 0;
    if (!h->target.timed && t->n)
        return gg_fail(err, GG_USAGE, "--time: '%s' has no times", h->target.name);
    for (int k = h->target.n_time - 1; k >= 0 && !x->n_time && !t->n; k--)
        if (h->on[k])
            x->time[x->n_time++] = k;
    for (int k = 0; k < t->n && k < GG_MAX_TIMES; k++) {
        int time = gg_explain_nearest(h->target.n_time, h->target.time, h->on, t->v[k], err);
        if (time < 0)
            return -1;
        x->time[x->n_time++] = time;
    }
    return x->n_time ? 0 : gg_fail(err, GG_INPUT, "'%s' is predicted at no time", h->target.name);
}

/* Those of --particles, whose species is no question. */
static int check_named(struct gg_explain *x, struct gg_err *err)
{
    const struct gg_reals *p = &x->o->particles;
    x->group = UNSEEN;
    if (x->o->species.n)
        return gg_fail(
            err, GG_USAGE,
            "--particles and --species exclude each other: numbers say which particles it is about");
    for (int k = 0; k < p->n; k++)
        for (int q = 0; q < k; q++)
            if (p->v[q] == p->v[k])
                return gg_fail(err, GG_USAGE, "--particles: %g is there twice", p->v[k]);
    return 0;
}

int gg_explain_ask(struct gg_explain *x, struct gg_err *err)
{
    return find_head(x, err) || (x->o->particles.n ? check_named(x, err) : find_species(x, err)) ||
                   find_times(x, err)
               ? -1
               : 0;
}

static bool looks_at_edges(const struct gg_layer *l)
{
    bool any = l->reads_vectors || gg_axis_base(l->out.axis) == GG_ON_EDGE;
    for (int k = 0; k < l->n_in; k++)
        any |= gg_axis_base(l->in[k].axis) == GG_ON_EDGE;
    return any;
}

int gg_explain_need_edges(const struct gg_explain *x, struct gg_err *err)
{
    for (int k = 0; k < x->m->n_op && x->m->n_geometry; k++)
        if (looks_at_edges(&x->m->op[k].layer))
            return 0;
    return gg_fail(err, GG_USAGE,
                   "%s: no layer of the model reads edges, and its inputs stay as they are: see inputs",
                   x->method->name);
}

/* ---- particles ---- */

static bool is_asked_for(const struct gg_explain *x, const struct gg_scene *s, int64_t i)
{
    const struct gg_head *h = &x->m->head[x->head];
    int group = h->target.kind->group(&s->s, i);
    return (x->group < 0 || s->s.type[i] == x->group) && gg_head_on(h, group, x->time[0]);
}

static int take_named(struct gg_explain *x, struct gg_scene *s, struct gg_err *err)
{
    const struct gg_head *h = &x->m->head[x->head];
    for (int k = 0; k < x->o->particles.n; k++) {
        double number = x->o->particles.v[k];
        if (!(number >= 0 && number < (double)s->s.n_node) || number != floor(number))
            return gg_fail(err, GG_INPUT, "--particles: %g: the frame has the particles 0 to %lld", number,
                           (long long)s->s.n_node - 1);
        if (!gg_head_on(h, h->target.kind->group(&s->s, (int64_t)number), x->time[0]))
            return gg_fail(err, GG_INPUT, "--particles: %g: of species %s, which is not predicted", number,
                           gg_explain_letter(s->s.type[(int64_t)number]));
        s->chosen[s->n_chosen++] = (int64_t)number;
        int species = s->s.type[(int64_t)number];
        x->group = x->group == UNSEEN || x->group == species ? species : SEVERAL;
    }
    return 0;
}

int gg_explain_choose(struct gg_explain *x, struct gg_scene *s, int64_t most, struct gg_err *err)
{
    struct gg_rng r = gg_rng_at(x->o->seed < 0 ? 0 : (uint64_t)x->o->seed, (uint32_t)x->n_frame,
                                0x6578706cu /* "expl" */, 0);
    size_t room = (size_t)s->s.n_node + (size_t)x->o->particles.n + 1;
    s->n_chosen = s->n_probe = 0;
    s->most = most;
    s->chosen = GG_NEW(s->a, int64_t, room);
    s->probe = GG_NEW(s->a, int64_t, room);
    if (take_named(x, s, err))
        return -1;
    for (int64_t i = 0; i < s->s.n_node && !x->o->particles.n; i++)
        if (is_asked_for(x, s, i))
            s->chosen[s->n_chosen++] = i;
    s->n_probe = s->n_chosen;
    memcpy(s->probe, s->chosen, (size_t)s->n_chosen * sizeof *s->probe);
    if (!x->o->particles.n && s->n_probe > most) {
        gg_rng_shuffle(&r, s->probe, s->n_probe);
        s->n_probe = most;
    }
    return 0;
}

/* ---- predictions ---- */

/* Where the first number of a particle's channel stands in the head's value, -1: nowhere; its scale. */
static int64_t place(const struct gg_explain *x, const struct gg_scene *s, int64_t row, int time, int *step,
                     int64_t *column)
{
    const struct gg_head *h = &x->m->head[x->head];
    int64_t i = h->target.kind->from(&s->b, row);
    int group = h->target.kind->group(&s->s, i), t = x->time[time];
    *column = gg_target_at(&h->target, group, t, 0);
    return gg_head_on(h, group, t) ? gg_head_row(x->m, h, row, t) * x->m->value[h->value].stride +
                                         gg_head_at(x->m, h, group, t, 0, step)
                                   : -1;
}

void gg_explain_read(const struct gg_explain *x, const struct gg_scene *s, int time, double *y)
{
    const struct gg_head *h = &x->m->head[x->head];
    const gg_real *value = x->pass.value[h->value];
    for (int64_t k = 0; k < s->s.n_node; k++) {
        int step = 0;
        int64_t c, at = place(x, s, k, time, &step, &c);
        double *to = y + h->target.kind->from(&s->b, k) * x->dim;
        for (int z = 0; z < x->dim; z++)
            to[z] = at < 0 ? NAN : h->target.mean[c] + h->target.scale[c] * (double)value[at + z * step];
    }
}

bool gg_explain_truth(const struct gg_explain *x, const struct gg_scene *s, int time, double *y)
{
    const struct gg_truth *t = &s->s.target[x->head];
    for (int64_t i = 0; t->value && i < s->s.n_node; i++) {
        const float *row = gg_truth_at(t, i, x->time[time]);
        for (int z = 0; z < x->dim; z++)
            y[i * x->dim + z] = row ? (double)row[z] : NAN;
    }
    return t->value != NULL && t->at[x->time[time]] >= 0;
}

void gg_explain_pull(struct gg_explain *x, struct gg_scene *s, int time, const double *c,
                     void (*want)(struct gg_explain *x, struct gg_scene *s, void *context), void *context)
{
    const struct gg_head *h = &x->m->head[x->head];
    size_t bytes = gg_value_bytes(x->m, &s->b, h->value);
    if (!s->dy)
        s->dy = gg_arena_alloc(s->a, bytes);
    memset(s->dy, 0, bytes);
    for (int64_t k = 0; k < s->s.n_node; k++) {
        int step = 0;
        int64_t column, at = place(x, s, k, time, &step, &column), i = h->target.kind->from(&s->b, k);
        for (int z = 0; z < x->dim && at >= 0; z++)
            s->dy[at + z * step] = (gg_real)(h->target.scale[column] * c[i * x->dim + z]);
    }
    gg_pass_again(&x->pass);
    memset(x->pass.dvec, 0, sizeof x->pass.dvec);
    x->pass.gradient[h->value] = s->dy;
    if (want)
        want(x, s, context);
    gg_pass_backward(&x->pass, x->m, x->m->w, &s->b, NULL);
}

/* ---- output ---- */

static int add_times(const struct gg_explain *x, struct gg_scene *s, const char *name, struct gg_err *err)
{
    char own[GG_NAME + 8];
    uint64_t shape[] = {(uint64_t)x->n_time};
    int axis[] = {GG_FREE};
    snprintf(own, sizeof own, "%s.time", name);
    struct gg_field *t = gg_frame_add_as(s->f, s->a, own, GG_F64, 1, shape, axis, GG_OTHER, "", "tau", err);
    for (int k = 0; t && k < x->n_time; k++)
        ((double *)t->data)[k] = gg_explain_time(x, k);
    return t ? 0 : -1;
}

static struct gg_field *add_field(const struct gg_explain *x, struct gg_scene *s, const char *ending,
                                  const char *irreps, const char *unit, int width, struct gg_err *err)
{
    char name[GG_NAME];
    bool several = x->n_time > 1;
    uint64_t shape[3] = {s->f->n_node, (uint64_t)(several ? x->n_time : width), (uint64_t)width};
    int axis[3] = {GG_NODE, GG_FREE, GG_FREE};
    snprintf(name, sizeof name, "%.40s_%s", gg_explain_target(x)->name, ending);
    struct gg_field *out =
        gg_frame_add_as(s->f, s->a, name, GG_F32, several ? 3 : 2, shape, axis, GG_OTHER, irreps, unit, err);
    return !out || (several && add_times(x, s, name, err)) ? NULL : gg_frame_find(s->f, name);
}

float *gg_explain_field(const struct gg_explain *x, struct gg_scene *s, const char *ending,
                        const char *irreps, const char *unit, int width, struct gg_err *err)
{
    struct gg_field *out = add_field(x, s, ending, irreps, unit, width, err);
    return out ? out->data : NULL;
}

float *gg_explain_gaps(const struct gg_explain *x, struct gg_scene *s, const char *ending, const char *unit,
                       struct gg_err *err)
{
    struct gg_field *out = add_field(x, s, ending, "", unit, 1, err);
    if (!out)
        return NULL;
    out->flags |= GG_NAN_ALLOWED;
    return out->data;
}

void gg_explain_head(struct gg_explain *x)
{
    gg_tsv_head(&x->table, "target");
    gg_tsv_head(&x->table, "time");
    gg_tsv_head(&x->table, "species");
}

void gg_explain_cells(struct gg_explain *x, int time)
{
    double t = gg_explain_time(x, time);
    gg_tsv_add(&x->table, "%s", gg_explain_target(x)->name);
    if (isnan(t))
        gg_tsv_add(&x->table, "-");
    else
        gg_tsv_add(&x->table, "%.9g", t);
    gg_tsv_add(&x->table, "%s", gg_explain_species(x));
}
