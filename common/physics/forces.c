/* forces.c -- forces from a neighbour list with a skin (Verlet 1967)
 * Particles beyond the cell's faces are ghosts, copies that move with their owners, so that the loop over pairs knows
 * neither cell nor images.  The pairs of a particle are grouped by the type of the other, so that the constants of the
 * potential are the same for four pairs at a time. */
#include "physics/forces.h"
#include "graph/graph.h"
#include "physics/points.h"
#include "util/clones.h"

#include <math.h>
#include <string.h>

enum { TYPES = GG_POTENTIAL_TYPES };

static const double FAR_AWAY = 1e30; /* sigma: where the padding of the list points to */

/* ---- the list ---- */

static struct gg_ghost *ghost_of(struct gg_forces *f, int32_t *chain, int32_t *next, int32_t j,
                                 const double image[3])
{
    for (int32_t g = chain[j]; g >= 0; g = next[g])
        if (!memcmp(f->ghost[g].image, image, sizeof f->ghost[g].image))
            return &f->ghost[g];
    struct gg_ghost *g = &f->ghost[f->n_ghost];
    g->owner = j;
    memcpy(g->image, image, sizeof g->image);
    next[f->n_ghost] = chain[j];
    chain[j] = (int32_t)f->n_ghost++;
    return g;
}

/* Each image of a particle that is somebody's neighbour becomes a ghost; other[k] is whom edge k points to. */
static void make_ghosts(struct gg_forces *f, const struct gg_edges *e, int32_t *other)
{
    int64_t most = 0;
    for (int64_t k = 0; k < e->n_edge; k++)
        most += e->shift[k][0] || e->shift[k][1] || e->shift[k][2];
    int32_t *chain = gg_arena_alloc(&f->arena, (size_t)f->n * sizeof *chain);
    int32_t *next = gg_arena_alloc(&f->arena, (size_t)most * sizeof *next);
    memset(chain, -1, (size_t)f->n * sizeof *chain);
    f->ghost = gg_arena_alloc(&f->arena, (size_t)most * sizeof *f->ghost);
    f->n_ghost = 0;
    for (int64_t k = 0; k < e->n_edge; k++) {
        const int8_t *s = e->shift[k];
        other[k] = e->nbr[k];
        if (!s[0] && !s[1] && !s[2])
            continue;
        const double shift[3] = {s[0], s[1], s[2]};
        double image[3];
        gg_cell_cartesian(f->cell, shift, image);
        other[k] = (int32_t)(f->n + (ghost_of(f, chain, next, e->nbr[k], image) - f->ghost));
    }
}

/* Is the pair within the cut-off of its types, and the skin? */
static bool listed(const struct gg_forces *f, int32_t a, int32_t b, const float v[3])
{
    double reach = (f->potential->pair[a][b].cutoff + f->skin) * (1 + 1e-6); /* v is rounded to float */
    return (double)v[0] * v[0] + (double)v[1] * v[1] + (double)v[2] * v[2] < reach * reach;
}

/* Fills the row of particle i grouped by type, or only counts if `to` is NULL; each group is padded. */
static int64_t row(struct gg_forces *f, const struct gg_edges *e, const float (*vec)[3], const int32_t *other,
                   int64_t i, int64_t at, int32_t *to)
{
    for (int32_t t = 0; t < TYPES; t++) {
        f->first[i * TYPES + t] = at;
        for (int64_t k = e->ptr[i]; k < e->ptr[i + 1]; k++)
            if (f->type[e->nbr[k]] == t && listed(f, f->type[i], t, vec[k])) {
                if (to)
                    to[at] = other[k];
                at++;
            }
        for (; at % GG_FOUR != 0; at++)
            if (to)
                to[at] = (int32_t)(f->n + f->n_ghost);
    }
    return at;
}

static void make_list(struct gg_forces *f, const struct gg_edges *e, const float (*vec)[3])
{
    int32_t *other = gg_arena_alloc(&f->arena, (size_t)e->n_edge * sizeof *other);
    make_ghosts(f, e, other);
    f->first = gg_arena_alloc(&f->arena, ((size_t)f->n * TYPES + 1) * sizeof *f->first);
    int64_t n_pair = 0;
    for (int64_t i = 0; i < f->n; i++)
        n_pair = row(f, e, vec, other, i, n_pair, NULL);
    f->first[f->n * TYPES] = n_pair;
    f->nbr = gg_arena_alloc(&f->arena, (size_t)n_pair * sizeof *f->nbr);
    for (int64_t i = 0; i < f->n; i++)
        row(f, e, vec, other, i, f->first[i * TYPES], f->nbr);
}

static int rebuild(struct gg_forces *f, const double (*pos)[3], struct gg_err *err)
{
    struct gg_edges e;
    gg_arena_reset(&f->arena);
    f->built = NULL;
    if (gg_neighbors(&e, &f->arena, f->cell, f->n, pos, f->potential->cutoff + f->skin, false, INT32_MAX / 2,
                     err) < 0)
        return -1;
    float(*vec)[3] = gg_arena_alloc(&f->arena, (size_t)e.n_edge * sizeof *vec);
    gg_edge_vectors_f32(&e, f->cell, pos, vec);
    make_list(f, &e, vec);
    f->at = gg_arena_calloc(&f->arena, (size_t)(f->n + f->n_ghost + 1), sizeof *f->at);
    f->built = gg_arena_alloc(&f->arena, (size_t)f->n * sizeof *f->built);
    memcpy(f->built, pos, (size_t)f->n * sizeof *f->built);
    f->n_built++;
    return 0;
}

