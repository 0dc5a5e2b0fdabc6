/* table.c -- rows of particles, kept as numbers */
#include "formats/table.h"
#include "formats/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gg_table_free(struct gg_table *t)
{
    free(t->value);
    for (int k = 0; k < t->n_word; k++)
        free(t->word[k]);
    *t = (struct gg_table){.n = 0};
}

int gg_table_add(struct gg_table *t, const char *name, char kind, int width, struct gg_err *err)
{
    if (t->n_property == GG_MAX_PROPERTY || width < 1 || width > GG_MAX_COLUMNS - t->n_column)
        return gg_fail(err, GG_INPUT, "more than %d columns", t->n_column);
    if (!*name || strlen(name) >= GG_NAME)
        return gg_fail(err, GG_INPUT, "column name '%.80s'; 1 to %d characters are wanted", name,
                       GG_NAME - 1);
    if (gg_table_find(t, name) >= 0)
        return gg_fail(err, GG_INPUT, "column '%.40s' comes twice", name);
    struct gg_property *p = &t->property[t->n_property++];
    *p = (struct gg_property){.kind = kind, .width = width, .at = t->n_column};
    snprintf(p->name, sizeof p->name, "%s", name);
    t->n_column += width;
    return 0;
}

int gg_table_find(const struct gg_table *t, const char *name)
{
    for (int k = 0; k < t->n_property; k++)
        if (!strcmp(t->property[k].name, name))
            return k;
    return -1;
}

double *gg_table_new_row(struct gg_table *t)
{
    if (t->n == t->room) {
        t->room = t->room ? 2 * t->room : 64;
        t->value = gg_xrealloc(t->value, t->room * (size_t)t->n_column * sizeof *t->value);
    }
    return t->value + t->n++ * (uint64_t)t->n_column;
}

static int word_code(struct gg_table *t, const char *word, double *code, struct gg_err *err)
{
    int k = 0;
    while (k < t->n_word && strcmp(t->word[k], word))
        k++;
    if (k == GG_MAX_WORDS)
        return gg_fail(err, GG_INPUT, "more than %d species: '%.40s'", GG_MAX_WORDS, word);
    if (k == t->n_word) {
        t->word_row[k] = t->n - 1;
        t->word[t->n_word++] = gg_xstrdup(word);
    }
    *code = k;
    return 0;
}

/* One word of a property as a number. */
static int read_word(struct gg_table *t, struct gg_property *p, int column, const char *word, double *x,
                     struct gg_err *err)
{
    bool flag;
    *x = 0;
    if (p->words)
        return word_code(t, word, x, err);
    if (!p->kind)
        p->kind = p->finite || gg_word_number(word, x) ? 'R' : 'S';
    if (p->kind == 'S')
        return 0;
    if (p->kind == 'L') {
        bool is = gg_word_bool(word, &flag);
        *x = flag;
        return is ? 0 : gg_fail(err, GG_INPUT, "column %d: '%.40s'; T or F is wanted", column + 1, word);
    }
    if (!gg_word_number(word, x) || (p->finite && !isfinite(*x)))
        return gg_fail(err, GG_INPUT, "column %d: '%.40s' is no finite number", column + 1, word);
    if (p->kind == 'I' && !(fabs(*x) < 0x1p53 && *x == floor(*x)))
        return gg_fail(err, GG_INPUT, "column %d: '%.40s' is no whole number", column + 1, word);
    if (p->finite && p->kind == 'R' && gg_word_digits(word) > t->digits)
        t->digits = gg_word_digits(word);
    return 0;
}

int gg_table_row(struct gg_table *t, char *line, struct gg_err *err)
{
    double *row = gg_table_new_row(t);
    int column = 0;
    for (int k = 0; k < t->n_property; k++)
        for (int w = 0; w < t->property[k].width; w++, column++) {
            const char *word = gg_word(&line);
            if (!word)
                return gg_fail(err, GG_INPUT, "%d columns; %d are wanted", column, t->n_column);
            if (read_word(t, &t->property[k], column, word, &row[column], err))
                return -1;
        }
    return gg_word(&line) ? gg_fail(err, GG_INPUT, "more than %d columns", t->n_column) : 0;
}

/* ---- sorting ---- */

struct place {
    double id;
    uint64_t row;
};

static int by_id(const void *a, const void *b)
{
    double p = ((const struct place *)a)->id, q = ((const struct place *)b)->id;
    return (p > q) - (p < q);
}

static int check_ids(const struct place *place, uint64_t n, struct gg_err *err)
{
    for (uint64_t i = 0; i < n; i++) {
        double id = place[i].id;
        if (!(fabs(id) < 0x1p53 && id == floor(id)))
            return gg_fail(err, GG_INPUT, "atom id %g", id);
        if (i && id == place[i - 1].id)
            return gg_fail(err, GG_INPUT, "atom id %.0f comes twice", id);
    }
    return 0;
}

int gg_table_sort(struct gg_table *t, int property, struct gg_err *err)
{
    const size_t width = (size_t)t->n_column;
    struct place *place = gg_xmalloc((t->n + 1) * sizeof *place);
    for (uint64_t i = 0; i < t->n; i++)
        place[i] = (struct place){t->value[i * width + (size_t)t->property[property].at], i};
    qsort(place, t->n, sizeof *place, by_id);
    int failed = check_ids(place, t->n, err);
    if (!failed) {
        double *sorted = gg_xmalloc((t->n * width + 1) * sizeof *sorted);
        for (uint64_t i = 0; i < t->n; i++)
            memcpy(sorted + i * width, t->value + place[i].row * width, width * sizeof *sorted);
        free(t->value);
        t->value = sorted;
        t->room = t->n;
    }
    free(place);
    return failed;
}

/* ---- columns ---- */

struct gg_field gg_table_field(const struct gg_table *t, struct gg_arena *a, int property, int width)
{
    const struct gg_property *p = &t->property[property];
    int dtype = p->kind == 'L' ? GG_BOOL : p->kind == 'I' ? GG_I64 : GG_F64, n = width ? width : p->width;
    struct gg_field x = {.dtype = (uint8_t)dtype,
                         .ndim = n > 1 ? 2 : 1,
                         .shape = {t->n, n > 1 ? (uint64_t)n : 0}};
    x.nbytes = t->n * (uint64_t)n * gg_dtype_size(dtype);
    x.data = gg_arena_alloc(a, x.nbytes + 1);
    for (uint64_t i = 0, k = 0; i < t->n; i++)
        for (int c = 0; c < n; c++, k++) {
            double value = t->value[i * (uint64_t)t->n_column + (uint64_t)(p->at + c)];
            if (dtype == GG_F64)
                ((double *)x.data)[k] = value;
            else if (dtype == GG_I64)
                ((int64_t *)x.data)[k] = (int64_t)value;
            else
                ((uint8_t *)x.data)[k] = value != 0;
        }
    return x;
}
