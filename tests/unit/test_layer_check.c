/* test_layer_check.c -- every law of the layer check catches the fault it is there for */
#include "laws/check.h"
#include "layers/layers.h"
#include "util/threads.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A right layer, y_{b,m,c} = w x_{b,m,c} with one weight for all, and what can be wrong with it. */
enum fault {
    NONE,
    WRONG_PARITY,
    ONE_AXIS_IS_SPECIAL,
    NO_GRADIENT_OF_WEIGHTS,
    WRONG_GRADIENT_OF_INPUT,
    LAST_ROW_UNWRITTEN,
    WRITES_PADDING,
    WRITES_PADDING_OF_DX,
    ASSIGNS_DX,
    ASSIGNS_DW,
    COUNTS_NODES,
    COUNTS_CALLS,
    COUNTS_THREADS,
    DIVIDES_BY_EDGES,
    TOO_LARGE,
    NEEDS_SAVED,
    PIECES_OVERLAP,
    TRAINS_SILENTLY,
    READS_VECTORS_SILENTLY,
    HEARS_SILENTLY,
    WRITES_DVEC_SILENTLY,
    DRAWS_WITHOUT_SCALE,
    DRAWS_IN_PREDICTION,
    DRAWS_NOTHING,
    DRAWS_OTHERS_IN_BACKWARD
};
static enum fault fault;

static bool is(enum fault f)
{
    return fault == f;
}

static size_t saved_bytes(const struct gg_layer *l, const struct gg_graph *g)
{
    (void)l;
    (void)g;
    return 8;
}

static bool draws(void)
{
    return fault >= DRAWS_WITHOUT_SCALE;
}

/* Half of the rows are left out, the others doubled. */
static double drawn(const struct gg_call *call, int64_t row)
{
    struct gg_rng r = gg_rng_fork(&call->random, (uint64_t)row + (is(DRAWS_OTHERS_IN_BACKWARD) && call->dy));
    if (is(TRAINS_SILENTLY) && call->train)
        return 1.01;
    if (!draws() || (!call->train && !is(DRAWS_IN_PREDICTION)))
        return 1;
    return is(DRAWS_NOTHING) ? 1 : gg_rng_u32(&r) % 2 == 0 ? 0 : is(DRAWS_WITHOUT_SCALE) ? 1 : 2;
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    (void)a;
    (void)err;
    l->out = l->in[0];
    if (is(WRONG_PARITY))
        l->out.irreps.b[1].p = -l->out.irreps.b[1].p;
    l->draws = draws();
    l->n_weight = 1;
    l->saved_bytes = saved_bytes;
    return 0;
}

static bool weight(const struct gg_layer *l, int k, struct gg_weight *out)
{
    (void)l;
    *out = (struct gg_weight){.name = "w", .ndim = 1, .shape = {1}, .offset = is(PIECES_OVERLAP)};
    return k == 0;
}

static double extra(const struct gg_graph *g, int64_t row, bool has_saved)
{
    static int calls;
    calls++;
    return is(COUNTS_NODES)                              ? 1 + 0.01 * (double)row
           : is(COUNTS_CALLS)                            ? 1 + 0.001 * calls
           : is(COUNTS_THREADS)                          ? 1 + 0.01 * gg_threads()
           : is(DIVIDES_BY_EDGES)                        ? (double)g->n_edge / (double)g->n_edge
           : is(READS_VECTORS_SILENTLY) && g->n_edge > 0 ? 1 + 0.01 * (double)g->r[0]
           : is(TOO_LARGE)                               ? 3
           : is(NEEDS_SAVED)                             ? 1 + 0.01 * has_saved
                                                         : 1;
}

