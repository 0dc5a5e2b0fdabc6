/* jackknife.c -- errors of what follows from sums over configurations
 *
 * R. G. Miller, Biometrika 61, 1 (1974). */
#include "stats/jackknife.h"
#include "util/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* sum += the rows but `without`. */
static void add_but(int n, int width, const double *sums, int without, double *sum)
{
    for (int k = 0; k < width; k++)
        sum[k] = 0;
    for (int s = 0; s < n; s++)
        for (int k = 0; k < width && s != without; k++)
            sum[k] += sums[s * width + k];
}

/* Rows that are left out one at a time. */
static struct gg_estimate of_rows(int n, int width, const double *sums, gg_of_sums *of, int which,
                                  const void *context)
{
    double *sum = gg_xalloc((size_t)width + (size_t)n + 1, sizeof *sum), *left = sum + width, mean = 0,
           square = 0;
    add_but(n, width, sums, -1, sum);
    struct gg_estimate e = {.value = of(sum, which, context), .error = NAN};
    for (int s = 0; s < n; s++) {
        add_but(n, width, sums, s, sum);
        left[s] = of(sum, which, context);
        mean += left[s] / n;
    }
    for (int s = 0; s < n; s++)
        square += (left[s] - mean) * (left[s] - mean);
    if (n >= 2)
        e.error = sqrt(square * (n - 1) / n);
    double half = n >= 2 ? gg_student(n - 1) * e.error : NAN;
    e.interval = (struct gg_interval){e.value - half, e.value + half};
    free(sum);
    return e;
}

struct gg_estimate gg_jackknife(int n, int width, const double *sums, const int *run, gg_of_sums *of,
                                int which, const void *context)
{
    if (!run)
        return of_rows(n, width, sums, of, which, context);
    double *merged = gg_xalloc((size_t)n * (size_t)width + 1, sizeof *merged);
    memcpy(merged, sums, (size_t)n * (size_t)width * sizeof *merged);
    int runs = gg_merge_runs(n, width, merged, run);
    struct gg_estimate e = of_rows(runs, width, merged, of, which, context);
    free(merged);
    return e;
}
