/* foreign.c -- files of other programs: opening, recognising, one configuration after the other */
#include "formats/foreign.h"

#include <math.h>
#include <string.h>

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
    if (n >= 8 && !memcmp(head, "\xdf\x65\xdf\x65\xdf\x65\xdf\x65", 8))
        return GG_GSD;
    return GG_TEXT;
}

static int refuse_content(const struct gg_foreign *f, const unsigned char *head, ptrdiff_t n,
                          struct gg_err *err)
{
    static const struct {
        const char *magic, *says;
    } other[] = {{"\x89GGS", "is a gg stream already"},
                 {"\x93NUMPY", "is a single npy array; npz files are read"},
                 {"\x89HDF", "is HDF5: gg-import-hdf5 (made where libhdf5-dev is) reads H5MD and gamdpy"},
                 {"CDF", "is NetCDF 3; see gg-import(1), CAVEATS"},
                 {"BZh", "is compressed by bzip2: unpack it"}};
    if (n == 0)
        return gg_fail(err, GG_TRUNCATED, "empty");
    for (size_t k = 0; k < sizeof other / sizeof other[0]; k++)
        if (n >= (ptrdiff_t)strlen(other[k].magic) && !memcmp(head, other[k].magic, strlen(other[k].magic)))
            return gg_fail(err, GG_INPUT, "%s", other[k].says);
    if (f->options->format)
        return gg_fail(err, GG_INPUT, "content is not of format %s", f->format->name);
    return gg_fail(err, GG_INPUT, "format not recognised; --format names those that are read");
}

/* An npz, or (*container) another archive that is one zip. */
static int load_zip(struct gg_foreign *f, int *container, struct gg_err *err)
{
    unsigned char *bytes;
    size_t n;
    if (gg_input_all(&f->input, f->options->max_bytes, &f->arena, &bytes, &n, err) ||
        gg_zip_open(&f->npz.zip, bytes, n, err))
        return -1;
    for (int k = 0; k < f->npz.zip.n; k++) {
        const char *slash = strrchr(f->npz.zip.name[k], '/');
        if (slash && !strcmp(slash, "/data.pkl")) {
            *container = GG_PT;
            return 0;
        }
    }
    gg_zip_close(&f->npz.zip);
    return gg_npz_open(&f->npz, bytes, n, f->options->max_bytes, err);
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
    if (container == GG_ZIP && load_zip(f, &container, err))
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
    if (!choose_format(f, err) && !gg_foreign_check_options(f->format, f->options, err))
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
    int failed = gg_input_open_memory(&f->input, bytes, n, err);
    f->input.name = path;
    return failed ? gg_err_prefix(err, "%s: ", path) : begin(f, err);
}

void gg_foreign_close(struct gg_foreign *f)
{
    gg_npz_close(&f->npz);
    gg_input_close(&f->input);
    gg_arena_free(&f->arena);
}

/* ---- one configuration ---- */

static int set_id(const struct gg_foreign *f, struct gg_draft *d, struct gg_err *err)
{
    const char *template = f->options->id ? f->options->id : f->format->id;
    const struct gg_path_facts facts = {.dim = d->dim,
                                        .temperature = d->temperature,
                                        .step = d->step,
                                        .frame = f->n_skipped + f->n_done - 1,
                                        .count = f->n_before + f->n_done - 1};
    d->path = f->path;
    if (d->id[0] && !f->options->id)
        return 0; /* gg-dump wrote it */
    d->made_by = template;
    return gg_path_id(d->id, sizeof d->id, template, &f->says, &facts, err);
}

int gg_foreign_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    gg_draft_clear(d);
    d->now = NAN;
    d->irreps = &f->options->irreps;
    int got = f->format->next(f, a, d, err);
    if (got == 0 && !f->n_done)
        got = gg_fail(err, GG_TRUNCATED, "no configuration in it");
    if (got == 1) {
        f->n_done++;
        gg_meta_set(&d->meta, "source.format", f->format->name);
        if (strstr(f->format->id, "{system}"))
            gg_meta_set(&d->meta, "system", d->dim == 2 ? "KA2D" : "KA3D");
        const char *types = gg_meta_get(&d->meta, "source.types");
        d->has_codes = f->format->reads & GG_READS_SPECIES && types && strcmp(types, "named") != 0;
        if (gg_foreign_check_met(f, d, err) || set_id(f, d, err))
            got = -1;
    }
    return got >= 0 ? got : gg_err_prefix(err, "%s: ", f->input.name);
}
