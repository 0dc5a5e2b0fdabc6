/* gsd.h -- the container of HOOMD's trajectories, GSD 1 and 2: chunks of numbers by frame and name */
#ifndef GG_GSD_H
#define GG_GSD_H

#include "formats/foreign.h"

struct gg_gsd_entry {
    uint64_t frame, rows;
    int64_t location;
    uint32_t columns;
    uint16_t id;
    uint8_t type;
};
struct gg_gsd {
    const unsigned char *bytes;
    size_t n_byte;
    uint32_t version; /* major << 16 | minor */
    char application[64], schema[64];
    uint64_t n_entry, n_frame;
    struct gg_gsd_entry *entry; /* the arena's */
    int n_name;
    const char **name;
};

/* Header, names and index of a file in memory; all is bounded by the file.  GG_INPUT, GG_TRUNCATED. */
int gg_gsd_open(struct gg_gsd *g, struct gg_arena *a, const void *bytes, size_t n_byte, struct gg_err *err);

/* The chunk of a frame as a field [rows] or [rows, columns] (data copied into the arena), data NULL if the frame has
 * none of that name.  GG_INPUT for a chunk outside of the file or of an unknown type. */
int gg_gsd_read(const struct gg_gsd *g, uint64_t frame, const char *name, struct gg_arena *a,
                struct gg_field *out, struct gg_err *err);

/* gsd_hoomd.c: the schema hoomd. */
int gg_gsd_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err);

#endif
