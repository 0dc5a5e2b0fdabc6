/* probing.c -- which known quantities the scalars of a layer hold: linear probes, beside those of an untrained network
 *
 *     d_i = b + sum_c w_c h_ic,   R^2 = 1 - sum_i (d_i - fit_i)^2 / sum_i (d_i - <d>)^2
 *
 * G. Alain, Y. Bengio 2016 (arXiv 1610.01644).  Least squares on all frames but those of one fold, scored on that fold, all folds pooled, over
 * the chosen particles.  What random features hold as well was not learned (J. Hewitt, P. Liang 2019, arXiv 1909.03368): the control is the
 * same network with parameters drawn anew and scales set from the first frame. */
#include "explain/explain.h"
#include "explain/features.h"
#include "fit/gram.h"
#include "fit/ridge.h"
#include "stream/column.h"
#include "util/linalg.h"
#include "util/pattern.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOLDS = 5, TRAINED = 0, CONTROL, NETWORKS };
static const double PENALTY =
    1e-6; /* per particle, of standardised features: against those that are no more than each other's sums */

enum { LABEL = 192 };
struct probed {
    int n_scalar, n_column;      /* n_scalar + descriptors + 1 */
    double *shift, *gram[FOLDS]; /* of scalars, descriptors, 1: gram.h, packed */
};

struct own {
    struct gg_layer_features hidden;
    gg_real *control; /* parameters */
    int n_descriptor;
    char (*descriptor)[LABEL]; /* FIELD or FIELD:COLUMN */
    struct probed *probed;     /* [layer][network] */
};

/* ---- descriptors ---- */

static int64_t width_of(const struct gg_field *d, const struct gg_frame *f)
{
    struct gg_irreps irreps = {0};
    struct gg_err err;
    bool numbers = d->dtype == GG_F32 || d->dtype == GG_F64;
    bool alone = d->ndim == 1 || (d->ndim == 2 && d->axis[1] == GG_FREE);
    bool still =
        !d->irreps[0] || (!gg_irreps_parse(&irreps, d->irreps, &err) && gg_irreps_lmax(&irreps) == 0);
    return numbers && alone && still && d->axis[0] == GG_NODE && f->n_node
               ? (int64_t)(gg_field_count(d) / f->n_node)
               : 0;
}

/* FIELD, or FIELD:COLUMN where it has several: by its name, the next word of `names`, else by its number. */
static void name_column(const struct gg_field *d, const char **names, int64_t width, int64_t column,
                        char *out)
{
    int n = *names ? (int)strcspn(*names, " ") : 0;
    if (width == 1)
        snprintf(out, LABEL, "%s", d->name);
    else if (n)
        snprintf(out, LABEL, "%s:%.*s", d->name, n, *names);
    else
        snprintf(out, LABEL, "%s:%lld", d->name, (long long)column);
    *names += n ? n + ((*names)[n] == ' ') : 0;
}

/* Default: what is a feature.  Names and patterns mean a field or a column of it; `found` counts what each has brought. */
static bool is_wanted(const struct gg_texts *names, const struct gg_field *d, const char *label, int *found)
{
    bool wanted = names->n == 0 && d->role == GG_FEATURE;
    for (int k = 0; k < names->n; k++)
        if (gg_pattern_matches(names->v[k], d->name) || gg_pattern_matches(names->v[k], label)) {
            found[k]++;
            wanted = true;
        }
    return wanted;
}

static void add_columns(struct gg_explain *x, const struct gg_field *d, int64_t width, int *found)
{
    struct own *o = x->own;
    char key[GG_NAME + 16], label[LABEL];
    gg_columns_key(key, d->name, strlen(d->name));
    const char *names = x->meta ? gg_meta_get(x->meta, key) : NULL;
    for (int64_t c = 0; c < width; c++) {
        name_column(d, &names, width, c, label);
        if (!is_wanted(&x->o->descriptors, d, label, found))
            continue;
        o->descriptor = gg_xrealloc(o->descriptor, ((size_t)o->n_descriptor + 1) * sizeof *o->descriptor);
        memcpy(o->descriptor[o->n_descriptor++], label, sizeof label);
    }
}

