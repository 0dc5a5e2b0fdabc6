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

/* What the rows of a value run over: a base, times, lifts.  Row (i n_time + t) n_lift + u belongs to i of the base, time t
 * of the batch and lift u; without PER_TIME or lifts that factor is 1.  So GG_ON_NODE is a row a particle, GG_ON_GRAPH |
 * GG_PER_TIME a row a time, gg_axis_lifted(GG_ON_NODE, 4) four rows a particle.  Layers that work row by row need not know. */
enum gg_axis_base { GG_ON_NODE, GG_ON_EDGE, GG_ON_GRAPH };
enum { GG_BASE_BITS = 3, GG_PER_TIME = 4, GG_LIFT_SHIFT = 4, GG_MOST_LIFTS = 1024 };
int gg_axis_base(int axis);
int gg_axis_lifts(int axis); /* 1 without lifts */
int gg_axis_lifted(int axis, int n_lift);
void gg_axis_print(int axis, char text[64]); /* "node", "edge x time", "node x 4 lifts" */

enum { GG_LAYER_INPUTS = 8 };
enum { GG_STANDARDISED, GG_AS_THEY_ARE, GG_ABOVE_0 };

/* A value: rows on an axis. In a row, block b (mul x l) is 2l+1 runs of `pad[b]` numbers, channel innermost:
 *     x[row * stride + offset[b] + m * pad[b] + c],  m = 0..2l, c = 0..mul-1
 * pad = mul rounded up to 8, above 8 to 16.  Lanes mul..pad-1 are 0 and stay 0, in values and in gradients. Every row
 * starts on 32 bytes (stride is a multiple of 8). e3nn's order [channel][m] exists only at the border of model/. */
struct gg_shape {
    int axis;
    int edges; /* which of the model's lists of edges, for values on edges */
    struct gg_irreps irreps;
    int stride, offset[GG_IRREPS_MAX], pad[GG_IRREPS_MAX];
    uint32_t
        zero; /* bit b: block b is 0 whatever the parameters and the frame; a layer that cannot say leaves it */
};
int gg_pad(int mul);
void gg_shape_init(struct gg_shape *s, int axis, const struct gg_irreps *irreps);
int64_t gg_shape_rows(const struct gg_shape *s, const struct gg_graph *g);
/* Zeros where n rows [stride] hold no channel; of blocks below 8 channels the channels, too: called before they are written. */
void gg_shape_clear_padding(const struct gg_shape *s, int64_t n, gg_real *rows);
/* The blocks of `out`, but invariants, all of whose likes among the inputs are zero: for layers that act on each irrep by itself. */
uint32_t gg_shape_zero(const struct gg_shape *out, int n_in, const struct gg_shape *in);
/* Between a row in this layout and e3nn's mul_ir order (dim numbers, double). */
void gg_row_from_e3nn(const struct gg_shape *s, const double *e3nn, gg_real *row);
void gg_row_to_e3nn(const struct gg_shape *s, const gg_real *row, double *e3nn);

/* A number of the frame as the training set has it: value, first and last of the times that are trained there (0: none), in the order of
 * values, each value once.  n 0: nobody knows. */
struct gg_reach {
    int n;
    const double (*row)[3];
};

/* One layer of a model.  init fills everything below `hyper`. */
struct gg_layer {
    const struct gg_layer_type *type;
    void *hyper;            /* the struct described by type->hypers, filled from YAML */
    int n_type;             /* species of the model */
    double cutoff;          /* of the model's graph, sigma */
    double mean_neighbours; /* of the training set: a constant of the model file */
    int n_time;
    const double *time; /* [n_time] tau, increasing: of the training set, whatever times are predicted */
    int n_in;
    struct gg_shape in[GG_LAYER_INPUTS];
    struct gg_reach reach[GG_LAYER_INPUTS]; /* of inputs that are a number of the frame */

