/* test_cage.c -- tethered particles: list, images, colours; cage averages against quadrature and exact laws */
#include "near.h"
#include "physics/cage.h"
#include "util/rng.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 2000, KINDS = GG_POTENTIAL_POLY + 1, RUNS = GG_TETHERED_RUNS };

static const double ROUNDING = sizeof(gg_real) == sizeof(double) ? 1e-9 : 5e-5; /* of sums of energies */

struct liquid {
    int n;
    struct gg_cell cell;
    double pos[MOST][3];
    int32_t type[MOST];
};

static struct gg_err why;

/* n[0] n[1] n[2] particles on a perturbed lattice, some of them in other images. */
static void fill(struct liquid *l, const int n[3], const double h[3][3], int dim, uint32_t seed)
{
    struct gg_rng r = gg_rng_at(seed, (uint32_t)dim, 0, 0);
    assert_int_equal(gg_cell_init(&l->cell, dim, dim == 2 ? 3 : 7, h, &why), 0);
    l->n = n[0] * n[1] * n[2];
    for (int i = 0; i < l->n; i++) {
        int at[3] = {i % n[0], i / n[0] % n[1], i / n[0] / n[1]};
        double s[3];
        for (int a = 0; a < 3; a++)
            s[a] = dim == 2 && a == 2
                       ? 0
                       : (at[a] + 0.15 * gg_rng_uniform(&r)) / n[a] + 3 * (a == 0 && i % 7 == 0);
        gg_cell_cartesian(&l->cell, s, l->pos[i]);
        l->type[i] = gg_rng_below(&r, 5) == 0 ? 1 : (gg_rng_below(&r, 7) == 0 ? 2 : 0);
    }
}

/* Skewed, and smaller than two cut-offs: everybody sees images, also its own. */
static void fill_small(struct liquid *l, int dim, uint32_t seed)
{
    if (dim == 2)
        fill(l, (const int[3]){6, 5, 1}, (const double[3][3]){{6.3, 0, 0}, {1.2, 5.0, 0}}, 2, seed);
    else
        fill(l, (const int[3]){3, 5, 4}, (const double[3][3]){{3.1, 0, 0}, {0.7, 5.4, 0}, {-0.5, 0.3, 4.5}},
             3, seed);
}

/* Room for several cells of each colour. */
static void fill_large(struct liquid *l, uint32_t seed)
{
    fill(l, (const int[3]){14, 14, 10}, (const double[3][3]){{14.2, 0, 0}, {0.8, 14.0, 0}, {0, -0.3, 9.3}}, 3,
         seed);
}

static double energy(const struct gg_potential *p, const struct liquid *l, const double (*pos)[3])
{
    static double e[MOST];
    double sum = 0;
    if (gg_energies(p, &l->cell, l->n, pos, l->type, e, NULL, &why) < 0)
        fail_msg("%s", why.text);
    for (int i = 0; i < l->n; i++)
        sum += e[i];
    return sum;
}

static void begin(struct gg_cage *c, const struct liquid *l, const struct gg_potential *p, double radius,
                  double temperature, uint64_t seed)
{
    const struct gg_cage_rule rule = {radius, temperature, seed, 7, 0};
    if (gg_cage_init(c, &rule, p, &l->cell, l->n, l->pos, l->type, &why) < 0)
        fail_msg("%s", why.text);
}

/* Where everybody is now in one run, in the order of the particles. */
static void positions(const struct gg_cage *c, int run, double (*x)[3])
{
    const struct gg_tethered *t = &c->particles;
    for (int64_t k = 0; k < t->n; k++)
        for (int a = 0; a < 3; a++)
            x[t->order[k]][a] = t->start[k][a] + t->away[k][a][run];
}

