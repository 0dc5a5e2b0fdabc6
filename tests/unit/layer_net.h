/* layer_net.h -- a network put together layer by layer against the numbers of a public implementation (the shared folder's reference/)
 *
 * A layer's parameters are named by the file's arrays, one for each of its pieces, blanks between them:
 *     NAME[A:B](C:D)*F      rows A to B - 1 and columns C to D - 1 of NAME, times F, a number or sqrt(NUMBER)
 * Arrays of two axes are PyTorch's [out][in] where the piece has two, unless ^ stands in front; else numbers are taken in order.  Gradients
 * go back the same way and are compared whole, so that what no layer reads must be 0 in the file. */
#ifndef LAYER_NET_H
#define LAYER_NET_H

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

static const double net_forward_allowed = sizeof(gg_real) == 8 ? 1e-10 : 2e-4,
                    net_gradient_allowed = sizeof(gg_real) == 8 ? 1e-9 : 2e-3;

enum { NET_OPS = 128, NET_PIECES = 16 };

/* Where a piece stands in the file. */
struct net_piece {
    char name[96];
    int64_t row, n_row, column, n_column, width; /* of an array [..][width] */
    bool turned;                                 /* [out][in] for a piece [in][out] */
    double factor;
};
struct net_value {
    char name[24];
    struct gg_shape shape;
    int geometry;
    gg_real *x, *dx;
};
struct net_op {
    struct gg_layer l;
    int geometry, in[GG_LAYER_INPUTS], out, n_piece;
    struct net_piece piece[NET_PIECES];
    gg_real *w, *dw;
    void *saved;
};
struct net {
    struct gg_arena a;
    json_t *root;
    const char *running; /* member with the statistics */
    struct gg_graph g[2];
    gg_real (*dvec[2])[3];
    int n_op, n_value;
    struct net_op op[NET_OPS];
    struct net_value value[NET_OPS];
    bool train;
};

/* ---- the file ---- */

static inline json_t *net_at(const struct net *n, const char *path)
{
    char copy[256], *rest = copy, *part;
    json_t *at = n->root;
    snprintf(copy, sizeof copy, "%s", path);
    while ((part = strsep(&rest, "/")) && at)
        at = json_object_get(at, part);
    return at;
}

static inline double *net_list(struct net *n, json_t *list, int *count)
{
    if (json_is_object(list))
        list = json_object_get(list, "value");
    *count = (int)json_array_size(list);
    double *out = GG_NEW(&n->a, double, (size_t)*count + 1);
    for (int k = 0; k < *count; k++)
        out[k] = json_number_value(json_array_get(list, (size_t)k));
    return out;
}

static inline double *net_numbers(struct net *n, const char *path, int *count)
{
    json_t *list = net_at(n, path);
    if (!list)
        fail_msg("%s is not in the file", path);
    return net_list(n, list, count);
}

static inline double net_number(const struct net *n, const char *path)
{
    return json_number_value(net_at(n, path));
}

/* The file's edges, receiver and sender; where it has points alone, all pairs. */
static inline int net_ends(struct net *n, int n_node, double **receiver, double **sender)
{
    int n_edge = 0;
    if (net_at(n, "edge_receiver")) {
        *receiver = net_numbers(n, "edge_receiver", &n_edge);
        *sender = net_numbers(n, "edge_sender", &n_edge);
        return n_edge;
    }
    *receiver = GG_NEW(&n->a, double, (size_t)(n_node * n_node));
    *sender = GG_NEW(&n->a, double, (size_t)(n_node * n_node));
    for (int i = 0; i < n_node; i++)
        for (int j = 0; j < n_node; j++)
            if (i != j) {
                (*receiver)[n_edge] = i;
                (*sender)[n_edge++] = j;
            }
    return n_edge;
}

/* An array of the file, or of `pos` the differences to the nearest images. */
static inline double *net_vectors(struct net *n, const char *name, int n_edge, const double *receiver,
                                  const double *sender)
{
    int count;
    double *x = net_numbers(n, name, &count), *v = GG_NEW(&n->a, double, (size_t)(3 * n_edge)),
           box = net_number(n, "box");
    if (strcmp(name, "pos"))
        return x;
    for (int k = 0; k < 3 * n_edge; k++) {
        double d = x[3 * (int)sender[k / 3] + k % 3] - x[3 * (int)receiver[k / 3] + k % 3];
        v[k] = d - box * round(d / box);
    }
    return v;
}

