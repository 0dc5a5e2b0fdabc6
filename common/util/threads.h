/* threads.h -- how many threads a run uses */
#ifndef GG_THREADS_H
#define GG_THREADS_H

#include "util/err.h"

/* Sets the number of OpenMP threads: `wanted` if > 0, else GG_THREADS of the environment, else the processors this
 * process may run on.  Refused where OpenBLAS is open already and cannot serve so many (linalg.h).  Sets flush-to-zero in every
 * thread.  Call once, at start. */
int gg_threads_init(int wanted, struct gg_err *err);
int gg_threads(void);

#endif
