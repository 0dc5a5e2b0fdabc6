/* irreps.c -- lists of irreducible representations of O(3), as text and as numbers */
#include "util/irreps.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { MUL_MAX = 1 << 20 };

/* Digits at *p as a number of at most `limit`; -1 if there are none or they are too many. */
static int number(const char **p, int limit)
{
    if (**p < '0' || **p > '9')
        return -1;
    int value = 0;
    for (; **p >= '0' && **p <= '9'; (*p)++) {
        value = 10 * value + (**p - '0');
        if (value > limit)
            return -1;
    }
    return value;
}

/* One term, "8x0e" or "0e". */
static bool term(const char **p, struct gg_irrep *b)
{
    int first = number(p, MUL_MAX);
    bool has_mul = **p == 'x';
    if (has_mul)
        (*p)++;
    b->mul = has_mul ? first : 1;
    b->l = has_mul ? number(p, GG_L_MAX) : first;
    if (b->mul < 1 || b->l < 0 || b->l > GG_L_MAX || (**p != 'e' && **p != 'o'))
        return false;
    b->p = **p == 'e' ? 1 : -1;
    (*p)++;
    return true;
}

/* Canonical text; false if it does not fit. */
static bool print(const struct gg_irreps *in, char text[GG_IRREPS_TEXT])
{
    size_t used = 0;
    text[0] = '\0';
    for (int k = 0; k < in->n; k++) {
        const struct gg_irrep *b = &in->b[k];
        int n = snprintf(text + used, GG_IRREPS_TEXT - used, "%s%dx%d%c", k > 0 ? "+" : "", b->mul, b->l,
                         b->p > 0 ? 'e' : 'o');
        used += (size_t)n;
        if (used >= GG_IRREPS_TEXT)
            return false;
    }
    return true;
}

int gg_irreps_parse(struct gg_irreps *out, const char *text, struct gg_err *err)
{
    *out = (struct gg_irreps){0};
    const char *p = text;
    do {
        const char *start = p;
        if (out->n == GG_IRREPS_MAX)
            return gg_fail(err, GG_USAGE, "irreps '%.40s...': more than %d terms", text, GG_IRREPS_MAX);
        if (!term(&p, &out->b[out->n]) || (*p != '+' && *p != '\0'))
            return gg_fail(err, GG_USAGE,
                           "irreps '%.128s': character %d: wanted terms such as 8x0e+4x1o, l <= %d", text,
                           (int)(start - text) + 1, GG_L_MAX);
        out->n++;
    } while (*p++ == '+');
    char canonical[GG_IRREPS_TEXT];
    if (!print(out, canonical))
        return gg_fail(err, GG_USAGE, "irreps '%.40s...': longer than %d characters", text,
                       GG_IRREPS_TEXT - 1);
    return 0;
}

void gg_irreps_print(const struct gg_irreps *in, char text[GG_IRREPS_TEXT])
{
    bool fits = print(in, text);
    assert(fits);
    (void)fits;
}

int gg_irreps_dim(const struct gg_irreps *in)
{
    int dim = 0;
    for (int k = 0; k < in->n; k++)
        dim += in->b[k].mul * (2 * in->b[k].l + 1);
    return dim;
}

bool gg_irreps_equal(const struct gg_irreps *a, const struct gg_irreps *b)
{
    if (a->n != b->n)
        return false;
    for (int k = 0; k < a->n; k++)
        if (a->b[k].mul != b->b[k].mul || a->b[k].l != b->b[k].l || a->b[k].p != b->b[k].p)
            return false;
    return true;
}

int gg_irreps_lmax(const struct gg_irreps *in)
{
    int lmax = 0;
    for (int k = 0; k < in->n; k++)
        if (in->b[k].l > lmax)
            lmax = in->b[k].l;
    return lmax;
}

void gg_irreps_simplify(struct gg_irreps *x)
{
    int n = 0;
    for (int k = 0; k < x->n; k++) {
        struct gg_irrep b = x->b[k];
        if (n > 0 && x->b[n - 1].l == b.l && x->b[n - 1].p == b.p)
            x->b[n - 1].mul += b.mul;
        else
            x->b[n++] = b;
    }
    x->n = n;
}
