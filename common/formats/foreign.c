/* foreign.c -- files of other programs: the table of formats, and what is the same for all of them */
#include "formats/foreign.h"
#include "formats/extxyz.h"
#include "formats/lammps.h"
#include "util/same.h"

#include <math.h>
#include <string.h>

static bool always(const struct gg_foreign *f, const char *head)
{
    (void)f;
    (void)head;
    return true;
}

/* The order matters: the first one that looks right is taken. */
const struct gg_foreign_format gg_foreign_formats[] = {
    {"ka-md", "{system}/T{T}/{part}/{number}", GG_ZIP, gg_npz_looks_ka_md, gg_npz_next},
    {"botan", "{system}/T{T}/{part}/{number}", GG_ZIP, gg_npz_looks_botan, gg_npz_next},
    {"glassbench", "{system}/T{T}/{part}/{number}", GG_ZIP, gg_npz_looks_glassbench, gg_npz_next},
    {"npz", "{stem}", GG_ZIP, always, gg_npz_next},
    {"deepmind", "{system}/T{T}/{stem}", GG_PICKLE, always, gg_deepmind_next},
    {"lammps-dump", "{stem}/{step}", GG_TEXT, gg_lammps_dump_looks, gg_lammps_dump_next},
    {"lammps-binary", "{stem}/{step}", GG_LAMMPS_BINARY, always, gg_lammps_binary_next},
    {"lammps-data", "{stem}", GG_TEXT, gg_lammps_data_looks, gg_lammps_data_next},
    {"extxyz", "{stem}/{step}", GG_TEXT, gg_extxyz_looks, gg_extxyz_next},
    {NULL, NULL, 0, NULL, NULL},
};

/* ---- opening ---- */

static int container_of(const unsigned char *head, ptrdiff_t n)
{
    if (n >= 4 && head[0] == 'P' && head[1] == 'K' && head[2] < 8 && head[3] < 8)
        return GG_ZIP;
    if (n >= 2 && head[0] == 0x80 && head[1] >= 2 && head[1] <= 5)
        return GG_PICKLE;
    if (n >= 16 && head[0] >= 0xf0 &&
        !memcmp(head + 1,
                "\xff\xff\xff\xff\xff\xff\xff"
                "DUMP",
                11))
        return GG_LAMMPS_BINARY;
    return GG_TEXT;
}

static int refuse_content(const struct gg_foreign *f, const unsigned char *head, ptrdiff_t n,
                          struct gg_err *err)
{
    static const struct {
        const char *magic, *says;
    } other[] = {{"\x89GGS", "is a gg stream already"},
                 {"\x93NUMPY", "is a single npy array; npz files are read"},
                 {"\x89HDF", "is HDF5; see gg-import(1), CAVEATS"},
                 {"CDF", "is NetCDF; see gg-import(1), CAVEATS"},
                 {"BZh", "is compressed by bzip2: unpack it"},
                 {"\xfd"
                  "7zXZ",
                  "is compressed by xz: unpack it"},
                 {"\x28\xb5\x2f\xfd", "is compressed by zstd: unpack it"}};
    if (n == 0)
        return gg_fail(err, GG_TRUNCATED, "empty");
    for (size_t k = 0; k < sizeof other / sizeof other[0]; k++)
        if (n >= (ptrdiff_t)strlen(other[k].magic) && !memcmp(head, other[k].magic, strlen(other[k].magic)))
            return gg_fail(err, GG_INPUT, "%s", other[k].says);
    if (f->options->format)
        return gg_fail(err, GG_INPUT, "content is not of format %s", f->format->name);
    return gg_fail(err, GG_INPUT, "format not recognised; --format names those that are read");
}

static int load_zip(struct gg_foreign *f, struct gg_err *err)
{
    unsigned char *bytes;
    size_t n;
    return gg_input_all(&f->input, f->options->max_bytes, &f->arena, &bytes, &n, err) ||
                   gg_npz_open(&f->npz, bytes, n, f->options->max_bytes, err)
               ? -1
               : 0;
}

