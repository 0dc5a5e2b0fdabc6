/* gg-corr.c -- how well predictions follow the truth: correlations with errors and noise ceilings
 *
 * For each target X and predictor (X_pred, or any field), temperature, time and species, by the scores of common/score. */
#include "cli/cli.h"
#include "score/frames.h"
#include "stream/join.h"
#include "stream/seen.h"

#include <stdlib.h>
#include <string.h>

struct options {
    struct gg_texts target, predictor, species;
    const char *against, *truth, *scale_from;
    int by;
    int64_t bootstrap, seed;
    double q_max;
    struct gg_reals shells;
    bool nearest_time, centre, spearman, spatial, reliability, noise_in_spread, tsv, json;
};

static const struct gg_opt opts[] = {
    {"target", GG_OPT_TEXTS, offsetof(struct options, target),
     "truth; may be repeated (default: every X with an X_pred; without any, every target)", .arg = "FIELD"},
    {"predictor", GG_OPT_TEXTS, offsetof(struct options, predictor),
     "what predicts it; may be repeated (default: X_pred)", .arg = "FIELD[:COLUMN]"},
    {"against", GG_OPT_TEXT, offsetof(struct options, against),
     "add the difference to this predictor, paired over configurations", .arg = "FIELD[:COLUMN]"},
    {"truth", GG_OPT_TEXT, offsetof(struct options, truth),
     "take fields that the input lacks from this stream, joined by sample id", .arg = "FILE"},
    {"species", GG_OPT_TEXTS, offsetof(struct options, species),
     "rows for these: A, B ... and all (default: each that is there, then all)", .arg = "NAME,..."},
    {"by", GG_OPT_CHOICE, offsetof(struct options, by),
     "times of different frames are the same by value or by place", .choices = "time|index"},
    {"nearest-time", GG_OPT_FLAG, offsetof(struct options, nearest_time),
     "score each time of a prediction by the nearest time of the truth, in log time"},
    {"centre", GG_OPT_FLAG, offsetof(struct options, centre),
     "take off the mean over all particles of a vector that predicts: that of displacements is 0"},
    {"bootstrap", GG_OPT_INT, offsetof(struct options, bootstrap),
     "percentiles of so many draws of the configurations; -1: t-intervals, 0: no intervals", .arg = "N",
     .min = GG_SCORE_T, .max = 1e7},
    {"seed", GG_OPT_INT, offsetof(struct options, seed), "of these draws", .arg = "N", .min = 0,
     .max = 0x1p53},
    {"spearman", GG_OPT_FLAG, offsetof(struct options, spearman), "rank correlations; they need memory"},
    {"spatial", GG_OPT_FLAG, offsetof(struct options, spatial),
     "instead: how truth and prediction vary in space, spectra and correlations (species: A)"},
    {"q-max", GG_OPT_REAL, offsetof(struct options, q_max), "of the spectra", .arg = "WAVEVECTOR",
     .unit = "1/sigma", .min = 1e-3, .max = 100, .when = "spatial"},
    {"shells", GG_OPT_REALS, offsetof(struct options, shells), "ends of the bins of distances",
     .arg = "R,R,...", .unit = "sigma", .min = 0, .max = 1e3, .when = "spatial"},
    {"reliability", GG_OPT_FLAG, offsetof(struct options, reliability),
     "instead: how large errors are where X_std says how large they should be"},
    {"scale-from", GG_OPT_TEXT, offsetof(struct options, scale_from),
     "multiply X_std by what makes it right in this stream, which is held out", .arg = "FILE"},
    {"noise-in-spread", GG_OPT_FLAG, offsetof(struct options, noise_in_spread),
     "X_std holds the noise of the runs already: nothing is added to it"},
    {"tsv", GG_OPT_FLAG, offsetof(struct options, tsv), "tab-separated columns"},
    {"json", GG_OPT_FLAG, offsetof(struct options, json), "one JSON object a row"},
    {0}};

static const struct gg_program program = {
    .name = "gg-corr",
    .about = "correlations of predictions with the truth",
    .example = "gg-predict run/model.ggm test.ggs | gg-corr",
    .opts = opts,
    GG_READS_STREAMS,
};

/* One run. */
struct run {
    const struct options *o;
    struct gg_score_request request;
    struct gg_scores scores;
    struct gg_spatial spatial;
    struct gg_source in;
    struct gg_join truth;
    struct gg_frame frame;
    struct gg_arena arena;
    struct gg_seen seen;
};

static int select_species(struct run *r, struct gg_err *err)
{
    for (int k = 0; k < r->o->species.n; k++)
        if (gg_scores_select(&r->scores, r->o->species.v[k], err))
            return -1;
    return r->o->spatial && r->o->species.n == 0 ? gg_scores_select(&r->scores, "A", err) : 0;
}

