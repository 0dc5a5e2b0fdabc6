/* test_hidden.c -- Dirichlet energy and effective rank of features, against planted cases */
#include "near.h"
#include "o3/o3.h"
#include "stats/hidden.h"
#include "util/rng.h"

#include <string.h>

enum { N = 400, MUL = 5, NEIGHBOURS = 6 };

/* Every particle has the NEIGHBOURS next ones on a ring. */
static void ring(int64_t ptr[N + 1], int32_t nbr[N * NEIGHBOURS])
{
    for (int i = 0; i <= N; i++)
        ptr[i] = (int64_t)i * NEIGHBOURS;
    for (int e = 0; e < N * NEIGHBOURS; e++)
        nbr[e] = (e / NEIGHBOURS + 1 + e % NEIGHBOURS) % N;
}

static void neighbours_that_agree_have_none(void **state)
{
    (void)state;
    int64_t ptr[N + 1];
    int32_t nbr[N * NEIGHBOURS];
    double x[N * MUL];
    ring(ptr, nbr);
    for (int k = 0; k < N * MUL; k++)
        x[k] = k % MUL - 1.5;
    close_to(gg_dirichlet(N, MUL, x, ptr, nbr), 0, 1e-15);
    memset(x, 0, sizeof x);
    assert_true(isnan(gg_dirichlet(N, MUL, x, ptr, nbr)));
}

/* +1 and -1 in turn: of six neighbours on the ring three are (2)^2 away, so 12; and a plane wave of wavelength N/k has
 * sum_d 2 - 2 cos(2 pi k d / N) at every particle. */
static void waves_have_what_the_cosine_says(void **state)
{
    (void)state;
    int64_t ptr[N + 1];
    int32_t nbr[N * NEIGHBOURS];
    double x[2 * N], want = 0;
    ring(ptr, nbr);
    for (int i = 0; i < N; i++)
        x[i] = i % 2 ? 3 : -3;
    close_to(gg_dirichlet(N, 1, x, ptr, nbr), 12, 1e-12);
    for (int i = 0; i < N; i++) {
        x[2 * i] = cos(2 * M_PI * 7 * i / N);
        x[2 * i + 1] = sin(2 * M_PI * 7 * i / N);
    }
    for (int d = 1; d <= NEIGHBOURS; d++)
        want += 2 - 2 * cos(2 * M_PI * 7 * d / N);
    close_to(gg_dirichlet(N, 2, x, ptr, nbr), want, 1e-12);
}

/* Channels of sizes s_c without anything in common: p_c = s_c^2 / sum. */
static void rank_of_planted_sizes(void **state)
{
    (void)state;
    static const double size[MUL] = {1, 1, 2, 0.5, 0};
    double x[2 * MUL * MUL] = {0}, sum = 0, entropy = 0;
    for (int c = 0; c < MUL; c++) {
        x[2 * c * MUL + c] = size[c];
        x[(2 * c + 1) * MUL + c] = -size[c];
        sum += size[c] * size[c];
    }
    for (int c = 0; c < MUL; c++)
        entropy -= size[c] > 0 ? size[c] * size[c] / sum * log(size[c] * size[c] / sum) : 0;
    close_to(gg_effective_rank(2 * MUL, MUL, x, false), exp(entropy), 1e-12);
    close_to(gg_effective_rank(2 * MUL, MUL, x, true), exp(entropy), 1e-12);
}

/* [[2, 1], [1, 2]] has 3 and 1, the lower triangle is not read; nothing above the noise has no rank. */
static void rank_of_a_matrix(void **state)
{
    (void)state;
    double c[4] = {2, 1, 99, 2}, small[4] = {1e-14, 0, 0, 1e-14};
    close_to(gg_effective_rank_of(2, c, 0), exp(-0.75 * log(0.75) - 0.25 * log(0.25)), 1e-12);
    assert_true(isnan(gg_effective_rank_of(2, small, 1e-12)));
    close_to(gg_effective_rank_of(2, small, 0), 2, 1e-12);
}

/* Sums over configurations: 12 a particle of 9 is 108 N. */
static void squares_between_are_the_energy_undivided(void **state)
{
    (void)state;
    int64_t ptr[N + 1];
    int32_t nbr[N * NEIGHBOURS];
    double x[N];
    ring(ptr, nbr);
    for (int i = 0; i < N; i++)
        x[i] = i % 2 ? 3 : -3;
    close_to(gg_squares_between(N, 1, x, ptr, nbr), 108.0 * N, 1e-12);
}

static void rank_counts_what_varies(void **state)
{
    (void)state;
    double x[N * MUL], same[N * MUL];
    struct gg_rng r = gg_rng_at(3, 0, 0, 0);
    for (int i = 0; i < N; i++) {
        double one = gg_rng_normal(&r);
        for (int c = 0; c < MUL; c++) {
            x[i * MUL + c] = (c - 1.7) * one; /* multiples of one channel */
            same[i * MUL + c] = 100 + c;      /* nothing varies */
        }
    }
    close_to(gg_effective_rank(N, MUL, x, false), 1, 1e-9);
    assert_true(isnan(gg_effective_rank(N, MUL, same, true)));
    for (int i = 0; i < N; i++)
        for (int c = 0; c < MUL; c++)
            x[i * MUL + c] = 1000 + (c < 2 ? gg_rng_normal(&r) : 0);
    double two = gg_effective_rank(N, MUL, x, true);
    assert_true(two > 1.98 && two <= 2 + 1e-9);
    close_to(gg_effective_rank(N, MUL, x, false), 1, 1e-2); /* the mean outweighs all */
    x[7] = NAN;
    assert_true(isnan(gg_effective_rank(N, MUL, x, true)));
}

/* Features of degree 2, all turned and reflected alike. */
static void both_are_invariant(void **state)
{
    (void)state;
    enum { L = 2, DIM = 2 * L + 1 };
    int64_t ptr[N + 1];
    int32_t nbr[N * NEIGHBOURS];
    static double x[N * DIM * MUL], y[N * DIM * MUL];
    double R[3][3], D[DIM * DIM];
    struct gg_rng r = gg_rng_at(4, 0, 0, 0);
    ring(ptr, nbr);
    gg_rotation_euler(0.3, 1.1, -2.1, R);
    gg_wigner_d(L, (const double(*)[3])R, D);
    for (int k = 0; k < N * DIM * MUL; k++)
        x[k] = gg_rng_normal(&r) * (1 + k % MUL);
    for (int i = 0; i < N; i++)
        for (int m = 0; m < DIM; m++)
            for (int c = 0; c < MUL; c++)
                for (int q = 0; q < DIM; q++)
                    y[(i * DIM + m) * MUL + c] -= D[m * DIM + q] * x[(i * DIM + q) * MUL + c];
    close_to(gg_dirichlet(N, DIM * MUL, y, ptr, nbr), gg_dirichlet(N, DIM * MUL, x, ptr, nbr), 1e-10);
    close_to(gg_effective_rank(N * DIM, MUL, y, false), gg_effective_rank(N * DIM, MUL, x, false), 1e-10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(neighbours_that_agree_have_none),
                                       cmocka_unit_test(waves_have_what_the_cosine_says),
                                       cmocka_unit_test(rank_of_planted_sizes),
                                       cmocka_unit_test(rank_of_a_matrix),
                                       cmocka_unit_test(squares_between_are_the_energy_undivided),
                                       cmocka_unit_test(rank_counts_what_varies),
                                       cmocka_unit_test(both_are_invariant)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
