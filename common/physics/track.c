/* track.c -- the frames of a run that lie within some time of each other, with unwrapped positions */
#include "physics/track.h"
#include "util/cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- runs ---- */

static size_t run_length(const char *id)
{
    const char *last = strrchr(id, '/');
    return last ? (size_t)(last - id) : 0;
}

static bool is_run(const char *run, const char *id)
{
    size_t n = run_length(id);
    return strlen(run) == n && !memcmp(run, id, n);
}

bool gg_track_goes_on(const struct gg_track *k, const struct gg_frame *f)
{
    return !k->n_frame || is_run(k->run, f->id);
}

static int begin_run(struct gg_track *k, const struct gg_frame *f, struct gg_err *err)
{
    memset(k->run, 0, sizeof k->run);
    memcpy(k->run, f->id, run_length(f->id));
    for (int e = 0; e < k->n_ended; e++)
        if (!strcmp(k->ended[e], k->run))
            return gg_fail(err, GG_INPUT, "run '%s' comes again: its frames are wanted one after the other",
                           k->run);
    k->by_images = gg_frame_find(f, "image");
    return 0;
}

void gg_track_end(struct gg_track *k)
{
    while (k->n)
        gg_track_drop(k);
    if (k->n_frame) {
        k->ended = gg_xrealloc(k->ended, (size_t)(k->n_ended + 1) * sizeof *k->ended);
        memcpy(k->ended[k->n_ended++], k->run, sizeof k->run);
    }
    k->n_frame = 0;
}

/* ---- one frame after the other ---- */

static bool same_values(const struct gg_frame *a, const struct gg_frame *b, const char *name)
{
    const struct gg_field *x = gg_frame_find(a, name), *y = gg_frame_find(b, name);
    return !x == !y &&
           (!x || (x->nbytes == y->nbytes && (!x->nbytes || !memcmp(x->data, y->data, x->nbytes))));
}

/* Can `f` be what became of `before`? */
static int check_next(const struct gg_track *k, const struct gg_moment *before, const struct gg_frame *f,
                      double time, struct gg_err *err)
{
    const struct gg_frame *b = &before->frame;
    if (!(time > before->time))
        return gg_fail(err, GG_INPUT, "field 'run_time': %g, %g in the frame before: later ones are wanted",
                       time, before->time);
    if (f->n_node != b->n_node)
        return gg_fail(err, GG_INPUT, "%llu particles, %llu in the frame before of run '%s'",
                       (unsigned long long)f->n_node, (unsigned long long)b->n_node, k->run);
    if (f->dim != b->dim || f->pbc != b->pbc)
        return gg_fail(err, GG_INPUT, "other dimensions or boundaries than in the frame before of run '%s'",
                       k->run);
    static const char *const fixed[] = {"type", "particle_id"};
    for (int x = 0; x < 2; x++)
        if (!same_values(b, f, fixed[x]))
            return gg_fail(err, GG_INPUT,
                           "field '%s' differs from that of the frame before of run '%s': particles are "
                           "wanted in one order",
                           fixed[x], k->run);
    if (!gg_frame_find(f, "image") != !k->by_images)
        return gg_fail(err, GG_INPUT, "field 'image' is in some frames of run '%s' only", k->run);
    return 0;
}

static int read_time(const struct gg_frame *f, double *time, struct gg_err *err)
{
    if (!gg_frame_find(f, "run_time"))
        return gg_fail(
            err, GG_INPUT,
            "field 'run_time' is missing: gg-import --timestep DT makes it of the steps of a trajectory");
    const struct gg_field *x = gg_frame_need(f, "run_time", err);
    if (x)
        *time = gg_field_get(x, 0);
    return x && !isfinite(*time) ? gg_fail(err, GG_INPUT, "field 'run_time' is not finite") : x ? 0 : -1;
}

/* ---- unwrapped positions ---- */

/* r += sum over periodic vectors of s_a (to_a - from_a), s the fractional coordinates of r in `from`. */
static void carry(const struct gg_cell *from, const struct gg_cell *to, double r[3])
{
    double s[3];
    gg_cell_fractional(from, r, s);
    for (int v = 0; v < from->dim; v++)
        for (int c = 0; c < 3 && (from->pbc >> v & 1); c++)
            r[c] += s[v] * (to->h[v][c] - from->h[v][c]);
}

static bool same_periods(const struct gg_cell *a, const struct gg_cell *b)
{
    bool same = true;
    for (int v = 0; v < a->dim; v++)
        same = same && (!(a->pbc >> v & 1) || !memcmp(a->h[v], b->h[v], sizeof a->h[v]));
    return same;
}

static struct gg_cell cell_of(const struct gg_frame *f)
{
    struct gg_cell cell;
    struct gg_err none;
    (void)gg_cell_init(&cell, f->dim, f->pbc, f->cell, &none); /* was good when the frame was added */
    return cell;
}

