/* reader.c -- gg streams in: members, chunks and frames, each checked before it is believed */
/* Order of a member (gg_stream(5)): preamble { META | PROV } { FRAM } { META } [ INDX ] ENDS, or ABRT at any boundary. */
#include "stream/reader.h"

#include "stream/crc32c.h"
#include "stream/layout.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum phase { PREFACE, FRAMES, TRAILER, INDEXED };

struct gg_reader_state {
    struct gg_feed in; /* its buffer holds table and body of the present chunk */
    struct gg_chain chain;
    struct gg_chunk chunk; /* the header just read */
    uint64_t chunk_at;     /* its place in the input */
    bool in_member, pending;
    enum phase phase;
    uint64_t member_at, text_bytes, index_at; /* index_at: from the start of the member, 0 = no INDX */
    uint32_t index_crc;                       /* of the INDX that the frames so far call for */
    uint32_t digest; /* of the headers so far, which carry the sums of their bodies */
};

static void init(struct gg_reader *r, const char *name, const struct gg_feed *in)
{
    *r = (struct gg_reader){.name = name, .fd = in->fd, .max_frame = GG_MAX_FRAME};
    r->state = gg_xalloc(1, sizeof *r->state);
    r->state->in = *in;
}

int gg_reader_open(struct gg_reader *r, const char *path, struct gg_err *err)
{
    struct gg_feed in;
    if (gg_feed_open(&in, path, err) < 0)
        return -1;
    init(r, !path || strcmp(path, "-") == 0 ? "standard input" : path, &in);
    return 0;
}

void gg_reader_open_memory(struct gg_reader *r, const void *data, size_t bytes)
{
    init(r, "memory", &(struct gg_feed){.fd = -1, .memory = data, .memory_left = bytes});
}

void gg_reader_close(struct gg_reader *r)
{
    gg_meta_clear(&r->meta);
    gg_meta_clear(&r->trailer);
    gg_prov_clear(&r->prov);
    if (r->state)
        gg_feed_close(&r->state->in);
    free(r->state);
    *r = (struct gg_reader){.fd = -1};
}

/* Puts the place in front of a message: file, byte. */
static int fail_at(struct gg_reader *r, uint64_t at, struct gg_err *err)
{
    return gg_err_prefix(err, "%s: byte %llu: ", r->name, (unsigned long long)at);
}

static int fail_in_chunk(struct gg_reader *r, uint64_t at, struct gg_err *err)
{
    if (gg_chunk_is(&r->state->chunk, "FRAM"))
        gg_err_prefix(err, "frame %llu: ", (unsigned long long)r->n_frame);
    return fail_at(r, at, err);
}

static int fail_chunk(struct gg_reader *r, struct gg_err *err)
{
    return fail_in_chunk(r, r->state->chunk_at, err);
}

static int take(struct gg_reader *r, size_t at, uint64_t bytes, bool keep, uint32_t crc, const char *what,
                struct gg_err *err)
{
    if (gg_feed_take(&r->state->in, at, bytes, keep, crc, what, err) == 0)
        return 0;
    return fail_in_chunk(r, err->status == GG_INPUT ? r->state->chunk_at : r->state->in.offset, err);
}

static int ends_in(struct gg_reader *r, const char *what, struct gg_err *err)
{
    gg_fail(err, GG_TRUNCATED, "input ends early, in %s", what);
    return fail_at(r, r->state->in.offset, err);
}