static bool padding(const struct gg_shape *s, int at)
{
    int b = at >= s->offset[1];
    return (at - s->offset[b]) % s->pad[b] >= s->irreps.b[b].mul;
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    int stride = l->out.stride;
    for (int64_t i = 0; i < g->n_node - is(LAST_ROW_UNWRITTEN); i++) {
        double factor = (double)call->w[0] * extra(g, i, call->saved != NULL) * drawn(call, i);
        for (int k = 0; k < stride; k++) {
            call->y[i * stride + k] = (gg_real)factor * call->x[0][i * stride + k];
            if (is(ONE_AXIS_IS_SPECIAL) && k / l->out.pad[1] == l->out.offset[1] / l->out.pad[1])
                call->y[i * stride + k] *= 2;
            for (int64_t e = g->ptr[i]; e < g->ptr[i + 1] && is(HEARS_SILENTLY); e++)
                call->y[i * stride + k] += call->x[0][g->nbr[e] * stride + k];
            if (is(WRITES_PADDING) && padding(&l->out, k))
                call->y[i * stride + k] = 1;
        }
    }
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    int stride = l->out.stride;
    double sum = 0;
    for (int64_t i = 0; i < g->n_node; i++) {
        double own = extra(g, i, call->saved != NULL) * drawn(call, i);
        for (int k = 0; k < stride; k++) {
            double both = is(ONE_AXIS_IS_SPECIAL) && k / l->out.pad[1] == l->out.offset[1] / l->out.pad[1]
                              ? 2 * own
                              : own;
            double d = both * (double)call->w[0] * (double)call->dy[i * stride + k];
            sum += both * (double)(call->x[0][i * stride + k] * call->dy[i * stride + k]);
            if (!call->dx[0])
                continue;
            gg_real *to = &call->dx[0][i * stride + k];
            *to = (gg_real)(d * (is(WRONG_GRADIENT_OF_INPUT) ? 0.9 : 1)) + (is(ASSIGNS_DX) ? 0 : *to);
            if (is(WRITES_PADDING_OF_DX) && padding(&l->in[0], k))
                *to = 1;
        }
    }
    if (is(WRITES_DVEC_SILENTLY) && call->dvec && g->n_edge > 0)
        call->dvec[0][0] += 1;
    if (call->dw && !is(NO_GRADIENT_OF_WEIGHTS))
        call->dw[0] = (gg_real)(sum + (is(ASSIGNS_DW) ? 0 : (double)call->dw[0]));
}

static void init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r)
{
    (void)l;
    (void)r;
    w[0] = 1;
}

static const struct gg_opt hypers[] = {{0}};
static const struct gg_layer_case cases[] = {{"only", {"3x0e+5x1o"}, ""}, {0}};
static const struct gg_layer_type scaled = {.name = "scaled",
                                            .hypers = hypers,
                                            .hyper_defaults = "",
                                            .init = init,
                                            .weight = weight,
                                            .init_weights = init_weights,
                                            .forward = forward,
                                            .backward = backward,
                                            .cases = cases};

/* What the check prints when the layer has the fault: malloc'd. */
static char *complaints(enum fault f, int *n_failed)
{
    char *text;
    size_t size;
    int n_checked;
    FILE *to = open_memstream(&text, &size);
    fault = f;
    *n_failed = gg_check_layer(&scaled, 3, to, &n_checked);
    fclose(to);
    assert_true(n_checked > 20);
    return text;
}

static void passes_without_a_fault(void **state)
{
    (void)state;
    int n_failed;
    char *text = complaints(NONE, &n_failed);
    assert_string_equal(text, "");
    assert_int_equal(n_failed, 0);
    free(text);
}

static void every_fault_is_caught_by_its_law(void **state)
{
    (void)state;
    static const struct {
        enum fault fault;
        const char *law;
    } table[] = {{WRONG_PARITY, ": reflection: "},
                 {ONE_AXIS_IS_SPECIAL, ": rotation: "},
                 {NO_GRADIENT_OF_WEIGHTS, ": gradient of the weights: "},
                 {WRONG_GRADIENT_OF_INPUT, ": gradient of input 1: "},
                 {LAST_ROW_UNWRITTEN, ": all of y written, padding 0: "},
                 {WRITES_PADDING, ": all of y written, padding 0: "},
                 {WRITES_PADDING_OF_DX, ": padding of dx 0: "},
                 {ASSIGNS_DX, ": adds into dx: "},
                 {ASSIGNS_DW, ": adds into dw: "},
                 {COUNTS_NODES, ": permutation: "},
                 {COUNTS_CALLS, ": images and origin: "},
                 {COUNTS_CALLS, ": other bytes the second time: "},
                 {COUNTS_THREADS, ": other bytes with other threads: "},
                 {DIVIDES_BY_EDGES, ": no edges: "},
                 {DIVIDES_BY_EDGES, ": one isolated node: "},
                 {TOO_LARGE, ": factor of 2 in the variance at start"},
                 {NEEDS_SAVED, ": prediction gives other bytes: "},
                 {PIECES_OVERLAP, ": pieces of the parameters: "},
                 {TRAINS_SILENTLY, ": trains otherwise and does not say so: "},
                 {READS_VECTORS_SILENTLY, ": reads vectors and does not say so: "},
                 {HEARS_SILENTLY, ": hears what it does not say: "},
                 {WRITES_DVEC_SILENTLY, ": writes dvec and does not say so: "},
                 {DRAWS_WITHOUT_SCALE, ": mean over draws: "},
                 {DRAWS_IN_PREDICTION, ": prediction draws: "},
                 {DRAWS_NOTHING, ": other draws give the same bytes: "},
                 {DRAWS_OTHERS_IN_BACKWARD, " in training: gradient of input 1: "}};
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        int n_failed;
        char *text = complaints(table[k].fault, &n_failed);
        if (!strstr(text, table[k].law))
            print_message("fault %d: wanted '%s' in:\n%s", (int)table[k].fault, table[k].law, text);
        assert_non_null(strstr(text, table[k].law));
        assert_true(n_failed > 0);
        free(text);
    }
}

