/* words.c -- numbers and words of a line of text */
#include "formats/words.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

char *gg_word(char **p)
{
    char *word = *p + strspn(*p, " \t");
    if (!*word)
        return NULL;
    char *end = word + strcspn(word, " \t");
    *p = *end ? end + 1 : end;
    *end = 0;
    return word;
}

bool gg_word_double(const char *word, double *x)
{
    char *end;
    *x = strtod(word, &end);
    return end != word && !*end && isfinite(*x);
}

bool gg_word_int(const char *word, int64_t *x)
{
    char *end;
    errno = 0;
    *x = strtoll(word, &end, 10);
    return end != word && !*end && !errno;
}

int gg_word_digits(const char *word)
{
    int n = 0;
    for (; *word && *word != 'e' && *word != 'E'; word++)
        if (isdigit((unsigned char)*word) && (n || *word != '0'))
            n++;
    return n;
}
