/* network_fixture.h -- networks of the reference files, run layer by layer: values, gradients of parameters and of positions
 *
 * The file's parameters enter ours by links, w[to] += factor * param[from], so that another order, scale or basis is a list of
 * numbers; the gradient of the file's parameter is the same list read backwards. */
#ifndef NETWORK_FIXTURE_H
#define NETWORK_FIXTURE_H

#include "layers/layers.h"
#include "laws/check.h"
#include "util/threads.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const double tolerance = sizeof(gg_real) == 8 ? 1e-10 : 2e-5;

struct link {
    const char *param;
    int from;
    int64_t to;
    double factor;
};
struct op {
    struct gg_layer l;
    int n_link, room;
    struct link *link;
    int in[2], out;
    gg_real *w, *dw;
    void *saved;
};
struct net {
    struct gg_arena a;
    json_t *root;
    struct gg_graph g;
    double mean_neighbours;
    struct op op[32];
    int n_op, n_value;
    struct gg_shape shape[40];
    gg_real *value[40], *gradient[40];
    gg_real (*dvec)[3];
};

/* The reference file, or a skipped test. */
static inline json_t *reference(const char *name)
{
    char path[4096];
    const char *folder = getenv("GG_SHARED");
    snprintf(path, sizeof path, "%s/reference/%s", folder ? folder : "../shared", name);
    json_t *root = json_load_file(path, 0, NULL);
    if (!root)
        skip();
    return root;
}

static inline void close_net(struct net *n)
{
    json_decref(n->root);
    gg_arena_free(&n->a);
    free(n);
}

static inline double *list_numbers(struct net *n, json_t *list, int *count)
{
    if (json_is_object(list))
        list = json_object_get(list, "value");
    assert_true(json_is_array(list));
    *count = (int)json_array_size(list);
    double *out = GG_NEW(&n->a, double, (size_t)*count);
    for (int k = 0; k < *count; k++)
        out[k] = json_number_value(json_array_get(list, (size_t)k));
    return out;
}

static inline double *numbers(struct net *n, const char *group, const char *name, int *count)
{
    json_t *from = group ? json_object_get(n->root, group) : n->root, *list = json_object_get(from, name);
    if (!list)
        fail_msg("the reference has no %s", name);
    return list_numbers(n, list, count);
}

/* Nodes and species; edges where the file has them. */
static inline void read_graph(struct net *n, int n_type)
{
    int n_node = (int)json_integer_value(json_object_get(n->root, "n_node")), n_edge = 0, count;
    int64_t *ptr = GG_NEW(&n->a, int64_t, (size_t)n_node + 1);
    int32_t *nbr = NULL, *type = GG_NEW(&n->a, int32_t, (size_t)n_node);
    gg_real(*vec)[3] = NULL, *r = NULL;
    if (json_object_get(n->root, "edge_vector")) {
        double *receiver = numbers(n, NULL, "edge_receiver", &n_edge),
               *sender = numbers(n, NULL, "edge_sender", &n_edge),
               *vector = numbers(n, NULL, "edge_vector", &count),
               *length = numbers(n, NULL, "edge_length", &count);
        nbr = GG_NEW(&n->a, int32_t, (size_t)n_edge);
        vec = gg_arena_alloc(&n->a, (size_t)n_edge * sizeof *vec);
        r = GG_NEW(&n->a, gg_real, (size_t)n_edge);
        for (int e = 0; e < n_edge; e++) {
            ptr[(int)receiver[e] + 1]++;
            nbr[e] = (int32_t)sender[e];
            r[e] = (gg_real)length[e];
            for (int k = 0; k < 3; k++)
                vec[e][k] = (gg_real)vector[3 * e + k];
        }
        n->dvec = gg_arena_calloc(&n->a, (size_t)n_edge, sizeof *n->dvec);
    }
    for (int i = 0; i < n_node; i++)
        ptr[i + 1] += ptr[i];
    double *species = numbers(n, NULL, "species", &count);
    for (int i = 0; i < n_node && n_type > 1; i++)
        type[i] = (int32_t)species[i];
    n->g = (struct gg_graph){.n_node = n_node,
                             .n_edge = n_edge,
                             .ptr = ptr,
                             .nbr = nbr,
                             .vec = (const gg_real(*)[3])vec,
                             .r = r,
                             .type = type,
                             .n_type = n_type};
    n->mean_neighbours = n_node ? (double)n_edge / n_node : 0;
    gg_graph_ranges(&n->g, &n->a);
}

static inline struct net *open_net(const char *file, int n_type)
{
    json_t *root = reference(file);
    struct net *n = calloc(1, sizeof *n);
    n->root = root;
    read_graph(n, n_type);
    return n;
}

/* ---- values ---- */

static inline int new_value(struct net *n, const struct gg_shape *s)
{
    n->shape[n->n_value] = *s;
    n->value[n->n_value] = GG_NEW(&n->a, gg_real, (size_t)(n->g.n_node * s->stride));
    n->gradient[n->n_value] = GG_NEW(&n->a, gg_real, (size_t)(n->g.n_node * s->stride));
    return n->n_value++;
}

