/* faithful.c -- whether saliency says the truth: the tenth of a particle's neighbours with most of it, taken away, against a random tenth
 *
 * The edges between a probe i and the tenth of its neighbours with the largest |dy_i/dr_j| are removed, both ways, and y_i compared with
 * what it was; then a random tenth, the mean of several draws.  A map that points at what matters hurts more.  W. Samek et al. 2017 (IEEE TNNLS 28, 2660). */
#include "explain/positions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWS = 4 };

struct own {
    struct sums {
        double n, removed, top, random, wins, ties;
    } * sums; /* [n_time] */
};

static int open(struct gg_explain *x, struct gg_err *err)
{
    struct own *o = x->own;
    if (gg_positions_need(x, err))
        return -1;
    o->sums = gg_xalloc((size_t)x->n_time, sizeof *o->sums);
    return 0;
}

static void release(struct gg_explain *x)
{
    free(((struct own *)x->own)->sums);
}

/* Neighbours of a probe, the most salient first. */
struct near {
    int64_t n, *particle;
    double *size; /* [n_node] |S_j| */
};

static int larger(const void *a, const void *b, void *size)
{
    double x = ((double *)size)[*(const int64_t *)a], y = ((double *)size)[*(const int64_t *)b];
    return (x < y) - (x > y);
}

static void find_near(const struct gg_scene *s, int64_t row, struct near *near, struct gg_arena *a)
{
    const struct gg_graph *g = &s->b.graph[0];
    bool *seen = GG_NEW(a, bool, (size_t)g->n_node + 1);
    near->n = 0;
    near->particle = GG_NEW(a, int64_t, (size_t)(g->ptr[row + 1] - g->ptr[row]) + 1);
    for (int64_t e = g->ptr[row]; e < g->ptr[row + 1]; e++) {
        int64_t j = s->b.order[g->nbr[e]];
        if (!seen[j] && g->nbr[e] != row)
            near->particle[near->n++] = j;
        seen[j] = true;
    }
    qsort_r(near->particle, (size_t)near->n, sizeof *near->particle, larger, near->size);
}

/* |y_i - y_i without the edges between i and the first n of these|. */
static double hurt(struct gg_explain *x, const struct gg_scene *s, int64_t i, const int64_t *particle,
                   int64_t n, int time, const double *whole)
{
    struct gg_arena a = {0};
    struct gg_batch b;
    const bool *keep[GG_MAX_GEOMETRIES] = {0};
    bool *gone = GG_NEW(&a, bool, (size_t)s->s.n_node + 1);
    double *y = GG_NEW(&a, double, (size_t)(s->s.n_node * x->dim) + 1), square = 0;
    for (int64_t k = 0; k < n; k++)
        gone[particle[k]] = true;
    for (int q = 0; q < x->m->n_geometry; q++) {
        const struct gg_graph *g = &s->b.graph[q];
        bool *stays = GG_NEW(&a, bool, (size_t)g->n_edge + 1);
        for (int64_t k = 0; k < g->n_node; k++)
            for (int64_t e = g->ptr[k]; e < g->ptr[k + 1]; e++) {
                int32_t one = s->b.order[k], other = s->b.order[g->nbr[e]];
                stays[e] = !((one == i && gone[other]) || (other == i && gone[one]));
            }
        keep[x->m->geometry[q].list] = stays;
    }
    gg_batch_cut(&b, &s->b, x->m, &s->s, keep, false, &a);
    gg_pass_forward(&x->pass, x->m, x->m->w, &b, false);
    gg_explain_read(x, s, time, y);
    for (int z = 0; z < x->dim; z++)
        square += pow(y[i * x->dim + z] - whole[i * x->dim + z], 2);
    gg_arena_free(&a);
    return sqrt(square);
}

/* |S_ij| of all j. */
static void measure(struct gg_explain *x, struct gg_scene *s, int time, int64_t i, double *size)
{
    struct gg_arena a = {0};
    double(*S[GG_MAX_GEOMETRIES])[3], *c = GG_NEW(&a, double, (size_t)(s->s.n_node * x->dim) + 1);
    for (int k = 0; k < x->m->n_geometry; k++)
        S[k] = gg_arena_alloc(&a, ((size_t)s->s.n_node + 1) * sizeof *S[k]);
    memset(size, 0, (size_t)s->s.n_node * sizeof *size);
    for (int z = 0; z < x->dim; z++) {
        memset(c, 0, (size_t)(s->s.n_node * x->dim) * sizeof *c);
        c[i * x->dim + z] = 1;
        gg_positions_gradient(x, s, time, c, S);
        for (int k = 0; k < x->m->n_geometry; k++)
            for (int64_t j = 0; j < s->s.n_node; j++)
                for (int q = 0; q < 3; q++)
                    size[j] += S[k][j][q] * S[k][j][q];
    }
    gg_arena_free(&a);
}

