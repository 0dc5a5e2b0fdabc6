/* fit.c -- models that are fitted: their keys, their numbers, their predictions (gg_model(5)) */
#include "learn/fit.h"
#include "util/linalg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The Gram matrix of more would not fit into 1 GB. */
enum { FEATURES = 10000 };

/* ---- keys ---- */

#define AT(field) offsetof(struct gg_fit_keys, field)
static const struct gg_opt table[] = {
    {"kind", GG_OPT_TEXT, AT(kind), "how targets follow from inputs", .arg = "LEARNER", .required = true},
    {"inputs", GG_OPT_TEXTS, AT(inputs), "fields on nodes, invariant numbers, or vectors", .arg = "FIELD",
     .required = true},
    {"standardise", GG_OPT_CHOICE, AT(standardise), "each species by itself, or all particles jointly",
     .choices = "species|joint"},
    {"drop", GG_OPT_REAL, AT(drop), "features of a smaller standard deviation get no weight", .arg = "X",
     .min = 0, .max = 1e30},
    {"quantile", GG_OPT_REAL, AT(quantile), "logistic: part of the particles in each of the two classes",
     .arg = "PART", .min = 1e-6, .max = 0.5, .when = "kind=logistic"},
    {"penalty.path", GG_OPT_REALS, AT(path), "one penalty, or the ends of a path of them", .arg = "ALPHA",
     .min = 0, .max = 1e30},
    {"penalty.points", GG_OPT_INT, AT(points), "penalties on the path, evenly in the logarithm", .arg = "N",
     .min = 2, .max = 1000, .when = "penalty.path>1"},
    {"penalty.per-particle", GG_OPT_FLAG, AT(per_particle), "times the number of particles that are fitted"},
    {"penalty.choose", GG_OPT_CHOICE, AT(choose), "how one is chosen",
     .choices = "leave-configuration-out|validation|none"},
    {"penalty.by", GG_OPT_CHOICE, AT(by), "ridge: what makes a penalty the best",
     .choices = "correlation|error", .when = "penalty.path>1"},
    {"penalty.folds", GG_OPT_INT, AT(folds), "at most so many parts are left out in turn", .arg = "N",
     .min = 2, .max = 1000, .when = "penalty.choose=leave-configuration-out"},
    {"drift", GG_OPT_FLAG, AT(drift), "vectors: keep the mean of a prediction over its configuration"},
    {"reduce.pca", GG_OPT_INT, AT(pca), "principal components that are kept; 0 = all", .arg = "N", .min = 0,
     .max = 65536},
    {0}};
#undef AT

/* `penalty: 100` is `penalty: {path: [100]}`. */
static void spell_out_penalty(struct gg_model *m, struct gg_yaml *map)
{
    struct gg_yaml *y = gg_yaml_get(map, "penalty");
    if (!y || y->kind == GG_YAML_MAP)
        return;
    struct gg_yaml value = *y;
    y->kind = GG_YAML_MAP;
    y->text = NULL;
    y->n = 0;
    y->first = y->last = NULL;
    struct gg_yaml *path = gg_yaml_add(y, &m->config.arena, GG_YAML_SCALAR, "path");
    path->kind = value.kind;
    path->text = value.text;
    path->first = value.first;
    path->last = value.last;
    path->n = value.n;
    path->origin = value.origin;
    path->line = value.line;
    path->column = value.column;
}

static int check_path(const struct gg_fit_kind *kind, const struct gg_fit_keys *k, const struct gg_yaml *map,
                      struct gg_err *err)
{
    const double *v = k->path.v;
    if (k->path.n != 1 && !(k->path.n == 2 && v[0] > 0 && v[0] < v[1]))
        return gg_yaml_fail(map, err,
                            "fit.penalty.path: one penalty, or two ends above 0, the smaller first");
    if (!kind->by && k->by != GG_BY_CORRELATION)
        return gg_yaml_fail(map, err, "fit.penalty.by is for ridge; %s takes the smallest mean %s", k->kind,
                            kind->error);
    if (k->path.n == 2 && k->choose == GG_CHOOSE_NONE)
        return gg_yaml_fail(map, err, "fit.penalty: choose: none wants one penalty, not a path");
    return 0;
}

