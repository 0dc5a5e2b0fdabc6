/* gsd_hoomd.c -- HOOMD's schema in a GSD file (https://gsd.readthedocs.io, HOOMD schema)
 *
 * A chunk that a frame lacks has the value of frame 0, else its default.  The box {Lx, Ly, Lz, xy, xz, yz} is centred on
 * 0, its tilts are factors: a2 = (xy Ly, Ly, 0), a3 = (xz Lz, yz Lz, Lz). */
#include "formats/extra.h"
#include "formats/gsd.h"

#include <math.h>
#include <string.h>

struct hoomd {
    const struct gg_foreign *f;
    const struct gg_gsd *g;
    uint64_t frame;
    struct gg_arena *a;
    struct gg_draft *d;
    struct gg_err *err;
};

/* Of this frame, else of frame 0; data NULL: nowhere. */
static int get(const struct hoomd *h, const char *name, struct gg_field *out)
{
    if (gg_gsd_read(h->g, h->frame, name, h->a, out, h->err))
        return -1;
    return out->data || !h->frame ? 0 : gg_gsd_read(h->g, 0, name, h->a, out, h->err);
}

/* The same; a per-particle chunk must have N rows and `columns` columns (0: any). */
static int get_particles(const struct hoomd *h, const char *name, uint64_t columns, struct gg_field *out)
{
    if (get(h, name, out))
        return -1;
    uint64_t width = out->ndim > 1 ? out->shape[1] : 1;
    if (out->data && out->shape[0] != h->d->n_node && h->frame) /* of frame 0, which had other particles */
        *out = (struct gg_field){.data = NULL};
    if (out->data && (out->shape[0] != h->d->n_node || (columns && width != columns)))
        return gg_fail(h->err, GG_INPUT, "chunk %.80s has %llu x %llu numbers; %llu particles are wanted",
                       name, (unsigned long long)out->shape[0], (unsigned long long)width,
                       (unsigned long long)h->d->n_node);
    return 0;
}

static int get_whole(const struct hoomd *h, const char *name, double otherwise, double *x)
{
    struct gg_field field;
    if (get(h, name, &field))
        return -1;
    *x = field.data && gg_field_count(&field) == 1 ? gg_field_get(&field, 0) : otherwise;
    return *x >= 0 && *x == floor(*x) && *x < 0x1p53 ? 0
                                                     : gg_fail(h->err, GG_INPUT, "chunk %s: %g", name, *x);
}

static int get_cell(const struct hoomd *h)
{
    struct gg_field box;
    double cell[3][3] = {{0}}, b[6];
    if (get(h, "configuration/box", &box))
        return -1;
    if (!box.data)
        return gg_foreign_cell(h->f, h->d, NULL, 0, h->err);
    if (gg_field_count(&box) != 6)
        return gg_fail(h->err, GG_INPUT, "chunk configuration/box: 6 numbers are wanted");
    for (uint64_t k = 0; k < 6; k++)
        b[k] = gg_field_get(&box, k);
    cell[0][0] = b[0];
    cell[1][0] = b[3] * b[1];
    cell[1][1] = b[1];
    if (h->d->dim == 3) {
        cell[2][0] = b[4] * b[2];
        cell[2][1] = b[5] * b[2];
        cell[2][2] = b[2];
    }
    return gg_foreign_cell(h->f, h->d, cell, 0, h->err);
}

/* r + image . cell */
static int get_positions(const struct hoomd *h)
{
    struct gg_field pos, image;
    struct gg_draft *d = h->d;
    uint64_t dim = (uint64_t)d->dim;
    if (get_particles(h, "particles/position", 3, &pos) || get_particles(h, "particles/image", 3, &image))
        return -1;
    if (!pos.data)
        return gg_fail(h->err, GG_INPUT, "no chunk particles/position");
    d->pos = (struct gg_field){.dtype = GG_F64, .ndim = 2, .shape = {d->n_node, dim}};
    d->pos.nbytes = d->n_node * dim * sizeof(double);
    double *to = d->pos.data = gg_arena_alloc(h->a, d->pos.nbytes + 1);
    for (uint64_t i = 0; i < d->n_node; i++)
        for (uint64_t c = 0; c < dim; c++, to++) {
            *to = gg_field_get(&pos, 3 * i + c);
            for (uint64_t v = 0; v < dim && image.data; v++)
                *to += gg_field_get(&image, 3 * i + v) * d->cell[v][c];
        }
    d->unwrapped = image.data != NULL;
    d->need_unwrapped = !image.data;
    gg_meta_set(&d->meta, "source.positions", "centre of the box at 0");
    return 0;
}

