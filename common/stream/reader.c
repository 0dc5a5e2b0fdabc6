/* reader.c -- gg streams in: members, chunks and frames, each checked before it is believed */
/* Order of a member (gg_stream(5)): preamble { META | PROV } { FRAM } { META } [ INDX ] ENDS, or ABRT at any boundary. */
#include "stream/reader.h"

#include "stream/crc32c.h"
#include "stream/layout.h"
#include "util/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 256 << 10, FIRST_ROOM = 1 << 20, PIPE_ROOM = 1 << 20 };
enum phase { PREFACE, FRAMES, TRAILER, INDEXED };

struct gg_reader_state {
    const unsigned char *memory; /* input of gg_reader_open_memory, else NULL */
    size_t memory_left;
    unsigned char *buffer; /* table and body of the present chunk */
    size_t room;
    struct gg_chain chain;
    struct gg_chunk chunk; /* the header just read */
    uint64_t chunk_at;     /* its place in the input */
    bool in_member, pending;
    enum phase phase;
    uint64_t member_at, text_bytes, index_at; /* index_at: from the start of the member, 0 = no INDX */
    uint32_t index_crc;                       /* of the INDX that the frames so far call for */
};

static void init(struct gg_reader *r, const char *name, int fd)
{
    *r = (struct gg_reader){.name = name, .fd = fd, .max_frame = GG_MAX_FRAME};
    r->state = gg_xalloc(1, sizeof *r->state);
}

int gg_reader_open(struct gg_reader *r, const char *path, struct gg_err *err)
{
    bool is_stdin = !path || strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0)
        return gg_fail_errno(err, "%s", path);
    init(r, is_stdin ? "standard input" : path, fd);
    if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode))
        (void)fcntl(fd, F_SETPIPE_SZ, PIPE_ROOM); /* fewer switches between the programs; fine if refused */
    return 0;
}

void gg_reader_open_memory(struct gg_reader *r, const void *data, size_t bytes)
{
    init(r, "memory", -1);
    r->state->memory = data;
    r->state->memory_left = bytes;
}

void gg_reader_close(struct gg_reader *r)
{
    if (r->fd > STDIN_FILENO)
        close(r->fd);
    gg_meta_clear(&r->meta);
    gg_meta_clear(&r->trailer);
    gg_prov_clear(&r->prov);
    if (r->state)
        free(r->state->buffer);
    free(r->state);
    *r = (struct gg_reader){.fd = -1};
}

/* Puts the place in front of a message: file, byte, and the frame if the chunk is one. */
static int fail_at(struct gg_reader *r, uint64_t at, struct gg_err *err)
{
    if (r->state->in_member && gg_chunk_is(&r->state->chunk, "FRAM") && at == r->state->chunk_at)
        gg_err_prefix(err, "frame %llu: ", (unsigned long long)r->n_frame);
    return gg_err_prefix(err, "%s: byte %llu: ", r->name, (unsigned long long)at);
}

static int fail_chunk(struct gg_reader *r, struct gg_err *err)
{
    return fail_at(r, r->state->chunk_at, err);
}

/* The read loop.  Fewer bytes than wanted only at the end of the input; -1 if the system fails. */
static ptrdiff_t fill(struct gg_reader *r, void *to, size_t bytes, struct gg_err *err)
{
    struct gg_reader_state *s = r->state;
    ptrdiff_t got = (ptrdiff_t)bytes;
    if (r->fd >= 0) {
        got = gg_read_full(r->fd, to, bytes, err);
    } else {
        got = s->memory_left < bytes ? (ptrdiff_t)s->memory_left : got;
        if (got > 0)
            memcpy(to, s->memory, (size_t)got);
        s->memory += got;
        s->memory_left -= (size_t)got;
    }
    if (got < 0)
        return gg_err_prefix(err, "%s: byte %llu: ", r->name, (unsigned long long)r->offset);
    r->offset += (uint64_t)got;
    return got;
}

static int truncated(struct gg_reader *r, const char *what, uint64_t missing, struct gg_err *err)
{
    return gg_fail(err, GG_TRUNCATED, "%s: byte %llu: input ends early, in %s (%llu bytes missing)", r->name,
                   (unsigned long long)r->offset, what, (unsigned long long)missing);
}

