/* target_run.c -- frames in, frames with targets out: one by one, joined by id, or made of the frames of a trajectory
 *
 * Members: META and PROV stand before the frames, and the number of replicas is known at the first frame only. */
#include "physics/target_run.h"

#include <string.h>

int gg_target_run_want(void *run, const char *name, struct gg_err *err)
{
    struct gg_target_run *r = run;
    for (int k = 0; k < GG_N_PLANTED; k++)
        if (!strcmp(gg_planted_names[k], name)) {
            r->planted.want[k] = true;
            return 0;
        }
    const char *near = gg_nearest(name, gg_planted_names, GG_N_PLANTED);
    return near ? gg_fail(err, GG_USAGE, "no target '%s' (did you mean '%s'?)", name, near)
                : gg_targets_want(&r->targets, name, err);
}

/* Frames that have targets and no replicas pass as they are, unless --add wants others. */
static int has_targets(struct gg_target_run *r, struct gg_err *err)
{
    const char *missing;
    int made = gg_targets_of_fields(&r->targets, &r->frame, &r->arena, err);
    if (made < 0)
        return -1;
    if (!gg_targets_there(&r->targets, &r->frame, &missing))
        return 0;
    if (missing && r->strict)
        return gg_fail(
            err, GG_INPUT,
            "no field 'pos_replicas' to make '%s' of; without --add the targets that are there pass on",
            missing);
    r->n_passed += made == 0;
    return 1;
}

/* With --join, frames without replicas are only joined; where planted fields are all that is wanted, no replicas are. */
static int one_frame(struct gg_target_run *r, struct gg_err *err)
{
    struct gg_field *x = gg_frame_find(&r->frame, "pos_replicas");
    int pass = !gg_targets_any(&r->targets) || (!x && r->join) ? 1 : x ? 0 : has_targets(r, err);
    if (pass < 0 || (!pass && gg_targets_add(&r->targets, &r->frame, &r->arena, err) < 0))
        return -1;
    if (!r->keep_replicas)
        gg_frame_remove(&r->frame, "pos_replicas");
    else if (x && x->ndim == 3 && r->join)
        gg_time_axis_add(gg_frame_find(&r->frame, "pos_replicas"));
    return r->join ? gg_times_add(&r->times, &r->frame, err) : 0;
}

/* ---- members ---- */

static int begin_member(struct gg_target_run *r, struct gg_err *err)
{
    gg_targets_meta(&r->targets, &r->meta);
    if (gg_planted_wanted(&r->planted)) {
        if (gg_planted_runs(&r->planted, r->planted_runs, r->targets.n_run, &r->meta, err) < 0)
            return -1;
        gg_planted_meta(&r->planted, &r->meta);
    }
    if (r->by_trajectory)
        gg_meta_printf(&r->meta, "trajectory", "later frames of the run, %s",
                       r->trajectory.track.by_images ? "unwrapped" : "nearest images from frame to frame");
    gg_cli_append_prov(r->cli, &r->prov);
    r->begun = true;
    return gg_writer_begin(&r->out, "gg.graph/1", &r->meta, &r->prov, err);
}

static int end_member(struct gg_target_run *r, struct gg_err *err)
{
    if (!r->begun && begin_member(r, err) < 0)
        return -1;
    if (r->targets.n_run)
        gg_meta_printf(&r->trailer, "drift", "%.3g", r->targets.drift);
    gg_cli_note(r->cli, "the centre of mass moved by at most %.3g sigma", r->targets.drift);
    int status = gg_writer_end(&r->out, &r->trailer, err);
    gg_meta_clear(&r->meta);
    gg_meta_clear(&r->trailer);
    gg_prov_clear(&r->prov);
    r->begun = false;
    r->targets.n_run = 0;
    r->targets.drift = 0;
    return status;
}

static int write_frame(struct gg_target_run *r, const struct gg_frame *f, struct gg_err *err)
{
    if (!r->begun && begin_member(r, err) < 0)
        return -1;
    return gg_writer_frame(&r->out, f, err);
}

/* How many runs is known when the member begins. */
static int plant(struct gg_target_run *r, struct gg_frame *f, struct gg_err *err)
{
    if (!gg_planted_wanted(&r->planted))
        return 0;
    if (!r->begun && begin_member(r, err) < 0)
        return -1;
    return gg_planted_add(&r->planted, f, &r->arena, err);
}

