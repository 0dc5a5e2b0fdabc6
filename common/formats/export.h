/* export.h -- frames on their way out: as text, JSON, npz, and what other programs read */
#ifndef GG_EXPORT_H
#define GG_EXPORT_H

#include "stream/choose.h"
#include "stream/reader.h"
#include "stream/writer.h"
#include "util/file.h"
#include "util/unpack.h"
#include <stdio.h>

/* One export of all inputs, one after the other. */
struct gg_export {
    FILE *to;                     /* text goes here; ferror(to) tells of a failed write */
    const struct gg_reader *from; /* at a frame: its member's schema, META, PROV */
    const char *path;             /* npz: the folder; safetensors: the file */
    const char *field;            /* rows: of this field */
    const char *species;          /* extended XYZ: names, type 0 first; NULL: noble gases */
    struct gg_range rows, frames; /* which */
    uint64_t number, n_done;      /* of this frame, from 0 over all inputs; frames exported before it */
    uint64_t n_row;               /* rows printed */
    bool all, named,
        complete; /* head: every frame in full; the input's name first; at the end: nothing is wrong */
    void *state;  /* an exporter's own, malloc'd: free() gives it back */
};

/* What of the options an exporter reads. */
enum {
    GG_EXPORT_ALL = 1,
    GG_EXPORT_FRAMES = 2,
    GG_EXPORT_ROWS = 4,
    GG_EXPORT_SPECIES = 8,
    GG_EXPORT_TO = 16
};

/* What an exporter does at each event; any may be NULL.  `frame` sees the frames that are wanted. */
struct gg_export_type {
    int reads; /* GG_EXPORT_ALL | ... */
    int (*member)(struct gg_export *x, struct gg_err *err);
    int (*frame)(struct gg_export *x, const struct gg_frame *f, struct gg_err *err);
    int (*member_end)(struct gg_export *x, struct gg_err *err);
    int (*end)(struct gg_export *x, struct gg_err *err); /* also after a refusal: what was seen so far */
};
extern const struct gg_export_type gg_export_head, gg_export_rows, gg_export_prov, gg_export_json,
    gg_export_text, gg_export_csv, gg_export_extxyz, gg_export_vtk, gg_export_npz, gg_export_safetensors;

/* All frames of a stream ("-" or NULL is standard input) through an exporter. */
int gg_export_stream(const struct gg_export_type *type, struct gg_export *x, const char *path,
                     uint64_t max_frame, struct gg_err *err);

/* One number, the shortest decimal that reads back to the same; "nan" for any NaN. */
void gg_value_text(char text[32], const struct gg_field *x, uint64_t i);
void gg_print_value(FILE *to, const struct gg_field *x, uint64_t i);

/* What extended XYZ and CSV say of a frame beside its columns, as keys and values: the cell (nothing if there is none);
 * directions, id, numbers of the frame, and gg_fields (own.h), by which gg-import finds the columns again. */
void gg_export_lattice(FILE *to, const struct gg_frame *f);
void gg_export_keys(FILE *to, const struct gg_frame *f, const struct gg_meta *meta);
/* Numbers a particle of a field that becomes columns, 0 if it is none. */
uint64_t gg_export_width(const struct gg_field *x);
/* gg_fields of those fields that become columns or keys (`all`: of all). */
void gg_export_fields(FILE *to, const struct gg_frame *f, bool all);

/* A stdio stream into a sink, which keeps the first refusal in *err.  fclose does not close the sink. */
FILE *gg_sink_stdio(struct gg_sink *s, struct gg_err *err);

/* text.c: the text form back into a stream, all members.  `name` begins messages.
 * Lines may end in CR LF, the last one in nothing; a byte order mark is passed over. */
int gg_text_read(struct gg_unpack *from, const char *name, struct gg_writer *w, struct gg_err *err);

#endif
