/* loss_heads.c -- which heads a term is for, and what they put out for it */
#include "model/loss.h"
#include "util/same.h"

#include <stdio.h>

bool gg_term_is_for(const struct gg_term *k, int head)
{
    return k->head < 0 || k->head == head;
}

/* A likelihood is for targets of one degree that it has a spread for. */
static const struct gg_loss_spread *spread_for(const struct gg_loss_type *type, const struct gg_target *t)
{
    return t->irreps.n == 1 ? gg_loss_spread_of(type, t->irreps.b[0].l) : NULL;
}

static bool fits(const struct gg_term *k, const struct gg_target *t)
{
    bool scalar = false;
    for (int b = 0; b < t->irreps.n; b++)
        scalar |= t->irreps.b[b].l == 0;
    return (!k->type->scalars || scalar) && (!k->type->positions || t->kind->places) &&
           (!k->type->spread || spread_for(k->type, t));
}

/* The degrees that a likelihood has a spread for: "0 or 1". */
static const char *degrees(const struct gg_loss_type *type, char text[64])
{
    int n = 0;
    for (const struct gg_loss_spread *s = type->spread; s->ending; s++)
        n += snprintf(text + n, 64 - (size_t)n, "%s%d", n ? " or " : "", s->l);
    return text;
}

static int no_head(const struct gg_term *k, struct gg_err *err)
{
    const struct gg_yaml *said = gg_yaml_get(k->from, "head");
    char text[64], wanted[96];
    if (k->type->spread)
        snprintf(wanted, sizeof wanted, "targets of one degree, %s", degrees(k->type, text));
    else
        snprintf(wanted, sizeof wanted, "%s", k->type->positions ? "scalars on particles" : "scalars");
    return gg_yaml_fail(said ? said : k->from, err, "loss: %s: is for %s, and no head%s has such a target",
                        k->type->name, wanted, said ? " of that name" : "");
}

/* A head has the spread of one term. */
static int add_spread(struct gg_head *h, const struct gg_term *k, struct gg_err *err)
{
    const struct gg_loss_spread *spread = k->type->spread ? spread_for(k->type, &h->target) : NULL;
    if (spread && h->spread)
        return gg_yaml_fail(
            k->from, err,
            "loss: %s: the head of '%s' puts out what another term asks for: one likelihood a head",
            k->type->name, h->target.name);
    if (spread) {
        h->spread = spread;
        h->spread_hyper = k->hyper;
    }
    return 0;
}

int gg_loss_heads(struct gg_model *m, struct gg_err *err)
{
    for (int h = 0; h < m->n_head; h++)
        m->head[h].spread = NULL;
    for (int q = 0; q < m->n_term; q++) {
        const struct gg_term *k = &m->term[q];
        bool any = false;
        for (int h = 0; h < m->n_head; h++) {
            bool takes = gg_term_is_for(k, h) && fits(k, &m->head[h].target);
            any |= takes;
            if (takes && add_spread(&m->head[h], k, err))
                return -1;
        }
        if (!any)
            return no_head(k, err);
    }
    return 0;
}

static bool has_time(const struct gg_model *m, const struct gg_term *k, double time)
{
    for (int h = 0; h < m->n_head; h++)
        for (int q = 0; q < m->head[h].target.n_time && m->head[h].target.timed && gg_term_is_for(k, h); q++)
            if (m->head[h].on[q] && gg_same(m->head[h].target.time[q], time))
                return true;
    return false;
}

int gg_loss_times(const struct gg_model *m, struct gg_err *err)
{
    for (const struct gg_term *k = m->term; k < m->term + m->n_term; k++)
        for (int n = 0; n < k->time.n; n++)
            if (!has_time(m, k, k->time.v[n]))
                return gg_yaml_fail(gg_yaml_get(k->from, "times"), err,
                                    "loss: %s: times: no head of the term has the time %g", k->type->name,
                                    k->time.v[n]);
    return 0;
}

bool gg_loss_wants_noise(const struct gg_model *m, int head)
{
    bool any = false;
    for (const struct gg_term *k = m->term; k < m->term + m->n_term; k++)
        any |= gg_term_is_for(k, head) && fits(k, &m->head[head].target) && k->type->wants_noise &&
               k->type->wants_noise(k->hyper);
    return any;
}
