/* test_npz_pickle.c -- the rules of npy, npz and pickle, a case for each */
#include "foreign_fixture.h"
#include "formats/npy.h"
#include "formats/npz_write.h"
#include "formats/pickle.h"

#include <unistd.h>

/* ---- npy ---- */

static void npy_headers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int status;
        const char *says;
    } cases[] = {
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }", 0, ""},
        {"{\"shape\":(2,),\"descr\":\"f8\",\"fortran_order\":True}  \n", 0, ""},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (), }", GG_INPUT, "followed by 8 more"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }", GG_TRUNCATED, "ends after 16"},
        {"{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", GG_INPUT, "'|O' not allowed"},
        {"{'descr': '<U4', 'fortran_order': False, 'shape': (1,), }", GG_INPUT, "'<U4' not allowed"},
        {"{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }", GG_INPUT, "not allowed"},
        {"{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,), }", GG_INPUT, "not a dictionary"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2), }", GG_INPUT, "not a dictionary"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (-2,), }", GG_INPUT, "not a dictionary"},
        {"{'descr': '<f8', 'fortran_order': 0, 'shape': (2,), }", GG_INPUT, "not a dictionary"},
        {"{'descr': '<f8', 'shape': (2,), }", GG_INPUT, "not a dictionary"},
        {"{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", GG_INPUT,
         "not a dictionary"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'more': 1}", GG_INPUT, "not a dictionary"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), } x", GG_INPUT, "not a dictionary"},
        {"{'descr': '<f8' 'fortran_order': False, 'shape': (2,), }", GG_INPUT, "not a dictionary"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,2), }", GG_INPUT,
         "not a dictionary"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1099511627777,), }", GG_INPUT, "too large"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1048576, 1048576, 1048576, 1048576), }",
         GG_INPUT, "too large"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }", GG_INPUT,
         "not a dictionary"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (0, 1099511627776, 1099511627776), }", GG_INPUT,
         "too large"},
        {"", GG_INPUT, "not a dictionary"},
        {"{", GG_INPUT, "not a dictionary"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        struct bytes b = {0};
        struct gg_arena a = {0};
        struct gg_field x;
        struct gg_err err = {0};
        const double two[] = {1.5, -2};
        uint16_t n = (uint16_t)strlen(cases[c].text);
        put(&b, "\x93NUMPY\1\0", 8);
        put(&b, &n, 2);
        put_text(&b, cases[c].text);
        put(&b, two, sizeof two);
        int failed = gg_npy_parse(&x, &a, b.p, b.n, &err);
        if ((failed ? err.status : 0) != cases[c].status || !strstr(err.text, cases[c].says))
            fail_msg("case %zu: status %d, '%s'", c, err.status, err.text);
        if (!failed)
            assert_memory_equal(x.data, two, sizeof two);
        gg_arena_free(&a);
        free(b.p);
    }
}

/* Of two bytes for its length there is one; numpy's second version has four. */
static void npy_cut_in_its_length(void **state)
{
    (void)state;
    char bytes[] = "\x93NUMPY\2\0\1\0\0";
    struct gg_arena a = {0};
    struct gg_field x;
    struct gg_err err = {0};
    assert_int_equal(gg_npy_parse(&x, &a, bytes, 11, &err), -1);
    assert_int_equal(err.status, GG_TRUNCATED);
    assert_string_equal(err.text, "npy header ends after 11 bytes");
}

/* Every type, both byte orders, both axis orders: the same numbers. */
static void npy_orders(void **state)
{
    (void)state;
    const uint64_t shape[] = {2, 3, 4};
    double x[24];
    for (int k = 0; k < 24; k++)
        x[k] = k * k - 11;
    for (int fortran = 0; fortran < 2; fortran++)
        for (int type = 0; type < 4; type++) {
            struct bytes b = npy((const char *[]){"<f8", ">f8", "<f4", "<i4"}[type], fortran, 3, shape, x);
            struct gg_arena a = {0};
            struct gg_field y;
            struct gg_err err;
            assert_int_equal(gg_npy_parse(&y, &a, b.p, b.n, &err), 0);
            assert_int_equal(y.ndim, 3);
            for (uint64_t k = 0; k < 24; k++)
                assert_true(gg_field_get(&y, k) == x[k]);
            gg_arena_free(&a);
            free(b.p);
        }
}

