/* batch.c -- a sample's graphs and standardised inputs, in the order of the kernels: nodes along cells, edges in rows */
#include "model/pass_chain.h"

#include <math.h>
#include <string.h>

/* ---- lists of edges ---- */

static int list_edges(struct gg_edges *out, struct gg_arena *a, const struct gg_model *m, int list,
                      const struct gg_cell *cell, int64_t n, const double (*const *pos)[3],
                      struct gg_err *err)
{
    bool any = false;
    for (int k = 0; k < m->n_geometry; k++) {
        struct gg_edges found, before = *out;
        if (m->geometry[k].list != list)
            continue;
        if (gg_neighbors_check(cell, n, m->geometry[k].cutoff, GG_MOST_NEIGHBOURS, err) ||
            gg_neighbors(&found, a, cell, n, pos[k], m->geometry[k].cutoff, m->self, INT32_MAX, err))
            return -1;
        if (any)
            gg_edges_union(out, a, &before, &found);
        else
            *out = found;
        any = true;
    }
    return 0;
}

static int given_edges(struct gg_batch *b, const struct gg_sample *s, const struct gg_cell *cell,
                       struct gg_edges *out, struct gg_arena *a)
{
    struct gg_edges from = {.n_node = s->n_node,
                            .n_edge = s->n_edge,
                            .ptr = (int64_t *)(uintptr_t)s->edge_ptr,
                            .nbr = (int32_t *)(uintptr_t)s->edge_nbr,
                            .shift = (int8_t(*)[3])(uintptr_t)s->edge_shift};
    int64_t *edge_order = GG_NEW(a, int64_t, (size_t)s->n_edge + 1);
    if (!from.shift) {
        from.shift = gg_arena_alloc(a, ((size_t)s->n_edge + 1) * sizeof *from.shift);
        gg_edges_nearest(s->n_node, s->edge_ptr, s->edge_nbr, cell, s->pos[0], from.shift);
    }
    gg_edges_reorder(out, edge_order, a, &from, b->order);
    b->edge_order = edge_order;
    return 0;
}

/* ---- graphs ---- */

static gg_real (*vectors_of(const struct gg_edges *e, const struct gg_cell *cell, const double (*pos)[3],
                            struct gg_arena *a))[3]
{
    gg_real(*vec)[3] = gg_arena_alloc(a, (size_t)(e->n_edge + 1) * sizeof *vec);
#ifdef GG_REAL_DOUBLE
    gg_edge_vectors_f64(e, cell, pos, vec);
#else
    gg_edge_vectors_f32(e, cell, pos, vec);
#endif
    return vec;
}

static const gg_real *lengths_of(int64_t n, const gg_real (*vec)[3], struct gg_arena *a)
{
    gg_real *r = GG_NEW(a, gg_real, (size_t)n + 1);
    for (int64_t e = 0; e < n; e++)
        r[e] = (gg_real)sqrt((double)vec[e][0] * (double)vec[e][0] + (double)vec[e][1] * (double)vec[e][1] +
                             (double)vec[e][2] * (double)vec[e][2]);
    return r;
}

/* Positions of a geometry in kernel order. */
static double (*ordered(const struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s, int k,
                        struct gg_arena *a))[3]
{
    double(*pos)[3] = gg_arena_alloc(a, ((size_t)s->n_node + 1) * sizeof *pos);
    for (int64_t i = 0; i < s->n_node; i++)
        for (int z = 0; z < 3; z++)
            pos[i][z] = m->f32 ? (double)(float)s->pos[k][b->order[i]][z] : s->pos[k][b->order[i]][z];
    return pos;
}

/* Edges count cells between the positions of one geometry: those of another that has the same edges move to the images nearest to
 * them.  Positions that are there already keep every bit. */
static void move_to_images(const struct gg_cell *cell, int64_t n, const double (*to)[3], double (*pos)[3])
{
    const double far = 1e12; /* images are no longer told apart */
    for (int64_t i = 0; i < n; i++) {
        double d[3], near[3], whole[3], by[3];
        for (int z = 0; z < 3; z++)
            d[z] = near[z] = pos[i][z] - to[i][z];
        if (!(fabs(d[0]) + fabs(d[1]) + fabs(d[2]) < far))
            continue;
        gg_cell_nearest(cell, near);
        for (int z = 0; z < 3; z++)
            d[z] = near[z] - d[z];
        gg_cell_fractional(cell, d, whole);
        for (int a = 0; a < 3; a++)
            whole[a] = round(whole[a]);
        gg_cell_cartesian(cell, whole, by);
        for (int z = 0; z < 3; z++)
            pos[i][z] += by[z];
    }
}

