/* residual.h -- where a model fails: prediction less truth as fields of the frames, in a stream of their own */
#ifndef GG_SCORE_RESIDUAL_H
#define GG_SCORE_RESIDUAL_H

#include "cli/cli.h"
#include "score/pair.h"

struct gg_residual; /* one field, as it grows time by time */
struct gg_residuals {
    struct gg_writer out;
    int n, room;
    struct gg_residual *of; /* of the frame at hand */
    int64_t written;        /* fields */
};

int gg_residuals_open(struct gg_residuals *r, const char *path, struct gg_err *err);

/* X_residual = prediction less truth of X_pred, or X_residual.NAME of X_pred.NAME, at the k-th pair of times: NaN where one of the two is, and
 * at times without a pair.  Of several pairs with one time of the truth, that of the nearest predicted time, in log time.  Other pairs have none.  The numbers live in `a`. */
void gg_residuals_add(struct gg_residuals *r, const struct gg_score_pair *p, int k, const double *truth,
                      const double *prediction, struct gg_arena *a);

/* A member as it came in, with this program in its history; its frames with what was added for them; its end. */
int gg_residuals_begin(struct gg_residuals *r, const struct gg_reader *in, struct gg_cli *c,
                       struct gg_err *err);
int gg_residuals_frame(struct gg_residuals *r, struct gg_frame *f, struct gg_arena *a, struct gg_err *err);
int gg_residuals_end(struct gg_residuals *r, struct gg_err *err);

/* Behind `status` of all: the stream under its name, or nothing.  GG_INPUT: no field was written.  Frees. */
int gg_residuals_close(struct gg_residuals *r, int status, const char *program, struct gg_err *err);

#endif
