/* test_neighbors.c -- the cell list against all pairs times all images, and the laws of its edges
 * Random triclinic, left-handed, partly periodic cells in 2D and 3D, 1 to 200 particles, cutoffs to 2.5 heights. */
#include "graph/graph.h"
#include "util/rng.h"

#include <math.h>
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MOST = 200 };

struct sample {
    struct gg_cell cell;
    int64_t n;
    double pos[MOST][3], cutoff;
    bool self;
    struct gg_arena arena;
};

static struct gg_err why;

static double between(struct gg_rng *r, double low, double high)
{
    return low + (high - low) * gg_rng_uniform(r);
}

static void random_cell(struct gg_cell *cell, struct gg_rng *r)
{
    for (;;) {
        int dim = 2 + (int)gg_rng_below(r, 2), pbc = (int)gg_rng_below(r, dim == 2 ? 4 : 8);
        double h[3][3] = {{0}};
        for (int a = 0; a < dim; a++)
            for (int k = 0; k < dim; k++)
                h[a][k] = (a == k ? 2.0 : 0.0) + between(r, -1.2, 1.2);
        if (gg_rng_below(r, 3) == 0)
            h[0][0] = -h[0][0];
        if (gg_cell_init(cell, dim, pbc, h, &why) == 0 && cell->height[0] > 0.3 && cell->height[1] > 0.3 &&
            cell->height[2] > 0.3)
            return;
    }
}

/* Positions over 1.5 cells on each side, sometimes on a lattice, where many distances equal the cutoff. */
static void random_sample(struct sample *x, uint32_t number)
{
    struct gg_rng r = gg_rng_at(7, number, 0, 0);
    random_cell(&x->cell, &r);
    double lowest = fmin(x->cell.height[0], x->cell.height[1]);
    if (x->cell.dim == 3)
        lowest = fmin(lowest, x->cell.height[2]);
    double relative = between(&r, 0.05, gg_rng_below(&r, 4) == 0 ? 2.5 : 0.8);
    x->cutoff = relative * lowest;
    x->n = 1 + gg_rng_below(&r, relative > 1 ? 30 : MOST);
    bool lattice = gg_rng_below(&r, 4) == 0;
    for (int64_t i = 0; i < x->n; i++) {
        double s[3];
        for (int a = 0; a < 3; a++)
            s[a] = lattice ? gg_rng_below(&r, 12) / 8.0 : between(&r, -1.5, 2.5);
        gg_cell_cartesian(&x->cell, s, x->pos[i]);
    }
    x->self = gg_rng_below(&r, 2);
    if (lattice)
        x->cutoff = relative * sqrt(x->cell.h[0][0] * x->cell.h[0][0] + x->cell.h[0][1] * x->cell.h[0][1] +
                                    x->cell.h[0][2] * x->cell.h[0][2]);
    gg_arena_reset(&x->arena);
}

static void assert_same(const struct gg_edges *a, const struct gg_edges *b)
{
    assert_int_equal(a->n_node, b->n_node);
    assert_int_equal(a->n_edge, b->n_edge);
    assert_memory_equal(a->ptr, b->ptr, (size_t)(a->n_node + 1) * sizeof *a->ptr);
    if (a->n_edge > 0) {
        assert_memory_equal(a->nbr, b->nbr, (size_t)a->n_edge * sizeof *a->nbr);
        assert_memory_equal(a->shift, b->shift, (size_t)a->n_edge * sizeof *a->shift);
    }
}

static void find(struct gg_edges *e, struct sample *x)
{
    if (gg_neighbors(e, &x->arena, &x->cell, x->n, x->pos, x->cutoff, x->self, 0, &why) < 0)
        fail_msg("refused: %s", why.text);
}

/* ---- laws ---- */

static void equals_brute_force(void **state)
{
    struct sample *x = *state;
    int64_t total = 0;
    for (uint32_t number = 0; number < 150; number++) {
        random_sample(x, number);
        struct gg_edges fast, slow;
        find(&fast, x);
        assert_int_equal(gg_neighbors_brute(&slow, &x->arena, &x->cell, x->n, x->pos, x->cutoff, x->self,
                                            &why),
                         0);
        assert_same(&fast, &slow);
        total += fast.n_edge;
    }
    assert_true(total > 20000);
}

