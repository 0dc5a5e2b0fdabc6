/* hdf5.c -- H5MD and gamdpy files, as extended XYZ
 *
 * H5MD, https://www.nongnu.org/h5md/h5md.html:
 *     particles/GROUP/box          attributes dimension, boundary; edges: [D] or [D][D], or {step, time, value[T]...}
 *     particles/GROUP/position     {step[T], time[T], value[T][N][D]}; also image, velocity, force, species, id, mass, charge,
 *                                  each time-dependent alike or one dataset for all times
 * and any other element of numbers a particle.
 * gamdpy: r, v [N][D], r_im [N][D] images, ptype, m [N]; attribute simbox [D]; the box is centred on 0. */
#include "formats/hdf5.h"
#include "formats/hdf5_data.h"
#include "stream/frame.h"
#include "util/arena.h"
#include "util/file.h"
#include "util/text_stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_OWN = 100, N_ELEMENT = GG_HDF5_ELEMENTS };

struct gg_hdf5 {
    hid_t file, group; /* group: of the particles */
    bool gamdpy;
    int dim, pbc;
    uint64_t limit, n_frame, next;
    int n_own;
    char own[MAX_OWN][GG_NAME]; /* elements that are not in the table below */
};

/* ---- opening ---- */

static herr_t first_name(hid_t group, const char *name, const H5L_info_t *info, void *out)
{
    (void)group;
    (void)info;
    char *to = out;
    if (*to)
        return 1; /* a second one */
    snprintf(to, 256, "%s", name);
    return 0;
}

static int open_h5md(struct gg_hdf5 *h, const char *group, struct gg_err *err)
{
    char name[256] = "", path[300];
    hid_t particles = H5Gopen2(h->file, "particles", H5P_DEFAULT);
    if (particles < 0)
        return gg_fail(err, GG_INPUT, "'particles' is no group");
    herr_t several = H5Literate(particles, H5_INDEX_NAME, H5_ITER_INC, NULL, first_name, name);
    H5Gclose(particles);
    if (!*name || (several && !group))
        return gg_fail(err, *name ? GG_USAGE : GG_INPUT, "%s",
                       *name ? "several groups of particles; --group names one" : "no group in 'particles'");
    snprintf(path, sizeof path, "particles/%.200s", group ? group : name);
    if (!gg_hdf5_has(h->file, path) || (h->group = H5Gopen2(h->file, path, H5P_DEFAULT)) < 0)
        return gg_fail(err, GG_INPUT, "no group '%.200s'", path);
    return 0;
}

/* Numbers of frames and dimensions, from the positions. */
static int measure(struct gg_hdf5 *h, struct gg_err *err)
{
    const char *path = h->gamdpy                                 ? "r"
                       : gg_hdf5_has(h->group, "position/value") ? "position/value"
                                                                 : "position";
    hid_t set = gg_hdf5_has(h->group, path) ? H5Dopen2(h->group, path, H5P_DEFAULT) : -1;
    hsize_t shape[GG_HDF5_DIM] = {0};
    if (set < 0)
        return gg_fail(err, GG_INPUT, "no positions ('%s')", path);
    hid_t space = H5Dget_space(set);
    int ndim = H5Sget_simple_extent_ndims(space), timed = !h->gamdpy && strchr(path, '/') != NULL;
    bool fits = ndim == 2 + timed && H5Sget_simple_extent_dims(space, shape, NULL) == ndim;
    H5Sclose(space);
    H5Dclose(set);
    h->n_frame = timed ? shape[0] : 1;
    h->dim = fits ? (int)(shape[ndim - 1] < 9 ? shape[ndim - 1] : 9) : 0;
    return h->dim == 2 || h->dim == 3 ? 0 : gg_fail(err, GG_INPUT, "'%s': [node][2 or 3] is wanted", path);
}

static const char *name_of(const struct gg_hdf5 *h, int element)
{
    return h->gamdpy ? gg_hdf5_elements[element].gamdpy : gg_hdf5_elements[element].h5md;
}