static int choose_format(struct gg_foreign *f, struct gg_err *err)
{
    const unsigned char *head;
    ptrdiff_t n = gg_input_peek(&f->input, 4096, &head, err);
    if (n < 0)
        return -1;
    char text[4097];
    memcpy(text, head, (size_t)n);
    text[n] = 0;
    int container = container_of(head, n);
    if (container == GG_ZIP && load_zip(f, err))
        return -1;
    f->format = gg_foreign_formats + (f->options->format ? f->options->format - 1 : 0);
    for (; !f->options->format && f->format->name; f->format++)
        if (f->format->container == container && f->format->looks(f, text))
            break;
    return f->format->name && f->format->container == container && n
               ? 0
               : refuse_content(f, (unsigned char *)text, n, err);
}

static int begin(struct gg_foreign *f, struct gg_err *err)
{
    gg_path_read(&f->says, f->path);
    if (!choose_format(f, err))
        return 0;
    gg_err_prefix(err, "%s: ", f->input.name);
    gg_foreign_close(f);
    return -1;
}

int gg_foreign_open(struct gg_foreign *f, const char *path, const struct gg_foreign_options *o,
                    struct gg_err *err)
{
    *f = (struct gg_foreign){.path = path, .options = o};
    return gg_input_open(&f->input, path, err) ? -1 : begin(f, err);
}

int gg_foreign_open_memory(struct gg_foreign *f, const char *path, const void *bytes, size_t n,
                           const struct gg_foreign_options *o, struct gg_err *err)
{
    *f = (struct gg_foreign){.path = path, .options = o};
    gg_input_open_memory(&f->input, bytes, n);
    f->input.name = path;
    return begin(f, err);
}

void gg_foreign_close(struct gg_foreign *f)
{
    if (f->npz.zip)
        gg_npz_close(&f->npz);
    gg_input_close(&f->input);
    gg_arena_free(&f->arena);
}

/* ---- one configuration ---- */

static int set_id(const struct gg_foreign *f, struct gg_draft *d, struct gg_err *err)
{
    const char *template = f->options->id ? f->options->id : f->format->id;
    return gg_path_id(d->id, sizeof d->id, template, &f->says, d->dim, d->temperature, d->step, err);
}

int gg_foreign_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    gg_draft_clear(d);
    d->now = NAN;
    int got = f->format->next(f, a, d, err);
    if (got == 0 && !f->n_done)
        got = gg_fail(err, GG_TRUNCATED, "no configuration in it");
    if (got == 1) {
        f->n_done++;
        gg_meta_set(&d->meta, "source.format", f->format->name);
        if (strstr(f->format->id, "{system}"))
            gg_meta_set(&d->meta, "system", d->dim == 2 ? "KA2D" : "KA3D");
        if (set_id(f, d, err))
            got = -1;
    }
    return got >= 0 ? got : gg_err_prefix(err, "%s: ", f->input.name);
}

/* ---- options, content and names held against each other ---- */

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

static void box_cell(double cell[3][3], int dim, double x, double y, double z)
{
    const double length[3] = {x, y, dim == 3 ? z : 0};
    for (int v = 0; v < 3; v++)
        for (int c = 0; c < 3; c++)
            cell[v][c] = v == c ? length[v] : 0;
}

int gg_foreign_cell(const struct gg_foreign *f, struct gg_draft *d, const double in_file[3][3],
                    double density, struct gg_err *err)
{
    const struct gg_reals *box = &f->options->box;
    d->pbc = d->dim == 3 ? 7 : 3;
    if (box->n && box->n != 1 && box->n != d->dim)
        return gg_fail(err, GG_USAGE, "--box has %d lengths; 1 or %d are wanted", box->n, d->dim);
    double given[3][3];
    if (box->n)
        box_cell(given, d->dim, box->v[0], box->v[box->n > 1], box->v[box->n > 2 ? 2 : 0]);
    if (in_file && box->n)
        for (int k = 0; k < 9; k++)
            if (!(fabs(given[k / 3][k % 3] - in_file[k / 3][k % 3]) <= 1e-5))
                return gg_fail(err, GG_INPUT, "--box contradicts the file's own cell");
    double side = density > 0 ? pow((double)d->n_node / density, 1.0 / d->dim) : 0;
    if (in_file)
        memcpy(d->cell, in_file, sizeof d->cell);
    else if (box->n)
        memcpy(d->cell, given, sizeof d->cell);
    else if (density > 0)
        box_cell(d->cell, d->dim, side, side, side);
    else
        return gg_fail(err, GG_USAGE, "the file has no cell; give --box");
    gg_meta_set(&d->meta, "source.box", in_file ? "the file" : box->n ? "--box" : "density of the set");
    return 0;
}