/* typeid, default 0; the names of the types become META types. */
static int get_types(const struct hoomd *h)
{
    struct gg_draft *d = h->d;
    struct gg_field names, *type = &d->type;
    if (get_particles(h, "particles/typeid", 1, type) || get(h, "particles/types", &names))
        return -1;
    if (!type->data) {
        *type = (struct gg_field){.dtype = GG_U32, .ndim = 1, .shape = {d->n_node}, .nbytes = 4 * d->n_node};
        type->data = gg_arena_calloc(h->a, d->n_node + 1, 4);
    }
    type->ndim = 1;
    gg_meta_set(&d->meta, "source.types", "from 0");
    const char *text = "";
    uint64_t width = names.data && names.ndim == 2 ? names.shape[1] : 1;
    for (uint64_t k = 0; names.data && k < names.shape[0] && k < 64 && gg_dtype_size(names.dtype) == 1; k++) {
        const char *one = (const char *)names.data + k * width;
        text = gg_arena_printf(h->a, "%s%s%.*s", text, k ? " " : "", (int)strnlen(one, width), one);
    }
    for (const char *c = text; *c; c++)
        if (*c < ' ' || *c > '~')
            return 0; /* no names to pass on */
    if (*text)
        gg_meta_set(&d->meta, "source.species", text);
    return 0;
}

/* ---- the rest ---- */

static bool is_known(const char *name)
{
    static const char *const known[] = {"configuration/step", "configuration/dimensions", "configuration/box",
                                        "particles/N",        "particles/position",       "particles/typeid",
                                        "particles/types",    "particles/image"};
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
        if (!strcmp(known[k], name))
            return true;
    return false;
}

/* "log/particles/pair/energies" -> "energies" behind its path; "particles/velocity" -> "velocity". */
static const char *short_name(const char *name)
{
    if (!strncmp(name, "log/", 4))
        name += 4;
    if (!strncmp(name, "particles/", 10))
        name += 10;
    return name;
}

/* Numbers of a particle, or a few of the frame; bonds and long lists are left out by name. */
static int add_chunk(const struct hoomd *h, const char *name)
{
    struct gg_field x;
    bool particles = !strncmp(name, "particles/", 10) || !strncmp(name, "log/particles/", 14);
    if (get(h, name, &x))
        return -1;
    if (!x.data)
        return 0;
    if (particles && x.shape[0] == h->d->n_node) {
        x.axis[0] = GG_NODE;
        return gg_extra_add(h->d, h->a, name, short_name(name), &x, h->err);
    }
    if (strncmp(name, "log/", 4) || gg_field_count(&x) > 64 || particles) {
        gg_extra_left_out(h->d, name, "not of particles");
        return 0;
    }
    if (x.ndim == 1 && x.shape[0] == 1)
        x.ndim = 0, x.shape[0] = 0;
    return gg_extra_add(h->d, h->a, name, short_name(name), &x, h->err);
}

static int add_rest(const struct hoomd *h)
{
    for (int k = 0; k < h->g->n_name; k++)
        if (!is_known(h->g->name[k]) && add_chunk(h, h->g->name[k]))
            return -1;
    return 0;
}

static int fill(const struct hoomd *h)
{
    double n, dim, step;
    struct gg_field box;
    if (get_whole(h, "particles/N", 0, &n) || get_whole(h, "configuration/step", 0, &step) ||
        get(h, "configuration/box", &box) ||
        get_whole(h, "configuration/dimensions",
                  box.data && gg_field_count(&box) == 6 && gg_field_get(&box, 2) == 0 ? 2 : 3, &dim))
        return -1;
    if (n < 1)
        return gg_fail(h->err, GG_INPUT, "no particles");
    if (dim != 2 && dim != 3)
        return gg_fail(h->err, GG_INPUT, "%g dimensions", dim);
    h->d->n_node = (uint64_t)n;
    h->d->dim = (int)dim;
    return get_cell(h) || get_positions(h) || get_types(h) ||
           gg_foreign_temperature(h->f, h->d, 0, false, h->err) ||
           gg_foreign_now(h->f, h->d, (int64_t)step, NAN, h->err) || add_rest(h);
}

/* The file is read whole at its first frame. */
static int open_file(struct gg_foreign *f, struct gg_err *err)
{
    unsigned char *bytes;
    size_t n;
    struct gg_gsd *g = f->state = GG_NEW(&f->arena, struct gg_gsd, 1);
    if (gg_input_all(&f->input, f->options->max_bytes, &f->arena, &bytes, &n, err) ||
        gg_gsd_open(g, &f->arena, bytes, n, err))
        return -1;
    if (!strcmp(g->schema, "hoomd"))
        return 0;
    bool particles = false;
    for (int k = 0; k < g->n_name; k++)
        particles |= !strncmp(g->name[k], "particles/", 10);
    return gg_fail(err, GG_INPUT, "GSD file of schema '%.40s', not hoomd: %s", g->schema,
                   particles ? "what its chunks mean is not known; gsd.hoomd writes the schema that is read"
                             : "no particles in it");
}

int gg_gsd_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    if (!f->state && open_file(f, err))
        return -1;
    const struct gg_gsd *g = f->state;
    struct hoomd h = {f, g, (uint64_t)f->n_done, a, d, err};
    if (h.frame >= g->n_frame)
        return 0;
    return fill(&h) ? gg_err_prefix(err, "frame %lld: ", (long long)f->n_done) : 1;
}
