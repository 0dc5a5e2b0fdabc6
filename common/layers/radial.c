/* radial.c -- functions of the lengths of the edges
 *
 *     y_{e,n} = s f_n(r_e) u(r_e / c)
 *
 * f: the bases of conv (graph/radial.h); powers of the length, f_n = r^(exponent + n), n = 0, 1 ..., are with exponent 0 the envelope u by
 * itself, with 1 the length, with 2 its square.  u: the envelopes of conv, or step, 1 below the cutoff c and 0 from it on, for the
 * edges of another geometry that are longer (edges: union).  x: none.  y: edges, n x 0e.  No parameters. */
#include "graph/radial.h"
#include "nn/layer.h"

#include <math.h>
#include <string.h>

/* Those of conv and one more. */
#define ENVELOPES(X) GG_ENVELOPE_LIST(X) X(STEP, "step")
enum { FUNCTIONS_MAX = 256, STEP = GG_ENVELOPE_COSINE + 1 };

struct hypers {
    int basis, envelope;
    int64_t n, power;
    double cutoff, scale, gamma, first, last, exponent;
};
static const struct hypers defaults = {.envelope = GG_ENVELOPE_POLY, .power = 6, .scale = 1, .exponent = 1};

#define AT(field) offsetof(struct hypers, field)
static const struct gg_opt hypers[] = {
    {"basis", GG_OPT_CHOICE, AT(basis), "functions of the length", .choices = GG_RADIAL_KINDS},
    {"n", GG_OPT_INT, AT(n), "number of functions; 0: 8, of monomial 1", .arg = "N", .max = FUNCTIONS_MAX},
    {"envelope", GG_OPT_CHOICE, AT(envelope), "smooth cutoff that multiplies them, or a step",
     .choices = GG_CHOICE_WORDS(ENVELOPES)},
    {"power", GG_OPT_INT, AT(power), "p of the polynomial envelope", .arg = "P", .min = 2, .max = 12,
     .when = "envelope=poly"},
    {"cutoff", GG_OPT_REAL, AT(cutoff), "of basis and envelope; 0: that of the edges", .arg = "LENGTH",
     .unit = "sigma", .max = 1e6},
    {"scale", GG_OPT_REAL, AT(scale), "factor of the functions", .arg = "FACTOR"},
    {"gamma", GG_OPT_REAL, AT(gamma), "gaussian: exp(-gamma (r - centre)^2); 0: as wide as they are apart",
     .arg = "GAMMA", .unit = "1/sigma^2", .max = 1e12},
    {"first", GG_OPT_REAL, AT(first), "gaussian: first centre", .arg = "LENGTH", .unit = "sigma"},
    {"last", GG_OPT_REAL, AT(last), "gaussian: last centre; 0: the cutoff", .arg = "LENGTH", .unit = "sigma"},
    {"exponent", GG_OPT_REAL, AT(exponent), "monomial: power of the length in the first", .arg = "P",
     .max = 12},
    {0}};
#undef AT

struct plan {
    struct gg_radial_basis basis;
    bool step;
};

static int init(struct gg_layer *l, struct gg_arena *a, struct gg_err *err)
{
    const struct hypers *h = l->hyper;
    struct plan *p = l->plan = GG_NEW(a, struct plan, 1);
    int n = h->n > 0 ? (int)h->n : h->basis == GG_MONOMIAL ? 1 : 8;
    struct gg_irreps out = {.n = 1, .b = {{n, 0, 1}}};
    if (l->n_in != 0)
        return gg_fail(err, GG_USAGE, "in: radial takes no value, it reads the graph");
    p->step = h->envelope == STEP;
    p->basis =
        gg_radial_basis_default((enum gg_radial_kind)h->basis, n, h->cutoff > 0 ? h->cutoff : l->cutoff);
    p->basis.envelope = p->step ? GG_ENVELOPE_NONE : (enum gg_envelope)h->envelope;
    p->basis.p = (int)h->power;
    p->basis.prefactor *= h->scale;
    p->basis.exponent = h->exponent;
    p->basis.first = h->first;
    p->basis.last = h->last != 0 ? h->last : p->basis.cutoff;
    double spacing = n > 1 ? (p->basis.last - p->basis.first) / (n - 1) : 0;
    if (h->gamma > 0)
        p->basis.gamma = h->gamma;
    else if (spacing != 0)
        p->basis.gamma = 0.5 / (spacing * spacing);
    l->knots = p->step ? p->basis.cutoff : 0;
    gg_shape_init(&l->out, GG_ON_EDGE, &out);
    l->spares_x = l->spares_y = l->reads_vectors = true;
    return 0;
}