/* 1 = a preamble was read, 0 = the input ended where it may, -1 = refused. */
static int read_preamble(struct gg_reader *r, struct gg_err *err)
{
    struct gg_reader_state *s = r->state;
    struct gg_preamble p;
    s->member_at = s->in.offset;
    ptrdiff_t got = gg_feed_read(&s->in, &p, sizeof p, err);
    if (got < 0)
        return fail_at(r, s->in.offset, err);
    if (got == 0 && r->n_member > 0)
        return 0;
    if (got == 0)
        return gg_fail(err, GG_TRUNCATED, "%s: empty input: not even a stream without frames", r->name);
    if (got < (ptrdiff_t)sizeof p && r->n_member == 0)
        return gg_fail(err, GG_INPUT, "%s: %td bytes are too short for a gg stream", r->name, got);
    if (got < (ptrdiff_t)sizeof p && memcmp(&p, "\x89GGS\r\n\x1A\n", got < 8 ? (size_t)got : 8) == 0)
        return ends_in(r, "a preamble", err);
    if (got < (ptrdiff_t)sizeof p)
        return gg_fail(err, GG_INPUT, "%s: byte %llu: %td bytes behind the last member are no preamble",
                       r->name, (unsigned long long)s->member_at, got);
    if (gg_preamble_check(&p, err) < 0) {
        if (r->n_member > 0)
            gg_err_prefix(err, "behind the last member: ");
        return fail_at(r, s->member_at, err);
    }
    gg_chain_start(&s->chain, &p);
    memcpy(r->schema, p.schema, sizeof p.schema);
    return 1;
}

static int read_header(struct gg_reader *r, struct gg_err *err)
{
    struct gg_reader_state *s = r->state;
    struct gg_chunk h;
    s->chunk_at = s->in.offset;
    ptrdiff_t got = gg_feed_read(&s->in, &h, sizeof h, err);
    if (got < 0)
        return fail_at(r, s->chunk_at, err);
    if (got < (ptrdiff_t)sizeof h)
        return ends_in(r, got ? "a chunk header" : "a member without its ENDS: the writer did not finish",
                       err);
    memcpy(s->chunk.type, "????", 4); /* not believed yet: messages must not use the old one */
    if (gg_chain_check(&s->chain, &h, err) < 0)
        return fail_chunk(r, err);
    s->chunk = h;
    s->digest = gg_crc32c(s->digest, &h, offsetof(struct gg_chunk, chain));
    return gg_chunk_limits(&h, r->max_frame, err) < 0 ? fail_chunk(r, err) : 0;
}

static int read_text(struct gg_reader *r, struct gg_meta *m, struct gg_err *err)
{
    struct gg_reader_state *s = r->state;
    const struct gg_chunk *h = &s->chunk;
    char what[8];
    snprintf(what, sizeof what, "%.4s", h->type);
    s->text_bytes += h->body_len;
    if (s->text_bytes > GG_MAX_TEXT_MEMBER) {
        gg_fail(err, GG_INPUT, "META and PROV of a member above the limit of %d bytes", GG_MAX_TEXT_MEMBER);
        return fail_chunk(r, err);
    }
    if (take(r, 0, h->body_len, true, h->body_crc, what, err) < 0)
        return -1;
    const char *text = h->body_len > 0 ? (const char *)s->in.buffer : "";
    if (gg_meta_parse(m, text, h->body_len, err) == 0)
        return 0;
    gg_err_prefix(err, "%s: ", what);
    return fail_chunk(r, err);
}

static int read_prov(struct gg_reader *r, struct gg_err *err)
{
    struct gg_meta entry = {0};
    struct gg_prov one = {.n = 1, .entry = &entry};
    int status = read_text(r, &entry, err);
    if (status == 0 && !gg_meta_get(&entry, "id"))
        status = gg_fail(err, GG_INPUT, "PROV without id"), fail_chunk(r, err);
    else if (status == 0 && (status = gg_prov_merge(&r->prov, &one, err)) < 0)
        fail_chunk(r, err);
    if (status == 0 && r->prov.n > GG_MAX_PROV)
        status = gg_fail(err, GG_INPUT, "more than %d PROV", GG_MAX_PROV), fail_chunk(r, err);
    gg_meta_clear(&entry);
    return status;
}

/* ABRT: the producer gave up and says why. */
static int read_abort(struct gg_reader *r, struct gg_err *err)
{
    struct gg_meta m = {0};
    if (read_text(r, &m, err) == 0) {
        const char *program = gg_meta_get(&m, "program"), *message = gg_meta_get(&m, "message");
        gg_fail(err, GG_TRUNCATED, "%s: byte %llu: upstream gave up: %s: %s", r->name,
                (unsigned long long)r->state->chunk_at, program ? program : "?",
                message ? message : "no reason given");
    }
    gg_meta_clear(&m);
    return -1;
}

