/* loss_terms.c -- what a squared error does not see: the spread of a prediction and its correlation in space
 *
 * For every scalar target, time and species, inside one configuration (Jung, Biroli, Berthier 2023, arXiv 2210.16623, with
 * their weights as numbers of the configuration):
 *
 *     variance      |Var(p) - Var(y)| / Var(y)
 *     correlation   sum_R |C_R(p) - C_R(y)| / |C_first(y) - C_last(y)|
 *     C_R(d)        sum_i d_i [sum_j w_R(r_ij) d_j / sum_j w_R(r_ij)] / sum_i d_i^2,   w_R(r) = exp(-(r - R)^2 / 2)
 *     d             m - mean(m),  m = (tanh(20 (p - a)) + 1) / 2 in physical units: who moved farther than a
 *
 * A column of which less than one particle, or all but less than one, moved farther has no correlation: it is left out.
 *
 * j runs over the particles of the same species, i included.  A particle without a target has d = 0.  The terms are
 * averaged over times and species.  Gradient of C with G_ij = w_ij / sum_k w_ik:  dC/dd = [(G + G')d - 2 C d] / sum d^2. */
#include "descriptors/gaussian.h"
#include "model/loss.h"

#include <math.h>
#include <string.h>

static const double STEEPNESS = 20; /* of the step, 1/sigma */

/* (tanh(20 (x - a)) + 1) / 2 without loss of digits on either side */
static double step(double x, double threshold)
{
    return 1 / (1 + exp(-2 * STEEPNESS * (x - threshold)));
}

/* One target at one time for one species, in physical units. */
struct column {
    int64_t n;     /* particles of the species */
    int64_t *row;  /* [n] in the graph's order */
    bool *there;   /* [n] has a target */
    int64_t count; /* of those */
    double *p, *y, *dp;
};

static double mean_of(const struct column *c, const double *x)
{
    double sum = 0;
    for (int64_t k = 0; k < c->n; k++)
        sum += c->there[k] ? x[k] : 0;
    return sum / (double)c->count;
}

static double variance_of(const struct column *c, const double *x)
{
    double mean = mean_of(c, x), sum = 0;
    for (int64_t k = 0; k < c->n; k++)
        sum += c->there[k] ? (x[k] - mean) * (x[k] - mean) : 0;
    return sum / (double)c->count;
}

static double variance_term(struct column *c, double weight)
{
    double of_y = variance_of(c, c->y), ratio = variance_of(c, c->p) / of_y, mean = mean_of(c, c->p);
    double slope = weight * (ratio > 1 ? 1 : -1) * 2 / ((double)c->count * of_y);
    if (!(of_y > 0))
        return 0;
    for (int64_t k = 0; k < c->n; k++)
        if (c->there[k])
            c->dp[k] += slope * (c->p[k] - mean);
    return weight * fabs(ratio - 1);
}

/* d of every particle, 0 where there is no target; returns sum d^2, or 0 if nobody or everybody moved. */
static double steps(const struct column *c, double threshold, const double *x, double *d)
{
    double square = 0;
    for (int64_t k = 0; k < c->n; k++)
        d[k] = step(x[k], threshold);
    double mean = mean_of(c, d), moved = mean * (double)c->count;
    for (int64_t k = 0; k < c->n; k++) {
        d[k] = c->there[k] ? d[k] - mean : 0;
        square += d[k] * d[k];
    }
    return moved >= 1 && moved <= (double)c->count - 1 ? square : 0;
}

/* dp += factor dC/dp.  back: G' d. */
static void add_gradient(struct column *c, double factor, double correlation, double square, double threshold,
                         const double *d, const double *forth, const double *back, double *slope)
{
    for (int64_t k = 0; k < c->n; k++)
        slope[k] = (forth[k] + back[k] - 2 * correlation * d[k]) / square;
    double mean = mean_of(c, slope);
    for (int64_t k = 0; k < c->n; k++) {
        double m = step(c->p[k], threshold);
        if (c->there[k])
            c->dp[k] += factor * (slope[k] - mean) * 2 * STEEPNESS * m * (1 - m);
    }
}

/* around[R][k]: sum_j w_R(r_kj) over the species. */
static double correlation_term(const struct gg_loss_keys *l, struct column *c, const struct gg_cell *cell,
                               const double (*pos)[3], const double *around, struct gg_arena *a)
{
    int n_radius = l->radii.n, n_x = 2 + n_radius;
    int64_t n = c->n;
    double *x = GG_NEW(a, double, (size_t)(n_x * n) + 1),
           *sum = GG_NEW(a, double, (size_t)(n_radius * n_x * n) + 1);
    double *forth = GG_NEW(a, double, (size_t)n + 1), *slope = GG_NEW(a, double, (size_t)n + 1);
    double of_p[GG_LOSS_RADII], of_y[GG_LOSS_RADII];
    double square_p = steps(c, l->threshold, c->p, x), square_y = steps(c, l->threshold, c->y, x + n);
    if (!(square_p > 0 && square_y > 0))
        return 0;
    for (int q = 0; q < n_radius; q++)
        for (int64_t k = 0; k < n; k++)
            x[(2 + q) * n + k] = x[k] / around[q * n + k];
    gg_gaussian_sums(cell, n, pos, n_radius, l->radii.v, n_x, x, sum);
    for (int q = 0; q < n_radius; q++) {
        const double *s = sum + q * n_x * n;
        of_p[q] = of_y[q] = 0;
        for (int64_t k = 0; k < n; k++) {
            of_p[q] += x[k] * s[k] / around[q * n + k];
            of_y[q] += x[n + k] * s[n + k] / around[q * n + k];
        }
        of_p[q] /= square_p;
        of_y[q] /= square_y;
    }
    double range = fabs(of_y[0] - of_y[n_radius - 1]), value = 0;
    if (!(range > 0))
        return 0;
    for (int q = 0; q < n_radius; q++) {
        const double *s = sum + q * n_x * n, difference = of_p[q] - of_y[q];
        for (int64_t k = 0; k < n; k++)
            forth[k] = s[k] / around[q * n + k];
        value += l->correlation * fabs(difference) / range;
        add_gradient(c, l->correlation / range * (difference > 0 ? 1 : -1), of_p[q], square_p, l->threshold,
                     x, forth, s + (2 + q) * n, slope);
    }
    return value;
}

