/* conv.h -- what the files of the convolution share: its options and its plan */
#ifndef GG_CONV_H
#define GG_CONV_H

#include "kernel/conv_kernel.h"
#include "util/choice.h"
#include "nn/layer.h"
#include "nn/radial_net.h"
#include "o3/o3.h"

enum { GG_CONV_PATHS = 256, GG_CONV_BLOCK = GG_GRAPH_BLOCK };

#define GG_NORMALISE_LIST(X) \
    X(GG_BY_SQRT, "sqrt") X(GG_BY_MEAN, "mean") X(GG_BY_NONE, "none") X(GG_BY_DENSITY, "density")
enum gg_conv_normalise { GG_NORMALISE_LIST(GG_CHOICE_ENUM) };
#define GG_NORMALISE GG_CHOICE_WORDS(GG_NORMALISE_LIST)

struct gg_conv_hypers {
    int64_t lmax, channels;
    const char *out_irreps;
    int parity;    /* enum gg_parity */
    int normalise; /* enum gg_conv_normalise */
    int basis, envelope;
    int64_t n, power, table;
    double inner, outer; /* of the shell, sigma; outer 0: the cutoff */
    struct gg_reals hidden;
    bool species;
    int constants; /* exact | e3nn */
    int act, norm; /* enum gg_act, gg_radial_norm */
    int plain;     /* e3nn | plain */
    bool bias;
    double momentum;
    int mixing; /* enum gg_conv_mixing */
};
enum gg_conv_mixing { GG_MIX_CHANNELWISE, GG_MIX_FULL, GG_MIX_SO2 /* conv_so2's */ };

/* A path in the layer: where it reads, where it writes, which columns of the radial net are its own. */
struct gg_conv_route {
    int l1, l2, l3, mul, pad, width, n_group;
    int in_offset;                   /* of the input block in a row of x */
    int column;                      /* first of its `mul` outputs of the radial net */
    int64_t table_offset;            /* of its [group][knot][width], in units of one knot */
    int group;                       /* of paths with the same output irrep */
    int mid_offset;                  /* in a row of mid */
    int first_k;                     /* first row of its [pad] rows in the mixing matrix of its group */
    double factor;                   /* sqrt(2 l3 + 1) / z, on the unit-norm coupling */
    const struct gg_conv_list *list; /* NULL: generated */
    gg_conv_fn *forward, *backward;
};

/* Paths into one (l3, p3): mid holds, for every m3, their channels side by side. */
struct gg_conv_group {
    int l, p, row; /* p = 0: parity does not count; row: sum of pads */
    int mid_offset;
    int n_path, n_channel;
};

/* One output block: its mixing matrix is [group.row][pad], zero in padding, 1/sqrt(fan-in) folded in. */
struct gg_conv_mix {
    int group, mul, pad, out_offset;
    int64_t packed;                /* offset of the matrix among all of them */
    int64_t weight[GG_CONV_PATHS]; /* offset of path's [mul][mul_out] in the raw weights; -1: another group */
    double factor;
};

struct gg_conv_plan {
    struct gg_radial_net net, density; /* density: n_layer 0 unless it divides the sums, conv_density.h */
    int l_max, n_path, n_group, n_mix;
    int n_head; /* of the weights on edges, conv_heads.h; 0: none */
    struct gg_conv_route path[GG_CONV_PATHS];
    struct gg_conv_group group[GG_IRREPS_MAX];
    struct gg_conv_mix mix[GG_IRREPS_MAX];
    int mid;                 /* numbers in a row of mid: a node */
    int64_t table_columns;   /* sum of pads over the paths: numbers a knot */
    int64_t n_packed;        /* numbers of all mixing matrices */
    int n_knot;              /* of one table; 0 = exact */
    int64_t n_row;           /* knots of all tables: one for each set of the net */
    int64_t n_net;           /* numbers of the net: the first parameters */
    int64_t n_mix_weight;    /* numbers of the mixing: those behind */
    int64_t density_at;      /* behind them: net of the density, alpha, beta */
    double nonzeros, middle; /* nnz(M) and sum (2 l3+1), each times channels: for the cost */
    const struct gg_conv_level *level;
    struct gg_conv_full *full; /* fully connected mixing: conv_full.h; else NULL */
    struct gg_conv_so2
        *so2; /* mixing in the frames of the bonds: conv_so2.h, with the radial functions of full */
};

/* The irreps that the keys ask for; whether the other keys go together (opens BLAS). */
int gg_conv_output(struct gg_layer *l, struct gg_irreps *out, struct gg_err *err);
int gg_conv_check_keys(const struct gg_layer *l, struct gg_err *err);
/* Init behind the checks of what a layer takes, in[0] on nodes and in[1], if any, weights on edges: keys, paths to these irreps, plan.
 * Sums are divided by `normaliser`. */
int gg_conv_init(struct gg_layer *l, const struct gg_irreps *out, double normaliser, struct gg_arena *a,
                 struct gg_err *err);
/* Its last part: l->plan, sizes of parameters and memory, for these paths from l->in[0] to l->out (conv_so2: none). */
void gg_conv_plan_init(struct gg_layer *l, const struct gg_path *path, int n_path, int n_head,
                       double normaliser, struct gg_arena *a);
struct gg_cost gg_conv_cost(const struct gg_layer *l, const struct gg_graph *g);

/* The coupling of a path as lists; NULL where its kernels are generated. */
const struct gg_conv_list *gg_conv_lists_of(const struct gg_conv_level *v, struct gg_arena *a, int l1, int l2,
                                            int l3);
double gg_conv_normaliser(const struct gg_layer *l); /* z, 1 if learned */
bool gg_conv_weight(const struct gg_layer *l, int k, struct gg_weight *out);
void gg_conv_init_weights(const struct gg_layer *l, gg_real *w, struct gg_rng *r);

void gg_conv_forward(const struct gg_call *call);
void gg_conv_backward(const struct gg_call *call);
int gg_conv_curves(const struct gg_layer *l, const gg_real *w, int n, const double *r, struct gg_curve **out,
                   struct gg_arena *a); /* gg_layer_type; not of conv_so2 */
int gg_conv_formulas(const struct gg_layer *l, const gg_real *w, struct gg_formula **out, struct gg_arena *a,
                     struct gg_err *err);
size_t gg_conv_saved_bytes(const struct gg_layer *l, const struct gg_graph *g); /* mid of every node */
size_t gg_conv_scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread);

#endif
