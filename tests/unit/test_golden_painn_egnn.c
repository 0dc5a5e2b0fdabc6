/* test_golden_painn_egnn.c -- examples/models/painn.yaml and egnn.yaml with their maps of weights on the numbers of the public codes: that the
 * files say what the papers say.  The way back is test_painn_egnn.c's. */
#include "golden_fixture.h"

static void open_file(struct golden *g, const char *file, int n_time)
{
    golden_open(g, file);
    golden_frame(g);
    golden_target(g, "propensity", n_time);
    golden_arrays(g, "params");
}

static void egnn(void **context)
{
    static const char *const set[] = {"let.C=8", "inputs={node: [type], positions: pos, cutoff: 1.5}",
                                      "let.rounds=1", NULL};
    struct golden g;
    (void)context;
    open_file(&g, "egnn_network", 3);
    golden_network(&g, "examples/models/egnn.yaml", set, "examples/models/egnn.map", NULL);
    golden_forward(&g, true);
    golden_close(&g, "layers.11.add", 0, 0, "values/h1");
    golden_close(&g, "layers.12.0.8.add", 0, 0, "values/dx");
    golden_close(&g, "layers.12.0.12.add", 0, 0, "values/h2");
    golden_head(&g, 0, "values/h_out", NULL, 0);
    golden_close_file(&g);
}

/* Its head of scalars and vectors is no read-out of propensities. */
static const char painn_head[] =
    "parameters:\n"
    "  heads.propensity.0.weight.0.0: {value: 0}\n"
    "  heads.propensity.0.bias.0: {value: 0}\n"
    "ignored:\n"
    "  - head.*\n"
    "  - {array: painn.filter_net.weight, columns: [2*C, 3*C], transpose: true}\n"
    "  - {array: painn.filter_net.bias, rows: [2*C, 3*C]}\n"
    "  - {array: painn.interactions.0.interatomic_context_net.1.weight, columns: [2*C, 3*C], transpose: "
    "true}\n"
    "  - {array: painn.interactions.0.interatomic_context_net.1.bias, rows: [2*C, 3*C]}\n";

static void painn(void **context)
{
    static const char *const set[] = {"let.C=4",

                                      "inputs={node: [type], positions: pos, cutoff: 1.5}",
                                      "let.rounds=1",
                                      "layers.1.n=6",
                                      "heads.0.hidden=[]",
                                      NULL};
    struct golden g;
    (void)context;
    open_file(&g, "painn_network", 1);
    golden_network(&g, "examples/models/painn.yaml", set, "examples/models/painn.map", painn_head);
    golden_forward(&g, true);
    golden_close(&g, "layers.5.add", 0, 0, "values/q_interaction0");
    golden_close(&g, "layers.17.add", 0, 0, "values/q_mixing0");
    golden_close(&g, "layers.20.0.2.add", 0, 0, "values/q_interaction1");
    golden_close(&g, "layers.20.0.15.add", 0, 0, "values/q_mixing1");
    golden_close_file(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(painn), cmocka_unit_test(egnn)};
    return cmocka_run_group_tests_name("painn.yaml and egnn.yaml", tests, NULL, NULL);
}
