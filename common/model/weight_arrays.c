/* weight_arrays.c -- the named arrays of an npz, for a map of weights */
#include "model/weight_arrays.h"
#include "util/pattern.h"

#include <math.h>

static bool is_ignored(const struct gg_yaml *map, const char *name)
{
    const struct gg_yaml *list = gg_yaml_get(map, "ignored");
    for (const struct gg_yaml *e = list ? list->first : NULL; e; e = e->next)
        if (e->kind == GG_YAML_SCALAR && gg_pattern_matches(e->text, name))
            return true;
    return false;
}

static int read_array(struct gg_named_array *out, double **number, const struct gg_npz *npz,
                      struct gg_arena *a, struct gg_err *err)
{
    struct gg_field x;
    if (gg_npz_read(npz, out->name, a, &x, err))
        return -1;
    int64_t n = (int64_t)gg_field_count(&x);
    if (n == 0)
        return gg_fail(err, GG_INPUT, "array '%s' has no numbers", out->name);
    out->ndim = x.ndim;
    for (int d = 0; d < x.ndim; d++)
        out->shape[d] = (int64_t)x.shape[d];
    *number = GG_NEW(a, double, (size_t)n);
    for (int64_t k = 0; k < n; k++) {
        (*number)[k] = gg_field_get(&x, (uint64_t)k);
        if (!isfinite((gg_real)(*number)[k]))
            return gg_fail(err, GG_INPUT, "array '%s': number %lld is not finite, or too large", out->name,
                           (long long)k);
    }
    return 0;
}

int gg_weight_arrays_read(struct gg_weight_arrays *x, const struct gg_npz *npz, const struct gg_yaml *map,
                          struct gg_arena *a, struct gg_err *err)
{
    *x = (struct gg_weight_arrays){.n = npz->n,
                                   .array = GG_NEW(a, struct gg_named_array, (size_t)npz->n + 1),
                                   .number = GG_NEW(a, double *, (size_t)npz->n + 1)};
    for (int k = 0; k < npz->n; k++) {
        x->array[k] = (struct gg_named_array){.name = npz->name[k]};
        if (is_ignored(map, npz->name[k]))
            continue;
        if (read_array(&x->array[k], &x->number[k], npz, a, err))
            return -1;
        x->array[k].number = x->number[k];
    }
    return 0;
}