static void make_path(struct gg_fit *x, struct gg_arena *a)
{
    const struct gg_fit_keys *k = &x->keys;
    x->n_path = k->path.n == 1 ? 1 : (int)k->points;
    x->path = GG_NEW(a, double, (size_t)x->n_path);
    for (int p = 0; p < x->n_path; p++)
        x->path[p] = k->path.v[0] * (p ? pow(k->path.v[1] / k->path.v[0], p / (x->n_path - 1.0)) : 1);
}

static int take_inputs(struct gg_model *m, const struct gg_yaml *map, struct gg_err *err)
{
    const struct gg_texts *in = &gg_fit_of(m)->keys.inputs;
    if (in->n < 1 || in->n > GG_MAX_INPUTS)
        return gg_yaml_fail(map, err, "fit.inputs: %d fields, 1 to %d can be", in->n, GG_MAX_INPUTS);
    m->n_input = in->n;
    for (int k = 0; k < in->n; k++) {
        if (!strcmp(in->v[k], "type"))
            return gg_yaml_fail(map, err,
                                "fit.inputs: 'type' is no number; standardise: species fits each "
                                "species by itself, gg-features --add species gives numbers");
        snprintf(m->input[k].field, sizeof m->input[k].field, "%s", in->v[k]);
    }
    return 0;
}

int gg_fit_open(struct gg_model *m, struct gg_err *err)
{
    static double ends[] = {1e-1, 1e5};
    static const char *const others[] = {"layers", "inputs", NULL};
    struct gg_yaml *map = gg_yaml_get(m->config.root, "fit");
    struct gg_fit *x = m->own = GG_NEW(&m->arena, struct gg_fit, 1);
    struct gg_fit_keys *k = &x->keys;
    x->kind = m->learner->kind;
    *k = (struct gg_fit_keys){.path = {2, ends}, .points = 13, .folds = 10, .drop = 1e-5, .quantile = 0.1};
    for (int o = 0; others[o]; o++)
        if (gg_yaml_get(m->config.root, others[o]))
            return gg_yaml_fail(gg_yaml_get(m->config.root, others[o]), err,
                                "'%s' belongs to a network, and this model has 'fit'", others[o]);
    if (gg_yaml_expect(map, GG_YAML_MAP, "fit", err))
        return -1;
    spell_out_penalty(m, map);
    if (gg_blas_open(err) || gg_yaml_fill(map, &m->arena, table, k, NULL, "fit", err) ||
        check_path(m->learner->kind, k, map, err) || take_inputs(m, map, err))
        return -1;
    gg_yaml_add_defaults(map, &m->config.arena, table, k, NULL);
    make_path(x, &m->arena);
    return 0;
}

/* ---- numbers ---- */

struct gg_fit *gg_fit_of(const struct gg_model *m)
{
    return m->own;
}

int gg_fit_group(const struct gg_model *m, int species)
{
    return gg_fit_of(m)->keys.standardise ? 0 : species;
}

double gg_fit_time(const struct gg_model *m, int o)
{
    const struct gg_fit *x = m->own;
    const struct gg_target *t = &m->head[x->head[o]].target;
    return t->timed ? t->time[x->time[o]] : NAN;
}

double gg_fit_target(const struct gg_model *m, const struct gg_sample *s, int o, int64_t i, int z)
{
    const struct gg_fit *x = m->own;
    const float *y = gg_truth_at(&s->target[x->head[o]], i, x->time[o]);
    return y ? (double)y[z] : NAN;
}

bool gg_fit_has(const struct gg_model *m, const struct gg_sample *s, int o, int64_t i)
{
    bool has = true;
    for (int z = 0; z < gg_fit_of(m)->dim; z++)
        has &= !isnan(gg_fit_target(m, s, o, i, z));
    return has;
}

bool gg_fit_on(const struct gg_model *m, int group, int output)
{
    const struct gg_fit *x = m->own;
    const struct gg_head *h = &m->head[x->head[output]];
    return (x->keys.standardise != 0 || h->counts[group]) && h->on[x->time[output]];
}

static int no_feature(const struct gg_fit *x, struct gg_err *err)
{
    if (x->dim == 1 && x->irrep.p == 1)
        return gg_fail(err, GG_INPUT, "fit.inputs: no number that rotations leave alone (0e) among %d",
                       x->n_number);
    return gg_fail(err, GG_INPUT, "fit.inputs: nothing of the target's kind, %d%c, among %d numbers: see %s",
                   x->irrep.l, x->irrep.p > 0 ? 'e' : 'o', x->n_number,
                   "gg-features --add displacement,density_gradient");
}

