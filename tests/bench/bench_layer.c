/* bench_layer.c -- makes a layer from a line of a table and times its passes */
#include "layers/layers.h"
#include "bench_layer.h"
#include "util/progress.h"
#include "util/threads.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPEAT = 7, TEXT = 256 };
static const double BUDGET = 0.5; /* s a row */

static void fill_in(char *out, const char *text, int channels, int l_max)
{
    FILE *to = fmemopen(out, TEXT, "w");
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

bool bench_open_layer(struct gg_check *c, const struct bench_layer *line, const struct gg_liquid *s,
                      int l_max, int channels, struct gg_arena *a, struct gg_err *err)
{
    char *text = gg_arena_calloc(a, GG_LAYER_INPUTS + 1, TEXT);
    struct gg_layer_case *k = GG_NEW(a, struct gg_layer_case, 1);
    fill_in(text, line->hypers, channels, l_max);
    *k = (struct gg_layer_case){.name = line->layer, .hypers = text};
    for (int q = 0; q < GG_LAYER_INPUTS && line->in[q]; q++) {
        text += TEXT;
        fill_in(text, line->in[q], channels, l_max);
        k->in[q] = text;
    }
    *c = (struct gg_check){.k = k, .a = a, .r = gg_rng_at(1, 0, 0, 0), .to = stdout};
    c->l = (struct gg_layer){.n_type = s->n_type,
                             .cutoff = s->cutoff,
                             .mean_neighbours = (double)s->graph.n_edge / (double)s->n};
    return gg_layer_from_case(&c->l, gg_layer_find(line->layer), k, a, err) == 0;
}

void bench_time_layer(struct gg_check *c, const struct gg_graph *g, struct bench_timing *t)
{
    struct gg_point p = gg_point_random(c, g), d = gg_point_zero(c, g);
    gg_real *dy = gg_value_random(c, &c->l.out, gg_shape_rows(&c->l.out, g)),
            *y = gg_value_random(c, &c->l.out, gg_shape_rows(&c->l.out, g));
    void *saved = gg_arena_alloc(c->a, c->l.saved_bytes ? c->l.saved_bytes(&c->l, g) : 0);
    void *scratch = gg_arena_alloc(c->a, c->l.scratch_bytes ? c->l.scratch_bytes(&c->l, g, gg_threads()) : 0);
    struct gg_call call = {.l = &c->l,
                           .w = p.w,
                           .g = g,
                           .x = (const gg_real *const *)p.x,
                           .y = y,
                           .saved = saved,
                           .scratch = scratch,
                           .dy = dy,
                           .dx = (gg_real *const *)d.x,
                           .dw = d.w};
    double forward[REPEAT], wall = gg_seconds(), cpu = bench_cpu();
    int n = 0;
    *t = (struct bench_timing){.forward = INFINITY, .backward = INFINITY, .fma = NAN};
    for (int k = 0; k < REPEAT && (k < 2 || bench_cpu() - cpu < BUDGET); k++) {
        t->fma = fmax(t->fma, bench_fma());
        double start = bench_cpu();
        c->l.type->forward(&call);
        double middle = bench_cpu();
        c->l.type->backward(&call);
        double end = bench_cpu();
        forward[n++] = middle - start;
        t->forward = fmin(t->forward, middle - start);
        t->backward = fmin(t->backward, end - middle);
    }
    t->forward_median = bench_median(forward, n);
    t->alone = (bench_cpu() - cpu) / (gg_seconds() - wall);
}