/* Wrong parity must not be seen by rotations, nor by the gradient: the laws do not replace each other. */
static void laws_do_not_replace_each_other(void **state)
{
    (void)state;
    int n_failed;
    char *text = complaints(WRONG_PARITY, &n_failed);
    assert_null(strstr(text, ": rotation: "));
    assert_null(strstr(text, ": gradient"));
    free(text);
    text = complaints(WRONG_GRADIENT_OF_INPUT, &n_failed);
    assert_null(strstr(text, "otation: "));
    free(text);
}

static void a_refusal_counts_as_a_failure(void **state)
{
    (void)state;
    static const struct gg_layer_case wrong[] = {{"no such irrep", {"3x0q"}, ""},
                                                 {"no such key", {"3x0e"}, "colour=blue"},
                                                 {0}};
    struct gg_layer_type t = scaled;
    int n_checked;
    FILE *nowhere = fopen("/dev/null", "w");
    t.cases = wrong;
    assert_int_equal(gg_check_layer(&t, 1, nowhere, &n_checked), 2);
    fclose(nowhere);
}

/* ---- the gradient of the vectors with the other sign ---- */

static const struct gg_layer_type *right;

static void wrong_sign(const struct gg_call *call)
{
    struct gg_call own = *call;
    int64_t n = call->g->n_edge;
    own.dvec = call->dvec ? calloc((size_t)n + 1, sizeof *own.dvec) : NULL;
    right->backward(&own);
    for (int64_t k = 0; call->dvec && k < 3 * n; k++)
        call->dvec[k / 3][k % 3] -= own.dvec[k / 3][k % 3];
    free(own.dvec);
}

static void a_wrong_sign_of_dvec_is_caught(void **state)
{
    (void)state;
    static const struct gg_layer_case of_conv[] = {{"table", {"2x0e+2x1o"}, "lmax=1"},
                                                   {"exact",
                                                    {"2x0e+2x1o"},
                                                    "lmax=1 radial.hidden=4 radial.table=0"},
                                                   {"full", {"2x0e"}, "mixing=full lmax=1 radial.hidden=4"},
                                                   {0}};
    for (int k = 0; k < 2; k++) {
        struct gg_layer_type wrong = *(right = gg_layer_find(k ? "conv" : "edge_vector"));
        char *text;
        size_t size;
        int n_checked, n_case = 0;
        FILE *to = open_memstream(&text, &size);
        wrong.backward = wrong_sign;
        wrong.cases = k ? of_conv : wrong.cases;
        int n_failed = gg_check_layer(&wrong, 3, to, &n_checked);
        fclose(to);
        while (wrong.cases[n_case].name)
            n_case++;
        assert_int_equal(n_failed, 6 * n_case); /* three directions on two graphs; nothing else */
        assert_non_null(strstr(text, ": gradient of the vectors: "));
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_without_a_fault),         cmocka_unit_test(every_fault_is_caught_by_its_law),
        cmocka_unit_test(laws_do_not_replace_each_other), cmocka_unit_test(a_refusal_counts_as_a_failure),
        cmocka_unit_test(a_wrong_sign_of_dvec_is_caught),
    };
    struct gg_err err;
    gg_threads_init(1, &err);
    return cmocka_run_group_tests_name("layer check", tests, NULL, NULL);
}
