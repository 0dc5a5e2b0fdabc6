/* text.c -- the text form of a stream, bit for bit in both directions: golden files and readable diffs
 *
 * gg_stream(5), TEXT FORM.  A word begins each line; what belongs to it follows on lines that begin with a tab:
 *
 *     #gg-text 1
 *     member gg.graph/1
 *     meta                                         key TAB value, as in META; prov and trailer likewise
 *     frame KA/T0.44/train/1                       the sample id
 *         nodes 2, edges 0, dim 3, pbc 7
 *         cell 4 0 0 0 5 0 0 0 6
 *     field pos f64 [2 node, 3 free] structure irreps=1x1o unit=sigma        one row of the last axis a line
 *     end indexed
 *
 * Numbers are the shortest decimals that read back to the same bits; a NaN other than the usual one is nan:BITS. */
#include "formats/export.h"
#include "formats/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void print_lines(FILE *to, const char *word, const struct gg_meta *m)
{
    size_t bytes;
    char *text = gg_meta_text(m, &bytes);
    fprintf(to, "%s\n", word);
    for (char *line = text, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        fprintf(to, "\t%.*s\n", (int)(end - line), line);
    }
    free(text);
}

static int print_member(struct gg_export *x, struct gg_err *err)
{
    (void)err;
    const struct gg_reader *r = x->from;
    if (!x->state) { /* once, however many inputs */
        fputs("#gg-text 1\n", x->to);
        x->state = gg_xstrdup("begun");
    }
    fprintf(x->to, "member %s\n", r->schema);
    if (r->meta.n > 0)
        print_lines(x->to, "meta", &r->meta);
    for (int k = 0; k < r->prov.n; k++)
        print_lines(x->to, "prov", &r->prov.entry[k]);
    return 0;
}

static uint64_t bits_of(const struct gg_field *x, uint64_t i)
{
    uint64_t bits = 0;
    size_t size = gg_dtype_size(x->dtype);
    memcpy(&bits, (const char *)x->data + i * size, size);
    return bits;
}

static void print_number(FILE *to, const struct gg_field *x, uint64_t i)
{
    bool is_nan = x->dtype >= GG_F16 && x->dtype <= GG_F64 && isnan(gg_field_get(x, i));
    if (is_nan && bits_of(x, i) != gg_text_nan(x->dtype))
        fprintf(to, "nan:%llx", (unsigned long long)bits_of(x, i));
    else
        gg_print_value(to, x, i);
}

static void print_field(FILE *to, const struct gg_field *x)
{
    fprintf(to, "field %s %s [", x->name, gg_dtype_name(x->dtype));
    for (int k = 0; k < x->ndim; k++)
        fprintf(to, "%s%llu %s", k ? ", " : "", (unsigned long long)x->shape[k], gg_axis_name(x->axis[k]));
    fprintf(to, "] %s", gg_role_name(x->role));
    if (*x->irreps)
        fprintf(to, " irreps=%s", x->irreps);
    if (x->flags & GG_NAN_ALLOWED)
        fputs(" nan", to);
    if (*x->unit)
        fprintf(to, " unit=%s", x->unit);
    uint64_t n = gg_field_count(x), row = x->ndim ? x->shape[x->ndim - 1] : 1;
    for (uint64_t i = 0; i < n; i++) {
        fputs(i % row == 0 ? "\n\t" : " ", to);
        print_number(to, x, i);
    }
    fputc('\n', to);
}

static int print_frame(struct gg_export *x, const struct gg_frame *f, struct gg_err *err)
{
    (void)err;
    fprintf(x->to, "frame %s\n\tnodes %llu, edges %llu, dim %d, pbc %d\n\tcell", f->id,
            (unsigned long long)f->n_node, (unsigned long long)f->n_edge, f->dim, f->pbc);
    for (int k = 0; k < 9; k++) {
        char text[32];
        gg_print_double(text, f->cell[k / 3][k % 3]);
        fprintf(x->to, " %s", text);
    }
    fputc('\n', x->to);
    for (int k = 0; k < f->n_field; k++)
        print_field(x->to, &f->field[k]);
    return 0;
}

static int print_end(struct gg_export *x, struct gg_err *err)
{
    (void)err;
    if (x->from->trailer.n > 0)
        print_lines(x->to, "trailer", &x->from->trailer);
    fputs(x->from->has_index ? "end indexed\n" : "end\n", x->to);
    return 0;
}

const struct gg_export_type gg_export_text = {.reads = GG_EXPORT_FRAMES | GG_EXPORT_TO,
                                              .member = print_member,
                                              .frame = print_frame,
                                              .member_end = print_end};
