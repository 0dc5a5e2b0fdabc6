/* pair.h -- truth and prediction side by side: the same rows, the same times */
#ifndef GG_SCORE_PAIR_H
#define GG_SCORE_PAIR_H

#include "stream/column.h"
#include "stream/trained.h"

/* A frame with the META of its member, and what other files have of the same sample: predictions of another code, a stream with the
 * truth.  A field is taken from the first that has it. */
enum { GG_SCORE_FRAMES = 3 };
struct gg_score_input {
    int n;
    const struct gg_frame *frame[GG_SCORE_FRAMES];
    const struct gg_meta *meta[GG_SCORE_FRAMES]; /* NULL: none */
    const char *model; /* whose predictions they are, as rows call it; NULL: by the fields' names */
    bool truth;        /* the last one is there for the truth alone: its own predictions are not looked for */
    const struct gg_trained *trained; /* on what the model of the first frame was, or NULL */
};

/* The k-th time of the truth beside that of the prediction; 0 where there are no times. */
struct gg_score_times {
    int x, y;
};

struct gg_score_pair {
    struct gg_column x, y; /* truth, prediction */
    int of_x, of_y;        /* which frame of the input */
    double tau[2];         /* of the truth's frame, and of what the prediction's model was trained on */
    int n;                 /* pairs of times */
    struct gg_score_times *time;
};

/* `predictor` is NAME where there is a TARGET_pred.NAME, or a field.  GG_INPUT: a field that is not there. */
int gg_score_pair_find(struct gg_score_pair *p, const struct gg_score_input *in, const char *target,
                       const char *predictor, struct gg_err *err);

/* NAME where the field is called TARGET_pred.NAME, else the field itself: as a predictor is called in tables. */
const char *gg_score_predictor(const char *target, const char *field);
/* Is a field of this name X_pred, or X_pred.NAME, of `target`? */
bool gg_score_predicts(const char *target, const char *field);
/* Is y X_pred, or X_pred.NAME, of x? */
bool gg_score_pair_predicts(const struct gg_score_pair *p);
/* One quantity: R2 and RMSE mean something.  A field without unit is one only with its own prediction. */
bool gg_score_pair_alike(const struct gg_score_pair *p);
/* Can one be scored against the other at all: rows and components? */
bool gg_score_pair_fits(const struct gg_score_pair *p);

/* Refuses a pair that does not fit, with the names of both; edges must be the same ones in both streams. */
int gg_score_pair_check(const struct gg_score_pair *p, const struct gg_score_input *in, struct gg_err *err);

/* Fills p->time: times that both have; or each time of the prediction with the nearest of the truth, in log time; or those of the same
 * place, where both have as many; or each time of the truth with the nearest of the prediction in log(t / tau), within a factor of 2.  A prediction without times is the same at all.  GG_INPUT, with both grids, where nothing is shared. */
enum gg_score_pairing { GG_PAIR_VALUE, GG_PAIR_NEAREST, GG_PAIR_PLACE, GG_PAIR_TAU };
int gg_score_pair_times(struct gg_score_pair *p, enum gg_score_pairing how, struct gg_arena *a,
                        struct gg_err *err);

/* Of several pairs with one time of the truth, is the k-th that of the nearest predicted time, in log time? */
bool gg_score_pair_nearest(const struct gg_score_pair *p, int k);

/* Where `t` has the k-th time of `of`: by value, or by place where one of them does not know its times; -1 nowhere. */
int gg_score_time_in(const struct gg_field_times *t, const struct gg_field_times *of, int k);

#endif
