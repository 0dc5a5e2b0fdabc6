/* npz_sets.c -- the public npz sets, and any npz by a key map
 *
 * BOTAN: Shiba et al., J. Chem. Phys. 158, 084503 (2023).  GlassBench: Zenodo 10118191.  They share names of
 * keys but not their meaning: `positions` runs over replicas in BOTAN and in the 2D trajectories of
 * GlassBench, over time and replicas in ka-md; species count from 1 in GlassBench. */
#include "formats/npz_sets.h"
#include "formats/extra.h"
#include "formats/npz_rest.h"
#include "formats/words.h"

#include <math.h>
#include <string.h>

/* A key of the file for a name of ours.  Names are fields; `box` is the cell. */
struct key {
    const char *name, *key;
};

static const struct key common_keys[] = {{"pos", "initial_positions"},
                                         {"type", "types"},
                                         {"pos_inherent", "initial_positions_inherent"},
                                         {"pos_cage", "initial_positions_cage"},
                                         {"pos_replicas", "positions"},
                                         {"box", "box"},
                                         {"temperature", "temperature"},
                                         {"time", "times"},
                                         {"propensity", "md_prop"},
                                         {"propensity_var", "md_var"},
                                         {"displacement", "md_disp"},
                                         {"bond_breaking", "bb_prop"},
                                         {NULL, NULL}};

/* Quantities over time, and published predictions of the propensity under the methods' names. */
static const char *const series[] = {"propensity",    "propensity_var",   "displacement",
                                     "bond_breaking", "displacement_var", "overlap"};
static const char *const methods[] = {"BOTAN", "CAGE", "GlassMLP", "SE3",  "SBO", "SBO_CG",
                                      "DEN",   "EPOT", "PSI6",     "PSI4", "TT"};

bool gg_npz_looks_ka_md(const struct gg_foreign *f, const char *head)
{
    (void)head;
    return gg_npz_has(&f->npz, "initial_positions") && gg_npz_has(&f->npz, "box") &&
           gg_npz_has(&f->npz, "temperature") && gg_npz_has(&f->npz, "times");
}

bool gg_npz_looks_glassbench(const struct gg_foreign *f, const char *head)
{
    (void)head;
    return gg_npz_has(&f->npz, "types") && gg_npz_has(&f->npz, "initial_positions") &&
           (gg_npz_has(&f->npz, "md_prop") || gg_npz_has(&f->npz, "bb_prop") || gg_npz_has(&f->npz, "box") ||
            gg_npz_has(&f->npz, "initial_positions_inherent"));
}

bool gg_npz_looks_botan(const struct gg_foreign *f, const char *head)
{
    (void)head;
    return gg_npz_has(&f->npz, "types") && gg_npz_has(&f->npz, "initial_positions") &&
           gg_npz_has(&f->npz, "positions") && !gg_npz_looks_glassbench(f, head);
}

/* ---- keys ---- */

/* Any named arrays, of no public set. */
static bool is_any(const struct gg_foreign *f)
{
    return !strcmp(f->format->name, "npz") || !strcmp(f->format->name, "pt");
}

/* Other usual names in archives of no set, the first that is there. */
static const char *usual_key(const struct gg_foreign *f, const char *name)
{
    static const char *const usual[][2] = {{"box", "cell"},       {"box", "lattice"}, {"pos", "positions"},
                                           {"type", "species"},   {"type", "types"},  {"type", "z"},
                                           {"type", "atom_types"}};
    for (size_t k = 0; k < sizeof usual / sizeof usual[0]; k++)
        if (!strcmp(usual[k][0], name) && !gg_npz_has(&f->npz, name) && gg_npz_has(&f->npz, usual[k][1]))
            return usual[k][1];
    return name;
}

/* The key for a name of ours: --map first, then the set's, else (any npz) the name itself. */
static const char *key_of(const struct gg_foreign *f, const char *name)
{
    size_t n = strlen(name);
    for (int k = 0; k < f->options->map.n; k++)
        if (!strncmp(f->options->map.v[k], name, n) && f->options->map.v[k][n] == '=')
            return f->options->map.v[k] + n + 1;
    if (is_any(f))
        return usual_key(f, name);
    for (const struct key *k = common_keys; k->name; k++)
        if (!strcmp(k->name, name))
            return k->key;
    return name;
}

