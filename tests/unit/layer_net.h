/* layer_net.h -- a network put together layer by layer against the numbers of a public implementation (the shared folder's reference/)
 *
 * A layer's parameters are named by the file's arrays, one for each of its pieces, blanks between them:
 *     NAME[A:B](C:D)*F      rows A to B - 1 and columns C to D - 1 of NAME, times F, a number or sqrt(NUMBER)
 *     =NAME NAME            arrays one behind the other, in the layer's own order
 * Arrays of two axes are PyTorch's [out][in] where the piece has two, unless ^ stands in front; else numbers are taken in order.  What is
 * no such range is linked number by number (net_link).  Gradients go back the same way and are compared whole, so that what no layer
 * reads must be 0 in the file. */
#ifndef LAYER_NET_H
#define LAYER_NET_H

#include "layers/layers.h"
#include "laws/check.h"
#include "reference_graph.h"
#include "util/threads.h"

enum { NET_OPS = 128 };

/* Parameter `to` of a layer is the sum of factor array[from] over its links. */
struct net_link {
    const char *name; /* of the array */
    int64_t from, to;
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
    int geometry, in[GG_LAYER_INPUTS], out, n_link, room;
    struct net_link *link;
    gg_real *w, *dw;
    void *saved;
};
struct net {
    struct reference f;
    const char *running; /* member with the statistics */
    struct gg_graph g[2];
    gg_real (*dvec[2])[3];
    int n_op, n_value;
    struct net_op op[NET_OPS];
    struct net_value value[NET_OPS];
    bool train;
    double mean_neighbours;
};

/* Skips the test without the file.  No geometries: no edges. */
static inline struct net *net_open(const char *name, const char *const *vectors)
{
    struct reference f = reference_open(name);
    struct net *n = calloc(1, sizeof *n);
    n->f = f;
    n->train = true;
    int n_graph = reference_graphs(&n->f, vectors, n->g);
    for (int k = 0; k < n_graph; k++)
        n->dvec[k] = gg_arena_calloc(&n->f.a, (size_t)n->g[k].n_edge + 1, sizeof *n->dvec[k]);
    n->mean_neighbours = (double)n->g[0].n_edge / (double)n->g[0].n_node;
    return n;
}

static inline void net_close(struct net *n)
{
    reference_close(&n->f);
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
    v->x = GG_NEW(&n->f.a, gg_real, (size_t)size + 16);
    v->dx = GG_NEW(&n->f.a, gg_real, (size_t)size + 16);
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
    double *species = reference_numbers(&n->f, "species", &count),
           *row = GG_NEW(&n->f.a, double, (size_t)(count * width));
    for (int i = 0; i < count; i++)
        row[i * width + (int)species[i]] = 1;
    return row;
}

/* First rows of a value in e3nn's order; `component_first`: one block, [m][channel]. */
static inline double *net_rows(struct net *n, const char *name, int count, bool component_first)
{
    struct net_value *v = &n->value[net_find(n, name)];
    int dim = gg_irreps_dim(&v->shape.irreps), mul = v->shape.irreps.b[0].mul, width = dim / mul;
    double *out = GG_NEW(&n->f.a, double, (size_t)count + 1), *row = GG_NEW(&n->f.a, double, (size_t)dim);
    assert_int_equal(count % dim, 0);
    for (int i = 0; i < count / dim; i++) {
        gg_row_to_e3nn(&v->shape, v->x + i * v->shape.stride, row);
        for (int k = 0; k < dim; k++)
            out[i * dim + (component_first ? k % width * mul + k / width : k)] = row[k];
    }
    return out;
}

static inline void net_check(struct net *n, const char *name, const char *path, bool component_first)
{
    int count;
    const double *want = reference_numbers(&n->f, path, &count);
    same_forward(net_rows(n, name, count, component_first), want, count, path);
}

/* ---- layers ---- */

/* A parameter or, in that member of the file, a statistic. */
static inline json_t *net_array(const struct net *n, const char *name)
{
    json_t *at = json_object_get(reference_at(&n->f, "params"), name);
    return at || !n->running ? at : json_object_get(reference_at(&n->f, n->running), name);
}

static inline void net_link(struct net *n, struct net_op *op, const char *name, int64_t from, int64_t to,
                            double factor)
{
    if (op->n_link == op->room) {
        struct net_link *old = op->link;
        op->room = 2 * op->room + 64;
        op->link = GG_NEW(&n->f.a, struct net_link, (size_t)op->room);
        if (op->n_link)
            memcpy(op->link, old, sizeof *old * (size_t)op->n_link);
    }
    assert_true(to >= 0 && to < op->l.n_weight);
    op->link[op->n_link++] = (struct net_link){name, from, to, factor};
}

