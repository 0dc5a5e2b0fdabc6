/* pattern.c -- names chosen by pattern: `layers.0-2.*` */
#include "util/pattern.h"

#include <ctype.h>
#include <stdlib.h>

/* Digits at s, at most nine of them; how many, 0 if there are none. */
static int number_at(const char *s, long *value)
{
    int n = 0;
    *value = 0;
    for (; n < 9 && isdigit((unsigned char)s[n]); n++)
        *value = 10 * *value + (s[n] - '0');
    return n;
}

/* "0-12": length, or 0 if there is no range. */
static int range_at(const char *s, long *first, long *last)
{
    int a = number_at(s, first), b = a && s[a] == '-' ? number_at(s + a + 1, last) : 0;
    return b ? a + 1 + b : 0;
}

bool gg_pattern_matches(const char *pattern, const char *name)
{
    const char *p = pattern, *s = name;
    while (*p) {
        long first, last, value;
        int range = range_at(p, &first, &last), digits = range ? number_at(s, &value) : 0;
        if (*p == '*') {
            while (*p == '*')
                p++;
            for (;; s++)
                if (gg_pattern_matches(p, s))
                    return true;
                else if (!*s)
                    return false;
        }
        if (range && (!digits || value < first || value > last))
            return false;
        if (!range && (*p == '?' ? !*s : *p != *s))
            return false;
        p += range ? range : 1;
        s += range ? digits : 1;
    }
    return !*s;
}
