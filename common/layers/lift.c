/* lift.c -- samples of the rotations at every particle: the frames in which an invariant network looks at its neighbours
 *
 *     y_{i,u} = the first two axes of R_u,   u = 0 .. L-1
 *
 * Hutchinson et al. 2021 (arXiv 2012.10885, LieTransformer, section 3.1).  All particles have the same rotations: the elements of a finite
 * group, under which a network is exactly invariant once its lifts are summed, since they change places; or L that Haar's measure gave
 * for the seed, under which it is invariant on the average over seeds.  Other frames than these in training are those of a turned
 * configuration (train.augment), as nothing but the product of a frame and a neighbour's is read.
 * x: none.  y: nodes with L lifts, 2x1o.  No parameters. */
#include "nn/inputs.h"
#include "o3/o3.h"

#include <string.h>

enum group { HAAR, KLEIN, TETRAHEDRAL, OCTAHEDRAL };

struct hypers {
    int64_t samples, seed;
    int group;
};
static const struct hypers defaults = {0};

#define AT(field) offsetof(struct hypers, field)
static const struct gg_opt hypers[] = {
    {"group", GG_OPT_CHOICE, AT(group),
     "samples of Haar's measure, or all 4, 12, 24 rotations of a finite group",
     .choices = "haar|klein|tetrahedral|octahedral"},
    {"samples", GG_OPT_INT, AT(samples), "haar: how many rotations", .arg = "N", .max = 64,
     .when = "group=haar"},
    {"seed", GG_OPT_INT, AT(seed), "haar: of the samples", .arg = "N", .max = 1 << 30, .when = "group=haar"},
    {0}};
#undef AT

struct plan {
    int n;
    double R[64][3][3];
};

/* Rotations that permute the axes and turn some of them round: all 24, those of even permutations, or of none. */
static void add_signed_permutations(struct plan *p, enum group group)
{
    static const int permutation[6][3] = {{0, 1, 2}, {1, 2, 0}, {2, 0, 1}, {1, 0, 2}, {0, 2, 1}, {2, 1, 0}};
    int n = group == KLEIN ? 1 : group == TETRAHEDRAL ? 3 : 6;
    for (int k = 0; k < n; k++)
        for (int signs = 0; signs < 8; signs++) {
            int turned = (signs & 1) + (signs >> 1 & 1) + (signs >> 2);
            if ((turned % 2 == 1) != (k >= 3))
                continue;
            for (int a = 0; a < 3; a++)
                p->R[p->n][permutation[k][a]][a] = signs >> a & 1 ? -1 : 1;
            p->n++;
        }
}

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    const struct gg_irreps out = {.n = 1, .b = {{2, 1, -1}}};
    struct plan *p = l->plan = GG_NEW(a, struct plan, 1);
    if (l->n_in != 0)
        return gg_fail(err, GG_USAGE, "in: lift takes no value");
    if (h->group == HAAR &&
        gg_need_key(h->samples, "samples", "the number of rotations at every particle", err))
        return -1;
    if (h->group != HAAR)
        add_signed_permutations(p, (enum group)h->group);
    for (; h->group == HAAR && p->n < h->samples; p->n++) {
        struct gg_rng r = gg_rng_at((uint64_t)h->seed, 0x6c696674 /* "lift" */, (uint32_t)p->n, 0);
        double q[4];
        for (int k = 0; k < 4; k++)
            q[k] = gg_rng_normal(&r);
        gg_rotation_from_quaternion(q, p->R[p->n]);
    }
    gg_shape_init(&l->out, gg_axis_lifted(GG_ON_NODE, p->n), &out);
    l->spares_x = l->spares_y = l->fixed_axes = true;
    return 0;
}

static void forward(const struct gg_call *call)
{
    const struct gg_shape *s = &call->l->out;
    const struct plan *p = call->l->plan;
    int64_t n_row = gg_shape_rows(s, call->g);
    memset(call->y, 0, sizeof *call->y * (size_t)(n_row * s->stride));
    for (int64_t i = 0; i < n_row; i++)
        for (int m = 0; m < 3; m++)
            for (int c = 0; c < 2; c++)
                call->y[i * s->stride + m * s->pad[0] + c] = (gg_real)p->R[i % p->n][m][c];
}

static void backward(const struct gg_call *call)
{
    (void)call; /* constants */
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->out, g, 0, 0, 1);
}

static const struct gg_layer_case cases[] = {
    {"samples", {NULL}, "samples=3", .no_unit_scale = true},
    {"one", {NULL}, "samples=1 seed=7", .no_unit_scale = true},
    {"klein", {NULL}, "group=klein", .no_unit_scale = true},
    {"octahedral", {NULL}, "group=octahedral", .no_unit_scale = true},
    {0}};

const struct gg_layer_type gg_layer_lift = {.name = "lift",
                                            .about = "samples of the rotations at every particle",
                                            .source = "Hutchinson et al. 2021, arXiv 2012.10885, section 3.1",
                                            .from_graph = true,
                                            GG_LAYER_KEYS,
                                            GG_LAYER_PASSES};
