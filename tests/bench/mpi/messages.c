/* messages.c -- mpirun -n N messages PARAMETERS: what messages of a training cost on this machine; for bench_ranks.c, which reads its lines */
#include "learn/ranks_mpi.h"
#include "util/arena.h"
#include "util/progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { TRIES = 400 };
static const double LONG = 20; /* s */

struct job {
    struct gg_shards shards;
    gg_real *dw;
};
struct times {
    double from, to;
};

static void agree(const struct gg_ranks *r, struct job *j)
{
    (void)j;
    gg_ranks_any(r, false);
}

static void sum(const struct gg_ranks *r, struct job *j)
{
    gg_ranks_sum(r, &j->shards, j->dw);
}

/* From the last rank's begin to the last one's end. */
static double spent(const struct times *x, int n_rank, int k)
{
    struct times last = x[k];
    for (int p = 1; p < n_rank; p++)
        last = (struct times){fmax(last.from, x[p * TRIES + k].from), fmax(last.to, x[p * TRIES + k].to)};
    return last.to - last.from;
}

/* The least of many: whoever else uses the machine only adds. */
static double measure(const struct gg_ranks *r, struct job *j,
                      void (*work)(const struct gg_ranks *, struct job *))
{
    struct times *x = gg_xalloc((size_t)(r->n * TRIES), sizeof *x), *mine = x + r->rank * TRIES;
    double least = INFINITY, began = gg_seconds();
    int n = 0;
    for (; n < TRIES && !gg_ranks_any(r, gg_seconds() - began > LONG); n++) {
        mine[n].from = gg_seconds();
        work(r, j);
        mine[n].to = gg_seconds();
    }
    gg_ranks_gather(r, x, TRIES * sizeof *x, r->n, r->n);
    for (int k = 0; k < n; k++)
        least = fmin(least, spent(x, r->n, k));
    free(x);
    return least;
}

int main(int argc, char **argv)
{
    struct gg_ranks r;
    struct job j = {0};
    int64_t n_weight = argc > 1 ? atol(argv[1]) : 1;
    gg_ranks_start(&r, &gg_ranks_mpi);
    gg_shards_init(&j.shards, r.n, r.n, n_weight, r.rank, r.n);
    gg_shards_begin(&j.shards, r.n);
    j.dw = gg_xalloc((size_t)n_weight, sizeof *j.dw);
    double latency = measure(&r, &j, agree), all = measure(&r, &j, sum);
    if (gg_ranks_speaks(&r))
        printf("agree %.9g\nsum %.9g\n", latency, all);
    gg_shards_free(&j.shards);
    free(j.dw);
    gg_ranks_stop(&r);
    return 0;
}
