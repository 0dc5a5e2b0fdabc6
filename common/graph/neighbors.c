/* neighbors.c -- all pairs within a cutoff, for any cell and any cutoff, by a cell list
 * Candidates are tested in float, against a band around the cutoff that is wider than rounding; only rows that find
 * someone inside the band need the exact test.  Two passes, count the rows and fill them: each row has one writer, so
 * the number of threads does not change the result. */
#include "graph/around.h"
#include "graph/hits.h"
#include "util/clones.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <omp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LONG_ROW = 1024 }; /* rows up to here are sorted by counting: n * n / GG_LANES steps */
enum {
    AHEAD = 3,
    LINE = 64
}; /* particles whose rows are called into the cache before they are written; bytes */
static const int64_t MOST_EDGES = INT64_C(1) << 40;

struct search {
    struct gg_grid grid;
    struct gg_reach reach;
    const struct gg_cell *cell;
    const double (*pos)[3];
    double cutoff;
    float inside, outside; /* squares below and above the band */
    bool self;
    bool plain; /* a particle is a neighbour once at most, and every shift fits */
    gg_list_hits *list_hits;
    struct gg_edges *out;
    float (*vec)[3]; /* of the edges, if they are wanted */
    int32_t *count;  /* [n] edges of the particle at place k; NULL when they are filled in */
    int64_t far_i;   /* a receiver with a shift that does not fit, -1 if there is none */
};

/* What one thread works in. */
struct scratch {
    struct gg_around around;
    int32_t *hit;        /* [room + GG_LANES] candidates that passed */
    int32_t *key, *rank; /* [LONG_ROW + GG_LANES] */
    int32_t *sorted;     /* [LONG_ROW] a row before it goes out */
    int8_t (*sorted_shift)[3];
    float (*sorted_vec)[3];
    struct sortable {
        int32_t nbr, place;
        int64_t shift;
    } * row;
};

/* rank[b] = how many of the first n_key keys are smaller; n, the length of both arrays, is a multiple of GG_LANES. */
GG_CLONES static void rank_keys(const int32_t *key, int32_t *rank, int n_key, int n)
{
    typedef int32_t lanes __attribute__((vector_size(2 * GG_LANES)));
    for (int b = 0; b < n; b += GG_LANES) {
        lanes k0, k1, r0 = {0}, r1 = {0};
        memcpy(&k0, key + b, sizeof k0);
        memcpy(&k1, key + b + GG_LANES / 2, sizeof k1);
        for (int a = 0; a < n_key; a++) {
            r0 -= key[a] < k0; /* a true lane is -1 */
            r1 -= key[a] < k1;
        }
        memcpy(rank + b, &r0, sizeof r0);
        memcpy(rank + b + GG_LANES / 2, &r1, sizeof r1);
    }
}

static int padded(int64_t n)
{
    return (int)((n + GG_LANES - 1) / GG_LANES * GG_LANES);
}

/* ---- one row ---- */

/* The exact test of one candidate against the receiver at place k of the grid. */
static bool within(const struct search *s, const struct gg_around *c, int64_t k, int32_t hit)
{
    int32_t w[3];
    gg_unpack(c->shift[hit] - s->grid.wrap[k], w);
    double v[3], shift[3] = {w[0], w[1], w[2]};
    gg_edge_vector(s->cell, s->grid.raw[k], s->grid.raw[c->place[hit]], shift, v);
    return v[0] * v[0] + v[1] * v[1] + v[2] * v[2] < s->cutoff * s->cutoff;
}

/* Lists the neighbours of the particle at place k.  wanted: their number if it is known, else -1; when the float test
 * finds no more than that, it was exact. */
