/* prov.c -- the history of a stream: one entry for each program run, a directed graph by ids */
/* gg_stream(5), META AND PROV.  An id is the CRC32C of the entry's other lines: equal histories have equal ids. */
#include "stream/meta.h"

#include "stream/crc32c.h"
#include "stream/layout.h"
#include "util/text_stream.h"

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

/* "i" and the id, "t" and all lines: ids and texts are told apart by what is in front. */
static char *key_of(char what, const char *text)
{
    return gg_xprintf("%c%s", what, text);
}

static char *id_key(const struct gg_meta *entry)
{
    return key_of('i', id_of(entry));
}

static char *text_key(const struct gg_meta *entry)
{
    size_t bytes;
    char *text = gg_meta_text(entry, &bytes), *key = key_of('t', text);
    free(text);
    return key;
}

/* What is known follows the entries. */
static void know_all(struct gg_prov *p)
{
    for (; p->n_known < p->n; p->n_known++) {
        char *id = id_key(&p->entry[p->n_known]), *text = text_key(&p->entry[p->n_known]);
        gg_set_add(&p->known, id);
        gg_set_add(&p->known, text);
        free(id);
        free(text);
    }
}

static int merge_entry(struct gg_prov *into, const struct gg_meta *entry, struct gg_err *err)
{
    know_all(into);
    char *id = id_key(entry), *text = text_key(entry);
    bool there = gg_set_has(&into->known, id), same = gg_set_has(&into->known, text);
    free(id);
    free(text);
    if (there && !same)
        return gg_fail(err, GG_INPUT, "two histories of the same id %s", id_of(entry));
    if (!there)
        copy_meta(append(into), entry);
    return 0;
}

int gg_prov_merge(struct gg_prov *into, const struct gg_prov *from, struct gg_err *err)
{
    for (int k = 0; k < from->n; k++)
        if (merge_entry(into, &from->entry[k], err) < 0)
            return -1;
    return 0;
}

/* The words of every `parents`. */
static struct gg_set all_parents(const struct gg_prov *p)
{
    struct gg_set words = {0};
    for (int k = 0; k < p->n; k++) {
        const char *parents = gg_meta_get(&p->entry[k], "parents");
        char *list = gg_xstrdup(parents ? parents : ""), *rest = list, *word;
        while ((word = strsep(&rest, " ")))
            if (*word)
                gg_set_add(&words, word);
        free(list);
    }
    return words;
}

/* Ids of the entries that nothing came from yet, separated by spaces; malloc'd. */
static char *leaves(const struct gg_prov *p)
{
    char *text;
    size_t bytes;
    struct gg_set words = all_parents(p);
    FILE *to = gg_text_open(&text, &bytes);
    const char *between = "";
    for (int k = 0; k < p->n; k++) {
        if (gg_set_has(&words, id_of(&p->entry[k])))
            continue;
        fprintf(to, "%s%s", between, id_of(&p->entry[k]));
        between = " ";
    }
    fclose(to);
    gg_set_clear(&words);
    return text;
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
    gg_set_clear(&p->known);
    *p = (struct gg_prov){0};
}
