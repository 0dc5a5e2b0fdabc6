/* target.h -- what a head learns: any field of the stream, on nodes, edges or the whole configuration
 *
 * A target has rows (particles, edges of the frame, or one), times (its own, or none) and irreps of any degree and parity.  Its
 * irreps fall into parts, one a channel: part q of degree l has 2l+1 numbers, one mean (0 unless 0e) and one scale for each group of
 * rows (a species; edges and configurations are one group) and time.  A column is one part at one time of one group: what a
 * term of the loss, a standardisation, a correlation look at.  NaN is a missing number. */
#ifndef GG_TARGET_H
#define GG_TARGET_H

#include "nn/layer.h"
#include "stream/frame.h"

enum { GG_NO_FIELD = -1 };
enum { GG_MAX_TIMES = 256, GG_MAX_SPECIES = 8, GG_MAX_TARGET_DIM = 4096 };

struct gg_model;
struct gg_sample;
struct gg_batch;

/* A line of targets.def. */
struct gg_target_kind {
    const char *name, *about;
    int axis; /* of the value a head needs: GG_ON_NODE ... */
    int field_axis; /* first axis of the field: GG_NODE, GG_EDGE; GG_FREE: none; GG_NO_FIELD: no frame has it, a view makes it */
    bool species; /* a group is a species */
    bool places;  /* rows have positions */
    int64_t (*rows)(const struct gg_sample *s);
    int64_t (*from)(const struct gg_batch *b, int64_t row); /* row of the value -> row of the field */
    int (*group)(const struct gg_sample *s, int64_t row);   /* of a row of the field */
};
extern const struct gg_target_kind *const gg_target_kinds[]; /* ends with NULL */
const struct gg_target_kind *gg_target_kind_find(const char *name);

struct gg_target {
    char name[GG_NAME];
    const struct gg_target_kind *kind; /* NULL until a frame or a model file has said it */
    struct gg_irreps irreps;           /* of a row at one time */
    char unit[GG_UNIT];
    bool bare; /* irreps of the field: "0e", one number a row, no axis for components */
    bool timed;
    int n_time;        /* 1 if not timed */
    double *time;      /* [n_time] tau, increasing; NULL if not timed */
    char early[GG_ID]; /* the first frame that gave it a time of 0 or below */
    int n_group;
    /* [n_group][n_time][n_part]; count [n_group][n_time]: numbers in training, 0 = predicts NaN */
    double *mean, *scale, *count;
};

/* Of a view (views/view.h): no field of a frame, and no prediction. */
static inline bool gg_target_made(const struct gg_target *t)
{
    return t->kind && t->kind->field_axis == GG_NO_FIELD;
}
int gg_target_dim(const struct gg_target *t);   /* numbers of a row at one time */
int gg_target_parts(const struct gg_target *t); /* channels */
int gg_target_groups(const struct gg_target *t, int n_species);
/* Where part q begins among the dim numbers, its degree in *l. */
int gg_target_part(const struct gg_target *t, int q, int *l);
int64_t gg_target_at(const struct gg_target *t, int group, int time, int part); /* in mean and scale */

/* What a field is as a target: kind, irreps, unit, whether it has times.  GG_INPUT with what it would have to be. */
int gg_target_see(struct gg_target *t, const struct gg_frame *f, const struct gg_field *x,
                  struct gg_err *err);
/* A target without data to say what it is: one of fields.def, on particles or edges, and these times.  GG_USAGE if it is no such. */
int gg_target_known(struct gg_target *t, struct gg_arena *a, int n, const double *time, struct gg_err *err);
/* The field is the same target as before, in the same unit. */
int gg_target_same(const struct gg_target *t, const struct gg_frame *f, const struct gg_field *x,
                   struct gg_err *err);
/* Adds times that are new to the grid, in order. */
int gg_target_add_times(struct gg_target *t, struct gg_arena *a, int n, const double *time,
                        struct gg_err *err);
/* Room for mean, scale (1) and count (1), once groups and times are known. */
void gg_target_alloc(struct gg_target *t, struct gg_arena *a, int n_species);

/* The numbers of one frame: [rows][n_time][dim] on the frame's own grid. */
struct gg_truth {
    const float *value; /* NULL: the frame has none */
    int64_t n_row;
    int n_time, dim;
    const double *time; /* [n_time], NULL if not timed */
    const int *at;      /* [target.n_time] place on the frame's grid, -1 where it has none; gg_truth_bind */
};
int gg_truth_read(struct gg_truth *y, const struct gg_target *t, const struct gg_frame *f, struct gg_arena *a,
                  struct gg_err *err);
void gg_truth_bind(struct gg_truth *y, const struct gg_target *t, struct gg_arena *a);
/* The dim numbers of a row (of the field) at a time of the target; NULL where the frame has none. */
static inline const float *gg_truth_at(const struct gg_truth *y, int64_t row, int time)
{
    return y->value && y->at[time] >= 0 ? y->value + (row * y->n_time + y->at[time]) * y->dim : NULL;
}

#endif
