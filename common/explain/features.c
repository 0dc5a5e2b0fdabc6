/* features.c -- see features.h */
#include "explain/features.h"
#include "util/pattern.h"

#include <stdio.h>
#include <string.h>

/* ---- which ---- */

static bool is_head(const struct gg_model *m, int value)
{
    bool any = false;
    for (int h = 0; h < m->n_head; h++)
        any |= m->head[h].value == value;
    return any;
}

/* It is there as a whole, for every particle. */
static bool is_there(const struct gg_model *m, const struct gg_op *op)
{
    return gg_axis_base(m->value[op->out].axis) == GG_ON_NODE;
}

static int not_there(const struct gg_op *op, const char *name, struct gg_err *err)
{
    char axis[64];
    gg_axis_print(op->layer.out.axis, axis);
    return gg_fail(err, GG_USAGE,
                   "--hidden: '%s': layer '%s' puts out a value on %s: features are those on particles", name,
                   op->name, axis);
}

static int none(const struct gg_model *m, const char *name, struct gg_err *err)
{
    const char *names[GG_MAX_VALUES];
    int n = 0;
    for (int k = 0; k < m->n_op; k++)
        if (is_there(m, &m->op[k]))
            names[n++] = m->op[k].name;
    const char *near = gg_nearest(name, names, n);
    return gg_fail(err, GG_USAGE, "--hidden: no layer is called '%s'%s%s%s", name,
                   near ? " (did you mean "
                   : n  ? " (there is "
                        : "",
                   near ? near
                   : n  ? names[0]
                        : "",
                   near ? "?)"
                   : n  ? ", say)"
                        : "");
}

/* Marks what a name means; a pattern passes over what is not there. */
static int mark(const struct gg_model *m, const char *name, bool *wanted, struct gg_err *err)
{
    int found = 0;
    for (int k = 0; k < m->n_op; k++) {
        if (!gg_pattern_matches(name, m->op[k].name))
            continue;
        if (!is_there(m, &m->op[k]) && !strcmp(name, m->op[k].name))
            return not_there(&m->op[k], name, err);
        found += wanted[k] = is_there(m, &m->op[k]);
    }
    return found ? 0 : none(m, name, err);
}

/* A list in one word: commas. */
static int mark_list(const struct gg_model *m, const char *list, bool *wanted, struct gg_err *err)
{
    char name[128];
    for (const char *p = list; *p;) {
        size_t n = strcspn(p, ",");
        snprintf(name, sizeof name, "%.*s", (int)n, p);
        if (mark(m, name, wanted, err))
            return -1;
        p += n + (p[n] == ',');
    }
    return 0;
}

int gg_layer_features_choose(struct gg_layer_features *h, const struct gg_model *m,
                             const struct gg_texts *names, struct gg_err *err)
{
    bool wanted[GG_MAX_VALUES] = {0};
    *h = (struct gg_layer_features){.m = m};
    for (int k = 0; k < m->n_op && !names->n; k++)
        wanted[k] = is_there(m, &m->op[k]) && !is_head(m, m->op[k].out);
    for (int k = 0; k < names->n; k++)
        if (mark_list(m, names->v[k], wanted, err))
            return -1;
    for (int k = 0; k < m->n_op; k++)
        if (wanted[k])
            h->op[h->n++] = k;
    return h->n ? 0 : gg_fail(err, GG_USAGE, "no layer of the model puts out features on particles");
}

void gg_layer_features_free(struct gg_layer_features *h)
{
    gg_arena_free(&h->a);
}

/* ---- while a pass runs ---- */

static void look(void *context, struct gg_pass *p, const struct gg_model *m, const struct gg_batch *b, int op)
{
    struct gg_layer_features *h = context;
    size_t n = (size_t)b->graph[0].n_node;
    for (int k = 0; k < h->n; k++) {
        int v = m->op[op].out;
        size_t bytes = gg_value_bytes(m, b, v);
        if (h->op[k] != op)
            continue;
        if (k == 0) { /* a new pass */
            gg_arena_reset(&h->a);
            h->order = gg_arena_alloc(&h->a, (n + 1) * sizeof *h->order);
            memcpy(h->order, b->order, n * sizeof *h->order);
        }
        h->row[k] = gg_arena_alloc(&h->a, bytes);
        memcpy(h->row[k], p->value[v], bytes);
    }
}

void gg_layer_features_watch(struct gg_layer_features *h, struct gg_pass *p)
{
    p->look = look;
    p->looks = h;
}

/* ---- fields ---- */

int gg_layer_features_channels(const struct gg_shape *s, int l)
{
    int n = 0;
    for (int b = 0; b < s->irreps.n; b++)
        n += s->irreps.b[b].l == l ? s->irreps.b[b].mul : 0;
    return n;
}

int gg_layer_features_rows(const struct gg_model *m, const struct gg_shape *s)
{
    return gg_axis_lifts(s->axis) * (s->axis & GG_PER_TIME ? m->n_time : 1);
}

/* The blocks of degree l of a row, in e3nn's order. */
static void take_degree(const struct gg_shape *s, const gg_real *row, int l, float *out)
{
    for (int b = 0; b < s->irreps.n; b++)
        for (int c = 0; c < s->irreps.b[b].mul && s->irreps.b[b].l == l; c++)
            for (int z = 0; z <= 2 * l; z++)
                *out++ = (float)row[s->offset[b] + z * s->pad[b] + c];
}

static int write_degree(const struct gg_layer_features *h, int k, int l, struct gg_frame *f,
                        struct gg_arena *a, struct gg_err *err)
{
    const struct gg_op *op = &h->m->op[h->op[k]];
    const struct gg_shape *s = &h->m->value[op->out];
    struct gg_irreps irreps = {0};
    char name[GG_NAME], text[GG_IRREPS_TEXT];
    int rows = gg_layer_features_rows(h->m, s), width = gg_layer_features_channels(s, l) * (2 * l + 1);
    uint64_t shape[3] = {f->n_node, (uint64_t)(rows > 1 ? rows : width), (uint64_t)width};
    const int axis[3] = {GG_NODE, GG_FREE, GG_FREE};
    for (int q = 0; q < s->irreps.n; q++)
        if (s->irreps.b[q].l == l)
            irreps.b[irreps.n++] = s->irreps.b[q];
    gg_irreps_simplify(&irreps);
    gg_irreps_print(&irreps, text);
    snprintf(name, sizeof name, "hidden.%.48s.l%d", op->name, l);
    struct gg_field *x =
        gg_frame_add_as(f, a, name, GG_F32, rows > 1 ? 3 : 2, shape, axis, GG_FEATURE, text, "1", err);
    for (int64_t i = 0; x && i < (int64_t)f->n_node; i++)
        for (int q = 0; q < rows; q++)
            take_degree(s, h->row[k] + (i * rows + q) * s->stride, l,
                        (float *)x->data + (h->order[i] * rows + q) * width);
    return x ? 0 : -1;
}

int gg_layer_features_write(const struct gg_layer_features *h, struct gg_frame *f, struct gg_arena *a,
                            struct gg_err *err)
{
    for (int k = 0; k < h->n; k++) {
        const struct gg_shape *s = &h->m->value[h->m->op[h->op[k]].out];
        for (int l = 0; l <= GG_L_MAX; l++)
            if (gg_layer_features_channels(s, l) && write_degree(h, k, l, f, a, err))
                return -1;
    }
    return 0;
}
