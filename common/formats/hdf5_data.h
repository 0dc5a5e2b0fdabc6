/* hdf5_data.h -- datasets and attributes of an HDF5 file as numbers */
#ifndef GG_HDF5_DATA_H
#define GG_HDF5_DATA_H

#include "formats/h5md_text.h"
#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

bool gg_hdf5_has(hid_t at, const char *path);
/* A dataset of numbers, or with `row` >= 0 that row of its first axis (which goes).  Absent: value NULL.  GG_INPUT: other
 * things than numbers, more than `limit` bytes. */
int gg_hdf5_read(hid_t at, const char *path, int64_t row, uint64_t limit, struct gg_hdf5_data *out,
                 struct gg_err *err);
/* An attribute of the object, alike. */
int gg_hdf5_attribute(hid_t at, const char *name, struct gg_hdf5_data *out, struct gg_err *err);
/* The words of an attribute, at most `most` (8 or fewer); returns how many, 0 if it is absent, -1: GG_INPUT. */
int gg_hdf5_words(hid_t at, const char *name, int most, char (*word)[32], struct gg_err *err);

#endif
