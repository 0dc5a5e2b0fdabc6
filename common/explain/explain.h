/* explain.h -- what the predictions of a network rest on: the interface of a method, and the table explain.def
 *
 * A method is asked one question, the prediction of one target for the particles of one species at some times, of frame after frame,
 * and ends in a table.  It may leave fields in the frames.  All see a trained network as it predicts. */
#ifndef GG_EXPLAIN_H
#define GG_EXPLAIN_H

#include "model/pass.h"
#include "util/tsv.h"

/* As the user gave them; n = 0, NULL and -1: not given. */
struct gg_explain_options {
    struct gg_texts target, species, hidden, descriptors;
    struct gg_reals time, particles, shells;
    int64_t probes, steps, seed;
};

struct gg_explain {
    const struct gg_explain_method *method;
    const struct gg_explain_options *o;
    struct gg_model *m;
    struct gg_pass pass;
    /* The question. */
    int head, group;                        /* a species; -1: all; below, of --particles: several, none yet */
    int n_time, time[GG_MAX_TIMES], l, dim; /* among those of the target; of its first channel, 2l+1 */
    int64_t n_frame;                        /* so far */
    const struct gg_meta *meta;             /* of the member that frames come from; the caller's */
    void *own;                              /* of the method, own_size bytes, cleared */
    const char *note;                       /* what the user is told beside the table; NULL: nothing */
    struct gg_tsv table;
};

/* One frame on its way.  Particles are numbered as in the frame. */
struct gg_scene {
    struct gg_frame *f;
    struct gg_sample s;
    struct gg_batch b;
    struct gg_cell cell;
    struct gg_arena *a;
    int64_t n_chosen, *chosen; /* particles that the question is about */
    int64_t most;              /* of probes, where none are named */
    int64_t n_probe,
        *probe; /* those that are looked at one by one: the ones that were asked for, or some of the chosen */
    gg_real *dy; /* of the head, for gg_explain_pull */
};

struct gg_explain_method {
    const char *name, *about, *source; /* word of the command line; one line; paper */
    const char *uses;                  /* options that it reads, a blank before and behind each */
    bool asks;                         /* it is about one target: else about the network as it is */
    bool backward;                     /* it needs gradients */
    bool writes;                       /* fields into the frames */
    size_t own_size;
    /* What follows from model and options.  GG_USAGE, GG_INPUT: not for this model, with what it lacks.  NULL: nothing. */
    int (*open)(struct gg_explain *x, struct gg_err *err);
    int (*frame)(struct gg_explain *x, struct gg_scene *s, struct gg_err *err);
    int (*finish)(struct gg_explain *x, struct gg_err *err); /* fills x->table */
    void (*free)(struct gg_explain *x);                      /* what own points to; NULL: nothing */
};
/* explain.def in order; ends with NULL. */
extern const struct gg_explain_method *const gg_explain_methods[];

const struct gg_explain_method *gg_explain_find(const char *name, struct gg_err *err); /* GG_USAGE */
/* For this model, with its parameters: GG_USAGE if it is no network, or not one for the method.  The model and the options stay the
 * caller's. */
int gg_explain_open(struct gg_explain *x, const struct gg_explain_method *method,
                    const struct gg_explain_options *o, struct gg_model *m, struct gg_err *err);
/* One frame, to which fields are added in `a`.  GG_INPUT, GG_NUMERICS. */
int gg_explain_frame(struct gg_explain *x, struct gg_frame *f, struct gg_arena *a, struct gg_err *err);
/* The table.  GG_TRUNCATED: there was no frame. */
int gg_explain_finish(struct gg_explain *x, struct gg_err *err);
void gg_explain_free(struct gg_explain *x);

/* ---- what methods share (question.c) ---- */

/* Finds head, species and times of the options. */
int gg_explain_ask(struct gg_explain *x, struct gg_err *err);
/* The nearest of n times to one of --time, in log time, among those that are on (NULL: all).  GG_USAGE: it is not above 0; -1 also where none is on. */
int gg_explain_nearest(int n, const double *time, const bool *on, double wanted, struct gg_err *err);
/* GG_USAGE: the network looks at no neighbours, however its inputs were made: none can be taken away. */
int gg_explain_need_edges(const struct gg_explain *x, struct gg_err *err);
/* The chosen particles and the probes, at most `most` of them where none are named. */
int gg_explain_choose(struct gg_explain *x, struct gg_scene *s, int64_t most, struct gg_err *err);
const struct gg_target *gg_explain_target(const struct gg_explain *x);
double gg_explain_time(const struct gg_explain *x, int time); /* NaN without times */
const char *gg_explain_species(const struct gg_explain *x);   /* "-": named particles of several */
/* Predictions behind a forward: y [n_node][dim], in physical units; NaN where nothing is predicted.  time: among x->time. */
void gg_explain_read(const struct gg_explain *x, const struct gg_scene *s, int time, double *y);
/* The same of the frame, true ones; false if it has none. */
bool gg_explain_truth(const struct gg_explain *x, const struct gg_scene *s, int time, double *y);
/* Behind a forward with keep: gradient of sum c y, c [n_node][dim], at that time, all the way back.  What is wanted of it
 * (pass.dvec, gradients of sources) is set by `want` between, NULL: nothing. */
void gg_explain_pull(struct gg_explain *x, struct gg_scene *s, int time, const double *c,
                     void (*want)(struct gg_explain *x, struct gg_scene *s, void *context), void *context);
/* A field X_ENDING of the frame: [node][width] for one time, [node][n_time][width] for several, with X_ENDING.time; cleared. */
float *gg_explain_field(const struct gg_explain *x, struct gg_scene *s, const char *ending,
                        const char *irreps, const char *unit, int width, struct gg_err *err);
/* The same of one number, which may be NaN: nothing is known of this particle. */
float *gg_explain_gaps(const struct gg_explain *x, struct gg_scene *s, const char *ending, const char *unit,
                       struct gg_err *err);
/* The columns "target time species" of the table, and their cells. */
void gg_explain_head(struct gg_explain *x);
void gg_explain_cells(struct gg_explain *x, int time);
/* The letter of a species, and that of the rows of all. */
const char *gg_explain_letter(int species);

#endif
