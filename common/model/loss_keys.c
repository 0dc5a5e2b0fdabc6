/* loss_keys.c -- `loss:` (gg_model(5)): a list of terms, or the keys of version 0.1 */
#include "model/loss.h"
#include "util/same.h"

#include <string.h>

/* Keys of a term that are the engine's own; the others are the term's. */
static const char *const own[] = {"term", "weight", "head", "times", "divide", NULL};

static const struct gg_loss_type *find_type(const struct gg_yaml *y, struct gg_err *err)
{
    const char *text, *names[64];
    int n = 0;
    if (!y || gg_yaml_text(y, &text, err))
        return NULL;
    const struct gg_loss_type *type = gg_loss_find(text);
    for (; !type && gg_loss_types[n] && n < 64; n++)
        names[n] = gg_loss_types[n]->name;
    const char *near = type ? NULL : gg_nearest(text, names, n);
    if (!type)
        gg_yaml_fail(y, err, "no term of a loss is called '%s'%s%s%s", text,
                     near ? " (did you mean " : " (gg_losses(7) lists them", near ? near : "",
                     near ? "?)" : ")");
    return type;
}

static int new_term(struct gg_model *m, const struct gg_loss_type *type, struct gg_term **out,
                    const struct gg_yaml *y, struct gg_err *err)
{
    if (m->n_term == GG_MAX_TERMS)
        return gg_yaml_fail(y, err, "loss: more than %d terms", GG_MAX_TERMS);
    struct gg_term *k = *out = &m->term[m->n_term++];
    *k = (struct gg_term){.type = type, .from = y, .weight = 1, .head = -1, .divided = !type->likelihood};
    k->hyper = gg_arena_calloc(&m->arena, 1, type->hyper_size + 1);
    memcpy(k->hyper, type->hyper_defaults, type->hyper_size);
    for (int h = 0; h < GG_MAX_HEADS; h++)
        k->normaliser[h] = 1;
    return 0;
}

static int check_term(const struct gg_term *k, const struct gg_yaml *y, struct gg_err *err)
{
    char why[sizeof err->text];
    if (!k->type->init || !k->type->init(k->hyper, err))
        return 0;
    memcpy(why, err->text, sizeof why);
    return gg_yaml_fail(y, err, "loss: %s: %s", k->type->name, why);
}

/* ---- what a term says ---- */

