/* predictions_name.c -- what the name of an array of predictions says: which truth it predicts, by which predictor, or whose uncertainty it is */
#include "formats/predictions_file.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Is X in `name` = X_pred, X_pred.NAME (mark "_pred"), or in the same of X_std; where the mark begins, or NULL. */
static const char *mark_in(const char *name, const char *mark)
{
    const char *at = strstr(name, mark);
    size_t n = strlen(mark);
    return at && at > name && (at[n] == 0 || at[n] == '.') ? at : NULL;
}

/* Is there a truth called as the first n letters say? */
static bool is_truth(const struct gg_prediction_for *to, const char *name, size_t n)
{
    char x[GG_NAME];
    if (n >= sizeof x)
        return false;
    memcpy(x, name, n);
    x[n] = 0;
    return strcmp(x, to->target) == 0 || gg_frame_find(to->like, x) ||
           (to->truth && gg_frame_find(to->truth, x));
}

/* The field of an array, `mark` "_pred", or of the uncertainty beside it, "_std": as X_pred, X_pred.NAME say where X is a truth; another X
 * is the name of a predictor, as one that says nothing is. */
static int field_of(const char *array, const char *mark, const struct gg_prediction_for *to,
                    char name[GG_NAME], struct gg_err *err)
{
    const char *pred = mark_in(array, "_pred"), *rest = pred ? pred + strlen("_pred") : "";
    int stem = (int)(pred ? pred - array : (ptrdiff_t)strlen(array));
    bool says = pred && is_truth(to, array, (size_t)stem);
    size_t whole = strcspn(to->target, ":");
    if (!says && to->target[whole])
        return gg_fail(
            err, GG_INPUT,
            "array '%.60s': --target %s is a column, and it says no field: call it %.*s_pred.%.60s "
            "and add --predictor %.60s",
            array, to->target, (int)whole, to->target, array, array);
    int length = says ? snprintf(name, GG_NAME, "%.*s%s%s", stem, array, mark, rest)
                      : snprintf(name, GG_NAME, "%s%s.%.*s%s", to->target, mark, stem, array, rest);
    return length < GG_NAME ? 0
                            : gg_fail(err, GG_INPUT, "array '%.60s': its name has more than %d letters",
                                      array, GG_NAME - 1 - (int)strlen(to->target) - 6);
}

/* The array that this one is the uncertainty of: A of A_std, X_pred of X_std, X_pred.NAME of X_std.NAME, or NULL. */
static const char *spread_of(const struct gg_prediction_file *f, const char *array, struct gg_arena *a)
{
    const char *std = mark_in(array, "_std"), *of = NULL;
    size_t n = strlen(array);
    if (n > 4 && strcmp(array + n - 4, "_std") == 0)
        of = gg_arena_printf(a, "%.*s", (int)(n - 4), array);
    if (std && !(of && gg_prediction_array(f, of)))
        of = gg_arena_printf(a, "%.*s_pred%s", (int)(std - array), array, std + 4);
    return of && gg_prediction_array(f, of) ? of : NULL;
}

int gg_prediction_name(const struct gg_prediction_file *f, const char *array,
                       const struct gg_prediction_for *to, char name[GG_NAME], struct gg_arena *a,
                       struct gg_err *err)
{
    const char *std = mark_in(array, "_std"), *of = spread_of(f, array, a);
    if (!of && std && is_truth(to, array, (size_t)(std - array)))
        return gg_fail(err, GG_INPUT,
                       "array '%.60s': is the uncertainty of '%.*s_pred%s', which is not there", array,
                       (int)(std - array), array, std + 4);
    return of ? field_of(of, "_std", to, name, err) : field_of(array, "_pred", to, name, err);
}
