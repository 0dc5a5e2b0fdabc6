/* print.c -- numbers of any type as text, and stdio into a sink */
#include "formats/export.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void gg_value_text(char text[32], const struct gg_field *x, uint64_t i)
{
    float wide;
    switch ((enum gg_dtype)x->dtype) {
    case GG_F16:
        gg_print_float(text, (float)gg_field_get(x, i));
        return;
    case GG_BF16: /* by bits: a conversion would lose denormals */
        memcpy(&wide, &(uint32_t){(uint32_t)((const uint16_t *)x->data)[i] << 16}, sizeof wide);
        gg_print_float(text, wide);
        return;
    case GG_F32:
        gg_print_float(text, ((const float *)x->data)[i]);
        return;
    case GG_F64:
        gg_print_double(text, ((const double *)x->data)[i]);
        return;
    case GG_I64:
        snprintf(text, 32, "%" PRId64, ((const int64_t *)x->data)[i]);
        return;
    case GG_U64:
        snprintf(text, 32, "%" PRIu64, ((const uint64_t *)x->data)[i]);
        return;
    default: /* up to 32 bits: exact as double */
        snprintf(text, 32, "%.0f", gg_field_get(x, i));
    }
}

void gg_print_value(FILE *to, const struct gg_field *x, uint64_t i)
{
    char text[32];
    gg_value_text(text, x, i);
    fputs(text, to);
}

struct cookie {
    struct gg_sink *sink;
    struct gg_err *err;
};

static ssize_t write_cookie(void *context, const char *data, size_t bytes)
{
    struct cookie *c = context;
    return gg_sink_write(c->sink, data, bytes, c->err) < 0 ? 0 : (ssize_t)bytes;
}

static int close_cookie(void *context)
{
    free(context);
    return 0;
}

FILE *gg_sink_stdio(struct gg_sink *s, struct gg_err *err)
{
    struct cookie *c = gg_xmalloc(sizeof *c);
    *c = (struct cookie){s, err};
    FILE *to = fopencookie(c, "w", (cookie_io_functions_t){.write = write_cookie, .close = close_cookie});
    if (!to) {
        free(c);
        gg_fail_errno(err, "cannot open a stream");
    }
    return to;
}
