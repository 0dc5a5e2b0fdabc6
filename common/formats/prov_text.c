/* prov_text.c -- histories in words: their lines, the runs they tell of, a graph, JSON */
#include "formats/prov_text.h"
#include "formats/picture.h"
#include "stream/reader.h"
#include "util/arena.h"
#include "util/escape.h"
#include "util/file.h"
#include "util/json.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *gg_prov_of(const struct gg_meta *entry, const char *key)
{
    const char *value = gg_meta_get(entry, key);
    return value ? value : "";
}

void gg_prov_line(FILE *to, const char *head, const char *value)
{
    char text[400];
    snprintf(text, sizeof text, "%s", value);
    gg_escape_line(text);
    fprintf(to, "%s%s", head, text);
}

/* ---- runs ---- */

static bool is_parent(const struct gg_prov *p, int parent, int child)
{
    const char *id = gg_prov_of(&p->entry[parent], "id");
    return *id && strstr(gg_prov_of(&p->entry[child], "parents"), id); /* ids are 8 hex digits each */
}

/* above[k * n + j]: j is behind k, at once (2) or through others (1); oldest entries come first. */
static char *ancestors(const struct gg_prov *p)
{
    size_t n = (size_t)p->n;
    char *above = gg_xalloc(n * n + 1, 1);
    for (size_t k = 0; k < n; k++)
        for (size_t j = 0; j < k; j++) {
            if (!is_parent(p, (int)j, (int)k))
                continue;
            for (size_t i = 0; i < j; i++)
                if (above[j * n + i] && !above[k * n + i])
                    above[k * n + i] = 1;
            above[k * n + j] = 2;
        }
    return above;
}

/* How many entries of the same command line are behind each, one behind the other. */
static int *levels(const struct gg_prov *p, const char *above)
{
    int *level = gg_xalloc((size_t)p->n + 1, sizeof *level);
    for (int k = 0; k < p->n; k++)
        for (int j = 0; j < k; j++)
            if (above[(size_t)k * (size_t)p->n + (size_t)j] && level[j] >= level[k] &&
                strcmp(gg_prov_of(&p->entry[j], "argv"), gg_prov_of(&p->entry[k], "argv")) == 0)
                level[k] = level[j] + 1;
    return level;
}

void gg_prov_runs_init(struct gg_prov_runs *r, const struct gg_prov *p)
{
    char *above = ancestors(p);
    int *level = levels(p, above);
    *r = (struct gg_prov_runs){.n = 0};
    r->first = gg_xalloc((size_t)p->n + 1, sizeof *r->first);
    r->of = gg_xalloc((size_t)p->n + 1, sizeof *r->of);
    for (int k = 0; k < p->n; k++) {
        const char *argv = gg_prov_of(&p->entry[k], "argv");
        int run = 0;
        while (run < r->n && !(*argv && level[r->first[run]] == level[k] &&
                               strcmp(gg_prov_of(&p->entry[r->first[run]], "argv"), argv) == 0))
            run++;
        if (run == r->n)
            r->first[r->n++] = k;
        r->of[k] = run;
    }
    r->feeds = gg_xalloc((size_t)r->n * (size_t)r->n + 1, sizeof *r->feeds);
    for (int k = 0; k < p->n; k++)
        for (int j = 0; j < k; j++)
            if (above[(size_t)k * (size_t)p->n + (size_t)j] == 2)
                r->feeds[r->of[j] * r->n + r->of[k]] = true;
    free(above);
    free(level);
}

void gg_prov_runs_free(struct gg_prov_runs *r)
{
    free(r->first);
    free(r->of);
    free(r->feeds);
    *r = (struct gg_prov_runs){0};
}

bool gg_prov_runs_feeds(const struct gg_prov_runs *r, int a, int b)
{
    return a != b && r->feeds[a * r->n + b];
}

/* ---- files ---- */

