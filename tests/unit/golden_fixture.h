/* golden_fixture.h -- a network of examples/models against the numbers of a public implementation (the shared folder's reference/)
 *
 * golden_open reads NAME.json: positions, species, arrays of parameters.  golden_network builds the network of a YAML file with the
 * file's parameters, as `gg-import --weights` would, through its map.  golden_forward, golden_close, golden_backward, golden_gradients compare
 * what it does: 1e-10 forward, gradients 1e-9 of the file's largest in the double build. */
#ifndef GOLDEN_FIXTURE_H
#define GOLDEN_FIXTURE_H

#include "model/loss.h"
#include "model/weight_map.h"
#include "model/weight_settings.h"

#include "reference.h"

struct golden {
    struct reference f;
    struct gg_err err;
    struct gg_config map;
    struct gg_model m;
    struct gg_frame frame;
    struct gg_sample s;
    struct gg_batch b;
    struct gg_pass p;
    int n_array;
    struct gg_named_array array[256];
    double *number[256], *gradient[256];
    struct gg_weight_map w;
};

static inline void golden_open(struct golden *g, const char *name)
{
    memset(g, 0, sizeof *g);
    g->f = reference_open(name);
}

static inline void golden_close_file(struct golden *g)
{
    gg_pass_free(&g->p);
    gg_model_free(&g->m);
    gg_config_free(&g->map);
    gg_frame_free(&g->frame);
    reference_close(&g->f);
}

/* ---- the frame ---- */

/* A field on particles: irreps "1x0e", rows as the file has them. */
static inline void golden_field(struct golden *g, const char *name, const char *irreps, const char *path)
{
    int n;
    const double *v = reference_numbers(&g->f, path, &n);
    uint64_t shape[2] = {g->frame.n_node, (uint64_t)n / g->frame.n_node};
    const int axis[2] = {GG_NODE, GG_FREE};
    struct gg_field *x =
        gg_frame_add_as(&g->frame, &g->f.a, name, GG_F64, 2, shape, axis, GG_FEATURE, irreps, "", &g->err);
    if (!x)
        fail_msg("%s: %s", name, g->err.text);
    memcpy(x->data, v, sizeof *v * (size_t)n);
}

/* Positions, species, the box. */
static inline void golden_frame(struct golden *g)
{
    int n, n_type;
    const double *pos = reference_numbers(&g->f, "pos", &n),
                 *type = reference_numbers(&g->f, "species", &n_type);
    assert_true(pos && type && n == 3 * n_type);
    g->frame = (struct gg_frame){.n_node = (uint64_t)n_type, .dim = 3, .pbc = 7, .id = "golden"};
    for (int d = 0; d < 3; d++)
        g->frame.cell[d][d] = reference_number(&g->f, "box");
    memcpy(gg_frame_add(&g->frame, &g->f.a, "pos", NULL)->data, pos, sizeof *pos * (size_t)n);
    for (int i = 0; i < n_type; i++)
        ((int32_t *)gg_frame_add(&g->frame, &g->f.a, "type", NULL)->data)[i] = 0;
    int32_t *to = gg_frame_find(&g->frame, "type")->data;
    for (int i = 0; i < n_type; i++)
        to[i] = (int32_t)type[i];
}

/* A target of n_time times with numbers that nobody reads: the network has its columns. */
static inline void golden_target(struct golden *g, const char *name, int n_time)
{
    const uint64_t extent[] = {(uint64_t)n_time};
    const struct gg_field_def *d = gg_field_lookup(name);
    assert_non_null(d);
    gg_frame_add(&g->frame, &g->f.a, name, extent);
    double *time = gg_frame_add(&g->frame, &g->f.a, "time", extent)->data;
    for (int t = 0; t < n_time; t++)
        time[t] = t + 1;
}

/* ---- the network ---- */

/* Named arrays of one member of the file ("params", "running_before"). */
static inline void golden_arrays(struct golden *g, const char *member)
{
    const char *key;
    json_t *value;
    json_object_foreach(reference_at(&g->f, member), key, value)
    {
        struct gg_named_array *x = &g->array[g->n_array];
        const json_t *shape = json_object_get(value, "shape");
        int n;
        assert_true(g->n_array < 256);
        *x = (struct gg_named_array){.name = key, .ndim = (int)json_array_size(shape)};
        for (int d = 0; d < x->ndim; d++)
            x->shape[d] = json_integer_value(json_array_get(shape, (size_t)d));
        char path[256];
        snprintf(path, sizeof path, "%s/%s", member, key);
        x->number = g->number[g->n_array] = reference_numbers(&g->f, path, &n);
        if (!shape) {
            x->ndim = 1;
            x->shape[0] = n;
        }
        assert_int_equal(n, gg_named_array_count(x));
        g->gradient[g->n_array++] = GG_NEW(&g->f.a, double, (size_t)n + 1);
    }
}

