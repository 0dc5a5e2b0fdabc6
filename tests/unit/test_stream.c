/* test_stream.c -- streams written and read back: random frames, golden bytes, odd but legal ones, slow pipes */
#include "random_frame.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static struct gg_err err;

static void must(int status)
{
    if (status < 0)
        fail_msg("%s", err.text);
}

/* What is written is read, for many random members of many random frames in one stream. */
static void random_round_trip(void **state)
{
    (void)state;
    enum { MEMBERS = 40 };
    struct gg_writer w;
    struct gg_arena arena = {0};
    struct gg_frame f = {0}, g = {0};
    gg_writer_open_memory(&w);
    for (int pass = 0; pass < 2; pass++) { /* first written, then made again and compared */
        struct gg_reader r = {0};
        if (pass == 1) {
            size_t n;
            const void *p = gg_writer_memory(&w, &n);
            gg_reader_open_memory(&r, p, n);
        }
        for (uint32_t m = 0; m < MEMBERS; m++) {
            struct gg_rng rng = gg_rng_at(1, m, 0, 0);
            uint32_t n_frame = gg_rng_below(&rng, 5);
            if (pass == 0)
                must(gg_writer_begin(&w, "gg.graph/1", NULL, NULL, &err));
            else
                assert_int_equal(gg_reader_next(&r, &g, &err), GG_EVENT_MEMBER);
            for (uint32_t k = 0; k < n_frame; k++) {
                random_frame(&f, &arena, &rng);
                if (pass == 0) {
                    must(gg_writer_frame(&w, &f, &err));
                } else {
                    must(gg_reader_next(&r, &g, &err));
                    same_frame(&f, &g);
                }
                gg_arena_reset(&arena);
            }
            if (pass == 0)
                must(gg_writer_end(&w, NULL, &err));
            else
                assert_int_equal(gg_reader_next(&r, &g, &err), GG_EVENT_MEMBER_END);
        }
        if (pass == 1) {
            assert_int_equal(gg_reader_next(&r, &g, &err), GG_EVENT_END);
            assert_int_equal(r.n_member, MEMBERS);
            gg_reader_close(&r);
        }
    }
    must(gg_writer_commit(&w, &err));
    gg_frame_free(&f);
    gg_frame_free(&g);
    gg_arena_free(&arena);
}

/* META, PROV and the trailer come back as they were; the small stream again gives its own bytes. */
/* As many lines as META may have, merged three times: hours, if each were looked for among all. */
static void many_lines_merge(void **state)
{
    (void)state;
    enum { LINES = 400000 };
    struct gg_meta from = {0}, into = {0};
    char text[16];
    for (int k = 0; k < LINES; k++) {
        snprintf(text, sizeof text, "%d", k);
        gg_meta_add(&from, k % 2 ? "a" : "b", text);
    }
    for (int k = 0; k < 3; k++)
        gg_meta_merge(&into, &from);
    assert_int_equal(into.n, LINES);
    for (int k = 0; k < LINES; k += 997) {
        assert_string_equal(into.pair[k].key, from.pair[k].key);
        assert_string_equal(into.pair[k].value, from.pair[k].value);
    }
    gg_meta_set(&into, "a", "x");
    assert_int_equal(into.n, LINES / 2 + 1);
    assert_string_equal(into.pair[1].value, "x");
    assert_string_equal(into.pair[2].value, "2");
    gg_meta_clear(&from);
    gg_meta_clear(&into);
}

/* What was replaced or renamed is no longer there, and may be added. */
static void changed_lines_are_known(void **state)
{
    (void)state;
    struct gg_meta m = {0};
    char text[16];
    for (int k = 0; k < 40; k++) {
        snprintf(text, sizeof text, "%d", k);
        gg_meta_add(&m, "k", text);
        gg_meta_add(&m, "k", text);
    }
    assert_int_equal(m.n, 40);
    gg_meta_rename(&m, 7, "other");
    gg_meta_add(&m, "k", "7");
    assert_int_equal(m.n, 41);
    gg_meta_add(&m, "other", "7");
    assert_int_equal(m.n, 41);
    gg_meta_set(&m, "other", "8");
    gg_meta_add(&m, "other", "7");
    gg_meta_add(&m, "other", "8");
    assert_int_equal(m.n, 42);
    gg_meta_clear(&m);
}

