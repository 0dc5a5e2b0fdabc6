/* reader.h -- gg streams in, with every check of gg_stream(5) */
#ifndef GG_READER_H
#define GG_READER_H

#include "stream/frame.h"
#include "stream/meta.h"

enum gg_event {
    GG_EVENT_END = 0,       /* clean end of the input, behind a complete member */
    GG_EVENT_MEMBER = 1,    /* a member began: schema, meta and prov are those that stand before its frames */
    GG_EVENT_FRAME = 2,     /* the frame is filled */
    GG_EVENT_MEMBER_END = 3 /* ENDS was read: `trailer` holds the META behind the frames */
};

struct gg_reader {
    const char *name; /* of the file, "standard input": messages begin with it */
    int fd;
    char schema[33];
    struct gg_meta meta, trailer;
    struct gg_prov prov;
    uint64_t n_member, n_frame; /* complete frames of the present member */
    uint64_t offset;            /* bytes read so far */
    uint32_t fingerprint;       /* of the member just ended: CRC32C of its chunk headers, bytes 0..47 */
    uint64_t max_frame;         /* bytes; default 4 GiB */
    bool has_index;             /* the member just ended carried INDX */
    struct gg_reader_state *state;
};

/* Path "-" or NULL is standard input.  GG_SYSTEM if it cannot be opened. */
int gg_reader_open(struct gg_reader *r, const char *path, struct gg_err *err);
/* From memory, for tests: the bytes stay the caller's. */
void gg_reader_open_memory(struct gg_reader *r, const void *data, size_t bytes);

/* The next event, or -1.  Messages name file, byte offset, frame and field.  Statuses: GG_INPUT for what is wrong,
 * GG_TRUNCATED for an input that ends early, is empty, or was aborted upstream (ABRT: the message says by whom and why).
 * `frame` is filled at GG_EVENT_FRAME; its data belong to the reader and live until the next call. */
int gg_reader_next(struct gg_reader *r, struct gg_frame *frame, struct gg_err *err);
/* gg_frame_prefix for the frame that was read last. */
int gg_reader_prefix(const struct gg_reader *r, const struct gg_frame *f, struct gg_err *err);
void gg_reader_close(struct gg_reader *r);

#endif
