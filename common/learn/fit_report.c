/* fit_report.c -- what a person and a machine read of a fit: penalties, errors, correlations */
#include "learn/fit_train.h"
#include "util/blas.h"

#include <math.h>
#include <stdio.h>

static const char *group_name(const struct gg_fit *x, int g)
{
    static const char letters[] = "A\0B\0C\0D\0E\0F\0G\0H";
    return x->keys.standardise ? "all" : letters + 2 * g;
}

static const char *left_name(const struct gg_trainer *t)
{
    return gg_fit_left(t, 0) == gg_fit_train_of(t)->n_part ? "validation" : "left_out";
}

/* A line for every penalty of an output; the last says which one it is. */
static int write_path(struct gg_trainer *t, int g, int o, struct gg_err *err)
{
    const struct gg_model *m = t->model;
    const struct gg_fit *x = m->own;
    size_t at = (size_t)(g * x->n_output + o);
    int best = gg_fit_best(x, g, o);
    for (int p = 0; p <= x->n_path; p++) {
        size_t k = at * (size_t)x->n_path + (size_t)(p < x->n_path ? p : best);
        struct gg_json *j = gg_metrics_begin(&t->metrics, p < x->n_path ? "path" : "eval");
        gg_json_text(j, "split", left_name(t));
        gg_json_text(j, "target", m->head[x->head[o]].target.name);
        gg_json_double(j, "t", gg_fit_time(m, o));
        gg_json_text(j, "species", group_name(x, g));
        gg_json_double(j, "penalty", x->path[p < x->n_path ? p : best]);
        gg_json_double(j, x->kind->error, x->error[k]);
        gg_json_double(j, "rho_config", x->rho[k]);
        if (gg_metrics_end(&t->metrics, err))
            return -1;
    }
    return 0;
}

static void say_output(struct gg_trainer *t, int g, int o)
{
    const struct gg_model *m = t->model;
    const struct gg_fit *x = m->own;
    int best = gg_fit_best(x, g, o);
    size_t k = (size_t)(g * x->n_output + o) * (size_t)x->n_path + (size_t)best;
    const char *end = x->n_path == 1 || (best && best < x->n_path - 1) ? "" : "  (an end of the path)";
    char score[80] = "", time[32] = "";
    if (!isnan(gg_fit_time(m, o)))
        snprintf(time, sizeof time, "  time %-8g", gg_fit_time(m, o));
    if (gg_fit_n_left(t))
        snprintf(score, sizeof score, "  %s %8.4f  correlation %6.3f", x->kind->says, x->error[k], x->rho[k]);
    gg_train_say(t, "%-12s%s  species %-3s  penalty %-8.3g%s%s", m->head[x->head[o]].target.name, time,
                 group_name(x, g), x->path[best], score, end);
}

int gg_fit_report(struct gg_trainer *t, struct gg_err *err)
{
    const struct gg_fit *x = t->model->own;
    if (gg_fit_n_left(t) && gg_fit_left(t, 0) == gg_fit_train_of(t)->n_part)
        gg_train_say(t, "on %d validation frames:", gg_fit_train_of(t)->n_validation);
    else if (gg_fit_n_left(t))
        gg_train_say(t, "%d configurations, left out in %d parts:", gg_fit_train_of(t)->n_train,
                     gg_fit_n_left(t));
    for (int g = 0; g < x->n_group; g++)
        for (int o = 0; o < x->n_output; o++) {
            if (!gg_fit_on(t->model, g, o) || !gg_fit_train_of(t)->group[g].n_row)
                continue;
            say_output(t, g, o);
            if (gg_fit_n_left(t) && write_path(t, g, o, err))
                return -1;
        }
    return 0;
}

int gg_fit_estimate(struct gg_trainer *t, FILE *to, struct gg_err *err)
{
    (void)err;
    struct gg_fit_cost cost = gg_fit_cost(t);
    struct gg_frames_about n = gg_frames_about(t, (double)cost.n_train, (double)cost.n_validation);
    double more = n.train / (double)cost.n_train;
    if (t->how.columns) {
        gg_estimate_columns(to,
                            &(struct gg_estimate){.parameters = (double)cost.n_weight,
                                                  .training = n.train,
                                                  .validation = n.validation,
                                                  .forward = NAN,
                                                  .backward = NAN,
                                                  .run = (cost.flops_gram * more + cost.flops_solve) / 1e9,
                                                  .megabytes = cost.bytes / 1e6,
                                                  .seconds = NAN,
                                                  .epochs = 1,
                                                  .models = 1});
        return 0;
    }
    fprintf(to, "parameters           %lld\n", (long long)cost.n_weight);
    fprintf(to, "frames               %s%.0f training, %.0f validation\n", n.word, n.train, n.validation);
    fprintf(to, "particles            %s%.0f that are fitted, %d numbers each\n", n.word,
            (double)cost.n_row * more, gg_fit_of(t->model)->n_feature);
    fprintf(to, "operations           %.3g Gflop to add up, %.3g Gflop to solve\n",
            cost.flops_gram * more / 1e9, cost.flops_solve / 1e9);
    fprintf(to, "memory               %.0f MB besides a frame\n", cost.bytes / 1e6);
    fprintf(to, "kernels              %s\n", gg_blas_name());
    return 0;
}