/* Edges of all geometries, which share them: `vectors` names one array for each, or pos. */
static inline void net_graph(struct net *n, const char *const *vectors)
{
    int n_node = (int)net_number(n, net_at(n, "n_node") ? "n_node" : "n_point");
    double *receiver, *sender;
    int n_edge = net_ends(n, n_node, &receiver, &sender);
    int64_t *ptr = GG_NEW(&n->a, int64_t, (size_t)n_node + 1), *rev = GG_NEW(&n->a, int64_t, (size_t)n_edge);
    int32_t *nbr = GG_NEW(&n->a, int32_t, (size_t)n_edge);
    for (int e = 0; e < n_edge; e++) {
        ptr[(int)receiver[e] + 1]++;
        nbr[e] = (int32_t)sender[e];
        for (int back = 0; back < n_edge; back++)
            if (receiver[back] == sender[e] && sender[back] == receiver[e])
                rev[e] = back;
    }
    for (int i = 0; i < n_node; i++)
        ptr[i + 1] += ptr[i];
    for (int k = 0; vectors[k]; k++) {
        double *v = net_vectors(n, vectors[k], n_edge, receiver, sender);
        gg_real(*vec)[3] = gg_arena_alloc(&n->a, (size_t)n_edge * sizeof *vec),
        *r = GG_NEW(&n->a, gg_real, (size_t)n_edge);
        for (int e = 0; e < n_edge; e++) {
            for (int z = 0; z < 3; z++)
                vec[e][z] = (gg_real)v[3 * e + z];
            r[e] = (gg_real)sqrt(v[3 * e] * v[3 * e] + v[3 * e + 1] * v[3 * e + 1] +
                                 v[3 * e + 2] * v[3 * e + 2]);
        }
        n->g[k] = (struct gg_graph){.n_node = n_node,
                                    .n_edge = n_edge,
                                    .ptr = ptr,
                                    .nbr = nbr,
                                    .rev = rev,
                                    .sent = ptr,
                                    .vec = (const gg_real(*)[3])vec,
                                    .r = r,
                                    .n_type = 2,
                                    .type = GG_NEW(&n->a, int32_t, (size_t)n_node)};
        n->dvec[k] = gg_arena_calloc(&n->a, (size_t)n_edge, sizeof *n->dvec[k]);
        gg_graph_ranges(&n->g[k], &n->a);
    }
}

/* Skips the test without the file. */
static inline struct net *net_open(const char *name, const char *const *vectors)
{
    const char *folder = getenv("GG_SHARED");
    char path[512];
    snprintf(path, sizeof path, "%s/reference/%s.json", folder ? folder : "../shared", name);
    json_t *root = json_load_file(path, 0, NULL);
    if (!root)
        skip();
    struct net *n = calloc(1, sizeof *n);
    n->root = root;
    n->train = true;
    net_graph(n, vectors);
    return n;
}

static inline void net_close(struct net *n)
{
    json_decref(n->root);
    gg_arena_free(&n->a);
    free(n);
}

/* ---- values ---- */

static inline int net_find(struct net *n, const char *name)
{
    for (int k = n->n_value - 1; k >= 0; k--)
        if (!strcmp(n->value[k].name, name))
            return k;
    fail_msg("no value %s", name);
    return -1;
}

static inline int net_add_value(struct net *n, const char *name, const struct gg_shape *s, int geometry)
{
    struct net_value *v = &n->value[n->n_value];
    int64_t size = gg_shape_rows(s, &n->g[geometry]) * s->stride;
    assert_true(n->n_value < NET_OPS);
    *v = (struct net_value){.shape = *s, .geometry = geometry};
    snprintf(v->name, sizeof v->name, "%s", name);
    v->x = GG_NEW(&n->a, gg_real, (size_t)size + 16);
    v->dx = GG_NEW(&n->a, gg_real, (size_t)size + 16);
    return n->n_value++;
}

/* A value on an axis: rows of e3nn's numbers. */
static inline void net_source_on(struct net *n, int axis, const char *name, const char *text,
                                 const double *rows)
{
    struct gg_irreps irreps;
    struct gg_shape s;
    struct gg_err err;
    assert_int_equal(gg_irreps_parse(&irreps, text, &err), 0);
    gg_shape_init(&s, axis, &irreps);
    struct net_value *v = &n->value[net_add_value(n, name, &s, 0)];
    for (int64_t i = 0; i < gg_shape_rows(&s, &n->g[0]); i++)
        gg_row_from_e3nn(&s, rows + i * gg_irreps_dim(&irreps), v->x + i * s.stride);
}

