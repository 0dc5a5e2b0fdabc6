/* set.c -- texts that are there once: a balanced tree, so that no choice of texts makes it slow */
#include "util/set.h"
#include "util/arena.h"
#include "util/err.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

bool gg_set_has(const struct gg_set *s, const char *text)
{
    return tfind(text, &s->tree, compare) != NULL;
}

bool gg_set_add(struct gg_set *s, const char *text)
{
    if (gg_set_has(s, text))
        return false;
    if (!tsearch(gg_xstrdup(text), &s->tree, compare))
        gg_out_of_memory(strlen(text));
    return true;
}

void gg_set_clear(struct gg_set *s)
{
    tdestroy(s->tree, free);
    s->tree = NULL;
}
