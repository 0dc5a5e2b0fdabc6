/* neighbors.c -- all pairs within a cutoff, for any cell and any cutoff, by a cell list
 * For each grid cell the candidates of all its particles are copied once, image added, into one stretch of floats
 * around the cell's corner.  A band around the cutoff, wider than float rounding, says which rows need the exact test.
 * Two passes: count the rows, then fill them; each row has one writer, so threads do not change the result. */
#include "graph/grid.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <omp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) && defined(__gnu_linux__)
#define CLONES __attribute__((target_clones("avx2", "default")))
#else
#define CLONES
#endif

enum {
    LANES = 16,       /* candidate arrays are padded to it */
    MOST_SHIFT = 127, /* edge_shift is i8 */
    LONG_ROW = 1024   /* rows up to here are sorted by counting smaller senders, n * n / LANES steps */
};
static const int64_t MOST_CANDIDATES = 1 << 24; /* of one grid cell: 1 GB of scratch a thread */
static const int64_t MOST_EDGES = INT64_C(1) << 40;

/* What surrounds one grid cell; n is the used part, arrays are padded with particles at infinity. */
struct candidates {
    int64_t n;
    int64_t own;               /* place of the cell's own first particle */
    double extent;             /* largest |x|, |y|, |z| */
    float *x, *y, *z;          /* relative to a point near the cell, image added */
    float *d2;                 /* squared distances from the present receiver */
    float inside, outside;     /* below and above the band that the cutoff lies in */
    int32_t *nbr, (*shift)[3]; /* particle; its whole cells before the receiver's own wrap is taken off */
    int32_t *hit;              /* candidates within `outside` of the present receiver */
    int32_t *key, *rank;
    int64_t *packed;
};

struct search {
    const struct gg_grid *grid;
    const struct gg_cell *cell;
    const double (*pos)[3];
    double cutoff;
    bool self;
    bool images;  /* one particle can be a neighbour more than once */
    int reach[3]; /* grid cells to look at on each side */
    int64_t room; /* of the candidate arrays */
    int64_t *ptr;
    struct gg_edges *out;
    int64_t far_i, far_j; /* an edge with a shift out of range, -1 if there is none */
};

/* ---- candidates of one grid cell ---- */

/* Floor division: the index of a cell seen from outside, and the image it belongs to. */
static int split(int at, int n, int *image)
{
    *image = at >= 0 ? at / n : -((n - 1 - at) / n);
    return at - *image * n;
}

/* Is the image there at all? */
static bool exists(const struct search *s, int a, int image)
{
    return image == 0 || (s->cell->pbc >> a & 1);
}

/* Copies the particles at places first .. last-1, moved by `image` and seen from `origin`. */
static void append(const struct search *s, struct candidates *c, int64_t first, int64_t last,
                   const int32_t image[3], const double origin[3])
{
    const double zero[3] = {0.0, 0.0, 0.0};
    double move[3];
    gg_edge_vector(s->cell, origin, zero, image, move);
    for (int64_t k = first; k < last; k++, c->n++) {
        double x = s->grid->pos[k][0] + move[0], y = s->grid->pos[k][1] + move[1],
               z = s->grid->pos[k][2] + move[2];
        c->extent = fmax(c->extent, fmax(fabs(x), fmax(fabs(y), fabs(z))));
        c->x[c->n] = (float)x;
        c->y[c->n] = (float)y;
        c->z[c->n] = (float)z;
        c->nbr[c->n] = s->grid->order[k];
        for (int a = 0; a < 3; a++)
            c->shift[c->n][a] = image[a] + s->grid->wrap[k][a];
    }
}

/* One run of cells along the first vector: contiguous, split only where the image changes. */
static void append_run(const struct search *s, struct candidates *c, const int at[3], int32_t image[3],
                       const int row[2], const double origin[3])
{
    int n = s->grid->cells[0], first_image, last_image;
    split(at[0] - s->reach[0], n, &first_image);
    split(at[0] + s->reach[0], n, &last_image);
    const int64_t *start = s->grid->start + ((int64_t)row[1] * s->grid->cells[1] + row[0]) * n;
    for (int q = first_image; q <= last_image; q++) {
        if (!exists(s, 0, q))
            continue;
        int first = at[0] - s->reach[0] - q * n, last = at[0] + s->reach[0] - q * n;
        first = first > 0 ? first : 0;
        last = last < n - 1 ? last : n - 1;
        image[0] = q;
        if (q == 0 && image[1] == 0 && image[2] == 0 && row[0] == at[1] && row[1] == at[2])
            c->own = c->n + start[at[0]] - start[first];
        append(s, c, start[first], start[last + 1], image, origin);
    }
}

