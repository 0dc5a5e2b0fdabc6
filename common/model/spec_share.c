/* spec_share.c -- the layer of a head, with parameters of its own or those of a head before it
 *
 * A decoder for particles and for edges, say.  Parameters are a place in the model's array, so two layers with one place have them in common, as
 * rounds of a shared repeat do: both passes read it, and what backward passes add, adds. */
#include "model/spec.h"
#include "nn/each_time.h"

#include <stdio.h>
#include <string.h>

/* `share`: the target of a head before this one, whose parameters it has. */
static int read_owner(const struct gg_model *m, struct gg_head *h, const struct gg_yaml *map,
                      struct gg_err *err)
{
    const struct gg_yaml *share = gg_yaml_get(map, "share");
    const char *name;
    h->owner = (int)(h - m->head);
    if (!share)
        return 0;
    if (gg_yaml_text(share, &name, err))
        return -1;
    for (int k = 0; k < h - m->head; k++)
        if (!strcmp(m->head[k].target.name, name)) {
            h->owner = m->head[k].owner;
            return 0;
        }
    return gg_yaml_fail(share, err, "share: no head before this one has the target '%s'", name);
}

static const struct gg_op *op_of(const struct gg_model *m, const struct gg_head *h)
{
    const struct gg_op *op = m->op;
    while (op->out != h->value)
        op++;
    return op;
}

static bool same_piece(const struct gg_weight *a, const struct gg_weight *b)
{
    return !strcmp(a->name, b->name) && a->offset == b->offset && a->ndim == b->ndim &&
           !memcmp(a->shape, b->shape, (size_t)a->ndim * sizeof *a->shape);
}

/* One set of parameters for both: the same layer, with the same pieces in the same places, whether or not it has a row for each time. */
static int check_owner(const struct gg_model *m, const struct gg_head *h, const struct gg_yaml *map,
                       struct gg_err *err)
{
    const struct gg_head *owner = &m->head[h->owner];
    const struct gg_layer *mine = gg_layer_of_one_time(&op_of(m, h)->layer),
                          *its = gg_layer_of_one_time(&op_of(m, owner)->layer);
    struct gg_weight a, b;
    bool same = mine->type == its->type && mine->n_weight == its->n_weight, more = same && mine->n_weight > 0;
    for (int k = 0; more; k++) {
        more = mine->type->weight(mine, k, &a);
        same &= more == its->type->weight(its, k, &b) && (!more || same_piece(&a, &b));
        more &= same;
    }
    return same ? 0
                : gg_yaml_fail(gg_yaml_get(map, "share"), err,
                               "share: the parameters of '%s' have other shapes (%s, %lld numbers) than "
                               "this head wants (%s, %lld): the same layer and keys, as many numbers a row "
                               "of its input, times and groups are wanted (species: joint makes one group)",
                               owner->target.name, its->type->name, (long long)its->n_weight,
                               mine->type->name, (long long)mine->n_weight);
}

int gg_build_head(struct gg_build *b, struct gg_head *h, struct gg_yaml *map, const char *key,
                  const char *value, struct gg_err *err)
{
    static const char *const others[] = {"layer",   "in",          "target",   "weight", "times",
                                         "species", "standardise", "geometry", "share",  NULL};
    struct gg_model *m = b->m;
    char name[48];
    if (read_owner(m, h, map, err))
        return -1;
    bool shares = h != &m->head[h->owner];
    snprintf(name, sizeof name, "heads.%.*s", GG_HEAD_CHARACTERS, h->target.name);
    b->shared = shares ? op_of(m, &m->head[h->owner])->weight : -1;
    int status = gg_build_op(b, map, name, others, key, value, err);
    b->shared = -1;
    h->value = b->previous;
    return status || (shares && check_owner(m, h, map, err)) ? -1 : 0;
}
