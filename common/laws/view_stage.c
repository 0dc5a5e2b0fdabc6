/* view_stage.c -- a random frame with vectors among inputs and targets, and a small network that turns with it */
#include "laws/view_laws.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char yaml[] =
    "inputs: {node: [type, energy, force], cutoff: 1.7}\n"
    "layers:\n"
    "  - {layer: linear, out_irreps: 4x0e+2x1o, out: h}\n"
    "  - {layer: conv, in: h, lmax: 2, out_irreps: gate(4x0e+4x1o), radial: {n: 4, hidden: [8]}, out: m}\n"
    "  - {layer: gate, in: m, out: h}\n"
    "heads:\n"
    "  - {target: propensity, in: h, layer: mlp, hidden: [8]}\n"
    "  - {target: displacement, in: h, layer: gated_vector}\n";
static const char made[] = "  - {target: made, in: h, layer: gated}\n";
enum { TIMES = 2 };

static float *add_numbers(struct gg_view_stage *x, const char *name, int ndim, const uint64_t *shape,
                          const int *axis, int role, const char *irreps, struct gg_rng *r, struct gg_err *err)
{
    struct gg_field *f =
        gg_frame_add_as(&x->f, &x->a, name, GG_F32, ndim, shape, axis, role, irreps, "", err);
    bool vector = !strcmp(irreps, "1x1o");
    for (uint64_t k = 0; f && k < gg_field_count(f); k++)
        ((float *)f->data)[k] = vector && x->f.dim == 2 && k % 3 == 2 ? 0 : (float)gg_rng_normal(r);
    return f ? f->data : NULL;
}

static int add_places(struct gg_view_stage *x, struct gg_rng *r, struct gg_err *err)
{
    uint64_t n = x->f.n_node, shape[2] = {n, 3}, times[1] = {TIMES};
    static const int axis[2] = {GG_NODE, GG_FREE}, time_axis[1] = {GG_TIME};
    struct gg_field *pos =
        gg_frame_add_as(&x->f, &x->a, "pos", GG_F64, 2, shape, axis, GG_STRUCTURE, "1x1o", "sigma", err);
    struct gg_field *type =
        gg_frame_add_as(&x->f, &x->a, "type", GG_I32, 1, shape, axis, GG_STRUCTURE, "", "", err);
    struct gg_field *time =
        gg_frame_add_as(&x->f, &x->a, "time", GG_F64, 1, times, time_axis, GG_STRUCTURE, "", "tau", err);
    if (!pos || !type || !time)
        return -1;
    for (uint64_t i = 0; i < n; i++) {
        for (int z = 0; z < x->f.dim; z++)
            ((double *)pos->data)[3 * i + (uint64_t)z] = gg_rng_uniform(r) * x->f.cell[z][z];
        ((int32_t *)type->data)[i] = (int32_t)(i % 2);
    }
    for (int t = 0; t < TIMES; t++)
        ((double *)time->data)[t] = t + 1;
    return 0;
}

static int make_frame(struct gg_view_stage *x, int dim, int64_t n_node, uint64_t seed, struct gg_err *err)
{
    struct gg_rng r = gg_rng_at(seed, (uint32_t)dim, 0, 0);
    double side = dim == 3 ? cbrt((double)n_node) : sqrt((double)n_node);
    uint64_t n = (uint64_t)n_node, shape[3] = {n, TIMES, 3}, vectors[2] = {n, 3};
    static const int axis[3] = {GG_NODE, GG_TIME, GG_FREE}, vector_axis[2] = {GG_NODE, GG_FREE};
    x->f = (struct gg_frame){.n_node = n, .dim = dim, .pbc = dim == 3 ? 7 : 3, .id = "stage"};
    for (int z = 0; z < 3; z++)
        x->f.cell[z][z] = z < dim ? 1.1 * side : 1;
    if (add_places(x, &r, err) || !add_numbers(x, "energy", 1, shape, axis, GG_FEATURE, "0e", &r, err) ||
        !add_numbers(x, "force", 2, vectors, vector_axis, GG_FEATURE, "1x1o", &r, err) ||
        !add_numbers(x, "displacement", 3, shape, axis, GG_TARGET, "1x1o", &r, err))
        return -1;
    float *y = add_numbers(x, "propensity", 2, shape, axis, GG_TARGET, "0e", &r, err);
    if (!y)
        return -1;
    y[1] = NAN; /* one is missing */
    gg_frame_find(&x->f, "propensity")->flags |= GG_NAN_ALLOWED;
    return 0;
}

static int add_view(struct gg_view_stage *x, const struct gg_view_type *type, const char *hypers,
                    struct gg_err *err)
{
    if (gg_view_find(type->name) == type)
        return gg_views_add(&x->views, type->name, hypers, &x->a, err);
    x->views = (struct gg_views){.n = 1, .moves = type->moves, .turns = type->turns};
    x->views.view[0] = (struct gg_view){.type = type, .head = -1};
    return 0;
}

/* The network of the text, with a head for what a view makes. */
static int open_model(struct gg_view_stage *x, bool makes, struct gg_err *err)
{
    char text[sizeof yaml + sizeof made];
    snprintf(text, sizeof text, "%s%s", yaml, makes ? made : "");
    if (makes)
        x->views.view[0].target = "made";
    return gg_config_from_text(&x->m.config, text, strlen(text), "stage", err) || gg_model_open(&x->m, err) ||
                   gg_views_claim(&x->views, &x->m, err)
               ? -1
               : 0;
}

int gg_view_stage_open(struct gg_view_stage *x, const struct gg_view_type *type, const char *hypers, int dim,
                       int64_t n_node, uint64_t seed, struct gg_err *err)
{
    struct gg_data_facts facts = {.n_species = 2, .mean_neighbours = {10}};
    *x = (struct gg_view_stage){0};
    if ((type && add_view(x, type, hypers, err)) || make_frame(x, dim, n_node, seed, err) ||
        open_model(x, type && type->target, err) || gg_model_see(&x->m, &x->f, true, err))
        return -1;
    gg_views_describe(&x->views, &x->m, facts.n_species);
    if (gg_model_build(&x->m, &facts, err) || gg_views_check(&x->views, &x->m, err) ||
        gg_sample_read(&x->s, &x->m, &x->f, true, &x->a, err))
        return -1;
    gg_sample_bind(&x->s, &x->m, &x->a);
    if (gg_batch_init(&x->b, &x->m, &x->s, true, &x->a, err) ||
        gg_loss_prepare(&x->b, &x->m, &x->s, &x->a, err))
        return -1;
    gg_model_init_weights(&x->m, seed);
    return 0;
}

void gg_view_stage_close(struct gg_view_stage *x)
{
    gg_pass_free(&x->p);
    gg_frame_free(&x->f);
    gg_model_free(&x->m);
    gg_arena_free(&x->a);
}
