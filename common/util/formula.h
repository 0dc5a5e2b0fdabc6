/* formula.h -- a number worked out from text: "2*C+1", "sqrt(C/3)" */
#ifndef GG_FORMULA_H
#define GG_FORMULA_H

#include "util/err.h"
#include <stdbool.h>

/* What a name stands for; false: nothing.  Names begin with a letter and hold letters, digits and the characters _ . < >. */
struct gg_formula_names {
    bool (*find)(void *of, const char *name, double *value);
    void *of;
};

/* + - * / with brackets, sqrt(...), decimal numbers and names.  GG_USAGE: what is wrong, and where; a value that is not finite. */
int gg_formula(const char *text, const struct gg_formula_names *names, double *value, struct gg_err *err);

#endif
