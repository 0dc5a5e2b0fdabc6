/* liquid.c -- small made-up liquids for the laws, and what may be done to them without changing what a layer means */
#include "laws/liquid.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Vectors, lengths and reverse edges: everything that follows from positions and edges. */
static void make_graph(struct gg_liquid *s, struct gg_arena *a)
{
    int64_t n_edge = s->edges.n_edge, *rev = GG_NEW(a, int64_t, (size_t)n_edge);
    double(*exact)[3] = gg_arena_calloc(a, (size_t)n_edge, sizeof *exact);
    gg_real(*vec)[3] = gg_arena_calloc(a, (size_t)n_edge, sizeof *vec),
    *r = GG_NEW(a, gg_real, (size_t)n_edge);
    struct gg_err err;
    gg_edge_vectors_f64(&s->edges, &s->cell, (const double(*)[3])s->pos, exact);
    for (int64_t e = 0; e < n_edge; e++) {
        double square = 0;
        for (int k = 0; k < 3; k++) {
            vec[e][k] = (gg_real)exact[e][k];
            square += exact[e][k] * exact[e][k];
        }
        r[e] = (gg_real)sqrt(square);
    }
    bool symmetric = gg_edge_reverse(&s->edges, rev, &err) == 0;
    assert(symmetric);
    (void)symmetric;
    static const double times[] = {0.1, 1, 10};
    s->graph = (struct gg_graph){.n_node = s->n,
                                 .n_edge = n_edge,
                                 .ptr = s->edges.ptr,
                                 .nbr = s->edges.nbr,
                                 .rev = rev,
                                 .sent = s->edges.ptr,
                                 .vec = (const gg_real(*)[3])vec,
                                 .r = r,
                                 .type = s->type,
                                 .n_type = s->n_type,
                                 .n_time = 3,
                                 .time = times};
    gg_graph_ranges(&s->graph, a);
}

static void search(struct gg_liquid *s, struct gg_arena *a)
{
    struct gg_err err;
    int status =
        gg_neighbors(&s->edges, a, &s->cell, s->n, (const double(*)[3])s->pos, s->cutoff, s->self, 0, &err);
    assert(status == 0);
    (void)status;
    make_graph(s, a);
}

static void set_cell(struct gg_liquid *s, const double h[3][3])
{
    struct gg_err err;
    int status = gg_cell_init(&s->cell, 3, 7, h, &err);
    assert(status == 0);
    (void)status;
}

static void copy_particles(struct gg_liquid *out, struct gg_arena *a, const struct gg_liquid *s)
{
    *out = *s;
    out->pos = gg_arena_calloc(a, (size_t)s->n, sizeof *s->pos);
    out->type = GG_NEW(a, int32_t, (size_t)s->n);
    if (s->n > 0) {
        memcpy(out->pos, s->pos, sizeof *s->pos * (size_t)s->n);
        memcpy(out->type, s->type, sizeof *s->type * (size_t)s->n);
    }
}

/* As in a liquid: no two particles within 0.7 (a fifth of space: there is always room for one more). */
static bool too_near(const struct gg_liquid *s, int64_t i)
{
    for (int64_t j = 0; j < i; j++) {
        double d[3] = {s->pos[j][0] - s->pos[i][0], s->pos[j][1] - s->pos[i][1], s->pos[j][2] - s->pos[i][2]};
        gg_cell_nearest(&s->cell, d);
        if (d[0] * d[0] + d[1] * d[1] + d[2] * d[2] < 0.7 * 0.7)
            return true;
    }
    return false;
}

void gg_liquid_random(struct gg_liquid *s, struct gg_arena *a, int64_t n, int n_type, double cutoff,
                      struct gg_rng *r)
{
    double side = cbrt((double)(n > 0 ? n : 1) / 1.2), h[3][3], f[3];
    for (int k = 0; k < 9; k++)
        h[k / 3][k % 3] = (k % 4 == 0 ? side : 0) + 0.1 * side * gg_rng_normal(r);
    *s = (struct gg_liquid){.n = n, .n_type = n_type, .cutoff = cutoff};
    set_cell(s, (const double(*)[3])h);
    for (int k = 0; k < 9; k++)
        h[k / 3][k % 3] *= side / cbrt(fabs(s->cell.volume));
    set_cell(s, (const double(*)[3])h);
    s->pos = gg_arena_calloc(a, (size_t)n, sizeof *s->pos);
    s->type = GG_NEW(a, int32_t, (size_t)n);
    for (int64_t i = 0; i < n; i++) {
        do {
            for (int k = 0; k < 3; k++)
                f[k] = gg_rng_uniform(r);
            gg_cell_cartesian(&s->cell, f, s->pos[i]);
        } while (too_near(s, i));
        s->type[i] = (int32_t)gg_rng_below(r, (uint32_t)n_type);
    }
    search(s, a);
}

