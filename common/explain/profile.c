/* profile.c -- see profile.h */
#include "explain/profile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FINE = 30, COARSE = 6 };

/* Nearest neighbours stand at one diameter, where a prediction can change much within a tenth of it. */
static const double *usual_ends(void)
{
    static double end[FINE + COARSE];
    for (int k = 0; k < FINE; k++)
        end[k] = (k + 1) / 10.0;
    for (int k = 0; k < COARSE; k++)
        end[FINE + k] = 3 + (k + 1) / 2.0;
    return end;
}

int gg_profile_check(const struct gg_explain *x, struct gg_err *err)
{
    const struct gg_reals *r = &x->o->shells;
    for (int k = 0; k < r->n; k++)
        if (!(r->v[k] > (k ? r->v[k - 1] : 0)))
            return gg_fail(err, GG_USAGE, "--shells: %g: ends of shells are above 0 and increase", r->v[k]);
    return 0;
}

void gg_profile_init(struct gg_profile *p, const struct gg_explain *x, int n_part)
{
    const struct gg_reals *r = &x->o->shells;
    *p = (struct gg_profile){.n_shell = r->n ? r->n : FINE + COARSE,
                             .end = r->n ? r->v : usual_ends(),
                             .n_species = x->m->n_species,
                             .n_part = n_part};
    size_t n = (size_t)(p->n_species * (p->n_shell + 1));
    p->pairs = gg_xalloc(n, sizeof *p->pairs);
    p->sum = gg_xalloc(n, sizeof *p->sum);
    p->square = gg_xalloc(n, sizeof *p->square);
    p->part = gg_xalloc(n * (size_t)n_part, sizeof *p->part);
}

void gg_profile_free(struct gg_profile *p)
{
    free(p->pairs);
    free(p->sum);
    free(p->square);
    free(p->part);
    *p = (struct gg_profile){0};
}

void gg_profile_add(struct gg_profile *p, double distance, int species, const double *part)
{
    int k = 0;
    double square = 0;
    while (k < p->n_shell && distance >= p->end[k])
        k++;
    k += species * (p->n_shell + 1);
    for (int q = 0; q < p->n_part; q++) {
        square += part[q];
        p->part[k * p->n_part + q] += part[q];
    }
    p->pairs[k]++;
    p->sum[k] += sqrt(square);
    p->square[k] += square;
}

void gg_profile_head(struct gg_explain *x, const char *part)
{
    static const char *const names[] = {"other", "from", "to", "pairs", "mean", "rms", "share"};
    char word[32];
    for (int k = 0; k < 7; k++)
        gg_tsv_head(&x->table, names[k]);
    for (int n; sscanf(part, " %31s%n", word, &n) == 1; part += n)
        gg_tsv_head(&x->table, word);
}

void gg_profile_rows(const struct gg_profile *p, struct gg_explain *x,
                     void (*row)(struct gg_explain *x, const void *context), const void *context)
{
    double all = 0;
    int n = p->n_shell + 1;
    for (int k = 0; k < p->n_species * n; k++)
        all += p->square[k];
    for (int k = 0; k < p->n_species * n; k++) {
        if (p->pairs[k] == 0)
            continue;
        row(x, context);
        gg_tsv_add(&x->table, "%s", gg_explain_letter(k / n));
        gg_tsv_add(&x->table, "%g", k % n ? p->end[k % n - 1] : 0);
        if (k % n < p->n_shell)
            gg_tsv_add(&x->table, "%g", p->end[k % n]);
        else
            gg_tsv_add(&x->table, "inf");
        gg_tsv_add(&x->table, "%.0f", p->pairs[k]);
        gg_tsv_add(&x->table, "%.6g", p->sum[k] / p->pairs[k]);
        gg_tsv_add(&x->table, "%.6g", sqrt(p->square[k] / p->pairs[k]));
        gg_tsv_number(&x->table, all > 0 ? p->square[k] / all : NAN, 6, "-");
        for (int q = 0; q < p->n_part && p->n_part > 1; q++)
            gg_tsv_number(&x->table, all > 0 ? p->part[k * p->n_part + q] / all : NAN, 6, "-");
    }
}

double gg_profile_distance(const struct gg_scene *s, int geometry, int64_t i, int64_t j)
{
    double d[3];
    for (int a = 0; a < 3; a++)
        d[a] = s->s.pos[geometry][j][a] - s->s.pos[geometry][i][a];
    gg_cell_nearest(&s->cell, d);
    return sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
}
