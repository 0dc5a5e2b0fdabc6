/* score.c -- collects what each configuration contributes
 *
 * Memory: about 210 bytes (vectors: 300) for each configuration and cell; with rank correlations at most 16 MB more a cell. */
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

int gg_scores_find_name(const struct gg_scores *s, const char *name)
{
    for (int k = 0; k < s->n_name; k++)
        if (strcmp(s->name[k], name) == 0)
            return k;
    return -1;
}

int gg_scores_name(struct gg_scores *s, const char *name)
{
    int there = gg_scores_find_name(s, name);
    if (there >= 0)
        return there;
    s->name = gg_xrealloc(s->name, ((size_t)s->n_name + 1) * sizeof *s->name);
    s->name[s->n_name] = gg_xstrdup(name);
    return s->n_name++;
}

int gg_scores_sample(struct gg_scores *s, const char *id)
{
    for (int k = 0; k < s->n_sample; k++)
        if (strcmp(s->sample[k], id) == 0)
            return k;
    s->sample = gg_xrealloc(s->sample, ((size_t)s->n_sample + 1) * sizeof *s->sample);
    s->sample[s->n_sample] = gg_xstrdup(id);
    return s->n_sample++;
}

int gg_scores_against(const struct gg_scores *s, int target)
{
    for (int k = 0; k < s->n_against; k++)
        if (s->against[k].target == target)
            return s->against[k].predictor;
    return -1;
}