    struct gg_shape out;
    bool rotations_only; /* y turns with x under rotations, not under reflections */
    bool fixed_axes;     /* y does not turn with x: components of vectors as plain numbers */
    bool own_times;      /* defined at the training times alone */
    int reads; /* the frame's numbers among its inputs: standardised, as they are, as they are and above 0 */
    int weighed;        /* number of the input that says what counts, numbers of 0 or more; 0: none */
    bool kinks;         /* y is not smooth in its arguments: relu */
    bool needs_reverse; /* reads graph.rev and graph.sent */
    bool needs_mean;    /* divides by mean_neighbours, or its root */
    bool needs_times;   /* made on `time`: on other training times it is another function */
    bool reads_vectors; /* reads graph.vec or graph.r: backward fills call.dvec where asked for */
    double knots; /* y is smooth in lengths between multiples of this (sigma), a table's; 0: everywhere */
    double first_knot; /* from here on */
    bool draws;        /* reads call.random in training */
    double
        momentum; /* of what observe says: 1 = taken as it is, once, before training; 0: nothing is observed */
    bool unbiased; /* observe says variances n/(n-1) of those that training divides by, n edges */
    int64_t n_weight;
    /* memory kept from forward to backward, and memory that lives during one call (shared by all layers), in bytes, as
     * functions of the graph; NULL = none */
    size_t (*saved_bytes)(const struct gg_layer *l, const struct gg_graph *g);
    size_t (*scratch_bytes)(const struct gg_layer *l, const struct gg_graph *g, int n_thread);
    bool spares_x, spares_y; /* backward reads no x, no y: by then their memory may serve others */
    void *plan;              /* whatever init precomputes, in the arena it is given; read-only afterwards */
};

struct gg_cost {
    double flops_forward, flops_backward; /* useful operations (kernels: no padding counted) */
    double bytes;                         /* of values that a forward reads and writes, padding included */
    double moved; /* the same of a training step; only gg_op_cost and gg_model_cost say it */
};

/* A named piece of a layer's parameters, for model files, weight import and safetensors.  Pieces tile 0..n_weight-1. */
struct gg_weight {
    char name[64]; /* "radial.0", "mix", "bias" */
    int ndim;
    int64_t shape[4];
    int64_t offset;    /* in the layer's parameters */
    bool species_axis; /* the first axis is the species */
    bool statistic;    /* follows the data, by observe; never optimised */
};

/* A learned function of the distance: what the numbers that arrive by one path are multiplied by. */
struct gg_curve {
    char path[24];        /* "1x2>3": degrees of the sender's features, of the harmonic, of the result */
    int receiver, sender; /* species; -1: of any */
    int n_channel;
    double *mean, *rms; /* [n] over its channels */
};

/* The same of one channel in closed form: an expression in r, with ** for powers, sin, cos, exp and abs; 0 outside of from ... to (sigma). */
struct gg_formula {
    char path[24];
    int receiver, sender, channel;
    double from, to;
    const char *text;
};

