/* atooms.c -- the xyz of atooms: what the columns are is said in the second line, the origin is the centre of the box
 *
 *     150
 *     step:0 columns:id,pos,vel dt:0.005 cell:5.0,5.0,5.0
 *     1 -0.955249 -2.118605 1.977438 ...
 *
 * https://framagit.org/atooms/atooms: keys in any order, all may be missing; as many lengths of the cell as there are
 * dimensions; behind the named columns a column of text may stand under its own name. */
#include "formats/extra_key.h"
#include "formats/words.h"
#include "formats/xyz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool gg_atooms_looks(const struct gg_foreign *f, const char *head)
{
    (void)f;
    static const char *const keys[] = {"columns", "step", "cell"};
    char *line = gg_xyz_second_line(head);
    bool is = false;
    for (int k = 0; line && k < 3; k++)
        is |= gg_xyz_has_key(line, keys[k], ':');
    free(line);
    return is;
}

/* Columns with one number for each dimension. */
static bool is_vector(const char *name)
{
    static const char *const vectors[] = {"pos", "position", "pos_unf", "position_unfolded",
                                          "vel", "velocity", "force",   "orientation"};
    for (size_t k = 0; k < sizeof vectors / sizeof vectors[0]; k++)
        if (!strcmp(vectors[k], name))
            return true;
    return false;
}

/* Edges separated by commas: 2 or 3.  Returns their number, 0 without a cell, -1. */
static int get_edges(const struct gg_keys *keys, double edge[3], struct gg_err *err)
{
    const char *cell = gg_keys_get(keys, "cell");
    if (!cell)
        return 0;
    for (int n = 2; n <= 3; n++)
        if (gg_word_numbers(cell, n, edge))
            return n;
    return gg_fail(err, GG_INPUT, "cell:%.60s; two or three lengths are wanted", cell);
}

static bool is_type(const char *name)
{
    return !strcmp(name, "id") || !strcmp(name, "name") || !strcmp(name, "species") || !strcmp(name, "type");
}

static int add_columns(struct gg_table *t, const char *names, int dim, struct gg_arena *a, struct gg_err *err)
{
    char *rest = gg_arena_strdup(a, names ? names : "species,pos"), *name;
    while ((name = strsep(&rest, ","))) {
        if (gg_table_add(t, name, is_type(name) ? 'S' : 0, is_vector(name) ? dim : 1, err))
            return gg_err_prefix(err, "columns: ");
        t->property[t->n_property - 1].words = is_type(name);
        t->property[t->n_property - 1].finite = !strncmp(name, "pos", 3);
    }
    return 0;
}

static int find_one(const struct gg_table *t, const char *const *names)
{
    for (; *names; names++)
        if (gg_table_find(t, *names) >= 0)
            return gg_table_find(t, *names);
    return -1;
}

static int fill_draft(struct gg_foreign *f, struct gg_table *t, const struct gg_keys *keys,
                      const double edge[3], struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    static const char *const types[] = {"id", "species", "name", "type", NULL};
    static const char *const unfolded[] = {"pos_unf", "position_unfolded", NULL};
    static const char *const positions[] = {"pos", "position", NULL};
    double cell[3][3] = {{edge[0]}, {0, edge[1]}, {0, 0, d->dim == 3 ? edge[2] : 0}}, step = NAN, dt = NAN;
    int type = find_one(t, types), pos = find_one(t, unfolded);
    d->unwrapped = pos >= 0;
    pos = pos >= 0 ? pos : find_one(t, positions);
    if (type < 0)
        return gg_fail(err, GG_INPUT, "columns: no id, name or species");
    if (gg_keys_number(keys, "step", &step, err) || gg_keys_number(keys, "dt", &dt, err))
        return -1;
    if (isfinite(step) && !(step == floor(step) && fabs(step) < 0x1p53))
        return gg_fail(err, GG_INPUT, "step:%g; a whole number is wanted", step);
    d->n_node = t->n;
    d->step = f->n_done;
    gg_meta_set(&d->meta, "source.positions", "centre of the box at 0");
    return gg_xyz_positions(t, pos, a, d, err) || gg_columns_types(f, t, type, -1, a, d, err) ||
           gg_foreign_open_cell(f, d, gg_keys_get(keys, "cell") ? cell : NULL, err) ||
           gg_foreign_temperature(f, d, 0, false, err) ||
           (isfinite(step) && gg_foreign_now(f, d, (int64_t)step, step * dt, err)) ||
           gg_columns_rest(f, t, a, d, err);
}

/* Keys that make up the configuration. */
static const char *const known[] = {"step", "columns", "cell", "dt", "species", "ndim", NULL};

static int read_frame(struct gg_foreign *f, struct gg_table *t, struct gg_arena *a, struct gg_draft *d,
                      struct gg_err *err)
{
    struct gg_keys *keys = GG_NEW(a, struct gg_keys, 1);
    double edge[3] = {0};
    int64_t count;
    char *line;
    int got = gg_xyz_begin(&f->input, a, 1, &count, &line, err), n_edge;
    if (got <= 0)
        return got;
    if (gg_keys_parse(keys, a, line, ':', err) || (n_edge = get_edges(keys, edge, err)) < 0 ||
        add_columns(t, gg_keys_get(keys, "columns"), n_edge ? n_edge : (int)f->options->dim, a, err) ||
        gg_columns_check_map(f, t, err))
        return gg_err_prefix(err, "line %llu: ", (unsigned long long)f->input.line);
    d->dim = n_edge == 3 && edge[2] == 0 ? 2 : n_edge ? n_edge : (int)f->options->dim; /* 4,5,0: a plane */
    if (gg_xyz_rows(&f->input, t, count, err))
        return -1;
    if (fill_draft(f, t, keys, edge, a, d, err) || gg_extra_keys(d, a, keys, known, err))
        return gg_err_prefix(err, "frame %lld: ", (long long)f->n_done);
    return 1;
}

int gg_atooms_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    struct gg_table t = {.n = 0};
    int got = read_frame(f, &t, a, d, err);
    gg_table_free(&t);
    return got;
}
