/* number.h -- numbers that stand in text: one grammar for META, configurations and options */
#ifndef GG_NUMBER_H
#define GG_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* All of the text is one finite decimal number, "-1.5e3", or one whole number that fits: no blanks, nothing behind it, no hexadecimal,
 * no inf or nan, not empty.  False: *x is untouched. */
bool gg_number(const char *text, double *x);
/* The same, and nan, inf and infinity with or without a sign, in any case of letters: what tables of numbers hold. */
bool gg_number_any(const char *text, double *x);
bool gg_whole(const char *text, int64_t *x);

#endif
