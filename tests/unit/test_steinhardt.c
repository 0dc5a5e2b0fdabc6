/* test_steinhardt.c -- bond-orientational order of perfect crystals and of random particles, against complex harmonics and 3j symbols */
#include "descriptor_fixture.h"

#include <complex.h>

enum { L_MAX = 12, EVEN = L_MAX / 2, COLUMNS = 2 * (L_MAX + EVEN) };

static double degrees[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

/* ---- the definitions, term by term ---- */

static double factorial(int n)
{
    return n > 1 ? n * factorial(n - 1) : 1;
}

/* P_l^m(x), m >= 0, with the Condon-Shortley phase, from its polynomial. */
static double legendre(int l, int m, double x)
{
    double sum = 0;
    for (int k = 0; 2 * k <= l - m; k++)
        sum += (k % 2 ? -1 : 1) * factorial(2 * l - 2 * k) /
               (ldexp(1, l) * factorial(k) * factorial(l - k) * factorial(l - 2 * k - m)) *
               pow(x, l - 2 * k - m);
    return (m % 2 ? -1 : 1) * pow(1 - x * x, m / 2.) * sum;
}

static double complex harmonic(int l, int m, const double v[3])
{
    int n = abs(m);
    double r = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    double norm = sqrt((2 * l + 1) / (4 * M_PI) * factorial(l - n) / factorial(l + n));
    double complex y = norm * legendre(l, n, v[2] / r) * cexp(I * n * atan2(v[1], v[0]));
    return m >= 0 ? y : (n % 2 ? -1 : 1) * conj(y);
}

/* The 3j symbol (l l l; a b c) by Racah's sum; a + b + c = 0. */
static double symbol(int l, int a, int b, int c)
{
    double front = factorial(l) * factorial(l) * factorial(l) / factorial(3 * l + 1) * factorial(l + a) *
                   factorial(l - a) * factorial(l + b) * factorial(l - b) * factorial(l + c) *
                   factorial(l - c);
    double sum = 0;
    for (int k = 0; k <= l; k++)
        if (l - a - k >= 0 && l + b - k >= 0 && k + a >= 0 && k - b >= 0)
            sum += (k % 2 ? -1 : 1) / (factorial(k) * factorial(l - k) * factorial(l - a - k) *
                                       factorial(l + b - k) * factorial(k + a) * factorial(k - b));
    return (abs(c) % 2 ? -1 : 1) * sqrt(front) * sum;
}

static void mean_over(int l, int n, const double (*bond)[3], double complex *q)
{
    for (int m = -l; m <= l; m++) {
        q[l + m] = 0;
        for (int k = 0; k < n; k++)
            q[l + m] += harmonic(l, m, bond[k]) / n;
    }
}

static void invariants(int l, const double complex *q, double *q_l, double *w_l)
{
    double square = 0;
    double complex sum = 0;
    for (int m = -l; m <= l; m++)
        square += creal(q[l + m] * conj(q[l + m]));
    for (int a = -l; a <= l; a++)
        for (int b = -l; b <= l; b++)
            if (abs(a + b) <= l)
                sum += symbol(l, a, b, -a - b) * q[l + a] * q[l + b] * q[l - a - b];
    *q_l = sqrt(4 * M_PI / (2 * l + 1) * square);
    *w_l = creal(sum) / pow(square, 1.5);
}

/* ---- the descriptor ---- */

static struct gg_descriptor_options usual(double cutoff)
{
    return (struct gg_descriptor_options){.n_species = 2,
                                          .species = {"A", "B"},
                                          .positions = "pos",
                                          .reference = "pos",
                                          .degrees = {L_MAX, degrees},
                                          .cutoff = cutoff};
}

static int offset(int l) /* of q_l among the columns of one form; w_l follows where l is even */
{
    return l - 1 + (l - 1) / 2;
}

/* COLUMNS numbers a particle, behind one that is 0. */
static const double *compute(const struct gg_descriptor_options *o, struct gg_frame *f)
{
    int n;
    const double *x = columns_of(o, "steinhardt", f, &n);
    assert_int_equal(n, 1 + COLUMNS);
    return x;
}

struct crystal {
    const char *name;
    int n, pbc, n_bond;
    double cell[3][3], pos[13][3];
    double cutoff;
    double q4, q6, w6; /* to 1e-6, or -9 = nobody knows */
    double q4_exact, q6_exact;
};

/* The bonds of the first particle, image by image; returns their number. */
static int list_bonds(const struct crystal *s, double (*bond)[3])
{
    int n = 0, most = s->pbc ? 2 : 0;
    for (int j = 0; j < s->n; j++)
        for (int k = 0; k < 125; k++) {
            const int shift[3] = {k % 5 - 2, k / 5 % 5 - 2, k / 25 - 2};
            if (abs(shift[0]) > most || abs(shift[1]) > most || abs(shift[2]) > most)
                continue;
            double rr = 0;
            for (int c = 0; c < 3; c++) {
                bond[n][c] = s->pos[j][c] - s->pos[0][c] + shift[0] * s->cell[0][c] +
                             shift[1] * s->cell[1][c] + shift[2] * s->cell[2][c];
                rr += bond[n][c] * bond[n][c];
            }
            n += rr > 0 && rr < s->cutoff * s->cutoff;
        }
    return n;
}

/* Every degree by the definitions; in a lattice all particles see the same, so the averaged forms are no other. */
static void check_degrees(const struct crystal *s, const double *x)
{
    double bond[16][3], q_l, w_l;
    assert_int_equal(list_bonds(s, bond), s->n_bond);
    for (int l = 1; l <= L_MAX; l++) {
        double complex q[2 * L_MAX + 1];
        mean_over(l, s->n_bond, (const double(*)[3])bond, q);
        invariants(l, q, &q_l, &w_l);
        close_to(x[offset(l)], q_l, 1e-10);
        if (l % 2 == 0 && q_l > 1e-6)
            close_to(x[offset(l) + 1], w_l, 1e-9);
    }
    for (int l = 2; l <= L_MAX && s->pbc; l += 2) {
        close_to(x[offset(l) + COLUMNS / 2], x[offset(l)], 1e-12);
        close_to(x[offset(l) + 1 + COLUMNS / 2], x[offset(l) + 1], 1e-11);
    }
}

static void check_crystal(const struct crystal *s)
{
    struct gg_descriptor_options o = usual(s->cutoff);
    struct gg_frame f = {.n_node = (uint64_t)s->n, .dim = 3, .pbc = s->pbc};
    memcpy(f.cell, s->cell, sizeof f.cell);
    memcpy(gg_frame_add(&f, &arena, "pos", NULL)->data, s->pos, sizeof *s->pos * (size_t)s->n);
    gg_frame_add(&f, &arena, "type", NULL);
    const double *x = compute(&o, &f) + 1, *q4 = x + offset(4), *q6 = x + offset(6);
    close_to(q4[0], s->q4, 1e-5);
    close_to(q6[0], s->q6, 1e-5);
    close_to(q6[1], s->w6, 1e-5);
    close_to(q4[0], s->q4_exact, 1e-12);
    close_to(q6[0], s->q6_exact > 0 ? s->q6_exact : q6[0], 1e-12);
    if (s->q4 == 0)
        assert_true(q4[1] == 0); /* w_4 of a q_4 that is rounding */
    check_degrees(s, x);
    gg_frame_free(&f);
}

/* Primitive cells: a neighbour is an image of the particle itself.  Exact: cubic harmonics of the bonds (110); (111) and
 * (100). */
static void crystals(void **state)
{
    (void)state;
    const double a = M_SQRT1_2, b = 0.5, c = sqrt(8. / 3), t = sqrt(3) / 2, cubic = sqrt(7. / 192),
                 sixth = 13 / (16 * M_SQRT2);
    /* clang-format off */
    check_crystal(&(struct crystal){"fcc", 1, 7, 12, {{0, a, a}, {a, 0, a}, {a, a, 0}}, {{0.3, 0.1, 0.2}}, 1.3,
                                    .19094, .57452, -.01316, cubic, sixth});
    check_crystal(&(struct crystal){"bcc", 1, 7, 14, {{-b, b, b}, {b, -b, b}, {b, b, -b}}, {{0}}, 1.2,
                                    .03637, .51069, .01316, cubic * 4 / 21, sixth * 8 / 9});
    check_crystal(&(struct crystal){"hcp", 2, 7, 12, {{1, 0, 0}, {b, t, 0}, {0, 0, c}}, {{0, 0, 0}, {b, t / 3, c / 2}}, 1.3,
                                    .09722, .48476, -.01244, 7. / 72, -9});
    /* clang-format on */
}

static void icosahedron(void **state)
{
    (void)state;
    const double g = (1 + sqrt(5)) / 2;
    struct crystal s = {"icosahedron", 13, 0, 12, .cutoff = 1.95, .q4 = 0, .q6 = .66332, .w6 = -.16975};
    s.q6_exact = sqrt(11) / 5;
    for (int k = 0; k < 12; k++) {
        s.pos[k + 1][k % 3] = k / 3 % 2 ? -1 : 1;
        s.pos[k + 1][(k + 1) % 3] = k / 6 ? -g : g;
    }
    check_crystal(&s);
}

/* Every degree, its averaged form, by the definitions; a cluster, so that the bonds are differences of positions. */
static void definitions(void **state)
{
    (void)state;
    enum { N = 24 };
    struct gg_descriptor_options o = usual(0);
    struct gg_frame f = {.n_node = N, .dim = 3};
    struct gg_rng r = gg_rng_at(7, 0, 0, 0);
    double(*pos)[3] = gg_frame_add(&f, &arena, "pos", NULL)->data;
    int32_t *type = gg_frame_add(&f, &arena, "type", NULL)->data;
    static const double sigma[2][2] = {{1, 0.8}, {0.8, 0.88}};
    for (int i = 0; i < N; i++) {
        type[i] = i % 4 == 0;
        for (int k = 0; k < 3; k++)
            pos[i][k] = i == N - 1 ? 50 : 2.7 * gg_rng_uniform(&r); /* the last one is alone */
    }
    const double *x = compute(&o, &f);
    for (int l = 1; l <= L_MAX; l++) {
        double complex q[N][2 * L_MAX + 1] = {0};
        int nbr[N][N], n[N] = {0};
        for (int i = 0; i < N; i++) {
            double bond[N][3];
            for (int j = 0; j < N; j++) {
                double v[3] = {pos[j][0] - pos[i][0], pos[j][1] - pos[i][1], pos[j][2] - pos[i][2]};
                if (j == i ||
                    !(sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]) < 1.4 * sigma[type[i]][type[j]]))
                    continue;
                memcpy(bond[n[i]], v, sizeof v);
                nbr[i][n[i]++] = j;
            }
            if (n[i])
                mean_over(l, n[i], (const double(*)[3])bond, q[i]);
        }
        for (int i = 0; i < N; i++) {
            double complex mean[2 * L_MAX + 1];
            double q_l, w_l;
            const double *column = x + i * (COLUMNS + 1) + 1 + offset(l);
            for (int m = 0; m < 2 * l + 1; m++) {
                mean[m] = q[i][m];
                for (int k = 0; k < n[i]; k++)
                    mean[m] += q[nbr[i][k]][m];
                mean[m] /= n[i] + 1;
            }
            for (int form = 0; form < 2; form++, column += COLUMNS / 2) {
                invariants(l, form ? mean : q[i], &q_l, &w_l);
                close_to(column[0], q_l, 1e-10);
                if (l % 2 == 0)
                    close_to(column[1], n[i] ? w_l : 0, 1e-9);
            }
        }
    }
    gg_frame_free(&f);
}

