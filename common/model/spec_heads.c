/* spec_heads.c -- from YAML to a network: heads, the whole (gg_model(5))
 *
 * The second step (spec_open.c has the first): once species, times and the irreps of the inputs are known, values and layers are made
 * in order.  A name stands for the value that was last given it. */
#include "layers/layers.h"
#include "model/learner.h"
#include "model/reach.h"
#include "model/spec.h"
#include "util/same.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- times ---- */

static int read_times(struct gg_model *m, struct gg_head *h, const struct gg_yaml *y, struct gg_err *err)
{
    const struct gg_target *t = &h->target;
    struct gg_reals wanted;
    const char *text = NULL;
    h->on = GG_NEW(&m->arena, bool, (size_t)t->n_time);
    if (!y || (y->kind == GG_YAML_SCALAR && !gg_yaml_text(y, &text, err) && !strcmp(text, "each"))) {
        memset(h->on, 1, (size_t)t->n_time);
        return 0;
    }
    if (!t->timed)
        return gg_yaml_fail(y, err, "times: target '%s' has no times in the data", t->name);
    if (gg_yaml_reals(y, &m->arena, &wanted, err))
        return -1;
    if (wanted.n == 0)
        return gg_yaml_fail(y, err, "times: no time; leave the key out for all of them");
    for (int k = 0; k < wanted.n; k++) {
        bool found = false;
        for (int q = 0; q < t->n_time; q++)
            if (gg_same(t->time[q], wanted.v[k])) {
                if (h->on[q])
                    return gg_yaml_fail(y, err, "times: time %g comes twice", wanted.v[k]);
                h->on[q] = found = true;
            }
        if (!found)
            return gg_yaml_fail(y, err, "times: the data have no time %g (their %d times go from %g to %g)",
                                wanted.v[k], t->n_time, t->time[0], t->time[t->n_time - 1]);
    }
    return 0;
}

/* The times of values with a row for each: those that some head is trained at. */
static int unite_times(struct gg_model *m, struct gg_err *err)
{
    struct gg_target all = {0};
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_target *t = &m->head[h].target;
        for (int k = 0; t->timed && k < t->n_time; k++)
            if (m->head[h].on[k] && gg_target_add_times(&all, &m->arena, 1, &t->time[k], err))
                return gg_fail(err, GG_INPUT,
                               "target '%s': its times and those of the targets before it are more than %d",
                               t->name, GG_MAX_TIMES);
    }
    m->n_time = all.n_time;
    m->time = all.time;
    return 0;
}

static void place_times(struct gg_model *m, struct gg_head *h)
{
    h->row_time = GG_NEW(&m->arena, int, (size_t)h->target.n_time + 1);
    for (int t = 0; h->target.timed && t < h->target.n_time; t++)
        for (int k = 0; k < m->n_time; k++)
            if (gg_same(h->target.time[t], m->time[k]))
                h->row_time[t] = k;
}

/* ---- what counts ---- */

/* `species`: each (default), columns for every species, or joint, the same for all; and the letters of those that count, in the
 * head or, as in 0.1, in `loss`. */
static int take_word(struct gg_model *m, struct gg_head *h, const char *word, bool of_head,
                     const struct gg_yaml *y, int *letters, struct gg_err *err)
{
    int s = word[0] - 'A';
    if (of_head && (!strcmp(word, "each") || !strcmp(word, "joint"))) {
        h->joint |= word[0] == 'j';
        return 0;
    }
    if (!word[0] || word[1] || s < 0 || s >= m->n_species)
        return gg_yaml_fail(y, err,
                            "species: '%s' is none of the %d species of the data (A is 0, B is 1, ...)%s",
                            word, m->n_species, of_head ? ", and neither each nor joint" : "");
    if (h->counts[s])
        return gg_yaml_fail(y, err, "species: '%s' comes twice", word);
    h->counts[s] = 1;
    ++*letters;
    return 0;
}

static int read_words(struct gg_model *m, struct gg_head *h, const struct gg_yaml *y, bool of_head,
                      int *letters, struct gg_err *err)
{
    struct gg_texts words = {0};
    if (y && gg_yaml_texts(y, &m->arena, &words, err))
        return -1;
    if (y && words.n == 0)
        return gg_yaml_fail(y, err, "species: no species; leave the key out for all of them");
    for (int k = 0; k < words.n; k++)
        if (take_word(m, h, words.v[k], of_head, y, letters, err))
            return -1;
    return 0;
}

