/* test_network.c -- the two-layer network of the reference: every intermediate, the loss, the gradient of every parameter
 *
 * x0 = one-hot species -> embed -> conv1 -> gate -> conv2 -> gate, + residual h1 -> head (2x0e+1x1o), where conv is linear, convolution with
 * its mixing.  Numbers of e3nn 0.5.1 in double, in the shared folder; skipped without it.  The radial net runs on every edge. */
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

struct net {
    struct gg_arena a;
    json_t *root;
    struct gg_graph g;
    struct {
        struct gg_layer l;
        const char *params[4]; /* names in the file, in our order of pieces */
        int in[2], out;
        gg_real *w, *dw;
        void *saved;
    } op[16];
    int n_op, n_value;
    struct gg_shape shape[16];
    gg_real *value[16], *gradient[16];
    void *scratch;
};

static double *numbers(struct net *n, const char *group, const char *name, int *count)
{
    json_t *list =
        group ? json_object_get(json_object_get(n->root, group), name) : json_object_get(n->root, name);
    if (json_is_object(list))
        list = json_object_get(list, "value");
    assert_true(json_is_array(list));
    *count = (int)json_array_size(list);
    double *out = GG_NEW(&n->a, double, (size_t)*count);
    for (int k = 0; k < *count; k++)
        out[k] = json_number_value(json_array_get(list, (size_t)k));
    return out;
}

static void read_graph(struct net *n)
{
    int n_edge, count;
    double *receiver = numbers(n, NULL, "edge_receiver", &n_edge),
           *sender = numbers(n, NULL, "edge_sender", &n_edge);
    double *vector = numbers(n, NULL, "edge_vector", &count),
           *length = numbers(n, NULL, "edge_length", &count);
    int n_node = (int)json_integer_value(json_object_get(n->root, "n_node"));
    int64_t *ptr = GG_NEW(&n->a, int64_t, (size_t)n_node + 1);
    int32_t *nbr = GG_NEW(&n->a, int32_t, (size_t)n_edge);
    gg_real(*vec)[3] = gg_arena_alloc(&n->a, (size_t)n_edge * sizeof *vec),
    *r = GG_NEW(&n->a, gg_real, (size_t)n_edge);
    for (int e = 0; e < n_edge; e++) {
        ptr[(int)receiver[e] + 1]++;
        nbr[e] = (int32_t)sender[e];
        r[e] = (gg_real)length[e];
        for (int k = 0; k < 3; k++)
            vec[e][k] = (gg_real)vector[3 * e + k];
    }
    for (int i = 0; i < n_node; i++)
        ptr[i + 1] += ptr[i];
    n->g = (struct gg_graph){.n_node = n_node,
                             .n_edge = n_edge,
                             .ptr = ptr,
                             .nbr = nbr,
                             .vec = (const gg_real(*)[3])vec,
                             .r = r,
                             .type = GG_NEW(&n->a, int32_t, (size_t)n_node),
                             .n_type = 1};
    gg_graph_ranges(&n->g, &n->a);
}

static int new_value(struct net *n, const struct gg_shape *s)
{
    n->shape[n->n_value] = *s;
    n->value[n->n_value] = GG_NEW(&n->a, gg_real, (size_t)(n->g.n_node * s->stride));
    n->gradient[n->n_value] = GG_NEW(&n->a, gg_real, (size_t)(n->g.n_node * s->stride));
    return n->n_value++;
}

