/* coarse.c -- sums over all particles of the box with the weight exp(-r/L)
 *
 * Jung, Biroli, Berthier, Phys. Rev. Lett. 130, 238202 (2023): D_i(L, beta) = sum_{j in beta} exp(-r_ij/L), and the same with
 * X_j and X_j^2.  N^2 pairs times the lengths is what it costs, so one receiver's row is walked in blocks that stay in the
 * first cache: distances of a block, weights for every length, sums for every length.  The weights of a length that is a
 * half or a third of another one are its square or cube: of the paper's 15 lengths 8 need the exponential.
 *
 * Shapes: senders are sorted by species and each species is padded to whole blocks with senders of no weight; a block
 * belongs to one species.  Sums run in GG_LANES partial sums whatever the machine's vectors are. */
#include "descriptors/coarse.h"
#include "descriptors/kernel.h"
#include "descriptors/value.h"
#include "util/file.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct senders {
    int64_t n_block;
    int32_t *species;           /* [n_block] */
    double *at[3];              /* [n_block * GG_BLOCK] coordinates along the cell vectors, or Cartesian */
    double *moment[GG_MOMENTS]; /* [n_block * GG_BLOCK] X^k; all 0 in the padding */
};

/* How a weight comes from others: lengths in falling order; power 1 = exponential, 2 = square, 3 = cube of `from`. */
struct recipe {
    int length, from, power;
};

static int find_base(const struct gg_reals *lengths, int length, int power)
{
    for (int k = 0; k < lengths->n; k++)
        if (fabs(lengths->v[k] / (power * lengths->v[length]) - 1) < 1e-15)
            return k;
    return -1;
}

static void plan(const struct gg_reals *lengths, struct recipe *r)
{
    for (int k = 0; k < lengths->n; k++) {
        int at = k;
        for (; at > 0 && lengths->v[r[at - 1].length] < lengths->v[k]; at--)
            r[at] = r[at - 1];
        r[at] = (struct recipe){.length = k, .power = 1};
    }
    for (int k = 0; k < lengths->n; k++)
        for (int power = 3; power >= 2; power--) {
            int from = find_base(lengths, r[k].length, power);
            if (from >= 0) {
                r[k].from = from;
                r[k].power = power;
            }
        }
}

static void fill(const struct gg_particles *p, const struct gg_metric *metric, const double *value,
                 int n_moment, int64_t i, int64_t at, struct senders *s)
{
    double q[3];
    gg_metric_coordinates(metric, p->pos[i], q);
    for (int a = 0; a < 3; a++)
        s->at[a][at] = q[a];
    double power = 1;
    for (int k = 0; k < n_moment; k++, power *= value ? value[i] : 0)
        s->moment[k][at] = power;
}

static void sort_senders(const struct gg_descriptor_options *o, const struct gg_particles *p,
                         const struct gg_metric *metric, const double *value, int n_moment, struct senders *s)
{
    int64_t room = p->n / GG_BLOCK + o->n_species;
    s->n_block = 0;
    s->species = GG_NEW(p->arena, int32_t, room);
    for (int a = 0; a < 3; a++)
        s->at[a] = GG_NEW(p->arena, double, room *GG_BLOCK);
    for (int k = 0; k < n_moment; k++)
        s->moment[k] = GG_NEW(p->arena, double, room *GG_BLOCK);
    for (int b = 0; b < o->n_species; b++) {
        int64_t n = 0;
        for (int64_t i = 0; i < p->n; i++)
            if (p->type[i] == b) {
                fill(p, metric, value, n_moment, i, s->n_block * GG_BLOCK + n++, s);
                s->species[s->n_block + (n - 1) / GG_BLOCK] = b;
            }
        s->n_block += (n + GG_BLOCK - 1) / GG_BLOCK;
    }
}

/* w of every length for one block of distances. */
static void weigh(const struct gg_reals *lengths, const struct recipe *recipe, const double *r,
                  double (*w)[GG_BLOCK])
{
    for (int k = 0; k < lengths->n; k++) {
        int length = recipe[k].length;
        if (recipe[k].power == 1)
            gg_kernel_exp(r, -1 / lengths->v[length], w[length]);
        else
            gg_kernel_power(w[recipe[k].from], recipe[k].power, w[length]);
    }
}

/* Adds what each species gives to the classes that hold it. */
static void store(const struct gg_descriptor_options *o, int64_t n_sum, const double (*lane)[GG_LANES],
                  double *sum)
{
    for (int b = 0; b < gg_class_count(o); b++)
        for (int64_t k = 0; k < n_sum; k++) {
            sum[b * n_sum + k] = 0;
            for (int s = 0; s < o->n_species; s++)
                if (gg_class_holds(o, b, s))
                    sum[b * n_sum + k] += gg_kernel_total(lane[s * n_sum + k]);
        }
}

