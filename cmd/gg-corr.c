/* gg-corr.c -- how well predictions follow the truth: correlations with errors and noise ceilings
 *
 * For each target X and predictor (X_pred, or any field), temperature, time and species, by the scores of common/score. */
#include "cli/cli.h"
#include "score/corr_options.h"
#include "score/frames.h"
#include "score/joined.h"
#include "score/report.h"
#include "score/residual.h"
#include "util/same_file.h"

#include <stdlib.h>
#include <string.h>

static const struct gg_program program = {
    .name = "gg-corr",
    .about = "correlations of predictions with the truth",
    .example = "gg-predict run/model.ggm test.ggs | gg-corr",
    .opts = gg_corr_opts,
    GG_READS_STREAMS,
};

/* One run. */
struct run {
    const struct gg_corr_options *o;
    const struct gg_score_report_type *report;
    enum gg_score_format format;
    struct gg_score_request request;
    struct gg_scores scores;
    struct gg_spatial spatial;
    struct gg_fluctuations fluctuations;
    struct gg_matrix matrix;
    struct gg_score_joined joined;
    struct gg_published published;
    struct gg_residuals residuals;
    struct gg_prov history;
};

static int choose(struct run *r, const struct gg_cli *c, struct gg_err *err)
{
    const struct gg_corr_options *o = r->o;
    if (o->tsv && o->json)
        return gg_fail(err, GG_USAGE, "--tsv and --json exclude each other");
    r->format = o->json ? GG_SCORE_JSON : o->tsv ? GG_SCORE_TSV : GG_SCORE_TEXT;
    if (o->residual && gg_same_output(o->residual, c->output))
        return gg_fail(err, GG_USAGE, "--residual %s: the table goes there: name another file", o->residual);
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
    const struct gg_corr_options *o = r->o;
    const char *target = o->target.n ? o->target.v[0] : "propensity";
    r->scores.noise_in_spread = o->noise_in_spread;
    r->scores.overlap_length = o->overlap_length;
    r->scores.runs = &o->run;
    r->fluctuations.hard = o->hard_step;
    r->fluctuations.smooth = o->smooth_step;
    for (int k = 0; k < o->reference.n; k++)
        if (gg_published_read(&r->published, o->reference.v[k], err))
            return -1;
    r->joined.matrix = r->scores.matrix = o->report[GG_REPORT_MATRIX] ? &r->matrix : NULL;
    if (gg_score_joined_open(&r->joined, o->truth, &o->pred, target, (uint64_t)c->max_frame, err) ||
        gg_scores_select_all(&r->scores, &o->species, r->report->species, err) ||
        gg_spatial_init(&r->spatial, o->q_max, o->shells.n, o->shells.v, err) ||
        gg_fluctuations_init(&r->fluctuations, o->q_max, o->shells.n, o->shells.v, err) ||
        (o->scale_from && gg_score_held_out(&r->scores, &r->request, &r->joined.pred, o->scale_from, err) &&
         gg_err_prefix(err, "--scale-from: ")))
        return -1;
    r->scores.spearman = o->spearman && r->report->json;
    r->scores.spatial = o->report[GG_REPORT_SPATIAL] ? &r->spatial : NULL;
    r->scores.fluctuations = o->report[GG_REPORT_FLUCTUATIONS] ? &r->fluctuations : NULL;
    r->scores.reliability = o->report[GG_REPORT_RELIABILITY];
    if (o->residual && gg_residuals_open(&r->residuals, o->residual, err))
        return -1;
    r->scores.residuals = o->residual ? &r->residuals : NULL;
    return 0;
}

static int print(struct run *r, struct gg_cli *c, struct gg_err *err)
{
    const struct gg_corr_options *o = r->o;
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
        status = gg_cli_sign_table(c, &to, err);
    if (status == 0)
        return gg_sink_commit(&to, err);
    gg_sink_discard(&to);
    return -1;
}

int main(int argc, char **argv)
{
    struct gg_corr_options o = gg_corr_defaults();
    struct gg_cli c;
    int status = gg_cli_start(&c, &program, &o, argc, argv);
    if (status >= 0)
        return status;
    struct run r = {.o = &o};
    o.report[GG_REPORT_POWER] = o.power > 0;
    r.request = (struct gg_score_request){o.target.n, o.predictor.n, o.target.v,     o.predictor.v,
                                          o.against,  o.by,          o.nearest_time, o.centre};
    c.read = o.history ? &r.history : NULL;
    status = choose(&r, &c, &c.err) || prepare(&r, &c, &c.err) ||
                     gg_score_all(&r.joined, &r.request, &r.scores, &c, &c.err)
                 ? -1
                 : 0;
    if (r.scores.residuals)
        status = gg_residuals_close(&r.residuals, status, program.name, &c.err);
    status = status ? -1 : print(&r, &c, &c.err);
    gg_score_joined_close(&r.joined);
    gg_scores_free(&r.scores);
    gg_published_free(&r.published);
    gg_matrix_free(&r.matrix);
    gg_prov_clear(&r.history);
    return status ? gg_cli_fail(&c) : GG_OK;
}
