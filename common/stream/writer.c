/* writer.c -- gg streams out: what a reader would refuse is refused here */
/* Layout: gg_stream(5).  A frame is written straight from the fields: one pass for the checksum, one to the sink. */
#include "stream/writer.h"

#include "stream/crc32c.h"
#include "stream/layout.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct gg_writer_state {
    struct gg_chain chain;
    uint64_t written;     /* bytes of the present member */
    uint64_t text_bytes;  /* of its META and PROV */
    uint64_t (*index)[2]; /* offset and length of each frame */
    size_t index_room;
    unsigned char *table;
    size_t table_room;
    unsigned char *memory; /* of gg_writer_open_memory */
    size_t memory_used, memory_room;
};

static const unsigned char zeros[GG_ALIGN];

int gg_writer_open(struct gg_writer *w, const char *path, struct gg_err *err)
{
    *w = (struct gg_writer){0};
    if (gg_sink_open(&w->sink, path, err) < 0)
        return -1;
    w->state = gg_xalloc(1, sizeof *w->state);
    return 0;
}

void gg_writer_open_memory(struct gg_writer *w)
{
    *w = (struct gg_writer){.to_memory = true};
    w->state = gg_xalloc(1, sizeof *w->state);
}

const void *gg_writer_memory(const struct gg_writer *w, size_t *bytes)
{
    *bytes = w->state->memory_used;
    return w->state->memory;
}

/* malloc'd room for `bytes`, at least doubled. */
static void *grown(void *p, size_t *room, size_t bytes)
{
    if (bytes <= *room)
        return p;
    *room = bytes > 2 * *room ? bytes : 2 * *room;
    return gg_xrealloc(p, *room);
}

static int put(struct gg_writer *w, const void *data, size_t bytes, struct gg_err *err)
{
    struct gg_writer_state *s = w->state;
    s->written += bytes;
    if (bytes == 0)
        return 0;
    if (!w->to_memory)
        return gg_sink_write(&w->sink, data, bytes, err);
    s->memory = grown(s->memory, &s->memory_room, s->memory_used + bytes);
    memcpy(s->memory + s->memory_used, data, bytes);
    s->memory_used += bytes;
    return 0;
}

static int put_padded(struct gg_writer *w, const void *data, size_t bytes, struct gg_err *err)
{
    return put(w, data, bytes, err) < 0 ? -1 : put(w, zeros, gg_padded(bytes) - bytes, err);
}

static uint32_t crc_padded(uint32_t crc, const void *data, size_t bytes)
{
    return gg_crc32c(gg_crc32c(crc, data, bytes), zeros, gg_padded(bytes) - bytes);
}

static struct gg_chunk chunk_of(const char type[static 4], uint64_t body_len, uint32_t body_crc, uint64_t aux)
{
    struct gg_chunk h = {.body_len = body_len, .body_crc = body_crc, .aux = aux};
    memcpy(h.type, type, 4);
    return h;
}

/* A chunk without a table. */
static int put_chunk(struct gg_writer *w, const char *type, const void *body, size_t bytes, uint64_t aux,
                     struct gg_err *err)
{
    struct gg_chunk h = chunk_of(type, gg_padded(bytes), crc_padded(0, body, bytes), aux);
    gg_chain_seal(&w->state->chain, &h);
    return put(w, &h, sizeof h, err) < 0 ? -1 : put_padded(w, body, bytes, err);
}

/* META, PROV, ABRT.  The text is parsed as a reader will: a bad key is noticed by who wrote it. */
static int put_text(struct gg_writer *w, const char *type, const struct gg_meta *m, struct gg_err *err)
{
    size_t bytes;
    char *text = gg_meta_text(m, &bytes);
    struct gg_meta back = {0};
    int status = gg_meta_parse(&back, text, bytes, err);
    gg_meta_clear(&back);
    if (status < 0)
        gg_err_prefix(err, "cannot write %s: ", type);
    else if (bytes > GG_MAX_TEXT)
        status = gg_fail(err, GG_INPUT, "%s of %zu bytes, the limit is %d", type, bytes, GG_MAX_TEXT);
    else if ((w->state->text_bytes += gg_padded(bytes)) > GG_MAX_TEXT_MEMBER)
        status = gg_fail(err, GG_INPUT, "META and PROV of a member above the limit of %d bytes",
                         GG_MAX_TEXT_MEMBER);
    else
        status = put_chunk(w, type, text, bytes, 0, err);
    free(text);
    return status;
}

int gg_writer_begin(struct gg_writer *w, const char *schema, const struct gg_meta *meta,
                    const struct gg_prov *prov, struct gg_err *err)
{
    assert(!w->in_member);
    struct gg_preamble p;
    gg_preamble_make(&p, schema);
    if (gg_preamble_check(&p, err) < 0)
        return -1;
    gg_chain_start(&w->state->chain, &p);
    w->state->written = w->state->text_bytes = 0;
    w->n_frame = 0;
    w->in_member = true;
    if (put(w, &p, sizeof p, err) < 0 || (meta && meta->n > 0 && put_text(w, "META", meta, err) < 0))
        return -1;
    if (prov && prov->n > GG_MAX_PROV)
        return gg_fail(err, GG_INPUT, "%d PROV, the limit is %d", prov->n, GG_MAX_PROV);
    for (int k = 0; prov && k < prov->n; k++)
        if (put_text(w, "PROV", &prov->entry[k], err) < 0)
            return -1;
    return 0;
}

