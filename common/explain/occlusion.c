/* occlusion.c -- how predictions change when a particle is not there: all its edges are taken away, one probe at a time
 *
 *     D_ij = y_i (without j) - y_i,   against the distance of i and j
 *
 * M. Zeiler, R. Fergus 2014 (arXiv 1311.2901).  Inputs that were computed with j stay as they are. */
#include "explain/profile.h"

#include <math.h>
#include <stdlib.h>

struct own {
    struct gg_profile *profile; /* [n_time] */
};

static int open(struct gg_explain *x, struct gg_err *err)
{
    struct own *o = x->own;
    if (gg_explain_need_edges(x, err) || gg_profile_check(x, err))
        return -1;
    o->profile = gg_xalloc((size_t)x->n_time, sizeof *o->profile);
    for (int k = 0; k < x->n_time; k++)
        gg_profile_init(&o->profile[k], x, 1);
    return 0;
}

static void release(struct gg_explain *x)
{
    struct own *o = x->own;
    for (int k = 0; o->profile && k < x->n_time; k++)
        gg_profile_free(&o->profile[k]);
    free(o->profile);
}

static bool *without(const struct gg_graph *g, const int32_t *order, int64_t particle, struct gg_arena *a)
{
    bool *keep = GG_NEW(a, bool, (size_t)g->n_edge + 1);
    for (int64_t i = 0; i < g->n_node; i++)
        for (int64_t e = g->ptr[i]; e < g->ptr[i + 1]; e++)
            keep[e] = order[i] != particle && order[g->nbr[e]] != particle;
    return keep;
}

/* The edges of all geometries but those of one particle. */
static void occlude(struct gg_explain *x, const struct gg_scene *s, int64_t particle, struct gg_arena *a)
{
    const bool *keep[GG_MAX_GEOMETRIES] = {0};
    struct gg_batch b;
    for (int k = 0; k < x->m->n_geometry; k++)
        if (!keep[x->m->geometry[k].list])
            keep[x->m->geometry[k].list] = without(&s->b.graph[k], s->b.order, particle, a);
    gg_batch_cut(&b, &s->b, x->m, &s->s, keep, false, a);
    gg_pass_forward(&x->pass, x->m, x->m->w, &b, false);
}

static void add_pairs(struct gg_explain *x, const struct gg_scene *s, int time, int64_t j,
                      const double *whole, const double *y, float *field)
{
    struct own *o = x->own;
    double all = 0;
    for (int64_t k = 0; k < s->n_chosen; k++) {
        int64_t i = s->chosen[k];
        double square = 0;
        for (int z = 0; z < x->dim; z++)
            square += pow(y[i * x->dim + z] - whole[i * x->dim + z], 2);
        if (i == j)
            continue;
        gg_profile_add(&o->profile[time], gg_profile_distance(s, 0, i, j), s->s.type[j], &square);
        all += square;
    }
    field[j * x->n_time + time] = (float)sqrt(all);
}

/* Probes are those that are taken away: of all species. */
static void draw(const struct gg_explain *x, struct gg_scene *s)
{
    struct gg_rng r = gg_rng_at(x->o->seed < 0 ? 0 : (uint64_t)x->o->seed, (uint32_t)x->n_frame,
                                0x6f63636cu /* "occl" */, 0);
    int64_t n = s->s.n_node, *all = GG_NEW(s->a, int64_t, (size_t)n + 1);
    for (int64_t i = 0; i < n; i++)
        all[i] = i;
    gg_rng_shuffle(&r, all, n);
    s->probe = all;
    s->n_probe = s->most < n ? s->most : n;
}

static int frame(struct gg_explain *x, struct gg_scene *s, struct gg_err *err)
{
    size_t n = (size_t)(s->s.n_node * x->dim) + 1;
    double **whole = GG_NEW(s->a, double *, (size_t)x->n_time), *y = GG_NEW(s->a, double, n);
    float *field = gg_explain_gaps(x, s, "occlusion", gg_explain_target(x)->unit, err);
    if (!field)
        return -1;
    for (int64_t k = 0; k < s->s.n_node * x->n_time; k++)
        field[k] = NAN; /* not drawn */
    for (int time = 0; time < x->n_time; time++)
        gg_explain_read(x, s, time, whole[time] = GG_NEW(s->a, double, n));
    draw(x, s);
    for (int64_t k = 0; k < s->n_probe; k++) {
        struct gg_arena a = {0};
        occlude(x, s, s->probe[k], &a);
        for (int time = 0; time < x->n_time; time++) {
            gg_explain_read(x, s, time, y);
            add_pairs(x, s, time, s->probe[k], whole[time], y, field);
        }
        gg_arena_free(&a);
    }
    return 0;
}

static void begin_row(struct gg_explain *x, const void *context)
{
    gg_explain_cells(x, *(const int *)context);
}

static int finish(struct gg_explain *x, struct gg_err *err)
{
    const struct own *o = x->own;
    (void)err;
    gg_explain_head(x);
    gg_profile_head(x, "");
    for (int time = 0; time < x->n_time; time++)
        gg_profile_rows(&o->profile[time], x, begin_row, &time);
    return 0;
}

const struct gg_explain_method gg_explain_occlusion = {
    .name = "occlusion",
    .about = "how predictions change when a particle is not there, against the distance",
    .source = "Zeiler, Fergus 2014, arXiv 1311.2901",
    .uses = " target species time probes seed shells ",
    .asks = true,
    .writes = true,
    .own_size = sizeof(struct own),
    .open = open,
    .frame = frame,
    .finish = finish,
    .free = release};
