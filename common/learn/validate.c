/* validate.c -- how well the network does on the validation frames */
#include "learn/train.h"
#include "model/blame.h"
#include "model/loss.h"
#include "stats/correlation.h"
#include "util/same.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Truth and prediction of one group and time of a head; rows without a target, or without a prediction, are left out. */
static struct gg_moments moments_of(const struct gg_head *h, const struct gg_sample *s,
                                    const struct gg_truth *truth, int group, int time, const float *predicted,
                                    double *x, double *y)
{
    const struct gg_target *t = &h->target;
    int n = gg_target_dim(t);
    int64_t count = 0;
    for (int64_t i = 0; i < truth->n_row; i++) {
        const float *want = gg_truth_at(truth, i, time), *p = predicted + (i * t->n_time + time) * n;
        bool there = want && t->kind->group(s, i) == group;
        for (int z = 0; z < n && there; z++)
            there = !isnan(want[z]) && !isnan(p[z]);
        for (int z = 0; z < n && there; z++) {
            x[count * n + z] = (double)want[z];
            y[count * n + z] = (double)p[z];
        }
        count += there;
    }
    return n == 1 ? gg_moments_scalar(count, x, y) : gg_moments_tensor(count, n, x, y);
}

/* Has the sample a number that a head learns, or do views make one? */
static bool judges(const struct gg_model *m, const struct gg_sample *s)
{
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_target *t = &m->head[h].target;
        if (gg_target_made(t))
            return true;
        for (int64_t i = 0; s->target[h].value && i < s->target[h].n_row; i++)
            for (int time = 0; time < t->n_time; time++) {
                const float *y = gg_truth_at(&s->target[h], i, time);
                if (y && !isnan(y[0]) && gg_head_on(&m->head[h], t->kind->group(s, i), time))
                    return true;
            }
    }
    return false;
}

static int list_columns(const struct gg_trainer *t, int n_frame, struct gg_judged **out, struct gg_arena *a)
{
    const struct gg_model *m = t->model;
    int n = 0;
    for (int h = 0; h < m->n_head; h++)
        n += m->head[h].target.n_group * m->head[h].target.n_time;
    *out = GG_NEW(a, struct gg_judged, (size_t)n + 1);
    n = 0;
    for (int h = 0; h < m->n_head; h++)
        for (int time = 0; time < m->head[h].target.n_time; time++)
            for (int g = 0; g < m->head[h].target.n_group; g++)
                if (gg_head_on(&m->head[h], g, time))
                    (*out)[n++] =
                        (struct gg_judged){h, g, time, GG_NEW(a, struct gg_moments, (size_t)n_frame + 1)};
    return n;
}

/* Whether train.judge asks for this column. */
static bool is_judged(const struct gg_trainer *t, const struct gg_judged *c)
{
    const struct gg_judge *j = &t->keys.judge;
    const struct gg_target *x = &t->model->head[c->head].target;
    return (!j->target || !strcmp(j->target, x->name)) &&
           (j->time == 0 || (x->timed && gg_same(x->time[c->time], j->time))) &&
           (!j->species || (x->kind->species && j->species[0] == 'A' + c->group && !j->species[1]));
}

/* Has any validation frame a number in this column? */
static bool has_number(const struct gg_trainer *t, const struct gg_judged *c)
{
    const struct gg_target *x = &t->model->head[c->head].target;
    bool any = gg_target_made(x);
    for (int k = 0; k < t->data.validation.n && !any; k++) {
        const struct gg_sample *s = &t->data.spool.sample[t->data.validation.sample[k]];
        const struct gg_truth *y = &s->target[c->head];
        for (int64_t row = 0; y->value && row < y->n_row && !any; row++) {
            const float *at = gg_truth_at(y, row, c->time);
            any = at && !isnan(*at) && (!x->kind->species || s->type[row] == c->group);
        }
    }
    return any;
}

/* A correlation that no column has would never be better. */
static int check_judge(const struct gg_trainer *t, struct gg_err *err)
{
    const struct gg_judge *j = &t->keys.judge;
    const struct gg_yaml *map = gg_yaml_get(t->model->config.root, "train");
    struct gg_arena a = {0};
    struct gg_judged *column;
    bool any = j->by == GG_JUDGE_LOSS;
    for (int n = list_columns(t, 0, &column, &a), k = 0; k < n; k++)
        any = any || (is_judged(t, &column[k]) && has_number(t, &column[k]));
    gg_arena_free(&a);
    return any ? 0
               : gg_yaml_fail(
                     gg_yaml_get(map, "judge"), err,
                     "train.judge: no head that is trained, and no validation frame, has target '%s', "
                     "time %g (0: any) and species '%s'",
                     j->target ? j->target : "any", j->time, j->species ? j->species : "any");
}

