/* spec_chain.c -- layers that run for some receivers at a time: which may, and what they may read (pass_chain.h) */
#include "model/spec.h"

#include <string.h>

static bool on_edges(const struct gg_shape *s)
{
    return gg_axis_base(s->axis) == GG_ON_EDGE;
}

int gg_build_check_input(const struct gg_build *b, int value, const struct gg_yaml *map, struct gg_err *err)
{
    const struct gg_model *m = b->m;
    if (b->inside[value] && b->inside[value] != b->chain + 1)
        return gg_yaml_fail(map, err,
                            "in: this value on edges is there for some receivers at a time only: read it in "
                            "the block with `receivers` that makes it, or name it in the block's `keep`");
    for (int k = b->chain < 0 ? m->n_op : m->chain[b->chain].first; k < m->n_op; k++)
        if (m->op[k].out == value && !on_edges(&m->value[value]))
            return gg_yaml_fail(
                map, err,
                "in: '%s' makes this value on particles for some receivers at a time: read it "
                "behind the block with `receivers`",
                m->op[k].layer.type->name);
    return 0;
}

int gg_build_check_layer(const struct gg_build *b, const struct gg_layer *l, const struct gg_yaml *map,
                         struct gg_err *err)
{
    const char *why = NULL;
    if (b->chain < 0)
        return 0;
    if (l->momentum > 0)
        why = "takes numbers from all rows of a frame";
    else if (gg_axis_base(l->out.axis) == GG_ON_GRAPH)
        why = "makes a value of the whole configuration";
    return why ? gg_yaml_fail(map, err, "receivers: %s %s: put it in front of the block or behind it",
                              l->type->name, why)
               : 0;
}

/* `keep`: values on edges that are there for all receivers behind the block. */
static int read_kept(struct gg_build *b, const struct gg_chain *c, const struct gg_yaml *map,
                     struct gg_err *err)
{
    const struct gg_yaml *keep = gg_yaml_get(map, "keep");
    struct gg_texts names = {0};
    if (keep && gg_yaml_texts(keep, &b->m->arena, &names, err))
        return -1;
    for (int k = 0; k < names.n; k++) {
        int value = gg_build_value(b, names.v[k], keep, err);
        int made = -1;
        for (int q = c->first; q < c->last; q++)
            if (b->m->op[q].out == value)
                made = q;
        if (value < 0)
            return -1;
        if (made < 0 || !on_edges(&b->m->value[value]))
            return gg_yaml_fail(keep, err, "keep: '%s' is no value on edges that this block makes",
                                names.v[k]);
        if (b->m->op[made].kept)
            return gg_yaml_fail(keep, err, "keep: '%s' is there already", names.v[k]);
        b->m->op[made].kept = true;
        b->kept[b->n_kept++] = (struct gg_kept){made, keep, names.v[k]};
    }
    return 0;
}

/* In this round of a repeat, or in another one: the last round's is often read by nobody. */
static bool is_read(const struct gg_build *b, const struct gg_kept *kept)
{
    const struct gg_model *m = b->m;
    for (const struct gg_kept *x = b->kept; x < b->kept + b->n_kept; x++)
        for (int k = 0; k < m->n_op && x->from == kept->from && !strcmp(x->name, kept->name); k++)
            for (int q = 0; q < m->op[k].layer.n_in; q++)
                if (m->op[k].chain != m->op[x->op].chain && m->op[k].in[q] == m->op[x->op].out)
                    return true;
    return false;
}

int gg_build_check_kept(const struct gg_build *b, struct gg_err *err)
{
    for (const struct gg_kept *x = b->kept; x < b->kept + b->n_kept; x++)
        if (!is_read(b, x))
            return gg_yaml_fail(x->from, err, "keep: nothing behind the block reads '%s': leave it out",
                                x->name);
    return 0;
}

int gg_build_chain(struct gg_build *b, const struct gg_yaml *map, const char *prefix, struct gg_err *err)
{
    static const char *const known[] = {"receivers", "keep", "layers", NULL};
    struct gg_model *m = b->m;
    struct gg_yaml *layers;
    if (b->chain >= 0)
        return gg_yaml_fail(map, err, "receivers: this block is in another one with `receivers` already");
    if (m->n_chain == GG_MAX_CHAINS)
        return gg_yaml_fail(map, err, "more than %d blocks with `receivers`", GG_MAX_CHAINS);
    struct gg_chain *c = &m->chain[m->n_chain];
    *c = (struct gg_chain){.first = m->n_op};
    if (gg_yaml_check_keys(map, NULL, known, err) ||
        gg_yaml_int(gg_yaml_get(map, "receivers"), 1, INT32_MAX, &c->receivers, err) ||
        !(layers = gg_yaml_need(map, "layers", err)))
        return -1;
    b->chain = m->n_chain;
    int status = gg_build_layers(b, layers, prefix, err);
    b->chain = -1;
    c->last = m->n_op;
    if (status || read_kept(b, c, map, err))
        return -1;
    for (int k = c->first; k < c->last; k++)
        if (gg_value_is_inner(m, &m->op[k]))
            b->inside[m->op[k].out] = m->n_chain + 1;
    if (c->last == c->first || on_edges(&m->value[m->op[c->last - 1].out]))
        return gg_yaml_fail(map, err,
                            "receivers: the last layer of the block must bring its edges to their receivers "
                            "(sum, conv)");
    m->n_chain++;
    return 0;
}
