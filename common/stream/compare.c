/* compare.c -- two streams, number by number */
#include "stream/compare.h"

#include "util/escape.h"
#include "util/file.h"
#include "util/words.h"

#include <fnmatch.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static struct gg_finding *finding_of(struct gg_comparison *c, const char *name)
{
    for (int k = 0; k < c->n; k++)
        if (strcmp(c->finding[k].name, name) == 0)
            return &c->finding[k];
    if (c->n == c->room) {
        c->room = c->room ? 2 * c->room : 16;
        c->finding = gg_xrealloc(c->finding, (size_t)c->room * sizeof *c->finding);
    }
    struct gg_finding *x = &c->finding[c->n++];
    *x = (struct gg_finding){.worst_share = -1};
    snprintf(x->name, sizeof x->name, "%s", name);
    return x;
}

void gg_compare_note(struct gg_comparison *c, const char *name, uint64_t frame, const char *fmt, ...)
{
    struct gg_finding *x = finding_of(c, name);
    if (*x->note)
        return;
    va_list args;
    int n = frame == UINT64_MAX
                ? 0
                : snprintf(x->note, sizeof x->note, "frame %llu: ", (unsigned long long)frame);
    va_start(args, fmt);
    vsnprintf(x->note + n, sizeof x->note - (size_t)n, fmt, args);
    va_end(args);
}

/* Is `name` in a list of words separated by commas, which may hold * ? [...]? */
static bool listed(const struct gg_texts *list, const char *name)
{
    for (int k = 0; list && k < list->n; k++) {
        char *words = gg_xstrdup(list->v[k]), *rest = words, *word;
        bool found = false;
        while (!found && (word = strsep(&rest, ",")))
            found = fnmatch(word, name, 0) == 0;
        free(words);
        if (found)
            return true;
    }
    return false;
}

static bool some_fields_only(const struct gg_comparison *c)
{
    return c->fields && c->fields->n > 0;
}

static bool wanted(const struct gg_comparison *c, const char *name)
{
    return (!some_fields_only(c) || listed(c->fields, name)) && !listed(c->ignore, name);
}

/* ---- numbers ---- */

static bool is_float(const struct gg_field *x)
{
    return x->dtype >= GG_F16 && x->dtype <= GG_F64;
}

static double rms(const struct gg_field *x)
{
    double sum = 0;
    uint64_t n = gg_field_count(x), finite = 0;
    for (uint64_t i = 0; i < n; i++) {
        double value = gg_field_get(x, i);
        if (!isfinite(value))
            continue;
        sum += value * value;
        finite++;
    }
    return finite ? sqrt(sum / (double)finite) : 0;
}

/* "[4, 1]" */
static void print_place(char text[128], const struct gg_field *x, uint64_t i)
{
    uint64_t index[GG_MAX_DIM] = {0};
    for (int k = x->ndim - 1; k >= 0; i /= x->shape[k], k--)
        index[k] = i % x->shape[k];
    size_t n = 0;
    text[0] = '\0';
    for (int k = 0; k < x->ndim; k++)
        n += (size_t)snprintf(text + n, 128 - n, "%s%llu", k ? ", " : "[", (unsigned long long)index[k]);
    snprintf(text + n, 128 - n, x->ndim ? "]" : "");
}

static struct gg_place place(const struct gg_field *x, uint64_t frame, uint64_t i, double a, double b,
                             double off)
{
    struct gg_place p = {.frame = frame, .index = i, .a = a, .b = b, .off = off};
    print_place(p.where, x, i);
    return p;
}

/* |a - b|: 0 for equal bits and two NaN, infinite for a NaN against a number. */
static double distance(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b) ? 0 : INFINITY;
    return a == b ? 0 : fabs(a - b);
}

static void compare_numbers(struct gg_comparison *c, const struct gg_field *x, const struct gg_field *y,
                            uint64_t frame)
{
    struct gg_finding *found = finding_of(c, x->name);
    const struct gg_tolerance *t = &c->tolerance;
    uint64_t n = gg_field_count(x), size = gg_dtype_size(x->dtype);
    double scale = is_float(x) && t->rel > 0 ? rms(x) : 0;
    bool same_type = x->dtype == y->dtype;
    found->n_compared += n;
    for (uint64_t i = 0; i < n; i++) {
        const char *p = x->data, *q = y->data;
        if (same_type && memcmp(p + i * size, q + i * size, size) == 0)
            continue;
        double a = gg_field_get(x, i), b = gg_field_get(y, i), off = distance(a, b);
        double limit = is_float(x) ? t->tol + t->rtol * fmax(fabs(a), fabs(b)) + t->rel * scale : 0;
        bool whole_differs = !is_float(x); /* their bits do */
        double share = limit > 0 ? off / limit : off;
        if (share > found->worst_share) {
            found->worst_share = share;
            found->worst_rms = scale;
            found->worst = place(x, frame, i, a, b, off);
        }
        if (!whole_differs && (off == 0 || off <= limit)) /* the limit of two NaN is none */
            continue;
        if (found->n_differ++ == 0)
            found->first = place(x, frame, i, a, b, off);
    }
}

