/* lie_attention.h -- what the files of lie_attention share: its keys, its plan, its passes */
#ifndef GG_LIE_ATTENTION_H
#define GG_LIE_ATTENTION_H

#include "graph/radial.h"
#include "nn/head_net.h"

/* Its inputs. */
enum { GG_LIE_VALUES, GG_LIE_QUERIES, GG_LIE_KEYS, GG_LIE_FRAMES };

struct gg_lie_hypers {
    int64_t heads, power;
    int normalise, envelope, act, weights;
    struct gg_reals hidden;
    bool act_last;
};

struct gg_lie_plan {
    struct gg_head_net net; /* k_h, of six numbers */
    int n_head, n_lift;
    int each_value, each_key; /* channels of a head */
    double scale;             /* 1/sqrt(each_key) */
    bool exponential;
    enum gg_envelope envelope;
    int power;
};

size_t gg_lie_scratch_bytes(const struct gg_layer *l, const struct gg_graph *g, int n_thread);
void gg_lie_forward(const struct gg_call *call);
void gg_lie_backward(const struct gg_call *call);

#endif
