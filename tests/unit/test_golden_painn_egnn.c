/* test_golden_painn_egnn.c -- examples/models/painn.yaml and egnn.yaml, with the sizes, sums and scales of the public codes, on their
 * numbers: that the files say what the papers say.  The way back is test_painn_egnn.c's. */
#include "golden_fixture.h"

/* One parameter: its name, then its place, in which # is the round. */
struct place {
    const char *name, *place;
};

static size_t map_round(char *text, size_t room, const struct place *place, const char *prefix, int first,
                        int k)
{
    size_t n = 0;
    for (; place->name; place++) {
        n += (size_t)snprintf(text + n, room - n, "  %s%d.%s: ", prefix, first + atoi(place->name),
                              strchr(place->name, ' ') + 1);
        for (const char *p = place->place; *p; p++)
            n += (size_t)snprintf(text + n, room - n, "%c", *p == '#' ? '0' + k : *p);
        n += (size_t)snprintf(text + n, room - n, "\n");
    }
    return n;
}

static void open_file(struct golden *g, const char *file, int n_time)
{
    golden_open(g, file);
    golden_frame(g);
    golden_target(g, "propensity", n_time);
    golden_arrays(g, "params");
}

/* ---- EGNN ---- */

#define TORCH(name) "{array: " name ", transpose: true}"
static const struct place egnn_round[] = {
    {"3 edge_mlp.0.weight.0", "{array: gcl_#.edge_mlp.0.weight, rows: [0, 8], transpose: true}"},
    {"3 edge_mlp.0.weight.1", "{array: gcl_#.edge_mlp.0.weight, rows: [8, 16], transpose: true}"},
    {"3 edge_mlp.0.weight.2", "{array: gcl_#.edge_mlp.0.weight, rows: [16, 17], transpose: true}"},
    {"3 edge_mlp.0.bias", "gcl_#.edge_mlp.0.bias"},
    {"3 edge_mlp.1.weight", TORCH("gcl_#.edge_mlp.2.weight")},
    {"3 edge_mlp.1.bias", "gcl_#.edge_mlp.2.bias"},
    {"4 edge_mlp.0.weight.0", TORCH("gcl_#.coord_mlp.0.weight")},
    {"4 edge_mlp.0.bias", "gcl_#.coord_mlp.0.bias"},
    {"5 edge_mlp.0.weight.0", TORCH("gcl_#.coord_mlp.2.weight")},
    {0}};
static const struct place egnn_nodes[] = {{"0 mlp.0.weight.0.0", TORCH("gcl_#.node_mlp.0.weight")},
                                          {"0 mlp.0.bias.0", "gcl_#.node_mlp.0.bias"},
                                          {"0 mlp.1.weight.0.0", TORCH("gcl_#.node_mlp.2.weight")},
                                          {"0 mlp.1.bias.0", "gcl_#.node_mlp.2.bias"},
                                          {0}};

static void egnn(void **context)
{
    static const char *const set[] = {"let.C=8",
                                      "inputs={node: [type], positions: pos, cutoff: 1.5}",
                                      "layers.12.repeat=1",
                                      "mlp.weights=plain",
                                      "edge_mlp.weights=plain",
                                      "product.scale=-1",
                                      "layers.8.normalise=none",
                                      "layers.12.layers.9.normalise=none",
                                      "heads.0.hidden=[]",
                                      "heads.0.weights=plain",
                                      "heads.0.species=joint",
                                      NULL};
    struct golden g;
    char map[8192];
    size_t n =
        (size_t)snprintf(map, sizeof map,
                         "parameters:\n"
                         "  layers.0.embed.weight.0.0: {array: embedding_in.weight, transpose: true, factor: "
                         "1.4142135623730951}\n"
                         "  layers.0.embed.bias.0: embedding_in.bias\n"
                         "  heads.propensity.0.weight.0.0: {array: embedding_out.weight, transpose: true}\n"
                         "  heads.propensity.0.bias.0: embedding_out.bias\n");
    (void)context;
    n += map_round(map + n, sizeof map - n, egnn_round, "layers.", 0, 0);
    n += map_round(map + n, sizeof map - n, egnn_nodes, "layers.", 10, 0);
    n += map_round(map + n, sizeof map - n, egnn_round, "layers.12.0.", 0, 1);
    map_round(map + n, sizeof map - n, egnn_nodes, "layers.12.0.", 11, 1);
    open_file(&g, "egnn_network", 3);
    golden_network(&g, "examples/models/egnn.yaml", set, map);
    golden_forward(&g, true);
    golden_close(&g, "layers.11.add", 0, 0, "values/h1");
    golden_close(&g, "layers.12.0.8.add", 0, 0, "values/dx");
    golden_close(&g, "layers.12.0.12.add", 0, 0, "values/h2");
    golden_head(&g, 0, "values/h_out", NULL, 0);
    golden_close_file(&g);
}

/* ---- PaiNN ---- */

/* Rows first .. behind - 1 of an array, which nothing reads: the first round has no vectors to weigh. */
static void drop_rows(struct golden *g, const char *name, int first, int behind)
{
    int k = 0;
    while (k < g->n_array && strcmp(g->array[k].name, name))
        k++;
    assert_true(k < g->n_array);
    int64_t width = g->array[k].ndim == 2 ? g->array[k].shape[1] : 1, rest = g->array[k].shape[0] - behind;
    memmove(g->number[k] + first * width, g->number[k] + behind * width,
            sizeof(double) * (size_t)(rest * width));
    g->array[k].shape[0] -= behind - first;
}
static const char *const unused[] = {"painn.filter_net.weight", "painn.filter_net.bias",
                                     "painn.interactions.0.interatomic_context_net.1.weight",
                                     "painn.interactions.0.interatomic_context_net.1.bias"};

