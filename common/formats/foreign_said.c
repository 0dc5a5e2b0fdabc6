/* foreign_said.c -- what the user, a file and its name say, held against each other */
#include "formats/extra.h"
#include "formats/foreign.h"
#include "util/same.h"

#include <math.h>
#include <string.h>

int gg_foreign_temperature(const struct gg_foreign *f, struct gg_draft *d, double in_file, bool needed,
                           struct gg_err *err)
{
    const struct {
        double value;
        const char *from;
    } says[] = {{f->options->temperature, "--temperature"},
                {in_file, "the file"},
                {f->says.temperature, "its name"}};
    const char *from = NULL;
    d->temperature = 0;
    for (int k = 0; k < 3; k++) {
        if (!(says[k].value != 0))
            continue;
        if (!(says[k].value > 0 && says[k].value < 1e6))
            return gg_fail(err, GG_INPUT, "temperature %g from %s; it must be positive", says[k].value,
                           says[k].from);
        if (from && !gg_same(says[k].value, d->temperature))
            return gg_fail(err, GG_INPUT, "temperature is %g from %s, but %g from %s", d->temperature, from,
                           says[k].value, says[k].from);
        if (!from)
            from = says[k].from;
        d->temperature = says[k].value;
    }
    if (!from)
        return needed ? gg_fail(err, GG_USAGE,
                                "the temperature is nowhere in the file or its name; give --temperature")
                      : 0;
    gg_meta_set(&d->meta, "source.temperature", from);
    return 0;
}

/* What the time code of the name, or the set as a whole, means; NULL if nothing is known. */
static const double *times_by_name(const struct gg_foreign *f, const struct gg_draft *d, int n)
{
    int n_published = 0;
    const double *published = gg_published_times(d->dim, d->temperature, &n_published);
    if (published && n == n_published)
        return published;
    if (published && n == 1 && d->dim == 3 && f->says.time_code >= 1 && f->says.time_code <= n_published)
        return published + f->says.time_code - 1;
    return NULL;
}

int gg_foreign_times(const struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d,
                     const double *in_file, int n, struct gg_err *err)
{
    const struct gg_reals *given = &f->options->time;
    const double *known = in_file;
    const char *from = "the file";
    if (!known && (known = times_by_name(f, d, n)))
        from = n == 1 ? "time code of its name, published times" : "published times";
    if (!known && !given->n)
        return gg_fail(err, GG_USAGE, "the time is nowhere in the file or its name; give --time");
    if (given->n && given->n != n)
        return gg_fail(err, GG_USAGE, "--time gives %d times, the source has %d", given->n, n);
    for (int k = 0; k < given->n && known; k++)
        if (!gg_same(given->v[k], known[k]))
            return gg_fail(err, GG_INPUT, "time is %g from --time, but %g from %s", given->v[k], known[k],
                           from);
    gg_meta_set(&d->meta, "source.time", known ? from : "--time");
    d->n_time = n;
    d->time = gg_arena_calloc(a, (size_t)n + 1, sizeof *d->time);
    memcpy(d->time, known ? known : given->v, (size_t)n * sizeof *d->time);
    return 0;
}

static void diagonal(double cell[3][3], int dim, double x, double y, double z)
{
    const double length[3] = {x, y, dim == 3 ? z : 0};
    for (int v = 0; v < 3; v++)
        for (int c = 0; c < 3; c++)
            cell[v][c] = v == c ? length[v] : 0;
}

/* --box or --cell: one length, `dim` lengths, or dim x dim numbers, vectors in rows. */
struct asked {
    const struct gg_reals *box;
    const char *option; /* the one that was typed */
};

static struct asked asked_cell(const struct gg_foreign *f)
{
    const struct gg_foreign_options *o = f->options;
    return o->cell.n ? (struct asked){&o->cell, "--cell"} : (struct asked){&o->box, "--box"};
}

static int given_cell(const struct asked *by, int dim, double cell[3][3], struct gg_err *err)
{
    const struct gg_reals *box = by->box;
    if (box->n == dim * dim && dim > 1) {
        diagonal(cell, dim, 0, 0, 0);
        for (int k = 0; k < box->n; k++)
            cell[k / dim][k % dim] = box->v[k];
        return 0;
    }
    if (box->n != 1 && box->n != dim)
        return gg_fail(err, GG_USAGE, "%s has %d numbers; 1, %d or %d are wanted", by->option, box->n, dim,
                       dim * dim);
    diagonal(cell, dim, box->v[0], box->v[box->n > 1], box->v[box->n > 2 ? 2 : 0]);
    return 0;
}

/* Sides of a rectangular cell; vectors of any other may point anywhere. */
static int check_sides(const double cell[3][3], struct gg_err *err)
{
    bool rectangular = true;
    for (int k = 0; k < 9; k++)
        rectangular &= k % 4 == 0 || cell[k / 3][k % 3] == 0;
    for (int k = 0; k < 3; k++)
        if (rectangular && cell[k][k] < 0)
            return gg_fail(err, GG_INPUT, "the cell has a side of %g; lengths are positive", cell[k][k]);
    return 0;
}

