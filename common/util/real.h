/* real.h -- the number type of features, parameters and gradients */
#ifndef GG_REAL_H
#define GG_REAL_H

/* float, or double in the checking variant (make REAL=double).  Geometry, energies and statistics are always double. */
#ifdef GG_REAL_DOUBLE
typedef double gg_real;
#define GG_REAL_NAME "double"
#else
typedef float gg_real;
#define GG_REAL_NAME "float"
#endif

#endif