static void by_images(struct gg_moment *m, const struct gg_cell *cell, const int32_t *image)
{
    for (uint64_t i = 0; i < m->frame.n_node; i++)
        for (int v = 0; v < cell->dim; v++)
            for (int c = 0; c < 3; c++)
                m->pos[i][c] += image[3 * i + (uint64_t)v] * cell->h[v][c];
}

static void note_longest(struct gg_track *k, double way)
{
    if (way > k->longest) {
        k->longest = way;
        memcpy(k->longest_run, k->run, sizeof k->run);
    }
}

/* Each particle to the image nearest to where it was. */
static void by_nearest(struct gg_track *k, struct gg_moment *m, const struct gg_cell *cell)
{
    const struct gg_moment *before = m - 1;
    struct gg_cell from = cell_of(&before->frame);
    bool fixed = same_periods(&from, cell);
    double height = INFINITY;
    for (int v = 0; v < cell->dim; v++)
        if (cell->pbc >> v & 1)
            height = fmin(height, cell->height[v]);
    for (uint64_t i = 0; i < m->frame.n_node; i++) {
        double was[3], d[3];
        memcpy(was, before->pos[i], sizeof was);
        if (!fixed)
            carry(&from, cell, was);
        for (int c = 0; c < 3; c++)
            d[c] = m->pos[i][c] - was[c];
        gg_cell_nearest(cell, d);
        for (int c = 0; c < 3; c++)
            m->pos[i][c] = was[c] + d[c];
        note_longest(k, sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]) / height);
    }
}

void gg_track_from(const struct gg_moment *start, const struct gg_moment *later, double (*to)[3])
{
    struct gg_cell here = cell_of(&start->frame), there = cell_of(&later->frame);
    const double(*pos)[3] = gg_frame_find(&start->frame, "pos")->data;
    bool fixed = same_periods(&here, &there);
    for (uint64_t i = 0; i < start->frame.n_node; i++) {
        double r[3];
        memcpy(r, later->pos[i], sizeof r);
        if (!fixed)
            carry(&there, &here, r);
        for (int c = 0; c < 3; c++)
            to[i][c] = pos[i][c] + (r[c] - start->pos[i][c]);
    }
}

/* ---- the window ---- */

static struct gg_moment *next_moment(struct gg_track *k)
{
    if (k->n == k->room) {
        int room = k->room ? 2 * k->room : 16;
        k->moment = gg_xrealloc(k->moment, (size_t)room * sizeof *k->moment);
        memset(k->moment + k->room, 0, (size_t)(room - k->room) * sizeof *k->moment);
        k->room = room;
    }
    return &k->moment[k->n];
}

int gg_track_add(struct gg_track *k, const struct gg_frame *f, struct gg_err *err)
{
    double time = 0;
    struct gg_cell cell;
    const struct gg_field *pos = gg_frame_need(f, "pos", err), *image = gg_frame_find(f, "image");
    if (!pos || !gg_frame_need(f, "type", err) || (image && !gg_frame_need(f, "image", err)) ||
        read_time(f, &time, err) < 0 || gg_cell_init(&cell, f->dim, f->pbc, f->cell, err) < 0 ||
        (!k->n_frame && begin_run(k, f, err) < 0) ||
        (k->n && check_next(k, &k->moment[k->n - 1], f, time, err) < 0))
        return -1;
    struct gg_moment *m = next_moment(k);
    m->time = time;
    m->number = k->n_frame++;
    k->began = m->number ? k->began : time;
    gg_frame_copy(&m->frame, f, &m->arena);
    m->pos = gg_arena_alloc(&m->arena, f->n_node * sizeof *m->pos + 1);
    if (f->n_node)
        memcpy(m->pos, pos->data, f->n_node * sizeof *m->pos);
    if (image)
        by_images(m, &cell, image->data);
    else if (k->n)
        by_nearest(k, m, &cell);
    k->n++;
    return 0;
}

void gg_track_drop(struct gg_track *k)
{
    struct gg_moment oldest = k->moment[0];
    memmove(k->moment, k->moment + 1, (size_t)--k->n * sizeof *k->moment);
    gg_arena_reset(&oldest.arena);
    gg_frame_clear(&oldest.frame);
    k->moment[k->n] = oldest;
}

void gg_track_free(struct gg_track *k)
{
    for (int m = 0; m < k->room; m++) {
        gg_frame_free(&k->moment[m].frame);
        gg_arena_free(&k->moment[m].arena);
    }
    free(k->moment);
    free(k->ended);
    *k = (struct gg_track){0};
}

void gg_track_warn_order(const struct gg_meta *meta, struct gg_cli *cli)
{
    if (gg_meta_get(meta, "source.order"))
        gg_cli_warn(cli, "the dump had no ids, so rows may be other particles from frame to frame: dump ids");
}

void gg_track_warn(const struct gg_track *k, struct gg_cli *cli)
{
    if (k->longest > 0.25)
        gg_cli_warn(
            cli,
            "run '%s': a particle moved by %.2g of the cell between two frames; ways of more than a half are "
            "taken for others: import image flags or unwrapped coordinates",
            k->longest_run, k->longest);
}
