/* test_golden_eignn.c -- examples/models/eignn.yaml, as small as the public code's network of eignn_network.json, with its parameters:
 * the union of the edges of two geometries, training with the frame's statistics, prediction with running ones.  The way back and every
 * other value are test_eignn.c's. */
#include "golden_fixture.h"

static const char *const set[] = {"let.C=6",
                                  "inputs.cutoff=1.5",
                                  "layers.3.n=4",
                                  "layers.4.n=4",
                                  "layers.3.cutoff=1.5",
                                  "layers.4.cutoff=1.5",
                                  "layers.10.repeat=1",
                                  NULL};

/* ---- where the parameters stand ---- */

/* A round of the network: its layers begin with the names in `at`, its numbers with those of interaction k. */
static size_t map_round(char *text, size_t room, const char *const at[6], int k)
{
    static const char *const line[] = {
        "0.weight.0: {array: %s.I2EConv.lin1.weight, rows: [0, 6], transpose: true}",
        "0.weight.1: {array: %s.I2EConv.lin1.weight, rows: [6, 12], transpose: true}",
        "0.weight.2: {array: %s.I2EConv.lin1.weight, rows: [12, 21], transpose: true}",
        "0.bias: %s.I2EConv.lin1.bias",
        "1.weight: {array: %s.I2EConv.lin2.weight, transpose: true}",
        "1.bias: %s.I2EConv.lin2.bias",
        NULL,
        "0.weight.0.0: {array: %s.I2EConv.lin3.weight, transpose: true}",
        "0.bias.0: %s.I2EConv.lin3.bias",
        NULL,
        "weight.0.0: {array: %s.I2EConv.o3_lin.weight, numbers: [0, 3]}",
        "weight.1.1: {array: %s.I2EConv.o3_lin.weight, numbers: [3, 9]}",
        "weight.2.2: {array: %s.I2EConv.o3_lin.weight, numbers: [9, 15]}",
        NULL,
        "0.weight.0: {array: %s.E2IConv.lin_cat.weight, rows: [0, 9], transpose: true}",
        "0.weight.1: {array: %s.E2IConv.lin_cat.weight, rows: [9, 12], transpose: true}",
        "0.weight.2: {array: %s.E2IConv.lin_cat.weight, rows: [12, 15], transpose: true}",
        "0.bias: %s.E2IConv.lin_cat.bias",
        NULL,
        "0.weight.0.0: {array: %s.E2IConv.lin_r.weight, transpose: true}",
        "0.bias.0: %s.E2IConv.lin_r.bias",
        NULL,
        "weight: %s.norm.weight",
        "bias: %s.norm.bias",
        "mean_scale: %s.norm.mean_scale"};
    char interaction[32];
    size_t n = 0;
    int layer = 0;
    snprintf(interaction, sizeof interaction, "interactions.%d", k);
    for (size_t q = 0; q < sizeof line / sizeof *line; q++)
        if (!line[q]) {
            layer++;
        } else {
            n += (size_t)snprintf(text + n, room - n, "  %s.", at[layer]);
            n += (size_t)snprintf(text + n, room - n, line[q], interaction);
            n += (size_t)snprintf(text + n, room - n, "\n");
        }
    return n;
}