static int find_descriptors(struct gg_explain *x, const struct gg_frame *f, struct gg_arena *a,
                            struct gg_err *err)
{
    const struct gg_texts *names = &x->o->descriptors;
    int *found = GG_NEW(a, int, (size_t)names->n + 1);
    for (int k = 0; k < f->n_field; k++)
        add_columns(x, &f->field[k], width_of(&f->field[k], f), found);
    for (int k = 0; k < names->n; k++)
        if (!found[k])
            return gg_fail(
                err, GG_INPUT,
                "--descriptors: '%s': no field of numbers on particles, nor a column of one (FIELD:COLUMN)",
                names->v[k]);
    return ((struct own *)x->own)->n_descriptor
               ? 0
               : gg_fail(err, GG_INPUT,
                         "the frames have no descriptors: run gg-features, or name fields by --descriptors");
}

/* out [chosen][n_descriptor], the k-th of them. */
static int read_descriptor(const struct gg_explain *x, const struct gg_scene *s, int k, double *out,
                           struct gg_err *err)
{
    const struct own *o = x->own;
    const char *label = o->descriptor[k];
    struct gg_column c;
    if (gg_column_find(&c, s->f, x->meta, label, err))
        return -1;
    if (c.over != GG_NODE || c.width != 1 || c.time.axis >= 0)
        return gg_fail(err, GG_INPUT, "field '%s' is no longer one number a particle, as in the first frame",
                       label);
    double *all = GG_NEW(s->a, double, (size_t)c.n_row + 1);
    gg_column_read(&c, 0, all);
    for (int64_t q = 0; q < s->n_chosen; q++) {
        double v = all[s->chosen[q]];
        if (!isfinite(v))
            return gg_fail(err, GG_INPUT,
                           "field '%s' is no number at particle %lld: choose others by --descriptors", label,
                           (long long)s->chosen[q]);
        out[q * o->n_descriptor + k] = v;
    }
    return 0;
}

/* ---- the control ---- */

static void draw_control(struct gg_explain *x, const struct gg_scene *s)
{
    struct own *o = x->own;
    gg_real *trained = x->m->w;
    o->control = x->m->w = gg_xalloc((size_t)x->m->n_weight + 1, sizeof *o->control);
    gg_model_init_weights(x->m, x->o->seed < 0 ? 0 : (uint64_t)x->o->seed);
    gg_pass_calibrate(&x->pass, x->m, &s->b);
    x->m->w = trained;
}

/* ---- sums ---- */

/* Scalars of a value: channels of 0e in all its rows of a particle. */
static int scalars(const struct gg_model *m, const struct gg_shape *s)
{
    int n = 0;
    for (int b = 0; b < s->irreps.n; b++)
        n += s->irreps.b[b].l == 0 && s->irreps.b[b].p == 1 ? s->irreps.b[b].mul : 0;
    return n * gg_layer_features_rows(m, s);
}

static double *take_scalars(const struct gg_model *m, const struct gg_shape *s, const gg_real *row,
                            double *to)
{
    for (int q = 0; q < gg_layer_features_rows(m, s); q++, row += s->stride)
        for (int b = 0; b < s->irreps.n; b++)
            for (int c = 0; c < s->irreps.b[b].mul && s->irreps.b[b].l == 0 && s->irreps.b[b].p == 1; c++)
                *to++ = (double)row[s->offset[b] + c];
    return to;
}