/* A file, or a text of several lines. */
static inline int golden_yaml(struct gg_config *c, const char *text, struct gg_err *err)
{
    return strchr(text, '\n') ? gg_config_from_text(c, text, strlen(text), "text", err)
                              : gg_config_load(c, text, err);
}

/* The network of a YAML file, changed by the settings of the map and by `set` ("KEY=VALUE", ends with NULL; or NULL), with the parameters
 * that the map takes from the arrays; both may be texts.  `text`, folded into the map, where the network's head is not the public one; NULL:
 * nothing. */
static inline void golden_network(struct golden *g, const char *yaml, const char *const *set, const char *map,
                                  const char *text)
{
    struct gg_data_facts facts = {.n_species = 1};
    int n_edge = 0;
    for (int i = 0; i < (int)g->frame.n_node; i++)
        if (((int32_t *)gg_frame_find(&g->frame, "type")->data)[i] >= facts.n_species)
            facts.n_species = ((int32_t *)gg_frame_find(&g->frame, "type")->data)[i] + 1;
    reference_numbers(&g->f, "edge_sender", &n_edge);
    for (int k = 0; k < GG_MAX_GEOMETRIES; k++)
        facts.mean_neighbours[k] = (double)n_edge / (double)g->frame.n_node;
    int status = golden_yaml(&g->m.config, yaml, &g->err) || golden_yaml(&g->map, map, &g->err) ||
                 (text && golden_yaml(&g->map, text, &g->err)) ||
                 gg_weight_settings_put(&g->m.config, g->map.root, &g->err);
    for (; !status && set && *set; set++)
        status = gg_config_set(&g->m.config, *set, "--set", &g->err);
    if (status || gg_model_open(&g->m, &g->err) || gg_model_see(&g->m, &g->frame, true, &g->err) ||
        gg_model_build(&g->m, &facts, &g->err) ||
        gg_weight_map_read(&g->w, &g->m, g->map.root, g->n_array, g->array, &g->f.a, &g->err))
        fail_msg("%s", g->err.text);
    gg_weight_map_take(&g->w, (const double *const *)g->number, g->m.w);
    for (int k = 0; k < g->m.n_op; k++) /* every value is kept, to be looked at */
        g->m.op[k].layer.spares_x = g->m.op[k].layer.spares_y = false;
    if (gg_sample_read(&g->s, &g->m, &g->frame, true, &g->f.a, &g->err))
        fail_msg("%s", g->err.text);
    gg_sample_bind(&g->s, &g->m, &g->f.a);
    if (gg_batch_init(&g->b, &g->m, &g->s, true, &g->f.a, &g->err))
        fail_msg("%s", g->err.text);
    if (n_edge)
        assert_int_equal(g->b.graph[0].n_edge, n_edge);
}

/* The k-th input field in full precision (a sample keeps single): columns first .. of source `source` from the file's rows. */
static inline void golden_input(struct golden *g, int source, int first, const char *path)
{
    int n, width, value = g->m.source[source].value;
    const double *v = reference_numbers(&g->f, path, &n);
    const struct gg_shape *s = &g->m.value[value];
    gg_real *x = (gg_real *)(uintptr_t)g->b.source[source];
    width = n / (int)g->frame.n_node;
    for (int64_t k = 0; k < (int64_t)g->frame.n_node; k++) {
        double row[1024];
        assert_true(gg_irreps_dim(&s->irreps) <= 1024);
        gg_row_to_e3nn(s, x + k * s->stride, row);
        memcpy(row + first, v + g->b.order[k] * width, sizeof *v * (size_t)width);
        gg_row_from_e3nn(s, row, x + k * s->stride);
    }
}

/* ---- passes ---- */

static inline void golden_forward(struct golden *g, bool train)
{
    g->p.train = train;
    gg_pass_forward(&g->p, &g->m, g->m.w, &g->b, true);
}

/* A layer by its name ("layers.1.conv"). */
static inline int golden_layer(const struct golden *g, const char *name)
{
    for (int op = 0; op < g->m.n_op; op++)
        if (!strcmp(g->m.op[op].name, name))
            return op;
    fail_msg("no layer %s", name);
    return -1;
}

/* What a layer put out on particles is what the file has, columns first .. behind - 1 of a row in e3nn's order; behind 0: all of it. */
static inline void golden_close(struct golden *g, const char *layer, int first, int behind, const char *path)
{
    int n, op = golden_layer(g, layer);
    const double *want = reference_numbers(&g->f, path, &n);
    const struct gg_shape *s = &g->m.value[g->m.op[op].out];
    int dim = gg_irreps_dim(&s->irreps), width = (behind ? behind : dim) - first;
    assert_int_equal(n % width, 0);
    double *have = GG_NEW(&g->f.a, double, (size_t)n), *row = GG_NEW(&g->f.a, double, (size_t)dim);
    for (int64_t k = 0; k < (int64_t)g->frame.n_node; k++) {
        int64_t i = g->b.order[k];
        gg_row_to_e3nn(s, g->p.value[g->m.op[op].out] + k * s->stride, row);
        if (i < n / width)
            memcpy(have + i * width, row + first, sizeof *row * (size_t)width);
    }
    same_forward(have, want, n, path);
}

