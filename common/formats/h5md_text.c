/* h5md_text.c -- a configuration of an HDF5 file as extended XYZ */
#include "formats/h5md_text.h"
#include "util/file.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct gg_hdf5_element gg_hdf5_elements[GG_HDF5_ELEMENTS] = {
    {"ptype", "species", "species", 'I', false}, {"r", "position", "pos", 'R', true},
    {"r_im", "image", "image", 'I', true},       {"v", "velocity", "velocity", 'R', true},
    {"f", "force", "force", 'R', true},          {"m", "mass", "mass", 'R', false},
    {NULL, "charge", "charge", 'R', false},      {NULL, "id", "id", 'I', false}};

/* Edges or vectors; directions that are periodic. */
static int put_box(const struct gg_hdf5_frame *f, FILE *to, struct gg_err *err)
{
    const struct gg_hdf5_data *box = &f->box;
    uint64_t dim = (uint64_t)f->dim;
    if (!box->value)
        return 0;
    if (box->count != dim && box->count != dim * dim)
        return gg_fail(err, GG_INPUT, "box of %llu numbers; %d or %d are wanted",
                       (unsigned long long)box->count, f->dim, f->dim * f->dim);
    for (uint64_t k = 0; k < 9; k++) {
        uint64_t v = k / 3, c = k % 3;
        bool in = v < dim && c < dim;
        double x = !in                 ? (k == 8)
                   : box->count == dim ? (v == c ? box->value[v] : 0)
                                       : box->value[v * dim + c];
        char text[32];
        gg_print_double(text, x);
        fprintf(to, "%s%s", k ? " " : "Lattice=\"", text);
    }
    fprintf(to, "\" pbc=\"%c %c %c\" ", f->pbc & 1 ? 'T' : 'F', f->pbc & 2 ? 'T' : 'F',
            f->pbc & 4 ? 'T' : 'F');
    return 0;
}

static void put_when(const struct gg_hdf5_frame *f, FILE *to)
{
    static const char *const keys[] = {"Timestep", "Time"};
    for (int k = 0; k < 2; k++) {
        char text[32];
        gg_print_double(text, f->when[k]);
        if (!isnan(f->when[k]))
            fprintf(to, "%s=%s ", keys[k], text);
    }
}

static void put_number(FILE *to, double x)
{
    char text[32];
    gg_print_double(text, x);
    fprintf(to, " %s", text);
}

static int check_shapes(const struct gg_hdf5_frame *f, uint64_t n, struct gg_err *err)
{
    for (int e = 0; e < GG_HDF5_ELEMENTS; e++) {
        const struct gg_hdf5_data *x = &f->element[e];
        bool vector = gg_hdf5_elements[e].vector;
        if (x->value &&
            (x->ndim != 1 + vector || x->shape[0] != n || (vector && x->shape[1] != (uint64_t)f->dim)))
            return gg_fail(err, GG_INPUT, "'%s' does not have the shape of the positions",
                           gg_hdf5_elements[e].h5md);
    }
    return 0;
}

/* Columns of all elements that are there; a species that is missing is 0. */
static void put_row(const struct gg_hdf5_frame *f, uint64_t i, uint64_t n, FILE *to)
{
    const uint64_t dim = (uint64_t)f->dim;
    fprintf(to, "%.0f", f->element[0].value ? f->element[0].value[i] : 0);
    for (int e = 1; e < GG_HDF5_ELEMENTS; e++) {
        const double *x = f->element[e].value;
        bool vector = gg_hdf5_elements[e].vector;
        for (uint64_t c = 0; x && c < (vector ? 3 : 1); c++)
            put_number(to, c >= dim ? 0 : x[vector ? i * dim + c : i]);
    }
    for (int k = 0; k < f->n_own; k++) {
        uint64_t width = f->own[k].value ? f->own[k].count / n : 0;
        for (uint64_t c = 0; c < width; c++)
            put_number(to, f->own[k].value[i * width + c]);
    }
    fputc('\n', to);
}

static void put_name(FILE *to, const char *name)
{
    for (; *name; name++)
        fputc(isalnum((unsigned char)*name) ? *name : '_', to);
}

/* Elements beyond the table: numbers of each particle are columns; what else there is comes as a word, which is told. */
static void put_titles(struct gg_hdf5_frame *f, uint64_t n, FILE *to)
{
    for (int k = 0; k < f->n_own; k++) {
        struct gg_hdf5_data *x = &f->own[k];
        if (x->value && n && x->ndim > 0 && x->shape[0] == n && x->count / n >= 1 && x->count / n <= 64)
            continue;
        free(x->value);
        x->value = NULL;
        fputs("element_", to);
        put_name(to, f->own_name[k]);
        fputs("=\"not of particles\" ", to);
    }
    fputs("Properties=species:I:1", to);
    for (int e = 1; e < GG_HDF5_ELEMENTS; e++)
        if (f->element[e].value)
            fprintf(to, ":%s:%c:%d", gg_hdf5_elements[e].column, gg_hdf5_elements[e].kind,
                    gg_hdf5_elements[e].vector ? 3 : 1);
    for (int k = 0; k < f->n_own; k++)
        if (f->own[k].value) {
            fputc(':', to);
            put_name(to, f->own_name[k]);
            fprintf(to, ":R:%d", (int)(f->own[k].count / n));
        }
    fputc('\n', to);
}

int gg_hdf5_put(FILE *to, struct gg_hdf5_frame *f, struct gg_err *err)
{
    const struct gg_hdf5_data *pos = &f->element[1];
    uint64_t n = pos->value && pos->ndim ? pos->shape[0] : 0;
    fprintf(to, "%llu\n", (unsigned long long)n);
    if (put_box(f, to, err) || check_shapes(f, n, err))
        return -1;
    put_when(f, to);
    put_titles(f, n, to);
    for (uint64_t i = 0; i < n; i++)
        put_row(f, i, n, to);
    return 0;
}

void gg_hdf5_frame_free(struct gg_hdf5_frame *f)
{
    for (int e = 0; e < GG_HDF5_ELEMENTS; e++)
        free(f->element[e].value);
    for (int k = 0; k < f->n_own; k++)
        free(f->own[k].value);
    free(f->box.value);
}
