/* export_keys.c -- what the text exports say of a frame beside its columns */
#include "formats/export.h"
#include "formats/own.h"

#include <string.h>

enum { MAX_KEY = 4096 }; /* numbers under one key */

uint64_t gg_export_width(const struct gg_field *x)
{
    uint64_t n = 1;
    for (int k = 1; k < x->ndim; k++)
        n *= x->shape[k];
    return x->ndim > 0 && x->axis[0] == GG_NODE ? n : 0;
}

/* Numbers of the frame, or over its times. */
static bool is_key(const struct gg_field *x)
{
    for (int k = 0; k < x->ndim; k++)
        if (x->axis[k] != GG_TIME && x->axis[k] != GG_FREE)
            return false;
    return gg_field_count(x) > 0 && gg_field_count(x) <= MAX_KEY;
}

void gg_export_fields(FILE *to, const struct gg_frame *f, bool all)
{
    bool first = true;
    for (int k = 0; k < f->n_field; k++) {
        const struct gg_field *x = &f->field[k];
        if (!all && !gg_export_width(x) && !is_key(x))
            continue;
        gg_own_write(to, x, first);
        first = false;
    }
}

void gg_export_lattice(FILE *to, const struct gg_frame *f)
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

static void key(FILE *to, const struct gg_field *x)
{
    uint64_t n = gg_field_count(x);
    const char *quote = x->ndim ? "\"" : "";
    fprintf(to, " %s=%s", x->name, quote);
    for (uint64_t k = 0; k < n; k++) {
        fputs(k ? " " : "", to);
        gg_print_value(to, x, k);
    }
    fputs(quote, to);
}

void gg_export_keys(FILE *to, const struct gg_frame *f, const struct gg_meta *meta)
{
    fprintf(to, "pbc=\"%c %c %c\"", f->pbc & 1 ? 'T' : 'F', f->pbc & 2 ? 'T' : 'F', f->pbc & 4 ? 'T' : 'F');
    if (*f->id) {
        fputs(" id=\"", to);
        for (const char *c = f->id; *c; c++)
            fprintf(to, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
        fputc('"', to);
    }
    for (int k = 0; k < f->n_field; k++)
        if (is_key(&f->field[k]))
            key(to, &f->field[k]);
    fprintf(to, " gg_dim=%d gg_fields=\"", f->dim);
    gg_export_fields(to, f, false);
    fputs("\" gg_meta=\"", to);
    gg_own_write_meta(to, meta);
    fputc('"', to);
}
