/* test_painn_egnn.c -- PaiNN of schnetpack and EGNN of its authors, put together from layers: every intermediate value, the loss, the
 * gradient of every parameter and of the positions */
#include "layer_net_gradient.h"

#include <stdio.h>

/* A text with %d for the round, for one call. */
static const char *round_of(const char *text, int k)
{
    static char out[512];
    snprintf(out, sizeof out, text, k, k, k, k, k, k);
    return out;
}

static const char *const one_geometry[] = {"edge_vector", NULL};

/* ---- PaiNN: 4 channels, two rounds ---- */

/* Of one round: columns of the filter and of the senders' net; the first has no vectors to pass on, its last four are not made. */
static void painn_messages(struct net *n, int k)
{
    char pieces[512];
    const char *outputs = k ? "at=edge outputs=12 weights=plain" : "at=edge outputs=8 weights=plain";
    int first = 12 * k, last = k ? 24 : 8;
    snprintf(pieces, sizeof pieces, "painn.filter_net.weight[%d:%d] painn.filter_net.bias[%d:%d]", first,
             last, first, last);
    net_layer(n, "edge_mlp", outputs, "rbf", "f", pieces);
    net_layer(n, "product", "", "f cut", "f", "");
    snprintf(pieces, sizeof pieces,
             "painn.interactions.%d.interatomic_context_net.0.weight "
             "painn.interactions.%d.interatomic_context_net.0.bias "
             "painn.interactions.%d.interatomic_context_net.1.weight[0:%d] "
             "painn.interactions.%d.interatomic_context_net.1.bias[0:%d]",
             k, k, k, last - first, k, last - first);
    net_layer(n, "mlp", k ? "hidden=4 outputs=12 weights=plain" : "hidden=4 outputs=8 weights=plain", "q",
              "x", pieces);
    net_layer(n, "gather", "", "x", "x", "");
    net_layer(n, "product", "", "f x", "f", "");
    net_layer(n, "slice", "out_irreps=4x0e", "f", "m", "");
    net_layer(n, "sum", "normalise=none", "m", "m", "");
    net_layer(n, "add", "", "q m", "q", "");
    net_layer(n, "slice", "out_irreps=4x0e part=1", "f", "m", "");
    net_layer(n, "product", "", "m d", "m", "");
    if (k) {
        net_layer(n, "slice", "out_irreps=4x0e part=2", "f", "x", "");
        net_layer(n, "gather", "", "mu", "v", "");
        net_layer(n, "product", "", "x v", "x", "");
        net_layer(n, "add", "", "m x", "m", "");
    }
    net_layer(n, "sum", "normalise=none", "m", "m", "");
    if (k)
        net_layer(n, "add", "", "mu m", "mu", "");
    else
        net_layer(n, "slice", "out_irreps=4x1o", "m", "mu", "");
    net_check(n, "q", round_of("values/q_interaction%d", k), false);
    net_check(n, "mu", round_of("values/mu_interaction%d", k), true);
}

static void painn_mixing(struct net *n, int k)
{
    net_layer(n, "linear", "out_irreps=8x1o", "mu", "VU",
              round_of("painn.mixing.%d.mu_channel_mix.weight*2", k));
    net_layer(n, "slice", "out_irreps=4x1o", "VU", "V", "");
    net_layer(n, "slice", "out_irreps=4x1o part=1", "VU", "U", "");
    net_layer(n, "concat", "", "q V", "x", "");
    net_layer(n, "invariants", "normalise=none eps=1e-8", "x", "x", "");
    net_layer(
        n, "mlp", "hidden=4 outputs=12 weights=plain", "x", "x",
        round_of(
            "painn.mixing.%d.intraatomic_context_net.0.weight painn.mixing.%d.intraatomic_context_net.0.bias "
            "painn.mixing.%d.intraatomic_context_net.1.weight painn.mixing.%d.intraatomic_context_net.1.bias",
            k));
    net_layer(n, "slice", "out_irreps=4x0e", "x", "s", "");
    net_layer(n, "slice", "out_irreps=4x0e part=1", "x", "t", "");
    net_layer(n, "slice", "out_irreps=4x0e part=2", "x", "w", "");
    net_layer(n, "product", "out_irreps=4x0e scale=1.7320508075688772", "V U", "x", "");
    net_layer(n, "product", "", "w x", "x", "");
    net_layer(n, "add", "", "q s x", "q", "");
    net_layer(n, "product", "", "t U", "x", "");
    net_layer(n, "add", "", "mu x", "mu", "");
    net_check(n, "q", round_of("values/q_mixing%d", k), false);
    net_check(n, "mu", round_of("values/mu_mixing%d", k), true);
}

