/* export_extxyz.c -- extended XYZ, for OVITO and ASE, and back by gg-import */
/* Columns: species (names by type), pos, then every other field whose first axis is node; numbers of a field in C order.
 * In two dimensions z is 0 and the third cell vector (0, 0, 1). */
#include "formats/export.h"

#include <string.h>

/* What ASE knows as elements: a species that has no name is X. */
static const char *const noble = "Ar,Kr,Xe,Ne,He,Rn";

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
    return x != pos && gg_export_width(x) > 0 ? x : NULL;
}

static void header(const struct gg_export *x, const struct gg_frame *f, const struct gg_field *pos)
{
    FILE *to = x->to;
    fprintf(to, "%llu\n", (unsigned long long)f->n_node);
    gg_export_lattice(to, f);
    fputs("Properties=species:S:1", to);
    for (int k = 0; k <= f->n_field; k++) {
        const struct gg_field *y = column(f, pos, k);
        if (y)
            fprintf(to, ":%s:%c:%llu", y->name, kind(y), (unsigned long long)gg_export_width(y));
    }
    fputc(' ', to);
    gg_export_keys(to, f, &x->from->meta);
    fputc('\n', to);
}

/* The name of a code in "Ar,Kr", NULL if there is none; *n: its length. */
static const char *species_name(const char *names, int32_t code, size_t *n)
{
    for (; names && code > 0; code--)
        names = strchr(names, ',') ? strchr(names, ',') + 1 : NULL;
    *n = names ? strcspn(names, ",") : 0;
    return *n ? names : NULL;
}

/* --species: each a word of its own, which is what a column of the file holds. */
static int check_names(struct gg_export *x, struct gg_err *err)
{
    const char *names = x->species, *name;
    size_t n, other_n;
    for (int k = 0; (name = species_name(names, k, &n)); k++) {
        for (size_t c = 0; c < n; c++)
            if ((unsigned char)name[c] <= ' ' || name[c] == 0x7f)
                return gg_fail(err, GG_USAGE, "--species: name %d has a blank or a control character", k + 1);
        for (int other = 0; other < k; other++) {
            const char *before = species_name(names, other, &other_n);
            if (n == other_n && !memcmp(before, name, n))
                return gg_fail(err, GG_USAGE, "--species: '%.*s' occurs twice", (int)(n < 40 ? n : 40), name);
        }
    }
    return 0;
}

static int put_species(const struct gg_export *x, const struct gg_field *type, uint64_t i, struct gg_err *err)
{
    int32_t code = type ? ((const int32_t *)type->data)[i] : 0;
    size_t n;
    const char *name = species_name(x->species ? x->species : noble, code, &n);
    if (!name && x->species)
        return gg_fail(err, GG_USAGE, "--species %.40s: no name for species %d", x->species, code);
    fprintf(x->to, "%.*s", name ? (int)n : 1, name ? name : "X");
    return 0;
}

static int frame(struct gg_export *x, const struct gg_frame *f, struct gg_err *err)
{
    const struct gg_field *pos = gg_frame_need(f, "pos", err);
    const struct gg_field *type = gg_frame_find(f, "type");
    if (!pos || (type && !gg_frame_need(f, "type", err)))
        return -1;
    header(x, f, pos);
    for (uint64_t i = 0; i < f->n_node; i++) {
        if (put_species(x, type, i, err))
            return -1;
        for (int k = 0; k <= f->n_field; k++) {
            const struct gg_field *y = column(f, pos, k);
            uint64_t n = y ? gg_export_width(y) : 0;
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

const struct gg_export_type gg_export_extxyz = {.reads = GG_EXPORT_FRAMES | GG_EXPORT_SPECIES | GG_EXPORT_TO,
                                                .member = check_names,
                                                .frame = frame};
