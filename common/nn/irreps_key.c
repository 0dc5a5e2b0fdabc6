/* irreps_key.c -- irreps that a YAML key gives as text, and what a gate needs in front of it */
#include "nn/irreps_key.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { ROW_MAX = 1 << 20 };

int gg_irreps_check(const struct gg_irreps *x, struct gg_err *err)
{
    int64_t dim = 0, text = 0;
    for (int k = 0; k < x->n; k++) {
        dim += (int64_t)x->b[k].mul * (2 * x->b[k].l + 1);
        text += snprintf(NULL, 0, "%dx%de+", x->b[k].mul, x->b[k].l);
    }
    if (text > GG_IRREPS_TEXT)
        return gg_fail(err, GG_USAGE, "irreps of %d blocks are longer than %d characters", x->n,
                       GG_IRREPS_TEXT - 1);
    if (dim > ROW_MAX)
        return gg_fail(err, GG_USAGE, "irreps of %lld numbers a row, at most %d", (long long)dim, ROW_MAX);
    return 0;
}

static int append(struct gg_irreps *x, struct gg_irrep b, struct gg_err *err)
{
    if (x->n == GG_IRREPS_MAX)
        return gg_fail(err, GG_USAGE, "more than %d blocks of irreps", GG_IRREPS_MAX);
    x->b[x->n++] = b;
    return 0;
}

int gg_gate_irreps(struct gg_irreps *out, const struct gg_irreps *wanted, struct gg_err *err)
{
    struct gg_irrep gates = {.mul = 0, .l = 0, .p = 1};
    *out = (struct gg_irreps){0};
    if (gg_irreps_check(wanted, err) < 0)
        return -1;
    for (int k = 0; k < wanted->n; k++)
        if (wanted->b[k].l > 0)
            gates.mul += wanted->b[k].mul;
        else if (append(out, wanted->b[k], err) < 0)
            return -1;
    if (gates.mul > 0 && append(out, gates, err) < 0)
        return -1;
    for (int k = 0; k < wanted->n; k++)
        if (wanted->b[k].l > 0 && append(out, wanted->b[k], err) < 0)
            return -1;
    gg_irreps_simplify(out);
    return gg_irreps_check(out, err);
}

/* The part of "gate(...)" between the brackets in `inside`, or false. */
static bool inside_gate(const char *text, char inside[GG_IRREPS_TEXT])
{
    size_t n = strlen(text);
    if (n < 6 || n - 6 >= GG_IRREPS_TEXT || strncmp(text, "gate(", 5) != 0 || text[n - 1] != ')')
        return false;
    memcpy(inside, text + 5, n - 6);
    inside[n - 6] = '\0';
    return true;
}

int gg_irreps_from_key(struct gg_irreps *out, const char *text, const char *key, struct gg_err *err)
{
    char inside[GG_IRREPS_TEXT];
    struct gg_irreps wanted;
    bool gate = inside_gate(text, inside);
    if (gg_irreps_parse(gate ? &wanted : out, gate ? inside : text, err) < 0 ||
        (gate && gg_gate_irreps(out, &wanted, err) < 0) || gg_irreps_check(out, err) < 0)
        return gg_err_prefix(err, "%s: ", key);
    return 0;
}
