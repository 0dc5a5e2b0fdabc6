/* pickle_value.c -- what a Python pickle holds, as data */
#include "formats/pickle_value.h"

#include <string.h>

bool gg_pickle_is(const struct gg_pickle *v, const char *text)
{
    return (v->kind == GG_PICKLE_TEXT || v->kind == GG_PICKLE_BYTES) && v->n == strlen(text) &&
           !memcmp(v->text, text, v->n);
}

const struct gg_pickle *gg_pickle_get(const struct gg_pickle *dict, const char *key)
{
    if (!dict || dict->kind != GG_PICKLE_DICT)
        return NULL;
    for (size_t k = 0; k + 1 < dict->n; k += 2)
        if (gg_pickle_is(dict->item[k], key))
            return dict->item[k + 1];
    return NULL;
}
