/* campaign_opts.h -- the options of a campaign */
#ifndef GG_CAMPAIGN_OPTS_H
#define GG_CAMPAIGN_OPTS_H

#include "physics/campaign.h"

struct gg_campaign_options {
    struct gg_campaign_rule rule;
    const char *start; /* mixture of a start from nothing; NULL: starts are frames */
    int64_t n;         /* its particles */
    double density;    /* below 0: the mixture's */
    const char *checkpoint, *resume;
    bool estimate;
};
extern const struct gg_opt gg_campaign_opts[];

#endif
