/* spec_open.c -- what a model wants of its data: geometries, inputs, targets (gg_model(5))
 *
 * The first of two steps, because sizes depend on data: what is read here decides what is read of the frames; spec.c makes the layers. */
#include "model/learner.h"
#include "model/loss.h"

#include <stdio.h>
#include <string.h>

struct input_keys {
    struct gg_texts node, weights, edge, graph, positions;
    struct gg_reals cutoff;
    bool self;
    int type, precision, edges;
};

#define AT(field) offsetof(struct input_keys, field)
static const struct gg_opt input_table[] = {
    {"node", GG_OPT_TEXTS, AT(node), "node inputs: type (one-hot), or fields on nodes", .arg = "FIELD",
     .required = true},
    {"weights", GG_OPT_TEXTS, AT(weights),
     "fields on nodes that say what counts where a layer sums over nodes", .arg = "FIELD"},
    {"edge", GG_OPT_TEXTS, AT(edge), "fields on the frame's edges (edges: frame)", .arg = "FIELD"},
    {"graph", GG_OPT_TEXTS, AT(graph), "fields of the frame: temperature, ...", .arg = "FIELD"},
    {"positions", GG_OPT_TEXTS, AT(positions), "fields with the positions of the geometries", .arg = "FIELD"},
    {"cutoff", GG_OPT_REALS, AT(cutoff),
     "edges between particles nearer than this: one length, or one a geometry", .arg = "LENGTH",
     .unit = "sigma", .min = 1e-6, .max = 1e6},
    {"edges", GG_OPT_CHOICE, AT(edges),
     "of several geometries: each its own, or one list of the pairs near in any; or those of the frame",
     .choices = "each|union|frame"},
    {"self", GG_OPT_FLAG, AT(self), "an edge from every particle to itself"},
    {"type", GG_OPT_CHOICE, AT(type), "the species: a channel for each, or its number in one",
     .choices = "one-hot|number"},
    {"precision", GG_OPT_CHOICE, AT(precision),
     "f32: round positions and cell first, as codes in single precision do", .choices = "f64|f32"},
    {0}};
#undef AT

/* ---- inputs ---- */

static int add_inputs(struct gg_model *m, const struct gg_texts *fields, int base, const struct gg_yaml *map,
                      struct gg_err *err)
{
    for (int k = 0; k < fields->n; k++) {
        if (m->n_input == GG_MAX_INPUTS)
            return gg_yaml_fail(map, err, "inputs: more than %d inputs", GG_MAX_INPUTS);
        if (base != GG_ON_NODE && !strcmp(fields->v[k], "type"))
            return gg_yaml_fail(map, err, "inputs: 'type' is an input on nodes");
        for (int before = 0; before < k; before++)
            if (!strcmp(fields->v[before], fields->v[k]))
                return gg_yaml_fail(map, err, "inputs: '%s' stands twice in one list", fields->v[k]);
        struct gg_input *in = &m->input[m->n_input++];
        in->base = base;
        snprintf(in->field, sizeof in->field, "%s", fields->v[k]);
    }
    return 0;
}

/* They follow those on nodes, since a base has its inputs side by side. */
static int add_weights(struct gg_model *m, const struct gg_texts *fields, const struct gg_yaml *map,
                       struct gg_err *err)
{
    int first = m->n_input;
    for (int k = 0; k < fields->n; k++)
        for (int q = 0; q < first; q++)
            if (!strcmp(fields->v[k], m->input[q].field) || !strcmp(fields->v[k], "type"))
                return gg_yaml_fail(gg_yaml_get(map, "weights"), err,
                                    "inputs.weights: '%s' is an input on nodes: what counts is no input that "
                                    "is learned from",
                                    fields->v[k]);
    if (add_inputs(m, fields, GG_ON_NODE, map, err))
        return -1;
    for (int k = first; k < m->n_input; k++) {
        m->input[k].weight = true;
        m->input[k].reads = GG_AS_THEY_ARE;
    }
    return 0;
}

