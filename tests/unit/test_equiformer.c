/* test_equiformer.c -- a block of Equiformer's public code, put together from layers: attention with non-linear messages, layer norm,
 * feed-forward net; every intermediate value, the loss, the gradient of every parameter and of the input
 *
 * Their linear maps have no 1/sqrt(inputs): what is loaded has the root instead.  Their radial net ends its hidden layer without the
 * constant of silu: the next weights are divided by it. */
#include "layer_net_gradient.h"

static const char node[] = "4x0e+3x1o+2x2e";

static void messages(struct net *n)
{
    net_layer(n, "gather", "", "src", "s", "");
    net_layer(n, "gather", "at=receiver", "dst", "d", "");
    net_layer(n, "add", "", "s d", "f", "");
    net_layer(n, "harmonics", "lmax=2", "", "Y", "");
    net_layer(n, "radial", "basis=gaussian n=6 envelope=none", "", "R", "");
    net_layer(n, "edge_mlp", "at=edge outputs=8 weights=plain", "R", "R",
              "ga.sep_act.dtp_rad.net.0.weight ga.sep_act.dtp_rad.net.0.bias");
    net_layer(n, "norm", "", "R", "R", "ga.sep_act.dtp_rad.net.1.weight ga.sep_act.dtp_rad.net.1.bias");
    net_layer(n, "gate", "", "R", "R", "");
    net_layer(n, "edge_mlp", "at=edge outputs=32 weights=plain", "R", "R",
              "ga.sep_act.dtp_rad.net.3.weight*0.5964692111113611 ga.sep_act.dtp_rad.offset");
    net_layer(n, "product", "", "f Y R", "g", "");
    net_check(n, "g", "values/dtp_first_3_edges", false);
}

/* A head's logit is the product of its own two numbers with parameters. */
static void attention(struct net *n)
{
    net_layer(n, "linear", "out_irreps=4x0e bias=true", "g", "a",
              "ga.sep_alpha.tp.weight*3 ga.sep_alpha.bias.0");
    net_check(n, "a", "values/alpha_pre_first_5_edges", false);
    net_layer(n, "gate", "act=leaky constants=e3nn", "a", "a", "");
    net_layer(n, "slice", "out_irreps=2x0e", "a", "a0", "");
    net_layer(n, "slice", "out_irreps=2x0e part=1", "a", "a1", "");
    net_layer(n, "linear", "out_irreps=1x0e", "a0", "a0", "^ga.alpha_dot(0:2)*sqrt(2)");
    net_layer(n, "linear", "out_irreps=1x0e", "a1", "a1", "^ga.alpha_dot(2:4)*sqrt(2)");
    net_layer(n, "concat", "", "a0 a1", "a", "");
    net_layer(n, "softmax", "envelope=none", "a", "alpha", "");
    net_check(n, "alpha", "values/alpha", false);
}

static void values(struct net *n)
{
    net_layer(n, "linear", "out_irreps=9x0e+3x1o+2x2e bias=true", "g", "v",
              "ga.sep_act.lin.tp.weight[0:81]*3 ga.sep_act.lin.tp.weight[81:117]*sqrt(12) "
              "ga.sep_act.lin.tp.weight[117:139]*sqrt(11) ga.sep_act.lin.bias.0");
    net_layer(n, "gate", "constants=e3nn", "v", "v", "");
    net_check(n, "v", "values/gate_first_5_edges", false);
    net_layer(n, "product", "weighted=true", "v Y", "v", "ga.sep_value.dtp.tp.weight");
    net_layer(n, "linear", "out_irreps=4x0e+4x1o+2x2e bias=true", "v", "v",
              "ga.sep_value.lin.tp.weight[0:36]*3 ga.sep_value.lin.tp.weight[36:84]*sqrt(12) "
              "ga.sep_value.lin.tp.weight[84:106]*sqrt(11) ga.sep_value.lin.bias.0");
    net_check(n, "v", "values/value_first_5_edges", false);
    net_layer(n, "sum", "normalise=none", "v alpha", "m", "");
    net_check(n, "m", "values/heads", false);
}

static void feed_forward(struct net *n)
{
    net_layer(n, "linear", "out_irreps=13x0e+4x1o+3x2e bias=true", "n2", "u",
              "ffn.fctp_1.tp.weight[0:52]*2 ffn.fctp_1.tp.weight[52:64]*sqrt(3) "
              "ffn.fctp_1.tp.weight[64:70]*sqrt(2) ffn.fctp_1.bias.0");
    net_layer(n, "gate", "constants=e3nn", "u", "u", "");
    net_layer(n, "linear", "out_irreps=4x0e+3x1o+2x2e bias=true", "u", "u",
              "ffn.fctp_2.tp.weight[0:24]*sqrt(6) ffn.fctp_2.tp.weight[24:36]*2 "
              "ffn.fctp_2.tp.weight[36:42]*sqrt(3) ffn.fctp_2.bias.0");
    net_check(n, "u", "values/ffn", false);
}

static void test_block(void **state)
{
    static const char *const vectors[] = {"edge_vector", NULL};
    struct net *n = net_open("equiformer_block", vectors);
    int count;
    (void)state;
    net_source(n, "x", node, reference_numbers(&n->f, "x", &count));
    net_layer(
        n, "norm", "", "x", "n1",
        "norm_1.affine_weight[0:4] norm_1.affine_weight[4:7] norm_1.affine_weight[7:9] norm_1.affine_bias");
    net_check(n, "n1", "values/norm1", false);
    net_layer(n, "linear", "out_irreps=4x0e+3x1o+2x2e bias=true", "n1", "src",
              "ga.merge_src.tp.weight[0:16]*2 ga.merge_src.tp.weight[16:25]*sqrt(3) "
              "ga.merge_src.tp.weight[25:29]*sqrt(2) ga.merge_src.bias.0");
    net_layer(n, "linear", "out_irreps=4x0e+3x1o+2x2e", "n1", "dst",
              "ga.merge_dst.tp.weight[0:16]*2 ga.merge_dst.tp.weight[16:25]*sqrt(3) "
              "ga.merge_dst.tp.weight[25:29]*sqrt(2)");
    net_check(n, "src", "values/merge_src", false);
    net_check(n, "dst", "values/merge_dst", false);
    messages(n);
    attention(n);
    values(n);
    net_layer(n, "linear", "out_irreps=4x0e+3x1o+2x2e bias=true", "m", "m",
              "ga.proj.tp.weight[0:16]*2 ga.proj.tp.weight[16:28]*2 ga.proj.tp.weight[28:32]*sqrt(2) "
              "ga.proj.bias.0");
    net_check(n, "m", "values/proj", false);
    net_layer(n, "add", "", "x m", "y", "");
    net_layer(
        n, "norm", "", "y", "n2",
        "norm_2.affine_weight[0:4] norm_2.affine_weight[4:7] norm_2.affine_weight[7:9] norm_2.affine_bias");
    net_check(n, "n2", "values/norm2", false);
    feed_forward(n);
    net_layer(n, "add", "", "y u", "out", "");
    net_check(n, "out", "values/out", false);
    double loss = net_error(n, "out", "values/target"), want = reference_number(&n->f, "values/loss");
    assert_true(fabs(loss - want) <= forward_allowed * want);
    net_backward(n);
    net_check_gradients(n, NULL);
    net_close(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_block)};
    struct gg_err err = {0};
    gg_threads_init(1, &err);
    return cmocka_run_group_tests_name("equiformer", tests, NULL, NULL);
}