/* Only what turns as the targets do gives a prediction that does: all else is left out. */
static int choose_columns(struct gg_model *m, struct gg_err *err)
{
    struct gg_fit *x = m->own;
    int at = 0;
    x->n_number = gg_model_input_numbers(m, GG_ON_NODE);
    x->n_feature = 0;
    x->column = GG_NEW(&m->arena, int, (size_t)x->n_number);
    for (int k = 0; k < m->n_input; k++)
        for (int b = 0; b < m->input[k].irreps.n; b++) {
            struct gg_irrep ir = m->input[k].irreps.b[b];
            for (int c = 0; c < ir.mul; c++, at += 2 * ir.l + 1)
                if (ir.l == x->irrep.l && ir.p == x->irrep.p)
                    x->column[x->n_feature++] = at;
        }
    if (x->n_feature == 0)
        return no_feature(x, err);
    if (x->n_feature > FEATURES)
        return gg_fail(err, GG_USAGE, "fit.inputs: %d numbers a particle, at most %d can be fitted",
                       x->n_feature, FEATURES);
    return 0;
}

/* One number a particle, or where the kind of fit can, one vector or tensor: all targets the same. */
static int check_target(const struct gg_fit *x, const struct gg_target *t, struct gg_err *err)
{
    char text[GG_IRREPS_TEXT];
    const struct gg_irrep *ir = &t->irreps.b[0];
    bool one = t->kind->axis == GG_ON_NODE && t->irreps.n == 1 && ir->mul == 1;
    gg_irreps_print(&t->irreps, text);
    if (!one || (!x->kind->turns && strcmp(text, "1x0e")))
        return gg_fail(err, GG_USAGE,
                       "target '%s' is %s on %ss; this fit predicts one scalar (1x0e)%s a particle", t->name,
                       text, t->kind->name, x->kind->turns ? ", or one vector (1x1o)," : "");
    if (ir->l != x->irrep.l || ir->p != x->irrep.p)
        return gg_fail(err, GG_USAGE, "target '%s' is %s, the first %d%c: a fit has one kind", t->name, text,
                       x->irrep.l, x->irrep.p > 0 ? 'e' : 'o');
    return 0;
}

static void list_outputs(struct gg_model *m)
{
    struct gg_fit *x = m->own;
    int n = 0;
    x->n_output = 0;
    for (int h = 0; h < m->n_head; h++)
        x->n_output += m->head[h].target.n_time;
    x->head = GG_NEW(&m->arena, int, (size_t)x->n_output);
    x->time = GG_NEW(&m->arena, int, (size_t)x->n_output);
    for (int h = 0; h < m->n_head; h++)
        for (int t = 0; t < m->head[h].target.n_time; t++, n++) {
            x->head[n] = h;
            x->time[n] = t;
        }
}

int gg_fit_build(struct gg_model *m, const struct gg_data_facts *facts, struct gg_err *err)
{
    struct gg_fit *x = m->own;
    x->irrep = m->head[0].target.irreps.b[0];
    x->dim = 2 * x->irrep.l + 1;
    for (int h = 0; h < m->n_head; h++)
        if (check_target(x, &m->head[h].target, err))
            return -1;
    if (gg_plain_heads(m, err) || choose_columns(m, err))
        return -1;
    x->n_group = x->keys.standardise ? 1 : m->n_species;
    list_outputs(m);
    size_t models = (size_t)(x->n_group * x->n_output), n = (size_t)x->n_feature;
    if (gg_data_facts_allow(facts, (int64_t)(models * (n + 1 + 2 * (size_t)x->n_path)), err))
        return -1;
    x->mean = GG_NEW(&m->arena, double, (size_t)x->n_group *n);
    x->scale = GG_NEW(&m->arena, double, (size_t)x->n_group *n);
    x->w = GG_NEW(&m->arena, double, models *n);
    x->b = GG_NEW(&m->arena, double, models);
    x->penalty = GG_NEW(&m->arena, double, models);
    x->error = GG_NEW(&m->arena, double, models *(size_t)x->n_path);
    x->rho = GG_NEW(&m->arena, double, models *(size_t)x->n_path);
    m->n_weight = (int64_t)(models * (n + 1));
    return 0;
}

/* ---- predictions ---- */

