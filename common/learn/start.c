/* start.c -- training that begins with parameters of a trained model: train.from, train.take */
#include "learn/start.h"
#include "model/learner.h"
#include "util/same.h"
#include "util/pattern.h"

#include <stdio.h>
#include <string.h>

/* ---- all of it ---- */

static bool same_shape(const struct gg_weight *a, const struct gg_weight *b)
{
    bool same = a->ndim == b->ndim;
    for (int d = 0; same && d < a->ndim; d++)
        same = a->shape[d] == b->shape[d];
    return same;
}

/* Name and shape of every piece, in order. */
static int same_pieces(const struct gg_model *m, const struct gg_model *from, struct gg_err *err)
{
    struct gg_weight mine, other;
    char name[GG_NAME], its_name[GG_NAME];
    for (int64_t k = 0;; k++) {
        bool more = gg_model_weight(m, k, name, &mine), its_more = gg_model_weight(from, k, its_name, &other);
        if (!more && !its_more)
            return 0;
        if (!more || !its_more || strcmp(name, its_name))
            return gg_fail(err, GG_INPUT, "its layers differ: '%s' where this model has '%s'",
                           its_more ? its_name : "nothing", more ? name : "nothing");
        if (!same_shape(&mine, &other))
            return gg_fail(err, GG_INPUT, "'%s' has another shape in this model", name);
    }
}

/* What inputs are and how the first layer has them. */
static int same_fields(const struct gg_model *m, const struct gg_model *from, struct gg_err *err)
{
    if (m->n_input != from->n_input || m->n_column != from->n_column || m->type_number != from->type_number)
        return gg_fail(err, GG_INPUT, "its inputs are not those of this model");
    for (int k = 0; k < m->n_input; k++) {
        const struct gg_input *mine = &m->input[k], *its = &from->input[k];
        if (strcmp(mine->field, its->field))
            return gg_fail(err, GG_INPUT, "it reads '%s' where this model reads '%s'", its->field,
                           mine->field);
        if (!gg_irreps_equal(&mine->irreps, &its->irreps) || mine->base != its->base ||
            mine->weight != its->weight ||
            strcmp(mine->columns ? mine->columns : "", its->columns ? its->columns : ""))
            return gg_fail(err, GG_INPUT, "it was trained on other columns of '%s'", its->field);
    }
    return 0;
}

static int same_graph(const struct gg_model *m, const struct gg_model *from, bool positions,
                      struct gg_err *err)
{
    bool same = m->self == from->self && m->edges == from->edges && m->n_geometry == from->n_geometry;
    for (int k = 0; same && k < m->n_geometry; k++)
        same = m->geometry[k].cutoff == from->geometry[k].cutoff &&
               (!positions || !strcmp(m->geometry[k].positions, from->geometry[k].positions));
    if (!same)
        return gg_fail(err, GG_INPUT, "its inputs, positions or cutoff are not those of this model");
    return 0;
}

static int same_inputs(const struct gg_model *m, const struct gg_model *from, struct gg_err *err)
{
    if (m->n_input != from->n_input || m->n_column != from->n_column)
        return gg_fail(err, GG_INPUT, "its inputs, positions or cutoff are not those of this model");
    return same_graph(m, from, true, err) || same_fields(m, from, err) ? -1 : 0;
}

/* The same rows, groups and axes: what the standardisation of both has the size of. */
static int same_kind(const struct gg_target *mine, const struct gg_target *its, struct gg_err *err)
{
    if (mine->kind != its->kind || mine->timed != its->timed || mine->n_group != its->n_group)
        return gg_fail(
            err, GG_INPUT,
            "its target '%s' is on %ss %s times in %d groups, that of this model on %ss %s times in %d",
            mine->name, its->kind->name, its->timed ? "with" : "without", its->n_group, mine->kind->name,
            mine->timed ? "with" : "without", mine->n_group);
    return 0;
}

