/* angular.c -- bond order of each degree in Gaussian shells of distance, all species together:
 *     q_i(l, mu) = sqrt(sum_m |q_lm|^2 / (2l + 1)),  q_lm = sum_j w_j Y_lm(r_ij) / sum_j w_j,
 *     w_j = exp(-(r_ij - mu)^2 / (2 width^2)), Y in `component` normalisation (4 pi of it for the orthonormal one)
 *
 * Boattini, Smallenburg, Filion, Phys. Rev. Lett. 127, 088007 (2021): 16 shells 1.1 ... 2.6 of width 0.1, l = 1 ... 9 here.
 * All q_lm of a particle are one product of matrices: weights [shell, neighbour] times harmonics [neighbour, lm].
 * Where a shell is empty q is 0. */
#include "descriptors/nearby.h"
#include "descriptors/shells.h"
#include "o3/o3.h"
#include "util/linalg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double paper[] = {1.1, 2.6, 0.1, 0.1};

static int find_shells(const struct gg_descriptor_options *o, struct gg_shells *s, struct gg_err *err)
{
    return gg_shells_init(s, &o->angular_shells, &(struct gg_reals){4, paper}, "--angular-shells", err);
}

static double reach(const struct gg_descriptor_options *o)
{
    struct gg_shells s;
    struct gg_err err;
    find_shells(o, &s, &err);
    return gg_shells_reach(&s);
}

static int columns(const struct gg_descriptor_options *o, const char *name, struct gg_columns *c,
                   struct gg_err *err)
{
    struct gg_shells s;
    if (find_shells(o, &s, err) < 0)
        return -1;
    for (int l = 1; l <= gg_lmax(o, 9); l++)
        for (int k = 0; k < s.n; k++)
            gg_column_add(c, 0, 1, "%s.l%d.r%.6g", name, l, gg_shells_centre(&s, k));
    return 0;
}

/* Scratch of one thread. */
struct work {
    struct gg_nearby near;
    double *w;     /* [neighbour][shell] */
    double *Y;     /* [lm][room] */
    double *q, *Z; /* [shell][lm], [shell] */
};

static void work_new(struct work *k, const struct gg_edges *g, int n_shell, int n_lm)
{
    gg_nearby_new(&k->near, g);
    k->w = gg_xalloc((size_t)k->near.room, sizeof(double) * (size_t)n_shell);
    k->Y = gg_xalloc((size_t)k->near.room, sizeof(double) * (size_t)n_lm);
    k->q = gg_xalloc((size_t)n_shell, sizeof(double) * (size_t)n_lm);
    k->Z = gg_xalloc((size_t)n_shell, sizeof(double));
}

static void work_free(struct work *k)
{
    gg_nearby_free(&k->near);
    free(k->w);
    free(k->Y);
    free(k->q);
    free(k->Z);
}

static void weigh(const struct gg_shells *s, struct work *k)
{
    memset(k->Z, 0, sizeof *k->Z * (size_t)s->n);
    memset(k->w, 0, sizeof *k->w * (size_t)k->near.n * (size_t)s->n);
    for (int j = 0; j < k->near.n; j++) {
        double *w = k->w + (int64_t)j * s->n;
        gg_shells_add(s, k->near.r[j], 1, w);
        for (int shell = 0; shell < s->n; shell++)
            k->Z[shell] += w[shell];
    }
}

static void orders(const struct gg_shells *s, int l_max, const struct work *k, double *x)
{
    int n_lm = (l_max + 1) * (l_max + 1);
    for (int l = 1; l <= l_max; l++)
        for (int shell = 0; shell < s->n; shell++) {
            const double *q = k->q + (int64_t)shell * n_lm + (int64_t)l * l;
            double sum = 0;
            for (int m = 0; m < 2 * l + 1; m++)
                sum += q[m] * q[m];
            *x++ = k->Z[shell] > 0 ? sqrt(sum / (2 * l + 1)) / k->Z[shell] : 0;
        }
}

static int compute(const struct gg_descriptor_options *o, const struct gg_particles *p, double *x,
                   int64_t stride, struct gg_err *err)
{
    int l_max = gg_lmax(o, 9), n_lm = (l_max + 1) * (l_max + 1);
    double most = reach(o);
    struct gg_shells s;
    if (find_shells(o, &s, err) < 0)
        return -1;
#pragma omp parallel
    {
        struct work k;
        work_new(&k, p->edges, s.n, n_lm);
        const struct gg_nearby *near = &k.near;
#pragma omp for schedule(static)
        for (int64_t i = 0; i < p->n; i++) {
            gg_nearby_find(&k.near, p, most, i);
            weigh(&s, &k);
            gg_sh_many(l_max, near->n, near->x, near->y, near->z, k.Y, near->room);
            gg_dgemm(true, true, s.n, n_lm, near->n, 1, k.w, s.n, k.Y, (int)near->room, 0, k.q, n_lm);
            orders(&s, l_max, &k, x + i * stride);
        }
        work_free(&k);
    }
    return 0;
}

const struct gg_descriptor gg_descriptor_angular = {
    .name = "angular",
    .about = "bond order q_l of all neighbours in Gaussian shells of distance",
    .source = "Boattini, Smallenburg, Filion, Phys. Rev. Lett. 127, 088007 (2021)",
    .unit = "1",
    .reads = "",
    .options = "lmax angular-shells",
    .products = true,
    .on_positions = true,
    .reach = reach,
    .columns = columns,
    .compute = compute,
};
