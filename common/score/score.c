/* score.c -- collects what each configuration contributes
 *
 * Memory: about 130 bytes for each configuration and cell; with rank correlations at most 16 MB more a cell. */
#include "score/score.h"
#include "stats/ceiling.h"
#include "stream/frame.h"
#include "util/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Above so many pairs in a cell the pooled Spearman comes from every second one, then every fourth ...: its own error
 * is then about 1e-3, that of the choice of configurations far larger. */
enum { MAX_PAIR = 1 << 20 };

int gg_scores_name(struct gg_scores *s, const char *name)
{
    for (int k = 0; k < s->n_name; k++)
        if (strcmp(s->name[k], name) == 0)
            return k;
    s->name = gg_xrealloc(s->name, ((size_t)s->n_name + 1) * sizeof *s->name);
    s->name[s->n_name] = gg_xstrdup(name);
    return s->n_name++;
}

int gg_scores_select(struct gg_scores *s, const char *list, struct gg_err *err)
{
    for (const char *p = list;; p++) {
        size_t n = strcspn(p, ",");
        int code = n == 3 && strncmp(p, "all", 3) == 0 ? GG_SPECIES_ALL
                   : n == 1 && *p >= 'A' && *p <= 'Z'  ? *p - 'A'
                                                       : -2;
        if (code < GG_SPECIES_ALL || s->n_species == GG_SPECIES_MAX)
            return gg_fail(err, GG_USAGE, "--species: '%s' is no list like A,B,all", list);
        s->species[s->n_species++] = code;
        p += n;
        if (!*p)
            return 0;
    }
}

static struct gg_score_cell *find(const struct gg_scores *s, const struct gg_score_key *k)
{
    for (int i = 0; i < s->n; i++)
        if (gg_score_key_same(&s->cell[i].key, k))
            return &s->cell[i];
    return NULL;
}

const struct gg_score_cell *gg_scores_find(const struct gg_scores *s, const struct gg_score_key *k)
{
    return find(s, k);
}

static struct gg_score_cell *cell_of(struct gg_scores *s, const struct gg_score_key *k)
{
    struct gg_score_cell *c = find(s, k);
    if (c)
        return c;
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 64;
        s->cell = gg_xrealloc(s->cell, (size_t)s->room * sizeof *s->cell);
    }
    s->cell[s->n] = (struct gg_score_cell){.key = *k, .stride = 1};
    return &s->cell[s->n++];
}

static void grow(struct gg_score_cell *c)
{
    if (c->n < c->room)
        return;
    c->room = c->room ? 2 * c->room : 16;
    size_t n = (size_t)c->room;
    c->config = gg_xrealloc(c->config, n * sizeof *c->config);
    c->moments = gg_xrealloc(c->moments, n * sizeof *c->moments);
    c->noise = gg_xrealloc(c->noise, n * sizeof *c->noise);
    c->spearman = gg_xrealloc(c->spearman, n * sizeof *c->spearman);
    c->cosine = gg_xrealloc(c->cosine, n * sizeof *c->cosine);
    c->split = gg_xrealloc(c->split, n * sizeof *c->split);
}

static void keep_pair(struct gg_score_cell *c, double x, double y)
{
    if (c->seen++ % c->stride)
        return;
    if (c->n_pair == MAX_PAIR) { /* keep every second of those kept */
        c->n_pair /= 2;
        for (int64_t k = 1; k < c->n_pair; k++)
            memcpy(&c->pair[2 * k], &c->pair[4 * k], 2 * sizeof *c->pair);
        c->stride *= 2;
    }
    if (c->n_pair == c->room_pair) {
        c->room_pair = c->room_pair ? 2 * c->room_pair : 4096;
        c->pair = gg_xrealloc(c->pair, 2 * (size_t)c->room_pair * sizeof *c->pair);
    }
    c->pair[2 * c->n_pair] = x;
    c->pair[2 * c->n_pair++ + 1] = y;
}

static void add_scalar(struct gg_scores *s, struct gg_score_cell *c, int64_t n, const double *x,
                       const double *y)
{
    c->moments[c->n] = gg_moments_scalar(n, x, y);
    if (!s->spearman)
        return;
    c->spearman[c->n] = gg_spearman(n, x, y);
    for (int64_t i = 0; i < n; i++)
        keep_pair(c, x[i], y[i]);
}