static int no_array(const struct gg_npz *z, const char *map, const char *key, struct gg_err *err)
{
    char list[400] = "";
    size_t n = 0;
    for (int k = 0; k < z->n && n < sizeof list; k++)
        n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", k ? ", " : "", z->name[k]);
    return gg_fail(err, GG_USAGE, "--map %.100s: the file has no array '%.60s'; there are %s", map, key,
                   list);
}

/* Every --map must name a thing of ours and a key of the file. */
static int check_map(const struct gg_foreign *f, struct gg_err *err)
{
    for (int k = 0; k < f->options->map.n; k++) {
        const char *map = f->options->map.v[k], *equals = strchr(map, '=');
        if (!equals || equals == map || !equals[1])
            return gg_fail(err, GG_USAGE, "--map %s: FIELD=KEY is wanted", map);
        if (!gg_npz_has(&f->npz, equals + 1))
            return no_array(&f->npz, map, equals + 1, err);
        bool known = !strncmp(map, "propensity_pred.", 16);
        for (const struct key *c = common_keys; c->name; c++)
            known |=
                strlen(c->name) == (size_t)(equals - map) && !strncmp(c->name, map, (size_t)(equals - map));
        if (!known)
            return gg_fail(err, GG_USAGE, "--map %s: '%.*s' is no field that can be imported", map,
                           (int)(equals - map), map);
    }
    return 0;
}

/* 0: read, or absent (data NULL); -1 */
static int get(const struct gg_foreign *f, struct gg_arena *a, const char *name, struct gg_field *out,
               struct gg_err *err)
{
    const char *key = key_of(f, name);
    *out = (struct gg_field){.data = NULL};
    return gg_npz_has(&f->npz, key) ? gg_npz_read(&f->npz, key, a, out, err) : 0;
}

static int need(const struct gg_foreign *f, struct gg_arena *a, const char *name, struct gg_field *out,
                struct gg_err *err)
{
    if (get(f, a, name, out, err))
        return -1;
    return out->data ? 0
                     : gg_fail(err, GG_INPUT, "no array '%s' for field '%s'; --map %s=KEY names another",
                               key_of(f, name), name, name);
}

/* ---- parts of a configuration ---- */

/* x and y of vectors in three dimensions: the last axis has 3 numbers. */
static void drop_third(struct gg_field *x, struct gg_arena *a)
{
    if (!x->data || !x->ndim || x->shape[x->ndim - 1] != 3)
        return;
    uint64_t n = gg_field_count(x) / 3;
    double *plane = gg_arena_calloc(a, 2 * n + 1, sizeof *plane);
    for (uint64_t k = 0; k < 2 * n; k++)
        plane[k] = gg_field_get(x, k / 2 * 3 + k % 2);
    x->shape[x->ndim - 1] = 2;
    x->dtype = GG_F64;
    x->data = plane;
    x->nbytes = 2 * n * sizeof *plane;
}

static int get_positions(const struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d,
                         struct gg_err *err)
{
    if (need(f, a, "pos", &d->pos, err) || gg_npz_types(f, key_of(f, "type"), is_any(f), a, d, err) ||
        get(f, a, "pos_inherent", &d->inherent, err) || get(f, a, "pos_cage", &d->cage, err) ||
        get(f, a, "pos_replicas", &d->replicas, err))
        return -1;
    if (d->pos.ndim != 2 || (d->pos.shape[1] != 2 && d->pos.shape[1] != 3))
        return gg_fail(err, GG_INPUT, "array '%s': [node, 3] or [node, 2] is wanted", key_of(f, "pos"));
    if (d->replicas.data && d->replicas.ndim != 3 && d->replicas.ndim != 4)
        return gg_fail(err, GG_INPUT,
                       "array '%s': [replica, node, dim] or [time, replica, node, dim] is wanted",
                       key_of(f, "pos_replicas"));
    d->n_node = d->pos.shape[0];
    d->dim = f->options->dim == 2 ? 2 : (int)d->pos.shape[1];
    struct gg_field *vectors[] = {&d->pos, &d->inherent, &d->cage, &d->replicas};
    for (int k = 0; k < 4 && d->dim == 2; k++)
        drop_third(vectors[k], a);
    if (d->inherent.data && !gg_field_count(&d->inherent)) /* an empty array: none */
        d->inherent.data = NULL;
    return 0;
}

