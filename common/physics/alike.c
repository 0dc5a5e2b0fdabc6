/* alike.c -- runs that begin with one configuration are its replicas */
#include "physics/alike.h"
#include "util/cell.h"

#include <stdlib.h>
#include <string.h>

struct gg_alike_start {
    struct gg_frame frame; /* of the first run */
    struct gg_arena arena;
    uint64_t n_run, room;
    double **run; /* [n_run] of [time][node][3] */
};

static bool same_bytes(const struct gg_frame *a, const struct gg_frame *b, const char *name)
{
    const struct gg_field *x = gg_frame_find(a, name), *y = gg_frame_find(b, name);
    return x->nbytes == y->nbytes && (!x->nbytes || !memcmp(x->data, y->data, x->nbytes));
}

static bool are_alike(const struct gg_frame *a, const struct gg_frame *b)
{
    if (a->n_node != b->n_node || a->dim != b->dim || a->pbc != b->pbc ||
        memcmp(a->cell, b->cell, sizeof a->cell) || !same_bytes(a, b, "type") || !same_bytes(a, b, "time"))
        return false;
    const double(*r)[3] = gg_frame_find(a, "pos")->data, (*s)[3] = gg_frame_find(b, "pos")->data;
    struct gg_cell cell;
    struct gg_err none;
    double whole[3];
    if (gg_cell_init(&cell, a->dim, a->pbc, a->cell, &none))
        return false;
    for (uint64_t k = 0; k < a->n_node; k++)
        if (!(gg_cell_between(&cell, r[k], s[k], whole) <= 1e-4))
            return false;
    return true;
}

/* A particle that lies at the other side of the cell than in `from` is moved by whole cells, with the whole of its run. */
static void move_by_cells(const struct gg_frame *from, const struct gg_frame *f, uint64_t n_time,
                          double (*run)[3])
{
    const double(*r)[3] = gg_frame_find(from, "pos")->data, (*s)[3] = gg_frame_find(f, "pos")->data;
    struct gg_cell cell;
    struct gg_err none;
    if (gg_cell_init(&cell, f->dim, f->pbc, f->cell, &none))
        return;
    for (uint64_t k = 0; k < f->n_node; k++) {
        double whole[3];
        gg_cell_between(&cell, r[k], s[k], whole);
        for (uint64_t t = 0; t < n_time; t++)
            for (int c = 0; c < 3; c++)
                run[t * f->n_node + k][c] += whole[c];
    }
}

static struct gg_alike_start *add_start(struct gg_alike *x, const struct gg_frame *f)
{
    if (x->n == x->room) {
        x->room = x->room ? 2 * x->room : 16;
        x->start = gg_xrealloc(x->start, (size_t)x->room * sizeof *x->start);
    }
    struct gg_alike_start *s = &x->start[x->n++];
    *s = (struct gg_alike_start){.n_run = 0};
    gg_frame_copy(&s->frame, f, &s->arena);
    return s;
}

void gg_alike_add(struct gg_alike *x, const struct gg_frame *f)
{
    struct gg_alike_start *s = NULL;
    for (int k = 0; k < x->n && !s; k++)
        s = are_alike(&x->start[k].frame, f) ? &x->start[k] : NULL;
    if (!s)
        s = add_start(x, f);
    if (s->n_run == s->room) {
        s->room = s->room ? 2 * s->room : 8;
        s->run = gg_xrealloc(s->run, s->room * sizeof *s->run);
    }
    const struct gg_field *run = gg_frame_find(f, "pos_replicas");
    double *copy = s->run[s->n_run++] = gg_arena_alloc(&s->arena, run->nbytes + 1);
    memcpy(copy, run->data, run->nbytes);
    move_by_cells(&s->frame, f, run->shape[0], (double(*)[3])copy);
}

void gg_alike_frame(const struct gg_alike *x, int k, struct gg_frame *f, struct gg_arena *a)
{
    const struct gg_alike_start *s = &x->start[k];
    const struct gg_field *one = gg_frame_find(&s->frame, "pos_replicas");
    const uint64_t shape[] = {one->shape[0], s->n_run, s->frame.n_node, 3}, row = 3 * s->frame.n_node;
    const int axis[] = {GG_TIME, GG_REPLICA, GG_NODE, GG_FREE};
    struct gg_err none;
    gg_frame_copy(f, &s->frame, a);
    double *to =
        gg_frame_add_as(f, a, "pos_replicas", GG_F64, 4, shape, axis, GG_STRUCTURE, "1x1o", "sigma", &none)
            ->data;
    for (uint64_t t = 0; t < shape[0]; t++)
        for (uint64_t r = 0; r < s->n_run; r++, to += row)
            memcpy(to, s->run[r] + t * row, row * sizeof *to);
}

void gg_alike_free(struct gg_alike *x)
{
    for (int k = 0; k < x->n; k++) {
        gg_frame_free(&x->start[k].frame);
        gg_arena_free(&x->start[k].arena);
        free(x->start[k].run);
    }
    free(x->start);
    *x = (struct gg_alike){.n = 0};
}
