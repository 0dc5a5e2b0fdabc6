/* test_layer_parts.c -- numbers that layers must give, what they refuse, and the parts they are made of */
#include "arena_fixture.h"
#include "laws/check.h"
#include "layers/layers.h"
#include "nn/act.h"
#include "nn/irreps_key.h"
#include "util/threads.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef GG_REAL_DOUBLE
static const double close_enough = 1e-8; /* of printed numbers */
static const double rounding = 1e-14;
#else
static const double close_enough = 1e-6, rounding = 1e-6;
#endif
#define assert_near(a, b, tolerance) assert_true(fabs((double)(a) - (double)(b)) <= (tolerance))

/* ---- a layer and one evaluation of it ---- */

static struct gg_layer make(const char *name, const char *in, const char *second, const char *hypers)
{
    struct gg_layer l = {.n_type = 2, .cutoff = 2, .mean_neighbours = 40};
    struct gg_layer_case k = {"test", {in, second}, hypers};
    if (gg_layer_from_case(&l, gg_layer_find(name), &k, &arena, &err) < 0)
        l.type = NULL;
    return l;
}

static gg_real *evaluate(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g,
                         const gg_real *x)
{
    gg_real *y = GG_NEW(&arena, gg_real, (size_t)(gg_shape_rows(&l->out, g) * l->out.stride));
    void *scratch = gg_arena_alloc(&arena, l->scratch_bytes ? l->scratch_bytes(l, g, gg_threads()) : 0);
    l->type->forward(&(struct gg_call){.l = l, .w = w, .g = g, .x = &x, .y = y, .scratch = scratch});
    return y;
}

/* ---- numbers ---- */

static void gate_gives_e3nn_s_numbers(void **state)
{
    (void)state;
    static const double e3nn[6] = {1, -1, .5, .1, .2, .3};
    static const double wanted[5] = {1.227576599, -.451600193, .114949909, .229899818, .344849728};
    struct gg_layer l = make("gate", "3x0e+1x1o", NULL, "constants=e3nn");
    struct gg_graph g = {.n_node = 1};
    gg_real *x = GG_NEW(&arena, gg_real, (size_t)l.in[0].stride);
    double got[5];
    gg_row_from_e3nn(&l.in[0], e3nn, x);
    gg_row_to_e3nn(&l.out, evaluate(&l, NULL, &g, x), got);
    for (int k = 0; k < 5; k++)
        assert_near(got[k], wanted[k], close_enough);
}

/* science: 3C + C, C-32-32-20, and 10 (C C + C) for C = 8 */
static void numbers_of_parameters(void **state)
{
    (void)state;
    assert_int_equal(make("embed", "2x0e+1x0e", NULL, "channels=8").n_weight, 32);
    assert_int_equal(make("mlp", "8x0e+8x1o", NULL, "hidden=32,32 outputs=20").n_weight, 2004);
    assert_int_equal(make("gated_vector", "8x0e+8x1o", NULL, "vectors=10").n_weight, 720);
    assert_int_equal(make("linear", "8x0e+8x1o+8x2e+8x3o", NULL, "").n_weight, 256);
    assert_int_equal(make("linear", "8x0e+8x1o", NULL, "species=true out_irreps=gate(8x0e+8x1o)").n_weight,
                     2 * (8 * 16 + 8 * 8));
}

