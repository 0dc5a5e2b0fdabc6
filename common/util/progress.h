/* progress.h -- one line on a terminal that says how far, how fast, how long still */
#ifndef GG_PROGRESS_H
#define GG_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

enum gg_progress_mode { GG_PROGRESS_AUTO, GG_PROGRESS_ALWAYS, GG_PROGRESS_NEVER };

struct gg_progress {
    bool on;
    const char *program, *unit; /* "gg-train", "step" */
    int64_t total;              /* 0 = unknown */
    double started, drawn;      /* monotonic seconds */
};
/* AUTO draws only if standard error is a terminal. At most ten redraws a second. */
void gg_progress_start(struct gg_progress *p, const char *program, const char *unit, int64_t total,
                       enum gg_progress_mode mode);
void gg_progress_at(struct gg_progress *p, int64_t done,
                    const char *note);         /* note may be NULL: "loss 0.41" */
void gg_progress_clear(struct gg_progress *p); /* wipes the line before other output */
double gg_seconds(void);                       /* monotonic clock */

#endif
