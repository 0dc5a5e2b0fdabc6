/* complete.h -- what a shell offers behind the name of a program: options, their values, the words of its first operand */
#ifndef GG_COMPLETE_H
#define GG_COMPLETE_H

#include "util/opt.h"

#define GG_SHELLS "bash|zsh|fish"

/* Options and the values that they have before a command line: a flag that is set has --no-NAME. */
struct gg_complete_table {
    const struct gg_opt *opts;
    const void *values;
};

struct gg_completion {
    const char *name;                                /* of the program */
    const char *(*first)(int k, const char **about); /* struct gg_program; NULL: any word */
    const struct gg_complete_table *tables;          /* opts NULL behind the last */
};

/* Prints the file that the shell (its place among GG_SHELLS) reads. */
void gg_complete(FILE *to, int shell, const struct gg_completion *c);

#endif