static int same_target(const struct gg_target *mine, const struct gg_target *its, struct gg_err *err)
{
    if (same_kind(mine, its, err))
        return -1;
    bool same = mine->n_time == its->n_time && gg_irreps_equal(&mine->irreps, &its->irreps);
    for (int k = 0; mine->timed && same && k < mine->n_time; k++)
        same = gg_same(mine->time[k], its->time[k]);
    if (!same)
        return gg_fail(err, GG_INPUT, "its times of '%s' are not those of the training data", mine->name);
    return 0;
}

static int same_targets(const struct gg_model *m, const struct gg_model *from, struct gg_err *err)
{
    if (m->n_species != from->n_species || m->n_head != from->n_head)
        return gg_fail(err, GG_INPUT, "it has %d species and %d heads, this model %d and %d", from->n_species,
                       from->n_head, m->n_species, m->n_head);
    for (int h = 0; h < m->n_head; h++) {
        if (strcmp(m->head[h].target.name, from->head[h].target.name))
            return gg_fail(err, GG_INPUT, "it predicts '%s' where this model has '%s'",
                           from->head[h].target.name, m->head[h].target.name);
        if (same_target(&m->head[h].target, &from->head[h].target, err))
            return -1;
    }
    return 0;
}

/* ---- a part of it ---- */

static bool wanted(const struct gg_texts *take, const char *name)
{
    bool any = take->n == 0;
    for (int k = 0; k < take->n; k++)
        any |= gg_pattern_matches(take->v[k], name);
    return any;
}

static bool find(const struct gg_model *m, const char *wanted_name, struct gg_weight *piece)
{
    char name[GG_NAME];
    for (int64_t k = 0; gg_model_weight(m, k, name, piece); k++)
        if (!strcmp(name, wanted_name))
            return true;
    return false;
}

static void add_name(struct gg_start *s, struct gg_texts *list, const char *name)
{
    enum { STEP = 64 };
    if (list->n % STEP == 0) {
        const char **more = GG_NEW(&s->arena, const char *, (size_t)list->n + STEP);
        for (int k = 0; k < list->n; k++)
            more[k] = list->v[k];
        list->v = more;
    }
    list->v[list->n++] = gg_arena_strdup(&s->arena, name);
}

static int sort_names(struct gg_start *s, const struct gg_model *m, const struct gg_texts *take,
                      struct gg_err *err)
{
    struct gg_weight mine, its;
    char name[GG_NAME];
    for (int64_t k = 0; gg_model_weight(&s->from, k, name, &its); k++) {
        bool both = wanted(take, name) && find(m, name, &mine);
        if (both && !same_shape(&mine, &its))
            return gg_fail(err, GG_INPUT, "'%s' has another shape in this model: train.take can leave it out",
                           name);
        add_name(s, both ? &s->taken : &s->left, name);
    }
    for (int64_t k = 0; gg_model_weight(m, k, name, &mine); k++)
        if (!wanted(take, name) || !find(&s->from, name, &its))
            add_name(s, &s->fresh, name);
    return 0;
}

/* Every pattern has to do something. */
static int check_patterns(const struct gg_start *s, const struct gg_texts *take, struct gg_err *err)
{
    for (int p = 0; p < take->n; p++) {
        bool any = false;
        for (int k = 0; k < s->taken.n; k++)
            any |= gg_pattern_matches(take->v[p], s->taken.v[k]);
        if (!any)
            return gg_fail(err, GG_USAGE, "train.take: '%s' matches no parameter that both models have",
                           take->v[p]);
    }
    return 0;
}

/* Directly, or through layers without parameters. */
static bool reads_inputs(const struct gg_model *m, int64_t offset)
{
    bool any = false, is_input[GG_MAX_VALUES];
    memcpy(is_input, m->is_source, sizeof is_input);
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_op *op = &m->op[k];
        bool reads = false;
        for (int q = 0; q < op->layer.n_in; q++)
            reads |= is_input[op->in[q]];
        any |= reads && offset >= op->weight && offset < op->weight + op->layer.n_weight;
        is_input[op->out] |= reads && !op->layer.n_weight && op->layer.reads == GG_STANDARDISED;
    }
    return any;
}

