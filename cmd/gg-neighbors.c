/* gg-neighbors.c -- who is near whom: all pairs within a cutoff, as edges in rows of receivers
 *
 * Edges go into the frame as CSR: edge_ptr, edge_nbr, edge_shift and, unless told otherwise, edge_vectors. */
#include "cli/cli.h"
#include "graph/graph.h"

#include <ctype.h>
#include <string.h>

enum precision { F64, F32 };

struct options {
    double cutoff;
    const char *positions, *suffix;
    bool self, vectors;
    int precision;
};
#define AT(member) offsetof(struct options, member)
static const struct gg_opt opts[] = {
    {"cutoff", GG_OPT_REAL, AT(cutoff), "pairs nearer than this are neighbours", .arg = "LENGTH",
     .unit = "sigma", .min = 1e-6, .max = 1e6, .letter = 'c', .required = true},
    {"positions", GG_OPT_TEXT, AT(positions), "field with the positions", .arg = "FIELD"},
    {"self", GG_OPT_FLAG, AT(self), "give every particle an edge to itself, too"},
    {"vectors", GG_OPT_FLAG, AT(vectors), "write edge_vectors"},
    {"suffix", GG_OPT_TEXT, AT(suffix), "a second graph: fields edge_ptr_WORD and so on", .arg = "WORD"},
    {"precision", GG_OPT_CHOICE, AT(precision),
     "f32: round positions and cell first, as codes in single precision do", .choices = "f64|f32"},
    {0}};

static const struct gg_program program = {
    .name = "gg-neighbors",
    .about = "all pairs of particles within a cutoff, periodic images included",
    .example = "gg-neighbors --cutoff 2 tiny.ggs | gg-dump",
    .opts = opts,
    GG_READS_STREAMS,
};

struct run {
    struct gg_cli cli;
    struct options options;
};

/* "edge_nbr", or with --suffix inherent "edge_nbr_inherent" */
static void full_name(const struct options *o, const char *stem, char name[GG_NAME])
{
    snprintf(name, GG_NAME, "%s%s%s", stem, o->suffix ? "_" : "", o->suffix ? o->suffix : "");
}

static int check_suffix(const char *suffix, struct gg_err *err)
{
    size_t n = suffix ? strlen(suffix) : 0;
    for (size_t k = 0; k < n; k++)
        if (!islower((unsigned char)suffix[k]) && !isdigit((unsigned char)suffix[k]) && suffix[k] != '_')
            return gg_fail(err, GG_USAGE, "--suffix: '%s' may hold lower-case letters, digits and _ only",
                           suffix);
    if (n > 32)
        return gg_fail(err, GG_USAGE, "--suffix: '%s' is longer than 32 letters", suffix);
    return 0;
}

static int meta(void *run, struct gg_meta *m, struct gg_err *err)
{
    const struct options *o = &((struct run *)run)->options;
    char key[GG_NAME], cutoff[32];
    (void)err;
    full_name(o, "edge_positions", key);
    gg_meta_set(m, key, o->positions);
    full_name(o, "edge_cutoff", key);
    gg_print_double(cutoff, o->cutoff);
    gg_meta_set(m, key, cutoff);
    full_name(o, "edge_precision", key);
    gg_meta_set(m, key, o->precision == F32 ? "f32" : "f64");
    return 0;
}

/* ---- one frame ---- */

static const double (*find_positions(const struct gg_frame *f, const char *name, struct gg_arena *a,
                                     struct gg_err *err))[3]
{
    const double *pos = gg_frame_need_double(f, name, a, err);
    const struct gg_field *x = gg_frame_find(f, name);
    if (pos && (x->ndim != 2 || x->axis[0] != GG_NODE || x->shape[1] != 3)) {
        gg_fail(err, GG_INPUT, "field '%s' has %d axes, positions [node, 3] are wanted", name, x->ndim);
        return NULL;
    }
    return (const double(*)[3])pos;
}

static double (*round_to_f32(const double (*pos)[3], int64_t n, struct gg_cell *cell, struct gg_arena *a,
                             struct gg_err *err))[3]
{
    double(*rounded)[3] = gg_arena_alloc(a, (size_t)n * sizeof *rounded), h[3][3];
    for (int64_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++)
            rounded[i][k] = (float)pos[i][k];
    for (int v = 0; v < 3; v++)
        for (int k = 0; k < 3; k++)
            h[v][k] = (float)cell->h[v][k];
    return gg_cell_init(cell, cell->dim, cell->pbc, h, err) < 0 ? NULL : rounded;
}