enum { ROWS = 256 };

/* Rows first .. last-1 of particles and components: standardised, times the coefficients of every time of the head, species by species. */
static void predict_rows(const struct gg_model *m, int head, const struct gg_sample *s, int64_t first,
                         int64_t last, double *z, double *y, float *out)
{
    const struct gg_fit *x = m->own;
    const struct gg_head *h = &m->head[head];
    int n = x->n_feature, nt = h->target.n_time, output = 0;
    while (x->head[output] != head)
        output++;
    for (int g = 0; g < x->n_group; g++) {
        const double *mean = x->mean + (int64_t)g * n, *scale = x->scale + (int64_t)g * n;
        int64_t who[ROWS], rows = 0;
        for (int64_t k = first; k < last; k++) {
            int64_t i = k / x->dim;
            if (gg_fit_group(m, s->type[i]) != g)
                continue;
            const float *from = s->input[GG_ON_NODE] + i * x->n_number + k % x->dim;
            for (int f = 0; f < n; f++)
                z[rows * n + f] = ((double)from[x->column[f]] - mean[f]) / scale[f];
            who[rows++] = k;
        }
        int64_t o = (int64_t)g * x->n_output + output;
        if (rows && n)
            gg_dgemm(false, true, (int)rows, nt, n, 1, z, n, x->w + o * n, n, 0, y, nt);
        for (int64_t r = 0; r < rows; r++)
            for (int t = 0; t < nt; t++) {
                double value = y[r * nt + t] + x->b[o + t];
                int64_t i = who[r] / x->dim;
                bool on = gg_fit_on(m, g, output + t) && h->counts[s->type[i]] &&
                          !isnan(x->penalty[o + t]); /* there were particles to fit to */
                out[(i * nt + t) * x->dim + who[r] % x->dim] = on ? (float)value : NAN;
            }
    }
}

static void predict(const struct gg_model *m, int head, const struct gg_sample *s, float *out)
{
    int64_t n_row = s->n_node * gg_fit_of(m)->dim, n_block = (n_row + ROWS - 1) / ROWS;
#pragma omp parallel
    {
        double *z = gg_xalloc((size_t)ROWS * (size_t)gg_fit_of(m)->n_feature + 1, sizeof *z),
               *y = gg_xalloc((size_t)ROWS * (size_t)m->head[head].target.n_time + 1, sizeof *y);
#pragma omp for schedule(static)
        for (int64_t k = 0; k < n_block; k++)
            predict_rows(m, head, s, k * ROWS, k * ROWS + ROWS < n_row ? k * ROWS + ROWS : n_row, z, y, out);
        free(z);
        free(y);
    }
}

static bool has_all_species(const struct gg_model *m, const struct gg_sample *s)
{
    bool all = true;
    for (int species = 0; species < m->n_species && all; species++) {
        int64_t i = 0;
        while (i < s->n_node && s->type[i] != species)
            i++;
        all = i < s->n_node;
    }
    return all;
}

/* Particles of one mass that keep their centre have no mean displacement: that of a prediction is taken off, where the frame holds all
 * species and all particles have a prediction. */
static void stop_drift(const struct gg_model *m, int head, const struct gg_sample *s, float *y)
{
    if (!has_all_species(m, s))
        return;
    int64_t step = (int64_t)m->head[head].target.n_time * gg_fit_of(m)->dim, n = s->n_node;
    for (int64_t k = 0; k < step && n; k++) {
        double mean = 0;
        for (int64_t i = 0; i < n; i++)
            mean += (double)y[i * step + k] / (double)n;
        for (int64_t i = 0; i < n && !isnan(mean); i++)
            y[i * step + k] = (float)((double)y[i * step + k] - mean);
    }
}

int gg_fit_predict(struct gg_pass *p, const struct gg_model *m, const struct gg_sample *s,
                   const struct gg_prediction *out, struct gg_arena *a, struct gg_err *err)
{
    (void)p;
    (void)a;
    (void)err;
    for (int h = 0; h < m->n_head; h++)
        predict(m, h, s, out[h].y);
    for (int h = 0; h < m->n_head && gg_fit_of(m)->irrep.l == 1 && gg_fit_of(m)->irrep.p < 0 &&
                    !gg_fit_of(m)->keys.drift;
         h++)
        stop_drift(m, h, s, out[h].y);
    return 0;
}
