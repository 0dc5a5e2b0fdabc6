/* csv.c -- the tables that gg-dump writes, back to frames
 *
 *     frame,id,node,pos.x,pos.y,pos.z,type,...,gg_frame
 *
 * RFC 4180 with one line a row.  The last column says in the first line of a frame what its fields are (export_keys.c);
 * columns of one field stand together.  A table without it is not read: nothing in it says what the columns mean. */
#include "formats/extra.h"
#include "formats/own.h"
#include "formats/words.h"
#include "formats/xyz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COLUMNS = 4096 };

bool gg_csv_looks(const struct gg_foreign *f, const char *head)
{
    (void)f;
    return !strncmp(head, "frame,id,node,", 14);
}

/* The next cell of a line, unquoted in place; NULL at the end, or (*bad) for quotes that do not close. */
static char *next_cell(char **p, bool *bad)
{
    char *start = *p, *to, *from;
    if (!start)
        return NULL;
    if (*start != '"') {
        char *comma = strchr(start, ',');
        *p = comma ? comma + 1 : NULL;
        if (comma)
            *comma = 0;
        return start;
    }
    for (from = to = ++start; *from && !(*from == '"' && from[1] != '"'); from++) {
        from += *from == '"';
        *to++ = *from;
    }
    *bad = !*from || (from[1] && from[1] != ',');
    *p = *from && from[1] == ',' ? from + 2 : NULL;
    *to = 0;
    return *bad ? NULL : start;
}

struct csv {
    int n_column;
    char **name, **cell; /* of the columns; of the line at hand */
    char *pending;       /* the first line of the next frame; NULL: there is none */
};

/* Cuts the line up in place.  Returns the number of cells. */
static int cut(struct gg_input *in, char *line, int limit, char **cell, struct gg_err *err)
{
    bool bad = false;
    int n = 0;
    char *one;
    while ((one = next_cell(&line, &bad))) {
        if (n == limit)
            return gg_input_fail(in, err, GG_INPUT, "more than %d columns", limit);
        cell[n++] = one;
    }
    return bad ? gg_input_fail(in, err, GG_INPUT, "quotes that do not close") : n;
}

static int cut_row(struct gg_input *in, char *line, struct csv *c, struct gg_err *err)
{
    int n = cut(in, line, c->n_column, c->cell, err);
    if (n < 0 || n == c->n_column)
        return n < 0 ? -1 : 0;
    return gg_input_fail(in, err, GG_INPUT, "%d columns; %d are wanted", n, c->n_column);
}

static int read_title(struct gg_foreign *f, struct csv *c, struct gg_err *err)
{
    char *line;
    int got = gg_input_line(&f->input, &line, err);
    if (got <= 0)
        return got ? -1 : gg_fail(err, GG_TRUNCATED, "empty");
    c->name = GG_NEW(&f->arena, char *, MAX_COLUMNS);
    c->cell = GG_NEW(&f->arena, char *, MAX_COLUMNS);
    c->n_column = cut(&f->input, gg_arena_strdup(&f->arena, line), MAX_COLUMNS, c->name, err);
    if (c->n_column < 0)
        return -1;
    if (c->n_column < 4 || strcmp(c->name[c->n_column - 1], "gg_frame"))
        return gg_fail(err, GG_INPUT,
                       "no column gg_frame: only tables that gg-dump wrote say what is in them");
    return 0;
}

/* Columns of the field: called NAME or NAME.something; their number. */
static int add_field(struct gg_table *t, const struct csv *c, const char *name, int *first,
                     struct gg_err *err)
{
    size_t n = strlen(name);
    int count = 0;
    *first = -1;
    for (int k = 3; k < c->n_column - 1; k++) {
        if (strncmp(c->name[k], name, n) || (c->name[k][n] && c->name[k][n] != '.'))
            continue;
        if (*first < 0)
            *first = k;
        if (k != *first + count)
            break;
        count++;
    }
    return count ? gg_table_add(t, name, 'R', count, err) : 0;
}

