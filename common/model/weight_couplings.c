/* weight_couplings.c -- weights of products of features in another code's couplings, which need not be independent */
#include "model/weight_couplings.h"
#include "model/weight_place.h"
#include "nn/contract_plan.h"
#include "nn/each_time.h"
#include "o3/product_map.h"

#include <math.h>
#include <string.h>

struct piece {
    const struct gg_layer *l;
    const struct gg_contract_plan *plan;
    const struct gg_contract_piece *own;
    double paths; /* of all numbers of factors into the block */
};

static int find_piece(const struct gg_weight_reading *r, const struct gg_yaml *y, struct piece *p,
                      struct gg_err *err)
{
    for (int k = 0; k < r->m->n_op; k++) {
        const struct gg_op *op = &r->m->op[k];
        int64_t at = r->piece.offset - op->weight;
        if (at < 0 || at >= op->layer.n_weight || strcmp(op->layer.type->name, "contract"))
            continue;
        p->l = gg_layer_of_one_time(&op->layer);
        p->plan = p->l->plan;
        for (int q = 0; q < p->plan->n_piece; q++)
            if (p->plan->piece[q].offset == at)
                p->own = &p->plan->piece[q];
    }
    if (!p->own)
        return gg_yaml_fail(y, err, "couplings: only weights of the layer contract have them");
    for (int q = 0; q < p->plan->n_piece; q++)
        p->paths += p->plan->piece[q].out == p->own->out ? p->plan->piece[q].n_path : 0;
    return 0;
}

static int check_shapes(const struct gg_yaml *y, const struct piece *p, const struct gg_named_array *w,
                        const struct gg_named_array *U, struct gg_err *err)
{
    int l = p->l->out.irreps.b[p->own->out].l, nu = p->own->nu, first = l > 0;
    if (w->ndim != 3 || w->shape[0] != p->plan->n_set || w->shape[2] != p->plan->channels)
        return gg_yaml_fail(y, err,
                            "array '%s' has %d axes of %lld numbers in all; [%d species][couplings][%d "
                            "channels] is wanted",
                            w->name, w->ndim, (long long)gg_named_array_count(w), p->plan->n_set,
                            p->plan->channels);
    bool fits = U->ndim == first + nu + 1 && U->shape[U->ndim - 1] == w->shape[1] &&
                (!first || U->shape[0] == 2 * l + 1);
    for (int d = first; fits && d < first + nu; d++)
        fits = U->shape[d] == p->plan->n_in;
    if (!fits)
        return gg_yaml_fail(y, err,
                            "couplings '%s': %s%d axes of %d components and one of the %lld couplings of "
                            "'%s' are wanted",
                            U->name, first ? "an axis of 2l+1 numbers, " : "", nu, p->plan->n_in,
                            (long long)w->shape[1], w->name);
    return U->number ? 0 : gg_yaml_fail(y, err, "couplings '%s': their numbers are not known", U->name);
}

/* Of their couplings in ours, and back. */
static int project(struct gg_weight_reading *r, const struct piece *p, const struct gg_named_array *U,
                   struct gg_weight_part *part, struct gg_err *err)
{
    struct gg_product_basis basis[GG_PRODUCT_FACTORS];
    struct gg_irreps out = {.n = 1, .b = {p->l->out.irreps.b[p->own->out]}};
    int n_term, n_m = U->ndim == p->own->nu + 2 ? (int)U->shape[0] : 1;
    if (gg_product_basis_new(&p->l->in[0].irreps, p->own->nu, &out, basis, r->a, err))
        return -1;
    struct gg_product_term *theirs =
        gg_product_terms(p->own->nu, n_m, p->plan->n_in, part->n_theirs, U->number, &n_term, r->a);
    part->P = gg_product_map(&basis[p->own->nu - 1], part->n_theirs, theirs, n_term, r->a, err);
    part->back = part->P ? gg_product_map_back(part->n_ours, part->n_theirs, part->P, r->a, err) : NULL;
    return part->back ? 0 : gg_err_prefix(err, "couplings '%s': ", U->name);
}

int gg_weight_couplings(struct gg_weight_reading *r, const struct gg_yaml *y, struct gg_err *err)
{
    static const char *const known[] = {"array", "couplings", NULL};
    const struct gg_yaml *array = gg_yaml_need(y, "array", err);
    struct piece p = {0};
    int w, U;
    if (!array || gg_yaml_check_keys(y, NULL, known, err) || find_piece(r, y, &p, err) ||
        (w = gg_weight_array(r, array, err)) < 0 ||
        (U = gg_weight_array(r, gg_yaml_get(y, "couplings"), err)) < 0 ||
        check_shapes(y, &p, &r->x->array[w], &r->x->array[U], err))
        return -1;
    struct gg_weight_part *part = gg_weight_new_part(r);
    part->array = w;
    part->factor = sqrt(p.paths);
    part->rows = p.plan->n_set;
    part->columns = p.plan->channels;
    part->n_ours = p.own->n_path;
    part->n_theirs = (int)r->x->array[w].shape[1];
    part->to = r->piece.offset;
    memset(r->used[w], true, (size_t)gg_named_array_count(&r->x->array[w]) * sizeof(bool));
    memset(r->used[U], true, (size_t)gg_named_array_count(&r->x->array[U]) * sizeof(bool));
    return project(r, &p, &r->x->array[U], part, err);
}
