/* lammps_binary.c -- LAMMPS binary dumps (names ending in .bin), revision 2, which names its columns
 *
 * As written by LAMMPS of 2021 and later: i64 minus the length of the magic, the magic, i32 1, i32 revision,
 * i64 timestep, i64 atoms, i32 triclinic, i32[6] boundary, f64[6] bounds (and three tilts if triclinic is 1; if it
 * is 2, f64[12]: the three vectors and the origin instead), i32 columns, i32 length and text of the units, i8 flag
 * (and f64 time), i32 length and text of the column names, i32 chunks; each chunk an i32 count and as many f64. */
#include "formats/lammps.h"

#include <math.h>
#include <string.h>

enum { MAX_TEXT = 4096 };

struct header {
    int64_t step, count;
    double time;
    struct gg_lammps_box box;
    struct gg_table atoms;
    int32_t n_chunk;
};

static int take_i32(struct gg_input *in, int32_t *x, struct gg_err *err)
{
    return gg_input_take(in, x, 4, err);
}

/* A length and so many characters. */
static int take_text(struct gg_input *in, char text[MAX_TEXT], struct gg_err *err)
{
    int32_t n;
    if (take_i32(in, &n, err))
        return -1;
    if (n < 0 || n >= MAX_TEXT)
        return gg_fail(err, GG_INPUT, "text of %d characters", n);
    text[n] = 0;
    return gg_input_take(in, text, (size_t)n, err);
}

static int take_magic(struct gg_input *in, struct gg_err *err)
{
    int64_t length;
    char magic[16] = "";
    int32_t order, revision;
    if (gg_input_take(in, &length, 8, err))
        return -1;
    if (length != -10 && length != -8)
        return gg_fail(err, GG_INPUT, "no magic where a frame begins");
    if (gg_input_take(in, magic, (size_t)-length, err) || take_i32(in, &order, err) ||
        take_i32(in, &revision, err))
        return -1;
    if (strcmp(magic, "DUMPCUSTOM") && strcmp(magic, "DUMPATOM"))
        return gg_fail(err, GG_INPUT, "magic is not DUMPCUSTOM or DUMPATOM");
    if (order != 1)
        return gg_fail(err, GG_INPUT, "written on a machine of the other byte order");
    return revision == 2
               ? 0
               : gg_fail(err, GG_INPUT, "revision %d; 2 is read, which names its columns", revision);
}

static int take_box(struct gg_input *in, struct gg_lammps_box *box, struct gg_err *err)
{
    int32_t triclinic, boundary[6];
    double bound[6], tilt[3] = {0};
    *box = (struct gg_lammps_box){.pbc = 0};
    if (take_i32(in, &triclinic, err) || gg_input_take(in, boundary, sizeof boundary, err))
        return -1;
    for (int k = 0; k < 3; k++)
        box->pbc |= (boundary[2 * k] == 0 && boundary[2 * k + 1] == 0) << k;
    if (triclinic < 0 || triclinic > 2)
        return gg_fail(err, GG_INPUT, "box of kind %d; 0, 1 and 2 are read (of any three vectors)",
                       triclinic);
    box->general = triclinic == 2;
    if (box->general)
        return gg_input_take(in, box->vector, sizeof box->vector, err) ||
                       gg_input_take(in, box->lo, sizeof box->lo, err)
                   ? -1
                   : 0;
    if (gg_input_take(in, bound, sizeof bound, err) ||
        (triclinic && gg_input_take(in, tilt, sizeof tilt, err)))
        return -1;
    for (int k = 0; k < 3; k++) {
        box->lo[k] = bound[2 * k];
        box->hi[k] = bound[2 * k + 1];
    }
    box->xy = tilt[0];
    box->xz = tilt[1];
    box->yz = tilt[2];
    gg_lammps_from_bounding(box);
    return 0;
}

