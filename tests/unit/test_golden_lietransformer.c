/* test_golden_lietransformer.c -- a block of LieTransformer's public code on ten points with two lifts each: every intermediate value, the
 * loss, the gradient of every parameter and of the input; and its normalised exponential in the place of the softmax
 *
 * Their linear maps have no 1/sqrt(inputs): what is loaded has the root instead. */
#include "layer_net_gradient.h"

enum { LIFTS = 2 };

/* Axes of all frames: the first two columns of the matrices. */
static double *axes(struct net *n)
{
    int count;
    const double *R = reference_numbers(&n->f, "R", &count);
    double *row = GG_NEW(&n->f.a, double, (size_t)(count / 9 * 6));
    for (int k = 0; k < count / 9; k++)
        for (int c = 0; c < 2; c++)
            for (int z = 0; z < 3; z++)
                row[6 * k + 3 * c + z] = R[9 * k + 3 * z + c];
    return row;
}

static void linear(struct net *n, const char *in, const char *out, const char *name)
{
    char pieces[160];
    snprintf(pieces, sizeof pieces, "%s.weight*sqrt(8) %s.bias", name, name);
    net_layer(n, "linear", "out_irreps=8x0e bias=true", in, out, pieces);
}

static struct net *block(const char *normalise)
{
    static const char *const vectors[] = {"pos", NULL};
    struct net *n = net_open("lietransformer", vectors);
    int count, axis = gg_axis_lifted(GG_ON_NODE, LIFTS);
    char keys[160];
    snprintf(keys, sizeof keys, "heads=2 hidden=6,6 act-last=true weights=plain envelope=none normalise=%s",
             normalise);
    net_source_on(n, axis, "h", "8x0e", reference_numbers(&n->f, "h", &count));
    net_source_on(n, axis, "g", "2x1o", axes(n));
    net_layer(n, "norm", "", "h", "n1", "ln_ema.weight ln_ema.bias");
    linear(n, "n1", "q", "ema.kernel.feature_kernel.fc_q");
    linear(n, "n1", "k", "ema.kernel.feature_kernel.fc_k");
    linear(n, "n1", "v", "ema.input_linear");
#define KERNEL "ema.kernel.location_kernel.LinNormAct_"
    net_layer(n, "lie_attention", keys, "v q k g", "a",
              KERNEL "1.linear.module.weight ^" KERNEL "1.linear.module.bias " KERNEL
                     "2.linear.module.weight ^" KERNEL "2.linear.module.bias " KERNEL
                     "3.linear.module.weight ^" KERNEL "3.linear.module.bias");
    linear(n, "a", "a", "ema.output_linear");
    net_layer(n, "add", "", "h a", "h1", "");
    net_layer(n, "norm", "", "h1", "n2", "ln_mlp.weight ln_mlp.bias");
    net_layer(n, "mlp", "hidden=8 outputs=8 act-last=true weights=plain", "n2", "m",
              "mlp.LinNormAct_1.linear.module.weight mlp.LinNormAct_1.linear.module.bias "
              "mlp.LinNormAct_2.linear.module.weight mlp.LinNormAct_2.linear.module.bias");
    net_layer(n, "add", "", "h1 m", "out", "");
    return n;
}

static void softmax(void **state)
{
    struct net *n = block("softmax");
    (void)state;
    net_check(n, "a", "values/attention_out", false);
    net_check(n, "m", "values/mlp_out", false);
    net_check(n, "out", "values/out", false);
    double loss = net_error(n, "out", "values/target"), want = reference_number(&n->f, "values/loss");
    assert_true(fabs(loss - want) <= forward_allowed * want);
    net_backward(n);
    net_check_gradients(n, NULL);
    net_close(n);
}

static void exponential(void **state)
{
    struct net *n = block("exp");
    (void)state;
    net_check(n, "out", "values/out_norm_exp", false);
    net_close(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(softmax), cmocka_unit_test(exponential)};
    struct gg_err err = {0};
    gg_threads_init(1, &err);
    return cmocka_run_group_tests_name("LieTransformer", tests, NULL, NULL);
}
