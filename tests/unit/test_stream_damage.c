/* test_stream_damage.c -- every truncation, every flipped bit, and a case for each rule of gg_stream(5) */
#include "stream_fixture.h"

#include <sys/resource.h>

/* 4 for a cut stream, 3 for a start too short to recognise. */
static void truncations(void **state)
{
    (void)state;
    struct bytes b = small_stream(2);
    struct gg_err err;
    for (size_t n = 0; n < b.n; n++)
        assert_int_equal(read_all((struct bytes){b.p, n}, &err), n == 0 || n >= 64 ? GG_TRUNCATED : GG_INPUT);
    assert_int_equal(read_all(b, &err), 0);
    free(b.p);
}

/* A second member cut short is truncated too, from its first byte on. */
static void truncated_second_member(void **state)
{
    (void)state;
    struct bytes one = small_stream(1), two = {malloc(2 * one.n), 2 * one.n};
    struct gg_err err;
    memcpy(two.p, one.p, one.n);
    memcpy(two.p + one.n, one.p, one.n);
    assert_int_equal(read_all((struct bytes){two.p, one.n}, &err), 0);
    for (size_t n = one.n + 1; n < two.n; n++)
        assert_int_equal(read_all((struct bytes){two.p, n}, &err), GG_TRUNCATED);
    assert_int_equal(read_all(two, &err), 0);
    two.p[one.n] ^= 1;
    assert_int_equal(read_all(two, &err), GG_INPUT);
    assert_int_equal(read_all((struct bytes){two.p, one.n + 3}, &err), GG_INPUT);
    free(one.p);
    free(two.p);
}

static void bit_flips(void **state)
{
    (void)state;
    for (int n_frame = 0; n_frame < 2; n_frame++) {
        struct bytes b = small_stream(n_frame);
        struct gg_err err;
        for (size_t bit = 0; bit < 8 * b.n; bit++) {
            b.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
            int status = read_all(b, &err);
            if (status != GG_INPUT && status != GG_TRUNCATED)
                fail_msg("bit %zu of %zu: status %d", bit, 8 * b.n, status);
            b.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
        }
        free(b.p);
    }
}

/* Chunks of small_stream(2), and places in them. */
enum { META, PROV, FRAME0, FRAME1, TRAILER, INDX, ENDS };
enum { HEADER = 0, TABLE = 64, BODY = 64 + 192 + 9 * 320, TEXT = 64 };
enum { POS, TYPE, PTR, NBR, SHIFT, PROPENSITY, TIME, TEMPERATURE, MASK };
#define FIELD(k, offset) (TABLE + 192 + (k)*320 + (offset))
#define DATA(k, offset) (BODY + 64 * (k) + (offset)) /* every field of the fixture takes 64 bytes */

