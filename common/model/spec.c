/* spec.c -- from YAML to a list of layers (gg_model(5))
 *
 * The second step (spec_open.c has the first): once species, times and the irreps of the inputs are known, values and layers are made
 * in order.  A name stands for the value that was last given it. */
#include "layers/layers.h"
#include "model/spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROUNDS = 4096 }; /* of repeats within repeats */

/* ---- layers ---- */

/* The value that was last given the name, or a source of that name; -1. */
static int find_value(struct gg_build *b, const char *name)
{
    for (int k = b->n_name - 1; k >= 0; k--)
        if (!strcmp(b->name[k].name, name))
            return b->name[k].value;
    return gg_build_source(b, name);
}

/* A layer that reads the source `time` reads logarithms. */
static int check_times(const struct gg_model *m, int value, const struct gg_yaml *in, struct gg_err *err)
{
    bool is_time = false;
    for (int k = 0; k < m->n_source; k++)
        is_time |= m->source[k].value == value && m->source[k].n == 0;
    for (int h = 0; is_time && h < m->n_head; h++) {
        const struct gg_target *t = &m->head[h].target;
        for (int k = 0; t->timed && k < t->n_time; k++)
            if (m->head[h].on[k] && t->time[k] <= 0)
                return gg_yaml_fail(
                    in, err,
                    "in: time, of target '%s': time %g (frame '%s', field '%s.time', or 'time' "
                    "where a frame has none) has no logarithm: give the target positive times "
                    "only",
                    t->name, t->time[k], t->early, t->name);
    }
    return 0;
}

/* What counts is said by the frame, not learned: sums of weights are above 0. */
static int check_weights(const struct gg_build *b, const struct gg_op *op, const struct gg_yaml *map,
                         struct gg_err *err)
{
    const struct gg_model *m = b->m;
    bool said = op->layer.weighed == 0;
    for (int k = 0; k < m->n_source; k++)
        said |= m->source[k].value == op->in[op->layer.weighed] && m->source[k].n == 1 &&
                m->input[m->source[k].first].weight;
    return said ? 0
                : gg_yaml_fail(gg_yaml_get(map, "in"), err,
                               "in: %s takes its weights from a field of inputs.weights, by its name",
                               op->layer.type->name);
}

/* What a layer says of the numbers of the frame that it reads: they are not standardised, and a frame that has them at 0 or below
 * may be refused. */
static int mark_inputs(const struct gg_build *b, const struct gg_op *op, const struct gg_yaml *map,
                       struct gg_err *err)
{
    struct gg_model *m = b->m;
    for (int q = 0; q < op->layer.n_in && op->layer.reads != GG_STANDARDISED; q++) {
        const struct gg_value_source *source = NULL;
        for (int k = 0; k < m->n_source; k++)
            source = m->source[k].value == op->in[q] ? &m->source[k] : source;
        if (!source)
            return gg_yaml_fail(gg_yaml_get(map, "in") ? gg_yaml_get(map, "in") : map, err,
                                "in: %s takes time, or a field of inputs.graph by its name, not what a layer "
                                "made",
                                op->layer.type->name);
        for (int k = source->first; k < source->first + source->n; k++)
            if (m->input[k].reads < op->layer.reads)
                m->input[k].reads = op->layer.reads;
    }
    return 0;
}

