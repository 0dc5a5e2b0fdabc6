/* ranks_mpi.h -- ranks as MPI has them; only where the program is built with MPI=1 */
#ifndef GG_LEARN_RANKS_MPI_H
#define GG_LEARN_RANKS_MPI_H

#include "learn/ranks.h"

extern const struct gg_ranks_by gg_ranks_mpi;
/* "Open MPI v4.1.4"; also before the start. */
const char *gg_ranks_mpi_version(void);

#endif