static herr_t note_own(hid_t group, const char *name, const H5L_info_t *info, void *out)
{
    struct gg_hdf5 *h = out;
    bool known = !h->gamdpy && !strcmp(name, "box");
    (void)group;
    (void)info;
    for (int e = 0; e < N_ELEMENT; e++)
        known |= name_of(h, e) && !strcmp(name, name_of(h, e));
    if (!known && h->n_own == MAX_OWN)
        return 1;
    if (!known)
        snprintf(h->own[h->n_own++], GG_NAME, "%s", name); /* a longer one is not found, and told */
    return 0;
}

/* What stands beside the usual elements; which directions are periodic: all, where H5MD's boundary does not say. */
static int look_around(struct gg_hdf5 *h, struct gg_err *err)
{
    char word[3][32];
    int n = 0;
    h->pbc = 7;
    if (H5Literate(h->group, H5_INDEX_NAME, H5_ITER_INC, NULL, note_own, h) > 0)
        return gg_fail(err, GG_INPUT, "more than %d elements", MAX_OWN);
    if (!h->gamdpy && gg_hdf5_has(h->group, "box")) {
        hid_t box = H5Oopen(h->group, "box", H5P_DEFAULT);
        n = box < 0 ? 0 : gg_hdf5_words(box, "boundary", 3, word, err);
        if (box >= 0)
            H5Oclose(box);
    }
    for (int k = 0; k < n; k++) {
        if (strcmp(word[k], "periodic") && strcmp(word[k], "none"))
            return gg_fail(err, GG_INPUT, "boundary '%s'; periodic or none is wanted", word[k]);
        if (!strcmp(word[k], "none"))
            h->pbc &= ~(1 << k);
    }
    return n < 0 ? -1 : 0;
}

struct gg_hdf5 *gg_hdf5_open(const char *path, const char *group, uint64_t max_frame, struct gg_err *err)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    struct gg_hdf5 *h = gg_xalloc(1, sizeof *h);
    *h = (struct gg_hdf5){.group = -1, .limit = max_frame};
    h->file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    int failed = h->file < 0 ? gg_fail(err, GG_INPUT, "no HDF5 file, damaged, or not there") : 0;
    h->gamdpy = !failed && gg_hdf5_has(h->file, "r") && gg_hdf5_has(h->file, "ptype");
    if (!failed && h->gamdpy)
        h->group = H5Gopen2(h->file, "/", H5P_DEFAULT);
    else if (!failed && gg_hdf5_has(h->file, "particles"))
        failed = open_h5md(h, group, err);
    else if (!failed)
        failed = gg_fail(err, GG_INPUT,
                         "HDF5 that is neither H5MD (a group 'particles') nor gamdpy (r, ptype); NetCDF "
                         "packings have to be converted to npz");
    if (!failed)
        failed = measure(h, err) || look_around(h, err) ? -1 : 0;
    if (!failed)
        return h;
    gg_err_prefix(err, "%s: ", path);
    gg_hdf5_close(h);
    return NULL;
}

void gg_hdf5_close(struct gg_hdf5 *h)
{
    if (h->group >= 0)
        H5Gclose(h->group);
    if (h->file >= 0)
        H5Fclose(h->file);
    free(h);
}

bool gg_hdf5_from_zero(const struct gg_hdf5 *h)
{
    return h->gamdpy;
}

int gg_hdf5_dim(const struct gg_hdf5 *h)
{
    return h->dim;
}

/* ---- a frame ---- */