/* What belongs to the edges that were there goes with them. */
static void drop_edges(struct gg_frame *f)
{
    for (int k = 0; k < f->n_field;) {
        bool on_edges = strcmp(f->field[k].name, "edge_ptr") == 0;
        for (int d = 0; d < f->field[k].ndim; d++)
            on_edges |= f->field[k].axis[d] == GG_EDGE;
        k = on_edges && gg_frame_remove(f, f->field[k].name) ? 0 : k + 1; /* its times may go, too */
    }
    f->n_edge = 0;
}

/* A field of the graph, as fields.def says; in a second graph the edge axis is free. */
static void *add(struct gg_frame *f, struct gg_arena *a, const struct options *o, const char *stem,
                 uint64_t n_edge, struct gg_err *err)
{
    const struct gg_field_def *def = gg_field_lookup(stem);
    uint64_t shape[2] = {def->axis[0] == GG_EDGE ? n_edge : f->n_node + 1, 3};
    int axis[2] = {def->axis[0] == GG_EDGE && o->suffix ? GG_FREE : def->axis[0], GG_FREE};
    char name[GG_NAME];
    full_name(o, stem, name);
    struct gg_field *x = gg_frame_add_as(f, a, name, def->dtype, def->ndim, shape, axis, def->role,
                                         def->irreps, def->unit, err);
    return x ? x->data : NULL;
}

static int write_edges(struct gg_frame *f, struct gg_arena *a, const struct options *o,
                       const struct gg_edges *e, struct gg_err *err)
{
    uint64_t n_edge = (uint64_t)e->n_edge;
    if (!o->suffix) {
        drop_edges(f);
        f->n_edge = n_edge;
    }
    void *ptr = add(f, a, o, "edge_ptr", n_edge, err);
    void *nbr = ptr ? add(f, a, o, "edge_nbr", n_edge, err) : NULL;
    void *shift = nbr ? add(f, a, o, "edge_shift", n_edge, err) : NULL;
    if (!shift)
        return -1;
    memcpy(ptr, e->ptr, (f->n_node + 1) * sizeof *e->ptr);
    memcpy(nbr, e->nbr, n_edge * sizeof *e->nbr);
    memcpy(shift, e->shift, n_edge * sizeof *e->shift);
    return 0;
}

static int frame(void *run, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    const struct run *r = run;
    const struct options *o = &r->options;
    struct gg_cell cell;
    struct gg_edges e;
    float(*vec)[3];
    int64_t n = (int64_t)f->n_node,
            most = (int64_t)(r->cli.max_frame / (o->vectors ? 19 : 7)); /* bytes an edge */
    const double(*pos)[3] = find_positions(f, o->positions, a, err);
    if (!pos || gg_cell_init(&cell, f->dim, f->pbc, f->cell, err) < 0)
        return -1;
    if (o->precision == F32 && !(pos = (const double(*)[3])round_to_f32(pos, n, &cell, a, err)))
        return -1;
    if (gg_neighbors_check(&cell, n, o->cutoff, GG_MOST_NEIGHBOURS, err))
        return -1;
    int status = o->vectors ? gg_neighbors_f32(&e, &vec, a, &cell, n, pos, o->cutoff, o->self, most, err)
                            : gg_neighbors(&e, a, &cell, n, pos, o->cutoff, o->self, most, err);
    if (status < 0 || write_edges(f, a, o, &e, err) < 0)
        return -1;
    if (o->vectors) {
        void *vectors = add(f, a, o, "edge_vectors", (uint64_t)e.n_edge, err);
        if (!vectors)
            return -1;
        memcpy(vectors, vec, (size_t)e.n_edge * sizeof *vec);
    }
    return 1;
}

int main(int argc, char **argv)
{
    static struct run r = {.options = {.positions = "pos", .vectors = true}};
    int status = gg_cli_start(&r.cli, &program, &r.options, argc, argv);
    if (status >= 0)
        return status;
    if (check_suffix(r.options.suffix, &r.cli.err) < 0)
        return gg_cli_fail(&r.cli);
    return gg_cli_filter(&r.cli, &(struct gg_filter){.frame = frame, .meta = meta, .context = &r});
}
