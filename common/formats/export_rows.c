/* export_rows.c -- the numbers of one field, a row of the first axis a line */
#include "formats/export.h"

static int no_field(const struct gg_frame *f, const char *name, struct gg_err *err)
{
    gg_fail(err, GG_INPUT, "no field '%.63s'; there are", name);
    for (int k = 0; k < f->n_field && k < 40; k++) {
        const struct gg_err before = *err;
        gg_fail(err, GG_INPUT, "%.900s%s %s", before.text, k ? "," : "", f->field[k].name);
    }
    return -1;
}

static int frame(struct gg_export *x, const struct gg_frame *f, struct gg_err *err)
{
    const struct gg_field *y = gg_frame_find(f, x->field);
    if (!y)
        return no_field(f, x->field, err);
    uint64_t n = gg_field_count(y), rows = y->ndim ? y->shape[0] : 1, width = rows > 0 ? n / rows : 0;
    uint64_t first = (uint64_t)x->rows.first < rows ? (uint64_t)x->rows.first : rows;
    uint64_t last = (uint64_t)x->rows.last < rows ? (uint64_t)x->rows.last : rows;
    x->n_row += last > first ? last - first : 0;
    for (uint64_t i = first * width; i < last * width; i++) {
        gg_print_value(x->to, y, i);
        fputc((i + 1) % width == 0 ? '\n' : ' ', x->to);
    }
    return 0;
}

const struct gg_export_type gg_export_rows = {.reads = GG_EXPORT_FRAMES | GG_EXPORT_ROWS | GG_EXPORT_TO,
                                              .frame = frame};