static void refusals(void **state)
{
    (void)state;
    static double wrong[][2] = {{4, 4}, {4, 4.5}, {0, 4}, {4, 13}};
    struct gg_descriptor_options o = usual(0);
    for (int k = 0; k < 4; k++) {
        struct gg_features x = {.options = &o};
        o.degrees = (struct gg_reals){2, wrong[k]};
        assert_int_equal(gg_features_add(&x, "steinhardt", &arena, &err), -1);
        assert_int_equal(err.status, GG_USAGE);
        assert_non_null(strstr(err.text, "--degrees"));
    }
    struct gg_frame f = {.n_node = 1, .dim = 3};
    struct gg_features x = {.options = &o};
    o = usual(0);
    o.n_species = 4;
    gg_frame_add(&f, &arena, "pos", NULL);
    *(int32_t *)gg_frame_add(&f, &arena, "type", NULL)->data = 3; /* of unknown diameter */
    assert_int_equal(gg_features_add(&x, "steinhardt", &arena, &err), 0);
    assert_int_equal(gg_features_compute(&x, &f, &arena, &err), -1);
    assert_non_null(strstr(err.text, "--cutoff"));
    o.cutoff = 1;
    assert_int_equal(gg_features_compute(&x, &f, &arena, &err), 0);
    gg_frame_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(crystals, empty_arena),
        cmocka_unit_test_setup(icosahedron, empty_arena),
        cmocka_unit_test_setup(definitions, empty_arena),
        cmocka_unit_test_setup(refusals, empty_arena),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
