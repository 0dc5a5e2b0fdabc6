/* drafts.c -- the configurations of several files, one after the other */
#include "formats/runs.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void add_path(struct gg_drafts *s, const char *path)
{
    s->path = gg_xrealloc(s->path, (size_t)(s->n + 1) * sizeof *s->path);
    s->path[s->n++] = gg_xstrdup(path);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strverscmp((*a)->d_name, (*b)->d_name);
}

/* The files in a folder; those that begin with a dot are hidden as in the shell. */
static int add_folder(struct gg_drafts *s, const char *folder, struct gg_err *err)
{
    struct dirent **entry;
    int n = scandir(folder, &entry, NULL, by_name), before = s->n;
    if (n < 0)
        return gg_fail_errno(err, "cannot open %s", folder);
    for (int k = 0; k < n; k++) {
        char path[4096];
        struct stat info;
        int length = snprintf(path, sizeof path, "%s/%s", folder, entry[k]->d_name);
        if (entry[k]->d_name[0] != '.' && length < (int)sizeof path && !stat(path, &info) &&
            S_ISREG(info.st_mode))
            add_path(s, path);
        free(entry[k]);
    }
    free(entry);
    return s->n > before ? 0 : gg_fail(err, GG_INPUT, "reading %s: no files in the folder", folder);
}

int gg_drafts_init(struct gg_drafts *s, char *const *path, int n, const struct gg_foreign_options *o,
                   bool runs, struct gg_err *err)
{
    *s = (struct gg_drafts){.runs = runs, .options = o, .first_type = -1};
    for (int k = 0; k < n; k++) {
        struct stat info;
        if (stat(path[k], &info) || !S_ISDIR(info.st_mode))
            add_path(s, path[k]);
        else if (add_folder(s, path[k], err)) {
            gg_drafts_close(s);
            return -1;
        }
    }
    return 0;
}

/* What one file leaves open, all files of a command read alike. */
static int settle_types(struct gg_drafts *s, struct gg_draft *d, struct gg_err *err)
{
    if (!d->first_is_open)
        return 0;
    if (s->first_type < 0)
        s->first_type = d->first_type;
    if (d->first_type < s->first_type)
        return gg_fail(
            err, GG_INPUT,
            "%s: species code 0, but in files before this one 1 was the smallest; --first-type 0 reads all "
            "from 0",
            d->id);
    d->first_type = s->first_type;
    gg_meta_set(&d->meta, "source.types", d->first_type ? "from 1" : "from 0");
    return 0;
}

static void shut(struct gg_drafts *s)
{
    if (s->open)
        gg_foreign_close(&s->file);
    s->open = false;
}

static int next_file(struct gg_drafts *s, struct gg_err *err)
{
    shut(s);
    if (s->next == s->n)
        return 0;
    if (gg_foreign_open(&s->file, s->path[s->next++], s->options, err))
        return -1;
    s->file.n_before = s->n_done;
    s->open = true;
    return 1;
}

int gg_drafts_next(struct gg_drafts *s, struct gg_arena *a, struct gg_draft *draft, struct gg_err *err)
{
    if (s->runs) {
        int n = s->next ? 0 : s->n;
        s->next = s->n;
        return n == 0 ? 0 : gg_runs_join(s->path, n, s->options, a, draft, err) ? -1 : 1;
    }
    for (;;) {
        int got = s->open ? gg_foreign_next(&s->file, a, draft, err) : 0;
        s->n_done += got == 1;
        if (got)
            return got < 0 || settle_types(s, draft, err) ? -1 : 1;
        if ((got = next_file(s, err)) <= 0)
            return got;
    }
}

void gg_drafts_close(struct gg_drafts *s)
{
    shut(s);
    for (int k = 0; k < s->n; k++)
        free(s->path[k]);
    free(s->path);
    *s = (struct gg_drafts){.n = 0};
}
