/* test_film.c -- film, adagn, outer: the identity at the start, norm and film in one, a reference file */
#include "layers/layers.h"
#include "laws/check.h"
#include "near.h"
#include "nn/act.h"
#include "reference.h"
#include "util/threads.h"

static struct gg_arena arena;
static struct gg_err err;

static void make(struct gg_layer *l, const char *name, const char *h, const char *c, const char *hypers)
{
    struct gg_layer_case k = {"test", {h, c}, hypers};
    *l = (struct gg_layer){.n_type = 1};
    if (gg_layer_from_case(l, gg_layer_find(name), &k, &arena, &err))
        fail_msg("%s", err.text);
}

/* One forward and, with dy, a backward into dx and dw. */
struct evaluation {
    const struct gg_layer *l;
    const struct gg_graph *g;
    const gg_real *w, *x[2], *dy;
    gg_real *y, *dx[2], *dw;
};

static gg_real *room(const struct gg_shape *s, const struct gg_graph *g)
{
    return GG_NEW(&arena, gg_real, (size_t)(gg_shape_rows(s, g) * s->stride) + 8);
}

static void evaluate(struct evaluation *e)
{
    const struct gg_layer *l = e->l;
    void *scratch = gg_arena_alloc(&arena, l->scratch_bytes ? l->scratch_bytes(l, e->g, gg_threads()) : 0);
    struct gg_call call = {.l = l, .w = e->w, .g = e->g, .x = e->x, .scratch = scratch};
    call.y = e->y = room(&l->out, e->g);
    l->type->forward(&call);
    if (!e->dy)
        return;
    for (int k = 0; k < 2; k++)
        e->dx[k] = room(&l->in[k], e->g);
    call.dw = e->dw = GG_NEW(&arena, gg_real, (size_t)l->n_weight + 1);
    call.dy = e->dy;
    call.dx = e->dx;
    l->type->backward(&call);
}

static gg_real *random_rows(const struct gg_shape *s, const struct gg_graph *g, uint64_t seed)
{
    struct gg_rng r = gg_rng_at(seed, 0, 0, 0);
    gg_real *x = room(s, g);
    for (int64_t i = 0; i < gg_shape_rows(s, g); i++) {
        double row[64];
        for (int k = 0; k < gg_irreps_dim(&s->irreps); k++)
            row[k] = gg_rng_normal(&r);
        gg_row_from_e3nn(s, row, x + i * s->stride);
    }
    return x;
}

static const struct gg_graph few = {.n_node = 4, .n_time = 3};

static gg_real *start(const struct gg_layer *l)
{
    struct gg_rng r = gg_rng_at(7, 0, 0, 0);
    gg_real *w = GG_NEW(&arena, gg_real, (size_t)l->n_weight + 1);
    l->type->init_weights(l, w, &r);
    return w;
}

static void film_is_the_identity_at_the_start(void **state)
{
    struct gg_layer l;
    (void)state;
    make(&l, "film", "3x0e+2x1o", "graph*time:5x0e", "");
    struct evaluation e = {.l = &l,
                           .g = &few,
                           .w = start(&l),
                           .x = {random_rows(&l.in[0], &few, 1), random_rows(&l.in[1], &few, 2)}};
    evaluate(&e);
    int stride = l.out.stride;
    for (int i = 0; i < 4 * 3; i++)
        assert_memory_equal(e.y + i * stride, e.x[0] + i / 3 * stride, sizeof(gg_real) * (size_t)stride);
}

/* adagn at any parameters is film of what norm makes at its start. */
static void adagn_is_film_behind_norm(void **state)
{
    struct gg_layer a, f, n;
    (void)state;
    make(&a, "adagn", "4x0e+2x1o+2x0o", "graph*time:5x0e", "hidden=4");
    make(&f, "film", "4x0e+2x1o+2x0o", "graph*time:5x0e", "hidden=4");
    make(&n, "norm", "4x0e+2x1o+2x0o", NULL, "");
    gg_real *w = start(&a);
    for (int64_t k = 0; k < a.n_weight; k++)
        w[k] += (gg_real)(0.1 * sin((double)k));
    const gg_real *h = random_rows(&a.in[0], &few, 1), *c = random_rows(&a.in[1], &few, 2);
    struct evaluation norm = {.l = &n, .g = &few, .w = start(&n), .x = {h}};
    evaluate(&norm);
    struct evaluation film = {.l = &f, .g = &few, .w = w, .x = {norm.y, c}},
                      adagn = {.l = &a, .g = &few, .w = w, .x = {h, c}};
    evaluate(&film);
    evaluate(&adagn);
    for (int k = 0; k < 12 * a.out.stride; k++)
        close_to((double)adagn.y[k], (double)film.y[k], 1e-6);
}

static void outer_multiplies_every_pair(void **state)
{
    struct gg_layer l;
    (void)state;
    make(&l, "outer", "graph:2x0e", "graph*time:3x0e", "");
    struct evaluation e = {.l = &l,
                           .g = &few,
                           .x = {random_rows(&l.in[0], &few, 1), random_rows(&l.in[1], &few, 2)}};
    evaluate(&e);
    for (int t = 0; t < 3; t++)
        for (int a = 0; a < 2; a++)
            for (int b = 0; b < 3; b++)
                close_to((double)e.y[t * l.out.stride + 3 * a + b],
                         (double)(e.x[0][a] * e.x[1][t * l.in[1].stride + b]), 1e-6);
}

/* ---- the reference: torch's linear layers, without the square roots and the activation's constant of ours ---- */

