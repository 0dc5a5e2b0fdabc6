/* irreps.h -- lists of irreducible representations of O(3), as text and as numbers */
#ifndef GG_IRREPS_H
#define GG_IRREPS_H

#include "util/err.h"
#include <stdbool.h>

enum { GG_IRREPS_MAX = 32, GG_IRREPS_TEXT = 128, GG_L_MAX = 12 };

struct gg_irrep {
    int mul, l, p; /* multiplicity >= 1, degree 0..GG_L_MAX, parity +1 (e) or -1 (o) */
};
struct gg_irreps {
    int n;
    struct gg_irrep b[GG_IRREPS_MAX]; /* blocks, in the order of the text */
};

/* "8x0e+4x1o" as e3nn writes it; the multiplicity may be left out ("0e" = "1x0e"), and blanks may stand around terms and x:
 * "8x0e + 4x1o".  Capitals are no parities.  GG_USAGE if it does not parse, with the character that does not belong there.
 * Empty text is refused. */
int gg_irreps_parse(struct gg_irreps *out, const char *text, struct gg_err *err);
void gg_irreps_print(const struct gg_irreps *in,
                     char text[GG_IRREPS_TEXT]); /* canonical: MUL always written */
int gg_irreps_dim(const struct gg_irreps *in);   /* sum of mul (2l+1) */
bool gg_irreps_equal(const struct gg_irreps *a, const struct gg_irreps *b);
int gg_irreps_lmax(const struct gg_irreps *in);
/* Joins neighbouring blocks of the same (l, p). */
void gg_irreps_simplify(struct gg_irreps *x);

#endif