static int read_species(struct gg_model *m, struct gg_head *h, const struct gg_yaml *mine,
                        const struct gg_yaml *of_loss, struct gg_err *err)
{
    int letters = 0;
    bool scalar = false;
    memset(h->counts, 0, sizeof h->counts);
    h->joint = false;
    if (read_words(m, h, mine, true, &letters, err) ||
        (letters == 0 && read_words(m, h, of_loss, false, &letters, err)))
        return -1;
    for (int b = 0; b < h->target.irreps.n; b++)
        scalar |= h->target.irreps.b[b].l == 0;
    h->joint |= !scalar;
    if (letters == 0 || !h->target.kind->species)
        memset(h->counts, 1, sizeof h->counts);
    return 0;
}

static int read_standardise(struct gg_model *m, struct gg_head *h, const struct gg_yaml *y, bool of_loss,
                            struct gg_err *err)
{
    struct gg_texts axes = {0};
    h->standardise = true;
    if (!y)
        return 0;
    if (gg_yaml_texts(y, &m->arena, &axes, err))
        return -1;
    h->standardise = !(axes.n == 1 && !strcmp(axes.v[0], "none"));
    bool time = false, species = false;
    for (int k = 0; k < axes.n; k++) {
        time |= !strcmp(axes.v[k], "time");
        species |= !strcmp(axes.v[k], "species");
    }
    return h->standardise && !(axes.n == 2 && time && species)
               ? gg_yaml_fail(y, err, "%sstandardise: [time, species] or none are the choices",
                              of_loss ? "loss." : "")
               : 0;
}

/* Keys that a head has of its own, or `loss` for all of them. */
static int read_scope(struct gg_model *m, struct gg_head *h, const struct gg_yaml *map, struct gg_err *err)
{
    const struct gg_yaml *loss = gg_yaml_get(m->config.root, "loss");
    bool old = loss && loss->kind == GG_YAML_MAP;
    const struct gg_yaml *standardise = gg_yaml_get(map, "standardise"), *weight = gg_yaml_get(map, "weight");
    bool of_loss = !standardise && old;
    if (of_loss)
        standardise = gg_yaml_get(loss, "standardise");
    h->weight = 1;
    if (weight && gg_yaml_real(weight, &h->weight, err))
        return -1;
    if (!(h->weight >= 0))
        return gg_yaml_fail(weight, err, "weight: %g is negative", h->weight);
    return read_standardise(m, h, standardise, of_loss, err) ||
                   read_species(m, h, gg_yaml_get(map, "species"), old ? gg_yaml_get(loss, "species") : NULL,
                                err)
               ? -1
               : 0;
}

/* ---- heads ---- */

/* Blocks of one kind side by side are one block. */
static void add_block(struct gg_irreps *x, struct gg_irrep add, int mul)
{
    struct gg_irrep *last = &x->b[x->n - 1];
    if (last->l == add.l && last->p == add.p)
        last->mul += add.mul * mul;
    else
        x->b[x->n++] = (struct gg_irrep){.mul = add.mul * mul, .l = add.l, .p = add.p};
}

/* What a head puts out for one column: the target's irreps, and those of its spread. */
static void column_irreps(const struct gg_head *h, struct gg_irreps *x)
{
    *x = h->target.irreps;
    for (int b = 0; h->spread && b < h->spread->irreps.n; b++)
        add_block(x, h->spread->irreps.b[b], h->target.irreps.b[0].mul);
}

/* The irreps a head's value must have. */
static void wanted_irreps(const struct gg_head *h, int n_time, struct gg_irreps *want)
{
    column_irreps(h, want);
    for (int b = 0; b < want->n; b++)
        want->b[b].mul *= (h->joint ? 1 : h->target.n_group) * n_time;
}

/* The key by which a layer is told what to put out: out_irreps, or a number of scalars, or of vectors. */
static const char *output_key(const struct gg_layer_type *type, const struct gg_irreps *want,
                              char value[GG_IRREPS_TEXT])
{
    bool one = want->n == 1, scalars = one && want->b[0].l == 0 && want->b[0].p == 1,
         vectors = one && want->b[0].l == 1 && want->b[0].p == -1;
    const char *key = gg_opt_find(type->hypers, "out_irreps")           ? "out_irreps"
                      : scalars && gg_opt_find(type->hypers, "outputs") ? "outputs"
                      : vectors && gg_opt_find(type->hypers, "vectors") ? "vectors"
                                                                        : NULL;
    gg_irreps_print(want, value);
    if (key && strcmp(key, "out_irreps"))
        snprintf(value, GG_IRREPS_TEXT, "%d", want->b[0].mul);
    return key;
}

