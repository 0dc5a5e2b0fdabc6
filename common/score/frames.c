/* frames.c -- scores the fields of frames: which truth, which prediction, which noise */
#include "score/frames.h"
#include "score/replicas.h"
#include "score/residual.h"
#include "stream/trained.h"
#include "util/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A number of META; 0 if it is not there, or said twice. */
static double number_of(const struct gg_meta *meta, const char *key)
{
    double k = 0;
    for (int i = 0; meta && i < meta->n; i++)
        if (strcmp(meta->pair[i].key, key) == 0) {
            if (k || !gg_number(meta->pair[i].value, &k))
                return 0;
        }
    return k;
}

double gg_score_runs(const struct gg_meta *meta)
{
    return number_of(meta, "replicas");
}

/* As asked for, as gg-targets made the overlap of these frames with, or as most do. */
static double overlap_length(const struct gg_scores *s, const struct gg_meta *meta)
{
    double made_with = number_of(meta, "overlap_length");
    return s->overlap_length > 0 ? s->overlap_length : made_with > 0 ? made_with : GG_OVERLAP_LENGTH;
}

/* What is 0 or 1 in each run, and its mean m known, has the variance m (1 - m) K / (K - 1) over the runs. */
static double *noise_of_parts(const struct gg_column *x, const double *truth, double k, struct gg_arena *a)
{
    if (!(k >= 2))
        return NULL;
    double *noise = GG_NEW(a, double, (size_t)x->n_row);
    for (int64_t i = 0; i < x->n_row; i++)
        noise[i] = truth[i] * (1 - truth[i]) / (k - 1);
    return noise;
}

/* s^2/K of each row at the truth's t-th time, or NULL: variance and number of runs are not always there. */
static double *noise_of(const struct gg_frame *f, const struct gg_meta *meta, const char *target,
                        const struct gg_column *x, int t, struct gg_arena *a)
{
    struct gg_column c;
    struct gg_err ignored;
    const char *name = gg_arena_printf(a, "%s_var", target);
    double k = gg_score_runs(meta);
    if (!(k >= 2) || gg_column_find(&c, f, meta, name, &ignored) || c.width != 1 || c.over != x->over)
        return NULL;
    int at = gg_score_time_in(&c.time, &x->time, t);
    if (at < 0)
        return NULL;
    double *noise = GG_NEW(a, double, (size_t)c.n_row);
    gg_column_read(&c, at, noise);
    for (int64_t i = 0; i < c.n_row; i++)
        noise[i] /= k;
    return noise;
}

/* The predicted variance of each row at the prediction's t-th time, summed over its numbers: X_std^2 times how many they are, or for a vector
 * the trace of X_cov; NULL if there is neither. */
static double *spread_of(const struct gg_score_input *in, const struct gg_score_pair *p, const char *target,
                         int t, struct gg_arena *a)
{
    const struct gg_frame *f = in->frame[p->of_y];
    const struct gg_meta *meta = in->meta[p->of_y];
    struct gg_column c;
    struct gg_err ignored;
    bool vector = p->x.width == 3, deviation = true;
    if (!gg_score_pair_predicts(p))
        return NULL;
    const char *tag = p->y.field->name + strlen(p->x.field->name) + strlen("_pred"); /* "", ".NAME" */
    if (gg_column_find(&c, f, meta, gg_arena_printf(a, "%s_std%s", target, tag), &ignored)) {
        deviation = false; /* the first number of X_cov is the trace / sqrt 3 */
        if (!vector || gg_column_find(&c, f, meta, gg_arena_printf(a, "%s_cov%s:0", target, tag), &ignored))
            return NULL;
    }
    int at = gg_score_time_in(&c.time, &p->y.time, t);
    if (at < 0 || c.width != 1 || c.over != p->y.over)
        return NULL;
    double *spread = GG_NEW(a, double, (size_t)c.n_row);
    gg_column_read(&c, at, spread);
    for (int64_t i = 0; i < c.n_row; i++)
        spread[i] *= deviation ? p->x.width * spread[i] : sqrt(3);
    return spread;
}

/* A vector field whose sum over all particles is known to be 0, as that of displacements is: the mean is taken off.  GG_INPUT where the
 * prediction is not there for all of them. */
static int centre(const struct gg_column *y, double *v, struct gg_err *err)
{
    double mean[3] = {0};
    int64_t missing = 0;
    for (int64_t i = 0; i < y->n_row; i++)
        missing += !(isfinite(v[3 * i]) && isfinite(v[3 * i + 1]) && isfinite(v[3 * i + 2]));
    if (missing)
        return gg_fail(err, GG_INPUT,
                       "field '%s': is missing for %lld of %lld particles, so that its mean need not be 0: "
                       "--centre wants a prediction for every species",
                       y->field->name, (long long)missing, (long long)y->n_row);
    for (int64_t k = 0; k < 3 * y->n_row; k++)
        mean[k % 3] += v[k] / (double)y->n_row;
    for (int64_t k = 0; k < 3 * y->n_row; k++)
        v[k] -= mean[k % 3];
    return 0;
}

