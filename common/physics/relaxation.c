/* relaxation.c -- see relaxation.h */
#include "physics/relaxation.h"
#include "physics/md_watch.h"

#include <math.h>

/* The mean over the runs but `left_out` (-1: all). */
static double mean(int64_t n_run, const double *fs, int64_t left_out)
{
    double sum = 0;
    for (int64_t r = 0; r < n_run; r++)
        sum += r == left_out ? 0 : fs[r];
    return sum / (double)(n_run - (left_out >= 0));
}

/* ln of the time at which the line through times k and k + 1 is 1/e. */
static double crossing(int64_t k, const double *time, int64_t n_run, const double *fs, int64_t left_out)
{
    double above = mean(n_run, fs + k * n_run, left_out), below = mean(n_run, fs + (k + 1) * n_run, left_out),
           part = (above - exp(-1)) / (above - below);
    return log(time[k]) + part * log(time[k + 1] / time[k]);
}

int gg_relaxation_of(struct gg_relaxation *out, int64_t n_time, const double *time, int64_t n_run,
                     const double *fs, struct gg_err *err)
{
    int64_t k = 0;
    while (k < n_time && mean(n_run, fs + k * n_run, -1) > exp(-1))
        k++;
    if (k == 0 || k == n_time)
        return gg_fail(
            err, GG_INPUT,
            "tau_alpha: F_s of A is %.3g at the %s time, %g: it falls to 1/e %s; times on both sides "
            "are wanted",
            mean(n_run, fs + (k ? n_time - 1 : 0) * n_run, -1), k ? "last" : "first",
            time[k ? n_time - 1 : 0], k ? "later" : "before");
    double all = crossing(k - 1, time, n_run, fs, -1), sum = 0, square = 0;
    for (int64_t r = 0; r < n_run && n_run > 1; r++) {
        double d = crossing(k - 1, time, n_run, fs, r) - all;
        sum += d;
        square += d * d;
    }
    double n = (double)n_run;
    *out = (struct gg_relaxation){exp(all), NAN};
    if (n_run > 1) /* jackknife, of the logarithm */
        out->err = out->tau * sqrt((n - 1) / n * fmax(square - sum * sum / n, 0));
    return 0;
}

int gg_tau_alpha(struct gg_relaxation *out, const struct gg_runs *runs, int dim, const int32_t *type,
                 const double *time, struct gg_err *err)
{
    struct gg_arena a = {0};
    double *fs = GG_NEW(&a, double, (size_t)(runs->n_time * runs->n_run) + 1);
    for (int64_t k = 0; k < runs->n_time * runs->n_run; k++)
        fs[k] = gg_md_fs(runs->n_node, type, dim, runs->start, runs->end + k * runs->n_node);
    int status = gg_relaxation_of(out, runs->n_time, time, runs->n_run, fs, err);
    gg_arena_free(&a);
    return status;
}