/* ---- fields and frames ---- */

/* What a field says of itself; false if its numbers cannot be compared. */
static bool compare_heads(struct gg_comparison *c, const struct gg_field *x, const struct gg_field *y,
                          uint64_t frame)
{
    const struct gg_tolerance *t = &c->tolerance;
    bool any_float = is_float(x) && is_float(y) && (t->tol > 0 || t->rtol > 0 || t->rel > 0);
    if (x->dtype != y->dtype && !any_float)
        gg_compare_note(c, x->name, frame, "type %s | %s", gg_dtype_name(x->dtype), gg_dtype_name(y->dtype));
    if (strcmp(x->irreps, y->irreps) != 0)
        gg_compare_note(c, x->name, frame, "irreps '%s' | '%s'", x->irreps, y->irreps);
    if (strcmp(x->unit, y->unit) != 0)
        gg_compare_note(c, x->name, frame, "unit '%s' | '%s'", x->unit, y->unit);
    if (x->role != y->role)
        gg_compare_note(c, x->name, frame, "role %s | %s", gg_role_name(x->role), gg_role_name(y->role));
    if (x->ndim != y->ndim)
        gg_compare_note(c, x->name, frame, "%d axes | %d axes", x->ndim, y->ndim);
    for (int k = 0; k < x->ndim && x->ndim == y->ndim; k++) {
        if (x->axis[k] != y->axis[k])
            gg_compare_note(c, x->name, frame, "axis %d %s | %s", k, gg_axis_name(x->axis[k]),
                            gg_axis_name(y->axis[k]));
        if (x->shape[k] != y->shape[k])
            gg_compare_note(c, x->name, frame, "axis %d of length %llu | %llu", k,
                            (unsigned long long)x->shape[k], (unsigned long long)y->shape[k]);
    }
    return (x->dtype == y->dtype || any_float) && x->ndim == y->ndim &&
           memcmp(x->shape, y->shape, sizeof x->shape) == 0;
}

static void compare_info(struct gg_comparison *c, const struct gg_frame *a, const struct gg_frame *b,
                         uint64_t frame)
{
    if (!some_fields_only(c) && wanted(c, "id") && strcmp(a->id, b->id) != 0)
        gg_compare_note(c, "id", frame, "'%s' | '%s'", a->id, b->id);
    if (a->n_node != b->n_node)
        gg_compare_note(c, "nodes", frame, "%llu | %llu", (unsigned long long)a->n_node,
                        (unsigned long long)b->n_node);
    if (!some_fields_only(c) && a->n_edge != b->n_edge)
        gg_compare_note(c, "edges", frame, "%llu | %llu", (unsigned long long)a->n_edge,
                        (unsigned long long)b->n_edge);
    if (a->dim != b->dim)
        gg_compare_note(c, "dim", frame, "%d | %d", a->dim, b->dim);
    if (!wanted(c, "cell"))
        return;
    if (a->pbc != b->pbc)
        gg_compare_note(c, "pbc", frame, "%d | %d", a->pbc, b->pbc);
    struct gg_field x = {.name = "cell", .dtype = GG_F64, .ndim = 2, .shape = {3, 3}}, y = x;
    x.data = (void *)(uintptr_t)a->cell; /* only read */
    y.data = (void *)(uintptr_t)b->cell;
    compare_numbers(c, &x, &y, frame);
}

void gg_compare_frames(struct gg_comparison *c, const struct gg_frame *a, const struct gg_frame *b,
                       uint64_t number)
{
    compare_info(c, a, b, number);
    for (int k = 0; k < a->n_field; k++) {
        const struct gg_field *x = &a->field[k], *y = gg_frame_find(b, x->name);
        if (!wanted(c, x->name))
            continue;
        if (!y)
            gg_compare_note(c, x->name, number, "only in the first");
        else if (compare_heads(c, x, y, number))
            compare_numbers(c, x, y, number);
    }
    for (int k = 0; k < b->n_field; k++)
        if (wanted(c, b->field[k].name) && !gg_frame_find(a, b->field[k].name))
            gg_compare_note(c, b->field[k].name, number, "only in the second");
}

static bool has_line(const struct gg_meta *m, const struct gg_pair *line)
{
    for (int k = 0; k < m->n; k++)
        if (strcmp(m->pair[k].key, line->key) == 0 && strcmp(m->pair[k].value, line->value) == 0)
            return true;
    return false;
}

/* A line of `m` with that key which `other` lacks: what stands there instead. */
static const struct gg_pair *instead(const struct gg_meta *m, const char *key, const struct gg_meta *other)
{
    for (int k = 0; k < m->n; k++)
        if (strcmp(m->pair[k].key, key) == 0 && !has_line(other, &m->pair[k]))
            return &m->pair[k];
    return NULL;
}

