/* planted_numbers.c -- a smooth random function of each particle's surroundings (planted.h has the equation) */
#include "physics/planted_waves.h"
#include "graph/graph.h"
#include "util/rng.h"
#include "util/threads.h"

#include <math.h>
#include <stdlib.h>

enum { SHELLS = 4, COSINES = 32, SPECIES = 64, STREAM = 0x706c616e }; /* "plan" */
static const double REACH = 2, FIRST = 0.9, STEP = 0.25, WIDTH = 0.15;

static int count_species(const struct gg_planted_sites *s, struct gg_err *err)
{
    int n = 1;
    for (int64_t i = 0; i < s->n; i++) {
        if (s->type[i] < 0 || s->type[i] >= SPECIES)
            return gg_fail(err, GG_INPUT, "field 'type': particle %lld has species %d, 0 to %d are possible",
                           (long long)i, (int)s->type[i], SPECIES - 1);
        n = s->type[i] >= n ? s->type[i] + 1 : n;
    }
    return n;
}

/* Frequencies [SHELLS * n_species][COSINES] and phases [COSINES]; those of a species do not depend on how many there are. */
static double *draw(uint64_t seed, int n_species, double *phase, struct gg_arena *a)
{
    double *w = GG_NEW(a, double, (size_t)(n_species * SHELLS * COSINES));
    struct gg_rng r = gg_rng_at(seed, STREAM, 0, 0);
    for (int m = 0; m < COSINES; m++)
        phase[m] = 2 * M_PI * gg_rng_uniform(&r);
    for (int species = 0; species < n_species; species++) {
        r = gg_rng_at(seed, STREAM, 1, (uint32_t)species);
        for (int k = 0; k < SHELLS * COSINES; k++)
            w[species * SHELLS * COSINES + k] = gg_rng_normal(&r);
    }
    return w;
}

/* angle[m] += what a neighbour at distance r says. */
static void add_neighbour(double r, const double *w, double *angle)
{
    double edge = 1 - r * r / (REACH * REACH);
    for (int k = 0; k < SHELLS; k++) {
        double off = (r - FIRST - k * STEP) / WIDTH, x = exp(-off * off / 2) * edge * edge;
        for (int m = 0; m < COSINES; m++)
            angle[m] += x * w[k * COSINES + m];
    }
}

static double number(const struct gg_planted_sites *s, const struct gg_edges *e, const double (*vec)[3],
                     int64_t i, const double *w, const double *phase)
{
    double angle[COSINES], f = 0;
    for (int m = 0; m < COSINES; m++)
        angle[m] = phase[m];
    for (int64_t k = e->ptr[i]; k < e->ptr[i + 1]; k++)
        add_neighbour(sqrt(vec[k][0] * vec[k][0] + vec[k][1] * vec[k][1] + vec[k][2] * vec[k][2]),
                      w + s->type[e->nbr[k]] * SHELLS * COSINES, angle);
    for (int m = 0; m < COSINES; m++)
        f += cos(angle[m]);
    return sqrt(2.0 / COSINES) * f;
}

/* Less its mean. */
static int centre(int64_t n, double *f, struct gg_err *err)
{
    double mean = 0, square = 0;
    for (int64_t i = 0; i < n; i++)
        mean += f[i] / (double)n;
    for (int64_t i = 0; i < n; i++) {
        f[i] -= mean;
        square += f[i] * f[i];
    }
    if (!(square > 1e-9 * (double)n))
        return gg_fail(
            err, GG_INPUT,
            "all particles have the same neighbours within %g sigma: nothing to make a planted field of",
            REACH);
    return 0;
}

int gg_planted_numbers(const struct gg_planted_sites *s, uint64_t seed, double *f, struct gg_arena *a,
                       struct gg_err *err)
{
    struct gg_edges e;
    double phase[COSINES];
    int n_species = count_species(s, err);
    if (n_species < 0 || gg_neighbors(&e, a, &s->cell, s->n, s->pos, REACH, false, 0, err) < 0)
        return -1;
    double(*vec)[3] = gg_arena_calloc(a, (size_t)e.n_edge + 1, sizeof *vec);
    gg_edge_vectors_f64(&e, &s->cell, s->pos, vec);
    const double *w = draw(seed, n_species, phase, a);
#pragma omp parallel for schedule(static) num_threads(gg_threads())
    for (int64_t i = 0; i < s->n; i++)
        f[i] = number(s, &e, (const double(*)[3])vec, i, w, phase);
    return centre(s->n, f, err);
}