static int make_graphs(struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s,
                       const struct gg_cell *cell, struct gg_arena *a, struct gg_err *err)
{
    const double(*pos[GG_MAX_GEOMETRIES])[3];
    struct gg_edges edges[GG_MAX_GEOMETRIES] = {0};
    for (int k = 0; k < m->n_geometry; k++) {
        double(*own)[3] = ordered(b, m, s, k, a);
        if (k > 0 && m->edges != GG_EDGES_EACH)
            move_to_images(cell, s->n_node, pos[0], own);
        pos[k] = (const double(*)[3])own;
    }
    for (int q = 0; q < m->n_list; q++) {
        if (m->edges == GG_EDGES_FRAME ? given_edges(b, s, cell, &edges[q], a)
                                       : list_edges(&edges[q], a, m, q, cell, s->n_node, pos, err))
            return -1;
    }
    for (int k = 0; k < m->n_geometry; k++) {
        const struct gg_edges *e = &edges[m->geometry[k].list];
        gg_real(*vec)[3] = vectors_of(e, cell, pos[k], a);
        b->graph[k].n_edge = e->n_edge;
        b->graph[k].ptr = e->ptr;
        b->graph[k].nbr = e->nbr;
        b->graph[k].shift = (const int8_t(*)[3])e->shift;
        b->graph[k].vec = (const gg_real(*)[3])vec;
        b->graph[k].r = lengths_of(e->n_edge, b->graph[k].vec, a);
    }
    return 0;
}

/* The first geometry of the list that the k-th has. */
static int first_of_list(const struct gg_model *m, int k)
{
    int first = 0;
    while (m->geometry[first].list != m->geometry[k].list)
        first++;
    return first;
}

static int make_reverse(struct gg_batch *b, const struct gg_model *m, struct gg_arena *a, struct gg_err *err)
{
    for (int k = 0; k < m->n_geometry; k++) {
        struct gg_graph *g = &b->graph[k];
        int first = first_of_list(m, k);
        const struct gg_edges e = {.n_node = g->n_node,
                                   .n_edge = g->n_edge,
                                   .ptr = (int64_t *)(uintptr_t)g->ptr,
                                   .nbr = (int32_t *)(uintptr_t)g->nbr,
                                   .shift = (int8_t(*)[3])(uintptr_t)g->shift};
        int64_t *back = first == k ? GG_NEW(a, int64_t, (size_t)g->n_edge + 1) : NULL;
        if (back && gg_edge_reverse(&e, back, err))
            return -1;
        g->rev = back ? back : b->graph[first].rev;
        g->sent = g->ptr;
    }
    return 0;
}

/* What a backward needs belongs to a list: geometries of one list share it. */
static void make_ranges(struct gg_batch *b, const struct gg_model *m, struct gg_arena *a)
{
    for (int k = 0; k < m->n_geometry; k++) {
        int like = first_of_list(m, k);
        if (like == k) {
            gg_graph_ranges(&b->graph[k], a);
            continue;
        }
        b->graph[k].n_range = b->graph[like].n_range;
        b->graph[k].range = b->graph[like].range;
        b->graph[k].local = b->graph[like].local;
    }
}

/* ---- inputs ---- */

/* One row of a source, standardised, in e3nn order: fields one after the other as the value has them. */
static void standard_row(const struct gg_model *m, const struct gg_sample *s, const struct gg_value_source *q,
                         const float *raw, int64_t row, double *out)
{
    const bool hidden = s->hidden && s->hidden[row];
    for (int k = q->first; k < q->first + q->n; k++) {
        const struct gg_input *in = &m->input[k];
        int channel = in->channel;
        if (!strcmp(in->field, "type")) {
            if (m->type_number)
                *out++ = hidden ? -1 : s->type[row];
            for (int t = 0; t < m->n_species && !m->type_number; t++)
                *out++ = !hidden && s->type[row] == t;
            continue;
        }
        for (int b = 0; b < in->irreps.n; b++)
            for (int c = 0; c < in->irreps.b[b].mul; c++, channel++)
                for (int z = 0; z <= 2 * in->irreps.b[b].l; z++)
                    *out++ = ((double)*raw++ - m->mean[channel]) / m->scale[channel];
    }
}

/* Numbers of the inputs before `first` among those of its base, in a raw row. */
static int numbers_before(const struct gg_model *m, int first)
{
    int n = 0;
    for (int k = 0; k < first; k++)
        if (m->input[k].base == m->input[first].base && strcmp(m->input[k].field, "type"))
            n += gg_irreps_dim(&m->input[k].irreps);
    return n;
}

static int64_t row_of(const struct gg_batch *b, int base, int64_t k)
{
    return base == GG_ON_NODE ? b->order[k] : base == GG_ON_EDGE ? b->edge_order[k] : k;
}