/* A gated block: n_out scalars and as many vectors as `vectors` says, from q and mu. */
static void painn_gated(struct net *n, int k, const char *vectors, const char *scalars, const char *act)
{
    char pieces[512], twice[64];
    int n_vector = atoi(vectors), n_scalar = atoi(scalars);
    snprintf(twice, sizeof twice, "out_irreps=%dx1o", 2 * n_vector);
    net_layer(n, "linear", twice, "mu", "VU", round_of("head.%d.mix_vectors.weight*2", k));
    snprintf(twice, sizeof twice, "out_irreps=%dx1o part=1", n_vector);
    net_layer(n, "slice", twice, "VU", "U", "");
    twice[strcspn(twice, " ")] = '\0';
    net_layer(n, "slice", twice, "VU", "V", "");
    net_layer(n, "concat", "", "q V", "x", "");
    net_layer(n, "invariants", "normalise=none eps=0", "x", "x", "");
    net_layer(n, "mlp", "outputs=4 act-last=true weights=plain", "x", "x",
              round_of("head.%d.scalar_net.0.weight head.%d.scalar_net.0.bias", k));
    for (int part = 0; part < 2; part++) {
        int first = part ? n_scalar : 0, last = part ? n_scalar + n_vector : n_scalar;
        snprintf(pieces, sizeof pieces, "head.%d.scalar_net.1.weight[%d:%d] head.%d.scalar_net.1.bias[%d:%d]",
                 k, first, last, k, first, last);
        snprintf(twice, sizeof twice, "outputs=%d weights=plain%s", last - first, part ? "" : act);
        net_layer(n, "mlp", twice, "x", part ? "gate" : "q", pieces);
    }
    net_layer(n, "product", "", "gate U", "mu", "");
}

static void painn(void **state)
{
    struct net *n = net_open("painn_network", one_geometry);
    (void)state;
    net_source(n, "x", "2x0e", net_one_hot(n, 2));
    net_layer(n, "linear", "out_irreps=4x0e", "x", "q", "^painn.embedding.weight*sqrt(2)");
    net_layer(n, "radial", "basis=gaussian n=6 envelope=none", "", "rbf", "");
    net_layer(n, "radial", "basis=monomial exponent=0 envelope=cosine", "", "cut", "");
    net_layer(n, "harmonics", "lmin=1 lmax=1 normalise=norm", "", "d", "");
    net_check(n, "rbf", "values/rbf_first_10_edges", false);
    for (int k = 0; k < 2; k++) {
        painn_messages(n, k);
        painn_mixing(n, k);
    }
    painn_gated(n, 0, "4", "4", " act-last=true");
    painn_gated(n, 1, "1", "2", "");
    net_check(n, "q", "values/scalar", false);
    net_check(n, "mu", "values/vector", false);
    double error = net_error(n, "q", "values/target_scalar") + net_error(n, "mu", "values/target_vector");
    assert_true(fabs(error - reference_number(&n->f, "values/loss")) <= forward_allowed * error);
    net_backward(n);
    net_check_gradients(n, NULL);
    net_close(n);
}

/* ---- EGNN: 8 channels, two rounds; u is what a particle has moved by ---- */