/* Leaves out frames of a set without a number that a head learns. */
static int choose(struct gg_trainer *t, struct gg_sample_set *set, const char *name, struct gg_err *err)
{
    int n = 0, all = set->n;
    for (int k = 0; k < all; k++)
        if (judges(t->model, &t->data.spool.sample[set->sample[k]]))
            set->sample[n++] = set->sample[k];
    set->n = n;
    if (all && !n)
        return gg_fail(err, GG_INPUT,
                       "no target to %s on: the %d %s frames have no number (or NaN alone) for '%s' of "
                       "the species and times that are trained",
                       strcmp(name, "test") ? "validate" : "test", all, name, t->model->head[0].target.name);
    if (n < all)
        gg_train_say(t, "%d of %d %s frames have no target that is trained: left out", all - n, all, name);
    return 0;
}

/* Test frames have not shaped the model, and may have what it does not know. */
static int check_test(const struct gg_trainer *t, struct gg_err *err)
{
    for (int k = 0; k < t->data.test.n; k++) {
        const struct gg_sample *s = &t->data.spool.sample[t->data.test.sample[k]];
        for (int64_t i = 0; i < s->n_node; i++)
            if (s->type[i] >= t->model->n_species)
                return gg_fail(
                    err, GG_INPUT,
                    "test sample '%s': particle %lld is of species %c, and the training data have %d "
                    "species",
                    s->id, (long long)i, 'A' + s->type[i], t->model->n_species);
    }
    return 0;
}

int gg_validate_choose(struct gg_trainer *t, struct gg_err *err)
{
    return choose(t, &t->data.validation, "validation", err) || check_judge(t, err) || check_test(t, err) ||
                   choose(t, &t->data.test, "test", err)
               ? -1
               : 0;
}

/* Of prediction to truth, inside the frames: rho^2 for what is as smooth as it should be, below where it is too smooth. */
static double variance_ratio(int n, const struct gg_moments *m)
{
    double x = 0, y = 0;
    for (int k = 0; k < n; k++) {
        x += m[k].sxx;
        y += m[k].syy;
    }
    return x > 0 ? y / x : NAN;
}

int gg_validate_report(struct gg_trainer *t, const char *split, int64_t epoch, int n_frame,
                       const struct gg_judged *c, struct gg_err *err)
{
    const struct gg_target *target = &t->model->head[c->head].target;
    const char name[2] = {(char)('A' + c->group), 0};
    struct gg_json *j = gg_metrics_begin(&t->metrics, "eval");
    gg_json_int(j, "step", t->state.adam.step);
    gg_json_int(j, "epoch", epoch);
    gg_json_text(j, "split", split);
    gg_json_text(j, "target", target->name);
    if (target->timed)
        gg_json_double(j, "t", target->time[c->time]);
    if (target->kind->species)
        gg_json_text(j, "species", name);
    gg_json_double(j, "rho_config", gg_pearson_config(n_frame, c->moments));
    gg_json_double(j, "rho_pooled", gg_pearson_pooled(n_frame, c->moments));
    gg_json_double(j, "variance_ratio", variance_ratio(n_frame, c->moments));
    return gg_metrics_end(&t->metrics, err);
}

/* Mean over those of its terms that are defined. */
struct mean {
    double sum;
    int n;
};

static void add_to(struct mean *m, double x, bool wanted)
{
    if (!wanted || !isfinite(x))
        return;
    m->sum += x;
    m->n++;
}

static double mean_of(const struct mean *m)
{
    return m->n ? m->sum / m->n : NAN;
}

/* Of the correlations of the first head and the first species that counts, the mean over times goes into the line that a person
 * reads. */
static int report_all(struct gg_trainer *t, const struct gg_judged *column, int n_column,
                      struct gg_verdict *v, struct gg_err *err)
{
    struct mean shown = {0}, judged = {0};
    bool pooled = t->keys.judge.by == GG_JUDGE_RHO_POOLED;
    for (const struct gg_judged *c = column; c < column + n_column; c++) {
        double r = gg_pearson_config(t->data.validation.n, c->moments);
        if (gg_validate_report(t, "validation", t->state.epoch + 1, t->data.validation.n, c, err))
            return -1;
        add_to(&shown, r, c->head == 0 && c->group == column->group);
        add_to(&judged, pooled ? gg_pearson_pooled(t->data.validation.n, c->moments) : r, is_judged(t, c));
    }
    v->rho = mean_of(&shown);
    v->judged = t->keys.judge.by == GG_JUDGE_LOSS ? v->loss : -mean_of(&judged);
    return 0;
}

static int epoch_line(struct gg_trainer *t, double train_loss, double loss, struct gg_err *err)
{
    struct gg_json *j = gg_metrics_begin(&t->metrics, "epoch");
    gg_json_int(j, "step", t->state.adam.step);
    gg_json_int(j, "epoch", t->state.epoch + 1);
    gg_json_double(j, "loss", train_loss);
    if (t->data.validation.n)
        gg_json_double(j, "loss_validation", loss);
    gg_json_double(j, "lr", gg_schedule_rate(&t->state.schedule, t->state.adam.step));
    return gg_metrics_end(&t->metrics, err);
}

