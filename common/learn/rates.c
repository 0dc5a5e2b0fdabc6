/* rates.c -- how fast each parameter moves, decays and falls to 0: train.freeze, rates, decays, sparse, and statistics, which no gradient moves */
#include "learn/rates.h"
#include "util/pattern.h"

#include <stdlib.h>
#include <string.h>

/* One map from patterns to what `of` says of numbers. */
static int read_map(struct gg_rates *r, const struct gg_yaml *map, const char *of, struct gg_arena *a,
                    struct gg_err *err)
{
    if (!map)
        return 0;
    if (gg_yaml_expect(map, GG_YAML_MAP, map->key, err))
        return -1;
    r->pattern = GG_NEW(a, const char *, (size_t)map->n + 1);
    r->factor = GG_NEW(a, double, (size_t)map->n + 1);
    for (const struct gg_yaml *y = map->first; y; y = y->next, r->n++) {
        r->pattern[r->n] = y->key;
        if (gg_yaml_real(y, &r->factor[r->n], err))
            return -1;
        if (!(r->factor[r->n] >= 0 && r->factor[r->n] <= 1e6))
            return gg_yaml_fail(y, err, "train.%s: %g %s, 0 to 1e6 can be", map->key, r->factor[r->n], of);
    }
    return 0;
}

int gg_rates_read(struct gg_train_keys *keys, const struct gg_yaml *train, struct gg_arena *a,
                  struct gg_err *err)
{
    const struct gg_yaml *decays = gg_yaml_get(train, "decays");
    if (decays && !(keys->weight_decay > 0))
        return gg_yaml_fail(decays, err, "train.decays: factors of train.weight_decay, which is 0: give it");
    return read_map(&keys->rates, gg_yaml_get(train, "rates"), "times the learning rate", a, err) ||
                   read_map(&keys->decays, decays, "times the weight decay", a, err) ||
                   read_map(&keys->sparse, gg_yaml_get(train, "sparse"), "as strength", a, err)
               ? -1
               : 0;
}

static void set(gg_real *x, const struct gg_weight *piece, double value)
{
    int64_t n = 1;
    for (int d = 0; d < piece->ndim; d++)
        n *= piece->shape[d];
    for (int64_t k = 0; k < n; k++)
        x[piece->offset + k] = (gg_real)value;
}

/* Gives `factor` to every parameter that the pattern matches. */
static int apply(const struct gg_model *m, const char *key, const char *pattern, double factor, gg_real *x,
                 struct gg_err *err)
{
    struct gg_weight piece;
    char name[GG_NAME], first[GG_NAME] = "";
    int n = 0;
    for (int64_t k = 0; gg_model_weight(m, k, name, &piece); k++) {
        if (k == 0)
            snprintf(first, sizeof first, "%s", name);
        if (!gg_pattern_matches(pattern, name))
            continue;
        set(x, &piece, factor);
        n++;
    }
    if (n == 0)
        return gg_fail(
            err, GG_USAGE,
            "train.%s: '%s' matches no parameter of this model (the first is '%s'; gg-dump shows those of a "
            "model file)",
            key, pattern, first);
    return 0;
}

/* `otherwise` for all, and by the map's patterns in their order what these say. */
static gg_real *factors(const struct gg_rates *r, const char *key, gg_real otherwise,
                        const struct gg_model *m, struct gg_err *err)
{
    gg_real *x = gg_xalloc((size_t)m->n_weight + 1, sizeof *x);
    int status = 0;
    for (int64_t k = 0; k < m->n_weight; k++)
        x[k] = otherwise;
    for (int k = 0; k < r->n && !status; k++)
        status = apply(m, key, r->pattern[k], r->factor[k], x, err);
    if (!status)
        return x;
    free(x);
    return NULL;
}

int gg_decays_make(const struct gg_train_keys *keys, const struct gg_model *m, gg_real **factor,
                   struct gg_err *err)
{
    *factor = keys->decays.n ? factors(&keys->decays, "decays", 1, m, err) : NULL;
    return keys->decays.n && !*factor ? -1 : 0;
}

int gg_sparse_make(const struct gg_train_keys *keys, const struct gg_model *m, const gg_real *factor,
                   gg_real **strength, struct gg_err *err)
{
    gg_real *x = *strength = keys->sparse.n ? factors(&keys->sparse, "sparse", 0, m, err) : NULL;
    for (int64_t k = 0; x && factor && k < m->n_weight; k++)
        x[k] *= factor[k];
    return keys->sparse.n && !x ? -1 : 0;
}

int gg_rates_make(const struct gg_train_keys *keys, const struct gg_model *m, gg_real **factor,
                  struct gg_err *err)
{
    gg_real *x = factors(&keys->rates, "rates", 1, m, err);
    struct gg_weight piece;
    char name[GG_NAME];
    int status = x ? 0 : -1;
    bool any = keys->rates.n + keys->freeze.n > 0;
    for (int k = 0; k < keys->freeze.n && !status; k++)
        status = apply(m, "freeze", keys->freeze.v[k], 0, x, err);
    for (int64_t k = 0; !status && gg_model_weight(m, k, name, &piece); k++)
        if (piece.statistic) {
            set(x, &piece, 0);
            any = true;
        }
    *factor = any && !status ? x : NULL;
    if (!*factor)
        free(x);
    return status;
}

void gg_rates_mask(const gg_real *factor, int64_t n, gg_real *dw)
{
    for (int64_t k = 0; factor && k < n; k++)
        if (factor[k] == 0)
            dw[k] = 0;
}

void gg_rates_hold(const struct gg_train_keys *keys, const struct gg_model *m, const gg_real *w,
                   gg_real *state)
{
    struct gg_weight piece;
    char name[GG_NAME];
    for (int64_t k = 0; keys->freeze.n && gg_model_weight(m, k, name, &piece); k++) {
        int64_t n = piece.statistic ? 1 : 0;
        for (int d = 0; d < piece.ndim; d++)
            n *= piece.shape[d];
        for (int p = 0; n && p < keys->freeze.n; p++)
            if (gg_pattern_matches(keys->freeze.v[p], name))
                memcpy(state + piece.offset, w + piece.offset, (size_t)n * sizeof *w);
    }
}
