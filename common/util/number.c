/* number.c -- numbers that stand in text: one grammar for META, configurations and options */
#include "util/number.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool gg_number(const char *text, double *x)
{
    char *end;
    double value = strtod(text, &end);
    bool all = *text && text[strspn(text, "+-.0123456789eE")] == '\0' && *end == '\0' && isfinite(value);
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
