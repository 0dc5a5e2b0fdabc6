/* ranks_mpi.c -- messages between ranks by MPI-3; the one file that knows it, in gg-train-mpi alone
 *
 * An MPI call that fails ends the job (MPI_ERRORS_ARE_FATAL, the default), and so does mpirun when a rank dies. */
#include "learn/ranks_mpi.h"
#include "util/arena.h"

#include <mpi.h>
#include <stdlib.h>
#include <string.h>

#ifdef GG_REAL_DOUBLE
#define REAL MPI_DOUBLE
#else
#define REAL MPI_FLOAT
#endif

enum { MOST = 1 << 30 }; /* bytes of one call: counts are int */

static int n_rank(void)
{
    int n;
    MPI_Comm_size(MPI_COMM_WORLD, &n);
    return n;
}

/* Threads compute, one of them talks. */
static void start(int *rank, int *n)
{
    int level;
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level);
    MPI_Comm_rank(MPI_COMM_WORLD, rank);
    *n = n_rank();
}

static void stop(void)
{
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Finalize();
}

static int64_t least(int64_t x)
{
    int64_t all;
    MPI_Allreduce(&x, &all, 1, MPI_INT64_T, MPI_MIN, MPI_COMM_WORLD);
    return all;
}

static void share(void *x, size_t bytes, int from)
{
    for (char *at = x; bytes;) {
        size_t n = bytes < MOST ? bytes : MOST;
        MPI_Bcast(at, (int)n, MPI_BYTE, from, MPI_COMM_WORLD);
        at += n;
        bytes -= n;
    }
}

/* Where pieces of these lengths begin, one behind the other. */
static int *places(const int *length, int n)
{
    int *at = gg_xalloc((size_t)n + 1, sizeof *at);
    for (int p = 0; p < n; p++)
        at[p + 1] = at[p] + length[p];
    return at;
}

static void gather(void *x, const int *bytes)
{
    int *at = places(bytes, n_rank());
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, x, bytes, at, MPI_BYTE, MPI_COMM_WORLD);
    free(at);
}

static void exchange(const gg_real *out, const int *n_out, gg_real *in, const int *n_in)
{
    int n = n_rank(), *to = places(n_out, n), *from = places(n_in, n);
    MPI_Alltoallv(out, n_out, to, REAL, in, n_in, from, REAL, MPI_COMM_WORLD);
    free(to);
    free(from);
}

/* "Open MPI v4.1.4, package: ..." up to the comma; MPICH says it in lines. */
const char *gg_ranks_mpi_version(void)
{
    static char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int n;
    MPI_Get_library_version(text, &n);
    text[strcspn(text, ",\n")] = '\0';
    return text;
}

const struct gg_ranks_by gg_ranks_mpi = {
    .start = start, .stop = stop, .least = least, .share = share, .gather = gather, .exchange = exchange};