/* What is wanted: rows that cost memory only where they are printed. */
static int prepare(struct run *r, struct gg_cli *c, struct gg_err *err)
{
    const struct options *o = r->o;
    if (o->tsv + o->json > 1 || o->spatial + o->reliability + o->json > 1)
        return gg_fail(err, GG_USAGE,
                       "of --tsv and --json, and of --spatial, --reliability and --json, two "
                       "exclude each other");
    if (o->spatial && (o->scale_from || o->noise_in_spread))
        return gg_fail(err, GG_USAGE, "%s: of uncertainties, which --spatial does not look at",
                       o->scale_from ? "--scale-from" : "--noise-in-spread");
    r->scores.noise_in_spread = o->noise_in_spread;
    if (select_species(r, err) || gg_spatial_init(&r->spatial, o->q_max, o->shells.n, o->shells.v, err) ||
        (o->scale_from &&
         gg_score_held_out(&r->scores, &r->request, o->scale_from, (uint64_t)c->max_frame, err) &&
         gg_err_prefix(err, "--scale-from: ")))
        return -1;
    r->scores.spearman = o->spearman && !o->spatial;
    r->scores.spatial = o->spatial ? &r->spatial : NULL;
    r->scores.reliability = o->reliability;
    return 0;
}

static int add_frame(struct run *r, struct gg_err *err)
{
    struct gg_score_input in = {1, {&r->frame, NULL}, {&r->in.reader.meta, NULL}};
    int status = gg_seen_add(&r->seen, &r->frame, NULL, NULL)
                     ? 0
                     : gg_fail(err, GG_INPUT,
                               "sample id '%s' occurs twice at its times: a configuration counts once "
                               "(gg-predict --average makes samples of one id one frame)",
                               r->frame.id);
    if (r->o->truth && status == 0) {
        in.n = 2;
        in.frame[1] = gg_join_find(&r->truth, r->frame.id, &in.meta[1], err);
        status = in.frame[1] ? 0 : -1;
    }
    if (status == 0)
        status = gg_score_frame(&r->scores, &r->request, &in, &r->arena, err);
    gg_arena_reset(&r->arena);
    return status ? gg_reader_prefix(&r->in.reader, &r->frame, err) : 0;
}

/* What the text form says below its table, where the table is for programs. */
static void warn(const struct run *r, const struct gg_score_row *rows, struct gg_cli *c)
{
    int fewest = gg_score_fewest(r->scores.n, rows);
    if (fewest && fewest < GG_SCORE_FEW)
        gg_cli_warn(c, GG_SCORE_CAUTION, fewest);
    char *left = gg_scores_left_out(&r->scores);
    for (char *line = left, *end; line && *line; line = end + 1) {
        end = strchr(line, '\n');
        gg_cli_warn(c, "%.*s", (int)(end - line), line);
    }
    free(left);
}

/* All frames of all inputs; then the rest of the second stream, so that its damage is noticed. */
static int add_all(struct run *r, struct gg_cli *c, struct gg_err *err)
{
    int event, status = 0;
    if (r->o->truth && gg_join_open(&r->truth, r->o->truth, (uint64_t)c->max_frame, err))
        return -1;
    gg_source_init(&r->in, c, 0, "gg.graph/1");
    while (status == 0 && (event = gg_source_next(&r->in, &r->frame, err)) != GG_EVENT_END)
        status = event < 0 ? -1 : event == GG_EVENT_FRAME ? add_frame(r, err) : 0;
    gg_source_close(&r->in);
    if (status == 0 && r->o->truth)
        status = gg_join_finish(&r->truth, err);
    if (status == 0 && r->scores.n_config == 0)
        status = gg_fail(err, GG_INPUT, "no frames to score: there is none in the input");
    return status == 0 && r->scores.n == 0 ? gg_scores_nothing(&r->scores, err) : status;
}

static int print(struct run *r, struct gg_cli *c, struct gg_err *err)
{
    const struct options *o = r->o;
    struct gg_score_options how = {(int)o->bootstrap, (uint64_t)o->seed,
                                   o->against ? gg_scores_name(&r->scores, o->against) : -1, o->nearest_time};
    struct gg_sink to;
    if (gg_sink_open(&to, c->output, err))
        return -1;
    enum gg_score_format format = o->json ? GG_SCORE_JSON : o->tsv ? GG_SCORE_TSV : GG_SCORE_TEXT;
    struct gg_score_row *rows = gg_scores_rows(&r->scores, &how);
    int status = o->spatial       ? gg_spatial_print(&r->scores, format, &to, err)
                 : o->reliability ? gg_reliability_print(&r->scores, format, &to, err)
                                  : gg_scores_print(&r->scores, rows, &how, format, &to, err);
    if (status == 0 && (o->tsv || o->json))
        warn(r, rows, c);
    free(rows);
    if (status == 0)
        return gg_sink_commit(&to, err);
    gg_sink_discard(&to);
    return -1;
}

int main(int argc, char **argv)
{
    static double shells[] = {0.8, 1.5, 2.5, 3.5, 5};
    struct options o = {.bootstrap = GG_SCORE_T, .spearman = true, .q_max = 6.3, .shells = {5, shells}};
    struct gg_cli c;
    int status = gg_cli_start(&c, &program, &o, argc, argv);
    if (status >= 0)
        return status;
    struct run r = {.o = &o};
    r.request = (struct gg_score_request){o.target.n, o.predictor.n, o.target.v,     o.predictor.v,
                                          o.against,  o.by,          o.nearest_time, o.centre};
    status = prepare(&r, &c, &c.err) || add_all(&r, &c, &c.err) ? -1 : print(&r, &c, &c.err);
    gg_join_close(&r.truth);
    gg_scores_free(&r.scores);
    gg_seen_free(&r.seen);
    gg_frame_free(&r.frame);
    gg_arena_free(&r.arena);
    return status ? gg_cli_fail(&c) : GG_OK;
}