/* Rows and components do not fit, and the target was not asked for by its name: no pair.  X_pred must fit its X. */
static bool is_no_pair(const struct gg_score_request *q, const struct gg_score_pair *p)
{
    return !gg_score_pair_fits(p) && q->n_target == 0 && !gg_score_pair_predicts(p);
}

static double value_at(const struct gg_field_times *t, int k)
{
    return t->axis < 0 || !t->value ? NAN : t->value[k];
}

/* The k-th pair of times. */
static int add_time(struct gg_scores *s, const struct gg_score_request *q, const struct gg_score_input *in,
                    const struct gg_score_pair *p, struct gg_score_key key, struct gg_score_data *d, int k,
                    struct gg_arena *a, struct gg_err *err)
{
    const struct gg_frame *f = in->frame[p->of_x];
    const char *target = s->name[key.target];
    double *truth = GG_NEW(a, double, (size_t)(p->x.n_row * p->x.width)),
           *prediction = GG_NEW(a, double, (size_t)(p->y.n_row * p->y.width));
    int t = p->time[k].x;
    key.time = q->by == GG_BY_INDEX && p->x.time.axis >= 0 ? t : value_at(&p->x.time, t);
    key.predicted_time = q->nearest_time || q->by == GG_BY_TAU ? value_at(&p->y.time, p->time[k].y) : NAN;
    gg_column_read(&p->x, t, truth);
    gg_column_read(&p->y, p->time[k].y, prediction);
    if (q->centre && p->y.width == 3 && p->y.over == GG_NODE && centre(&p->y, prediction, err))
        return -1;
    if (p->x.width < p->y.width)
        gg_column_lengths(&p->y, prediction);
    if (s->residuals)
        gg_residuals_add(s->residuals, p, k, truth, prediction, a);
    d->truth = truth;
    d->prediction = prediction;
    d->noise = strcmp(target, "overlap") == 0 ? noise_of_parts(&p->x, truth, d->runs, a)
                                              : noise_of(f, in->meta[p->of_x], target, &p->x, t, a);
    d->spread = spread_of(in, p, target, p->time[k].y, a);
    double length = overlap_length(s, in->meta[p->of_x]),
           made = number_of(in->meta[p->of_x], "overlap_length");
    struct gg_replicas runs = gg_replicas_of(f, &p->x, t, truth, length, s->fluctuations, a);
    if (made > 0 && made != length && (runs.overlap || strcmp(target, "overlap") == 0))
        s->made_with = made;
    d->half[0] = runs.half[0];
    d->half[1] = runs.half[1];
    d->overlap = runs.overlap;
    d->n_run = runs.overlap ? runs.n_run : 0;
    return gg_scores_add(s, key, d, err);
}

/* Where the particles are. */
static int places_of(const struct gg_frame *f, struct gg_score_data *d, struct gg_arena *a,
                     struct gg_err *err)
{
    struct gg_cell *cell = GG_NEW(a, struct gg_cell, 1);
    d->cell = cell;
    d->pos = (const double(*)[3])gg_frame_need_double(f, "pos", a, err);
    return d->pos ? gg_cell_init(cell, f->dim, f->pbc, f->cell, err) : -1;
}

/* The first word of META md, which gg-md says of its runs: nve, canonical.  Frames that do not say it are others than those that do. */
static void see_dynamics(struct gg_fluctuations *f, const struct gg_meta *meta)
{
    const char *md = meta ? gg_meta_get(meta, "md") : NULL;
    char word[sizeof f->dynamics];
    snprintf(word, sizeof word, "%.*s", md ? (int)strcspn(md, " ") : 0, md ? md : "");
    if (strcmp(f->dynamics, word) != 0)
        snprintf(f->dynamics, sizeof f->dynamics, "%s", f->seen ? "several" : word);
    f->seen = true;
}

/* The tau_alpha of the frame, and of the frames that its prediction was trained on. */
static int taus_of(struct gg_score_pair *p, const struct gg_score_input *in, struct gg_err *err)
{
    p->tau[0] = gg_frame_number(in->frame[p->of_x], "tau_alpha");
    p->tau[1] = in->trained && p->of_y == 0 ? gg_trained_tau(in->trained) : NAN;
    if (!(p->tau[0] > 0))
        return gg_fail(err, GG_INPUT, "--by tau: has no tau_alpha: gg-targets --add tau_alpha, from runs");
    return p->tau[1] > 0
               ? 0
               : gg_fail(err, GG_INPUT,
                         "--by tau: the history of '%s' does not say the tau_alpha of its training: "
                         "gg-predict of a model that was trained on frames with tau_alpha does",
                         p->y.field->name);
}

