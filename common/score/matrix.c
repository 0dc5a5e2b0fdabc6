/* matrix.c -- several models on several test streams: who is scored, on what it was trained, and what the frames were at */
#include "score/matrix.h"
#include "util/arena.h"
#include "util/same.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "run44/model.ggm" -> "run44", "zoo/se3.ggm" -> "se3": model.ggm and best.ggm are named by their folders. */
static void label(char name[GG_NAME], const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    size_t n = strcspn(base, ".");
    bool plain = strncmp(base, "model.", 6) == 0 || strncmp(base, "best.", 5) == 0;
    if (plain && slash && slash > path) {
        const char *end = slash, *begin = end;
        while (begin > path && begin[-1] != '/')
            begin--;
        base = begin;
        n = (size_t)(end - begin);
    }
    snprintf(name, GG_NAME, "%.*s", (int)(n < GG_NAME ? n : GG_NAME - 1), base);
}

static bool same_training(const struct gg_trained *a, const struct gg_trained *b)
{
    return a->n == b->n && a->n_temperature == b->n_temperature && a->n_tau == b->n_tau &&
           gg_same(a->lowest, b->lowest) && gg_same(a->highest, b->highest) &&
           gg_same(a->log_tau, b->log_tau);
}

/* The row is the model's only if the whole path and the training are the same. */
static int check_same(const struct gg_matrix_model *x, const struct gg_trained *trained, const char *path,
                      struct gg_err *err)
{
    if (strcmp(x->path, path) != 0)
        return gg_fail(
            err, GG_INPUT,
            "--matrix: '%s' and '%s' would both be the row '%s': predict with models whose folders, "
            "or files, have names of their own",
            x->path, path, x->name);
    return same_training(&x->trained, trained)
               ? 0
               : gg_fail(
                     err, GG_INPUT,
                     "--matrix: '%s' was trained anew between its predictions: '%s' has other temperatures, "
                     "configurations or tau_alpha than those before: predict all with one",
                     path, x->name);
}

const struct gg_matrix_model *gg_matrix_member(struct gg_matrix *m, const struct gg_trained *trained,
                                               const char *model, const char *file, struct gg_err *err)
{
    struct gg_matrix_model x = {.trained = *trained};
    const char *path = model ? model : file;
    label(x.name, path);
    for (int k = 0; k < m->n_model; k++)
        if (strcmp(m->model[k].name, x.name) == 0)
            return check_same(&m->model[k], trained, path, err) ? NULL : &m->model[k];
    x.path = gg_xstrdup(path);
    m->model = gg_xrealloc(m->model, ((size_t)m->n_model + 1) * sizeof *m->model);
    m->model[m->n_model] = x;
    return &m->model[m->n_model++];
}

void gg_matrix_see(struct gg_matrix *m, const struct gg_frame *f, double replicas)
{
    double temperature = gg_frame_number(f, "temperature");
    int k = 0;
    while (k < m->n_test && !gg_same_key(m->test[k].temperature, temperature))
        k++;
    if (k == m->n_test) {
        m->test = gg_xrealloc(m->test, ((size_t)m->n_test + 1) * sizeof *m->test);
        m->test[m->n_test++] = (struct gg_matrix_test){.temperature = temperature, .replicas = replicas};
    }
    if (m->test[k].replicas != replicas)
        m->test[k].replicas = NAN;
    gg_trained_see(&m->test[k].tau, f);
}

void gg_matrix_free(struct gg_matrix *m)
{
    for (int k = 0; k < m->n_model; k++)
        free(m->model[k].path);
    free(m->model);
    free(m->test);
    *m = (struct gg_matrix){0};
}

int gg_matrix_check(const struct gg_matrix *m, struct gg_err *err)
{
    const struct gg_matrix_model *first = NULL;
    for (int k = 0; k < m->n_model; k++) {
        const struct gg_matrix_model *x = &m->model[k];
        if (x->trained.n == 0)
            continue;
        first = first ? first : x;
        if (x->trained.n != first->trained.n)
            return gg_fail(err, GG_INPUT,
                           "--matrix: %s was trained on %lld configurations, %s on %lld: rows of unequal "
                           "size tell size from temperature no more; --unequal prints them all the same",
                           first->name, (long long)first->trained.n, x->name, (long long)x->trained.n);
    }
    return 0;
}

static const struct gg_matrix_test *test_of(const struct gg_matrix *m, double temperature)
{
    for (int k = 0; k < m->n_test; k++)
        if (gg_same_key(m->test[k].temperature, temperature))
            return &m->test[k];
    return NULL;
}

const struct gg_matrix_model *gg_matrix_model_of(const struct gg_matrix *m, const char *predictor)
{
    for (int k = 0; k < m->n_model; k++) {
        size_t n = strlen(m->model[k].name);
        if (strncmp(m->model[k].name, predictor, n) == 0 && (predictor[n] == 0 || predictor[n] == ':'))
            return &m->model[k];
    }
    return NULL;
}

double gg_matrix_tau(const struct gg_matrix *m, double temperature)
{
    const struct gg_matrix_test *t = test_of(m, temperature);
    return t ? gg_trained_tau(&t->tau) : NAN;
}

/* ---- columns ---- */

enum { TEMPERATURE, CONFIGURATIONS, TAU, REPLICAS, OVER_TAU, COLUMNS };

int gg_matrix_columns(const struct gg_matrix *m)
{
    return m ? COLUMNS : 0;
}

const char *gg_matrix_column_name(int column)
{
    static const char *const names[COLUMNS] = {"trained_temperature", "trained_configurations", "trained_tau",
                                               "replicas", "time_over_tau"};
    return names[column];
}

double gg_matrix_value(const struct gg_matrix *m, const struct gg_scores *s, const struct gg_score_key *k,
                       int column)
{
    const struct gg_matrix_test *test = test_of(m, k->temperature);
    const struct gg_matrix_model *model = gg_matrix_model_of(m, s->name[k->predictor]);
    const struct gg_trained none = {0}, *of = model ? &model->trained : &none;
    switch (column) {
    case TEMPERATURE:
        return gg_trained_temperature(of);
    case CONFIGURATIONS:
        return of->n ? (double)of->n : NAN;
    case TAU:
        return gg_trained_tau(of);
    case REPLICAS:
        return test && test->replicas > 0 ? test->replicas : NAN;
    default:
        return k->time / gg_matrix_tau(m, k->temperature);
    }
}