static void row(const struct gg_descriptor_options *o, const struct gg_metric *metric,
                const struct senders *s, const struct recipe *recipe, const double at[3], int n_moment,
                double (*w)[GG_BLOCK], double (*lane)[GG_LANES])
{
    double r[GG_BLOCK];
    int64_t n_sum = (int64_t)o->lengths.n * n_moment;
    for (int64_t block = 0; block < s->n_block; block++) {
        int64_t first = block * GG_BLOCK;
        gg_kernel_distance(metric, at, s->at[0] + first, s->at[1] + first, s->at[2] + first, r);
        weigh(&o->lengths, recipe, r, w);
        for (int length = 0; length < o->lengths.n; length++)
            for (int k = 0; k < n_moment; k++)
                gg_kernel_add(w[length], s->moment[k] + first,
                              lane[s->species[block] * n_sum + length * n_moment + k]);
    }
}

void gg_coarse_sums(const struct gg_descriptor_options *o, const struct gg_particles *p, const double *value,
                    int n_moment, double *sum)
{
    assert(n_moment <= GG_MOMENTS && (value || n_moment == 1));
    struct gg_metric metric;
    struct senders senders;
    struct recipe *recipe = GG_NEW(p->arena, struct recipe, o->lengths.n);
    int64_t n_sum = (int64_t)o->lengths.n * n_moment, n_lane = n_sum * o->n_species;
    gg_metric_init(&metric, &p->cell);
    plan(&o->lengths, recipe);
    sort_senders(o, p, &metric, value, n_moment, &senders);
#pragma omp parallel
    {
        double(*w)[GG_BLOCK] = gg_xalloc((size_t)o->lengths.n, sizeof *w);
        double(*lane)[GG_LANES] = gg_xalloc((size_t)n_lane, sizeof *lane);
#pragma omp for schedule(static)
        for (int64_t i = 0; i < p->n; i++) {
            double at[3];
            gg_metric_coordinates(&metric, p->pos[i], at);
            memset(lane, 0, sizeof *lane * (size_t)n_lane);
            row(o, &metric, &senders, recipe, at, n_moment, w, lane);
            store(o, n_sum, (const double(*)[GG_LANES])lane, sum + i * gg_class_count(o) * n_sum);
        }
        free(w);
        free(lane);
    }
}

static int add_columns(const struct gg_descriptor_options *o, const char *name, int l, struct gg_columns *c,
                       struct gg_err *err)
{
    if (o->lengths.n == 0)
        return gg_fail(err, GG_USAGE, "--lengths: at least one length is wanted");
    for (int b = 0; b < gg_class_count(o); b++)
        for (int k = 0; k < o->lengths.n; k++) {
            char length[32];
            gg_print_double(length, o->lengths.v[k]);
            gg_column_add(c, l, l ? -1 : 1, "%s.%s.L%s", name, gg_class_name(o, b), length);
        }
    return 0;
}

int gg_coarse_columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                      struct gg_err *err)
{
    return add_columns(o, name, 0, c, err);
}

int gg_coarse_vector_columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                             struct gg_err *err)
{
    return add_columns(o, name, 1, c, err);
}

int gg_coarse_field_columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                            struct gg_err *err)
{
    char stem[256];
    snprintf(stem, sizeof stem, "%s.%s", name, o->field);
    return gg_coarse_columns(o, stem, c, err);
}

static bool same_reals(const struct gg_reals *a, const struct gg_reals *b)
{
    return a->n == b->n && !memcmp(a->v, b->v, sizeof *a->v * (size_t)a->n);
}

static const struct gg_coarse *made(const struct gg_descriptor_options *o, const struct gg_particles *p,
                                    const char *field)
{
    const struct gg_coarse *c = *p->coarse;
    while (c && !(same_reals(&c->options->lengths, &o->lengths) && c->options->classes == o->classes &&
                  (!field || !strcmp(c->field, field))))
        c = c->next;
    return c;
}

const struct gg_coarse *gg_coarse_made(const struct gg_descriptor_options *o, const struct gg_particles *p)
{
    return made(o, p, NULL);
}

const struct gg_coarse *gg_coarse_moments(const struct gg_descriptor_options *o, const struct gg_particles *p,
                                          struct gg_err *err)
{
    const struct gg_coarse *there = made(o, p, o->field);
    if (there)
        return there;
    const double *value = gg_value(o, p, err);
    if (!value)
        return NULL;
    int64_t n_sum = p->n * gg_class_count(o) * o->lengths.n;
    struct gg_coarse *c = GG_NEW(p->arena, struct gg_coarse, 1);
    double(*sum)[GG_MOMENTS] = gg_arena_calloc(p->arena, (size_t)n_sum, sizeof *sum);
    double *centred = GG_NEW(p->arena, double, p->n);
    *c = (struct gg_coarse){.next = *p->coarse, .field = o->field, .options = o};
    for (int64_t i = 0; i < p->n; i++)
        c->mean += value[i] / (double)p->n;
    for (int64_t i = 0; i < p->n; i++)
        centred[i] = value[i] - c->mean;
    gg_coarse_sums(o, p, centred, GG_MOMENTS, *sum);
    c->sum = (const double(*)[GG_MOMENTS])sum;
    *p->coarse = c;
    return c;
}
