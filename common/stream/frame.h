/* frame.h -- one configuration: named, typed, shaped arrays over particles and bonds */
#ifndef GG_FRAME_H
#define GG_FRAME_H

#include "util/arena.h"
#include "util/err.h"
#include <stdbool.h>
#include <stdint.h>

/* The numbers of these enums are bytes of the stream (gg_stream(5)): never change them. */
enum gg_dtype {
    GG_I8 = 1,
    GG_U8,
    GG_I16,
    GG_U16,
    GG_I32,
    GG_U32,
    GG_I64,
    GG_U64,
    GG_F16,
    GG_BF16,
    GG_F32,
    GG_F64,
    GG_BOOL
};
enum gg_role {
    GG_OTHER,
    GG_STRUCTURE,
    GG_FEATURE,
    GG_TARGET,
    GG_PREDICTION,
    GG_MASK,
    GG_PARAMETER,
    GG_OPTIMISER,
    GG_METRIC
};
enum gg_axis { GG_FREE, GG_NODE, GG_EDGE, GG_NODE1, GG_TIME, GG_REPLICA };
enum { GG_NAN_ALLOWED = 1 }; /* field flag */
enum { GG_MAX_DIM = 8, GG_NAME = 64, GG_UNIT = 32, GG_ID = 96 };

struct gg_field {
    char name[GG_NAME];
    char irreps[128]; /* of the last axis; "0e", "0o": of every number; "": not touched by rotations */
    char unit[GG_UNIT];
    uint64_t shape[GG_MAX_DIM];
    uint8_t ndim, dtype, role, flags, axis[GG_MAX_DIM];
    uint64_t nbytes;
    void *data; /* 64-byte aligned, C order.  From a reader: valid until its next event */
};

struct gg_frame {
    uint64_t n_node, n_edge;
    int dim;           /* 2, 3; 0 if the frame has no space */
    int pbc;           /* bit a: periodic along cell vector a */
    double cell[3][3]; /* rows are the cell vectors */
    char id[GG_ID];    /* sample id: "KA/T0.44/train/1" */
    int n_field, room;
    struct gg_field *field; /* malloc'd, grows; gg_frame_free */
};

size_t gg_dtype_size(int dtype);      /* 0 for an unknown code */
const char *gg_dtype_name(int dtype); /* "f32" */
const char *gg_axis_name(int axis);   /* "node", "edge", "node+1", "time", "replica", "free" */
const char *gg_role_name(int role);   /* "structure" ... */

/* A zeroed struct is an empty frame. */
void gg_frame_clear(struct gg_frame *f); /* no fields, no nodes; keeps the table */
void gg_frame_free(struct gg_frame *f);
/* Deep copy into an arena (the table is malloc'd: gg_frame_free `to`). */
void gg_frame_copy(struct gg_frame *to, const struct gg_frame *from, struct gg_arena *a);

/* Puts "FILE: frame 3 (ID): " in front of a message, as every program says it: frames of a member count from 0.  Returns -1. */
int gg_frame_prefix(const struct gg_frame *f, const char *file, uint64_t number, struct gg_err *err);

/* A zeroed row at the end of the table: for readers, which fill all of it. */
struct gg_field *gg_frame_append(struct gg_frame *f);

struct gg_field *gg_frame_find(const struct gg_frame *f, const char *name); /* NULL if absent */
/* The times that are X's own, X.time, for the X called `name`; NULL if it has none. */
struct gg_field *gg_frame_find_times(const struct gg_frame *f, const char *name);
bool gg_frame_remove(struct gg_frame *f, const char *name); /* with its own times, X.time */

/* Adds a field, or replaces the one of that name and drops its X.time; data come from the arena, cleared.  Everything that fields.def says of
 * the name (type, axes, irreps, unit, role) is filled in; `free_extent` gives, in order, the lengths of the axes that
 * the frame itself does not fix (time, replica, free axes that are not constant in the table); NULL if there are none.
 * The name must be in fields.def ("X_pred" and "X_std" count as there if X is). Set n_node, n_edge first. */
struct gg_field *gg_frame_add(struct gg_frame *f, struct gg_arena *a, const char *name,
                              const uint64_t *free_extent);

/* Adds (replaces) a field of any name. shape, axis: `ndim` entries.  irreps, unit may be "". Data cleared.
 * GG_USAGE if name, irreps or unit are malformed or do not fit. Returns NULL then. */
struct gg_field *gg_frame_add_as(struct gg_frame *f, struct gg_arena *a, const char *name, int dtype,
                                 int ndim, const uint64_t *shape, const int *axis, int role,
                                 const char *irreps, const char *unit, struct gg_err *err);

/* The field called `name`, checked against what fields.def says of it (type, axes, irreps); refuses with what the frame
 * has and what was wanted.  `program hint`: which program adds it, from fields.def ("run gg-quench first").
 * gg_frame_need_double / _float accept f32 and f64 and convert: they return `count` numbers in the arena (the field's own data
 * when the type already fits). */
struct gg_field *gg_frame_need(const struct gg_frame *f, const char *name, struct gg_err *err);
const double *gg_frame_need_double(const struct gg_frame *f, const char *name, struct gg_arena *a,
                                   struct gg_err *err);
const float *gg_frame_need_float(const struct gg_frame *f, const char *name, struct gg_arena *a,
                                 struct gg_err *err);

uint64_t gg_field_count(const struct gg_field *x); /* product of the shape */
/* Any type, as double.  The index is below the count, which is 0 where an axis has length 0: that is legal, and no number. */
double gg_field_get(const struct gg_field *x, uint64_t index);
/* The first number of a field (temperature, split); NaN where there is no such field, or no number in it. */
double gg_frame_number(const struct gg_frame *f, const char *name);

/* What fields.def says of a name, NULL if it is not there.  "X_pred", "X_pred.TAG", "X_std" and "X_cov" give the row derived from
 * X (name X, role prediction); "X.time", and "time_pred" of version 0.1, the row of times that are X's own.  dtype 0: f32 or f64; irreps or unit "*": any. */
struct gg_field_def {
    const char *name;
    uint8_t dtype, ndim, axis[GG_MAX_DIM], role;
    uint64_t extent[GG_MAX_DIM];            /* constant length of a free axis (3 for vectors), 0 = any */
    const char *irreps, *unit, *by, *about; /* by: the programs that add it */
};
const struct gg_field_def *gg_field_lookup(const char *name);
extern const struct gg_field_def gg_field_table[]; /* ends with name NULL */

/* The checks above the layout (gg_stream(5), CHECKS): CSR, type, finite, cell, time.  The reader calls it on every frame. */
int gg_frame_check(const struct gg_frame *f, struct gg_err *err);

#endif