/* sqrt(6) and sqrt(6/2): linear divides by the root of its inputs, and the activation in front of the head has the root of 2. */
static const char *map(void)
{
    static char text[8192];
    static const char *const first[] = {"layers.10.0.0.edge_mlp", "layers.10.0.6.mlp",
                                        "layers.10.0.7.linear",   "layers.10.0.12.edge_mlp",
                                        "layers.10.0.13.mlp",     "layers.10.0.18.graph_norm"},
                             *const last[] = {"layers.11.edge_mlp", "layers.17.mlp", "layers.18.linear",
                                              "layers.23.edge_mlp", "layers.24.mlp", "layers.29.graph_norm"};
    size_t n = (size_t)
        snprintf(text, sizeof text,
                 "parameters:\n"
                 "  layers.7.mlp.0.weight.0.0: {array: lin_embedding.weight, rows: [0, 3], transpose: true}\n"
                 "  layers.7.mlp.0.weight.2.0: {array: lin_embedding.weight, rows: [3, 4], transpose: true}\n"
                 "  layers.7.mlp.0.bias.0: lin_embedding.bias\n"
                 "  layers.10.0.19.batch_norm.weight: interactions.0.e_norm.weight\n"
                 "  layers.10.0.19.batch_norm.bias: interactions.0.e_norm.bias\n"
                 "  layers.10.0.19.batch_norm.running_mean: interactions.0.e_norm.running_mean\n"
                 "  layers.10.0.19.batch_norm.running_var: interactions.0.e_norm.running_var\n");
    n += map_round(text + n, sizeof text - n, first, 0);
    n += map_round(text + n, sizeof text - n, last, 1);
    snprintf(
        text + n, sizeof text - n,
        "  layers.31.mlp.0.weight.0.0: {array: lin_cat.weight, transpose: true}\n"
        "  layers.31.mlp.0.bias.0: lin_cat.bias\n"
        "  layers.33.edge_mlp.0.weight.0: {array: agg_3.nn.lins.0.weight, rows: [0, 6], transpose: true}\n"
        "  layers.33.edge_mlp.0.weight.1: {array: agg_3.nn.lins.0.weight, rows: [6, 12], transpose: true}\n"
        "  layers.33.edge_mlp.0.bias: agg_3.nn.lins.0.bias\n"
        "  layers.35.linear.weight.0.0: {array: out.lins.0.weight, transpose: true, factor: "
        "2.449489742783178}\n"
        "  layers.36.batch_norm.weight: out.norms.0.weight\n"
        "  layers.36.batch_norm.bias: out.norms.0.bias\n"
        "  layers.36.batch_norm.running_mean: out.norms.0.running_mean\n"
        "  layers.36.batch_norm.running_var: out.norms.0.running_var\n"
        "  heads.propensity.weight.0.0: {array: out.lins.1.weight, transpose: true, factor: "
        "1.7320508075688772}\n"
        "ignored: [interactions.1.e_norm.weight, interactions.1.e_norm.bias, "
        "interactions.1.e_norm.running_mean,\n"
        "  interactions.1.e_norm.running_var]\n");
    return text;
}

/* ---- the frame ---- */

static void copy_field(struct golden *g, const char *name, const char *path)
{
    int n;
    const double *v = reference_numbers(&g->f, path, &n);
    memcpy(gg_frame_add(&g->frame, &g->f.a, name, NULL)->data, v, sizeof *v * (size_t)n);
}

/* The vector to the inherent position, and its length. */
static double *to_inherent(struct golden *g)
{
    int n;
    const double *d = reference_numbers(&g->f, "disp", &n);
    double *out = GG_NEW(&g->f.a, double, (size_t)(n / 3 * 4));
    for (int i = 0; i < n / 3; i++) {
        memcpy(out + 4 * i, d + 3 * i, 3 * sizeof *d);
        out[4 * i + 3] =
            sqrt(d[3 * i] * d[3 * i] + d[3 * i + 1] * d[3 * i + 1] + d[3 * i + 2] * d[3 * i + 2]);
    }
    return out;
}