/* the list against energies of all particles and images, while everybody moves as far as allowed, in each run elsewhere */
static void a_move_costs_what_it_costs(void **state)
{
    (void)state;
    static struct liquid l, now;
    const double radius = 0.35;
    for (int kind = 0; kind < KINDS; kind++)
        for (int dim = 2; dim <= 3; dim++) {
            struct gg_potential p = gg_potential_of(kind, dim);
            struct gg_tethered t;
            struct gg_rng r = gg_rng_at(5, (uint32_t)kind, (uint32_t)dim, 0);
            int run = 3 * kind + dim; /* looked at */
            fill_small(&l, dim, 1);
            assert_int_equal(gg_tethered_init(&t, &p, &l.cell, l.n, l.pos, l.type, radius, &why), 0);
            now = l;
            double before = energy(&p, &l, l.pos), change[RUNS];
            gg_real to[3][RUNS] = {{0}};
            for (int64_t move = 0; move < 6 * l.n; move++) {
                int64_t k = move % l.n;
                for (int a = 0; a < dim; a++)
                    for (int q = 0; q < RUNS; q++)
                        to[a][q] = (gg_real)(radius / sqrt(dim) * (2 * gg_rng_uniform(&r) - 1));
                gg_md_best()->tethered_change(&t, k, (const gg_real(*)[RUNS])to, change);
                memcpy(t.away[k], to, sizeof to);
                for (int a = 0; a < dim; a++)
                    now.pos[t.order[k]][a] = t.start[k][a] + to[a][run];
                double after = energy(&p, &l, (const double(*)[3])now.pos);
                close_to(change[run], after - before, ROUNDING * (1 + fabs(after) + fabs(before)));
                before = after;
            }
            gg_tethered_free(&t);
        }
}

/* what the threads rely on: between cells of one colour there is no pair, in the list's own words */
static void cells_of_a_colour_never_meet(void **state)
{
    (void)state;
    static struct liquid l;
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    struct gg_tethered t;
    static int32_t cell[MOST], colour[MOST];
    fill_large(&l, 2);
    assert_int_equal(gg_tethered_init(&t, &p, &l.cell, l.n, l.pos, l.type, 0.4, &why), 0);
    assert_int_equal(t.n_colour, 8);
    assert_int_equal(t.colour[8], 4 * 4 * 2);
    for (int32_t c = 0; c < 8; c++)
        for (int32_t b = (int32_t)t.colour[c]; b < t.colour[c + 1]; b++)
            for (int64_t k = t.cell[b]; k < t.cell[b + 1]; k++)
                cell[k] = b, colour[k] = c;
    assert_int_equal(t.cell[t.colour[8]], l.n);
    int64_t n_pair = 0, meetings = 0;
    for (int64_t k = 0; k < l.n; k++)
        for (int64_t e = t.first[k * 3]; e < t.first[k * 3 + 3]; e++) {
            int32_t j = t.near[e].who;
            n_pair++;
            meetings += colour[j] == colour[k] && cell[j] != cell[k];
        }
    assert_true(n_pair > 100 * l.n);
    assert_int_equal(meetings, 0);
    gg_tethered_free(&t);
}

/* the energy of all accepted moves is that of the positions; nobody is ever out of its cage */
static void books_balance_and_cages_hold(void **state)
{
    (void)state;
    static struct liquid l;
    static double x[MOST][3];
    for (int dim = 2; dim <= 3; dim++) {
        struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, dim);
        struct gg_cage c;
        fill_small(&l, dim, 3);
        begin(&c, &l, &p, 0.15, 1.0, 1); /* narrow: the limit matters */
        double farthest = 0;
        for (int s = 0; s < 300; s++) {
            if (s == 100)
                gg_cage_begin_block(&c);
            gg_cage_sweeps(&c, 1);
            positions(&c, s % RUNS, x);
            for (int i = 0; i < l.n; i++) {
                double u2 = 0;
                for (int k = 0; k < dim; k++)
                    u2 += (x[i][k] - l.pos[i][k]) * (x[i][k] - l.pos[i][k]);
                farthest = fmax(farthest, sqrt(u2));
            }
        }
        assert_true(farthest > 0.149 && farthest <= 0.15 * (1 + ROUNDING));
        for (int r = 0; r < RUNS; r += 5) {
            positions(&c, r, x);
            close_to(c.energy[r], energy(&p, &l, (const double(*)[3])x), ROUNDING * fabs(c.energy[r]));
        }
        assert_true(gg_cage_acceptance(&c) > 0.3 && gg_cage_acceptance(&c) < 0.5);
        assert_int_equal(c.n_tried, 200 * l.n * RUNS);
        gg_cage_free(&c);
    }
}

