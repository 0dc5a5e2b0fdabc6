/* inputs.c -- what of a prediction's variance rests on which input, by integrated gradients
 *
 *     A_jk = (x_jk - b_jk) int_0^1 dF/dx_jk (b + a (x - b)) da,   sum_jk A_jk = F(x) - F(b)
 *
 * M. Sundararajan et al. 2017 (arXiv 1703.01365, eq. 1).  F = sum_i c_i y_i / sum_i c_i^2 with c_i = y_i - <y>, over the chosen particles,
 * so F(x) = 1 is the variance of the prediction itself; F(b), where all particles have the same inputs, is what geometry alone makes of
 * it.  b: the mean of the frame for scalars, 0 for what turns.  Points and weights of the integral are Gauss's. */
#include "explain/explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 16 };

struct own {
    int n_step, n_number; /* numbers of all inputs on particles, one after the other */
    double point[1000], weight[1000];
    struct sums {
        double geometry, whole, *share, *size; /* [n_number] */
    } * sums;                                  /* [n_time], over frames */
};

/* ---- Gauss ---- */

/* Zeros of the Legendre polynomial by Newton's method, moved to [0, 1]. */
static void find_points(int n, double *point, double *weight)
{
    for (int k = 0; k < n; k++) {
        double z = cos(M_PI * (k + 0.75) / (n + 0.5)), slope = 1;
        for (int turn = 0; turn < 100; turn++) {
            double p = 1, before = 0;
            for (int j = 0; j < n; j++) {
                double older = before;
                before = p;
                p = ((2 * j + 1) * z * before - j * older) / (j + 1);
            }
            slope = n * (z * p - before) / (z * z - 1);
            double by = p / slope;
            z -= by;
            if (fabs(by) < 1e-15)
                break;
        }
        point[k] = (1 - z) / 2;
        weight[k] = 1 / ((1 - z * z) * slope * slope);
    }
}

/* ---- sources ---- */

/* Those on particles that some layer reads and learns from. */
static bool is_ours(const struct gg_model *m, int source)
{
    bool read = false;
    const struct gg_value_source *q = &m->source[source];
    for (int k = 0; k < m->n_op; k++)
        for (int z = 0; z < m->op[k].layer.n_in; z++)
            read |= m->op[k].in[z] == q->value;
    return read && q->n && m->input[q->first].base == GG_ON_NODE && !m->input[q->first].weight;
}

static int open(struct gg_explain *x, struct gg_err *err)
{
    struct own *o = x->own;
    for (int k = 0; k < x->m->n_source; k++)
        if (is_ours(x->m, k))
            o->n_number += gg_irreps_dim(&x->m->value[x->m->source[k].value].irreps);
    if (!o->n_number)
        return gg_fail(err, GG_USAGE, "%s: the model has no inputs on particles", x->method->name);
    o->n_step = x->o->steps > 0 ? (int)x->o->steps : STEPS;
    find_points(o->n_step, o->point, o->weight);
    o->sums = gg_xalloc((size_t)x->n_time, sizeof *o->sums);
    for (int k = 0; k < x->n_time; k++) {
        o->sums[k].share = gg_xalloc((size_t)o->n_number, sizeof(double));
        o->sums[k].size = gg_xalloc((size_t)o->n_number, sizeof(double));
    }
    return 0;
}

static void release(struct gg_explain *x)
{
    struct own *o = x->own;
    for (int k = 0; o->sums && k < x->n_time; k++) {
        free(o->sums[k].share);
        free(o->sums[k].size);
    }
    free(o->sums);
}

/* Values of a source as they are, where the path begins, where it is now, and the gradient there. */
struct path {
    int n; /* numbers of a row */
    int64_t rows;
    gg_real *whole, *base, *here, *gradient;
};

/* The mean over rows, of scalars. */
static void find_base(const struct gg_shape *s, struct path *p)
{
    for (int b = 0; b < s->irreps.n; b++)
        for (int c = 0; c < s->irreps.b[b].mul && s->irreps.b[b].l == 0; c++) {
            double sum = 0;
            for (int64_t i = 0; i < p->rows; i++)
                sum += (double)p->whole[i * s->stride + s->offset[b] + c];
            for (int64_t i = 0; i < p->rows; i++)
                p->base[i * s->stride + s->offset[b] + c] = (gg_real)(sum / (double)p->rows);
        }
}

