/* ranking.c -- who is above whom (Burges et al., Learning to Rank using Gradient Descent, Proc. 22nd Int. Conf. Machine Learning
 * (2005), eq. 3)
 *
 *     L     sum_{i != j} [C(p) - C(y)] / (n (n - 1)),   C(p) = log(1 + exp(o_ij)) - P_ij o_ij,   o_ij = (p_i - p_j) / width
 *     P_ij  1 / (1 + exp(-(y_i - y_j) / width)): how surely i is above j
 *
 * C is the cross-entropy of a pair.  Less its value at p = y, the entropy, it is the divergence of what p and y say of the order, 0 where
 * all differences are equal; both p and y enter by their soft ranks R_i(x) = sum_j 1 / (1 + exp(-(x_i - x_j) / width)):
 *
 *     sum_ij P_ij o_ij = sum_i (2 R_i(y) - n) p_i / width,   dL/dp_i = 2 (R_i(p) - R_i(y)) / (width n (n - 1))
 *
 * Sums run over the n rows with a target.  Not defined for one. */
#include "descriptors/kernel.h"
#include "losses/loss.h"
#include "util/threads.h"

#include <math.h>

struct hyper {
    double width;
};

/* p or y of the rows with a target, in units of the width. */
struct field {
    int64_t n;
    double *x, *rank; /* [n] */
    double sum;       /* over all ordered pairs of log(1 + exp(x_i - x_j)), i = j included */
};

/* Adds what one block of others is to x: to its soft rank, and to the sum.  1 / (1 + exp(-o)) is 1 / (1 + e) or e / (1 + e) of
 * e = exp(-|o|), and the product of the 1 + e has the sum of their logarithms: 2^256 is a number.  Infinite others are above, and
 * add nothing. */
static void add_block(double x, const double *others, double *rank, double *sum)
{
    double o[GG_BLOCK], e[GG_BLOCK], ranks = 0, above = 0, product = 1;
    for (int j = 0; j < GG_BLOCK; j++)
        o[j] = fabs(x - others[j]);
    gg_kernel_exp(o, -1, e);
#pragma omp simd reduction(+ : ranks, above) reduction(* : product)
    for (int j = 0; j < GG_BLOCK; j++) {
        bool is_above = x > others[j];
        ranks += (is_above ? 1 : e[j]) / (1 + e[j]);
        above += is_above ? o[j] : 0;
        product *= 1 + e[j];
    }
    *rank += ranks;
    *sum += above + log(product);
}

static struct field field_of(const struct gg_loss_call *call, const double *z)
{
    const struct gg_loss_column *c = call->c;
    double width = ((const struct hyper *)call->hyper)->width;
    size_t room = (size_t)c->n + GG_BLOCK;
    struct field f = {.x = GG_NEW(call->a, double, room), .rank = GG_NEW(call->a, double, room)};
    double *sum = GG_NEW(call->a, double, room);
    for (int64_t k = 0; k < c->n; k++)
        if (c->there[k])
            f.x[f.n++] = z[k] / width;
    for (int64_t k = f.n; k % GG_BLOCK != 0; k++)
        f.x[k] = INFINITY;
#pragma omp parallel for num_threads(gg_threads()) schedule(static)
    for (int64_t i = 0; i < f.n; i++)
        for (int64_t j = 0; j < f.n; j += GG_BLOCK)
            add_block(f.x[i], f.x + j, &f.rank[i], &sum[i]);
    for (int64_t i = 0; i < f.n; i++)
        f.sum += sum[i];
    return f;
}

static double cross_entropy(const struct field *x, const struct field *y)
{
    double sum = x->sum;
    for (int64_t i = 0; i < x->n; i++)
        sum -= (2 * y->rank[i] - (double)x->n) * x->x[i];
    return sum;
}

static double value(const struct gg_loss_call *call)
{
    const struct gg_loss_column *c = call->c;
    double width = ((const struct hyper *)call->hyper)->width, n = (double)c->count;
    if (c->count < 2)
        return NAN;
    struct field p = field_of(call, c->p), y = field_of(call, c->y);
    for (int64_t k = 0, i = 0; call->dp != NULL && k < c->n; k++)
        if (c->there[k]) {
            call->dp[k] += call->factor * 2 * (p.rank[i] - y.rank[i]) / (width * n * (n - 1));
            i++;
        }
    return (cross_entropy(&p, &y) - cross_entropy(&y, &y)) / (n * (n - 1));
}

static const struct gg_opt hypers[] = {{"width", GG_OPT_REAL, offsetof(struct hyper, width),
                                        "differences well above this are sure", .arg = "X",
                                        .unit = "standardised", .min = 1e-3, .max = 1e3},
                                       {0}};
static const struct hyper defaults = {.width = 0.3};
static const struct gg_loss_case cases[] = {{"some missing", "", 30, 1, .missing = true, .no_unit = true},
                                            {"differences are hardly sure", "width=3", 20, 1,
                                             .no_unit = true},
                                            {"two rows", "width=1", 2, 1, .no_unit = true},
                                            {"more than a block", "width=1", 300, 1, .missing = true,
                                             .no_unit = true},
                                            {0}};

const struct gg_loss_type gg_loss_ranking = {
    .name = "ranking",
    .about = "divergence of what prediction and target say of the order of a configuration",
    .source = "Burges et al., Proc. 22nd Int. Conf. Machine Learning, 89 (2005), eq. 3",
    .hypers = hypers,
    .hyper_size = sizeof(struct hyper),
    .hyper_defaults = &defaults,
    .mean = GG_OVER_COLUMNS,
    .scalars = true,
    .wants = "two particles of a species with a target",
    .value = value,
    .cases = cases};
