/* spec_names.c -- names of parameters, by which the model file tells them apart */
#include "model/spec.h"

#include <stdlib.h>
#include <string.h>

static int fail_twice(const struct gg_model *m, const char *name, struct gg_err *err)
{
    for (int h = 0; h < m->n_head && !strncmp(name, "heads.", 6); h++)
        for (int q = 0; q < h; q++)
            if (!strncmp(m->head[q].target.name, m->head[h].target.name, GG_HEAD_CHARACTERS))
                return gg_fail(err, GG_USAGE,
                               "targets '%s' and '%s' share their first %d characters, by which the model "
                               "file tells the parameters of their heads apart: rename one",
                               m->head[q].target.name, m->head[h].target.name, GG_HEAD_CHARACTERS);
    return gg_fail(err, GG_USAGE,
                   "two parameters are called '%s': names are cut there, and the model file cannot tell them "
                   "apart: use fewer repeats in repeats, or shorter names of targets",
                   name);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

int gg_build_check_names(const struct gg_model *m, struct gg_err *err)
{
    char(*name)[GG_NAME] = NULL, same[GG_NAME] = "";
    struct gg_weight piece;
    size_t n = 0, room = 0;
    for (bool more = true; more; n += more) {
        if (n == room)
            name = gg_xrealloc(name, (room = room ? 2 * room : 64) * sizeof *name);
        more = gg_model_weight(m, (int64_t)n, name[n], &piece);
    }
    qsort(name, n, sizeof *name, by_name);
    for (size_t k = 1; k < n && !same[0]; k++)
        if (!strcmp(name[k - 1], name[k]))
            memcpy(same, name[k], sizeof same);
    free(name);
    return same[0] ? fail_twice(m, same, err) : 0;
}
