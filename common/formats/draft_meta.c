/* draft_meta.c -- what drafts say, held against those before and against what the user leaves out */
#include "formats/draft.h"
#include "formats/extra.h"

#include <string.h>

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

int gg_draft_check_drop(const struct gg_draft *d, const struct gg_texts *drop, struct gg_err *err)
{
    for (int k = 0; k < drop->n; k++) {
        const char *name = drop->v[k];
        if (!strcmp(name, "pos") || !strcmp(name, "type") || !strcmp(name, "time"))
            return gg_fail(err, GG_USAGE, "--drop %s: every configuration keeps it", name);
        if (d && !gg_field_lookup(name) && strncmp(name, "propensity_pred.", 16) && !gg_extra_known(d, name))
            return gg_fail(err, GG_USAGE, "--drop %.60s: no field that is imported", name);
    }
    return 0;
}
