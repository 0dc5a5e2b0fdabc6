/* losses.c -- the table of terms of a loss */
#include "losses/loss.h"

#include <stddef.h>
#include <string.h>

#define LOSS(name) extern const struct gg_loss_type gg_loss_##name;
#include "losses/losses.def"
#undef LOSS

#define LOSS(name) &gg_loss_##name,
const struct gg_loss_type *const gg_loss_types[] = {
#include "losses/losses.def"
    NULL};
#undef LOSS

const struct gg_loss_type *gg_loss_find(const char *name)
{
    for (const struct gg_loss_type *const *t = gg_loss_types; *t != NULL; t++)
        if (strcmp((*t)->name, name) == 0)
            return *t;
    return NULL;
}

const struct gg_loss_spread *gg_loss_spread_of(const struct gg_loss_type *t, int l)
{
    for (const struct gg_loss_spread *s = t->spread; s != NULL && s->ending != NULL; s++)
        if (s->l == l)
            return s;
    return NULL;
}
