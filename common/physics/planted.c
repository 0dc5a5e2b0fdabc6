/* planted.c -- planted fields of a frame: the known ones, and the mean of noisy runs as the propensity is one (planted.h) */
#include "physics/planted.h"
#include "physics/planted_waves.h"
#include "stream/crc32c.h"
#include "util/file.h"
#include "util/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const gg_planted_names[GG_N_PLANTED] = {
    "planted", "planted_var", "planted_true", "planted_vector", "planted_vector_var", "planted_vector_true"};

bool gg_planted_wanted(const struct gg_planted *p)
{
    bool any = false;
    for (int k = 0; k < GG_N_PLANTED; k++)
        any |= p->want[k];
    return any;
}

int gg_planted_runs(struct gg_planted *p, int64_t asked, int64_t there, const struct gg_meta *meta,
                    struct gg_err *err)
{
    enum { USUAL = 16 };
    const char *before = gg_meta_get(meta, "replicas");
    int64_t n = there ? there : before ? atoll(before) : 0;
    if (n && asked && n != asked)
        return gg_fail(
            err, GG_INPUT,
            "--planted-runs %lld: the other targets here are of %lld, and a stream says one number for all",
            (long long)asked, (long long)n);
    p->n_run = n ? n : asked ? asked : USUAL;
    if (p->n_run < 2 && (p->want[GG_PLANTED_VAR] || p->want[GG_PLANTED_VECTOR_VAR]))
        return gg_fail(err, GG_INPUT,
                       "a variance of %lld run: --add planted without planted_var, or more runs",
                       (long long)p->n_run);
    return 0;
}

void gg_planted_meta(const struct gg_planted *p, struct gg_meta *meta)
{
    char lengths[256] = "", number[32];
    size_t used = 0;
    for (int k = 0; k < p->length.n && used + 64 < sizeof lengths; k++) {
        gg_print_double(number, p->length.v[k]);
        used += (size_t)snprintf(lengths + used, sizeof lengths - used, "%s%s", k ? "," : "", number);
    }
    gg_meta_printf(meta, "planted", "length %s, q up to %g, noise %g, seed %llu, on %s", lengths, p->q_max,
                   p->noise, (unsigned long long)p->seed, p->positions);
    gg_meta_printf(meta, "replicas", "%lld", (long long)p->n_run);
}

/* What one frame needs. */
struct work {
    const struct gg_planted *p;
    struct gg_frame *f;
    struct gg_arena *a;
    struct gg_planted_sites sites;
    int n_time;
    const double *time; /* NULL: no axis of times */
    double *length;     /* [n_time] */
    double *y, (*u)[3]; /* [n][n_time] */
};

static int find_sites(struct work *w, struct gg_err *err)
{
    const char *name = w->p->positions;
    const struct gg_field *x = gg_frame_find(w->f, name), *type = gg_frame_need(w->f, "type", err);
    const double *pos = type ? gg_frame_need_double(w->f, name, w->a, err) : NULL;
    if (!pos)
        return -1;
    if (x->ndim != 2 || x->axis[0] != GG_NODE || x->shape[1] != 3)
        return gg_fail(err, GG_INPUT, "field '%s': positions [node, 3] are wanted", name);
    w->sites.n = (int64_t)w->f->n_node;
    w->sites.pos = (const double(*)[3])pos;
    w->sites.type = type->data;
    return gg_cell_init(&w->sites.cell, w->f->dim, w->f->pbc, w->f->cell, err);
}

/* One, one for each time, or two, between which L is a power of the time. */
static int find_lengths(struct work *w, struct gg_err *err)
{
    const double *v = w->p->length.v, *time = w->time;
    int n = w->p->length.n, last = w->n_time - 1;
    bool power = n == 2 && last > 1;
    if (n != 1 && n != w->n_time && !power)
        return gg_fail(
            err, GG_INPUT,
            "--planted-length: %d lengths, the frame has %d times: one length, one for each, or two, of the "
            "first and the last time",
            n, w->n_time);
    if (power && !(time[0] > 0 && v[0] > 0 && v[1] > 0))
        return gg_fail(
            err, GG_INPUT,
            "--planted-length: between two lengths L is a power of the time: times and lengths above 0 are "
            "wanted, the first time is %g",
            time[0]);
    for (int t = 0; t <= last; t++)
        w->length[t] = power ? v[0] * pow(v[1] / v[0], log(time[t] / time[0]) / log(time[last] / time[0]))
                             : v[n == 1 ? 0 : t];
    return 0;
}

static int find_times(struct work *w, struct gg_err *err)
{
    const struct gg_field *time = gg_frame_find(w->f, "time");
    w->n_time = 1;
    if (time != NULL) {
        if (!(w->time = gg_frame_need_double(w->f, "time", w->a, err)))
            return -1;
        w->n_time = (int)gg_field_count(time);
    }
    w->length = GG_NEW(w->a, double, (size_t)w->n_time + 1);
    return find_lengths(w, err);
}

