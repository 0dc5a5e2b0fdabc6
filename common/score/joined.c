/* joined.c -- what other files have of the same sample: the truth of a second stream, the predictions of another code */
#include "score/fluctuation_table.h"
#include "score/joined.h"
#include "score/residual.h"

#include <stdlib.h>
#include <string.h>

int gg_score_joined_open(struct gg_score_joined *j, const char *truth, const struct gg_texts *pred,
                         const char *target, uint64_t max_frame, struct gg_err *err)
{
    *j = (struct gg_score_joined){.truth_file = truth, .matrix = j->matrix};
    gg_predictions_init(&j->pred, pred, target, max_frame);
    return truth ? gg_join_open(&j->truth, truth, max_frame, err) : 0;
}

int gg_score_joined_find(struct gg_score_joined *j, const struct gg_frame *f, const struct gg_meta *meta,
                         struct gg_score_input *in, struct gg_arena *a, struct gg_err *err)
{
    *in = (struct gg_score_input){
        1, {f}, {meta}, j->model ? j->model->name : NULL, j->truth_file != NULL, &j->trained};
    if (!gg_seen_add(&j->seen, f, NULL, NULL))
        return gg_fail(err, GG_INPUT,
                       "sample id '%s' occurs twice at its times: a configuration counts once "
                       "(gg-predict --average makes samples of one id one frame)",
                       f->id);
    const struct gg_frame *truth = NULL;
    const struct gg_meta *of_truth = NULL;
    if (j->truth_file && !(truth = gg_join_find(&j->truth, f->id, &of_truth, err)))
        return -1;
    if (j->pred.files->n) {
        if (gg_predictions_find(&j->pred, f, truth, &j->predicted, a, err))
            return gg_err_prefix(err, "--pred: ");
        in->frame[in->n++] = &j->predicted;
    }
    if (truth) {
        in->frame[in->n] = truth;
        in->meta[in->n++] = of_truth;
    }
    return 0;
}

int gg_score_joined_finish(struct gg_score_joined *j, struct gg_err *err)
{
    if (j->truth_file && gg_join_finish(&j->truth, err))
        return -1;
    return gg_predictions_finish(&j->pred, &j->unused, err);
}

void gg_score_joined_close(struct gg_score_joined *j)
{
    if (j->truth_file)
        gg_join_close(&j->truth);
    if (j->pred.files)
        gg_predictions_free(&j->pred);
    gg_frame_free(&j->predicted);
    gg_seen_free(&j->seen);
}

/* Another model may predict the same samples. */
static int begin_member(struct gg_score_joined *j, const struct gg_reader *r, struct gg_err *err)
{
    const struct gg_matrix_model *before = j->model;
    char *model;
    gg_trained_history(&j->trained, &r->prov, &model);
    if (!j->matrix) {
        free(model);
        return 0;
    }
    int name = before ? (int)(before - j->matrix->model) : -1;
    j->model = gg_matrix_member(j->matrix, &j->trained, model, r->name, err);
    free(model);
    if (j->model && j->model - j->matrix->model != name)
        gg_seen_free(&j->seen);
    return j->model ? 0 : gg_err_prefix(err, "%s: ", r->name);
}

/* The same member, frame or end, with the residuals of the frame. */
static int pass_on(struct gg_residuals *r, int event, struct gg_source *in, struct gg_frame *f,
                   struct gg_arena *a, struct gg_err *err)
{
    return event == GG_EVENT_MEMBER       ? gg_residuals_begin(r, &in->reader, in->cli, err)
           : event == GG_EVENT_FRAME      ? gg_residuals_frame(r, f, a, err)
           : event == GG_EVENT_MEMBER_END ? gg_residuals_end(r, err)
                                          : 0;
}

int gg_score_all(struct gg_score_joined *j, const struct gg_score_request *q, struct gg_scores *s,
                 struct gg_cli *c, struct gg_err *err)
{
    struct gg_source in;
    struct gg_frame frame = {0};
    struct gg_arena arena = {0};
    int event, status = 0;
    gg_source_init(&in, c, 0, "gg.graph/1");
    while (status == 0 && (event = gg_source_next(&in, &frame, err)) != GG_EVENT_END) {
        struct gg_score_input all;
        status = event < 0 ? -1 : 0;
        if (event == GG_EVENT_MEMBER)
            status = begin_member(j, &in.reader, err);
        if (j->matrix && event == GG_EVENT_FRAME)
            gg_matrix_see(j->matrix, &frame, gg_score_runs(&in.reader.meta));
        if (event == GG_EVENT_FRAME && (gg_score_joined_find(j, &frame, &in.reader.meta, &all, &arena, err) ||
                                        gg_score_frame(s, q, &all, &arena, err)))
            status = gg_reader_prefix(&in.reader, &frame, err);
        if (status == 0 && s->residuals)
            status = pass_on(s->residuals, event, &in, &frame, &arena, err);
        gg_arena_reset(&arena);
    }
    gg_source_close(&in);
    gg_frame_free(&frame);
    gg_arena_free(&arena);
    if (status || gg_score_joined_finish(j, err))
        return -1;
    if (s->n_config == 0)
        return gg_fail(err, GG_INPUT, "no frames to score: there is none in the input");
    return s->n == 0 ? gg_scores_nothing(s, err) : 0;
}

void gg_score_warn(const struct gg_score_joined *j, const struct gg_scores *s, enum gg_score_format format,
                   struct gg_cli *c)
{
    char *left = format == GG_SCORE_TEXT ? NULL : gg_scores_left_out(s);
    for (char *line = left, *end; line && *line; line = end + 1) {
        end = strchr(line, '\n');
        gg_cli_warn(c, "%.*s", (int)(end - line), line);
    }
    free(left);
    if (s->few && format != GG_SCORE_TEXT)
        gg_cli_warn(c, GG_SCORE_CAUTION, s->few, gg_scores_counted(s));
    if (s->run_of && s->n_run == s->n_config && s->n_config > 1)
        gg_cli_warn(c, "--run: no two configurations are of one run by these patterns");
    if (s->run_of && s->n_run == 1)
        gg_cli_warn(c, GG_SCORE_ONE_RUN);
    if (s->chained > s->n_run)
        gg_cli_warn(c,
                    "%d configurations are of %d runs of gg-md, as their ids say, and not independent: --run "
                    "id counts runs",
                    s->chained, s->n_run);
    if (s->refused && format != GG_SCORE_TEXT)
        gg_cli_warn(c, GG_FLUCT_REFUSED, s->refused, GG_FLUCT_FEWEST);
    if (*s->beyond && format != GG_SCORE_TEXT)
        gg_cli_warn(c, "%s", s->beyond);
    if (*s->without_length && format != GG_SCORE_TEXT)
        gg_cli_warn(c, "%s", s->without_length);
    if (s->made_with > 0)
        gg_cli_warn(c,
                    "--overlap-length %g: the field overlap of these frames was made with %g, as META says: "
                    "rows of runs and halves go by %g, or are not there",
                    s->overlap_length, s->made_with, s->overlap_length);
    if (j->unused)
        gg_cli_warn(c, "--pred: %lld predictions are of no sample of the input", (long long)j->unused);
}