/* linear against the sum as it is written down, in double: species, bias, blocks that repeat. */
static void linear_is_the_sum_it_says(void **state)
{
    (void)state;
    enum { N = 7 };
    struct gg_layer l = make("linear", "3x0e+2x1o+1x0e", NULL, "species=true bias=true out_irreps=2x1o+5x0e");
    int32_t type[N] = {0, 1, 1, 0, 0, 1, 0};
    struct gg_graph g = {.n_node = N, .type = type};
    struct gg_rng r = gg_rng_at(5, 0, 0, 0);
    gg_real *w = GG_NEW(&arena, gg_real, (size_t)l.n_weight);
    gg_real *x = GG_NEW(&arena, gg_real, (size_t)(N * l.in[0].stride));
    double e3nn[N][10], got[11];
    for (int64_t k = 0; k < l.n_weight; k++)
        w[k] = (gg_real)gg_rng_normal(&r);
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < 10; k++)
            e3nn[i][k] = gg_rng_normal(&r);
        gg_row_from_e3nn(&l.in[0], e3nn[i], x + i * l.in[0].stride);
    }
    const gg_real *y = evaluate(&l, w, &g, x);
    /* pieces: 3x0e -> 5x0e [2][3][5], 2x1o -> 2x1o [2][2][2], 1x0e -> 5x0e [2][1][5], bias [2][5] */
    const gg_real *first = w, *vectors = w + 30, *second = w + 38, *bias = w + 48;
    assert_int_equal(l.n_weight, 58);
    for (int i = 0; i < N; i++) {
        int s = type[i];
        gg_row_to_e3nn(&l.out, y + i * l.out.stride, got);
        for (int d = 0; d < 2; d++)
            for (int m = 0; m < 3; m++)
                assert_near(got[3 * d + m],
                            sqrt(1. / 2) * (e3nn[i][3 + m] * (double)vectors[4 * s + d] +
                                            e3nn[i][6 + m] * (double)vectors[4 * s + 2 + d]),
                            10 * rounding);
        for (int d = 0; d < 5; d++) {
            double sum = e3nn[i][9] * (double)second[5 * s + d];
            for (int c = 0; c < 3; c++)
                sum += e3nn[i][c] * (double)first[15 * s + 5 * c + d];
            assert_near(got[6 + d], sum / 2 + (double)bias[5 * s + d], 10 * rounding);
        }
    }
}

/* ---- refusals ---- */

static void refusals_say_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *layer, *in, *second, *hypers, *text;
    } table[] = {
        {"embed", "3x0e", NULL, "", "channels is missing"},
        {"embed", "3x0e+1x1o", NULL, "channels=4", "embed takes scalars (0e) only"},
        {"embed", "3x0e", "3x0e", "channels=4", "in: embed takes one value, not 2"},
        {"embed", "3x0e", NULL, "channels=-1", "out of range"},
        {"linear", "8x0e", NULL, "out_irreps=4x1o",
         "no block of 8x0e has the degree and parity of one of 4x1o"},
        {"linear", "8x0e", NULL, "out_irreps=4x0q", "out_irreps: irreps '4x0q'"},
        {"linear", "8x0e", NULL, "out_irreps=gate(4x0e", "out_irreps: irreps 'gate(4x0e'"},
        {"linear", "edge:8x0e", NULL, "species=true", "species: the value lives on edge"},
        {"linear", "1000000x0e", NULL, "out_irreps=1000000x0e", "weights in one layer"},
        {"linear", "8x0e", NULL, "out_irreps=1000000x9o", "numbers a row"},
        {"gate", "8x0e+8x1o+8x2e", NULL, "", "8 leading scalars, wanted at least 16"},
        {"gate", "8x1o+8x0e", NULL, "", "0 leading scalars"},
        {"gate", "16x0e+8x1o+8x0e", NULL, "", "scalars must come first"},
        {"gate", "4x0e+4x0o+6x1o", NULL, "", "gates of block 3 are of both parities"},
        {"gate", "4x0e", NULL, "act=selu", "is not one of silu|tanh|ssp|relu|elu"},
        {"norm", "1x0e+4x1o", NULL, "", "a single scalar minus its mean is 0"},
        {"add", "8x0e", NULL, "", "add takes two values or more"},
        {"add", "8x0e", "8x0o", "", "value 2 is 8x0o, the first is 8x0e"},
        {"add", "8x0e", "edge:8x0e", "", "value 2 lives on edge"},
        {"concat", "8x0e", "edge:8x0e", "", "value 2 lives on edge"},
        {"mlp", "8x0e", NULL, "", "outputs is missing"},
        {"mlp", "8x1o", NULL, "outputs=1", "in: no block of 8x1o"},
        {"mlp", "8x0e", NULL, "outputs=1 hidden=4.5", "hidden: 4.5 is not a whole number"},
        {"mlp", "8x0e", NULL, "outputs=1 hidden=1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
         "hidden: 16 layers, at most 15"},
        {"gated_vector", "8x0e+8x1e", NULL, "vectors=3", "needs channels of 0e and of 1o"},
        {"gated_vector", "8x0e+8x1o", NULL, "", "vectors is missing"},
        {"gated", "8x0e+8x1o", NULL, "", "out_irreps is missing"},
        {"gated", "8x0e+8x1o", NULL, "out_irreps=2x0e+1x2e", "needs channels of 0e and of 2e"},
        {"gated", "8x1o", NULL, "out_irreps=1x0e", "needs channels of 0e"},
        {"gated", "8x0e+8x1o", NULL, "out_irreps=2x0q", "out_irreps: "},
        {"edge_vector", "8x0e", NULL, "", "edge_vector takes no value"},
        {"edge_mlp", "edge:8x0e", NULL, "at=edge", "outputs is missing"},
        {"edge_mlp", "edge:8x0e", "8x0e", "at=edge outputs=4", "at: 1 places for 2 values"},
        {"edge_mlp", "edge:8x0e", "8x0e", "at=edge at=middle outputs=4",
         "'middle' is none of edge, receiver"},
        {"edge_mlp", "edge:8x0e", "8x0e", "at=edge at=edge outputs=4",
         "value 2 is read at 'edge', but does not"},
        {"edge_mlp", "edge:8x0e", NULL, "at=sender outputs=4", "does not live on nodes"},
        {"edge_mlp", "edge:8x0e+1x1o", NULL, "at=edge outputs=4", "takes scalars (0e) only"},
        {"edge_mlp", "edge:8x0e", "edge:3x0e", "at=edge at=added outputs=4",
         "3 numbers is added to a layer of 4"},
        {"edge_mlp", "edge:4x0e", NULL, "at=added outputs=4", "wants a value that is not added"},
        {"sum", "8x0e", NULL, "", "sum takes a value on edges"},
    };
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        struct gg_layer l = make(table[k].layer, table[k].in, table[k].second, table[k].hypers);
        assert_null(l.type);
        if (!strstr(err.text, table[k].text))
            print_message("%s: '%s' lacks '%s'\n", table[k].layer, err.text, table[k].text);
        assert_non_null(strstr(err.text, table[k].text));
        assert_int_equal(err.status, GG_USAGE);
        assert_null(strchr(err.text, '\n'));
    }
}

