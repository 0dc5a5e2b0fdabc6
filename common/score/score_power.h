/* score_power.h -- how many configurations and seeds a difference needs, from the scatter at hand */
#ifndef GG_SCORE_POWER_H
#define GG_SCORE_POWER_H

#include "score/score.h"

/* For each row the scatter of Pearson over configurations, paired with that of `against` where there is one, and what it takes to see
 * o->delta (stats/power.h).  Text or TSV.  GG_SYSTEM. */
int gg_power_print(struct gg_scores *s, const struct gg_score_options *o, enum gg_score_format format,
                   struct gg_sink *to, struct gg_err *err);

#endif
