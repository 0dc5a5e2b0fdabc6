/* targets.c -- the target fields of a frame from its pos_replicas
 *
 * The definitions are in dynamics.c, bonds.c, cage_relative.c, pairs.c and propensity_correlation.c.  pos_replicas [(time,) replica, node, 3] against pos. */
#include "physics/targets.h"
#include "physics/dynamics.h"
#include "physics/potential.h"
#include "physics/relaxation.h"
#include "util/file.h"
#include "util/opt.h"

#include <math.h>
#include <string.h>

static const char *const names[GG_N_TARGET] = {"propensity",
                                               "propensity_var",
                                               "displacement",
                                               "displacement_var",
                                               "displacement_covariance",
                                               "overlap",
                                               "bond_breaking",
                                               "cage_relative",
                                               "cage_relative_var",
                                               "cage_relative_displacement",
                                               "cage_relative_displacement_var",
                                               "distance_change",
                                               "distance_change_var",
                                               "tau_alpha",
                                               "mean_propensity",
                                               "mean_overlap",
                                               "propensity_correlation"};
/* Those that need two runs. */
static const enum gg_target variances[] = {GG_PROPENSITY_VAR,
                                           GG_DISPLACEMENT_VAR,
                                           GG_DISPLACEMENT_COVARIANCE,
                                           GG_CAGE_RELATIVE_VAR,
                                           GG_CAGE_RELATIVE_DISPLACEMENT_VAR,
                                           GG_DISTANCE_CHANGE_VAR,
                                           GG_PROPENSITY_CORRELATION};
enum { N_VARIANCE = sizeof variances / sizeof *variances };
/* In units of sigma_ab: a pair nearer than the first is bonded, farther than the second its bond is lost. */
static const double BONDED = 1.4, LOST = 1.8;

int gg_targets_want(void *targets, const char *name, struct gg_err *err)
{
    struct gg_targets *t = targets;
    for (int k = 0; k < GG_N_TARGET; k++)
        if (!strcmp(names[k], name)) {
            t->want[k] = true;
            return 0;
        }
    const char *near = gg_nearest(name, names, GG_N_TARGET);
    return gg_fail(err, GG_USAGE, "no target '%s' (did you mean '%s'?)", name, near ? near : names[0]);
}

bool gg_targets_any(const struct gg_targets *t)
{
    bool any = false;
    for (int k = 0; k < GG_N_TARGET; k++)
        any |= t->want[k];
    return any;
}

static bool wants_cage(const struct gg_targets *t)
{
    return t->want[GG_CAGE_RELATIVE] || t->want[GG_CAGE_RELATIVE_VAR] ||
           t->want[GG_CAGE_RELATIVE_DISPLACEMENT] || t->want[GG_CAGE_RELATIVE_DISPLACEMENT_VAR];
}

bool gg_targets_there(const struct gg_targets *t, const struct gg_frame *f, const char **missing)
{
    bool any = false;
    *missing = NULL;
    for (int k = GG_N_TARGET - 1; k >= 0; k--) {
        bool there = gg_frame_find(f, names[k]);
        any |= there;
        if (t->want[k] && !there)
            *missing = names[k];
    }
    return any;
}

/* "2,4,6": what the numbers of the last axis belong to. */
static void say_radii(const struct gg_reals *radii, struct gg_meta *meta)
{
    char text[GG_CORRELATION_RADII * 33] = "", length[32];
    for (int k = 0; k < radii->n; k++) {
        gg_print_double(length, radii->v[k]);
        strcat(strcat(text, k ? "," : ""), length);
    }
    gg_meta_set(meta, "correlation_radii", text);
}

void gg_targets_meta(const struct gg_targets *t, struct gg_meta *meta)
{
    char length[32];
    gg_print_double(length, t->overlap_length);
    if (t->n_run)
        gg_meta_printf(meta, "replicas", "%lld", (long long)t->n_run);
    if (t->n_run && (t->want[GG_OVERLAP] || t->want[GG_MEAN_OVERLAP]))
        gg_meta_set(meta, "overlap_length", length);
    if (t->want[GG_BOND_BREAKING])
        gg_meta_printf(meta, "bond_breaking",
                       "fraction of bonds lost (1 - C_B): bonded within %g sigma_ab, lost beyond %g sigma_ab",
                       BONDED, LOST);
    if (wants_cage(t))
        gg_meta_printf(meta, "cage_relative",
                       "displacement less the mean of the neighbours within %g sigma at the start",
                       t->cage_cutoff);
    if (t->want[GG_PROPENSITY_CORRELATION])
        say_radii(&t->radii, meta);
}

void gg_time_axis_add(struct gg_field *x)
{
    memmove(x->shape + 1, x->shape, 3 * sizeof *x->shape);
    memmove(x->axis + 1, x->axis, 3 * sizeof *x->axis);
    x->shape[0] = 1;
    x->axis[0] = GG_TIME;
    x->ndim = 4;
}

