/* hdf5_data.c -- datasets and attributes of an HDF5 file as numbers, or words */
#include "formats/hdf5_data.h"
#include "util/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool gg_hdf5_has(hid_t at, const char *path)
{
    char part[256];
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        if (*part && H5Lexists(at, part, H5P_DEFAULT) <= 0)
            return false;
    }
    return H5Lexists(at, path, H5P_DEFAULT) > 0;
}

/* The type in memory: double, or for enumerations the whole numbers behind the names. */
static hid_t memory_type(hid_t type, const char *path, struct gg_err *err)
{
    H5T_class_t class = H5Tget_class(type);
    if (class == H5T_INTEGER || class == H5T_FLOAT)
        return H5Tcopy(H5T_NATIVE_DOUBLE);
    if (class == H5T_ENUM)
        return H5Tget_native_type(type, H5T_DIR_ASCEND);
    return gg_fail(err, GG_INPUT, "'%.80s' holds no numbers", path);
}

/* Enumerations of 1 to 8 bytes, in place from the end, so that nothing is overwritten before it is read. */
static void widen(double *value, uint64_t count, size_t size)
{
    for (uint64_t k = count; k-- > 0;) {
        int64_t whole = 0;
        int8_t one;
        int16_t two;
        int32_t four;
        const char *from = (const char *)value + k * size;
        if (size == 1)
            whole = (memcpy(&one, from, 1), one);
        else if (size == 2)
            whole = (memcpy(&two, from, 2), two);
        else if (size == 4)
            whole = (memcpy(&four, from, 4), four);
        else
            memcpy(&whole, from, 8);
        value[k] = (double)whole;
    }
}

/* Number of values in `out`'s shape; GG_INPUT above the limit. */
static int set_count(struct gg_hdf5_data *out, const char *path, uint64_t limit, struct gg_err *err)
{
    out->count = 1;
    for (int k = 0; k < out->ndim; k++)
        if (__builtin_mul_overflow(out->count, (uint64_t)out->shape[k], &out->count) ||
            out->count > limit / 8)
            return gg_fail(err, GG_INPUT, "'%.80s': more than %llu bytes (--max-frame)", path,
                           (unsigned long long)limit);
    out->value = gg_xmalloc((out->count + 1) * sizeof *out->value);
    return 0;
}

static int read_rows(hid_t set, hid_t space, int64_t row, const char *path, uint64_t limit,
                     struct gg_hdf5_data *out, struct gg_err *err)
{
    hsize_t start[GG_HDF5_DIM] = {0}, count[GG_HDF5_DIM];
    int ndim = H5Sget_simple_extent_ndims(space), skip = row >= 0;
    if (ndim < skip || ndim > GG_HDF5_DIM || H5Sget_simple_extent_dims(space, count, NULL) < 0 ||
        (skip && (hsize_t)row >= count[0]))
        return gg_fail(err, GG_INPUT, "'%.80s': %d axes, or no row %lld", path, ndim, (long long)row);
    out->ndim = ndim - skip;
    memcpy(out->shape, count + skip, (size_t)out->ndim * sizeof *count);
    if (set_count(out, path, limit, err))
        return -1;
    hid_t type = H5Dget_type(set), memory = memory_type(type, path, err), room = H5S_ALL;
    int failed = memory < 0 ? -1 : 0;
    if (!failed && skip) {
        start[0] = (hsize_t)row;
        count[0] = 1;
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
        room = H5Screate_simple(1, &(hsize_t){out->count}, NULL);
    }
    if (!failed && out->count &&
        H5Dread(set, memory, room, skip ? space : H5S_ALL, H5P_DEFAULT, out->value) < 0)
        failed = gg_fail(err, GG_INPUT, "'%.80s': cannot be read", path);
    if (!failed && H5Tget_class(memory) == H5T_ENUM)
        widen(out->value, out->count, H5Tget_size(memory));
    if (room != H5S_ALL)
        H5Sclose(room);
    if (memory >= 0)
        H5Tclose(memory);
    H5Tclose(type);
    return failed;
}

