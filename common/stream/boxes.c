/* boxes.c -- a frame cut into boxes, each with the particles around it
 *
 * Boxes lie along the vectors of the cell, and distances from them are measured along the heights of the cell, so that a piece has at
 * least what lies within the halo of its box.  The cell stays that of the frame: two particles are as far apart as they were. */
#include "stream/boxes.h"
#include "stream/cut.h"
#include "util/cell.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A piece has other numbers than these. */
static bool of_the_whole(const struct gg_field *x)
{
    for (int k = 0; k < x->ndim; k++)
        if (x->axis[k] == GG_NODE || x->axis[k] == GG_EDGE || x->axis[k] == GG_NODE1)
            return false;
    return x->role == GG_TARGET || x->role == GG_PREDICTION;
}

static bool is_periodic(const struct gg_cell *cell, int a)
{
    return a < cell->dim && cell->pbc >> a & 1;
}

/* Places along vector a from 0 to 1; returns the extent, sigma. */
static double stretch(struct gg_boxes *b, const struct gg_cell *cell, int a)
{
    double low = INFINITY, high = -INFINITY;
    int64_t n = (int64_t)b->whole.n_node;
    for (int64_t i = 0; i < n; i++) {
        b->place[i][a] -= is_periodic(cell, a) ? floor(b->place[i][a]) : 0;
        low = fmin(low, b->place[i][a]);
        high = fmax(high, b->place[i][a]);
    }
    if (is_periodic(cell, a))
        return cell->height[a];
    double extent = high > low ? high - low : 1;
    for (int64_t i = 0; i < n; i++)
        b->place[i][a] = (b->place[i][a] - low) / extent;
    return cell->height[a] * extent;
}

static int64_t slab(double place, int64_t n)
{
    int64_t k = (int64_t)floor(place * (double)n);
    return k < 0 ? 0 : k < n ? k : n - 1;
}

static void place_all(struct gg_boxes *b, const struct gg_cell *cell, const double (*pos)[3], double halo)
{
    int64_t n = (int64_t)b->whole.n_node;
    b->place = gg_arena_alloc(&b->arena, ((size_t)n + 1) * sizeof *b->place);
    b->box = gg_arena_calloc(&b->arena, (size_t)n + 1, sizeof *b->box);
    for (int64_t i = 0; i < n; i++)
        gg_cell_fractional(cell, pos[i], b->place[i]);
    for (int a = 0; a < cell->dim; a++) {
        b->halo[a] = (halo + 1e-6) / stretch(b, cell, a); /* rounding */
        for (int64_t i = 0; i < n; i++)
            b->box[i] = b->box[i] * b->n_box + slab(b->place[i][a], b->n_box);
    }
}

int gg_boxes_begin(struct gg_boxes *b, const struct gg_frame *f, int64_t n_box, double halo,
                   struct gg_err *err)
{
    struct gg_cell cell;
    *b = (struct gg_boxes){.n_box = n_box, .left = (int64_t)f->n_node};
    if (gg_frame_find(f, "box"))
        return gg_fail(err, GG_INPUT, "field 'box': the frame is a piece already: a whole one is wanted");
    if (strlen(f->id) + strlen("/box32767") >= GG_ID)
        return gg_fail(err, GG_INPUT,
                       "sample id: '%s' leaves no room for a piece's, of %d characters at most", f->id,
                       GG_ID - 1);
    gg_frame_copy(&b->whole, f, &b->arena);
    for (int k = f->n_field - 1; k >= 0; k--)
        if (n_box > 1 && of_the_whole(&f->field[k]))
            gg_frame_remove(&b->whole, f->field[k].name);
    const double *pos = gg_frame_need_double(&b->whole, "pos", &b->arena, err);
    if (!pos || gg_cell_init(&cell, f->dim, f->pbc, f->cell, err) < 0)
        return -1;
    place_all(b, &cell, (const double(*)[3])pos, halo);
    return 0;
}

/* How far a place lies outside of a slab, in parts of the cell. */
static double outside(double place, int64_t k, int64_t n, bool periodic)
{
    double low = (double)k / (double)n, high = (double)(k + 1) / (double)n, far = INFINITY;
    for (int image = -1; image <= 1; image++)
        if (periodic || image == 0)
            far = fmin(far, fmax(0, fmax(low - place - image, place + image - high)));
    return far;
}

static bool reaches(const struct gg_boxes *b, int64_t box, int64_t i)
{
    for (int a = b->whole.dim - 1; a >= 0; a--, box /= b->n_box)
        if (outside(b->place[i][a], box % b->n_box, b->n_box, b->whole.pbc >> a & 1) > b->halo[a])
            return false;
    return true;
}

/* The fields of the whole frame, their data where they are. */
static void show(struct gg_frame *f, const struct gg_frame *whole)
{
    gg_frame_clear(f);
    struct gg_frame piece = *whole;
    piece.field = f->field;
    piece.room = f->room;
    piece.n_field = 0;
    *f = piece;
    for (int k = 0; k < whole->n_field; k++)
        *gg_frame_append(f) = whole->field[k];
}

/* The next box that has particles. */
static int64_t next_box(const struct gg_boxes *b)
{
    for (int64_t box = b->at;; box++)
        for (uint64_t i = 0; i < b->whole.n_node; i++)
            if (b->box[i] == box)
                return box;
}

int gg_boxes_next(struct gg_boxes *b, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    int64_t box = next_box(b);
    bool *keep = GG_NEW(a, bool, b->whole.n_node + 1);
    show(f, &b->whole);
    uint8_t *core = gg_frame_add(f, a, "core", NULL)->data;
    for (int64_t i = 0; i < (int64_t)b->whole.n_node; i++) {
        core[i] = b->box[i] == box;
        keep[i] = core[i] || reaches(b, box, i);
        b->left -= core[i];
    }
    if (b->n_box > 1) {
        *(int32_t *)gg_frame_add(f, a, "box", NULL)->data = (int32_t)box;
        snprintf(f->id + strlen(f->id), 16, "/box%lld", (long long)box);
    }
    b->at = box + 1;
    return gg_frame_cut(f, keep, a, err);
}

void gg_frame_configuration(const struct gg_frame *f, char id[GG_ID])
{
    const struct gg_field *box = gg_frame_find(f, "box");
    char *last;
    memcpy(id, f->id, GG_ID);
    if (box && (last = strrchr(id, '/')) && !strncmp(last, "/box", 4))
        *last = '\0';
}

void gg_boxes_free(struct gg_boxes *b)
{
    gg_frame_free(&b->whole);
    gg_arena_free(&b->arena);
    *b = (struct gg_boxes){0};
}
