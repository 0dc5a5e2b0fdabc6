/* export_extxyz.c -- extended XYZ, for OVITO and ASE */
/* Columns: species (A, B, ... by type), pos, then every other field whose first axis is node; numbers of a field in C
 * order.  In two dimensions z is 0 and the third cell vector (0, 0, 1). */
#include "formats/export.h"

#include <string.h>

static uint64_t width(const struct gg_field *x)
{
    uint64_t n = 1;
    for (int k = 1; k < x->ndim; k++)
        n *= x->shape[k];
    return n;
}

static bool is_column(const struct gg_field *x)
{
    return x->ndim > 0 && x->axis[0] == GG_NODE && width(x) > 0;
}

static char kind(const struct gg_field *x)
{
    return x->dtype == GG_BOOL ? 'L' : x->dtype >= GG_F16 ? 'R' : 'I';
}

/* pos first, then the others in their order; type is the species too. */
static const struct gg_field *column(const struct gg_frame *f, const struct gg_field *pos, int k)
{
    if (k == 0)
        return pos;
    const struct gg_field *x = &f->field[k - 1];
    return x != pos && is_column(x) ? x : NULL;
}

static void lattice(FILE *to, const struct gg_frame *f)
{
    bool any = false;
    for (int a = 0; a < 9; a++)
        any = any || f->cell[a / 3][a % 3] != 0.0;
    if (!any)
        return;
    fputs("Lattice=\"", to);
    for (int a = 0; a < 9; a++) {
        char text[32];
        gg_print_double(text, f->dim == 2 && a == 8 ? 1.0 : f->cell[a / 3][a % 3]);
        fprintf(to, "%s%s", a ? " " : "", text);
    }
    fputs("\" ", to);
}

static void header(FILE *to, const struct gg_frame *f, const struct gg_field *pos)
{
    fprintf(to, "%llu\n", (unsigned long long)f->n_node);
    lattice(to, f);
    fputs("Properties=species:S:1", to);
    for (int k = 0; k <= f->n_field; k++) {
        const struct gg_field *x = column(f, pos, k);
        if (x)
            fprintf(to, ":%s:%c:%llu", x->name, kind(x), (unsigned long long)width(x));
    }
    fprintf(to, " pbc=\"%c %c %c\"", f->pbc & 1 ? 'T' : 'F', f->pbc & 2 ? 'T' : 'F', f->pbc & 4 ? 'T' : 'F');
    if (*f->id && !strpbrk(f->id, "\"\\"))
        fprintf(to, " id=\"%s\"", f->id);
    for (int k = 0; k < f->n_field; k++)
        if (f->field[k].ndim == 0) {
            fprintf(to, " %s=", f->field[k].name);
            gg_print_value(to, &f->field[k], 0);
        }
    fputc('\n', to);
}

static void species(FILE *to, const struct gg_field *type, uint64_t i)
{
    int32_t code = type ? ((const int32_t *)type->data)[i] : 0;
    if (code < 26)
        fputc('A' + code, to);
    else
        fprintf(to, "A%d", code);
}

static int frame(struct gg_export *x, const struct gg_frame *f, struct gg_err *err)
{
    const struct gg_field *pos = gg_frame_need(f, "pos", err);
    const struct gg_field *type = gg_frame_find(f, "type");
    if (!pos || (type && !gg_frame_need(f, "type", err)))
        return -1;
    header(x->to, f, pos);
    for (uint64_t i = 0; i < f->n_node; i++) {
        species(x->to, type, i);
        for (int k = 0; k <= f->n_field; k++) {
            const struct gg_field *y = column(f, pos, k);
            uint64_t n = y ? width(y) : 0;
            for (uint64_t c = i * n; c < (i + 1) * n; c++) {
                fputc(' ', x->to);
                if (y->dtype == GG_BOOL)
                    fputc(((const uint8_t *)y->data)[c] ? 'T' : 'F', x->to);
                else
                    gg_print_value(x->to, y, c);
            }
        }
        fputc('\n', x->to);
    }
    return 0;
}

const struct gg_export_type gg_export_extxyz = {.frame = frame};
