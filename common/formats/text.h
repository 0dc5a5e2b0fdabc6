/* text.h -- what both directions of the text form share */
#ifndef GG_TEXT_H
#define GG_TEXT_H

#include "stream/frame.h"

/* The NaN that is written "nan". */
uint64_t gg_text_nan(int dtype);
/* A word as a number of that type, its bits in the low bytes; false if it is none, or does not fit. */
bool gg_text_parse(const char *word, int dtype, uint64_t *bits);

#endif