static int64_t find_row(const struct search *s, struct scratch *t, int64_t k, int64_t own, int64_t wanted)
{
    const struct gg_around *c = &t->around;
    const float at[3] = {c->x[own], c->y[own], c->z[own]};
    if (!s->self)
        c->x[own] = INFINITY; /* out of its own sight */
    int n = s->list_hits(c->x, c->y, c->z, padded(c->n), at, s->outside, t->hit);
    c->x[own] = at[0];
    if (n == wanted)
        return n;
    int64_t kept = 0;
    for (int h = 0; h < n; h++)
        if (within(s, c, k, t->hit[h]))
            t->hit[kept++] = t->hit[h];
    return kept;
}

static int64_t count_row(const struct search *s, struct scratch *t, int64_t k, int64_t own)
{
    const struct gg_around *c = &t->around;
    int sure, possible;
    gg_count_hits(c->x, c->y, c->z, padded(c->n), (int)own, s->inside, s->outside, &sure, &possible);
    return sure == possible ? possible - !s->self : find_row(s, t, k, own, -1);
}

/* The vector of one edge, rounded once (vectors.c gives the same). */
static inline void write_vector(const struct search *s, const double at[3], int32_t place, const int8_t w[3],
                                float to[3])
{
    double v[3], shift[3] = {w[0], w[1], w[2]};
    gg_edge_vector(s->cell, at, s->grid.raw[place], shift, v);
    for (int a = 0; a < 3; a++)
        to[a] = (float)v[a];
}

/* Places each edge behind those with a smaller sender.  Senders of the row differ, shifts are known to fit. */
static void write_ranked(const struct search *s, struct scratch *t, int64_t n, int64_t k, int64_t base)
{
    int64_t wrap = s->grid.wrap[k];
    const int32_t *nbr = t->around.nbr, *hit = t->hit;
    const int64_t *shift = t->around.shift;
    int32_t *key = t->key, *rank = t->rank;
    for (int64_t h = 0; h < n; h++)
        key[h] = nbr[hit[h]];
    for (int64_t h = n; h < padded(n); h++)
        key[h] = INT32_MAX;
    rank_keys(key, rank, (int)n, padded(n));
    for (int64_t h = 0; h < n; h++) {
        t->sorted[rank[h]] = key[h];
        gg_unpack_i8(shift[hit[h]] - wrap, t->sorted_shift[rank[h]]);
    }
    for (int64_t h = 0; s->vec && h < n; h++)
        write_vector(s, s->grid.raw[k], t->around.place[hit[h]], t->sorted_shift[rank[h]],
                     t->sorted_vec[rank[h]]);
    memcpy(s->out->nbr + base, t->sorted, (size_t)n * sizeof *t->sorted);
    memcpy(s->out->shift + base, t->sorted_shift, (size_t)n * sizeof *t->sorted_shift);
    if (s->vec)
        memcpy(s->vec + base, t->sorted_vec, (size_t)n * sizeof *t->sorted_vec);
}

static int ascending(const void *a, const void *b)
{
    const struct sortable *x = a, *y = b;
    if (x->nbr != y->nbr)
        return x->nbr < y->nbr ? -1 : 1;
    return (x->shift > y->shift) - (x->shift < y->shift);
}

/* Any row: long, several images of a particle, shifts that may not fit (false). */
static bool write_sorted(const struct search *s, struct scratch *t, int64_t n, int64_t k, int64_t base)
{
    const struct gg_around *c = &t->around;
    for (int64_t h = 0; h < n; h++)
        t->row[h] =
            (struct sortable){c->nbr[t->hit[h]], c->place[t->hit[h]], c->shift[t->hit[h]] - s->grid.wrap[k]};
    qsort(t->row, (size_t)n, sizeof *t->row, ascending);
    bool fit = true;
    for (int64_t h = 0; h < n; h++) {
        int32_t w[3];
        gg_unpack(t->row[h].shift, w);
        for (int a = 0; a < 3; a++)
            fit &= abs(w[a]) <= GG_MOST_SHIFT;
        s->out->nbr[base + h] = t->row[h].nbr;
        gg_unpack_i8(t->row[h].shift, s->out->shift[base + h]);
        if (s->vec)
            write_vector(s, s->grid.raw[k], t->row[h].place, s->out->shift[base + h], s->vec[base + h]);
    }
    return fit;
}

