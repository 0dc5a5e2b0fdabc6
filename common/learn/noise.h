/* noise.h -- how well the targets of each frame are known: what bounds every correlation with them (stats/ceiling.h)
 *
 * A target X that is the mean of K runs has the noise s^2/K, where the frame brings the variance X_var over the runs and META says
 * `replicas`: K. */
#ifndef GG_NOISE_H
#define GG_NOISE_H

#include "model/sample.h"

struct gg_noise {
    double replicas; /* K of the member that is read; 0 = not known, or two joined ones differ */
    int n, room;
    double **
        sum; /* [n] by frame, in the order they were added: [head][group][its own times]; NULL = nothing is known */
};

/* K of a member of the input. */
void gg_noise_member(struct gg_noise *x, const struct gg_meta *meta);
/* The next frame, as it was read. */
void gg_noise_add(struct gg_noise *x, const struct gg_model *m, const struct gg_frame *f,
                  const struct gg_sample *s, struct gg_arena *a);
/* Fills s->noise of the heads whose loss asks for it, in `a`: s^2/K of each component.  GG_INPUT: the frame does not say it. */
int gg_noise_rows(const struct gg_noise *x, const struct gg_model *m, const struct gg_frame *f,
                  struct gg_sample *s, struct gg_arena *a, struct gg_err *err);
/* Sum of s^2/K over the rows of a group that have a target, at a time of the target; NaN if it is not known. */
double gg_noise_at(const struct gg_noise *x, int frame, const struct gg_sample *s, int head, int group,
                   int time);
void gg_noise_free(struct gg_noise *x);

#endif