/* Every time axis of the frame has the same length: that of pos_replicas. */
static int check_times(const struct gg_frame *f, int64_t n_time, struct gg_err *err)
{
    for (int k = 0; k < f->n_field; k++)
        for (int d = 0; d < f->field[k].ndim; d++)
            if (f->field[k].axis[d] == GG_TIME && f->field[k].shape[d] != (uint64_t)n_time)
                return gg_fail(err, GG_INPUT,
                               "field 'pos_replicas': positions at %lld times, field '%s' has %llu",
                               (long long)n_time, f->field[k].name, (unsigned long long)f->field[k].shape[d]);
    return 0;
}

static int find_runs(const struct gg_frame *f, struct gg_arena *a, struct gg_runs *runs, struct gg_err *err)
{
    const double *pos = gg_frame_need_double(f, "pos", a, err);
    const double *end = pos ? gg_frame_need_double(f, "pos_replicas", a, err) : NULL;
    if (!end)
        return -1;
    struct gg_field x = *gg_frame_find(f, "pos_replicas");
    if (x.ndim == 3)
        gg_time_axis_add(&x);
    *runs = (struct gg_runs){.n_time = (int64_t)x.shape[0],
                             .n_run = (int64_t)x.shape[1],
                             .n_node = (int64_t)f->n_node,
                             .start = (const double(*)[3])pos,
                             .end = (const double(*)[3])end};
    return check_times(f, runs->n_time, err);
}

static int check_runs(struct gg_targets *t, int64_t n_run, struct gg_err *err)
{
    int least = 1;
    for (int k = 0; k < N_VARIANCE; k++)
        if (t->want[variances[k]])
            least = 2;
    if (n_run < least)
        return gg_fail(err, GG_INPUT, "field 'pos_replicas': %lld replicas, at least %d are wanted%s",
                       (long long)n_run, least,
                       least == 2
                           ? " for a variance or a correlation (--add propensity,displacement does without)"
                           : "");
    if (t->n_run && t->n_run != n_run)
        return gg_fail(err, GG_INPUT, "field 'pos_replicas': %lld replicas, %lld in the frames before",
                       (long long)n_run, (long long)t->n_run);
    t->n_run = n_run;
    return 0;
}

static int break_bonds(const struct gg_runs *runs, const struct gg_frame *f, float *broken,
                       struct gg_arena *a, struct gg_err *err)
{
    struct gg_cell cell;
    const struct gg_field *type = gg_frame_need(f, "type", err);
    if (!type || gg_cell_init(&cell, f->dim, f->pbc, f->cell, err) < 0)
        return -1;
    const int32_t *species = type->data;
    if (gg_check_types(runs->n_node, species, err) < 0)
        return -1;
    double sigma[GG_POTENTIAL_TYPES * GG_POTENTIAL_TYPES];
    struct gg_potential liquid = gg_potential_of(GG_POTENTIAL_FSHIFT, f->dim);
    for (int k = 0; k < GG_POTENTIAL_TYPES * GG_POTENTIAL_TYPES; k++)
        sigma[k] = liquid.pair[k / GG_POTENTIAL_TYPES][k % GG_POTENTIAL_TYPES].sigma;
    struct gg_bond_rule rule = {.bonded = BONDED, .lost = LOST, .n_type = GG_POTENTIAL_TYPES, .sigma = sigma};
    return gg_bond_breaking(runs, &cell, species, &rule, broken, a, err);
}

/* The data of target k as a new field; NULL if it is not wanted. */
static void *add(struct gg_targets *t, enum gg_target k, struct gg_frame *f, int64_t n_time,
                 struct gg_arena *a)
{
    if (!t->want[k])
        return NULL;
    t->n_replaced += gg_frame_find(f, names[k]) != NULL;
    return gg_frame_add(f, a, names[k], &(uint64_t){(uint64_t)n_time})->data;
}

/* A particle without neighbours has no cage to leave: NaN, which the field then says. */
static int add_cage_relative(struct gg_targets *t, const struct gg_runs *runs, struct gg_frame *f,
                             struct gg_arena *a, struct gg_err *err)
{
    struct gg_cell cell;
    struct gg_runs relative;
    if (!wants_cage(t))
        return 0;
    if (gg_cell_init(&cell, f->dim, f->pbc, f->cell, err) < 0 ||
        gg_cage_relative(runs, &cell, t->cage_cutoff, &relative, a, err) < 0)
        return -1;
    int64_t n = runs->n_time;
    struct gg_motion motion = {.propensity = add(t, GG_CAGE_RELATIVE, f, n, a),
                               .propensity_var = add(t, GG_CAGE_RELATIVE_VAR, f, n, a),
                               .displacement = add(t, GG_CAGE_RELATIVE_DISPLACEMENT, f, n, a),
                               .displacement_var = add(t, GG_CAGE_RELATIVE_DISPLACEMENT_VAR, f, n, a)};
    gg_motion_compute(&relative, &motion);
    bool alone = false;
    for (int64_t i = 0; i < runs->n_node && n && runs->n_run; i++)
        alone |= isnan(relative.end[i][0]);
    for (int k = GG_CAGE_RELATIVE; k <= GG_CAGE_RELATIVE_DISPLACEMENT_VAR && alone; k++)
        if (t->want[k])
            gg_frame_find(f, names[k])->flags |= GG_NAN_ALLOWED;
    return 0;
}

