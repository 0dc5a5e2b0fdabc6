/* spool.h -- the training set on disk: what the network reads of each frame, and nothing else
 *
 * A pipe can be read once, an epoch wants the frames again.  Samples go to an unlinked file in TMPDIR as they arrive, and are mapped when
 * all are there: the page cache keeps what fits.  A frame of 4096 particles with ten times takes about 0.3 MB. */
#ifndef GG_SPOOL_H
#define GG_SPOOL_H

#include "model/model.h"

struct gg_spool {
    int fd;
    int64_t bytes;
    uint32_t digest; /* CRC32C of everything in it */
    int n, room;
    struct gg_sample *sample; /* pointers are valid after gg_spool_map */
    int64_t *offset;
    void *map;
};

int gg_spool_open(struct gg_spool *s, struct gg_err *err);
int gg_spool_add(struct gg_spool *s, const struct gg_model *m, const struct gg_sample *sample,
                 struct gg_err *err);
int gg_spool_map(struct gg_spool *s, const struct gg_model *m, struct gg_err *err);
void gg_spool_close(struct gg_spool *s);

#endif