/* ---- npz ---- */

static int open_npz(struct bytes b, uint64_t limit, const char *key, struct gg_err *err)
{
    struct gg_npz z;
    struct gg_arena a = {0};
    struct gg_field x;
    *err = (struct gg_err){0};
    int failed = gg_npz_open(&z, b.p, b.n, limit, err);
    if (!failed) {
        failed = gg_npz_read(&z, key, &a, &x, err);
        gg_npz_close(&z);
    }
    gg_arena_free(&a);
    return failed ? err->status : 0;
}

static void npz_bombs_and_lies(void **state)
{
    (void)state;
    const uint64_t many[] = {4000000};
    struct gg_err err;
    double *zeros = calloc(many[0], sizeof *zeros);
    struct member m[] = {{"x", npy("<f8", false, 1, many, zeros)}};
    struct bytes b = zip_of(m, 1, ZIP_CM_DEFLATE);
    assert_int_equal(open_npz(b, 1 << 30, "x", &err), 0); /* zeros pack well: the header says as much */
    assert_int_equal(open_npz(b, 1 << 20, "x", &err), GG_INPUT);
    assert_non_null(strstr(err.text, "--max-frame"));
    assert_int_equal(open_npz(b, 1 << 30, "y", &err), GG_INPUT);
    free(b.p);
    /* A small file whose table of contents announces four gigabytes, packed and unpacked. */
    b = small_npz(ZIP_CM_STORE);
    for (size_t k = 0; k + 46 < b.n; k++)
        if (!memcmp(b.p + k, "PK\1\2", 4))
            memcpy(b.p + k + 20, "\xf0\xff\xff\xff\xf0\xff\xff\xff", 8);
    assert_true(open_npz(b, UINT64_C(1) << 40, "positions", &err) != 0);
    free(b.p);
    free(zeros);
}

static void npz_names(void **state)
{
    (void)state;
    const uint64_t one[] = {1};
    struct gg_err err;
    struct member m[] = {{"x", npy("<f8", false, 1, one, (const double[]){1})},
                         {"y", npy("<f8", false, 1, one, (const double[]){2})}};
    struct bytes b = zip_of(m, 2, ZIP_CM_STORE);
    for (size_t k = 0; k + 5 < b.n; k++) /* y.npy becomes a second x.npy */
        if (!memcmp(b.p + k, "y.npy", 5))
            b.p[k] = 'x';
    assert_int_equal(open_npz(b, 1 << 20, "x", &err), GG_INPUT);
    assert_non_null(strstr(err.text, "'x.npy' is in the zip twice"));
    free(b.p);
    struct member one_member[] = {{"x", npy("<f8", false, 1, one, (const double[]){1})}};
    b = zip_of(one_member, 1, ZIP_CM_STORE);
    for (size_t k = 0; k + 5 < b.n; k++)
        if (!memcmp(b.p + k, "x.npy", 5))
            b.p[k + 4] = 'x';
    assert_int_equal(open_npz(b, 1 << 20, "x", &err), GG_INPUT);
    assert_non_null(strstr(err.text, "is no array"));
    free(b.p);
}

static void npz_without_end(void **state)
{
    (void)state;
    struct gg_err err;
    struct bytes b = {0}, huge = {0};
    put(&b, "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22);
    assert_int_equal(open_npz(b, 1 << 20, "x", &err), GG_INPUT);
    assert_string_equal(err.text, "zip of 0 members; 1 to 65536 are allowed");
    free(b.p);
    const char *header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1099511627777,), }";
    uint16_t n = (uint16_t)strlen(header);
    put(&huge, "\x93NUMPY\1\0", 8);
    put(&huge, &n, 2);
    put_text(&huge, header);
    struct member m[] = {{"x", huge}};
    b = zip_of(m, 1, ZIP_CM_STORE);
    assert_int_equal(open_npz(b, 1 << 20, "x", &err), GG_INPUT);
    assert_string_equal(err.text, "array 'x': npy shape is too large");
    free(b.p);
}

