/* tiles.c -- predictions of a frame that is larger than what a pass may hold, tile by tile */
#include "model/tiles.h"

#include <math.h>
#include <string.h>

/* ---- how far a network hears ---- */

double gg_tiles_halo(const struct gg_model *m)
{
    double reach[GG_MAX_VALUES] = {0}, halo = 0;
    for (int k = 0; k < m->n_op; k++) {
        const struct gg_op *op = &m->op[k];
        const struct gg_layer *l = &op->layer;
        double cutoff = m->geometry[op->geometry].cutoff, far = l->reads_vectors ? cutoff : 0;
        for (int q = 0; q < l->n_in; q++) {
            bool sent = l->type->hears && gg_axis_base(l->in[q].axis) == GG_ON_NODE;
            far = fmax(far, reach[op->in[q]] + (sent ? cutoff : 0));
        }
        reach[op->out] = far;
    }
    for (int h = 0; h < m->n_head; h++)
        halo = fmax(halo, reach[m->head[h].value]);
    return halo;
}

/* ---- what has no tiles ---- */

/* A value of the frame that is made of rows, or a layer over all rows. */
static bool is_over_all(const struct gg_layer *l)
{
    bool rows = false;
    for (int q = 0; q < l->n_in; q++)
        rows |= gg_axis_base(l->in[q].axis) != GG_ON_GRAPH;
    return l->type->whole || (rows && gg_axis_base(l->out.axis) == GG_ON_GRAPH);
}

int gg_tiles_check(const struct gg_model *m, struct gg_err *err)
{
    static const char whole[] = "predict frames whole, without --tiles";
    if (!m->learner->layers)
        return gg_fail(err, GG_USAGE, "a fit (%s) is predicted particle by particle: %s", m->learner->name,
                       whole);
    if (m->n_geometry != 1 || m->edges == GG_EDGES_FRAME)
        return gg_fail(err, GG_USAGE,
                       "the model has %s, and tiles search edges between one field of positions: %s",
                       m->edges == GG_EDGES_FRAME ? "the edges of the frame (edges: frame)"
                                                  : "several geometries, or none",
                       whole);
    for (int k = 0; k < m->n_op; k++)
        if (is_over_all(&m->op[k].layer))
            return gg_fail(err, GG_USAGE, "layer %s is over all particles of a frame, which no tile has: %s",
                           m->op[k].name, whole);
    for (int k = 0; k < m->n_input; k++)
        if (m->input[k].base == GG_ON_EDGE)
            return gg_fail(err, GG_USAGE, "input '%s' lies on edges of the frame: %s", m->input[k].field,
                           whole);
    for (int h = 0; h < m->n_head; h++)
        if (m->head[h].target.kind->axis != GG_ON_NODE)
            return gg_fail(err, GG_USAGE, "target '%s' is one of each %s, and tiles have particles: %s",
                           m->head[h].target.name, m->head[h].target.kind->name, whole);
    return 0;
}

/* ---- tiles ---- */

struct tiling {
    const struct gg_model *m;
    const struct gg_sample *s;
    struct gg_cell cell;
    int n[3];           /* along each direction */
    double halo[3];     /* in parts of the extent in that direction */
    int32_t *order;     /* [n_node] the frame's particles in the order of the kernels */
    double (*place)[3]; /* [n_node] where they lie in that direction, 0 to 1, in that order */
    struct gg_arena arena;
};

static bool is_periodic(const struct tiling *t, int a)
{
    return (t->cell.pbc >> a & 1) != 0;
}

/* Places along a direction that is not periodic run from the first particle to the last; returns the extent in parts of the cell. */
static double stretch(struct tiling *t, int a)
{
    double low = INFINITY, high = -INFINITY;
    for (int64_t k = 0; k < t->s->n_node; k++) {
        low = fmin(low, t->place[k][a]);
        high = fmax(high, t->place[k][a]);
    }
    double extent = high > low ? high - low : 1;
    for (int64_t k = 0; k < t->s->n_node; k++)
        t->place[k][a] = (t->place[k][a] - low) / extent;
    return extent;
}

static void place_all(struct tiling *t)
{
    for (int64_t k = 0; k < t->s->n_node; k++) {
        gg_cell_fractional(&t->cell, t->s->pos[0][t->order[k]], t->place[k]);
        for (int a = 0; a < 3; a++)
            t->place[k][a] -= is_periodic(t, a) ? floor(t->place[k][a]) : 0;
    }
}

static int cut(struct tiling *t, double width, struct gg_err *err)
{
    const double margin = 1e-4,
                 halo = gg_tiles_halo(t->m) + margin; /* rounding of places, and of positions to float */
    for (int a = 0; a < t->cell.dim; a++) {
        double long_ = t->cell.height[a] * (is_periodic(t, a) ? 1 : stretch(t, a));
        t->n[a] = (int)fmax(1, fmin(floor(long_ / width), 1024));
        t->halo[a] = halo / long_;
        if (t->n[a] > 1 && long_ / t->n[a] < halo)
            return gg_fail(
                err, GG_USAGE,
                "tiles of %.4g along vector %d of the cell, thinner than their halo of %.4g (the cutoffs of "
                "all layers that hear neighbours): --tiles %.4g or more",
                long_ / t->n[a], a + 1, halo - margin, ceil(halo));
    }
    return 0;
}

