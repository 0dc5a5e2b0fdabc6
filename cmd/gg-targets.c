/* gg-targets.c -- what the runs of one start say about each particle: propensity, displacement, overlap, bond breaking
 *
 * The targets are those of common/physics/targets.c.  With --join, the frames of one id become one frame. */
#include "cli/cli.h"
#include "physics/times.h"
#include "physics/targets.h"
#include "util/words.h"

struct options {
    struct gg_texts add;
    double overlap_length;
    bool join, keep_replicas;
};
static const struct gg_opt opts[] = {
    {"add", GG_OPT_TEXTS, offsetof(struct options, add),
     "targets, separated by commas, instead of the first four below", .arg = "TARGET,..."},
    {"overlap-length", GG_OPT_REAL, offsetof(struct options, overlap_length),
     "a particle that moved less overlaps with itself", .arg = "LENGTH", .unit = "sigma", .min = 1e-6,
     .max = 1e6},
    {"join", GG_OPT_FLAG, offsetof(struct options, join),
     "frames of one id at several times become one frame; holds them all in memory"},
    {"keep-replicas", GG_OPT_FLAG, offsetof(struct options, keep_replicas),
     "leave pos_replicas in the frame"},
    {0}};

static const struct gg_program program = {
    .name = "gg-targets",
    .about = "from replica positions to propensity, displacement, overlap and bond breaking",
    .example = "gg-targets tiny_replicas.ggs -o targets.ggs",
    .opts = opts,
    GG_READS_STREAMS,
    .notes = "targets: propensity, propensity_var, displacement, displacement_var; overlap, bond_breaking",
};

/* One run. */
struct run {
    struct gg_cli cli;
    struct options options;
    struct gg_targets targets;
    struct gg_source in;
    struct gg_writer out;
    struct gg_frame frame;
    struct gg_arena arena;
    struct gg_times times;

    struct gg_meta meta, trailer; /* of the member being made */
    struct gg_prov prov;
    bool begun;
};

/* With --join, frames whose targets are there already are only joined. */
static int one_frame(struct run *r, struct gg_err *err)
{
    struct gg_field *x = gg_frame_find(&r->frame, "pos_replicas");
    if ((x || !r->options.join) && gg_targets_add(&r->targets, &r->frame, &r->arena, err) < 0)
        return -1;
    if (!r->options.keep_replicas)
        gg_frame_remove(&r->frame, "pos_replicas");
    else if (x && x->ndim == 3 && r->options.join)
        gg_time_axis_add(gg_frame_find(&r->frame, "pos_replicas"));
    return r->options.join ? gg_times_add(&r->times, &r->frame, err) : 0;
}

/* ---- members: META and PROV stand before the frames, the number of replicas is known at the first frame ---- */

static int begin_member(struct run *r, struct gg_err *err)
{
    gg_targets_meta(&r->targets, &r->meta);
    gg_cli_append_prov(&r->cli, &r->prov);
    r->begun = true;
    return gg_writer_begin(&r->out, "gg.graph/1", &r->meta, &r->prov, err);
}

static int end_member(struct run *r, struct gg_err *err)
{
    if (!r->begun && begin_member(r, err) < 0)
        return -1;
    if (r->targets.n_run)
        gg_meta_printf(&r->trailer, "drift", "%.3g", r->targets.drift);
    gg_cli_note(&r->cli, "the centre of mass moved by at most %.3g sigma", r->targets.drift);
    int status = gg_writer_end(&r->out, &r->trailer, err);
    gg_meta_clear(&r->meta);
    gg_meta_clear(&r->trailer);
    gg_prov_clear(&r->prov);
    r->begun = false;
    r->targets.n_run = 0;
    r->targets.drift = 0;
    return status;
}

static int write_frame(struct run *r, struct gg_err *err)
{
    if (!r->begun && begin_member(r, err) < 0)
        return -1;
    return gg_writer_frame(&r->out, &r->frame, err);
}

static int event(struct run *r, int what, struct gg_err *err)
{
    const struct gg_reader *in = &r->in.reader;
    int status = 0;
    if (what == GG_EVENT_MEMBER) {
        gg_meta_merge(&r->meta, &in->meta);
        status = gg_prov_merge(&r->prov, &in->prov, err);
    } else if (what == GG_EVENT_FRAME) {
        if (one_frame(r, err) < 0)
            return gg_reader_prefix(in, &r->frame, err);
        status = r->options.join ? 0 : write_frame(r, err);
        gg_arena_reset(&r->arena);
    } else {
        gg_meta_merge(&r->trailer, &in->trailer);
        status = r->options.join ? 0 : end_member(r, err);
    }
    return status;
}

/* --join: one member from all that came. */
static int write_joined(struct run *r, struct gg_err *err)
{
    for (int k = 0; k < r->times.n; k++) {
        gg_arena_reset(&r->arena);
        if (gg_times_frame(&r->times, k, &r->frame, &r->arena, err) < 0 || write_frame(r, err) < 0)
            return -1;
    }
    return end_member(r, err);
}

static int pass(struct run *r, struct gg_err *err)
{
    for (int what; (what = gg_source_next(&r->in, &r->frame, err)) != GG_EVENT_END;)
        if (what < 0 || event(r, what, err) < 0)
            return -1;
    if (r->options.join && write_joined(r, err) < 0)
        return -1;
    return gg_writer_commit(&r->out, err);
}

static int targets(struct run *r)
{
    static const char *const usual[] = {"propensity,propensity_var,displacement,displacement_var"};
    struct gg_texts list = r->options.add.n ? r->options.add : (struct gg_texts){1, (const char **)usual};
    struct gg_err *err = &r->cli.err;
    r->targets.overlap_length = r->options.overlap_length;
    if (gg_words_each(&list, "--add", gg_targets_want, &r->targets, err) < 0 ||
        gg_cli_open_output(&r->cli, &r->out) < 0)
        return gg_cli_fail(&r->cli);
    gg_source_init(&r->in, &r->cli, 0, "gg.graph/1");
    int status = pass(r, err);
    if (status < 0)
        gg_writer_abort(&r->out, program.name, err);
    gg_source_close(&r->in);
    gg_times_free(&r->times);
    gg_frame_free(&r->frame);
    gg_arena_free(&r->arena);
    return status < 0 ? gg_cli_fail(&r->cli) : GG_OK;
}

int main(int argc, char **argv)
{
    static struct run r = {.options = {.overlap_length = 0.3}};
    int status = gg_cli_start(&r.cli, &program, &r.options, argc, argv);
    return status >= 0 ? status : targets(&r);
}
