/* test_golden_se3transformer.c -- a layer of SE(3)-Transformer's public code: radial nets of the bare distance, one for each pair of degrees,
 * attention, skip by concatenation, norm non-linearity; with every J, which is right under rotations only, and with natural parity
 *
 * A net for each pair of degrees is a convolution, or logits, from one degree to one: their sums are the whole.  Our convolution is
 * divided by sqrt(paths x 2 channels), our linear map by sqrt(2 channels), and logits by sqrt(2 (2l+1)) where theirs are by sqrt(18). */
#include "golden_fixture.h"

enum { DEGREES = 3, CHANNELS = 2, TEXT = 1 << 17 };

struct text {
    size_t n;
    char s[TEXT];
};

static void say(struct text *t, const char *form, ...)
{
    va_list list;
    va_start(list, form);
    t->n += (size_t)vsnprintf(t->s + t->n, TEXT - t->n, form, list);
    va_end(list);
    assert_true(t->n < TEXT);
}

static char parity(int l)
{
    return l % 2 ? 'o' : 'e';
}

/* J of the paths from l1 to l3; which they are in the file, all from |l1 - l3| on. */
static int paths(int l1, int l3, bool all, int J[5])
{
    int n = 0;
    for (int j = abs(l1 - l3); j <= l1 + l3; j++)
        if (all || (l1 + j + l3) % 2 == 0)
            J[n++] = j - abs(l1 - l3);
    return n;
}

/* ---- the network ---- */

static void say_pairs(struct text *t, bool all, bool keys)
{
    const char *radial =
        "radial: {basis: monomial, n: 1, envelope: none, hidden: [5, 5], norm: layer, act: relu, "
        "bias: true, weights: plain, table: exact}";
    for (int l3 = 0; l3 < DEGREES; l3++) {
        for (int l1 = 0; l1 < DEGREES; l1++) {
            if (keys)
                say(t, "  - {layer: conv_logits, in: [h%d, q%d], heads: 2, out: m%d", l1, l3, l1);
            else
                say(t,
                    "  - {layer: conv, in: [h%d, alpha], mixing: full, normalise: none, out_irreps: 2x%d%c, "
                    "out: m%d",
                    l1, l3, parity(l3), l1);
            say(t, ", lmax: 4, parity: %s, %s}\n", all ? "none" : "natural", radial);
        }
        say(t, "  - {layer: add, in: [m0, m1, m2], out: %c%d}\n", keys ? 'a' : 'z', l3);
    }
}

static void say_network(struct text *t, bool all)
{
    say(t, "inputs: {node: [h0, h1, h2], positions: pos, cutoff: 1.5}\nlayers:\n");
    for (int l = 0; l < DEGREES; l++)
        say(t, "  - {layer: linear, in: h%d, out_irreps: 2x%d%c, out: q%d}\n", l, l, parity(l), l);
    say_pairs(t, all, true);
    say(t, "  - {layer: add, in: [a0, a1, a2]}\n  - {layer: softmax, envelope: none, out: alpha}\n");
    say_pairs(t, all, false);
    for (int l = 0; l < DEGREES; l++)
        say(t, "  - {layer: concat, in: [z%d, h%d]}\n  - {layer: linear, out_irreps: 4x%d%c, out: p%d}\n", l,
            l, l, parity(l), l);
    say(t, "  - {layer: concat, in: [p0, p1, p2], out: p}\n  - {layer: norm_act, out: y}\n"
           "heads:\n  - {target: propensity, layer: mlp, in: y, hidden: []}\n");
}

/* ---- where its parameters stand ---- */

static void say_net(struct text *t, const char *layer, char of, int l1, int l3, bool all)
{
    char name[64];
    int J[5], n = paths(l1, l3, all, J), n_all = 2 * (l1 < l3 ? l1 : l3) + 1;
    snprintf(name, sizeof name, "attention.GMAB.%c.kernel_unary.(%d,%d).rp.net", of, l1, l3);
    for (int k = 0; k < 2; k++) {
        say(t, "  %s.radial.%d: {array: \"%s.%d.weight\", transpose: true}\n", layer, k, name, 3 * k);
        say(t, "  %s.radial.%d.bias: \"%s.%d.bias\"\n", layer, k, name, 3 * k);
        say(t, "  %s.radial.%d.gain: \"%s.%d.bn.weight\"\n", layer, k, name, 3 * k + 1);
        say(t, "  %s.radial.%d.shift: \"%s.%d.bn.bias\"\n", layer, k, name, 3 * k + 1);
    }
    for (int bias = 0; bias < 2; bias++) {
        say(t, "  %s.radial.2%s:\n    join:\n", layer, bias ? ".bias" : "");
        for (int p = 0; p < n; p++)
            for (int in = 0; in < CHANNELS; in++)
                for (int out = 0; out < CHANNELS; out++) {
                    int at = (out * CHANNELS + in) * n_all + J[p];
                    say(t, "      - {array: \"%s.6.%s\", %s: [%d, %d], factor: %.17g%s}\n", name,
                        bias ? "bias" : "weight", bias ? "rows" : "columns", at, at + 1,
                        sqrt((double)(n * CHANNELS)), bias ? "" : ", transpose: true");
                }
    }
}