static struct path *find_paths(struct gg_explain *x, struct gg_scene *s)
{
    struct path *p = GG_NEW(s->a, struct path, (size_t)x->m->n_source);
    for (int k = 0; k < x->m->n_source; k++) {
        int v = x->m->source[k].value;
        size_t n = gg_value_bytes(x->m, &s->b, v) / sizeof(gg_real);
        if (!is_ours(x->m, k))
            continue;
        p[k] = (struct path){.n = x->m->value[v].stride, .rows = gg_pass_rows(x->m, &s->b, v)};
        gg_real **part[] = {&p[k].whole, &p[k].base, &p[k].here, &p[k].gradient};
        for (int q = 0; q < 4; q++)
            *part[q] = GG_NEW(s->a, gg_real, n);
        memcpy(p[k].whole, s->b.source[k], (size_t)(p[k].rows * p[k].n) * sizeof(gg_real));
        find_base(&x->m->value[v], &p[k]);
        s->b.source[k] = p[k].here;
    }
    return p;
}

/* Forward at b + t (x - b). */
static void go_to(struct gg_explain *x, struct gg_scene *s, const struct path *p, double t)
{
    for (int k = 0; k < x->m->n_source; k++)
        for (int64_t q = 0; q < p[k].rows * p[k].n; q++)
            p[k].here[q] =
                (gg_real)((double)p[k].base[q] + t * ((double)p[k].whole[q] - (double)p[k].base[q]));
    gg_pass_forward(&x->pass, x->m, x->m->w, &s->b, true);
}

static void want(struct gg_explain *x, struct gg_scene *s, void *context)
{
    const struct path *p = context;
    for (int k = 0; k < x->m->n_source; k++) {
        int v = x->m->source[k].value;
        if (!p[k].rows)
            continue;
        memset(p[k].gradient, 0, gg_value_bytes(x->m, &s->b, v));
        x->pass.gradient[v] = p[k].gradient;
    }
}

/* ---- one frame ---- */

/* c_i over the sum of its squares; false where the prediction is the same for all. */
static bool weigh(const struct gg_explain *x, const struct gg_scene *s, const double *y, double *c)
{
    double square = 0;
    for (int z = 0; z < x->dim; z++) {
        double mean = 0;
        for (int64_t k = 0; k < s->n_chosen; k++)
            mean += y[s->chosen[k] * x->dim + z] / (double)s->n_chosen;
        for (int64_t k = 0; k < s->n_chosen; k++) {
            double d = y[s->chosen[k] * x->dim + z] - mean;
            c[s->chosen[k] * x->dim + z] = d;
            square += d * d;
        }
    }
    for (int64_t k = 0; k < s->s.n_node * x->dim; k++)
        c[k] /= square > 0 ? square : 1;
    return square > 0;
}

static double sum_of(const struct gg_explain *x, const struct gg_scene *s, const double *c, double *y,
                     int time)
{
    double sum = 0;
    gg_explain_read(x, s, time, y);
    for (int64_t k = 0; k < s->s.n_node * x->dim; k++)
        sum += c[k] != 0 ? c[k] * y[k] : 0;
    return sum;
}

/* One point of the integral: into what each particle's inputs have, [n_node][n_number]. */
static void add_point(const struct gg_explain *x, const struct gg_scene *s, const struct path *p,
                      double weight, double *of)
{
    const struct own *o = x->own;
    int at = 0;
    for (int k = 0; k < x->m->n_source; k++) {
        const struct gg_shape *shape = &x->m->value[x->m->source[k].value];
        int dim = p[k].rows ? gg_irreps_dim(&shape->irreps) : 0;
        double *d = gg_xalloc((size_t)(2 * dim) + 1, sizeof *d);
        gg_real *row = gg_xalloc((size_t)shape->stride, sizeof *row);
        for (int64_t i = 0; i < p[k].rows; i++) {
            for (int q = 0; q < p[k].n; q++)
                row[q] =
                    (p[k].whole[i * p[k].n + q] - p[k].base[i * p[k].n + q]) * p[k].gradient[i * p[k].n + q];
            gg_row_to_e3nn(shape, row, d);
            for (int q = 0; q < dim; q++)
                of[s->b.order[i] * o->n_number + at + q] += weight * d[q];
        }
        at += dim;
        free(d);
        free(row);
    }
}

