/* loss.h -- one term of a loss: the interface, and the table losses.def
 *
 * A term compares predictions with targets inside one configuration.  It never sees a layout, a species or a time: it is asked
 * column by column, a column being one component group of one target at one time for one group of rows (the particles of a
 * species, all edges, the configuration itself).  Predictions and targets come in standardised units, z = (y - mean) / scale.
 *
 * A likelihood asks a head for more than its prediction: it states the irreps, the head grows by them, and a column has them as
 * `spread`; what they mean in physical units gg-predict learns from it, too.
 *
 *     loss = sum over heads of head weight * sum over terms of term weight * (mean over columns of value) / normaliser
 */
#ifndef GG_LOSS_TERM_H
#define GG_LOSS_TERM_H

#include "util/arena.h"
#include "util/cell.h"
#include "util/irreps.h"
#include "util/opt.h"

/* The rows of one column.  Rows without a target stand in it (a term over neighbours needs their places): there[k] is
 * false, y is 0, and p is not to be read. */
struct gg_loss_column {
    int64_t n;              /* rows */
    int dim;                /* numbers a row: 1 for scalars, 2l+1 for a target of degree l */
    int64_t count;          /* rows with a target, at least 1 */
    const bool *there;      /* [n] */
    const double *p, *y;    /* [n][dim] prediction and target, standardised */
    int n_spread;           /* numbers a row of spread */
    const double *spread;   /* [n][n_spread] what the head puts out for a likelihood; NULL without one */
    const double *noise;    /* [n] variance of each number of y that is known beforehand; NULL: not known */
    const double *weight;   /* [n] of each row, 1 together over those with a target; NULL: all the same */
    double mean, scale;     /* physical = mean + scale * standardised; mean 0 where dim > 1 */
    const double (*pos)[3]; /* [n] positions, sigma; NULL where rows have none (edges, configurations) */
    const struct gg_cell *cell; /* of the frame; NULL with pos */
};

/* What row k counts for in a mean over rows. */
static inline double gg_loss_share(const struct gg_loss_column *c, int64_t k)
{
    return c->weight ? c->weight[k] : 1.0 / (double)c->count;
}

/* One evaluation. */
struct gg_loss_call {
    const void *hyper; /* the struct described by type->hypers */
    const struct gg_loss_column *c;
    const void *prepared; /* of type->prepare; NULL without */
    double *dp;           /* [n][dim] or NULL: add `factor` times d value / dp */
    double *dspread;      /* [n][n_spread] or NULL: the same for the spread */
    double factor;
    struct gg_arena *a; /* for scratch; reset by the caller */
};

/* How values of columns are averaged: by the numbers of targets in each (a plain mean over everything that is there), or
 * column by column, each counting the same. */
enum gg_loss_mean { GG_OVER_NUMBERS, GG_OVER_COLUMNS };

/* A small column to test a term on: random targets and predictions of these sizes. */
struct gg_loss_case {
    const char *name, *hypers; /* "delta=0.5": KEY=VALUE separated by spaces */
    int n, dim;
    bool missing; /* some rows have no target */
    bool no_unit; /* the mean predictor's value is not 1 before it is divided by the normaliser */
};

enum { GG_SPREAD = 8 }; /* numbers of a spread, at most */
/* What a likelihood asks a head to put out beside the prediction of a part of degree l. */
struct gg_loss_spread {
    int l;
    struct gg_irreps irreps; /* one channel each, 0e first */
    const char *ending;      /* gg-predict writes X_std or X_cov, in the same irreps */
    bool squared;            /* in the square of the target's unit */
    /* One row: standardised `spread` to what is written, for the scale of its column. */
    void (*physical)(const void *hyper, double scale, const double *spread, double *out);
};

struct gg_loss_type {
    const char *name, *about, *source; /* YAML name; one line; paper and equation */
    const struct gg_opt *hypers;       /* YAML keys beside term, weight, head, times; last row NULL name */
    size_t hyper_size;
    const void *hyper_defaults;
    enum gg_loss_mean mean;
    bool scalars;    /* for dim 1 only */
    bool positions;  /* needs c->pos and c->cell */
    bool likelihood; /* not divided by its value for the mean predictor */
    bool weighs;     /* a mean over rows by gg_loss_share: particles may have weights */
    bool kinks;      /* not smooth everywhere: the law leaves out numbers that have a kink within its step */
    bool fixed_axes; /* for dim > 1 the value changes when prediction and target are turned together */
    const struct gg_loss_spread *spread;    /* by degree, last: ending NULL.  NULL: the prediction is all */
    bool (*wants_noise)(const void *hyper); /* NULL: never */
    /* Keys that contradict each other: GG_USAGE with the key; NULL: nothing to check. */
    int (*init)(const void *hyper, struct gg_err *err);
    /* What follows from positions alone, once a frame, in `a`; NULL: nothing. c->p and c->y are not to be read.  GG_INPUT where the
     * positions cannot give it, with key and reason. */
    int (*prepare)(const void *hyper, const struct gg_loss_column *c, const void **prepared,
                   struct gg_arena *a, struct gg_err *err);
    /* The bytes of that, about, for n rows; NULL with prepare. */
    double (*prepared_bytes)(const void *hyper, const struct gg_cell *cell, double n);
    /* NaN where the term is not defined for this column (a correlation of a constant): such a column is left out of the mean
     * and dp is untouched. */
    double (*value)(const struct gg_loss_call *call);
    const char *
        wants; /* what a column must have for the value to be defined: "particles with a neighbour within r_v"; or NULL */
    const struct gg_loss_case *cases; /* last: name NULL */
};

/* losses.def in order; ends with NULL. */
extern const struct gg_loss_type *const gg_loss_types[];
const struct gg_loss_type *gg_loss_find(const char *name);
/* What a term asks for beside the prediction of a part of degree l; NULL: nothing. */
const struct gg_loss_spread *gg_loss_spread_of(const struct gg_loss_type *t, int l);

#endif
