/* prov.c -- the history of a stream: one entry for each program run, a directed graph by ids */
/* gg_stream(5), META AND PROV.  An id is the CRC32C of the entry's other lines: equal histories have equal ids. */
#include "stream/meta.h"

#include "stream/crc32c.h"
#include "stream/layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void copy_meta(struct gg_meta *to, const struct gg_meta *from)
{
    *to = (struct gg_meta){0};
    gg_meta_merge(to, from);
}

static const char *id_of(const struct gg_meta *entry)
{
    const char *id = gg_meta_get(entry, "id");
    return id ? id : "";
}

static struct gg_meta *append(struct gg_prov *p)
{
    if (p->n == p->room) {
        p->room = p->room ? 2 * p->room : 16;
        p->entry = gg_xrealloc(p->entry, (size_t)p->room * sizeof *p->entry);
    }
    p->entry[p->n] = (struct gg_meta){0};
    return &p->entry[p->n++];
}

static bool same_text(const struct gg_meta *a, const struct gg_meta *b)
{
    size_t na, nb;
    char *ta = gg_meta_text(a, &na), *tb = gg_meta_text(b, &nb);
    bool same = na == nb && memcmp(ta, tb, na) == 0;
    free(ta);
    free(tb);
    return same;
}

int gg_prov_merge(struct gg_prov *into, const struct gg_prov *from, struct gg_err *err)
{
    for (int k = 0; k < from->n; k++) {
        const struct gg_meta *entry = &from->entry[k];
        const struct gg_meta *there = NULL;
        for (int i = 0; i < into->n && !there; i++)
            if (strcmp(id_of(&into->entry[i]), id_of(entry)) == 0)
                there = &into->entry[i];
        if (there && !same_text(there, entry))
            return gg_fail(err, GG_INPUT, "two histories of the same id %s", id_of(entry));
        if (!there)
            copy_meta(append(into), entry);
    }
    return 0;
}

/* Is `id` one of the words of `parents`? */
static bool has_word(const char *parents, const char *id)
{
    size_t n = strlen(id);
    for (const char *at = parents; n > 0 && (at = strstr(at, id)); at += n)
        if ((at == parents || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    return false;
}

/* Ids of the entries that nothing came from yet, separated by spaces; malloc'd. */
static char *leaves(const struct gg_prov *p)
{
    char *text = NULL;
    size_t bytes;
    FILE *to = open_memstream(&text, &bytes);
    for (int k = 0; k < p->n && to; k++) {
        bool is_parent = false;
        for (int i = 0; i < p->n && !is_parent; i++) {
            const char *parents = gg_meta_get(&p->entry[i], "parents");
            is_parent = parents && has_word(parents, id_of(&p->entry[k]));
        }
        if (!is_parent)
            fprintf(to, "%s%s", ftell(to) > 0 ? " " : "", id_of(&p->entry[k]));
    }
    if (to)
        fclose(to);
    return text ? text : gg_xstrdup("");
}

void gg_prov_append(struct gg_prov *p, const struct gg_meta *mine)
{
    struct gg_meta body = {0};
    char *parents = leaves(p);
    if (*parents)
        gg_meta_add(&body, "parents", parents);
    gg_meta_merge(&body, mine);

    size_t bytes;
    char *text = gg_meta_text(&body, &bytes);
    struct gg_meta entry = {0};
    gg_meta_printf(&entry, "id", "%08x", gg_crc32c(0, text, bytes));
    gg_meta_merge(&entry, &body);
    *append(p) = entry;
    gg_meta_clear(&body);
    free(text);
    free(parents);
}

void gg_prov_clear(struct gg_prov *p)
{
    for (int k = 0; k < p->n; k++)
        gg_meta_clear(&p->entry[k]);
    free(p->entry);
    *p = (struct gg_prov){0};
}
