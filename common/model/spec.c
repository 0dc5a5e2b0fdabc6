/* spec.c -- from YAML to a list of layers (gg_model(5))
 *
 * The second step (spec_open.c has the first): once species, times and the irreps of the inputs are known, values and layers are made
 * in order.  A name stands for the value that was last given it. */
#include "layers/layers.h"
#include "model/fit.h"
#include "model/loss.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- layers ---- */

struct build {
    struct gg_model *m;
    struct {
        const char *name;
        int value;
    } name[GG_MAX_VALUES];
    int n_name, previous;
    int64_t
        shared; /* where the next layer of a later round of a shared repeat has its parameters; -1: its own */
    int room;
};

static int find_value(const struct build *b, const char *name)
{
    for (int k = b->n_name - 1; k >= 0; k--)
        if (!strcmp(b->name[k].name, name))
            return b->name[k].value;
    return -1;
}

static int read_inputs(struct build *b, struct gg_op *op, const struct gg_yaml *map, struct gg_err *err)
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
        if ((op->in[k] = find_value(b, names.v[k])) < 0) {
            const char *have[GG_MAX_VALUES];
            for (int q = 0; q < b->n_name; q++)
                have[q] = b->name[q].name;
            const char *near = gg_nearest(names.v[k], have, b->n_name);
            return gg_yaml_fail(in, err, "in: no value is called '%s' here%s%s%s", names.v[k],
                                near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
        }
    for (int k = 0; k < op->layer.n_in; k++)
        op->layer.in[k] = b->m->value[op->in[k]];
    return 0;
}

static struct gg_op *new_op(struct build *b)
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

static const struct gg_layer_type *read_type(const struct gg_yaml *map, struct gg_err *err)
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

/* One layer: its inputs, hypers, shapes and parameters.  `force`: "key=value" that the model itself decides, or NULL. */
static int add_op(struct build *b, struct gg_yaml *map, const char *name, const char *const *others,
                  const char *force_key, const char *force_value, struct gg_err *err)
{
    struct gg_model *m = b->m;
    struct gg_op *op = new_op(b);
    struct gg_layer *l = &op->layer;
    memset(op, 0, sizeof *op);
    const struct gg_layer_type *type = read_type(map, err);
    if (!type)
        return -1;
    l->type = type;
    l->n_type = m->n_species;
    l->cutoff = m->cutoff;
    l->mean_neighbours = m->mean_neighbours;
    l->hyper = gg_arena_calloc(&m->arena, 1, type->hyper_size + 1);
    memcpy(l->hyper, type->hyper_defaults, type->hyper_size);
    if (gg_yaml_fill(map, &m->arena, type->hypers, l->hyper, others, type->name, err))
        return -1;
    gg_yaml_add_defaults(map, &m->config.arena, type->hypers, l->hyper);
    if (force_key && gg_opt_find(type->hypers, force_key) &&
        gg_opt_set(gg_opt_find(type->hypers, force_key), l->hyper, force_value, force_key, err))
        return -1;
    if (read_inputs(b, op, map, err))
        return -1;
    if (type->init(l, &m->arena, err)) {
        char why[sizeof err->text];
        if (err->status == GG_SYSTEM) /* no fault of the file's */
            return -1;
        snprintf(why, sizeof why, "%s", err->text);
        return gg_yaml_fail(map, err, "%s: %s", type->name, why);
    }
    if (m->n_value == GG_MAX_VALUES)
        return gg_yaml_fail(map, err, "more than %d values", GG_MAX_VALUES);
    snprintf(op->name, sizeof op->name, "%s", name);
    op->weight = b->shared >= 0 ? b->shared : m->n_weight;
    if (b->shared >= 0)
        b->shared += l->n_weight;
    else
        m->n_weight += l->n_weight;
    op->out = m->n_value++;
    m->value[op->out] = l->out;
    m->fixed_axes |= l->fixed_axes;
    m->needs_reverse |= l->needs_reverse;
    b->previous = op->out;
    m->n_op++;
    return 0;
}