/* All numbers of an array, in order, from `to` on; returns what comes behind. */
static inline int64_t net_link_all(struct net *n, struct net_op *op, const char *name, int64_t to)
{
    int count;
    reference_list(&n->f, net_array(n, name), &count);
    for (int k = 0; k < count; k++)
        net_link(n, op, name, k, to++, 1);
    return to;
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

/* Links of a piece to the numbers that a text names. */
static inline void net_link_piece(struct net *n, struct net_op *op, const char *text,
                                  const struct gg_weight *w)
{
    const char *p = text + (*text == '^'), *name;
    size_t length = strcspn(p, "[(* ");
    int64_t row = 0, column = 0, width = 1, n_piece = 1;
    double factor = 1;
    name = gg_arena_printf(&n->f.a, "%.*s", (int)length, p);
    const json_t *array = net_array(n, name), *shape = json_object_get(array, "shape");
    if (!array)
        fail_msg("no array %s", name);
    for (size_t k = 1; k < json_array_size(shape); k++)
        width *= json_integer_value(json_array_get(shape, k));
    int64_t n_row = json_array_size(shape) ? json_integer_value(json_array_get(shape, 0))
                                           : (int64_t)json_array_size(array),
            n_column = width;
    bool turned = json_array_size(shape) == 2 && w->ndim == 2 && *text != '^';
    p += length;
    net_range(&p, "[%ld:%ld]%n", &row, &n_row);
    net_range(&p, "(%ld:%ld)%n", &column, &n_column);
    if (sscanf(p, "*sqrt(%lf)", &factor) == 1)
        factor = sqrt(factor);
    else
        sscanf(p, "*%lf", &factor);
    for (int k = 0; k < w->ndim; k++)
        n_piece *= w->shape[k];
    if (n_row * n_column != n_piece)
        fail_msg("%s does not fit %s", text, w->name);
    for (int64_t k = 0; k < n_piece; k++) {
        int64_t i = turned ? k % n_row : k / n_column, c = turned ? k / n_row : k % n_column;
        net_link(n, op, name, (row + i) * width + column + c, w->offset + k, factor);
    }
}

/* Links name one array after the other: its numbers are read once for all in a row. */
static inline void net_load(struct net *n, struct net_op *op)
{
    const char *last = NULL;
    const double *from = NULL;
    int count = 0;
    memset(op->w, 0, sizeof *op->w * (size_t)op->l.n_weight);
    for (const struct net_link *k = op->link; k < op->link + op->n_link; k++) {
        if (k->name != last)
            from = reference_list(&n->f, net_array(n, last = k->name), &count);
        assert_true(k->from < count);
        op->w[k->to] += (gg_real)(k->factor * from[k->from]);
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
                            .scratch = gg_arena_alloc(&n->f.a, l->scratch_bytes
                                                                   ? l->scratch_bytes(l, g, gg_threads()) + 64
                                                                   : 64)};
}

static inline void net_forward(struct net *n, struct net_op *op)
{
    const gg_real *x[GG_LAYER_INPUTS];
    struct gg_call call = net_call(n, op, x);
    op->l.type->forward(&call);
}

/* A layer ("radial@1": of the second geometry) of the values `in`, without parameters yet.  Perceptrons have the hidden layers that are
 * given. */
static inline struct net_op *net_open_layer(struct net *n, const char *type, const char *hypers,
                                            const char *in)
{
    struct net_op *op = &n->op[n->n_op++];
    struct gg_layer *l = &op->l;
    struct gg_err err = {0};
    char name[32], copy[256], *rest = copy, *part;
    assert_true(n->n_op <= NET_OPS);
    snprintf(name, sizeof name, "%s", type);
    op->geometry = strchr(name, '@') != NULL;
    name[strcspn(name, "@")] = '\0';
    *l = (struct gg_layer){.type = gg_layer_find(name),
                           .n_type = 2,
                           .cutoff =
                               reference_at(&n->f, "cutoff") ? reference_number(&n->f, "cutoff") : INFINITY,
                           .mean_neighbours = n->mean_neighbours};
    assert_non_null(l->type);
    l->hyper = gg_arena_calloc(&n->f.a, 1, l->type->hyper_size + 1);
    if (l->type->hyper_size)
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
    if (gg_layer_set(l, hypers, &err) || l->type->init(l, &n->f.a, &err))
        fail_msg("%s of %s: %s", type, in, err.text);
    op->w = GG_NEW(&n->f.a, gg_real, (size_t)l->n_weight + 1);
    op->dw = GG_NEW(&n->f.a, gg_real, (size_t)l->n_weight + 1);
    op->saved = gg_arena_alloc(&n->f.a, l->saved_bytes ? l->saved_bytes(l, &n->g[op->geometry]) + 64 : 64);
    return op;
}

/* Its value `out`, once it has its links. */
static inline void net_run(struct net *n, struct net_op *op, const char *out)
{
    op->out = net_add_value(n, out, &op->l.out, op->geometry);
    net_load(n, op);
    net_forward(n, op);
}

static inline void net_layer(struct net *n, const char *type, const char *hypers, const char *in,
                             const char *out, const char *pieces)
{
    struct net_op *op = net_open_layer(n, type, hypers, in);
    struct gg_weight w;
    char copy[1024], *rest = copy, *part;
    snprintf(copy, sizeof copy, "%s", pieces);
    if (*pieces == '=') {
        int64_t to = 0;
        for (rest = copy + 1; (part = strsep(&rest, " "));)
            to = net_link_all(n, op, gg_arena_strdup(&n->f.a, part), to);
        assert_int_equal(to, op->l.n_weight);
    }
    for (int k = 0; *pieces != '=' && op->l.type->weight && op->l.type->weight(&op->l, k, &w); k++) {
        part = strsep(&rest, " ");
        if (!part || !*part)
            fail_msg("%s %s: no array for %s", type, out, w.name);
        net_link_piece(n, op, part, &w);
    }
    assert_true(*pieces == '=' || !rest || !*rest);
    net_run(n, op, out);
}

#endif