/* Longer than any fixed room, and longer than a zip can count. */
static void long_names_come_back(void **state)
{
    (void)state;
    static char name[UINT16_MAX + 2], back[1 << 12];
    char path[] = "/tmp/gg_long_names.XXXXXX";
    const uint64_t shape[] = {2};
    const double x[] = {1.5, -2};
    struct gg_npz_writer w;
    struct gg_npz z;
    struct gg_field f = {0};
    struct gg_arena a = {0};
    struct gg_err err;
    close(mkstemp(path));
    memset(name, 'n', 300);
    assert_int_equal(gg_npz_create(&w, path, &err), 0);
    assert_int_equal(gg_npz_add(&w, name, "<f8", 1, shape, x, sizeof x, &err), 0);
    memset(name, 'n', UINT16_MAX);
    assert_int_equal(gg_npz_add(&w, name, "<f8", 1, shape, x, sizeof x, &err), -1);
    assert_non_null(strstr(err.text, "a name of 65539 characters"));
    assert_int_equal(gg_npz_commit(&w, &err), 0);
    FILE *file = fopen(path, "rb");
    size_t n = fread(back, 1, sizeof back, file);
    fclose(file);
    unlink(path);
    name[300] = '\0';
    assert_int_equal(gg_npz_open(&z, back, n, 1 << 20, &err), 0);
    assert_int_equal(z.n, 1);
    assert_string_equal(z.name[0], name);
    assert_int_equal(gg_npz_read(&z, name, &a, &f, &err), 0);
    assert_memory_equal(f.data, x, sizeof x);
    gg_npz_close(&z);
    gg_arena_free(&a);
}

/* ---- pickle ---- */