static int skip(struct gg_reader *r, struct gg_err *err)
{
    const struct gg_chunk *h = &r->state->chunk;
    if (take(r, 0, h->table_len, false, h->table_crc, "the table of an unknown chunk", err) < 0)
        return -1;
    return take(r, 0, h->body_len, false, h->body_crc, "the body of an unknown chunk", err);
}

static bool is_known(const struct gg_chunk *h)
{
    return gg_chunk_is(h, "FRAM") || gg_chunk_is(h, "META") || gg_chunk_is(h, "PROV") ||
           gg_chunk_is(h, "INDX") || gg_chunk_is(h, "ENDS") || gg_chunk_is(h, "ABRT");
}

/* A new member, up to the first chunk that is neither META nor PROV. */
static int begin_member(struct gg_reader *r, struct gg_err *err)
{
    struct gg_reader_state *s = r->state;
    int status = read_preamble(r, err);
    if (status <= 0)
        return status < 0 ? -1 : GG_EVENT_END;
    gg_meta_clear(&r->meta);
    gg_meta_clear(&r->trailer);
    gg_prov_clear(&r->prov);
    r->n_frame = 0;
    r->has_index = false;
    s->in_member = true;
    s->phase = PREFACE;
    s->text_bytes = s->index_at = s->index_crc = s->digest = 0;
    for (;;) {
        if (read_header(r, err) < 0)
            return -1;
        if (s->chunk.seq >= GG_MAX_PREFACE) {
            gg_fail(err, GG_INPUT, "more than %d chunks before the first frame", GG_MAX_PREFACE);
            return fail_chunk(r, err);
        }
        if (gg_chunk_is(&s->chunk, "META"))
            status = read_text(r, &r->meta, err);
        else if (gg_chunk_is(&s->chunk, "PROV"))
            status = read_prov(r, err);
        else if (!is_known(&s->chunk))
            status = skip(r, err);
        else
            break;
        if (status < 0)
            return -1;
    }
    s->pending = true;
    return GG_EVENT_MEMBER;
}

/* Gaps between payloads, and behind the last, are zero.  Sets where each field's data lie. */
static int place_fields(struct gg_frame *f, unsigned char *body, struct gg_err *err)
{
    for (int k = 0; k < f->n_field; k++) {
        struct gg_field *x = &f->field[k];
        x->data = body;
        if (!gg_is_zero(body + x->nbytes, gg_padded(x->nbytes) - x->nbytes))
            return gg_fail(err, GG_INPUT, "field '%s': padding behind it is not zero", x->name);
        body += gg_padded(x->nbytes);
    }
    return 0;
}

static int read_frame(struct gg_reader *r, struct gg_frame *f, struct gg_err *err)
{
    struct gg_reader_state *s = r->state;
    const struct gg_chunk *h = &s->chunk;
    if (h->aux != r->n_frame) {
        gg_fail(err, GG_INPUT, "carries number %llu", (unsigned long long)h->aux);
        return fail_chunk(r, err);
    }
    if (take(r, 0, h->table_len, true, h->table_crc, "its table", err) < 0)
        return -1;
    if (gg_table_read(f, s->in.buffer, h->table_len, h->body_len, err) < 0)
        return fail_chunk(r, err);
    if (take(r, h->table_len, h->body_len, true, h->body_crc, "its body", err) < 0)
        return -1;
    if (place_fields(f, s->in.buffer + h->table_len, err) < 0 || gg_frame_check(f, err) < 0 ||
        gg_frame_check_cutoff(f, &r->meta, err) < 0)
        return fail_chunk(r, err);
    const uint64_t entry[2] = {s->chunk_at - s->member_at, sizeof *h + h->table_len + h->body_len};
    s->index_crc = gg_crc32c(s->index_crc, entry, sizeof entry);
    r->n_frame++;
    return GG_EVENT_FRAME;
}

