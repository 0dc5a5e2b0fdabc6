/* rates.c -- how fast each parameter moves: train.freeze, train.rates, and statistics, which no gradient moves */
#include "learn/rates.h"
#include "util/pattern.h"

#include <stdlib.h>

int gg_rates_read(struct gg_train_keys *keys, const struct gg_yaml *train, struct gg_arena *a,
                  struct gg_err *err)
{
    const struct gg_yaml *map = train ? gg_yaml_get(train, "rates") : NULL;
    struct gg_rates *r = &keys->rates;
    if (!map)
        return 0;
    if (gg_yaml_expect(map, GG_YAML_MAP, "train.rates", err))
        return -1;
    r->pattern = GG_NEW(a, const char *, (size_t)map->n + 1);
    r->factor = GG_NEW(a, double, (size_t)map->n + 1);
    for (const struct gg_yaml *y = map->first; y; y = y->next, r->n++) {
        r->pattern[r->n] = y->key;
        if (gg_yaml_real(y, &r->factor[r->n], err))
            return -1;
        if (!(r->factor[r->n] >= 0 && r->factor[r->n] <= 1e6))
            return gg_yaml_fail(y, err, "train.rates: %g times the learning rate, 0 to 1e6 can be",
                                r->factor[r->n]);
    }
    return 0;
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

int gg_rates_make(const struct gg_train_keys *keys, const struct gg_model *m, gg_real **factor,
                  struct gg_err *err)
{
    gg_real *x = gg_xalloc((size_t)m->n_weight + 1, sizeof *x);
    struct gg_weight piece;
    char name[GG_NAME];
    int status = 0;
    bool any = keys->rates.n + keys->freeze.n > 0;
    for (int64_t k = 0; k < m->n_weight; k++)
        x[k] = 1;
    for (int k = 0; k < keys->rates.n && !status; k++)
        status = apply(m, "rates", keys->rates.pattern[k], keys->rates.factor[k], x, err);
    for (int k = 0; k < keys->freeze.n && !status; k++)
        status = apply(m, "freeze", keys->freeze.v[k], 0, x, err);
    for (int64_t k = 0; gg_model_weight(m, k, name, &piece); k++)
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
