/* export_prov.c -- the history of a stream as shell */
/* A chain of programs, each made from the one before it alone, is a pipeline.  Where histories join or part, each
 * chain stands by itself under a comment that says from what it was made: file names are not part of a history. */
#include "formats/export.h"

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
static void comment(FILE *to, const struct gg_meta *entry, bool first)
{
    fprintf(to, "%s# %.80s: %.80s %.80s", first ? "" : "\n", of(entry, "id"), of(entry, "program"),
            of(entry, "version"));
    if (*of(entry, "parents"))
        fprintf(to, ", from %.200s", of(entry, "parents"));
    fputc('\n', to);
}

static int member(struct gg_export *x, struct gg_err *err)
{
    (void)err;
    const struct gg_prov *p = &x->from->prov;
    for (int k = 0; k < p->n; k++) {
        if (k == 0 || !goes_on(p, k - 1))
            comment(x->to, &p->entry[k], k == 0 && x->from->n_member == 0);
        const char *line = of(&p->entry[k], "argv");
        fprintf(x->to, "%s%s\n", *line ? line : ":", goes_on(p, k) ? " |" : "");
    }
    return 0;
}

const struct gg_export_type gg_export_prov = {.member = member};
