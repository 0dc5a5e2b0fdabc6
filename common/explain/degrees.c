/* degrees.c -- which degrees of which layers a prediction needs: set to zero behind the layer, one at a time
 *
 * Zeros are what a network of lower degree would have, and what this one has never seen: a large change says that it is used, not that a
 * network trained without it would be worse. */
#include "explain/ablation.h"
#include "explain/features.h"

#include <string.h>

struct own {
    struct gg_layer_features layers;
    struct gg_ablation ablation;
    int n_row;
    struct row {
        int op, l;
    } row[GG_MAX_VALUES * 4], *now;
};

/* A block with receivers reads what it makes before it is there as a whole. */
static bool reaches(const struct gg_model *m, int op)
{
    bool inside = false;
    for (int k = op + 1; k < m->n_op && m->op[op].chain >= 0 && m->op[k].chain == m->op[op].chain; k++)
        for (int q = 0; q < m->op[k].layer.n_in; q++)
            inside |= m->op[k].in[q] == m->op[op].out;
    return !inside;
}

static int open(struct gg_explain *x, struct gg_err *err)
{
    struct own *o = x->own;
    if (gg_layer_features_choose(&o->layers, x->m, &x->o->hidden, err))
        return -1;
    for (int k = 0; k < o->layers.n; k++) {
        int op = o->layers.op[k];
        if (!reaches(x->m, op) && x->o->hidden.n)
            return gg_fail(
                err, GG_USAGE,
                "--hidden: '%s' is read in the block with receivers that it stands in, piece by piece",
                x->m->op[op].name);
        for (int l = 0; l <= GG_L_MAX && reaches(x->m, op) && o->n_row < GG_MAX_VALUES * 4; l++)
            if (gg_layer_features_channels(&x->m->op[op].layer.out, l))
                o->row[o->n_row++] = (struct row){op, l};
    }
    gg_ablation_init(&o->ablation, x, o->n_row);
    return 0;
}

static void release(struct gg_explain *x)
{
    struct own *o = x->own;
    gg_ablation_free(&o->ablation);
    gg_layer_features_free(&o->layers);
}

static void silence(void *context, struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b,
                    int op)
{
    const struct own *o = context;
    int v = m->op[op].out;
    const struct gg_shape *s = &m->value[v];
    for (int64_t i = 0; op == o->now->op && i < gg_pass_rows(m, b, v); i++)
        for (int k = 0; k < s->irreps.n; k++)
            if (s->irreps.b[k].l == o->now->l)
                memset(p->value[v] + i * s->stride + s->offset[k], 0,
                       (size_t)((2 * o->now->l + 1) * s->pad[k]) * sizeof(gg_real));
}

static int frame(struct gg_explain *x, struct gg_scene *s, struct gg_err *err)
{
    struct own *o = x->own;
    if (gg_ablation_begin(&o->ablation, x, s, err))
        return -1;
    x->pass.look = silence;
    x->pass.looks = o;
    for (int k = 0; k < o->n_row; k++) {
        o->now = &o->row[k];
        gg_pass_forward(&x->pass, x->m, x->m->w, &s->b, false);
        gg_ablation_add(&o->ablation, x, s, k);
    }
    x->pass.look = NULL;
    return 0;
}

static int finish(struct gg_explain *x, struct gg_err *err)
{
    const struct own *o = x->own;
    (void)err;
    gg_explain_head(x);
    gg_tsv_head(&x->table, "layer");
    gg_tsv_head(&x->table, "l");
    gg_ablation_head(x);
    for (int time = 0; time < x->n_time; time++)
        for (int k = 0; k < o->n_row; k++) {
            gg_explain_cells(x, time);
            gg_tsv_add(&x->table, "%s", x->m->op[o->row[k].op].name);
            gg_tsv_add(&x->table, "%d", o->row[k].l);
            gg_ablation_cells(&o->ablation, x, k, time);
        }
    return 0;
}

const struct gg_explain_method gg_explain_degrees = {
    .name = "degrees",
    .about = "what changes when one degree of one layer is set to zero",
    .source = "Meyes et al. 2019, arXiv 1901.08644",
    .uses = " target species time particles hidden ",
    .asks = true,
    .writes = true,
    .own_size = sizeof(struct own),
    .open = open,
    .frame = frame,
    .finish = finish,
    .free = release};
