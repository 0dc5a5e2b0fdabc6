/* draft.h -- one configuration as a foreign source states it, and the frame that is made of it */
#ifndef GG_DRAFT_H
#define GG_DRAFT_H

#include "stream/frame.h"
#include "stream/meta.h"
#include "util/opt.h"

enum { GG_MAX_SERIES = 32 };

/* A quantity over time as the source has it: [time, node] or [time, node, dim]. */
struct gg_series {
    char name[GG_NAME]; /* of the field: "propensity", "propensity_pred.BOTAN" */
    struct gg_field values;
};

/* What a reader fills; all memory is the arena's, `data` NULL means absent.  Readers translate the container
 * and say what they met; everything that is the same for all sources happens in gg_draft_frame. */
struct gg_draft {
    uint64_t n_node;
    int dim, pbc;
    double cell[3][3];                         /* rows are the cell vectors */
    int first_type;                            /* the source's code of species A: 0 or 1 */
    struct gg_field pos, type, inherent, cage; /* [node, dim], [node] */
    struct gg_field replicas; /* [replica, node, dim] or [time, replica, node, dim]: unwrapped */
    int n_time;
    double *time, *fs_level; /* in the source's order; fs_level may be NULL */
    int n_series;
    struct gg_series series[GG_MAX_SERIES];
    double temperature;  /* 0: not said */
    bool unwrapped;      /* `pos` is: the frame gets `image` */
    bool own;            /* gg-dump wrote it: it may have no particles */
    bool has_codes;      /* species are numbers of the source that --species could name */
    bool first_is_open;  /* first_type was taken from this file alone: smallest code 0 or not */
    bool has_step;       /* the source says the timestep */
    bool need_unwrapped; /* `pos` was wrapped without image flags: no use for displacements */
    bool few_digits;     /* the text has at most six significant digits in each coordinate */
    double now;          /* time of this configuration in its run; NaN: not said */
    int64_t step;        /* timestep, or number of the frame in its file */
    int n_extra;         /* fields under the source's own names (extra.h); the arena's */
    struct gg_field *extra;
    const struct gg_texts *irreps; /* "NAME=IRREPS" of extra fields; NULL: none */
    uint64_t n_edge;               /* of frames that gg-dump wrote */
    char id[GG_ID];                /* "": by the template of the format */
    const char *path, *made_by;    /* of the file; the template that made the id, NULL: gg-dump wrote it */
    struct gg_meta meta;           /* what the source said, by keys "source.*": gg_draft_clear */
};
void gg_draft_clear(struct gg_draft *d);

/* Adds a series of a field that fields.def has.  GG_INPUT for one that is there, and for too many. */
int gg_draft_series(struct gg_draft *d, const char *name, const struct gg_field *values, struct gg_err *err);

/* What `d` says otherwise than `first`, the META before the frames, goes into `trailer`.  Another number of
 * replicas is refused (GG_INPUT): every noise ceiling downstream rests on it. */
int gg_draft_compare_meta(const struct gg_draft *d, const struct gg_meta *first, struct gg_meta *trailer,
                          struct gg_err *err);

#endif
