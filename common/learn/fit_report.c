/* fit_report.c -- what a person and a machine read of a fit: penalties, errors, correlations */
#include "learn/fit_train.h"

#include <stdarg.h>
#include <stdio.h>

void gg_fit_say(struct gg_trainer *t, const char *fmt, ...)
{
    char line[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    if (t->how.note)
        t->how.note(t->how.context, line);
}

static const char *group_name(const struct gg_fit *x, int g)
{
    static const char letters[] = "A\0B\0C\0D\0E\0F\0G\0H";
    return x->keys.standardise ? "all" : letters + 2 * g;
}

static const char *left_name(const struct gg_trainer *t)
{
    return gg_fit_left(t, 0) == t->fit->n_part ? "validation" : "left_out";
}

/* A line for every penalty of an output; the last says which one it is. */
static int write_path(struct gg_trainer *t, int g, int o, struct gg_err *err)
{
    const struct gg_model *m = t->model;
    const struct gg_fit *x = m->fit;
    size_t at = (size_t)(g * x->n_output + o);
    int best = gg_fit_best(x, g, o);
    for (int p = 0; p <= x->n_path; p++) {
        size_t k = at * (size_t)x->n_path + (size_t)(p < x->n_path ? p : best);
        struct gg_json *j = gg_metrics_begin(&t->metrics, p < x->n_path ? "path" : "eval");
        gg_json_text(j, "split", left_name(t));
        gg_json_text(j, "target", m->head[o / m->n_time].target);
        gg_json_double(j, "t", m->time[o % m->n_time]);
        gg_json_text(j, "species", group_name(x, g));
        gg_json_double(j, "penalty", x->path[p < x->n_path ? p : best]);
        gg_json_double(j, x->keys.kind == GG_FIT_RIDGE ? "error" : "loss", x->error[k]);
        gg_json_double(j, "rho_config", x->rho[k]);
        if (gg_metrics_end(&t->metrics, err))
            return -1;
    }
    return 0;
}

static void say_output(struct gg_trainer *t, int g, int o)
{
    const struct gg_model *m = t->model;
    const struct gg_fit *x = m->fit;
    int best = gg_fit_best(x, g, o);
    size_t k = (size_t)(g * x->n_output + o) * (size_t)x->n_path + (size_t)best;
    const char *end = x->n_path == 1 || (best && best < x->n_path - 1) ? "" : "  (an end of the path)";
    char score[80] = "";
    if (gg_fit_n_left(t))
        snprintf(score, sizeof score, "  %s %8.4f  correlation %6.3f",
                 x->keys.kind == GG_FIT_RIDGE ? "unexplained" : "loss", x->error[k], x->rho[k]);
    gg_fit_say(t, "%-12s  time %-8g  species %-3s  penalty %-8.3g%s%s", m->head[o / m->n_time].target,
               m->time[o % m->n_time], group_name(x, g), x->path[best], score, end);
}

int gg_fit_report(struct gg_trainer *t, struct gg_err *err)
{
    const struct gg_fit *x = t->model->fit;
    if (gg_fit_n_left(t) && gg_fit_left(t, 0) == t->fit->n_part)
        gg_fit_say(t, "on %d validation frames:", t->fit->n_validation);
    else if (gg_fit_n_left(t))
        gg_fit_say(t, "%d configurations, left out in %d parts:", t->fit->n_train, gg_fit_n_left(t));
    for (int g = 0; g < x->n_group; g++)
        for (int o = 0; o < x->n_output; o++) {
            if (!gg_fit_on(t->model, g, o) || !t->fit->group[g].n_row)
                continue;
            say_output(t, g, o);
            if (gg_fit_n_left(t) && write_path(t, g, o, err))
                return -1;
        }
    return 0;
}
