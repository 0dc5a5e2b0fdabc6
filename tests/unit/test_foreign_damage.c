/* test_foreign_damage.c -- foreign files truncated at every byte, and with every bit flipped */
#include "foreign_fixture.h"
#include "failing_reads.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

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
    put_metadata(&b, 0.44);
    return b;
}

static struct bytes small_binary_of(const char *columns_said)
{
    struct bytes b = {0};
    const int64_t head[] = {-10}, counts[] = {100, 2};
    const int32_t start[] = {1, 2}, box[7] = {0}, columns = 5, zero = 0,
                  names = (int32_t)strlen(columns_said), chunks[] = {2, 5};
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
    put_text(&b, columns_said);
    put(&b, chunks, 8);
    put(&b, atom[0], 40);
    put(&b, chunks + 1, 4);
    put(&b, atom[1], 40);
    return b;
}

static struct bytes small_binary(void)
{
    return small_binary_of("id type xu yu zu ");
}

static void words_in_numbers(void **state)
{
    (void)state;
    must_refuse("a.bin", small_binary_of("id element xu yu zu "), "column 'element' holds words");
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

/* ---- reads that fail ---- */

static int import_path(const char *path, struct gg_err *err)
{
    struct gg_foreign_options o = {.dim = 3, .max_bytes = 1 << 30};
    struct gg_foreign f;
    struct gg_arena a = {0};
    struct gg_draft d = {.dim = 0};
    int got = -1;
    *err = (struct gg_err){0};
    if (!gg_foreign_open(&f, path, &o, err)) {
        while ((got = gg_foreign_next(&f, &a, &d, err)) == 1)
            ;
        gg_foreign_close(&f);
    }
    gg_draft_clear(&d);
    gg_arena_free(&a);
    return got ? err->status : 0;
}

/* Whichever read it is: status 5, the path and the reason; and the file is closed. */
static void failing_reads(void **state)
{
    (void)state;
    char folder[] = "/tmp/gg_reads.XXXXXX", path[64];
    struct gg_err err;
    assert_non_null(mkdtemp(folder));
    int free_fd = dup(0);
    close(free_fd);
    for (int k = 0; k < N_KIND; k++) {
        struct bytes b = small_file(k);
        snprintf(path, sizeof path, "%s/%s", folder, paths[k]);
        FILE *file = fopen(path, "wb");
        assert_int_equal(fwrite(b.p, 1, b.n, file), b.n);
        fclose(file);
        long n = 0;
        for (int status = GG_SYSTEM; status; n++) {
            reads_left = n;
            status = import_path(path, &err);
            reads_left = -1;
            if (status &&
                (status != GG_SYSTEM || !strstr(err.text, path) || !strstr(err.text, "Input/output error")))
                fail_msg("%s, read %ld: status %d, '%s'", path, n, status, err.text);
        }
        assert_true(n > (long)(b.n / PART));
        unlink(path);
        free(b.p);
    }
    rmdir(folder);
    int fd = dup(0);
    assert_int_equal(fd, free_fd);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(truncations),   cmocka_unit_test(truncated_second_frame),
        cmocka_unit_test(bit_flips),     cmocka_unit_test(words_in_numbers),
        cmocka_unit_test(failing_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