static int attribute(struct gg_explain *x, struct gg_scene *s, const struct path *p, int time, float *field)
{
    struct own *o = x->own;
    size_t n = (size_t)s->s.n_node;
    double *y = GG_NEW(s->a, double, n *(size_t)x->dim + 1), *c = GG_NEW(s->a, double, n *(size_t)x->dim + 1),
           *of = GG_NEW(s->a, double, n *(size_t)o->n_number + 1);
    go_to(x, s, p, 1);
    gg_explain_read(x, s, time, y);
    if (!weigh(x, s, y, c))
        return -1;
    o->sums[time].whole += sum_of(x, s, c, y, time);
    go_to(x, s, p, 0);
    o->sums[time].geometry += sum_of(x, s, c, y, time);
    for (int k = 0; k < o->n_step; k++) {
        go_to(x, s, p, o->point[k]);
        gg_explain_pull(x, s, time, c, want, (void *)(uintptr_t)p);
        add_point(x, s, p, o->weight[k], of);
    }
    for (int64_t i = 0; i < s->s.n_node; i++)
        for (int q = 0; q < o->n_number; q++) {
            double v = of[i * o->n_number + q];
            o->sums[time].share[q] += v;
            o->sums[time].size[q] += fabs(v);
            field[(i * x->n_time + time) * o->n_number + q] = (float)v;
        }
    return 0;
}

static int frame(struct gg_explain *x, struct gg_scene *s, struct gg_err *err)
{
    struct own *o = x->own;
    struct path *p = find_paths(x, s);
    float *field = gg_explain_field(x, s, "attribution", "", "1", o->n_number, err);
    if (!field)
        return -1;
    for (int time = 0; time < x->n_time; time++)
        if (attribute(x, s, p, time, field))
            return gg_fail(err, GG_INPUT,
                           "'%s' is predicted the same for all particles: there is no variance to explain",
                           gg_explain_target(x)->name);
    return 0;
}

/* ---- table ---- */

static void add_row(struct gg_explain *x, int time, const char *name, int column, double share, double size)
{
    double n = (double)x->n_frame;
    gg_explain_cells(x, time);
    gg_tsv_add(&x->table, "%s", name);
    if (column < 0)
        gg_tsv_add(&x->table, "-");
    else
        gg_tsv_add(&x->table, "%d", column);
    gg_tsv_number(&x->table, share / n, 6, "-");
    gg_tsv_number(&x->table, size / n, 6, "-");
}

static int input_numbers(const struct gg_model *m, const struct gg_input *in)
{
    bool type = !strcmp(in->field, "type");
    return !type ? gg_irreps_dim(&in->irreps) : m->type_number ? 1 : m->n_species;
}

static int finish(struct gg_explain *x, struct gg_err *err)
{
    static const char *const names[] = {"input", "column", "share", "size"};
    const struct own *o = x->own;
    (void)err;
    gg_explain_head(x);
    for (int k = 0; k < 4; k++)
        gg_tsv_head(&x->table, names[k]);
    for (int time = 0; time < x->n_time; time++) {
        const struct sums *t = &o->sums[time];
        double sum = t->geometry;
        int at = 0;
        for (int k = 0; k < x->m->n_source; k++)
            for (int q = x->m->source[k].first;
                 is_ours(x->m, k) && q < x->m->source[k].first + x->m->source[k].n; q++)
                for (int c = 0; c < input_numbers(x->m, &x->m->input[q]); c++, at++) {
                    add_row(x, time, x->m->input[q].field, c, t->share[at], t->size[at]);
                    sum += t->share[at];
                }
        add_row(x, time, "geometry", -1, t->geometry, fabs(t->geometry));
        add_row(x, time, "missing", -1, t->whole - sum, fabs(t->whole - sum));
    }
    return 0;
}

const struct gg_explain_method gg_explain_inputs = {
    .name = "inputs",
    .about = "which inputs the variance of a prediction rests on: integrated gradients",
    .source = "Sundararajan et al. 2017, arXiv 1703.01365, eq. 1",
    .uses = " target species time particles steps ",
    .asks = true,
    .backward = true,
    .writes = true,
    .own_size = sizeof(struct own),
    .open = open,
    .frame = frame,
    .finish = finish,
    .free = release};