/* Are there lines of a history near the end of the text file? */
static bool ends_with_history(const char *path)
{
    enum { NEAR = 1 << 16 };
    char tail[NEAR] = "\n";
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool is = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    off_t from = is && st.st_size > NEAR - 2 ? st.st_size - NEAR + 2 : 0;
    ssize_t got = is ? pread(fd, tail + 1, NEAR - 2, from) : 0;
    if (fd >= 0)
        close(fd);
    tail[got > 0 ? got + 1 : 1] = 0; /* behind a NUL of no text there is none */
    return strstr(tail, "\n" GG_PROV_MARK) != NULL;
}

/* As gg_picture_history, of a table. */
static int table_history(struct gg_prov *history, const char *path, struct gg_err *err)
{
    enum { MAX_TABLE = 1 << 28 };
    size_t n;
    if (!ends_with_history(path))
        return 0;
    char *text = gg_read_file(path, MAX_TABLE, &n, err);
    int status = text ? gg_prov_parse_comments(history, text, err) : -1;
    free(text);
    return status ? gg_err_prefix(err, "%s: ", path) : 1;
}

int gg_prov_file_read(struct gg_prov_file *f, const char *path, struct gg_err *err)
{
    struct gg_reader r;
    struct gg_frame frame = {0};
    int event = -1;
    *f = (struct gg_prov_file){0};
    int other = gg_picture_history(&f->prov, path, err); /* than a stream */
    if (other == 0)
        other = table_history(&f->prov, path, err);
    if (other && f->prov.n)
        gg_set_add(&f->leaf, gg_prov_of(&f->prov.entry[f->prov.n - 1], "id"));
    f->n_member = other > 0;
    if (other)
        return other < 0 ? -1 : 0;
    if (gg_reader_open(&r, path, err))
        return -1;
    while ((event = gg_reader_next(&r, &frame, err)) > 0) {
        if (event != GG_EVENT_MEMBER)
            continue;
        f->n_member++;
        if (r.prov.n)
            gg_set_add(&f->leaf, gg_prov_of(&r.prov.entry[r.prov.n - 1], "id"));
        if (gg_prov_merge(&f->prov, &r.prov, err)) {
            event = -1;
            break;
        }
    }
    gg_frame_free(&frame);
    gg_reader_close(&r);
    return event;
}

void gg_prov_file_free(struct gg_prov_file *f)
{
    gg_prov_clear(&f->prov);
    gg_set_clear(&f->leaf);
    *f = (struct gg_prov_file){0};
}

/* ---- a graph, JSON ---- */

/* A text in double quotes, as Graphviz has them. */
static void quoted(FILE *to, const char *text)
{
    fputc('"', to);
    for (const char *c = text; *c; c++)
        fprintf(to, *c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
    fputc('"', to);
}

void gg_prov_dot(FILE *to, const struct gg_prov *prov)
{
    struct gg_prov_runs r;
    gg_prov_runs_init(&r, prov);
    fputs("digraph history {\n    rankdir=LR;\n    node [shape=box, fontname=\"sans\"];\n", to);
    for (int k = 0; k < r.n; k++) {
        char argv[400];
        snprintf(argv, sizeof argv, "%s", gg_prov_of(&prov->entry[r.first[k]], "argv"));
        gg_escape_line(argv);
        fprintf(to, "    r%d [label=", k);
        quoted(to, argv);
        fputs("];\n", to);
    }
    for (int a = 0; a < r.n; a++)
        for (int b = 0; b < r.n; b++)
            if (gg_prov_runs_feeds(&r, a, b))
                fprintf(to, "    r%d -> r%d;\n", a, b);
    fputs("}\n", to);
    gg_prov_runs_free(&r);
}

void gg_prov_json(FILE *to, const struct gg_prov *prov)
{
    struct gg_json j = {.to = to};
    gg_json_begin(&j, NULL, '[');
    for (int k = 0; k < prov->n; k++) {
        gg_json_begin(&j, NULL, '{');
        for (int line = 0; line < prov->entry[k].n; line++)
            gg_json_text(&j, prov->entry[k].pair[line].key, prov->entry[k].pair[line].value);
        gg_json_end(&j, '}');
    }
    gg_json_end(&j, ']');
    fputc('\n', to);
}
