/* frames.c -- scores the fields of frames: which truth, which prediction, which noise */
#include "score/frames.h"
#include "stream/column.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool has(const struct gg_frame *f, const char *spec)
{
    char name[GG_NAME];
    size_t n = strcspn(spec, ":");
    if (n >= sizeof name)
        return false;
    memcpy(name, spec, n);
    name[n] = 0;
    return gg_frame_find(f, name) != NULL;
}

/* Finds the column in the first frame that has its field; *which: in which. */
static int find_column(struct gg_column *c, const struct gg_score_input *in, const char *spec, int *which,
                       struct gg_err *err)
{
    *which = in->n > 1 && !has(in->frame[0], spec);
    return gg_column_find(c, in->frame[*which], in->meta[*which], spec, err);
}

/* The number of runs; 0 if META does not say, or two joined streams say different things. */
static double runs_of(const struct gg_meta *meta)
{
    double k = 0;
    for (int i = 0; meta && i < meta->n; i++)
        if (strcmp(meta->pair[i].key, "replicas") == 0) {
            if (k)
                return 0;
            k = strtod(meta->pair[i].value, NULL);
        }
    return k;
}

/* s^2/K of each particle at time t, or NULL: variance and number of runs are not always there. */
static double *noise_of(const struct gg_frame *f, const struct gg_meta *meta, const char *target, int t,
                        struct gg_arena *a)
{
    struct gg_column c;
    struct gg_err ignored;
    const char *name = gg_arena_printf(a, "%s_var", target);
    double k = runs_of(meta);
    if (!(k >= 2) || gg_column_find(&c, f, meta, name, &ignored) || c.width != 1)
        return NULL;
    double *noise = GG_NEW(a, double, f->n_node);
    gg_column_read(&c, f, t, noise);
    for (uint64_t i = 0; i < f->n_node; i++)
        noise[i] /= k;
    return noise;
}

static double distance(const struct gg_field *r, uint64_t i, const struct gg_field *q, uint64_t j)
{
    double d2 = 0;
    for (uint64_t x = 0; x < 3; x++) {
        double d = gg_field_get(r, 3 * i + x) - gg_field_get(q, 3 * j + x);
        d2 += d * d;
    }
    return sqrt(d2);
}

/* The propensity over the even and over the odd runs at time t, where the runs are in the frame. */
static void halves_of(const struct gg_frame *f, int t, int n_target_time, struct gg_arena *a,
                      const double *half[2])
{
    const struct gg_field *pos = gg_frame_find(f, "pos"), *runs = gg_frame_find(f, "pos_replicas");
    if (!pos || !runs || runs->ndim < 3 || runs->ndim > 4)
        return;
    uint64_t n_time = runs->ndim == 4 ? runs->shape[0] : 1, n_run = runs->shape[runs->ndim - 3],
             n = f->n_node;
    if (n_run < 2 || n_time != (uint64_t)n_target_time)
        return;
    double *mean[2] = {GG_NEW(a, double, n), GG_NEW(a, double, n)};
    for (uint64_t k = 0; k < n_run; k++)
        for (uint64_t i = 0; i < n; i++)
            mean[k % 2][i] +=
                distance(runs, ((uint64_t)t * n_run + k) * n + i, pos, i) / (double)((n_run + 1 - k % 2) / 2);
    half[0] = mean[0];
    half[1] = mean[1];
}

static double scalar_of(const struct gg_frame *f, const char *name, int t)
{
    const struct gg_field *x = gg_frame_find(f, name);
    return x && (uint64_t)t < gg_field_count(x) ? gg_field_get(x, (uint64_t)t) : NAN;
}

static void take_length(double *v, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++)
        v[i] = sqrt(v[3 * i] * v[3 * i] + v[3 * i + 1] * v[3 * i + 1] + v[3 * i + 2] * v[3 * i + 2]);
}

