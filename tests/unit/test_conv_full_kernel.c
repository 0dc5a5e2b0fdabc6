/* test_conv_full_kernel.c -- the kernels of fully connected mixing against plain sums */
#include "conv_fixture.h"
#include "kernel/conv_any.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum {
    ROWS = 2 * GG_CONV_L_MAX + 1,
    NODES = 6,
    EDGES = 37,
    LANE = 48,
    STRIDE = ROWS * 32,
    TERMS = EDGES * ROWS * 16
};

struct fixture {
    int32_t sender[EDGES], local[EDGES];
    gg_real Y[ROWS * LANE], x[NODES * STRIDE], dx[NODES * STRIDE], t[TERMS];
};

static struct gg_conv_piece piece_of(struct fixture *f, int l1, int l2, int l3, int width)
{
    struct gg_rng r = gg_rng_at(11, 0, 0, 0);
    memset(f, 0, sizeof *f);
    for (int e = 0; e < EDGES; e++) {
        f->sender[e] = (int32_t)gg_rng_below(&r, NODES);
        f->local[e] = (int32_t)gg_rng_below(&r, NODES);
    }
    fill(f->Y, ROWS * LANE, &r);
    fill(f->x, NODES * STRIDE, &r);
    fill(f->dx, NODES * STRIDE, &r);
    return (struct gg_conv_piece){.l1 = l1,
                                  .l2 = l2,
                                  .l3 = l3,
                                  .width = width,
                                  .n = EDGES,
                                  .lane = LANE,
                                  .Y = f->Y,
                                  .sender = f->sender,
                                  .local = f->local,
                                  .x = f->x,
                                  .dx = f->dx,
                                  .x_stride = STRIDE,
                                  .x_pad = 32,
                                  .t = f->t};
}

static void same_as_dense(const struct gg_conv_level *level, int l1, int l2, int l3, int width)
{
    struct gg_arena a = {0};
    struct fixture f, g;
    struct gg_conv_piece p = piece_of(&f, l1, l2, l3, width), q = piece_of(&g, l1, l2, l3, width);
    p.list = gg_conv_list_new(&a, l1, l2, l3);
    level->terms(l1, l2, l3, width)(&p);
    gg_conv_any_terms(&q);
    assert_true(worst(f.t, g.t, TERMS) <= tolerance);
    level->back(l1, l2, l3, width)(&p);
    gg_conv_any_back(&q);
    assert_true(worst(f.dx, g.dx, NODES * STRIDE) <= tolerance);
    gg_arena_free(&a);
}

/* Any shape, in particular those that leave remainders of tiles; c_v apart from the rows. */
static void same_product(const struct gg_conv_level *level, int n_row, int n_k, int n_v, int lanes, bool add)
{
    gg_real a[23 * 5], b[5 * 11 * 16], c[23 * 11 * 16], wanted[23 * 11 * 16];
    struct gg_rng r = gg_rng_at(13, 0, 0, 0);
    fill(a, sizeof a / sizeof *a, &r);
    fill(b, sizeof b / sizeof *b, &r);
    fill(c, sizeof c / sizeof *c, &r);
    memcpy(wanted, c, sizeof c);
    struct gg_conv_product p = {.n_row = n_row,
                                .n_k = n_k,
                                .n_v = n_v,
                                .add = add,
                                .a = a,
                                .a_row = 1,
                                .a_col = 23,
                                .b = b,
                                .b_k = n_v * lanes,
                                .b_v = lanes,
                                .c = c,
                                .c_row = lanes,
                                .c_v = 23 * lanes};
    (lanes == 8 ? level->product8 : level->product16)(&p);
    for (int row = 0; row < n_row; row++)
        for (int v = 0; v < n_v; v++)
            for (int q = 0; q < lanes; q++) {
                gg_real *to = &wanted[v * 23 * lanes + row * lanes + q];
                double sum = add ? (double)*to : 0;
                for (int k = 0; k < n_k; k++)
                    sum += (double)a[row + k * 23] * (double)b[(k * n_v + v) * lanes + q];
                *to = (gg_real)sum;
            }
    assert_true(worst(c, wanted, sizeof c / sizeof *c) <= tolerance);
}

static void same_turned(const struct gg_conv_level *level, int n_row)
{
    enum { COLS = 16, WIDE = 24 };
    gg_real from[WIDE * COLS], to[COLS * WIDE];
    struct gg_rng r = gg_rng_at(29, 0, 0, 0);
    fill(from, sizeof from / sizeof *from, &r);
    memset(to, 0xff, sizeof to);
    level->turn(n_row, COLS, from, COLS, to, WIDE);
    for (int c = 0; c < COLS; c++)
        for (int row = 0; row < (n_row + 7) / 8 * 8; row++)
            assert_true(to[c * WIDE + row] == (row < n_row ? from[row * COLS + c] : 0));
}

static void every_kernel(const struct gg_conv_level *level)
{
    for (int l1 = 0; l1 <= GG_CONV_L_MAX; l1++)
        for (int l2 = 0; l2 <= GG_CONV_L_MAX; l2++)
            for (int l3 = abs(l1 - l2); l3 <= GG_CONV_L_MAX && l3 <= l1 + l2; l3++) {
                same_as_dense(level, l1, l2, l3, 8);
                same_as_dense(level, l1, l2, l3, 16);
            }
    for (int n_row = 1; n_row <= 23; n_row++)
        for (int n_v = 1; n_v <= 11; n_v++) {
            same_product(level, n_row, 5, n_v, 8, n_row % 2);
            same_product(level, n_row, 5, n_v, 16, n_v % 2);
        }
    for (int n_row = 1; n_row <= 24; n_row++)
        same_turned(level, n_row);
    same_product(level, 4, 0, 3, 8, false); /* a node without neighbours */
}

static void test_levels(void **state)
{
    const struct gg_conv_level *level[3];
    (void)state;
    for (int n = levels(level), k = 0; k < n; k++)
        every_kernel(level[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_levels)};
    return cmocka_run_group_tests_name("kernels of conv_full", tests, NULL, NULL);
}
