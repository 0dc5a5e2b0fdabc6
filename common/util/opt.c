/* opt.c -- one option from text and back to text: types, ranges, choices, the nearest name */
#include "util/opt.h"
#include "util/arena.h"
#include "util/file.h"
#include "util/number.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lists live as long as the program; reachable from here, so that a leak checker agrees. */
static struct gg_arena kept;

static bool same_name(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++)
        if ((*a == '_' ? '-' : *a) != (*b == '_' ? '-' : *b))
            return false;
    return *a == *b;
}

const struct gg_opt *gg_opt_find(const struct gg_opt *table, const char *name)
{
    for (const struct gg_opt *o = table; o->name != NULL; o++)
        if (same_name(o->name, name))
            return o;
    return NULL;
}

/* ---- the nearest name ---- */

/* Levenshtein's distance by rows; words longer than the row are never near. */
static int distance(const char *a, const char *b)
{
    enum { ROW = 64 };
    int row[ROW + 1], n = (int)strlen(b);
    if (n > ROW)
        return ROW;
    for (int j = 0; j <= n; j++)
        row[j] = j;
    for (int i = 1; a[i - 1] != '\0'; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            int change = diagonal + (a[i - 1] != b[j - 1]);
            int gap = 1 + (row[j] < row[j - 1] ? row[j] : row[j - 1]);
            diagonal = row[j];
            row[j] = change < gap ? change : gap;
        }
    }
    return row[n];
}

/* Near: a third of the letters wrong at most, and at least one right. */
const char *gg_nearest(const char *word, const char *const *names, int n)
{
    const char *best = NULL;
    int length = (int)strlen(word), least = length <= 4 ? 2 : 1 + length / 3;
    for (int k = 0; k < n; k++) {
        int d = distance(word, names[k]);
        if (d < least && d < length) {
            least = d;
            best = names[k];
        }
    }
    return best;
}

/* ---- from text ---- */

static bool in_range(const struct gg_opt *o, double x)
{
    return (o->min == 0.0 && o->max == 0.0) || (x >= o->min && x <= o->max);
}

static int refuse_range(const struct gg_opt *o, const char *text, const char *where, struct gg_err *err)
{
    char min[32], max[32];
    gg_print_double(min, o->min);
    gg_print_double(max, o->max);
    if (isinf(o->max))
        return gg_fail(err, GG_USAGE, "%s: %s is out of range (at least %s)", where, text, min);
    if (isinf(o->min))
        return gg_fail(err, GG_USAGE, "%s: %s is out of range (at most %s)", where, text, max);
    return gg_fail(err, GG_USAGE, "%s: %s is out of range (%s to %s)", where, text, min, max);
}

static int set_flag(bool *field, const char *text, const char *where, struct gg_err *err)
{
    *field = strcmp(text, "true") == 0;
    if (!*field && strcmp(text, "false") != 0)
        return gg_fail(err, GG_USAGE, "%s: '%.80s' is neither true nor false", where, text);
    return 0;
}

static int set_int(const struct gg_opt *o, int64_t *field, const char *text, const char *where,
                   struct gg_err *err)
{
    if (o->choices && strcmp(text, o->choices) == 0) {
        *field = (int64_t)o->min;
        return 0;
    }
    int64_t x;
    if (!gg_whole(text, &x))
        return gg_fail(err, GG_USAGE, "%s: '%.80s' is not a whole number%s%s", where, text,
                       o->choices ? ", nor " : "", o->choices ? o->choices : "");
    if (!in_range(o, (double)x))
        return refuse_range(o, text, where, err);
    *field = x;
    return 0;
}

/* One number of `length` characters; overflow and NaN are no numbers. */
static int get_real(const struct gg_opt *o, double *x, const char *text, size_t length, const char *where,
                    struct gg_err *err)
{
    char word[64] = "";
    if (length < sizeof word)
        memcpy(word, text, length);
    if (!gg_number(word, x))
        return gg_fail(err, GG_USAGE, "%s: '%.*s' is not a number", where, (int)(length < 80 ? length : 80),
                       text);
    return in_range(o, *x) ? 0 : refuse_range(o, word, where, err);
}

/* Numbers with a comma, blanks, or both between them. */
static int set_reals(const struct gg_opt *o, struct gg_reals *field, const char *text, const char *where,
                     struct gg_err *err)
{
    static const char *const blank = " \t";
    double *v = GG_NEW(&kept, double, strlen(text) / 2 + 1);
    const char *p = text + strspn(text, blank);
    for (int n = 0;;) {
        size_t length = strcspn(p, ", \t");
        if (get_real(o, &v[n++], p, length, where, err) < 0)
            return -1;
        p += length;
        p += strspn(p, blank);
        if (*p == '\0') {
            *field = (struct gg_reals){n, v};
            return 0;
        }
        p += *p == ',';
        p += strspn(p, blank);
    }
}

static void add_text(struct gg_texts *field, const char *text)
{
    const char **v = GG_NEW(&kept, const char *, (size_t)field->n + 1);
    if (field->n > 0)
        memcpy(v, field->v, (size_t)field->n * sizeof *v);
    v[field->n] = text;
    *field = (struct gg_texts){field->n + 1, v};
}

