/* coarse.h -- sums over all particles of the box with the weight exp(-r/L) */
#ifndef GG_COARSE_H
#define GG_COARSE_H

#include "descriptors/descriptor.h"

enum { GG_MOMENTS = 3 };

/* sum[((i * n_class + b) * n_length + L) * n_moment + k] = sum over particles j of class b of X_j^k exp(-r_ij/L),
 * k = 0 .. n_moment - 1, j = i included.  r_ij is the distance of the nearest images, also where the kernel reaches
 * beyond half of the cell.  value: X [n], NULL if n_moment is 1.  Exact to about 1e-14 of the sum of absolute terms; the
 * same bytes for any number of threads and any width of vectors. */
void gg_coarse_sums(const struct gg_descriptor_options *o, const struct gg_particles *p, const double *value,
                    int n_moment, double *sum);

/* Sums of one field's first three moments about `mean`, its mean over all particles: the difference of squares then
 * costs no digits.  Made once for a frame, however many descriptors ask for them. */
struct gg_coarse {
    const struct gg_coarse *next;
    const char *field;
    const struct gg_descriptor_options *options; /* lengths and classes count */
    double mean;
    const double (*sum)[GG_MOMENTS]; /* [n * n_class * n_length] */
};
/* Those of o->field; NULL with an error as gg_value. */
const struct gg_coarse *gg_coarse_moments(const struct gg_descriptor_options *o, const struct gg_particles *p,
                                          struct gg_err *err);
/* Those of any field, with the same lengths and classes: for what needs sum[0] alone.  NULL if there are none yet. */
const struct gg_coarse *gg_coarse_made(const struct gg_descriptor_options *o, const struct gg_particles *p);

/* The columns NAME.CLASS.L0.5 ... of every class and length. */
int gg_coarse_columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                      struct gg_err *err);
/* The same as vectors (1o): NAME.CLASS.L0.5.0, .1, .2 ... */
int gg_coarse_vector_columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                             struct gg_err *err);
/* NAME.FIELD.CLASS.L0.5 ..., of o->field. */
int gg_coarse_field_columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                            struct gg_err *err);

#endif