/* Rows lie in the order of the particles' numbers, anywhere in memory for particles that were numbered anyhow. */
static void call_row(const struct search *s, int64_t k)
{
    if (k >= s->grid.n)
        return;
    int32_t i = s->grid.order[k];
    int64_t first = s->out->ptr[i], last = s->out->ptr[i + 1];
    for (const char *p = (const char *)&s->out->nbr[first]; p < (const char *)&s->out->nbr[last]; p += LINE)
        __builtin_prefetch(p, 1);
    for (const char *p = (const char *)&s->out->shift[first]; p < (const char *)&s->out->shift[last];
         p += LINE)
        __builtin_prefetch(p, 1);
    if (s->vec)
        for (const char *p = (const char *)&s->vec[first]; p < (const char *)&s->vec[last]; p += LINE)
            __builtin_prefetch(p, 1);
}

static void fill_row(struct search *s, struct scratch *t, int64_t k, int64_t own)
{
    if (k + 4 * AHEAD < s->grid.n)
        __builtin_prefetch(&s->out->ptr[s->grid.order[k + 4 * AHEAD]]);
    call_row(s, k + AHEAD);
    int32_t i = s->grid.order[k];
    int64_t base = s->out->ptr[i], n = find_row(s, t, k, own, s->out->ptr[i + 1] - base);
    assert(n == s->out->ptr[i + 1] - base);
    if (s->plain && n <= LONG_ROW) {
        write_ranked(s, t, n, k, base);
        return;
    }
    if (write_sorted(s, t, n, k, base))
        return;
#pragma omp critical(gg_neighbors_far)
    if (s->far_i < 0 || i < s->far_i)
        s->far_i = i;
}

/* ---- all rows ---- */

/* A pass over the grid cells: rows are counted, or filled. */
static void pass(struct search *s, struct scratch *scratch)
{
    const struct gg_grid *g = &s->grid;
    int64_t n_cell = gg_grid_cells(g);
#pragma omp parallel for schedule(dynamic, 16)
    for (int64_t cell = 0; cell < n_cell; cell++) {
        if (g->start[cell] == g->start[cell + 1])
            continue;
        struct scratch *t = &scratch[omp_get_thread_num()];
        gg_around_fill(&t->around, &s->reach, cell);
        for (int64_t k = g->start[cell]; k < g->start[cell + 1]; k++) {
            int64_t own = t->around.own + k - g->start[cell];
            if (s->count)
                s->count[k] = (int32_t)count_row(s, t, k, own);
            else
                fill_row(s, t, k, own);
        }
    }
}

static struct scratch *scratch_new(struct gg_arena *a, int64_t room)
{
    int n_thread = omp_get_max_threads();
    struct scratch *s = GG_NEW(a, struct scratch, (size_t)n_thread);
    for (struct scratch *t = s; t < s + n_thread; t++) {
        gg_around_alloc(&t->around, a, room);
        t->hit = gg_arena_alloc(a, ((size_t)room + GG_LANES) * sizeof *t->hit);
        t->row = gg_arena_alloc(a, (size_t)room * sizeof *t->row);
        t->key = gg_arena_alloc(a, (LONG_ROW + GG_LANES) * sizeof *t->key);
        t->sorted = gg_arena_alloc(a, LONG_ROW * sizeof *t->sorted);
        t->sorted_shift = gg_arena_alloc(a, LONG_ROW * sizeof *t->sorted_shift);
        t->sorted_vec = gg_arena_alloc(a, LONG_ROW * sizeof *t->sorted_vec);
        t->rank = gg_arena_alloc(a, (LONG_ROW + GG_LANES) * sizeof *t->rank);
    }
    return s;
}

/* The band that float rounding makes of the cutoff.  Each coordinate is off by 2^-24 of the extent, a difference by four
 * times that, a vector by 7; 16 leaves a margin. */
