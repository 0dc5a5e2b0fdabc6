/* averages.c -- frames of one id as one frame, with mean and spread of their predictions (gg-predict --average) */
#include "model/averages.h"

#include <stdlib.h>
#include <string.h>

/* The same numbers of a field in both frames, or in neither. */
static bool same_field(const struct gg_frame *a, const struct gg_frame *b, const char *name)
{
    const struct gg_field *x = gg_frame_find(a, name), *y = gg_frame_find(b, name);
    return !x == !y && (!x || (x->nbytes == y->nbytes && !memcmp(x->data, y->data, x->nbytes)));
}

static bool on_edges(const struct gg_model *m)
{
    bool any = false;
    for (int h = 0; h < m->n_head; h++)
        any |= m->head[h].target.kind->axis == GG_ON_EDGE;
    return any;
}

/* Row i has to be the same particle, or edge, in both. */
static int check_rows(const struct gg_model *m, const struct gg_frame *f, const struct gg_frame *first,
                      struct gg_err *err)
{
    static const char why[] = "frames of one id are samples of one configuration, particle for particle";
    if (f->n_node != first->n_node)
        return gg_fail(err, GG_INPUT,
                       "--average: %llu particles, and the first frame of this id has %llu: %s",
                       (unsigned long long)f->n_node, (unsigned long long)first->n_node, why);
    if (!same_field(f, first, "type"))
        return gg_fail(
            err, GG_INPUT,
            "--average: field 'type': other species, or another order, than in the first frame of this "
            "id: %s",
            why);
    if (on_edges(m) && (!same_field(f, first, "edge_ptr") || !same_field(f, first, "edge_nbr")))
        return gg_fail(
            err, GG_INPUT,
            "--average: field 'edge_nbr': other edges than in the first frame of this id, and the model "
            "predicts on edges: take those of one frame for all");
    return 0;
}

int gg_averages_add(struct gg_averages *x, const struct gg_models *models, struct gg_pass *p,
                    const struct gg_frame *f, struct gg_err *err)
{
    struct gg_held *h = &x->held;
    int64_t k = 0;
    if (!*f->id)
        return gg_fail(
            err, GG_INPUT,
            "--average: the frame has no id, and frames of one id become one: gg-import --sample-id "
            "gives ids");
    while (k < h->n && strcmp(h->frame[k].id, f->id) != 0)
        k++;
    if (k == h->n) {
        gg_held_add(h, f);
        x->of = gg_xrealloc(x->of, (size_t)h->n * sizeof *x->of);
        x->of[k] = (struct gg_predicted){0};
    }
    return check_rows(models->v[0], f, &h->frame[k], err) ||
                   gg_predicted_add(&x->of[k], models, p, f, &h->arena, err)
               ? -1
               : 0;
}

int gg_averages_frame(const struct gg_averages *x, int64_t k, struct gg_arena *a, struct gg_err *err)
{
    struct gg_frame *f = &x->held.frame[k];
    gg_frame_remove(f, "sample");
    return gg_predicted_write(&x->of[k], f, a, err) ? gg_err_prefix(err, "%s: ", f->id) : 0;
}

void gg_averages_free(struct gg_averages *x)
{
    gg_held_free(&x->held);
    free(x->of);
    x->of = NULL;
}
