/* held_out.c -- one scale for each column of predicted uncertainties, fitted on a stream of its own */
#include "score/frames.h"
#include "stream/reader.h"

/* What the files of --pred have of the frame. */
static int add_predicted(struct gg_score_input *in, struct gg_predictions *pred, struct gg_frame *predicted,
                         struct gg_arena *a, struct gg_err *err)
{
    if (pred->files->n == 0)
        return 0;
    if (gg_predictions_find(pred, in->frame[0], NULL, predicted, a, err))
        return gg_err_prefix(err, "--pred: ");
    in->frame[in->n++] = predicted;
    return 0;
}

int gg_score_held_out(struct gg_scores *s, const struct gg_score_request *q, struct gg_predictions *pred,
                      const char *path, struct gg_err *err)
{
    struct gg_reader reader;
    struct gg_frame frame = {0}, predicted = {0};
    struct gg_arena a = {0};
    int event = GG_EVENT_FRAME, status = gg_reader_open(&reader, path, err);
    if (status)
        return -1;
    reader.max_frame = pred->max_bytes;
    while (status == 0 && (event = gg_reader_next(&reader, &frame, err)) > GG_EVENT_END) {
        struct gg_score_input in = {1, {&frame, NULL}, {&reader.meta, NULL}};
        if (event == GG_EVENT_FRAME &&
            (add_predicted(&in, pred, &predicted, &a, err) || gg_score_frame(s, q, &in, &a, err)))
            status = gg_reader_prefix(&reader, &frame, err);
        gg_arena_reset(&a);
    }
    gg_reader_close(&reader);
    gg_frame_free(&frame);
    gg_frame_free(&predicted);
    gg_arena_free(&a);
    if (status || event < 0)
        return -1;
    gg_scores_keep_scales(s);
    return s->n_scale ? 0
                      : gg_fail(err, GG_INPUT,
                                "%s: no prediction has an uncertainty: X_std beside X_pred is wanted", path);
}