/* A layer of scalars, or of vectors, and a target that is neither. */
static int wrong_layer(const struct gg_head *h, const struct gg_layer_type *type, const struct gg_yaml *map,
                       struct gg_err *err)
{
    char irreps[GG_IRREPS_TEXT], ignored[GG_IRREPS_TEXT];
    static const char *const right[] = {"mlp", "gated_vector"};
    const char *better = NULL;
    struct gg_irreps want;
    column_irreps(h, &want);
    for (int k = 0; k < 2 && !better; k++)
        better = output_key(gg_layer_find(right[k]), &want, ignored) ? right[k] : NULL;
    gg_irreps_print(&want, irreps);
    return gg_yaml_fail(gg_yaml_get(map, "layer"), err,
                        "target '%s'%s is %s, %s puts out %s: layer: %s%s, without the keys of %s",
                        h->target.name, h->spread ? " with the spread that the loss asks for" : "", irreps,
                        type->name, gg_opt_find(type->hypers, "outputs") ? "scalars" : "vectors",
                        better ? better : "gated", better ? " (or gated)" : "", type->name);
}

/* The head's value lives on the target's axis, with or without a row for each time. */
static int check_value(const struct gg_model *m, struct gg_head *h, const struct gg_irreps *want,
                       const struct gg_yaml *map, struct gg_err *err)
{
    const struct gg_shape *have = &m->value[h->value];
    char got[GG_IRREPS_TEXT], wanted[GG_IRREPS_TEXT], axis[64], own[64];
    gg_irreps_print(&have->irreps, got);
    gg_irreps_print(want, wanted);
    gg_axis_print(have->axis, axis);
    gg_axis_print(h->target.kind->axis, own);
    if ((have->axis & GG_PER_TIME) && !h->per_time)
        return gg_yaml_fail(
            map, err,
            "the head of '%s', which has no times, reads a value with a row for each time: in: names "
            "one from before that",
            h->target.name);
    if ((have->axis & ~GG_PER_TIME) != h->target.kind->axis || !gg_irreps_equal(want, &have->irreps))
        return gg_yaml_fail(map, err, "the head of '%s' puts out %s on axis %s, the target wants %s on %ss",
                            h->target.name, got, axis, wanted, own);
    return 0;
}

/* Does the value that the head reads have a row for each time? */
static bool reads_times(const struct gg_build *b, const struct gg_yaml *map)
{
    const struct gg_yaml *in = gg_yaml_get(map, "in");
    const char *name = in && in->kind == GG_YAML_LIST ? in->first->text : in ? in->text : NULL;
    int value = b->previous;
    for (int k = 0; name && k < b->n_name; k++)
        if (!strcmp(b->name[k].name, name))
            value = b->name[k].value;
    return value >= 0 && (b->m->value[value].axis & GG_PER_TIME);
}

static int add_head(struct gg_build *b, struct gg_head *h, struct gg_yaml *map, struct gg_err *err)
{
    struct gg_model *m = b->m;
    char value[GG_IRREPS_TEXT];
    struct gg_irreps want;
    if (h->target.kind->axis == GG_ON_EDGE && m->edges != GG_EDGES_FRAME)
        return gg_yaml_fail(
            map, err,
            "target '%s' lives on the frame's edges: set inputs.edges: frame, so that the network "
            "has the same",
            h->target.name);
    const struct gg_layer_type *type = gg_build_type(map, err);
    if (!type || read_scope(m, h, map, err))
        return -1;
    h->per_time = h->target.timed && reads_times(b, map);
    wanted_irreps(h, h->per_time ? 1 : h->target.n_time, &want);
    const char *key = output_key(type, &want, value);
    if (!key && (gg_opt_find(type->hypers, "outputs") || gg_opt_find(type->hypers, "vectors")))
        return wrong_layer(h, type, map, err);
    if (gg_build_head(b, h, map, key, value, err))
        return -1;
    place_times(m, h);
    return check_value(m, h, &want, map, err);
}

/* ---- the whole ---- */

