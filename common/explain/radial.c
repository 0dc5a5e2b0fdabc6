/* radial.c -- the learned functions of the distance, and how many neighbours stand where they act
 *
 * Mean and root mean square over the channels of a path, in the middle of each shell; 1/z and the path's coefficient are in them, on
 * couplings of norm 1, so that paths can be compared. */
#include "explain/curved.h"
#include "explain/profile.h"

#include <math.h>
#include <stdlib.h>

static const double WIDTH = 0.05; /* sigma */

struct own {
    int n, op[GG_MAX_VALUES];
    double particles[GG_MAX_SPECIES];
    int n_shell[GG_MAX_VALUES];
    double *end[GG_MAX_VALUES];   /* [n_shell] */
    double *edges[GG_MAX_VALUES]; /* [receiver][sender][n_shell] */
};

/* Ends of shells up to the layer's cutoff. */
static void place_shells(const struct gg_explain *x, int k)
{
    struct own *o = x->own;
    const struct gg_reals *given = &x->o->shells;
    double cutoff = x->m->op[o->op[k]].layer.cutoff;
    int n = given->n ? given->n : (int)ceil(cutoff / WIDTH - 1e-9);
    o->n_shell[k] = n;
    o->end[k] = gg_xalloc((size_t)n, sizeof **o->end);
    for (int q = 0; q < n; q++)
        o->end[k][q] = given->n ? given->v[q] : q + 1 < n ? (q + 1) * WIDTH : cutoff;
    o->edges[k] = gg_xalloc((size_t)(x->m->n_species * x->m->n_species * n), sizeof **o->edges);
}

static int open(struct gg_explain *x, struct gg_err *err)
{
    struct own *o = x->own;
    int n = gg_profile_check(x, err) ? -1 : gg_explain_curved(x, o->op, err);
    if (n < 0)
        return -1;
    for (o->n = 0; o->n < n; o->n++)
        place_shells(x, o->n);
    return 0;
}

static void release(struct gg_explain *x)
{
    struct own *o = x->own;
    for (int k = 0; k < o->n; k++) {
        free(o->end[k]);
        free(o->edges[k]);
    }
}

/* ---- frames ---- */

static void count(struct own *o, int k, const struct gg_graph *g, int n_species)
{
    for (int64_t i = 0; i < g->n_node; i++)
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++) {
            int shell = 0;
            while (shell < o->n_shell[k] && (double)g->r[e] >= o->end[k][shell])
                shell++;
            if (shell < o->n_shell[k])
                o->edges[k][(g->type[i] * n_species + g->type[g->nbr[e]]) * o->n_shell[k] + shell]++;
        }
}

static int frame(struct gg_explain *x, struct gg_scene *s, struct gg_err *err)
{
    struct own *o = x->own;
    (void)err;
    for (int64_t i = 0; i < s->s.n_node; i++)
        o->particles[s->s.type[i]]++;
    for (int k = 0; k < o->n; k++)
        count(o, k, &s->b.graph[x->m->op[o->op[k]].geometry], x->m->n_species);
    return 0;
}

/* ---- table ---- */

/* Of a sender's kind that a receiver's kind has in a shell, -1: of any. */
static double neighbours(const struct gg_explain *x, int k, int receiver, int sender, int shell)
{
    const struct own *o = x->own;
    double edges = 0, particles = 0;
    for (int i = 0; i < x->m->n_species; i++) {
        if (receiver >= 0 && i != receiver)
            continue;
        particles += o->particles[i];
        for (int j = 0; j < x->m->n_species; j++)
            edges += sender < 0 || j == sender
                         ? o->edges[k][(i * x->m->n_species + j) * o->n_shell[k] + shell]
                         : 0;
    }
    return particles > 0 ? edges / particles : NAN;
}

static void add_curve(struct gg_explain *x, int k, const struct gg_curve *c)
{
    const struct own *o = x->own;
    for (int q = 0; q < o->n_shell[k]; q++) {
        gg_tsv_add(&x->table, "%s", x->m->op[o->op[k]].name);
        gg_tsv_add(&x->table, "%s", c->path);
        gg_tsv_add(&x->table, "%s", gg_explain_letter(c->receiver));
        gg_tsv_add(&x->table, "%s", gg_explain_letter(c->sender));
        gg_tsv_add(&x->table, "%d", c->n_channel);
        gg_tsv_add(&x->table, "%.6g", q ? o->end[k][q - 1] : 0);
        gg_tsv_add(&x->table, "%.6g", o->end[k][q]);
        gg_tsv_number(&x->table, neighbours(x, k, c->receiver, c->sender, q), 4, "-");
        gg_tsv_add(&x->table, "%.6g", c->mean[q]);
        gg_tsv_add(&x->table, "%.6g", c->rms[q]);
    }
}

static int finish(struct gg_explain *x, struct gg_err *err)
{
    static const char *const names[] = {"layer", "path", "receiver",   "sender", "channels",
                                        "from",  "to",   "neighbours", "mean",   "rms"};
    const struct own *o = x->own;
    (void)err;
    for (int k = 0; k < 10; k++)
        gg_tsv_head(&x->table, names[k]);
    for (int k = 0; k < o->n; k++) {
        const struct gg_op *op = &x->m->op[o->op[k]];
        struct gg_arena a = {0};
        struct gg_curve *curve;
        double *middle = GG_NEW(&a, double, (size_t)o->n_shell[k] + 1);
        for (int q = 0; q < o->n_shell[k]; q++)
            middle[q] = ((q ? o->end[k][q - 1] : 0) + o->end[k][q]) / 2;
        int n = op->layer.type->curves(&op->layer, x->m->w + op->weight, o->n_shell[k], middle, &curve, &a);
        for (int c = 0; c < n; c++)
            add_curve(x, k, &curve[c]);
        gg_arena_free(&a);
    }
    return 0;
}

const struct gg_explain_method gg_explain_radial = {
    .name = "radial",
    .about =
        "the learned functions of the distance of each layer and path, and the neighbours where they act",
    .source = "Thomas et al. 2018, arXiv 1802.08219",
    .uses = " hidden shells ",
    .own_size = sizeof(struct own),
    .open = open,
    .frame = frame,
    .finish = finish,
    .free = release};