/* far from each other: uniform in a ball of radius R, <u> = 0, <u^2> = R^2 d/(d+2); less the share of the centre */
static void ideal_gas_fills_its_cages(void **state)
{
    (void)state;
    static struct liquid l;
    static double u[MOST][3], size[MOST], x[MOST][3];
    enum { SLICES = 25 };
    const double radius = 0.4;
    for (int dim = 2; dim <= 3; dim++) {
        struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, dim);
        struct gg_cage c;
        fill(&l, (const int[3]){9, 9, dim == 2 ? 1 : 3},
             (const double[3][3]){{60, 0, 0}, {0, 60, 0}, {0, 0, 30}}, dim, 4);
        begin(&c, &l, &p, radius, 1.0, 2);
        double centre[3] = {0};
        gg_cage_sweeps(&c, 200);
        for (int b = 0; b < 2; b++) {
            gg_cage_begin_block(&c);
            for (int slice = 0; slice < SLICES; slice++) {
                gg_cage_sweeps(&c, 10);
                for (int r = 0; r < RUNS; r++) {
                    positions(&c, r, x);
                    for (int i = 0; i < l.n; i++)
                        for (int k = 0; k < dim; k++)
                            centre[k] += (x[i][k] - l.pos[i][k]) / (2.0 * SLICES * RUNS * l.n);
                }
            }
        }
        gg_cage_average(&c, u, size);
        double mean2 = 0, square = 0;
        for (int i = 0; i < l.n; i++) {
            for (int k = 0; k < 3; k++)
                mean2 += u[i][k] * u[i][k] / l.n;
            square += size[i] * size[i] / l.n;
            assert_true(u[i][2] == 0 || dim == 3);
        }
        close_to((square + mean2) / (radius * radius) * l.n / (l.n - 1), dim / (dim + 2.0), 0.003);
        assert_true(sqrt(mean2) < 0.04 * radius);
        assert_true(gg_cage_difference(&c) < 0.1 * radius && gg_cage_difference(&c) > sqrt(mean2));
        assert_true(c.energy[0] == 0 && c.energy[RUNS - 1] == 0);
        for (int k = 0; k < 3; k++) /* moves have no preferred direction */
            close_to(centre[k], 0, 0.01 * radius);
        gg_cage_free(&c);
    }
}

/* Volume that two balls of radius R have in common, centres d apart. */
static double lens(double R, double d)
{
    return d >= 2 * R ? 0 : M_PI / 12 * (4 * R + d) * (2 * R - d) * (2 * R - d);
}

/* Two particles, r0 apart along x, both tethered: r = x2 - x1 has the weight lens(|r - r0|) exp(-V(r)/T).
 * Gives <V> and <r_x> by the midpoint rule over r and the angle. */
static void quadrature(const struct gg_pair_potential *p, double R, double T, double r0, double *v,
                       double *rx)
{
    enum { STEPS = 1500 };
    double z = 0, sum_v = 0, sum_x = 0, low = fmax(r0 - 2 * R, 0.3), high = r0 + 2 * R;
    for (int i = 0; i < STEPS; i++) {
        double r = low + (high - low) * (i + 0.5) / STEPS, V = gg_pair_energy(p, r, NULL);
        for (int j = 0; j < STEPS; j++) {
            double c = -1 + 2 * (j + 0.5) / STEPS, d = sqrt(r * r + r0 * r0 - 2 * r * r0 * c);
            double w = r * r * lens(R, d) * exp(-V / T);
            z += w;
            sum_v += w * V;
            sum_x += w * r * c;
        }
    }
    *v = sum_v / z;
    *rx = sum_x / z;
}

