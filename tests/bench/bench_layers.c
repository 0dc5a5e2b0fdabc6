/* bench_layers.c -- what every layer costs beside what this processor can do; a table, never a verdict */
/* usage: bench_layers [SIDE [THREADS]]: SIDE^3 particles (16: 4096), cutoff 2, 40 neighbours; one thread.
 * GF/s counts the useful operations of the layer's `cost`; shares are of the sgemm (512^3) measured between
 * its runs, since the machine may be shared.  One thread is timed by its processor time, several by the clock.  Ratios are
 * the result, times are context. */
#include "layers/check.h"
#include "layers/check_laws.h"
#include "util/linalg.h"
#include "util/progress.h"
#include "util/threads.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REPEAT = 9, GEMM = 512 };

/* irreps C x (0e + 1o + ... ) up to degree l, in `%s` of the table below; `%d` is C. */
struct line {
    const char *layer, *in, *second, *hypers;
};
static const struct line lines[] = {{"embed", "3x0e", NULL, "channels=%c"},
                                    {"linear", "%i", NULL, ""},
                                    {"linear", "%i", NULL, "species=true out_irreps=gate(%i)"},
                                    {"conv", "%i", NULL,
                                     "lmax=%l out_irreps=gate(%i) radial.hidden=16 radial.n=10"},
                                    {"gate", "%g+%h", NULL, ""},
                                    {"norm", "%i", NULL, ""},
                                    {"actnorm", "%i", NULL, ""},
                                    {"add", "%i", "%i", ""},
                                    {"concat", "%i", "%i", ""},
                                    {"mlp", "%i", NULL, "hidden=32,32 outputs=20"},
                                    {"gated_vector", "%i", NULL, "vectors=10"}};

/* Replaces %c channels, %l degree, %i irreps, %g scalars and gates, %h blocks with l > 0. */
static void fill_in(char *out, size_t room, const char *text, int channels, int l_max)
{
    FILE *to = fmemopen(out, room, "w");
    *out = '\0';
    for (const char *p = text; *p; p++) {
        if (*p != '%') {
            fputc(*p, to);
            continue;
        }
        char what = *++p;
        if (what == 'c' || what == 'l')
            fprintf(to, "%d", what == 'c' ? channels : l_max);
        if (what == 'g')
            fprintf(to, "%dx0e", channels * (1 + l_max));
        for (int l = what == 'h'; (what == 'h' || what == 'i') && l <= l_max; l++)
            fprintf(to, "%s%dx%d%c", l > (what == 'h') ? "+" : "", channels, l, l % 2 ? 'o' : 'e');
    }
    fclose(to);
}

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double seconds(void)
{
    return gg_threads() == 1 ? cpu_seconds() : gg_seconds();
}

