/* pass_ops.h -- what a pass holds, and its layers one after the other */
#ifndef GG_PASS_OPS_H
#define GG_PASS_OPS_H

#include "model/pass_memory.h"

/* Values, gradients and scratch of one frame; memory grows to the largest frame seen and is kept. */
struct gg_pass {
    struct gg_arena arena;
    size_t bytes; /* of its one block: what the largest pass so far wanted */
    gg_real *value[GG_MAX_VALUES], *gradient[GG_MAX_VALUES];
    gg_real *room[GG_MAX_VALUES]; /* where a gradient will lie */
    bool wanted[GG_MAX_VALUES];   /* of the backward at hand (gg_pass_wanted) */
    void **saved;                 /* per op */
    void *scratch;
    struct gg_pass *part; /* [n_part] of the parts of a chain that are worked on at once (pass_chain.h) */
    int n_part;
    /* What the caller may set before a forward with keep: a training forward (else as for prediction), with the random stream of
     * this frame and step; state [n_weight]: what the frame says of the statistics, written where not NULL. */
    bool train;
    struct gg_rng random;
    gg_real *state;
    /* Before a backward: [geometry], gradients of the edge vectors that are wanted; backward adds. */
    gg_real (*dvec[GG_MAX_GEOMETRIES])[3];
    struct gg_trace *trace; /* of this pass (trace.h); NULL: the model's */
    /* Called behind every layer, and behind a block with receivers for each of its outputs that is there as a whole: it reads the output
     * of the op and may change it, for the layers behind.  NULL: nobody looks. */
    void (*look)(void *context, struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b,
                 int op);
    /* The same of the outputs inside such a block, of each part of it in turn: pass and batch are those of the part, which has the edges of its
     * receivers alone.  Called behind the part's forward. */
    void (*look_inside)(void *context, struct gg_pass *part, const struct gg_model *m,
                        const struct gg_batch *b, int op);
    void *looks;          /* context of both */
    int64_t first_weight; /* the parameter that dw of a backward begins with */
    bool placed;          /* room has its places: of this forward, for all its backwards that want the same */
};

/* An empty arena with so many bytes in one block: a pass with backward and one without, and parts with more edges and fewer, cut their memory in
 * other ways; pieces of the one would not fit into what another has left, and all would stay. */
void gg_pass_room(struct gg_pass *p, size_t bytes);
struct gg_trace *gg_pass_trace(const struct gg_pass *p, const struct gg_model *m); /* NULL: nobody looks */
/* What forward and backward of an op have in common; x: room for its inputs. */
struct gg_call gg_op_call(const struct gg_pass *p, const struct gg_model *m, int k, const gg_real *w,
                          const struct gg_batch *b, const gg_real **x);

/* Layers first .. last-1 of a pass whose values have their places; `trace` may be NULL. */
void gg_ops_forward(struct gg_pass *p, const struct gg_model *m, int first, int last, const gg_real *w,
                    const struct gg_batch *b, struct gg_trace *trace);
/* Gradients of values that lead to no head, or that nobody wants, stay NULL, and their layers are left out. */
void gg_ops_backward(struct gg_pass *p, const struct gg_model *m, int first, int last, const gg_real *w,
                     const struct gg_batch *b, gg_real *dw, struct gg_trace *trace);
/* The gradient of what a layer reads, in its place and 0 until somebody adds; NULL if not wanted; for a source what the caller has set. */
gg_real *gg_pass_gradient(struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b, int value);

#endif