enum { IN = 6, HIDDEN = 5, OUT = 11, NODES = 4, TIMES = 10, DIM = 22 };

/* Our parameters [in][out] from theirs [out][in], times factor; or gradients back. */
static void transposed(const double *from, int n_out, int n_in, double factor, double *to)
{
    for (int o = 0; o < n_out; o++)
        for (int i = 0; i < n_in; i++)
            to[i * n_out + o] = factor * from[o * n_in + i];
}

static double constant(void)
{
    return gg_act_constant(GG_ACT_SILU, false);
}

/* One array of the file into a list of ours; the offsets of the four pieces. */
static int64_t piece(const struct gg_layer *l, int k)
{
    struct gg_weight w;
    assert_true(l->type->weight(l, k, &w));
    return w.offset;
}

static const struct {
    const char *name;
    int n_out, n_in;
} array[] = {{"0.weight", HIDDEN, IN}, {"0.bias", 1, HIDDEN}, {"2.weight", OUT, HIDDEN}, {"2.bias", 1, OUT}};

static double factor_of(int k)
{
    return k == 0 ? sqrt(IN) : k == 2 ? sqrt(HIDDEN) / constant() : 1;
}

static void same_gradients(struct reference *r, const struct evaluation *e, double largest)
{
    for (int k = 0; k < 4; k++) {
        char path[64];
        int n;
        snprintf(path, sizeof path, "gradients/%s", array[k].name);
        const double *want = reference_numbers(r, path, &n);
        double ours[64];
        if (array[k].n_out == 1)
            memcpy(ours, want, (size_t)n * sizeof *ours);
        else
            transposed(want, array[k].n_out, array[k].n_in, 1, ours);
        for (int q = 0; q < n; q++)
            close_to((double)e->dw[piece(e->l, k) + q] * factor_of(k), ours[q],
                     10 * gradient_allowed * largest);
    }
}

static void rows_from(const struct gg_shape *s, int n_row, const double *from, gg_real *to)
{
    for (int i = 0; i < n_row; i++)
        gg_row_from_e3nn(s, from + i * gg_irreps_dim(&s->irreps), to + i * s->stride);
}

static void same_rows(const struct gg_shape *s, int n_row, const gg_real *have, const double *want,
                      double allowed, const char *what)
{
    for (int i = 0; i < n_row; i++) {
        double row[DIM];
        gg_row_to_e3nn(s, have + i * s->stride, row);
        same_within(row, want + i * gg_irreps_dim(&s->irreps), gg_irreps_dim(&s->irreps), allowed, what);
    }
}

/* [time][node] of the file and [node][time] of ours. */
static double *turned(const double *x)
{
    double *out = GG_NEW(&arena, double, TIMES *NODES *DIM);
    for (int t = 0; t < TIMES; t++)
        for (int i = 0; i < NODES; i++)
            memcpy(out + (i * TIMES + t) * DIM, x + (t * NODES + i) * DIM, DIM * sizeof *out);
    return out;
}

static void reference(void **state)
{
    struct gg_layer l;
    int n;
    (void)state;
    struct reference r = reference_open("film_laguerre");
    make(&l, "film", "3x0e+3x1o+2x2e", "graph*time:6x0e", "hidden=5");
    const struct gg_graph g = {.n_node = NODES, .n_time = TIMES};
    gg_real *w = GG_NEW(&arena, gg_real, (size_t)l.n_weight), *h = room(&l.in[0], &g),
            *c = room(&l.in[1], &g), *dy = room(&l.out, &g);
    for (int k = 0; k < 4; k++) {
        char path[64];
        double ours[64];
        snprintf(path, sizeof path, "params/%s", array[k].name);
        const double *theirs = reference_numbers(&r, path, &n);
        transposed(theirs, array[k].n_out, array[k].n_in, factor_of(k), ours);
        for (int q = 0; q < n; q++)
            w[piece(&l, k) + q] = (gg_real)ours[q];
    }
    rows_from(&l.in[0], NODES, reference_numbers(&r, "h", &n), h);
    rows_from(&l.in[1], TIMES, reference_numbers(&r, "bases/a2/Q", &n), c);
    const double *out = turned(reference_numbers(&r, "values/out", &n)),
                 *target = turned(reference_numbers(&r, "values/target", &n));
    double *slope = GG_NEW(&arena, double, (size_t)n);
    for (int k = 0; k < n; k++)
        slope[k] = 2 * (out[k] - target[k]) / n;
    rows_from(&l.out, NODES * TIMES, slope, dy);
    struct evaluation e = {.l = &l, .g = &g, .w = w, .x = {h, c}, .dy = dy};
    evaluate(&e);
    double largest = reference_largest(&r, "gradients");
    same_rows(&l.out, NODES * TIMES, e.y, out, 5 * forward_allowed, "out");
    same_rows(&l.in[0], NODES, e.dx[0], reference_numbers(&r, "gradients/h", &n),
              10 * gradient_allowed * largest, "h");
    same_rows(&l.in[1], TIMES, e.dx[1], reference_numbers(&r, "gradients/condition", &n),
              10 * gradient_allowed * largest, "condition");
    same_gradients(&r, &e, largest);
    reference_close(&r);
}

static int free_all(void **state)
{
    (void)state;
    gg_arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(film_is_the_identity_at_the_start),
                                       cmocka_unit_test(adagn_is_film_behind_norm),
                                       cmocka_unit_test(outer_multiplies_every_pair),
                                       cmocka_unit_test(reference)};
    return cmocka_run_group_tests(tests, NULL, free_all);
}