/* sampled means are those of the Boltzmann distribution, within 4 standard errors from independent runs */
static void pair_is_boltzmann(void **state)
{
    (void)state;
    enum { CAGES = 40, SWEEPS = 400 };
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    static struct liquid l;
    for (int b = 0; b <= 1; b++) { /* A-A from where they repel; A-B over the cut-off, through an image */
        double R = b ? 0.5 : 0.3, T = 0.44, r0 = b ? 1.7 : 1.05, v, rx, sum[2] = {0}, square[2] = {0},
               said = 0;
        double mean[2][3] = {{0}}, scatter = 0;
        quadrature(&p.pair[0][b], R, T, r0, &v, &rx);
        l.n = 2;
        gg_cell_init(&l.cell, 3, 7, (const double[3][3]){{10, 0, 0}, {0, 10, 0}, {0, 0, 10}}, &why);
        memcpy(l.pos, (const double[2][3]){{9.5, 1, 2}, {9.5 + r0 - 10 * b, 1, 2}}, sizeof(double[2][3]));
        l.type[0] = 0, l.type[1] = b;
        for (int run = 0; run < CAGES; run++) {
            struct gg_cage c;
            double u[2][3];
            begin(&c, &l, &p, R, T, (uint64_t)run);
            gg_cage_sweeps(&c, 300);
            gg_cage_begin_block(&c);
            gg_cage_sweeps(&c, SWEEPS);
            gg_cage_average(&c, u, NULL);
            double got[2] = {c.block[1].energy / (RUNS * SWEEPS), r0 + u[1][0] - u[0][0]};
            for (int k = 0; k < 2; k++)
                sum[k] += got[k] / CAGES, square[k] += got[k] * got[k] / CAGES;
            said += gg_cage_error(&c) * gg_cage_error(&c) / CAGES;
            for (int i = 0; i < 2; i++)
                for (int k = 0; k < 3; k++)
                    mean[i][k] += u[i][k] / CAGES, scatter += u[i][k] * u[i][k] / CAGES / 2;
            gg_cage_free(&c);
        }
        for (int i = 0; i < 2; i++)
            for (int k = 0; k < 3; k++)
                scatter -= mean[i][k] * mean[i][k] / 2;
        close_to(sqrt(said / scatter * (CAGES - 1) / CAGES), 1,
                 0.25); /* the error that is told is that of seeds */
        for (int k = 0; k < 2; k++) {
            double error = sqrt((square[k] - sum[k] * sum[k]) / (CAGES - 1)), want = k ? rx : v;
            assert_true(error < 0.005);
            close_to(sum[k], want, 4 * error);
        }
    }
}

static void run_large(struct liquid *l, double (*u)[3], double *size)
{
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    struct gg_cage c;
    begin(&c, l, &p, 0.4, 0.6, 3);
    gg_cage_sweeps(&c, 2);
    for (int b = 0; b < 3; b++) {
        gg_cage_begin_block(&c);
        gg_cage_sweeps(&c, 1);
    }
    gg_cage_average(&c, u, size);
    gg_cage_free(&c);
}

static void threads_do_not_matter(void **state)
{
    (void)state;
    static struct liquid l;
    static double u[MOST][3], size[MOST], first_u[MOST][3], first_size[MOST];
    int most = omp_get_max_threads();
    fill_large(&l, 6);
    for (int n = 1; n <= 4; n *= 2) {
        omp_set_num_threads(n);
        run_large(&l, n == 1 ? first_u : u, n == 1 ? first_size : size);
        if (n > 1) {
            assert_memory_equal(u, first_u, (size_t)l.n * sizeof *u);
            assert_memory_equal(size, first_size, (size_t)l.n * sizeof *size);
        }
    }
    omp_set_num_threads(most);
}

