/* logistic.c -- logistic regression with an L2 penalty: Newton steps over rows that are read again and again */
#include "fit/logistic.h"
#include "util/arena.h"
#include "util/linalg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 100, HALVINGS = 40 };

/* One run: a chunk, and value, gradient and Hessian at one point. */
struct newton {
    const struct gg_rows *rows;
    double n_row[2]; /* of label 0 and 1 */
    double *z, *scaled, *label;
    double value, *gradient, *hessian, *step, *trial; /* hessian: upper triangle */
};

static void newton_init(struct newton *x, const struct gg_rows *rows)
{
    size_t m = (size_t)rows->n + 1, room = (size_t)rows->room;
    *x = (struct newton){.rows = rows};
    x->z = gg_xalloc(room * m + 1, sizeof *x->z);
    x->scaled = gg_xalloc(room * m + 1, sizeof *x->z);
    x->label = gg_xalloc(room + 1, sizeof *x->z);
    x->gradient = gg_xalloc(m, sizeof *x->z);
    x->hessian = gg_xalloc(m * m, sizeof *x->z);
    x->step = gg_xalloc(m, sizeof *x->z);
    x->trial = gg_xalloc(m, sizeof *x->z);
}

static void newton_free(struct newton *x)
{
    free(x->z);
    free(x->scaled);
    free(x->label);
    free(x->gradient);
    free(x->hessian);
    free(x->step);
    free(x->trial);
}

static double dot(int n, const double *a, const double *b)
{
    double s = 0;
    for (int k = 0; k < n; k++)
        s += a[k] * b[k];
    return s;
}

/* log(1 + exp(-margin)) without overflow */
static double loss_of(double margin)
{
    return margin > 0 ? log1p(exp(-margin)) : log1p(exp(margin)) - margin;
}

/* Value, gradient and, if asked for, Hessian of the penalised sum at w. */
static void evaluate(struct newton *x, double alpha, const double *w, bool hessian)
{
    int n = x->rows->n, m = n + 1;
    x->value = 0;
    x->n_row[0] = x->n_row[1] = 0;
    memset(x->gradient, 0, (size_t)m * sizeof *x->gradient);
    memset(x->hessian, 0, (size_t)m * (size_t)m * sizeof *x->hessian);
    for (int64_t chunk = 0; chunk < x->rows->n_chunk; chunk++) {
        int64_t rows = x->rows->read(x->rows->context, chunk, x->z, x->label);
        for (int64_t i = 0; i < rows; i++) {
            const double *z = x->z + i * m;
            double a = dot(m, w, z), p = 1 / (1 + exp(-a)), root = sqrt(p * (1 - p));
            x->n_row[x->label[i] > 0.5]++;
            x->value += loss_of(x->label[i] > 0.5 ? a : -a);
            for (int k = 0; k < m; k++) {
                x->gradient[k] += (p - x->label[i]) * z[k];
                x->scaled[i * m + k] = root * z[k];
            }
        }
        if (hessian && rows)
            gg_dsyrk(m, (int)rows, 1, x->scaled, m, 1, x->hessian, m);
    }
    x->value += alpha / 2 * dot(n, w, w);
    for (int k = 0; k < n; k++) {
        x->gradient[k] += alpha * w[k];
        x->hessian[k * m + k] += alpha;
    }
}

static double largest(int n, const double *v)
{
    double most = 0;
    for (int k = 0; k < n; k++)
        most = fmax(most, fabs(v[k]));
    return most;
}

static int no_minimum(double alpha, struct gg_err *err)
{
    return gg_fail(err, GG_NUMERICS,
                   "logistic regression: no minimum found at penalty %g: a plane separates the classes, or "
                   "features follow from others; a larger penalty is wanted",
                   alpha);
}

