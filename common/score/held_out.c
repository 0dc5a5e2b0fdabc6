/* held_out.c -- one scale for each column of predicted uncertainties, fitted on a stream of its own */
#include "score/frames.h"
#include "stream/reader.h"

int gg_score_held_out(struct gg_scores *s, const struct gg_score_request *q, const char *path,
                      uint64_t max_frame, struct gg_err *err)
{
    struct gg_reader reader;
    struct gg_frame frame = {0};
    struct gg_arena a = {0};
    int event = GG_EVENT_FRAME, status = gg_reader_open(&reader, path, err);
    if (status)
        return -1;
    reader.max_frame = max_frame;
    while (status == 0 && (event = gg_reader_next(&reader, &frame, err)) > GG_EVENT_END) {
        struct gg_score_input in = {1, {&frame, NULL}, {&reader.meta, NULL}};
        if (event == GG_EVENT_FRAME && gg_score_frame(s, q, &in, &a, err))
            status = gg_reader_prefix(&reader, &frame, err);
        gg_arena_reset(&a);
    }
    gg_reader_close(&reader);
    gg_frame_free(&frame);
    gg_arena_free(&a);
    if (status || event < 0)
        return -1;
    gg_scores_keep_scales(s);
    return s->n_scale ? 0
                      : gg_fail(err, GG_INPUT,
                                "%s: no prediction has an uncertainty: X_std beside X_pred is wanted", path);
}
