/* model.h -- a network as data: sources, layers in order, heads, loss
 *
 *     gg_model_open, gg_model_see, gg_model_build    YAML and data -> structure (spec_open.c, sample.c, spec.c)
 *     gg_sample, gg_batch                            one frame as read, one frame as the layers see it (sample.h)
 *     gg_pass_forward, gg_pass_backward              values of all layers, gradients (pass.h)
 *     gg_loss                                        errors of the heads (loss.h)
 *     gg_model_save, gg_model_load                   the file (model_file.c) */
#ifndef GG_MODEL_H
#define GG_MODEL_H

#include "stream/trained.h"
#include "config/config.h"
#include "losses/loss.h"
#include "model/target.h"
#include "stream/reader.h"

enum { GG_MOST_WEIGHTS = 200000000 }; /* parameters: 1 GB, and seven times that in training */
enum {
    GG_MAX_VALUES = 512,
    GG_MAX_INPUTS = 16,
    GG_MAX_HEADS = 16,
    GG_MAX_GEOMETRIES = 4,
    GG_MAX_TERMS = 16,
    GG_MAX_CHAINS = 64
};

/* An input: the species as one-hot, or a field on nodes, on the frame's edges, or of the frame.  Scalars (0e) are standardised by
 * column, (x - mean)/scale; blocks of higher degree are divided by their root mean square, one scale a channel.  Both over
 * the training set; what a layer reads as it is has mean 0 and scale 1. */
struct gg_input {
    char field[GG_NAME];     /* "type" is the one-hot */
    int base;                /* GG_ON_NODE, GG_ON_EDGE, GG_ON_GRAPH */
    bool weight;             /* what particles count for: read by its name alone, as it is */
    struct gg_irreps irreps; /* known once the first frame was seen, or from the model file */
    int channel;             /* first of its channels among the columns of mean and scale */
    int n_channel;           /* sum of multiplicities */
    int reads;               /* GG_STANDARDISED, or what a layer wants of it: GG_AS_THEY_ARE, GG_ABOVE_0 */
    struct gg_reach reach;   /* of one number of the frame, from the training set or the model file */
    const char
        *columns; /* their names, separated by blanks, as META columns.FIELD had them; NULL = not said */
};

/* A value that no layer makes: inputs first .. first + n - 1 side by side, or, with n = 0, the logarithm of the times. */
struct gg_value_source {
    int value, first, n;
};

/* Positions and how far they see.  Edges lie in lists: geometries of one list share its edges, each with its own vectors. */
struct gg_geometry {
    char positions[GG_NAME]; /* field */
    double cutoff;           /* sigma */
    int list;
    double mean_neighbours; /* of its list, over the training set */
};
enum gg_edges_from { GG_EDGES_EACH, GG_EDGES_UNION, GG_EDGES_FRAME };

/* One layer of the network. */
struct gg_op {
    struct gg_layer layer;
    char name[48];                /* "layers.2.0.conv"; parameters are "NAME.PIECE" */
    int in[GG_LAYER_INPUTS], out; /* values */
    const struct gg_yaml *from;   /* what it was made from */
    int geometry;                 /* whose graph it is called with */
    int chain;                    /* among model.chain; -1: none */
    bool kept;                    /* its chain keeps the output, on edges, for all receivers */
    int64_t weight;               /* offset of its parameters; rounds of a shared repeat have the same */
};

/* Layers first .. last-1 run for so many receivers at a time, one set after the other (pass_chain.h). */
struct gg_chain {
    int first, last;
    int64_t receivers;
};

/* What is predicted.  A row of its value holds, for every block of the target's irreps, one channel a part and column, column
 * (group * n_time + time), and behind them the same for every block of the spread; `joint` heads have the columns of one group for all; heads whose value has a row for each time have
 * one time's. */
struct gg_head {
    struct gg_target target;
    int value; /* its output */
    int owner; /* the head whose parameters it has: its own place, or one before it */
    bool joint, standardise;
    bool per_time;                       /* the value has a row for each of the model's times */
    double weight;                       /* in the loss */
    bool *on;                            /* [target.n_time]: trained and predicted */
    int *row_time;                       /* per_time: [target.n_time] place among the model's times */
    char counts[GG_MAX_SPECIES];         /* [target.n_group] 1 = counts in the loss, and is predicted */
    const struct gg_loss_spread *spread; /* what a likelihood asks for beside each part; NULL: nothing */
    const void *spread_hyper;            /* of that likelihood */
};
/* Where part q of a group and time begins in a row of the head's value; its 2l+1 numbers are *step apart. */
int gg_head_at(const struct gg_model *m, const struct gg_head *h, int group, int time, int part, int *step);
/* The same for block `piece` of the spread's irreps. */
int gg_head_spread_at(const struct gg_model *m, const struct gg_head *h, int group, int time, int part,
                      int piece, int *step);
/* A column of the head is trained and predicted. */
bool gg_head_on(const struct gg_head *h, int group, int time);

/* One line of `loss:`. */
struct gg_term {
    const struct gg_loss_type *type;
    const struct gg_yaml *from; /* the map that says it */
    void *hyper;
    double weight;
    int head;                        /* -1: all that fit */
    bool divided;                    /* by its normaliser */
    struct gg_reals time;            /* of these times only; n = 0: all */
    double normaliser[GG_MAX_HEADS]; /* value for the mean predictor over the training set; 1 before */
};