static const gg_real *fill_source(const struct gg_batch *b, const struct gg_model *m,
                                  const struct gg_sample *s, const struct gg_value_source *q,
                                  struct gg_arena *a)
{
    const struct gg_shape *shape = &m->value[q->value];
    int64_t n = gg_shape_rows(shape, &b->graph[0]);
    gg_real *x = GG_NEW(a, gg_real, (size_t)(n * shape->stride) + 16);
    double *row = GG_NEW(a, double, (size_t)gg_irreps_dim(&shape->irreps) + 1);
    int base = q->n ? m->input[q->first].base : GG_ON_GRAPH,
        width = q->n ? gg_model_input_numbers(m, base) : 0, before = q->n ? numbers_before(m, q->first) : 0;
    for (int64_t k = 0; k < n; k++) {
        if (q->n) {
            int64_t i = row_of(b, base, k);
            standard_row(m, s, q, s->input[base] + i * width + before, i, row);
        } else {
            row[0] = log(m->time[k]);
        }
        gg_row_from_e3nn(shape, row, x + k * shape->stride);
    }
    return x;
}

/* ---- the whole ---- */

double gg_batch_bytes(const struct gg_model *m, double n_node, double n_edge)
{
    const struct gg_graph *g = NULL;
    double edge = sizeof *g->nbr + 3 + sizeof *g->vec + sizeof *g->r + sizeof *g->local +
                  (m->needs_reverse || m->n_op == 0 ? sizeof *g->rev : 0) /* not built yet: as if */,
           node = sizeof *g->ptr + sizeof *g->type + sizeof(int32_t) + 3 * sizeof(double) +
                  (size_t)m->value[0].stride * sizeof(gg_real);
    return m->n_geometry * n_edge * edge + n_node * node;
}

int gg_batch_graphs(struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s,
                    struct gg_arena *a, struct gg_err *err)
{
    struct gg_cell cell;
    size_t n = (size_t)s->n_node;
    int32_t *order = GG_NEW(a, int32_t, n + 1), *type = GG_NEW(a, int32_t, n + 1);
    double h[3][3];
    *b = (struct gg_batch){.order = order};
    for (int k = 0; k < 9; k++)
        h[k / 3][k % 3] = m->f32 ? (double)(float)s->cell[k / 3][k % 3] : s->cell[k / 3][k % 3];
    if (gg_cell_init(&cell, s->dim, s->pbc, (const double(*)[3])h, err))
        return -1;
    if (!s->ordered)
        gg_cell_order(a, &cell, s->n_node, s->pos[0], m->geometry[0].cutoff, order);
    for (int64_t k = 0; s->ordered && k < s->n_node; k++)
        order[k] = (int32_t)k;
    for (size_t k = 0; k < n; k++)
        type[k] = s->type[order[k]];
    for (int k = 0; k < m->n_geometry; k++)
        b->graph[k] = (struct gg_graph){.n_node = s->n_node, .type = type};
    return make_graphs(b, m, s, &cell, a, err);
}

void gg_batch_inputs(struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s,
                     struct gg_arena *a)
{
    for (int k = 0; k < m->n_source; k++)
        b->source[k] = fill_source(b, m, s, &m->source[k], a);
}

/* Numbers of the frame whose logarithm, or inverse, a layer takes. */
static int check_above_0(const struct gg_model *m, const struct gg_sample *s, struct gg_err *err)
{
    for (int k = 0; k < m->n_input; k++) {
        const struct gg_input *in = &m->input[k];
        if (in->reads != GG_ABOVE_0 || in->base != GG_ON_GRAPH)
            continue;
        const float *x = s->input[GG_ON_GRAPH] + numbers_before(m, k);
        if (!(x[0] > 0))
            return gg_fail(
                err, GG_INPUT,
                "frame '%s': field '%s': %g, and a layer (basis) takes its logarithm or inverse: a "
                "number above 0 is wanted",
                s->id, in->field, (double)x[0]);
    }
    return 0;
}

int gg_batch_finish(struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s, bool backward,
                    struct gg_arena *a, struct gg_err *err)
{
    if (check_above_0(m, s, err) || (m->needs_reverse && make_reverse(b, m, a, err)))
        return -1;
    for (int k = 0; k < m->n_geometry; k++) {
        b->graph[k].n_type = m->n_species;
        b->graph[k].n_time = m->n_time;
        b->graph[k].time = m->time;
    }
    if (backward)
        make_ranges(b, m, a);
    for (int k = 0; k < m->n_chain; k++)
        for (int keep = 0; keep <= backward; keep++)
            b->chain_bytes[k][keep] = gg_chain_bytes(m, b, k, keep);
    gg_batch_inputs(b, m, s, a);
    return 0;
}

int gg_batch_init(struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s, bool backward,
                  struct gg_arena *a, struct gg_err *err)
{
    return gg_batch_graphs(b, m, s, a, err) || gg_batch_finish(b, m, s, backward, a, err) ? -1 : 0;
}