static bool all_finite(const double *v, int width)
{
    for (int k = 0; k < width; k++)
        if (!isfinite(v[k]))
            return false;
    return true;
}

/* The rows of one species that have both numbers, packed: x, y, and the halves behind them. */
struct packed {
    int64_t n, known; /* known: have a truth */
    double *x, *y, *half[2];
    double noise;
};

static struct packed pack(struct gg_scores *s, int species, const struct gg_score_data *d)
{
    const int width = d->width;
    int64_t room = d->n * (2 * width + 2);
    if (s->n_room < room) {
        s->room_xy = gg_xrealloc(s->room_xy, (size_t)room * sizeof *s->room_xy);
        s->n_room = room;
    }
    struct packed p = {.x = s->room_xy, .y = s->room_xy + d->n * width};
    p.half[0] = p.y + d->n * width;
    p.half[1] = p.half[0] + d->n;
    p.noise = d->noise ? 0 : NAN;
    for (int64_t i = 0; i < d->n; i++) {
        if (species >= 0 && (d->type ? d->type[i] : 0) != species)
            continue;
        const double *x = d->truth + i * width, *y = d->prediction + i * width;
        bool known = all_finite(x, width);
        p.known += known;
        if (!known || !all_finite(y, width)) {
            s->masked++;
            continue;
        }
        memcpy(p.x + p.n * width, x, (size_t)width * sizeof *x);
        memcpy(p.y + p.n * width, y, (size_t)width * sizeof *y);
        if (d->noise)
            p.noise += d->noise[i];
        for (int h = 0; h < 2 && d->half[h]; h++)
            p.half[h][p.n] = d->half[h][i];
        p.n++;
    }
    return p;
}

static void add_species(struct gg_scores *s, struct gg_score_key key, const struct gg_score_data *d)
{
    struct packed p = pack(s, key.species, d);
    if (p.known > 0 && p.n == 0)
        gg_scores_leave_out(s, &key);
    if (p.n == 0)
        return;
    struct gg_score_cell *c = cell_of(s, &key);
    grow(c);
    c->config[c->n] = s->n_config;
    c->noise[c->n] = p.noise;
    c->spearman[c->n] = c->cosine[c->n] = c->split[c->n] = NAN;
    if (key.vector) {
        c->moments[c->n] = gg_moments_tensor(p.n, d->width, p.x, p.y);
        c->cosine[c->n] = gg_mean_cosine(p.n, d->width, p.x, p.y);
    } else {
        add_scalar(s, c, p.n, p.x, p.y);
    }
    if (d->half[0]) {
        struct gg_moments halves = gg_moments_scalar(p.n, p.half[0], p.half[1]);
        c->split[c->n] = gg_ceiling_split(gg_pearson(&halves));
    }
    c->n++;
}

/* Edges and configurations are of no species: only the row of all. */
static void add_without_species(struct gg_scores *s, struct gg_score_key key, const struct gg_score_data *d)
{
    bool wanted = s->n_species == 0;
    for (int k = 0; k < s->n_species; k++)
        wanted = wanted || s->species[k] == GG_SPECIES_ALL;
    key.species = GG_SPECIES_ALL;
    if (wanted)
        add_species(s, key, d);
}

void gg_scores_add(struct gg_scores *s, struct gg_score_key key, const struct gg_score_data *d)
{
    int last = 0;
    if (key.over != GG_NODE) {
        add_without_species(s, key, d);
        return;
    }
    for (int64_t i = 0; i < d->n && d->type; i++)
        if (d->type[i] > last && d->type[i] < GG_SPECIES_MAX)
            last = d->type[i];
    int n = s->n_species ? s->n_species : last + 2;
    for (int k = 0; k < n; k++) {
        key.species = s->n_species ? s->species[k] : k <= last ? k : GG_SPECIES_ALL;
        add_species(s, key, d);
    }
}

void gg_scores_free(struct gg_scores *s)
{
    for (int k = 0; k < s->n; k++) {
        struct gg_score_cell *c = &s->cell[k];
        free(c->config);
        free(c->moments);
        free(c->noise);
        free(c->spearman);
        free(c->cosine);
        free(c->split);
        free(c->pair);
    }
    for (int k = 0; k < s->n_name; k++)
        free(s->name[k]);
    free(s->cell);
    free(s->name);
    free(s->room_xy);
    free(s->left);
    *s = (struct gg_scores){0};
}
