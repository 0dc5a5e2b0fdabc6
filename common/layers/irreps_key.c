/* irreps_key.c -- irreps as layers take them from YAML */
#include "layers/irreps_key.h"

#include <stdio.h>
#include <string.h>

void gg_gate_irreps(const struct gg_irreps *wanted, struct gg_irreps *in)
{
    int gates = 0;
    in->n = 0;
    for (int b = 0; b < wanted->n; b++) {
        if (wanted->b[b].l == 0)
            in->b[in->n++] = wanted->b[b];
        else
            gates += wanted->b[b].mul;
    }
    if (gates)
        in->b[in->n++] = (struct gg_irrep){gates, 0, 1};
    for (int b = 0; b < wanted->n; b++)
        if (wanted->b[b].l > 0)
            in->b[in->n++] = wanted->b[b];
    gg_irreps_simplify(in);
}

int gg_irreps_from_key(struct gg_irreps *out, const char *text, const char *key, struct gg_err *err)
{
    char inner[GG_IRREPS_TEXT];
    size_t n = strlen(text);
    bool gate = n > 6 && !strncmp(text, "gate(", 5) && text[n - 1] == ')';
    if (gate)
        snprintf(inner, sizeof inner, "%.*s", (int)(n - 6), text + 5);
    if (gg_irreps_parse(out, gate ? inner : text, err))
        return gg_err_prefix(err, "%s: ", key);
    if (gate && out->n >= GG_IRREPS_MAX)
        return gg_fail(err, GG_USAGE, "%s: %d blocks, at most %d in a gate", key, out->n, GG_IRREPS_MAX - 1);
    if (gate) {
        struct gg_irreps wanted = *out;
        gg_gate_irreps(&wanted, out);
    }
    return 0;
}
