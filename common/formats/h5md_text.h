/* h5md_text.h -- a configuration of an HDF5 file as extended XYZ, which the rest of the suite reads; the library is not needed
 * for it */
#ifndef GG_H5MD_TEXT_H
#define GG_H5MD_TEXT_H

#include "stream/frame.h"
#include <stdio.h>

enum { GG_HDF5_DIM = 4, GG_HDF5_ELEMENTS = 8 };

struct gg_hdf5_data {
    int ndim;
    uint64_t shape[GG_HDF5_DIM];
    uint64_t count;
    double *value; /* malloc'd; NULL: absent */
};

/* Elements and their columns: names in gamdpy and H5MD, in extended XYZ, its kind of numbers, one or `dim` of them. */
extern const struct gg_hdf5_element {
    const char *gamdpy, *h5md, *column;
    char kind;
    bool vector;
} gg_hdf5_elements[GG_HDF5_ELEMENTS];

struct gg_hdf5_frame {
    int dim, pbc;
    double when[2];          /* step and time; NaN: not said */
    struct gg_hdf5_data box; /* [dim] edges or [dim][dim] vectors */
    struct gg_hdf5_data element[GG_HDF5_ELEMENTS];
    int n_own; /* elements beyond the table, the caller's arrays */
    const char (*own_name)[GG_NAME];
    struct gg_hdf5_data *own;
};
/* GG_INPUT for what does not have the shape of the positions; own elements that do not have it come as words. */
int gg_hdf5_put(FILE *to, struct gg_hdf5_frame *f, struct gg_err *err);
void gg_hdf5_frame_free(struct gg_hdf5_frame *f);

#endif
