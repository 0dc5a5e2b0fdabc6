/* predictions.h -- predictions of any other code: files of named arrays, joined to samples by their id
 *
 * One npz holds one or many configurations:
 *     id                   texts or whole numbers [config], or one of them; without it, the number in the file's name stands for it
 *     NAME                 [config] and then [particle], [time, particle], or either with 3 components behind; no [config] for a single id
 *     times (time)         [time], one is of arrays without an axis, too; without it, times are those of the truth, by place
 *     types, initial_positions (pos)   [config] and then [particle], [particle, dim]: compared with the sample's, where they are there
 * A whole number n is the sample whose id ends in "/n".  GlassBench's own files have this form (Zenodo 10118191). */
#ifndef GG_PREDICTIONS_H
#define GG_PREDICTIONS_H

#include "stream/frame.h"
#include "util/opt.h"

struct gg_predictions {
    const struct gg_texts *files;
    const char *target; /* of arrays that do not say theirs */
    uint64_t max_bytes; /* of one file */
    int next;           /* file */
    int n;
    struct gg_prediction_file **file; /* read; their arrays are held until they are used up */
};

void gg_predictions_init(struct gg_predictions *p, const struct gg_texts *files, const char *target,
                         uint64_t max_bytes);

/* The predictions for the sample `like`: `out` gets the fields X_pred or X_pred.NAME as the arrays are called so, if `like`, or `truth` where
 * there is one, has the field X; else TARGET_pred.NAME, with the X of X_pred for a name; and X_std.NAME from X_std.NAME and from A_std beside A;
 * `time` where the file says the times.  They live in the arena.  GG_INPUT where no file has the sample, its particles are others in number,
 * type or place, or an array is no prediction; GG_SYSTEM, GG_TRUNCATED. */
int gg_predictions_find(struct gg_predictions *p, const struct gg_frame *like, const struct gg_frame *truth,
                        struct gg_frame *out, struct gg_arena *a, struct gg_err *err);

/* Reads the files that are left, so that their damage is noticed; how many entries were not asked for. */
int gg_predictions_finish(struct gg_predictions *p, int64_t *unused, struct gg_err *err);
void gg_predictions_free(struct gg_predictions *p);

#endif