/* moved origin, other images: the same displacements to rounding (other numbers draw other random numbers) */
static void origin_does_not_matter(void **state)
{
    (void)state;
    static struct liquid l;
    static double u[MOST][3], size[MOST], want_u[MOST][3], want_size[MOST];
    fill_large(&l, 7);
    run_large(&l, want_u, want_size);
    for (int i = 0; i < l.n; i++) {
        const double s[3] = {i % 3, i % 2, -(i % 5)}, by[3] = {1.2345, -7.1, 3.3};
        double image[3];
        gg_cell_cartesian(&l.cell, s, image);
        for (int k = 0; k < 3; k++)
            l.pos[i][k] += by[k] + image[k];
    }
    run_large(&l, u, size);
    for (int i = 0; i < l.n; i++) {
        close_to(size[i], want_size[i], 1e-7);
        for (int k = 0; k < 3; k++)
            close_to(u[i][k], want_u[i][k], 1e-11);
    }
}

/* averages relative to the centre, the difference of blocks and the error, from positions looked at after every sweep */
static void averages_are_averages(void **state)
{
    (void)state;
    static struct liquid l;
    static double x[MOST][3], u[MOST][3], size[MOST], sum[3][MOST][4], of_run[RUNS][MOST][3];
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    struct gg_cage c;
    const int length[3] = {10, 10, 20};
    fill_small(&l, 3, 8);
    begin(&c, &l, &p, 0.4, 0.7, 4);
    gg_cage_sweeps(&c, 20);
    memset(sum, 0, sizeof sum);
    memset(of_run, 0, sizeof of_run);
    for (int b = 0; b < 3; b++) {
        gg_cage_begin_block(&c);
        for (int s = 0; s < length[b] * RUNS; s++) {
            int run = s % RUNS;
            if (run == 0)
                gg_cage_sweeps(&c, 1);
            positions(&c, run, x);
            double centre[3] = {0};
            for (int i = 0; i < l.n; i++)
                for (int k = 0; k < 3; k++)
                    centre[k] += (x[i][k] - l.pos[i][k]) / l.n;
            for (int i = 0; i < l.n; i++)
                for (int k = 0; k < 3; k++) {
                    double d = x[i][k] - l.pos[i][k] - centre[k];
                    sum[b][i][k] += d / RUNS;
                    sum[b][i][3] += d * d / RUNS;
                    of_run[run][i][k] += d / 40;
                }
        }
    }
    gg_cage_average(&c, u, size);
    double difference = 0, error = 0;
    for (int i = 0; i < l.n; i++) {
        double u2 = 0, s2 = (sum[0][i][3] + sum[1][i][3] + sum[2][i][3]) / 40;
        for (int k = 0; k < 3; k++) {
            double before = sum[0][i][k] + sum[1][i][k], mean = (before + sum[2][i][k]) / 40;
            close_to(u[i][k], mean, 1e-12);
            u2 += mean * mean;
            difference += pow(before / 20 - sum[2][i][k] / 20, 2) / l.n;
            for (int r = 0; r < RUNS; r++)
                error += pow(of_run[r][i][k] - mean, 2) / l.n / RUNS / (RUNS - 1);
        }
        close_to(size[i], sqrt(s2 - u2), 1e-9);
    }
    close_to(gg_cage_difference(&c), sqrt(difference), 1e-12);
    close_to(gg_cage_error(&c), sqrt(error), 1e-12);
    gg_cage_free(&c);
}

/* alone in the world every move within the cage is accepted: what is drawn shows, against util/rng.h */
static void runs_draw_their_own_numbers(void **state)
{
    (void)state;
    static struct liquid l;
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    fill(&l, (const int[3]){4, 3, 2}, (const double[3][3]){{60, 0, 0}, {0, 60, 0}, {0, 0, 30}}, 3, 4);
    const struct gg_cage_rule rule = {2, 1, 0x123456789abcull, 99, 32};
    struct gg_cage c;
    assert_int_equal(gg_cage_init(&c, &rule, &p, &l.cell, l.n, l.pos, l.type, &why), 0);
    gg_cage_sweeps(&c, 1);
    for (int k = 0; k < l.n; k++)
        for (int r = 0; r < RUNS; r++) {
            struct gg_rng g = gg_rng_at(rule.seed, rule.name, 0, (uint32_t)c.particles.order[k]);
            for (int skip = 0; skip < 4 * (32 + r); skip++)
                gg_rng_u32(&g);
            for (int a = 0; a < 3; a++)
                close_to(c.particles.away[k][a][r], 0.1 * (int32_t)(gg_rng_u32(&g) | 1u) / 0x1p31, 1e-8);
        }
    gg_cage_free(&c);
}

