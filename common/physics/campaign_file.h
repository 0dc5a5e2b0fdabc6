/* campaign_file.h -- the state of a campaign in a file, and back */
#ifndef GG_CAMPAIGN_FILE_H
#define GG_CAMPAIGN_FILE_H

#include "physics/campaign.h"
#include "stream/held.h"

/* What is kept: the frames that are done, and the state of the start at hand. */
struct gg_campaign_kept {
    const char *path,
        *command;             /* of the file; the command line, without what changes no byte of the result */
    const volatile int *stop; /* NULL, or becomes true when the state shall be written and the run end */
    double written;           /* when last, monotonic seconds */
    int64_t n_start;          /* starts that are done with */
    struct gg_held done;      /* their frames, and those of the start at hand */
    struct gg_frame state;    /* read, not yet restored; n_field 0 = none */
};

/* Between two slices: writes the state once a minute; nothing if path is NULL.  GG_STOPPED behind the last one if *stop. */
int gg_campaign_keep(struct gg_campaign_kept *k, struct gg_campaign *c, struct gg_err *err);
/* Schema gg.checkpoint/1 with the state, then gg.graph/1 with the frames.  It appears under its name only when it is whole. */
int gg_campaign_write(const struct gg_campaign_kept *k, struct gg_campaign *c, struct gg_err *err);
/* Fills n_start, done, state, if there is such a file.  GG_USAGE if another command made it. */
int gg_campaign_read(struct gg_campaign_kept *k, struct gg_err *err);
/* Puts the state into a campaign that gg_campaign_begin has begun with the same start.  GG_INPUT if it does not fit. */
int gg_campaign_restore(struct gg_campaign_kept *k, struct gg_campaign *c, struct gg_err *err);
void gg_campaign_kept_free(struct gg_campaign_kept *k);

#endif
