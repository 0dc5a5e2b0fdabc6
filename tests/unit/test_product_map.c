/* test_product_map.c -- couplings of another code: dense, over-complete, of another sign; and what is none of ours */
#include "o3/product_map.h"
#include "util/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { NU = 3, N_IN = 9, EXTRA = 4 };

struct trial {
    struct gg_arena a;
    struct gg_product_basis basis[NU], *b; /* of 1o from 0e+1o+2e */
    int n_theirs;
    double *mix; /* [n_ours][n_theirs]: theirs as combinations of ours */
    double *U;   /* dense, every monomial in one order of its factors or another */
};

static double *place(const struct trial *t, const struct gg_product_term *x, struct gg_rng *r)
{
    int index[NU], first = (int)(NU * gg_rng_uniform(r));
    for (int k = 0; k < NU; k++)
        index[k] = gg_monomial_index(x->monomial, NU, (k + first) % NU);
    return t->U + (((x->m * N_IN + index[0]) * N_IN + index[1]) * N_IN + index[2]) * t->n_theirs;
}

static void make(struct trial *t)
{
    struct gg_err err;
    struct gg_irreps in = {3, {{1, 0, 1}, {1, 1, -1}, {1, 2, 1}}}, out = {1, {{1, 1, -1}}};
    struct gg_rng r = gg_rng_at(4, 0, 0, 0);
    *t = (struct trial){0};
    assert_int_equal(gg_product_basis_new(&in, NU, &out, t->basis, &t->a, &err), 0);
    t->b = &t->basis[NU - 1];
    t->n_theirs = t->b->n_path + EXTRA;
    t->mix = GG_NEW(&t->a, double, (size_t)(t->b->n_path * t->n_theirs));
    t->U = GG_NEW(&t->a, double, (size_t)(3 * N_IN * N_IN * N_IN * t->n_theirs));
    for (int k = 0; k < t->b->n_path * t->n_theirs; k++)
        t->mix[k] = k % t->n_theirs == 1 ? 0 : gg_rng_normal(&r); /* one of theirs vanishes */
    for (int k = 0; k < t->b->n_term; k++)
        for (int q = 0; q < t->n_theirs; q++)
            place(t, &t->b->term[k], &r)[q] +=
                t->b->term[k].value * t->mix[t->b->term[k].path * t->n_theirs + q];
}

static double *map(struct trial *t, struct gg_err *err)
{
    int n_term;
    struct gg_product_term *theirs = gg_product_terms(NU, 3, N_IN, t->n_theirs, t->U, &n_term, &t->a);
    return gg_product_map(t->b, t->n_theirs, theirs, n_term, &t->a, err);
}

static void combinations_are_found(void **state)
{
    struct gg_err err = {0};
    struct trial t;
    (void)state;
    make(&t);
    double *P = map(&t, &err);
    if (!P)
        fail_msg("%s", err.text);
    for (int k = 0; k < t.b->n_path * t.n_theirs; k++)
        assert_true(fabs(P[k] - t.mix[k]) < 1e-12);
    double *back = gg_product_map_back(t.b->n_path, t.n_theirs, P, &t.a, &err);
    assert_non_null(back);
    for (int i = 0; i < t.b->n_path; i++)
        for (int j = 0; j < t.b->n_path; j++) {
            double sum = 0;
            for (int k = 0; k < t.n_theirs; k++)
                sum += P[i * t.n_theirs + k] * back[k * t.b->n_path + j];
            assert_true(fabs(sum - (i == j)) < 1e-11);
        }
    gg_arena_free(&t.a);
}

/* Components in the order of textbooks, z last, are no polynomial that turns in our order. */
static void others_are_refused(void **state)
{
    struct gg_err err = {0};
    struct trial t;
    (void)state;
    make(&t);
    int inner = N_IN * N_IN * N_IN * t.n_theirs;
    double *first = t.U, *last = t.U + 2 * inner;
    for (int k = 0; k < inner; k++) {
        double x = first[k];
        first[k] = last[k];
        last[k] = x;
    }
    assert_null(map(&t, &err));
    assert_int_equal(err.status, GG_NUMERICS);
    assert_non_null(strstr(err.text, "coupling 1 of 9 is no equivariant polynomial"));
    gg_arena_free(&t.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(combinations_are_found),
                                       cmocka_unit_test(others_are_refused)};
    return cmocka_run_group_tests_name("maps of products", tests, NULL, NULL);
}