static void other_seeds_and_names_differ(void **state)
{
    (void)state;
    static struct liquid l;
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    double e[3];
    fill_small(&l, 3, 9);
    for (int k = 0; k < 3; k++) {
        const struct gg_cage_rule rule = {0.4, 1.0, k == 1, k == 2, 0};
        struct gg_cage c;
        assert_int_equal(gg_cage_init(&c, &rule, &p, &l.cell, l.n, l.pos, l.type, &why), 0);
        gg_cage_sweeps(&c, 3);
        e[k] = c.energy[0];
        for (int r = 1; r < RUNS; r++)
            assert_true(c.energy[r] != c.energy[r - 1]);
        gg_cage_free(&c);
    }
    assert_true(e[0] != e[1] && e[0] != e[2] && e[1] != e[2]);
}

/* all loops that this processor runs, on one move of everybody */
static void kinds_of_processors_agree(void **state)
{
    (void)state;
    static const char *const name[] = {"plain", "avx2", "avx512"};
    static struct liquid l;
    for (int kind = GG_POTENTIAL_FSHIFT; kind <= GG_POTENTIAL_POLY; kind++) {
        struct gg_potential p = gg_potential_of(kind, 3);
        struct gg_cage c;
        double change[3][RUNS];
        fill_small(&l, 3, 13);
        begin(&c, &l, &p, 0.1, 1.0, 1);
        gg_cage_sweeps(&c, 5);
        for (int64_t k = 0; k < l.n; k++) {
            gg_real to[3][RUNS] = {{0}};
            for (int r = 0; r < RUNS; r++)
                to[0][r] = (gg_real)(0.005 * r);
            for (int v = 0; v < 3; v++) {
                setenv("GG_KERNEL", name[v], 1);
                gg_md_best()->tethered_change(&c.particles, k, (const gg_real(*)[RUNS])to, change[v]);
                unsetenv("GG_KERNEL");
                for (int r = 0; r < RUNS; r++)
                    close_to(change[v][r], change[0][r], 1e-4 * (1 + fabs(change[0][r])));
            }
        }
        gg_cage_free(&c);
    }
}

/* Slot k tries a move in every run at next to no temperature, by the loop of this name. */
static struct gg_tethered_report try_cold(const struct gg_tethered *t, int64_t k, const char *kernel)
{
    const struct gg_tethered_moves m = {.step = 0.1, .temperature = 1e-3, .seed = 3, .sweep = (uint32_t)k};
    struct gg_tethered_report report;
    setenv("GG_KERNEL", kernel, 1);
    gg_md_best()->tethered_moves(t, &m, k, k + 1, &report);
    unsetenv("GG_KERNEL");
    return report;
}

/* Without temperature what goes down is accepted, however far, and nothing else: all loops take the same moves, and those only. */
static void downhill_is_accepted(void **state)
{
    (void)state;
    static const char *const name[] = {"plain", "avx2", "avx512"};
    static struct liquid l;
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    struct gg_tethered t;
    int far = 0;
    fill_small(&l, 3, 13);
    assert_int_equal(gg_tethered_init(&t, &p, &l.cell, l.n, l.pos, l.type, 0.2, &why), 0);
    for (int64_t k = 0; k < l.n; k++) {
        struct gg_tethered_report first = {0};
        for (int v = 0; v < 3; v++) {
            gg_real before[3][RUNS];
            memcpy(before, t.away[k], sizeof before);
            struct gg_tethered_report r = try_cold(&t, k, name[v]);
            if (v < 2)
                memcpy(t.away[k], before, sizeof before);
            first = v ? first : r;
            assert_int_equal(r.n_accepted, first.n_accepted);
            for (int q = 0; q < RUNS; q++) {
                close_to(r.change[q], first.change[q], 1e-4 * (1 + fabs(first.change[q])));
                assert_true(r.change[q] < 0.02);
                far += r.change[q] < -0.1; /* more than 100 T */
            }
        }
    }
    assert_true(far > 3 * 100);
    gg_tethered_free(&t);
}

