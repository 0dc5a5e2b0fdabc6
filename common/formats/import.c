/* import.c -- drafts, one after the other, into a stream */
#include "formats/import.h"
#include "formats/path.h"

#include <stdio.h>
#include <string.h>

static int describe(struct gg_importer *m, const struct gg_draft *d, struct gg_err *err)
{
    if (m->begun)
        return gg_draft_compare_meta(d, &m->meta, &m->trailer, err);
    gg_meta_merge(&m->meta, &d->meta);
    m->begun = true;
    return gg_writer_begin(m->out, "gg.graph/1", &m->meta, m->prov, err);
}

/* The template that would keep both apart. */
static int refuse_twice(const struct gg_draft *d, const struct gg_seen_before *before, struct gg_err *err)
{
    struct gg_path_words here, there;
    gg_path_read(&here, d->path);
    gg_path_read(&there, before->from);
    if (d->made_by && !strstr(d->made_by, "{folder}") && strcmp(here.folder, there.folder) != 0)
        return gg_fail(err, GG_INPUT,
                       "sample id '%s' comes twice; --sample-id gives others: '{folder}/%s' has the folders",
                       d->id, d->made_by);
    return gg_fail(err, GG_INPUT,
                   "sample id '%s' comes twice%s; --sample-id gives others: '{stem}/{count}' numbers them",
                   d->id, before->from == d->path ? " in the file, with other contents" : "");
}

int gg_importer_add(struct gg_importer *m, const struct gg_draft *d, struct gg_frame *f, struct gg_arena *a,
                    struct gg_err *err)
{
    if (!m->begun && gg_draft_check_drop(d, m->how.drop, err))
        return -1;
    if (gg_draft_frame(d, &m->how, f, a, err))
        return gg_err_prefix(err, "%s: ", d->id);
    if (d->few_digits && !m->few_digits)
        m->few_digits = strcpy(m->few_id, d->id);
    struct gg_seen_before before;
    if (!gg_seen_add(&m->seen, f, d->path, &before)) {
        if (before.from != d->path || !before.equal)
            return refuse_twice(d, &before, err);
        if (!m->n_again++)
            memcpy(m->again_id, f->id, sizeof m->again_id);
        return 0;
    }
    const int32_t *type = gg_frame_find(f, "type")->data;
    for (uint64_t i = 0; i < f->n_node; i++)
        m->types |= UINT64_C(1) << type[i];
    m->has_codes = d->has_codes;
    m->first_type = d->first_type;
    return describe(m, d, err) ? -1 : gg_writer_frame(m->out, f, err);
}

int gg_importer_end(struct gg_importer *m, struct gg_err *err)
{
    if (!m->begun)
        return gg_fail(err, GG_TRUNCATED, "no configuration at all");
    if (m->n_again) {
        char line[64 + GG_ID];
        snprintf(line, sizeof line, "%lld frame%s that came again, the same (%s%s)", (long long)m->n_again,
                 m->n_again > 1 ? "s" : "", m->n_again > 1 ? "first " : "", m->again_id);
        gg_meta_add(&m->trailer, "source.left_out", line);
    }
    return gg_writer_end(m->out, &m->trailer, err);
}

void gg_importer_free(struct gg_importer *m)
{
    gg_seen_free(&m->seen);
    gg_meta_clear(&m->meta);
    gg_meta_clear(&m->trailer);
}

/* All values of a key, separated by semicolons. */
static const char *values(const struct gg_importer *m, const char *key, struct gg_arena *a)
{
    const struct gg_meta *both[] = {&m->meta, &m->trailer};
    const char *text = "";
    for (int b = 0; b < 2; b++)
        for (int k = 0; k < both[b]->n; k++)
            if (!strcmp(both[b]->pair[k].key, key))
                text = gg_arena_printf(a, "%s%s%s", text, *text ? "; " : "", both[b]->pair[k].value);
    return text;
}

/* Species with gaps between them, such as atomic numbers: every model would have room for those that are not there. */
static const char *gaps(const struct gg_importer *m, struct gg_arena *a)
{
    const char *types = "", *codes = "";
    if (!(m->types & (m->types + 1)))
        return "";
    for (int t = 0; t < 64; t++)
        if (m->types >> t & 1) {
            types = gg_arena_printf(a, "%s%s%d", types, *types ? ", " : "", t);
            codes = gg_arena_printf(a, "%s%s%d", codes, *codes ? "," : "", t + m->first_type);
        }
    return m->has_codes
               ? gg_arena_printf(
                     a, "species: types %s only, codes %s of the source; --species %s numbers them from 0",
                     types, codes, codes)
               : gg_arena_printf(a, "species: types %s only", types);
}

const char *gg_importer_summary(const struct gg_importer *m, struct gg_arena *a)
{
    const char *fields = values(m, "source.fields", a), *left = values(m, "source.left_out", a);
    const char *species = gaps(m, a);
    return gg_arena_printf(a, "%s%s%s%s%s%s%s", *fields ? "fields: " : "", fields,
                           *fields && *left ? "; " : "", *left ? "left out: " : "", left,
                           *species && (*fields || *left) ? "; " : "", species);
}