static void meta_round_trip(void **state)
{
    (void)state;
    struct bytes b = small_stream(3);
    struct gg_reader r;
    struct gg_writer w;
    struct gg_frame f = {0};
    int event;
    gg_reader_open_memory(&r, b.p, b.n);
    gg_writer_open_memory(&w);
    while ((event = gg_reader_next(&r, &f, &err)) > 0) {
        if (event == GG_EVENT_MEMBER) {
            assert_string_equal(gg_meta_get(&r.meta, "system"), "KA3D\tand \\ more\n");
            must(gg_writer_begin(&w, r.schema, &r.meta, &r.prov, &err));
        }
        if (event == GG_EVENT_FRAME)
            must(gg_writer_frame(&w, &f, &err));
        if (event == GG_EVENT_MEMBER_END) {
            assert_true(r.has_index);
            assert_int_equal(r.n_frame, 3);
            must(gg_writer_end(&w, &r.trailer, &err));
        }
    }
    must(event);
    assert_int_equal(r.offset, b.n);
    size_t n;
    const void *p = gg_writer_memory(&w, &n);
    assert_int_equal(n, b.n);
    assert_memory_equal(p, b.p, n);
    gg_writer_commit(&w, &err);
    gg_reader_close(&r);
    gg_frame_free(&f);
    free(b.p);
}

/* tests/golden/stream-1.hex: a stream of version 1.0 as text, 32 bytes a line.  GG_REWRITE=1 writes it anew. */
static void golden_bytes(void **state)
{
    (void)state;
    const char *path = "tests/golden/stream-1.hex";
    struct bytes b = small_stream(2);
    FILE *file;
    if (getenv("GG_REWRITE")) {
        file = fopen(path, "w");
        assert_non_null(file);
        for (size_t k = 0; k < b.n; k++)
            fprintf(file, "%02x%s", b.p[k], k % 32 == 31 ? "\n" : "");
        fclose(file);
    }
    file = fopen(path, "r");
    if (!file)
        fail_msg("%s: run the tests from the root of the tree", path);
    for (size_t k = 0; k < b.n; k++) {
        unsigned byte;
        assert_int_equal(fscanf(file, "%2x", &byte), 1);
        if (byte != b.p[k])
            fail_msg("byte %zu is %02x, golden %02x", k, b.p[k], byte);
    }
    assert_int_equal(fscanf(file, " %*c"), EOF);
    fclose(file);
    static const unsigned char start[] = {0x89, 'G', 'G', 'S', 13, 10, 26, 10, 4, 3, 2, 1, 1, 0, 0, 0, 64};
    static const unsigned char crc[] = {0x0F, 0x02, 0x6E, 0x42};
    assert_memory_equal(b.p, start, sizeof start);
    assert_memory_equal(b.p + 60, crc, 4);
    free(b.p);
}

static void preamble_sums(void **state)
{
    (void)state;
    static const struct {
        const char *schema;
        unsigned char crc[4];
    } known[] = {{"gg.graph/1", {0x0F, 0x02, 0x6E, 0x42}},
                 {"gg.model/1", {0xA5, 0x14, 0x30, 0x88}},
                 {"gg.checkpoint/1", {0x11, 0xC8, 0x72, 0xFD}},
                 {"gg.metric/1", {0x40, 0xA2, 0xBC, 0x9F}}};
    for (int k = 0; k < 4; k++) {
        struct gg_writer w;
        size_t n;
        gg_writer_open_memory(&w);
        must(gg_writer_begin(&w, known[k].schema, NULL, NULL, &err));
        must(gg_writer_end(&w, NULL, &err));
        assert_memory_equal((const char *)gg_writer_memory(&w, &n) + 60, known[k].crc, 4);
        must(gg_writer_commit(&w, &err));
    }
}

