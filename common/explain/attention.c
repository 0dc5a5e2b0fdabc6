/* attention.c -- how much the neighbours count that a network attends to, against their distance and species
 *
 *     effective = < (sum_j a_ij)^2 / sum_j a_ij^2 >     over particles: as many neighbours as would have equal weights
 *
 * Of each head of each layer that weighs edges (softmax).  Weights of one receiver sum to 1 (Vaswani et al. 2017, arXiv 1706.03762, eq. 1). */
#include "explain/explain.h"
#include "explain/profile.h"

#include <math.h>
#include <stdlib.h>

struct head {
    int op, channel; /* rows of an edge after another: times */
    double particles, effective;
    struct gg_profile profile;
};

struct own {
    int n;
    struct head *head;
};

/* ---- while a pass runs ---- */

static void add_head(struct head *h, const struct gg_graph *g, const gg_real *weight, int stride)
{
    for (int64_t i = 0; i < g->n_node; i++) {
        double sum = 0, square = 0;
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
            double a = (double)weight[e * stride], part = a * a;
            sum += a;
            square += part;
            gg_profile_add(&h->profile, (double)g->r[e], g->type[g->nbr[e]], &part);
        }
        h->particles += square > 0;
        h->effective += square > 0 ? sum * sum / square : 0;
    }
}

static void look(void *context, struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b, int op)
{
    struct own *o = context;
    const struct gg_shape *s = &m->value[m->op[op].out];
    int64_t rows = gg_pass_rows(m, b, m->op[op].out),
            edges = b->graph[m->op[op].geometry].ptr[b->graph[0].n_node];
    int per = edges ? (int)(rows / edges) : 0;
    for (int k = 0; k < o->n; k++) {
        int mul = s->irreps.b[0].mul, row = o->head[k].channel / mul, c = o->head[k].channel % mul;
        if (o->head[k].op == op && per)
            add_head(&o->head[k], &b->graph[m->op[op].geometry],
                     p->value[m->op[op].out] + row * s->stride + s->offset[0] + c, per * s->stride);
    }
}

/* ---- the method ---- */

static void add_op(struct gg_explain *x, int op)
{
    struct own *o = x->own;
    const struct gg_shape *s = &x->m->value[x->m->op[op].out];
    int n = s->irreps.b[0].mul * (s->axis & GG_PER_TIME ? x->m->n_time : 1);
    o->head = gg_xrealloc(o->head, (size_t)(o->n + n) * sizeof *o->head);
    for (int c = 0; c < n; c++) {
        struct head *h = &o->head[o->n++];
        *h = (struct head){.op = op, .channel = c};
        gg_profile_init(&h->profile, x, 1);
    }
}

static int open(struct gg_explain *x, struct gg_err *err)
{
    struct own *o = x->own;
    if (gg_profile_check(x, err))
        return -1;
    for (int k = 0; k < x->m->n_op; k++)
        if (x->m->op[k].layer.type->weighs)
            add_op(x, k);
    if (!o->n)
        return gg_fail(err, GG_USAGE,
                       "attention: no layer of the model puts out weights of edges: softmax does");
    x->pass.look = x->pass.look_inside = look;
    x->pass.looks = o;
    return 0;
}

static void release(struct gg_explain *x)
{
    struct own *o = x->own;
    for (int k = 0; k < o->n; k++)
        gg_profile_free(&o->head[k].profile);
    free(o->head);
}

/* What there is to see was seen in the pass. */
static int frame(struct gg_explain *x, struct gg_scene *s, struct gg_err *err)
{
    (void)x;
    (void)s;
    (void)err;
    return 0;
}

static void begin_row(struct gg_explain *x, const void *context)
{
    const struct head *h = context;
    gg_tsv_add(&x->table, "%s", x->m->op[h->op].name);
    gg_tsv_add(&x->table, "%d", h->channel);
    gg_tsv_number(&x->table, h->particles > 0 ? h->effective / h->particles : NAN, 4, "-");
}

static int finish(struct gg_explain *x, struct gg_err *err)
{
    const struct own *o = x->own;
    (void)err;
    gg_tsv_head(&x->table, "layer");
    gg_tsv_head(&x->table, "head");
    gg_tsv_head(&x->table, "effective");
    gg_profile_head(x, "");
    for (int k = 0; k < o->n; k++)
        gg_profile_rows(&o->head[k].profile, x, begin_row, &o->head[k]);
    return 0;
}

const struct gg_explain_method gg_explain_attention = {
    .name = "attention",
    .about = "how much neighbours count in each head, by distance and species, and how many do",
    .source = "Vaswani et al. 2017, arXiv 1706.03762",
    .uses = " shells ",
    .own_size = sizeof(struct own),
    .open = open,
    .frame = frame,
    .finish = finish,
    .free = release};