/* ---- positions ---- */

static bool holds(const struct gg_forces *f, const double (*pos)[3])
{
    double most = 0.25 * f->skin * f->skin;
    for (int64_t i = 0; f->built && i < f->n; i++) {
        double x = pos[i][0] - f->built[i][0], y = pos[i][1] - f->built[i][1], z = pos[i][2] - f->built[i][2];
        if (!(x * x + y * y + z * z <= most))
            return false;
    }
    return f->built != NULL;
}

int gg_forces_move(struct gg_forces *f, const double (*pos)[3], struct gg_err *err)
{
    if (!holds(f, pos) && rebuild(f, pos, err) < 0)
        return -1;
    for (int64_t i = 0; i < f->n; i++)
        memcpy(f->at[i], pos[i], sizeof pos[i]);
    for (int64_t g = 0; g < f->n_ghost; g++)
        for (int k = 0; k < 3; k++)
            f->at[f->n + g][k] = pos[f->ghost[g].owner][k] + f->ghost[g].image[k];
    f->at[f->n + f->n_ghost][0] = FAR_AWAY;
    return 0;
}

int gg_forces_init(struct gg_forces *f, const struct gg_potential *p, const struct gg_cell *cell, int64_t n,
                   const int32_t *type, double skin, struct gg_err *err)
{
    *f = (struct gg_forces){.potential = p, .cell = cell, .n = n, .type = type, .skin = skin};
    return gg_check_types(n, type, err);
}

void gg_forces_free(struct gg_forces *f)
{
    gg_arena_free(&f->arena);
}

/* ---- forces ---- */

/* With q = (sigma/r)^2 the force is v times
 *     V'(r)/r = 4 eps/sigma^2 [ q (-12 q^6 + 6 q^3) + a1 sqrt(q) + 2 a2 + 4 a4/q ],   0 beyond the cut-off. */
struct constants {
    double cutoff2, sigma2, c12, c6, c1, c2, c4;
};

static struct constants constants_of(const struct gg_pair_potential *p)
{
    double s2 = p->sigma * p->sigma, e = 4 * p->eps / s2;
    return (struct constants){p->cutoff * p->cutoff, s2, -12 * e, 6 * e, e * p->a1, 2 * e * p->a2,
                              4 * e * p->a4 / s2};
}

/* Adds the forces of the pairs nbr[0 .. n-1] with the particle at `here` to sum[x, y, z][lane]. */
GG_CLONES static void add_group(const struct constants *c, const double (*at)[4], const double here[4],
                                const int32_t *nbr, int64_t n, double sum[3][GG_FOUR])
{
    gg_four fx, fy, fz, r0;
    memcpy(&fx, sum[0], sizeof fx);
    memcpy(&fy, sum[1], sizeof fy);
    memcpy(&fz, sum[2], sizeof fz);
    memcpy(&r0, here, sizeof r0);
    for (int64_t k = 0; k < n; k += GG_FOUR) {
        gg_four x, y, z;
        gg_four_points(at, nbr + k, &x, &y, &z);
        x -= r0[0], y -= r0[1], z -= r0[2];
        gg_four r2 = x * x + y * y + z * z, q = c->sigma2 / r2, q3 = q * q * q, root;
        for (int l = 0; l < GG_FOUR; l++)
            root[l] = sqrt(q[l]);
        gg_four f = q * q3 * (c->c12 * q3 + c->c6) + c->c1 * root + c->c2 + c->c4 * r2;
        f = (gg_four)((gg_four_mask)f & (r2 < c->cutoff2));
        fx += f * x;
        fy += f * y;
        fz += f * z;
    }
    memcpy(sum[0], &fx, sizeof fx);
    memcpy(sum[1], &fy, sizeof fy);
    memcpy(sum[2], &fz, sizeof fz);
}

void gg_forces_eval(const struct gg_forces *f, int64_t first, int64_t last, double (*force)[3])
{
    struct constants c[TYPES][TYPES];
    for (int a = 0; a < TYPES; a++)
        for (int b = 0; b < TYPES; b++)
            c[a][b] = constants_of(&f->potential->pair[a][b]);
    for (int64_t i = first; i < last; i++) {
        double sum[3][GG_FOUR] = {{0}};
        for (int t = 0; t < TYPES; t++) {
            int64_t begin = f->first[i * TYPES + t], end = f->first[i * TYPES + t + 1];
            add_group(&c[f->type[i]][t], (const double(*)[4])f->at, f->at[i], f->nbr + begin, end - begin,
                      sum);
        }
        for (int k = 0; k < 3; k++)
            force[i][k] = (sum[k][0] + sum[k][1]) + (sum[k][2] + sum[k][3]);
    }
}