/* Rows (scalars, descriptors, 1) of the chosen particles. */
static double *fill_rows(const struct gg_explain *x, const struct gg_scene *s, int layer,
                         const double *descriptor, int n_column, struct gg_arena *a)
{
    const struct own *o = x->own;
    const struct gg_shape *shape = &x->m->value[x->m->op[o->hidden.op[layer]].out];
    int64_t per = gg_layer_features_rows(x->m, shape), *at = GG_NEW(a, int64_t, (size_t)s->s.n_node + 1);
    double *z = GG_NEW(a, double, (size_t)(s->n_chosen * n_column) + 1), *to = z;
    for (int64_t k = 0; k < s->s.n_node; k++)
        at[o->hidden.order[k]] = k;
    for (int64_t q = 0; q < s->n_chosen; q++) {
        to = take_scalars(x->m, shape, o->hidden.row[layer] + at[s->chosen[q]] * per * shape->stride, to);
        memcpy(to, descriptor + q * o->n_descriptor, (size_t)o->n_descriptor * sizeof *to);
        to += o->n_descriptor;
        *to++ = 1;
    }
    return z;
}

/* Sums are taken from a first row, so that they keep their digits. */
static void shift_rows(struct probed *p, int64_t n, double *z)
{
    if (!p->shift) {
        p->shift = gg_xalloc((size_t)p->n_column, sizeof *p->shift);
        memcpy(p->shift, z, (size_t)(p->n_column - 1) * sizeof *z);
    }
    for (int64_t q = 0; q < n * p->n_column; q++)
        z[q] -= p->shift[q % p->n_column];
}

static void add(struct probed *p, int64_t n, double *z, int fold)
{
    if (!n)
        return;
    double *square = gg_xalloc((size_t)(p->n_column * p->n_column), sizeof *square);
    shift_rows(p, n, z);
    for (int64_t first = 0; first < n; first += GG_GRAM_CHUNK)
        gg_gram_add(p->n_column, (int)(n - first < GG_GRAM_CHUNK ? n - first : GG_GRAM_CHUNK),
                    z + first * p->n_column, square);
    gg_packed_take(p->n_column, square, p->gram[fold]);
    free(square);
}

static void add_network(struct gg_explain *x, struct gg_scene *s, int network, const double *descriptor)
{
    struct own *o = x->own;
    for (int k = 0; k < o->hidden.n; k++) {
        struct gg_arena a = {0};
        struct probed *p = &o->probed[NETWORKS * k + network];
        if (p->n_scalar)
            add(p, s->n_chosen, fill_rows(x, s, k, descriptor, p->n_column, &a), (int)(x->n_frame % FOLDS));
        gg_arena_free(&a);
    }
}

static void begin(struct gg_explain *x)
{
    struct own *o = x->own;
    for (int k = 0; k < NETWORKS * o->hidden.n; k++) {
        struct probed *p = &o->probed[k];
        p->n_scalar = scalars(x->m, &x->m->value[x->m->op[o->hidden.op[k / NETWORKS]].out]);
        p->n_column = p->n_scalar + o->n_descriptor + 1;
        for (int f = 0; f < FOLDS; f++)
            p->gram[f] = gg_xalloc(gg_packed_size(p->n_column), sizeof **p->gram);
    }
}

/* ---- the method ---- */

static int open(struct gg_explain *x, struct gg_err *err)
{
    struct own *o = x->own;
    if (gg_blas_open(err) || gg_layer_features_choose(&o->hidden, x->m, &x->o->hidden, err))
        return -1;
    o->probed = gg_xalloc((size_t)(NETWORKS * o->hidden.n), sizeof *o->probed);
    gg_layer_features_watch(&o->hidden, &x->pass);
    return 0;
}

static void release(struct gg_explain *x)
{
    struct own *o = x->own;
    for (int k = 0; o->probed && k < NETWORKS * o->hidden.n; k++) {
        free(o->probed[k].shift);
        for (int f = 0; f < FOLDS; f++)
            free(o->probed[k].gram[f]);
    }
    free(o->probed);
    free(o->descriptor);
    free(o->control);
    gg_layer_features_free(&o->hidden);
}