/* rev is an involution that turns the shift round; vectors are opposite bit for bit */
static void reverse_and_vectors(void **state)
{
    struct sample *x = *state;
    for (uint32_t number = 0; number < 80; number++) {
        random_sample(x, number);
        struct gg_edges e;
        find(&e, x);
        size_t n = (size_t)e.n_edge;
        int64_t *rev = gg_arena_alloc(&x->arena, n * sizeof *rev);
        double(*v)[3] = gg_arena_alloc(&x->arena, n * sizeof *v);
        float(*f)[3] = gg_arena_alloc(&x->arena, n * sizeof *f);
        assert_int_equal(gg_edge_reverse(&e, rev, &why), 0);
        gg_edge_vectors_f64(&e, &x->cell, x->pos, v);
        gg_edge_vectors_f32(&e, &x->cell, x->pos, f);
        for (int64_t i = 0; i < e.n_node; i++)
            for (int64_t k = e.ptr[i]; k < e.ptr[i + 1]; k++) {
                assert_in_range(rev[k], 0, n - 1);
                assert_int_equal(rev[rev[k]], k);
                assert_int_equal(e.nbr[rev[k]], i);
                double r2 = 0;
                for (int a = 0; a < 3; a++) {
                    assert_int_equal(e.shift[rev[k]][a], -e.shift[k][a]);
                    assert_true(v[rev[k]][a] == -v[k][a]);
                    assert_true(f[k][a] == (float)v[k][a]);
                    r2 += v[k][a] * v[k][a];
                }
                assert_true(r2 < x->cutoff * x->cutoff);
            }
    }
}

/* the search that gives vectors as well finds the same rows and the same vectors */
static void search_with_vectors(void **state)
{
    struct sample *x = *state;
    for (uint32_t number = 0; number < 80; number++) {
        random_sample(x, number);
        struct gg_edges e, again;
        float(*with)[3];
        find(&e, x);
        assert_int_equal(gg_neighbors_f32(&again, &with, &x->arena, &x->cell, x->n, x->pos, x->cutoff,
                                          x->self, 0, &why),
                         0);
        assert_same(&e, &again);
        float(*apart)[3] = gg_arena_alloc(&x->arena, (size_t)e.n_edge * sizeof *apart);
        gg_edge_vectors_f32(&e, &x->cell, x->pos, apart);
        assert_memory_equal(with, apart, (size_t)e.n_edge * sizeof *apart);
    }
}

/* moving a particle by whole cells changes shifts only, in the way that keeps every vector */
static void images_keep_vectors(void **state)
{
    struct sample *x = *state;
    for (uint32_t number = 0; number < 100; number++) {
        random_sample(x, number);
        if (x->cell.pbc == 0)
            continue;
        struct gg_edges before, after;
        find(&before, x);
        int32_t a = (x->cell.pbc & 1) ? 0 : (x->cell.pbc & 2) ? 1 : 2;
        for (int k = 0; k < 3; k++)
            x->pos[0][k] += 3 * x->cell.h[a][k];
        x->cutoff *= 1 + 1e-12; /* rounding of the moved position may push a lattice pair over the edge */
        find(&after, x);
        if (before.n_edge != after.n_edge)
            continue;
        for (int64_t e = before.ptr[1]; e < before.n_edge; e++)
            if (before.nbr[e] == 0)
                assert_int_equal(after.shift[e][a], before.shift[e][a] - 3);
    }
}

static void threads_do_not_matter(void **state)
{
    struct sample *x = *state;
    int most = omp_get_max_threads();
    for (uint32_t number = 0; number < 50; number++) {
        random_sample(x, number);
        struct gg_edges one, four;
        omp_set_num_threads(1);
        find(&one, x);
        omp_set_num_threads(4);
        find(&four, x);
        assert_same(&one, &four);
    }
    omp_set_num_threads(most);
}

