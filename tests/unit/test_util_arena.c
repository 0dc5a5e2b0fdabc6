/* test_util_arena.c -- alignment, life and reuse of arena memory */
#include "util/arena.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static void pieces_are_aligned_and_apart(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    unsigned char *piece[200];
    for (size_t k = 0; k < 200; k++) {
        size_t bytes = k * k * 7 % 5000;
        piece[k] = gg_arena_alloc(&a, bytes);
        assert_int_equal((uintptr_t)piece[k] % 64, 0);
        memset(piece[k], (int)k, bytes);
    }
    for (size_t k = 0; k < 200; k++)
        for (size_t b = 0; b < k * k * 7 % 5000; b++)
            assert_int_equal(piece[k][b], (unsigned char)k);
    gg_arena_free(&a);
}

static void empty_pieces_are_distinct(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    assert_ptr_not_equal(gg_arena_alloc(&a, 0), gg_arena_alloc(&a, 0));
    gg_arena_free(&a);
}

/* After one round over frames of every size, no round allocates: the same addresses come back. */
static void reset_keeps_the_blocks(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    void *first[50], *large[50];
    for (int round = 0; round < 4; round++) {
        for (int k = 0; k < 50; k++) {
            void *small = gg_arena_alloc(&a, 1000), *big = gg_arena_alloc(&a, 300000);
            if (round == 0) {
                first[k] = small;
                large[k] = big;
            }
            assert_ptr_equal(small, first[k]);
            assert_ptr_equal(big, large[k]);
        }
        gg_arena_reset(&a);
    }
    gg_arena_free(&a);
    assert_null(a.first);
}

/* A larger frame after a smaller one: the block put in between must not be lost or overlap. */
static void growing_frames(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    for (size_t bytes = 1000; bytes < 20000000; bytes *= 3) {
        unsigned char *x = gg_arena_alloc(&a, bytes), *y = gg_arena_alloc(&a, bytes / 2);
        memset(x, 1, bytes);
        memset(y, 2, bytes / 2);
        assert_int_equal(x[bytes - 1], 1);
        gg_arena_reset(&a);
    }
    gg_arena_free(&a);
}

static void calloc_clears_used_memory(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    memset(gg_arena_alloc(&a, 4096), 0xff, 4096);
    gg_arena_reset(&a);
    int *x = GG_NEW(&a, int, 1024);
    for (int k = 0; k < 1024; k++)
        assert_int_equal(x[k], 0);
    gg_arena_free(&a);
}

static void text(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    assert_string_equal(gg_arena_printf(&a, "%d of %s", 7, "nine"), "7 of nine");
    assert_string_equal(gg_arena_strdup(&a, ""), "");
    gg_arena_free(&a);
}

static void xalloc_is_aligned_and_clear(void **state)
{
    (void)state;
    for (size_t n = 0; n < 300; n += 37) {
        unsigned char *x = gg_xalloc(n, 3);
        assert_int_equal((uintptr_t)x % 64, 0);
        for (size_t k = 0; k < 3 * n; k++)
            assert_int_equal(x[k], 0);
        free(x);
    }
}

/* Status of a child that asks for `count` times `size` bytes. */
static int status_of_request(size_t count, size_t size)
{
    pid_t child = fork();
    if (child == 0) {
        struct gg_arena a = {0};
        close(STDERR_FILENO);
        gg_arena_calloc(&a, count, size);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void wrapped_products_end_the_process(void **state)
{
    (void)state;
    assert_int_equal(status_of_request(SIZE_MAX / 2 + 2, 2), 5);
    assert_int_equal(status_of_request(1, SIZE_MAX - 10), 5);
    assert_int_equal(status_of_request(10, 10), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_and_apart), cmocka_unit_test(empty_pieces_are_distinct),
        cmocka_unit_test(reset_keeps_the_blocks),       cmocka_unit_test(growing_frames),
        cmocka_unit_test(calloc_clears_used_memory),    cmocka_unit_test(text),
        cmocka_unit_test(xalloc_is_aligned_and_clear),  cmocka_unit_test(wrapped_products_end_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
