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
                                  "let.rounds=1",
                                  NULL};

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
    golden_network(&g, "examples/models/eignn.yaml", set, "examples/models/eignn.map", NULL);
    exact_inputs(&g);
    golden_forward(&g, train);
    if (train) {
        golden_close(&g, "layers.10.0.1.product", 0, 0, "values/train/full_product_0");
        golden_close(&g, "layers.10.0.9.graph_norm", 0, 0, "values/train/x_1");
        golden_close(&g, "layers.20.graph_norm", 0, 0, "values/train/x_2");
        golden_close(&g, "layers.23.2.sum", 0, 0, "values/train/decoder_mean");
    }
    golden_close(&g, "layers.10.0.10.batch_norm", 0, 0, train ? "values/train/v_1" : "values/eval/v_1");
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
