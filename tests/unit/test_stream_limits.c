/* test_stream_limits.c -- the limits of gg_stream(5), on both sides: what is too large is neither written nor read */
#include "stream_fixture.h"

#include "stream/layout.h"
#include "stream/own_times.h"
#include "failing_reads.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct gg_err err;

static void refused(int status, const char *why)
{
    assert_int_equal(status, -1);
    if (!strstr(err.text, why))
        fail_msg("'%s' instead of '%s'", err.text, why);
}

/* A text of n letters; free() it. */
static char *letters(size_t n)
{
    char *text = malloc(n + 1);
    memset(text, 'a', n);
    text[n] = '\0';
    return text;
}

static void add_entry(struct gg_prov *p, int k, const char *text)
{
    p->entry[k] = (struct gg_meta){0};
    gg_meta_printf(&p->entry[k], "id", "%08x", (unsigned)k + 1);
    gg_meta_add(&p->entry[k], "text", text);
}

static struct gg_prov entries(int n, const char *text)
{
    struct gg_prov p = {.n = n, .entry = calloc((size_t)n, sizeof *p.entry)};
    for (int k = 0; k < n; k++)
        add_entry(&p, k, text);
    return p;
}

/* What is begun in memory, with META or PROV; its bytes if b is asked for. */
static int begin(const struct gg_meta *meta, struct gg_prov *prov, struct bytes *b)
{
    struct gg_writer w;
    gg_writer_open_memory(&w);
    int status = gg_writer_begin(&w, "gg.graph/1", meta, prov, &err);
    if (status == 0 && b) {
        struct gg_err ignored;
        assert_int_equal(gg_writer_end(&w, NULL, &ignored), 0);
        const void *p = gg_writer_memory(&w, &b->n);
        *b = copy_of((struct bytes){(unsigned char *)(uintptr_t)p, b->n});
    }
    struct gg_err why = err;
    w.in_member = false;
    gg_writer_commit(&w, &err);
    err = why;
    return status;
}

static void writer_limits(void **state)
{
    (void)state;
    char *large = letters(GG_MAX_TEXT + 1), *most = letters(GG_MAX_TEXT - 100);
    struct gg_meta meta = {0};
    gg_meta_add(&meta, "text", large);
    refused(begin(&meta, NULL, NULL), "META of 1048583 bytes, the limit is 1048576");
    struct gg_prov p = entries(17, most);
    refused(begin(NULL, &p, NULL), "META and PROV of a member above the limit of 16777216 bytes");
    gg_prov_clear(&p);
    p = entries(GG_MAX_PROV + 1, "");
    refused(begin(NULL, &p, NULL), "4097 PROV, the limit is 4096");
    gg_prov_clear(&p);
    struct gg_writer w;
    struct gg_frame f = {.n_field = GG_MAX_TENSOR + 1};
    gg_writer_open_memory(&w);
    assert_int_equal(gg_writer_begin(&w, "gg.graph/1", NULL, NULL, &err), 0);
    refused(gg_writer_frame(&w, &f, &err), "65537 fields, the limit is 65536");
    w.in_member = false;
    gg_writer_commit(&w, &err);
    gg_meta_clear(&meta);
    free(large);
    free(most);
}

/* A full disk is noticed by whichever part is the first that the buffer has no room for. */
static void writer_full(void **state)
{
    (void)state;
    char *long_text = letters(600000);
    struct gg_meta meta = {0};
    struct gg_prov p = entries(1, long_text);
    gg_meta_add(&meta, "text", long_text);
    for (int part = 0; part < 3; part++) {
        struct gg_writer w;
        assert_int_equal(gg_writer_open(&w, "/dev/full", &err), 0);
        int status = gg_writer_begin(&w, "gg.graph/1", part == 0 ? &meta : NULL, part == 1 ? &p : NULL, &err);
        if (part == 2) {
            assert_int_equal(status, 0);
            status = gg_writer_end(&w, &meta, &err);
        }
        refused(status, "/dev/full: cannot write: No space left on device");
        assert_int_equal(err.status, GG_SYSTEM);
        w.in_member = false;
        gg_writer_commit(&w, &err);
    }
    gg_prov_clear(&p);
    gg_meta_clear(&meta);
    free(long_text);
}