static void egnn_round(struct net *n, int k)
{
    const char *v = k ? "w" : "v";
    if (k) {
        net_layer(n, "gather", "at=difference", "u", "w", "");
        net_layer(n, "add", "", "v w", "w", "");
    }
    net_layer(n, "invariants", "squared=true normalise=none", v, "d", "");
    net_layer(
        n, "edge_mlp", "at=receiver at=sender at=edge hidden=8 outputs=8 act-last=true weights=plain",
        "h h d", "m",
        round_of(
            "gcl_%d.edge_mlp.0.weight(0:8) gcl_%d.edge_mlp.0.weight(8:16) gcl_%d.edge_mlp.0.weight(16:17) "
            "gcl_%d.edge_mlp.0.bias gcl_%d.edge_mlp.2.weight gcl_%d.edge_mlp.2.bias",
            k));
    net_check(n, "m", round_of("values/m%d_first_10_edges", k), false);
    net_layer(n, "edge_mlp", "at=edge outputs=8 act-last=true weights=plain", "m", "p",
              round_of("gcl_%d.coord_mlp.0.weight gcl_%d.coord_mlp.0.bias", k));
    net_layer(n, "edge_mlp", "at=edge outputs=1 bias=false weights=plain", "p", "p",
              round_of("gcl_%d.coord_mlp.2.weight", k));
    net_check(n, "p", round_of("values/phi_x%d", k), false);
    char in[16];
    snprintf(in, sizeof in, "p %s", v);
    net_layer(n, "product", "scale=-1", in, "p", "");
    net_layer(n, "sum", "normalise=count", "p", k ? "p" : "u", "");
    if (k)
        net_layer(n, "add", "", "u p", "u", "");
    net_layer(n, "sum", "normalise=none", "m", "m", "");
    net_layer(n, "concat", "", "h m", "m", "");
    net_layer(
        n, "mlp", "hidden=8 outputs=8 weights=plain", "m", "m",
        round_of(
            "gcl_%d.node_mlp.0.weight gcl_%d.node_mlp.0.bias gcl_%d.node_mlp.2.weight gcl_%d.node_mlp.2.bias",
            k));
    net_layer(n, "add", "", "h m", "h", "");
    net_check(n, "h", round_of("values/h%d", k + 1), false);
}

/* Positions behind a round are those of the start and u. */
static void check_moves(struct net *n, const char *path)
{
    int count;
    double *want = reference_numbers(&n->f, path, &count), *pos = reference_numbers(&n->f, "pos", &count);
    for (int k = 0; k < count; k++)
        want[k] -= pos[k];
    same_forward(net_rows(n, "u", count, false), want, count, path);
}

static void egnn(void **state)
{
    struct net *n = net_open("egnn_network", one_geometry);
    (void)state;
    net_source(n, "x", "2x0e", net_one_hot(n, 2));
    net_layer(n, "mlp", "outputs=8 weights=plain", "x", "h", "embedding_in.weight embedding_in.bias");
    net_check(n, "h", "values/h0", false);
    net_layer(n, "edge_vector", "", "", "v", "");
    egnn_round(n, 0);
    check_moves(n, "values/x1");
    egnn_round(n, 1);
    check_moves(n, "values/x2");
    net_check(n, "u", "values/dx", false);
    net_layer(n, "mlp", "outputs=3 weights=plain", "h", "out", "embedding_out.weight embedding_out.bias");
    net_check(n, "out", "values/h_out", false);
    double error = net_error(n, "out", "values/target_h") + net_error(n, "u", "values/target_dx");
    assert_true(fabs(error - reference_number(&n->f, "values/loss")) <= forward_allowed * error);
    net_backward(n);
    net_check_gradients(n, NULL);
    net_close(n);
}

int main(void)
{
    struct gg_err err = {0};
    const struct CMUnitTest tests[] = {cmocka_unit_test(painn), cmocka_unit_test(egnn)};
    gg_threads_init(2, &err);
    return cmocka_run_group_tests_name("PaiNN and EGNN", tests, NULL, NULL);
}
