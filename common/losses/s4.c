/* s4.c -- the structure factor of who moved, at the longest waves of the box (Lacevic, Starr, Schroder, Glotzer, J. Chem. Phys. 119,
 * 7372 (2003))
 *
 *     L       sum_n (S_n(p) - S_n(y))^2 / S_n(y)^2,   n = 1 .. waves
 *     S_n     sum_a |A_an|^2 / (n_axis N),   A_an = sum_i m_i exp(2 pi i n s_ia)
 *     m       (tanh(20 (x - a)) + 1) / 2 of the physical x: who moved farther than a
 *
 *     dS_n/dm_k = 2 sum_a Re(A*_an exp(2 pi i n s_ka)) / (n_axis N)
 *
 * s_ia is the place along the a-th periodic vector of the cell, in parts of it: in a box q = 2 pi n / L_a.  Sums run over the N rows
 * with a target.  Not defined where fewer than one row moved farther in y. */
#include "losses/moved.h"

#include <math.h>

enum { MAX_WAVES = 16 };

struct hyper {
    double threshold;
    int64_t waves;
};

/* exp(2 pi i n s_ka) of each row. */
struct waves {
    int n_axis;
    double (*turn)[3][MAX_WAVES][2];
};

/* p or y. */
struct field {
    double *m, moved; /* [n] step, 0 where there is no target; its sum */
    double A[3][MAX_WAVES][2], S[MAX_WAVES];
};

static int prepare(const void *hyper, const struct gg_loss_column *c, const void **prepared,
                   struct gg_arena *a, struct gg_err *err)
{
    const struct hyper *h = hyper;
    const double pi = acos(-1);
    struct waves *w = GG_NEW(a, struct waves, 1);
    int axis[3];
    for (int k = 0; k < c->cell->dim; k++)
        if (c->cell->pbc >> k & 1)
            axis[w->n_axis++] = k;
    if (w->n_axis == 0)
        return gg_fail(err, GG_INPUT, "the box is not periodic: no wave fits into it");
    w->turn = gg_arena_calloc(a, (size_t)c->n + 1, sizeof *w->turn);
    for (int64_t i = 0; i < c->n; i++) {
        double s[3];
        gg_cell_fractional(c->cell, c->pos[i], s);
        for (int k = 0; k < w->n_axis; k++)
            for (int n = 0; n < h->waves; n++) {
                double phase = 2 * pi * (n + 1) * (s[axis[k]] - floor(s[axis[k]]));
                w->turn[i][k][n][0] = cos(phase);
                w->turn[i][k][n][1] = sin(phase);
            }
    }
    *prepared = w;
    return 0;
}

static double bytes(const void *hyper, const struct gg_cell *cell, double n)
{
    (void)hyper;
    (void)cell;
    return n * (double)sizeof(double[3][MAX_WAVES][2]);
}

static void transform(struct field *f, const struct gg_loss_call *call, const double *x)
{
    const struct hyper *h = call->hyper;
    const struct gg_loss_column *c = call->c;
    const struct waves *w = call->prepared;
    *f = (struct field){.m = GG_NEW(call->a, double, (size_t)c->n + 1)};
    for (int64_t i = 0; i < c->n; i++) {
        f->m[i] = c->there[i] ? gg_loss_moved(c, h->threshold, x[i]) : 0;
        f->moved += f->m[i];
        for (int k = 0; k < w->n_axis; k++)
            for (int n = 0; n < h->waves; n++)
                for (int z = 0; z < 2; z++)
                    f->A[k][n][z] += f->m[i] * w->turn[i][k][n][z];
    }
    for (int k = 0; k < w->n_axis; k++)
        for (int n = 0; n < h->waves; n++)
            f->S[n] += (f->A[k][n][0] * f->A[k][n][0] + f->A[k][n][1] * f->A[k][n][1]) /
                       (w->n_axis * (double)c->count);
}

static void add_gradient(const struct gg_loss_call *call, const struct field *p, const struct field *y)
{
    const struct hyper *h = call->hyper;
    const struct gg_loss_column *c = call->c;
    const struct waves *w = call->prepared;
    for (int64_t i = 0; i < c->n; i++) {
        double slope = 0;
        for (int n = 0; n < h->waves; n++)
            for (int k = 0; k < w->n_axis; k++)
                slope += 2 * (p->S[n] - y->S[n]) / (y->S[n] * y->S[n]) *
                         (p->A[k][n][0] * w->turn[i][k][n][0] + p->A[k][n][1] * w->turn[i][k][n][1]);
        if (c->there[i])
            call->dp[i] +=
                call->factor * 2 / (w->n_axis * (double)c->count) * slope * gg_loss_moved_slope(c, p->m[i]);
    }
}

static double value(const struct gg_loss_call *call)
{
    const struct hyper *h = call->hyper;
    double total = 0;
    struct field p, y;
    transform(&p, call, call->c->p);
    transform(&y, call, call->c->y);
    for (int n = 0; n < h->waves; n++)
        total += y.S[n] > 0 ? (p.S[n] / y.S[n] - 1) * (p.S[n] / y.S[n] - 1) : NAN;
    if (!(y.moved >= 1) || isnan(total))
        return NAN;
    if (call->dp != NULL)
        add_gradient(call, &p, &y);
    return total;
}

static const struct gg_opt hypers[] = {{"threshold", GG_OPT_REAL, offsetof(struct hyper, threshold),
                                        "it is that of who moved farther than this", .arg = "LENGTH",
                                        .unit = "sigma", .max = 1e6},
                                       {"waves", GG_OPT_INT, offsetof(struct hyper, waves),
                                        "waves of 1, 2, ... up to this many periods", .arg = "N", .min = 1,
                                        .max = MAX_WAVES},
                                       {0}};
static const struct hyper defaults = {.threshold = 0.44, .waves = 3};
static const struct gg_loss_case cases[] = {{"some missing", "", 40, 1, .missing = true, .no_unit = true},
                                            {"one wave, near", "waves=1 threshold=0.3", 30, 1,
                                             .no_unit = true},
                                            {0}};

const struct gg_loss_type gg_loss_s4 = {
    .name = "s4",
    .about = "error of the structure factor of who moved, at the longest waves",
    .source = "Lacevic, Starr, Schroder, Glotzer, J. Chem. Phys. 119, 7372 (2003)",
    .hypers = hypers,
    .hyper_size = sizeof(struct hyper),
    .hyper_defaults = &defaults,
    .mean = GG_OVER_COLUMNS,
    .scalars = true,
    .positions = true,
    .wants = "a particle that moved farther than the threshold",
    .prepare = prepare,
    .prepared_bytes = bytes,
    .value = value,
    .cases = cases};
