/* writer.h -- gg streams out */
#ifndef GG_WRITER_H
#define GG_WRITER_H

#include "stream/frame.h"
#include "stream/meta.h"
#include "util/file.h"

struct gg_writer {
    struct gg_sink sink;
    struct gg_writer_state *state; /* chain, seq, index of the present member */
    bool in_member, to_memory;
    bool no_index;    /* leave INDX out */
    uint64_t n_frame; /* of the present member */
};

int gg_writer_open(struct gg_writer *w, const char *path,
                   struct gg_err *err);          /* "-" or NULL: standard output */
void gg_writer_open_memory(struct gg_writer *w); /* for tests */
const void *gg_writer_memory(const struct gg_writer *w, size_t *bytes);

/* A member: begin, frames, end.  `schema` is "gg.graph/1" and so on. */
int gg_writer_begin(struct gg_writer *w, const char *schema, const struct gg_meta *meta,
                    const struct gg_prov *prov, struct gg_err *err);
int gg_writer_frame(
    struct gg_writer *w, const struct gg_frame *f,
    struct gg_err *err); /* flushes if the output is a pipe.  Refuses NaN, Inf as a reader would */
int gg_writer_end(struct gg_writer *w, const struct gg_meta *trailer, struct gg_err *err);

int gg_writer_commit(struct gg_writer *w,
                     struct gg_err *err); /* after the last end: durable, under its name */
/* Gives up: ABRT with status, program and message into a pipe; a file is discarded. */
void gg_writer_abort(struct gg_writer *w, const char *program, const struct gg_err *why);

#endif