/* `size` bytes of `value` at `offset` of chunk `chunk` (-1: the preamble), all checksums made right again. */
static const struct patch {
    int chunk;
    size_t offset;
    int size;
    uint64_t value;
    const char *message;
} patches[] = {
    {-1, 0, 1, 'X', "not a gg stream"},
    {-1, 8, 4, 0x04030201, "big-endian"},
    {-1, 8, 4, 0x01020305, "byte order mark"},
    {-1, 12, 2, 2, "version 2.0"},
    {-1, 16, 4, 32, "alignment 32"},
    {-1, 20, 4, 1, "reserved bytes of the preamble"},
    {-1, 24, 1, 0, "schema"},
    {-1, 26, 1, 7, "schema holds byte 0x07"},
    {-1, 50, 1, 'x', "schema is not padded"},
    {-1, 56, 4, 1, "reserved bytes of the preamble"},

    {META, 0, 4, 0x41544D00, "chunk type holds byte 0x00"},
    {META, 4, 4, 1, "'META' with flags 1"},
    {META, 4, 4, 2, "unused flags of the chunk header"},
    {META, 8, 8, 1, "number 1 where 0 belongs"},
    {META, 32, 8, 1, "a number in aux"},
    {META, 52, 4, 1, "reserved bytes of the chunk header"},
    {META, 56, 4, 1, "reserved bytes of the chunk header"},
    {META, 24, 8, 65, "no multiple of 64"},
    {META, 24, 8, (1 << 20) + 64, "above the limit"},
    {META, 16, 8, 64, "has a table"},
    {META, 40, 4, 1, NULL}, /* reseal mends it */
    {META, TEXT, 1, 'S', "line 1: wanted a key"},
    {META, TEXT + 6, 1, 'x', "line 1: wanted a key"},
    {META, TEXT + 7, 1, '\t', "a second tab"},
    {META, TEXT + 7, 1, '\\', "a backslash"},
    {META, TEXT + 7, 1, 0xFF, "not UTF-8"},
    {META, TEXT + 27, 1, 'x', "does not end"},
    {META, TEXT + 63, 1, 'x', "bytes other than NUL"},
    {META, TEXT, 1, 0, "bytes other than NUL"},
    {META, 0, 4, 0x4E454B4F, NULL}, /* "OKEN", not critical: skipped */
    {PROV, TEXT, 1, 'j', "PROV without id"},
    {PROV, 4, 4, 1, "'PROV' with flags 1"},

    {FRAME0, 0, 4, 0x4E454B4F, "critical chunk 'OKEN' is unknown"},
    {FRAME0, 4, 4, 0, "'FRAM' with flags 0"},
    {FRAME0, 16, 8, 64, "at least 192"},
    {FRAME0, 16, 8, 1ull << 33, "above the limit"},
    {FRAME0, 24, 8, 1ull << 33, "above the limit"},
    {FRAME0, 24, 8, 0xFFFFFFFFFFFFFFC0, "above the limit"},
    {FRAME0, 32, 8, 1, "carries number 1"},
    {FRAME1, 32, 8, 0, "carries number 0"},

    {FRAME0, TABLE + 0, 8, 1ull << 31, "nodes, the limit"},
    {FRAME0, TABLE + 0, 8, 3, "must be 3"},
    {FRAME0, TABLE + 8, 8, (1ull << 40) + 1, "edges, the limit"},
    {FRAME0, TABLE + 8, 8, 4, "must be 4"},
    {FRAME0, TABLE + 16, 4, 8, "does not fit its 8 fields"},
    {FRAME0, TABLE + 16, 4, 65537, "65537 fields"},
    {FRAME0, TABLE + 20, 1, 1, "dim 1"},
    {FRAME0, TABLE + 20, 1, 2, "must be 0 in a frame of dim 2"},
    {FRAME0, TABLE + 21, 1, 8, "pbc 0x8"},
    {FRAME0, TABLE + 22, 2, 1, "reserved bytes of the frame info"},
    {FRAME0, TABLE + 24, 8, 0x7FF0000000000000, "cell [0, 0] is inf"},
    {FRAME0, TABLE + 24, 8, 0x7FF8000000000000, "cell [0, 0] is nan"},
    {FRAME0, TABLE + 24, 8, 0, "cell"},
    {FRAME0, TABLE + 96, 1, 0, "sample id is followed"},
    {FRAME0, TABLE + 96, 1, 0x7F, "sample id holds byte 0x7f"},
    {FRAME0, TABLE + 191, 1, 'x', "sample id is followed"},

    {FRAME0, FIELD(POS, 0), 1, '2', "field name '2os'"},
    {FRAME0, FIELD(POS, 1), 1, '-', "field name 'p-s'"},
    {FRAME0, FIELD(POS, 0), 1, 0, "name of a field is followed"},
    {FRAME0, FIELD(POS, 0), 3, 0, "field name ''"},
    {FRAME0, FIELD(POS, 0), 8, 0x65707974, "'type' is there twice"},
    {FRAME0, FIELD(POS, 63), 1, 'x', "name of a field is followed"},
    {FRAME0, FIELD(POS, 64), 4, 0x6F317832, "irreps '2x1o' have 6 numbers"},
    {FRAME0, FIELD(POS, 64), 4, 0x7A317831, "irreps"},
    {FRAME0, FIELD(POS, 64), 4, 0x00006F31, "must be written '1x1o'"},
    {FRAME0, FIELD(POS, 191), 1, 'x', "irreps is followed"},
    {FRAME0, FIELD(TYPE, 64), 4, 0x65307832, "need a free last axis"},
    {FRAME0, FIELD(TEMPERATURE, 64), 4, 0x65307831, "need a free last axis"},
    {FRAME0, FIELD(POS, 192), 1, 7, "unit holds byte 0x07"},
    {FRAME0, FIELD(POS, 223), 1, 'x', "unit is followed"},
    {FRAME0, FIELD(POS, 224), 8, 3, "stored size"},
    {FRAME0, FIELD(POS, 224), 8, (1ull << 40) + 1, "limit is 2^40"},
    {FRAME0, FIELD(POS, 240), 8, 1, "beyond its 2 dimensions"},
    {FRAME0, FIELD(POS, 314), 1, 1, "beyond its 2 dimensions"},
    {FRAME0, FIELD(TYPE, 288), 8, 128, "offset 128, must be 64"},
    {FRAME0, FIELD(TYPE, 288), 8, 0, "offset 0, must be 64"},
    {FRAME0, FIELD(POS, 296), 8, 56, "stored size 56"},
    {FRAME0, FIELD(POS, 304), 1, 0, "unknown type 0"},
    {FRAME0, FIELD(POS, 304), 1, 14, "unknown type 14"},
    {FRAME0, FIELD(POS, 305), 1, 9, "9 dimensions"},
    {FRAME0, FIELD(POS, 306), 1, 9, "unknown role 9"},
    {FRAME0, FIELD(POS, 307), 1, 2, "unused flags"},
    {FRAME0, FIELD(POS, 308), 4, 1, "reserved bytes of its descriptor"},
    {FRAME0, FIELD(POS, 312), 1, 6, "unknown kind 6"},
    {FRAME0, FIELD(POS, 312), 1, 2, "axis 0 (edge) has length 2, must be 3"},
    {FRAME0, FIELD(POS, 312), 1, 3, "axis 0 (node+1) has length 2, must be 3"},
    {FRAME0, FIELD(POS, 313), 1, 4, "free last axis"},
    {FRAME0, FIELD(SHIFT, 313), 1, 4, "time axis of length"},

    {FRAME0, DATA(POS, 8), 8, 0x7FF0000000000000, "field 'pos': [0, 1] is inf"},
    {FRAME0, DATA(POS, 40), 8, 0xFFF8000000000000, "field 'pos': [1, 2] is"},
    {FRAME0, DATA(POS, 63), 1, 1, "padding"},
    {FRAME0, DATA(PROPENSITY, 12), 4, 0x7FC00000, "field 'propensity': [1, 1] is nan"},
    {FRAME0, DATA(PROPENSITY, 12), 4, 0x7F7FFFFF, NULL},
    {FRAME0, DATA(TEMPERATURE, 0), 8, 0x7FF0000000000001, "field 'temperature': is nan"},
    {FRAME0, DATA(MASK, 1), 1, 2, "field 'mask': [1] is 2"},
    {FRAME0, DATA(TYPE, 0), 4, 0xFFFFFFFF, "field 'type': [0] is -1"},
    {FRAME0, DATA(PTR, 0), 8, 1, "must start at 0"},
    {FRAME0, DATA(PTR, 8), 8, 4, "decreases at [2]"},
    {FRAME0, DATA(PTR, 8), 8, (uint64_t)-1, "decreases at [1]"},
    {FRAME0, DATA(PTR, 16), 8, 2, "ends at 2"},
    {FRAME0, DATA(NBR, 4), 4, 2, "field 'edge_nbr': [1] is 2"},
    {FRAME0, DATA(NBR, 4), 4, 0xFFFFFFFF, "field 'edge_nbr': [1] is -1"},
    {FRAME0, DATA(SHIFT, 2), 1, 1, "not periodic"},
    {FRAME0, DATA(SHIFT, 1), 1, 1, NULL},
    {FRAME0, DATA(TIME, 8), 8, 0x3FD0000000000000, "field 'time': [1] is 0.25 after 0.25"},
    {FRAME0, FIELD(TYPE, 304), 1, GG_U32, "field 'type' must be i32 [node]"},
    {FRAME0, FIELD(NBR, 304), 1, GG_F32, "field 'edge_nbr' must be i32 [edge]"},
    {FRAME0, FIELD(TIME, 304), 1, GG_I64, "field 'time' must be f64 [time]"},
    {FRAME0, FIELD(PTR, 304), 1, GG_U64, "field 'edge_ptr' must be i64 [node+1]"},
    {FRAME0, FIELD(SHIFT, 304), 1, GG_U8, "field 'edge_shift' must be i8 [edge, 3]"},

    {INDX, 32, 8, 3, "INDX (3 frames)"},
    {INDX, TEXT, 8, 64, "INDX"},
    {INDX, TEXT + 8, 8, 64, "INDX"},
    {INDX, 24, 8, 0, "INDX"},
    {ENDS, 32, 8, 3, "ENDS says"},
    {ENDS, TEXT, 8, 3, "ENDS says 3 frames"},
    {ENDS, TEXT + 8, 8, 64, "ENDS says 2 frames, 64 bytes"},
    {ENDS, TEXT + 16, 8, 0, "ENDS says"},
    {ENDS, TEXT + 24, 8, 1, "ENDS says"},
    {ENDS, 24, 8, 0, "ENDS of 0 bytes"},
};