static void functions(const struct plan *p, double r, double *out)
{
    if (p->step && r >= p->basis.cutoff)
        memset(out, 0, sizeof *out * (size_t)p->basis.n);
    else
        gg_radial_basis_eval(&p->basis, r, out);
}

static void slopes(const struct plan *p, double r, double *out)
{
    if (p->step && r >= p->basis.cutoff)
        memset(out, 0, sizeof *out * (size_t)p->basis.n);
    else
        gg_radial_basis_slope(&p->basis, r, out);
}

static void forward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct plan *p = l->plan;
    int stride = l->out.stride;
#pragma omp parallel for schedule(static)
    for (int64_t e = 0; e < call->g->n_edge; e++) {
        double f[FUNCTIONS_MAX];
        gg_real *y = call->y + e * stride;
        functions(p, (double)call->g->r[e], f);
        for (int n = 0; n < stride; n++)
            y[n] = n < p->basis.n ? (gg_real)f[n] : 0;
    }
}

static void backward(const struct gg_call *call)
{
    const struct gg_layer *l = call->l;
    const struct plan *p = l->plan;
    const struct gg_graph *g = call->g;
    if (!call->dvec)
        return;
#pragma omp parallel for schedule(static)
    for (int64_t e = 0; e < g->n_edge; e++) {
        double f[FUNCTIONS_MAX], r = (double)g->r[e], dr = 0;
        if (r == 0) /* no direction to change it in */
            continue;
        slopes(p, r, f);
        for (int n = 0; n < p->basis.n; n++)
            dr += f[n] * (double)call->dy[e * l->out.stride + n];
        for (int k = 0; k < 3; k++)
            call->dvec[e][k] += (gg_real)(dr * (double)g->vec[e][k] / r);
    }
}

static struct gg_cost cost(const struct gg_layer *l, const struct gg_graph *g)
{
    return gg_cost_of_numbers(&l->out, g, 4, 0, 1);
}

/* Functions of a length do not have the size of features. */
#define CASE(name, hypers)                          \
    {                                               \
        name, {NULL}, hypers, .no_unit_scale = true \
    }
static const struct gg_layer_case cases[] = {
    CASE("bessel", ""),
    CASE("bessel within a step", "cutoff=1.2 envelope=step n=4 scale=0.5"),
    CASE("gaussian", "basis=gaussian n=20 envelope=cosine"),
    CASE("narrow gaussian", "basis=gaussian n=17 envelope=none gamma=30 first=0.8 last=1.5"),
    CASE("bumps", "basis=smooth_finite n=9 power=5"),
    CASE("length", "basis=monomial envelope=none scale=-1"),
    CASE("envelope", "basis=monomial exponent=0 envelope=cosine"),
    CASE("powers", "basis=monomial exponent=1 n=3 envelope=poly"),
    {0}};

const struct gg_layer_type gg_layer_radial = {.name = "radial",
                                              .about = "functions of the length of every edge",
                                              .source =
                                                  "Gasteiger et al. 2020, arXiv 2003.03123 (Bessel functions "
                                                  "and envelope); Schuett et al. 2017, arXiv 1706.08566",
                                              .from_graph = true,
                                              GG_LAYER_KEYS,
                                              GG_LAYER_PASSES};
