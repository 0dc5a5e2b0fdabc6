/* conv_full.h -- conv with fully connected mixing: its plan, its tables, its passes
 *
 *     y_{i,l3 m3,c'} = (1/z) sum_e sum_p sum_c W_{p,c,c'}(r_e) t^p_{e,m3,c},    t^p_{e,m3,c} = sum_m1 M_{m3 m1}(v_e) x_{j,l1 m1,c}
 *     W_{p,c,c'}(r) = sum_u a_u(r) V_{u,p,c,c'}
 *
 * a_u: the last hidden layer of the radial net, or the basis itself; V: its last, linear layer.  W is linear in a, so the
 * neighbours are summed first, S_{i,u,m3,c} = sum_e a_u t, and V is applied to nodes, not to edges.  e3nn's
 * FullyConnectedTensorProduct with the harmonics as second factor and weights from a FullyConnectedNet.
 *
 * With radial.species both a and V are those of (species of i, species of j): a receiver has an S for every species of its
 * neighbours, summed over these alone, and each meets its own V. */
#ifndef GG_CONV_FULL_H
#define GG_CONV_FULL_H

#include "conv/conv.h"

/* What is worked on at a time: one path and up to 16 of its input channels. */
struct gg_conv_slice {
    int l1, l2, l3, width;
    int mul, mul_out,
        pad_out;          /* channels of the slice; of the output that it leads to; of the output block */
    int head, first_out;  /* of the output block: its channels first_out .. first_out + mul_out - 1 */
    int in_offset, x_pad; /* in a row of x: its first channel, from m1 to m1 + 1 */
    int out_offset;
    int64_t column; /* in the outputs of the net: of its [mul][n_column], mul_out of each row */
    int n_column;
    int64_t packed;                  /* of its [function][width][pad_out], in numbers a function */
    int64_t turned;                  /* of its [mul_out][function][width], in numbers a function */
    double factor;                   /* path coefficient / z, on the unit-norm coupling */
    int n_node;                      /* whose S are held at once */
    const struct gg_conv_list *list; /* NULL: generated */
    gg_conv_piece_fn *terms, *back;
};

struct gg_conv_full {
    struct gg_radial_net hidden; /* the net without its last layer; n_layer 0: the basis */
    int n_hidden;                /* functions that the net makes */
    int n_function, lane;        /* H: these, and with radial.bias the constant; H in whole registers */
    int *place;                  /* [H] the lane of each function; NULL: 0, 1 ... */
    int n_slice, most_sums;      /* most_sums: numbers of S held at once */
    int64_t n_packed, n_turned;
    int64_t n_forward; /* numbers of all matrices in the order of forward; turned: n_packed of the plan */
    struct gg_conv_slice *slice;
};

static inline int gg_conv_full_lane(const struct gg_conv_full *f, int u)
{
    return f->place ? f->place[u] : u;
}

/* The part of init behind the checks: fills p->full, the last width of p->net and the sizes that conv shares. */
void gg_conv_full_init(struct gg_layer *l, struct gg_conv_plan *p, const struct gg_path *path, int n_path,
                       double normaliser, struct gg_arena *a);
struct gg_cost gg_conv_full_cost(const struct gg_layer *l, const struct gg_graph *g);
size_t gg_conv_full_scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread);
void gg_conv_full_forward(const struct gg_call *call);
void gg_conv_full_backward(const struct gg_call *call);

#endif
