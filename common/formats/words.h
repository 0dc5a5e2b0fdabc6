/* words.h -- numbers and words of a line of text */
#ifndef GG_WORDS_H
#define GG_WORDS_H

#include <stdbool.h>
#include <stdint.h>

/* The next word between blanks; *p moves behind it; NULL at the end.  Terminates the word in place. */
char *gg_word(char **p);
/* The whole word as a number, NaN and infinity too; Fortran's 1.5d-3 is one. */
bool gg_word_number(const char *word, double *x);
/* The whole word as a finite number, or as a whole one. */
bool gg_word_double(const char *word, double *x);
bool gg_word_int(const char *word, int64_t *x);
/* T, F, True, true, TRUE ... */
bool gg_word_bool(const char *word, bool *x);
/* Exactly n finite numbers between blanks or commas. */
bool gg_word_numbers(const char *text, int n, double *x);
/* Significant digits written: 7 for "-3.396249e+00". */
int gg_word_digits(const char *word);
/* Ends `line` before a comment, if there is one, and gives the comment without blanks in front; else "". */
char *gg_word_comment(char *line);

#endif