static const struct place painn_first[] = {
    {"4 edge_mlp.0.weight.0", "{array: painn.filter_net.weight, columns: [0, 8], transpose: true}"},
    {"4 edge_mlp.0.bias", "{array: painn.filter_net.bias, rows: [0, 8]}"},
    {"6 mlp.1.weight.0.0", TORCH("painn.interactions.#.interatomic_context_net.1.weight")},
    {"6 mlp.1.bias.0", "painn.interactions.#.interatomic_context_net.1.bias"},
    {0}};
static const struct place painn_next[] = {
    {"0 edge_mlp.0.weight.0", "{array: painn.filter_net.weight, columns: [8, 20], transpose: true}"},
    {"0 edge_mlp.0.bias", "{array: painn.filter_net.bias, rows: [8, 20]}"},
    {"2 mlp.1.weight.0.0", TORCH("painn.interactions.#.interatomic_context_net.1.weight")},
    {"2 mlp.1.bias.0", "painn.interactions.#.interatomic_context_net.1.bias"},
    {0}};
static const struct place painn_senders[] = {{"0 mlp.0.weight.0.0",
                                              TORCH("painn.interactions.#.interatomic_context_net.0.weight")},
                                             {"0 mlp.0.bias.0",
                                              "painn.interactions.#.interatomic_context_net.0.bias"},
                                             {0}};
static const struct place painn_mixing[] = {
    {"0 linear.weight.0.0", "{array: painn.mixing.#.mu_channel_mix.weight, transpose: true, factor: 2}"},
    {"5 mlp.0.weight.0.0", TORCH("painn.mixing.#.intraatomic_context_net.0.weight")},
    {"5 mlp.0.bias.0", "painn.mixing.#.intraatomic_context_net.0.bias"},
    {"5 mlp.1.weight.0.0", TORCH("painn.mixing.#.intraatomic_context_net.1.weight")},
    {"5 mlp.1.bias.0", "painn.mixing.#.intraatomic_context_net.1.bias"},
    {0}};

static const char painn_rest[] =
    "parameters:\n"
    "  layers.0.embed.weight.0.0: {array: painn.embedding.weight, factor: 1.4142135623730951}\n"
    "  layers.0.embed.bias.0: {value: 0}\n"
    "  heads.propensity.0.weight.0.0: {value: 0}\n"
    "  heads.propensity.0.bias.0: {value: 0}\n";
static const char painn_ignored[] = "ignored: [head.0.mix_vectors.weight, head.0.scalar_net.0.weight, "
                                    "head.0.scalar_net.0.bias, head.0.scalar_net.1.weight,\n"
                                    "  head.0.scalar_net.1.bias, head.1.mix_vectors.weight, "
                                    "head.1.scalar_net.0.weight, head.1.scalar_net.0.bias,\n"
                                    "  head.1.scalar_net.1.weight, head.1.scalar_net.1.bias]\n";

static void painn(void **context)
{
    static const char *const set[] = {"let.C=4",
                                      "let.C2=8",
                                      "let.C3=12",
                                      "inputs={node: [type], positions: pos, cutoff: 1.5}",
                                      "layers.29.repeat=1",
                                      "layers.2.basis=gaussian",
                                      "layers.2.n=6",
                                      "sum.normalise=none",
                                      "invariants.normalise=none",
                                      "mlp.weights=plain",
                                      "edge_mlp.weights=plain",
                                      "layers.24.scale=1.7320508075688772",
                                      "layers.29.layers.25.scale=1.7320508075688772",
                                      "heads.0.hidden=[]",
                                      NULL};
    struct golden g;
    char map[8192];
    size_t n = (size_t)snprintf(map, sizeof map, "%s", painn_rest);
    (void)context;
    n += map_round(map + n, sizeof map - n, painn_first, "layers.", 0, 0);
    n += map_round(map + n, sizeof map - n, painn_senders, "layers.", 6, 0);
    n += map_round(map + n, sizeof map - n, painn_mixing, "layers.", 15, 0);
    n += map_round(map + n, sizeof map - n, painn_next, "layers.29.0.", 0, 1);
    n += map_round(map + n, sizeof map - n, painn_senders, "layers.29.0.", 2, 1);
    n += map_round(map + n, sizeof map - n, painn_mixing, "layers.29.0.", 16, 1);
    snprintf(map + n, sizeof map - n, "%s", painn_ignored);
    open_file(&g, "painn_network", 1);
    for (int k = 0; k < 4; k++)
        drop_rows(&g, unused[k], 8, 12);
    golden_network(&g, "examples/models/painn.yaml", set, map);
    golden_forward(&g, true);
    golden_close(&g, "layers.11.add", 0, 0, "values/q_interaction0");
    golden_close(&g, "layers.26.add", 0, 0, "values/q_mixing0");
    golden_close(&g, "layers.29.0.7.add", 0, 0, "values/q_interaction1");
    golden_close(&g, "layers.29.0.27.add", 0, 0, "values/q_mixing1");
    golden_close_file(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(painn), cmocka_unit_test(egnn)};
    return cmocka_run_group_tests_name("painn.yaml and egnn.yaml", tests, NULL, NULL);
}
