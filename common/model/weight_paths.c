/* weight_paths.c -- parameters of a convolution whose paths another code has in another order */
#include "model/weight_paths.h"
#include "conv/conv.h"
#include "model/weight_place.h"
#include "nn/each_time.h"

#include <stdlib.h>
#include <string.h>

struct paths {
    const struct gg_conv_plan *plan;
    int64_t layer; /* where the layer's parameters begin */
    int order[GG_CONV_PATHS];
    bool opposite;
    int array;
};

static int read_word(const struct gg_yaml *y, const char *usual, const char *other, bool *is_other,
                     struct gg_err *err)
{
    const char *word;
    if (gg_yaml_text(y, &word, err))
        return -1;
    *is_other = !strcmp(word, other);
    return *is_other || !strcmp(word, usual)
               ? 0
               : gg_yaml_fail(y, err, "%s: '%s', not %s or %s", y->key, word, usual, other);
}

static int find_layer(const struct gg_weight_reading *r, const struct gg_yaml *y, struct paths *p,
                      struct gg_err *err)
{
    for (int k = 0; k < r->m->n_op; k++) {
        const struct gg_op *op = &r->m->op[k];
        int64_t at = r->piece.offset - op->weight;
        if (at < 0 || at >= op->layer.n_weight)
            continue;
        if (strcmp(op->layer.type->name, "conv") || !(p->plan = gg_layer_of_one_time(&op->layer)->plan) ||
            p->plan->full)
            break;
        p->layer = op->weight;
        return 0;
    }
    return gg_yaml_fail(y, err, "paths: only conv with channelwise mixing has them");
}

/* Paths in the array's order. */
static void sort(struct paths *p, bool by_output)
{
    const struct gg_conv_plan *x = p->plan;
    for (int k = 0; k < x->n_path; k++) {
        int at = k;
        for (; by_output && at > 0; at--) {
            const struct gg_conv_group *a = &x->group[x->path[p->order[at - 1]].group],
                                       *b = &x->group[x->path[k].group];
            if (a->l < b->l || (a->l == b->l && a->p <= b->p))
                break;
            p->order[at] = p->order[at - 1];
        }
        p->order[at] = k;
    }
}

static double sign_of(const struct paths *p, int path)
{
    return p->opposite && p->plan->path[path].l2 % 2 ? -1 : 1;
}

/* A part whose numbers begin at `from` and follow each other by row and column steps. */
static void add(struct gg_weight_reading *r, const struct paths *p, int path, struct gg_weight_part part)
{
    struct gg_weight_part *q = gg_weight_new_part(r);
    part.array = p->array;
    part.factor = sign_of(p, path);
    part.parameter = r->parameter;
    *q = part;
}

static int64_t radial(struct gg_weight_reading *r, const struct paths *p)
{
    struct gg_weight_table t = gg_weight_table(r->piece.ndim, r->piece.shape);
    int64_t from = 0;
    for (int k = 0; k < p->plan->n_path; k++) {
        const struct gg_conv_route *path = &p->plan->path[p->order[k]];
        add(r, p, p->order[k],
            (struct gg_weight_part){.rows = t.rows,
                                    .columns = path->mul,
                                    .from = from,
                                    .from_row = t.columns,
                                    .from_column = 1,
                                    .to = r->piece.offset + path->column,
                                    .to_row = t.columns});
        from += path->mul;
    }
    return from == t.columns ? t.rows * t.columns : -1;
}

/* A matrix in front of the last one knows no paths. */
static bool is_hidden(const struct gg_weight_reading *r, const struct paths *p)
{
    const char *at = strstr(r->parameter, ".radial.");
    return at && atoi(at + strlen(".radial.")) < p->plan->net.n_layer - 1;
}

static int64_t whole(struct gg_weight_reading *r, const struct paths *p)
{
    struct gg_weight_table t = gg_weight_table(r->piece.ndim, r->piece.shape);
    *gg_weight_new_part(r) = (struct gg_weight_part){.array = p->array,
                                                     .factor = 1,
                                                     .rows = t.rows,
                                                     .columns = t.columns,
                                                     .from_row = t.columns,
                                                     .from_column = 1,
                                                     .to = r->piece.offset,
                                                     .to_row = t.columns,
                                                     .parameter = r->parameter};
    return t.rows * t.columns;
}

static int64_t mixing(struct gg_weight_reading *r, const struct paths *p)
{
    int64_t from = 0;
    for (int b = 0; b < p->plan->n_mix; b++)
        for (int k = 0; k < p->plan->n_path; k++) {
            int path = p->order[k];
            const struct gg_conv_mix *mix = &p->plan->mix[b];
            int64_t n = (int64_t)p->plan->path[path].mul * mix->mul;
            if (mix->group != p->plan->path[path].group)
                continue;
            add(r, p, path,
                (struct gg_weight_part){.rows = 1,
                                        .columns = n,
                                        .from = from,
                                        .from_column = 1,
                                        .to = p->layer + mix->weight[path]});
            from += n;
        }
    return from;
}

int gg_weight_paths(struct gg_weight_reading *r, const struct gg_yaml *y, struct gg_err *err)
{
    static const char *const known[] = {"array", "paths", "harmonics", NULL};
    struct paths p = {0};
    const struct gg_yaml *harmonics = gg_yaml_get(y, "harmonics"), *array = gg_yaml_need(y, "array", err);
    bool by_output;
    if (!array || gg_yaml_check_keys(y, NULL, known, err) ||
        read_word(gg_yaml_get(y, "paths"), "input", "output", &by_output, err) ||
        (harmonics && read_word(harmonics, "same", "opposite", &p.opposite, err)) ||
        find_layer(r, y, &p, err) || (p.array = gg_weight_array(r, array, err)) < 0)
        return -1;
    sort(&p, by_output);
    bool is_radial = r->piece.offset - p.layer < p.plan->n_net;
    int64_t n = !is_radial         ? mixing(r, &p)
                : is_hidden(r, &p) ? whole(r, &p)
                                   : radial(r, &p),
            have = gg_named_array_count(&r->x->array[p.array]);
    if (n < 0)
        return gg_yaml_fail(y, err, "paths: '%s' has no columns for paths", r->parameter);
    if (n != have)
        return gg_yaml_fail(y, err, "array '%s' has %lld numbers, the %d paths want %lld",
                            r->x->array[p.array].name, (long long)have, p.plan->n_path, (long long)n);
    memset(r->used[p.array], true, (size_t)have * sizeof(bool));
    return 0;
}