/* An empty cell is a missing number. */
static int fill_row(struct gg_input *in, struct gg_table *t, const int *first, char **cell,
                    struct gg_err *err)
{
    double *row = gg_table_new_row(t);
    for (int k = 0; k < t->n_property; k++)
        for (int w = 0; w < t->property[k].width; w++) {
            const char *word = cell[first[k] + w];
            double *x = &row[t->property[k].at + w];
            *x = NAN;
            if (*word && !gg_word_number(word, x))
                return gg_input_fail(in, err, GG_INPUT, "column %d: '%.40s' is no number", first[k] + w + 1,
                                     word);
        }
    return 0;
}

/* The rows of one frame, of which the first is cut up already; the line behind them is kept. */
static int read_rows(struct gg_foreign *f, struct csv *c, struct gg_table *t, const int *first,
                     struct gg_err *err)
{
    char frame[32], *line;
    size_t n = (size_t)snprintf(frame, sizeof frame, "%.20s,", c->cell[0]);
    c->pending = NULL;
    for (;;) {
        if (fill_row(&f->input, t, first, c->cell, err))
            return -1;
        int got = gg_input_line(&f->input, &line, err);
        if (got <= 0)
            return got;
        if (strncmp(frame, line, n)) {
            c->pending = gg_arena_strdup(&f->arena, line);
            return 0;
        }
        if (cut_row(&f->input, line, c, err))
            return -1;
    }
}

/* As many rows as the first line says; tables of older versions do not say it. */
static int check_rows(const struct gg_input *in, const struct gg_keys *keys, uint64_t n, struct gg_err *err)
{
    double wanted = (double)n;
    if (gg_keys_number(keys, "gg_nodes", &wanted, err))
        return -1;
    return (double)n == wanted ? 0
                               : gg_fail(err, (double)n < wanted ? GG_TRUNCATED : GG_INPUT,
                                         "%llu rows up to line %llu; gg_nodes=%.0f are wanted",
                                         (unsigned long long)n, (unsigned long long)in->line, wanted);
}

/* Columns of the fields that have some. */
static int add_fields(struct gg_table *t, const struct csv *c, const char *text, struct gg_arena *a,
                      int *first, struct gg_err *err)
{
    struct gg_field *fields;
    int n, at;
    if (gg_own_parse(a, text, &fields, &n, err))
        return -1;
    for (int k = 0; k < n; k++) {
        if (!fields[k].ndim || fields[k].axis[0] != GG_NODE)
            continue;
        if (add_field(t, c, fields[k].name, &at, err))
            return -1;
        if (at >= 0)
            first[t->n_property - 1] = at;
    }
    return 0;
}

static int read_frame(struct gg_foreign *f, struct csv *c, struct gg_table *t, struct gg_arena *a,
                      struct gg_draft *d, struct gg_err *err)
{
    struct gg_keys *keys = GG_NEW(a, struct gg_keys, 1);
    int first[GG_MAX_PROPERTY];
    if (cut_row(&f->input, gg_arena_strdup(a, c->pending), c, err))
        return -1;
    if (gg_keys_parse(keys, a, c->cell[c->n_column - 1], '=', err) || !gg_keys_get(keys, "gg_fields"))
        return gg_input_fail(&f->input, err, GG_INPUT, "column gg_frame does not say what the frame is");
    if (add_fields(t, c, gg_keys_get(keys, "gg_fields"), a, first, err) || read_rows(f, c, t, first, err) ||
        check_rows(&f->input, keys, t->n, err) || gg_extxyz_own(keys, t, a, d, err))
        return gg_err_prefix(err, "frame %lld: ", (long long)f->n_done);
    return 1;
}

int gg_csv_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    struct gg_table t = {.n = 0};
    struct csv *c = f->state;
    char *line;
    if (!c) {
        c = f->state = GG_NEW(&f->arena, struct csv, 1);
        int got = read_title(f, c, err) ? -1 : gg_input_line(&f->input, &line, err);
        if (got < 0)
            return -1;
        c->pending = got ? gg_arena_strdup(&f->arena, line) : NULL;
    }
    if (!c->pending)
        return 0;
    int got = read_frame(f, c, &t, a, d, err);
    gg_table_free(&t);
    return got;
}
