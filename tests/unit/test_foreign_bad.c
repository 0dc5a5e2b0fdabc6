/* test_foreign_bad.c -- foreign files truncated at every byte, with flipped bits, and a case for each rule */
#include "foreign_fixture.h"
#include "formats/npy.h"
#include "formats/pickle.h"

static const struct gg_foreign_options plain = {.format = 0};

static struct bytes text(const char *t)
{
    struct bytes b = {0};
    put_text(&b, t);
    return b;
}

/* ---- small whole files ---- */

static const char *const dump_frame =
    "ITEM: TIMESTEP\n100\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS pp pp pp\n0 4\n0 4\n-1 3\n"
    "ITEM: ATOMS id type xu yu zu\n2 2 1.25 2.5 -0.5\n1 1 5 0.125 0.75\n";
static const char *const data_file =
    "LAMMPS data file, timestep = 7\n\n2 atoms\n2 atom types\n\n0 4 xlo xhi\n0 4 ylo yhi\n-1 3 zlo "
    "zhi\n\nMasses\n\n1 1\n2 1\n\nAtoms # atomic\n\n2 2 1.25 2.5 -0.5 0 0 0\n1 1 1 0.125 0.75 1 0 "
    "0\n";
static const char *const xyz_frame =
    "2\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3 pbc=\"T T T\"\n"
    "A 5 0.125 0.75\nB 1.25 2.5 -0.5\n";

static struct bytes small_npz(int method)
{
    const uint64_t vectors[] = {2, 3}, runs[] = {3, 2, 3};
    const double x[18] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}, type[2] = {0, 1};
    struct member m[] = {{"types", npy("|i1", false, 1, vectors, type)},
                         {"initial_positions", npy("<f8", true, 2, vectors, x)},
                         {"positions", npy("<f8", false, 3, runs, x)}};
    return zip_of(m, 3, method);
}

static struct bytes small_pickle(void)
{
    struct bytes b = {0};
    const int32_t shape[] = {2, 3};
    const double x[6] = {1, 2, 3, 4, 5, 6};
    put(&b, "\x80\3}(", 4);
    put_key(&b, "positions");
    put_array(&b, "f8", 2, shape, x);
    put_key(&b, "types");
    put_array(&b, "i4", 1, shape, x);
    put_key(&b, "box");
    put_array(&b, "f8", 1, shape + 1, (const double[]){9, 9, 9});
    put_key(&b, "is_values");
    put_array(&b, "f8", 1, (const int32_t[]){1}, x);
    put_key(&b, "time");
    put_text(&b, "](");
    put_float(&b, 0);
    put_float(&b, 1.5);
    put_text(&b, "e");
    put_key(&b, "time_indices");
    put_text(&b, "]K\1a");
    put_key(&b, "metadata");
    put_text(&b, "}");
    put_key(&b, "temperature");
    put_float(&b, 0.44);
    put_text(&b, "su.");
    return b;
}

static struct bytes small_binary(void)
{
    struct bytes b = {0};
    const int64_t head[] = {-10}, counts[] = {100, 2};
    const int32_t start[] = {1, 2}, box[7] = {0}, columns = 5, zero = 0, names = 17, chunks[] = {2, 5};
    const double bounds[] = {0, 4, 0, 4, -1, 3},
                 atom[2][5] = {{2, 2, 1.25, 2.5, -0.5}, {1, 1, 5, 0.125, 0.75}};
    put(&b, head, 8);
    put_text(&b, "DUMPCUSTOM");
    put(&b, start, 8);
    put(&b, counts, 16);
    put(&b, box, 28);
    put(&b, bounds, 48);
    put(&b, &columns, 4);
    put(&b, &zero, 4);
    put(&b, "", 1);
    put(&b, &names, 4);
    put_text(&b, "id type xu yu zu ");
    put(&b, chunks, 8);
    put(&b, atom[0], 40);
    put(&b, chunks + 1, 4);
    put(&b, atom[1], 40);
    return b;
}

/* ---- laws ---- */