static int write_start(struct gg_target_run *r, struct gg_err *err)
{
    if (gg_targets_add(&r->targets, &r->start, &r->arena, err) < 0 || plant(r, &r->start, err) < 0)
        return gg_err_prefix(err, "frame '%s': ", r->start.id);
    if (!r->keep_replicas)
        gg_frame_remove(&r->start, "pos_replicas");
    return write_frame(r, &r->start, err);
}

/* --trajectory: the starts that are complete; all there will be if the run has ended. */
static int write_starts(struct gg_target_run *r, bool ended, struct gg_err *err)
{
    for (; gg_trajectory_next(&r->trajectory, ended, &r->start, &r->arena); gg_arena_reset(&r->arena))
        if (r->alike)
            gg_alike_add(&r->starts, &r->start);
        else if (write_start(r, err) < 0)
            return -1;
    return 0;
}

static int next_moment(struct gg_target_run *r, struct gg_err *err)
{
    if (!gg_track_goes_on(&r->trajectory.track, &r->frame) && write_starts(r, true, err) < 0)
        return -1;
    if (gg_trajectory_add(&r->trajectory, &r->frame, err) < 0)
        return gg_reader_prefix(&r->in.reader, &r->frame, err);
    return write_starts(r, false, err);
}

static int event(struct gg_target_run *r, int what, struct gg_err *err)
{
    const struct gg_reader *in = &r->in.reader;
    int status = 0;
    if (what == GG_EVENT_MEMBER) {
        gg_meta_merge(&r->meta, &in->meta);
        if (r->by_trajectory)
            gg_track_warn_order(&in->meta, r->cli);
        status = gg_prov_merge(&r->prov, &in->prov, err);
    } else if (what == GG_EVENT_FRAME && r->by_trajectory) {
        status = next_moment(r, err);
    } else if (what == GG_EVENT_FRAME) {
        if (one_frame(r, err) < 0 || (!r->join && plant(r, &r->frame, err) < 0))
            return gg_reader_prefix(in, &r->frame, err);
        status = r->join ? 0 : write_frame(r, &r->frame, err);
        gg_arena_reset(&r->arena);
    } else {
        gg_meta_merge(&r->trailer, &in->trailer);
        if (r->by_trajectory && write_starts(r, true, err) < 0)
            return -1;
        status = r->join || r->alike ? 0 : end_member(r, err);
    }
    return status;
}

/* --join: one member from all that came. */
static int write_joined(struct gg_target_run *r, struct gg_err *err)
{
    for (int k = 0; k < r->times.n; k++) {
        gg_arena_reset(&r->arena);
        if (gg_times_frame(&r->times, k, &r->frame, &r->arena, err) < 0)
            return -1;
        if (plant(r, &r->frame, err) < 0)
            return gg_err_prefix(err, "frame '%s': ", r->frame.id);
        if (write_frame(r, &r->frame, err) < 0)
            return -1;
    }
    return end_member(r, err);
}

/* The same of starts and their replicas. */
static int write_alike(struct gg_target_run *r, struct gg_err *err)
{
    for (int k = 0; k < r->starts.n; k++) {
        gg_arena_reset(&r->arena);
        gg_alike_frame(&r->starts, k, &r->start, &r->arena);
        if (write_start(r, err) < 0)
            return -1;
    }
    return end_member(r, err);
}

int gg_target_run_pass(struct gg_target_run *r, struct gg_err *err)
{
    for (int what; (what = gg_source_next(&r->in, &r->frame, err)) != GG_EVENT_END;)
        if (what < 0 || event(r, what, err) < 0)
            return -1;
    return r->join ? write_joined(r, err) : r->alike ? write_alike(r, err) : 0;
}

void gg_target_run_free(struct gg_target_run *r)
{
    gg_source_close(&r->in);
    gg_times_free(&r->times);
    gg_alike_free(&r->starts);
    gg_trajectory_free(&r->trajectory);
    gg_frame_free(&r->frame);
    gg_frame_free(&r->start);
    gg_arena_free(&r->arena);
}