int gg_hdf5_read(hid_t at, const char *path, int64_t row, uint64_t limit, struct gg_hdf5_data *out,
                 struct gg_err *err)
{
    *out = (struct gg_hdf5_data){.value = NULL};
    if (!gg_hdf5_has(at, path))
        return 0;
    hid_t set = H5Dopen2(at, path, H5P_DEFAULT);
    if (set < 0)
        return gg_fail(err, GG_INPUT, "'%.80s' is no dataset", path);
    hid_t space = H5Dget_space(set);
    int failed = read_rows(set, space, row, path, limit, out, err);
    if (failed) {
        free(out->value);
        out->value = NULL;
    }
    H5Sclose(space);
    H5Dclose(set);
    return failed;
}

int gg_hdf5_attribute(hid_t at, const char *name, struct gg_hdf5_data *out, struct gg_err *err)
{
    *out = (struct gg_hdf5_data){.value = NULL};
    if (H5Aexists(at, name) <= 0)
        return 0;
    hid_t attribute = H5Aopen(at, name, H5P_DEFAULT), space = H5Aget_space(attribute),
          type = H5Aget_type(attribute);
    hsize_t shape[GG_HDF5_DIM] = {0};
    int ndim = H5Sget_simple_extent_ndims(space), failed = 0;
    bool numbers = H5Tget_class(type) == H5T_INTEGER || H5Tget_class(type) == H5T_FLOAT;
    if (!numbers || ndim < 0 || ndim > GG_HDF5_DIM || H5Sget_simple_extent_dims(space, shape, NULL) < 0)
        failed = gg_fail(err, GG_INPUT, "attribute '%.80s' holds no numbers", name);
    out->ndim = ndim;
    for (int k = 0; k < GG_HDF5_DIM; k++)
        out->shape[k] = shape[k];
    if (!failed && !(failed = set_count(out, name, 1 << 20, err)) &&
        H5Aread(attribute, H5T_NATIVE_DOUBLE, out->value) < 0)
        failed = gg_fail(err, GG_INPUT, "attribute '%.80s' cannot be read", name);
    H5Tclose(type);
    H5Sclose(space);
    H5Aclose(attribute);
    return failed;
}

/* ---- words ---- */

enum { MOST_WORDS = 8, LONGEST = 256 };

static bool read_variable(hid_t attribute, hid_t type, hid_t space, int n, char (*word)[32])
{
    char *text[MOST_WORDS] = {NULL};
    hid_t memory = H5Tcopy(H5T_C_S1);
    H5Tset_size(memory, H5T_VARIABLE);
    H5Tset_cset(memory, H5Tget_cset(type));
    bool fits = H5Aread(attribute, memory, text) >= 0;
    for (int k = 0; fits && k < n; k++)
        snprintf(word[k], sizeof word[k], "%s", text[k] ? text[k] : "");
    if (fits)
        H5Dvlen_reclaim(memory, space, H5P_DEFAULT, text);
    H5Tclose(memory);
    return fits;
}

static bool read_fixed(hid_t attribute, hid_t type, int n, char (*word)[32])
{
    char text[MOST_WORDS * LONGEST];
    size_t size = H5Tget_size(type);
    if (size > LONGEST || H5Aread(attribute, type, text) < 0)
        return false;
    for (int k = 0; k < n; k++)
        snprintf(word[k], sizeof word[k], "%.*s", (int)size, text + (size_t)k * size);
    return true;
}

int gg_hdf5_words(hid_t at, const char *name, int most, char (*word)[32], struct gg_err *err)
{
    if (H5Aexists(at, name) <= 0)
        return 0;
    hid_t attribute = H5Aopen(at, name, H5P_DEFAULT), space = H5Aget_space(attribute),
          type = H5Aget_type(attribute);
    hssize_t n = H5Sget_simple_extent_npoints(space);
    bool fits = H5Tget_class(type) == H5T_STRING && n >= 0 && n <= most && most <= MOST_WORDS;
    if (fits)
        fits = H5Tis_variable_str(type) > 0 ? read_variable(attribute, type, space, (int)n, word)
                                            : read_fixed(attribute, type, (int)n, word);
    H5Tclose(type);
    H5Sclose(space);
    H5Aclose(attribute);
    return fits ? (int)n
                : gg_fail(err, GG_INPUT, "attribute '%.80s': at most %d words are wanted", name, most);
}
