/* export_csv.c -- a table: one line a particle, one column a number */
/* Fields whose first axis is node, and scalars of the frame, repeated.  Components of a vector are x, y, z; other axes
 * are numbered: displacement.0.x.  The last column has, in the first line of a frame, what else gg-import needs. */
#include "formats/export.h"
#include "util/text_stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_column(const struct gg_field *x)
{
    return x->ndim == 0 || x->axis[0] == GG_NODE;
}

static uint64_t width(const struct gg_field *x)
{
    uint64_t n = 1;
    for (int k = 1; k < x->ndim; k++)
        n *= x->shape[k];
    return n;
}

/* "name.0.x" of component c. */
static void column_name(FILE *to, const struct gg_field *x, uint64_t c)
{
    uint64_t index[GG_MAX_DIM] = {0};
    for (int k = x->ndim - 1; k > 0; c /= x->shape[k], k--)
        index[k] = c % x->shape[k];
    fputs(x->name, to);
    for (int k = 1; k < x->ndim; k++) {
        bool vector = k == x->ndim - 1 && strcmp(x->irreps, "1x1o") == 0;
        if (vector)
            fprintf(to, ".%c", "xyz"[index[k]]);
        else
            fprintf(to, ".%llu", (unsigned long long)index[k]);
    }
}

static char *header(const struct gg_frame *f)
{
    char *text = NULL;
    size_t bytes;
    FILE *to = gg_text_open(&text, &bytes);
    fputs("frame,id,node", to);
    for (int k = 0; k < f->n_field; k++)
        for (uint64_t c = 0; is_column(&f->field[k]) && c < width(&f->field[k]); c++) {
            fputc(',', to);
            column_name(to, &f->field[k], c);
        }
    fputs(",gg_frame", to);
    fclose(to);
    return text;
}

/* RFC 4180: in quotes, a quote doubled. */
static void quoted(FILE *to, const char *s)
{
    bool plain = !strpbrk(s, ",\"");
    fputs(plain ? "" : "\"", to);
    for (; *s; s++)
        fprintf(to, *s == '"' ? "\"\"" : "%c", *s);
    fputs(plain ? "" : "\"", to);
}

/* The keys of the frame, in quotes. */
static void frame_keys(FILE *to, const struct gg_frame *f, const struct gg_meta *meta)
{
    char *text = NULL;
    size_t bytes;
    FILE *keys = gg_text_open(&text, &bytes);
    gg_export_lattice(keys, f);
    gg_export_keys(keys, f, meta);
    fprintf(keys, " gg_nodes=%llu", (unsigned long long)f->n_node); /* rows: a table that was cut is seen */
    fclose(keys);
    quoted(to, text);
    free(text);
}

static void line(struct gg_export *x, const struct gg_frame *f, uint64_t i)
{
    fprintf(x->to, "%llu,", (unsigned long long)x->number);
    quoted(x->to, f->id);
    fprintf(x->to, ",%llu", (unsigned long long)i);
    for (int k = 0; k < f->n_field; k++) {
        const struct gg_field *y = &f->field[k];
        uint64_t n = is_column(y) ? width(y) : 0, at = y->ndim ? i * n : 0;
        for (uint64_t c = at; c < at + n; c++) {
            fputc(',', x->to);
            if (!isnan(gg_field_get(y, c))) /* missing: nothing between the commas */
                gg_print_value(x->to, y, c);
        }
    }
    fputc(',', x->to);
    if (i == 0)
        frame_keys(x->to, f, &x->from->meta);
    fputc('\n', x->to);
}

/* A row for each of many particles needs something to say of them. */
static bool any_row(const struct gg_frame *f)
{
    for (int k = 0; k < f->n_field; k++)
        if (gg_export_width(&f->field[k]))
            return true;
    return false;
}

static int frame(struct gg_export *x, const struct gg_frame *f, struct gg_err *err)
{
    if (f->n_node && !any_row(f))
        return gg_fail(
            err, GG_INPUT,
            "no field has numbers of particles: a table of %llu rows would say nothing; -n chooses "
            "other frames, --json has this one",
            (unsigned long long)f->n_node);
    if (!f->n_node)
        return gg_fail(err, GG_INPUT,
                       "no particles: a table has no row to say that the frame is there; -n "
                       "chooses others, --extxyz has it");
    char *columns = header(f);
    if (!x->state)
        fprintf(x->to, "%s\n", columns);
    bool same = !x->state || strcmp(x->state, columns) == 0;
    free(x->state);
    x->state = columns;
    if (!same)
        return gg_fail(err, GG_INPUT,
                       "other columns than the frame before: choose frames with -n, fields with gg-select");
    for (uint64_t i = 0; i < f->n_node; i++)
        line(x, f, i);
    return 0;
}

const struct gg_export_type gg_export_csv = {.reads = GG_EXPORT_FRAMES | GG_EXPORT_TO, .frame = frame};
