/* gg-md.c -- molecular dynamics: configurations from nothing, and isoconfigurational runs from each
 *
 * What is done with one start is common/physics/campaign.c; here are starts, output, and checkpoints. */
#include "cli/cli.h"
#include "physics/campaign_file.h"
#include "physics/campaign_opts.h"
#include "util/folder.h"
#include "util/threads.h"

#include <string.h>
#include <unistd.h>

static const struct gg_program program = {
    .name = "gg-md",
    .about = "molecular dynamics: equilibrium configurations and isoconfigurational runs",
    .example = "gg-md --runs 4 --times 0.2,1 tiny.ggs -o more.ggs",
    .operands = "[FILE...]",
    .opts = gg_campaign_opts,
    .max_operand = -1,
};
static const double CRYSTAL = 0.2; /* bond order of the whole system, beyond that of any liquid */

struct run {
    struct gg_cli cli;
    struct gg_campaign_options options;
    struct gg_source in;
    struct gg_writer out;
    struct gg_frame frame, made;
    struct gg_arena arena, result; /* of a start; of a configuration */
    struct gg_meta meta;
    struct gg_prov prov;
    struct gg_campaign_kept kept;
    struct gg_campaign campaign;
    struct gg_progress progress;
    int64_t n_start; /* seen */
    double seconds, bytes;
    int lock; /* holds kept.path; below 0: nothing does */
};

static int begin(struct run *r, struct gg_err *err)
{
    struct gg_meta meta = {0};
    gg_campaign_meta(&r->options.rule, r->frame.dim, &r->meta, &meta);
    gg_cli_append_prov(&r->cli, &r->prov);
    int status = gg_writer_begin(&r->out, "gg.graph/1", &meta, &r->prov, err);
    gg_meta_clear(&meta);
    return status;
}

static int emit(struct run *r, const struct gg_frame *f, struct gg_err *err)
{
    return !r->out.in_member && begin(r, err) < 0 ? -1 : gg_writer_frame(&r->out, f, err);
}

/* ---- one start ---- */

static int take(struct run *r, struct gg_err *err)
{
    double order = r->campaign.order;
    int last = gg_campaign_take(&r->campaign, &r->made, &r->result, err);
    if (last < 0 || emit(r, &r->made, err) < 0)
        return -1;
    if (r->kept.path)
        gg_held_add(&r->kept.done, &r->made);
    if (order > CRYSTAL)
        gg_cli_warn(&r->cli, "%s: bond order of the whole system %.2f: the run crystallises", r->made.id,
                    order);
    gg_arena_reset(&r->result);
    return last;
}

static int follow(struct run *r, struct gg_err *err)
{
    int last = 0;
    while (!last) {
        int64_t done;
        r->progress.total = gg_campaign_steps(&r->options.rule, &done, &r->campaign);
        gg_progress_at(&r->progress, done, r->campaign.name);
        int ready =
            gg_campaign_keep(&r->kept, &r->campaign, err) < 0 ? -1 : gg_campaign_slice(&r->campaign, err);
        if (ready < 0 || (ready > 0 && (last = take(r, err)) < 0)) {
            gg_progress_clear(&r->progress);
            return -1;
        }
    }
    gg_progress_clear(&r->progress);
    r->kept.n_start++;
    return 0;
}

/* The frame at hand.  What an earlier command has made of it is not made again. */
static int one_start(struct run *r, struct gg_err *err)
{
    int64_t each = r->options.rule.n_configuration, first = r->n_start++ * each;
    for (int64_t k = first; k < first + each && k < r->kept.done.n; k++)
        if (emit(r, &r->kept.done.frame[k], err) < 0)
            return -1;
    if (r->n_start <= r->kept.n_start)
        return 0;
    if (r->options.rule.name && r->n_start > 1)
        return gg_fail(err, GG_USAGE, "--sample-id names one start, this is another");
    if (gg_campaign_begin(&r->campaign, &r->options.rule, &r->frame, &r->meta, &r->arena, err) < 0)
        return -1;
    gg_progress_start(&r->progress, program.name, "step", 0, (enum gg_progress_mode)r->cli.progress);
    int status = r->kept.state.n_field ? gg_campaign_restore(&r->kept, &r->campaign, err) : 0;
    if (status == 0)
        status = r->options.estimate ? gg_campaign_estimate(&r->campaign, &r->seconds, &r->bytes, err)
                                     : follow(r, err);
    gg_campaign_free(&r->campaign);
    return status;
}

/* ---- all starts ---- */