/* `each` times the squared error of what a layer put out on particles, columns from `first` on; its gradient is added for golden_backward. */
static inline double golden_error(struct golden *g, const char *layer, int first, const char *target,
                                  double each)
{
    int n, value = g->m.op[golden_layer(g, layer)].out, n_node = (int)g->frame.n_node;
    const double *want = reference_numbers(&g->f, target, &n);
    const struct gg_shape *s = &g->m.value[value];
    double error = 0, row[1024], slope[1024];
    assert_true(want && n % n_node == 0 && first + n / n_node <= gg_irreps_dim(&s->irreps));
    if (!g->p.gradient[value])
        g->p.gradient[value] = GG_NEW(&g->f.a, gg_real, (size_t)n_node * (size_t)s->stride);
    for (int64_t k = 0; k < n_node; k++) {
        gg_row_to_e3nn(s, g->p.value[value] + k * s->stride, row);
        gg_row_to_e3nn(s, g->p.gradient[value] + k * s->stride, slope);
        for (int c = 0; c < n / n_node; c++) {
            double d = row[first + c] - want[g->b.order[k] * (n / n_node) + c];
            error += each * d * d;
            slope[first + c] += 2 * each * d;
        }
        gg_row_from_e3nn(s, slope, g->p.gradient[value] + k * s->stride);
    }
    return error;
}

/* Number q of the columns of particle i (row k): of a head that puts out every species' columns, those of its own. */
static inline int64_t golden_at(const struct golden *g, int head, int64_t k, int part, int time, int m)
{
    const struct gg_head *h = &g->m.head[head];
    int step, at = gg_head_at(&g->m, h, h->joint ? 0 : g->b.graph[0].type[k], time, part, &step);
    return k * g->m.value[h->value].stride + at + m * step;
}

/* The predictions of a head [node][part][2l+1][time]... of one part: [node][time], or [node][3] of a vector at one time; with `target`, the gradient of
 * `weight` times the mean square error is left for golden_backward and that error returned. */
static inline double golden_head(struct golden *g, int head, const char *out, const char *target,
                                 double weight)
{
    const struct gg_head *h = &g->m.head[head];
    int n, n_target = 0, width = 2 * h->target.irreps.b[0].l + 1, n_time = h->target.n_time;
    const double *want = reference_numbers(&g->f, out, &n),
                 *y = target ? reference_numbers(&g->f, target, &n_target) : NULL;
    gg_real *value = g->p.value[h->value], *gradient = NULL;
    double *have = GG_NEW(&g->f.a, double, (size_t)n), error = 0;
    assert_int_equal(n, (int)g->frame.n_node * width * n_time);
    if (y) {
        assert_int_equal(n, n_target);
        gradient = g->p.gradient[h->value] =
            GG_NEW(&g->f.a, gg_real, (size_t)g->frame.n_node * (size_t)g->m.value[h->value].stride);
    }
    for (int64_t k = 0; k < (int64_t)g->frame.n_node; k++)
        for (int t = 0; t < n_time; t++)
            for (int c = 0; c < width; c++) {
                int64_t to = (g->b.order[k] * n_time + t) * width + c, at = golden_at(g, head, k, 0, t, c);
                have[to] = (double)value[at];
                if (y) {
                    error += weight * pow(have[to] - y[to], 2) / n;
                    gradient[at] = (gg_real)(2 * weight * (have[to] - y[to]) / n);
                }
            }
    same_forward(have, want, n, out);
    return error;
}

/* Back through the layers; the gradient of every array that the file's `member` ("gradients") has. */
static inline void golden_backward(struct golden *g, const char *member)
{
    gg_real *dw = GG_NEW(&g->f.a, gg_real, (size_t)g->m.n_weight + 1);
    double allowed = gradient_allowed * reference_largest(&g->f, member);
    int n, compared = 0;
    gg_pass_backward(&g->p, &g->m, g->m.w, &g->b, dw);
    gg_weight_map_gradient(&g->w, dw, g->gradient);
    for (int k = 0; k < g->n_array; k++) {
        const json_t *list = json_object_get(reference_at(&g->f, member), g->array[k].name);
        if (!list)
            continue;
        const double *want = reference_list(&g->f, list, &n);
        same_within(g->gradient[k], want, n, allowed, g->array[k].name);
        compared++;
    }
    assert_true(compared > 0);
}

#endif
