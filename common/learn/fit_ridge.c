/* fit_ridge.c -- ridge regression of a group, on all of the training set and without each part in turn
 *
 * Without a part its Gram matrix is taken from the sum, and the model is judged on the part by that matrix alone: the frames are
 * not needed again.  Means, scales and components are those of what is left: nothing is known of what is left out. */
#include "learn/fit_train.h"
#include "fit/gram.h"

#include <math.h>
#include <stdlib.h>

/* One decomposition: of all (part -1), or without a part. */
struct task {
    int group, part;
    struct gg_moments *score; /* [n_output * n_path] on what was left out */
    struct gg_linear linear;  /* of all; the others give theirs back */
    struct gg_err err;
};

static struct gg_ridge problem(const struct gg_fit *x)
{
    return (struct gg_ridge){.n_feature = x->n_feature,
                             .n_target = x->n_output,
                             .n_path = x->n_path,
                             .path = x->path,
                             .per_particle = x->keys.per_particle ? x->dim : 0,
                             .drop = x->keys.drop,
                             .pca = (int)x->keys.pca,
                             .about_zero = gg_fit_turns(x)};
}

static void run(const struct gg_trainer *t, struct task *k, double *const *total)
{
    const struct gg_fit_train *d = t->own;
    const struct gg_fit_group *g = &d->group[k->group];
    struct gg_ridge r = problem(t->model->own);
    const double *part = k->part >= 0 ? g->gram[k->part] : NULL;
    k->score = gg_xalloc((size_t)(r.n_target * r.n_path), sizeof *k->score);
    if (k->part >= 0 && !part) /* the part has no particle of the group: nothing to judge */
        return;
    bool leave = k->part >= 0 && k->part < d->n_part;
    size_t rows = gg_packed_size(d->n_column) - 1;           /* the last number */
    if (leave && !(total[k->group][rows] - part[rows] >= 1)) /* it has them all: nothing to learn from */
        return;
    gg_linear_init(&k->linear, &r);
    if (gg_ridge_solve(&r, total[k->group], leave ? part : NULL, &k->linear, &k->err) == 0 && part)
        gg_ridge_score(&r, part, &k->linear, k->score);
    if (k->part >= 0)
        gg_linear_free(&k->linear);
}

/* Errors and correlations of an output along the path, from the parts that were left out. */
static void score(const struct gg_trainer *t, const struct task *k, int n_left, int g, int o)
{
    struct gg_fit *x = t->model->own;
    struct gg_moments *part = gg_xalloc((size_t)n_left, sizeof *part);
    for (int p = 0; p < x->n_path; p++) {
        double squares = 0, n = 0;
        struct gg_moments all = {0};
        size_t at = (size_t)(g * x->n_output + o) * (size_t)x->n_path + (size_t)p;
        for (int q = 0; q < n_left; q++) {
            part[q] = k[q].score[o * x->n_path + p];
            squares += part[q].sdd;
            n += part[q].n;
            if (part[q].n > 0)
                gg_moments_merge(&all, &part[q]);
        }
        x->error[at] = n > 0 && all.sxx > 0 ? squares / all.sxx : NAN;
        x->rho[at] = gg_pearson_config(n_left, part);
    }
    free(part);
}

/* Coefficients of the chosen penalty, back to the data's own zero. */
static void keep(const struct gg_trainer *t, const struct gg_linear *l, int g, int o)
{
    struct gg_fit *x = t->model->own;
    const double *shift = gg_fit_train_of(t)->group[g].shift;
    int n = x->n_feature, p = gg_fit_best(x, g, o);
    size_t model = (size_t)(g * x->n_output + o), path = (size_t)(o * x->n_path + p);
    for (int f = 0; f < n; f++) {
        x->mean[g * n + f] = shift[f] + l->mean[f];
        x->scale[g * n + f] = l->scale[f];
        x->w[model * (size_t)n + (size_t)f] = l->w[path * (size_t)n + (size_t)f];
    }
    x->b[model] = shift[n + o] + l->b[path];
    x->penalty[model] = x->path[p];
}

/* Where the chosen one's scores stand. */
static size_t best_at(const struct gg_fit *x, int g, int o)
{
    return (size_t)(g * x->n_output + o) * (size_t)x->n_path + (size_t)gg_fit_best(x, g, o);
}

static int gather(const struct gg_trainer *t, const struct task *k, int n_left, struct gg_err *err)
{
    for (int q = 0; q <= n_left; q++)
        if (k[q].err.status) {
            *err = k[q].err;
            return gg_err_prefix(err, "species %c: ", 'A' + k->group);
        }
    for (int o = 0; o < gg_fit_of(t->model)->n_output; o++) {
        if (!gg_fit_on(t->model, k->group, o))
            continue;
        if (n_left)
            score(t, k + 1, n_left, k->group, o);
        if (n_left && gg_fit_of(t->model)->n_path > 1 &&
            isnan(gg_fit_of(t->model)->rho[best_at(t->model->own, k->group, o)]))
            return gg_fail(
                err, GG_INPUT,
                "species %c: no configuration can be left out to choose a penalty; fit.penalty gives one",
                'A' + k->group);
        keep(t, &k->linear, k->group, o);
    }
    return 0;
}

/* The matrix with the two of dsyevd's workspace where eigenvectors are wanted, and the coefficients, thrice. */
double gg_fit_solve_bytes(const struct gg_fit *x)
{
    double q = x->n_feature;
    return 8 * q * (q * (x->keys.pca ? 3 : 1) + 3.0 * x->n_output * x->n_path);
}

static int solve(struct gg_trainer *t, struct gg_err *err)
{
    const struct gg_fit *x = t->model->own;
    int n_left = gg_fit_n_left(t), n = 0, status = 0;
    double *total[GG_MAX_SPECIES] = {0};
    struct task *task = gg_xalloc((size_t)(x->n_group * (n_left + 1)), sizeof *task);
    for (int g = 0; g < x->n_group; g++) {
        if (!gg_fit_train_of(t)->group[g].n_row)
            continue;
        total[g] = gg_fit_total(t, g);
        for (int k = -1; k < n_left; k++)
            task[n++] = (struct task){.group = g, .part = k < 0 ? -1 : gg_fit_left(t, k)};
    }
#pragma omp parallel for schedule(dynamic, 1) num_threads(gg_fit_at_once(gg_fit_solve_bytes(x)))
    for (int k = 0; k < n; k++)
        run(t, &task[k], total);
    for (int k = 0; k < n && status == 0; k += n_left + 1)
        status = gather(t, &task[k], n_left, err);
    for (int k = 0; k < n; k++) {
        free(task[k].score);
        gg_linear_free(&task[k].linear);
    }
    for (int g = 0; g < GG_MAX_SPECIES; g++)
        free(total[g]);
    free(task);
    return status;
}

static const struct gg_fit_kind kind = {
    .by = true, .turns = true, .error = "error", .says = "unexplained", .solve = solve};
const struct gg_learner gg_learner_ridge = {
    .name = "ridge",
    .about = "a linear function of invariant numbers, or of vectors, in closed form",
    .source = "Hoerl and Kennard, Technometrics 12, 55 (1970)",
    .kind = &kind,
    GG_FIT_ROW};