enum { CHOICES = 32 };

/* Cuts "a|b|c" into names kept for the program's life. */
static int split_choices(const char *choices, const char *names[CHOICES])
{
    int n = 0;
    for (char *p = gg_arena_strdup(&kept, choices); p != NULL;) {
        assert(n < CHOICES);
        names[n++] = strsep(&p, "|");
    }
    return n;
}

static int set_choice(const struct gg_opt *o, int *field, const char *text, const char *where,
                      struct gg_err *err)
{
    const char *names[CHOICES];
    int n = split_choices(o->choices, names);
    for (int k = 0; k < n; k++)
        if (strcmp(names[k], text) == 0) {
            *field = k;
            return 0;
        }
    const char *near = gg_nearest(text, names, n);
    return gg_fail(err, GG_USAGE, "%s: '%.80s' is not one of %s%s%s%s", where, text, o->choices,
                   near != NULL ? " (did you mean " : "", near != NULL ? near : "", near != NULL ? "?)" : "");
}

int gg_opt_set(const struct gg_opt *o, void *options, const char *text, const char *where, struct gg_err *err)
{
    void *field = (char *)options + o->offset;
    if (*text == '\0')
        return gg_fail(err, GG_USAGE, "%s: the value is empty", where);
    switch (o->type) {
    case GG_OPT_FLAG:
        return set_flag(field, text, where, err);
    case GG_OPT_INT:
        return set_int(o, field, text, where, err);
    case GG_OPT_REAL:
        return get_real(o, field, text, strlen(text), where, err);
    case GG_OPT_TEXT:
        *(const char **)field = text;
        return 0;
    case GG_OPT_CHOICE:
        return set_choice(o, field, text, where, err);
    case GG_OPT_REALS:
        return set_reals(o, field, text, where, err);
    case GG_OPT_TEXTS:
        add_text(field, text);
        return 0;
    }
    assert(!"unknown type of option");
    return -1;
}

/* ---- back to text ---- */

static char *join_reals(const struct gg_reals *x)
{
    char *text = gg_xmalloc(33 * (size_t)x->n + 1), *p = text;
    *p = '\0';
    for (int k = 0; k < x->n; k++) {
        char number[32];
        gg_print_double(number, x->v[k]);
        p += sprintf(p, "%s%s", k > 0 ? "," : "", number);
    }
    return text;
}

static char *join_texts(const struct gg_texts *x)
{
    size_t room = 1;
    for (int k = 0; k < x->n; k++)
        room += strlen(x->v[k]) + 1;
    char *text = gg_xmalloc(room), *p = text;
    *p = '\0';
    for (int k = 0; k < x->n; k++)
        p += sprintf(p, "%s%s", k > 0 ? "," : "", x->v[k]);
    return text;
}

char *gg_opt_get(const struct gg_opt *o, const void *options)
{
    const void *field = (const char *)options + o->offset;
    const char *names[CHOICES], *text;
    char number[32];
    switch (o->type) {
    case GG_OPT_FLAG:
        return gg_xstrdup(*(const bool *)field ? "true" : "false");
    case GG_OPT_INT:
        snprintf(number, sizeof number, "%" PRId64, *(const int64_t *)field);
        return gg_xstrdup(number);
    case GG_OPT_REAL:
        gg_print_double(number, *(const double *)field);
        return gg_xstrdup(number);
    case GG_OPT_TEXT:
        text = *(const char *const *)field;
        return gg_xstrdup(text != NULL ? text : "");
    case GG_OPT_CHOICE:
        split_choices(o->choices, names);
        return gg_xstrdup(names[*(const int *)field]);
    case GG_OPT_REALS:
        return join_reals(field);
    case GG_OPT_TEXTS:
        return join_texts(field);
    }
    assert(!"unknown type of option");
    return NULL;
}

/* ---- as they were ---- */

static size_t field_size(const struct gg_opt *o)
{
    static const size_t size[] = {[GG_OPT_FLAG] = sizeof(bool),
                                  [GG_OPT_INT] = sizeof(int64_t),
                                  [GG_OPT_REAL] = sizeof(double),
                                  [GG_OPT_TEXT] = sizeof(const char *),
                                  [GG_OPT_CHOICE] = sizeof(int),
                                  [GG_OPT_REALS] = sizeof(struct gg_reals),
                                  [GG_OPT_TEXTS] = sizeof(struct gg_texts)};
    return size[o->type];
}

void *gg_opt_copy(const struct gg_opt *table, const void *options)
{
    size_t bytes = 1;
    for (const struct gg_opt *o = table; o->name != NULL; o++)
        bytes = o->offset + field_size(o) > bytes ? o->offset + field_size(o) : bytes;
    char *copy = gg_xalloc(1, bytes);
    for (const struct gg_opt *o = table; o->name != NULL; o++)
        memcpy(copy + o->offset, (const char *)options + o->offset, field_size(o));
    return copy;
}
