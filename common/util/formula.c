/* formula.c -- a number worked out from text: "2*C+1", "sqrt(C/3)"
 *
 *     sum = product {(+|-) product},   product = factor {(*|/) factor},   factor = number | name | sqrt(sum) | (sum) | -factor */
#include "util/formula.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NAME = 128, MOST_DEPTH = 64 };

struct reading {
    const char *text, *p;
    const struct gg_formula_names *names;
    int depth;
    struct gg_err *err;
};

static int sum(struct reading *r, double *x);

static char next(struct reading *r)
{
    while (*r->p == ' ')
        r->p++;
    return *r->p;
}

static int fail(struct reading *r, const char *wanted)
{
    return gg_fail(r->err, GG_USAGE, "'%.80s': %s is wanted at '%.20s'", r->text, wanted,
                   *r->p ? r->p : "its end");
}

static int brackets(struct reading *r, double *x)
{
    r->p++;
    if (++r->depth > MOST_DEPTH)
        return gg_fail(r->err, GG_USAGE, "'%.80s': more than %d brackets in each other", r->text, MOST_DEPTH);
    if (sum(r, x))
        return -1;
    if (next(r) != ')')
        return fail(r, "')'");
    r->p++;
    r->depth--;
    return 0;
}

static int named(struct reading *r, double *x)
{
    char name[MOST_NAME];
    size_t n = 0;
    while (n + 1 < sizeof name && (isalnum((unsigned char)r->p[n]) || (r->p[n] && strchr("_.<>", r->p[n]))))
        n++;
    snprintf(name, sizeof name, "%.*s", (int)n, r->p);
    r->p += n;
    if (!strcmp(name, "sqrt") && next(r) == '(') {
        if (brackets(r, x))
            return -1;
        *x = sqrt(*x);
        return 0;
    }
    return r->names && r->names->find(r->names->of, name, x)
               ? 0
               : gg_fail(r->err, GG_USAGE, "'%.80s': nothing is called '%s'", r->text, name);
}

static int factor(struct reading *r, double *x)
{
    char c = next(r), *end;
    if (c == '-') {
        double sign = 1;
        for (; next(r) == '-'; r->p++)
            sign = -sign;
        if (factor(r, x))
            return -1;
        *x *= sign;
        return 0;
    }
    if (c == '(')
        return brackets(r, x);
    if (isalpha((unsigned char)c))
        return named(r, x);
    if (!isdigit((unsigned char)c) && c != '.')
        return fail(r, "a number or a name");
    *x = strtod(r->p, &end);
    if (end == r->p)
        return fail(r, "a number");
    r->p = end;
    return 0;
}

static int product(struct reading *r, double *x)
{
    double y;
    char c;
    if (factor(r, x))
        return -1;
    while ((c = next(r)) == '*' || c == '/') {
        r->p++;
        if (factor(r, &y))
            return -1;
        *x = c == '*' ? *x * y : *x / y;
    }
    return 0;
}

static int sum(struct reading *r, double *x)
{
    double y;
    char c;
    if (product(r, x))
        return -1;
    while ((c = next(r)) == '+' || c == '-') {
        r->p++;
        if (product(r, &y))
            return -1;
        *x += c == '+' ? y : -y;
    }
    return 0;
}

int gg_formula(const char *text, const struct gg_formula_names *names, double *value, struct gg_err *err)
{
    struct reading r = {.text = text, .p = text, .names = names, .err = err};
    if (sum(&r, value))
        return -1;
    if (next(&r))
        return fail(&r, "an operator");
    return isfinite(*value) ? 0 : gg_fail(err, GG_USAGE, "'%.80s' is not finite", text);
}