/* The index need not be kept: its checksum follows from the frames that went by. */
static int read_index(struct gg_reader *r, struct gg_err *err)
{
    struct gg_reader_state *s = r->state;
    const struct gg_chunk *h = &s->chunk;
    static const unsigned char zeros[GG_ALIGN];
    uint64_t bytes = 16 * r->n_frame;
    uint32_t crc = gg_crc32c(s->index_crc, zeros, gg_padded(bytes) - bytes);
    if (h->aux != r->n_frame || h->body_len != gg_padded(bytes) || h->body_crc != crc) {
        gg_fail(err, GG_INPUT, "INDX (%llu frames) does not agree with the %llu frames before it",
                (unsigned long long)h->aux, (unsigned long long)r->n_frame);
        return fail_chunk(r, err);
    }
    s->index_at = s->chunk_at - s->member_at;
    r->has_index = true;
    return take(r, 0, h->body_len, false, h->body_crc, "INDX", err);
}

static int read_ends(struct gg_reader *r, struct gg_err *err)
{
    struct gg_reader_state *s = r->state;
    const struct gg_chunk *h = &s->chunk;
    if (h->body_len != sizeof(struct gg_ends)) {
        gg_fail(err, GG_INPUT, "ENDS of %llu bytes, must be 64", (unsigned long long)h->body_len);
        return fail_chunk(r, err);
    }
    if (take(r, 0, h->body_len, true, h->body_crc, "ENDS", err) < 0)
        return -1;
    const struct gg_ends wanted = {r->n_frame, s->in.offset - s->member_at, s->index_at, {0}};
    const struct gg_ends *has = (const struct gg_ends *)s->in.buffer;
    if (memcmp(has, &wanted, sizeof wanted) != 0 || h->aux != r->n_frame) {
        gg_fail(err, GG_INPUT,
                "ENDS says %llu frames, %llu bytes, index at %llu; there were %llu, %llu, %llu",
                (unsigned long long)has->n_frame, (unsigned long long)has->member_len,
                (unsigned long long)has->index_offset, (unsigned long long)wanted.n_frame,
                (unsigned long long)wanted.member_len, (unsigned long long)wanted.index_offset);
        return fail_chunk(r, err);
    }
    r->fingerprint = s->digest;
    r->n_member++;
    s->in_member = false;
    return GG_EVENT_MEMBER_END;
}

/* The phase that a chunk of this type leads to, or -1 if it may not stand here. */
static int next_phase(const struct gg_chunk *h, enum phase now)
{
    if (gg_chunk_is(h, "FRAM"))
        return now <= FRAMES ? FRAMES : -1;
    if (gg_chunk_is(h, "META"))
        return now <= TRAILER ? TRAILER : -1;
    if (gg_chunk_is(h, "INDX"))
        return now <= TRAILER ? INDEXED : -1;
    return gg_chunk_is(h, "PROV") ? -1 : (int)now;
}

static int next_event(struct gg_reader *r, struct gg_frame *frame, struct gg_err *err)
{
    struct gg_reader_state *s = r->state;
    if (!s->in_member)
        return begin_member(r, err);
    for (;;) {
        if (!s->pending && read_header(r, err) < 0)
            return -1;
        s->pending = false;
        int phase = next_phase(&s->chunk, s->phase), status = 0;
        if (phase < 0) {
            gg_fail(err, GG_INPUT, "chunk '%.4s' may not stand here", s->chunk.type);
            return fail_chunk(r, err);
        }
        s->phase = (enum phase)phase;
        if (gg_chunk_is(&s->chunk, "FRAM"))
            return read_frame(r, frame, err);
        if (gg_chunk_is(&s->chunk, "ENDS"))
            return read_ends(r, err);
        if (gg_chunk_is(&s->chunk, "ABRT"))
            return read_abort(r, err);
        if (gg_chunk_is(&s->chunk, "META"))
            status = read_text(r, &r->trailer, err);
        else if (gg_chunk_is(&s->chunk, "INDX"))
            status = read_index(r, err);
        else
            status = skip(r, err);
        if (status < 0)
            return -1;
    }
}

int gg_reader_next(struct gg_reader *r, struct gg_frame *frame, struct gg_err *err)
{
    int event = next_event(r, frame, err);
    r->offset = r->state->in.offset;
    return event;
}

int gg_reader_prefix(const struct gg_reader *r, const struct gg_frame *f, struct gg_err *err)
{
    return gg_frame_prefix(f, r->name, r->n_frame - 1, err);
}