/* w - step, or half of it, or a quarter ...: the first that does not go up by more than rounding. */
static int descend(struct newton *x, double alpha, double *w, struct gg_err *err)
{
    int m = x->rows->n + 1;
    double before = x->value, length = 1;
    for (int half = 0; half < HALVINGS; half++, length /= 2) {
        for (int k = 0; k < m; k++)
            x->trial[k] = w[k] - length * x->step[k];
        evaluate(x, alpha, x->trial, true);
        if (x->value <= before + 1e-12 * fabs(before)) {
            memcpy(w, x->trial, (size_t)m * sizeof *w);
            return 0;
        }
    }
    return no_minimum(alpha, err);
}

static int minimise(struct newton *x, double alpha, double *w, struct gg_err *err)
{
    int m = x->rows->n + 1;
    evaluate(x, alpha, w, true);
    double rows = x->n_row[0] + x->n_row[1];
    for (int k = 0; k < STEPS; k++) {
        struct gg_err ignored = {0};
        if (largest(m, x->gradient) <= 1e-9 * rows) /* where the loss is 0, too, w has no end */
            return alpha > 0 || x->value > 1e-6 * rows ? 0 : no_minimum(alpha, err);
        memcpy(x->step, x->gradient, (size_t)m * sizeof *x->step);
        if (gg_dposv(m, 1, x->hessian, m, x->step, 1, &ignored))
            break;
        if (descend(x, alpha, w, err))
            return -1;
    }
    return no_minimum(alpha, err);
}

/* The strongest penalty not yet done. */
static int next_alpha(int n_path, const double *path, const bool *done)
{
    int best = -1;
    for (int k = 0; k < n_path; k++)
        if (!done[k] && (best < 0 || path[k] > path[best]))
            best = k;
    return best;
}

int gg_logistic_path(const struct gg_rows *rows, int n_path, const double *path, bool per_particle, double *w,
                     struct gg_err *err)
{
    struct newton x;
    int m = rows->n + 1, status = 0, last = -1, k;
    bool *done = gg_xalloc((size_t)n_path, sizeof *done);
    newton_init(&x, rows);
    evaluate(&x, 0, x.trial, false);
    if (x.n_row[0] == 0 || x.n_row[1] == 0)
        status = gg_fail(err, GG_INPUT, "logistic regression: no particle has label %d", x.n_row[0] != 0);
    while (status == 0 && (k = next_alpha(n_path, path, done)) >= 0) {
        double alpha = path[k] * (per_particle ? x.n_row[0] + x.n_row[1] : 1);
        if (last < 0)
            memset(w + (size_t)k * (size_t)m, 0, (size_t)m * sizeof *w);
        else
            memcpy(w + (size_t)k * (size_t)m, w + (size_t)last * (size_t)m, (size_t)m * sizeof *w);
        status = minimise(&x, alpha, w + (size_t)k * (size_t)m, err);
        done[k] = true;
        last = k;
    }
    free(done);
    newton_free(&x);
    return status;
}

double gg_logistic_loss(const struct gg_rows *rows, int n_path, const double *w, double *loss)
{
    int m = rows->n + 1;
    double n = 0, *z = gg_xalloc((size_t)rows->room * (size_t)m + 1, sizeof *z),
           *label = gg_xalloc((size_t)rows->room + 1, sizeof *z);
    memset(loss, 0, (size_t)n_path * sizeof *loss);
    for (int64_t chunk = 0; chunk < rows->n_chunk; chunk++) {
        int64_t count = rows->read(rows->context, chunk, z, label);
        for (int64_t i = 0; i < count; i++)
            for (int k = 0; k < n_path; k++) {
                double a = dot(m, w + (size_t)k * (size_t)m, z + i * m);
                loss[k] += loss_of(label[i] > 0.5 ? a : -a);
            }
        n += (double)count;
    }
    free(z);
    free(label);
    return n;
}

double gg_logistic_gradient(const struct gg_rows *rows, double alpha, const double *w)
{
    struct newton x;
    newton_init(&x, rows);
    evaluate(&x, alpha, w, false);
    double most = largest(rows->n + 1, x.gradient);
    newton_free(&x);
    return most;
}
