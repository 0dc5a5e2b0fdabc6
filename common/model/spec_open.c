/* spec_open.c -- what a model wants of its data: inputs and targets (gg_model(5))
 *
 * The first of two steps, because sizes depend on data: what is read here decides what is read of the frames; spec.c makes the layers. */
#include "model/fit.h"

#include <stdio.h>
#include <string.h>

struct input_keys {
    struct gg_texts node;
    const char *positions;
    double cutoff;
    bool self;
    int type, precision;
};

#define AT(field) offsetof(struct input_keys, field)
static const struct gg_opt input_table[] = {
    {"node", GG_OPT_TEXTS, AT(node), "node inputs: type (one-hot), or fields on nodes", "FIELD", NULL, 0, 0,
     NULL, 0, true},
    {"positions", GG_OPT_TEXT, AT(positions), "field with the positions of the graph", "FIELD", NULL, 0, 0,
     NULL, 0, false},
    {"cutoff", GG_OPT_REAL, AT(cutoff), "edges between particles nearer than this", "LENGTH", "sigma", 1e-6,
     1e6, NULL, 0, false},
    {"self", GG_OPT_FLAG, AT(self), "an edge from every particle to itself", NULL, NULL, 0, 0, NULL, 0,
     false},
    {"type", GG_OPT_CHOICE, AT(type), "the species: a channel for each, or its number in one", NULL, NULL, 0,
     0, "one-hot|number", 0, false},
    {"precision", GG_OPT_CHOICE, AT(precision),
     "f32: round positions and cell first, as codes in single precision do", NULL, NULL, 0, 0, "f64|f32", 0,
     false},
    {0}};
#undef AT

static int open_inputs(struct gg_model *m, struct gg_err *err)
{
    struct input_keys keys = {.positions = "pos", .cutoff = 2.0};
    struct gg_yaml *map = gg_yaml_need(m->config.root, "inputs", err);
    if (!map || gg_yaml_expect(map, GG_YAML_MAP, "inputs", err) ||
        gg_yaml_fill(map, &m->arena, input_table, &keys, NULL, "inputs", err))
        return -1;
    gg_yaml_add_defaults(map, &m->config.arena, input_table, &keys);
    if (keys.node.n > GG_MAX_INPUTS)
        return gg_yaml_fail(map, err, "inputs: %d node inputs, at most %d", keys.node.n, GG_MAX_INPUTS);
    snprintf(m->positions, sizeof m->positions, "%s", keys.positions);
    m->cutoff = keys.cutoff;
    m->self = keys.self;
    m->type_number = keys.type == 1;
    m->f32 = keys.precision == 1;
    m->n_input = keys.node.n;
    for (int k = 0; k < m->n_input; k++)
        snprintf(m->input[k].field, sizeof m->input[k].field, "%s", keys.node.v[k]);
    return 0;
}

static int open_heads(struct gg_model *m, struct gg_err *err)
{
    struct gg_yaml *list = gg_yaml_need(m->config.root, "heads", err);
    const char *target;
    if (!list || gg_yaml_expect(list, GG_YAML_LIST, "heads", err))
        return -1;
    if (list->n > GG_MAX_HEADS)
        return gg_yaml_fail(list, err, "heads: %d of them, at most %d", list->n, GG_MAX_HEADS);
    for (struct gg_yaml *y = list->first; y; y = y->next) {
        struct gg_head *h = &m->head[m->n_head++];
        struct gg_yaml *name =
            gg_yaml_expect(y, GG_YAML_MAP, "head", err) ? NULL : gg_yaml_need(y, "target", err);
        if (!name || gg_yaml_text(name, &target, err))
            return -1;
        const struct gg_field_def *d = gg_field_lookup(target);
        if (!d || d->axis[0] != GG_NODE || d->ndim < 2 || d->axis[1] != GG_TIME)
            return gg_yaml_fail(name, err,
                                "target '%s' is no field on nodes and times: propensity, displacement, "
                                "overlap, bond_breaking, ...",
                                target);
        h->kind = d->ndim == 3 ? GG_HEAD_VECTOR : GG_HEAD_SCALAR;
        snprintf(h->target, sizeof h->target, "%s", target);
        for (int k = 0; k < m->n_head - 1; k++)
            if (!strcmp(m->head[k].target, target))
                return gg_yaml_fail(name, err, "target '%s' has two heads", target);
    }
    return 0;
}

int gg_model_open(struct gg_model *m, struct gg_err *err)
{
    static const char *const known[] = {"let", "inputs", "layers", "fit", "heads", "loss", "train", NULL};
    static const char *const words[] = {"layer", "in", "out", "target", "from", NULL};
    if (!m->config.root)
        return gg_fail(err, GG_USAGE, "no model was given");
    if (gg_yaml_check_keys(m->config.root, NULL, known, err) || gg_config_resolve(&m->config, words, err) ||
        (gg_yaml_get(m->config.root, "fit") ? gg_fit_open(m, err) : open_inputs(m, err)) ||
        open_heads(m, err))
        return -1;
    return 0;
}
