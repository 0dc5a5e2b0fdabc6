/* stream_fixture.h -- small streams for the tests of common/stream: made, walked, damaged, sealed again */
#ifndef STREAM_FIXTURE_H
#define STREAM_FIXTURE_H

#include "stream/crc32c.h"
#include "stream/reader.h"
#include "stream/writer.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes that a test may change. */
struct bytes {
    unsigned char *p;
    size_t n;
};

static inline struct bytes copy_of(struct bytes b)
{
    struct bytes c = {malloc(b.n + 1), b.n};
    memcpy(c.p, b.p, b.n);
    return c;
}

/* Chunk k (from 0) of a member that starts at `member`: its offset, or b.n behind the last. */
static inline size_t chunk_at(struct bytes b, size_t member, int k)
{
    size_t at = member + 64;
    for (; k > 0 && at + 64 <= b.n; k--) {
        uint64_t length[2];
        memcpy(length, b.p + at + 16, 16);
        at += 64 + length[0] + length[1];
    }
    return at < b.n ? at : b.n;
}

/* Makes every checksum and chain value of a one-member stream right again; lengths must lead from chunk to chunk. */
static inline void reseal(struct bytes b)
{
    uint32_t crc = gg_crc32c(0, b.p, 60);
    memcpy(b.p + 60, &crc, 4);
    uint32_t previous = gg_crc32c(0, b.p, 64);
    for (size_t at = 64; at + 64 <= b.n;) {
        unsigned char *h = b.p + at;
        uint64_t length[2];
        memcpy(length, h + 16, 16);
        size_t left = b.n - at - 64;
        if (length[0] <= left && length[1] <= left - length[0]) {
            crc = gg_crc32c(0, h + 64, length[0]);
            memcpy(h + 40, &crc, 4);
            crc = gg_crc32c(0, h + 64 + length[0], length[1]);
            memcpy(h + 44, &crc, 4);
        }
        crc = gg_crc32c(previous, h, 48);
        memcpy(h + 48, &crc, 4);
        crc = gg_crc32c(0, h, 60);
        memcpy(h + 60, &crc, 4);
        previous = gg_crc32c(0, h, 64);
        if (length[0] > left || length[1] > left - length[0])
            return;
        at += 64 + length[0] + length[1];
    }
}

/* Reads all of it: 0 or the status, with the message in err. */
static inline int read_all(struct bytes b, struct gg_err *err)
{
    struct gg_reader r;
    struct gg_frame f = {0};
    int event;
    gg_reader_open_memory(&r, b.p, b.n);
    while ((event = gg_reader_next(&r, &f, err)) > 0)
        ;
    gg_reader_close(&r);
    gg_frame_free(&f);
    return event == 0 ? 0 : err->status;
}

/* Two particles, three edges, a field of every kind that the checks look at. */
static inline void fill_frame(struct gg_frame *f, struct gg_arena *a, int number)
{
    gg_frame_clear(f);
    f->n_node = 2;
    f->n_edge = 3;
    f->dim = 3;
    f->pbc = 3;
    for (int k = 0; k < 3; k++)
        f->cell[k][k] = 4.0 + k;
    snprintf(f->id, sizeof f->id, "test/%d", number);
    double *pos = gg_frame_add(f, a, "pos", NULL)->data;
    for (int k = 0; k < 6; k++)
        pos[k] = 0.1 * k + number;
    int32_t *type = gg_frame_add(f, a, "type", NULL)->data;
    type[1] = 1;
    int64_t *ptr = gg_frame_add(f, a, "edge_ptr", NULL)->data;
    ptr[1] = 2;
    ptr[2] = 3;
    int32_t *nbr = gg_frame_add(f, a, "edge_nbr", NULL)->data;
    nbr[0] = nbr[1] = 1;
    int8_t *shift = gg_frame_add(f, a, "edge_shift", NULL)->data;
    shift[3] = -1;
    float *propensity = gg_frame_add(f, a, "propensity", (const uint64_t[]){2})->data;
    propensity[3] = 0.5f;
    double *time = gg_frame_add(f, a, "time", (const uint64_t[]){2})->data;
    time[0] = 0.25;
    time[1] = 4120;
    double *temperature = gg_frame_add(f, a, "temperature", NULL)->data;
    *temperature = 0.44;
    struct gg_err err;
    unsigned char *mask = gg_frame_add_as(f, a, "mask", GG_BOOL, 1, (const uint64_t[]){2},
                                          (const int[]){GG_NODE}, GG_MASK, "", "", &err)
                              ->data;
    mask[1] = 1;
}

/* META, one PROV, n_frame frames, a trailer, INDX, ENDS. */
static inline struct bytes small_stream(int n_frame)
{
    struct gg_writer w;
    struct gg_arena arena = {0};
    struct gg_frame f = {0};
    struct gg_meta meta = {0}, mine = {0}, trailer = {0};
    struct gg_prov prov = {0};
    struct gg_err err;
    gg_meta_add(&meta, "system", "KA3D\tand \\ more\n");
    gg_meta_add(&mine, "program", "test");
    gg_meta_add(&trailer, "frames", "some");
    gg_prov_append(&prov, &mine);
    gg_writer_open_memory(&w);
    assert_int_equal(gg_writer_begin(&w, "gg.graph/1", &meta, &prov, &err), 0);
    for (int k = 0; k < n_frame; k++) {
        fill_frame(&f, &arena, k);
        if (gg_writer_frame(&w, &f, &err) < 0)
            fail_msg("%s", err.text);
    }
    assert_int_equal(gg_writer_end(&w, &trailer, &err), 0);
    struct bytes b;
    const void *p = gg_writer_memory(&w, &b.n);
    b.p = malloc(b.n);
    memcpy(b.p, p, b.n);
    gg_writer_commit(&w, &err);
    gg_meta_clear(&meta);
    gg_meta_clear(&mine);
    gg_meta_clear(&trailer);
    gg_prov_clear(&prov);
    gg_frame_free(&f);
    gg_arena_free(&arena);
    return b;
}

#endif