/* One frame through memory; the reader's copy is compared. */
static void through(const struct gg_frame *f, const char *schema)
{
    struct gg_writer w;
    struct gg_reader r;
    struct gg_frame g = {0};
    size_t n;
    gg_writer_open_memory(&w);
    must(gg_writer_begin(&w, schema, NULL, NULL, &err));
    must(gg_writer_frame(&w, f, &err));
    must(gg_writer_end(&w, NULL, &err));
    const void *p = gg_writer_memory(&w, &n);
    gg_reader_open_memory(&r, p, n);
    must(gg_reader_next(&r, &g, &err));
    must(gg_reader_next(&r, &g, &err));
    same_frame(f, &g);
    must(gg_reader_next(&r, &g, &err));
    assert_int_equal(gg_reader_next(&r, &g, &err), GG_EVENT_END);
    gg_reader_close(&r);
    gg_writer_commit(&w, &err);
    gg_frame_free(&g);
}

/* Nothing at all, one particle, no edges, zero-size fields, a model without space. */
static void legal_oddities(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {0};
    through(&f, "gg.graph/1");
    f.dim = 3;
    f.n_node = 1;
    gg_frame_add(&f, &a, "pos", NULL);
    gg_frame_add(&f, &a, "edge_ptr", NULL);
    gg_frame_add(&f, &a, "edge_nbr", NULL);
    gg_frame_add(&f, &a, "edge_shift", NULL);
    gg_frame_add(&f, &a, "time", (const uint64_t[]){0});
    gg_frame_add(&f, &a, "propensity", (const uint64_t[]){0});
    gg_frame_add(&f, &a, "node_features", (const uint64_t[]){0});
    through(&f, "gg.graph/1");
    gg_frame_clear(&f);
    gg_frame_add_as(&f, &a, "layers.0.w", GG_F32, 1, (const uint64_t[]){5}, (const int[]){GG_FREE},
                    GG_PARAMETER, "", "", &err);
    gg_frame_add_as(&f, &a, "step", GG_I64, 0, NULL, NULL, GG_OTHER, "", "", &err);
    through(&f, "gg.model/1");
    gg_frame_free(&f);
    gg_arena_free(&a);
}

struct trickle {
    int fd;
    pthread_t reader;
    struct bytes b;
};

static void ignore(int signal_number)
{
    (void)signal_number;
}

/* One byte a write, with a signal to the reading thread before each. */
static void *write_slowly(void *context)
{
    struct trickle *t = context;
    for (size_t k = 0; k < t->b.n; k++) {
        pthread_kill(t->reader, SIGUSR1);
        if (write(t->fd, t->b.p + k, 1) != 1)
            break;
    }
    close(t->fd);
    return NULL;
}

static void slow_pipe(void **state)
{
    (void)state;
    struct sigaction action = {.sa_handler = ignore}; /* no SA_RESTART: read returns EINTR */
    sigaction(SIGUSR1, &action, NULL);
    int ends[2];
    char path[64];
    pthread_t thread;
    assert_int_equal(pipe(ends), 0);
    struct trickle t = {ends[1], pthread_self(), small_stream(2)};
    pthread_create(&thread, NULL, write_slowly, &t);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    struct gg_reader r;
    struct gg_frame f = {0};
    int event, frames = 0;
    must(gg_reader_open(&r, path, &err));
    close(ends[0]);
    while ((event = gg_reader_next(&r, &f, &err)) > 0)
        frames += event == GG_EVENT_FRAME;
    must(event);
    assert_int_equal(frames, 2);
    assert_int_equal(r.offset, t.b.n);
    pthread_join(thread, NULL);
    gg_reader_close(&r);
    gg_frame_free(&f);
    free(t.b.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_round_trip),
                                       cmocka_unit_test(many_lines_merge),
                                       cmocka_unit_test(changed_lines_are_known),
                                       cmocka_unit_test(meta_round_trip),
                                       cmocka_unit_test(golden_bytes),
                                       cmocka_unit_test(preamble_sums),
                                       cmocka_unit_test(legal_oddities),
                                       cmocka_unit_test(slow_pipe)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
