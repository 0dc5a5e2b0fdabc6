/* planted_waves.c -- a field of given spectrum from the numbers of particles, by the waves of the box (planted.h has the equations) */
#include "physics/planted_waves.h"
#include "util/threads.h"

#include <math.h>
#include <string.h>

/* ln S_f is a polynomial in q^2, of half as many terms as there are shells. */
enum { TERMS = 5 };
struct curve {
    int n;
    double unit, c[TERMS];
};

static double curve_at(const struct curve *c, double x)
{
    double sum = 0, power = 1;
    for (int k = 0; k < c->n; k++, power *= x / c->unit)
        sum += c->c[k] * power;
    return sum;
}

/* Least squares, by elimination: few terms. */
static void curve_fit(struct curve *c, int n, const double *x, const double *y, const double *weight)
{
    double m[TERMS][TERMS + 1] = {{0}};
    for (int s = 0; s < n; s++)
        for (int i = 0; i < c->n && weight[s] > 0; i++) {
            for (int j = 0; j < c->n; j++)
                m[i][j] += weight[s] * pow(x[s] / c->unit, i + j);
            m[i][c->n] += weight[s] * pow(x[s] / c->unit, i) * y[s];
        }
    for (int i = 0; i < c->n; i++)
        for (int row = 0; row < c->n; row++)
            for (int j = c->n; row != i && j >= i; j--)
                m[row][j] -= m[row][i] / m[i][i] * m[i][j];
    for (int i = 0; i < c->n; i++)
        c->c[i] = m[i][c->n] / m[i][i];
}

/* amplitude = A_q = sum f exp(i q r), each by one thread in the order of the particles. */
static void transform(struct gg_planted_waves *x, const struct gg_planted_sites *s, const double *f)
{
#pragma omp parallel for schedule(static) num_threads(gg_threads())
    for (int64_t k = 0; k < x->w.n; k++) {
        const double *q = x->w.q[k];
        double re = 0, im = 0;
        for (int64_t i = 0; i < s->n; i++) {
            double phase = q[0] * s->pos[i][0] + q[1] * s->pos[i][1] + q[2] * s->pos[i][2];
            re += f[i] * cos(phase);
            im += f[i] * sin(phase);
        }
        x->amplitude[k][0] = re;
        x->amplitude[k][1] = im;
    }
}

/* The mean power of each shell; the logarithm of a mean of n is too small by about 1/(2n). */
static void fit_power(const struct gg_planted_waves *x, int n_shell, int64_t n_node, double q_max,
                      struct curve *c, struct gg_arena *a)
{
    double *n = GG_NEW(a, double, (size_t)(3 * (n_shell + 1))), *power = n + n_shell + 1,
           *at = power + n_shell + 1;
    for (int64_t k = 0; k < x->w.n; k++) {
        int s = x->w.shell[k];
        n[s]++;
        at[s] += x->w.length[k] * x->w.length[k];
        power[s] += x->amplitude[k][0] * x->amplitude[k][0] + x->amplitude[k][1] * x->amplitude[k][1];
    }
    int full = 0;
    for (int s = 1; s <= n_shell; s++)
        if (n[s] > 0) {
            at[s] /= n[s];
            power[s] = log(power[s] / n[s] / (double)n_node) + 1 / (2 * n[s]);
            full++;
        }
    c->n = full >= 2 * TERMS ? TERMS : (full + 1) / 2;
    c->unit = q_max * q_max;
    curve_fit(c, n_shell + 1, at, power, n);
}

/* Waves beyond q_max go; the number of shells that are left. */
static int keep_below(struct gg_waves *w, double q_max)
{
    int64_t kept = 0;
    int shells = 0, last = 0;
    for (int64_t k = 0; k < w->n; k++) {
        if (w->length[k] > q_max)
            continue;
        memmove(w->q[kept], w->q[k], sizeof *w->q);
        w->length[kept] = w->length[k];
        w->shell[kept++] = w->shell[k];
        last = w->shell[k] > last ? w->shell[k] : last;
    }
    w->n = kept;
    for (int s = 1; s <= last; s++) {
        bool any = false;
        for (int64_t k = 0; k < kept; k++)
            any |= w->shell[k] == s;
        shells += any;
    }
    return shells;
}

int gg_planted_whiten(struct gg_planted_waves *x, const struct gg_planted_sites *s, double q_max,
                      const double *f, struct gg_arena *a, struct gg_err *err)
{
    int all = (1 << s->cell.dim) - 1;
    if ((s->cell.pbc & all) != all)
        return gg_fail(
            err, GG_INPUT,
            "a planted field is made of the waves of a box that is periodic in all its directions");
    double q1 = gg_wave_shortest(&s->cell);
    int n_shell = (int)(q_max / q1 + 1);
    struct curve c;
    x->w = gg_waves_all(&s->cell, q1, n_shell, false, a);
    if (keep_below(&x->w, q_max) < 2)
        return gg_fail(
            err, GG_INPUT,
            "the shortest wave of the box has q = %.4g: a planted field wants two shells of waves below "
            "--q-max, now %g",
            q1, q_max);
    x->amplitude = gg_arena_calloc(a, (size_t)x->w.n, sizeof *x->amplitude);
    transform(x, s, f);
    fit_power(x, n_shell, s->n, q_max, &c, a);
    for (int64_t k = 0; k < x->w.n; k++)
        for (int part = 0; part < 2; part++)
            x->amplitude[k][part] *=
                exp(-curve_at(&c, x->w.length[k] * x->w.length[k]) / 2) / sqrt((double)s->n);
    return 0;
}

/* Amplitudes of y and u of one length: [wave] factors of the whitened ones. */
static void shape(const struct gg_planted_waves *x, int dim, double length, double *of_y, double *of_u)
{
    double sum = 0, slope = 0;
    for (int64_t k = 0; k < x->w.n; k++) {
        double q = x->w.length[k], s = pow(1 + q * q * length * length, -(dim + 1) / 2.0);
        of_y[k] = sqrt(s);
        sum += 2 * s; /* both of a pair */
        slope += 2 * s * q * q / dim;
    }
    for (int64_t k = 0; k < x->w.n; k++) {
        of_u[k] = of_y[k] / sqrt(slope);
        of_y[k] /= sqrt(sum);
    }
}

void gg_planted_sum(const struct gg_planted_waves *x, const struct gg_planted_sites *s, int n_length,
                    const double *length, double *y, double (*u)[3], struct gg_arena *a)
{
    double *of_y = GG_NEW(a, double, (size_t)(2 * x->w.n * n_length) + 1), *of_u = of_y + x->w.n * n_length;
    for (int t = 0; t < n_length; t++)
        shape(x, s->cell.dim, length[t], of_y + t * x->w.n, of_u + t * x->w.n);
#pragma omp parallel for schedule(static) num_threads(gg_threads())
    for (int64_t i = 0; i < s->n; i++)
        for (int64_t k = 0; k < x->w.n; k++) {
            const double *q = x->w.q[k], *r = s->pos[i], *b = x->amplitude[k];
            double phase = q[0] * r[0] + q[1] * r[1] + q[2] * r[2], re = cos(phase), im = sin(phase),
                   value = 2 * (b[0] * re + b[1] * im), along = 2 * (b[1] * re - b[0] * im);
            for (int t = 0; t < n_length; t++) {
                if (y != NULL)
                    y[i * n_length + t] += of_y[t * x->w.n + k] * value;
                for (int c = 0; c < 3 && u != NULL; c++)
                    u[i * n_length + t][c] += of_u[t * x->w.n + k] * along * q[c];
            }
        }
}