int gg_build_value(struct gg_build *b, const char *name, const struct gg_yaml *at, struct gg_err *err)
{
    const char *have[GG_MAX_VALUES];
    int value = find_value(b, name);
    if (value >= 0)
        return value;
    for (int q = 0; q < b->n_name; q++)
        have[q] = b->name[q].name;
    const char *near = gg_nearest(name, have, b->n_name);
    return gg_yaml_fail(at, err, "%s: no value is called '%s' here%s%s%s", at->key, name,
                        near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
}

static int read_inputs(struct gg_build *b, struct gg_op *op, const struct gg_yaml *map, struct gg_err *err)
{
    struct gg_yaml *in = gg_yaml_get(map, "in");
    struct gg_texts names = {0};
    if (in && gg_yaml_texts(in, &b->m->arena, &names, err))
        return -1;
    if (names.n > GG_LAYER_INPUTS)
        return gg_yaml_fail(in, err, "in: %d values, at most %d", names.n, GG_LAYER_INPUTS);
    op->layer.n_in = in ? names.n : op->layer.type->from_graph ? 0 : 1;
    op->in[0] = b->previous;
    for (int k = 0; k < names.n; k++)
        if ((op->in[k] = gg_build_value(b, names.v[k], in, err)) < 0 || check_times(b->m, op->in[k], in, err))
            return -1;
    for (int k = 0; k < op->layer.n_in; k++) {
        if (op->in[k] < 0)
            return gg_yaml_fail(in ? in : map, err,
                                "in: nothing is there to be read yet: inputs.node is empty");
        if (gg_build_check_input(b, op->in[k], in ? in : map, err))
            return -1;
        op->layer.in[k] = b->m->value[op->in[k]];
        for (int q = 0; q < b->m->n_source; q++)
            if (b->m->source[q].value == op->in[k] && b->m->source[q].n == 1)
                op->layer.reach[k] = b->m->input[b->m->source[q].first].reach;
    }
    return 0;
}

/* `geometry`: a field with positions, or its number; else that of the first input on edges, else the first. */
static int read_geometry(struct gg_build *b, struct gg_op *op, const struct gg_yaml *map, struct gg_err *err)
{
    struct gg_model *m = b->m;
    struct gg_yaml *y = gg_yaml_get(map, "geometry");
    const char *text = NULL;
    int64_t number = -1;
    struct gg_err ignored;
    if (y && gg_yaml_text(y, &text, err))
        return -1;
    if (y && gg_yaml_int(y, 0, m->n_geometry - 1, &number, &ignored))
        number = -1;
    for (int k = 0; y && number < 0 && k < m->n_geometry; k++)
        if (!strcmp(m->geometry[k].positions, text))
            number = k;
    if (y && number < 0)
        return gg_yaml_fail(y, err, "geometry: '%s' is none of the %d of inputs.positions (%s, ...)", text,
                            m->n_geometry, m->geometry[0].positions);
    for (int q = 0; q < op->layer.n_in; q++) {
        if (gg_axis_base(op->layer.in[q].axis) != GG_ON_EDGE)
            continue;
        for (int k = m->n_geometry - 1; !y && number < 0 && k >= 0; k--)
            if (m->geometry[k].list == op->layer.in[q].edges)
                number = k;
        if (m->geometry[number].list != op->layer.in[q].edges)
            return gg_yaml_fail(map, err,
                                "in: value %d lives on the edges of '%s', the layer on those of '%s'", q + 1,
                                m->geometry[op->layer.in[q].edges].positions, m->geometry[number].positions);
    }
    op->geometry = number < 0 ? 0 : (int)number;
    op->layer.cutoff = m->geometry[op->geometry].cutoff;
    op->layer.mean_neighbours = m->geometry[op->geometry].mean_neighbours;
    return 0;
}

static struct gg_op *new_op(struct gg_build *b)
{
    struct gg_model *m = b->m;
    if (m->n_op == b->room) {
        struct gg_op *more = GG_NEW(&m->arena, struct gg_op, (size_t)(b->room ? 2 * b->room : 64));
        if (m->n_op)
            memcpy(more, m->op, (size_t)m->n_op * sizeof *more);
        b->room = b->room ? 2 * b->room : 64;
        m->op = more;
    }
    return &m->op[m->n_op];
}

const struct gg_layer_type *gg_build_type(const struct gg_yaml *map, struct gg_err *err)
{
    const char *names[64], *text;
    int n = 0;
    struct gg_yaml *y =
        gg_yaml_expect(map, GG_YAML_MAP, "layer", err) ? NULL : gg_yaml_need(map, "layer", err);
    if (!y || gg_yaml_text(y, &text, err))
        return NULL;
    const struct gg_layer_type *type = gg_layer_find(text);
    if (type)
        return type;
    for (; gg_layer_types[n] && n < 64; n++)
        names[n] = gg_layer_types[n]->name;
    const char *near = gg_nearest(text, names, n);
    gg_yaml_fail(y, err, "no layer is called '%s'%s%s%s", text,
                 near ? " (did you mean " : " (gg_layers(7) lists them", near ? near : "", near ? "?)" : ")");
    return NULL;
}

/* Before the next layer makes room for itself. */
static int check_size(struct gg_build *b, const struct gg_yaml *map, struct gg_err *err)
{
    const struct gg_model *m = b->m;
    b->row += b->previous < 0 ? 0 : m->value[b->previous].stride;
    return b->row <= GG_MAX_ROW
               ? 0
               : gg_yaml_fail(map, err,
                              "with this layer the network has %lld numbers a row, at most %d can be",
                              (long long)b->row, GG_MAX_ROW);
}

/* One layer: its inputs, hypers, shapes and parameters.  `force`: "key=value" that the model itself decides, or NULL. */
int gg_build_op(struct gg_build *b, struct gg_yaml *map, const char *name, const char *const *others,
                const char *force_key, const char *force_value, struct gg_err *err)
{
    struct gg_model *m = b->m;
    struct gg_op *op = new_op(b);
    struct gg_layer *l = &op->layer;
    memset(op, 0, sizeof *op);
    const struct gg_layer_type *type = gg_build_type(map, err);
    if (!type)
        return -1;
    l->type = type;
    op->from = map;
    l->n_type = m->n_species;
    l->n_time = m->n_time;
    l->time = m->time;
    l->hyper = gg_arena_calloc(&m->arena, 1, type->hyper_size + 1);
    memcpy(l->hyper, type->hyper_defaults, type->hyper_size);
    if (gg_yaml_fill(map, &m->arena, type->hypers, l->hyper, others, type->name, err))
        return -1;
    gg_yaml_add_defaults(map, &m->config.arena, type->hypers, l->hyper, others);
    if (force_key && gg_opt_set(gg_opt_find(type->hypers, force_key), l->hyper, force_value, force_key, err))
        return -1;
    if (read_inputs(b, op, map, err) || read_geometry(b, op, map, err))
        return -1;
    if (type->init(l, &m->arena, err)) {
        char why[sizeof err->text];
        if (err->status == GG_SYSTEM) /* no fault of the file's */
            return -1;
        snprintf(why, sizeof why, "%s", err->text);
        return gg_yaml_fail(map, err, "%s: %s", type->name, why);
    }
    if (gg_build_check_layer(b, l, map, err) || check_weights(b, op, map, err) ||
        mark_inputs(b, op, map, err))
        return -1;
    if (b->shared >= 0 && gg_layer_follows(l))
        return gg_yaml_fail(map, err,
                            "%s: layers that share parameters would have the running statistics of different "
                            "values in common: leave share out, or take layer: norm",
                            type->name);
    if (m->n_value == GG_MAX_VALUES)
        return gg_yaml_fail(map, err, "more than %d values", GG_MAX_VALUES);
    snprintf(op->name, sizeof op->name, "%s", name);
    op->weight = b->shared >= 0 ? b->shared : m->n_weight;
    if (b->shared >= 0)
        b->shared += l->n_weight;
    else
        m->n_weight += l->n_weight;
    if (m->n_weight > GG_MOST_WEIGHTS)
        return gg_yaml_fail(map, err,
                            "%s: more than %d million parameters up to here (%.3g): fewer channels, or "
                            "rounds of a repeat",
                            type->name, GG_MOST_WEIGHTS / 1000000, (double)m->n_weight);
    op->chain = b->chain;
    op->out = m->n_value++;
    m->value[op->out] = l->out;
    m->value[op->out].edges = l->out.edges = m->geometry[op->geometry].list;
    m->fixed_axes |= l->fixed_axes;
    m->needs_reverse |= l->needs_reverse;
    b->previous = op->out;
    m->n_op++;
    return check_size(b, map, err);
}

/* One name or several, for values that a repeat begins with and that are read behind it, too. */
static int name_output(struct gg_build *b, const struct gg_yaml *map, struct gg_err *err)
{
    struct gg_yaml *out = gg_yaml_get(map, "out");
    struct gg_texts names = {0};
    if (out && gg_yaml_texts(out, &b->m->arena, &names, err))
        return -1;
    if (b->n_name + names.n > GG_MAX_VALUES)
        return gg_yaml_fail(map, err, "more than %d names", GG_MAX_VALUES);
    for (int k = 0; k < names.n; k++) {
        b->name[b->n_name].name = names.v[k];
        b->name[b->n_name++].value = b->previous;
    }
    return 0;
}

/* `repeat: 4` with `layers`: own parameters each round, or with `share: true` the same for all. */
static int add_repeat(struct gg_build *b, const struct gg_yaml *map, const char *prefix, struct gg_err *err)
{
    static const char *const known[] = {"repeat", "share", "layers", NULL};
    struct gg_yaml *layers, *share = gg_yaml_get(map, "share");
    int64_t rounds, first = b->m->n_weight, outer = b->shared;
    bool shared = false;
    char name[48];
    if (gg_yaml_check_keys(map, NULL, known, err) ||
        gg_yaml_int(gg_yaml_get(map, "repeat"), 0, 256, &rounds, err) ||
        !(layers = gg_yaml_need(map, "layers", err)) || (share && gg_yaml_bool(share, &shared, err)))
        return -1;
    for (int64_t round = 0; round < rounds; round++) {
        if (++b->rounds > MOST_ROUNDS)
            return gg_yaml_fail(map, err, "repeat: more than %d rounds in all", MOST_ROUNDS);
        snprintf(name, sizeof name, "%.32s.%d", prefix, (int)round);
        if (shared && round > 0 && outer < 0)
            b->shared = first;
        if (gg_build_layers(b, layers, name, err))
            return -1;
        if (shared && round > 0 && outer < 0 && b->shared != b->m->n_weight)
            return gg_yaml_fail(map, err, "share: the rounds differ in size (%lld and %lld parameters)",
                                (long long)(b->shared - first), (long long)(b->m->n_weight - first));
        b->shared = outer;
    }
    return 0;
}

int gg_build_layers(struct gg_build *b, struct gg_yaml *list, const char *prefix, struct gg_err *err)
{
    static const char *const others[] = {"layer", "in", "out", "geometry", NULL};
    char name[56];
    int k = 0;
    if (gg_yaml_expect(list, GG_YAML_LIST, "layers", err))
        return -1;
    for (struct gg_yaml *y = list->first; y; y = y->next, k++) {
        if (gg_yaml_expect(y, GG_YAML_MAP, "layer", err))
            return -1;
        const struct gg_yaml *kind = gg_yaml_get(y, "layer");
        snprintf(name, sizeof name, "%.30s.%d%s%.12s", prefix, k, kind ? "." : "",
                 kind && kind->text ? kind->text : "");
        if (gg_yaml_get(y, "repeat") ? add_repeat(b, y, name, err)
            : gg_yaml_get(y, "receivers")
                ? gg_build_chain(b, y, name, err)
                : gg_build_op(b, y, name, others, NULL, NULL, err) || name_output(b, y, err))
            return -1;
    }
    return 0;
}