/* Room for `bytes`, of which the first `used` are kept.  Grows by doubling, and only when bytes are about to arrive. */
static void make_room(struct gg_reader_state *s, size_t used, size_t bytes)
{
    if (bytes <= s->room)
        return;
    size_t room = s->room ? s->room : FIRST_ROOM;
    while (room < bytes)
        room *= 2;
    unsigned char *larger = aligned_alloc(GG_ALIGN, room);
    if (!larger)
        gg_out_of_memory(room);
    if (used > 0)
        memcpy(larger, s->buffer, used);
    free(s->buffer);
    s->buffer = larger;
    s->room = room;
}

/* Reads `bytes` to buffer + at, or over and over to its start if they are not `kept`; their CRC32C must be `wanted`.
 * Each block is summed while it is still in the cache. */
static int take(struct gg_reader *r, size_t at, uint64_t bytes, bool kept, uint32_t wanted, const char *what,
                struct gg_err *err)
{
    struct gg_reader_state *s = r->state;
    uint32_t crc = 0;
    while (bytes > 0) {
        size_t n = bytes < BLOCK ? (size_t)bytes : BLOCK;
        make_room(s, at, at + n);
        ptrdiff_t got = fill(r, s->buffer + at, n, err);
        if (got < 0)
            return -1;
        if ((size_t)got < n)
            return truncated(r, what, bytes - (uint64_t)got, err);
        crc = gg_crc32c(crc, s->buffer + at, n);
        at += kept ? n : 0;
        bytes -= n;
    }
    if (crc == wanted)
        return 0;
    gg_fail(err, GG_INPUT, "checksum of %s is wrong", what);
    return fail_chunk(r, err);
}

/* 1 = a preamble was read, 0 = the input ended where it may, -1 = refused. */
static int read_preamble(struct gg_reader *r, struct gg_err *err)
{
    struct gg_reader_state *s = r->state;
    struct gg_preamble p;
    s->member_at = r->offset;
    ptrdiff_t got = fill(r, &p, sizeof p, err);
    if (got <= 0 && (got < 0 || r->n_member > 0))
        return (int)got;
    if (got == 0)
        return gg_fail(err, GG_TRUNCATED, "%s: empty input: not even a stream without frames", r->name);
    if (got < (ptrdiff_t)sizeof p && r->n_member == 0)
        return gg_fail(err, GG_INPUT, "%s: %td bytes are too short for a gg stream", r->name, got);
    if (got < (ptrdiff_t)sizeof p && memcmp(&p, "\x89GGS\r\n\x1A\n", got < 8 ? (size_t)got : 8) == 0)
        return truncated(r, "a preamble", sizeof p - (size_t)got, err);
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
    s->chunk_at = r->offset;
    ptrdiff_t got = fill(r, &h, sizeof h, err);
    if (got < 0)
        return -1;
    if (got < (ptrdiff_t)sizeof h)
        return truncated(r, "a chunk header: the writer did not finish", sizeof h - (size_t)got, err);
    memcpy(s->chunk.type, "????", 4); /* not believed yet: messages must not use the old one */
    if (gg_chain_check(&s->chain, &h, err) < 0)
        return fail_chunk(r, err);
    s->chunk = h;
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
    if (gg_meta_parse(m, (const char *)s->buffer, h->body_len, err) == 0)
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
    s->text_bytes = s->index_at = s->index_crc = 0;
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
    if (take(r, 0, h->table_len, true, h->table_crc, "the table of a frame", err) < 0)
        return -1;
    if (gg_table_read(f, s->buffer, h->table_len, h->body_len, err) < 0)
        return fail_chunk(r, err);
    if (take(r, h->table_len, h->body_len, true, h->body_crc, "the body of a frame", err) < 0)
        return -1;
    if (place_fields(f, s->buffer + h->table_len, err) < 0 || gg_frame_check(f, err) < 0 ||
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
    const struct gg_ends wanted = {r->n_frame, r->offset - s->member_at, s->index_at, {0}};
    const struct gg_ends *has = (const struct gg_ends *)s->buffer;
    if (memcmp(has, &wanted, sizeof wanted) != 0 || h->aux != r->n_frame) {
        gg_fail(err, GG_INPUT,
                "ENDS says %llu frames, %llu bytes, index at %llu; there were %llu, %llu, %llu",
                (unsigned long long)has->n_frame, (unsigned long long)has->member_len,
                (unsigned long long)has->index_offset, (unsigned long long)wanted.n_frame,
                (unsigned long long)wanted.member_len, (unsigned long long)wanted.index_offset);
        return fail_chunk(r, err);
    }
    r->fingerprint = h->chain;
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

int gg_reader_next(struct gg_reader *r, struct gg_frame *frame, struct gg_err *err)
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
