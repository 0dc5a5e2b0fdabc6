/* saliency.c -- how a prediction changes when particles move
 *
 *     S_ij = d y_i / d r_j
 *
 * of one particle i, a vector for a scalar y, and for a vector a matrix, of which couplings take the parts of degree 0 (stretch), 1
 * (rotation), 2 (shear); in general degrees |l-1| to l+1.  The field is that of the sum of all chosen particles; the table is against the distance of i and
 * j, over the probes: the receptive field in practice.  K. Simonyan et al. 2014 (arXiv 1312.6034); for forces and other gradients of
 * equivariant networks Schuett et al. 2017 (arXiv 1706.08566, eq. 6). */
#include "explain/positions.h"
#include "explain/profile.h"
#include "o3/o3.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct own {
    struct gg_profile *profile; /* [n_time][n_geometry] */
    int n_part;                 /* degrees of y times a vector */
};

static int least(const struct gg_explain *x)
{
    return x->l > 0 ? x->l - 1 : 1;
}

static int open(struct gg_explain *x, struct gg_err *err)
{
    struct own *o = x->own;
    if (gg_positions_need(x, err) || gg_profile_check(x, err))
        return -1;
    o->n_part = x->l > 0 ? 3 : 1;
    o->profile = gg_xalloc((size_t)(x->n_time * x->m->n_geometry), sizeof *o->profile);
    for (int k = 0; k < x->n_time * x->m->n_geometry; k++)
        gg_profile_init(&o->profile[k], x, o->n_part);
    return 0;
}

static void release(struct gg_explain *x)
{
    struct own *o = x->own;
    for (int k = 0; o->profile && k < x->n_time * x->m->n_geometry; k++)
        gg_profile_free(&o->profile[k]);
    free(o->profile);
}

/* ---- numbers ---- */

/* Gradients of the sum of some particles, component by component: out [dim][n_geometry][n_node][3]. */
struct gradients {
    double (*of[2 * GG_L_MAX + 1][GG_MAX_GEOMETRIES])[3];
};

static void alloc(struct gradients *d, const struct gg_explain *x, const struct gg_scene *s)
{
    for (int z = 0; z < x->dim; z++)
        for (int k = 0; k < x->m->n_geometry; k++)
            d->of[z][k] = gg_arena_alloc(s->a, ((size_t)s->s.n_node + 1) * sizeof *d->of[z][k]);
}

static void differentiate(struct gg_explain *x, struct gg_scene *s, int time, int64_t n,
                          const int64_t *particle, double *c, struct gradients *d)
{
    for (int z = 0; z < x->dim; z++) {
        memset(c, 0, (size_t)(s->s.n_node * x->dim) * sizeof *c);
        for (int64_t k = 0; k < n; k++)
            c[particle[k] * x->dim + z] = 1;
        gg_positions_gradient(x, s, time, c, d->of[z]);
    }
}

/* Component m1 of y times m2 of a vector to all degrees, one after the other: dim 3 numbers, turned and not stretched. */
static void couple(const struct gg_explain *x, const struct gradients *d, int geometry, int64_t j,
                   double *out)
{
    for (int l = least(x); l <= x->l + 1; l++) {
        const double *w = gg_coupling(x->l, 1, l);
        int n = 2 * l + 1;
        for (int m = 0; m < n; m++, out++) {
            *out = 0;
            for (int z = 0; z < x->dim; z++)
                for (int a = 0; a < 3; a++)
                    *out += sqrt(n) * w[(z * 3 + a) * n + m] * d->of[z][geometry][j][a];
        }
    }
}

static void add_pairs(struct gg_explain *x, const struct gg_scene *s, int time, int64_t i,
                      const struct gradients *d)
{
    struct own *o = x->own;
    for (int k = 0; k < x->m->n_geometry; k++)
        for (int64_t j = 0; j < s->s.n_node; j++) {
            double all[3 * (2 * GG_L_MAX + 1)], part[3] = {0}, *at = all;
            couple(x, d, k, j, all);
            for (int q = 0; q < o->n_part; q++)
                for (int m = 0; m <= 2 * (least(x) + q); m++, at++)
                    part[q] += *at * *at;
            if (j != i)
                gg_profile_add(&o->profile[time * x->m->n_geometry + k], gg_profile_distance(s, k, i, j),
                               s->s.type[j], part);
        }
}