static inline int new_input(struct net *n, const char *irreps)
{
    struct gg_err err;
    struct gg_irreps parsed;
    struct gg_shape s;
    assert_int_equal(gg_irreps_parse(&parsed, irreps, &err), 0);
    gg_shape_init(&s, GG_ON_NODE, &parsed);
    return new_value(n, &s);
}

static inline int one_hot(struct net *n, int n_type)
{
    int count;
    double *species = numbers(n, NULL, "species", &count);
    char irreps[16];
    snprintf(irreps, sizeof irreps, "%dx0e", n_type);
    int v = new_input(n, irreps);
    for (int i = 0; i < count; i++)
        n->value[v][i * n->shape[v].stride + (int)species[i]] = 1;
    return v;
}

static inline void close_to(const double *have, const double *want, int count, double size, const char *what)
{
    double norm = 0;
    for (int k = 0; k < count; k++)
        norm += want[k] * want[k] / count;
    size = fmax(size, sqrt(norm));
    for (int k = 0; k < count; k++)
        if (!(fabs(have[k] - want[k]) <= tolerance * size + tolerance * fabs(want[k])))
            fail_msg("%s: number %d is %.15g, reference %.15g", what, k, have[k], want[k]);
}

/* All numbers of a value, or of its gradient, in e3nn's order. */
static inline double *rows_to_e3nn(struct net *n, int value, gg_real *const *of, int *count)
{
    int dim = gg_irreps_dim(&n->shape[value].irreps);
    *count = dim * (int)n->g.n_node;
    double *out = GG_NEW(&n->a, double, (size_t)*count);
    for (int64_t i = 0; i < n->g.n_node; i++)
        gg_row_to_e3nn(&n->shape[value], of[value] + i * n->shape[value].stride, out + i * dim);
    return out;
}

static inline void check_value(struct net *n, int value, const char *name)
{
    int count, have_count;
    double *want = numbers(n, "values", name, &count), *have = rows_to_e3nn(n, value, n->value, &have_count);
    assert_int_equal(count, have_count);
    close_to(have, want, count, 1, name);
}

/* ---- layers ---- */

/* A layer without parameters yet; its inputs are values, in1 = -1: one. */
static inline struct op *open_layer(struct net *n, const char *type, const char *hypers, int in0, int in1)
{
    struct gg_err err = {0};
    struct op *o = &n->op[n->n_op++];
    struct gg_layer *l = &o->l;
    *l = (struct gg_layer){.type = gg_layer_find(type),
                           .n_type = n->g.n_type,
                           .cutoff = json_number_value(json_object_get(n->root, "cutoff")),
                           .n_in = in1 >= 0 ? 2 : 1,
                           .mean_neighbours = n->mean_neighbours};
    assert_non_null(l->type);
    l->hyper = gg_arena_calloc(&n->a, 1, l->type->hyper_size + 1);
    if (l->type->hyper_size)
        memcpy(l->hyper, l->type->hyper_defaults, l->type->hyper_size);
    assert_int_equal(gg_layer_set(l, hypers, &err), 0);
    l->in[0] = n->shape[in0];
    l->in[1] = n->shape[in1 >= 0 ? in1 : 0];
    if (l->type->init(l, &n->a, &err))
        fail_msg("%s: %s", type, err.text);
    o->in[0] = in0;
    o->in[1] = in1;
    o->w = GG_NEW(&n->a, gg_real, (size_t)l->n_weight + 1);
    o->dw = GG_NEW(&n->a, gg_real, (size_t)l->n_weight + 1);
    return o;
}

static inline void add_link(struct net *n, struct op *o, const char *param, int from, int64_t to,
                            double factor)
{
    if (o->n_link == o->room) {
        struct link *old = o->link;
        o->room = 2 * o->room + 64;
        o->link = GG_NEW(&n->a, struct link, (size_t)o->room);
        if (o->n_link)
            memcpy(o->link, old, sizeof *old * (size_t)o->n_link);
    }
    assert_true(to >= 0 && to < o->l.n_weight);
    o->link[o->n_link++] = (struct link){param, from, to, factor};
}

/* All numbers of a parameter, in order, from `to` on; returns what comes behind. */
static inline int64_t add_links(struct net *n, struct op *o, const char *param, int64_t to)
{
    int count;
    numbers(n, "params", param, &count);
    for (int k = 0; k < count; k++)
        add_link(n, o, param, k, to++, 1);
    return to;
}

/* The numbers of a parameter, read once for all links in a row that name it. */
struct reader {
    const char *param;
    double *x;
    int count;
};
static inline double *read_param(struct net *n, struct reader *r, const char *group, const char *param)
{
    if (r->param != param) {
        r->x = numbers(n, group, param, &r->count);
        r->param = param;
    }
    return r->x;
}

static inline void *scratch_of(struct net *n, const struct gg_layer *l)
{
    return gg_arena_alloc(&n->a, l->scratch_bytes ? l->scratch_bytes(l, &n->g, gg_threads()) + 64 : 64);
}