static double gemm_rate(void)
{
    static float *a;
    double flops = 2. * GEMM * GEMM * GEMM, start;
    if (!a)
        a = gg_xalloc((size_t)3 * GEMM * GEMM, sizeof *a);
    start = seconds();
    gg_sgemm(false, false, GEMM, GEMM, GEMM, 1, a, GEMM, a + GEMM * GEMM, GEMM, 0, a + 2 * GEMM * GEMM, GEMM);
    return 1e-9 * flops / (seconds() - start);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct timing {
    double forward[REPEAT], backward[REPEAT], gemm, cpu_share;
};

static void measure(struct gg_check *c, const struct gg_graph *g, struct timing *t)
{
    struct gg_point p = gg_point_random(c, g), d = gg_point_zero(c, g);
    gg_real *dy = gg_value_random(c, &c->l.out, gg_shape_rows(&c->l.out, g)),
            *y = gg_value_random(c, &c->l.out, gg_shape_rows(&c->l.out, g));
    void *saved = gg_arena_alloc(c->a, c->l.saved_bytes ? c->l.saved_bytes(&c->l, g) : 0);
    void *scratch = gg_arena_alloc(c->a, c->l.scratch_bytes ? c->l.scratch_bytes(&c->l, g, gg_threads()) : 0);
    double wall = gg_seconds(), cpu = cpu_seconds();
    t->gemm = 0;
    for (int k = -1; k < REPEAT; k++) { /* the first warms up */
        t->gemm = fmax(t->gemm, gemm_rate());
        double start = seconds();
        c->l.type->forward(&c->l, p.w, g, (const gg_real *const *)p.x, y, saved, scratch);
        double middle = seconds();
        c->l.type->backward(&c->l, p.w, g, (const gg_real *const *)p.x, y, saved, dy, (gg_real *const *)d.x,
                            d.w, scratch);
        double end = seconds();
        t->forward[k < 0 ? 0 : k] = middle - start;
        t->backward[k < 0 ? 0 : k] = end - middle;
    }
    t->cpu_share = (cpu_seconds() - cpu) / (gg_seconds() - wall);
    qsort(t->forward, REPEAT, sizeof(double), by_size);
    qsort(t->backward, REPEAT, sizeof(double), by_size);
}

static void print_timing(const struct gg_check *c, const struct gg_graph *g, int channels, int l_max,
                         const struct timing *t)
{
    bool on_edges = !strcmp(c->l.type->name, "conv");
    double rows = (double)(on_edges ? g->n_edge : g->n_node);
    struct gg_cost cost = c->l.type->cost(&c->l, g);
    double forward = 1e-9 * cost.flops_forward / t->forward[0],
           backward = 1e-9 * cost.flops_backward / t->backward[0];
    printf("%-26s %2d %2d  %4s %8.1f %8.1f %6.1f %4.0f%%  %8.1f %8.1f %6.1f %4.0f%%  %5.2f%s\n", c->k->name,
           l_max, channels, on_edges ? "edge" : "node", 1e9 * t->forward[0] / rows,
           1e9 * t->forward[REPEAT / 2] / rows, forward, 100 * forward / t->gemm, 1e9 * t->backward[0] / rows,
           1e9 * t->backward[REPEAT / 2] / rows, backward, 100 * backward / t->gemm, t->cpu_share,
           t->cpu_share < 0.97 ? " *" : "");
    fflush(stdout);
}

static void bench(const struct line *line, const struct gg_sample *s, int channels, int l_max)
{
    char in[256], second[256], hypers[256], name[64];
    struct gg_arena a = {0};
    struct gg_err err;
    fill_in(in, sizeof in, line->in, channels, l_max);
    fill_in(second, sizeof second, line->second ? line->second : "", channels, l_max);
    fill_in(hypers, sizeof hypers, line->hypers, channels, l_max);
    snprintf(name, sizeof name, "%s%s", line->layer, strstr(hypers, "species") ? " species" : "");
    struct gg_layer_case k = {name, {in, line->second ? second : NULL}, hypers};
    struct gg_check c = {.k = &k, .a = &a, .r = gg_rng_at(1, 0, 0, 0), .to = stdout};
    const struct gg_layer_type *type = gg_layer_find(line->layer);
    c.l = (struct gg_layer){.n_type = s->n_type,
                            .cutoff = s->cutoff,
                            .mean_neighbours = (double)s->graph.n_edge / (double)s->n};
    if (gg_layer_from_case(&c.l, type, &k, &a, &err) < 0) {
        printf("%-26s %2d %2d  %s\n", name, l_max, channels, err.text);
    } else {
        struct timing t;
        measure(&c, &s->graph, &t);
        print_timing(&c, &s->graph, channels, l_max, &t);
    }
    gg_arena_free(&a);
}

/* A layer of the table without a line above. */
static void list_the_rest(void)
{
    for (const struct gg_layer_type *const *t = gg_layer_types; *t; t++) {
        size_t k = 0;
        while (k < sizeof lines / sizeof *lines && strcmp(lines[k].layer, (*t)->name))
            k++;
        if (k == sizeof lines / sizeof *lines)
            printf("%s: not measured: it has no line in bench_layers.c\n", (*t)->name);
    }
}

int main(int argc, char **argv)
{
    struct gg_arena a = {0};
    struct gg_rng r = gg_rng_at(7, 0, 0, 0);
    struct gg_sample s;
    struct gg_err err;
    int side = argc > 1 ? atoi(argv[1]) : 16;
    if (gg_threads_init(argc > 2 ? atoi(argv[2]) : 1, &err) < 0)
        printf("%s\n", err.text);
    gg_sample_lattice(&s, &a, side > 2 ? side : 3, 2, 2.0, &r);
    printf("layers: %lld particles, %.1f neighbours, %s, %d thread%s, sgemm %.0f GF/s by %s\n",
           (long long)s.n, (double)s.graph.n_edge / (double)s.n, GG_REAL_NAME, gg_threads(),
           gg_threads() == 1 ? "" : "s", gemm_rate(), gg_blas_name());
    printf("%-26s %2s %2s  %4s %8s %8s %6s %5s  %8s %8s %6s %5s  %s\n", "", "l", "C", "per", "fwd ns",
           "median", "GF/s", "gemm", "bwd ns", "median", "GF/s", "gemm", "cpu/wall");
    for (size_t k = 0; k < sizeof lines / sizeof *lines; k++)
        for (int l_max = 2; l_max <= 3; l_max++)
            for (int channels = 8; channels <= 32; channels *= 4)
                bench(&lines[k], &s, channels, l_max);
    list_the_rest();
    printf("*: the machine was shared; those times are too long\n");
    gg_arena_free(&a);
    return 0;
}
