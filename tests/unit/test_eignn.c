/* test_eignn.c -- EIGNN of its public code, put together from layers: two geometries, training with the frame's statistics and prediction
 * with the running ones, the gradient of every parameter */
#include "layer_net_gradient.h"

#include <stdio.h>

static const char *const both[] = {"edge_vector_th", "edge_vector_eq", NULL};

static const char *round_of(const char *text, int k)
{
    static char out[512];
    snprintf(out, sizeof out, text, k, k, k, k, k, k);
    return out;
}

static void edges(struct net *n)
{
    net_layer(n, "radial@1", "basis=monomial envelope=none", "", "a", "");
    net_layer(n, "radial", "basis=monomial envelope=none scale=-1", "", "b", "");
    net_layer(n, "add", "", "a b", "d", "");
    net_layer(n, "radial@1", "n=4 envelope=step", "", "a", "");
    net_layer(n, "radial", "n=4 envelope=step", "", "b", "");
    net_layer(n, "concat", "", "d a b", "e", "");
    net_layer(n, "harmonics", "from=sender", "", "Y", "");
}

static void nodes(struct net *n)
{
    int count;
    double *row = net_one_hot(n, 3), *pe = reference_numbers(&n->f, "pe", &count);
    for (int i = 0; i < count; i++)
        row[3 * i + 2] = pe[i];
    net_source(n, "s", "3x0e", row);
    net_source(n, "disp", "1x1o", reference_numbers(&n->f, "disp", &count));
    net_layer(n, "concat", "", "s disp", "s", "");
    net_layer(n, "invariants", "normalise=none eps=0", "s", "s", "");
    net_check(n, "s", "values/train/node_in", false);
    net_layer(n, "mlp", "outputs=6 weights=plain", "s", "x", "lin_embedding.weight lin_embedding.bias");
    net_check(n, "x", "values/train/x_0", false);
    net_layer(n, "slice", "out_irreps=6x0e", "x", "x0", "");
    net_layer(n, "harmonics", "", "disp", "v", "");
}

/* The scalars of both ends weigh the harmonics of the edge; their mean meets those of the particle. */
static void to_equivariant(struct net *n, int k)
{
    net_layer(n, "edge_mlp", "at=receiver at=sender at=edge hidden=6 outputs=3 act-last=true weights=plain",
              "x x e", "g",
              round_of("interactions.%d.I2EConv.lin1.weight(0:6) interactions.%d.I2EConv.lin1.weight(6:12) "
                       "interactions.%d.I2EConv.lin1.weight(12:21) interactions.%d.I2EConv.lin1.bias "
                       "interactions.%d.I2EConv.lin2.weight interactions.%d.I2EConv.lin2.bias",
                       k));
    net_layer(n, "product", "pair=elementwise", "Y g", "E", "");
    if (!k)
        net_check(n, "E", "values/train/edge_vec_0_first_10_edges", false);
    net_layer(n, "sum", "normalise=count", "E", "U", "");
    net_check(n, "U", round_of("values/train/mean_edge_vec_%d", k), false);
    net_layer(n, "product", "parity=none out_irreps=3x0e+6x1o+6x2e", "v U", "F", "");
    net_check(n, "F", round_of("values/train/full_product_%d", k), false);
    net_layer(n, "slice", "out_irreps=3x0e", "F", "f", "");
    net_layer(n, "concat", "", "x f", "x", "");
    net_layer(n, "mlp", "outputs=6 weights=plain", "x", "x",
              round_of("interactions.%d.I2EConv.lin3.weight interactions.%d.I2EConv.lin3.bias", k));
    net_check(n, "x", round_of("values/train/x_lin3_%d", k), false);
    net_layer(
        n, "linear", "out_irreps=1x0e+1x1o+1x2e", "F", "v",
        round_of("interactions.%d.I2EConv.o3_lin.weight[0:3] interactions.%d.I2EConv.o3_lin.weight[3:9] "
                 "interactions.%d.I2EConv.o3_lin.weight[9:15]",
                 k));
    net_check(n, "v", round_of("values/train/v_lin_%d", k), false);
}

