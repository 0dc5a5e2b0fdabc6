/* test_network.c -- the two-layer network of the reference: every intermediate, the loss, the gradient of every parameter
 *
 * x0 = one-hot species -> embed -> conv1 -> gate -> conv2 -> gate, + residual h1 -> head (2x0e+1x1o), where conv is linear, convolution with
 * its mixing.  Numbers of e3nn 0.5.1 in double, in the shared folder; skipped without it.  The radial net runs on every edge. */
#include "network_fixture.h"

static void test_reference(void **state)
{
    static const char *conv = "lmax=2 out_irreps=gate(4x0e+4x1o+4x2e) radial.n=6 radial.hidden=8 "
                              "radial.table=0 radial.constants=e3nn";
    (void)state;
    /* the file writes degree 1 as 1o and 2 as 2e: natural parity */
    struct net *n = open_net("e3nn_network.json", 1);
    int h0 = apply(n, "linear", "out_irreps=4x0e", one_hot(n, 2), -1, "embed.weight", NULL, NULL);
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
    run_backward(n);
    check_gradients(n);
    close_net(n);
}

int main(void)
{
    struct gg_err err = {0};
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reference)};
    gg_threads_init(2, &err);
    return cmocka_run_group_tests_name("network of the reference", tests, NULL, NULL);
}