static const char *const paths[] = {
    "a_T0.44_1_tc07.npz", "b_T0.44_1_tc07.npz", "c.pickle", "d.dump", "e.data", "f.xyz", "g.bin"};
enum { N_KIND = 7 };

static struct bytes small_file(int k)
{
    switch (k) {
    case 0:
        return small_npz(ZIP_CM_STORE);
    case 1:
        return small_npz(ZIP_CM_DEFLATE);
    case 2:
        return small_pickle();
    case 3:
        return text(dump_frame);
    case 4:
        return text(data_file);
    case 5:
        return text(xyz_frame);
    default:
        return small_binary();
    }
}

static void truncations(void **state)
{
    (void)state;
    for (int k = 0; k < N_KIND; k++) {
        struct bytes b = small_file(k);
        for (size_t n = 0; n <= b.n; n++) {
            struct imported y;
            int status = import_bytes(&y, paths[k], (struct bytes){b.p, n, 0}, plain, -1);
            if ((n == b.n) != (status == 0))
                fail_msg("%s, %zu of %zu bytes: status %d, '%s'", paths[k], n, b.n, status, y.err.text);
            forget(&y);
        }
        free(b.p);
    }
}

/* Frames of text and binary dumps follow each other: a cut is seen except exactly between two. */
static void truncated_second_frame(void **state)
{
    (void)state;
    for (int k = 3; k < N_KIND; k++) {
        if (k == 4)
            continue;
        struct bytes one = small_file(k), two = {0};
        put(&two, one.p, one.n);
        put(&two, one.p, one.n);
        for (size_t n = one.n; n <= two.n; n++) {
            struct imported y;
            int status = import_bytes(&y, paths[k], (struct bytes){two.p, n, 0}, plain, -1);
            if ((n == one.n || n == two.n) != (status == 0))
                fail_msg("%s, %zu of %zu bytes: status %d", paths[k], n, two.n, status);
            if (!status)
                assert_int_equal(y.n, n / one.n);
            forget(&y);
        }
        free(one.p);
        free(two.p);
    }
}

#if defined(__SANITIZE_ADDRESS__)
enum { STRIDE = 11 }; /* memory is slow there */
#else
enum { STRIDE = 1 };
#endif

/* No flipped bit crashes; in a zip none changes a number unnoticed. */
static void bit_flips(void **state)
{
    (void)state;
    for (int k = 0; k < N_KIND; k++) {
        struct bytes b = small_file(k);
        struct imported whole;
        assert_int_equal(import_bytes(&whole, paths[k], b, plain, -1), 0);
        const struct gg_field *pos = gg_frame_find(&whole.frame, "pos");
        for (size_t bit = 0; bit < 8 * b.n; bit += STRIDE) {
            struct imported y;
            b.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
            int status = import_bytes(&y, paths[k], b, plain, -1);
            if (!status && k < 2)
                assert_memory_equal(gg_frame_find(&y.frame, "pos")->data, pos->data, pos->nbytes);
            b.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
            forget(&y);
        }
        forget(&whole);
        free(b.p);
    }
}

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
    assert_int_equal(open_npz(b, 1 << 30, "x", &err), GG_INPUT);
    assert_non_null(strstr(err.text, "array 'x': unpacks to more than 1000 times its size"));
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
    assert_non_null(strstr(err.text, "'x' is in the zip twice"));
    for (size_t k = 0; k + 5 < b.n; k++)
        if (!memcmp(b.p + k, "x.npy", 5))
            b.p[k + 4] = 'x';
    assert_int_equal(open_npz(b, 1 << 20, "x", &err), GG_INPUT);
    assert_non_null(strstr(err.text, "is no array"));
    free(b.p);
}

/* ---- pickle ---- */