static const struct pickle_case {
    const char *bytes;
    size_t n;
    int status;
    const char *says;
} cases[] = {
#define CASE(text) text, sizeof text - 1
    {CASE("\x80\3N."), 0, ""},
    {CASE("\x80\3]K\1aK\2a."), 0, ""},
    {CASE("\x80\4\x95\1\0\0\0\0\0\0\0\x88."), 0, ""},
    {CASE("\x80\3\x8a\2\xff\x7f."), 0, ""},
    {CASE("\x80\3cos\nsystem\nX\6\0\0\0reboot\x85R."), GG_INPUT, "global 'os system' not allowed"},
    {CASE("\x80\4\x8c\2os\x8c\6system\x93\x8c\2ls\x85R."), GG_INPUT, "global 'os system' not allowed"},
    {CASE("\x80\3c__builtin__\neval\nX\1\0\0\0001\x85R."), GG_INPUT, "global '__builtin__ eval' not allowed"},
    {CASE("cposix\nsystem\n(S'ls'\ntR."), GG_INPUT, "global 'posix system' not allowed"},
    {CASE("\x80\3(S'ls'\nios\nsystem\n."), GG_INPUT, "opcode STRING not allowed"},
    {CASE("\x80\3(ios\nsystem\n."), GG_INPUT, "opcode INST not allowed"},
    {CASE("\x80\3)\x81."), GG_INPUT, "opcode NEWOBJ not allowed"},
    {CASE("\x80\3\x82\1."), GG_INPUT, "opcode EXT1 not allowed"},
    {CASE("\x80\3N0N."), GG_INPUT, "opcode POP not allowed"},
    {CASE("\x80\3N2."), GG_INPUT, "opcode DUP not allowed"},
    {CASE("\x80\3\xfe."), GG_INPUT, "0xfe is no opcode"},
    {CASE("\x80\6N."), GG_INPUT, "protocols 2 to 5"},
    {CASE("\x80\1N."), GG_INPUT, "protocols 2 to 5"},
    {CASE("\x80\3."), GG_INPUT, "more or less than one value"},
    {CASE("\x80\3NN."), GG_INPUT, "more or less than one value"},
    {CASE("\x80\3N.N"), GG_INPUT, "1 bytes behind the end"},
    {CASE("\x80\3a."), GG_INPUT, "nothing on the stack"},
    {CASE("\x80\5\x96\2\0\0\0\0\0\0\0ab."), 0, ""},
    {CASE("\x80\5\x96\xff\xff\xff\xff\xff\xff\xff\xff."), GG_TRUNCATED, "ends in the middle"},
    {CASE("\x80\2U\2ab."), 0, ""},
    {CASE("\x80\2(U\7storagetQ."), GG_INPUT, "opcode BINPERSID not allowed"},
    {CASE("\x80\2ctorch\nFloatStorage\n."), GG_INPUT, "global 'torch FloatStorage' not allowed"},
    {CASE("\x80\2c_codecs\nencode\nX\3\0\0\0\xe2\x82\xacX\6\0\0\0latin1\x86R."), GG_INPUT, "no latin1"},
    {CASE("\x80\3](Na."), GG_INPUT, "no list on the stack"},
    {CASE("\x80\3e."), GG_INPUT, "no mark"},
    {CASE("\x80\3t."), GG_INPUT, "no mark"},
    {CASE("\x80\3N\x87."), GG_INPUT, "nothing on the stack"},
    {CASE("\x80\3}(Nu."), GG_INPUT, "a key without a value"},
    {CASE("\x80\3](NNu."), GG_INPUT, "no dictionary"},
    {CASE("\x80\3h\5."), GG_INPUT, "no such memo"},
    {CASE("\x80\3Nr\0\0\xff\xff."), GG_INPUT, "memo of more than"},
    {CASE("\x80\3q\0N."), GG_INPUT, "nothing on the stack"},
    {CASE("\x80\3X\xff\xff\xff\xff."), GG_TRUNCATED, "ends in the middle"},
    {CASE("\x80\3\x8a\x09\1\1\1\1\1\1\1\1\1."), GG_INPUT, "more than 64 bits"},
    {CASE("\x80\3NNR."), GG_INPUT, "REDUCE of something"},
    {CASE("\x80\3NNb."), GG_INPUT, "BUILD of something"},
    {CASE("\x80\3cnumpy\nndarray\nNNN\x87R."), GG_INPUT, "REDUCE of something"},
    {CASE("\x80\3cnumpy\ndtype\nX\2\0\0\0O8K\0K\1\x87R."), GG_INPUT, "'O8' not allowed"},
    {CASE("\x80\3cnumpy\ndtype\nX\2\0\0\0f8K\0K\1\x87RNb."), GG_INPUT, "unknown state"},
    {CASE("\x80\3cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\nX\2\0\0\0f8K\0K\1\x87RC\2ab\x86R."), GG_INPUT,
     "numpy number of 2 bytes; 8 are wanted"},
    {CASE("\x80\3cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nNN\x87RNb."), GG_INPUT,
     "unknown state"},
#undef CASE
};

static void pickles(void **state)
{
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        struct gg_arena a = {0};
        struct gg_err err = {0};
        const struct gg_pickle *v = gg_pickle_parse(cases[c].bytes, cases[c].n, NULL, &a, &err);
        if ((v ? 0 : err.status) != cases[c].status || !strstr(err.text, cases[c].says))
            fail_msg("case %zu: status %d, '%s'", c, err.status, err.text);
        gg_arena_free(&a);
    }
}

/* A number of the other byte order. */
static void swapped_scalar(void **state)
{
    (void)state;
    static const char bytes[] = "\x80\3cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\nX\3\0\0\0>f4K\0K\1\x87R"
                                "C\4\x3f\xc0\0\0\x86R.";
    struct gg_arena a = {0};
    struct gg_err err;
    const struct gg_pickle *v = gg_pickle_parse(bytes, sizeof bytes - 1, NULL, &a, &err);
    assert_non_null(v);
    assert_true(v->kind == GG_PICKLE_FLOAT && v->number == 1.5);
    gg_arena_free(&a);
}

