/* test_stream_refuse.c -- what the writer refuses, what a consumer hears of it, and damage under right checksums */
#include "stream_fixture.h"

#include "util/rng.h"

static struct gg_err err;

static void must(int status)
{
    if (status < 0)
        fail_msg("%s", err.text);
}

/* A second graph has free edge axes and is held to the same rules. */
static void second_graph(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {.dim = 3, .n_node = 2};
    int64_t *ptr = gg_frame_add_as(&f, &a, "edge_ptr_inherent", GG_I64, 1, (const uint64_t[]){3},
                                   (const int[]){GG_NODE1}, GG_STRUCTURE, "", "", &err)
                       ->data;
    ptr[1] = 1;
    ptr[2] = 2;
    struct gg_writer w;
    gg_writer_open_memory(&w);
    must(gg_writer_begin(&w, "gg.graph/1", NULL, NULL, &err));
    assert_int_equal(gg_writer_frame(&w, &f, &err), -1);
    assert_non_null(strstr(err.text, "needs edge_nbr_inherent"));
    int32_t *nbr = gg_frame_add_as(&f, &a, "edge_nbr_inherent", GG_I32, 1, (const uint64_t[]){2},
                                   (const int[]){GG_FREE}, GG_STRUCTURE, "", "", &err)
                       ->data;
    must(gg_writer_frame(&w, &f, &err));
    nbr[1] = 2;
    assert_int_equal(gg_writer_frame(&w, &f, &err), -1);
    assert_non_null(strstr(err.text, "field 'edge_nbr_inherent': [1] is 2"));
    nbr[1] = 0;
    ptr[2] = 1;
    assert_int_equal(gg_writer_frame(&w, &f, &err), -1);
    assert_non_null(strstr(err.text, "ends at 1"));
    gg_writer_abort(&w, "test", &err);
    gg_writer_commit(&w, &err);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* The writer refuses what a reader would: NaN, unless allowed; Inf always. */
static void writer_refuses(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {.dim = 3, .n_node = 2};
    struct gg_writer w;
    float *energy = gg_frame_add(&f, &a, "energy", NULL)->data;
    gg_writer_open_memory(&w);
    must(gg_writer_begin(&w, "gg.graph/1", NULL, NULL, &err));
    energy[1] = 0.0f / (float)f.pbc;
    assert_int_equal(gg_writer_frame(&w, &f, &err), -1);
    assert_int_equal(err.status, GG_NUMERICS);
    assert_non_null(strstr(err.text, "frame 0: field 'energy': [1] is"));
    gg_frame_find(&f, "energy")->flags = GG_NAN_ALLOWED;
    must(gg_writer_frame(&w, &f, &err));
    energy[0] = 1.0f / (float)f.pbc;
    assert_int_equal(gg_writer_frame(&w, &f, &err), -1);
    assert_non_null(strstr(err.text, "field 'energy': [0] is inf"));
    must(gg_writer_end(&w, NULL, &err));
    gg_writer_commit(&w, &err);
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* Texts that a reader would refuse; bytes that are not UTF-8 are replaced, not refused: they come from command lines. */
static void odd_texts(void **state)
{
    (void)state;
    static const struct {
        const char *schema, *key, *value, *id, *message;
    } cases[] = {{"gg graph", "a", "b", "x", "schema"},
                 {"gg.graph/1", "Key", "b", "x", "cannot write META: line 1: wanted a key"},
                 {"gg.graph/1", "", "b", "x", "wanted a key"},
                 {"gg.graph/1", "a", "b", "\xC3\xA4", "sample id holds byte 0xc3"},
                 {"gg.graph/1", "a", "caf\xE9 \xC3\xA4", "x", NULL}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct gg_writer w;
        struct gg_meta m = {0};
        struct gg_frame f = {0};
        struct bytes b;
        gg_meta_add(&m, cases[k].key, cases[k].value);
        strcpy(f.id, cases[k].id);
        gg_writer_open_memory(&w);
        int status = gg_writer_begin(&w, cases[k].schema, &m, NULL, &err);
        if (status == 0)
            status = gg_writer_frame(&w, &f, &err);
        assert_int_equal(status, cases[k].message ? -1 : 0);
        if (cases[k].message && !strstr(err.text, cases[k].message))
            fail_msg("'%s' instead of '%s'", err.text, cases[k].message);
        if (status < 0)
            gg_writer_abort(&w, "test", &err);
        else
            must(gg_writer_end(&w, NULL, &err));
        b.p = (unsigned char *)(uintptr_t)gg_writer_memory(&w, &b.n);
        assert_int_equal(read_all(b, &err), cases[k].message ? GG_TRUNCATED : 0);
        if (!cases[k].message)
            assert_non_null(memmem(b.p, b.n, "caf? \xC3\xA4", 7));
        gg_writer_commit(&w, &err);
        gg_meta_clear(&m);
    }
}

/* A producer that gives up says so to its consumer, from anywhere. */
static void abort_is_heard(void **state)
{
    (void)state;
    for (int began = 0; began < 2; began++) {
        struct gg_writer w;
        const struct gg_err why = {.status = GG_INPUT, .text = "field 'pos' is bad"};
        gg_writer_open_memory(&w);
        if (began)
            must(gg_writer_begin(&w, "gg.graph/1", NULL, NULL, &err));
        gg_writer_abort(&w, "gg-quench", &why);
        struct bytes b;
        b.p = (unsigned char *)(uintptr_t)gg_writer_memory(&w, &b.n);
        assert_int_equal(read_all(b, &err), GG_TRUNCATED);
        assert_non_null(strstr(err.text, "upstream gave up: gg-quench: field 'pos' is bad"));
        gg_writer_commit(&w, &err);
    }
}

/* Without shifts, a cutoff must leave the nearest image unique. */
static void cutoff_needs_shifts(void **state)
{
    (void)state;
    struct gg_arena a = {0};
    struct gg_frame f = {.dim = 3, .pbc = 7, .cell = {{4, 0, 0}, {0, 5, 0}, {0, 0, 6}}};
    gg_frame_add(&f, &a, "edge_nbr", NULL);
    for (int k = 0; k < 4; k++) {
        struct gg_writer w;
        struct gg_meta meta = {0};
        struct bytes b;
        gg_meta_add(&meta, "edge_cutoff", k % 2 ? "2.5" : "2");
        if (k == 2)
            gg_frame_add(&f, &a, "edge_shift", NULL);
        gg_writer_open_memory(&w);
        must(gg_writer_begin(&w, "gg.graph/1", &meta, NULL, &err));
        must(gg_writer_frame(&w, &f, &err));
        must(gg_writer_end(&w, NULL, &err));
        b.p = (unsigned char *)(uintptr_t)gg_writer_memory(&w, &b.n);
        assert_int_equal(read_all(b, &err), k == 1 ? GG_INPUT : 0);
        gg_writer_commit(&w, &err);
        gg_meta_clear(&meta);
    }
    gg_frame_free(&f);
    gg_arena_free(&a);
}

/* Random bytes of a good stream changed and all checksums mended: refused or read, never anything else. */
static void mended_damage(void **state)
{
    (void)state;
    const char *rounds = getenv("GG_FUZZ");
    uint32_t n = rounds ? (uint32_t)atol(rounds) : 3000, accepted = 0;
    struct bytes good = small_stream(2);
    for (uint32_t k = 0; k < n; k++) {
        struct gg_rng rng = gg_rng_at(2, k, 0, 0);
        struct bytes b = copy_of(good);
        for (uint32_t change = 1 + gg_rng_below(&rng, 4); change > 0; change--) {
            uint32_t at = gg_rng_below(&rng, (uint32_t)b.n), size = 1u << gg_rng_below(&rng, 4);
            uint64_t value =
                gg_rng_below(&rng, 2) ? gg_rng_below(&rng, 300) : (uint64_t)gg_rng_u32(&rng) << 24;
            at -= at % size;
            memcpy(b.p + at, &value, size);
        }
        reseal(b);
        int status = read_all(b, &err);
        assert_true(status == 0 || status == GG_INPUT || status == GG_TRUNCATED);
        accepted += status == 0;
        free(b.p);
    }
    assert_true(accepted > 0 && accepted < n);
    free(good.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(second_graph),
                                       cmocka_unit_test(writer_refuses),
                                       cmocka_unit_test(odd_texts),
                                       cmocka_unit_test(abort_is_heard),
                                       cmocka_unit_test(cutoff_needs_shifts),
                                       cmocka_unit_test(mended_damage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
