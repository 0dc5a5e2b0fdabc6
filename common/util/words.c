/* words.c -- lists of words separated by commas, as options take them */
#include "util/words.h"

#include <string.h>

static int one(const char *text, size_t length, const char *option,
               int (*take)(void *context, const char *word, struct gg_err *err), void *context,
               struct gg_err *err)
{
    char word[256];
    if (length == 0 || length >= sizeof word)
        return gg_fail(err, GG_USAGE, "%s: '%.200s' is not a list of words separated by commas", option,
                       text);
    memcpy(word, text, length);
    word[length] = 0;
    return take(context, word, err) < 0 ? gg_err_prefix(err, "%s: ", option) : 0;
}

int gg_words_each(const struct gg_texts *list, const char *option,
                  int (*take)(void *context, const char *word, struct gg_err *err), void *context,
                  struct gg_err *err)
{
    for (int k = 0; k < list->n; k++)
        for (const char *at = list->v[k]; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
            if (one(at, strcspn(at, ","), option, take, context, err) < 0)
                return -1;
    return 0;
}