/* ---- fields ---- */

/* Degrees of y times those of a vector. */
static void irreps_of(const struct gg_explain *x, char text[GG_IRREPS_TEXT])
{
    struct gg_irreps out = {0};
    for (int l = least(x); l <= x->l + 1; l++)
        out.b[out.n++] = (struct gg_irrep){1, l, -gg_explain_target(x)->irreps.b[0].p};
    gg_irreps_print(&out, text);
}

static int write_field(struct gg_explain *x, struct gg_scene *s, int geometry, const struct gradients *d,
                       struct gg_err *err)
{
    char irreps[GG_IRREPS_TEXT], ending[GG_NAME], unit[2 * GG_UNIT];
    int width = 3 * x->dim;
    double row[3 * (2 * GG_L_MAX + 1)];
    irreps_of(x, irreps);
    snprintf(ending, sizeof ending, "saliency%s%s", geometry ? "." : "",
             geometry ? x->m->geometry[geometry].positions : "");
    snprintf(unit, sizeof unit, "(%s)/sigma", gg_explain_target(x)->unit);
    float *out = gg_explain_field(x, s, ending, irreps, strlen(unit) < GG_UNIT ? unit : "", width, err);
    for (int64_t j = 0; out && j < s->s.n_node; j++)
        for (int time = 0; time < x->n_time; time++) {
            couple(x, &d[time], geometry, j, row);
            for (int q = 0; q < width; q++)
                out[(j * x->n_time + time) * width + q] = (float)row[q];
        }
    return out ? 0 : -1;
}

static int frame(struct gg_explain *x, struct gg_scene *s, struct gg_err *err)
{
    double *c = GG_NEW(s->a, double, (size_t)(s->s.n_node * x->dim) + 1);
    struct gradients one, *sum = GG_NEW(s->a, struct gradients, (size_t)x->n_time);
    alloc(&one, x, s);
    for (int time = 0; time < x->n_time; time++) {
        alloc(&sum[time], x, s);
        differentiate(x, s, time, s->n_chosen, s->chosen, c, &sum[time]);
        for (int64_t k = 0; k < s->n_probe; k++) {
            differentiate(x, s, time, 1, &s->probe[k], c, &one);
            add_pairs(x, s, time, s->probe[k], &one);
        }
    }
    for (int k = 0; k < x->m->n_geometry; k++)
        if (write_field(x, s, k, sum, err))
            return -1;
    return 0;
}

/* ---- table ---- */

struct row {
    int time, geometry;
};

static void begin_row(struct gg_explain *x, const void *context)
{
    const struct row *r = context;
    gg_explain_cells(x, r->time);
    gg_tsv_add(&x->table, "%s", x->m->geometry[r->geometry].positions);
}

static int finish(struct gg_explain *x, struct gg_err *err)
{
    struct own *o = x->own;
    char parts[64] = "";
    (void)err;
    if (o->n_part > 1)
        snprintf(parts, sizeof parts, "l%d l%d l%d", x->l - 1, x->l, x->l + 1);
    gg_explain_head(x);
    gg_tsv_head(&x->table, "positions");
    gg_profile_head(x, parts);
    for (int time = 0; time < x->n_time; time++)
        for (int k = 0; k < x->m->n_geometry; k++)
            gg_profile_rows(&o->profile[time * x->m->n_geometry + k], x, begin_row, &(struct row){time, k});
    return 0;
}

const struct gg_explain_method gg_explain_saliency = {
    .name = "saliency",
    .about = "how predictions change when particles move: gradient in the positions, against the distance",
    .source = "Simonyan et al. 2014, arXiv 1312.6034",
    .uses = " target species time particles probes seed shells ",
    .asks = true,
    .backward = true,
    .writes = true,
    .own_size = sizeof(struct own),
    .open = open,
    .frame = frame,
    .finish = finish,
    .free = release};
