/* cage_past.c -- cage states from a trajectory: where particles were on average in the time before a frame
 *
 * The past, not the time around the frame: what comes after it is what is to be predicted.  With u_m the ways of the particles from
 * the frame to moment m, less their mean over particles, and means over the moments of the window:
 *     pos_cage = pos + <u_m>          cage_size = sqrt(<|u_m|^2> - |<u_m>|^2) */
#include "physics/cage_past.h"
#include "util/same.h"

#include <math.h>

/* sum[i] += u and u^2 of moment m as seen from the frame. */
static void add_moment(const struct gg_moment *now, const struct gg_moment *m, double (*at)[3],
                       double (*sum)[4])
{
    const uint64_t n = now->frame.n_node;
    const double(*pos)[3] = gg_frame_find(&now->frame, "pos")->data;
    double mean[3] = {0};
    gg_track_from(now, m, at);
    for (uint64_t i = 0; i < n; i++)
        for (int c = 0; c < 3; c++)
            mean[c] += (at[i][c] - pos[i][c]) / (double)n;
    for (uint64_t i = 0; i < n; i++)
        for (int c = 0; c < 3; c++) {
            double u = at[i][c] - pos[i][c] - mean[c];
            sum[i][c] += u;
            sum[i][3] += u * u;
        }
}

static void store(const struct gg_track *k, struct gg_frame *f, struct gg_arena *a)
{
    const struct gg_moment *now = &k->moment[k->n - 1];
    double(*at)[3] = gg_arena_alloc(a, f->n_node * sizeof *at + 1);
    double(*sum)[4] = gg_arena_calloc(a, f->n_node + 1, sizeof *sum);
    for (int m = 0; m < k->n; m++)
        add_moment(now, &k->moment[m], at, sum);
    const double(*pos)[3] = gg_frame_find(f, "pos")->data;
    double(*cage)[3] = gg_frame_add(f, a, "pos_cage", NULL)->data;
    float *size = gg_frame_add(f, a, "cage_size", NULL)->data;
    for (uint64_t i = 0; i < f->n_node; i++) {
        double square = sum[i][3] / k->n;
        for (int c = 0; c < 3; c++) {
            double u = sum[i][c] / k->n;
            cage[i][c] = pos[i][c] + u;
            square -= u * u;
        }
        size[i] = (float)sqrt(fmax(square, 0));
    }
}

/* Moments at most `past` before the newest. */
static void forget(struct gg_track *k, double past)
{
    for (;;) {
        double before = k->moment[k->n - 1].time - k->moment[0].time;
        if (before <= past || gg_same(before, past))
            return;
        gg_track_drop(k);
    }
}

int gg_cage_past_frame(struct gg_cage_past *c, double past, struct gg_frame *f, struct gg_arena *a,
                       struct gg_err *err)
{
    struct gg_track *k = &c->track;
    if (!gg_track_goes_on(k, f))
        gg_track_end(k);
    if (gg_track_add(k, f, err) < 0)
        return -1;
    c->n_frame++;
    forget(k, past);
    double gone = k->moment[k->n - 1].time - k->began;
    if (!(gone >= past || gg_same(gone, past))) {
        c->n_early++;
        return 0;
    }
    if (k->n < 2)
        return gg_fail(err, GG_INPUT,
                       "no other frame of the run in the %g tau before: a longer --past is wanted", past);
    store(k, f, a);
    return 1;
}

void gg_cage_past_say(const struct gg_cage_past *c, struct gg_cli *cli)
{
    gg_cli_say(cli, "%lld frames; left out: %lld whose run was too short so far", (long long)c->n_frame,
               (long long)c->n_early);
    gg_track_warn(&c->track, cli);
}
