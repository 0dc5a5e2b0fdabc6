/* layout.h -- the bytes of a stream as C structures (gg_stream(5), LAYOUT); private to common/stream */
#ifndef GG_LAYOUT_H
#define GG_LAYOUT_H

#include "stream/frame.h"
#include "stream/meta.h"
#include "util/unpack.h"

/* Members lie at their natural alignment, so no packing is needed; numbers are little-endian, as is the machine. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "gg streams are read in place on little-endian machines");

enum { GG_ALIGN = 64, GG_SCHEMA = 32 };
enum { GG_CRITICAL = 1 }; /* chunk flag: who does not know the type must refuse */

/* Limits (gg_stream(5), LIMITS). */
#define GG_MAX_FRAME (4ull << 30) /* table + body, unless --max-frame says otherwise */
#define GG_MAX_DIMENSION (1ull << 40)
#define GG_MAX_NODE ((1ull << 31) - 1) /* neighbours are i32 */
#define GG_MAX_INDEX (1ull << 28)      /* frames in INDX */
enum {
    GG_MAX_TENSOR = 65536,
    GG_MAX_TEXT = 1 << 20,         /* one META or PROV */
    GG_MAX_TEXT_MEMBER = 16 << 20, /* all of a member */
    GG_MAX_PROV = 4096,
    GG_MAX_PREFACE = 8192 /* chunks before the first frame */
};

struct gg_preamble {
    unsigned char magic[8];
    unsigned char order[4];
    uint16_t major, minor;
    uint32_t align, flags;
    char schema[GG_SCHEMA];
    uint32_t reserved, crc;
};

struct gg_chunk {
    char type[4];
    uint32_t flags;
    uint64_t seq, table_len, body_len, aux;
    uint32_t table_crc, body_crc, chain, reserved[2], crc;
};

struct gg_frame_info {
    uint64_t n_node, n_edge;
    uint32_t n_tensor;
    uint8_t dim, pbc;
    uint16_t zero;
    double cell[3][3];
    char id[GG_ID];
};

struct gg_descriptor {
    char name[GG_NAME], irreps[128], unit[GG_UNIT];
    uint64_t shape[GG_MAX_DIM], offset, nbytes;
    uint8_t dtype, ndim, role, flags;
    uint32_t reserved;
    uint8_t axis[GG_MAX_DIM];
};

struct gg_ends {
    uint64_t n_frame, member_len, index_offset, zero[5];
};

_Static_assert(sizeof(struct gg_preamble) == 64 && sizeof(struct gg_chunk) == 64, "layout");
_Static_assert(sizeof(struct gg_frame_info) == 192 && sizeof(struct gg_descriptor) == 320, "layout");
_Static_assert(sizeof(struct gg_ends) == 64, "layout");

static inline uint64_t gg_padded(uint64_t bytes)
{
    return (bytes + GG_ALIGN - 1) / GG_ALIGN * GG_ALIGN;
}
bool gg_is_zero(const void *data, size_t bytes);

/* feed.c: the bytes of a reader. */
struct gg_feed {
    int fd;                      /* -1: from memory */
    struct gg_unpack from;       /* of fd; opened by the first read */
    const unsigned char *memory; /* the caller's */
    size_t memory_left;
    uint64_t offset;       /* bytes read so far */
    unsigned char *buffer; /* 64-byte aligned */
    size_t room;
};
int gg_feed_open(struct gg_feed *in, const char *path, struct gg_err *err);
void gg_feed_close(struct gg_feed *in);
/* Fewer bytes than wanted only at the end of the input; -1 if the system fails. */
ptrdiff_t gg_feed_read(struct gg_feed *in, void *to, size_t bytes, struct gg_err *err);
/* Reads `bytes` to buffer + at (over and over to its start if they are not to be kept) and compares their CRC32C.  The
 * buffer doubles, and only when bytes are about to arrive: a length is a claim. */
int gg_feed_take(struct gg_feed *in, size_t at, uint64_t bytes, bool keep, uint32_t crc, const char *what,
                 struct gg_err *err);

/* chunk.c: the sequence of headers.  Both sides keep one of these for the present member. */
struct gg_chain {
    uint32_t previous; /* CRC32C of the previous header, all 64 bytes */
    uint64_t seq;      /* of the next chunk */
};
void gg_preamble_make(struct gg_preamble *p, const char *schema);
int gg_preamble_check(const struct gg_preamble *p, struct gg_err *err);
void gg_chain_start(struct gg_chain *c, const struct gg_preamble *p);
/* Writer: fills flags, seq, chain and crc of a header whose type, lengths, aux and CRCs are set. */
void gg_chain_seal(struct gg_chain *c, struct gg_chunk *h);
/* Reader: everything that a header alone can show. */
int gg_chain_check(struct gg_chain *c, const struct gg_chunk *h, struct gg_err *err);
bool gg_chunk_is(const struct gg_chunk *h, const char *type);
/* Lengths against the limits, for known types. */
int gg_chunk_limits(const struct gg_chunk *h, uint64_t max_frame, struct gg_err *err);

/* table.c: a frame's table to and from fields.  The table is checked in full; `data` of the fields stays unset. */
int gg_table_read(struct gg_frame *f, const void *table, uint64_t table_len, uint64_t body_len,
                  struct gg_err *err);
/* f's table in `table` (192 + 320 n bytes); returns the length of the body.  The frame has been checked. */
uint64_t gg_table_write(const struct gg_frame *f, void *table);

/* field.c: one field as such (name, irreps, unit, shape, axes, nbytes), all fields together, all numbers. */
int gg_field_check(const struct gg_frame *f, const struct gg_field *x, struct gg_err *err);
int gg_frame_check_fields(const struct gg_frame *f, struct gg_err *err);
int gg_frame_check_info(const struct gg_frame *f, struct gg_err *err);
int gg_field_check_values(const struct gg_field *x, struct gg_err *err);

/* check.c: gg_frame_check (frame.h) without the values; what the frame and its META must satisfy together. */
int gg_frame_check_structure(const struct gg_frame *f, struct gg_err *err);
int gg_frame_check_cutoff(const struct gg_frame *f, const struct gg_meta *meta, struct gg_err *err);

#endif
