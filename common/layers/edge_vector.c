/* edge_vector.c -- the vector of every edge: a first value on edges
 *
 *     y_e = r_j - r_i (from receiver i to sender j, the default), or r_i - r_j, for the edge e: i <- j;  0 for a self edge
 *
 * As irreps, y is 1x1o and turns with the configuration.  As numbers it is 3x0e: x, y, z as three plain scalars, which an
 * edge_mlp takes; the network then depends on the choice of axes (Bapst et al. 2020, who train on turned copies:
 * train.augment).  x: none.  y: edges, sigma.  No parameters. */
#include "nn/layer.h"

#include <math.h>
#include <string.h>

struct hypers {
    int as, from;
};
static const struct hypers defaults = {0};

static const struct gg_opt hypers[] = {
    {.name = "as",
     .type = GG_OPT_CHOICE,
     .offset = offsetof(struct hypers, as),
     .help = "one vector (1x1o), or three plain numbers (3x0e) that do not turn",
     .choices = "irreps|numbers"},
    {.name = "from",
     .type = GG_OPT_CHOICE,
     .offset = offsetof(struct hypers, from),
     .help = "where the vector begins; it ends at the other particle of the edge",
     .choices = "receiver|sender"},
    {0}};

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    struct gg_irreps out = {.n = 1, .b = {{1, 1, -1}}};
    (void)a;
    if (l->n_in != 0)
        return gg_fail(err, GG_USAGE, "in: edge_vector takes no value, it reads the graph");
    if (h->as == 1)
        out.b[0] = (struct gg_irrep){3, 0, 1};
    l->fixed_axes = h->as == 1;
    gg_shape_init(&l->out, GG_ON_EDGE, &out);
    l->spares_x = l->spares_y = l->reads_vectors = true;
    return 0;
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct gg_graph *g = call->g;
    const struct hypers *h = l->hyper;
    gg_real sign = h->from == 1 ? -1 : 1;
    int stride = l->out.stride, step = h->as == 1 ? 1 : l->out.pad[0];
#pragma omp parallel for schedule(static)
    for (int64_t e = 0; e < g->n_edge; e++) {
        memset(call->y + e * stride, 0, sizeof *call->y * (size_t)stride);
        for (int a = 0; a < 3; a++)
            call->y[e * stride + a * step] = sign * g->vec[e][a];
    }
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct hypers *h = l->hyper;
    gg_real sign = h->from == 1 ? -1 : 1;
    int stride = l->out.stride, step = h->as == 1 ? 1 : l->out.pad[0];
#pragma omp parallel for schedule(static)
    for (int64_t e = 0; e < call->g->n_edge; e++)
        for (int a = 0; call->dvec && a < 3; a++)
            call->dvec[e][a] += sign * call->dy[e * stride + a * step];
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return (struct gg_cost){.bytes = sizeof(gg_real) * (double)g->n_edge * (l->out.stride + 3)};
}

static const struct gg_layer_case cases[] = {{"irreps", {NULL}, ""},
                                             {"irreps from sender", {NULL}, "from=sender"},
                                             {"numbers", {NULL}, "as=numbers from=sender"},
                                             {0}};

const struct gg_layer_type gg_layer_edge_vector = {
    .name = "edge_vector",
    .about = "the vector of every edge, as 1x1o or as plain numbers",
    .source = "Bapst et al. 2020, Nature Physics 16, 448",
    .from_graph = true,
    GG_LAYER_KEYS,
    GG_LAYER_PASSES};