/* Of the frame's own edges. */
static int add_distance_change(struct gg_targets *t, const struct gg_runs *runs, struct gg_frame *f,
                               struct gg_arena *a, struct gg_err *err)
{
    struct gg_cell cell;
    if (!t->want[GG_DISTANCE_CHANGE] && !t->want[GG_DISTANCE_CHANGE_VAR])
        return 0;
    const struct gg_field *ptr = gg_frame_need(f, "edge_ptr", err);
    const struct gg_field *nbr = ptr ? gg_frame_need(f, "edge_nbr", err) : NULL;
    if (!nbr || gg_cell_init(&cell, f->dim, f->pbc, f->cell, err) < 0)
        return -1;
    struct gg_edges pairs = {.n_edge = (int64_t)f->n_edge, .ptr = ptr->data, .nbr = nbr->data};
    float *change = add(t, GG_DISTANCE_CHANGE, f, runs->n_time, a);
    gg_distance_change(runs, &cell, &pairs, change, add(t, GG_DISTANCE_CHANGE_VAR, f, runs->n_time, a));
    return 0;
}

/* Species of the particles that a number of the configuration is about; -1: of the halo of a piece (gg-select --boxes). */
static const int32_t *counted(const struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    const struct gg_field *type = gg_frame_need(f, "type", err), *core = NULL;
    if (!type || !gg_frame_find(f, "core"))
        return type ? type->data : NULL;
    if (!(core = gg_frame_need(f, "core", err)))
        return NULL;
    int32_t *of = GG_NEW(a, int32_t, f->n_node + 1);
    for (uint64_t i = 0; i < f->n_node; i++)
        of[i] = ((const uint8_t *)core->data)[i] ? ((const int32_t *)type->data)[i] : -1;
    return of;
}

static int add_tau_alpha(struct gg_targets *t, const struct gg_runs *runs, struct gg_frame *f,
                         struct gg_arena *a, struct gg_err *err)
{
    struct gg_relaxation r;
    if (!t->want[GG_TAU_ALPHA])
        return 0;
    const int32_t *type = counted(f, a, err);
    const double *time = type ? gg_frame_need_double(f, "time", a, err) : NULL;
    if (!time)
        return -1;
    if (runs->n_time < 2)
        return gg_fail(
            err, GG_INPUT,
            "field 'pos_replicas': tau_alpha wants several times in a frame (--join --keep-replicas, then "
            "--add tau_alpha)");
    if (gg_tau_alpha(&r, runs, f->dim, type, time, err) < 0)
        return gg_err_prefix(err, "field 'pos_replicas': ");
    *(double *)add(t, GG_TAU_ALPHA, f, runs->n_time, a) = r.tau;
    if (runs->n_run > 1)
        *(double *)gg_frame_add(f, a, "tau_alpha_err", NULL)->data = r.err;
    return 0;
}

/* One number a time of a configuration: the mean over the particles of species A, of x [n_node][n_time]; NaN
 * without any. */
static void add_mean(struct gg_targets *t, enum gg_target k, struct gg_frame *f, int64_t n_time,
                     const int32_t *type, const float *x, struct gg_arena *a)
{
    float *mean = add(t, k, f, n_time, a);
    for (int64_t time = 0; mean && time < n_time; time++) {
        double sum = 0, n = 0;
        for (int64_t i = 0; i < (int64_t)f->n_node; i++)
            if (type[i] == 0) {
                sum += (double)x[i * n_time + time];
                n++;
            }
        mean[time] = (float)(sum / n);
        if (isnan(mean[time]))
            gg_frame_find(f, names[k])->flags |= GG_NAN_ALLOWED;
    }
}