static inline void net_source(struct net *n, const char *name, const char *text, const double *rows)
{
    net_source_on(n, GG_ON_NODE, name, text, rows);
}

/* The species of every node as `width` numbers a row, one-hot in the first two; the rest 0. */
static inline double *net_one_hot(struct net *n, int width)
{
    int count;
    double *species = net_numbers(n, "species", &count),
           *row = GG_NEW(&n->a, double, (size_t)(count * width));
    for (int i = 0; i < count; i++)
        row[i * width + (int)species[i]] = 1;
    return row;
}

/* First rows of a value in e3nn's order; `component_first`: one block, [m][channel]. */
static inline double *net_rows(struct net *n, const char *name, int count, bool component_first)
{
    struct net_value *v = &n->value[net_find(n, name)];
    int dim = gg_irreps_dim(&v->shape.irreps), mul = v->shape.irreps.b[0].mul, width = dim / mul;
    double *out = GG_NEW(&n->a, double, (size_t)count + 1), *row = GG_NEW(&n->a, double, (size_t)dim);
    assert_int_equal(count % dim, 0);
    for (int i = 0; i < count / dim; i++) {
        gg_row_to_e3nn(&v->shape, v->x + i * v->shape.stride, row);
        for (int k = 0; k < dim; k++)
            out[i * dim + (component_first ? k % width * mul + k / width : k)] = row[k];
    }
    return out;
}

static inline void net_same(const double *have, const double *want, int count, const char *what)
{
    for (int k = 0; k < count; k++)
        if (!(fabs(have[k] - want[k]) <= net_forward_allowed * (1 + fabs(want[k]))))
            fail_msg("%s: number %d is %.15g, reference %.15g", what, k, have[k], want[k]);
}

static inline void net_check(struct net *n, const char *name, const char *path, bool component_first)
{
    int count;
    const double *want = net_numbers(n, path, &count);
    net_same(net_rows(n, name, count, component_first), want, count, path);
}

/* ---- layers ---- */

static inline json_t *net_array(const struct net *n, const char *name)
{
    json_t *at = json_object_get(json_object_get(n->root, "params"), name);
    return at || !n->running ? at : json_object_get(json_object_get(n->root, n->running), name);
}

/* "[A:B]" behind *p: moves on. */
static inline void net_range(const char **p, const char *form, int64_t *first, int64_t *n)
{
    long a, b;
    int length = 0;
    if (sscanf(*p, form, &a, &b, &length) == 2 && length > 0) {
        *first = a;
        *n = b - a;
        *p += length;
    }
}

static inline void net_read_piece(struct net *n, const char *text, const struct gg_weight *w,
                                  struct net_piece *q)
{
    bool as_it_is = *text == '^';
    double f;
    const char *p = text + as_it_is;
    size_t length = strcspn(p, "[(* ");
    snprintf(q->name, sizeof q->name, "%.*s", (int)length, p);
    const json_t *array = net_array(n, q->name);
    if (!array)
        fail_msg("no array %s", q->name);
    const json_t *shape = json_object_get(array, "shape");
    q->n_row = json_integer_value(json_array_get(shape, 0));
    q->width = 1; /* of a row: all axes but the first */
    for (size_t k = 1; k < json_array_size(shape); k++)
        q->width *= json_integer_value(json_array_get(shape, k));
    q->n_column = q->width;
    q->factor = 1;
    q->turned = json_array_size(shape) == 2 && w->ndim == 2 && !as_it_is;
    p += length;
    net_range(&p, "[%ld:%ld]%n", &q->row, &q->n_row);
    net_range(&p, "(%ld:%ld)%n", &q->column, &q->n_column);
    if (sscanf(p, "*sqrt(%lf)", &f) == 1)
        q->factor = sqrt(f);
    else if (sscanf(p, "*%lf", &f) == 1)
        q->factor = f;
    int64_t wanted = 1;
    for (int k = 0; k < w->ndim; k++)
        wanted *= w->shape[k];
    if (q->n_row * q->n_column != wanted)
        fail_msg("%s does not fit %s", text, w->name);
}