static void frame(struct golden *g)
{
    int n;
    const double *type = reference_numbers(&g->f, "species", &n), *pe = reference_numbers(&g->f, "pe", &n);
    const int axis[2] = {GG_NODE, GG_FREE};
    uint64_t shape[2] = {(uint64_t)n, 4};
    g->frame = (struct gg_frame){.n_node = (uint64_t)n, .dim = 3, .pbc = 7, .id = "golden"};
    for (int d = 0; d < 3; d++)
        g->frame.cell[d][d] = reference_number(&g->f, "box");
    copy_field(g, "pos", "pos_thermal");
    copy_field(g, "pos_inherent", "pos_equilibrium");
    int32_t *species = gg_frame_add(&g->frame, &g->f.a, "type", NULL)->data;
    float *energy = gg_frame_add(&g->frame, &g->f.a, "energy_inherent", NULL)->data;
    for (int i = 0; i < n; i++) {
        species[i] = (int32_t)type[i];
        energy[i] = (float)pe[i];
    }
    struct gg_field *x = gg_frame_add_as(&g->frame, &g->f.a, "to_inherent", GG_F64, 2, shape, axis,
                                         GG_FEATURE, "1x1o+1x0e", "", &g->err);
    memcpy(x->data, to_inherent(g), sizeof(double) * 4 * (size_t)n);
}

/* The inputs in full precision, which a sample does not keep: [one-hot, energy, vector, length] and the last two alone. */
static void exact_inputs(struct golden *g)
{
    int n;
    const double *pe = reference_numbers(&g->f, "pe", &n), *to = to_inherent(g);
    for (int q = 0; q < g->m.n_source; q++) {
        const struct gg_shape *s = &g->m.value[g->m.source[q].value];
        gg_real *x = (gg_real *)(uintptr_t)g->b.source[q];
        int dim = gg_irreps_dim(&s->irreps);
        assert_true(dim == 7 || dim == 4);
        for (int64_t k = 0; k < n; k++) {
            double row[7];
            gg_row_to_e3nn(s, x + k * s->stride, row);
            memcpy(row + dim - 4, to + 4 * g->b.order[k], 4 * sizeof *row);
            if (dim == 7)
                row[2] = pe[g->b.order[k]];
            gg_row_from_e3nn(s, row, x + k * s->stride);
        }
    }
}

/* All columns of the head, those of the other species, too. */
static void check_head(struct golden *g, const char *path)
{
    int n, value = g->m.head[0].value, dim = gg_irreps_dim(&g->m.value[value].irreps);
    const double *want = reference_numbers(&g->f, path, &n);
    double *have = GG_NEW(&g->f.a, double, (size_t)n);
    assert_int_equal(n, (int)g->frame.n_node * dim);
    for (int64_t k = 0; k < (int64_t)g->frame.n_node; k++)
        gg_row_to_e3nn(&g->m.value[value], g->p.value[value] + k * g->m.value[value].stride,
                       have + g->b.order[k] * dim);
    same_forward(have, want, n, path);
}

static void evaluate(const char *running, bool train)
{
    struct golden g;
    golden_open(&g, "eignn_network");
    frame(&g);
    golden_target(&g, "propensity", 2);
    golden_arrays(&g, "params");
    golden_arrays(&g, running);
    golden_network(&g, "examples/models/eignn.yaml", set, map());
    exact_inputs(&g);
    golden_forward(&g, train);
    if (train) {
        golden_close(&g, "layers.10.0.3.product", 0, 0, "values/train/full_product_0");
        golden_close(&g, "layers.10.0.18.graph_norm", 0, 0, "values/train/x_1");
        golden_close(&g, "layers.29.graph_norm", 0, 0, "values/train/x_2");
        golden_close(&g, "layers.34.sum", 0, 0, "values/train/decoder_mean");
    }
    golden_close(&g, "layers.10.0.19.batch_norm", 0, 0, train ? "values/train/v_1" : "values/eval/v_1");
    check_head(&g, train ? "values/train/out" : "values/eval/out");
    golden_close_file(&g);
}

static void training(void **context)
{
    (void)context;
    evaluate("running_before", true);
}

static void prediction(void **context)
{
    (void)context;
    evaluate("running_after", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(training), cmocka_unit_test(prediction)};
    return cmocka_run_group_tests_name("eignn.yaml", tests, NULL, NULL);
}
