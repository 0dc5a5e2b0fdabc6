/* md_list.c -- which pairs of particles are near in any of the runs (Verlet 1967; runs in the lanes of vectors)
 *
 * Runs of one start part slowly.  Around the mean of its runs each particle has a ball that holds them all; a pair can be
 * near in some run only if the balls are.  Cells of means give the candidates, the positions of all runs decide. */
#include "physics/md_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TYPES = GG_MD_TYPES, LANES = GG_MD_RUNS };

static const double CELL = 1.6; /* least width of a cell, sigma */

/* One search. */
struct search {
    struct gg_md_list *l;
    const struct gg_md_sites *s;
    const struct gg_md_level *level;
    const double *extent;
    int64_t m[3], reach[3]; /* cells in each direction; how many on each side may hold neighbours */
    double width[3];
    gg_real cutoff[TYPES][TYPES], longest, *cell_spread;
};

static void rows_init(struct gg_md_rows *r, int64_t n)
{
    r->begin = gg_xalloc((size_t)(n * TYPES + 1), sizeof *r->begin);
    r->end = gg_xalloc((size_t)(n * TYPES + 1), sizeof *r->end);
}

static void rows_free(struct gg_md_rows *r)
{
    free(r->begin);
    free(r->end);
    free(r->nbr);
}

static void rows_need(struct gg_md_rows *r, int64_t room)
{
    if (room <= r->room)
        return;
    r->room = room + room / 2;
    r->nbr = gg_xrealloc(r->nbr, (size_t)r->room * sizeof *r->nbr);
}

void gg_md_list_init(struct gg_md_list *l, const struct gg_md_sites *s, double inner, double outer)
{
    size_t n = (size_t)s->n;
    *l = (struct gg_md_list){.inner = inner, .outer = outer};
    rows_init(&l->rows, s->n);
    rows_init(&l->wide, s->n);
    l->built = gg_xalloc((size_t)s->n_number, sizeof *l->built);
    l->built_wide = gg_xalloc((size_t)s->n_number, sizeof *l->built_wide);
    for (int a = 0; a < 3; a++) {
        l->centre[a] = gg_xalloc(n, sizeof *l->centre[a]);
        l->near.at[a] = gg_xalloc(n + LANES, sizeof *l->near.at[a]);
    }
    l->spread = gg_xalloc(n, sizeof *l->spread);
    l->order = gg_xalloc(n, sizeof *l->order);
    l->cell_of = gg_xalloc(n, sizeof *l->cell_of);
    l->near.who = gg_xalloc(n + LANES, sizeof *l->near.who);
    l->near.spread = gg_xalloc(n + LANES, sizeof *l->near.spread);
}

void gg_md_list_free(struct gg_md_list *l)
{
    void *all[] = {l->built,      l->built_wide, l->centre[0],  l->centre[1],   l->centre[2],
                   l->near.at[0], l->near.at[1], l->near.at[2], l->near.spread, l->near.who,
                   l->spread,     l->order,      l->cell_of,    l->start};
    rows_free(&l->rows);
    rows_free(&l->wide);
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        free(all[k]);
    *l = (struct gg_md_list){0};
}

/* ---- balls ---- */

static int32_t minus(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a - (uint32_t)b);
}

static void find_ball(struct gg_md_list *l, const struct gg_md_sites *s, int64_t i)
{
    const int32_t *x = s->x + i * 3 * LANES;
    gg_real r2[LANES] = {0}, most = 0;
    for (int a = 0; a < 3; a++, x += LANES) {
        int64_t sum = 0;
        for (int k = 0; k < LANES; k++)
            sum += minus(x[k], x[0]);
        int32_t c = (int32_t)((uint32_t)x[0] + (uint32_t)(sum / LANES));
        l->centre[a][i] = c;
        for (int k = 0; k < LANES; k++) {
            gg_real d = (gg_real)minus(x[k], c) * s->scale[a];
            r2[k] += d * d;
        }
    }
    for (int k = 0; k < LANES; k++)
        most = r2[k] > most ? r2[k] : most;
    l->spread[i] = (gg_real)sqrt(most) * (1 + (gg_real)1e-5);
}

static void find_balls(struct gg_md_list *l, const struct gg_md_sites *s)
{
    for (int64_t i = 0; i < s->n; i++)
        if (s->n_lane > 1)
            find_ball(l, s, i);
        else
            for (int a = 0; a < 3; a++)
                l->centre[a][i] = s->x[4 * i + a];
}

