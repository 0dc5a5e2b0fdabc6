/* fit_logistic.c -- softness: the plane between the fastest and the slowest particles, by logistic regression
 *
 * Cubuk et al., Phys. Rev. Lett. 114, 108001 (2015); Schoenholz et al., Nature Physics 12, 469 (2016), with a logistic instead of
 * a hinge loss.  In each configuration and at each time the particles of a group above the quantile 1 - q of the target have label 1,
 * those below the quantile q label 0, and those between are left out.  Rows stay in the spool in single precision and are
 * standardised, and projected on principal components, each time they are read; a fit holds one chunk of them. */
#include "fit/logistic.h"
#include "learn/fit_train.h"
#include "stats/bootstrap.h"
#include "util/linalg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 2048 };

/* Standardised features, or their principal components, of a group without one part (-1: of all). */
struct view {
    struct gg_linear linear;
    int *kept, n_kept, n; /* n: numbers of a row */
    double *axis;         /* [n][n_kept], or NULL */
};

/* One classifier: its rows as fit/logistic reads them, and its path. */
struct task {
    const struct gg_trainer *t;
    const struct view *view;
    int group, output, part;
    bool left;              /* reads what was left out, not what it is fitted to */
    double (*threshold)[2]; /* [n_sample] of the slow and of the fast */
    double *x;              /* [ROWS][n_kept], before projection */
    double *w, *loss, n_left;
    struct gg_err err;
};

/* ---- rows ---- */

static bool counts(const struct task *k, const struct gg_sample *s, int64_t i)
{
    const struct gg_model *m = k->t->model;
    return m->head[gg_fit_of(m)->head[k->output]].counts[s->type[i]] &&
           gg_fit_group(m, s->type[i]) == k->group;
}

static double (*thresholds(const struct task *k))[2]
{
    const struct gg_trainer *t = k->t;
    double q = gg_fit_of(t->model)->keys.quantile,
           (*out)[2] = gg_xalloc((size_t)t->data.spool.n, sizeof *out);
    for (int n = 0; n < t->data.spool.n; n++) {
        const struct gg_sample *s = &t->data.spool.sample[n];
        double *y = gg_xalloc((size_t)s->n_node + 1, sizeof *y);
        int64_t count = 0;
        for (int64_t i = 0; i < s->n_node; i++)
            if (counts(k, s, i) && !isnan(gg_fit_target(t->model, s, k->output, i, 0)))
                y[count++] = gg_fit_target(t->model, s, k->output, i, 0);
        out[n][0] = gg_quantile(count, y, q);
        out[n][1] = gg_quantile(count, y, 1 - q);
        free(y);
    }
    return out;
}

static void standardise(const struct gg_fit *fit, const struct view *v, const float *input, double *x)
{
    for (int a = 0; a < v->n_kept; a++) {
        int f = v->kept[a];
        x[a] = ((double)input[fit->column[f]] - v->linear.mean[f]) / v->linear.scale[f];
    }
}

/* `count` rows of x become rows of z [n + 1], 1 behind. */
static void project(const struct view *v, int64_t count, const double *x, double *z)
{
    int m = v->n + 1;
    if (v->axis && count)
        gg_dgemm(false, true, (int)count, v->n, v->n_kept, 1, x, v->n_kept, v->axis, v->n_kept, 0, z, m);
    for (int64_t r = 0; r < count; r++) {
        if (!v->axis)
            memcpy(z + r * m, x + r * v->n_kept, (size_t)v->n * sizeof *z);
        z[r * m + v->n] = 1;
    }
}

/* A chunk is ROWS particles of one sample. */
static bool find_chunk(const struct gg_trainer *t, int64_t chunk, int *sample, int64_t *first)
{
    for (*sample = 0; *sample < t->data.spool.n; ++*sample) {
        int64_t n = (t->data.spool.sample[*sample].n_node + ROWS - 1) / ROWS;
        *first = chunk * ROWS;
        if (chunk < n)
            return true;
        chunk -= n;
    }
    return false;
}

static bool is_left(const struct task *k, int sample)
{
    return k->part >= 0 && gg_fit_train_of(k->t)->seen[sample].part == k->part;
}

static int64_t read_chunk(void *context, int64_t chunk, double *z, double *label)
{
    struct task *k = context;
    const struct gg_trainer *t = k->t;
    const struct gg_fit *fit = t->model->own;
    int sample;
    int64_t first, count = 0;
    bool validation;
    if (!find_chunk(t, chunk, &sample, &first))
        return 0;
    validation = gg_fit_train_of(t)->seen[sample].part == gg_fit_train_of(t)->n_part;
    if (k->left ? !is_left(k, sample) : is_left(k, sample) || validation)
        return 0;
    const struct gg_sample *s = &t->data.spool.sample[sample];
    for (int64_t i = first; i < s->n_node && i < first + ROWS; i++) {
        double y = gg_fit_target(t->model, s, k->output, i, 0);
        bool slow = y <= k->threshold[sample][0], fast = y >= k->threshold[sample][1];
        if (slow == fast || !counts(k, s, i)) /* between them, missing, or all alike */
            continue;
        standardise(fit, k->view, s->input[GG_ON_NODE] + i * fit->n_number, k->x + count * k->view->n_kept);
        label[count++] = fast;
    }
    project(k->view, count, k->x, z);
    return count;
}

