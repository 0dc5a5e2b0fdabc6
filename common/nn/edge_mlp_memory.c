/* edge_mlp_memory.c -- what a call of the perceptron on edges works in: arrays in its scratch, packed parameters */
#include "nn/edge_mlp.h"

#include <string.h>

/* ---- memory ---- */

static int64_t lines(int64_t n)
{
    return (n + 15) / 16 * 16;
}

static int64_t work_numbers(const struct gg_edge_plan *p)
{
    int64_t sum = 0, widest = 0;
    for (int k = 0; k < p->n; k++) {
        sum += 2 * p->pad[k];
        widest = p->pad[k] > widest ? p->pad[k] : widest;
    }
    return GG_EDGE_BLOCK * (sum + 2 * widest);
}

gg_real *gg_edge_take(struct gg_edge_room *r, int64_t n)
{
    gg_real *here = r->base ? r->base + r->n : NULL;
    r->n += lines(n);
    return here;
}

int64_t gg_edge_lay_out(struct gg_edge_call *c, gg_real *base, int n_thread)
{
    const struct gg_edge_plan *p = c->p;
    struct gg_edge_room r = {base, 0};
    int64_t node = c->g->n_node * p->pad[0];
    c->packed = gg_edge_take(&r, p->n_packed);
    c->turned = gg_edge_take(&r, p->n_turned);
    c->gradient = gg_edge_take(&r, p->n_packed);
    c->P = gg_edge_take(&r, p->has[GG_AT_RECEIVER] ? node : 0);
    c->dP = gg_edge_take(&r, p->has[GG_AT_RECEIVER] ? node : 0);
    c->Q = gg_edge_take(&r, p->has[GG_AT_SENDER] ? node : 0);
    c->dQ = gg_edge_take(&r, p->has[GG_AT_SENDER] ? node : 0);
    c->dz = gg_edge_take(&r, p->has[GG_AT_SENDER] ? c->g->n_edge * p->pad[0] : 0);
    c->n_work = lines(work_numbers(p));
    c->work = gg_edge_take(&r, c->n_work * n_thread);
    /* of edges, then of nodes: each is a part of all */
    c->parts = gg_edge_take(&r, (int64_t)(gg_tree_sum_bytes(c->g->n_node, p->n_packed) / sizeof *base));
    return r.n;
}

size_t gg_edge_mlp_scratch(const struct gg_layer *l, const struct gg_graph *g, int n_thread)
{
    struct gg_edge_call c = {.l = l, .p = l->plan, .g = g};
    return sizeof(gg_real) * (size_t)gg_edge_lay_out(&c, NULL, n_thread);
}

/* ---- parameters: packed with the factors folded in, and back ---- */

static void pack_matrix(const struct gg_edge_call *c, const struct gg_edge_matrix *m, const gg_real *w)
{
    int width = c->p->width[m->k], pad = c->p->pad[m->k];
    gg_real factor = (gg_real)c->p->factor[m->k], *packed = c->packed + m->packed,
            *turned = c->turned + m->turned;
    for (int in = 0; in < m->n_in; in++)
        for (int out = 0; out < width; out++)
            packed[in * pad + out] = turned[out * m->pad_in + in] = factor * w[m->weight + in * width + out];
}

void gg_edge_pack(const struct gg_edge_call *c, const gg_real *w)
{
    const struct gg_edge_plan *p = c->p;
    memset(c->packed, 0, sizeof *w * (size_t)p->n_packed);
    memset(c->turned, 0, sizeof *w * (size_t)p->n_turned);
    for (int q = 0; q < c->l->n_in; q++)
        if (p->at[q] != GG_AT_ADDED)
            pack_matrix(c, &p->input[q], w);
    for (int k = 0; k < p->n; k++) {
        if (k > 0)
            pack_matrix(c, &p->hidden[k], w);
        if (p->bias[k] >= 0)
            memcpy(c->packed + p->bias_packed[k], w + p->bias[k], sizeof *w * (size_t)p->width[k]);
    }
}

static void unpack_matrix(const struct gg_edge_call *c, const struct gg_edge_matrix *m, gg_real *dw)
{
    int width = c->p->width[m->k], pad = c->p->pad[m->k];
    gg_real factor = (gg_real)c->p->factor[m->k];
    for (int in = 0; in < m->n_in; in++)
        for (int out = 0; out < width; out++)
            dw[m->weight + in * width + out] += factor * c->gradient[m->packed + in * pad + out];
}

void gg_edge_unpack(const struct gg_edge_call *c, gg_real *dw)
{
    const struct gg_edge_plan *p = c->p;
    for (int q = 0; q < c->l->n_in; q++)
        if (p->at[q] != GG_AT_ADDED)
            unpack_matrix(c, &p->input[q], dw);
    for (int k = 0; k < p->n; k++) {
        if (k > 0)
            unpack_matrix(c, &p->hidden[k], dw);
        for (int out = 0; p->bias[k] >= 0 && out < p->width[k]; out++)
            dw[p->bias[k] + out] += c->gradient[p->bias_packed[k] + out];
    }
}
