/* shells.c -- which distances, and whose messages, a prediction needs: edges of one shell, by the species of the sender, are taken away in all layers */
#include "explain/ablation.h"
#include "explain/profile.h"

#include <math.h>

enum { USUAL = 64 };
static const double usual_first = 0.8, usual_width = 0.2; /* sigma: nobody is nearer */

struct own {
    struct gg_ablation ablation;
    int n_shell, n_sender; /* senders: each species, then all */
    double end[USUAL];
    const double *ends;
};

static double farthest(const struct gg_model *m)
{
    double r = 0;
    for (int k = 0; k < m->n_geometry; k++)
        r = fmax(r, m->geometry[k].cutoff);
    return r;
}

static int open(struct gg_explain *x, struct gg_err *err)
{
    struct own *o = x->own;
    if (gg_explain_need_edges(x, err) || gg_profile_check(x, err))
        return -1;
    o->ends = x->o->shells.n ? x->o->shells.v : o->end;
    o->n_shell = x->o->shells.n;
    while (!x->o->shells.n && o->n_shell < USUAL &&
           (o->n_shell == 0 || o->end[o->n_shell - 1] < farthest(x->m))) {
        o->end[o->n_shell] = usual_first + usual_width * o->n_shell;
        o->n_shell++;
    }
    o->n_sender = x->m->n_species + 1;
    gg_ablation_init(&o->ablation, x, (o->n_shell + 1) * o->n_sender);
    return 0;
}

static void release(struct gg_explain *x)
{
    struct own *o = x->own;
    gg_ablation_free(&o->ablation);
}

/* Shell n_shell is all distances. */
static bool *left_over(const struct own *o, const struct gg_model *m, const struct gg_graph *g, int row,
                       struct gg_arena *a)
{
    int shell = row / o->n_sender, sender = row % o->n_sender;
    bool *keep = GG_NEW(a, bool, (size_t)g->n_edge + 1), all = shell == o->n_shell;
    for (int64_t e = 0; e < g->n_edge; e++) {
        double r = (double)g->r[e];
        bool in = all || (r >= (shell ? o->ends[shell - 1] : 0) && r < o->ends[shell]);
        keep[e] = !in || (sender < m->n_species && g->type[g->nbr[e]] != sender);
    }
    return keep;
}

static int frame(struct gg_explain *x, struct gg_scene *s, struct gg_err *err)
{
    struct own *o = x->own;
    const struct gg_model *m = x->m;
    if (gg_ablation_begin(&o->ablation, x, s, err))
        return -1;
    for (int row = 0; row < o->ablation.n_row; row++) {
        const bool *keep[GG_MAX_GEOMETRIES] = {0};
        struct gg_arena a = {0};
        struct gg_batch b;
        for (int k = m->n_geometry - 1; k >= 0;
             k--) /* the first geometry of a list says how long its edges are */
            keep[m->geometry[k].list] = left_over(o, m, &s->b.graph[k], row, &a);
        gg_batch_cut(&b, &s->b, m, &s->s, keep, false, &a);
        gg_pass_forward(&x->pass, m, m->w, &b, false);
        gg_ablation_add(&o->ablation, x, s, row);
        gg_arena_free(&a);
    }
    return 0;
}

static int finish(struct gg_explain *x, struct gg_err *err)
{
    static const char *const names[] = {"sender", "from", "to"};
    const struct own *o = x->own;
    (void)err;
    gg_explain_head(x);
    for (int k = 0; k < 3; k++)
        gg_tsv_head(&x->table, names[k]);
    gg_ablation_head(x);
    for (int time = 0; time < x->n_time; time++)
        for (int row = 0; row < o->ablation.n_row; row++) {
            int shell = row / o->n_sender, sender = row % o->n_sender;
            gg_explain_cells(x, time);
            gg_tsv_add(&x->table, "%s", gg_explain_letter(sender < x->m->n_species ? sender : -1));
            gg_tsv_add(&x->table, "%g", shell == o->n_shell || !shell ? 0 : o->ends[shell - 1]);
            gg_tsv_add(&x->table, "%g", shell == o->n_shell ? INFINITY : o->ends[shell]);
            gg_ablation_cells(&o->ablation, x, row, time);
        }
    return 0;
}

const struct gg_explain_method gg_explain_shells = {
    .name = "shells",
    .about = "what changes when neighbours of one shell, and of one species, send no messages",
    .source = "Zeiler, Fergus 2014, arXiv 1311.2901",
    .uses = " target species time particles shells ",
    .asks = true,
    .writes = true,
    .own_size = sizeof(struct own),
    .open = open,
    .frame = frame,
    .finish = finish,
    .free = release};