static struct gg_rows rows_of(struct task *k)
{
    struct gg_rows r = {.n = k->view->n, .room = ROWS, .read = read_chunk, .context = k};
    for (int n = 0; n < k->t->data.spool.n; n++)
        r.n_chunk += (k->t->data.spool.sample[n].n_node + ROWS - 1) / ROWS;
    return r;
}

/* ---- one classifier ---- */

static void run(struct task *k)
{
    const struct gg_fit *x = k->t->model->own;
    struct gg_rows rows = rows_of(k);
    k->w = gg_xalloc((size_t)x->n_path * (size_t)(rows.n + 1), sizeof *k->w);
    k->loss = gg_xalloc((size_t)x->n_path, sizeof *k->loss);
    k->threshold = thresholds(k);
    k->x = gg_xalloc((size_t)ROWS * (size_t)k->view->n_kept + 1, sizeof *k->x);
    if (gg_logistic_path(&rows, x->n_path, x->path, x->keys.per_particle, k->w, &k->err) == 0 &&
        k->part >= 0) {
        k->left = true;
        k->n_left = gg_logistic_loss(&rows, x->n_path, k->w, k->loss);
    }
    free(k->threshold);
    free(k->x);
    k->threshold = NULL;
    k->x = NULL;
}

/* The plane of penalty p in standardised features, a unit vector in w; returns b. */
static double plane(const struct task *k, int p, double *w)
{
    const struct view *v = k->view;
    const double *c = k->w + (size_t)p * (size_t)(v->n + 1);
    double norm = 0;
    memset(w, 0, (size_t)gg_fit_of(k->t->model)->n_feature * sizeof *w);
    for (int a = 0; a < v->n_kept; a++)
        if (v->axis)
            for (int j = 0; j < v->n; j++)
                w[v->kept[a]] += c[j] * v->axis[(size_t)j * (size_t)v->n_kept + (size_t)a];
        else
            w[v->kept[a]] = c[a];
    for (int a = 0; a < v->n_kept; a++)
        norm += w[v->kept[a]] * w[v->kept[a]];
    norm = norm > 0 ? sqrt(norm) : 1;
    for (int a = 0; a < v->n_kept; a++)
        w[v->kept[a]] /= norm;
    return c[v->n] / norm;
}

/* ---- choice ---- */

/* Softness against the target in one configuration that was left out. */
static struct gg_moments moments_of(const struct task *k, int sample, const double *w, double b)
{
    const struct gg_sample *s = &k->t->data.spool.sample[sample];
    const struct gg_fit *fit = k->t->model->own;
    const struct view *v = k->view;
    int64_t count = 0;
    double *x = gg_xalloc(2 * (size_t)s->n_node + 1, sizeof *x), *y = x + s->n_node,
           *z = gg_xalloc((size_t)v->n_kept + 1, sizeof *z);
    for (int64_t i = 0; i < s->n_node; i++) {
        if (!counts(k, s, i) || isnan(gg_fit_target(k->t->model, s, k->output, i, 0)))
            continue;
        standardise(fit, v, s->input[GG_ON_NODE] + i * fit->n_number, z);
        y[count] = b;
        for (int a = 0; a < v->n_kept; a++)
            y[count] += w[v->kept[a]] * z[a];
        x[count++] = gg_fit_target(k->t->model, s, k->output, i, 0);
    }
    free(z);
    struct gg_moments m = gg_moments_scalar(count, x, y);
    free(x);
    return m;
}

/* Mean loss along the path, and the correlation at its best place. */
static void score(const struct gg_trainer *t, const struct task *k, int n_left)
{
    struct gg_fit *x = t->model->own;
    size_t at = (size_t)(k->group * x->n_output + k->output) * (size_t)x->n_path;
    for (int p = 0; p < x->n_path; p++) {
        double loss = 0, n = 0;
        for (int q = 1; q <= n_left; q++) {
            loss += k[q].loss[p];
            n += k[q].n_left;
        }
        x->error[at + (size_t)p] = n > 0 ? loss / n : NAN;
    }
    int best = gg_fit_best(x, k->group, k->output), count = 0;
    double *w = gg_xalloc((size_t)x->n_feature, sizeof *w);
    struct gg_moments *m = gg_xalloc((size_t)t->data.spool.n, sizeof *m);
    for (int q = 1; q <= n_left; q++) {
        double b = plane(&k[q], best, w);
        for (int n = 0; n < t->data.spool.n; n++)
            if (is_left(&k[q], n))
                m[count++] = moments_of(&k[q], n, w, b);
    }
    x->rho[at + (size_t)best] = gg_pearson_config(count, m);
    free(w);
    free(m);
}