static void rejections(void **state)
{
    (void)state;
    struct bytes good = small_stream(2);
    for (size_t k = 0; k < sizeof patches / sizeof patches[0]; k++) {
        const struct patch *p = &patches[k];
        struct bytes b = copy_of(good);
        struct gg_err err = {0};
        size_t at = (p->chunk < 0 ? 0 : chunk_at(good, 0, p->chunk)) + p->offset;
        memcpy(b.p + at, &p->value, (size_t)p->size);
        reseal(b);
        int status = read_all(b, &err);
        if (status != (p->message ? GG_INPUT : 0) || (p->message && !strstr(err.text, p->message)))
            fail_msg("patch %zu: status %d '%s', wanted '%s'", k, status, err.text,
                     p->message ? p->message : "none");
        if (p->message && p->chunk >= FRAME0 && !strstr(err.text, "byte "))
            fail_msg("patch %zu: no offset in '%s'", k, err.text);
        if (p->message && p->chunk == FRAME0 && p->offset >= TABLE && !strstr(err.text, "frame 0: "))
            fail_msg("patch %zu: no frame in '%s'", k, err.text);
        free(b.p);
    }
    free(good.p);
}

/* What more than one number must say to be wrong: shifts of two components; a body that ends before its last field. */
static void two_at_once(void **state)
{
    (void)state;
    const uint64_t two = 2, six = 6;
    struct gg_err err = {0};
    struct bytes b = small_stream(1);
    unsigned char *h = b.p + chunk_at(b, 0, FRAME0), *shift = h + FIELD(SHIFT, 0);
    memcpy(shift + 232, &two, 8);
    memcpy(shift + 296, &six, 8);
    reseal(b);
    assert_int_equal(read_all(b, &err), GG_INPUT);
    assert_non_null(strstr(err.text, "field 'edge_shift' has 2 numbers an edge, must have 3"));
    free(b.p);
    b = small_stream(1);
    size_t end = chunk_at(b, 0, FRAME0 + 1);
    uint64_t body;
    h = b.p + chunk_at(b, 0, FRAME0);
    memcpy(&body, h + 24, 8);
    body -= 64;
    memcpy(h + 24, &body, 8);
    memmove(b.p + end - 64, b.p + end, b.n - end);
    b.n -= 64;
    reseal(b);
    assert_int_equal(read_all(b, &err), GG_INPUT);
    assert_non_null(strstr(err.text, "field 'mask': 2 bytes at offset"));
    assert_non_null(strstr(err.text, "do not fit into a body of"));
    free(b.p);
}

