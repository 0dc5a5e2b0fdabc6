/* words.h -- lists of words separated by commas, as options take them */
#ifndef GG_WORDS_H
#define GG_WORDS_H

#include "util/opt.h"

/* Calls `take` for each word of each text ("--add a,b --add c": a, b, c).  Stops at the first refusal: -1, with `option`
 * in front of its message.  GG_USAGE for an empty word. */
int gg_words_each(const struct gg_texts *list, const char *option,
                  int (*take)(void *context, const char *word, struct gg_err *err), void *context,
                  struct gg_err *err);

#endif
