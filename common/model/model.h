/* model.h -- a network as data: inputs, layers in order, heads; its values, gradients and parameters
 *
 *     gg_model_new       YAML -> structure (spec.c)         gg_model_init_weights, gg_model_save, gg_model_load
 *     gg_sample          one frame, as the network reads it (sample.h)
 *     gg_pass_forward    values of all layers, predictions; gg_pass_backward: gradient of the loss (pass.c) */
#ifndef GG_MODEL_H
#define GG_MODEL_H

#include "nn/layer.h"
#include "config/config.h"
#include "stream/frame.h"
#include "stream/meta.h"

enum { GG_MAX_VALUES = 512, GG_MAX_INPUTS = 16, GG_MAX_HEADS = 16, GG_MAX_TIMES = 256, GG_MAX_SPECIES = 8 };

/* A node input: the species as one-hot, or a field.  Scalars (0e) are standardised by column, (x - mean)/scale; blocks of
 * higher degree are divided by their root mean square, one scale a channel.  Both over the training set. */
struct gg_input {
    char field[GG_NAME];     /* "type" is the one-hot */
    struct gg_irreps irreps; /* known once the first frame was seen, or from the model file */
    int channel;             /* first of its channels among the columns of mean and scale */
    int n_channel;           /* sum of multiplicities */
    const char
        *columns; /* their names, separated by blanks, as META columns.FIELD had them; NULL = not said */
};

/* One layer of the network. */
struct gg_op {
    struct gg_layer layer;
    char name[48];                /* "layers.2.0.conv"; parameters are "NAME.PIECE" */
    int in[GG_LAYER_INPUTS], out; /* values */
    int64_t weight;               /* offset of its parameters; rounds of a shared repeat have the same */
};

enum gg_head_kind { GG_HEAD_SCALAR, GG_HEAD_VECTOR };

/* What is predicted.  Columns of a scalar head: species outermost, then time: c = s * n_time + t; c = t if it is joint.
 * A vector head has n_time 1o channels, for every species the same. */
struct gg_head {
    char target[GG_NAME];
    enum gg_head_kind kind;
    int value;     /* its output */
    bool joint;    /* one column a time for all species (vectors always) */
    double weight; /* in the loss */
    bool *on;      /* [n_time] of the model's times: trained and predicted */
    /* standardisation by species and time over the training set: [n_species * n_time]; vectors: mean 0, one scale for the three
     * components */
    double *mean, *scale;
};

enum gg_loss_kind { GG_LOSS_MSE, GG_LOSS_L1 };
enum { GG_LOSS_RADII = 16 };

/* `loss:` (loss_terms.c has the terms). */
struct gg_loss_keys {
    int kind;                     /* of the error of every particle */
    double variance, correlation; /* weights of the terms over a configuration; 0 = none */
    double threshold;             /* a: who moved farther than this, sigma */
    struct gg_reals radii;        /* R, sigma */
};

struct gg_model {
    struct gg_arena arena;
    struct gg_config config;
    int n_species;
    char positions[GG_NAME]; /* field with the positions of the graph */
    double cutoff;           /* sigma */
    bool self;               /* edges from a particle to itself */
    bool f32;                /* positions and cell are rounded to float before anything else */
    bool type_number;        /* input `type` is the species' number, not one-hot */
    double mean_neighbours;

    int n_input;
    struct gg_input input[GG_MAX_INPUTS];
    int n_column;         /* of the one-hot and all inputs */
    double *mean, *scale; /* [n_column] */
    bool standardise;     /* targets */

    int n_time;
    double *time; /* tau, increasing */
    int n_value, n_op, n_head;
    struct gg_shape value[GG_MAX_VALUES]; /* value 0: the inputs */
    struct gg_op *op;
    bool fixed_axes;    /* some layer's output does not turn with the configuration */
    bool needs_reverse; /* some layer reads graph.rev */
    struct gg_head head[GG_MAX_HEADS];

    int64_t n_weight;
    gg_real *w;                        /* 64-byte aligned */
    struct gg_fit *fit;                /* no layers: fitted to the fields (fit.h); else NULL */
    char loss_species[GG_MAX_SPECIES]; /* 1 = counts in the loss */
    struct gg_loss_keys loss;
};

/* What a model takes from its training data before its sizes are known. */
struct gg_data_facts {
    int n_species;
    double mean_neighbours; /* edges per particle within the cutoff */
};

/* The part of the configuration that says what to read: positions, cutoff, inputs, targets.  Fills model->input[].field and head
 * targets, so that data can be read before gg_model_build. */
int gg_model_open(struct gg_model *m, struct gg_err *err);
/* What the first frame decides: irreps of the inputs, the times.  Until gg_model_build any species is accepted. */
int gg_model_see(struct gg_model *m, const struct gg_frame *first, struct gg_err *err);
/* Names of columns, from the META of a member: kept where the model has none yet; GG_INPUT where it has others, so that no number is
 * taken for another one. */
int gg_model_columns(struct gg_model *m, const struct gg_meta *meta, struct gg_err *err);
/* The layers: shapes, offsets of parameters.  GG_USAGE names file, line and key. */
int gg_model_build(struct gg_model *m, const struct gg_data_facts *facts, struct gg_err *err);
void gg_model_free(struct gg_model *m);