/* The number of the file's array that number k of a piece is. */
static inline int64_t net_place(const struct net_piece *q, int64_t k)
{
    int64_t row = q->turned ? k % q->n_row : k / q->n_column,
            column = q->turned ? k / q->n_row : k % q->n_column;
    return (q->row + row) * q->width + q->column + column;
}

static inline void net_load(struct net *n, struct net_op *op)
{
    struct gg_weight w;
    for (int k = 0; k < op->n_piece; k++) {
        int count;
        const struct net_piece *q = &op->piece[k];
        const double *from = net_list(n, net_array(n, q->name), &count);
        op->l.type->weight(&op->l, k, &w);
        for (int64_t i = 0; i < q->n_row * q->n_column; i++)
            op->w[w.offset + i] = (gg_real)(q->factor * from[net_place(q, i)]);
    }
}

static inline struct gg_call net_call(struct net *n, struct net_op *op, const gg_real **x)
{
    struct gg_layer *l = &op->l;
    struct gg_graph *g = &n->g[op->geometry];
    for (int k = 0; k < l->n_in; k++)
        x[k] = n->value[op->in[k]].x;
    return (struct gg_call){.l = l,
                            .w = op->w,
                            .g = g,
                            .x = x,
                            .y = n->value[op->out].x,
                            .saved = op->saved,
                            .train = n->train,
                            .scratch = gg_arena_alloc(&n->a, l->scratch_bytes
                                                                 ? l->scratch_bytes(l, g, gg_threads()) + 64
                                                                 : 64)};
}

static inline void net_forward(struct net *n, struct net_op *op)
{
    const gg_real *x[GG_LAYER_INPUTS];
    struct gg_call call = net_call(n, op, x);
    op->l.type->forward(&call);
}

/* A layer ("radial@1": of the second geometry) of the values `in`, and its value `out`.  Perceptrons have the hidden layers that are given. */
static inline void net_layer(struct net *n, const char *type, const char *hypers, const char *in,
                             const char *out, const char *pieces)
{
    struct net_op *op = &n->op[n->n_op++];
    struct gg_layer *l = &op->l;
    struct gg_err err = {0};
    struct gg_weight w;
    char name[32], copy[1024], *rest = copy, *part;
    assert_true(n->n_op <= NET_OPS);
    snprintf(name, sizeof name, "%s", type);
    op->geometry = strchr(name, '@') != NULL;
    name[strcspn(name, "@")] = '\0';
    *l = (struct gg_layer){.type = gg_layer_find(name),
                           .n_type = 2,
                           .cutoff = net_at(n, "cutoff") ? net_number(n, "cutoff") : INFINITY,
                           .mean_neighbours = (double)n->g[0].n_edge / (double)n->g[0].n_node};
    assert_non_null(l->type);
    l->hyper = gg_arena_calloc(&n->a, 1, l->type->hyper_size + 1);
    memcpy(l->hyper, l->type->hyper_defaults, l->type->hyper_size);
    const struct gg_opt *hidden = gg_opt_find(l->type->hypers, "hidden");
    if (hidden)
        memset((char *)l->hyper + hidden->offset, 0, sizeof(struct gg_reals));
    snprintf(copy, sizeof copy, "%s", in);
    while ((part = strsep(&rest, " ")) && *part) {
        op->in[l->n_in] = net_find(n, part);
        l->in[l->n_in] = n->value[op->in[l->n_in]].shape;
        l->n_in++;
    }
    if (gg_layer_set(l, hypers, &err) || l->type->init(l, &n->a, &err))
        fail_msg("%s %s: %s", type, out, err.text);
    op->w = GG_NEW(&n->a, gg_real, (size_t)l->n_weight + 1);
    op->dw = GG_NEW(&n->a, gg_real, (size_t)l->n_weight + 1);
    op->saved = gg_arena_alloc(&n->a, l->saved_bytes ? l->saved_bytes(l, &n->g[op->geometry]) + 64 : 64);
    snprintf(copy, sizeof copy, "%s", pieces);
    rest = copy;
    while (l->type->weight && l->type->weight(l, op->n_piece, &w)) {
        part = strsep(&rest, " ");
        if (!part || op->n_piece == NET_PIECES)
            fail_msg("%s %s: no array for %s", type, out, w.name);
        net_read_piece(n, part, &w, &op->piece[op->n_piece++]);
    }
    assert_true(!rest || !*rest);
    op->out = net_add_value(n, out, &l->out, op->geometry);
    net_load(n, op);
    net_forward(n, op);
}

#endif
