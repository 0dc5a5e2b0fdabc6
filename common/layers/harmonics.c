/* harmonics.c -- spherical harmonics of the edges, or of vectors
 *
 *     y_{e,l,m} = Y_lm(v_e / |v_e|)     v_e = r_j - r_i (from receiver i to sender j, the default), or r_i - r_j, for the edge e: i <- j
 *     y_{i,l,m,c} = Y_lm(x_{i,c} / |x_{i,c}|)                        of an input
 *
 * gg_o3(7): component normalisation, sum_m Y_lm^2 = 2l + 1, or norm, 1.  A vector of no length has Y_0 = 1 and 0 for l > 0, and no
 * gradient: it has no direction.  x: none, or vectors C x 1o (C x 1e) on any axis.  y: edges, or the axis of x; C channels of the degrees
 * lmin to lmax, with the parity of x to the power l.  No parameters. */
#include "nn/layer.h"
#include "nn/inputs.h"
#include "o3/o3.h"

#include <math.h>
#include <string.h>

enum { NUMBERS = (GG_L_MAX + 1) * (GG_L_MAX + 1) };

struct hypers {
    int64_t lmin, lmax;
    int from, normalise;
};
static const struct hypers defaults = {.lmax = 2};

#define AT(field) offsetof(struct hypers, field)
static const struct gg_opt hypers[] = {
    {"lmin", GG_OPT_INT, AT(lmin), "lowest degree", .arg = "L", .max = GG_L_MAX},
    {"lmax", GG_OPT_INT, AT(lmax), "highest degree", .arg = "L", .max = GG_L_MAX},
    {"from", GG_OPT_CHOICE, AT(from), "where an edge begins; it ends at the other particle",
     .choices = "receiver|sender"},
    {"normalise", GG_OPT_CHOICE, AT(normalise), "mean square of a component 1, or length 1 of each degree",
     .choices = "component|norm"},
    {0}};
#undef AT

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    struct gg_irrep vector = {1, 1, -1};
    struct gg_irreps out = {0};
    char text[GG_IRREPS_TEXT];
    (void)a;
    if (l->n_in > 1)
        return gg_fail(err, GG_USAGE,
                       "in: harmonics takes one value with vectors, or none for those of the edges");
    if (l->n_in == 1) {
        gg_irreps_print(&l->in[0].irreps, text);
        vector = l->in[0].irreps.b[0];
        if (l->in[0].irreps.n != 1 || vector.l != 1)
            return gg_fail(err, GG_USAGE, "in: the value is %s: harmonics takes vectors only, such as 1x1o",
                           text);
        if (h->from == 1)
            return gg_fail(err, GG_USAGE, "from: vectors of a value have no sender");
    }
    if (h->lmin > h->lmax)
        return gg_fail(err, GG_USAGE, "lmin: %d is above lmax, %d", (int)h->lmin, (int)h->lmax);
    for (int degree = (int)h->lmin; degree <= h->lmax; degree++)
        out.b[out.n++] = (struct gg_irrep){vector.mul, degree, degree % 2 ? vector.p : 1};
    gg_shape_init(&l->out, l->n_in ? l->in[0].axis : GG_ON_EDGE, &out);
    l->out.edges = l->n_in ? l->in[0].edges : 0;
    l->spares_x = l->n_in == 0;
    l->spares_y = true;
    l->reads_vectors = l->n_in == 0;
    return 0;
}

static double factor_of(const struct hypers *h, int degree)
{
    return h->normalise == 1 ? 1 / sqrt(2 * degree + 1) : 1;
}

/* Channel c of a row from, or into, the harmonics of one vector. */
static void write_channel(const struct gg_layer *l, const double *Y, int c, gg_real *y)
{
    const struct hypers *h = l->hyper;
    for (int b = 0; b < l->out.irreps.n; b++) {
        int degree = l->out.irreps.b[b].l;
        for (int m = 0; m < 2 * degree + 1; m++)
            y[l->out.offset[b] + m * l->out.pad[b] + c] =
                (gg_real)(factor_of(h, degree) * Y[degree * degree + m]);
    }
}

static void gradient_of_vector(const struct gg_layer *l, const struct gg_generators *g, const double v[3],
                               int c, const gg_real *dy, double dv[3])
{
    const struct hypers *h = l->hyper;
    double Y[NUMBERS], d[NUMBERS] = {0};
    gg_sh((int)h->lmax, v, Y);
    for (int b = 0; b < l->out.irreps.n; b++) {
        int degree = l->out.irreps.b[b].l;
        for (int m = 0; m < 2 * degree + 1; m++)
            d[degree * degree + m] =
                factor_of(h, degree) * (double)dy[l->out.offset[b] + m * l->out.pad[b] + c];
    }
    gg_sh_pull(g, v, Y, d, dv);
}

/* The vector of channel c of row i, as the harmonics see it. */
static void vector_of(const struct gg_call *call, int64_t i, int c, double v[3])
{
    const struct gg_layer *l = call->l;
    const struct hypers *h = l->hyper;
    for (int k = 0; k < 3; k++)
        v[k] = l->n_in ? (double)call->x[0][i * l->in[0].stride + k * l->in[0].pad[0] + c]
                       : (h->from == 1 ? -1 : 1) * (double)call->g->vec[i][k];
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct hypers *h = l->hyper;
    int64_t n_row = gg_shape_rows(&l->out, call->g);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++) {
        double v[3], Y[NUMBERS];
        memset(call->y + i * l->out.stride, 0, sizeof *call->y * (size_t)l->out.stride);
        for (int c = 0; c < l->out.irreps.b[0].mul; c++) {
            vector_of(call, i, c, v);
            gg_sh((int)h->lmax, v, Y);
            write_channel(l, Y, c, call->y + i * l->out.stride);
        }
    }
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct hypers *h = l->hyper;
    int64_t n_row = gg_shape_rows(&l->out, call->g);
    struct gg_generators g;
    if (l->n_in ? !call->dx[0] : !call->dvec)
        return;
    gg_generators_init(&g, (int)h->lmax);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n_row; i++)
        for (int c = 0; c < l->out.irreps.b[0].mul; c++) {
            double v[3], dv[3];
            vector_of(call, i, c, v);
            gradient_of_vector(l, &g, v, c, call->dy + i * l->out.stride, dv);
            for (int k = 0; k < 3; k++)
                if (l->n_in)
                    call->dx[0][i * l->in[0].stride + k * l->in[0].pad[0] + c] += (gg_real)dv[k];
                else
                    call->dvec[i][k] += (gg_real)((h->from == 1 ? -1 : 1) * dv[k]);
        }
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->out, g, 4, l->n_in ? 12 : 0, 1);
}

static const struct gg_layer_case cases[] = {
    {"edges", {NULL}, ""},
    {"edges from the sender, high", {NULL}, "from=sender lmax=6"},
    {"directions", {NULL}, "lmin=1 lmax=1 normalise=norm", .no_unit_scale = true},
    {"one degree", {NULL}, "lmin=4 lmax=4"},
    {"displacements", {"1x1o"}, "lmax=3"},
    {"axial vectors on edges", {"edge:9x1e"}, "lmin=1"},
    {"norm", {"3x1o"}, "normalise=norm", .no_unit_scale = true},
    {0}};

const struct gg_layer_type gg_layer_harmonics = {
    .name = "harmonics",
    .about = "spherical harmonics of the edges, or of the directions of vectors",
    .source = "Thomas et al. 2018, arXiv 1802.08219; e3nn o3.SphericalHarmonics",
    .from_graph = true,
    GG_LAYER_KEYS,
    GG_LAYER_PASSES};
