/* layer_net_gradient.h -- the way back through a network of layer_net.h: loss, gradients of parameters and positions */
#ifndef LAYER_NET_GRADIENT_H
#define LAYER_NET_GRADIENT_H

#include "layer_net.h"

/* Mean square error of a value on nodes; leaves its gradient. */
static inline double net_error(struct net *n, const char *name, const char *target)
{
    struct net_value *v = &n->value[net_find(n, name)];
    int count, dim = gg_irreps_dim(&v->shape.irreps);
    double *want = reference_numbers(&n->f, target, &count), *have = net_rows(n, name, count, false), sum = 0;
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
    double *sum = GG_NEW(&n->f.a, double, (size_t)count + 1);
    for (const struct net_op *op = n->op; op < n->op + n->n_op; op++)
        for (const struct net_link *k = op->link; k < op->link + op->n_link; k++)
            if (!strcmp(k->name, name))
                sum[k->from] += k->factor * (double)op->dw[k->to];
    return sum;
}

/* Of the positions, from the edge vectors of a geometry: along for the sender, against for the receiver. */
static inline double *net_forces(struct net *n, int geometry)
{
    const struct gg_graph *g = &n->g[geometry];
    double *sum = GG_NEW(&n->f.a, double, (size_t)(3 * g->n_node));
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
    double *out = GG_NEW(&n->f.a, double, (size_t)count + 1);
    for (int i = 0; i < count / dim; i++)
        gg_row_to_e3nn(&v->shape, v->dx + i * v->shape.stride, out + i * dim);
    return out;
}

/* Every gradient of the file, but of `other`, which has an order of its own. */
static inline void net_check_gradients(struct net *n, const char *other)
{
    const char *name;
    json_t *list;
    int count;
    double allowed = gradient_allowed * reference_largest(&n->f, "gradients");
    json_object_foreach(reference_at(&n->f, "gradients"), name, list)
    {
        const double *want = reference_list(&n->f, list, &count);
        if (!other || strcmp(name, other))
            same_within(net_array(n, name)     ? net_gradient(n, name, count)
                        : !strcmp(name, "pos") ? net_forces(n, 0)
                                               : net_source_gradient(n, name, count),
                        want, count, allowed, name);
    }
}

#endif