/* One name or several, for values that a repeat begins with and that are read behind it, too. */
static int name_output(struct build *b, const struct gg_yaml *map, struct gg_err *err)
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

static int add_layers(struct build *b, struct gg_yaml *list, const char *prefix, struct gg_err *err);

/* `repeat: 4` with `layers`: own parameters each round, or with `share: true` the same for all. */
static int add_repeat(struct build *b, const struct gg_yaml *map, const char *prefix, struct gg_err *err)
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
        snprintf(name, sizeof name, "%.32s.%d", prefix, (int)round);
        if (shared && round > 0 && outer < 0)
            b->shared = first;
        if (add_layers(b, layers, name, err))
            return -1;
        if (shared && round > 0 && outer < 0 && b->shared != b->m->n_weight)
            return gg_yaml_fail(map, err, "share: the rounds differ in size (%lld and %lld parameters)",
                                (long long)(b->shared - first), (long long)(b->m->n_weight - first));
        b->shared = outer;
    }
    return 0;
}

static int add_layers(struct build *b, struct gg_yaml *list, const char *prefix, struct gg_err *err)
{
    static const char *const others[] = {"layer", "in", "out", NULL};
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
                                     : add_op(b, y, name, others, NULL, NULL, err) || name_output(b, y, err))
            return -1;
    }
    return 0;
}

/* ---- heads ---- */

static int read_times(struct gg_model *m, struct gg_head *h, const struct gg_yaml *y, struct gg_err *err)
{
    struct gg_reals wanted;
    const char *text = NULL;
    h->on = GG_NEW(&m->arena, bool, (size_t)m->n_time);
    if (!y || (y->kind == GG_YAML_SCALAR && !gg_yaml_text(y, &text, err) && !strcmp(text, "each"))) {
        memset(h->on, 1, (size_t)m->n_time);
        return 0;
    }
    if (gg_yaml_reals(y, &m->arena, &wanted, err))
        return -1;
    for (int k = 0; k < wanted.n; k++) {
        bool found = false;
        for (int t = 0; t < m->n_time; t++)
            if (m->time[t] > wanted.v[k] * (1 - 1e-9) && m->time[t] < wanted.v[k] * (1 + 1e-9))
                h->on[t] = found = true;
        if (!found)
            return gg_yaml_fail(y, err, "times: the data have no time %g (their %d times go from %g to %g)",
                                wanted.v[k], m->n_time, m->time[0], m->time[m->n_time - 1]);
    }
    return 0;
}

/* `species: each` (default): columns for every species; `joint`: the same for all. */
static int read_species(struct gg_head *h, const struct gg_yaml *y, struct gg_err *err)
{
    const char *text = "each";
    if (y && gg_yaml_text(y, &text, err))
        return -1;
    h->joint = h->kind == GG_HEAD_VECTOR || !strcmp(text, "joint");
    if (strcmp(text, "each") && strcmp(text, "joint"))
        return gg_yaml_fail(y, err, "species: '%s' is neither each nor joint", text);
    return 0;
}

static int add_head(struct build *b, struct gg_head *h, struct gg_yaml *map, struct gg_err *err)
{
    static const char *const others[] = {"layer", "in", "target", "weight", "times", "species", NULL};
    struct gg_model *m = b->m;
    struct gg_yaml *weight = gg_yaml_get(map, "weight");
    char name[48], size[16];
    if (read_species(h, gg_yaml_get(map, "species"), err))
        return -1;
    int columns = h->joint ? m->n_time : m->n_species * m->n_time;
    h->weight = 1;
    if (weight && gg_yaml_real(weight, &h->weight, err))
        return -1;
    if (!(h->weight >= 0))
        return gg_yaml_fail(weight, err, "weight: %g is negative", h->weight);
    if (read_times(m, h, gg_yaml_get(map, "times"), err))
        return -1;
    snprintf(size, sizeof size, "%d", columns);
    snprintf(name, sizeof name, "heads.%.36s", h->target);
    if (add_op(b, map, name, others, h->kind == GG_HEAD_SCALAR ? "outputs" : "vectors", size, err))
        return -1;
    h->value = b->previous;
    struct gg_irreps want = {1, {{columns, h->kind == GG_HEAD_VECTOR, h->kind == GG_HEAD_VECTOR ? -1 : 1}}};
    char have[GG_IRREPS_TEXT], wanted[GG_IRREPS_TEXT];
    gg_irreps_print(&m->value[h->value].irreps, have);
    gg_irreps_print(&want, wanted);
    if (m->value[h->value].axis != GG_ON_NODE || !gg_irreps_equal(&want, &m->value[h->value].irreps))
        return gg_yaml_fail(map, err, "the head of '%s' puts out %s, the target wants %s on nodes", h->target,
                            have, wanted);
    size_t n = (size_t)(m->n_species * m->n_time);
    h->mean = GG_NEW(&m->arena, double, n);
    h->scale = GG_NEW(&m->arena, double, n);
    for (size_t k = 0; k < n; k++)
        h->scale[k] = 1;
    return 0;
}