static void pad(struct candidates *c)
{
    for (int64_t k = c->n; k % LANES != 0; k++)
        c->x[k] = c->y[k] = c->z[k] = INFINITY;
}

/* Everything within reach of a grid cell, and the band that float rounding makes of the cutoff: each coordinate is off
 * by 2^-24 of the extent, the difference by four times that, the vector by 7; 16 leaves a margin. */
static void gather(const struct search *s, int64_t cell, struct candidates *c)
{
    const int *cells = s->grid->cells;
    const int at[3] = {(int)(cell % cells[0]), (int)(cell / cells[0] % cells[1]),
                       (int)(cell / cells[0] / cells[1])};
    const double *origin = s->grid->pos[s->grid->start[cell]];
    int32_t image[3];
    int row[2];
    c->n = 0;
    c->extent = 0.0;
    for (int o2 = -s->reach[2]; o2 <= s->reach[2]; o2++) {
        row[1] = split(at[2] + o2, cells[2], &image[2]);
        if (!exists(s, 2, image[2]))
            continue;
        for (int o1 = -s->reach[1]; o1 <= s->reach[1]; o1++) {
            row[0] = split(at[1] + o1, cells[1], &image[1]);
            if (exists(s, 1, image[1]))
                append_run(s, c, at, image, row, origin);
        }
    }
    pad(c);
    double blur = 0x1p-20 * c->extent + 0x1p-48 * s->grid->largest;
    double low = fmax(s->cutoff - blur, 0.0), high = s->cutoff + blur;
    c->inside = (float)(low * low * (1 - 1e-6));
    c->outside = (float)fmin(high * high * (1 + 1e-6), FLT_MAX);
}

/* ---- one row ---- */

/* How many candidates are certainly inside, and how many may be. */
CLONES static void count_hits(const struct candidates *c, const float at[3], int *sure, int *possible)
{
    const float *x = c->x, *y = c->y, *z = c->z, inside = c->inside, outside = c->outside;
    int n_sure = 0, n_possible = 0, n = (int)((c->n + LANES - 1) / LANES * LANES);
#pragma omp simd reduction(+ : n_sure, n_possible)
    for (int k = 0; k < n; k++) {
        float dx = x[k] - at[0], dy = y[k] - at[1], dz = z[k] - at[2];
        float d2 = dx * dx + dy * dy + dz * dz;
        n_sure += d2 < inside;
        n_possible += d2 <= outside;
    }
    *sure = n_sure;
    *possible = n_possible;
}

CLONES static void square_distances(struct candidates *c, const float at[3])
{
    const float *x = c->x, *y = c->y, *z = c->z;
    float *d2 = c->d2;
    int n = (int)((c->n + LANES - 1) / LANES * LANES);
#pragma omp simd
    for (int k = 0; k < n; k++) {
        float dx = x[k] - at[0], dy = y[k] - at[1], dz = z[k] - at[2];
        d2[k] = dx * dx + dy * dy + dz * dz;
    }
}

/* rank[b] = how many keys are smaller; n is a multiple of LANES, behind the row keys are INT32_MAX. */
CLONES static void rank_keys(const int32_t *key, int32_t *rank, int n_key, int n)
{
    memset(rank, 0, (size_t)n * sizeof *rank);
    for (int a = 0; a < n_key; a++) {
        int32_t smaller = key[a];
#pragma omp simd
        for (int b = 0; b < n; b++)
            rank[b] += smaller < key[b];
    }
}

/* The exact test of one candidate against receiver i at place k of the grid. */
static bool within(const struct search *s, const struct candidates *c, int64_t k, int32_t hit)
{
    int32_t shift[3];
    for (int a = 0; a < 3; a++)
        shift[a] = c->shift[hit][a] - s->grid->wrap[k][a];
    double v[3];
    gg_edge_vector(s->cell, s->pos[s->grid->order[k]], s->pos[c->nbr[hit]], shift, v);
    return v[0] * v[0] + v[1] * v[1] + v[2] * v[2] < s->cutoff * s->cutoff;
}

/* Lists in c->hit the neighbours of the particle at place k.  `wanted`: their number if it is known, else -1; when the
 * float test finds no more than that, it was exact. */
static int64_t find_row(const struct search *s, struct candidates *c, int64_t k, int64_t own, int64_t wanted)
{
    square_distances(c, (float[3]){c->x[own], c->y[own], c->z[own]});
    c->d2[own] = s->self ? 0.0f : INFINITY;
    int64_t n = 0;
    for (int32_t j = 0; j < c->n; j++) {
        c->hit[n] = j;
        n += c->d2[j] <= c->outside;
    }
    if (n == wanted)
        return n;
    int64_t kept = 0;
    for (int64_t h = 0; h < n; h++)
        if (within(s, c, k, c->hit[h]))
            c->hit[kept++] = c->hit[h];
    return kept;
}