static bool same_times(const struct gg_layer *a, const struct gg_layer *b)
{
    bool same = a->n_time == b->n_time;
    for (int k = 0; same && k < a->n_time; k++)
        same = gg_same(a->time[k], b->time[k]);
    return same;
}

/* Layers of both that are made on the training times. */
static int check_times(const struct gg_model *m, const struct gg_model *from, struct gg_err *err)
{
    for (int k = 0; k < m->n_op; k++)
        for (int q = 0; q < from->n_op; q++) {
            const struct gg_layer *mine = &m->op[k].layer, *its = &from->op[q].layer;
            if (strcmp(m->op[k].name, from->op[q].name) || !mine->needs_times || !its->needs_times ||
                same_times(mine, its))
                continue;
            return gg_fail(err, GG_INPUT,
                           "'%s' is made on the training times: %d from %g to %g there, %d from %g to %g in "
                           "this model; the same times are wanted, or its key points with those of the file",
                           m->op[k].name, its->n_time, its->time[0], its->time[its->n_time - 1], mine->n_time,
                           mine->time[0], mine->time[mine->n_time - 1]);
        }
    return 0;
}

static const struct gg_target *target_of(const struct gg_model *m, const char *name)
{
    for (int h = 0; h < m->n_head; h++)
        if (!strcmp(m->head[h].target.name, name))
            return &m->head[h].target;
    return NULL;
}

/* What comes along with the parameters, and must be the same for it. */
static int check_company(struct gg_start *s, const struct gg_model *m, struct gg_err *err)
{
    struct gg_weight piece;
    bool graph = false;
    for (int k = 0; k < s->taken.n; k++) {
        const char *name = s->taken.v[k];
        find(m, name, &piece);
        s->inputs |= reads_inputs(m, piece.offset);
        graph |= !strncmp(name, "layers.", 7);
        for (int h = 0; h < m->n_head; h++) {
            const char *target = m->head[h].target.name, *owner = m->head[m->head[h].owner].target.name;
            size_t n = strnlen(owner, GG_HEAD_CHARACTERS);
            s->head[h] |= !strncmp(name, "heads.", 6) && !strncmp(name + 6, owner, n) && name[6 + n] == '.' &&
                          target_of(&s->from, target);
        }
    }
    if ((graph && (same_graph(m, &s->from, false, err) || check_times(m, &s->from, err))) ||
        (s->inputs && same_fields(m, &s->from, err)))
        return -1;
    for (int h = 0; h < m->n_head; h++) {
        if (!s->head[h])
            continue;
        if (m->n_species != s->from.n_species)
            return gg_fail(err, GG_INPUT,
                           "it has %d species and this model %d: train.take can leave out 'heads.%s.*'",
                           s->from.n_species, m->n_species, m->head[h].target.name);
        if (same_target(&m->head[h].target, target_of(&s->from, m->head[h].target.name), err))
            return -1;
    }
    return 0;
}

/* ---- both ---- */

static int load(struct gg_model *from, const char *path, struct gg_err *err)
{
    if (gg_model_load(from, path, NULL, err))
        return gg_err_prefix(err, "train.from: ");
    if (!from->learner->layers)
        return gg_fail(err, GG_INPUT, "train.from: %s: a fitted model has no parameters to start from", path);
    return 0;
}

/* Reaches of inputs that both read. */
static void take_reach(struct gg_model *m, const struct gg_model *from, struct gg_data_facts *facts)
{
    for (int k = 0; k < m->n_input; k++)
        for (int q = 0; q < from->n_input; q++) {
            const struct gg_reach *its = &from->input[q].reach;
            if (strcmp(m->input[k].field, from->input[q].field) || !its->n)
                continue;
            double(*row)[3] = gg_arena_alloc(&m->arena, (size_t)its->n * sizeof *row);
            memcpy(row, its->row, (size_t)its->n * sizeof *row);
            facts->reach[k] = (struct gg_reach){its->n, (const double(*)[3])row};
        }
}

