/* gg-corr.c -- how well predictions follow the truth: correlations with errors and noise ceilings
 *
 * For each target X and predictor (X_pred, or any field), temperature, time and species, by the scores of common/score. */
#include "cli/cli.h"
#include "score/frames.h"
#include "score/joined.h"
#include "score/report.h"

#include <stdlib.h>
#include <string.h>

struct options {
    struct gg_texts target, predictor, species, pred, reference;
    const char *against, *truth, *scale_from;
    int by;
    int64_t bootstrap, seed;
    double q_max, power;
    struct gg_reals shells;
    bool nearest_time, centre, spearman, noise_in_spread, tsv, json, unequal, report[GG_REPORTS];
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
    {"pred", GG_OPT_TEXTS, offsetof(struct options, pred),
     "predictions of another code, joined by sample id; may be repeated", .arg = "FILE.npz"},
    {"reference", GG_OPT_TEXTS, offsetof(struct options, reference),
     "published correlations to print beside, those of the nearest time; may be repeated", .arg = "FILE"},
    {"species", GG_OPT_TEXTS, offsetof(struct options, species),
     "rows for these: A, B ... and all (default: each that is there, then all)", .arg = "NAME,..."},
    {"by", GG_OPT_CHOICE, offsetof(struct options, by),
     "times are the same by value, by place, or by time over tau_alpha", .choices = "time|index|tau"},
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
    {"matrix", GG_OPT_FLAG, offsetof(struct options, report[GG_REPORT_MATRIX]),
     "instead: each input is of a model: models on temperatures (species: A)"},
    {"unequal", GG_OPT_FLAG, offsetof(struct options, unequal),
     "also models trained on different numbers of configurations", .when = "matrix"},
    {"power", GG_OPT_REAL, offsetof(struct options, power),
     "instead: configurations and seeds that a difference of so much needs", .arg = "DELTA", .min = 1e-6,
     .max = 2},
    {"spatial", GG_OPT_FLAG, offsetof(struct options, report[GG_REPORT_SPATIAL]),
     "instead: how truth and prediction vary in space, spectra and correlations (species: A)"},
    {"q-max", GG_OPT_REAL, offsetof(struct options, q_max), "of the spectra", .arg = "WAVEVECTOR",
     .unit = "1/sigma", .min = 1e-3, .max = 100, .when = "spatial"},
    {"shells", GG_OPT_REALS, offsetof(struct options, shells), "ends of the bins of distances",
     .arg = "R,R,...", .unit = "sigma", .min = 0, .max = 1e3, .when = "spatial"},
    {"reliability", GG_OPT_FLAG, offsetof(struct options, report[GG_REPORT_RELIABILITY]),
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
    const struct gg_score_report_type *report;
    enum gg_score_format format;
    struct gg_score_request request;
    struct gg_scores scores;
    struct gg_spatial spatial;
    struct gg_matrix matrix;
    struct gg_score_joined joined;
    struct gg_published published;
};

static int choose(struct run *r, struct gg_err *err)
{
    const struct options *o = r->o;
    if (o->tsv && o->json)
        return gg_fail(err, GG_USAGE, "--tsv and --json exclude each other");
    r->format = o->json ? GG_SCORE_JSON : o->tsv ? GG_SCORE_TSV : GG_SCORE_TEXT;
    int k = gg_score_report_choose(o->report, r->format, err);
    if (k < 0)
        return -1;
    r->report = &gg_score_reports[k];
    if (o->unequal && k != GG_REPORT_MATRIX)
        return gg_fail(err, GG_USAGE, "--unequal: of models in the rows of --matrix, which is not asked for");
    if (o->reference.n && !r->report->published)
        return gg_fail(err, GG_USAGE, "--reference: goes beside correlations, which --%s does not print",
                       r->report->option);
    return !r->report->uncertainties && (o->scale_from || o->noise_in_spread)
               ? gg_fail(err, GG_USAGE, "%s: of uncertainties, which --%s does not look at",
                         o->scale_from ? "--scale-from" : "--noise-in-spread", r->report->option)
               : 0;
}

/* What is wanted: rows that cost memory only where they are printed. */
static int prepare(struct run *r, struct gg_cli *c, struct gg_err *err)
{
    const struct options *o = r->o;
    const char *target = o->target.n ? o->target.v[0] : "propensity";
    r->scores.noise_in_spread = o->noise_in_spread;
    for (int k = 0; k < o->reference.n; k++)
        if (gg_published_read(&r->published, o->reference.v[k], err))
            return -1;
    r->joined.matrix = r->scores.matrix = o->report[GG_REPORT_MATRIX] ? &r->matrix : NULL;
    if (gg_score_joined_open(&r->joined, o->truth, &o->pred, target, (uint64_t)c->max_frame, err) ||
        gg_scores_select_all(&r->scores, &o->species, r->report->species, err) ||
        gg_spatial_init(&r->spatial, o->q_max, o->shells.n, o->shells.v, err) ||
        (o->scale_from && gg_score_held_out(&r->scores, &r->request, &r->joined.pred, o->scale_from, err) &&
         gg_err_prefix(err, "--scale-from: ")))
        return -1;
    r->scores.spearman = o->spearman && r->report->json;
    r->scores.spatial = o->report[GG_REPORT_SPATIAL] ? &r->spatial : NULL;
    r->scores.reliability = o->report[GG_REPORT_RELIABILITY];
    return 0;
}

static int print(struct run *r, struct gg_cli *c, struct gg_err *err)
{
    const struct options *o = r->o;
    struct gg_score_options how = {.draws = (int)o->bootstrap,
                                   .seed = (uint64_t)o->seed,
                                   .nearest = o->nearest_time || o->by == GG_BY_TAU,
                                   .published = o->reference.n ? &r->published : NULL,
                                   .delta = o->power,
                                   .tau = o->by == GG_BY_TAU,
                                   .unequal = o->unequal};
    struct gg_sink to;
    if (gg_sink_open(&to, c->output, err))
        return -1;
    int status = r->report->print(&r->scores, &how, r->format, &to, err);
    if (status == 0)
        gg_score_warn(&r->joined, &r->scores, r->format, c);
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
    o.report[GG_REPORT_POWER] = o.power > 0;
    r.request = (struct gg_score_request){o.target.n, o.predictor.n, o.target.v,     o.predictor.v,
                                          o.against,  o.by,          o.nearest_time, o.centre};
    status = choose(&r, &c.err) || prepare(&r, &c, &c.err) ||
                     gg_score_all(&r.joined, &r.request, &r.scores, &c, &c.err)
                 ? -1
                 : print(&r, &c, &c.err);
    gg_score_joined_close(&r.joined);
    gg_scores_free(&r.scores);
    gg_published_free(&r.published);
    gg_matrix_free(&r.matrix);
    return status ? gg_cli_fail(&c) : GG_OK;
}