static void say_nets(struct text *t, int first, bool keys, bool all)
{
    char layer[64];
    for (int l3 = 0; l3 < DEGREES; l3++)
        for (int l1 = 0; l1 < DEGREES; l1++) {
            snprintf(layer, sizeof layer, "layers.%d.%s", first + 4 * l3 + l1, keys ? "conv_logits" : "conv");
            say_net(t, layer, keys ? 'k' : 'v', l1, l3, all);
        }
}

/* The odd paths, which have numbers in the file and none here. */
static void say_ignored(struct text *t)
{
    say(t, "ignored:\n");
    for (int l3 = 1; l3 < DEGREES; l3++)
        for (int l1 = 1; l1 < DEGREES; l1++)
            for (int at = 0, n = 2 * (l1 < l3 ? l1 : l3) + 1; at < CHANNELS * CHANNELS * n; at++)
                for (int keys = 0; keys < 2 && (l1 + l3 + abs(l1 - l3) + at % n) % 2; keys++)
                    for (int bias = 0; bias < 2; bias++)
                        say(t,
                            "  - {array: \"attention.GMAB.%c.kernel_unary.(%d,%d).rp.net.6.%s\", rows: [%d, "
                            "%d]}\n",
                            keys ? 'k' : 'v', l1, l3, bias ? "bias" : "weight", at, at + 1);
}

enum { LOGITS = DEGREES, VALUES = LOGITS + 14, PROJECT = VALUES + 12, NORM = PROJECT + 7 };

static void say_map(struct text *t, bool all)
{
    say(t, "parameters:\n");
    for (int l = 0; l < DEGREES; l++) {
        say(t,
            "  layers.%d.linear.weight.0.0: {array: attention.GMAB.q.transform.%d, transpose: true, factor: "
            "%.17g}\n",
            l, l, sqrt(2 * (2 * l + 1) / 9.0));
        say(t,
            "  layers.%d.linear.weight.0.0: {array: attention.project.transform.%d, transpose: true, "
            "factor: 2}\n",
            PROJECT + 2 * l + 1, l);
    }
    say_nets(t, LOGITS, true, all);
    say_nets(t, VALUES, false, all);
    say(t, "  layers.%d.norm_act.bias: {join: [norm.bias.0, norm.bias.1, norm.bias.2]}\n", NORM);
    say(t, "  heads.propensity.0.weight.0.0: {value: 0}\n  heads.propensity.0.bias.0: {value: 0}\n");
    if (!all)
        say_ignored(t);
}

/* ---- the test ---- */

static void close_degrees(struct golden *g, const char *of, const char *what, int first_layer, int step,
                          bool one)
{
    char layer[64], path[64];
    for (int l = 0, at = 0; l < DEGREES; at += one ? 4 * (2 * l + 1) : 0, l++) {
        snprintf(layer, sizeof layer, "layers.%d.%s", first_layer + l * step,
                 one         ? "norm_act"
                 : step == 4 ? "add"
                             : "linear");
        snprintf(path, sizeof path, "values/%s/%s/%d", of, what, l);
        golden_close(g, layer, at, one ? at + 4 * (2 * l + 1) : 0, path);
    }
}

static void compare(struct golden *g, const char *of)
{
    char layer[64], path[64];
    double error = 0;
    golden_forward(g, true);
    close_degrees(g, of, "z", VALUES + 3, 4, false);
    close_degrees(g, of, "pre_norm", PROJECT + 1, 2, false);
    close_degrees(g, of, "out", NORM, 0, true);
    snprintf(layer, sizeof layer, "layers.%d.norm_act", NORM);
    for (int l = 0, at = 0; l < DEGREES; at += 4 * (2 * l + 1), l++) {
        snprintf(path, sizeof path, "target/%d", l);
        error += golden_error(g, layer, at, path, 1.0 / (double)(g->frame.n_node * 4 * 9));
    }
    snprintf(path, sizeof path, "values/%s/loss", of);
    assert_true(fabs(error - reference_number(&g->f, path)) <= forward_allowed * error);
    snprintf(path, sizeof path, "values/%s/gradients", of);
    golden_backward(g, path);
}

static void attention(void **state)
{
    static const char *const field[] = {"h0", "h1", "h2"}, *const irreps[] = {"2x0e", "2x1o", "2x2e"},
                             *const path[] = {"h/0", "h/1", "h/2"};
    const char *of = *state;
    bool all = !strcmp(of, "all_J");
    static struct golden g;
    static struct text network, map;
    network.n = map.n = 0;
    golden_open(&g, "se3transformer_layer");
    golden_frame(&g);
    for (int l = 0; l < DEGREES; l++)
        golden_field(&g, field[l], irreps[l], path[l]);
    golden_target(&g, "propensity", 1);
    golden_arrays(&g, "params");
    say_network(&network, all);
    say_map(&map, all);
    golden_network(&g, network.s, NULL, map.s, NULL);
    for (int l = 0; l < DEGREES; l++)
        golden_input(&g, l + 1, 0, path[l]); /* 0: all of them side by side */
    compare(&g, of);
    golden_close_file(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {.name = "every J", .test_func = attention, .initial_state = (void *)(uintptr_t) "all_J"},
        {.name = "natural parity", .test_func = attention, .initial_state = (void *)(uintptr_t) "natural"}};
    return cmocka_run_group_tests_name("SE(3)-Transformer", tests, NULL, NULL);
}
