/* histogram.c -- the distribution of the values of a configuration
 *
 *     L     sum_l f((h_l(p) - h_l(y)) / max(h_l(y), 1)),   f = |.| or its square
 *     h_l   sum_i exp(-(x_i - l)^2 / (2 width^2)) of the physical x, l = first ... last in equal steps
 *
 *     dh_l/dx_i = -(x_i - l) / width^2 exp(...)
 *
 * Where less than one value of y lies the error is that in numbers of values: a relative one would be any number. */
#include "losses/deviation.h"
#include "losses/loss.h"

#include <math.h>

enum { MAX_CENTRES = 256 };

struct hyper {
    double first, last, width;
    int64_t centres;
    int deviation;
};

static double centre(const struct hyper *h, int64_t l)
{
    return h->centres > 1 ? h->first + (h->last - h->first) * (double)l / (double)(h->centres - 1) : h->first;
}

/* exp(-(x - l)^2 / (2 width^2)), and in *slope its derivative by z */
static double weight(const struct hyper *h, const struct gg_loss_column *c, int64_t l, double z,
                     double *slope)
{
    double u = (c->mean + c->scale * z - centre(h, l)) / h->width, w = exp(-u * u / 2);
    *slope = -u / h->width * w * c->scale;
    return w;
}

static double sum_of(const struct hyper *h, const struct gg_loss_column *c, int64_t l, const double *z)
{
    double sum = 0, ignored;
    for (int64_t k = 0; k < c->n; k++)
        sum += c->there[k] ? weight(h, c, l, z[k], &ignored) : 0;
    return sum;
}

static double value(const struct gg_loss_call *call)
{
    const struct hyper *h = call->hyper;
    const struct gg_loss_column *c = call->c;
    double total = 0;
    for (int64_t l = 0; l < h->centres; l++) {
        double of_y = sum_of(h, c, l, c->y), unit = fmax(of_y, 1), slope;
        total += gg_loss_deviate(h->deviation, (sum_of(h, c, l, c->p) - of_y) / unit, &slope);
        for (int64_t k = 0; call->dp != NULL && k < c->n; k++) {
            double each;
            if (!c->there[k])
                continue;
            weight(h, c, l, c->p[k], &each);
            call->dp[k] += call->factor * slope / unit * each;
        }
    }
    return total;
}

static int init(const void *hyper, struct gg_err *err)
{
    const struct hyper *h = hyper;
    return h->last > h->first || h->centres == 1
               ? 0
               : gg_fail(err, GG_USAGE, "last: %g is not above first, %g", h->last, h->first);
}

#define AT(field) offsetof(struct hyper, field)
static const struct gg_opt hypers[] = {
    {"first", GG_OPT_REAL, AT(first), "where the first centre lies", .arg = "X", .unit = "target"},
    {"last", GG_OPT_REAL, AT(last), "and the last one", .arg = "X", .unit = "target"},
    {"centres", GG_OPT_INT, AT(centres), "how many there are", .arg = "N", .min = 1, .max = MAX_CENTRES},
    {"width", GG_OPT_REAL, AT(width), "standard deviation of the Gaussian that stands on each", .arg = "X",
     .unit = "target", .min = 1e-6, .max = 1e6},
    {"deviation", GG_OPT_CHOICE, AT(deviation), "how a relative error counts", .choices = GG_DEVIATIONS},
    {0}};
#undef AT
static const struct hyper defaults = {.first = 0.1, .last = 1, .centres = 9, .width = 0.1};
static const struct gg_loss_case cases[] = {{"some missing", "", 40, 1, .missing = true, .no_unit = true},
                                            {"squared", "deviation=squared centres=5", 30, 1,
                                             .no_unit = true},
                                            {"one centre", "first=0.5 centres=1 width=0.05", 30, 1,
                                             .no_unit = true},
                                            {0}};

const struct gg_loss_type gg_loss_histogram = {
    .name = "histogram",
    .about = "error of the distribution of values in a configuration",
    .source = "a histogram smoothed by Gaussians (Rosenblatt, Ann. Math. Stat. 27, 832 (1956))",
    .hypers = hypers,
    .hyper_size = sizeof(struct hyper),
    .hyper_defaults = &defaults,
    .mean = GG_OVER_COLUMNS,
    .scalars = true,
    .kinks = true,
    .init = init,
    .value = value,
    .cases = cases};
