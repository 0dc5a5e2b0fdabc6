/* learners.c -- the table of learners, and which one a configuration asks for */
#include "model/learner.h"

#include <string.h>

#define LEARNER(name) extern const struct gg_learner gg_learner_##name;
#include "learn/learners.def"
#undef LEARNER

#define LEARNER(name) &gg_learner_##name,
const struct gg_learner *const gg_learners[] = {
#include "learn/learners.def"
    NULL};
#undef LEARNER

const struct gg_learner *gg_learner_find(const char *name)
{
    for (const struct gg_learner *const *l = gg_learners; *l; l++)
        if (!strcmp((*l)->name, name))
            return *l;
    return NULL;
}

const struct gg_learner *gg_learner_of(const struct gg_yaml *root, struct gg_err *err)
{
    const char *names[64], *text;
    int n = 0;
    struct gg_yaml *fit = gg_yaml_get(root, "fit");
    if (!fit)
        return gg_learner_find("network");
    struct gg_yaml *kind =
        gg_yaml_expect(fit, GG_YAML_MAP, "fit", err) ? NULL : gg_yaml_need(fit, "kind", err);
    if (!kind || gg_yaml_text(kind, &text, err))
        return NULL;
    const struct gg_learner *l = gg_learner_find(text);
    if (l && !l->layers)
        return l;
    for (int k = 0; gg_learners[k] && n < 64; k++)
        if (!gg_learners[k]->layers)
            names[n++] = gg_learners[k]->name;
    const char *near = gg_nearest(text, names, n);
    gg_yaml_fail(kind, err, "fit.kind: no fit is called '%s'%s%s%s", text,
                 near ? " (did you mean " : " (gg_learners(7) lists them", near ? near : "",
                 near ? "?)" : ")");
    return NULL;
}