/* Whatever begins in the last bytes of the buffer: the disk's refusal, from every part of a stream. */
static void writer_full_anywhere(void **state)
{
    (void)state;
    enum { BUFFER = 256 << 10, BEHIND = 4096 };
    for (size_t n = BUFFER - BEHIND; n < BUFFER; n += 64) {
        char *text = letters(n);
        struct gg_meta meta = {0};
        struct gg_arena a = {0};
        struct gg_frame f = {0};
        struct gg_writer w;
        gg_meta_add(&meta, "text", text);
        fill_frame(&f, &a, 0);
        assert_int_equal(gg_writer_open(&w, "/dev/full", &err), 0);
        int status = gg_writer_begin(&w, "gg.graph/1", &meta, NULL, &err);
        if (status == 0)
            status = gg_writer_frame(&w, &f, &err);
        if (status == 0)
            status = gg_writer_end(&w, NULL, &err);
        w.in_member = false;
        if (status == 0)
            status = gg_writer_commit(&w, &err);
        else
            gg_writer_abort(&w, "test", &err);
        refused(status, "/dev/full: cannot write: No space left on device");
        gg_meta_clear(&meta);
        gg_frame_free(&f);
        gg_arena_free(&a);
        free(text);
    }
}

static void malformed_field(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    struct gg_writer w;
    fill_frame(&f, &a, 0);
    gg_frame_find(&f, "type")->nbytes = 7;
    gg_writer_open_memory(&w);
    assert_int_equal(gg_writer_begin(&w, "gg.graph/1", NULL, NULL, &err), 0);
    refused(gg_writer_frame(&w, &f, &err), "cannot write frame 0: field 'type'");
    w.in_member = false;
    gg_writer_commit(&w, &err);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* ---- reader ---- */

static int read_path(const char *path)
{
    struct gg_reader r;
    struct gg_frame f = {0};
    int event = gg_reader_open(&r, path, &err);
    while (event >= 0 && (event = gg_reader_next(&r, &f, &err)) > 0)
        ;
    gg_reader_close(&r);
    gg_frame_free(&f);
    return event < 0 ? err.status : 0;
}

/* Whichever read it is: status 5, the path and the reason.  The file is closed, also where nothing was read of it. */
static void failing_reads(void **state)
{
    (void)state;
    char path[] = "/tmp/gg_reads.XXXXXX";
    struct bytes b = small_stream(2);
    int fd = mkstemp(path);
    assert_int_equal(write(fd, b.p, b.n), b.n);
    close(fd);
    long n = 0;
    for (int status = GG_SYSTEM; status; n++) {
        reads_left = n;
        status = read_path(path);
        reads_left = -1;
        if (status &&
            (status != GG_SYSTEM || !strstr(err.text, path) || !strstr(err.text, "Input/output error")))
            fail_msg("read %ld: status %d, '%s'", n, status, err.text);
    }
    assert_true(n > (long)(b.n / PART));
    struct gg_reader r;
    assert_int_equal(gg_reader_open(&r, path, &err), 0);
    gg_reader_close(&r);
    int again = open(path, O_RDONLY);
    assert_int_equal(again, fd);
    close(again);
    unlink(path);
    free(b.p);
}

/* No frame comes to this check with a cell that is none. */
static void cutoff_without_cell(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {.dim = 3, .pbc = 7};
    struct gg_meta meta = {0};
    gg_frame_add(&f, &a, "edge_nbr", NULL);
    refused(gg_frame_check_cutoff(&f, &meta, &err), "cell");
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* b with chunk k once more, n times, behind itself; numbers and sums made right. */
static struct bytes repeated(struct bytes b, int k, int n, const char type[4])
{
    size_t at = chunk_at(b, 0, k), size = chunk_at(b, 0, k + 1) - at, end = at + size;
    struct bytes c = {malloc(b.n + (size_t)n * size), b.n + (size_t)n * size};
    memcpy(c.p, b.p, end);
    for (int m = 0; m < n; m++)
        memcpy(c.p + end + (size_t)m * size, b.p + at, size);
    memcpy(c.p + end + (size_t)n * size, b.p + end, b.n - end);
    uint64_t seq = 0;
    for (size_t h = 64; h + 64 <= c.n; seq++) {
        uint64_t length[2];
        memcpy(c.p + h + 8, &seq, 8);
        memcpy(length, c.p + h + 16, 16);
        if (type && seq >= (uint64_t)k && seq <= (uint64_t)(k + n))
            memcpy(c.p + h, type, 4);
        h += 64 + length[0] + length[1];
    }
    reseal(c);
    return c;
}

static void reader_refuses(struct bytes b, const char *why)
{
    assert_int_equal(read_all(b, &err), GG_INPUT);
    if (!strstr(err.text, why))
        fail_msg("'%s' instead of '%s'", err.text, why);
    free(b.p);
}

static void reader_limits(void **state)
{
    (void)state;
    char *most = letters(GG_MAX_TEXT - 100);
    struct gg_meta meta = {0};
    struct gg_prov p = entries(GG_MAX_PROV, "");
    struct bytes b;
    gg_meta_add(&meta, "text", most);
    assert_int_equal(begin(&meta, NULL, &b), 0);
    reader_refuses(repeated(b, 0, 16, NULL), "META and PROV of a member above the limit of 16777216 bytes");
    free(b.p);
    gg_meta_clear(&meta);
    assert_int_equal(begin(NULL, &p, &b), 0);
    assert_int_equal(read_all(b, &err), 0);
    struct bytes more = repeated(b, GG_MAX_PROV - 1, 1, NULL);
    memcpy(more.p + chunk_at(more, 0, GG_MAX_PROV) + 64 + 3, "ffffffff", 8);
    reseal(more);
    reader_refuses(more, "more than 4096 PROV");
    free(b.p);
    b = small_stream(0);
    reader_refuses(repeated(b, 0, GG_MAX_PREFACE, "OKEN"), "more than 8192 chunks before the first frame");
    free(b.p);
    gg_prov_clear(&p);
    free(most);
}

/* Behind the frames, too, what is not critical and not known is passed over. */
static void unknown_behind_frames(void **state)
{
    (void)state;
    struct bytes b = small_stream(2);
    int last = 0;
    while (memcmp(b.p + chunk_at(b, 0, last), "INDX", 4))
        last++;
    struct bytes c = repeated(b, last - 1, 0, "OKEN"); /* the trailer */
    assert_int_equal(read_all(c, &err), 0);
    free(c.p);
    free(b.p);
}

/* ---- times ---- */

static struct gg_field grid(const char *name, int axis, uint64_t n, double *v)
{
    struct gg_field x = {.dtype = GG_F64, .ndim = 1, .shape = {n}, .axis = {(uint8_t)axis}, .data = v};
    snprintf(x.name, sizeof x.name, "%s", name);
    return x;
}

static void times(void **state)
{
    (void)state;
    double v[2] = {1, NAN};
    struct gg_field_times t;
    struct gg_field field[2] = {grid("x_pred", GG_FREE, 2, v), grid("x_pred.time", GG_FREE, 2, v)};
    struct gg_frame f = {.n_field = 2, .field = field};
    refused(gg_own_times_check(&f, &err), "field 'x_pred.time': [1] is nan, must be finite");
    refused(gg_field_times(&f, &field[0], &t, &err), "must be finite");
    field[1].shape[0] = (uint64_t)INT_MAX + 1;
    refused(gg_own_times_check(&f, &err), "field 'x_pred.time' has 2147483648 times");
    field[0] = grid("x", GG_TIME, (uint64_t)INT_MAX + 1, v);
    refused(gg_field_times(&f, &field[0], &t, &err), "field 'x' is at 2147483648 times");
    field[0].shape[0] = 2;
    field[1] = grid("time", GG_TIME, 3, v);
    v[1] = 2;
    field[1].shape[0] = 2;
    assert_int_equal(gg_field_times(&f, &field[0], &t, &err), 0);
    assert_int_equal(t.n, 2);
    field[1].dtype = GG_F32;
    refused(gg_field_times(&f, &field[0], &t, &err), "field 'time' must be f64 [time]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(writer_limits),
                                       cmocka_unit_test(writer_full),
                                       cmocka_unit_test(writer_full_anywhere),
                                       cmocka_unit_test(malformed_field),
                                       cmocka_unit_test(failing_reads),
                                       cmocka_unit_test(cutoff_without_cell),
                                       cmocka_unit_test(reader_limits),
                                       cmocka_unit_test(unknown_behind_frames),
                                       cmocka_unit_test(times)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
