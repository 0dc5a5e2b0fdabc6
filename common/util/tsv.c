/* tsv.c -- tables of text: read as TSV, print as TSV or aligned */
#include "util/tsv.h"
#include "util/same.h"
#include "util/arena.h"
#include "util/text_stream.h"
#include "util/escape.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE = 1 << 28, MAX_COLUMN = 1024 };

static char *copy(const char *s, size_t n)
{
    char *c = gg_xmalloc(n + 1);
    memcpy(c, s, n);
    c[n] = 0;
    gg_escape_line(c); /* no tab, no newline, nothing that moves a cursor */
    return c;
}

static void add_head(struct gg_tsv *t, const char *name, size_t n)
{
    t->head = gg_xrealloc(t->head, ((size_t)t->n_col + 1) * sizeof *t->head);
    t->head[t->n_col++] = copy(name, n);
}

static void add_cell(struct gg_tsv *t, const char *text, size_t n)
{
    if (t->filled == t->room) {
        t->room = t->room ? 2 * t->room : 256;
        t->cell = gg_xrealloc(t->cell, (size_t)t->room * sizeof *t->cell);
    }
    t->cell[t->filled++] = copy(text, n);
    t->n_row = t->filled / t->n_col;
}

void gg_tsv_head(struct gg_tsv *t, const char *name)
{
    add_head(t, name, strlen(name));
}

void gg_tsv_add(struct gg_tsv *t, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *text = gg_xvprintf(fmt, args);
    va_end(args);
    add_cell(t, text, strlen(text));
    free(text);
}

void gg_tsv_number(struct gg_tsv *t, double x, int digits, const char *missing)
{
    if (isnan(x))
        gg_tsv_add(t, "%s", missing);
    else
        gg_tsv_add(t, "%.*f", digits, x);
}

void gg_tsv_digits(struct gg_tsv *t, double x, int digits, const char *missing)
{
    if (isnan(x))
        gg_tsv_add(t, "%s", missing);
    else
        gg_tsv_add(t, "%.*g", digits, x);
}

/* One line into cells, or into the header while there is none. */
static int add_line(struct gg_tsv *t, const char *line, size_t length, const char *path, int number,
                    struct gg_err *err)
{
    int cells = 0, header = t->n_col == 0;
    for (const char *p = line, *end = line + length;; p++) {
        const char *tab = memchr(p, '\t', (size_t)(end - p));
        size_t n = (size_t)((tab ? tab : end) - p);
        cells++;
        if (cells > MAX_COLUMN || (!header && cells > t->n_col))
            break;
        if (header)
            add_head(t, p, n);
        else
            add_cell(t, p, n);
        if (!tab)
            break;
        p = tab;
    }
    if (cells != t->n_col)
        return gg_fail(err, GG_INPUT, "%s: line %d: %s %d cells, the header has %d", path, number,
                       cells > t->n_col ? "more than" : "only", cells > t->n_col ? t->n_col : cells,
                       t->n_col);
    return 0;
}

int gg_tsv_read(struct gg_tsv *t, const char *path, struct gg_err *err)
{
    size_t bytes, comment_bytes;
    char *text = gg_read_file(path, MAX_FILE, &bytes, err);
    int status = 0, number = 0;
    if (!text)
        return -1;
    path = strcmp(path, "-") == 0 ? "standard input" : path;
    *t = (struct gg_tsv){0};
    FILE *comments = gg_text_open(&t->comments, &comment_bytes);
    if (memchr(text, 0, bytes))
        status = gg_fail(err, GG_INPUT, "%s: is no text: a table of tab-separated columns is wanted", path);
    for (char *p = text, *end = text + bytes; status == 0 && p < end;) {
        char *newline = memchr(p, '\n', (size_t)(end - p));
        size_t n = (size_t)((newline ? newline : end) - p);
        size_t without_cr = n && p[n - 1] == '\r' ? n - 1 : n;
        number++;
        if (without_cr && *p == '#')
            fprintf(comments, "%.*s\n", (int)without_cr, p);
        else if (without_cr)
            status = add_line(t, p, without_cr, path, number, err);
        p += n + 1;
    }
    if (status == 0 && t->n_col == 0)
        status = gg_fail(err, GG_TRUNCATED, "%s: is empty: a table with a header line is wanted", path);
    free(text);
    fclose(comments);
    if (status)
        gg_tsv_free(t);
    return status;
}

int gg_tsv_find(const struct gg_tsv *t, const char *column)
{
    for (int c = 0; c < t->n_col; c++)
        if (strcmp(t->head[c], column) == 0)
            return c;
    return -1;
}

int gg_tsv_need(const struct gg_tsv *t, const char *column, const char *path, struct gg_err *err)
{
    int c = gg_tsv_find(t, column);
    if (c < 0)
        return gg_fail(err, GG_INPUT, "%s: has no column '%s'; its first is '%s'", path, column, t->head[0]);
    return c;
}

const char *gg_tsv_text(const struct gg_tsv *t, int row, int col)
{
    return t->cell[row * t->n_col + col];
}

double gg_tsv_value(const struct gg_tsv *t, int row, int col)
{
    const char *text = gg_tsv_text(t, row, col);
    char *end;
    double x = strtod(text, &end);
    return end == text || *end ? NAN : x;
}

bool gg_tsv_same(const char *a, const char *b)
{
    char *end[2];
    if (strcmp(a, b) == 0)
        return true;
    double x = strtod(a, &end[0]), y = strtod(b, &end[1]);
    return *a && *b && !*end[0] && !*end[1] && gg_same(x, y);
}

int gg_tsv_print(const struct gg_tsv *t, struct gg_sink *to, struct gg_err *err)
{
    for (int k = 0; k < t->n_col + t->filled; k++) {
        const char *text = k < t->n_col ? t->head[k] : t->cell[k - t->n_col];
        if (gg_sink_printf(to, err, "%s%c", text, (k + 1) % t->n_col ? '\t' : '\n'))
            return -1;
    }
    return 0;
}

/* Width on the screen of UTF-8 text: bytes that do not continue a character. */
static int width(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += (*text & 0xC0) != 0x80;
    return n;
}

static int is_number(const char *text)
{
    return strchr("+-.0123456789", *text) != NULL;
}

int gg_tsv_align(const struct gg_tsv *t, int indent, struct gg_sink *to, struct gg_err *err)
{
    int status = 0;
    for (int row = -1; row < t->n_row; row++) {
        status |= gg_sink_printf(to, err, "%*s", indent, "");
        for (int c = 0; c < t->n_col && status == 0; c++) {
            const char *text = row < 0 ? t->head[c] : gg_tsv_text(t, row, c);
            int wide = width(t->head[c]), right = t->n_row > 0 && is_number(gg_tsv_text(t, 0, c));
            for (int r = 0; r < t->n_row; r++)
                if (width(gg_tsv_text(t, r, c)) > wide)
                    wide = width(gg_tsv_text(t, r, c));
            int pad = wide - width(text), last = c + 1 == t->n_col;
            status = gg_sink_printf(to, err, "%*s%s%*s%s", right ? pad : 0, "", text, right || last ? 0 : pad,
                                    "", last ? "\n" : "  ");
        }
    }
    return status;
}

void gg_tsv_free(struct gg_tsv *t)
{
    for (int c = 0; c < t->n_col; c++)
        free(t->head[c]);
    for (int k = 0; k < t->filled; k++)
        free(t->cell[k]);
    free(t->head);
    free(t->cell);
    free(t->comments);
    *t = (struct gg_tsv){0};
}
