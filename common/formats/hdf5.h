/* hdf5.h -- H5MD and gamdpy files, as text: extended XYZ, which the rest of the suite reads
 *
 * Compiled where pkg-config finds the library; only gg-import-hdf5 links it. */
#ifndef GG_HDF5_H
#define GG_HDF5_H

#include "util/err.h"
#include <stdbool.h>
#include <stdint.h>

struct gg_hdf5;

/* `group`: of particles in H5MD; NULL: the only one.  GG_SYSTEM, GG_INPUT. */
struct gg_hdf5 *gg_hdf5_open(const char *path, const char *group, uint64_t max_frame, struct gg_err *err);
void gg_hdf5_close(struct gg_hdf5 *h);

/* What is known of the species: gamdpy counts them from 0, H5MD does not say. */
bool gg_hdf5_from_zero(const struct gg_hdf5 *h);
int gg_hdf5_dim(const struct gg_hdf5 *h);

/* The next frame, malloc'd.  1; 0 at the end; -1: GG_INPUT for data that do not fit together. */
int gg_hdf5_next(struct gg_hdf5 *h, char **text, size_t *n, struct gg_err *err);

#endif
