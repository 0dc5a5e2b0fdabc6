/* hidden.c -- see hidden.h */
#include "learn/hidden.h"
#include "model/trace.h"
#include "stats/hidden.h"
#include "util/linalg.h"
#include "util/pattern.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Blocks of one degree and parity of a layer's output. */
struct row {
    int op, l, p, mul;
};

enum { SQUARE, DIRICHLET, RANK, MEASURES };
typedef double measures[MEASURES]; /* NAN where it is not defined, or nothing was seen */

struct gg_hidden {
    const struct gg_model *m;
    int n;
    struct row *row;
    int64_t n_place, place; /* of the pass at hand */
    measures *seen;         /* [n_place][n] */
    struct gg_trace trace;
    struct gg_arena a;
};

/* ---- which ---- */

static bool on_particles(const struct gg_model *m, const struct gg_op *op)
{
    return gg_axis_base(m->value[op->out].axis) == GG_ON_NODE && op->chain < 0;
}

static void add_rows(struct gg_hidden *h, int op)
{
    const struct gg_irreps *x = &h->m->value[h->m->op[op].out].irreps;
    for (int b = 0; b < x->n; b++) {
        int k = h->n;
        while (k > 0 && h->row[k - 1].op == op &&
               (h->row[k - 1].l != x->b[b].l || h->row[k - 1].p != x->b[b].p))
            k--;
        if (k == 0 || h->row[k - 1].op != op) {
            h->row = gg_xrealloc(h->row, (size_t)(h->n + 1) * sizeof *h->row);
            h->row[k = h->n++] = (struct row){.op = op, .l = x->b[b].l, .p = x->b[b].p};
        } else {
            k--;
        }
        h->row[k].mul += x->b[b].mul;
    }
}

/* What a pattern could have been; "?" of a model without any. */
static const char *first_on_particles(const struct gg_model *m)
{
    for (int k = 0; k < m->n_op; k++)
        if (on_particles(m, &m->op[k]))
            return m->op[k].name;
    return "?";
}

static int check_patterns(const struct gg_model *m, const struct gg_texts *patterns, struct gg_err *err)
{
    for (int p = 0; p < patterns->n; p++) {
        bool any = false;
        for (int k = 0; k < m->n_op; k++)
            any |= on_particles(m, &m->op[k]) && gg_pattern_matches(patterns->v[p], m->op[k].name);
        if (!any)
            return gg_fail(
                err, GG_USAGE,
                "train.hidden: '%s' matches no layer with features on particles (the first is '%s'; "
                "--print-config shows them)",
                patterns->v[p], first_on_particles(m));
    }
    return 0;
}

/* ---- looking ---- */

/* x [rows][2l+1][mul] of a row's blocks. */
static double *gather(struct gg_hidden *h, const struct row *r, const struct gg_shape *s, int64_t n_row,
                      const gg_real *y)
{
    int dim = 2 * r->l + 1, first = 0;
    double *x = GG_NEW(&h->a, double, (size_t)(n_row * dim * r->mul) + 1);
    for (int b = 0; b < s->irreps.n; b++) {
        if (s->irreps.b[b].l != r->l || s->irreps.b[b].p != r->p)
            continue;
        for (int64_t i = 0; i < n_row; i++)
            for (int m = 0; m < dim; m++)
                for (int c = 0; c < s->irreps.b[b].mul; c++)
                    x[(i * dim + m) * r->mul + first + c] =
                        (double)y[i * s->stride + s->offset[b] + m * s->pad[b] + c];
        first += s->irreps.b[b].mul;
    }
    return x;
}

static void measure(struct gg_hidden *h, const struct row *r, const struct gg_call *call, measures out)
{
    const struct gg_shape *s = &h->m->value[h->m->op[r->op].out];
    int64_t n = call->g->n_node, n_row = gg_shape_rows(s, call->g), dim = 2 * r->l + 1,
            width = n_row / n * dim * r->mul;
    double *x = gather(h, r, s, n_row, call->y), square = 0;
    for (int64_t k = 0; k < n * width; k++)
        square += x[k] * x[k];
    out[SQUARE] = square / (double)(n * width);
    out[DIRICHLET] = gg_dirichlet(n, width, x, call->g->ptr, call->g->nbr);
    out[RANK] = gg_effective_rank(n_row * dim, r->mul, x, r->l == 0 && r->p == 1);
    gg_arena_reset(&h->a);
}

