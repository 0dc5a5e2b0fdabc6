/* words.c -- numbers and words of a line of text */
#include "formats/words.h"
#include "util/number.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

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

bool gg_word_number(const char *word, double *x)
{
    char copy[64];
    size_t mantissa = strspn(word, "+-.0123456789");
    *x = 0;
    if ((word[mantissa] != 'd' && word[mantissa] != 'D') || strlen(word) >= sizeof copy)
        return gg_number_any(word, x);
    snprintf(copy, sizeof copy, "%s", word);
    copy[mantissa] = 'e';
    return gg_number_any(copy, x);
}

bool gg_word_double(const char *word, double *x)
{
    return gg_word_number(word, x) && isfinite(*x);
}

bool gg_word_int(const char *word, int64_t *x)
{
    *x = 0;
    return gg_whole(word, x);
}

bool gg_word_bool(const char *word, bool *x)
{
    *x = !strcasecmp(word, "t") || !strcasecmp(word, "true");
    return *x || !strcasecmp(word, "f") || !strcasecmp(word, "false");
}

bool gg_word_numbers(const char *text, int n, double *x)
{
    const char *blank = " \t,";
    int k = 0;
    for (text += strspn(text, blank); *text; text += strspn(text, blank), k++) {
        char word[64];
        size_t length = strcspn(text, blank);
        if (k == n || length >= sizeof word)
            return false;
        memcpy(word, text, length);
        word[length] = 0;
        if (!gg_word_double(word, &x[k]))
            return false;
        text += length;
    }
    return k == n;
}

int gg_word_digits(const char *word)
{
    int n = 0;
    for (; *word && !strchr("eEdD", *word); word++)
        if (isdigit((unsigned char)*word) && (n || *word != '0'))
            n++;
    return n;
}

char *gg_word_comment(char *line)
{
    char *hash = strchr(line, '#');
    if (!hash)
        return line + strlen(line);
    *hash++ = 0;
    return hash + strspn(hash, " \t");
}
