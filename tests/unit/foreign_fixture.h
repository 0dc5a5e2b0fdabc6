/* foreign_fixture.h -- foreign files made in memory: npy, npz, pickles; and their way to a frame */
#ifndef FOREIGN_FIXTURE_H
#define FOREIGN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "formats/draft_frame.h"
#include "formats/foreign.h"

struct bytes {
    unsigned char *p;
    size_t n, room;
};

static inline void put(struct bytes *b, const void *data, size_t n)
{
    if (b->n + n > b->room)
        b->p = realloc(b->p, b->room = 2 * (b->n + n) + 64);
    if (n)
        memcpy(b->p + b->n, data, n);
    b->n += n;
}

static inline void put_text(struct bytes *b, const char *text)
{
    put(b, text, strlen(text));
}

/* ---- npy and npz ---- */

/* An npy file of f8 numbers, written as `descr` ("<f8", ">f8", "<f4", "|i1") in C or Fortran order. */
static inline struct bytes npy(const char *descr, bool fortran, int ndim, const uint64_t *shape,
                               const double *x)
{
    struct bytes b = {0};
    char text[256] = "", dims[128] = "";
    uint64_t count = 1, index[8] = {0};
    for (int d = 0; d < ndim; d++) {
        sprintf(dims + strlen(dims), "%llu, ", (unsigned long long)shape[d]);
        count *= shape[d];
    }
    sprintf(text, "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }", descr, fortran ? "True" : "False",
            dims);
    size_t pad = 64 - (10 + strlen(text) + 1) % 64;
    sprintf(text + strlen(text), "%*s\n", (int)pad, "");
    uint16_t length = (uint16_t)strlen(text);
    put(&b, "\x93NUMPY\1\0", 8);
    put(&b, &length, 2);
    put_text(&b, text);
    for (uint64_t k = 0; k < count; k++) {
        uint64_t from = 0; /* C index of the k-th number in the order of the file */
        for (int d = 0; d < ndim; d++)
            from = from * shape[d] + index[d];
        float f4 = (float)x[from];
        int8_t i1 = (int8_t)x[from];
        int32_t i4 = (int32_t)x[from];
        unsigned char f8[8];
        memcpy(f8, &x[from], 8);
        for (int c = 0; descr[0] == '>' && c < 4; c++) {
            unsigned char held = f8[c];
            f8[c] = f8[7 - c];
            f8[7 - c] = held;
        }
        if (!strcmp(descr + 1, "f8"))
            put(&b, f8, 8);
        else if (!strcmp(descr + 1, "f4"))
            put(&b, &f4, 4);
        else if (!strcmp(descr + 1, "i4"))
            put(&b, &i4, 4);
        else
            put(&b, &i1, 1);
        for (int d = fortran ? 0 : ndim - 1; d >= 0 && d < ndim; d += fortran ? 1 : -1) {
            if (++index[d] < shape[d])
                break;
            index[d] = 0;
        }
    }
    return b;
}

struct member {
    const char *name;
    struct bytes bytes;
};

/* A zip of the members, each called NAME and `ending`.  `method`: ZIP_CM_STORE or ZIP_CM_DEFLATE. */
static inline struct bytes zip_with(const struct member *m, int n, int method, const char *ending)
{
    struct bytes out = {0};
    zip_error_t err;
    zip_source_t *whole = zip_source_buffer_create(NULL, 0, 0, &err);
    zip_t *z = zip_open_from_source(whole, ZIP_CREATE | ZIP_TRUNCATE, &err);
    assert_non_null(z);
    zip_source_keep(whole);
    for (int k = 0; k < n; k++) {
        char name[128];
        snprintf(name, sizeof name, "%s%s", m[k].name, ending);
        zip_int64_t at =
            zip_file_add(z, name, zip_source_buffer(z, m[k].bytes.p, m[k].bytes.n, 0), ZIP_FL_OVERWRITE);
        assert_true(at >= 0);
        zip_set_file_compression(z, (zip_uint64_t)at, method, 0);
    }
    assert_int_equal(zip_close(z), 0);
    zip_stat_t s;
    zip_source_stat(whole, &s);
    out.p = malloc(s.size);
    out.n = s.size;
    zip_source_open(whole);
    assert_int_equal(zip_source_read(whole, out.p, s.size), s.size);
    zip_source_close(whole);
    zip_source_free(whole);
    return out;
}

/* An npz of the members, which are freed. */
static inline struct bytes zip_of(struct member *m, int n, int method)
{
    struct bytes out = zip_with(m, n, method, ".npy");
    for (int k = 0; k < n; k++)
        free(m[k].bytes.p);
    return out;
}

/* ---- pickles, protocol 3 ---- */

static inline void put_key(struct bytes *b, const char *key)
{
    uint32_t n = (uint32_t)strlen(key);
    put(b, "X", 1);
    put(b, &n, 4);
    put(b, key, n);
}

static inline void put_whole(struct bytes *b, int32_t x)
{
    put(b, "J", 1);
    put(b, &x, 4);
}

