/* dynamics.c -- moments of the displacement over the runs of one start
 *
 * Isoconfigurational ensemble and propensity: Widmer-Cooper, Harrowell, Fynewever, Phys. Rev. Lett. 93, 135701 (2004).
 * With d_k = r_k(t) - r(0) in run k = 1..n of a particle:
 *     propensity  m = <|d_k|>   (mean of lengths)     s^2   = sum (|d_k| - m)^2 / (n - 1)
 *     displacement u = <d_k>                          s_v^2 = sum |d_k - u|^2 / (n - 1)
 *     overlap     q = fraction of runs with |d_k| < a
 * Shapes: end [time][run][node][3], results [node][time].  Two passes over the runs: variances do not cancel. */
#include "physics/dynamics.h"
#include "o3/tensor.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

static double displacement(const struct gg_runs *r, int64_t t, int64_t k, int64_t i, double d[3])
{
    const double *end = r->end[(t * r->n_run + k) * r->n_node + i], *start = r->start[i];
    for (int c = 0; c < 3; c++)
        d[c] = end[c] - start[c];
    return sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
}

struct moments {
    double m, m_var, u[3], u_var, u_cov[9], overlap;
};

static void first_moments(const struct gg_runs *r, int64_t t, int64_t i, double a, struct moments *s)
{
    for (int64_t k = 0; k < r->n_run; k++) {
        double d[3], length = displacement(r, t, k, i, d);
        s->m += length;
        s->overlap += length < a;
        for (int c = 0; c < 3; c++)
            s->u[c] += d[c];
    }
    double n = (double)r->n_run;
    s->m /= n;
    s->overlap /= n;
    for (int c = 0; c < 3; c++)
        s->u[c] /= n;
}

static void second_moments(const struct gg_runs *r, int64_t t, int64_t i, struct moments *s)
{
    for (int64_t k = 0; k < r->n_run; k++) {
        double d[3], length = displacement(r, t, k, i, d);
        s->m_var += (length - s->m) * (length - s->m);
        for (int c = 0; c < 3; c++)
            s->u_var += (d[c] - s->u[c]) * (d[c] - s->u[c]);
        for (int c = 0; c < 9; c++)
            s->u_cov[c] += (d[c / 3] - s->u[c / 3]) * (d[c % 3] - s->u[c % 3]) / (double)(r->n_run - 1);
    }
    s->m_var /= (double)(r->n_run - 1);
    s->u_var /= (double)(r->n_run - 1);
}

static void store(const struct gg_motion *out, int64_t at, const struct moments *s)
{
    if (out->propensity)
        out->propensity[at] = (float)s->m;
    if (out->propensity_var)
        out->propensity_var[at] = (float)s->m_var;
    if (out->displacement_var)
        out->displacement_var[at] = (float)s->u_var;
    if (out->overlap)
        out->overlap[at] = (float)s->overlap;
    if (out->covariance) {
        double c[GG_TENSOR_SYMMETRIC];
        gg_tensor_irreps(s->u_cov, 1, false, c);
        for (int k = 0; k < GG_TENSOR_SYMMETRIC; k++)
            out->covariance[at][k] = (float)c[k];
    }
    for (int c = 0; c < 3 && out->displacement; c++)
        out->displacement[at][c] = (float)s->u[c];
}

void gg_motion_compute(const struct gg_runs *r, const struct gg_motion *out)
{
    bool variance = out->propensity_var || out->displacement_var || out->covariance;
    assert(r->n_run > (variance ? 1 : 0));
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < r->n_node; i++)
        for (int64_t t = 0; t < r->n_time; t++) {
            struct moments s = {0};
            first_moments(r, t, i, out->overlap_length, &s);
            if (variance)
                second_moments(r, t, i, &s);
            store(out, i * r->n_time + t, &s);
        }
}

double gg_drift(const struct gg_runs *r)
{
    double largest = 0;
    for (int64_t run = 0; run < r->n_time * r->n_run && r->n_node; run++) {
        double sum[3] = {0};
        for (int64_t i = 0; i < r->n_node; i++)
            for (int c = 0; c < 3; c++)
                sum[c] += r->end[run * r->n_node + i][c] - r->start[i][c];
        double n = (double)r->n_node, moved = sqrt(sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2]) / n;
        if (!(moved <= largest))
            largest = moved;
    }
    return largest;
}