struct gg_model {
    struct gg_arena arena;
    struct gg_config config;
    int n_species;
    int n_geometry, n_list;
    struct gg_geometry geometry[GG_MAX_GEOMETRIES];
    enum gg_edges_from edges;
    bool self;        /* edges from a particle to itself */
    bool f32;         /* positions and cell are rounded to float before anything else */
    bool type_number; /* input `type` is the species' number, not one-hot */

    int n_input;
    struct gg_input input[GG_MAX_INPUTS];
    int n_column;         /* of the one-hot and all inputs */
    double *mean, *scale; /* [n_column] */
    int n_source;
    struct gg_value_source source[2 * GG_MAX_INPUTS];

    int n_time; /* of the values with a row for each time: those that some head is trained at, or predicts */
    double *time; /* tau, increasing */
    int n_value, n_op, n_head;
    struct gg_shape value[GG_MAX_VALUES]; /* value 0: the node inputs */
    bool is_source[GG_MAX_VALUES];
    struct gg_op *op;
    int n_chain;
    struct gg_chain chain[GG_MAX_CHAINS];
    bool fixed_axes;    /* some layer's output does not turn with the configuration */
    bool needs_reverse; /* some layer reads graph.rev */
    struct gg_head head[GG_MAX_HEADS];

    int64_t n_weight;
    gg_real *w;                       /* 64-byte aligned */
    const struct gg_learner *learner; /* whose model it is (learner.h), from gg_model_open on */
    void *own;                        /* what the learner keeps with the model, in its arena */
    int n_term;
    struct gg_term term[GG_MAX_TERMS];
    struct gg_trained trained; /* for tables of transfer: no number depends on it */
    /* set by a program that wants to see what each layer does (trace.h); NULL = nobody */
    struct gg_trace *trace;
};

/* What a model takes from its training data before its sizes are known. */
struct gg_data_facts {
    int n_species;
    const struct gg_sample
        *sample; /* [train[0]], [train[1]] ... are trained on, their times bound; NULL: nothing is known */
    const int *train;
    int n_train;
    double mean_neighbours[GG_MAX_GEOMETRIES]; /* edges per particle, of each geometry's list */
    struct gg_reach reach[GG_MAX_INPUTS]; /* of another model's inputs, in its place; n 0: of the samples */
    int64_t
        most_numbers; /* from a model file: all that it has, and its YAML may make no more of them; 0: not from one */
};
/* Refuses more than these: parameters, whose file would be above what readers take, and numbers a row of all values together. */
enum { GG_MAX_ROW = 1 << 22 };
/* GG_INPUT if a model of n numbers is more than the file it comes from has; GG_USAGE above GG_MOST_WEIGHTS.  Before room is made. */
int gg_data_facts_allow(const struct gg_data_facts *facts, int64_t n, struct gg_err *err);

/* The part of the configuration that says what to read: geometries, inputs, targets by name, so that data can be read before
 * gg_model_build. */
int gg_model_open(struct gg_model *m, struct gg_err *err);
/* What frames decide: irreps of the inputs, and of each target at the first frame that has it; times that are new are
 * added if the frame is trained on: what is kept for validation and test does not shape the network. */
int gg_model_see(struct gg_model *m, const struct gg_frame *f, bool train, struct gg_err *err);
/* Names of columns, from the META of a member: kept where the model has none yet; GG_INPUT where it has others, so that no number is
 * taken for another one. */
int gg_model_columns(struct gg_model *m, const struct gg_meta *meta, struct gg_err *err);
/* The layers: shapes, offsets of parameters.  GG_USAGE names file, line and key; GG_INPUT a target that no frame had. */
int gg_model_build(struct gg_model *m, const struct gg_data_facts *facts, struct gg_err *err);
void gg_model_free(struct gg_model *m);

/* Standard normal on e3nn's raw scale, from the seed. */
void gg_model_init_weights(struct gg_model *m, uint64_t seed);
enum { GG_HEAD_CHARACTERS = 36 }; /* of a target's name, in those of its head's parameters */
/* The k-th named parameter: field name, its piece with the offset in model->w. False behind the last. Shared ones appear once. */
bool gg_model_weight(const struct gg_model *m, int64_t k, char name[GG_NAME], struct gg_weight *piece);

/* Model files: schema gg.model/1, one frame, parameters as tensors, YAML in META (gg_model(5)).  `w`: the parameters to store. */
int gg_model_save(const struct gg_model *m, const gg_real *w, const char *path, const struct gg_prov *prov,
                  struct gg_err *err);
int gg_model_load(struct gg_model *m, const char *path, struct gg_prov *prov, struct gg_err *err);
/* A file has a member for each model: one, or those of an ensemble (models.h).  All of them in turn are given to `take`. */
typedef int gg_model_taker(void *context, struct gg_reader *r, const struct gg_frame *f, struct gg_err *err);
int gg_model_file(const char *path, gg_model_taker *take, void *context, struct gg_err *err);
int gg_model_read(struct gg_model *m, const struct gg_reader *r, const struct gg_frame *f,
                  struct gg_err *err);

#endif