/* Targets that no frame had; room for what is known of the others, and the times that count. */
static int open_targets(struct gg_model *m, struct gg_err *err)
{
    const struct gg_yaml *y = gg_yaml_get(m->config.root, "heads")->first;
    for (int h = 0; h < m->n_head; h++, y = y->next) {
        if (!m->head[h].target.kind || m->head[h].target.n_time < 1)
            return gg_fail(err, GG_INPUT, "target '%s': no frame has this field", m->head[h].target.name);
        gg_target_alloc(&m->head[h].target, &m->arena, m->n_species);
        if (read_times(m, &m->head[h], gg_yaml_get(y, "times"), err))
            return -1;
    }
    return unite_times(m, err);
}

int gg_plain_heads(struct gg_model *m, struct gg_err *err)
{
    static const char *const known[] = {"target", "times", NULL};
    struct gg_head *h = m->head;
    for (struct gg_yaml *y = gg_yaml_get(m->config.root, "heads")->first; y; y = y->next, h++)
        if (gg_yaml_check_keys(y, NULL, known, err) || read_scope(m, h, y, err))
            return -1;
    if (gg_loss_heads(m, err) || gg_loss_times(m, err))
        return -1;
    for (h = m->head; h < m->head + m->n_head; h++)
        if (h->spread)
            return gg_yaml_fail(
                gg_yaml_get(m->config.root, "loss"), err,
                "loss: a likelihood wants a network: what is fitted predicts no spread of '%s'",
                h->target.name);
    return 0;
}

/* Nothing of what was built before stays. */
static void begin(struct gg_model *m)
{
    free(m->w);
    m->w = NULL;
    m->n_weight = 0;
    m->n_column = m->n_value = m->n_op = m->n_source = m->n_chain = 0;
    m->fixed_axes = m->needs_reverse = false;
    memset(m->value, 0, sizeof m->value);
    memset(m->is_source, 0, sizeof m->is_source);
}

int gg_network_build(struct gg_model *m, const struct gg_data_facts *facts, struct gg_err *err)
{
    struct gg_build b = {.m = m, .shared = -1, .chain = -1};
    struct gg_yaml *layers = gg_yaml_need(m->config.root, "layers", err);
    begin(m);
    for (int k = 0; k < m->n_geometry; k++)
        m->geometry[k].mean_neighbours = facts->mean_neighbours[k];
    gg_reach_make(m, facts);
    if (!layers || gg_loss_heads(m, err) || gg_build_inputs(&b, err) ||
        gg_build_layers(&b, layers, "layers", err))
        return -1;
    int k = 0;
    for (struct gg_yaml *y = gg_yaml_get(m->config.root, "heads")->first; y; y = y->next)
        if (add_head(&b, &m->head[k++], y, err))
            return -1;
    if (gg_build_check_kept(&b, err) || gg_build_check_names(m, err) || gg_loss_times(m, err) ||
        gg_data_facts_allow(facts, m->n_weight, err))
        return -1;
    m->w = gg_xalloc((size_t)m->n_weight, sizeof *m->w);
    return 0;
}

int gg_data_facts_allow(const struct gg_data_facts *facts, int64_t n, struct gg_err *err)
{
    if (n > GG_MOST_WEIGHTS)
        return gg_fail(err, GG_USAGE, "the model has %lld parameters, at most %d can be", (long long)n,
                       GG_MOST_WEIGHTS);
    if (facts->most_numbers > 0 && n > facts->most_numbers)
        return gg_fail(err, GG_INPUT, "model.yaml makes a model of %lld numbers, the file has %lld",
                       (long long)n, (long long)facts->most_numbers);
    return 0;
}

static int check_inputs(const struct gg_model *m, struct gg_err *err)
{
    int64_t n = 0;
    for (int k = 0; k < m->n_input; k++)
        n += gg_irreps_dim(&m->input[k].irreps);
    return n <= GG_MAX_ROW ? 0
                           : gg_fail(err, GG_INPUT, "inputs: %lld numbers a row, at most %d can be",
                                     (long long)n, GG_MAX_ROW);
}

int gg_model_build(struct gg_model *m, const struct gg_data_facts *facts, struct gg_err *err)
{
    m->n_species = facts->n_species;
    return check_inputs(m, err) || open_targets(m, err) || m->learner->build(m, facts, err) ? -1 : 0;
}

void gg_model_free(struct gg_model *m)
{
    free(m->w);
    gg_config_free(&m->config);
    gg_arena_free(&m->arena);
    memset(m, 0, sizeof *m);
}
