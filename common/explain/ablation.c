/* ablation.c -- see ablation.h
 *
 * Inside a frame, over the chosen particles and the components: change is the root mean square of what is different over the standard
 * deviation of the prediction; correlations are Pearson's, of components less their means; the table has their means over the frames where
 * there is something to compare with: a prediction, or a truth, that is not the same for all. */
#include "explain/ablation.h"
#include "stats/correlation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void gg_ablation_init(struct gg_ablation *a, const struct gg_explain *x, int n_row)
{
    *a = (struct gg_ablation){.n_row = n_row, .n_time = x->n_time};
    a->sums = gg_xalloc((size_t)(n_row * x->n_time) + 1, sizeof *a->sums);
}

void gg_ablation_free(struct gg_ablation *a)
{
    free(a->sums);
    *a = (struct gg_ablation){0};
}

int gg_ablation_begin(struct gg_ablation *a, const struct gg_explain *x, struct gg_scene *s,
                      struct gg_err *err)
{
    char irreps[GG_IRREPS_TEXT];
    const struct gg_target *t = gg_explain_target(x);
    const struct gg_irreps all = {1, {{a->n_row, x->l, t->irreps.b[0].p}}};
    size_t n = (size_t)(s->s.n_node * x->dim) + 1;
    a->whole = GG_NEW(s->a, double *, (size_t)x->n_time);
    a->truth = GG_NEW(s->a, double *, (size_t)x->n_time);
    for (int time = 0; time < x->n_time; time++) {
        double *truth = GG_NEW(s->a, double, n);
        a->whole[time] = GG_NEW(s->a, double, n);
        gg_explain_read(x, s, time, a->whole[time]);
        a->truth[time] = gg_explain_truth(x, s, time, truth) ? truth : NULL;
    }
    gg_irreps_print(&all, irreps);
    a->field = gg_explain_field(x, s, "change", irreps, t->unit, a->n_row * x->dim, err);
    return a->field ? 0 : -1;
}

/* Variances and covariance of two columns over the chosen particles that both have, summed over components. */
static double moments(const struct gg_explain *x, const struct gg_scene *s, const double *p, const double *y,
                      double *pp, double *yy)
{
    double py = 0, *u = gg_xalloc((size_t)s->n_chosen + 1, sizeof *u),
           *v = gg_xalloc((size_t)s->n_chosen + 1, sizeof *v);
    *pp = *yy = 0;
    for (int z = 0; z < x->dim; z++) {
        int64_t n = 0;
        for (int64_t k = 0; k < s->n_chosen; k++) {
            u[n] = p[s->chosen[k] * x->dim + z];
            v[n] = y[s->chosen[k] * x->dim + z];
            n += !isnan(u[n]) && !isnan(v[n]);
        }
        struct gg_moments m = gg_moments_scalar(n, u, v);
        *pp += m.sxx;
        *yy += m.syy;
        py += m.sxy;
    }
    free(u);
    free(v);
    return py;
}

static double spread(const struct gg_explain *x, const struct gg_scene *s, const double *y)
{
    double pp, yy;
    return moments(x, s, y, y, &pp, &yy);
}

static double correlation(const struct gg_explain *x, const struct gg_scene *s, const double *p,
                          const double *y)
{
    double pp, yy, py = moments(x, s, p, y, &pp, &yy);
    return pp > 0 && yy > 0 ? py / sqrt(pp * yy) : 0; /* what is the same for all follows nothing */
}

void gg_ablation_add(struct gg_ablation *a, const struct gg_explain *x, const struct gg_scene *s, int row)
{
    double *y = gg_xalloc((size_t)(s->s.n_node * x->dim) + 1, sizeof *y);
    for (int time = 0; time < x->n_time; time++) {
        struct gg_ablation_sums *m = &a->sums[row * a->n_time + time];
        double different = 0, pp = spread(x, s, a->whole[time]);
        gg_explain_read(x, s, time, y);
        for (int64_t i = 0; i < s->s.n_node; i++)
            for (int z = 0; z < x->dim; z++) {
                double d = y[i * x->dim + z] - a->whole[time][i * x->dim + z];
                a->field[((i * a->n_time + time) * a->n_row + row) * x->dim + z] = isnan(d) ? 0 : (float)d;
            }
        for (int64_t k = 0; k < s->n_chosen; k++)
            for (int z = 0; z < x->dim; z++) {
                double d = y[s->chosen[k] * x->dim + z] - a->whole[time][s->chosen[k] * x->dim + z];
                different += isnan(d) ? 0 : d * d;
            }
        if (!(pp > 0))
            continue;
        m->n++;
        m->change += sqrt(different / pp);
        m->correlation += correlation(x, s, a->whole[time], y);
        if (a->truth[time] && spread(x, s, a->truth[time]) > 0) {
            m->n_truth++;
            m->rho += correlation(x, s, a->whole[time], a->truth[time]);
            m->without += correlation(x, s, y, a->truth[time]);
        }
    }
    free(y);
}

void gg_ablation_head(struct gg_explain *x)
{
    static const char *const names[] = {"change", "correlation", "rho", "without"};
    for (int k = 0; k < 4; k++)
        gg_tsv_head(&x->table, names[k]);
}

void gg_ablation_cells(const struct gg_ablation *a, struct gg_explain *x, int row, int time)
{
    const struct gg_ablation_sums *m = &a->sums[row * a->n_time + time];
    gg_tsv_number(&x->table, m->n > 0 ? m->change / m->n : NAN, 4, "-");
    gg_tsv_number(&x->table, m->n > 0 ? m->correlation / m->n : NAN, 4, "-");
    gg_tsv_number(&x->table, m->n_truth > 0 ? m->rho / m->n_truth : NAN, 4, "-");
    gg_tsv_number(&x->table, m->n_truth > 0 ? m->without / m->n_truth : NAN, 4, "-");
}