/* Is y X_pred of x? */
static bool predicts(const struct gg_column *x, const struct gg_column *y)
{
    size_t n = strlen(x->field->name);
    return strncmp(x->field->name, y->field->name, n) == 0 && strcmp(y->field->name + n, "_pred") == 0;
}

/* One quantity: R2 and RMSE mean something.  A field without unit is one only with its own prediction. */
static bool alike(const struct gg_column *x, const struct gg_column *y)
{
    return x->width == y->width && strcmp(x->field->unit, y->field->unit) == 0 &&
           (predicts(x, y) || *x->field->unit);
}

/* Truth and prediction of one pair. */
struct pair {
    struct gg_column x, y;
    int of_x, of_y; /* which frame */
};

static int find_pair(struct pair *p, const struct gg_score_input *in, const char *target,
                     const char *predictor, struct gg_err *err)
{
    if (find_column(&p->x, in, target, &p->of_x, err) || find_column(&p->y, in, predictor, &p->of_y, err))
        return -1;
    return 0;
}

static int check_pair(const struct pair *p, struct gg_err *err)
{
    if (p->x.width > p->y.width)
        return gg_fail(err, GG_INPUT, "field '%s': is no vector, as '%s' is", p->y.field->name,
                       p->x.field->name);
    if (p->y.n_time && p->y.n_time != p->x.n_time)
        return gg_fail(err, GG_INPUT, "field '%s': has %d times, '%s' has %d", p->y.field->name, p->y.n_time,
                       p->x.field->name, p->x.n_time);
    return 0;
}

/* A number beside a vector, where the target was not asked for by its name: no pair.  X_pred must fit its X. */
static bool is_no_pair(const struct gg_score_request *q, const struct pair *p)
{
    return p->x.width > p->y.width && q->n_target == 0 && !predicts(&p->x, &p->y);
}

/* 1: scored; 0: no pair. */
static int add_pair(struct gg_scores *s, const struct gg_score_request *q, const struct gg_score_input *in,
                    const char *target, const char *predictor, struct gg_arena *a, struct gg_err *err)
{
    struct pair p;
    if (find_pair(&p, in, target, predictor, err))
        return -1;
    if (is_no_pair(q, &p))
        return 0;
    if (check_pair(&p, err))
        return -1;
    const struct gg_frame *f = in->frame[p.of_x];
    const struct gg_field *type = gg_frame_find(f, "type");
    struct gg_score_key key = {.target = gg_scores_name(s, target),
                               .predictor = gg_scores_name(s, predictor),
                               .temperature = scalar_of(f, "temperature", 0),
                               .vector = p.x.width == 3,
                               .alike = alike(&p.x, &p.y)};
    double *truth = GG_NEW(a, double, 3 * f->n_node), *prediction = GG_NEW(a, double, 3 * f->n_node);
    struct gg_score_data d = {.n = (int64_t)f->n_node, .truth = truth, .prediction = prediction};
    if (type && !(type = gg_frame_need(f, "type", err)))
        return -1;
    d.type = type ? type->data : NULL;
    for (int t = 0; t < (p.x.n_time ? p.x.n_time : 1); t++) {
        key.time = p.x.n_time == 0 ? NAN : q->by_index ? t : scalar_of(f, "time", t);
        gg_column_read(&p.x, f, t, truth);
        gg_column_read(&p.y, in->frame[p.of_y], t, prediction);
        if (p.x.width < p.y.width)
            take_length(prediction, f->n_node);
        d.noise = noise_of(f, in->meta[p.of_x], target, t, a);
        d.half[0] = NULL;
        if (strcmp(target, "propensity") == 0)
            halves_of(f, t, p.x.n_time ? p.x.n_time : 1, a, d.half);
        gg_scores_add(s, key, &d);
    }
    return 1;
}