/* What the equivariant channel says of both ends opens and closes the messages. */
static void to_invariant(struct net *n, int k)
{
    net_layer(n, "gather", "", "v", "w", "");
    net_layer(n, "product", "pair=elementwise out_irreps=3x0e", "E w", "f", "");
    net_layer(n, "gather", "at=difference", "v", "w", "");
    net_layer(n, "invariants", "of=all squared=true normalise=none", "w", "w", "");
    net_layer(
        n, "edge_mlp", "at=edge at=edge at=edge outputs=6 act=sigmoid act-last=true weights=plain", "e f w",
        "m",
        round_of("interactions.%d.E2IConv.lin_cat.weight(0:9) interactions.%d.E2IConv.lin_cat.weight(9:12) "
                 "interactions.%d.E2IConv.lin_cat.weight(12:15) interactions.%d.E2IConv.lin_cat.bias",
                 k));
    net_layer(n, "mlp", "outputs=6 act-last=true weights=plain", "x", "s",
              round_of("interactions.%d.E2IConv.lin_r.weight interactions.%d.E2IConv.lin_r.bias", k));
    net_layer(n, "gather", "", "s", "s", "");
    net_layer(n, "product", "", "m s", "m", "");
    net_layer(n, "sum", "normalise=count", "m", "m", "");
    net_check(n, "m", round_of("values/train/m_%d", k), false);
    net_layer(n, "add", "", "x m", "x", "");
    net_layer(
        n, "graph_norm", "", "x", "x",
        round_of("interactions.%d.norm.weight interactions.%d.norm.bias interactions.%d.norm.mean_scale", k));
    net_check(n, "x", round_of("values/train/x_%d", k + 1), false);
    net_layer(
        n, "batch_norm", "", "v", k ? "last" : "v_1",
        round_of(
            "interactions.%d.e_norm.weight interactions.%d.e_norm.bias interactions.%d.e_norm.running_mean "
            "interactions.%d.e_norm.running_var",
            k));
    net_check(n, k ? "last" : "v_1", round_of("values/train/v_%d", k + 1), false);
    if (!k)
        net_layer(n, "slice", "out_irreps=1x0e+1x1o+1x2e", "v_1", "v", "");
}

/* The root of 2 of the normalised relu is in the weights behind it: sqrt(6/2). */
static void decoder(struct net *n)
{
    int count;
    double *want;
    net_layer(n, "concat", "", "x0 x", "x", "");
    net_layer(n, "mlp", "outputs=6 act-last=true weights=plain", "x", "x", "lin_cat.weight lin_cat.bias");
    want = reference_numbers(&n->f, "values/train/lin_cat", &count);
    for (int k = 0; k < count; k++)
        want[k] /= 1 + exp(-want[k]);
    same_forward(net_rows(n, "x", count, false), want, count, "silu of lin_cat");
    net_layer(n, "gather", "at=difference", "x", "w", "");
    net_layer(n, "edge_mlp", "at=receiver at=edge outputs=6 weights=plain", "x w", "m",
              "agg_3.nn.lins.0.weight(0:6) agg_3.nn.lins.0.weight(6:12) agg_3.nn.lins.0.bias");
    net_layer(n, "sum", "normalise=count", "m", "x", "");
    net_check(n, "x", "values/train/decoder_mean", false);
    net_layer(n, "linear", "", "x", "x", "out.lins.0.weight*sqrt(6)");
    net_layer(n, "batch_norm", "", "x", "x",
              "out.norms.0.weight out.norms.0.bias out.norms.0.running_mean out.norms.0.running_var");
    net_layer(n, "gate", "act=relu", "x", "x", "");
    net_layer(n, "linear", "out_irreps=4x0e", "x", "out", "out.lins.1.weight*sqrt(3)");
    net_check(n, "out", "values/train/out", false);
}