/* Standard normal on e3nn's raw scale, from the seed. */
void gg_model_init_weights(struct gg_model *m, uint64_t seed);
/* The k-th named parameter: field name, its piece with the offset in model->w. False behind the last. Shared ones appear once. */
bool gg_model_weight(const struct gg_model *m, int64_t k, char name[GG_NAME], struct gg_weight *piece);

/* Model files: schema gg.model/1, one frame, parameters as tensors, YAML in META (gg_model(5)).  `w`: the parameters to store. */
int gg_model_save(const struct gg_model *m, const gg_real *w, const char *path, const struct gg_prov *prov,
                  struct gg_err *err);
int gg_model_load(struct gg_model *m, const char *path, struct gg_prov *prov, struct gg_err *err);

/* ---- samples ---- */

/* One frame as the network reads it, in the frame's order.  All arrays belong to the caller's arena or to the spool. */
struct gg_sample {
    char id[GG_ID];
    int64_t n_node;
    int dim, pbc, split; /* split: 0 train, 1 validation, 2 test, -1 not said */
    double cell[3][3];
    double temperature;     /* NaN if not said */
    const double (*pos)[3]; /* NULL for a model without positions */
    const int32_t *type;
    const float
        *input; /* [n_node][n_input_numbers]: raw fields side by side, e3nn order; without the one-hot */
    const float *target
        [GG_MAX_HEADS]; /* [n_node][n_time] or [n_node][n_time][3]; NaN = missing; NULL = the frame has none */
};

/* Irreps of a field as a model input: [node] of 0e, [node][k] of 0e or of its irreps.  GG_INPUT if it is no such field. */
int gg_input_irreps(const struct gg_frame *f, const char *name, struct gg_irreps *out, struct gg_err *err);

/* Reads inputs (and targets if `targets`) of a frame; refuses what is missing or has another shape, with the field. */
int gg_sample_read(struct gg_sample *s, const struct gg_model *m, const struct gg_frame *f, bool targets,
                   struct gg_arena *a, struct gg_err *err);
int gg_model_input_numbers(const struct gg_model *m); /* row length of gg_sample.input */

/* The sample's graph and standardised inputs, nodes in cell order. */
struct gg_batch {
    struct gg_graph graph;
    const int32_t *order;                 /* [n_node] order[k] = the frame's particle at row k */
    const gg_real *x;                     /* value 0 */
    const double *around[GG_MAX_SPECIES]; /* of gg_loss_prepare: [radii][particles of the species] */
};
/* Bytes of a batch, about; for n_edge the mean number of neighbours times n_node serves as well. */
double gg_batch_bytes(const struct gg_model *m, double n_node, double n_edge);
/* `backward`: with what a backward pass needs of the graph. */
int gg_batch_init(struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s, bool backward,
                  struct gg_arena *a, struct gg_err *err);

/* ---- passes ---- */

/* Values, gradients and scratch of one frame; memory grows to the largest frame seen and is kept. */
struct gg_pass {
    struct gg_arena arena;
    gg_real *value[GG_MAX_VALUES], *gradient[GG_MAX_VALUES];
    void **saved; /* per op */
    void *scratch;
};
/* With keep, everything stays for a backward.  Without, values share memory as soon as no layer reads them: only those of the heads are
 * there afterwards. */
void gg_pass_forward(struct gg_pass *p, const struct gg_model *m, const gg_real *w, const struct gg_batch *b,
                     bool keep);
/* Layer after layer, lets those that start from data (gg_layers(7), actnorm) set their parameters in m->w from this frame. */
void gg_pass_calibrate(struct gg_pass *p, struct gg_model *m, const struct gg_batch *b);
/* After a forward with keep and gg_loss: adds into dw (n_weight). */
void gg_pass_backward(struct gg_pass *p, const struct gg_model *m, const gg_real *w, const struct gg_batch *b,
                      gg_real *dw);
void gg_pass_free(struct gg_pass *p);
/* Bytes a training step on such a graph needs, and its operations. */
size_t gg_pass_bytes(const struct gg_model *m, const struct gg_graph *g, bool keep);
struct gg_cost gg_model_cost(const struct gg_model *m, const struct gg_graph *g);

/* ---- heads and loss ---- */

/* What the loss needs of a batch beyond the network, if anything; in `a`, which must live as long as the batch. */
int gg_loss_prepare(struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s,
                    struct gg_arena *a, struct gg_err *err);
/* Sum over heads of weight times the mean error (squared or absolute) in standardised units plus the terms of loss_terms.c, over particles of the loss's species,
 * times that are on, and targets that are there.  With `gradient`, p->gradient of the heads is set to its derivative times `factor`. */
double gg_loss(struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b,
               const struct gg_sample *s, bool gradient, double factor);

/* Predictions of a head in physical units and the frame's order: out [n_node][n_time] or [n_node][n_time][3]; NaN where off. */
void gg_head_predict(const struct gg_pass *p, const struct gg_model *m, int head, const struct gg_batch *b,
                     float *out);

#endif