static int take_header(const struct gg_foreign *f, struct gg_input *in, struct gg_arena *a, struct header *h,
                       struct gg_err *err)
{
    char text[MAX_TEXT], has_time;
    int32_t n_column;
    if (take_magic(in, err) || gg_input_take(in, &h->step, 8, err) || gg_input_take(in, &h->count, 8, err) ||
        take_box(in, &h->box, err) || take_i32(in, &n_column, err) || take_text(in, text, err) ||
        gg_input_take(in, &has_time, 1, err) || (has_time && gg_input_take(in, &h->time, 8, err)) ||
        take_text(in, text, err) || gg_lammps_columns(f, &h->atoms, a, text, err) ||
        take_i32(in, &h->n_chunk, err))
        return -1;
    if (h->atoms.n_column != n_column)
        return gg_fail(err, GG_INPUT, "%d columns have %d names", n_column, h->atoms.n_column);
    if (h->count < 0 || h->n_chunk < 0)
        return gg_fail(err, GG_INPUT, "%lld atoms in %d chunks", (long long)h->count, h->n_chunk);
    return 0;
}

/* A type is a number here; it is kept as one. */
static int take_chunk(struct gg_input *in, struct header *h, struct gg_err *err)
{
    int32_t n, width = h->atoms.n_column;
    if (take_i32(in, &n, err))
        return -1;
    if (n < 0 || n % width || (uint64_t)(n / width) > (uint64_t)h->count - h->atoms.n)
        return gg_fail(err, GG_INPUT, "chunk of %d numbers does not fit %d columns and %lld atoms", n, width,
                       (long long)h->count);
    for (int32_t i = 0; i < n / width; i++)
        if (gg_input_take(in, gg_table_new_row(&h->atoms), (size_t)width * sizeof(double), err))
            return -1;
    return 0;
}

/* Words of a text column cannot be here; whole numbers and positions are checked as text would be. */
static int check_numbers(struct gg_table *t, struct gg_err *err)
{
    for (int k = 0; k < t->n_property; k++) {
        struct gg_property *p = &t->property[k];
        p->words = false;
        if (p->kind == 'S')
            return gg_fail(err, GG_INPUT, "column '%s' holds words", p->name);
        for (uint64_t i = 0; i < t->n; i++) {
            double x = t->value[i * (uint64_t)t->n_column + (uint64_t)p->at];
            if ((p->finite && !isfinite(x)) || (p->kind == 'I' && !(x == floor(x) && fabs(x) < 0x1p53)))
                return gg_fail(err, GG_INPUT, "column %d: %g is no finite%s number", p->at + 1, x,
                               p->kind == 'I' ? " whole" : "");
        }
    }
    return 0;
}

static int take_frame(struct gg_foreign *f, struct gg_arena *a, struct header *h, struct gg_err *err)
{
    if (take_header(f, &f->input, a, h, err))
        return -1;
    for (int32_t k = 0; k < h->n_chunk; k++)
        if (take_chunk(&f->input, h, err))
            return -1;
    if (h->atoms.n != (uint64_t)h->count)
        return gg_fail(err, GG_INPUT, "%llu of %lld atoms", (unsigned long long)h->atoms.n,
                       (long long)h->count);
    return check_numbers(&h->atoms, err);
}

int gg_lammps_binary_next(struct gg_foreign *f, struct gg_arena *a, struct gg_draft *d, struct gg_err *err)
{
    struct header h = {.time = NAN};
    const unsigned char *head;
    ptrdiff_t more = gg_input_peek(&f->input, 1, &head, err);
    if (more <= 0)
        return (int)more;
    int failed = take_frame(f, a, &h, err) || gg_lammps_finish(f, &h.atoms, &h.box, a, d, err) ||
                 gg_foreign_now(f, d, h.step, h.time, err);
    gg_table_free(&h.atoms);
    return failed ? gg_err_prefix(err, "frame %lld: ", (long long)f->n_done) : 1;
}
