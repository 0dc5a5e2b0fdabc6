/* test_neighbors_plain.c -- the laws of test_neighbors.c for the plain C search, which other CPUs run */
#include "test_neighbors.c"

#include "graph/around.h"
#include <float.h>

#undef __x86_64__
#include "graph/hits.c"
#include "graph/neighbors.c"