static int gather(const struct gg_trainer *t, const struct task *k, int n_left, struct gg_err *err)
{
    struct gg_fit *x = t->model->own;
    size_t model = (size_t)(k->group * x->n_output + k->output), n = (size_t)x->n_feature;
    for (int q = 0; q <= n_left; q++)
        if (k[q].err.status) {
            *err = k[q].err;
            return gg_err_prefix(err, "species %c, time %g: ", 'A' + k->group,
                                 gg_fit_time(t->model, k->output));
        }
    if (n_left)
        score(t, k, n_left);
    int best = gg_fit_best(x, k->group, k->output);
    x->b[model] = plane(k, best, x->w + model * n);
    x->penalty[model] = x->path[best];
    memcpy(x->mean + (size_t)k->group * n, k->view->linear.mean, n * sizeof *x->mean);
    memcpy(x->scale + (size_t)k->group * n, k->view->linear.scale, n * sizeof *x->scale);
    return 0;
}

/* ---- all of them ---- */

static int look(const struct gg_trainer *t, int group, int part, const double *total, struct view *v,
                struct gg_err *err)
{
    const struct gg_fit *x = t->model->own;
    const struct gg_fit_group *g = &gg_fit_train_of(t)->group[group];
    struct gg_ridge r = {x->n_feature, x->n_output, .drop = x->keys.drop, .pca = (int)x->keys.pca};
    bool leave = part >= 0 && part < gg_fit_train_of(t)->n_part;
    gg_linear_init(&v->linear, &r);
    v->kept = gg_xalloc((size_t)x->n_feature, sizeof *v->kept);
    v->n_kept = gg_ridge_axes(&r, total, leave ? g->gram[part] : NULL, &v->linear, v->kept, &v->axis, err);
    v->n = v->axis && r.pca < v->n_kept ? r.pca : v->n_kept;
    for (int f = 0; f < x->n_feature; f++)
        v->linear.mean[f] += g->shift[f];
    return v->n_kept < 0 ? gg_err_prefix(err, "species %c: ", 'A' + group) : 0;
}

static void view_free(struct view *v)
{
    gg_linear_free(&v->linear);
    free(v->kept);
    free(v->axis);
}

/* The classifiers of a group: for each output that of all, then those without each part. */
static int fit_group(struct gg_trainer *t, int group, struct gg_err *err)
{
    const struct gg_fit *x = t->model->own;
    int n_left = gg_fit_n_left(t), each = n_left + 1, n = 0, status = 0;
    double *total = gg_fit_total(t, group), q = x->keys.pca ? (double)x->keys.pca : x->n_feature;
    struct view *view = gg_xalloc((size_t)each, sizeof *view);
    struct task *task = gg_xalloc((size_t)(x->n_output * each), sizeof *task);
    for (int k = 0; k < each && status == 0; k++)
        status = look(t, group, k ? gg_fit_left(t, k - 1) : -1, total, &view[k], err);
    for (int o = 0; o < x->n_output && status == 0; o++)
        for (int k = 0; k < each && gg_fit_on(t->model, group, o); k++)
            task[n++] = (struct task){.t = t,
                                      .view = &view[k],
                                      .group = group,
                                      .output = o,
                                      .part = k ? gg_fit_left(t, k - 1) : -1};
#pragma omp parallel for schedule(dynamic, 1) num_threads(gg_fit_at_once(8 * (3 * ROWS * q + 2 * q * q)))
    for (int k = 0; k < n; k++)
        run(&task[k]);
    for (int k = 0; k < n && status == 0; k += each)
        status = gather(t, &task[k], n_left, err);
    for (int k = 0; k < n; k++) {
        free(task[k].w);
        free(task[k].loss);
    }
    for (int k = 0; k < each; k++)
        view_free(&view[k]);
    free(view);
    free(task);
    free(total);
    return status;
}

static int solve(struct gg_trainer *t, struct gg_err *err)
{
    if (gg_spool_map(&t->data.spool, t->model, err))
        return -1;
    gg_spool_bind(&t->data.spool, t->model);
    for (int g = 0; g < gg_fit_of(t->model)->n_group; g++)
        if (gg_fit_train_of(t)->group[g].n_row && fit_group(t, g, err))
            return -1;
    return 0;
}

static const struct gg_fit_kind kind = {.spools = true, .error = "loss", .says = "loss", .solve = solve};
const struct gg_learner gg_learner_logistic = {.name = "logistic",
                                               .about =
                                                   "softness: distance to the plane between fast and slow",
                                               .source = "Schoenholz et al., Nature Physics 12, 469 (2016)",
                                               .kind = &kind,
                                               .unit = "1",
                                               GG_FIT_ROW};