static int event(struct run *r, int what, struct gg_err *err)
{
    int status = 0;
    if (what == GG_EVENT_MEMBER) {
        gg_meta_clear(&r->meta);
        gg_prov_clear(&r->prov);
        gg_meta_merge(&r->meta, &r->in.reader.meta);
        status = gg_prov_merge(&r->prov, &r->in.reader.prov, err);
    } else if (what == GG_EVENT_FRAME) {
        if ((status = one_start(r, err)) < 0)
            gg_err_prefix(err, "%s: frame %llu (%s): ", r->in.reader.name,
                          (unsigned long long)r->in.reader.n_frame - 1, r->frame.id);
        gg_arena_reset(&r->arena);
    } else if (!r->options.estimate && (r->out.in_member || begin(r, err) == 0)) {
        return gg_writer_end(&r->out, &r->in.reader.trailer, err);
    }
    return status;
}

static int all_starts(struct run *r, struct gg_err *err)
{
    const struct gg_campaign_options *o = &r->options;
    if (o->start) {
        if (gg_campaign_lattice(&o->rule, o->start, o->n, o->density, &r->frame, &r->meta, &r->arena, err) <
            0)
            return -1;
        if (one_start(r, err) < 0)
            return gg_err_prefix(err, "%s: ", r->frame.id);
        return o->estimate ? 0 : gg_writer_end(&r->out, NULL, err);
    }
    for (int what; (what = gg_source_next(&r->in, &r->frame, err)) != GG_EVENT_END;)
        if (what < 0 || event(r, what, err) < 0)
            return -1;
    return 0;
}

static int print_estimate(struct run *r)
{
    printf("%.4g hours on %d threads\n%.4g MB\n", r->seconds / 3600, gg_threads(), r->bytes / 1e6);
    return gg_cli_finish(&r->cli);
}

/* Where the state is kept, if anywhere: held, and what an earlier command left there read. */
static int keep_state(struct run *r, struct gg_err *err)
{
    const struct gg_campaign_options *o = &r->options;
    struct gg_campaign_kept *kept = &r->kept;
    kept->path = o->estimate     ? NULL
                 : o->checkpoint ? o->checkpoint
                 : r->cli.output ? gg_arena_printf(&kept->done.arena, "%s.checkpoint", r->cli.output)
                                 : NULL;
    if (!kept->path)
        return 0;
    kept->command = r->cli.command_line;
    kept->stop = gg_cli_catch_stop();
    if ((r->lock = gg_file_lock(kept->path, err)) == -1)
        return -1;
    if (r->lock == GG_UNLOCKED)
        gg_cli_warn(&r->cli, "%s: this file system has no locks: keep the same command from running twice",
                    kept->path);
    return strcmp(o->resume, "auto") == 0 ? gg_campaign_read(kept, err) : 0;
}

static int run(struct run *r, struct gg_err *err)
{
    const struct gg_campaign_options *o = &r->options;
    if (strcmp(o->resume, "auto") != 0 && strcmp(o->resume, "never") != 0)
        return gg_fail(err, GG_USAGE, "--resume: '%.40s' is not auto or never", o->resume);
    if (!o->start && r->cli.n_operand == 0 && isatty(STDIN_FILENO))
        return gg_fail(err, GG_USAGE, "no input: wanted a stream of starts, or --start");
    if (gg_campaign_check(&o->rule, err) < 0 || (!o->estimate && gg_cli_open_output(&r->cli, &r->out) < 0))
        return -1;
    gg_source_init(&r->in, &r->cli, 0, "gg.graph/1");
    if (keep_state(r, err) < 0 || all_starts(r, err) < 0 ||
        (!o->estimate && gg_writer_commit(&r->out, err) < 0))
        return -1;
    if (r->kept.path)
        unlink(r->kept.path);
    return 0;
}

int main(int argc, char **argv)
{
    static struct run r = {
        .options = {.rule = {.dt = 0.005, .temperature = -1, .relaxation = 1, .n_configuration = 1},
                    .n = 4096,
                    .density = -1,
                    .resume = "auto"},
        .lock = -1};
    int status = gg_cli_start(&r.cli, &program, &r.options, argc, argv);
    if (status >= 0)
        return status;
    r.cli.seed = r.options.rule.seed;
    r.options.rule.melt = r.options.start != NULL;
    status = run(&r, &r.cli.err);
    if (status < 0 && r.out.state)
        gg_writer_abort(&r.out, program.name, &r.cli.err);
    gg_source_close(&r.in);
    gg_file_unlock(r.kept.path, r.lock);
    gg_campaign_kept_free(&r.kept);
    return status < 0 ? gg_cli_fail(&r.cli) : r.options.estimate ? print_estimate(&r) : GG_OK;
}