/* Targets standardised in each species by the unbiased deviation; the first half of the columns is for A, the second for B. */
static double loss(struct net *n)
{
    struct net_value *out = &n->value[net_find(n, "out")];
    int count, n_node = (int)n->g[0].n_node;
    const double *raw = reference_numbers(&n->f, "targets_raw", &count),
                 *type = reference_numbers(&n->f, "species", &count);
    double sum = 0;
    for (int column = 0; column < 4; column++) {
        int species = column / 2, target = column % 2;
        double mean = 0, square = 0, number = 0;
        for (int i = 0; i < n_node; i++)
            if (type[i] == species) {
                number++;
                mean += raw[2 * i + target];
            }
        mean /= number;
        for (int i = 0; i < n_node; i++)
            square += type[i] == species ? pow(raw[2 * i + target] - mean, 2) : 0;
        for (int i = 0; i < n_node; i++) {
            gg_real *y = out->x + i * out->shape.stride + column,
                    *dy = out->dx + i * out->shape.stride + column;
            double d = (double)*y - (raw[2 * i + target] - mean) / sqrt(square / (number - 1));
            if (type[i] != species)
                continue;
            sum += d * d / (2 * number);
            *dy = (gg_real)(d / number);
        }
    }
    return sum;
}

/* The array that a parameter has its number from. */
static const char *array_of(const struct net_op *op, int64_t parameter)
{
    const struct net_link *k = op->link;
    while (k->to != parameter)
        k++;
    return k->name;
}

/* Running values behind this frame.  PyTorch's of the decoder are n/(n - 1) times the variance; e3nn's, and ours, are not. */
static void check_running(struct net *n)
{
    for (struct net_op *op = n->op; op < n->op + n->n_op; op++) {
        const gg_real *x[GG_LAYER_INPUTS];
        struct gg_call call = net_call(n, op, x);
        struct gg_weight w;
        call.state = GG_NEW(&n->f.a, gg_real, (size_t)op->l.n_weight + 1);
        if (!op->l.type->observe)
            continue;
        op->l.type->observe(&call);
        for (int k = 0; op->l.type->weight(&op->l, k, &w); k++) {
            char path[256];
            int count;
            if (!w.statistic)
                continue;
            const char *name = array_of(op, w.offset);
            snprintf(path, sizeof path, "running_after/%s", name);
            const double *want = reference_numbers(&n->f, path, &count);
            double more = !strcmp(name, "out.norms.0.running_var") ? 20. / 19 : 1, have[8];
            for (int q = 0; q < count; q++)
                have[q] = 0.9 * (double)op->w[w.offset + q] + 0.1 * more * (double)call.state[w.offset + q];
            same_forward(have, want, count, path);
        }
    }
}

static void predict(struct net *n)
{
    n->running = "running_after";
    n->train = false;
    for (struct net_op *op = n->op; op < n->op + n->n_op; op++) {
        net_load(n, op);
        net_forward(n, op);
    }
    net_check(n, "v_1", "values/eval/v_1", false);
    net_check(n, "out", "values/eval/out", false);
}

static void eignn(void **state)
{
    struct net *n = net_open("eignn_network", both);
    (void)state;
    n->running = "running_before";
    edges(n);
    nodes(n);
    for (int k = 0; k < 2; k++) {
        to_equivariant(n, k);
        to_invariant(n, k);
    }
    decoder(n);
    double error = loss(n);
    assert_true(fabs(error - reference_number(&n->f, "values/train/loss")) <= forward_allowed * error);
    net_backward(n);
    net_check_gradients(n, NULL);
    check_running(n);
    predict(n);
    net_close(n);
}

int main(void)
{
    struct gg_err err = {0};
    const struct CMUnitTest tests[] = {cmocka_unit_test(eignn)};
    gg_threads_init(2, &err);
    return cmocka_run_group_tests_name("EIGNN", tests, NULL, NULL);
}