int gg_start_facts(struct gg_model *m, const char *path, const struct gg_texts *take,
                   struct gg_data_facts *facts, struct gg_err *err)
{
    struct gg_model from = {0};
    struct gg_weight piece;
    char name[GG_NAME];
    int status = load(&from, path, err);
    bool any = false;
    for (int64_t k = 0; status == 0 && gg_model_weight(&from, k, name, &piece); k++)
        any |= !strncmp(name, "layers.", 7) && wanted(take, name);
    for (int k = 0; any && k < from.n_geometry; k++)
        if (from.geometry[k].mean_neighbours > 0) /* 0: of another code, which divides by none */
            facts->mean_neighbours[k] = from.geometry[k].mean_neighbours;
    if (any)
        take_reach(m, &from, facts);
    gg_model_free(&from);
    return status;
}

int gg_start_open(struct gg_start *s, const struct gg_model *m, const char *path, const struct gg_texts *take,
                  struct gg_err *err)
{
    *s = (struct gg_start){0};
    if (load(&s->from, path, err))
        return -1;
    bool all = s->inputs = take->n == 0;
    s->head = GG_NEW(&s->arena, bool, (size_t)m->n_head + 1);
    memset(s->head, all, (size_t)m->n_head * sizeof *s->head);
    if ((all && (same_inputs(m, &s->from, err) || same_targets(m, &s->from, err) ||
                 same_pieces(m, &s->from, err))) ||
        sort_names(s, m, take, err) || check_patterns(s, take, err) || check_company(s, m, err))
        return gg_err_prefix(err, "train.from: %s: ", path);
    return 0;
}

void gg_start_restandardise(struct gg_start *s, const struct gg_model *m)
{
    s->inputs = false;
    memset(s->head, 0, (size_t)m->n_head * sizeof *s->head);
}

/* A column that had no target there has nothing to give: its mean is 0 and its scale 1. */
static void copy_columns(struct gg_target *mine, const struct gg_target *its)
{
    int n_part = gg_target_parts(its);
    for (int c = 0; c < its->n_group * its->n_time; c++) {
        if (!(its->count[c] > 0))
            continue;
        memcpy(mine->mean + c * n_part, its->mean + c * n_part, (size_t)n_part * sizeof *its->mean);
        memcpy(mine->scale + c * n_part, its->scale + c * n_part, (size_t)n_part * sizeof *its->scale);
    }
}

static void copy_standardisation(const struct gg_start *s, struct gg_model *m)
{
    if (s->inputs) {
        memcpy(m->mean, s->from.mean, (size_t)m->n_column * sizeof *m->mean);
        memcpy(m->scale, s->from.scale, (size_t)m->n_column * sizeof *m->scale);
    }
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_target *its = s->head[h] ? target_of(&s->from, m->head[h].target.name) : NULL;
        if (its)
            copy_columns(&m->head[h].target, its);
    }
}

void gg_start_take(const struct gg_start *s, struct gg_model *m)
{
    struct gg_weight mine, its;
    for (int k = 0; k < s->taken.n; k++) {
        int64_t n = 1;
        find(m, s->taken.v[k], &mine);
        find(&s->from, s->taken.v[k], &its);
        for (int d = 0; d < mine.ndim; d++)
            n *= mine.shape[d];
        memcpy(m->w + mine.offset, s->from.w + its.offset, (size_t)n * sizeof *m->w);
    }
    copy_standardisation(s, m);
}

void gg_start_close(struct gg_start *s)
{
    if (s->from.arena.first)
        gg_model_free(&s->from);
    gg_arena_free(&s->arena);
    *s = (struct gg_start){0};
}
