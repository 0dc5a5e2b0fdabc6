/* weight_facts.c -- what a map of weights says besides parameters */
#include "model/weight_facts.h"

#include <math.h>

/* `mean_neighbours`: a number, or the array that holds it. */
static int read_mean(struct gg_weight_facts *x, const struct gg_npz *npz, struct gg_arena *a,
                     struct gg_err *err)
{
    const struct gg_yaml *y = x->mean_at;
    const char *text;
    struct gg_field f;
    if (gg_yaml_text(y, &text, err))
        return -1;
    if (!gg_npz_has(npz, text)) {
        if (gg_yaml_real(y, &x->mean_neighbours, err))
            return gg_yaml_fail(y, err,
                                "mean_neighbours: '%s' is no number, nor one of the arrays: put it in", text);
    } else if (gg_npz_read(npz, text, a, &f, err)) {
        return -1;
    } else if (gg_field_count(&f) != 1) {
        return gg_yaml_fail(y, err, "mean_neighbours: array '%s' has %llu numbers, one is wanted", text,
                            (unsigned long long)gg_field_count(&f));
    } else {
        x->mean_neighbours = gg_field_get(&f, 0);
        x->mean_array = text;
    }
    return x->mean_neighbours > 0 && x->mean_neighbours < 1e9
               ? 0
               : gg_yaml_fail(y, err, "mean_neighbours: %g, a number above 0 is wanted", x->mean_neighbours);
}

int gg_weight_facts_read(struct gg_weight_facts *x, const struct gg_yaml *map, const struct gg_npz *npz,
                         struct gg_arena *a, struct gg_err *err)
{
    static const char *const known[] = {"species",  "times", "mean_neighbours", "transpose", "parameters",
                                        "settings", "sizes", "ignored",         NULL};
    struct gg_yaml *y, *times = gg_yaml_get(map, "times");
    int64_t species;
    *x = (struct gg_weight_facts){.mean_at = gg_yaml_get(map, "mean_neighbours")};
    if (gg_yaml_check_keys(map, NULL, known, err) || (x->mean_at && read_mean(x, npz, a, err)) ||
        !(y = gg_yaml_need(map, "species", err)) || gg_yaml_int(y, 1, GG_MAX_SPECIES, &species, err) ||
        (times && gg_yaml_reals(times, a, &x->times, err)))
        return -1;
    if (times && (x->times.n < 1 || x->times.n > GG_MAX_TIMES))
        return gg_yaml_fail(times, err, "times: %d of them, 1 to %d make a model", x->times.n, GG_MAX_TIMES);
    x->n_species = (int)species;
    return 0;
}

static bool same(double a, double b)
{
    return fabs(a - b) <= 1e-6 * fabs(b);
}

int gg_weight_facts_check(const struct gg_weight_facts *x, const struct gg_model *m,
                          const struct gg_yaml *map, double *mean, struct gg_err *err)
{
    *mean = 0;
    if (x->n_species != m->n_species)
        return gg_yaml_fail(gg_yaml_get(map, "species"), err, "species: the map is for %d, the model has %d",
                            x->n_species, m->n_species);
    for (int k = 0; k < m->n_op; k++) {
        double own = m->op[k].layer.mean_neighbours;
        if (!m->op[k].layer.needs_mean)
            continue;
        if (!x->mean_at || !(own > 0))
            return gg_yaml_fail(map, err,
                                "mean_neighbours is missing: %s divides sums by it; the other code's number",
                                m->op[k].name);
        if (*mean > 0 && !same(own, *mean))
            return gg_yaml_fail(
                x->mean_at, err,
                "mean_neighbours: %s divides by %g, layers before it by %g: the other code has "
                "one number",
                m->op[k].name, own, *mean);
        if (!x->mean_array && !same(own, x->mean_neighbours))
            return gg_yaml_fail(
                x->mean_at, err,
                "mean_neighbours: %g in the map, %s divides by %.10g: write this into the map, "
                "and into the other code's settings",
                x->mean_neighbours, m->op[k].name, own);
        *mean = own;
    }
    return 0;
}