static inline void put_float(struct bytes *b, double x)
{
    unsigned char bits[8];
    memcpy(bits, &x, 8);
    put(b, "G", 1);
    for (int k = 8; k-- > 0;)
        put(b, &bits[k], 1);
}

/* An f8 or i4 array as numpy pickles it. */
static inline void put_array(struct bytes *b, const char *type, int ndim, const int32_t *shape,
                             const double *x)
{
    uint32_t n = 1, size = type[0] == 'f' ? 8 : 4;
    put_text(b, "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK");
    put(b,
        "\0\x85"
        "C\1b\x87R(K\1(",
        11);
    for (int d = 0; d < ndim; d++) {
        put_whole(b, shape[d]);
        n *= (uint32_t)shape[d];
    }
    put_text(b, "tcnumpy\ndtype\n");
    put_key(b, type);
    put(b, "K\0K\1\x87R(K\3", 9);
    put_key(b, "<");
    put_text(b, "NNN");
    put_whole(b, -1);
    put_whole(b, -1);
    put(b,
        "K\0tb\x89"
        "B",
        6);
    uint32_t length = n * size;
    put(b, &length, 4);
    for (uint32_t k = 0; k < n; k++) {
        int32_t whole = (int32_t)x[k];
        put(b, size == 8 ? (const void *)&x[k] : &whole, size);
    }
    put_text(b, "tb");
}

/* The last key of a data set's dictionary, and the end of the pickle. */
static inline void put_metadata(struct bytes *b, double temperature)
{
    put_key(b, "metadata");
    put_text(b, "}");
    put_key(b, "temperature");
    put_float(b, temperature);
    put_text(b, "su.");
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

static inline struct bytes text(const char *t)
{
    struct bytes b = {0};
    put_text(&b, t);
    return b;
}

static inline struct bytes small_npz(int method)
{
    const uint64_t vectors[] = {2, 3}, runs[] = {3, 2, 3};
    const double x[18] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}, type[2] = {0, 1};
    struct member m[] = {{"types", npy("|i1", false, 1, vectors, type)},
                         {"initial_positions", npy("<f8", true, 2, vectors, x)},
                         {"positions", npy("<f8", false, 3, runs, x)}};
    return zip_of(m, 3, method);
}

/* ---- to a frame ---- */

struct imported {
    struct gg_frame frame;
    struct gg_draft draft;
    struct gg_arena arena;
    struct gg_meta meta; /* of the drafts */
    struct gg_err err;
    int n; /* configurations, of which the last is here */
};

static const struct gg_foreign_options plain = {.format = 0};
static const struct gg_reals no_reals = {0};
static const struct gg_texts no_texts = {0};

static inline void forget(struct imported *x)
{
    gg_draft_clear(&x->draft);
    gg_meta_clear(&x->meta);
    gg_frame_free(&x->frame);
    gg_arena_free(&x->arena);
}

/* Reads all configurations; 0 or the status of the refusal. */
static inline int import_bytes(struct imported *x, const char *path, struct bytes b,
                               struct gg_foreign_options o, int64_t time_index)
{
    const struct gg_draft_options how = {&no_reals, time_index, &no_texts};
    struct gg_foreign f;
    int got = -1;
    memset(x, 0, sizeof *x);
    o.dim = o.dim ? o.dim : 3;
    o.max_bytes = o.max_bytes ? o.max_bytes : 1 << 30;
    if (gg_foreign_open_memory(&f, path, b.p, b.n, &o, &x->err))
        return x->err.status;
    while ((got = gg_foreign_next(&f, &x->arena, &x->draft, &x->err)) == 1) {
        x->n++;
        gg_meta_merge(&x->meta, &x->draft.meta);
        if (gg_draft_frame(&x->draft, &how, &x->frame, &x->arena, &x->err)) {
            got = -1;
            break;
        }
    }
    gg_foreign_close(&f);
    if (got < 0) {
        assert_true(x->err.status != 0 && x->err.text[0]);
        assert_null(strchr(x->err.text, '\n'));
    }
    return got ? x->err.status : 0;
}

/* Refused, with these words; frees b. */
static inline void must_refuse(const char *path, struct bytes b, const char *says)
{
    struct imported x;
    int status = import_bytes(&x, path, b, plain, -1);
    if (!status || !strstr(x.err.text, says))
        fail_msg("status %d, '%s'; wanted '%s'", status, x.err.text, says);
    forget(&x);
    free(b.p);
}

/* Cut anywhere, or a bit turned: a frame or a refusal, never a crash (run under sanitizers, too). */
static inline void damage_everywhere(const char *path, struct bytes b)
{
    struct imported x;
    for (size_t n = 0; n < b.n; n++) {
        struct bytes cut = {malloc(n + 1), n, n};
        memcpy(cut.p, b.p, n);
        assert_true(import_bytes(&x, path, cut, plain, -1) >= GG_USAGE);
        forget(&x);
        free(cut.p);
    }
    for (size_t bit = 0; bit < 8 * b.n; bit++) {
        b.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
        import_bytes(&x, path, b, plain, -1);
        forget(&x);
        b.p[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
}

#endif
