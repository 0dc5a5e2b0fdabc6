/* joined.h -- what other files have of the same sample: the truth of a second stream, the predictions of another code */
#ifndef GG_SCORE_JOINED_H
#define GG_SCORE_JOINED_H

#include "cli/cli.h"
#include "formats/predictions.h"
#include "score/frames.h"
#include "score/matrix.h"
#include "stream/join.h"
#include "stream/seen.h"

struct gg_score_joined {
    struct gg_matrix *matrix;            /* models are told apart; NULL: they are not.  The caller's */
    const struct gg_matrix_model *model; /* of the member at hand */
    struct gg_trained trained;           /* on what its model was, as its history says */
    const char *truth_file;
    struct gg_join truth;
    struct gg_predictions pred; /* no files: none */
    struct gg_frame predicted;
    struct gg_seen seen;
    int64_t unused; /* entries of the predictions that no sample asked for, after the end */
};

/* truth: a stream or NULL; pred: files of formats/predictions.h, whose arrays predict `target` unless they say another. */
int gg_score_joined_open(struct gg_score_joined *j, const char *truth, const struct gg_texts *pred,
                         const char *target, uint64_t max_frame, struct gg_err *err);

/* The frame with what belongs to it; it lives until the next call and as long as the arena.  GG_INPUT: a sample that comes twice at its
 * times, or that a file lacks. */
int gg_score_joined_find(struct gg_score_joined *j, const struct gg_frame *f, const struct gg_meta *meta,
                         struct gg_score_input *in, struct gg_arena *a, struct gg_err *err);

/* Reads the rest of the other files, so that their damage is noticed. */
int gg_score_joined_finish(struct gg_score_joined *j, struct gg_err *err);
void gg_score_joined_close(struct gg_score_joined *j);

/* Adds the frames of all inputs of the program to the scores, each with what belongs to it, and finishes.  GG_INPUT: there is nothing to
 * score. */
int gg_score_all(struct gg_score_joined *j, const struct gg_score_request *q, struct gg_scores *s,
                 struct gg_cli *c, struct gg_err *err);
/* Warns of what was left out; where the table is for a person, it says most of that itself. */
void gg_score_warn(const struct gg_score_joined *j, const struct gg_scores *s, enum gg_score_format format,
                   struct gg_cli *c);

#endif
