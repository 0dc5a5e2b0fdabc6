/* test_unpack.c -- packed input: whole, in several members, cut at every byte, with every bit turned */
#include "foreign_fixture.h"

#include "formats/input.h"
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

enum { METHODS = 3 };
static const char *const name[] = {"gzip", "xz", "zstd"};

static struct bytes packed(int method, const void *data, size_t n)
{
    struct bytes b = {malloc(n + 4096), 0, n + 4096};
    if (method == 0) {
        z_stream z = {.next_in = (void *)(uintptr_t)data,
                      .avail_in = (uInt)n,
                      .next_out = b.p,
                      .avail_out = (uInt)b.room};
        assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
        assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
        b.n = z.total_out;
        deflateEnd(&z);
    } else if (method == 1)
        assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, data, n, b.p, &b.n, b.room),
                         LZMA_OK);
    else { /* a stream with a checksum, as the program writes it */
        ZSTD_CCtx *c = ZSTD_createCCtx();
        ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
        b.n = ZSTD_compress2(c, b.p, b.room, data, n);
        ZSTD_freeCCtx(c);
    }
    return b;
}

/* All that comes out; the status of the refusal. */
static int unpack(const void *bytes, size_t n, struct bytes *out, struct gg_err *err)
{
    struct gg_unpack u;
    unsigned char part[1000];
    ptrdiff_t got = -1;
    *out = (struct bytes){0};
    if (!gg_unpack_open_memory(&u, bytes, n, err))
        while ((got = gg_unpack_read(&u, part, sizeof part, err)) > 0)
            put(out, part, (size_t)got);
    gg_unpack_close(&u);
    return got < 0 ? err->status : 0;
}

static struct bytes long_text(void)
{
    struct bytes b = {0};
    char line[64];
    for (int k = 0; k < 20000; k++)
        put(&b, line, (size_t)sprintf(line, "%d %g\n", k, sin(k)));
    return b;
}

static void members(void **state)
{
    (void)state;
    struct bytes plain_text = long_text(), out;
    for (int m = 0; m < METHODS; m++) {
        struct gg_err err;
        struct bytes b = packed(m, plain_text.p, plain_text.n), more = packed(m, "end\n", 4);
        put(&b, more.p, more.n);
        if (unpack(b.p, b.n, &out, &err))
            fail_msg("%s: %s", name[m], err.text);
        assert_int_equal(out.n, plain_text.n + 4);
        assert_memory_equal(out.p, plain_text.p, plain_text.n);
        assert_memory_equal(out.p + plain_text.n, "end\n", 4);
        free(out.p);
        put(&b, "other bytes, no member", 22);
        assert_int_equal(unpack(b.p, b.n, &out, &err), GG_INPUT);
        free(out.p);
        free(more.p);
        free(b.p);
    }
    free(plain_text.p);
}

static void damage(void **state)
{
    (void)state;
    for (int m = 0; m < METHODS; m++) {
        struct bytes whole = text(dump_frame), b = packed(m, whole.p, whole.n), out;
        struct gg_err err;
        size_t magic = m == 0 ? 2 : m == 1 ? 6 : 4;
        for (size_t n = magic; n < b.n; n++) {
            int status = unpack(b.p, n, &out, &err);
            if (status != GG_TRUNCATED || !strstr(err.text, "unexpected end of file"))
                fail_msg("%s cut to %zu: status %d, '%s'", name[m], n, status, err.text);
            free(out.p);
        }
        for (size_t bit = 8 * magic; bit < 8 * b.n; bit++) {
            b.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
            if (!unpack(b.p, b.n, &out, &err) && (out.n != whole.n || memcmp(out.p, whole.p, out.n)))
                fail_msg("%s: bit %zu turned, other bytes without a word", name[m], bit);
            free(out.p);
            b.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
        }
        free(whole.p);
        free(b.p);
    }
}

/* Any reader sees through it, and through a byte order mark. */
static void readers(void **state)
{
    (void)state;
    const char *files[] = {dump_frame, data_file, xyz_frame};
    for (int m = 0; m < METHODS; m++)
        for (int k = 0; k < 3; k++) {
            struct bytes plain_text = text("\xef\xbb\xbf");
            put_text(&plain_text, files[k]);
            struct bytes b = packed(m, plain_text.p, plain_text.n);
            struct imported x;
            if (import_bytes(&x, "a", b, plain, -1))
                fail_msg("%s: %s", name[m], x.err.text);
            assert_int_equal(x.frame.n_node, 2);
            forget(&x);
            free(plain_text.p);
            free(b.p);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(members), cmocka_unit_test(damage),
                                       cmocka_unit_test(readers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
