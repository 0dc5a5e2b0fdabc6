/* view_laws.c -- the laws that every view obeys, applied to its cases */
#include "laws/view_laws.h"

#include <math.h>
#include <omp.h>
#include <string.h>

enum { NODES = 60 };

struct check {
    const struct gg_view_type *type;
    const struct gg_view_case *k;
    struct gg_view_stage stage;
    struct gg_view_key key;
    FILE *to;
    int n_checked, n_failed;
};

/* One seeing. */
struct seen {
    struct gg_sample s;
    struct gg_batch b;
    struct gg_arena a;
};

static void law(struct check *c, const char *name, double error, double allowed)
{
    c->n_checked++;
    if (error <= allowed)
        return;
    c->n_failed++;
    fprintf(c->to, "view %s, case '%s', dim %d: %s: %.3g, allowed %.3g\n", c->type->name, c->k->name,
            c->stage.s.dim, name, error, allowed);
}

static bool see(struct check *c, struct gg_view_key key, struct seen *out)
{
    struct gg_err err;
    gg_arena_reset(&out->a);
    const struct gg_view_stage *x = &c->stage;
    if (gg_views_see(&c->stage.views, &x->m, &x->s, &x->b, key, &out->s, &out->b, &out->a, &err)) {
        fprintf(c->to, "view %s, case '%s': %s\n", c->type->name, c->k->name, err.text);
        c->n_failed++;
        return false;
    }
    return true;
}

/* ---- what was seen, as numbers ---- */

static double differ(const void *a, const void *b, size_t bytes)
{
    return memcmp(a, b, bytes) ? 1 : 0;
}

/* 1 if any number that the network or the loss reads is another one. */
static double difference(const struct check *c, const struct gg_sample *s, const struct gg_batch *b,
                         const struct gg_sample *s2, const struct gg_batch *b2)
{
    const struct gg_model *m = &c->stage.m;
    size_t n = (size_t)s->n_node, edges = (size_t)b->graph[0].n_edge;
    if (b->graph[0].n_edge != b2->graph[0].n_edge)
        return 1;
    double any = differ(s->pos[0], s2->pos[0], n * sizeof *s->pos[0]) +
                 differ(s->type, s2->type, n * sizeof *s->type) +
                 differ(b->graph[0].ptr, b2->graph[0].ptr, (n + 1) * sizeof *b->graph[0].ptr) +
                 differ(b->graph[0].nbr, b2->graph[0].nbr, edges * sizeof *b->graph[0].nbr) +
                 differ(b->graph[0].vec, b2->graph[0].vec, edges * sizeof *b->graph[0].vec) +
                 differ(b->graph[0].r, b2->graph[0].r, edges * sizeof *b->graph[0].r) +
                 differ(b->source[0], b2->source[0], n * (size_t)m->value[0].stride * sizeof *b->source[0]);
    for (int h = 0; h < m->n_head; h++) {
        const struct gg_truth *y = &s->target[h], *y2 = &s2->target[h];
        any += !y->value != !y2->value;
        if (y->value && y2->value)
            any += differ(y->value, y2->value, (size_t)(y->n_row * y->n_time * y->dim) * sizeof(float));
    }
    return any > 0;
}

static double loss_of(struct check *c, const struct gg_sample *s, const struct gg_batch *b)
{
    struct gg_view_stage *x = &c->stage;
    gg_pass_forward(&x->p, &x->m, x->m.w, b, false);
    return gg_loss(&x->p, &x->m, b, s, false, 1);
}

/* ---- laws ---- */

/* Something else under some of the keys that differ in one word; a view may have few elements. */
static void law_another_key(struct check *c, const struct seen *first)
{
    enum { KEYS = 12 };
    struct seen again = {0};
    for (int word = 0; word < 3; word++) {
        double others = 0;
        for (uint32_t k = 1; k <= KEYS; k++) {
            struct gg_view_key key = c->key;
            key.seed += word == 0 ? k : 0;
            key.epoch += word == 1 ? k : 0;
            key.sample += word == 2 ? k : 0;
            if (see(c, key, &again))
                others += difference(c, &first->s, &first->b, &again.s, &again.b);
        }
        law(c, "another key", others > 0 ? 0 : 1, 0);
    }
    gg_arena_free(&again.a);
}

static void law_key(struct check *c, const struct seen *first)
{
    static const int threads[] = {1, 2, 4};
    struct seen again = {0};
    int before = omp_get_max_threads();
    for (size_t t = 0; t < 3; t++) {
        omp_set_num_threads(threads[t]);
        if (see(c, c->key, &again))
            law(c, "key", difference(c, &first->s, &first->b, &again.s, &again.b), 0);
    }
    omp_set_num_threads(before);
    gg_arena_free(&again.a);
    if (difference(c, &first->s, &first->b, &c->stage.s, &c->stage.b) > 0)
        law_another_key(c, first);
}

