/* export_json.c -- one JSON object a frame, one frame a line; NaN is null */
#include "formats/export.h"
#include "util/json.h"

#include <math.h>

static void value(struct gg_json *j, const struct gg_field *x, const char *key, uint64_t i)
{
    char text[32];
    bool missing = x->dtype >= GG_F16 && x->dtype <= GG_F64 && isnan(gg_field_get(x, i));
    if (x->dtype == GG_BOOL) {
        gg_json_bool(j, key, ((const uint8_t *)x->data)[i]);
        return;
    }
    gg_value_text(text, x, i);
    gg_json_number(j, key, missing ? "null" : text);
}

/* Nested as the shape is; *i is the next number. */
static void nested(struct gg_json *j, const struct gg_field *x, const char *key, int axis, uint64_t *i)
{
    if (axis == x->ndim) {
        value(j, x, key, (*i)++);
        return;
    }
    gg_json_begin(j, key, '[');
    for (uint64_t k = 0; k < x->shape[axis]; k++)
        nested(j, x, NULL, axis + 1, i);
    gg_json_end(j, ']');
}

static void field(struct gg_json *j, const struct gg_field *x)
{
    uint64_t i = 0;
    gg_json_begin(j, x->name, '{');
    gg_json_text(j, "type", gg_dtype_name(x->dtype));
    gg_json_begin(j, "shape", '[');
    for (int k = 0; k < x->ndim; k++)
        gg_json_int(j, NULL, (int64_t)x->shape[k]);
    gg_json_end(j, ']');
    gg_json_begin(j, "axes", '[');
    for (int k = 0; k < x->ndim; k++)
        gg_json_text(j, NULL, gg_axis_name(x->axis[k]));
    gg_json_end(j, ']');
    gg_json_text(j, "role", gg_role_name(x->role));
    gg_json_text(j, "irreps", x->irreps);
    gg_json_text(j, "unit", x->unit);
    if (gg_field_count(x) > 0) {
        nested(j, x, "data", 0, &i);
    } else { /* no rows of nothing, however many the shape has */
        gg_json_begin(j, "data", '[');
        gg_json_end(j, ']');
    }
    gg_json_end(j, '}');
}

static int frame(struct gg_export *x, const struct gg_frame *f, struct gg_err *err)
{
    (void)err;
    struct gg_json j = {.to = x->to};
    gg_json_begin(&j, NULL, '{');
    gg_json_text(&j, "schema", x->from->schema);
    gg_json_int(&j, "frame", (int64_t)x->number);
    gg_json_text(&j, "id", f->id);
    gg_json_int(&j, "n_node", (int64_t)f->n_node);
    gg_json_int(&j, "n_edge", (int64_t)f->n_edge);
    gg_json_int(&j, "dim", f->dim);
    gg_json_begin(&j, "pbc", '[');
    for (int a = 0; a < 3; a++)
        gg_json_bool(&j, NULL, f->pbc >> a & 1);
    gg_json_end(&j, ']');
    gg_json_begin(&j, "cell", '[');
    for (int a = 0; a < 3; a++) {
        gg_json_begin(&j, NULL, '[');
        for (int b = 0; b < 3; b++)
            gg_json_double(&j, NULL, f->cell[a][b]);
        gg_json_end(&j, ']');
    }
    gg_json_end(&j, ']');
    gg_json_begin(&j, "fields", '{');
    for (int k = 0; k < f->n_field; k++)
        field(&j, &f->field[k]);
    gg_json_end(&j, '}');
    gg_json_end(&j, '}');
    fputc('\n', x->to);
    return 0;
}

const struct gg_export_type gg_export_json = {.reads = GG_EXPORT_FRAMES | GG_EXPORT_TO, .frame = frame};
