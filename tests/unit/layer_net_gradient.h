/* layer_net_gradient.h -- the way back through a network of layer_net.h: loss, gradients of parameters and positions */
#ifndef LAYER_NET_GRADIENT_H
#define LAYER_NET_GRADIENT_H

#include "layer_net.h"

/* Mean square error of a value on nodes; leaves its gradient. */
static inline double net_error(struct net *n, const char *name, const char *target)
{
    struct net_value *v = &n->value[net_find(n, name)];
    int count, dim = gg_irreps_dim(&v->shape.irreps);
    double *want = net_numbers(n, target, &count), *have = net_rows(n, name, count, false), sum = 0;
    for (int k = 0; k < count; k++) {
        double d = have[k] - want[k];
        sum += d * d / count;
        have[k] = 2 * d / count;
    }
    for (int i = 0; i < count / dim; i++)
        gg_row_from_e3nn(&v->shape, have + i * dim, v->dx + i * v->shape.stride);
    return sum;
}

static inline void net_backward(struct net *n)
{
    for (struct net_op *op = n->op + n->n_op - 1; op >= n->op; op--) {
        const gg_real *x[GG_LAYER_INPUTS];
        gg_real *dx[GG_LAYER_INPUTS];
        struct gg_call call = net_call(n, op, x);
        for (int k = 0; k < op->l.n_in; k++)
            dx[k] = n->value[op->in[k]].dx;
        call.dy = n->value[op->out].dx;
        call.dx = dx;
        call.dw = op->dw;
        call.dvec = n->dvec[op->geometry];
        op->l.type->backward(&call);
    }
}

/* What the layers say of an array of the file. */
static inline double *net_gradient(struct net *n, const char *name, int count)
{
    struct gg_weight w;
    double *sum = GG_NEW(&n->a, double, (size_t)count + 1);
    for (struct net_op *op = n->op; op < n->op + n->n_op; op++)
        for (int k = 0; k < op->n_piece; k++) {
            const struct net_piece *q = &op->piece[k];
            op->l.type->weight(&op->l, k, &w);
            for (int64_t i = 0; !strcmp(q->name, name) && i < q->n_row * q->n_column; i++)
                sum[net_place(q, i)] += q->factor * (double)op->dw[w.offset + i];
        }
    return sum;
}

/* Of the positions, from the edge vectors of a geometry: along for the sender, against for the receiver. */
static inline double *net_forces(struct net *n, int geometry)
{
    const struct gg_graph *g = &n->g[geometry];
    double *sum = GG_NEW(&n->a, double, (size_t)(3 * g->n_node));
    for (int64_t i = 0; i < g->n_node; i++)
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
            for (int z = 0; z < 3; z++) {
                sum[3 * g->nbr[e] + z] += (double)n->dvec[geometry][e][z];
                sum[3 * i + z] -= (double)n->dvec[geometry][e][z];
            }
    return sum;
}

/* Of a source, in e3nn's order. */
static inline double *net_source_gradient(struct net *n, const char *name, int count)
{
    struct net_value *v = &n->value[net_find(n, name)];
    int dim = gg_irreps_dim(&v->shape.irreps);
    double *out = GG_NEW(&n->a, double, (size_t)count + 1);
    for (int i = 0; i < count / dim; i++)
        gg_row_to_e3nn(&v->shape, v->dx + i * v->shape.stride, out + i * dim);
    return out;
}

/* Every gradient of the file. */
static inline void net_check_gradients(struct net *n)
{
    const char *name;
    json_t *list;
    double size = 0;
    int count;
    json_object_foreach(json_object_get(n->root, "gradients"), name, list)
    {
        const double *want = net_list(n, list, &count);
        for (int k = 0; k < count; k++)
            size = fmax(size, fabs(want[k]));
    }
    json_object_foreach(json_object_get(n->root, "gradients"), name, list)
    {
        const double *want = net_list(n, list, &count),
                     *have = net_array(n, name)     ? net_gradient(n, name, count)
                             : !strcmp(name, "pos") ? net_forces(n, 0)
                                                    : net_source_gradient(n, name, count);
        for (int k = 0; k < count; k++)
            if (!(fabs(have[k] - want[k]) <= net_gradient_allowed * size))
                fail_msg("gradient of %s: number %d is %.15g, reference %.15g", name, k, have[k], want[k]);
    }
}

#endif
