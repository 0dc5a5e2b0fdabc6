/* potential.c -- parameters of the Lennard-Jones mixtures (Kob, Andersen, PRE 51, 4626, 1995; 2D: Jung et al., Zenodo
 * 10118191), the energy of one pair, and of every particle */
#include "physics/potential.h"
#include "graph/graph.h"

#include <math.h>

/* A-A, A-B, A-C, B-B, B-C, C-C */
static const double EPS_3D[6] = {1.0, 1.5, 1.25, 0.5, 1.0, 0.75};
static const double EPS_2D[6] = {1.0, 1.5, 0.75, 0.5, 1.5, 0.75};
static const double SIGMA_3D[6] = {1.0, 0.8, 0.9, 0.88, 0.84, 0.94};
static const double SIGMA_2D[6] = {1.0, 0.8, 0.9, 0.88, 0.8, 0.94};
static const int WHICH[3][3] = {{0, 1, 2}, {1, 3, 4}, {2, 4, 5}};

static const double CUT = 2.5; /* in units of sigma_ab */

static void add_terms(struct gg_pair_potential *p, enum gg_potential_kind kind)
{
    if (kind == GG_POTENTIAL_FSHIFT) { /* - c0 - (u - 2.5) c1: value and slope at the cut-off are taken off */
        double c0 = pow(CUT, -12) - pow(CUT, -6), c1 = -12 * pow(CUT, -13) + 6 * pow(CUT, -7);
        p->a0 = -c0 + CUT * c1;
        p->a1 = -c1;
    } else if (kind == GG_POTENTIAL_POLY) {
        p->a0 = 0.04049023795;
        p->a2 = -0.00970155098;
        p->a4 = 0.00062012616;
    }
}

struct gg_potential gg_potential_of(enum gg_potential_kind kind, int dim)
{
    struct gg_potential p = {.kind = kind};
    for (int a = 0; a < GG_POTENTIAL_TYPES; a++)
        for (int b = 0; b < GG_POTENTIAL_TYPES; b++) {
            struct gg_pair_potential *q = &p.pair[a][b];
            q->eps = (dim == 2 ? EPS_2D : EPS_3D)[WHICH[a][b]];
            q->sigma = (dim == 2 ? SIGMA_2D : SIGMA_3D)[WHICH[a][b]];
            q->cutoff = kind == GG_POTENTIAL_CUT ? CUT : CUT * q->sigma;
            add_terms(q, kind);
            p.cutoff = fmax(p.cutoff, q->cutoff);
        }
    return p;
}

double gg_pair_energy(const struct gg_pair_potential *p, double r, double *slope)
{
    bool inside = r < p->cutoff;
    double u = r / p->sigma, u2 = u * u, w = 1 / (u2 * u2 * u2);
    if (slope)
        *slope = inside ? 4 * p->eps / p->sigma *
                              ((-12 * w * w + 6 * w) / u + p->a1 + 2 * p->a2 * u + 4 * p->a4 * u2 * u)
                        : 0.0;
    return inside ? 4 * p->eps * (w * w - w + p->a0 + p->a1 * u + p->a2 * u2 + p->a4 * u2 * u2) : 0.0;
}

/* ---- every particle ---- */

int gg_check_types(int64_t n, const int32_t *type, struct gg_err *err)
{
    for (int64_t i = 0; i < n; i++)
        if (type[i] < 0 || type[i] >= GG_POTENTIAL_TYPES)
            return gg_fail(err, GG_INPUT,
                           "field 'type': particle %lld has type %d, the potential knows 0, 1, 2",
                           (long long)i, type[i]);
    return 0;
}

/* One row: half the energy of each pair; the force on i points along -v where the energy falls with distance. */
static double row_energy(const struct gg_potential *p, const int32_t *type, const struct gg_edges *e,
                         int64_t i, const double (*vec)[3], double force[3])
{
    double energy = 0;
    force[0] = force[1] = force[2] = 0;
    for (int64_t k = e->ptr[i]; k < e->ptr[i + 1]; k++) {
        const double *v = vec[k];
        double r = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]), slope;
        energy += 0.5 * gg_pair_energy(&p->pair[type[i]][type[e->nbr[k]]], r, &slope);
        for (int a = 0; a < 3; a++)
            force[a] += slope * v[a] / r;
    }
    return energy;
}

int gg_energies(const struct gg_potential *p, const struct gg_cell *cell, int64_t n, const double (*pos)[3],
                const int32_t *type, double *energy, double (*force)[3], struct gg_err *err)
{
    if (gg_check_types(n, type, err) < 0)
        return -1;
    struct gg_arena a = {0};
    struct gg_edges e;
    int status = gg_neighbors(&e, &a, cell, n, pos, p->cutoff, false, 0, err);
    if (status == 0) {
        double(*vec)[3] = gg_arena_alloc(&a, (size_t)e.n_edge * sizeof *vec);
        gg_edge_vectors_f64(&e, cell, pos, vec);
#pragma omp parallel for schedule(static)
        for (int64_t i = 0; i < n; i++) {
            double f[3];
            energy[i] = row_energy(p, type, &e, i, vec, force ? force[i] : f);
        }
    }
    gg_arena_free(&a);
    for (int64_t i = 0; i < n && status == 0; i++)
        if (!isfinite(energy[i]))
            status = gg_fail(err, GG_INPUT, "the energy of particle %lld is not finite: it sits on another",
                             (long long)i);
    return status;
}