/* ---- cells ---- */

static void choose_cells(struct search *c)
{
    const struct gg_md_sites *s = c->s;
    gg_real widest = 0;
    c->longest = 0;
    for (int a = 0; a < TYPES; a++)
        for (int b = 0; b < TYPES; b++) {
            c->cutoff[a][b] = (gg_real)(sqrt(s->pair[a][b].cutoff2) + c->l->outer);
            c->longest = c->cutoff[a][b] > c->longest ? c->cutoff[a][b] : c->longest;
        }
    for (int64_t i = 0; i < s->n; i++)
        widest = c->l->spread[i] > widest ? c->l->spread[i] : widest;
    for (int a = 0; a < 3; a++) {
        bool flat = s->scale[a] == 0;
        c->m[a] = flat ? 1 : (int64_t)fmax(1, fmin(floor(c->extent[a] / CELL), 1000));
        c->width[a] = c->extent[a] / (double)c->m[a];
        c->reach[a] = flat ? 0 : (int64_t)ceil((c->longest + 2 * widest) / c->width[a]);
    }
}

/* Counting sort by cell, and by type within a cell. */
static void sort(struct search *c)
{
    struct gg_md_list *l = c->l;
    int64_t n_cell = c->m[0] * c->m[1] * c->m[2];
    if (n_cell * TYPES + 1 > l->n_cell_room) {
        l->n_cell_room = n_cell * TYPES + 1;
        free(l->start);
        l->start = gg_xalloc((size_t)(l->n_cell_room + n_cell), sizeof *l->start);
    }
    memset(l->start, 0, (size_t)(n_cell * TYPES + 1) * sizeof *l->start);
    c->cell_spread = (gg_real *)(l->start + n_cell * TYPES + 1);
    memset(c->cell_spread, 0, (size_t)n_cell * sizeof *c->cell_spread);
    for (int64_t i = 0; i < c->s->n; i++) {
        int64_t cell = 0;
        for (int a = 2; a >= 0; a--)
            cell = cell * c->m[a] + (int64_t)((uint64_t)(uint32_t)l->centre[a][i] * (uint64_t)c->m[a] >> 32);
        l->cell_of[i] = (int32_t)(cell * TYPES + c->s->type[i]);
        l->start[l->cell_of[i] + 1]++;
        c->cell_spread[cell] = fmax(c->cell_spread[cell], l->spread[i]);
    }
    for (int64_t k = 0; k < n_cell * TYPES; k++)
        l->start[k + 1] += l->start[k];
    for (int64_t i = c->s->n; i-- > 0;) /* from behind: start[k + 1] ends where it began */
        l->order[--l->start[l->cell_of[i] + 1]] = (int32_t)i;
    memmove(l->start, l->start + 1, (size_t)(n_cell * TYPES) * sizeof *l->start);
    l->start[n_cell * TYPES] = c->s->n;
}

/* ---- candidates ---- */

static void take_cell(struct search *c, int64_t cell, int type)
{
    struct gg_md_list *l = c->l;
    for (int64_t k = l->start[cell * TYPES + type]; k < l->start[cell * TYPES + type + 1]; k++) {
        int32_t j = l->order[k];
        for (int a = 0; a < 3; a++)
            l->near.at[a][l->near.n] = l->centre[a][j];
        l->near.spread[l->near.n] = l->spread[j];
        l->near.who[l->near.n++] = j;
    }
}

/* Along one direction: the offsets to other cells; all of them where the ends would meet. */
static void offsets(const struct search *c, int a, int64_t *first, int64_t *last)
{
    bool all = 2 * c->reach[a] + 1 >= c->m[a];
    *first = all ? 0 : -c->reach[a];
    *last = all ? c->m[a] - 1 : c->reach[a];
}

/* Distance of the faces of two cells that are d apart. */
static double gap(const struct search *c, int a, int64_t d)
{
    int64_t apart = d < 0 ? -d : d;
    apart = apart < c->m[a] - apart ? apart : c->m[a] - apart;
    return apart > 1 ? (double)(apart - 1) * c->width[a] : 0;
}

