/* score.c -- collects what each configuration contributes
 *
 * Memory: about 150 bytes (vectors: 230) for each configuration and cell; with rank correlations at most 16 MB more a cell. */
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
    c->part = gg_xrealloc(c->part, n * sizeof *c->part);
    c->moments = gg_xrealloc(c->moments, n * sizeof *c->moments);
    if (c->key.vector)
        c->length = gg_xrealloc(c->length, n * sizeof *c->length);
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
    int64_t room = 4 * d->n * width;
    if (s->n_room < room) {
        s->room_xy = gg_xrealloc(s->room_xy, (size_t)room * sizeof *s->room_xy);
        s->n_room = room;
    }
    struct packed p = {.x = s->room_xy, .y = s->room_xy + d->n * width};
    double *room_half = p.y + d->n * width;
    for (int h = 0; h < 2 && d->half[h]; h++)
        p.half[h] = room_half + h * d->n * width;
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
            memcpy(p.half[h] + p.n * width, d->half[h] + i * width, (size_t)width * sizeof *x);
        p.n++;
    }
    return p;
}

/* Which scores of a configuration that do not follow from its moments a kind of target has. */
enum { SCALAR = 1, VECTOR = 2 };

static double spearman(const struct packed *p, int width)
{
    (void)width;
    return gg_spearman(p->n, p->x, p->y);
}

static double cosine(const struct packed *p, int width)
{
    return gg_mean_cosine(p->n, width, p->x, p->y);
}

static double angle(const struct packed *p, int width)
{
    return gg_mean_angle(p->n, width, p->x, p->y);
}

static struct gg_moments moments_of(int64_t n, int width, const double *x, const double *y)
{
    return width > 1 ? gg_moments_tensor(n, width, x, y) : gg_moments_scalar(n, x, y);
}

static double split(const struct packed *p, int width)
{
    struct gg_moments halves = moments_of(p->n, width, p->half[0], p->half[1]);
    return gg_ceiling_split(gg_pearson(&halves));
}

static const struct {
    int kinds;
    double (*of)(const struct packed *p, int width);
} singles[GG_SCORE_SINGLES] = {[GG_SCORE_SPEARMAN] = {SCALAR, spearman},
                               [GG_SCORE_COSINE] = {VECTOR, cosine},
                               [GG_SCORE_ANGLE] = {VECTOR, angle},
                               [GG_SCORE_SPLIT] = {SCALAR | VECTOR, split}};

static struct gg_score_part part_of(const struct gg_scores *s, const struct packed *p, int width)
{
    struct gg_score_part out = {.config = s->n_config, .noise = p->noise};
    for (int k = 0; k < GG_SCORE_SINGLES; k++) {
        bool wanted = (singles[k].kinds & (width > 1 ? VECTOR : SCALAR)) &&
                      (k != GG_SCORE_SPEARMAN || s->spearman) && (k != GG_SCORE_SPLIT || p->half[0]);
        out.single[k] = wanted ? singles[k].of(p, width) : NAN;
    }
    return out;
}

/* The moments of the lengths, which replace the vectors. */
static struct gg_moments lengths_of(const struct packed *p, int width)
{
    for (int64_t i = 0; i < p->n; i++) {
        double xx = 0, yy = 0;
        for (int64_t k = width * i; k < width * (i + 1); k++) {
            xx += p->x[k] * p->x[k];
            yy += p->y[k] * p->y[k];
        }
        p->x[i] = sqrt(xx);
        p->y[i] = sqrt(yy);
    }
    return gg_moments_scalar(p->n, p->x, p->y);
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
    c->part[c->n] = part_of(s, &p, d->width);
    c->moments[c->n] = moments_of(p.n, d->width, p.x, p.y);
    if (key.vector)
        c->length[c->n] = lengths_of(&p, d->width);
    for (int64_t i = 0; i < p.n && s->spearman && !key.vector; i++)
        keep_pair(c, p.x[i], p.y[i]);
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
        free(c->part);
        free(c->moments);
        free(c->length);
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