static void irreps_that_do_not_fit(void **state)
{
    (void)state;
    struct gg_irreps many = {.n = GG_IRREPS_MAX}, out;
    for (int k = 0; k < GG_IRREPS_MAX; k++)
        many.b[k] = (struct gg_irrep){1, 1 + k % 2, 1};
    assert_int_equal(gg_gate_irreps(&out, &many, &err), -1); /* text, and one block more for the gates */
    struct gg_layer l = make("concat", "3x0e+1000000x0e", "900000x0e", "");
    assert_null(l.type);
    assert_non_null(strstr(err.text, "numbers a row"));
}

/* ---- parts ---- */

static void gate_irreps(void **state)
{
    (void)state;
    static const char *const table[][2] = {{"gate(8x0e+8x1o)", "16x0e+8x1o"},
                                           {"gate(8x0e+8x1o+8x2e+8x3o)", "32x0e+8x1o+8x2e+8x3o"},
                                           {"gate(4x0e+2x0o+3x1o)", "4x0e+2x0o+3x0e+3x1o"},
                                           {"gate(3x1o+4x0e)", "7x0e+3x1o"},
                                           {"gate(5x0e)", "5x0e"},
                                           {"gate(2x1o)", "2x0e+2x1o"},
                                           {"8x0e+8x1o", "8x0e+8x1o"}};
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        struct gg_irreps x;
        char text[GG_IRREPS_TEXT];
        assert_int_equal(gg_irreps_from_key(&x, table[k][0], "out_irreps", &err), 0);
        gg_irreps_print(&x, text);
        assert_string_equal(text, table[k][1]);
    }
}