/* ---- over heads, times, species ---- */

static int64_t rows_of(const struct gg_batch *b, int species, int64_t *row)
{
    int64_t n = 0;
    for (int64_t k = 0; k < b->graph.n_node; k++)
        if (b->graph.type[k] == species)
            row[n++] = k;
    return n;
}

static double (*positions_of(const struct gg_batch *b, const struct gg_sample *s, int64_t n,
                             const int64_t *row, struct gg_arena *a))[3]
{
    double(*pos)[3] = gg_arena_calloc(a, (size_t)n + 1, sizeof *pos);
    for (int64_t k = 0; k < n; k++)
        memcpy(pos[k], s->pos[b->order[row[k]]], sizeof pos[k]);
    return pos;
}

static int cell_of(const struct gg_sample *s, struct gg_cell *cell, struct gg_err *err)
{
    return gg_cell_init(cell, s->dim, s->pbc, (const double(*)[3])s->cell, err);
}

int gg_loss_prepare(struct gg_batch *b, const struct gg_model *m, const struct gg_sample *s,
                    struct gg_arena *a, struct gg_err *err)
{
    struct gg_cell cell;
    if (!(m->loss.correlation > 0))
        return 0;
    if (cell_of(s, &cell, err))
        return -1;
    int64_t *row = GG_NEW(a, int64_t, (size_t)s->n_node + 1);
    for (int species = 0; species < m->n_species; species++) {
        if (!m->loss_species[species])
            continue;
        int64_t n = rows_of(b, species, row);
        double *one = GG_NEW(a, double, (size_t)n + 1),
               *around = GG_NEW(a, double, (size_t)(m->loss.radii.n * n) + 1);
        for (int64_t k = 0; k < n; k++)
            one[k] = 1;
        gg_gaussian_sums(&cell, n, (const double(*)[3])positions_of(b, s, n, row, a), m->loss.radii.n,
                         m->loss.radii.v, 1, one, around);
        b->around[species] = around;
    }
    return 0;
}

/* Which particles have a target, what it is, and what is predicted. */
static void fill(struct column *c, const struct gg_pass *p, const struct gg_model *m,
                 const struct gg_batch *b, const struct gg_sample *s, int head, int species, int t)
{
    const struct gg_head *h = &m->head[head];
    int q = species * m->n_time + t, stride = m->value[h->value].stride,
        at = gg_head_column(m, h, species, t, 0);
    c->count = 0;
    for (int64_t k = 0; k < c->n; k++) {
        c->y[k] = (double)s->target[head][b->order[c->row[k]] * m->n_time + t];
        c->p[k] = h->mean[q] + h->scale[q] * (double)p->value[h->value][c->row[k] * stride + at];
        c->dp[k] = 0;
        c->there[k] = !isnan(c->y[k]);
        c->count += c->there[k];
    }
}

double gg_loss_terms(struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b,
                     const struct gg_sample *s, int head, gg_real *gradient, double factor)
{
    const struct gg_head *h = &m->head[head];
    const struct gg_loss_keys *l = &m->loss;
    struct gg_arena *a = &p->arena;
    struct gg_cell cell;
    struct gg_err ignored;
    double sum = 0, n_column = 0;
    int stride = m->value[h->value].stride;
    if (h->kind != GG_HEAD_SCALAR || !(l->variance > 0 || l->correlation > 0) || cell_of(s, &cell, &ignored))
        return 0;
    for (int species = 0; species < m->n_species; species++)
        for (int t = 0; t < m->n_time; t++)
            n_column += m->loss_species[species] && h->on[t];
    size_t room = (size_t)s->n_node + 1;
    struct column c = {.row = GG_NEW(a, int64_t, room),
                       .there = GG_NEW(a, bool, room),
                       .p = GG_NEW(a, double, room),
                       .y = GG_NEW(a, double, room),
                       .dp = GG_NEW(a, double, room)};
    for (int species = 0; species < m->n_species; species++) {
        if (!m->loss_species[species])
            continue;
        c.n = rows_of(b, species, c.row);
        const double(*pos)[3] = (const double(*)[3])positions_of(b, s, c.n, c.row, a);
        for (int t = 0; t < m->n_time; t++) {
            fill(&c, p, m, b, s, head, species, t);
            if (!h->on[t] || c.count < 2)
                continue;
            double value = l->variance > 0 ? variance_term(&c, l->variance) : 0, q = h->weight / n_column;
            if (l->correlation > 0)
                value += correlation_term(l, &c, &cell, pos, b->around[species], a);
            sum += q * value;
            double scale = h->scale[species * m->n_time + t];
            int at = gg_head_column(m, h, species, t, 0);
            for (int64_t k = 0; gradient && k < c.n; k++)
                gradient[c.row[k] * stride + at] += (gg_real)(q * factor * scale * c.dp[k]);
        }
    }
    return sum;
}