/* ---- special inputs ---- */

static void two_particles(struct sample *x, double distance, double cutoff)
{
    gg_arena_reset(&x->arena);
    double h[3][3] = {{10, 0, 0}, {0, 10, 0}, {0, 0, 10}};
    assert_int_equal(gg_cell_init(&x->cell, 3, 7, h, &why), 0);
    memset(x->pos, 0, sizeof x->pos);
    x->pos[1][0] = distance;
    x->n = 2;
    x->cutoff = cutoff;
    x->self = false;
}

static void broken_symmetry_is_refused(void **state)
{
    struct sample *x = *state;
    struct gg_edges e;
    int64_t rev[2];
    two_particles(x, 1.0, 2.0);
    find(&e, x);
    assert_int_equal(e.n_edge, 2);
    assert_int_equal(gg_edge_reverse(&e, rev, &why), 0);
    e.shift[1][2] = 1;
    assert_int_equal(gg_edge_reverse(&e, rev, &why), -1);
    assert_int_equal(why.status, GG_INPUT);
    e.shift[1][2] = 0;
    e.ptr[2] = e.n_edge = 1; /* the way back is missing */
    assert_int_equal(gg_edge_reverse(&e, rev, &why), -1);
}

static void cutoff_is_strict(void **state)
{
    struct sample *x = *state;
    struct gg_edges e;
    two_particles(x, 2.0, 2.0);
    find(&e, x);
    assert_int_equal(e.n_edge, 0);
    two_particles(x, nextafter(2.0, 0.0), 2.0);
    find(&e, x);
    assert_int_equal(e.n_edge, 2);
}

/* two particles in one place are neighbours at distance zero; a particle is its own only on request */
static void coincident_particles(void **state)
{
    struct sample *x = *state;
    struct gg_edges e;
    two_particles(x, 0.0, 1.0);
    find(&e, x);
    assert_int_equal(e.n_edge, 2);
    x->self = true;
    find(&e, x);
    assert_int_equal(e.n_edge, 4);
}

static void no_and_one_particle(void **state)
{
    struct sample *x = *state;
    struct gg_edges e;
    two_particles(x, 1.0, 1.0);
    x->n = 0;
    find(&e, x);
    assert_int_equal(e.n_edge, 0);
    x->n = 1;
    find(&e, x);
    assert_int_equal(e.n_edge, 0);
    x->cutoff = 10.5; /* its own images, left and right */
    find(&e, x);
    assert_int_equal(e.n_edge, 6);
}

/* few particles very far apart: the grid stays small */
static void sparse_and_open(void **state)
{
    struct sample *x = *state;
    struct gg_edges e;
    gg_arena_reset(&x->arena);
    double h[3][3] = {{0}};
    assert_int_equal(gg_cell_init(&x->cell, 3, 0, h, &why), 0);
    x->n = 4;
    x->cutoff = 1.0;
    x->self = false;
    double far[4][3] = {{0, 0, 0}, {0.5, 0, 0}, {1e12, 1e12, -1e12}, {1e12 + 0.5, 1e12, -1e12}};
    memcpy(x->pos, far, sizeof far);
    find(&e, x);
    assert_int_equal(e.n_edge, 4);
}

/* rows above the length that is sorted by counting */
static void long_rows(void **state)
{
    (void)state;
    enum { N = 1200 };
    struct gg_arena arena = {0};
    struct gg_cell cell;
    double h[3][3] = {{10, 0, 0}, {1, 11, 0}, {0, 2, 12}};
    assert_int_equal(gg_cell_init(&cell, 3, 7, h, &why), 0);
    struct gg_rng r = gg_rng_at(11, 0, 0, 0);
    double(*pos)[3] = gg_arena_alloc(&arena, N * sizeof *pos);
    for (int i = 0; i < N; i++)
        for (int k = 0; k < 3; k++)
            pos[i][k] = between(&r, -5, 5);
    struct gg_edges fast, slow;
    for (double cutoff = 5.0; cutoff < 7; cutoff += 1.6) {
        assert_int_equal(gg_neighbors(&fast, &arena, &cell, N, pos, cutoff, false, 0, &why), 0);
        assert_int_equal(gg_neighbors_brute(&slow, &arena, &cell, N, pos, cutoff, false, &why), 0);
        assert_same(&fast, &slow);
    }
    gg_arena_free(&arena);
}