static int64_t count_row(const struct search *s, struct candidates *c, int64_t k, int64_t own)
{
    int sure, possible;
    count_hits(c, (float[3]){c->x[own], c->y[own], c->z[own]}, &sure, &possible);
    return sure == possible ? possible - !s->self : find_row(s, c, k, own, -1);
}

static bool shifts_fit(const struct candidates *c, int64_t n, const int32_t wrap[3], int32_t *far_j)
{
    for (int64_t h = 0; h < n; h++)
        for (int a = 0; a < 3; a++)
            if (abs(c->shift[c->hit[h]][a] - wrap[a]) > MOST_SHIFT) {
                *far_j = c->nbr[c->hit[h]];
                return false;
            }
    return true;
}

/* Places each edge behind those with a smaller sender; senders of the row differ. */
static void write_ranked(const struct search *s, struct candidates *c, int64_t n, const int32_t wrap[3],
                         int64_t base)
{
    int n_padded = (int)((n + LANES - 1) / LANES * LANES);
    for (int64_t h = 0; h < n; h++)
        c->key[h] = c->nbr[c->hit[h]];
    for (int64_t h = n; h < n_padded; h++)
        c->key[h] = INT32_MAX;
    rank_keys(c->key, c->rank, (int)n, n_padded);
    for (int64_t h = 0; h < n; h++) {
        int64_t e = base + c->rank[h];
        s->out->nbr[e] = c->key[h];
        for (int a = 0; a < 3; a++)
            s->out->shift[e][a] = (int8_t)(c->shift[c->hit[h]][a] - wrap[a]);
    }
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Long rows and rows with several images of a particle: sender and shift in one sortable number. */
static void write_sorted(const struct search *s, struct candidates *c, int64_t n, const int32_t wrap[3],
                         int64_t base)
{
    for (int64_t h = 0; h < n; h++) {
        c->packed[h] = c->nbr[c->hit[h]];
        for (int a = 0; a < 3; a++)
            c->packed[h] = c->packed[h] * 256 + (c->shift[c->hit[h]][a] - wrap[a] + 128);
    }
    qsort(c->packed, (size_t)n, sizeof *c->packed, ascending);
    for (int64_t h = 0; h < n; h++) {
        s->out->nbr[base + h] = (int32_t)(c->packed[h] >> 24);
        for (int a = 0; a < 3; a++)
            s->out->shift[base + h][a] = (int8_t)((c->packed[h] >> (16 - 8 * a) & 255) - 128);
    }
}

static void fill_row(struct search *s, struct candidates *c, int64_t k, int64_t own)
{
    int32_t i = s->grid->order[k], far_j;
    const int32_t *wrap = s->grid->wrap[k];
    int64_t n = find_row(s, c, k, own, s->ptr[i + 1] - s->ptr[i]);
    assert(n == s->ptr[i + 1] - s->ptr[i]);
    if (!shifts_fit(c, n, wrap, &far_j)) {
#pragma omp critical(gg_neighbors_far)
        if (s->far_i < 0 || i < s->far_i) {
            s->far_i = i;
            s->far_j = far_j;
        }
    } else if (s->images || n > LONG_ROW) {
        write_sorted(s, c, n, wrap, s->ptr[i]);
    } else {
        write_ranked(s, c, n, wrap, s->ptr[i]);
    }
}

/* ---- all rows ---- */

/* A pass over the grid cells: without s->out rows are counted into ptr[i+1], with it they are filled. */
static void pass(struct search *s, struct candidates *scratch)
{
    const struct gg_grid *g = s->grid;
    int64_t n_cell = (int64_t)g->cells[0] * g->cells[1] * g->cells[2];
#pragma omp parallel for schedule(dynamic, 16)
    for (int64_t cell = 0; cell < n_cell; cell++) {
        struct candidates *c = &scratch[omp_get_thread_num()];
        if (g->start[cell] < g->start[cell + 1])
            gather(s, cell, c);
        for (int64_t k = g->start[cell]; k < g->start[cell + 1]; k++) {
            int64_t own = c->own + k - g->start[cell];
            if (s->out)
                fill_row(s, c, k, own);
            else
                s->ptr[g->order[k] + 1] = count_row(s, c, k, own);
        }
    }
}

static struct candidates *scratch_new(struct gg_arena *a, int64_t room)
{
    int n_thread = omp_get_max_threads();
    size_t n = (size_t)room;
    struct candidates *c = GG_NEW(a, struct candidates, (size_t)n_thread);
    for (int t = 0; t < n_thread; t++) {
        c[t].x = gg_arena_alloc(a, n * sizeof(float));
        c[t].y = gg_arena_alloc(a, n * sizeof(float));
        c[t].z = gg_arena_alloc(a, n * sizeof(float));
        c[t].d2 = gg_arena_alloc(a, n * sizeof(float));
        c[t].nbr = gg_arena_alloc(a, n * sizeof(int32_t));
        c[t].shift = gg_arena_alloc(a, n * sizeof *c[t].shift);
        c[t].hit = gg_arena_alloc(a, (n + 1) * sizeof(int32_t));
        c[t].packed = gg_arena_alloc(a, n * sizeof(int64_t));
        c[t].key = gg_arena_alloc(a, (LONG_ROW + LANES) * sizeof(int32_t));
        c[t].rank = gg_arena_alloc(a, (LONG_ROW + LANES) * sizeof(int32_t));
    }
    return c;
}

/* Reach along each direction, whether images repeat, and room for the fullest neighbourhood. */
static int plan(struct search *s, struct gg_err *err)
{
    const struct gg_grid *g = s->grid;
    double room = 1.0;
    for (int a = 0; a < 3; a++) {
        bool periodic = s->cell->pbc >> a & 1;
        /* a hair wider than the cutoff: wrapped positions are rounded */
        double reach = ceil((s->cutoff * (1 + 1e-9) + 0x1p-45 * g->largest) / g->width[a]);
        if (!periodic)
            reach = fmin(reach, g->cells[a] - 1);
        if (reach > (MOST_SHIFT + 1.0) * g->cells[a])
            return gg_fail(err, GG_INPUT,
                           "cutoff %g is more than %d times the height %g of the cell along vector %d",
                           s->cutoff, MOST_SHIFT, s->cell->height[a], a + 1);
        s->reach[a] = (int)reach;
        s->images |= periodic && s->cell->height[a] <= 2.000001 * s->cutoff;
        room *= 2 * reach + 1;
    }
    int64_t n_cell = (int64_t)g->cells[0] * g->cells[1] * g->cells[2], fullest = 0;
    for (int64_t c = 0; c < n_cell; c++)
        fullest = g->start[c + 1] - g->start[c] > fullest ? g->start[c + 1] - g->start[c] : fullest;
    room *= (double)fullest;
    if (!(room <= (double)MOST_CANDIDATES))
        return gg_fail(err, GG_INPUT,
                       "cutoff %g: one particle has up to %g neighbours, at most %lld can be listed",
                       s->cutoff, room, (long long)MOST_CANDIDATES);
    s->room = ((int64_t)room + LANES) / LANES * LANES;
    return 0;
}

static int sum_rows(struct search *s, int64_t n, int64_t max_edge, struct gg_err *err)
{
    for (int64_t i = 0; i < n; i++) {
        s->ptr[i + 1] += s->ptr[i];
        if (s->ptr[i + 1] > max_edge)
            return gg_fail(err, GG_INPUT, "cutoff %g gives more than %lld edges", s->cutoff,
                           (long long)max_edge);
    }
    return 0;
}

int gg_neighbors(struct gg_edges *out, struct gg_arena *a, const struct gg_cell *cell, int64_t n,
                 const double (*pos)[3], double cutoff, bool self, int64_t max_edge, struct gg_err *err)
{
    assert(cutoff > 0 && isfinite(cutoff));
    struct gg_grid grid;
    struct search s = {.grid = &grid, .cell = cell, .pos = pos, .cutoff = cutoff, .self = self, .far_i = -1};
    if (gg_grid_init(&grid, a, cell, n, pos, cutoff, err) < 0 || plan(&s, err) < 0)
        return -1;
    struct candidates *scratch = scratch_new(a, s.room);
    s.ptr = GG_NEW(a, int64_t, (size_t)n + 1);
    pass(&s, scratch);
    if (sum_rows(&s, n, max_edge > 0 ? max_edge : MOST_EDGES, err) < 0)
        return -1;
    *out = (struct gg_edges){.n_node = n, .n_edge = s.ptr[n], .ptr = s.ptr};
    out->nbr = gg_arena_alloc(a, (size_t)out->n_edge * sizeof *out->nbr);
    out->shift = gg_arena_alloc(a, (size_t)out->n_edge * sizeof *out->shift);
    s.out = out;
    pass(&s, scratch);
    if (s.far_i >= 0)
        return gg_fail(err, GG_INPUT, "particles %lld and %lld are neighbours across more than %d cells",
                       (long long)s.far_i, (long long)s.far_j, MOST_SHIFT);
    return 0;
}
