/* draft.c -- one configuration as a foreign source states it */
#include "formats/draft.h"

#include <stdio.h>
#include <string.h>

void gg_draft_clear(struct gg_draft *d)
{
    gg_meta_clear(&d->meta);
    *d = (struct gg_draft){.dim = 0};
}

int gg_draft_series(struct gg_draft *d, const char *name, const struct gg_field *values, struct gg_err *err)
{
    for (int k = 0; k < d->n_series; k++)
        if (!strcmp(d->series[k].name, name))
            return gg_fail(err, GG_INPUT, "two columns would be field '%s'", name);
    if (d->n_series == GG_MAX_SERIES)
        return gg_fail(err, GG_INPUT, "more than %d quantities over time", GG_MAX_SERIES);
    struct gg_series *s = &d->series[d->n_series++];
    snprintf(s->name, sizeof s->name, "%s", name);
    s->values = *values;
    return 0;
}

static bool says(const struct gg_meta *m, const struct gg_pair *line)
{
    for (int k = 0; k < m->n; k++)
        if (!strcmp(m->pair[k].key, line->key) && !strcmp(m->pair[k].value, line->value))
            return true;
    return false;
}

int gg_draft_compare_meta(const struct gg_draft *d, const struct gg_meta *first, struct gg_meta *trailer,
                          struct gg_err *err)
{
    const char *before = gg_meta_get(first, "replicas"), *now = gg_meta_get(&d->meta, "replicas");
    if ((before || now) && (!before || !now || strcmp(before, now)))
        return gg_fail(err, GG_INPUT,
                       "%s: %s replicas, the configurations before have %s; import them separately", d->id,
                       now ? now : "no", before ? before : "none");
    for (int k = 0; k < d->meta.n; k++)
        if (!says(first, &d->meta.pair[k]))
            gg_meta_add(trailer, d->meta.pair[k].key, d->meta.pair[k].value);
    return 0;
}
