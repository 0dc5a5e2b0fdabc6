/* export_prov.c -- the history of a stream as shell */
/* A chain of programs, each made from the one before it alone, is a pipeline.  Where histories join or part, each
 * chain stands by itself under a comment that says from what it was made: file names are not part of a history. */
#include "formats/export.h"
#include "util/arena.h"
#include "util/escape.h"

#include <stdlib.h>
#include <string.h>

static const char *of(const struct gg_meta *entry, const char *key)
{
    const char *value = gg_meta_get(entry, key);
    return value ? value : "";
}

static bool names(const struct gg_meta *entry, const char *id)
{
    const char *parents = of(entry, "parents");
    return *id && strstr(parents, id) != NULL; /* ids are 8 hex digits each */
}

static int children(const struct gg_prov *p, const char *id)
{
    int n = 0;
    for (int k = 0; k < p->n; k++)
        n += names(&p->entry[k], id);
    return n;
}

/* Does entry k + 1 read what entry k writes, and nothing else? */
static bool goes_on(const struct gg_prov *p, int k)
{
    if (k + 1 >= p->n)
        return false;
    const char *id = of(&p->entry[k], "id");
    return strcmp(of(&p->entry[k + 1], "parents"), id) == 0 && children(p, id) == 1;
}

/* One line, whatever the value holds. */
static void line(FILE *to, const char *head, const char *value)
{
    char text[400];
    snprintf(text, sizeof text, "%s", value);
    gg_escape_line(text);
    fprintf(to, "%s%s", head, text);
}

static void comment(FILE *to, const struct gg_meta *entry, bool first)
{
    line(to, first ? "# " : "\n# ", of(entry, "id"));
    line(to, ": ", of(entry, "program"));
    line(to, " ", of(entry, "version"));
    if (*of(entry, "parents"))
        line(to, ", from ", of(entry, "parents"));
    fputc('\n', to);
}

/* Past a word as gg_escape_shell writes it: plain characters, quoted text, \'. NULL: something that the shell would act on. */
static const char *past_word(const char *at)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%^";
    const char *start = at;
    while (*at && *at != ' ') {
        const char *close = *at == '\'' ? strchr(at + 1, '\'') : NULL;
        if (close)
            at = close + 1;
        else if (at[0] == '\\' && at[1] == '\'')
            at += 2;
        else if (strchr(plain, *at))
            at++;
        else
            return NULL;
    }
    return at > start ? at : NULL;
}

/* A program of this suite and its words, on one line.  What a stream says of its history is no code: anything else, a list of
 * commands, a substitution, control characters, is shown and not run. */
static bool is_command(const char *argv)
{
    char *shown = gg_xstrdup(argv);
    gg_escape_line(shown);
    bool good = strncmp(argv, "gg-", 3) == 0 && strcmp(shown, argv) == 0;
    for (const char *at = argv; good && at; at = at && *at == ' ' ? at + 1 : NULL)
        good = (at = past_word(at)) != NULL;
    free(shown);
    return good;
}

static int member(struct gg_export *x, struct gg_err *err)
{
    (void)err;
    const struct gg_prov *p = &x->from->prov;
    for (int k = 0; k < p->n; k++) {
        if (k == 0 || !goes_on(p, k - 1))
            comment(x->to, &p->entry[k], k == 0 && x->from->n_member == 0);
        const char *argv = of(&p->entry[k], "argv");
        bool command = is_command(argv);
        if (!command && *argv) {
            line(x->to, "# no plain command: ", argv);
            fputc('\n', x->to);
        }
        fprintf(x->to, "%s%s\n", command ? argv : ":", goes_on(p, k) ? " |" : "");
    }
    return 0;
}

const struct gg_export_type gg_export_prov = {.reads = GG_EXPORT_TO, .member = member};