/* A wrong checksum is named as such. */
static void checksums(void **state)
{
    (void)state;
    static const struct {
        int chunk;
        size_t offset;
        const char *message;
    } flips[] = {{-1, 30, "checksum of the preamble"},
                 {META, 20, "checksum of the chunk header"},
                 {FRAME0, TABLE + 5, "frame 0: checksum of its table"},
                 {FRAME1, BODY + 5, "frame 1: checksum of its body"},
                 {META, TEXT + 9, "checksum of META"},
                 {ENDS, TEXT + 9, "checksum of ENDS"}};
    struct bytes b = small_stream(2);
    struct gg_err err = {0};
    for (size_t k = 0; k < sizeof flips / sizeof flips[0]; k++) {
        size_t at = (flips[k].chunk < 0 ? 0 : chunk_at(b, 0, flips[k].chunk)) + flips[k].offset;
        b.p[at] ^= 4;
        assert_int_equal(read_all(b, &err), GG_INPUT);
        if (!strstr(err.text, flips[k].message))
            fail_msg("'%s' instead of '%s'", err.text, flips[k].message);
        b.p[at] ^= 4;
    }
    free(b.p);
}

/* Takes chunk `from` out and puts it before chunk `to` (of the rest). */
static struct bytes moved(struct bytes b, int from, int to)
{
    size_t at = chunk_at(b, 0, from), n = chunk_at(b, 0, from + 1) - at;
    struct bytes rest = copy_of(b), c = copy_of(b);
    memmove(rest.p + at, b.p + at + n, b.n - at - n);
    rest.n -= n;
    size_t target = chunk_at(rest, 0, to);
    memcpy(c.p, rest.p, target);
    memcpy(c.p + target, b.p + at, n);
    memcpy(c.p + target + n, rest.p + target, rest.n - target);
    free(rest.p);
    return c;
}

static void renumber(struct bytes b)
{
    uint64_t seq = 0;
    for (size_t at = 64; at < b.n; at = chunk_at(b, 0, (int)++seq))
        memcpy(b.p + at + 8, &seq, 8);
    reseal(b);
}

