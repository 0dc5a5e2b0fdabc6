/* spec_sources.c -- from YAML to a network: the values that no layer makes (gg_model(5), inputs) */
#include "model/spec.h"

#include <string.h>

static int new_source(struct gg_build *b, const char *name, int first, int n, int axis,
                      const struct gg_irreps *irreps)
{
    struct gg_model *m = b->m;
    if (m->n_value == GG_MAX_VALUES || b->n_name == GG_MAX_VALUES)
        return -1;
    int value = m->n_value++;
    m->source[m->n_source++] = (struct gg_value_source){.value = value, .first = first, .n = n};
    m->is_source[value] = true;
    gg_shape_init(&m->value[value], axis, irreps);
    b->name[b->n_name].name = name;
    b->name[b->n_name++].value = value;
    return value;
}

/* Inputs first .. first + n - 1 side by side. */
static int inputs_source(struct gg_build *b, const char *name, int first, int n)
{
    struct gg_irreps all = {0};
    for (int k = first; k < first + n; k++)
        for (int q = 0; q < b->m->input[k].irreps.n && all.n < GG_IRREPS_MAX; q++)
            all.b[all.n++] = b->m->input[k].irreps.b[q];
    gg_irreps_simplify(&all);
    return new_source(b, name, first, n, b->m->input[first].base, &all);
}

int gg_build_source(struct gg_build *b, const char *name)
{
    static const char *const base[] = {"x", "edges", "graph"};
    static const struct gg_irreps scalar = {1, {{1, 0, 1}}};
    struct gg_model *m = b->m;
    int first = -1, n = 0;
    for (int k = 0; k < m->n_input; k++)
        if (!strcmp(m->input[k].field, name))
            return inputs_source(b, m->input[k].field, k, 1);
    for (int k = 0; k < m->n_input; k++)
        if (!m->input[k].weight && !strcmp(base[m->input[k].base], name)) {
            first = first < 0 ? k : first;
            n++;
        }
    if (n)
        return inputs_source(b, base[m->input[first].base], first, n);
    return strcmp(name, "time") || m->n_time == 0
               ? -1
               : new_source(b, "time", 0, 0, GG_ON_GRAPH | GG_PER_TIME, &scalar);
}

int gg_build_inputs(struct gg_build *b, struct gg_err *err)
{
    struct gg_model *m = b->m;
    int blocks = 0;
    for (int k = 0; k < m->n_input; k++) {
        struct gg_input *in = &m->input[k];
        if (!strcmp(in->field, "type"))
            in->irreps = (struct gg_irreps){1, {{m->type_number ? 1 : m->n_species, 0, 1}}};
        in->channel = m->n_column;
        in->n_channel = 0;
        for (int q = 0; q < in->irreps.n; q++)
            in->n_channel += in->irreps.b[q].mul;
        blocks += in->irreps.n;
        m->n_column += in->n_channel;
    }
    if (blocks > GG_IRREPS_MAX)
        return gg_fail(err, GG_USAGE, "inputs: more than %d blocks of irreps", GG_IRREPS_MAX);
    m->mean = GG_NEW(&m->arena, double, (size_t)m->n_column + 1);
    m->scale = GG_NEW(&m->arena, double, (size_t)m->n_column + 1);
    for (int c = 0; c < m->n_column; c++)
        m->scale[c] = 1;
    b->previous = gg_build_source(b, "x");
    return 0;
}
