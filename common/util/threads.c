/* threads.c -- how many threads, and what holds in each of them */
#include "util/threads.h"
#include "util/linalg.h"
#include "util/number.h"

#include <omp.h>
#include <stdlib.h>
#ifdef __SSE__
#include <xmmintrin.h>
#endif

enum { MOST_THREADS = 1024 };

static int from_environment(int *n, struct gg_err *err)
{
    const char *text = getenv("GG_THREADS");
    if (text == NULL || *text == '\0')
        return 0;
    int64_t value;
    if (!gg_whole(text, &value) || value < 1 || value > MOST_THREADS)
        return gg_fail(err, GG_USAGE, "GG_THREADS: '%s' is not a number from 1 to %d", text, MOST_THREADS);
    *n = (int)value;
    return 0;
}

/* Denormal numbers cost a hundred cycles each and carry nothing here. 0x8040: flush results, read operands as zero. */
static void flush_to_zero(void)
{
#ifdef __SSE__
    _mm_setcsr(_mm_getcsr() | 0x8040);
#endif
}

int gg_threads_init(int wanted, struct gg_err *err)
{
    int n = omp_get_num_procs();
    if (wanted > 0)
        n = wanted;
    else if (from_environment(&n, err) < 0)
        return -1;
    if (gg_blas_threads(n, err) < 0)
        return -1;
    omp_set_dynamic(0);
    omp_set_num_threads(n);
    flush_to_zero(); /* here too: libomp restores the first thread's state behind a parallel region */
#pragma omp parallel num_threads(n)
    flush_to_zero();
    return 0;
}

int gg_threads(void)
{
    return omp_get_max_threads();
}