void gg_scores_set_against(struct gg_scores *s, int target, int predictor)
{
    for (int k = 0; k < s->n_against; k++)
        if (s->against[k].target == target) {
            s->against[k].predictor = predictor;
            return;
        }
    s->against = gg_xrealloc(s->against, ((size_t)s->n_against + 1) * sizeof *s->against);
    s->against[s->n_against++] = (struct gg_score_against){target, predictor};
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

int gg_scores_select_all(struct gg_scores *s, const struct gg_texts *lists, const char *usual,
                         struct gg_err *err)
{
    for (int k = 0; k < lists->n; k++)
        if (gg_scores_select(s, lists->v[k], err))
            return -1;
    return usual && lists->n == 0 ? gg_scores_select(s, usual, err) : 0;
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
    s->cell[s->n] = (struct gg_score_cell){.key = *k, .stride = 1, .scale = gg_scores_scale(s, k)};
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

/* Which scores of a configuration that do not follow from its moments a kind of target has. */
enum { SCALAR = 1, VECTOR = 2 };

static double spearman(const struct gg_packed *p, int width)
{
    (void)width;
    return gg_spearman(p->n, p->x, p->y);
}

static double cosine(const struct gg_packed *p, int width)
{
    return gg_mean_cosine(p->n, width, p->x, p->y);
}

static double angle(const struct gg_packed *p, int width)
{
    return gg_mean_angle(p->n, width, p->x, p->y);
}

static struct gg_moments moments_of(int64_t n, int width, const double *x, const double *y)
{
    return width > 1 ? gg_moments_tensor(n, width, x, y) : gg_moments_scalar(n, x, y);
}

static double split(const struct gg_packed *p, int width)
{
    struct gg_moments halves = moments_of(p->n, width, p->half[0], p->half[1]);
    return gg_ceiling_split(gg_pearson(&halves));
}

/* Of |error| and the deviation that is expected, which gg_calibrate has put into z. */
static double spread_error(const struct gg_packed *p, int width)
{
    (void)width;
    return gg_spearman(p->n_spread, p->z, p->z + p->room);
}

static const struct {
    int kinds;
    double (*of)(const struct gg_packed *p, int width);
} singles[GG_SCORE_SINGLES] = {[GG_SCORE_SPEARMAN] = {SCALAR, spearman},
                               [GG_SCORE_COSINE] = {VECTOR, cosine},
                               [GG_SCORE_ANGLE] = {VECTOR, angle},
                               [GG_SCORE_SPLIT] = {SCALAR | VECTOR, split},
                               [GG_SCORE_SPREAD] = {SCALAR | VECTOR, spread_error}};

/* Does a configuration have what the score is made of? */
static bool has(const struct gg_scores *s, const struct gg_packed *p, enum gg_score_single score)
{
    return score == GG_SCORE_SPEARMAN ? s->spearman
           : score == GG_SCORE_SPLIT  ? p->half[0] != NULL
           : score == GG_SCORE_SPREAD ? p->n_spread > 0
                                      : true;
}

static struct gg_score_part part_of(const struct gg_scores *s, struct gg_packed *p, int width, double scale)
{
    struct gg_score_part out = {.config = s->config, .noise = p->noise};
    if (p->spread)
        out.spread = gg_calibrate(p->n, width, p->x, p->y, p->spread,
                                  s->noise_in_spread ? NULL : p->row_noise, scale, p->z);
    p->room = p->n;
    p->n_spread = (int64_t)out.spread.n;
    for (int k = 0; k < GG_SCORE_SINGLES; k++) {
        bool wanted = (singles[k].kinds & (width > 1 ? VECTOR : SCALAR)) && has(s, p, k);
        out.single[k] = wanted ? singles[k].of(p, width) : NAN;
    }
    return out;
}

/* The bins of the uncertainties, behind what the cell has. */
static void add_bins(struct gg_score_cell *c, const struct gg_packed *p, int config)
{
    size_t n = (size_t)c->n_bin;
    c->bin = gg_xrealloc(c->bin, (n + GG_RELIABILITY_BINS) * sizeof *c->bin);
    c->n_bin += gg_reliability(p->room, p->n_spread, p->z, config, c->bin + n);
}

/* The moments of the lengths, which replace the vectors. */
static struct gg_moments lengths_of(const struct gg_packed *p, int width)
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

static void keep_forms(struct gg_score_cell *c, const struct gg_form *form, size_t n)
{
    c->form = gg_xrealloc(c->form, (size_t)c->room * n * sizeof *form);
    memcpy(c->form + (size_t)c->n * n, form, n * sizeof *form);
}

/* How the packed rows vary in space, behind what the cell has. */
static int add_forms(struct gg_scores *s, struct gg_score_cell *c, const struct gg_packed *p,
                     const struct gg_score_data *d, struct gg_err *err)
{
    struct gg_form form[GG_SPATIAL_ROWS];
    if (!s->spatial || c->key.over != GG_NODE || d->width > GG_SPATIAL_WIDTH)
        return 0;
    struct gg_spatial_fields f = {p->n, d->width, (const double(*)[3])p->pos,
                                  p->y, p->x,     {p->half[0], p->half[1]}};
    if (gg_spatial_measure(s->spatial, d->cell, &f, form, err))
        return -1;
    keep_forms(c, form, (size_t)s->spatial->n);
    return 0;
}

/* How many of the packed rows are mobile, behind what the cell has. */
static int add_fluctuation(struct gg_scores *s, struct gg_score_cell *c, const struct gg_packed *p,
                           const struct gg_score_data *d, struct gg_err *err)
{
    struct gg_form form[GG_SPATIAL_ROWS];
    struct gg_fluctuation sums;
    if (!s->fluctuations || c->key.over != GG_NODE || d->width > 1)
        return 0;
    struct gg_fluctuating in = {.n = p->n,
                                .of_all = d->n,
                                .cell = d->cell,
                                .pos = (const double(*)[3])p->pos,
                                .y = p->x,
                                .p = p->y,
                                .half = {p->half[0], p->half[1]},
                                .noise = p->row_noise,
                                .runs = d->runs,
                                .length = d->length,
                                .n_run = d->n_run,
                                .run = p->run};
    if (gg_fluctuate(s->fluctuations, &in, &sums, form, err))
        return -1;
    c->fluctuation = gg_xrealloc(c->fluctuation, (size_t)c->room * sizeof *c->fluctuation);
    c->fluctuation[c->n] = sums;
    keep_forms(c, form, (size_t)s->fluctuations->spatial.n);
    return 0;
}

/* Between what the variances of the truth are taken. */
static enum gg_truth_from truth_from(const struct gg_scores *s, const struct gg_score_data *d)
{
    if (!s->spatial && !s->fluctuations)
        return GG_TRUTH_MEAN;
    return d->half[0]                                  ? GG_TRUTH_HALVES
           : s->fluctuations && d->noise && !d->length ? GG_TRUTH_LESS_NOISE
                                                       : GG_TRUTH_MEAN;
}

static int add_species(struct gg_scores *s, struct gg_score_key key, const struct gg_score_data *d,
                       struct gg_err *err)
{
    struct gg_packed p = gg_score_pack(&s->packing, key.species, d);
    key.truth_from = truth_from(s, d);
    if (p.known > 0 && p.n == 0)
        gg_scores_leave_out(s, &key);
    if (p.n == 0)
        return 0;
    struct gg_score_cell *c = cell_of(s, &key);
    grow(c);
    if (p.spread && isnan(c->scale))
        return gg_fail(err, GG_INPUT,
                       "--scale-from has no uncertainty of '%s' at T = %g, t = %g for species %s",
                       s->name[key.target], key.temperature, key.time, gg_score_key_species(&key));
    if (add_forms(s, c, &p, d, err) || add_fluctuation(s, c, &p, d, err))
        return -1;
    c->part[c->n] = part_of(s, &p, d->width, c->scale);
    if (s->reliability)
        add_bins(c, &p, s->config);
    c->moments[c->n] = moments_of(p.n, d->width, p.x, p.y);
    if (key.vector)
        c->length[c->n] = lengths_of(&p, d->width);
    for (int64_t i = 0; i < p.n && s->spearman && !key.vector; i++)
        keep_pair(c, p.x[i], p.y[i]);
    c->n++;
    return 0;
}

/* The k-th species of the rows: those selected, or each one that is there, and all.  Edges and configurations are of no species: they are
 * in the row of all. */
static int species_of(const struct gg_scores *s, const struct gg_score_data *d, int over, int *species)
{
    int last = 0, n = 0;
    for (int64_t i = 0; i < d->n && d->type; i++)
        if (d->type[i] > last && d->type[i] < GG_SPECIES_MAX)
            last = d->type[i];
    for (int k = 0; k < s->n_species; k++)
        if (over == GG_NODE || s->species[k] == GG_SPECIES_ALL)
            species[n++] = s->species[k];
    for (int k = 0; k <= last && s->n_species == 0 && over == GG_NODE; k++)
        species[n++] = k;
    if (s->n_species == 0)
        species[n++] = GG_SPECIES_ALL;
    return n;
}

int gg_scores_add(struct gg_scores *s, struct gg_score_key key, const struct gg_score_data *d,
                  struct gg_err *err)
{
    int species[GG_SPECIES_MAX + 1], n = species_of(s, d, key.over, species), status = 0;
    for (int k = 0; k < n && status == 0; k++) {
        key.species = species[k];
        status = add_species(s, key, d, err);
    }
    return status;
}

void gg_scores_empty(struct gg_scores *s)
{
    for (int k = 0; k < s->n; k++) {
        struct gg_score_cell *c = &s->cell[k];
        free(c->part);
        free(c->moments);
        free(c->length);
        free(c->form);
        free(c->fluctuation);
        free(c->bin);
        free(c->pair);
    }
    s->n = s->n_config = s->n_left = 0;
    gg_scores_forget_runs(s);
    s->packing.masked = 0;
}

void gg_scores_free(struct gg_scores *s)
{
    gg_scores_empty(s);
    for (int k = 0; k < s->n_name; k++)
        free(s->name[k]);
    for (int k = 0; k < s->n_sample; k++)
        free(s->sample[k]);
    free(s->sample);
    gg_scores_forget_runs(s);
    free(s->cell);
    free(s->against);
    free(s->name);
    free(s->packing.room);
    free(s->left);
    free(s->mixed);
    free(s->scale);
    *s = (struct gg_scores){0};
}
