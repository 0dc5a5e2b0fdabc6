/* campaign_frame.h -- a configuration and what its runs say, as a frame; what campaign files share */
#ifndef GG_CAMPAIGN_FRAME_H
#define GG_CAMPAIGN_FRAME_H

#include "physics/campaign.h"

#define GG_CAMPAIGN_MELTING 10.0 /* tau at a high temperature */

enum gg_potential_kind gg_campaign_potential(const struct gg_campaign_rule *r, int dim);

/* The frame of the configuration that is ready: targets of its runs, those of earlier runs merged in. */
int gg_campaign_frame(const struct gg_campaign *c, const char *id, struct gg_frame *out, struct gg_arena *a,
                      struct gg_err *err);

/* The number of runs that the start's targets come from; GG_INPUT if there are none, or they were made in another way, or
 * at other times. */
int gg_campaign_old_runs(const struct gg_campaign *c, const struct gg_meta *meta, int64_t *n,
                         struct gg_err *err);

#endif
