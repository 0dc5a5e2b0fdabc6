/* sample.h -- one frame as the network reads it, and as its layers see it */
#ifndef GG_SAMPLE_H
#define GG_SAMPLE_H

#include "model/model.h"

/* In the frame's order.  All arrays belong to the caller's arena or to the spool. */
struct gg_sample {
    char id[GG_ID];
    int number; /* among the samples of that id (field `sample`), -1: not said */
    int box;    /* that it is a piece of, then the id is that of the whole (field `box`), -1: of none */
    int64_t n_node;
    int dim, pbc, split; /* split: 0 train, 1 validation, 2 test, -1 not said */
    double cell[3][3];
    const double (*pos[GG_MAX_GEOMETRIES])[3]; /* NULL for a model without positions */
    const int32_t *type;
    bool ordered;       /* particles stand in the order of the kernels already (model/tiles.c) */
    const bool *hidden; /* particles whose species the inputs do not show (a view); NULL: none */
    const float *input
        [3]; /* by base: [rows][gg_model_input_numbers] raw fields side by side, e3nn order, without the one-hot */
    /* the frame's edges, where the model takes them or something on them; else ptr NULL */
    int64_t n_edge;
    const int64_t *edge_ptr;
    const int32_t *edge_nbr;
    const int8_t (*edge_shift)[3];
    struct gg_truth target[GG_MAX_HEADS];
    /* What it, and each particle, counts for in the loss (learn/weights.h): 1, and [n_node] or NULL: all the same. */
    double worth;
    const float *weight;
    /* Variance of each number of the target that is known beforehand, [rows][n_time] as the target has them; NULL: nobody asks. */
    const float *noise[GG_MAX_HEADS];
};

/* Irreps of a field as an input on nodes, edges or of the frame: one number a row is 0e, k numbers are kx0e or what their irreps
 * say.  GG_INPUT if it is no such field. */
int gg_input_irreps(const struct gg_frame *f, const struct gg_input *in, struct gg_irreps *out,
                    struct gg_err *err);

/* Refuses a frame that has none of the model's targets, with the name that is nearest or the program that makes them. */
int gg_model_no_target(const struct gg_model *m, const struct gg_frame *f, struct gg_err *err);
/* 0 train, 1 validation, 2 test, -1 not said. */
int gg_sample_split(const struct gg_frame *f);
/* Reads inputs (and targets if `targets`) of a frame; refuses what is missing or has another shape, with the field. */
int gg_sample_read(struct gg_sample *s, const struct gg_model *m, const struct gg_frame *f, bool targets,
                   struct gg_arena *a, struct gg_err *err);
/* Places the frame's own times among those of the targets, in `a`: once all times are known. */
void gg_sample_bind(struct gg_sample *s, const struct gg_model *m, struct gg_arena *a);
/* Row length of gg_sample.input[base], and its rows. */
int gg_model_input_numbers(const struct gg_model *m, int base);
int64_t gg_sample_rows(const struct gg_sample *s, int base);

/* The sample's graphs and standardised inputs, nodes in cell order. */
struct gg_batch {
    struct gg_graph graph[GG_MAX_GEOMETRIES]; /* [n_geometry] */
    const int32_t *order;                     /* [n_node] order[k] = the frame's particle at row k */
    const int64_t *edge_order; /* [n_edge] the frame's edge at row e, for edges: frame; else NULL */
    const gg_real *source[2 * GG_MAX_INPUTS]; /* [n_source] values */
    const void *prepared[GG_MAX_TERMS]
                        [GG_MAX_SPECIES + 1]; /* of gg_loss_prepare, by species; last: of all particles */
    size_t chain_bytes[GG_MAX_CHAINS]
                      [2]; /* of gg_chain_bytes, without and, where there is one, with a backward */
};
/* Bytes of a batch, about; for n_edge the mean number of neighbours times n_node serves as well. */
double gg_batch_bytes(const struct gg_model *m, double n_node, double n_edge);
/* `backward`: with what a backward pass needs of the graph. */
int gg_batch_init(struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s, bool backward,
                  struct gg_arena *a, struct gg_err *err);
/* The same in two steps: graphs, for which the model need not be built; then all that follows from its layers. */
int gg_batch_graphs(struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s,
                    struct gg_arena *a, struct gg_err *err);
int gg_batch_finish(struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s, bool backward,
                    struct gg_arena *a, struct gg_err *err);
/* The last part of that, which cannot fail: behind graphs that have their reverse edges, where some layer reads them. */
void gg_batch_follow(struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s, bool backward,
                     struct gg_arena *a);
/* The same frame with fewer edges: those of list k of which keep[k][edge] is true, NULL: all of the list.  Arrays that do not change are
 * shared with `from` (batch_cut.c). */
void gg_batch_cut(struct gg_batch *out, const struct gg_batch *from, const struct gg_model *m,
                  const struct gg_sample *s, const bool *const *keep, bool backward, struct gg_arena *a);
/* Its standardised inputs anew, for a sample whose inputs have changed. */
void gg_batch_inputs(struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s,
                     struct gg_arena *a);

#endif