static int open_tiling(struct tiling *t, double width, struct gg_err *err)
{
    const struct gg_sample *s = t->s;
    double h[3][3];
    for (int k = 0; k < 9; k++)
        h[k / 3][k % 3] = t->m->f32 ? (double)(float)s->cell[k / 3][k % 3] : s->cell[k / 3][k % 3];
    if (gg_cell_init(&t->cell, s->dim, s->pbc, (const double(*)[3])h, err) ||
        gg_neighbors_check(&t->cell, s->n_node, t->m->geometry[0].cutoff, GG_MOST_NEIGHBOURS, err))
        return -1;
    t->order = gg_arena_alloc(&t->arena, ((size_t)s->n_node + 1) * sizeof *t->order);
    t->place = gg_arena_alloc(&t->arena, ((size_t)s->n_node + 1) * sizeof *t->place);
    struct gg_arena a = {0};
    gg_cell_order(&a, &t->cell, s->n_node, s->pos[0], t->m->geometry[0].cutoff, t->order);
    gg_arena_free(&a);
    place_all(t);
    return cut(t, width, err);
}

/* Is the particle at x one of the tile's own, or of its halo? */
static bool is_own(const struct tiling *t, const int tile[3], const double x[3])
{
    bool own = true;
    for (int a = 0; a < 3 && own; a++)
        own = t->n[a] == 1 || fmin(floor(x[a] * t->n[a]), t->n[a] - 1) == tile[a];
    return own;
}

static bool is_near(const struct tiling *t, const int tile[3], const double x[3])
{
    bool near = true;
    for (int a = 0; a < 3 && near; a++) {
        double far = fabs(x[a] - (tile[a] + 0.5) / t->n[a]);
        if (is_periodic(t, a))
            far = fmin(far, 1 - far);
        near = t->n[a] == 1 || far <= 0.5 / t->n[a] + t->halo[a];
    }
    return near;
}

/* ---- one tile ---- */

/* The tile's particles as a sample of their own in the same cell, in the order of the kernels: row k is the frame's member[k]. */
static struct gg_sample gather(const struct tiling *t, int64_t n, const int32_t *member, struct gg_arena *a)
{
    const struct gg_sample *s = t->s;
    struct gg_sample x = *s;
    size_t width = (size_t)gg_model_input_numbers(t->m, GG_ON_NODE);
    double(*pos)[3] = gg_arena_alloc(a, ((size_t)n + 1) * sizeof *pos);
    int32_t *type = GG_NEW(a, int32_t, (size_t)n + 1);
    float *input = GG_NEW(a, float, (size_t)n *width + 1);
    for (int64_t k = 0; k < n; k++) {
        memcpy(pos[k], s->pos[0][member[k]], sizeof *pos);
        type[k] = s->type[member[k]];
        if (width)
            memcpy(input + (size_t)k * width, s->input[GG_ON_NODE] + (size_t)member[k] * width,
                   width * sizeof *input);
    }
    x.n_node = n;
    x.ordered = true;
    x.pos[0] = (const double(*)[3])pos;
    x.type = type;
    x.input[GG_ON_NODE] = input;
    memset(x.target, 0, sizeof x.target);
    return x;
}

/* Rows of the tile's own particles to their places in the frame. */
static void put(const struct gg_model *m, int64_t n, const int32_t *member, const bool *own,
                const struct gg_prediction *from, const struct gg_prediction *to)
{
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_target *x = &m->head[h].target;
        size_t row = (size_t)(x->n_time * gg_target_dim(x)),
               spread = (size_t)(x->n_time * gg_head_spread_dim(&m->head[h]));
        for (int64_t k = 0; k < n; k++) {
            if (!own[k])
                continue;
            memcpy(to[h].y + (size_t)member[k] * row, from[h].y + (size_t)k * row, row * sizeof *to[h].y);
            if (to[h].spread)
                memcpy(to[h].spread + (size_t)member[k] * spread, from[h].spread + (size_t)k * spread,
                       spread * sizeof *to[h].spread);
        }
    }
}

static int predict_tile(struct gg_pass *p, const struct tiling *t, const int tile[3],
                        const struct gg_prediction *out, struct gg_arena *a, struct gg_err *err)
{
    int64_t n = 0, n_own = 0;
    struct gg_prediction part[GG_MAX_HEADS];
    for (int64_t k = 0; k < t->s->n_node; k++) {
        n += is_near(t, tile, t->place[k]);
        n_own += is_own(t, tile, t->place[k]);
    }
    if (!n_own)
        return 0;
    int32_t *member = GG_NEW(a, int32_t, (size_t)n + 1);
    bool *own = GG_NEW(a, bool, (size_t)n + 1);
    n = 0;
    for (int64_t k = 0; k < t->s->n_node; k++)
        if (is_near(t, tile, t->place[k])) {
            member[n] = t->order[k];
            own[n++] = is_own(t, tile, t->place[k]);
        }
    struct gg_sample s = gather(t, n, member, a);
    gg_prediction_alloc(part, t->m, &s, a);
    if (t->m->learner->predict(p, t->m, &s, part, a, err))
        return gg_err_prefix(err, "tile %d, %d, %d: ", tile[0], tile[1], tile[2]);
    put(t->m, n, member, own, part, out);
    return 0;
}

int gg_tiles_predict(struct gg_pass *p, const struct gg_model *m, const struct gg_sample *s, double width,
                     const struct gg_prediction *out, struct gg_err *err)
{
    struct tiling t = {.m = m, .s = s, .n = {1, 1, 1}};
    struct gg_arena a = {0};
    int tile[3], status = gg_tiles_check(m, err) || open_tiling(&t, width, err) ? -1 : 0;
    for (tile[2] = 0; tile[2] < t.n[2] && !status; tile[2]++)
        for (tile[1] = 0; tile[1] < t.n[1] && !status; tile[1]++)
            for (tile[0] = 0; tile[0] < t.n[0] && !status; tile[0]++) {
                status = predict_tile(p, &t, tile, out, &a, err);
                gg_arena_reset(&a);
            }
    gg_arena_free(&a);
    gg_arena_free(&t.arena);
    return status;
}
