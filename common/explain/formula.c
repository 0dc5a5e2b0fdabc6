/* formula.c -- the functions of the distance of networks that have them in closed form, to be written down
 *
 * A radial net without hidden layers is a sum over its basis: R(r) = u(r) sum_k a_k B_k(r).  1/z and the path's coefficient are in it, as in
 * radial.c, whose means are those of these functions. */
#include "explain/curved.h"

struct own {
    int n, op[GG_MAX_VALUES];
};

static int open(struct gg_explain *x, struct gg_err *err)
{
    struct own *o = x->own;
    o->n = gg_explain_curved(x, o->op, err);
    return o->n < 0 ? -1 : 0;
}

static int frame(struct gg_explain *x, struct gg_scene *s, struct gg_err *err)
{
    (void)x, (void)s, (void)err; /* functions are the same in all */
    return 0;
}

static void add(struct gg_explain *x, const char *layer, const struct gg_formula *f)
{
    gg_tsv_add(&x->table, "%s", layer);
    gg_tsv_add(&x->table, "%s", f->path);
    gg_tsv_add(&x->table, "%s", gg_explain_letter(f->receiver));
    gg_tsv_add(&x->table, "%s", gg_explain_letter(f->sender));
    gg_tsv_add(&x->table, "%d", f->channel);
    gg_tsv_add(&x->table, "%.6g", f->from);
    gg_tsv_add(&x->table, "%.6g", f->to);
    gg_tsv_add(&x->table, "%s", f->text);
}

static int finish(struct gg_explain *x, struct gg_err *err)
{
    static const char *const names[] = {"layer", "path", "receiver", "sender", "channel", "from", "to", "R"};
    const struct own *o = x->own;
    int status = 0;
    for (int k = 0; k < 8; k++)
        gg_tsv_head(&x->table, names[k]);
    for (int k = 0; k < o->n && !status; k++) {
        const struct gg_op *op = &x->m->op[o->op[k]];
        struct gg_arena a = {0};
        struct gg_err why;
        struct gg_formula *formula;
        int n = op->layer.type->formulas(&op->layer, x->m->w + op->weight, &formula, &a, &why);
        for (int q = 0; q < n; q++)
            add(x, op->name, &formula[q]);
        if (n < 0)
            status = gg_fail(err, GG_USAGE, "formula: %s: %s", op->name, why.text);
        gg_arena_free(&a);
    }
    return status;
}

const struct gg_explain_method gg_explain_formula = {
    .name = "formula",
    .about = "functions of the distance in closed form, to be written down: of convolutions without hidden "
             "layers in radial",
    .source = "a sum over the basis",
    .uses = " hidden ",
    .own_size = sizeof(struct own),
    .open = open,
    .frame = frame,
    .finish = finish};