static int get_cell(const struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    struct gg_field box;
    double cell[3][3] = {{0}};
    uint64_t dim = (uint64_t)d->dim;
    if (get(f, a, "box", &box, err))
        return -1;
    if (!box.data) {
        bool a_set = !is_any(f);
        double flat = d->n_node == 1290 ? 1290 / (32.8962 * 32.8962) : 0;
        return gg_foreign_cell(f, d, NULL, !a_set ? 0 : d->dim == 3 ? 1.2 : flat, err);
    }
    uint64_t n = gg_field_count(&box);
    uint64_t side = n == 3 || n == 9 ? 3 : dim; /* a plane's box may have a third side */
    if (n != 1 && n != side && n != side * side)
        return gg_fail(err, GG_INPUT, "array '%s' has %llu numbers; 1, %d or %d are wanted", key_of(f, "box"),
                       (unsigned long long)n, d->dim, d->dim * d->dim);
    for (uint64_t v = 0; v < dim; v++)
        for (uint64_t c = 0; c < dim; c++)
            if (n == side * side)
                cell[v][c] = gg_field_get(&box, v * side + c);
            else if (v == c)
                cell[v][c] = gg_field_get(&box, n == 1 ? 0 : c);
    return gg_foreign_cell(f, d, cell, 0, err);
}

/* A number, or text that is one. */
static int get_temperature(const struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d,
                           struct gg_err *err)
{
    struct gg_field t;
    double said;
    const char *text = gg_npz_text(&f->npz, key_of(f, "temperature"), a);
    if (text && !gg_word_double(text, &said))
        return gg_fail(err, GG_INPUT, "array '%s': '%.40s' is no number", key_of(f, "temperature"), text);
    if (text)
        return gg_foreign_temperature(f, d, said, !is_any(f), err);
    if (get(f, a, "temperature", &t, err))
        return -1;
    if (t.data && gg_field_count(&t) != 1)
        return gg_fail(err, GG_INPUT, "array '%s': one number is wanted", key_of(f, "temperature"));
    return gg_foreign_temperature(f, d, t.data ? gg_field_get(&t, 0) : 0, !is_any(f), err);
}

/* C_B, the fraction of bonds kept, begins near 1; the field is the fraction lost, which begins near 0. */
static void count_lost_bonds(struct gg_arena *a, struct gg_draft *d)
{
    for (int k = 0; k < d->n_series; k++) {
        struct gg_field *x = &d->series[k].values;
        uint64_t n = gg_field_count(x);
        double first = 0;
        if (strcmp(d->series[k].name, "bond_breaking") || x->ndim != 2 || !n)
            continue;
        for (uint64_t i = 0; i < x->shape[1]; i++)
            first += gg_field_get(x, i) / (double)x->shape[1];
        double *lost = gg_arena_calloc(a, n, sizeof *lost);
        for (uint64_t i = 0; i < n; i++)
            lost[i] = first > 0.5 ? 1 - gg_field_get(x, i) : gg_field_get(x, i);
        x->data = lost;
        x->dtype = GG_F64;
        x->nbytes = n * sizeof *lost;
        gg_meta_printf(&d->meta, "bond_breaking", "fraction of bonds lost, published%s",
                       first > 0.5 ? " as the fraction kept" : "");
    }
}

/* A quantity without an axis of time, [node] or [node, dim], stands at one time. */
static void at_one_time(struct gg_field *x, const char *name, uint64_t n_node)
{
    int wanted = strncmp(name, "displacement", 12) || name[12] ? 2 : 3;
    bool behind = wanted == 2 && x->ndim == 2 && x->shape[1] == 1 && n_node > 1; /* [node, 1] */
    if (!x->data || !x->ndim || x->shape[0] != n_node || !(x->ndim == wanted - 1 || behind))
        return;
    for (int k = wanted - 1; k > 0; k--)
        x->shape[k] = x->shape[k - 1];
    x->shape[0] = 1;
    x->ndim = (uint8_t)wanted;
}

static int add_series(const struct gg_foreign *f, struct gg_arena *a, const char *key, const char *name,
                      bool one, struct gg_draft *d, struct gg_err *err)
{
    struct gg_field x;
    if (gg_npz_read(&f->npz, key, a, &x, err))
        return -1;
    if (one)
        at_one_time(&x, name, d->n_node);
    if (d->dim == 2 && x.ndim == 3)
        drop_third(&x, a);
    return gg_draft_series(d, name, &x, err);
}

