/* test_network.c -- the two-layer network of the reference: every intermediate, the loss, the gradient of every parameter
 *
 * x0 = one-hot species -> embed -> conv1 -> gate -> conv2 -> gate, + residual h1 -> head (2x0e+1x1o), where conv is linear, convolution with
 * its mixing.  Numbers of e3nn 0.5.1 in double, in the shared folder; skipped without it.  The radial net runs on every edge. */
#include "layer_net_gradient.h"

static void test_reference(void **state)
{
    static const char *const vectors[] = {"edge_vector", NULL};
    static const char *conv = "lmax=2 out_irreps=gate(4x0e+4x1o+4x2e) radial.n=6 radial.hidden=8 "
                              "radial.table=0 radial.constants=e3nn";
    (void)state;
    /* the file writes degree 1 as 1o and 2 as 2e: natural parity */
    struct net *n = net_open("e3nn_network", vectors);
    net_source(n, "x0", "2x0e", net_one_hot(n, 2));
    net_layer(n, "linear", "out_irreps=4x0e", "x0", "h0", "=embed.weight");
    net_check(n, "h0", "values/h0", false);
    net_layer(n, "linear", "", "h0", "u", "=conv1.lin1.weight");
    net_layer(n, "conv", conv, "u", "pre1",
              "=conv1.fc.layer0.weight conv1.fc.layer1.weight conv1.lin2.weight");
    net_check(n, "pre1", "values/pre1", false);
    net_layer(n, "gate", "constants=e3nn", "pre1", "h1", "");
    net_check(n, "h1", "values/h1", false);
    net_layer(n, "linear", "", "h1", "u", "=conv2.lin1.weight");
    net_layer(n, "conv", conv, "u", "pre2",
              "=conv2.fc.layer0.weight conv2.fc.layer1.weight conv2.lin2.weight");
    net_check(n, "pre2", "values/pre2", false);
    net_layer(n, "gate", "constants=e3nn", "pre2", "g2", "");
    net_layer(n, "add", "", "g2 h1", "h2", "");
    net_check(n, "h2", "values/h2", false);
    net_layer(n, "linear", "out_irreps=2x0e+1x1o", "h2", "out", "=head.weight");
    net_check(n, "out", "values/out", false);
    double want = reference_number(&n->f, "values/loss");
    assert_true(fabs(net_error(n, "out", "values/target") - want) <= forward_allowed * want);
    net_backward(n);
    net_check_gradients(n, NULL);
    net_close(n);
}

int main(void)
{
    struct gg_err err = {0};
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reference)};
    gg_threads_init(2, &err);
    return cmocka_run_group_tests_name("network of the reference", tests, NULL, NULL);
}
