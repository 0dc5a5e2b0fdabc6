/* number.c -- numbers that stand in text: one grammar for META, configurations and options */
#include "util/number.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* strtod knows more names than these: nan(1), and numbers to the base 16. */
static bool is_named(const char *text)
{
    text += *text == '+' || *text == '-';
    return !strcasecmp(text, "nan") || !strcasecmp(text, "inf") || !strcasecmp(text, "infinity");
}

bool gg_number_any(const char *text, double *x)
{
    char *end;
    bool decimal = *text && text[strspn(text, "+-.0123456789eE")] == '\0';
    double value = decimal || is_named(text) ? strtod(text, &end) : 0;
    bool all = (decimal || is_named(text)) && *end == '\0';
    if (all)
        *x = value;
    return all;
}

bool gg_number(const char *text, double *x)
{
    double value;
    bool all = gg_number_any(text, &value) && isfinite(value);
    if (all)
        *x = value;
    return all;
}

bool gg_whole(const char *text, int64_t *x)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    bool all = *text && text[strspn(text, "+-0123456789")] == '\0' && *end == '\0' && errno == 0;
    if (all)
        *x = value;
    return all;
}
