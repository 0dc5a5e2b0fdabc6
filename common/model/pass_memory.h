/* pass_memory.h -- where the values of a pass lie, and their gradients */
#ifndef GG_PASS_MEMORY_H
#define GG_PASS_MEMORY_H

#include "model/sample.h"

/* Rows of a value. */
int64_t gg_pass_rows(const struct gg_model *m, const struct gg_batch *b, int value);
/* Room for a value and for the vectors that read a little behind it. */
size_t gg_value_bytes(const struct gg_model *m, const struct gg_batch *b, int value);
size_t gg_op_saved_bytes(const struct gg_op *op, const struct gg_batch *b);
/* Of the layers first .. last-1, those of chains aside unless it is one. */
size_t gg_ops_scratch_bytes(const struct gg_model *m, const struct gg_batch *b, int first, int last);

/* The op behind the one that runs next, or behind the chain that begins there. */
int gg_ops_end(const struct gg_model *m, int op);
/* A value that only lives in a chain. */
bool gg_value_is_inner(const struct gg_model *m, const struct gg_op *op);

/* What a backward is for: gradients of the parameters, of the edge vectors of geometries, of sources.  A gradient of a value that none of
 * them stands behind (harmonics and radial functions while training) would be made for nobody. */
struct gg_wants {
    bool weights, vectors[GG_MAX_GEOMETRIES], source[GG_MAX_VALUES];
};
/* wanted[value], GG_MAX_VALUES of them */
void gg_pass_wanted(const struct gg_model *m, const struct gg_wants *for_what, bool *wanted);

/* Values that no layer reads any more, forward or (keep) backward, share memory, and so do wanted gradients that no earlier layer
 * awaits.  at[value]: in the pass's arena.  Returns the bytes; with a NULL it only counts. */
size_t gg_pass_place_values(const struct gg_model *m, const struct gg_batch *b, bool keep, struct gg_arena *a,
                            gg_real **at);
size_t gg_pass_place_gradients(const struct gg_model *m, const struct gg_batch *b, const bool *wanted,
                               struct gg_arena *a, gg_real **at);

#endif