int gg_foreign_cell(const struct gg_foreign *f, struct gg_draft *d, const double in_file[3][3],
                    double density, struct gg_err *err)
{
    const struct asked by = asked_cell(f);
    bool asked = by.box->n > 0;
    double given[3][3];
    d->pbc = d->dim == 3 ? 7 : 3;
    if (asked && given_cell(&by, d->dim, given, err))
        return -1;
    if (in_file && asked)
        for (int k = 0; k < 9; k++)
            if (!(fabs(given[k / 3][k % 3] - in_file[k / 3][k % 3]) <= 1e-5))
                return gg_fail(err, GG_INPUT, "%s contradicts the file's own cell", by.option);
    double side = density > 0 ? pow((double)d->n_node / density, 1.0 / d->dim) : 0;
    if (in_file)
        memcpy(d->cell, in_file, sizeof d->cell);
    else if (asked)
        memcpy(d->cell, given, sizeof d->cell);
    else if (density > 0)
        diagonal(d->cell, d->dim, side, side, side);
    else
        return gg_fail(err, GG_USAGE, "the file has no cell; give --box");
    gg_meta_set(&d->meta, "source.box", in_file ? "the file" : asked ? by.option : "density of the set");
    return check_sides(d->cell, err);
}

int gg_foreign_open_cell(const struct gg_foreign *f, struct gg_draft *d, const double in_file[3][3],
                         struct gg_err *err)
{
    if (in_file || asked_cell(f).box->n)
        return gg_foreign_cell(f, d, in_file, 0, err);
    d->pbc = 0;
    memset(d->cell, 0, sizeof d->cell);
    gg_meta_set(&d->meta, "source.box", "none: open boundaries");
    return 0;
}

int gg_foreign_now(const struct gg_foreign *f, struct gg_draft *d, int64_t step, double in_file,
                   struct gg_err *err)
{
    double dt = f->options->timestep, counted = (double)step * dt;
    d->step = step;
    d->has_step = true;
    d->now = in_file;
    if (!(dt > 0))
        return 0;
    if (isfinite(in_file) && !gg_same(in_file, counted))
        return gg_fail(err, GG_INPUT,
                       "step %lld is at time %g by the file, but at %g by --timestep %g; leave it out",
                       (long long)step, in_file, counted, dt);
    d->now = counted;
    return 0;
}

/* ---- columns that are targets ---- */

/* [node, time x c] -> [time, node, c] */
static struct gg_field time_first(struct gg_arena *a, const struct gg_field *x, uint64_t n_time, uint64_t per)
{
    const uint64_t n = x->shape[0];
    struct gg_field out = {.dtype = GG_F64, .ndim = per > 1 ? 3 : 2, .shape = {n_time, n, per > 1 ? per : 0}};
    out.nbytes = n_time * n * per * sizeof(double);
    double *to = out.data = gg_arena_alloc(a, out.nbytes + 1);
    for (uint64_t t = 0; t < n_time; t++)
        for (uint64_t i = 0; i < n; i++)
            for (uint64_t c = 0; c < per; c++)
                *to++ = gg_field_get(x, (i * n_time + t) * per + c);
    return out;
}

/* gg_extra_add, but a known field that the user asked for is not called otherwise. */
static int add_as_asked(struct gg_draft *d, struct gg_arena *a, const char *source, const char *name,
                        const struct gg_field *x, struct gg_err *err)
{
    if (gg_extra_add(d, a, source, name, x, err))
        return -1;
    if (!name || !gg_field_lookup(name) || !strcmp(d->extra[d->n_extra - 1].name, name))
        return 0;
    return gg_fail(err, GG_USAGE,
                   "--map %s=%.40s: %s has another shape in gg_stream(5); map to a name of your own", name,
                   source, name);
}

int gg_foreign_column(const struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, const char *source,
                      const char *name, const struct gg_field *x, struct gg_err *err)
{
    const struct gg_field_def *def = gg_field_lookup(name ? name : source);
    uint64_t n_time = (uint64_t)f->options->time.n, width = x->ndim > 1 ? x->shape[1] : 1;
    bool timed = def && def->axis[1] == GG_TIME && (def->ndim == 2 || def->extent[2] == 3);
    if (timed && name && !n_time)
        return gg_fail(err, GG_USAGE,
                       "--map %s=%.40s: %s is a quantity over time; say the time by --time, or map to a name "
                       "of your own",
                       name, source, name);
    if (!n_time || !timed)
        return add_as_asked(d, a, source, name, x, err);
    uint64_t per = def->ndim == 3 ? (uint64_t)d->dim : 1;
    if (width != n_time * per)
        return gg_fail(err, GG_INPUT, "column '%.40s' has %llu numbers; %llu are wanted for %llu times",
                       source, (unsigned long long)width, (unsigned long long)(n_time * per),
                       (unsigned long long)n_time);
    struct gg_field series = time_first(a, x, n_time, per);
    if (!d->n_time && gg_foreign_times(f, a, d, NULL, (int)n_time, err))
        return -1;
    return gg_draft_series(d, name ? name : source, &series, err);
}
