/* first_frame.h -- a trainer that has seen one frame: the first of a file */
#ifndef FIRST_FRAME_H
#define FIRST_FRAME_H

#include "learn/train.h"
#include "stream/reader.h"

/* t is open; then it is prepared. */
static inline int train_on_first(struct gg_trainer *t, const char *path, struct gg_err *err)
{
    struct gg_reader r;
    struct gg_frame f = {0};
    struct gg_arena a = {0};
    int event, status = -1;
    if (gg_reader_open(&r, path, err))
        return -1;
    while ((event = gg_reader_next(&r, &f, err)) > 0 && event != GG_EVENT_FRAME)
        ;
    if (event == GG_EVENT_FRAME)
        status = gg_train_add(t, &f, 0, &a, err);
    gg_reader_close(&r);
    gg_frame_free(&f);
    gg_arena_free(&a);
    return status || gg_train_prepare(t, err) ? -1 : 0;
}

#endif
