/* export_prov.c -- the history of a stream as shell */
/* A chain of programs, each made from the one before it alone, is a pipeline.  Where histories join or part, each
 * chain stands by itself under a comment that says from what it was made: file names are not part of a history. */
#include "formats/export.h"
#include "formats/prov_text.h"

#include <stdlib.h>
#include <string.h>

static bool names(const struct gg_meta *entry, const char *id)
{
    const char *parents = gg_prov_of(entry, "parents");
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
    const char *id = gg_prov_of(&p->entry[k], "id");
    return strcmp(gg_prov_of(&p->entry[k + 1], "parents"), id) == 0 && children(p, id) == 1;
}

static void comment(FILE *to, const struct gg_meta *entry, bool first)
{
    gg_prov_line(to, first ? "# " : "\n# ", gg_prov_of(entry, "id"));
    gg_prov_line(to, ": ", gg_prov_of(entry, "program"));
    gg_prov_line(to, " ", gg_prov_of(entry, "version"));
    if (*gg_prov_of(entry, "parents"))
        gg_prov_line(to, ", from ", gg_prov_of(entry, "parents"));
    fputc('\n', to);
}

static int member(struct gg_export *x, struct gg_err *err)
{
    (void)err;
    const struct gg_prov *p = &x->from->prov;
    for (int k = 0; k < p->n; k++) {
        if (k == 0 || !goes_on(p, k - 1))
            comment(x->to, &p->entry[k], k == 0 && x->from->n_member == 0);
        const char *argv = gg_prov_of(&p->entry[k], "argv");
        struct gg_err why;
        bool command = gg_prov_check_command(argv, &why) == 0;
        if (!command && *argv) {
            gg_prov_line(x->to, "# no plain command: ", argv);
            fputc('\n', x->to);
        }
        fprintf(x->to, "%s%s\n", command ? argv : ":", goes_on(p, k) ? " |" : "");
    }
    return 0;
}

const struct gg_export_type gg_export_prov = {.reads = GG_EXPORT_TO, .member = member};
