/* layer.h -- the interface of a layer: one C file, one line in layers.def, and every law of check.h follows */
#ifndef GG_LAYER_H
#define GG_LAYER_H

#include "graph/graph.h"
#include "util/arena.h"
#include "util/irreps.h"
#include <stdint.h>
#include "util/opt.h"
#include "util/real.h"
#include "util/rng.h"

enum gg_value_axis { GG_ON_NODE, GG_ON_EDGE, GG_ON_GRAPH };
enum { GG_LAYER_INPUTS = 8 };

/* A value: rows on an axis. In a row, block b (mul x l) is 2l+1 runs of `pad[b]` numbers, channel innermost:
 *     x[row * stride + offset[b] + m * pad[b] + c],  m = 0..2l, c = 0..mul-1
 * pad = mul rounded up to 8, above 8 to 16.  Lanes mul..pad-1 are 0 and stay 0, in values and in gradients. Every row
 * starts on 32 bytes (stride is a multiple of 8). e3nn's order [channel][m] exists only at the border of model/. */
struct gg_shape {
    enum gg_value_axis axis;
    struct gg_irreps irreps;
    int stride, offset[GG_IRREPS_MAX], pad[GG_IRREPS_MAX];
};
int gg_pad(int mul);
void gg_shape_init(struct gg_shape *s, enum gg_value_axis axis, const struct gg_irreps *irreps);
int64_t gg_shape_rows(const struct gg_shape *s, const struct gg_graph *g);
/* Between a row in this layout and e3nn's mul_ir order (dim numbers, double). */
void gg_row_from_e3nn(const struct gg_shape *s, const double *e3nn, gg_real *row);
void gg_row_to_e3nn(const struct gg_shape *s, const gg_real *row, double *e3nn);

/* One layer of a model.  init fills everything below `hyper`. */
struct gg_layer {
    const struct gg_layer_type *type;
    void *hyper;            /* the struct described by type->hypers, filled from YAML */
    int n_type;             /* species of the model */
    double cutoff;          /* of the model's graph, sigma */
    double mean_neighbours; /* of the training set: a constant of the model file */
    int n_in;
    struct gg_shape in[GG_LAYER_INPUTS];

    struct gg_shape out;
    bool rotations_only; /* y turns with x under rotations, not under reflections */
    bool fixed_axes;     /* y does not turn with x: components of vectors as plain numbers */
    bool kinks;          /* y is not smooth in its arguments: relu */
    bool needs_reverse;  /* reads graph.rev */
    int64_t n_weight;
    /* memory kept from forward to backward, and memory that lives during one call (shared by all layers), in bytes, as
     * functions of the graph; NULL = none */
    size_t (*saved_bytes)(const struct gg_layer *l, const struct gg_graph *g);
    size_t (*scratch_bytes)(const struct gg_layer *l, const struct gg_graph *g, int n_thread);
    bool spares_x, spares_y; /* backward reads no x, no y: by then their memory may serve others */
    void *plan;              /* whatever init precomputes, in the arena it is given; read-only afterwards */
};

struct gg_cost {
    double flops_forward, flops_backward, bytes; /* useful operations (kernels: no padding counted) */
};

/* A named piece of a layer's parameters, for model files, weight import and safetensors.  Pieces tile 0..n_weight-1. */
struct gg_weight {
    char name[64]; /* "radial.0", "mix", "bias" */
    int ndim;
    int64_t shape[4];
    int64_t offset;    /* in the layer's parameters */
    bool species_axis; /* the first axis is the species */
};

/* A small instance of a layer to test: inputs and YAML hypers as text. */
struct gg_layer_case {
    const char *name;
    const char *in[GG_LAYER_INPUTS]; /* irreps; "edge:8x0e" for a value on edges; NULL ends */
    const char *hypers;              /* "lmax=2 out_irreps=4x0e+4x1o": KEY=VALUE separated by spaces */
    /* What the case does not promise. */
    bool no_unit_scale; /* at start y has another variance than x */
};

struct gg_layer_type {
    const char *name, *about, *source; /* YAML name; one line; paper and equation */
    bool from_graph;             /* takes no input values: `in` absent is none, not the previous output */
    const struct gg_opt *hypers; /* YAML keys; last row NULL name */
    size_t hyper_size;
    const void *hyper_defaults;
    /* Sizes, output shape, plan; or a refusal (GG_USAGE) that names key and reason. `a` lives as long as the model. */
    int (*init)(struct gg_layer *l, struct gg_arena *a, struct gg_err *err);
    /* The k-th named piece of the parameters; false behind the last. */
    bool (*weight)(const struct gg_layer *l, int k, struct gg_weight *out);
    /* Initial parameters, on e3nn's raw scale (standard normal; biases 0), from `r`. NULL: all standard normal. */
    void (*init_weights)(const struct gg_layer *l, gg_real *w, struct gg_rng *r);
    /* Sets parameters from the inputs that a training frame gives this layer, once, before training; NULL: nothing. */
    void (*calibrate)(const struct gg_layer *l, gg_real *w, const struct gg_graph *g,
                      const gg_real *const *x);
    /* y is written completely, padding included. saved, scratch: 64-byte aligned, as many bytes as asked for.
     * x[k] has gg_shape_rows(&in[k]) rows. saved is NULL when no backward follows (prediction). */
    void (*forward)(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g,
                    const gg_real *const *x, gg_real *y, void *saved, void *scratch);
    /* Adds into dx[k] (skipped where dx[k] is NULL) and into dw.  saved: as forward left it. y: forward's output. */
    void (*backward)(const struct gg_layer *l, const gg_real *w, const struct gg_graph *g,
                     const gg_real *const *x, const gg_real *y, const void *saved, const gg_real *dy,
                     gg_real *const *dx, gg_real *dw, void *scratch);
    struct gg_cost (*cost)(const struct gg_layer *l, const struct gg_graph *g);
    const struct gg_layer_case *cases; /* last: name NULL */
};

/* Deterministic sum of a parameter gradient that every node adds to: nodes are cut into fixed ranges (a function of
 * n only), fn adds the range [first, last) into its own zeroed `part` (n numbers of gg_real), and the parts are added
 * pairwise in a fixed tree, in double, into `into`.  scratch: gg_tree_sum_bytes. */
size_t gg_tree_sum_bytes(int64_t n_node, int64_t n);
void gg_tree_sum(int64_t n_node, int64_t n, gg_real *into, void *scratch,
                 void (*fn)(void *context, int64_t first, int64_t last, gg_real *part), void *context);

#endif
