/* score_published.h -- published correlations beside the rows of gg-corr: those of the nearest time */
#ifndef GG_SCORE_PUBLISHED_H
#define GG_SCORE_PUBLISHED_H

#include "score/score.h"

/* Further columns of a table: METHOD_time, METHOD_config, METHOD_pooled of each method.  0 of them where p is NULL. */
int gg_score_published_columns(const struct gg_published *p);
void gg_score_published_name(const struct gg_published *p, int column, char name[128]);
double gg_score_published_value(const struct gg_scores *s, const struct gg_score_key *k,
                                const struct gg_published *p, int column);

/* A table for readers of the rows from `first` to before `next` that something is published for; nothing where there is none. */
int gg_score_published_text(const struct gg_scores *s, const struct gg_score_row *rows, int first, int next,
                            const struct gg_published *p, struct gg_sink *to, struct gg_err *err);

#endif