static void refused(struct sample *x, const char *pattern, int64_t max_edge)
{
    struct gg_edges e;
    memset(&why, 0, sizeof why);
    assert_int_equal(gg_neighbors(&e, &x->arena, &x->cell, x->n, x->pos, x->cutoff, x->self, max_edge, &why),
                     -1);
    assert_int_equal(why.status, GG_INPUT);
    if (!strstr(why.text, pattern))
        fail_msg("'%s' lacks '%s'", why.text, pattern);
}

static void refusals(void **state)
{
    struct sample *x = *state;
    two_particles(x, 1.0, 2.0);
    refused(x, "more than 1 edges", 1);
    x->pos[1][1] = NAN;
    refused(x, "particle 1", 0);
    x->pos[1][1] = INFINITY;
    refused(x, "particle 1", 0);
    x->pos[1][1] = 1e13;
    refused(x, "outside the periodic cell", 0);
    x->pos[1][1] = x->cell.h[1][1] * 3e5; /* beyond what can be packed */
    refused(x, "outside the periodic cell", 0);
    x->pos[0][1] = x->pos[1][1] =
        x->cell.h[1][1] * 1.3e5; /* all of them, short of it: whole cells are no matter */
    x->pos[1][1] += 1.0;
    struct gg_edges e;
    assert_int_equal(gg_neighbors(&e, &x->arena, &x->cell, x->n, x->pos, x->cutoff, x->self, 0, &why), 0);
    x->pos[0][1] = 0;
    x->pos[1][1] = 2000.0;
    refused(x, "more than 127 cells", 0);
    two_particles(x, 1.0, 1e4);
    refused(x, "cutoff 10000", 0);
    two_particles(x, 1.0, 1200.0);
    refused(x, "neighbours", 0);
}

static void cell_order(void **state)
{
    struct sample *x = *state;
    for (uint32_t number = 0; number < 50; number++) {
        random_sample(x, number);
        int32_t order[MOST];
        bool seen[MOST] = {false};
        gg_cell_order(&x->arena, &x->cell, x->n, x->pos, x->cutoff, order);
        for (int64_t k = 0; k < x->n; k++) {
            assert_in_range(order[k], 0, x->n - 1);
            assert_false(seen[order[k]]);
            seen[order[k]] = true;
        }
    }
    x->pos[0][0] = NAN;
    int32_t order[MOST];
    gg_cell_order(&x->arena, &x->cell, x->n, x->pos, x->cutoff, order);
    assert_int_equal(order[x->n - 1], x->n - 1);
}

int main(void)
{
    static struct sample sample;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(equals_brute_force, &sample),
        cmocka_unit_test_prestate(reverse_and_vectors, &sample),
        cmocka_unit_test_prestate(search_with_vectors, &sample),
        cmocka_unit_test_prestate(broken_symmetry_is_refused, &sample),
        cmocka_unit_test_prestate(images_keep_vectors, &sample),
        cmocka_unit_test_prestate(threads_do_not_matter, &sample),
        cmocka_unit_test_prestate(cutoff_is_strict, &sample),
        cmocka_unit_test_prestate(coincident_particles, &sample),
        cmocka_unit_test_prestate(no_and_one_particle, &sample),
        cmocka_unit_test_prestate(sparse_and_open, &sample),
        cmocka_unit_test(long_rows),
        cmocka_unit_test_prestate(refusals, &sample),
        cmocka_unit_test_prestate(cell_order, &sample),
    };
    int status = cmocka_run_group_tests(tests, NULL, NULL);
    gg_arena_free(&sample.arena);
    return status;
}