static bool has_truth(const struct gg_model *m, const struct gg_sample *s)
{
    bool any = false;
    for (int h = 0; h < m->n_head; h++)
        any |= s->target[h].value != NULL;
    return any;
}

/* A frame as it is, or with what views make: its loss, and its moments in the columns of heads that have a target there. */
static int judge(struct gg_trainer *t, int frame, const struct gg_sample *s, const struct gg_batch *b,
                 const gg_real *w, const struct gg_judged *column, int n_column, double *loss,
                 struct gg_err *err)
{
    const struct gg_model *m = t->model;
    struct gg_arena a = {0};
    gg_pass_forward(&t->pass, m, w, b, false);
    double value = gg_loss(&t->pass, m, b, s, false, 1);
    if (!isfinite(value)) {
        char why[GG_TRACE_TEXT];
        gg_trace_blame(&t->pass, m, w, b, s, why);
        return gg_fail(err, GG_NUMERICS, "sample '%s', judged behind epoch %lld: the loss is not finite: %s",
                       s->id, (long long)t->state.epoch + 1, why);
    }
    *loss = value;
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_target *target = &m->head[h].target;
        size_t row = (size_t)gg_target_dim(target), n = (size_t)target->kind->rows(s);
        if (!s->target[h].value)
            continue;
        float *predicted = GG_NEW(&a, float, n *row *(size_t)target->n_time + 1);
        double *x = GG_NEW(&a, double, n *row + 1), *y = GG_NEW(&a, double, n *row + 1);
        gg_head_predict(&t->pass, m, h, s, b, predicted);
        for (const struct gg_judged *c = column; c < column + n_column; c++)
            if (c->head == h)
                c->moments[frame] =
                    moments_of(&m->head[h], s, &s->target[h], c->group, c->time, predicted, x, y);
    }
    gg_arena_free(&a);
    return 0;
}

/* loss[0]: of the frame as it is, loss[1]: with what views make; 0 where there is none. */
static int add_frame(struct gg_trainer *t, int sample, int frame, const gg_real *w,
                     const struct gg_judged *column, int n_column, double loss[2], struct gg_err *err)
{
    const struct gg_sample *s = &t->data.spool.sample[sample];
    struct gg_sample made;
    struct gg_batch with;
    if (has_truth(t->model, s)) {
        const struct gg_batch *b = gg_data_batch(&t->data, t->model, sample, err);
        gg_hidden_at(t->hidden, frame, 0);
        if (!b || judge(t, frame, s, b, w, column, n_column, loss, err))
            return -1;
    }
    if (!t->making.n)
        return 0;
    gg_arena_reset(&t->seen);
    gg_hidden_at(t->hidden, frame, 1);
    return gg_made_see(t, sample, &made, &with, &t->seen, err) ||
                   judge(t, frame, &made, &with, w, column, n_column, loss + 1, err)
               ? -1
               : 0;
}

int gg_validate_columns(struct gg_trainer *t, const gg_real *w, const struct gg_sample_set *set,
                        struct gg_judged **column, double *loss, struct gg_arena *a, struct gg_err *err)
{
    int n = list_columns(t, set->n, column, a), fault = -1;
    double(*part)[2] = gg_arena_calloc(a, (size_t)set->n + 1, sizeof *part), sum = 0;
    t->pass.train = false;
    for (int k = 0; k < set->n && fault < 0; k++)
        if (gg_ranks_mine(&t->ranks, k) && add_frame(t, set->sample[k], k, w, *column, n, part[k], err))
            fault = k;
    if (gg_ranks_fault(&t->ranks, fault, err))
        return -1;
    gg_ranks_gather(&t->ranks, part, sizeof *part, set->n, set->n);
    for (int c = 0; c < n; c++)
        gg_ranks_gather(&t->ranks, (*column)[c].moments, sizeof *(*column)[c].moments, set->n, set->n);
    for (int k = 0; k < set->n; k++)
        sum = sum + part[k][0] + part[k][1];
    *loss = set->n ? sum / set->n : *loss;
    return n;
}

int gg_validate(struct gg_trainer *t, const gg_real *w, double train_loss, struct gg_verdict *v,
                struct gg_err *err)
{
    struct gg_arena a = {0};
    struct gg_judged *column;
    *v = (struct gg_verdict){train_loss, NAN, train_loss};
    gg_hidden_begin(t->hidden, &t->pass, t->data.validation.n);
    int n = gg_validate_columns(t, w, &t->data.validation, &column, &v->loss, &a, err),
        status = n < 0 ? -1 : 0;
    gg_hidden_end(t->hidden, &t->pass);
    if (status == 0)
        gg_hidden_gather(t->hidden, &t->ranks);
    if (status == 0 && t->data.validation.n)
        status = report_all(t, column, n, v, err);
    if (status == 0)
        status = gg_hidden_write(t->hidden, &t->metrics, t->state.adam.step, t->state.epoch + 1, err);
    gg_arena_free(&a);
    return status ? status : epoch_line(t, train_loss, v->loss, err);
}
