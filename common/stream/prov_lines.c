/* prov_lines.c -- a history as text, entry after entry, for what is no stream: pictures and tables */
#include "stream/meta.h"

#include "util/escape.h"
#include "util/text_stream.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char mark[] = GG_PROV_MARK;

char *gg_prov_text(const struct gg_prov *p)
{
    char *all;
    size_t bytes;
    FILE *to = gg_text_open(&all, &bytes);
    for (int k = 0; k < p->n; k++) {
        char *text = gg_meta_text(&p->entry[k], &bytes);
        fputs(text, to);
        free(text);
    }
    fclose(to);
    return all;
}

/* The end of an entry: the next one begins with its id. */
static const char *entry_end(const char *text)
{
    const char *next = strstr(text, "\nid\t");
    return next ? next + 1 : text + strlen(text);
}

/* Entries of lines that somebody sorted or cut have not all of these. */
static int check_whole(const struct gg_meta *entry, struct gg_err *err)
{
    static const char *const keys[] = {"id", "program", "argv"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        if (!gg_meta_get(entry, keys[k]))
            return gg_fail(err, GG_INPUT, "an entry has no %s", keys[k]);
    return 0;
}

int gg_prov_parse(struct gg_prov *into, const char *text, struct gg_err *err)
{
    int status = 0;
    for (const char *end; *text && status == 0; text = end) {
        struct gg_meta entry = {0};
        struct gg_prov one = {.n = 1, .entry = &entry};
        end = entry_end(text);
        status = gg_meta_parse(&entry, text, (size_t)(end - text), err);
        if (status == 0)
            status = check_whole(&entry, err);
        if (status == 0)
            status = gg_prov_merge(into, &one, err);
        gg_meta_clear(&entry);
    }
    return status ? gg_err_prefix(err, "its history: ") : 0;
}

char *gg_prov_comment(const struct gg_prov *p)
{
    char *all, *text = gg_prov_text(p), *rest = NULL;
    size_t bytes;
    FILE *to = gg_text_open(&all, &bytes);
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char *value = strchr(line, '\t');
        assert(value); /* gg_meta_text writes key, tab, value */
        *value++ = 0;
        gg_escape_line(value); /* nothing that moves a cursor */
        fprintf(to, "%s%s\t%s\n", mark, line, value);
    }
    fclose(to);
    free(text);
    return all;
}

int gg_prov_parse_comments(struct gg_prov *into, const char *text, struct gg_err *err)
{
    char *all;
    size_t bytes;
    FILE *to = gg_text_open(&all, &bytes);
    for (const char *line = text, *end; *line; line = *end ? end + 1 : end) {
        end = line + strcspn(line, "\n");
        if (strncmp(line, mark, strlen(mark)) == 0)
            fprintf(to, "%.*s\n", (int)strcspn(line + strlen(mark), "\r\n"), line + strlen(mark));
    }
    fclose(to);
    int status = gg_prov_parse(into, all, err);
    free(all);
    return status;
}