/* The row of a time-dependent element at the frame's step; -1 with a refusal if it has none. */
static int64_t row_at(const struct gg_hdf5 *h, const char *element, struct gg_err *err)
{
    char path[300];
    struct gg_hdf5_data mine, theirs;
    int64_t row = -1;
    snprintf(path, sizeof path, "%s/step", element);
    if (gg_hdf5_read(h->group, path, -1, h->limit, &mine, err))
        return -1;
    if (gg_hdf5_read(h->group, "position/step", -1, h->limit, &theirs, err)) {
        free(mine.value);
        return -1;
    }
    if (!mine.value || !theirs.value || mine.ndim != 1 || theirs.ndim != 1 || h->next >= theirs.count)
        row = (int64_t)h->next; /* equal intervals */
    for (uint64_t k = 0; row < 0 && k < mine.count; k++)
        if (mine.value[k] == theirs.value[h->next])
            row = (int64_t)k;
    free(mine.value);
    free(theirs.value);
    if (row < 0)
        gg_fail(err, GG_INPUT, "'%s' has no value at the step of the positions", element);
    return row;
}

/* An element of this frame; absent: value NULL. */
static int read_element(const struct gg_hdf5 *h, const char *name, struct gg_hdf5_data *out,
                        struct gg_err *err)
{
    char path[300];
    *out = (struct gg_hdf5_data){.value = NULL};
    if (!name)
        return 0;
    snprintf(path, sizeof path, "%s/value", name);
    if (h->gamdpy || !gg_hdf5_has(h->group, path))
        return gg_hdf5_read(h->group, name, -1, h->limit, out, err);
    int64_t row = row_at(h, name, err);
    return row < 0 ? -1 : gg_hdf5_read(h->group, path, row, h->limit, out, err);
}

static int read_box(const struct gg_hdf5 *h, struct gg_hdf5_data *box, struct gg_err *err)
{
    return h->gamdpy ? gg_hdf5_attribute(h->group, "simbox", box, err)
                     : read_element(h, "box/edges", box, err);
}

/* step and time of this frame: numbers of their own, or with equal intervals one for all; NaN where there is none. */
static int read_when(const struct gg_hdf5 *h, double when[2], struct gg_err *err)
{
    static const char *const paths[] = {"position/step", "position/time"};
    for (int k = 0; k < 2; k++) {
        struct gg_hdf5_data x = {.value = NULL};
        when[k] = NAN;
        if (!h->gamdpy && gg_hdf5_read(h->group, paths[k], -1, h->limit, &x, err))
            return -1;
        if (!x.value)
            continue;
        bool fits = x.ndim == 0 || (x.ndim == 1 && x.count > h->next);
        when[k] = !fits ? NAN : x.ndim ? x.value[h->next] : x.value[0] * (double)h->next;
        free(x.value);
        if (!fits)
            return gg_fail(err, GG_INPUT, "'%s': fewer numbers than frames", paths[k]);
    }
    return 0;
}

static int read_frame(struct gg_hdf5 *h, struct gg_hdf5_frame *f, struct gg_err *err)
{
    for (int e = 0; e < N_ELEMENT; e++)
        if (read_element(h, name_of(h, e), &f->element[e], err))
            return -1;
    for (int k = 0; k < h->n_own; k++) {
        struct gg_err why; /* text, a group, no value at this step: told as not of particles */
        if (read_element(h, h->own[k], &f->own[k], &why))
            f->own[k].value = NULL;
    }
    return read_box(h, &f->box, err) || read_when(h, f->when, err) ? -1 : 0;
}

int gg_hdf5_next(struct gg_hdf5 *h, char **text, size_t *n, struct gg_err *err)
{
    *text = NULL;
    if (h->next == h->n_frame)
        return 0;
    struct gg_hdf5_data own[MAX_OWN] = {{.value = NULL}};
    struct gg_hdf5_frame f = {
        .dim = h->dim, .pbc = h->pbc, .n_own = h->n_own, .own_name = h->own, .own = own};
    FILE *to = gg_text_open(text, n);
    int failed = read_frame(h, &f, err) || gg_hdf5_put(to, &f, err);
    fclose(to);
    gg_hdf5_frame_free(&f);
    if (failed) {
        free(*text);
        *text = NULL;
        return gg_err_prefix(err, "frame %llu: ", (unsigned long long)h->next);
    }
    h->next++;
    return 1;
}