/* Chunks that are intact but in the wrong place. */
static void order(void **state)
{
    (void)state;
    static const struct {
        int from, to;
        bool mended; /* sealed again with right numbers: only the order is wrong */
        const char *message;
    } moves[] = {{FRAME0, FRAME1, false, "chunks lost, doubled or moved"},
                 {PROV, TRAILER, true, "'PROV' may not stand here"},
                 {TRAILER, FRAME1, true, "'FRAM' may not stand here"},
                 {INDX, TRAILER, true, "'META' may not stand here"},
                 {ENDS, INDX, true, "ENDS says"},
                 {FRAME0, FRAME1, true, "carries number 1"}};
    struct bytes good = small_stream(2);
    struct gg_err err = {0};
    for (size_t k = 0; k < sizeof moves / sizeof moves[0]; k++) {
        struct bytes b = moved(good, moves[k].from, moves[k].to);
        if (moves[k].mended)
            renumber(b);
        assert_int_equal(read_all(b, &err), GG_INPUT);
        if (!strstr(err.text, moves[k].message))
            fail_msg("move %zu: '%s' instead of '%s'", k, err.text, moves[k].message);
        free(b.p);
    }
    /* a dropped chunk, with nothing but its neighbours' headers to show it */
    size_t at = chunk_at(good, 0, FRAME1), n = chunk_at(good, 0, TRAILER) - at;
    memmove(good.p + at, good.p + at + n, good.n - at - n);
    good.n -= n;
    assert_int_equal(read_all(good, &err), GG_INPUT);
    assert_non_null(strstr(err.text, "chunks lost"));
    free(good.p);
}

/* A chain value that does not follow, in a header whose own checksum is right. */
static void chain(void **state)
{
    (void)state;
    struct bytes b = small_stream(1);
    struct gg_err err = {0};
    for (int k = META; k <= FRAME0; k++) {
        struct bytes c = copy_of(b);
        unsigned char *h = c.p + chunk_at(c, 0, k);
        h[48] ^= 1;
        uint32_t crc = gg_crc32c(0, h, 60);
        memcpy(h + 60, &crc, 4);
        assert_int_equal(read_all(c, &err), GG_INPUT);
        assert_non_null(strstr(err.text, "chain is broken"));
        free(c.p);
    }
    free(b.p);
}

static void foreign_formats(void **state)
{
    (void)state;
    static const struct {
        const char *start, *hint;
    } formats[] = {{"PK\x03\x04", "npz"},
                   {"\x93NUMPY", "npy"},
                   {"\x89HDF\r\n\x1A\n", "HDF5"},
                   {"\x80\x03}q", "pickle"},
                   {"\x89GGS\n\x1A\n", "line ends"},
                   {"\x89GGS\r\n\x1A\r\n", "line ends"},
                   {"\x09GGS\r\n", "7-bit"}};
    struct gg_err err;
    for (size_t k = 0; k < sizeof formats / sizeof formats[0]; k++) {
        unsigned char data[100] = {0};
        memcpy(data, formats[k].start, strlen(formats[k].start));
        assert_int_equal(read_all((struct bytes){data, sizeof data}, &err), GG_INPUT);
        if (!strstr(err.text, formats[k].hint))
            fail_msg("no hint of %s in '%s'", formats[k].hint, err.text);
    }
    unsigned char text[100];
    memset(text, 'a', sizeof text);
    assert_int_equal(read_all((struct bytes){text, sizeof text}, &err), GG_INPUT);
    assert_non_null(strstr(err.text, "plain text"));
}

/* Two kilobytes that announce gigabytes: refused or truncated, and nothing like that is allocated. */
static void lying_sizes(void **state)
{
    (void)state;
    struct bytes b = small_stream(1);
    size_t frame = chunk_at(b, 0, FRAME0);
    struct rusage before, after;
    struct gg_err err;
    getrusage(RUSAGE_SELF, &before);
    for (int table = 0; table < 2; table++)
        for (int shift = 24; shift < 64; shift++) {
            struct bytes c = copy_of(b);
            uint64_t size = 1ull << shift;
            memcpy(c.p + frame + (table ? 16 : 24), &size, 8);
            reseal(c);
            assert_int_not_equal(read_all(c, &err), 0);
            free(c.p);
        }
    getrusage(RUSAGE_SELF, &after);
    assert_true(after.ru_maxrss - before.ru_maxrss < 16 << 10); /* KiB */
    free(b.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(truncations),
        cmocka_unit_test(two_at_once),
        cmocka_unit_test(truncated_second_member),
        cmocka_unit_test(bit_flips),
        cmocka_unit_test(rejections),
        cmocka_unit_test(checksums),
        cmocka_unit_test(order),
        cmocka_unit_test(chain),
        cmocka_unit_test(foreign_formats),
        cmocka_unit_test(lying_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
