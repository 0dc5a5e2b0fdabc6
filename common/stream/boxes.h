/* boxes.h -- a frame cut into boxes, each with the particles around it */
#ifndef GG_BOXES_H
#define GG_BOXES_H

#include "stream/frame.h"

enum { GG_MOST_BOXES = 32 }; /* along each vector */

/* The pieces of one frame, in turn: begin, then next while some are left, then free. */
struct gg_boxes {
    struct gg_frame whole; /* without what is said of it as a whole */
    struct gg_arena arena; /* of `whole` and of the arrays */
    int64_t n_box;         /* along each vector of the cell */
    double halo[3];        /* in parts of the cell along that vector */
    double (*place)
        [3]; /* [node] parts of the cell; from the first particle to the last where that is not periodic */
    int64_t *box; /* [node] */
    int64_t at;   /* the next box */
    int64_t left; /* particles of the boxes to come */
};

/* Cuts the cell of `f` n_box times along each of its vectors; `halo`, sigma, is how far around its box a piece reaches.  GG_INPUT without
 * pos, if the frame is a piece itself, or its id too long for one. */
int gg_boxes_begin(struct gg_boxes *b, const struct gg_frame *f, int64_t n_box, double halo,
                   struct gg_err *err);

/* The sample id of the configuration that a frame is, or is a piece of: that of a piece without its last part. */
void gg_frame_configuration(const struct gg_frame *f, char id[GG_ID]);

/* f becomes the next box that has particles: those of the box, `core` 1, and those no farther than the halo from it along each vector of
 * the cell, `core` 0; cell, periodic directions and fields are those of the frame, but targets of the frame as a whole go; `box` is its
 * number, and "/boxN" stands behind its id.  One box is the whole frame: nothing but `core` is new.  Wanted: left > 0.  Refuses what gg_frame_cut refuses.  What is not cut shares the memory of `b`. */
int gg_boxes_next(struct gg_boxes *b, struct gg_frame *f, struct gg_arena *a, struct gg_err *err);
void gg_boxes_free(struct gg_boxes *b);

#endif
