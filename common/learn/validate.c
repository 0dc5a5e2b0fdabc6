/* validate.c -- graphs of the samples, and how well the network does on the validation frames */
#include "learn/train.h"
#include "stats/correlation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_trained(const struct gg_trainer *t, int sample)
{
    for (int k = 0; k < t->n_train; k++)
        if (t->train[k] == sample)
            return true;
    return false;
}

struct gg_batch *gg_train_batch(struct gg_trainer *t, int sample, struct gg_err *err)
{
    const struct gg_sample *s = &t->spool.sample[sample];
    if (t->batch[sample].x)
        return &t->batch[sample];
    double n = (double)s->n_node, bytes = gg_batch_bytes(t->model, n, n * t->model->mean_neighbours);
    bool keep = t->kept + bytes <= t->how.memory;
    struct gg_arena *a = keep ? &t->graph[sample] : &t->scratch;
    struct gg_batch *b = keep ? &t->batch[sample] : &t->other;
    if (!keep)
        gg_arena_reset(a);
    if (gg_batch_init(b, t->model, s, is_trained(t, sample), a, err) ||
        gg_loss_prepare(b, t->model, s, a, err)) {
        gg_err_prefix(err, "sample '%s': ", s->id);
        return NULL;
    }
    t->kept += keep ? bytes : 0;
    return b;
}

/* Truth and prediction of one species and time of a head, particles without a target left out. */
static struct gg_moments moments_of(const struct gg_trainer *t, const struct gg_sample *s, int head,
                                    int species, int time, const float *predicted, double *x, double *y)
{
    const struct gg_model *m = t->model;
    int n = m->head[head].kind == GG_HEAD_VECTOR ? 3 : 1;
    int64_t count = 0;
    for (int64_t i = 0; i < s->n_node; i++) {
        const float *truth = s->target[head] + (i * m->n_time + time) * n,
                    *p = predicted + (i * m->n_time + time) * n;
        if (s->type[i] != species || isnan(truth[0]) || isnan(p[0]))
            continue;
        for (int z = 0; z < n; z++) {
            x[count * n + z] = (double)truth[z];
            y[count * n + z] = (double)p[z];
        }
        count++;
    }
    return n == 3 ? gg_moments_vector(count, x, y) : gg_moments_scalar(count, x, y);
}

static int report(struct gg_trainer *t, int head, int time, int species, const struct gg_moments *moments,
                  struct gg_err *err)
{
    const char name[2] = {(char)('A' + species), 0};
    struct gg_json *j = gg_metrics_begin(&t->metrics, "eval");
    gg_json_int(j, "step", t->adam.step);
    gg_json_int(j, "epoch", t->epoch + 1);
    gg_json_text(j, "split", "validation");
    gg_json_text(j, "target", t->model->head[head].target);
    gg_json_double(j, "t", t->model->time[time]);
    gg_json_text(j, "species", name);
    gg_json_double(j, "rho_config", gg_pearson_config(t->n_validation, moments));
    gg_json_double(j, "rho_pooled", gg_pearson_pooled(t->n_validation, moments));
    return gg_metrics_end(&t->metrics, err);
}

/* The correlation of species A at one time; the mean over times goes into the line that a person reads. */
static int report_all(struct gg_trainer *t, const struct gg_moments *moments, double *rho, struct gg_err *err)
{
    const struct gg_model *m = t->model;
    double sum = 0;
    int n = 0;
    for (int h = 0; h < m->n_head; h++)
        for (int time = 0; time < m->n_time; time++)
            for (int s = 0; s < m->n_species; s++) {
                const struct gg_moments *x =
                    moments + ((h * m->n_time + time) * m->n_species + s) * t->n_validation;
                double r = gg_pearson_config(t->n_validation, x);
                if (!m->head[h].on[time] || !m->loss_species[s])
                    continue;
                if (report(t, h, time, s, x, err))
                    return -1;
                if (h == 0 && s == 0 && isfinite(r)) {
                    sum += r;
                    n++;
                }
            }
    *rho = n ? sum / n : NAN;
    return 0;
}

static int epoch_line(struct gg_trainer *t, double train_loss, double loss, struct gg_err *err)
{
    struct gg_json *j = gg_metrics_begin(&t->metrics, "epoch");
    gg_json_int(j, "step", t->adam.step);
    gg_json_int(j, "epoch", t->epoch + 1);
    gg_json_double(j, "loss", train_loss);
    if (t->n_validation)
        gg_json_double(j, "loss_validation", loss);
    gg_json_double(j, "lr", gg_schedule_rate(&t->schedule, t->adam.step));
    return gg_metrics_end(&t->metrics, err);
}

int gg_validate(struct gg_trainer *t, const gg_real *w, double train_loss, double *loss, double *rho,
                struct gg_err *err)
{
    const struct gg_model *m = t->model;
    struct gg_arena a = {0};
    size_t columns = (size_t)(m->n_head * m->n_time * m->n_species);
    struct gg_moments *moments = GG_NEW(&a, struct gg_moments, columns * (size_t)t->n_validation + 1);
    double sum = 0;
    for (int k = 0; k < t->n_validation; k++) {
        const struct gg_sample *s = &t->spool.sample[t->validation[k]];
        struct gg_batch *b = gg_train_batch(t, t->validation[k], err);
        if (!b) {
            gg_arena_free(&a);
            return -1;
        }
        struct gg_arena local = {0};
        double *x = GG_NEW(&local, double, (size_t)s->n_node * 3 + 1),
               *y = GG_NEW(&local, double, (size_t)s->n_node * 3 + 1);
        float *predicted = GG_NEW(&local, float, (size_t)(s->n_node * m->n_time * 3) + 1);
        gg_pass_forward(&t->pass, m, w, b, false);
        sum += gg_loss(&t->pass, m, b, s, false, 1);
        for (int h = 0; h < m->n_head; h++) {
            gg_head_predict(&t->pass, m, h, b, predicted);
            for (int time = 0; s->target[h] && time < m->n_time; time++)
                for (int z = 0; z < m->n_species; z++)
                    moments[((h * m->n_time + time) * m->n_species + z) * t->n_validation + k] =
                        moments_of(t, s, h, z, time, predicted, x, y);
        }
        gg_arena_free(&local);
    }
    int status = 0;
    if (t->n_validation) {
        *loss = sum / t->n_validation;
        status = report_all(t, moments, rho, err);
    }
    gg_arena_free(&a);
    return status ? status : epoch_line(t, train_loss, *loss, err);
}