static int read_head(const struct gg_model *m, struct gg_term *k, const struct gg_yaml *y, struct gg_err *err)
{
    const char *text, *names[GG_MAX_HEADS];
    if (!y)
        return 0;
    if (gg_yaml_text(y, &text, err))
        return -1;
    for (int h = 0; h < m->n_head; h++) {
        names[h] = m->head[h].target.name;
        if (!strcmp(names[h], text))
            k->head = h;
    }
    if (k->head >= 0)
        return 0;
    const char *near = gg_nearest(text, names, m->n_head);
    return gg_yaml_fail(y, err, "loss: head: no head has the target '%s'%s%s%s", text,
                        near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
}

static int read_times(struct gg_model *m, struct gg_term *k, const struct gg_yaml *y, struct gg_err *err)
{
    if (!y)
        return 0;
    if (gg_yaml_reals(y, &m->arena, &k->time, err))
        return -1;
    if (k->time.n == 0)
        return gg_yaml_fail(y, err, "loss: %s: times: no time; leave the key out for all of them",
                            k->type->name);
    for (int n = 0; n < k->time.n; n++)
        for (int before = 0; before < n; before++)
            if (gg_same(k->time.v[before], k->time.v[n]))
                return gg_yaml_fail(y, err, "loss: %s: times: time %g comes twice", k->type->name,
                                    k->time.v[n]);
    return 0;
}

static int read_term(struct gg_model *m, struct gg_yaml *map, struct gg_err *err)
{
    struct gg_term *k;
    if (gg_yaml_expect(map, GG_YAML_MAP, "loss", err))
        return -1;
    const struct gg_loss_type *type = find_type(gg_yaml_need(map, "term", err), err);
    const struct gg_yaml *weight = gg_yaml_get(map, "weight"), *divide = gg_yaml_get(map, "divide");
    if (!type || new_term(m, type, &k, map, err) ||
        gg_yaml_fill(map, &m->arena, type->hypers, k->hyper, own, type->name, err))
        return -1;
    gg_yaml_add_defaults(map, &m->config.arena, type->hypers, k->hyper, NULL);
    if ((weight && gg_yaml_real(weight, &k->weight, err)) ||
        (divide && gg_yaml_bool(divide, &k->divided, err)))
        return -1;
    if (!(k->weight >= 0))
        return gg_yaml_fail(weight, err, "loss: weight: %g is negative", k->weight);
    return read_head(m, k, gg_yaml_get(map, "head"), err) || read_times(m, k, gg_yaml_get(map, "times"), err)
               ? -1
               : check_term(k, map, err);
}

/* ---- version 0.1: {kind, variance, correlation, radii, threshold} ---- */

struct old_keys {
    int kind;
    double variance, correlation, threshold;
    struct gg_reals radii;
};
#define AT(field) offsetof(struct old_keys, field)
static const struct gg_opt old_table[] = {
    {"kind", GG_OPT_CHOICE, AT(kind), "error of every particle: squared, or absolute", .choices = "mse|l1"},
    {"variance", GG_OPT_REAL, AT(variance), "weight of the term variance", .arg = "X", .max = 1e6},
    {"correlation", GG_OPT_REAL, AT(correlation), "weight of the term correlation", .arg = "X", .max = 1e6},
    {"radii", GG_OPT_REALS, AT(radii), "of the term correlation", .arg = "R,R", .unit = "sigma", .max = 1e6,
     .when = "correlation"},
    {"threshold", GG_OPT_REAL, AT(threshold), "of the term correlation", .arg = "LENGTH", .unit = "sigma",
     .max = 1e6, .when = "correlation"},
    {0}};
#undef AT

/* A term of 0.1 is not divided. */
static int old_term(struct gg_model *m, const char *name, double weight, const struct gg_yaml *map,
                    struct gg_err *err)
{
    struct gg_term *k;
    if (new_term(m, gg_loss_find(name), &k, map, err))
        return -1;
    k->weight = weight;
    k->divided = false;
    for (const struct gg_opt *o = k->type->hypers; o->name; o++) {
        const struct gg_yaml *y = gg_yaml_get(map, o->name);
        struct gg_yaml one = *map, copy;
        if (!y)
            continue;
        copy = *y;
        copy.next = NULL;
        one.first = one.last = &copy;
        one.n = 1;
        if (gg_yaml_fill(&one, &m->arena, k->type->hypers, k->hyper, NULL, "loss", err))
            return -1;
    }
    if (check_term(k, map, err))
        return -1;
    m->n_term -= !(weight > 0); /* only its keys were looked at */
    return 0;
}

static int read_old(struct gg_model *m, const struct gg_yaml *map, struct gg_err *err)
{
    static const char *const of_heads[] = {"standardise", "species", NULL};
    struct old_keys keys = {0};
    if (gg_yaml_fill(map, &m->arena, old_table, &keys, of_heads, "loss", err))
        return -1;
    return old_term(m, keys.kind ? "mae" : "mse", 1, map, err) ||
                   old_term(m, "variance", keys.variance, map, err) ||
                   old_term(m, "correlation", keys.correlation, map, err)
               ? -1
               : 0;
}

/* ---- the whole ---- */

int gg_loss_open(struct gg_model *m, struct gg_err *err)
{
    struct gg_yaml *loss = gg_yaml_get(m->config.root, "loss");
    struct gg_term *k;
    double weight = 0;
    m->n_term = 0;
    if (!loss)
        return new_term(m, gg_loss_find("mse"), &k, m->config.root, err);
    if (loss->kind == GG_YAML_MAP)
        return read_old(m, loss, err);
    if (gg_yaml_expect(loss, GG_YAML_LIST, "loss", err))
        return -1;
    if (loss->n == 0)
        return gg_yaml_fail(loss, err, "loss: no terms; leave the key out for the squared error");
    for (struct gg_yaml *y = loss->first; y; y = y->next)
        if (read_term(m, y, err))
            return -1;
    for (int q = 0; q < m->n_term; q++)
        weight += m->term[q].weight;
    return weight > 0 ? 0 : gg_yaml_fail(loss, err, "loss: all weights are 0: nothing would be learned");
}