static void no_and_one_particle(void **state)
{
    (void)state;
    static struct liquid l;
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    fill_small(&l, 3, 10);
    for (l.n = 0; l.n <= 1; l.n++) {
        struct gg_cage c;
        double u[1][3] = {{0}}, size[1] = {0};
        begin(&c, &l, &p, 0.4, 1.0, 1);
        gg_cage_sweeps(&c, 10);
        for (int b = 0; b < 2; b++) {
            gg_cage_begin_block(&c);
            gg_cage_sweeps(&c, 100);
        }
        gg_cage_average(&c, u, size);
        close_to(u[0][0], 0, 1e-12); /* alone, it is the centre of mass */
        close_to(size[0], 0, 1e-6);
        assert_true(gg_cage_difference(&c) <= 1e-12);
        assert_true((c.n_accepted > 0) == (l.n == 1));
        gg_cage_free(&c);
    }
}

/* without walls, and far more room than particles */
static void free_cluster(void **state)
{
    (void)state;
    static struct liquid l;
    static double x[MOST][3];
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    fill_small(&l, 3, 11);
    for (int walls = 0; walls <= 1; walls++) {
        const double room = walls ? 1e5 : 0, h[3][3] = {{room, 0, 0}, {0, room, 0}, {0, 0, room}};
        struct gg_cage c;
        assert_int_equal(gg_cell_init(&l.cell, 3, walls ? 7 : 0, h, &why), 0);
        for (int i = 0; i < l.n; i++)
            l.pos[i][0] = 1.1 * i;
        begin(&c, &l, &p, 0.3, 0.5, 1);
        gg_cage_sweeps(&c, 50);
        positions(&c, 11, x);
        close_to(c.energy[11], energy(&p, &l, (const double(*)[3])x), ROUNDING * (1 + fabs(c.energy[11])));
        gg_cage_free(&c);
    }
}

static void refused(struct liquid *l, const char *message)
{
    struct gg_potential p = gg_potential_of(GG_POTENTIAL_FSHIFT, 3);
    const struct gg_cage_rule rule = {0.4, 1.0, 0, 0, 0};
    struct gg_cage c;
    assert_int_equal(gg_cage_init(&c, &rule, &p, &l->cell, l->n, l->pos, l->type, &why), -1);
    assert_int_equal(why.status, GG_INPUT);
    if (!strstr(why.text, message))
        fail_msg("'%s' instead of '%s'", why.text, message);
}

static void refusals(void **state)
{
    (void)state;
    static struct liquid l;
    fill_small(&l, 3, 12);
    l.type[3] = 3;
    refused(&l, "particle 3 has type 3");
    l.type[3] = 0;
    double kept = l.pos[4][1];
    l.pos[4][1] = NAN;
    refused(&l, "4");
    l.pos[4][1] = kept;
    memcpy(l.pos[2], l.pos[1], sizeof l.pos[1]);
    refused(&l, "energy of particle 1 is not finite");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_move_costs_what_it_costs),
        cmocka_unit_test(cells_of_a_colour_never_meet),
        cmocka_unit_test(books_balance_and_cages_hold),
        cmocka_unit_test(ideal_gas_fills_its_cages),
        cmocka_unit_test(pair_is_boltzmann),
        cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(origin_does_not_matter),
        cmocka_unit_test(averages_are_averages),
        cmocka_unit_test(runs_draw_their_own_numbers),
        cmocka_unit_test(kinds_of_processors_agree),
        cmocka_unit_test(downhill_is_accepted),
        cmocka_unit_test(other_seeds_and_names_differ),
        cmocka_unit_test(no_and_one_particle),
        cmocka_unit_test(free_cluster),
        cmocka_unit_test(refusals),
    };
    omp_set_num_threads(1); /* systems are small; one test takes more */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