/* All that a reader checks.  A number that is not finite was computed here: GG_NUMERICS. */
static int check(const struct gg_frame *f, struct gg_err *err)
{
    if (f->n_field > GG_MAX_TENSOR)
        return gg_fail(err, GG_INPUT, "%d fields, the limit is %d", f->n_field, GG_MAX_TENSOR);
    if (gg_frame_check_info(f, err) < 0)
        return -1;
    for (int k = 0; k < f->n_field; k++)
        if (gg_field_check(f, &f->field[k], err) < 0)
            return -1;
    for (int k = 0; k < f->n_field; k++)
        if (gg_field_check_values(&f->field[k], err) < 0) {
            err->status = GG_NUMERICS;
            return -1;
        }
    return gg_frame_check_fields(f, err) < 0 ? -1 : gg_frame_check_structure(f, err);
}

static int put_frame(struct gg_writer *w, const struct gg_frame *f, struct gg_err *err)
{
    struct gg_writer_state *s = w->state;
    size_t table_len = sizeof(struct gg_frame_info) + (size_t)f->n_field * sizeof(struct gg_descriptor);
    s->table = grown(s->table, &s->table_room, table_len);
    struct gg_chunk h = chunk_of("FRAM", gg_table_write(f, s->table), 0, w->n_frame);
    h.table_len = table_len;
    h.table_crc = gg_crc32c(0, s->table, table_len);
    for (int k = 0; k < f->n_field; k++)
        h.body_crc = crc_padded(h.body_crc, f->field[k].data, f->field[k].nbytes);
    s->index = grown(s->index, &s->index_room, (w->n_frame + 1) * sizeof *s->index);
    s->index[w->n_frame][0] = s->written;
    s->index[w->n_frame][1] = sizeof h + table_len + h.body_len;
    gg_chain_seal(&s->chain, &h);
    if (put(w, &h, sizeof h, err) < 0 || put(w, s->table, table_len, err) < 0)
        return -1;
    for (int k = 0; k < f->n_field; k++)
        if (put_padded(w, f->field[k].data, f->field[k].nbytes, err) < 0)
            return -1;
    w->n_frame++;
    return w->sink.is_pipe ? gg_sink_flush(&w->sink, err) : 0;
}

int gg_writer_frame(struct gg_writer *w, const struct gg_frame *f, struct gg_err *err)
{
    assert(w->in_member);
    if (check(f, err) < 0)
        return gg_err_prefix(err, "cannot write frame %llu: ", (unsigned long long)w->n_frame);
    return put_frame(w, f, err);
}

int gg_writer_end(struct gg_writer *w, const struct gg_meta *trailer, struct gg_err *err)
{
    assert(w->in_member);
    struct gg_writer_state *s = w->state;
    struct gg_ends ends = {.n_frame = w->n_frame};
    if (trailer && trailer->n > 0 && put_text(w, "META", trailer, err) < 0)
        return -1;
    if (!w->no_index && w->n_frame <= GG_MAX_INDEX) {
        ends.index_offset = s->written;
        if (put_chunk(w, "INDX", s->index, w->n_frame * sizeof *s->index, w->n_frame, err) < 0)
            return -1;
    }
    ends.member_len = s->written + sizeof(struct gg_chunk) + sizeof ends;
    w->in_member = false;
    if (put_chunk(w, "ENDS", &ends, sizeof ends, w->n_frame, err) < 0)
        return -1;
    return w->sink.is_pipe ? gg_sink_flush(&w->sink, err) : 0;
}

static void release(struct gg_writer *w)
{
    if (w->state) {
        free(w->state->index);
        free(w->state->table);
        free(w->state->memory);
    }
    free(w->state);
    w->state = NULL;
}

int gg_writer_commit(struct gg_writer *w, struct gg_err *err)
{
    assert(!w->in_member);
    int status = w->to_memory ? 0 : gg_sink_commit(&w->sink, err);
    release(w);
    return status;
}

/* A consumer must hear of it even if nothing was written yet: then an empty member carries the message. */
void gg_writer_abort(struct gg_writer *w, const char *program, const struct gg_err *why)
{
    struct gg_err ignored;
    struct gg_meta m = {0};
    if (!w->state)
        return;
    bool is_read = w->to_memory || w->sink.in_place; /* a temporary file is thrown away instead */
    gg_meta_printf(&m, "status", "%d", why->status);
    gg_meta_add(&m, "program", program);
    gg_meta_add(&m, "message", why->text);
    if (is_read && (w->in_member || gg_writer_begin(w, "gg.graph/1", NULL, NULL, &ignored) == 0))
        if (put_text(w, "ABRT", &m, &ignored) == 0 && !w->to_memory)
            gg_sink_flush(&w->sink, &ignored);
    w->in_member = false;
    gg_meta_clear(&m);
    if (!w->to_memory) {
        gg_sink_discard(&w->sink);
        release(w);
    }
}