/* Few bytes that many arrays are made of: no more memory than the file has. */
static void pickle_budget(void **state)
{
    (void)state;
    static const char letters[1000];
    static const struct {
        const char *type, *before, *each;
    } parts[] = {
        {"B", "cnumpy\ndtype\nX", "cnumpy.core.numeric\n_frombuffer\n(h\1h\2(M\xe8\3tX"},
        {"X", "", "c_codecs\nencode\nh\1X"},
    };
    for (int k = 0; k < 2; k++) {
        struct bytes b = {0};
        struct gg_arena a = {0};
        struct gg_err err = {0};
        uint32_t n = sizeof letters;
        put(&b, "\x80\3](", 4);
        put_text(&b, parts[k].type);
        put(&b, &n, 4);
        put(&b, letters, n);
        put_text(&b, "q\1");
        put_text(&b, parts[k].before);
        if (k == 0)
            put(&b, "\2\0\0\0u1K\0K\1\x87Rq\2", 14);
        for (int turn = 0; turn < 3; turn++) {
            put_text(&b, parts[k].each);
            if (k == 0)
                put(&b, "\1\0\0\0CtR", 7);
            else
                put(&b, "\6\0\0\0latin1\x86R", 12);
        }
        put_text(&b, "e.");
        if (gg_pickle_parse(b.p, b.n, NULL, &a, &err) ||
            !strstr(err.text, "arrays have more bytes than the file"))
            fail_msg("case %d: '%s'", k, err.text);
        gg_arena_free(&a);
        free(b.p);
    }
}

/* One byte a value: no more of them than four million. */
static void pickle_values(void **state)
{
    (void)state;
    struct bytes b = {0};
    struct gg_arena a = {0};
    struct gg_err err = {0};
    char values[60000];
    memset(values, 'N', sizeof values);
    put(&b, "\x80\3]", 3);
    for (int k = 0; k < 72; k++) {
        put_text(&b, "(");
        put(&b, values, sizeof values);
        put_text(&b, "e");
    }
    put_text(&b, ".");
    assert_null(gg_pickle_parse(b.p, b.n, NULL, &a, &err));
    assert_non_null(strstr(err.text, "opcode NONE: more than 4 million values"));
    gg_arena_free(&a);
    free(b.p);
}

/* Depth, height and a list that holds itself. */
static void pickle_bounds(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        struct bytes b = {0};
        struct gg_arena a = {0};
        struct gg_err err = {0};
        put(&b, "\x80\3", 2);
        for (int k = 0; k < (kind == 0 ? 65 : kind == 1 ? 70000 : 0); k++)
            put_text(&b, kind == 0 ? "(" : "N");
        if (kind == 2)
            put(&b, "]q\0h\0a.", 7);
        const struct gg_pickle *v = gg_pickle_parse(b.p, b.n, NULL, &a, &err);
        assert_int_equal(v != NULL, kind == 2);
        assert_non_null(strstr(kind == 2 ? "" : err.text, kind == 0   ? "64 deep"
                                                          : kind == 1 ? "65536 values"
                                                                      : ""));
        if (v)
            assert_ptr_equal(v->item[0], v);
        gg_arena_free(&a);
        free(b.p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(npy_headers),          cmocka_unit_test(npy_orders),
        cmocka_unit_test(npz_bombs_and_lies),   cmocka_unit_test(npz_names),
        cmocka_unit_test(long_names_come_back), cmocka_unit_test(pickles),
        cmocka_unit_test(pickle_bounds),        cmocka_unit_test(npy_cut_in_its_length),
        cmocka_unit_test(npz_without_end),      cmocka_unit_test(swapped_scalar),
        cmocka_unit_test(pickle_budget),        cmocka_unit_test(pickle_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