static void shapes_pad_and_come_back(void **state)
{
    (void)state;
    static const int pads[][2] = {{1, 8}, {8, 8}, {9, 16}, {16, 16}, {17, 32}, {33, 48}};
    for (size_t k = 0; k < sizeof pads / sizeof *pads; k++)
        assert_int_equal(gg_pad(pads[k][0]), pads[k][1]);
    struct gg_irreps irreps;
    struct gg_shape s;
    double in[3 + 27 + 10], back[40];
    assert_int_equal(gg_irreps_parse(&irreps, "3x0e+9x1o+2x2e", &err), 0);
    gg_shape_init(&s, GG_ON_NODE, &irreps);
    assert_true(s.offset[1] == 8 && s.offset[2] == 8 + 3 * 16 && s.stride == 8 + 48 + 5 * 8);
    gg_real *row = GG_NEW(&arena, gg_real, (size_t)s.stride);
    for (int k = 0; k < 40; k++)
        in[k] = k + 1;
    gg_row_from_e3nn(&s, in, row);
    assert_near(row[s.offset[1] + 2 * 16 + 4], 3 + 4 * 3 + 2 + 1, 0); /* block 1, m = 2, c = 4 */
    gg_row_to_e3nn(&s, row, back);
    assert_memory_equal(in, back, sizeof in);
}

static double activation(enum gg_act kind, double x)
{
    return kind == GG_ACT_SILU      ? x / (1 + exp(-x))
           : kind == GG_ACT_TANH    ? tanh(x)
           : kind == GG_ACT_SIGMOID ? 1 / (1 + exp(-x))
           : kind == GG_ACT_LEAKY   ? x * (0.2 + 0.8 / (1 + exp(-x)))
           : kind == GG_ACT_RELU    ? fmax(x, 0)
           : kind == GG_ACT_ELU     ? (x < 0 ? expm1(x) : x)
                                    : log1p(exp(-fabs(x))) + fmax(x, 0) - M_LN2;
}

static void activations_are_libm_s(void **state)
{
    (void)state;
    enum { N = 4001 };
    gg_real *z = GG_NEW(&arena, gg_real, N + 8), *a = GG_NEW(&arena, gg_real, N + 8);
    gg_real *ones = GG_NEW(&arena, gg_real, N + 8), *d = GG_NEW(&arena, gg_real, N + 8);
    for (int k = 0; k < N; k++) {
        z[k] = (gg_real)((k - N / 2) / 20.);
        ones[k] = 1;
    }
    for (enum gg_act kind = GG_ACT_SILU; kind <= GG_ACT_LEAKY; kind++) {
        gg_act(kind, 1, N, z, a);
        gg_act_gradient(kind, 1, N, z, ones, d);
        for (int k = 0; k < N; k++) {
            double x = (double)z[k], s = 1 / (1 + exp(-x)), t = tanh(x), y = activation(kind, x), slope;
            slope = kind == GG_ACT_SILU      ? s + x * s * (1 - s)
                    : kind == GG_ACT_TANH    ? 1 - t * t
                    : kind == GG_ACT_SIGMOID ? s * (1 - s)
                    : kind == GG_ACT_LEAKY   ? 0.2 + 0.8 * (s + x * s * (1 - s))
                    : kind == GG_ACT_RELU    ? x > 0
                    : kind == GG_ACT_ELU     ? fmin(exp(x), 1)
                                             : s;
            assert_near(a[k], y, 4 * rounding * fmax(1, fabs(y)));
            assert_near(d[k], slope, 8 * rounding * fmax(1, fabs(x)));
        }
    }
    gg_act(GG_ACT_TANH, 1, N, z, a);
    for (int k = 0; k < N; k++)
        assert_true(a[k] == -a[N - 1 - k]); /* odd to the last bit */
}

/* <(k act(z))^2> = 1 by the trapezoidal rule */
static void constants_normalise(void **state)
{
    (void)state;
    for (enum gg_act kind = GG_ACT_SILU; kind <= GG_ACT_LEAKY; kind++) {
        double sum = 0, h = 1e-3;
        for (double x = -12; x < 12; x += h) {
            double y = activation(kind, x);
            sum += h * y * y * exp(-x * x / 2) / sqrt(2 * M_PI);
        }
        assert_near(gg_act_constant(kind, false) * sqrt(sum), 1, 1e-9);
        assert_near(gg_act_constant(kind, true), gg_act_constant(kind, false), 3e-3);
    }
}