/* A predictor in the table: the model, where models are told apart, and its field where that is neither X_pred nor the only one. */
static const char *called(const struct gg_score_request *q, const struct gg_score_input *in,
                          const char *predictor, struct gg_arena *a)
{
    size_t n = strlen(predictor);
    bool usual = q->n_predictor == 1 || (n > 5 && strcmp(predictor + n - 5, "_pred") == 0);
    return !in->model ? predictor : usual ? in->model : gg_arena_printf(a, "%s:%s", in->model, predictor);
}

/* 1: scored; 0: no pair. */
static int add_pair(struct gg_scores *s, const struct gg_score_request *q, const struct gg_score_input *in,
                    const char *target, const char *predictor, struct gg_arena *a, struct gg_err *err)
{
    struct gg_score_pair p;
    if (gg_score_pair_find(&p, in, target, predictor, err))
        return -1;
    if (is_no_pair(q, &p))
        return 0;
    enum gg_score_pairing how = q->nearest_time        ? GG_PAIR_NEAREST
                                : q->by == GG_BY_TAU   ? GG_PAIR_TAU
                                : q->by == GG_BY_INDEX ? GG_PAIR_PLACE
                                                       : GG_PAIR_VALUE;
    if (gg_score_pair_check(&p, in, err) || (how == GG_PAIR_TAU && taus_of(&p, in, err)) ||
        gg_score_pair_times(&p, how, a, err))
        return -1;
    const struct gg_frame *f = in->frame[p.of_x];
    const struct gg_field *type = gg_frame_find(f, "type");
    struct gg_score_key key = {.target = gg_scores_name(s, target),
                               .predictor = gg_scores_name(s, called(q, in, predictor, a)),
                               .temperature = gg_frame_number(f, "temperature"),
                               .over = p.x.over,
                               .vector = p.x.width > 1,
                               .alike = gg_score_pair_alike(&p)};
    struct gg_score_data d = {.n = p.x.n_row,
                              .width = p.x.width,
                              .runs = gg_score_runs(in->meta[p.of_x]),
                              .length = strcmp(p.x.field->unit, "sigma") == 0};
    if (type && !(type = gg_frame_need(f, "type", err)))
        return -1;
    d.type = type && p.x.over == GG_NODE ? type->data : NULL;
    if ((s->spatial || s->fluctuations) && p.x.over == GG_NODE && places_of(f, &d, a, err))
        return -1;
    if (s->fluctuations)
        see_dynamics(s->fluctuations, in->meta[p.of_x]);
    for (int k = 0; k < p.n; k++)
        if (add_time(s, q, in, &p, key, &d, k, a, err))
            return -1;
    return 1;
}

/* All predictors of one target, and the one they are compared with; the number of pairs. */
static int add_target(struct gg_scores *s, const struct gg_score_request *q, const struct gg_score_input *in,
                      const char *target, struct gg_arena *a, struct gg_err *err)
{
    const char **list;
    int n = gg_score_predictors(q, in, target, &list, a), found = 0;
    for (int k = 0; k < n; k++) {
        int more = add_pair(s, q, in, target, list[k], a, err);
        if (more < 0)
            return -1;
        found += more;
    }
    if (q->against) /* a field, or where models are told apart the row of one */
        gg_scores_set_against(s, gg_scores_name(s, target),
                              gg_scores_name(s, in->model ? q->against
                                                          : gg_score_predictor(target, q->against)));
    return found;
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
            if (x->role != GG_TARGET || variance || x->ndim > 2 || gg_score_field(in, x->name) != x)
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
    const char **target, *lonely = NULL;
    int n = gg_score_predicted(in, &target, a), found = 0;
    for (int k = 0; k < n; k++) {
        const struct gg_field *x = gg_score_field(in, target[k]);
        if (!x) {
            lonely = target[k];
            continue;
        }
        if (gg_column_mixed(x)) {
            gg_scores_leave_mixed(s, target[k]);
            found++;
            continue;
        }
        int more = add_target(s, q, in, target[k], a, err);
        if (more < 0)
            return -1;
        found += more;
    }
    if (found == 0 && q->n_predictor)
        return add_truths(s, q, in, a, err);
    if (!found && lonely)
        return gg_fail(err, GG_INPUT,
                       "'%s_pred' has no truth beside it: --truth FILE takes it from a stream of the same "
                       "frames",
                       lonely);
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
    for (int of = 1; of < in->n; of++)
        if (same_particles(in->frame[0], in->frame[of], err))
            return -1;
    s->config = s->matrix ? gg_scores_sample(s, in->frame[0]->id) : s->n_config;
    gg_scores_see_run(s, in->frame[0]);
    int status = q->n_target == 0 ? add_predicted(s, q, in, a, err) : 0;
    for (int k = 0; k < q->n_target && status == 0; k++)
        status = add_target(s, q, in, q->target[k], a, err) < 0 ? -1 : 0;
    s->n_config++;
    return status;
}