static int make(struct work *w, struct gg_err *err)
{
    struct gg_planted_waves waves;
    size_t room = (size_t)(w->sites.n * w->n_time) + 1;
    double *number = GG_NEW(w->a, double, (size_t)w->sites.n + 1);
    w->y = GG_NEW(w->a, double, room);
    w->u = gg_arena_calloc(w->a, room, sizeof *w->u);
    if (w->sites.n == 0)
        return 0;
    if (gg_planted_numbers(&w->sites, w->p->seed, number, w->a, err) < 0 ||
        gg_planted_whiten(&waves, &w->sites, w->p->q_max, number, w->a, err) < 0)
        return -1;
    bool vector = w->p->want[GG_PLANTED_VECTOR] || w->p->want[GG_PLANTED_VECTOR_VAR] ||
                  w->p->want[GG_PLANTED_VECTOR_TRUE];
    gg_planted_sum(&waves, &w->sites, w->n_time, w->length, w->y, vector ? w->u : NULL, w->a);
    return 0;
}

/* The data of field k, [node, time(, 3)]; NULL if it is not wanted. */
static float *add(struct work *w, enum gg_planted_field k)
{
    bool vector = k == GG_PLANTED_VECTOR || k == GG_PLANTED_VECTOR_TRUE;
    const uint64_t with_time[] = {w->f->n_node, (uint64_t)w->n_time, 3}, without[] = {w->f->n_node, 3};
    struct gg_err err;
    if (!w->p->want[k])
        return NULL;
    struct gg_field *x =
        w->time ? gg_frame_add_as(w->f, w->a, gg_planted_names[k], GG_F32, vector ? 3 : 2, with_time,
                                  (int[]){GG_NODE, GG_TIME, GG_FREE}, GG_TARGET, vector ? "1x1o" : "0e", "1",
                                  &err)
                : gg_frame_add_as(w->f, w->a, gg_planted_names[k], GG_F32, vector ? 2 : 1, without,
                                  (int[]){GG_NODE, GG_FREE}, GG_TARGET, vector ? "1x1o" : "0e", "1", &err);
    return x ? x->data : NULL;
}

/* Of one particle at one time: 3 is of the vector. */
static struct gg_rng noise_of(const struct work *w, int64_t i, int t, bool vector)
{
    float time = w->time ? (float)w->time[t] : 0;
    uint32_t frame = gg_crc32c(vector ? 1 : 0, w->f->id, strlen(w->f->id));
    return gg_rng_at(w->p->seed, gg_crc32c(frame, &time, sizeof time), (uint32_t)i, 0x6e6f6973); /* "nois" */
}

/* Mean and summed variance over the runs, divisor n - 1, of `width` numbers with noise of sd s. */
static void blur(const struct work *w, struct gg_rng r, double s, int width, const double *exact, float *mean,
                 float *var)
{
    double sum[3] = {0, 0, 0}, square = 0, n = (double)w->p->n_run, spread = 0;
    for (int64_t run = 0; run < w->p->n_run; run++)
        for (int c = 0; c < width; c++) {
            double e = s * gg_rng_normal(&r);
            sum[c] += e;
            square += e * e;
        }
    for (int c = 0; c < width; c++) {
        spread += sum[c] * sum[c] / n;
        if (mean != NULL)
            mean[c] = (float)(exact[c] + sum[c] / n);
    }
    if (var != NULL)
        *var = (float)fmax(0, (square - spread) / (n - 1));
}

static void round_down(int64_t n, const double *x, float *to)
{
    for (int64_t k = 0; k < n && to != NULL; k++)
        to[k] = (float)x[k];
}

/* In two dimensions the third component has no noise. */
static void write_all(struct work *w)
{
    int64_t n = w->sites.n * w->n_time;
    int dim = w->sites.cell.dim;
    float *mean = add(w, GG_PLANTED_MEAN), *var = add(w, GG_PLANTED_VAR), *mean3 = add(w, GG_PLANTED_VECTOR),
          *var3 = add(w, GG_PLANTED_VECTOR_VAR);
    round_down(n, w->y, add(w, GG_PLANTED_TRUE));
    round_down(3 * n, &w->u[0][0], add(w, GG_PLANTED_VECTOR_TRUE));
    for (int64_t k = 0; k < n; k++) {
        int64_t i = k / w->n_time;
        int t = (int)(k % w->n_time);
        double s = w->p->noise * sqrt(2 / (1 + exp(-w->y[k])));
        if (mean || var)
            blur(w, noise_of(w, i, t, false), s, 1, &w->y[k], mean ? mean + k : NULL, var ? var + k : NULL);
        if (mean3 || var3)
            blur(w, noise_of(w, i, t, true), s, dim, w->u[k], mean3 ? mean3 + 3 * k : NULL,
                 var3 ? var3 + k : NULL);
    }
}

int gg_planted_add(const struct gg_planted *p, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct work w = {.p = p, .f = f, .a = a};
    if (find_sites(&w, err) < 0 || find_times(&w, err) < 0 || make(&w, err) < 0)
        return -1;
    write_all(&w);
    return 0;
}
