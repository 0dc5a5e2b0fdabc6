/* test_crc32c.c -- CRC32C: published vectors, the instruction against the table, any split of a message */
#include "stream/crc32c.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>

/* RFC 3720, B.4 */
static void vectors(void **state)
{
    (void)state;
    unsigned char data[32] = {0};
    uint32_t (*const crc[])(uint32_t, const void *, size_t) = {gg_crc32c, gg_crc32c_table};
    for (int k = 0; k < 2; k++) {
        assert_int_equal(crc[k](0, "123456789", 9), 0xE3069283);
        assert_int_equal(crc[k](0, NULL, 0), 0);
        for (int i = 0; i < 32; i++)
            data[i] = 0;
        assert_int_equal(crc[k](0, data, 32), 0x8A9136AA);
        for (int i = 0; i < 32; i++)
            data[i] = 0xFF;
        assert_int_equal(crc[k](0, data, 32), 0x62A8AB43);
        for (int i = 0; i < 32; i++)
            data[i] = (unsigned char)i;
        assert_int_equal(crc[k](0, data, 32), 0x46DD794E);
    }
}

/* Lengths around the three chains, at any alignment. */
static void instruction_equals_table(void **state)
{
    (void)state;
    enum { N = 100000 };
    unsigned char *data = malloc(N + 8);
    uint32_t x = 1;
    for (int i = 0; i < N + 8; i++)
        data[i] = (unsigned char)((x = x * 1664525u + 1013904223u) >> 24);
    for (int n = 0; n < 200; n++)
        assert_int_equal(gg_crc32c(7, data + n % 8, (size_t)n), gg_crc32c_table(7, data + n % 8, (size_t)n));
    for (int n = 24576 - 9; n <= N; n += n < 24600 ? 1 : 7001)
        assert_int_equal(gg_crc32c(7, data + n % 8, (size_t)n), gg_crc32c_table(7, data + n % 8, (size_t)n));
    for (int n = 0; n <= N; n += 9973)
        assert_int_equal(gg_crc32c(gg_crc32c(0, data, (size_t)n), data + n, (size_t)(N - n)),
                         gg_crc32c_table(0, data, N));
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(vectors), cmocka_unit_test(instruction_equals_table)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
