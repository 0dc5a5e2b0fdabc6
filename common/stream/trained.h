/* trained.h -- on what a model was trained, as META of its file says it, and the history of what it predicts */
#ifndef GG_TRAINED_H
#define GG_TRAINED_H

#include "stream/frame.h"
#include "stream/meta.h"

/* Zeroed = nothing is known. */
struct gg_trained {
    int64_t n;              /* configurations; 0: not known */
    int64_t n_temperature;  /* frames that had one */
    double lowest, highest; /* of these */
    int64_t n_tau;          /* frames that had a tau_alpha */
    double log_tau;         /* sum over them */
};

void gg_trained_see(struct gg_trained *t,
                    const struct gg_frame *f);             /* a frame to train on; n is the caller's */
double gg_trained_temperature(const struct gg_trained *t); /* NaN: none, or several */
double gg_trained_tau(const struct gg_trained *t);         /* the geometric mean; NaN: none */

/* The keys trained.configurations, trained.temperature ("0.44", "0.44 to 0.64") and trained.tau_alpha, as far as they are known. */
void gg_trained_put(const struct gg_trained *t, struct gg_meta *meta);
void gg_trained_get(struct gg_trained *t, const struct gg_meta *meta);

/* The same in the history of a stream, as the YAML of its entry of gg-predict: "model: run/model.ggm" and the keys above, a line each. */
char *gg_trained_yaml(const struct gg_trained *t, const char *model); /* malloc'd */
/* Of the last such entry; `model` gets what it says, malloc'd, NULL where there is none. */
void gg_trained_history(struct gg_trained *t, const struct gg_prov *prov, char **model);

#endif