/* The graph of the seen sample alone; a frame that turns does so behind it. */
static void law_graph(struct check *c, const struct seen *x)
{
    const struct gg_graph *g = &x->b.graph[0], *kept = &c->stage.b.graph[0];
    struct gg_batch fresh;
    struct gg_arena a = {0};
    struct gg_err err;
    double worst = gg_batch_init(&fresh, &c->stage.m, &x->s, true, &a, &err) ? INFINITY : 0;
    if (worst == 0 && fresh.graph[0].n_edge == g->n_edge)
        for (int64_t e = 0; e < g->n_edge; e++)
            worst += g->nbr[e] != fresh.graph[0].nbr[e] || g->r[e] != fresh.graph[0].r[e];
    else
        worst = INFINITY;
    law(c, "graph", worst, 0);
    gg_arena_free(&a);
    if (c->type->moves)
        return;
    law(c, "distances: edges", fabs((double)(g->n_edge - kept->n_edge)), 0);
    for (int64_t e = 0; e < g->n_edge && g->n_edge == kept->n_edge; e++) {
        double square = 0;
        for (int z = 0; z < 3; z++)
            square += (double)g->vec[e][z] * (double)g->vec[e][z];
        worst = fmax(worst, fabs(sqrt(square) - (double)kept->r[e]) + fabs((double)(g->r[e] - kept->r[e])));
    }
    law(c, "distances", worst, sizeof(gg_real) == 8 ? 1e-12 : 1e-5);
}

static void law_turn(struct check *c, const struct seen *x)
{
    if (!c->type->turns || c->type->moves)
        return;
    double before = loss_of(c, &c->stage.s, &c->stage.b), after = loss_of(c, &x->s, &x->b);
    law(c, "O(3): loss", fabs(after - before) / before, sizeof(gg_real) == 8 ? 1e-7 : 1e-5);
    law(c, "O(3): turns",
        1 - differ(x->b.graph[0].vec, c->stage.b.graph[0].vec,
                   (size_t)x->b.graph[0].n_edge * sizeof *x->b.graph[0].vec),
        0);
}

static void law_plane(struct check *c, const struct seen *x)
{
    double worst = 0;
    const int n_time = c->stage.m.n_time, row = gg_model_input_numbers(&c->stage.m, GG_ON_NODE);
    if (x->s.dim != 2)
        return;
    for (int64_t i = 0; i < x->s.n_node; i++) {
        worst = fmax(worst, fabs(x->s.pos[0][i][2] - c->stage.s.pos[0][i][2]));
        worst = fmax(worst, fabs((double)x->s.input[GG_ON_NODE][i * row + 3])); /* energy, force */
        for (int t = 0; t < n_time; t++)
            worst = fmax(worst, fabs((double)x->s.target[1].value[(i * n_time + t) * 3 + 2]));
    }
    for (int64_t e = 0; e < x->b.graph[0].n_edge; e++)
        worst = fmax(worst, fabs((double)x->b.graph[0].vec[e][2]));
    law(c, "plane", worst, 0);
}

/* What a view makes: a row for each particle, not all missing, in the plane where it is a vector. */
static void law_made(struct check *c, const struct seen *x, int head)
{
    const struct gg_truth *y = &x->s.target[head];
    bool vector = c->stage.m.head[head].target.irreps.b[0].l == 1;
    int64_t there = 0;
    double out = 0;
    bool right = y->value && y->n_row == x->s.n_node && y->n_time == 1 && y->at[0] == 0;
    for (int64_t k = 0; right && k < y->n_row * y->dim; k++) {
        there += !isnan(y->value[k]);
        out += vector && x->s.dim == 2 && k % 3 == 2 ? fabs((double)y->value[k]) : 0;
    }
    law(c, "made: rows", right ? 0 : 1, 0);
    law(c, "made: numbers", there > 0 ? 0 : 1, 0);
    law(c, "made: plane", out, 0);
}

static void law_targets(struct check *c, const struct seen *x)
{
    double appeared = 0;
    for (int h = 0; h < c->stage.m.n_head; h++) {
        const struct gg_truth *before = &c->stage.s.target[h];
        if (gg_target_made(&c->stage.m.head[h].target))
            law_made(c, x, h);
        for (int64_t k = 0; before->value && k < before->n_row * before->n_time * before->dim; k++)
            appeared += isnan(before->value[k]) && !isnan(x->s.target[h].value[k]);
    }
    law(c, "targets", appeared, 0);
}

static void check_case(struct check *c, int dim, uint64_t seed)
{
    struct gg_view_stage untouched;
    struct seen x = {0};
    struct gg_err err;
    c->key = (struct gg_view_key){seed, 3, 5};
    if (gg_view_stage_open(&c->stage, c->type, c->k->hypers, dim, NODES, seed, &err) ||
        gg_view_stage_open(&untouched, c->type, c->k->hypers, dim, NODES, seed, &err)) {
        fprintf(c->to, "view %s, case '%s': %s\n", c->type->name, c->k->name, err.text);
        c->n_failed++;
        return;
    }
    if (see(c, c->key, &x)) {
        law_key(c, &x);
        law_graph(c, &x);
        law_turn(c, &x);
        law_plane(c, &x);
        law_targets(c, &x);
        law(c, "others", difference(c, &c->stage.s, &c->stage.b, &untouched.s, &untouched.b), 0);
    }
    gg_arena_free(&x.a);
    gg_view_stage_close(&untouched);
    gg_view_stage_close(&c->stage);
}

int gg_check_view(const struct gg_view_type *t, uint64_t seed, FILE *to, int *n_checked)
{
    int n_failed = 0;
    *n_checked = 0;
    for (const struct gg_view_case *k = t->cases; k->name; k++)
        for (int dim = 2; dim <= 3; dim++) {
            struct check c = {.type = t, .k = k, .to = to};
            check_case(&c, dim, seed);
            *n_checked += c.n_checked;
            n_failed += c.n_failed;
        }
    return n_failed;
}