static void add_rows(void *context, int64_t first, int64_t last, gg_real *part)
{
    const gg_real *x = context;
    for (int64_t i = first; i < last; i++)
        for (int k = 0; k < 3; k++)
            part[k] += x[3 * i + k];
}

static void tree_sums_add_for_any_number_of_rows(void **state)
{
    (void)state;
    static const int64_t rows[] = {0, 1, 63, 64, 65, 1000, 4096, 4097, 20000};
    gg_real *x = GG_NEW(&arena, gg_real, 60000);
    for (int k = 0; k < 60000; k++)
        x[k] = (gg_real)(k % 17 - 3);
    for (size_t q = 0; q < sizeof rows / sizeof *rows; q++) {
        gg_real sum[3] = {1, 2, 3};
        double wanted[3] = {1, 2, 3};
        gg_tree_sum(rows[q], 3, sum, gg_arena_alloc(&arena, gg_tree_sum_bytes(rows[q], 3)), add_rows, x);
        for (int64_t i = 0; i < 3 * rows[q]; i++)
            wanted[i % 3] += (double)x[i];
        for (int k = 0; k < 3; k++) /* whole numbers: exact */
            assert_near(sum[k], wanted[k], 0);
    }
}

static void layers_are_found_by_name(void **state)
{
    (void)state;
    for (const struct gg_layer_type *const *t = gg_layer_types; *t; t++) {
        assert_ptr_equal(gg_layer_find((*t)->name), *t);
        assert_true((*t)->about && (*t)->source && (*t)->cases[0].name && (*t)->cost);
    }
    assert_null(gg_layer_find("convolution"));
}

/* gg_layers(7) has a section for every layer, with an item for every key. */
static void the_manual_has_every_layer_and_key(void **state)
{
    (void)state;
    static char page[1 << 17];
    FILE *f = fopen("man/gg_layers.7", "r");
    assert_non_null(f); /* tests run in the root of the tree */
    page[fread(page, 1, sizeof page - 1, f)] = '\0';
    fclose(f);
    for (const struct gg_layer_type *const *t = gg_layer_types; *t; t++) {
        char line[128];
        snprintf(line, sizeof line, "\n.Ss %s\n", (*t)->name);
        const char *section = strstr(page, line);
        if (!section)
            print_message("gg_layers(7) has no section %s\n", (*t)->name);
        assert_non_null(section);
        const char *end = section + 1; /* the next section */
        while (strncmp(end, "\n.Ss", 4) != 0 && strncmp(end, "\n.Sh", 4) != 0)
            end++;
        for (const struct gg_opt *o = (*t)->hypers; o->name; o++) {
            snprintf(line, sizeof line, "\n.It Sy %s", o->name);
            for (char *c = line; *c; c++)
                *c = *c == '-' ? '_' : *c;
            const char *item = strstr(section, line);
            if (!item || item > end)
                print_message("gg_layers(7), %s: no key %s\n", (*t)->name, o->name);
            assert_true(item && item < end);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gate_gives_e3nn_s_numbers), cmocka_unit_test(numbers_of_parameters),
        cmocka_unit_test(linear_is_the_sum_it_says), cmocka_unit_test(refusals_say_what_is_wrong),
        cmocka_unit_test(irreps_that_do_not_fit),    cmocka_unit_test(gate_irreps),
        cmocka_unit_test(shapes_pad_and_come_back),  cmocka_unit_test(activations_are_libm_s),
        cmocka_unit_test(constants_normalise),       cmocka_unit_test(tree_sums_add_for_any_number_of_rows),

        cmocka_unit_test(layers_are_found_by_name),  cmocka_unit_test(the_manual_has_every_layer_and_key),
    };
    gg_threads_init(1, &err);
    return cmocka_run_group_tests_name("parts of layers", tests, NULL, free_arena);
}