static int frame(struct gg_explain *x, struct gg_scene *s, struct gg_err *err)
{
    struct own *o = x->own;
    if (x->n_frame == 0) {
        if (find_descriptors(x, s->f, s->a, err))
            return -1;
        begin(x);
    }
    double *descriptor = GG_NEW(s->a, double, (size_t)(s->n_chosen * o->n_descriptor) + 1);
    for (int k = 0; k < o->n_descriptor; k++)
        if (read_descriptor(x, s, k, descriptor, err))
            return -1;
    add_network(x, s, TRAINED, descriptor);
    if (!o->control)
        draw_control(x, s);
    gg_pass_forward(&x->pass, x->m, o->control, &s->b, false);
    add_network(x, s, CONTROL, descriptor);
    return 0;
}

/* ---- table ---- */

static double *sum_of(const struct probed *p)
{
    size_t n = gg_packed_size(p->n_column);
    double *all = gg_xalloc(n, sizeof *all);
    for (int f = 0; f < FOLDS; f++)
        for (size_t k = 0; k < n; k++)
            all[k] += p->gram[f][k];
    return all;
}

/* score [n_descriptor]: each fold by the others. */
static int cross_validate(const struct probed *p, int n_descriptor, struct gg_moments *score,
                          struct gg_err *err)
{
    const struct gg_ridge r = {
        .n_feature = p->n_scalar, .n_target = n_descriptor, .n_path = 1, .path = &PENALTY, .per_particle = 1};
    double *all = sum_of(p);
    struct gg_moments *part = gg_xalloc((size_t)n_descriptor, sizeof *part);
    int status = 0;
    for (int f = 0; f < FOLDS && !status; f++) {
        struct gg_linear fit;
        if (!(p->gram[f][gg_packed_at(p->n_column, p->n_column - 1, p->n_column - 1)] > 0))
            continue;
        gg_linear_init(&fit, &r);
        if (!(status = gg_ridge_solve(&r, all, p->gram[f], &fit, err))) {
            gg_ridge_score(&r, p->gram[f], &fit, part);
            for (int k = 0; k < n_descriptor; k++)
                gg_moments_merge(&score[k], &part[k]);
        }
        gg_linear_free(&fit);
    }
    free(part);
    free(all);
    return status;
}

static int add_layer(struct gg_explain *x, int layer, struct gg_err *err)
{
    const struct own *o = x->own;
    const struct probed *p = &o->probed[NETWORKS * layer];
    size_t n = (size_t)o->n_descriptor;
    struct gg_moments *score = gg_xalloc(NETWORKS * n, sizeof *score);
    int status = 0;
    for (int k = 0; k < NETWORKS && !status; k++)
        status = cross_validate(&p[k], o->n_descriptor, score + (size_t)k * n, err);
    for (size_t k = 0; k < n && !status; k++) {
        gg_tsv_add(&x->table, "%s", x->m->op[o->hidden.op[layer]].name);
        gg_tsv_add(&x->table, "%d", p->n_scalar);
        gg_tsv_add(&x->table, "%s", o->descriptor[k]);
        for (int q = 0; q < NETWORKS; q++)
            gg_tsv_number(&x->table, gg_r2(&score[(size_t)q * n + k]), 4, "-");
    }
    free(score);
    return status;
}

static int finish(struct gg_explain *x, struct gg_err *err)
{
    static const char *const names[] = {"layer", "scalars", "descriptor", "r2", "untrained"};
    const struct own *o = x->own;
    if (x->n_frame < 2)
        return gg_fail(err, GG_INPUT,
                       "one frame: probes are fitted on some frames and scored on others, give two or more");
    for (int k = 0; k < 5; k++)
        gg_tsv_head(&x->table, names[k]);
    for (int k = 0; k < o->hidden.n; k++)
        if (o->probed[NETWORKS * k].n_scalar && add_layer(x, k, err))
            return -1;
    return 0;
}

const struct gg_explain_method gg_explain_probing = {
    .name = "probing",
    .about = "which fields the scalars of each layer hold: linear probes, and those of an untrained network",
    .source = "Alain, Bengio 2016, arXiv 1610.01644; Hewitt, Liang 2019, arXiv 1909.03368",
    .uses = " species particles hidden descriptors seed ",
    .asks = true,
    .own_size = sizeof(struct own),
    .open = open,
    .frame = frame,
    .finish = finish,
    .free = release};
