/* irreps.c -- lists of irreducible representations of O(3), as text and as numbers */
#include "util/irreps.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { MUL_MAX = 1 << 20 };

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t");
}

/* Digits at *p as a number of at most `limit`, *p behind them; -1 if there are none or they are too many, *p where it was. */
static int number(const char **p, int limit)
{
    const char *digit = *p;
    if (*digit < '0' || *digit > '9')
        return -1;
    int value = 0;
    for (; *digit >= '0' && *digit <= '9'; digit++) {
        value = 10 * value + (*digit - '0');
        if (value > limit)
            return -1;
    }
    *p = digit;
    return value;
}

/* One term, "8x0e" or "0e", with blanks around it and around its x.  False: *p is at what does not belong there. */
static bool term(const char **p, struct gg_irrep *b)
{
    const char *start = *p = skip_blanks(*p);
    b->mul = 1;
    b->l = number(p, MUL_MAX);
    const char *x = skip_blanks(*p);
    if (b->l >= 0 && *x == 'x') {
        b->mul = b->l;
        *p = start;
        if (b->mul < 1)
            return false;
        start = *p = skip_blanks(x + 1);
        b->l = number(p, GG_L_MAX);
    }
    if (b->l < 0 || b->l > GG_L_MAX) {
        *p = start;
        return false;
    }
    if (**p != 'e' && **p != 'o')
        return false;
    b->p = *(*p)++ == 'e' ? 1 : -1;
    *p = skip_blanks(*p);
    return **p == '+' || **p == '\0';
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
        if (out->n == GG_IRREPS_MAX)
            return gg_fail(err, GG_USAGE, "irreps '%.40s...': more than %d terms", text, GG_IRREPS_MAX);
        if (!term(&p, &out->b[out->n]))
            return gg_fail(err, GG_USAGE,
                           "irreps '%.128s': character %d: wanted terms such as 8x0e+4x1o, l <= %d", text,
                           (int)(p - text) + 1, GG_L_MAX);
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
