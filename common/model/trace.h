/* trace.h -- what a pass did, layer by layer: how long, how large, and where the first number that is not finite stands
 *
 * For GG_TRACE (gg_debugging(7)) and for the message when a loss, a gradient or a prediction is not finite.  Nothing is measured
 * unless a program sets gg_model.trace, or blame.h asks. */
#ifndef GG_TRACE_H
#define GG_TRACE_H

#include "nn/layer.h"

enum { GG_TRACE_ROWS = 512, GG_TRACE_WHERE = 64, GG_TRACE_TEXT = 256 };

/* One layer in one pass. */
struct gg_trace_row {
    const char *name; /* NULL: it did not run */
    int64_t rows;
    double seconds[2], flops[2], rms[2]; /* forward and its y; backward and its dy */
    double looked[2];                    /* rows that rms is of */
    char bad
        [2]
        [GG_TRACE_WHERE]; /* "particle 17" of the frame, "edge 3 <- 5": the first of y, of dy, that is not finite; "" */
    bool bad_w, bad_dw; /* parameters, or their gradient, that are not finite */
    bool ran_back;
};

struct gg_trace {
    void (*line)(void *context, const char *line); /* without newline; NULL: nobody reads */
    /* NULL, or called behind the forward of each layer; of those of a chain for each part */
    void (*see)(void *context, int k, const struct gg_call *call);
    void *context;
    const int32_t *order; /* the frame's particle at each row of nodes */
    int64_t n_pass;
    int n_row;
    struct gg_trace_row row[GG_TRACE_ROWS];
};

/* Around a pass; `t` may be NULL in all of them.  What a pass that never came back left is printed by the next one's begin. */
void gg_trace_begin(struct gg_trace *t, const struct gg_graph *g, const int32_t *order);
void gg_trace_end(struct gg_trace *t);
/* What runs until the next of these sees other rows of nodes: a layer of a chain runs for one part after the other, and its row
 * adds up. */
void gg_trace_part(struct gg_trace *t, const int32_t *order);
/* Runs the k-th layer, and looks at it. */
void gg_trace_forward(struct gg_trace *t, int k, const char *name, const struct gg_call *call);
void gg_trace_backward(struct gg_trace *t, int k, const char *name, const struct gg_call *call);

/* What the rows say of the first number that is not finite: forward, else backward.  False: there is none. */
bool gg_trace_first(const struct gg_trace *t, char text[GG_TRACE_TEXT]);

#endif
