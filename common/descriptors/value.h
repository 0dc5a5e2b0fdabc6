/* value.h -- one number for each particle: a field, or a column of a descriptor */
#ifndef GG_VALUE_H
#define GG_VALUE_H

#include "descriptors/descriptor.h"

/* o->field: a field with one number for each particle, else a scalar column of a descriptor as it is called on `pos`
 * ("voronoi.surface", "s2"), made on the present positions.  Arena memory.  GG_INPUT: neither. */
const double *gg_value(const struct gg_descriptor_options *o, const struct gg_particles *p,
                       struct gg_err *err);
/* For the table: how far the descriptor of that column sees; 0 for a field. */
double gg_value_reach(const struct gg_descriptor_options *o);

#endif
