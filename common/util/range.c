/* range.c -- "5:10", "5:", ":10", "5": which frames, rows, epochs */
#include "util/range.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

/* Digits at *p; false if they overflow. */
static bool number(const char **p, uint64_t *value)
{
    char *end;
    errno = 0;
    *value = strtoull(*p, &end, 10);
    *p = end;
    return errno == 0;
}

int gg_range_parse(struct gg_range *r, const char *text, const char *where, struct gg_err *err)
{
    *r = (struct gg_range){0, UINT64_MAX};
    const char *p = text;
    if (!text)
        return 0;
    bool good = true;
    bool single = isdigit((unsigned char)*p);
    if (single)
        good = number(&p, &r->from);
    if (*p == ':') {
        p++;
        if (isdigit((unsigned char)*p))
            good = good && number(&p, &r->to);
    } else {
        good = good && single;
        r->to = r->from + 1;
    }
    if (!good || *p || r->from >= r->to)
        return gg_fail(err, GG_USAGE, "%s: '%.80s' is no range: wanted 5:10, 5:, :10 or 5", where, text);
    return 0;
}

bool gg_range_has(const struct gg_range *r, uint64_t k)
{
    return k >= r->from && k < r->to;
}