/* One forward, backward or observe of one layer.  All arrays are 64-byte aligned; x[k] has gg_shape_rows(&l->in[k]) rows. */
struct gg_call {
    const struct gg_layer *l;
    const gg_real *w; /* [n_weight] */
    const struct gg_graph *g;
    const gg_real *const *x;
    gg_real
        *y; /* forward writes all of it, padding included; backward may read it unless the layer spares_y */
    void *
        saved; /* forward writes, backward reads, as many bytes as asked for; NULL when no backward follows */
    void *scratch; /* as many bytes as asked for */
    const gg_real *dy;
    gg_real *const *dx;   /* backward adds into dx[k]; where it is NULL nobody wants it (gg_pass_wanted) */
    gg_real *dw;          /* and into dw; NULL: not wanted (explaining a prediction) */
    gg_real (*dvec)[3];   /* [n_edge] and into the gradient of the edge vectors; NULL: not wanted */
    gg_real *state;       /* observe: [n_weight], the parameters as the frame has them */
    struct gg_rng random; /* draws of this layer, frame and step; gg_rng_fork gives each row its own */
    bool train;           /* a training forward and its backward; else as for prediction */
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
    bool hears;      /* a row of y depends on rows of x at the senders of its particle, too */
    bool whole;      /* a row of y depends on rows of x anywhere, though y is no value of the frame */
    bool weighs;     /* y: how much each edge of a receiver counts, which explanations show */
    bool from_graph; /* takes no input values: `in` absent is none, not the previous output */
    const struct gg_opt *hypers; /* YAML keys; last row NULL name */
    size_t hyper_size;
    const void *hyper_defaults;
    /* Sizes, output shape, plan; or a refusal (GG_USAGE) that names key and reason. `a` lives as long as the model. */
    int (*init)(struct gg_layer *l, struct gg_arena *a, struct gg_err *err);
    /* The k-th named piece of the parameters; false behind the last. */
    bool (*weight)(const struct gg_layer *l, int k, struct gg_weight *out);
    /* Initial parameters, on e3nn's raw scale (standard normal; biases 0), from `r`. NULL: all standard normal. */
    void (*init_weights)(const struct gg_layer *l, gg_real *w, struct gg_rng *r);
    /* Training forwards only, NULL: nothing.  Writes into call->state what this frame says of the layer's parameters, either of all
     * (momentum 1: called once, with the first frame, before its forward) or of its statistics (called behind every forward). */
    void (*observe)(const struct gg_call *call);
    void (*forward)(const struct gg_call *call);
    /* Adds into dx, dw and dvec; saved: as forward left it. */
    void (*backward)(const struct gg_call *call);
    struct gg_cost (*cost)(const struct gg_layer *l, const struct gg_graph *g);
    /* The functions at n distances, in `a`, and how many they are; 1/z, unless it is
     * learned, and the coefficient of the path are in them, on couplings of norm 1.  NULL: the layer has none. */
    int (*curves)(const struct gg_layer *l, const gg_real *w, int n, const double *r, struct gg_curve **out,
                  struct gg_arena *a);
    /* Beside curves: each of them in closed form, in `a`, and how many they are.  GG_USAGE, -1: they have none, and which keys give them one. */
    int (*formulas)(const struct gg_layer *l, const gg_real *w, struct gg_formula **out, struct gg_arena *a,
                    struct gg_err *err);
    const struct gg_layer_case *cases; /* last: name NULL */
};
/* The layer has running statistics. */
bool gg_layer_follows(const struct gg_layer *l);
/* Members of an entry by the names they have in a layer's file: its keys (hypers, struct hypers, defaults); what no layer is without,
 * so that none is forgotten. */
#define GG_LAYER_KEYS .hypers = hypers, .hyper_size = sizeof(struct hypers), .hyper_defaults = &defaults
#define GG_LAYER_PASSES .init = init, .forward = forward, .backward = backward, .cost = cost, .cases = cases
/* The cost of so many operations, forward and backward, for each number of x, which is read or written so often. */
struct gg_cost gg_cost_of_numbers(const struct gg_shape *x, const struct gg_graph *g, double forward,
                                  double backward, double often);

/* Deterministic sum of a parameter gradient that every node adds to: nodes are cut into fixed ranges (a function of
 * n only), fn adds the range [first, last) into its own zeroed `part` (n numbers of gg_real), and the parts are added
 * pairwise in a fixed tree, in double, into `into`.  scratch: gg_tree_sum_bytes. */
size_t gg_tree_sum_bytes(int64_t n_node, int64_t n);
void gg_tree_sum(int64_t n_node, int64_t n, gg_real *into, void *scratch,
                 void (*fn)(void *context, int64_t first, int64_t last, gg_real *part), void *context);
/* The same with parts in double, for means over rows: the same ranges, the same tree. */
size_t gg_tree_sum_f64_bytes(int64_t n_row, int64_t n);
void gg_tree_sum_f64(int64_t n_row, int64_t n, double *into, void *scratch,
                     void (*fn)(void *context, int64_t first, int64_t last, double *part), void *context);

#endif