/* Runs one layer forward with the file's parameters; returns its value. */
static int apply(struct net *n, const char *type, const char *hypers, int in0, int in1, const char *p0,
                 const char *p1, const char *p2)
{
    struct gg_err err = {0};
    struct gg_layer *l = &n->op[n->n_op].l;
    const char *params[4] = {p0, p1, p2, NULL};
    const gg_real *x[2] = {n->value[in0], in1 >= 0 ? n->value[in1] : NULL};
    *l = (struct gg_layer){.type = gg_layer_find(type),
                           .n_type = 1,
                           .cutoff = json_number_value(json_object_get(n->root, "cutoff")),
                           .n_in = in1 >= 0 ? 2 : 1,
                           .mean_neighbours = (double)n->g.n_edge / (double)n->g.n_node};
    assert_non_null(l->type);
    l->hyper = gg_arena_calloc(&n->a, 1, l->type->hyper_size + 1);
    memcpy(l->hyper, l->type->hyper_defaults, l->type->hyper_size);
    assert_int_equal(gg_layer_set(l, hypers, &err), 0);
    l->in[0] = n->shape[in0];
    l->in[1] = n->shape[in1 >= 0 ? in1 : 0];
    if (l->type->init(l, &n->a, &err))
        fail_msg("%s: %s", type, err.text);
    n->op[n->n_op].in[0] = in0;
    n->op[n->n_op].in[1] = in1;
    n->op[n->n_op].w = GG_NEW(&n->a, gg_real, (size_t)l->n_weight + 1);
    n->op[n->n_op].dw = GG_NEW(&n->a, gg_real, (size_t)l->n_weight + 1);
    n->op[n->n_op].saved = gg_arena_alloc(&n->a, l->saved_bytes ? l->saved_bytes(l, &n->g) + 64 : 64);
    n->scratch = gg_arena_alloc(&n->a, l->scratch_bytes ? l->scratch_bytes(l, &n->g, gg_threads()) + 64 : 64);
    int64_t at = 0;
    for (int k = 0; params[k]; k++) {
        int count;
        double *w = numbers(n, "params", params[k], &count);
        n->op[n->n_op].params[k] = params[k];
        assert_true(at + count <= l->n_weight);
        for (int q = 0; q < count; q++)
            n->op[n->n_op].w[at++] = (gg_real)w[q];
    }
    assert_int_equal(at, l->n_weight);
    int out = n->op[n->n_op].out = new_value(n, &l->out);
    l->type->forward(&(struct gg_call){.l = l,
                                       .w = n->op[n->n_op].w,
                                       .g = &n->g,
                                       .x = x,
                                       .y = n->value[out],
                                       .saved = n->op[n->n_op].saved,
                                       .scratch = n->scratch});
    n->n_op++;
    return out;
}

static void close_to(const double *have, const double *want, int count, const char *what)
{
    double norm = 0;
    for (int k = 0; k < count; k++)
        norm += want[k] * want[k] / count;
    for (int k = 0; k < count; k++)
        if (!(fabs(have[k] - want[k]) <= tolerance * fmax(1, sqrt(norm)) + tolerance * fabs(want[k])))
            fail_msg("%s: number %d is %.15g, reference %.15g", what, k, have[k], want[k]);
}

static void check_value(struct net *n, int value, const char *name)
{
    int count, dim = gg_irreps_dim(&n->shape[value].irreps);
    double *want = numbers(n, "values", name, &count), *have = GG_NEW(&n->a, double, (size_t)count);
    assert_int_equal(count, n->g.n_node * dim);
    for (int64_t i = 0; i < n->g.n_node; i++)
        gg_row_to_e3nn(&n->shape[value], n->value[value] + i * n->shape[value].stride, have + i * dim);
    close_to(have, want, count, name);
}

