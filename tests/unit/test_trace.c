/* test_trace.c -- layers made up for the purpose: what a trace says of each, and where the first number that is not finite stands */
#include "model/trace.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { N = 4, E = 5, MUL = 3 };

/* y = 2, but NaN in one row; dx is not asked for; dw = what hyper says. */
struct keys {
    int bad_row;
    gg_real dw;
};

static void forward(const struct gg_call *c)
{
    const struct keys *k = c->l->hyper;
    int64_t rows = gg_shape_rows(&c->l->out, c->g);
    for (int64_t row = 0; row < rows; row++)
        for (int q = 0; q < MUL; q++)
            c->y[row * c->l->out.stride + q] = row == k->bad_row && q == 1 ? (gg_real)NAN : 2;
}

static void backward(const struct gg_call *c)
{
    c->dw[0] += ((const struct keys *)c->l->hyper)->dw;
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    (void)l;
    (void)g;
    return (struct gg_cost){1e6, 2e6, 0};
}

static const struct gg_layer_type type = {.name = "made-up",
                                          .forward = forward,
                                          .backward = backward,
                                          .cost = cost};
static const int64_t ptr[N + 1] = {0, 2, 2, 4, 5};
static const int32_t nbr[E] = {1, 2, 0, 3, 2}, order[N] = {30, 10, 20, 0};
static const struct gg_graph graph = {.n_node = N, .n_edge = E, .ptr = ptr, .nbr = nbr};

static char said[64][256];
static int n_said;
static void listen(void *context, const char *line)
{
    assert_ptr_equal(context, said);
    snprintf(said[n_said++ % 64], 256, "%s", line);
}

/* Two layers forward and, if dy is given, backward. */
static void run(struct gg_trace *t, int axis, struct keys first, struct keys second, const gg_real *dy)
{
    struct gg_layer l[2] = {{.type = &type, .hyper = &first, .n_weight = 1},
                            {.type = &type, .hyper = &second, .n_weight = 1}};
    static _Alignas(64) gg_real y[2][E * 8];
    gg_real w[1] = {1}, dw[2][1] = {{0}};
    gg_trace_begin(t, &graph, order);
    for (int k = 0; k < 2; k++) {
        gg_shape_init(&l[k].out, axis, &(struct gg_irreps){1, {{MUL, 0, 1}}});
        memset(y[k], 0, sizeof y[k]);
        gg_trace_forward(t, k, k ? "second" : "first",
                         &(struct gg_call){.l = &l[k], .w = w, .g = &graph, .y = y[k]});
        assert_true(y[k][0] == 2);
    }
    for (int k = 1; dy && k >= 0; k--) {
        gg_trace_backward(
            t, k, k ? "second" : "first",
            &(struct gg_call){.l = &l[k], .w = w, .g = &graph, .y = y[k], .dy = dy, .dw = dw[k]});
        assert_true(dw[k][0] != 0);
    }
    gg_trace_end(t);
}

static const struct keys good = {.bad_row = -1, .dw = 1};

static void test_lines(void **state)
{
    (void)state;
    static struct gg_trace t = {.line = listen, .context = said};
    gg_real dy[N * 8] = {0};
    for (int i = 0; i < N; i++)
        dy[8 * i] = 3; /* rms over three numbers a row: sqrt(3) */
    n_said = 0;
    run(&t, GG_ON_NODE, good, (struct keys){2, 1}, dy);
    assert_int_equal(n_said, 4);
    assert_string_equal(said[0], "pass 1: 4 particles, 5 edges");
    char name[32], bad[64];
    double rows, ms, back, rate, y, dy_rms;
    assert_int_equal(sscanf(said[2], "%31s %lf %lf %lf %lf %lf %lf %63[^@]", name, &rows, &ms, &back, &rate,
                            &y, &dy_rms, bad),
                     8);
    assert_string_equal(name, "first");
    assert_true(rows == N && y == 2 && fabs(dy_rms - 1.73) < 1e-12 && rate > 0 && ms >= 0 && back >= 0);
    assert_string_equal(bad, "-");
    assert_non_null(strstr(said[3], "y: particle 20"));
    n_said = 0; /* forward only: no backward column; the pass before that had none is not lost */
    run(&t, GG_ON_NODE, good, good, NULL);
    assert_int_equal(n_said, 4);
    assert_string_equal(said[0], "pass 2: 4 particles, 5 edges");
    assert_int_equal(sscanf(said[3], "%31s %lf %lf - %lf %lf - %63s", name, &rows, &ms, &rate, &y, bad), 6);
}

static void first(int axis, struct keys one, struct keys two, const gg_real *dy, const char *want)
{
    static struct gg_trace t;
    char text[GG_TRACE_TEXT];
    t = (struct gg_trace){0};
    run(&t, axis, one, two, dy);
    gg_trace_first(&t, text);
    if (!strstr(text, want))
        fail_msg("'%s', wanted '%s'", text, want);
}

static void test_first(void **state)
{
    (void)state;
    gg_real dy[E * 8] = {1}, bad[E * 8] = {1};
    bad[8 * 3 + 2] = (gg_real)INFINITY;
    first(GG_ON_NODE, good, (struct keys){2, 1}, dy,
          "second is the first layer whose output is not finite, at particle 20");
    first(GG_ON_NODE, (struct keys){3, 1}, (struct keys){2, 1}, dy, "first is the first layer");
    first(GG_ON_NODE, (struct keys){3, 1}, good, bad, "at particle 0");
    first(GG_ON_EDGE, good, (struct keys){1, 1}, dy, "at edge 30 <- 20");
    first(GG_ON_EDGE, good, (struct keys){2, 1}, dy, "at edge 20 <- 30");
    first(GG_ON_EDGE, good, (struct keys){4, 1}, dy, "at edge 0 <- 20");
    first(GG_ON_GRAPH, good, (struct keys){0, 1}, NULL, "");
    first(GG_ON_NODE, good, good, bad, "backward the first that is not is second, at particle 0");
    first(GG_ON_NODE, (struct keys){-1, (gg_real)NAN}, good, dy,
          "is first, at the gradient of its parameters");
    first(GG_ON_NODE, good, good, dy, "each layer by itself is finite");
}

static void test_nobody(void **state)
{
    (void)state;
    gg_real dy[E * 8] = {1};
    run(NULL, GG_ON_NODE, good, good, dy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_first),
        cmocka_unit_test(test_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