static void pickles(void **state)
{
    (void)state;
    static const struct {
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
        {CASE("\x80\3c__builtin__\neval\nX\1\0\0\0001\x85R."), GG_INPUT,
         "global '__builtin__ eval' not allowed"},
        {CASE("cposix\nsystem\n(S'ls'\ntR."), GG_INPUT, "global 'posix system' not allowed"},
        {CASE("\x80\3(S'ls'\nios\nsystem\n."), GG_INPUT, "opcode STRING not allowed"},
        {CASE("\x80\3(ios\nsystem\n."), GG_INPUT, "opcode INST not allowed"},
        {CASE("\x80\3)\x81."), GG_INPUT, "opcode NEWOBJ not allowed"},
        {CASE("\x80\3\x82\1."), GG_INPUT, "opcode EXT1 not allowed"},
        {CASE("\x80\3N0N."), GG_INPUT, "opcode POP not allowed"},
        {CASE("\x80\3N2."), GG_INPUT, "opcode DUP not allowed"},
        {CASE("\x80\3\xfe."), GG_INPUT, "0xfe is no opcode"},
        {CASE("\x80\5N."), GG_INPUT, "protocols 2 to 4"},
        {CASE("\x80\1N."), GG_INPUT, "protocols 2 to 4"},
        {CASE("\x80\3."), GG_INPUT, "more or less than one value"},
        {CASE("\x80\3NN."), GG_INPUT, "more or less than one value"},
        {CASE("\x80\3N.N"), GG_INPUT, "1 bytes behind the end"},
        {CASE("\x80\3a."), GG_INPUT, "nothing on the stack"},
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
        {CASE("\x80\3cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nNN\x87RNb."), GG_INPUT,
         "unknown state"},
#undef CASE
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        struct gg_arena a = {0};
        struct gg_err err = {0};
        const struct gg_pickle *v = gg_pickle_parse(cases[c].bytes, cases[c].n, &a, &err);
        if ((v ? 0 : err.status) != cases[c].status || !strstr(err.text, cases[c].says))
            fail_msg("case %zu: status %d, '%s'", c, err.status, err.text);
        gg_arena_free(&a);
    }
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
        const struct gg_pickle *v = gg_pickle_parse(b.p, b.n, &a, &err);
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

/* ---- text formats ---- */

/* `from` replaced by `to` in a whole file must be refused with this status and words. */
struct change {
    const char *file, *from, *to;
    int status;
    const char *says;
};

static void check_changes(const struct change *c, size_t n)
{
    for (; n-- > 0; c++) {
        struct bytes b = {0};
        const char *at = strstr(c->file, c->from);
        struct imported y;
        assert_non_null(at);
        put(&b, c->file, (size_t)(at - c->file));
        put_text(&b, c->to);
        put_text(&b, at + strlen(c->from));
        int status = import_bytes(&y, "some.file", b, plain, -1);
        if (status != c->status || !strstr(y.err.text, c->says))
            fail_msg("'%s' for '%s': status %d, '%s'", c->to, c->from, status, y.err.text);
        forget(&y);
        free(b.p);
    }
}

static void bad_dumps(void **state)
{
    (void)state;
    const struct change cases[] = {
        {dump_frame, "100\n", "-1\n", GG_INPUT, "line 2: TIMESTEP -1"},
        {dump_frame, "100\n", "1e300\n", GG_INPUT, "TIMESTEP"},
        {dump_frame, "ATOMS\n2\n", "ATOMS\n3\n", GG_TRUNCATED, "ends where an atom is wanted"},
        {dump_frame, "ATOMS\n2\n", "ATOMS\n1\n", GG_INPUT, "line 11: '1 1 5"},
        {dump_frame, "ATOMS\n2\n", "ATOMS\n9000000000000000\n", GG_TRUNCATED, "ends where an atom is wanted"},
        {dump_frame, "ATOMS\n2\n", "ATOMS\n2 2\n", GG_INPUT, "one number is wanted for NUMBER OF ATOMS"},
        {dump_frame, "ITEM: TIMESTEP\n100\n", "ITEM: UNITS\nlj\n", GG_INPUT, "ATOMS before TIMESTEP"},
        {dump_frame, "ITEM: NUMBER OF ATOMS\n2\n", "", GG_INPUT, "ATOMS before NUMBER"},
        {dump_frame, "0 4\n0 4\n", "0 4\n4 0\n", GG_INPUT, "box from 4 to 0 along y"},
        {dump_frame, "0 4\n0 4\n", "0 4\n0 nan\n", GG_INPUT, "2 numbers are wanted for BOX BOUNDS"},
        {dump_frame, "pp pp pp", "abc origin", GG_INPUT, "general triclinic"},
        {dump_frame, "pp pp pp", "xy xz yz pp pp pp", GG_INPUT, "3 numbers are wanted"},
        {dump_frame, "id type xu yu zu", "id type xu yu", GG_INPUT, "no columns x y z"},
        {dump_frame, "id type xu yu zu", "id mass xu yu zu", GG_INPUT, "no column type"},
        {dump_frame, "id type xu yu zu", "id type vx xu yu zu", GG_INPUT, "line 10: 5 columns; 6 are wanted"},
        {dump_frame, "2 2 1.25", "2 2 1.25 7", GG_INPUT, "line 10: more than 5 columns"},
        {dump_frame, "2 2 1.25", "2 2 nan", GG_INPUT, "column 3: 'nan' is no finite number"},
        {dump_frame, "2 2 1.25", "2 2 inf", GG_INPUT, "no finite number"},
        {dump_frame, "2 2 1.25", "2 2 1.25x", GG_INPUT, "'1.25x' is no finite number"},
        {dump_frame, "2 2 1.25", "1 2 1.25", GG_INPUT, "atom id 1 comes twice"},
        {dump_frame, "2 2 1.25", "2.5 2 1.25", GG_INPUT, "atom id 2.5"},
        {dump_frame, "2 2 1.25", "2 0 1.25", GG_INPUT, "code 0; codes 1 to 64"},
        {dump_frame, "2 2 1.25", "2 1.5 1.25", GG_INPUT, "code 1.5"},
        {dump_frame, "2 2 1.25", "2 2 1e30", GG_INPUT, "field 'pos': particle 1"},
        {dump_frame, "ITEM: TIMESTEP", "ITEM: SOMETHING", GG_INPUT, "'ITEM: SOMETHING'"},
    };
    check_changes(cases, sizeof cases / sizeof cases[0]);
}

static void bad_data_files(void **state)
{
    (void)state;
    const struct change cases[] = {
        {data_file, "2 atoms", "3 atoms", GG_TRUNCATED, "ends after 2 of 3 atoms"},
        {data_file, "2 atoms", "0 atoms", GG_INPUT, "0 atoms"},
        {data_file, "2 atoms", "1e12 atoms", GG_INPUT, "1e+12 atoms"},
        {data_file, "0 4 ylo yhi\n", "", GG_INPUT, "Atoms before their number or the box"},
        {data_file, "0 4 ylo yhi", "0 4 5 bvec", GG_INPUT, "general triclinic"},
        {data_file, "0 4 ylo yhi", "here 4 ylo yhi", GG_INPUT, "no line of the header"},
        {data_file, "0 4 ylo yhi", "4 4 ylo yhi", GG_INPUT, "box from 4 to 4"},
        {data_file, "# atomic", "# ellipsoid", GG_INPUT, "atom style 'ellipsoid'"},
        {data_file, "# atomic", "# full", GG_INPUT, "8 columns; 7 are wanted, or 10"},
        {data_file, "2 2 1.25", "2 2 x", GG_INPUT, "column 3: 'x'"},
        {data_file, "2 2 1.25", "1 2 1.25", GG_INPUT, "comes twice"},
        {data_file, "Atoms # atomic", "Velocities", GG_TRUNCATED, "without a section Atoms"},
    };
    check_changes(cases, sizeof cases / sizeof cases[0]);
}

static void bad_xyz(void **state)
{
    (void)state;
    const struct change cases[] = {
        {xyz_frame, "2\nL", "3\nL", GG_TRUNCATED, "ends after 2 of 3 particles"},
        {xyz_frame, "2\nL", "0\nL", GG_INPUT, "a number of particles"},
        {xyz_frame, "2\nL", "1\nL", GG_INPUT, "line 4: a number of particles"},
        {xyz_frame, "4 0 0 0 4 0 0 0 4\"", "4 0 0 0 4 0 0 0\"", GG_INPUT, "9 numbers are wanted"},
        {xyz_frame, "4 0 0 0 4 0 0 0 4\"", "4 0 0 4 0 0 0 0 4\"", GG_INPUT, ""},
        {xyz_frame, "Lattice=\"4 0 0 0 4 0 0 0 4\" ", "", GG_USAGE, "give --box"},
        {xyz_frame, "pbc=\"T T T\"", "pbc=\"T T\"", GG_INPUT, "three of T, F"},
        {xyz_frame, "pbc=\"T T T\"", "pbc=\"T T T", GG_INPUT, "the quotes do not close"},
        {xyz_frame, "pbc=\"T T T\"", "pbc=[T, T, T]", GG_INPUT, "only bare and quoted values"},
        {xyz_frame, "pbc=\"T T T\"", "=3", GG_INPUT, "a key is wanted"},
        {xyz_frame, "pbc=\"T T T\"", "pbc=\"T T T\" pbc=\"T T T\"", GG_INPUT, "comes twice"},
        {xyz_frame, "pbc=\"T T T\"", "temperature=hot", GG_INPUT, "a number is wanted"},
        {xyz_frame, "pbc=\"T T T\"", "temperature=-1", GG_INPUT, "must be positive"},
        {xyz_frame, "species:S:1:", "species:S:1:id:I:1:", GG_INPUT, "4 columns; Properties has 5"},
        {xyz_frame, "species:S:1:", "", GG_INPUT, "no property 'species'"},
        {xyz_frame, "pos:R:3", "pos:R:2", GG_INPUT, "with width 3"},
        {xyz_frame, "pos:R:3", "pos:I:3", GG_INPUT, "with width 3"},
        {xyz_frame, "pos:R:3", "pos:R:3:pos:R:3", GG_INPUT, "once"},
        {xyz_frame, "pos:R:3", "pos:Q:3", GG_INPUT, "NAME:R|I|S|L:COUNT"},
        {xyz_frame, "pos:R:3", "pos:R:99999999999999999999", GG_INPUT, "NAME:R|I|S|L:COUNT"},
        {xyz_frame, "pos:R:3", "pos:R", GG_INPUT, "NAME:R|I|S|L:COUNT"},
        {xyz_frame, "A 5", "Ni 5", GG_INPUT, "species 'Ni'; --species names them"},
        {xyz_frame, "A 5", "A nan", GG_INPUT, "no finite number"},
        {xyz_frame, "A 5", "A", GG_INPUT, "3 columns; Properties has 4"},
    };
    check_changes(cases, sizeof cases / sizeof cases[0]);
}

/* Lines without an end and zero bytes do not take memory or hide text. */
static void bad_lines(void **state)
{
    (void)state;
    struct bytes b = text("ITEM: TIMESTEP\n");
    struct imported y;
    for (int k = 0; k < 70000; k++)
        put(&b, "7", 1);
    assert_int_equal(import_bytes(&y, "a.dump", b, plain, -1), GG_INPUT);
    assert_non_null(strstr(y.err.text, "line 2: more than 65535 characters"));
    forget(&y);
    memset(b.p + 20, 0, 1);
    b.p[30] = '\n';
    assert_int_equal(import_bytes(&y, "a.dump", b, plain, -1), GG_INPUT);
    assert_non_null(strstr(y.err.text, "a zero byte in the text"));
    forget(&y);
    free(b.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(truncations),    cmocka_unit_test(truncated_second_frame),
        cmocka_unit_test(bit_flips),      cmocka_unit_test(npy_headers),
        cmocka_unit_test(npy_orders),     cmocka_unit_test(npz_bombs_and_lies),
        cmocka_unit_test(npz_names),      cmocka_unit_test(pickles),
        cmocka_unit_test(pickle_bounds),  cmocka_unit_test(bad_dumps),
        cmocka_unit_test(bad_data_files), cmocka_unit_test(bad_xyz),
        cmocka_unit_test(bad_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