/* ---- the whole ---- */

static int build_inputs(struct build *b, struct gg_err *err)
{
    struct gg_model *m = b->m;
    struct gg_irreps all = {0};
    for (int k = 0; k < m->n_input; k++) {
        struct gg_input *in = &m->input[k];
        if (!strcmp(in->field, "type"))
            in->irreps = (struct gg_irreps){1, {{m->type_number ? 1 : m->n_species, 0, 1}}};
        in->channel = m->n_column;
        for (int q = 0; q < in->irreps.n; q++) {
            if (all.n == GG_IRREPS_MAX)
                return gg_fail(err, GG_USAGE, "inputs: more than %d blocks of irreps", GG_IRREPS_MAX);
            all.b[all.n++] = in->irreps.b[q];
            in->n_channel += in->irreps.b[q].mul;
        }
        m->n_column += in->n_channel;
    }
    gg_irreps_simplify(&all);
    gg_shape_init(&m->value[0], GG_ON_NODE, &all);
    m->n_value = 1;
    m->mean = GG_NEW(&m->arena, double, (size_t)m->n_column);
    m->scale = GG_NEW(&m->arena, double, (size_t)m->n_column);
    for (int c = 0; c < m->n_column; c++)
        m->scale[c] = 1;
    b->name[b->n_name].name = "x";
    b->name[b->n_name++].value = 0;
    return 0;
}

/* Heads are targets and times, and nothing else. */
static int build_fit(struct gg_model *m, struct gg_err *err)
{
    static const char *const known[] = {"target", "times", NULL};
    struct gg_head *h = m->head;
    for (struct gg_yaml *y = gg_yaml_get(m->config.root, "heads")->first; y; y = y->next, h++)
        if (gg_yaml_check_keys(y, NULL, known, err) || read_times(m, h, gg_yaml_get(y, "times"), err))
            return -1;
    return gg_loss_build(m, err) || gg_fit_build(m, err) ? -1 : 0;
}

int gg_model_build(struct gg_model *m, const struct gg_data_facts *facts, struct gg_err *err)
{
    struct build b = {.m = m, .shared = -1};
    m->n_species = facts->n_species;
    m->mean_neighbours = facts->mean_neighbours;
    if (m->fit)
        return build_fit(m, err);
    struct gg_yaml *layers = gg_yaml_need(m->config.root, "layers", err);
    if (!layers || build_inputs(&b, err) || add_layers(&b, layers, "layers", err))
        return -1;
    int k = 0;
    for (struct gg_yaml *y = gg_yaml_get(m->config.root, "heads")->first; y; y = y->next)
        if (add_head(&b, &m->head[k++], y, err))
            return -1;
    if (gg_loss_build(m, err))
        return -1;
    m->w = gg_xalloc((size_t)m->n_weight, sizeof *m->w);
    return 0;
}

void gg_model_free(struct gg_model *m)
{
    free(m->w);
    gg_config_free(&m->config);
    gg_arena_free(&m->arena);
    memset(m, 0, sizeof *m);
}
