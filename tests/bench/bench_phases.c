/* bench_phases.c -- processor time inside and outside of parallel regions, for the law of Amdahl
 *
 * The linker puts __wrap_GOMP_parallel in the place of GCC's (--wrap, Makefile).  Processor time of threads does not see who else uses
 * the machine.  Waiting at the end of a region is in neither. */
#include "bench.h"

#include <math.h>
#include <time.h>

void __real_GOMP_parallel(void (*work)(void *), void *data, unsigned threads, unsigned flags);
void __wrap_GOMP_parallel(void (*work)(void *), void *data, unsigned threads, unsigned flags);

static double began, inside,
    around; /* s: of all threads, and of the first from a region's beginning to its end */
static double n_region;
static _Thread_local int depth;

static double thread_cpu(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct region {
    void (*work)(void *);
    void *data;
};

static void timed(void *context)
{
    const struct region *r = context;
    double from = thread_cpu();
    depth++;
    r->work(r->data);
    depth--;
    double took = thread_cpu() - from;
#pragma omp atomic
    inside += took;
}

/* A region of one thread (an if clause) is no region, and neither is one inside of another. */
void __wrap_GOMP_parallel(void (*work)(void *), void *data, unsigned threads, unsigned flags)
{
    if (threads == 1 || depth) {
        __real_GOMP_parallel(work, data, threads, flags);
        return;
    }
    struct region r = {work, data};
    double from = thread_cpu();
    __real_GOMP_parallel(timed, &r, threads, flags);
    around += thread_cpu() - from;
    n_region++;
}

void bench_phases_begin(void)
{
    inside = around = n_region = 0;
    began = thread_cpu();
}

struct bench_phases bench_phases_end(void)
{
    return (struct bench_phases){thread_cpu() - began - around, inside, n_region};
}

double bench_amdahl(double one, struct bench_phases two, int n)
{
    return two.regions > 0 ? one / (two.outside + two.inside / n + BENCH_MEETING * log2(n) * two.regions)
                           : NAN;
}
