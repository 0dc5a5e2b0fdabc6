/* possible.c -- what is asked of a network and cannot be, noticed before work begins */
#include "learn/possible.h"
#include "graph/graph.h"
#include "model/learner.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- edges ---- */

static bool reads_edges(const struct gg_model *m, int geometry)
{
    bool reads = false;
    for (int k = 0; k < m->n_op; k++)
        reads |= m->op[k].geometry == geometry && m->op[k].layer.reads_vectors;
    return reads;
}

/* " (1.9 would give about 30)", of the first frame. */
static void advise(const struct gg_train_data *d, char text[64])
{
    const struct gg_sample *s = &d->spool.sample[d->train[0]];
    struct gg_cell cell;
    struct gg_err ignored;
    double right = gg_cell_init(&cell, s->dim, s->pbc, s->cell, &ignored)
                       ? 0
                       : gg_neighbors_cutoff(&cell, s->n_node, 30);
    *text = '\0';
    if (right > 0)
        snprintf(text, 64, " (%.2g would give about 30)", right);
}

static int check_edges(const struct gg_model *m, const struct gg_train_data *d, struct gg_err *err)
{
    const struct gg_yaml *inputs = gg_yaml_get(m->config.root, "inputs");
    char right[64];
    for (int k = 0; k < m->n_geometry; k++) {
        if (m->edges == GG_EDGES_FRAME || m->geometry[k].mean_neighbours > 0 || !reads_edges(m, k))
            continue;
        advise(d, right);
        return gg_yaml_fail(
            gg_yaml_get(inputs, "cutoff"), err,
            "inputs.cutoff: %g: no particle of the %d frames to train on has a neighbour within "
            "it%s",
            m->geometry[k].cutoff, d->n_train, right);
    }
    return 0;
}

/* ---- blocks that are always zero ---- */

static bool is_zero(const struct gg_op *op, int b)
{
    return op->layer.out.zero >> b & 1;
}

/* Whether every layer's blocks of this irrep are zero. */
static bool never_lives(const struct gg_model *m, struct gg_irrep want)
{
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_irreps *x = &m->op[k].layer.out.irreps;
        for (int b = 0; b < x->n; b++)
            if (x->b[b].l == want.l && x->b[b].p == want.p && !is_zero(&m->op[k], b))
                return false;
    }
    return true;
}

static int check_zero(struct gg_trainer *t, struct gg_err *err)
{
    const struct gg_model *m = t->model;
    for (int k = 0; k < m->n_op; k++)
        for (int b = 0; b < m->op[k].layer.out.irreps.n; b++) {
            struct gg_irrep x = m->op[k].layer.out.irreps.b[b];
            const struct gg_yaml *key = gg_yaml_get(m->op[k].from, "out_irreps");
            if (!is_zero(&m->op[k], b))
                continue;
            if (never_lives(m, x))
                return gg_yaml_fail(
                    key ? key : m->op[k].from, err,
                    "%s: the block %dx%d%c is zero whatever the parameters, here and in every "
                    "layer: no path leads to it (conv.lmax bounds the degrees): leave it out",
                    m->op[k].name, x.mul, x.l, x.p > 0 ? 'e' : 'o');
            if (t->how.verbose && m->op[k].layer.n_weight)
                gg_train_say(t, "%s: the block %dx%d%c is zero here, and not in other layers", m->op[k].name,
                             x.mul, x.l, x.p > 0 ? 'e' : 'o');
        }
    return 0;
}

/* ---- values that nobody reads ---- */

/* Layers from which nothing comes to a head in any round of a repeat: that of the last one alone is a habit of many networks. */
static void tell_unread(struct gg_trainer *t)
{
    const struct gg_model *m = t->model;
    bool *read = gg_xalloc((size_t)m->n_value, sizeof *read);
    for (int h = 0; h < m->n_head; h++)
        read[m->head[h].value] = true;
    for (int k = m->n_op - 1; k >= 0; k--)
        for (int q = 0; q < m->op[k].layer.n_in; q++)
            read[m->op[k].in[q]] |= read[m->op[k].out];
    for (int k = 0; k < m->n_op; k++) {
        bool any = false;
        for (int q = 0; q < m->n_op; q++)
            any |= m->op[q].from == m->op[k].from && (read[m->op[q].out] || q < k); /* q < k: told */
        if (!any)
            gg_train_say(t, "%s: no head reads what comes of it", m->op[k].name);
    }
    free(read);
}

int gg_possible(struct gg_trainer *t, struct gg_err *err)
{
    if (check_edges(t->model, &t->data, err) || check_zero(t, err))
        return -1;
    if (t->how.verbose && t->model->learner->layers)
        tell_unread(t);
    return 0;
}

/* ---- memory ---- */

int gg_possible_memory(const struct gg_model *m, const struct gg_batch *b, bool train, double more,
                       struct gg_err *err)
{
    double have = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE),
           want = (double)gg_pass_bytes(m, b, train) + more;
    return !(want > have && have > 0)
               ? 0
               : gg_fail(err, GG_SYSTEM,
                         "a frame of %lld particles and %lld edges would take %.3g GB in this network, the "
                         "machine "
                         "has %.3g: fewer channels or layers, a smaller inputs.cutoff, or a larger machine",
                         (long long)b->graph[0].n_node, (long long)b->graph[0].n_edge, want / 1e9,
                         have / 1e9);
}
