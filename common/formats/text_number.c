/* text_number.c -- numbers of the text form: decimals back to the bits they came from */
#include "formats/text.h"
#include "util/number.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

uint64_t gg_text_nan(int dtype)
{
    return dtype == GG_F64    ? 0x7FF8000000000000
           : dtype == GG_F32  ? 0x7FC00000
           : dtype == GG_BF16 ? 0x7FC0
                              : 0x7E00;
}

/* IEEE binary16, rounded to the nearest. */
static uint16_t half_of(double x)
{
    uint16_t sign = signbit(x) ? 0x8000 : 0;
    int exponent;
    frexp(fabs(x), &exponent); /* x = 1.m 2^(exponent-1) */
    if (isinf(x) || x == 0)
        return isinf(x) ? sign | 0x7C00 : sign;
    if (exponent < -13)
        return sign | (uint16_t)lrint(ldexp(fabs(x), 24));
    long mantissa = lrint(ldexp(fabs(x), 11 - exponent)); /* 2048: the next exponent, by the sum below */
    long bits = ((long)(exponent + 14) << 10) + mantissa - 1024;
    return sign | (uint16_t)(bits < 0x7C00 ? bits : 0x7C00);
}

static uint16_t bfloat_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

/* A whole number that fits `size` bytes, signed or not. */
static bool parse_whole(const char *word, int dtype, uint64_t *bits)
{
    char *end;
    int width = 8 * (int)gg_dtype_size(dtype);
    bool is_signed = dtype == GG_I8 || dtype == GG_I16 || dtype == GG_I32 || dtype == GG_I64;
    if (*word == '\0' || (*word == '-' && !is_signed))
        return false;
    errno = 0;
    *bits = is_signed ? (uint64_t)strtoll(word, &end, 10) : strtoull(word, &end, 10);
    if (errno || *end)
        return false;
    if (dtype == GG_BOOL)
        return *bits <= 1;
    if (is_signed)
        return (int64_t)*bits >> (width - 1) == 0 || (int64_t)*bits >> (width - 1) == -1;
    return width == 64 || *bits >> width == 0;
}

bool gg_text_parse(const char *word, int dtype, uint64_t *bits)
{
    char *end;
    *bits = 0;
    if (dtype < GG_F16 || dtype == GG_BOOL)
        return parse_whole(word, dtype, bits);
    if (strncmp(word, "nan:", 4) == 0) {
        *bits = strtoull(word + 4, &end, 16);
        return end != word + 4 && *end == '\0';
    }
    if (strcmp(word, "nan") == 0) {
        *bits = gg_text_nan(dtype);
        return true;
    }
    double any;
    if (!gg_number_any(word, &any)) /* its grammar; strtof below for its own rounding */
        return false;
    double x = dtype == GG_F64 || dtype == GG_F16 ? strtod(word, &end) : 0;
    float y = dtype == GG_F32 || dtype == GG_BF16 ? strtof(word, &end) : 0;
    if (dtype == GG_F64)
        memcpy(bits, &x, sizeof x);
    else if (dtype == GG_F32)
        memcpy(bits, &y, sizeof y);
    else
        *bits = dtype == GG_F16 ? half_of(x) : bfloat_of(y);
    return end != word && *end == '\0';
}