static void look(void *context, int op, const struct gg_call *call)
{
    struct gg_hidden *h = context;
    for (int k = 0; call->g->n_node > 0 && k < h->n; k++)
        if (h->row[k].op == op)
            measure(h, &h->row[k], call, h->seen[h->place * h->n + k]);
}

int gg_hidden_new(struct gg_hidden **out, const struct gg_model *m, const struct gg_texts *patterns,
                  struct gg_err *err)
{
    *out = NULL;
    if (!patterns->n)
        return 0;
    if (gg_blas_open(err) || check_patterns(m, patterns, err))
        return -1;
    struct gg_hidden *h = *out = gg_xalloc(1, sizeof *h);
    h->m = m;
    h->trace.see = look;
    h->trace.context = h;
    for (int k = 0; k < m->n_op; k++) {
        bool wanted = false;
        for (int p = 0; p < patterns->n; p++)
            wanted |= gg_pattern_matches(patterns->v[p], m->op[k].name);
        if (wanted && on_particles(m, &m->op[k]))
            add_rows(h, k);
    }
    return 0;
}

void gg_hidden_free(struct gg_hidden *h)
{
    if (!h)
        return;
    gg_arena_free(&h->a);
    free(h->seen);
    free(h->row);
    free(h);
}

void gg_hidden_begin(struct gg_hidden *h, struct gg_pass *p, int64_t n_frame)
{
    if (!h)
        return;
    h->n_place = n_frame * GG_HIDDEN_PASSES;
    h->seen = gg_xrealloc(h->seen, (size_t)(h->n_place * h->n + 1) * sizeof *h->seen);
    for (int64_t k = 0; k < h->n_place * h->n; k++)
        for (int q = 0; q < MEASURES; q++)
            h->seen[k][q] = NAN;
    p->trace = &h->trace;
}

void gg_hidden_at(struct gg_hidden *h, int64_t frame, int pass)
{
    if (h)
        h->place = frame * GG_HIDDEN_PASSES + pass;
}

void gg_hidden_end(struct gg_hidden *h, struct gg_pass *p)
{
    if (h)
        p->trace = NULL;
}

void gg_hidden_gather(struct gg_hidden *h, const struct gg_ranks *r)
{
    int64_t n_frame = h ? h->n_place / GG_HIDDEN_PASSES : 0;
    if (n_frame)
        gg_ranks_gather(r, h->seen, (size_t)(GG_HIDDEN_PASSES * h->n) * sizeof *h->seen, n_frame, n_frame);
}

/* Over the places where it is defined, in their order. */
static double mean(const struct gg_hidden *h, int row, int measure)
{
    double sum = 0;
    int64_t n = 0;
    for (int64_t k = 0; k < h->n_place; k++) {
        double x = h->seen[k * h->n + row][measure];
        sum += isfinite(x) ? x : 0;
        n += isfinite(x) ? 1 : 0;
    }
    return n ? sum / (double)n : NAN;
}

int gg_hidden_write(const struct gg_hidden *h, struct gg_metrics *m, int64_t step, int64_t epoch,
                    struct gg_err *err)
{
    for (int k = 0; h && k < h->n; k++) {
        const struct row *r = &h->row[k];
        char irrep[16];
        snprintf(irrep, sizeof irrep, "%d%c", r->l, r->p > 0 ? 'e' : 'o');
        struct gg_json *j = gg_metrics_begin(m, "hidden");
        gg_json_int(j, "step", step);
        gg_json_int(j, "epoch", epoch);
        gg_json_text(j, "layer", h->m->op[r->op].name);
        gg_json_text(j, "irrep", irrep);
        gg_json_int(j, "channels", r->mul);
        gg_json_double(j, "square", mean(h, k, SQUARE));
        gg_json_double(j, "dirichlet", mean(h, k, DIRICHLET));
        gg_json_double(j, "rank", mean(h, k, RANK));
        if (gg_metrics_end(m, err))
            return -1;
    }
    return 0;
}
