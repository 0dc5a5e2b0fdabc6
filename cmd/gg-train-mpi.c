/* gg-train-mpi.c -- gg-train by several processes, which mpirun starts: the same program with messages (learn/ranks.h) */
#include "learn/ranks_mpi.h"

#define GG_TRAIN_NAME "gg-train-mpi"
#define GG_TRAIN_EXAMPLE "mpirun -n 2 gg-train-mpi --batch 2 --epochs 1 -o run2 m.yaml tiny.ggs"
#define GG_RANKS (&gg_ranks_mpi)
#define GG_MESSAGES gg_ranks_mpi_version
#include "gg-train.c"
