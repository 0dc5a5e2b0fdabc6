/* replicas.c -- what each run says of a target that is their mean */
#include "score/replicas.h"

#include <math.h>
#include <string.h>

/* What a run says of a particle that moved by d, and how many numbers that is. */
static void of_propensity(const double d[3], double length, double *x)
{
    (void)length;
    x[0] = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
}

static void of_displacement(const double d[3], double length, double *x)
{
    (void)length;
    memcpy(x, d, 3 * sizeof *x);
}

static void of_overlap(const double d[3], double length, double *x)
{
    x[0] = d[0] * d[0] + d[1] * d[1] + d[2] * d[2] < length * length;
}

struct of_run {
    const char *target;
    int width;
    void (*of)(const double d[3], double length, double *x);
};
static const struct of_run of_runs[] = {{"propensity", 1, of_propensity},
                                        {"displacement", 3, of_displacement},
                                        {"overlap", 1, of_overlap}};

/* The runs of one time: [n_run, node, 3], the first number at `first`. */
struct runs {
    const struct gg_field *pos, *at;
    uint64_t n_run, n_node, first;
    double length;
};

static void moved(const struct runs *r, uint64_t run, uint64_t i, double d[3])
{
    for (uint64_t k = 0; k < 3; k++)
        d[k] =
            gg_field_get(r->at, r->first + 3 * (run * r->n_node + i) + k) - gg_field_get(r->pos, 3 * i + k);
}

/* Adds one of them, times `weight`. */
static void add_run(const struct runs *r, uint64_t run, const struct of_run *of, double weight, double *mean)
{
    for (uint64_t i = 0; i < r->n_node; i++) {
        double d[3], x[3];
        moved(r, run, i, d);
        of->of(d, r->length, x);
        for (int k = 0; k < of->width; k++)
            mean[(int64_t)i * of->width + k] += weight * x[k];
    }
}

/* Is the truth the mean of these runs, n_run of them, and not of others or of other particles? */
static bool made_of(const double *truth, double *const mean[2], uint64_t n_run, size_t n)
{
    double even = (double)((n_run + 1) / 2) / (double)n_run;
    bool same = true;
    for (size_t i = 0; i < n && same; i++)
        same = isnan(truth[i]) ||
               fabs(even * mean[0][i] + (1 - even) * mean[1][i] - truth[i]) <= 1e-5 * fabs(truth[i]) + 1e-5;
    return same;
}

static bool find_runs(struct runs *r, const struct gg_frame *f, const struct gg_column *x, int t)
{
    struct gg_err ignored;
    if (x->time.axis >= 0 && x->field->axis[x->time.axis] != GG_TIME) /* the runs are at the frame's times */
        return false;
    r->pos = gg_frame_need(f, "pos", &ignored);
    r->at = gg_frame_need(f, "pos_replicas", &ignored);
    if (!r->pos || !r->at)
        return false;
    uint64_t n_time = r->at->ndim == 4 ? r->at->shape[0] : 1;
    r->n_run = r->at->shape[r->at->ndim - 3];
    r->n_node = f->n_node;
    r->first = 3 * (uint64_t)t * r->n_run * r->n_node;
    return r->n_run >= 2 && n_time == (x->time.axis < 0 ? 1 : (uint64_t)x->time.n);
}

static const uint8_t *overlaps_of(const struct runs *r, struct gg_arena *a)
{
    uint8_t *out = GG_NEW(a, uint8_t, r->n_run * r->n_node + 1);
    for (uint64_t k = 0; k < r->n_run * r->n_node; k++) {
        double d[3], q;
        moved(r, k / r->n_node, k % r->n_node, d);
        of_overlap(d, r->length, &q);
        out[k] = (uint8_t)q;
    }
    return out;
}

struct gg_replicas gg_replicas_of(const struct gg_frame *f, const struct gg_column *x, int t,
                                  const double *truth, double overlap_length, bool overlaps,
                                  struct gg_arena *a)
{
    struct gg_replicas out = {0};
    struct runs r = {.length = overlap_length};
    size_t which = 0, n_which = sizeof of_runs / sizeof *of_runs;
    while (which < n_which && strcmp(of_runs[which].target, x->field->name) != 0)
        which++;
    if (which == n_which || of_runs[which].width != x->width || !find_runs(&r, f, x, t))
        return out;
    size_t room = r.n_node * (size_t)x->width;
    double *mean[2] = {GG_NEW(a, double, room), GG_NEW(a, double, room)};
    for (uint64_t k = 0; k < r.n_run; k++)
        add_run(&r, k, &of_runs[which], 1 / (double)((r.n_run + 1 - k % 2) / 2), mean[k % 2]);
    if (!made_of(truth, mean, r.n_run, room))
        return out;
    return (struct gg_replicas){{mean[0], mean[1]}, (int)r.n_run, overlaps ? overlaps_of(&r, a) : NULL};
}