/* Mean squared error over all numbers of `out`, and its gradient. */
static double loss(struct net *n, int value)
{
    int count, dim = gg_irreps_dim(&n->shape[value].irreps);
    double *target = numbers(n, "values", "target", &count), *row = GG_NEW(&n->a, double, (size_t)dim),
           sum = 0;
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

static void backward(struct net *n)
{
    for (int k = n->n_op - 1; k >= 0; k--) {
        struct gg_layer *l = &n->op[k].l;
        int in0 = n->op[k].in[0], in1 = n->op[k].in[1];
        const gg_real *x[2] = {n->value[in0], in1 >= 0 ? n->value[in1] : NULL};
        gg_real *dx[2] = {n->gradient[in0], in1 >= 0 ? n->gradient[in1] : NULL};
        n->scratch =
            gg_arena_alloc(&n->a, l->scratch_bytes ? l->scratch_bytes(l, &n->g, gg_threads()) + 64 : 64);
        l->type->backward(&(struct gg_call){.l = l,
                                            .w = n->op[k].w,
                                            .g = &n->g,
                                            .x = x,
                                            .y = n->value[n->op[k].out],
                                            .saved = n->op[k].saved,
                                            .scratch = n->scratch,
                                            .dy = n->gradient[n->op[k].out],
                                            .dx = dx,
                                            .dw = n->op[k].dw});
        int64_t at = 0;
        for (int p = 0; n->op[k].params[p]; p++) {
            int count;
            double *want = numbers(n, "gradients", n->op[k].params[p], &count),
                   *have = GG_NEW(&n->a, double, (size_t)count);
            for (int q = 0; q < count; q++)
                have[q] = (double)n->op[k].dw[at++];
            close_to(have, want, count, n->op[k].params[p]);
        }
    }
}

static void one_hot(struct net *n)
{
    int count;
    double *species = numbers(n, NULL, "species", &count);
    struct gg_irreps two = {1, {{2, 0, 1}}};
    struct gg_shape s;
    gg_shape_init(&s, GG_ON_NODE, &two);
    int v = new_value(n, &s);
    for (int i = 0; i < count; i++)
        n->value[v][i * s.stride + (int)species[i]] = 1;
}

static const char *path(void)
{
    static char text[4096];
    const char *folder = getenv("GG_SHARED");
    snprintf(text, sizeof text, "%s/reference/e3nn_network.json", folder ? folder : "../shared");
    return text;
}

static void test_reference(void **state)
{
    static const char *conv = "lmax=2 out_irreps=gate(4x0e+4x1o+4x2e) radial.n=6 radial.hidden=8 "
                              "radial.table=0 radial.constants=e3nn";
    struct net *n = calloc(1, sizeof *n);
    (void)state;
    n->root = json_load_file(path(), 0, NULL);
    if (!n->root) {
        free(n);
        skip();
    }
    /* the file writes degree 1 as 1o and 2 as 2e: natural parity */
    read_graph(n);
    one_hot(n);
    int h0 = apply(n, "linear", "out_irreps=4x0e", 0, -1, "embed.weight", NULL, NULL);
    check_value(n, h0, "h0");
    int u1 = apply(n, "linear", "", h0, -1, "conv1.lin1.weight", NULL, NULL);
    int pre1 = apply(n, "conv", conv, u1, -1, "conv1.fc.layer0.weight", "conv1.fc.layer1.weight",
                     "conv1.lin2.weight");
    check_value(n, pre1, "pre1");
    int h1 = apply(n, "gate", "constants=e3nn", pre1, -1, NULL, NULL, NULL);
    check_value(n, h1, "h1");
    int u2 = apply(n, "linear", "", h1, -1, "conv2.lin1.weight", NULL, NULL);
    int pre2 = apply(n, "conv", conv, u2, -1, "conv2.fc.layer0.weight", "conv2.fc.layer1.weight",
                     "conv2.lin2.weight");
    check_value(n, pre2, "pre2");
    int g2 = apply(n, "gate", "constants=e3nn", pre2, -1, NULL, NULL, NULL);
    int h2 = apply(n, "add", "", g2, h1, NULL, NULL, NULL);
    check_value(n, h2, "h2");
    int out = apply(n, "linear", "out_irreps=2x0e+1x1o", h2, -1, "head.weight", NULL, NULL);
    check_value(n, out, "out");
    double want = json_number_value(json_object_get(json_object_get(n->root, "values"), "loss"));
    assert_true(fabs(loss(n, out) - want) <= tolerance);
    backward(n);
    json_decref(n->root);
    gg_arena_free(&n->a);
    free(n);
}

int main(void)
{
    struct gg_err err = {0};
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reference)};
    gg_threads_init(2, &err);
    return cmocka_run_group_tests_name("network of the reference", tests, NULL, NULL);
}