/* A text from `from` to the end of its line, in quotes; dots stand for what is left out. */
enum { EXCERPT = 80 };
static void excerpt(char out[EXCERPT], const char *text, size_t from)
{
    enum { MOST = 60 };
    size_t n = strcspn(text + from, "\n");
    bool more = n > MOST || text[from + n] != '\0';
    snprintf(out, EXCERPT, "%s'%.*s'%s", from > 0 ? "..." : "", (int)(n < MOST ? n : MOST), text + from,
             more ? "..." : "");
    gg_escape_line(out);
}

/* Where the line begins in which two texts part, or a little before they do. */
static size_t parting(const char *a, const char *b)
{
    enum { SHARED = 20 };
    size_t at = 0, line = 0;
    for (; a[at] != '\0' && a[at] == b[at]; at++)
        line = a[at] == '\n' ? at + 1 : line;
    return at - line > SHARED ? at - SHARED : line;
}

static void missing_lines(struct gg_comparison *c, const struct gg_meta *a, const struct gg_meta *b,
                          const char *which)
{
    for (int k = 0; k < a->n; k++) {
        const struct gg_pair *line = &a->pair[k];
        char name[GG_NAME], mine[EXCERPT], other[EXCERPT];
        snprintf(name, sizeof name, "meta.%.50s", line->key);
        bool is_clock = strcmp(line->key, "seconds") == 0 || strcmp(line->key, "wall") == 0;
        if (is_clock || !wanted(c, name))
            continue;
        if (some_fields_only(c))
            finding_of(c, name); /* it was there to be compared */
        if (has_line(b, line))
            continue;
        const struct gg_pair *there = instead(b, line->key, a);
        size_t from = there ? parting(line->value, there->value) : 0;
        excerpt(mine, line->value, from);
        if (there) {
            excerpt(other, there->value, from);
            gg_compare_note(c, name, UINT64_MAX, "%s | %s", mine, other);
        } else {
            gg_compare_note(c, name, UINT64_MAX, "%s only in the %s", mine, which);
        }
    }
}

void gg_compare_meta(struct gg_comparison *c, const struct gg_meta *a, const struct gg_meta *b)
{
    missing_lines(c, a, b, "first"); /* and what differs; such keys are noted by then */
    missing_lines(c, b, a, "second");
}

/* ---- the report ---- */

static bool differs(const struct gg_finding *x)
{
    return *x->note || x->n_differ > 0;
}

static int check_word(void *context, const char *word, struct gg_err *err)
{
    const struct gg_comparison *c = context;
    for (int k = 0; k < c->n; k++)
        if (fnmatch(word, c->finding[k].name, 0) == 0)
            return 0;
    return listed(c->ignore, word)
               ? 0
               : gg_fail(err, GG_INPUT,
                         "'%s' is neither a field nor a key of META (meta.KEY) of either stream", word);
}

int gg_comparison_check_fields(const struct gg_comparison *c, struct gg_err *err)
{
    void *context = (void *)(uintptr_t)c; /* only read */
    return some_fields_only(c) ? gg_words_each(c->fields, "--fields", check_word, context, err) : 0;
}

bool gg_comparison_forget(struct gg_comparison *c, const char *name)
{
    for (int k = 0; k < c->n; k++)
        if (strcmp(c->finding[k].name, name) == 0) {
            memmove(&c->finding[k], &c->finding[k + 1], sizeof *c->finding * (size_t)(--c->n - k));
            return true;
        }
    return false;
}

bool gg_comparison_equal(const struct gg_comparison *c)
{
    for (int k = 0; k < c->n; k++)
        if (differs(&c->finding[k]))
            return false;
    return true;
}

static void print_numbers(FILE *to, const struct gg_place *p)
{
    char a[32], b[32];
    gg_print_double(a, p->a);
    gg_print_double(b, p->b);
    fprintf(to, "frame %llu %s%s%s | %s", (unsigned long long)p->frame, p->where, *p->where ? " " : "", a, b);
}

static void print_finding(FILE *to, const struct gg_finding *x)
{
    fprintf(to, "%s: ", x->name);
    if (*x->note)
        fprintf(to, "%s%s", x->note, x->n_differ > 0 ? "; " : "");
    if (x->n_differ > 0) {
        fprintf(to, "%llu of %llu differ; first ", (unsigned long long)x->n_differ,
                (unsigned long long)x->n_compared);
        print_numbers(to, &x->first);
    } else if (!*x->note) {
        fputs(x->worst_share > 0 ? "agree" : "equal", to);
    }
    if (x->worst_share > 0) {
        fputs("; worst ", to);
        print_numbers(to, &x->worst);
        fprintf(to, ", off by %.3g", x->worst.off);
        if (x->worst_rms > 0)
            fprintf(to, " (%.2g rms)", x->worst.off / x->worst_rms);
    }
    fputc('\n', to);
}

void gg_comparison_print(const struct gg_comparison *c, FILE *to, bool all)
{
    for (int k = 0; k < c->n; k++)
        if (all || differs(&c->finding[k]))
            print_finding(to, &c->finding[k]);
}

void gg_comparison_free(struct gg_comparison *c)
{
    free(c->finding);
    c->finding = NULL;
    c->n = c->room = 0;
}
