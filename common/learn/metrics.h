/* metrics.h -- metrics.jsonl: what a run measured, one JSON object a line */
#ifndef GG_METRICS_H
#define GG_METRICS_H

#include "learn/events.h"
#include "util/err.h"
#include "util/json.h"
#include <stdint.h>

/* Each line reaches the file in one write, so a reader never sees half of one while the run goes on; a killed run
 * leaves at most one broken line, which the next resume cuts away. */
struct gg_metrics {
    int fd;
    char *path;
    int64_t bytes; /* length of the file: goes into checkpoints */
    FILE *line;
    char *text;
    size_t text_bytes;
    struct gg_json json;
    struct gg_events events; /* gets each line, too, from gg_metrics_show on */
};

/* Opens for appending, cut back to its first `keep` bytes: 0 for a new run, the length that a checkpoint recorded for
 * a resumed one.  GG_SYSTEM; GG_INPUT if the file is shorter than that or not cut at the end of a line.  path NULL: lines are
 * counted and go nowhere. */
int gg_metrics_open(struct gg_metrics *m, const char *path, int64_t keep, struct gg_err *err);

/* From now on the numbers of each line go into an event file in `folder`, too.  GG_SYSTEM. */
int gg_metrics_show(struct gg_metrics *m, const char *folder, struct gg_err *err);

/* An event: {"event":"eval", ... }.  Add keys to what begin returns, then end.  What a clock says belongs in keys
 * "seconds" and "processor"; everything else is the same in every run. */
struct gg_json *gg_metrics_begin(struct gg_metrics *m, const char *event);
int gg_metrics_end(struct gg_metrics *m, struct gg_err *err);

/* The first event of a run (not of a resumed one) and the last. */
int gg_metrics_start(struct gg_metrics *m, const char *digest, int64_t seed, int argc, char **argv,
                     struct gg_err *err);
/* What a run took, NaN where that is not known: operations, as --estimate counts them; seconds of this process; seconds of processors, of
 * all parts of the run. */
struct gg_run_cost {
    double gflop, seconds, processor;
};
int gg_metrics_stop(struct gg_metrics *m, int status, const struct gg_run_cost *cost, struct gg_err *err);

/* Makes the lines durable: before the checkpoint that records their length. */
int gg_metrics_sync(struct gg_metrics *m, struct gg_err *err);
void gg_metrics_close(struct gg_metrics *m); /* safe on a zeroed struct */

#endif