static void try_probe(struct gg_explain *x, struct gg_scene *s, int time, int64_t row,
                      const struct near *near, const double *whole, struct gg_rng *r)
{
    struct sums *m = &((struct own *)x->own)->sums[time];
    int64_t i = s->b.order[row], n = (near->n + 9) / 10, *mixed = gg_xalloc((size_t)near->n, sizeof *mixed);
    double top = hurt(x, s, i, near->particle, n, time, whole), random = 0;
    memcpy(mixed, near->particle, (size_t)near->n * sizeof *mixed);
    for (int k = 0; k < DRAWS; k++) {
        gg_rng_shuffle(r, mixed, near->n);
        random += hurt(x, s, i, mixed, n, time, whole) / DRAWS;
    }
    m->n++;
    m->removed += (double)n;
    m->top += top;
    m->random += random;
    m->wins += top > random;
    m->ties += !(top > random || top < random);
    free(mixed);
}

static int frame(struct gg_explain *x, struct gg_scene *s, struct gg_err *err)
{
    struct gg_rng r = gg_rng_at(x->o->seed < 0 ? 0 : (uint64_t)x->o->seed, (uint32_t)x->n_frame,
                                0x66616974u /* "fait" */, 0);
    double *whole = GG_NEW(s->a, double, (size_t)(s->s.n_node * x->dim) + 1);
    int64_t *row = GG_NEW(s->a, int64_t, (size_t)s->s.n_node + 1);
    (void)err;
    for (int64_t k = 0; k < s->s.n_node; k++)
        row[s->b.order[k]] = k;
    for (int time = 0; time < x->n_time; time++)
        for (int64_t k = 0; k < s->n_probe; k++) {
            struct gg_arena a = {0};
            struct near near = {.size = GG_NEW(&a, double, (size_t)s->s.n_node + 1)};
            gg_pass_forward(&x->pass, x->m, x->m->w, &s->b, true);
            gg_explain_read(x, s, time, whole);
            measure(x, s, time, s->probe[k], near.size);
            find_near(s, row[s->probe[k]], &near, &a);
            if (near.n > 1)
                try_probe(x, s, time, row[s->probe[k]], &near, whole, &r);
            gg_arena_free(&a);
        }
    return 0;
}

/* How likely so many of n fair coins, or more, fall on one side. */
static double by_chance(double wins, double n)
{
    double sum = 0;
    for (double k = wins; k <= n; k++)
        sum += exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) - n * log(2));
    return fmin(1, sum);
}

static void add_mean(struct gg_tsv *t, double sum, double n)
{
    if (n > 0)
        gg_tsv_add(t, "%.6g", sum / n);
    else
        gg_tsv_add(t, "-");
}

static int finish(struct gg_explain *x, struct gg_err *err)
{
    static const char *const names[] = {"probes", "removed", "top", "random", "ratio", "wins", "p"};
    const struct own *o = x->own;
    (void)err;
    gg_explain_head(x);
    for (int k = 0; k < 7; k++)
        gg_tsv_head(&x->table, names[k]);
    for (int time = 0; time < x->n_time; time++) {
        const struct sums *m = &o->sums[time];
        gg_explain_cells(x, time);
        gg_tsv_add(&x->table, "%.0f", m->n);
        gg_tsv_number(&x->table, m->removed / m->n, 2, "-");
        add_mean(&x->table, m->top, m->n);
        add_mean(&x->table, m->random, m->n);
        gg_tsv_number(&x->table, m->random > 0 ? m->top / m->random : NAN, 3, "-");
        gg_tsv_add(&x->table, "%.0f", m->wins);
        gg_tsv_add(&x->table, "%.3g", by_chance(m->wins, m->n - m->ties));
    }
    return 0;
}

const struct gg_explain_method gg_explain_faithful = {
    .name = "faithful",
    .about = "whether taking away the neighbours with most saliency hurts more than random ones",
    .source = "Samek et al. 2017, IEEE Trans. Neural Netw. Learn. Syst. 28, 2660",
    .uses = " target species time particles probes seed ",
    .asks = true,
    .backward = true,
    .own_size = sizeof(struct own),
    .open = open,
    .frame = frame,
    .finish = finish,
    .free = release};