void gg_liquid_lattice(struct gg_liquid *s, struct gg_arena *a, int side, int n_type, double cutoff,
                       struct gg_rng *r)
{
    double spacing = 1 / cbrt(1.2), edge = spacing * side;
    *s = (struct gg_liquid){.n = (int64_t)side * side * side, .n_type = n_type, .cutoff = cutoff};
    set_cell(s, (const double[3][3]){{edge, 0, 0}, {0, edge, 0}, {0, 0, edge}});
    s->pos = gg_arena_calloc(a, (size_t)s->n, sizeof *s->pos);
    s->type = GG_NEW(a, int32_t, (size_t)s->n);
    for (int64_t i = 0; i < s->n; i++) {
        const int64_t site[3] = {i % side, i / side % side, i / side / side};
        for (int k = 0; k < 3; k++)
            s->pos[i][k] = spacing * ((double)site[k] + 0.1 * gg_rng_normal(r));
        s->type[i] = (int32_t)gg_rng_below(r, (uint32_t)n_type);
    }
    search(s, a);
}

void gg_liquid_selfish(struct gg_liquid *out, struct gg_arena *a, const struct gg_liquid *s)
{
    copy_particles(out, a, s);
    out->self = true;
    search(out, a);
}

void gg_liquid_isolated(struct gg_liquid *out, struct gg_arena *a, const struct gg_liquid *s)
{
    copy_particles(out, a, s);
    out->edges = (struct gg_edges){.n_node = s->n, .ptr = GG_NEW(a, int64_t, (size_t)s->n + 1)};
    out->edges.nbr = GG_NEW(a, int32_t, 0);
    out->edges.shift = gg_arena_calloc(a, 0, 3);
    make_graph(out, a);
}

static void turn(const double R[3][3], const double v[3], double out[3])
{
    for (int k = 0; k < 3; k++)
        out[k] = R[k][0] * v[0] + R[k][1] * v[1] + R[k][2] * v[2];
}

void gg_liquid_turned(struct gg_liquid *out, struct gg_arena *a, const struct gg_liquid *s,
                      const double R[3][3])
{
    double h[3][3];
    copy_particles(out, a, s);
    for (int k = 0; k < 3; k++)
        turn(R, s->cell.h[k], h[k]);
    for (int64_t i = 0; i < s->n; i++)
        turn(R, s->pos[i], out->pos[i]);
    set_cell(out, (const double(*)[3])h);
    make_graph(out, a);
}

void gg_liquid_moved(struct gg_liquid *out, struct gg_arena *a, const struct gg_liquid *s, struct gg_rng *r)
{
    double origin[3] = {gg_rng_normal(r), gg_rng_normal(r), gg_rng_normal(r)};
    copy_particles(out, a, s);
    for (int64_t i = 0; i < s->n; i++)
        for (int b = 0; b < 3; b++) {
            double whole = (double)gg_rng_below(r, 5) - 2;
            for (int k = 0; k < 3; k++)
                out->pos[i][k] += (b == k ? origin[k] : 0) + whole * s->cell.h[b][k];
        }
    search(out, a);
    assert(out->edges.n_edge == s->edges.n_edge);
    assert(s->edges.n_edge == 0 ||
           !memcmp(out->edges.nbr, s->edges.nbr, sizeof *s->edges.nbr * (size_t)s->edges.n_edge));
}

/* The edge node[i] <- node[j] with the same shift. */
static int64_t find_edge(const struct gg_liquid *s, int64_t i, int32_t j, const int8_t shift[3])
{
    for (int64_t e = s->edges.ptr[i]; e < s->edges.ptr[i + 1]; e++)
        if (s->edges.nbr[e] == j && !memcmp(s->edges.shift[e], shift, 3))
            return e;
    assert(!"the relabelled graph lacks an edge");
    return -1;
}

void gg_liquid_relabelled(struct gg_liquid *out, struct gg_arena *a, const struct gg_liquid *s,
                          struct gg_rng *r, int64_t *node, int64_t *edge)
{
    copy_particles(out, a, s);
    for (int64_t i = 0; i < s->n; i++)
        node[i] = i;
    gg_rng_shuffle(r, node, s->n);
    for (int64_t i = 0; i < s->n; i++) {
        memcpy(out->pos[node[i]], s->pos[i], sizeof *s->pos);
        out->type[node[i]] = s->type[i];
    }
    search(out, a);
    for (int64_t i = 0; i < s->n; i++)
        for (int64_t e = s->edges.ptr[i]; e < s->edges.ptr[i + 1]; e++)
            edge[e] = find_edge(out, node[i], (int32_t)node[s->edges.nbr[e]], s->edges.shift[e]);
}