/* Runs the layer forward; returns its value. */
static inline int run_layer(struct net *n, struct op *o)
{
    struct reader r = {0};
    const struct gg_layer *l = &o->l;
    const gg_real *x[2] = {n->value[o->in[0]], o->in[1] >= 0 ? n->value[o->in[1]] : NULL};
    for (struct link *k = o->link; k < o->link + o->n_link; k++)
        o->w[k->to] += (gg_real)(k->factor * read_param(n, &r, "params", k->param)[k->from]);
    o->out = new_value(n, &l->out);
    o->saved = gg_arena_alloc(&n->a, l->saved_bytes ? l->saved_bytes(l, &n->g) + 64 : 64);
    l->type->forward(&(struct gg_call){.l = l,
                                       .w = o->w,
                                       .g = &n->g,
                                       .x = x,
                                       .y = n->value[o->out],
                                       .saved = o->saved,
                                       .scratch = scratch_of(n, l)});
    return o->out;
}

/* A layer with parameters in the file's own order and scale; NULL ends them. */
static inline int apply(struct net *n, const char *type, const char *hypers, int in0, int in1, const char *p0,
                        const char *p1, const char *p2)
{
    struct op *o = open_layer(n, type, hypers, in0, in1);
    const char *params[4] = {p0, p1, p2, NULL};
    int64_t at = 0;
    for (int k = 0; params[k]; k++)
        at = add_links(n, o, params[k], at);
    assert_int_equal(at, o->l.n_weight);
    return run_layer(n, o);
}

/* ---- backward ---- */

/* Mean squared error over all numbers of `out`, and its gradient. */
static inline double loss(struct net *n, int value)
{
    int count, dim = gg_irreps_dim(&n->shape[value].irreps);
    double *target = numbers(n, json_object_get(n->root, "target") ? NULL : "values", "target", &count),
           *row = GG_NEW(&n->a, double, (size_t)dim), sum = 0;
    for (int64_t i = 0; i < n->g.n_node; i++) {
        gg_row_to_e3nn(&n->shape[value], n->value[value] + i * n->shape[value].stride, row);
        for (int k = 0; k < dim; k++) {
            double d = row[k] - target[i * dim + k];
            sum += d * d / count;
            row[k] = 2 * d / count;
        }
        gg_row_from_e3nn(&n->shape[value], row, n->gradient[value] + i * n->shape[value].stride);
    }
    return sum;
}

/* From n->gradient of the output to all others, to dw and to dvec. */
static inline void run_backward(struct net *n)
{
    for (struct op *o = n->op + n->n_op - 1; o >= n->op; o--) {
        const gg_real *x[2] = {n->value[o->in[0]], o->in[1] >= 0 ? n->value[o->in[1]] : NULL};
        gg_real *dx[2] = {n->gradient[o->in[0]], o->in[1] >= 0 ? n->gradient[o->in[1]] : NULL};
        o->l.type->backward(&(struct gg_call){.l = &o->l,
                                              .w = o->w,
                                              .g = &n->g,
                                              .x = x,
                                              .y = n->value[o->out],
                                              .saved = o->saved,
                                              .scratch = scratch_of(n, &o->l),
                                              .dy = n->gradient[o->out],
                                              .dx = dx,
                                              .dw = o->dw,
                                              .dvec = o->l.reads_vectors ? n->dvec : NULL});
    }
}

static inline void clear_gradients(struct net *n)
{
    for (int v = 0; v < n->n_value; v++)
        memset(n->gradient[v], 0, sizeof(gg_real) * (size_t)(n->g.n_node * n->shape[v].stride));
    for (int k = 0; k < n->n_op; k++)
        memset(n->op[k].dw, 0, sizeof(gg_real) * (size_t)(n->op[k].l.n_weight + 1));
    if (n->dvec)
        memset(n->dvec, 0, sizeof *n->dvec * (size_t)n->g.n_edge);
}

static inline double largest(json_t *lists)
{
    double most = 0;
    const char *name;
    json_t *list;
    size_t k;
    json_t *value;
    json_object_foreach(lists, name, list) json_array_foreach(list, k, value) most =
        fmax(most, fabs(json_number_value(value)));
    return most;
}

/* The gradient of every parameter that has a link; each must have been named by some layer. */
static inline void check_gradients(struct net *n)
{
    json_t *wanted = json_object_get(n->root, "gradients"), *list;
    const char *name;
    double size = largest(wanted);
    json_object_foreach(wanted, name, list)
    {
        int count, found = 0;
        double *want = list_numbers(n, list, &count), *have = GG_NEW(&n->a, double, (size_t)count);
        for (struct op *o = n->op; o < n->op + n->n_op; o++)
            for (struct link *k = o->link; k < o->link + o->n_link; k++)
                if (!strcmp(k->param, name)) {
                    have[k->from] += k->factor * (double)o->dw[k->to];
                    found++;
                }
        if (found)
            close_to(have, want, count, size, name);
        else if (json_object_get(json_object_get(n->root, "params"), name))
            fail_msg("parameter %s was not used", name);
    }
}

#endif