static void gather(struct search *c, const int64_t at[3], int type)
{
    int64_t low[3], high[3], own = (at[2] * c->m[1] + at[1]) * c->m[0] + at[0];
    for (int a = 0; a < 3; a++)
        offsets(c, a, &low[a], &high[a]);
    c->l->near.n = 0;
    for (int64_t z = low[2]; z <= high[2]; z++)
        for (int64_t y = low[1]; y <= high[1]; y++)
            for (int64_t x = low[0]; x <= high[0]; x++) {
                int64_t cell = (at[2] + z + c->m[2]) % c->m[2];
                cell = cell * c->m[1] + (at[1] + y + c->m[1]) % c->m[1];
                cell = cell * c->m[0] + (at[0] + x + c->m[0]) % c->m[0];
                double g[3] = {gap(c, 0, x), gap(c, 1, y), gap(c, 2, z)};
                double most = c->longest + c->cell_spread[own] + c->cell_spread[cell];
                if (g[0] * g[0] + g[1] * g[1] + g[2] * g[2] < most * most)
                    take_cell(c, cell, type);
            }
}

/* The row of particle i with those of one type, out of the candidates at hand. */
static void fill_row(struct search *c, int32_t i, int type, struct gg_md_rows *to)
{
    struct gg_md_list *l = c->l;
    const bool both = c->s->n_lane == 1;
    const int32_t at[3] = {l->centre[0][i], l->centre[1][i], l->centre[2][i]};
    const gg_real reach = c->cutoff[c->s->type[i]][type] + l->spread[i];
    int64_t n = to->n;
    rows_need(to, n + l->near.n + 2 * LANES);
    to->begin[(int64_t)i * TYPES + type] = n;
    n += c->level->choose(c->s, &l->near, at, reach, both ? -1 : i, to->nbr + n);
    for (; both && n % LANES != 0; n++)
        to->nbr[n] = i;
    to->end[(int64_t)i * TYPES + type] = to->n = n;
}

static void find_candidates(struct search *c, struct gg_md_rows *to)
{
    const struct gg_md_list *l = c->l;
    int64_t at[3], cell = 0;
    to->n = 0;
    for (at[2] = 0; at[2] < c->m[2]; at[2]++)
        for (at[1] = 0; at[1] < c->m[1]; at[1]++)
            for (at[0] = 0; at[0] < c->m[0]; at[0]++, cell++)
                for (int type = 0; type < TYPES; type++) {
                    gather(c, at, type);
                    for (int64_t k = l->start[cell * TYPES]; k < l->start[(cell + 1) * TYPES]; k++)
                        fill_row(c, l->order[k], type, to);
                }
}

/* ---- the two shells ---- */

static void narrow(const struct gg_md_sites *s, const struct gg_md_level *level,
                   const struct gg_md_rows *from, double margin, struct gg_md_rows *to)
{
    gg_real reach2[TYPES][TYPES];
    for (int a = 0; a < TYPES; a++)
        for (int b = 0; b < TYPES; b++) {
            double reach = sqrt(s->pair[a][b].cutoff2) + margin;
            reach2[a][b] = (gg_real)(reach * reach);
        }
    rows_need(to, from->n + 2 * LANES);
    level->filter(s, from, (const gg_real(*)[TYPES])reach2, to);
}

static void make_inner(struct gg_md_list *l, const struct gg_md_sites *s, const struct gg_md_level *level)
{
    narrow(s, level, &l->wide, l->inner, &l->rows);
    memcpy(l->built, s->x, (size_t)s->n_number * sizeof *l->built);
    l->n_built++;
}

void gg_md_list_build(struct gg_md_list *l, const struct gg_md_sites *s, const struct gg_md_level *level,
                      const double extent[3])
{
    struct search c = {.l = l, .s = s, .level = level, .extent = extent};
    find_balls(l, s);
    choose_cells(&c);
    sort(&c);
    find_candidates(&c, s->n_lane > 1 ? &l->rows : &l->wide);
    if (s->n_lane > 1)
        narrow(s, level, &l->rows, l->outer, &l->wide);
    memcpy(l->built_wide, s->x, (size_t)s->n_number * sizeof *l->built_wide);
    l->n_built_wide++;
    make_inner(l, s, level);
}

bool gg_md_list_keep(struct gg_md_list *l, const struct gg_md_sites *s, const struct gg_md_level *level)
{
    if (level->moved(s, l->built) <= 0.25 * l->inner * l->inner)
        return true;
    if (!(sqrt(level->moved(s, l->built_wide)) + 0.5 * l->inner <= 0.5 * l->outer))
        return false;
    make_inner(l, s, level);
    return true;
}