static int open_geometries(struct gg_model *m, const struct input_keys *keys, const struct gg_yaml *map,
                           struct gg_err *err)
{
    m->n_geometry = keys->positions.n;
    m->edges = (enum gg_edges_from)keys->edges;
    if (m->n_geometry < 1 || m->n_geometry > GG_MAX_GEOMETRIES)
        return gg_yaml_fail(gg_yaml_get(map, "positions"), err, "inputs.positions: 1 to %d fields are wanted",
                            GG_MAX_GEOMETRIES);
    if (keys->cutoff.n != 1 && keys->cutoff.n != m->n_geometry)
        return gg_yaml_fail(
            gg_yaml_get(map, "cutoff"), err,
            "inputs.cutoff: %d lengths for %d geometries: one for all, or one each are wanted",
            keys->cutoff.n, m->n_geometry);
    for (int k = 0; k < m->n_geometry; k++) {
        struct gg_geometry *g = &m->geometry[k];
        snprintf(g->positions, sizeof g->positions, "%s", keys->positions.v[k]);
        g->cutoff = keys->cutoff.v[keys->cutoff.n > 1 ? k : 0];
        g->list = m->edges == GG_EDGES_EACH ? k : 0;
        for (int q = 0; q < k; q++)
            if (!strcmp(m->geometry[q].positions, g->positions) && m->geometry[q].cutoff == g->cutoff)
                return gg_yaml_fail(map, err, "inputs.positions: '%s' stands twice with one cutoff",
                                    g->positions);
    }
    m->n_list = m->edges == GG_EDGES_EACH ? m->n_geometry : 1;
    if (m->edges == GG_EDGES_FRAME && keys->self)
        return gg_yaml_fail(gg_yaml_get(map, "self"), err,
                            "inputs.self: edges: frame takes the frame's edges as they are "
                            "(gg-neighbors --self writes those from a particle to itself)");
    if (keys->edge.n && m->edges != GG_EDGES_FRAME)
        return gg_yaml_fail(
            gg_yaml_get(map, "edge"), err,
            "inputs.edge: fields on edges belong to the frame's edges: set inputs.edges: frame");
    return 0;
}

int gg_network_open(struct gg_model *m, struct gg_err *err)
{
    static const char *pos = "pos";
    static double two = 2;
    struct input_keys keys = {.positions = {1, &pos}, .cutoff = {1, &two}};
    struct gg_yaml *map = gg_yaml_need(m->config.root, "inputs", err);
    if (!map || gg_yaml_expect(map, GG_YAML_MAP, "inputs", err) ||
        gg_yaml_fill(map, &m->arena, input_table, &keys, NULL, "inputs", err) ||
        open_geometries(m, &keys, map, err))
        return -1;
    gg_yaml_add_defaults(map, &m->config.arena, input_table, &keys, NULL);
    m->self = keys.self;
    m->type_number = keys.type == 1;
    m->f32 = keys.precision == 1;
    return add_inputs(m, &keys.node, GG_ON_NODE, map, err) || add_weights(m, &keys.weights, map, err) ||
                   add_inputs(m, &keys.edge, GG_ON_EDGE, map, err) ||
                   add_inputs(m, &keys.graph, GG_ON_GRAPH, map, err)
               ? -1
               : 0;
}

/* ---- heads ---- */

static int open_heads(struct gg_model *m, struct gg_err *err)
{
    struct gg_yaml *list = gg_yaml_need(m->config.root, "heads", err);
    const char *target;
    if (!list || gg_yaml_expect(list, GG_YAML_LIST, "heads", err))
        return -1;
    if (list->n < 1 || list->n > GG_MAX_HEADS)
        return gg_yaml_fail(list, err, "heads: %d of them, 1 to %d are wanted", list->n, GG_MAX_HEADS);
    for (struct gg_yaml *y = list->first; y; y = y->next) {
        struct gg_head *h = &m->head[m->n_head++];
        struct gg_yaml *name =
            gg_yaml_expect(y, GG_YAML_MAP, "head", err) ? NULL : gg_yaml_need(y, "target", err);
        if (!name || gg_yaml_text(name, &target, err))
            return -1;
        if (strlen(target) > GG_NAME - 16)
            return gg_yaml_fail(
                name, err, "target '%s': a name of %zu characters, its prediction's name has room for %d",
                target, strlen(target), GG_NAME - 16);
        snprintf(h->target.name, sizeof h->target.name, "%s", target);
        for (int k = 0; k < m->n_head - 1; k++)
            if (!strcmp(m->head[k].target.name, target))
                return gg_yaml_fail(name, err, "target '%s' has two heads", target);
    }
    return 0;
}

int gg_model_open(struct gg_model *m, struct gg_err *err)
{
    static const char *const known[] = {"let", "inputs", "layers", "fit", "heads", "loss", "train", NULL};
    static const char *const words[] = {"layer",  "in",   "out",  "target",  "from", "take",
                                        "freeze", "term", "head", "species", NULL};
    if (!m->config.root)
        return gg_fail(err, GG_USAGE, "no model was given");
    if (gg_yaml_check_keys(m->config.root, NULL, known, err) || gg_config_resolve(&m->config, words, err) ||
        !(m->learner = gg_learner_of(m->config.root, err)) || m->learner->open(m, err) || open_heads(m, err))
        return -1;
    return gg_loss_open(m, err);
}