static void choose_band(struct search *s)
{
    double blur = 0x1p-20 * s->reach.extent + 0x1p-48 * s->grid.largest;
    double low = fmax(s->cutoff - blur, 0.0), high = s->cutoff + blur;
    s->inside = (float)(low * low * (1 - 1e-6));
    s->outside = (float)fmin(high * high * (1 + 1e-6), FLT_MAX);
}

static bool is_plain(const struct search *s)
{
    bool plain = true;
    for (int a = 0; a < 3; a++)
        if (s->cell->pbc >> a & 1)
            plain &= s->cell->height[a] > 2.000001 * s->cutoff && 2 * s->grid.most_wraps + 2 <= GG_MOST_SHIFT;
    return plain;
}

static int sum_rows(struct gg_edges *e, const struct search *s, int64_t max_edge, struct gg_err *err)
{
    for (int64_t k = 0; k < e->n_node; k++)
        e->ptr[s->grid.order[k] + 1] = s->count[k];
    for (int64_t i = 0; i < e->n_node; i++) {
        e->ptr[i + 1] += e->ptr[i];
        if (e->ptr[i + 1] > max_edge)
            return gg_fail(err, GG_INPUT, "cutoff %g gives more than %lld edges", s->cutoff,
                           (long long)max_edge);
    }
    e->n_edge = e->ptr[e->n_node];
    return 0;
}

static int search(struct search *s, struct gg_arena *a, int64_t n, int64_t max_edge, bool vectors,
                  struct gg_err *err)
{
    struct gg_edges *out = s->out;
    if (gg_grid_init(&s->grid, a, s->cell, n, s->pos, s->cutoff, err) < 0 ||
        gg_reach_init(&s->reach, &s->grid, s->cutoff, err) < 0)
        return -1;
    choose_band(s);
    s->plain = is_plain(s);
    s->list_hits = gg_list_hits_best();
    *out = (struct gg_edges){.n_node = n, .ptr = GG_NEW(a, int64_t, (size_t)n + 1)};
    struct scratch *scratch = scratch_new(a, s->reach.room);
    s->count = gg_arena_alloc(a, (size_t)n * sizeof *s->count);
    pass(s, scratch);
    if (sum_rows(out, s, max_edge > 0 ? max_edge : MOST_EDGES, err) < 0)
        return -1;
    out->nbr = gg_arena_alloc(a, (size_t)out->n_edge * sizeof *out->nbr);
    out->shift = gg_arena_alloc(a, (size_t)out->n_edge * sizeof *out->shift);
    s->vec = vectors ? gg_arena_alloc(a, ((size_t)out->n_edge + 1) * sizeof *s->vec) : NULL;
    s->count = NULL;
    pass(s, scratch);
    if (s->far_i >= 0)
        return gg_fail(err, GG_INPUT,
                       "particle %lld has a neighbour that lies more than %d cells away from it",
                       (long long)s->far_i, GG_MOST_SHIFT);
    return 0;
}

int gg_neighbors(struct gg_edges *out, struct gg_arena *a, const struct gg_cell *cell, int64_t n,
                 const double (*pos)[3], double cutoff, bool self, int64_t max_edge, struct gg_err *err)
{
    assert(cutoff > 0 && isfinite(cutoff));
    struct search s = {.cell = cell, .pos = pos, .cutoff = cutoff, .self = self, .out = out, .far_i = -1};
    return search(&s, a, n, max_edge, false, err);
}

int gg_neighbors_f32(struct gg_edges *out, float (**vec)[3], struct gg_arena *a, const struct gg_cell *cell,
                     int64_t n, const double (*pos)[3], double cutoff, bool self, int64_t max_edge,
                     struct gg_err *err)
{
    assert(cutoff > 0 && isfinite(cutoff));
    struct search s = {.cell = cell, .pos = pos, .cutoff = cutoff, .self = self, .out = out, .far_i = -1};
    int status = search(&s, a, n, max_edge, true, err);
    *vec = s.vec;
    return status;
}
