/* test_golden_eqnet.c -- examples/models/eqnet.yaml against the public code's network: intermediates, outputs, running statistics, gradients */
#include "golden_fixture.h"

static const char *const set[] = {"let.C=4",
                                  "inputs={node: [type, e_pot], positions: pos, cutoff: 1.5}",
                                  "conv.radial.n=6",
                                  "conv.radial.hidden=[8]",
                                  "conv.radial.table=exact",
                                  "let.rounds=1",
                                  NULL};

/* A statistic of the network, followed from its own value by what the frame said. */
static void followed(struct golden *g, const gg_real *state, const char *name)
{
    char path[256];
    int n = 0;
    gg_model_follow(&g->m, g->m.w, state);
    for (int k = 0; k < g->n_array; k++)
        memset(g->gradient[k], 0, sizeof(double) * (size_t)gg_named_array_count(&g->array[k]));
    if (gg_weight_map_give(&g->w, g->m.w, g->gradient, &g->err))
        fail_msg("%s", g->err.text);
    for (int k = 0; k < g->n_array; k++) {
        snprintf(path, sizeof path, "%s/%s", name, g->array[k].name);
        if (!reference_at(&g->f, path))
            continue;
        const double *want = reference_numbers(&g->f, path, &n);
        same_forward(g->gradient[k], want, n, path);
    }
}

static void test_eqnet(void **context)
{
    struct golden g;
    (void)context;
    golden_open(&g, "eqnet_network");
    golden_frame(&g);
    golden_field(&g, "e_pot", "1x0e", "e_pot");
    golden_target(&g, "propensity", 3);
    golden_arrays(&g, "params");
    golden_arrays(&g, "running_before");
    golden_network(&g, "examples/models/eqnet.yaml", set, "examples/models/eqnet.map", NULL);
    golden_input(&g, 0, 2, "e_pot");
    gg_real *state = GG_NEW(&g.f.a, gg_real, (size_t)g.m.n_weight + 1);
    g.p.state = state;
    golden_forward(&g, true);
    golden_close(&g, "layers.0.conv", 0, 0, "values/train/lin0");
    golden_close(&g, "layers.1.batch_norm", 0, 0, "values/train/bn0");
    golden_close(&g, "layers.2.0.1.conv", 0, 0, "values/train/lin1");
    golden_close(&g, "layers.2.0.2.batch_norm", 0, 0, "values/train/bn1");
    golden_close(&g, "layers.3.invariants", 4, 0, "values/train/norms");
    double loss = golden_head(&g, 0, "values/train/out", "values/train/target", 1);
    assert_true(fabs(loss - reference_number(&g.f, "values/train/loss")) < forward_allowed * loss);
    golden_backward(&g, "gradients");
    g.p.state = NULL;
    followed(&g, state, "running_after");
    golden_forward(&g, false);
    golden_close(&g, "layers.0.conv", 0, 0, "values/eval/lin0");
    golden_close(&g, "layers.1.batch_norm", 0, 0, "values/eval/bn0");
    golden_head(&g, 0, "values/eval/out", NULL, 0);
    golden_close_file(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_eqnet)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