static int get_series(const struct gg_foreign *f, struct gg_arena *a, const struct gg_field *time,
                      struct gg_draft *d, struct gg_err *err)
{
    bool one = !time->data || gg_field_count(time) == 1;
    char name[GG_NAME];
    int failed = 0;
    for (size_t k = 0; k < sizeof series / sizeof series[0] && !failed; k++)
        failed = gg_npz_has(&f->npz, key_of(f, series[k])) &&
                 add_series(f, a, key_of(f, series[k]), series[k], one, d, err);
    for (size_t k = 0; k < sizeof methods / sizeof methods[0] && !failed; k++) {
        snprintf(name, sizeof name, "propensity_pred.%s", methods[k]);
        failed = gg_npz_has(&f->npz, methods[k]) && add_series(f, a, methods[k], name, one, d, err);
    }
    if (!is_any(f)) /* elsewhere an array is what its name says */
        count_lost_bonds(a, d);
    return failed;
}

/* Arrays over no times at all are told, not kept. */
static void leave_out_empty(struct gg_draft *d)
{
    int n = 0;
    for (int k = 0; k < d->n_series; k++)
        if (d->series[k].values.ndim && !d->series[k].values.shape[0])
            gg_extra_left_out(d, d->series[k].name, "of no times");
        else
            d->series[n++] = d->series[k];
    d->n_series = n;
}

/* As many times as the first axis of what runs over time; replicas without a time axis stand at one time. */
static int get_times(const struct gg_foreign *f, struct gg_arena *a, const struct gg_field *t,
                     struct gg_draft *d, struct gg_err *err)
{
    uint64_t n = t->data ? gg_field_count(t) : 0;
    if (!t->data && d->n_series)
        n = d->series[0].values.ndim ? d->series[0].values.shape[0] : 0;
    else if (!t->data && d->replicas.data)
        n = d->replicas.ndim == 4 ? d->replicas.shape[0] : 1;
    if (n > 100000)
        return gg_fail(err, GG_INPUT, "field 'time': %llu times", (unsigned long long)n);
    double *time = gg_arena_calloc(a, n + 1, sizeof *time);
    for (uint64_t k = 0; t->data && k < n; k++)
        time[k] = gg_field_get(t, k);
    if (!n)
        leave_out_empty(d);
    if (!n && t->data)
        gg_extra_left_out(d, "time", "of no times");
    return n ? gg_foreign_times(f, a, d, t->data ? time : NULL, (int)n, err) : 0;
}

/* What downstream needs to know of the runs, and what the positions were like. */
static int describe(const struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    struct gg_field replicas;
    double low = INFINITY, high = -INFINITY, n_replica = 0;
    for (uint64_t k = 0; k < gg_field_count(&d->pos); k++) {
        low = fmin(low, gg_field_get(&d->pos, k));
        high = fmax(high, gg_field_get(&d->pos, k));
    }
    gg_meta_set(&d->meta, "source.positions",
                low >= 0                      ? "[0, L)"
                : high < 0.75 * d->cell[0][0] ? "[-L/2, L/2)"
                                              : "unwrapped");
    if (gg_npz_has(&f->npz, "replicas")) {
        if (gg_npz_read(&f->npz, "replicas", a, &replicas, err))
            return -1;
        n_replica = gg_field_count(&replicas) == 1 ? gg_field_get(&replicas, 0) : 0;
    } else if (d->replicas.data)
        n_replica = (double)d->replicas.shape[d->replicas.ndim - 3];
    if (n_replica >= 1 && n_replica == floor(n_replica))
        gg_meta_printf(&d->meta, "replicas", "%.0f", n_replica);
    return 0;
}

int gg_npz_arrays(const struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    struct gg_field time;
    if (gg_npz_has(&f->npz, "gg_fields") && !f->options->map.n)
        return gg_npz_own(f, a, d, err);
    return check_map(f, err) || get_positions(f, a, d, err) || get_cell(f, a, d, err) ||
                   get_temperature(f, a, d, err) || get(f, a, "time", &time, err) ||
                   get_series(f, a, &time, d, err) || get_times(f, a, &time, d, err) ||
                   describe(f, a, d, err) || gg_npz_rest(f, a, d, err)
               ? -1
               : 0;
}

int gg_npz_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    if (f->n_done)
        return 0;
    return gg_npz_arrays(f, a, d, err) ? -1 : 1;
}
