/* dtype.c -- the thirteen number types: names, sizes, values as double */
/* Codes: gg_stream(5), TYPES. */
#include "stream/frame.h"
#include "util/file.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const struct {
    const char *name;
    size_t size;
} types[] = {{"?", 0},   {"i8", 1},  {"u8", 1},  {"i16", 2},  {"u16", 2}, {"i32", 4}, {"u32", 4},
             {"i64", 8}, {"u64", 8}, {"f16", 2}, {"bf16", 2}, {"f32", 4}, {"f64", 8}, {"bool", 1}};
static const char *const axes[] = {"free", "node", "edge", "node+1", "time", "replica"};
static const char *const roles[] = {"other", "structure", "feature",   "target", "prediction",
                                    "mask",  "parameter", "optimiser", "metric"};

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

size_t gg_dtype_size(int dtype)
{
    return dtype > 0 && dtype < COUNT(types) ? types[dtype].size : 0;
}

const char *gg_dtype_name(int dtype)
{
    return dtype > 0 && dtype < COUNT(types) ? types[dtype].name : "?";
}

const char *gg_axis_name(int axis)
{
    return axis >= 0 && axis < COUNT(axes) ? axes[axis] : "?";
}

const char *gg_role_name(int role)
{
    return role >= 0 && role < COUNT(roles) ? roles[role] : "?";
}

uint64_t gg_field_count(const struct gg_field *x)
{
    uint64_t n = 1;
    for (int k = 0; k < x->ndim; k++)
        n *= x->shape[k];
    return n;
}

/* IEEE 754 binary16: sign, 5 bits of exponent, 10 of mantissa. */
static double half(uint16_t bits)
{
    int exponent = bits >> 10 & 31, mantissa = bits & 1023;
    double size = exponent == 0    ? ldexp(mantissa, -24)
                  : exponent == 31 ? (mantissa ? NAN : INFINITY)
                                   : ldexp(mantissa + 1024, exponent - 25);
    return bits >> 15 ? -size : size;
}

/* The upper half of a float. */
static double bfloat(uint16_t bits)
{
    uint32_t wide = (uint32_t)bits << 16;
    float x;
    memcpy(&x, &wide, sizeof x);
    return gg_widen(x);
}

double gg_field_get(const struct gg_field *x, uint64_t i)
{
    assert(i < gg_field_count(x)); /* an axis may have length 0: then there is nothing to get */
    switch ((enum gg_dtype)x->dtype) {
    case GG_I8:
        return ((const int8_t *)x->data)[i];
    case GG_U8:
    case GG_BOOL:
        return ((const uint8_t *)x->data)[i];
    case GG_I16:
        return ((const int16_t *)x->data)[i];
    case GG_U16:
        return ((const uint16_t *)x->data)[i];
    case GG_I32:
        return ((const int32_t *)x->data)[i];
    case GG_U32:
        return ((const uint32_t *)x->data)[i];
    case GG_I64:
        return (double)((const int64_t *)x->data)[i];
    case GG_U64:
        return (double)((const uint64_t *)x->data)[i];
    case GG_F16:
        return half(((const uint16_t *)x->data)[i]);
    case GG_BF16:
        return bfloat(((const uint16_t *)x->data)[i]);
    case GG_F32:
        return gg_widen(((const float *)x->data)[i]);
    case GG_F64:
    default: /* no other has come through gg_field_check */
        assert(x->dtype == GG_F64);
        return ((const double *)x->data)[i];
    }
}

double gg_frame_number(const struct gg_frame *f, const char *name)
{
    const struct gg_field *x = gg_frame_find(f, name);
    return x && gg_field_count(x) > 0 ? gg_field_get(x, 0) : NAN;
}