static int add_means(struct gg_targets *t, const struct gg_runs *runs, struct gg_frame *f, struct gg_arena *a,
                     struct gg_err *err)
{
    if (!t->want[GG_MEAN_PROPENSITY] && !t->want[GG_MEAN_OVERLAP])
        return 0;
    const int32_t *type = counted(f, a, err);
    if (!type)
        return -1;
    size_t n = (size_t)(runs->n_node * runs->n_time) + 1;
    struct gg_motion motion = {.propensity = GG_NEW(a, float, n),
                               .overlap = GG_NEW(a, float, n),
                               .overlap_length = t->overlap_length};
    gg_motion_compute(runs, &motion);
    add_mean(t, GG_MEAN_PROPENSITY, f, runs->n_time, type, motion.propensity, a);
    add_mean(t, GG_MEAN_OVERLAP, f, runs->n_time, type, motion.overlap, a);
    return 0;
}

int gg_targets_of_fields(struct gg_targets *t, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    static const enum gg_target of[][2] = {{GG_MEAN_PROPENSITY, GG_PROPENSITY},
                                           {GG_MEAN_OVERLAP, GG_OVERLAP}};
    int n = 0;
    for (int k = 0; k < 2; k++) {
        const struct gg_field *x = gg_frame_find(f, names[of[k][1]]);
        if (!t->want[of[k][0]] || !x || gg_frame_find(f, names[of[k][0]]))
            continue;
        const int32_t *type = counted(f, a, err);
        const float *numbers = type ? gg_frame_need_float(f, x->name, a, err) : NULL;
        if (!numbers)
            return -1;
        add_mean(t, of[k][0], f, (int64_t)x->shape[1], type, numbers, a);
        n++;
    }
    return n;
}

/* Nearest images of two particles are no farther apart than half of the box. */
static int check_radii(const struct gg_reals *radii, const struct gg_cell *cell, struct gg_err *err)
{
    double half = INFINITY;
    for (int k = 0; k < cell->dim; k++)
        if (cell->pbc >> k & 1)
            half = fmin(half, cell->image_height[k] / 2);
    if (radii->v[radii->n - 1] > half * (1 + 1e-9))
        return gg_fail(err, GG_INPUT,
                       "field 'pos': propensity_correlation at a distance of %g, half of the box is %.4g "
                       "(--correlation-radii says at which)",
                       radii->v[radii->n - 1], half);
    return 0;
}

static int add_correlation(struct gg_targets *t, const struct gg_runs *runs, struct gg_frame *f,
                           struct gg_arena *a, struct gg_err *err)
{
    struct gg_cell cell;
    if (!t->want[GG_PROPENSITY_CORRELATION])
        return 0;
    const char *name = names[GG_PROPENSITY_CORRELATION];
    const struct gg_field *type = gg_frame_need(f, "type", err);
    if (gg_frame_find(f, "box"))
        return gg_fail(err, GG_INPUT, "field 'box': a piece of a frame; %s is of whole ones", name);
    if (!type || gg_cell_init(&cell, f->dim, f->pbc, f->cell, err) < 0 ||
        check_radii(&t->radii, &cell, err) < 0)
        return -1;
    t->n_replaced += gg_frame_find(f, name) != NULL;
    struct gg_field *x =
        gg_frame_add(f, a, name, (const uint64_t[]){(uint64_t)runs->n_time, (uint64_t)t->radii.n});
    struct gg_correlation at = {t->radii.n, t->radii.v};
    if (!gg_propensity_correlation(runs, &cell, type->data, &at, x->data, a))
        x->flags |= GG_NAN_ALLOWED;
    return 0;
}

int gg_targets_add(struct gg_targets *t, struct gg_frame *f, struct gg_arena *a, struct gg_err *err)
{
    struct gg_runs runs;
    if (find_runs(f, a, &runs, err) < 0 || check_runs(t, runs.n_run, err) < 0)
        return -1;
    struct gg_motion motion = {.propensity = add(t, GG_PROPENSITY, f, runs.n_time, a),
                               .propensity_var = add(t, GG_PROPENSITY_VAR, f, runs.n_time, a),
                               .displacement = add(t, GG_DISPLACEMENT, f, runs.n_time, a),
                               .displacement_var = add(t, GG_DISPLACEMENT_VAR, f, runs.n_time, a),
                               .covariance = add(t, GG_DISPLACEMENT_COVARIANCE, f, runs.n_time, a),
                               .overlap = add(t, GG_OVERLAP, f, runs.n_time, a),
                               .overlap_length = t->overlap_length};
    gg_motion_compute(&runs, &motion);
    float *broken = add(t, GG_BOND_BREAKING, f, runs.n_time, a);
    if ((broken && break_bonds(&runs, f, broken, a, err) < 0) || add_cage_relative(t, &runs, f, a, err) < 0 ||
        add_distance_change(t, &runs, f, a, err) < 0 || add_tau_alpha(t, &runs, f, a, err) < 0 ||
        add_means(t, &runs, f, a, err) < 0 || add_correlation(t, &runs, f, a, err) < 0)
        return -1;
    double drift = gg_drift(&runs);
    t->drift = drift > t->drift ? drift : t->drift;
    return 0;
}