/* All predictors of one target, and the one they are compared with; the number of pairs. */
static int add_target(struct gg_scores *s, const struct gg_score_request *q, const struct gg_score_input *in,
                      const char *target, struct gg_arena *a, struct gg_err *err)
{
    const char *usual = gg_arena_printf(a, "%s_pred", target);
    const char *const *list = q->n_predictor ? q->predictor : &usual;
    bool there = q->against == NULL;
    int found = 0;
    for (int k = 0; k < (q->n_predictor ? q->n_predictor : 1); k++) {
        int more = add_pair(s, q, in, target, list[k], a, err);
        if (more < 0)
            return -1;
        found += more;
        there = there || strcmp(list[k], q->against) == 0;
    }
    return there || add_pair(s, q, in, target, q->against, a, err) >= 0 ? found : -1;
}

/* Every truth of one number a particle, for predictors that bear no target's name. */
static int add_truths(struct gg_scores *s, const struct gg_score_request *q, const struct gg_score_input *in,
                      struct gg_arena *a, struct gg_err *err)
{
    int found = 0;
    for (int of = 0; of < in->n; of++)
        for (int k = 0; k < in->frame[of]->n_field; k++) {
            const struct gg_field *x = &in->frame[of]->field[k];
            size_t n = strlen(x->name);
            bool variance = n > 4 && strcmp(x->name + n - 4, "_var") == 0;
            if (x->role != GG_TARGET || variance || x->ndim > 2 ||
                (of && gg_frame_find(in->frame[0], x->name)))
                continue;
            int more = add_target(s, q, in, x->name, a, err);
            if (more < 0)
                return -1;
            found += more;
        }
    return found ? 0
                 : gg_fail(err, GG_INPUT,
                           "no field is a target of one number a particle: run gg-targets, or name it with "
                           "--target");
}

/* Every X that has an X_pred. */
static int add_predicted(struct gg_scores *s, const struct gg_score_request *q,
                         const struct gg_score_input *in, struct gg_arena *a, struct gg_err *err)
{
    int found = 0;
    for (int k = 0; k < in->frame[0]->n_field; k++) {
        const char *name = in->frame[0]->field[k].name;
        size_t n = strlen(name);
        if (n < 6 || strcmp(name + n - 5, "_pred") != 0)
            continue;
        const char *target = gg_arena_printf(a, "%.*s", (int)n - 5, name);
        if (!has(in->frame[0], target) && !(in->n > 1 && has(in->frame[1], target)))
            continue;
        int more = add_target(s, q, in, target, a, err);
        if (more < 0)
            return -1;
        found += more;
    }
    if (found == 0 && q->n_predictor)
        return add_truths(s, q, in, a, err);
    return found ? 0
                 : gg_fail(err, GG_INPUT,
                           "no field X beside its prediction X_pred: run gg-predict first, or "
                           "name fields with --target and --predictor");
}

/* Two frames of one sample must hold the same particles. */
static int same_particles(const struct gg_frame *f, const struct gg_frame *g, struct gg_err *err)
{
    const struct gg_field *a = gg_frame_find(f, "type"), *b = gg_frame_find(g, "type");
    if (f->n_node != g->n_node)
        return gg_fail(err, GG_INPUT,
                       "has %llu particles, the frame of the same id in the second stream %llu",
                       (unsigned long long)f->n_node, (unsigned long long)g->n_node);
    for (uint64_t i = 0; a && b && i < f->n_node; i++)
        if (gg_field_get(a, i) != gg_field_get(b, i))
            return gg_fail(err, GG_INPUT, "particle %llu is of another type in the second stream",
                           (unsigned long long)i);
    return 0;
}

int gg_score_frame(struct gg_scores *s, const struct gg_score_request *q, const struct gg_score_input *in,
                   struct gg_arena *a, struct gg_err *err)
{
    if (in->n > 1 && same_particles(in->frame[0], in->frame[1], err))
        return -1;
    int status = q->n_target == 0 ? add_predicted(s, q, in, a, err) : 0;
    for (int k = 0; k < q->n_target && status == 0; k++)
        status = add_target(s, q, in, q->target[k], a, err) < 0 ? -1 : 0;
    s->n_config++;
    return status;
}
