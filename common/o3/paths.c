/* paths.c -- which degrees a convolution couples */
#include "o3/o3.h"
#include <stdlib.h>

static int sign_of(int l)
{
    return l % 2 ? -1 : 1;
}

/* p = 0: of either parity */
static bool has_block(const struct gg_irreps *irreps, int l, int p)
{
    for (int k = 0; k < irreps->n; k++)
        if (irreps->b[k].l == l && (irreps->b[k].p == p || p == 0))
            return true;
    return false;
}

int gg_paths(const struct gg_irreps *in, int l_max, enum gg_parity parity, const struct gg_irreps *wanted,
             struct gg_path *out, int room)
{
    int n = 0;
    for (int b = 0; b < in->n; b++) {
        int l1 = in->b[b].l, p1 = in->b[b].p;
        for (int l2 = 0; l2 <= l_max; l2++)
            for (int l3 = abs(l1 - l2); l3 <= l1 + l2 && l3 <= l_max; l3++) {
                int p3 = parity == GG_PARITY_NONE ? 0 : p1 * sign_of(l2);
                if (parity == GG_PARITY_NATURAL && (p1 != sign_of(l1) || p3 != sign_of(l3)))
                    continue;
                if (wanted && !has_block(wanted, l3, p3))
                    continue;
                if (n < room)
                    out[n] = (struct gg_path){.in = b, .l1 = l1, .l2 = l2, .l3 = l3, .p3 = p3};
                n++;
            }
    }
    return n;
}
